"""Easel's engine: unCLIP picture synthesis without a screen.

`import engine` is cheap: it loads neither torch nor Qt. `open_engine` imports torch when called.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from engine.families import Family, Part, find
from engine.interface import Engine
from engine.wishes import Wishes

__all__ = ["Engine", "open_engine", "open_inspection"]


def open_engine(
    folders: Sequence[Path],
    family: Family | str = "starter",
    wishes: Wishes | None = None,
    cache: Path | None = None,
) -> Engine:
    """Return an engine in this process that paints with `family` from the weights in `folders`.

    cache: a folder for what networks answer always; None keeps nothing from one start to the next.

    Takes seconds, because it imports torch; reads no weights yet. KeyError for an unknown name.
    """
    # Waiting threads that spin starve the others when the processor is shared: a picture took ten
    # times as long beside two busy programs. Read by OpenMP once, when torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from engine.memory import choose_residency
    from engine.unclip import UnclipEngine
    from engine.weights.kept_answers import KeptAnswers
    from engine.weights.store import WeightStore

    chosen = find(family) if isinstance(family, str) else family
    store = WeightStore(folders)
    residency = choose_residency(chosen, store, wishes)
    return UnclipEngine(chosen, store, residency, KeptAnswers(cache))


def open_inspection(folders: Sequence[Path], family: Family, wanted: Sequence[Part]) -> Engine:
    """Return an engine whose warm-up reads these parts of `family` whole and says what is wrong.

    It paints nothing and keeps nothing. Imports torch.
    """
    from engine.inspection import Inspection

    return Inspection(folders, family, wanted)
