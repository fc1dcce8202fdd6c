"""No output of any command shows a secret that stands in the text, the log, an argument or the name of a file.

SECRET_ROUNDS=20 runs it on twenty times as many secrets.
"""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest

import explainer
from explainer.cli.entry import _run
from explainer.kb.store import KnowledgeBase
from explainer.match.engine import explain_text, recognise, scan_lines
from explainer.match.mask import Masker
from explainer.model.answer import Explanation
from explainer.render.json import to_json
from explainer.render.markdown import to_markdown
from explainer.render.terminal import Look
from explainer.render.text import to_text, to_unknown, to_warning
from explainer.site_builder.browser import bundle, export_index, export_texts
from tests.secret_kinds import KINDS, to_table
from tests.secret_texts import AROUND, Case, find_leaks, parts_of, wrap
from tests.secret_values import alnum, hexadecimal, of, phrase, seed

ROUNDS = int(os.environ.get("SECRET_ROUNDS", "1"))
DOCS = Path(__file__).parents[1] / "docs" / "security.md"
ENGINE = Path(__file__).parents[1] / "site" / "scripts" / "engine"
ERRORS = (
    'binance {"code":-1022,"msg":"Signature for this request is not valid."}',
    'kucoin {"code":"400005","msg":"Invalid KC-API-SIGN"}',
    "binance APIError(code=-2015): Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7",
    'binance {"code":-8123999,"msg":"Nobody has written down what this means."}',
)
LOOK = Look(width=100, color=False)
Call = Callable[..., str]


def make_cases(seed: int, rounds: int = ROUNDS) -> Iterator[Case]:
    """Yield texts with an error and a secret of every kind in every wrapper."""
    dice = Random(seed)
    for _ in range(rounds):
        for kind in KINDS:
            for case in wrap(kind, dice):
                around = dice.choice(AROUND)
                yield case._replace(text=around.format(error=dice.choice(ERRORS), secret=case.text))


def check(case: Case, shown: str) -> None:
    assert not find_leaks(case.secret, shown), f"{case.kind}: {case.text!r} shows {find_leaks(case.secret, shown)}"


def check_all(cases: list[Case], shown: str) -> None:
    """Check one output for the secrets of many texts."""
    size = 6
    seen = {shown[at : at + size] for at in range(len(shown) - size + 1)}
    leaked = [case for case in cases if parts_of(case.secret) & seen and find_leaks(case.secret, shown)]
    assert not leaked, [(case.kind, case.text, find_leaks(case.secret, shown)) for case in leaked[:3]]


def test_the_table_is_in_the_documentation() -> None:
    assert to_table() in DOCS.read_text(encoding="utf-8")


def test_the_masker_shows_no_part_of_a_secret() -> None:
    for case in make_cases(1, 4 * ROUNDS):
        check(case, Masker().mask(case.text))


def test_no_explanation_shows_a_secret(kb: KnowledgeBase) -> None:
    for case in make_cases(2):
        masker = Masker()
        found = explain_text(kb, case.text, masker=masker)
        check(
            case, "\n".join([*read_all(found), to_warning(masker.secrets(), "en", LOOK), str(recognise(kb, case.text))])
        )
        check(case, to_unknown("en", LOOK, [part for part in recognise(kb, case.text) if part]))


def read_all(found: tuple[Explanation, ...]) -> Iterator[str]:
    """Yield an answer in every form in which the command prints it."""
    yield repr(found)
    yield to_json(found, [])
    if found:
        yield to_markdown(found, "en")
        for options in ({}, {"full": True}, {"every": True}, {"why": True}):
            yield to_text(found, LOOK, **options)


