"""Owns what is no secret but tells who somebody is: addresses of hosts, mail and wallets, phone and account numbers."""

import re
from collections.abc import Callable
from functools import partial

from explainer.match.secret import Pattern

_IP4 = r"(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)"
_GROUP = r"[0-9a-f]{1,4}"
IP = Pattern(
    rf"(?<![\d.]){_IP4}|(?:(?<![\w:.])|(?<=[g-z]:))(?=:{{0,2}}[0-9a-f])(?:"
    rf"(?:(?:{_GROUP}:){{6}}|(?:{_GROUP}:){{0,6}}(?:{_GROUP})?::(?:{_GROUP}:){{0,5}}){_IP4}"
    rf"|(?:(?:{_GROUP}:){{7}}{_GROUP}|(?:{_GROUP}:){{0,6}}(?:{_GROUP})?::(?:{_GROUP}:){{0,6}}[0-9a-f]{{0,4}})(?![\w:]))",
    re.IGNORECASE,
)

_IS = r"(?:\\{0,8}[\"'`“”]|\])?\s{0,3}(?:[:=：＝]{1,2}|=>|->|→|%3D|\bis\b|为|是)\s{0,3}(?:\\{0,8}[\"'`“\[(（]){0,2}"
"""What stands between a name and its value."""
_ALONE = r"(?<![A-Za-z0-9])"
"""Begins what is no part of a word."""
_BASE58 = "1-9A-HJ-NP-Za-km-z"
_MIXED = rf"(?=[{_BASE58}]{{0,34}}[0-9])(?=[{_BASE58}]{{0,34}}[A-Z])(?=[{_BASE58}]{{0,34}}[a-z])"
_MOMENT = r"(?:(?:19|20)\d\d[-/.]?[01]\d[-/.]?[0-3]\d(?!\d)|1[5-9]\d{8}(?:\d{3}){0,3}(?!\d))"
_UNIT = r" ?(?i:%|(?:[mun]?s|seconds?|usd[tc]?|[fb]d?usd|eur|cny|btc|eth|doge|shib|pepe|bonk|floki|xrp|trx|wei)\b)"
"""What makes the number before it an amount."""

