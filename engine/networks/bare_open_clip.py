"""Lets open_clip's transformers be imported without all that open_clip imports beside them.

The package itself brings torchvision, timm, torch's compiler and, where it is installed,
transformers: two thirds of the time the engine takes until it is ready. The towers live in one
module of it, which wants of all this the name of a single class, for networks of another kind.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from types import ModuleType


@contextmanager
def bare() -> Generator[None, None, None]:
    """While this lasts, modules of open_clip are imported without the package around them.

    Afterwards neither it nor torchvision counts as imported, so that whoever wants them whole gets
    them whole. Where one of them is imported already, or absent, nothing is put in its place.
    """
    before = set(sys.modules)
    sys.modules.update({name: module for name, module in stand_ins().items() if name not in before})
    try:
        yield
    finally:
        for name in sys.modules.keys() - before:
            if name.partition(".")[0] in ("open_clip", "torchvision"):
                del sys.modules[name]


def stand_ins() -> dict[str, ModuleType]:
    """The package without what it would run, and of torchvision the one class that is named."""
    found: dict[str, ModuleType] = {}
    spec = find_spec("open_clip")
    if spec is not None and "open_clip" not in sys.modules:
        found["open_clip"] = module_from_spec(spec)
    if "torchvision" not in sys.modules:
        for name in ("torchvision", "torchvision.ops", "torchvision.ops.misc"):
            found[name] = ModuleType(name)
        vars(found["torchvision.ops.misc"])["FrozenBatchNorm2d"] = type("FrozenBatchNorm2d", (), {})
    return found
