"""Writes the trained networks as the Starter, in the published Kandinsky 2.2 layout.

`prior/` and `decoder/` open in the reference pipelines unchanged. `inpaint/` holds the five input
columns that make the decoder an inpainting one, `upscaler/` the fourfold upscaler. Weights are
float16.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownVariableType=false

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.families import starter
from engine.networks.clip import ImageTower, TextTower
from engine.networks.compact import Compact
from engine.networks.movq import MoVQ
from engine.networks.prior import Prior
from engine.networks.unet import UNet
from engine.training import published
from engine.training.vocabulary import write_tokenizer
from engine.weights import remap

LIBRARY = "0.42.1"
"""Version of the reference whose classes model_index.json names."""

PRIOR_PARTS = {
    "image_encoder": ["transformers", "CLIPVisionModelWithProjection"],
    "image_processor": ["transformers", "CLIPImageProcessor"],
    "prior": ["diffusers", "PriorTransformer"],
    "scheduler": ["diffusers", "UnCLIPScheduler"],
    "text_encoder": ["transformers", "CLIPTextModelWithProjection"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
}
DECODER_PARTS = {
    "movq": ["diffusers", "VQModel"],
    "scheduler": ["diffusers", "DDPMScheduler"],
    "unet": ["diffusers", "UNet2DConditionModel"],
}


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Indented, with a line end, its folder made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n")


def write_weights(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """As float16 safetensors. Raises ValueError when a weight does not fit into float16."""
    path.parent.mkdir(parents=True, exist_ok=True)
    halves = {
        name: tensor.detach().to(torch.float16).contiguous() for name, tensor in tensors.items()
    }
    for name, half in halves.items():
        if not torch.isfinite(half).all():
            raise ValueError(f"{name} is not finite in float16")
    save_file(halves, path, metadata={"format": "pt"})


def write_prior(folder: Path, text: TextTower, image: ImageTower, prior: Prior) -> None:
    """The folder that the prior pipeline opens."""
    index = {"_class_name": "KandinskyV22PriorPipeline", "_diffusers_version": LIBRARY}
    write_json(folder / "model_index.json", index | PRIOR_PARTS)
    write_tokenizer(folder / "tokenizer", starter.TEXT)
    write_json(folder / "text_encoder" / "config.json", published.text_config(starter.TEXT))
    recipes = remap.text_tower(starter.TEXT.layers)
    write_weights(
        folder / "text_encoder" / "model.safetensors", remap.published(recipes, text.state_dict())
    )
    write_json(folder / "image_encoder" / "config.json", published.vision_config(starter.VISION))
    recipes = remap.image_tower(starter.VISION.layers)
    write_weights(
        folder / "image_encoder" / "model.safetensors", remap.published(recipes, image.state_dict())
    )
    processor = published.image_processor_config(starter.VISION)
    write_json(folder / "image_processor" / "preprocessor_config.json", processor)
    write_json(
        folder / "scheduler" / "scheduler_config.json",
        published.schedule_config(starter.PRIOR_SCHEDULE),
    )
    write_json(folder / "prior" / "config.json", published.prior_config(starter.PRIOR))
    write_weights(folder / "prior" / "diffusion_pytorch_model.safetensors", prior.state_dict())


def write_decoder(folder: Path, unet: UNet, autoencoder: MoVQ) -> None:
    """The folder that the decoder pipeline opens: of the nine input columns the first four."""
    index = {"_class_name": "KandinskyV22Pipeline", "_diffusers_version": LIBRARY}
    write_json(folder / "model_index.json", index | DECODER_PARTS)
    write_json(
        folder / "scheduler" / "scheduler_config.json",
        published.schedule_config(starter.DECODER_SCHEDULE),
    )
    side = starter.BASE // starter.AUTOENCODER.downscale
    write_json(folder / "unet" / "config.json", published.unet_config(starter.DECODER, side))
    state = unet.state_dict()
    first = state["conv_in.weight"][:, : starter.DECODER.in_channels]
    write_weights(
        folder / "unet" / "diffusion_pytorch_model.safetensors", state | {"conv_in.weight": first}
    )
    write_json(
        folder / "movq" / "config.json", published.movq_config(starter.AUTOENCODER, starter.BASE)
    )
    write_weights(folder / "movq" / "diffusion_pytorch_model.safetensors", autoencoder.state_dict())


def write_extras(folder: Path, unet: UNet, upscaler: Compact) -> None:
    """What the published layout has no place for."""
    columns = unet.state_dict()["conv_in.weight"][:, starter.DECODER.in_channels :]
    write_weights(folder / "inpaint" / "conv_in.safetensors", {"conv_in.weight": columns})
    write_weights(folder / "upscaler" / "compact.safetensors", upscaler.state_dict())


def write_sums(folder: Path) -> None:
    """SHA256SUMS of every file, so that a damaged Starter can be told from a whole one."""
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS"
    )
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))
