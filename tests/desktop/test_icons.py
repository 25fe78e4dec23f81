"""Icons follow the colours of the palette, and are read once for each of them."""

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QPushButton

from desktop import icons
from desktop.icons import Icons
from desktop.paths import Paths

SIZE = QSize(32, 32)


@pytest.fixture
def read(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What was read as SVG, in its order; the palette is put back afterwards."""
    before, real = QPalette(QGuiApplication.palette()), icons.QSvgRenderer
    seen: list[bytes] = []

    def remember(content: QByteArray) -> QSvgRenderer:
        seen.append(bytes(content.data()))
        return real(content)

    monkeypatch.setattr(icons, "QSvgRenderer", remember)
    yield seen
    qapp.setPalette(before)


@pytest.fixture
def folder(paths: Paths, tmp_path: Path) -> Path:
    """A folder with one icon that nothing else has drawn."""
    shutil.copy(paths.resources / "icons/undo.svg", tmp_path)
    return tmp_path


def letters(colour: str) -> None:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.ButtonText, QColor(colour))
    QGuiApplication.setPalette(palette)


def drawn(icon: QIcon) -> bytes:
    image = icon.pixmap(SIZE).toImage()
    return bytes(image.constBits())


def test_an_icon_is_read_once_for_each_colour_and_drawn_in_it(
    read: list[bytes], folder: Path
) -> None:
    icon = Icons(folder)("undo")
    letters("#ff0000")
    red = [drawn(icon) for _ in range(3)]
    letters("#0000ff")
    blue = drawn(icon)
    letters("#ff0000")
    red.append(drawn(icon))
    assert len(read) == 2
    assert len(set(red)) == 1
    assert blue != red[0]
    assert (b"#ff0000" in read[0], b"#0000ff" in read[1]) == (True, True)


def test_an_icon_is_drawn_once_for_each_size_and_colour(
    read: list[bytes], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawings: list[QSize] = []
    real = icons.SvgIcon.paint

    def count(self: icons.SvgIcon, painter: QPainter, rect: QRect, *rest: Any) -> None:
        drawings.append(rect.size())
        real(self, painter, rect, *rest)

    monkeypatch.setattr(icons.SvgIcon, "paint", count)
    letters("#ff0000")
    icon = Icons(folder)("undo")
    assert len({drawn(icon) for _ in range(3)}) == 1
    assert drawings == [SIZE]
    letters("#0000ff")
    drawn(icon)
    icon.pixmap(SIZE * 2)
    assert drawings == [SIZE, SIZE, SIZE * 2]


def test_a_button_keeps_its_icon_when_the_icons_are_gone(read: list[bytes], folder: Path) -> None:
    found = Icons(folder)
    button = QPushButton(found("undo"), "")
    found.__dict__["itself"] = found  # a cycle, as a window that is closed is one
    before = drawn(button.icon())
    del found
    gc.collect()
    letters("#ff0000")
    assert drawn(button.icon()) != before
    assert len(read) == 2


def test_an_icon_that_is_changed_after_it_was_copied_still_draws(folder: Path) -> None:
    icon = Icons(folder)("undo")
    copy = QIcon(icon)
    copy.setIsMask(True)  # Qt clones what draws the copy
    gc.collect()
    assert drawn(copy) == drawn(icon)
    assert any(drawn(copy))
