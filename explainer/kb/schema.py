"""Owns the JSON Schemas: made from the types, applied to documents, with faults a person can act on."""

import difflib
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

import msgspec

from explainer.kb.source import MOST_FAULTS, Lines, line_of
from explainer.model.answer import Problem
from explainer.model.document import KINDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def make_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a kind of document."""
    schema = msgspec.json.schema(KINDS[kind])
    return {"$schema": DIALECT, "title": f"exchange-explainer {kind}", **schema}


def find_problems(schema: dict[str, Any], value: Any, shown: str, lines: Lines) -> list[Problem]:
    """Return the faults of a document against its schema, every one but for absurdly many."""
    found = (fault for error in _make_validator()(schema).iter_errors(value) for fault in _explain(error))
    faults = sorted(set(islice(found, MOST_FAULTS)))
    return sorted({Problem(shown, line_of(lines, path), path, message) for path, message in faults})


@cache
def _make_validator() -> Any:
    import jsonschema

    return jsonschema.validators.extend(  # type: ignore[no-untyped-call]
        jsonschema.Draft202012Validator, {"pattern": _check_pattern}
    )


def _check_pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    """Check a text as JSON Schema means it: for Python alone, `$` also stands before a last line end."""
    from jsonschema import ValidationError

    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _explain(error: Any) -> Iterator[tuple[str, str]]:
    path = _path(error.absolute_path)
    if error.validator == "anyOf":
        yield from _explain_union(error, path)
    elif error.validator == "additionalProperties":
        allowed = sorted(error.schema.get("properties", {}))
        for key in sorted(set(error.instance) - set(allowed)):
            yield f"{path}.{key}" if path else key, f"unknown key{suggest(key, allowed)}; allowed: {', '.join(allowed)}"
    elif error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        for key in missing:
            yield path, f"key `{key}` is missing"
    elif error.validator in ("enum", "const"):
        allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
        hint = suggest(str(error.instance), allowed)
        yield path, f"{_show(error.instance)} is not allowed{hint}; allowed: {', '.join(allowed)}"
    elif error.validator == "type":
        yield path, f"must be {_TYPES.get(error.validator_value, error.validator_value)}, not {_kind(error.instance)}"
    elif error.validator == "pattern":
        yield path, f"{_show(error.instance)} has the wrong form; it must match {error.validator_value}{_hint(error)}"
    elif error.validator in ("minLength", "maxLength", "minItems", "maxItems", "minProperties"):
        yield path, f"{_LIMITS[error.validator]} {error.validator_value}{_hint(error)}"
    else:
        yield path, error.message


def _explain_union(error: Any, path: str) -> Iterator[tuple[str, str]]:
    """Explain the branch of a union that the author most likely meant: the one with the right type of value."""
    branches: dict[int, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    for errors in branches.values():
        if not any(e.validator == "type" and not e.path for e in errors):
            for inner in errors:
                yield from _explain(inner)
            return
    yield path, f"must not be {_kind(error.instance)}"


_TYPES = {"object": "a mapping of keys", "array": "a list", "string": "a text", "null": "left out"}
_LIMITS = {
    "minLength": "must be at least this long:",
    "maxLength": "must be at most this long:",
    "minItems": "must have at least this many items:",
    "maxItems": "must have at most this many items:",
    "minProperties": "must have at least this many keys:",
}


def suggest(word: str, allowed: list[str]) -> str:
    """Return ` (did you mean …?)` for the allowed word nearest to this one, or nothing."""
    if len(word) > _LONGEST_WORD or len(allowed) > _MOST_WORDS:
        return ""
    near = difflib.get_close_matches(word, allowed, n=1, cutoff=0.6)
    return f" (did you mean `{near[0]}`?)" if near else ""


_LONGEST_WORD, _MOST_WORDS = 100, 2000
"""Beyond these, comparing takes too long."""


def _path(parts: Any) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return path.removeprefix(".")


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping of keys"
    if isinstance(value, list):
        return "a list"
    return "empty" if value in ("", None) else f"the text {_show(value)}"


def _show(value: Any) -> str:
    text = re.sub(r"\s+", " ", str(value))
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"


def _hint(error: Any) -> str:
    description = error.schema.get("description", "")
    return f" ({description.rstrip('.')})" if description else ""
