"""The gallery through the real window: read it like a page of the manual."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.document.composite import composite
from desktop.gallery.model import IDS, STACKED
from desktop.gallery.page import GalleryPage
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.windows.settings import SettingsWindow
from engine.picture_file import read_notes
from engine.requests import Embed, Generate, Mix, Vary
from tests.fakes import FakeEngine, embedded, square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(unable=frozenset())


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths, engine: FakeEngine) -> Iterator[Shell]:
    with open_shell(qtbot, paths, engine, Settings(count=1)) as shell:
        yield shell


def paint(qtbot: QtBot, shell: Shell, prompt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paint a picture whose embedding is that of its prompt."""
    vector = embedded(Embed(texts=(prompt,))).texts[0]
    monkeypatch.setattr("tests.fakes.EMBEDDING", vector)
    shell.window.prompt.edit.setPlainText(prompt)
    shell.paint(qtbot)


def open_gallery(qtbot: QtBot, shell: Shell, count: int) -> GalleryPage:
    """F4, and wait until so many pictures are seen."""
    shell.workbench.actions_by_verb["window.show_gallery"].trigger()
    wait_for(qtbot, shell, count)
    return shell.workbench.pages.gallery


def wait_for(qtbot: QtBot, shell: Shell, count: int) -> None:
    page = shell.workbench.pages.gallery
    qtbot.waitUntil(lambda: page.model.rowCount() == count, timeout=PATIENCE)


def prompts(qtbot: QtBot, page: GalleryPage) -> list[str]:
    """What is listed, in order, once it was read."""
    rows = range(page.model.rowCount())

    def known() -> bool:
        return all(page.model.entry(row) is not None for row in rows)

    qtbot.waitUntil(known, timeout=PATIENCE)
    return [entry.prompt for row in rows if (entry := page.model.entry(row)) is not None]


def choose(qtbot: QtBot, page: GalleryPage, *rows: int) -> None:
    """Click pictures, with Ctrl held from the second on."""
    for number, row in enumerate(rows):
        place = page.grid.visualRect(page.model.index(row)).center()
        keys = Qt.KeyboardModifier.ControlModifier if number else Qt.KeyboardModifier.NoModifier
        qtbot.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, keys, place)


