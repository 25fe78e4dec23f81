"""Saving and opening projects through the real window: read it like a page of the manual."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.edits import Edit, place_image, set_visible
from desktop.document.geometry import Rect
from desktop.paths import Paths
from desktop.storage.project_reading import open_project
from engine.requests import Pixels
from tests.desktop.storage.test_foreign_projects import GREY, foreign
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


def coloured(level: int) -> Pixels:
    """A small opaque square of one grey."""
    pixels = np.full((40, 40, 4), level, np.uint8)
    pixels[..., 3] = 255
    return pixels


def layers(shell: Shell) -> list[str]:
    return [layer.name for layer in shell.studio.document.picture.layers]


def say(qtbot: QtBot, shell: Shell, verb: str) -> None:
    """Choose a verb of the File menu and wait until its file is written or read."""
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        shell.workbench.actions_by_verb[verb].trigger()


def save_as(qtbot: QtBot, shell: Shell, file: Path) -> None:
    """Save for the first time, which asks where."""
    shell.workbench.actions_by_verb["exchange.save_project"].trigger()
    (dialog,) = shell.window.findChildren(QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    name.setText(str(file))
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        qtbot.keyClick(name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not shell.window.findChildren(QFileDialog), timeout=PATIENCE)


def opened(qtbot: QtBot, shell: Shell, file: Path) -> None:
    """Open a project as if it were dropped on the window."""
    steps = shell.studio.document.position
    shell.window.exchange.take_files([file])
    qtbot.waitUntil(lambda: shell.studio.document.position == steps + 1, timeout=PATIENCE)


def test_a_saved_project_comes_back_with_its_layers_and_its_prompt(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    shell.window.prompt.edit.setPlainText("a hidden cat")
    shell.studio.place_pixels(coloured(10), "below")
    shell.studio.place_pixels(coloured(200), "above")
    document = shell.studio.document
    document.do(set_visible(document.picture.layers[1].id, False))
    before = composite(document.picture, document.picture.frame)
    save_as(qtbot, shell, tmp_path / "cat")

    shell.studio.files.new_picture()
    shell.window.prompt.edit.setPlainText("something else")
    opened(qtbot, shell, tmp_path / "cat.ora")
    assert layers(shell) == ["below", "above"]
    assert [layer.visible for layer in document.picture.layers] == [True, False]
    assert np.array_equal(composite(document.picture, document.picture.frame), before)
    assert shell.window.prompt.prompt == "a hidden cat"


def test_the_second_save_asks_nothing_and_closing_asks_nothing_after_it(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    shell.studio.place_pixels(coloured(10), "first")
    save_as(qtbot, shell, tmp_path / "work")
    shell.studio.place_pixels(coloured(20), "second")
    assert not shell.workbench.may_close()
    say(qtbot, shell, "exchange.save_project")
    assert len(open_project(tmp_path / "work.ora").project.picture.layers) == 2
    assert shell.window.close()


def test_a_new_picture_is_never_saved_over_the_project_before_it(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    shell.studio.place_pixels(coloured(10), "precious")
    save_as(qtbot, shell, tmp_path / "precious")
    assert shell.studio.files.home == tmp_path / "precious.ora"
    shell.studio.files.new_picture()
    assert shell.studio.files.home is None
    shell.studio.undo()
    assert shell.studio.files.home == tmp_path / "precious.ora"


def test_what_was_open_before_a_project_is_one_undo_away_and_not_part_of_it(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    shell.studio.place_pixels(coloured(10), "in the file")
    save_as(qtbot, shell, tmp_path / "a")
    shell.studio.files.new_picture()
    shell.studio.place_pixels(coloured(20), "not yet saved")
    opened(qtbot, shell, tmp_path / "a.ora")
    assert shell.studio.files.home == tmp_path / "a.ora"
    shell.studio.undo()
    assert layers(shell) == ["not yet saved"]
    assert shell.studio.files.home is None


def test_of_a_damaged_project_what_is_left_is_offered_and_opened_without_a_home(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    shell.studio.place_pixels(coloured(10), "whole")
    shell.studio.place_pixels(coloured(20), "torn")
    save_as(qtbot, shell, tmp_path / "torn")
    file = tmp_path / "torn.ora"
    content = bytearray(file.read_bytes())
    picture = content.rfind(b"IDAT", 0, content.find(b"mergedimage.png"))
    content[picture + 6] ^= 0xFF
    file.write_bytes(content)

    with qtbot.waitSignal(shell.studio.files.rescue_offered, timeout=PATIENCE):
        shell.window.exchange.take_files([file])
    (box,) = shell.window.findChildren(QMessageBox)
    assert "1 of its 2 layers" in box.text()
    steps = shell.studio.document.position
    (rescue,) = (button for button in box.buttons() if button.text() == "Open what is left")
    rescue.click()
    qtbot.waitUntil(lambda: shell.studio.document.position == steps + 1, timeout=PATIENCE)
    assert len(layers(shell)) == 1
    assert shell.studio.files.home is None
    assert file.read_bytes() == bytes(content)


def test_what_a_file_of_another_program_loses_stays_in_view_and_the_file_stays_as_it_is(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "theirs.ora"
    stack = b'<layer name="Glow" src="data/a.png" composite-op="krita:dissolve"/><text name="T"/>'
    file.write_bytes(content := foreign(stack, a=GREY))
    opened(qtbot, shell, file)
    messages = shell.window.messages
    first, second = messages.text.split("\n")
    assert "“Glow” (krita:dissolve)" in first
    assert "“T” (text)" in second
    assert not messages.findChild(QTimer).isActive(), "only good news leaves by itself"
    assert shell.studio.files.home is None, "saving asks for another name"
    assert file.read_bytes() == content


def test_a_project_that_is_none_is_said_and_changes_nothing(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "letter.ora").write_text("Dear Ada")
    with qtbot.waitSignal(shell.studio.failed, timeout=PATIENCE) as said:
        shell.window.exchange.take_files([tmp_path / "letter.ora"])
    assert "letter.ora" in said.args[0]
    assert layers(shell) == []


def test_candidates_come_back_after_a_restart_and_can_still_be_accepted(
    qtbot: QtBot, paths: Paths, tmp_path: Path
) -> None:
    frame, hole = Rect(0, 0, 64, 64), Channel.of_rect(Rect(24, 24, 16, 16))
    with open_shell(qtbot, paths) as shell:
        document = shell.studio.document
        document.do(place_image(np.full((64, 64, 3), 60, np.uint8), frame, "old"))
        document.do(Edit("Mask", lambda old: replace(old, mask=hole)))
        shell.window.prompt.edit.setPlainText("a red apple")
        shell.paint(qtbot)
        before = shell.studio.candidates.items
        save_as(qtbot, shell, tmp_path / "work")

    with open_shell(qtbot, paths) as shell:
        opened(qtbot, shell, tmp_path / "work.ora")
        tray = shell.studio.candidates
        assert [each.seed for each in tray.items] == [each.seed for each in before]
        for old, new in zip(before, tray.items, strict=True):
            assert np.array_equal(old.pixels, new.pixels)
            assert (new.frame, new.prompt) == (frame, "a red apple")
        assert [tile.isEnabled() for tile in shell.window.tray.tiles] == [True] * 4

        qtbot.mouseClick(shell.window.tray.more_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
        assert (len(tray.items), shell.failures) == (8, [])

        shell.studio.accept(1)
        assert layers(shell) == ["old", "a red apple"]
        assert shell.studio.document.picture.layers[1].result is not None
        shown = composite(shell.studio.document.picture, frame)[..., :3]
        assert np.abs(shown.astype(int) - before[1].pixels).max() <= 1
