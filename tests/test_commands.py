"""What the commands print: show, list, rules, and the options of the default command."""

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

import explainer
from explainer.cli.entry import COMMANDS, _run
from explainer.cli.main import DEFAULT, app
from explainer.kb.source import read_yaml
from explainer.model.document import KINDS
from explainer.render.words import UNKNOWN

TESTS = Path(__file__).parent
CLOCK = 'binance {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'
SECRET = "apiSecret=Zk3v9QpL0sXw7TnB2yRc8HdF5mJg1UaE"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Return the command as a function: arguments in; status, output and warnings out."""

    def start(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["explain", *args])
        with pytest.raises(SystemExit) as end:
            _run(list(args))
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return start


def write_rule(folder: Path, name: str, **parts: str) -> Path:
    """Write a rule of one's own about Binance's -1021, or with other parts."""
    text = {"title": "My own title", "category": "time/clock-skew", "summary": "My own words.", **parts}
    path = folder / "exchanges" / "binance" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"""\
title: {{en: {text["title"]}, zh: 我的标题}}
category: {text["category"]}
match:
  - code: "-1021"
    message: {text.get("message", "Timestamp for this request is outside of the recvWindow.")}
summary: {{en: {text["summary"]}, zh: 我的说明。}}
causes:
  - en: {{cause: A cause of my own., check: Look here., fix: [Do this.]}}
    zh: {{cause: 我的原因。, check: 看这里。, fix: [这样做。]}}
