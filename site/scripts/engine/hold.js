// Tells which selections hold for an event, and how much of each. Chooses none.

import { isDigits } from "./characters.js";
import { TOKEN, standsNear } from "./candidates.js";
import { LEVEL } from "./rank.js";
import { remember } from "./store.js";

// A text of fewer characters is hardly more than its code, so that the code may speak for itself.
export const SHORT = 80;

// Return one hit for each template: the whole message before a part, the last before earlier ones.
export function pickHits(hits) {
  const picked = new Map();
  for (const hit of hits) {
    const known = picked.get(hit.template);
    const isBetter = known && (hit.isWhole === known.isWhole ? hit.start > known.start : hit.isWhole);
    if (!known || isBetter) picked.set(hit.template, hit);
  }
  return picked;
}

// Return every selection that holds for an event, found through the index. A scene is the event and all around it:
// kb, normal, event, hits (by template), exception (the event is it), exceptions (by name, those near), origin.
export function findSelections(scene) {
  const { byTemplate, byCode, byStatus, byException } = scene.kb.index;
  const { event } = scene;
  const numbers = new Set([...scene.hits.keys()].flatMap((template) => byTemplate[template]));
  const addAll = (list) => list?.forEach((number) => numbers.add(number));
  if (event.code !== null) {
    addAll(byCode.get(event.code));
    addAll(familyOf(scene));
  }
  if (event.status !== null) addAll(byStatus.get(event.status));
  if (scene.exception) addAll(byException.get(scene.exception.name));
  const ordered = [...numbers].sort((a, b) => a - b);
  return ordered.map((number) => hold(scene, number)).filter((match) => match);
}

const FAMILY = "xx";

// Return the selections of a code's hundred, if a sure exchange prints a code that its catalogue lacks.
function familyOf({ kb: { index }, event: { code, isLoose }, origin }) {
  if (!code || isLoose || !origin.isSure) return [];
  if (!isDigits(code.replace(/^-+/, "")) || code.length < "-100".length) return [];
  const numbers = index.byCode.get(code) ?? [];
  const isKnown = numbers.some((number) => index.owners[index.selections[number].owner].exchange === origin.exchange);
  return isKnown ? [] : index.byCode.get(code.slice(0, -2) + FAMILY);
}

// Return the match if every key of a selection holds.
function hold(scene, number) {
  const { kb, event, origin } = scene;
  const selection = kb.index.selections[number];
  const owner = kb.index.owners[selection.owner];
  const productFit = fitProduct(selection.product || owner.product, origin);
  if (!conditionsHold(scene, selection, owner, productFit)) return null;
  const hit = scene.hits.get(selection.template) ?? null;
  const isFamily = selection.code !== null && selection.code.endsWith(FAMILY);
  const hasCode = selection.code !== null && (isFamily || selection.code === event.code);
  const holds = owner.isRule ? ruleHolds : entryHolds;
  if (!holds(scene, selection, owner, hit, hasCode) || !isEnough(scene, owner, hit, hasCode)) return null;
  const level = isFamily ? LEVEL.EXCHANGE_FAMILY : levelOf(owner, selection, hit !== null, hasCode);
  const overlap = level === LEVEL.EXCHANGE_CODE ? weighOverlap(scene, selection) : 0;
  const exception = scene.exceptions.get(selection.exception) ?? null;
  return { owner, selection, level, event, hit, exception, origin, productFit, overlap };
}

// Tell whether exchange, product, status, exception and further pattern agree with the text.
function conditionsHold(scene, selection, owner, productFit) {
  if (!mayBeFrom(scene, owner, selection)) return false;
  if (selection.product && productFit === 0) return false;
  if (selection.status && selection.status !== scene.event.status) return false;
  if (selection.exception && !scene.exceptions.has(selection.exception)) return false;
  return selection.also === null || standsNear(scene.kb, scene.normal, selection.also, scene.event);
}

// Tell whether the origin allows an owner's exchange; code and message together outweigh the form of a body.
function mayBeFrom({ event, hits, origin }, owner, selection) {
  if (!owner.exchange || !origin.exchanges.length || origin.exchanges.includes(owner.exchange)) return true;
  const isFormOnly = origin.reason === "shape" && origin.mark === null;
  return isFormOnly && event.code !== null && selection.code === event.code && hits.has(selection.template);
}

