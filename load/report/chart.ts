/** Lines over a common axis as SVG: panels under each other, in light and dark, without a script. */
import { escape, number, short } from "./format.ts";

export interface Line {
  name: string;
  /** By x. */
  points: [x: number, y: number][];
  /** Place in the palette; what is asked for is dashed and grey. */
  tone: 1 | 2 | 3 | "bad" | "bound";
}

export interface Panel {
  title: string;
  lines: Line[];
  /** Of the numbers at the left axis. */
  show?: (value: number) => string;
  /** A value that the axis reaches at least. */
  top?: number;
}

const WIDTH = 920, LEFT = 74, RIGHT = 20, HEAD = 46, PLOT = 128, GAP = 26, FOOT = 44;

const STYLE = `
  svg { --paper: #ffffff; --ink: #1c2833; --faint: #566370; --line: #e3e8ec;
    --tone1: #79b8cb; --tone2: #0e6683; --tone3: #d9822b; --bad: #a62b2b; background: var(--paper); }
  @media (prefers-color-scheme: dark) { svg { --paper: #121a22; --ink: #e6edf3; --faint: #9aa8b5; --line: #26323d;
    --tone1: #34788c; --tone2: #6cc0d9; --tone3: #f0a45d; --bad: #ff9a93; } }
  text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--faint); }
  .title { font-size: 14px; font-weight: 600; fill: var(--ink); }
  .grid { stroke: var(--line); }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
  .t1 { stroke: var(--tone1); } .t2 { stroke: var(--tone2); } .t3 { stroke: var(--tone3); } .tbad { stroke: var(--bad); }
  .tbound { stroke: var(--faint); stroke-dasharray: 5 5; stroke-width: 1.5; }
  .area { fill: var(--tone2); opacity: 0.12; }`;

/** Round numbers from 0 to at least the top, about `count` of them. */
export function ticks(top: number, count: number): number[] {
  const raw = (top || 1) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= raw * 0.999)!;
  return Array.from({ length: Math.ceil((top || 1) / step - 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** The panels share the x axis, whose unit is named at its end. */
export function chart(
  title: string,
  panels: readonly Panel[],
  x: { unit: string; show?: (x: number) => string },
): string {
  const xs = panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map((point) => point[0])));
  const marks = ticks(Math.max(...xs, 0), 8), right = Math.max(...xs, 1e-9);
  const scale = (value: number) => LEFT + value / right * (WIDTH - LEFT - RIGHT);
  const pitch = HEAD + PLOT + GAP, bottom = panels.length * pitch - GAP;
  const body = panels.map((panel, i) => `<g transform="translate(0 ${i * pitch})">${draw(panel, scale)}</g>`);
  const axis = marks.filter((mark) => mark <= right).map((mark) =>
    `<text x="${round(scale(mark))}" y="${bottom + 20}" text-anchor="middle">${escape((x.show ?? number)(mark))}</text>`
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + FOOT}" role="img" aria-label="${
    escape(title)
  }">
<title>${escape(title)}</title><style>${STYLE}
</style>
${body.join("\n")}
${axis.join("")}<text x="${WIDTH - RIGHT}" y="${bottom + 37}" text-anchor="end">${escape(x.unit)}</text>
</svg>
`;
}

const round = (value: number) => Number(value.toFixed(1));

function draw({ title, lines, show = short, top = 0 }: Panel, x: (value: number) => number): string {
  const marks = ticks(Math.max(top, ...lines.flatMap(({ points }) => points.map((point) => point[1]))), 4);
  const y = (value: number) => HEAD + PLOT - value / marks.at(-1)! * PLOT;
  const grid = marks.map((mark) => {
    const at = round(y(mark));
    return `<path class="grid" d="M${LEFT} ${at}H${WIDTH - RIGHT}"/><text x="${LEFT - 10}" y="${
      at + 4
    }" text-anchor="end">${escape(show(mark))}</text>`;
  });
  const drawn = lines.map((line) => {
    const path = line.points.map(([at, value]) => `${round(x(at))} ${round(y(value))}`).join("L");
    return path && `${area(line, lines, path, x)}<path class="line t${line.tone}" d="M${path}"/>`;
  });
  return `<text class="title" x="${LEFT}" y="24">${escape(title)}</text>${legend(lines)}${grid.join("")}${
    drawn.join("")
  }`;
}

/** What lies under the only line that was measured. */
function area({ points, tone }: Line, lines: readonly Line[], path: string, x: (value: number) => number): string {
  if (tone === "bound" || lines.filter((line) => line.tone !== "bound").length > 1 || points.length < 2) return "";
  const [first, last] = [points[0][0], points.at(-1)![0]].map((at) => round(x(at)));
  return `<path class="area" d="M${first} ${HEAD + PLOT}L${path}L${last} ${HEAD + PLOT}Z"/>`;
}

/** At the right of the title, from the right to the left. */
function legend(lines: readonly Line[]): string {
  let right = WIDTH - RIGHT;
  return lines.toReversed().map(({ name, tone }) => {
    const text = right, mark = right - 7 * name.length - 8;
    right = mark - 44;
    return `<text x="${text}" y="24" text-anchor="end">${escape(name)}</text><path class="line t${tone}" d="M${
      mark - 22
    } 20H${mark}"/>`;
  }).join("");
}
