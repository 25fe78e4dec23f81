"""PNG files that say how they were made and never take another's place."""

import json
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import UnidentifiedImageError

from engine.events import Image
from engine.picture_file import (
    LONGEST_MASK,
    LONGEST_NOTE,
    digest,
    encoded,
    notes,
    read_notes,
    save_image,
    save_new,
)
from engine.requests import (
    Blending,
    Change,
    Generate,
    Guide,
    Idea,
    Ingredient,
    Inpaint,
    Mix,
    Morph,
    Painting,
    Reword,
    Sampling,
    Upscale,
    Vary,
)
from tests.fakes import FakeEngine

REQUEST = Generate(prompt="a “red” apple 🍎", count=3, sampling=Sampling(seed=4))


def painted(request: Generate = REQUEST) -> Image:
    """The second picture of a run."""
    return [event for event in FakeEngine().run(request) if isinstance(event, Image)][1]


def test_a_picture_file_says_how_to_make_it_again(tmp_path: Path) -> None:
    image = painted()
    path = save_image(tmp_path / "new" / "folder", "apple", image)
    assert np.array_equal(np.asarray(PillowImage.open(path)), image.pixels)
    written = read_notes(path)
    request = json.loads(written.pop("request"))
    assert written.pop("embedding") == "AAAAAAAAAAA="
    assert written == {"Software": "Easel", "prompt": REQUEST.prompt, "seed": "5", "model": "fake"}
    assert request.pop("kind") == "Generate"
    sampling = Sampling(**request.pop("sampling"))
    assert Generate(**request, sampling=sampling) == replace(
        REQUEST, count=1, sampling=image.sampling
    )


PICTURE = np.zeros((4, 6, 3), np.uint8)
HOLE = np.full((4, 6), 255, np.uint8)
EMBEDDING = np.array([1.5, -2.0], np.float16)
SEEN = {"picture": digest(PICTURE)}
STORED = {"image": None, "text": None, "embedding": {"float16": "AD4AwA=="}}

EVERY_KIND: list[tuple[Painting, str, dict[str, object]]] = [
    (
        Generate(prompt="an apple", prior_candidates=2),
        "an apple",
        {"kind": "Generate", "prior_candidates": 2, "count": 1},
    ),
    (
        Vary(idea=Idea(embedding=EMBEDDING), meaning=0.5),
        "",
        {"kind": "Vary", "idea": STORED, "meaning": 0.5, "composition": 1.0},
    ),
    (
        Mix(
            ingredients=(
                Ingredient(idea=Idea(image=PICTURE), weight=-0.5),
                Ingredient(idea=Idea(text="a cat")),
            ),
            blending=Blending.SPHERICAL,
        ),
        "a cat",
        {
            "blending": "spherical",
            "ingredients": [
                {
                    "idea": {"image": SEEN, "text": None, "embedding": None},
                    "weight": -0.5,
                    "style": None,
                },
                {
                    "idea": {"image": None, "text": "a cat", "embedding": None},
                    "weight": 1.0,
                    "style": None,
                },
            ],
        },
    ),
    (
        Morph(start=Idea(text="a cat"), end=Idea(text="a dog"), count=3),
        "a cat → a dog",
        {"count": 3, "index": 1, "noise": "fixed"},
    ),
    (
        Reword(image=PICTURE, changes=(Change(before="", after="winter", amount=0.25),)),
        "winter",
        {"changes": [{"before": "", "after": "winter", "amount": 0.25}], "keep_composition": True},
    ),
    (
        Inpaint(prompt="a hat", image=PICTURE, mask=HOLE),
        "a hat",
        {"image": SEEN, "seam": {"feather": 8, "grow": 0, "match_colours": 0.5}},
    ),
    (Guide(prompt="a hat", image=PICTURE, strength=0.25), "a hat", {"strength": 0.25}),
    (
        Upscale(image=PICTURE, upscaler=Path("a") / "b", count=1),
        "",
        {"kind": "Upscale", "upscaler": str(Path("a") / "b"), "scale": 4},
    ),
]


@pytest.mark.parametrize(
    ("request_", "prompt", "expected"), EVERY_KIND, ids=lambda value: type(value).__name__
)
def test_every_kind_of_request_can_be_written_down(
    request_: Painting, prompt: str, expected: dict[str, object]
) -> None:
    image = replace(painted(), request=request_)
    written = notes(image)
    described = json.loads(written["request"])
    assert written.get("prompt", "") == prompt
    assert {key: described[key] for key in expected} == expected
    assert described["sampling"]["seed"] == image.seed == 5


def test_no_kind_of_request_is_forgotten() -> None:
    assert {type(request) for request, _, _ in EVERY_KIND} == set(get_args(Painting))


def test_a_mask_is_written_down_as_a_picture_of_its_own() -> None:
    mask = np.arange(24, dtype=np.uint8).reshape(4, 6)
    image = replace(painted(), request=Inpaint(prompt="a hat", image=PICTURE, mask=mask))
    written = json.loads(notes(image)["request"])["mask"]["png"]
    with PillowImage.open(BytesIO(b64decode(written))) as read:
        assert np.array_equal(np.asarray(read), mask)


def test_a_mask_too_intricate_for_a_note_does_not_cost_the_request() -> None:
    side = int((LONGEST_MASK * 2) ** 0.5)
    picture = np.zeros((side, side, 3), np.uint8)
    mask = np.random.default_rng(1).integers(0, 256, (side, side), dtype=np.uint8)
    image = replace(painted(), request=Inpaint(prompt="a hat", image=picture, mask=mask))
    assert json.loads(notes(image)["request"])["mask"] is None


def test_a_picture_has_one_digest_with_and_without_a_full_alpha() -> None:
    opaque = np.full((4, 6, 4), 255, np.uint8)
    opaque[..., :3] = PICTURE
    assert digest(opaque) == digest(PICTURE)
    opaque[0, 0, 3] = 254
    assert digest(opaque) != digest(PICTURE)
    assert digest(PICTURE.reshape(6, 4, 3)) != digest(PICTURE)


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


def test_a_keyword_that_png_does_not_allow_costs_neither_the_picture_nor_the_other_texts() -> None:
    said = {"\ud800": "x", "": "x", "k" * 80: "x", "日本": "x", "a\0b": "x", "kept": "ö \ud800"}
    content = encoded(np.zeros((2, 2, 3), np.uint8), said)
    with PillowImage.open(BytesIO(content)) as picture:
        picture.load()
        assert picture.info == {"kept": "ö ?"}
