"""Lets torchvision be imported where its compiled operators do not fit the installed torch.

spandrel, which knows the files of upscalers, imports torchvision, and a torchvision built for CUDA
cannot load its operators beside a CPU build of torch. torchvision copes with that except in two
places, which register shape rules for `nms` and `qnms` without asking whether these exist.
Declaring their signatures is enough for it; neither has a kernel then, so calling one still fails,
and nothing in this project calls one.
"""

from importlib.util import find_spec
from pathlib import Path

BOXES = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
DECLARED = {"nms": BOXES, "qnms": BOXES}
BINARY_SUFFIXES = {".so", ".pyd", ".dylib"}


def ensure() -> bool:
    """Make `import torchvision` possible; call it before the first import of it.

    True when the real operators are there, False when only their signatures were declared.
    Harmless to repeat. Raises nothing where torchvision is not installed.
    """
    loaded = load_operators(operator_file(package_folders("torchvision")))
    if not loaded:
        declare_operators()
    return loaded


def package_folders(name: str) -> tuple[Path, ...]:
    """Where the package `name` lives, found without importing it; empty when it is absent."""
    spec = find_spec(name)
    return tuple(map(Path, spec.submodule_search_locations or ())) if spec else ()


def operator_file(folders: tuple[Path, ...]) -> Path | None:
    """The compiled operators in `folders`; a frozen application may have neither of the two."""
    files = (path for folder in folders for path in sorted(folder.glob("_C*")))
    return next((path for path in files if path.suffix in BINARY_SUFFIXES), None)


def load_operators(file: Path | None) -> bool:
    """Whether torch accepts the operators in `file`. torchvision may load it again."""
    import torch

    if file is None:
        return False
    try:
        torch.ops.load_library(file)  # pyright: ignore[reportUnknownMemberType]
    except OSError:
        return False
    return True


def declare_operators() -> None:
    """Declare, once, the signatures that torchvision takes for granted."""
    import torch

    for name, signature in DECLARED.items():
        if not hasattr(torch.ops.torchvision, name):
            torch.library.define(f"torchvision::{name}", signature)
