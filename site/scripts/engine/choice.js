// Chooses the best match of an event, and the order in which several errors of one text are read.

import { ALIKE } from "./hold.js";
import { LEVEL, URGENCY, compareLists, score } from "./rank.js";

// Return the most specific match of an event (`best`), the others in their order, and where the error stands first.
export function choose(kb, matches) {
  const scored = preferCommon(matches).map((match) => ({ match, key: [...score(match, kb.index), match.owner.id] }));
  scored.sort((a, b) => compareLists(b.key, a.key) || comparePatterns(kb, b.match, a.match));
  const ordered = scored.map(({ match }) => match);
  let [best] = ordered;
  if (!best.owner.isRule) best = ordered.find((match) => covers(match, best)) ?? best;
  best = beGeneral(best, ordered);
  const others = new Map();
  for (const match of ordered) {
    const { owner } = match.selection;
    if (owner !== best.selection.owner && !others.has(owner)) others.set(owner, match);
  }
  return { best, others: [...others.values()], first: best.event.start };
}

// Templates are numbered in the order of their patterns; no template stands before all.
function comparePatterns({ index }, a, b) {
  const [one, other] = [a.selection.template ?? -1, b.selection.template ?? -1];
  return index.templates[one]?.pattern === index.templates[other]?.pattern ? 0 : one - other;
}

// Drop an exchange's claim to a sentence that a rule of no exchange claims too, if the text names no exchange.
function preferCommon(matches) {
  const common = matches.filter((match) => match.level === LEVEL.MESSAGE && match.hit).map((match) => match.hit);
  return matches.filter(
    (match) =>
      match.level < LEVEL.EXCHANGE_CODE ||
      match.origin.exchanges.length > 0 ||
      !common.some((hit) => overlaps(match, hit)),
  );
}

function overlaps(match, hit) {
  const place = match.hit ?? match.event;
  return hit.start < place.end && place.start < hit.end;
}

// Return what a code says by itself, if nothing tells which of its several kinds of meanings is meant.
function beGeneral(best, ordered) {
  if (best.level !== LEVEL.EXCHANGE_CODE || best.hit || best.overlap >= ALIKE) return best;
  const rivals = ordered.filter(
    (match) => match.level === best.level && match.owner.exchange === best.owner.exchange && !match.hit,
  );
  const rules = new Set(rivals.filter(({ owner }) => owner.isRule).map(({ owner }) => owner.id));
  if (new Set(rivals.map(({ owner }) => owner.category)).size === 1 && rules.size < 2) return best;
  return rivals.find(({ owner, selection }) => !owner.isRule && selection.template === null) ?? best;
}

// Tell whether a full rule of the same exchange and category also speaks of an entry's code or message.
function covers({ owner, level }, entry) {
  const isSame = owner.exchange === entry.owner.exchange && owner.category === entry.owner.category;
  return owner.isRule && isSame && level >= LEVEL.EXCHANGE_CODE;
}

// Drop what only wraps a more telling verdict: the status line or exception class around a message.
export function absorb(verdicts) {
  const top = verdicts.reduce((most, verdict) => Math.max(most, verdict.best.level), 0);
  const telling = verdicts.filter((verdict) => verdict.best.level >= LEVEL.EXCHANGE_CODE);
  const kept = [];
  const wrappers = [];
  for (const verdict of verdicts) (isWrapper(verdict, top, telling) ? wrappers : kept).push(verdict);
  const firsts = findFirsts(wrappers);
  return takeStatus(kept.map((verdict) => takeFirst(verdict, firsts)), verdicts);
}

// Tell whether a verdict says less than the best one of the text, about the same thing as far as can be told.
function isWrapper(verdict, top, telling) {
  const { level, event } = verdict.best;
  if (level < Math.min(top, LEVEL.MESSAGE)) return true;
  const standsIn = (other) => other.best.event.start <= event.start && event.end <= other.best.event.end;
  return level === LEVEL.MESSAGE && telling.some(standsIn);
}

// Return where the first wrapper of each category stands.
function findFirsts(wrappers) {
  const firsts = new Map();
  for (const { best, first } of wrappers) {
    const { category } = best.owner;
    firsts.set(category, Math.min(first, firsts.get(category) ?? first));
  }
  return firsts;
}

// Let an error begin where its wrapper stands: the status line of the same kind of fault, further up.
function takeFirst(verdict, firsts) {
  const first = firsts.get(verdict.best.owner.category) ?? verdict.first;
  return { ...verdict, first: Math.min(verdict.first, first) };
}

// Give the one error that is left the one status that the text prints.
function takeStatus(kept, verdicts) {
  const owners = new Set(kept.map((verdict) => verdict.best.selection.owner));
  const statuses = new Set(verdicts.map((verdict) => verdict.best.event.status).filter((status) => status !== null));
  if (owners.size !== 1 || statuses.size !== 1) return kept;
  const [status] = statuses;
  return kept.map((verdict) => withEvent(verdict, { status }));
}

function withEvent(verdict, fields) {
  const { best } = verdict;
  return { ...verdict, best: { ...best, event: { ...best.event, ...fields } } };
}

// Give a verdict without a code the only code that the text prints.
export function complete(verdicts, { events }) {
  const codes = new Map(events.filter((event) => event.code !== null && !event.isLoose).map((e) => [e.code, e]));
  if (codes.size !== 1) return verdicts;
  const [{ code, codeAt }] = codes.values();
  return verdicts.map((verdict) => {
    const { event, level } = verdict.best;
    return event.code === null && level >= LEVEL.EXCHANGE_STATUS ? withEvent(verdict, { code, codeAt }) : verdict;
  });
}

// Put what to read first in front: what an exchange said before what the network did, the graver, then the last.
export function order(verdicts) {
  const last = new Map();
  for (const verdict of verdicts) {
    const { selection, owner, origin, event } = verdict.best;
    const key = `${selection.owner} ${owner.exchange || origin.exchange}`;
    const known = last.get(key);
    const later = known && known.best.event.start >= event.start ? known : verdict;
    last.set(key, known ? { ...later, first: Math.min(known.first, verdict.first) } : verdict);
  }
  return [...last.values()].sort((a, b) => compareLists(weigh(b), weigh(a)));
}

function weigh({ best: { level, event, owner } }) {
  const isTold = level > LEVEL.EXCHANGE_CODE || (level === LEVEL.EXCHANGE_CODE && !event.isLoose);
  return [isTold ? 2 : level === LEVEL.MESSAGE ? 1 : 0, URGENCY[owner.urgency], event.start];
}
