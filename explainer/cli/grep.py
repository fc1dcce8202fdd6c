"""`explain grep`: finds and explains exchange-API errors in logs, line by line or as a summary."""

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from explainer.cli.progress import Progress
from explainer.cli.terminal import USAGE, choose_language, fail, give_up, look_of, open_base, write
from explainer.cli.wanted import Options, plan_search
from explainer.kb.store import KnowledgeBase, write_atomically
from explainer.logs.find import find_files
from explainer.logs.tally import merge, put_in_order
from explainer.logs.work import (
    Context,
    Lines,
    Message,
    Part,
    Search,
    WorkerLost,
    count_workers,
    load_tools,
    plan_parts,
    search_block,
    search_parts,
)
from explainer.match.rank import URGENCY
from explainer.model.answer import Language
from explainer.model.log import Hit, Notice, Summary
from explainer.render.lines import word_file
from explainer.render.terminal import Look

INTERRUPTED, TERMINATED = 130, 143


class _Terminated(KeyboardInterrupt):
    """What `docker stop`, `systemctl stop` and `timeout` ask for: end, as with Ctrl-C."""


def _terminate(_number: int, _frame: object) -> None:
    raise _Terminated


def grep(options: Options) -> int:
    """Search logs, print what was found, and return the exit status: 0 found, 1 nothing, 2 unreadable input."""
    kb = open_base(options.rules)
    language = choose_language(options.lang)
    search = plan_search(kb, options, language)
    printer = _Printer(kb, options, search, language)
    paths = _list_paths(options, printer)
    printer.has_one_input = paths == list(options.files or ["-"]) and len(paths) == 1
    signal.signal(signal.SIGTERM, _terminate)
    try:
        if options.follow:
            _follow(paths, search, printer)
        else:
            _search(paths, options, search, printer)
    except KeyboardInterrupt as stop:
        printer.finish(is_complete=options.follow)  # there is no other end to following
        return TERMINATED if isinstance(stop, _Terminated) else INTERRUPTED
    except WorkerLost as lost:
        printer.tell(str(lost))
        printer.finish(is_complete=False)
        return USAGE
    except _Enough:
        printer.finish(is_complete=True)
        return 0
    printer.finish(is_complete=True)
    if printer.has_failed:
        return USAGE
    return 0 if printer.summary.known_lines else 1


def _list_paths(options: Options, printer: "_Printer") -> list[str]:
    """Return what to read, each name once; what cannot be read is told, unless it may still come."""
    paths: dict[str, None] = {}
    for found in find_files(options.files, recursive=options.recursive, globs=options.globs):
        if not isinstance(found, Notice):
            paths[found] = None
        elif options.follow and found.path in options.files:
            paths[found.path] = None
        else:
            printer.note(found)
    if "-" in paths and sys.stdin is not None and sys.stdin.isatty():
        printer.tell("reading what you type or paste; Ctrl-D ends it")
    return list(paths)


class _Enough(Exception):  # noqa: N818 - no error
    """What was asked for is known."""


def _search(paths: Sequence[str], options: Options, search: Search, printer: "_Printer") -> None:
    is_cut = search.is_summary  # lines of context, and the first N of a file, are told by whole files
    is_cut = is_cut or not (search.before or search.after or search.most)
    workers = count_workers(paths, options.jobs) if is_cut else 1
    parts = plan_parts(paths, force=search.force, workers=workers)
    is_silent = search.is_summary or options.form == "sarif" or not (sys.stdout and sys.stdout.isatty())
    with Progress(paths, is_wanted=is_silent and not options.quiet) as progress:
        printer.before_writing = progress.clear
        for part, message in search_parts(search, parts, workers):
            if isinstance(message, int):
                progress.add(message, printer.summary.known_lines)
            else:
                printer.add(part, message)


def _follow(paths: Sequence[str], search: Search, printer: "_Printer") -> None:
    from explainer.logs.follow import follow

    if not paths:
        fail("there is no file to follow", "name the files; those that are not there yet are waited for")
    tools = load_tools(search)
    contexts: dict[str, Context] = {}
    for piece in follow(paths):
        if isinstance(piece, Notice):
            printer.note(piece)
            continue
        path, block = piece
        context = contexts.setdefault(path, Context(search))
        printer.add(Part(path), search_block(search, tools, path, block, context))
        if len(contexts) == len(paths) and all(context.is_done for context in contexts.values()):
            raise _Enough


