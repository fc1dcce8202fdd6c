"""The command line: the commands, and the default one that explains a text."""

import re
from typing import Annotated, Any

import typer
import typer.core

from explainer.cli.explain import Options, explain
from explainer.cli.logs import HELP as GREP_HELP
from explainer.cli.logs import grep_command
from explainer.cli.options import Exchange, Format, Formats, Lang, Product, Retry, Rules
from explainer.cli.site import site_app
from explainer.cli.terminal import choose_language, open_base, read_paste, write

DEFAULT = "text"
_SHIELD = "\ue000"
"""Stands before an argument such as -1021, so that it is not taken for an option."""


class _DefaultContext(typer.Context):
    """The context of the default command, whose own name nobody types."""

    @property
    def command_path(self) -> str:
        """Return `explain`."""
        return self.parent.command_path if self.parent else ""


class DefaultCommand(typer.core.TyperCommand):
    """The command that explains a text; in usage lines it has the program's name."""

    context_class = _DefaultContext


class DefaultGroup(typer.core.TyperGroup):
    """A group whose default command takes everything that names no other command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command in front, unless another one is named; shield codes such as -1021."""
        own = {"--help", "-h", "--version", "--install-completion", "--show-completion"}
        if not args or (args[0] not in self.commands and args[0] not in own):
            args = [DEFAULT, *args]
        if args[0] != "grep":  # whose numbers are values of its options
            args = [_SHIELD + arg if re.match(r"-\d", arg) else arg for arg in args]
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed

    def list_commands(self, ctx: Any) -> list[str]:
        """List the commands in the order in which one learns them."""
        return [name for name in super().list_commands(ctx) if name != DEFAULT]


HELP = """Explain an exchange-API error: its cause, the fix, and whether to retry.

Paste it as an argument, pipe it in, or start without either and paste it at the prompt.
Secrets in it are masked, and nothing leaves this machine.

\b
  explain 'binance {"code":-1021,"msg":"Timestamp for this request …"}'
  explain -1021 --exchange binance
  tail -n 50 bot.log | explain --lang zh
  explain 'HTTP 429' --format json | jq .explanations[0].retry
  explain grep --summary bot.log
  explain site build --out public

\b
Options of the default command:
  -e, --exchange ID      the exchange, if the text does not tell
  -p, --product NAME     the product: spot, usdm, futures …
      --lang en|zh       language (else EXPLAIN_LANG, else the locale)
      --full             everything: all causes, steps, links
      --all              every error of the text at length
      --why              the evidence for the answer
  -f, --format FORMAT    text, json or markdown
      --mask-ip          mask IP addresses too
      --rules DIR        your own rules, beside or over the shipped ones

Exit status: 0 explained, 1 nothing known, 2 usage or input error.
"""

app = typer.Typer(
    cls=DefaultGroup,
    help=HELP,
    no_args_is_help=False,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        kb = open_base(())
        write(f"explain {version('exchange-explainer')} (rules {kb.index.version})\n")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Explain exchange-API errors."""


@app.command(DEFAULT, hidden=True, cls=DefaultCommand)
def explain_command(
    text: Annotated[list[str] | None, typer.Argument(help="The error, as pasted; standard input if left out.")] = None,
    exchange: Exchange = None,
    product: Product = None,
    lang: Lang = None,
    form: Format = Formats.text,
    full: Annotated[bool, typer.Option("--full", help="Everything: all causes, steps, links.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Every error of the text at length, and what else it could be.")
    ] = False,
    why: Annotated[bool, typer.Option("--why", help="The evidence for the answer.")] = False,
    mask_ip: Annotated[bool, typer.Option("--mask-ip", help="Mask IP addresses too.")] = False,
    rules: Rules = None,
) -> None:
    """Explain an exchange-API error (the default command)."""
    options = Options(exchange, product, lang, form, rules or (), full=full, every=every, why=why, mask_ip=mask_ip)
    pasted = " ".join(part.removeprefix(_SHIELD) for part in text) if text else None
    if not explain(pasted, options):
        raise typer.Exit(1)


@app.command("show")
def show_command(
    name: Annotated[
        str, typer.Argument(metavar="ID|CODE", help="A rule's id (binance/signature-invalid) or a code (-1021).")
    ],
    exchange: Exchange = None,
    lang: Lang = None,
    form: Format = Formats.text,
    full: Annotated[bool, typer.Option("--full", help="Everything: all causes, steps, links, examples.")] = False,
    rules: Rules = None,
) -> None:
    """Show a rule by its id, or all meanings of a code."""
    from explainer.cli.browse import show

    show(open_base(rules or ()), name.removeprefix(_SHIELD), exchange, choose_language(lang), form, full=full)


@app.command("list")
def list_command(
    exchange: Exchange = None,
    category: Annotated[
        str | None, typer.Option("--category", "-c", help="A kind of fault: auth/ip-not-allowed, or auth.")
    ] = None,
    retry: Retry = None,
    search: Annotated[
        str | None, typer.Option("--search", "-s", metavar="WORDS", help="Only those that hold all these words.")
    ] = None,
    codes: Annotated[bool, typer.Option("--codes", help="Also the entries of the code catalogues.")] = False,
    lang: Lang = None,
    form: Format = Formats.text,
    rules: Rules = None,
) -> None:
    """List the rules, by exchange, kind, verdict or words."""
    from explainer.cli.browse import list_rules

    words = search.replace(_SHIELD, "") if search else None
    list_rules(open_base(rules or ()), exchange, category, retry, words, choose_language(lang), form, with_codes=codes)


app.command("grep", help=GREP_HELP)(grep_command)

rules_app = typer.Typer(help="Check rules, or begin a new one.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(rules_app, name="rules")
app.add_typer(site_app, name="site")


@rules_app.command("check")
def check_command(
    folder: Annotated[
        str | None, typer.Argument(metavar="[DIR]", help="A folder of rules; the shipped ones if left out.")
    ] = None,
    rules: Rules = None,
    form: Format = Formats.text,
) -> None:
    """Check rules and report every fault.

    Schemas, references, templates, texts, and every example against all rules.
    A folder of your own is checked together with the shipped rules.
    """
    from explainer.cli.rules import check

    check(folder, rules or [], form)


@rules_app.command("new")
def new_command(
    text: Annotated[list[str] | None, typer.Argument(help="The error, as pasted; standard input if left out.")] = None,
    exchange: Exchange = None,
    slug: Annotated[
        str | None, typer.Option("--slug", help="The name of the fault, such as leverage-too-high.")
    ] = None,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="The folder of rules to write into.")] = "rules",
) -> None:
    """Begin a rule from a pasted error.

    Writes a file that you then fill in. Secrets in the error are masked.
    """
    from explainer.cli.rules import begin

    pasted = " ".join(part.removeprefix(_SHIELD) for part in text) if text else read_paste()
    begin(pasted, exchange, slug, out)


@rules_app.command("stats")
def stats_command(rules: Rules = None, form: Format = Formats.text) -> None:
    """Count rules and codes, by exchange and product, and show how old the oldest check is."""
    from explainer.cli.rules import show_stats

    show_stats(rules or [], form)


@rules_app.command("schema")
def schema_command(
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="The folder to write the schemas into.")
    ] = "rules/schema",
) -> None:
    """Write the JSON Schemas of rules files.

    For editors, which check and complete a file that names its schema.
    """
    from explainer.cli.rules import write_schemas

    write_schemas(out)
