// Decides which exchange and product an event comes from, from the marks and the shape of its body. Knows no rules.

import { countBefore } from "./characters.js";
import { remember } from "./store.js";

const NOTHING = {
  exchanges: [],
  isSure: false,
  product: null,
  isProductSure: false,
  mark: null,
  productMark: null,
  reason: "nothing", // or told, mark, shape, name
};

function createOrigin(fields) {
  const origin = { ...NOTHING, ...fields };
  return { ...origin, exchange: origin.exchanges.length === 1 ? origin.exchanges[0] : null };
}

// Put marks, which come in order of place, into lists in which the nearest are found without reading all.
export function groupMarks(marks) {
  const strong = marks.filter((mark) => mark.isStrong);
  const named = marks.filter((mark) => !mark.isStrong);
  return {
    strong: createList(strong),
    named: createList(named),
    strongOf: byExchange(strong),
    namedOf: byExchange(named),
  };
}

function createList(marks) {
  return { marks, memory: new Map() };
}

function byExchange(marks) {
  const lists = new Map();
  for (const mark of marks) {
    if (!lists.has(mark.exchange)) lists.set(mark.exchange, createList([]));
    lists.get(mark.exchange).marks.push(mark);
  }
  return lists;
}

// Return the origin of an event; what the caller told outranks what the text shows.
export function decideOrigin(kb, groups, place, event, told) {
  const product = told.product ?? null;
  if (told.exchange || (groups.strong.marks.length && !isNamedOtherwise(groups, place))) {
    const mark = told.exchange ? null : findNearest([groups.strong], place);
    const exchange = told.exchange || mark.exchange;
    const productMark = findProductMark(groups.strongOf.get(exchange), place);
    return createOrigin({
      exchanges: [exchange],
      isSure: true,
      product: product || (productMark?.product ?? null),
      isProductSure: Boolean(product || productMark),
      mark,
      productMark: product ? null : productMark,
      reason: told.exchange ? "told" : "mark",
    });
  }
  const shapes = findShapes(kb, event);
  if (shapes.length) return decideByShape(shapes, groups, place, product);
  if (!groups.named.marks.length) return createOrigin({ product, isProductSure: Boolean(product) });
  const near = [...groups.namedOf.values()].map((list) => findClosest(list, place).marks[0]);
  near.sort((a, b) => distanceOf(a, place) - distanceOf(b, place) || a.number - b.number);
  const exchanges = near.map((mark) => mark.exchange);
  return createOrigin({ exchanges, product, isProductSure: Boolean(product), mark: near[0], reason: "name" });
}

// Tell whether an event's own lines name an exchange, and all that marks one surely stands on other lines.
function isNamedOtherwise({ strong, named }, place) {
  if (!named.marks.length) return false;
  const sure = findNearest([strong], place);
  const name = findNearest([named], place);
  return distanceOf(sure, place) > 0 && distanceOf(name, place) === 0 && name.exchange !== sure.exchange;
}

function decideByShape(shapes, groups, place, told) {
  let exchanges = [...new Set(shapes.map((shape) => shape.exchange))];
  const agreeing = exchanges.map((exchange) => groups.namedOf.get(exchange)).filter((list) => list);
  let mark = null;
  if (agreeing.length) {
    mark = findNearest(agreeing, place);
    exchanges = [mark.exchange];
  } else if (groups.named.marks.length) {
    mark = findNearest([groups.named], place);
    exchanges = [...new Set([mark.exchange, ...exchanges])];
  }
  const products = new Set(shapes.filter((shape) => shape.exchange === exchanges[0]).map((shape) => shape.product));
  const product = told || (products.size === 1 ? [...products][0] : null);
  const isSure = agreeing.length > 0;
  return createOrigin({ exchanges, isSure, product, isProductSure: Boolean(told), mark, reason: "shape" });
}

