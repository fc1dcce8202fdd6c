from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import explainer
from explainer.kb.store import KnowledgeBase
from explainer.match.engine import explain_text, scan_lines
from explainer.match.mask import Masker, cut, find_word, make_printable, mask_message

# Made up here, at run time, so that no file holds a string that looks like a live key.
LONG = "aB3xZ9qK" * 8
PHRASE = "".join(["Moon", "-shine", "!42"])
JWT = ".".join(["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxIn0", "c2lnbmF0dXJl"])
PEM = f"-----BEGIN PRIVATE KEY-----\n{'MC4CAQAw' * 4}\n-----END PRIVATE KEY-----"

WRAPPERS = [
    "{name}={value}",
    "{name} = '{value}'",
    '{name}: "{value}"',
    '{{"{name}": "{value}", "a": 1}}',
    "{{'{name}': '{value}'}}",
    '"{{\\"{name}\\":\\"{value}\\"}}"',
    '{{\\\\\\"{name}\\\\\\":\\\\\\"{value}\\\\\\"}}',
    '"{{""{name}"":""{value}""}}"',
    "{{“{name}”:“{value}”}}",
    "&quot;{name}&quot;:&quot;{value}&quot;",
    "[{name}] => {value}\n",
    "'{name}' => '{value}',",
    "Credentials{{id=1, {name}={value}}}",
    "POST /x?a=1&{name}={value}&b=2",
    "{name}：{value}",
    "BINANCE_{name}={value}",
]


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize(
    "name", ["secret", "apiSecret", "API_SECRET", "secretKey", "private_key", "passphrase", "password"]
)
@pytest.mark.parametrize("value", [LONG, PHRASE])
def test_a_secret_is_hidden_in_every_wrapper(wrapper: str, name: str, value: str) -> None:
    masker = Masker()
    shown = masker.mask(wrapper.format(name=name, value=value))
    assert value not in shown
    assert shown == wrapper.format(name=name, value="[secret 1]")
    assert masker.secrets() == ["[secret 1]"]


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("name", ["apiKey", "signature", "listenKey", "sign"])
def test_the_id_of_a_key_and_a_signature_are_hidden_but_need_no_revoking(wrapper: str, name: str) -> None:
    masker = Masker()
    assert masker.mask(wrapper.format(name=name, value=LONG)) == wrapper.format(name=name, value="[key 1]")
    assert masker.secrets() == []


