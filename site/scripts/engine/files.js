// Where the knowledge base lies, from here; in the bundle the site builder's names stand for these.

export const FILES = { index: "index.json", "texts.en": "texts.en.json", "texts.zh": "texts.zh.json" };
