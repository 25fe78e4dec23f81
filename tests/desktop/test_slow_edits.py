"""Edits of large layers are made aside, and recorded as if they had been made at once."""

from collections import deque
from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.edits import Edit, remove_layer, set_opacity
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.pixel_edits import add_layer_mask
from desktop.document.raster import Raster
from desktop.document.selection_edits import select
from desktop.document.transform import scaling, transform_layer
from desktop.errands import Work, done_at_once
from desktop.paths import Paths
from desktop.slow_edits import AT_ONCE, SlowEdits, selected_tiles_of, tiles_of
from tests.shell import open_shell

FRAME = Rect(0, 0, 64, 64)
FLIP = transform_layer(1, scaling(-1.0, 1.0, about=(32.0, 32.0)), "Flip layer")
MANY = AT_ONCE + 1


class Later:
    """Does slow work when it is told to, the oldest first."""

    def __init__(self) -> None:
        self.waiting = deque[tuple[Work, Callable[[object], None]]]()

    def __call__(self, work: Work, then: Callable[[object], None], /) -> None:
        self.waiting.append((work, then))

    def go_on(self) -> None:
        while self.waiting:
            work, then = self.waiting.popleft()
            then(done_at_once(work))


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def document() -> Document:
    pixels = np.random.default_rng(4).integers(0, 256, (64, 64, 3), np.uint8)
    return Document(Picture(FRAME, (Layer(1, "a", Raster.from_array(pixels, 0, 0)),)))


@pytest.fixture
def slow(document: Document, later: Later) -> SlowEdits:
    return SlowEdits(document, later)


def shown(document: Document) -> bytes:
    return document.picture.layers[0].raster.read(FRAME).tobytes()


def flipped(document: Document) -> bytes:
    return FLIP.apply(document.picture).layers[0].raster.read(FRAME).tobytes()


def test_what_is_quick_is_done_at_once(document: Document, later: Later, slow: SlowEdits) -> None:
    wanted = flipped(document)
    slow.do(FLIP, AT_ONCE, 1)
    assert shown(document) == wanted
    assert not later.waiting


def test_what_is_slow_is_recorded_once_it_is_made(
    document: Document, later: Later, slow: SlowEdits
) -> None:
    before, wanted = shown(document), flipped(document)
    slow.do(FLIP, MANY, 1)
    assert shown(document) == before
    later.go_on()
    assert shown(document) == wanted
    assert document.history == ("Flip layer",)
    document.undo()
    assert shown(document) == before


def test_two_presses_are_two_edits(document: Document, later: Later, slow: SlowEdits) -> None:
    before = shown(document)
    slow.do(FLIP, MANY, 1)
    slow.do(FLIP, MANY, 1)
    later.go_on()
    assert document.history == ("Flip layer", "Flip layer")
    assert shown(document) == before


def test_what_was_changed_meanwhile_stays_changed(
    document: Document, later: Later, slow: SlowEdits
) -> None:
    wanted = flipped(document)
    slow.do(FLIP, MANY, 1)
    document.do(set_opacity(1, 0.5))
    later.go_on()
    assert document.history[-1] == "Flip layer"
    assert document.picture.layers[0].opacity == 0.5
    assert shown(document) == wanted


def other_picture() -> Edit:
    new = Picture(FRAME, (Layer(1, "another", Raster.empty()),))
    return Edit("New", lambda _old: new, begins=True)


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda document: document.undo(),
        lambda document: document.do(remove_layer(1)),
        lambda document: document.do(other_picture()),
    ],
    ids=["undone", "the layer removed", "another picture"],
)
def test_what_is_wanted_no_more_is_not_done(
    document: Document, later: Later, slow: SlowEdits, meanwhile: Callable[[Document], None]
) -> None:
    document.do(set_opacity(1, 0.5))
    slow.do(FLIP, MANY, 1)
    meanwhile(document)
    after = document.picture
    later.go_on()
    assert document.picture is after
    assert "Flip layer" not in document.history


def test_a_drag_is_not_disturbed(
    qtbot: QtBot, document: Document, later: Later, slow: SlowEdits
) -> None:
    wanted = flipped(document)
    slow.do(FLIP, MANY, 1)
    document.preview(set_opacity(1, 0.25))
    later.go_on()
    assert document.previewing
    qtbot.wait(120)
    assert document.history == ()
    document.preview(None)
    qtbot.waitUntil(lambda: document.history == ("Flip layer",))
    assert shown(document) == wanted


def test_without_a_thread_all_is_done_at_once(document: Document) -> None:
    wanted = flipped(document)
    SlowEdits(document).do(FLIP, 10_000, 1)
    assert shown(document) == wanted


def test_the_tiles_of_groups_masks_and_selections_count() -> None:
    pixels = np.full((300, 300, 3), 9, np.uint8)
    child = Layer(1, "a", Raster.from_array(pixels, 0, 0))
    picture = Picture(FRAME, (Layer.group(2, "g", (child,)),))
    assert tiles_of(*picture.layers) == 4
    picture = select(Channel.of_rect(FRAME)).apply(picture)
    assert selected_tiles_of(picture, picture.layers[0]) == 5
    masked = add_layer_mask(1).apply(picture)
    assert tiles_of(*masked.layers) == 5


def test_a_large_layer_is_flipped_in_the_window(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as shell:
        large = np.random.default_rng(2).integers(0, 256, (900, 900, 3), np.uint8)
        shell.studio.place_pixels(large, "large")
        document = shell.studio.document
        layer = document.picture.layers[-1]
        shell.window.canvas.hand.choose_layer(layer.id)
        shell.workbench.actions_by_verb["layer.flip:across"].trigger()
        assert document.undo_name != "Flip layer"
        qtbot.waitUntil(lambda: document.undo_name == "Flip layer")
        area = layer.bounds()
        found = document.picture.layer(layer.id).raster.read(area)
        assert np.array_equal(found, layer.raster.read(area)[:, ::-1])
        shell.workbench.actions_by_verb["select.none"].trigger()
        shell.workbench.actions_by_verb["clipboard.cut"].trigger()
        qtbot.waitUntil(lambda: document.undo_name == "Clear")
        assert document.picture.layer(layer.id).raster.is_empty
        assert shell.failures == []
