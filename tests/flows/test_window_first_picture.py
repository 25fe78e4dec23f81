"""From the prompt to a file, through the real window: read it like a page of the manual."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.canvas.drops import Zone, cards, zones_for
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.edits import move_frame
from desktop.document.geometry import Rect
from desktop.document.selection_edits import paint_mask
from desktop.paths import Paths
from desktop.storage.exports import ExportOptions, Kind
from desktop.windows.export import ExportWindow
from tests import fakes
from tests.fakes import square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


def write_prompt(qtbot: QtBot, shell: Shell, words: str) -> None:
    """The text is selected at the start, so typing replaces it."""
    shell.window.prompt.write()
    qtbot.keyClicks(shell.window.prompt.edit, words)


def wait_for_pictures(qtbot: QtBot, shell: Shell, count: int) -> None:
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    assert len(shell.studio.candidates.items) == count


def layers(shell: Shell) -> list[str]:
    return [layer.name for layer in shell.studio.document.picture.layers]


def export_to(qtbot: QtBot, shell: Shell, file: str) -> None:
    """Type a path into the export window that is open and confirm it."""
    (dialog,) = shell.window.findChildren(ExportWindow)
    qtbot.waitUntil(dialog.isVisible, timeout=PATIENCE)
    dialog.name.setText(file)
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)


def test_write_enter_choose_accept_undo_redo_export(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    window, menu = shell.window, shell.workbench.actions_by_verb
    write_prompt(qtbot, shell, "a blue lighthouse")
    qtbot.keyClick(window.prompt.edit, Qt.Key.Key_Return)
    assert window.prompt.run.text() == "Cancel"
    wait_for_pictures(qtbot, shell, 4)

    qtbot.mouseClick(window.tray.tiles[2], Qt.MouseButton.LeftButton)
    chosen = shell.studio.candidates.items[2]
    assert layers(shell) == []

    qtbot.keyClick(window.tray.tiles[2], Qt.Key.Key_Return)
    assert layers(shell) == ["a blue lighthouse"]
    assert window.canvas.hasFocus()
    menu["studio.undo"].trigger()
    assert layers(shell) == []
    menu["studio.redo"].trigger()
    assert layers(shell) == ["a blue lighthouse"]

    menu["exchange.export"].trigger()
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        export_to(qtbot, shell, str(tmp_path / "lighthouse"))
    assert str(tmp_path / "lighthouse.png") in window.messages.text
    with Image.open(tmp_path / "lighthouse.png") as exported:
        assert exported.info["prompt"] == "a blue lighthouse"
        assert exported.info["seed"] == str(chosen.seed)
        assert exported.getpixel((5, 5))[:3] == tuple(chosen.pixels[5, 5])


def test_ctrl_enter_generates_from_anywhere(qtbot: QtBot, shell: Shell) -> None:
    shell.window.canvas.setFocus()
    qtbot.keyClick(shell.window.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait_for_pictures(qtbot, shell, 4)


def test_the_keys_of_the_tray_work_on_the_canvas_too(qtbot: QtBot, shell: Shell) -> None:
    shell.paint(qtbot)
    canvas = shell.window.canvas
    canvas.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(canvas, key)
    (layer,) = shell.studio.document.picture.layers
    seed = shell.engine.requests[0].sampling.seed + 1
    np.testing.assert_array_equal(
        layer.raster.read(layer.raster.bounds())[0, 0, :3], square(seed, 1, 1)[0, 0]
    )


def test_enter_in_the_prompt_never_accepts(qtbot: QtBot, shell: Shell) -> None:
    shell.paint(qtbot)
    shell.studio.candidates.choose(0)
    qtbot.keyClick(shell.window.prompt.edit, Qt.Key.Key_Return)
    wait_for_pictures(qtbot, shell, 4)
    assert (layers(shell), len(shell.engine.requests)) == ([], 2)


def test_escape_cancels_at_once_and_the_next_run_works(qtbot: QtBot, shell: Shell) -> None:
    shell.engine.pause = 0.05
    shell.window.prompt.generate()
    qtbot.keyClick(shell.window.prompt.edit, Qt.Key.Key_Escape)
    assert (shell.studio.busy, shell.window.prompt.run.text()) == (False, "Generate")
    shell.engine.pause = 0.0
    shell.paint(qtbot)
    assert len(shell.studio.candidates.items) == 4


def test_escape_in_the_prompt_throws_no_pictures_away(qtbot: QtBot, shell: Shell) -> None:
    shell.paint(qtbot)
    qtbot.keyClick(shell.window.prompt.edit, Qt.Key.Key_Escape)
    assert len(shell.studio.candidates.items) == 4


def red_image() -> QImage:
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    return image


def test_a_picture_on_the_clipboard_becomes_a_layer_even_from_the_prompt(
    qtbot: QtBot, shell: Shell
) -> None:
    QApplication.clipboard().setImage(red_image())
    shell.window.prompt.edit.setFocus()
    qtbot.keyClick(shell.window.prompt.edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert layers(shell) == ["Pasted picture"]
    assert shell.window.prompt.prompt == "a red apple"


def test_words_on_the_clipboard_go_into_the_prompt(qtbot: QtBot, shell: Shell) -> None:
    QApplication.clipboard().setText("a green frog")
    qtbot.keyClick(shell.window.prompt.edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert (shell.window.prompt.prompt, layers(shell)) == ("a green frog", [])


def test_what_was_copied_merged_can_be_pasted(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.place_pixels(np.full((10, 20, 4), 255, np.uint8), "white")
    shell.workbench.parts.clipboard.copy_merged()
    shell.workbench.parts.clipboard.paste()
    top = shell.studio.document.picture.layers[-1]
    assert (len(layers(shell)), top.raster.bounds().size.width) == (2, 20)


def test_a_file_can_be_opened_from_the_menu(qtbot: QtBot, shell: Shell, tmp_path: Path) -> None:
    Image.new("RGB", (30, 20), "green").save(tmp_path / "grass.png")
    shell.workbench.actions_by_verb["exchange.open_picture"].trigger()
    (dialog,) = shell.window.findChildren(QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    name.setText(str(tmp_path / "grass.png"))
    qtbot.keyClick(name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(layers(shell)) == 1, timeout=PATIENCE)
    picture = shell.studio.document.picture
    green = composite(picture, picture.content())[10, 10]
    assert tuple(green) == (0, 128, 0, 255)


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.WEBP, Kind.JPEG], ids=lambda kind: kind.name)
def test_the_settings_of_a_dropped_picture_come_back(
    qtbot: QtBot, shell: Shell, tmp_path: Path, kind: Kind
) -> None:
    file = tmp_path / f"it.{kind.value}"
    write_prompt(qtbot, shell, "a blue lighthouse")
    shell.paint(qtbot)
    shell.studio.candidates.choose(1)
    seed = shell.studio.candidates.items[1].seed
    shell.studio.accept()
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        shell.studio.files.export(file, ExportOptions(kind=kind))
    prompt = shell.window.prompt
    write_prompt(qtbot, shell, "something else")
    shell.window.exchange.take_settings([str(file)])
    qtbot.waitUntil(lambda: prompt.prompt == "a blue lighthouse", timeout=PATIENCE)
    assert (prompt.seed.text(), prompt.lock.isChecked()) == (str(seed), True)


def test_a_picture_without_settings_says_so_and_changes_nothing(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    Image.new("RGB", (30, 20), "green").save(tmp_path / "grass.png")
    before = shell.window.prompt.prompt
    with qtbot.waitSignal(shell.studio.failed, timeout=PATIENCE) as told:
        shell.window.exchange.take_settings([str(tmp_path / "grass.png")])
    assert "“grass.png” does not say how it was made" in told.args[0]
    assert shell.window.prompt.prompt == before


def test_a_file_dropped_on_the_canvas_becomes_a_layer(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    Image.new("RGB", (30, 20), "green").save(tmp_path / "grass.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "grass.png"))])
    copy, left, no_key = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    canvas = shell.window.canvas
    QApplication.sendEvent(canvas, QDragEnterEvent(QPointF(50, 50), copy, data, left, no_key))
    QApplication.sendEvent(canvas, QDropEvent(QPointF(50, 50), copy, data, left, no_key))
    qtbot.waitUntil(lambda: layers(shell) == ["grass"], timeout=PATIENCE)


def test_ctrl_z_in_an_untouched_prompt_undoes_the_picture(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.place_pixels(np.full((8, 8, 4), 255, np.uint8), "white")
    shell.window.prompt.edit.setFocus()
    qtbot.keyClick(shell.window.prompt.edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert layers(shell) == []


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.WEBP, Kind.JPEG], ids=lambda kind: kind.name)
def test_everything_comes_back_from_a_dropped_file(
    qtbot: QtBot, shell: Shell, tmp_path: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prompt, seed, frame and mask; the embedding goes with it into a mix; the model is told."""
    monkeypatch.setattr(fakes, "EMBEDDING", np.array([1, -0.5, 0.25, 2], np.float16))
    file, studio, hole = tmp_path / f"it.{kind.value}", shell.studio, Rect(16, 8, 24, 32)
    frame = studio.document.picture.frame
    studio.place_pixels(square(1, 64, 64), "ground")
    studio.document.do(paint_mask(Channel.of_rect(hole), "Mask"))
    write_prompt(qtbot, shell, "a red boat")
    shell.paint(qtbot)
    studio.candidates.choose(2)
    made = studio.candidates.items[2]
    studio.accept()
    assert not studio.document.picture.mask.has_tiles_in(frame), "it has served its purpose"
    with qtbot.waitSignal(studio.noticed, timeout=PATIENCE):
        studio.files.export(file, ExportOptions(kind=kind))
    write_prompt(qtbot, shell, "something else")
    studio.document.do(move_frame(Rect(300, 200, 64, 64)))
    said: list[str] = []
    studio.remedies.cautioned.connect(said.append)
    drop_on(shell, Zone.SETTINGS, file)
    qtbot.waitUntil(lambda: shell.window.prompt.prompt == "a red boat", timeout=PATIENCE)
    prompt, picture = shell.window.prompt, studio.document.picture
    assert (prompt.seed.text(), prompt.lock.isChecked()) == (str(made.seed), True)
    assert picture.frame == frame
    assert np.array_equal(picture.mask.read(frame), Channel.of_rect(hole).read(frame))
    assert said == [
        f"This picture was made by the model “{made.notes['model']}”, which is not the "
        "one in use: of these words and this seed it makes another picture. Choose "
        "that model to make the same again."
    ]
    drop_on(shell, Zone.MIX, file)
    mix = shell.workbench.parts.ideas.mix
    qtbot.waitUntil(lambda: len(mix.desk.wells) == 1, timeout=PATIENCE)
    source = mix.desk.wells[0].source
    assert source.embedding is not None
    assert np.array_equal(source.embedding, fakes.EMBEDDING)
    assert source.model == made.notes["model"]


