"""What the engine can be asked for: one frozen class per task, checked when it is made.

A request says everything a run needs and nothing about where it came from, so it can cross a
process boundary, be written into a picture file, and be run again.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidRequest
from engine.request_checks import LARGEST_INPUT as LARGEST_INPUT
from engine.request_checks import LONGEST_PROMPT as LONGEST_PROMPT
from engine.request_checks import Pixels as Pixels
from engine.request_checks import check_length, check_picture, check_prompt, check_share
from engine.sampling import LARGEST_SEED as LARGEST_SEED
from engine.sampling import MOST_STEPS_APART as MOST_STEPS_APART
from engine.sampling import Sampling as Sampling

Mask: TypeAlias = NDArray[np.uint8]
"""HxW uint8, 255 where new pixels are wanted, 0 where the old ones stay, grey in between."""

Embedding: TypeAlias = NDArray[np.float16]
"""(D,) CLIP image embedding, not normalised."""

MOST_IMAGES = 16
LARGEST_SIDE = 1536


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What every painting task has in common.

    `width` and `height` in pixels of the finished picture; `None` is the family's native size, or
    for tasks that change a picture that picture's own.

    Raises InvalidRequest for a count outside 1..16 or a size outside 16..1536.
    """

    count: int = 1
    width: int | None = None
    height: int | None = None
    sampling: Sampling = field(default_factory=Sampling)

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_IMAGES:
            raise InvalidRequest(
                f"{self.count} pictures cannot be made at once; choose 1 to {MOST_IMAGES}."
            )
        for name, side in (("width", self.width), ("height", self.height)):
            if side is not None and not 16 <= side <= LARGEST_SIDE:
                raise InvalidRequest(
                    f"A {name} of {side} pixels cannot be made; choose 16 to {LARGEST_SIDE}."
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Generate(Task):
    """Text to picture: the prior turns the prompt into an embedding, the decoder paints it.

    Of `prior_candidates` embeddings per picture (None: as many as suit the family) the one that
    agrees best with the prompt is painted (Ramesh et al. 2022 use two).

    Raises InvalidRequest for an empty or over-long prompt or for candidates outside 1..16.
    """

    prompt: str
    negative: str = ""
    prior_candidates: int | None = None

    def __post_init__(self) -> None:
        Task.__post_init__(self)
        check_prompt(self.prompt)
        check_length("negative prompt", self.negative)
        chosen = self.prior_candidates
        if chosen is not None and not 1 <= chosen <= MOST_IMAGES:
            raise InvalidRequest(
                f"{chosen} candidates cannot be compared; choose 1 to {MOST_IMAGES}."
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Idea:
    """Something with a place in CLIP's space: exactly one of a picture, a text, an embedding.

    Raises InvalidRequest where none or several are given, or the one given is unusable.
    """

    image: Pixels | None = None
    text: str | None = None
    embedding: Embedding | None = None

    def __post_init__(self) -> None:
        given = [part for part in (self.image, self.text, self.embedding) if part is not None]
        if len(given) != 1:
            raise InvalidRequest(
                "An idea is one picture, one text or one stored embedding; give exactly one."
            )
        if self.image is not None:
            check_picture(self.image)
        if self.text is not None:
            check_prompt(self.text)
        if self.embedding is not None and not np.isfinite(self.embedding).all():
            raise InvalidRequest("The stored embedding is damaged; use the picture instead.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vary(Task):
    """New pictures of the same idea (of a picture or a stored embedding).

    meaning, 0..1: how far the embedding may drift. composition, 0..1: how far the layout may, 0
    giving the picture back; below 1 the idea has to be a picture, whose noise is recovered by DDIM
    inversion.
    """

    idea: Idea
    meaning: float = 0.0
    composition: float = 1.0

    def __post_init__(self) -> None:
        Task.__post_init__(self)
        check_share("meaning", self.meaning)
        check_share("composition", self.composition)
        if self.idea.text is not None:
            raise InvalidRequest("Variations are made of a picture; to paint a text, generate it.")
        if self.composition < 1 and self.idea.image is None:
            raise InvalidRequest(
                "A stored embedding has no composition to keep; give the picture, or let the "
                "composition change freely."
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ingredient:
    """An idea and its weight in a mix; a negative weight leads away from it.

    style: the weight of its style where that is another one than that of its subject, which is
    `weight` then; None is the same for both.
    """

    idea: Idea
    weight: float = 1.0
    style: float | None = None

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.weight, self.style_weight))):
            raise InvalidRequest("A weight in the mix is no number; choose one, such as 1.")

    @property
    def style_weight(self) -> float:
        """The weight of its style."""
        return self.weight if self.style is None else self.style


class Blending(StrEnum):
    """How embeddings are mixed."""

    LINEAR = "linear"
    """The weighted sum, as Kandinsky publishes it; weights are used as they are."""
    SPHERICAL = "spherical"
    """Directions along the sphere and lengths apart; weights count in proportion."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mix(Task):
    """One picture out of several ideas.

    Raises InvalidRequest for no ingredients, or weights that leave nothing of subject or style.
    """

    ingredients: tuple[Ingredient, ...]
    blending: Blending = Blending.LINEAR

    def __post_init__(self) -> None:
        Task.__post_init__(self)
        if not any(part.weight > 0 for part in self.ingredients):
            raise InvalidRequest("Nothing would be left of this mix; give something a weight.")
        if not any(part.style_weight > 0 for part in self.ingredients):
            raise InvalidRequest(
                "No style would be left of this mix; give the style of something a weight."
            )

    @property
    def apart(self) -> bool:
        """Whether style and subject are weighed apart."""
        return any(part.style_weight != part.weight for part in self.ingredients)


class PathNoise(StrEnum):
    """What the pictures of a path start from."""

    FIXED = "fixed"
    """The same noise for all of them."""
    INVERTED = "inverted"
    """The noise recovered from both ends, interpolated; both have to be pictures."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Morph(Task):
    """`count` pictures on the way from one idea to another, both ends included."""

    start: Idea
    end: Idea
    noise: PathNoise = PathNoise.FIXED

    def __post_init__(self) -> None:
        Task.__post_init__(self)
        ends = (self.start.image, self.end.image)
        if self.noise is PathNoise.INVERTED and any(end is None for end in ends):
            raise InvalidRequest(
                "Noise can only be recovered from pictures; give two pictures or one fixed noise."
            )
        if self.count < 2:
            raise InvalidRequest("A path has two ends; ask for at least 2 pictures.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From one description to another, by `amount` 0..1; `before` may be empty."""

    before: str
    after: str
    amount: float = 0.5

    def __post_init__(self) -> None:
        check_length("description", self.before)
        check_prompt(self.after)
        check_share("amount", self.amount)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reword(Task):
    """Turn a picture from one description towards another: the paper's text differences.

    keep_composition: start from the noise recovered from the picture; else from new noise.
    """

    image: Pixels
    changes: tuple[Change, ...]
    keep_composition: bool = True

    def __post_init__(self) -> None:
        Task.__post_init__(self)
        check_picture(self.image)
        if not self.changes:
            raise InvalidRequest("Nothing is to be changed; say what the picture should become.")


class Context(StrEnum):
    """How much around a hole the decoder sees."""

    WHOLE = "whole"
    """The whole picture, reduced to the family's native area where it is larger."""
    NEAR = "near"
    """A square around the hole with a margin, at the family's native size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seam:
    """How new pixels meet old ones; can be changed afterwards without a new run.

    feather: pixels over which they fade into each other. grow: pixels by which the mask is enlarged
    first. match_colours, 0..1: how far the new pixels take on the colours of their surroundings.
    """

    feather: int = 8
    grow: int = 0
    match_colours: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.feather <= 256:
            raise InvalidRequest(f"A feather of {self.feather} cannot be used; choose 0 to 256.")
        if not -256 <= self.grow <= 256:
            raise InvalidRequest(f"A mask cannot grow by {self.grow}; choose -256 to 256.")
        check_share("colour match", self.match_colours)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likeness:
    """A picture that a filled hole is to take after; its transparent pixels say nothing.

    share, 0..1: of the way from what the prompt means to what the picture means; at 1 the prompt
    has no say. Raises InvalidRequest for a text, which belongs into the prompt.
    """

    idea: Idea
    share: float = 1.0

    def __post_init__(self) -> None:
        check_share("likeness", self.share)
        if self.idea.text is not None:
            raise InvalidRequest("A likeness is a picture; write words into the prompt instead.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inpaint(Task):
    """Paint `prompt` where `mask` is set or `image` has no pixels (alpha 0: outpainting).

    like: a picture that has a say beside the prompt, or all of it; then the prompt may be empty.

    Raises InvalidRequest for a mask of another size or when nothing is to be painted.
    """

    prompt: str
    negative: str = ""
    image: Pixels
    mask: Mask
    context: Context = Context.WHOLE
    seam: Seam = field(default_factory=Seam)
    like: Likeness | None = None

    def __post_init__(self) -> None:
        Task.__post_init__(self)
        if self.like is None or self.like.share < 1 or len(self.prompt) > LONGEST_PROMPT:
            check_prompt(self.prompt)
        check_length("negative prompt", self.negative)
        check_picture(self.image)
        if self.mask.shape != self.image.shape[:2] or self.mask.dtype != np.uint8:
            raise InvalidRequest("The mask is not of the picture's size; draw it anew.")
        empty = self.image.shape[2] == 4 and not self.image[..., 3].all()
        if not empty and not self.mask.any():
            raise InvalidRequest(
                "Nothing is marked; erase or select what is to be painted, or generate instead."
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guide(Task):
    """Paint `prompt` over a picture; strength 0..1 says how much of it may go."""

    prompt: str
    negative: str = ""
    image: Pixels
    strength: float = 0.6

    def __post_init__(self) -> None:
        Task.__post_init__(self)
        check_prompt(self.prompt)
        check_length("negative prompt", self.negative)
        check_picture(self.image)
        check_share("strength", self.strength)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Upscale:
    """Enlarge a picture two or four times, in tiles.

    upscaler: a safetensors file that the library spandrel can read; None is the family's own.
    """

    image: Pixels
    scale: int = 4
    upscaler: Path | None = None
    sampling: Sampling = field(default_factory=Sampling)
    count: int = 1

    def __post_init__(self) -> None:
        check_picture(self.image)
        if self.scale not in (2, 4):
            raise InvalidRequest(f"A picture cannot be enlarged {self.scale} times; choose 2 or 4.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Embed:
    """CLIP embeddings of pictures and texts; `words`: how many nearest words per picture."""

    images: tuple[Pixels, ...] = ()
    texts: tuple[str, ...] = ()
    words: int = 0

    def __post_init__(self) -> None:
        if not self.images and not self.texts:
            raise InvalidRequest("There is nothing to embed; give a picture or a text.")
        for image in self.images:
            check_picture(image)
        for text in self.texts:
            check_prompt(text)
        if not 0 <= self.words <= 1000:
            raise InvalidRequest(f"{self.words} words cannot be listed; choose 0 to 1000.")


Painting: TypeAlias = Generate | Vary | Mix | Morph | Reword | Inpaint | Guide | Upscale
"""Requests that end in pictures."""

Request: TypeAlias = Painting | Embed
