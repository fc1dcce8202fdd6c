// Owns what stands behind the name of a secret and is none: words, code, symbols, codes of errors, the next line.

// What stands behind a name in sentences, in code, and where the secret was taken out already.
export const NO_SECRET = new RegExp(
  "^(?:true|false|null|none|nil|undefined|invalid|missing|required|error|expired|wrong|incorrect|mismatch(?:ed)?|empty" +
    "|unknown|failed|failure|x{3,}|\\*{3,}|<[^\\n]*|your[^\\n]*|\\.{3,}|redacted|hidden|base64|sha[0-9]{3}|rsa[0-9]{0,4}|hmacsha256" +
    "|ed25519|signature|listenkey|key|secret|passphrase|password|parameter|header|format|string|number|object|array|not" +
    "|for|is|was|must|please|check|cannot|should|does|with|that|this|when|from|have|only" +
    "|(?:self|os|process|config|settings|args)\\.[^\\n]*|[!-/:-@\\[-`{-~]{4,})$",
);
// What is another name with its value.
export const PAIR = /^[A-Za-z_.-]{2,40}=[^=]/;
// What is the symbol of a market.
export const MARKET = new RegExp(
  "^(?:[A-Z0-9]{2,10}[-/_:]?(?:USD[TCM]?|BUSD|BTC|ETH|EUR|KRW|JPY)M?(?:[-_:][A-Z0-9]{2,10}){0,2}" +
    "|[A-Z]{2,6}(?:[-/_][A-Z]{2,6}){1,2})$",
);
// What is a name and no key: words and short numbers.
export const NAME_OF_WORDS = /^[A-Za-z]{1,12}(?:[-_.](?:[A-Za-z]{1,12}|[0-9]{1,4})){1,5}$/;
// The code of an error, and what stands before the name in front of it.
export const ERROR_CODE = /^-?[0-9]{3,7}$/;
export const BEFORE_CODE =
  /(?:invalid|incorrect|wrong|bad|error|missing|expired|illegal|错误|无效|不正确)[^\n]{0,16}$/;
// What begins the next line of a log, and is no value of the line before.
export const NEXT_LINE =
  /^(?:[0-9]{1,4}[-/.:][0-9]{1,2}[-/.:T]|[0-9]{9,13}(?![0-9A-Za-z])|[A-Za-z][A-Za-z0-9_.-]{0,40}:|[./~]|[A-Za-z]{1,11}$)/;
