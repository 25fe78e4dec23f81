"""3x3 convolutions of two rows at once, by 12 products instead of 18.

Winograd's F(2,3), along columns only (Lavin & Gray 2016, arXiv 1509.09308, section 3): two rows of
a result are four one-row convolutions of sums and differences of four rows. The same numbers but
for rounding: in bfloat16 one layer lies two to three times as far from exact as computed plainly.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

STRIP_BYTES = 8_000_000
"""A strip of a picture is about this large: what is made of it stays in a processor's cache."""

ROWS_TOGETHER = 32
"""Of output channels, whose kernels are transformed together."""

Kernels: TypeAlias = tuple[Tensor, Tensor, Tensor, Tensor]


def kernels_of(weight: Tensor) -> Kernels:
    """(C,Cin,3,3) -> four of (C,Cin,1,3), one for each sum or difference of rows."""
    channels, channels_in = weight.shape[:2]
    shape = (4, channels, 1, weight.shape[3], channels_in)
    out = torch.empty(shape, dtype=weight.dtype, device=weight.device)
    rows = weight.detach().permute(0, 2, 3, 1)  # as it lies in memory
    for begin in range(0, channels, ROWS_TOGETHER):
        here = slice(begin, begin + ROWS_TOGETHER)
        these = rows[here].float()
        first, middle, last = these[:, :1], these[:, 1:2], these[:, 2:]
        half = (first + last).mul_(0.5)
        plus, minus = half.add(middle, alpha=0.5), half.sub(middle, alpha=0.5)
        for kernel, part in zip(out, (first, plus, minus, last), strict=True):
            kernel[here] = part
    first, plus, minus, last = (kernel.permute(0, 3, 1, 2) for kernel in out)
    return first, plus, minus, last


def convolved(x: Tensor, kernels: Kernels, bias: Tensor | None, outside: int = 1) -> Tensor:
    """(B,Cin,H,W) -> (B,C,H,W) in the fast layout; columns of zeros left and right.

    outside: rows of zeros above and below; with none (B,C,H-2,W).
    """
    height = x.shape[2] - 2 + 2 * outside
    shape = (x.shape[0], height, x.shape[3], kernels[0].shape[0])
    out = x.new_empty(shape).permute(0, 3, 1, 2)
    together = 2 * max(1, STRIP_BYTES // (2 * max(1, x[:, :, :1].numel() * x.element_size())))
    for top in range(0, height, together):
        bottom = min(top + together, height)
        rows = (top - outside, bottom + 2 - outside + (bottom - top) % 2)
        _strip(_rows(x, *rows), kernels, bias, out[:, :, top:bottom])
    return out


def _rows(x: Tensor, begin: int, end: int) -> Tensor:
    """Rows from `begin` to `end`, zeros where there are none."""
    inside = x[:, :, max(begin, 0) : end]
    missing = (max(-begin, 0), max(end - x.shape[2], 0))
    return functional.pad(inside, (0, 0, *missing)) if any(missing) else inside


def _strip(x: Tensor, kernels: Kernels, bias: Tensor | None, out: Tensor) -> None:
    """Rows that have their neighbours, an even number (B,Cin,2n+2,W), to out (B,C,2n or 2n-1,W)."""
    first, plus, minus, last = kernels
    even, odd = x[:, :, 0::2], x[:, :, 1::2]
    above, below = even[:, :, 1:], odd[:, :, :-1]  # the second and third of four rows are
    sums = _one_row(below + above, plus, None)
    differences = _one_row(above - below, minus, None)
    upper = _one_row(even[:, :, :-1] - above, first, bias)
    torch.add(upper, sums + differences, out=out[:, :, 0::2])
    lower = _one_row(odd[:, :, 1:] - below, last, bias)
    rows = out.shape[2] // 2
    sums.sub_(differences)
    torch.add(lower[:, :, :rows], sums[:, :, :rows], out=out[:, :, 1::2])


def _one_row(x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    """Convolution within rows, as wide as before."""
    return functional.conv2d(x, kernel, bias, padding=(0, 1))
