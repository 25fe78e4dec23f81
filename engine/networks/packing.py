"""Weights kept in the order in which the processor multiplies them.

Without this, oneDNN brings every weight into its own order at every call, which takes longer than
the product itself wherever the weights outnumber the activations: in the prior's few tokens and at
the decoder's lowest levels. The results are the same up to the order of sums. A packed network can
only be run: its weights are opaque and nothing can be saved of them.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import platform
from functools import cache
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.networks import winograd

WIDE = 1024
"""Convolutions of at least this many input channels are computed as products with a matrix.

They belong to small pictures, whose weights weigh more than their pixels; oneDNN's packed order for
convolutions fits one size of picture only and is fifty times slower for any other.
"""

FEWER_PRODUCTS = 256
"""Convolutions of at least this many channels, in and out, are computed by Winograd's algorithm;
with fewer, sums and differences of rows cost what they save.
"""

WINDOWS_BYTES = 32_000_000
"""What the pixels of a picture look at is copied together, a kernel's size of times as large as the
picture: of so much at a time, which stays in a processor's cache.
"""


class Linear(nn.Linear):
    """A linear layer whose weight can be packed."""

    packed = False

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]  # torch calls it `input`
        self, x: Tensor
    ) -> Tensor:
        """(…, in) -> (…, out)."""
        if self.packed:
            return _product(x, self.weight, self.bias)
        if widens(self.weight):
            return functional.linear(*widened(x, self.weight, self.bias)).to(x.dtype)
        return super().forward(x)

    def pack(self, weight: Tensor | None = None) -> None:
        """Reorder the weight, or another in its place; nothing is kept of the old one."""
        self.weight = _packed(self.weight if weight is None else weight)
        self.packed = True


class Conv(nn.Conv2d):
    """A convolution of stride 1 that keeps the size.

    Its weight can be packed: as a matrix, or as what Winograd's algorithm makes of it, unless it is
    to stay `readable` as it is.
    """

    packed = False
    kernels: winograd.Kernels | None = None

    def __init__(
        self, channels_in: int, channels: int, side: int = 3, *, readable: bool = False
    ) -> None:
        super().__init__(channels_in, channels, side, padding=side // 2)
        self.readable = readable

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]  # torch calls it `input`
        self, x: Tensor
    ) -> Tensor:
        """(B,Cin,H,W) -> (B,C,H,W)."""
        side = self.kernel_size[0] // 2
        return self._run(x, side) if self.packed else self._plain(x, (side, side))

    def inner(self, x: Tensor) -> Tensor:
        """The same for rows that have their neighbours: (B,Cin,H,W) -> (B,C,H-2·padding,W)."""
        return self._run(x, 0) if self.packed else self._plain(x, (0, self.kernel_size[0] // 2))

    def _plain(self, x: Tensor, padding: tuple[int, int]) -> Tensor:
        if widens(self.weight):
            wide = widened(x, self.weight, self.bias)
            return functional.conv2d(*wide, padding=padding).to(x.dtype)
        return functional.conv2d(x, self.weight, self.bias, padding=padding)

    def _run(self, x: Tensor, outside: int) -> Tensor:
        if self.kernels is not None:
            return winograd.convolved(x, self.kernels, self.bias, outside)
        side, x = self.kernel_size[0], x.permute(0, 2, 3, 1)
        if side > 1:
            x = functional.pad(x, (0, 0, side // 2, side // 2, outside, outside))
        return product_of_windows(x, side, self.weight, self.bias).permute(0, 3, 1, 2)

    @property
    def as_matrix(self) -> bool:
        """Whether it is computed as a product with a matrix, once packed."""
        wide = self.kernel_size[0] == 1 or self.in_channels >= WIDE
        return wide and not self.readable

    @property
    def by_winograd(self) -> bool:
        """Whether it is computed by fewer products, once packed."""
        least = min(self.in_channels, self.out_channels)
        return not self.readable and not self.as_matrix and least >= FEWER_PRODUCTS

    @property
    def products(self) -> int:
        """Multiplications for a pixel, as the convolution is written."""
        return self.out_channels * self.in_channels * self.kernel_size[0] * self.kernel_size[1]

    @property
    def copies(self) -> bool:
        """Whether packing copies the weight it is given."""
        return self.as_matrix or self.by_winograd

    def pack(self, weight: Tensor | None = None) -> None:
        """Reorder the weight, or another in its place; nothing is kept of what is copied."""
        weight = self.weight if weight is None else weight
        if self.as_matrix:
            self.weight = packed_kernel(weight)
        elif self.by_winograd:
            self.kernels = winograd.kernels_of(weight)
            self.weight = nn.Parameter(weight.new_empty(0), requires_grad=False)
        else:
            in_order = weight.contiguous(memory_format=torch.channels_last)
            self.weight = nn.Parameter(in_order, requires_grad=False)
            return
        self.packed = True


def pack(network: nn.Module) -> None:
    """Pack what can be packed of `network`, one layer after the other, where that helps at all.

    At no time is there more in memory than the network and one of its layers once more.
    """
    first = next(network.parameters(), None)
    if first is None or not packable(first.device.type, first.dtype):
        return
    for module in network.modules():
        if isinstance(module, Linear | Conv) and not module.packed:
            module.pack()


def packable(device: str, dtype: torch.dtype) -> bool:
    """Whether weights on `device` gain by packing: only oneDNN on Intel and AMD processors."""
    processor = platform.machine().lower() in ("x86_64", "amd64")
    able = processor and torch.backends.mkldnn.is_available() and device == "cpu"
    return able and (dtype is torch.float32 or (dtype is torch.bfloat16 and has_bfloat16()))


@cache
def has_bfloat16() -> bool:
    """Whether oneDNN multiplies bfloat16 on this processor; those with AVX2 alone it leaves out."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001


