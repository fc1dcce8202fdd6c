// The paste box: explains what is typed or pasted, in this browser. The engine is fetched when the box is first used.

const form = document.getElementById("paste");
const box = document.getElementById("error");
const exchange = document.getElementById("exchange");
const product = document.getElementById("product");
const state = document.getElementById("paste-state");
const answers = document.getElementById("answers");
const { language, prefix, root } = form.dataset;
const published = new Set(form.dataset.exchanges.split(" "));
const words = readWords();

let engine; // a promise of the module, with its rules

function readWords() {
  const items = document.getElementById("word-templates").content.querySelectorAll("data");
  return new Map([...items].map((item) => [item.value, item.textContent]));
}

function start() {
  engine ??= import(form.dataset.engine).then(async (module) => {
    await module.load(language);
    keepForLater();
    return module;
  });
  engine.catch(() => {
    engine = undefined; // so that the next try fetches again
  });
  return engine;
}

/** Let the paste box work without a network from now on. */
async function keepForLater() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(`${prefix}/worker.js`, { scope: `${prefix}/` });
    const { active } = await navigator.serviceWorker.ready;
    navigator.serviceWorker.addEventListener("message", () => (document.documentElement.dataset.kept = "true"));
    active.postMessage({ keep: form.dataset.keep.split(" ") });
  } catch {
    // not allowed here: the box works all the same, as long as there is a network
  }
}

let turn = 0;

async function explainNow() {
  const own = ++turn;
  const text = box.value;
  if (!text.trim()) return show([], "", null);
  if (!engine) state.textContent = state.dataset.loading;
  const module = await start().catch((error) => console.error(error));
  if (own !== turn) return;
  if (!module) {
    state.textContent = state.dataset.failed;
    return;
  }
  try {
    const found = await module.explain(text, { exchange: exchange.value, product: product.value, lang: language });
    const masked = module.mask(text);
    masked.text = module.makePrintable(masked.text);
    if (own === turn) show(found, text, masked, found.length ? null : await module.recognise(text, language));
  } catch (error) {
    state.textContent = state.dataset.broken;
    console.error(error);
  }
}

function show(found, text, masked, known) {
  const parts = [];
  if (masked?.secrets.length) parts.push(showSecret(masked));
  parts.push(...found.map((answer, place) => showAnswer(answer, place === 0)));
  if (text.trim() && !found.length) parts.push(showUnknown(known));
  answers.replaceChildren(...parts);
  answers.hidden = !parts.length;
  state.textContent = found.length === 0 ? "" : found.length === 1 ? state.dataset.one : state.dataset.many.replace("{count}", found.length);
}

function clone(name) {
  return document.getElementById(name).content.cloneNode(true);
}

function slots(fragment) {
  return Object.fromEntries([...fragment.querySelectorAll("[data-slot]")].map((part) => [part.dataset.slot, part]));
}

/** Say what was seen of an error that no rule explains: its exchange and code. */
function showUnknown(known) {
  const fragment = clone("unknown-template");
  const place = slots(fragment).seen;
  place.hidden = !known?.exchange;
  if (known?.exchange) place.textContent += [known.name, known.code].filter(Boolean).join(" · ");
  return fragment;
}

function showSecret(masked) {
  const fragment = clone("secret-template");
  const slot = slots(fragment);
  slot.kinds.textContent = masked.secrets.join(" ");
  slot.masked.textContent = masked.text;
  return fragment;
}

/** The answer to read first is shown whole; the others keep their causes folded. */
function showAnswer(answer, isFirst) {
  const fragment = clone("answer-template");
  const slot = slots(fragment);
  const page = findPage(answer);
  slot.subject.textContent = [answer.exchange_name, nameProduct(answer), answer.code, answer.name].filter(Boolean).join(" · ");
  write(slot.title, answer.title);
  slot.retry.textContent = words.get(`retry.${answer.retry}`);
  slot.retry.className = `retry retry-${answer.retry}`;
  slot.urgency.textContent = words.get(`urgency.${answer.urgency}`);
  slot.urgency.className = `urgency urgency-${answer.urgency}`;
  slot.confidence.textContent = words.get(`confidence.${answer.confidence}`);
  write(slot.summary, answer.summary);
  slot.notes.append(...findNotes(answer));
  slot.general.hidden = answer.is_rule;
  slot.plan.open = isFirst;
  slot.causes.append(...answer.causes.map(showCause));
  slot["dont-box"].hidden = answer.not.length === 0;
  slot.dont.append(...answer.not.map((text) => item(forbid(text))));
  write(slot.assumption, answer.assumption.replaceAll(OPTIONS, words.get("choose")));
  slot.assumption.hidden = !answer.assumption;
  showAlternatives(slot.alternatives, answer);
  slot.evidence.append(...answer.evidence.map(showEvidence));
  slot.excerpt.textContent = answer.excerpt;
  slot.page.hidden = !page;
  if (page) slot.page.href = page;
  slot.links.append(...answer.links.map((address) => itemOf(link(address, address.replace("https://", "")))));
  fragment.querySelector("[data-act=markdown]").addEventListener("click", () => copy(toMarkdown(answer)));
  const share = fragment.querySelector("[data-act=share]");
  share.hidden = !page;
  share.addEventListener("click", () => copy(new URL(page, location.href).href));
  return fragment;
}

const OPTIONS = /say --(?:exchange|product)|请用 --(?:exchange|product) 指定/g; // the command line's way to choose

function nameProduct({ exchange, product }) {
  const option = [...form.elements.exchange.options].find((known) => known.value === exchange);
  return JSON.parse(option?.dataset.products ?? "{}")[product] ?? product;
}

