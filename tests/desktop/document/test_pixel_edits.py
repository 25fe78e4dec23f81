"""Fill, gradient, adjustments and the rest that changes pixels of one layer."""

import colorsys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.adjustments import (
    Adjustment,
    adjust_layer,
    blur,
    hue_saturation,
    levels,
    sharpen,
)
from desktop.document.channel import Channel
from desktop.document.edits import Edit, set_alpha_locked, set_locked
from desktop.document.geometry import Rect
from desktop.document.gradient import Gradient, Spread, gradient_layer
from desktop.document.picture import Layer, Picture, check_picture
from desktop.document.pixel_edits import clear_selected, fill_layer, fix_result, set_seam
from desktop.document.raster import Pixels, Raster
from desktop.document.result import Result, Seam
from desktop.document.selection_edits import select

AREA = Rect(-40, -40, 400, 400)
FRAME = Rect(0, 0, 200, 100)
CHOSEN = Rect(30, 20, 80, 60)
RED = (255, 0, 0, 255)


def noise(seed: int = 0) -> Raster:
    """Random RGBA off the grid, the left third opaque."""
    pixels = np.random.default_rng(seed).integers(0, 256, (300, 300, 4), dtype=np.uint8)
    pixels[:, :100, 3] = 255
    return Raster.from_array(pixels, 0, 0).translated(-13, 21)


def picture(selected: bool = True) -> Picture:
    """One layer of noise, perhaps with a selection over opaque and other pixels."""
    made = Picture(FRAME, (Layer(1, "noise", noise()),))
    return select(Channel.of_rect(CHOSEN)).apply(made) if selected else made


