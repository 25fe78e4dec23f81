"""What starts the window: options, logs, faults of our own, and what must not be imported."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from desktop import app
from desktop.paths import Paths
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ROOT = Path(__file__).parents[3]


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


PAINTS = """
import sys
from types import SimpleNamespace
from desktop.app import Paths, _engine, answers_in
from desktop.settings import Settings
from engine import families
from engine.events import Loading
from engine.requests import Generate, Sampling

paths = Paths.under(__import__("pathlib").Path(sys.argv[1]))
used = SimpleNamespace(folders=[paths.resources], family=families.find("starter"))

def main():
    for _ in range(2):
        engine = _engine(paths, used, Settings, SimpleNamespace(interpreter=None))
        asked = Generate(prompt="a cat", sampling=Sampling(steps=1, prior_steps=2))
        read = [e.part for e in engine.run(asked) if isinstance(e, Loading)]
        engine.close()
        print("image encoder" in read, len(list(answers_in(paths).iterdir())))

if __name__ == "__main__":
    main()
"""

PAINTED_FIRST = """
import multiprocessing, sys
from desktop.app import Program

def loaded():
    heavy = {"torch", "torchvision", "open_clip", "numpy", "dataclasses"} & set(sys.modules)
    names = {"Qt"} & set(vars(sys.modules["PySide6.QtCore"]))
    return sorted(heavy | names), len(multiprocessing.active_children())

program = Program(["--home", sys.argv[1]])
program.window.painted.disconnect(program.furnish)
program.window.painted.connect(program.app.quit)
program.window.show()
program.app.exec()
program.window.edit.setPlainText("typed meanwhile")
print(*loaded())
program.furnish()
print(*loaded(), program.window.prompt.prompt)
program.close()
print(len(multiprocessing.active_children()))
"""


@pytest.mark.slow
def test_the_window_is_painted_first_and_torch_is_never_imported_in_it(tmp_path: Path) -> None:
    command = (sys.executable, "-c", PAINTED_FIRST, str(tmp_path))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    first, second, last = done.stdout.splitlines()
    assert first == "[] 0"
    assert second.startswith("['Qt', 'dataclasses', 'numpy'] ")
    assert second.endswith(" typed meanwhile")
    assert last == "0"


SETTLED = """
import sys
from desktop.app import Program

program = Program(["--home", sys.argv[1]])
program.window.show()

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDockWidget
from desktop.windows.docks import WIDTH

FOR_TABS = 24  # no more in English

program.window.painted.connect(lambda: QTimer.singleShot(500, program.app.quit))
program.app.exec()
docks = {dock.objectName(): dock.width() for dock in program.window.findChildren(QDockWidget)}
print(docks["layers"] == docks["options"] <= WIDTH + FOR_TABS, docks)
print(program.window.focusWidget() is program.window.edit)
program.close()
"""


@pytest.mark.slow
def test_what_comes_after_the_first_paint_leaves_the_prompt_its_focus_and_the_canvas_its_room(
    tmp_path: Path,
) -> None:
    command = (sys.executable, "-c", SETTLED, str(tmp_path))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    room, focus = done.stdout.splitlines()
    assert room.startswith("True"), room
    assert focus == "True"


STYLED = """
import sys
from desktop.app import Program

program = Program(["--home", sys.argv[1]])
program.window.show()

from PySide6.QtCore import QTimer

program.window.painted.connect(lambda: QTimer.singleShot(500, program.app.quit))
program.app.exec()
menu = program.window.prompt.tools.style.menu()
program.window.edit.setPlainText("a red apple, flat style")
menu.aboutToShow.emit()
print([entry.text() for entry in menu.actions() if entry.isChecked()])
program.close()
"""


@pytest.mark.slow
def test_the_menu_of_styles_outlives_what_the_window_showed_first(tmp_path: Path) -> None:
    command = (sys.executable, "-c", STYLED, str(tmp_path))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['Flat']"]


OPENS = """
import sys
from desktop.app import Program

program = Program(["--home", sys.argv[1], sys.argv[2]])
program.window.show()

from PySide6.QtCore import QTimer

def look():
    names = [layer.name for layer in program.studio.document.picture.layers]
    if names:
        print(*names)
        program.app.exit()  # quitting would ask about the new layer
    else:
        QTimer.singleShot(50, look)

program.window.painted.connect(look)
program.app.exec()
program.close()
"""


@pytest.mark.slow
def test_a_file_that_is_named_at_the_start_is_opened(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "a house.png")
    command = (sys.executable, "-c", OPENS, str(tmp_path), str(tmp_path / "a house.png"))
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.startswith("a house")


@pytest.mark.slow
def test_an_engine_that_has_painted_leaves_the_next_one_what_the_image_tower_said(
    tmp_path: Path,
) -> None:
    """Both are engines of the program, one after the other in the same home."""
    command = (sys.executable, "-c", PAINTS, str(tmp_path))
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == ["True", "1", "False", "1"]


def test_an_unknown_option_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app.Program(["--hoem", "x"])
    assert ended.value.code == 2
    assert "--hoem" in capsys.readouterr().err


def test_an_uncaught_fault_is_logged_and_shown(
    qtbot: QtBot, shell: Shell, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    app.BugReporter(shell.window).install()
    try:
        raise ZeroDivisionError("by a test")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert "ZeroDivisionError: by a test" in shell.window.failure.details
    assert shell.window.failure.isVisible()
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]


def test_a_fault_in_another_thread_is_shown_too(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    app.BugReporter(shell.window).install()
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: "ZeroDivisionError" in shell.window.failure.details, timeout=PATIENCE)


READY_TO_LAST = """
import gc, sys
from desktop.app import Program
from desktop.runs import READY
from desktop.windows.beforehand import Beforehand

program = Program(["--home", sys.argv[1]])
program.window.painted.connect(lambda: program.studio.engine_state_changed.emit(READY))
program.window.painted.connect(lambda: print(gc.get_freeze_count()))
program.window.painted.connect(
    lambda: program.window.findChild(Beforehand).finished.connect(program.app.quit)
)
program.window.show()
program.app.exec()
print(gc.get_freeze_count() > 10_000, len(gc.get_objects()) < 1000)
program.close()
"""


@pytest.mark.slow
def test_what_lasts_as_long_as_the_window_is_not_searched_for_garbage(tmp_path: Path) -> None:
    command = (sys.executable, "-c", READY_TO_LAST, str(tmp_path))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["0", "True True"]
