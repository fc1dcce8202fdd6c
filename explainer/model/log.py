"""What is found in logs, as types: a sight in one line, and the summary of them all. None holds a secret."""

from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from explainer.model.answer import Explanation


class Sight(Struct, frozen=True, kw_only=True):
    """One error as it was seen in one line of a log; the fields are those of an Explanation."""

    rule_id: str
    is_rule: bool
    exchange: str | None
    product: str | None
    code: str | None
    http_status: str | None
    category: str
    retry: str
    urgency: str
    confidence: str
    title: str
    captures: dict[str, str]
    facts: dict[str, str]
    mark: str  # the part of the line that says it, as shown; "" if it is nowhere in one piece


class Hit(Struct, frozen=True, kw_only=True):
    """A line of a log in which errors were seen, masked and printable; without sights, a line beside such a one."""

    path: str  # "-" for standard input
    line: int  # from 1
    text: str
    at: datetime | None = None  # when it was written, as far as it or a line before it says
    sights: tuple[Sight, ...] = ()  # best first


class Place(Struct, frozen=True):
    """Where a line stands and what it says, masked and printable."""

    path: str  # "-" for standard input
    line: int  # from 1; 0 if lines were not counted
    text: str


MOST_VALUES = 250
"""Different values of a capture that are counted, the first ones; later ones are not."""


class Row(Struct, kw_only=True):
    """One distinct problem: the same rule at the same exchange, wherever it was seen."""

    explanation: Explanation  # of the first line
    count: int = 0  # lines
    first: datetime | None = None  # aware; None if no line has a time
    last: datetime | None = None
    files: dict[str, int] = field(default_factory=dict)  # path: lines
    sample: Place
    values: dict[str, dict[str, int]] = field(default_factory=dict)  # capture: value: lines; MOST_VALUES of them
    timeline: dict[int, int] = field(default_factory=dict)  # Unix time of a minute: lines in it; empty if not asked for


class Unknown(Struct, kw_only=True):
    """Lines that look like an exchange's error and have no rule, of the same shape: the next rule to write."""

    shape: str  # the line with its numbers, ids and times left out
    count: int = 0
    exchange: str | None = None
    code: str | None = None
    first: datetime | None = None
    last: datetime | None = None
    files: dict[str, int] = field(default_factory=dict)
    sample: Place


NoticeCode = Literal[
    "missing",
    "closed",
    "unreadable",
    "binary",
    "io",
    "damaged",
    "truncated",
    "awaited",
    "retried",
    "appeared",
    "replaced",
    "cut",
]


class Notice(Struct, frozen=True):
    """Something that was not read, or not wholly, or what became of a file that is followed."""

    path: str
    code: NoticeCode
    is_error: bool  # an unreadable or broken file, and not merely one that was left out
    detail: str = ""  # the system's reason, as it says it


class Summary(Struct, kw_only=True):
    """All that was found. Rows are the gravest first (urgency, then count), unknown ones the most frequent first."""

    rows: list[Row] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    files: int = 0
    bytes: int = 0  # read, after decompression
    known_lines: int = 0  # lines with at least one known error
    unknown_lines: int = 0
    seconds: float = 0.0
    is_complete: bool = True  # False: interrupted
    notices: list[Notice] = field(default_factory=list)
