// Owns what a secret is called, where it stands and what it looks like. Hides nothing itself.
// Patterns that ignore case are written in small letters and run on a folded copy of the text.

import { SPACE } from "./characters.js";

const QUOTE = "(?:\\\\{0,8}[\"'`“”‘’″′＂＇]|&(?:quot|apos|#3[49]);)";
const STOP = `${SPACE}"'\`&,;<>(){}\\[\\]\\\\“”‘’″′＂＇、-】一-鿿！，：；？（）`; // ends a value without quotes
// Begins a run of letters and digits of which there is one at least of each.
const KEYLIKE = "(?=[a-z+/=_\\-]{0,120}[0-9])(?=[0-9+/=_\\-]{0,120}[a-z])[a-z0-9+/=_\\-]";
const START = "(?:(?<![A-Za-z0-9_])|(?<=\\\\[nrt]))"; // of a word; behind a line end that is written out too
// The name of what is called, unless it is about an order.
const CALL =
  "(?<![a-z0-9_])(?!(?:cancel|get|fetch|query|list|find|create|place|amend|edit|modify|close|check|delete|show)" +
  "(?![a-z_]{0,20}(?:client|exchange|api|session))|[a-z0-9_]{0,40}orders?\\()[a-z0-9_]{1,64}";
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

// What tells the name from the word.
const VALUED =
  `(?=["']?[${SPACE}]{0,2}(?:=(?!=)|:[${SPACE}]{0,2}(?:["']` +
  `|(?=[^${SPACE}0-9]{0,32}[0-9])[^${SPACE}./_]{6,40}(?![^${SPACE}]))))`;
const EXCHANGES = "kucoin|kc|binance|okx|bybit|gate|mexc|htx|huobi|bitget|kraken|coinbase|bitmex|deribit|exchange";

const SECRET_NAMES =
  "secret(?:[ _\\-]?(?:access[ _\\-]?)?key)?|private[ _\\-]?key|pass[ _\\-]?phrase|passwords?|passwd|passcode" +
  `|${START}(?:pwd|api[_\\-]?pass(?![a-z]))|(?:access|refresh)[_\\-]?token` +
  "|密码(?:短语)?|密钥|秘钥|密匙|口令|私钥|通行短语" +
  `|api[_\\-]?sec(?![a-z])|(?:hmac|sign)[_\\-]?key|(?:${START}|(?<=[_\\-]))pass${VALUED}`;
const KEY_NAMES =
  "api[ _\\-]?key|access[ _\\-]?key(?:[ _\\-]?id)?|listen[ _\\-]?(?:key|token)|(?:auth|session|csrf|bearer|bot)[_\\-]?token" +
  `|(?:${EXCHANGES})[_\\-]key|(?:${START}|(?<=_))(?:signature|sign|sig|authent|x-auth|token|client[_\\-]?id|(?:proxy-)?authorization)`;
// What secrets are called: the group `secret` tells those that must be revoked.
export const NAMED = new RegExp(
  `(?:(?<secret>${SECRET_NAMES})|${KEY_NAMES})(?:_(?:[0-9]{1,2}|live|main|test|testnet|prod|demo|sub|value|pem))?`,
  "g",
);
export const NAMED_NEEDS = ["secret", "key", "pass", "pwd", "token", "sig", "auth", "client", "密", "口令", "私钥", "秘钥", "通行", "api"];

const BEHIND = `(?:${QUOTE}|\\]|\\*{1,2}){0,3}`; // a name, before that which joins it to its value
const SIGN = "(?:=>|->|→|:=|[:=：＝]{1,2}|%3d)";
const SCHEME = `(?:bearer|basic|token|bitstamp|[a-z0-9\\-]{2,24}-sha-?[0-9]{3})[${SPACE}]{1,2}`;

