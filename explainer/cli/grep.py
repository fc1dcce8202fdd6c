"""`explain grep`: finds and explains exchange-API errors in logs, line by line or as a summary."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from explainer.cli.progress import Progress
from explainer.cli.terminal import check_exchange, choose_language, fail, look_of, open_base, write
from explainer.kb.store import KnowledgeBase, write_atomically
from explainer.logs.source import find_files
from explainer.logs.tally import Clock, Filter, merge, put_in_order
from explainer.logs.times import LOCAL, parse_moment, parse_zone
from explainer.logs.work import Lines, Message, Part, Search, Tools, count_workers, load_tools, plan_parts, search_parts
from explainer.match.credible import Told
from explainer.match.rank import URGENCY
from explainer.model.answer import Language
from explainer.model.log import Hit, Notice, Summary
from explainer.render.terminal import Look

INTERRUPTED = 130


@dataclass(frozen=True)
class Options:
    """What the user asked for."""

    files: Sequence[str] = ()
    exchange: str | None = None
    product: str | None = None
    category: str | None = None
    rule: str | None = None
    retry: str | None = None
    min_urgency: str | None = None
    since: str | None = None
    until: str | None = None
    zone: str | None = None
    lang: str | None = None
    form: str = "text"
    summary: bool = False
    report: Path | None = None
    explain: bool = False
    count: bool = False
    list_files: bool = False
    quiet: bool = False
    max_count: int | None = None
    before: int = 0
    after: int = 0
    recursive: bool = False
    globs: Sequence[str] = ()
    with_path: bool | None = None
    with_number: bool = True
    color: str = "auto"
    force: bool = False
    follow: bool = False
    jobs: int | None = None
    rules: Sequence[Path] = ()


def grep(options: Options) -> int:
    """Search logs, print what was found, and return the exit status: 0 found, 1 nothing, 2 unreadable input."""
    kb = open_base(options.rules)
    language = choose_language(options.lang)
    search = _plan(kb, options, language)
    printer = _Printer(kb, options, search, language)
    paths = []
    for found in find_files(options.files, recursive=options.recursive, globs=options.globs):
        if isinstance(found, Notice) and not (options.follow and found.path in options.files):
            printer.note(found)
        else:
            paths.append(found.path if isinstance(found, Notice) else found)
    try:
        if options.follow:
            _follow(paths, search, printer)
        else:
            _search(paths, options, search, printer)
    except KeyboardInterrupt:
        printer.finish(is_complete=False)
        return INTERRUPTED
    except _Enough:
        return 0
    printer.finish(is_complete=True)
    if printer.has_failed:
        return 2
    return 0 if printer.summary.known_lines else 1


class _Enough(Exception):  # noqa: N818 - no error
    """What was asked for is known."""


def _plan(kb: KnowledgeBase, options: Options, language: Language) -> Search:
    """Return what to search for, or exit 2 with what is wrong in the options."""
    exchange = check_exchange(kb, options.exchange, options.product)
    _check_known("category", options.category, {*kb.index.categories, *(c.split("/")[0] for c in kb.index.categories)})
    _check_known("rule", options.rule, {owner.id for owner in kb.index.owners})
    if options.max_count is not None and options.max_count < 1:
        fail("-m must be at least 1")
    try:
        zone = parse_zone(options.zone) if options.zone else LOCAL
        now = datetime.now(UTC)
        since = parse_moment(options.since, now, zone) if options.since else None
        until = parse_moment(options.until, now, zone) if options.until else None
    except ValueError as error:
        fail(str(error))
    is_summary = options.summary or options.report is not None or options.count or options.list_files
    return Search(
        language=language,
        told=Told(exchange, options.product, is_log=True),
        wanted=Filter(options.category, options.rule, options.retry, options.min_urgency, since, until),
        clock=Clock(zone, now),
        rules=tuple(options.rules),
        is_summary=is_summary and not options.follow,
        with_timeline=options.report is not None,
        force=options.force,
        before=0 if is_summary else options.before,
        after=0 if is_summary else options.after,
    )


def _check_known(name: str, value: str | None, known: set[str]) -> None:
    if value is None or value in known:
        return
    from explainer.kb.schema import suggest

    fail(
        f"unknown {name} {value!r}{suggest(value, sorted(known))}",
        f"explain list shows the {name}s" if name == "rule" else "",
    )


def _search(paths: Sequence[str], options: Options, search: Search, printer: "_Printer") -> None:
    is_simple = search.before or search.after or options.max_count or options.quiet
    parts = plan_parts(paths, force=search.force, can_cut=not is_simple)
    workers = count_workers(parts, options.jobs)
    with Progress(paths, is_wanted=search.is_summary or not sys.stdout.isatty()) as progress:
        printer.before_writing = progress.clear
        for part, message in search_parts(search, parts, workers):
            if isinstance(message, int):
                progress.add(message, printer.summary.known_lines)
            else:
                printer.add(part, message)


def _follow(paths: Sequence[str], search: Search, printer: "_Printer") -> None:
    from explainer.logs.follow import follow
    from explainer.logs.work import search_block

    tools: Tools = load_tools(search)
    for piece in follow(paths or ["-"]):
        if isinstance(piece, Notice):
            printer.note(piece)
        else:
            path, block = piece
            printer.add(Part(path), search_block(search, tools, path, block))


class _Printer:
    """Prints findings as they come, or adds them up."""

    def __init__(self, kb: KnowledgeBase, options: Options, search: Search, language: Language) -> None:
        self.options, self.search, self.language = options, search, language
        self.summary = Summary()
        self.has_failed = False
        self.before_writing: Callable[[], None] = lambda: None
        self._kb = kb
        self._started = time.monotonic()
        self._look = _look(options.color)
        self._bases: dict[str, int] = {}  # lines of a file in the blocks that are done
        self._counts: dict[str, int] = {}
        self._last: tuple[str, int] | None = None
        self._kept: list[Hit] = []  # for SARIF, which is one document
        self._explained: dict[tuple[str, str | None], Hit] = {}

    def note(self, notice: Notice) -> None:
        """Tell what was not read."""
        self.has_failed = self.has_failed or notice.is_error
        self.summary.notices.append(notice)
        self._write(f"explain: {notice.path}: {notice.text}\n", is_error=True)

    def add(self, part: Part, message: Message) -> None:
        """Take what was found in a part of a file."""
        if isinstance(message, Notice):
            self.note(message)
        elif isinstance(message, Summary):
            self._counts[part.path] = self._counts.get(part.path, 0) + message.known_lines
            merge(self.summary, message)
        elif isinstance(message, Lines):
            base = self._bases.get(part.path, 0)
            self._bases[part.path] = base + message.count
            for hit in message.hits:
                self._add_hit(part.path, base, hit)

    def _add_hit(self, path: str, base: int, hit: Hit) -> None:
        import msgspec

        most = self.options.max_count
        if most is not None and self._counts.get(path, 0) >= most:
            return
        hit = msgspec.structs.replace(hit, path=path, line=base + hit.line)
        if hit.sights:
            self._counts[path] = self._counts.get(path, 0) + 1
            self.summary.known_lines += 1
            if self.options.quiet:
                raise _Enough
            self._explained.setdefault((hit.sights[0].rule_id, hit.sights[0].exchange), hit)
        if self.options.form == "sarif":
            self._kept.append(hit)
        else:
            self._write(self._to_text(hit))

    def _to_text(self, hit: Hit) -> str:
        from explainer.render import lines

        options = self.options
        with_path = options.with_path if options.with_path is not None else hit.path != "-"
        if options.form == "jsonl":
            return lines.to_json_line(hit) if hit.sights else ""
        if options.form == "markdown":
            return lines.to_markdown_item(hit, with_path=with_path) if hit.sights else ""
        follows = self._last == (hit.path, hit.line - 1) or self._last is None
        self._last = hit.path, hit.line
        separator = "" if follows or not (self.search.before or self.search.after) else lines.SEPARATOR
        if not hit.sights:
            return separator + lines.to_line(hit, self._look)
        heading = lines.to_heading(hit, self._look, with_path=with_path, with_number=options.with_number)
        return separator + heading + lines.to_line(hit, self._look)

    def finish(self, *, is_complete: bool) -> None:
        """Print what is printed at the end."""
        options, summary = self.options, self.summary
        self.before_writing()
        summary.is_complete = is_complete
        summary.seconds = time.monotonic() - self._started
        summary.files = len(self._counts) or len(self._bases)
        if options.quiet:
            return
        put_in_order(summary)
        if options.form == "sarif":
            from explainer import __version__
            from explainer.render.lines import to_sarif

            self._write(to_sarif([hit for hit in self._kept if hit.sights], __version__))
        elif options.count or options.list_files:
            self._write(self._list_counts())
        elif options.summary or options.report:
            self._write(self._summarize())
        elif not is_complete:
            self._write(f"explain: interrupted after {summary.known_lines} findings\n", is_error=True)
        if options.report:
            self._write_report(options.report)
        if options.explain:
            self._explain()

    def _list_counts(self) -> str:
        options = self.options
        if options.list_files:
            return "".join(f"{path}\n" for path, count in self._counts.items() if count)
        with_path = options.with_path if options.with_path is not None else len(self._counts) > 1
        return "".join(f"{path}:{count}\n" if with_path else f"{count}\n" for path, count in self._counts.items())

    def _summarize(self) -> str:
        from explainer.render import summary as render

        if self.options.form == "jsonl":
            return render.to_summary_json(self.summary)
        if self.options.form == "markdown":
            return render.to_summary_markdown(self.summary, self.language)
        return render.to_summary(self.summary, self.language, self._look)

    def _write_report(self, path: Path) -> None:
        from explainer.render.report import to_report

        if not write_atomically(path, to_report(self.summary, self.language).encode()):
            fail(f"cannot write {path}", "give --report a path in a folder that you may write to")
        self._write(f"explain: report in {path}\n", is_error=True)

    def _explain(self) -> None:
        from explainer.match.engine import explain_text
        from explainer.render.text import to_text

        explanations = [row.explanation for row in self.summary.rows]
        for (rule_id, _), hit in self._explained.items():
            found = explain_text(self._kb, hit.text, told=self.search.told, language=self.language)
            explanations += [one for one in found if one.rule_id == rule_id][:1]
        explanations.sort(key=lambda one: -URGENCY[one.urgency])
        for explanation in explanations:
            self._write("\n" + to_text([explanation], self._look))

    def _write(self, text: str, *, is_error: bool = False) -> None:
        if text:
            self.before_writing()
            write(text, sys.stderr if is_error else sys.stdout)


def _look(color: str) -> Look:
    look = look_of(sys.stdout)
    return look if color == "auto" else Look(width=look.width, color=color == "always")
