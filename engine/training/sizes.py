"""How fast candidate sizes of each network train here: `python -m engine.training sizes`.

Forward and backward in bf16, channels last, not compiled, one thread.
The time is that of the processor, so that other programs disturb it little; operations are counted
by torch, two for a multiplication with its addition.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from engine.families import starter
from engine.networks.clip import ImageTower
from engine.networks.movq import MoVQ
from engine.networks.prior import Prior
from engine.networks.unet import UNet
from engine.training import precision
from engine.training.decoder import INPAINTING
from engine.training.evaluator import Eye
from engine.training.loop import channels_last
from engine.training.prior import LEVELS, shared_forward

BATCH = 16
REPEATS = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A network of one size, and what it answers to a batch of BATCH pictures or captions."""

    stage: str
    size: str
    network: nn.Module
    answer: Callable[[], Tensor]


@dataclass(frozen=True, slots=True)
class Speed:
    """Pictures (captions for the prior) and operations of forward and backward, in a second."""

    stage: str
    size: str
    parameters: float
    pictures: float
    gigaflops: float


def speeds() -> Iterator[Speed]:
    """Measure every candidate, the chosen ones among them."""
    torch.set_num_threads(1)
    for make in (*_decoders(), *_autoencoders(), *_image_towers(), *_priors(), _eye):
        candidate = make()
        operations = _operations(candidate)
        seconds = min(_seconds(candidate) for _ in range(REPEATS))
        millions = sum(p.numel() for p in candidate.network.parameters()) / 1e6
        rates = BATCH / seconds, operations / seconds / 1e9
        yield Speed(candidate.stage, candidate.size, millions, *rates)


def _step(candidate: Candidate) -> None:
    with precision.autocast():
        loss = candidate.answer().float().square().mean()
    loss.backward()


def _operations(candidate: Candidate) -> float:
    with FlopCounterMode(display=False) as counter:
        _step(candidate)
    return float(counter.get_total_flops())


def _seconds(candidate: Candidate) -> float:
    begun = time.process_time()
    _step(candidate)
    return time.process_time() - begun


def _decoders() -> Iterator[Callable[[], Candidate]]:
    for channels in ((64, 64, 128), starter.DECODER.channels, (192, 192, 256), (192, 256, 384)):
        yield lambda channels=channels: _decoder(channels)


def _decoder(channels: tuple[int, ...]) -> Candidate:
    network = channels_last(UNet(replace(INPAINTING, channels=channels)))
    side = starter.BASE // starter.AUTOENCODER.downscale
    x = _last(torch.randn(BATCH, INPAINTING.in_channels, side, side))
    embed, steps = torch.randn(BATCH, starter.EMBED_DIM), torch.full((BATCH,), 500)
    return Candidate(
        "decoder", _said(channels), network, lambda: network(x, steps, network.condition(embed))
    )


def _autoencoders() -> Iterator[Callable[[], Candidate]]:
    for channels in ((32, 32, 64), starter.AUTOENCODER.channels, (64, 96, 128)):
        yield lambda channels=channels: _autoencoder(channels)


def _autoencoder(channels: tuple[int, ...]) -> Candidate:
    network = channels_last(MoVQ(replace(starter.AUTOENCODER, channels=channels)))
    x = _pictures()
    return Candidate(
        "autoencoder", _said(channels), network, lambda: network.decode(network.encode(x))
    )


def _image_towers() -> Iterator[Callable[[], Candidate]]:
    for patch, layers in ((16, starter.VISION.layers), (8, starter.VISION.layers), (16, 8)):
        yield lambda patch=patch, layers=layers: _image_tower(patch, layers)


def _image_tower(patch: int, layers: int) -> Candidate:
    network, x = ImageTower(replace(starter.VISION, patch=patch, layers=layers)), _pictures()
    size = f"patch {patch}, {layers} layers"
    return Candidate("image tower", size, network, lambda: network(x))


def _priors() -> Iterator[Callable[[], Candidate]]:
    for layers in (6, starter.PRIOR.layers, 12):
        yield lambda layers=layers: _prior(layers)


def _prior(layers: int) -> Candidate:
    """With captions of twelve tokens, each answered at several noise levels."""
    network, width = Prior(replace(starter.PRIOR, layers=layers)), starter.EMBED_DIM
    states, embed = torch.randn(BATCH, 12, width), torch.randn(BATCH, width)
    noisy, steps = torch.randn(BATCH, LEVELS, width), torch.full((BATCH, LEVELS), 500)
    text = states, embed, torch.ones(BATCH, 12, dtype=torch.bool)
    return Candidate(
        "prior", f"{layers} layers", network, lambda: shared_forward(network, noisy, steps, text)
    )


def _eye() -> Candidate:
    network, x = channels_last(Eye()), _pictures()
    return Candidate("the judge's eye", "48, 96, 128", network, lambda: network(x))


def _pictures() -> Tensor:
    return _last(torch.randn(BATCH, 3, starter.BASE, starter.BASE))


def _last(x: Tensor) -> Tensor:
    return x.to(memory_format=torch.channels_last)


def _said(channels: tuple[int, ...]) -> str:
    return ", ".join(map(str, channels))
