"""The prompt bar, by its own keys and buttons."""

from collections.abc import Iterator
from random import Random

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.controls.prompt_edit import PromptEdit
from desktop.document.edits import move_frame
from desktop.document.geometry import Rect
from desktop.panels.prompt import PromptPanel
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.studio import Studio
from tests.fakes import FakeEngine
from tests.shell import PATIENCE, icons, open_studio

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def studio(qtbot: QtBot, paths: Paths, engine: FakeEngine) -> Iterator[Studio]:
    with open_studio(paths, engine, Settings(count=2)) as studio:
        yield studio


@pytest.fixture
def bar(qtbot: QtBot, paths: Paths, studio: Studio) -> PromptPanel:
    panel = PromptPanel(studio, icons(paths), QWidget(), PromptEdit(), Random(1))
    qtbot.addWidget(panel)
    panel.resize(800, 120)
    panel.show()
    panel.edit.setFocus()
    panel.edit.setPlainText("a red apple")
    return panel


def finish(qtbot: QtBot, studio: Studio) -> None:
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)


def test_enter_asks_for_the_prompt_as_often_as_the_count_says(
    qtbot: QtBot, bar: PromptPanel, studio: Studio, engine: FakeEngine
) -> None:
    bar.edit.setPlainText("a blue whale")
    qtbot.keyClick(bar.edit, Qt.Key.Key_Return)
    finish(qtbot, studio)
    assert [(r.prompt, r.count) for r in engine.requests] == [("a blue whale", 2)]


