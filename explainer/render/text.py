"""Explanations as text for a terminal: short by default, whole on request."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from explainer.model.answer import Cause, Explanation
from explainer.render.terminal import Look, plain, width_of, wrap
from explainer.render.words import (
    COLON,
    CONFIDENCE,
    EVIDENCE,
    LABELS,
    RETRY,
    UNKNOWN,
    UNKNOWN_HELP,
    URGENCY,
    forbid,
    label,
)

SHORT_CAUSES = 4
SHORT_ALTERNATIVES = 2
STYLES = {"critical": ("red", "bold"), "high": ("red",), "medium": ("yellow",), "low": (), "harmless": ("green",)}


@dataclass(frozen=True)
class Detail:
    """How much to say about one explanation: in short or in full, and with the evidence or without."""

    full: bool = False
    why: bool = False
    alternatives: bool = False


def to_text(
    explanations: Sequence[Explanation], look: Look, *, full: bool = False, why: bool = False, every: bool = False
) -> str:
    """Return explanations as text, the best first: `full` at any length, `why` with evidence, `every` error in full."""
    detail = Detail(full=full, why=why, alternatives=full or every)
    lines: list[str] = []
    if len(explanations) > 1:
        name = "found" if full or every else "found_short"
        found = LABELS[explanations[0].language][name].format(count=len(explanations))
        lines += [*_paragraph(found, look, "dim"), ""]
    for i, explanation in enumerate(explanations):
        if i:
            lines.append("")
        lines += _opening(explanation, look)
        if i == 0 or full or every:
            lines += _body(explanation, look, detail)
    return "\n".join(lines) + "\n"


def _paragraph(text: str, look: Look, *styles: str) -> Iterator[str]:
    return wrap(look.paint(text, *styles), look.width)


def _opening(explanation: Explanation, look: Look) -> Iterator[str]:
    yield from _head(explanation, look)
    yield from _paragraph(look.inline(explanation.summary), look)


def _head(explanation: Explanation, look: Look) -> Iterator[str]:
    """Yield what it is, with the verdict at the right edge: in one line, else with the title below, else one by one."""
    subject = look.paint(_subject(explanation), "cyan")
    title = look.paint(plain(explanation.title), "bold")
    verdict = look.paint(_verdict(explanation), *STYLES[explanation.urgency])
    line = " · ".join(part for part in (subject, title) if part)
    if width_of(line) + 2 + width_of(verdict) <= look.width:
        yield _justify(line, verdict, look)
    elif subject and width_of(subject) + 2 + width_of(verdict) <= look.width:
        yield _justify(subject, verdict, look)
        yield from wrap(title, look.width)
    else:
        yield from wrap(line, look.width)
        yield from wrap(verdict, look.width)


def _justify(left: str, right: str, look: Look) -> str:
    return left + " " * (look.width - width_of(left) - width_of(right)) + right


def _subject(explanation: Explanation) -> str:
    parts = [explanation.exchange, explanation.product, explanation.code]
    status = f"HTTP {explanation.http_status}"
    if explanation.http_status and not explanation.code and status not in explanation.title:
        parts.append(status)
    return " · ".join(part for part in parts if part)


def _verdict(explanation: Explanation) -> str:
    verdict = RETRY[explanation.language][explanation.retry]
    if explanation.urgency in ("critical", "harmless"):
        return f"{URGENCY[explanation.language][explanation.urgency]} · {verdict}"
    return verdict


def _body(explanation: Explanation, look: Look, detail: Detail) -> Iterator[str]:
    if explanation.is_root is not None:
        words = LABELS[explanation.language]
        yield from _paragraph(words["root" if explanation.is_root else "follows"], look)
    if not detail.alternatives:
        yield from _doubt(explanation, look)
    sections = [_causes(explanation, look, detail)]
    if detail.full:
        sections.append(_background(explanation, look))
    if detail.alternatives:
        sections.append(_alternatives(explanation, look))
    if detail.why:
        sections.append(_evidence(explanation, look))
    sections.append(_foot(explanation, look, detail))
    for section in sections:
        lines = list(section)
        if lines:
            yield from ("", *lines)


def _causes(explanation: Explanation, look: Look, detail: Detail) -> Iterator[str]:
    language = explanation.language
    if not explanation.is_rule:
        yield from _paragraph(LABELS[language]["general"], look, "dim")
    causes = explanation.causes if detail.full else explanation.causes[:SHORT_CAUSES]
    for number, cause in enumerate(causes, start=1):
        yield from _cause(number, cause, language, look, detail)
    for item in explanation.dont if detail.full else explanation.dont[:1]:
        yield from wrap(forbid(language, look.inline(item)), look.width, "   ", look.paint("✗", "red", "bold") + "  ")


def _cause(number: int, cause: Cause, language: str, look: Look, detail: Detail) -> Iterator[str]:
    yield from wrap(look.inline(cause.cause), look.width, "   ", look.paint(f"{number:<3}", "bold"))
    check = label(language, "check", look.inline(cause.check), lambda name: look.paint(name, "yellow"))
    yield from wrap(check, look.width, "     ", "   ")
    for step in cause.fix if detail.full else cause.fix[:1]:
        yield from wrap(look.inline(step), look.width, "     ", f"   {look.paint('→', 'green', 'bold')} ")


def _background(explanation: Explanation, look: Look) -> Iterator[str]:
    words, language = LABELS[explanation.language], explanation.language
    if explanation.related:
        yield from wrap(label(language, "related", ", ".join(explanation.related)), look.width, "  ", "")
    if explanation.links:
        yield look.paint(words["links"], "bold")
        yield from (f"  {link}" for link in explanation.links)
    if explanation.verified:
        yield look.paint(words["verified"].format(date=explanation.verified), "dim")


def _alternatives(explanation: Explanation, look: Look) -> Iterator[str]:
    if explanation.alternatives:
        yield look.paint(LABELS[explanation.language]["alternatives"], "bold")
        for other in explanation.alternatives:
            yield from wrap(f"{plain(other.title)} ({other.rule_id})", look.width, "    ", "  ")


def _evidence(explanation: Explanation, look: Look) -> Iterator[str]:
    language = explanation.language
    words = LABELS[language]
    confidence = CONFIDENCE[language][explanation.confidence]
    yield from _paragraph(f"{words['evidence']} ({explanation.rule_id}, {confidence})", look, "bold")
    for item in explanation.evidence:
        place = (
            words["line"].format(line=item.line) if item.line else words["you" if item.weight == "told" else "shape"]
        )
        yield from wrap(
            f"{EVIDENCE[language][item.kind]}{COLON[language]}{item.text} ({place})", look.width, "    ", "  "
        )
    for name, value in {**explanation.captures, **explanation.facts}.items():
        yield from wrap(f"{name} = {value}", look.width, "    ", "  ")


def _doubt(explanation: Explanation, look: Look) -> Iterator[str]:
    """Yield the nearest other readings in one sentence, where the text does not exclude them."""
    language = explanation.language
    others = [f"{plain(other.title)} ({other.rule_id})" for other in explanation.alternatives[:SHORT_ALTERNATIVES]]
    if others and explanation.confidence != "exact":
        yield from _paragraph(label(language, "alternatives", "; ".join(others)), look, "yellow")


def _foot(explanation: Explanation, look: Look, detail: Detail) -> Iterator[str]:
    language = explanation.language
    if explanation.assumption:
        yield from _paragraph(look.inline(explanation.assumption), look)
    if not detail.full:
        command = look.paint(f"explain show {explanation.rule_id} --full", "cyan")
        yield label(language, "more", command)
        if explanation.links:
            yield label(language, "docs", explanation.links[0])


def to_unknown(language: str, look: Look, recognised: Sequence[str] = (), hints: Sequence[str] = ()) -> str:
    """Return what to say when nothing is known; `recognised` is what the text shows all the same: exchange, code."""
    lines = [*wrap(UNKNOWN[language], look.width)]
    if recognised:
        lines += wrap(label(language, "recognised", " · ".join(recognised)), look.width)
    for item in [*hints, *UNKNOWN_HELP[language]]:
        lines += wrap(item, look.width, "    ", "  - ")
    return "\n".join(lines) + "\n"


def to_warning(tokens: Iterable[str], language: str, look: Look) -> str:
    """Return the warning that a pasted text holds secrets."""
    text = LABELS[language]["secret"].format(token=", ".join(tokens))
    return "\n".join(_paragraph(text, look, "red", "bold")) + "\n"
