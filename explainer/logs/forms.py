"""Remembers how lines of one form were judged, so that the engine sees each form once, however often it is printed.

Two lines have one form if they differ only in digits, symbols and ids that no pattern spells out, at the same places.
What differs is read from each line anew: captures are the line's own.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from explainer.kb.store import KnowledgeBase
from explainer.logs.sieve import Sieve
from explainer.logs.times import SEEN, Stamp, find_stamp
from explainer.match.credible import Told
from explainer.match.engine import MAX_LINE, explain_line, guess_error
from explainer.match.facts import TEXT_FIGURES
from explainer.match.mask import Masker, make_printable
from explainer.model.answer import Explanation, Language

MAX_BYTES = 4 * MAX_LINE
"""Bytes of a line that can hold the characters that the engine reads."""

_MOST_FORMS = 20_000
_LONGEST = 4_000
"""Bytes of a line above which its form is not remembered: what is so long hardly comes twice."""

ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
_LETTERS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"X" * 26)
_ID = re.compile(
    rb"(?<![0-9A-Za-z_])(?:(?=\d{0,40}[a-f])[0-9a-f]{16,128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    rb"|(?P<base>[A-Z0-9]{2,12}?)(?P<quote>[-/_]?(?:USDT|USDC|BUSD|FDUSD|TUSD|USD|BTC|ETH|BNB|EUR|TRY|JPY|KRW)))"
    rb"(?![0-9A-Za-z_])"
)
"""Ids in hexadecimal, and symbols of markets: as many as there are orders and coins; no pattern spells one out."""


class Seen(NamedTuple):
    """One error in the lines of a form."""

    explanation: Explanation  # of the line that was judged; its captures and facts are that line's
    mark: tuple[int, int] | None  # where in the line it says so, in bytes
    values: tuple[tuple[str, int, int], ...]  # captures and figures, and where they stand in the line, in bytes


class Answer(NamedTuple):
    """What was found in a line; the same object for all lines that were judged at once."""

    seen: tuple[Seen, ...]  # best first
    stamp: Stamp | None  # where the line says its time
    guess: tuple[str | None, str | None] | None  # exchange and code of what looks like an error and has no rule


_Table = dict[bytes, bytes] | None
"""The numbers that count at a place; None: all."""


class _Form:
    """Where lines of one form differ, and what was found for each set of numbers that tell them apart."""

    __slots__ = ("answers", "cut", "stamp", "tables")

    def __init__(self, stamp: Stamp | None, places: Sequence[tuple[slice, _Table]]) -> None:
        self.stamp = stamp
        self.cut: Callable[[bytes], tuple[bytes, ...]] = _cut_nothing
        self.tables: tuple[_Table, ...] | None = None
        if places:
            self.cut = itemgetter(slice(0, 0), *[place for place, _ in places])
        if any(table is not None for _, table in places):
            self.tables = ({}, *[table for _, table in places])
        self.answers: dict[Any, Answer | None] = {}

    def key(self, line: bytes) -> Any:
        """Return what tells a line from others of the form: its numbers that count."""
        cut = self.cut(line)
        if self.tables is None:
            return cut
        return tuple([x if t is None else t.get(x) for t, x in zip(self.tables, cut, strict=True)])


def _cut_nothing(_line: bytes) -> tuple[bytes, ...]:
    return ()


class Memory:
    """Judges lines through the engine, and remembers."""

    def __init__(self, kb: KnowledgeBase, sieve: Sieve, told: Told, language: Language) -> None:
        self.kb, self.told, self.language = kb, told, language
        self._sieve = sieve
        self._tables: dict[frozenset[str], dict[bytes, bytes]] = {}
        self._forms: dict[bytes, _Form] = {}
        self._general: dict[bytes, _Form] = {}
        self._symbols: dict[bytes, bytes] = {}

    def look(self, line: bytes) -> Answer:
        """Return what stands in a line, which comes without its line end."""
        return self.look_up(line, line.translate(ZEROS))

    def look_up(self, line: bytes, zeros: bytes) -> Answer:
        """Return what stands in a line, given also with zeros for its digits: a whole block is translated faster."""
        form = self._forms.get(zeros) or self._find_form(line)
        if form is None:
            return self._judge(line, find_stamp(line[:SEEN].decode("latin-1")))
        key = form.key(line)
        answer = form.answers.get(key, _NEW)
        if answer is None:
            return self._judge(line, form.stamp)
        if answer is _NEW:
            answer = self._judge(line, form.stamp)
            form.answers[key] = answer if all(map(_is_steady, answer.seen)) else None
        return answer

    def _find_form(self, line: bytes) -> _Form | None:
        """Return the form of a line of new letters; None if lines like it differ in more than form and numbers."""
        if len(line) > _LONGEST or b"\\u" in line or b"&#" in line:
            return None
        has_ids = any(match["quote"] is None for match in _ID.finditer(line))
        general = _ID.sub(self._generalise, line).translate(ZEROS)
        form = self._general.get(general)
        if form is None:
            form = self._general[general] = _Form(*self._find_places(line))
            if len(self._general) > _MOST_FORMS:
                self._general.clear()
                self._forms.clear()
        if not has_ids:
            if len(self._forms) > _MOST_FORMS:
                self._forms.clear()
            self._forms[line.translate(ZEROS)] = form
        return form

    def _generalise(self, match: re.Match[bytes]) -> bytes:
        """Return what stands for an id or a symbol in the name of a form: as long, and nothing that tells it apart."""
        token = match.group(0)
        if match["quote"] is None:
            return re.sub(rb"[0-9a-f]", b"h", token)
        if token not in self._symbols:
            if len(self._symbols) >= _MOST_FORMS:
                self._symbols.clear()
            is_word = any(
                word in self._sieve.literals.words for word in re.findall(r"[a-z0-9]+", token.decode().lower()[:-3])
            )
            is_name = any(name in token.decode().lower() for name in (*self.kb.index.names, *self.kb.index.foreign))
            base = match["base"]
            self._symbols[token] = token if is_word or is_name else base.translate(_LETTERS) + match["quote"]
        return self._symbols[token]

    def _find_places(self, line: bytes) -> tuple[Stamp | None, list[tuple[slice, _Table]]]:
        """Return the line's time, and the places of the numbers that count, with those that count there."""
        text = line.decode("latin-1")  # a character for each byte
        stamp = find_stamp(text[:SEEN])
        spans = [match.span() for match in _ID.finditer(line) if match["quote"] is None]
        if stamp:
            spans.append((stamp.start, stamp.end))
        places = []
        along = self._list_along(text.lower())
        for start, end in _find_numbers(text):
            if not any(first <= start < last for first, last in spans):
                table = self._find_table(text, start, end, along)
                if table is None or table:
                    places.append((slice(start, end), table))
        return stamp, places

    def _list_along(self, text: str) -> frozenset[str]:
        """Return the numbers that count anywhere in a line, for one of its words."""
        return frozenset().union(*[numbers for word, numbers in self._sieve.literals.along.items() if word in text])

    def _find_table(self, text: str, start: int, end: int, along: frozenset[str]) -> _Table:
        """Return the numbers that count at a place: any for a code, else those that patterns spell out there."""
        literals = self._sieve.literals
        match = _BEFORE.search(text, max(0, start - 40), start)
        before = match[1].lower() if match else ""
        if before in literals.code_words or (text[start - 1 : start] == "-" and 3 < end - start < 6):
            return None
        match = _AFTER.match(text, end)
        after = match[1].lower() if match else ""
        numbers = along.union(literals.beside.get(before, ()), literals.beside.get(after, ()))
        if end - start == len("429") and text[start] in "45":
            is_behind_url = "://" in text[:start] and not text[start - 1 : start].isalnum()
            if is_behind_url or {before, after} & literals.status_words or text[start - 1 : start] in ("(", "["):
                return _STATUSES
        numbers = frozenset(number for number in numbers if len(number) == end - start)
        if numbers not in self._tables:
            self._tables[numbers] = {number.encode(): number.encode() for number in numbers}
        return self._tables[numbers]

    def _judge(self, line: bytes, stamp: Stamp | None) -> Answer:
        """Ask the engine about a line."""
        text = line[:MAX_BYTES].decode("utf-8", "replace")
        explanations = explain_line(self.kb, text, told=self.told, language=self.language, masker=Masker())
        if explanations:
            return Answer(tuple(_find_values(line, text, explanation) for explanation in explanations), stamp, None)
        return Answer((), stamp, guess_error(self.kb, text[:MAX_LINE], self.told))


