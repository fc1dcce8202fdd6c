import os
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from explainer.kb import store
from explainer.kb.store import KnowledgeBase, build_trees, cache_folder, find_rules, load_base, write_atomically
from explainer.model.answer import RulesError
from explainer.model.index import FORMAT

LITTLE = Path(__file__).parent / "little"


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the little tree be the rules of the checkout, so that a build takes no time."""
    tree = Path(shutil.copytree(LITTLE, tmp_path / "checkout" / "rules"))
    monkeypatch.setattr(store, "CHECKOUT", tree)
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")
    yield tree
    load_base.cache_clear()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A tree of the user's own rules, to stand beside the shipped ones."""
    folder = tmp_path / "own" / "any"
    folder.mkdir(parents=True)
    text = (LITTLE / "any/timeout.yaml").read_text(encoding="utf-8")
    (folder / "my-timeout.yaml").write_text(text, encoding="utf-8")
    return folder.parent


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "deep" / "cache"
    monkeypatch.setenv("EXPLAIN_CACHE", str(folder))
    return folder


def load(*trees: Path) -> KnowledgeBase:
    """Load as a new process would."""
    load_base.cache_clear()
    return load_base(trees)


def title(kb: KnowledgeBase, rule_id: str) -> str:
    (owner,) = (owner for owner in kb.index.owners if owner.id == rule_id)
    return str(kb.record(owner.record)["title"]["en"])


def ids(kb: KnowledgeBase) -> list[str]:
    return sorted(owner.id for owner in kb.index.owners)


