"""The autoencoder in strips beside the autoencoder in one piece."""

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from engine.families import Part
from engine.networks import streamed
from engine.networks.movq import MoVQ
from engine.networks.packing import pack
from engine.weights import parts
from engine.weights.reading import Target

TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-9}
Distance = Callable[[Tensor, Tensor], float]
Noise = Callable[..., Tensor]


@pytest.fixture(params=TOLERANCE, ids=str)
def movq(request: pytest.FixtureRequest, small, reference: Callable[[Part], nn.Module]) -> MoVQ:
    """The small autoencoder as the engine has it in memory."""
    reference(Part.AUTOENCODER)
    network = parts.load_autoencoder(small.store, small.family, Target(dtype=request.param))
    pack(network)
    return network


@pytest.fixture(params=[1, 20_000, 10**9], ids=["one row", "some rows", "all rows"])
def strip_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How large a strip is: the least there can be, several to a picture, or all of it."""
    monkeypatch.setattr(streamed, "STRIP_BYTES", request.param)
    monkeypatch.setattr(streamed, "ATTENTION_WORK", 300.0 * request.param)
    return request.param


@pytest.mark.slow
def test_decoding_in_strips_is_decoding(
    movq: MoVQ, strip_bytes: int, noise: Noise, distance: Distance
) -> None:
    dtype = movq.quant_conv.weight.dtype
    for shape in ((1, 4, 8, 6), (1, 4, 5, 9)):
        latents = noise(*shape).to(dtype)
        kept = latents.clone()
        strips = streamed.finished(streamed.decoded(movq, latents))
        with torch.inference_mode():
            assert distance(strips, movq.decode(latents)) < TOLERANCE[dtype]
        assert torch.equal(latents, kept)


@pytest.mark.slow
def test_encoding_in_strips_is_encoding(
    movq: MoVQ, strip_bytes: int, noise: Noise, distance: Distance
) -> None:
    dtype = movq.quant_conv.weight.dtype
    pixels = noise(1, 3, 32, 24).to(dtype)
    kept = pixels.clone()
    strips = streamed.finished(streamed.encoded(movq, pixels))
    with torch.inference_mode():
        assert distance(strips, movq.encode(pixels)) < TOLERANCE[dtype]
    assert torch.equal(pixels, kept)


def test_smaller_strips_pause_more_often(
    movq: MoVQ, noise: Noise, monkeypatch: pytest.MonkeyPatch
) -> None:
    latents = noise(1, 4, 8, 8).to(movq.quant_conv.weight.dtype)
    pauses = list[int]()
    largest = list[float]()
    for size in (10**9, 100_000, 1):
        monkeypatch.setattr(streamed, "STRIP_BYTES", size)
        work = list(streamed.decoded(movq, latents))
        pauses.append(len(work))
        largest.append(max(work))
    assert all(fewer < more for fewer, more in pairwise(pauses))
    assert all(more > less for more, less in pairwise(largest))


def test_statistics_are_those_of_the_whole_picture(
    noise: Noise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "STRIP_BYTES", 1000)
    x = noise(1, 12, 7, 5) * 3 + torch.linspace(-50, 50, 12, dtype=torch.float64)[:, None, None]
    mean, variance = streamed.statistics(x, 4)
    groups = x.reshape(4, -1)
    torch.testing.assert_close(mean, groups.mean(1).repeat_interleave(3))
    torch.testing.assert_close(variance, groups.var(1, correction=0).repeat_interleave(3))
