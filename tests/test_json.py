"""The JSON form: docs/json.md, docs/explanations.schema.json and what is printed agree."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from explainer.kb.store import KnowledgeBase
from explainer.match.credible import Told
from explainer.match.engine import explain_text
from explainer.match.texts import describe
from explainer.model.answer import Alternative, Cause, Evidence, Explanation
from explainer.render.json import to_json

DOCS = Path(__file__).resolve().parents[1] / "docs"
SCHEMA = json.loads((DOCS / "explanations.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
TEXTS = [
    "",
    "HTTP 429",
    'acme {"code":-7001,"msg":"Key refused, address 203.0.113.7."}',
    'acme {"code":-7003,"msg":"Too many trades were asked for."}',
    "acme -7001\n\nHTTP 429",
]


def documented() -> tuple[str, dict[str, Any]]:
    """Return the command's text and the answer that docs/json.md shows."""
    page = (DOCS / "json.md").read_text(encoding="utf-8")
    text = re.search(r"explain --format json '(.+)'\n", page)
    answer = re.search(r"```json\n(.+?)```", page, re.DOTALL)
    assert text
    assert answer
    return text[1], json.loads(answer[1])


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("explanation", Explanation), ("cause", Cause), ("evidence", Evidence), ("alternative", Alternative)],
)
def test_the_schema_has_every_field_and_no_other(name: str, kind: type[msgspec.Struct]) -> None:
    fields = [field.encode_name for field in msgspec.structs.fields(kind)]
    definition = SCHEMA["$defs"][name]
    assert list(definition["properties"]) == fields
    assert definition["required"] == fields
    assert definition["additionalProperties"] is False


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_answer_fits_the_schema(tiny_kb: KnowledgeBase, text: str, language: Any) -> None:
    found = explain_text(tiny_kb, text, language=language)
    answer = json.loads(to_json(found, ["[secret 1]"]))
    VALIDATOR.validate(answer)
    assert len(answer["explanations"]) == len(found)
    assert answer["secrets"] == ["[secret 1]"]


def test_everything_that_show_prints_fits_the_schema(kb: KnowledgeBase) -> None:
    shown = [describe(kb, owner, "zh") for owner in kb.index.owners[::9]]
    VALIDATOR.validate(json.loads(to_json(shown)))


def without(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda explanation: explanation.pop(name)


def having(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda explanation: explanation.update({name: value})


@pytest.mark.parametrize(
    "spoil",
    [
        without("retry"),
        having("retry", "maybe"),
        having("urgency", "urgent"),
        having("category", "Key refused"),
        having("code", -7001),
        having("captures", {"ip": 1}),
        having("links", ["http://docs.example.com"]),
        having("line", -1),
        having("verified", "yesterday"),
        having("extra", ""),
        having("causes", [{"cause": "x", "check": "y"}]),
    ],
)
def test_the_schema_refuses_anything_else(tiny_kb: KnowledgeBase, spoil: Callable[[dict[str, Any]], Any]) -> None:
    answer = json.loads(to_json(explain_text(tiny_kb, "acme -7001")))
    spoil(answer["explanations"][0])
    assert not VALIDATOR.is_valid(answer)


def test_an_answer_reads_back_as_it_was(tiny_kb: KnowledgeBase) -> None:
    for text in TEXTS:
        found = explain_text(tiny_kb, text, told=Told("acme"))
        answer = json.loads(to_json(found))
        assert msgspec.convert(answer["explanations"], tuple[Explanation, ...]) == found


def test_the_documented_example_is_what_is_printed(kb: KnowledgeBase) -> None:
    text, shown = documented()
    VALIDATOR.validate(shown)
    printed = json.loads(to_json(explain_text(kb, text)))
    for name in ("rule_id", "exchange", "product", "code", "category", "retry", "confidence", "captures", "evidence"):
        assert printed["explanations"][0][name] == shown["explanations"][0][name]
    facts, printed_facts = shown["explanations"][0]["facts"], printed["explanations"][0]["facts"]
    assert printed_facts.keys() == facts.keys()
    assert printed_facts["ban_end"] == facts["ban_end"]


def test_the_page_names_every_verdict() -> None:
    page = (DOCS / "json.md").read_text(encoding="utf-8")
    for verdict in SCHEMA["$defs"]["explanation"]["properties"]["retry"]["enum"]:
        assert f"| `{verdict}` |" in page
