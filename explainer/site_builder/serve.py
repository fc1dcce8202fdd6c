"""Shows a site on this machine while it is written: builds it again when a file changes. Not a server for others."""

import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from explainer.site_builder.output import OutputError

PAUSE = 0.5  # seconds between two looks at the files


class _Handler(SimpleHTTPRequestHandler):
    """Serves the folder as a static host would: without a cache, with the site's own page for what is missing."""

    extensions_map: dict[str, str] = {  # noqa: RUF012 (the base class has it so)
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript; charset=utf-8",
        ".md": "text/markdown; charset=utf-8",
        ".json": "application/json",
        ".xml": "application/xml",
        ".svg": "image/svg+xml",
    }

    def end_headers(self) -> None:
        """Let the browser ask for everything again."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's page for what is missing."""
        missing = Path(self.directory) / "404.html"
        if code != 404 or not missing.is_file():
            super().send_error(code, message, explain)
            return
        body = missing.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_head(self) -> Any:
        """Find the file; a path that no file can have is one that is missing."""
        try:
            return super().send_head()
        except ValueError:
            self.send_error(404)
            return None

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 (the base class passes it)
        """List no folder: a static host does not either."""
        self.send_error(404)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it so)
        """Say nothing of each request."""


class _Server(ThreadingHTTPServer):
    """Serves each request in a thread of its own."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def make_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of a folder on this machine only; raises OSError if the port is taken."""
    return _Server(("127.0.0.1", port), partial(_Handler, directory=str(folder)))


Build = Callable[[Path], None]
Watched = Callable[[], Iterable[Path]]
State = dict[str, tuple[int, int]]


def serve(build: Build, again: Build, watched: Watched, port: int, tell: Callable[[str], None]) -> None:
    """Build the site into a folder of its own and serve it until Ctrl-C; raises OSError if the port is taken.

    `again` builds it after a change, and raises nothing for faults in what was changed. Raises OutputError if there
    is no place for temporary files.
    """
    try:
        place = tempfile.TemporaryDirectory(prefix="explain-site-")
    except OSError as error:
        raise OutputError(f"no temporary folder can be made: {error.strerror}; TMPDIR names another place") from error
    with place as scratch:
        folder = Path(scratch) / "site"
        folder.mkdir()
        with make_server(folder, port) as server:
            known = look(watched())
            build(folder)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            tell(f"http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)")
            watch(watched, known, lambda: again(folder), threading.Event())


def watch(watched: Watched, known: State, changed: Callable[[], None], ended: threading.Event) -> None:
    """Call `changed` after every change to a watched file since it was `known`, until `ended` is set."""
    while not ended.wait(PAUSE):
        now = look(watched())
        if now != known:
            known = now
            changed()


def look(places: Iterable[Path]) -> State:
    """Return time and size of every file in some places: files, or folders with all below them."""
    state = {}
    for path in (path for place in places for path in ([place] if place.is_file() else place.rglob("*"))):
        with suppress(OSError):  # it may vanish while we look
            info = path.stat()
            if stat.S_ISREG(info.st_mode):
                state[str(path)] = info.st_mtime_ns, info.st_size
    return state
