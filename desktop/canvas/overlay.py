"""A picture that is shown over the document without being part of it, beside what was before."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from desktop.canvas.marks import draw_two_tone
from desktop.canvas.pixmaps import image_from_pixels
from desktop.canvas.scene import Scene
from desktop.document.geometry import Rect
from desktop.document.raster import Pixels

_INTERSECT = Qt.ClipOperation.IntersectClip
_SMOOTH = Qt.TransformationMode.SmoothTransformation


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """What is shown where, and how much of what was before beside it.

    pixels: HxWx3 or HxWx4 of any size, shown in `frame` of the document. share: 0..1; the left
    part of the frame, so wide, shows `before` (of any size too), or the document where that is
    None.
    """

    pixels: Pixels
    frame: Rect
    share: float = 0.0
    before: Pixels | None = None


class OverlayImages:
    """An overlay as images that can be drawn; those of the one before are used again."""

    def __init__(self) -> None:
        """Show nothing."""
        self._images: dict[int, tuple[Pixels, QImage]] = {}
        self.overlay: Overlay | None = None

    def show(self, overlay: Overlay | None) -> None:
        """Show another one, or none."""
        shown = () if overlay is None else (overlay.pixels, overlay.before)
        given = [pixels for pixels in shown if pixels is not None]
        self._images = {
            id(each): self._images.get(id(each)) or (each, image_from_pixels(each))
            for each in given
        }
        self.overlay = overlay

    def draw(self, painter: QPainter, scene: Scene) -> None:
        """Draw the overlay, and the line between before and after."""
        overlay = self.overlay
        if overlay is None:
            return
        frame = overlay.frame
        at = frame.left + overlay.share * frame.width
        left = QRectF(frame.left, frame.top, at - frame.left, frame.height)
        right = QRectF(at, frame.top, frame.right - at, frame.height)
        if overlay.before is not None and not left.isEmpty():
            self._draw(painter, scene, overlay.before, left)
        if not right.isEmpty():
            self._draw(painter, scene, overlay.pixels, right)
        if not left.isEmpty() and not right.isEmpty():
            path = QPainterPath(right.topLeft())
            path.lineTo(right.bottomLeft())
            draw_two_tone(painter, scene.transform.map(path))

    def _draw(self, painter: QPainter, scene: Scene, pixels: Pixels, part: QRectF) -> None:
        """Draw what of a picture lies in `part` of the document; the picture fills the frame."""
        assert self.overlay is not None
        image, frame = self._images[id(pixels)][1], self.overlay.frame
        painter.save()
        if part.width() < frame.width:
            painter.setClipPath(_outline(scene, part), _INTERSECT)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scene.smooth)
        if scene.viewport.is_upright:
            target = scene.on_device(frame)
            painter.scale(1 / scene.ratio, 1 / scene.ratio)
            if target.width() < image.width():
                image = image.scaled(target.size(), mode=_SMOOTH)
            painter.drawImage(target, image)
        else:
            painter.setTransform(scene.transform, combine=True)
            painter.drawImage(QRectF(frame.left, frame.top, frame.width, frame.height), image)
        painter.restore()


def _outline(scene: Scene, part: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addRect(part)
    return scene.transform.map(path)
