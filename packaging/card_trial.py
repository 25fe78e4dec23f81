"""Builds the engine for a card as the program does, with torch's CPU build in the place of CUDA's.

`python3 run.py package --card`. The packages are those of the locks, fetched with pip once and then
served by an index on this computer, which breaks off in the middle of torch. Used are the uv and
the engine's modules of the bundle in dist/. What is not tried here is a card.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from time import monotonic, process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from desktop.card.building import NEEDS, Recipe, build, removing  # noqa: E402
from desktop.card.place import Place, State  # noqa: E402
from desktop.card.uv import Uv, own_program  # noqa: E402
from desktop.card_keeper import PINS  # noqa: E402
from desktop.self_test import painted  # noqa: E402
from engine.child import ChildOptions, Interpreter  # noqa: E402
from engine.errors import FetchFailed  # noqa: E402
from engine.weights import download  # noqa: E402
from engine.weights.network import Network, Route  # noqa: E402
from tests.certificates import Authority, make_authority  # noqa: E402
from tests.package_index import address, offer  # noqa: E402
from tests.source_server import Source, serve, serving  # noqa: E402


def card_trial(bundle: Path, folder: Path) -> int:
    """Build into `folder`, break off, go on, paint, remove; say what it took. 0 when all held."""
    folder.mkdir(parents=True, exist_ok=True)
    inside = bundle / "_internal"
    pins = "".join((inside / name).read_text(encoding="utf-8") for name in PINS)
    wheels = {path.name: path.read_bytes() for path in fetched(pins, folder / "wheels")}
    place = Place(folder / "card-engine", pins)
    shutil.rmtree(place.root, ignore_errors=True)
    (folder / "certificates").mkdir(exist_ok=True)
    authority = make_authority(folder / "certificates")
    with serving(authority.server("packages")) as source:
        offer(source, wheels)
        return tried(recipe_of(place, source, authority, inside), source)


def recipe_of(place: Place, source: Source, authority: Authority, inside: Path) -> Recipe:
    """How the program builds, but from here and for the processor."""
    trust = {"SSL_CERT_FILE": str(authority.certificate), "UV_SYSTEM_CERTS": "0"}
    uv = Uv(own_program(inside), place.root, address(source), more=trust)
    return Recipe(
        place=place,
        uv=uv,
        connect=lambda origin: Network(Route(mirror=origin), trust=authority.client()),
        paint=partial(paint, inside / "engine-source"),
        free=lambda where: shutil.disk_usage(where).free,
        device="cpu",
    )


def paint(source: Path, python: Path) -> str:
    """Have the Starter paint in that Python with the modules in `source`."""
    begun = monotonic()
    picture = painted(ChildOptions(interpreter=Interpreter(python, source)))
    print(f"a picture of {picture.width} × {picture.height}, {monotonic() - begun:.1f} s")
    assert picture.levels > 1
    return picture.device


def tried(recipe: Recipe, source: Source) -> int:
    """Build twice: the first time the source breaks off for good in the middle of torch."""
    place = recipe.place
    (torch,) = (path for path in source.files if re.fullmatch(r"/files/torch-.*\.whl", path))
    half = len(source.files[torch]) // 2
    source.scripts[torch] = [serve(stop_after=half), *([serve(stop_after=0)] * 6)]
    download.PAUSE_SECONDS = 0.01
    begun, spent = monotonic(), process_time()
    try:
        list(build(recipe))
    except FetchFailed as fault:
        print(fault)
    assert place.state is State.PARTLY, place.state
    source.scripts.clear()
    list(build(recipe))
    assert place.state is State.READY, place.state
    again = [asked.start for asked in source.asked if asked.path == torch][-1]
    print(f"torch went on at byte {again:,} of {len(source.files[torch]):,}")
    print(f"built in {monotonic() - begun:.0f} s ({process_time() - spent:.0f} s of this process)")
    print(f"{place.size():,} bytes for {sum(map(len, wheels_in(source))):,} fetched")
    list(removing(place))
    assert place.state is State.ABSENT
    return 0 if again > half // 2 else 1


def wheels_in(source: Source) -> list[bytes]:
    """The packages that are served."""
    served = [octets for path, octets in source.files.items() if path.endswith(".whl")]
    return [octets for octets in served if isinstance(octets, bytes)]


def fetched(pins: str, folder: Path) -> list[Path]:
    """The wheels of the locks that the engine needs here, fetched with pip; all are pinned."""
    folder.mkdir(parents=True, exist_ok=True)
    constraints = folder.parent / "pins.txt"
    bare = re.sub(r" \\\n\s+--hash=.*", "", re.sub(r"(\s+--hash=\S+ \\\n)+", " ", pins))
    lines = [line.split(" \\")[0] for line in bare.splitlines() if re.match(r"[a-zA-Z0-9]", line)]
    constraints.write_text("\n".join(line.split(" --hash")[0] for line in lines))
    torch = next(each for each in NEEDS if each.startswith("torch=="))
    needs = [each for each in NEEDS if each != torch]
    command = (
        "-m",
        "pip",
        "download",
        "--quiet",
        "--quiet",
        "--only-binary",
        ":all:",
        "-d",
        folder,
    )
    cpu = (f"{torch}+cpu", *needs, "--constraint", constraints)
    subprocess.run((sys.executable, *command, *cpu), check=True)
    known = set(re.findall(r"sha256:([0-9a-f]{64})", pins))
    wheels = sorted(folder.glob("*.whl"))
    return [path for path in wheels if hashlib.sha256(path.read_bytes()).hexdigest() in known]
