"""Drawings to sprites: tightly framed, centred, 256 px squares with straight alpha.

SVG is drawn by resvg. Its root element is rewritten first, because half of the clip art has no
viewBox and sizes in old units, which resvg refuses.
"""

import re
from dataclasses import dataclass

import cv2
import numpy as np
import resvg_py
from numpy.typing import NDArray

from engine.training.colours import WHITE

SIDE = 256
MARGIN = 8
_DRAFT = 320  # width of the first drawing, from which the frame is measured
_TALLEST = 960
_VISIBLE = 8
_NOMINAL = 600.0  # side of a drawing that does not tell its size
# User units per unit at 90 to the inch, as drawing programs of that time wrote them.
_UNITS = {
    "": 1.0,
    "px": 1.0,
    "pt": 1.25,
    "pc": 15.0,
    "mm": 3.543307,
    "cm": 35.43307,
    "in": 90.0,
    "em": 12.0,
    "ex": 6.0,
}
_ROOT = re.compile(r"<(?:svg:)?svg\b[^>]*>", re.DOTALL)
_DROPPED = re.compile(
    r"""\s(?:viewBox|width|height|x|y|preserveAspectRatio)\s*=\s*("[^"]*"|'[^']*')"""
)

Sprite = NDArray[np.uint8]


