"""Three lines that a support desk sends to its customer: what it is, what to do first, what to send if it goes on."""

from collections.abc import Iterator

from explainer.model.ticket import Ticket
from explainer.render.terminal import plain
from explainer.render.ticket import area_of
from explainer.render.ticket_words import ATTACH_BY_AREA, REPLY, VERDICT
from explainer.render.words import COLON


def to_reply(ticket: Ticket, *, has_secret: bool) -> str:
    """Return a reply as three lines of plain text; `has_secret`: the customer's message showed one."""
    return "".join(f"{' '.join(plain(line).split())}\n" for line in _lines(ticket, has_secret=has_secret))


def _lines(ticket: Ticket, *, has_secret: bool) -> Iterator[str]:
    language, explanation = ticket.language, ticket.explanation
    words, areas = REPLY[language], ATTACH_BY_AREA[language]
    revoke = words["revoke"] if has_secret else ""
    item = areas.get(area_of(ticket), areas["request"])
    send = words["send" if explanation else "send_unknown"].format(item=item, never=words["never"])
    subject = " ".join(part for part in (ticket.exchange_name, ticket.code) if part)
    if explanation:
        subject = subject or (f"HTTP {explanation.http_status}" if explanation.http_status else "")
        title = COLON[language].join(part for part in (subject, explanation.title) if part)
        yield words["what"].format(title=title, verdict=VERDICT[language][explanation.retry])
        steps = [cause.fix[0] for cause in explanation.causes if cause.fix]
        yield "".join(words[name].format(step=step) for name, step in zip(("first", "then"), steps, strict=False))
    else:
        yield words["unknown"].format(subject=words["subject"].format(subject=subject) if subject else "")
        yield words["caution"]
    yield revoke + send
