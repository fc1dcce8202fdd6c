"""Remembers how lines of one form were judged, so that the engine sees each form once, however often it is printed.

Two lines have one form if they differ only in digits, symbols and ids that no pattern spells out, at the same places.
What differs is read from each line anew: captures are the line's own.
"""

import re
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import NamedTuple

from explainer.kb.store import KnowledgeBase
from explainer.logs.literals import Places, find_places
from explainer.logs.sieve import Sieve
from explainer.logs.times import SEEN, Stamp, find_stamp
from explainer.match.credible import TROUBLE, Told
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
_SOME_ID = b"h" * 8  # what the name of a form has for an id
_HEX = bytes.maketrans(b"0123456789abcdef", b"h" * 16)
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


class _Form:
    """Where lines of one form differ, and what was found for each set of numbers that tell them apart."""

    __slots__ = ("answers", "is_worded", "key", "stamp")

    def __init__(self, stamp: Stamp | None, places: Places) -> None:
        self.stamp = stamp
        self.is_worded = places.is_worded
        self.key: Callable[[bytes], tuple[bytes, ...]] = _cut_nothing
        if places.spans:
            self.key = itemgetter(slice(0, 0), *[slice(start, end) for start, end in places.spans])
        self.answers: dict[tuple[bytes, ...], Answer | None] = {}


def _meets(match: re.Match[bytes], places: Places) -> bool:
    """Tell whether digits of an id count."""
    return any(start < match.end() and match.start() < end for start, end in places.spans)


def _cut_nothing(_line: bytes) -> tuple[bytes, ...]:
    return ()


class Memory:
    """Judges lines through the engine, and remembers."""

    def __init__(self, kb: KnowledgeBase, sieve: Sieve, told: Told, language: Language) -> None:
        self.kb, self.told, self.language = kb, told, language
        self._sieve = sieve
        self._forms: dict[bytes, _Form] = {}
        self._general: dict[bytes, _Form] = {}
        self._symbols: dict[bytes, bytes] = {}
        self._explanations: dict[tuple[str, str | None], Explanation] = {}

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
            is_doubtful = form.is_worded and (self._is_by_known_code(answer) or any(map(_is_by_code, answer.seen)))
            is_steady = not is_doubtful and all(map(_is_steady, answer.seen))
            if len(form.answers) >= _MOST_FORMS:
                form.answers.clear()
            form.answers[key] = answer if is_steady else None
        return answer

    def _is_by_known_code(self, answer: Answer) -> bool:
        """Tell whether a line that no rule explains shows a code that some rule knows, for other words beside it."""
        return answer.guess is not None and answer.guess[1] in self.kb.index.by_code

    def explain(self, seen: Seen, line: bytes) -> Explanation:
        """Return at length what was seen in a line; the same explanation for all lines with the same problem."""
        brief = seen.explanation
        key = brief.rule_id, brief.exchange
        if key not in self._explanations:
            text = line[:MAX_BYTES].decode("utf-8", "replace")
            found = explain_line(self.kb, text, told=self.told, language=self.language, masker=Masker())
            same = (one for one in found if (one.rule_id, one.exchange) == key)
            self._explanations[key] = next(same, brief)
        return self._explanations[key]

    def _find_form(self, line: bytes) -> _Form | None:
        """Return the form of a line of new letters; None if lines like it differ in more than form and numbers."""
        if len(line) > _LONGEST or b"\\u" in line or b"&#" in line:
            return None
        general = _ID.sub(self._generalise, line).translate(ZEROS)
        form = self._general.get(general)
        if form is None:
            places = find_places(self._sieve.literals.readers, line)
            if places is None or any(_meets(match, places) for match in _ID.finditer(line) if match["quote"] is None):
                return None
            if any(_ID.search(code.encode()) for code in places.labels):
                return None
            stamp = find_stamp(line[:SEEN].decode("latin-1"))
            form = self._general[general] = _Form(stamp, places)
            if len(self._general) > _MOST_FORMS:
                self._general.clear()
                self._forms.clear()
        if _SOME_ID not in general:  # else the form would be found by these very letters only once
            if len(self._forms) > _MOST_FORMS:
                self._forms.clear()
            self._forms[line.translate(ZEROS)] = form
        return form

    def _generalise(self, match: re.Match[bytes]) -> bytes:
        """Return what stands for an id or a symbol in the name of a form: as long, and nothing that tells it apart."""
        token = match.group(0)
        quote = match["quote"]
        if quote is None:
            return token.translate(_HEX)
        if token not in self._symbols:
            if len(self._symbols) >= _MOST_FORMS:
                self._symbols.clear()
            text, base = token.decode().lower(), match["base"]
            words = re.findall(r"[a-z0-9]+", text)
            is_word = any(word in self._sieve.literals.words for word in words if word != quote.decode().lower())
            is_name = any(name in text for name in (*self.kb.index.names, *self.kb.index.foreign))
            is_name = is_name or bool(TROUBLE.search(text))  # looked for inside of words too
            self._symbols[token] = token if is_word or is_name else base.translate(_LETTERS) + quote
        return self._symbols[token]

    def _judge(self, line: bytes, stamp: Stamp | None) -> Answer:
        """Ask the engine about a line."""
        text = line[:MAX_BYTES].decode("utf-8", "replace")
        explanations = explain_line(
            self.kb, text, told=self.told, language=self.language, masker=Masker(), is_brief=True
        )
        if explanations:
            return Answer(tuple(_find_values(line, text, explanation) for explanation in explanations), stamp, None)
        return Answer((), stamp, guess_error(self.kb, text[:MAX_LINE], self.told))


_NEW = Answer((), None, None)


def _find_values(line: bytes, text: str, explanation: Explanation) -> Seen:
    """Locate in a line what an explanation took from it."""
    found = {item.kind: place for item in explanation.evidence if (place := _locate(line, item.text))[0] >= 0}
    mark = next((found[kind] for kind in _MARKING if kind in found), None)
    first, last = found.get("message", (0, len(line)))
    values = []
    for name, value in explanation.captures.items():
        start, end = _locate(line[first:last], value)
        values.append((name, first + start, first + end) if start >= 0 else (name, *_locate(line, value)))
    for name, pattern in TEXT_FIGURES.items():
        if name in explanation.facts and name not in explanation.captures:
            match = pattern.search(text)
            start = len(text[: match.start(1)].encode()) if match else 0
            is_there = match and line[start : start + len(match[1])].decode("latin-1") == explanation.facts[name]
            values.append((name, start, start + len(match[1])) if match and is_there else (name, -1, -1))
    return Seen(explanation, mark, tuple(values))


_MARKING = ("code", "message", "exception", "status")  # in the order of the evidence


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


def _is_by_code(seen: Seen) -> bool:
    """Tell whether a code decided, helped by the words beside it, of which numbers may be some."""
    kinds = {item.kind for item in seen.explanation.evidence}
    return "code" in kinds and "message" not in kinds


def read_values(seen: Seen, line: bytes, masker: Masker | None = None) -> Iterator[tuple[str, str]]:
    """Yield the captures and figures of a line; the masker, if there is one, knows the secrets of the line."""
    masker = masker or Masker()
    for name, start, end in seen.values:
        if start >= 0:
            yield name, make_printable(masker.mask(line[start:end].decode("utf-8", "replace")))
        else:
            explanation = seen.explanation
            yield name, explanation.captures.get(name) or explanation.facts[name]
