from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.kb.source import MAX_BYTES, MAX_DEPTH, line_of, parse_yaml, read_yaml


def faults(data: bytes) -> list[str]:
    _, _, problems = parse_yaml(data, "f.yaml")
    return [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("code: -1021", {"code": "-1021"}),
        ("[no, 2026-01-02, 0x10, null, ~, 1_000, 1e3]", ["no", "2026-01-02", "0x10", "null", "~", "1_000", "1e3"]),
        ("a:", {"a": ""}),
        ("a: ''", {"a": ""}),
        ("- 1\n- [x, {y: z}]", ["1", ["x", {"y": "z"}]]),
        ("a: >-\n  one\n  two\nb: |\n  three\n", {"a": "one two", "b": "three\n"}),
        ('a: "\\u5e01 \\"x\\""', {"a": '币 "x"'}),
        ("<<: {a: b}", {"<<": {"a": "b"}}),
        ("\ufeffa: b", {"a": "b"}),
        ("# a remark\n---\na: b\n...\n", {"a": "b"}),
        ("a: ! b", {"a": "b"}),
        ("word", "word"),
        ("{}", {}),
        ("", None),
        ("# only a remark\n", None),
    ],
)
def test_every_scalar_is_the_text_that_was_typed(text: str, value: Any) -> None:
    assert parse_yaml(text.encode(), "f.yaml")[0] == value
    assert faults(text.encode()) == []


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"a: &x b\n", "f.yaml:1: anchors and aliases are not allowed; repeat the text"),
        (b"a: b\nc: *a\n", "f.yaml:2: anchors and aliases are not allowed; repeat the text"),
        (b"a: b\nc: &x\n  - d\n", "f.yaml:2: anchors and aliases are not allowed; repeat the text"),
        (b"? &x a\n: b\n", "f.yaml:1: anchors and aliases are not allowed; repeat the text"),
        (b"a: b\nc: !!int 5\n", "f.yaml:2: tags are not allowed: tag:yaml.org,2002:int"),
        (b"a:\n  - !!python/name:os.kill x\n", "f.yaml:2: tags are not allowed: tag:yaml.org,2002:python/name:os.kill"),
        (b"a: !own {b: c}\n", "f.yaml:1: tags are not allowed: !own"),
        (b"!!str a: b\n", "f.yaml:1: tags are not allowed: tag:yaml.org,2002:str"),
        (b"a: b\n---\nc: d\n", "f.yaml:2: more than one document in the file"),
        (b"a: b\n...\n---\n", "f.yaml:3: more than one document in the file"),
        (b"a: b\n? [c, d]\n: e\n", "f.yaml:2: a key must be a plain word"),
        (b"{{a: b}: c}\n", "f.yaml:1: a key must be a plain word"),
        (b"a: b\nb: \xff\n", "f.yaml:2: not UTF-8 text: invalid start byte"),
        (b"a: \xe5\xb8", "f.yaml:1: not UTF-8 text: unexpected end of data"),
        ("a: b".encode("utf-16"), "f.yaml:1: not UTF-8 text: invalid start byte"),
        (b"\xed\xa0\x80", "f.yaml:1: not UTF-8 text: invalid continuation byte"),
    ],
)
def test_yaml_beyond_a_rules_file_is_refused(data: bytes, fault: str) -> None:
    assert faults(data) == [fault]
    assert parse_yaml(data, "f.yaml")[0] is None


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a: [b\n", 2),
        (b"a: b\nc: d: e\n", 2),
        (b"a: b\n\tc: d\n", 2),
        (b"a: 'b\n", 2),
        (b"a: b\n\nc: \x07\n", 3),
        (b"\x00", 1),
    ],
)
def test_broken_yaml_is_told_with_its_line(data: bytes, line: int) -> None:
    (fault,) = faults(data)
    assert fault.startswith(f"f.yaml:{line}: not YAML: ")


def test_every_duplicate_key_is_told_and_other_lists_may_repeat_it() -> None:
    text = b"a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 4\nlist:\n  - e: 1\n  - e: 1\n    e: 2\n"
    assert faults(text) == [
        "f.yaml:5: b.c: this key stands here twice",
        "f.yaml:6: a: this key stands here twice",
        "f.yaml:10: list[1].e: this key stands here twice",
    ]


def test_a_duplicate_key_is_told_beside_what_breaks_off_the_reading() -> None:
    assert faults(b"a: 1\na: 2\nb: *x\n") == [
        "f.yaml:2: a: this key stands here twice",
        "f.yaml:3: anchors and aliases are not allowed; repeat the text",
    ]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}")])
def test_depth_is_bounded(opening: str, closing: str) -> None:
    deepest = opening * MAX_DEPTH + "x" + closing * MAX_DEPTH
    assert faults(deepest.encode()) == []
    assert faults((opening + deepest + closing).encode()) == [f"f.yaml:1: nested more than {MAX_DEPTH} deep"]
    assert faults(opening.encode() * 300_000) == [f"f.yaml:1: nested more than {MAX_DEPTH} deep"]


def test_lines_lead_to_the_key_of_everything() -> None:
    text = "\n".join(["# remark", "a: 1", "b:", "  - x", "", "  - c: >-", "      long", "    d:", "      e: f"])
    _, lines, _ = parse_yaml(text.encode(), "f.yaml")
    assert lines == {"": 2, "a": 2, "b": 3, "b[0]": 4, "b[1]": 6, "b[1].c": 6, "b[1].d": 8, "b[1].d.e": 9}


@pytest.mark.parametrize(
    ("path", "line"),
    [("a[0].b", 3), ("a[0].b[2].c", 3), ("a[0].missing", 2), ("a[1]", 1), ("other", 1), ("", 1)],
)
def test_a_path_without_a_line_takes_that_of_the_nearest_around_it(path: str, line: int) -> None:
    assert line_of({"": 1, "a": 1, "a[0]": 2, "a[0].b": 3}, path) == line


def test_nothing_read_has_no_line() -> None:
    assert line_of({}, "a.b") == 0


def test_a_file_is_bounded_in_size(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"a: " + b"x" * (MAX_BYTES - 3))
    assert read_yaml(path, "shown.yaml")[2] == []
    path.write_bytes(b"a: " + b"x" * (MAX_BYTES - 2))
    value, lines, problems = read_yaml(path, "shown.yaml")
    assert (value, lines) == (None, {})
    assert list(map(str, problems)) == ["shown.yaml: the file is larger than 4,000,000 bytes"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert list(map(str, read_yaml(tmp_path / "none.yaml", "none.yaml")[2])) == [
        "none.yaml: cannot be read: No such file or directory"
    ]
    assert list(map(str, read_yaml(tmp_path / "folder.yaml", "folder.yaml")[2])) == [
        "folder.yaml: cannot be read: Is a directory"
    ]


FRAGMENTS = (
    "a: ",
    "- ",
    "\n",
    "  ",
    "[",
    "]",
    "{",
    "}",
    "&x ",
    "*x",
    "!t ",
    "? ",
    ": ",
    "'",
    '"',
    "---",
    ">-",
    "%",
    "币",
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join).map(str.encode) | st.binary(max_size=60))
def test_reading_never_raises_and_tells_why_there_is_no_value(data: bytes) -> None:
    value, lines, problems = parse_yaml(data, "f.yaml")
    assert value is None or "" in lines
    assert all(problem.file == "f.yaml" and problem.message for problem in problems)
    if value is not None:
        assert all(problem.message == "this key stands here twice" for problem in problems)
