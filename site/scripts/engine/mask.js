// Hides the secrets of a text: the same secret becomes the same short token in one masker.
// Values are cut from the text itself where a pattern runs on a folded copy, since folding moves nothing.

import { SPACE, flatten, foldCase } from "./characters.js";
import { undo } from "./coding.js";
import { MARKET } from "./innocent.js";
import { findValue } from "./named.js";
import { BARE, NAMED, NAMED_NEEDS, PEM, PEM_BODY, PEM_END, SECRET_PLACES } from "./secret.js";

const KNOWN = 300; // how many secrets are also looked for without their name
const LONG = 16; // characters from which on a key is told from words and numbers wherever it stands
const LIKE_A_KEY = /^(?=[^0-9]{0,16}[0-9])(?=[^A-Za-z]{0,16}[A-Za-z])[^\n]{8}/; // a shorter one that is told all the same
const PART = 6; // characters of a secret that tell something of it

// Return a masker: it remembers which token stands for which secret, and whether a real secret was seen.
export function createMasker() {
  return { tokens: new Map(), secrets: new Map(), known: new Map() };
}

// Return the text with every secret replaced by its token.
// Escapes and colours are undone only where a secret could not be told or hidden otherwise.
export function maskText(masker, text) {
  if (text.length < PART) return text;
  const plain = undo(text);
  if (plain === text) return hide(masker, text);
  const hidden = hide(masker, plain);
  if (hidden === plain) return hide(masker, text);
  const trial = { tokens: new Map(masker.tokens), secrets: new Map(masker.secrets), known: new Map(masker.known) };
  const coded = hide(trial, text);
  if (undo(coded) !== hidden) return hidden;
  Object.assign(masker, trial);
  return coded;
}

function hide(masker, text) {
  const seen = foldCase(text).toLowerCase();
  const has = (needs) => needs.some((need) => seen.includes(need));
  const put = (pattern, kindOf, isFolded) => {
    text = replaceValues(text, isFolded ? foldCase(text) : text, pattern, (value, isGroup) =>
      isGroup && (value.startsWith("[") || MARKET.test(value)) ? value : tokenOf(masker, value, kindOf(value)),
    );
  };

  if (seen.includes("private key")) {
    put(PEM, () => "secret");
    text = hidePemEnds(masker, text);
  }
  for (const { pattern, needs, isFolded, kind } of SECRET_PLACES) if (has(needs)) put(pattern, () => kind, isFolded);
  if (has(NAMED_NEEDS)) text = hideNamed(masker, text);
  put(BARE, kindOfBare);
  const known = [...masker.secrets, ...masker.known].slice(0, KNOWN);
  for (const [value, token] of known) text = text.replaceAll(value, () => token);
  for (const [value, token] of known) text = hideEnds(text, value, token);
  return text;
}

// Put something for the value of each match in the copy of a text that the pattern reads; the value may be all of it.
function replaceValues(text, copy, pattern, replace) {
  let out = "";
  let last = 0;
  for (const match of copy.matchAll(pattern)) {
    const group = match.indices.groups?.value;
    const [start, end] = group ?? match.indices[0];
    out += text.slice(last, start) + replace(text.slice(start, end), Boolean(group));
    last = end;
  }
  return last ? out + text.slice(last) : text;
}

function tokenOf({ tokens, secrets, known }, value, kind) {
  if (!kind) return value;
  if (!tokens.has(value)) {
    const token = `[${kind} ${tokens.size + 1}]`;
    tokens.set(value, token);
    if (kind === "secret") secrets.set(value, token);
    else if (value.length >= LONG || LIKE_A_KEY.test(value)) known.set(value, token);
  }
  return tokens.get(value);
}

// Hide what is left of a private key whose beginning was cut off.
function hidePemEnds(masker, text) {
  let out = "";
  let last = 0;
  for (const match of text.matchAll(PEM_END)) {
    const first = Math.max(last, match.index - 8000);
    let start = match.index;
    while (start > first && PEM_BODY.includes(text[start - 1])) start -= 1;
    const end = match.index + match[0].length;
    out += text.slice(last, start) + tokenOf(masker, text.slice(start, end), "secret");
    last = end;
  }
  return out + text.slice(last);
}

// Hide what stands behind the names of secrets, joined in whatever way.
function hideNamed(masker, text) {
  const copy = foldCase(text);
  let out = "";
  let last = 0;
  for (const name of copy.matchAll(NAMED)) {
    if (name.index < last) continue;
    const found = findValue(text, copy, name);
    if (!found) continue;
    out += text.slice(last, found.start) + tokenOf(masker, text.slice(found.start, found.end), found.kind);
    last = found.end;
  }
  return out + text.slice(last);
}

// Hide what of a known secret stands at the ends of a text, which was cut there.
function hideEnds(text, value, token) {
  if (text.length < PART || value.length < PART) return text;
  if (value.includes(text)) return token;
  const tail = text.slice(-PART);
  for (let at = value.indexOf(tail); at >= 0; at = value.indexOf(tail, at + 1)) {
    if (!text.endsWith(value.slice(0, at + PART))) continue;
    text = text.slice(0, -at - PART) + token;
    break;
  }
  const head = text.slice(0, PART);
  for (let at = value.indexOf(head); at >= 0; at = value.indexOf(head, at + 1)) {
    if (text.startsWith(value.slice(at))) return token + text.slice(value.length - at);
  }
  return text;
}

function kindOfBare(value) {
  if (value.length > 36 && value.includes("-")) return null; // an id, with what it is called
  if (value.length > 64 && !value.endsWith("==")) return null; // a digest, likewise
  if (value.length === 64 && new Set(value).size < 8) return null;
  const isMixed = value.length === 64 && value !== value.toLowerCase() && value !== value.toUpperCase();
  return isMixed ? "secret" : "key";
}

export const REACH = 9_000; // longer than any secret
const BETWEEN = new RegExp(`[${SPACE}"'\`,;&<>()\\[\\]{}]`);

// Return where the first whole line, or else word, begins from a place on: half a secret looks like none.
export function findWord(text, start) {
  if (start <= 0) return 0;
  const line = text.slice(start - 1, start + REACH).indexOf("\n");
  if (line >= 0) return start + line;
  const between = text.slice(start, start + REACH).search(BETWEEN);
  return between >= 0 ? start + between + 1 : start;
}

const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

// Return the text with control and bidi characters as escapes, safe for a page.
export function makePrintable(text) {
  return text.replace(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

// Mask a text for its author: the masked text, how many secrets must be revoked, and which kinds were hidden.
export function mask(text) {
  const { text: flat, restore } = flatten(text);
  const masker = createMasker();
  const shown = restore(maskText(masker, flat));
  const kinds = new Set([...masker.tokens.values()].map((token) => token.slice(1, token.indexOf(" "))));
  return { text: shown, secrets: [...masker.secrets.values()], kinds: [...kinds] };
}
