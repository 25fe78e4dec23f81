"""Published settings (config.json, scheduler_config.json) -> our specs; the check of a folder.

A person's re-saved or fine-tuned folder of a known family says its shapes in these files. What a
file does not say is taken to be as the family has it; the tensors' shapes are checked when they are
loaded.
"""

import json
from dataclasses import fields, replace
from pathlib import Path
from reprlib import repr as brief
from typing import TypeVar

from engine.errors import WeightsDamaged
from engine.specs import (
    Betas,
    Conditioning,
    MoVQSpec,
    Prediction,
    PriorSpec,
    ProjectionSpec,
    ScheduleSpec,
    Spacing,
    TextSpec,
    UNetSpec,
    Variance,
    VisionSpec,
)
from engine.weights.header import REPLACE, Json

Spec = TypeVar(
    "Spec", TextSpec, VisionSpec, PriorSpec, ProjectionSpec, UNetSpec, MoVQSpec, ScheduleSpec
)


LARGEST = 2**31
"""No whole number of any network comes near it."""


class Config:
    """One configuration file. Published ones repeat keys; the last of them counts."""

    def __init__(self, path: Path, content: Json = None) -> None:
        self.path = path
        try:
            content = json.loads(path.read_bytes()) if content is None else content
        except (OSError, ValueError, RecursionError) as error:
            raise self.fault("cannot be read") from error
        if not isinstance(content, dict):
            raise self.fault("is no table of settings")
        self.values = content

    def integer(self, key: str, default: int) -> int:
        """A whole number."""
        value = self.values.get(key)
        if value is None:
            return default
        if type(value) is not int or not 0 <= value <= LARGEST:
            raise self.fault(f"says {brief(value)} for “{key}”, where a whole number belongs")
        return value

    def number(self, key: str, default: float) -> float:
        """Any number."""
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault(f"says {brief(value)} for “{key}”, where a number belongs")
        try:
            return float(value)
        except OverflowError as error:
            raise self.fault(f"says a number for “{key}” that is too large") from error

    def text(self, key: str, default: str) -> str:
        """A word."""
        value = self.values.get(key)
        return default if value is None else str(value)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key)
        return default if value is None else bool(value)

    def integers(self, key: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """A list of whole numbers."""
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, list):
            raise self.fault(f"says {brief(value)} for “{key}”, where a list belongs")
        return tuple(number for number in value if isinstance(number, int))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words; empty when it is not there."""
        value = self.values.get(key)
        return tuple(str(word) for word in value) if isinstance(value, list) else ()

    def section(self, key: str) -> "Config":
        """The settings of one part in a file that describes several; itself where it does not."""
        content = self.values.get(key)
        return self if content is None else Config(self.path, content)

    def fault(self, what: str) -> WeightsDamaged:
        """The sentence for this file."""
        sentence = f"The model's settings file {self.path} {what}. {REPLACE}"
        return WeightsDamaged(sentence, self.path)


def text_spec(config: Config, family: TextSpec) -> TextSpec:
    """From CLIPTextConfig. The padding id there is not the tokenizer's and is left alone."""
    width = config.integer("hidden_size", family.width)
    return replace(
        family,
        width=width,
        layers=config.integer("num_hidden_layers", family.layers),
        heads=config.integer("num_attention_heads", family.heads),
        embed_dim=config.integer("projection_dim", family.embed_dim),
        mlp_ratio=mlp_ratio(config, width, family.mlp_ratio),
        context=config.integer("max_position_embeddings", family.context),
        vocabulary=config.integer("vocab_size", family.vocabulary),
        quick_gelu=quick_gelu(config, family.quick_gelu),
    )


def vision_spec(config: Config, family: VisionSpec) -> VisionSpec:
    """From CLIPVisionConfig."""
    width = config.integer("hidden_size", family.width)
    return replace(
        family,
        width=width,
        layers=config.integer("num_hidden_layers", family.layers),
        heads=config.integer("num_attention_heads", family.heads),
        embed_dim=config.integer("projection_dim", family.embed_dim),
        patch=config.integer("patch_size", family.patch),
        mlp_ratio=mlp_ratio(config, width, family.mlp_ratio),
        image_size=config.integer("image_size", family.image_size),
        quick_gelu=quick_gelu(config, family.quick_gelu),
    )


def mlp_ratio(config: Config, width: int, default: float) -> float:
    """How many times as wide as its transformer the middle of a CLIP tower's networks is."""
    if width == 0:
        raise config.fault("says 0 for “hidden_size”")
    return config.number("intermediate_size", width * default) / width


def quick_gelu(config: Config, default: bool) -> bool:
    """Which of the two approximations of GELU a CLIP tower was trained with."""
    return config.text("hidden_act", "quick_gelu" if default else "gelu") == "quick_gelu"