def drop_on(shell: Shell, zone: Zone, file: Path) -> None:
    """Drag a file over the canvas and let it go on one of the cards."""
    data, canvas = QMimeData(), shell.window.canvas
    data.setUrls([QUrl.fromLocalFile(str(file))])
    at = QPointF(cards(canvas.rect(), zones_for(data))[zone].center())
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    free = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QDragEnterEvent(at, *how, free))
    QApplication.sendEvent(canvas, QDropEvent(at, *how, free))


def test_settings_of_another_model_are_cautioned_of_until_that_is_read(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    file, messages, wanted = tmp_path / "it.png", shell.window.messages, list[str]()
    shell.studio.remedies.models_wanted.connect(wanted.append)
    shell.paint(qtbot)
    shell.studio.candidates.choose(0)
    shell.studio.accept()
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        shell.studio.files.export(file, ExportOptions())
    drop_on(shell, Zone.SETTINGS, file)
    qtbot.waitUntil(lambda: "was made by the model “fake”" in messages.text, timeout=PATIENCE)
    assert messages.property("kind") == "hint", "no good news"
    assert not any(each.isActive() for each in messages.findChildren(QTimer)), "it stays"
    (way,) = messages.ways_out
    assert way.text() == "Models…"
    qtbot.mouseClick(way, Qt.MouseButton.LeftButton)
    assert (wanted, messages.text) == (["show"], "")


@pytest.mark.parametrize("name", ["model.safetensors", "model.ckpt", "a folder", "firmware.bin"])
def test_a_model_dropped_as_a_picture_leads_to_the_page_of_models(
    qtbot: QtBot, shell: Shell, tmp_path: Path, name: str
) -> None:
    if name == "a folder":
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_bytes(bytes(90) if name.endswith("bin") else b"\x80\x02}.")
    drop_on(shell, Zone.LAYER, tmp_path / name)
    messages = shell.window.messages
    qtbot.waitUntil(lambda: name in messages.text, timeout=PATIENCE)
    assert "your picture is unchanged" in messages.text
    ways = [each.text() for each in messages.ways_out]
    assert ways == ([] if name == "firmware.bin" else ["Models…"])
