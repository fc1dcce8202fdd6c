"""The knowledge base for programs: index, rules, codes and their schemas."""

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]

HOST = "http://localhost:8000"


@pytest.fixture
def read(built_little: "Little") -> Any:
    return lambda path: json.loads(built_little.read(path))


def test_the_index_names_everything(read: Any, built_little: "Little") -> None:
    index = read("api/v1/index.json")
    assert index["version"] == 1
    assert set(index["rules"]) == {
        "acme/key-refused",
        "acme/order-outcome-unknown",
        "any/http-429",
        "betaex/closed",
    }
    assert {exchange: set(codes) for exchange, codes in index["codes"].items()} == {
        "acme": {"-7001", "-7002", "-7003"},
        "betaex": {"9001"},
    }
    assert index["exchanges"] == {"acme": {"en": "Acme", "zh": "顶点"}, "betaex": {"en": "Beta", "zh": "贝塔"}}
    assert index["categories"]["rate/limit"] == {"en": "Too many requests", "zh": "请求过于频繁"}
    files = built_little.read_all()
    entries = [*index["rules"].values(), *(entry for codes in index["codes"].values() for entry in codes.values())]
    for entry in entries:
        assert entry["json"].removeprefix(f"{HOST}/") in files
        assert {f"{url.removeprefix(f'{HOST}/')}index.html" for url in entry["url"].values()} <= set(files)
    answers = {name for name in files if name.startswith(("api/v1/rules/", "api/v1/codes/"))}
    assert {entry["json"].removeprefix(f"{HOST}/") for entry in entries} == answers
    schemas = {name for name in files if name.startswith("schemas/")}
    assert {url.removeprefix(f"{HOST}/") for url in index["schemas"].values()} == schemas


def test_a_rule(read: Any) -> None:
    rule = read("api/v1/rules/acme/key-refused.json")
    assert (rule["id"], rule["exchange"], rule["category"]) == ("acme/key-refused", "acme", "auth/key-refused")
    assert (rule["retry"], rule["urgency"], rule["verified"]) == ("after_fix", "high", "2026-01-02")
    assert (rule["codes"], rule["http_statuses"], rule["related"]) == (["-7001"], [], ["any/http-429"])
    assert rule["texts"]["zh"]["url"] == f"{HOST}/zh/acme/key-refused/"
    assert rule["texts"]["en"]["title"] == "Acme refused the key, the address or the permission"
    assert len(rule["texts"]["en"]["causes"]) == 5
    assert rule["texts"]["en"]["not"][0] == "Do not drop the list of trusted addresses for good."
    assert "`curl -6 ip.example.com` shows your public IP?" in rule["texts"]["en"]["causes"][0]["check"]
    assert read("api/v1/rules/any/http-429.json")["http_statuses"] == ["429"]
    assert read("api/v1/rules/any/http-429.json")["exchange"] is None


def test_a_code_with_meanings_and_with_rules(read: Any) -> None:
    code = read("api/v1/codes/acme/-7003.json")
    assert (code["exchange"], code["code"], code["rules"]) == ("acme", "-7003", [])
    (meaning,) = code["meanings"]
    assert (meaning["product"], meaning["name"], meaning["until"]) == ("spot", "TOO_MANY_TRADES", None)
    assert meaning["summary"]["zh"] == "一次请求的成交记录过多，请调小参数 `limit`。"
    assert read("api/v1/codes/betaex/9001.json")["rules"] == ["betaex/closed"]
    assert read("api/v1/codes/betaex/9001.json")["meanings"] == []
    both = read("api/v1/codes/acme/-7001.json")
    assert both["rules"] == ["acme/key-refused"]
    assert [meaning["category"] for meaning in both["meanings"]] == ["rate/limit"]


def test_related_rules_that_are_left_out_are_not_named(little: "Little") -> None:
    little.change("rules/exchanges/betaex/closed.yaml", "[any/http-429]", "[any/http-429, acme/key-refused]")
    little.build("exchanges: [betaex]\n")
    assert json.loads(little.read("api/v1/rules/betaex/closed.json"))["related"] == ["any/http-429"]


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [("api-index", "index.json"), ("api-rule", "rules/**/*.json"), ("api-code", "codes/**/*.json")],
)
def test_every_answer_has_the_form_that_its_schema_tells(built_little: "Little", schema: str, pattern: str) -> None:
    form = json.loads(built_little.read(f"schemas/{schema}.schema.json"))
    jsonschema.Draft202012Validator.check_schema(form)
    validator = jsonschema.Draft202012Validator(form)
    files = list((built_little.out / "api" / "v1").glob(pattern))
    assert files
    for file in files:
        validator.validate(json.loads(file.read_text(encoding="utf-8")))


def test_every_schema_is_one(built_little: "Little") -> None:
    names = {path.name.removesuffix(".schema.json") for path in (built_little.out / "schemas").iterdir()}
    assert {"rule", "catalogue", "category", "exchange", "site", "explanation", "api-index"} <= names
    for path in (built_little.out / "schemas").iterdir():
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))
