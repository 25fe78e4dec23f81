"""The first minute with nothing made up: the Starter, in the engine's own process, to a file."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from desktop.document.composite import composite
from desktop.paths import Paths
from desktop.storage.exports import ExportOptions
from desktop.studio import Studio
from engine.interface import Engine
from engine.picture_file import read_notes
from engine.process import open_process
from tests.flows.conftest import FRAME, Heard

ROOT = Path(__file__).parents[2]
PATIENCE = 120_000
"""Milliseconds for importing torch, reading the Starter and painting, on a busy machine."""


@pytest.fixture
def studio(open_studio: Callable[[Engine], Studio], paths: Paths) -> Studio:
    return open_studio(open_process([paths.models, ROOT / "resources"], "starter"))


@pytest.mark.slow
def test_a_prompt_becomes_a_layer_and_a_file_made_by_the_real_engine(
    studio: Studio, heard: Heard, qtbot: QtBot, tmp_path: Path
) -> None:
    studio.generate("a red apple", 2, 7)
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    assert (heard.sentences, heard.bugs) == ([], [])
    assert [candidate.seed for candidate in studio.candidates.items] == [7, 8]
    assert {"Prior", "Decoder"} <= {progress.stage for progress in heard.progress}
    picture = studio.candidates.items[1].pixels
    assert picture.shape == (256, 256, 3)
    assert picture.std() > 5, "a plain picture is none"

    studio.accept(1)
    assert np.array_equal(composite(studio.document.picture, FRAME)[..., :3], picture)

    target = tmp_path / "apple.png"
    with qtbot.waitSignal(studio.noticed):
        studio.files.export(target, ExportOptions())
    with Image.open(target) as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), picture)
    notes = read_notes(target)
    assert (notes["prompt"], notes["seed"], notes["model"]) == ("a red apple", "8", "starter")
    assert json.loads(notes["request"])["sampling"]["seed"] == 8
