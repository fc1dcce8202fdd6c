"""The compiled knowledge base, as types: what matching needs is in the index, texts are read on demand."""

from msgspec import Struct

FORMAT = 2
"""The version of the artefact's form; an artefact of another form is rebuilt."""


class Owner(Struct, frozen=True, array_like=True):
    """What answers for a match: a full rule, or one meaning of a catalogue code."""

    id: str
    is_rule: bool
    exchange: str | None
    product: str | None
    category: str
    retry: str
    urgency: str
    record: int  # number of the text record
    code: str | None  # the only code it can mean, if there is one
    examples: int  # how many ways of printing it are known: a measure of how often it is met


class Selection(Struct, frozen=True, array_like=True):
    """One way to recognise an owner; every field that is not None must hold."""

    owner: int
    code: str | None
    template: int | None
    status: str | None
    exception: str | None
    product: str | None
    also: int | None  # a pattern that must stand near


class Template(Struct, frozen=True, array_like=True):
    """A message template or pattern, compiled to a portable regular expression."""

    pattern: str
    words: int  # literal words
    letters: int  # literal characters
    is_loose: bool  # so short that it must be the whole message


class Shape(Struct, frozen=True, array_like=True):
    """A JSON body by which an exchange is known."""

    exchange: str
    keys: tuple[str, ...]
    code: str | None
    kind: str
    product: str | None


class Mark(Struct, frozen=True, array_like=True):
    """What identifies an exchange and the product that it points to (None: any)."""

    exchange: str
    product: str | None


class Envelope(Struct, frozen=True, array_like=True):
    """A form in which clients print errors."""

    name: str
    pattern: str
    needs: tuple[str, ...]
    is_loose: bool


class Index(Struct, frozen=True):
    """Everything that matching needs. Lists are addressed by position; `anchors` leads from words to templates."""

    version: str
    owners: list[Owner]
    selections: list[Selection]
    templates: list[Template]
    anchors: dict[str, list[int]]
    by_template: list[list[int]]
    by_code: dict[str, list[int]]
    by_status: dict[str, list[int]]
    by_exception: dict[str, list[int]]
    names: dict[str, str]
    ccxt: dict[str, Mark]
    hosts: dict[str, Mark]
    domains: dict[str, str]
    paths: dict[str, Mark]
    texts: dict[str, Mark]
    shapes: list[Shape]
    products: dict[str, list[str]]
    envelopes: list[Envelope]
    keys: dict[str, list[str]]
    foreign: list[str]
    neutral: list[str]
    success: list[str]
    harmless: list[str]
    categories: dict[str, int]
    profiles: dict[str, int]
    offsets: list[int]  # where each text record starts, in bytes after the index line; one more than there are records
