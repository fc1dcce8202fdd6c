"""The product's own words, in every language: verdicts, urgencies, headings. Holds no rule text."""

import re
from collections.abc import Callable

RETRY = {
    "en": {
        "never": "do not retry",
        "after_fix": "fix first, then retry",
        "after_wait": "wait, then retry",
        "verify_first": "check the state before you resend",
        "ignore": "safe to ignore",
    },
    "zh": {
        "never": "不要重试",
        "after_fix": "先排除问题，再重试",
        "after_wait": "等待后再重试",
        "verify_first": "先查实际状态，再决定是否重发",
        "ignore": "可以忽略",
    },
}

URGENCY = {
    "en": {
        "critical": "act now: money at risk",
        "high": "trading has stopped",
        "medium": "needs attention",
        "low": "minor",
        "harmless": "harmless",
    },
    "zh": {
        "critical": "立即处理：资金有风险",
        "high": "交易已中断",
        "medium": "需要处理",
        "low": "影响较小",
        "harmless": "无需处理",
    },
}

CONFIDENCE = {
    "en": {"exact": "exact match", "likely": "likely", "guess": "a guess"},
    "zh": {"exact": "完全匹配", "likely": "很可能", "guess": "仅供参考"},
}

LABELS = {
    "en": {
        "check": "Check",
        "fix": "Fix",
        "not": "Do not",
        "links": "Official pages",
        "related": "Related",
        "evidence": "Why this answer",
        "alternatives": "Could also be",
        "more": "More",
        "docs": "Docs",
        "general": "General advice for this kind of error:",
        "root": "This began the chain of exceptions.",
        "follows": "This follows from another error in the text.",
        "found": "{count} errors in this text; the one to read first is on top.",
        "found_short": "{count} errors in this text; the one to read first is on top. --all explains each at length.",
        "verified": "checked {date}",
        "secret": "Your text holds a secret ({token}). Whoever saw it can use it: revoke it now and make a new one.",
        "line": "line {line}",
        "you": "said by you",
        "shape": "by the form of code and body",
        "examples": "Seen as",
        "recognised": "Recognised, but without a rule so far",
    },
    "zh": {
        "check": "检查",
        "fix": "处理",
        "not": "不要",
        "links": "官方页面",
        "related": "相关",
        "evidence": "判断依据",
        "alternatives": "也可能是",
        "more": "更多",
        "docs": "文档",
        "general": "这类错误的通用处理办法：",
        "root": "这是整条异常链的起因。",
        "follows": "由文本中另一个错误引起。",
        "found": "文本中有 {count} 个错误，最先要看的排在最前。",
        "found_short": "文本中有 {count} 个错误，最先要看的排在最前。加 --all 可逐个详细解释。",
        "verified": "核对于 {date}",
        "secret": "你粘贴的内容里有密钥（{token}），看到的人都能使用：请立即作废该密钥并新建。",
        "line": "第 {line} 行",
        "you": "由你指定",
        "shape": "根据错误码和返回格式",
        "examples": "常见报错",
        "recognised": "已识别，但还没有对应的规则",
    },
}

EVIDENCE = {
    "en": {
        "exchange": "exchange",
        "product": "product",
        "code": "code",
        "message": "message",
        "status": "HTTP status",
        "exception": "exception",
    },
    "zh": {
        "exchange": "交易所",
        "product": "产品",
        "code": "错误码",
        "message": "报错信息",
        "status": "HTTP 状态码",
        "exception": "异常类",
    },
}

UNKNOWN = {
    "en": "No rule explains this text. That is the honest answer, not a fault of yours.",
    "zh": "没有匹配的规则，暂时解释不了这段内容。",
}

UNKNOWN_HELP = {
    "en": [
        "Paste the whole error: code, message, URL and the lines around it.",
        "Say what you know: --exchange binance, --product usdm.",
        "Look through the rules: explain list --search 'insufficient balance'.",
        "Ask for help with a masked ticket: explain report; or write a rule: explain rules new 'the error'.",
    ],
    "zh": [
        "请粘贴完整报错：错误码、报错信息、请求地址以及前后几行。",
        "可以补充已知信息：--exchange binance、--product usdm。",
        "可以在规则里查找：explain list --search '余额不足'。",
        "需要求助时可生成遮盖密钥的工单：explain report；也可以自己写规则：explain rules new '报错内容'。",
    ],
}

HINTS = {
    "en": {
        "file": "This is the name of a file: explain < {path}, explain grep {path} or explain report --log {path}.",
        "elsewhere": "--exchange {told} was said; without it, {rule} explains the text.",
    },
    "zh": {
        "file": "这是一个文件名，请用：explain < {path}、explain grep {path} 或 explain report --log {path}。",
        "elsewhere": "你指定了 --exchange {told}；不指定的话，可由 {rule} 解释。",
    },
}

COLON = {"en": ": ", "zh": "："}


def label(language: str, name: str, text: str, paint: Callable[[str], str] = str) -> str:
    """Return a text after its label, as in `Check: …`; `paint` colours the label."""
    return paint(LABELS[language][name]) + COLON[language] + text


def forbid(language: str, text: str) -> str:
    """Return a text so that it says by itself that this must not be done."""
    says_not = ("Do not", "Don't", "Never", "不要", "别", "切勿", "勿", "请勿", "不")
    if text.startswith(says_not) or (language == "zh" and re.search("不要|别|勿|不得|不能", text)):
        return text
    return label(language, "not", text)
