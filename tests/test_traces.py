"""What clients print around an error: endpoints, ids of requests, programs and versions."""

import time

import pytest

from explainer.kb.store import KnowledgeBase
from explainer.support.traces import find_clients, find_endpoint, find_request_ids

ERROR = '{"code":-1021,"msg":"x"}'


@pytest.mark.parametrize(
    ("text", "method", "url"),
    [
        (
            f"POST https://fapi.binance.com/fapi/v1/order?symbol=A&signature=b {ERROR}",
            "POST",
            "https://fapi.binance.com/fapi/v1/order",
        ),
        (f"https://me:word@api.kucoin.com:443/api/v1/orders {ERROR}", "", "https://api.kucoin.com/api/v1/orders"),
        (
            f"requests.get(https://api.binance.com/api/v3/account) {ERROR}",
            "GET",
            "https://api.binance.com/api/v3/account",
        ),
        (
            f'{{"method": "delete", "url": "https://big.one/api/v3/viewer/orders"}} {ERROR}',
            "DELETE",
            "https://big.one/api/v3/viewer/orders",
        ),
        (
            "HTTPSConnectionPool(host='fapi.binance.com', port=443): Max retries exceeded with url: /fapi/v1/time?a=1",
            "",
            "https://fapi.binance.com/fapi/v1/time",
        ),
        (
            "{ host: 'api.binance.com', path: '/api/v3/order', method: 'POST' } -1021",
            "POST",
            "https://api.binance.com/api/v3/order",
        ),
        (f"GET /api/v3/time failed: {ERROR}", "GET", "/api/v3/time"),
        # the method stands beside another mention of the same address
        (
            f"POST https://api.binance.com/api/v3/order\n400 for https://api.binance.com/api/v3/order {ERROR}",
            "POST",
            "https://api.binance.com/api/v3/order",
        ),
        # the request before the error counts, not the one that follows
        (
            f"GET https://api.binance.com/api/v3/time\n{ERROR}\n{'.' * 300}\nGET https://api.binance.com/api/v3/depth",
            "GET",
            "https://api.binance.com/api/v3/time",
        ),
        (f"see https://www.binance.com/en/support and https://developers.binance.com/docs {ERROR}", "", ""),
        (f"https://example.org/webhook {ERROR}", "", ""),
        (ERROR, "", ""),
    ],
)
def test_the_endpoint_of_the_failed_request(kb: KnowledgeBase, text: str, method: str, url: str) -> None:
    at = text.find(ERROR) if ERROR in text else 0
    assert find_endpoint(kb.index, text, at) == (method, url)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("x-mbx-uuid: 3f2504e0-4f89-11d3", {"x-mbx-uuid": "3f2504e0-4f89-11d3"}),
        ("'CF-RAY': '8a1b2c3d4e5f-FRA'", {"cf-ray": "8a1b2c3d4e5f-FRA"}),
        ('{"requestId":"64f0aa12"}', {"requestid": "64f0aa12"}),
        ("Traceid=[ab12cd34ef]", {"traceid": "ab12cd34ef"}),
        ("Cloudflare Ray ID: 7d2f3a4b5c6d", {"ray id": "7d2f3a4b5c6d"}),
        ("Request ID: hQ3k9-Zx_1==", {"request id": "hQ3k9-Zx_1=="}),
        ("requestId: undefined", {}),
        ("order id: 12345678", {}),
    ],
)
def test_ids_by_which_a_request_is_found(text: str, ids: dict[str, str]) -> None:
    assert find_request_ids(text, 0) == ids


@pytest.mark.parametrize(
    ("text", "clients"),
    [
        ("User-Agent: python-requests/2.31.0", ("python-requests 2.31.0",)),
        ("starting ccxt 4.4.82, Python 3.11.7", ("ccxt 4.4.82", "Python 3.11.7")),
        ("python-binance==1.0.19", ("python-binance 1.0.19",)),
        ("CCXT Version: 1.92.9", ("CCXT 1.92.9",)),
        (
            "at /app/node_modules/binance-api-node/dist/http.js:5\nNode.js v20.1.0",
            ("Node.js 20.1.0", "binance-api-node"),
        ),
        ("/go/pkg/mod/github.com/adshao/go-binance/v2@v2.4.1/client.go:1", ("adshao/go-binance 2.4.1",)),
        (
            '  File "/x/lib/python3.10/site-packages/binance/client.py", line 357',
            ("Python 3.10", "binance"),
        ),
        (r"C:\Users\me\Python311\lib\site-packages\ccxt\base\exchange.py", ("Python 3.11", "ccxt")),
        ("/lib/python3.12/site-packages/ccxt-4.1.0.dist-info", ("ccxt 4.1.0", "Python 3.12")),
        ("price 4.4.82 go 1", ()),
        ("let go 1.5 of it", ()),
        ("", ()),
    ],
)
def test_programs_and_their_versions(text: str, clients: tuple[str, ...]) -> None:
    assert find_clients(text) == clients


@pytest.mark.parametrize(
    "unit", ["https://", "host='", "/api/v3/", "ccxt ", "site-packages/", "request_id=", "a.", "Node.js v1."]
)
def test_reading_is_linear(kb: KnowledgeBase, unit: str) -> None:
    def measure(size: int) -> float:
        text = unit * (size // len(unit))
        begin = time.process_time()
        find_clients(text), find_request_ids(text, size // 2), find_endpoint(kb.index, text, size // 2)
        return time.process_time() - begin

    small = max(measure(200_000), 0.005)
    assert measure(800_000) < 12 * small
