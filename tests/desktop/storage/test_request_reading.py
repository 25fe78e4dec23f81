"""What a picture says about how it was made is enough to make it again, or says why not."""

import json
from base64 import b64encode
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.errors import NotRepeatable
from desktop.storage.exports import ExportOptions, Kind, exported
from desktop.storage.gallery_record import of_file, of_result, read_embedding
from desktop.storage.picture_notes import notes_in
from desktop.storage.request_reading import kind_of, mask_in, request_in, sources_of
from engine.picture_file import digest, encoded, notes
from engine.requests import (
    Blending,
    Change,
    Context,
    Generate,
    Guide,
    Idea,
    Ingredient,
    Inpaint,
    Mix,
    Morph,
    Painting,
    PathNoise,
    Pixels,
    Reword,
    Sampling,
    Seam,
    Upscale,
    Vary,
)
from tests.desktop.storage.pictures import result
from tests.desktop.storage.test_images import png_claiming

PICTURE = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
HOLE = np.zeros((4, 6), np.uint8)
HOLE[1:3, 2:5] = (200, 255, 3)
VECTOR = np.array([1.5, -2.0, 3.25], np.float16)
SAMPLING = Sampling(
    seed=9,
    steps=12,
    guidance=2.5,
    prior_steps=5,
    prior_guidance=1.0,
    sampler="ddim",
    guidance_from=0.25,
    guidance_until=0.75,
    deep_every=3,
)

REQUESTS: list[Painting] = [
    Generate(prompt="an apple", negative="a pear", prior_candidates=2, sampling=SAMPLING),
    Vary(idea=Idea(embedding=VECTOR), meaning=0.25, width=64, height=96, sampling=SAMPLING),
    Vary(idea=Idea(image=PICTURE), composition=0.5, sampling=SAMPLING),
    Mix(
        ingredients=(
            Ingredient(idea=Idea(image=PICTURE), weight=-0.5, style=0.25),
            Ingredient(idea=Idea(text="a cat")),
        ),
        blending=Blending.SPHERICAL,
        sampling=SAMPLING,
    ),
    Reword(
        image=PICTURE,
        changes=(Change(before="", after="winter", amount=0.25),),
        keep_composition=False,
        sampling=SAMPLING,
    ),
    Inpaint(
        prompt="a hat",
        negative="a cap",
        image=PICTURE,
        mask=HOLE,
        context=Context.NEAR,
        seam=Seam(feather=3, grow=-2, match_colours=0.25),
        sampling=SAMPLING,
    ),
    Guide(prompt="a hat", image=PICTURE, strength=0.25, sampling=SAMPLING),
    Upscale(image=PICTURE, scale=2, sampling=SAMPLING),
]


def known(name: str) -> Pixels | None:
    return PICTURE if name == digest(PICTURE) else None


