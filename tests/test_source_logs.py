"""Which files are read, and that every line of every kind of file comes once, whatever the file holds."""

import bz2
import contextlib
import gzip
import inspect
import io
import lzma
import os
import pickle
import random
import socket
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explainer.logs import joiner
from explainer.logs.faults import CutShort, Skipped
from explainer.logs.find import find_files
from explainer.logs.source import is_plain, read_blocks
from explainer.model.log import Notice

LOG = "".join(f"2026-03-01 12:00:00 line {i} 余额不足 é\n" for i in range(5000)).encode()
NOISE = random.Random(1).randbytes(300_000).hex().encode()

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.compress,
}


def read(
    path: Path | str, start: int = 0, end: int | None = None, *, force: bool = False, size: int = 1 << 20
) -> bytes:
    return b"".join(bytes(block) for block in read_blocks(str(path), start, end, force=force, size=size))


def read_until_fault(path: Path) -> tuple[bytes, CutShort]:
    kept: list[bytes] = []
    with pytest.raises(CutShort) as fault:
        kept.extend(map(bytes, read_blocks(str(path))))
    return b"".join(kept), fault.value


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def feed_stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


# --- which files


def make_tree(top: Path, *names: str) -> None:
    for name in names:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(name)


def found(top: Path, *globs: str) -> list[str]:
    return [
        item.removeprefix(f"{top}/") if isinstance(item, str) else f"! {item.code}"
        for item in find_files([str(top)], recursive=True, globs=globs)
    ]


def test_folders_are_searched_in_natural_order_without_what_is_hidden(tmp_path: Path) -> None:
    make_tree(tmp_path, "bot.log.10", "bot.log", "bot.log.2", "bot.log.02", "a/x.log", "z/9/1.log", ".git/y", ".hidden")
    assert found(tmp_path) == ["a/x.log", "bot.log", "bot.log.02", "bot.log.2", "bot.log.10", "z/9/1.log"]


def test_what_is_no_file_is_left_out_of_a_folder_and_a_link_is_not_counted_twice(tmp_path: Path) -> None:
    make_tree(tmp_path, "in/bot.log", "out/other.log")
    folder = tmp_path / "in"
    os.mkfifo(folder / "pipe")
    (folder / "current.log").symlink_to("bot.log")
    (folder / "link.log").symlink_to("../out/other.log")
    (folder / "folder").symlink_to("../out")
    (folder / "loop").symlink_to("loop")
    (folder / "lost").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
        assert found(folder) == ["bot.log", "link.log"]
    assert list(find_files([str(folder / "bot.log"), str(folder)], recursive=False, globs=[])) == [
        str(folder / "bot.log"),
        str(folder / "link.log"),
    ]


@pytest.mark.parametrize(
    ("globs", "names"),
    [
        (["*.log*"], ["a/b/deep.log", "a/bot.log", "a/bot.log.1.gz", "bot.log"]),
        (["*.log*", "!*.gz"], ["a/b/deep.log", "a/bot.log", "bot.log"]),
        (["!*.gz", "*.log*"], ["a/b/deep.log", "a/bot.log", "a/bot.log.1.gz", "bot.log"]),
        (["!*.log"], ["a/bot.log.1.gz", "notes.txt"]),
        (["a/*.log"], ["a/bot.log"]),
        (["/*.log"], ["bot.log"]),
        (["a/**"], ["a/b/deep.log", "a/bot.log", "a/bot.log.1.gz"]),
        (["**/b/*.log"], ["a/b/deep.log"]),
        (["a/**/*.log"], ["a/b/deep.log", "a/bot.log"]),
        (["*.{txt,gz}"], ["a/bot.log.1.gz", "notes.txt"]),
        (["!b"], ["a/bot.log", "a/bot.log.1.gz", "bot.log", "notes.txt"]),
        (["!a/"], ["bot.log", "notes.txt"]),
        (["!bot.log/"], ["a/b/deep.log", "a/bot.log", "a/bot.log.1.gz", "bot.log", "notes.txt"]),
        (["[bn]o*"], ["a/bot.log", "a/bot.log.1.gz", "bot.log", "notes.txt"]),
        (["*.csv"], []),
        ([""], []),
    ],
)
def test_globs_choose_what_lies_in_folders(tmp_path: Path, globs: list[str], names: list[str]) -> None:
    make_tree(tmp_path, "bot.log", "notes.txt", "a/bot.log", "a/bot.log.1.gz", "a/b/deep.log")
    assert found(tmp_path, *globs) == names


