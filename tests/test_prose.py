"""The texts of rules never advise what endangers people, say something of their own, and use the agreed words."""

from pathlib import Path

import pytest

from explainer.kb.load import load_trees
from explainer.kb.prose import find_advice, find_avoided, is_same, lint_prose
from explainer.kb.store import find_rules
from explainer.model.document import GlossaryDocument, TermDocument

IP = "do not tell anyone to drop the IP allow list"
WITHDRAW = "do not tell anyone to enable withdrawals"
TLS = "do not tell anyone to switch off TLS checks"
REGION = "do not tell anyone how to evade a region block"
RESEND = "do not tell anyone to resend an order blindly"
WINDOW = "raising recvWindow is no cure"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Remove the IP restriction from the key.", IP),
        ("Turn off the IP whitelist.", IP),
        ("在 API 管理里取消 IP 限制。", IP),
        ("Edit the key and tick Enable Withdrawals.", WITHDRAW),
        ("勾选允许提现。", WITHDRAW),
        ("Pass `verify=False` to requests.", TLS),
        ("Disable the certificate check.", TLS),
        ("关闭 SSL 校验。", TLS),
        ("Use a VPN.", REGION),
        ("Rent a server in another country.", REGION),
        ("换成其他国家的服务器。", REGION),
        ("Send the order again now.", RESEND),
        ("立即重新下单。", RESEND),
        ("Increase recvWindow to 60000.", WINDOW),
        ("调大 recvWindow 到 60000。", WINDOW),
    ],
)
def test_dangerous_advice_is_named(text: str, reason: str) -> None:
    assert list(find_advice(text)) == [reason]


@pytest.mark.parametrize(
    "text",
    [
        "Do not remove the IP restriction.",
        "不要取消 IP 限制。",
        "Compare the address with the IP allow list.",
        "Leave withdrawals off.",
        "该操作要求开启提现白名单。",
        "Install the missing root certificate.",
        "Never use a VPN to get around this.",
        "Look the order up; only then decide.",
        "Raising recvWindow cannot help: the clock is ahead.",
        "时钟偏快时，调大 recvWindow 没有用。",
    ],
)
def test_warnings_and_plain_words_are_no_advice(text: str) -> None:
    assert list(find_advice(text)) == []


def test_a_word_outside_the_glossary_is_named_with_the_word_to_use() -> None:
    glossary = GlossaryDocument(terms=[TermDocument(en="rate limit", zh="限频", avoid=["限速", "速率限制"])])
    assert list(find_avoided("触发速率限制后请等待。", glossary)) == [("速率限制", "限频")]
    assert list(find_avoided("触发限频后请等待。", glossary)) == []


@pytest.mark.parametrize(
    ("text", "other", "same"),
    [
        ("The clock of this machine is off.", "The clock of this machine is off", True),
        ("The clock of this machine is off by {clock_ahead}.", "The clock of this machine is off by", True),
        ("The clock of this machine is off.", "The key lacks the permission for this product.", False),
        ("Clock off.", "Clock off.", False),  # too short to tell
    ],
)
def test_repeated_text_is_told_from_text_of_its_own(text: str, other: str, same: bool) -> None:
    assert is_same(text, other) is same


RULE = """\
title: {en: The bot stopped because its clock is wrong, zh: 时钟错误}
category: time/clock-skew
match:
  - message: The clock of the caller is wrong by {skew:int} ms
summary: {en: Something happened, zh: 触发了限速。}
causes:
  - en:
      cause: The bot stopped because its clock is wrong
      check: "`date -u`"
      fix: [Use a VPN.]
    zh: {cause: 时钟, check: 看看, fix: [校时。]}
links: []
verified: {date: 2026-11-21, source: made up}
examples: [The clock of the caller is wrong by 5 ms, "x: The clock of the caller is wrong by 5 ms"]
counterexamples: [hello]
"""


def test_every_fault_of_a_text_is_reported_with_its_place(tmp_path: Path) -> None:
    rule = tmp_path / "rules" / "any" / "clock-wrong.yaml"
    rule.parent.mkdir(parents=True)
    rule.write_text(RULE, encoding="utf-8")
    base, problems = load_trees([find_rules(), tmp_path / "rules"])
    assert problems == []
    found = {(p.path, p.message, p.line) for p in lint_prose(base) if p.file == "rules/any/clock-wrong.yaml"}
    assert found == {
        ("causes[0].en.cause", "this only repeats its own title", 8),
        ("causes[0].en.fix[0]", REGION, 10),
        ("summary.zh", "`限速`: the glossary says `限频`", 5),
    }
