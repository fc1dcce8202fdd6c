"""Lines around findings, wherever the blocks end in which a log is read."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from explainer.logs.search import Search
from explainer.logs.tally import Clock, Filter
from explainer.match.credible import Told
from explainer.model.log import Hit, Sight

SIGHT = Sight(
    rule_id="a/b", is_rule=True, exchange=None, product=None, code=None, http_status=None, category="", retry="",
    urgency="", confidence="", title="", captures={}, facts={}, mark="",
)  # fmt: skip


def plan(before: int, after: int, most: int | None) -> Search:
    return Search(
        language="en", told=Told(None, None), wanted=Filter(), clock=Clock(), before=before, after=after, most=most
    )


def expect(lines: list[bool], before: int, after: int, most: int | None) -> list[tuple[int, bool]]:
    """Return the numbers of the lines shown and whether each is a finding, worked out from the whole."""
    found = [number for number, is_hit in enumerate(lines, start=1) if is_hit][:most]
    near = {n for f in found for n in range(f - before, f + after + 1) if 1 <= n <= len(lines)}
    return [(number, number in found) for number in sorted(near)]


def show(lines: list[bool], sizes: list[int], search: Search) -> list[tuple[int, bool]]:
    """Return the same from blocks of these sizes."""
    context = search.begin_context()
    shown, base = [], 0
    for size in [*sizes, len(lines)]:
        if base >= len(lines) or context.is_done:
            break
        part = lines[base : base + size]
        block = "".join(f"line {base + i}\n" for i in range(1, len(part) + 1)).encode()
        for hit in context.add(find(part, base), block):
            assert hit.text == f"line {base + hit.line}"
            shown.append((base + hit.line, bool(hit.sights)))
        base += len(part)
    return shown


def find(part: list[bool], base: int) -> Iterator[Hit]:
    for number, is_hit in enumerate(part, start=1):
        if is_hit:
            yield Hit(path="", line=number, text=f"line {base + number}", sights=(SIGHT,))


@given(
    st.lists(st.booleans(), max_size=30),
    st.lists(st.integers(1, 7), max_size=30),
    st.integers(0, 4),
    st.integers(0, 4),
    st.none() | st.integers(1, 4),
)
def test_blocks_make_no_difference(
    lines: list[bool], sizes: list[int], before: int, after: int, most: int | None
) -> None:
    assert show(lines, sizes, plan(before, after, most)) == expect(lines, before, after, most)
