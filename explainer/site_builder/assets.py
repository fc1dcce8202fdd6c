"""Publishes styles, scripts, the knowledge base for the browser and the logo, named by their content."""

import hashlib
from pathlib import Path

from explainer.kb.store import KnowledgeBase
from explainer.site_builder.browser import bundle, export_index, export_texts
from explainer.site_builder.config import Config
from explainer.site_builder.pages import PageError

ENGINE = "assets/explain.js"
"""The module that other sites may import: its address does not change."""


def write_assets(site: Path, out: Path, config: Config, kb: KnowledgeBase) -> dict[str, str]:
    """Write the assets; return the path of each by its name. A changed file has a new path, but for the engine.

    Raises PageError for a fault in the engine's modules.
    """
    paths: dict[str, str] = {}

    def publish(name: str, data: bytes) -> None:
        stem, _, suffix = name.rpartition(".")
        path = f"assets/{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{suffix}"
        _write(out / path, data)
        paths[name] = path

    publish("kb.json", export_index(kb))
    for language in config.document.languages:
        publish(f"texts.{language}.json", export_texts(kb, language))
    names = {name.removesuffix(".json"): Path(path).name for name, path in paths.items()}
    urls = {"index" if name == "kb" else name: file for name, file in names.items()}
    try:
        engine = bundle(site / "scripts" / "engine", urls).encode()
    except ValueError as error:
        raise PageError(f"scripts/engine: {error}") from error
    _write(out / ENGINE, engine)
    publish("engine.js", engine)
    colors = config.document.colors
    accent = f":root{{--accent-light:{colors.light};--accent-dark:{colors.dark}}}\n"
    publish("site.css", (accent + (site / "styles" / "site.css").read_text(encoding="utf-8")).encode())
    for script in sorted((site / "scripts").glob("*.js")):
        if script.name != "worker.js":
            publish(script.name, script.read_bytes())
    logo = config.logo or site / "styles" / "logo.svg"
    publish(f"logo{logo.suffix}", logo.read_bytes())
    paths["logo"] = paths.pop(f"logo{logo.suffix}")
    return paths


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
