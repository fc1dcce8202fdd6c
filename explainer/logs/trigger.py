"""Turns what the engine looks for into patterns over raw bytes, one of which stands in every line that it can explain.

A trigger is looser than its source, never stricter: it runs before escapes, entities and quotes are undone.
Lines in which undoing could make, join or part words are found by ODD, and looked at one by one.
What the engine needs for a finding in a log is one of: a template, a code or a status in one of the forms in which
clients print them, or the name of an exception; each of them has its triggers.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from explainer.logs.pieces import Piece, read_branches, split, strip, weigh, write
from explainer.match.hold import FAMILY
from explainer.match.normal import PLAIN
from explainer.model.index import Index

ODD = (
    r"\\[nrt]",
    r"\\u[0-9a-fA-F]{4}",
    r"&(?:#\d{2,3}|quot|apos|amp|lt|gt);",
    r"\xc2[\x85\xa0\xad]|\xe2\x80[\x80-\x8f\xa8-\xaf]|\xe2\x81[\xa0-\xa9]|\xe3\x80\x80|\xef\xbb\xbf",
    r"[A-Za-z][ \t]{5,}[A-Za-z]",
    r"\x1b|\x00|\x0b|\x0c|\r[^\n]",
)
"""What normalising turns into another character or takes away, and wider gaps between words than a phrase allows."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A pattern over bytes."""

    pattern: str
    is_caseless: bool = True
    whole: str = ""  # what must stand in the line too, if the pattern itself stands in many quiet lines


def list_triggers(index: Index) -> list[Trigger]:
    """Return the triggers, without duplicates, in a steady order."""
    numbers = sorted({number for found in index.anchors.values() for number in found})
    branches = [branch for n in numbers for branch in read_branches(index.templates[n].pattern)]
    patterns = [*choose_words(branches), *_list_codes(index), *_list_pairs(index)]
    names = [Trigger(rf"\b{re.escape(name)}\b", is_caseless=False) for name in index.by_exception]
    return [*(Trigger(pattern) for pattern in dict.fromkeys(patterns)), *_list_envelopes(index), *names]


def _list_codes(index: Index) -> Iterator[str]:
    """Yield the signed codes, which clients print without any word around them."""
    for code in sorted(index.by_code):
        if code.startswith("-"):
            yield code if not code.endswith(FAMILY) else code.removesuffix(FAMILY) + r"\d\d"


def _list_envelopes(index: Index) -> Iterator[Trigger]:
    """Yield what stands in every use of an envelope that shows a code or a status; signed codes are listed already.

    Words are found fastest. Of a status, which is a number like others, the whole envelope must stand there.
    """
    status = Piece(f"(?:{'|'.join(sorted(index.by_status))})", _TELLING + 2)
    for envelope in index.envelopes:
        groups = re.compile(envelope.pattern).groupindex
        if envelope.is_loose or not groups.keys() & {"code", "status"} or "(?P<code>-\\d" in envelope.pattern:
            continue
        if all(map(_is_rare, envelope.needs)):  # the engine itself looks for these first
            yield from (Trigger(re.escape(need)) for need in envelope.needs)
            continue
        for branch in read_branches(envelope.pattern, {groups["status"]: status} if "status" in groups else {}):
            if status in branch and not weigh(branch[branch.index(status) + 1 :]):
                whole = write(strip(branch))
                parts = [f"{before}{number}\\b" for before in _BEFORE_STATUS for number in sorted(index.by_status)]
                yield from (Trigger(part, whole=whole) for part in parts)
            else:
                yield Trigger(write(strip(_lead(max(split(branch), key=weigh)))))


def _is_rare(need: str) -> bool:
    """Tell whether quiet lines seldom hold a word: it is long, or holds marks as well."""
    letters = sum(map(str.isalpha, need))
    return letters >= _SHORTEST or (len(need) > 1 and not re.fullmatch(r"-?[A-Za-z0-9 ]+", need))


_BEFORE_STATUS = [
    "code",
    *(re.escape(char) for char in " \t\"'`:=(["),
    *sorted({f"\\x{char.encode()[-1]:02x}" for char, plain in PLAIN.items() if plain in "\"'"}),
]
"""What may stand before a status, as its last raw byte; other spaces are ODD."""


