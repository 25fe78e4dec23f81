"""Brushes: coverage against exact discs, and what a stroke leaves alone."""

from dataclasses import replace
from math import asin, pi, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.document.brush import FLAT, LINEAR, Brush, Curve, Tip, speckled, tips
from desktop.document.channel import Channel
from desktop.document.dab import Dab, cover, left_by
from desktop.document.geometry import EMPTY, Rect
from desktop.document.raster import Raster
from desktop.document.stroke import Stroke, erasing, masking, painting

HARD = Brush(size=20, hardness=1.0)
RED = (255, 0, 0)
AREA = Rect(-50, -50, 400, 400)


def quarter(x: float, y: float, radius: float) -> float:
    """Exact area of the disc around 0 left of `x` and below `y`, integrated in closed form."""
    if x <= -radius or y <= -radius:
        return 0.0
    x, y = min(x, radius), min(y, radius)

    def under(u: float) -> float:  # integral of sqrt(r² - t²)
        return (
            u * sqrt(max(0.0, radius * radius - u * u)) + radius * radius * asin(u / radius)
        ) / 2

    # From -r to x: the lower half of the circle up to the smaller of the upper half and y.
    edge = sqrt(max(0.0, radius * radius - y * y))
    total = 0.0
    for left, right in ((-radius, -edge), (-edge, edge), (edge, radius)):
        right = min(right, x)
        if right > left:
            outside = under(right) - under(left)
            if y >= 0:
                upper = y * (right - left) if left == -edge and edge > 0 else outside
                total += outside + upper
            elif left == -edge:
                total += outside + y * (right - left)
    return total


def exact(dab: Dab) -> np.ndarray:
    """Area of each pixel of `dab.rect` that lies in the disc, exactly."""
    rect = dab.rect
    corners = np.array(
        [
            [quarter(x - dab.x, y - dab.y, dab.radius) for x in range(rect.left, rect.right + 1)]
            for y in range(rect.top, rect.bottom + 1)
        ]
    )
    return corners[1:, 1:] - corners[:-1, 1:] - corners[1:, :-1] + corners[:-1, :-1]


def test_the_exact_disc_of_these_tests_has_the_area_of_a_disc() -> None:
    for radius in (0.7, 3.0, 10.4):
        area = exact(Dab(0.3, -0.2, radius))
        assert area.sum() == pytest.approx(pi * radius * radius)
        assert area.max() <= 1 + 1e-9
        assert area.min() >= -1e-9


PLACES = st.floats(-3, 3)


@given(PLACES, PLACES, st.floats(0.3, 30))
def test_a_hard_dab_covers_what_an_exact_disc_covers(x: float, y: float, radius: float) -> None:
    dab = Dab(x, y, radius)
    made, truth = cover(dab, HARD), exact(dab)
    assert made.shape == truth.shape == (dab.rect.height, dab.rect.width)
    assert np.abs(made - truth).max() <= 0.05
    assert made.sum() == pytest.approx(pi * radius**2, rel=0.03 / radius)


@given(PLACES, PLACES, st.floats(2.5, 40), st.floats(0, 0.5))
def test_a_soft_dab_falls_smoothly_from_the_middle(
    x: float, y: float, radius: float, hardness: float
) -> None:
    dab = Dab(x, y, radius)
    made = cover(dab, Brush(hardness=hardness))
    columns = np.arange(dab.rect.width) + dab.rect.left + 0.5 - x
    rows = np.arange(dab.rect.height) + dab.rect.top + 0.5 - y
    distance = np.sqrt(columns[None, :] ** 2 + rows[:, None] ** 2)
    order = np.argsort(distance, axis=None)
    assert (np.diff(made.ravel()[order]) <= 1e-6).all()
    assert (made[distance <= radius * hardness] == 1).all()
    assert (made[distance >= radius] == 0).all()


def test_a_textured_tip_keeps_its_mean_whatever_its_size() -> None:
    tip = speckled("test", 64, 3)
    for radius in (4.0, 20.0, 80.0):
        made = cover(Dab(100.3, 50.1, radius), Brush(tip=tip))
        assert made.mean() * made.size == pytest.approx(tip.grain.mean() * 4 * radius**2, rel=0.1)
    assert {tip.name for tip in tips()} == {"Chalk", "Charcoal"}


