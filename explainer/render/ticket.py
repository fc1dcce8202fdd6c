"""A support ticket as Markdown, for an exchange's form or a maintainer's issue tracker."""

import re
from collections.abc import Iterator
from datetime import datetime

from explainer.model.answer import Explanation
from explainer.model.ticket import ClockState, Seen, Ticket
from explainer.render.lines import word_file
from explainer.render.markdown import escape_markdown, fence
from explainer.render.summary_markdown import mark_code
from explainer.render.ticket_words import ATTACH, ATTACH_BY_AREA, NEVER, WORDS
from explainer.render.wording import counted, word_span
from explainer.render.words import COLON, CONFIDENCE, RETRY, label

LONGEST_TITLE = 120


def to_ticket(ticket: Ticket) -> str:
    """Return a ticket as Markdown; what is below its rule is for the sender's own eyes."""
    words = WORDS[ticket.language]
    blocks = [
        f"# {to_title(ticket)}",
        "\n".join(f"- **{name}**{COLON[ticket.language]}{value}" for name, value in _rows(ticket)),
        f"## {words['error']}",
        fence(ticket.text),
        *_tell_left_out(ticket),
        f"## {words['opinion']}",
        *(_tell_opinion(ticket.explanation) if ticket.explanation else [words["no_opinion"]]),
        f"## {words['tried']}",
        _to_paragraph(ticket.tried) or words["fill_tried"],
        f"## {words['changed']}",
        _to_paragraph(ticket.changed) or words["fill_changed"],
        "---",
        f"## {words['for_you']}",
        *_advise(ticket),
    ]
    return "\n\n".join(blocks) + "\n"


def _tell_left_out(ticket: Ticket) -> Iterator[str]:
    if ticket.lines_left_out:
        lines = counted("lines", ticket.lines_left_out, ticket.language)
        yield f"({WORDS[ticket.language]['left_out'].format(lines=lines)})"


def _to_paragraph(text: str) -> str:
    """Return what a person typed as one paragraph, which begins no list, heading or rule."""
    line = escape_markdown(" ".join(text.split()))
    return re.sub(r"^(\d{0,9})([-+=.)@])", r"\1\\\2", line)


def to_title(ticket: Ticket) -> str:
    """Return exchange, product, code and message in one line."""
    subject = " · ".join(
        part for part in (ticket.exchange_name, ticket.product_name, ticket.code and f"`{ticket.code}`") if part
    )
    if not ticket.code and ticket.http_status:
        subject = " · ".join(part for part in (subject, f"HTTP {ticket.http_status}") if part)
    message = " ".join(ticket.message.split()) or WORDS[ticket.language]["wordless"]
    short = message if len(message) <= LONGEST_TITLE else message[: LONGEST_TITLE - 1] + "…"
    return f"{subject}{COLON[ticket.language] if subject else ''}{escape_markdown(short)}"


def _rows(ticket: Ticket) -> Iterator[tuple[str, str]]:
    """Yield what a reader asks for first, each with its name; what is not known is left out, but for the time."""
    words = WORDS[ticket.language]
    endpoint = " ".join(part for part in (ticket.method, ticket.url) if part)
    named = ticket.explanation.name if ticket.explanation else None
    found = {
        "exchange": words["comma"].join(part for part in (ticket.exchange_name, ticket.product_name) if part),
        "code": " ".join(mark_code(part) for part in (ticket.code, named) if part),
        "http_status": ticket.http_status,
        "message": mark_code(ticket.message),
        "endpoint": mark_code(endpoint),
        "request_ids": words["comma"].join(mark_code(f"{name}: {value}") for name, value in ticket.request_ids.items()),
        "utc": _word_utc(ticket),
        "local": f"{ticket.at_local:%Y-%m-%d %H:%M:%S} {_word_offset(ticket.at_local)}" if ticket.at_local else "",
        "seen": _word_seen(ticket.seen, ticket.language) if ticket.seen else "",
        "clients": escape_markdown(words["comma"].join(ticket.clients)),
        "clock": words["comma"].join(_tell_clock(ticket)),
        "system": mark_code(ticket.system),
        "made": f"{ticket.made:%Y-%m-%d %H:%M} UTC",
    }
    for name, value in found.items():
        if value:
            yield words[name], value


