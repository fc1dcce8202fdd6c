"""What rules took from logs, in words: the names of captures, their values, the most telling first."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from explainer.match.facts import compute_facts
from explainer.match.wording import word_facts
from explainer.model.log import MOST_VALUES
from explainer.render.captures import CAPTURES
from explainer.render.wording import WORDS, one_line

SHORT_VALUES = 3


def label_capture(name: str, language: str) -> str:
    """Return what a capture is called."""
    return CAPTURES[language].get(name) or one_line(name.replace("_", " "))


def order_values(values: Mapping[str, Mapping[str, int]], language: str) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return captures, those that tell most first, each with its values, the most frequent first."""
    names = list(CAPTURES["en"])
    known = sorted(values, key=lambda name: (names.index(name) if name in names else len(names), name))
    return [(name, _order(name, values[name], language)) for name in known if values[name]]


def _order(name: str, counts: Mapping[str, int], language: str) -> list[tuple[str, int]]:
    if name != "until":
        return sorted(
            ((one_line(value), count) for value, count in counts.items()), key=lambda item: (-item[1], item[0])
        )
    ends: dict[str, int] = {}
    for value, count in counts.items():
        worded = _word_until(value, language)
        ends[worded] = ends.get(worded, 0) + count
    return sorted(ends.items(), key=lambda item: (item[0].endswith(" UTC"), item[0]), reverse=True)


def _word_until(value: str, language: str) -> str:
    """Word the end of a ban to the minute; as it stands if it is no time."""
    facts = compute_facts({"until": value}, "", datetime.now(UTC))
    return word_facts(facts, language).get("ban_end") or one_line(value)


def word_values(counts: Sequence[tuple[str, int]], language: str, show: Callable[[str], str]) -> str:
    """Word the most frequent values and how many more there are; values that never recur are only counted."""
    if len(counts) > SHORT_VALUES and max(count for _, count in counts) == 1:
        return WORDS[language]["different"].format(n=f"{len(counts):,}")
    shown = [f"{show(value)} ×{count:,}" for value, count in counts[:SHORT_VALUES]]
    return WORDS[language]["join"].join(shown + word_rest(len(counts) - SHORT_VALUES, len(counts), language))


def word_rest(rest: int, known: int, language: str) -> list[str]:
    """Return the words for what is left out of a list of values, if anything is."""
    name = "more_at_least" if known >= MOST_VALUES else "more"
    return [WORDS[language][name].format(n=f"{rest:,}")] if rest > 0 else []