_MAIL = (
    r"(?<![A-Za-z0-9._+-])(?P<value>[A-Za-z0-9._+-]{1,64}(?:@|＠|%40)(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24})"
    r"(?![A-Za-z0-9])",
)
_WALLETS = (
    # by their form: Ethereum and its like; bech32; Bitcoin Cash; base58 of Bitcoin, Litecoin, Dogecoin, Tron, Ripple
    rf"{_ALONE}(?P<value>0x[0-9A-Fa-f]{{40}})(?![0-9A-Za-z])",
    rf"{_ALONE}(?P<value>(?:bc|tb|ltc|addr|cosmos|osmo|dydx|inj|sei|kava|terra)1[02-9ac-hj-np-z]{{38,110}})"
    r"(?![A-Za-z0-9])",
    rf"{_ALONE}(?P<value>(?i:(?:bitcoincash|bchtest|ecash):[qp][02-9ac-hj-np-z]{{41}}))(?![A-Za-z0-9])",
    rf"{_ALONE}(?P<value>(?=[13LMDTr]){_MIXED}[{_BASE58}]{{25,35}})(?![A-Za-z0-9_])",
    # Stellar
    rf"{_ALONE}(?P<value>G[A-Z2-7]{{55}})(?![A-Za-z0-9])",
    # what is called so; Solana
    r"(?i:address|addr|wallet|recipient|destination|pubkey|public[_-]?key|地址|钱包)"
    rf"{_IS}(?P<value>(?=[A-Za-z:]{{0,60}}[0-9])[A-Za-z0-9:]{{20,128}})(?![A-Za-z0-9:])",
    rf"(?i:{_ALONE}(?:to|from|address|addr|wallet|owner|payer)|地址|钱包|(?:提现?|充值?|转账?)[到至])"
    rf"(?:{_IS}|\s{{0,3}})(?P<value>{_MIXED}[{_BASE58}]{{32,44}})(?![A-Za-z0-9_])",
    # memos and tags
    rf"(?i:address_?tag|destination[ _]?tag|memo(?:[ _]?id)?|备注){_IS}(?P<value>[0-9]{{4,20}})(?![0-9])",
    rf"(?:(?<![A-Za-z0-9_.-])(?i:tag)|标签){_IS}(?!{_MOMENT})(?P<value>[0-9]{{5,20}})(?![0-9A-Za-z]|[.-][0-9])",
)
_DIGITS = r"[0-9][0-9 ()（）*-]{4,20}[0-9]"
_PHONES = (
    rf"(?i:phone(?:[ _-]?(?:number|no))?|mobile|whatsapp|{_ALONE}tel(?:ephone)?\.?|手机号?码?|电话号?码?|联系方式"
    r"|\b(?:call|reach|contact|text) (?:me|us)(?: (?:at|on|under))?)"
    rf"(?:{_IS}|\s|(?<=[一-鿿]))(?!{_MOMENT})(?P<value>(?:[(（]?\+)?{_DIGITS})",
    # an amount with its sign, which stays; a number with the code of its country
    r"(?i:amount|qty|quantity|size|pnl|profit|balance|change|delta|diff|volume|offset)[^\n+]{0,4}\+[0-9]"
    r"|(?<![0-9A-Za-z+])(?P<value>(?:[(（](?=\+\d{1,4}[)）]))?\+"
    rf"(?!{_MOMENT}|1[0-4][03]0[ )]|\d{{1,4}}[)）]? {_MOMENT}|\d{{0,9}}0{{6}}(?!\d))"
    r"(?:1(?=[ ()-]{0,2}[2-9])(?:[ ()-]{0,2}[0-9]){10}|[2-9](?:[ ()（）-]{0,2}[0-9*]){8,12}[ ()-]{0,2}[0-9]))"
    rf"(?![0-9A-Za-z*+]|[.,:][0-9]|{_UNIT})",
)
_NO_NAME = r"(?!(?i:true|false|none|null|error|failed|timeout|unauthorized|disabled|enabled|connected|ok)\b)"
_PART = r"[^\s\\/:*?\"'`<>|,;()\[\]{}$…]{1,255}"
"""One word of the name of a folder."""
_NAMES = (
    # spaces belong to a name only where a slash or a quote ends it, or capitals follow
    r"(?i:[a-z]:[\\/]{1,8}users[\\/]{1,8})"
    rf"(?P<value>{_PART}(?: {_PART}){{1,3}}(?=[\\/\"'])|{_PART}(?: (?=[A-Z]){_PART}){{0,3}}(?=[\r\n]|$)|{_PART})",
    r"(?:(?<![\w.}\]-])|(?<=\\[nrt]))(?:/(?:mnt/)?[a-z]|/(?:var|usr|export))?/(?:home|Users)/"
    rf"(?P<value>{_PART})",
    rf"\\{{1,8}}(?i:users)\\{{1,8}}(?P<value>{_PART})(?=[\\/])",
    r"(?<![A-Za-z0-9_.$])(?:(?:SUDO_)?USER|LOGNAME)(?:=|[\"']\s?:\s?)[\"']?(?P<value>[^\s\"'`,;&(){}\[\]<>$%=]{1,64})",
    # prompts of shells
    r"(?<![\w.@/+-])(?P<value>[A-Za-z_][\w.-]{0,31}@[A-Za-z0-9][\w.-]{0,62})"
    r"(?=:[~/][^\s$#%]{0,80}[$#%]| [^\]\s]{1,64}(?:\][$#%]| % ))",
    r"(?i:user[_ -]?name|nick[_ -]?name|real[_ -]?name|用户名|昵称|姓名)"
    rf"{_IS}(?P<value>[^\s\"'`“”,;&(){{}}\[\]<>]{{2,64}})",
)
_HANDLE = r"[A-Za-z][A-Za-z0-9_-]{4,31}"
_HANDLES = (
    rf"{_ALONE}(?i:qq)(?:群|号码?)?(?:{_IS}|\s{{0,3}})(?P<value>[1-9][0-9]{{4,11}})(?![0-9A-Za-z]|\.[0-9])",
    rf"(?:{_ALONE}(?i:wechat|weixin|telegram|vx|wx|tg)|微信号?|电报|飞机)(?i:[ _-]?(?:id|handle|account))?"
    rf"(?:{_IS}|\s{{1,3}}|(?<=[一-鿿]))"
    rf"(?P<value>@{_HANDLE}|1[3-9][0-9]{{9}}(?![0-9])|(?=[A-Za-z_-]{{1,31}}[0-9]){_HANDLE}(?![\w.(]))",
    rf"(?:{_ALONE}(?i:wechat|weixin|telegram|vx|wx|tg)|微信号?|电报|飞机|联系方式)(?i:[ _-]?(?:id|handle|account))?"
    rf"\s{{0,3}}[:：]\s{{0,3}}{_NO_NAME}(?P<value>{_HANDLE}(?![\w.(])(?=[^\S\n]{{0,3}}(?:$|[\n,，;；。|)）])))",
    rf"\bt\.me/(?P<value>{_HANDLE}|\+[\w-]{{10,32}})",
    rf"(?:(?i:(?:chat|telegram|tg)[_ ]?id)(?:{_IS}|\s{{1,3}})|[\"']chat[\"']\s?:\s?\{{\s?[\"']id[\"']\s?:\s?)"
    r"(?P<value>-?[0-9]{5,20})(?![0-9A-Za-z]|\.[0-9])",
)
_WHOLE = tuple(Pattern(pattern) for pattern in _MAIL + _WALLETS + _PHONES + _NAMES + _HANDLES)

