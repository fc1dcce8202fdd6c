// Undoes what clients, logs and chat programs do to a text, so that templates can match it. Finds nothing itself.

import { WORDLIKE, SPACE, countLines, lowerAscii, strip } from "./characters.js";

const VANISHING = "[\\x00\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff\\u00ad]";
const IS_VANISHING = new RegExp(VANISHING);
const FIX = new RegExp(
  "(?:\\x1b|\\\\{1,8}u001[bB])\\[[0-9;?]{0,20}[ -/]{0,4}[@-~]" + // terminal colours
    "|\\x1b\\][^\\x07\\x1b]{0,200}(?:\\x07|\\x1b\\\\)" + // terminal titles and links
    "|\\\\{1,8}u(?<hex>00[2-7a-fA-F][0-9a-fA-F]|(?!00|[dD][89a-fA-F])[0-9a-fA-F]{4})" +
    "|&#(?<entity>3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]);|&(?<named>quot|apos|amp|lt|gt);" +
    "|\\\\{1,8}(?<mark>[\"'`/])" +
    "|\\\\{1,8}(?<space>[nrt])" +
    "|[“”„‟″＂]|[‘’‚‛′＇]" +
    "|\\r\\n?" +
    "|[\\u00a0\\u2000-\\u200a\\u202f\\u3000\\u2028\\u2029\\x0b\\x0c\\x85]" +
    `|${VANISHING}`,
  "g",
);
const NEEDS_FIX =
  /&(?:#[0-9]|quot|apos|amp|lt|gt)|[\x1b\\\r\x00\x0b\x0c\x85\u00a0\u00ad\u2000-\u206f\u3000\ufeff“”″‘’′＂＇]/;
const JOIN = new RegExp(`(["'])[ \\t]{0,40}\\+?[ \\t]{0,40}\\n[ \\t]{0,120}\\1(?=[^${SPACE},:}\\]])`, "g");
const DOUBLED = new RegExp(`\\{""[${WORDLIKE}]|""[${WORDLIKE}]{1,40}"":`, "u");

// A normalised text that still knows the line numbers of the original.
export class Normal {
  constructor(text, linesBefore = 0) {
    this.shifts = linesBefore ? [[0, linesBefore]] : [];
    if (NEEDS_FIX.test(text)) text = substitute(FIX, fix, text, this.shifts);
    if (text.includes('""') && DOUBLED.test(text)) text = text.replaceAll('""', '"');
    text = substitute(JOIN, () => "", text, this.shifts);
    this.text = text;
    this.lower = lowerAscii(text);
    this.shownLength = strip(text).length;
    this.starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
  }

  // Return the line number (from 1) in the original text of a position in the normalised one.
  line(position) {
    const moved = this.shifts.reduce((sum, [at, delta]) => (at <= position ? sum + delta : sum), 0);
    return Math.max(1, countUpTo(this.starts, position) + moved);
  }

  // Return start and end of the normalised line around a position.
  lineSpan(position) {
    const i = countUpTo(this.starts, position);
    return [this.starts[i - 1], i < this.starts.length ? this.starts[i] - 1 : this.text.length];
  }
}

// Return how many of the sorted numbers are not above a limit.
function countUpTo(numbers, limit) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Like `replace`, but notes where the number of line ends changes.
function substitute(pattern, replace, text, shifts) {
  let out = "";
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    const put = replace(match);
    out += text.slice(last, match.index) + put;
    last = match.index + match[0].length;
    const change = countLines(match[0]) + (match[0] === "\r") - countLines(put);
    if (change) shifts.push([out.length, change]);
  }
  return last ? out + text.slice(last) : text;
}

const ENTITIES = { quot: '"', apos: "'", amp: "&", lt: "<", gt: ">" };

// Return what stands for a match of `FIX`.
function fix({ 0: whole, groups }) {
  if (groups.hex) {
    const character = String.fromCharCode(parseInt(groups.hex, 16));
    return PLAIN.get(character) ?? (IS_VANISHING.test(character) ? "" : character);
  }
  if (groups.entity) return String.fromCharCode(Number(groups.entity));
  if (groups.named) return ENTITIES[groups.named];
  if (groups.mark) return groups.mark;
  if (groups.space) return groups.space === "n" ? "\n" : " ";
  return PLAIN.get(whole[0]) ?? "";
}

// What one character becomes; those not named here (escapes, NUL, zero-width and bidi marks) vanish.
const PLAIN = new Map([
  ...Array.from("“”„‟″＂", (mark) => [mark, '"']),
  ...Array.from("‘’‚‛′＇", (mark) => [mark, "'"]),
  ...Array.from("\u00a0\u202f\u3000\u2028\u2029\x0b\x0c\x85", (space) => [space, " "]),
  ...Array.from({ length: 11 }, (_, i) => [String.fromCharCode(0x2000 + i), " "]),
  ["\r", "\n"],
]);
