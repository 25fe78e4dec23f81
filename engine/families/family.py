"""What a family of checkpoints is: the shapes of its networks, its schedules, its files.

Data, free of torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from engine.requests import LARGEST_SIDE, Embed, Mix, Morph, Reword, Sampling, Vary
from engine.specs import (
    CompactSpec,
    MoVQSpec,
    PriorSpec,
    ProjectionSpec,
    ScheduleSpec,
    SuperResolutionSpec,
    TextSpec,
    UNetSpec,
    VisionSpec,
)

ON_EMBEDDINGS: frozenset[type] = frozenset({Vary, Mix, Morph, Reword, Embed})
"""What every family can do that has both towers of its CLIP, a prior and an autoencoder."""


class Part(StrEnum):
    """The parts of a model that are stored apart from each other, by their plain names."""

    TOKENIZER = "tokenizer"
    TEXT = "text encoder"
    VISION = "image encoder"
    PRIOR = "prior"
    PROJECTION = "text projection"
    DECODER = "decoder"
    INPAINT = "inpainting decoder"
    AUTOENCODER = "autoencoder"
    UPSCALER = "upscaler"
    SUPER_FIRST = "super-resolution"
    SUPER_LAST = "last step of super-resolution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a part is stored: `subfolder` of the local folder `repository`.

    base: the weight file's name without variant and ending ("model"), or None for a folder of plain
    files. scheduler: the folder beside it that holds the settings of its schedule. width: bytes of
    a number in the published file.
    """

    part: Part
    repository: str
    subfolder: str
    base: str | None = "diffusion_pytorch_model"
    scheduler: str = "scheduler"
    width: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """One published folder; `published` is "owner/name", None for what comes with Easel.

    home: a folder of somebody's that stands for it, under whatever name.
    """

    folder: str
    published: str | None = None
    revision: str | None = None
    home: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSpec:
    """One published file: `path` inside the local folder `repository`, with forward slashes.

    size in bytes and sha256 in lower-case hexadecimal; None where the publisher's value is not
    known here, or, for the model that comes with the application, is written in the `SHA256SUMS`
    beside it.
    """

    repository: str
    path: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One unCLIP model that the engine can run.

    base: side of the square picture that decoder and autoencoder make by default, in pixels;
    native: side of the finished one, after upscaler or super-resolution. Without an autoencoder the
    decoder paints pixels; with a projection it reads what that makes of embedding and text.
    preset: a complete Sampling. tasks: the request classes it can do. licence_file: name of the
    text in the application's folder of licences.
    """

    name: str
    title: str
    description: str
    text: TextSpec
    vision: VisionSpec
    prior: PriorSpec
    prior_schedule: ScheduleSpec
    decoder: UNetSpec
    decoder_schedule: ScheduleSpec
    base: int
    native: int
    preset: Sampling
    licence: str
    licence_file: str
    repositories: tuple[Repository, ...]
    places: tuple[Place, ...]
    files: tuple[FileSpec, ...]
    tasks: frozenset[type]
    prior_candidates: int = 1
    """Embeddings per picture to choose from where a request leaves it open."""
    inpaint: UNetSpec | None = None
    inpaint_schedule: ScheduleSpec | None = None
    inpaint_columns: bool = False
    """The inpainting decoder is stored as the further columns of the decoder's `conv_in`."""
    inpaint_spread: bool = True
    """Holes are spread by one latent, as it is published; else they stay as they are."""
    projection: ProjectionSpec | None = None
    autoencoder: MoVQSpec | None = None
    upscaler: CompactSpec | None = None
    super_resolution: SuperResolutionSpec | None = None

    @property
    def latent_pixel(self) -> int:
        """Side of what one pixel of the latents stands for, in pixels of the decoder's picture."""
        return self.autoencoder.downscale if self.autoencoder else 1

    @property
    def grid(self) -> int:
        """Sides of a picture before it is enlarged are multiples of this many pixels."""
        return self.latent_pixel * 2 ** (len(self.decoder.channels) - 1)

    @property
    def enlargement(self) -> int:
        """How many times larger than the decoder's picture the finished one is."""
        enlarger = self.upscaler or self.super_resolution
        return enlarger.scale if enlarger else 1

    def size_like(self, width: int, height: int) -> tuple[int, int]:
        """Width and height to paint for a shape: the family's native area, on its grid.

        A model asked for far more or fewer pixels than it learned paints badly (asked for more, it
        repeats the subject), so it is the shape that is kept and not the size.
        """
        scale = self.native / (width * height) ** 0.5
        step = self.grid * self.enlargement
        longest = LARGEST_SIDE // step * step
        across, down = (
            min(max(round(side * scale / step), 1) * step, longest) for side in (width, height)
        )
        return across, down

    def has(self, part: Part) -> bool:
        """Whether this family is made with such a part."""
        return any(place.part is part for place in self.places)

    def standing(self, homes: Mapping[str, Path]) -> "Family":
        """The same family, with folders of somebody's in the place of published ones."""
        repositories = tuple(
            replace(each, home=homes.get(each.folder, each.home)) for each in self.repositories
        )
        return replace(self, repositories=repositories)

    def place(self, part: Part) -> Place:
        """Where `part` is stored. Asking for a part that the family does not have is a bug."""
        return next(place for place in self.places if place.part is part)

    def repository(self, folder: str) -> Repository:
        """The repository with this local folder name."""
        return next(repository for repository in self.repositories if repository.folder == folder)
