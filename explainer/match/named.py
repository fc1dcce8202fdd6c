"""Finds the secret that stands behind a name, and tells it from words, code and evidence."""

import re
from typing import Literal

from explainer.match import innocent, secret

Kind = Literal["secret", "key", "private"]
Found = tuple[int, int, Kind]
Value = tuple[int, int, str]

_WORD = 12
"""Letters below which a value is perhaps a word, which nobody needs to revoke."""


def find_value(text: str, name: re.Match[str]) -> Found | None:
    """Return where the secret behind a name stands, and what it is taken for."""
    end, is_secret = name.end(), name["secret"] is not None
    if between := secret.BETWEEN.regex.match(text, end):
        end = between.end()

    kind: Kind = "secret" if is_secret else "key"
    if is_secret and (rest := _find_rest(text, name, end)):
        return *rest[:2], kind
    if is_secret and (quoted := _read(secret.QUOTED, text, name, end)):
        return *quoted[:2], "key" if " " in quoted[2] else kind  # a sentence needs no revoking
    assigned = _read(secret.ASSIGNED, text, name, end)
    if assigned and not text.startswith(("(", "["), assigned[1]):
        start, stop, value = assigned
        if not value.isalpha() or len(value) >= _WORD:
            return start, stop, kind
        if is_secret and value.isascii():
            return start, stop, kind if text[end:start] == "=" else "key"
    loose = _find_loose(text, name, end)
    return (*loose[:2], kind) if loose else None


def _find_loose(text: str, name: re.Match[str], end: int) -> Value | None:
    """Return the value behind a name that no sign joins to it."""
    is_secret = name["secret"] is not None
    if is_secret and (paired := _read(secret.PAIRED, text, name, end)):
        return paired
    for pattern in secret.LOOSE:
        found = _read(pattern, text, name, end)
        if found and not _is_name(text, found) and (is_secret or any(char.isalpha() for char in found[2])):
            return found
    if is_secret and (not name[0].isascii() or _stands_before(secret.BEFORE_SPOKEN, text, name.start())):
        return _read(secret.SPOKEN, text, name, end)
    is_option = _stands_before(secret.BEFORE_OPTION, text, name.start())
    return _read(secret.OPTION, text, name, end) if is_option else None


def _read(pattern: secret.Pattern, text: str, name: re.Match[str], end: int) -> Value | None:
    """Return the value that a pattern finds behind a name, unless it cannot be a secret."""
    match = pattern.regex.match(text, end)
    if not match:
        return None
    start, stop = match.span(match.lastgroup or 0)
    return (start, stop, text[start:stop]) if _may_be_secret(text, name, start, stop) else None


def _find_rest(text: str, name: re.Match[str], end: int) -> Value | None:
    """Return where the rest of a line or of what is in quotes stands, behind the name of a header or a variable."""
    before = secret.BEFORE_REST.regex.search(text[max(0, name.start() - 80) : name.start()])
    match = before and secret.REST.regex.match(text, end)
    if not before or not match:
        return None
    value = match["value"]
    if quote := before["quote"]:
        value = value.split(quote)[0]
    value = value.rstrip(secret.REST_ENDS)
    start = match.start("value")
    is_word = value.isalpha() and len(value) < _WORD and (value.isascii() or not value[0].isascii())
    if len(value) < 4 or is_word or not _may_be_secret(text, name, start, start + len(value)):
        return None
    return start, start + len(value), value


def _may_be_secret(text: str, name: re.Match[str], start: int, stop: int) -> bool:
    """Tell whether a value is neither a word of a sentence, nor code, nor evidence, nor a token of ours."""
    value = text[start:stop]
    if value.startswith("[") or innocent.NO_SECRET.regex.match(value) or innocent.MARKET.regex.match(value):
        return False
    if "\n" in text[name.end() : start] and innocent.NEXT_LINE.regex.match(value):
        return False
    if name["secret"] is None and innocent.WORDS.regex.match(value):
        return False
    if not innocent.CODE.regex.match(value):
        return True
    return name["secret"] is not None and not _stands_before(innocent.BEFORE_CODE, text, name.start())


def _is_name(text: str, found: Value) -> bool:
    """Tell whether a value is the next name, with a value of its own."""
    return bool(innocent.PAIR.regex.match(found[2])) or text.startswith((":", "："), found[1])


def _stands_before(pattern: secret.Pattern, text: str, start: int) -> bool:
    return bool(pattern.regex.search(text[max(0, start - 40) : start]))
