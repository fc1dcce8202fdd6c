// Finds the secret that stands behind a name, and tells it from words, code and evidence.

import { foldCase, isAlpha } from "./characters.js";
import { BEFORE_CODE, ERROR_CODE, MARKET, NAME_OF_WORDS, NEXT_LINE, NO_SECRET, PAIR } from "./innocent.js";
import { ASSIGNED, BEFORE_OPTION, BEFORE_REST, BEFORE_SPOKEN, BETWEEN_SIGN, LOOSE } from "./secret.js";
import { OPTION, PAIRED, QUOTED, REST, REST_ENDS, SPOKEN } from "./secret.js";

const WORD = 12; // letters below which a value is perhaps a word, which nobody needs to revoke
const ASCII = /^[\x00-\x7f]*$/;

// Return where the secret behind a name stands, and what it is taken for.
export function findValue(text, copy, name) {
  const isSecret = name.groups.secret !== undefined;
  const kind = isSecret ? "secret" : "key";
  const nameEnd = name.index + name[0].length;
  BETWEEN_SIGN.lastIndex = nameEnd;
  const end = nameEnd + (BETWEEN_SIGN.exec(copy)?.[0].length ?? 0);
  const place = { text, copy, name, nameEnd, end, isSecret };

  const rest = isSecret ? findRest(place) : null;
  if (rest) return { ...rest, kind };
  const quoted = isSecret ? readValue(place, QUOTED) : null;
  if (quoted) return { ...quoted, kind: quoted.value.includes(" ") ? "key" : kind }; // a sentence needs no revoking
  const assigned = readValue(place, ASSIGNED);
  if (assigned && !"([".includes(text[assigned.end] || "-")) {
    if (assigned.value.length >= WORD || !isAlpha(assigned.value)) return { ...assigned, kind };
    if (isSecret && ASCII.test(assigned.value)) {
      return { ...assigned, kind: text.slice(end, assigned.start) === "=" ? kind : "key" };
    }
  }
  const loose = findLoose(place);
  return loose && { ...loose, kind };
}

// Return the value behind a name that no sign joins to it.
function findLoose(place) {
  const { text, name, isSecret } = place;
  const paired = isSecret ? readValue(place, PAIRED) : null;
  if (paired) return paired;
  for (const pattern of LOOSE) {
    const found = readValue(place, pattern);
    if (found && !isName(text, found) && (isSecret || [...found.value].some(isAlpha))) return found;
  }
  if (isSecret && (!ASCII.test(name[0]) || standsBefore(place, BEFORE_SPOKEN))) return readValue(place, SPOKEN);
  return standsBefore(place, BEFORE_OPTION) ? readValue(place, OPTION) : null;
}

// Return where the rest of a line or of what is in quotes stands, behind the name of a header or a variable.
function findRest(place) {
  const { text, copy, name, end } = place;
  const before = BEFORE_REST.exec(copy.slice(Math.max(0, name.index - 80), name.index));
  REST.lastIndex = end;
  const match = before && REST.exec(copy);
  if (!match) return null;
  const [start, stop] = match.indices.groups.value;
  let value = text.slice(start, stop);
  if (before.groups.quote) value = value.split(before.groups.quote)[0];
  while (value && REST_ENDS.includes(value.at(-1))) value = value.slice(0, -1);
  const isWord = value.length < WORD && isAlpha(value) && (ASCII.test(value) || !ASCII.test(value[0]));
  if (value.length < 4 || isWord || !mayBeSecret(place, value, start)) return null;
  return { start, end: start + value.length, value };
}

// Return the value that a pattern finds behind a name, unless it cannot be a secret.
function readValue(place, pattern) {
  pattern.lastIndex = place.end;
  const match = pattern.exec(place.copy);
  if (!match) return null;
  const { value: plain, curly, beside } = match.indices.groups;
  const [start, end] = plain ?? curly ?? beside;
  const value = place.text.slice(start, end);
  return mayBeSecret(place, value, start) ? { start, end, value } : null;
}

// Tell whether a value is neither a word of a sentence, nor code, nor evidence, nor a token of ours.
function mayBeSecret(place, value, start) {
  const { text, nameEnd, isSecret } = place;
  if (value.startsWith("[") || NO_SECRET.test(foldCase(value)) || MARKET.test(value)) return false;
  if (text.slice(nameEnd, start).includes("\n") && NEXT_LINE.test(value)) return false;
  if (!isSecret && NAME_OF_WORDS.test(value)) return false;
  return !ERROR_CODE.test(value) || (isSecret && !standsBefore(place, BEFORE_CODE));
}

// Tell whether a value is the next name, with a value of its own.
function isName(text, { value, end }) {
  return PAIR.test(value) || ":：".includes(text[end] || "-");
}

function standsBefore({ copy, name }, pattern) {
  return pattern.test(copy.slice(Math.max(0, name.index - 40), name.index));
}
