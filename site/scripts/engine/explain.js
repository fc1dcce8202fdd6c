// Explains a pasted error in the browser, without sending it anywhere. The entry of the engine.
//
// The modules beside this one follow `explainer/match/` name by name, and answer the same: the whole JSON of every
// explanation is compared (`tests/test_browser_engine.py`). Change Python first, then the module of the same name.
// Different on purpose:
// - Logs are not searched here, so nothing that only lines of logs need is here.
// - Python counts characters, JavaScript halves of some: `flatten` (characters.js) makes both count alike. Python's
//   classes of characters and its folding of case stand there, too; nothing else may use `\s`, `trim` or `$` on texts.
// - Patterns of the rules come translated (`explainer/site_builder/browser.py`) and are compiled at their first use.
// - Templates are numbered in the order of their patterns, so that these need not be compared.
// - Dates are read in the forms that rules capture, not in every form that Python reads.
// - Only secrets are masked: addresses and other private things are hidden in tickets, which are not made here.
// - Half a character (a lone surrogate) is shown as `�`, where Python shows its number.
// Marks of one exchange are searched by halving, not one by one, so that long pastes are answered at once (origin.js).

import { flatten } from "./characters.js";
import { explainText, recogniseText } from "./engine.js";
import { FILES } from "./files.js";
import { createBase } from "./store.js";
import { profileOf } from "./texts.js";

export { makePrintable, mask } from "./mask.js";
export { fill } from "./placeholder.js";

let base = null;

// Give the engine its knowledge base: the parsed index, and the parsed texts by language.
export function supply(index, texts) {
  base = createBase(index);
  Object.assign(base.texts, texts);
}

// Fetch what is missing to explain in a language; returns when it is there.
export async function load(language = "en") {
  const wanted = [base ?? fetchOnce("index"), base?.texts[language] ?? fetchOnce(`texts.${language}`)];
  const [index, texts] = await Promise.all(wanted);
  base ??= createBase(index);
  base.texts[language] ??= texts;
  return base;
}

const LANGUAGES = Object.keys(FILES).filter((name) => name.startsWith("texts.")).map((name) => name.slice("texts.".length));
const fetching = new Map();

function fetchOnce(name) {
  if (!fetching.has(name)) fetching.set(name, fetchJson(name));
  return fetching.get(name);
}

async function fetchJson(name) {
  if (!FILES[name]) throw new RangeError(`this site has no ${name}: its languages are ${LANGUAGES.join(", ")}`);
  try {
    const response = await fetch(new URL(FILES[name], import.meta.url));
    if (!response.ok) throw new Error(`${FILES[name]}: ${response.status}`);
    return await response.json();
  } catch (error) {
    fetching.delete(name); // so that the next call tries again
    throw error;
  }
}

// Return what the errors in a text mean, best first, as Python's `explainer.explain` does; empty if nothing is known.
// `exchange` (ccxt's id) and `product` outrank what the text shows; `now` is a Date.
export async function explain(text, { exchange, product, lang = "en", now = new Date() } = {}) {
  if (!(now instanceof Date)) throw new TypeError("now must be a Date");
  const kb = await load(lang);
  const { text: flat, restore } = flatten(text);
  const told = { exchange: exchange || null, product: product || null };
  const found = explainText(kb, flat, { told, language: lang, now: now.getTime() * 1000 });
  return restoreAll(found, restore);
}

// Return exchange (with its name) and code of a text that nothing explains, as far as it shows them without doubt.
export async function recognise(text, lang = "en") {
  const kb = await load(lang);
  const { exchange, code } = recogniseText(kb, flatten(text).text);
  return { exchange, name: profileOf(kb.texts[lang], exchange)?.name ?? exchange, code };
}

function restoreAll(value, restore) {
  if (typeof value === "string") return restore(value);
  if (Array.isArray(value)) return value.map((item) => restoreAll(item, restore));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, restoreAll(item, restore)]));
}
