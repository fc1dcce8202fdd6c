from collections.abc import Iterator

import pytest

import explainer
from explainer.kb.store import KnowledgeBase
from explainer.match.credible import Told
from explainer.match.engine import explain_text, recognise, scan_lines
from explainer.model.answer import Language

LATE = "Timestamp for this request is outside of the recvWindow."
AHEAD = "Timestamp for this request was 1000ms ahead of the server's time."
REFUSED = "Invalid API-key, IP, or permissions for action"
BALANCE = "Account has insufficient balance for requested action."
BANNED = (
    "Way too much request weight used; IP banned until 1660090423228. "
    "Please use WebSocket Streams for live updates to avoid bans."
)
RESTRICTED = (
    "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms. "
    "Please contact customer service if you believe you received this message in error."
)
CLOUDFRONT = """<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">
<TITLE>ERROR: The request could not be satisfied</TITLE>
</HEAD><BODY>
<H1>403 ERROR</H1>
<H2>The request could not be satisfied.</H2>
<HR noshade size="1px">
The Amazon CloudFront distribution is configured to block access from your country.
We can't connect to the server for this app or website at this time.
</BODY></HTML>"""
NGINX = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>"
)


@pytest.mark.parametrize(
    "text",
    [
        f"binance.exceptions.BinanceAPIException: APIError(code=-1021): {LATE}",
        f'ccxt.base.errors.InvalidNonce: binance {{"code":-1021,"msg":"{LATE}"}}',
        f"<APIError> code=-1021, msg={LATE}",
        f"binance.error.ClientError: (400, -1021, '{LATE}', {{'Content-Type': 'application/json'}}, None)",
        f"{{ code: -1021, msg: '{LATE}' }}",
        f"Error: Request failed\n    at x (y.js:1:2) {{\n  body: {{\n    code: -1021,\n    msg: '{LATE}'\n  }}\n}}",
        f'{{"code": -1021, "msg": "{LATE}"}}',
        '"{\\"code\\":-1021,\\"msg\\":\\"' + LATE + '\\"}"',
        '{"level":"error","body":"{\\"code\\":-1021,\\"msg\\":\\"' + LATE + '\\"}"}',
        '{"a":"{\\"b\\":\\"{\\\\\\"code\\\\\\":-1021,\\\\\\"msg\\\\\\":\\\\\\"' + LATE + '\\\\\\"}\\"}"}',
        f'2026-11-21,ERROR,"{{""code"":-1021,""msg"":""{LATE}""}}"',
        '{"level":"error","message":"binance {\\"code\\":-1021,\\"msg\\":\\"' + LATE + '\\"} in 12 ms","id":"x"}',
        f"{{“code”:-1021,“msg”:“{LATE}”}}",
        f"&#123;&quot;code&quot;:-1021,&quot;msg&quot;:&quot;{LATE}&quot;&#125;",
        f"Array\n(\n    [code] => -1021\n    [msg] => {LATE}\n)\n",
        f"array ( 'code' => -1021, 'msg' => '{LATE}', )",
        f"BinanceApiError{{code=-1021, msg={LATE}}}",
        f"java.lang.RuntimeException: BinanceApiException(code=-1021, msg={LATE})",
        f'2026-11-21 17:45:03 [错误] 下单失败：{{"code":-1021,"msg":"{LATE}"}}',
        f'Nov 21 09:45:03 host docker[812]: bot-1  | {{"code":-1021,"msg":"{LATE}"}}',
        f'\x1b[31mERROR\x1b[0m binance {{"code":-1021,"msg":"{LATE}"}}',
        f"API Error [-1021]: {LATE}",
        f"ERROR: -1021, {LATE}",
        f"Error: -1021 - {LATE}",
        f"{LATE} (-1021)",
        f"(-1021) {LATE}",
        f"Server Error Code: -1021 Server Message: {LATE}",
        f'my kraken bot answers {{"code":-1021,"msg":"{LATE}"}}',
    ],
)
def test_one_error_is_the_same_in_every_wrapper(kb: KnowledgeBase, text: str) -> None:
    (found,) = explain_text(kb, text)
    assert (found.exchange, found.code, found.rule_id) == ("binance", "-1021", "binance/timestamp-outside-recv-window")
    assert (found.category, found.is_rule) == ("time/clock-skew", True)


