"""A whole unCLIP family of a few hundred thousand random weights, in the published folder layout.

Every parameter is random, those that start as zeros or ones too: with a standard deviation of zero
in the prior, for one, any two implementations would agree.
"""

import gzip
import importlib.util
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.families import Family, Part, Place, Repository
from engine.families.family import ON_EMBEDDINGS
from engine.networks.clip import ImageTower, TextTower
from engine.networks.compact import Compact
from engine.networks.movq import MoVQ
from engine.networks.prior import Prior
from engine.networks.unet import UNet
from engine.requests import Generate, Guide, Inpaint, Sampling, Upscale
from engine.specs import (
    Betas,
    CompactSpec,
    Conditioning,
    MoVQSpec,
    Prediction,
    PriorSpec,
    ScheduleSpec,
    Spacing,
    TextSpec,
    UNetSpec,
    VisionSpec,
)
from engine.tokenizer import BYTE_CHARACTERS, END, START, WORD_END
from engine.weights import remap
from engine.weights.remap import Recipe

MERGES = 200
VOCABULARY = 512 + MERGES + 2
WIDTH = 32

DECODER = UNetSpec(
    in_channels=4,
    out_channels=8,
    channels=(32, 64),
    blocks=1,
    attention=(False, True),
    conditioning=Conditioning.IMAGE,
    head_width=16,
    context_width=16,
    embed_dim=WIDTH,
)
DECODER_SCHEDULE = ScheduleSpec(
    betas=Betas.LINEAR,
    prediction=Prediction.NOISE,
    spacing=Spacing.LEADING,
    clip=2.0,
    offset=1,
)

TINY = Family(
    name="tiny",
    title="Tiny",
    description="Random weights for tests.",
    text=TextSpec(
        width=WIDTH,
        layers=2,
        heads=2,
        embed_dim=WIDTH,
        context=16,
        vocabulary=VOCABULARY,
        pad=VOCABULARY - 1,
    ),
    vision=VisionSpec(width=WIDTH, layers=1, heads=2, embed_dim=WIDTH, patch=8, image_size=16),
    prior=PriorSpec(embed_dim=WIDTH, heads=2, head_width=16, layers=2, text_tokens=16),
    prior_schedule=ScheduleSpec(
        betas=Betas.COSINE, prediction=Prediction.CLEAN, spacing=Spacing.ROUNDED, clip=5.0
    ),
    decoder=DECODER,
    decoder_schedule=DECODER_SCHEDULE,
    inpaint=replace(DECODER, in_channels=9),
    inpaint_schedule=replace(DECODER_SCHEDULE, clip=None),
    autoencoder=MoVQSpec(channels=(32, 32), blocks=1, codebook=8, lowest_attention=False),
    upscaler=CompactSpec(features=8, convolutions=1, scale=2),
    base=16,
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
    repositories=(Repository(folder="tiny"),),
    places=(
        Place(part=Part.TOKENIZER, repository="tiny", subfolder="prior/tokenizer", base=None),
        Place(part=Part.TEXT, repository="tiny", subfolder="prior/text_encoder", base="model"),
        Place(part=Part.VISION, repository="tiny", subfolder="prior/image_encoder", base="model"),
        Place(part=Part.PRIOR, repository="tiny", subfolder="prior/prior"),
        Place(part=Part.DECODER, repository="tiny", subfolder="decoder/unet"),
        Place(part=Part.INPAINT, repository="tiny", subfolder="inpaint/unet"),
        Place(part=Part.AUTOENCODER, repository="tiny", subfolder="decoder/movq"),
        Place(part=Part.UPSCALER, repository="tiny", subfolder="upscaler", base="compact"),
    ),
    files=(),
    tasks=ON_EMBEDDINGS | {Generate, Guide, Inpaint, Upscale},
)


LAST_CONVOLUTIONS = ("decoder.conv_out.weight", "body.4.weight")


