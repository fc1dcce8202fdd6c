"""The server for a look at the site: what it serves, and to whom."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from explainer.site_builder.serve import make_server

if TYPE_CHECKING:
    from tests.site_little import Little

pytest_plugins = ["tests.site_little"]

Answer = tuple[int, dict[str, str], bytes]
Ask = Callable[..., Answer]


def ask(port: int, path: str, method: str = "GET") -> Answer:
    """Send a request whose path nobody tidies up on the way."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path)
    answer = connection.getresponse()
    result = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return result


@pytest.fixture(scope="module")
def get(built_little: "Little") -> Iterator[Ask]:
    """Serve the little site, with a secret file beside it."""
    (built_little.folder / "secret.txt").write_text("secret", encoding="utf-8")
    with make_server(built_little.out, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield lambda path, method="GET": ask(server.server_port, path, method)
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/zh/acme/-7001/", "text/html"),
        ("/acme/index.md", "text/markdown; charset=utf-8"),
        ("/assets/explain.js", "text/javascript; charset=utf-8"),
        ("/api/v1/index.json", "application/json"),
        ("/feed.xml", "application/xml"),
        ("/robots.txt", "text/plain"),
    ],
)
def test_files_come_with_their_type_and_are_never_kept(get: Ask, built_little: "Little", path: str, kind: str) -> None:
    status, headers, body = get(path)
    assert (status, headers["Content-type"], headers["Cache-Control"]) == (200, kind, "no-store")
    file = path + "index.html" if path.endswith("/") else path
    assert body == (built_little.out / file.lstrip("/")).read_bytes()


def test_the_logo_is_a_picture(get: Ask, built_little: "Little") -> None:
    (logo,) = (built_little.out / "assets").glob("logo.*")
    assert get(f"/assets/{logo.name}")[1]["Content-type"] == "image/svg+xml"


def test_a_folder_is_found_without_its_slash(get: Ask) -> None:
    status, headers, _ = get("/acme")
    assert (status, headers["Location"]) == (301, "/acme/")


def test_what_is_missing_gets_the_page_for_it(get: Ask, built_little: "Little") -> None:
    status, headers, body = get("/nowhere/")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (404, "text/html; charset=utf-8", "no-store")
    assert body == (built_little.out / "404.html").read_bytes()


def test_a_site_that_is_not_built_yet_has_no_such_page(tmp_path: Path) -> None:
    with make_server(tmp_path, 0) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert ask(server.server_port, "/nowhere/")[0] == 404
        thread.join()


def test_head_answers_without_a_body(get: Ask) -> None:
    status, headers, body = get("/acme/", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 1000
    assert get("/nowhere/", "HEAD")[0] == 404


def test_head_of_what_is_missing_has_no_body_either(built_little: "Little") -> None:
    with make_server(built_little.out, 0) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as raw:
            raw.sendall(b"HEAD /nowhere/ HTTP/1.0\r\n\r\n")
            answer = b"".join(iter(lambda: raw.recv(65536), b""))
        thread.join()
    assert answer.startswith(b"HTTP/1.0 404")
    assert answer.endswith(b"\r\n\r\n")


def test_nothing_can_be_sent_to_it(get: Ask) -> None:
    assert get("/", "POST")[0] == 501


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/acme/../../secret.txt",
        "/acme/%2e%2e/%2e%2e/secret.txt",
        "//../secret.txt",
        "/..%5csecret.txt",
        "/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd",
    ],
)
def test_no_path_leads_out_of_the_folder(get: Ask, path: str) -> None:
    status, _, body = get(path)
    assert status in (301, 404)
    assert body != b"secret"
    assert b"root:" not in body


def test_only_this_machine_reaches_it(built_little: "Little") -> None:
    with make_server(built_little.out, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
