"""Packed weights compute what plain ones do, for any size of picture and batch."""

import pytest
import torch
from torch import Tensor, nn

from engine.families import Part
from engine.networks import packing
from engine.networks.packing import Conv, Linear, pack, packable
from engine.networks.unet import UNet
from engine.weights import parts
from engine.weights.reading import Target

needs_packing = pytest.mark.skipif(
    not packable("cpu", torch.float32), reason="oneDNN packs on Intel and AMD processors only"
)


def noise(*shape: int) -> Tensor:
    """The same normal numbers for the same shape."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(len(shape)))


def answers(layer: nn.Module, inputs: list[Tensor]) -> list[Tensor]:
    """What `layer` says to each input."""
    with torch.inference_mode():
        return [layer(x) for x in inputs]


@needs_packing
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("wide", [1, 1000], ids=["as a matrix", "as a convolution"])
@pytest.mark.parametrize("side", [1, 3])
def test_a_packed_convolution_answers_the_same(
    dtype: torch.dtype, wide: int, side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "WIDE", wide)
    layer = Conv(24, 40, side).to(dtype).requires_grad_(False)
    inputs = [noise(*shape).to(dtype) for shape in ((1, 24, 5, 7), (3, 24, 1, 1), (2, 24, 16, 8))]
    inputs.append(inputs[-1].contiguous(memory_format=torch.channels_last))
    before = answers(layer, inputs)
    pack(layer)
    assert layer.packed == (side == 1 or wide == 1)
    for after, expected in zip(answers(layer, inputs), before, strict=True):
        tolerance = 1e-5 if dtype is torch.float32 else 2e-2
        torch.testing.assert_close(after, expected, rtol=tolerance, atol=tolerance)


@needs_packing
def test_a_packed_linear_layer_answers_the_same_for_any_number_of_rows() -> None:
    layer = Linear(24, 40).requires_grad_(False)
    inputs = [noise(1, 24), noise(7, 24), noise(2, 300, 24)]
    before = answers(layer, inputs)
    pack(layer)
    for after, expected in zip(answers(layer, inputs), before, strict=True):
        torch.testing.assert_close(after, expected, rtol=1e-5, atol=1e-5)


def test_double_precision_and_other_devices_are_left_alone() -> None:
    layer = Linear(4, 4).double().requires_grad_(False)
    pack(layer)
    assert not layer.packed
    assert not packable("cuda", torch.float32)
    assert not packable("mps", torch.float32)
    assert not packable("cpu", torch.float16)


def test_other_processors_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing.platform, "machine", lambda: "arm64")
    assert not packable("cpu", torch.float32)


@needs_packing
def test_packing_reaches_every_layer_of_a_decoder_once(small, reference) -> None:
    reference(Part.DECODER)
    network = parts.load_decoder(small.store, small.family, Target())
    assert isinstance(network, UNet)
    pack(network)
    pack(network)
    assert all(layer.packed for layer in network.modules() if isinstance(layer, Linear))
    assert any(layer.packed for layer in network.modules() if isinstance(layer, Conv))


@needs_packing
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_weights_can_be_packed_while_they_are_read(dtype: torch.dtype, small, reference) -> None:
    reference(Part.DECODER)
    after = parts.load_decoder(small.store, small.family, Target(dtype))
    pack(after)
    at_once = parts.load_decoder(small.store, small.family, Target(dtype, packed=True))
    x, embed = noise(2, 4, 8, 8).to(dtype), noise(2, 32).to(dtype)
    answers_of = [net(x, torch.tensor([5, 5]), net.condition(embed)) for net in (after, at_once)]
    assert torch.equal(*answers_of)
    packed = [
        [m.packed for m in net.modules() if isinstance(m, Linear | Conv)]
        for net in (after, at_once)
    ]
    assert packed[0] == packed[1]
    assert any(packed[0])
