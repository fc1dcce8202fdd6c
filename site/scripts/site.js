// What every page may have: search, filters over tables, and a checklist. Pages work without any of it.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

function setUpSearch() {
  const dialog = $("#search");
  const button = $("#open-search");
  if (!dialog || !button) return;
  const words = $("#search-words");
  const exchange = $("#search-exchange");
  let engine;
  const open = () => {
    if (!dialog.open) dialog.showModal();
    words.select();
    engine ??= import(dialog.dataset.index).then(async (found) => {
      await found.options({ ranking: { termSimilarity: 10, pageLength: 0.2 } }); // -1003 before -10030, whatever the length
      startIn(dialog.dataset.language, found.init);
      return found;
    });
  };
  let turn = 0;
  const find = async () => {
    const own = ++turn;
    const state = $("#search-state");
    try {
      const filters = exchange.value ? { exchange: exchange.value } : {};
      const answer = words.value.trim() ? await (await engine).search(pairChinese(pickCode(words.value)), { filters }) : { results: [] };
      const pages = await Promise.all(answer.results.slice(0, 20).map((result) => result.data()));
      if (own !== turn) return;
      const told = [state.dataset.none, state.dataset.one][answer.results.length] ?? state.dataset.found;
      state.textContent = words.value.trim() ? told.replace("{count}", answer.results.length) : "";
      $("#search-results").replaceChildren(...pages.map(showResult));
    } catch {
      state.textContent = state.dataset.failed;
      engine = undefined;
    }
  };
  button.hidden = false;
  button.addEventListener("click", open);
  words.addEventListener("input", find);
  exchange.addEventListener("change", find);
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault(); // the form would close the dialog
      $("#search-results a")?.click();
    } else if (event.key === "Escape") {
      event.preventDefault(); // the first one would only empty the box
      dialog.close();
    }
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      open();
    }
  });
}

/** Call what reads the page's language at once, with another one: Chinese is indexed under a name of its own. */
function startIn(language, start) {
  const page = document.documentElement;
  const own = page.lang;
  page.lang = language;
  start();
  page.lang = own;
}

/** Search for the code alone, if one stands in what is no plain words, such as `APIError(code=-2015)`. */
function pickCode(text) {
  const code = /-\d{4,5}\b|\b\d{5,6}\b/.exec(text);
  return code && /[=(){}"':]/.test(text) ? code[0] : text;
}

/** Cut Chinese into pairs of characters, as the index has it (explainer/site_builder/search.py). */
function pairChinese(text) {
  return text.replace(/[\u3400-\u9fff]{2,}/g, (run) => ` ${[...run].slice(1).map((next, at) => run[at] + next).join(" ")} `);
}

/** A result as an item of a list. Its excerpt has marks around the words found; all else is shown as text. */
function showResult(page) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = page.url;
  link.textContent = page.meta.title;
  const excerpt = document.createElement("p");
  excerpt.className = "small";
  const parsed = new DOMParser().parseFromString(page.meta.description ? "" : page.excerpt, "text/html");
  excerpt.textContent = page.meta.description ?? ""; // Chinese pages have it: their excerpt is in pairs
  for (const node of parsed.body.childNodes) {
    const part = node.nodeName === "MARK" ? document.createElement("mark") : document.createTextNode("");
    part.textContent = node.textContent;
    excerpt.append(part);
  }
  item.append(link, excerpt);
  return item;
}

function setUpFilter(input) {
  const box = input.closest(".filter");
  const state = $("[role=status]", box);
  const bodies = $$(`${input.dataset.filter} tbody`).map((body) => [
    body,
    $$("tr:not(.group)", body).map((row) => [row, row.textContent.toLowerCase()]),
  ]);
  box.hidden = false;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [body, rows] of bodies) {
      let own = 0;
      for (const [row, text] of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        own += !row.hidden;
      }
      body.hidden = own === 0;
      shown += own;
    }
    state.textContent = shown ? "" : state.dataset.none;
  });
}

/** Ticks stay in this browser, under the checklist's name. */
function setUpChecklist(list) {
  const place = `checklist ${list.dataset.checklist}`;
  const boxes = $$("[data-check]", list);
  const progress = list.nextElementSibling;
  const output = $("output", progress);
  const known = new Set(read(place));
  const tell = () => {
    const done = boxes.filter((box) => box.checked).length;
    output.textContent = output.dataset.progress.replace("{done}", done).replace("{all}", boxes.length);
    for (const box of boxes) box.closest("li").classList.toggle("done", box.checked);
  };
  for (const box of boxes) {
    box.checked = known.has(box.dataset.check);
    box.closest(".tick").hidden = false;
    box.addEventListener("change", () => {
      save(place, boxes.filter((other) => other.checked).map((other) => other.dataset.check));
      tell();
    });
  }
  $("[data-reset]", progress).addEventListener("click", () => {
    for (const box of boxes) box.checked = false;
    save(place, []);
    tell();
  });
  progress.hidden = false;
  tell();
}

function read(place) {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? [];
  } catch {
    return []; // storage is switched off, or holds something else
  }
}

function save(place, value) {
  try {
    localStorage.setItem(place, JSON.stringify(value));
  } catch {
    // storage is switched off: the ticks last as long as the page
  }
}

setUpSearch();
$$("[data-filter]").forEach(setUpFilter);
$$("[data-checklist]").forEach(setUpChecklist);
