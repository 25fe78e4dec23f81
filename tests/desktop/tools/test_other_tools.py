"""Move, transform, fill, gradient, eyedropper, crop, and the tools that only move the view."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from desktop.canvas.view import CanvasView
from desktop.document.channel import Channel
from desktop.document.edits import place_image
from desktop.document.geometry import Point, Rect
from desktop.document.grip import Grip
from desktop.document.selection_edits import select
from desktop.hand import Target
from desktop.tools.crop import _changed
from desktop.tools.tool import Pointer
from tests.desktop.pointing import ALT, SHIFT, Mouse
from tests.desktop.tools.reading import pixel, steps, value

RED, BLACK, WHITE, NOTHING = (255, 0, 0, 255), (0, 0, 0, 255), (255, 255, 255, 255), (0, 0, 0, 0)


@pytest.fixture
def red(view: CanvasView) -> int:
    """A red square at 100..140 on a layer of its own, which is in use."""
    pixels = np.full((40, 40, 3), (255, 0, 0), np.uint8)
    view.document.do(place_image(pixels, Rect(100, 100, 40, 40), "red"))
    view.hand.choose_layer(2)
    return 2


def bounds(view: CanvasView, layer_id: int) -> Rect:
    return view.document.picture.layer(layer_id).raster.bounds()


def test_the_layer_follows_the_pointer_as_one_step(
    view: CanvasView, mouse: Mouse, red: int
) -> None:
    view.hand.take("move")
    mouse.drag((10, 10), (20, 20), (35, 15))
    assert bounds(view, red) == Rect(125, 105, 40, 40)
    assert (steps(view), view.document.undo_name) == (2, "Move layer")


def test_shift_moves_in_one_direction(view: CanvasView, mouse: Mouse, red: int) -> None:
    view.hand.take("move")
    mouse.keys = SHIFT
    mouse.drag((10, 10), (40, 18))
    assert bounds(view, red) == Rect(130, 100, 40, 40)


def test_arrows_nudge_the_layer(view: CanvasView, qtbot: QtBot, red: int) -> None:
    view.hand.take("move")
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert bounds(view, red) == Rect(99, 100, 40, 40)


def test_a_corner_scales_and_enter_applies(
    view: CanvasView, mouse: Mouse, qtbot: QtBot, red: int
) -> None:
    view.hand.take("transform")
    assert view.busy
    mouse.drag((140, 140), (160, 160), (180, 180))
    assert bounds(view, red) == Rect(100, 100, 40, 40)  # not before Enter
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert bounds(view, red) == Rect(100, 100, 80, 80)
    assert pixel(view, 170, 170) == RED
    assert view.document.undo_name == "Transform layer"


def test_outside_the_box_a_drag_turns(
    view: CanvasView, mouse: Mouse, qtbot: QtBot, red: int
) -> None:
    pixels = np.full((10, 60, 3), (0, 0, 255), np.uint8)
    view.document.do(place_image(pixels, Rect(100, 50, 60, 10), "blue"))
    view.hand.choose_layer(3)
    view.hand.take("transform")
    mouse.keys = SHIFT
    mouse.drag((200, 55), (150, 140), (130, 130))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert bounds(view, 3) == Rect(125, 25, 10, 60)


def test_several_drags_are_computed_from_the_pixels_as_they_were(
    view: CanvasView, mouse: Mouse, qtbot: QtBot, red: int
) -> None:
    before = view.document.picture.layer(red).raster
    view.hand.take("transform")
    mouse.drag((140, 140), (104, 104))
    mouse.drag((104, 104), (140, 140))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    after = view.document.picture.layer(red).raster
    area = Rect(90, 90, 60, 60)
    np.testing.assert_array_equal(after.read(area), before.read(area))


def test_escape_gives_the_layer_back(
    view: CanvasView, mouse: Mouse, qtbot: QtBot, red: int
) -> None:
    before = view.document.picture
    view.hand.take("transform")
    mouse.drag((120, 120), (20, 20))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.document.picture is before


def test_taking_another_tool_abandons_the_transform(
    view: CanvasView, mouse: Mouse, red: int
) -> None:
    before = view.document.picture
    view.hand.take("transform")
    mouse.drag((120, 120), (20, 20))
    view.hand.take("brush")
    assert view.document.picture is before
    assert not view.busy


def test_fill_covers_an_area_of_like_colour(view: CanvasView, mouse: Mouse, red: int) -> None:
    view.hand.take("fill")
    mouse.click((20.5, 20.5))
    assert (pixel(view, 5, 5), pixel(view, 120, 120)) == (BLACK, RED)
    assert view.document.undo_name == "Fill"


def test_fill_stays_in_the_selection(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("fill")
    view.document.do(select(Channel.of_rect(Rect(0, 0, 50, 50))))
    mouse.click((20.5, 20.5))
    assert (pixel(view, 10, 10), pixel(view, 60, 60)) == (BLACK, WHITE)


def test_fill_fills_the_mask_in_mask_mode(view: CanvasView, mouse: Mouse, red: int) -> None:
    view.hand.take("fill")
    view.hand.aim(Target.MASK)
    mouse.click((120.5, 120.5))
    mask = view.document.picture.mask
    assert [value(mask, 120, 120), value(mask, 20, 20)] == [255, 0]


def test_a_gradient_goes_from_one_colour_to_the_other(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("fill")
    view.hand.change("fill", gradient=True)
    mouse.drag((50, 100), (100, 100), (150, 100))
    greys = [pixel(view, x, 20)[0] for x in (20, 75, 100, 125, 200)]
    assert greys == pytest.approx([0, 65, 129, 193, 255], abs=2)
    assert (steps(view), view.document.undo_name) == (1, "Gradient")


def test_a_radial_gradient_needs_no_second_switch(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("fill")
    view.hand.change("fill", radial=True)
    mouse.drag((100, 100), (130, 100), (150, 100))
    assert view.document.undo_name == "Gradient"
    assert [pixel(view, 100 + x, 100 + y)[0] for x, y in ((0, 0), (25, 0), (0, 25))] == (
        pytest.approx([2, 129, 129], abs=4)
    )


def test_the_eyedropper_takes_what_is_seen(view: CanvasView, mouse: Mouse, red: int) -> None:
    view.hand.take("pick")
    mouse.drag((120, 120), (20, 20))
    assert view.hand.colour == (255, 255, 255)
    mouse.click((120, 120))
    assert view.hand.colour == (255, 0, 0)


def test_the_eyedropper_takes_nothing_from_nothing(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("pick")
    mouse.click((-20, -20))
    assert view.hand.colour == (0, 0, 0)


def test_crop_cuts_at_enter_and_the_frame_follows(
    view: CanvasView, mouse: Mouse, qtbot: QtBot, red: int
) -> None:
    view.hand.take("crop")
    mouse.drag((10, 10), (60, 60))
    mouse.drag((80, 90), (130, 150))
    assert not view.document.undo_name.startswith("Crop")
    qtbot.keyClick(view, Qt.Key.Key_Return)
    picture = view.document.picture
    assert picture.frame == picture.content() == Rect(80, 90, 50, 60)
    assert bounds(view, red) == Rect(100, 100, 30, 40)
    assert steps(view) == 2


def test_the_rectangle_of_a_crop_is_moved_by_its_inside_and_changed_by_its_sides(
    view: CanvasView, mouse: Mouse, qtbot: QtBot
) -> None:
    view.hand.take("crop")
    mouse.drag((20, 20), (120, 100))
    mouse.drag((120, 60), (130, 90))  # the right side alone, however far down
    mouse.drag((20, 20), (30, 25))  # the upper left corner
    mouse.drag((70, 60), (74, 67))  # all of it
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.document.picture.frame == Rect(34, 32, 100, 75)


def test_what_a_crop_would_cut_away_is_dark_until_escape(
    view: CanvasView, mouse: Mouse, qtbot: QtBot
) -> None:
    def seen(column: float, row: float) -> int:
        """How light the white layer looks there."""
        at = QPointF(*view.viewport.place(column, row)).toPoint()
        return view.grab().toImage().pixelColor(at).lightness()

    view.hand.take("crop")
    mouse.drag((20.0, 20.0), (120.0, 100.0))
    assert (seen(50.0, 35.0), seen(200.0, 150.0)) == (255, 135)
    mouse.drag((70.0, 60.0), (170.0, 130.0))
    assert (seen(50.0, 35.0), seen(205.0, 155.0)) == (135, 255)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert (seen(50.0, 35.0), seen(205.0, 155.0)) == (255, 255)


@pytest.mark.parametrize(
    ("grip", "by", "made"),
    [
        ((0, 0), (5, -7), Rect(15, 3, 40, 30)),
        ((1, 0), (-60, 9), Rect(-10, 10, 20, 30)),  # beyond the other side
        ((-1, 1), (40, -30), Rect(50, 10, 1, 1)),  # never nothing
        ((0, -1), (8, 4), Rect(10, 14, 40, 26)),
    ],
)
def test_what_is_gripped_of_a_crop_goes_along(
    grip: tuple[int, int], by: tuple[int, int], made: Rect
) -> None:
    start = Pointer(0, 0, Point(0, 0), 100.0, 100.0, pressed=True)
    end = start._replace(across=100.0 + by[0], down=100.0 + by[1])
    assert _changed(Rect(10, 10, 40, 30), Grip(*grip), start, end) == made


def test_zoom_goes_closer_at_a_click_and_away_with_alt(view: CanvasView, mouse: Mouse) -> None:
    view.hand.take("zoom")
    mouse.click((100, 100))
    assert view.viewport.scale == 1.5
    mouse.keys = ALT
    mouse.click((100, 100))
    assert view.viewport.scale == 1.0


def test_the_turn_tool_turns_the_view_and_no_pixel(
    view: CanvasView, mouse: Mouse, qtbot: QtBot
) -> None:
    before = view.document.picture
    view.hand.take("turn")
    mouse.keys = SHIFT
    mouse.press((250, 100))
    at = view.viewport.place(150, 190)
    qtbot.mouseMove(view, view.rect().topLeft())
    mouse.move(view.viewport.to_document(*at))
    assert view.viewport.angle % 15 == 0
    assert view.viewport.angle != 0
    mouse.release((150, 100))
    assert view.document.picture is before


def test_strokes_land_under_the_pointer_in_a_turned_and_mirrored_view(
    view: CanvasView, mouse: Mouse
) -> None:
    view.turn_to(30.0)
    view.mirror()
    view.hand.take("brush")
    mouse.click((60.5, 80.5))
    assert pixel(view, 60, 80) == BLACK
    x, y = (round(part) for part in view.viewport.place(60.5, 80.5))
    view.leaveEvent(None)  # type: ignore[arg-type]
    assert view.grab().toImage().pixelColor(x, y).lightness() < 10


def test_a_turned_picture_has_no_seams_between_its_tiles(view: CanvasView) -> None:
    pixels = np.full((600, 800, 3), (255, 0, 0), np.uint8)
    view.document.do(place_image(pixels, Rect(-100, -100, 800, 600), "large"))
    view.turn_to(33.0)
    view.look_at(512, 256)
    image = view.grab().toImage()
    middle = view.rect().center()
    seen = {
        image.pixelColor(middle.x() + x, middle.y() + y).name()
        for x in range(-60, 60, 3)
        for y in range(-60, 60, 3)
    }
    assert seen == {"#ff0000"}


def test_only_what_is_selected_is_moved(view: CanvasView, mouse: Mouse) -> None:
    view.document.do(select(Channel.of_rect(Rect(0, 0, 50, 200))))
    view.hand.take("move")
    mouse.drag((10, 10), (10, 110))
    raster = view.document.picture.layers[0].raster
    assert raster.bounds() == Rect(0, 0, 300, 300)
    assert not raster.read(Rect(0, 0, 50, 100)).any()
    assert raster.read(Rect(0, 200, 50, 100)).all()
    view.document.undo()
    assert view.document.picture.layers[0].raster.bounds() == Rect(0, 0, 300, 200)


def test_a_selection_of_nothing_moves_nothing_and_says_so(view: CanvasView, mouse: Mouse) -> None:
    said = list[str]()
    view.refused.connect(said.append)
    view.document.do(select(Channel.of_rect(Rect(400, 0, 50, 50))))
    view.hand.take("move")
    before = view.document.picture
    mouse.drag((10, 10), (10, 110))
    assert view.document.picture is before
    assert len(said) == 1


def test_only_what_is_selected_is_transformed(view: CanvasView, mouse: Mouse, qtbot: QtBot) -> None:
    view.document.do(select(Channel.of_rect(Rect(0, 0, 50, 200))))
    view.hand.take("transform")
    mouse.drag((25, 100), (25, 220))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    picture = view.document.picture
    raster = picture.layers[0].raster
    assert raster.bounds() == Rect(0, 0, 300, 320)
    assert not raster.read(Rect(0, 0, 50, 119)).any()
    assert picture.selection is not None
    assert picture.selection.bounds() == Rect(0, 120, 50, 200)
