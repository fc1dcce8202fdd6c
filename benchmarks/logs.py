"""`explain grep --summary` beside ripgrep and grep -E on the same logs, in one run, as ratios.

    .venv/bin/python benchmarks/logs.py                 800 MB with 1 % error lines, 200 MB with 30 %
    .venv/bin/python benchmarks/logs.py --growth        also 1, 2 and 5 GB, with the peak memory

rg and grep search for the official messages of Binance, KuCoin and BigONE, as regular expressions, one for each message.
They count lines; `explain` tells what each error is, when it was seen first and last, and what to do.
Logs are written to --folder (tmp by default) and read once before the clock starts, so that all read from memory.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from make_log import write_log

from explainer.kb.load import load_trees
from explainer.kb.store import find_rules
from explainer.kb.template import parse_template

RUNS = 5
EXPLAIN = str(Path(sys.executable).with_name("explain"))
OFFICIAL = ("binance", "kucoin", "bigone")


def main() -> None:
    """Run the benchmarks and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "explain-bench")
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    patterns = options.folder / "messages.txt"
    messages = list_messages()
    patterns.write_text("\n".join(messages) + "\n", encoding="utf-8")
    print(f"{len(messages)} official messages; best of {RUNS} runs, wall time")
    for size, errors in ((800_000_000, 0.01), (200_000_000, 0.3)):
        compare(make_log(options.folder, size, errors), patterns)
    if options.growth:
        for size in (1_000_000_000, 2_000_000_000, 5_000_000_000):
            measure_growth(make_log(options.folder, size, 0.01))


def list_messages() -> list[str]:
    """Return the official messages of three exchanges as regular expressions that rg and grep -E read alike."""
    base, _ = load_trees([find_rules()])
    found = set()
    for name, catalogue in base.catalogues.items():
        if name.split("/")[0] not in OFFICIAL:
            continue
        for code in catalogue.document.codes.values():
            messages = [meaning.message for meaning in code.meanings if meaning.message]
            found.update(to_expression(message) for message in messages)
    return sorted(found - {""})


def to_expression(message: str) -> str:
    """Return a message template with `.*` for its holes."""
    parts, _ = parse_template(message)
    return "".join(
        re.sub(r"([\\.^$*+?()\[\]{}|])", r"\\\1", part.literal) if part.hole is None else ".*" for part in parts
    )


def make_log(folder: Path, size: int, errors: float) -> Path:
    """Return a log of this kind, which is written if it is not there yet."""
    path = folder / f"{size // 1_000_000}MB-{errors:.0%}.log"
    if not path.exists() or abs(path.stat().st_size - size) > 10_000:
        write_log(path, size, errors)
    return path


def compare(log: Path, patterns: Path) -> None:
    """Print the times of all tools on one log."""
    with log.open("rb") as file:
        while file.read(1 << 24):
            pass
    tools = {"explain grep --summary": [EXPLAIN, "grep", "--summary", str(log)]}
    if shutil.which("rg"):
        tools["rg -c -f"] = ["rg", "-c", "-f", str(patterns), str(log)]
    tools["grep -cE -f"] = ["env", "LC_ALL=C", "grep", "-cE", "-f", str(patterns), str(log)]
    best = dict.fromkeys(tools, float("inf"))
    for _ in range(RUNS):
        for name, command in tools.items():
            best[name] = min(best[name], clock(command))
    print(f"\n{log.name}")
    for name, seconds in best.items():
        ratio = best["explain grep --summary"] / seconds
        print(f"  {name:24s} {seconds:6.2f} s   explain takes {ratio:.2f} of it")


def clock(command: Sequence[str]) -> float:
    """Return the seconds that a command takes."""
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False)  # grep stops at the first match if nobody reads it
    return time.perf_counter() - start


def measure_growth(log: Path) -> None:
    """Print time and peak memory (of the largest process) for one log."""
    code = (
        "import resource, subprocess, sys, time; start = time.perf_counter(); "
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); seconds = time.perf_counter() - start; "
        "print(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", code, EXPLAIN, "grep", "--summary", str(log)]
    seconds, memory = map(float, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    size = log.stat().st_size
    print(f"  {log.name}: {seconds:.2f} s, {size / seconds / 1e6:.0f} MB/s, peak memory {memory / 1000:.0f} MB")


if __name__ == "__main__":
    main()
