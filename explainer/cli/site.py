"""The commands of `explain site`: build the help site, and look at it before it is published."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from explainer.cli import manual
from explainer.cli.options import Rules
from explainer.cli.terminal import TERMINATED, Terminated, count_faults, end_on_request, fail, write
from explainer.model.answer import RulesError

if TYPE_CHECKING:
    from explainer.site_builder.build import Built
    from explainer.site_builder.config import Config

site_app = typer.Typer(help=manual.SITE, rich_markup_mode=None, no_args_is_help=True)

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", "-c", metavar="FILE", help="Your site.yaml: name, address, colours, notes and so on."),
]
NoSearch = Annotated[bool, typer.Option("--no-search", help="Leave out the search by word, which needs pagefind.")]


@site_app.command("build", help=manual.BUILD, epilog=manual.BUILD_END)
def build_command(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to write; it is replaced.")],
    config: ConfigFile = None,
    rules: Rules = None,
    no_search: NoSearch = False,
) -> None:
    """Build the site."""
    has_search = _can_search(no_search=no_search)
    started = time.perf_counter()
    with _tidy_end():
        built = _build(_read(config, rules or []), out, has_search=has_search)
    seconds = time.perf_counter() - started
    write(f"{built.pages:,} pages in {out} ({built.files:,} files, {built.size / 1e6:.1f} MB, {seconds:.1f} s)\n")


@site_app.command("serve", help=manual.SERVE, epilog=manual.SERVE_END)
def serve_command(
    config: ConfigFile = None,
    rules: Rules = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes any free one.")] = 8000,
    no_search: NoSearch = False,
) -> None:
    """Show the site while it is worked on."""
    from explainer.kb.store import find_rules, load_base
    from explainer.site_builder.config import Config, SiteDocument, at_home, read_config
    from explainer.site_builder.content import find_site
    from explainer.site_builder.output import OutputError
    from explainer.site_builder.serve import serve

    has_search = _can_search(no_search=no_search)

    def build(out: Path) -> None:
        built = _build(at_home(_read(config, rules or [])), out, has_search=has_search)
        write(f"{built.pages:,} pages built\n", sys.stderr)

    def build_again(out: Path) -> None:
        load_base.cache_clear()  # rules may have changed
        try:
            build(out)
        except SystemExit:  # the fault has been told; the site from before stays
            write("not built; waiting for the next change\n", sys.stderr)

    def list_watched() -> list[Path]:
        """Return what the site is made of now: settings may name other folders than they did."""
        settings = Config(SiteDocument(), None, tuple(rules or ()), config)
        with suppress(RulesError):
            settings = read_config(config, tuple(rules or ()))
        logos = [settings.logo] if settings.logo else []
        return [find_rules(), find_site(), *settings.rules, *logos, *([config] if config else [])]

    try:
        with _tidy_end():
            serve(build, build_again, list_watched, port, lambda text: write(f"{text}\n"))
    except OutputError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot listen on port {port}: {error.strerror}", "another one: --port 0 takes any that is free")


@contextmanager
def _tidy_end() -> Iterator[None]:
    """Tidy up before SIGTERM ends the program, as for Ctrl-C."""
    end_on_request()
    try:
        yield
    except Terminated:
        raise SystemExit(TERMINATED) from None


def _can_search(*, no_search: bool) -> bool:
    from explainer.site_builder.search import EXTRA, has_pagefind

    if no_search or has_pagefind():
        return not no_search
    write(f"explain: pagefind is not installed, so the site gets no search (pip install '{EXTRA}')\n", sys.stderr)
    return False


def _read(path: Path | None, rules: list[Path]) -> "Config":
    """Return the settings; exits 2 with every fault of the file."""
    from explainer.site_builder.config import read_config

    for folder in rules:
        if not folder.is_dir():
            fail(f"{folder}: no such folder of rules")
    try:
        return read_config(path, tuple(rules))
    except RulesError as error:
        _tell(error)


def _build(config: "Config", out: Path, *, has_search: bool) -> "Built":
    """Build the site; exits 2 with the reason if that fails, and the old site stays."""
    from explainer.site_builder.build import build_site
    from explainer.site_builder.output import OutputError
    from explainer.site_builder.pages import PageError
    from explainer.site_builder.search import SearchError
    from explainer.site_builder.urls import LinkError

    try:
        return build_site(config, out, has_search=has_search)
    except RulesError as error:
        _tell(error)
    except (OutputError, PageError, LinkError) as error:
        fail(str(error))
    except SearchError as error:
        fail(f"pagefind failed: {error}", "--no-search builds the site without it")
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        fail(f"cannot write the site: {error.strerror}{place}", "the site from before, if any, is untouched")


def _tell(error: RulesError) -> NoReturn:
    for problem in error.problems:
        write(f"{problem}\n", sys.stderr)
    fail(f"{count_faults(error.problems)}; nothing was built")
