"""Where the document lies in the widget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.canvas.viewport import KEPT, LARGEST_SCALE, STEPS, Viewport, fitted, next_step
from desktop.document.geometry import Point, Rect

PLACES = st.floats(-5000, 5000)
SCALES = st.floats(0.02, 60)
CONTENT = Rect(-20, 10, 300, 200)


@given(PLACES, PLACES, SCALES, SCALES, PLACES, PLACES)
def test_zooming_keeps_what_is_under_the_pointer(
    x: float, y: float, before: float, after: float, at_x: float, at_y: float
) -> None:
    old = Viewport(before, x, y)
    new = old.zoomed(after, at_x, at_y)
    assert new.scale == after
    assert new.to_document(at_x, at_y) == pytest.approx(old.to_document(at_x, at_y), abs=1e-6)


def test_the_scale_has_limits() -> None:
    assert Viewport().zoomed(1e9, 0, 0).scale == LARGEST_SCALE
    assert Viewport().zoomed(0, 0, 0).scale == STEPS[0]


@given(PLACES, PLACES, SCALES)
def test_a_strip_of_the_picture_always_stays_in_view(x: float, y: float, scale: float) -> None:
    left, top, width, height = Viewport(scale, x, y).limited(CONTENT, 640, 480).to_view(CONTENT)
    strip = min(KEPT, width), min(KEPT, height)
    assert min(left + width, 640) - max(left, 0) >= strip[0] - 1e-6
    assert min(top + height, 480) - max(top, 0) >= strip[1] - 1e-6


def test_a_view_within_the_limits_is_left_alone() -> None:
    view = Viewport(1.5, 33.0, 44.0)
    assert view.limited(CONTENT, 640, 480) == view


def test_fitting_shows_all_in_the_middle() -> None:
    large = Rect(100, -50, 4000, 1000)
    left, top, width, height = fitted(large, 640, 480, 20).to_view(large)
    assert (left, width) == pytest.approx((20, 600))
    assert top + height / 2 == pytest.approx(240)


def test_fitting_enlarges_no_further_than_two_hundred_per_cent() -> None:
    assert fitted(Rect(0, 0, 10, 10), 640, 480, 20).scale == 2.0


def test_pixels_left_of_the_document_are_negative() -> None:
    assert Viewport(2.0, 10, 10).pixel_at(9, 12) == Point(-1, 1)


def test_steps_lead_up_and_down_and_stop_at_the_ends() -> None:
    assert (next_step(1.0, up=True), next_step(1.0, up=False)) == (1.5, pytest.approx(2 / 3))
    assert (next_step(1.2, up=True), next_step(1.2, up=False)) == (1.5, 1.0)
    assert (next_step(64, up=True), next_step(1 / 64, up=False)) == (64, 1 / 64)


@given(
    angle=st.floats(0, 359),
    mirrored=st.booleans(),
    scale=st.floats(0.02, 60),
    place=st.tuples(st.floats(-5000, 5000), st.floats(-5000, 5000)),
)
def test_a_turned_and_mirrored_view_maps_there_and_back(
    angle: float, mirrored: bool, scale: float, place: tuple[float, float]
) -> None:
    view = Viewport(scale, 12.5, -7.0, angle, mirrored)
    assert view.to_document(*view.place(*place)) == pytest.approx(place, abs=1e-6)


def test_turning_and_mirroring_keep_the_point_under_the_pointer() -> None:
    view = Viewport(2.0, 30.0, 40.0)
    before = view.to_document(111, 77)
    for changed in (
        view.turned(33, 111, 77),
        view.flipped(111, 77),
        view.turned(33, 111, 77).flipped(111, 77),
    ):
        assert not changed.is_upright
        assert changed.to_document(111, 77) == pytest.approx(before)


def test_a_quarter_turn_fits_by_the_turned_sides() -> None:
    view = Viewport(angle=90.0).fitted(Rect(0, 0, 100, 300), 340, 240, 20)
    assert view.to_view(Rect(0, 0, 100, 300)) == pytest.approx((20, 70, 300, 100))
