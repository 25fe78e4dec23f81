"""No test and nothing that a test starts has a network, where one can be taken away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import offline

ROOT = Path(__file__).resolve().parent.parent
TELL = "from tests.offline import ways_out; print(*ways_out())"


@pytest.fixture(scope="module")
def apart() -> None:
    """Skip where no network can be made."""
    if not offline.possible():
        pytest.skip("only root makes a network, where the system lets it")


def told(before: str) -> str:
    """What ways out a process finds in a network of its own in which `before` was done."""
    command = (sys.executable, "-c", TELL)
    alone = (*offline.ALONE, "sh", "-c", f'{before}; exec "$@"', "sh", *command)
    done = subprocess.run(alone, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.skipif(offline.MARK not in os.environ, reason="it runs with whatever network there is")
def test_these_tests_run_without_a_network() -> None:
    assert offline.ways_out() == []


@pytest.mark.usefixtures("apart")
def test_a_network_of_its_own_has_no_way_out() -> None:
    assert told("true") == ""


@pytest.mark.usefixtures("apart")
def test_an_interface_that_leads_elsewhere_is_seen() -> None:
    assert told("ip link add name bridge0 type bridge") == "bridge0"
