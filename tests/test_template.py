import re
from itertools import chain, zip_longest

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from explainer.kb.template import (
    HOLES,
    check_pattern,
    compile_pattern,
    compile_template,
    escape,
    find_anchors,
    parse_template,
    split_branches,
)

FLAGS = re.ASCII | re.IGNORECASE


def find(message: str, text: str) -> dict[str, str] | None:
    """Return what a template captures in a text; None if it does not stand there."""
    assert faults(message) == []
    match = re.compile(compile_template(message).pattern, FLAGS).search(text)
    return match.groupdict() if match else None


def faults(message: str) -> list[str]:
    return parse_template(message)[1]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("int", ["0", "5", "-5", "+5", "12345678901234567890"]),
        ("decimal", ["5", "-5", "0.001", "12.50", "1e5", "1E-7", "-1.5e+10"]),
        ("word", ["a", "PRICE_FILTER", "x-mbx-1", "7", "a" * 64]),
        ("symbol", ["BTCUSDT", "BTC-USDT", "BTC/USDT:USDT", "1000SHIB_PERP"]),
        ("ip", ["203.0.113.7", "2001:db8::1", "::1", "fe80::", "2001:DB8:0:0:0:0:0:1"]),
        ("epoch_s", ["1660089600"]),
        ("epoch_ms", ["1660089600123"]),
        (
            "datetime",
            ["2026-11-21 09:45", "2026-11-21T09:45:00", "2026-11-21T09:45:00.123Z", "2026-11-21T09:45:00+08:00"],
        ),
        ("quoted", ["'a b'", '"a.b"', "`a`", "''", '"' + "x" * 120 + '"']),
        ("text", ["a", "any words, 1.5 or [more]", "币安", "x" * 200]),
    ],
)
def test_a_hole_takes_what_its_type_stands_for(kind: str, values: list[str]) -> None:
    for value in values:
        for message, text in (("got {v:%s} then stop", f"got {value} then stop"), ("got <{v:%s}>", f"got <{value}>.")):
            assert find(message % kind, text) == {"v": value}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("int", ["", "x", "1.5", "1,000", "5x", "--5", "123456789012345678901", "٣"]),
        ("decimal", ["", ".5", "5.", "1.2.3", "1e", "1e1000", "0x10", "NaN", "1,5"]),
        ("word", ["", "a b", "a.b", "é", "币", "a" * 65]),
        ("symbol", ["", "BTC USDT", "BTC.USDT", "a" * 41]),
        ("ip", ["", "203.0.113", "203.0.113.7.9", "1234.0.0.1", "a.b.c.d", "12:30", "g::1", "fe80::12345"]),
        ("epoch_s", ["166008960", "16600896000", "1660089600.5"]),
        ("epoch_ms", ["166008960012", "16600896001234", "-166008960012"]),
        ("datetime", ["2026-11-21", "09:45:00", "26-11-21 09:45", "2026/11/21 09:45", "2026-11-21 09:45 UTC"]),
        ("quoted", ["a", "'a", "a'", "'a'b'", "'a\nb'", "'" + "x" * 121 + "'"]),
        ("text", ["", "a\nb", "x" * 201]),
    ],
)
def test_a_hole_takes_no_more_than_that(kind: str, values: list[str]) -> None:
    for value in values:
        assert find(f"got <{{v:{kind}}}>", f"got <{value}>") is None


def test_every_type_of_hole_is_tried_above() -> None:
    tried = {"int", "decimal", "word", "symbol", "ip", "epoch_s", "epoch_ms", "datetime", "quoted", "text"}
    assert set(HOLES) == tried


