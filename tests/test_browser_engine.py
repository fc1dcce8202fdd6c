"""The engine in JavaScript answers as the one in Python does: the whole JSON of every explanation, and every mask."""

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from explainer.kb.load import load_trees
from explainer.kb.store import CHECKOUT, KnowledgeBase
from explainer.kb.template import parse_template
from explainer.match.credible import Told
from explainer.match.engine import explain_text
from explainer.match.mask import Masker
from explainer.model.answer import Language
from explainer.model.document import ExampleDocument
from explainer.site_builder.browser import bundle, export_index, export_texts, translate

ENGINE = Path(__file__).parents[1] / "site" / "scripts" / "engine"
NOW = datetime(2026, 1, 1, 12, 30, 15, 250_000, tzinfo=UTC)
URLS = {"index": "kb.1.json", "texts.en": "kb.en.1.json", "texts.zh": "kb.zh.1.json"}

RUN = """
import { readFileSync, writeFileSync } from "node:fs";
const [folder] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`));
globalThis.fetch = async (url) => ({ ok: true, json: async () => JSON.parse(readFileSync(url)) });
const bundle = await import(`file://${folder}/explain.js`);
const modules = await import(`file://${folder}/engine/explain.js`);
modules.supply(read("kb.1.json"), { en: read("kb.en.1.json"), zh: read("kb.zh.1.json") });
const { patterns, envelopes } = read("kb.1.json");
for (const pattern of [...patterns, ...envelopes.map(([pattern]) => pattern)]) new RegExp(pattern, "gi");
const now = new Date(NOW);
const lines = [];
for (const [text, exchange, product, lang] of read("cases.json")) {
  const options = { exchange, product, lang, now };
  const { kinds, ...masked } = bundle.mask(text);
  const found = await bundle.explain(text, options);
  lines.push(JSON.stringify([found, masked]));
  if (lines.length % 10) continue; // they are the same code: some of all will do
  const same = JSON.stringify(await modules.explain(text, options)) === JSON.stringify(found);
  if (!same) throw new Error(`the modules differ from the bundle: ${text}`);
}
writeFileSync(`${folder}/found.jsonl`, lines.join("\\n") + "\\n");
""".replace("NOW", msgspec.json.encode(NOW).decode())

Case = tuple[str, str | None, str | None, Language]
needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="node, which runs the browser's engine, is not here"
)


def read_examples() -> Iterator[tuple[str, str | None, str | None]]:
    """Yield text, exchange and product of every example and counterexample."""
    base, _ = load_trees([CHECKOUT])
    for source in base.rules.values():
        for example in [*source.document.examples, *source.document.counterexamples]:
            given = ExampleDocument(text=example) if isinstance(example, str) else example
            yield given.text, given.exchange or None, given.product or None


HOLES = {
    "int": "-7",
    "decimal": "0.001",
    "word": "recvWindow",
    "symbol": "BTC/USDT",
    "ip": "203.0.113.7",
    "epoch_s": "1767225600",
    "epoch_ms": "1767225600123",
    "datetime": "2026-03-01T08:00:05.5+08:00",
    "quoted": "'a b'",
    "text": "some 文字 😀 here",
}


def read_catalogues(kb: KnowledgeBase) -> Iterator[tuple[str, str | None]]:
    """Yield what a catalogue knows, as an exchange prints it: codes, and messages with their holes filled."""
    for owner in kb.index.owners:
        if owner.is_rule or owner.code is None:
            continue
        yield owner.code, None
        yield owner.code, owner.exchange
        if message := kb.record(owner.record)["message"]:
            parts, _ = parse_template(message)
            filled = "".join(part.literal or HOLES[part.hole or ""] for part in parts)
            yield filled, None
            yield f'{owner.exchange} {{"code":{owner.code},"msg":"{filled}"}}', None


LONG = "aB3xZ9qK" * 8
PEM = f"-----BEGIN PRIVATE KEY-----\n{'MC4CAQAw' * 4}\n-----END PRIVATE KEY-----"
SECRETS = [
    *(
        wrapper.format(name=name, value=value)
        for wrapper in (
            "{name}={value}",
            '{{"{name}": "{value}", "a": 1}}',
            '{{\\\\"{name}\\\\":\\\\"{value}\\\\"}}',
            "&quot;{name}&quot;:&quot;{value}&quot;",
            "“{name}”：“{value}”",
            "[{name}] => {value}\n",
        )
        for name in ("secret", "API_SECRET", "Passphrase", "apiKey", "listenKey", "ſecret", "toKen", "authorızation")
        for value in (LONG, "tiny9", "correct horse battery", "p&ss;w<rd", "your_secret", "Moon-😀-shine!42")
    ),
    PEM,
    PEM.replace("\n", "\\n"),
    "Authorization: Bearer " + ".".join(["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxIn0", "c2lnbmF0dXJl"]),
    "http://bob:pr0xyPw9@10.0.0.1:8080 and curl -u me:pw12 https://x",
    "密码：Hunter2pass! 助记词：" + " ".join(["abandon"] * 12),
    f"wallet 0x{'4c08' * 16} bot712345678:{'A' * 35} AKIAABCDEFGHIJKLMNOP",
    "Cookie: session=abcdef\nKucoin('5f', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'Hunter2')",
    "export KC_PASSPHRASE=Moon&re'st,x\n- name: KC_SECRET\n  value: Moon42x\nwith passphrase Moon42x 密码 Moon42x",
    "curl -H \"KC-API-PASSPHRASE: Mo)on;x密\" -b a=1; passphrase: Some(\n \"Mo,on\"), (b'kc-api-passphrase', b'Moon4')",
    f"invalid passphrase: 400004 wrong password:\n2026-03-01 hash={'ab' * 32} token=BTC-USDT-SWAP DB_PASS=moonlight",
    f"wss://stream.binance.com:9443/ws/{LONG[:60]} bare {LONG} {'ab' * 32}",
]

