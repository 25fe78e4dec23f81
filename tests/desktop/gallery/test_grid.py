"""The grid of the gallery asks for little: Qt counts the rows, and what comes is drawn alone."""

import sys
from collections.abc import Iterator
from contextlib import closing
from types import FrameType

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop.gallery.delegate import GalleryDelegate
from desktop.gallery.grid import GalleryGrid
from desktop.gallery.model import GalleryModel
from desktop.gallery.thumbnails import Thumbnails
from desktop.paths import Paths
from desktop.storage.gallery import Gallery
from desktop.storage.gallery_entry import Wanted
from desktop.storage.gallery_pictures import GalleryPictures
from desktop.storage.gallery_record import of_result
from tests.desktop.storage.pictures import result
from tests.fakes import FakeEngine
from tests.shell import PATIENCE, icons, open_studio

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

COUNT = 40


@pytest.fixture
def grid(qtbot: QtBot, paths: Paths) -> Iterator[GalleryGrid]:
    """A grid over a gallery of COUNT pictures, of which none is shown yet."""
    with closing(Gallery(paths.gallery)) as gallery:
        for seed in range(COUNT):
            gallery.add(of_result(result("a thing", seed), 1e9 + seed))
    with open_studio(paths, FakeEngine()) as studio:
        pictures = GalleryPictures(paths.gallery)
        thumbnails = Thumbnails(pictures, studio.keeping.reading)
        delegate = GalleryDelegate(thumbnails, icons(paths))
        grid = GalleryGrid(GalleryModel(studio.keeping, pictures), delegate)
        thumbnails.arrived.connect(grid.show_arrived)
        qtbot.addWidget(grid)
        grid.resize(620, 500)
        grid.show()
        yield grid
        thumbnails.deleteLater()


def model_of(grid: GalleryGrid) -> GalleryModel:
    model = grid.model()
    assert isinstance(model, GalleryModel)
    return model


class Painted(QObject):
    """Notes what of a widget is painted."""

    def __init__(self, grid: GalleryGrid) -> None:
        super().__init__(grid)
        self.places: list[QRect] = []
        grid.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.places.append(event.region().boundingRect())
        return False


def all_ids(paths: Paths) -> np.ndarray:
    with closing(Gallery(paths.gallery)) as gallery:
        return gallery.ids(Wanted())


def is_all_there(grid: GalleryGrid) -> bool:
    """Whether no cell in view waits for its picture any more."""
    model, delegate = model_of(grid), grid.itemDelegate()
    assert isinstance(delegate, GalleryDelegate)
    return all(model.entry(row) is not None for row in range(9)) and not delegate.awaited


def wait_until_there(qtbot: QtBot, grid: GalleryGrid) -> None:
    qtbot.waitUntil(lambda: is_all_there(grid), timeout=PATIENCE)
    qtbot.wait(20)


def test_the_rows_are_as_many_as_the_pictures_and_hold_to_the_rules_of_models(
    grid: GalleryGrid,
) -> None:
    model = model_of(grid)
    mode = QAbstractItemModelTester.FailureReportingMode.Warning  # which fails the test
    tester = QAbstractItemModelTester(model, mode)
    for count in (3, 0, 50, 50, 1):
        ids = np.arange(1000, 1000 + count)
        model.show(ids)
        assert model.rowCount() == count
        assert not model.index(count).isValid()
    assert model.rowCount(model.index(0)) == 0
    assert tester.model() is model


def test_rows_cannot_be_written_nor_moved_into(grid: GalleryGrid) -> None:
    model = model_of(grid)
    model.show(np.arange(1, 4))
    assert not model.setData(model.index(1), "another prompt")
    assert not model.flags(model.index(1)) & Qt.ItemFlag.ItemIsEditable
    assert not model.flags(model.index(1)) & Qt.ItemFlag.ItemIsDropEnabled
    assert model.supportedDropActions() == Qt.DropAction.CopyAction


def calls_of_layout(grid: GalleryGrid, count: int) -> int:
    """How many functions of Python are called while so many rows are laid out."""
    called = 0

    def count_it(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal called
        called += event == "call"

    model_of(grid).show(np.arange(1, count + 1))
    sys.setprofile(count_it)
    try:
        grid.doItemsLayout()
    finally:
        sys.setprofile(None)
    return called


def test_a_long_list_is_laid_out_without_asking_python_for_each_row(grid: GalleryGrid) -> None:
    few, many = calls_of_layout(grid, 500), calls_of_layout(grid, 20_000)
    assert many <= few + 10


def test_a_picture_that_comes_is_drawn_and_its_line_alone(
    qtbot: QtBot, grid: GalleryGrid, paths: Paths
) -> None:
    ids, model = all_ids(paths), model_of(grid)
    model.show(ids)
    wait_until_there(qtbot, grid)
    whole = grid.viewport().rect()
    painted = Painted(grid)
    bar = grid.verticalScrollBar()
    bar.setValue(bar.value() + 2 * grid.gridSize().height())
    qtbot.waitUntil(lambda: len(painted.places) > 1, timeout=PATIENCE)
    wait_until_there(qtbot, grid)
    for place in painted.places[1:]:
        assert place.height() <= whole.height() // 2 + grid.gridSize().height()
    shown = grid.screen().grabWindow(grid.winId()).toImage()
    assert shown == grid.grab().toImage().convertToFormat(shown.format())


def test_what_becomes_known_is_drawn_where_it_is(
    qtbot: QtBot, grid: GalleryGrid, paths: Paths
) -> None:
    ids, model = all_ids(paths), model_of(grid)
    model.show(ids)
    wait_until_there(qtbot, grid)
    painted = Painted(grid)
    columns = grid.viewport().width() // grid.gridSize().width()
    model.known.emit(columns, 2 * columns - 1)
    qtbot.waitUntil(lambda: bool(painted.places), timeout=PATIENCE)
    line = grid.visualRect(model.index(columns))
    assert painted.places[0].top() == line.top()
    assert painted.places[0].bottom() == line.bottom()


def test_an_answer_for_an_earlier_list_draws_all_of_the_present_one(
    qtbot: QtBot, grid: GalleryGrid, paths: Paths
) -> None:
    ids, model = all_ids(paths), model_of(grid)
    told: list[tuple[int, int]] = []
    model.known.connect(lambda first, last: told.append((first, last)))
    model.show(ids)
    model.entry(0)  # asks for its page
    model.show(ids[10:])
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert told[0] == (0, COUNT - 11)
    wait_until_there(qtbot, grid)
    shown = grid.screen().grabWindow(grid.winId()).toImage()
    assert shown == grid.grab().toImage().convertToFormat(shown.format())
