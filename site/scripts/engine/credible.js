// Judges whether a match may be believed where it stands.

import { SHORT, hasMessage } from "./hold.js";
import { LEVEL } from "./rank.js";

// Tell whether a match may be believed where it stands.
export function isCredible(normal, signals, match, told) {
  if (signals.isForeign && match.level <= LEVEL.MESSAGE && !told.exchange) return false;
  return match.level !== LEVEL.EXCHANGE_CODE || isCodeCredible(normal, match);
}

// Tell whether a code counts without its message: the exchange is known, or there is hardly more text.
function isCodeCredible(normal, { event, origin }) {
  const code = event.code ?? "";
  if (event.status === event.code) return false; // a bare 401 is an HTTP status, whatever else an exchange numbers so
  if (origin.reason === "told" || origin.reason === "mark") return true;
  const isKnown = origin.exchanges.length > 0;
  if (hasMessage(event)) return isKnown && (origin.reason === "shape" || !event.isLoose);
  if (!isKnown) return normal.shownLength < SHORT;
  const isTold = origin.reason !== "shape" || origin.isSure; // the text names the exchange
  const isNumber = event.isLoose && !isTold && !code.startsWith("-");
  return !isNumber || normal.shownLength <= code.length + AROUND_A_CODE;
}

// Characters that may stand around a bare number for it to be taken as a code by its form.
const AROUND_A_CODE = 12;
