"""Published names of tensors -> the names of our modules, as data: one Recipe per parameter.

Prior, UNet and MoVQ carry the published (diffusers) names already. The CLIP towers are open_clip's
inside and are published under transformers' names: query, key and value become one matrix,
projections are transposed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Recipe:
    """The parameter `target` is its `sources`, maybe transposed, one after another in `dim`."""

    target: str
    sources: tuple[str, ...]
    dim: int = 0
    transposed: bool = False


IGNORED = ("position_ids",)
"""Last parts of names that old files carry and no network needs: they only count from zero."""


def is_ignored(source: str) -> bool:
    """Whether a tensor of a published file is left unread."""
    return source.rsplit(".", 1)[-1] in IGNORED


def same_names(targets: Iterable[str]) -> tuple[Recipe, ...]:
    """Every parameter under its own name."""
    return tuple(Recipe(target, (target,)) for target in targets)


OLD_ATTENTION = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}


def old_attention_names(targets: Iterable[str]) -> tuple[Recipe, ...]:
    """MoVQ as it was saved before diffusers named its attention like everybody else's."""
    return tuple(Recipe(target, (old_name(target),)) for target in targets)


def old_name(target: str) -> str:
    """`…attentions.0.to_q.weight` -> `…attentions.0.query.weight`; other names as they are."""
    for new, old in OLD_ATTENTION.items():
        for kind in (".weight", ".bias"):
            if ".attentions." in target and target.endswith(f".{new}{kind}"):
                return target.removesuffix(new + kind) + old + kind
    return target


def text_tower(layers: int) -> tuple[Recipe, ...]:
    """CLIPTextModelWithProjection -> TextTower."""
    embeddings = "text_model.embeddings"
    return (
        Recipe("token_embedding.weight", (f"{embeddings}.token_embedding.weight",)),
        Recipe("positional_embedding", (f"{embeddings}.position_embedding.weight",)),
        *transformer("transformer.resblocks", "text_model.encoder.layers", layers),
        *weight_and_bias("ln_final", "text_model.final_layer_norm"),
        Recipe("text_projection", ("text_projection.weight",), transposed=True),
    )


def image_tower(layers: int) -> tuple[Recipe, ...]:
    """CLIPVisionModelWithProjection -> ImageTower. "pre_layrnorm" is the published spelling."""
    embeddings = "vision_model.embeddings"
    return (
        Recipe("class_embedding", (f"{embeddings}.class_embedding",)),
        Recipe("positional_embedding", (f"{embeddings}.position_embedding.weight",)),
        Recipe("conv1.weight", (f"{embeddings}.patch_embedding.weight",)),
        *weight_and_bias("ln_pre", "vision_model.pre_layrnorm"),
        *transformer("transformer.resblocks", "vision_model.encoder.layers", layers),
        *weight_and_bias("ln_post", "vision_model.post_layernorm"),
        Recipe("proj", ("visual_projection.weight",), transposed=True),
    )


BLOCK = {
    "attn.out_proj": "self_attn.out_proj",
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
}


def is_of_text_tower(source: str) -> bool:
    """Whether a tensor of a file with both towers is none of the image tower."""
    return source.startswith(("text_model.", "text_projection.")) or source == "logit_scale"


def transformer(ours: str, theirs: str, layers: int) -> Iterator[Recipe]:
    """The blocks that both towers are made of."""
    for layer in range(layers):
        for kind in ("weight", "bias"):
            parts = tuple(f"{theirs}.{layer}.self_attn.{part}_proj.{kind}" for part in "qkv")
            yield Recipe(f"{ours}.{layer}.attn.in_proj_{kind}", parts)
        for our_part, their_part in BLOCK.items():
            yield from weight_and_bias(
                f"{ours}.{layer}.{our_part}", f"{theirs}.{layer}.{their_part}"
            )


def weight_and_bias(ours: str, theirs: str) -> tuple[Recipe, Recipe]:
    """The two parameters of a linear layer or norm."""
    return (
        Recipe(f"{ours}.weight", (f"{theirs}.weight",)),
        Recipe(f"{ours}.bias", (f"{theirs}.bias",)),
    )


def published(recipes: Iterable[Recipe], state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The way back: our parameters under their published names, contiguous, ready to be saved."""
    tensors: dict[str, Tensor] = {}
    for recipe in recipes:
        parts = torch.chunk(state[recipe.target], len(recipe.sources), dim=recipe.dim)
        for source, part in zip(recipe.sources, parts, strict=True):
            tensors[source] = (part.T if recipe.transposed else part).contiguous()
    return tensors
