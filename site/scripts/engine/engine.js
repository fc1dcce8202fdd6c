// The evaluation: text in, explanations out; the only way in which anything here matches a text. No input or output.

import { NEAR } from "./candidates.js";
import { SPACE, countLines, strip } from "./characters.js";
import { computeFacts } from "./facts.js";
import { judge } from "./judge.js";
import { REACH, createMasker, findWord, makePrintable, maskText } from "./mask.js";
import { Normal } from "./normal.js";
import { decideOrigin, groupMarks, placeOf } from "./origin.js";
import { closeGaps } from "./placeholder.js";
import { LEVEL } from "./rank.js";
import { findSignals } from "./signals.js";
import { profileOf, profileValues, readTexts } from "./texts.js";
import { wordFacts } from "./wording.js";

// Characters of a paste that are read, the last ones.
const MAX_TEXT = 2_000_000;

// Explanations of one text, those to read first: more than anybody reads, and each takes a millisecond.
const MAX_EXPLANATIONS = 50;

// Return what the errors in a flattened text mean, the one to read first at the front; empty if nothing is known.
// `now` is the moment, in microseconds since 1970, against which bans are counted.
export function explainText(kb, text, { told, language, now }) {
  const start = findWord(text, text.length - MAX_TEXT);
  const normal = new Normal(text.slice(start), countLines(text.slice(0, start)));
  if (!normal.shownLength) return [];
  const verdicts = judge(kb, normal, told);
  if (!verdicts.length) return [];
  const teller = { kb, texts: kb.texts[language], normal, language, now, show: createShow(normal) };
  const root = findRoot(normal, verdicts);
  return verdicts.slice(0, MAX_EXPLANATIONS).map((verdict) => tell(teller, verdict, root === null ? null : verdict === root));
}

// Return exchange and code of a text that nothing explains, as far as it shows them without doubt.
export function recogniseText(kb, text) {
  const normal = new Normal(text.slice(findWord(text, text.length - MAX_TEXT)), 0);
  const { events, marks } = findSignals(kb, normal);
  const event = events.findLast(({ code, isLoose }) => code !== null && !isLoose);
  if (event) {
    const { exchange, mark } = decideOrigin(kb, groupMarks(marks), placeOf(event, normal), event, {});
    // the form of a body alone is no proof: an unknown exchange may share it
    return { exchange: mark ? exchange : null, code: makePrintable(maskText(createMasker(), event.code)) };
  }
  const exchanges = new Set(marks.filter((mark) => mark.isStrong).map((mark) => mark.exchange));
  return { exchange: exchanges.size === 1 ? [...exchanges][0] : null, code: null };
}

// Return the function through which everything passes that is shown.
function createShow(normal) {
  const masker = createMasker();
  // the whole text first: a secret has its token before any part of it is shown, and a text without is masked once
  const hasSecrets = maskText(masker, normal.text) !== normal.text;
  return (text) => makePrintable(hasSecrets ? maskText(masker, text) : text);
}

const CHAIN = new RegExp(
  "During handling of the above exception|The above exception was the direct cause" +
    `|(?<![^\\n])[${SPACE}]{0,8}(?<java>Caused by:)`,
  "g",
);

// Return the verdict that began a chain of exceptions, if there is a chain and its beginning is known.
// Python prints the root before the first link of the chain, Java after the last.
function findRoot(normal, verdicts) {
  const links = [...normal.text.matchAll(CHAIN)];
  if (!links.length) return null;
  const root = (known, isBetter) =>
    known.reduce((found, verdict) => (found && !isBetter(verdict, found) ? found : verdict), null);
  if (links[0].groups.java) {
    const known = verdicts.filter((verdict) => verdict.best.event.start >= links.at(-1).index);
    return root(known, (verdict, found) => verdict.best.event.start > found.best.event.start);
  }
  const known = verdicts.filter((verdict) => verdict.first < links[0].index);
  return root(known, (verdict, found) => verdict.first < found.first);
}

// Turn a verdict into an explanation.
function tell(teller, verdict, isRoot) {
  const { texts, normal, language, show } = teller;
  const { best: match } = verdict;
  const { owner, origin, event } = match;
  const exchange = owner.exchange || origin.exchange;
  const captured = Object.entries(match.hit?.captures ?? {}).filter(([, value]) => value);
  const captures = Object.fromEntries(captured.map(([name, value]) => [name, show(value)]));
  const facts = tellFacts(teller, match, captures);
  const told = readTexts(texts, owner, exchange, valuesOf(teller, match, exchange, captures, facts));
  return {
    rule_id: owner.id,
    is_rule: owner.isRule,
    exchange,
    exchange_name: profileOf(texts, exchange)?.name ?? null,
    product: exchange ? origin.product || owner.product : null,
    code: tellCode(match, show),
    name: told.name,
    http_status: event.status,
    category: owner.category,
    retry: owner.retry,
    urgency: owner.urgency,
    confidence: confidenceOf(match),
    title: told.title,
    summary: told.summary,
    causes: told.causes,
    not: told.not,
    links: told.links,
    related: told.related,
    captures,
    facts,
    evidence: [...findEvidence(teller, match)],
    assumption: tellAssumption(teller, verdict, exchange),
    alternatives: [...findAlternatives(teller, verdict)],
    is_root: isRoot,
    line: normal.line(event.start),
    excerpt: tellExcerpt(teller, match),
    verified: told.verified,
    language,
  };
}

