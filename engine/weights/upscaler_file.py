"""An upscaler of somebody else's: any file that the library spandrel recognises.

Only safetensors, whatever the file's name says: it is read by our own reader, which knows its
format by content, and spandrel is handed numbers, never a file. A pickle could run programs.
"""

# spandrel carries no type information of its own.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from engine import torchvision_operators
from engine.errors import InvalidRequest
from engine.weights.load import stored_tensors
from engine.weights.reading import Source, Target

if TYPE_CHECKING:
    from spandrel import ImageModelDescriptor


class UpscalerFile:
    """A network of unknown architecture: (1,3,h,w) in [0,1] -> (1,3,scale·h,scale·w) in [0,1].

    dtype: the target's, or float32 where the architecture cannot compute in that.
    """

    def __init__(self, network: "ImageModelDescriptor[nn.Module]", target: Target) -> None:
        self.scale = network.scale
        self.parameters = sum(each.numel() for each in network.model.parameters())
        self._network = network.to(target.device, dtype_of(network, target.dtype)).eval()

    def __call__(self, rgb: Tensor) -> Tensor:
        """Pictures smaller than the network takes are padded and cropped by spandrel."""
        return self._network(rgb.to(self._network.dtype))


def dtype_of(network: "ImageModelDescriptor[nn.Module]", wanted: torch.dtype) -> torch.dtype:
    """`wanted`, if the architecture can compute in it."""
    able = {torch.float16: network.supports_half, torch.bfloat16: network.supports_bfloat16}
    return wanted if able.get(wanted, True) else torch.float32


def load_upscaler_file(path: Path, target: Target) -> UpscalerFile:
    """The upscaler in `path`.

    Raises WeightsMissing when it cannot be read, WeightsDamaged when it is no whole safetensors
    file, and InvalidRequest when it is no upscaler of colour pictures that spandrel knows.
    """
    state = numbers_of(path)
    torchvision_operators.ensure()
    from spandrel import MAIN_REGISTRY, UnsupportedModelError, canonicalize_state_dict

    try:
        network = MAIN_REGISTRY.load(canonicalize_state_dict(state))
    except UnsupportedModelError as error:
        raise unusable(path, "is of a kind that is not known here") from error
    except FAULTS as error:
        raise unusable(path, "resembles an upscaler but does not fit together") from error
    channels = (network.input_channels, network.output_channels)
    if network.purpose != "SR" or channels != (3, 3) or network.scale < 2:
        raise unusable(path, "does not enlarge colour pictures")
    return UpscalerFile(network, target)


FAULTS = (RuntimeError, LookupError, ValueError, TypeError, AssertionError, ArithmeticError)
"""What an architecture raises when a file has its names but not its shapes."""


def numbers_of(path: Path) -> dict[str, Tensor]:
    """Every tensor of the file, by name."""
    stored = stored_tensors([path])
    with ExitStack() as stack:
        source = Source(stored, {path: stack.enter_context(path.open("rb", buffering=0))})
        return {name: source.read(name).clone() for name in stored}


def unusable(path: Path, fault: str) -> InvalidRequest:
    """The one sentence for a sound file that is of no use here."""
    return InvalidRequest(
        f"The upscaler file {path} {fault}; choose another one, or leave it out to use the "
        "model's own."
    )