@pytest.mark.parametrize(
    ("text", "shown", "secrets"),
    [
        (f"X-MBX-APIKEY: {LONG}", "X-MBX-APIKEY: [key 1]", []),
        (f"'KC-API-PASSPHRASE': '{PHRASE}'", "'KC-API-PASSPHRASE': '[secret 1]'", ["[secret 1]"]),
        (f"OK-ACCESS-PASSPHRASE={PHRASE}", "OK-ACCESS-PASSPHRASE=[secret 1]", ["[secret 1]"]),
        (f"Authorization: Bearer {LONG}", "Authorization: Bearer [key 1]", []),
        (f"Authorization: Token {LONG[:20]}", "Authorization: Token [key 1]", []),
        (f"jwt {JWT} end", "jwt [key 1] end", []),
        (f"key:\n{PEM}\nend", "key:\n[secret 1]\nend", ["[secret 1]"]),
        (PEM.replace("\n", "\\n"), "[secret 1]", ["[secret 1]"]),
        (PEM[:50], "[secret 1]", ["[secret 1]"]),
        (f"wss://stream.binance.com:9443/ws/{LONG}", "wss://stream.binance.com:9443/ws/[key 1]", []),
        (
            "ProxyError('Cannot connect to proxy http://bob:pr0xyPw9@10.0.0.1:8080')",
            "ProxyError('Cannot connect to proxy http://bob:[secret 1]@10.0.0.1:8080')",
            ["[secret 1]"],
        ),
        ("curl -x p:1 -u me:pw12 https://x", "curl -x p:1 -u me:[secret 1] https://x", ["[secret 1]"]),
        ("密码：Hunter2pass!", "密码：[secret 1]", ["[secret 1]"]),
        ("secret＝tiny9", "secret＝[secret 1]", ["[secret 1]"]),
        (f"wallet 0x{'4c08' * 16}", "wallet [secret 1]", ["[secret 1]"]),
        (
            f"https://api.telegram.org/bot712345678:{'A' * 35}/x",
            "https://api.telegram.org/bot[secret 1]/x",
            ["[secret 1]"],
        ),
        ("AKIAABCDEFGHIJKLMNOP", "[secret 1]", ["[secret 1]"]),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [secret 1]", ["[secret 1]"]),
        ("Cookie: session=abcdef", "Cookie: [secret 1]", ["[secret 1]"]),
        (
            "Kucoin('5f', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'Hunter2')",
            "Kucoin('5f', '[key 2]', '[secret 1]')",
            ["[secret 1]"],
        ),
        (f"bare {LONG} text", "bare [secret 1] text", ["[secret 1]"]),
        (f"x={LONG}", "x=[secret 1]", ["[secret 1]"]),
        ("id 6ba7b810-9dad-11d1-80b4-00c04fd430c8.", "id [key 1].", []),
        ("binanceSecret=hunter22", "binanceSecret=[secret 1]", ["[secret 1]"]),
        ('password="correct horse battery"', 'password="[key 1]"', []),
        ('passphrase="p&ss;w<rd"', 'passphrase="[secret 1]"', ["[secret 1]"]),
        ('{"passphrase":"sunshine"}', '{"passphrase":"[secret 1]"}', ["[secret 1]"]),
        ('{"secret":"ab\\/cd+ef\\u003d"}', '{"secret":"[secret 1]"}', ["[secret 1]"]),
        ("%22secret%22%3A%22tiny9%22", "%22secret%22%3A%22[secret 1]%22", ["[secret 1]"]),
        ("a%20b secret%3Dtiny9", "a%20b secret%3D[secret 1]", ["[secret 1]"]),
        ("secret=ab%2Bcd%3D&x=%20", "secret=[secret 1]&x= ", ["[secret 1]"]),
        (
            "\x1b[36msecret\x1b[0m=\x1b[35mtiny9\x1b[0m",
            "\x1b[36msecret\x1b[0m=\x1b[35m[secret 1]\x1b[0m",
            ["[secret 1]"],
        ),
        ("se\u200bcret=ti\u200bny9", "secret=[secret 1]", ["[secret 1]"]),
        ("| password | Moon42 |", "| password | [secret 1] |", ["[secret 1]"]),
        ("my passphrase is Moon-42!", "my passphrase is [secret 1]", ["[secret 1]"]),
        (f"API Secret\n{LONG[:36]}\n", "API Secret\n[secret 1]\n", ["[secret 1]"]),
        ("bot --api-secret Moon42 -v", "bot --api-secret [secret 1] -v", ["[secret 1]"]),
        ("redis://:Moon42@cache:6379", "redis://:[secret 1]@cache:6379", ["[secret 1]"]),
        ("KC-API-PASSPHRASE: sunshine", "KC-API-PASSPHRASE: [key 1]", []),
        ("Set-Cookie: __cf_bm=abc.def; path=/\nx", "Set-Cookie: [secret 1]\nx", ["[secret 1]"]),
        (f"{PEM[40:]} end", "[secret 1] end", ["[secret 1]"]),
        (PEM.replace("\n", "\nMar 01 host bot[1]: "), "[secret 1]", ["[secret 1]"]),
    ],
)
def test_every_kind_of_secret_is_hidden(text: str, shown: str, secrets: list[str]) -> None:
    masker = Masker()
    assert masker.mask(text) == shown
    assert masker.secrets() == secrets


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "Invalid passphrase: wrong",
        "Signature for this request is not valid.",
        "API-key format invalid.",
        "secret: None",
        "passphrase=your_passphrase",
        "secret=xxxxxxxx",
        "secret: ********",
        "Invalid KC-API-PASSPHRASE",
        '"password":"required"',
        "secret='[hidden by bot]'",
        "token=BTCUSDT",
        "0" * 64,
        "request ip: 203.0.113.7",
        "x-mbx-uuid: 6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        '{"clientOid":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","orderId": "6ba7b810-9dad-11d1-80b4-00c04fd430c9"}',
        "request_id=6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "timestamp=1660090423228&recvWindow=5000",
        "d41d8cd98f00b204e9800998ecf8427e",
        "tx 0x" + "ab12" * 16,
        "GET /api/v1/orders/6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "clientOrderId=6gCrw2kRUAF9CvJDGP16IP",
        "['secret', 'apiKey', 'password']",
        "invalid signature, timestamp=1660090423228",
        "secret = os.environ['BINANCE_SECRET']",
        "api_key = load_key(path)",
        "Invalid token 0xdAC17F958D2ee523a2206206994597C13D831ec7",
        "secret key is base64 encoded",
        "signature=====",
        "PWD=x",
        "\x1b[31mred\x1b[0m and 100%20 of it",
    ],
)
def test_what_is_no_secret_is_shown(text: str) -> None:
    masker = Masker()
    assert masker.mask(text) == text
    assert masker.secrets() == []


