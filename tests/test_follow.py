"""Following files as they grow, are rotated, cut, appear late and vanish; each step is taken between two looks."""

import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from explainer.logs.follow import Piece, follow
from explainer.logs.joiner import MAX_LINE_BYTES
from explainer.model.log import Notice
from explainer.render.notices import word_reason

Step = Callable[[], object]


def watch(names: Sequence[Path | str], *steps: Step, from_start: bool = False, looks: int = 4) -> list[Piece]:
    """Return what is yielded while the steps are taken, with some looks before each and after the last."""
    left = [step for given in steps for step in (*[nothing] * looks, given)] + [nothing] * looks

    def stop() -> bool:
        if left:
            left.pop(0)()
            return False
        return True

    shown = [str(name) for name in names]
    return list(follow(shown, from_start=from_start, poll=0, stop=stop))


def nothing() -> None:
    pass


def append(path: Path, text: bytes) -> Step:
    def step() -> None:
        with path.open("ab") as file:
            file.write(text)

    return step


def rename(path: Path, new: str) -> Step:
    return lambda: path.rename(path.with_name(new))


def lines(pieces: Sequence[Piece], path: Path) -> list[bytes]:
    return [piece[1] for piece in pieces if not isinstance(piece, Notice) and piece[0] == str(path)]


