"""Finds what clients print around an error: the endpoint, the ids of a request, programs and their versions.

All patterns are bounded; nothing is masked here.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from explainer.model.index import Index

_NEAR = 4_000
"""Characters around an error in which its request is looked for."""

_METHOD = r"(?:GET|POST|PUT|DELETE|PATCH)"
_HOST = r"(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,10}"
_PATH = r"/[A-Za-z0-9/_.~%-]{1,200}"
_URL = re.compile(
    rf"(?P<scheme>https?|wss?)://(?:[^\s/@\"']{{1,200}}@)?(?P<host>{_HOST})(?::\d{{1,5}})?(?P<path>{_PATH})?"
)
_POOL = re.compile(
    rf"host='(?P<host>{_HOST})', port=\d{{1,5}}\)(?:: Max retries exceeded with url: (?P<path>{_PATH}))?"
)
_NODE_HOST = re.compile(rf"\b(?:host|hostname|baseURL): ['\"](?:https?://)?(?P<host>{_HOST})['\"]")
_API_PATH = re.compile(r"(?<![\w./-])(?P<path>/(?:s?api|[fdep]api|v\d|ws-f?api|viewer)/[A-Za-z0-9/_.-]{1,150})")
_METHOD_BEFORE = re.compile(rf"\b(?P<method>{_METHOD})\b[\"'\s:,(\]]{{1,6}}(?:[\"']?url[\"']?\s?[:=]\s?[\"']?)?$")
_METHOD_NEAR = re.compile(rf"\b(?i:method)[\"']?\s{{0,2}}[:=]\s{{0,2}}[\"']?(?P<method>(?i:{_METHOD}))\b")
_CALL = re.compile(rf"\brequests\.(?P<method>(?i:{_METHOD}))\($")


class Endpoint(NamedTuple):
    """Where a request went; an empty part is not in the text."""

    method: str
    url: str


def find_endpoint(index: Index, text: str, at: int) -> Endpoint:
    """Return the exchange's endpoint nearest to a position, without the query, in which secrets stand."""
    start = max(0, at - _NEAR)
    near = text[start : at + _NEAR]
    found = sorted(_find_endpoints(index, near), key=lambda item: _distance(item[0], at - start))
    if not found:
        return Endpoint("", "")
    url = found[0][1]
    methods = (_find_method(near, place) for place, other in found if other == url)
    return Endpoint(next(filter(None, methods), ""), url)


def _distance(place: int, at: int) -> tuple[bool, int]:
    """Prefer what stands before the error: the next request follows it."""
    return place > at + 200, abs(place - at)


def _find_endpoints(index: Index, text: str) -> Iterator[tuple[int, str]]:
    for match in _URL.finditer(text):
        if _is_api(index, match["host"].lower()):
            yield match.start(), f"{match['scheme']}://{match['host'].lower()}{match['path'] or ''}".rstrip(".")
    for match in _POOL.finditer(text):
        if _is_api(index, match["host"].lower()):
            yield match.start(), f"https://{match['host'].lower()}{match['path'] or ''}"
    host = next((m["host"].lower() for m in _NODE_HOST.finditer(text) if _is_api(index, m["host"].lower())), "")
    for match in _API_PATH.finditer(text):
        path = match["path"].rstrip(".")
        yield match.start(), f"https://{host}{path}" if host else path


def _is_api(index: Index, host: str) -> bool:
    """Tell whether a host answers programs; www. and developers. are read by people."""
    is_known = host in index.hosts or ".".join(host.split(".")[-2:]) in index.domains
    return is_known and not host.startswith(("www.", "developers.", "docs.", "support."))


def _find_method(text: str, place: int) -> str:
    before = text[max(0, place - 60) : place]
    for pattern in (_METHOD_BEFORE, _CALL):
        if found := pattern.search(before):
            return found["method"].upper()
    found = _METHOD_NEAR.search(text[max(0, place - 400) : place + 400])
    return found["method"].upper() if found else ""


_REQUEST_ID = re.compile(
    r"(?<![\w-])(?P<name>x-mbx-uuid|x-mbx-traceid|kc-request-id|x-request-id|x-trace-id|x-bapi-traceid|x-amz-cf-id|x-amzn-requestid"
    r"|cf-ray|gw-request-id|request[_-]?id|trace[_-]?id)[\"']?\s{0,2}[:=]\s{0,2}\[?\s?[\"']?(?P<value>[A-Za-z0-9_=-]{6,100})",
    re.IGNORECASE,
)
_PAGE_ID = re.compile(r"\b(?P<name>Ray ID|Request ID|Reference)\s?[:#]\s{0,3}#?(?P<value>[A-Za-z0-9_.=-]{8,100})")
_MOST_IDS = 6


