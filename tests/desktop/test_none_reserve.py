"""The program must outlive any number of Qt calls, whatever PySide6 does to None."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CALLS = """
from PySide6.QtCore import QRect
from desktop import none_reserve
{before}
rect = QRect()
for width in range(200_000):
    rect.setWidth(width)
print("alive")
"""


def outcome(before: str) -> str:
    command = (sys.executable, "-c", CALLS.format(before=before))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr


def test_two_hundred_thousand_calls_are_outlived() -> None:
    assert outcome("none_reserve.lay_in()") == "alive"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot be used up any more")
def test_without_the_reserve_this_pyside_aborts() -> None:
    """When this fails, PySide6 is mended and the reserve can go."""
    assert "deallocating None" in outcome("")
