"""A number out of its range is an error, and never a picture: an infinity cannot hide as black.

What overflows in a short number format is an infinity where it happens. No clamp may see it first,
and on its way through a network nothing may make an ordinary number of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.diffusion.prediction import denoiser
from engine.diffusion.schedules import Schedule
from engine.errors import NotFinite
from engine.networks.packing import pack
from engine.networks.streamed import decoded
from engine.weights import parts
from engine.weights.reading import Target
from engine.weights.store import WeightStore
from tests.tiny import TINY, WIDTH, write_tiny

OUT_OF_RANGE = (float("inf"), -float("inf"), float("nan"))
Run = Callable[[], Tensor]


@pytest.mark.parametrize("value", OUT_OF_RANGE)
def test_no_clip_makes_a_number_of_what_is_none(value: float) -> None:
    spec = replace(TINY.decoder_schedule, clip=1.0)
    x = torch.zeros(1, 4, 8, 8)

    def answering(one: float) -> Tensor:
        answer = torch.zeros(1, 4, 8, 8)
        answer[0, 1, 2, 3] = one
        return denoiser(lambda _x, _t: answer, Schedule.of(spec))(x, 500).clean

    assert answering(1e30).abs().max() == 1.0, "the control: what is large is clipped"
    with pytest.raises(NotFinite):
        answering(value)


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[nn.Module, Run]]:
    """By name the networks that paint, and what each answers to the same question."""
    folder: Path = write_tiny(tmp_path_factory.mktemp("weights"))
    given = WeightStore([folder]), TINY, Target()
    unet, movq, prior = (
        parts.load_decoder(*given),
        parts.load_autoencoder(*given),
        parts.load_prior(*given),
    )
    for network in (unet, movq, prior):
        pack(network)
        network.requires_grad_(False)
    source = torch.Generator().manual_seed(3)

    def noise(*shape: int) -> Tensor:
        return torch.randn(shape, generator=source)

    latents, embed, states = noise(1, 4, 8, 8), noise(1, WIDTH), noise(1, 16, WIDTH)
    condition = unet.condition(embed)
    every, timestep = torch.ones(1, 16, dtype=torch.bool), torch.tensor([500])
    x = noise(1, WIDTH)
    return {
        "decoder": (unet, lambda: unet(latents, timestep, condition)),
        "autoencoder": (movq.decoder, lambda: movq.decode(latents)),
        "autoencoder in strips": (movq.decoder, lambda: returned(decoded(movq, latents))),
        "prior": (prior, lambda: prior(x, timestep, states, embed, every)),
    }


def returned(strips: Iterator[float]) -> Tensor:
    """What a generator returns."""
    while True:
        try:
            next(strips)
        except StopIteration as stop:
            return stop.value


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Networks as small as these are slower with two."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("name", ["decoder", "autoencoder", "autoencoder in strips", "prior"])
def test_an_overflow_anywhere_in_a_network_is_seen_at_its_end(
    networks: dict[str, tuple[nn.Module, Run]], name: str
) -> None:
    network, run = networks[name]
    assert torch.isfinite(run()).all(), "the control"
    broken, hidden = 0, list[str]()
    for where, leaf in network.named_modules():
        if any(True for _ in leaf.children()):
            continue
        happened, answer = broken_at(leaf, OUT_OF_RANGE[broken % 2], run)
        broken += happened
        if happened and torch.isfinite(answer).all():
            hidden.append(where)
    assert broken > 5, "there is something to break"
    assert hidden == []


def broken_at(leaf: nn.Module, value: float, run: Run) -> tuple[bool, Tensor]:
    """Whether `leaf` is asked, and what comes of it when its last answer holds `value`."""
    asked: list[bool] = []

    def overflow(_leaf: nn.Module, _given: object, out: Tensor) -> Tensor:
        out = out.clone()
        out[tuple(size - 1 for size in out.shape)] = value
        asked.append(True)
        return out

    handle = leaf.register_forward_hook(overflow)
    try:
        answer = run()
    finally:
        handle.remove()
    return bool(asked), answer
