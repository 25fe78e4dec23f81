"""A whole family of Karlo's kind, small and of random weights, in the published folder layout.

Its decoder paints pixels, reads the text too, and learned its variance; two networks enlarge. The
image tower lies with a text tower in one file, as the CLIP that it comes from is published.
"""

import json
from pathlib import Path

import torch
from torch import Tensor, nn

from engine.families import Family, Part, Place, Repository
from engine.families.family import ON_EMBEDDINGS
from engine.networks.clip import ImageTower, TextTower
from engine.networks.prior import Prior
from engine.networks.text_projection import TextProjection
from engine.networks.unet import UNet
from engine.requests import Generate, Guide, Inpaint, Sampling, Upscale
from engine.specs import (
    Betas,
    Conditioning,
    Prediction,
    PriorSpec,
    ProjectionSpec,
    ScheduleSpec,
    Spacing,
    SuperResolutionSpec,
    TextSpec,
    UNetSpec,
    Variance,
    VisionSpec,
)
from engine.weights import remap
from engine.weights.remap import Recipe
from tests.tiny import (
    MERGES,
    PRIOR_SETTINGS,
    TEXT_SETTINGS,
    VISION_SETTINGS,
    VOCABULARY,
    WIDTH,
    published,
    random_state,
    write_settings,
    write_tokenizer,
    write_weights,
)

SUPER = SuperResolutionSpec(
    unet=UNetSpec(
        in_channels=6,
        out_channels=3,
        channels=(32, 32),
        blocks=1,
        attention=(False, False),
        conditioning=Conditioning.NONE,
        scale_shift=False,
        head_width=8,
    ),
    schedule=ScheduleSpec(
        betas=Betas.COSINE, prediction=Prediction.NOISE, spacing=Spacing.ROUNDED, clip=1.0
    ),
    scale=4,
    steps=7,
)

TINY_KARLO = Family(
    name="tiny-karlo",
    title="Tiny Karlo",
    description="Random weights for tests.",
    text=TextSpec(
        width=WIDTH,
        layers=2,
        heads=2,
        embed_dim=WIDTH,
        context=16,
        vocabulary=VOCABULARY,
        pad=0,
        quick_gelu=True,
    ),
    vision=VisionSpec(
        width=WIDTH,
        layers=1,
        heads=2,
        embed_dim=WIDTH,
        patch=8,
        image_size=16,
        quick_gelu=True,
    ),
    prior=PriorSpec(embed_dim=WIDTH, heads=2, head_width=16, layers=2, text_tokens=16),
    prior_schedule=ScheduleSpec(
        betas=Betas.COSINE, prediction=Prediction.CLEAN, spacing=Spacing.ROUNDED, clip=5.0
    ),
    decoder=UNetSpec(
        in_channels=3,
        out_channels=6,
        channels=(32, 64),
        blocks=1,
        attention=(False, True),
        conditioning=Conditioning.PROJECTED,
        head_width=16,
        context_width=24,
        context_tokens=20,
        embed_dim=WIDTH,
    ),
    projection=ProjectionSpec(embed_dim=WIDTH, time_width=128, context_width=24),
    decoder_schedule=ScheduleSpec(
        betas=Betas.COSINE,
        prediction=Prediction.NOISE,
        spacing=Spacing.ROUNDED,
        clip=1.0,
        variance=Variance.LEARNED_RANGE,
    ),
    super_resolution=SUPER,
    base=8,
    native=32,
    preset=Sampling(
        steps=4,
        guidance=4.0,
        prior_steps=3,
        prior_guidance=3.0,
        sampler="ddpm",
        guidance_from=0.0,
        guidance_until=1.0,
        deep_every=1,
    ),
    licence="Apache-2.0",
    licence_file="Apache-2.0.txt",
    repositories=(Repository(folder="tiny-karlo"), Repository(folder="tiny-clip")),
    places=(
        Place(part=Part.TOKENIZER, repository="tiny-karlo", subfolder="tokenizer", base=None),
        Place(part=Part.TEXT, repository="tiny-karlo", subfolder="text_encoder", base="model"),
        Place(part=Part.VISION, repository="tiny-clip", subfolder="", base="model"),
        Place(
            part=Part.PRIOR, repository="tiny-karlo", subfolder="prior", scheduler="prior_scheduler"
        ),
        Place(part=Part.PROJECTION, repository="tiny-karlo", subfolder="text_proj"),
        Place(
            part=Part.DECODER,
            repository="tiny-karlo",
            subfolder="decoder",
            scheduler="decoder_scheduler",
        ),
        Place(
            part=Part.SUPER_FIRST,
            repository="tiny-karlo",
            subfolder="super_res_first",
            scheduler="super_res_scheduler",
        ),
        Place(
            part=Part.SUPER_LAST,
            repository="tiny-karlo",
            subfolder="super_res_last",
            scheduler="super_res_scheduler",
        ),
    ),
    files=(),
    tasks=ON_EMBEDDINGS | {Generate, Guide, Inpaint, Upscale},
)


