"""Pictures that other programs offer: their bytes are read as a file's are, and never by Qt."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QImage, QImageReader
from pytestqt.qtbot import QtBot

import desktop
from desktop.canvas.drops import zones_for
from desktop.canvas.pixmaps import image_from_pixels
from desktop.document.geometry import Size
from desktop.hand import Hand
from desktop.pasted import TYPES, has_picture
from desktop.paths import Paths
from desktop.source import Source
from desktop.sources import Sources
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
PICTURE = np.random.default_rng(5).integers(0, 256, (6, 9, 3), np.uint8)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="6"><path d="M0 0h9v6z"/></svg>'
ANY_PICTURE = "application/x-qt-image"


class Offered(QMimeData):
    """What another program offers, as Qt shows it on X11: by type, and decoded if it is asked.

    decoded: how often it was.
    """

    def __init__(self, **offers: bytes) -> None:
        """`offers`: the bytes by the kinds of picture."""
        super().__init__()
        self._offers = {f"image/{kind}": content for kind, content in offers.items()}
        self.decoded = 0

    def formats(self) -> list[str]:
        """All types, and that of any picture, since Qt could decode it."""
        return [*self._offers, ANY_PICTURE]

    def hasFormat(self, kind: str) -> bool:
        """Whether it is among them."""
        return kind in self.formats()

    def retrieveData(self, kind: str, _wanted: object) -> object:
        """The bytes, or what Qt makes of the first of them."""
        if kind != ANY_PICTURE:
            return QByteArray(self._offers.get(kind, b""))
        self.decoded += 1
        buffer = QBuffer()
        buffer.setData(next(iter(self._offers.values())))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        return QImageReader(buffer).read()


def encoded(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PICTURE).save(buffer, kind)
    return buffer.getvalue()


def taken(data: QMimeData, shell: Shell, qtbot: QtBot) -> list[Source]:
    """What a well for pictures gets of it."""
    found: list[Source] = []
    if Sources(shell.studio, Hand()).drop(data, found.append):
        qtbot.waitUntil(lambda: bool(found or shell.failures), timeout=PATIENCE)
    return found


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


def test_bytes_are_read_without_qt_whatever_else_is_offered(qtbot: QtBot, shell: Shell) -> None:
    data = Offered(**{"svg+xml": SVG, "png": encoded("PNG")})
    found = taken(data, shell, qtbot)
    np.testing.assert_array_equal(found[0].pixels, PICTURE)
    assert data.decoded == 0


def test_a_dropped_picture_becomes_a_layer_without_qt(qtbot: QtBot, shell: Shell) -> None:
    data = Offered(png=encoded("PNG"))
    shell.window.exchange.take_picture(data)
    document = shell.studio.document
    qtbot.waitUntil(lambda: bool(document.picture.layers), timeout=PATIENCE)
    assert document.picture.layers[-1].bounds().size == Size(9, 6)
    assert data.decoded == 0


@pytest.mark.parametrize("kind", ["svg+xml", "x-icns", "x-tga", "gif"])
def test_a_kind_that_easel_does_not_read_is_no_picture(
    qtbot: QtBot, shell: Shell, kind: str
) -> None:
    data = Offered(**{kind: SVG})
    assert (has_picture(data), zones_for(data)) == (False, ())
    assert taken(data, shell, qtbot) == []
    shell.window.exchange.take_picture(data)
    assert (data.decoded, shell.studio.document.picture.layers) == (0, ())


def test_qt_would_have_decoded_it() -> None:
    """The control: what is refused above is a picture for Qt."""
    data = Offered(**{"svg+xml": SVG})
    assert data.hasImage()
    image = data.imageData()
    assert isinstance(image, QImage)
    assert (image.width(), image.height(), data.decoded) == (9, 6, 1)


def test_damaged_bytes_are_told_and_nothing_is_taken(qtbot: QtBot, shell: Shell) -> None:
    data = Offered(png=encoded("PNG")[:60])
    assert taken(data, shell, qtbot) == []
    assert "Pasted picture" in shell.failures[0]
    assert data.decoded == 0


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_taken(qtbot: QtBot, shell: Shell, kind: str) -> None:
    name = kind.removeprefix("image/")
    found = taken(Offered(**{name: encoded(name.upper())}), shell, qtbot)
    assert found[0].pixels is not None
    assert found[0].pixels.shape == PICTURE.shape


def test_what_a_program_hands_over_as_pixels_is_taken(qtbot: QtBot, shell: Shell) -> None:
    data = QMimeData()
    data.setImageData(image_from_pixels(PICTURE))
    np.testing.assert_array_equal(taken(data, shell, qtbot)[0].pixels, PICTURE)


# --- and nowhere else ----------------------------------------------------------------------------

DECODES = re.compile(
    r"\b(QImageReader|QMovie|imageData|loadFromData|fromData|QPictureIO)\b"
    r"|\bQ(Image|Pixmap|Icon)\(\s*(str\(|f?\"|path|file)|clipboard(\(\))?\.(image|pixmap)\("
)
KNOWN = {
    ("pasted.py", "imageData"),  # after the types were looked at
    ("windows/clipboard.py", "clipboard.image("),  # what Easel itself has copied
    # Thumbnails, which Easel itself has written: WebP and nothing else, no larger than they are.
    ("gallery/small_pictures.py", "QImageReader"),
    ("windows/guide.py", "QPixmap(str("),  # these three: pictures that come with Easel
    ("controls/try_tile.py", "QIcon(str("),
    ("self_test.py", "QIcon(str("),
}


def decoders(folder: Path) -> set[tuple[str, str]]:
    """Where Qt is asked to decode a picture: file and words."""
    return {
        (path.relative_to(folder).as_posix(), found.group())
        for path in folder.rglob("*.py")
        for found in DECODES.finditer(path.read_text(encoding="utf-8"))
    }


def test_qt_decodes_nothing_from_outside() -> None:
    assert decoders(Path(desktop.__file__).parent) == KNOWN


@pytest.mark.parametrize(
    "line", ["QImage(path)", "reader = QImageReader(file)", 'QPixmap(f"{name}.svg")']
)
def test_a_planted_decoder_is_found(line: str, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(line, encoding="utf-8")
    assert decoders(tmp_path)