GRADIENT = Gradient(x0=0, y0=0, x1=100, y1=0, first=RED, last=(0, 0, 255, 255))
EDITS = [
    clear_selected(1),
    fill_layer(1, RED),
    fill_layer(1, (0, 255, 0, 90), Channel.of_rect(Rect(0, 0, 50, 50))),
    gradient_layer(1, GRADIENT),
    adjust_layer(1, levels(30, 200, 1.5)),
    adjust_layer(1, hue_saturation(40, 0.3, -0.2)),
    adjust_layer(1, blur(3.0)),
    adjust_layer(1, sharpen(2.0, 0.8)),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_what_is_not_selected_stays_bit_for_bit(edit: Edit) -> None:
    before = picture()
    after = edit.apply(before)
    check_picture(after)
    old, new = (p.layer(1).raster.read(AREA) for p in (before, after))
    inside = np.zeros((400, 400), np.bool_)
    inside[CHOSEN.top + 40 : CHOSEN.bottom + 40, CHOSEN.left + 40 : CHOSEN.right + 40] = True
    assert np.array_equal(old[~inside], new[~inside])
    assert not np.array_equal(old[inside], new[inside])


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_a_locked_layer_stays_as_it_is(edit: Edit) -> None:
    locked = set_locked(1, locked=True).apply(picture())
    assert edit.apply(locked) is locked


@pytest.mark.parametrize("edit", [EDITS[1], EDITS[3]], ids=lambda edit: edit.name)
def test_locked_transparency_is_kept(edit: Edit) -> None:
    before = set_alpha_locked(1, locked=True).apply(picture())
    old, new = (p.layer(1).raster.read(AREA) for p in (before, edit.apply(before)))
    assert np.array_equal(old[..., 3], new[..., 3])
    assert not np.array_equal(old, new)


def test_without_a_selection_the_frame_is_filled() -> None:
    made = fill_layer(1, RED).apply(Picture(FRAME, (Layer(1, "", Raster.empty()),)))
    assert made.layer(1).raster.bounds() == FRAME
    assert clear_selected(1).apply(made).layer(1).raster.is_empty


def test_without_a_selection_the_picture_beyond_the_frame_is_filled_too() -> None:
    wide = Rect(-50, 0, FRAME.width + 300, 90)
    below = Layer(2, "", Raster.empty().filled((1, 2, 3, 255), wide))
    start = Picture(FRAME, (below, Layer(1, "", Raster.empty())))
    for edit in (fill_layer(1, RED), gradient_layer(1, GRADIENT)):
        assert edit.apply(start).layer(1).raster.bounds() == FRAME.united(wide)


SELECTED = {
    "whole tiles": Channel.of_rect(Rect(-256, -256, 1024, 1024)),
    "parts of tiles": Channel.of_rect(Rect(-20, 30, 290, 240)),
    "grey": Channel.from_array(
        np.random.default_rng(9).integers(0, 256, (290, 290), dtype=np.uint8), -5, 10
    ),
    "all but a part": Channel.of_rect(Rect(40, 40, 250, 60)).inverted(),
}


@pytest.mark.parametrize("moved", [(0, 0), (-13, 21)])
@pytest.mark.parametrize("selection", SELECTED.values(), ids=SELECTED.keys())
@pytest.mark.parametrize("edit", [clear_selected(1), fill_layer(1, RED)], ids=["clear", "fill"])
def test_whole_tiles_become_what_their_pixels_would_one_by_one(
    edit: Edit, selection: Channel, moved: tuple[int, int]
) -> None:
    before = Picture(FRAME, (Layer(1, "noise", noise().translated(*moved)),))
    made = edit.apply(select(selection).apply(before))
    check_picture(made)
    area = before.layers[0].raster.tile_bounds()
    old = before.layers[0].raster.read(area).astype(float)
    share = selection.read(area).astype(float) / 255
    if edit.name == "Clear":
        wanted, colour = old[..., 3] * (1 - share), old[..., :3]
    else:
        alpha = old[..., 3] / 255
        wanted = 255 * (alpha + share * (1 - alpha))
        part = np.divide(share, wanted / 255, out=np.zeros_like(share), where=wanted > 0)[..., None]
        colour = old[..., :3] + part * (np.array(RED[:3]) - old[..., :3])
    found = made.layers[0].raster.read(area).astype(float)
    assert np.abs(found[..., 3] - wanted).max() <= 0.51
    assert np.abs(found[..., :3] - colour)[found[..., 3] > 0].max(initial=0) <= 0.51


def test_whole_tiles_of_one_colour_are_one_object() -> None:
    around = Rect(0, 0, 1024, 512)
    made = fill_layer(2, RED).apply(
        select(Channel.of_rect(around)).apply(Picture(FRAME, (Layer(2, "b", Raster.empty()),)))
    )
    assert len(made.layers[0].raster.tiles) == 8
    assert len({id(tile) for tile in made.layers[0].raster.tiles.values()}) == 1


def test_a_grey_selection_fills_in_part() -> None:
    start = Picture(FRAME, (Layer(1, "", Raster.empty()),))
    chosen = select(Channel.of_rect(CHOSEN, 100)).apply(start)
    made = fill_layer(1, RED).apply(chosen).layer(1).raster
    assert made.read(Rect(CHOSEN.left, CHOSEN.top, 1, 1))[0, 0].tolist() == [255, 0, 0, 100]


def test_a_linear_gradient_runs_evenly_from_its_first_colour_to_its_last() -> None:
    start = Picture(FRAME, (Layer(1, "", Raster.empty()),))
    row = gradient_layer(1, GRADIENT).apply(start).layer(1).raster.read(Rect(0, 50, 200, 1))[0]
    assert row[0].tolist() == [254, 0, 1, 255]
    assert row[49].tolist() == [129, 0, 126, 255]
    assert row[150].tolist() == [0, 0, 255, 255]
    assert (np.diff(row[:, 0].astype(int)) <= 0).all()


def test_a_radial_gradient_to_nothing_keeps_its_colour() -> None:
    start = Picture(FRAME, (Layer(1, "", Raster.empty()),))
    radial = Gradient(
        x0=100, y0=50, x1=140, y1=50, first=RED, last=(0, 0, 0, 0), spread=Spread.RADIAL
    )
    made = gradient_layer(1, radial).apply(start).layer(1).raster.read(FRAME)
    seen = made[..., 3] > 0
    assert set(map(tuple, made[seen][:, :3].tolist())) == {(255, 0, 0)}
    assert made[50, 99, 3] >= 250
    assert not made[50, 145].any()


def one(colour: tuple[int, int, int], adjustment: Adjustment) -> list[int]:
    """A single pixel, adjusted."""
    return adjustment.change(np.array([[[*colour, 255]]], np.uint8))[0, 0, :3].tolist()


def test_levels_stretch_what_lies_between_black_and_white() -> None:
    assert one((50, 100, 150), levels(50, 150)) == [0, 128, 255]
    assert one((10, 20, 200), levels()) == [10, 20, 200]
    assert one((0, 255, 128), levels(low=255, high=0)) == [255, 0, 127]
    assert one((64, 64, 64), levels(gamma=2.0)) == [128, 128, 128]


CHANNEL = st.integers(0, 255)


@given(st.tuples(CHANNEL, CHANNEL, CHANNEL), st.integers(-360, 360))
def test_a_turned_hue_is_that_of_the_standard_library(
    colour: tuple[int, int, int], degrees: int
) -> None:
    hue, saturation, value = colorsys.rgb_to_hsv(*(c / 255 for c in colour))
    wanted = [255 * c for c in colorsys.hsv_to_rgb((hue + degrees / 360) % 1, saturation, value)]
    assert one(colour, hue_saturation(degrees)) == pytest.approx(wanted, abs=0.6)


def test_saturation_and_lightness_reach_their_ends() -> None:
    assert one((200, 100, 0), hue_saturation(saturation=-1)) == [100, 100, 100]
    assert one((200, 100, 0), hue_saturation(lightness=1)) == [255, 255, 255]
    assert one((200, 100, 0), hue_saturation(lightness=-1)) == [0, 0, 0]
    assert one((200, 100, 0), hue_saturation()) == [200, 100, 0]


def test_a_blur_keeps_what_there_is_of_paint_and_no_darkness_creeps_in() -> None:
    raster = Raster.from_array(np.full((60, 60, 4), (250, 200, 100, 255), np.uint8), 230, 230)
    made = adjust_layer(1, blur(4.0)).apply(Picture(FRAME, (Layer(1, "", raster),)))
    pixels = made.layer(1).raster.read(Rect(200, 200, 120, 120))
    assert pixels[..., 3].sum(dtype=int) == pytest.approx(255 * 3600, rel=0.002)
    seen = pixels[..., 3] > 8
    assert np.abs(pixels[seen][:, :3].astype(int) - (250, 200, 100)).max() <= 1


def test_a_preview_adjusts_only_what_it_is_asked_for() -> None:
    before = picture(selected=False)
    part = adjust_layer(1, blur(3.0), within=CHOSEN).apply(before).layer(1).raster
    whole = adjust_layer(1, blur(3.0)).apply(before).layer(1).raster
    assert np.array_equal(part.read(CHOSEN), whole.read(CHOSEN))
    assert np.array_equal(part.read(Rect(0, 100, 99, 99)), noise().read(Rect(0, 100, 99, 99)))


def result() -> Layer:
    """A layer that shows a result of the engine as it was joined once."""
    area = Rect(10, 10, 40, 30)
    raw = Raster.from_array(np.full((30, 40, 3), 99, np.uint8), 10, 10)
    made = Result(area, raw, Channel.of_rect(area), Raster.empty(), Seam(feather=3))
    return Layer(1, "result", raw, result=made)


def test_a_seam_can_be_changed_until_the_result_is_fixed_or_painted_on() -> None:
    asked = list[Seam]()

    def join(joined: Result) -> Pixels:
        asked.append(joined.seam)
        return np.full((30, 40, 4), joined.seam.feather, np.uint8)

    start = Picture(FRAME, (result(),))
    wide = set_seam(1, Seam(feather=20), join).apply(start)
    assert asked == [Seam(feather=20)]
    assert wide.layer(1).raster.read(Rect(10, 10, 1, 1))[0, 0].tolist() == [20] * 4
    assert wide.layer(1).result is not None
    assert set_seam(1, Seam(feather=20), join).apply(wide) is wide
    for edit in (fix_result(1), fill_layer(1, RED)):
        fixed = edit.apply(wide)
        assert fixed.layer(1).result is None
        assert set_seam(1, Seam(), join).apply(fixed) is fixed
