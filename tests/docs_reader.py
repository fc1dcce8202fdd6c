"""Tries what a page of the documentation shows, block by block, in a folder with the files that the pages speak of."""

import contextlib
import gzip
import io
import json
import re
import shutil
import signal
import subprocess
import sys
import time
import types
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from explainer.kb.schema import find_problems, make_schema
from explainer.kb.source import read_yaml
from explainer.model.document import KINDS
from explainer.site_builder.config import SiteDocument, read_config
from tests.docs_pages import ROOT, Block, is_like, is_part, read_commands
from tests.site_fixtures import need

NOT_RUN = {
    "make": "installs, or runs all tests; a test sees that the target exists",
    "journalctl": "needs systemd; the sample log stands in for what it pipes into explain",
    "docker": "needs Docker; the sample log stands in for what it pipes into explain",
    "rclone": "needs an object store",
    "aws": "needs an object store",
    "explain site serve": "runs until Ctrl-C; tests/test_site_serve.py",
    "explain site build --out public": "tests/site_fixtures.py builds the same",
    "explain site build --config site.yaml --out public": "tests/site_fixtures.py builds one with settings",
    "explain site build --config docs/examples/site/site.yaml --out public": "tests/test_site_docs.py builds it",
    "explain rules check docs/examples/site/rules": "tests/test_site_docs.py checks them",
}
"""Programs, and whole commands, that are not run, and why."""

NO_PROGRAM = {
    "text": "is output, compared where it follows what prints it",
    "ini": "needs systemd; its command is compared with the options that there are",
    "nginx": "needs nginx; tests/test_site_docs.py reads its pattern",
    "html": "needs a page; tests/test_site_docs.py looks for the names that it imports",
}
"""Languages of blocks that are not tried, and why."""

FOREIGN_YAML = {"jobs": "a workflow of GitHub; tests/test_site_docs.py reads it"}
"""Keys of YAML that other programs read."""

LOG = (ROOT / "docs" / "sample.log").read_text(encoding="utf-8")


def furnish(folder: Path) -> None:
    """Put the files there of which the pages speak: the documentation, logs of this minute, the command."""
    now = datetime.now(UTC)
    fresh = re.sub(r"^\S+ [\d:]+", f"{now:%Y-%m-%d %H:%M:%S}", LOG, flags=re.MULTILINE)
    shutil.copytree(ROOT / "docs", folder / "docs")
    for name in ("logs", "bot/logs", "public_html", ".venv"):
        (folder / name).mkdir(parents=True)
    for name in ("bot.log", "logs/bot.log", "bot/logs/bot.log"):
        (folder / name).write_text(fresh, encoding="utf-8")
    (folder / "logs" / "bot.log.1.gz").write_bytes(gzip.compress(fresh.encode()))
    (folder / "test.log").write_text(fresh.splitlines()[0] + "\n", encoding="utf-8")
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)


def stand_in(name: str, **attributes: Any) -> types.ModuleType:
    """Return a module that programs import and the tests do not install."""
    module = types.ModuleType(name)
    vars(module).update(attributes)
    return module


class BaseError(Exception):
    """Stands for ccxt's, of which all others are kinds."""


PACKAGES: dict[str, dict[str, Any]] = {
    "ccxt": {
        "BaseError": BaseError,
        "RequestTimeout": type("RequestTimeout", (BaseError,), {"__module__": "ccxt.base.errors"}),
        "OrderNotFound": type("OrderNotFound", (BaseError,), {"__module__": "ccxt.base.errors"}),
        "InsufficientFunds": type("InsufficientFunds", (BaseError,), {"__module__": "ccxt.base.errors"}),
    },
    "requests": {"RequestException": OSError},
    "telegram.ext": {"Application": None, "MessageHandler": None, "filters": None},
}
"""What programs on the pages import of packages that the tests do not install."""