// Return the code as printed; else the only one that the message can have come with.
function tellCode({ event, selection, owner, level }, show) {
  if (event.code && (!event.isLoose || selection.code)) return show(event.code);
  return level >= LEVEL.EXCHANGE_CODE ? owner.code : null;
}

function tellFacts({ normal, now, show }, { event }, captures) {
  const [start] = normal.lineSpan(Math.max(0, event.start - NEAR));
  const [, end] = normal.lineSpan(Math.min(normal.text.length, event.end + NEAR));
  const around = normal.text.slice(Math.max(start, event.start - 2 * NEAR), Math.min(end, event.end + 2 * NEAR));
  const facts = computeFacts(captures, around, now);
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, show(value)]));
}

function valuesOf({ texts, language, show }, { event }, exchange, captures, facts) {
  const inert = Object.entries(captures).flatMap(([name, value]) => [
    [name, makeInert(value)],
    [`\`${name}`, value.replaceAll("`", "'")],
  ]);
  const values = { ...profileValues(texts, exchange), ...wordFacts(facts, language), ...Object.fromEntries(inert) };
  const printed = { ...(event.code && { code: show(event.code) }), ...(event.status && { http_status: event.status }) };
  return new Map(Object.entries({ ...printed, ...values }));
}

function* findEvidence({ normal, show }, match) {
  const { origin, event, hit, exception, level } = match;
  const found = (kind, start, end, weight) => {
    const text = show(normal.text.slice(start, Math.min(end, start + REACH)).replace(SPACES, " ")).slice(0, 200);
    return { kind, text, line: normal.line(start), weight };
  };
  if (origin.mark) yield found("exchange", origin.mark.start, origin.mark.end, origin.reason);
  else if (origin.exchanges.length) {
    yield { kind: "exchange", text: origin.exchanges.join(", "), line: 0, weight: origin.reason };
  }
  if (origin.productMark) yield found("product", origin.productMark.start, origin.productMark.end, "mark");
  if (event.code && event.codeAt >= 0 && level >= LEVEL.EXCHANGE_CODE) {
    yield found("code", event.codeAt, event.codeAt + event.code.length, "");
  }
  if (hit) yield found("message", hit.start, hit.end, hit.isWhole ? "whole" : "part");
  if (exception) yield found("exception", exception.start, exception.end, "");
  if (event.status && (level === LEVEL.STATUS || level === LEVEL.EXCHANGE_STATUS)) {
    const at = event.statusAt >= 0 ? event.statusAt : event.codeAt;
    yield found("status", at, at + 3, "");
  }
}

const SPACES = new RegExp(`[${SPACE}]+`, "g");

// Say in one sentence from what the exchange was taken, if it was not said by the caller.
function tellAssumption(teller, verdict, exchange) {
  const { texts, normal, language, show } = teller;
  const { origin } = verdict.best;
  const profile = profileOf(texts, exchange);
  if (!profile || origin.reason === "told") return tellQuestion(teller, verdict);
  const { mark } = origin;
  const reason = mark ? origin.reason : origin.exchanges.length ? "shape" : "nothing";
  const name = [profile.name, profile.products[origin.product]].filter((part) => part).join(" · ");
  const shown = mark ? show(normal.text.slice(mark.start, mark.end)) : "";
  const assumption = ASSUMPTIONS[language][reason](name, shown);
  const parts = [assumption, tellProduct(teller, verdict.best), tellQuestion(teller, verdict)];
  return closeGaps(parts.filter((part) => part).join(" "));
}

// Name the product whose catalogue answers, where the text shows none.
function tellProduct({ texts, language }, { owner, origin }) {
  const profile = profileOf(texts, owner.exchange);
  if (origin.product || !owner.product || !profile) return "";
  return ASSUMED_PRODUCT[language](profile.products[owner.product]);
}

