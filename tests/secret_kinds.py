"""The table of what counts as secret; docs/security.md shows it."""

import string
from typing import NamedTuple
from urllib.parse import quote

from tests.secret_values import (
    Make,
    alnum,
    base58,
    base64_of,
    base64_url,
    hexadecimal,
    joined,
    jwt,
    of,
    pem,
    phrase,
    seed,
    uuid,
)  # fmt: skip


class Kind(NamedTuple):
    """One row of the table."""

    title: str
    how: str  # how it is recognised, in plain words
    shown: str  # the kind of token that stands for it
    makes: tuple[Make, ...]
    names: tuple[str, ...] = ()  # what it is called where only its name tells
    places: tuple[str, ...] = ()  # where it stands, if not behind a name or alone


NAMED_SECRETS = (
    "secret", "apiSecret", "api_secret", "API_SECRET", "secretKey", "secret_key", "SECRET_KEY", "apiSecretKey",
    "Secret-Key", "BINANCE_API_SECRET", "kucoin_secret", "binanceSecret", "client_secret", "apisecret", "privateKey",
    "private_key", "KUCOIN_API_SECRET_KEY", "OKX_SECRET", "API Secret", "Secret Key",
)  # fmt: skip
NAMED_KEYS = (
    "apiKey", "api_key", "API_KEY", "apikey", "ApiKey", "API-Key", "X-MBX-APIKEY", "KC-API-KEY", "OK-ACCESS-KEY",
    "X-BAPI-API-KEY", "ACCESS-KEY", "CB-ACCESS-KEY", "X-BX-APIKEY", "X-MEXC-APIKEY", "bfx-apikey", "api-key",
    "AccessKeyId", "access_key", "accessKey", "BINANCE_API_KEY", "kucoinApiKey", "x-phemex-access-token", "API Key",
    "client_id",
)  # fmt: skip
NAMED_PASSPHRASES = (
    "passphrase", "password", "KC-API-PASSPHRASE", "OK-ACCESS-PASSPHRASE", "ACCESS-PASSPHRASE",
    "CB-ACCESS-PASSPHRASE", "passwd", "pwd", "api_passphrase", "apiPassphrase", "KUCOIN_PASSPHRASE", "API_PASSPHRASE",
    "OKX_PASSWORD", "login_password", "api_pass",
)  # fmt: skip
NAMED_SIGNATURES = (
    "signature", "Signature", "KC-API-SIGN", "OK-ACCESS-SIGN", "X-BAPI-SIGN", "ACCESS-SIGN", "CB-ACCESS-SIGN",
    "API-Sign", "sign", "SIGN", "bfx-signature", "api-signature", "X-Auth-Signature", "x-phemex-request-signature",
    "sig", "KC-API-PARTNER-SIGN",
)  # fmt: skip
NAMED_TOKENS = (
    "token", "access_token", "refresh_token", "listenKey", "listen_key", "listenToken", "accessToken", "X-CSRF-TOKEN",
    "auth_token",
)  # fmt: skip

HANDLED = (
    hexadecimal(64),
    alnum(64),
    uuid,
    of("0123456789ABCDEF", 32),
    alnum(36),
    hexadecimal(32),
    base64_of(64),
    alnum(43),
    base64_url(32),
    base64_url(36),
    alnum(22),
    alnum(32),
    joined("-", hexadecimal(8), hexadecimal(8), hexadecimal(8), hexadecimal(5)),
    alnum(86),
    alnum(28, "cxakp_"),
)
"""Secrets as Gate, Binance, KuCoin, OKX, Bybit, MEXC, Kraken, Bitfinex, Deribit, BitMEX, HTX, Crypto.com give them."""