// What may stand between a name and the sign: the field of its value, what it is for.
export const BETWEEN_SIGN = new RegExp(
  `${BEHIND},?[${SPACE}]{0,40}${QUOTE}?value(?=${QUOTE}?[${SPACE}]{0,4}[:=])` +
    `|[${SPACE}]{1,2}for[${SPACE}]{1,2}[a-z0-9._\\-]{2,24}(?=[${SPACE}]?[:=])|[${SPACE}]{0,2}如下(?=[${SPACE}]{0,2}[:：])`,
  "dy",
);
// What stands before the name of a header, or in an environment: there anything may stand in the value.
export const BEFORE_REST = new RegExp(
  `(?:^|[\\r\\n]|\\\\[nr]|(?<quote>["'\`])|[${SPACE}](?:export|set|-e|--env|-h)[${SPACE}])[ \\t]{0,16}` +
    "(?:(?:export|set|env|-e|--env|-h|-|>|<)[ \\t]{1,4})?[a-z0-9_.\\-]{0,40}$",
);
// The rest of a line or of what is in quotes, and what may stand behind it.
export const REST = new RegExp(
  "(?:=|:[ \\t]{1,4})(?![=\"'`\\[{(]|[a-z_][a-z0-9_.]{0,60}[(\\[])" +
    `(?<value>(?:(?![&,;][a-z_\\-]{1,40}[=:]|\\\\{1,8}(?:(?:r\\\\{1,8})?n|r(?![a-z])))[^${SPACE}，。！？；：（）]){4,200})`,
  "dy",
);
export const REST_ENDS = ",;)}]\"'`\\";

// Behind a name: a sign such as `=` or `:`, and a value in quotes, in which anything may stand.
export const QUOTED = new RegExp(
  `${BEHIND}[${SPACE}]{0,24}${SIGN}[${SPACE}]{0,16}` +
    `(?:(?:some|secretstr|secret|string::from)\\([${SPACE}]{0,40}|\\(string\\)[${SPACE}]\\(len=[0-9]{1,4}\\)[${SPACE}])?` +
    "(?:(?<quote>\\\\{0,8}[\"'`])(?<value>(?:(?!\\k<quote>)[^\\n]){4,200})(?=\\k<quote>)|“(?<curly>[^“”\\n]{4,200})(?=”))",
  "dy",
);
// A sign and a value without quotes, or in quotes that are written in some other way.
export const ASSIGNED = new RegExp(
  `${BEHIND}[${SPACE}]{0,24}${SIGN}[${SPACE}]{0,16}(?:${QUOTE}|\\+|[|>][+\\-]?[${SPACE}]{1,16}|&[a-z]{1,16}[${SPACE}]` +
    `|string\\([0-9]{1,4}\\)[${SPACE}]|${SCHEME}|b(?=["'])){0,6}(?<value>[^${STOP}]{4,4000})`,
  "dy",
);
// A value joined by less than a sign: in lists, tables, elements, calls and sentences.
const LINKED = new RegExp(
  `${BEHIND}(?:[${SPACE}]{0,8}${SIGN}[${SPACE}]{0,4}[a-z0-9_.]{0,24}[\\[(]|[${SPACE}]{0,8}[,|│][${SPACE}]{0,8}` +
    `|[${SPACE}]{1,4}(?:is|was)[${SPACE}]{0,2}[:：]?[${SPACE}]{1,4}|[${SPACE}]{0,4}就?[是为][${SPACE}]{0,2}[:：]?[${SPACE}]{0,4}` +
    `|>[${SPACE}]{0,4}|</[a-z]{2,5}>[${SPACE}]{0,8}<[a-z]{2,5}>|[${SPACE}]{1,4}value=)` +
    `${QUOTE}{0,3}(?<value>(?=[^${STOP}|│]{0,80}[0-9])[^${STOP}|│]{6,4000})`,
  "dy",
);
// A line of its own, as pages show a new key.
const BELOW = new RegExp(
  `[ :：]{0,3}\\r?\\n(?<value>(?=[^${SPACE}]{0,80}[0-9])[^${SPACE}"'&,;<>(){}\\[\\]]{6,200})(?![^\\r\\n])`,
  "dy",
);
// Behind spaces, what looks like a key.
const BESIDE = new RegExp(`${BEHIND}[${SPACE}]{1,8}${QUOTE}?(?<value>(?!0x)${KEYLIKE}{16,4000})`, "dy");
// A word in quotes behind a comma or a space.
export const PAIRED = new RegExp(
  `${BEHIND}(?:[${SPACE}]{0,8}[,|][${SPACE}]{0,8}b?(?<quote>["'])(?<value>` +
    `(?=(?:(?!\\k<quote>)[^${SPACE}]){0,64}(?!\\k<quote>)[^${SPACE}a-z_])` +
    `(?:(?!\\k<quote>)[^${SPACE}]){4,64})(?=\\k<quote>)` +
    `|[${SPACE}]{1,3}(?<mark>["'])(?<beside>(?=[^${SPACE}"']{0,64}[0-9!@#$%^&*?~+;)<>{}])` +
    `(?:(?!\\k<mark>)[^${SPACE}]){4,64})(?=\\k<mark>))`,
  "dy",
);
// Behind a space, where the words before tell that it is the secret: `with passphrase …`.
export const SPOKEN = new RegExp(
  `[${SPACE}]{1,3}(?<value>(?=[^${STOP}]{0,80}[0-9])(?=[^${STOP}]{0,80}[a-z])[^${STOP}]{6,200})`,
  "dy",
);
export const BEFORE_SPOKEN = new RegExp(
  `(?:[${SPACE}]|^)(?:with|using|my)[${SPACE}]{1,3}(?:the[${SPACE}]{1,3})?[a-z_\\-]{0,20}$`,
);
export const LOOSE = [LINKED, BELOW, BESIDE];
// Behind the option of a command, anything.
export const OPTION = new RegExp(`[${SPACE}]{1,3}["']?(?<value>[^${SPACE}"'\\-][^${SPACE}"']{3,200})`, "dy");
export const BEFORE_OPTION = /--[A-Za-z_-]{0,20}$/;

