"""`explain report`: the support ticket on an error, from a paste or from logs."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from explainer.cli.grep import list_paths, search_files
from explainer.cli.printer import Printer
from explainer.cli.terminal import (
    TERMINATED,
    USAGE,
    Terminated,
    check_exchange,
    choose_language,
    end_on_request,
    fail,
    is_file,
    look_of,
    open_base,
    read_paste,
    write,
)
from explainer.cli.wanted import Options as GrepOptions
from explainer.cli.wanted import plan_search
from explainer.kb.store import KnowledgeBase
from explainer.logs.moments import LOCAL, parse_moment, parse_zone
from explainer.logs.search import Search, load_tools
from explainer.logs.tally import put_in_order
from explainer.logs.work import WorkerLost
from explainer.match.credible import Told
from explainer.match.mask import Masker
from explainer.model.answer import Language
from explainer.model.ticket import Ticket
from explainer.render.ticket_words import ASK
from explainer.support.gather import Said, Source, add_said, gather, look_around
from explainer.support.pick import read_around


@dataclass(frozen=True)
class Options:
    """What the user asked for."""

    logs: Sequence[str] = ()
    rule: str | None = None
    since: str | None = None
    until: str | None = None
    exchange: str | None = None
    product: str | None = None
    zone: str | None = None
    when: str | None = None
    tried: str = ""
    changed: str = ""
    reply: bool = False
    ask: bool = True
    lang: str | None = None
    form: str = "markdown"
    mask_ip: bool = False
    rules: Sequence[Path] = ()


def report(text: str | None, options: Options) -> bool:
    """Print the ticket on an error (text None: from logs, or as piped or pasted); tell whether a rule explains it."""
    kb = open_base(options.rules)
    language = choose_language(options.lang)
    zone, said = _read_said(options)
    if options.logs:
        if text is not None:
            fail("a text and --log cannot go together", "give one of them")
        source, told = _pick(kb, options, language)
    else:
        _refuse_log_options(options)
        told = Told(check_exchange(kb, options.exchange, options.product), options.product)
        if text is not None and is_file(text):
            fail(f"{text} is a file", f"explain report --log {text}, or explain report < {text}")
        source = Source(read_paste(language) if text is None else text)
    if not source.text.strip():
        fail("no text given", "try: explain report 'APIError(code=-1021): …', or --log bot.log")
    masker = Masker(hide_ips=options.mask_ip, hide_private=True)

    here = look_around(zone)
    ticket = gather(kb, source, told=told, here=here, language=language, masker=masker)
    if options.ask and not options.reply and _is_person_there():
        said = _ask(said, language, zone, has_time=ticket.at_utc is not None)
    ticket = add_said(ticket, said, here, masker)
    write(_render(ticket, options, masker))
    if masker.secrets() and options.form != "json":
        from explainer.render.text import to_warning

        write(to_warning(masker.secrets(), language, look_of(sys.stderr)), sys.stderr)
    return ticket.explanation is not None


def _render(ticket: Ticket, options: Options, masker: Masker) -> str:
    from explainer.render.reply import to_reply

    reply = to_reply(ticket, has_secret=bool(masker.secrets()))
    if options.form == "json":
        from explainer.render.json import VERSION, dump

        return dump({"version": VERSION, "ticket": ticket, "reply": reply, "secrets": masker.secrets()})
    if options.reply:
        return reply
    from explainer.render.ticket import to_ticket

    return to_ticket(ticket)


def _read_said(options: Options) -> tuple[tzinfo, Said]:
    try:
        zone = parse_zone(options.zone) if options.zone else LOCAL
        at = parse_moment(options.when, datetime.now(UTC), zone) if options.when else None
    except ValueError as error:
        fail(str(error))
    return zone, Said(at, options.tried, options.changed)


def _refuse_log_options(options: Options) -> None:
    for name, value in (("--rule", options.rule), ("--since", options.since), ("--until", options.until)):
        if value:
            fail(f"{name} chooses among the errors of logs; there is no --log", "explain report --log bot.log")


def _is_person_there() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _ask(said: Said, language: Language, zone: tzinfo, *, has_time: bool) -> Said:
    """Ask for what neither the text nor the options tell."""
    words = ASK[language]
    write(words["intro"] + "\n", sys.stderr)
    at = said.at
    while not has_time and at is None and (answer := _read_answer(words["when"])):
        try:
            at = parse_moment(answer, datetime.now(UTC), zone)
        except ValueError as error:
            write(f"{error}\n", sys.stderr)
    tried = said.tried or _read_answer(words["tried"])
    return Said(at, tried, said.changed or _read_answer(words["changed"]))


def _read_answer(question: str) -> str:
    write(question, sys.stderr)
    line = sys.stdin.readline()
    if not line.endswith("\n"):
        write("\n", sys.stderr)
    return line.strip()


def _pick(kb: KnowledgeBase, options: Options, language: Language) -> tuple[Source, Told]:
    """Search logs and return the lines around the gravest problem; exits where there is none."""
    if "-" in options.logs:
        fail(
            "--log reads files, which it reads twice", "pipe the end of a log in: tail -n 500 bot.log | explain report"
        )
    wanted = GrepOptions(
        files=options.logs,
        exchange=options.exchange,
        product=options.product,
        rule=options.rule,
        since=options.since,
        until=options.until,
        zone=options.zone,
        summary=True,
        rules=options.rules,
    )
    search = plan_search(kb, wanted, language)
    printer = Printer(kb, wanted, search, language)
    _search(wanted, search, printer)
    put_in_order(printer.summary)
    rows = printer.summary.rows
    if not rows:
        printer.say("nothing")
        raise SystemExit(USAGE if printer.has_failed else 1)
    if len(rows) > 1:
        ids = ", ".join(dict.fromkeys(row.explanation.rule_id for row in rows[1:]))
        printer.say("others", chosen=rows[0].explanation.rule_id, others=ids)
    return read_around(search, load_tools(search), rows[0]), search.told


def _search(wanted: GrepOptions, search: Search, printer: Printer) -> None:
    """Search the logs; who ends it, ends the processes too."""
    end_on_request()
    try:
        search_files(list_paths(wanted, printer), wanted, search, printer)
    except Terminated:
        raise SystemExit(TERMINATED) from None
    except WorkerLost as lost:
        fail(str(lost), "take fewer logs, or a part of them with --since")
