"""Owns what a secret is called, where it stands and what it looks like. Hides nothing itself.

Classes of characters are spelled out, except for white space, so that `secret.js` can say the same.
"""

import re
from functools import cached_property
from typing import NamedTuple


class Pattern:
    """A regular expression that is compiled when it is first used: most texts need few of them."""

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source, self._flags = source, flags

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Return the compiled expression."""
        return re.compile(self._source, self._flags)


class Place(NamedTuple):
    """Where a secret stands, or what it looks like; the group `value` is the secret, or else the whole match."""

    pattern: Pattern
    needs: tuple[str, ...]  # one of these stands in every text, in small letters, in which it can be found
    is_secret: bool = True  # must be revoked when it was shown; else it is the name of a key, or lives for minutes


_QUOTE = r"(?:\\{0,8}[\"'`“”‘’″′＂＇]|&(?:quot|apos|#3[49]);)"
_STOP = r"\s\"'`&,;<>(){}\[\]\\“”‘’″′＂＇、-】一-鿿！，：；？（）"
"""What ends a value that stands in no quotes."""
_KEYLIKE = r"(?=[a-z+/=_-]{0,120}[0-9])(?=[0-9+/=_-]{0,120}[a-z])[a-z0-9+/=_-]"
"""Begins a run of letters and digits of which there is one at least of each."""
_START = r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrt]))"
"""Where a word begins; behind a line end that is written out too."""
_CALL = (
    r"(?<![a-z0-9_])(?!(?:cancel|get|fetch|query|list|find|create|place|amend|edit|modify|close|check|delete|show)"
    r"(?![a-z_]{0,20}(?:client|exchange|api|session))|[a-z0-9_]{0,40}orders?\()[a-z0-9_]{1,64}"
)
"""The name of what is called, unless it is about an order."""
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

_VALUED = r"(?=[\"']?\s{0,2}(?:=(?!=)|:\s{0,2}(?:[\"']|(?=[^\s0-9]{0,32}[0-9])[^\s./_]{6,40}(?![^\s]))))"
"""What tells the name from the word."""
_EXCHANGES = "kucoin|kc|binance|okx|bybit|gate|mexc|htx|huobi|bitget|kraken|coinbase|bitmex|deribit|exchange"

_SECRET_NAMES = (
    r"secret(?:[ _-]?(?:access[ _-]?)?key)?|private[ _-]?key|pass[ _-]?phrase|passwords?|passwd|passcode"
    rf"|{_START}(?:pwd|api[_-]?pass(?![a-z]))|(?:access|refresh)[_-]?token"
    r"|密码(?:短语)?|密钥|秘钥|密匙|口令|私钥|通行短语"
    rf"|api[_-]?sec(?![a-z])|(?:hmac|sign)[_-]?key|(?:{_START}|(?<=[_-]))pass{_VALUED}"
)
_KEY_NAMES = (
    r"api[ _-]?key|access[ _-]?key(?:[ _-]?id)?|listen[ _-]?(?:key|token)|(?:auth|session|csrf|bearer|bot)[_-]?token"
    rf"|(?:{_EXCHANGES})[_-]key|(?:{_START}|(?<=_))(?:signature|sign|sig|authent|x-auth|token|client[_-]?id|(?:proxy-)?authorization)"
)
NAME = Pattern(
    rf"(?=[abcdeghklmoprstx密口私秘通])(?:(?P<secret>{_SECRET_NAMES})|{_KEY_NAMES})"
    r"(?:_(?:[0-9]{1,2}|live|main|test|testnet|prod|demo|sub|value|pem))?"
)
"""What secrets are called, in small letters: the group `secret` tells those that must be revoked."""
NAME_NEEDS = (
    "secret",
    "key",
    "pass",
    "pwd",
    "token",
    "sig",
    "auth",
    "client",
    "密",
    "口令",
    "私钥",
    "秘钥",
    "通行",
    "api",
)

_END = rf"(?:{_QUOTE}|\]|\*{{1,2}}){{0,3}}"
"""What may stand behind a name before that which joins it to its value."""
_SIGN = r"(?:=>|->|→|:=|[:=：＝]{1,2}|%3D)"
_SCHEME = r"(?:bearer|basic|token|bitstamp|[a-z0-9-]{2,24}-sha-?[0-9]{3})\s{1,2}"

BETWEEN = Pattern(
    rf"{_END},?\s{{0,40}}{_QUOTE}?value(?={_QUOTE}?\s{{0,4}}[:=])"
    r"|\s{1,2}for\s{1,2}[a-z0-9._-]{2,24}(?=\s?[:=])|\s{0,2}如下(?=\s{0,2}[:：])",
    re.IGNORECASE,
)
"""What may stand between a name and the sign: the field of its value, what it is for."""
BEFORE_REST = Pattern(
    r"(?:\A|[\r\n]|\\[nr]|(?P<quote>[\"'`])|\s(?:export|set|-e|--env|-H)\s)[ \t]{0,16}"
    r"(?:(?:export|set|env|-e|--env|-H|-|>|<)[ \t]{1,4})?[A-Za-z0-9_.-]{0,40}\Z",
    re.IGNORECASE,
)
"""What stands before the name of a header, or in an environment: there anything may stand in the value."""
REST = Pattern(
    r"(?:=|:[ \t]{1,4})(?![=\"'`\[{(]|[A-Za-z_][A-Za-z0-9_.]{0,60}[(\[])"
    r"(?P<value>(?:(?![&,;][A-Za-z_-]{1,40}[=:]|\\{1,8}(?:(?:r\\{1,8})?n|r(?![a-z])))[^\s，。！？；：（）]){4,200})",
    re.IGNORECASE,
)
"""The rest of a line or of what is in quotes."""
REST_ENDS = ",;)}]\"'`\\"
"""What may stand behind it."""
QUOTED = Pattern(
    rf"{_END}\s{{0,24}}{_SIGN}\s{{0,16}}"
    r"(?:(?:some|secretstr|secret|string::from)\(\s{0,40}|\(string\)\s\(len=[0-9]{1,4}\)\s)?"
    r"(?:(?P<quote>\\{0,8}[\"'`])(?P<value>(?:(?!(?P=quote))[^\n]){4,200})(?=(?P=quote))"
    r"|“(?P<curly>[^“”\n]{4,200})(?=”))",
    re.IGNORECASE,
)
"""Behind a name: a sign such as `=` or `:`, and a value in quotes, in which anything may stand."""
ASSIGNED = Pattern(
    rf"{_END}\s{{0,24}}{_SIGN}\s{{0,16}}(?:{_QUOTE}|\+|[|>][+-]?\s{{1,16}}|&[a-z]{{1,16}}\s|string\([0-9]{{1,4}}\)\s"
    rf"|{_SCHEME}|b(?=[\"'])){{0,6}}(?P<value>(?-i:[^{_STOP}]){{4,4000}})",
    re.IGNORECASE,
)
"""A sign and a value without quotes, or in quotes that are written in some other way."""
LINKED = Pattern(
    rf"{_END}(?:\s{{0,8}}{_SIGN}\s{{0,4}}[a-z0-9_.]{{0,24}}[\[(]|\s{{0,8}}[,|│]\s{{0,8}}|\s{{1,4}}(?:is|was)\s{{0,2}}[:：]?\s{{1,4}}"
    r"|\s{0,4}就?[是为]\s{0,2}[:：]?\s{0,4}|>\s{0,4}|</[a-z]{2,5}>\s{0,8}<[a-z]{2,5}>|\s{1,4}value=)"
    rf"{_QUOTE}{{0,3}}(?P<value>(?-i:(?=[^{_STOP}|│]{{0,80}}[0-9])[^{_STOP}|│]{{6,4000}}))",
    re.IGNORECASE,
)
"""A value joined by less than a sign: in lists, tables, elements, calls and sentences."""
BELOW = Pattern(
    r"[ :：]{0,3}\r?\n(?P<value>(?=[^\s]{0,80}[0-9])[^\s\"'&,;<>(){}\[\]]{6,200})(?![^\r\n])", re.IGNORECASE
)
"""A line of its own, as pages show a new key."""
BESIDE = Pattern(rf"{_END}\s{{1,8}}{_QUOTE}?(?P<value>(?!0x){_KEYLIKE}{{16,4000}})", re.IGNORECASE)
"""Behind spaces, what looks like a key."""
PAIRED = Pattern(
    rf"{_END}(?:\s{{0,8}}[,|]\s{{0,8}}b?(?P<quote>[\"'])(?P<value>"
    r"(?=(?:(?!(?P=quote))[^\s]){0,64}(?!(?P=quote))[^\sA-Za-z_])"
    r"(?:(?!(?P=quote))[^\s]){4,64})(?=(?P=quote))"
    r"|\s{1,3}(?P<mark>[\"'])(?P<beside>(?=[^\s\"']{0,64}[0-9!@#$%^&*?~+;)<>{}])"
    r"(?:(?!(?P=mark))[^\s]){4,64})(?=(?P=mark)))",
    re.IGNORECASE,
)
"""A word in quotes behind a comma or a space."""
SPOKEN = Pattern(
    rf"\s{{1,3}}(?P<value>(?=[^{_STOP}]{{0,80}}[0-9])(?=[^{_STOP}]{{0,80}}[A-Za-z])[^{_STOP}]{{6,200}})", re.IGNORECASE
)
"""Behind a space, where the words before tell that it is the secret: `with passphrase …`."""
BEFORE_SPOKEN = Pattern(r"(?:\s|\A)(?:with|using|my)\s{1,3}(?:the\s{1,3})?[A-Za-z_-]{0,20}\Z", re.IGNORECASE)
LOOSE = (LINKED, BELOW, BESIDE)
OPTION = Pattern(r"\s{1,3}[\"']?(?P<value>[^\s\"'-][^\s\"']{3,200})")
"""Behind the option of a command, anything."""
BEFORE_OPTION = Pattern(r"--[A-Za-z_-]{0,20}\Z")

PEM = Pattern(
    r"-----BEGIN[A-Z ]{0,30} PRIVATE KEY(?: BLOCK)?-----(?:"
    r"(?:(?!-----BEGIN)[\s\S]){0,12000}?-----END[A-Z ]{0,30} PRIVATE KEY(?: BLOCK)?-----"
    r"|(?:\s{0,4}(?:Proc-Type|DEK-Info):[^\n]{0,80}){0,2}[A-Za-z0-9+/=\s\\]{0,8000})"
)
PEM_END = Pattern(r"-----END[A-Z ]{0,30} PRIVATE KEY(?: BLOCK)?-----")
PEM_BODY = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \n\r\\"

_ANY_CASE = (
    # passwords of proxies, databases and commands
    (r"://[^\s/:@]{0,60}:(?P<value>[^\s/\"'<>]{1,200})@", ("://",)),
    (
        r"\s(?:-u|--user|--proxy-user)\s{1,3}[\"']?(?![0-9]{1,6}:[0-9]{1,6}(?![^\s\"']))[^\s:\"']{1,60}:(?P<value>[^\s\"']{2,200})",
        ("-u",),
    ),
    (r"(?<![a-z])sshpass\s{1,3}-p\s{0,3}[\"']?(?P<value>[^\s\"']{2,200})", ("sshpass",)),
    (r"\s-hmac\s{1,3}[\"']?(?P<value>[^\s\"'$][^\s\"']{3,200})", ("-hmac",)),
    (
        r"(?<![a-z])setx\s{1,3}[a-z0-9_]{0,40}(?:pass|secret|pwd)[a-z0-9_]{0,20}\s{1,3}[\"']?(?P<value>[^\s\"']{4,200})",
        ("setx",),
    ),
    # phrases that are a wallet, and keys of wallets
    (
        r"(?:seed[ _-]?(?:phrase|words?)?|(?:recovery|secret)[ _-]?phrase|mnemonic|助记词)"
        r"(?:[^a-z]|(?:is|value|string|secretstr|td|id|b)(?![a-z])){1,24}"
        r"(?P<value>(?:[a-z]{3,8}[\s\"',，\\]{1,6}){11,23}[a-z]{3,8})",
        ("seed", "phrase", "mnemonic", "助记词"),
    ),
    (r"(?:private.?key|wallet|私钥)[^a-z0-9_]{1,6}(?P<value>0x[0-9a-f]{64})(?![a-z0-9_])", ("0x",)),
    # addresses that are keys: of Telegram bots, webhooks, nodes, Sentry
    (r"(?<![0-9a-z])(?:bot)?(?P<value>[0-9]{6,12}:aa[a-z0-9_-]{32,48})", (":aa",)),
    (
        r"(?:hooks\.slack\.com/services|discord(?:app)?\.com/api/webhooks|/bot/v2/hook|infura\.io/(?:ws/)?v3"
        r"|alchemy(?:api)?\.(?:com|io)/v2)/(?P<value>[a-z0-9_/-]{10,200})",
        ("hook", "infura", "alchemy"),
    ),
    (
        r"(?:webhook/send\?key=|device_key=|sctapi\.ftqq\.com/)(?P<value>[a-z0-9_-]{10,200})",
        ("key=", "ftqq"),
    ),
    (r"://(?P<value>[0-9a-z]{32})(?::[0-9a-f]{32})?@", ("://",)),
    # headers
    (
        r"(?:(?<![a-z])cookie[\"']?\s{0,2}[:=]\s{0,2}[\[\"']{0,2}|(?:(?<![a-z])curl(?=\s)[^\n]{0,400}?\s-b|\s--cookie)\s{1,3}[\"']?)"
        r"(?P<value>[^\s;,\"'=]{1,80}=[^\s;,\"'\\]{1,4000}"
        r"(?:(?:;\s{0,2}|[\"'],\s{0,2}[\"'])[^\s;,\"'=]{1,80}(?:=[^\s;,\"'\\]{0,4000})?){0,40})",
        ("cookie", "curl"),
    ),
    (
        r"(?<![a-z])authorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?basic\s(?P<value>[a-z0-9+/=_-]{6,400})",
        ("authorization",),
    ),
    # quoted keys in a row: the passphrase behind key and secret, the arguments of a client; what PHP dumps; what
    # tracebacks print below
    (rf"{_UUID}[\"'],\s{{0,4}}[\"'](?P<value>(?![0-9.]{{1,20}}[\"'])[^\"'\n]{{4,64}})[\"'](?!\s{{0,4}}:)", ("-",)),
    (
        r"[\"']key[\"']\s{0,4}[:=]\s{0,4}[\"'](?P<value>(?=[a-z-]{0,60}[0-9])[a-z0-9-]{20,128})[\"']",
        ("key",),
    ),
    (
        rf"{_CALL}\(\s{{0,20}}[\"'](?P<value>{_KEYLIKE}{{16,128}})[\"'](?=,\s{{0,20}}[\"']{_KEYLIKE}{{16,128}}[\"'])",
        ("(",),
    ),
    (
        rf"{_CALL}\(\s{{0,20}}[\"']\[(?:key|secret) [0-9]{{1,4}}\][\"'],\s{{0,20}}"
        rf"[\"'](?P<value>{_KEYLIKE}{{16,128}})[\"']",
        ("(",),
    ),
    (rf"string\([0-9]{{1,4}}\)\s[\"'](?P<value>{_KEYLIKE}{{16,4000}})[\"']", ("string(",)),
    (rf"[└├]\s{{0,2}}[\"'](?P<value>{_KEYLIKE}{{16,200}})[\"']", ("└", "├")),
)
_SAME_CASE = (
    # tokens of clouds, code hosts, chats and others, keys of wallets
    (
        rf"{_START}(?:A[KS]IA[0-9A-Z]{{16}}|gh[pousr]_[A-Za-z0-9]{{30,80}}|github_pat_[A-Za-z0-9_]{{30,120}}"
        r"|glpat-[A-Za-z0-9_-]{20,40}|[sr]k[-_][A-Za-z0-9_-]{20,200}|x(?:ox[abprs]|app)-[A-Za-z0-9-]{10,200}"
        r"|[MNO][A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}|AIza[A-Za-z0-9_-]{35}"
        r"|ya29\.[A-Za-z0-9_-]{20,400}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{40,300}"
        r"|SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}|hf_[A-Za-z0-9]{30,40}|cxakp_[A-Za-z0-9]{16,60}"
        r"|(?<![+/])(?:[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,112}|[5KL][1-9A-HJ-NP-Za-km-z]{50,51})(?![A-Za-z0-9+/=]))",
        ("",),
    ),
    (r"\[\s?(?:[0-9]{1,3},\s?){63}[0-9]{1,3}\s?\]", ("[",)),  # a key file of Solana
)
_KEYS = (
    (rf"organizations/(?P<value>{_UUID})", ("organizations/",)),  # Coinbase
    (rf"/apiKeys/(?P<value>{_UUID})", ("/apikeys/",)),
    (
        r"(?:/ws/|/stream\?streams=|listenKey[ =:]{1,3})(?P<value>[A-Za-z0-9]{60,64})(?![A-Za-z0-9_])",
        ("/", "listenkey"),
    ),
    (r"(?<![A-Za-z0-9_-])KEY[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?P<value>[0-9a-f]{32})(?![A-Za-z0-9])", ("key",)),  # Gate
    (
        r"(?:A|a)uthorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?[A-Za-z0-9-]{2,24}\s{1,2}(?P<value>[a-z]{2,9}=[^\s\"'<>(){}]{8,2000})",
        ("authorization",),
    ),
)
JWT = Place(
    Pattern(_START + r"eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{4,4000}(?:\.[A-Za-z0-9_-]{0,1000})?"),
    ("eyj",),
    is_secret=False,
)
PLACES = (
    JWT,
    *(Place(Pattern(pattern, re.IGNORECASE), needs) for pattern, needs in _ANY_CASE),
    *(Place(Pattern(pattern), needs) for pattern, needs in _SAME_CASE),
    *(Place(Pattern(pattern), needs, is_secret=False) for pattern, needs in _KEYS),
)
"""In the order in which they are looked for; names come after them."""

_IS = r"[\"']?\s{0,4}(?:[:=：]|is(?=\s)|[是为])?\s{0,4}[\"']?"
_EVIDENCE = (
    r"(?:(?:(?:[Rr]equest|[Tt]race|[Cc]orrelation|[Cc]onnect(?:ion)?|[Oo]rder(?:_?[Ll]ink)?|[Cc]l_?[Oo]rd|[Tt]rade"
    r"|[Tt]ransfer|[Ww]ithdrawal)[ _-]?(?:[Ii]d|ID)|[Cc]lient_?[Oo]id|[Mm]bx-[Uu]uid|MBX-UUID"
    rf"|(?:请求|订单) ?(?:ID|[Ii]d|号)){_IS}|[Oo]rders?(?:\s{{1,2}}|\(\s{{0,4}}[\"']))"
)
"""What calls an id that of a request or an order."""
_HASH = rf"(?:[Ss][Hh][Aa]256[:=]|(?<![A-Za-z_-])(?:[Tt]x_?(?:[Ii]d|ID|[Hh]ash)|[Hh]ash){_IS})"
"""What calls a number the digest of something, or a transaction."""

BARE = Pattern(
    rf"(?P<evidence>{_EVIDENCE}{_UUID}|{_HASH}[0-9A-Fa-f]{{64}})(?![A-Za-z0-9_/+=-])"
    r"|(?:(?<![A-Za-z0-9_/+.-])|(?<=\\[nrt]))"
    rf"(?:[A-Za-z0-9]{{64}}|[A-Za-z0-9+/]{{86}}==|{_UUID})(?![A-Za-z0-9_/+=-])"
    r"|(?:(?<![A-Za-z0-9_+.=-])|(?<=\\[nrt]))(?=[A-Za-z]{0,63}[0-9])(?=[A-Z0-9]{0,63}[a-z])(?=[a-z0-9]{0,63}[A-Z])"
    r"[A-Za-z0-9]{60,64}(?![A-Za-z0-9_+=-])"
)
"""What keys look like that have no name: 64 letters and digits, 64 bytes in base64, and ids that nothing explains."""
