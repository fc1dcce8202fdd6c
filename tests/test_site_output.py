"""The folder of a site is replaced as a whole or not at all, and no other folder is touched."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from explainer.site_builder import build
from explainer.site_builder.output import MARK, OutputError, replace_folder

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a folder that holds a site."""
    out = tmp_path / "www" / "site"
    with replace_folder(out) as fresh:
        (fresh / "en").mkdir()
        (fresh / "en" / "index.html").write_text("old", encoding="utf-8")
    return out


def look(folder: Path) -> dict[str, str]:
    """Return every file below a folder, but for the mark, with its text."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MARK)
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


OLD = {"site/en/index.html": "old"}


def test_a_new_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    with replace_folder(tmp_path / "a" / "b" / "site") as fresh:
        (fresh / "index.html").write_text("new", encoding="utf-8")
        assert not (tmp_path / "a" / "b" / "site").exists()
    assert look(tmp_path) == {"a/b/site/index.html": "new"}


def test_what_the_new_site_lacks_is_gone(out: Path) -> None:
    with replace_folder(out) as fresh:
        (fresh / "index.html").write_text("new", encoding="utf-8")
        assert look(out.parent)["site/en/index.html"] == "old"
    assert look(out.parent) == {"site/index.html": "new"}


def test_an_empty_folder_may_be_taken(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with replace_folder(tmp_path / "site") as fresh:
        (fresh / "index.html").write_text("new", encoding="utf-8")
    assert look(tmp_path) == {"site/index.html": "new"}


def test_a_path_may_be_seen_from_here(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(out.parent)
    with replace_folder(Path("site")) as fresh:
        (fresh / "index.html").write_text("new", encoding="utf-8")
    assert look(out.parent) == {"site/index.html": "new"}


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt(), SystemExit(), OSError(errno.ENOSPC, "full")])
def test_a_failure_leaves_the_old_site_and_nothing_else(out: Path, error: BaseException) -> None:
    def fail() -> None:
        with replace_folder(out) as fresh:
            (fresh / "index.html").write_text("half", encoding="utf-8")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert look(out.parent) == OLD
    assert list(out.parent.iterdir()) == [out]


def test_a_first_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="half"), replace_folder(tmp_path / "site"):
        raise ValueError("half")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_to_put_the_new_site_in_place_brings_the_old_one_back(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def fail_for_new(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_new)
    with pytest.raises(OSError, match="Input/output"), replace_folder(out):
        pass
    assert look(out.parent) == OLD
    assert list(out.parent.iterdir()) == [out]


KILLED = """
import os, signal, sys
from pathlib import Path
from explainer.site_builder.output import replace_folder

rename = Path.rename
def kill_after(self, target):
    rename(self, target)
    if sys.argv[2] == "between":
        os.kill(os.getpid(), signal.SIGKILL)

Path.rename = kill_after
with replace_folder(Path(sys.argv[1])) as fresh:
    (fresh / "index.html").write_text("half")
    if sys.argv[2] == "within":
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["within", "between"])
def test_after_a_kill_the_next_build_begins_from_the_old_site(out: Path, moment: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(out), moment], check=False)
    assert done.returncode == -signal.SIGKILL
    with suppress(ValueError), replace_folder(out):
        assert look(out) == {"en/index.html": "old"}
        raise ValueError
    assert look(out.parent) == OLD
    assert list(out.parent.iterdir()) == [out]


def test_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="holds files that `explain site build` did not make; name an empty folder"):
        replace_folder(tmp_path / "site").__enter__()
    assert look(tmp_path) == {"site/thesis.txt": "mine"}


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        replace_folder(tmp_path / "site").__enter__()
    assert look(tmp_path) == {"site": "mine"}


@pytest.mark.parametrize("target", ["site", "nowhere"])
def test_a_link_is_refused(out: Path, target: str) -> None:
    link = out.with_name("link")
    link.symlink_to(target)
    with pytest.raises(OutputError, match="is a link; name the folder that it leads to"):
        replace_folder(link).__enter__()
    assert link.is_symlink()
    assert look(out) == {"en/index.html": "old"}


def test_a_place_where_no_folder_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"cannot write beside .*file/site: Not a directory"):
        replace_folder(tmp_path / "file" / "site").__enter__()
    assert look(tmp_path) == {"file": "mine"}


def test_files_that_others_put_into_the_folder_are_not_lost(out: Path) -> None:
    (out / "CNAME").write_text("help.example.com", encoding="utf-8")
    with suppress(OutputError), replace_folder(out):
        pass
    assert look(out)["CNAME"] == "help.example.com"


def test_the_root_of_the_disk_is_refused() -> None:
    with pytest.raises(OutputError):
        replace_folder(Path("/")).__enter__()


def test_of_two_builds_at_once_none_is_mixed_with_the_other(out: Path) -> None:
    with replace_folder(out) as first:
        (first / "one").write_text("first", encoding="utf-8")
        with suppress(OutputError), replace_folder(out) as second:
            (second / "one").write_text("second", encoding="utf-8")
            (second / "two").write_text("second", encoding="utf-8")
        (first / "two").write_text("first", encoding="utf-8")
    assert len(set(look(out).values())) == 1


Written = Callable[[Path, str, str], None]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_build_that_ends_in_the_middle_leaves_the_old_site(
    little: "Little",
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    workers: int,
) -> None:
    little.build()
    before = little.read_all()
    write: Written = build._write

    def fail_late(out: Path, path: str, text: str) -> None:
        if path == "zh/http/429/index.html":
            raise error
        write(out, path, text)

    monkeypatch.setattr(build, "_write", fail_late)
    little.change("site/templates/base.html", "<!doctype html>", "<!doctype html><!-- new -->")
    with pytest.raises(type(error)):
        little.build(workers=workers)
    assert little.read_all() == before
    assert sorted(path.name for path in little.folder.iterdir()) == ["out", "rules", "site", "site.yaml"]


HELD = """
import os, sys, time
from pathlib import Path
from explainer.site_builder.output import replace_folder

with replace_folder(Path(sys.argv[1])):
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_build_in_another_process_keeps_us_out_until_it_is_killed(out: Path) -> None:
    command = [sys.executable, "-c", HELD, str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(OutputError, match="another build is writing site in"):
            replace_folder(out).__enter__()
        other.kill()
        other.wait()
        with replace_folder(out) as fresh:  # although a process that it started lives on
            (fresh / "index.html").write_text("new", encoding="utf-8")
        os.killpg(other.pid, signal.SIGKILL)
    assert look(out.parent) == {"site/index.html": "new"}