def along(stroke: Stroke, *places: tuple[float, float], pressure: float = 1.0) -> Rect:
    """Move a stroke through places and finish it; the union of what it said changed."""
    changed = EMPTY
    for x, y in places:
        changed = changed.united(stroke.move_to(x, y, pressure))
    return changed.united(stroke.finish())


def noise(seed: int = 0) -> Raster:
    """Random RGBA over several tiles, off the grid."""
    pixels = np.random.default_rng(seed).integers(0, 256, (300, 300, 4), dtype=np.uint8)
    return Raster.from_array(pixels, 0, 0).translated(-13, 21)


def test_one_dab_on_nothing_is_the_colour_with_the_dab_as_alpha() -> None:
    stroke = painting(Raster.empty(), HARD, RED)
    assert stroke.move_to(40.5, 30.5) == Rect(30, 20, 21, 21)
    made = stroke.plane.read(Rect(30, 20, 21, 21))
    alpha = cover(Dab(40.5, 30.5, 10), HARD) * 255
    assert np.abs(made[..., 3] - alpha).max() <= 1
    assert (made[..., 3][alpha == 255] == 255).all()
    assert (made[..., 0] == np.where(made[..., 3] > 0, 255, 0)).all()
    assert not made[..., 1:3].any()


@given(st.lists(st.tuples(st.floats(-40, 320), st.floats(-40, 320)), min_size=1, max_size=4))
@pytest.mark.slow
def test_outside_what_a_stroke_says_nothing_changes(places: list[tuple[float, float]]) -> None:
    before = noise()
    stroke = painting(before, Brush(size=15, hardness=0.4, flow=0.5), RED)
    changed = along(stroke, *places)
    differs = np.any(before.read(AREA) != stroke.plane.read(AREA), axis=2)
    part = changed.intersected(AREA).translated(50, 50)
    differs[part.top : part.bottom, part.left : part.right] = False
    assert not differs.any()


def test_crossing_its_own_way_does_not_exceed_the_opacity() -> None:
    brush = replace(HARD, opacity=0.5)
    stroke = painting(Raster.empty(), brush, RED)
    along(stroke, (50, 50), (150, 50), (100, 0), (100, 150), (50, 50))
    assert stroke.plane.read(AREA)[..., 3].max() == 128


def test_two_strokes_do_add_up() -> None:
    brush = replace(HARD, opacity=0.5)
    once = painting(Raster.empty(), brush, RED)
    along(once, (50, 50))
    twice = painting(once.plane, brush, RED)
    along(twice, (50, 50))
    assert twice.plane.read(Rect(50, 50, 1, 1))[0, 0, 3] == 192


def test_flow_builds_up_while_the_brush_stays() -> None:
    stroke = painting(Raster.empty(), replace(HARD, flow=0.1, spacing=0.02), RED)
    alphas = list[int]()
    for step in range(8):
        stroke.move_to(50 + step * 0.5, 50)
        alphas.append(int(stroke.plane.read(Rect(52, 50, 1, 1))[0, 0, 3]))
    assert alphas == sorted(set(alphas))


def test_a_selection_holds_the_stroke_and_its_grey_halves_it() -> None:
    chosen = Channel.of_rect(Rect(0, 0, 100, 400)).filled(128, Rect(100, 0, 50, 400))
    stroke = painting(Raster.empty(), HARD, RED, selection=chosen)
    along(stroke, (50, 50), (250, 50))
    row = stroke.plane.read(Rect(0, 50, 300, 1))[0, :, 3]
    assert set(row[60:100]) == {255}
    assert set(row[100:150]) == {128}
    assert not row[150:].any()


def test_locked_transparency_keeps_every_alpha() -> None:
    before = noise()
    stroke = painting(before, replace(HARD, opacity=0.7), RED, alpha_locked=True)
    along(stroke, (20, 60), (200, 200))
    assert np.array_equal(stroke.plane.read(AREA)[..., 3], before.read(AREA)[..., 3])
    assert stroke.plane.changed_from(before)


