"""The slowest answers: hostile texts of 1 MB and lines of 100 kB, in Python and in Node, in seconds of processor time.

    .venv/bin/python benchmarks/worst.py                  the shapes of `hostile.py` (two minutes)
    .venv/bin/python benchmarks/worst.py --patterns       each template and envelope against itself, too (ten minutes)
    .venv/bin/python benchmarks/worst.py --only urls,PEM --size 2000000

Prints the slowest first, and what grows more than 2.6-fold when the text doubles. Without `node`, Python alone.
Nothing here is a test, since machines differ and are noisy; tests/test_worst.py counts work instead.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from hostile import attack, list_shapes, repeat

from explainer.kb.store import CHECKOUT, KnowledgeBase, load_base
from explainer.match.credible import Told
from explainer.match.engine import MAX_LINE, explain_text, scan_lines
from explainer.site_builder.browser import bundle, export_index, export_texts

GROWTH = 2.6
"""How much longer twice the text may take; less than a hundredth of a second is noise."""

RUN = """
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
const folder = process.argv[2];
globalThis.fetch = async (url) => ({ ok: true, json: async () => JSON.parse(readFileSync(url)) });
const { explain } = await import(`file://${folder}/explain.mjs`);
await explain("binance -1021");
for await (const line of createInterface({ input: process.stdin })) {
  const [unit, size] = JSON.parse(line);
  const text = Array.from(unit.repeat(Math.ceil(size / Array.from(unit).length))).slice(0, size).join("");
  const before = process.cpuUsage();
  await explain(text);
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1e6);
}
"""


def main() -> None:
    """Run what was asked for and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1_000_000, help="characters of a text")
    parser.add_argument("--patterns", action="store_true", help="also each pattern against itself")
    parser.add_argument("--only", default="", help="shapes whose name holds one of these, comma-separated")
    parser.add_argument("--top", type=int, default=25, help="rows of a table")
    options = parser.parse_args()
    kb = load_base()
    wanted = options.only.split(",")
    shapes = {name: unit for name, unit in list_shapes(kb).items() if any(part in name for part in wanted)}
    if options.patterns:
        shapes |= _keep_worst(kb, dict(attack(kb)))
    measure(kb, shapes, options.size, options.top)


SAMPLE = 20_000
KEPT = 40


def _keep_worst(kb: KnowledgeBase, units: dict[str, str]) -> dict[str, str]:
    """Return the units that are slowest at a small size; a first run compiles the patterns."""
    spent = {}
    for name, unit in units.items():
        explain_text(kb, unit)
        spent[name] = in_python(kb, repeat(unit, SAMPLE))
    print(f"{len(units)} attacks on patterns at {SAMPLE:,} characters: {max(spent.values()):.3f} s the slowest\n")
    return {name: units[name] for name in sorted(spent, key=spent.__getitem__, reverse=True)[:KEPT]}


def measure(kb: KnowledgeBase, shapes: dict[str, str], size: int, top: int) -> None:
    """Print how long each shape takes, whole and as a line, and what grows faster than the text."""
    with tempfile.TemporaryDirectory() as folder:
        node = start_node(kb, Path(folder)) if shutil.which("node") else None
        rows = []
        for name, unit in shapes.items():
            text = repeat(unit, size)
            python = in_python(kb, text), in_python(kb, text[: size // 2]), in_log(kb, text)
            javascript = tuple(ask(node, unit, part) for part in (size, size // 2, MAX_LINE)) if node else (0.0,) * 3
            rows.append((name, *python, *javascript))
        if node:
            node.communicate()
    rows.sort(key=lambda row: -max(row[1], row[4]))
    print(f"{'seconds of processor time':32} Python  a line    Node  a line")
    for name, whole, _, line, other, _, other_line in rows[:top]:
        print(f"{name[:32]:32} {whole:6.2f}  {line:6.3f}  {other:6.2f}  {other_line:6.3f}")
    print(f"\nslowest line: Python {max(row[3] for row in rows):.3f}, Node {max(row[6] for row in rows):.3f}")
    for name, *times in rows:
        for language, whole, half in (("Python", *times[:2]), ("Node", *times[3:5])):
            if whole > GROWTH * half and whole - GROWTH * half > 0.01:
                print(f"grows {whole / half:.1f}-fold when it doubles: {name}, {language}, {half:.2f} to {whole:.2f} s")


def in_python(kb: KnowledgeBase, text: str) -> float:
    """Return the seconds that a paste takes."""
    start = time.process_time()
    explain_text(kb, text)
    return time.process_time() - start


def in_log(kb: KnowledgeBase, text: str) -> float:
    """Return the seconds that the text takes as one line of a log."""
    line = text[:MAX_LINE].replace("\n", " ")
    start = time.process_time()
    for told in (Told(is_log=True), Told(exchange="binance", is_log=True)):
        list(scan_lines(kb, [line], told=told))
    return (time.process_time() - start) / 2


def start_node(kb: KnowledgeBase, folder: Path) -> subprocess.Popen[str]:
    """Start Node with the engine as the site ships it; it answers a unit and a size with seconds."""
    urls = {"index": "kb.json", "texts.en": "en.json"}
    places = {name: f"{folder}/{file}" for name, file in urls.items()}
    for file, data in (("kb.json", export_index(kb)), ("en.json", export_texts(kb, "en"))):
        (folder / file).write_bytes(data)
    source = bundle(CHECKOUT.parent / "site" / "scripts" / "engine", places)
    (folder / "explain.mjs").write_text(source.replace("new URL(FILES[name], import.meta.url)", "FILES[name]"))
    (folder / "run.mjs").write_text(RUN)
    return subprocess.Popen(
        ["node", f"{folder}/run.mjs", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def ask(node: subprocess.Popen[str], unit: str, size: int) -> float:
    """Return the seconds that Node takes."""
    print(json.dumps([unit, size]), file=node.stdin, flush=True)
    return float(node.stdout.readline())


if __name__ == "__main__":
    main()
