"""Words that open no window are answered in the terminal, and with exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.refusal import SCREENS, refusal

ROOT = Path(__file__).parents[2]
SCREEN = {"DISPLAY": ":0"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
@pytest.mark.parametrize("words", [("genrate", "a cat"), ("gone.png",), ()])
def test_without_a_screen_there_is_one_sentence_and_no_crash(words: tuple[str, ...]) -> None:
    without = {name: value for name, value in os.environ.items() if name not in SCREENS}
    command = (sys.executable, "main.py", *words)
    done = subprocess.run(
        command, cwd=ROOT, env=without, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert (words[0] if words else "DISPLAY") in done.stderr


def test_a_bare_word_that_is_no_file_is_taken_for_a_mistyped_verb() -> None:
    assert "genrate" in refusal([Path("genrate")], SCREEN)


def test_a_file_that_is_gone_is_for_the_window_to_tell_where_there_is_one() -> None:
    assert not refusal([Path("gone.png"), Path("elsewhere/gone")], SCREEN)


def test_a_file_that_is_there_is_opened_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal([Path("holiday")], SCREEN)
    (tmp_path / "holiday").touch()
    assert not refusal([Path("holiday")], SCREEN)
    assert not refusal([], SCREEN)
