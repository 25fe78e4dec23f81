"""Edits of large layers are made aside, and recorded as if they had been made at once."""

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.edits import Edit, remove_layer, set_opacity
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.pixel_edits import add_layer_mask, clear_selected, paint_layer
from desktop.document.raster import Raster
from desktop.document.selection_edits import deselect, select
from desktop.document.transform import scaling, transform_layer
from desktop.errands import Work, done_at_once
from desktop.paths import Paths
from desktop.slow_edits import AT_ONCE, SlowEdits, selected_tiles_of, tiles_of
from tests.desktop.pointing import Mouse
from tests.shell import Shell, open_shell

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


def test_what_was_selected_at_the_press_counts(
    document: Document, later: Later, slow: SlowEdits
) -> None:
    document.do(select(Channel.of_rect(Rect(0, 0, 10, 64))))
    left = shown(document)
    slow.do(clear_selected(1), MANY, 1)
    document.do(deselect())
    later.go_on()
    rest = document.picture.layers[0].raster.read(FRAME)
    assert np.array_equal(rest[:, 10:], np.frombuffer(left, np.uint8).reshape(64, 64, 4)[:, 10:])
    assert not rest[:, :10].any()
    assert document.picture.selection is None
    assert document.history[-1] == "Clear"


def test_what_is_finished_is_recorded_once(
    document: Document, later: Later, slow: SlowEdits
) -> None:
    wanted = flipped(document)
    slow.do(FLIP, MANY, 1)
    slow.finish()
    assert shown(document) == wanted
    later.go_on()
    assert document.history == ("Flip layer",)


def test_what_is_forgotten_is_not_finished(
    document: Document, later: Later, slow: SlowEdits
) -> None:
    slow.do(FLIP, MANY, 1)
    slow.forget()
    slow.finish()
    later.go_on()
    assert document.history == ()


def test_what_fails_is_not_tried_again(document: Document, later: Later, slow: SlowEdits) -> None:
    def fail(_picture: Picture) -> Picture:
        raise MemoryError

    slow.do(Edit("Fail", fail), MANY)
    with pytest.raises(MemoryError):
        later.go_on()
    slow.finish()
    assert document.history == ()


def test_what_is_slow_is_kept_at_the_limit_of_memory(later: Later) -> None:
    rng = np.random.default_rng(4)
    pixels = rng.integers(0, 256, (512, 512, 3), np.uint8)
    raster = Raster.from_array(pixels, 0, 0)
    document = Document(Picture(FRAME, (Layer(1, "a", raster), Layer(2, "b", Raster.empty()))))
    document.budget = 12 * 2**20
    for value in range(20):
        dot = np.full((300, 300, 3), value, np.uint8)
        document.do(paint_layer(2, Raster.from_array(dot, 0, 0)))
    slow, before = SlowEdits(document, later), document.position
    slow.do(FLIP, MANY, 1)
    slow.do(FLIP, MANY, 1)
    later.go_on()
    assert document.position < before
    assert document.history[-2:] == ("Flip layer", "Flip layer")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    """A window with three large layers of noise, the highest of them in hand."""
    with open_shell(qtbot, paths) as shell:
        rng = np.random.default_rng(2)
        for name in "abc":
            shell.studio.place_pixels(rng.integers(0, 256, (900, 900, 3), np.uint8), name)
        shell.window.canvas.hand.choose_layer(shell.studio.document.picture.layers[-1].id)
        yield shell
        assert shell.failures == []


def press(shell: Shell, *verbs: str) -> None:
    for verb in verbs:
        shell.workbench.actions_by_verb[verb].trigger()


def settled(qtbot: QtBot, shell: Shell) -> Document:
    qtbot.waitUntil(lambda: not shell.window.canvas.searches)
    return shell.studio.document


def test_undo_takes_back_what_was_pressed_last(qtbot: QtBot, shell: Shell) -> None:
    before = shell.studio.document.picture
    press(shell, "layer.flip:across", "studio.undo")
    document = settled(qtbot, shell)
    assert document.picture is before
    assert document.redo_name == "Flip layer"


