"""The tray: every key and button of it, on pictures that a run has really left there."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from desktop.canvas.overlay import Overlay
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.panels.candidates import CandidatesPanel
from desktop.paths import Paths
from desktop.studio import Studio
from tests.fakes import FakeEngine, square
from tests.shell import PATIENCE, icons, open_studio

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SEED = 7
COUNT = 4


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def studio(qtbot: QtBot, paths: Paths, engine: FakeEngine) -> Iterator[Studio]:
    with open_studio(paths, engine) as studio:
        yield studio


@pytest.fixture
def empty(qtbot: QtBot, paths: Paths, studio: Studio) -> CandidatesPanel:
    panel = CandidatesPanel(studio, icons(paths))
    qtbot.addWidget(panel)
    panel.resize(900, 120)
    panel.show()
    return panel


@pytest.fixture
def tray(qtbot: QtBot, empty: CandidatesPanel, studio: Studio) -> CandidatesPanel:
    """The tray with four pictures, the second one chosen and focused."""
    studio.generate("a cat", COUNT, SEED)
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    qtbot.mouseClick(empty.tiles[1], Qt.MouseButton.LeftButton)
    empty.tiles[1].setFocus()
    return empty


def seeds(studio: Studio) -> list[int]:
    return [candidate.seed for candidate in studio.candidates.items]


def layer_names(studio: Studio) -> list[str]:
    return [layer.name for layer in studio.document.picture.layers]


def test_an_empty_tray_shows_places_and_offers_nothing(empty: CandidatesPanel) -> None:
    buttons = (empty.accept_button, empty.keep_button, empty.discard_button, empty.reject_button)
    assert [tile.isEnabled() for tile in empty.tiles] == [False] * COUNT
    assert [button.isEnabled() for button in buttons] == [False] * 4


def test_each_picture_gets_a_tile_that_says_its_number_and_seed(tray: CandidatesPanel) -> None:
    assert [tile.accessibleName() for tile in tray.tiles] == [
        f"Picture {index + 1}, seed {SEED + index}" for index in range(COUNT)
    ]


def test_a_click_chooses_and_shows_the_picture_in_the_frame(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio
) -> None:
    with qtbot.waitSignal(tray.overlay_changed) as shown:
        qtbot.mouseClick(tray.tiles[2], Qt.MouseButton.LeftButton)
    assert studio.candidates.chosen == 2
    assert shown.args is not None
    np.testing.assert_array_equal(shown.args[0].pixels, square(SEED + 2, 256, 256))
    assert [tile.isChecked() for tile in tray.tiles] == [False, False, True, False]


def test_a_second_click_shows_the_original_again(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio
) -> None:
    with qtbot.waitSignal(tray.overlay_changed) as shown:
        qtbot.mouseClick(tray.tiles[1], Qt.MouseButton.LeftButton)
    assert (studio.candidates.chosen, shown.args) == (None, [None])
    assert not tray.tiles[1].isChecked()


def test_arrows_go_from_picture_to_picture_and_take_the_focus_along(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio
) -> None:
    qtbot.keyClick(tray.tiles[1], Qt.Key.Key_Right)
    assert (studio.candidates.chosen, tray.tiles[2].hasFocus()) == (2, True)
    for _ in range(3):
        chosen = studio.candidates.chosen
        assert chosen is not None
        qtbot.keyClick(tray.tiles[chosen], Qt.Key.Key_Left)
    assert (studio.candidates.chosen, tray.tiles[3].hasFocus()) == (3, True)


def test_the_chosen_picture_is_brought_into_view_once(
    tray: CandidatesPanel, studio: Studio
) -> None:
    tray.resize(700, 120)
    QApplication.processEvents()
    last = tray.tiles[-1]
    assert last.visibleRegion().boundingRect().width() < last.width() // 2
    studio.candidates.choose(COUNT - 1)
    assert last.visibleRegion().boundingRect().width() > last.width() - 8
    tray.findChildren(QScrollArea)[0].horizontalScrollBar().setValue(0)
    studio.candidates.changed.emit()
    assert last.visibleRegion().boundingRect().width() < last.width() // 2


def test_enter_accepts_the_chosen_picture_and_empties_the_tray(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio
) -> None:
    with qtbot.waitSignal(tray.emptied):
        qtbot.keyClick(tray.tiles[1], Qt.Key.Key_Return)
    assert (layer_names(studio), seeds(studio)) == (["a cat"], [])


def test_shift_enter_keeps_the_picture_as_a_layer_and_the_tray_as_it_is(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio
) -> None:
    qtbot.keyClick(tray.tiles[1], Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert (layer_names(studio), len(seeds(studio))) == (["a cat"], COUNT)


def test_enter_on_a_button_of_the_tray_accepts_nothing(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio
) -> None:
    tray.discard_button.setFocus()
    qtbot.keyClick(tray.discard_button, Qt.Key.Key_Return)
    assert (layer_names(studio), len(seeds(studio))) == ([], COUNT)


def test_delete_discards_the_chosen_picture_alone(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio
) -> None:
    qtbot.keyClick(tray.tiles[1], Qt.Key.Key_Delete)
    assert seeds(studio) == [SEED, SEED + 2, SEED + 3]


def test_delete_leaves_the_focus_in_the_tray_until_it_is_empty(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio
) -> None:
    studio.candidates.choose(COUNT - 1)
    assert tray.tiles[-1].hasFocus()
    for left in range(COUNT - 1, 0, -1):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
        assert len(studio.candidates.items) == left
        assert QApplication.focusWidget() in tray.tiles
    with qtbot.waitSignal(tray.emptied):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)


def test_escape_rejects_all_and_changes_no_layer(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio
) -> None:
    before = studio.document.picture
    qtbot.keyClick(tray.tiles[1], Qt.Key.Key_Escape)
    assert seeds(studio) == []
    assert studio.document.picture is before


def test_the_backslash_shows_the_original_for_as_long_as_it_is_held(
    qtbot: QtBot, tray: CandidatesPanel
) -> None:
    shown: list[object] = []
    tray.overlay_changed.connect(shown.append)
    qtbot.keyPress(tray.tiles[1], Qt.Key.Key_Backslash)
    assert shown == [None]
    qtbot.keyRelease(tray.tiles[1], Qt.Key.Key_Backslash)
    qtbot.waitUntil(lambda: shown[-1] is not None)
    back = [each is not None for each in shown]
    assert back == sorted(back), "it came back once; the gallery may note something after that"
    assert isinstance(shown[-1], Overlay)
    np.testing.assert_array_equal(shown[-1].pixels, square(SEED + 1, 256, 256))


def test_what_changes_while_the_original_is_held_does_not_hide_it(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio
) -> None:
    qtbot.keyPress(tray.tiles[1], Qt.Key.Key_Backslash)
    shown: list[object] = []
    tray.overlay_changed.connect(shown.append)
    studio.candidates.changed.emit()
    assert shown == [None]
    QApplication.sendEvent(tray.tiles[1], QFocusEvent(QEvent.Type.FocusOut))
    assert isinstance(shown[-1], Overlay)


@pytest.mark.parametrize(
    ("button", "layers", "left"),
    [
        ("accept_button", 1, 0),
        ("keep_button", 1, 4),
        ("discard_button", 0, 3),
        ("reject_button", 0, 0),
    ],
)
def test_each_button_does_what_its_key_does(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio, button: str, layers: int, left: int
) -> None:
    qtbot.mouseClick(getattr(tray, button), Qt.MouseButton.LeftButton)
    assert (len(layer_names(studio)), len(seeds(studio))) == (layers, left)


def test_unfinished_pictures_are_seen_and_cannot_be_chosen(
    qtbot: QtBot, empty: CandidatesPanel, studio: Studio, engine: FakeEngine
) -> None:
    engine.pause = 0.05
    studio.generate("a cat", 3, SEED)
    qtbot.waitUntil(lambda: bool(studio.candidates.previews), timeout=PATIENCE)
    assert len(empty.tiles) == 3
    assert [tile.isEnabled() for tile in empty.tiles] == [False] * 3
    painted = empty.tiles[0].grab().toImage().pixelColor(44, 60)
    assert painted.blue() > 60
    studio.cancel()


def test_the_original_is_what_lies_where_the_run_paints_and_not_where_the_frame_is(
    qtbot: QtBot, empty: CandidatesPanel, studio: Studio
) -> None:
    for left, level in ((0, 200), (64, 20)):
        area = Rect(left, 0, 64, 64)
        studio.document.do(place_image(np.full((64, 64, 3), level, np.uint8), area, "a"))

    def middle() -> int:
        return empty.original.grab().toImage().pixelColor(44, 60).lightness()

    studio.candidates.expect(1, frame=Rect(64, 0, 64, 64))
    qtbot.waitUntil(lambda: middle() < 60, timeout=PATIENCE)
    studio.candidates.expect(1, frame=Rect(0, 0, 64, 64))
    qtbot.waitUntil(lambda: middle() > 160, timeout=PATIENCE)


def test_a_picture_of_an_earlier_run_can_still_be_chosen_while_the_next_one_paints(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio, engine: FakeEngine
) -> None:
    engine.pause = 0.05
    studio.generate("a dog", 2, 100)
    qtbot.mouseClick(tray.tiles[2 + 3], Qt.MouseButton.LeftButton)
    assert studio.candidates.chosen == 3
    assert [tile.isChecked() for tile in tray.tiles] == [False] * 5 + [True]
    studio.cancel()


def test_an_earlier_runs_pictures_stay_until_the_first_new_one(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio, engine: FakeEngine
) -> None:
    engine.pause = 0.02
    studio.generate("a dog", 2, 100)
    assert [tile.isEnabled() for tile in tray.tiles] == [False] * 2 + [True] * COUNT
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    assert [tile.accessibleName() for tile in tray.tiles] == [
        "Picture 1, seed 100",
        "Picture 2, seed 101",
    ]


def test_a_tile_says_how_well_its_picture_agrees_with_the_prompt(
    qtbot: QtBot, tray: CandidatesPanel, studio: Studio
) -> None:
    plain = tray.tiles[0].grab().toImage()
    studio.candidates.rate(studio.candidates.items[0].pixels, 0.273)
    names = [tile.accessibleName() for tile in tray.tiles]
    assert names[0] == f"Picture 1, seed {SEED}, agreement with the prompt 0.27"
    assert names[1] == f"Picture 2, seed {SEED + 1}"
    rated = tray.tiles[0].grab().toImage()
    assert rated.pixelColor(70, 76) != plain.pixelColor(70, 76)
