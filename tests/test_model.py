import msgspec
import pytest

from explainer.model.answer import Cause, Evidence, Finding, Problem, RulesError
from explainer.model.document import KINDS, CatalogueDocument, Document, RuleDocument, Text
from explainer.model.index import Mark


@pytest.mark.parametrize(
    ("problem", "shown"),
    [
        (
            Problem("rules/any/a.yaml", 7, "match[0].message", "no literal word"),
            "rules/any/a.yaml:7: match[0].message: no literal word",
        ),
        (Problem("rules/any/a.yaml", 7, "", "key `title` is missing"), "rules/any/a.yaml:7: key `title` is missing"),
        (Problem("rules", 0, "", "not a folder"), "rules: not a folder"),
        (Problem("rules/any/a.yaml", 0, "title", "x"), "rules/any/a.yaml: title: x"),
    ],
)
def test_a_problem_is_shown_as_editors_expect(problem: Problem, shown: str) -> None:
    assert str(problem) == shown


def test_problems_stand_in_order_of_file_and_line() -> None:
    problems = [
        Problem("b", 1, "", "x"),
        Problem("a", 10, "", "x"),
        Problem("a", 9, "z", "x"),
        Problem("a", 9, "y", "x"),
    ]
    assert [(p.file, p.line, p.path) for p in sorted(problems)] == [
        ("a", 9, "y"),
        ("a", 9, "z"),
        ("a", 10, ""),
        ("b", 1, ""),
    ]


def test_an_error_in_the_rules_tells_every_problem() -> None:
    problems = [Problem("a", 1, "", "x"), Problem("b", 2, "y", "z")]
    error = RulesError(problems)
    assert error.problems == problems
    assert str(error) == "a:1: x\nb:2: y: z"


@pytest.mark.parametrize(
    "value", [Cause("a", "b", ("c",)), Evidence("code", "-1", 1), Finding(1, "x", ()), Mark("a", None), Text("a", "b")]
)
def test_what_crosses_a_boundary_cannot_be_changed(value: msgspec.Struct) -> None:
    name = value.__struct_fields__[0]
    with pytest.raises(AttributeError):
        setattr(value, name, "other")
    assert hash(value) == hash(msgspec.structs.replace(value))


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_refuses_keys_that_it_does_not_know(kind: str) -> None:
    assert issubclass(KINDS[kind], Document)
    assert KINDS[kind].__struct_config__.forbid_unknown_fields
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"no such key": "x"}, KINDS[kind])


TEXT = {"en": "x", "zh": "y"}
CAUSE = {"cause": "c", "check": "d", "fix": ["e"]}


def test_a_rule_keeps_what_is_given_and_leaves_the_rest_open() -> None:
    given = {
        "title": TEXT,
        "category": "net/timeout",
        "match": [{"code": "-1"}],
        "summary": TEXT,
        "causes": [{"en": CAUSE, "zh": CAUSE}],
        "links": [],
        "verified": {"date": "2026-01-02", "source": "docs"},
        "examples": ["a", {"text": "b"}],
        "counterexamples": ["c"],
        "not": {"en": ["a"], "zh": ["b"]},
    }
    rule = msgspec.convert(given, RuleDocument)
    assert rule.dont is not msgspec.UNSET
    assert (rule.match[0].code, rule.match[0].message, rule.retry) == ("-1", msgspec.UNSET, msgspec.UNSET)
    assert msgspec.to_builtins(rule) == given


def test_a_catalogue_keeps_the_order_of_its_codes() -> None:
    code = {"category": "net/timeout", "meanings": [TEXT]}
    given = {"product": "spot", "verified": {"date": "2026-01-02", "source": "x"}, "codes": {"-2": code, "-1": code}}
    assert list(msgspec.convert(given, CatalogueDocument).codes) == ["-2", "-1"]
