// Owns what counts as a secret in a text, and hides it: the same secret becomes the same short token in one masker.
// Patterns that ignore case are written in small letters and run on a folded copy of the text; values are cut from
// the text itself, since folding moves nothing.

import { DIGIT, SPACE, WORDLIKE, flatten, foldCase, isAlpha } from "./characters.js";

const OWNER_NAMES =
  "(?:api[_-]?secret|secret[_-]?key|apisecret|secretkey|secret|private[_-]?key|passphrase|api[_-]?passphrase|password|passwd" +
  "|access[_-]?token|refresh[_-]?token|client[_-]?secret|aws_secret_access_key)";
const KEY_WORDS =
  "(?:x-mbx-apikey|x-mexc-apikey|x-bx-apikey|kc-api-key|kc-api-sign|kc-api-passphrase|ok-access-key|ok-access-sign|ok-access-passphrase" +
  "|x-bapi-api-key|x-bapi-sign|access-key|access-sign|access-passphrase|cb-access-key|cb-access-sign|cb-access-passphrase" +
  "|api-sign|api-key|apikey|api_key|accesskeyid|accesskey|signature|sign|sig|listenkey|listen_key|authent|x-auth|x-auth-signature" +
  "|bfx-apikey|bfx-signature|api-signature|x-phemex-access-token|x-phemex-request-signature|token|authorization)";
const SECRET_NAMES = /passphrase|secret|private|password|passwd|access[_-]?token|refresh[_-]?token/;

const ALONE = `(?<![${WORDLIKE}])`;
const PEM = new RegExp(
  `-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[${SPACE}]{0,4}(?:Proc-Type|DEK-Info):[^\\n]{0,80}){0,2}` +
    `[A-Za-z0-9+/=${SPACE}\\\\]{0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?`,
  "g",
);
const JWT = new RegExp(
  `${ALONE}eyJ[A-Za-z0-9_\\-]{8,2000}\\.[A-Za-z0-9_\\-]{4,4000}(?:\\.[A-Za-z0-9_\\-]{0,1000})?`,
  "gu",
);
const QUOTE = "(?:\\\\{0,8}[\"'`“”‘’″′＂＇]|&(?:quot|apos|#3[49]);)";
const SEPARATOR = `(?:${QUOTE}|\\]){0,2}[${SPACE}]{0,4}(?:=>|[:=：＝]{1,2}|%3d)[${SPACE}]{0,4}`;
const QUOTED = new RegExp(
  `(?<name>${OWNER_NAMES})${SEPARATOR}(?<quote>\\\\{0,8}["'\`])(?<value>(?:(?!\\k<quote>)[^\\n]){4,200})(?=\\k<quote>)`,
  "dg",
);
const NAMED = new RegExp(
  `(?<name>${OWNER_NAMES}|(?<![a-z0-9])${KEY_WORDS})${SEPARATOR}(?:(?:bearer|basic|token)[${SPACE}])?${QUOTE}{0,2}` +
    `(?<value>[^${SPACE}"'\`&,;<>(){}\\[\\]\\\\“”‘’″′＂＇]{4,4000})`,
  "dg",
);
const BY_PLACE = [
  `://[^${SPACE}/:@]{1,60}:(?<value>[^${SPACE}/@]{1,200})@`, // a proxy's password
  `[${SPACE}](?:-u|--user|--proxy-user)[${SPACE}]{1,3}["']?[^${SPACE}:"']{1,60}:(?<value>[^${SPACE}"']{2,200})`,
  `(?:密码|密钥|口令|私钥)[${SPACE}]{0,3}[:：=＝][${SPACE}]{0,3}["'“]?(?<value>[a-z0-9+/=_!@#$%^&*.\\-]{6,200})`,
  `(?:seed[${SPACE}_\\-]?(?:phrase|words)?|mnemonic|助记词)["']?[${SPACE}]{0,3}[:：=＝][${SPACE}]{0,3}["']?` +
    `(?<value>(?:[a-z]{3,10}[${SPACE}]){11,23}[a-z]{3,10})`,
  `(?:private[^\\n]?key|wallet|私钥)[^${WORDLIKE}]{1,6}(?<value>0x[0-9a-f]{64})(?![${WORDLIKE}])`,
  `${ALONE}bot(?<value>[${DIGIT}]{6,12}:[a-z0-9_\\-]{30,50})`, // Telegram
  `(?:hooks\\.slack\\.com/services|discord(?:app)?\\.com/api/webhooks)/(?<value>[${WORDLIKE}/\\-]{10,200})`,
  `${ALONE}cookie["']?[${SPACE}]{0,2}:[${SPACE}]{0,2}["']?(?<value>[^\\n"']{6,2000})`,
  `${ALONE}authorization["']?[${SPACE}]{0,2}[:=][${SPACE}]{0,2}["']?basic[${SPACE}](?<value>[a-z0-9+/=]{6,400})`,
  // the passphrase behind key and secret
  `[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}["'],[${SPACE}]{0,4}["'](?<value>[^"'\\n]{4,64})["'](?![${SPACE}]{0,4}:)`,
  `["']key["'][${SPACE}]{0,4}[:=][${SPACE}]{0,4}["'](?<value>(?=[a-z\\-]{0,60}[${DIGIT}])[a-z0-9\\-]{20,128})["']`,
].map((pattern) => new RegExp(pattern, "dgu"));
// What is a secret by its form alone: cloud, code-host and chat tokens, wallet keys.
const TOKENS = new RegExp(
  `${ALONE}(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,80}|sk-[A-Za-z0-9_\\-]{20,200}|xox[abpr]-[A-Za-z0-9\\-]{10,200}` +
    "|[5KL][1-9A-HJ-NP-Za-km-z]{50,51}(?![A-Za-z0-9]))",
  "gu",
);
const LISTEN_PATH = new RegExp(
  `(?:/ws/|/stream\\?streams=|listenKey[ =:]{1,3})(?<value>[A-Za-z0-9]{60,64})(?![${WORDLIKE}])`,
  "dgu",
);
const BARE =
  /(?<![A-Za-z0-9_/+.-])(?:[A-Za-z0-9]{64}|[A-Za-z0-9+/]{86}==|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9_/+=-])/g;
