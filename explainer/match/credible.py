"""Judges whether a match may be believed where it stands: pasted text is an error, a line of a log may be anything."""

import re
from dataclasses import dataclass

from explainer.kb.store import KnowledgeBase
from explainer.match.hold import SHORT, has_message
from explainer.match.normal import Normal
from explainer.match.rank import Level, Match
from explainer.match.signals import Signals


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller said about the text."""

    exchange: str | None = None
    product: str | None = None
    is_log: bool = False  # the text is a line of a log, in which anything may stand


def is_credible(kb: KnowledgeBase, normal: Normal, signals: Signals, match: Match, told: Told) -> bool:
    """Tell whether a match may be believed where it stands."""
    is_foreign = signals.is_foreign or (told.is_log and signals.has_other_host)
    if is_foreign and match.level <= Level.MESSAGE and (told.exchange is None or told.is_log):
        return False
    if match.level is Level.EXCHANGE_CODE and not _is_code_credible(normal, match):
        return False
    if not told.is_log:
        return True
    if told.exchange and shows_only_others(signals, told.exchange):
        return False
    return _is_credible_in_log(kb, normal, signals, match)


def shows_only_others(signals: Signals, exchange: str) -> bool:
    """Tell whether a line names exchanges or bears their marks, and not the one that the log is said to be from."""
    return bool(signals.exchanges) and exchange not in signals.exchanges


def _is_code_credible(normal: Normal, match: Match) -> bool:
    """Tell whether a code counts without its message: the exchange is known, or there is hardly more text."""
    code = match.event.code or ""
    if match.event.status == match.event.code:
        return False  # a bare 401 is an HTTP status, whatever else an exchange numbers so
    if match.origin.reason in ("told", "mark"):
        return True
    if has_message(match.event):
        return bool(match.origin.exchanges) and (match.origin.reason == "shape" or not match.event.is_loose)
    if match.origin.exchanges:
        is_told = match.origin.reason != "shape" or match.origin.is_sure  # the text names the exchange
        is_number = match.event.is_loose and not is_told and not code.startswith("-")
        return not is_number or normal.shown <= len(code) + _AROUND_A_CODE
    return normal.shown < SHORT


def _is_credible_in_log(kb: KnowledgeBase, normal: Normal, signals: Signals, match: Match) -> bool:
    is_named = match.origin.reason == "name" and normal.holds(TROUBLE, is_small=True)
    has_origin = match.origin.reason in ("told", "mark") or is_named
    if not has_origin and signals.has_other_host:
        return False
    if (
        not has_origin
        and match.event.code is None
        and normal.holds(_QUIET)
        and not normal.holds(TROUBLE, is_small=True)
    ):
        return False
    if match.level in (Level.EXCHANGE_CODE_MESSAGE, Level.EXCHANGE_MESSAGE, Level.MESSAGE):
        if match.hit is None:
            return False
        is_body = match.level is Level.EXCHANGE_CODE_MESSAGE and (match.event.code or "").startswith("-")
        return has_origin or is_body or not kb.index.templates[match.hit.template].is_loose
    if match.level is Level.EXCHANGE_CODE:
        has_form = bool(match.event.keys & _TELLING) or (has_message(match.event) and match.origin.exchange is not None)
        return not match.event.is_loose and (has_origin or has_form or match.origin.is_sure)
    if match.level is Level.EXCEPTION:
        return bool(match.origin.exchanges) and ":" in normal.text
    if match.origin.reason != "mark" and normal.holds(_ACCESS):
        return False  # the user's own server answered so
    return has_origin and not match.event.is_loose


_AROUND_A_CODE = 12
"""Characters that may stand around a bare number for it to be taken as a code by its form."""

_ACCESS = re.compile(r"\"(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) /\S{0,2000} HTTP/\d(?:\.\d)?\" \d{3}\b")
_QUIET = re.compile(r"\b(?:INFO|DEBUG|TRACE|info|debug|trace)\b")
TROUBLE = re.compile(r"error|fail|exception|warn|unable|could not|cannot|reject|错误|失败|异常")
_TELLING = frozenset({"retCode", "ret_code", "err-code", "err_code", "sCode", "ErrCode", "error_code", "errorCode"})