// List every shape that the event has; the most demanding shapes win.
function findShapes(kb, event) {
  const { index } = kb;
  let found = index.shapes
    .map((shape, number) => ({ shape, demand: demandOf(kb, shape, number, event) }))
    .filter(({ demand }) => demand);
  if (!event.keys.size) {
    const numbers = index.byCode.get(event.code ?? "") ?? [];
    const knowing = new Set(numbers.map((number) => index.owners[index.selections[number].owner].exchange));
    found = found.filter(({ shape }) => knowing.has(shape.exchange));
  }
  const best = Math.max(...found.map(({ demand }) => demand));
  return found.filter(({ demand }) => demand === best).map(({ shape }) => shape);
}

const USUAL_KEYS = ["code", "msg", "message"];

// Return how much a shape demands of an event that has it; 0 if the event has another.
function demandOf(kb, { keys, code, kind }, number, event) {
  const hasCode = code === null || (event.code !== null && codePattern(kb, code, number).test(event.code));
  if (!hasCode) return 0;
  if (!event.keys.size) return code === null || keys.some((key) => !USUAL_KEYS.includes(key)) ? 0 : 1;
  if (!keys.every((key) => event.keys.has(key))) return 0;
  if (kind !== "any" && (kind === "string") !== event.isString && event.code !== null) return 0;
  return 2 * keys.length + (code === null ? 0 : 2) + (kind === "any" ? 0 : 1);
}

function codePattern(kb, code, number) {
  return remember(kb, `shape ${number}`, () => new RegExp(`^(?:${code})$`));
}

function findProductMark(list, place) {
  if (!list) return null;
  list.telling ??= createList(list.marks.filter((mark) => mark.product));
  if (!list.telling.marks.length) return null;
  const close = findClosest(list.telling, place);
  return close.path ?? close.longest;
}

// Return the nearest mark of some lists; of equally near ones the longest, then the first.
function findNearest(lists, place) {
  const nearest = lists.map((list) => findClosest(list, place).longest);
  const isBetter = (a, b) =>
    distanceOf(a, place) - distanceOf(b, place) || compareSizes(a, b) || a.start - b.start || a.number - b.number;
  return nearest.sort(isBetter)[0];
}

function compareSizes(a, b) {
  return b.end - b.start - (a.end - a.start);
}

// Return the equally near marks of a list that is not empty: those on the event's lines, else the next on both sides.
function findClosest({ marks, memory }, place) {
  const from = countBefore(marks, place.lineStart);
  const to = countBefore(marks, place.lineEnd + 1);
  const key = from < to ? `${from} ${to}` : `${from} ${place.start} ${place.end}`;
  if (!memory.has(key)) {
    memory.set(key, describeClosest(from < to ? marks.slice(from, to) : nextTo(marks, from, place)));
  }
  return memory.get(key);
}

// Return the nearest marks around a gap between marks.
function nextTo(marks, from, place) {
  const sides = [marks[from - 1], marks[from]].filter((mark) => mark);
  const least = Math.min(...sides.map((mark) => distanceOf(mark, place)));
  const starts = sides.filter((mark) => distanceOf(mark, place) === least).map((mark) => mark.start);
  return starts.flatMap((start) => marks.slice(countBefore(marks, start), countBefore(marks, start + 1)));
}

function describeClosest(marks) {
  const longest = (list) => list.reduce((best, mark) => (compareSizes(mark, best) < 0 ? mark : best), list[0]);
  return { marks, longest: longest(marks), path: longest(marks.filter((mark) => mark.isPath)) };
}

// Return where an event stands: its span, and that of its lines (a span may end with a line end).
export function placeOf({ start, end }, normal) {
  const [lineStart] = normal.lineSpan(start);
  const [, lineEnd] = normal.lineSpan(Math.max(start, end - 1));
  return { start, end, lineStart, lineEnd: Math.max(lineEnd, end) };
}

// How far a mark is from an event: none within its span or lines, else in characters.
function distanceOf(mark, { start, end, lineStart, lineEnd }) {
  if (lineStart <= mark.start && mark.start <= lineEnd) return 0;
  return Math.min(Math.abs(mark.start - end), Math.abs(start - mark.start));
}
