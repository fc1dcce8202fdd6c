"""Hostile rule files: each is refused with file, line and reason, or does no harm; none hangs, none raises."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from explainer.kb.build import build
from explainer.kb.check import check_documents
from explainer.kb.effort import MOST_WAYS, WHOLE, count_ways
from explainer.kb.load import load_trees
from explainer.kb.placeholder import FillError, fill
from explainer.kb.source import MOST_FAULTS
from explainer.kb.store import KnowledgeBase
from explainer.match.engine import explain_text
from tests.test_source_logs import as_nobody

TESTS = Path(__file__).parent
RULE = "exchanges/acme/key-refused.yaml"
PROFILE = "exchanges/acme/exchange.yaml"
CODES = "exchanges/acme/codes/spot.yaml"
ENVELOPES = "envelopes.yaml"
PATIENCE = 30  # seconds, on a busy machine


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a good tree of rules, to be broken."""
    return Path(shutil.copytree(TESTS / "rules", tmp_path / "rules"))


def faults(*roots: Path) -> list[str]:
    started = time.monotonic()
    base, problems = load_trees(roots)
    problems = problems or check_documents(base)
    if not problems:
        KnowledgeBase(build(base))
    assert time.monotonic() - started < PATIENCE
    return [str(problem) for problem in problems]


def change(tree: Path, file: str, old: str, new: str) -> None:
    text = (tree / file).read_text(encoding="utf-8")
    assert old in text
    (tree / file).write_text(text.replace(old, new, 1), encoding="utf-8", errors="surrogatepass")


def test_the_good_tree_is_good(tree: Path) -> None:
    assert faults(tree) == []


# --- regular expressions

CATASTROPHES = [
    r"(?:a+)+$",
    r"(?:a|a){0,29}b",
    r"(?:(?:a{1,20})x?){1,29}b",
    r"(?:\w\w?){1,29}!",
    r"(?:a?){29}a{29}",
    r"\w{1,399}\w{1,399}\w{1,399}x",
    r"(?:a|b|ab){1,29}c",
    r"(?:[^\n]{1,90}a){12}",
    r"(?=(?:a{1,9}){1,9}b)a",
    r"x(?:\s{0,9}\S{0,9}){0,9}y",
]
TOO_LONG = "some text would take too long: let each repeat be followed by what it cannot take, and nest none"


@pytest.mark.parametrize("pattern", CATASTROPHES)
def test_a_pattern_that_some_text_makes_run_for_ever_is_refused(tree: Path, pattern: str) -> None:
    bounded = pattern.replace("+", "{1,300}")
    change(tree, ENVELOPES, r"'\bHTTP\s{1,3}(?P<status>[45]\d\d)\b'", f"'HTTP{bounded}|HTTP (?P<status>429)'")
    change(tree, ENVELOPES, "harmless: [", f"harmless: ['zz{bounded}', ")
    change(tree, PROFILE, "shapes: []", f"shapes: [{{keys: [code], code: '{bounded}', product: all}}]")
    assert faults(tree) == [
        f"rules/{ENVELOPES}:7: envelopes[0].pattern: {TOO_LONG}",
        f"rules/{ENVELOPES}:17: harmless[0]: {TOO_LONG}",
        f"rules/{PROFILE}:12: shapes[0].code: {TOO_LONG}",
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        r"xyzzy \w{1,399}\w{1,399}\w{1,399}x",
        r"xyzzy (?:a|a){0,29}b",
        r"xyzzy (?:\w\w?){1,29}!",
        r"xyzzy (?:(?:a{1,20})x?){1,29}b",
    ],
)
def test_a_rules_own_pattern_too(tree: Path, pattern: str) -> None:
    change(tree, RULE, '  - code: "-7001"\n    message: Key refused.\n', f"  - pattern: '{pattern}'\n")
    assert faults(tree)[0] == f"rules/{RULE}:8: match[1].pattern: {TOO_LONG}"


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("abc(", "not a regular expression: missing ), unterminated subpattern at position 3"),
        (r"(?P<code>a)(?P=code)", "groupref is outside the portable subset"),
        (r"(?>abc)", "atomic group is outside the portable subset"),
        (r"ab{1,3}+", "possessive repeat is outside the portable subset"),
        (r"(?i)abc", "a group that not all engines know"),
        (r"(?x: a b c)", "a group that not all engines know"),
        (r"\Aabc", "an escape outside the portable subset"),
        (r"abc.*", "an unbounded repeat; write {0,80}"),
        (r"abc{2,}", "an unbounded repeat; write {0,80}"),
        (f"{'(?:' * 200}a{')' * 200}", "groups are nested more than 12 deep"),
    ],
)
def test_a_pattern_that_is_none_everywhere_is_refused(tree: Path, pattern: str, reason: str) -> None:
    change(tree, ENVELOPES, "harmless: [", f"harmless: ['{pattern}', ")
    (told,) = faults(tree)
    assert told.startswith(f"rules/{ENVELOPES}:17: harmless[0]: ")
    assert reason in told