def test_what_is_cleared_is_what_was_selected(qtbot: QtBot, shell: Shell) -> None:
    document = shell.studio.document
    layer = document.picture.layers[-1]
    area = layer.bounds()
    document.do(select(Channel.of_rect(Rect(area.left, area.top, 300, 900))))
    press(shell, "layer.clear", "select.none")
    settled(qtbot, shell)
    found = document.picture.layer(layer.id).raster.read(area)
    assert document.history[-2:] == ("Clear", "Deselect")
    assert np.array_equal(found[:, 300:], layer.raster.read(area)[:, 300:])


def test_two_presses_merge_three_layers(qtbot: QtBot, shell: Shell) -> None:
    first = shell.studio.document.picture.layers[0].id
    press(shell, "layer.merge", "layer.merge")
    document = settled(qtbot, shell)
    assert [layer.id for layer in document.picture.layers] == [first]
    assert document.history[-2:] == ("Merge down", "Merge down")


def test_what_is_painted_begins_with_what_was_being_made(qtbot: QtBot, shell: Shell) -> None:
    press(shell, "layer.flip:across")
    shell.window.prompt.edit.submitted.emit()
    assert shell.studio.busy
    assert shell.studio.document.undo_name == "Flip layer"
    qtbot.waitUntil(lambda: not shell.studio.busy)


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_window_that_closes_asks_about_what_is_being_made(qtbot: QtBot, shell: Shell) -> None:
    document = shell.studio.document
    shell.studio.files.kept = document.picture
    press(shell, "layer.flip:across")
    assert not shell.window.close()
    assert document.undo_name == "Flip layer"


def test_escape_gives_up_what_is_being_made(qtbot: QtBot, shell: Shell) -> None:
    before = shell.studio.document.picture
    press(shell, "layer.flip:across")
    qtbot.keyClick(shell.window.canvas, Qt.Key.Key_Escape)
    press(shell, "select.none")
    assert settled(qtbot, shell).picture is before


def test_a_window_closes_while_a_layer_floats(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as shell:
        shell.studio.place_pixels(np.full((90, 90, 3), 9, np.uint8), "a")
        canvas, document = shell.window.canvas, shell.studio.document
        canvas.hand.choose_layer(document.picture.layers[-1].id)
        canvas.hand.take("transform")
        qtbot.waitUntil(lambda: document.previewing)
        shell.workbench._may_close = True  # noqa: SLF001 - it has been asked
        shell.window.close()
        assert not shell.window.isVisible()
        assert not document.previewing
        assert not canvas.busy


def float_aside(qtbot: QtBot, shell: Shell, *, confirmed: bool = True) -> Picture:
    """Move the highest layer by free transform, which is laid aside; return what was before."""
    canvas, document = shell.window.canvas, shell.studio.document
    before = document.picture
    press(shell, "hand.take:transform")
    qtbot.waitUntil(lambda: document.previewing)
    middle = before.layers[-1].bounds()
    across, down = middle.left + 450, middle.top + 450
    Mouse(canvas).drag((across, down), (across + 30, down), (across + 90, down))
    if confirmed:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert document.recorded is before, "it is laid aside"
    return before


def test_undo_takes_back_a_transform_that_is_being_laid(qtbot: QtBot, shell: Shell) -> None:
    before = float_aside(qtbot, shell)
    press(shell, "studio.undo")
    document = settled(qtbot, shell)
    assert document.picture is before
    assert document.redo_name == "Transform layer"


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_window_that_closes_asks_about_a_transform_that_is_being_laid(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.studio.files.kept = float_aside(qtbot, shell)
    assert not shell.window.close()
    assert shell.studio.document.undo_name == "Transform layer"


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_layer_that_is_gone_while_it_floats_is_not_laid_down(
    qtbot: QtBot, shell: Shell, confirmed: bool
) -> None:
    document = shell.studio.document
    if confirmed:
        float_aside(qtbot, shell)
        document.go_to(0)
    else:
        float_aside(qtbot, shell, confirmed=False)
        document.go_to(0)
        qtbot.keyClick(shell.window.canvas, Qt.Key.Key_Return)
    settled(qtbot, shell)
    qtbot.waitUntil(lambda: not shell.window.canvas.busy)
    assert document.position == 0