class _Printer:
    """Prints findings as they come, or adds them up."""

    def __init__(self, kb: KnowledgeBase, options: Options, search: Search, language: Language) -> None:
        self.options, self.search, self.language = options, search, language
        self.summary = Summary()
        self.has_failed = False
        self.has_one_input = False
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
        from explainer.render.notices import word_reason

        self.summary.notices.append(notice)
        self.tell(f"{word_file(notice.path)}: {word_reason(notice, self.language)}")

    def tell(self, message: str) -> None:
        """Say something beside what was found."""
        self._write(f"explain: {message}\n", is_error=True)

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
            self.summary.unknown_lines += message.unknown
            for hit in message.hits:
                self._add_hit(part.path, base, hit)

    def _add_hit(self, path: str, base: int, hit: Hit) -> None:
        import msgspec

        hit = msgspec.structs.replace(hit, path=path, line=base + hit.line)
        if hit.sights:
            self._counts[path] = self._counts.get(path, 0) + 1
            self.summary.known_lines += 1
            self._explained.setdefault((hit.sights[0].rule_id, hit.sights[0].exchange), hit)
        if self.options.quiet:
            raise _Enough
        if self.options.list_files:
            self._write_path(path)
        elif self.options.form == "sarif":
            self._kept.append(hit)
        else:
            self._write(self._to_text(hit))

    def _to_text(self, hit: Hit) -> str:
        from explainer.render import lines

        options = self.options
        with_path = not (self.has_one_input and hit.path == "-") if options.with_path is None else options.with_path
        with_number = not options.follow if options.with_number is None else options.with_number
        if options.form == "jsonl":
            return lines.to_json_line(hit) if hit.sights else ""
        if options.form == "markdown":
            return lines.to_markdown_item(hit, with_path=with_path) if hit.sights else ""
        follows = self._last == (hit.path, hit.line - 1) or self._last is None
        self._last = hit.path, hit.line
        separator = "" if follows or not (self.search.before or self.search.after) else lines.SEPARATOR
        if not hit.sights:
            return separator + lines.to_line(hit, self._look)
        heading = lines.to_heading(hit, self._look, with_path=with_path, with_number=with_number)
        return separator + heading + lines.to_line(hit, self._look)

    def finish(self, *, is_complete: bool) -> None:
        """Print what is printed at the end."""
        options, summary = self.options, self.summary
        self.before_writing()
        summary.is_complete = is_complete
        summary.seconds = time.monotonic() - self._started
        left_out = {notice.path for notice in summary.notices if notice.code == "binary"}
        summary.files = len({*self._counts, *self._bases} - left_out)
        put_in_order(summary)
        if not options.quiet:
            self._print_end()
        if options.report:
            self._write_report(options.report)
        if options.explain:
            self._explain()

    def _print_end(self) -> None:
        options, summary = self.options, self.summary
        if options.form == "sarif":
            from explainer import __version__
            from explainer.render.lines import to_sarif

            self._write(to_sarif([hit for hit in self._kept if hit.sights], __version__))
        elif options.count:
            for path, count in self._counts.items():
                self._write_count(path, min(count, options.max_count or count))
        elif options.summary or options.report:
            self._write(self._summarize())
        elif not summary.is_complete:
            lines = "1 line" if summary.known_lines == 1 else f"{summary.known_lines:,} lines"
            self.tell(f"stopped after {lines} with an error")
        if (
            options.form == "text"
            and not (options.summary or options.report or options.count)
            and summary.unknown_lines
        ):
            count = summary.unknown_lines
            more = "1 more line looks" if count == 1 else f"{count:,} more lines look"
            self.tell(f"{more} like an error without a rule; --summary lists them")

    def _write_count(self, path: str, count: int) -> None:
        with_path = not self.has_one_input if self.options.with_path is None else self.options.with_path
        if with_path:
            self._write_path(path, f":{count}")
        else:
            self._write(f"{count}\n")

    def _write_path(self, path: str, rest: str = "") -> None:
        """Write a line that begins with a path: for people printable, for programs byte by byte."""
        if path == "-" or sys.stdout is None or sys.stdout.isatty():
            self._write(f"{word_file(path)}{rest}\n")
            return
        self.before_writing()
        try:
            sys.stdout.buffer.write(os.fsencode(path) + f"{rest}\n".encode())
            sys.stdout.flush()
        except OSError as error:
            give_up(error, sys.stdout)

    def _summarize(self) -> str:
        if self.options.form == "jsonl":
            from explainer.render.summary_json import to_summary_json

            return to_summary_json(self.summary)
        if self.options.form == "markdown":
            from explainer.render.summary_markdown import to_summary_markdown

            return to_summary_markdown(self.summary, self.language)
        from explainer.render.summary import to_summary

        return to_summary(self.summary, self.language, self._look)

    def _write_report(self, path: Path) -> None:
        from explainer.render.report import to_report

        page = to_report(self.summary, self.language).encode()
        reason = "perhaps the disk is full"
        if path.exists() and not path.is_file():  # a pipe or /dev/stdout: written to, never replaced
            try:
                path.write_bytes(page)
                return
            except BrokenPipeError:  # whoever reads it has enough
                return
            except OSError as error:
                reason = str(error.strerror)
        elif write_atomically(path.resolve(), page):
            if not self.options.quiet:
                self.tell(f"report in {path}")
            return
        fail(f"the report cannot be written to {path}: {reason}", "name another file with --report")

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
        stream = sys.stderr if is_error else sys.stdout
        if text and stream is not None:  # None: the shell has closed it
            self.before_writing()
            write(text, stream)


def _look(color: str) -> Look:
    look = look_of(sys.stdout)
    return look if color == "auto" else Look(width=look.width, color=color == "always")
