"""The options that several commands share, each defined once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from explainer.cli.complete import complete_exchange, complete_product

Formats = StrEnum("Formats", ["text", "json", "markdown"])
Languages = StrEnum("Languages", ["en", "zh"])
Verdicts = StrEnum("Verdicts", ["never", "after_fix", "after_wait", "verify_first", "ignore"])

Exchange = Annotated[
    str | None,
    typer.Option(
        "--exchange",
        "-e",
        metavar="ID",
        help="The exchange, by ccxt's id: binance, kucoin, bigone …",
        autocompletion=complete_exchange,
    ),
]
Product = Annotated[
    str | None,
    typer.Option(
        "--product",
        "-p",
        metavar="NAME",
        help="The product: spot, usdm, futures …",
        autocompletion=complete_product,
    ),
]
Lang = Annotated[
    Languages | None,
    typer.Option("--lang", case_sensitive=False, help="Language; else EXPLAIN_LANG, else the locale's."),
]
Format = Annotated[Formats, typer.Option("--format", "-f", help="How to print the answer.")]
Retry = Annotated[Verdicts | None, typer.Option("--retry", help="Only rules with this verdict.")]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="DIR", help="Your own rules, beside or over the shipped ones; may be repeated."),
]