def write_tiny_karlo(folder: Path, seed: int = 13) -> Path:
    """Write folder/tiny-karlo and folder/tiny-clip; return `folder`, for a WeightStore."""
    home, source = folder / "tiny-karlo", torch.Generator().manual_seed(seed)
    assert TINY_KARLO.projection is not None
    text, vision = TextTower(TINY_KARLO.text), ImageTower(TINY_KARLO.vision)
    texts = published_state(text, remap.text_tower(2), source)
    pictures = published_state(vision, remap.image_tower(1), source)
    files = {
        home / "text_encoder/model.safetensors": texts,
        folder / "tiny-clip/model.safetensors": texts
        | pictures
        | {"logit_scale": torch.tensor(4.6)},
    }
    networks: dict[str, nn.Module] = {
        "prior": Prior(TINY_KARLO.prior),
        "text_proj": TextProjection(TINY_KARLO.projection),
        "decoder": UNet(TINY_KARLO.decoder),
        "super_res_first": UNet(SUPER.unet),
        "super_res_last": UNet(SUPER.unet),
    }
    for name, network in networks.items():
        path = home / name / "diffusion_pytorch_model.safetensors"
        files[path] = published_state(network, None, source)
    for path, tensors in files.items():
        write_weights(path, tensors)
    write_settings(folder, CONFIGS)
    write_tokenizer(home / "tokenizer", MERGES, TINY_KARLO.text.context)
    config = home / "tokenizer/tokenizer_config.json"
    padded_with_zero = json.loads(config.read_text(encoding="utf-8")) | {"pad_token": "!"}
    config.write_text(json.dumps(padded_with_zero), encoding="utf-8")
    return folder


def published_state(
    network: nn.Module, recipes: tuple[Recipe, ...] | None, source: torch.Generator
) -> dict[str, Tensor]:
    """Random weights under published names; the learned vector is as large as an embedding."""
    state = random_state(network, source)
    learned = "learned_classifier_free_guidance_embeddings"
    if learned in state:
        state[learned] *= 5
    return published(state, recipes)


QUICK = {"hidden_act": "quick_gelu"}
UNCLIP_SCHEDULER = {
    "_class_name": "UnCLIPScheduler",
    "num_train_timesteps": 1000,
    "clip_sample": True,
}
SUPER_SETTINGS = {
    "_class_name": "UNet2DModel",
    "add_attention": False,
    "attention_head_dim": 8,
    "block_out_channels": [32, 32],
    "down_block_types": ["ResnetDownsampleBlock2D"] * 2,
    "in_channels": 6,
    "layers_per_block": 1,
    "norm_num_groups": 32,
    "out_channels": 3,
    "resnet_time_scale_shift": "default",
    "up_block_types": ["ResnetUpsampleBlock2D"] * 2,
}

CONFIGS: dict[str, dict[str, object]] = {
    "tiny-clip/config.json": {
        "model_type": "clip",
        "projection_dim": WIDTH,
        "vision_config": VISION_SETTINGS | QUICK,
    },
    "tiny-karlo/model_index.json": {
        "_class_name": "UnCLIPPipeline",
        "decoder": ["diffusers", "UNet2DConditionModel"],
        "decoder_scheduler": ["diffusers", "UnCLIPScheduler"],
        "prior": ["diffusers", "PriorTransformer"],
        "prior_scheduler": ["diffusers", "UnCLIPScheduler"],
        "super_res_first": ["diffusers", "UNet2DModel"],
        "super_res_last": ["diffusers", "UNet2DModel"],
        "super_res_scheduler": ["diffusers", "UnCLIPScheduler"],
        "text_encoder": ["transformers", "CLIPTextModelWithProjection"],
        "text_proj": ["unclip", "UnCLIPTextProjModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
    },
    "tiny-karlo/text_encoder/config.json": TEXT_SETTINGS | QUICK,
    "tiny-karlo/prior/config.json": PRIOR_SETTINGS,
    "tiny-karlo/prior_scheduler/scheduler_config.json": UNCLIP_SCHEDULER
    | {
        "clip_sample_range": 5.0,
        "prediction_type": "sample",
        "variance_type": "fixed_small_log",
    },
    "tiny-karlo/text_proj/config.json": {
        "_class_name": "UnCLIPTextProjModel",
        "clip_embeddings_dim": WIDTH,
        "clip_extra_context_tokens": 4,
        "cross_attention_dim": 24,
        "time_embed_dim": 128,
    },
    "tiny-karlo/decoder/config.json": {
        "_class_name": "UNet2DConditionModel",
        "attention_head_dim": 16,
        "block_out_channels": [32, 64],
        "class_embed_type": "identity",
        "cross_attention_dim": 24,
        "down_block_types": ["ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"],
        "in_channels": 3,
        "layers_per_block": 1,
        "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
        "norm_num_groups": 32,
        "out_channels": 6,
        "resnet_time_scale_shift": "scale_shift",
        "sample_size": 8,
        "up_block_types": ["SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"],
    },
    "tiny-karlo/decoder_scheduler/scheduler_config.json": UNCLIP_SCHEDULER
    | {
        "clip_sample_range": 1.0,
        "prediction_type": "epsilon",
        "variance_type": "learned_range",
    },
    "tiny-karlo/super_res_first/config.json": SUPER_SETTINGS | {"sample_size": 32},
    "tiny-karlo/super_res_last/config.json": SUPER_SETTINGS | {"sample_size": None},
    "tiny-karlo/super_res_scheduler/scheduler_config.json": UNCLIP_SCHEDULER
    | {
        "clip_sample_range": 1.0,
        "prediction_type": "epsilon",
        "variance_type": "fixed_small_log",
    },
}
