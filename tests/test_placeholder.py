import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.kb.placeholder import CANONICAL, COMPUTED, FillError, fill, find_placeholders

VALUES = {"ip": "203.0.113.7", "limit": "5", "none": ""}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("from {ip}.", "from 203.0.113.7."),
        ("from {port}.", "from ."),
        ("from {ip|your IP}", "from 203.0.113.7"),
        ("from {port|your port}", "from your port"),
        ("from {none|your port}", "from your port"),
        ("Refused.{ip? You came from {ip}.}", "Refused. You came from 203.0.113.7."),
        ("Refused.{port? You came from {port}.}", "Refused."),
        ("{ip?IP {ip}{port?, port {port}}}", "IP 203.0.113.7"),
        ("{port|{ip|here}}", "203.0.113.7"),
        ("{port|{host|here}}", "here"),
        ("{port|{{x{limit}}", "{x5"),
        ("body {{a}} of {limit}", "body {a} of 5"),
        ("{{ip}}", "{ip}"),
        ("}} {{", "} {"),
        ("  two  spaces {port} end ", "two spaces end"),
        ("币安{ip}拒绝", "币安203.0.113.7拒绝"),
        ("每分钟 {port|允许的} 请求", "每分钟允许的请求"),
        ("来自 {port|（本机）} ，共 {limit} 次", "来自（本机），共 5 次"),
    ],
)
def test_a_text_is_filled(text: str, filled: str) -> None:
    assert fill(text, VALUES) == filled


def test_a_value_is_never_filled_itself() -> None:
    assert fill("{a}{b|x}{c?{c}}", {"a": "{b}", "b": "}{c?", "c": "{{{"}) == "{b}}{c?{{{"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a {b", "a brace at position 2 opens no placeholder; write {{ for a literal one"),
        ("{Ip}", "a brace at position 0 opens no placeholder; write {{ for a literal one"),
        ("{}", "a brace at position 0 opens no placeholder; write {{ for a literal one"),
        ("{ip?You are {x y}}", "a brace at position 12 opens no placeholder; write {{ for a literal one"),
        ("a } b", "`}` at position 2 closes nothing; write }} for a literal one"),
        ("{ip}}", "`}` at position 4 closes nothing; write }} for a literal one"),
        ("{ip|x", "placeholder {ip|… is not closed"),
        ("{ip?x {port|y}", "placeholder {ip?… is not closed"),
    ],
)
def test_a_placeholder_that_cannot_be_read_is_told(text: str, fault: str) -> None:
    with pytest.raises(FillError) as caught:
        fill(text, VALUES)
    assert str(caught.value) == fault


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{a} of {b}", [("a", False), ("b", False)]),
        ("{a|x}", [("a", True)]),
        ("{a?from {a}}", [("a", True), ("a", True)]),
        ("{a?from {a} to {b}}", [("a", True), ("a", True), ("b", False)]),
        ("{a?from {a}} and {a}", [("a", True), ("a", True), ("a", False)]),
        ("{a} and {a?from {a}}", [("a", False), ("a", True), ("a", True)]),
        ("{a?{b|x {a}}}", [("a", True), ("b", True), ("a", True)]),
        ("{a|{a}}", [("a", True), ("a", False)]),
        ("{a?x {b?y} {a}} {b}", [("a", True), ("b", True), ("a", True), ("b", False)]),
        ("{{a}} }} {b}", [("b", False)]),
    ],
)
def test_a_placeholder_is_guarded_only_inside_its_own_condition(text: str, names: list[tuple[str, bool]]) -> None:
    assert list(find_placeholders(text)) == names


def texts(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    words = st.text("xyz币.,", max_size=5)
    name = st.sampled_from(names)
    return st.recursive(
        words | name.map("{{{}}}".format),
        lambda inner: (
            st.tuples(st.sampled_from(["{{{}|{}}}", "{{{}?{}}}"]), name, inner).map(
                lambda parts: parts[0].format(parts[1], parts[2])
            )
            | st.lists(inner, max_size=3).map("".join)
        ),
    )


@given(texts(("a", "b")), st.dictionaries(st.sampled_from(["a", "b"]), st.just("v")))
def test_a_text_whose_names_all_have_values_or_guards_leaves_no_brace(text: str, values: dict[str, str]) -> None:
    assert not set("{}") & set(fill(text, values))


@given(st.text("{}|?ab ", max_size=20))
def test_whether_a_text_can_be_read_does_not_depend_on_the_values(text: str) -> None:
    faults = []
    for values in ({}, {"a": "1"}, {"a": "1", "b": "{"}):
        try:
            fill(text, values)
            faults.append("")
        except FillError as error:
            faults.append(str(error))
    assert len(set(faults)) == 1


def test_what_is_computed_may_stand_in_every_category() -> None:
    assert {"ban_end", "clock_late", "retry_after", "nearest_quantity"} <= COMPUTED < CANONICAL
    assert {"ip", "limit"} <= CANONICAL - COMPUTED


def test_inside_code_a_value_may_hold_more() -> None:
    values = {"rule": "(a)", "`rule": "[a]"}
    assert fill("is {rule} or `{rule}`, `x` {rule}, {rule? `{rule}`} {none|`{rule}`}", values) == (
        "is (a) or `[a]`, `x` (a), `[a]` `[a]`"
    )
