"""Prints what `explain grep` finds: each finding as it comes, the summary and the report at the end."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from explainer.cli.terminal import fail, give_up, look_of, write
from explainer.cli.wanted import Options
from explainer.kb.store import KnowledgeBase, write_atomically
from explainer.logs.search import Lines, Message, Part, Search
from explainer.logs.tally import merge, put_in_order
from explainer.match.rank import URGENCY
from explainer.model.answer import Language
from explainer.model.log import Hit, Notice, Summary
from explainer.render.lines import word_file
from explainer.render.terminal import Look


class Enough(Exception):  # noqa: N818 - no error
    """What was asked for is known."""


def _do_nothing() -> None:
    return


class Printer:
    """Prints findings as they come, or adds them up."""

    def __init__(self, kb: KnowledgeBase, options: Options, search: Search, language: Language) -> None:
        self.options, self.search, self.language = options, search, language
        self.summary = Summary()
        self.has_failed = False
        self.has_one_input = False
        self.before_writing = _do_nothing  # takes the progress bar away, if there is one
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
        from explainer.render.notices import word_reason

        self.has_failed = self.has_failed or notice.is_error
        self.summary.notices.append(notice)
        self.tell(f"{word_file(notice.path)}: {word_reason(notice, self.language)}")

    def tell(self, message: str) -> None:
        """Say something beside what was found."""
        self._write(f"explain: {message}\n", is_error=True)

    def say(self, name: str, count: int = 0, **values: object) -> None:
        """Say one of the sentences of SAID, in the user's language."""
        from explainer.render.wording import SAID, counted

        words = SAID[self.language][name]
        self.tell(words.format(lines=counted("lines", count, self.language), **values))

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
        hit = msgspec.structs.replace(hit, path=path, line=base + hit.line)
        if hit.sights:
            self._counts[path] = self._counts.get(path, 0) + 1
            self.summary.known_lines += 1
            self._explained.setdefault((hit.sights[0].rule_id, hit.sights[0].exchange), hit)
        if self.options.quiet:
            raise Enough
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
        try:
            if not options.quiet:
                self._print_end()
        finally:  # also if whoever reads what is printed has enough
            if options.report:
                self._write_report(options.report)
        if options.explain:
            self._explain()

    def _print_end(self) -> None:
        options, summary = self.options, self.summary
        if options.form == "sarif":
            from explainer.render.lines import to_sarif
            from explainer.version import __version__

            self._write(to_sarif([hit for hit in self._kept if hit.sights], __version__))
        elif options.count:
            for path, count in self._counts.items():
                self._write_count(path, min(count, options.max_count or count))
        elif options.summary or options.report:
            self._write(self._summarize())
        elif not summary.is_complete:
            self.say("stopped", summary.known_lines)
        is_line_by_line = not (options.summary or options.report or options.count)
        if is_line_by_line and options.form == "text" and summary.unknown_lines:
            self.say("unknown", summary.unknown_lines)

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
        try:
            if path.exists() and not path.is_file():  # a pipe or /dev/stdout: written to, never replaced
                with suppress(BrokenPipeError):  # whoever reads it has enough
                    path.write_bytes(page)
                return
            write_atomically(path.resolve(), page)
        except OSError as error:
            fail(f"the report cannot be written to {path}: {error.strerror}", "name another file with --report")
        if not self.options.quiet:
            self.say("report", path=path)

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
