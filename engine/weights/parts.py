"""One function per part of a model: find it, check its settings against the family, load it.

All raise WeightsMissing when the part is not on this computer and WeightsDamaged when it is not
what the family says; both before any large file is read, as far as settings and headers can tell.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.families import Family, Part
from engine.networks.clip import ImageTower, TextTower
from engine.networks.compact import Compact
from engine.networks.movq import MoVQ
from engine.networks.prior import Prior, Standard
from engine.networks.text_projection import TextProjection
from engine.networks.unet import UNet
from engine.specs import ScheduleSpec, UNetSpec
from engine.weights import config, remap
from engine.weights.config import Config
from engine.weights.load import load, stored_tensors
from engine.weights.reading import Stored, Target
from engine.weights.remap import Recipe
from engine.weights.store import WeightStore
from engine.weights.variants import find_files


def load_text(store: WeightStore, family: Family, target: Target) -> TextTower:
    """The CLIP text tower."""
    folder, stored = found(store, family, Part.TEXT)
    if settings := settings_of(folder):
        config.check(settings, config.text_spec(settings, family.text), family.text, family.title)
    layers = family.text.layers
    return load(lambda: TextTower(family.text), stored, lambda _: remap.text_tower(layers), target)


def load_vision(store: WeightStore, family: Family, target: Target) -> ImageTower:
    """The CLIP image tower, from a file of its own or of both towers."""
    folder, stored = found(store, family, Part.VISION)
    if settings := settings_of(folder):
        spec = config.vision_spec(settings.section("vision_config"), family.vision)
        config.check(settings, spec, family.vision, family.title)
    own = {name: tensor for name, tensor in stored.items() if not remap.is_of_text_tower(name)}
    layers = family.vision.layers
    return load(
        lambda: ImageTower(family.vision),
        own or stored,
        lambda _: remap.image_tower(layers),
        target,
    )


def load_prior(store: WeightStore, family: Family, target: Target) -> Prior:
    """The prior, its schedule checked too."""
    folder, stored = found(store, family, Part.PRIOR)
    if settings := settings_of(folder):
        config.check(
            settings, config.prior_spec(settings, family.prior), family.prior, family.title
        )
    check_schedule(store, family, Part.PRIOR, family.prior_schedule)
    return load(lambda: Prior(family.prior), stored, remap.same_names, target)


def load_standard(store: WeightStore, family: Family, target: Target) -> Standard:
    """The mean and the deviation of embeddings, read out of the prior's file alone."""
    _, stored = found(store, family, Part.PRIOR)
    both = {name: tensor for name, tensor in stored.items() if name in ("clip_mean", "clip_std")}
    return load(lambda: Standard(family.prior), both, remap.same_names, target)


def load_projection(store: WeightStore, family: Family, target: Target) -> TextProjection:
    """What prepares embedding and text for a decoder that reads both."""
    spec = family.projection
    assert spec is not None, f"{family.name} has no text projection"
    folder, stored = found(store, family, Part.PROJECTION)
    if settings := settings_of(folder):
        config.check(settings, config.projection_spec(settings, spec), spec, family.title)
    return load(lambda: TextProjection(spec), stored, remap.same_names, target)


def load_decoder(store: WeightStore, family: Family, target: Target) -> UNet:
    """The decoder, its schedule checked too."""
    folder, stored = found(store, family, Part.DECODER)
    check_unet(folder, family.decoder, family.title)
    check_schedule(store, family, Part.DECODER, family.decoder_schedule)
    return load(lambda: UNet(family.decoder), stored, remap.same_names, target)


INPAINT = "inpaint/"
"""Put before the names of tensors that come out of the file of additional columns."""


def load_inpaint(store: WeightStore, family: Family, target: Target) -> UNet:
    """The decoder with nine input channels: its own file, or the decoder and five more columns."""
    spec = family.inpaint
    assert spec is not None, f"{family.name} has no inpainting decoder"
    folder, stored = found(store, family, Part.INPAINT)
    if family.inpaint_columns:
        columns = {INPAINT + name: tensor for name, tensor in stored.items()}
        folder, decoder = found(store, family, Part.DECODER)
        check_unet(folder, family.decoder, family.title)
        return load(lambda: UNet(spec), decoder | columns, with_columns, target)
    check_unet(folder, spec, family.title)
    assert family.inpaint_schedule is not None, "an inpainting decoder has a schedule"
    check_schedule(store, family, Part.INPAINT, family.inpaint_schedule)
    return load(lambda: UNet(spec), stored, remap.same_names, target)


def load_autoencoder(store: WeightStore, family: Family, target: Target) -> MoVQ:
    """The MoVQ autoencoder, under today's names of its attention or the old ones."""
    spec = family.autoencoder
    assert spec is not None, f"{family.name} has no autoencoder"
    folder, stored = found(store, family, Part.AUTOENCODER)
    if settings := settings_of(folder):
        config.check(settings, config.movq_spec(settings, spec), spec, family.title)
    old = any(name.endswith(".query.weight") for name in stored)
    names = remap.old_attention_names if old else remap.same_names
    return load(lambda: MoVQ(spec), stored, names, target)


def load_upscaler(store: WeightStore, family: Family, target: Target) -> Compact:
    """The upscaler that makes the base picture native."""
    spec = family.upscaler
    assert spec is not None, f"{family.name} has no upscaler"
    _, stored = found(store, family, Part.UPSCALER)
    return load(lambda: Compact(spec), stored, remap.same_names, target)


def load_super_resolution(store: WeightStore, family: Family, part: Part, target: Target) -> UNet:
    """One of the two networks of super-resolution, their common schedule checked too."""
    spec = family.super_resolution
    assert spec is not None, f"{family.name} has no super-resolution"
    folder, stored = found(store, family, part)
    check_unet(folder, spec.unet, family.title)
    check_schedule(store, family, part, spec.schedule)
    return load(lambda: UNet(spec.unet), stored, remap.same_names, target)


def found(store: WeightStore, family: Family, part: Part) -> tuple[Path, dict[str, Stored]]:
    """The folder of a part and what its files hold, by their headers."""
    base = family.place(part).base
    assert base is not None, f"{part} is no network"
    folder = store.locate(family, part)
    return folder, stored_tensors(find_files(folder, base))


def settings_of(folder: Path) -> Config | None:
    """The network's config.json, if it is there."""
    path = folder / "config.json"
    return Config(path) if path.is_file() else None


def check_unet(folder: Path, spec: UNetSpec, title: str) -> None:
    """Compare the settings of a decoder with what the family says."""
    if settings := settings_of(folder):
        config.check(settings, config.unet_spec(settings, spec), spec, title)


def check_schedule(store: WeightStore, family: Family, part: Part, spec: ScheduleSpec) -> None:
    """Compare the settings of a part's scheduler, if they are there, with what the family says."""
    folder = store.locate(family, part).parent / family.place(part).scheduler
    path = folder / "scheduler_config.json"
    if path.is_file():
        settings = Config(path)
        config.check(settings, config.schedule_spec(settings, spec), spec, family.title)


def with_columns(names: Sequence[str]) -> tuple[Recipe, ...]:
    """Own names, with `conv_in.weight` joined from the decoder's and the additional columns."""
    name = "conv_in.weight"
    return tuple(
        replace(recipe, sources=(name, INPAINT + name), dim=1) if recipe.target == name else recipe
        for recipe in remap.same_names(names)
    )