def test_an_eraser_takes_alpha_and_leaves_the_colour() -> None:
    before = noise()
    stroke = erasing(before, replace(HARD, opacity=0.5, hardness=0.2))
    along(stroke, (20, 60), (200, 200))
    old, new = before.read(AREA).astype(int), stroke.plane.read(AREA).astype(int)
    assert (new[..., 3] <= old[..., 3]).all()
    kept = new[..., 3] > 0
    assert np.array_equal(new[kept][:, :3], old[kept][:, :3])
    whole = erasing(Raster.from_array(np.full((9, 9, 3), 7, np.uint8), 0, 0), HARD)
    along(whole, (4.5, 4.5))
    assert whole.plane.is_empty


def test_a_mask_is_painted_and_erased_by_the_same_brush() -> None:
    stroke = masking(Channel.empty(), replace(HARD, opacity=0.5))
    along(stroke, (50, 50))
    assert stroke.plane.read(Rect(50, 50, 1, 1))[0, 0] == 128
    rubber = masking(stroke.plane, replace(HARD, size=30), value=0)
    along(rubber, (50, 50))
    assert rubber.plane.is_empty
    hole = masking(Channel.empty(255), HARD, value=0)
    along(hole, (50, 50))
    assert (hole.plane.read(Rect(50, 50, 1, 1))[0, 0], hole.plane.default) == (0, 255)


def test_pressure_changes_size_and_opacity_by_its_curves() -> None:
    brush = replace(HARD, size_curve=LINEAR, opacity_curve=Curve(((0, 0), (0.5, 1), (1, 1))))
    assert [brush.diameter(p) for p in (0.0, 0.25, 1.0)] == [0.5, 5.0, 20.0]
    assert [brush.cap(p) for p in (0.0, 0.25, 0.5, 1.0)] == [0.0, 0.5, 1.0, 1.0]
    assert (FLAT.at(0), FLAT.at(1)) == (1, 1)
    stroke = painting(Raster.empty(), brush, RED)
    along(stroke, (50, 50), pressure=0.25)
    assert stroke.plane.bounds().width in (5, 6)
    assert stroke.plane.read(Rect(50, 50, 1, 1))[0, 0, 3] == 128


def test_dabs_keep_their_distance_whatever_the_steps_of_the_hand() -> None:
    brush = replace(HARD, spacing=0.5)
    slow, fast = (painting(Raster.empty(), brush, RED) for _ in range(2))
    along(slow, *((10 + step * 1.5, 60) for step in range(101)))
    along(fast, (10, 60), (160, 60))
    assert np.abs(slow.plane.read(AREA).astype(int) - fast.plane.read(AREA)).max() <= 1


def test_smoothing_lags_and_ends_where_the_hand_ends() -> None:
    stroke = painting(Raster.empty(), replace(HARD, smoothing=0.9), RED)
    stroke.move_to(50, 50)
    stroke.move_to(200, 50)
    assert stroke.plane.bounds().right < 100
    stroke.finish()
    assert stroke.plane.bounds().right >= 208


def test_a_stroke_shares_every_tile_it_did_not_touch_and_none_is_writable() -> None:
    before = noise()
    stroke = painting(before, HARD, RED)
    along(stroke, (10, 40))
    assert len(before.changed_tiles(stroke.plane)) == 1
    assert not any(tile.values.flags.writeable for tile in stroke.plane.tiles.values())


