"""Packed weights compute what plain ones do, for any size of picture and batch."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from engine.families import Part
from engine.networks import packing
from engine.networks.doubling import DoublingConv
from engine.networks.packing import Conv, Linear, pack, packable
from engine.networks.unet import UNet
from engine.weights import parts
from engine.weights.reading import Target

needs_packing = pytest.mark.skipif(
    not packable("cpu", torch.float32), reason="oneDNN packs on Intel and AMD processors only"
)
FORMATS = [
    torch.float32,
    pytest.param(
        torch.bfloat16,
        marks=pytest.mark.skipif(
            not packable("cpu", torch.bfloat16), reason="oneDNN has no bfloat16 here"
        ),
    ),
]


def noise(*shape: int) -> Tensor:
    """The same normal numbers for the same shape."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(len(shape)))


class Formats(TorchDispatchMode):
    """Remembers in which formats products are computed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = set[torch.dtype]()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Torch's own hook."""
        if any(name in str(func) for name in ("addmm", "linear", "conv")):
            self.seen |= {each.dtype for each in args if isinstance(each, Tensor)}
        return func(*args, **(kwargs or {}))


class Counting(TorchDispatchMode):
    """Counts products with a packed matrix."""

    products = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Torch's own hook."""
        self.products += "_linear_pointwise" in str(func)
        return func(*args, **(kwargs or {}))


def answers(layer: nn.Module, inputs: list[Tensor]) -> list[Tensor]:
    """What `layer` says to each input."""
    with torch.inference_mode():
        return [layer(x) for x in inputs]


@needs_packing
@pytest.mark.parametrize("dtype", FORMATS, ids=str)
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
@pytest.mark.parametrize("wide", [1, 1000], ids=["as a matrix", "as a convolution"])
def test_windows_taken_row_by_row_answer_as_all_at_once(
    wide: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "WIDE", wide)
    layer = Conv(24, 40).requires_grad_(False)
    pack(layer)
    inputs = [noise(2, 24, 9, 8), noise(1, 24, 1, 3)]
    with Counting() as whole:
        at_once = answers(layer, inputs)
    monkeypatch.setattr(packing, "WINDOWS_BYTES", 4 * 9 * 24 * 8 * 2 * 2)  # two rows of the first
    with Counting() as strips:
        row_by_row = answers(layer, inputs)
    assert (whole.products, strips.products) == ((2, 6) if wide == 1 else (0, 0))
    for after, expected in zip(row_by_row, at_once, strict=True):
        torch.testing.assert_close(after, expected, rtol=1e-5, atol=1e-5)


@needs_packing
@pytest.mark.parametrize("dtype", FORMATS, ids=str)
@pytest.mark.parametrize("wide", [1, 1000], ids=["as a matrix", "as a convolution"])
def test_doubling_and_convolving_at_once_is_one_after_the_other(
    dtype: torch.dtype, wide: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "WIDE", wide)
    layer = DoublingConv(24, 40).to(dtype).requires_grad_(False)
    inputs = [noise(*shape).to(dtype) for shape in ((1, 24, 5, 7), (3, 24, 1, 1), (2, 24, 8, 4))]
    before = answers(layer, inputs)
    pack(layer)
    assert layer.packed
    for x, after, expected in zip(inputs, answers(layer, inputs), before, strict=True):
        assert after.shape[2:] == (2 * x.shape[2], 2 * x.shape[3])
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
@pytest.mark.parametrize("dtype", FORMATS, ids=str)
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


@pytest.mark.parametrize("able", [True, False], ids=["with bfloat16", "without"])
def test_where_a_processor_lacks_bfloat16_products_are_computed_in_float32(
    able: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "has_bfloat16", lambda: able)
    assert not packable("cpu", torch.bfloat16) or able
    layers = [Linear(24, 40), Conv(24, 40), Conv(24, 40, 1), DoublingConv(24, 40)]
    for layer in layers:
        layer.to(torch.bfloat16).requires_grad_(False)
        x = noise(2, 5, 24) if isinstance(layer, Linear) else noise(2, 24, 6, 6)
        with Formats() as formats:
            (answer,) = answers(layer, [x.bfloat16()])
        assert formats.seen == {torch.bfloat16 if able else torch.float32}
        assert answer.dtype is torch.bfloat16
        exact = layer.float()(x.bfloat16().float())
        torch.testing.assert_close(answer.float(), exact, rtol=2e-2, atol=2e-2)


def test_without_bfloat16_a_network_is_read_and_runs_all_the_same(
    small, reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "has_bfloat16", lambda: False)
    reference(Part.DECODER)
    narrow = parts.load_decoder(small.store, small.family, Target(torch.bfloat16, packed=True))
    exact = parts.load_decoder(small.store, small.family, Target())
    assert not any(m.packed for m in narrow.modules() if isinstance(m, Linear | Conv))
    x, embed, steps = noise(2, 4, 8, 8), noise(2, 32), torch.tensor([5, 5])
    answer = narrow(x.bfloat16(), steps, narrow.condition(embed)).float()
    expected = exact(x, steps, exact.condition(embed))
    assert (answer - expected).abs().max() < 0.1 * expected.abs().max()