class Reader:
    """Goes through a page as one who tries everything, from top to bottom."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": "docs"}  # of the page's program
        self.printed: str | None = None  # by the block before

    def read(self, block: Block) -> None:
        """Try a block."""
        printed, self.printed = self.printed if block.follows else None, None
        if block.kind in ("sh", "console"):
            self._run(block)
        elif block.kind == "python":
            self.printed = run_python(block, self.names)
        elif block.kind == "yaml":
            try_yaml(block, self.folder)
        elif block.kind == "json":
            for shown in parse_json(block.text):
                fits = printed is None or any(is_part(shown, one) for one in parse_json(printed))
                assert fits, f"{block.place}: {shown}\nis not in\n{printed}"
        else:
            assert block.kind in NO_PROGRAM, f"{block.place}: who reads {block.kind!r}?"
            assert printed is None or is_like(block.text, printed), f"{block.place}: it prints\n{printed}"

    def _run(self, block: Block) -> None:
        for line, output in read_commands(block):
            self.printed = run(line, block.place)
            if output is not None and self.printed is not None:
                assert is_like(output, self.printed), f"{block.place}: it prints\n{self.printed}"


def run(line: str, place: str) -> str | None:
    """Run a command, which must succeed, and return what it prints; None for one that is not run."""
    if find_reason(line):
        _, pipe, rest = line.partition(" | explain")
        if not pipe:
            return None
        line = f"cat docs/sample.log | explain{rest}"
    if "| jq " in line:
        need(shutil.which("jq"), "no jq here (Debian: apt-get install jq)")
    if "--follow" in line:
        return follow(line, place)
    bash = ["bash", "-o", "pipefail", "-c", line]
    done = subprocess.run(bash, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{place}: {line}: exit status {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def find_reason(line: str) -> str | None:
    """Return why a command is not run: the command or its program is listed; None if it is run."""
    return NOT_RUN.get(without_comment(line)) or NOT_RUN.get(program_of(line))


def without_comment(line: str) -> str:
    return re.sub(r"\s+#.*", "", line).strip()


def program_of(line: str) -> str:
    return next(word for word in line.split() if "=" not in word).rpartition("/")[2]


def follow(line: str, place: str) -> str:
    """Run a command that follows bot.log, write errors to the log, end it by Ctrl-C, and return what it prints."""
    process = subprocess.Popen(
        ["bash", "-c", f"exec {line}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    for _ in range(12):
        with Path("bot.log").open("a", encoding="utf-8") as log:
            log.write(LOG)
        time.sleep(0.2)
        if process.poll() is not None:
            break
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode in (0, 130), f"{place}: {line}: exit status {process.returncode}\n{printed}"
    assert "binance/timestamp-outside-recv-window" in printed, f"{place}: {line}\n{printed}"
    return printed


def run_python(block: Block, names: dict[str, Any]) -> str:
    """Run a block of Python after those before it, and return what it prints."""
    page, _, line = block.place.rpartition(":")
    code = compile("\n" * int(line) + block.text, page, "exec")
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, names)
    return out.getvalue()


def parse_json(text: str) -> list[Any]:
    """Return the documents of a text: one in many lines, or one a line."""
    try:
        return [json.loads(text)]
    except ValueError:
        return [json.loads(line) for line in text.splitlines()]


def try_yaml(block: Block, folder: Path) -> None:
    """Check YAML as what it is: settings of a site, a document of the rules, a part of one, or another program's.

    A first line `# name.yaml` says under which name it is kept for the commands that come.
    """
    name = re.match(r"# ([\w./-]+\.ya?ml)\n", block.text)
    file = folder / (name[1] if name else "block.yaml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(block.text, encoding="utf-8")
    keys = set(msgspec.yaml.decode(block.text))
    if kind := re.search(r"schema/(\w+)\.schema\.json", block.text):
        value, lines, problems = read_yaml(file, block.place)
        assert problems + find_problems(make_schema(kind[1]), value, block.place, lines) == []
    elif keys <= set(SiteDocument.__struct_fields__):
        read_config(file)
    elif not keys & FOREIGN_YAML.keys():
        assert any(keys <= set(document.__struct_fields__) for document in KINDS.values()), block.place
