"""Networks without numbers have the names and shapes of those with."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from engine.networks.clip import ImageTower, TextTower
from engine.networks.prior import Prior
from engine.networks.unet import UNet
from engine.weights.blank import blank
from tests.tiny import TINY

BUILDS: dict[str, Callable[[], nn.Module]] = {
    "text tower": lambda: TextTower(TINY.text),
    "image tower": lambda: ImageTower(TINY.vision),
    "prior": lambda: Prior(TINY.prior),
    "decoder": lambda: UNet(TINY.decoder),
}


@pytest.mark.parametrize("name", BUILDS)
def test_a_blank_network_has_every_shape_and_no_number(name: str) -> None:
    built, empty = BUILDS[name](), blank(BUILDS[name])
    shapes = {key: tensor.shape for key, tensor in built.state_dict().items()}
    assert {key: tensor.shape for key, tensor in empty.state_dict().items()} == shapes
    assert {tensor.device.type for tensor in empty.state_dict().values()} == {"meta"}


def test_numbers_are_drawn_again_afterwards() -> None:
    blank(lambda: nn.Linear(2, 2))
    assert torch.randn(4).std() > 0
    assert nn.Linear(2, 2).weight.std() > 0
