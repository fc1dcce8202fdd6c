"""The options of `explain grep`, as one types them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from explainer.cli.complete import complete_category, complete_exchange, complete_rule
from explainer.cli.options import Lang, Product, Retry, Rules

LineFormats = StrEnum("LineFormats", ["text", "jsonl", "markdown", "sarif"])
Urgencies = StrEnum("Urgencies", ["critical", "high", "medium", "low", "harmless"])
Colors = StrEnum("Colors", ["auto", "always", "never"])


def grep_command(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE|DIR|-", help="Logs; standard input if left out.")
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", "-s", help="One row per problem: counts, times, what to do.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the summary as one HTML page.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Explain each problem once, at the end.")] = False,
    form: Annotated[LineFormats, typer.Option("--format", "-f", help="How to print findings.")] = LineFormats.text,
    count: Annotated[bool, typer.Option("--count", "-c", help="Only the number of lines with a finding.")] = False,
    list_files: Annotated[
        bool, typer.Option("--files-with-matches", "-l", help="Only the files with a finding.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing; the exit status tells.")] = False,
    max_count: Annotated[
        int | None, typer.Option("--max-count", "-m", metavar="N", min=1, help="Stop after N lines of a file.")
    ] = None,
    after: Annotated[
        int | None, typer.Option("--after-context", "-A", metavar="N", min=0, help="N lines after a finding.")
    ] = None,
    before: Annotated[
        int | None, typer.Option("--before-context", "-B", metavar="N", min=0, help="N lines before a finding.")
    ] = None,
    context: Annotated[
        int | None, typer.Option("--context", "-C", metavar="N", min=0, help="N lines around a finding.")
    ] = None,
    with_number: Annotated[
        bool | None,
        typer.Option("--line-number/--no-line-number", "-n/-N", help="Line numbers, or none; none with --follow."),
    ] = None,
    with_path: Annotated[
        bool | None, typer.Option("--with-filename/--no-filename", "-H/-I", help="File names, or none.")
    ] = None,
    color: Annotated[Colors, typer.Option("--color", help="Colour; auto: on a terminal.")] = Colors.auto,
    exchange: Annotated[
        str | None,
        typer.Option(
            "--exchange",
            "-e",
            metavar="ID",
            help="Only this exchange; lines that name none are taken for its own.",
            autocompletion=complete_exchange,
        ),
    ] = None,
    product: Product = None,
    category: Annotated[
        str | None,
        typer.Option(
            "--category",
            metavar="NAME",
            help="Only this kind: auth/ip-not-allowed, or auth.",
            autocompletion=complete_category,
        ),
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ID", help="Only this rule.", autocompletion=complete_rule)
    ] = None,
    retry: Retry = None,
    min_urgency: Annotated[
        Urgencies | None, typer.Option("--min-urgency", help="Only findings at least so urgent.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Not older: 2026-03-01, 30m, yesterday, 14:05 …")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Not newer.")] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            "--tz", metavar="ZONE", help="The zone of times that name none: UTC, +08:00; else this machine's."
        ),
    ] = None,
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="This folder and all below, if no FILE is given.")
    ] = False,
    globs: Annotated[
        list[str] | None,
        typer.Option("--glob", "-g", metavar="GLOB", help="Only such files in folders: '*.log*', '!*.gz'; repeatable."),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-F", help="Go on as the files grow, like tail -F.")] = False,
    force: Annotated[bool, typer.Option("--text", "-a", help="Read binary files too.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", metavar="N", min=1, help="Processes; else one per core, if worth while."),
    ] = None,
    lang: Lang = None,
    rules: Rules = None,
) -> None:
    """Find and explain exchange-API errors in logs."""
    from explainer.cli.grep import grep
    from explainer.cli.wanted import Options

    options = Options(
        files=files or (),
        exchange=exchange,
        product=product,
        category=category,
        rule=rule,
        retry=retry,
        min_urgency=min_urgency,
        since=since,
        until=until,
        zone=zone,
        lang=lang,
        form=form,
        summary=summary,
        report=report,
        explain=explain,
        count=count,
        list_files=list_files,
        quiet=quiet,
        max_count=max_count,
        before=(context or 0) if before is None else before,
        after=(context or 0) if after is None else after,
        recursive=recursive,
        globs=globs or (),
        with_path=with_path,
        with_number=with_number,
        color=color,
        force=force,
        follow=follow,
        jobs=jobs,
        rules=rules or (),
    )
    raise typer.Exit(grep(options))