/** The page that says more: of the rule, or of the code. Never holds anything of the text. */
function findPage(answer) {
  const owner = answer.rule_id.split("/")[0];
  if (owner !== "any" && !published.has(owner)) return "";
  if (answer.is_rule) return `${root}${answer.rule_id}/`;
  return `${root}${owner}/${answer.rule_id.split("/").slice(2).join("/").replace(/[^A-Za-z0-9._~-]+/g, "-")}/`;
}

function findNotes(answer) {
  const notes = [...document.getElementById("note-templates").content.children];
  return notes
    .filter((note) => [answer.rule_id, answer.category].includes(note.dataset.note))
    .map((note) => note.cloneNode(true));
}

function showCause(cause) {
  const fragment = clone("cause-template");
  const slot = slots(fragment);
  write(slot.cause, cause.cause);
  write(slot.check, cause.check);
  slot.fix.append(...cause.fix.map((step) => item(step)));
  return fragment;
}

function showAlternatives(place, answer) {
  const isShown = answer.alternatives.length > 0 && answer.confidence !== "exact";
  place.hidden = !isShown;
  if (!isShown) return;
  place.append(place.dataset.label);
  answer.alternatives.forEach((other, number) => {
    const isRule = other.rule_id.split("/").length === 2;
    const page = findPage({ rule_id: other.rule_id, is_rule: isRule });
    const part = page ? link(page, "") : document.createElement("span");
    write(part, other.title);
    place.append(number ? words.get("and") : "", part);
  });
}

function showEvidence(evidence) {
  const place = evidence.line ? words.get("label.line").replace("{line}", evidence.line) : evidence.weight === "shape" ? words.get("label.shape") : words.get("label.you");
  return item(`${words.get(`evidence.${evidence.kind}`)}${words.get("colon")}\`${evidence.text.replaceAll("`", "'")}\` (${place})`);
}

function item(text) {
  const li = document.createElement("li");
  write(li, text);
  return li;
}

function itemOf(part) {
  const li = document.createElement("li");
  li.append(part);
  return li;
}

function link(address, text) {
  const a = document.createElement("a");
  a.href = address;
  a.rel = "noopener";
  a.textContent = text;
  return a;
}

const MARKS = /`([^`]+)`|\*\*([^*]+)\*\*/g;

/** Show inline Markdown as the rules use it, code and stress, as elements; all else is text. */
function write(place, text) {
  let last = 0;
  for (const match of text.matchAll(MARKS)) {
    place.append(text.slice(last, match.index));
    const part = document.createElement(match[1] === undefined ? "strong" : "code");
    part.textContent = match[1] ?? match[2];
    place.append(part);
    last = match.index + match[0].length;
  }
  place.append(text.slice(last));
}

const SAYS_NOT = language === "zh" ? /不要|别|勿|不得|不能|^不/ : /^(?:Do not|Don't|Never)/;

function forbid(text) {
  return SAYS_NOT.test(text) ? text : `${words.get("label.not")}${words.get("colon")}${text}`;
}

function toMarkdown(answer) {
  const colon = words.get("colon");
  const subject = [answer.exchange_name, answer.product, answer.code && `\`${answer.code}\``].filter(Boolean).join(" · ");
  const lines = [`### ${subject ? subject + colon : ""}${answer.title}`, ""];
  lines.push(`**${words.get(`retry.${answer.retry}`)}** · ${words.get(`urgency.${answer.urgency}`)}`, "", answer.summary, "");
  if (answer.excerpt) lines.push(`> ${answer.excerpt.replace(/[\\`*_{}[\]<>#|~]/g, "\\$&")}`, "");
  if (!answer.is_rule) lines.push(`*${words.get("label.general")}*`, "");
  answer.causes.forEach((cause, number) => {
    lines.push(`${number + 1}. ${cause.cause}`, `   - ${words.get("label.check")}${colon}${cause.check}`);
    lines.push(...cause.fix.map((step) => `   - ${words.get("label.fix")}${colon}${step}`));
  });
  lines.push("", ...answer.not.map((text) => `- **✗** ${forbid(text)}`), "");
  const page = findPage(answer);
  if (page) lines.push(`- <${new URL(page, location.href).href}>`);
  lines.push(...answer.links.map((address) => `- <${address}>`));
  return `${lines.join("\n").replace(/\n{3,}/g, "\n\n").trim()}\n`;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea"); // where the page may not write to the clipboard by itself
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  state.textContent = state.dataset.copied;
}

/** Scroll so far that the answers can be read, where the box leaves little of the window to them. */
function bringUp() {
  if (!answers.hidden && answers.getBoundingClientRect().top > innerHeight * 0.6) state.scrollIntoView();
}

function showProducts() {
  const chosen = exchange.selectedOptions[0];
  const known = Object.entries(JSON.parse(chosen.dataset.products ?? "{}"));
  const options = known.map(([id, name]) => new Option(name, id));
  product.replaceChildren(product.options[0], ...options);
  product.value = "";
  product.disabled = known.length === 0;
}

box.addEventListener("focus", () => start().catch(() => {}), { once: true });
box.addEventListener("input", async (event) => {
  await explainNow();
  if (event.inputType === "insertFromPaste") bringUp();
});
exchange.addEventListener("change", () => {
  showProducts();
  explainNow();
});
product.addEventListener("change", explainNow);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await explainNow();
  bringUp();
});
form.addEventListener("reset", () => setTimeout(() => {
  showProducts();
  explainNow();
}));
for (const sample of document.querySelectorAll("[data-sample]")) {
  sample.addEventListener("click", () => {
    box.value = sample.dataset.sample;
    box.focus({ preventScroll: true });
    explainNow().then(bringUp);
  });
}
if (box.value) explainNow(); // what the browser kept over a reload
