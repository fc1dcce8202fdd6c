"""`explain site serve`: it follows changes, keeps the site from before while there is a fault, and ends quietly."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from explainer.cli.entry import _run
from explainer.site_builder import serve
from explainer.site_builder.serve import look, watch

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]

ROOT = Path(__file__).parents[1]


def get(port: int, path: str) -> bytes:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        body: bytes = answer.read()
    return body


@contextmanager
def watching(places: list[Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Semaphore]:
    """Watch places, and give what counts the changes."""
    changes, ended = threading.Semaphore(0), threading.Event()
    monkeypatch.setattr(serve, "PAUSE", 0.01)
    thread = threading.Thread(target=watch, args=(lambda: places, look(places), changes.release, ended))
    thread.start()
    try:
        yield changes
    finally:
        ended.set()
        thread.join()


def test_every_change_to_a_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, file = tmp_path / "rules", tmp_path / "site.yaml"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.yaml").write_text("a", encoding="utf-8")
    file.write_text("a", encoding="utf-8")
    with watching([folder, file, tmp_path / "nowhere"], monkeypatch) as changes:
        for change in (
            lambda: (folder / "deep" / "a.yaml").write_text("other", encoding="utf-8"),
            lambda: file.write_text("other", encoding="utf-8"),
            lambda: (folder / "b.yaml").write_text("new", encoding="utf-8"),
            lambda: (folder / "deep" / "a.yaml").unlink(),
            lambda: file.unlink(),
        ):
            change()
            assert changes.acquire(timeout=20)
        assert not changes.acquire(timeout=0.1)


RUN = """
import sys
from pathlib import Path
from explainer.cli.entry import _run
from explainer.kb import store
from explainer.site_builder import content, serve

store.CHECKOUT = content.CHECKOUT = Path(sys.argv.pop(1)) / "rules"
serve.PAUSE = 0.05
_run(sys.argv[1:])
"""


class Served:
    """`explain site serve` in a process of its own."""

    def __init__(self, little: "Little", *args: str) -> None:
        command = [sys.executable, "-c", RUN, str(little.folder), "site", "serve", "--no-search", *args]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )

    def wait(self) -> int:
        """Return the port when the site is built."""
        assert self.line() == "50 pages built"
        address = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/ \(Ctrl-C ends it\)", self.line())
        assert address
        return int(address[1])

    def line(self) -> str:
        """Return the next line that is printed."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def rest(self) -> str:
        assert self.process.stdout
        return self.process.stdout.read()


@pytest.fixture
def start(little: "Little") -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def run(*args: str) -> Served:
        started.append(Served(little, *args))
        return started[-1]

    yield run
    for served in started:
        served.process.kill()
        served.process.communicate()


def test_it_builds_serves_follows_changes_and_ends_with_ctrl_c(little: "Little", start: Callable[..., Served]) -> None:
    config = little.write("site.yaml", "base_url: https://help.example.com/errors\n")
    served = start("--port", "0", "--config", str(config))
    port = served.wait()
    assert b'href="/acme/"' in get(port, "/")

    little.change("site/content/pages/about.en.md", "## Head", "## Changed head")
    assert served.line() == "50 pages built"
    assert b"Changed head" in get(port, "/about/")

    little.change("site.yaml", "base_url", "bas_url")
    assert "unknown key (did you mean `base_url`?)" in served.line()
    assert served.line() == "explain: 1 fault; nothing was built"
    assert served.line() == "not built; waiting for the next change"
    assert b"Changed head" in get(port, "/about/")

    little.change("site.yaml", "bas_url: https://help.example.com/errors", "name: {en: Mended, zh: 好了}")
    assert served.line() == "50 pages built"
    assert b"Mended" in get(port, "/")

    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=20) in (0, 130)
    assert served.rest() == ""


def test_a_changed_rule_is_seen(little: "Little", start: Callable[..., Served]) -> None:
    served = start("--port", "0")
    port = served.wait()
    little.change("rules/exchanges/betaex/closed.yaml", "Beta is closed", "Beta is shut")
    assert served.line() == "50 pages built"
    assert b"Beta is shut" in get(port, "/betaex/closed/")


def test_a_port_that_is_taken(start: Callable[..., Served]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        served = start("--port", str(port))
        assert served.process.wait(timeout=20) == 2
    assert served.rest() == (
        f"explain: cannot listen on port {port}: Address already in use\n"
        "  another one: --port 0 takes any that is free\n"
    )


def test_a_site_that_cannot_be_built_at_first_is_the_end(little: "Little", start: Callable[..., Served]) -> None:
    shutil.rmtree(little.folder / "site" / "content")
    served = start("--port", "0")
    assert served.process.wait(timeout=20) == 2
    assert "nothing was built" in served.rest()


def test_the_command_builds_serves_and_builds_again(
    little: "Little", monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same within this process, with something in place of the watch."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    config = little.write("site.yaml", "languages: [zh]\n")
    watched: list[Path] = []

    def change_twice(places: Callable[[], list[Path]], _known: object, changed: Callable[[], None], _: object) -> None:
        watched.extend(places())
        port = int(re.findall(r"http://127\.0\.0\.1:(\d+)/", capsys.readouterr().out)[0])
        assert b'lang="zh-CN"' in get(port, "/")
        config.write_text("languages: [en]\n", encoding="utf-8")
        changed()
        assert b'lang="en"' in get(port, "/")
        config.write_text("languages: [fr]\n", encoding="utf-8")
        changed()
        assert b'lang="en"' in get(port, "/")
        raise KeyboardInterrupt

    monkeypatch.setattr(serve, "watch", change_twice)
    args = ["site", "serve", "--no-search", "--port", "0", "--config", str(config)]
    monkeypatch.setattr(sys, "argv", ["explain", *args])
    with pytest.raises(SystemExit) as end:
        _run(args)
    assert end.value.code == 130
    assert watched == [little.folder / "rules", little.folder / "site", config]
    err = capsys.readouterr().err
    assert "25 pages built" in err
    assert err.endswith("not built; waiting for the next change\n")
