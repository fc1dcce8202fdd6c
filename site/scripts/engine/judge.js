// Judges a text: cuts it into events, finds what holds for each, and chooses. Words nothing.

import { NEAR, belongs, findExceptions, findHits } from "./candidates.js";
import { countBefore } from "./characters.js";
import { absorb, choose, complete, order } from "./choice.js";
import { isCredible } from "./credible.js";
import { findSelections, pickHits } from "./hold.js";
import { decideOrigin, groupMarks, placeOf } from "./origin.js";
import { createEvent, findSignals } from "./signals.js";

// Return the verdicts on every event of a text, the one to read first at the front.
export function judge(kb, normal, told) {
  const signals = findSignals(kb, normal);
  const verdicts = findMatches(kb, normal, signals, told).map((matches) => choose(kb, matches));
  return order(complete(absorb(verdicts), signals));
}

// Return, for each event that is known, every selection that holds for it and may be believed.
function findMatches(kb, normal, signals, told) {
  const hits = findHits(kb, normal);
  const exceptions = findExceptions(kb, normal);
  const groups = groupMarks(signals.marks);
  const found = [];
  for (const { event, place, own, exception } of findEvents(normal, signals, hits, exceptions)) {
    const origin = decideOrigin(kb, groups, place, event, told);
    const near = exceptions.slice(
      countBefore(exceptions, event.start - NEAR),
      countBefore(exceptions, event.end + NEAR + 1),
    );
    const scene = {
      kb,
      normal,
      event,
      hits: pickHits(own),
      exception,
      exceptions: new Map(near.map((named) => [named.name, named])),
      origin,
    };
    const matches = findSelections(scene).filter((match) => isCredible(normal, signals, match, told));
    if (matches.length) found.push(matches);
  }
  return found;
}

// Yield every event with the template hits that belong to it; hits and exceptions by themselves are events too.
function* findEvents(normal, { events }, hits, exceptions) {
  const taken = new Set();
  const longest = hits.reduce((most, hit) => Math.max(most, hit.end - hit.start), 0);
  for (const [i, event] of events.entries()) {
    const nextStart = Math.max(i + 1 < events.length ? events[i + 1].start : normal.text.length, event.end);
    const place = placeOf(event, normal);
    const low = countBefore(hits, Math.max(place.lineStart, event.start - NEAR) - longest);
    const near = hits.slice(low, countBefore(hits, nextStart + 1));
    const own = near.filter((hit) => belongs(hit, event, place, nextStart));
    if (event.code !== null) own.forEach((hit) => taken.add(hit));
    yield { event, place, own, exception: null };
  }
  const alone = ({ start, end }, own, exception) => {
    const event = createEvent(start, end);
    return { event, place: placeOf(event, normal), own, exception };
  };
  const others = firstAndLast(hits.filter((hit) => !taken.has(hit)), (hit) => hit.template);
  for (const own of groupHits(others.slice(-MAX_ALONE))) {
    yield alone({ start: own[0].start, end: endOf(own) }, own, null);
  }
  for (const exception of firstAndLast(exceptions, ({ name }) => name)) yield alone(exception, [], exception);
}

// Sentences without a code that are judged in one text, the last ones.
const MAX_ALONE = 1000;

// Of a sentence or an exception that stands more often, the first and so many of the last are judged.
const REPEATS = 20;

// Return the first and the last of each kind, in their order.
function firstAndLast(things, kindOf) {
  const places = new Map();
  things.forEach((thing, n) => {
    const kind = kindOf(thing);
    if (places.has(kind)) places.get(kind).push(n);
    else places.set(kind, [n]);
  });
  const kept = new Set([...places.values()].flatMap((numbers) => [numbers[0], ...numbers.slice(-REPEATS)]));
  return things.filter((_, n) => kept.has(n));
}

// Put overlapping hits together; they come in order of place.
function* groupHits(hits) {
  let group = [];
  for (const hit of hits) {
    if (group.length && hit.start >= endOf(group)) {
      yield group;
      group = [];
    }
    group.push(hit);
  }
  if (group.length) yield group;
}

function endOf(group) {
  return group.reduce((end, hit) => Math.max(end, hit.end), 0);
}