// Tell whether a full rule's code and message stand there; the message may be missing or much alike.
function ruleHolds(scene, selection, _owner, hit, hasCode) {
  if (selection.code && !hasCode) return false;
  if (selection.template === null || hit !== null) return true;
  if (!hasCode) return false;
  const isBare = !hasMessage(scene.event) && scene.normal.shownLength < SHORT;
  return isBare || weighOverlap(scene, selection) >= MIN_SHARED * ALIKE;
}

// Tell whether a catalogue entry's code stands there, or its message without any other known code.
function entryHolds(scene, _selection, owner, hit, hasCode) {
  return hasCode || (hit !== null && !printsOtherCode(scene, owner) && isTelling(scene, hit, owner));
}

// Tell whether what holds is enough to speak for the owner's exchange.
function isEnough({ kb: { index }, event, origin }, owner, hit, hasCode) {
  const isNamed = origin.exchanges.includes(owner.exchange);
  if (hit === null) return hasCode ? !index.success.has(event.code) : isNamed || !owner.exchange;
  return hasCode || !index.templates[hit.template].isLoose || (hit.isWhole && isNamed);
}

const TELLING_WORDS = 5;
const TELLING_LETTERS = 24;

// Tell whether a catalogue message may speak for its exchange; short ones are everybody's words.
function isTelling({ kb, origin }, hit, owner) {
  const template = kb.index.templates[hit.template];
  const isLong = template.words >= TELLING_WORDS && template.letters >= TELLING_LETTERS;
  return isLong || (hit.isWhole && origin.exchanges.includes(owner.exchange));
}

// Tell whether an event's body carries a message, known to us or not.
export function hasMessage({ message }) {
  return message !== null && message[1] - message[0] > 1;
}

function printsOtherCode({ kb: { index }, event: { code } }, owner) {
  if (code === null || code === owner.code) return false;
  const numbers = index.byCode.get(code) ?? [];
  return numbers.some((number) => index.owners[index.selections[number].owner].exchange === owner.exchange);
}

function levelOf(owner, selection, hasHit, hasCode) {
  if (!owner.exchange) return hasHit ? LEVEL.MESSAGE : selection.exception ? LEVEL.EXCEPTION : LEVEL.STATUS;
  if (hasHit) return hasCode ? LEVEL.EXCHANGE_CODE_MESSAGE : LEVEL.EXCHANGE_MESSAGE;
  if (hasCode) return LEVEL.EXCHANGE_CODE;
  return selection.status ? LEVEL.EXCHANGE_STATUS : LEVEL.EXCEPTION;
}

// 2: the text shows this product; 1: it shows none, or the owner has none; 0: it shows another.
function fitProduct(product, origin) {
  if (product === null || origin.product === null) return 1;
  return product === origin.product ? 2 : 0;
}

const MIN_SHARED = 2;

// What in a template's pattern is no word of its message.
const SYNTAX = /\{\d[\d,]*\}|\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|[a-zA-Z])|\?<\w+>/g;

// What a word weighs that a text shares with our message for its code; less is how often a meaning is met.
export const ALIKE = 100;

// Weigh what speaks for one meaning of a code without its message: the words they share, or how often it is met.
function weighOverlap(scene, selection) {
  const { kb, event, normal } = scene;
  const often = hasMessage(event) ? 0 : kb.index.owners[selection.owner].examples;
  if (selection.template === null || (event.message === null && normal.text.length >= SHORT)) return often;
  const said = listWords(normal.lower.slice(...(event.message ?? [])));
  const known = listKnown(kb, selection.template);
  const different = new Set(said);
  const last = said.at(-1);
  const isCutOff = last && !known.has(last) && [...known].some((word) => word.startsWith(last));
  const shared = [...different].filter((word) => known.has(word)).length + (isCutOff ? 1 : 0);
  const isAlike = event.message === null ? shared >= MIN_SHARED : shared && 2 * shared >= different.size;
  return isAlike ? shared * ALIKE : often;
}

function listWords(text) {
  return text.match(TOKEN) ?? [];
}

// Return the words that a template spells out.
function listKnown(kb, template) {
  const { pattern } = kb.index.templates[template];
  return remember(kb, `words ${template}`, () => new Set(listWords(pattern.replace(SYNTAX, " ").toLowerCase())));
}
