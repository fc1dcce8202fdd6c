// Finds what a text shows: events (codes, messages, statuses as printed) and marks of exchanges. Judges nothing.

import { DIGIT, END, SPACE, WORDLIKE, isAlnum, isAlpha, lastOf, lowerAscii } from "./characters.js";
import { remember } from "./store.js";

// Events kept from one text, the last ones: enough for any paste.
export const MAX_EVENTS = 400;

// Pairs of key and value that are read, the last ones.
const PAIRS = 4 * MAX_EVENTS;
const GAP = 300;
const AFTERTHOUGHT = 20;
const STATUS = new RegExp(`^[45][${DIGIT}]{2}$`, "u");
const LABEL =
  /^(?!E(?:CONN|TIMED|SOCKET|AI_|NOT|HOST|NET|PIPE|PROTO|ADDR|LIFE|PERM|ACC)|ERR_)[A-Z][A-Z0-9_]{3,60}$/;
const NUMBER = new RegExp(`^-?[${DIGIT}]{1,7}$`, "u");
const HOST = new RegExp(`(?<![${WORDLIKE}.@-])(?:[a-z0-9-]{1,63}\\.){1,5}[a-z]{2,10}(?![${WORDLIKE}-])`, "gu");

const EVENT = {
  code: null,
  codeAt: -1,
  message: null,
  status: null,
  statusAt: -1,
  keys: new Set(),
  isString: false,
  isLoose: false,
  ccxt: null,
};

// Return one error as it stands in the text; positions are those of the normalised text.
export function createEvent(start, end, fields = {}) {
  return { ...EVENT, start, end, ...fields };
}

// Return events and marks of a normalised text.
export function findSignals(kb, normal) {
  const all = mergeEvents([...findPairs(kb, normal), ...findEnvelopes(kb, normal)]);
  const marks = findMarks(kb.index, normal, all);
  const events = all.filter((event) => event.code || event.status || event.message).slice(-MAX_EVENTS);
  const hasStrong = marks.some((mark) => mark.isStrong);
  const isForeign = !hasStrong && kb.index.foreign.some((word) => normal.lower.includes(word));
  return { events, marks, isForeign };
}

function pairPattern({ keys, shapes }) {
  const known = new Set(Object.values(keys).flat());
  const others = new Set(shapes.flatMap((shape) => shape.keys).filter((key) => !known.has(key)));
  const names = (list) => [...list].sort((a, b) => b.length - a.length).map(escapeText).join("|");
  const quoted = (number) =>
    [['"', "dq"], ["'", "sq"]]
      .map(
        ([mark, name]) =>
          `${mark}(?<${name}${number}>(?:[^${mark}{]|\\{(?![${SPACE}]{0,4}${mark})` +
          `|${mark}(?![${SPACE},;}\\])]|${END})){0,1000})(?:${mark}|${END})`,
      )
      .join("|");
  const separator = `["'\`\\]]{0,2}[${SPACE}]{0,4}(?:=>|[:：=])[${SPACE}]{0,24}`;
  const opensBody = `(?!["'\`][${SPACE}]{0,4}[\\{\\[])`;
  const bareCode = `[^${SPACE},;，；\\{\\}\\(\\)\\[\\]"'<>]{1,64}`;
  const bareMessage = `[^${SPACE}"'\\{\\}\\[\\(][^\\n\\{\\}"]{0,300}`;
  return new RegExp(
    `(?<![${WORDLIKE}-])(?<!tatus )(?:` +
      `(?<code>${names(keys.code)})${separator}(?:${quoted(1)}|(?<b1>${bareCode}))` +
      `|(?<message>${names(keys.message)})${separator}${opensBody}(?:${quoted(2)}|(?<b2>${bareMessage}))` +
      `|(?<status>${names(keys.status)})${separator}["']?(?<b3>[45][${DIGIT}]{2})(?![${WORDLIKE}])` +
      `|(?<other>${names(others) || "\\x00"})["'\`]{1,2}[${SPACE}]{0,4}:)`,
    "dgu",
  );
}

