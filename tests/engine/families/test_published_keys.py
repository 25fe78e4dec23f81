"""Names and shapes of our networks against those of the published checkpoints."""

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import nn

from engine import families
from engine.families.karlo import PROJECTION, SUPER_RESOLUTION
from engine.networks.clip import ImageTower, TextTower
from engine.networks.movq import MoVQ
from engine.networks.prior import Prior
from engine.networks.text_projection import TextProjection
from engine.networks.unet import UNet
from engine.specs import UNetSpec
from engine.weights import remap
from engine.weights.load import joined_shape
from engine.weights.remap import Recipe

KANDINSKY, KARLO = families.find("kandinsky22"), families.find("karlo")
INPAINT = KANDINSKY.inpaint or KANDINSKY.decoder


def movq() -> nn.Module:
    """The published autoencoder."""
    assert KANDINSKY.autoencoder is not None
    return MoVQ(KANDINSKY.autoencoder)


def unet(spec: UNetSpec) -> Callable[[], nn.Module]:
    """A UNet to be built later."""
    return lambda: UNet(spec)


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "kandinsky22.prior": lambda: Prior(KANDINSKY.prior),
    "kandinsky22.unet": unet(KANDINSKY.decoder),
    "kandinsky22.unet_inpaint": unet(INPAINT),
    "kandinsky22.movq": movq,
    "kandinsky22.text_encoder": lambda: TextTower(KANDINSKY.text),
    "kandinsky22.image_encoder": lambda: ImageTower(KANDINSKY.vision),
    "karlo.prior": lambda: Prior(KARLO.prior),
    "karlo.decoder": unet(KARLO.decoder),
    "karlo.text_proj": lambda: TextProjection(PROJECTION),
    "karlo.super_res_first": unet(SUPER_RESOLUTION.unet),
    "karlo.text_encoder": lambda: TextTower(KARLO.text),
    "karlo.image_encoder": lambda: ImageTower(KARLO.vision),
}
REMAPS: dict[str, Callable[[Sequence[str]], tuple[Recipe, ...]]] = {
    "kandinsky22.text_encoder": lambda _: remap.text_tower(KANDINSKY.text.layers),
    "kandinsky22.image_encoder": lambda _: remap.image_tower(KANDINSKY.vision.layers),
    "karlo.text_encoder": lambda _: remap.text_tower(KARLO.text.layers),
    "karlo.image_encoder": lambda _: remap.image_tower(KARLO.vision.layers),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_the_published_checkpoint_name_by_name_and_shape_by_shape(
    name: str, published_keys: Callable[[str], dict[str, tuple[int, ...]]]
) -> None:
    published = published_keys(name)
    with torch.device("meta"):
        ours = {key: tuple(value.shape) for key, value in NETWORKS[name]().state_dict().items()}

    recipes = REMAPS.get(name, remap.same_names)(tuple(ours))

    sources = [source for recipe in recipes for source in recipe.sources]
    assert sorted(sources) == sorted(published)
    joined = {
        recipe.target: joined_shape(recipe, [published[source] for source in recipe.sources])
        for recipe in recipes
    }
    assert joined == ours


def test_every_published_list_is_compared(
    published_keys: Callable[[str], dict[str, tuple[int, ...]]],
) -> None:
    counts = {name: len(published_keys(name)) for name in NETWORKS}
    assert counts == {
        "kandinsky22.prior": 338,
        "kandinsky22.unet": 724,
        "kandinsky22.unet_inpaint": 724,
        "kandinsky22.movq": 431,
        "kandinsky22.text_encoder": 517,
        "kandinsky22.image_encoder": 776,
        "karlo.prior": 338,
        "karlo.decoder": 716,
        "karlo.text_proj": 11,
        "karlo.super_res_first": 408,
        "karlo.text_encoder": 197,
        "karlo.image_encoder": 392,
    }
