import shutil
from pathlib import Path

import pytest

from explainer.kb.check import check_documents, is_official
from explainer.kb.load import exchange_of, load_trees
from explainer.kb.store import build_trees
from explainer.model.answer import RulesError

LITTLE = Path(__file__).parent / "little"

RULE = "exchanges/acme/limit-reached.yaml"
ANY = "any/timeout.yaml"
CATEGORY = "categories/net/timeout.yaml"
PROFILE = "exchanges/acme/exchange.yaml"
CODES = "exchanges/acme/codes/spot.yaml"
ENVELOPES = "envelopes.yaml"

RULE_KEYS = (
    "category, causes, counterexamples, examples, formerly, links, match, not, related, retry, summary, title, "
    "urgency, verified"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A good little tree of rules, to be broken."""
    return Path(shutil.copytree(LITTLE, tmp_path / "rules"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(*roots: Path) -> list[str]:
    base, problems = load_trees(roots)
    return [str(problem) for problem in problems or check_documents(base)]


def test_the_good_tree_has_no_fault() -> None:
    assert faults(LITTLE) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        (
            RULE,
            "urgency: medium",
            "urgencey: medium",
            f":6: urgencey: unknown key (did you mean `urgency`?); allowed: {RULE_KEYS}",
        ),
        (
            RULE,
            "retry: after_wait",
            "retry: after_wiat",
            ":5: retry: `after_wiat` is not allowed (did you mean `after_wait`?); allowed: after_fix, "
            "after_wait, ignore, never, verify_first",
        ),
        (
            RULE,
            "  en: [Do not hurry.]",
            "  en: Do not hurry.",
            ":32: not.en: must be a list, not the text `Do not hurry.`",
        ),
        (
            RULE,
            "  date: 2026-01-02",
            "  date: January 2nd",
            ":39: verified.date: `January 2nd` has the wrong form; it must match ^\\d{4}-\\d\\d-\\d\\d$ (A day, "
            "YYYY-MM-DD)",
        ),
        (
            RULE,
            "    captures:",
            "    captured:",
            ":44: examples[1].captured: unknown key (did you mean `captures`?); allowed: captures, "
            "exchange, facts, product, text",
        ),
        (RULE, "- 'acme [code -1003] Limit of 5 calls reached.'", "- [acme]", ":42: examples[0]: must not be a list"),
        (RULE, "      check: Count them.\n", "", ":16: causes[0].en: key `check` is missing"),
        (RULE, "  en: Acme allows {limit} calls", "  en: [Acme]", ":2: title.en: must be a text, not a list"),
        (
            RULE,
            "  - any/timeout",
            "  - timeout",
            ":37: related[0]: `timeout` has the wrong form; it must match "
            "^[a-z0-9]+/[a-z0-9]+(-[a-z0-9]+)*$ (<exchange or any>/<slug>)",
        ),
        (ANY, "links: []\n", "", ":1: key `links` is missing"),
        (ANY, "counterexamples: [fine]", "counterexamples:", ":15: counterexamples: must be a list, not empty"),
        (
            ANY,
            "examples: [ReadTimeout, 504 upstream x slow]",
            "examples: [ReadTimeout]",
            ":14: examples: must have at least this many items: 2",
        ),
        (
            ANY,
            "title: {en:",
            "title: {en: '', fr:",
            ":1: title.en: `` has the wrong form; it must match \\S (Inline Markdown; may hold "
            "{placeholders})\n"
            ":1: title.en: must be at least this long: 1 (Inline Markdown; may hold {placeholders})\n"
            ":1: title.fr: unknown key; allowed: en, zh",
        ),
        (
            ANY,
            'http_status: "504"',
            'http_status: "604"',
            ":5: match[1].http_status: `604` has the wrong form; it must match ^[1-5]\\d\\d$ (An HTTP status)",
        ),
        (
            PROFILE,
            "ccxt: {acme: all",
            "ccxt: {Acme: all",
            ":7: marks.ccxt: `Acme` has the wrong form; it must match ^[a-z][a-z0-9_]*$",
        ),
        (
            PROFILE,
            "{api.acme.example: spot}",
            "{localhost: spot}",
            ":8: marks.hosts: `localhost` has the wrong form; it must match ^[a-z0-9.-]+\\.[a-z]+$",
        ),
        (
            CODES,
            "Order {id:int} timed out.",
            "x",
            ":8: codes.-1001.meanings[0].message: must be at least this long: 2 (The exchange's own "
            "sentence with typed holes, such as {limit:int})",
        ),
        (
            CODES,
            '"-1001":',
            f'''"{81 * "9"}":''',
            ":3: codes: must be at most this long: 80 (The code as the exchange prints it)",
        ),
        (
            ENVELOPES,
            'loose: "true"',
            "loose: yes",
            ":10: envelopes[0].loose: `yes` is not allowed; allowed: false, true",
        ),
        (
            ENVELOPES,
            'needs: ["[code"]',
            "needs: []",
            ":8: envelopes[0].needs: must have at least this many items: 1 (One of these stands in every "
            "match, in lower case)",
        ),
        (
            ANY,
            "category: net/timeout",
            "category: net/timeout\ncategory: net/timeout",
            ":3: category: this key stands here twice",
        ),
        (
            RULE,
            "category: net/timeout",
            "category: net/timeut",
            ":4: category: unknown category `net/timeut` (did you mean `net/timeout`?); known: net/timeout",
        ),
        (
            RULE,
            "  - any/timeout",
            "  - any/timeot",
            ":37: related[0]: unknown rule `any/timeot` (did you mean `any/timeout`?); known: "
            "acme/limit-reached, any/timeout",
        ),
        (
            RULE,
            "product: spot",
            "product: spott",
            ":10: match[0].product: unknown product `spott` (did you mean `spot`?); known: all, spot, swap",
        ),
        (
            PROFILE,
            "acmeswap: swap",
            "acmeswap: swaps",
            ":7: marks.ccxt.acmeswap: unknown product `swaps` (did you mean `swap`?); known: all, spot, swap",
        ),
        (
            PROFILE,
            "{X-Acme-Key: all}",
            "{X-Acme-Key: al}",
            ":10: marks.headers.X-Acme-Key: unknown product `al` (did you mean `all`?); known: all, spot, swap",
        ),
        (
            PROFILE,
            "    product: spot",
            "    product: sport",
            ":15: shapes[0].product: unknown product `sport` (did you mean `spot`?); known: all, spot, swap",
        ),
        (CODES, "product: spot", "product: swap", ":1: product: must be `spot`, like the file's name"),
        (
            CODES,
            "category: net/timeout\n    retry",
            "category: net/tmeout\n    retry",
            ":13: codes.-1002.category: unknown category `net/tmeout` (did you mean `net/timeout`?); known: "
            "net/timeout",
        ),
        (
            CODES,
            "      - en: It is over.",
            "      - category: web/timeout\n        en: It is over.",
            ":16: codes.-1002.meanings[0].category: unknown category `web/timeout` (did you mean "
            "`net/timeout`?); known: net/timeout",
        ),
        (
            RULE,
            "Limit of {limit:int} calls reached.",
            "Limit of {limit:integer} calls reached.",
            ":9: match[0].message: hole {limit:integer}: unknown type; allowed: int, decimal, word, symbol, "
            "ip, epoch_s, epoch_ms, datetime, quoted, text",
        ),
        (
            RULE,
            "Limit of {limit:int} calls reached.",
            "Limit of {limit:int}5 calls reached.",
            ":9: match[0].message: hole `limit` of type int could also take the `5` that follows it",
        ),
        (
            CODES,
            "Order {id:int} timed out.",
            "Order{id:int}.",
            ":8: codes.-1001.meanings[0].message: no literal word apart from the holes by which it could be found",
        ),
        (
            CODES,
            "Order {id:int} timed out.",
            "Order {id:int} " + 60 * "timed out ",
            ":8: codes.-1001.meanings[0].message: must be at most this long: 600 (The exchange's own sentence with "
            "typed holes, such as {limit:int})",
        ),
        (
            ANY,
            "gateway (?P<gate>\\d{1,3}) gave up|socket hang up",
            "gateway .* gave up",
            ":7: match[2].pattern: an unbounded repeat; write {0,80}",
        ),
        (
            ANY,
            "gateway (?P<gate>\\d{1,3}) gave up|socket hang up",
            "gateway (gave up",
            ":7: match[2].pattern: not a regular expression: missing ), unterminated subpattern at position 8",
        ),
        (
            ANY,
            "exception: ReadTimeout",
            "exception: ReadTimeout\n    code: '504'",
            ":4: match[0]: a rule of no exchange cannot select by code or product: they are an exchange's own",
        ),
        (
            RULE,
            "https://docs.acme.example/limits",
            "https://docs.acme.example.evil.com/",
            ":35: links[0]: https://docs.acme.example.evil.com/ is on no official domain; domains.txt lists them",
        ),
        (
            PROFILE,
            "https://docs.acme.example/",
            "https://github.com/acme-fans/docs",
            ":18: links: https://github.com/acme-fans/docs is on no official domain; domains.txt lists them",
        ),
        (RULE, "        - 等待。\n", "", ":25: causes[0].zh.fix: 1 steps, but 2 in en"),
        (RULE, "  zh: [不要着急。]", "  zh: [不要着急。, 等待。]", ":33: not.zh: 2 items, but 1 in en"),
        (
            RULE,
            "en: Acme allows {limit} calls",
            "en: Acme allows {limits} calls",
            ":2: title.en: nothing fills {limits} (did you mean `limit`?)",
        ),
        (
            RULE,
            "en: You called too often.",
            "en: Wait {wait}.",
            ":13: summary.en: {wait} may be absent; write {wait|…} or {wait?…}",
        ),
        (RULE, "zh: 调用过多。", "zh: 调用 {host} 过多。", ":14: summary.zh: nothing fills {host}"),
        (
            RULE,
            "cause: More than {limit} calls.",
            "cause: More than {limit calls.",
            ":17: causes[0].en.cause: a brace at position 10 opens no placeholder; write {{ for a literal one",
        ),
        (
            RULE,
            "when: wait",
            "when: waited",
            ":28: causes[1].when: no capture or fact is called `waited`\n"
            ":29: causes[1].en.cause: {wait} may be absent; write {wait|…} or {wait?…}\n"
            ":30: causes[1].zh.cause: {wait} may be absent; write {wait|…} or {wait?…}",
        ),
        (
            RULE,
            "A ban of {wait}",
            "A ban of {ban_left}",
            ":29: causes[1].en.cause: {ban_left} may be absent; write {ban_left|…} or {ban_left?…}",
        ),
        (
            CODES,
            "Order {id} may exist.",
            "Order {ID} may exist.",
            ":9: codes.-1001.meanings[0].en: a brace at position 6 opens no placeholder; write {{ for a literal one",
        ),
        (
            CODES,
            "Order {id} may exist.",
            "Order {idd} may exist.",
            ":9: codes.-1001.meanings[0].en: nothing fills {idd} (did you mean `id`?)",
        ),
        (
            CATEGORY,
            "too long{ban_end?, until {ban_end}}.",
            "too long, until {ban_end}.",
            ":3: meaning.en: {ban_end} may be absent; write {ban_end|…} or {ban_end?…}",
        ),
        (
            CATEGORY,
            "{status_page|the host}",
            "{statuspage|the host}",
            ":8: causes[0].en.check: nothing fills {statuspage} (did you mean `status_page`?)",
        ),
        (
            ENVELOPES,
            "'\\[code (?P<code>-\\d{4})\\]'",
            "'[code'",
            ":7: envelopes[0].pattern: not a regular expression: unterminated character set at position 0",
        ),
        (ENVELOPES, "?P<code>", "?P<kode>", ":7: envelopes[0].pattern: unknown groups: kode"),
        (
            ENVELOPES,
            "failed [code -1001]",
            "failed code -1001",
            ":9: envelopes[0].example: the pattern does not find its own example",
        ),
        (
            ENVELOPES,
            'needs: ["[code"]',
            "needs: [error]",
            ":8: envelopes[0].needs: none of these words stands in the example",
        ),
        (
            CODES,
            "Order {id:int} timed out.",
            '"{id:word}{of:word} died."',
            ":8: codes.-1001.meanings[0].message: holes `id` and `of` touch; put a literal between them",
        ),
        (ANY, "en: Nothing came back.", "en: '{gate|Nothing} from {host}.'", ":8: summary.en: nothing fills {host}"),
        (
            ANY,
            "upstream (?P<host>[a-z]{1,20}) slow",
            "upstream (?=slow)",
            ":6: match[1].pattern: only (?:…) and (?P<name>…) groups are allowed",
        ),
        (
            ANY,
            "upstream (?P<host>[a-z]{1,20}) slow",
            "upstream (slow",
            ":6: match[1].pattern: not a regular expression: missing ), unterminated subpattern at position 9",
        ),
        (
            ANY,
            "- pattern: 'gateway (?P<gate>\\d{1,3}) gave up|socket hang up'",
            "- product: spot",
            ":7: match[2]: a rule of no exchange cannot select by code or product: they are an exchange's "
            "own\n"
            ":7: match[2]: selects nothing; give code, message, pattern, http_status or exception",
        ),
        (
            PROFILE,
            "https://docs.acme.example/",
            "https://docs.acme.example.evil.io/",
            ":18: links: https://docs.acme.example.evil.io/ is on no official domain; domains.txt lists them",
        ),
    ],
)
def test_a_broken_document_is_told_with_place_and_cure(tree: Path, file: str, old: str, new: str, found: str) -> None:
    replace(tree / file, old, new)
    assert faults(tree) == [f"rules/{file}{fault}" for fault in found.split("\n")]


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("any/empty.yaml", "", "rules/any/empty.yaml:1: the file is empty"),
        ("any/remark.yaml", "# later\n", "rules/any/remark.yaml:1: the file is empty"),
        ("any/blank.yaml", "''\n", "rules/any/blank.yaml:1: the file is empty"),
        ("any/list.yaml", "- title\n", "rules/any/list.yaml:1: must be a mapping of keys, not a list"),
        (
            "any/timeout.yml",
            (LITTLE / ANY).read_text(encoding="utf-8"),
            "rules/any/timeout.yml: stands beside a .yaml file of the same name; keep one",
        ),
        (
            "any/Time_Out.yaml",
            (LITTLE / ANY).read_text(encoding="utf-8"),
            "rules/any/Time_Out.yaml: file and folder names are lower-case words joined by `-`",
        ),
        (
            "exchanges/acmee/timeout.yaml",
            (LITTLE / ANY).read_text(encoding="utf-8"),
            "rules/exchanges/acmee/timeout.yaml:1: unknown exchange `acmee` (did you mean `acme`?); known: acme; "
            "a new one needs its profile: exchanges/acmee/exchange.yaml",
        ),
        (
            "exchanges/other/codes/spot.yaml",
            (LITTLE / CODES).read_text(encoding="utf-8"),
            "rules/exchanges/other/codes/spot.yaml:1: unknown exchange `other`; known: acme; a new one needs its "
            "profile: exchanges/other/exchange.yaml",
        ),
    ],
)
def test_a_file_that_does_not_fit_in_is_told(tree: Path, file: str, text: str, found: str) -> None:
    path = tree / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert faults(tree) == [found]


def test_a_file_outside_the_layout_is_told_where_files_go(tree: Path) -> None:
    path = tree / "exchanges/acme/deep/down/here.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("title: x\n", encoding="utf-8")
    (found,) = faults(tree)
    assert found.startswith(
        "rules/exchanges/acme/deep/down/here.yaml: this file has no place in the layout; expected any/<slug>.yaml, "
        "exchanges/<exchange>/<slug>.yaml, exchanges/<exchange>/exchange.yaml"
    )


def test_a_suggestion_lists_the_known_names_only_while_they_are_few(tree: Path) -> None:
    for i in range(20):
        shutil.copy(tree / CATEGORY, tree / f"categories/net/timeout-{i}.yaml")
    replace(tree / RULE, "category: net/timeout", "category: net/timeuot-19")
    assert faults(tree) == [
        f"rules/{RULE}:4: category: unknown category `net/timeuot-19` (did you mean `net/timeout-19`?)"
    ]


def test_all_files_are_read_before_the_faults_are_told(tree: Path) -> None:
    replace(tree / RULE, "urgency: medium", "urgency: soon")
    replace(tree / RULE, "verified:", "verifed:")
    replace(tree / ANY, "links: []", "links: {}")
    replace(tree / CATEGORY, "retry: verify_first\n", "")
    (tree / "any/broken.yaml").write_bytes(b"title: \xff\n")
    shown = [
        "rules/any/broken.yaml:1: not UTF-8 text: invalid start byte",
        "rules/any/timeout.yaml:12: links: must be a list, not a mapping of keys",
        "rules/categories/net/timeout.yaml:1: key `retry` is missing",
        f"rules/{RULE}:1: key `verified` is missing",
        f"rules/{RULE}:6: urgency: `soon` is not allowed; allowed: critical, harmless, high, low, medium",
        f"rules/{RULE}:38: verifed: unknown key (did you mean `verified`?); allowed: {RULE_KEYS}",
    ]
    assert faults(tree) == shown
    with pytest.raises(RulesError) as caught:
        build_trees([tree])
    assert str(caught.value).splitlines() == shown
    assert [problem.line for problem in caught.value.problems] == [1, 12, 1, 1, 6, 38]


def test_all_documents_are_checked_before_the_faults_are_told(tree: Path) -> None:
    replace(tree / RULE, "{limit:int} calls reached.", "{limit:int}{of:int} calls reached.")
    replace(tree / ANY, "category: net/timeout", "category: net/time-out")
    replace(tree / PROFILE, "swap: swap}", "swap: swop}")
    replace(tree / CODES, "Order {id} may", "Order {oid} may")
    assert faults(tree) == [
        "rules/any/timeout.yaml:2: category: unknown category `net/time-out` (did you mean `net/timeout`?); "
        "known: net/timeout",
        f"rules/{CODES}:9: codes.-1001.meanings[0].en: nothing fills {{oid}} (did you mean `id`?)",
        f"rules/{PROFILE}:7: marks.ccxt.acmeswap: unknown product `swop` (did you mean `swap`?); "
        "known: all, spot, swap",
        f"rules/{RULE}:9: match[0].message: holes `limit` and `of` touch; put a literal between them",
    ]


def test_a_later_tree_overrides_by_id_and_adds_its_domains(tree: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "any").mkdir(parents=True)
    shutil.copy(tree / ANY, own / ANY)
    shutil.copy(tree / ANY, own / "any/second.yaml")
    replace(own / ANY, "links: []", "links: [https://wiki.own.example/a]")
    (own / "domains.txt").write_text("own.example\n", encoding="utf-8")
    assert faults(tree, own) == []
    base, _ = load_trees([tree, own])
    assert base.domains == ("acme.example", "github.com/acme", "own.example")
    assert base.rules["any/timeout"].file == "own/any/timeout.yaml"
    assert sorted(base.rules) == ["acme/limit-reached", "any/second", "any/timeout"]


def test_a_tree_needs_no_envelopes_of_its_own_to_be_checked(tree: Path) -> None:
    (tree / ENVELOPES).unlink()
    assert faults(tree) == []
    replace(tree / RULE, "when: wait", "when: waits")
    assert faults(tree)[0] == f"rules/{RULE}:28: causes[1].when: no capture or fact is called `waits`"


def test_a_folder_without_rules_is_told(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("# rules", encoding="utf-8")
    (tmp_path / "folder.yaml").mkdir()
    assert faults(tmp_path) == [f"{tmp_path}: no .yaml file in this folder; docs/rules.md shows the layout"]
    assert faults(tmp_path / "none") == [f"{tmp_path / 'none'}: not a folder"]


def test_faults_stand_in_order_of_file_whatever_the_order_of_the_trees(tree: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "any").mkdir(parents=True)
    (own / "any/empty.yaml").touch()
    (tree / "any/empty.yaml").touch()
    found = ["own/any/empty.yaml:1: the file is empty", "rules/any/empty.yaml:1: the file is empty"]
    assert faults(tree, own) == faults(own, tree) == found


def test_the_working_folder_is_shown_by_its_name(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "any/empty.yaml").touch()
    monkeypatch.chdir(tree)
    assert faults(Path()) == ["rules/any/empty.yaml:1: the file is empty"]


@pytest.mark.parametrize(
    ("link", "is_one"),
    [
        ("https://acme.example", True),
        ("https://docs.acme.example/a?b#c", True),
        ("https://DOCS.acme.example/", True),
        ("https://github.com/acme", True),
        ("https://github.com/acme/docs", True),
        ("http://acme.example", False),
        ("https://notacme.example", False),
        ("https://acme.example.org", False),
        ("https://acme.example@evil.org/", False),
        ("https://evil.org\\.acme.example/", False),
        ("https://evil.org/acme.example", False),
        ("https://github.com/", False),
        ("https://github.com/acme-fans", False),
        ("https://github.com/other/acme", False),
        ("https://github.com/acme/../other", False),
        ("https://github.com/acme/%2E%2e/other", False),
        ("https://[acme.example", False),
        ("https://", False),
        ("acme.example", False),
    ],
)
def test_a_link_is_official_on_a_listed_domain_or_below_a_listed_path(link: str, is_one: bool) -> None:
    assert is_official(link, ("acme.example", "github.com/acme")) is is_one


@pytest.mark.parametrize(("rule_id", "exchange"), [("acme/limit-reached", "acme"), ("any/timeout", None)])
def test_a_rule_belongs_to_the_exchange_of_its_id(rule_id: str, exchange: str | None) -> None:
    assert exchange_of(rule_id) == exchange