def test_names_of_the_user_are_taken_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_tree(tmp_path, ".secret/.bot.txt", "-")
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    names = ["-", "pipe", ".secret/.bot.txt", ".secret/.bot.txt"]
    assert list(find_files(names, recursive=False, globs=["*.log"])) == names
    assert list(find_files([], recursive=True, globs=[])) == ["./-"]
    assert list(find_files([], recursive=False, globs=[])) == ["-"]


def test_what_is_missing_or_forbidden_is_told(tmp_path: Path) -> None:
    missing, below = str(tmp_path / "none"), str(write(tmp_path / "file", b"") / "below")
    assert list(find_files([missing, "", below], recursive=True, globs=[])) == [
        Notice(missing, "missing", is_error=True),
        Notice("", "missing", is_error=True),
        Notice(below, "unreadable", is_error=True, detail="Not a directory"),
    ]


def test_a_folder_nested_deeper_than_calls_may_be_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "/".join("d" * 150)).mkdir(parents=True)  # more would not be cleared away: that takes calls, too
    limit = sys.getrecursionlimit()
    Path("d/" * 150 + "bot.log").touch()
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        items = list(find_files(["."], recursive=True, globs=[]))
    finally:
        sys.setrecursionlimit(limit)
    assert items == ["./" + "d/" * 150 + "bot.log"]


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Be a user who may not read everything, as root may."""
    before = os.getresuid()
    if os.geteuid() == 0:
        os.setresuid(65534, 65534, 0)  # the real user too: it is whom `access` asks about
    try:
        yield
    finally:
        os.setresuid(*before)


def test_what_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # what lies above it only root may enter
    tmp_path.chmod(0o755)
    write(Path("locked"), b"x\n").chmod(0)
    Path("closed").mkdir(mode=0)
    with as_nobody():
        assert list(find_files([".", "locked"], recursive=True, globs=[])) == [
            Notice(name, "unreadable", is_error=True, detail="Permission denied")
            for name in ("./closed", "./locked", "locked")
        ]
        with pytest.raises(PermissionError):
            read("locked")
        assert not is_plain("locked")


def test_a_file_that_vanishes_during_the_search_is_told(tmp_path: Path) -> None:
    make_tree(tmp_path, "1.log", "2.log", "3/x.log")
    items = find_files([str(tmp_path)], recursive=True, globs=[])
    assert next(items) == str(tmp_path / "1.log")
    (tmp_path / "2.log").unlink()
    (tmp_path / "3/x.log").unlink()
    (tmp_path / "3").rmdir()
    assert [item.code for item in items if isinstance(item, Notice)] == ["missing"] * 2


# --- every kind of file


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"one", b"one\n", b"one\r\ntwo\r\n", b"\n\n\nx", b"\xff\x80\n", LOG, LOG[:-1]]
)
@pytest.mark.parametrize("size", [50, 1 << 20])
def test_plain_files_and_standard_input_are_read_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, size: int
) -> None:
    monkeypatch.setattr(joiner, "MAX_LINE_BYTES", 200)
    assert read(write(tmp_path / "x", data), size=size) == data
    feed_stdin(monkeypatch, data)
    assert read("-", size=size) == data


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("data", [b"", b"x", b"one\r\ntwo", LOG, LOG[:-1], b"\n".join([LOG, NOISE, LOG])])
def test_compressed_files_are_known_by_their_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, data: bytes
) -> None:
    monkeypatch.setattr(joiner, "MAX_LINE_BYTES", 1 << 20)
    packed = PACKERS[kind](data)
    path = write(tmp_path / "bot.log", packed)
    assert read(path) == data
    assert read(path, size=100) == data
    assert not is_plain(str(path))
    feed_stdin(monkeypatch, packed)
    assert read("-") == data


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("padding", [b"", b"\0" * 4, b"\0" * 5000])
def test_compressed_files_may_have_several_members_and_padding(tmp_path: Path, kind: str, padding: bytes) -> None:
    pack = PACKERS[kind]
    path = write(tmp_path / "x", padding.join([pack(LOG), pack(b""), pack(b"one\nt"), pack(b"wo\n"), b""]))
    assert read(path) == LOG + b"one\ntwo\n"


def test_a_zstd_file_may_begin_with_a_frame_to_skip(tmp_path: Path) -> None:
    path = write(tmp_path / "x", b"\x50\x2a\x4d\x18\x04\0\0\0abcd" + zstandard.compress(LOG))
    assert read(path) == LOG


def test_text_that_begins_like_a_compressed_file_is_text(tmp_path: Path) -> None:
    for text in (b"BZh9 is the start\n", b"(\n", b"P*M\n", b"BZh91AY&S\n"):
        assert read(write(tmp_path / "x", text)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_utf16_becomes_utf8(tmp_path: Path, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    text = "\ufeffone\r\n余额不足 😀\nlast"
    path = write(tmp_path / "x", pack(text.encode(encoding)))
    assert read(path) == text[1:].encode()
    assert read(path, size=3) == text[1:].encode()
    assert not is_plain(str(path))
    broken = write(tmp_path / "y", pack("\ufeffa\ud800b\n".encode(encoding, "surrogatepass") + b"x"))
    assert read(broken) == "a\ufffdb\n\ufffd".encode()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("text", [b"", b"\n", b"x", b"one\ntwo\n"])
def test_the_mark_of_utf8_is_dropped(tmp_path: Path, pack: Callable[[bytes], bytes], text: bytes) -> None:
    path = write(tmp_path / "x", pack(b"\xef\xbb\xbf" + text))
    assert read(path) == text
    size = path.stat().st_size
    for cut in range(size + 1):
        assert read(path, 0, cut) + read(path, cut) == text or not is_plain(str(path))


@pytest.mark.parametrize("pack", [bytes, *PACKERS.values()])
def test_a_binary_file_is_left_out_unless_forced(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    data = LOG[:1000].replace(b"\n", b"") + random.Random(4).randbytes(60_000).replace(b"\n", b"") + b"\n" + LOG
    path = write(tmp_path / "x", pack(data))
    with pytest.raises(Skipped, match="binary") as skipped:
        read(path)
    assert (skipped.value.code, skipped.value.detail) == ("binary", "")
    assert read(path, force=True) == data
    assert not is_plain(str(path))
    assert is_plain(str(path), force=True) == (pack is bytes)
    assert read(write(tmp_path / "y", pack(LOG + LOG + b"\0"))) == LOG + LOG + b"\0"


def test_why_reading_stopped_can_be_sent_between_processes() -> None:
    for kind in (Skipped, CutShort):
        fault = pickle.loads(pickle.dumps(kind("io", "why")))
        assert (type(fault), fault.code, fault.detail) == (kind, "io", "why")


# --- faults


@pytest.mark.parametrize("kind", PACKERS)
def test_of_a_truncated_file_all_that_is_there_is_read(tmp_path: Path, kind: str) -> None:
    text = b"\n".join(NOISE[i : i + 99] for i in range(0, len(NOISE), 99))
    packed = PACKERS[kind](LOG) + PACKERS[kind](text)
    for cut in (11, len(packed) // 2, len(packed) - 1):
        kept, fault = read_until_fault(write(tmp_path / "x", packed[:cut]))
        assert fault.code == "truncated"
        assert (LOG + text).startswith(kept)
        if cut == len(packed) - 1:
            assert len(kept) > 0.9 * len(LOG + text)


@pytest.mark.parametrize("kind", PACKERS)
def test_of_a_damaged_file_what_stands_before_the_damage_is_read(tmp_path: Path, kind: str) -> None:
    packed = PACKERS[kind](LOG)
    kept, fault = read_until_fault(write(tmp_path / "x", packed * 9 + packed[:20] + b"\xa5" * 300 + packed[320:]))
    assert fault.code == "damaged"
    assert fault.detail.startswith(f"{kind}: ")
    assert kept.startswith(LOG * 8)
    kept, fault = read_until_fault(write(tmp_path / "x", packed + b"\n" * 2000 + b"no log"))
    assert fault.code == "damaged"
    assert LOG.startswith(kept)


@pytest.mark.skipif(sys.platform != "linux", reason="a file that can be opened and not read")
def test_a_fault_in_the_middle_is_told() -> None:
    kept, fault = read_until_fault(Path("/proc/self/mem"))
    assert (kept, fault.code, fault.detail) == (b"", "io", "Input/output error")


@pytest.mark.skipif(sys.platform != "linux", reason="files without a size")
def test_a_file_that_says_it_is_empty_is_read_all_the_same() -> None:
    assert read("/proc/self/status").startswith(b"Name:")
    assert not is_plain("/proc/self/status")


def test_what_cannot_be_opened_is_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    for name in (tmp_path / "none", tmp_path, "x" * 300, "-"):
        with pytest.raises(OSError, match=r"No such file|Is a directory|too long|is closed"):
            read(name)
        assert not is_plain(str(name))


# --- ranges


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.integers(0, 40).map(lambda n: b"x" * n), max_size=30),
    has_end=st.booleans(),
    has_mark=st.booleans(),
    cuts=st.lists(st.integers(0, 700), max_size=6),
    size=st.integers(3, 60),
    longest=st.integers(1, 60),
)
def test_ranges_laid_end_to_end_give_every_line_once_and_none_too_long(
    tmp_path: Path, lines: list[bytes], has_end: bool, has_mark: bool, cuts: list[int], size: int, longest: int
) -> None:
    data = b"\n".join(lines) + b"\n" * has_end
    path = write(tmp_path / "x", b"\xef\xbb\xbf" * has_mark + data)
    edges = [0, *sorted(cuts)]
    wanted = b"".join(
        line if len(line.rstrip(b"\n")) <= longest else line[:longest] + b"\n"
        for line in data.splitlines(keepends=True)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joiner, "MAX_LINE_BYTES", longest)
        parts: list[bytes] = []
        counted: list[int] = []
        for start, end in zip(edges, [*edges[1:], None], strict=True):
            parts += map(bytes, read_blocks(str(path), start, end, size=size, count=counted.append))
    assert b"".join(parts) == wanted
    assert sum(counted) == path.stat().st_size
    assert all(part.endswith(b"\n") for part in parts[:-1])


def test_ranges_hold_the_lines_that_begin_in_them(tmp_path: Path) -> None:
    path = write(tmp_path / "x", b"one\ntwo\nthree\n")
    assert [read(path, start, start + 4) for start in range(6)] == [
        b"one\n", b"two\n", b"two\n", b"two\n", b"two\n", b"three\n",
    ]  # fmt: skip
    assert (read(path, 4, 4), read(path, 9, 2), read(path, 99), read(path, 0, 0)) == (b"", b"", b"", b"")


def test_all_of_a_file_that_cannot_be_cut_belongs_to_the_first_range(tmp_path: Path) -> None:
    path = write(tmp_path / "x", gzip.compress(LOG))
    assert read(path, 0, 10) + read(path, 10, 20) + read(path, 20) == LOG


def test_what_is_used_up_is_counted(tmp_path: Path) -> None:
    for data in (LOG, gzip.compress(LOG), b"\xef\xbb\xbfx", b"x" * 1_000_000 + b"\nlast"):
        counted: list[int] = []
        for _ in read_blocks(str(write(tmp_path / "x", data)), count=counted.append):
            pass
        assert sum(counted) == len(data)


def test_a_growing_file_ends_where_it_ended_with_the_begun_line(tmp_path: Path) -> None:
    path = write(tmp_path / "x", b"one\n" * 300_000 + b"be")
    blocks = read_blocks(str(path))
    kept = bytes(next(blocks))
    with path.open("ab") as file:
        file.write(b"gun\nnew\n")
    kept += b"".join(bytes(block) for block in blocks)
    assert kept == b"one\n" * 300_000 + b"begun\n"


@pytest.mark.parametrize("left", [0, 1_100_000])
def test_a_file_that_shrinks_ends(tmp_path: Path, left: int) -> None:
    path = write(tmp_path / "x", b"one\n" * 600_000)
    blocks = read_blocks(str(path))
    next(blocks)
    os.truncate(path, left)
    assert sum(len(block) for block in blocks) == max(0, left - (1 << 20))


# --- overlong lines


@pytest.mark.parametrize("tail", [b"\nnext\n", b""])
@pytest.mark.parametrize("extra", [-1, 0, 1, 1_500_000])
def test_of_a_line_too_long_the_start_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tail: bytes, extra: int
) -> None:
    line = b"x" * (joiner.MAX_LINE_BYTES + extra)
    data = b"first\n" + line + tail
    kept = b"first\n" + (line + tail if extra <= 0 else line[: joiner.MAX_LINE_BYTES] + (tail or b"\n"))
    assert read(write(tmp_path / "x", data)) == kept
    assert read(write(tmp_path / "x", gzip.compress(data))) == kept
    feed_stdin(monkeypatch, data)
    assert read("-", size=65_536) == kept


def measure(blocks: Iterator[bytes | memoryview]) -> tuple[int, int]:
    """Return how many bytes came, and the most that were held."""
    tracemalloc.start()
    try:
        return sum(len(block) for block in blocks), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_line_of_100_mb_takes_little_memory(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b"\nnext\n")
    length, held = measure(read_blocks(str(tmp_path / "x")))
    assert length == joiner.MAX_LINE_BYTES + 6
    assert held < 8_000_000


@pytest.mark.parametrize("kind", PACKERS)
def test_a_file_that_unpacks_to_100_mb_takes_little_memory(tmp_path: Path, kind: str) -> None:
    length = {"gzip": 50, "bzip2": 10, "xz": 10, "zstd": 100}[kind] * 1_000_000  # less for those that are slow
    packers = {"gzip": lambda data: gzip.compress(data, 1), "xz": lambda data: lzma.compress(data, preset=0)}
    path = write(tmp_path / "x", packers.get(kind, PACKERS[kind])(b"x" * length + b"\nnext\n"))
    length, held = measure(read_blocks(str(path)))
    assert length == joiner.MAX_LINE_BYTES + 6
    assert held < 30_000_000


# --- pipes


def test_lines_come_as_soon_as_they_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader) as stream, os.fdopen(writer, "wb", buffering=0) as out:
        monkeypatch.setattr(sys, "stdin", stream)
        blocks = read_blocks("-")
        out.write(b"one\ntw")
        assert next(blocks) == b"one\n"
        out.write(b"o\n\n")
        assert next(blocks) == b"two\n\n"
        out.write(b"last")
        out.close()
        assert list(blocks) == [b"last"]


def test_binary_input_is_refused_when_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader) as stream, os.fdopen(writer, "wb", buffering=0) as out:
        monkeypatch.setattr(sys, "stdin", stream)
        blocks = read_blocks("-")
        out.write(b"a\n")
        assert next(blocks) == b"a\n"
        out.write(random.Random(4).randbytes(1000) + b"\n")
        with pytest.raises(Skipped):
            next(blocks)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_named_pipe_is_read_to_its_end(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert not is_plain(str(path))
    writer = threading.Thread(target=path.write_bytes, args=(pack(LOG),))
    writer.start()
    assert read(path) == LOG
    writer.join()


@pytest.mark.parametrize("head", [b"\0" * 5000 + LOG, LOG[:900] + b"\0" + LOG, LOG + b"\0" * 10_000 + LOG])
def test_a_few_nuls_or_a_hole_make_no_log_binary(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "bot.log"
    path.write_bytes(head)
    assert is_plain(str(path))
    assert b"".join(bytes(block) for block in read_blocks(str(path))) == head


@pytest.mark.parametrize("data", [random.Random(2).randbytes(5000), LOG.decode().encode("utf-16-le"), b"\0" * 3000])
def test_random_bytes_and_text_of_two_bytes_without_a_mark_are_binary(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "core"
    path.write_bytes(data)
    assert not is_plain(str(path))