class NotDrawn(Exception):
    """A row could not be drawn; the message says why."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """An SVG text taken apart at its root element, and the rectangle it shows."""

    before: str
    root: str
    after: str
    frame: tuple[float, float, float, float]

    def drawn(self, frame: tuple[float, float, float, float], width: int, height: int) -> Sprite:
        """Raises NotDrawn where resvg fails."""
        shown = " ".join(map(str, frame))
        size = f' viewBox="{shown}" width="{width}" height="{height}">'
        text = f"{self.before}{self.root[:-1]}{size}{self.after}"
        return _resvg(text, width)


def _resvg(text: str, width: int) -> Sprite:
    try:
        png = resvg_py.svg_to_bytes(svg_string=text, width=width, skip_system_fonts=True)
    except BaseException as error:
        # resvg panics on some filters; a Rust panic is no Exception, and has no importable class.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise NotDrawn(f"resvg: {error}") from error
        raise
    image = cv2.imdecode(np.frombuffer(bytes(png), np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.ndim != 3 or image.shape[2] != 4:
        raise NotDrawn("resvg gave no picture")
    return cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA).astype(np.uint8)


def svg_sprite(text: str) -> Sprite:
    """A sprite of an SVG text. Raises NotDrawn."""
    drawing = _taken_apart(text)
    x, y, wide, high = drawing.frame
    width, height = _draft_size(wide, high)
    if "<filter" in text:
        return _filtered_sprite(drawing, width, height)
    left, top, right, bottom = _bounds(drawing.drawn(drawing.frame, width, height))
    scale = wide / width
    tight = (x + left * scale, y + top * scale, (right - left) * scale, (bottom - top) * scale)
    fit = (SIDE - 2 * MARGIN) / max(tight[2], tight[3])
    size = max(1, round(tight[2] * fit)), max(1, round(tight[3] * fit))
    return _centred(drawing.drawn(tight, *size), size)


def _filtered_sprite(drawing: _Drawing, width: int, height: int) -> Sprite:
    """Cut the pixels instead of the viewBox, in which filters make resvg panic."""
    problem = NotDrawn("never tried")
    for factor in (1.2, 1.0, 1.37):
        try:
            size = round(width * factor), round(height * factor)
            return picture_sprite(drawing.drawn(drawing.frame, *size))
        except NotDrawn as error:
            problem = error
    raise problem


def _draft_size(wide: float, high: float) -> tuple[int, int]:
    height = max(8, round(_DRAFT * high / wide))
    if height <= _TALLEST:
        return _DRAFT, height
    return max(8, round(_TALLEST * wide / high)), _TALLEST


def picture_sprite(rgba: Sprite, *, pixelated: bool = False) -> Sprite:
    """A sprite of a picture (h, w, 4); a pixelated one is enlarged by whole factors."""
    left, top, right, bottom = _bounds(rgba)
    cut = rgba[top:bottom, left:right]
    height, width = cut.shape[:2]
    fit = (SIDE - 2 * MARGIN) / max(width, height)
    if pixelated and fit >= 1:
        fit = int(fit)
    size = max(1, round(width * fit)), max(1, round(height * fit))
    return _centred(cut, size, pixelated=pixelated)


def scene_picture(rgba: Sprite) -> Sprite:
    """The middle square of a pixelated picture over white, enlarged."""
    height, width = rgba.shape[:2]
    left = (width - height) // 2
    cut = rgba[:, left : left + height]
    seen = cut[..., 3:] > 127
    over_white = np.where(seen, cut, np.uint8(255))
    return cv2.resize(over_white, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST).astype(np.uint8)


def without_page(rgba: Sprite) -> Sprite:
    """The drawing without the white page it lies on, framed again; unchanged if it has none."""
    corners = rgba[[0, 0, -1, -1], [0, -1, 0, -1], :3]
    if rgba[..., 3].min() < 250 or corners.min() < 245:
        return rgba
    height, width = rgba.shape[:2]
    page = np.zeros((height + 2, width + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | (255 << 8)
    rgb = np.ascontiguousarray(rgba[..., :3])
    for corner in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)):
        cv2.floodFill(rgb, page, corner, WHITE, (6, 6, 6), (6, 6, 6), flags)
    cut = rgba.copy()
    cut[page[1:-1, 1:-1] > 0, 3] = 0
    return picture_sprite(cut)


def reduced(sprite: Sprite) -> Sprite:
    """Half the size: means of four with alpha premultiplied, then straight again."""
    height, width = sprite.shape[:2]
    alpha = sprite[..., 3:].astype(np.float32)
    weighted = np.concatenate([sprite[..., :3] * (alpha / 255), alpha], 2)
    mean = weighted.reshape(height // 2, 2, width // 2, 2, 4).mean((1, 3))
    straight = mean[..., :3] * 255 / np.maximum(mean[..., 3:], 1e-6)
    out = np.concatenate([np.minimum(straight, 255), mean[..., 3:]], 2).round().astype(np.uint8)
    out[out[..., 3] == 0] = 0
    return out


def _taken_apart(text: str) -> _Drawing:
    entities = re.findall(r"""<!ENTITY\s+(\w+)\s+["']([^"']*)["']\s*>""", text)
    text = re.sub(r"<\?xml.*?\?>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>", "", text, flags=re.DOTALL)
    for name, value in entities:
        text = text.replace(f"&{name};", value)
    match = _ROOT.search(text)
    if match is None:
        raise NotDrawn("no svg element")
    root = _with_namespaces(_DROPPED.sub("", match.group()))
    return _Drawing(text[: match.start()], root, text[match.end() :], _frame(match.group()))


def _with_namespaces(root: str) -> str:
    if "xmlns=" not in root and not root.startswith("<svg:"):
        root = root.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    if "xmlns:xlink" not in root:
        link = r'\g<0> xmlns:xlink="http://www.w3.org/1999/xlink"'
        root = re.sub("^<(?:svg:)?svg", link, root)
    return root


def _frame(root: str) -> tuple[float, float, float, float]:
    """What the root element shows: x, y, width, height in user units."""
    box = _attribute(root, "viewBox")
    if box is not None:
        x, y, width, height = (float(part) for part in re.split("[ ,]+", box.strip()))
    else:
        x, y = 0.0, 0.0
        width = _length(_attribute(root, "width")) or _NOMINAL
        height = _length(_attribute(root, "height")) or _NOMINAL
    if width <= 0 or height <= 0:
        return 0.0, 0.0, _NOMINAL, _NOMINAL
    return x, y, width, height


def _attribute(root: str, name: str) -> str | None:
    match = re.search(rf"""\s{name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", root)
    return None if match is None else match.group(1) or match.group(2)


def _length(text: str | None) -> float | None:
    """Length in user units; None where there is none or it is a share of the page."""
    match = re.match(r"\s*([\d.]+(?:e[+-]?\d+)?)\s*([a-z%]*)", text or "", re.IGNORECASE)
    if match is None or match.group(2) == "%":
        return None
    return float(match.group(1)) * _UNITS.get(match.group(2), 1.0)


def _bounds(rgba: Sprite) -> tuple[int, int, int, int]:
    """Left, top, right, bottom (half-open) of what is visible. Raises NotDrawn if nothing is."""
    left, top, width, height = cv2.boundingRect((rgba[..., 3] > _VISIBLE).astype(np.uint8))
    if not width:
        raise NotDrawn("nothing is visible")
    return left, top, left + width, top + height


def _centred(rgba: Sprite, size: tuple[int, int], *, pixelated: bool = False) -> Sprite:
    image = rgba if rgba.shape[1::-1] == size else _resized(rgba, size, pixelated=pixelated)
    width, height = size
    out = np.zeros((SIDE, SIDE, 4), np.uint8)
    x, y = (SIDE - width) // 2, (SIDE - height) // 2
    out[y : y + height, x : x + width] = image
    return out


def _resized(rgba: Sprite, size: tuple[int, int], *, pixelated: bool) -> Sprite:
    if pixelated and size[0] >= rgba.shape[1]:
        return cv2.resize(rgba, size, interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    premultiplied = cv2.cvtColor(np.ascontiguousarray(rgba), cv2.COLOR_RGBA2mRGBA)
    way = cv2.INTER_AREA if size[0] < rgba.shape[1] else cv2.INTER_CUBIC
    resized = cv2.resize(premultiplied, size, interpolation=way)
    resized[..., :3] = np.minimum(resized[..., :3], resized[..., 3:])  # the filter may overshoot
    return cv2.cvtColor(resized, cv2.COLOR_mRGBA2RGBA).astype(np.uint8)
