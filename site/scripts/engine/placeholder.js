// Fills the placeholders of texts: `{name}`, `{name|words without it}`, `{name?words with it}`, nested.

import { strip } from "./characters.js";

const CHINESE = "[\\u3000-\\u303f\\u4e00-\\u9fff\\uff00-\\uffef]";
const CHINESE_MARK = "[\\u3000-\\u303f\\uff00-\\uff0f\\uff1a-\\uff20]";
const LEFTOVER = new RegExp(`((?<=${CHINESE}) +(?=${CHINESE})| +(?=${CHINESE_MARK})|(?<=${CHINESE_MARK}) +)| {2,}`, "g");
const OPEN = /\{([a-z][a-z0-9_]*)([|?}])/y;

// Return the text with its placeholders filled from a Map; one without a value or words of its own is left out.
// Inside code, the value that is named with a backtick in front is taken, if there is one: it may hold more.
export function fill(text, values) {
  const [out, end] = fillFrom(text, 0, values, false, false);
  if (end !== text.length) throw new Error(`a brace at ${end} closes nothing: ${text}`);
  return closeGaps(out);
}

// Return a filled text without the gaps that filling has left.
export function closeGaps(text) {
  return strip(text.replace(LEFTOVER, (_, chinese) => (chinese === undefined ? " " : "")));
}

// Fill to the end, or to the brace that closes the placeholder around; return where that is, too.
function fillFrom(text, at, values, isInner, isCode) {
  let out = "";
  while (at < text.length) {
    const two = text.slice(at, at + 2);
    if (!"{}".includes(text[at])) {
      const next = text.slice(at).search(/[{}]/);
      const end = next < 0 ? text.length : at + next;
      const words = text.slice(at, end);
      out += words;
      if (words.split("`").length % 2 === 0) isCode = !isCode;
      at = end;
    } else if (text[at] === "}" && (isInner || two !== "}}")) {
      break;
    } else if (two === "{{" || two === "}}") {
      out += text[at];
      at += 2;
    } else {
      const [filled, end] = fillOne(text, at, values, isCode);
      out += filled;
      at = end;
    }
  }
  return [out, at];
}

function fillOne(text, at, values, isCode) {
  OPEN.lastIndex = at;
  const match = OPEN.exec(text);
  if (!match) throw new Error(`a brace at ${at} opens no placeholder: ${text}`);
  const [whole, name, kind] = match;
  const value = (isCode && values.get(`\`${name}`)) || (values.get(name) ?? "");
  if (kind === "}") return [value, at + whole.length];
  const [words, end] = fillFrom(text, at + whole.length, values, true, isCode);
  if (end >= text.length) throw new Error(`the placeholder at ${at} is not closed: ${text}`);
  if (kind === "|") return [value || words, end + 1];
  return [value ? words : "", end + 1];
}
