"""The frame: it has proportions, says how much it overlaps, and plans extensions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.edits import place_image, set_visible
from desktop.document.frame import (
    ASPECTS,
    LITTLE_OVERLAP,
    Extension,
    Limits,
    Side,
    advice,
    extended,
    overlap,
    planned,
    with_aspect,
)
from desktop.document.geometry import EMPTY, Rect
from desktop.document.picture import Picture

LIMITS = Limits(step=64, least=128, most=2048)


@pytest.mark.parametrize(("name", "width", "height"), ASPECTS)
def test_an_aspect_keeps_middle_and_area_as_near_as_the_grid_allows(
    name: str, width: int, height: int
) -> None:
    made = with_aspect(Rect(0, 0, 1024, 1024), width, height, LIMITS)
    assert made.width / made.height == pytest.approx(width / height, rel=0.09), name
    assert made.width * made.height == pytest.approx(1024**2, rel=0.09)
    assert (made.left + made.width // 2, made.top + made.height // 2) == (512, 512)


def covered(width: int) -> Picture:
    """A picture whose left `width` columns of 400 are painted."""
    pixels = np.full((400, width, 3), 9, np.uint8)
    return place_image(pixels, Rect(0, 0, width, 400), "a").apply(Picture(Rect(0, 0, 400, 400)))


def test_the_overlap_is_the_part_of_the_frame_that_is_painted() -> None:
    frame = Rect(0, 0, 400, 400)
    assert overlap(covered(200), frame) == pytest.approx(0.5, abs=0.02)
    assert overlap(covered(200), frame.translated(200, 0)) == 0
    assert overlap(set_visible(1, visible=False).apply(covered(200)), frame) == 0
    assert overlap(Picture(frame), frame) == 0


def test_advice_is_given_when_the_overlap_is_small_and_only_then() -> None:
    assert advice(0.07) == "Only 7 % overlaps; move the frame closer to the picture."
    assert [advice(part) for part in (0.0, LITTLE_OVERLAP, 1.0)] == ["", "", ""]


SIDES = st.dictionaries(st.sampled_from(list(Side)), st.integers(1, 900), min_size=1)


@given(SIDES, st.integers(200, 1500), st.integers(200, 1500))
def test_planned_frames_cover_all_that_is_wanted_and_stay_inside(
    by: dict[Side, int], width: int, height: int
) -> None:
    picture, frame = Rect(0, 0, width, height), Rect(0, 0, 512, 512)
    plan = extended(picture, by, frame, known=128)
    left, top = -by.get(Side.LEFT, 0), -by.get(Side.TOP, 0)
    right, bottom = width + by.get(Side.RIGHT, 0), height + by.get(Side.BOTTOM, 0)
    wanted = np.zeros((bottom - top, right - left), np.bool_)
    wanted[-top : height - top, -left : width - left] = True
    for rect in plan:
        assert rect.size == frame.size
        inside = rect.intersected(Rect(left, top, right - left, bottom - top))
        known = wanted[
            inside.top - top : inside.bottom - top, inside.left - left : inside.right - left
        ]
        assert known.any(), "each frame continues something"
        known[...] = True
        if right - left >= 512:
            assert left <= rect.left
            assert rect.right <= right
    assert wanted.all()


def test_corners_come_last() -> None:
    sides = dict.fromkeys(Side, 300)
    plan = extended(Rect(0, 0, 1024, 1024), sides, Rect(0, 0, 512, 512), known=128)
    corner = [
        (rect.left < 0 or rect.right > 1024) and (rect.top < 0 or rect.bottom > 1024)
        for rect in plan
    ]
    assert corner == sorted(corner)
    assert sum(corner) == 4


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Extension(share=0.25), Rect(-128, -96, 768, 576)),
        (Extension(sides=frozenset({Side.RIGHT}), share=0.5), Rect(0, 0, 768, 384)),
        (Extension(aspect=(16, 9)), Rect(-85, 0, 682, 384)),
        (Extension(aspect=(1, 1)), Rect(0, -64, 512, 512)),
        (Extension(sides=frozenset({Side.TOP}), aspect=(1, 1)), Rect(0, -128, 512, 512)),
        (Extension(sides=frozenset({Side.TOP}), aspect=(2, 1)), Rect(0, 0, 512, 384)),
    ],
)
def test_an_extension_says_how_far_each_side_goes(wish: Extension, expected: Rect) -> None:
    assert wish.around(Rect(0, 0, 512, 384)) == expected


@pytest.mark.parametrize("share", [0.1, 0.25, 1.0])
def test_the_plan_of_an_extension_covers_it_with_frames_that_fit_the_picture(share: float) -> None:
    picture = Rect(40, -30, 700, 500)
    plan = planned(picture, Extension(share=share), Rect(0, 0, 2048, 2048))
    around = EMPTY
    for rect in plan:
        around = around.united(rect)
        assert not rect.intersected(picture).is_empty or share == 1.0
    assert around.united(picture) == Extension(share=share).around(picture)
    assert planned(picture, Extension(share=0.0), Rect(0, 0, 64, 64)) == []
