"""Draws what lies on the canvas: desk, checkerboard, layers, the tint of the mask.

Everything is snapped to device pixels, so that neighbouring tiles meet without a seam at any scale.
A turned view is drawn upright into an image first, which is then turned as a whole. What takes long
is drawn over several repaints, so that the hand never waits for layers.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from math import ceil, inf
from time import thread_time
from typing import TypeAlias

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPalette, QRegion, QTransform

from desktop.canvas.scene import Scene, document_rect, level_for
from desktop.canvas.strips import draw_by_strips
from desktop.canvas.tiles import Key, TileCache, covered, keys_over
from desktop.document.geometry import EMPTY, Rect
from desktop.document.raster import TILE

SQUARE = 8
"""Side of a square of the checkerboard, in logical pixels."""

PATIENCE = 0.003
"""Seconds of the processor that are spent on tiles at a time; the rest is left for later."""

HURRY = 0.002
"""The same in a stroke, whose next step is waiting already."""

Ground: TypeAlias = Callable[[QPainter, Scene, QRect], None]
"""Draws what lies below the layers."""

Shown: TypeAlias = tuple[Key, QImage | None]
"""A tile; None where nothing of it can be shown yet."""

Paint: TypeAlias = Callable[[QPainter, Scene, QRect], Rect]
"""Draws the part of an upright scene that lies in a rectangle of logical pixels."""


def draw_ground(painter: QPainter, scene: Scene, area: QRect, palette: QPalette) -> None:
    """Fill `area`: a quiet desk, and a checkerboard where frame and layers are transparent.

    The squares stay put on the screen while the picture is panned.
    """
    window = palette.color(QPalette.ColorRole.Window)
    dark = window.lightness() < 128
    painter.fillRect(area, window.darker(118 if dark else 108))
    brush = _checkerboard(window.rgb(), dark)
    frame, content = scene.picture.frame, scene.content
    for rect in (content,) if content.holds(frame) else (frame, content):
        if rect.is_empty:
            continue
        if scene.viewport.is_upright:
            box = scene.in_view(rect)
            part = box.toAlignedRect().intersected(area)
            draw_by_strips(painter, part, partial(painter.fillRect, box, brush))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush)
            painter.drawPolygon(scene.outline(rect))


def ground_change(before: Scene, after: Scene) -> QRegion:
    """Return logical pixels among which are all where one of two scenes alone is checkered."""
    old, new = _checkered(before), _checkered(after)
    return old.xored(new) if after.viewport.is_upright else old.united(new)


def _checkered(scene: Scene) -> QRegion:
    """Return the boxes around frame and content in the view."""
    region = QRegion()
    for rect in (scene.picture.frame, scene.content):
        if not rect.is_empty:
            region = region.united(scene.outline(rect).boundingRect().toAlignedRect())
    return region


@lru_cache(maxsize=4)
def _checkerboard(rgb: int, dark: bool) -> QBrush:
    window = QColor.fromRgb(rgb)
    pattern = QImage(2 * SQUARE, 2 * SQUARE, QImage.Format.Format_RGB32)
    pattern.fill(window.lighter(118) if dark else QColor(Qt.GlobalColor.white))
    with QPainter(pattern) as squares:
        shade = window.lighter(136) if dark else window.darker(102)
        squares.fillRect(0, 0, SQUARE, SQUARE, shade)
        squares.fillRect(SQUARE, SQUARE, SQUARE, SQUARE, shade)
    return QBrush(pattern)


def draw_picture(
    painter: QPainter, scene: Scene, cache: TileCache, area: QRect, ground: Ground, patience: float
) -> Rect:
    """Draw the layers as `draw_tiles` does, and before them the ground, where any is seen."""
    end = thread_time() + patience
    if not scene.viewport.is_upright:
        ground(painter, scene, area)
        return draw_tiles(painter, scene, cache, area, patience)
    part = document_rect(scene.viewport, area)
    within = part.intersected(cache.bounds(scene.picture))
    tiles, left = _tiles(scene, cache, within, end)
    if within != part or any(_shows_ground(image) for _, image in tiles):
        ground(painter, scene, area)
    _draw_all(painter, scene, tiles, area)
    return left


def draw_tiles(
    painter: QPainter, scene: Scene, cache: TileCache, area: QRect, patience: float = inf
) -> Rect:
    """Draw what the cache holds of `area` (logical pixels), and make what it lacks.

    Returns a document rectangle around what would have taken too long: there, what was seen before
    is shown, or what is known at another scale. patience: seconds of the processor for tiles.
    """

    def paint(onto: QPainter, upright: Scene, part: QRect) -> Rect:
        end = thread_time() + patience
        rect = document_rect(upright.viewport, part).intersected(cache.bounds(scene.picture))
        tiles, left = _tiles(upright, cache, rect, end)
        _draw_all(onto, upright, tiles, part)
        return left

    if scene.viewport.is_upright:
        return paint(painter, scene, area)
    return _draw_turned(painter, scene, area, paint)


def make_tiles(
    scene: Scene, cache: TileCache, rect: Rect, patience: float = PATIENCE
) -> tuple[Rect, Rect]:
    """Make tiles over a document rectangle without drawing them, for `patience` seconds.

    Returns rectangles around those that have become complete, and around those that are not. A
    repaint may have completed one too, and have shown no more of it than its own region.
    """
    end, made, left, begun = thread_time() + patience, EMPTY, EMPTY, False
    part = rect.intersected(cache.bounds(scene.picture))
    for key in keys_over(part, _level(scene)):
        if not cache.work(key) and key not in cache.owed:
            continue
        if cache.work(key) and not (begun and thread_time() > end):
            begun = True
            cache.tile(scene.picture, key, end)
        around = covered(key).intersected(part)
        if cache.work(key):
            left = left.united(around)
        else:
            made = made.united(around)
            cache.owed.discard(key)
    return made, left


def forgive(scene: Scene, cache: TileCache, area: QRect) -> None:
    """Owe no tile that `area` (logical pixels) does not show any more.

    Call it when the view moves: what comes into view then is drawn all over, and owed if need be.
    """
    if cache.owed:
        cache.owed.intersection_update(
            keys_over(document_rect(scene.viewport, area), _level(scene))
        )


def tiles_at_once(scene: Scene, area: QRect) -> int:
    """Return how many tiles at most are seen in `area` (logical pixels)."""
    scale = scene.viewport.scale * scene.ratio
    side = TILE * scale * (1 << _level(scene)) / scene.ratio
    return (ceil(area.width() / side) + 1) * (ceil(area.height() / side) + 1)


def _level(scene: Scene) -> int:
    return level_for(scene.viewport.scale * scene.ratio)


def _tiles(scene: Scene, cache: TileCache, part: Rect, end: float) -> tuple[list[Shown], Rect]:
    """Return the tiles over `part` and a rectangle around what there was no time for."""
    keys, found = keys_over(part, _level(scene)), list[Shown]()
    left, begun = EMPTY, False
    for key in sorted(keys, key=cache.work) if len(keys) > 1 else keys:
        work = cache.work(key)
        if work and begun and thread_time() > end:
            found.append((key, cache.waiting(key)))
        else:
            found.append((key, cache.tile(scene.picture, key, end)))
        begun = begun or work > 0
        if work and cache.work(key):
            cache.owed.add(key)
            left = left.united(covered(key).intersected(part))
    return found, left


def _shows_ground(image: QImage | None) -> bool:
    return image is None or image.hasAlphaChannel()


def _draw_all(painter: QPainter, scene: Scene, tiles: Sequence[Shown], area: QRect) -> None:
    if scene.ratio != 1.0:
        painter.save()
        painter.scale(1 / scene.ratio, 1 / scene.ratio)
    smooth, hint = scene.smooth, QPainter.RenderHint.SmoothPixmapTransform
    painter.setRenderHint(hint, smooth)
    on_device = _on_device(area, scene.ratio)
    for key, image in tiles:
        if image is None:
            continue
        target = scene.on_device(covered(key))
        if target.size() == image.size():
            painter.drawImage(target.topLeft(), image)
        else:
            part = target.intersected(on_device)
            draw_by_strips(painter, part, partial(painter.drawImage, target, image))
    if scene.ratio != 1.0:
        painter.restore()
    painter.setRenderHint(hint, on=False)


def _on_device(area: QRect, ratio: float) -> QRect:
    """Return the device pixels that logical ones touch."""
    if ratio == 1.0:
        return area
    left, top = area.left() * ratio, area.top() * ratio
    return QRectF(left, top, area.width() * ratio, area.height() * ratio).toAlignedRect()


def _draw_turned(painter: QPainter, scene: Scene, area: QRect, paint: Paint) -> Rect:
    rect = document_rect(scene.viewport, area)
    upright, scale = scene.upright(rect), scene.viewport.scale
    width, height = ceil(rect.width * scale), ceil(rect.height * scale)
    image = QImage(
        ceil(width * scene.ratio),
        ceil(height * scene.ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(scene.ratio)
    image.fill(0)
    with QPainter(image) as onto:
        left = paint(onto, upright, QRect(0, 0, width, height))
    turn = (
        QTransform.fromTranslate(rect.left * scale, rect.top * scale)
        * QTransform.fromScale(1 / scale, 1 / scale)
        * scene.transform
    )

    def draw() -> None:
        painter.save()
        painter.setTransform(turn, combine=True)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(0, 0, image)
        painter.restore()

    draw_by_strips(painter, area, draw)
    return left


def draw_float(
    painter: QPainter, scene: Scene, image: QImage, box: QRectF, matrix: QTransform
) -> None:
    """Draw an image that is being transformed: into `box` of the document, then by `matrix`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setTransform(matrix * scene.transform, combine=True)
    painter.drawImage(box, image)
    painter.restore()
