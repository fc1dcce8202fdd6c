"""The entrances: for each, what is asked of it for any bytes, and with which inputs to begin."""

import gzip
import shutil
import tempfile
from collections.abc import Callable, Iterator
from copy import copy
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import zstandard

from explainer.kb.build import build
from explainer.kb.check import check_documents
from explainer.kb.load import Base, load_file, load_trees
from explainer.kb.store import KnowledgeBase, find_rules, load_base
from explainer.logs.faults import CutShort, Skipped
from explainer.logs.forms import Memory
from explainer.logs.literals import list_readers
from explainer.logs.search import to_sight
from explainer.logs.sieve import find_lines, load_sieve
from explainer.logs.source import read_blocks
from explainer.logs.tally import show
from explainer.logs.trigger import list_triggers
from explainer.match.credible import Told
from explainer.match.engine import explain_line, explain_text
from explainer.match.mask import Masker
from explainer.model.answer import Explanation, RulesError
from explainer.render.json import to_json
from explainer.render.markdown import to_markdown
from explainer.render.terminal import Look
from explainer.render.text import to_text
from explainer.site_builder.config import read_config
from explainer.site_builder.prose import resolve_source, to_html, to_inline
from explainer.site_builder.survey import take_survey
from explainer.site_builder.urls import LinkError, Places, code_path, is_target, rule_path
from tests.fuzz.laws import assert_inert, assert_printable, assert_safe_path

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOLD = Told(is_log=True)
Try = Callable[[bytes], None]


def list_examples() -> list[str]:
    """Return what the rules must explain, and what they must not."""
    base, _ = load_trees([find_rules()])
    texts = [e for source in base.rules.values() for e in [*source.document.examples, *source.document.counterexamples]]
    return [text if isinstance(text, str) else text.text for text in texts]


def list_words(kb: KnowledgeBase) -> Iterator[str]:
    """Yield what the rules look for, and what has a meaning of its own on the way there."""
    index = kb.index
    yield from [*index.by_code, *index.hosts, *index.texts, *index.anchors][::3]
    yield from (word for names in index.keys.values() for word in names)
    yield from (
        "\x1b[31m",
        "\u202e",
        "\u200b",
        "\\u0022",
        "&quot;",
        "Caused by:",
        "api_secret=",
        "{",
        "}",
        "'",
        '"',
    )


class Paste:
    """`explain TEXT`, in every form and both languages."""

    def __init__(self) -> None:
        self.kb = load_base()

    def seeds(self) -> Iterator[bytes]:
        yield from (text.encode() for text in list_examples())

    def words(self) -> Iterator[str]:
        return list_words(self.kb)

    def __call__(self, data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        for language in ("en", "zh"):
            masker = Masker()
            found = explain_text(self.kb, text, language=language, now=NOW, masker=masker)
            told = to_json(found, masker.secrets())
            assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[Explanation, ...]) == found
            assert msgspec.json.decode(told)["version"] == 1
            for width in (40, 100):
                assert_printable(to_text(found, Look(width), full=True, why=True, every=True) if found else "")
            assert_printable(to_markdown(found, language))
            assert_printable(told)


class Lines:
    """`explain grep` finds in a line exactly what `scan` does, and what it shows of the line can be shown."""

    def __init__(self) -> None:
        self.kb = load_base()
        self.sieve = load_sieve(self.kb)
        self.memory = Memory(self.kb, self.sieve, TOLD, "en")

    def seeds(self) -> Iterator[bytes]:
        yield from (line.encode() for text in list_examples() for line in text.splitlines() if line.strip())

    def words(self) -> Iterator[str]:
        return list_words(self.kb)

    def __call__(self, data: bytes) -> None:
        lines = data.split(b"\n")
        spans = find_lines(self.sieve, data) if data else []
        starts = {start for start, _ in spans}
        at = 0
        for line in lines:
            text = line.decode("utf-8", "replace")
            found = explain_line(self.kb, text, told=TOLD, language="en", masker=Masker())
            wanted = [(one.rule_id, one.code, one.http_status, one.captures) for one in found]
            assert at in starts or not wanted, f"not looked at: {line!r}"
            if at in starts:
                shown = show(line)
                assert_printable(shown)
                sights = [to_sight(seen, line, shown, NOW) for seen in self.memory.look(line).seen]
                assert [(one.rule_id, one.code, one.http_status, one.captures) for one in sights] == wanted
            at += len(line) + 1


