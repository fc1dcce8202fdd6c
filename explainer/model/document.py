"""The documents in `rules/`, as types: the one source of the JSON Schemas and of what the loader builds."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

Retry = Annotated[
    Literal["never", "after_fix", "after_wait", "verify_first", "ignore"],
    Meta(description="What a program may do: verify_first means that the order may exist, so look before you resend."),
]
Urgency = Annotated[
    Literal["critical", "high", "medium", "low", "harmless"],
    Meta(description="How soon a person must act: critical is money at risk now, high is trading stopped."),
]
Words = Annotated[
    str, Meta(min_length=1, max_length=10_000, pattern=r"\S", description="Inline Markdown; may hold {placeholders}.")
]
Message = Annotated[
    str,
    Meta(
        min_length=2, max_length=600, description="The exchange's own sentence with typed holes, such as {limit:int}."
    ),
]
CategoryName = Annotated[str, Meta(pattern=r"^[a-z]+/[a-z0-9]+(-[a-z0-9]+)*$", description="<area>/<name>.")]
RuleId = Annotated[str, Meta(pattern=r"^[a-z0-9]+/[a-z0-9]+(-[a-z0-9]+)*$", description="<exchange or any>/<slug>.")]
Code = Annotated[
    str,
    Meta(max_length=80, pattern=r"^-?[A-Za-z0-9][!-~]*( [!-~]+)*$", description="The code as the exchange prints it."),
]
Status = Annotated[str, Meta(pattern=r"^[1-5]\d\d$", description="An HTTP status.")]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$", description="A day, YYYY-MM-DD.")]
Url = Annotated[
    str,
    Meta(
        max_length=500,
        pattern=r"^https://[A-Za-z0-9.-]+(/[A-Za-z0-9._~:/?#@!$&()*+,;=%-]*)?$",
        description="A page on an official domain: https://host/path.",
    ),
]
Product = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="A product of the profile, or `all`.")]
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Mark = Annotated[str, Meta(min_length=1, max_length=200)]
Pattern = Annotated[str, Meta(min_length=4, max_length=1000)]
Pasted = Annotated[str, Meta(min_length=1, max_length=20_000)]


class Document(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a rules document; unknown keys are refused."""


class Text(Document, frozen=True):
    """One text in every language."""

    en: Words
    zh: Words


class TextList(Document, frozen=True):
    """A list of texts in every language; the same number of items in each."""

    en: Annotated[list[Words], Meta(min_length=1)]
    zh: Annotated[list[Words], Meta(min_length=1)]


class CauseText(Document, frozen=True):
    """One cause in one language."""

    cause: Words
    check: Words
    fix: Annotated[list[Words], Meta(min_length=1, description="Ordered steps.")]


class CauseDocument(Document, frozen=True):
    """One cause: how to tell that it is this one, and what to do."""

    en: CauseText
    zh: CauseText
    when: (
        Annotated[Name, Meta(description="A capture or fact: the cause is shown, and first, only if it exists.")]
        | UnsetType
    ) = UNSET


class Verified(Document, frozen=True):
    """When, and against which source, the texts were last checked."""

    date: Day
    source: Words


class SelectionDocument(Document, frozen=True):
    """All keys given must hold together."""

    code: Code | UnsetType = UNSET
    message: Message | UnsetType = UNSET
    pattern: (
        Annotated[Pattern, Meta(description="Escape hatch: a regular expression in the portable subset.")] | UnsetType
    ) = UNSET
    http_status: Status | UnsetType = UNSET
    exception: (
        Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.]{2,80}$", description="Exception class or errno name.")]
        | UnsetType
    ) = UNSET
    product: Product | UnsetType = UNSET


class ExampleDocument(Document, frozen=True):
    """A text that the rule must explain first."""

    text: Pasted
    captures: dict[str, str] | UnsetType = UNSET
    facts: dict[str, str] | UnsetType = UNSET
    exchange: Name | UnsetType = UNSET
    product: Product | UnsetType = UNSET


Causes = Annotated[list[CauseDocument], Meta(min_length=1)]


class RuleDocument(Document, frozen=True):
    """A full rule: one problem."""

    title: Text
    category: CategoryName
    match: Annotated[list[SelectionDocument], Meta(min_length=1)]
    summary: Text
    causes: Causes
    links: list[Url]
    verified: Verified
    examples: Annotated[list[Pasted | ExampleDocument], Meta(min_length=2)]
    counterexamples: Annotated[list[Pasted], Meta(min_length=1)]
    retry: Retry | UnsetType = UNSET
    urgency: Urgency | UnsetType = UNSET
    dont: TextList | UnsetType = field(default=UNSET, name="not")
    related: list[RuleId] | UnsetType = UNSET
    formerly: (
        Annotated[list[RuleId], Meta(description="Ids that this rule had before; the site leads from them to it.")]
        | UnsetType
    ) = UNSET