@pytest.mark.parametrize(
    ("message", "text", "captures"),
    [
        ("Too many requests.", "TOO MANY REQUESTS", {}),
        ("Too many requests.", "too\n\t many   requests!", {}),
        ("Too many requests", "{'msg': 'Too many requests.'}", {}),
        ("Too many requests.", "stoo many requests", None),
        ("Too many requests.", "too many requestsx", None),
        ("Too many requests.", "toomany requests", None),
        ('Don\'t "wait"', "Don`t 'wait'", {}),
        ("“Wait” ‘now’", "\"Wait\" 'now'", {}),
        ("{{limit}} [a|b] (c)? $^*+/\\ .", "{limit} [A|B] (c)? $^*+/\\", {}),
        ("Ｆｕｌｌ 余额不足。", "ｆull 余额不足。", None),
        ("余额不足", "错误：余额不足，请充值", {}),
        ("{n:int} orders", "-5 orders", {"n": "-5"}),
        ("orders: {n:int}", "orders: 12x", None),
        ("at most {n:decimal}.", "at most 1.5.", {"n": "1.5"}),
        ("at most {n:int}.", "at most 5.", {"n": "5"}),
        ("key {k:quoted}.", "key 'a b'.", {"k": "'a b'"}),
        ("by {ip:ip}", "by 2001:db8::", {"ip": "2001:db8::"}),
        ("{w:word} is missing", "say: symbol is missing", {"w": "symbol"}),
        ("wait {t:text} please", "wait a or please b please", {"t": "a or"}),
        ("wait {t:text}", "wait until noon\nor so", {"t": "until noon"}),
        ("wait{t:text}until noon", "wait\nuntil noon", None),
    ],
)
def test_a_template_stands_in_a_text_whatever_the_case_space_quotes_and_full_stop(
    message: str, text: str, captures: dict[str, str] | None
) -> None:
    assert find(message, text) == captures


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("a { b", "a single brace; write {{ or }} for a literal one, {name:type} for a hole"),
        ("a } b", "a single brace; write {{ or }} for a literal one, {name:type} for a hole"),
        ("a {Limit:int} b", "hole {Limit:int}: the name must be a lower-case word, as in {limit:int}"),
        ("a {:int} b", "hole {:int}: the name must be a lower-case word, as in {limit:int}"),
        ("a {n:Int} b", f"hole {{n:Int}}: unknown type; allowed: {', '.join(HOLES)}"),
        ("a {n} b", f"hole {{n}}: unknown type; allowed: {', '.join(HOLES)}"),
        ("a {n:int} of {n:int}", "hole `n` stands twice"),
        ("a {n:text} b {m:text} c {o:text}", "more than two text holes"),
        ("{n:text} b {m:text}", "a text hole at the start allows no second one: together they take too long to match"),
        ("{n:int}", "no literal word"),
        ("{n:int}: {m:int}.", "no literal word"),
        ("...", "no literal word"),
        ("a {n:word}{m:int}", "holes `n` and `m` touch; put a literal between them"),
        ("a {n:int}5", "hole `n` of type int could also take the `5` that follows it"),
        ("a {n:decimal}e5", "hole `n` of type decimal could also take the `e` that follows it"),
        ("a {n:word}-b", "hole `n` of type word could also take the `-` that follows it"),
        ("a {n:symbol}: b", "hole `n` of type symbol could also take the `:` that follows it"),
        ("a {n:ip}: b", "hole `n` of type ip could also take the `:` that follows it"),
        ("a {n:epoch_s}0", "hole `n` of type epoch_s could also take the `0` that follows it"),
        ("a {n:epoch_ms}0", "hole `n` of type epoch_ms could also take the `0` that follows it"),
        ("a {n:datetime}z", "hole `n` of type datetime could also take the `z` that follows it"),
        ("a {n:datetime}+8", "hole `n` of type datetime could also take the `+` that follows it"),
        ("a {n:quoted}'b'", "hole `n` of type quoted could also take the `'` that follows it"),
        ("a {n:quoted}”b", "hole `n` of type quoted could also take the `”` that follows it"),
        ("a {n:text}, {m:int}", "text hole `n` must be followed by a word or closing mark, or end the template"),
        ("a {n:text}{m:int}", "holes `n` and `m` touch; put a literal between them"),
    ],
)
def test_an_ambiguous_template_is_refused(message: str, fault: str) -> None:
    assert faults(message) == [fault]


