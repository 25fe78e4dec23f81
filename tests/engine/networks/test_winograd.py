"""Two rows of a convolution at once are two rows one after the other."""

from functools import partial

import pytest
import torch
from torch.nn import functional

from engine.families import find
from engine.networks import packing, streamed, winograd
from engine.networks.movq import MoVQ
from engine.networks.packing import Conv, pack, packable
from engine.networks.streamed import decoded, encoded, finished
from engine.specs import MoVQSpec
from engine.weights.blank import blank

SIZES = ((1, 1), (2, 3), (5, 7), (8, 4), (9, 1))


@pytest.mark.parametrize("outside", [0, 1])
@pytest.mark.parametrize("strip", [1, 2000, 8_000_000], ids=["row by row", "some", "whole"])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "none"])
def test_it_is_the_convolution(
    outside: int, strip: int, bias: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(winograd, "STRIP_BYTES", strip)
    noise = torch.Generator().manual_seed(3)
    weight = torch.randn(6, 5, 3, 3, generator=noise, dtype=torch.float64)
    added = torch.randn(6, generator=noise, dtype=torch.float64) if bias else None
    kernels = winograd.kernels_of(weight.float())
    for height, width in SIZES:
        x = torch.randn(2, 5, height + 2 - 2 * outside, width, generator=noise)
        exact = functional.conv2d(
            x.double(), weight.float().double(), added, padding=(outside, 1)
        ).float()
        ours = winograd.convolved(x, kernels, None if added is None else added.float(), outside)
        assert ours.shape == (2, 6, height, width)
        torch.testing.assert_close(ours, exact, rtol=1e-5, atol=1e-5)


def test_a_kernel_with_a_wrong_row_would_be_seen() -> None:
    weight, x = torch.randn(4, 4, 3, 3), torch.randn(1, 4, 6, 6)
    first, plus, minus, last = winograd.kernels_of(weight)
    exact = functional.conv2d(x, weight, padding=1)
    wrong = winograd.convolved(x, (first, minus, plus, last), None)
    assert (wrong - exact).abs().max() > 0.1
    assert winograd.convolved(x, (first, plus, minus, last), None).sub(exact).abs().max() < 1e-4


def test_in_bfloat16_it_is_at_most_three_times_as_far_from_exact_as_plainly_computed() -> None:
    noise = torch.Generator().manual_seed(1)
    weight = (torch.randn(256, 256, 3, 3, generator=noise) / 48).bfloat16()
    x = torch.randn(1, 256, 12, 12, generator=noise).bfloat16()
    exact = functional.conv2d(x.float(), weight.float(), padding=1)
    apart = [
        (answer.float() - exact).square().mean().sqrt().item()
        for answer in (
            functional.conv2d(x, weight, padding=1),
            winograd.convolved(x, winograd.kernels_of(weight), None),
        )
    ]
    assert 1 < apart[1] / apart[0] < 3


def test_the_starter_has_none_of_it_and_the_published_decoders_have() -> None:
    assert max(find("starter").decoder.channels) < packing.FEWER_PRODUCTS
    for name in ("karlo", "kandinsky22"):
        narrow, wide = find(name).decoder.channels[0], find(name).decoder.channels[-1]
        assert layer(narrow, narrow).by_winograd
        assert not layer(wide, wide).by_winograd  # a matrix, as long as pictures are small
        assert layer(wide, wide).as_matrix


def test_of_other_kernels_and_of_those_that_are_read_there_is_none() -> None:
    assert layer(256, 256).by_winograd
    assert not layer(255, 256).by_winograd
    assert not layer(256, 4).by_winograd
    assert not layer(256, 256, side=1).by_winograd
    assert not layer(256, 256, readable=True).by_winograd
    assert not layer(2048, 2048, readable=True).as_matrix


@pytest.mark.skipif(not packable("cpu", torch.float32), reason="nothing is packed here")
def test_an_autoencoder_of_such_layers_works_in_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "FEWER_PRODUCTS", 32)
    spec = MoVQSpec(channels=(32, 32, 64), blocks=1, codebook=16, lowest_attention=False)
    torch.manual_seed(4)
    network = MoVQ(spec).requires_grad_(False).eval()
    pixels, latents = torch.randn(1, 3, 24, 16), torch.randn(1, 4, 6, 5)
    before = network.encode(pixels), network.decode(latents)
    pack(network)
    assert any(by(each) for each in network.modules())
    for strip in (1, 20_000, 10**9):
        monkeypatch.setattr(streamed, "STRIP_BYTES", strip)
        after = finished(encoded(network, pixels)), finished(decoded(network, latents))
        for ours, plain in zip(after, before, strict=True):
            torch.testing.assert_close(ours, plain, rtol=1e-4, atol=1e-4)


def layer(channels_in: int, channels: int, side: int = 3, *, readable: bool = False) -> Conv:
    """Without numbers."""
    return blank(partial(Conv, channels_in, channels, side, readable=readable))


def by(module: torch.nn.Module) -> bool:
    """Whether the module is computed by Winograd's algorithm."""
    return isinstance(module, Conv) and module.kernels is not None
