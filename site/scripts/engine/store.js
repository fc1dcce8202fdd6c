// The knowledge base in memory: reads what `explainer/site_builder/browser.py` wrote.

// Return the knowledge base of an index; the texts of a language are added when they are there.
export function createBase(data) {
  const { owners, selections } = readOwners(data);
  const index = { ...data, ...tables(data), owners, selections, templates: readTemplates(data), anchors: new Map() };
  data.anchors.forEach((anchors, template) => anchors.forEach((anchor) => add(index.anchors, anchor, template)));
  return { index: { ...index, ...findSelectionsByKey(data, selections) }, texts: {}, memory: new Map() };
}

function tables(data) {
  const mark = ([exchange, product]) => ({ exchange, product });
  const marks = (table) => new Map(Object.entries(table).map(([name, value]) => [name, mark(value)]));
  return {
    ccxt: marks(data.ccxt),
    hosts: marks(data.hosts),
    paths: marks(data.paths),
    texts: marks(data.texts),
    names: new Map(Object.entries(data.names)),
    domains: new Map(Object.entries(data.domains)),
    products: new Map(Object.entries(data.products)),
    success: new Set(data.success),
    envelopes: data.envelopes.map(([pattern, needs, isLoose]) => ({ pattern, needs, isLoose })),
    shapes: data.shapes.map(([exchange, keys, code, kind, product]) => ({ exchange, keys, code, kind, product })),
  };
}

function readTemplates(data) {
  const loose = new Set(data.loose);
  return data.patterns.map((pattern, i) => ({
    pattern,
    words: data.words[i],
    letters: data.letters[i],
    isLoose: loose.has(i),
  }));
}

function readOwners(data) {
  const columns = data.owners;
  const read = ([different, numbers], i) => different[numbers[i]];
  const selections = [];
  const owners = columns.ids.map((id, i) => {
    const isRule = i < columns.codes.length;
    const [exchange, product, ...code] = id.split("/");
    const owner = {
      id,
      isRule,
      exchange: isRule && exchange === "any" ? null : exchange,
      product: isRule || product === "all" ? null : product,
      category: read(columns.category, i),
      retry: read(columns.retry, i),
      urgency: read(columns.urgency, i),
      code: isRule ? columns.codes[i] : code.join("/"),
      examples: isRule ? columns.examples[i] : 0,
      number: i,
    };
    const rows = isRule ? data.selections[i] : [[data.selections[i], owner.code, null, null, null, null]];
    for (const [template, code, status, exception, product, also] of rows) {
      selections.push({ owner: i, template, code, status, exception, product, also });
    }
    return owner;
  });
  return { owners, selections };
}

function findSelectionsByKey(data, selections) {
  const byTemplate = data.patterns.map(() => []);
  const byCode = new Map();
  const byStatus = new Map();
  const byException = new Map(data.exceptions.map((name) => [name, []]));
  selections.forEach(({ template, code, status, exception }, number) => {
    if (template !== null) byTemplate[template].push(number);
    if (code) add(byCode, code, number);
    else if (template === null && status) add(byStatus, status, number);
    else if (template === null && exception) add(byException, exception, number);
  });
  return { byTemplate, byCode, byStatus, byException };
}

function add(table, key, value) {
  if (table.has(key)) table.get(key).push(value);
  else table.set(key, [value]);
}

// Return what was computed once under a key.
export function remember(kb, key, compute) {
  if (!kb.memory.has(key)) kb.memory.set(key, compute());
  return kb.memory.get(key);
}