def test_the_same_secret_has_the_same_token_everywhere() -> None:
    masker = Masker()
    first = masker.mask(f"secret={PHRASE} apiKey={LONG}\nsecret={PHRASE} said {PHRASE}")
    assert first == "secret=[secret 1] apiKey=[key 2]\nsecret=[secret 1] said [secret 1]"
    assert masker.mask(f"again {PHRASE}, password={PHRASE[::-1]}") == "again [secret 1], password=[secret 3]"
    assert masker.secrets() == ["[secret 1]", "[secret 3]"]


def test_masking_what_is_masked_changes_nothing() -> None:
    once = Masker().mask(f"secret={PHRASE} apiKey='{LONG}' {JWT}\n{PEM}")
    assert Masker().mask(once) == once


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("request ip: 203.0.113.7", "request ip: [private 1]"),
        ("request ip: 203.0.113.7, again 203.0.113.7.", "request ip: [private 1], again [private 1]."),
        ("ip 2001:db8::8a2e:370:7334", "ip [private 1]"),
        ("ip 2001:db8:0:0:0:8a2e:370:7334", "ip [private 1]"),
        ("v1.2.3 at 09:45:03 std::string", "v1.2.3 at 09:45:03 std::string"),
    ],
)
def test_addresses_are_shown_unless_they_are_to_be_hidden(text: str, hidden: str) -> None:
    assert Masker().mask(text) == text
    assert Masker(hide_ips=True).mask(text) == hidden


SIGNS = "&');,<>`{}密"
KEY, UUID, HASH = "6a1b2c3d4e5f" * 2, "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "ab12cd34" * 8


@pytest.mark.parametrize("sign", [*SIGNS, "\\"])
@pytest.mark.parametrize(
    "place",
    [
        "KUCOIN_PASSPHRASE={}", "KC-API-PASSPHRASE: {}\nHost: x", 'curl -H "KC-API-PASSPHRASE: {}" https://x',
        "export KUCOIN_PASSPHRASE={}\nexport A=1", "  passphrase: {}\n", "docker run -e KUCOIN_PASSPHRASE={} bot",
        'Header.Set("KC-API-PASSPHRASE", "{}")', "define('KUCOIN_PASSPHRASE', \"{}\");",
    ],
)  # fmt: skip
def test_any_sign_may_stand_in_a_passphrase(place: str, sign: str) -> None:
    masker = Masker()
    assert masker.mask(place.format(f"Moon{sign}shine")) == place.format("[secret 1]")
    assert masker.secrets() == ["[secret 1]"]


