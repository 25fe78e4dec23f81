"""What takes long to draw comes over several repaints: soon something, in the end all of it."""

from functools import partial
from math import inf

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.canvas import painter
from desktop.canvas.painter import tiles_at_once
from desktop.canvas.pixmaps import pixels_from_image
from desktop.canvas.scene import document_rect, level_for
from desktop.canvas.tiles import Key, TileCache, covered, keys_over
from desktop.canvas.view import CanvasView
from desktop.document.document import Document
from desktop.document.edits import place_image, set_opacity
from desktop.document.geometry import Rect
from desktop.document.picture import Picture

SIDE = 1200


def photograph() -> np.ndarray:
    """Colours that differ from tile to tile."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    return np.stack([x // 5, y // 5, (x + y) // 10], axis=-1).astype(np.uint8)


@pytest.fixture
def view(qtbot: QtBot) -> CanvasView:
    """A picture of 25 tiles, seen at 100 %."""
    document = Document(Picture(Rect(0, 0, 64, 64)))
    document.do(place_image(photograph(), Rect(0, 0, SIDE, SIDE), "a"))
    view = CanvasView(document)
    qtbot.addWidget(view)
    view.resize(700, 600)
    view.show()
    qtbot.waitExposed(view)
    view.zoom_to(1.0)
    return view


def shot(view: CanvasView) -> np.ndarray:
    """What one repaint shows, to be subtracted; `view.grab` would wait for all of it."""
    return pixels_from_image(QWidget.grab(view).toImage()).astype(int)


def same_on_screen(view: CanvasView, wanted: np.ndarray) -> bool:
    """Whether the screen shows that, of which `shot` would draw again what was never repainted."""
    seen = view.screen().grabWindow(view.winId())
    return np.array_equal(pixels_from_image(seen.toImage()).astype(int), wanted)


def test_without_time_a_repaint_draws_one_tile_and_the_next_ones_the_rest(
    view: CanvasView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painter, "PATIENCE", inf)
    before = shot(view)
    view.document.do(set_opacity(1, 0.25))
    wanted = shot(view)
    view.document.undo()
    assert np.array_equal(shot(view), before)
    monkeypatch.setattr(painter, "PATIENCE", -1.0)
    view.document.redo()
    first = shot(view)
    assert not np.array_equal(first, before)
    assert not np.array_equal(first, wanted)
    qtbot.waitUntil(lambda: view.complete)
    assert np.array_equal(shot(view), wanted)


def test_a_tile_in_waiting_shows_what_was_there_or_a_coarser_one(
    view: CanvasView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.fit()
    shot(view)
    qtbot.waitUntil(lambda: view.complete)
    images = view._cache._images  # noqa: SLF001 - as if they had been forgotten for others
    for key in [key for key in images if key[0] == 0]:
        del images[key]
    monkeypatch.setattr(painter, "PATIENCE", -1.0)
    view.zoom_to(1.0)
    coarse = shot(view)
    qtbot.waitUntil(lambda: view.complete)
    sharp = shot(view)
    assert not np.array_equal(coarse, sharp)
    # A slope looks nearly the same when it is coarse: no hole is shown meanwhile.
    assert np.percentile(np.abs(coarse - sharp), 99) <= 3


def test_a_picture_of_the_canvas_is_a_whole_one(
    view: CanvasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painter, "PATIENCE", -1.0)
    view.document.do(set_opacity(1, 0.25))
    whole = pixels_from_image(view.grab().toImage())
    assert np.array_equal(shot(view), whole)


@pytest.mark.parametrize("scale", [0.2, 0.51, 1.0, 3.0])
def test_room_is_made_for_all_tiles_that_are_seen(view: CanvasView, scale: float) -> None:
    view.zoom_to(scale)
    scene = view.scene()
    level = level_for(scene.viewport.scale * scene.ratio)
    seen = keys_over(document_rect(scene.viewport, view.rect()), level)
    assert len(seen) <= tiles_at_once(scene, view.rect()) <= 3 * len(seen) + 4


def test_a_tile_that_a_narrow_repaint_has_made_is_shown_all_over_later(
    view: CanvasView, qtbot: QtBot
) -> None:
    """A repaint shows what it makes within its own region; the rest of the tile still has to be."""
    view.document.do(set_opacity(1, 0.25))
    qtbot.waitUntil(lambda: view.complete)
    scene = view.scene()
    part = document_rect(scene.viewport, view.rect())
    whole = QPixmap(view.size())
    cache = TileCache()
    with QPainter(whole) as onto:
        waiting = painter.draw_tiles(onto, scene, cache, view.rect(), -1.0)
        assert not waiting.is_empty
        painter.draw_tiles(onto, scene, cache, QRect(400, 300, 4, 4))
    key = keys_over(document_rect(scene.viewport, QRect(400, 300, 4, 4)), 0)[0]
    assert cache.work(key) == 0
    ready: list[Rect] = []
    while not waiting.is_empty:
        made, waiting = painter.make_tiles(scene, cache, waiting, -1.0)
        ready.append(made)
    assert any(made.holds(covered(key).intersected(part)) for made in ready)


def test_a_zoom_waits_for_its_own_repaint_alone(
    view: CanvasView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was left of the last scale is not made in between; of the new one nothing is missed."""
    monkeypatch.setattr(painter, "PATIENCE", inf)
    view.zoom_to(0.8)
    wanted = shot(view)
    view.zoom_to(1.0)
    monkeypatch.setattr(painter, "PATIENCE", -1.0)
    view.document.do(set_opacity(1, 0.25))
    view.document.do(set_opacity(1, 1.0))
    shot(view)
    rest = view._later  # noqa: SLF001 - the timer that makes what is left
    assert rest.isActive()
    view.zoom_to(0.8)
    assert not rest.isActive()
    shot(view)
    assert rest.isActive()
    qtbot.waitUntil(lambda: view.complete)
    assert np.array_equal(shot(view), wanted)


