/**
 * Decimal numbers read straight from octets, correctly rounded. Up to 15 digits and their power of ten are exact in double
 * precision, so one division rounds once (W. D. Clinger, "How to read floating point numbers accurately", 1990);
 * everything else goes the slow way through text.
 */

const ZERO = 0x30, NINE = 0x39, PLUS = 0x2b, MINUS = 0x2d, POINT = 0x2e, SPACE = 0x20, TAB = 0x09, RETURN = 0x0d;
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => Number(`1e${power}`));
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const isBlank = (octet: number) => octet === SPACE || octet === TAB || octet === RETURN;

/** The number written at [from, to), blanks around it apart; NaN where that is no decimal number. */
export function parseDecimal(octets: Uint8Array, from: number, to: number): number {
  while (from < to && isBlank(octets[from])) from++;
  while (to > from && isBlank(octets[to - 1])) to--;
  let at = from, mantissa = 0, digits = 0, decimals = 0, point = false;
  const negative = octets[at] === MINUS;
  if (negative || octets[at] === PLUS) at++;
  for (; at < to; at++) {
    const octet = octets[at];
    if (octet >= ZERO && octet <= NINE) {
      mantissa = mantissa * 10 + (octet - ZERO);
      if (point) decimals++;
      digits++;
    } else if (octet === POINT && !point) point = true;
    else return slow(octets, from, to);
  }
  if (digits === 0 || digits > EXACT_DIGITS) return slow(octets, from, to);
  const value = mantissa / POWERS[decimals];
  return negative ? -value : value;
}

function slow(octets: Uint8Array, from: number, to: number): number {
  let text = "";
  for (let at = from; at < to; at++) text += String.fromCharCode(octets[at]);
  return DECIMAL.test(text) ? Number(text) : NaN;
}