def test_every_fault_of_a_template_is_told() -> None:
    assert faults("a {n:int}5 {n:word}_ {m:word}{o:int}") == [
        "hole `n` stands twice",
        "hole `n` of type int could also take the `5` that follows it",
        "hole `n` of type word could also take the `_` that follows it",
        "holes `m` and `o` touch; put a literal between them",
    ]


@pytest.mark.parametrize(
    "message",
    [
        "a {n:text}] b",
        "a {n:text}' b",
        "a {n:text} b {m:text}",
        "a {n:text}.",
        "a {n:int}.",
        "{n:text} a",
        "a {n:int}-b",
        "a {n:word}.b",
        "{{{n:int}}} a",
    ],
)
def test_a_clear_template_is_accepted(message: str) -> None:
    assert faults(message) == []


MARKS = st.sampled_from("\"'`")
QUOTED = st.builds("{0}{1}{2}".format, MARKS, st.text("ab .,:{[]}5币", max_size=20), MARKS)
VALUES = {
    "int": st.integers(-(10**20) + 1, 10**20 - 1).map(str),
    "decimal": st.from_regex(r"\A[+-]?[0-9]{1,24}(\.[0-9]{1,24})?(e[+-]?[0-9]{1,3})?\Z"),
    "word": st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9_-]{0,62}[A-Za-z0-9])?\Z"),
    "symbol": st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9_/:-]{0,38}[A-Za-z0-9])?\Z"),
    "ip": st.ip_addresses().map(str).filter(lambda value: ":" not in value[:1] and not {".", ":"} <= set(value)),
    "epoch_s": st.integers(10**9, 10**10 - 1).map(str),
    "epoch_ms": st.integers(10**12, 10**13 - 1).map(str),
    "datetime": st.from_regex(
        r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?\Z"
    ),
    "quoted": QUOTED,
    "text": st.lists(st.text("abc5.,:;{[(/é币", min_size=1, max_size=8), min_size=1, max_size=5).map(" ".join),
}
LITERALS = [
    " of ",
    ": ",
    " must be ",
    "; the limit is ",
    "] ",
    "' and ",
    ".Next",
    "-x",
    "=",
    " {{is}} ",
    "，应为",
    "5",
    "”z",
]
ENDS = ["", " stop", ".", "'. Stop", "”，请重试。"]


@given(st.data())
def test_a_filled_template_is_found_and_captures_exactly_its_values(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(sorted(HOLES)), min_size=1, max_size=4))
    values = [data.draw(VALUES[kind]) for kind in kinds]
    between = [data.draw(st.sampled_from(LITERALS)) for _ in kinds[1:]]
    literals = [data.draw(st.sampled_from(["", "Refused: ", "价格"])), *between, data.draw(st.sampled_from(ENDS))]
    holes = [f"{{h{i}:{kind}}}" for i, kind in enumerate(kinds)]
    message = "".join(chain.from_iterable(zip_longest(literals, holes, fillvalue="")))
    assume(not faults(message))
    shown = [literal.replace("{{", "{").replace("}}", "}").replace("”", '"') for literal in literals]
    for kind, value, following in zip(kinds, values, shown[1:], strict=True):
        assume(kind != "text" or not following or following.strip(" .")[:1] not in value)
    text = "".join(chain.from_iterable(zip_longest(shown, values, fillvalue="")))
    wanted = {f"h{i}": value for i, value in enumerate(values)}
    assert find(message, text) == wanted
    assert find(message, f"before\n{text}\nafter") == wanted