@pytest.mark.parametrize(
    ("text", "exchange", "product", "code", "status", "rule"),
    [
        (LATE, "binance", None, "-1021", None, "binance/timestamp-outside-recv-window"),
        (AHEAD, "binance", None, "-1021", None, "binance/timestamp-ahead-of-server"),
        (f'{{"code":-1021,"msg":"{AHEAD}"}}', "binance", None, "-1021", None, "binance/timestamp-ahead-of-server"),
        (
            f'binance {{"code":-2015,"msg":"{REFUSED}."}}',
            "binance",
            None,
            "-2015",
            None,
            "binance/credentials-rejected",
        ),
        (
            f'binanceusdm {{"code":-2015,"msg":"{REFUSED}."}}',
            "binance",
            "usdm",
            "-2015",
            None,
            "binance/credentials-rejected",
        ),
        (
            f"binance.error.ClientError: (401, -2015, '{REFUSED}.', {{}})",
            "binance",
            None,
            "-2015",
            "401",
            "binance/credentials-rejected",
        ),
        (
            f'{{"code":-2015,"msg":"{REFUSED}."}} (error code 401)',
            "binance",
            None,
            "-2015",
            "401",
            "binance/credentials-rejected",
        ),
        (
            "429 Client Error: Too Many Requests for url: https://api.kucoin.com/api/v1/orders",
            "kucoin",
            "spot",
            None,
            "429",
            "kucoin/too-many-requests",
        ),
        (
            'kucoin {"code":"400005","msg":"Invalid KC-API-SIGN"}',
            "kucoin",
            None,
            "400005",
            None,
            "kucoin/signature-invalid",
        ),
        (
            '{"code":"400006","msg":"The requested ip address is not in the api whitelist"}',
            "kucoin",
            None,
            "400006",
            None,
            "kucoin/ip-not-in-whitelist",
        ),
        ('bigone {"code":40004,"message":"Unauthorized"}', "bigone", None, "40004", None, "bigone/unauthorized"),
        ("Filter failure: LOT_SIZE", "binance", None, "-1013", None, "binance/quantity-breaks-lot-size"),
        ("Margin is insufficient.", "binance", None, "-2019", None, "binance/futures-margin-insufficient"),
        ("-1021", "binance", "spot", "-1021", None, "binance/spot/-1021"),
        ("401", None, None, None, "401", "any/http-401"),
        (" HTTP 429 \n", None, None, None, "429", "any/http-429"),
        (CLOUDFRONT, None, None, None, "403", "any/cloudfront-country-blocked"),
        (NGINX, None, None, None, "502", "any/http-502"),
        (f'{{"code":0,"msg":"{RESTRICTED}"}}', "binance", None, "0", None, "binance/region-restricted"),
        (
            "requests.exceptions.HTTPError: 451 Client Error:  for url: https://api.binance.com/api/v3/time",
            "binance",
            "spot",
            None,
            "451",
            "binance/region-restricted",
        ),
        (
            'AxiosError: Request failed with status code 401\n  url: "https://api.kucoin.com/api/v1/accounts"',
            "kucoin",
            "spot",
            None,
            "401",
            "kucoin/http-401",
        ),
        (
            "ClientResponseError: 418, message=\"I'm a teapot\", url=URL('https://fapi.binance.com/fapi/v1/klines')",
            "binance",
            "usdm",
            None,
            "418",
            "binance/http-418",
        ),
        (
            "ContentTypeError: 502, message='unexpected mimetype: text/html', url='https://api.binance.com/api/v3/depth'",
            "binance",
            "spot",
            None,
            "502",
            "binance/http-502",
        ),
        (
            "binance GET https://dapi.binance.com/dapi/v1/time 418 I'm a teapot",
            "binance",
            "coinm",
            None,
            "418",
            "binance/http-418",
        ),
        (
            'HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\n\r\n{"code":"429000","msg":"Too many requests"}',
            "kucoin",
            None,
            "429000",
            "429",
            "kucoin/too-many-requests",
        ),
        (
            "ReadTimeout: HTTPSConnectionPool(host='api.binance.com', port=443): Read timed out. (read timeout=10)",
            "binance",
            "spot",
            None,
            None,
            "any/read-timeout",
        ),
    ],
)
def test_what_people_paste_is_recognised(
    kb: KnowledgeBase,
    text: str,
    exchange: str | None,
    product: str | None,
    code: str | None,
    status: str | None,
    rule: str,
) -> None:
    first = explain_text(kb, text)[0]
    assert (first.exchange, first.product, first.code, first.http_status) == (exchange, product, code, status)
    assert first.rule_id == rule