// Name the one fact that would decide: the message of a code with several meanings, a code without a rule.
function tellQuestion({ language, show }, { best, others }) {
  const { code, status, isLoose } = best.event;
  const isByStatus = best.level === LEVEL.STATUS || best.level === LEVEL.EXCHANGE_STATUS;
  if (isByStatus && !isLoose && code !== null && code !== status) return NO_CODE[language](show(code));
  const rivals = others.filter((other) => other.level === best.level && other.hit === null);
  const isOpen = rivals.some((rival) => rival.owner.category !== best.owner.category);
  return best.level === LEVEL.EXCHANGE_CODE && !best.hit && isOpen ? OPEN_QUESTION[language](best.event.code) : "";
}

function* findAlternatives(teller, { best, others }) {
  const isGeneral = !best.owner.isRule && best.selection.template === null;
  const kindOf = (owner) => `${owner.exchange} ${owner.category}`;
  const seen = new Set([kindOf(best.owner)]);
  for (const match of others) {
    const { owner, level } = match;
    const key = isGeneral && owner.isRule ? owner.id : kindOf(owner);
    if (level < LEVEL.EXCHANGE_CODE || level < best.level - 1 || seen.has(key)) continue;
    seen.add(key);
    const values = valuesOf(teller, match, owner.exchange, {}, {});
    const { title } = readTexts(teller.texts, owner, owner.exchange, values);
    yield { rule_id: owner.id, exchange: owner.exchange, product: owner.product, category: owner.category, title };
    if (seen.size > 5) return;
  }
}

// Return the line, or what is near the event; masked before it is cut, since half a secret looks like none.
function tellExcerpt({ normal, show }, { event }) {
  const [start, end] = normal.lineSpan(event.start);
  if (end - start <= EXCERPT) return show(strip(normal.text.slice(start, end)));
  const at = event.start;
  const before = show(normal.text.slice(Math.max(start, at - REACH), at)).slice(-60);
  return strip((before + show(normal.text.slice(at, Math.min(end, at + REACH)))).slice(0, EXCERPT));
}

const EXCERPT = 240;

const ASSUMPTIONS = {
  en: {
    mark: (exchange, mark) => `Taken for ${exchange} because of \`${mark}\` in the text.`,
    name: (exchange, mark) =>
      `Taken for ${exchange} because the text names it (\`${mark}\`); say --exchange if it is another.`,
    shape: (exchange) => `Taken for ${exchange} by the form of the code and message; say --exchange if it is another.`,
    nothing: (exchange) => `Taken for ${exchange} because its API words errors so; say --exchange if it is another.`,
  },
  zh: {
    mark: (exchange, mark) => `文本中有「${mark}」，故按 ${exchange} 处理。`,
    name: (exchange, mark) => `文本提到「${mark}」，故按 ${exchange} 处理；如不是，请用 --exchange 指定。`,
    shape: (exchange) => `根据错误码和返回格式，按 ${exchange} 处理；如不是，请用 --exchange 指定。`,
    nothing: (exchange) => `这句报错是 ${exchange} 接口的说法，故按 ${exchange} 处理；如不是，请用 --exchange 指定。`,
  },
};

const ASSUMED_PRODUCT = {
  en: (product) => `The text shows no product; ${product} is assumed, say --product if it is another.`,
  zh: (product) => `文本未显示产品，暂按 ${product} 处理；如不是，请用 --product 指定。`,
};

const NO_CODE = {
  en: (code) => `No rule explains code ${code} of this text; the answer goes by the HTTP status alone.`,
  zh: (code) => `文本中的错误码 ${code} 还没有规则，以上只按 HTTP 状态码解释。`,
};

const OPEN_QUESTION = {
  en: (code) => `Code ${code} has several meanings: the message that came with it would decide.`,
  zh: (code) => `错误码 ${code} 有多种含义，请把一起返回的报错信息也贴上来，才能确定是哪一种。`,
};

function confidenceOf({ owner, origin, event, hit, level }) {
  const hasOrigin = origin.reason === "told" || origin.reason === "mark" || origin.isSure;
  const isOnly = origin.exchange !== null && origin.exchange === owner.exchange;
  if (level === LEVEL.EXCHANGE_CODE_MESSAGE) return hasOrigin || isOnly ? "exact" : "likely";
  if (level === LEVEL.EXCHANGE_MESSAGE) return hasOrigin && hit?.isWhole ? "exact" : "likely";
  if (level === LEVEL.EXCHANGE_CODE) return hasOrigin && !event.isLoose ? "likely" : "guess";
  return level === LEVEL.MESSAGE ? "likely" : "guess";
}

const INERT = { "`": "'", "*": "∗", "<": "‹", ">": "›", "[": "(", "]": ")", "\\": "/", "|": "¦" };

// Return a value that acts neither as Markdown nor as HTML, also between backticks, where escapes do not work.
function makeInert(text) {
  return text.replace(/[`*<>[\]\\|]/g, (character) => INERT[character]);
}
