"""From the notes of a picture back to the request that made it: nothing in them is believed."""

import base64
import binascii
import io
import json
from collections.abc import Callable
from typing import TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from desktop.errors import NotRepeatable
from desktop.storage.fields import BadField, Fields
from desktop.storage.images import DAMAGE
from engine.errors import InvalidRequest
from engine.requests import (
    LARGEST_SEED,
    LARGEST_SIDE,
    MOST_IMAGES,
    MOST_STEPS_APART,
    Blending,
    Change,
    Context,
    Generate,
    Guide,
    Idea,
    Ingredient,
    Inpaint,
    Likeness,
    Mask,
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

Source: TypeAlias = Callable[[str], Pixels | None]
"""From the digest of a picture to the picture, None where nobody has it."""
Choice = TypeVar("Choice", Blending, PathNoise, Context)

MOST_PARTS = 64
LARGEST_MASK_BYTES = 1_000_000


def request_in(notes: dict[str, str], source: Source) -> Painting:
    """The request that made the picture with these notes.

    Raises NotRepeatable with a sentence: it does not say, or a picture it was made from is gone.
    """
    try:
        stored = Fields.parse(notes.get("request", "").encode())
        return _READERS[stored.text("kind")](_Reader(stored, source))
    except (BadField, KeyError, InvalidRequest, ValueError) as error:
        raise NotRepeatable(
            "This picture does not say how it was made, so it cannot be made again; "
            "it is safe as it is. Ask for variations of it instead."
        ) from error


def kind_of(notes: dict[str, str]) -> str:
    """The class name of the request in the notes, empty where there is none we know."""
    try:
        kind = Fields.parse(notes.get("request", "").encode()).text("kind", "")
    except BadField:
        return ""
    return kind if kind in _READERS else ""


def mask_in(notes: dict[str, str]) -> Mask | None:
    """The mask (HxW) of the request in the notes, if it has one."""
    try:
        stored = Fields.parse(notes.get("request", "").encode())
        return _mask(stored.inside("mask"))
    except (BadField, ValueError):
        return None


def negative_in(notes: dict[str, str]) -> str:
    """What the request in the notes leads away from, in words."""
    try:
        return Fields.parse(notes.get("request", "").encode()).text("negative", "")
    except BadField:
        return ""


def sources_of(request: str) -> tuple[list[str], list[bytes]]:
    """Digests of the pictures, and embeddings as bytes, that a request in JSON refers to."""
    pictures: list[str] = []
    vectors: list[bytes] = []

    def look(value: object) -> None:
        if isinstance(value, list):
            for part in cast("list[object]", value):
                look(part)
        elif isinstance(value, dict):
            parts = cast("dict[str, object]", value)
            match parts:
                case {"picture": str(name)}:
                    pictures.append(name)
                case {"float16": str(text)}:
                    vectors.append(base64.b64decode(text))
                case _:
                    for part in parts.values():
                        look(part)

    try:
        look(json.loads(request or "{}"))
    except (ValueError, RecursionError, binascii.Error):
        return [], []
    return pictures, vectors


class _Reader:
    """Reads the fields of one request."""

    def __init__(self, stored: Fields, source: Source) -> None:
        self.stored = stored
        self._source = source

    def task(self) -> "dict[str, int | Sampling | None]":
        """What every task has in common."""
        return {
            "count": self.stored.whole("count", 1, MOST_IMAGES, 1),
            "width": self._side("width"),
            "height": self._side("height"),
            "sampling": self.sampling(),
        }

    def _side(self, key: str) -> int | None:
        return self.stored.whole(key, 1, LARGEST_SIDE) if key in self.stored else None

    def sampling(self) -> Sampling:
        if "sampling" not in self.stored:
            return Sampling()
        stored = self.stored.inside("sampling")

        def steps(key: str) -> int | None:
            return stored.whole(key, 1, 1000) if key in stored else None

        def scale(key: str) -> float | None:
            return stored.number(key, 0.0, 50.0) if key in stored else None

        def share(key: str) -> float | None:
            return stored.number(key, 0.0, 1.0) if key in stored else None

        apart = stored.whole("deep_every", 1, MOST_STEPS_APART) if "deep_every" in stored else None
        return Sampling(
            seed=stored.whole("seed", 0, LARGEST_SEED, 0),
            steps=steps("steps"),
            guidance=scale("guidance"),
            prior_steps=steps("prior_steps"),
            prior_guidance=scale("prior_guidance"),
            sampler=stored.text("sampler") if "sampler" in stored else None,
            guidance_from=share("guidance_from"),
            guidance_until=share("guidance_until"),
            deep_every=apart,
        )

    def prompt(self) -> str:
        return self.stored.text("prompt")

    def negative(self) -> str:
        return self.stored.text("negative", "")

    def share(self, key: str, default: float) -> float:
        return self.stored.number(key, 0.0, 1.0, default)

    def picture(self) -> Pixels:
        return self._picture(self.stored.inside("image"))

    def idea(self, key: str) -> Idea:
        return self._idea(self.stored.inside(key))

    def mask(self) -> Mask:
        return _mask(self.stored.inside("mask"))

    def ingredients(self) -> tuple[Ingredient, ...]:
        return tuple(
            Ingredient(
                idea=self._idea(part.inside("idea")),
                weight=part.number("weight", -1e6, 1e6),
                style=part.number("style", -1e6, 1e6) if "style" in part else None,
            )
            for part in self.stored.each("ingredients", MOST_PARTS)
        )

    def changes(self) -> tuple[Change, ...]:
        return tuple(
            Change(
                before=part.text("before", ""),
                after=part.text("after"),
                amount=part.number("amount", 0.0, 1.0, 0.5),
            )
            for part in self.stored.each("changes", MOST_PARTS)
        )

    def choice(self, kind: type[Choice], key: str, default: Choice) -> Choice:
        return kind(self.stored.text(key, default.value))

    def seam(self) -> Seam:
        if "seam" not in self.stored:
            return Seam()
        stored = self.stored.inside("seam")
        return Seam(
            feather=stored.whole("feather", 0, 256, 8),
            grow=stored.whole("grow", -256, 256, 0),
            match_colours=stored.number("match_colours", 0.0, 1.0, 0.5),
        )

    def like(self) -> Likeness | None:
        if "like" not in self.stored:
            return None
        stored = self.stored.inside("like")
        return Likeness(
            idea=self._idea(stored.inside("idea")), share=stored.number("share", 0.0, 1.0, 1.0)
        )

    def _idea(self, stored: Fields) -> Idea:
        if "text" in stored:
            return Idea(text=stored.text("text"))
        if "embedding" in stored:
            return Idea(embedding=_vector(stored.inside("embedding").text("float16")))
        return Idea(image=self._picture(stored.inside("image")))

    def _picture(self, stored: Fields) -> Pixels:
        pixels = self._source(stored.text("picture"))
        if pixels is None:
            raise NotRepeatable(
                "A picture that this one was made from is not on this computer, so it cannot be "
                "made again; it is safe as it is. Ask for variations of it instead."
            )
        opaque = bool((pixels[..., 3:] == 255).all())
        return np.ascontiguousarray(pixels[..., :3]) if opaque else pixels


def _generate(reader: _Reader) -> Painting:
    candidates = None
    if "prior_candidates" in reader.stored:
        candidates = reader.stored.whole("prior_candidates", 1, MOST_IMAGES)
    return Generate(
        prompt=reader.prompt(),
        negative=reader.negative(),
        prior_candidates=candidates,
        **reader.task(),  # pyright: ignore[reportArgumentType]
    )


def _vary(reader: _Reader) -> Painting:
    return Vary(
        idea=reader.idea("idea"),
        meaning=reader.share("meaning", 0.0),
        composition=reader.share("composition", 1.0),
        **reader.task(),  # pyright: ignore[reportArgumentType]
    )


def _mix(reader: _Reader) -> Painting:
    return Mix(
        ingredients=reader.ingredients(),
        blending=reader.choice(Blending, "blending", Blending.LINEAR),
        **reader.task(),  # pyright: ignore[reportArgumentType]
    )


def _morph(reader: _Reader) -> Painting:
    return Morph(
        start=reader.idea("start"),
        end=reader.idea("end"),
        noise=reader.choice(PathNoise, "noise", PathNoise.FIXED),
        **reader.task(),  # pyright: ignore[reportArgumentType]
    )


def _reword(reader: _Reader) -> Painting:
    return Reword(
        image=reader.picture(),
        changes=reader.changes(),
        keep_composition=reader.stored.flag("keep_composition", True),
        **reader.task(),  # pyright: ignore[reportArgumentType]
    )


def _inpaint(reader: _Reader) -> Painting:
    return Inpaint(
        prompt=reader.prompt() if "prompt" in reader.stored else "",
        negative=reader.negative(),
        image=reader.picture(),
        mask=reader.mask(),
        context=reader.choice(Context, "context", Context.WHOLE),
        seam=reader.seam(),
        like=reader.like(),
        **reader.task(),  # pyright: ignore[reportArgumentType]
    )


def _guide(reader: _Reader) -> Painting:
    return Guide(
        prompt=reader.prompt(),
        negative=reader.negative(),
        image=reader.picture(),
        strength=reader.share("strength", 0.6),
        **reader.task(),  # pyright: ignore[reportArgumentType]
    )


def _upscale(reader: _Reader) -> Painting:
    # The file of another upscaler is a path of another computer: never opened from notes.
    return Upscale(
        image=reader.picture(),
        scale=reader.stored.whole("scale", 2, 4, 4),
        sampling=reader.sampling(),
    )


_READERS: dict[str, Callable[[_Reader], Painting]] = {
    "Generate": _generate,
    "Vary": _vary,
    "Mix": _mix,
    "Morph": _morph,
    "Reword": _reword,
    "Inpaint": _inpaint,
    "Guide": _guide,
    "Upscale": _upscale,
}


def _mask(stored: Fields) -> Mask:
    content = base64.b64decode(stored.text("png"), validate=True)
    if len(content) > LARGEST_MASK_BYTES:
        raise BadField("the mask is too large")
    try:
        with PillowImage.open(io.BytesIO(content), formats=("PNG",)) as image:
            if max(image.size) > 8192:
                raise BadField("the mask is too large")
            return np.asarray(image.convert("L"))
    except DAMAGE as error:
        raise BadField("the mask is damaged") from error


def _vector(text: str) -> NDArray[np.float16]:
    content = base64.b64decode(text, validate=True)
    if not content or len(content) % 2:
        raise BadField("the embedding is damaged")
    return np.frombuffer(content, "<f2").astype(np.float16)
