"""Reading a whole model without using it: names, shapes, number formats, and whether all is finite.

It is the engine's own reading, onto a device that keeps nothing, so what is said here and what the
engine does can never differ. As an Engine it can live in the child process, like the real one.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from torch import nn

from engine import tokenizer
from engine.errors import UnsupportedTask
from engine.events import Event, Loading
from engine.families import Family, Part
from engine.requests import Request
from engine.weights import parts
from engine.weights.reading import Target
from engine.weights.store import WeightStore

NOWHERE = Target(torch.float32, "meta")

READERS: dict[Part, Callable[[WeightStore, Family, Target], nn.Module]] = {
    Part.TEXT: parts.load_text,
    Part.VISION: parts.load_vision,
    Part.PRIOR: parts.load_prior,
    Part.PROJECTION: parts.load_projection,
    Part.DECODER: parts.load_decoder,
    Part.INPAINT: parts.load_inpaint,
    Part.AUTOENCODER: parts.load_autoencoder,
    Part.UPSCALER: parts.load_upscaler,
}


class Inspection:
    """Reads `wanted` parts of `family` when it is warmed up, and can do nothing else."""

    def __init__(self, folders: Sequence[Path], family: Family, wanted: Sequence[Part]) -> None:
        """Read nothing yet."""
        self._store = WeightStore(folders)
        self._family = family
        self._wanted = tuple(wanted)

    def warm_up(self) -> Iterator[Event]:
        """Report each part before it is read. Raises WeightsMissing and WeightsDamaged."""
        for part in self._wanted:
            yield Loading(part.value)
            self._read(part)

    def run(self, request: Request) -> Iterator[Event]:
        """Raise UnsupportedTask."""
        raise UnsupportedTask("This is an inspection; it paints nothing.")

    def supports(self, request: type[Request]) -> bool:
        """Nothing."""
        return False

    def give_up(self, request: Request) -> None:
        """Do nothing: there are no runs."""

    def interrupt(self) -> None:
        """Do nothing: no other thread can stop a read in this process."""

    def close(self) -> None:
        """Do nothing: nothing is kept."""

    def _read(self, part: Part) -> None:
        store, family = self._store, self._family
        if part is Part.TOKENIZER:
            tokenizer.load(store.locate(family, part), family.text.context)
        elif part in (Part.SUPER_FIRST, Part.SUPER_LAST):
            parts.load_super_resolution(store, family, part, NOWHERE)
        else:
            READERS[part](store, family, NOWHERE)