BODY = 'binance {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'
HOSTILE = [
    "",
    " \x1c\x85\u3000\u1680\n",
    "constructor",
    "__proto__",
    '{"code":"toString","msg":"hasOwnProperty"}',
    f"😀𝟗𠮷 {BODY} 😀\n" * 3,
    "😀" * 300 + BODY + "𠮷" * 300,
    "".join(map(chr, range(0x1F300, 0x1F4F0))) + BODY,
    "\x00".join(BODY),
    f"\x1b[31m{BODY}\x1b[0m \x1b]0;title\x07",
    BODY.replace('"', "\\u0022").replace(" ", "\\u3000"),
    "".join(f"\\u{ord(char):04x}" for char in BODY),
    f"\\ud83d\\ude00 \\ue000 {BODY}",
    BODY.replace(" ", "\r\n"),
    f"\r\r\n{BODY}\u2028{BODY}\u2029\x0b\x0c\x85",
    "x" * 5_000 + BODY + "y" * 5_000 + " 429 Too Many Requests",
    BODY.replace('"', '\\\\\\"'),
    '{"a":{"b":{"c":"' + BODY.replace('"', '\\"') + '"}}}',
    "".join("{" for _ in range(400)) + BODY,
    BODY.replace('"', '""'),
    "<html><head><title>502 Bad Gateway</title></head>&quot;code&quot;:-1003 &#66;&#46; <h1>403 Forbidden</h1>",
    "\n".join(
        f"2026-03-01 08:00:{i % 60:02d} ERROR kucoin {{'code': '{400_000 + i}', 'msg': 'x'}}" for i in range(300)
    ),
    "\n".join([BODY, "Too many requests kucoin", "Read timed out. ECONNRESET", "okx 50111 Invalid OK-ACCESS-KEY"] * 75),
    "İınance ſymbol Kucoin bınance KUCOİN {'code':-1021,'msg':'İnvalid ſignature'} ß ẞ ŒǅǱ",
    "Kucoin 400100 Parameter Error MESSAGE: Margin is insufficient. messageſ: Margin is insufficient.",
    "码：－１０２１ code：１０２１ {“code”：“４００１００”} status: ４２９ 429",
    "Illegal cha\u0301racters found in para\u0308meter\u0345 a\u20dd",
    "code\u1680=\u205f-1021 msg\x1c:\x1d'Timestamp for this request is outside of the recvWindow.'",
    'timestamp=1767225600123&quantity=1.2345678&price=9.99 {"stepSize":"0.001","tickSize":"0.0"} date: Sun, 01 Feb 2026'
    f" 12:30:05 GMT retry-after: 0030 x-mbx-used-weight-1m: 1200 {BODY}",
    f"serverTime: 1767225599999 timestamp: 1767225600061 quantity: 123456789012345.1234567890123456789 step: 0.3"
    f" {BODY}",
    "Way too much request weight used; IP banned until 1767270615312.",
    "Way too much request weight used; IP banned until 1767270615187.",
    f"Traceback\n{BODY}\nDuring handling of the above exception, another exception occurred:\nRead timed out.",
    f"Exception in thread\nCaused by: Read timed out.\n  Caused by: {BODY}",
    "{foo} {{bar}} {0} %s %d ${x} `$&` $1 $' $` [x](y) <b> |a| \\",
]
AROUND = [
    "2026-03-01 08:00:05,123 ERROR grid: {}",
    "kucoin {} (error code 401)",
    "> {}\r\nok",
    '{{"log":"{}\\n"}}',
    "{}😀",
]
ODD = [
    *"😀𝟗𠮷İıſKß１é\u0301\u0345\u1680\x1c\x85\u00a0\u2028\u200b\x00\ue000{}[]\"'`\\:=,;<>()#&%-_. \n\r",
    *("\\n", '\\"', "\\u0022", "&quot;", '""', "\x1b[31m", "binance ", "KUCOIN", "code", "msg", "429", "-1021"),
    *("secret=", "Caused by: ", "timestamp=1700000000000&", "price=9.99", "api.binance.com/fapi/"),
]


