"""The shape of every network and noise schedule, as frozen dataclasses: data, free of torch.

Field names are those of the published configuration files where they mean the same thing.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSpec:
    """CLIP text tower. `pad` follows the end-of-text token and changes no result (causal)."""

    width: int
    layers: int
    heads: int
    embed_dim: int
    mlp_ratio: float = 4.0
    context: int = 77
    vocabulary: int = 49408
    pad: int = 49407
    quick_gelu: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionSpec:
    """CLIP image tower (ViT with a class token)."""

    width: int
    layers: int
    heads: int
    embed_dim: int
    patch: int
    mlp_ratio: float = 4.0
    image_size: int = 224
    quick_gelu: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorSpec:
    """Prior transformer: text states, then text embedding, time, noisy embedding, query."""

    embed_dim: int
    heads: int
    head_width: int = 64
    layers: int = 20
    text_tokens: int = 77

    @property
    def width(self) -> int:
        """Inner width of the transformer."""
        return self.heads * self.head_width


class Conditioning(StrEnum):
    """How a UNet learns what to paint."""

    IMAGE = "image"
    """Kandinsky 2.2: an image embedding, through its own projections."""
    PROJECTED = "projected"
    """Karlo: context and time addition come ready-made from `text_proj`."""
    NONE = "none"
    """Super-resolution: nothing but the noisy and the enlarged picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UNetSpec:
    """The ADM UNet (guided-diffusion) of decoder, inpainting decoder and super-resolution.

    `attention` says per level, top first, whether its residual blocks are followed by attention.
    `scale_shift`: the time embedding scales and shifts (decoder) or is only added (super-
    resolution).
    """

    in_channels: int
    out_channels: int
    channels: tuple[int, ...]
    blocks: int
    attention: tuple[bool, ...]
    conditioning: Conditioning
    scale_shift: bool = True
    head_width: int = 64
    context_width: int = 768
    context_tokens: int = 32
    embed_dim: int = 1280
    groups: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionSpec:
    """What Karlo's decoder reads, made of an image embedding and of the text (`text_proj`)."""

    embed_dim: int
    """Width of CLIP's embeddings and of its text states alike."""
    time_width: int
    context_width: int
    tokens: int = 4
    """Context tokens made of the image embedding; they come before those of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoVQSpec:
    """MoVQ autoencoder: pixels to latents and back, the decoder modulated by the latents."""

    channels: tuple[int, ...]
    blocks: int
    latent_channels: int = 4
    codebook: int = 16384
    codebook_width: int = 4
    groups: int = 32
    lowest_attention: bool = True
    """Attention after the residual blocks of the lowest level (the mid block always has one)."""

    @property
    def downscale(self) -> int:
        """Picture pixels per latent pixel."""
        return 2 ** (len(self.channels) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactSpec:
    """A "Compact" super-resolution network (SRVGG): convolutions, one pixel shuffle at the end."""

    features: int
    convolutions: int
    scale: int


class Betas(StrEnum):
    """Noise tables by name."""

    LINEAR = "linear"
    COSINE = "squaredcos_cap_v2"


class Prediction(StrEnum):
    """What a network's output means."""

    NOISE = "epsilon"
    CLEAN = "sample"
    VELOCITY = "v_prediction"


class Variance(StrEnum):
    """Where the sampling noise gets its size from."""

    FIXED_SMALL = "fixed_small"
    LEARNED_RANGE = "learned_range"


class Spacing(StrEnum):
    """How a short run picks its timesteps out of the training ones."""

    LEADING = "leading"
    """Kandinsky decoders (DDPMScheduler): i·(T//N) + offset."""
    ROUNDED = "rounded"
    """UnCLIPScheduler: round(i·(T-1)/(N-1))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSpec:
    """A noise schedule. `clip` clamps the clean estimate to ±clip at every step; None does not."""

    betas: Betas
    prediction: Prediction
    spacing: Spacing
    clip: float | None
    variance: Variance = Variance.FIXED_SMALL
    train_steps: int = 1000
    beta_start: float = 0.00085
    beta_end: float = 0.012
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperResolutionSpec:
    """Diffusion that enlarges: one network walks all steps but the last, which a second one takes.

    Both have the shape `unet`, whose input is the noisy picture and the enlarged one.
    """

    unet: UNetSpec
    schedule: ScheduleSpec
    scale: int
    steps: int
    """The only number of steps the second network was tuned for."""
