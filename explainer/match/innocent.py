"""Owns what stands behind the name of a secret and is none: words, code, symbols, codes of errors, the next line."""

import re

from explainer.match.secret import Pattern

NO_SECRET = Pattern(
    r"^(?:true|false|null|none|nil|undefined|invalid|missing|required|error|expired|wrong|incorrect|mismatch(?:ed)?|empty"
    r"|unknown|failed|failure|x{3,}|\*{3,}|<.*|your.*|\.{3,}|redacted|hidden|base64|sha[0-9]{3}|rsa[0-9]{0,4}|HmacSHA256"
    r"|Ed25519|signature|listenkey|key|secret|passphrase|password|parameter|header|format|string|number|object|array|not"
    r"|for|is|was|must|please|check|cannot|should|does|with|that|this|when|from|have|only"
    r"|(?:self|os|process|config|settings|args)\..*|[!-/:-@\[-`{-~]{4,})$",
    re.IGNORECASE,
)
"""What stands behind a name in sentences, in code, and where the secret was taken out already."""
PAIR = Pattern(r"[A-Za-z_.-]{2,40}=[^=]")
"""What is another name with its value."""
MARKET = Pattern(
    r"^(?:[A-Z0-9]{2,10}[-/_:]?(?:USD[TCM]?|BUSD|BTC|ETH|EUR|KRW|JPY)M?(?:[-_:][A-Z0-9]{2,10}){0,2}"
    r"|[A-Z]{2,6}(?:[-/_][A-Z]{2,6}){1,2})$"
)
"""What is the symbol of a market."""
WORDS = Pattern(r"^[A-Za-z]{1,12}(?:[-_.](?:[A-Za-z]{1,12}|[0-9]{1,4})){1,5}$")
"""What is a name and no key: words and short numbers."""
CODE = Pattern(r"^-?[0-9]{3,7}$")
BEFORE_CODE = Pattern(
    r"(?:invalid|incorrect|wrong|bad|error|missing|expired|illegal|错误|无效|不正确)[^\n]{0,16}\Z", re.IGNORECASE
)
"""The code of an error, and what stands before the name in front of it."""
NEXT_LINE = Pattern(
    r"^(?:[0-9]{1,4}[-/.:][0-9]{1,2}[-/.:T]|[0-9]{9,13}(?![0-9A-Za-z])|[A-Za-z][A-Za-z0-9_.-]{0,40}:|[./~]|[A-Za-z]{1,11}$)"
)
"""What begins the next line of a log, and is no value of the line before."""