def prior_spec(config: Config, family: PriorSpec) -> PriorSpec:
    """From PriorTransformer's settings."""
    return replace(
        family,
        embed_dim=config.integer("embedding_dim", family.embed_dim),
        heads=config.integer("num_attention_heads", family.heads),
        head_width=config.integer("attention_head_dim", family.head_width),
        layers=config.integer("num_layers", family.layers),
        text_tokens=config.integer("num_embeddings", family.text_tokens),
    )


def projection_spec(config: Config, family: ProjectionSpec) -> ProjectionSpec:
    """From UnCLIPTextProjModel's settings."""
    return replace(
        family,
        embed_dim=config.integer("clip_embeddings_dim", family.embed_dim),
        time_width=config.integer("time_embed_dim", family.time_width),
        context_width=config.integer("cross_attention_dim", family.context_width),
        tokens=config.integer("clip_extra_context_tokens", family.tokens),
    )


CONDITIONING = {"image_proj": Conditioning.IMAGE}


def unet_spec(config: Config, family: UNetSpec) -> UNetSpec:
    """From the settings of UNet2DConditionModel or UNet2DModel.

    `attention_head_dim` is the width of a head there.
    """
    down = config.texts("down_block_types")
    hidden = config.values.get("encoder_hid_dim_type")
    shift = config.text(
        "resnet_time_scale_shift", "scale_shift" if family.scale_shift else "default"
    )
    return replace(
        family,
        in_channels=config.integer("in_channels", family.in_channels),
        out_channels=config.integer("out_channels", family.out_channels),
        channels=config.integers("block_out_channels", family.channels),
        blocks=config.integer("layers_per_block", family.blocks),
        attention=tuple("CrossAttn" in name for name in down) or family.attention,
        conditioning=CONDITIONING.get(str(hidden), family.conditioning),
        scale_shift=shift == "scale_shift",
        head_width=config.integer("attention_head_dim", family.head_width),
        context_width=config.integer("cross_attention_dim", family.context_width),
        embed_dim=config.integer("encoder_hid_dim", family.embed_dim),
        groups=config.integer("norm_num_groups", family.groups),
    )


def movq_spec(config: Config, family: MoVQSpec) -> MoVQSpec:
    """From VQModel's settings."""
    latent = config.integer("latent_channels", family.latent_channels)
    down = config.texts("down_block_types")
    return replace(
        family,
        channels=config.integers("block_out_channels", family.channels),
        blocks=config.integer("layers_per_block", family.blocks),
        latent_channels=latent,
        codebook=config.integer("num_vq_embeddings", family.codebook),
        codebook_width=config.integer("vq_embed_dim", latent),
        groups=config.integer("norm_num_groups", family.groups),
        lowest_attention=down[-1].startswith("Attn") if down else family.lowest_attention,
    )


VARIANCES = {
    "fixed_small": Variance.FIXED_SMALL,
    "fixed_small_log": Variance.FIXED_SMALL,
    "learned_range": Variance.LEARNED_RANGE,
}


def schedule_spec(config: Config, family: ScheduleSpec) -> ScheduleSpec:
    """From the settings of a diffusers scheduler, with its own defaults for what is not said.

    Raises WeightsDamaged for a schedule of a kind the engine does not know.
    """
    unclip = config.text("_class_name", "") == "UnCLIPScheduler"
    spacing = Spacing.ROUNDED if unclip else config.text("timestep_spacing", Spacing.LEADING)
    clip = config.number("clip_sample_range", 1.0) if config.flag("clip_sample", True) else None
    try:
        found = ScheduleSpec(
            betas=Betas(config.text("beta_schedule", Betas.COSINE if unclip else Betas.LINEAR)),
            prediction=Prediction(config.text("prediction_type", Prediction.NOISE)),
            spacing=Spacing(spacing),
            clip=clip,
            variance=VARIANCES[config.text("variance_type", "fixed_small")],
            train_steps=config.integer("num_train_timesteps", 1000),
            offset=config.integer("steps_offset", 0),
        )
    except (ValueError, KeyError) as error:
        raise config.fault("describes a noise schedule that Easel does not know") from error
    if found.betas is Betas.COSINE:
        return replace(found, beta_start=family.beta_start, beta_end=family.beta_end)
    return replace(
        found,
        beta_start=config.number("beta_start", 0.0001),
        beta_end=config.number("beta_end", 0.02),
    )


def check(config: Config, found: Spec, family: Spec, title: str) -> None:
    """Raise WeightsDamaged with the first difference between a folder and its family."""
    for field in fields(family):
        is_value: object = getattr(found, field.name)
        must_value: object = getattr(family, field.name)
        if is_value != must_value:
            name = field.name.replace("_", " ")
            raise config.fault(f"says {is_value} for {name} where {title} has {must_value}")
