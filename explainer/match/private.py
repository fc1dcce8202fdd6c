"""Owns what is no secret but tells who somebody is: addresses of hosts, mail and wallets, phone and account numbers."""

import re
from collections.abc import Callable

from explainer.match.secret import Pattern

IP = Pattern(
    r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)"
    r"|(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){0,6}(?:[0-9a-f]{1,4})?::(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{0,4})(?![\w:])",
    re.IGNORECASE,
)

_IS = r"(?:\\{0,8}[\"'`“”]|\])?\s{0,3}(?:[:=：＝]{1,2}|=>|%3D|\bis\b|为|是)\s{0,3}(?:\\{0,8}[\"'`“”\[(]){0,2}"
"""What stands between a name and its value."""
_BASE58 = "1-9A-HJ-NP-Za-km-z"
_MIXED = rf"(?=[{_BASE58}]{{0,34}}[0-9])(?=[{_BASE58}]{{0,34}}[A-Z])(?=[{_BASE58}]{{0,34}}[a-z])"

_WHOLE = tuple(
    Pattern(pattern)
    for pattern in (
        # mail
        r"(?<![A-Za-z0-9._+-])"
        r"(?P<value>[A-Za-z0-9._+-]{1,64}(?:@|＠|%40)(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24})"
        r"(?![A-Za-z0-9])",
        # wallets: Ethereum and its like; bech32; base58 of Bitcoin, Litecoin, Dogecoin, Tron, Ripple; Stellar
        r"(?<![A-Za-z0-9])(?P<value>0x[0-9A-Fa-f]{40})(?![0-9A-Za-z])",
        r"(?<![A-Za-z0-9])"
        r"(?P<value>(?:bc|tb|ltc|addr|cosmos|osmo|dydx|inj|sei|kava|terra)1[02-9ac-hj-np-z]{38,110})"
        r"(?![A-Za-z0-9])",
        rf"(?<![A-Za-z0-9])(?P<value>(?=[13LMDTr]){_MIXED}[{_BASE58}]{{25,35}})(?![A-Za-z0-9_])",
        r"(?<![A-Za-z0-9])(?P<value>G[A-Z2-7]{55})(?![A-Za-z0-9])",
        # what is called so
        r"(?i:address|addr|wallet|recipient|destination|pubkey|public[_-]?key|地址|钱包)"
        rf"{_IS}(?P<value>(?=[A-Za-z:]{{0,60}}[0-9])[A-Za-z0-9:]{{20,128}})(?![A-Za-z0-9:])",
        rf"(?i:address_?tag|destination_?tag|memo|备注){_IS}(?P<value>[0-9]{{4,20}})(?![0-9])",
        r"(?i:phone(?:[ _-]?(?:number|no))?|mobile|telephone|whatsapp"
        rf"|手机号?码?|电话号?码?)(?:{_IS}|\s)(?P<value>\+?[0-9][0-9 ()*-]{{4,20}}[0-9])",
        r"(?i:/home/|/users/|\\{1,8}users\\{1,8})(?P<value>[^\s/\\:\"'<>]{1,64})(?=[/\\])",
        r"(?i:user[_ -]?name|nick[_ -]?name|real[_ -]?name|用户名|昵称|姓名)"
        rf"{_IS}(?P<value>[^\s\"'`“”,;&(){{}}\[\]<>]{{2,64}})",
    )
)
_ACCOUNT = Pattern(
    r"(?<![A-Za-z0-9])"
    r"(?i:(?:sub|parent|master|from|to)?[_-]?(?:uid|user[_ -]?id|account[_ -]?(?:id|no|number)?"
    r"|(?:member|customer)[_ -]?id|sub[_-]?account[_-]?(?:id|name)?)|用户 ?id|账[号户](?: ?id)?|子账[号户](?: ?id)?)"
    rf"(?:{_IS}|\s{{1,3}})(?P<value>[0-9]{{5,20}})(?![0-9A-Za-z.])"
)
_KNOWN = 20
"""How many account numbers are also looked for without their name."""


def hide_private(text: str, token_of: Callable[[str], str], accounts: dict[str, str]) -> str:
    """Return the text without what tells who somebody is; `accounts` remembers what stands for which number."""
    for pattern in _WHOLE:
        text = pattern.regex.sub(lambda m: _put(m, token_of(m["value"])), text)
    for match in _ACCOUNT.regex.finditer(text):
        number = match["value"]
        accounts.setdefault(number, token_of(number) + "…" + number[-min(6, len(number) // 2) :])
    for number, shown in list(accounts.items())[:_KNOWN]:
        text = re.sub(rf"(?<![0-9A-Za-z.…]){number}(?![0-9A-Za-z]|\.[0-9])", lambda _, shown=shown: shown, text)  # type: ignore[misc]
    return text


def _put(match: re.Match[str], token: str) -> str:
    start, end = match.span("value")
    at = match.start()
    whole = match[0]
    return whole[: start - at] + token + whole[end - at :]
