"""Owns what counts as a secret in a text, and hides it: the same secret becomes the same short token in one Masker."""

import re
from typing import Literal

Kind = Literal["secret", "key", "private"]

_OWNER_NAMES = (
    r"(?:api[_-]?secret|secret[_-]?key|apisecret|secretkey|secret|private[_-]?key|passphrase|api[_-]?passphrase|password|passwd"
    r"|access[_-]?token|refresh[_-]?token|client[_-]?secret|aws_secret_access_key)"
)
_KEY_WORDS = (
    r"(?:x-mbx-apikey|x-mexc-apikey|x-bx-apikey|kc-api-key|kc-api-sign|kc-api-passphrase|ok-access-key|ok-access-sign|ok-access-passphrase"
    r"|x-bapi-api-key|x-bapi-sign|access-key|access-sign|access-passphrase|cb-access-key|cb-access-sign|cb-access-passphrase"
    r"|api-sign|api-key|apikey|api_key|accesskeyid|accesskey|signature|sign|sig|listenkey|listen_key|authent|x-auth|x-auth-signature"
    r"|bfx-apikey|bfx-signature|api-signature|x-phemex-access-token|x-phemex-request-signature|token|authorization)"
)
_SECRET_HEADERS = re.compile(
    r"(?:passphrase|secret|private|password|passwd|access[_-]?token|refresh[_-]?token)", re.IGNORECASE
)

_PEM = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:\s{0,4}(?:Proc-Type|DEK-Info):[^\n]{0,80}){0,2}"
    r"[A-Za-z0-9+/=\s\\]{0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"
)
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{4,4000}(?:\.[A-Za-z0-9_-]{0,1000})?")
_QUOTE = r"(?:\\{0,8}[\"'`“”‘’″′＂＇]|&(?:quot|apos|#3[49]);)"
_SEPARATOR = rf"(?:{_QUOTE}|\]){{0,2}}\s{{0,4}}(?:=>|[:=：＝]{{1,2}}|%3D)\s{{0,4}}"
_QUOTED = re.compile(
    rf"(?P<name>{_OWNER_NAMES})(?P<gap>{_SEPARATOR}(?P<quote>\\{{0,8}}[\"'`]))(?P<value>(?:(?!(?P=quote))[^\n]){{4,200}})(?=(?P=quote))",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"(?P<name>{_OWNER_NAMES}|(?<![A-Za-z0-9]){_KEY_WORDS})(?P<gap>{_SEPARATOR}"
    rf"(?:(?:Bearer|Basic|Token)\s)?{_QUOTE}{{0,2}})(?P<value>[^\s\"'`&,;<>(){{}}\[\]\\“”‘’″′＂＇]{{4,4000}})",
    re.IGNORECASE,
)
_BY_PLACE: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"://[^\s/:@]{1,60}:(?P<value>[^\s/@]{1,200})@",  # a proxy's password
        r"\s(?:-u|--user|--proxy-user)\s{1,3}[\"']?[^\s:\"']{1,60}:(?P<value>[^\s\"']{2,200})",
        r"(?:密码|密钥|口令|私钥)\s{0,3}[:：=＝]\s{0,3}[\"'“]?(?P<value>[A-Za-z0-9+/=_!@#$%^&*.-]{6,200})",
        r"(?:seed[\s_-]?(?:phrase|words)?|mnemonic|助记词)[\"']?\s{0,3}[:：=＝]\s{0,3}[\"']?(?P<value>(?:[a-z]{3,10}\s){11,23}[a-z]{3,10})",
        r"(?:private.?key|wallet|私钥)\W{1,6}(?P<value>0x[0-9a-f]{64})\b",
        r"\bbot(?P<value>\d{6,12}:[A-Za-z0-9_-]{30,50})",  # Telegram
        r"(?:hooks\.slack\.com/services|discord(?:app)?\.com/api/webhooks)/(?P<value>[\w/-]{10,200})",
        r"\bcookie[\"']?\s{0,2}:\s{0,2}[\"']?(?P<value>[^\n\"']{6,2000})",
        r"\bauthorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?basic\s(?P<value>[A-Za-z0-9+/=]{6,400})",
        # the passphrase behind key and secret
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}[\"'],\s{0,4}[\"'](?P<value>[^\"'\n]{4,64})[\"'](?!\s{0,4}:)",
        r"[\"']key[\"']\s{0,4}[:=]\s{0,4}[\"'](?P<value>(?=[A-Za-z-]{0,60}\d)[A-Za-z0-9-]{20,128})[\"']",
    )
)
_TOKENS = re.compile(
    r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,80}|sk-[A-Za-z0-9_-]{20,200}|xox[abpr]-[A-Za-z0-9-]{10,200}"
    r"|[5KL][1-9A-HJ-NP-Za-km-z]{50,51}(?![A-Za-z0-9]))"
)
"""What is a secret by its form alone: cloud, code-host and chat tokens, wallet keys."""
_LISTEN_PATH = re.compile(r"(?P<gap>/ws/|/stream\?streams=|listenKey[ =:]{1,3})(?P<value>[A-Za-z0-9]{60,64})\b")
_BARE = re.compile(
    r"(?<![A-Za-z0-9_/+.-])(?:[A-Za-z0-9]{64}|[A-Za-z0-9+/]{86}==|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9_/+=-])"
)
_WORDLIKE = re.compile(
    r"^(?:true|false|null|none|undefined|invalid|missing|required|error|expired|wrong|x{3,}|\*{3,}|<.*|your.*|\.{3,}|redacted|hidden"
    r"|HmacSHA256|Ed25519|signature|listenkey|key|secret|passphrase|parameter|header|format|string|number|object|array|not|for|is|was)$",
    re.IGNORECASE,
)
_IP = re.compile(
    r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)"
    r"|(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){0,6}(?:[0-9a-f]{1,4})?::(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{0,4})(?![\w:])",
    re.IGNORECASE,
)

