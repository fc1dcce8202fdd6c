"""Runs one harness in a process of its own: `python -m tests.fuzz.child NAME FOLDER SEEDS [option…]`.

A fault is noted, with its input, and the run goes on; each place in the code is noted once.
"""

import sys
import traceback
from pathlib import Path

import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]

MOST_WORDS = 3000


def note(folder: Path, data: bytes, error: BaseException) -> None:
    """Keep an input, and what it led to, by where it was raised."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "fuzz/child.py" not in frame.filename]
    place = f"{Path(frames[-1].filename).stem}-{frames[-1].lineno}" if frames else "unknown"
    path = folder / f"fault-{place}"
    if not path.exists():
        path.write_bytes(data)
        path.with_suffix(".txt").write_text("".join(traceback.format_exception(error))[-4000:], "utf-8", "replace")


def main(name: str, folder: Path, most: int, options: list[str]) -> None:
    """Write so many seeds, and the dictionary, and let the fuzzer run; the options are those of libFuzzer."""
    with atheris.instrument_imports(include=["explainer", "markdown_it"]):
        from tests.fuzz.entrances import ENTRANCES
    harness = ENTRANCES[name]()
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = list(harness.seeds())
    for number, seed in enumerate(seeds[:: len(seeds) // most + 1]):
        (corpus / f"seed-{number:05}").write_bytes(seed)
    words = {word.encode() for word in harness.words() if word}
    lines = ['"' + "".join(f"\\x{byte:02x}" for byte in word[:60]) + '"' for word in sorted(words)[:MOST_WORDS]]
    (folder / "dictionary").write_text("\n".join(lines) + "\n", encoding="ascii")

    def try_one(data: bytes) -> None:
        try:
            harness(data)
        except Exception as error:
            note(folder, data, error)

    own = [f"-dict={folder / 'dictionary'}", f"-artifact_prefix={folder}/", "-timeout=10", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], str(corpus), *own, *options], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
