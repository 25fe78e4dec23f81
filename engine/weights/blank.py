"""Networks without numbers: on the meta device, with nothing drawn for their parameters.

Drawing random numbers that are never seen takes a tenth of a second for a large network; on the
meta device the first draw also imports torch's compiler, which takes more than a second.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

Network = TypeVar("Network", bound=nn.Module)

LEFT_ALONE = frozenset(
    {
        Tensor.normal_,
        Tensor.uniform_,
        Tensor.mul,  # by a number, of what was drawn
        nn.init.normal_,
        nn.init.uniform_,
        nn.init.kaiming_uniform_,
        nn.init.xavier_uniform_,
    }
)
"""What constructors fill parameters with; torch's hook does not look into functions of nn.init."""


def blank(build: Callable[[], Network]) -> Network:
    """The network that `build` makes, parameters having shapes alone."""
    with torch.device("meta"), Undrawn():
        return build()


class Undrawn(TorchFunctionMode):
    """While this lasts, tensors that would be filled with random numbers stay as they are."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Torch's own hook."""
        named = kwargs or {}
        if func in LEFT_ALONE:
            return args[0] if args else named["tensor"]
        return (torch.empty if func is torch.randn else func)(*args, **named)
