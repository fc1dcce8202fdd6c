"""What tells who somebody is: what is hidden, and what must stay since it is the evidence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.match.mask import Masker
from explainer.match.private import hide_private

SOLANA = "7xKXtg2CW87d" + "97TXJSDpbD5jBkhe" * 2
CASH = "q" + "pm2qsznhks23z7" * 2 + "629mms6s4c8rq"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("request ip: ::ffff:203.0.113.7", "request ip: [private 1]"),
        ("request ip:::ffff:203.0.113.7", "request ip:[private 1]"),
        ("from 64:ff9b::203.0.113.7, again", "from [private 1], again"),
        ("0:0:0:0:0:ffff:203.0.113.7", "[private 1]"),
        ("[::FFFF:203.0.113.7]:443", "[[private 1]]:443"),
        ("::ffff:cb00:7107.", "[private 1]."),
        ("ip:2001:db8::8a2e:370:7334", "ip:[private 1]"),
        ("listens on ::1", "listens on [private 1]"),
        ("order :: failed", "order :: failed"),
        ("std::vector Error::Io at 09:45:03", "std::vector Error::Io at 09:45:03"),
    ],
)
def test_addresses_of_hosts_are_hidden_whole(text: str, hidden: str) -> None:
    assert Masker(hide_ips=True).mask(text) == hidden


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        # phones
        ("reach us: +86 138 0013 8000", "reach us: [private 1]"),
        ("+8613800138000", "[private 1]"),
        ("(+86) 138-0013-8000", "[private 1]"),
        ("sms to +1 415 555 2671.", "sms to [private 1]."),
        ("sms to +1 (415) 555-2671.", "sms to [private 1]."),
        ("+44 7700 900123 is mine", "[private 1] is mine"),
        ("+852 9123 4567", "[private 1]"),
        ("+86 138****8000", "[private 1]"),
        ("Tel: 021-5555-1234", "Tel: [private 1]"),
        ("Tel. 02155551234", "Tel. [private 1]"),
        ("call me at 415-555-2671", "call me at [private 1]"),
        ("联系方式：13800138000", "联系方式：[private 1]"),
        ("电话：（+86）13800138000", "电话：（[private 1]"),
        ("联系电话：(+86)138 0013 8000。", "联系电话：([private 1]。"),
        ("手机13800138000", "手机[private 1]"),
        # account numbers
        ("UID123456789", "UID[private 1]…6789"),
        ("UID:#123456789", "UID:#[private 1]…6789"),
        ("UID(123456789)", "UID([private 1]…6789)"),
        ("UID（123456789）", "UID（[private 1]…6789）"),
        ("| UID | 123456789 |", "| UID | [private 1]…6789 |"),
        ("**UID**: 123456789", "**UID**: [private 1]…6789"),
        ("my UID is 123456789.", "my UID is [private 1]…6789."),
        ("my uid is: 123456789", "my uid is: [private 1]…6789"),
        ("UID 123456789 ETH is missing", "UID [private 1]…6789 ETH is missing"),
        ("UID - 123456789", "UID - [private 1]…6789"),
        ("Binance ID: 123456789", "Binance ID: [private 1]…6789"),
        ("binance_uid=123456789", "binance_uid=[private 1]…6789"),
        ("币安ID：123456789", "币安ID：[private 1]…6789"),
        ("user id 123456789", "user id [private 1]…6789"),
        ("UID123456789 and 123456789", "UID[private 1]…6789 and [private 1]…6789"),
        # names
        ("C:\\Users\\Li Wei\\bot.py", "C:\\Users\\[private 1]\\bot.py"),
        ('"C:\\\\Users\\\\Li Wei\\\\bot.py"', '"C:\\\\Users\\\\[private 1]\\\\bot.py"'),
        ("C:\\Users\\Li Wei", "C:\\Users\\[private 1]"),
        ("C:/Users/bob is mine", "C:/Users/[private 1] is mine"),
        ("/mnt/c/Users/bob/x", "/mnt/c/Users/[private 1]/x"),
        ("/Users/lihua", "/Users/[private 1]"),
        ("cd /home/alice\nls", "cd /home/[private 1]\nls"),
        ('"at send\\n/Users/lihua/x"', '"at send\\n/Users/[private 1]/x"'),
        ("HOME=/home/李伟", "HOME=/home/[private 1]"),
        ("USER=alice LOGNAME=alice", "USER=[private 1] LOGNAME=[private 1]"),
        ("alice@build-7:~$ python bot.py", "[private 1]:~$ python bot.py"),
        ("root@vps:/opt/bot# ls", "[private 1]:/opt/bot# ls"),
        ("alice@mac bot % ls", "[private 1] bot % ls"),
        ("[alice@vps bot]$ ls", "[[private 1] bot]$ ls"),
        # wallets
        (f"to {SOLANA}.", "to [private 1]."),
        (f'{{"from":"{SOLANA}"}}', '{"from":"[private 1]"}'),
        (f"提现地址 {SOLANA}", "提现地址 [private 1]"),
        (f"address {SOLANA}", "address [private 1]"),
        (f"bitcoincash:{CASH}", "[private 1]"),
        ("tag: 123456", "tag: [private 1]"),
        ("标签：123456", "标签：[private 1]"),
        # handles
        ("QQ：123456789", "QQ：[private 1]"),
        ("qq群123456789", "qq群[private 1]"),
        ("WeChat: li_wei88", "WeChat: [private 1]"),
        ("微信：liweitrader", "微信：[private 1]"),
        ("联系方式：微信 liwei88", "联系方式：微信 [private 1]"),
        ("加我微信liwei88", "加我微信[private 1]"),
        ("Telegram ID: 123456789", "Telegram ID: [private 1]"),
        ("Telegram @bobsmith", "Telegram [private 1]"),
        ("tg: bobsmith, thanks", "tg: [private 1], thanks"),
        ("https://t.me/bobsmith", "https://t.me/[private 1]"),
        ("sendMessage?chat_id=-1001234567890", "sendMessage?chat_id=[private 1]"),
        ('"chat":{"id":123456789,"type":"private"}', '"chat":{"id":[private 1],"type":"private"}'),
    ],
)
def test_what_tells_who_somebody_is_is_hidden(text: str, hidden: str) -> None:
    assert Masker().mask(text) == text
    assert Masker(hide_private=True).mask(text) == hidden
    assert Masker(hide_private=True).mask(hidden) == hidden


@pytest.mark.parametrize(
    "text",
    [
        # ids, prices, amounts
        '{"orderId":123456789012,"price":"65000.10","origQty":"0.001","uuid":12345678}',
        "orderUid: 123456789 guid=123456789 tradeId 987654321098",
        "PnL: +12345678901 fee +2500000000.50 paid +4500000000 USDT and +25000000000",
        "drift +1772323205000 and +1772323205 and +1 1772323205000",
        "account 100000 USDT; account balance 100000",
        f"order {SOLANA} signature of tx {SOLANA * 2}",
        # moments
        "2026-03-01 12:00:05 +0800 [01/Mar/2026:12:00:05 +1000] 2026-03-01T12:00:05+08:00",
        "2026-03-01 12:00:05 +1000 2026-03-01 retry +1 2026-03-01 12:00:05",
        "mobile 2026-03-01 12:00:05 call at 1772323205000",
        "from 2026-03-01 to 2026-03-02, from BTC to USDT, from BTCUSDT to ETHUSDT",
        "from: 1772323205000 to: 1772323209000",
        'convert {"from":"BTC","to":"USDT","fromAsset":"SHIB"}',
        # code and paths
        "self.chat_id = config['chat_id']; send(chat_id=chat_id)",
        "bot/handlers/chat_id.py:123456",
        "from ccxt.base.errors import InvalidNonce",
        "docker tag: 20260301 tag=v1.2.3 tag: 1.20.30 stage: 123456",
        "npm ccxt@4.2.1 python@3.11 image@sha256:abc",
        "GET https://api.acme.example.com/v1/users/self/fees and /api/home/list",
        "USER=$USER DB_USER=freq user=USER",
        "/homes/x ~/bot.py $HOME/bot.py C:\\bot\\run.py",
        # words
        "telegram: connection refused",
        "Telegram: timeout",
        "WeChat is required for support",
        "QQ is down, QQQ 12345678",
        "call me at once, contact me on Monday",
        "hotel: 123456789 title 1234567",
    ],
)
def test_evidence_stays(text: str) -> None:
    assert Masker(hide_private=True).mask(text) == text


PIECES = [
    "+86 138 0013 8000", "UID", "123456789", ":", "：", " ", "|", "(", ")", "\n", "C:\\Users\\", "Li Wei", "\\",
    "/home/", "/", "alice", "@", "host", ":~$", "USER=", "tag", "QQ", "telegram", "微信", "chat_id", "=", "to",
    "from", "地址", SOLANA, f"bitcoincash:{CASH}", "Tel", "call me at", "电话", "[private 1]", "…6789", "+", "-", "*",
    '"', "is", "t.me/", "memo",
]  # fmt: skip


def _hide(text: str) -> str:
    names: dict[str, str] = {}
    return hide_private(text, lambda value: names.setdefault(value, f"[private {len(names) + 1}]"), {})


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
def test_hiding_never_fails_and_once_is_enough(text: str) -> None:
    once = _hide(text)
    assert _hide(once) == once
    masked = Masker(hide_ips=True, hide_private=True).mask(text)
    assert Masker(hide_ips=True, hide_private=True).mask(masked) == masked
