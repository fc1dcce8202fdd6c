// Decimal numbers as Python's `decimal` computes them: exact up to 28 digits, then rounded half to even.
// A number is `{ digits, exponent }`, its value digits × 10^exponent, with BigInt digits.

const PRECISION = 28;
const FARTHEST = 20; // what is longer before or behind the point is no quantity or price
const FORM = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

// Return a number, or null if the text is none that could be a quantity or price.
export function readDecimal(text) {
  const match = FORM.exec(text ?? "");
  if (!match) return null;
  const [, sign, whole, fraction = "", power = "0"] = match;
  const digits = BigInt(`${whole}${fraction}`);
  const exponent = Number(power) - fraction.length;
  const adjusted = exponent + String(digits).length - 1;
  return Math.abs(adjusted) <= FARTHEST ? { digits: sign === "-" ? -digits : digits, exponent } : null;
}

export function multiply(a, b) {
  return round({ digits: a.digits * b.digits, exponent: a.exponent + b.exponent });
}

// Return how many whole times a positive number goes into another, rounded towards zero.
export function countWhole(number, unit) {
  const shift = Math.max(0, String(unit.digits).length - String(number.digits).length + PRECISION + 3);
  const scaled = number.digits * 10n ** BigInt(shift);
  const isExact = scaled % unit.digits === 0n;
  const more = isExact ? 0n : number.digits < 0n ? -1n : 1n; // tells an inexact quotient from a tie
  const { digits, exponent } = round({
    digits: (scaled / unit.digits) * 10n + more,
    exponent: number.exponent - unit.exponent - shift - 1,
  });
  return exponent >= 0 ? { digits, exponent } : { digits: digits / 10n ** BigInt(-exponent), exponent: 0 };
}

function round({ digits, exponent }) {
  const excess = String(digits < 0n ? -digits : digits).length - PRECISION;
  if (excess <= 0) return { digits, exponent };
  const unit = 10n ** BigInt(excess);
  const rest = digits < 0n ? -(digits % unit) : digits % unit;
  const kept = digits / unit;
  const isUp = rest * 2n > unit || (rest * 2n === unit && kept % 2n !== 0n);
  return round({ digits: kept + (isUp ? (digits < 0n ? -1n : 1n) : 0n), exponent: exponent + excess });
}

export function isEqual(a, b) {
  const least = Math.min(a.exponent, b.exponent);
  return align(a, least) === align(b, least);
}

function align({ digits, exponent }, least) {
  return digits * 10n ** BigInt(exponent - least);
}

// Return the number as text, without an exponent and without closing zeros.
export function formatDecimal(number) {
  let { digits, exponent } = round(number);
  if (digits === 0n) return "0";
  while (digits % 10n === 0n) [digits, exponent] = [digits / 10n, exponent + 1];
  const sign = digits < 0n ? "-" : "";
  const shown = String(digits < 0n ? -digits : digits) + "0".repeat(Math.max(0, exponent));
  if (exponent >= 0) return sign + shown;
  const padded = shown.padStart(1 - exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
