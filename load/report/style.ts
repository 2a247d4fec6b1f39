/** The looks of a report's page: the console's colours. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #f4f6f8; --panel: #fff; --ink: #1c2833; --faint: #566370; --line: #d9e0e6;
  --accent: #0e6683; --soft: #e3f0f4; --good: #1d6b43; --good-soft: #e4f3ea; --bad: #a62b2b; --bad-soft: #fbecec; }
@media (prefers-color-scheme: dark) { :root { --paper: #0c1218; --panel: #121a22; --ink: #e6edf3; --faint: #9aa8b5;
  --line: #26323d; --accent: #6cc0d9; --soft: #14303a; --good: #7fd6a4; --good-soft: #14301f; --bad: #ff9a93;
  --bad-soft: #381a1c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto,
  sans-serif; }
main { max-width: 980px; margin: 0 auto; padding: 40px 20px 60px; }
.eyebrow { margin: 0 0 6px; color: var(--accent); font-size: 13px; font-weight: 600; }
h1 { margin: 0; display: flex; align-items: center; gap: 14px; font-size: 30px; line-height: 1.2; letter-spacing: -0.01em; }
h1 span { font-size: 14px; letter-spacing: 0; }
h2 { margin: 0 0 14px; font-size: 17px; }
.lead { margin: 8px 0 0; font-size: 17px; }
.faint { margin: 4px 0 0; color: var(--faint); font-size: 14px; }
.good, .bad { padding: 2px 10px; border-radius: 99px; font-size: 13px; font-weight: 600; }
.good { color: var(--good); background: var(--good-soft); }
.bad { color: var(--bad); background: var(--bad-soft); }
.figures { display: flex; flex-wrap: wrap; gap: 12px; margin: 28px 0 12px; padding: 0; list-style: none; }
.figures li, section { background: var(--panel); border: 1px solid var(--line); border-radius: 12px; }
.figures li { flex: 1 0 auto; padding: 14px 16px; }
.figures span { display: block; color: var(--faint); font-size: 13px; }
.figures b { font-size: 22px; font-weight: 650; letter-spacing: -0.01em; white-space: nowrap; }
.figures small { color: var(--faint); font-size: 13px; font-weight: 400; letter-spacing: 0; }
section { margin-top: 12px; padding: 20px 22px; }
img, svg { display: block; width: 100%; height: auto; }
.wide { overflow-x: auto; }
svg + .wide { margin-top: 24px; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { padding: 0 12px 8px 0; color: var(--faint); font-size: 13px; font-weight: 500; text-align: left; }
td { padding: 9px 12px 9px 0; border-top: 1px solid var(--line); }
td.number { white-space: nowrap; }
tr > :last-child { padding-right: 0; text-align: right; }
.knee td { background: var(--soft); }
.bars { margin: 0; padding: 0; list-style: none; }
.bars li { display: grid; grid-template-columns: 52px 1fr 90px; align-items: center; gap: 10px; padding: 4px 0; }
.bars i { height: 14px; min-width: 2px; border-radius: 0 4px 4px 0; background: var(--accent); }
.bars span { color: var(--faint); }
.bars b { font-weight: 500; text-align: right; font-variant-numeric: tabular-nums; }
`;
