"""Takes the pictures of the help site that the READMEs show: the paste box answering an error, in both languages.

From the checkout, after `make test` has set up .venv, with Chromium installed:

    .venv/bin/python docs/images/take.py
"""

import base64
import shutil
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from explainer.site_builder.build import build_site
from explainer.site_builder.config import read_config
from explainer.site_builder.serve import make_server

ERROR = (
    'ccxt.base.errors.RequestTimeout: binance {"code":-1007,"msg":"Timeout waiting for response from backend server. '
    'Send status unknown; execution status unknown."}'
)
PAGES = {"paste.webp": "/", "paste.zh.webp": "/zh/"}
SIZE = {"width": 1280, "height": 1040}
QUALITY = 0.85
TO_WEBP = """async ([png, quality]) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def main() -> None:
    """Build the site, open it in Chromium, and write the pictures beside this file."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        build_site(read_config(None), Path(folder) / "site", has_search=True)
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        with make_server(Path(folder) / "site", 0) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            page, blank = (browser.new_page(viewport=SIZE, color_scheme="light") for _ in range(2))
            for name, path in PAGES.items():
                page.goto(f"http://127.0.0.1:{server.server_port}{path}")
                Path(__file__).with_name(name).write_bytes(compress(blank, take(page)))
            server.shutdown()


def take(page: Page) -> bytes:
    """Return a picture of the paste box with its answer."""
    page.locator("#error").fill(ERROR)
    page.locator("article.answer [data-slot=title]").first.wait_for()
    page.locator("#error").scroll_into_view_if_needed()
    return page.screenshot()


def compress(page: Page, png: bytes) -> bytes:
    """Return a picture as WebP, which Chromium writes on any page that has no policy against it."""
    return base64.b64decode(page.evaluate(TO_WEBP, [base64.b64encode(png).decode(), QUALITY]))


if __name__ == "__main__":
    main()
