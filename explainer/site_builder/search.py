"""Runs pagefind over a built site, for search by word in the browser. Knows nothing of pages."""

import importlib.util
import subprocess
import sys
from pathlib import Path

EXTRA = "exchange-explainer[site]"


class SearchError(Exception):
    """pagefind failed; the text is its own."""


def has_pagefind() -> bool:
    """Tell whether pagefind is installed, with its program."""
    return importlib.util.find_spec("pagefind") is not None and any(
        importlib.util.find_spec(name) for name in ("pagefind_bin_extended", "pagefind_bin")
    )


def index_site(folder: Path) -> None:
    """Write the search index of the pages in a folder to `pagefind/` inside; raises SearchError."""
    command = [sys.executable, "-P", "-m", "pagefind", "--site", str(folder), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (its own program)
    if done.returncode:
        raise SearchError((done.stderr or done.stdout).strip()[-2000:])
    for file in (folder / "pagefind").glob("pagefind-*ui*"):
        file.unlink()  # ready-made search boxes, which this site does not use
