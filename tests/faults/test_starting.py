"""A window opens whatever has become of the files of the last start, and none of them is lost."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.starting import FILES, lost

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
SECONDS = 3.0
"""Of processor time to the first paint: a busy machine is not a fault of ours."""
AT_ONCE = 2
"""Programs: a start spends most of its time waiting for what it is told that it will hear."""
WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Root reads and writes what nobody may, unless it is told not to."""


def starts(folder: Path) -> list[dict]:
    """Every start with what was damaged and what came of it."""
    shares = [list(FILES)[first::AT_ONCE] for first in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as programs:
        done = programs.map(some_starts, (folder / str(n) for n in range(AT_ONCE)), shares)
        rows = [row for part in done for row in part]
    slowest = max((row["seconds"][1] for row in rows if row["seconds"]), default=0.0)
    print(f"{len(rows)} starts, the slowest painted after {slowest:.1f} s of processor time")
    return rows


def some_starts(folder: Path, files: list[str]) -> list[dict]:
    """The starts in which these files are damaged."""
    folder.mkdir()
    limited = WITHOUT_RIGHTS if shutil.which("setpriv") else ()
    command = (*limited, sys.executable, "-m", "tests.faults.starting", str(folder), *files)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1_800)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def faults_of(row: dict) -> list[str]:
    """What is not as promised."""
    said = row["said"]
    return [
        *(["no window in time"] if not row["seconds"] or row["seconds"][1] > SECONDS else []),
        *([f"ended with {row['code']}"] if row["code"] else []),
        *(each for each in said if each.startswith("BUG")),
        *(f"lost {name}" for name in row["lost"]),
        *(f"not a sentence: {each}" for each in said if not each.endswith(".")),
    ]


def test_every_damaged_start_shows_a_window_loses_nothing_and_ends_well(tmp_path: Path) -> None:
    rows = starts(tmp_path)
    assert len(rows) == 72
    wrong = {f"{row['file']}, {row['damage']}": faults_of(row) for row in rows}
    assert {name: faults for name, faults in wrong.items() if faults} == {}
    told = {row["file"] for row in rows if row["said"]}
    assert {"settings", "models", "gallery list", "journal"} <= told  # the damage was really there


def test_a_file_that_a_start_deletes_would_be_found() -> None:
    before = {"recovery/a": b"work", "logs/easel.log": b"log"}
    assert lost(before, {}, ["logs"]) == ["recovery/a"]
    assert lost(before, {"recovery/discarded/a": b"work"}, ["logs"]) == []
