"""What a UNet is told besides x: its condition, and all of its work that x does not enter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What a UNet is told besides x and t; made once per run, the same at every step.

    time: (B,4·C0), added to the time embedding. context: (B,N,context_width) extra tokens for every
    attention, or None. mask: (B,N) bool, False where a context token is padding, or None.
    """

    time: Tensor | None = None
    context: Tensor | None = None
    mask: Tensor | None = None

    def of_rows(self, choose: Callable[[Tensor], Tensor]) -> "Condition":
        """The same for the rows that `choose` takes of any tensor (B,…)."""
        parts = (self.time, self.context, self.mask)
        return Condition(*(None if part is None else choose(part) for part in parts))


Times: TypeAlias = Sequence[Tensor]
"""For each residual block, in its place, what the time embedding tells it: (B,2·C) or (B,C)."""

Contexts: TypeAlias = Sequence[tuple[Tensor, Tensor]]
"""For each attention, in its place, keys and values of the context, both (B,N,C)."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """All of a UNet's work that does not depend on x, made once per run.

    time: (B,4·C0) or None, as in Condition. bias: (B,N) additive, what of the context is padding,
    or None. times: those of the timesteps that were known in advance.
    """

    time: Tensor | None
    bias: Tensor | None
    contexts: Contexts
    times: Mapping[int, Times]

    def rows(self, first: int, stop: int) -> "Prepared":
        """The same for rows first..stop (exclusive)."""
        part = slice(first, stop)
        return Prepared(
            time=None if self.time is None else self.time[part],
            bias=None if self.bias is None else self.bias[part],
            contexts=[(keys[part], values[part]) for keys, values in self.contexts],
            times={t: [told[part] for told in times] for t, times in self.times.items()},
        )