class CategoryDocument(Document, frozen=True):
    """A kind of fault, across exchanges."""

    title: Text
    meaning: Text
    retry: Retry
    urgency: Urgency
    causes: Causes
    dont: TextList | UnsetType = field(default=UNSET, name="not")


class MeaningDocument(Document, frozen=True):
    """What one message of a code means, in one plain sentence."""

    en: Words
    zh: Words
    message: Message | UnsetType = UNSET
    category: CategoryName | UnsetType = UNSET
    retry: Retry | UnsetType = UNSET
    urgency: Urgency | UnsetType = UNSET
    until: Annotated[Day, Meta(description="From this day on the exchange words it otherwise.")] | UnsetType = UNSET


class CodeDocument(Document, frozen=True):
    """One code of a catalogue."""

    category: CategoryName
    meanings: Annotated[list[MeaningDocument], Meta(min_length=1)]
    name: Words | UnsetType = UNSET
    retry: Retry | UnsetType = UNSET
    urgency: Urgency | UnsetType = UNSET


class CatalogueDocument(Document, frozen=True):
    """The official codes of one product."""

    product: Product
    verified: Verified
    codes: Annotated[dict[Code, CodeDocument], Meta(min_length=1)]


class MarksDocument(Document, frozen=True):
    """What in a text identifies the exchange, each with the product that it points to (`all`: any)."""

    names: Annotated[list[Mark], Meta(min_length=1, description="Weak: the name anywhere, also in a longer word.")]
    ccxt: dict[Name, Product] = {}
    hosts: dict[Annotated[str, Meta(pattern=r"^[a-z0-9.-]+\.[a-z]+$")], Product] = {}
    paths: dict[Annotated[str, Meta(pattern=r"^/.*")], Product] = {}
    headers: dict[Mark, Product] = {}
    texts: dict[Mark, Product] = {}


class ShapeDocument(Document, frozen=True):
    """A JSON body by which an exchange is known when nothing else tells."""

    keys: Annotated[list[Mark], Meta(min_length=1)]
    code: Annotated[str, Meta(min_length=1, max_length=1000)] | UnsetType = UNSET
    kind: Literal["number", "string", "any"] = "any"
    product: Product = "all"


class LinksDocument(Document, frozen=True):
    """An exchange's official pages."""

    docs: Url
    errors: Url | UnsetType = UNSET
    status: Url | UnsetType = UNSET
    support: Url | UnsetType = UNSET
    keys: Url | UnsetType = UNSET


class ExchangeDocument(Document, frozen=True):
    """An exchange's profile."""

    name: Text
    products: dict[Product, Text]
    marks: MarksDocument
    links: LinksDocument
    verified: Verified
    shapes: list[ShapeDocument] = []
    facts: dict[Name, Text] = {}


class EnvelopeDocument(Document, frozen=True):
    """A form in which clients print errors: a portable pattern with the groups code, message, status or exchange."""

    name: Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    pattern: Pattern
    needs: Annotated[list[str], Meta(min_length=1, description="One of these stands in every match, in lower case.")]
    example: Pasted
    loose: Annotated[
        Literal["true", "false"],
        Meta(description="true: too little by itself for a line of a log, such as a bare number."),
    ] = "false"


class KeysDocument(Document, frozen=True):
    """The keys under which JSON bodies and their many printed forms carry code, message and HTTP status."""

    code: Annotated[list[Mark], Meta(min_length=1)]
    message: Annotated[list[Mark], Meta(min_length=1)]
    status: Annotated[list[Mark], Meta(min_length=1)]


class EnvelopesDocument(Document, frozen=True):
    """How errors stand in text, whatever the exchange."""

    keys: KeysDocument
    envelopes: Annotated[list[EnvelopeDocument], Meta(min_length=1)]
    foreign: Annotated[list[Mark], Meta(min_length=1, description="Marks of services that are no exchange.")]
    success: Annotated[list[Mark], Meta(min_length=1, description="Codes of success: they count only with a message.")]
    neutral: Annotated[list[Mark], Meta(min_length=1, description="Hosts that error pages and traces link to.")]
    harmless: Annotated[
        list[Pattern], Meta(min_length=1, description="Patterns of lines that only name an error: code.")
    ]


class TermDocument(Document, frozen=True):
    """One thing, its Chinese word, and the words that are not to be used for it."""

    en: Words
    zh: Words
    avoid: Annotated[list[Words], Meta(min_length=1)]


class GlossaryDocument(Document, frozen=True):
    """One Chinese word for one thing."""

    terms: Annotated[list[TermDocument], Meta(min_length=1)]


KINDS: dict[str, type[Document]] = {
    "rule": RuleDocument,
    "category": CategoryDocument,
    "exchange": ExchangeDocument,
    "catalogue": CatalogueDocument,
    "envelopes": EnvelopesDocument,
    "glossary": GlossaryDocument,
}
