"""Ships rules, site files and the built knowledge base in the wheel: an installed package reads no YAML at start."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds explainer/shipped/ to a real wheel; an editable install reads the checkout and builds on demand."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from explainer.kb.store import build_trees

        artefact = root / "build" / "kb.jsonl"
        artefact.parent.mkdir(exist_ok=True)
        artefact.write_bytes(build_trees([root / "rules"]))
        shipped = {artefact: "kb.jsonl", root / "rules": "rules", root / "site": "site"}
        for source, target in shipped.items():
            if source.exists():  # git keeps no empty folder, such as site/ before it has pages
                build_data["force_include"][str(source)] = f"explainer/shipped/{target}"