def test_two_harmless_patterns_cannot_quarrel_about_a_group(tree: Path) -> None:
    change(tree, ENVELOPES, "harmless: [", "harmless: ['(?P<a>xyz)', ")
    assert faults(tree) == [f"rules/{ENVELOPES}:17: harmless[0]: has a group that captures; write (?:…)"]


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        (r"\d{1,9},", 1),
        (r"\d{1,9}1", 9),
        (r"\d{1,9}", 1),
        (r"\w{1,40}\b x", 1),
        (r"[\w-]{1,40}\b[ x]", 40),
        (r"(?:a|ab|c)d", 2),
        (r"(?:GET|POST|PUT) ", 1),
        (r"(?:ab){1,9}c", 1),
        (r"(?:ab){1,9}a", 9),
        (r"a{0,3}(?=b)", 1),
        (r"a{0,3}(?=a)", 4),
        (r"a{1,9}?b{1,9}?[ab]", 9),
        (r"(?:a{1,9}){1,9}b", float("inf")),
        (r"a*a", float("inf")),
        (r"a*b", 1),
    ],
)
def test_ways_through_a_pattern(pattern: str, ways: float) -> None:
    assert min(count_ways(pattern), float("inf")) == ways or ways > MOST_WAYS < count_ways(pattern)


def test_a_pattern_that_must_reach_the_end_has_more_ways() -> None:
    assert (count_ways("a{1,9}"), count_ways("a{1,9}|a", WHOLE), count_ways("(?:a|aa){1,2}", WHOLE)) == (1, 2, 6)


def test_the_shipped_patterns_leave_room(kb: KnowledgeBase) -> None:
    found = [count_ways(one.pattern) for one in kb.index.envelopes] + [count_ways(one) for one in kb.index.harmless]
    found += [count_ways(shape.code, WHOLE) for shape in kb.index.shapes if shape.code]
    assert 0 < max(found) <= MOST_WAYS / 4


# --- texts and links


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,<script>",
        "http://docs.example.com/",
        "https://user:pw@docs.example.com/",
        "https://docs.example.com@evil.org/",
        "https://docs.example.com:8443/",
        "https://docs.example.com\\@evil.org/",
        "https://döcs.example.com/",
        "https://docs.example.com/\\u202e",
        'https://docs.example.com/"onload=',
        "https://docs.example.com/<b>",
        "https://docs.example.com/a b",
        "//docs.example.com/",
        "https://" + "a" * 600 + ".example.com/",
    ],
)
def test_a_link_of_another_form_is_refused(tree: Path, link: str) -> None:
    quoted = link.replace('"', '\\"') if "\\u" not in link else link
    change(tree, RULE, "  - https://docs.example.com/acme/keys", f'  - "{quoted}"'.replace("\\@", "\\\\@"))
    (told, *_) = faults(tree)
    assert told.startswith(f"rules/{RULE}:43: links[1]: ")
    assert told.isprintable()


@pytest.mark.parametrize(
    "link",
    [
        "https://example.com.evil.org/",
        "https://evilexample.com/",
        "https://xn--exmple-cua.com/",
        "https://docs.example.com./",
        "https://example.com/../x",
    ],
)
def test_a_host_that_only_looks_official_is_refused(tree: Path, link: str) -> None:
    change(tree, RULE, "https://docs.example.com/acme/keys", link)
    assert faults(tree) == [f"rules/{RULE}:43: links: {link} is on no official domain; domains.txt lists them"] or [
        fault.split(": ", 2)[2] for fault in faults(tree)
    ] == [f"{link} is on no official domain; domains.txt lists them"]


@pytest.mark.parametrize("char", ["\\x1b", "\\u202e", "\\u2066", "\\u200b", "\\0", "\\x85", "\\ufeff", "\\a"])
@pytest.mark.parametrize(
    ("file", "old", "path"),
    [
        (RULE, "zh: Acme 拒绝了密钥、IP 或权限", "title.zh"),
        (RULE, "fix: [Copy it again.]", "causes[3].en.fix[0]"),
        (RULE, "    message: Key refused.", "match[1].message"),
        (PROFILE, "key_page: {en: My keys", "facts.key_page.en"),
        (CODES, "zh:", ""),
        (ENVELOPES, "foreign: [postgres]", "foreign[0]"),
    ],
)
def test_characters_that_nobody_sees_are_refused(tree: Path, file: str, old: str, path: str, char: str) -> None:
    key, _, value = old.rpartition(": ") if not old.endswith(":") else (old.removesuffix(":"), "", "")
    opening = "[" if value.startswith("[") else ""
    word = value.strip("[]") or "x"
    closing = "]" if opening else ""
    if path:
        change(tree, file, old, f'{key}: {opening}"{word}{char}"{closing}')
    else:
        change(tree, file, old, f'"zh{char}":')
    told = faults(tree)
    assert any(f"{path}: holds a character that cannot be seen: U+" in fault for fault in told)
    assert all(fault.isprintable() for fault in told)


