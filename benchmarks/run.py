"""Speed, each figure beside what a user would otherwise pick, as a ratio in one run.

    make bench                                  all of them
    .venv/bin/python benchmarks/run.py --texts FILE.jsonl     explain() on your own texts ({"text": …} a line)

Prints a table; nothing here is a test, since machines differ and are noisy.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from explainer.kb.build import build
from explainer.kb.load import load_trees
from explainer.kb.store import KnowledgeBase, find_rules, load_base
from explainer.match.engine import explain_text, scan_lines

ERROR = 'InvalidNonce: binance {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'
TYPER = """
import typer
app = typer.Typer()
@app.command()
def explain(text: str): print(text)
@app.command()
def show(name: str): print(name)
app()
"""


def main() -> None:
    """Run the benchmarks and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, help="a JSON-lines file with a `text` in each line")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    base, _ = load_trees([find_rules()])
    texts = read_texts(options.texts) if options.texts else list_examples(base)
    bench_command(options.runs)
    kb = load_base()
    bench_explain(kb, texts)
    bench_growth(kb, texts)
    bench_scan(kb)


def read_texts(path: Path) -> list[str]:
    """Return the texts of a JSON-lines file."""
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def list_examples(base: object) -> list[str]:
    """Return every example of every rule."""
    examples = [e for source in base.rules.values() for e in source.document.examples]  # type: ignore[attr-defined]
    return [e if isinstance(e, str) else e.text for e in examples]


def cpu_of(command: list[str]) -> float:
    """Return the CPU seconds, user and system, of one run of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def bench_command(runs: int) -> None:
    """Compare one whole `explain TEXT` with a two-command typer program that prints a line."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "two_commands.py"
        program.write_text(TYPER, encoding="utf-8")
        ours = [str(Path(sys.executable).parent / "explain"), ERROR]
        theirs = [sys.executable, str(program), "explain", "hello"]
        with_options = [*ours, "--full"]
        cpu_of(ours)
        samples = [(cpu_of(ours), cpu_of(with_options), cpu_of(theirs)) for _ in range(runs)]
    plain, full, typer = (statistics.median(column) for column in zip(*samples, strict=True))
    print(f"explain TEXT           {1000 * plain:6.0f} ms CPU   {plain / typer:5.2f} x a two-command typer program")
    print(f"explain TEXT --full    {1000 * full:6.0f} ms CPU   {full / typer:5.2f} x")
    print(f"typer, two commands    {1000 * typer:6.0f} ms CPU")


def median_ms(kb: KnowledgeBase, texts: list[str]) -> tuple[float, float]:
    """Return median and 99th percentile of explain() over the texts, in ms, after one warm round."""
    for text in texts:
        explain_text(kb, text)
    spent = []
    for text in texts:
        start = time.perf_counter()
        explain_text(kb, text)
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent), statistics.quantiles(spent, n=100)[-1]


def bench_explain(kb: KnowledgeBase, texts: list[str]) -> None:
    """Measure explain() in this process."""
    median, worst = median_ms(kb, texts)
    print(f"explain() in process   {median:6.2f} ms median, {worst:.2f} ms 99th percentile, on {len(texts)} texts")


COPIES = 22
"""Copies of each full rule that make ten times as many templates, catalogues included."""


def bench_growth(kb: KnowledgeBase, texts: list[str]) -> None:
    """Measure explain() with ten times as many templates: copies of the rules with other words and codes."""
    base, _ = load_trees([find_rules()])
    for number in range(1, COPIES + 1):
        for rule_id, source in list(base.rules.items()):
            if "-copy" in rule_id:
                continue
            base.rules[f"{rule_id}-copy{number}"] = copy(source, number)
    larger = KnowledgeBase(build(base))
    small, _ = median_ms(kb, texts)
    large, _ = median_ms(larger, texts)
    count = len(larger.index.templates) / len(kb.index.templates)
    print(f"with {count:.1f} x the templates {large:6.2f} ms median   {large / small:5.2f} x")


def copy(source: object, number: int) -> object:
    """Return a rule with the same shape and other words, as another exchange would have it."""
    from dataclasses import replace

    rule = source.document  # type: ignore[attr-defined]
    match = [
        msgspec.structs.replace(
            selection,
            message=f"{selection.message} variant {number}" if selection.message else msgspec.UNSET,
            code=f"{selection.code}{number}" if selection.code else msgspec.UNSET,
        )
        for selection in rule.match
        if not selection.pattern and not selection.http_status and not selection.exception
    ]
    return replace(source, document=msgspec.structs.replace(rule, match=match))  # type: ignore[type-var]


def bench_scan(kb: KnowledgeBase) -> None:
    """Measure scan() on a made-up log in which one line in a hundred is an error."""
    quiet = (
        "2026-11-21 09:45:00,123 - freqtrade.worker - INFO - Bot heartbeat. PID=1, version='2026.10', state='RUNNING'"
    )
    lines = [quiet] * 99 + [f"2026-11-21 09:45:00,200 - ccxt - ERROR - {ERROR}"]
    lines *= 50
    size = sum(len(line) + 1 for line in lines) / 1e6
    start = time.perf_counter()
    found = sum(1 for _ in scan_lines(kb, lines))
    spent = time.perf_counter() - start
    print(f"scan()                 {size / spent:6.2f} MB/s, {found} findings in {len(lines)} lines")


if __name__ == "__main__":
    main()
