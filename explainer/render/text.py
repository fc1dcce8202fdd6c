"""Explanations as text for a terminal: short by default, whole on request."""

from collections.abc import Iterable, Iterator, Sequence

from explainer.model.answer import Explanation
from explainer.render.terminal import Look, plain, width_of, wrap
from explainer.render.words import CONFIDENCE, EVIDENCE, LABELS, RETRY, UNKNOWN, UNKNOWN_HELP, URGENCY

SHORT_CAUSES = 4
STYLES = {"critical": ("red", "bold"), "high": ("red",), "medium": ("yellow",), "low": (), "harmless": ("green",)}


def to_text(
    explanations: Sequence[Explanation], look: Look, *, full: bool = False, why: bool = False, every: bool = False
) -> str:
    """Return explanations as text, the best first: `full` at any length, `why` with evidence, `every` error in full."""
    lines: list[str] = []
    if len(explanations) > 1:
        words = LABELS[explanations[0].language]
        lines += [look.paint(words["found"].format(count=len(explanations)), "dim"), ""]
    for i, explanation in enumerate(explanations):
        if i:
            lines.append("")
        if i and not (full or every):
            lines += _head(explanation, look)
            lines += wrap(plain(explanation.summary), look.width)
        else:
            lines += _whole(explanation, look, full=full, why=why)
    return "\n".join(lines) + "\n"


def _whole(explanation: Explanation, look: Look, *, full: bool, why: bool) -> Iterator[str]:
    words = LABELS[explanation.language]
    yield from _head(explanation, look)
    yield from wrap(plain(explanation.summary), look.width)
    if explanation.is_root is not None:
        yield from wrap(words["root" if explanation.is_root else "follows"], look.width)
    yield ""
    if not explanation.is_rule:
        yield look.paint(words["general"], "dim")
    causes = explanation.causes if full else explanation.causes[:SHORT_CAUSES]
    for number, cause in enumerate(causes, start=1):
        yield from wrap(plain(cause.cause), look.width, "   ", look.paint(f"{number}", "bold") + "  ")
        yield from wrap(f"{words['check']}: {plain(cause.check)}", look.width, "     ", "   ")
        steps = cause.fix if full else cause.fix[:2]
        for step in steps:
            yield from wrap(plain(step), look.width, "     ", "   → ")
    for item in explanation.dont if full else explanation.dont[:1]:
        yield from wrap(
            f"{words['not']}: {plain(item)}" if not _says_not(item) else plain(item),
            look.width,
            "   ",
            look.paint("✗", "red") + "  ",
        )
    yield ""
    if full:
        yield from _full(explanation, look)
    if why:
        yield from _why(explanation, look)
    yield from _foot(explanation, look, full=full)


def _says_not(text: str) -> bool:
    return text.startswith(("Do not", "Don't", "Never", "不要", "别", "切勿", "勿", "请勿", "不"))


def _head(explanation: Explanation, look: Look) -> Iterator[str]:
    origin = [explanation.exchange, explanation.product, explanation.code]
    if not explanation.code and explanation.http_status:
        origin.append(f"HTTP {explanation.http_status}")
    subject = " · ".join(part for part in origin if part)
    title = look.paint(plain(explanation.title), "bold")
    verdict = RETRY[explanation.language][explanation.retry]
    if explanation.urgency in ("critical", "harmless"):
        verdict = f"{URGENCY[explanation.language][explanation.urgency]} · {verdict}"
    left = f"{look.paint(subject, 'cyan')} · {title}" if subject else title
    gap = (
        look.width
        - width_of(f"{subject} · {plain(explanation.title)}" if subject else plain(explanation.title))
        - width_of(verdict)
    )
    painted = look.paint(verdict, *STYLES[explanation.urgency]) if STYLES[explanation.urgency] else verdict
    if gap >= 2:
        yield left + " " * gap + painted
    else:
        yield from wrap(left, look.width + (len(left) - len(plain(left)) if look.color else 0))
        yield painted


def _full(explanation: Explanation, look: Look) -> Iterator[str]:
    words = LABELS[explanation.language]
    if explanation.related:
        yield from wrap(f"{words['related']}: {', '.join(explanation.related)}", look.width, "  ")
    if explanation.alternatives:
        yield look.paint(words["alternatives"], "bold")
        for other in explanation.alternatives:
            yield from wrap(f"{other.rule_id}: {plain(other.title)}", look.width, "    ", "  ")
    for link in explanation.links:
        yield look.paint(link, "dim")
    if explanation.verified:
        yield look.paint(words["verified"].format(date=explanation.verified), "dim")
    yield ""


def _why(explanation: Explanation, look: Look) -> Iterator[str]:
    language = explanation.language
    words = LABELS[language]
    confidence = CONFIDENCE[language][explanation.confidence]
    yield look.paint(f"{words['evidence']} ({explanation.rule_id}, {confidence})", "bold")
    for item in explanation.evidence:
        place = (
            words["line"].format(line=item.line) if item.line else words["you" if item.weight == "told" else "shape"]
        )
        yield from wrap(f"{EVIDENCE[language][item.kind]}: {item.text}  ({place})", look.width, "    ", "  ")
    for name, value in {**explanation.captures, **explanation.facts}.items():
        yield from wrap(f"{name} = {value}", look.width, "    ", "  ")
    yield ""


def _foot(explanation: Explanation, look: Look, *, full: bool) -> Iterator[str]:
    words = LABELS[explanation.language]
    if explanation.assumption:
        yield from (look.paint(line, "dim") for line in wrap(plain(explanation.assumption), look.width))
    if not full:
        yield look.paint(words["more"].format(id=explanation.rule_id), "dim")
        if explanation.links:
            yield look.paint(explanation.links[0], "dim")


def to_unknown(language: str, look: Look) -> str:
    """Return what to say when nothing is known."""
    lines = [*wrap(UNKNOWN[language], look.width)]
    for item in UNKNOWN_HELP[language]:
        lines += wrap(item, look.width, "    ", "  - ")
    return "\n".join(lines) + "\n"


def to_warning(tokens: Iterable[str], language: str, look: Look) -> str:
    """Return the warning that a pasted text holds secrets."""
    text = LABELS[language]["secret"].format(token=", ".join(tokens))
    return "\n".join(look.paint(line, "red", "bold") for line in wrap(text, look.width)) + "\n"
