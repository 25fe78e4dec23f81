"""Signals reach the window as one of Qt's own, and are handed back afterwards."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.end_requests import EndRequests

ROOT = Path(__file__).parents[2]
SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_told_and_ends_nothing_by_itself(qtbot: QtBot, number: signal.Signals) -> None:
    requests = EndRequests()
    try:
        with qtbot.waitSignal(requests.came, timeout=5_000):
            os.kill(os.getpid(), number)
    finally:
        requests.close()


def test_who_handled_signals_before_handles_them_again(qtbot: QtBot) -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    requests = EndRequests()
    assert [signal.getsignal(number) for number in SIGNALS] != before
    requests.close()
    assert [signal.getsignal(number) for number in SIGNALS] == before


BEFORE_THE_WINDOW = """
import os, signal, sys
import main

sys.modules["desktop.app"] = type(sys)("desktop.app")
sys.modules["desktop.app"].main = lambda argv: os.kill(os.getpid(), signal.SIGTERM)
sys.exit(main.main([]) or 7)
"""


def test_a_program_that_is_told_to_end_before_it_has_a_window_ends_well() -> None:
    command = (sys.executable, "-c", BEFORE_THE_WINDOW)
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == 0
