"""Files of ours on a disk like any other: settings, choices of models, where windows were."""

import json
import tempfile
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QSettings, Qt
from PySide6.QtWidgets import QApplication, QDockWidget

from desktop import reference_reserve
from desktop.ask import sampling_of
from desktop.first_choices import first_choices
from desktop.key_schemes import keys_of
from desktop.model_choices import Added, ModelChoices
from desktop.model_keeper import ModelKeeper
from desktop.model_work import verdicts_in
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.windows.main import MainWindow, sealed, unsealed
from engine.families.offers import OFFERS
from engine.weights.part_file import PartFile

DOCKS = ("layers", "candidates", "ideas", "navigator")


def settings() -> list[bytes]:
    """Every choice there is, keys of one's own included."""
    made = Settings(own_keys=(("studio.undo", ("Ctrl+Y",)),), steps=20, guidance=3.5, theme="dark")
    path = Path(tempfile.mkdtemp()) / "settings.json"
    made.save(path)
    return [path.read_bytes()]


def open_settings(content: bytes, folder: Path) -> str:
    """Start with them, and keep them."""
    path = folder / "settings.json"
    path.write_bytes(content)
    first_choices(path)
    found = Settings.load(path)
    keys_of(found.key_scheme, found.own_keys)
    sampling_of(found, 7)
    found.save(path)
    assert Settings.load(path) == found
    return "refused" if found.note else "opened"


def models() -> list[bytes]:
    """Choices of models, what is known of files, and the note beside a download."""
    path = Path(tempfile.mkdtemp()) / "models.json"
    homes = {"kandinsky-2-2-decoder": path.parent}
    ModelChoices(
        folders=(path.parent,),
        added=(Added("mine", "Mine", "kandinsky22", homes),),
        accepted=("kandinsky.txt",),
        mirror="https://mirror.example",
    ).save(path)
    claim = {"address": "x", "tag": '"1"', "total": 9, "done": 5}
    verdict = {str(path): [path.stat().st_size, path.stat().st_mtime_ns, "verified"]}
    return [path.read_bytes(), json.dumps(claim).encode(), json.dumps(verdict).encode()]


def open_models(content: bytes, folder: Path) -> str:
    """Start with them, show the page of models, go on with a download."""
    paths = Paths.under(folder)
    target = folder / "model.bin"
    note = PartFile(target, "x", None).note
    for path in (paths.config / "models.json", paths.data / "model-files.json", note):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    PartFile(target, "x", None).path.write_bytes(b"123456789")
    verdicts_in(paths.data).of(target)
    keeper = ModelKeeper(paths, inspect=None)  # type: ignore[arg-type] - nothing is inspected
    keeper.in_use()
    for each in OFFERS:
        keeper.shelf.standing(each)
    part = PartFile(target, "x", None)
    list(part.recall())
    done = part.done
    part.close()
    assert 0 <= done <= 9
    chosen = keeper.choices
    chosen.save(paths.config / "models.json")
    return "refused" if chosen == ModelChoices() and not done else "opened"


def windows() -> list[bytes]:
    """Where a window and its parts were."""
    path = Path(tempfile.mkdtemp()) / "window.ini"
    window = with_docks(path)
    window.close()
    store = QSettings(str(path), QSettings.Format.IniFormat)
    store.setValue("state", sealed(window.saveState()))
    store.sync()
    return [path.read_bytes()]


def open_window(content: bytes, folder: Path) -> str:
    """Open it where it was."""
    path = folder / "window.ini"
    path.write_bytes(content)
    window = with_docks(path)
    window.show()
    kept = QSettings(str(path), QSettings.Format.IniFormat).value("state")
    whole = unsealed(kept) if isinstance(kept, QByteArray) else None
    restored = whole is not None and window.restoreState(whole)
    QApplication.processEvents()
    size = window.size()
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert 0 < size.width() < 20_000
    assert 0 < size.height() < 20_000
    return "opened" if restored else "refused"


@cache
def application() -> QApplication:
    """The one of this process."""
    reference_reserve.lay_in()
    return QApplication(["easel"])


def with_docks(store: Path) -> MainWindow:
    """The window with some parts that can be moved."""
    application()
    window = MainWindow(store)
    for name in DOCKS:
        dock = QDockWidget(name)
        dock.setObjectName(name)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    return window
