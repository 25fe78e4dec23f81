"""The published networks in their real sizes, with random weights, against the reference.

python -m tests.oracle [CASE …]        run what has not been run yet, then write docs/oracle.md
python -m tests.oracle --table         only write the table of what has been run

One process for each side and number format, one after another. A case needs its weights on the disk
while it runs (up to 5 GB) and up to 12 GB of memory; both are free again after it. What a process
measured is kept in a cache folder (EASEL_ORACLE names another one) until the code it depends on
changes, so an interrupted run goes on where it stopped.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from tests.oracle import random_weights
from tests.oracle.side import FORMATS, SIDES
from tests.oracle.table import Result, table

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "oracle.md"
OURS = ("engine/networks", "engine/weights", "engine/specs.py")
"""What our answers depend on, besides the question."""


def main(arguments: Sequence[str]) -> int:
    """0 when everything that was to be run did run and agrees."""
    from tests.oracle.cases import CASES

    names = [name for name in arguments if name != "--table"] or list(CASES)
    if unknown := [name for name in names if name not in CASES]:
        print(f"There is no case {unknown[0]}; there are {', '.join(CASES)}.", file=sys.stderr)
        return 2
    folder = cache_folder()
    failed = [] if "--table" in arguments else [name for name in names if not run(name, folder)]
    results = [result for name in CASES if (result := Result.read(CASES[name].title, folder, name))]
    TABLE.write_text(table(results), encoding="utf-8")
    for result in results:
        print(result.summary())
    for name in failed:
        print(f"FAILED: {name}", file=sys.stderr)
    return 1 if failed or not all(result.agrees for result in results) else 0


def run(name: str, folder: Path) -> bool:
    """Every side and format of one case that is not there yet; False when one of them fails."""
    missing = [
        (side, form) for side in SIDES for form in FORMATS if not done(folder, name, side, form)
    ]
    if not missing:
        return True
    prepare(name, folder)
    whole = True
    for side, form in missing:
        print(f"{name}: {side}, {form}", flush=True)
        command = (sys.executable, "-m", "tests.oracle.side", name, side, form, str(folder))
        environment = os.environ | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
        ended = subprocess.run(command, cwd=ROOT, env=environment).returncode
        if ended == 0:
            stamp(folder, name, side, form).write_text(fingerprint(side), encoding="utf-8")
        whole = whole and ended == 0
    shutil.rmtree(folder / "models")
    return whole


def prepare(name: str, folder: Path) -> None:
    """The case's weights and settings in the published layout, nothing else beside them."""
    import json

    from tests.oracle.cases import CASES

    case, models = CASES[name], folder / "models"
    shutil.rmtree(models, ignore_errors=True)
    random_weights.write(case.file(models), random_weights.published_shapes(case.keys), case.stored)
    (case.folder(models) / "config.json").write_text(json.dumps(dict(case.settings)))


def done(folder: Path, name: str, side: str, form: str) -> bool:
    """Whether this process has run, on the code that is here now."""
    path = stamp(folder, name, side, form)
    return path.is_file() and path.read_text(encoding="utf-8") == fingerprint(side)


def stamp(folder: Path, name: str, side: str, form: str) -> Path:
    """The file that says what was run."""
    return folder / name / f"{side}-{form}.stamp"


def fingerprint(side: str) -> str:
    """What an answer depends on: the question, the libraries, and for ours the engine's code."""
    digest = hashlib.sha256()
    paths = sorted((ROOT / "tests/oracle").glob("*.py"))
    for place in OURS if side == "ours" else ():
        paths += sorted((ROOT / place).rglob("*.py")) or [ROOT / place]
    for path in paths:
        if path.name not in ("__main__.py", "table.py"):
            digest.update(path.read_bytes())
    for library in ("torch", "open_clip_torch" if side == "ours" else "diffusers", "transformers"):
        digest.update(f"{library} {version(library)}".encode())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Where weights and results are kept."""
    chosen = os.environ.get("EASEL_ORACLE")
    return Path(chosen) if chosen else Path.home() / ".cache" / "easel" / "oracle"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
