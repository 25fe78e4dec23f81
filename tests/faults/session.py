"""One sitting with the whole program and the Starter: start, paint, generate, save, gallery, quit.

    python -m tests.faults.session HOME [PLANTED]

Everything in HOME. Says "done" at the end. PLANTED opens a connection and does nothing else, as a
control: "python", "qt" or "child", by a socket of Python, of Qt, or of another process.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtNetwork import QTcpSocket
from PySide6.QtTest import QTest

from desktop.app import Program
from desktop.document.channel import Channel
from desktop.document.geometry import Rect
from desktop.document.selection_edits import paint_mask
from desktop.storage.exports import ExportOptions

PROMPT = "a violet zeppelin over Quedlinburg"
NAME = "Lieselottes-Geheimnis"
WORDS = ("violet", "zeppelin", "quedlinburg", "lieselotte", "geheimnis")
"""What nobody but this person knows."""
PATIENCE = 240.0
"""Seconds for any step, on a machine that is busy and watched."""
SETTINGS = {"steps": 2, "prior_steps": 2, "count": 1}


def main(home: Path, planted: str = "") -> None:
    """Sit down, do everything once, get up."""
    settings = home / "config" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(SETTINGS))
    program = Program(["--home", str(home)])
    program.window.show()
    try:
        until(lambda: program.studio is not None and program.window.workbench is not None)
        if planted:
            PLANTED[planted]()
        else:
            use(program, home)
    finally:
        program.window.close()
        program.close()
    print("done", flush=True)


def until(is_true: Callable[[], object]) -> None:
    """Let the program work until something has come about."""
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, "this step takes too long"
        QTest.qWait(20)


def use(program: Program, home: Path) -> None:
    """Everything that a person does on a usual day."""
    window, studio, workbench = program.window, program.studio, program.window.workbench
    assert studio is not None
    assert workbench is not None
    window.prompt.edit.setPlainText(PROMPT)
    window.prompt.generate()
    until(lambda: not studio.busy and studio.candidates.items)
    studio.accept(0)
    workbench.show_canvas()
    studio.document.do(paint_mask(Channel.of_rect(Rect(20, 20, 90, 90)), "Mask"))
    studio.document.undo()
    project, picture = home / f"{NAME}.ora", home / f"{NAME}.png"
    studio.files.save_project(project, window.prompt.prompt)
    studio.files.export(picture, ExportOptions())
    until(lambda: project.exists() and picture.exists())
    studio.files.open_picture(picture)
    (home / f"{NAME}.jpg").write_bytes(b"no picture")
    studio.files.open_picture(home / f"{NAME}.jpg")
    workbench.show_gallery()
    until(lambda: studio.keeping is not None)
    QTest.qWait(500)
    workbench.models()
    QTest.qWait(500)


def by_python() -> None:
    """A socket of Python's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as planted:
        planted.connect(("127.0.0.1", 9))


def by_qt() -> None:
    """A socket of Qt's, of which no hook in Python knows."""
    planted = QTcpSocket()
    planted.connectToHost("127.0.0.1", 9)
    QTest.qWait(100)
    planted.abort()


def by_child() -> None:
    """A socket of a process that was started."""
    code = "import socket; socket.socket(socket.AF_INET6).close()"
    subprocess.run([sys.executable, "-c", code], check=True)


PLANTED: dict[str, Callable[[], None]] = {"python": by_python, "qt": by_qt, "child": by_child}

if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
