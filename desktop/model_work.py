"""Slow work on model files, as iterators for a worker; what they find out becomes verdicts."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from desktop.model_choices import Added
from desktop.model_shelf import Shelf
from desktop.storage.verdicts import Verdict, Verdicts
from engine.errors import WeightsDamaged, WeightsMissing
from engine.events import Loading
from engine.families import Family, Part, find
from engine.families.offers import Offer
from engine.interface import Engine
from engine.weights.part_file import remove_part
from engine.weights.recognise import Recognised, recognise
from engine.weights.shrink import Shrunk, saving, shrink
from engine.weights.store import SUMS, WeightStore
from engine.weights.variants import variants_of

if TYPE_CHECKING:  # what speaks to the network is imported when somebody wants it
    from engine.weights.fetch import Fetched
    from engine.weights.network import Network

Inspect: TypeAlias = Callable[[Sequence[Path], Family, Sequence[Part]], Engine]
"""Makes an engine whose warm-up reads these parts whole and says what is wrong with them."""


@dataclass(frozen=True, slots=True)
class Working:
    """What is being done, in words, and how far: `done` of `total` bytes; a total of 0 tells none.

    note: one sentence about something out of the ordinary.
    """

    what: str
    done: int = 0
    total: int = 0
    note: str = ""


def fetching(offer: Offer, shelf: Shelf, network: "Network", inspect: Inspect) -> Iterator[Working]:
    """Fetch what is missing; a model whose hashes nobody has confirmed is then read whole."""
    from engine.weights.fetch import fetch

    missing = shelf.missing(offer)
    for file in missing:
        path = shelf.path(offer.family, file)
        if path is not None and shelf.known.of(path) is Verdict.DAMAGED:
            if not path.is_relative_to(shelf.own):
                raise WeightsDamaged(
                    f"{path} is damaged and not in Easel's own folder, so Easel leaves it alone. "
                    "Replace or remove it, then try again."
                )
            path.unlink()
    for report in fetch(offer.family, shelf.own, network, missing):
        tell(shelf, offer, report)
        name = report.file.path
        yield Working(f"{report.doing}: {name}", report.done, report.total, report.note)
    if not offer.confirmed:
        yield from inspecting(shelf.folders, offer.family, offer.parts, inspect)


def tell(shelf: Shelf, offer: Offer, report: "Fetched") -> None:
    """Remember what a download said about a file at its end."""
    from engine.weights.download import Doing

    found = {Doing.VERIFIED: Verdict.VERIFIED, Doing.UNVERIFIED: Verdict.UNCONFIRMED}
    path = shelf.path(offer.family, report.file)
    if path is not None and report.doing in found:
        shelf.known.tell(path, found[report.doing])


def verifying(offer: Offer, shelf: Shelf, inspect: Inspect) -> Iterator[Working]:
    """Read every file that is here again, whatever was known about it.

    Raises WeightsDamaged at the end with the first fault; each file has its verdict then.
    """
    fault: WeightsDamaged | None = None
    for file, path in shelf.store.paths(offer.family, offer.files).items():
        try:
            for report in shelf.store.verify_file(offer.family, file):
                yield Working(f"reading: {file.path}", report.done, report.total)
                if report.done == report.total:
                    good = Verdict.VERIFIED if report.known else Verdict.UNCONFIRMED
                    shelf.known.tell(path, good)
        except WeightsDamaged as error:
            shelf.known.tell(path, Verdict.DAMAGED)
            fault = fault or error
    if fault is not None:
        raise fault
    if not offer.confirmed:
        yield from inspecting(shelf.folders, offer.family, offer.parts, inspect)


def inspecting(
    folders: Sequence[Path], family: Family, parts: Sequence[Part], inspect: Inspect
) -> Iterator[Working]:
    """Have parts read whole: names, shapes, number formats, and whether all of it is finite."""
    engine = inspect(folders, family, parts)
    try:
        for event in engine.warm_up():
            if isinstance(event, Loading):
                yield Working(f"checking: {event.part}")
    finally:
        engine.close()


def adding(folder: Path, shelf: Shelf, inspect: Inspect) -> Iterator[Working | Recognised]:
    """Find out what a folder holds, and read that whole before anything else is told about it."""
    yield Working(f"looking into {folder.name}")
    shelf.known.forget_damage(folder)
    found = recognise(folder)
    searched = [found.search] if found.search else []
    for name, homes in found.homes.items():
        yield from inspecting(shelf.folders, find(name).standing(homes), found.parts, inspect)
    if found.search:
        for family in (find("kandinsky22"), find("karlo")):
            store = Shelf(shelf.own, searched, shelf.own, shelf.known).store
            here = [part for part in found.parts if family.has(part) and store.has(family, part)]
            if here:
                yield from inspecting(searched, family, here, inspect)
                make_way(shelf, WeightStore(searched), family)
    yield found


def make_way(shelf: Shelf, sound: WeightStore, family: Family) -> None:
    """Delete damaged files in Easel's own folder, which is looked into first, that `sound` has.

    sound: of other folders alone.
    """
    copies = sound.paths(family, family.files)
    for file, path in WeightStore([shelf.own]).paths(family, copies).items():
        # A folder may be another name of Easel's own, or have a link to it there.
        if shelf.known.of(path) is Verdict.DAMAGED and not path.samefile(copies[file]):
            path.unlink(missing_ok=True)


def saving_space(offer: Offer, shelf: Shelf) -> Iterator[Working]:
    """Replace the weight files in Easel's own folder by bfloat16 copies, one after the other."""
    files = [path for path in shelf.own_files(offer) if can_shrink(path)]
    for path in files:
        home = home_of(path, shelf.own)
        for report in shrink(path, home):
            yield Working(f"making smaller: {path.parent.name}/{path.name}", *how_far(report))
        copy = next(each for each in variants_of(path)[1:] if each.exists())
        shelf.known.tell(copy, Verdict.VERIFIED)


