"""Lints the texts of rules: dangerous advice, filler, and Chinese words that are not the agreed ones. Knows no YAML."""

import re
from collections.abc import Iterator
from typing import Any

from explainer.kb.check import list_texts
from explainer.kb.load import Base, Source
from explainer.model.answer import Problem
from explainer.model.document import CategoryDocument, GlossaryDocument, RuleDocument

ADVICE: dict[str, tuple[str, str]] = {
    "do not tell anyone to drop the IP allow list": (
        r"\b(?:remove|disable|drop|delete|switch off|turn off|lift|untick)\b[^.;:]{0,40}"
        r"\b(?:ip (?:restriction|allow ?-?list|whitelist|binding)|trusted ips?)",
        r"(?:取消|关闭|删除|去掉|解除|移除)[^，。；]{0,10}(?:IP ?(?:限制|白名单|绑定)|白名单)",
    ),
    "do not tell anyone to enable withdrawals": (
        r"\b(?:enable|tick|allow|switch on|turn on|grant|add)\b[^.;:,]{0,30}\bwithdraw(?:als?)?\b"
        r"(?! (?:network|address|white|page))",
        r"(?:开启|勾选|打开|启用|开通)[^，。；]{0,8}提[现币](?!白名单|地址|页)",
    ),
    "do not tell anyone to switch off TLS checks": (
        r"verify\s*=\s*False|rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|InsecureSkipVerify|curl -k\b|--insecure"
        r"|ssl=False|\b(?:disable|skip|switch off|turn off|ignore)\b[^.;:]{0,24}\b(?:tls|ssl|certificate)",
        r"(?:关闭|跳过|忽略|禁用)[^，。；]{0,8}(?:证书|TLS|SSL)",
    ),
    "do not tell anyone how to evade a region block": (
        r"\b(?:use|try|connect|through|via|behind|start|get)\b[^.;:]{0,24}\bvpn\b"
        r"|\b(?:proxy|server|host|exit)\b[^.;:]{0,30}\b(?:another|other|different|allowed) (?:country|region)",
        r"翻墙|(?:用|换|挂|使用|开)[^，。；]{0,6}(?:VPN|梯子)"
        r"|(?:换|改用)[^，。；]{0,8}(?:国家|地区)的(?:服务器|节点|IP|代理)",
    ),
    "do not tell anyone to resend an order blindly": (
        r"\b(?:resend|send|place|submit) (?:the |your )?(?:same )?order again (?:at once|immediately|now)",
        r"(?:直接|立即|马上)(?:重新下单|重发订单|重发该订单|再下一次单)",
    ),
    "raising recvWindow is no cure": (
        r"\b(?:raise|increase|set|enlarge)\b[^.;:]{0,24}\brecv_?window\b(?![^.;]{0,60}(?:clock|only|no more|not))",
        r"(?:调大|增大|加大|提高)[^，。；]{0,6}recv_?[wW]indow(?![^。；]{0,30}(?:时钟|校时|不能|无法|没有?用|无效))",
    ),
}
"""What rules must never advise: the reason, and its pattern in English and in Chinese."""

_NOT = re.compile(
    r"\b(?:not|never|no|don't|without|instead of|rather than|nobody|cannot|avoid|whether)\b[^.;:]{0,60}$"
    r"|(?:不要|别|勿|不|无需|而不是|避免|不得|不能|是否|切勿)[^。；：]{0,30}$",
    re.IGNORECASE,
)
_COMPILED = {
    reason: [re.compile(pattern, re.IGNORECASE) for pattern in patterns] for reason, patterns in ADVICE.items()
}


def lint_prose(base: Base) -> list[Problem]:
    """Return every fault of the texts of rules, categories and catalogues."""
    problems: list[Problem] = []
    sources: list[Source[Any]] = [*base.rules.values(), *base.categories.values()]
    for source in sources:
        for path, text, _ in list_texts(source.document):
            problems += _lint_text(base, source, path, text)
    for rule in base.rules.values():
        category = base.categories.get(rule.document.category)
        problems += _find_filler(rule, category.document if category else None)
    for catalogue in base.catalogues.values():
        for code, entry in catalogue.document.codes.items():
            for i, meaning in enumerate(entry.meanings):
                for language in ("en", "zh"):
                    path = f"codes.{code}.meanings[{i}].{language}"
                    problems += _lint_text(base, catalogue, path, getattr(meaning, language))
    return problems


def _lint_text(base: Base, source: Source[Any], path: str, text: str) -> Iterator[Problem]:
    if ".fix[" in path or path.startswith(("summary", "codes.")):
        for reason in find_advice(text):
            yield source.problem(path, reason)
    if base.glossary and ".zh" in f".{path}":
        for word, term in find_avoided(text, base.glossary.document):
            yield source.problem(path, f"`{word}`: the glossary says `{term}`")


def find_advice(text: str) -> Iterator[str]:
    """Yield the reason why each dangerous piece of advice in a text is refused; warnings against it are none."""
    for reason, patterns in _COMPILED.items():
        for pattern in patterns:
            if any(not _NOT.search(text[: match.start()]) for match in pattern.finditer(text)):
                yield reason


def find_avoided(text: str, glossary: GlossaryDocument) -> Iterator[tuple[str, str]]:
    """Yield each word of a Chinese text that the glossary replaces, with the word to use."""
    for term in glossary.terms:
        for word in term.avoid:
            if word in text:
                yield word, term.zh


_SIMILAR = 0.8
_MIN_WORDS = 5


def _find_filler(source: Source[RuleDocument], category: CategoryDocument | None) -> Iterator[Problem]:
    """Find causes and steps that only repeat the rule's title or its category's text."""
    rule = source.document
    said = {"its own title": [rule.title.en]}
    if category:
        said["its category"] = [text for path, text, _ in list_texts(category) if ".en" in path or path.endswith("en")]
    for path, text, _ in list_texts(rule):
        if not path.startswith("causes") or ".en." not in path:
            continue
        for where, others in said.items():
            if any(is_same(text, other) for other in others):
                yield source.problem(path, f"this only repeats {where}")


def is_same(text: str, other: str) -> bool:
    """Tell whether two English texts say the same in nearly the same words."""
    first, second = _words(text), _words(other)
    if min(len(first), len(second)) < _MIN_WORDS:
        return False
    return len(first & second) / len(first | second) >= _SIMILAR


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", re.sub(r"\{[^{}]*\}", "", text.lower())))
