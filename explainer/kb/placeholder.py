"""Owns the placeholders of texts: their form, their names, how they are filled."""

import re
from collections.abc import Iterator, Mapping

TIMES = ("ban_end", "ban_end_local", "request_time", "server_time")
DURATIONS = ("ban_left", "ban_over", "clock_ahead", "clock_late", "retry_after")
FIGURES = ("quantity", "step", "price", "tick", "min_quantity", "min_notional", "used", "symbol")
COMPUTED = frozenset(
    (*TIMES, *DURATIONS, *FIGURES, "nearest_quantity", "nearest_price", "notional", "code", "http_status")
)
"""Names that any text may use, guarded, without capturing them itself."""

CANONICAL = COMPUTED | {"ip", "limit", "interval", "filter", "param", "until"}
"""Names that mean the same in every rule, so that the texts of a category may use them, guarded."""

_WIDE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_MARK = "[\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]"
_GAP = re.compile(f"((?<={_WIDE}) +(?={_WIDE})| +(?={_MARK})|(?<={_MARK}) +)| {{2,}}")
"""Gaps that filling leaves: none between Chinese characters, nor around their punctuation, and one space elsewhere."""


def close_gaps(text: str) -> str:
    """Return a filled text without the gaps that filling has left."""
    return _GAP.sub(lambda match: "" if match[1] is not None else " ", text).strip()


_BRACE = re.compile(r"[{}]")
_OPEN = re.compile(r"\{([a-z][a-z0-9_]*)([|?}])")


MAX_NESTED = 8
"""Placeholders inside placeholders."""


class FillError(ValueError):
    """A text whose placeholders cannot be read."""


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its placeholders filled; one without a value or words of its own is left out.

    Inside code, the value that is named with a backtick in front is taken, if there is one: it may hold more.
    Raises FillError for a placeholder that cannot be read.
    """
    out, end = _fill(text, 0, values, depth=0, is_code=False)
    if end != len(text):
        raise FillError(f"`}}` at position {end} closes nothing; write }}}} for a literal one")
    return close_gaps(out)


def _fill(text: str, at: int, values: Mapping[str, str], *, depth: int, is_code: bool) -> tuple[str, int]:
    """Fill from a position to the end, or to the brace that closes the placeholder around it.

    Return what was filled, and where that is.
    """
    out: list[str] = []
    while brace := _BRACE.search(text, at):
        out.append(text[at : brace.start()])
        is_code ^= out[-1].count("`") % 2 == 1
        at = brace.start()
        if text[at] == "}" and (depth or text[at : at + 2] != "}}"):
            return "".join(out), at
        if text[at : at + 2] in ("{{", "}}"):
            out.append(text[at])
            at += 2
        else:
            filled, at = _fill_one(text, at, values, depth=depth, is_code=is_code)
            out.append(filled)
    out.append(text[at:])
    return "".join(out), len(text)


def _fill_one(text: str, at: int, values: Mapping[str, str], *, depth: int, is_code: bool) -> tuple[str, int]:
    match = _OPEN.match(text, at)
    if match is None:
        raise FillError(f"a brace at position {at} opens no placeholder; write {{{{ for a literal one")
    name, kind = match.groups()
    value = (values.get(f"`{name}") if is_code else None) or values.get(name, "")
    if kind == "}":
        return value, match.end()
    if depth == MAX_NESTED:
        raise FillError(f"placeholders are nested more than {MAX_NESTED} deep")
    words, end = _fill(text, match.end(), values, depth=depth + 1, is_code=is_code)
    if end >= len(text):
        raise FillError(f"placeholder {{{name}{kind}… is not closed")
    if kind == "|":
        return value or words, end + 1
    return words if value else "", end + 1


def find_placeholders(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each placeholder's name and whether it may stand there unfilled (guarded, or inside its own condition)."""
    around: list[str] = []  # the placeholders that are open here: the name of a condition, nothing for a fallback
    for match in re.finditer(r"\{\{|\}|\{([a-z][a-z0-9_]*)([|?}])", text):
        name, kind = match.group(1), match.group(2)
        if name:
            yield name, kind != "}" or name in around
            if kind != "}":
                around.append(name if kind == "?" else "")
        elif match.group(0) == "}" and around:
            around.pop()
