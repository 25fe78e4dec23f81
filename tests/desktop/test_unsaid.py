"""What cannot be said about a picture never costs the picture, whatever the reason."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.storage import exports, gallery_record
from desktop.storage.exports import ExportOptions, Kind, exported
from desktop.storage.gallery_entry import Entry, Wanted
from desktop.studio import Studio
from engine import picture_file
from tests.fakes import FakeEngine, square
from tests.shell import PATIENCE, open_studio

Said = list[str]


class Surprise(Exception):
    """Nobody knows it."""


def fails(*_given: object, **_named: object) -> Any:
    """Stand in for the step that writes down how a picture was made."""
    raise Surprise("no words for it")


@pytest.fixture
def studio(qapp: QCoreApplication, paths: Paths) -> Iterator[Studio]:
    with open_studio(paths, FakeEngine(unable=frozenset())) as studio:
        yield studio


def in_gallery(qtbot: QtBot, studio: Studio) -> list[Entry]:
    heard: list[list[Entry]] = []
    studio.keeping.ask(lambda gallery: gallery.entries(gallery.ids(Wanted())), heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE)
    return heard[0]


@pytest.mark.parametrize("step", ["notes", "encoded"])
def test_a_result_is_kept_in_the_gallery_without_its_notes(
    step: str, qtbot: QtBot, studio: Studio, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    if step == "notes":
        monkeypatch.setattr(gallery_record, "notes", fails)
    else:
        monkeypatch.setattr(picture_file.PngInfo, "add_itxt", fails)
    sentences: Said = []
    bugs: Said = []
    studio.failed.connect(sentences.append)
    studio.bug_found.connect(bugs.append)
    studio.generate("a red apple", 1, 5)
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    (entry,) = in_gallery(qtbot, studio)
    with Image.open(paths.gallery / "pictures" / entry.file) as kept:
        assert np.array_equal(np.asarray(kept), studio.candidates.items[0].pixels)
    assert any("how it was made could not be written down" in told for told in sentences)
    assert bugs == []


def test_what_nobody_guards_would_cost_the_picture(
    qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same fault, in the step that the guard is not around."""
    monkeypatch.setattr("desktop.keeping.of_result", fails)
    studio.generate("a red apple", 1, 5)
    with qtbot.waitSignal(studio.bug_found, timeout=PATIENCE):
        qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    assert in_gallery(qtbot, studio) == []


STEPS: dict[Kind, Callable[[pytest.MonkeyPatch], None]] = {
    Kind.PNG: lambda patch: patch.setattr(picture_file.PngInfo, "add_itxt", fails),
    Kind.JPEG: lambda patch: patch.setattr(exports, "_exif", fails),
    Kind.WEBP: lambda patch: patch.setattr(exports, "_exif", fails),
    Kind.TIFF: lambda patch: patch.setattr(exports, "_comment", fails),
}


@pytest.mark.parametrize("kind", STEPS)
def test_an_export_is_written_without_its_notes_and_says_so(
    kind: Kind, qtbot: QtBot, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.generate("a red apple", 1, 5)
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    studio.accept(0)
    frame = studio.document.picture.frame
    told: Said = []
    studio.noticed.connect(told.append)
    STEPS[kind](monkeypatch)
    path = tmp_path / f"apple.{kind.value}"
    studio.files.export(path, ExportOptions(kind=kind))
    qtbot.waitUntil(lambda: any("Exported" in each for each in told), timeout=PATIENCE)
    assert "how it was made could not be written into the file" in told[-1]
    (written,) = tmp_path.glob("apple.*")
    with Image.open(written) as image:
        assert image.size == (frame.width, frame.height)
    with pytest.raises(Surprise):  # the control
        exported(studio.document.picture, ExportOptions(kind=kind), {"prompt": "a red apple"})


def test_a_picture_that_cannot_be_written_at_all_is_still_an_error(
    qtbot: QtBot, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.place_pixels(square(1, 20, 20), "A picture")
    monkeypatch.setattr(exports, "composite", fails)
    with qtbot.waitSignal(studio.bug_found, timeout=PATIENCE):
        studio.files.export(tmp_path / "a.png", ExportOptions())
    assert list(tmp_path.glob("a.*")) == []