KINDS = (
    Kind("API secrets", "by their name, or by a form that only secrets have", "secret", HANDLED, NAMED_SECRETS),
    Kind(
        "API keys",
        "by their name or header",
        "key",
        (
            alnum(64),
            hexadecimal(24),
            uuid,
            alnum(18),
            hexadecimal(32),
            base64_of(42),
            hexadecimal(32, "bg_"),
            alnum(18, "mx0"),
            joined("-", hexadecimal(8), hexadecimal(8), hexadecimal(8), hexadecimal(5)),
            alnum(43),
            base64_url(18),
            alnum(8),
        ),
        NAMED_KEYS,
    ),
    Kind(
        "passphrases and passwords",
        "by their name",
        "secret",
        (phrase, alnum(10), of(string.digits, 8)),
        NAMED_PASSPHRASES,
    ),
    Kind(
        "signatures",
        "by their name in queries and headers",
        "key",
        (
            hexadecimal(64),
            base64_of(32),
            hexadecimal(96),
            base64_of(64),
            lambda dice: quote(base64_of(32)(dice), safe=""),
        ),
        NAMED_SIGNATURES,
    ),
    Kind(
        "tokens and listen keys",
        "by their name",
        "key",
        (alnum(64), alnum(60), base64_of(48), base64_url(40), uuid),
        NAMED_TOKENS,
    ),
    Kind("JSON web tokens", "by their form", "key", (jwt,)),
    Kind(
        "private keys in PEM",
        "by their form: RSA, EC, Ed25519, OpenSSH, encrypted; line ends as they are or written `\\n`",
        "secret",
        (
            pem("RSA ", 1190),
            pem("EC ", 118),
            pem("", 48),
            pem("ENCRYPTED ", 300),
            pem("OPENSSH ", 400),
            pem("EC ", 118, "\\n"),
            pem("EC ", 118, "\\\\n"),
            pem("", 48, "\\r\\n"),
            pem("RSA ", 1191),
            pem("EC ", 118, " "),
            pem("EC ", 118, "\n    "),
            pem("EC ", 102),
        ),
    ),
    Kind(
        "key names of Coinbase",
        "by their form",
        "key",
        (uuid,),
        places=("organizations/{value}/apiKeys/00", "organizations/{other}/apiKeys/{value}"),
    ),
    Kind(
        "keys in base64 or of 64 letters and digits",
        "by their form, also without a name",
        "secret",
        (alnum(64), base64_of(64)),
    ),
    Kind(
        "seed phrases",
        "by their name",
        "secret",
        (seed(12), seed(24), seed(12, ", "), seed(12, '", "')),
        (
            "seed phrase",
            "mnemonic",
            "MNEMONIC",
            "助记词",
            "seed_phrase",
            "recovery phrase",
            "seedPhrase",
            "wallet_seed",
        ),
    ),
    Kind(
        "private keys of wallets",
        "by their name",
        "secret",
        (hexadecimal(64, "0x"), hexadecimal(64), base58(87), of("0123456789ABCDEF", 64, "0x")),
        (
            "privateKey",
            "private_key",
            "PRIVATE_KEY",
            "walletPrivateKey",
            "HYPERLIQUID_PRIVATE_KEY",
            "私钥",
            "private key",
            "agent_private_key",
        ),
    ),
    Kind(
        "keys of Bitcoin wallets",
        "by their form: WIF, extended private keys",
        "secret",
        (base58(50, "5"), base58(51, "K"), base58(51, "L"), base58(107, "xprv"), base58(107, "zprv")),
    ),
    Kind(
        "key files of Solana",
        "by their form: a list of 64 bytes",
        "secret",
        (lambda dice: str([dice.randrange(100, 256) for _ in range(64)]),),
    ),
    Kind(
        "listen keys in addresses",
        "by their place",
        "key",
        (alnum(64), alnum(60)),
        places=(
            "wss://stream.binance.com:9443/ws/{value}",
            "wss://stream.binance.com:9443/stream?streams={value}",
            "wss://fstream.binance.com/stream?streams=btcusdt@aggTrade/{value}/ethusdt@depth",
            "wss://fstream.binance.com/private/ws?listenKey={value}&events=ORDER_TRADE_UPDATE",
            "wss://fstream.binance.com/ws/{value}?x=1",
            "PUT /api/v3/userDataStream?listenKey={value} 400",
            '{{"stream":"{value}","data":{{"e":"listenKeyExpired"}}}}',
            "This listenKey does not exist: {value}",
            "listenKey expired {value}",
            "wss://ws-api-spot.kucoin.com/?token={value}&connectId=7",
        ),
    ),
    Kind(
        "credentials in headers",
        "by the header: Authorization, Cookie, Set-Cookie",
        "secret",
        (alnum(40), base64_of(30), base64_url(60), hexadecimal(64)),
        places=(
            "Authorization: Bearer {value}",
            "Authorization: Basic {value}",
            "authorization: Token {value}",
            "'Authorization': 'Bearer {value}'",
            '"authorization":"deri-hmac-sha256 id=x9,ts=1660090423228,sig={value},nonce=abcd"',
            "Authorization: AWS4-HMAC-SHA256 Credential=x/20260101, Signature={value}",
            "Proxy-Authorization: Basic {value}",
            "curl -H 'Authorization: Bearer {value}' https://api.example.com",
            "Authorization: HMAC-SHA256 {value}",
            "Cookie: session={value}; lang=en",
            "Cookie: lang=en; p20t={value}",
            "'Cookie': 'lang=en; session={value}'",
            "Set-Cookie: __cf_bm={value}; path=/; HttpOnly",
            "'Set-Cookie': '__cf_bm={value}; path=/; expires=Sun, 01-Mar-26 10:00:00 GMT'",
            '"set-cookie":["a=b; path=/","__cf_bm={value}; path=/"]',
            "curl -b 'session={value}' https://api.example.com",
            "X-Auth: BITSTAMP {value}",
        ),
    ),
    Kind(
        "passwords in addresses and commands",
        "by their place",
        "secret",
        (alnum(12), alnum(16), lambda dice: quote(phrase(dice), safe="")),
        places=(
            "HTTPS_PROXY=http://bob:{value}@10.0.0.1:8080",
            "ProxyError('Cannot connect to proxy socks5://bob:{value}@proxy.example.com:1080')",
            "postgres://bob:{value}@db.example.com/trades",
            "redis://:{value}@cache.example.com:6379/0",
            "mysql+pymysql://root:{value}@127.0.0.1:3306/bot",
            "curl -u bob:{value} https://api.example.com",
            "curl --user 'bob:{value}' https://api.example.com",
            "curl --proxy-user bob:{value} https://api.example.com",
            "curl -x http://bob:{value}@10.0.0.1:8080 https://api.example.com",
            "curl -U bob:{value} https://api.example.com",
            "sshpass -p {value} ssh bob@10.0.0.1",
            "mysql --password={value} trades",
        ),
    ),
    Kind(
        "tokens of other services",
        "by their form: AWS, GitHub, GitLab, Slack, Discord, Telegram, OpenAI, Stripe, Google, npm, PyPI, SendGrid",
        "secret",
        (
            of(string.ascii_uppercase + string.digits, 16, "AKIA"),
            of(string.ascii_uppercase + string.digits, 16, "ASIA"),
            alnum(36, "ghp_"),
            alnum(36, "gho_"),
            joined("_", alnum(22, "github_pat_"), alnum(59)),
            base64_url(15, "glpat-"),
            joined("-", of(string.digits, 12, "xoxb-"), of(string.digits, 12), alnum(24)),
            joined("-", of(string.digits, 1, "xapp-"), of("ABCDEF0123456789", 11), alnum(40)),
            joined(".", base64_url(18, "MT"), alnum(5, "G"), base64_url(28)),
            joined(":AA", of(string.digits, 10, "7"), base64_url(25)),
            alnum(48, "sk-"),
            alnum(24, "sk_live_"),
            base64_url(26, "AIzaX"),
            alnum(36, "npm_"),
            base64_url(60, "pypi-AgEIcHlwaS5vcmc"),
            joined(".", alnum(22, "SG."), alnum(43)),
            alnum(34, "hf_"),
        ),
    ),
    Kind(
        "addresses that are keys",
        "by their place: webhooks of Slack, Discord, Feishu, DingTalk, WeCom; nodes; bots",
        "secret",
        (alnum(32), hexadecimal(32)),
        places=(
            "https://hooks.slack.com/services/T00000000/B00000000/{value}",
            "https://discord.com/api/webhooks/1234567890/{value}",
            "https://discordapp.com/api/webhooks/1234567890/{value}",
            "https://oapi.dingtalk.com/robot/send?access_token={value}",
            "https://open.feishu.cn/open-apis/bot/v2/hook/{value}",
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={value}",
            "https://sctapi.ftqq.com/SCT{value}.send",
            "https://api.telegram.org/bot7123456789:AA{value}/sendMessage",
            "https://mainnet.infura.io/v3/{value}",
            "https://eth-mainnet.g.alchemy.com/v2/{value}",
            "https://{value}@o42.ingest.sentry.io/7",
            "https://api.day.app/push?device_key={value}",
        ),
    ),
    Kind(
        "keys in calls of clients",
        "by their place: two or three quoted keys in a row",
        "secret",
        (alnum(64), alnum(36), uuid, hexadecimal(24)),
        places=(
            "client = Client('{other}', '{value}')",
            'client = Client("{value}", "{other}")',
            "Client('{other}', '{value}', 'Moonshine7')",
            "Spot(\n    '{other}',\n    '{value}',\n)",
            "          │      └ '{value}'",
        ),
    ),
)


def to_table() -> str:
    """Return the table as docs/security.md shows it."""
    rows = []
    for kind in KINDS:
        names = ", ".join(f"`{name}`" for name in kind.names[:8])
        rows.append(f"| {kind.title} | {kind.how}{': ' if names else ''}{names} | `[{kind.shown} 1]` |")
    return "\n".join(["| What | How it is recognised | Shown as |", "|---|---|---|", *rows]) + "\n"
