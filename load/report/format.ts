/** Numbers and texts as people read them, in k6 too, which has no Intl. */

/** 6543.21 as 6,543; three digits of what is small. */
export function number(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return grouped(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** 1500000 as 1.5 M. */
export function short(value: number): string {
  const [size, unit] = value >= 1e6 ? [1e6, " M"] : value >= 1e4 ? [1e3, " k"] : [1, ""];
  return number(value / size) + unit;
}

export function percent(share: number): string {
  return `${number(share * 100)} %`;
}

export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