_EXCHANGE = (
    r"(?:binance|okx|bybit|gate(?:\.io)?|bitget|kucoin|mexc|htx|huobi|kraken|bitfinex|bingx|币安|欧易|火币|芝麻)"
)
_NEAR = r"[\s|#(（*`-]{0,4}"
_ACCOUNT = Pattern(
    rf"{_ALONE}(?!(?i:account)\s{{1,3}}[0-9]{{5,20}}{_UNIT})"
    rf"(?i:(?:sub|parent|master|main|from|to|my|buyer|seller|{_EXCHANGE})?[ _-]?"
    r"(?:uid|user[_ -]?id|account[_ -]?(?:id|no|number)?|(?:member|customer)[_ -]?id|sub[_-]?account[_-]?(?:id|name)?)"
    rf"|{_EXCHANGE}[ _-]?id|用户 ?(?:id|编?号)|会员 ?(?:id|编?号)|账[号户](?: ?id)?|子账[号户](?: ?id)?)"
    rf"{_NEAR}(?:{_IS}){{0,2}}{_NEAR}(?P<value>[0-9]{{5,20}})(?![0-9A-Za-z]|\.[0-9])"
)
_KNOWN = 20
"""How many account numbers are also looked for without their name."""


def hide_private(text: str, token_of: Callable[[str], str], accounts: dict[str, str]) -> str:
    """Return the text without what tells who somebody is; `accounts` remembers what stands for which number."""

    def show(number: str) -> str:
        return accounts.setdefault(number, token_of(number) + "…" + number[-min(6, len(number) // 2) :])

    for pattern in _WHOLE:
        text = pattern.regex.sub(partial(_put, token_of), text)
    text = _ACCOUNT.regex.sub(partial(_put, show), text)
    for number, shown in list(accounts.items())[:_KNOWN]:
        text = re.sub(rf"(?<![0-9A-Za-z.…]){number}(?![0-9A-Za-z]|\.[0-9])", lambda _, shown=shown: shown, text)  # type: ignore[misc]
    return text


def _put(token_of: Callable[[str], str], match: re.Match[str]) -> str:
    """Return a match with a token for its value, if it has one."""
    if not match["value"]:
        return match[0]
    start, end = match.span("value")
    at = match.start()
    whole = match[0]
    return whole[: start - at] + token_of(match["value"]) + whole[end - at :]
