"""No document is lost by a save or the autosave, wherever it ends or is refused."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

ROOT = Path(__file__).parents[2]


def outcomes(trial: str, place: str, folder: Path) -> dict[str, int]:
    """How often each outcome came about."""
    command = (sys.executable, "-m", "tests.faults.saving", trial, place, str(folder))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    print(f"{place}, {trial}: {sum(found.values())} trials: {found}")
    return found


def lost(found: dict[str, int]) -> dict[str, int]:
    return {said: count for said, count in found.items() if said.startswith("LOST")}


@pytest.mark.parametrize("place", ["save", "autosave"])
def test_no_kill_at_any_system_call_loses_the_document(tmp_path: Path, place: str) -> None:
    found = outcomes("killed-at-each-call", place, tmp_path)
    assert sum(found.values()) >= 10
    assert found["old after -9"] > 0
    assert lost(found) == {}


def test_the_same_kills_lose_what_is_written_in_place(tmp_path: Path) -> None:
    assert lost(outcomes("killed-at-each-call", "naive", tmp_path)) != {}


@pytest.mark.parametrize("place", ["save", "autosave"])
def test_no_kill_at_a_random_moment_loses_the_document(tmp_path: Path, place: str) -> None:
    found = outcomes("killed-at-random", place, tmp_path)
    assert sum(found.values()) == 200
    assert lost(found) == {}


@pytest.mark.parametrize("place", ["save", "autosave"])
def test_no_refused_system_call_loses_the_document_or_is_taken_for_a_save(
    tmp_path: Path, place: str
) -> None:
    found = outcomes("refused-at-each-call", place, tmp_path)
    assert found["old after refusal"] > 0
    assert lost(found) == {}
    assert [said for said in found if said.endswith("after 1")] == []  # no fault of our own


@pytest.mark.parametrize("place", ["save", "autosave"])
def test_no_full_disk_loses_the_document(tmp_path: Path, place: str) -> None:
    found = outcomes("cut-short", place, tmp_path)
    assert sum(found.values()) == 119
    assert found["old after refusal"] > 50
    assert lost(found) == {}


def test_the_same_full_disks_lose_what_is_written_in_place(tmp_path: Path) -> None:
    assert lost(outcomes("cut-short", "naive", tmp_path)) != {}
