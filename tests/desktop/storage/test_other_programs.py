"""Real painting programs open our files, and we open theirs. Skipped where they are not installed.

MyPaint is driven through its own library by the system's Python; it mixes in linear light unless
told otherwise, which OpenRaster does not ask for.
"""

import io
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop.document.blend import BlendMode
from desktop.document.channel import Channel
from desktop.document.composite import composite
from desktop.document.geometry import Rect
from desktop.document.picture import Layer, Picture
from desktop.document.raster import Raster
from desktop.storage.project import Project
from desktop.storage.project_reading import open_project
from desktop.storage.project_writing import save_project

pytestmark = pytest.mark.programs

SYSTEM_PYTHON = Path("/usr/bin/python3")
MYPAINT = Path("/usr/lib/mypaint")
FRAME = Rect(0, 0, 192, 128)

SCRIPT = f"""
import sys
sys.path.insert(0, {str(MYPAINT)!r})
from lib import mypaintlib
import lib.document, lib.eotf
lib.eotf.set_eotf(1.0)
lib.eotf.set_base_eotf(1.0)
document = lib.document.Document()
document.load(sys.argv[1])
document.layer_stack.background_visible = False
document.set_frame([0, 0, {FRAME.width}, {FRAME.height}])
document.set_frame_enabled(True)
document.save(sys.argv[2])
"""


def in_mypaint(source: Path, target: Path) -> None:
    """Open a file in MyPaint and save it as another one."""
    if not (MYPAINT.exists() and SYSTEM_PYTHON.exists()):
        pytest.skip("MyPaint is not installed")
    command = (SYSTEM_PYTHON, "-c", SCRIPT, source, target)
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def waves(left: int, top: int, phase: float, alpha: int = 255) -> Raster:
    """Slow waves of colour whose alpha falls off to one side."""
    x = np.arange(90) / 20 + phase
    wave = (np.sin(x)[:, None] * np.cos(x)[None, :] * 110 + 128).astype(np.uint8)
    fading = np.broadcast_to(np.linspace(alpha / 2, alpha, 90).astype(np.uint8), (90, 90))
    return Raster.from_array(np.dstack([wave, wave.T, 255 - wave, fading]), left, top)


def project(mode: BlendMode) -> Project:
    """A layer that mixes by `mode`, a mask, a group of half opacity and a hidden layer."""
    ground = Raster.empty().filled((200, 180, 90, 255), FRAME)
    inner = (Layer(3, "a", waves(60, 10, 1.0)), Layer(4, "b", waves(90, 30, 2.0, 150)))
    mask = Channel.of_rect(Rect(20, 40, 60, 60), 100)
    layers = (
        Layer(1, "ground", ground),
        Layer(2, "mixed", waves(5, 5, 0.0), mode=mode, opacity=0.8),
        replace(Layer.group(5, "group", inner), opacity=0.5),
        Layer(6, "masked", waves(10, 30, 3.0), mask=mask),
        Layer(7, "hidden", waves(0, 0, 4.0), visible=False),
    )
    return Project(Picture(FRAME, layers))


UNKNOWN_TO_OPENRASTER = {BlendMode.EXCLUSION}


@pytest.mark.parametrize(
    "mode", [mode for mode in BlendMode if mode not in UNKNOWN_TO_OPENRASTER], ids=lambda m: m.value
)
def test_mypaint_shows_what_easel_shows(mode: BlendMode, tmp_path: Path) -> None:
    save_project(project(mode), tmp_path / "ours.ora")
    in_mypaint(tmp_path / "ours.ora", tmp_path / "theirs.png")
    theirs = np.array(Image.open(tmp_path / "theirs.png").convert("RGBA")).astype(int)
    ours = composite(project(mode).picture, FRAME)
    assert np.abs(theirs - ours).max() <= 3


def test_easel_shows_what_mypaint_wrote(tmp_path: Path) -> None:
    save_project(project(BlendMode.MULTIPLY), tmp_path / "ours.ora")
    in_mypaint(tmp_path / "ours.ora", tmp_path / "theirs.ora")
    opened = open_project(tmp_path / "theirs.ora")
    with zipfile.ZipFile(tmp_path / "theirs.ora") as archive:
        merged = np.array(Image.open(io.BytesIO(archive.read("mergedimage.png"))).convert("RGBA"))
    ours = composite(opened.project.picture, opened.project.picture.frame).astype(int)
    names = [layer.name for layer in opened.project.picture.walk()]
    assert {"ground", "mixed", "a", "b", "group", "masked", "hidden"} <= set(names)
    assert np.abs(ours[: merged.shape[0], : merged.shape[1]] - merged).max() <= 3
