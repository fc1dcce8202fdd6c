import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from explainer.kb.load import list_files
from explainer.kb.schema import DIALECT, find_problems, make_schema, suggest
from explainer.kb.source import read_yaml
from explainer.kb.store import find_rules
from explainer.model.document import KINDS

SCHEMAS = find_rules() / "schema"


def test_every_kind_of_document_has_its_schema_and_no_other() -> None:
    assert sorted(path.name for path in SCHEMAS.iterdir()) == sorted(f"{kind}.schema.json" for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_that_editors_read_is_the_one_that_is_checked(kind: str) -> None:
    written = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(make_schema(kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one(kind: str) -> None:
    schema = make_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert (schema["$schema"], schema["title"]) == (DIALECT, f"exchange-explainer {kind}")


def test_every_document_names_its_schema_by_the_path_that_leads_there() -> None:
    lost = []
    for path in list_files(find_rules()):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        _, _, reference = first.partition("# yaml-language-server: $schema=")
        if not reference or not (path.parent / reference).resolve().is_file():
            lost.append(str(path))
    assert lost == []


RULE_KEYS = (
    "category, causes, counterexamples, examples, formerly, links, match, not, related, retry, summary, title, "
    "urgency, verified"
)
RULE, LINES, _ = read_yaml(Path(__file__).parent / "little" / "any" / "timeout.yaml", "timeout.yaml")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"not": {"en": ["a"], "zh": ["b"]}, "related": [], "retry": "never"}, []),
        ({"title": ""}, ["timeout.yaml:1: title: must be a mapping of keys, not empty"]),
        (
            {"links": "x", "retry": ["x"]},
            [
                "timeout.yaml:1: retry: `['x']` is not allowed; "
                "allowed: after_fix, after_wait, ignore, never, verify_first",
                "timeout.yaml:12: links: must be a list, not the text `x`",
            ],
        ),
        ({"title": {"en": "x"}}, ["timeout.yaml:1: title: key `zh` is missing"]),
        (
            {"title": {"en": ["x"], "zh": {"a": "b"}}},
            [
                "timeout.yaml:1: title.en: must be a text, not a list",
                "timeout.yaml:1: title.zh: must be a text, not a mapping of keys",
            ],
        ),
        (
            {"title": {"en": " \n", "zh": "x"}},
            [
                "timeout.yaml:1: title.en: ` ` has the wrong form; it must match \\S "
                "(Inline Markdown; may hold {placeholders})"
            ],
        ),
        (
            {"retry": "x" * 61},
            [
                f"timeout.yaml:1: retry: `{60 * 'x'}…` is not allowed; "
                "allowed: after_fix, after_wait, ignore, never, verify_first"
            ],
        ),
        (
            {"examples": [["a"], {"text": ""}]},
            [
                "timeout.yaml:14: examples[0]: must not be a list",
                "timeout.yaml:14: examples[1].text: must be at least this long: 1",
            ],
        ),
        (
            {"links": ["http://docs.acme.example"]},
            [
                "timeout.yaml:12: links[0]: `http://docs.acme.example` has the wrong form; "
                "it must match ^https://[A-Za-z0-9.-]+(/[A-Za-z0-9._~:/?#@!$&()*+,;=%-]*)?$ "
                "(A page on an official domain: https://host/path)"
            ],
        ),
        (
            {"when": "x", "zzz": "y"},
            [
                f"timeout.yaml:1: when: unknown key; allowed: {RULE_KEYS}",
                f"timeout.yaml:1: zzz: unknown key; allowed: {RULE_KEYS}",
            ],
        ),
    ],
)
def test_every_fault_against_the_schema_is_told_once(changes: dict[str, Any], found: list[str]) -> None:
    problems = find_problems(make_schema("rule"), RULE | changes, "timeout.yaml", LINES)
    assert [str(problem) for problem in problems] == found


@pytest.mark.parametrize("value", [[], "text", ""])
def test_a_document_is_a_mapping(value: Any) -> None:
    (problem,) = find_problems(make_schema("rule"), value, "f.yaml", {"": 1})
    assert problem.message.startswith("must be a mapping of keys, not ")


@pytest.mark.parametrize(
    ("word", "hint"),
    [("urgencey", " (did you mean `urgency`?)"), ("retri", " (did you mean `retry`?)"), ("zzz", ""), ("", "")],
)
def test_the_nearest_allowed_word_is_suggested_if_it_is_near(word: str, hint: str) -> None:
    assert suggest(word, ["retry", "urgency", "title"]) == hint