def find_request_ids(text: str, at: int) -> dict[str, str]:
    """Return the ids by which an exchange or its gateway finds a request in its own logs."""
    near = text[max(0, at - _NEAR) : at + _NEAR]
    found: dict[str, str] = {}
    for pattern in (_REQUEST_ID, _PAGE_ID):
        for match in pattern.finditer(near):
            if any(char.isdigit() for char in match["value"]):
                found.setdefault(match["name"].lower(), match["value"])
    return dict(list(found.items())[:_MOST_IDS])


_VERSION = r"v?(?P<version>\d{1,4}(?:\.\d{1,5}){1,3}(?:[.-]?(?:a|b|rc|alpha|beta|dev|post)\.?\d{0,4})?)(?!\.?\d)"
_LIBRARIES = (
    "ccxt",
    "python-binance",
    "binance-connector-python",
    "binance-connector",
    "binance-futures-connector",
    "binance-sdk-[a-z-]{3,40}",
    "node-binance-api",
    "binance-api-node",
    "go-binance",
    "kucoin-python",
    "python-kucoin",
    "kucoin-universal-sdk",
    "kucoin-node-sdk",
    "kucoin-go-sdk",
    "pybit",
    "freqtrade",
    "hummingbot",
    "octobot",
    "jesse",
    "nautilus_trader",
    "cryptofeed",
    "unicorn-binance-[a-z-]{3,40}",
    "Binance\\.Net",
    "xchange",
    "aiohttp",
    "python-requests",
    "requests",
    "urllib3",
    "httpx",
    "websockets?",
    "axios",
    "node-fetch",
    "okhttp",
    "curl",
    "Python",
    "Node\\.js",
    "node",
    "Go",
    "Java",
    "OpenSSL",
)
_WORDS = frozenset({"go", "java", "node", "requests"})
"""Names that are also words of English or of code: no version follows them behind a space."""

_NAMED_VERSION = re.compile(
    rf"(?<![\w.-])(?P<name>{'|'.join(_LIBRARIES)})(?P<gap>/|==|@|-|\s(?:version:?\s)?|:\s|=){_VERSION}", re.IGNORECASE
)
_INSTALLED = re.compile(
    r"(?:site-packages|dist-packages|node_modules)[/\\]{1,2}(?P<name>@[\w.-]{1,40}/[\w.-]{1,40}|[\w.-]{1,60})"
)
_GO_MODULE = re.compile(
    r"github\.com/(?P<name>[\w.-]{1,60}/[\w.-]{1,60})(?:/v\d{1,3})?@v(?P<version>\d{1,5}(?:\.\d{1,5}){2})"
)
_PYTHON_PATH = re.compile(r"[/\\](?i:python)(?P<version>3\.?\d{1,2})[/\\]")
_NOT_TELLING = frozenset(
    {"asyncio", "concurrent", "pip", "urllib", "site", "typing_extensions", "retrying", "tenacity"}
)
_MOST_CLIENTS = 8


def find_clients(text: str) -> tuple[str, ...]:
    """Return programs and libraries that the text names, with their versions where it tells them."""
    found: dict[str, str] = {}
    for match in _NAMED_VERSION.finditer(text):
        name = match["name"]
        if not (name.lower() in _WORDS and match["gap"].isspace()):
            found.setdefault(name.lower(), f"{name} {match['version']}")
    for match in _GO_MODULE.finditer(text):
        found.setdefault(match["name"].lower(), f"{match['name']} {match['version']}")
    for match in _PYTHON_PATH.finditer(text):
        version = match["version"] if "." in match["version"] else f"3.{match['version'][1:]}"
        found.setdefault("python", f"Python {version}")
    for match in _INSTALLED.finditer(text):
        name = match["name"].removesuffix(".py")
        if name.lower() not in _NOT_TELLING and not name.endswith((".dist-info", ".egg-info")):
            found.setdefault(name.lower(), name)
    return tuple(list(found.values())[:_MOST_CLIENTS])
