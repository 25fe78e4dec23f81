"""The program must outlive any number of Qt calls, whatever PySide6 does to None and True."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CALLS = """
from PySide6.QtCore import QRect
from desktop import reference_reserve
{before}
rect = QRect()
for width in range(200_000):
    rect.setWidth(width)
print("alive")
"""

SIGNALS = """
from PySide6.QtCore import QObject, Signal
from desktop import reference_reserve
{before}
class Teller(QObject):
    told = Signal(int)
teller = Teller()
for number in range(200_000):
    teller.told.emit(number)
print("alive")
"""

BOTH = pytest.mark.parametrize(("calls", "gone"), [(CALLS, "None"), (SIGNALS, "True or False")])


def outcome(calls: str, before: str) -> str:
    command = (sys.executable, "-c", calls.format(before=before))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr


@BOTH
def test_two_hundred_thousand_calls_are_outlived(calls: str, gone: str) -> None:
    assert outcome(calls, "reference_reserve.lay_in()") == "alive"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot be used up any more")
@BOTH
def test_without_the_reserve_this_pyside_aborts(calls: str, gone: str) -> None:
    """When this fails, PySide6 is mended and the reserve can go."""
    assert f"deallocating {gone}" in outcome(calls, "")