@pytest.mark.parametrize(
    "text",
    [
        "hello world",
        "",
        " \n",
        "{}",
        "binance",
        "order 42 filled at 27123.5",
        "https://api.binance.com/api/v3/time",
        '{"code":0,"msg":"success"}',
        '{"code":"200000","data":{}}',
    ],
)
def test_what_is_no_error_is_not_explained(kb: KnowledgeBase, text: str) -> None:
    assert explain_text(kb, text) == ()


def test_the_ip_that_the_exchange_saw_is_captured_and_shown(kb: KnowledgeBase) -> None:
    (found,) = explain_text(kb, f"币安API调用失败: <APIError> code=-2015, msg={REFUSED}, request ip: 203.0.113.7")
    assert (found.category, found.code, found.captures) == (
        "auth/credentials-rejected",
        "-2015",
        {"ip": "203.0.113.7"},
    )
    said = " ".join([found.summary, *(cause.cause + cause.check + " ".join(cause.fix) for cause in found.causes)])
    assert "203.0.113.7" in said


@pytest.mark.parametrize(
    "text", [f'{{"code":-1003,"msg":"{BANNED}"}}', "IP banned until 1660090423228", f"APIError(code=-1003): {BANNED}"]
)
def test_a_ban_has_an_end(kb: KnowledgeBase, text: str) -> None:
    (found,) = explain_text(kb, text)
    assert (found.category, found.code) == ("rate/ip-banned", "-1003")
    assert found.facts["ban_end"] == "2022-08-10T00:13:43.228Z"
    assert "ban_over" in found.facts
    assert "ban_left" not in found.facts


def test_a_stop_that_would_trigger_is_critical(kb: KnowledgeBase) -> None:
    (found,) = explain_text(kb, "Order would immediately trigger.")
    assert (found.exchange, found.category, found.urgency) == ("binance", "order/would-trigger", "critical")


@pytest.mark.parametrize("text", [f'{{"code":0,"msg":"{RESTRICTED}"}}', CLOUDFRONT])
def test_a_region_block_is_never_retried(kb: KnowledgeBase, text: str) -> None:
    (found,) = explain_text(kb, text)
    assert (found.category, found.retry) == ("account/region-blocked", "never")


def test_several_errors_of_a_paste_are_all_explained_the_last_of_equal_weight_first(kb: KnowledgeBase) -> None:
    text = (
        f'binance {{"code":-1021,"msg":"{LATE}"}}\n'
        'kucoin {"code":"400005","msg":"Invalid KC-API-SIGN"}\n'
        'bigone {"code":40004,"message":"Unauthorized"}'
    )
    assert [(e.exchange, e.code, e.line) for e in explain_text(kb, text)] == [
        ("bigone", "40004", 3),
        ("kucoin", "400005", 2),
        ("binance", "-1021", 1),
    ]


