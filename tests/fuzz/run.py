"""Fuzzes the entrances by hand: `python tests/fuzz/run.py --seconds 300 [harness…]`; needs atheris, so Linux."""

import argparse
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMES = ("paste", "lines", "packed", "rules", "settings", "prose", "addresses")


@dataclass(frozen=True)
class Run:
    """What came of one harness."""

    inputs: int
    coverage: int
    faults: tuple[str, ...]
    tail: str


def fuzz(name: str, folder: Path, *options: str, limit: float, seeds: int = 10_000) -> Run:
    """Run a harness, and return what came of it; faults are left in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*-*"):
        if old.is_file():
            old.unlink()
    command = [sys.executable, "-m", "tests.fuzz.child", name, str(folder), str(seeds), *options]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": "0"},  # the same seed gives the same inputs
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return Run(0, 0, (f"did not end within {limit:.0f} s",), str(late.stderr)[-2000:])
    said = done.stderr
    inputs = [int(number) for number in re.findall(r"^#(\d+)\s", said, re.MULTILINE)]
    covered = [int(number) for number in re.findall(r"\bcov: (\d+)", said)]
    faults = sorted(path.read_text("utf-8", "replace") for path in folder.glob("fault-*.txt"))
    faults += [f"input {path}" for path in sorted(folder.glob("*-*")) if re.match("timeout|oom|crash|leak", path.name)]
    if done.returncode and not faults:
        faults = [f"ended with status {done.returncode}"]
    return Run(max(inputs, default=0), max(covered, default=0), tuple(faults), said[-2000:])


def write(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run what is asked for, one after the other, and print a line for each; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("harness", nargs="*", choices=[*NAMES, []], help="all, unless named")
    parser.add_argument("--seconds", type=int, default=300, help="for each harness")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "fuzz", help="where inputs with faults are left")
    options = parser.parse_args()
    write(f"{'harness':12}{'inputs':>10}{'coverage':>10}{'faults':>8}")
    is_faulty = False
    for name in options.harness or NAMES:
        run = fuzz(name, options.out / name, f"-max_total_time={options.seconds}", limit=options.seconds * 3 + 120)
        write(f"{name:12}{run.inputs:10}{run.coverage:10}{len(run.faults):8}")
        for fault in run.faults:
            write(fault)
        is_faulty = is_faulty or bool(run.faults)
    return int(is_faulty)


if __name__ == "__main__":
    sys.exit(main())