@pytest.fixture
def three(qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> GalleryPage:
    """A gallery of three pictures, the newest first."""
    for prompt in ("red apple", "blue boat", "red boat"):
        paint(qtbot, shell, prompt, monkeypatch)
    return open_gallery(qtbot, shell, 3)


def test_every_picture_is_in_the_gallery_and_F4_leads_there_and_back(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    assert prompts(qtbot, three) == ["red boat", "blue boat", "red apple"]
    assert three.count.text() == "3 pictures"
    assert three.isVisible()
    assert not shell.window.tray.isVisible()
    shell.workbench.pages.canvas_button.click()
    assert shell.window.canvas.isVisible()
    assert shell.window.tray.isVisible()


@pytest.mark.qt_log_ignore("does not support raise", "propagateSizeHints")
def test_an_empty_gallery_says_where_pictures_will_be(
    qtbot: QtBot, shell: Shell, paths: Paths
) -> None:
    page = open_gallery(qtbot, shell, 0)
    qtbot.waitUntil(lambda: page.empty.isVisible(), timeout=PATIENCE)
    assert str(paths.gallery) in page.empty.text()


def test_a_click_tells_how_a_picture_was_made(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    choose(qtbot, three, 1)
    qtbot.waitUntil(lambda: three.side.prompt.text() == "blue boat", timeout=PATIENCE)
    assert "Painted from words" in three.side.facts.text()
    assert f"Seed {shell.studio.last_seed}" not in three.side.facts.text()
    assert "Agreement with its words 1.00" in three.side.facts.text()


def test_words_are_looked_for_while_they_are_typed(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    shell.workbench.actions_by_verb["gallery.search"].trigger()
    qtbot.keyClicks(three.filters.search, "boa re")
    wait_for(qtbot, shell, 1)
    assert prompts(qtbot, three) == ["red boat"]
    three.filters.search.clear()
    wait_for(qtbot, shell, 3)


def test_where_no_picture_has_the_words_the_nearest_in_meaning_are_shown(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    qtbot.keyClicks(three.filters.search, "elppa der")  # the same letters
    qtbot.waitUntil(lambda: "nearest in meaning" in three.count.text(), timeout=PATIENCE)
    assert prompts(qtbot, three)[0] == "red apple"


def test_meaning_is_looked_for_when_it_is_switched_on(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    three.filters.meaning.click()
    qtbot.keyClicks(three.filters.search, "taob eulb")
    qtbot.keyClick(three.filters.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "meaning" in three.count.text(), timeout=PATIENCE)
    assert prompts(qtbot, three)[0] == "blue boat"


def test_more_like_this_and_not_like_that(qtbot: QtBot, shell: Shell, three: GalleryPage) -> None:
    choose(qtbot, three, 2)
    three.actions_by_name["more_like"].trigger()
    qtbot.waitUntil(lambda: three.count.text() == "Like 1 chosen", timeout=PATIENCE)
    assert prompts(qtbot, three)[0] == "red apple"
    choose(qtbot, three, prompts(qtbot, three).index("red boat"))
    three.actions_by_name["more_like"].trigger()
    choose(qtbot, three, prompts(qtbot, three).index("blue boat"))
    three.actions_by_name["less_like"].trigger()
    qtbot.waitUntil(lambda: "not like 1" in three.count.text(), timeout=PATIENCE)
    assert prompts(qtbot, three)[-1] == "blue boat"
    three.clear_button.click()
    qtbot.waitUntil(lambda: three.count.text() == "3 pictures", timeout=PATIENCE)


def test_not_like_it_needs_something_to_be_near_to(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    choose(qtbot, three, 0)
    three.actions_by_name["less_like"].trigger()
    assert "Say first what you do want" in shell.failures[-1]


def test_F_marks_a_favourite_and_the_star_shows_them_alone(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    choose(qtbot, three, 1)
    tool = shell.studio.settings
    qtbot.keyClick(three.grid, Qt.Key.Key_F)
    three.filters.star.click()
    wait_for(qtbot, shell, 1)
    assert prompts(qtbot, three) == ["blue boat"]
    assert shell.studio.settings is tool


@pytest.mark.slow
def test_delete_discards_undo_brings_back_and_the_trash_keeps(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    choose(qtbot, three, 0, 1)
    qtbot.keyClick(three.grid, Qt.Key.Key_Delete)
    wait_for(qtbot, shell, 1)
    qtbot.keyClick(three.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for(qtbot, shell, 3)
    assert len(three.selected()) == 2

    three.actions_by_name["discard"].trigger()
    wait_for(qtbot, shell, 1)
    three.filters.trash.click()
    wait_for(qtbot, shell, 2)
    choose(qtbot, three, 0)
    assert three.actions_by_name["discard"].text() == "Bring back"
    three.actions_by_name["discard"].trigger()
    wait_for(qtbot, shell, 1)
    three.empty_button.click()
    assert "for good?" in three.empty_button.text()
    assert three.model.rowCount() == 1
    three.empty_button.click()
    wait_for(qtbot, shell, 0)
    three.filters.trash.click()
    wait_for(qtbot, shell, 2)


def test_tags_and_collections_are_written_at_the_side(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    choose(qtbot, three, 0)
    qtbot.waitUntil(lambda: three.side.prompt.text() == "red boat", timeout=PATIENCE)
    three.side.tags.setText("harbour, evening ")
    three.side.tags.editingFinished.emit()
    three.side.collections.setText("Sea")
    three.side.collections.editingFinished.emit()
    qtbot.waitUntil(lambda: three.filters.collection.count() == 2, timeout=PATIENCE)
    three.filters.collection.setCurrentText("Sea")
    wait_for(qtbot, shell, 1)
    three.filters.collection.setCurrentIndex(0)
    qtbot.keyClicks(three.filters.search, "harbour")
    wait_for(qtbot, shell, 1)
    assert prompts(qtbot, three) == ["red boat"]


def test_vary_paints_the_same_idea_and_the_new_picture_knows_its_parent(
    qtbot: QtBot, shell: Shell, three: GalleryPage, engine: FakeEngine
) -> None:
    choose(qtbot, three, 2)
    three.actions_by_name["vary"].trigger()
    wait_for(qtbot, shell, 4)
    request = engine.requests[-1]
    assert isinstance(request, Vary)
    choose(qtbot, three, 0)
    qtbot.waitUntil(lambda: three.side.parents.isVisible(), timeout=PATIENCE)
    three.side.parents.click()
    wait_for(qtbot, shell, 1)
    assert prompts(qtbot, three) == ["red apple"]


def test_mix_takes_two_pictures_or_one_and_the_prompt(
    qtbot: QtBot, shell: Shell, three: GalleryPage, engine: FakeEngine
) -> None:
    choose(qtbot, three, 0, 1)
    three.actions_by_name["mix"].trigger()
    wait_for(qtbot, shell, 4)
    shell.window.prompt.edit.setPlainText("in winter")
    choose(qtbot, three, 1)
    three.actions_by_name["mix"].trigger()
    wait_for(qtbot, shell, 5)
    two, one = engine.requests[-2:]
    assert isinstance(two, Mix)
    assert isinstance(one, Mix)
    assert len(two.ingredients) == 2
    assert [part.idea.text for part in one.ingredients] == [None, "in winter"]
    shell.window.prompt.edit.clear()
    three.actions_by_name["mix"].trigger()
    assert "A mix takes two pictures" in shell.failures[-1]


def test_pictures_go_onto_the_mixing_desk_with_what_the_decoder_was_told(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    choose(qtbot, three, 0, 1)
    three.actions_by_name["to_desk"].trigger()
    panel = shell.workbench.parts.ideas.mix
    qtbot.waitUntil(lambda: len(panel.rows) == 2, timeout=PATIENCE)
    assert panel.isVisible(), "the desk stands beside the canvas"
    sources = [well.source for well in panel.desk.wells]
    assert {source.model for source in sources} == {"fake"}
    assert all(source.embedding is not None for source in sources)
    assert shell.failures == []


def test_make_again_paints_the_very_same_picture(
    qtbot: QtBot,
    shell: Shell,
    three: GalleryPage,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(type(shell.studio), "model", "fake")
    choose(qtbot, three, 1)
    three.actions_by_name["make_again"].trigger()
    wait_for(qtbot, shell, 4)
    prompts(qtbot, three)
    first, _, again = engine.requests[1:]
    assert isinstance(again, Generate)
    assert (again.prompt, again.count, again.sampling.seed) == ("blue boat", 1, first.sampling.seed)
    files = [three.model.entry(row) for row in (0, 2)]
    pixels = [
        np.asarray(Image.open(shell.studio.keeping.folder / "pictures" / entry.file))
        for entry in files
        if entry is not None
    ]
    assert np.array_equal(pixels[0], pixels[1])


def test_a_picture_of_another_model_says_so_when_it_is_to_be_made_again(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    choose(qtbot, three, 1)
    three.actions_by_name["make_again"].trigger()
    qtbot.waitUntil(lambda: bool(shell.failures), timeout=PATIENCE)
    assert "made by the model “fake”" in shell.failures[-1]


def test_use_settings_brings_back_prompt_seed_and_frame(
    qtbot: QtBot, shell: Shell, three: GalleryPage, engine: FakeEngine
) -> None:
    choose(qtbot, three, 2)
    three.actions_by_name["reuse"].trigger()
    bar = shell.window.prompt
    qtbot.waitUntil(lambda: bar.prompt == "red apple", timeout=PATIENCE)
    assert (bar.seed.text(), bar.lock.isChecked()) == (str(engine.requests[0].sampling.seed), True)
    assert shell.studio.document.picture.frame.size.width == 64


def test_enter_puts_the_picture_on_the_canvas(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    choose(qtbot, three, 0)
    qtbot.keyClick(three.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not shell.workbench.pages.shows_gallery, timeout=PATIENCE)
    picture = shell.studio.document.picture
    assert [layer.name for layer in picture.layers] == ["red boat"]
    assert picture.layers[0].notes["prompt"] == "red boat"
    seed = int(picture.layers[0].notes["seed"])
    assert tuple(composite(picture, picture.frame)[20, 20, :3]) == tuple(square(seed, 1, 1)[0, 0])


def test_a_copy_is_saved_with_all_that_it_says(
    qtbot: QtBot, shell: Shell, three: GalleryPage, tmp_path: Path
) -> None:
    choose(qtbot, three, 0)
    three.actions_by_name["save"].trigger()
    (dialog,) = three.findChildren(QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    name.setText(str(tmp_path / "copy"))
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        qtbot.keyClick(name, Qt.Key.Key_Return)
    assert read_notes(tmp_path / "copy.png")["prompt"] == "red boat"


def test_a_dropped_file_comes_in_with_its_settings_and_is_selected(
    qtbot: QtBot, shell: Shell, three: GalleryPage, tmp_path: Path
) -> None:
    prompts(qtbot, three)
    entry = three.model.entry(0)
    assert entry is not None
    source = shell.studio.keeping.folder / "pictures" / entry.file
    (tmp_path / "from a friend.png").write_bytes(source.read_bytes())
    drop(three.grid.viewport(), [tmp_path / "from a friend.png"])
    wait_for(qtbot, shell, 4)
    qtbot.waitUntil(lambda: len(three.selected()) == 1, timeout=PATIENCE)
    assert three.selected() == [int(three.model.ids[0])]
    qtbot.waitUntil(lambda: three.side.prompt.text() == "red boat", timeout=PATIENCE)


def drop(widget: QWidget, paths: list[Path]) -> None:
    """Drop files as a file manager does: Qt looks for who takes them, from `widget` outwards."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    assert enters(widget, data)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(widget, event)


def enters(widget: QWidget, data: QMimeData) -> bool:
    """Whether anything takes what is dragged over `widget`."""
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    return enter.isAccepted()


def test_a_file_is_dropped_where_there_are_no_pictures_yet(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    Image.fromarray(square(7, 32, 32)).save(tmp_path / "first.png")
    shell.workbench.show_gallery()
    gallery = shell.workbench.pages.gallery
    qtbot.waitUntil(gallery.empty.isVisible, timeout=PATIENCE)
    drop(gallery.empty, [tmp_path / "first.png"])
    wait_for(qtbot, shell, 1)


def test_pictures_are_dragged_out_as_files_and_never_dropped_onto_themselves(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    prompts(qtbot, three)
    data = three.model.mimeData([three.model.index(0), three.model.index(1)])
    files = [Path(url.toLocalFile()) for url in data.urls()]
    assert [read_notes(file)["prompt"] for file in files] == ["red boat", "blue boat"]
    assert data.hasFormat(IDS)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys)
    assert not enters(three.grid.viewport(), data)
    shell.workbench.pages.canvas_button.dragEnterEvent(enter)
    assert shell.window.canvas.isVisible()


def test_nothing_of_the_canvas_can_be_changed_while_the_gallery_is_seen(
    qtbot: QtBot, shell: Shell, three: GalleryPage
) -> None:
    actions = shell.workbench.actions_by_verb
    for verb in ("layer.clear", "hand.take:frame", "select.all", "studio.undo", "tray.accept"):
        assert not actions[verb].isEnabled(), verb
    shell.studio.place_pixels(np.full((8, 8, 4), 255, np.uint8), "x")
    assert not actions["studio.undo"].isEnabled()
    shell.workbench.pages.show_gallery(False)
    for verb in ("layer.clear", "hand.take:frame", "select.all", "studio.undo"):
        assert actions[verb].isEnabled(), verb


def test_words_of_a_picture_are_never_markup(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = '<b>bold</b><img src="file:///etc/passwd">'
    paint(qtbot, shell, hostile, monkeypatch)
    page = open_gallery(qtbot, shell, 1)
    choose(qtbot, page, 0)
    qtbot.waitUntil(lambda: page.side.prompt.text() == hostile, timeout=PATIENCE)
    for label in page.findChildren(QLabel):
        if hostile in label.text():
            assert label.textFormat() == Qt.TextFormat.PlainText
    tip = page.model.data(page.model.index(0), Qt.ItemDataRole.ToolTipRole)
    assert "<" not in str(tip)


def test_the_window_remembers_its_docks_although_it_was_closed_over_the_gallery(
    qtbot: QtBot, paths: Paths, engine: FakeEngine
) -> None:
    with open_shell(qtbot, paths, engine) as shell:
        open_gallery(qtbot, shell, 0)
        assert not shell.window.layers.isVisible()
        shell.window.close()
    with open_shell(qtbot, paths, engine) as shell:
        qtbot.waitUntil(lambda: shell.window.layers.isVisible(), timeout=PATIENCE)


@pytest.mark.qt_log_ignore("does not support raise", "propagateSizeHints")
def test_an_empty_gallery_says_where_pictures_are_kept_and_leads_to_another_folder(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.workbench.show_gallery()
    page = shell.workbench.pages.gallery
    qtbot.waitUntil(lambda: str(shell.studio.keeping.folder) in page.empty.text(), timeout=PATIENCE)
    qtbot.waitUntil(page.folder_button.isVisible, timeout=PATIENCE)
    page.folder_button.click()
    (settings,) = shell.window.findChildren(SettingsWindow)
    qtbot.waitUntil(settings.isVisible, timeout=PATIENCE)
    assert "gallery_folder" in settings.shown


def test_a_filter_that_leaves_nothing_offers_to_show_all(qtbot: QtBot, shell: Shell) -> None:
    shell.paint(qtbot)
    shell.workbench.show_gallery()
    page = shell.workbench.pages.gallery
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=PATIENCE)
    page.filters.star.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 0, timeout=PATIENCE)
    qtbot.waitUntil(page.clear_button.isVisible, timeout=PATIENCE)
    assert not page.folder_button.isVisible()
    page.clear_button.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=PATIENCE)


def test_near_duplicates_come_into_stacks_which_can_be_opened(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for prompt in ("apple", "zzz", "papel", "apple"):  # the first and the third have one embedding
        paint(qtbot, shell, prompt, monkeypatch)
    page = open_gallery(qtbot, shell, 4)
    page.filters.stacks.click()
    wait_for(qtbot, shell, 2)
    assert prompts(qtbot, page) == ["apple", "zzz"]
    assert [page.model.data(page.model.index(row), STACKED) for row in (0, 1)] == [3, 1]
    spoken = page.model.data(page.model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "apple, a stack of 3"
    opens = page.actions_by_name["open_stack"]
    choose(qtbot, page, 1)
    assert not opens.isEnabled()
    choose(qtbot, page, 0)
    assert opens.isEnabled()
    opens.trigger()
    wait_for(qtbot, shell, 3)
    assert page.count.text() == "Pictures of one stack"
    assert prompts(qtbot, page) == ["apple", "papel", "apple"]
    page.clear_button.click()
    wait_for(qtbot, shell, 2)
    page.filters.stacks.click()
    wait_for(qtbot, shell, 4)