def plain(value: object) -> object:
    """A request as values that can be compared, arrays included."""
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.tolist())
    if isinstance(value, tuple):
        return tuple(plain(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return (type(value).__name__, parts)
    return value


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: type(request).__name__)
def test_every_kind_of_request_comes_back_as_it_was(request_: Painting) -> None:
    said = notes(result(request=request_, seed=9))
    assert plain(request_in(said, known)) == plain(request_)
    assert kind_of(said) == type(request_).__name__


def test_a_path_comes_back_with_all_its_pictures() -> None:
    path = Morph(start=Idea(text="a cat"), end=Idea(image=PICTURE), count=3, sampling=SAMPLING)
    back = request_in(notes(result(request=path, seed=9)), known)
    assert plain(back) == plain(replace(path, noise=PathNoise.FIXED))


def test_the_file_of_another_computers_upscaler_is_never_opened() -> None:
    said = notes(result(request=Upscale(image=PICTURE, scale=4, upscaler=Path("/etc/passwd"))))
    back = request_in(said, known)
    assert isinstance(back, Upscale)
    assert back.upscaler is None


def test_a_source_that_is_gone_is_said() -> None:
    said = notes(result(request=Guide(prompt="a hat", image=PICTURE)))
    with pytest.raises(NotRepeatable, match="was made from is not on this computer"):
        request_in(said, lambda _: None)
    assert sources_of(said["request"]) == ([digest(PICTURE)], [])


def inpaint_with_mask(png: bytes) -> str:
    """A request with another mask."""
    mask = {"png": b64encode(png).decode()}
    image = {"picture": digest(PICTURE)}
    return json.dumps({"kind": "Inpaint", "prompt": "a", "image": image, "mask": mask})


BROKEN = [
    {},
    {"request": "no json"},
    {"request": "[]"},
    {"request": '{"kind": "Shell", "prompt": "rm"}'},
    {"request": '{"kind": "Generate"}'},
    {"request": '{"kind": "Generate", "prompt": ""}'},
    {"request": '{"kind": "Generate", "prompt": "a", "count": 99}'},
    {"request": '{"kind": "Generate", "prompt": "a", "sampling": {"seed": -1}}'},
    {"request": '{"kind": "Vary", "idea": {"embedding": {"float16": "AA=="}}}'},
    {"request": '{"kind": "Vary", "idea": {"embedding": {"float16": "!"}}}'},
    {"request": '{"kind": "Vary", "idea": {"embedding": {"float16": "AH4="}}}'},
    {"request": '{"kind": "Inpaint", "prompt": "a", "image": {"picture": "x"}}'},
    {"request": inpaint_with_mask(png_claiming(60_000, 60_000))},
    {"request": inpaint_with_mask(png_claiming(9_000, 9_000))},
    {"request": inpaint_with_mask(png_claiming(20, 20))},
]


@pytest.mark.parametrize("said", BROKEN, ids=str)
def test_what_is_no_request_is_refused_with_a_sentence(said: dict[str, str]) -> None:
    with pytest.raises(NotRepeatable, match="it is safe as it is"):
        request_in(said, known)


def test_the_same_request_with_a_whole_mask_is_read() -> None:
    mask = np.zeros(PICTURE.shape[:2], np.uint8)
    mask[2:5, 3:6] = 255
    found = request_in({"request": inpaint_with_mask(encoded(mask, {}))}, known)
    assert isinstance(found, Inpaint)
    assert np.array_equal(found.mask, mask)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                [
                    "kind",
                    "prompt",
                    "sampling",
                    "seed",
                    "idea",
                    "embedding",
                    "float16",
                    "picture",
                    "image",
                    "ingredients",
                    "weight",
                    "text",
                    "changes",
                    "mask",
                    "png",
                    "count",
                    "width",
                ]
            ),
            inner,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=30)
@given(st.dictionaries(st.text(), _JSON), st.sampled_from(["Generate", "Vary", "Mix", "Inpaint"]))
def test_notes_of_any_shape_end_in_a_request_or_a_sentence(
    shape: dict[str, object], kind: str
) -> None:
    said = {"request": json.dumps({"prompt": "a", **shape, "kind": kind})}
    with suppress(NotRepeatable):
        request_in(said, known)
    mask_in(said)
    sources_of(said["request"])


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.JPEG, Kind.WEBP, Kind.TIFF])
def test_prompt_seed_model_mask_frame_and_embedding_return_from_a_file(
    kind: Kind, tmp_path: Path
) -> None:
    image = result(request=REQUESTS[5], seed=9)
    said = of_result(image, 0.0, Rect(1, 2, 64, 96)).notes
    picture = Picture(Rect(0, 0, 8, 8))
    path = tmp_path / f"a.{kind.value}"
    path.write_bytes(exported(picture, ExportOptions(kind=kind), said))
    new = of_file(path)
    assert new.notes == said
    assert (new.notes["seed"], new.notes["model"], new.notes["prompt"]) == ("9", "fake", "a hat")
    assert new.notes["frame"] == "1,2,64,96"
    assert new.embedding is not None
    assert np.array_equal(new.embedding, image.embedding)
    mask = mask_in(new.notes)
    assert mask is not None
    assert np.array_equal(mask, HOLE)
    assert plain(request_in(new.notes, known)) == plain(REQUESTS[5])


def test_a_picture_of_somebody_else_has_no_notes(tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    Image.fromarray(PICTURE).save(path)
    assert notes_in(path.read_bytes()) == {}
    new = of_file(path)
    assert (new.notes, new.embedding) == ({"prompt": "holiday"}, None)


@pytest.mark.parametrize("text", ["", "AA", "AH4=", "AAA=", "A" * 20_000, "ü"])
def test_an_embedding_that_is_none_is_left_out(text: str) -> None:
    assert read_embedding(text) is None
