"""What a picture of each model costs, counted on networks without numbers; estimates rest on it."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from engine.families import Family
from engine.families.offers import offer
from engine.networks.condition import Condition
from engine.networks.movq import MoVQ
from engine.networks.unet import UNet
from engine.specs import Conditioning, UNetSpec

TERA = 1e12


def empty(*shape: int) -> torch.Tensor:
    return torch.empty(shape, device="meta")


def counted(network: nn.Module, *given: object, method: str = "__call__") -> float:
    """Floating-point operations of one call."""
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        getattr(network, method)(*given)
    return float(counter.get_total_flops())


def unet_step(spec: UNetSpec, side: int, rows: int, *, shallow: bool = False) -> float:
    """One evaluation, `rows` pictures at once; `shallow` with what an earlier one found below."""
    with torch.device("meta"):
        network = UNet(spec)
        condition = Condition()
        if spec.conditioning is Conditioning.IMAGE:
            condition = network.condition(empty(rows, spec.embed_dim))
        elif spec.conditioning is Conditioning.PROJECTED:
            context = empty(rows, spec.context_tokens, spec.context_width)
            condition = Condition(time=empty(rows, 4 * spec.channels[0]), context=context)
    x = empty(rows, spec.in_channels, side, side)
    prepared = network.prepared(condition)
    deep = network.step_and_deep(x, 0, prepared)[1] if shallow else None
    return counted(network, x, 0, prepared, deep, method="step_and_deep")


def picture(family: Family) -> float:
    """One picture of the family's own size with its preset; text and prior are little beside it."""
    side = family.base // family.latent_pixel
    steps, deep_every = family.preset.steps, family.preset.deep_every
    assert steps is not None
    assert deep_every is not None
    whole = -(-steps // deep_every)
    work = whole * unet_step(family.decoder, side, 2)
    if whole < steps:
        work += (steps - whole) * unet_step(family.decoder, side, 2, shallow=True)
    if family.autoencoder:
        with torch.device("meta"):
            movq = MoVQ(family.autoencoder)
        latents = empty(1, family.autoencoder.latent_channels, side, side)
        work += counted(movq, latents, method="decode")
    if family.super_resolution:
        spec = family.super_resolution
        work += spec.steps * unet_step(spec.unet, family.native, 1)
    return work / TERA


def test_the_cost_of_a_starter_picture_is_written_down_as_it_is_counted() -> None:
    starter = offer("starter")
    assert starter.work == pytest.approx(picture(starter.family), rel=0.02)


@pytest.mark.benchmark
@pytest.mark.parametrize("name", ["kandinsky22", "karlo"])
def test_the_cost_of_a_picture_is_written_down_as_it_is_counted(name: str) -> None:
    assert offer(name).work == pytest.approx(picture(offer(name).family), rel=0.02)


def test_parts_of_one_family_cost_the_same() -> None:
    assert offer("kandinsky22-inpaint").work == offer("kandinsky22").work
