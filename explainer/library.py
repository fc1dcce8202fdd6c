"""What a program calls: `explain` for a pasted text, `scan` for the lines of a log, `mask` before anything is shown."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from explainer.kb.store import KnowledgeBase, load_base
from explainer.match.credible import Told
from explainer.match.engine import explain_text, scan_lines
from explainer.match.mask import Masker, make_printable
from explainer.model.answer import Explanation, Finding, Language


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
    `exchange` (ccxt's id) and `product` (`spot`, `usdm` …) outrank what the text shows; of an exchange
    without rules nothing is known.
    `rules` are folders of your own rules, beside or over the shipped ones; a fault in them raises RulesError;
    an unknown language raises ValueError.
    Secrets are masked in everything that is returned. Nothing is sent anywhere.
    """
    if not isinstance(text, str):
        raise TypeError(f"the text must be a str, not {type(text).__name__}; of an exception: traceback.format_exc()")
    kb = load_base(tuple(Path(folder) for folder in rules))
    exchange, product = _resolve(kb, exchange, product)
    return explain_text(kb, text, told=Told(exchange, product), language=_check(lang))


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
    exchange, product = _resolve(kb, exchange, None)
    return scan_lines(kb, lines, told=Told(exchange, product, is_log=True), language=_check(lang))


def mask(text: str, *, hide_ips: bool = False, hide_private: bool = False) -> str:
    """Return a text that may be shown: secrets as tokens such as `[secret 1]`, control characters as escapes.

    `hide_private` is for strangers: it hides e-mail addresses, wallets, names and account numbers too.
    """
    return make_printable(Masker(hide_ips=hide_ips, hide_private=hide_private).mask(text))


def _resolve(kb: KnowledgeBase, exchange: str | None, product: str | None) -> tuple[str | None, str | None]:
    """Return exchange and product for one of ccxt's ids, of which some name both, such as binanceusdm."""
    if exchange is None or exchange in kb.index.products:
        return exchange, product
    mark = kb.index.ccxt.get(exchange.lower())
    return (mark.exchange, product or mark.product) if mark else (exchange, product)


def _check(lang: Language) -> Language:
    if lang not in ("en", "zh"):
        raise ValueError(f"unknown language {lang!r}; known: en, zh")
    return lang
