"""Explanations as Markdown, for chats, tickets and issue threads."""

import re
from collections.abc import Iterator, Sequence

from explainer.model.answer import Explanation
from explainer.render.words import COLON, LABELS, RETRY, UNKNOWN, URGENCY, forbid, label


def to_markdown(explanations: Sequence[Explanation], language: str) -> str:
    """Return explanations as Markdown, the best first."""
    if not explanations:
        return UNKNOWN[language] + "\n"
    return "\n".join(line for explanation in explanations for line in _section(explanation)).rstrip() + "\n"


def escape_markdown(text: str) -> str:
    """Return a text of unknown origin so that nothing in it acts as Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)


def fence(text: str) -> str:
    """Return a text as a block of code in Markdown, which nothing in it can end."""
    marks = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return f"{marks}text\n{text}\n{marks}"


def _section(explanation: Explanation) -> Iterator[str]:
    language = explanation.language
    subject = _subject(explanation)
    yield f"### {subject + COLON[language] if subject else ''}{explanation.title}"
    yield ""
    yield f"**{RETRY[language][explanation.retry]}** · {URGENCY[language][explanation.urgency]}"
    yield ""
    yield explanation.summary
    yield ""
    if explanation.excerpt:
        yield f"> {escape_markdown(explanation.excerpt)}"
        yield ""
    if not explanation.is_rule:
        yield f"*{LABELS[language]['general']}*"
        yield ""
    for number, cause in enumerate(explanation.causes, start=1):
        yield f"{number}. {cause.cause}"
        yield f"   - {label(language, 'check', cause.check)}"
        for step in cause.fix:
            yield f"   - {label(language, 'fix', step)}"
    yield ""
    yield from _close(explanation)


def _subject(explanation: Explanation) -> str:
    parts = [explanation.exchange_name, explanation.product, f"`{explanation.code}`" if explanation.code else None]
    status = f"HTTP {explanation.http_status}"
    if explanation.http_status and not explanation.code and status not in explanation.title:
        parts.append(status)
    return " · ".join(part for part in parts if part)


def _close(explanation: Explanation) -> Iterator[str]:
    language = explanation.language
    for item in explanation.dont:
        yield f"- **✗** {forbid(language, item)}"
    if explanation.dont:
        yield ""
    if explanation.alternatives and explanation.confidence != "exact":
        others = "; ".join(f"{other.title} (`{other.rule_id}`)" for other in explanation.alternatives)
        yield label(language, "alternatives", others)
        yield ""
    if explanation.assumption:
        yield f"*{explanation.assumption}*"
        yield ""
    for link in explanation.links:
        yield f"- <{link}>"
    yield ""