export const PEM = new RegExp(
  "-----BEGIN[A-Z ]{0,30} PRIVATE KEY(?: BLOCK)?-----(?:" +
    "(?:(?!-----BEGIN)[^]){0,12000}?-----END[A-Z ]{0,30} PRIVATE KEY(?: BLOCK)?-----" +
    `|(?:[${SPACE}]{0,4}(?:Proc-Type|DEK-Info):[^\\n]{0,80}){0,2}[A-Za-z0-9+/=${SPACE}\\\\]{0,8000})`,
  "dg",
);
export const PEM_END = /-----END[A-Z ]{0,30} PRIVATE KEY(?: BLOCK)?-----/g;
export const PEM_BODY = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \n\r\\";

const ANY_CASE = [
  // passwords of proxies, databases and commands
  [`://[^${SPACE}/:@]{0,60}:(?<value>[^${SPACE}/"'<>]{1,200})@`, ["://"]],
  [
    `[${SPACE}](?:-u|--user|--proxy-user)[${SPACE}]{1,3}["']?(?![0-9]{1,6}:[0-9]{1,6}(?![^${SPACE}"']))[^${SPACE}:"']{1,60}:(?<value>[^${SPACE}"']{2,200})`,
    ["-u"],
  ],
  [`(?<![a-z])sshpass[${SPACE}]{1,3}-p[${SPACE}]{0,3}["']?(?<value>[^${SPACE}"']{2,200})`, ["sshpass"]],
  [`[${SPACE}]-hmac[${SPACE}]{1,3}["']?(?<value>[^${SPACE}"'$][^${SPACE}"']{3,200})`, ["-hmac"]],
  [
    `(?<![a-z])setx[${SPACE}]{1,3}[a-z0-9_]{0,40}(?:pass|secret|pwd)[a-z0-9_]{0,20}[${SPACE}]{1,3}["']?` +
      `(?<value>[^${SPACE}"']{4,200})`,
    ["setx"],
  ],
  // phrases that are a wallet, and keys of wallets
  [
    "(?:seed[ _\\-]?(?:phrase|words?)?|(?:recovery|secret)[ _\\-]?phrase|mnemonic|助记词)" +
      "(?:[^a-z]|(?:is|value|string|secretstr|td|id|b)(?![a-z])){1,24}" +
      `(?<value>(?:[a-z]{3,8}[${SPACE}"',，\\\\]{1,6}){11,23}[a-z]{3,8})`,
    ["seed", "phrase", "mnemonic", "助记词"],
  ],
  ["(?:private[^\\n]?key|wallet|私钥)[^a-z0-9_]{1,6}(?<value>0x[0-9a-f]{64})(?![a-z0-9_])", ["0x"]],
  // addresses that are keys: of Telegram bots, webhooks, nodes, Sentry
  ["(?<![0-9a-z])(?:bot)?(?<value>[0-9]{6,12}:aa[a-z0-9_\\-]{32,48})", [":aa"]],
  [
    "(?:hooks\\.slack\\.com/services|discord(?:app)?\\.com/api/webhooks|/bot/v2/hook|infura\\.io/(?:ws/)?v3" +
      "|alchemy(?:api)?\\.(?:com|io)/v2)/(?<value>[a-z0-9_/\\-]{10,200})",
    ["hook", "infura", "alchemy"],
  ],
  ["(?:webhook/send\\?key=|device_key=|sctapi\\.ftqq\\.com/)(?<value>[a-z0-9_\\-]{10,200})", ["key=", "ftqq"]],
  ["://(?<value>[0-9a-z]{32})(?::[0-9a-f]{32})?@", ["://"]],
  // headers
  [
    `(?:(?<![a-z])cookie["']?[${SPACE}]{0,2}[:=][${SPACE}]{0,2}[\\["']{0,2}|(?:(?<![a-z])curl(?=[${SPACE}])[^\\n]{0,400}?[${SPACE}]-b|[${SPACE}]--cookie)[${SPACE}]{1,3}["']?)` +
      `(?<value>[^${SPACE};,"'=]{1,80}=[^${SPACE};,"'\\\\]{1,4000}` +
      `(?:(?:;[${SPACE}]{0,2}|["'],[${SPACE}]{0,2}["'])[^${SPACE};,"'=]{1,80}(?:=[^${SPACE};,"'\\\\]{0,4000})?){0,40})`,
    ["cookie", "curl"],
  ],
  [
    `(?<![a-z])authorization["']?[${SPACE}]{0,2}[:=][${SPACE}]{0,2}["']?basic[${SPACE}](?<value>[a-z0-9+/=_\\-]{6,400})`,
    ["authorization"],
  ],
  // quoted keys in a row: the passphrase behind key and secret, the arguments of a client; what PHP dumps, and tracebacks print below
  [`${UUID}["'],[${SPACE}]{0,4}["'](?<value>(?![0-9.]{1,20}["'])[^"'\\n]{4,64})["'](?![${SPACE}]{0,4}:)`, ["-"]],
  [
    `["']key["'][${SPACE}]{0,4}[:=][${SPACE}]{0,4}["'](?<value>(?=[a-z\\-]{0,60}[0-9])[a-z0-9\\-]{20,128})["']`,
    ["key"],
  ],
  [
    `${CALL}\\([${SPACE}]{0,20}["'](?<value>${KEYLIKE}{16,128})["'](?=,[${SPACE}]{0,20}["']${KEYLIKE}{16,128}["'])`,
    ["("],
  ],
  [
    `${CALL}\\([${SPACE}]{0,20}["']\\[(?:key|secret) [0-9]{1,4}\\]["'],[${SPACE}]{0,20}` +
      `["'](?<value>${KEYLIKE}{16,128})["']`,
    ["("],
  ],
  [`string\\([0-9]{1,4}\\)[${SPACE}]["'](?<value>${KEYLIKE}{16,4000})["']`, ["string("]],
  [`[└├][${SPACE}]{0,2}["'](?<value>${KEYLIKE}{16,200})["']`, ["└", "├"]],
];
const SAME_CASE = [
  // tokens of clouds, code hosts, chats and others, keys of wallets
  [
    `${START}(?:A[KS]IA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,80}|github_pat_[A-Za-z0-9_]{30,120}` +
      "|glpat-[A-Za-z0-9_\\-]{20,40}|[sr]k[\\-_][A-Za-z0-9_\\-]{20,200}|x(?:ox[abprs]|app)-[A-Za-z0-9\\-]{10,200}" +
      "|[MNO][A-Za-z0-9_\\-]{23,28}\\.[A-Za-z0-9_\\-]{6}\\.[A-Za-z0-9_\\-]{27,45}|AIza[A-Za-z0-9_\\-]{35}" +
      "|ya29\\.[A-Za-z0-9_\\-]{20,400}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_\\-]{40,300}" +
      "|SG\\.[A-Za-z0-9_\\-]{22}\\.[A-Za-z0-9_\\-]{43}|hf_[A-Za-z0-9]{30,40}|cxakp_[A-Za-z0-9]{16,60}" +
      "|(?<![+/])(?:[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,112}|[5KL][1-9A-HJ-NP-Za-km-z]{50,51})(?![A-Za-z0-9+/=]))",
    [""],
  ],
  [`\\[[${SPACE}]?(?:[0-9]{1,3},[${SPACE}]?){63}[0-9]{1,3}[${SPACE}]?\\]`, ["["]], // a key file of Solana
];
const KEYS = [
  [`organizations/(?<value>${UUID})`, ["organizations/"]], // Coinbase
  [`/apiKeys/(?<value>${UUID})`, ["/apikeys/"]],
  ["(?:/ws/|/stream\\?streams=|listenKey[ =:]{1,3})(?<value>[A-Za-z0-9]{60,64})(?![A-Za-z0-9_])", ["/", "listenkey"]],
  [`(?<![A-Za-z0-9_\\-])KEY["']?[${SPACE}]{0,2}[:=][${SPACE}]{0,2}["']?(?<value>[0-9a-f]{32})(?![A-Za-z0-9])`, ["key"]], // Gate
  [
    `(?:A|a)uthorization["']?[${SPACE}]{0,2}[:=][${SPACE}]{0,2}["']?[A-Za-z0-9\\-]{2,24}[${SPACE}]{1,2}` +
      `(?<value>[a-z]{2,9}=[^${SPACE}"'<>(){}]{8,2000})`,
    ["authorization"],
  ],
];
const JWT = [
  `${START}eyJ[A-Za-z0-9_\\-]{8,2000}\\.[A-Za-z0-9_\\-]{4,4000}(?:\\.[A-Za-z0-9_\\-]{0,1000})?`,
  ["eyj"],
];

