// Finds the templates and exception names that stand in a text, through the index. Ranks nothing.

import { END, SPACE, WORDLIKE, countBefore, countUpTo, foldCase, lastOf, stripOf } from "./characters.js";
import { MAX_EVENTS } from "./signals.js";
import { remember } from "./store.js";

export const TOKEN = /[A-Za-z0-9]+|[\u4e00-\u9fff]/g;
const NAME = /(?<![A-Za-z0-9_])[A-Za-z_][A-Za-z0-9_]{2,80}(?![A-Za-z0-9_])/g;

// How far from an event, in characters, its message on a long line or a selection's further condition may stand.
export const NEAR = 2000;

// How far from anchor words a template may begin or end, in characters.
const MARGIN = 420;

// Return every template that stands in the text, in order of place; of one that stands often, the last.
export function findHits(kb, normal) {
  const words = [];
  const starts = [];
  for (const { 0: word, index } of normal.lower.matchAll(TOKEN)) {
    words.push(word);
    starts.push(index);
  }
  const anchors = findAnchors(kb, words, starts);
  const leads = [...anchors.keys()].map((template) => leadOf(kb, template)).filter((lead) => lead);
  const places = new Map(leads.map((lead) => [lead, []]));
  words.forEach((word, i) => places.get(word)?.push(starts[i]));
  const found = [];
  for (const [template, spans] of anchors) {
    const matches = findMatchesOf(kb, normal.text, template, spans, places.get(leadOf(kb, template)));
    for (const match of lastOf(matches, MAX_EVENTS)) found.push(readHit(normal.text, template, match));
  }
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

// Return where the anchor words of each template stand.
function findAnchors(kb, words, starts) {
  const begun = listBeginnings(kb);
  const found = new Map();
  words.forEach((word, i) => {
    let key = word;
    let last = i;
    for (let templates = begun.get(key); templates; templates = begun.get(key)) {
      for (const template of templates) {
        if (!found.has(template)) found.set(template, []);
        found.get(template).push({ start: starts[i], end: starts[last] + words[last].length });
      }
      last += 1;
      if (last === words.length) break;
      key = `${key} ${words[last]}`;
    }
  });
  return found;
}

// Return the templates of each anchor, and none for the words with which an anchor begins.
function listBeginnings(kb) {
  return remember(kb, "beginnings", () => {
    const begun = new Map();
    for (const anchor of kb.index.anchors.keys()) {
      for (let at = anchor.indexOf(" "); at >= 0; at = anchor.indexOf(" ", at + 1)) begun.set(anchor.slice(0, at), []);
    }
    return new Map([...begun, ...kb.index.anchors]);
  });
}

// Yield the matches of a template that hold an anchor: the first, then the first behind it, and so on. They begin at
// one of `starts`, if these are known. What stands around the anchors is read once, however many they are: a text that
// is full of them takes no longer.
function* findMatchesOf(kb, text, template, anchors, starts) {
  for (const [first, last] of stretchesOf(anchors)) {
    let at = Math.max(0, anchors[first].start - MARGIN);
    const shown = text.slice(0, anchors[last].end + MARGIN);
    for (;;) {
      const match = nextMatch(kb, template, shown, at, anchors[last].start, starts);
      if (!match) break;
      const end = match.index + match[0].length;
      if (anchors[countBefore(anchors, match.index)].end <= end) {
        yield match;
        at = end;
      } else {
        at = match.index + 1;
      }
    }
  }
}

// Yield the first and last of anchors that stand so near that what is read around them meets.
function* stretchesOf(anchors) {
  let first = 0;
  for (let i = 1; i < anchors.length; i += 1) {
    if (anchors[i].start - MARGIN > anchors[i - 1].end + MARGIN) {
      yield [first, i - 1];
      first = i;
    }
  }
  yield [first, anchors.length - 1];
}

// Return the first match that begins between two positions; it begins at one of `starts`, if these are known.
function nextMatch(kb, template, text, at, end, starts) {
  if (at > end) return null;
  if (!starts) {
    const pattern = compiled(kb, template);
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    return match && match.index <= end ? match : null;
  }
  const pattern = remember(kb, `at ${template}`, () => new RegExp(kb.index.templates[template].pattern, "iy"));
  for (let i = countUpTo(starts, at - 1); i < starts.length && starts[i] <= end; i += 1) {
    pattern.lastIndex = starts[i];
    const match = pattern.exec(text);
    if (match) return match;
  }
  return null;
}

function readHit(text, template, match) {
  const end = match.index + match[0].length;
  const isWhole = standsWhole(text, match.index, end);
  return { template, start: match.index, end, captures: readCaptures(match), isWhole };
}

// A pattern without alternatives that begins with a whole word.
const LEAD =
  /^\\b([A-Za-z0-9]+)(?:\\b|\[ \\t-\\r\]\{1,|(?:[ _:;,'<>=-]|\\[.()/[\]{}]|\["'`\])(?![?*+{]))[^|]*$/;

// Return the word with which every match of a template begins, if there is one.
function leadOf(kb, template) {
  return remember(kb, `lead ${template}`, () => LEAD.exec(kb.index.templates[template].pattern)?.[1].toLowerCase());
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
  if (![...byException.keys()].some((name) => normal.text.includes(name))) return [];
  const named = Array.from(normal.text.matchAll(NAME)).filter(([name]) => byException.has(name));
  return named.map(({ 0: name, index }) => ({ name, start: index, end: index + name.length }));
}

// Tell whether a template hit is the message of an event.
export function belongs(hit, event, { lineStart, lineEnd }, nextStart) {
  if (event.message && hit.start < event.message[1] && hit.end > event.message[0]) return true;
  if (hit.start < event.end && hit.end > event.start) return true;
  if (event.message && event.keys.size) return false;
  if (Math.max(lineStart, event.start - NEAR) <= hit.start && hit.start < Math.min(lineEnd, nextStart)) return true;
  return event.end <= hit.start && hit.start <= Math.min(event.end + 160, nextStart);
}
