"""Nothing that was painted is lost when Easel ends without being asked: read it like a manual."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from engine.requests import Pixels
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise")

ROOT = Path(__file__).parents[2]


def coloured(level: int) -> Pixels:
    """A small opaque square of one grey."""
    return np.full((40, 40, 3), level, np.uint8)


def layers(shell: Shell) -> list[str]:
    return [layer.name for layer in shell.studio.document.picture.layers]


def interrupted(qtbot: QtBot, paths: Paths, *names: str) -> None:
    """Work in a window that is then told to end: by the system, at the end of the session."""
    with open_shell(qtbot, paths) as shell:
        shell.window.prompt.edit.setPlainText("a boat at sea")
        for name in names:
            shell.studio.place_pixels(coloured(99), name)
        shell.recording.close(discard=False)


def offered(qtbot: QtBot, shell: Shell) -> int:
    """Wait for the page that offers unsaved work; how many pictures it lists."""
    qtbot.waitUntil(lambda: shell.recovery.page is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: shell.recovery.page.isVisible(), timeout=PATIENCE)
    return len(shell.recovery.page.cards)


def press(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


WINDOW = """
import os, signal, sys
from desktop.app import Program

program = Program(["--home", sys.argv[1]])
program.window.show()

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest

def paint():
    program.window.workbench.actions_by_verb["window.show_canvas"].trigger()
    program.window.workbench.actions_by_verb["hand.take:brush"].trigger()
    canvas = program.window.canvas
    middle = canvas.rect().center()
    for number in range(3):
        start = middle + QPoint(-60, 30 * number - 30)
        QTest.mousePress(canvas, Qt.LeftButton, pos=start)
        for step in range(12):
            QTest.mouseMove(canvas, start + QPoint(10 * step, step % 3))
        QTest.mouseRelease(canvas, Qt.LeftButton, pos=start + QPoint(120, 0))
    program.recording.written.connect(look)
    look()