def _list_pairs(index: Index) -> Iterator[str]:
    """Yield the forms of key and value that the engine reads as an error's code or status."""
    keys = {kind: "|".join(map(re.escape, sorted(index.keys[kind], key=len))) for kind in ("code", "status")}
    labels = [re.escape(code) for code in sorted(index.by_code) if not re.fullmatch(r"-?\d+|.*xx", code)]
    code = "|".join([r"-\d", *_other_than([code for code in index.success if code.isdigit()]), *labels])
    separator = r"[\"'`\]]{0,2}\s{0,4}(?:=>|[:：=])\s{0,24}[\"']?"
    for pattern in (rf"\b(?:{keys['code']}){separator}(?:{code})", rf"\b(?:{keys['status']}){separator}[45]\d\d\b"):
        yield from (write(branch) for branch in read_branches(pattern))


def _other_than(numbers: Sequence[str]) -> Iterator[str]:
    """Yield patterns for the beginnings of whole numbers that are none of these."""
    prefixes = {number[:size] for number in numbers for size in range(len(number) + 1)}
    for prefix in sorted(prefixes):
        yield f"{prefix}[{''.join(digit for digit in '0123456789' if prefix + digit not in prefixes)}]"
        if prefix and prefix not in numbers:
            yield rf"{prefix}\b"


_TELLING = 8
"""Letters with which some words of a pattern are seldom met in quiet lines; with fewer, the whole must stand there."""

_COMMON = Path(__file__).with_name("common_words.txt")
"""Words of which quiet lines are full. They decide only how fast a log is read, not what is found in it."""

_SHORTEST, _LONGEST = 5, 8
"""Letters of the beginnings of words that serve as triggers: one for `exceed`, `exceeds` and `exceeded`."""

_PAIR = r"[ \t]{1,4}"
"""What stands between two words that serve together; where there is more, ODD finds it."""


def choose_words(branches: Sequence[Sequence[Piece]]) -> Iterator[str]:
    """Yield few words, or pairs of common ones, of which every branch holds one; a branch without has its phrase."""
    common = _COMMON.read_text(encoding="utf-8").split()
    options = [frozenset(_list_words(pieces, common)) for pieces in branches]
    yield from (_choose_part(pieces) for pieces, words in zip(branches, options, strict=True) if not words)
    left = {number for number, words in enumerate(options) if words}
    chosen: list[str] = []
    while left:
        holders: dict[str, list[int]] = defaultdict(list)
        for number in left:
            for word in options[number]:
                holders[word].append(number)
        best = max(holders, key=lambda word: (len(holders[word]) / (4 if _PAIR in word else 1), len(word), word))
        chosen.append(best)
        left.difference_update(holders[best])
    yield from (word for word in chosen if not any(other in word for other in chosen if other != word))


def _list_words(pieces: Sequence[Piece], common: Sequence[str]) -> Iterator[str]:
    """Yield the uncommon words of a pattern and their beginnings, and its pairs of words."""
    text = "".join(piece.letter or _MARKS[piece.kind] for piece in pieces)
    for word in re.findall(r"[a-z_]{4,}", text):
        sizes = {*range(_SHORTEST, min(_LONGEST, len(word)) + 1), len(word)}
        yield from (word[:size] for size in sizes if _is_telling(word[:size], common))
    for match in re.finditer(r"(?=(?:^|(?<=[ \n]))([a-z_]+) ([a-z_]+)(?:[ \n]|$))", text):
        if len(match[1]) + len(match[2]) >= _LONGEST:
            yield rf"\b{match[1]}{_PAIR}{match[2]}\b"


_MARKS = {"space": " ", "mark": "\n", "": "\0"}


def _is_telling(word: str, common: Sequence[str]) -> bool:
    """Tell whether a word neither is nor begins nor ends a common one."""
    return not any(other.startswith(word) or other.endswith(word) for other in common)


def _choose_part(pieces: Sequence[Piece]) -> str:
    """Return the part between two gaps that says most, or the whole."""
    best = max(split(pieces), key=weigh)
    if weigh(best) < _TELLING or not any(piece.is_spread for piece in best):
        return write(strip(list(pieces)))
    return write(strip([piece for piece in best if piece.pattern != r"\b"]))


def _lead(run: Sequence[Piece]) -> list[Piece]:
    """Drop what stands in front of the first word: a search for letters is fast, one for digits and marks is not."""
    for n, piece in enumerate(run):
        if re.match(r"(?:\(\?:)*[A-Za-z<]", piece.pattern) and weigh(run[n:]) >= len("gone"):
            return [*([Piece(r"\b")] if n and run[n - 1].kind else []), *run[n:]]
    return list(run)
