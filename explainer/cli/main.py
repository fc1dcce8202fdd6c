"""The command line: the commands, and the default one that explains a text."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
import typer.core

from explainer.cli import manual
from explainer.cli.complete import complete_category, complete_rule_or_code
from explainer.cli.explain import Options, explain
from explainer.cli.logs import grep_command
from explainer.cli.options import Exchange, Format, Formats, Lang, Product, Retry, Rules
from explainer.cli.report import report_command
from explainer.cli.shield import shield, unshield
from explainer.cli.site import site_app
from explainer.cli.terminal import choose_language, open_base, read_paste, write
from explainer.match.mask import mask_message

DEFAULT = "text"


_USAGE_ERROR: Any = typer.BadParameter.__base__  # of which all are that are told about arguments


@contextmanager
def _masked_faults() -> Iterator[None]:
    try:
        yield
    except _USAGE_ERROR as fault:
        fault.message = mask_message(fault.message)
        raise


class _DefaultContext(typer.Context):
    """The context of the default command, whose own name nobody types."""

    @property
    def command_path(self) -> str:
        """Return `explain`."""
        return self.parent.command_path if self.parent else ""


class DefaultCommand(typer.core.TyperCommand):
    """The command that explains a text; in usage lines it has the program's name."""

    context_class = _DefaultContext


def _taking(command: Any, args: list[str]) -> set[str]:
    """Return the options of a command, or of the one below it that is named, that take a value."""
    command = getattr(command, "commands", {}).get(args[0] if args else "", command)
    options = (param for param in getattr(command, "params", ()) if param.param_type_name == "option")
    return {name for option in options if not option.is_flag for name in option.opts}


class DefaultGroup(typer.core.TyperGroup):
    """A group whose default command takes everything that names no other command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command in front, unless another one is named; shield codes such as -1021."""
        own = {"--help", "-h", "--version", "--install-completion", "--show-completion"}
        is_first_word = ctx.resilient_parsing and not args  # at the Tab key: it may become a command
        if not is_first_word and (not args or (args[0] not in self.commands and args[0] not in own)):
            args = [DEFAULT, *args]
        if args[:1] != ["grep"]:  # whose numbers are values of its options
            args = shield(args, _taking(self.commands.get(args[0]) if args else None, args[1:]))
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the arguments; what is wrong with them is told without secrets."""
        with _masked_faults():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; what is wrong with its arguments is told without secrets."""
        with _masked_faults():
            return super().invoke(ctx)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Offer the commands, and the options of the default one, which needs no name in front."""
        offered = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            default = self.commands[DEFAULT]
            offered += default.shell_complete(_DefaultContext(default, parent=ctx, info_name=DEFAULT), incomplete)
        return list({item.value: item for item in offered}.values())

    def list_commands(self, ctx: Any) -> list[str]:
        """List the commands in the order in which one learns them."""
        return [name for name in super().list_commands(ctx) if name != DEFAULT]


app = typer.Typer(
    cls=DefaultGroup,
    help=manual.EXPLAIN,
    epilog=manual.EXPLAIN_END,
    subcommand_metavar="[TEXT]... | COMMAND [ARGS]...",
    no_args_is_help=False,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(value: bool) -> None:
    if value:
        from explainer.kb.edition import find_edition
        from explainer.version import __version__

        write(f"explain {__version__}\n")
        rules = find_edition(open_base(()))
        write(f"rules {rules.date} ({rules.rules:,} rules, {rules.codes:,} codes, {rules.mark})\n")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version, and the rules' date."
        ),
    ] = False,
) -> None:
    """Explain exchange-API errors."""


@app.command(DEFAULT, hidden=True, cls=DefaultCommand, help=manual.TEXT, epilog=manual.EXPLAIN_END)
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
    """Explain a text."""
    options = Options(exchange, product, lang, form, rules or (), full=full, every=every, why=why, mask_ip=mask_ip)
    if not explain(unshield(text), options):
        raise typer.Exit(1)


@app.command("show", help=manual.SHOW, epilog=manual.SHOW_END)
def show_command(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID|CODE",
            help="A rule's id (binance/signature-invalid) or a code (-1021).",
            autocompletion=complete_rule_or_code,
        ),
    ],
    exchange: Exchange = None,
    lang: Lang = None,
    form: Format = Formats.text,
    full: Annotated[bool, typer.Option("--full", help="Everything: all causes, steps, links, examples.")] = False,
    rules: Rules = None,
) -> None:
    """Show a rule."""
    from explainer.cli.browse import show

    show(open_base(rules or ()), unshield([name]) or name, exchange, choose_language(lang), form, full=full)


@app.command("list", help=manual.LIST, epilog=manual.LIST_END)
def list_command(
    exchange: Exchange = None,
    category: Annotated[
        str | None,
        typer.Option(
            "--category",
            "-c",
            metavar="NAME",
            help="Only this kind of fault: auth/ip-not-allowed, or auth.",
            autocompletion=complete_category,
        ),
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
    """List rules."""
    from explainer.cli.browse import list_rules

    list_rules(open_base(rules or ()), exchange, category, retry, search, choose_language(lang), form, with_codes=codes)


app.command("grep", help=manual.GREP, epilog=manual.GREP_END)(grep_command)
app.command("report", help=manual.REPORT, epilog=manual.REPORT_END)(report_command)

rules_app = typer.Typer(help=manual.RULES, rich_markup_mode=None, no_args_is_help=True)
app.add_typer(rules_app, name="rules")
app.add_typer(site_app, name="site")


@rules_app.command("check", help=manual.CHECK, epilog=manual.CHECK_END)
def check_command(
    folder: Annotated[
        str | None, typer.Argument(metavar="DIR", help="A folder of rules; the shipped ones if left out.")
    ] = None,
    rules: Rules = None,
    form: Format = Formats.text,
) -> None:
    """Check rules."""
    from explainer.cli.rules import check

    check(folder, rules or [], form)


@rules_app.command("new", help=manual.NEW, epilog=manual.NEW_END)
def new_command(
    text: Annotated[list[str] | None, typer.Argument(help="The error, as pasted; standard input if left out.")] = None,
    exchange: Exchange = None,
    slug: Annotated[
        str | None, typer.Option("--slug", metavar="NAME", help="The name of the fault, such as leverage-too-high.")
    ] = None,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="The folder of rules to write into.")] = "rules",
) -> None:
    """Begin a rule."""
    from explainer.cli.rules import begin

    pasted = unshield(text)
    begin(read_paste() if pasted is None else pasted, exchange, slug, out)


@rules_app.command("stats", help=manual.STATS, epilog=manual.STATS_END)
def stats_command(rules: Rules = None, form: Format = Formats.text) -> None:
    """Count rules."""
    from explainer.cli.rules import show_stats

    show_stats(rules or [], form)


@rules_app.command("schema", help=manual.SCHEMA, epilog=manual.SCHEMA_END)
def schema_command(
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="The folder to write the schemas into.")
    ] = "rules/schema",
) -> None:
    """Write the schemas."""
    from explainer.cli.rules import write_schemas

    write_schemas(out)