@pytest.mark.parametrize(
    ("message", "piece"),
    [
        ("start {a:text} mid {b:text} end", "start mid "),
        ("start {a:text}] {b:text}] end", "start ] "),
        ("{a:text} x", " a"),
        ("{a:text} x", "xx "),
        ("{a:word} must", "a"),
        ("{a:word} must", "a mus-"),
        ("{a:symbol} must", "a-/"),
        ("{a:ip} must", ":"),
        ("{a:ip} must", "1."),
        ("{a:ip} must", "a:"),
        ("{a:decimal} must", "1e1"),
        ("{a:decimal} must", "1"),
        ("{a:int} must", "+1"),
        ("{a:epoch_ms} must", "1"),
        ("{a:datetime} must", "2026-01-01T00:00:00.0"),
        ("{a:quoted} must", "'"),
        ("{a:quoted} must", "'a"),
        ("a  b c", "a "),
        ("a  b c", " "),
        ("a {i:int} b {j:decimal} c {k:word} d", "a 1 b 1.1 c "),
    ],
)
def test_a_hostile_text_of_100_kb_is_searched_to_its_end(message: str, piece: str) -> None:
    text = "start " + piece * (100_000 // len(piece))
    assert find(message, text) is None
    assert find(message, f"{text}\n.\n{fill(message)}") == {hole: FILLED[kind] for hole, kind in holes_of(message)}


FILLED = {
    "int": "7",
    "decimal": "7.5",
    "word": "w",
    "symbol": "S",
    "ip": "192.0.2.1",
    "epoch_ms": "1660089600123",
    "datetime": "2026-11-21 09:45",
    "quoted": "'q'",
    "text": "t",
}


def holes_of(message: str) -> list[tuple[str, str]]:
    return [(part.name, part.hole) for part in parse_template(message)[0] if part.hole]


def fill(message: str) -> str:
    for name, kind in holes_of(message):
        message = message.replace(f"{{{name}:{kind}}}", FILLED[kind])
    return message


@pytest.mark.parametrize(
    ("message", "words", "letters", "anchors", "names"),
    [
        ("Order not found.", 3, 13, ("order not found", "order not", "not found", "order", "not", "found"), ()),
        ("余额 low", 3, 5, ("余 额 low", "余 额", "额 low", "余", "额", "low"), ()),
        ("Pair{p:word} is x-{q:int}ms late", 5, 14, ("is x", "is", "x", "late"), ("p", "q")),
        ("价{p:int}元", 2, 2, ("价", "元"), ("p",)),
        ("at {p:int}", 1, 2, ("at",), ("p",)),
        ("at{p:int}", 1, 2, (), ("p",)),
        ("  at {p:int}. ", 1, 2, ("at",), ("p",)),
    ],
)
def test_a_template_is_found_by_the_words_that_stand_in_every_match(
    message: str, words: int, letters: int, anchors: tuple[str, ...], names: tuple[str, ...]
) -> None:
    compiled = compile_template(message)
    assert (compiled.words, compiled.letters, compiled.names) == (words, letters, names)
    assert compiled.anchors == (anchors,)


ANCHORLESS = "no whole word outside groups and classes by which it could be found, in every branch"


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_an_escaped_text_matches_itself_only(text: str) -> None:
    assert re.fullmatch(escape(text), text)
    assert not re.fullmatch(escape(text), text + "x")
    assert re.findall(r"\\(.)", escape(text)) == [c for c in text if c in r"\^$.*+?()[]{}|/"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("order (?!not)found", ["only (?:…) and (?P<name>…) groups are allowed"]),
        ("order (?<=x)found", ["only (?:…) and (?P<name>…) groups are allowed"]),
        ("order (?P<Name>x)", ["only (?:…) and (?P<name>…) groups are allowed"]),
        ("order (?P<n>x) (?P=n) found", ["only (?:…) and (?P<name>…) groups are allowed"]),
        (r"order (x) \1 found", ["an escape outside the portable subset"]),
        (r"order\Z", ["an escape outside the portable subset"]),
        (r"order \x41", ["an escape outside the portable subset"]),
        ("order .* found", ["an unbounded repeat; write {0,80}"]),
        ("order [a-z]+ found", ["an unbounded repeat; write {0,80}"]),
        ("order x*] found", ["an unbounded repeat; write {0,80}"]),
        (r"order \\* found", ["an unbounded repeat; write {0,80}"]),
        ("order .{3,} found", ["an unbounded repeat; write {0,80}"]),
        ("order .{0,9}? found", ["a lazy repeat"]),
        ("order .?? found", ["a lazy repeat"]),
        ("order (?:a|b){0,30} found", ["a group repeated more than 29 times"]),
        ("order .{0,400} found", ["a repeat of more than 399"]),
        ("order (?:a{1,3}b){1,9} found", ["a repeat inside a repeat"]),
        ("order (found", ["not a regular expression: missing ), unterminated subpattern at position 6"]),
        ("(?:order)?", ["it matches the empty text", ANCHORLESS]),
        ("[a-z]{1,9}", [ANCHORLESS]),
        ("order found|(?:not)", [ANCHORLESS]),
        (r"order\d{1,3}", [ANCHORLESS]),
        ("order .{0,40} found", []),
        (r"order \* \+ [*+?] found", []),
        (r"\border\b (?:not|never) (?P<what>found|seen)\.", []),
        ("order (?:a|b){0,29} (?:c{0,399})", []),
    ],
)
def test_a_pattern_outside_the_portable_subset_is_refused(pattern: str, found: list[str]) -> None:
    assert check_pattern(pattern) == found


