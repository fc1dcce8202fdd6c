"""Explains exchange-API errors: paste one, get its cause, the fix, and whether to retry."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from explainer.kb.store import load_base
from explainer.match.credible import Told
from explainer.match.engine import explain_text, scan_lines
from explainer.model.answer import Alternative, Cause, Evidence, Explanation, Finding, Language, RulesError

__all__ = ["Alternative", "Cause", "Evidence", "Explanation", "Finding", "RulesError", "__version__", "explain", "scan"]
__version__ = "0.1.0"


def explain(
    text: str,
    *,
    exchange: str | None = None,
    product: str | None = None,
    lang: Language = "en",
    rules: Iterable[str | Path] = (),
) -> tuple[Explanation, ...]:
    """Return what the errors in a pasted text mean, best first; `()` if nothing is known.

    The text is taken for an error: a bare `-1021` or `429` is explained.
    `exchange` (ccxt's id) and `product` (`spot`, `usdm` …) outrank what the text shows.
    `rules` are folders of your own rules, beside or over the shipped ones; a fault in them raises RulesError.
    Secrets are masked in everything that is returned. Nothing is sent anywhere.
    """
    kb = load_base(tuple(Path(folder) for folder in rules))
    return explain_text(kb, text, told=Told(exchange, product), language=lang)


def scan(
    lines: Iterable[str],
    *,
    exchange: str | None = None,
    lang: Language = "en",
    rules: Iterable[str | Path] = (),
) -> Iterator[Finding]:
    """Yield the lines of a log that hold an exchange-API error, lazily and in order.

    Strict, since anything may stand in a log: a number alone is no error, and another service's 401 is none either.
    """
    kb = load_base(tuple(Path(folder) for folder in rules))
    yield from scan_lines(kb, lines, told=Told(exchange, is_log=True), language=lang)