_KNOWN = 100
"""How many secrets are also looked for without their name."""


class Masker:
    """Hides secrets; remembers which token stands for which secret, and whether a real secret was seen."""

    def __init__(self, *, hide_ips: bool = False) -> None:
        self._tokens: dict[str, str] = {}
        self._hide_ips = hide_ips
        self._secrets: dict[str, str] = {}

    def mask(self, text: str) -> str:
        """Return the text with every secret replaced by its token."""
        if len(text) < 6:
            return text
        text = _PEM.sub(lambda m: self._token(m.group(0), "secret"), text)
        text = _JWT.sub(lambda m: self._token(m.group(0), "key"), text)
        for pattern in _BY_PLACE:
            text = pattern.sub(self._mask_value, text)
        text = _TOKENS.sub(lambda m: self._token(m.group(0), "secret"), text)
        text = _QUOTED.sub(self._mask_quoted, text)
        text = _NAMED.sub(self._mask_named, text)
        text = _LISTEN_PATH.sub(lambda m: m.group("gap") + self._token(m.group("value"), "key"), text)
        text = _BARE.sub(self._mask_bare, text)
        for secret, token in list(self._secrets.items())[:_KNOWN]:
            text = text.replace(secret, token)
        if self._hide_ips:
            text = _IP.sub(lambda m: self._token(m.group(0), "private"), text)
        return text

    def secrets(self) -> list[str]:
        """Return the tokens of the real secrets seen so far, which must be revoked; a key's id alone is none."""
        return list(self._secrets.values())

    def _mask_value(self, match: re.Match[str]) -> str:
        start, end = match.span("value")
        whole, at = match.group(0), match.start()
        if match.group("value").startswith("["):
            return whole
        return whole[: start - at] + self._token(match.group("value"), "secret") + whole[end - at :]

    def _mask_quoted(self, match: re.Match[str]) -> str:
        """Hide all between the quotes; what has spaces may be a sentence, which nobody needs to revoke."""
        name, gap, value = match.group("name", "gap", "value")
        if _WORDLIKE.match(value) or value.startswith("["):
            return match.group(0)
        return name + gap + self._token(value, "key" if " " in value else "secret")

    def _mask_named(self, match: re.Match[str]) -> str:
        name, gap, value = match.group("name", "gap", "value")
        if _WORDLIKE.match(value) or (value.isalpha() and len(value) < 12) or value.startswith("["):
            return match.group(0)
        kind: Kind = "secret" if _SECRET_HEADERS.search(name) else "key"
        return name + gap + self._token(value, kind)

    def _mask_bare(self, match: re.Match[str]) -> str:
        value = match.group(0)
        if len(value) == 64 and len(set(value)) < 8:
            return value
        is_mixed = len(value) == 64 and value != value.lower() and value != value.upper()
        return self._token(value, "secret" if is_mixed else "key")

    def _token(self, value: str, kind: Kind) -> str:
        if value not in self._tokens:
            self._tokens[value] = f"[{kind} {len(self._tokens) + 1}]"
            if kind == "secret":
                self._secrets[value] = self._tokens[value]
        return self._tokens[value]


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def make_printable(text: str) -> str:
    """Return the text with control, bidi and lone surrogate characters as escapes, safe for a terminal or a page."""
    return _CONTROL.sub(
        lambda m: f"\\x{ord(m.group(0)):02x}" if ord(m.group(0)) < 256 else f"\\u{ord(m.group(0)):04x}", text
    )
