"""`rules check`, `rules new`, `rules schema`: for those who write rules."""

import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import typer

from explainer.cli.terminal import count_faults, fail, open_base, write
from explainer.kb.load import exchange_of, load_trees
from explainer.kb.schema import make_schema
from explainer.kb.stats import count
from explainer.kb.store import KnowledgeBase, find_rules, write_atomically
from explainer.match.credible import Told
from explainer.match.engine import explain_text, recognise
from explainer.match.mask import Masker, make_printable
from explainer.match.normal import Normal
from explainer.match.trial import check_base
from explainer.model.answer import Explanation, Problem
from explainer.model.document import KINDS
from explainer.render.json import dump


def check(folder: str | None, extra: list[Path], form: str) -> None:
    """Check the shipped rules, together with a folder of the user's own; exits 1 if there is a fault."""
    roots = [find_rules(), *extra]
    own = Path(folder).resolve() if folder else None
    if own and own != find_rules().resolve():
        if not own.is_dir():
            fail(f"{folder}: no such folder")
        roots = [own] if (own / "envelopes.yaml").is_file() else [*roots, own]
    base, problems = load_trees(roots)
    problems = problems or check_base(base)
    counts = {
        "rules": len(base.rules),
        "categories": len(base.categories),
        "exchanges": len(base.exchanges),
        "codes": sum(len(source.document.codes) for source in base.catalogues.values()),
    }
    _report(problems, counts, form)
    if own is None and not extra and Path("rules").is_dir() and Path("rules").resolve() != find_rules().resolve():
        write("These are the shipped rules; for your own: explain rules check rules\n", sys.stderr)
    if problems:
        raise typer.Exit(1)


def _report(problems: list[Problem], counts: dict[str, int], form: str) -> None:
    if form == "json":
        write(dump({"version": 1, "problems": problems, **counts}))
        return
    for problem in problems:
        write(f"{problem}\n")
    summary = ", ".join(f"{count} {what}" for what, count in counts.items())
    write(
        f"{count_faults(problems)} in {summary}\n" if problems else f"no faults in {summary}\n",
        sys.stderr if problems else sys.stdout,
    )


def show_stats(extra: list[Path], form: str) -> None:
    """Print what the knowledge base holds."""
    base, problems = load_trees([find_rules(), *extra])
    if problems:
        fail(f"{count_faults(problems)} in the rules", "explain rules check names them")
    stats = count(base)
    if form == "json":
        write(dump({"version": 1, **msgspec.to_builtins(stats)}))
        return
    write(f"{stats.rules} rules, {stats.codes} codes with {stats.meanings} meanings, {stats.categories} categories\n")
    write(
        f"{stats.examples} examples, {stats.counterexamples} counterexamples; languages: {', '.join(stats.languages)}\n"
    )
    write(f"oldest check: {stats.oldest} ({stats.oldest_id})\n\n")
    write(f"{'exchange':12}{'rules':>7}{'codes':>7}{'meanings':>10}  products\n")
    for row in stats.by_exchange:
        products = ", ".join(f"{name} {codes}" for name, codes in row.products.items())
        write(f"{row.exchange:12}{row.rules:7}{row.codes:7}{row.meanings:10}  {products}\n")


def write_schemas(out: str) -> None:
    """Write the JSON Schema of every kind of document."""
    for kind in KINDS:
        path = Path(out) / f"{kind}.schema.json"
        _write_file(path, dump(make_schema(kind)))
        write(f"{path}\n")


def _write_file(path: Path, text: str) -> None:
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror}", "name another folder with --out")


def begin(text: str, exchange: str | None, slug: str | None, out: str) -> None:
    """Write a rule file that begins with a pasted error, secrets masked; never over an existing file."""
    text = make_printable(Masker().mask(Normal(text).text)).strip()
    if not text:
        fail("no text given", "explain rules new 'the error'")
    kb = open_base(())
    found = explain_text(kb, text, told=Told(exchange))
    shown, printed = recognise(kb, text)
    exchange = exchange or (found[0].exchange if found else shown)
    message = _guess_message(text)
    code = (found[0].code if found else None) or printed
    slug = slug or "-".join(re.findall(r"[a-z0-9]+", message.lower())[:5]) or "new-rule"
    for option, name in (("--slug", slug), ("--exchange", exchange or "any")):
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            fail(f"{option} {name!r} must be lower-case words joined by `-`")
    rule_id = f"{exchange or 'any'}/{slug}"
    path = Path(out) / (f"exchanges/{exchange}" if exchange_of(rule_id) else "any") / f"{slug}.yaml"
    if path.exists():
        fail(f"{path} exists already", "choose another --slug")
    depth = "../" * (len(path.relative_to(out).parts) - 1)
    content = _SKELETON.format(
        schema=f"{depth}schema/rule.schema.json",
        category=found[0].category if found else "other/unknown",
        code=f"code: {_quote(code)}\n    message" if code and exchange else "message",
        message=_quote(message.replace("{", "{{").replace("}", "}}")),
        example=_quote(text),
        link=_find_link(kb, found, exchange),
        today=datetime.now(UTC).date(),
    )
    _write_file(path, content)
    if found:
        write(f"Note: {found[0].rule_id} already explains this text.\n", sys.stderr)
    if exchange and exchange not in kb.index.products:
        home = Path(out) / f"exchanges/{exchange}/exchange.yaml"
        write(f"Note: {exchange} has no profile yet: {home} must say what marks it (docs/rules.md).\n", sys.stderr)
    write(f"{path}\nFill in every …, then: explain rules check {out}\n")


def _find_link(kb: KnowledgeBase, found: Sequence[Explanation], exchange: str | None) -> str:
    """Return the official page that comes nearest."""
    if profile := kb.profile(exchange):
        return str(profile["links"].get("errors") or profile["links"]["docs"])
    return found[0].links[0] if found and found[0].links else "https://docs.ccxt.com/"


def _guess_message(text: str) -> str:
    for pattern in (
        r'"(?:msg|message|retMsg|err-msg)"\s*:\s*"([^"]{4,300})"',
        r'"error"\s*:\s*"([^"]{4,300})"',
        r"msg=([^\n]{4,300})",
        r":\s+([A-Z][^\n{}]{4,300})$",
    ):
        if match := re.search(pattern, text, re.MULTILINE):
            return match.group(1).strip()
    return text.splitlines()[-1].strip()[:300]


def _quote(text: str) -> str:
    return "'" + re.sub(r"\s*\n\s*", " ", text).replace("'", "''") + "'"


_SKELETON = """\
# yaml-language-server: $schema={schema}
title:
  en: …
  zh: …
category: {category}
match:
  - {code}: {message}
summary:
  en: …
  zh: …
causes:
  - en:
      cause: …
      check: …
      fix:
        - …
    zh:
      cause: …
      check: …
      fix:
        - …
links:
  - {link}
verified:
  date: {today}
  source: …
examples:
  - {example}
  - '… the same error, as another client prints it'
counterexamples:
  - '… the nearest error that means something else'
"""