def test_a_line_that_names_its_exchange_is_not_taken_for_that_of_a_surer_mark_elsewhere(kb: KnowledgeBase) -> None:
    text = f'ERROR binance spot {{"code":-1021,"msg":"{LATE}"}}\nkucoin {{"code":"400005","msg":"Invalid KC-API-SIGN"}}'
    assert {(e.exchange, e.code) for e in explain_text(kb, text)} == {("binance", "-1021"), ("kucoin", "400005")}


def test_the_more_urgent_error_comes_first_and_a_repeated_one_only_once(kb: KnowledgeBase) -> None:
    late = f'{{"code":-1021,"msg":"{LATE}"}}\n'
    trigger = '{"code":-2021,"msg":"Order would immediately trigger."}\n'
    found = explain_text(kb, trigger + late + late)
    assert [(e.code, e.urgency) for e in found] == [("-2021", "critical"), ("-1021", "high")]
    assert found[1].line == 3


def test_the_errors_of_a_batch_are_cut_apart(kb: KnowledgeBase) -> None:
    text = '[{"code":-2011,"msg":"Unknown order sent."},{"code":-4046,"msg":"No need to change margin type."}]'
    assert [(e.code, e.retry) for e in explain_text(kb, text)] == [("-2011", "verify_first"), ("-4046", "ignore")]


def test_a_status_or_exception_around_a_message_is_no_error_of_its_own(kb: KnowledgeBase) -> None:
    text = (
        "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://api.binance.com/api/v3/order\n"
        f'{{"code":-2015,"msg":"{REFUSED}."}}'
    )
    (found,) = explain_text(kb, text)
    assert (found.code, found.http_status, found.product) == ("-2015", "401", "spot")


@pytest.mark.parametrize(
    ("text", "roots"),
    [
        (
            f"Traceback (most recent call last):\nBinanceAPIException: APIError(code=-1021): {LATE}\n\n"
            "During handling of the above exception, another exception occurred:\n\nTraceback:\n"
            f"binance.exceptions.BinanceAPIException: APIError(code=-2010): {BALANCE}\n",
            {"-1021": True, "-2010": False},
        ),
        (
            f'BinanceApiException: {{"code":-2010,"msg":"{BALANCE}"}}\n\tat bot.Main.main(Main.java:10)\n'
            f'Caused by: com.binance.client.BinanceApiException: {{"code":-1021,"msg":"{LATE}"}}\n',
            {"-1021": True, "-2010": False},
        ),
        (
            f'{{"code":-1021,"msg":"{LATE}"}}\n{{"code":-2010,"msg":"{BALANCE}"}}',
            {"-1021": None, "-2010": None},
        ),
        (
            f"ValueError: unknown\n\nThe above exception was the direct cause of the following exception:\n\n"
            f"binance.exceptions.BinanceAPIException: APIError(code=-2010): {BALANCE}\n",
            {"-2010": None},
        ),
    ],
)
def test_the_root_of_a_chain_of_exceptions_is_marked(
    kb: KnowledgeBase, text: str, roots: dict[str, bool | None]
) -> None:
    assert {e.code: e.is_root for e in explain_text(kb, text)} == roots


def test_a_code_of_several_meanings_names_them_and_what_would_decide(kb: KnowledgeBase) -> None:
    (found,) = explain_text(kb, "binance -2011")
    assert (found.code, found.confidence) == ("-2011", "guess")
    assert found.category == "order/not-found"
    assert {"account/restricted", "order/rejected"} <= {other.category for other in found.alternatives}
    assert "message" in found.assumption
    assert "-2011" in explain_text(kb, "binance -2011", language="zh")[0].assumption