def test_examples_may_hold_anything_and_are_shown_with_escapes(tree: Path) -> None:
    change(tree, RULE, "examples:\n", 'examples:\n  - "acme \\e[31m{\\"code\\":-7001} \\u202e <b>"\n')
    base, problems = load_trees([tree])
    assert problems + check_documents(base) == []


def test_html_in_a_text_is_a_text(tree: Path) -> None:
    change(tree, RULE, "en: Acme refused the key", "en: <script>alert(1)</script>")
    base, problems = load_trees([tree])
    assert problems + check_documents(base) == []
    found = explain_text(KnowledgeBase(build(base)), 'acme {"code":-7001,"msg":"Key refused."}')
    assert found[0].title.startswith("<script>alert(1)</script>")


@pytest.mark.parametrize(
    "code", ["..", ".", "../../x", "a\\u001b", " ", "/etc", "<script>", "\\u202e1", "-", "a" * 81, "错误", "-\\n1"]
)
def test_a_code_is_what_an_exchange_can_print_and_a_path_can_hold(tree: Path, code: str) -> None:
    change(tree, CODES, '"-7001"', f'"{code}"')
    told = faults(tree)
    assert told
    assert all(fault.startswith(f"rules/{CODES}:") and fault.isprintable() for fault in told)


@pytest.mark.parametrize("depth", [9, 400, 3000])
def test_placeholders_are_not_nested_without_end(tree: Path, depth: int) -> None:
    text = "{ip?" * depth + "x" + "}" * depth
    with pytest.raises(FillError, match="nested more than 8 deep"):
        fill(text, {})
    if depth < 1000:
        change(tree, RULE, "  en: Acme folds", f"  en: '{text}' #")
        assert faults(tree) == [f"rules/{RULE}:11: summary.en: placeholders are nested more than 8 deep"]


# --- size


def test_megabytes_of_keys_are_refused_soon(tree: Path) -> None:
    (tree / "any/keys.yaml").write_text("".join(f"k{n}: a\n" for n in range(180_000)), encoding="utf-8")
    told = faults(tree)
    assert 1 < len(told) <= MOST_FAULTS
    assert told[0].startswith("rules/any/keys.yaml:")


def test_megabytes_of_the_same_key_are_refused_soon(tree: Path) -> None:
    (tree / "any/keys.yaml").write_text("a: b\n" * 300_000, encoding="utf-8")
    told = faults(tree)
    assert told[-1] == f"rules/any/keys.yaml:{MOST_FAULTS + 1}: too many faults; the rest was not read" or len(told) > 9
    assert len(told) == MOST_FAULTS + 1


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("en: Acme refused the key, the address or the permission", "en: " + "x" * 3_000_000, "title.en"),
        ("    message: Key refused.", "    message: '" + "{a:int} " * 300_000 + "'", "match[1].message"),
        ("    message: Key refused.", "    pattern: '" + "(?:a)" * 300_000 + "'", "match[1].pattern"),
        ("related:\n", "related:\n" + "  - any/none\n" * 60_000, "related"),
        ("related:\n", "formerly:\n" + "".join(f"  - any/o{n}\n" for n in range(50_000)) + "related:\n", ""),
        ("examples:\n", "examples:\n  - " + "x" * 3_000_000 + "\n", "examples[0]"),
    ],
    ids=["title", "holes", "pattern", "related", "formerly", "example"],
)
def test_megabytes_in_one_place_do_not_take_for_ever(tree: Path, old: str, new: str, path: str) -> None:
    change(tree, RULE, old, new)
    told = faults(tree)
    assert len(told) <= MOST_FAULTS
    assert all(fault.startswith(f"rules/{RULE}:") and len(fault) < 3000 for fault in told)
    assert any(path in fault for fault in told) or not path


def test_ten_thousand_rules_are_read(tree: Path) -> None:
    text = (tree / "any/http-429.yaml").read_text(encoding="utf-8")
    for n in range(1, 10_001, 10):  # the time for a tenth of them is measured, and counts ten times
        (tree / f"any/http-429-{n}.yaml").write_text(text, encoding="utf-8")
    started = time.monotonic()
    base, problems = load_trees([tree])
    assert problems + check_documents(base) == []
    assert len(base.rules) == 1003
    assert time.monotonic() - started < PATIENCE


# --- files


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


