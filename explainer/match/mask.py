"""Hides the secrets of a text: the same secret becomes the same short token in one Masker."""

import re
from functools import lru_cache, partial
from itertools import chain, islice

from explainer.match import innocent, secret
from explainer.match.coding import undo
from explainer.match.named import Kind, find_value
from explainer.match.private import IP, hide_private

REACH = 9_000
"""Characters of the longest secret, and more."""
_KNOWN = 300
"""How many secrets are also looked for without their name."""
_LONG = 16
"""Characters from which on a key is told from words and numbers wherever it stands."""
_PART = 6
"""Characters of a secret that tell something of it."""
_LIKE_A_KEY = re.compile(r"(?=[^0-9]{0,16}[0-9])(?=[^A-Za-z]{0,16}[A-Za-z]).{8}")
"""A shorter one that is told all the same."""
_FOLDED = str.maketrans("ıİſ", "iis")
"""What Python takes for letters of ASCII where case does not count, and does not lower to them."""


def _fold(text: str) -> str:
    """Return a text of the same length in small letters."""
    return text.translate(_FOLDED).lower()


class Masker:
    """Hides secrets; remembers which token stands for which secret, and whether a real secret was seen."""

    def __init__(self, *, hide_ips: bool = False, hide_private: bool = False) -> None:
        """Hide secrets; `hide_private` is for what strangers read: wallets, mail, phones and account numbers too."""
        self._tokens: dict[str, str] = {}
        self._hide_ips, self._hide_private = hide_ips, hide_private
        self._accounts: dict[str, str] = {}
        self._secrets: dict[str, str] = {}
        self._known: dict[str, str] = {}

    def mask(self, text: str) -> str:
        """Return the text with every secret replaced by its token.

        Escapes and colours are undone only where a secret could not be told or hidden otherwise.
        """
        if len(text) < _PART:
            return text
        plain = undo(text)
        if plain == text:
            return self._hide(text)
        hidden = self._hide(plain)
        if hidden == plain:
            return self._hide(text)
        before = self._tokens, self._secrets, self._known, self._accounts
        self._tokens, self._secrets, self._known, self._accounts = (dict(known) for known in before)
        coded = self._hide(text)
        if undo(coded) == hidden:
            return coded
        self._tokens, self._secrets, self._known, self._accounts = before
        return hidden

    def secrets(self) -> list[str]:
        """Return the tokens of the real secrets seen so far, which must be revoked; a key's id alone is none."""
        return list(self._secrets.values())

    def _hide(self, text: str) -> str:
        seen = _fold(text)
        if "private key" in seen:
            text = secret.PEM.regex.sub(lambda m: self._token(m[0], "secret"), text)
            text = self._hide_pem_ends(text)
        for place in secret.PLACES:
            if any(need in seen for need in place.needs):
                text = place.pattern.regex.sub(partial(self._put, "secret" if place.is_secret else "key"), text)
        if any(need in seen for need in secret.NAME_NEEDS):
            text = self._hide_named(text)
        text = secret.BARE.regex.sub(self._mask_bare, text)
        known = list(islice(chain(self._secrets.items(), self._known.items()), _KNOWN))
        for value, token in known:
            text = text.replace(value, token)
        for value, token in known:
            text = _hide_ends(text, value, token)
        if self._hide_ips:
            text = IP.regex.sub(lambda m: self._token(m[0], "private"), text)
        if self._hide_private:
            text = hide_private(text, lambda value: self._token(value, "private"), self._accounts)
        return text

    def _hide_named(self, text: str) -> str:
        """Hide what stands behind the names of secrets, joined in whatever way."""
        out: list[str] = []
        last = 0
        for name in secret.NAME.regex.finditer(_fold(text)):
            if name.start() < last:
                continue
            if found := find_value(text, name):
                start, end, kind = found
                out += text[last:start], self._token(text[start:end], kind)
                last = end
        return "".join(out) + text[last:]

    def _put(self, kind: Kind, match: re.Match[str]) -> str:
        """Return a match with a token for its value."""
        start, end = match.span("value" if match.lastgroup else 0)
        if match.lastgroup and (match.string.startswith("[", start) or innocent.MARKET.regex.match(match["value"])):
            return match[0]
        at = match.start()
        return match[0][: start - at] + self._token(match.string[start:end], kind) + match[0][end - at :]

    def _hide_pem_ends(self, text: str) -> str:
        """Hide what is left of a private key whose beginning was cut off."""
        out: list[str] = []
        last = 0
        for match in secret.PEM_END.regex.finditer(text):
            start = max(last, match.start() - 8000)
            start += len(text[start : match.start()].rstrip(secret.PEM_BODY))
            out += text[last:start], self._token(text[start : match.end()], "secret")
            last = match.end()
        return "".join(out) + text[last:]

    def _mask_bare(self, match: re.Match[str]) -> str:
        value = match[0]
        if match["evidence"] or (len(value) == 64 and len(set(value)) < 8):
            return value
        is_mixed = len(value) == 64 and value != value.lower() and value != value.upper()
        return self._token(value, "secret" if is_mixed else "key")

    def _token(self, value: str, kind: Kind) -> str:
        if value not in self._tokens:
            token = self._tokens[value] = f"[{kind} {len(self._tokens) + 1}]"
            if kind == "secret":
                self._secrets[value] = token
            elif len(value) >= _LONG or _LIKE_A_KEY.match(value):
                self._known[value] = token
        return self._tokens[value]