@pytest.mark.parametrize(
    "place",
    [
        '{{"name":"KC-API-PASSPHRASE","value":"{}"}}', '{{"key": "KC-API-PASSPHRASE",\n  "value": "{}"}}',
        '- name: KUCOIN_PASSPHRASE\n  value: "{}"', "(b'kc-api-passphrase', b'{}')", 'passphrase: Some("{}")',
        'passphrase: Some(\n        "{}",\n    ),', 'Passphrase: (string) (len=9) "{}"', "DB_PASS={}", "pass: {}",
        'Pass = "{}"', "API_SEC={}", "hmac_key={}", "sign_key={}", "openssl dgst -sha256 -hmac {}",
        'setx KUCOIN_PASSPHRASE "{}"', 'passphrase "{}"', "with passphrase {}", "secret for kucoin: {}", "秘钥：{}",
        "密匙：{}", "通行短语：{}", "密码短语：{}", "secret如下：{}", "密码 {}", "curl -s -b 'a={}' https://x",
    ],
)  # fmt: skip
def test_a_secret_is_hidden_beside_whatever_calls_it_so(place: str) -> None:
    masker = Masker()
    assert "Moon42x" not in masker.mask(place.format("Moon42x"))
    assert masker.secrets() == ["[secret 1]"]


@pytest.mark.parametrize("name", ["KUCOIN_KEY", "KC_KEY", "BINANCE_KEY"])
def test_the_key_of_an_exchange_is_hidden(name: str) -> None:
    assert Masker().mask(f"{name}={KEY}") == f"{name}=[key 1]"


def test_a_word_that_is_assigned_to_a_passphrase_must_be_revoked() -> None:
    masker = Masker()
    assert masker.mask("KUCOIN_PASSPHRASE=moonlight") == "KUCOIN_PASSPHRASE=[secret 1]"
    assert masker.secrets() == ["[secret 1]"]


def test_many_signatures_do_not_push_out_the_one_secret() -> None:
    masker = Masker()
    masker.mask("\n".join(f"signature={number:064x}" for number in range(10**60, 10**60 + 301)))
    masker.mask(f"secret={PHRASE}")
    assert PHRASE not in masker.mask(f"said {PHRASE} again")


@pytest.mark.parametrize(
    "text",
    [
        "ERROR wrong password:\n2026-03-01 08:00:01 x", 'wrong password:\n  File "x.py", line 3',
        "wrong password:\nhttps://x.y/z", "wrong password:\nINFO: x", "wrong secret:\nTraceback (most recent",
        "invalid passphrase: 400004", "Invalid API-key: -2015", "signature: -1022",
        f'cancel_order("{KEY}", "{KEY[::-1]}")', f'get_order("{UUID}", "BTCUSDT")', "docker run -u 1000:1000 x",
        "grep -b a=1 f", "3 tests pass: all of them", "PASS: tests.first", 'openssl dgst -hmac "$SECRET"',
        f"correlation-id: {UUID}", f"connectId={UUID}", f"request id is {UUID}", f"请求ID：{UUID}", f"订单号：{UUID}",
        f"order {UUID} not found", "client_id=grid-bot-17", "token=BTC-USDT-SWAP", f"sha256:{HASH}", f"txId: {HASH}",
        f'"tx_hash":"{HASH}"', f"txHash={HASH}", f"hash={HASH}", "密码 400004错误",
    ],
)  # fmt: skip
def test_evidence_beside_the_name_of_a_secret_is_shown(text: str) -> None:
    assert Masker().mask(text) == text


