// Characters as Python sees them: one unit each, and its classes of letters, digits and spaces.
// Patterns with these classes need the `u` flag, and none of them the `i` flag, which folds otherwise than Python.

export const DIGIT = "\\p{Nd}\\udc00-\\udc7f";
export const WORDLIKE = "\\p{L}\\p{N}_\\udc00-\\uddff";
export const SPACE = " \\t-\\r\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
export const END = "(?=\\n?$)";

const PLACES = [
  { kind: /\p{Nd}/u, next: 0xdc00, end: 0xdc7f },
  { kind: /[\p{L}\p{N}]/u, next: 0xdc80, end: 0xddff },
  { kind: /[^]/u, next: 0xde00, end: 0xdfff },
];

const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

// Put a lone low surrogate for each character beyond the BMP, so that lengths and limits count characters as in Python.
// Return the text and the function that restores what was replaced. Halves of characters become `�`, and so do the
// last of more than some hundred different ones.
export function flatten(text) {
  if (!/[\ud800-\udfff]/.test(text)) return { text, restore: (shown) => shown };
  const places = new Map();
  const characters = new Map();
  const free = PLACES.map((place) => ({ ...place }));
  const flat = text.replace(HALF, "\ufffd").replace(/[\ud800-\udbff][\udc00-\udfff]/g, (character) => {
    if (!places.has(character)) {
      const place = free.find(({ kind }) => kind.test(character));
      const unit = String.fromCharCode(place.next);
      places.set(character, unit);
      characters.set(unit, place.next < place.end ? character : "\ufffd");
      place.next = Math.min(place.next + 1, place.end);
    }
    return places.get(character);
  });
  return { text: flat, restore: (shown) => shown.replace(/[\udc00-\udfff]/gu, (unit) => characters.get(unit)) };
}

const IS_SPACE = new RegExp(`[${SPACE}]`);

export function strip(text) {
  let start = 0;
  let end = text.length;
  while (start < end && IS_SPACE.test(text[start])) start += 1;
  while (end > start && IS_SPACE.test(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

export function stripOf(text, characters) {
  let start = 0;
  let end = text.length;
  while (start < end && characters.includes(text[start])) start += 1;
  while (end > start && characters.includes(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

const ALNUM = /^[\p{L}\p{N}\udc00-\uddff]+$/u;
const ALPHA = /^[\p{L}\udc80-\uddff]+$/u;
const DIGITS = new RegExp(`^[${DIGIT}]+$`, "u");

export function isAlnum(text) {
  return ALNUM.test(text);
}

export function isAlpha(text) {
  return ALPHA.test(text);
}

export function isDigits(text) {
  return DIGITS.test(text);
}

export function lowerAscii(text) {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

// Fold case as Python's IGNORECASE does for the letters of ASCII, without changing any position.
export function foldCase(text) {
  return lowerAscii(text).replace(/[\u0130\u0131\u017f\u212a]/g, (letter) => FOLDED[letter]);
}

const FOLDED = { "\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k" };

export function countLines(text) {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

// Return how many of some things, which are in order of place, begin before a position.
export function countBefore(things, position) {
  let low = 0;
  let high = things.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (things[middle].start < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Return how many of the sorted numbers are not above a limit.
export function countUpTo(numbers, limit) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Return the last of some things, in their order.
export function lastOf(things, count) {
  return [...things].slice(-count);
}