_NEW = Answer((), None, None)
_STATUSES = {b"%d" % status: b"%d" % status for status in range(400, 600)}
_BEFORE = re.compile(r"([A-Za-z]+)[^A-Za-z]{0,12}$")
_AFTER = re.compile(r"[^A-Za-z0-9]{0,8}([A-Za-z]+)")


def _find_values(line: bytes, text: str, explanation: Explanation) -> Seen:
    """Locate in a line what an explanation took from it."""
    marks = [_locate(line, item.text) for item in explanation.evidence if item.kind in _MARKING]
    mark = next((place for place in marks if place[0] >= 0), None)
    values = []
    for name, value in explanation.captures.items():
        start, end = _locate(line[mark[0] : mark[1]], value) if mark else (-1, -1)
        place = (mark[0] + start, mark[0] + end) if mark and start >= 0 else _locate(line, value)
        values.append((name, *place))
    for name, pattern in TEXT_FIGURES.items():
        if name in explanation.facts and name not in explanation.captures:
            match = pattern.search(text)
            start = len(text[: match.start(1)].encode()) if match else 0
            is_there = match and line[start : start + len(match[1])].decode("latin-1") == explanation.facts[name]
            values.append((name, start, start + len(match[1])) if match and is_there else (name, -1, -1))
    return Seen(explanation, mark, tuple(values))


def _find_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of whole numbers and decimals; the parts of addresses and versions are whole numbers."""
    for match in re.finditer(r"\d+(?:\.\d+)*", text):
        if match.group(0).count(".") == 1:
            yield match.span()
        else:
            yield from (
                (match.start() + run.start(), match.start() + run.end()) for run in re.finditer(r"\d+", match[0])
            )


_MARKING = ("message", "code", "exception", "status")


def _locate(line: bytes, value: str) -> tuple[int, int]:
    """Return where a value stands in a line, or -1, -1 if it stands nowhere, or at several places."""
    data = value.encode("utf-8", "replace")
    start = line.find(data)
    if start < 0 or line.find(data, start + 1) >= 0:
        return -1, -1
    return start, start + len(data)


def _is_steady(seen: Seen) -> bool:
    """Tell whether the captures of other lines of the form can be read at the same places, and its title is theirs."""
    explanation = seen.explanation
    said = [value for value in explanation.captures.values() if value in explanation.title]
    return not said and all(start >= 0 for _, start, _ in seen.values)


def read_values(seen: Seen, line: bytes) -> Iterator[tuple[str, str]]:
    """Yield the captures and figures of a line."""
    for name, start, end in seen.values:
        if start >= 0:
            yield name, make_printable(line[start:end].decode("utf-8", "replace"))
        else:
            explanation = seen.explanation
            yield name, explanation.captures.get(name) or explanation.facts[name]