@pytest.mark.parametrize(
    "wrong", [{"size": 0}, {"hardness": 2}, {"spacing": 0}, {"smoothing": 1.0}, {"flow": -1}]
)
def test_a_brush_that_cannot_be_is_a_bug(wrong: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        Brush(**wrong)
    with pytest.raises(AssertionError):
        Curve(((1.0, 0.0), (0.0, 1.0)))


def seen(stroke: Stroke[Raster]) -> np.ndarray:
    """Alpha and premultiplied colour: the colour of what is hardly there does not matter."""
    pixels = stroke.plane.read(AREA).astype(int)
    return np.dstack([pixels[..., :3] * pixels[..., 3:] // 255, pixels[..., 3]])


@pytest.mark.parametrize("size", [4.0, 20.0, 90.0])
@pytest.mark.parametrize("hardness", [0.2, 1.0])
@pytest.mark.parametrize("tip", [None, tips()[0]])
def test_dabs_computed_together_are_those_computed_one_by_one(
    size: float, hardness: float, tip: Tip | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    curve = Curve(((0.0, 0.0), (1.0, 1.0)))
    brush = Brush(size=size, hardness=hardness, flow=0.6, tip=tip, size_curve=curve)
    way = ((30.2, 40.7), (55, 60), (240, 90.5), (262, 250))
    together = painting(noise(), brush, RED)
    along(together, *way, pressure=0.7)  # at another radius than the one whose dabs are kept
    monkeypatch.setattr("desktop.document.stroke.AT_ONCE", 0)
    alone = painting(noise(), brush, RED)
    along(alone, *way, pressure=0.7)
    assert np.abs(seen(together) - seen(alone)).max() <= 2
    assert (together.plane.read(AREA) != noise().read(AREA)).any()


def test_the_bounds_stay_exact_whether_a_stroke_keeps_within_them_or_not() -> None:
    before = Raster.from_array(np.full((100, 120, 4), 200, np.uint8), 40, 30)
    for rubber, way in ((False, (80, 70)), (False, (160, 80)), (True, (42, 70)), (True, (90, 80))):
        assert before.bounds() == Rect(40, 30, 120, 100)
        brush = replace(HARD, size=90)
        stroke = erasing(before, brush) if rubber else painting(before, brush, RED)
        along(stroke, way)
        anew = Raster.empty().with_tiles(stroke.plane.tiles)
        assert stroke.plane.bounds() == anew.bounds()


def test_what_was_erased_to_nothing_stays_erased_while_the_stroke_goes_on() -> None:
    ground = Raster.empty().filled((9, 8, 7, 255), Rect(0, 0, 30, 30))
    stroke = erasing(ground, Brush(size=200, hardness=1.0))
    stroke.move_to(15, 15)
    assert stroke.plane.is_empty
    stroke.move_to(120, 15)
    stroke.finish()
    assert stroke.plane.is_empty


def test_the_plane_of_a_stroke_that_ended_is_as_lasting_as_any_other() -> None:
    ground = noise(3)
    stroke = painting(ground, Brush(size=40, hardness=0.5, smoothing=0.8), RED)
    stroke.move_to(40, 50)
    stroke.move_to(140, 90)
    shown = stroke.plane
    before = shown.read(AREA)
    assert not stroke.finish().is_empty
    assert np.array_equal(shown.read(AREA), before)
    assert shown.changed_from(stroke.plane)
    assert np.array_equal(ground.read(AREA), noise(3).read(AREA))


@given(st.floats(3, 60), st.floats(0.0, 0.95), PLACES, PLACES)
def test_what_a_table_says_of_a_soft_dab_is_what_is_computed(
    radius: float, hardness: float, x: float, y: float
) -> None:
    dab, brush = Dab(x, y, radius), Brush(hardness=hardness, flow=0.6)
    left = left_by((dab, dab), brush, dab.rect)
    assert np.abs(left - (1 - 0.6 * cover(dab, brush)) ** 2).max() <= 2 / 255


@pytest.mark.parametrize("size", [18.0, 60.0, 300.0])
@pytest.mark.parametrize("hardness", [0.0, 0.8, 1.0])
@pytest.mark.parametrize("flow", [1.0, 0.6])
def test_dabs_that_are_kept_are_nearly_those_that_are_computed(
    size: float, hardness: float, flow: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    brush = Brush(size=size, hardness=hardness, flow=flow)
    way = ((30.2, 40.7), (55, 60), (240, 90.5), (262, 250), (30, 250), (90.3, 40))
    kept = painting(noise(), brush, RED)
    along(kept, *way)
    monkeypatch.setattr("desktop.document.stamps.SMALLEST_RADIUS", 1e9)
    computed = painting(noise(), brush, RED)
    along(computed, *way)
    apart = np.abs(seen(kept) - seen(computed))
    assert apart.max() <= 255 * 3 / 16  # a hard rim, an eighth of a pixel off to both sides
    assert apart.mean() <= 0.5
    assert (kept.plane.read(AREA) != noise().read(AREA)).any()


@pytest.mark.parametrize("cap", [1.0, 0.5])
@pytest.mark.parametrize("hardness", [0.5, 1.0])
def test_a_large_brush_paints_the_same_by_its_front_alone(
    cap: float, hardness: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady = Curve(((0.0, cap), (1.0, cap)))
    brush = Brush(size=240, hardness=hardness, opacity_curve=steady)
    way = ((60.2, 70.7), (95, 110), (220, 90.5), (262, 250), (120, 230))
    fronts = painting(noise(), brush, RED)
    along(fronts, *way)
    monkeypatch.setattr("desktop.document.stroke.WORTH_LOOKING", 1e9)
    whole = painting(noise(), brush, RED)
    along(whole, *way)
    assert np.array_equal(fronts.plane.read(AREA), whole.plane.read(AREA))


LARGE_WAY = ((60.2, 70.7), (95, 110), (220, 90.5), (262, 250), (120, 230))


@pytest.mark.parametrize("cap", [1.0, 0.5])
@pytest.mark.parametrize("flow", [1.0, 0.3])
@pytest.mark.parametrize("pressure", [1.0, 0.8])
def test_a_large_touch_in_pieces_ends_as_one_at_once(
    cap: float, flow: float, pressure: float
) -> None:
    steady = Curve(((0.0, cap), (1.0, cap)))
    curve = Curve(((0.0, 0.0), (1.0, 1.0)))
    brush = Brush(size=520, hardness=0.6, flow=flow, opacity_curve=steady, size_curve=curve)
    whole, pieces = painting(noise(), brush, RED), painting(noise(), brush, RED)
    along(whole, *LARGE_WAY, pressure=pressure)
    waited = list[bool]()
    for x, y in LARGE_WAY:
        pieces.move_to(x, y, pressure, in_pieces=True)
        waited.append(pieces.waiting > 0)
    assert any(waited)
    pieces.finish()
    assert not pieces.waiting
    wide = Rect(-300, -300, 900, 900)
    assert np.array_equal(pieces.plane.read(wide), whole.plane.read(wide))


def test_a_touch_in_pieces_is_whole_after_some_steps_without_a_move() -> None:
    brush = Brush(size=500, hardness=0.9)
    stroke, whole = painting(noise(), brush, RED), painting(noise(), brush, RED)
    whole.move_to(100, 100)
    changed = stroke.move_to(100, 100, in_pieces=True)
    assert stroke.waiting, "one step lays all of 500 by 500 pixels"
    assert not np.array_equal(stroke.plane.read(AREA), whole.plane.read(AREA))
    steps = 1
    while stroke.waiting:
        before, part = stroke.plane.read(AREA), stroke.go_on()
        apart = (stroke.plane.read(AREA) != before).any(axis=2)
        inner = part.intersected(AREA).translated(-AREA.left, -AREA.top)
        apart[inner.top : inner.bottom, inner.left : inner.right] = False
        assert not apart.any(), "only what a step says has changed"
        changed, steps = changed.united(part), steps + 1
    assert 3 <= steps <= 8
    assert changed == Rect(-150, -150, 500, 500)
    assert np.array_equal(stroke.plane.read(AREA), whole.plane.read(AREA))


def test_however_fast_the_hand_what_waits_stays_bounded() -> None:
    stroke = painting(Raster.empty(), Brush(size=500, hardness=0.9), RED)
    waiting = list[int]()
    for x in range(0, 2000, 100):  # two touches a step
        stroke.move_to(x, 100, in_pieces=True)
        waiting.append(stroke.waiting)
    assert max(waiting[10:]) <= 1.5 * max(waiting[:10])


def test_small_and_large_touches_of_a_brush_are_laid_in_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    curve = Curve(((0.0, 0.0), (1.0, 1.0)))
    brush = Brush(size=95, hardness=0.6, flow=0.4, opacity_curve=curve)  # some of 95 rows, some 96
    way = [(0.0, 150.2, 0.1), (200.3, 110.4, 0.8), (20.6, 147.5, 0.3), (290.9, 121.1, 0.9)]
    whole, pieces, in_order = (painting(noise(), brush, RED) for _ in range(3))
    for x, y, pressure in way:
        whole.move_to(x, y, pressure)
        pieces.move_to(x, y, pressure, in_pieces=True)
    pieces.finish()
    monkeypatch.setattr("desktop.document.stroke.WORTH_LOOKING", 1e9)  # none of them waits
    for x, y, pressure in way:
        in_order.move_to(x, y, pressure)
    assert np.array_equal(whole.plane.read(AREA), in_order.plane.read(AREA))
    assert np.array_equal(pieces.plane.read(AREA), in_order.plane.read(AREA))
