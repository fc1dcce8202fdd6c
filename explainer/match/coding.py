"""Undoes what hides a secret from those who look for it: colours, invisible characters, escapes, URL coding."""

import re

_CODED = re.compile(
    r"(?:\x1b|\\{1,8}(?:u00|x)1b|\\{1,8}033)\[[0-9;?]{0,20}[ -/]{0,4}[@-~]"  # colours
    r"|[\x00\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
    r"|\\{1,8}u(?P<unit>00[2-7][0-9a-f]|(?!00|d[89a-f])[0-9a-f]{4})"
    r"|\\{1,8}x(?P<byte>[2-7][0-9a-f])"
    r"|%(?P<percent>0[ad]|[2-7][0-9a-f])"
    r"|&#(?P<decimal>3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]);|&#x(?P<hex>[2-7][0-9a-f]);"
    r"|&(?P<name>quot|apos|amp|lt|gt);"
    r"|\\{1,8}(?P<slash>/)",
    re.ASCII | re.IGNORECASE,
)
_ENTITIES = {"quot": '"', "apos": "'", "amp": "&", "lt": "<", "gt": ">"}
_DEPTH = 3
"""How often a text is taken to be coded one over the other."""


def undo(text: str) -> str:
    """Return what a text says without its colours, invisible characters, escapes and URL coding."""
    for _ in range(_DEPTH):
        plain = _CODED.sub(_decode, text)
        if plain == text:
            break
        text = plain
    return text


def _decode(match: re.Match[str]) -> str:
    kind, value = match.lastgroup, match[match.lastgroup or 0]
    if kind is None:
        return ""
    if kind in ("name", "slash"):
        return _ENTITIES.get(value.lower(), value)
    return chr(int(value, 10 if kind == "decimal" else 16))
