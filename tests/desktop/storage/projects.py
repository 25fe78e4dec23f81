"""A project with one of each thing that can be in one, and all that a project says."""

import io
import zipfile
from dataclasses import replace

import numpy as np

from desktop.document.blend import BlendMode
from desktop.document.channel import Channel
from desktop.document.geometry import Rect
from desktop.document.picture import Guide, Layer, Picture
from desktop.document.raster import Raster
from desktop.document.result import Result, Seam
from desktop.storage.project import MIMETYPE, STACK, Kept, Project

FRAME = Rect(-20, 10, 64, 48)


def noise(seed: int, left: int, top: int, side: int = 30) -> Raster:
    """Random RGBA."""
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 4), dtype=np.uint8)
    return Raster.from_array(pixels, left, top)


def everything() -> Project:
    """A project with one of each thing that can be in one."""
    area = Rect(0, 0, 12, 10)
    result = Result(
        area, noise(8, 0, 0, 12), Channel.of_rect(area), noise(9, 0, 0), Seam(feather=3)
    )
    inner = (
        Layer(3, "inner ü <&>", noise(3, -30, 20), opacity=0.25, mode=BlendMode.OVERLAY),
        Layer(4, "masked", noise(4, 5, 5), mask=Channel.of_rect(Rect(6, 6, 9, 9), 90, default=255)),
    )
    group = Layer.group(2, "group", inner)
    layers = (
        Layer(1, "base", noise(1, 0, 0), locked=True, notes={"prompt": "a boat", "seed": "7"}),
        replace(group, opacity=0.5, isolated=False, mask=Channel.of_rect(Rect(0, 0, 20, 20))),
        Layer(7, "empty", Raster.empty(), visible=False, alpha_locked=True),
        Layer(6, "result", noise(6, 0, 0, 12), result=result),
    )
    picture = Picture(
        FRAME,
        layers,
        mask=Channel.of_rect(Rect(-5, -5, 10, 10), 128),
        selection=Channel.of_rect(Rect(3, 3, 5, 5)).inverted(),
        saved=(("eye", Channel.of_rect(Rect(1, 2, 3, 4))), ("all", Channel.empty(255))),
        guides=(Guide(vertical=True, place=-4), Guide(vertical=False, place=9)),
    )
    plain = Kept(np.full((8, 8, 3), 77, np.uint8), {"prompt": "p" * 5000, "request": "{}"})
    place = Rect(-9, 8, 64, 64)
    painted = replace(result, frame=place)
    pixels = noise(5, 0, 0, 8).read(Rect(0, 0, 8, 8))
    hole = Kept(pixels, {"prompt": "a hole"}, place, painted, replaces=6, agreement=0.25)
    return Project(picture, {"prompt": "ein Boot\nim Meer", "negative": ""}, (plain, hole))


def account(project: Project) -> object:
    """Everything a project says, in values that can be compared."""
    picture = project.picture

    def plane(p: Raster | Channel | None) -> object:
        return None if p is None else (p.default, p.bounds(), p.read(p.bounds()).tobytes())

    def result(r: Result | None) -> object:
        if r is None:
            return None
        return (r.area, plane(r.raw), plane(r.mask), plane(r.below), r.seam, r.frame)

    def kept(k: Kept) -> object:
        made = (k.frame, result(k.result), k.replaces, k.agreement)
        return (k.pixels.shape, k.pixels.tobytes(), dict(k.notes), made)

    def layer(e: Layer) -> object:
        children = None if e.children is None else [layer(child) for child in e.children]
        looks = (e.visible, e.opacity, e.mode, e.locked, e.alpha_locked, e.isolated)
        return (
            e.id,
            e.name,
            looks,
            dict(e.notes),
            plane(e.raster),
            plane(e.mask),
            result(e.result),
            children,
        )

    return (
        picture.frame,
        [layer(e) for e in picture.layers],
        plane(picture.mask),
        plane(picture.selection),
        [(name, plane(area)) for name, area in picture.saved],
        picture.guides,
        dict(project.prompts),
        [kept(each) for each in project.candidates],
    )


def members(content: bytes) -> dict[str, bytes]:
    """All members of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bare(**options: bytes) -> dict[str, bytes]:
    """The least archive that opens, with other members beside."""
    stack = b"<image w='1' h='1'><stack/></image>"
    return {"mimetype": MIMETYPE, STACK: stack, **options}