def mutate(text: str, dice: random.Random) -> str:
    """Return a text with some characters deleted, doubled, inserted or in the other case."""
    chars = list(text)
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(chars) + 1)
        end = at + dice.choice((1, 1, 3, 12))
        new = dice.choice([[], chars[at:end] * 2, [dice.choice(ODD)], [c.swapcase() for c in chars[at:end]]])
        chars[at : end if len(new) != 1 else at] = new
    return "".join(chars)


def list_cases(kb: KnowledgeBase) -> list[Case]:
    """Return everything that both engines are asked."""
    dice = random.Random(2026)
    languages: tuple[Language, ...] = ("en", "zh")
    examples = list(read_examples())
    cases: list[Case] = [(*example, language) for example in examples for language in languages]
    cases += [(text, exchange, None, dice.choice(languages)) for text, exchange in read_catalogues(kb)]
    plain = [*HOSTILE, *SECRETS, *(f"{dice.choice(examples)[0]}\n{secret}" for secret in SECRETS)]
    cases += [(text, exchange, None, "en") for text in plain for exchange in (None, "binance")]
    cases += [(around.format(text), None, None, "en") for text, _, _ in examples[::3] for around in AROUND]
    for _ in range(3_000):
        text, exchange, product = dice.choice(examples)
        told = dice.choice(((exchange, product), (None, None), ("kucoin", "futures")))
        cases.append((mutate(text, dice), *told, dice.choice(languages)))
    return cases


@needs_node
def test_the_browser_answers_as_python_does(kb: KnowledgeBase, tmp_path: Path) -> None:
    cases = list_cases(kb)
    shutil.copytree(ENGINE, tmp_path / "engine")
    files = {
        "package.json": b'{"type": "module"}',
        "explain.js": bundle(ENGINE, URLS).encode(),
        "kb.1.json": export_index(kb),
        "kb.en.1.json": export_texts(kb, "en"),
        "kb.zh.1.json": export_texts(kb, "zh"),
        "cases.json": msgspec.json.encode(cases),
        "run.js": RUN.encode(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(["node", tmp_path / "run.js", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = (tmp_path / "found.jsonl").read_bytes().split(b"\n")
    for (text, exchange, product, language), answer in zip(cases, answers[:-1], strict=True):
        masker = Masker()
        found = explain_text(kb, text, told=Told(exchange, product), language=language, now=NOW)
        wanted = msgspec.json.encode([found, {"text": masker.mask(text), "secrets": masker.secrets()}])
        if answer != wanted:
            assert msgspec.json.decode(answer) == msgspec.json.decode(wanted), (text, exchange, product)


@pytest.mark.parametrize(
    ("python", "javascript"),
    [
        (r"\ba\s{1,40}(?P<x>[\s\d]+).", r"\ba[ \t-\r]{1,40}(?<x>[ \t-\r\d]+)[^\n]"),
        (r"[\s\S]\S\.[.$]$", r"[ \t-\r\x00-\x08\x0e-\x1f!-\uffff][\x00-\x08\x0e-\x1f!-\uffff]\.[.$](?=\n?$)"),
        (r"[]a][^]a]\$", r"[\]a][^\]a]\$"),
    ],
)
def test_patterns_mean_the_same_in_javascript(python: str, javascript: str) -> None:
    assert translate(python) == javascript


@pytest.fixture
def write_modules(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes modules, by name, into a folder."""

    def write(**modules: str) -> Path:
        for name, source in modules.items():
            (tmp_path / f"{name}.js").write_text(source)
        return tmp_path

    return write


def test_a_bundle_is_one_module_with_the_exports_of_the_entry(write_modules: Callable[..., Path]) -> None:
    folder = write_modules(
        a="export function one() {}\nexport const two = 2;\n",
        files="export const FILES = {};\n",
        explain='import { one } from "./a.js";\nimport { FILES } from "./files.js";\nexport { two } from "./a.js";\n'
        "// why\nexport async function explain() {\n  return one(FILES);\n}\n",
    )
    assert bundle(folder, {"index": "kb.json"}) == (
        'const FILES = {"index":"kb.json"};\n\nfunction one() {}\nconst two = 2;\n\n'
        "export { two };\nexport async function explain() {\n  return one(FILES);\n}\n"
    )


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        (
            {"a": "function x() {}\nexport const y = 1;\n", "explain": 'import { y } from "./a.js";\nconst x = 1;\n'},
            "a.js and explain.js both declare x",
        ),
        ({"a": "", "explain": 'import { y } from "./a.js";\n'}, "explain.js imports y from a.js, which has no such"),
        ({"explain": 'import { y } from "./b.js";\n'}, "explain.js imports b.js, which is not there"),
        ({"explain": 'import y from "./b.js";\n'}, "explain.js: write imports as"),
        (
            {"a": 'import { z } from "./explain.js";\n', "explain": 'import { y } from "./a.js";\n'},
            "modules import each other: explain.js → a.js → explain.js",
        ),
    ],
)
def test_modules_that_cannot_be_one_are_refused(
    write_modules: Callable[..., Path], modules: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        bundle(write_modules(**modules), {})
