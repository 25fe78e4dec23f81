"""Every format that Easel opens, damaged 2,000 times: a file is opened, rescued or refused.

Each is opened in a process that may die. The seed is the number of the file: `FORMATS[name]
.damaged(number)` is that very file.
"""

import sys

import pytest

from tests.faults.formats import CONTROL, EXACT, FORMATS
from tests.faults.ordeal import ordeal

FILES = 2_000
MOST_SECONDS, MOST_MEGABYTES = 2.0, 600.0
"""Of the processor for one file, and of the whole process: with torch alone it has 230 MB."""
ALWAYS_REFUSED = {"window"}
"""Formats of which no damaged file is ever used: their sum is looked at first."""

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits and peaks as Linux has them")


@linux
@pytest.mark.faults
@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_file_is_opened_or_refused(name: str) -> None:
    toll = ordeal(("-m", "tests.faults.opener", name), FILES)
    print(f"\n{name}: {toll}")
    assert (toll.crashes, toll.hangs, toll.bugs, toll.count) == ([], [], [], FILES)
    assert toll.slowest[0] <= MOST_SECONDS
    assert toll.largest[0] <= MOST_MEGABYTES
    assert toll.outcomes["refused"] > FILES // 50, "the damage proves nothing"
    assert name in ALWAYS_REFUSED or toll.outcomes["opened"] > FILES // 50


@linux
@pytest.mark.faults
@pytest.mark.parametrize("name", EXACT)
def test_what_was_damaged_is_never_taken_for_whole(name: str) -> None:
    toll = ordeal(("-m", "tests.faults.opener", name), FILES)
    print(f"\n{name}: {toll}")
    assert (toll.crashes, toll.hangs, toll.bugs, toll.count) == ([], [], [], FILES)
    if name.startswith("weights"):
        assert toll.outcomes["opened"] == 0
        assert toll.outcomes["caught"] > FILES // 20, "the reader alone would have been enough"


@linux
@pytest.mark.faults
@pytest.mark.parametrize("name", CONTROL)
def test_without_the_sums_wrong_pictures_would_be_shown(name: str) -> None:
    toll = ordeal(("-m", "tests.faults.opener", name), 50)
    print(f"\n{name}: {toll}")
    assert toll.outcomes["wrong"] > 25


@linux
@pytest.mark.faults
def test_a_crash_a_hang_a_hog_and_a_bug_are_found() -> None:
    toll = ordeal(("-m", "tests.faults.planted"), 20)
    assert [crash.split(":")[0] for crash in sorted(toll.crashes)] == ["13", "3"]
    assert sorted(toll.hangs) == ["15", "5"]
    assert [bug.split(":")[0] for bug in sorted(toll.bugs)] == ["19", "9"]
    assert toll.largest[0] > MOST_MEGABYTES
    assert toll.largest[1] in (7, 17)
    assert toll.count == 20