class Packed:
    """Logs as files: packed, in UTF-16, with holes, cut off. What can be read is whole lines, and memory is bounded."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="fuzz-")) / "bot.log"

    def seeds(self) -> Iterator[bytes]:
        log = b'2026-01-01 10:00:00 ERROR binance {"code":-1021,"msg":"x"}\n' * 9
        yield from (log, b"\xef\xbb\xbf" + log, b"a\0\0b\n" + log, log[:-1])
        yield from (log.decode().encode(f"utf-16-{end}") for end in ("le", "be"))
        yield from (b"\xff\xfe" + log.decode().encode("utf-16-le"), b"\xfe\xff" + log.decode().encode("utf-16-be"))
        packed = gzip.compress(log, mtime=0)
        yield from (packed, packed + packed, packed[:-9], packed + b"\0" * 512 + packed, packed + b"rest")
        yield from (zstandard.compress(log), zstandard.compress(log)[:-3], b"\x50\x2a\x4d\x18\x04\0\0\0abcd")
        for name in ("bz2", "lzma"):
            yield __import__(name).compress(log)

    def words(self) -> Iterator[str]:
        yield from ("BZh91AY&SY", "\n", "\0", "1AY&SY")

    def __call__(self, data: bytes) -> None:
        self.path.write_bytes(data)
        read: list[int] = []
        for force in (False, True):
            blocks: list[bytes] = []
            try:
                blocks += (bytes(block) for block in read_blocks(str(self.path), force=force, count=read.append))
            except (Skipped, CutShort) as fault:
                assert_printable(str(fault))
            assert all(block.endswith(b"\n") for block in blocks[:-1])
            assert all(blocks)
        assert all(size >= 0 for size in read)


class Rules:
    """A rule file is refused with problems that can be shown, or it builds and explains whatever it says."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="fuzz-")) / "rules"
        shutil.copytree(ROOT / "tests" / "rules", self.root)
        self.base, problems = load_trees([self.root])
        assert problems == []
        names = ["any/http-429", "exchanges/acme/exchange", "exchanges/acme/fresh", "envelopes", "categories/auth/x"]
        self.places = [*(f"{name}.yaml" for name in names), "exchanges/acme/codes/spot.yaml", "glossary.yaml"]

    def seeds(self) -> Iterator[bytes]:
        for folder in (ROOT / "tests" / "rules", find_rules()):
            for place in sorted(folder.rglob("*.yaml")):
                name = place.relative_to(folder).as_posix()
                known = [n for n, own in enumerate(self.places) if own.rpartition("/")[0] == name.rpartition("/")[0]]
                number = known[0] if known else 2
                data = place.read_bytes()
                if len(data) < 6000:
                    yield bytes([number]) + data

    def words(self) -> Iterator[str]:
        yield from ("code:", "message:", "pattern:", "http_status:", "exception:", "product:", "when:", "until:")
        yield from ("(a+)+$", "(?P<code>", "{0,400}", "{limit:int}", "{ip?", "{ip|", "}}", "{{", "\\b", "(?!", "[^\\n]")
        yield from ("&a", "*a", "!!python/name:os.system", "<<:", '"\\u202e"', '"\\0"', "https://", "@", "../", "\\x1b")

    def __call__(self, data: bytes) -> None:
        place = self.places[data[0] % len(self.places)] if data else self.places[0]
        path = self.root / place
        old = path.read_bytes() if path.exists() else None
        path.write_bytes(data[1:])
        base = Base(**{name: copy(getattr(self.base, name)) for name in self.base.__dataclass_fields__})
        try:
            problems = load_file(base, self.root, path) or check_documents(base)
        finally:
            path.unlink() if old is None else path.write_bytes(old)
        for problem in problems:
            assert_printable(str(problem))
            assert problem.file == f"rules/{place}" or problem.path, problem
        if not problems:
            self.use(KnowledgeBase(build(base)))

    def use(self, kb: KnowledgeBase) -> None:
        """Explain the rules' own examples, and compile what a search in logs would."""
        texts = [text for owner in kb.index.owners for text in kb.record(owner.record).get("examples", [])]
        for text in [*texts, *kb.index.by_code, "HTTP 429", "\x1b[31m\u202e {"]:
            for language in ("en", "zh"):
                found = explain_text(kb, text, language=language, now=NOW)
                assert_printable(to_text(found, Look(60), full=True, why=True, every=True) if found else "")
                assert_printable(to_markdown(found, language))
        assert list_triggers(kb.index)
        list(list_readers(kb.index))
        survey = take_survey(kb)
        for path in [*map(rule_path, survey.rules), *map(code_path, survey.codes)]:
            assert_safe_path(path)


