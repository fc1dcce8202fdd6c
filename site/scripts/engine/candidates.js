// Finds the templates and exception names that stand in a text, through the index. Ranks nothing.

import { END, SPACE, WORDLIKE, foldCase, stripOf } from "./characters.js";
import { remember } from "./store.js";

export const TOKEN = /[A-Za-z0-9]+|[\u4e00-\u9fff]/g;
const NAME = /(?<![A-Za-z0-9_])[A-Za-z_][A-Za-z0-9_]{2,80}(?![A-Za-z0-9_])/g;

// How far from an event a selection's further condition may stand, in characters.
export const NEAR = 2000;

// How far from its anchor words a template may begin or end, in characters.
const MARGIN = 420;

// Return every template that stands in the text, in order of place.
export function findHits(kb, normal) {
  const { anchors } = kb.index;
  const tokens = Array.from(normal.text.matchAll(TOKEN), ({ 0: word, index }) => ({
    word: word.toLowerCase(),
    start: index,
    end: index + word.length,
  }));
  const found = new Map();
  for (let i = 0; i < tokens.length; i += 1) {
    let key = "";
    for (let last = i; last < Math.min(i + 3, tokens.length); last += 1) {
      key = key ? `${key} ${tokens[last].word}` : tokens[i].word;
      for (const template of anchors.get(key) ?? []) {
        const hit = verify(kb, normal, template, tokens[i].start, tokens[last].end);
        if (hit) found.set(`${template} ${hit.start}`, hit);
      }
    }
  }
  return [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

// Match a template around its anchor words.
function verify(kb, normal, template, start, end) {
  const pattern = compiled(kb, template);
  const text = normal.text.slice(0, end + MARGIN);
  let at = Math.max(0, start - MARGIN);
  for (let tries = 0; tries < 8; tries += 1) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match || match.index > start) return null;
    const matchEnd = match.index + match[0].length;
    if (matchEnd >= end) {
      const isWhole = standsWhole(normal.text, match.index, matchEnd);
      return { template, start: match.index, end: matchEnd, captures: readCaptures(match), isWhole };
    }
    at = match.index + 1;
  }
  return null;
}

function readCaptures({ groups }) {
  const captures = Object.entries(groups ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(captures.map(([name, value]) => [name, stripOf(value, "\"'` ")]));
}

// Return a template's regular expression, compiled at its first use.
function compiled(kb, template) {
  return remember(kb, template, () => new RegExp(kb.index.templates[template].pattern, "gi"));
}

// Tell whether a condition's pattern stands near an event.
export function standsNear(kb, normal, template, event) {
  const pattern = compiled(kb, template);
  pattern.lastIndex = Math.max(0, event.start - NEAR);
  return pattern.test(normal.text.slice(0, event.end + NEAR));
}

const BEFORE = new RegExp(
  `(?:^|[\\n:：=>"'\`\\]\\[\\(\\)\\{,;，|\\-]|(?<![${WORDLIKE}])(?:binance|kucoin|bigone|msg|message))` +
    `[${SPACE}"'\`]{0,4}${END}`,
  "gu",
);
const AFTER = new RegExp(
  `[.!。]{0,3}[${SPACE}"'\`]{0,3}(?:${END}|[\\n\\}\\)\\]|<\\(,;，]|(?<![${WORDLIKE}])at(?![${WORDLIKE}]))`,
  "uy",
);

// Tell whether a hit is all that its sentence or message field says.
function standsWhole(text, start, end) {
  const low = Math.max(0, start - 24);
  const shown = Math.max(0, low - 1); // what stands before, for the boundary of a word
  BEFORE.lastIndex = low - shown;
  AFTER.lastIndex = end;
  return BEFORE.test(foldCase(text.slice(shown, start))) && AFTER.test(text);
}

// Return every exception class or errno name that a rule knows.
export function findExceptions(kb, normal) {
  const { byException } = kb.index;
  const named = Array.from(normal.text.matchAll(NAME)).filter(([name]) => byException.has(name));
  return named.map(({ 0: name, index }) => ({ name, start: index, end: index + name.length }));
}

// Tell whether a template hit is the message of an event.
export function belongs(hit, event, { lineStart, lineEnd }, nextStart) {
  if (event.message && hit.start < event.message[1] && hit.end > event.message[0]) return true;
  if (hit.start < event.end && hit.end > event.start) return true;
  if (event.message && event.keys.size) return false;
  if (lineStart <= hit.start && hit.start < Math.min(lineEnd, nextStart)) return true;
  return event.end <= hit.start && hit.start <= Math.min(event.end + 160, nextStart);
}
