"""Knows what the engine tells apart by its very digits and letters.

A line that differs from another in none of that, and in the length of nothing, is judged alike.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from explainer.kb.template import WORD
from explainer.match import credible, hold, signals
from explainer.match.facts import TEXT_FIGURES
from explainer.match.hold import SHORT
from explainer.match.normal import Normal
from explainer.model.index import Index


class Reader(NamedTuple):
    """A pattern by which the engine tells digits apart, blurred: it fits whatever the digits are."""

    pattern: str
    words: tuple[str, ...]  # one of them stands in lower case in every line that it fits; none: it may fit any line


def list_readers(index: Index) -> list[Reader]:
    """Return the patterns that see more of a digit than that it is one."""
    words = _list_template_words(index)
    found = [*_list_pair_readers(index)]
    for envelope in index.envelopes:
        is_sure = not any(re.search(r"\d|^$", word) for word in envelope.needs)
        found.append(Reader(blur(envelope.pattern), envelope.needs if is_sure else ()))
    found += [Reader(blur(template.pattern), words.get(n, ())) for n, template in enumerate(index.templates)]
    found += [Reader(blur(pattern), ()) for pattern in index.harmless]
    found += [Reader(blur(figure.pattern), ()) for figure in TEXT_FIGURES.values()]
    for text in dict.fromkeys([*_list_marks(index), *index.by_exception, *index.by_code]):
        longest = max(re.findall(r"[a-z]*", text.lower()), key=len)
        if longest:
            found.append(Reader(blur(re.escape(text)), (longest,)))
    return [reader for reader in dict.fromkeys(found) if re.search(rf"\(\?P<{_TELLING}>", reader.pattern)]


_TELLING = r"(?:digit\d+|code|status|exchange|message)"


def _list_template_words(index: Index) -> dict[int, tuple[str, ...]]:
    """Return, for each template, words of which one stands in every line in which it counts; none if unknown."""
    words: dict[int, list[str]] = defaultdict(list)
    for anchor, templates in index.anchors.items():
        longest = max(re.findall(r"[^\d\s]*", anchor), key=len)
        for number in templates:
            words[number].append(longest)
    for selection in index.selections:
        if selection.also is not None:
            words[selection.also] += words[selection.template] if selection.template is not None else [""]
    return {number: tuple(dict.fromkeys(found)) if all(found) else () for number, found in words.items()}


def _list_pair_readers(index: Index) -> Iterator[Reader]:
    """Yield the forms of key and value, looser than the engine reads them."""
    separator = r"[\"'`\]]{0,2}\s{0,4}(?:=>|[:：=])\s{0,24}[\"']?"
    values = {
        "code": r"(?P<code>-?\d{1,7}|[A-Z][A-Z0-9_]{3,60})",
        "status": r"(?P<status>\d{3})\b",
        "message": r"(?P<message>[^\n]{1,1000})",
    }
    for kind, value in values.items():
        keys = sorted(index.keys[kind], key=len, reverse=True)
        pattern = f"(?:{'|'.join(map(re.escape, keys))}){separator}{value}"
        yield Reader(pattern, tuple(key.lower() for key in keys))


_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|\(\?P<\w+>|\(\?(?:[:=!]|<[=!])|[\s\S]")
_SOME_DIGITS = re.compile(r"(?<!0-)[0-9](?!-9)")


def blur(pattern: str) -> str:
    """Return a pattern with any digit in place of each that it spells out, each in a group: `digit1`, `digit2`."""
    out = []
    count = 0
    for match in _ATOM.finditer(pattern):
        atom = match.group(0)
        is_class = len(atom) > 1 and atom.startswith("[") and not atom.startswith("[^")
        if atom in _DIGITS or (is_class and _SOME_DIGITS.search(re.sub(r"\\.", "", atom))):
            count += 1
            atom = rf"(?P<digit{count}>{atom[:-1] + '0-9]' if is_class else '[0-9]'})"
        out.append(atom)
    return "".join(out)


class Places(NamedTuple):
    """The places in a line at which other digits may mean something else, in order."""

    spans: list[tuple[int, int]]
    is_worded: bool  # other digits stand in what may be a message
    labels: list[str]  # codes that are words


def find_places(readers: Sequence[Reader], line: bytes) -> Places | None:
    """Return where a line's digits count; None if that cannot be told.

    The engine reads a line after escapes are undone; its digits are in their order then, but for those in escapes.
    """
    normal = Normal(line.decode("utf-8", "replace"))
    inside = {at for match in _ESCAPE.finditer(line) for at in range(*match.span())}
    digits = [at for at, byte in enumerate(line) if chr(byte) in _DIGITS and at not in inside]
    shown = [at for at, char in enumerate(normal.text) if char in _DIGITS]
    if len(digits) != len(shown):
        return None
    place = dict(zip(shown, digits, strict=True))
    telling: set[int] = set()
    worded = set(digits) if len(normal.text) < SHORT else set()
    labels = []
    for name, start, end in _find_telling(readers, normal):
        if name == "code" and normal.text[start].isalpha():
            labels.append(normal.text[start:end])
        (worded if name == "message" else telling).update(place[at] for at in range(start, end) if at in place)
    starts = sorted(at for at in telling if at - 1 not in telling)
    spans = [(start, next(at for at in range(start, len(line) + 1) if at not in telling)) for start in starts]
    return Places(spans, is_worded=not worded <= telling, labels=labels)


_DIGITS = "0123456789"
_ESCAPE = re.compile(rb"(?:\x1b|\\{1,8}u001[bB])\[[0-9;?]{0,20}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)")
"""Colours and titles of terminals."""


def _find_telling(readers: Sequence[Reader], normal: Normal) -> Iterator[tuple[str, int, int]]:
    """Yield what codes, statuses, messages and spelled digits take up in a text.

    Matches may overlap: with other digits, one of them may not be there, and so not hide another.
    """
    for reader in readers:
        if reader.words and not any(word in normal.lower for word in reader.words):
            continue
        pattern = _compile(reader.pattern)
        telling = [name for name in pattern.groupindex if re.fullmatch(_TELLING, name)]
        match = pattern.search(normal.text)
        while match:
            yield from ((name, *match.span(name)) for name in telling if match[name])
            match = pattern.search(normal.text, match.start() + 1)


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


def list_words(index: Index) -> set[str]:
    """Return every word, in lower case, that a pattern, code or mark holds: words that are no mere names or ids."""
    texts = [*_list_patterns(index), *_list_marks(index), *index.by_exception, *index.by_code]
    return {word.lower() for text in texts for word in re.findall(WORD, re.sub(r"\\[a-zA-Z]", " ", text))}


def _list_marks(index: Index) -> Iterator[str]:
    """Yield what the engine looks for as plain text."""
    for texts in (index.names, index.ccxt, index.hosts, index.domains, index.paths, index.texts):
        yield from texts
    yield from (*index.foreign, *index.neutral)
    yield from (key for keys in index.keys.values() for key in keys)
    yield from (key for shape in index.shapes for key in shape.keys)
    yield from (word for envelope in index.envelopes for word in envelope.needs)


def _list_patterns(index: Index) -> Iterator[str]:
    """Yield the regular expressions through which the engine reads a line."""
    yield from (template.pattern for template in index.templates)
    yield from (envelope.pattern for envelope in index.envelopes)
    yield from index.harmless
    yield from (figure.pattern for figure in TEXT_FIGURES.values())
    for module in (credible, hold, signals):
        yield from (value.pattern for value in vars(module).values() if isinstance(value, re.Pattern))
