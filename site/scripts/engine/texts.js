// Reads an owner's texts in one language and fills them. The only place that turns records into sentences.

import { fill } from "./placeholder.js";

// Return an owner's texts; a catalogue entry's causes are those of its category. `values` is a Map.
export function readTexts(texts, owner, exchange, values) {
  const record = texts.owners[owner.number];
  const category = texts.categories[owner.category];
  const body = owner.isRule ? record : category;
  return {
    title: fill(record.title || category.title, values),
    summary: fill(record.summary || category.summary, values),
    causes: fillCauses(body.causes, values),
    not: (body.not ?? []).map((text) => fill(text, values)),
    links: record.links ?? profileOf(texts, exchange)?.links ?? [],
    related: record.related ?? [],
    name: record.name ?? null,
    verified: record.verified ?? "",
  };
}

// Return an exchange's profile, if there is one.
export function profileOf(texts, exchange) {
  return exchange !== null && Object.hasOwn(texts.profiles, exchange) ? texts.profiles[exchange] : null;
}

// Return what an exchange's profile fills into texts: its facts, and its name as `exchange`.
export function profileValues(texts, exchange) {
  const profile = profileOf(texts, exchange);
  return profile ? { ...profile.facts, exchange: profile.name } : {};
}

// Fill the causes; those whose condition holds come first, those whose condition fails are left out.
function fillCauses(causes, values) {
  const holding = causes.filter((cause) => !cause.when || values.get(cause.when));
  const shown = holding.length ? holding : causes;
  const ordered = [...shown.filter((cause) => cause.when), ...shown.filter((cause) => !cause.when)];
  return ordered.map(({ cause, check, fix }) => ({
    cause: fill(cause, values),
    check: fill(check, values),
    fix: fix.map((step) => fill(step, values)),
  }));
}
