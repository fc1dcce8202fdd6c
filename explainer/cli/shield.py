"""Keeps arguments such as -1021 from being taken for options by the command-line library."""

import re
from collections.abc import Sequence

_SHIELD = "\ue000"


def shield(args: Sequence[str]) -> list[str]:
    """Return the arguments so that codes among them are no options."""
    return [_SHIELD + arg if re.match(r"-\d", arg) else arg for arg in args]


def unshield(text: Sequence[str] | None) -> str | None:
    """Return the text that a user typed as one or several arguments; None if there is none."""
    return " ".join(part.removeprefix(_SHIELD) for part in text) if text else None
