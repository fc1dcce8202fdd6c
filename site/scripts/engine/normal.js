// Undoes what clients, logs and chat programs do to a text, so that templates can match it. Finds nothing itself.

import { WORDLIKE, SPACE, countLines, countUpTo, lowerAscii, strip } from "./characters.js";

const VANISHING = "\\x00\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff\\u00ad";
const ODD = new RegExp(`[“”„‟″＂‘’‚‛′＇\\u00a0\\u2000-\\u200a\\u202f\\u3000\\u2028\\u2029\\x0b\\x0c\\x85${VANISHING}]`, "g");
const IS_VANISHING = new RegExp(`[${VANISHING}]`);
const ESCAPE = new RegExp(
  "(?:\\x1b|\\\\{1,8}u001[bB])\\[[0-9;?]{0,20}[ -/]{0,4}[@-~]" + // terminal colours
    "|\\x1b\\][^\\x07\\x1b]{0,200}(?:\\x07|\\x1b\\\\)" + // terminal titles and links
    "|\\\\{1,8}u(00[2-7a-fA-F][0-9a-fA-F]|(?!00|[dD][89a-fA-F])[0-9a-fA-F]{4})" +
    "|&#(3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]);|&(quot|apos|amp|lt|gt);" +
    "|\\\\{1,8}([\"'`/])" +
    "|\\\\{1,8}([nrt])",
  "g",
);
const NEEDS_ESCAPE = /&(?:#[0-9]|quot|apos|amp|lt|gt)|[\x1b\\]/;
const JOIN = new RegExp(`(["'])[ \\t]{0,40}\\+?[ \\t]{0,40}\\n[ \\t]{0,120}\\1(?=[^${SPACE},:}\\]])`, "g");
const DOUBLED = new RegExp(`\\{""[${WORDLIKE}]|""[${WORDLIKE}]{1,40}"":`, "u");

// A normalised text that still knows the line numbers of the original.
export class Normal {
  constructor(text, linesBefore = 0) {
    text = text.replace(/\r\n?/g, "\n").replace(ODD, readCharacter);
    // from which position on the lines of the text are how many more than it shows
    let shifts = [[0, linesBefore]];
    if (NEEDS_ESCAPE.test(text)) text = undoEscapes(text, shifts);
    if (text.includes('""') && DOUBLED.test(text)) text = text.replaceAll('""', '"');
    [text, shifts] = joinLiterals(text, shifts);
    this.text = text;
    this.lower = lowerAscii(text);
    this.shownLength = strip(text).length;
    this.starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
    this.places = shifts.map(([at]) => at);
    this.moved = addUp(shifts.map(([, delta]) => delta));
  }

  // Return the line number (from 1) in the original text of a position in the normalised one.
  line(position) {
    const moved = this.moved[countUpTo(this.places, position) - 1];
    return Math.max(1, countUpTo(this.starts, position) + moved);
  }

  // Return start and end of the normalised line around a position.
  lineSpan(position) {
    const i = countUpTo(this.starts, position);
    return [this.starts[i - 1], i < this.starts.length ? this.starts[i] - 1 : this.text.length];
  }
}

function addUp(numbers) {
  let sum = 0;
  return numbers.map((number) => (sum += number));
}

const ENTITIES = { quot: '"', apos: "'", amp: "&", lt: "<", gt: ">" };

// Put what escapes stand for, and note where that makes or takes away line ends.
function undoEscapes(text, shifts) {
  let lost = 0;
  return text.replace(ESCAPE, (whole, hex, entity, named, mark, space, at) => {
    const put = readEscape(hex, entity, named, mark, space);
    lost += whole.length - put.length;
    const change = put === "\n" || !put ? countLines(whole) - put.length : 0;
    if (change) shifts.push([at + whole.length - lost, change]);
    return put;
  });
}

// Return what stands for a match of `ESCAPE`; nothing for what steers a terminal.
function readEscape(hex, entity, named, mark, space) {
  if (mark) return mark;
  if (space) return space === "n" ? "\n" : " ";
  if (named) return ENTITIES[named];
  if (entity) return String.fromCharCode(Number(entity));
  return hex ? readCharacter(String.fromCharCode(parseInt(hex, 16))) : "";
}

function readCharacter(character) {
  return PLAIN.get(character) ?? (IS_VANISHING.test(character) ? "" : character);
}

// Join string literals that stand on several lines; what was noted of lines moves with the text.
function joinLiterals(text, shifts) {
  const joints = [...text.matchAll(JOIN)];
  if (!joints.length) return [text, shifts];
  const ends = joints.map(({ 0: whole, index }) => index + whole.length);
  const lost = [0, ...addUp(joints.map(([whole]) => whole.length))];
  const moved = shifts.map(([at, delta]) => [at - lost[countUpTo(ends, at - 1)], delta]);
  const joined = ends.map((end, number) => [end - lost[number + 1], 1]);
  return [text.replace(JOIN, ""), [...moved, ...joined].sort((a, b) => a[0] - b[0] || a[1] - b[1])];
}

// What one character becomes; those not named here (escapes, NUL, zero-width and bidi marks) vanish.
const PLAIN = new Map([
  ...Array.from("“”„‟″＂", (mark) => [mark, '"']),
  ...Array.from("‘’‚‛′＇", (mark) => [mark, "'"]),
  ...Array.from("\u00a0\u202f\u3000\u2028\u2029\x0b\x0c\x85", (space) => [space, " "]),
  ...Array.from({ length: 11 }, (_, i) => [String.fromCharCode(0x2000 + i), " "]),
  ["\r", "\n"],
]);