class Settings:
    """site.yaml is refused with faults that can be shown, or gives settings that can be published."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="fuzz-")) / "site.yaml"
        (self.path.parent / "house").mkdir()
        (self.path.parent / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")

    def seeds(self) -> Iterator[bytes]:
        yield from (path.read_bytes() for path in sorted((ROOT / "docs").rglob("site.yaml")))
        yield "name: {en: House, zh: 内部}\nbase_url: https://help.example.com/errors/\nrules: [house]\n".encode()
        yield b'logo: logo.svg\ncolors: {light: "#0B6E66", dark: "#ffffff"}\nlanguages: [zh, en]\nexchanges: [acme]\n'
        yield "support: {name: {en: D, zh: 客}, url: 'mailto:d@example.com', send: {en: [a], zh: [b]}}\n".encode()
        yield "notes: {acme/key-refused: {en: a, zh: 问}}\nrepository: https://github.com/example/help\n".encode()

    def words(self) -> Iterator[str]:
        yield from (
            "name:",
            "base_url:",
            "logo:",
            "colors:",
            "languages:",
            "exchanges:",
            "support:",
            "notes:",
            "rules:",
        )
        yield from ("javascript:", "https://", "../", '"\\0"', '"\\x1b"', "&a", "*a", "<script>", "#000000", "@", "%2e")

    def __call__(self, data: bytes) -> None:
        self.path.write_bytes(data)
        try:
            config = read_config(self.path)
        except RulesError as refused:
            for problem in refused.problems:
                assert_printable(str(problem))
            return
        assert_safe_path(f"{config.prefix}/")
        assert config.base_url.startswith(("http://", "https://"))
        assert config.logo is None or config.logo.is_file()
        assert all(folder.is_dir() for folder in config.rules)
        assert_printable(f"{config.document.name.en}{config.document.name.zh}")


class Prose:
    """Texts of guides and rules become HTML that does nothing, and Markdown that does nothing where it is shown."""

    def seeds(self) -> Iterator[bytes]:
        yield from (path.read_bytes() for path in sorted((ROOT / "site" / "content").rglob("*.md")))
        yield from (
            b"[a](rule:x/y) [b](https://x.y/) ![c](//x.y)\n<b onload=x>\n\n:: rule x/y\n",
            b"## H {#a}\n\n|a|b|\n|-|-|\n|1|2|",
        )
        yield from (
            b"[a](javascript:alert(1))",
            b"<https://x.y> <javascript:x>",
            b"[a]: //x 't'\n[a]\n\n&lt;script&gt;",
        )

    def words(self) -> Iterator[str]:
        yield from (
            "](",
            "![",
            "javascript:",
            "data:text/html,",
            "https://",
            "rule:",
            "<script>",
            "&#106;",
            "onload=",
            "{#",
        )
        yield from (":: ", "`", "**", "|", "\\", "]: ", "<!--", "]]>", "\u202e", "\x1b", "&colon;", "\t")

    def resolve(self, target: str) -> str | None:
        if not target.startswith("rule:"):
            raise LinkError(target)
        return None if target.endswith("x") else "/x/y/"

    def insert(self, what: str, name: str) -> str:
        return f"<p>{len(what) + len(name)}</p>"

    def __call__(self, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        assert_inert(to_inline(text))
        assert_printable(to_inline(text))
        try:
            html, sections = to_html(text, self.resolve, self.insert)
            resolve_source(text, self.resolve, self.insert)
        except LinkError:
            return
        assert_inert(html.replace('<div class="wide" tabindex="0">', "<div>"))
        assert all(anchor and set(anchor) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for anchor, _ in sections)


class Addresses:
    """What texts link to: a page that is there, an address of a kind that is allowed, or a clear no."""

    def __init__(self) -> None:
        paths = frozenset({"/", "/binance/-1021/", "/binance/ip-banned/", "/http/429/"})
        self.places = Places("https://x.y/z", "/z", ("en", "zh"), paths, frozenset({"/okx/1/"}))

    def seeds(self) -> Iterator[bytes]:
        yield from (b"code:binance/-1021", b"rule:binance/ip-banned#a", b"http:429", b"https://x.y/", b"javascript:x")
        yield from (b"code:a/../..", b"code:a/%2e%2e", b"page:..", b"exchange:\0", b"mailto:a@b")

    def words(self) -> Iterator[str]:
        yield from (
            "rule:",
            "code:",
            "cause:",
            "http:",
            "exchange:",
            "guide:",
            "page:",
            "../",
            "%2e",
            "//",
            "#",
            "javascript:",
        )

    def __call__(self, data: bytes) -> None:
        target = data.decode("utf-8", "replace")
        try:
            if is_target(target) and (found := self.places.resolve(target)):
                assert found[0] in self.places.paths
                assert_safe_path(found[0])
            elif not is_target(target):
                assert target.startswith(("https://", "mailto:", "#"))
        except LinkError:
            pass
        else:
            assert_safe_path(code_path("x/a"))


ENTRANCES: dict[str, Callable[[], "Paste | Lines | Packed | Rules | Settings | Prose | Addresses"]] = {
    "paste": Paste,
    "lines": Lines,
    "packed": Packed,
    "rules": Rules,
    "settings": Settings,
    "prose": Prose,
    "addresses": Addresses,
}