def write_tiny(folder: Path, seed: int = 11) -> Path:
    """Write weights and settings as folder/tiny and return `folder`, for a WeightStore."""
    home = folder / "tiny"
    source = torch.Generator().manual_seed(seed)
    assert TINY.autoencoder is not None
    assert TINY.upscaler is not None
    assert TINY.inpaint is not None
    networks: dict[str, tuple[nn.Module, tuple[Recipe, ...] | None]] = {
        "prior/text_encoder/model": (TextTower(TINY.text), remap.text_tower(2)),
        "prior/image_encoder/model": (ImageTower(TINY.vision), remap.image_tower(1)),
        "prior/prior/diffusion_pytorch_model": (Prior(TINY.prior), None),
        "decoder/unet/diffusion_pytorch_model": (UNet(TINY.decoder), None),
        "decoder/movq/diffusion_pytorch_model": (MoVQ(TINY.autoencoder), None),
        "upscaler/compact": (Compact(TINY.upscaler), None),
        "inpaint/unet/diffusion_pytorch_model": (UNet(TINY.inpaint), None),
    }
    for path, (network, recipes) in networks.items():
        state = published(random_state(network, source), recipes)
        write_weights(home / f"{path}.safetensors", state)
    shutil.copytree(home / "decoder/movq", home / "inpaint/movq")
    write_settings(home, CONFIGS)
    write_tokenizer(home / "prior" / "tokenizer", MERGES, TINY.text.context)
    return folder


def write_weights(file: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write a file of weights and the folder around it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(dict(tensors), file, metadata={"format": "pt"})


def write_settings(folder: Path, configs: Mapping[str, Mapping[str, object]]) -> None:
    """Write every settings file, by its path in `folder`."""
    for path, settings in configs.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings), encoding="utf-8")


def random_state(network: nn.Module, source: torch.Generator) -> dict[str, Tensor]:
    """Random values of about the size that keeps signals alive; norms around 1."""
    state: dict[str, Tensor] = {}
    for name, tensor in network.state_dict().items():
        noise = torch.randn(tensor.shape, generator=source)
        is_scale = tensor.dim() == 1 and name.endswith("weight")
        if is_scale or name.endswith("clip_std"):
            state[name] = 1 + 0.2 * noise
        elif tensor.dim() < 2 or "embedding" in name:
            state[name] = 0.2 * noise
        else:
            state[name] = noise / tensor[0].numel() ** 0.5
        if name in LAST_CONVOLUTIONS:
            state[name] *= 0.1  # else most pixels would be black or white and comparisons easy
    return state


def published(state: Mapping[str, Tensor], recipes: tuple[Recipe, ...] | None) -> dict[str, Tensor]:
    """`state` under the names, and in the pieces, in which it is published."""
    if recipes is None:
        return {name: tensor.contiguous() for name, tensor in state.items()}
    pieces: dict[str, Tensor] = {}
    for recipe in recipes:
        parts = state[recipe.target].chunk(len(recipe.sources), dim=recipe.dim)
        for source, part in zip(recipe.sources, parts, strict=True):
            pieces[source] = (part.T if recipe.transposed else part).contiguous().clone()
    return pieces


