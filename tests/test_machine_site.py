"""Faults of the machine while a site is built: the old site stays whole, processes die, and the next build works."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from explainer.cli.entry import _run
from explainer.site_builder.output import MARK, OutputError, replace_folder

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]

ROOT = Path(__file__).parents[1]
RUN = r"""
import os, signal, sys
from pathlib import Path
from explainer.cli.entry import run
from explainer.kb import store
from explainer.site_builder import build, content

store.CHECKOUT = content.CHECKOUT = Path(sys.argv.pop(1)) / "rules"
os.cpu_count = lambda: 2
write = build._write
def write_and_tell(out, path, text):
    write(out, path, text)
    os.write(1, b"written\n")  # in one piece, whichever process writes it
build._write = write_and_tell
signal.signal(signal.SIGINT, signal.default_int_handler)  # which who started the tests may have ignored
run()
"""


def start(little: "Little", limit: str = "") -> subprocess.Popen[str]:
    """Start a build of the little site with two processes, which tells of each page."""
    script = f'{limit} exec "$0" -c "$@"'
    args = [sys.executable, RUN, str(little.folder), "site", "build", "--no-search", "--out", str(little.out)]
    return subprocess.Popen(
        ["bash", "-c", script, *args],
        cwd=little.folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for_pages(process: subprocess.Popen[str], count: int) -> None:
    assert process.stdout
    for _ in range(count):
        assert process.stdout.readline() == "written\n"


@pytest.mark.parametrize(
    ("sign", "pages", "status"),
    [
        (signal.SIGKILL, 1, -9),
        (signal.SIGKILL, 60, -9),
        (signal.SIGTERM, 60, 143),
        (signal.SIGINT, 1, 130),
        (signal.SIGHUP, 30, -1),
    ],
)
def test_a_build_that_is_killed_leaves_the_old_site_and_no_process(
    little: "Little", sign: signal.Signals, pages: int, status: int
) -> None:
    little.build()
    before = little.read_all()
    little.change("site/templates/base.html", "<!doctype html>", "<!doctype html><!-- new -->")
    with start(little) as process:
        wait_for_pages(process, pages)
        process.send_signal(sign)
        _, err = process.communicate(timeout=60)  # which waits for all that hold the pipes: the other processes too
    assert (process.returncode, err) == (status, "")
    assert little.read_all() == before
    left = [path.name for path in little.folder.iterdir() if path.name.startswith(".")]
    assert left == ([] if status > 0 else [".out.new"])
    little.build()
    assert b"<!-- new -->" in little.read_all()["index.html"]
    assert not [path for path in little.folder.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the children of a process from /proc")
def test_a_process_that_is_killed_fails_the_build(little: "Little") -> None:
    with start(little) as process:
        wait_for_pages(process, 1)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split()
        os.kill(int(children[-1]), signal.SIGKILL)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (2, "explain: a process that writes pages was ended from outside\n")
    assert not little.out.exists()


def test_a_full_disk_leaves_the_old_site(little: "Little") -> None:
    little.build()
    before = little.read_all()
    with start(little, "ulimit -f 8;") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.startswith("explain: cannot write the site: File too large")
    assert err.endswith("the site from before, if any, is untouched\n")
    assert little.read_all() == before
    assert not [path for path in little.folder.iterdir() if path.name.startswith(".")]


def test_where_no_process_can_be_started_one_writes_it_all(little: "Little", monkeypatch: pytest.MonkeyPatch) -> None:
    little.build()
    before = little.read_all()

    def refuse(_: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(BaseProcess, "start", refuse)
    (little.out / MARK).unlink()
    for path in little.out.iterdir():
        path.rename(little.folder / f"old-{path.name}")
    little.build(workers=2)
    assert little.read_all() == before


def test_where_no_temporary_folder_can_be_made_that_is_told(
    little: "Little", monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["site", "serve", "--no-search", "--port", "0"]
    monkeypatch.setattr(tempfile, "tempdir", "/dev/null/none")
    monkeypatch.setattr(sys, "argv", ["explain", *args])
    with pytest.raises(SystemExit) as end:
        _run(args)
    assert end.value.code == 2
    assert capsys.readouterr().err == (
        "explain: no temporary folder can be made: Not a directory; TMPDIR names another place\n"
    )


def test_a_current_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(OutputError, match="the folder that you are in is gone; name the whole path"):
        replace_folder(Path("site")).__enter__()
    with replace_folder(tmp_path / "site") as fresh:
        (fresh / "index.html").write_text("new", encoding="utf-8")
    assert (tmp_path / "site" / "index.html").read_text(encoding="utf-8") == "new"


def test_a_path_that_is_no_text_is_a_path(little: "Little") -> None:
    out = little.folder / os.fsdecode(b"site \xff\n")
    with replace_folder(out) as fresh:
        (fresh / "index.html").write_text("new", encoding="utf-8")
    with replace_folder(out) as fresh:
        (fresh / "index.html").write_text("newer", encoding="utf-8")
    assert (out / "index.html").read_text(encoding="utf-8") == "newer"
