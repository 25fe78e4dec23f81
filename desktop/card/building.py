"""Builds a Python with a torch for the card, step by step: plan, room, packages, Python, trial.

A generator for a worker. Closing it stops within a moment; what has arrived is gone on with. It
counts as built only after the engine has painted in it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.card.place import Place
from desktop.card.plan import Wheel, read_plan
from desktop.card.uv import Uv
from desktop.errors import CardEngineFailed
from desktop.model_work import Working
from engine.weights.part_file import part_bytes

if TYPE_CHECKING:
    from engine.weights.network import Network

PYTHON = "3.11"
"""The Python that the locks were tried with, and that the frozen program has."""

NEEDS = (
    "torch==2.13.0",
    "torchvision==0.28.0",
    "open_clip_torch",
    "safetensors",
    "pillow",
    "numpy",
    "platformdirs",
    "httpx",
    "truststore",
    "filelock",
    "spandrel",
)
"""What the engine imports; which version of each, the pins say."""

UNPACKED = 2.5
"""Bytes on the disk for a byte that is fetched, beside that byte; 2.1 was seen for CUDA."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a build is made with.

    connect: opens the way to a host. paint: has the engine paint in that Python and returns where
    it computed. device: where it has to. free: bytes left on the disk of a folder.
    """

    place: Place
    uv: Uv
    connect: "Callable[[str], Network]"
    paint: Callable[[Path], str]
    free: Callable[[Path], int]
    needs: Sequence[str] = NEEDS
    device: str = "cuda"


def build(recipe: Recipe) -> Iterator[Working]:
    """Yield what is being done until the Python is ready. Raises CardEngineFailed, FetchFailed."""
    from engine.weights.fetch import locked

    place = recipe.place
    with locked(place.root):
        try:
            place.begin()
        except OSError as error:
            raise CardEngineFailed(
                f"{place.root} cannot be written to ({error.strerror}); check the folder."
            ) from error
        wheels = yield from planned(recipe)
        check_room(recipe, wheels)
        yield from fetched(recipe, wheels)
        yield from installed(recipe, wheels)
        yield Working("painting a first picture with it")
        device = recipe.paint(place.python)
        if device != recipe.device:
            raise CardEngineFailed(
                f"The engine was built, but computes on “{device}”: it finds no NVIDIA card that "
                "it can use. Install the newest driver for the card, then continue."
            )
        place.finish()


def planned(recipe: Recipe) -> "Iterator[Working]":
    """Ask the index what the pinned packages are on this system; returns the wheels."""
    root = recipe.place.root
    wanted, pins, plan = root / "needs.txt", root / "pins.txt", root / "pylock.toml"
    wanted.write_text("\n".join(recipe.needs), encoding="utf-8")
    pins.write_text(recipe.place.pins, encoding="utf-8")
    plan.unlink(missing_ok=True)
    command = ("pip", "compile", "--quiet", "--no-header", "--only-binary", ":all:")
    told = ("--python-version", PYTHON, "--constraint", pins, "--format", "pylock.toml")
    for _ in recipe.uv.run("Asking for the packages", *command, *told, "-o", plan, wanted):
        yield Working("asking which packages there are")
    return read_plan(plan.read_text(encoding="utf-8"), recipe.place.pins)


def left(place: Place, wheels: Sequence[Wheel]) -> int:
    """Bytes that are still to come."""
    lacking = [wheel for wheel in wheels if not (place.wheels / wheel.name).exists()]
    return sum(max(wheel.size - part_bytes(place.wheels / wheel.name), 0) for wheel in lacking)


def check_room(recipe: Recipe, wheels: Sequence[Wheel]) -> None:
    """Raise FetchFailed unless what is to come and what it unpacks to fit."""
    from engine.weights.fetch import check_room as check

    unpacked = UNPACKED * sum(wheel.size for wheel in wheels)
    check(recipe.place.root, round(left(recipe.place, wheels) + unpacked), recipe.free)


def fetched(recipe: Recipe, wheels: Sequence[Wheel]) -> Iterator[Working]:
    """Fetch what is missing, each file gone on with where it stopped and held against its hash."""
    from engine.weights.download import Wanted, download

    total, done = sum(wheel.size for wheel in wheels), 0
    for wheel in wheels:
        target = recipe.place.wheels / wheel.name
        if not target.exists():
            network = recipe.connect(wheel.origin)
            wanted = Wanted(target, wheel.path, wheel.size, wheel.sha256)
            for report in download(wanted, network):
                words = f"{report.doing}: {wheel.name.split('-')[0]}"
                yield Working(words, done + report.done, total, report.note)
        done += wheel.size


def installed(recipe: Recipe, wheels: Sequence[Wheel]) -> Iterator[Working]:
    """Make the Python and put the packages into it; one that was made before is made anew."""
    place, uv = recipe.place, recipe.uv
    made = ("venv", "--quiet", "--clear", "--python", PYTHON, place.root / "env")
    for _ in uv.run("Making a Python", *made):
        yield Working("making a Python for it")
    files = [place.wheels / wheel.name for wheel in wheels]
    put = ("pip", "install", "--quiet", "--no-index", "--no-deps", "--python", place.python)
    for _ in uv.run("Installing the packages", *put, *files):
        yield Working("installing")


def removing(place: Place) -> Iterator[Working]:
    """Delete all of it."""
    import shutil

    yield Working("removing")
    with suppress(FileNotFoundError):
        try:
            shutil.rmtree(place.root)
        except OSError as error:
            raise CardEngineFailed(
                f"Not all of {place.root} could be removed ({error.strerror}); quit Easel's other "
                "windows and remove the folder by hand."
            ) from error
