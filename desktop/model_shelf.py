"""How every model stands on this computer: pure questions to the disk, no thread, no window."""

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.storage.verdicts import Verdict, Verdicts
from engine.families import Family, FileSpec, Place
from engine.families.offers import Offer
from engine.weights.part_file import file_left
from engine.weights.store import WeightStore, has_its_length


class Condition(StrEnum):
    """Whether a model can be used."""

    READY = "ready"
    PARTLY = "partly"
    """Something of it is here; a download can go on."""
    ABSENT = "absent"


class Trust(StrEnum):
    """What is known about the files, the least sure of them counting."""

    SHIPPED = "shipped"
    VERIFIED = "verified"
    NOT_YET = "not yet"
    UNCONFIRMED = "unconfirmed"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One offer as it is here.

    left: bytes still to fetch. ours: bytes in Easel's own folder, which Remove would free. place:
    where its files are, None while there are none. shortened: bfloat16 copies of ours are in use.
    """

    offer: Offer
    condition: Condition
    trust: Trust
    left: int
    ours: int
    place: Path | None
    shortened: bool


class Shelf:
    """Looks into Easel's own folder, the folders that were added, and what comes with Easel."""

    def __init__(self, own: Path, others: Sequence[Path], shipped: Path, known: Verdicts) -> None:
        """`own` is the only folder that is ever written to."""
        self.own = own
        self.folders = (own, *others, shipped)
        self.known = known
        self.store = WeightStore(self.folders)

    def standing(self, offer: Offer) -> Standing:
        """One of them."""
        lacking = [part for part in offer.parts if not self.store.has(offer.family, part)]
        here = self.store.paths(offer.family, offer.files)
        missing = self._missing(offer, here)
        paths = tuple(here.values())
        left = sum(file_left(offer.family, self.own, file) for file in missing)
        started = any(paths) or left < offer.bytes
        ready = not lacking and not self._damaged(paths)
        usual = Condition.PARTLY if started else Condition.ABSENT
        return Standing(
            offer=offer,
            condition=Condition.READY if ready else usual,
            trust=self.trust(offer, paths),
            left=0 if ready else left,
            ours=sum(size_of(path) for path in self.own_files(offer)),
            place=common(paths),
            shortened=any(".bf16." in path.name for path in paths),
        )

    def missing(self, offer: Offer) -> tuple[FileSpec, ...]:
        """What a download has to fetch: absent, of another length, or known to be damaged."""
        return self._missing(offer, self.store.paths(offer.family, offer.files))

    def _missing(self, offer: Offer, here: Mapping[FileSpec, Path]) -> tuple[FileSpec, ...]:
        return tuple(file for file in offer.files if not self._is_good(here.get(file), file))

    def _is_good(self, path: Path | None, file: FileSpec) -> bool:
        if path is None or not has_its_length(path, file):
            return False
        return self.known.of(path) is not Verdict.DAMAGED

    def path(self, family: Family, file: FileSpec) -> Path | None:
        """Where a file is, None when it is nowhere."""
        return self.store.paths(family, [file]).get(file)

    def own_files(self, offer: Offer) -> tuple[Path, ...]:
        """Files of the offer that lie in Easel's own folder, in any version."""
        if offer.comes_along:
            return ()
        return tuple(WeightStore([self.own]).paths(offer.family, offer.files).values())

    def trust(self, offer: Offer, paths: Sequence[Path]) -> Trust:
        """What is known about all of `paths` together."""
        if self._damaged(paths):
            return Trust.DAMAGED
        if offer.comes_along:
            return Trust.SHIPPED
        if not offer.confirmed:
            return Trust.UNCONFIRMED
        told = {self.known.of(path) for path in paths}
        if Verdict.UNCONFIRMED in told:
            return Trust.UNCONFIRMED
        return Trust.VERIFIED if told == {Verdict.VERIFIED} else Trust.NOT_YET

    def usable(self, family: Family, needed: Sequence[str]) -> bool:
        """Whether the parts of the repositories `needed` are all here, and none of it damaged."""
        places = [place for place in family.places if place.repository in needed]
        here = all(self.store.has(family, place.part) for place in places)
        return here and not self.damaged(family, needed)

    def damaged(self, family: Family, needed: Sequence[str]) -> tuple[Path, ...]:
        """The files known to be damaged where `family` finds the repositories `needed`."""
        if not (known := self.known.damaged()):
            return ()
        places = [place for place in family.places if place.repository in needed]
        homes = {
            home_of(self.store.locate(family, place.part), place)
            for place in places
            if self.store.has(family, place.part)
        }
        return tuple(path for path in known if any(path.is_relative_to(home) for home in homes))

    def _damaged(self, paths: Sequence[Path]) -> bool:
        return any(self.known.of(path) is Verdict.DAMAGED for path in paths)


def verbs_of(standing: Standing, in_use: bool) -> list[str]:
    """What can be done with an offer that nobody is working on; what most people want first."""
    offer = standing.offer
    if offer.comes_along:
        return ["verify"] if in_use else ["use", "verify"]
    if standing.condition is Condition.READY:
        first = [] if in_use or offer.needs else ["use"]
        space = ["save"] if standing.ours and not standing.shortened else []
        return [*first, "verify", *space, *(["remove"] if standing.ours else [])]
    if standing.condition is Condition.PARTLY:
        on = "get" if standing.trust is Trust.DAMAGED else "continue"
        return [on, "folder", "verify", *(["remove"] if standing.ours else [])]
    return ["get", "folder"]


def home_of(folder: Path, place: Place) -> Path:
    """The repository's folder, by that of a part in it."""
    return folder.parents[len(parts) - 1] if (parts := Path(place.subfolder).parts) else folder


def common(paths: Sequence[Path]) -> Path | None:
    """The folder that all of `paths` are in, or the only one there is."""
    if not paths:
        return None
    shared = paths[0].parent
    while not all(path.is_relative_to(shared) for path in paths):
        shared = shared.parent
    return shared


def size_of(path: Path) -> int:
    """Bytes of a file; 0 for one that has just gone, since work on it may go on meanwhile."""
    with suppress(OSError):
        return path.stat().st_size
    return 0


def free_on(folder: Path) -> int:
    """Free bytes on the disk that `folder` is on, or will be."""
    for each in (folder, *folder.parents):
        if each.exists():
            return shutil.disk_usage(each).free
    return 0