def _hide_ends(text: str, value: str, token: str) -> str:
    """Hide what of a known secret stands at the ends of a text, which was cut there."""
    if len(text) < _PART or len(value) < _PART:
        return text
    if text in value:
        return token
    at = value.find(text[-_PART:])
    while at >= 0:
        if text.endswith(value[: at + _PART]):
            text = text[: -at - _PART] + token
            break
        at = value.find(text[-_PART:], at + 1)
    at = value.find(text[:_PART])
    while at >= 0:
        if text.startswith(value[at:]):
            return token + text[len(value) - at :]
        at = value.find(text[:_PART], at + 1)
    return text


_KEY = secret.Pattern(
    r"(?<![A-Za-z0-9])(?=[A-Za-z]{0,60}[0-9])(?:(?=[A-Z0-9]{0,60}[a-z])(?=[a-z0-9]{0,60}[A-Z])[A-Za-z0-9]{16,4000}"
    r"|(?!(?<=/)[0-9a-f]{64}[./-])(?:[0-9a-f]{24,128}|[0-9A-F]{24,128}))(?![A-Za-z0-9])"  # Docker names its logs so
)


def mask_message(text: str) -> str:
    """Return a message about an option or a file without what looks like a key: nothing in it is evidence."""
    return _KEY.regex.sub("[key]", Masker().mask(text))


@lru_cache
def mask_path(path: str) -> str:
    """Return the name of a file without what looks like a key."""
    return mask_message(path)


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def make_printable(text: str) -> str:
    """Return the text with control, bidi and lone surrogate characters as escapes, safe for a terminal or a page."""
    return _CONTROL.sub(
        lambda m: f"\\x{ord(m.group(0)):02x}" if ord(m.group(0)) < 256 else f"\\u{ord(m.group(0)):04x}", text
    )


_BETWEEN = re.compile(r"[\s\"'`,;&<>()\[\]{}]")


def find_word(text: str, start: int) -> int:
    """Return where the first whole line, or else word, begins from a place on: half a secret looks like none."""
    if start <= 0:
        return 0
    line = text.find("\n", start - 1, start + REACH)
    if line >= 0:
        return line + 1
    between = _BETWEEN.search(text, start, start + REACH)
    return between.end() if between else start


def cut(text: str, most: int) -> str:
    """Return the beginning of a text, without the word that would be cut: half a secret looks like none."""
    if len(text) <= most:
        return text
    between = _BETWEEN.search(text[most - REACH : most][::-1])
    return text[: most - between.start() if between else most]