def write_tokenizer(folder: Path, merges: int, context: int) -> Path:
    """A tokenizer folder in the published layout, with the first `merges` of CLIP's merges."""
    spec = importlib.util.find_spec("open_clip")
    assert spec is not None
    assert spec.origin is not None
    packed = Path(spec.origin).with_name("bpe_simple_vocab_16e6.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").split("\n")[1 : merges + 1]
    characters = sorted(BYTE_CHARACTERS, key=ord)
    symbols = [*characters, *(character + WORD_END for character in characters)]
    symbols += ["".join(line.split()) for line in lines] + [START, END]
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {symbol: index for index, symbol in enumerate(symbols)}
    compact = json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":"))
    (folder / "vocab.json").write_text(compact, encoding="utf-8")
    text = "#version: 0.2\n" + "\n".join(lines) + "\n"
    (folder / "merges.txt").write_text(text, encoding="utf-8")
    config = {
        "bos_token": START,
        "eos_token": END,
        "unk_token": END,
        "pad_token": END,
        "model_max_length": context,
        "tokenizer_class": "CLIPTokenizer",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


CLIP_SETTINGS = {
    "hidden_act": "gelu",
    "hidden_size": WIDTH,
    "intermediate_size": 4 * WIDTH,
    "num_attention_heads": 2,
    "projection_dim": WIDTH,
    "layer_norm_eps": 1e-5,
}

TEXT_SETTINGS = CLIP_SETTINGS | {
    "architectures": ["CLIPTextModelWithProjection"],
    "model_type": "clip_text_model",
    "num_hidden_layers": 2,
    "max_position_embeddings": 16,
    "vocab_size": VOCABULARY,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "pad_token_id": 1,
}
VISION_SETTINGS = CLIP_SETTINGS | {
    "model_type": "clip_vision_model",
    "num_hidden_layers": 1,
    "image_size": 16,
    "patch_size": 8,
    "num_channels": 3,
}
PRIOR_SETTINGS: dict[str, object] = {
    "_class_name": "PriorTransformer",
    "num_attention_heads": 2,
    "attention_head_dim": 16,
    "num_layers": 2,
    "embedding_dim": WIDTH,
    "num_embeddings": 16,
    "additional_embeddings": 4,
    "dropout": 0.0,
}

CONFIGS: dict[str, dict[str, object]] = {
    "prior/model_index.json": {
        "_class_name": "KandinskyV22PriorPipeline",
        "image_encoder": ["transformers", "CLIPVisionModelWithProjection"],
        "image_processor": ["transformers", "CLIPImageProcessor"],
        "prior": ["diffusers", "PriorTransformer"],
        "scheduler": ["diffusers", "UnCLIPScheduler"],
        "text_encoder": ["transformers", "CLIPTextModelWithProjection"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
    },
    "prior/text_encoder/config.json": TEXT_SETTINGS,
    "prior/image_encoder/config.json": VISION_SETTINGS
    | {"architectures": ["CLIPVisionModelWithProjection"]},
    "prior/image_processor/preprocessor_config.json": {
        "image_processor_type": "CLIPImageProcessor",
        "crop_size": 16,
        "size": 16,
    },
    "prior/prior/config.json": PRIOR_SETTINGS,
    "prior/scheduler/scheduler_config.json": {
        "_class_name": "UnCLIPScheduler",
        "num_train_timesteps": 1000,
        "variance_type": "fixed_small_log",
        "clip_sample": True,
        "clip_sample_range": 5.0,
        "prediction_type": "sample",
    },
    "decoder/model_index.json": {
        "_class_name": "KandinskyV22Pipeline",
        "movq": ["diffusers", "VQModel"],
        "scheduler": ["diffusers", "DDPMScheduler"],
        "unet": ["diffusers", "UNet2DConditionModel"],
    },
    "decoder/unet/config.json": {
        "_class_name": "UNet2DConditionModel",
        "addition_embed_type": "image",
        "attention_head_dim": 16,
        "block_out_channels": [32, 64],
        "cross_attention_dim": 16,
        "down_block_types": ["ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"],
        "encoder_hid_dim": WIDTH,
        "encoder_hid_dim_type": "image_proj",
        "in_channels": 4,
        "out_channels": 8,
        "layers_per_block": 1,
        "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
        "norm_num_groups": 32,
        "resnet_time_scale_shift": "scale_shift",
        "sample_size": 8,
        "up_block_types": ["SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"],
    },
    "decoder/movq/config.json": {
        "_class_name": "VQModel",
        "block_out_channels": [32, 32],
        "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
        "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"],
        "latent_channels": 4,
        "layers_per_block": 1,
        "norm_num_groups": 32,
        "norm_type": "spatial",
        "num_vq_embeddings": 8,
        "sample_size": 16,
        "vq_embed_dim": 4,
    },
    "decoder/scheduler/scheduler_config.json": {
        "_class_name": "DDPMScheduler",
        "num_train_timesteps": 1000,
        "beta_schedule": "linear",
        "beta_start": 0.00085,
        "beta_end": 0.012,
        "clip_sample": True,
        "clip_sample_range": 2.0,
        "prediction_type": "epsilon",
        "steps_offset": 1,
        "thresholding": False,
    },
}

CONFIGS |= {
    "inpaint/model_index.json": CONFIGS["decoder/model_index.json"]
    | {"_class_name": "KandinskyV22InpaintPipeline"},
    "inpaint/unet/config.json": CONFIGS["decoder/unet/config.json"] | {"in_channels": 9},
    "inpaint/movq/config.json": CONFIGS["decoder/movq/config.json"],
    "inpaint/scheduler/scheduler_config.json": CONFIGS["decoder/scheduler/scheduler_config.json"]
    | {"clip_sample": False},
}