def _word_utc(ticket: Ticket) -> str:
    words = WORDS[ticket.language]
    if not ticket.at_utc:
        return words["unknown_time"]
    source = words[f"from_{ticket.at_source}"]
    offset = _word_offset(ticket.at_local) if ticket.at_local else ""
    return f"{ticket.at_utc:%Y-%m-%d %H:%M:%S}" + source.format(offset=offset)


def _word_offset(when: datetime) -> str:
    offset, name = when.isoformat()[-6:], when.tzname() or ""
    return f"{offset} ({name})" if name.isalpha() and name != "UTC" else offset


def _word_seen(seen: Seen, language: str) -> str:
    files = counted("files", len(seen.files), language)
    if len(seen.files) == 1:
        files = mark_code(word_file(seen.files[0]))
    said = WORDS[language]["lines"].format(lines=counted("lines", seen.lines, language), files=files)
    return said + (WORDS[language]["comma"] + word_span(seen.first, seen.last, language) if seen.first else "")


def _tell_clock(ticket: Ticket) -> Iterator[str]:
    words, facts = WORDS[ticket.language], ticket.explanation.facts if ticket.explanation else {}
    yield _word_clock(ticket.clock, ticket.language)
    for name in ("clock_ahead", "clock_late"):
        if name in facts:
            yield words[name].format(value=facts[name])


def _word_clock(clock: ClockState, language: str) -> str:
    words = WORDS[language]
    if clock.is_synchronised is None:
        return words["unknown_clock"]
    if not clock.is_synchronised:
        return words["unsynchronised"]
    return words["synchronised"].format(error=f"{(clock.error or 0) * 1000:.0f} ms")


def _tell_opinion(explanation: Explanation) -> Iterator[str]:
    language = explanation.language
    words = WORDS[language]
    yield words["judged"].format(
        title=explanation.title,
        retry=RETRY[language][explanation.retry],
        rule=explanation.rule_id,
        confidence=CONFIDENCE[language][explanation.confidence],
    )
    yield explanation.summary
    if explanation.alternatives and explanation.confidence != "exact":
        others = words["comma"].join(f"{other.title} (`{other.rule_id}`)" for other in explanation.alternatives)
        yield words["others"].format(others=others)
    if explanation.causes:
        yield words["possible"]
        gap = " " if language == "en" else ""
        yield "\n".join(
            f"- [ ] {cause.cause}{gap}{label(language, 'check', cause.check)}" for cause in explanation.causes
        )


def _advise(ticket: Ticket) -> Iterator[str]:
    language = ticket.language
    words = WORDS[language]
    yield f"**{words['attach']}**"
    own = ATTACH_BY_AREA[language].get(area_of(ticket))
    yield "\n".join(f"- [ ] {item}" for item in ([own] if own else []) + ATTACH[language])
    yield f"**{words['never']}**"
    yield "\n".join(f"- {item}" for item in NEVER[language])
    pages = [words[name].format(url=url) for name, url in _pages(ticket) if url]
    if pages:
        yield f"**{words['where']}**"
        yield "\n".join(f"- {page}" for page in pages)
    yield words["mind"]


def _pages(ticket: Ticket) -> tuple[tuple[str, str | None], ...]:
    return ("support", ticket.support_page), ("status", ticket.status_page)


def area_of(ticket: Ticket) -> str:
    """Return the area of a ticket's kind of fault, such as `auth`; empty if it is not known."""
    return ticket.explanation.category.split("/")[0] if ticket.explanation else ""
