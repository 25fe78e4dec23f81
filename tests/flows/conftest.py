"""What the pages of this manual start from: an empty picture, a studio, an ear for what it says."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication

from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.paths import Paths
from desktop.progress import Progress
from desktop.settings import Settings
from desktop.studio import Studio
from engine.interface import Engine
from tests.fakes import FakeEngine

FRAME = Rect(0, 0, 256, 256)


class Heard:
    """Everything a studio says to the person in front of it."""

    def __init__(self, studio: Studio) -> None:
        self.sentences: list[str] = []
        self.bugs: list[str] = []
        self.news: list[str] = []
        self.progress: list[Progress] = []
        self.busy: list[bool] = []
        self.engine: list[str] = []
        studio.failed.connect(self.sentences.append)
        studio.bug_found.connect(self.bugs.append)
        studio.noticed.connect(self.news.append)
        studio.progressed.connect(self.progress.append)
        studio.busy_changed.connect(self.busy.append)
        studio.engine_state_changed.connect(self.engine.append)


@pytest.fixture
def open_studio(qapp: QCoreApplication, paths: Paths) -> Iterator[Callable[[Engine], Studio]]:
    """Opens studios with an engine of the test's choice, and closes them at the end."""
    opened: list[Studio] = []

    def open_one(engine: Engine) -> Studio:
        settings = Settings.load(paths.settings_file)
        opened.append(Studio(Document(Picture(FRAME)), engine, paths, settings))
        return opened[-1]

    yield open_one
    for studio in opened:
        studio.close()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def studio(open_studio: Callable[[Engine], Studio], engine: FakeEngine) -> Studio:
    return open_studio(engine)


@pytest.fixture
def heard(studio: Studio) -> Heard:
    return Heard(studio)
