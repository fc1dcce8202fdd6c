"""Explanations as JSON for programs. The form is versioned; docs/json.md describes it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from explainer.model.answer import Explanation

VERSION = 1


def to_json(explanations: Sequence[Explanation], secrets: Sequence[str] = ()) -> str:
    """Return one JSON object: `version`, `explanations` (best first), `secrets` (tokens of masked secrets)."""
    return dump({"version": VERSION, "explanations": explanations, "secrets": list(secrets)})


def dump(value: Any) -> str:
    """Return any answer as indented JSON with a final line end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
