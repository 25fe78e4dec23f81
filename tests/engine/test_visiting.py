"""A network whose weights visit the device: the same answers, and everybody goes home."""

import pytest
import torch
from torch import nn

from engine import visiting
from engine.networks.unet import UNet
from tests.tiny import TINY


def test_layers_visit_and_go_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "LEAST", 0)
    unet = UNet(TINY.decoder).requires_grad_(False)
    at_home = {name: id(own) for name, own in unet.named_parameters()}
    x, embed = torch.ones(1, 4, 8, 8), torch.ones(1, 32)
    expected = unet(x, torch.tensor([5]), unet.condition(embed))
    moved = list[int]()
    come = visiting._Come.__call__  # noqa: SLF001

    def watched(self: visiting._Come, module: nn.Module, inputs: object) -> None:
        before = {name: id(own) for name, own in module.named_parameters()}
        come(self, module, inputs)
        here = dict(module.named_parameters())
        moved.append(sum(id(own) != before[name] for name, own in here.items()))

    monkeypatch.setattr(visiting._Come, "__call__", watched)  # noqa: SLF001
    visitor = visiting.visiting(unet, "cpu")
    assert torch.equal(visitor(x, torch.tensor([5]), visitor.condition(embed)), expected)
    assert len(moved) > 30
    assert all(moved)
    assert {name: id(own) for name, own in unet.named_parameters()} == at_home


def test_a_small_network_moves_as_a_whole() -> None:
    layer = visiting.visiting(nn.Linear(2, 2), "meta")
    assert layer.weight.is_meta
    assert not layer._forward_hooks  # noqa: SLF001


def test_a_large_network_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "LEAST", 0)
    network = visiting.visiting(nn.Sequential(nn.Linear(2, 2)), "meta")
    assert not next(network.parameters()).is_meta
