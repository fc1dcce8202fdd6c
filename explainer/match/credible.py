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
    if is_foreign and match.level <= Level.MESSAGE and told.exchange is None:
        return False
    if match.level is Level.EXCHANGE_CODE and not _is_code_credible(normal, match):
        return False
    if not told.is_log:
        return True
    return _is_credible_in_log(kb, normal, match)


def _is_code_credible(normal: Normal, match: Match) -> bool:
    """Tell whether a code counts without its message: the exchange is known, or there is hardly more text."""
    if match.event.status == match.event.code:
        return False  # a bare 401 is an HTTP status, whatever else an exchange numbers so
    if match.origin.reason in ("told", "mark"):
        return True
    if has_message(match.event):
        return bool(match.origin.exchanges) and (match.origin.reason == "shape" or not match.event.is_loose)
    if match.origin.exchanges:
        return True
    return len(normal.text.strip()) < SHORT


def _is_credible_in_log(kb: KnowledgeBase, normal: Normal, match: Match) -> bool:
    is_named = match.origin.reason == "name" and bool(_TROUBLE.search(normal.lower))
    has_origin = match.origin.reason in ("told", "mark") or is_named
    if match.level in (Level.EXCHANGE_CODE_MESSAGE, Level.EXCHANGE_MESSAGE, Level.MESSAGE):
        return match.hit is not None and (
            match.level is Level.EXCHANGE_CODE_MESSAGE
            or not kb.index.templates[match.hit.template].is_loose
            or has_origin
        )
    if match.level is Level.EXCHANGE_CODE:
        has_form = bool(match.event.keys & _TELLING) or (has_message(match.event) and match.origin.exchange is not None)
        return not match.event.is_loose and (has_origin or has_form or match.origin.is_sure)
    if match.level is Level.EXCEPTION:
        return bool(match.origin.exchanges) and ":" in normal.text
    return has_origin and not match.event.is_loose


_TROUBLE = re.compile(r"error|fail|exception|warn|unable|could not|cannot|reject|错误|失败|异常")
_TELLING = frozenset({"retCode", "ret_code", "err-code", "err_code", "sCode", "ErrCode", "error_code", "errorCode"})