def how_far(report: Shrunk) -> tuple[int, int]:
    """Done and total of a report."""
    return report.done, report.total


def can_shrink(path: Path) -> bool:
    """Whether `path` is a weight file that a copy in bfloat16 would make smaller."""
    if path.suffix != ".safetensors" or ".bf16." in path.name:
        return False
    with suppress(WeightsDamaged, WeightsMissing):
        return saving(path) > 0
    return False


def removing(offer: Offer, shelf: Shelf) -> Iterator[Working]:
    """Delete the offer's files from Easel's own folder, and nothing that is not on its list."""
    yield Working("removing")
    for file in offer.files:
        home = shelf.own / offer.family.repository(file.repository).folder
        for path in variants_of(home / file.path):
            path.unlink(missing_ok=True)
            remove_part(path)
        remove_empty(home / file.path, shelf.own)
    for name in offer.repositories:
        home = shelf.own / offer.family.repository(name).folder
        if not any(home.rglob("*.safetensors")):
            (home / SUMS).unlink(missing_ok=True)
        remove_empty(home / SUMS, shelf.own)


def remove_empty(path: Path, stop: Path) -> None:
    """Remove the folders above `path` that are empty, up to `stop`."""
    for folder in path.parents:
        if folder == stop or not folder.is_relative_to(stop):
            return
        with suppress(OSError):
            folder.rmdir()


def home_of(path: Path, own: Path) -> Path:
    """The repository folder that a file of Easel's own lies in."""
    return own / path.relative_to(own).parts[0]


def added_of(folder: Path, found: Recognised, taken: Sequence[str]) -> tuple[Added, ...]:
    """What becomes of a folder that stands for published ones, under a name not yet taken."""
    made: list[Added] = []
    for family, homes in found.homes.items():
        number = 1
        while (name := f"added-{number}") in taken:
            number += 1
        made.append(Added(name, folder.name, family, homes))
    return tuple(made)


def verdicts_in(folder: Path) -> Verdicts:
    """The file of verdicts of this person."""
    return Verdicts(folder / "model-files.json")