WALLETS = ["0x" + "aB3d" * 10, "bc1q" + "w5y8" * 9 + "qq", "T" + "aB3" * 11, "1" + "aB3" * 10, "r" + "aB3" * 9]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("mail bob.smith+x@mail.example.com, ok", "mail [private 1], ok"),
        *((f"to {wallet}.", "to [private 1].") for wallet in WALLETS),
        (f'{{"address":"{"aB3d" * 10}"}}', '{"address":"[private 1]"}'),
        (f"order {'aB3d' * 10}", f"order {'aB3d' * 10}"),
        ("memo=12345678 phone: +86 138 0013 8000", "memo=[private 1] phone: [private 2]"),
        ("手机号：13800138000", "手机号：[private 1]"),
        ("UID 12345678 again 12345678, not 9123456789", "UID [private 1]…5678 again [private 1]…5678, not 9123456789"),
        ('{"uid":"1234567890123"}', '{"uid":"[private 1]…890123"}'),
        ("/home/alice/bot.py", "/home/[private 1]/bot.py"),
        ("C:\\Users\\bob\\bot.py", "C:\\Users\\[private 1]\\bot.py"),
        ("uid: [private 1]…123456", "uid: [private 1]…123456"),
        ("ccxt@4.2.1 ip 203.0.113.7 orderId=123456789012", "ccxt@4.2.1 ip 203.0.113.7 orderId=123456789012"),
    ],
)
def test_what_tells_who_somebody_is_is_hidden_only_on_request(text: str, hidden: str) -> None:
    assert Masker().mask(text) == text
    masker = Masker(hide_private=True)
    assert masker.mask(text) == hidden
    assert masker.secrets() == []


def test_a_hidden_address_is_hidden_in_the_whole_explanation(kb: KnowledgeBase) -> None:
    text = "APIError(code=-2015): Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7"
    assert "203.0.113.7" in repr(explain_text(kb, text))
    (found,) = explain_text(kb, text, masker=Masker(hide_ips=True))
    assert "203.0.113.7" not in repr(found)
    assert found.captures == {"ip": "[private 1]"}


ERROR = 'binance {"code":-1022,"msg":"Signature for this request is not valid."}'
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
SECRETS = st.text(alphabet=ALPHABET, min_size=16, max_size=80).filter(lambda text: not text.isalpha())
PLACES = [
    "{secret} {error}",
    "{error} {secret}",
    "{error}\n{secret}",
    "{secret}" + " x" * 130 + "{error}",
    "y" * 300 + " {secret} " + "{error}",
    "{error}" + " {secret}" * 9,
]


@given(SECRETS, st.sampled_from(WRAPPERS), st.sampled_from(PLACES))
def test_no_secret_appears_in_any_answer(kb: KnowledgeBase, secret: str, wrapper: str, place: str) -> None:
    text = place.format(secret=wrapper.format(name="secret", value=secret).strip(), error=ERROR)
    found = explain_text(kb, text)
    assert found
    assert secret[-8:] not in repr(found)
    for finding in scan_lines(kb, text.splitlines()):
        assert secret not in repr(finding)


def test_a_secret_is_hidden_even_where_it_stands_before_its_name(kb: KnowledgeBase) -> None:
    (found,) = explain_text(kb, f"{ERROR} {PHRASE}\npassphrase={PHRASE}")
    assert found.excerpt == f"{ERROR} [secret 1]"


@pytest.mark.parametrize(
    ("piece", "shown"),
    [
        (f"{PHRASE[:7]}", "[secret 1]"),
        (f"{PHRASE[3:11]}", "[secret 1]"),
        (f"said {PHRASE[:7]}", "said [secret 1]"),
        (f"{PHRASE[4:]} was said", "[secret 1] was said"),
        (f"{PHRASE[4:]} and {PHRASE[:7]}", "[secret 1] and [secret 1]"),
        (f"said {PHRASE[:5]}", f"said {PHRASE[:5]}"),
        (f"{PHRASE[:7]} was said", f"{PHRASE[:7]} was said"),  # not cut there, so it is another word
    ],
)
def test_a_part_of_a_known_secret_is_hidden_where_a_text_was_cut(piece: str, shown: str) -> None:
    masker = Masker()
    masker.mask(f"passphrase={PHRASE}")
    assert masker.mask(piece) == shown


def test_a_secret_that_is_cut_is_hidden_too(kb: KnowledgeBase) -> None:
    (found,) = explain_text(kb, "z" * 300 + f" secret={LONG} " + ERROR + " w" * 200)
    assert LONG[-8:] not in found.excerpt
    assert "[secret 1]" in found.excerpt


