"""The clipboard in the real window: what is copied, where it comes back, what others see."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from desktop.canvas.pixmaps import image_from_pixels, pixels_from_image
from desktop.document import copies
from desktop.document.channel import Channel
from desktop.document.edits import set_locked
from desktop.document.geometry import Point, Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster
from desktop.document.selection_edits import select
from desktop.paths import Paths
from desktop.windows import clipboard
from desktop.windows.clipboard import PLACE_TYPE, place_in
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
PICTURE = np.random.default_rng(8).integers(0, 256, (20, 30, 4), np.uint8)
PICTURE[..., 3] = np.linspace(1, 255, 600).reshape(20, 30).astype(np.uint8)


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        shell.studio.place_pixels(PICTURE, "lower", corner=Point(-5, 7))
        yield shell


def run(shell: Shell, verb: str) -> None:
    shell.workbench.actions_by_verb[f"clipboard.{verb}"].trigger()


def top(shell: Shell) -> Layer:
    return shell.studio.document.picture.layers[-1]


def copied() -> np.ndarray:
    return pixels_from_image(QGuiApplication.clipboard().image())


def test_a_layer_is_copied_bit_for_bit_with_its_transparency(shell: Shell) -> None:
    run(shell, "copy")
    np.testing.assert_array_equal(copied(), PICTURE)


def test_a_selection_cuts_what_is_copied_also_by_halves(shell: Shell) -> None:
    half = Channel.of_rect(Rect(0, 10, 10, 10), 128)
    shell.studio.document.do(select(half))
    run(shell, "copy")
    wanted = PICTURE[3:13, 5:15].copy()
    wanted[..., 3] = (wanted[..., 3].astype(int) * 128 + 127) // 255
    wanted[wanted[..., 3] == 0] = 0
    seen = copied()
    seen[seen[..., 3] == 0] = 0
    np.testing.assert_array_equal(seen, wanted)


def test_pasting_in_place_puts_it_where_it_was(shell: Shell) -> None:
    run(shell, "copy")
    shell.window.canvas.pan_by(100, 50)
    run(shell, "paste_in_place")
    assert top(shell).raster.bounds() == Rect(-5, 7, 30, 20)
    np.testing.assert_array_equal(top(shell).raster.read(Rect(-5, 7, 30, 20)), PICTURE)


def test_pasting_puts_it_in_the_middle_of_the_view(shell: Shell) -> None:
    run(shell, "copy")
    shell.window.canvas.pan_by(120, -80)
    middle = shell.window.canvas.middle()
    assert middle != Point(32, 32)
    run(shell, "paste")
    assert top(shell).raster.bounds() == Rect(middle.x - 15, middle.y - 10, 30, 20)


def test_the_tiles_of_a_large_picture_are_made_aside(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[threading.Thread] = []
    real = Raster.from_array

    def noted(pixels: np.ndarray, left: int, top: int) -> Raster:
        if pixels.shape == large.shape:  # and no small copy of it for a list of layers
            made.append(threading.current_thread())
        return real(pixels, left, top)

    monkeypatch.setattr(Raster, "from_array", noted)
    large = np.random.default_rng(1).integers(0, 256, (700, 900, 4), np.uint8)
    large[..., 3] = 255
    before = len(shell.studio.document.picture.layers)
    QGuiApplication.clipboard().setImage(image_from_pixels(large))
    run(shell, "paste")
    qtbot.waitUntil(
        lambda: len(shell.studio.document.picture.layers) == before + 1, timeout=PATIENCE
    )
    np.testing.assert_array_equal(top(shell).raster.read(top(shell).bounds()), large)
    assert made
    assert threading.main_thread() not in made


def test_what_is_large_is_copied_aside_and_what_follows_waits_its_turn(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copied as it was at the press, cut after that, pasted when it is there."""
    threads: list[threading.Thread] = []
    real = copies.piece_of_layer

    def noted(picture: Picture, layer_id: int) -> copies.Piece | None:
        threads.append(threading.current_thread())
        return real(picture, layer_id)

    monkeypatch.setattr(clipboard, "AT_ONCE", 0)
    monkeypatch.setattr(copies, "piece_of_layer", noted)
    run(shell, "cut")
    assert not top(shell).raster.read(Rect(-5, 7, 30, 20)).any()
    run(shell, "paste_in_place")
    qtbot.waitUntil(lambda: len(shell.studio.document.picture.layers) == 2, timeout=PATIENCE)
    np.testing.assert_array_equal(top(shell).raster.read(Rect(-5, 7, 30, 20)), PICTURE)
    assert len(threads) == 1
    assert threading.main_thread() not in threads