@pytest.mark.parametrize(
    ("text", "told", "exchange", "product"),
    [
        ('{"code":10001,"message":"x"}', Told(), "bigone", None),
        ('{"code":-2019,"msg":"x"}', Told(), "binance", "usdm"),
        ('{"code":-2019,"msg":"x"}', Told("binance", "coinm"), "binance", "coinm"),
        ('https://dapi.binance.com/dapi/v1/order {"code":-2019,"msg":"x"}', Told(), "binance", "coinm"),
        ("429", Told("kucoin"), "kucoin", None),
    ],
)
def test_exchange_and_product_are_decided_before_the_code_counts(
    kb: KnowledgeBase, text: str, told: Told, exchange: str, product: str | None
) -> None:
    first = explain_text(kb, text, told=told)[0]
    assert (first.exchange, first.product) == (exchange, product)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        (
            f'binanceusdm {{"code":-1021,"msg":"{LATE}"}}',
            "en",
            ["Binance · USDⓈ-M futures", "because of `binanceusdm`"],
        ),
        (f'binanceusdm {{"code":-1021,"msg":"{LATE}"}}', "zh", ["币安 · U 本位合约", "「binanceusdm」"]),
        (f'{{"code":-1021,"msg":"{LATE}"}}', "en", ["Binance by the form of", "--exchange"]),
        (LATE, "en", ["Binance because its API words", "--exchange"]),
        (LATE, "zh", ["币安", "--exchange"]),
        (f"my binance bot: {LATE}", "en", ["names it (`binance`)", "--exchange"]),
    ],
)
def test_an_explanation_says_from_what_it_took_the_exchange(
    kb: KnowledgeBase, text: str, language: Language, said: list[str]
) -> None:
    assumption = explain_text(kb, text, language=language)[0].assumption
    assert [words for words in said if words not in assumption] == []


def test_without_an_exchange_there_is_nothing_to_assume(kb: KnowledgeBase) -> None:
    assert explain_text(kb, "401")[0].assumption == ""


def test_what_the_caller_told_needs_no_assumption_and_outranks_the_text(kb: KnowledgeBase) -> None:
    (found,) = explain_text(kb, f"APIError(code=-1021): {LATE}", told=Told("binance", "coinm"))
    assert (found.assumption, found.product, found.confidence) == ("", "coinm", "exact")
    assert [(e.kind, e.text, e.line) for e in found.evidence if e.kind == "exchange"] == [("exchange", "binance", 0)]
    told = explain_text(kb, f'binance {{"code":-1021,"msg":"{LATE}"}}', told=Told("kucoin"))
    assert "binance" not in {e.exchange for e in told}


def test_evidence_points_to_the_lines_of_the_original_text(kb: KnowledgeBase) -> None:
    text = f'\r\nGET https://fapi.binance.com/fapi/v1/order\r\n\r\n{{"code":-1021,\r\n"msg":"{LATE}"}}'
    (found,) = explain_text(kb, text)
    assert [(e.kind, e.text, e.line) for e in found.evidence] == [
        ("exchange", "/fapi/", 2),
        ("product", "/fapi/", 2),
        ("code", "-1021", 4),
        ("message", LATE.rstrip("."), 5),
    ]
    assert (found.line, found.excerpt) == (4, '{"code":-1021,')


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("https://api.kucoin.com/ 401 Unauthorized", ["exchange", "product", "status"]),
        ("Filter failure: LOT_SIZE", ["message"]),
        ("requests.exceptions.SSLError: x", ["exception"]),
    ],
)
def test_evidence_names_what_held(kb: KnowledgeBase, text: str, kinds: list[str]) -> None:
    assert [e.kind for e in explain_text(kb, text)[0].evidence] == kinds


def test_a_long_line_is_shown_around_its_error(kb: KnowledgeBase) -> None:
    (found,) = explain_text(kb, "x" * 500 + f' binance {{"code":-1021,"msg":"{LATE}"}} ' + "y" * 500)
    assert len(found.excerpt) <= 240
    assert f'{{"code":-1021,"msg":"{LATE}"}}' in found.excerpt


