"""The evaluation: text in, explanations out; the only way in which anything here matches a text. No input or output."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from explainer.kb.placeholder import close_gaps
from explainer.kb.store import KnowledgeBase
from explainer.match.candidates import NEAR
from explainer.match.choice import Verdict
from explainer.match.credible import Told, shows_only_others
from explainer.match.facts import compute_facts
from explainer.match.judge import judge
from explainer.match.mask import REACH, Masker, cut, find_word, make_printable
from explainer.match.normal import Normal
from explainer.match.origin import MarkGroups, decide_origin, place_of
from explainer.match.rank import Level, Match
from explainer.match.signals import Signals, find_signals
from explainer.match.texts import profile_values, read_texts, read_title
from explainer.match.wording import word_facts
from explainer.model.answer import Alternative, Confidence, Evidence, Explanation, Finding, Language

MAX_TEXT = 2_000_000
"""Characters of a paste that are read, the last ones: a whole log is for `scan`."""

MAX_LINE = 100_000
"""Characters of a line of a log that are read."""

MAX_EXPLANATIONS = 50
"""Explanations of one text, those to read first: more than anybody reads, and each takes a millisecond."""


def explain_text(
    kb: KnowledgeBase,
    text: str,
    *,
    told: Told | None = None,
    language: Language = "en",
    now: datetime | None = None,
    masker: Masker | None = None,
    is_brief: bool = False,
) -> tuple[Explanation, ...]:
    """Return what the errors in a text mean, the one to read first at the front; empty if nothing is known.

    `now` is the moment against which bans are counted; the present one by default.
    Brief explanations say what it is and why, and leave out causes, links, alternatives and doubts.
    """
    told = told or Told()
    masker = masker or Masker()
    start = find_word(text, len(text) - MAX_TEXT)
    normal = Normal(text[start:], text.count("\n", 0, start))
    if not normal.shown:
        return ()
    verdicts, signals = judge(kb, normal, told)
    if not verdicts:
        return ()
    teller = _Teller(kb, normal, signals, language, now or datetime.now(UTC), masker, is_brief=is_brief)
    root = _find_root(normal, verdicts)
    told_ones = verdicts[:MAX_EXPLANATIONS]
    return tuple(teller.tell(verdict, None if root is None else verdict is root) for verdict in told_ones)


def recognise(kb: KnowledgeBase, text: str) -> tuple[str | None, str | None]:
    """Return exchange and code of a text that nothing explains, as far as it shows them without doubt."""
    normal = Normal(text[find_word(text, len(text) - MAX_TEXT) :])
    return _recognise(kb, normal, find_signals(kb, normal), by_shape=False)


def _recognise(kb: KnowledgeBase, normal: Normal, signals: Signals, *, by_shape: bool) -> tuple[str | None, str | None]:
    """`by_shape`: the form of a body alone, which an unknown exchange may share, names the exchange."""
    for event in reversed(signals.events):
        if event.code is not None and not event.is_loose:
            place = place_of(event, normal)
            origin = decide_origin(kb.index, MarkGroups(signals.marks), place, event, None, None)
            exchange = origin.exchange if by_shape or origin.mark else None
            return exchange, make_printable(Masker().mask(event.code))
    exchanges = {mark.exchange for mark in signals.marks if mark.is_strong}
    return (exchanges.pop() if len(exchanges) == 1 else None), None


def scan_lines(
    kb: KnowledgeBase, lines: Iterable[str], *, told: Told | None = None, language: Language = "en"
) -> Iterator[Finding]:
    """Yield the lines in which an error stands, with its explanations; strict, since anything may stand in a log."""
    told = told or Told(is_log=True)
    for number, line in enumerate(lines, start=1):
        masker = Masker()
        explanations = explain_line(kb, line, told=told, language=language, masker=masker)
        if explanations:
            yield Finding(number, show_line(line.rstrip("\r\n"), masker), explanations)


def show_line(line: str, masker: Masker) -> str:
    """Return a line of a log as it may be shown: masked, without colours, printable, and cut only after that."""
    text = masker.mask(_COLOR.sub("", cut(line, MAX_LINE + REACH)))
    return make_printable(cut(text, MAX_LINE))


_COLOR = re.compile(r"\x1b\[[0-9;?]{0,20}[ -/]{0,4}[@-~]")


def explain_line(
    kb: KnowledgeBase, line: str, *, told: Told, language: Language, masker: Masker, is_brief: bool = False
) -> tuple[Explanation, ...]:
    """Return what the errors in one line of a log mean; empty for program text and other harmless lines."""
    if len(line) > MAX_LINE:
        masker.mask(cut(line, MAX_LINE + REACH))  # so that half a secret is known as such
        line = line[:MAX_LINE]
    if not line.strip() or _skip_pattern(kb).search(line):
        return ()
    return explain_text(kb, line, told=told, language=language, masker=masker, is_brief=is_brief)


_LOUD = re.compile(r"\b(?:ERROR|CRITICAL|FATAL|SEVERE|error|Error|Exception|Traceback|错误|异常|失败)\b")


def guess_error(kb: KnowledgeBase, line: str, told: Told) -> tuple[str | None, str | None] | None:
    """Return exchange and code of a line of a log that no rule explains but that looks like an exchange's error."""
    if _skip_pattern(kb).search(line):
        return None
    normal = Normal(line)
    signals = find_signals(kb, normal)
    if told.exchange and shows_only_others(signals, told.exchange):
        return None
    exchange, code = _recognise(kb, normal, signals, by_shape=True)
    exchange = told.exchange or exchange
    if exchange is None or code in kb.index.success:
        return None
    return (exchange, code) if code is not None or _LOUD.search(line) else None


