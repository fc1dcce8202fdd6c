"""The options of `explain report`, as one types them."""

from enum import StrEnum
from typing import Annotated

import typer

from explainer.cli.options import Exchange, Lang, Product, Rules
from explainer.cli.shield import unshield

TicketFormats = StrEnum("TicketFormats", ["markdown", "json"])


def report_command(
    text: Annotated[list[str] | None, typer.Argument(help="The error, as pasted; standard input if left out.")] = None,
    logs: Annotated[
        list[str] | None,
        typer.Option("--log", "-l", metavar="FILE|DIR", help="Take the gravest error of these logs; may be repeated."),
    ] = None,
    rule: Annotated[str | None, typer.Option("--rule", metavar="ID", help="Take this problem of the logs.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Only log lines not older: 30m, yesterday, 14:05 …")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Only log lines not newer.")] = None,
    zone: Annotated[
        str | None,
        typer.Option("--tz", metavar="ZONE", help="The local zone, also of times that name none: UTC, +08:00."),
    ] = None,
    when: Annotated[
        str | None, typer.Option("--when", metavar="TIME", help="When it happened, if the text does not tell.")
    ] = None,
    tried: Annotated[str, typer.Option("--tried", metavar="WORDS", help="What was tried, and what came of it.")] = "",
    changed: Annotated[str, typer.Option("--changed", metavar="WORDS", help="What changed lately.")] = "",
    reply: Annotated[bool, typer.Option("--reply", help="Three lines for a customer, in place of the ticket.")] = False,
    ask: Annotated[bool, typer.Option("--ask/--no-ask", help="Ask on a terminal for what is missing.")] = True,
    exchange: Exchange = None,
    product: Product = None,
    form: Annotated[TicketFormats, typer.Option("--format", "-f", help="How to print it.")] = TicketFormats.markdown,
    mask_ip: Annotated[bool, typer.Option("--mask-ip", help="Mask IP addresses too.")] = False,
    lang: Lang = None,
    rules: Rules = None,
) -> None:
    """Write a support ticket about an error."""
    from explainer.cli.ticket import Options, report

    options = Options(
        logs=logs or (),
        rule=rule,
        since=since,
        until=until,
        exchange=exchange,
        product=product,
        zone=zone,
        when=when,
        tried=tried,
        changed=changed,
        reply=reply,
        ask=ask,
        lang=lang,
        form=form,
        mask_ip=mask_ip,
        rules=rules or (),
    )
    if not report(unshield(text), options):
        raise typer.Exit(1)
