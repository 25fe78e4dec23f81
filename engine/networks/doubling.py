"""Repetition of every pixel and a 3x3 convolution, as four 2x2 convolutions of the picture before.

Of the nine pixels under the kernel only four differ, so columns and rows of weights that meet the
same pixel are added first: 16 products for four pixels instead of 36, and no larger picture.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false

from collections.abc import Callable, Sequence

from torch import Tensor, nn
from torch.nn import functional

from engine.networks.layers import enlarged
from engine.networks.packing import Conv, packed_kernel, product_of_windows

PHASES = ((0, 0), (0, 1), (1, 0), (1, 1))
"""(row, column) of each of the four pixels that become of one."""


class DoublingConv(Conv):
    """Repeats every pixel twice both ways, then convolves; packed, it does both at once."""

    phases: tuple[Tensor, ...] = ()

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]  # torch calls it `input`
        self, x: Tensor
    ) -> Tensor:
        """(B,Cin,H,W) -> (B,C,2H,2W)."""
        if not self.phases:
            return super().forward(enlarged(x, 2))
        around = functional.pad(x.permute(0, 2, 3, 1), (0, 0, 1, 1, 1, 1))
        return doubled(around, self.out_channels, self._phase)

    @property
    def copies(self) -> bool:
        """Always: the sums are other numbers."""
        return True

    def pack(self, weight: Tensor | None = None) -> None:
        """Add up the weight, or another in its place, for each phase; nothing is kept of it."""
        weight = self.weight if weight is None else weight
        kernels = (phase_of(weight, *each) for each in PHASES)
        self.phases = tuple(packed_kernel(each) if self.as_matrix else each for each in kernels)
        self.weight = nn.Parameter(weight.new_empty(0), requires_grad=False)
        self.packed = True

    def _phase(self, index: int, seen: Tensor) -> Tensor:
        kernel = self.phases[index]
        if self.as_matrix:
            return product_of_windows(seen, 2, kernel, self.bias)
        result = functional.conv2d(seen.permute(0, 3, 1, 2), kernel, self.bias)
        return result.permute(0, 2, 3, 1)


def doubled(around: Tensor, channels: int, phase: Callable[[int, Tensor], Tensor]) -> Tensor:
    """(B,H+2,W+2,Cin), a picture and a pixel around it -> (B,channels,2H,2W).

    phase: (index in PHASES, what it sees (B,H+1,W+1,Cin)) -> (B,H,W,channels).
    """
    count, height, width = around.shape[0], around.shape[1] - 2, around.shape[2] - 2
    out = around.new_empty(count, height, 2, width, 2, channels)
    for index, (row, column) in enumerate(PHASES):
        seen = around[:, row : row + height + 1, column : column + width + 1]
        out[:, :, row, :, column] = phase(index, seen)
    return out.flatten(3, 4).flatten(1, 2).permute(0, 3, 1, 2)


def phase_of(weight: Tensor, row: int, column: int) -> Tensor:
    """(C,Cin,3,3) -> (C,Cin,2,2): what of the kernel meets each of four pixels before doubling."""
    kernel = weight.detach().permute(0, 2, 3, 1)  # as it lies in memory
    channels, _, _, channels_in = kernel.shape
    out = weight.new_empty(channels, 2, 2, channels_in)
    for above, rows in enumerate(paired(kernel.unbind(1), row)):
        for before, columns in enumerate(paired(rows.unbind(1), column)):
            out[:, above, before] = columns
    return out.permute(0, 3, 1, 2)


def paired(parts: Sequence[Tensor], phase: int) -> tuple[Tensor, Tensor]:
    """Three parts -> two, the middle one added to the first in phase 1, to the last in phase 0."""
    first, middle, last = parts
    return (first + middle, last) if phase else (first, middle + last)
