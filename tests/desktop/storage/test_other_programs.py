"""Real painting programs open our files, and we open theirs. Skipped where they are not installed.

MyPaint is driven through its own library by the system's Python; it mixes in linear light unless
told otherwise, which OpenRaster does not ask for. Krita converts on a screen of its own; its first
start takes long. Debian's GIMP cannot read OpenRaster, so it is given the PSD that is exported.
"""

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from desktop.storage.images import open_picture
from desktop.storage.layered_psd import psd_bytes
from desktop.storage.project import Project
from desktop.storage.project_reading import open_project
from desktop.storage.project_writing import save_project
from engine.requests import Pixels

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


Convert = Callable[[Path, Path], None]
"""Opens a file in another program and saves it as another one."""


def in_mypaint(source: Path, target: Path) -> None:
    """Open a file in MyPaint and save it as another one."""
    if not (MYPAINT.exists() and SYSTEM_PYTHON.exists()):
        pytest.skip("MyPaint is not installed")
    command = (SYSTEM_PYTHON, "-c", SCRIPT, source, target)
    subprocess.run(command, check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def in_krita(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Convert]:
    """Krita on a screen of its own, with the settings of nobody."""
    for program in ("krita", "Xvfb"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    home = tmp_path_factory.mktemp("krita")
    with display() as name:
        environment = os.environ | {"DISPLAY": name, "HOME": str(home), "QT_QPA_PLATFORM": "xcb"}
        environment |= {"XDG_RUNTIME_DIR": str(home)}

        def convert(source: Path, target: Path) -> None:
            command = ("krita", "--export", "--export-filename", target, source)
            subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)

        yield convert


@contextmanager
def display() -> Iterator[str]:
    """A screen that nobody looks at."""
    read_end, write_end = os.pipe()
    command = ("Xvfb", "-displayfd", str(write_end), "-screen", "0", "800x600x24")
    with subprocess.Popen(command, pass_fds=(write_end,), stderr=subprocess.DEVNULL) as server:
        os.close(write_end)
        with os.fdopen(read_end) as numbers:
            yield f":{numbers.readline().strip()}"
        server.terminate()


def in_gimp(source: Path, home: Path, *targets: Path, verbs: str = "") -> None:
    """Open a file in GIMP, merge what is visible, do more with `image`, and save that."""
    if shutil.which("gimp-console") is None:
        pytest.skip("GIMP is not installed")
    saved = "".join(
        f' (gimp-file-save RUN-NONINTERACTIVE image seen "{target}" "{target}")'
        for target in targets
    )
    verbs = (
        f'(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{source}" "{source}")))'
        " (seen (car (gimp-image-merge-visible-layers image CLIP-TO-IMAGE))))"
        f" (gimp-layer-resize-to-image-size seen) {verbs}{saved})"
    )
    command = ("gimp-console", "-i", "-d", "-f", "-b", verbs, "-b", "(gimp-quit 0)")
    environment = os.environ | {"HOME": str(home)}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=900)


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


def apart(file: Path, shown: Project) -> int:
    """Levels by which a picture that another program wrote is off from what Easel shows."""
    theirs = np.array(Image.open(file).convert("RGBA")).astype(int)
    found = int(np.abs(theirs - composite(shown.picture, FRAME)).max())
    print(f"{file.parent.name}: {found} levels apart")  # for docs/other-programs.md, by -rP
    return found


UNKNOWN_TO_OPENRASTER = {BlendMode.EXCLUSION}
MODES = [mode for mode in BlendMode if mode not in UNKNOWN_TO_OPENRASTER]


@pytest.mark.parametrize("mode", MODES, ids=lambda m: m.value)
def test_mypaint_shows_what_easel_shows(mode: BlendMode, tmp_path: Path) -> None:
    save_project(project(mode), tmp_path / "ours.ora")
    in_mypaint(tmp_path / "ours.ora", tmp_path / "theirs.png")
    assert apart(tmp_path / "theirs.png", project(mode)) <= 3


NOT_IN_KRITA = {BlendMode.PLUS}
"""Krita adds colours but mixes alpha like "normal": 42 levels apart (docs/other-programs.md)."""


@pytest.mark.parametrize(
    "mode", [mode for mode in MODES if mode not in NOT_IN_KRITA], ids=lambda m: m.value
)
def test_krita_shows_what_easel_shows(mode: BlendMode, in_krita: Convert, tmp_path: Path) -> None:
    save_project(project(mode), tmp_path / "ours.ora")
    in_krita(tmp_path / "ours.ora", tmp_path / "theirs.png")
    assert apart(tmp_path / "theirs.png", project(mode)) <= 3