function escapeText(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function* readPairs(kb, text) {
  for (const match of lastOf(text.matchAll(remember(kb, "pairs", () => pairPattern(kb.index))), PAIRS)) {
    const [start, end] = match.indices[0];
    const groups = match.groups;
    if (groups.other) {
      yield { kind: "other", key: groups.other, value: "", start, valueStart: end, end, isString: false };
      continue;
    }
    for (const [kind, number] of [["code", 1], ["message", 2], ["status", 3]]) {
      const key = groups[kind];
      if (key === undefined) continue;
      for (const group of [`dq${number}`, `sq${number}`, `b${number}`]) {
        const value = groups[group];
        if (value === undefined) continue;
        const [valueStart, valueEnd] = match.indices.groups[group];
        if (leadsToBody(text, valueEnd, group)) continue;
        yield { kind, key, value, start, valueStart, end, isString: !group.startsWith("b") };
      }
    }
  }
}

// Tell whether a bare message is only what stands in front of a body, as in `Message: binance {…}`.
function leadsToBody(text, end, group) {
  return group === "b2" && (text[end] === "{" || text[end] === "[");
}

// Group neighbouring key and value pairs into events, as JSON, Python, node, Go, Java and PHP print errors.
function* findPairs(kb, normal) {
  let current = null;
  for (const pair of readPairs(kb, normal.text)) {
    if (pair.kind === "code" && !isCode(kb.index, pair.value) && !LABEL.test(pair.value)) continue;
    const between = current ? normal.text.slice(current.end, Math.max(current.end, pair.start)) : "";
    if (current && (!fits(current, pair) || between.length > GAP || /\}[^{}]*\{/.test(between))) {
      if (isWorth(current)) yield current;
      current = null;
    }
    current = addPair(current, pair);
  }
  if (current && isWorth(current)) yield current;
}

function isCode(index, value) {
  return NUMBER.test(value) || index.byCode.has(value);
}

function fits(event, pair) {
  return pair.kind === "other" || event[pair.kind] === null;
}

function addPair(event, { kind, key, value, start, valueStart, end, isString }) {
  event ??= createEvent(start, end);
  event = { ...event, end: Math.max(event.end, end), keys: new Set(event.keys).add(key) };
  if (kind === "other") return event;
  if (kind === "code") {
    const status = STATUS.test(value) && event.status === null ? value : event.status;
    return { ...event, code: value, codeAt: valueStart, isString, status };
  }
  if (kind === "message") return { ...event, message: [valueStart, valueStart + value.length] };
  return { ...event, status: value, statusAt: valueStart };
}

function isWorth(event) {
  return event.code !== null || event.status !== null || (event.message && event.message[1] > event.message[0]);
}

function* findEnvelopes(kb, normal) {
  for (const [number, { pattern, needs, isLoose }] of kb.index.envelopes.entries()) {
    if (!needs.some((word) => normal.lower.includes(word))) continue;
    const compiled = remember(kb, `envelope ${number}`, () => new RegExp(pattern, "dgi"));
    for (const match of lastOf(normal.text.matchAll(compiled), MAX_EVENTS)) {
      const event = readEnvelope(match, isLoose);
      if (event.code === null || isCode(kb.index, event.code)) yield event;
    }
  }
}

function readEnvelope({ groups, indices }, isLoose) {
  const { code, status, exchange, message } = groups;
  const [start, end] = indices[0];
  return createEvent(code && isLoose ? indices.groups.code[0] : start, end, {
    code: code ?? null,
    codeAt: code ? indices.groups.code[0] : -1,
    message: message ? indices.groups.message : null,
    status: status || (code && STATUS.test(code) ? code : null),
    statusAt: status ? indices.groups.status[0] : -1,
    isLoose,
    ccxt: exchange ? lowerAscii(exchange) : null,
  });
}

// Join readings of the same code, and a status with the code that follows it on the line.
function mergeEvents(events) {
  const byCode = new Map();
  const statuses = new Map();
  const messages = [];
  for (const event of events) {
    if (event.code !== null) {
      const known = byCode.get(event.codeAt);
      byCode.set(event.codeAt, known ? joinEvents(known, event) : event);
    } else if (event.status !== null) {
      const known = statuses.get(event.statusAt);
      statuses.set(event.statusAt, known ? joinEvents(known, event) : event);
    } else {
      messages.push(event);
    }
  }
  for (const [at, event] of [...byCode]) {
    const isStatus = event.isLoose && event.code === event.status;
    if (isStatus && statuses.has(at) && !statuses.get(at).isLoose) byCode.delete(at);
  }
  const byStart = (a, b) => a.start - b.start;
  const coded = takeStatuses([...byCode.values()].sort(byStart));
  const starts = new Set(coded.flatMap((event) => [event.codeAt, event.statusAt]));
  const alone = [...statuses.values()].filter((event) => !starts.has(event.statusAt)).sort(byStart);
  return [...coded, ...alone, ...messages].sort(byStart);
}

// Let what clients print behind a body, as in `{…} (error code 401)`, be the status of that body's event.
function takeStatuses(events) {
  const kept = [];
  for (const event of events) {
    const before = kept.at(-1);
    const isStatus = event.status !== null && event.status === event.code && !event.keys.size;
    const agrees = before && (before.status === null || before.status === event.status);
    if (isStatus && agrees && event.start - before.end <= AFTERTHOUGHT) {
      kept[kept.length - 1] = { ...before, status: event.status, statusAt: event.codeAt };
    } else {
      kept.push(event);
    }
  }
  return kept;
}

function joinEvents(first, second) {
  if (first.isLoose && !second.isLoose) [first, second] = [second, first];
  return {
    ...first,
    start: Math.min(first.start, second.start),
    end: Math.max(first.end, second.end),
    message: first.message ?? second.message,
    status: first.status || second.status,
    statusAt: Math.max(first.statusAt, second.statusAt),
    keys: new Set([...first.keys, ...second.keys]),
    isString: first.isString || second.isString,
    isLoose: first.isLoose && second.isLoose,
    ccxt: first.ccxt || second.ccxt,
  };
}

// Return every mark of an exchange in the text, in order.
function findMarks(index, normal, events) {
  const { lower } = normal;
  const marks = [...findHosts(index, lower), ...findTexts(index, lower), ...findNames(index, lower)];
  for (const event of events) {
    const known = event.ccxt && index.ccxt.get(event.ccxt);
    if (known) marks.push(createMark(event.start, event.start + event.ccxt.length, known));
  }
  marks.sort((a, b) => a.start - b.start || b.end - a.end);
  return marks.map((mark, number) => ({ ...mark, number }));
}

function createMark(start, end, { exchange, product }, { isStrong = true, isPath = false } = {}) {
  return { start, end, exchange, product, isStrong, isPath };
}

function* findHosts(index, lower) {
  for (const match of lower.matchAll(HOST)) {
    const host = match[0];
    const domain = host.split(".").slice(-2).join(".");
    const exchange = index.domains.get(domain);
    const mark = index.hosts.get(host) ?? (exchange && { exchange, product: null });
    if (mark) yield createMark(match.index, match.index + host.length, mark);
  }
}

function* findTexts(index, lower) {
  for (const [literal, mark] of index.texts) {
    for (const at of findAll(lower, literal)) {
      if (standsFree(lower, at, literal)) yield createMark(at, at + literal.length, mark);
    }
  }
  for (const [path, mark] of index.paths) {
    for (const at of findAll(lower, path)) yield createMark(at, at + path.length, mark, { isPath: true });
  }
}

function* findNames(index, lower) {
  for (const [name, exchange] of index.names) {
    for (const at of findAll(lower, name)) {
      if (name.length > SHORT_NAME || isWord(lower, at, at + name.length)) {
        yield createMark(at, at + name.length, { exchange, product: null }, { isStrong: false });
      }
    }
  }
}

// Tell whether a mark is not part of a longer word.
function standsFree(text, at, literal) {
  const isJoinedBefore = at > 0 && isAlnum(literal[0]) && isAlnum(text[at - 1]);
  return !isJoinedBefore && !(isAlnum(literal.at(-1)) && isAlnum(text.charAt(at + literal.length)));
}

const SHORT_NAME = 4;

// Tell whether a short name is a word, and no accident inside an id; `mexc3` and `okx_` are words too.
function isWord(text, start, end) {
  return !(start && isAlnum(text[start - 1])) && !isAlpha(text.charAt(end));
}

// Yield where a literal stands, the last places first.
function* findAll(text, literal) {
  let at = text.includes(literal) ? text.lastIndexOf(literal) : -1;
  for (let count = 0; count < MAX_EVENTS && at >= 0; count += 1) {
    yield at;
    at = at < literal.length ? -1 : text.lastIndexOf(literal, at - literal.length);
  }
}
