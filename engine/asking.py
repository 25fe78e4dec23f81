"""How the decoder is asked at each step: which rows at once, with which deep features.

Rows are those of the condition, 2B of them, [against, towards]; of a shorter x the last ones count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.networks.condition import Condition
from engine.networks.unet import UNet


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What of the decoder's work is shared or spared.

    apart: the two halves that guidance needs are asked one after the other, for half the
    activations. deep_every: at how many steps once the levels below the first are computed; 1 is
    all of them, more is DeepCache (Ma et al. 2023, arXiv 2312.00858).
    """

    apart: bool = False
    deep_every: int = 1


WHOLE = Asking()
"""Everything, all rows together."""


class Told:
    """The decoder as a function of x and t, for one run: it counts how often it was asked."""

    def __init__(
        self,
        unet: UNet,
        condition: Condition,
        timesteps: Sequence[int] = (),
        asking: Asking = WHOLE,
    ) -> None:
        """timesteps: those that are going to be asked for, as far as they are known."""
        self._unet = unet
        self._asking = asking
        self._count = condition_rows(condition)
        self._prepared = {range(self._count): unet.prepared(condition, timesteps)}
        self._deep: Tensor | None = None
        self._asked = 0

    def __call__(self, x: Tensor, t: int) -> Tensor:
        """(B or 2B,C,h,w) -> (B or 2B,out,h,w)."""
        fresh = self._asked % self._asking.deep_every == 0
        self._asked += 1
        # Rows that join where guidance begins are not known from the steps before.
        kept = None if fresh or self._deep is None or len(self._deep) < len(x) else self._deep
        asked = [self._answer(self._of(x, rows), t, rows, kept) for rows in self._parts(len(x))]
        if kept is None and self._asking.deep_every > 1:
            self._deep = torch.cat([deep for _, deep in asked])
        return asked[0][0] if len(asked) == 1 else torch.cat([answer for answer, _ in asked])

    def _parts(self, count: int) -> list[range]:
        """Of the condition's last `count` rows those that are asked together."""
        whole, half = range(self._count - count, self._count), self._count // 2
        if self._asking.apart and len(whole) == 2 * half:
            return [whole[:half], whole[half:]]
        return [whole]

    def _answer(self, x: Tensor, t: int, rows: range, kept: Tensor | None) -> tuple[Tensor, Tensor]:
        if rows not in self._prepared:
            whole = self._prepared[range(self._count)]
            self._prepared[rows] = whole.rows(rows.start, rows.stop)
        deep = None if kept is None else self._of(kept, rows)
        return self._unet.step_and_deep(x, t, self._prepared[rows], deep)

    def _of(self, values: Tensor, rows: range) -> Tensor:
        """These rows of the condition in `values`, which are of its last ones."""
        before = self._count - len(values)
        return values[rows.start - before : rows.stop - before]


def condition_rows(condition: Condition) -> int:
    """For how many pictures `condition` is."""
    told = condition.context if condition.time is None else condition.time
    assert told is not None, "a decoder is told something"
    return len(told)