const NO_SECRET = new RegExp(
  "^(?:true|false|null|none|undefined|invalid|missing|required|error|expired|wrong|x{3,}|\\*{3,}|<[^\\n]*|your[^\\n]*|\\.{3,}|redacted|hidden" +
    "|hmacsha256|ed25519|signature|listenkey|key|secret|passphrase|parameter|header|format|string|number|object|array|not|for|is|was)$",
);

const KNOWN = 100; // how many secrets are also looked for without their name

// Return a masker: it remembers which token stands for which secret, and whether a real secret was seen.
export function createMasker() {
  return { tokens: new Map(), secrets: new Map() };
}

// Return the text with every secret replaced by its token.
export function maskText(masker, text) {
  if (text.length < 6) return text;
  const { tokens, secrets } = masker;

  const tokenOf = (value, kind) => {
    if (!tokens.has(value)) {
      tokens.set(value, `[${kind} ${tokens.size + 1}]`);
      if (kind === "secret") secrets.set(value, tokens.get(value));
    }
    return tokens.get(value);
  };
  const hide = (pattern, kindOf, seen = (given) => given) => {
    text = replaceValues(text, seen(text), pattern, (value, match) => {
      const kind = kindOf(value, match);
      return kind ? tokenOf(value, kind) : value;
    });
  };

  hide(PEM, () => "secret");
  hide(JWT, () => "key");
  for (const pattern of BY_PLACE) hide(pattern, kindByPlace, foldCase);
  hide(TOKENS, () => "secret");
  hide(QUOTED, kindOfQuoted, foldCase);
  hide(NAMED, kindOfNamed, foldCase);
  hide(LISTEN_PATH, () => "key");
  hide(BARE, kindOfBare);
  for (const [secret, token] of [...secrets].slice(0, KNOWN)) text = text.replaceAll(secret, () => token);
  return text;
}

// Put something for the value of each match in the copy of a text that the pattern reads; the value may be all of it.
function replaceValues(text, copy, pattern, replace) {
  let out = "";
  let last = 0;
  for (const match of copy.matchAll(pattern)) {
    const [start, end] = match.indices?.groups.value ?? [match.index, match.index + match[0].length];
    out += text.slice(last, start) + replace(text.slice(start, end), match);
    last = end;
  }
  return last ? out + text.slice(last) : text;
}

function kindByPlace(value) {
  return value.startsWith("[") ? null : "secret";
}

function isNoSecret(value) {
  return NO_SECRET.test(foldCase(value)) || value.startsWith("[");
}

// What has spaces may be a sentence, which nobody needs to revoke.
function kindOfQuoted(value) {
  if (isNoSecret(value)) return null;
  return value.includes(" ") ? "key" : "secret";
}

function kindOfNamed(value, { groups }) {
  if (isNoSecret(value) || (value.length < 12 && isAlpha(value))) return null;
  return SECRET_NAMES.test(groups.name) ? "secret" : "key";
}

function kindOfBare(value) {
  if (value.length === 64 && new Set(value).size < 8) return null;
  const isMixed = value.length === 64 && value !== value.toLowerCase() && value !== value.toUpperCase();
  return isMixed ? "secret" : "key";
}

const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

// Return the text with control and bidi characters as escapes, safe for a page.
export function makePrintable(text) {
  return text.replace(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

// Mask a text for its author: the masked text, how many secrets must be revoked, and which kinds were hidden.
export function mask(text) {
  const { text: flat, restore } = flatten(text);
  const masker = createMasker();
  const shown = restore(maskText(masker, flat));
  const kinds = new Set([...masker.tokens.values()].map((token) => token.slice(1, token.indexOf(" "))));
  return { text: shown, secrets: [...masker.secrets.values()], kinds: [...kinds] };
}
