"""Free memory is what the machine has, and no more than limits leave."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import machine

GIB = 2**30


def group(folder: Path, files: dict[str, object]) -> None:
    """A control group as the system shows it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (folder / name).write_text(f"{value}\n")


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where control groups are looked for; what this process belongs to is in `membership`."""
    monkeypatch.setattr(machine, "CONTROL_GROUPS", tmp_path / "groups")
    monkeypatch.setattr(machine, "MEMBERSHIPS", tmp_path / "membership")
    monkeypatch.setattr(machine, "free_in_machine", lambda: 16 * GIB)
    monkeypatch.setattr(machine, "left_by_limits", lambda: iter(()))
    return tmp_path / "groups"


def test_the_tightest_group_above_a_process_counts(groups: Path) -> None:
    groups.parent.joinpath("membership").write_text("0::/user/app\n")
    stat = f"anon 1\ninactive_file {GIB}"
    group(groups / "user/app", {"memory.max": "max", "memory.current": 5 * GIB})
    group(
        groups / "user",
        {"memory.max": 8 * GIB, "memory.current": 5 * GIB, "memory.stat": stat},
    )
    assert machine.free_memory() == 4 * GIB
    group(groups / "user", {"memory.max": "max"})
    assert machine.free_memory() == 16 * GIB


def test_the_older_kind_of_groups_is_read_too(groups: Path) -> None:
    groups.parent.joinpath("membership").write_text("9:cpu:/a\n4:memory:/not/seen/here\n0::/\n")
    files = {"memory.limit_in_bytes": 2 * GIB, "memory.usage_in_bytes": 3 * GIB, "memory.stat": ""}
    group(groups / "memory", files)
    assert machine.free_memory() == 0


def test_without_groups_the_machine_says_it(groups: Path) -> None:
    assert not groups.exists()
    assert machine.free_memory() == 16 * GIB


PEAKS = """
import resource
from engine.machine import peak_bytes
print(peak_bytes(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count another way")
def test_the_peak_is_this_programs_and_not_that_of_whoever_started_it() -> None:
    ballast = np.ones(200_000_000, np.uint8)
    run = [sys.executable, "-c", PEAKS]
    told = subprocess.run(run, cwd=Path(__file__).parents[2], capture_output=True, check=True)
    own, counted = map(int, told.stdout.split())
    assert 5_000_000 < own < len(ballast) < counted