def artefacts(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_a_built_artefact_is_kept_and_read_again(cached: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(own)
    (artefact,) = artefacts(cached)
    assert artefact.name.startswith(f"kb-{FORMAT}-")
    built = artefact.stat()
    monkeypatch.setattr(store, "build_trees", None)
    assert title(load(own), "any/my-timeout") == "The connection timed out"
    assert artefacts(cached) == [artefact]
    assert artefact.stat() == built


def change_text(own: Path) -> None:
    path = own / "any/my-timeout.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("timed out", "took too long"), encoding="utf-8")


def change_neither_time_nor_size(own: Path) -> None:
    path = own / "any/my-timeout.yaml"
    info = path.stat()
    path.write_bytes(path.read_bytes().replace(b"timed out", b"came late"))
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert path.stat().st_size == info.st_size


def add_file(own: Path) -> None:
    shutil.copy(own / "any/my-timeout.yaml", own / "any/second.yaml")


def add_domain(own: Path) -> None:
    (own / "domains.txt").write_text("own.example\n", encoding="utf-8")


def rename_file(own: Path) -> None:
    (own / "any/my-timeout.yaml").rename(own / "any/timeout-of-mine.yaml")


@pytest.mark.parametrize("change", [change_text, change_neither_time_nor_size, add_file, add_domain, rename_file])
def test_a_cached_artefact_is_built_anew_after_a_change(
    cached: Path, own: Path, change: Callable[[Path], None]
) -> None:
    load(own)
    before = artefacts(cached)
    change(own)
    kb = load(own)
    assert len(artefacts(cached)) == len(before) + 1
    assert [name for name in ids(kb) if name.startswith("any/")] == sorted(
        ["any/timeout", *(f"any/{path.stem}" for path in (own / "any").iterdir())]
    )


def test_the_changed_text_is_what_is_shown(cached: Path, own: Path) -> None:
    assert title(load(own), "any/my-timeout") == "The connection timed out"
    change_text(own)
    assert title(load(own), "any/my-timeout") == "The connection took too long"


@pytest.mark.parametrize("size", [0, 1, 5_000, -1])
def test_a_cut_artefact_is_built_anew(cached: Path, own: Path, size: int) -> None:
    load(own)
    (artefact,) = artefacts(cached)
    whole = artefact.read_bytes()
    artefact.write_bytes(whole[:size])
    assert title(load(own), "any/my-timeout") == "The connection timed out"
    assert artefact.read_bytes() == whole


@pytest.mark.parametrize("junk", [b"\n", b"{}\n", b"[]\n{}\n", b"\xff\xfe\n", b"null\nnull\n", b"x" * 1000])
def test_a_corrupt_artefact_is_built_anew(cached: Path, own: Path, junk: bytes) -> None:
    load(own)
    (artefact,) = artefacts(cached)
    whole = artefact.read_bytes()
    artefact.write_bytes(junk)
    load(own)
    assert artefact.read_bytes() == whole


def test_a_cache_that_cannot_be_written_does_no_harm(
    tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    for folder in (blocked, blocked / "cache"):
        monkeypatch.setenv("EXPLAIN_CACHE", str(folder))
        assert title(load(own), "any/my-timeout") == "The connection timed out"
    assert blocked.read_text(encoding="utf-8") == "a file where the folder should be"


def test_an_editors_lock_beside_a_rule_does_no_harm(cached: Path, own: Path) -> None:
    (own / "any" / ".#my-timeout.yaml").symlink_to("someone@host.1234")
    assert title(load(own), "any/my-timeout") == "The connection timed out"


def test_the_rules_of_the_checkout_are_built_anew_after_a_change(cached: Path, shipped: Path) -> None:
    assert find_rules() == shipped
    assert title(load(), "any/timeout") == "The connection timed out"
    path = shipped / "any/timeout.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("timed out", "took too long"), encoding="utf-8")
    assert title(load(), "any/timeout") == "The connection took too long"


def test_own_rules_stand_beside_the_shipped_and_over_them(cached: Path, own: Path) -> None:
    codes = ["acme/spot/-1001", "acme/spot/-1002"]
    assert ids(load()) == ["acme/limit-reached", *codes, "any/timeout"]
    assert ids(load(own)) == ["acme/limit-reached", *codes, "any/my-timeout", "any/timeout"]
    over = own / "exchanges" / "acme"
    over.mkdir(parents=True)
    (own / "any/my-timeout.yaml").rename(over / "limit-reached.yaml")
    kb = load(own)
    assert title(kb, "acme/limit-reached") == "The connection timed out"
    assert ids(kb) == ["acme/limit-reached", *codes, "any/timeout"]


def test_own_rules_with_a_fault_are_told_and_not_cached(cached: Path, own: Path) -> None:
    path = own / "any/my-timeout.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("title:", "titel:"), encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load(own)
    assert [str(problem).split(";")[0] for problem in caught.value.problems] == [
        "own/any/my-timeout.yaml:1: key `title` is missing",
        "own/any/my-timeout.yaml:1: titel: unknown key (did you mean `title`?)",
    ]
    assert not cached.exists()


def test_a_folder_that_is_none_is_told(cached: Path, tmp_path: Path) -> None:
    with pytest.raises(RulesError) as caught:
        load(tmp_path / "none")
    assert str(caught.value) == f"{tmp_path / 'none'}: not a folder"


def test_an_installed_package_reads_its_artefact_and_no_rules(cached: Path, tmp_path: Path) -> None:
    shutil.copytree(LITTLE, tmp_path / "shipped" / "rules")
    (tmp_path / "shipped" / "kb.jsonl").write_bytes(build_trees([LITTLE]))
    rule = tmp_path / "shipped" / "rules/any/timeout.yaml"
    assert find_rules() == tmp_path / "shipped" / "rules"
    rule.write_text("broken: [", encoding="utf-8")
    assert title(load(), "any/timeout") == "The connection timed out"
    assert not cached.exists()


def test_the_cache_is_where_the_environment_says_or_in_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLAIN_CACHE", "/somewhere/else")
    assert cache_folder() == Path("/somewhere/else")
    monkeypatch.setenv("EXPLAIN_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", "/there")
    assert cache_folder() == Path("/there/exchange-explainer")


def test_a_record_is_read_once(cached: Path) -> None:
    kb = KnowledgeBase(build_trees([LITTLE]))
    assert kb.record(0) is kb.record(0)


@pytest.mark.parametrize(
    "cut", [lambda data: b"", lambda data: b"{}", lambda data: data[:-1], lambda data: data + b"x"]
)
def test_what_is_no_whole_artefact_is_refused(cut: Callable[[bytes], bytes]) -> None:
    data = build_trees([LITTLE])
    assert KnowledgeBase(data).index.owners
    with pytest.raises(ValueError, match=r"subsection not found|cut short"):
        KnowledgeBase(cut(data))


def test_a_file_is_written_whole_over_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_atomically(path, b"old and long")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert artefacts(path.parent) == [path]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "new" / "taken"
    path.mkdir(parents=True)
    for one in (path, path / ("x" * 300)):
        with pytest.raises(OSError, match=r"Is a directory|File name too long"):
            write_atomically(one, b"data")
    assert artefacts(path.parent) == [path]
    assert artefacts(path) == []


def test_a_write_that_breaks_off_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_atomically(path, b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_atomically(path, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"old"
    assert artefacts(path.parent) == [path]