def test_the_library_shows_no_secret() -> None:
    for case in make_cases(4):
        check(case, repr(explainer.explain(case.text, lang="zh")))
        if "\n" not in case.wrapper:  # a line alone does not know the line above it
            check(case, repr(list(explainer.scan(case.text.splitlines()))))


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Return the command as a function that runs in an empty folder, and returns all that it printed."""
    monkeypatch.chdir(tmp_path)

    def start(*args: str, stdin: str = "") -> str:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        monkeypatch.setattr(sys, "argv", ["explain", *args])
        with pytest.raises(SystemExit):
            _run(sys.argv[1:])
        return "".join(capfd.readouterr())

    return start


@pytest.fixture
def log(tmp_path: Path) -> list[Case]:
    """Return the texts of `bot.log`, one a line."""
    cases = [case for case in make_cases(5) if "\n" not in case.secret + case.wrapper]
    lines = [f"2026-03-01 08:00:05,123 ERROR bot {case.text}" for case in cases]
    (tmp_path / "bot.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return cases


@pytest.mark.parametrize(
    "options",
    [
        "",
        "-C 3",
        "-C 3 -m 50",
        "--explain",
        "--summary",
        "--summary --lang zh",
        "--summary --format jsonl",
        "--summary --format markdown",
        "--summary -j 2",
        "--format jsonl",
        "--format markdown",
        "--format sarif",
        "--color always",
        "-c",
        "-l",
        "--exchange kucoin",
        "--report report.html",
    ],
)
def test_no_search_shows_a_secret(call: Call, log: list[Case], options: str) -> None:
    shown = call("grep", *options.split(), "bot.log")
    assert shown
    if "--report" in options:
        shown += Path("report.html").read_text(encoding="utf-8")
    check_all(log, shown)


def test_a_secret_that_differs_from_line_to_line_is_no_value_of_a_summary(call: Call, tmp_path: Path) -> None:
    dice = Random(6)
    texts = (
        'binance {{"code":-1100,"msg":"Illegal characters found in parameter \'{}\'; legal range is \'x\'."}}',
        'binance {{"code":-1121,"msg":"Invalid symbol."}} symbol={}',
        'kucoin {{"code":"400100","msg":"Order {} not exist"}}',
        "binance APIError(code=-2015): Invalid API-key, IP, or permissions for action, request ip: {}",
        'binance {{"code":-4013,"msg":"Price less than min price."}} price=1 secret={}',
    )
    for make in (
        hexadecimal(64),
        alnum(64),
        hexadecimal(36, "0000"),
        lambda dice: "-".join(map(str, dice.sample(range(10**9), 4))),
    ):
        values = ["a" * 64, *(make(dice) for _ in range(40))]  # the first is none, and its form is remembered
        is_told = len(values[1]) == 64
        lines = [text.format(value) for text in texts for value in values if is_told or "secret=" in text]
        (tmp_path / "bot.log").write_text("\n".join(lines), encoding="utf-8")
        shown = "".join(
            call("grep", *options, "bot.log")
            for options in (["--summary"], ["--summary", "-f", "jsonl"], ["-f", "jsonl"])
        )
        assert not [value for value in values[1:] if find_leaks(value, shown)]


def test_a_figure_that_is_a_secret_elsewhere_in_the_line_is_hidden(call: Call, tmp_path: Path) -> None:
    values = [of("ABCDEFGH23456789", 14)(Random(number)) for number in range(9)]
    lines = [f'binance {{"code":-1121,"msg":"Invalid symbol."}} symbol={value} secret={value}' for value in values]
    (tmp_path / "bot.log").write_text("\n".join(lines), encoding="utf-8")
    for options in ("-f jsonl", "-f sarif", "-s", "-s -f jsonl", "--report report.html"):
        assert not [value for value in values if find_leaks(value, call("grep", *options.split(), "bot.log"))]


def test_a_key_over_several_lines_is_hidden_in_the_lines_around_a_finding(call: Call, tmp_path: Path) -> None:
    dice = Random(7)
    for kind in KINDS:
        for make in kind.makes:
            secret = make(dice)
            if "PRIVATE KEY" not in secret or "\\n" in secret:
                continue
            for prefix in ("", "Mar 01 08:00:05 host bot[123]: ", "  "):
                lines = "\n".join(prefix + line for line in [ERRORS[0], *secret.splitlines(), ERRORS[1]])
                (tmp_path / "bot.log").write_text(lines + "\n", encoding="utf-8")
                for options in (["-C", "9"], ["-A", "3"], ["-B", "3"], ["-C", "99", "--color", "always"]):
                    assert not find_leaks(secret, call("grep", *options, "bot.log"))
                assert not find_leaks(secret, call(stdin=lines))


@pytest.mark.parametrize("text", ["passphrase:\n  {}", '"secret":\n    "{}",', "secret: >-\n  {}", "API Secret\n{}"])
def test_a_secret_in_the_line_below_its_name_is_hidden(call: Call, tmp_path: Path, text: str) -> None:
    for make in (phrase, alnum(36)):
        secret = make(Random(8))
        whole = f"{ERRORS[0]}\n{text.format(secret)}\n"
        (tmp_path / "bot.log").write_text(whole, encoding="utf-8")
        assert not find_leaks(secret, call("grep", "-C", "5", "bot.log"))
        assert not find_leaks(secret, call("--full", "--why", stdin=whole))


@pytest.mark.parametrize(
    "args",
    [
        "--exchange {}", "--product {}", "x --format {}", "x --lang {}", "--{}", "show {}", "show -e {} 429",
        "list --category {}", "list --exchange {}", "list --retry {}", "list --search {}", "grep {}",
        "grep nowhere/bot-{}.log", "grep --since {} x", "grep --tz {} x", "grep --rule {} x", "grep --category {} x",
        "grep --exchange {} x", "grep --min-urgency {} x", "grep -m {} x", "grep --report nowhere/bot-{} x",
        "grep --{} x", "rules check {}", "rules {}", "x --rules {}", "{}", "binance {} -1022 x --exchange",
    ],
)  # fmt: skip
def test_no_message_about_an_argument_shows_a_key(call: Call, args: str) -> None:
    dice = Random(9)
    for make in (alnum(64), alnum(18), hexadecimal(32)):
        secret = make(dice)
        assert not find_leaks(secret, call(*(arg.format(secret) for arg in args.split()), stdin="x"))


@pytest.mark.parametrize(
    "options",
    ["", "-s", "-f jsonl", "-f markdown", "-f sarif", "-s -f jsonl", "-s -f markdown", "-C 2", "--report x.html"],
)
def test_no_key_in_the_name_of_a_log_is_shown(call: Call, tmp_path: Path, options: str) -> None:
    dice = Random(10)
    secrets = [make(dice) for make in (alnum(64), alnum(36), hexadecimal(32), alnum(40, "ghp_"))]
    for secret in secrets:
        (tmp_path / f"bot-{secret}.log").write_text(f"{ERRORS[0]}\n", encoding="utf-8")
    (tmp_path / f"bot-{secrets[0]}.log.gz").write_text("not packed", encoding="utf-8")
    shown = call("grep", *options.split(), ".")
    if "--report" in options:
        shown += Path("x.html").read_text(encoding="utf-8")
    assert not [secret for secret in secrets if find_leaks(secret, shown)]


def test_a_secret_that_is_cut_off_is_not_shown(
    kb: KnowledgeBase, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explainer.match.engine.MAX_TEXT", 20_000)
    monkeypatch.setattr("explainer.match.engine.MAX_LINE", 20_000)
    secret = alnum(43)(Random(11))
    for shift in range(0, 60, 7):
        text = "x" * 40 + f" secret={secret} {ERRORS[0]} "
        start = text.index(secret) + shift
        paste = "y" * 9_000 + " " + text + "z " * ((20_000 - len(text) + start) // 2)
        assert not find_leaks(secret, "".join(read_all(explain_text(kb, paste))))
        line = f"{ERRORS[0]} " + "w " * 10_000
        line = line[: 20_000 - shift] + f" secret={secret} and so on"
        assert not find_leaks(secret, repr(list(scan_lines(kb, [line]))))
        (tmp_path / "bot.log").write_text(line, encoding="utf-8")
        assert not find_leaks(secret, call("grep", "-f", "jsonl", "bot.log"))
    words = seed(12)(Random(11))
    end = f"{ERRORS[0]} mnemonic: {words}"
    line = "w " * ((20_060 - len(end)) // 2) + end
    assert not find_leaks(words, repr(list(scan_lines(kb, [line]))))


def test_a_secret_that_is_cut_by_what_is_taken_from_the_text_is_not_shown(kb: KnowledgeBase) -> None:
    for shift in range(0, 220, 5):
        secret = alnum(43)(Random(shift))
        error = f"APIError(code=-2015): {'very ' * (shift // 5)}secret={secret} Invalid API-key, IP, or permissions"
        assert not find_leaks(secret, "".join(read_all(explain_text(kb, f"binance {error} for action"))))
        error = f"{'z' * shift} secret=ab+10007/{secret} bigone code=10007 " + "z" * 300
        assert not find_leaks(secret, "".join(read_all(explain_text(kb, error))))


def test_a_secret_in_the_place_of_a_code_is_not_shown(kb: KnowledgeBase, call: Call) -> None:
    for make in (alnum(64), alnum(36, "ghp_"), of("ABCDEFGH23456789", 16, "AKIA")):
        secret = make(Random(12))
        for text in (f'binance {{"code":"{secret}","msg":"x"}}', f'kucoin HTTP 403 {{"code":"{secret}","msg":"x"}}'):
            assert not find_leaks(secret, call("--full", "--why", stdin=text))
            assert not find_leaks(secret, call("grep", "-s", "-", stdin=text))
            assert not find_leaks(secret, repr(explain_text(kb, text)))


@pytest.mark.parametrize("options", ["", "--format json", "--reply", "--lang zh"])
def test_no_ticket_shows_a_secret(call: Call, tmp_path: Path, options: str) -> None:
    for number, case in enumerate(make_cases(16)):
        if number % 29:
            continue
        check(case, call("report", "--no-ask", *options.split(), stdin=case.text))
        if "\n" not in case.secret + case.wrapper:
            (tmp_path / "bot.log").write_text(f"ERROR bot {case.text}\n", encoding="utf-8")
            check(case, call("report", "--no-ask", *options.split(), "--log", "bot.log"))


def test_a_begun_rule_holds_no_secret(call: Call, tmp_path: Path) -> None:
    for number, case in enumerate(make_cases(13)):
        if number % 7:
            continue
        shown = call("rules", "new", "--slug", f"x{number}", "--out", "own", stdin=case.text)
        (path,) = (tmp_path / "own").rglob(f"x{number}.yaml")
        check(case, shown + path.read_text(encoding="utf-8"))


RUN = """
import { readFileSync } from "node:fs";
const [folder] = process.argv.slice(2);
globalThis.fetch = async (url) => ({ ok: true, json: async () => JSON.parse(readFileSync(url)) });
const { explain, mask, recognise } = await import(`file://${folder}/explain.js`);
const shown = [];
for (const text of JSON.parse(readFileSync(`${folder}/texts.json`))) {
  shown.push(JSON.stringify([await explain(text), mask(text), await recognise(text)]));
}
process.stdout.write(JSON.stringify(shown));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node, which runs the browser's engine, is not here")
def test_the_browser_shows_no_secret(kb: KnowledgeBase, tmp_path: Path) -> None:
    cases = list(make_cases(14))
    urls = {"index": "kb.1.json", "texts.en": "kb.en.1.json"}
    files = {
        "package.json": b'{"type": "module"}',
        "explain.js": bundle(ENGINE, urls).encode(),
        "kb.1.json": export_index(kb),
        "kb.en.1.json": export_texts(kb, "en"),
        "texts.json": msgspec.json.encode([case.text for case in cases]),
        "run.js": RUN.encode(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(["node", tmp_path / "run.js", tmp_path], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    for case, shown in zip(cases, json.loads(done.stdout), strict=True):
        check(case, shown)


def test_nothing_that_is_pasted_or_read_is_written_to_disk(cache: Path, tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    shutil.copytree(cache, home / "cache")
    work.mkdir()
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    mark = "zqxjkv" + alnum(20)(Random(15))
    text = f"{ERRORS[0]} {mark} secret={mark}\n"
    names = (
        "HOME",
        "TMPDIR",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "XDG_RUNTIME_DIR",
    )
    environment = {**os.environ, **dict.fromkeys(names, str(home)), "EXPLAIN_CACHE": str(home / "cache")}
    for args in (
        ["--full"],
        ["-f", "json"],
        ["grep", "-C", "2"],
        ["grep", "-s", "-j", "2"],
        ["report", "--no-ask"],
        ["rules", "new"],
    ):
        command = [sys.executable, "-m", "explainer.cli.entry", *args]
        subprocess.run(
            command, input=text.encode(), env=environment, cwd=work, capture_output=True, check=False, timeout=60
        )
    after = {path: path.read_bytes() for folder in (home, work) for path in folder.rglob("*") if path.is_file()}
    new = {path: data for path, data in after.items() if before.get(path) != data}
    written = [path for path in new if path.suffix == ".yaml" and work in path.parents]
    assert len(written) == 1  # what `rules new` was asked for, with the words of the text, but not its secret
    assert f"secret={mark}".encode() not in new[written[0]]
    assert not [path for path, data in new.items() if mark.encode() in data and path not in written]