def look():
    # The disk has all of it: the power may go now.
    if program.recording.is_caught_up:
        layer = program.studio.document.picture.layers[0]
        print(program.studio.document.position, layer.raster.bounds(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

program.window.painted.connect(lambda: QTimer.singleShot(300, paint))
program.app.exec()
"""


@pytest.mark.slow
def test_strokes_are_there_again_after_the_windows_process_was_killed(
    qtbot: QtBot, tmp_path: Path
) -> None:
    command = (sys.executable, "-c", WINDOW, str(tmp_path))
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    strokes, _, bounds = killed.stdout.strip().partition(" ")
    assert int(strokes) >= 3  # three strokes, and perhaps the layer they are on

    with open_shell(qtbot, Paths.under(tmp_path)) as shell:
        assert offered(qtbot, shell) == 1
        (card,) = shell.recovery.page.cards
        assert card.when.text().startswith("Today")
        qtbot.waitUntil(lambda: not card.picture.pixmap().isNull(), timeout=PATIENCE)
        press(qtbot, card.open)
        qtbot.waitUntil(lambda: bool(layers(shell)), timeout=PATIENCE)
        assert str(shell.studio.document.picture.layers[0].raster.bounds()) == bounds
        assert not shell.recovery.page.isVisible()
        assert not shell.workbench.may_close()  # it still wants to be saved


def test_what_was_recovered_is_not_offered_again_once_it_is_saved(
    qtbot: QtBot, paths: Paths, tmp_path: Path
) -> None:
    interrupted(qtbot, paths, "hull", "sail")
    with open_shell(qtbot, paths) as shell:
        assert offered(qtbot, shell) == 1
        press(qtbot, shell.recovery.page.cards[0].open)
        qtbot.waitUntil(lambda: layers(shell) == ["hull", "sail"], timeout=PATIENCE)
        assert shell.window.prompt.prompt == "a boat at sea"
        with qtbot.waitSignal(shell.studio.files.kept_changed, timeout=PATIENCE):
            shell.studio.files.save_project(tmp_path / "boat.ora", "")
        assert shell.window.close()
    with open_shell(qtbot, paths) as shell:
        with qtbot.waitSignal(shell.recovery.looked, timeout=PATIENCE):
            pass
        assert shell.recovery.page is None


@pytest.mark.slow
def test_undo_brings_back_what_was_there_before_the_recovered_work(
    qtbot: QtBot, paths: Paths
) -> None:
    interrupted(qtbot, paths, "old")
    with open_shell(qtbot, paths) as shell:
        shell.studio.place_pixels(coloured(1), "painted first")
        assert offered(qtbot, shell) == 1
        press(qtbot, shell.recovery.page.cards[0].open)
        qtbot.waitUntil(lambda: layers(shell) == ["old"], timeout=PATIENCE)
        shell.studio.undo()
        assert layers(shell) == ["painted first"]


def test_whoever_decides_later_is_asked_again_at_the_next_start(qtbot: QtBot, paths: Paths) -> None:
    interrupted(qtbot, paths, "one")
    interrupted(qtbot, paths, "two")
    for _start in range(2):
        with open_shell(qtbot, paths) as shell:
            assert offered(qtbot, shell) == 2
            press(qtbot, shell.recovery.page.later)
            assert not shell.recovery.page.isVisible()


def test_discarded_by_mistake_it_is_found_again_in_the_file_menu(
    qtbot: QtBot, paths: Paths
) -> None:
    interrupted(qtbot, paths, "precious")
    with open_shell(qtbot, paths) as shell:
        assert offered(qtbot, shell) == 1
        press(qtbot, shell.recovery.page.cards[0].discard)
        assert not shell.recovery.page.isVisible()
    with open_shell(qtbot, paths) as shell:
        with qtbot.waitSignal(shell.recovery.looked, timeout=PATIENCE):
            pass
        assert shell.recovery.page is None
        shell.workbench.actions_by_verb["window.recover"].trigger()
        assert offered(qtbot, shell) == 1
        (card,) = shell.recovery.page.cards
        assert "30 more days" in card.about.text()
        assert not card.discard.isVisible()
        press(qtbot, card.open)
        qtbot.waitUntil(lambda: layers(shell) == ["precious"], timeout=PATIENCE)


def test_closed_without_saving_it_is_found_again_in_the_file_menu(
    qtbot: QtBot, paths: Paths
) -> None:
    with open_shell(qtbot, paths) as shell:
        shell.studio.place_pixels(coloured(1), "not worth it")
        assert not shell.window.close()
        (box,) = shell.window.findChildren(QMessageBox)
        assert "File ▸ Recover" in box.text()
        (without,) = (each for each in box.buttons() if each.text() == "Close without it")
        press(qtbot, without)
        qtbot.waitUntil(lambda: not shell.window.isVisible(), timeout=PATIENCE)
    with open_shell(qtbot, paths) as shell:
        with qtbot.waitSignal(shell.recovery.looked, timeout=PATIENCE):
            pass
        assert shell.recovery.page is None
        shell.workbench.actions_by_verb["window.recover"].trigger()
        assert offered(qtbot, shell) == 1


def test_recovered_work_of_a_project_is_saved_into_it_and_says_so_on_the_page(
    qtbot: QtBot, paths: Paths, tmp_path: Path
) -> None:
    with open_shell(qtbot, paths) as shell:
        shell.studio.place_pixels(coloured(1), "saved")
        with qtbot.waitSignal(shell.studio.files.kept_changed, timeout=PATIENCE):
            shell.studio.files.save_project(tmp_path / "boat.ora", "")
        shell.studio.place_pixels(coloured(2), "not saved")
        shell.recording.close(discard=False)
    with open_shell(qtbot, paths) as shell:
        assert offered(qtbot, shell) == 1
        (card,) = shell.recovery.page.cards
        assert (card.name.text(), card.about.text()) == (
            "boat.ora",
            "2 layers, changed since it was saved",
        )
        press(qtbot, card.open)
        qtbot.waitUntil(lambda: layers(shell) == ["saved", "not saved"], timeout=PATIENCE)
        assert shell.studio.files.home == tmp_path / "boat.ora"


def test_the_page_says_when_there_is_nothing_to_recover(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as shell:
        shell.workbench.actions_by_verb["window.recover"].trigger()
        assert offered(qtbot, shell) == 0
        assert shell.recovery.page.heading.text() == "There is nothing to recover"


def test_what_ended_easel_when_it_was_read_is_not_read_again_unasked(
    qtbot: QtBot, paths: Paths
) -> None:
    interrupted(qtbot, paths, "poison")
    (folder,) = paths.recovery.glob("2*")
    (folder / "being-read").touch()
    with open_shell(qtbot, paths) as shell:
        assert offered(qtbot, shell) == 1
        (card,) = shell.recovery.page.cards
        assert "Easel ended while it was reading this" in card.about.text()
        assert card.picture.pixmap().isNull()


def test_a_copy_of_which_nothing_can_be_read_is_named_and_kept(qtbot: QtBot, paths: Paths) -> None:
    interrupted(qtbot, paths, "torn")
    (journal,) = paths.recovery.glob("2*/journal-*")
    journal.write_bytes(journal.read_bytes()[:50] + b"?" * 50)
    with open_shell(qtbot, paths) as shell:
        qtbot.waitUntil(lambda: bool(shell.window.messages.text), timeout=PATIENCE)
        assert "damaged and cannot be read" in shell.window.messages.text
        (kept,) = paths.recovery.glob("discarded/*/journal-*")
        assert str(kept.parent) in shell.window.messages.text


def test_a_later_start_gives_its_files_to_the_window_that_is_open(tmp_path: Path) -> None:
    def start(*files: str) -> "subprocess.Popen[str]":
        command = (sys.executable, "-c", LISTENS, str(tmp_path / "home"), *files)
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    first = start()
    assert first.stdout is not None
    assert first.stdout.readline() == "open\n"
    with start("boat.ora", str(tmp_path / "a b.png")) as second:
        assert second.wait(timeout=60) == 0
        assert second.stdout is not None
        assert second.stdout.read() == ""  # it never had a window
    said = json.loads(first.stdout.readline())
    assert said == [str(ROOT / "boat.ora"), str(tmp_path / "a b.png")]
    first.kill()
    first.wait()
    first.stdout.close()
    with start() as third:  # what the first one left when it was killed keeps nobody out
        assert third.stdout is not None
        assert third.stdout.readline() == "open\n"
        third.kill()


LISTENS = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.one_window import OneWindow, hand_over

data, files = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
if hand_over(data, files):
    sys.exit(0)
app = QCoreApplication([])
window = OneWindow(data)
window.files_came.connect(lambda files: print(json.dumps([str(f) for f in files]), flush=True))
assert window.open(files)
print("open", flush=True)
app.exec()
"""
