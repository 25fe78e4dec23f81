"""The mixing desk, from an empty place to pictures in the tray: a page of the manual."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.dragged_layer import DraggedLayer
from desktop.panels.mix import MixPanel
from desktop.paths import Paths
from desktop.source import Source
from engine.requests import Mix
from tests.fakes import FakeEngine, square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

BLUE = square(3, 64, 64)


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths, FakeEngine()) as shell:
        shell.window.prompt.count.setValue(2)
        yield shell


def desk_in(shell: Shell) -> MixPanel:
    shell.workbench.actions_by_verb["ideas.show_mix"].trigger()
    panel = shell.workbench.parts.ideas.mix
    assert panel.isVisible()
    return panel


def drop(widget: QWidget, data: QMimeData) -> bool:
    """Drag `data` over `widget` and let go; return whether it wanted it."""
    where = QPointF(widget.rect().center())
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
    enter = QDragEnterEvent(where, copy, data, left, none)
    enter.ignore()
    widget.dragEnterEvent(enter)
    if enter.isAccepted():
        widget.dropEvent(QDropEvent(where, copy, data, left, none))
    return enter.isAccepted()


def of_type(kind: str, text: str) -> QMimeData:
    data = QMimeData()
    data.setData(kind, text.encode())
    return data


def previewed(qtbot: QtBot, panel: MixPanel) -> None:
    qtbot.waitUntil(lambda: panel.preview.has_picture, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not panel.sketching.busy, timeout=PATIENCE)


def test_an_empty_desk_shows_two_places_and_says_what_they_are_for(
    qtbot: QtBot, shell: Shell
) -> None:
    panel = desk_in(shell)
    assert panel.empty.isVisible()
    assert panel.second.isVisible()
    assert "Drop pictures" in panel.invitation.text()
    data = QMimeData()
    data.setText("a knight")
    assert drop(panel.second, data)
    assert len(panel.rows) == 1
    assert (panel.empty.isVisible(), panel.second.isVisible()) == (True, False)
    assert panel.invitation.isVisible()
    assert drop(panel.empty, data)
    assert not panel.invitation.isVisible()


def seen(widget: QWidget) -> int:
    return widget.visibleRegion().boundingRect().height()


def test_the_place_for_the_next_idea_stays_in_view(qtbot: QtBot, shell: Shell) -> None:
    panel = desk_in(shell)
    for words in ("a knight", "a castle", "a horse", "a flag"):
        panel.words.setText(words)
        qtbot.keyClick(panel.words, Qt.Key.Key_Return)
        qtbot.wait(20)
        # The dock grows in a turn of its own when the desk comes into view.
        qtbot.waitUntil(lambda: seen(panel.words) == panel.words.height(), timeout=1000)


def test_on_a_low_screen_four_ideas_are_seen_at_a_time(qtbot: QtBot, shell: Shell) -> None:
    shell.workbench.show_canvas()
    shell.window.resize(1240, 800)
    panel = desk_in(shell)
    panel.take(*(Source(name=f"idea {n}", text=f"idea {n}") for n in range(4)))
    qtbot.waitUntil(lambda: len(panel.rows) == 4, timeout=PATIENCE)

    def whole() -> int:
        return sum(seen(row) == row.height() for row in panel.rows.values())

    qtbot.waitUntil(lambda: whole() == 4, timeout=PATIENCE)
    assert shell.window.height() == 800
    assert not panel.findChildren(QScrollArea), "one page, one bar"


@pytest.mark.parametrize("ideas", [2, 4])
def test_the_page_stays_where_it_is_looked_at_when_it_grows_for_another_reason(
    qtbot: QtBot, shell: Shell, ideas: int
) -> None:
    shell.workbench.show_canvas()
    shell.window.resize(1240, 700)
    panel = desk_in(shell)
    panel.take(*(Source(name=f"idea {n}", text=f"idea {n}") for n in range(ideas)))
    qtbot.waitUntil(lambda: len(panel.rows) == ideas, timeout=PATIENCE)
    (area,) = (
        each
        for each in shell.window.findChildren(QScrollArea)
        if each.widget() is not None and each.isAncestorOf(panel)
    )
    bar = area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() > 0, timeout=PATIENCE)  # at the place for the next idea
    bar.setValue(0)
    before = bar.maximum()
    panel.show_sheet()
    qtbot.waitUntil(lambda: bar.maximum() > before, timeout=PATIENCE)
    assert bar.value() == 0


def test_several_ideas_are_painted_when_all_of_them_have_their_places(
    qtbot: QtBot, shell: Shell
) -> None:
    panel = desk_in(shell)
    qtbot.wait(50)
    there: list[int] = []

    class Painted(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                there.append(len(panel.rows))
            return False

    panel.installEventFilter(painted := Painted())
    panel.take(*(Source(name=name, text=name) for name in ("a", "b", "c")))
    assert len(panel.rows) == 1, "one a turn"
    qtbot.waitUntil(lambda: len(panel.rows) == 3)
    rows = panel.rows.values()
    qtbot.waitUntil(lambda: all(row.updatesEnabled() for row in rows))
    qtbot.wait(50)
    panel.removeEventFilter(painted)
    assert set(there) == {3}, "not with each of them"
    assert panel.updatesEnabled()
    assert not any(row.visibleRegion().isEmpty() for row in rows)


@pytest.mark.parametrize("left", [0, 1])
def test_a_desk_emptied_before_all_ideas_have_their_places_is_painted_again(
    qtbot: QtBot, shell: Shell, left: int
) -> None:
    panel = desk_in(shell)
    panel.take(*[Source(name=word, text=word) for word in ("fox", "owl", "elk")])
    assert len(panel.rows) < 3, "they are made one a turn"
    assert not panel.updatesEnabled()
    panel.clear()
    panel.take(*[Source(name="cat", text="cat")][:left])
    qtbot.waitUntil(panel.updatesEnabled, timeout=PATIENCE)
    assert len(panel.rows) == left


def test_two_ideas_are_put_in_weighed_looked_at_and_painted(qtbot: QtBot, shell: Shell) -> None:
    panel, engine = desk_in(shell), shell.engine

    # An empty desk shows dashed places and a line to write in; there is nothing to paint.
    assert panel.rows == {}
    assert not panel.run.isEnabled()

    # Words are typed, a picture is pasted from the clipboard; each gets a row with its weight.
    panel.words.setFocus()
    qtbot.keyClicks(panel.words, "a cat")
    qtbot.keyClick(panel.words, Qt.Key.Key_Return)
    data = QMimeData()
    data.setText("a knight")
    assert drop(panel.empty, data)
    cat, knight = panel.rows.values()
    assert (cat.words.text(), knight.words.text()) == ("a cat", "a knight")

    # While one looks for the mix a small preview is painted in few steps; the tray stays empty.
    previewed(qtbot, panel)
    last = engine.requests[-1]
    assert isinstance(last, Mix)
    assert (last.count, last.sampling.steps) == (1, 6)
    assert shell.studio.candidates.items == ()

    # The knight leads away by a third of what the cat leads towards.
    knight.weight.box.setValue(-33)
    previewed(qtbot, panel)
    assert [well.weight for well in panel.desk.wells] == [100, -33]

    # The pad weighs both: dragged a quarter of the way, it is three quarters cat.
    pad = panel.pad
    pad.moved.emit(0.25, 0.5)
    assert [well.weight for well in panel.desk.wells] == [75, 25]
    previewed(qtbot, panel)
    shown = engine.requests[-1]

    # Paint: as many as the prompt bar says, the first from the seed that the preview had.
    qtbot.mouseClick(panel.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    items = shell.studio.candidates.items
    asked = next(r for r in reversed(engine.requests) if r.sampling.steps is None)
    assert isinstance(asked, Mix)
    assert [part.weight for part in asked.ingredients] == [0.75, 0.25]
    assert asked.sampling.seed == shown.sampling.seed == items[0].seed
    assert len(items) == shell.studio.settings.count
    assert items[0].prompt == "a cat + a knight"
    assert shell.failures == []

    # They are accepted like any others.
    shell.studio.candidates.choose(0)
    shell.window.tray.accept()
    assert shell.studio.document.picture.layers[-1].name == "a cat + a knight"


def test_files_layers_and_results_are_dropped_into_it(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    panel, studio = desk_in(shell), shell.studio
    frame = Rect(0, 0, 64, 64)
    studio.document.do(place_image(BLUE, frame, "my layer"))
    shell.paint(qtbot)

    file = tmp_path / "holiday.png"
    Image.fromarray(square(5, 40, 30)).save(file)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    assert drop(panel.empty, data)
    qtbot.waitUntil(lambda: len(panel.rows) == 1, timeout=PATIENCE)

    layer = studio.document.picture.layers[-1]
    assert drop(panel.empty, DraggedLayer(layer, tmp_path))
    tiles = [tile for tile in shell.window.tray.tiles if tile.isEnabled()]
    dragged = tiles[1].dragged()
    assert dragged.hasImage(), "it can be dropped anywhere"
    qtbot.waitUntil(lambda: tiles[1].dragged().hasUrls(), timeout=PATIENCE)
    path = Path(tiles[1].dragged().urls()[0].toLocalFile())
    assert np.array_equal(np.array(Image.open(path)), studio.candidates.items[1].pixels)
    assert drop(panel.empty, dragged)
    names = [well.source.name for well in panel.desk.wells]
    assert names == ["holiday", "my layer", "a red apple"]
    file_pixels, layer_pixels, result = (well.source.pixels for well in panel.desk.wells)
    assert file_pixels is not None
    assert layer_pixels is not None
    assert np.array_equal(file_pixels, square(5, 40, 30))
    assert np.array_equal(layer_pixels, BLUE)
    assert result is studio.candidates.items[1].pixels

    # A folder of letters is none of these.
    assert not drop(panel.empty, of_type("application/x-strange", "1"))
    assert len(panel.rows) == 3


def test_what_cannot_be_taken_is_said_in_a_sentence(shell: Shell) -> None:
    panel, ideas = desk_in(shell), shell.workbench.parts.ideas
    for verb, sentence in (
        (ideas.sources.frame, "The frame is empty"),
        (ideas.sources.layer, "nothing on this layer"),
        (ideas.sources.chosen, "No picture is chosen"),
    ):
        verb(panel.take)
        assert sentence in shell.window.messages.text
    assert panel.rows == {}


def test_a_desk_of_which_nothing_is_left_says_so_where_the_preview_was(
    qtbot: QtBot, shell: Shell
) -> None:
    panel = desk_in(shell)
    data = QMimeData()
    data.setText("a cat")
    drop(panel.empty, data)
    previewed(qtbot, panel)
    (row,) = panel.rows.values()
    row.mute.click()
    assert not panel.preview.has_picture
    assert "Nothing would be left of this mix" in panel.preview.sentence
    row.mute.click()
    previewed(qtbot, panel)
    row.remove.click()
    assert panel.rows == {}
    assert not panel.preview.has_picture


def test_no_preview_is_drawn_for_a_desk_that_nobody_sees(qtbot: QtBot, shell: Shell) -> None:
    panel = desk_in(shell)
    shell.workbench.parts.ideas.hide()
    data = QMimeData()
    data.setText("a cat")
    shell.workbench.parts.ideas.sources.drop(data, panel.take)
    assert not panel.sketching.busy
    assert shell.engine.requests == []


def test_the_subject_of_one_is_painted_in_the_style_of_the_other(
    qtbot: QtBot, shell: Shell
) -> None:
    panel = desk_in(shell)
    assert not panel.apart.isVisible(), "an empty desk has nothing to take apart"
    for words in ("a cat", "a woodcut"):
        panel.words.setText(words)
        qtbot.keyClick(panel.words, Qt.Key.Key_Return)
    cat, woodcut = panel.rows.values()
    assert not cat.style_weight.isVisibleTo(cat)
    assert cat.weight.slider.accessibleName() == "Weight"

    # The switch gives each idea a second weight, at first the same.
    panel.apart.click()
    assert cat.style_weight.isVisibleTo(cat)
    assert cat.weight.slider.accessibleName() == "Weight of its subject"
    assert "a larger model adds is the style of one idea" in panel.apart.toolTip()
    previewed(qtbot, panel)
    request = shell.engine.requests[-1]
    assert isinstance(request, Mix)
    assert not request.apart

    # All of the cat, none of its style; none of what the woodcut shows, all of its style.
    cat.style_weight.box.setValue(0)
    woodcut.weight.box.setValue(0)
    previewed(qtbot, panel)
    request = shell.engine.requests[-1]
    assert isinstance(request, Mix)
    assert [(part.weight, part.style) for part in request.ingredients] == [(1, 0), (0, 1)]

    # Without the switch the subject's weight is the weight.
    panel.apart.click()
    assert not woodcut.style_weight.isVisibleTo(woodcut)
    assert [well.weight for well in panel.desk.wells] == [100, 0]
