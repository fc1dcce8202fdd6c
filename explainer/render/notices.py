"""Why something was not read, or what became of a file that is followed, in every language."""

from explainer.model.log import Notice
from explainer.render.wording import one_line, word_path
from explainer.render.words import COLON

NOTICES = {
    "en": {
        "missing": "no such file or folder",
        "closed": "cannot be read: it is closed",
        "unreadable": "cannot be read: {detail}",
        "binary": "binary file; -a reads it all the same",
        "io": "reading stopped: {detail}",
        "damaged": "damaged data ({detail}); only what stands before was read",
        "truncated": "the compressed file ends too early; what is there was read",
        "awaited": "is not there; waiting for it",
        "retried": "cannot be read: {detail}; trying again",
        "appeared": "is there now; reading it from its start",
        "replaced": "was replaced; reading the new file from its start",
        "cut": "was cut; reading it from its start",
    },
    "zh": {
        "missing": "没有这个文件或文件夹",
        "closed": "无法读取：已关闭",
        "unreadable": "无法读取：{detail}",
        "binary": "二进制文件；加 -a 可照样读取",
        "io": "读取中断：{detail}",
        "damaged": "数据损坏（{detail}）；只读取了损坏处之前的内容",
        "truncated": "压缩文件不完整；已读取现有的部分",
        "awaited": "文件还不存在；等待它出现",
        "retried": "无法读取：{detail}；继续尝试",
        "appeared": "文件已出现；从头读取",
        "replaced": "文件已被替换；从头读取新文件",
        "cut": "文件已被截断；从头读取",
    },
}
"""Words for the codes of notices; `detail` is the system's own word, in its language."""


def word_reason(notice: Notice, language: str) -> str:
    """Word what a notice says of its file."""
    return NOTICES[language][notice.code].format(detail=one_line(notice.detail))


def word_notice(notice: Notice, language: str) -> str:
    """Word a notice with the path that it is about."""
    return word_path(notice.path, language) + COLON[language] + word_reason(notice, language)
