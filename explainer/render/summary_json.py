"""What was found in logs as JSON lines. Times are in UTC."""

from datetime import datetime
from typing import Any

import msgspec

from explainer.match.mask import make_printable, mask_path
from explainer.model.log import Notice, Place, Row, Summary, Unknown
from explainer.render.notices import word_reason
from explainer.render.wording import find_span, to_utc


def to_summary_json(summary: Summary) -> str:
    """Return one JSON object a line: each problem, each unknown shape, at the end the totals."""
    lines = [
        *(_problem_json(row) for row in summary.rows),
        *(_unknown_json(cluster) for cluster in summary.unknown),
        _totals_json(summary),
    ]
    return "".join(msgspec.json.encode(_printable(line)).decode() + "\n" for line in lines)


def _problem_json(row: Row) -> dict[str, Any]:
    explanation = row.explanation
    names = ("rule_id", "exchange", "product", "code", "category", "retry", "urgency", "title")
    return {
        "kind": "problem",
        **{name: getattr(explanation, name) for name in names},
        "count": row.count,
        "first": _iso(row.first),
        "last": _iso(row.last),
        "files": _files_json(row),
        "values": row.values,
        "sample": _place_json(row.sample),
    }


def _unknown_json(cluster: Unknown) -> dict[str, Any]:
    return {
        "kind": "unknown",
        "shape": cluster.shape,
        "exchange": cluster.exchange,
        "code": cluster.code,
        "count": cluster.count,
        "first": _iso(cluster.first),
        "last": _iso(cluster.last),
        "files": _files_json(cluster),
        "sample": _place_json(cluster.sample),
    }


def _files_json(found: Row | Unknown) -> dict[str, int]:
    return {mask_path(path): count for path, count in found.files.items()}


def _place_json(place: Place) -> dict[str, Any]:
    return {**msgspec.to_builtins(place), "path": mask_path(place.path)}


def _totals_json(summary: Summary) -> dict[str, Any]:
    first, last = find_span(summary)
    return {
        "kind": "totals",
        "files": summary.files,
        "bytes": summary.bytes,
        "known_lines": summary.known_lines,
        "unknown_lines": summary.unknown_lines,
        "first": _iso(first),
        "last": _iso(last),
        "seconds": summary.seconds,
        "is_complete": summary.is_complete,
        "notices": [_notice_json(notice) for notice in summary.notices],
    }


def _notice_json(notice: Notice) -> dict[str, Any]:
    text = word_reason(notice, "en")
    return {"path": mask_path(notice.path), "code": notice.code, "text": text, "is_error": notice.is_error}


def _iso(when: datetime | None) -> str | None:
    return to_utc(when).isoformat(timespec="milliseconds").replace("+00:00", "Z") if when else None


def _printable(value: Any) -> Any:
    """Escape what no terminal should see and JSON cannot hold, such as the odd bytes of a file's name."""
    if isinstance(value, str):
        return make_printable(value)
    if isinstance(value, dict):
        return {make_printable(name): _printable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return value
