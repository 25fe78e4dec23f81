"""The export window: ending and format are one choice, sizes are measured, no file is lost."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.quantities import file_size
from desktop.storage.exports import Kind
from desktop.windows.export import ExportWindow
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        noise = np.random.default_rng(5).integers(0, 256, (24, 40, 4), np.uint8)
        shell.studio.place_pixels(noise | np.array([0, 0, 0, 255], np.uint8), "noise")
        yield shell


@pytest.fixture
def window(shell: Shell, tmp_path: Path) -> ExportWindow:
    shell.window.exchange.export()
    (window,) = shell.window.findChildren(ExportWindow)
    window.folder = tmp_path
    return window


def choose(window: ExportWindow, kind: Kind) -> None:
    """Choose from the list, as a click does."""
    place = window.kinds.findData(kind.value)
    window.kinds.setCurrentIndex(place)
    window.kinds.activated.emit(place)


def write(qtbot: QtBot, shell: Shell, window: ExportWindow) -> None:
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        qtbot.keyClick(window.name, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.png", "PNG"), ("a.jpeg", "JPEG"), ("a.webp", "WEBP"), ("a.tif", "TIFF"), ("a.psd", "PSD")],
)
def test_the_ending_that_is_typed_chooses_the_format(
    qtbot: QtBot, shell: Shell, window: ExportWindow, tmp_path: Path, name: str, kind: str
) -> None:
    window.name.setText(name)
    write(qtbot, shell, window)
    with Image.open(tmp_path / name) as image:
        assert (image.format, image.size) == (kind, (40, 24))


def test_the_format_that_is_chosen_changes_the_ending(window: ExportWindow) -> None:
    window.name.setText("my.picture.png")
    choose(window, Kind.JPEG)
    assert window.name.text() == "my.picture.jpg"
    window.name.setText("plain")
    choose(window, Kind.PSD)
    assert window.name.text() == "plain.psd"


def test_quality_is_offered_where_the_format_has_one(window: ExportWindow) -> None:
    shown = {}
    for kind in Kind:
        choose(window, kind)
        shown[kind] = window.quality.isVisible()
    assert [kind for kind, seen in shown.items() if seen] == [Kind.JPEG, Kind.WEBP]
    choose(window, Kind.WEBP)
    window.lossless.setChecked(True)
    assert not window.quality.isVisible()


def test_the_size_that_is_told_is_the_size_of_the_file(
    qtbot: QtBot, shell: Shell, window: ExportWindow, tmp_path: Path
) -> None:
    window.name.setText("a.jpg")
    window.quality.box.setValue(30)
    qtbot.waitUntil(lambda: "…" not in window.weight.text(), timeout=PATIENCE)
    told = window.weight.text()
    write(qtbot, shell, window)
    assert told == f"40 × 24 pixels · {file_size((tmp_path / 'a.jpg').stat().st_size)}"


def test_what_was_chosen_is_proposed_the_next_time(
    qtbot: QtBot, shell: Shell, window: ExportWindow, tmp_path: Path
) -> None:
    window.name.setText("a.jpg")
    window.quality.box.setValue(30)
    window.notes.setChecked(False)
    write(qtbot, shell, window)
    shell.window.exchange.export()
    again = shell.window.findChildren(ExportWindow)[-1]
    assert (again.quality.value, again.notes.isChecked(), again.folder) == (30, False, tmp_path)


def test_a_file_that_is_there_is_replaced_only_after_a_question(
    qtbot: QtBot, shell: Shell, window: ExportWindow, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(b"precious")
    window.name.setText("a")
    qtbot.keyClick(window.name, Qt.Key.Key_Return)
    assert (tmp_path / "a.png").read_bytes() == b"precious"
    (box,) = window.findChildren(QMessageBox)
    (replace,) = (button for button in box.buttons() if button.text() == "Replace it")
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        replace.click()
    assert (tmp_path / "a.png").read_bytes()[1:4] == b"PNG"


def test_keeping_the_old_file_leaves_the_window_open(
    qtbot: QtBot, window: ExportWindow, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(b"precious")
    window.name.setText("a.png")
    window.export()
    (box,) = window.findChildren(QMessageBox)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert window.isVisible()
    assert (tmp_path / "a.png").read_bytes() == b"precious"
