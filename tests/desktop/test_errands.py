"""What a tool looks for aside: one thing at a time, told how far it is, given up by Escape."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop import slow_edits
from desktop.canvas.view import CanvasView
from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.edits import remove_layer, set_locked
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.lifted import NOTHING_SELECTED
from desktop.document.picture import Picture
from desktop.document.pixel_edits import fill_layer
from desktop.document.raster import Raster
from desktop.document.selection_edits import select as selecting
from desktop.errands import Errands, done_at_once
from desktop.jobs import Jobs
from desktop.tools import select, transform, wand
from desktop.worker import Failed, Worker
from tests.desktop.pointing import SHIFT, Mouse

FRAME = Rect(0, 0, 200, 100)


@pytest.fixture
def errands(qtbot: QtBot) -> Iterator[Errands]:
    worker = Worker("worker of a test")
    yield Errands(Jobs(worker))
    assert worker.shutdown(5.0)


@pytest.fixture
def view(qtbot: QtBot, errands: Errands, monkeypatch: pytest.MonkeyPatch) -> CanvasView:
    """A canvas over a white layer whose left half is red; every search is done aside."""
    monkeypatch.setattr(wand, "AT_ONCE", 0)
    pixels = np.full((100, 200, 3), 255, np.uint8)
    pixels[:, :100] = (255, 0, 0)
    view = CanvasView(Document(Picture(FRAME, (Layer(1, "a", Raster.from_array(pixels, 0, 0)),))))
    view.errands = errands
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    qtbot.waitExposed(view)
    view.hand.choose_layer(1)
    return view


def test_what_was_found_is_told_once_and_how_far_it_is(qtbot: QtBot, errands: Errands) -> None:
    found, shares = list[object](), list[float]()
    errands.progressed.connect(shares.append)
    errands.begin(lambda: iter((0.25, 0.5, "there")), found.append)
    assert errands.active
    qtbot.waitUntil(lambda: not errands.active)
    assert found == ["there"]
    assert shares == [0.0, 0.25, 0.5, 1.0]


def test_another_search_takes_the_place_of_the_first(qtbot: QtBot, errands: Errands) -> None:
    goes_on, found = threading.Event(), list[object]()

    def slow() -> Iterator[object]:
        yield 0.1
        assert goes_on.wait(5)
        yield "first"

    errands.begin(slow, found.append)
    errands.begin(lambda: iter(("second",)), found.append)
    goes_on.set()
    qtbot.waitUntil(lambda: not errands.active)
    assert found == ["second"]


def test_a_bug_is_reported_and_nothing_found(qtbot: QtBot, errands: Errands) -> None:
    def broken() -> Iterator[object]:
        yield 1 / 0

    found = list[object]()
    with qtbot.waitSignal(errands.failed) as told, pytest.MonkeyPatch.context() as patch:
        patch.setattr("desktop.worker.logger.exception", lambda *_: None)
        errands.begin(broken, found.append)
    failed = told.args[0] if told.args else None
    assert isinstance(failed, Failed)
    assert "ZeroDivisionError" in failed.trace
    assert not found
    assert not errands.active


def test_what_is_done_at_once_finds_the_same() -> None:
    assert done_at_once(lambda: iter((0.5, "there"))) == "there"


def test_what_comes_after_waits_for_its_turn_and_goes_with_what_is_given_up(
    qtbot: QtBot, errands: Errands
) -> None:
    found = list[object]()
    errands.begin(lambda: iter(("first",)), found.append)
    errands.begin(lambda: iter(("second",)), found.append, after=True)
    qtbot.waitUntil(lambda: len(found) == 2)
    assert found == ["first", "second"]
    errands.begin(lambda: iter(("third",)), found.append)
    errands.begin(lambda: iter(("fourth",)), found.append, after=True)
    errands.cancel()
    qtbot.waitUntil(lambda: not errands.active)
    qtbot.wait(20)
    assert found == ["first", "second"]


LARGE, SMALL = ((5, 5), (150, 95)), ((160, 5), (190, 35))


@pytest.fixture
def shape(view: CanvasView, monkeypatch: pytest.MonkeyPatch) -> Mouse:
    """A mouse with the tool for shapes; the rim of a large one is softened aside."""
    monkeypatch.setattr(select, "AT_ONCE", 0)
    view.hand.take("shape")
    view.hand.change("shape", feather=8.0)
    return Mouse(view)


def chosen(view: CanvasView) -> tuple[int, int]:
    """The selection in the middle of LARGE and of SMALL; nothing is 0 everywhere."""
    selection = view.document.picture.selection
    if selection is None:
        return 0, 0
    return tuple(int(selection.read(Rect(x, y, 1, 1))[0, 0]) for x, y in ((75, 50), (175, 20)))  # type: ignore[return-value]


def test_of_two_shapes_the_second_one_is_selected(
    view: CanvasView, shape: Mouse, qtbot: QtBot
) -> None:
    shape.drag(*LARGE)
    assert view.searches
    view.hand.change("shape", feather=0.0)
    shape.drag(*SMALL)
    qtbot.waitUntil(lambda: not view.searches)
    qtbot.wait(20)
    assert chosen(view) == (0, 255)


def test_a_shape_that_is_added_waits_for_the_one_before(
    view: CanvasView, shape: Mouse, qtbot: QtBot
) -> None:
    shape.drag(*LARGE)
    shape.keys = SHIFT
    view.hand.change("shape", feather=0.0)
    shape.drag(*SMALL)
    qtbot.waitUntil(lambda: not view.searches)
    assert chosen(view) == (255, 255)


def test_a_click_that_selects_nothing_gives_up_what_was_to_be_selected(
    view: CanvasView, shape: Mouse, qtbot: QtBot
) -> None:
    shape.drag(*LARGE)
    shape.click((10, 10))
    qtbot.wait(50)
    assert view.document.picture.selection is None


def test_another_tool_leaves_what_is_to_be_selected(
    view: CanvasView, shape: Mouse, qtbot: QtBot
) -> None:
    shape.drag(*LARGE)
    view.hand.take("brush")
    qtbot.waitUntil(lambda: view.document.picture.selection is not None)
    assert chosen(view) == (255, 0)


def test_the_wand_finds_aside_what_it_finds_at_once(view: CanvasView, qtbot: QtBot) -> None:
    view.hand.take("wand")
    Mouse(view).click((30.5, 30.5))
    assert view.busy
    qtbot.waitUntil(lambda: not view.busy)
    selection = view.document.picture.selection
    assert selection is not None
    assert selection.bounds() == Rect(0, 0, 100, 100)
    assert view.document.undo_name == "Select"


def test_escape_gives_the_search_up_and_leaves_all_as_it_was(
    view: CanvasView, qtbot: QtBot
) -> None:
    before = view.document.picture
    view.hand.take("wand")
    Mouse(view).click((30.5, 30.5))
    assert view.cursor().shape() == Qt.CursorShape.BusyCursor
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.busy
    assert view.cursor().shape() != Qt.CursorShape.BusyCursor
    qtbot.wait(50)
    assert view.document.picture is before


@pytest.mark.parametrize("edit", [set_locked(1, locked=True), remove_layer(1)])
def test_a_layer_that_was_locked_or_removed_meanwhile_is_not_filled(
    view: CanvasView, qtbot: QtBot, edit
) -> None:
    view.hand.take("fill")
    view.hand.set_colour((0, 0, 255))
    Mouse(view).click((30.5, 30.5))
    view.document.do(edit)
    after = view.document.picture
    qtbot.waitUntil(lambda: not view.busy)
    assert view.document.picture is after


def test_what_the_wand_adds_waits_for_what_it_looked_for_before(
    view: CanvasView, qtbot: QtBot
) -> None:
    view.hand.take("wand")
    mouse = Mouse(view)
    mouse.click((30.5, 30.5))
    mouse.keys = SHIFT
    mouse.click((175.5, 20.5))
    qtbot.waitUntil(lambda: not view.searches)
    assert chosen(view) == (255, 255)


def test_what_the_wand_takes_anew_is_all_that_is_selected(view: CanvasView, qtbot: QtBot) -> None:
    view.hand.take("wand")
    mouse = Mouse(view)
    mouse.click((30.5, 30.5))
    mouse.click((175.5, 20.5))
    qtbot.waitUntil(lambda: not view.searches)
    qtbot.wait(20)
    assert chosen(view) == (0, 255)


def test_an_area_is_filled_after_the_one_before(view: CanvasView, qtbot: QtBot) -> None:
    view.hand.take("fill")
    mouse = Mouse(view)
    for colour, place in (((0, 0, 255), (30.5, 30.5)), ((0, 255, 0), (175.5, 20.5))):
        view.hand.set_colour(colour)
        mouse.click(place)
    qtbot.waitUntil(lambda: not view.searches)
    (layer,) = view.document.picture.layers
    left, right = (layer.raster.read(Rect(x, y, 1, 1))[0, 0] for x, y in ((75, 50), (175, 20)))
    assert left.tolist() == [0, 0, 255, 255]
    assert right.tolist() == [0, 255, 0, 255]


def test_a_press_that_selects_anew_leaves_a_fill_alone(view: CanvasView, qtbot: QtBot) -> None:
    view.hand.take("fill")
    view.hand.set_colour((0, 0, 255))
    mouse = Mouse(view)
    mouse.click((30.5, 30.5))
    view.hand.take("wand")
    mouse.click((30.5, 30.5))
    mouse.click((175.5, 20.5))
    qtbot.waitUntil(lambda: not view.searches)
    qtbot.wait(20)
    (layer,) = view.document.picture.layers
    assert layer.raster.read(Rect(75, 50, 1, 1))[0, 0].tolist() == [0, 0, 255, 255]
    assert chosen(view) == (0, 255)


def test_a_press_beside_the_picture_gives_nothing_up(view: CanvasView, qtbot: QtBot) -> None:
    view.hand.take("wand")
    mouse = Mouse(view)
    mouse.click((30.5, 30.5))
    mouse.click((-20.5, 30.5))
    qtbot.waitUntil(lambda: not view.searches)
    assert chosen(view) == (255, 0)


def test_after_one_that_failed_the_next_one_is_done(qtbot: QtBot, errands: Errands) -> None:
    found: list[object] = []
    failed: list[object] = []
    errands.failed.connect(failed.append)

    def breaks() -> Iterator[object]:
        raise MemoryError
        yield

    errands.begin(breaks, found.append)
    errands.begin(lambda: iter(("next",)), found.append, after=True)
    qtbot.waitUntil(lambda: found == ["next"])
    assert len(failed) == 1


def test_a_gradient_over_much_is_laid_aside(
    qtbot: QtBot, view: CanvasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_edits, "AT_ONCE", 2)
    view.hand.take("fill")
    view.hand.change("fill", gradient=True)
    Mouse(view).drag((0, 50), (100, 50), (199, 50))
    assert view.searches
    assert view.document.history == ()
    qtbot.waitUntil(lambda: len(view.document.history) == 1)
    greys = view.document.picture.layers[0].raster.read(FRAME)[50, :, 0].astype(int)
    assert greys[199] - greys[0] > 200
    assert (np.diff(greys) >= 0).all()


def test_a_gradient_that_is_given_up_is_not_laid(
    qtbot: QtBot, view: CanvasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_edits, "AT_ONCE", 2)
    view.hand.take("fill")
    view.hand.change("fill", gradient=True)
    Mouse(view).drag((0, 50), (100, 50), (199, 50))
    view.abandon()
    qtbot.waitUntil(lambda: not view.searches)
    qtbot.wait(30)
    assert view.document.history == ()


def take_up(qtbot: QtBot, view: CanvasView, monkeypatch: pytest.MonkeyPatch) -> Mouse:
    """Take the transform tool, as with a layer of many tiles, until the layer floats."""
    monkeypatch.setattr(transform, "AT_ONCE", 0)
    view.hand.take("transform")
    assert view.searches
    assert not view.document.previewing
    qtbot.waitUntil(lambda: view.document.previewing)
    return Mouse(view)


def reds(view: CanvasView) -> int:
    """How many columns of the layer are red."""
    values = view.document.picture.layers[0].raster.read(Rect(-300, 50, 800, 1))
    return int(((values[0, :, 3] == 255) & (values[0, :, 1] < 9)).sum())


def test_a_large_layer_is_taken_up_and_laid_down_aside(
    qtbot: QtBot, view: CanvasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    mouse = take_up(qtbot, view, monkeypatch)
    mouse.drag((100, 50), (60, 50), (40, 50))
    view.finish()
    assert view.document.history == ()
    assert view.document.previewing, "it floats until it lies"
    qtbot.waitUntil(lambda: len(view.document.history) == 1)
    assert not view.document.previewing
    assert view.document.picture.layers[0].bounds() == Rect(-60, 0, 200, 100)
    assert reds(view) == 100
    qtbot.waitUntil(lambda: not view.busy)


def test_what_was_confirmed_is_laid_down_whatever_comes_next(
    qtbot: QtBot, view: CanvasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_up(qtbot, view, monkeypatch).drag((100, 50), (60, 50), (40, 50))
    view.finish()
    view.hand.take("brush")
    assert view.document.history == ("Transform layer",)
    assert view.document.picture.layers[0].bounds() == Rect(-60, 0, 200, 100)
    qtbot.wait(50)
    assert view.document.history == ("Transform layer",)


@pytest.mark.parametrize("finished", [False, True])
def test_what_was_not_moved_or_confirmed_is_as_it_was(
    qtbot: QtBot, view: CanvasView, monkeypatch: pytest.MonkeyPatch, finished: bool
) -> None:
    before = view.document.picture
    mouse = take_up(qtbot, view, monkeypatch)
    if finished:
        view.finish()
    else:
        mouse.drag((100, 50), (60, 50), (40, 50))
        view.abandon()
    qtbot.wait(50)
    assert view.document.picture is before
    assert not view.busy


def test_a_layer_that_is_given_up_while_it_is_taken_up_stays(
    qtbot: QtBot, view: CanvasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transform, "AT_ONCE", 0)
    before = view.document.picture
    view.hand.take("transform")
    view.hand.take("brush")
    qtbot.waitUntil(lambda: not view.searches)
    qtbot.wait(50)
    assert view.document.picture is before
    assert not view.busy


def test_a_layer_that_changes_while_it_is_taken_up_floats_as_it_has_become(
    qtbot: QtBot, view: CanvasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transform, "AT_ONCE", 0)
    view.hand.take("transform")
    view.document.do(fill_layer(1, (0, 0, 255, 255), Channel.of_rect(FRAME)))
    qtbot.waitUntil(lambda: view.document.previewing)
    Mouse(view).drag((100, 50), (60, 50), (40, 50))
    view.finish()
    qtbot.waitUntil(lambda: view.document.undo_name == "Transform layer")
    assert reds(view) == 200, "blue has no green either"


def test_that_the_selection_holds_nothing_of_it_is_told(
    qtbot: QtBot, view: CanvasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transform, "AT_ONCE", 0)
    told: list[str] = []
    view.refused.connect(told.append)
    view.document.do(selecting(Channel.of_rect(Rect(500, 500, 9, 9))))
    view.hand.take("transform")
    qtbot.waitUntil(lambda: told == [NOTHING_SELECTED])
    qtbot.waitUntil(lambda: not view.busy)


def test_that_it_cannot_be_taken_up_is_told(
    qtbot: QtBot, view: CanvasView, errands: Errands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_picture: Picture, _layer: Layer) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(transform, "AT_ONCE", 0)
    monkeypatch.setattr(transform, "_taken_up", fail)
    failures: list[object] = []
    errands.failed.connect(failures.append)
    view.hand.take("transform")
    qtbot.waitUntil(lambda: len(failures) == 1)
    qtbot.waitUntil(lambda: not view.busy)
