"""Rectangles: half-open, and their intersection and union are those of their sets of pixels."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.document.geometry import EMPTY, Point, Rect, Size

RECTS = st.builds(
    Rect, st.integers(-6, 6), st.integers(-6, 6), st.integers(-1, 7), st.integers(-1, 7)
)


def pixels(rect: Rect) -> set[tuple[int, int]]:
    """Every pixel that a rectangle holds, asked one by one."""
    around = range(-15, 16)
    return {(x, y) for x in around for y in around if rect.contains(Point(x, y))}


def test_right_and_bottom_do_not_belong_to_a_rectangle() -> None:
    rect = Rect(2, 3, 4, 5)
    assert (rect.right, rect.bottom, rect.size) == (6, 8, Size(4, 5))
    assert [rect.contains(Point(x, 3)) for x in (1, 2, 5, 6)] == [False, True, True, False]
    assert [rect.contains(Point(2, y)) for y in (2, 3, 7, 8)] == [False, True, True, False]


@given(RECTS, RECTS)
def test_an_intersection_holds_the_pixels_that_both_hold(a: Rect, b: Rect) -> None:
    assert pixels(a.intersected(b)) == pixels(a) & pixels(b)


@given(RECTS, RECTS)
def test_a_union_is_the_smallest_rectangle_around_both(a: Rect, b: Rect) -> None:
    around, held = a.united(b), pixels(a) | pixels(b)
    assert held <= pixels(around)
    if held:
        columns, rows = zip(*held, strict=True)
        size = Size(max(columns) + 1 - min(columns), max(rows) + 1 - min(rows))
        assert (around.left, around.top, around.size) == (min(columns), min(rows), size)
    else:
        assert around.is_empty


def test_a_rectangle_without_area_is_empty_wherever_it_lies() -> None:
    assert [EMPTY.is_empty, Rect(5, 5, 0, 9).is_empty, Rect(5, 5, 1, 1).is_empty] == [
        True,
        True,
        False,
    ]


def test_a_translated_rectangle_keeps_its_size() -> None:
    assert Rect(1, 2, 3, 4).translated(-5, 10) == Rect(-4, 12, 3, 4)