const toPlaces = (isFolded, kind) => ([source, needs]) => ({ pattern: new RegExp(source, "dg"), needs, isFolded, kind });
// Where secrets stand and what they look like, in the order in which they are looked for; names come after them.
// One of `needs` stands in every folded text in which such a secret can be found.
export const SECRET_PLACES = [
  ...[JWT].map(toPlaces(false, "key")),
  ...ANY_CASE.map(toPlaces(true, "secret")),
  ...SAME_CASE.map(toPlaces(false, "secret")),
  ...KEYS.map(toPlaces(false, "key")),
];

const IS = `["']?[${SPACE}]{0,4}(?:[:=：]|is(?=[${SPACE}])|[是为])?[${SPACE}]{0,4}["']?`;
// What calls an id that of a request or an order.
const EVIDENCE =
  "(?:(?:(?:[Rr]equest|[Tt]race|[Cc]orrelation|[Cc]onnect(?:ion)?|[Oo]rder(?:_?[Ll]ink)?|[Cc]l_?[Oo]rd|[Tt]rade" +
  "|[Tt]ransfer|[Ww]ithdrawal)[ _-]?(?:[Ii]d|ID)|[Cc]lient_?[Oo]id|[Mm]bx-[Uu]uid|MBX-UUID" +
  `|(?:请求|订单) ?(?:ID|[Ii]d|号))${IS}|[Oo]rders?(?:[${SPACE}]{1,2}|\\([${SPACE}]{0,4}["']))`;
// What calls a number the digest of something, or a transaction.
const HASH = `(?:[Ss][Hh][Aa]256[:=]|(?<![A-Za-z_\\-])(?:[Tt]x_?(?:[Ii]d|ID|[Hh]ash)|[Hh]ash)${IS})`;

// What keys look like that have no name: 64 letters and digits, 64 bytes in base64, and ids that nothing explains.
export const BARE = new RegExp(
  `(?:${EVIDENCE}${UUID}|${HASH}[0-9A-Fa-f]{64})(?![A-Za-z0-9_/+=\\-])` +
    "|(?:(?<![A-Za-z0-9_/+.\\-])|(?<=\\\\[nrt]))" +
    `(?:[A-Za-z0-9]{64}|[A-Za-z0-9+/]{86}==|${UUID})(?![A-Za-z0-9_/+=\\-])` +
    "|(?:(?<![A-Za-z0-9_+.=\\-])|(?<=\\\\[nrt]))(?=[A-Za-z]{0,63}[0-9])(?=[A-Z0-9]{0,63}[a-z])(?=[a-z0-9]{0,63}[A-Z])" +
    "[A-Za-z0-9]{60,64}(?![A-Za-z0-9_+=\\-])",
  "dg",
);
