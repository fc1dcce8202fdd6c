"""What the user of `explain grep` asked for: the options, and what is wrong in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from explainer.cli.terminal import check_exchange, fail
from explainer.kb.store import KnowledgeBase
from explainer.logs.moments import LOCAL, parse_moment, parse_zone
from explainer.logs.search import Search
from explainer.logs.tally import Clock, Filter
from explainer.match.credible import Told
from explainer.model.answer import Language


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
    with_number: bool | None = None
    color: str = "auto"
    force: bool = False
    follow: bool = False
    jobs: int | None = None
    rules: Sequence[Path] = ()


def plan_search(kb: KnowledgeBase, options: Options, language: Language) -> Search:
    """Return what to search for, or exit 2 with what is wrong in the options."""
    _check_together(options)
    if options.report:
        _check_report(options.report)
    exchange = check_exchange(kb, options.exchange, options.product)
    categories = kb.index.categories
    known = {*categories, *(name.split("/")[0] for name in categories)}
    _check_known("category", options.category, known, f"known: {', '.join(categories)}")
    _check_known("rule", options.rule, {owner.id for owner in kb.index.owners}, "explain list shows the rules")
    try:
        zone = parse_zone(options.zone) if options.zone else LOCAL
        now = datetime.now(UTC)
        since = parse_moment(options.since, now, zone) if options.since else None
        until = parse_moment(options.until, now, zone) if options.until else None
    except ValueError as error:
        fail(str(error))
    if since and until and since > until:
        fail("--since is later than --until: no line can lie between them")
    is_quick = options.list_files or (options.quiet and not options.report)
    is_summary = not is_quick and (options.summary or options.report is not None or options.count)
    return Search(
        language=language,
        told=Told(exchange, options.product, is_log=True),
        wanted=Filter(options.category, options.rule, options.retry, options.min_urgency, since, until),
        clock=Clock(zone, now),
        rules=tuple(options.rules),
        is_summary=is_summary,
        with_timeline=options.report is not None,
        force=options.force,
        before=0 if is_summary or is_quick else options.before,
        after=0 if is_summary or is_quick else options.after,
        most=1 if is_quick else options.max_count,
    )


def _check_together(options: Options) -> None:
    """Refuse options that ask for different things, or for what the other one leaves out."""
    is_summary = options.summary or options.report is not None
    is_short = options.count or options.list_files
    has_context = bool(options.before or options.after)
    refused = (
        (options.count and options.list_files, "-c and -l cannot go together", "choose one of them"),
        (is_summary and is_short, "-c and -l cannot go with --summary or --report", "the summary has the counts"),
        (is_summary and options.max_count, "-m cannot go with --summary or --report, which count every line", ""),
        (is_summary and has_context, "-A, -B and -C cannot go with --summary or --report, which show no lines", ""),
        (is_summary and options.form == "sarif", "a summary has no SARIF form", "take --format jsonl or markdown"),
        (
            options.follow and options.form == "sarif",
            "--follow cannot go with --format sarif, one document that has an end",
            "take --format jsonl",
        ),
        (is_short and options.form != "text", "-c and -l cannot go with --format: they print plain text", ""),
        (has_context and options.form != "text", "-A, -B and -C cannot go with --format: they are for text", ""),
        (
            options.explain and (is_short or options.quiet or options.form != "text"),
            "--explain cannot go with -c, -l, -q or --format",
            "--format jsonl gives rule ids; explain show ID explains one",
        ),
    )
    for is_wrong, message, hint in refused:
        if is_wrong:
            fail(message, hint)


def _check_report(path: Path) -> None:
    """Refuse what cannot become the report before hours are spent, and what is likely to be a log."""
    if path.is_dir():
        fail(f"--report {path}: this is a folder", f"name the page too: --report {path / 'errors.html'}")
    if not path.parent.is_dir():
        fail(f"--report {path}: there is no folder {path.parent}", f"make it first: mkdir -p {path.parent}")
    if not path.is_file():  # not there yet; or a pipe, which is only written to
        return
    try:
        with path.open("rb") as file:
            is_page = file.read(9).lower() in (b"", b"<!doctype")
    except OSError as error:
        fail(f"--report {path}: {error.strerror}", "name another file")
    if not is_page:
        fail(f"--report {path}: this file is no HTML page and is not overwritten", "name another file")


def _check_known(name: str, value: str | None, known: set[str], hint: str) -> None:
    if value is None or value in known:
        return
    from explainer.kb.schema import suggest

    fail(f"unknown {name} {value!r}{suggest(value, sorted(known))}", hint)
