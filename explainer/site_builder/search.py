"""Runs pagefind over a built site, for search by word in the browser. Knows nothing of how pages are made.

pagefind and browsers cut Chinese into words by different dictionaries, so that many words would never be found.
Chinese is therefore cut into pairs of characters, here for the index and in `site/scripts/site.js` for what is asked.
"""

import importlib.util
import re
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

EXTRA = "exchange-explainer[site]"

CHINESE = "x-pairs"
"""The language under which the index has Chinese pages: one in which pagefind cuts at spaces alone."""


class SearchError(Exception):
    """pagefind failed; the text is its own."""


def has_pagefind() -> bool:
    """Tell whether pagefind is installed, with its program."""
    return importlib.util.find_spec("pagefind") is not None and any(
        importlib.util.find_spec(name) for name in ("pagefind_bin_extended", "pagefind_bin")
    )


def index_site(folder: Path) -> None:
    """Write the search index of the pages in a folder to `pagefind/` inside; raises SearchError."""
    with tempfile.TemporaryDirectory(prefix="explain-search-") as scratch:
        for page in folder.rglob("index.html"):
            copy = Path(scratch) / page.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(prepare(page.read_text(encoding="utf-8")), encoding="utf-8")
        output = folder / "pagefind"
        command = [sys.executable, "-P", "-m", "pagefind", "--site", scratch, "--output-path", str(output), "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (its own program)
    if done.returncode:
        raise SearchError((done.stderr or done.stdout).strip()[-2000:])
    for file in output.glob("pagefind-*ui*"):
        file.unlink()  # ready-made search boxes, which this site does not use


_CHINESE = re.compile('<html lang="zh[^"]*">')
_RUN = re.compile("[\u3400-\u9fff]{2,}")


def prepare(html: str) -> str:
    """Return a page as it is to be indexed: Chinese in pairs, with title and description as they are shown."""
    if not _CHINESE.search(html):
        return html
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    description = re.search(r'<meta name="description" content="([^"]*)">', html)
    told = {
        "title": re.sub(r"<[^>]*>", "", heading[1]) if heading else "",
        "description": description[1] if description else "",
    }
    html = re.sub(r">[^<>]+<", lambda match: _RUN.sub(_pair, match[0]), _CHINESE.sub(f'<html lang="{CHINESE}">', html))
    marks = (f'<meta data-pagefind-meta="{name}[content]" content="{text}">' for name, text in told.items())
    return html.replace("</head>", "".join(marks) + "</head>", 1)


def _pair(run: re.Match[str]) -> str:
    text = run[0]
    return f" {' '.join([*map(''.join, pairwise(text)), text[-1]])} "
