"""One family on this machine: its tokenizer and its networks, each read when it is first used."""

from collections.abc import Generator
from functools import cached_property, partial

import torch
from torch import Tensor

from engine import tokenizer
from engine.diffusion.schedules import Schedule
from engine.events import Event
from engine.families import Family, Part
from engine.memory import Obtaining, Residency, devices, parameters
from engine.networks.clip import ImageTower, TextTower
from engine.networks.compact import Compact
from engine.networks.movq import MoVQ
from engine.networks.prior import Prior, Standard
from engine.networks.text_projection import TextProjection
from engine.networks.unet import UNet
from engine.tokenizer import Tokenizer
from engine.ways import side_that_fits
from engine.weights import parts
from engine.weights.kept_answers import KeptAnswers, name_of
from engine.weights.reading import Target
from engine.weights.store import WeightStore
from engine.weights.variants import find_files
from engine.words import STYLES, WORDS, listed


class Model:
    """The parts of `family`. All methods raise WeightsMissing and WeightsDamaged."""

    def __init__(
        self,
        family: Family,
        store: WeightStore,
        residency: Residency,
        answers: KeptAnswers | None = None,
    ) -> None:
        self.family = family
        self.answers = answers or KeptAnswers(None)
        self.residency = residency
        self.nothing: Tensor | None = None
        """(1,D) once it is known: the embedding that means "no picture in particular"."""
        self.words: Tensor | None = None
        """(W,D) on the CPU, the embeddings of `listed_words`, once they are known."""
        self.styles: Tensor | None = None
        """(K,D) on the CPU, what words for styles span (engine.tasks.style), once it is known."""
        self._store = store

    @property
    def device(self) -> str:
        """Where the networks compute."""
        return self.residency.target.device

    def in_float32(self) -> "Model":
        """The same parts in float32, none of them kept: for when a shorter format overflows."""
        residency = Residency(Target(torch.float32, self.device), keep=False)
        return Model(self.family, self._store, residency, self.answers)

    def elsewhere(self, residency: Residency) -> "Model":
        """The same parts in another way; what is known of texts and pictures stays known."""
        model = Model(self.family, self._store, residency, self.answers)
        if self.nothing is not None:
            model.nothing = self.nothing.to(model.device)
        model.words, model.styles = self.words, self.styles
        return model

    def side_that_fits(self) -> int:
        """Side in pixels of the largest square picture that should fit into what is free now."""
        way, family = self.residency.way, self.family
        free = next((each.free for each in devices() if each.kind == way.device), 0)
        cell = family.enlargement * family.latent_pixel
        return side_that_fits(way, free, parameters(family, self._store), cell)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The family's tokenizer."""
        folder = self._store.locate(self.family, Part.TOKENIZER)
        return tokenizer.load(folder, self.family.text.context)

    @cached_property
    def listed_words(self) -> tuple[str, ...]:
        """The bundled list of words. Raises WeightsMissing."""
        return listed(WORDS, self._store.folders)

    @property
    def listed_styles(self) -> tuple[str, ...]:
        """The bundled list of words for styles. Raises WeightsMissing."""
        return listed(STYLES, self._store.folders)

    @cached_property
    def image_tower_name(self) -> str:
        """By what answers of this image tower are known again: also by device and number format."""
        place = self.family.place(Part.VISION)
        files = find_files(self._store.locate(self.family, Part.VISION), place.base or "")
        here = (str(self.residency.target.dtype), self.device)
        return name_of(files, repr(self.family.vision), *here)

    @cached_property
    def prior_schedule(self) -> Schedule:
        """Noise levels of the prior."""
        return Schedule.of(self.family.prior_schedule)

    @cached_property
    def decoder_schedule(self) -> Schedule:
        """Noise levels of the decoder."""
        return Schedule.of(self.family.decoder_schedule)

    @cached_property
    def standard(self) -> Standard:
        """Where embeddings lie, in float32; a few kilobytes of the prior's file."""
        target = Target(torch.float32, self.device)
        return parts.load_standard(self._store, self.family, target)

    @cached_property
    def inpaint_schedule(self) -> Schedule:
        """Noise levels of the inpainting decoder; only for a family that has one."""
        assert self.family.inpaint_schedule is not None, "an inpainting decoder has a schedule"
        return Schedule.of(self.family.inpaint_schedule)

    def text_tower(self) -> Obtaining[TextTower]:
        """CLIP's text tower."""
        load = partial(parts.load_text, self._store, self.family)
        return self.residency.obtain(Part.TEXT, load)

    def image_tower(self) -> Obtaining[ImageTower]:
        """CLIP's image tower."""
        load = partial(parts.load_vision, self._store, self.family)
        return self.residency.obtain(Part.VISION, load)

    def prior(self) -> Obtaining[Prior]:
        """The prior."""
        load = partial(parts.load_prior, self._store, self.family)
        return self.residency.obtain(Part.PRIOR, load)

    @cached_property
    def super_schedule(self) -> Schedule:
        """Noise levels of super-resolution; only for a family that has it."""
        assert self.family.super_resolution is not None, "this family does not enlarge by diffusion"
        return Schedule.of(self.family.super_resolution.schedule)

    def projection(self) -> Obtaining[TextProjection]:
        """What prepares embedding and text for the decoder; only for a family that has it."""
        load = partial(parts.load_projection, self._store, self.family)
        return self.residency.obtain(Part.PROJECTION, load)

    def decoder(self) -> Obtaining[UNet]:
        """The decoder."""
        load = partial(parts.load_decoder, self._store, self.family)
        return self.residency.obtain(Part.DECODER, load)

    def inpainter(self) -> Obtaining[UNet]:
        """The decoder that is shown what surrounds a hole; only for a family that has one."""
        load = partial(parts.load_inpaint, self._store, self.family)
        return self.residency.obtain(Part.INPAINT, load)

    def autoencoder(self) -> Obtaining[MoVQ]:
        """The autoencoder."""
        load = partial(parts.load_autoencoder, self._store, self.family)
        return self.residency.obtain(Part.AUTOENCODER, load)

    def upscaler(self) -> Obtaining[Compact]:
        """The upscaler; only for a family that has one."""
        load = partial(parts.load_upscaler, self._store, self.family)
        return self.residency.obtain(Part.UPSCALER, load)

    def super_resolution(self, part: Part) -> Obtaining[UNet]:
        """SUPER_FIRST or SUPER_LAST; only for a family that enlarges by diffusion."""
        load = partial(parts.load_super_resolution, self._store, self.family, part)
        return self.residency.obtain(part, load)

    def finishing(self) -> Generator[Event, None, None]:
        """Read every network that makes a finished picture of the decoder's."""
        if self.family.autoencoder is not None:
            yield from self.autoencoder()
        if self.family.upscaler is not None:
            yield from self.upscaler()
        if self.family.super_resolution is not None:
            yield from self.super_resolution(Part.SUPER_FIRST)
            yield from self.super_resolution(Part.SUPER_LAST)