@pytest.mark.parametrize(
    ("text", "start", "found"),
    [
        ("one two three", 0, "one two three"),
        ("one two three", 5, "three"),
        ("one\ntwo three", 1, "two three"),
        ("xxx", 1, "xx"),
    ],
)
def test_a_text_that_is_cut_begins_with_a_whole_word(text: str, start: int, found: str) -> None:
    assert text[find_word(text, start) :] == found


@pytest.mark.parametrize(("most", "left"), [(99, "one two three"), (9, "one two "), (8, "one two "), (2, "on")])
def test_a_text_that_is_cut_ends_with_a_whole_word(most: int, left: str) -> None:
    assert cut("one two three", most) == left


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"unknown exchange '{LONG[:36]}'", "unknown exchange '[key]'"),
        (f"logs/bot-{'ab12' * 8}.log", "logs/bot-[key].log"),
        (f"containers/{'ab12' * 16}/{'ab12' * 16}-json.log", f"containers/{'ab12' * 16}/{'ab12' * 16}-json.log"),
        ("unknown exchange 'binanc'; known: binance, kucoin", "unknown exchange 'binanc'; known: binance, kucoin"),
    ],
)
def test_a_message_shows_nothing_that_looks_like_a_key(text: str, shown: str) -> None:
    assert mask_message(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "secret ", "secret=", 'secret="', "api key ", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "eyJ",
        "://a:", "%25", "cookie:a=b;", "[1,", 'f("', "&#38;#38;", "mnemonic abc ", "\\u0025", "a@", "aB1/",
        "token abcdefghijklmnop1 ", "passphrase: a,", "curl a ", "secret for a", "order_", "KC_KEY", "hash ",
    ],
)  # fmt: skip
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    def measure(size: int) -> float:
        long = text * (size // len(text))
        start = process_time()
        Masker(hide_ips=True, hide_private=True).mask(long)
        return process_time() - start

    assert min(measure(80_000) for _ in range(2)) < 12 * max(0.01, min(measure(20_000) for _ in range(3)))


@pytest.mark.parametrize(
    ("text", "printable"),
    [
        ("plain\ttext\n你好 …", "plain\ttext\n你好 …"),
        ("\x1b[31m\x00\x7f\x9b", "\\x1b[31m\\x00\\x7f\\x9b"),
        ("a\u202eb\u200bc\ufeff", "a\\u202eb\\u200bc\\ufeff"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_is_shown_is_safe_for_a_terminal(text: str, printable: str) -> None:
    assert make_printable(text) == printable


UUID = "-".join(["f03a5284", "5c39", "4aaa", "9b20", "dea10bdcf8e3"])


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f'{{"secret":"{UUID}","password":"{PHRASE}"}}', [UUID, PHRASE]),
        (f'{{"orderId":"{UUID}", "passphrase":"{PHRASE}"}}', [PHRASE]),
        (f"{{'secret':'{UUID}','apiKey':'{LONG[:24]}'}}", [UUID, LONG[:24]]),
        (f"'key': '{LONG[:24]}', 'secret': '{UUID}'", [UUID, LONG[:24]]),
        (f"Client('{LONG[:24]}', '{UUID}', '{PHRASE}')", [UUID, PHRASE]),
        ("walletSeed: " + "legal winner thank year " * 3, ["winner"]),
    ],
)  # fmt: skip
def test_what_stands_behind_a_secret_keeps_its_name_and_is_hidden_too(text: str, hidden: list[str]) -> None:
    shown = Masker().mask(text)
    assert not [value for value in hidden if value in shown]
    names = [name for name in ("secret", "password", "passphrase", "apiKey", "key", "orderId") if name + "'" in text]
    assert all(name in shown for name in names)


def test_the_library_masks() -> None:
    text = f"secret={PHRASE} from 203.0.113.7 to bob@example.org\x1b[31m"
    assert explainer.mask(text) == "secret=[secret 1] from 203.0.113.7 to bob@example.org\\x1b[31m"
    assert explainer.mask(text, hide_ips=True, hide_private=True) == (
        "secret=[secret 1] from [private 2] to [private 3]\\x1b[31m"
    )
