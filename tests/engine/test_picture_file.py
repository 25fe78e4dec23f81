"""PNG files that say how they were made and never take another's place."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import UnidentifiedImageError

from engine.events import Image
from engine.picture_file import LONGEST_NOTE, encoded, read_notes, save_image, save_new
from engine.requests import Generate, Sampling
from tests.fakes import FakeEngine

REQUEST = Generate(prompt="a “red” apple 🍎", count=3, sampling=Sampling(seed=4))


def painted(request: Generate = REQUEST) -> Image:
    """The second picture of a run."""
    return [event for event in FakeEngine().run(request) if isinstance(event, Image)][1]


def test_a_picture_file_says_how_to_make_it_again(tmp_path: Path) -> None:
    image = painted()
    path = save_image(tmp_path / "new" / "folder", "apple", image, REQUEST)
    assert np.array_equal(np.asarray(PillowImage.open(path)), image.pixels)
    notes = read_notes(path)
    request = json.loads(notes.pop("request"))
    assert notes == {"Software": "Easel", "prompt": REQUEST.prompt, "seed": "5", "model": "fake"}
    assert request.pop("kind") == "Generate"
    sampling = Sampling(**request.pop("sampling"))
    assert Generate(**request, sampling=sampling) == replace(
        REQUEST, count=1, sampling=image.sampling
    )


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    paths = [save_new(tmp_path, "apple", bytes([number])) for number in range(3)]
    assert [path.name for path in paths] == ["apple.png", "apple-2.png", "apple-3.png"]
    assert [path.read_bytes() for path in paths] == [b"\0", b"\1", b"\2"]


@pytest.mark.parametrize("prompt", ["half \ud83d of a pair", "a\0b", "long " * 400_000])
def test_no_text_costs_the_picture(tmp_path: Path, prompt: str) -> None:
    pixels = painted().pixels
    path = save_new(tmp_path, "apple", encoded(pixels, {"prompt": prompt}))
    assert len(read_notes(path)["prompt"]) == min(len(prompt), LONGEST_NOTE)
    assert np.array_equal(np.asarray(PillowImage.open(path)), pixels)


def test_transparency_is_kept() -> None:
    pixels = np.zeros((2, 3, 4), np.uint8)
    assert encoded(pixels, {})[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_file_that_is_no_picture_has_no_notes(tmp_path: Path) -> None:
    path = tmp_path / "no.png"
    path.write_bytes(b"not a picture")
    with pytest.raises(UnidentifiedImageError):
        read_notes(path)


def test_a_folder_that_is_a_file_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        save_new(tmp_path / "file", "apple", b"")