def test_a_pattern_that_only_narrows_needs_no_word() -> None:
    assert check_pattern("[a-z]{1,9}", needs_anchor=False) == []


@pytest.mark.parametrize(
    ("pattern", "branches"),
    [
        ("a", ["a"]),
        ("a|b|", ["a", "b", ""]),
        ("(?:a|b)|(?P<c>d|(e|f))|g", ["(?:a|b)", "(?P<c>d|(e|f))", "g"]),
        (r"a\|b|[|]c|\(d", [r"a\|b", "[|]c", r"\(d"]),
    ],
)
def test_a_pattern_is_cut_at_its_outermost_alternations(pattern: str, branches: list[str]) -> None:
    assert split_branches(pattern) == branches


@pytest.mark.parametrize(
    ("branch", "anchors"),
    [
        ("order not", ["order not", "order", "not"]),
        (r"\border\b\s{1,4}not", ["order not", "order", "not"]),
        (r"order\s{0,4}not", []),
        (r"the order\s{0,4}not it", ["the", "it"]),
        ("order (?:not|never) found", ["order", "found"]),
        ("order(?:s) found", ["found"]),
        ("orders? found", ["found"]),
        (r"order\.found", ["order found", "order", "found"]),
        (r"order\nfound\td", ["order found d", "order found", "found d", "order", "found", "d"]),
        (r"order.found \d\w x", ["x"]),
        ("order[ -]found", []),
        ("余额(?:不)足", ["余 额", "余", "额", "足"]),
    ],
)
def test_only_words_of_every_match_lead_to_a_pattern(branch: str, anchors: list[str]) -> None:
    assert find_anchors(branch) == anchors


@pytest.mark.parametrize(
    ("pattern", "text", "captures"),
    [
        (r"order (?P<id>\d{1,9}) not found", "my ORDER 12 not found", {"id": "12"}),
        ("order not found", "reorder not found", None),
        ("order not found", "order not founder", None),
        ("order gone|coin gone", "bitcoin gone", None),
        ("order gone|coin gone", "coin gone", {}),
        (r"\[order\d", "[order12", {}),
    ],
)
def test_a_pattern_begins_and_ends_at_word_boundaries(pattern: str, text: str, captures: dict[str, str] | None) -> None:
    match = re.search(compile_pattern(pattern).pattern, text, FLAGS)
    assert (match.groupdict() if match else None) == captures


def test_a_compiled_pattern_tells_its_words_names_and_branches() -> None:
    compiled = compile_pattern(r"order (?P<id>\d{1,9}) gone|no [a-z]{2} coin")
    assert (compiled.words, compiled.letters, compiled.names) == (4, 15, ("id",))
    assert compiled.anchors == (("order", "gone"), ("no", "coin"))