def test_what_is_copied_later_elsewhere_comes_later(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "AT_ONCE", 0)
    run(shell, "copy")
    QGuiApplication.clipboard().setText("copied after that")
    qtbot.wait(100)
    assert QGuiApplication.clipboard().text() == "copied after that"


def test_who_asks_before_the_copy_is_there_gets_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the ideas do, or another program; and as is kept when the program ends."""
    monkeypatch.setattr(clipboard, "AT_ONCE", 0)
    QGuiApplication.clipboard().setText("old words")
    run(shell, "copy")
    np.testing.assert_array_equal(copied(), PICTURE)
    assert place_in(QGuiApplication.clipboard().mimeData()) == Point(-5, 7)


def test_that_there_is_nothing_in_a_large_area_is_said_when_it_is_known(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(shell, "cut")
    monkeypatch.setattr(clipboard, "AT_ONCE", 0)
    shell.window.messages.hide()
    run(shell, "copy_merged")
    qtbot.waitUntil(lambda: "nothing" in shell.window.messages.text, timeout=PATIENCE)


class Gate:
    """A copy that waits until it is let through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._open, real = threading.Event(), copies.piece_of_layer

        def held(picture: Picture, layer_id: int) -> copies.Piece | None:
            assert self._open.wait(PATIENCE / 1000)
            return real(picture, layer_id)

        monkeypatch.setattr(clipboard, "AT_ONCE", 0)
        monkeypatch.setattr(copies, "piece_of_layer", held)

    def open(self, qtbot: QtBot, shell: Shell) -> None:
        """Let it through, and wait until all that waited for it has been done."""
        self._open.set()
        errands = shell.workbench.parts.clipboard._errands  # noqa: SLF001 - nothing is seen
        qtbot.waitUntil(lambda: not errands.active, timeout=PATIENCE)
        qtbot.wait(50)


