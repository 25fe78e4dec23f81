"""Writes a project: a file that GIMP, Krita and MyPaint open, and that Easel opens whole."""

import hashlib
import json
from pathlib import Path

import numpy as np
from PIL import Image

from desktop.document.composite import composite, composite_layers
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.pixel_edits import masked
from desktop.document.plane import Plane
from desktop.document.raster import Raster
from desktop.storage.archive import pack
from desktop.storage.backups import keep_backup
from desktop.storage.description import described, numbers
from desktop.storage.files import write_atomically
from desktop.storage.markup import Element, text_of
from desktop.storage.png_writing import png_bytes
from desktop.storage.project import (
    FORMAT,
    MANIFEST,
    MERGED,
    MIMETYPE,
    OPERATORS,
    STACK,
    THUMBNAIL,
    THUMBNAIL_SIDE,
    Project,
)
from desktop.storage.project_limits import check_openable, check_size
from engine.requests import Pixels


def save_project(project: Project, path: Path, *, steps_back: bool = True) -> None:
    """Write a project in one step; the version before becomes its backup, if it `steps_back`.

    Raises NotWritable, or PictureTooLarge where it could not be opened again; an older file is then
    untouched, and where nothing but its replacement was refused, the new one lies beside it.
    """
    before = keep_backup if steps_back else _nothing
    write_atomically(path, project_bytes(project), before, beside=True)


def _nothing(_target: Path) -> None:
    pass


def project_bytes(project: Project) -> bytes:
    """Return the content of a project file; the same project gives the same bytes.

    Raises PictureTooLarge where it could not be opened again.
    """
    writer = _Writer(project.picture)
    check_openable(project.picture, writer.canvas)
    stack = writer.stack()
    manifest = writer.manifest(project)
    merged = composite(project.picture, writer.canvas)
    ends = {THUMBNAIL: png_bytes(_thumbnail(merged)), MERGED: png_bytes(merged)}
    others = {STACK: stack, **writer.pictures, **ends}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in others.items()}
    text = json.dumps({**manifest, "sha256": sums}, ensure_ascii=True, indent=1)
    first = {"mimetype": MIMETYPE, STACK: stack, MANIFEST: text.encode("ascii")}
    content = pack({**first, THUMBNAIL: ends[THUMBNAIL], **writer.pictures, MERGED: ends[MERGED]})
    check_size(len(content))
    return content


class _Writer:
    """Collects the pictures of one project while its stack and its manifest are made."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self.pictures: dict[str, bytes] = {}
        content = [layer.raster.bounds() for layer in picture.walk()]
        self.canvas = picture.frame
        for rect in content:
            self.canvas = self.canvas.united(rect)

    def stack(self) -> bytes:
        """Return stack.xml, whose layers go from the top down."""
        size = {"w": str(self.canvas.width), "h": str(self.canvas.height)}
        image = Element("image", {"version": "0.0.5", **size, "xres": "72", "yres": "72"})
        image.children.append(Element("stack", {"name": "root"}))
        image.children[0].children += [self._shown(e) for e in reversed(self._picture.layers)]
        return text_of(image)

    def _shown(self, layer: Layer) -> Element:
        about = {
            "name": layer.name,
            "opacity": f"{layer.opacity:.6g}",
            "visibility": "visible" if layer.visible else "hidden",
            "composite-op": OPERATORS[layer.mode],
        }
        if layer.locked:
            about["edit-locked"] = "true"
        if layer.children is not None and layer.mask is None:
            about["isolation"] = "isolate" if layer.isolated else "auto"
            children = [self._shown(child) for child in reversed(layer.children)]
            return Element("stack", about, children)
        raster = _as_others_see(layer)
        place = self.plane(f"data/layer-{layer.id}.png", raster, always=True)
        about |= {
            "src": str(place["file"]),
            "x": str(int(str(place["left"])) - self.canvas.left),
            "y": str(int(str(place["top"])) - self.canvas.top),
        }
        return Element("layer", about)

    def manifest(self, project: Project) -> dict[str, object]:
        """Return what easel.json says, but for the sums."""
        own = {"format": FORMAT, "program": "Easel", "canvas": numbers(self.canvas)}
        return {**own, **described(project, self)}

    def pixels(self, layer: Layer) -> dict[str, object]:
        """Keep the pixels of a layer, unless others see them as they are."""
        shown = f"data/layer-{layer.id}.png"
        if layer.mask is None and shown in self.pictures:
            bounds = _kept_rect(layer.raster)
            return {"file": shown, "left": bounds.left, "top": bounds.top, "default": 0}
        return self.plane(f"easel/layer-{layer.id}-pixels.png", layer.raster)

    def plane(self, name: str, plane: Plane, always: bool = False) -> dict[str, object]:
        """Keep a plane as a picture and say where it lies; an empty one needs none."""
        if plane.is_empty and not always:
            return {"default": plane.default}
        rect = _kept_rect(plane)
        self.picture(name, plane.read(rect))
        return {"file": name, "left": rect.left, "top": rect.top, "default": plane.default}

    def picture(self, name: str, pixels: Pixels) -> str:
        """Keep HxWxC pixels under a name; return it."""
        self.pictures[name] = png_bytes(pixels)
        return name


def _as_others_see(layer: Layer) -> Raster:
    """Return the pixels of a layer with its mask applied; of a masked group, all of it."""
    if layer.children is not None:
        area = layer.tile_bounds()
        raster = Raster.from_array(composite_layers(layer.children, area), area.left, area.top)
    else:
        raster = layer.raster
    return raster if layer.mask is None else masked(raster, layer.mask)


def _kept_rect(plane: Plane) -> Rect:
    bounds = plane.bounds()
    return Rect(bounds.left, bounds.top, max(1, bounds.width), max(1, bounds.height))


def _thumbnail(merged: Pixels) -> Pixels:
    step = max(1, max(merged.shape[:2]) // (2 * THUMBNAIL_SIDE))
    small = Image.fromarray(np.ascontiguousarray(merged[::step, ::step]))
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return np.asarray(small)
