"""Finding the picture of a caption row inside its unpacked package, one way per kind of source.

A reader is a function from the part of a row's id behind the colon to a 256 px sprite; it raises
`NotDrawn` where the package lacks the picture or it cannot be drawn.
"""

import base64
import gzip
import json
import shutil
import struct
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias, TypedDict, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import FetchFailed
from engine.training import tables
from engine.training.rasterise import (
    NotDrawn,
    Sprite,
    picture_sprite,
    scene_picture,
    svg_sprite,
    without_page,
)
from engine.training.sources import Source

Reader: TypeAlias = Callable[[str], Sprite]

# The sixteen colours of MakeCode Arcade, RGBA; index 0 is transparent.
_ARCADE_COLOURS = np.frombuffer(
    bytes.fromhex(
        "00000000ffffffffff2121ffff93c4ffff8135fffff609ff249ca3ff78dc52ff"
        "003fadff87f2ffff8e2ec4ffa4839fff5c406cffe5cdc4ff91463dff000000ff"
    ),
    np.uint8,
).reshape(16, 4)
_SCENE_SIDE = 100  # larger pixel pictures are whole scenes


def reader(source: Source, package: Path, code: Path, icons: Iterable[str]) -> Reader:
    """The reader of a source.

    `package` and `code` are the folders of its unpacked package and of the DiceBear core (used by
    portraits alone); `icons` are the ids that will be asked for, so that those which cost a
    process each are drawn at one go.
    """
    folder = package / source.inside
    match source.render:
        case "icons":
            return _icons(package / "package" / "icons.json", source.ink)
        case "emoji files":
            return _emoji_files(folder)
        case "drawings":
            return lambda name: svg_sprite(_text(folder / f"{name}.svg"))
        case "clip art":
            return lambda name: without_page(svg_sprite(_text(folder / f"{name}.svg")))
        case "pictures":
            return lambda name: picture_sprite(_picture(folder / f"{name}.png"))
        case "pixel art":
            return _pixel_art(package / "package" / "built" / "target.json")
        case _:
            return _portraits(source, package, code, icons)


def _text(path: Path) -> str:
    if not path.is_file():
        raise NotDrawn("the package has no such file")
    return path.read_text(encoding="utf-8", errors="replace")


def _picture(path: Path) -> Sprite:
    if not path.is_file():
        raise NotDrawn("the package has no such file")
    image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.ndim != 3:
        raise NotDrawn("not a colour picture")
    way = cv2.COLOR_BGRA2RGBA if image.shape[2] == 4 else cv2.COLOR_BGR2RGBA
    return cv2.cvtColor(image, way).astype(np.uint8)


class _Icon(TypedDict, total=False):
    body: str
    parent: str
    width: float
    height: float
    left: float
    top: float


class _IconSet(_Icon, total=False):
    icons: dict[str, _Icon]
    aliases: dict[str, _Icon]


def _icons(path: Path, ink: str) -> Reader:
    table = cast("_IconSet", json.loads(path.read_text(encoding="utf-8")))
    icons, aliases = table.get("icons", {}), table.get("aliases", {})

    def read(name: str) -> Sprite:
        icon = icons.get(name) or icons.get(aliases.get(name, _Icon()).get("parent", ""))
        if icon is None:
            raise NotDrawn("the package has no such icon")
        return svg_sprite(_icon_svg(icon, table, ink))

    return read


def _icon_svg(icon: _Icon, table: _IconSet, ink: str) -> str:
    width = icon.get("width", table.get("width", 16))
    height = icon.get("height", table.get("height", 16))
    corner = f"{icon.get('left', table.get('left', 0))} {icon.get('top', table.get('top', 0))}"
    body = icon.get("body", "").replace("currentColor", ink)
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {names} viewBox="{corner} {width} {height}">{body}</svg>'


def _emoji_files(folder: Path) -> Reader:
    """Files are named by code points; the variation selector FE0F does not count."""
    names = {path.stem.upper().replace("-FE0F", ""): path for path in folder.glob("*.webp")}

    def read(name: str) -> Sprite:
        return picture_sprite(_picture(names.get(name, folder / f"{name}.webp")))

    return read


def _pixel_art(path: Path) -> Reader:
    table = json.loads(path.read_text(encoding="utf-8"))
    files = cast("dict[str, str]", table["bundledpkgs"]["device"])

    def read(name: str) -> Sprite:
        file, _, key = name.partition(":")
        entries = json.loads(files.get(f"{file}.jres", "{}"))
        entry = cast("Mapping[str, str] | str", entries.get(key, ""))
        pixels = _arcade_pixels(entry if isinstance(entry, str) else entry.get("data", ""))
        if max(pixels.shape) > _SCENE_SIDE:
            return scene_picture(pixels)
        return picture_sprite(pixels, pixelated=True)

    return read


def _arcade_pixels(encoded: str) -> NDArray[np.uint8]:
    """Decode MakeCode's image format F4: columns of 4-bit colours, each padded to 32 bits."""
    data = base64.b64decode(encoded)
    if data[:2] == b"\x87\x04":
        (width, height), start = struct.unpack("<HH", data[2:6]), 8
    elif data[:1] == b"\xe4":
        width, height, start = data[1], data[2], 4
    else:
        raise NotDrawn("the package has no such picture of four bits")
    stride = (height * 4 + 31) // 32 * 4
    packed = np.frombuffer(data, np.uint8, stride * width, start).reshape(width, stride)
    columns = np.stack([packed & 15, packed >> 4], -1).reshape(width, -1)[:, :height]
    return _ARCADE_COLOURS[columns.T]


def _portraits(source: Source, package: Path, code: Path, icons: Iterable[str]) -> Reader:
    wanted = [f"{source.name}:{name}" for name in icons]
    options = _portrait_options()
    drawn = _draw_portraits(source, (package, code), [options[row] for row in wanted])
    texts = dict(zip(wanted, drawn, strict=True))
    return lambda name: svg_sprite(texts[f"{source.name}:{name}"])


def _portrait_options() -> dict[str, object]:
    data = (tables.FOLDER / "portraits.jsonl.gz").read_bytes()
    rows = [json.loads(line) for line in gzip.decompress(data).decode().splitlines()]
    return {row["id"]: row["options"] for row in rows}


def _draw_portraits(source: Source, folders: tuple[Path, Path], options: list[object]) -> list[str]:
    """Run the drawing script in a folder where node finds both packages by name."""
    package, code = folders
    bench = package / "bench"
    for name, folder in ((source.package, package), ("@dicebear/core", code)):
        shutil.copytree(folder / "package", bench / "node_modules" / name, dirs_exist_ok=True)
    script = shutil.copy(tables.FOLDER / "portraits.mjs", bench)
    asked = json.dumps([{"style": source.package, "options": each} for each in options])
    try:
        done = subprocess.run(
            ("node", Path(script).name),
            cwd=bench,
            input=asked,
            capture_output=True,
            text=True,
            check=True,
        )
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise FetchFailed(
            "The portraits could not be drawn with node; install node 18 or newer and fetch again."
        ) from error
    return cast("list[str]", json.loads(done.stdout))