@pytest.mark.parametrize("verb", ["paste", "paste_in_place"])
def test_a_paste_that_waits_is_not_for_a_picture_that_comes_meanwhile(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """It is said, and is on the clipboard still."""
    document, gate = shell.studio.document, Gate(monkeypatch)
    old = document.picture
    run(shell, "copy")
    run(shell, verb)
    shell.workbench.actions_by_verb["files.new_picture"].trigger()
    gate.open(qtbot, shell)
    assert document.picture.layers == ()
    assert "pasted into the picture that was here before" in shell.window.messages.text
    document.undo()
    assert document.picture is old
    document.redo()
    run(shell, verb)
    qtbot.waitUntil(lambda: len(document.picture.layers) == 1, timeout=PATIENCE)
    np.testing.assert_array_equal(top(shell).raster.read(top(shell).bounds()), PICTURE)


def test_a_paste_that_waits_is_for_its_picture_also_if_that_was_away_meanwhile(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, gate = shell.studio.document, Gate(monkeypatch)
    run(shell, "copy")
    run(shell, "paste_in_place")
    shell.workbench.actions_by_verb["files.new_picture"].trigger()
    document.undo()
    gate.open(qtbot, shell)
    assert len(document.picture.layers) == 2
    assert top(shell).raster.bounds() == Rect(-5, 7, 30, 20)


def test_a_picture_that_is_read_meanwhile_is_not_for_another_one_either(
    qtbot: QtBot, shell: Shell
) -> None:
    large = np.full((700, 900, 4), 255, np.uint8)
    QGuiApplication.clipboard().setImage(image_from_pixels(large))
    run(shell, "paste")
    assert len(shell.studio.document.picture.layers) == 1, "its tiles are made aside"
    shell.workbench.actions_by_verb["files.new_picture"].trigger()
    qtbot.waitUntil(lambda: "was here before" in shell.window.messages.text, timeout=PATIENCE)
    assert shell.studio.document.picture.layers == ()


def test_copying_merged_takes_what_is_seen(shell: Shell) -> None:
    red = np.full((4, 4, 4), (255, 0, 0, 255), np.uint8)
    shell.studio.place_pixels(red, "upper", corner=Point(0, 10))
    shell.studio.document.do(select(Channel.of_rect(Rect(0, 10, 4, 4))))
    run(shell, "copy_merged")
    np.testing.assert_array_equal(copied(), red)


def test_cutting_is_one_step_and_leaves_a_hole(shell: Shell) -> None:
    before = shell.studio.document.picture
    shell.studio.document.do(select(Channel.of_rect(Rect(0, 10, 10, 10))))
    run(shell, "cut")
    assert copied().shape == (10, 10, 4)
    assert not top(shell).raster.read(Rect(0, 10, 10, 10)).any()
    shell.studio.undo()
    assert top(shell).raster is before.layers[-1].raster


def test_a_locked_layer_is_not_cut_and_nothing_is_copied(shell: Shell) -> None:
    QGuiApplication.clipboard().clear()
    shell.studio.document.do(set_locked(top(shell).id, True))
    run(shell, "cut")
    assert "locked" in shell.window.messages.text
    assert QGuiApplication.clipboard().image().isNull()


def test_a_picture_from_another_program_comes_to_the_middle_of_the_view_in_place_too(
    shell: Shell,
) -> None:
    QGuiApplication.clipboard().setImage(QImage(8, 6, QImage.Format.Format_RGB32))
    middle = shell.window.canvas.middle()
    run(shell, "paste_in_place")
    assert top(shell).raster.bounds() == Rect(middle.x - 4, middle.y - 3, 8, 6)


def test_files_copied_in_a_file_manager_are_opened(
    qtbot: QtBot, shell: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("pictures") / "grass.png"
    QImage(3, 3, QImage.Format.Format_RGB32).save(str(file))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    QGuiApplication.clipboard().setMimeData(data)
    run(shell, "paste")
    qtbot.waitUntil(lambda: top(shell).name == "grass", timeout=PATIENCE)


@given(st.binary(max_size=40))
def test_a_place_from_outside_is_two_numbers_or_none(text: bytes) -> None:
    data = QMimeData()
    data.setData(PLACE_TYPE, text)
    place = place_in(data)
    assert place is None or max(abs(place.x), abs(place.y)) <= 1_000_000


def test_nothing_to_copy_is_said(shell: Shell) -> None:
    shell.studio.document.do(select(Channel.of_rect(Rect(500, 500, 4, 4))))
    for verb in ("copy", "cut", "copy_merged"):
        shell.window.messages.hide()
        run(shell, verb)
        assert "nothing" in shell.window.messages.text, verb


COPY = """
import atexit
import numpy as np
from PySide6.QtGui import QGuiApplication
from desktop.document.copies import Piece
from desktop.document.geometry import Point, Rect
from desktop.windows import clipboard
{before}
app = QGuiApplication([])
piece = Piece(np.full((2, 2, 4), 255, np.uint8), Rect(0, 0, 2, 2))
copied = clipboard.Copied(clipboard.Copying(lambda: piece), Point(0, 0))
QGuiApplication.clipboard().setMimeData(copied)
print(QGuiApplication.clipboard().image().width())
"""


def copy_and_end(before: str) -> tuple[int, str]:
    command = (sys.executable, "-c", COPY.format(before=before))
    root = Path(__file__).parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip()


def test_a_program_that_has_copied_ends_in_order() -> None:
    assert copy_and_end("") == (0, "2")


def test_without_handing_over_this_pyside_crashes_at_the_end() -> None:
    """When this fails, PySide6 is mended and `hand_over` can go."""
    code, said = copy_and_end("atexit.unregister(clipboard.hand_over)")
    assert (code < 0, said) == (True, "2")
