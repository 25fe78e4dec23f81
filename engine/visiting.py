"""A network too large for a device: its layers visit it one after the other, weights and all.

For graphics cards with little memory. Slow, since every weight crosses over at every step, and the
last resort before the processor. Not run on a card by its authors; the order of moves is tested.
"""

from typing import Any, TypeVar

import torch
from torch import nn

Network = TypeVar("Network", bound=nn.Module)
LEAST = 100_000_000
"""Parameters; a smaller network moves over as a whole."""


def visiting(network: Network, device: str) -> Network:
    """Prepare `network`, which is on the processor, to compute on `device`."""
    if sum(parameter.numel() for parameter in network.parameters()) < LEAST:
        return network.to(device)
    for module in network.modules():
        if any(True for _ in module.children()):
            for name, own in module.named_parameters(recurse=False):
                setattr(module, name, nn.Parameter(own.to(device), requires_grad=False))
        elif any(True for _ in module.parameters()):
            module.register_forward_pre_hook(_Come(device))
            module.register_forward_hook(_Go())
    return network


class _Come:
    """Before a layer computes: its weights onto the device; those at home stay as they are."""

    def __init__(self, device: str) -> None:
        self._device = device

    def __call__(self, module: nn.Module, _: Any) -> None:
        home = dict(module.named_parameters(recurse=False))
        module.__dict__["weights_at_home"] = home
        for name, own in home.items():
            there = own.detach().to(self._device, non_blocking=True)
            setattr(module, name, nn.Parameter(there, requires_grad=False))


class _Go:
    """After it: what is on the device is let go."""

    def __call__(self, module: nn.Module, _: Any, __: torch.Tensor) -> None:
        for name, own in module.__dict__.pop("weights_at_home").items():
            setattr(module, name, own)
