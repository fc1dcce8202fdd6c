"""Keeps arguments such as -1021 from being taken for options by the command-line library."""

import re
from collections.abc import Collection, Sequence

_SHIELD = "\ue000"


def shield(args: Sequence[str], taking: Collection[str]) -> list[str]:
    """Return the arguments so that codes among them are no options; what follows an option in `taking` is its value."""
    before = ["", *args]
    return [
        _SHIELD + arg if re.match(r"-\d", arg) and last not in taking else arg
        for last, arg in zip(before, args, strict=False)
    ]


def unshield(text: Sequence[str] | None) -> str | None:
    """Return the text that a user typed as one or several arguments; None if there is none."""
    return " ".join(part.removeprefix(_SHIELD) for part in text) if text else None
