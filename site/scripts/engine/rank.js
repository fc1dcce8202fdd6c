// Ranks matches by how specific they are, computed from what held, never from numbers that authors set.

// What held, from the least to the most telling.
export const LEVEL = {
  STATUS: 1,
  EXCEPTION: 2,
  EXCHANGE_STATUS: 3,
  EXCHANGE_FAMILY: 4,
  MESSAGE: 5,
  EXCHANGE_CODE: 6,
  EXCHANGE_MESSAGE: 7,
  EXCHANGE_CODE_MESSAGE: 8,
};

export const URGENCY = { critical: 4, high: 3, medium: 2, low: 1, harmless: 0 };

// Return the specificity of a match; the greater is the more specific, compared number by number.
export function score(match, { templates, products }) {
  const { owner, selection, hit, origin } = match;
  const product = owner.product || selection.product;
  return [
    match.productFit || !origin.isProductSure ? 1 : 0,
    match.level,
    [selection.status, selection.also, selection.exception].filter((key) => key !== null).length,
    hit?.isWhole ? 1 : 0,
    hit ? templates[hit.template].letters : 0,
    match.productFit,
    match.overlap,
    owner.isRule ? 1 : 0,
    -placeIn(origin.exchanges, owner.exchange),
    -placeIn(products.get(owner.exchange) ?? [], product),
    selection.template === null ? 0 : -templates[selection.template].letters,
  ];
}

// Return the place of an item; what is missing stands behind all.
function placeIn(list, item) {
  const place = list.indexOf(item);
  return place < 0 ? list.length : place;
}

// Compare two lists of equal length, item by item.
export function compareLists(a, b) {
  const i = a.findIndex((item, place) => item !== b[place]);
  return i < 0 ? 0 : a[i] < b[i] ? -1 : 1;
}