def make_way_out(path: Path) -> None:
    secret = path.parents[2] / "secret.yaml"
    secret.write_text("hush: hush\n", encoding="utf-8")
    path.symlink_to(secret)


def make_folder_link(path: Path) -> None:
    path.symlink_to(path.parent)


OUT = "is a link that leads out of the folder; put the file itself here"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (make_fifo, "is no plain file"),
        (make_device, OUT),
        (make_loop, "cannot be read: Too many levels of symbolic links"),
        (make_way_out, OUT),
        (make_folder_link, "is a link to a folder, which is not followed"),
    ],
)
@pytest.mark.parametrize("name", ["any/odd.yaml", "any/odd.yml"])
def test_what_is_no_file_of_the_tree_is_refused(tree: Path, make: object, name: str, reason: str) -> None:
    assert callable(make)
    make(tree / name)
    assert faults(tree) == [f"rules/{name}: {reason}"]


@pytest.mark.parametrize("make", [make_fifo, make_device])
def test_the_list_of_domains_is_a_plain_file(tree: Path, make: object) -> None:
    assert callable(make)
    (tree / "domains.txt").unlink()
    make(tree / "domains.txt")
    assert "rules/domains.txt: is no plain file" in faults(tree)


@pytest.mark.parametrize("line", ["com", "*", "https://evil.org", "evil.org/../x", "döcs.com", "\x1b[31m.com", "."])
def test_a_domain_is_a_domain(tree: Path, line: str) -> None:
    (tree / "domains.txt").write_text(f"# ours\nexample.com\n\n{line}\n", encoding="utf-8")
    assert faults(tree) == [
        "rules/domains.txt:4: must be a domain, such as binance.com, or a path below one, such as github.com/binance"
    ]


def test_a_link_inside_the_tree_is_followed(tree: Path) -> None:
    kept = tree / ".kept"
    kept.mkdir()
    (tree / "any/http-429.yaml").rename(kept / "http-429.yaml")
    (tree / "any/http-429.yaml").symlink_to(kept / "http-429.yaml")
    assert faults(tree) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("any/..yaml", None),
        ("any/Upper.yaml", "file and folder names are lower-case words joined by `-`"),
        ("any/a b.yaml", "file and folder names are lower-case words joined by `-`"),
        ("any/\x1b[31m.yaml", "file and folder names are lower-case words joined by `-`"),
        ("any/\u202e.yaml", "file and folder names are lower-case words joined by `-`"),
        ("any/\udcff.yaml", "file and folder names are lower-case words joined by `-`"),
        ("any/con.yaml", "Windows keeps the name `con` for itself"),
        ("exchanges/nul/x.yaml", "Windows keeps the name `nul` for itself"),
        ("exchanges/acme/codes/lpt1.yaml", "Windows keeps the name `lpt1` for itself"),
        ("any/deep/er/x.yaml", "this file has no place in the layout"),
        ("exchanges/any/x.yaml", "this file has no place in the layout"),
    ],
)
def test_names_of_files(tree: Path, name: str, reason: str | None) -> None:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (tree / "any/http-429.yaml").read_text(encoding="utf-8")
    path.write_text((tree / CODES).read_text(encoding="utf-8") if "codes" in name else text, encoding="utf-8")
    told = faults(tree)
    assert all(fault.isprintable() for fault in told)
    assert any(reason in fault for fault in told) if reason else told == []


def test_two_names_of_one_file_are_told(tree: Path) -> None:
    shutil.copy(tree / "any/http-429.yaml", tree / "any/http-429.yml")
    assert "rules/any/http-429.yml: stands beside a .yaml file of the same name; keep one" in faults(tree)


def test_a_loop_of_folders_ends(tree: Path) -> None:
    (tree / "any/self").symlink_to(tree)
    (tree / "self").symlink_to(".")
    assert faults(tree) == []


def test_folders_nested_deeper_than_paths_can_be_are_left_alone(tree: Path) -> None:
    here = Path.cwd()
    try:
        os.chdir(tree)
        for _ in range(1050):
            Path("dddd").mkdir()
            os.chdir("dddd")
        Path("x.yaml").touch()
        os.chdir(here)
        assert faults(tree) == []
    finally:
        os.chdir(here)
        subprocess.run(["rm", "-rf", str(tree / "dddd")], check=True)  # what pytest would fail to do


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "x/" * 3000])
def test_a_folder_that_cannot_be_is_told(name: str) -> None:
    (told,) = faults(Path(name))
    assert told.endswith("not a folder")
    assert told.isprintable()


def test_an_unreadable_file_is_told(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree.parent)  # what lies above it only root may enter
    tree.parent.chmod(0o755)
    (tree / RULE).chmod(0)
    with as_nobody():
        assert faults(Path(tree.name)) == [f"rules/{RULE}: cannot be read: Permission denied"]