def test_shift_enter_begins_a_new_line_and_asks_for_nothing(
    qtbot: QtBot, bar: PromptPanel, studio: Studio, engine: FakeEngine
) -> None:
    bar.edit.setPlainText("")
    qtbot.keyClicks(bar.edit, "a")
    qtbot.keyClick(bar.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(bar.edit, "b")
    assert (len(bar.prompt.splitlines()), studio.busy, engine.requests) == (2, False, [])


@pytest.mark.parametrize(("lines", "shown"), [(1, 1), (4, 4), (6, 6), (7, 6), (40, 6)])
def test_the_box_grows_with_its_text_to_six_lines(bar: PromptPanel, lines: int, shown: int) -> None:
    bar.edit.setPlainText("\n".join("x" * lines))
    assert bar.edit.lines_shown() == shown
    line = bar.edit.fontMetrics().lineSpacing()
    assert shown * line <= bar.edit.height() < (shown + 1) * line


def test_generate_turns_into_cancel_and_back(
    qtbot: QtBot, bar: PromptPanel, studio: Studio
) -> None:
    bar.run.click()
    assert (bar.run.text(), studio.busy) == ("Cancel", True)
    bar.run.click()
    assert (bar.run.text(), studio.busy) == ("Generate", False)


def test_enter_during_a_run_waits_behind_it(
    qtbot: QtBot, bar: PromptPanel, studio: Studio, engine: FakeEngine
) -> None:
    bar.run.click()
    qtbot.keyClick(bar.edit, Qt.Key.Key_Return)
    assert len(engine.requests) <= 1
    finish(qtbot, studio)
    assert len(engine.requests) == 2


def test_a_seed_that_is_typed_is_locked_and_used_again_and_again(
    qtbot: QtBot, bar: PromptPanel, studio: Studio, engine: FakeEngine
) -> None:
    bar.seed.clear()
    qtbot.keyClicks(bar.seed, "812")
    for _ in range(2):
        bar.run.click()
        finish(qtbot, studio)
    assert bar.lock.isChecked()
    assert [r.sampling.seed for r in engine.requests] == [812, 812]


def test_without_the_lock_every_run_takes_a_new_seed_and_shows_it(
    qtbot: QtBot, bar: PromptPanel, studio: Studio, engine: FakeEngine
) -> None:
    shown: list[str] = []
    for _ in range(2):
        bar.run.click()
        finish(qtbot, studio)
        shown.append(bar.seed.text())
    assert shown == [str(r.sampling.seed) for r in engine.requests]
    assert len(set(shown)) == 2


def test_the_seed_box_takes_nothing_but_digits(qtbot: QtBot, bar: PromptPanel) -> None:
    bar.seed.clear()
    qtbot.keyClicks(bar.seed, "-1e7 x")
    assert bar.seed.text() == "17"


def test_another_seed_is_kept(bar: PromptPanel) -> None:
    before = bar.seed.text()
    bar.renew_seed()
    assert bar.lock.isChecked()
    assert bar.seed.text() != before


def test_count_and_lock_are_there_again_next_time(
    qtbot: QtBot, bar: PromptPanel, studio: Studio, paths: Paths
) -> None:
    bar.count.setValue(7)
    bar.renew_seed()
    bar.run.click()
    finish(qtbot, studio)
    stored = Settings.load(paths.settings_file)
    assert (stored.count, stored.seed_locked) == (7, True)


def test_surprise_me_writes_another_idea_ready_to_be_typed_over(bar: PromptPanel) -> None:
    seen = {bar.prompt}
    for _ in range(20):
        before = bar.prompt
        bar.surprise()
        assert bar.prompt != before
        seen.add(bar.prompt)
    assert bar.edit.textCursor().selectedText() == bar.prompt
    assert len(seen) > 10


@pytest.mark.parametrize("prompt", ["", "   \n ", "x" * 100_000])
@pytest.mark.slow
def test_a_prompt_that_cannot_be_painted_is_one_sentence_and_the_bar_stays(
    qtbot: QtBot, bar: PromptPanel, studio: Studio, engine: FakeEngine, prompt: str
) -> None:
    sentences: list[str] = []
    studio.failed.connect(sentences.append)
    bar.edit.setPlainText(prompt)
    qtbot.keyClick(bar.edit, Qt.Key.Key_Return)
    assert len(sentences) == 1
    assert (engine.requests, bar.run.text(), bar.prompt) == ([], "Generate", prompt)


def painted(qtbot: QtBot, bar: PromptPanel, studio: Studio, *prompts: str) -> None:
    """Run each of these prompts."""
    for prompt in prompts:
        bar.edit.setPlainText(prompt)
        with qtbot.waitSignal(studio.keeping.prompts_known, timeout=PATIENCE):
            bar.generate()
        finish(qtbot, studio)


def test_alt_up_and_down_walk_through_earlier_prompts(
    qtbot: QtBot, bar: PromptPanel, studio: Studio
) -> None:
    painted(qtbot, bar, studio, "a cat", "a dog")
    bar.edit.setPlainText("a b")
    alt = Qt.KeyboardModifier.AltModifier
    seen = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(bar.edit, key, alt)
        seen.append(bar.prompt)
    assert seen == ["a dog", "a cat", "a dog", "a b"]


@pytest.mark.qt_log_ignore("propagateSizeHints", "plugin does not support")
def test_earlier_prompts_are_searched_and_taken_with_enter(
    qtbot: QtBot, bar: PromptPanel, studio: Studio
) -> None:
    painted(qtbot, bar, studio, "a red cat", "a dog", "a blue CAT")
    bar.tools.earlier.click()
    listed = bar.tools.list
    assert listed.shown == ["a blue CAT", "a dog", "a red cat"]
    qtbot.keyClicks(listed.search, "cat")
    assert listed.shown == ["a blue CAT", "a red cat"]
    qtbot.keyClick(listed.search, Qt.Key.Key_Down)
    qtbot.keyClick(listed.search, Qt.Key.Key_Return)
    assert bar.prompt == "a red cat"
    assert not listed.isVisible()


def test_what_to_avoid_is_folded_away_until_it_is_wanted(
    qtbot: QtBot, bar: PromptPanel, studio: Studio, engine: FakeEngine
) -> None:
    assert not bar.tools.field.isVisible()
    bar.tools.avoid.click()
    bar.tools.field.setText(" leaves ")
    qtbot.keyClick(bar.tools.field, Qt.Key.Key_Return)
    finish(qtbot, studio)
    bar.tools.avoid.click()
    bar.generate()
    finish(qtbot, studio)
    assert [request.negative for request in engine.requests] == ["leaves", ""]


def test_a_style_is_written_behind_the_prompt_and_ctrl_z_takes_it_back(
    qtbot: QtBot, bar: PromptPanel
) -> None:
    (flat,) = [action for action in bar.tools.style.menu().actions() if action.text() == "Flat"]
    flat.trigger()
    assert bar.prompt == "a red apple, flat style"
    bar.edit.undo()
    assert bar.prompt == "a red apple"


def test_every_picture_draws_its_own_choice_and_a_locked_seed_draws_the_same(
    qtbot: QtBot, bar: PromptPanel, studio: Studio, engine: FakeEngine
) -> None:
    bar.edit.setPlainText("a {red|blue|green|white|black} cat")
    bar.count.setValue(5)
    bar.seed.setText("7")
    bar.lock.setChecked(True)
    for _ in range(2):
        bar.generate()
        finish(qtbot, studio)
        assert len(studio.candidates.items) == 5
    asked = [(request.prompt, request.sampling.seed) for request in engine.requests]
    assert asked[:5] == asked[5:]
    assert [seed for _, seed in asked[:5]] == [7, 8, 9, 10, 11]
    assert len({prompt for prompt, _ in asked}) > 1
    assert all("{" not in prompt for prompt, _ in asked)


def test_another_shape_changes_the_frame_and_can_be_undone(
    qtbot: QtBot, bar: PromptPanel, studio: Studio
) -> None:
    (wide,) = [a for a in bar.shape.menu().actions() if a.text() == "Landscape 3 : 2"]
    studio.document.do(move_frame(Rect(0, 0, 256, 256)))
    wide.trigger()
    frame = studio.document.picture.frame
    assert (frame.width, frame.height) == (320, 192)
    studio.undo()
    assert studio.document.picture.frame.size.width == 256


RICH = "<b>a red</b> <img src='file:///etc/passwd'> <a href='//host/share'>apple</a>"


def test_what_is_pasted_from_a_page_is_letters_alone(qtbot: QtBot, bar: PromptPanel) -> None:
    pasted = QMimeData()
    pasted.setHtml(RICH)
    pasted.setText("a red apple")
    bar.edit.clear()
    bar.edit.insertFromMimeData(pasted)
    assert bar.edit.toPlainText() == "a red apple"
    assert not formats(bar.edit)

    box = QTextEdit()  # the control: a box of Qt's that takes what it is given
    qtbot.addWidget(box)
    box.setHtml(RICH)
    assert formats(box)


def formats(box: QPlainTextEdit | QTextEdit) -> list[str]:
    """What of a text is more than letters: bold, links, pictures."""
    found: list[str] = []
    block = box.document().begin()
    while block.isValid():
        for each in block.textFormats():
            style = each.format
            if (
                style.fontWeight() > QFont.Weight.Normal
                or style.isAnchor()
                or style.isImageFormat()
            ):
                found.append(block.text()[each.start : each.start + each.length])
        block = block.next()
    return found