@pytest.mark.parametrize(
    "line",
    [
        "price 429",
        "order 401 filled",
        "-1021",
        "429",
        "401",
        "code 429 units",
        "pid 1021 started",
        "balance -2015 USDT",
        "INFO fill price=-2011 qty=1",
        "binance: 1021 trades",
        "binance ticker price 429.00",
        "kucoin latency 503 ms",
        "2026-11-21 order 429000 filled at 400100",
        '127.0.0.1 - - [21/Nov/2026:09:45:00 +0000] "GET /api/v3/order HTTP/1.1" 200 512 "-" "python-requests/2.31"',
        '198.51.100.4 - - [21/Nov/2026:09:45:00 +0000] "POST /login HTTP/1.1" 401 36 "-" "Mozilla/5.0"',
        '{"code":401,"msg":"Unauthorized"}',
        '{"status":429,"service":"mailer"}',
        'binance {"code":200,"msg":"success"}',
        "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://api.github.com/user",
        "HTTP 429 from https://payments.example.com/v1/charges",
        'openai.AuthenticationError: Error code: 401 - {"error": {"message": "Incorrect API key provided"}}',
        "telegram.error.Unauthorized: 401 Unauthorized",
        'telegram: {"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5"}',
        "",
        "   ",
    ],
)
def test_a_harmless_line_of_a_log_yields_nothing(kb: KnowledgeBase, line: str) -> None:
    assert list(scan_lines(kb, [line, "2026-11-21 09:45:00 INFO " + line])) == []


@pytest.mark.parametrize(
    "line",
    [
        "        if e.code == -1021:",
        "    raise BinanceAPIException(response, status)",
        "except ccxt.RateLimitExceeded:",
        f'if "{LATE}" in str(e):',
        f'    assert "{LATE}" in message;',
        "# -2015 means the key",
        '  File "/srv/bot/client.py", line 401, in request',
    ],
)
def test_code_that_names_an_error_is_none(kb: KnowledgeBase, line: str) -> None:
    assert list(scan_lines(kb, [line])) == []


@pytest.mark.parametrize("quote", ['"', '\\"'])
def test_a_message_that_holds_a_body_is_read_inside(kb: KnowledgeBase, quote: str) -> None:
    body = '{"code":-2015,"msg":"Whatever it says now"}'.replace('"', quote)
    line = f'{{"level":"error","message":"binance {body}"}}'
    (found,) = scan_lines(kb, [line])
    assert [(one.code, one.confidence) for one in found.explanations] == [("-2015", "likely")]


def test_a_log_yields_its_errors_with_their_lines(kb: KnowledgeBase) -> None:
    lines = [
        "2026-11-21 09:45:00 INFO started\n",
        f"2026-11-21 09:45:01 ERROR bot: binance APIError(code=-1021): {LATE}\n",
        "2026-11-21 09:45:02 INFO price 429\n",
        '2026-11-21 09:45:03 ERROR kucoin {"code":"400005","msg":"Invalid KC-API-SIGN"}\r\n',
        "2026-11-21 09:45:04 ERROR binance GET https://fapi.binance.com/fapi/v1/time 418 I'm a teapot\n",
        '2026-11-21 09:45:05 WARN {"retCode":10003,"retMsg":"whatever it says now"} bybit\n',
        f"2026-11-21 09:45:06 ERROR {REFUSED}.\n",
    ]
    found = [(f.line, f.explanations[0].exchange, f.explanations[0].code) for f in scan_lines(kb, lines)]
    assert found[:3] == [(2, "binance", "-1021"), (4, "kucoin", "400005"), (5, "binance", None)]
    assert found[-1] == (7, "binance", "-2015")
    texts = [f.text for f in scan_lines(kb, lines)]
    assert texts[0] == lines[1].rstrip("\n")
    assert texts[1] == lines[3].rstrip("\r\n")


def test_what_a_person_pastes_is_taken_for_an_error_a_log_is_not(kb: KnowledgeBase) -> None:
    for text in ("-1021", "429", "binance -2011"):
        assert explain_text(kb, text)
        assert list(scan_lines(kb, [text])) == []


def test_scanning_is_lazy(kb: KnowledgeBase) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield f'binance {{"code":-1021,"msg":"{LATE}"}}'

    assert next(iter(scan_lines(kb, endless()))).line == 1


