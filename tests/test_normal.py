import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.match.normal import Normal


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("plain", "plain"),
        ("\x1b[1;31mred\x1b[0m \x1b]8;;https://x\x07link\x1b]8;;\x1b\\", "red link"),
        ('{\\"a\\":\\"b\\"}', '{"a":"b"}'),
        ('{\\\\\\"a\\\\\\":1}', '{"a":1}'),
        ("it\\'s \\`x\\` a\\/b", "it's `x` a/b"),
        ("one\\ntwo\\r\\tthree", "one\ntwo  three"),
        ("\\u0022code\\u0022 \\\\u4e2d\\u6587", '"code" 中文'),
        ("\\u2018a\\u2019\\u3000b\\u00a0c\\u200bd\\ufeffe", "'a' b cde"),
        ("\\u0007 \\u009f \\ud83d\\ude80 \\u12", "\\u0007 \\u009f \\ud83d\\ude80 \\u12"),
        ("\\u001b[1;31mred\\\\u001B[0m \\u001bc", "red \\u001bc"),
        ("&#34;a&#39;s&#46;&#31;", "\"a's.&#31;"),
        ("&quot;&apos;&amp;&lt;&gt;&nbsp;", "\"'&<>&nbsp;"),
        ("“a” „b‟ ″c″ ＂d＂ ‘e’ ‚f‛ ′g′ ＇h＇", "\"a\" \"b\" \"c\" \"d\" 'e' 'f' 'g' 'h'"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u00a0b\u3000c\u2003d\u2028e\x0bf", "a b c d e f"),
        ("a\u200bb\ufeffc\u00add\x00e\u202ef", "abcdef"),
        ('"{""code"":-1,""msg"":""x""}"', '"{"code":-1,"msg":"x"}"'),
        ('say "" twice', 'say "" twice'),
        ("'one ' +\n   'two'", "'one two'"),
        ('"one "\n  "two"', '"one two"'),
        ("'a':\n'b'", "'a':\n'b'"),
        ("['a'\n, 'b']", "['a'\n, 'b']"),
    ],
)
def test_what_clients_do_to_a_text_is_undone(text: str, normal: str) -> None:
    assert Normal(text).text == normal


def test_only_ascii_letters_fold() -> None:
    assert Normal("ABC").lower == "abc"
    assert Normal("Ä\u0130\u212aABCß").lower == "Ä\u0130\u212aabcß"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("X", 1),
        ("a\nb\nX", 3),
        ("a\r\nb\r\nX", 3),
        ("a\rb\rX", 3),
        ("a\\nb\\nX", 1),
        ("a\nb\\nX", 2),
        ("\x1b[0m\n\x1b[0mX", 2),
        ("'a' +\n 'b' +\n 'c'\nX", 4),
        ("'a' +\n 'bX'", 2),
        ("\\n\\n\r\n\\nX", 2),
    ],
)
def test_lines_are_those_of_the_original(text: str, line: int) -> None:
    normal = Normal(text)
    assert normal.line(normal.text.index("X")) == line


@given(st.text(alphabet="ab\"\\nrtu0022\n\r'+ ;&#39“\u200b\x1b[m", max_size=60))
def test_a_line_number_lies_within_the_text(text: str) -> None:
    normal = Normal(text)
    last = text.count("\n") + text.count("\r") + 1
    lines = [normal.line(position) for position in range(len(normal.text) + 1)]
    assert all(1 <= line <= last for line in lines)


@given(st.text())
def test_the_span_of_a_line_holds_its_positions_and_no_line_end(text: str) -> None:
    normal = Normal(text)
    for position in range(len(normal.text)):
        start, end = normal.line_span(position)
        assert start <= position <= end
        assert "\n" not in normal.text[start:end]


@given(st.text(alphabet=st.characters(exclude_characters="\\&\"'", exclude_categories=["C", "Z", "P"])))
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert Normal(text).text == text