@pytest.mark.parametrize("mode", [BlendMode.NORMAL, BlendMode.MULTIPLY], ids=lambda m: m.value)
def test_gimp_shows_what_easel_exports_in_layers(mode: BlendMode, tmp_path: Path) -> None:
    picture = project(mode).picture
    merged = np.zeros_like(composite(picture, FRAME))  # so that it has to read the layers
    (tmp_path / "ours.psd").write_bytes(psd_bytes(picture, FRAME, merged))
    in_gimp(tmp_path / "ours.psd", tmp_path, tmp_path / "theirs.png")
    assert apart(tmp_path / "theirs.png", project(mode)) <= 3


FROM_GIMP = {"as it is": "", "16 bits": "(gimp-image-convert-precision image PRECISION-U16-GAMMA)"}


@pytest.mark.parametrize("verbs", FROM_GIMP.values(), ids=list(FROM_GIMP))
def test_easel_shows_what_gimp_wrote(verbs: str, tmp_path: Path) -> None:
    """PNG and TIFF with GIMP's own profile; its WebP loses alpha, so that is not compared."""
    fading = Layer(1, "fading", waves(20, 10, 0.5))  # alpha in the result, too
    shown = Project(Picture(FRAME, (fading, Layer(2, "other", waves(100, 40, 2.0)))))
    picture, targets = shown.picture, [tmp_path / f"theirs.{end}" for end in ("png", "tif")]
    merged = composite(picture, FRAME)
    (tmp_path / "ours.psd").write_bytes(psd_bytes(picture, FRAME, merged))
    in_gimp(tmp_path / "ours.psd", tmp_path, *targets, verbs=verbs)
    for file in targets:
        with Image.open(file) as written:
            assert "icc_profile" in written.info
        opened = open_picture(file)
        assert ("16" in opened.note) == bool(verbs), opened.note
        assert off(opened.pixels, merged) <= 3
        assert off(opened.pixels, merged[:, ::-1]) > 50  # a mistake would be noticed


def off(found: Pixels, wanted: Pixels) -> int:
    """Levels between pictures, of premultiplied colour and of alpha."""
    pair = [each.astype(int) for each in (found, wanted)]
    if pair[0].shape != pair[1].shape:
        return 255
    seen = [np.dstack([p[..., :3] * p[..., 3:] // 255, p[..., 3:]]) for p in pair]
    most = int(np.abs(seen[0] - seen[1]).max())
    print(f"{most} levels apart")
    return most


def test_another_picture_would_be_noticed(in_krita: Convert, tmp_path: Path) -> None:
    save_project(project(BlendMode.NORMAL), tmp_path / "ours.ora")
    in_krita(tmp_path / "ours.ora", tmp_path / "theirs.png")
    picture = project(BlendMode.NORMAL).picture
    without_group = replace(picture, layers=picture.layers[:2] + picture.layers[3:])
    assert apart(tmp_path / "theirs.png", Project(without_group)) > 50
    assert apart(tmp_path / "theirs.png", project(BlendMode.MULTIPLY)) > 50


def read_back(file: Path) -> None:
    """Open what another program wrote: the layers, and what it says it looks like."""
    opened = open_project(file)
    with zipfile.ZipFile(file) as archive:
        merged = np.array(Image.open(io.BytesIO(archive.read("mergedimage.png"))).convert("RGBA"))
    ours = composite(opened.project.picture, opened.project.picture.frame).astype(int)
    names = [layer.name for layer in opened.project.picture.walk()]
    assert {"ground", "mixed", "a", "b", "group", "masked", "hidden"} <= set(names)
    assert np.abs(ours[: merged.shape[0], : merged.shape[1]] - merged).max() <= 3


def test_easel_shows_what_mypaint_wrote(tmp_path: Path) -> None:
    save_project(project(BlendMode.MULTIPLY), tmp_path / "ours.ora")
    in_mypaint(tmp_path / "ours.ora", tmp_path / "theirs.ora")
    read_back(tmp_path / "theirs.ora")


def test_easel_shows_what_krita_wrote(in_krita: Convert, tmp_path: Path) -> None:
    save_project(project(BlendMode.MULTIPLY), tmp_path / "ours.ora")
    in_krita(tmp_path / "ours.ora", tmp_path / "theirs.ora")
    read_back(tmp_path / "theirs.ora")