def test_the_package_explains_and_scans_with_the_shipped_rules() -> None:
    (found,) = explainer.explain(f"APIError(code=-1021): {LATE}", lang="zh", product="usdm", exchange="binance")
    assert (found.exchange_name, found.product, found.language) == ("币安", "usdm", "zh")
    (finding,) = explainer.scan(["price 429", f'{{"code":-1021,"msg":"{LATE}"}}'], exchange="binance")
    assert (finding.line, finding.explanations[0].exchange) == (2, "binance")
    assert sorted(explainer.__all__) == explainer.__all__


@pytest.mark.parametrize(
    "line",
    [
        "ERROR kucoin HTTP 429",
        'ERROR kucoin {"code":"400001","msg":"Please check the header of your request"}',
        "ERROR HTTP 503 from https://api.openai.com",
        "ERROR GET https://api.coingecko.com/api/v3/ping failed, HTTP status is 429",
        'ERROR nginx 10.0.0.1 - - "GET /x HTTP/1.1" 429 162',
        'ERROR uvicorn "GET /api/v1/balance HTTP/1.1" 401 Unauthorized',
    ],
)
def test_a_log_said_to_be_of_one_exchange_keeps_the_lines_of_others(kb: KnowledgeBase, line: str) -> None:
    assert list(scan_lines(kb, [line], told=Told("binance", is_log=True))) == []


def test_a_log_said_to_be_of_one_exchange_gives_it_the_lines_that_name_none(kb: KnowledgeBase) -> None:
    lines = ["ERROR HTTP 429 Too Many Requests", "ERROR binance HTTP 418", '{"code":-1021,"msg":"x"}']
    found = [f.explanations[0].rule_id for f in scan_lines(kb, lines, told=Told("binance", is_log=True))]
    assert found[:2] == ["binance/http-429", "binance/http-418"]
    assert found[2].startswith("binance/")


def test_ccxt_ids_name_exchange_and_product() -> None:
    text = '{"code":-4003,"msg":"Quantity less than zero."}'
    for name in ("binanceusdm", "BinanceUSDM"):
        (found,) = explainer.explain(text, exchange=name)
        assert (found.exchange, found.product) == ("binance", "usdm")
    assert explainer.explain(text, exchange="binanceusdm", product="coinm")[0].product == "coinm"
    assert next(explainer.scan([text], exchange="binanceusdm")).explanations[0].product == "usdm"
    assert explainer.explain(text, exchange="nobody") == ()


def test_unknown_languages_are_told_at_once() -> None:
    for call in (explainer.explain, explainer.scan):
        with pytest.raises(ValueError, match="unknown language 'fr'; known: en, zh"):
            call("-1021", lang="fr")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('GET /openApi/swap/v2/order {"code":109999,"msg":"zzz"}', ("bingx", "109999")),  # a path with capitals
        ('kucoin {"code":"777777","msg":"zzz"}', ("kucoin", "777777")),
        ('{"code":71203,"msg":"zzz"}', (None, "71203")),  # a body like anybody's
        ("all is lost", (None, None)),
    ],
)
def test_what_nobody_explains_is_recognised(kb: KnowledgeBase, text: str, seen: tuple[str | None, str | None]) -> None:
    assert explain_text(kb, text) == ()
    assert recognise(kb, text) == seen


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ('POST https://api.binance.com/api/v3/order 400 {"code":-1999,"msg":"Nobody knows."}', True),
        ('kucoin HTTP 400 {"code":"499999","msg":"x"}', True),
        ("kucoin HTTP 429", False),
        ('binance 400 {"code":-1021,"msg":"x"}', False),
    ],
)
def test_a_code_without_a_rule_is_said_to_be_one(kb: KnowledgeBase, text: str, is_said: bool) -> None:
    found = explain_text(kb, text)[0]
    assert (f"No rule explains code {found.code} of this text" in found.assumption) is is_said