links: [https://developers.binance.com/docs]
verified: {{date: 2026-01-02, source: docs}}
examples: ['binance {{"code":-1021,"msg":"My words of {name}."}}', 'APIError(code=-1021): My words of {name}.']
counterexamples: ['binance {{"code":-2015}}']
""",
        encoding="utf-8",
    )
    return path


# The command line itself


def walk(command: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", {})
    return [(path, command), *(item for name, child in children.items() for item in walk(child, (*path, name)))]


ALL = walk(typer.main.get_command(app))


def test_entry_knows_every_command() -> None:
    assert {path[0] for path, _ in ALL if len(path) == 1} - {DEFAULT} == COMMANDS


@pytest.mark.parametrize("path", [path for path, _ in ALL])
def test_help_names_every_option(path: tuple[str, ...]) -> None:
    command = dict(ALL)[path]
    shown = CliRunner().invoke(app, [*path, "--help"])
    options = [name for param in command.params for name in param.opts if name.startswith("-")]
    assert shown.exit_code == 0
    assert [name for name in options if not re.search(rf"(?<![\w-]){name}(?![\w-])", shown.output)] == []


def test_the_help_of_the_program_names_the_options_of_the_default_command() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    options = [name for param in dict(ALL)[(DEFAULT,)].params for name in param.opts if name.startswith("-")]
    assert [name for name in options if not re.search(rf"(?<![\w-]){name}(?![\w-])", shown)] == []
    assert " text " not in re.findall(r"Commands:.+", shown, re.DOTALL)[0]


def test_an_unknown_option_is_shown_as_one_of_the_program(call: Call) -> None:
    status, _, err = call("HTTP 429", "--nope")
    assert status == 2
    assert err.startswith("Usage: explain [OPTIONS]")
    assert "explain text" not in err
    assert "No such option: --nope" in err


def test_version_names_the_program_and_its_rules(call: Call) -> None:
    status, out, _ = call("--version")
    assert status == 0
    assert re.fullmatch(
        r"explain \d+\.\d+\.\d+\nrules 20\d\d-\d\d-\d\d \(\d+ rules, [\d,]+ codes, \d+-[0-9a-f]{12}\)\n", out
    )


# The default command


def test_a_bare_code_is_explained_for_the_exchange_that_is_told(call: Call) -> None:
    status, out, _ = call("-1021", "--exchange", "binance", "--format", "json")
    answer = json.loads(out)["explanations"][0]
    assert status == 0
    assert (answer["exchange"], answer["code"], answer["category"]) == ("binance", "-1021", "time/clock-skew")


def test_an_old_or_other_ccxt_name_of_the_exchange_will_do(call: Call) -> None:
    _, out, _ = call("-1021", "--exchange", "BinanceUSDM", "--format", "json")
    assert json.loads(out)["explanations"][0]["exchange"] == "binance"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--exchange", "binanc"], "explain: unknown exchange 'binanc' (did you mean `binance`?)\n  known: "),
        (["--exchange", "zzz"], "explain: unknown exchange 'zzz'\n  known: "),
        (["--product", "sopt"], "explain: unknown product 'sopt'\n  known: "),
        (["-e", "binance", "-p", "futures"], "explain: unknown product 'futures' of binance\n  known: spot, "),
    ],
)
def test_unknown_names_are_answered_with_those_known(call: Call, args: list[str], message: str) -> None:
    status, out, err = call("-1021", *args)
    assert (status, out) == (2, "")
    assert err.startswith(message)


@pytest.mark.parametrize("args", [["--product", "usdm"], ["--product", "spot", "--exchange", "binance"]])
def test_a_known_product_is_taken(call: Call, args: list[str]) -> None:
    status, out, _ = call(CLOCK, *args, "--format", "json")
    assert status == 0
    assert json.loads(out)["explanations"][0]["product"] == args[1]


def test_options_reach_the_form(call: Call) -> None:
    short, full, why, markdown = (
        call(CLOCK, *args)[1] for args in ([], ["--full"], ["--why"], ["--format", "markdown"])
    )
    assert "--full\n" in short
    assert "Official pages\n" in full
    assert "Why this answer (binance/" in why
    assert markdown.startswith("### Binance · `-1021`: ")


def test_all_explains_every_error_of_the_text(call: Call) -> None:
    text = CLOCK + '\n\nkucoin {"code":"400003","msg":"KC-API-KEY not exists"}'
    short, every = call(text, "--full")[1], call(text, "--all")[1]
    assert short.startswith("2 errors in this text")
    assert every.count("More: ") == 2
    assert call(text)[1].count("More: ") == 1


def test_nothing_known_is_no_error_of_json(call: Call) -> None:
    status, out, err = call("all is well", "--format", "json")
    assert (status, json.loads(out), err) == (1, {"version": 1, "explanations": [], "secrets": []}, "")


def test_nothing_known_says_what_to_do_on_stderr(call: Call) -> None:
    status, out, err = call("all is well", "--lang", "zh")
    assert (status, out) == (1, "")
    assert err.startswith(UNKNOWN["zh"])


def test_a_secret_is_masked_and_its_owner_warned(call: Call) -> None:
    status, out, err = call(f"{CLOCK} {SECRET}", "--why")
    assert status == 0
    assert SECRET[10:] not in out + err
    assert err.startswith("Your text holds a secret ([secret 1]).")


def test_json_names_the_secret_instead_of_the_warning(call: Call) -> None:
    _, out, err = call(f"{CLOCK} {SECRET}", "--format", "json")
    assert json.loads(out)["secrets"] == ["[secret 1]"]
    assert (SECRET[10:] in out, err) == (False, "")


def test_mask_ip_hides_addresses(call: Call) -> None:
    text = 'binance {"code":-2015,"msg":"Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7"}'
    assert "203.0.113.7" in call(text, "--format", "json")[1]
    assert "203.0.113.7" not in call(text, "--format", "json", "--mask-ip")[1]


# Rules of one's own


def test_rules_of_one_s_own_stand_beside_the_shipped_ones(call: Call, tmp_path: Path) -> None:
    write_rule(tmp_path, "brand-new", message="My words of brand-new.")
    text = 'binance {"code":-1021,"msg":"My words of brand-new."}'
    status, out, _ = call(text, "--rules", str(tmp_path), "--format", "json")
    assert status == 0
    assert json.loads(out)["explanations"][0]["rule_id"] == "binance/brand-new"
    _, out, _ = call("HTTP 429", "--rules", str(tmp_path), "--format", "json")
    assert json.loads(out)["explanations"][0]["rule_id"] == "any/http-429"


def test_a_rule_of_one_s_own_takes_the_place_of_the_shipped_one_with_its_id(call: Call, tmp_path: Path) -> None:
    shipped = json.loads(call(CLOCK, "--format", "json")[1])["explanations"][0]
    write_rule(tmp_path, shipped["rule_id"].split("/")[1])
    found = json.loads(call(CLOCK, "--rules", str(tmp_path), "--format", "json")[1])["explanations"][0]
    assert found["rule_id"] == shipped["rule_id"]
    assert (shipped["title"] == "My own title", found["title"]) == (False, "My own title")


def test_rules_that_cannot_be_read_are_an_error(call: Call) -> None:
    status, out, err = call("HTTP 429", "--rules", "x" * 300)
    assert (status, out) == (2, "")
    assert err.startswith("x" * 300 + ": not a folder\n")
    assert "nothing was explained" in err


def test_faults_in_rules_of_one_s_own_are_named_and_nothing_explained(call: Call, tmp_path: Path) -> None:
    write_rule(tmp_path, "broken", category="no/such-category")
    status, out, err = call(CLOCK, "--rules", str(tmp_path))
    assert (status, out) == (2, "")
    assert "exchanges/binance/broken.yaml:2: category: unknown category `no/such-category`" in err
    assert "explain: 1 fault in the rules; nothing was explained" in err


def test_a_folder_that_is_not_there_is_an_error(call: Call, tmp_path: Path) -> None:
    status, out, err = call("HTTP 429", "--rules", str(tmp_path / "none"))
    assert (status, out) == (2, "")
    assert err.startswith(f"{tmp_path / 'none'}: not a folder\n")


# show and list


def test_show_prints_a_rule_by_its_id(call: Call) -> None:
    status, out, _ = call("show", "binance/credentials-rejected")
    assert status == 0
    assert "More: explain show binance/credentials-rejected --full\n" in out


def test_show_full_ends_with_examples(call: Call) -> None:
    _, out, _ = call("show", "binance/credentials-rejected", "--full")
    assert re.search(r"\n\nSeen as\n  - .*-2015", out)
    assert "Seen as" not in call("show", "binance/spot/-1003", "--full")[1]


def test_show_prints_every_meaning_of_a_code(call: Call) -> None:
    anywhere, told, named = (
        [e["rule_id"] for e in json.loads(call("show", *args, "-f", "json")[1])["explanations"]]
        for args in (["-1021"], ["-1021", "-e", "binance"], ["binance/-1021"])
    )
    assert "binance/timestamp-ahead-of-server" in told
    assert set(told) <= set(anywhere)
    assert told == named
    assert {rule_id.split("/")[0] for rule_id in told} == {"binance"}
    assert call("show", "-1021", "-e", "kucoin")[0] == 1


def test_show_prints_markdown_and_chinese(call: Call) -> None:
    _, out, _ = call("show", "any/http-429", "--format", "markdown", "--lang", "zh")
    assert out.startswith("### HTTP 429")
    assert "   - 检查：" in out


def test_show_suggests_the_nearest_name(call: Call) -> None:
    status, out, err = call("show", "binance/credentials-rejectd")
    assert (status, out) == (1, "")
    assert (
        err == "No rule or code is called 'binance/credentials-rejectd'"
        " (did you mean `binance/credentials-rejected`?).\n"
    )


def listed(call: Call, *args: str) -> list[dict[str, str]]:
    status, out, _ = call("list", *args, "--format", "json")
    assert status == 0
    rules: list[dict[str, str]] = json.loads(out)["rules"]
    return rules


def test_list_filters_by_exchange_category_verdict_and_words(call: Call) -> None:
    everything = listed(call)
    kept = {
        "exchange": listed(call, "-e", "kucoin"),
        "area": listed(call, "-c", "rate"),
        "category": listed(call, "-c", "rate/limit"),
        "retry": listed(call, "--retry", "after_wait"),
    }
    assert {rule["exchange"] for rule in kept["exchange"]} == {"kucoin"}
    assert {rule["category"].split("/")[0] for rule in kept["area"]} == {"rate"}
    assert {rule["category"] for rule in kept["category"]} == {"rate/limit"}
    assert {rule["retry"] for rule in kept["retry"]} == {"after_wait"}
    for rules in kept.values():
        assert 0 < len(rules) < len(everything)
    both = listed(call, "-e", "kucoin", "--retry", "after_wait")
    assert [rule for rule in kept["exchange"] if rule in kept["retry"]] == both


def test_list_searches_for_all_words(call: Call) -> None:
    ids = [rule["rule_id"] for rule in listed(call, "--search", "CREDENTIALS binance")]
    assert "binance/credentials-rejected" in ids
    assert len(ids) < 20
    assert "binance/credentials-rejected" in [rule["rule_id"] for rule in listed(call, "-s", "-2015")]


def test_list_adds_catalogue_entries_on_request(call: Call) -> None:
    rules, entries = listed(call, "-e", "binance"), listed(call, "-e", "binance", "--codes")
    assert not any(re.fullmatch(r"binance/\w+/-\d+", rule["rule_id"]) for rule in rules)
    assert any(re.fullmatch(r"binance/\w+/-\d+", rule["rule_id"]) for rule in entries)


def test_list_has_three_forms(call: Call) -> None:
    rule = listed(call, "-s", "binance/credentials-rejected")[0]
    assert rule.keys() == {
        "rule_id", "exchange", "product", "code", "name", "category", "retry", "urgency", "title",
    }  # fmt: skip
    _, text, _ = call("list", "-s", "binance/credentials-rejected")
    assert text.startswith(f"binance/credentials-rejected  {rule['title']}\n    {rule['category']}  fix first, then")
    _, markdown, _ = call("list", "-s", "binance/credentials-rejected", "-f", "markdown")
    assert markdown == f"- `binance/credentials-rejected`: {rule['title']} (fix first, then retry)\n"


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (["-s", "zzzzzz"], 1, "No rule fits.\n"),
        (["-c", "no/such"], 2, "explain: unknown category 'no/such'\n  known: "),
        (["-c", "rat"], 2, "explain: unknown category 'rat'\n"),
        (["-e", "binanc"], 2, "explain: unknown exchange 'binanc'"),
    ],
)
def test_list_says_why_it_is_empty(call: Call, args: list[str], status: int, message: str) -> None:
    code, out, err = call("list", *args)
    assert (code, out) == (status, "")
    assert err.startswith(message)


# rules check, new, schema


def test_check_finds_no_fault_in_a_tree_without_faults(call: Call) -> None:
    status, out, err = call("rules", "check", str(TESTS / "rules"))
    assert (status, out, err) == (0, "no faults in 3 rules, 3 categories, 1 exchanges, 2 codes\n", "")


def break_tree(folder: Path) -> None:
    write_rule(folder, "one", category="NOT A CATEGORY")
    write_rule(folder, "two").write_text("title: {en: x\n", encoding="utf-8")
    write_rule(folder, "Three")
    (folder / "stray.yaml").write_text("x: y\n", encoding="utf-8")


def test_check_names_all_faults_of_all_files(call: Call, tmp_path: Path) -> None:
    break_tree(tmp_path)
    status, out, err = call("rules", "check", str(tmp_path))
    places = {line.split(": ")[0].removeprefix(f"{tmp_path.name}/") for line in out.splitlines()}
    assert status == 1
    assert {place.split(":")[0] for place in places} == {
        "exchanges/binance/Three.yaml",
        "exchanges/binance/one.yaml",
        "exchanges/binance/two.yaml",
        "stray.yaml",
    }
    assert "exchanges/binance/one.yaml:2" in places
    assert err.startswith(f"{len(out.splitlines())} faults in ")


def test_check_reads_rules_of_one_s_own_together_with_the_shipped_ones(call: Call, tmp_path: Path) -> None:
    break_tree(tmp_path)
    for args in ([str(tmp_path)], ["--rules", str(tmp_path)]):
        status, out, _ = call("rules", "check", *args, "--format", "json")
        answer = json.loads(out)
        assert status == 1
        assert {problem["file"].split("/")[0] for problem in answer["problems"]} == {tmp_path.name}
        assert answer["rules"] > 100


def test_check_tries_examples_with_all_rules(call: Call, tmp_path: Path) -> None:
    tree = shutil.copytree(TESTS / "rules", tmp_path / "tree")
    rule = tree / "exchanges" / "acme" / "order-outcome-unknown.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("error -7002", "error -7001"), encoding="utf-8")
    status, out, err = call("rules", "check", str(tree))
    assert status == 1
    assert "examples[1]: explained first by acme/key-refused, not by this rule\n" in out
    assert re.match(r"tree/exchanges/acme/order-outcome-unknown\.yaml:\d+: ", out)
    assert err.endswith(" faults in 3 rules, 3 categories, 1 exchanges, 2 codes\n")


def test_check_refuses_what_is_no_folder(call: Call, tmp_path: Path) -> None:
    status, _, err = call("rules", "check", str(tmp_path / "none"))
    assert (status, err) == (2, f"explain: {tmp_path / 'none'}: no such folder\n")


def test_stats_count_the_rules(call: Call) -> None:
    status, out, _ = call("rules", "stats", "--format", "json")
    stats = json.loads(out)
    assert status == 0
    assert stats["languages"] == ["en", "zh"]
    assert sum(row["rules"] for row in stats["by_exchange"]) == stats["rules"]
    assert call("rules", "stats")[1].startswith(f"{stats['rules']} rules, {stats['codes']} codes with ")


def test_stats_need_rules_without_faults(call: Call, tmp_path: Path) -> None:
    break_tree(tmp_path)
    status, _, err = call("rules", "stats", "--rules", str(tmp_path))
    assert status == 2
    assert "explain rules check names them" in err


def test_new_begins_a_rule_with_the_pasted_error(call: Call, tmp_path: Path) -> None:
    text = f'binance {{"code":-4242,"msg":"It isn\'t {{allowed}} today."}} \x1b[31m{SECRET}'
    status, out, _ = call("rules", "new", text, "--exchange", "binance", "--out", str(tmp_path))
    path = tmp_path / "exchanges" / "binance" / "it-isn-t-allowed-today.yaml"
    assert status == 0
    assert out == f"{path}\nFill in every …, then: explain rules check {tmp_path}\n"
    content = path.read_text(encoding="utf-8")
    assert content.startswith("# yaml-language-server: $schema=../../schema/rule.schema.json\n")
    assert "  - code: '-4242'\n    message: 'It isn''t {{allowed}} today.'\n" in content
    assert SECRET[10:] not in content
    assert "[secret 1]" in content
    value, _, problems = read_yaml(path, "shown")
    assert problems == []
    assert value["examples"][0].endswith('today."} apiSecret=[secret 1]')


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Error: Something went quite wrong", "any/something-went-quite-wrong.yaml"),
        ("好的", "any/new-rule.yaml"),
        ('kucoin {"code":"400003","msg":"No good."}', "exchanges/kucoin/no-good.yaml"),
        ("exchange says code=12345 msg=Bad thing happened", "any/bad-thing-happened.yaml"),
    ],
)
def test_new_names_the_file_after_the_message(call: Call, tmp_path: Path, text: str, place: str) -> None:
    assert call("rules", "new", text, "--out", str(tmp_path))[0] == 0
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.yaml")] == [place]


def test_new_never_overwrites(call: Call, tmp_path: Path) -> None:
    args = ("rules", "new", "-4242 Some text", "--slug", "mine", "--exchange", "binance", "--out", str(tmp_path))
    path = tmp_path / "exchanges" / "binance" / "mine.yaml"
    assert call(*args)[0] == 0
    path.write_text("my work", encoding="utf-8")
    status, _, err = call(*args)
    assert status == 2
    assert err == f"explain: {path} exists already\n  choose another --slug\n"
    assert path.read_text(encoding="utf-8") == "my work"


def test_new_says_which_rule_explains_it_already(call: Call, tmp_path: Path) -> None:
    _, _, err = call("rules", "new", CLOCK, "--out", str(tmp_path))
    assert re.fullmatch(r"Note: binance/timestamp-\S+ already explains this text\.\n", err)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["  "], "explain: no text given\n"),
        (["x", "--slug", "Not A Slug"], "explain: --slug 'Not A Slug' must be lower-case words joined by `-`\n"),
        (["x", "--exchange", "../up"], "explain: --exchange '../up' must be lower-case words joined by `-`\n"),
    ],
)
def test_new_refuses_what_is_no_name(call: Call, tmp_path: Path, args: list[str], message: str) -> None:
    status, _, err = call("rules", "new", *args, "--out", str(tmp_path))
    assert status == 2
    assert err.startswith(message)
    assert list(tmp_path.rglob("*")) == []


def test_what_cannot_be_written_is_an_error(call: Call, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    for args in (["new", "Error: It went quite wrong"], ["schema"]):
        status, _, err = call("rules", *args, "--out", str(blocked))
        assert status == 2
        assert err.startswith(f"explain: cannot write {blocked}")


def test_schema_writes_one_for_each_kind(call: Call, tmp_path: Path) -> None:
    status, out, _ = call("rules", "schema", "--out", str(tmp_path))
    assert status == 0
    assert {path.name for path in tmp_path.iterdir()} == {f"{kind}.schema.json" for kind in KINDS}
    assert sorted(out.split()) == sorted(str(path) for path in tmp_path.iterdir())
    assert json.loads((tmp_path / "rule.schema.json").read_text(encoding="utf-8"))["title"] == "exchange-explainer rule"


def test_what_rules_new_leaves_is_still_to_be_written(call: Call, tmp_path: Path) -> None:
    own = tmp_path / "own"
    status, _, err = call("rules", "new", 'acme {"code":"E17","msg":"Too bad."}', "-e", "acme", "--out", str(own))
    assert status == 0
    assert "acme has no profile yet" in err
    status, out, _ = call("rules", "check", str(own))
    assert status == 1
    assert "a new one needs its profile: exchanges/acme/exchange.yaml" in out
    (own / "exchanges/acme/exchange.yaml").write_text(
        "name: {en: Acme, zh: Acme}\nproducts: {spot: {en: spot, zh: 现货}}\nmarks: {names: [acme]}\nshapes: []\n"
        "facts: {}\nlinks: {docs: https://docs.ccxt.com/}\nverified: {date: 2026-02-30, source: docs}\n",
        encoding="utf-8",
    )
    _, out, _ = call("rules", "check", str(own))
    for path in ("title.en", "causes[0].zh.fix[0]", "verified.source", "examples[1]", "counterexamples[0]"):
        assert f": {path}: still to be written" in out


def test_no_key_stands_in_an_example(call: Call, tmp_path: Path) -> None:
    own = tmp_path / "own"
    call("rules", "new", "acme zzz yyy broke", "--slug", "zzz", "--out", str(own))
    path = own / "any/zzz.yaml"
    key = "aB3xZ9qK" * 8
    path.write_text(path.read_text(encoding="utf-8").replace("acme zzz", f"x-api-key: {key} zzz"), encoding="utf-8")
    path.write_text(re.sub("…", "words", path.read_text(encoding="utf-8")), encoding="utf-8")
    _, out, _ = call("rules", "check", str(own))
    assert "examples[0]: this looks like a live key or secret" in out


def test_own_rules_are_not_forgotten_when_the_shipped_ones_are_checked(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules").mkdir()
    monkeypatch.chdir(tmp_path)
    assert "for your own: explain rules check rules" in call("rules", "check")[2]


def test_hints_where_no_rule_explains_a_text(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "bot 1.log"
    path.write_text("x", encoding="utf-8")
    assert f"explain grep '{path}'" in " ".join(call(str(path))[2].split())
    status, _, err = call("-e", "kucoin", CLOCK)
    assert status == 1
    assert "without it, binance/timestamp-outside-recv-window explains" in " ".join(err.split())
    assert "Recognised" not in err


def test_only_text_is_explained() -> None:
    with pytest.raises(TypeError, match=r"must be a str, not ValueError; of an exception: traceback.format_exc"):
        explainer.explain(ValueError("x"))  # type: ignore[arg-type]