def _skip_pattern(kb: KnowledgeBase) -> re.Pattern[str]:
    if "harmless" not in kb.memory:
        kb.memory["harmless"] = re.compile("|".join(kb.index.harmless), re.ASCII)
    pattern: re.Pattern[str] = kb.memory["harmless"]
    return pattern


_CHAIN = re.compile(
    r"During handling of the above exception|The above exception was the direct cause|^\s{0,8}(?P<java>Caused by:)",
    re.MULTILINE,
)


def _find_root(normal: Normal, verdicts: list[Verdict]) -> Verdict | None:
    """Return the verdict that began a chain of exceptions, if there is a chain and its beginning is known.

    Python prints the root before the first link of the chain, Java after the last.
    """
    links = list(_CHAIN.finditer(normal.text))
    if not links:
        return None
    if links[0].group("java"):
        known = [verdict for verdict in verdicts if verdict.best.event.start >= links[-1].start()]
        return max(known, key=lambda verdict: verdict.best.event.start, default=None)
    known = [verdict for verdict in verdicts if verdict.first < links[0].start()]
    return min(known, key=lambda verdict: verdict.first, default=None)


class _Teller:
    """Turns verdicts on one text into explanations in one language."""

    def __init__(
        self,
        kb: KnowledgeBase,
        normal: Normal,
        signals: Signals,
        language: Language,
        now: datetime,
        masker: Masker,
        *,
        is_brief: bool,
    ) -> None:
        self.kb, self.normal, self.signals = kb, normal, signals
        self.language, self.now, self.masker, self.is_brief = language, now, masker, is_brief
        # the whole text first: a secret has its token before any part of it is shown, and a text without is masked once
        self.has_secrets = masker.mask(normal.text) != normal.text

    def tell(self, verdict: Verdict, is_root: bool | None) -> Explanation:
        match = verdict.best
        owner = match.owner
        exchange = owner.exchange or match.origin.exchange
        captures = {
            name: self._show(value) for name, value in (match.hit.captures if match.hit else {}).items() if value
        }
        facts = self._facts(match, captures)
        values = self._values(match, exchange, captures, facts)
        texts = (read_title if self.is_brief else read_texts)(self.kb, owner, exchange, values, self.language)
        profile = self.kb.profile(exchange)
        return Explanation(
            rule_id=owner.id,
            is_rule=owner.is_rule,
            exchange=exchange,
            exchange_name=profile["name"][self.language] if profile else None,
            product=(match.origin.product or owner.product) if exchange else None,
            code=self._code(match),
            name=texts.name,
            http_status=match.event.status,
            category=owner.category,
            retry=owner.retry,
            urgency=owner.urgency,
            confidence=_confidence(match),
            title=texts.title,
            summary=texts.summary,
            causes=texts.causes,
            dont=texts.dont,
            links=texts.links,
            related=texts.related,
            captures=captures,
            facts=facts,
            evidence=tuple(self._evidence(match)),
            assumption="" if self.is_brief else self._assumption(verdict, exchange),
            alternatives=() if self.is_brief else tuple(self._alternatives(verdict)),
            is_root=is_root,
            line=self.normal.line(match.event.start),
            excerpt="" if self.is_brief else self._excerpt(match),
            verified=texts.verified,
            language=self.language,
        )

    def _show(self, text: str) -> str:
        return make_printable(self.masker.mask(text) if self.has_secrets else text)

    def _code(self, match: Match) -> str | None:
        """Return the code as printed; else the only one that the message can have come with."""
        if match.event.code and (not match.event.is_loose or match.selection.code):
            return self._show(match.event.code)
        return match.owner.code if match.level >= Level.EXCHANGE_CODE else None

    def _facts(self, match: Match, captures: dict[str, str]) -> dict[str, str]:
        first, last = match.event.start, match.event.end
        start, _ = self.normal.line_span(max(0, first - NEAR))
        _, end = self.normal.line_span(min(len(self.normal.text), last + NEAR))
        around = self.normal.text[max(start, first - 2 * NEAR) : min(end, last + 2 * NEAR)]
        facts = compute_facts(captures, around, self.now)
        return {name: self._show(value) for name, value in facts.items()}

    def _values(
        self, match: Match, exchange: str | None, captures: dict[str, str], facts: dict[str, str]
    ) -> dict[str, str]:
        values = profile_values(self.kb, exchange, self.language)
        values |= word_facts(facts, self.language) | {name: _make_inert(value) for name, value in captures.items()}
        values |= {f"`{name}": value.replace("`", "'") for name, value in captures.items()}
        if match.event.code:
            values.setdefault("code", self._show(match.event.code))
        if match.event.status:
            values.setdefault("http_status", match.event.status)
        return values

    def _evidence(self, match: Match) -> Iterator[Evidence]:
        origin, event = match.origin, match.event
        if origin.mark:
            yield self._found("exchange", origin.mark.start, origin.mark.end, origin.reason)
        elif origin.reason in ("told", "shape") and origin.exchanges:
            yield Evidence("exchange", ", ".join(origin.exchanges), 0, origin.reason)
        if origin.product_mark:
            yield self._found("product", origin.product_mark.start, origin.product_mark.end, "mark")
        if event.code and event.code_at >= 0 and match.level >= Level.EXCHANGE_CODE:
            yield self._found("code", event.code_at, event.code_at + len(event.code), "")
        if match.hit:
            yield self._found("message", match.hit.start, match.hit.end, "whole" if match.hit.is_whole else "part")
        if match.exception:
            yield self._found("exception", match.exception.start, match.exception.end, "")
        if event.status and match.level in (Level.STATUS, Level.EXCHANGE_STATUS):
            at = event.status_at if event.status_at >= 0 else event.code_at
            yield self._found("status", at, at + 3, "")

    def _found(self, kind: Any, start: int, end: int, weight: str) -> Evidence:
        text = self._show(re.sub(r"\s+", " ", self.normal.text[start : min(end, start + REACH)]))[:200]
        return Evidence(kind, text, self.normal.line(start), weight)

    def _assumption(self, verdict: Verdict, exchange: str | None) -> str:
        """Say in one sentence from what the exchange was taken, if it was not said by the caller."""
        match = verdict.best
        profile = self.kb.profile(exchange)
        if not profile or match.origin.reason == "told":
            return self._open_question(verdict)
        mark = match.origin.mark
        product = profile["products"].get(match.origin.product or "", {}).get(self.language)
        reason = match.origin.reason if mark else "shape" if match.origin.exchanges else "nothing"
        assumption = _ASSUMPTIONS[self.language][reason].format(
            exchange=" · ".join(part for part in (profile["name"][self.language], product) if part),
            mark=self._show(self.normal.text[mark.start : mark.end]) if mark else "",
        )
        parts = (assumption, self._assumed_product(match), self._open_question(verdict))
        return close_gaps(" ".join(part for part in parts if part))

    def _assumed_product(self, match: Match) -> str:
        """Name the product whose catalogue answers, where the text shows none."""
        product, profile = match.owner.product, self.kb.profile(match.owner.exchange)
        if match.origin.product or not product or not profile:
            return ""
        return _ASSUMED_PRODUCT[self.language].format(product=profile["products"][product][self.language])

    def _open_question(self, verdict: Verdict) -> str:
        """Name the one fact that would decide: the message of a code with several meanings, a code without a rule."""
        match = verdict.best
        if (
            match.level in _BY_STATUS
            and not match.event.is_loose
            and match.event.code not in (None, match.event.status)
        ):
            return _NO_CODE[self.language].format(code=self._show(match.event.code or ""))
        rivals = {other.owner.category for other in verdict.others if other.level == match.level and other.hit is None}
        if match.level is not Level.EXCHANGE_CODE or match.hit or not rivals - {match.owner.category}:
            return ""
        return _OPEN_QUESTION[self.language].format(code=match.event.code)

    def _alternatives(self, verdict: Verdict) -> Iterator[Alternative]:
        best = verdict.best
        is_general = not best.owner.is_rule and best.selection.template is None
        seen: set[object] = {(best.owner.exchange, best.owner.category)}
        for match in verdict.others:
            owner = match.owner
            key = owner.id if is_general and owner.is_rule else (owner.exchange, owner.category)
            if match.level < Level.EXCHANGE_CODE or match.level < verdict.best.level - 1 or key in seen:
                continue
            seen.add(key)
            values = self._values(match, owner.exchange, {}, {})
            texts = read_texts(self.kb, owner, owner.exchange, values, self.language)
            yield Alternative(owner.id, owner.exchange, owner.product, owner.category, texts.title)
            if len(seen) > 5:
                return

    def _excerpt(self, match: Match) -> str:
        """Return the line, or what is near the event; masked before it is cut, since half a secret looks like none."""
        start, end = self.normal.line_span(match.event.start)
        if end - start <= _EXCERPT:
            return self._show(self.normal.text[start:end].strip())
        at = match.event.start
        before = self._show(self.normal.text[max(start, at - REACH) : at])[-60:]
        return (before + self._show(self.normal.text[at : min(end, at + REACH)]))[:_EXCERPT].strip()


