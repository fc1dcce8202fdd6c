"""Where an event comes from: the nearest mark, found without looking at all of them."""

from hypothesis import given
from hypothesis import strategies as st

from explainer.match.normal import Normal
from explainer.match.origin import Marks, Place, distance, place_of
from explainer.match.signals import Event, MarkHit

PLACES = st.tuples(st.integers(0, 30), st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)).map(
    lambda n: Place(start=n[0] + n[1], end=n[0] + n[1] + n[2], line_start=n[0], line_end=n[0] + n[1] + n[2] + n[3])
)
MARKS = st.lists(
    st.builds(
        lambda start, size, is_path: MarkHit(start, start + size, "x", None, is_strong=True, is_path=is_path),
        st.integers(0, 50),
        st.integers(1, 4),
        st.booleans(),
    ),
    min_size=1,
).map(lambda marks: sorted(marks, key=lambda mark: (mark.start, -mark.end)))


@given(MARKS, PLACES)
def test_the_nearest_mark_is_the_nearest_of_all(marks: list[MarkHit], place: Place) -> None:
    found = Marks(marks).nearest(place)
    assert found == min(marks, key=lambda mark: (distance(mark, place), mark.start - mark.end, mark.start))


@given(MARKS, PLACES)
def test_of_equally_near_marks_a_path_can_be_had(marks: list[MarkHit], place: Place) -> None:
    least = min(distance(mark, place) for mark in marks)
    paths = [mark for mark in marks if mark.is_path and distance(mark, place) == least]
    assert Marks(marks).nearest_path(place) == min(
        paths, key=lambda mark: (mark.start - mark.end, mark.start), default=None
    )


def test_the_place_of_an_event_is_its_lines() -> None:
    normal = Normal("one\ntwo three\nfour\nfive")
    assert place_of(Event(8, 16), normal) == Place(8, 16, 4, 18)
    assert place_of(Event(4, 4), normal) == Place(4, 4, 4, 13)