def widens(weight: Tensor) -> bool:
    """Whether a layer with this weight had better compute in float32.

    Where oneDNN has no bfloat16 torch multiplies it by plain loops, four to nine times as slowly; a
    large model is held in it all the same where memory is short, and widened layer by layer.
    """
    return weight.dtype is torch.bfloat16 and weight.device.type == "cpu" and not has_bfloat16()


def widened(x: Tensor, weight: Tensor, bias: Tensor | None) -> tuple[Tensor, Tensor, Tensor | None]:
    """The three in float32."""
    return x.float(), weight.float(), None if bias is None else bias.float()


def _packed(weight: Tensor) -> nn.Parameter:
    """(out, in) in oneDNN's own order."""
    ordered = cast(Tensor, torch.ops.mkldnn._reorder_linear_weight(weight.detach(), None))  # noqa: SLF001
    return nn.Parameter(ordered, requires_grad=False)


def packed_kernel(weight: Tensor) -> nn.Parameter:
    """(C,Cin,k,k) as a packed matrix: (kernel row, kernel column, channel) in place of columns."""
    return _packed(weight.permute(0, 2, 3, 1).flatten(1).contiguous())


def product_of_windows(x: Tensor, side: int, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Convolution of (B,H,W,Cin) with a packed kernel, inside: (B,H-side+1,W-side+1,C)."""
    if side == 1:
        return _product(x, weight, bias)
    windows = x.unfold(1, side, 1).unfold(2, side, 1).permute(0, 1, 2, 4, 5, 3)  # (B,H,W,k,k,Cin)
    height = windows.shape[1]
    together = max(1, WINDOWS_BYTES * height // (windows.numel() * windows.element_size()))
    strips = cast("tuple[Tensor, ...]", windows.split(together, dim=1))
    parts = [_product(strip.flatten(3), weight, bias) for strip in strips]
    return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)


def _product(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """X (…, in) times the packed weight (out, in), plus bias: (…, out)."""
    multiply = torch.ops.mkldnn._linear_pointwise  # noqa: SLF001
    return cast(Tensor, multiply(x, weight, bias, "none", [], ""))