_EXCERPT = 240

_ASSUMPTIONS = {
    "en": {
        "mark": "Taken for {exchange} because of `{mark}` in the text.",
        "name": "Taken for {exchange} because the text names it (`{mark}`); say --exchange if it is another.",
        "shape": "Taken for {exchange} by the form of the code and message; say --exchange if it is another.",
        "nothing": "Taken for {exchange} because its API words errors so; say --exchange if it is another.",
    },
    "zh": {
        "mark": "文本中有「{mark}」，故按 {exchange} 处理。",
        "name": "文本提到「{mark}」，故按 {exchange} 处理；如不是，请用 --exchange 指定。",
        "shape": "根据错误码和返回格式，按 {exchange} 处理；如不是，请用 --exchange 指定。",
        "nothing": "这句报错是 {exchange} 接口的说法，故按 {exchange} 处理；如不是，请用 --exchange 指定。",
    },
}


_ASSUMED_PRODUCT = {
    "en": "The text shows no product; {product} is assumed, say --product if it is another.",
    "zh": "文本未显示产品，暂按 {product} 处理；如不是，请用 --product 指定。",
}

_BY_STATUS = (Level.STATUS, Level.EXCHANGE_STATUS)

_NO_CODE = {
    "en": "No rule explains code {code} of this text; the answer goes by the HTTP status alone.",
    "zh": "文本中的错误码 {code} 还没有规则，以上只按 HTTP 状态码解释。",
}

_OPEN_QUESTION = {
    "en": "Code {code} has several meanings: the message that came with it would decide.",
    "zh": "错误码 {code} 有多种含义，请把一起返回的报错信息也贴上来，才能确定是哪一种。",
}


def _confidence(match: Match) -> Confidence:
    has_origin = match.origin.reason in ("told", "mark") or match.origin.is_sure
    if match.level is Level.EXCHANGE_CODE_MESSAGE:
        return "exact" if has_origin or match.origin.exchanges == (match.owner.exchange,) else "likely"
    if match.level is Level.EXCHANGE_MESSAGE:
        return "exact" if has_origin and match.hit and match.hit.is_whole else "likely"
    if match.level is Level.EXCHANGE_CODE:
        return "likely" if has_origin and not match.event.is_loose else "guess"
    if match.level is Level.MESSAGE:
        return "likely"
    return "guess"


_INERT = str.maketrans({"`": "'", "*": "∗", "<": "‹", ">": "›", "[": "(", "]": ")", "\\": "/", "|": "¦"})


def _make_inert(text: str) -> str:
    """Return a value that acts neither as Markdown nor as HTML, without escapes, which not every reader undoes."""
    return text.translate(_INERT)
