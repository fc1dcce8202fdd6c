"""The default command: explain a text. Stays clear of the command-line library, which costs more than the answer."""

import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from explainer.cli.terminal import check_exchange, choose_language, fail, is_file, look_of, open_base, read_paste, write
from explainer.kb.store import KnowledgeBase
from explainer.match.credible import Told
from explainer.match.engine import MAX_TEXT, explain_text, recognise
from explainer.match.mask import Masker
from explainer.model.answer import Explanation, Language


@dataclass(frozen=True)
class Options:
    """What the user asked for; the defaults are those of the command."""

    exchange: str | None = None
    product: str | None = None
    lang: str | None = None
    form: str = "text"
    rules: Sequence[Path] = ()
    full: bool = False
    every: bool = False
    why: bool = False
    mask_ip: bool = False


def explain(text: str | None, options: Options) -> bool:
    """Explain a text (None: what is piped or pasted), print the answer, and tell whether anything was known."""
    kb = open_base(options.rules)
    language = choose_language(options.lang)
    told = Told(check_exchange(kb, options.exchange, options.product), options.product)
    masker = Masker(hide_ips=options.mask_ip)
    pasted = read_paste(language) if text is None else text
    if not pasted.strip():
        fail("no text given", "try: explain 'APIError(code=-1021): …'")
    if len(pasted) > MAX_TEXT:
        write(f"explain: only the last {MAX_TEXT:,} characters are read; explain grep reads whole logs\n", sys.stderr)
    found = explain_text(kb, pasted, told=told, language=language, masker=masker)
    if found or options.form == "json":
        write(_render(found, options, language, masker.secrets()))
    else:
        from explainer.render.text import to_unknown

        hints = list(_find_hints(kb, pasted, told, language))
        known = [] if hints else [part for part in recognise(kb, pasted) if part]
        write(to_unknown(language, look_of(sys.stderr), known, hints), sys.stderr)
    if masker.secrets() and options.form != "json":
        from explainer.render.text import to_warning

        write(to_warning(masker.secrets(), language, look_of(sys.stderr)), sys.stderr)
    return bool(found)


def _find_hints(kb: KnowledgeBase, pasted: str, told: Told, language: Language) -> Iterator[str]:
    """Yield what would help a user whose text says nothing: it is a file's name, or another exchange's error."""
    from explainer.render.words import HINTS

    if is_file(pasted):
        yield HINTS[language]["file"].format(path=shlex.quote(pasted))
    elsewhere = explain_text(kb, pasted, language=language) if told.exchange else ()
    if elsewhere:
        yield HINTS[language]["elsewhere"].format(told=told.exchange, rule=elsewhere[0].rule_id)


def _render(found: tuple[Explanation, ...], options: Options, language: str, secrets: Sequence[str]) -> str:
    if options.form == "json":
        from explainer.render.json import to_json

        return to_json(found, secrets)
    if options.form == "markdown":
        from explainer.render.markdown import to_markdown

        return to_markdown(found, language)
    from explainer.render.text import to_text

    return to_text(found, look_of(sys.stdout), full=options.full, why=options.why, every=options.every)
