"""Small versions of the published networks: saved by diffusers and transformers, loaded by us."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from torch import nn

from engine import families
from engine.families import Family, Part
from engine.specs import MoVQSpec, PriorSpec, TextSpec, UNetSpec, VisionSpec
from engine.weights.store import WeightStore

diffusers = pytest.importorskip("diffusers")
transformers = pytest.importorskip("transformers")

KANDINSKY = families.find("kandinsky22")
TEXT = TextSpec(width=32, layers=3, heads=4, embed_dim=32, context=11, vocabulary=64, pad=63)
VISION = VisionSpec(
    width=26, layers=3, heads=2, embed_dim=32, patch=7, mlp_ratio=128 / 26, image_size=28
)
DECODER = UNetSpec(
    in_channels=4,
    out_channels=8,
    channels=(16, 32, 48),
    blocks=2,
    attention=(False, True, True),
    conditioning=KANDINSKY.decoder.conditioning,
    head_width=8,
    context_width=24,
    embed_dim=32,
    groups=8,
)
SMALL = replace(
    KANDINSKY,
    name="small",
    text=TEXT,
    vision=VISION,
    prior=PriorSpec(embed_dim=32, heads=3, head_width=8, layers=3, text_tokens=11),
    decoder=DECODER,
    inpaint=replace(DECODER, in_channels=9),
    autoencoder=MoVQSpec(channels=(64, 64, 128), blocks=1, codebook=16, groups=16),
)


@dataclass(frozen=True)
class Published:
    """A folder of models and the family that is in it."""

    family: Family
    store: WeightStore

    def folder(self, part: Part) -> Path:
        """Where a part belongs."""
        place = self.family.place(part)
        return self.store.folders[0] / place.repository / place.subfolder


@pytest.fixture
def small(tmp_path: Path) -> Published:
    """The small family and an empty folder of models."""
    return Published(SMALL, WeightStore([tmp_path]))


Reference = Callable[[Part], nn.Module]


@pytest.fixture
def reference(small: Published, randomise: Callable[[nn.Module, int], None]) -> Reference:
    """Make the other library's network of a part, in float64, saved in the published layout."""

    def make(part: Part) -> nn.Module:
        network = REFERENCES[part](small.family).double().eval()
        randomise(network, 3)
        small.folder(part).mkdir(parents=True)
        network.save_pretrained(small.folder(part))  # pyright: ignore
        return network

    return make


def prior(family: Family) -> nn.Module:
    """PriorTransformer."""
    spec = family.prior
    return diffusers.PriorTransformer(
        num_attention_heads=spec.heads,
        attention_head_dim=spec.head_width,
        num_layers=spec.layers,
        embedding_dim=spec.embed_dim,
        num_embeddings=spec.text_tokens,
    )


def decoder(spec: UNetSpec | None) -> nn.Module:
    """UNet2DConditionModel with Kandinsky's conditioning."""
    assert spec is not None
    return diffusers.UNet2DConditionModel(
        sample_size=8,
        addition_embed_type="image",
        encoder_hid_dim_type="image_proj",
        encoder_hid_dim=spec.embed_dim,
        **unet_settings(spec),
    )


def unet_settings(spec: UNetSpec) -> dict[str, object]:
    """What all conditioned UNets have in common."""
    last = len(spec.channels) - 1
    return {
        "in_channels": spec.in_channels,
        "out_channels": spec.out_channels,
        "block_out_channels": spec.channels,
        "layers_per_block": spec.blocks,
        "attention_head_dim": spec.head_width,
        "cross_attention_dim": spec.context_width,
        "norm_num_groups": spec.groups,
        "down_block_types": ("ResnetDownsampleBlock2D", *["SimpleCrossAttnDownBlock2D"] * last),
        "up_block_types": (*["SimpleCrossAttnUpBlock2D"] * last, "ResnetUpsampleBlock2D"),
        "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
        "resnet_time_scale_shift": "scale_shift",
    }


def movq(family: Family) -> nn.Module:
    """VQModel with spatial norms."""
    spec = family.autoencoder
    assert spec is not None
    plain = len(spec.channels) - 1
    return diffusers.VQModel(
        block_out_channels=spec.channels,
        layers_per_block=spec.blocks,
        latent_channels=spec.latent_channels,
        num_vq_embeddings=spec.codebook,
        vq_embed_dim=spec.codebook_width,
        norm_num_groups=spec.groups,
        norm_type="spatial",
        down_block_types=(*["DownEncoderBlock2D"] * plain, "AttnDownEncoderBlock2D"),
        up_block_types=("AttnUpDecoderBlock2D", *["UpDecoderBlock2D"] * plain),
    )


def text(family: Family) -> nn.Module:
    """CLIPTextModelWithProjection; end-of-text 2 is what the published settings say."""
    spec = family.text
    return transformers.CLIPTextModelWithProjection(
        transformers.CLIPTextConfig(
            hidden_size=spec.width,
            intermediate_size=int(spec.width * spec.mlp_ratio),
            num_hidden_layers=spec.layers,
            num_attention_heads=spec.heads,
            projection_dim=spec.embed_dim,
            max_position_embeddings=spec.context,
            vocab_size=spec.vocabulary,
            hidden_act="quick_gelu" if spec.quick_gelu else "gelu",
            eos_token_id=2,
        )
    )


def vision(family: Family) -> nn.Module:
    """CLIPVisionModelWithProjection."""
    spec = family.vision
    return transformers.CLIPVisionModelWithProjection(
        transformers.CLIPVisionConfig(
            hidden_size=spec.width,
            intermediate_size=int(spec.width * spec.mlp_ratio),
            num_hidden_layers=spec.layers,
            num_attention_heads=spec.heads,
            projection_dim=spec.embed_dim,
            patch_size=spec.patch,
            image_size=spec.image_size,
            hidden_act="quick_gelu" if spec.quick_gelu else "gelu",
        )
    )


REFERENCES: dict[Part, Callable[[Family], nn.Module]] = {
    Part.PRIOR: prior,
    Part.DECODER: lambda family: decoder(family.decoder),
    Part.INPAINT: lambda family: decoder(family.inpaint),
    Part.AUTOENCODER: movq,
    Part.TEXT: text,
    Part.VISION: vision,
}


@pytest.fixture
def noise() -> Callable[..., torch.Tensor]:
    """Normal numbers of a given shape, the same in every run."""
    source = torch.Generator().manual_seed(5)
    return lambda *shape: torch.randn(shape, generator=source, dtype=torch.float64)