def notices(pieces: Sequence[Piece]) -> list[tuple[str, bool]]:
    return [(word_reason(piece, "en"), piece.is_error) for piece in pieces if isinstance(piece, Notice)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "bot.log"
    path.write_bytes(b"old\n")
    return path


def test_new_lines_are_yielded_when_they_are_whole(log: Path) -> None:
    pieces = watch(
        [log], append(log, b"one\r\ntw"), append(log, b"o\nthree"), append(log, b" and\n\n"), append(log, b"x")
    )
    assert pieces == [(str(log), b"one\r\n"), (str(log), b"two\n"), (str(log), b"three and\n\n")]


def test_what_is_there_already_can_be_read_too(log: Path) -> None:
    assert lines(watch([log], append(log, b"new\n"), from_start=True), log) == [b"old\n", b"new\n"]


def test_several_files_have_their_turns(log: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.log"
    other.write_bytes(b"x\n" * 2_000_000)
    pieces = watch([other, log], from_start=True)
    assert [name for name, _ in (piece for piece in pieces if not isinstance(piece, Notice))][:3] == [
        str(other),
        str(log),
        str(other),
    ]
    assert b"".join(lines(pieces, other)) == b"x\n" * 2_000_000


def test_a_rotated_file_is_read_to_its_end_before_the_new_one(log: Path) -> None:
    def rotate() -> None:
        append(log, b"last\nbegun")()
        log.rename(log.with_name("bot.log.1"))
        log.write_bytes(b"new\n")

    pieces = watch([log], append(log, b"one\n"), rotate, append(log, b"two\n"))
    assert lines(pieces, log) == [b"one\n", b"last\n", b"begun", b"new\n", b"two\n"]
    assert notices(pieces) == [("was replaced; reading the new file from its start", False)]
    assert isinstance(pieces[3], Notice)


def test_a_file_that_is_moved_away_is_waited_for(log: Path) -> None:
    moved = log.with_name("bot.log.1")
    pieces = watch(
        [log], rename(log, "bot.log.1"), append(moved, b"late\n"), append(log, b"new\n"), append(moved, b"too late\n")
    )
    assert lines(pieces, log) == [b"late\n", b"new\n"]
    assert notices(pieces) == [
        ("is not there; waiting for it", False),
        ("was replaced; reading the new file from its start", False),
    ]


def test_a_file_that_comes_back_is_read_on(log: Path) -> None:
    moved = log.with_name("bot.log.1")
    back = rename(moved, "bot.log")
    pieces = watch([log], rename(log, moved.name), back, append(log, b"new\n"), rename(log, moved.name), back)
    assert lines(pieces, log) == [b"new\n"]
    assert notices(pieces) == [("is not there; waiting for it", False)] * 2


def test_a_file_that_is_cut_is_read_from_its_start(log: Path) -> None:
    pieces = watch([log], append(log, b"one\nbegun"), lambda: os.truncate(log, 0), append(log, b"new\n"))
    assert lines(pieces, log) == [b"one\n", b"begun", b"new\n"]
    assert notices(pieces) == [("was cut; reading it from its start", False)]


def test_a_file_that_is_not_there_yet_is_waited_for_and_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "later" / "bot.log"
    pieces = watch([path], lambda: path.parent.mkdir(), append(path, b"one\n"), append(path, b"two\n"))
    assert lines(pieces, path) == [b"one\n", b"two\n"]
    assert notices(pieces) == [
        ("is not there; waiting for it", False),
        ("is there now; reading it from its start", False),
    ]


def test_what_cannot_be_read_is_told_once_and_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "bot.log"
    path.mkdir()

    def make_file() -> None:
        path.rmdir()
        path.write_bytes(b"one\n")

    pieces = watch([path], make_file)
    assert lines(pieces, path) == [b"one\n"]
    assert notices(pieces) == [
        ("cannot be read: Is a directory; trying again", True),
        ("is there now; reading it from its start", False),
    ]


def test_a_file_replaced_by_what_cannot_be_read_is_waited_for(log: Path) -> None:
    def replace() -> None:
        log.unlink()
        log.mkdir()

    def make_file() -> None:
        log.rmdir()
        log.write_bytes(b"new\n")

    pieces = watch([log], append(log, b"begun"), replace, make_file)
    assert lines(pieces, log) == [b"begun", b"new\n"]
    assert notices(pieces) == [
        ("cannot be read: Is a directory; trying again", True),
        ("was replaced; reading the new file from its start", False),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="a file that can be opened and not read")
def test_a_fault_in_the_middle_is_told_once() -> None:
    assert watch(["/proc/self/mem"], from_start=True) == [
        Notice("/proc/self/mem", "retried", is_error=True, detail="Input/output error")
    ]


def test_a_named_pipe_is_followed_through_its_writers(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    pieces = watch([path], append(path, b"one\ntw"), append(path, b"o\n"))
    assert pieces == [(str(path), b"one\n"), (str(path), b"two\n")]


def test_a_pipe_that_is_open_and_silent_does_not_block(tmp_path: Path, log: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with os.fdopen(os.open(path, os.O_RDWR), "wb", buffering=0):
        assert watch([path, log], append(log, b"one\n")) == [(str(log), b"one\n")]


def test_of_a_line_too_long_the_start_is_kept(log: Path) -> None:
    pieces = watch([log], append(log, b"x" * 3_000_000), append(log, b"x\nnext\n"))
    assert lines(pieces, log) == [b"x" * MAX_LINE_BYTES + b"\nnext\n"]


def test_standard_input_is_read_to_its_end(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\ntwo")))
    assert watch(["-"]) == [("-", b"one\n"), ("-", b"two")]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\n")))
    assert watch([log, "-"], append(log, b"new\n")) == [("-", b"one\n"), (str(log), b"new\n")]


def test_what_is_wrong_with_standard_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\0")))
    assert watch(["-"]) == [Notice("-", "binary", is_error=False)]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\x1f\x8b\x08\0")))
    assert notices(watch(["-"])) == [("the compressed file ends too early; what is there was read", True)]
    monkeypatch.setattr(sys, "stdin", None)
    assert watch(["-"]) == [Notice("-", "closed", is_error=True)]


def test_files_are_closed_when_nobody_asks_any_more(log: Path) -> None:
    following = follow([str(log)], from_start=True)
    assert next(following) == (str(log), b"old\n")
    following.close()  # type: ignore[attr-defined]
    assert list(following) == []
