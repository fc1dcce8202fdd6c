"""Hostile texts cost no more than ordinary ones; docs/matching.md says what is bounded."""

import shutil
import subprocess
import time
from pathlib import Path

import msgspec
import pytest

from explainer.kb.store import CHECKOUT, KnowledgeBase, load_base
from explainer.match.credible import Told
from explainer.match.engine import MAX_EXPLANATIONS, explain_text, scan_lines
from explainer.match.judge import MAX_ALONE, find_matches
from explainer.match.normal import Normal
from explainer.match.signals import MAX_EVENTS, find_signals
from explainer.site_builder.browser import bundle, export_index, export_texts

BODY = '{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'
USUAL = f"binance {BODY}\n"
SHAPES = {
    "errors on one line": f"binance {BODY} ",
    "near misses": "IP banned until ",
    "first word of a template": "Method ",
    "first word and hole": "Method x  ",
    "spaces that a template allows": f"A{' ' * 40}parameter{' ' * 40}",
    "anchor alone": "is ",
    "sentences": "Too many requests. ",
    "codes and words": "error code 1008 ",
    "statuses": "HTTP 429 ",
    "exceptions": "ECONNRESET ",
    "words in front of a code": f"{'A' * 190} (-1021 ",
    "line ends": "'a' +\n'b\\n",
    "carriage returns": "\rx\u3000",
    "open bodies": '{"code":-1021,"msg":',
    "access log": 'binance "GET /x HTTP/1.1" 429 error ',
}
SIZE = 30_000
LIMIT = 4
"""How many times longer a hostile text may take than one of the same size that is full of ordinary errors."""


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load_base()


def fill(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def cost(kb: KnowledgeBase, unit: str) -> float:
    """Return the least of a few times, in seconds of this process, as a paste and as a line of a log."""
    text = fill(unit, SIZE)
    spent = []
    for _ in range(3):
        start = time.process_time()
        explain_text(kb, text)
        list(scan_lines(kb, [text.replace("\n", " ")], told=Told(exchange="kucoin", is_log=True)))
        spent.append(time.process_time() - start)
    return min(spent)


def test_hostile_texts_take_about_as_long_as_ordinary_ones(kb: KnowledgeBase) -> None:
    usual = cost(kb, USUAL)
    costs = {name: cost(kb, unit) / usual for name, unit in SHAPES.items()}
    assert {name: ratio for name, ratio in costs.items() if ratio > LIMIT} == {}


@pytest.mark.parametrize("size", [100_000, 200_000])
def test_as_many_events_are_judged_however_long_the_text(kb: KnowledgeBase, size: int) -> None:
    sentence = "Too many requests. Read timed out. ECONNRESET binance -1021\n"
    normal = Normal(fill(sentence, size))
    signals = find_signals(kb, normal)
    assert len(signals.events) == MAX_EVENTS
    judged = list(find_matches(kb, normal, signals, Told()))
    assert MAX_EVENTS <= len(judged) <= MAX_EVENTS + 4 * 21 < MAX_ALONE


def test_of_very_many_different_errors_so_many_are_explained_as_anybody_reads(kb: KnowledgeBase) -> None:
    messages = {
        kb.record(o.record).get("message") for o in kb.index.owners if o.exchange == "binance" and not o.is_rule
    }
    text = "binance\n" + "\n".join(message for message in messages if message)
    assert len(explain_text(kb, text)) == MAX_EXPLANATIONS


def test_the_last_of_very_many_errors_are_read_and_a_rare_one_among_them_is_found(kb: KnowledgeBase) -> None:
    rare = "Invalid API-key, IP, or permissions for action."
    text = f"binance {BODY}\n" * 600 + f"{rare}\n" + f"binance {BODY}\n" * 600
    lines = {explanation.rule_id: explanation.line for explanation in explain_text(kb, text)}
    assert lines == {"binance/timestamp-outside-recv-window": 1201, "binance/credentials-rejected": 601}


RUN = """
import { readFileSync } from "node:fs";
const [folder] = process.argv.slice(2);
globalThis.fetch = async (url) => ({ ok: true, json: async () => JSON.parse(readFileSync(url)) });
const { explain } = await import(`file://${folder}/explain.mjs`);
const cost = async (unit) => {
  const text = unit.repeat(Math.ceil(SIZE / unit.length)).slice(0, SIZE);
  const spent = [];
  for (let i = 0; i < 3; i += 1) {
    const { user } = process.cpuUsage();
    await explain(text);
    spent.push((process.cpuUsage().user - user) / 1e6);
  }
  return Math.min(...spent);
};
const [usual, shapes] = JSON.parse(readFileSync(0));
await cost(usual); // compiles what it needs
const least = await cost(usual);
for (const [name, unit] of Object.entries(shapes)) {
  const ratio = await cost(unit) / least;
  if (ratio > LIMIT) console.log(`${name}: ${ratio}`);
}
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node, which runs the browser's engine, is not here")
def test_in_javascript_too(kb: KnowledgeBase, tmp_path: Path) -> None:
    urls = {"index": "kb.json", "texts.en": "en.json"}
    (tmp_path / "kb.json").write_bytes(export_index(kb))
    (tmp_path / "en.json").write_bytes(export_texts(kb, "en"))
    engine = bundle(CHECKOUT.parent / "site" / "scripts" / "engine", {k: str(tmp_path / v) for k, v in urls.items()})
    (tmp_path / "explain.mjs").write_text(engine.replace("new URL(FILES[name], import.meta.url)", "FILES[name]"))
    (tmp_path / "run.mjs").write_text(RUN.replace("SIZE", str(SIZE)).replace("LIMIT", str(LIMIT)))
    command = ["node", str(tmp_path / "run.mjs"), str(tmp_path)]
    run = subprocess.run(
        command, input=msgspec.json.encode([USUAL, SHAPES]), capture_output=True, check=True, timeout=120
    )
    assert run.stdout == b""
