"""What can go wrong, or be done wrong: one sentence each, and the window stays usable."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.settings import Settings
from desktop.storage.exports import ExportOptions
from engine.errors import EngineStopped, WeightsMissing
from tests.fakes import FakeEngine
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


def empty_prompt(shell: Shell, _folder: Path) -> None:
    shell.window.prompt.edit.setPlainText("  ")
    shell.window.prompt.generate()


def endless_prompt(shell: Shell, _folder: Path) -> None:
    shell.window.prompt.edit.setPlainText("word " * 20_000)
    shell.window.prompt.generate()


def impossible_seed(shell: Shell, _folder: Path) -> None:
    shell.window.prompt.seed.setText("9" * 19)
    shell.window.prompt.lock.setChecked(True)
    shell.window.prompt.generate()


def missing_model(shell: Shell, _folder: Path) -> None:
    shell.engine.error = WeightsMissing("The file “x” is missing; install Easel again.")
    shell.window.prompt.generate()


def killed_engine(shell: Shell, _folder: Path) -> None:
    shell.engine.error, shell.engine.error_after = EngineStopped("It stopped; press Generate."), 3
    shell.window.prompt.generate()


def no_picture(shell: Shell, folder: Path) -> None:
    (folder / "letter.png").write_text("Dear Ada")
    shell.window.exchange.take_files([folder / "letter.png"])


def folder_that_is_not_there(shell: Shell, folder: Path) -> None:
    shell.studio.place_pixels(np.full((8, 8, 4), 255, np.uint8), "white")
    shell.studio.files.export(folder / "gone" / "x.png", ExportOptions())


def nothing_to_paste(shell: Shell, _folder: Path) -> None:
    QApplication.clipboard().clear()
    shell.workbench.parts.clipboard.paste()


def nothing_to_copy(shell: Shell, _folder: Path) -> None:
    shell.workbench.parts.clipboard.copy_merged()


def nothing_chosen(shell: Shell, _folder: Path) -> None:
    shell.studio.accept()


TROUBLES = (
    empty_prompt,
    endless_prompt,
    impossible_seed,
    missing_model,
    killed_engine,
    no_picture,
    folder_that_is_not_there,
    nothing_to_paste,
    nothing_to_copy,
    nothing_chosen,
)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__)
def test_trouble_is_one_sentence_and_the_next_run_works(
    qtbot: QtBot, shell: Shell, tmp_path: Path, trouble: Callable[[Shell, Path], None]
) -> None:
    trouble(shell, tmp_path)
    qtbot.waitUntil(lambda: bool(shell.window.messages.text), timeout=PATIENCE)
    sentence = shell.window.messages.text
    assert sentence.endswith(".")
    assert "Error" not in sentence
    assert not shell.window.failure.isVisible()
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)

    shell.engine.error = None
    shell.window.prompt.lock.setChecked(False)
    shell.window.prompt.edit.setPlainText("a red apple")
    shell.paint(qtbot)
    assert len(shell.studio.candidates.items) == 4
    assert shell.window.messages.text != sentence  # a hint may stand there by now


def test_a_fault_of_our_own_opens_the_failure_window_and_the_next_run_works(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.engine.error = ZeroDivisionError("by a test")
    shell.window.prompt.generate()
    qtbot.waitUntil(shell.window.failure.isVisible, timeout=PATIENCE)
    assert "ZeroDivisionError: by a test" in shell.window.failure.details
    shell.engine.error = None
    shell.paint(qtbot)
    assert len(shell.studio.candidates.items) == 4


def test_a_message_can_be_closed(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.accept()
    (close,) = (
        button
        for button in shell.window.messages.children()
        if getattr(button, "accessibleName", str)() == "Close this message"
    )
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert shell.window.messages.text == ""


def test_a_damaged_settings_file_is_said_at_the_start(qtbot: QtBot, paths: Paths) -> None:
    paths.config.mkdir(parents=True)
    paths.settings_file.write_text("{")
    settings = Settings.load(paths.settings_file)
    with open_shell(qtbot, paths, FakeEngine(), settings) as shell:
        shell.studio.warm_up()
        assert "settings file was damaged" in shell.window.messages.text