def test_where_nothing_is_known_of_a_tile_the_ground_alone_is_seen(view: CanvasView) -> None:
    """Nothing is made, kept or laid over the ground for it."""
    scene, cache, ground = view.scene(), TileCache(), list[QRect]()
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    image.fill(0x123456)
    with QPainter(image) as onto:
        onto.setClipRect(QRect(0, 0, 700, 600))
        left = painter.draw_picture(
            onto, scene, cache, view.rect(), lambda _p, _s, area: ground.append(area), -1.0
        )
    words = pixels_from_image(image)[..., :3]
    keys = keys_over(document_rect(scene.viewport, view.rect()).intersected(left), 0)
    made = [key for key in keys if cache.waiting(key) is not None]
    assert ground == [view.rect()]
    assert len(made) == 1
    assert len(keys) > 4
    assert (words == (0x12, 0x34, 0x56)).all(axis=2).sum() > words.shape[0] * words.shape[1] // 2


def test_without_time_one_piece_of_drawing_makes_one_block(
    view: CanvasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many tiles wait: each would otherwise add a block of its own."""
    drawn = list[Rect]()

    class Counting(TileCache):
        def _draw_block(self, painter: QPainter, picture: Picture, what: tuple[Key, Rect]) -> bool:
            drawn.append(what[1])
            return super()._draw_block(painter, picture, what)

    view.zoom_to(0.2)
    scene, cache = view.scene(), Counting()
    assert level_for(scene.viewport.scale * scene.ratio) > 0
    waiting, pieces = Rect(0, 0, SIDE, SIDE), 0
    while not waiting.is_empty:
        _, waiting = painter.make_tiles(scene, cache, waiting, -1.0)
        pieces += 1
        assert len(drawn) == pieces
    assert pieces > 16


@pytest.mark.parametrize("scale", [1.0, 0.4])
def test_no_more_tiles_are_owed_than_a_view_shows(
    view: CanvasView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, scale: float
) -> None:
    """However far a person pans before anything is ready; and the screen shows all in the end."""
    monkeypatch.setattr(painter, "PATIENCE", inf)
    view.zoom_to(scale)
    places = [(x, y) for y in range(0, SIDE, 400) for x in range(0, SIDE, 400)]
    wanted = dict[tuple[int, int], np.ndarray]()
    view.document.do(set_opacity(1, 0.25))
    for at in places[::2]:
        view.look_at(*at)
        wanted[at] = shot(view)
    view.document.undo()
    view.look_at(0, 0)
    shot(view)
    monkeypatch.setattr(painter, "PATIENCE", -1.0)
    view.document.redo()
    cache, most = view._cache, 0  # noqa: SLF001 - nothing of it is seen
    for at in places:
        view.look_at(*at)
        shot(view)
        scene = view.scene()
        level = level_for(scene.viewport.scale * scene.ratio)
        seen = keys_over(document_rect(scene.viewport, view.rect()), level)
        assert cache.owed <= set(seen)
        most = max(most, len(cache.owed))
    assert most > 2
    for at, fresh in wanted.items():
        view.look_at(*at)
        qtbot.waitUntil(lambda: view.complete)
        qtbot.waitUntil(partial(same_on_screen, view, fresh))
