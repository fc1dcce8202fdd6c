"""The answers, as types: what a person or program gets for a text. All are frozen and hold no secret."""

from typing import Literal

from msgspec import Struct, field
from msgspec.structs import force_setattr

Language = Literal["en", "zh"]
Confidence = Literal["exact", "likely", "guess"]


class Cause(Struct, frozen=True):
    """One cause: how to tell that it is this one, and the ordered steps that end it."""

    cause: str
    check: str
    fix: tuple[str, ...]


class Evidence(Struct, frozen=True):
    """One thing in the text that led to the answer."""

    kind: Literal["exchange", "product", "code", "message", "status", "exception"]
    text: str
    line: int  # from 1; 0 if the caller said it
    weight: str = ""


class Alternative(Struct, frozen=True):
    """Another reading that the text does not exclude."""

    rule_id: str
    exchange: str | None
    product: str | None
    category: str
    title: str


class Explanation(Struct, frozen=True, kw_only=True):
    """What an error means and what to do about it.

    `code` and `http_status` are strings as printed. `captures` are the values that stand in the message;
    `facts` what was computed from them: times in UTC as ISO 8601, durations in seconds, all as strings.
    """

    rule_id: str
    is_rule: bool  # False: a catalogue entry, whose causes are the general advice for its category
    exchange: str | None
    exchange_name: str | None
    product: str | None
    code: str | None
    name: str | None
    http_status: str | None
    category: str
    retry: str
    urgency: str
    confidence: Confidence
    title: str
    summary: str
    causes: tuple[Cause, ...]
    dont: tuple[str, ...] = field(name="not")
    links: tuple[str, ...]
    related: tuple[str, ...]
    captures: dict[str, str]
    facts: dict[str, str]
    evidence: tuple[Evidence, ...]
    assumption: str
    alternatives: tuple[Alternative, ...]
    is_root: bool | None  # in a chain of exceptions: is this the one that began it?
    line: int
    excerpt: str
    verified: str
    language: Language


class Finding(Struct, frozen=True):
    """A line of a log (from 1) and what it means, best first."""

    line: int
    text: str
    explanations: tuple[Explanation, ...]


class Problem(Struct, frozen=True, order=True):
    """A fault in a rules file: where, what is wrong, what is allowed."""

    file: str
    line: int  # from 1; 0 if the fault has no line
    path: str
    message: str

    def __post_init__(self) -> None:
        """Show what a file says as it can be shown anywhere: short, and with odd characters as escapes."""
        for name, most in (("file", 500), ("path", 200), ("message", 2000)):
            force_setattr(self, name, _make_tame(getattr(self, name), most))

    def __str__(self) -> str:
        """`file:line: path: message`, as editors and people expect."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path + ': ' if self.path else ''}{self.message}"


def _make_tame(text: str, most: int) -> str:
    text = text if len(text) <= most else f"{text[:most]}…"
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


class RulesError(Exception):
    """Rules that cannot be used; `problems` says what is wrong, file by file."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
