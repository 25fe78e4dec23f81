"""What a person can have and remove by itself: whole models, and parts of them. Data."""

from dataclasses import dataclass

from engine.families import kandinsky22, karlo
from engine.families.family import Family, FileSpec, Part
from engine.families.kandinsky22 import KANDINSKY22
from engine.families.karlo import KARLO
from engine.families.starter import STARTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Some repositories of `family` under one name. needs: the offer this one only adds to.

    work: what a picture of the family's own size costs with its preset, in teraflop (multiply and
    add count as two); counted by `tests/engine/test_work.py`.
    """

    name: str
    title: str
    description: str
    family: Family
    repositories: tuple[str, ...]
    work: float
    needs: str = ""

    @property
    def files(self) -> tuple[FileSpec, ...]:
        """The files of its repositories."""
        return tuple(file for file in self.family.files if file.repository in self.repositories)

    @property
    def bytes(self) -> int:
        """Of its files, where their sizes are known."""
        return sum(file.size or 0 for file in self.files)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that its repositories hold."""
        return tuple(
            place.part for place in self.family.places if place.repository in self.repositories
        )

    @property
    def comes_along(self) -> bool:
        """Whether it is part of Easel, so that there is nothing to fetch or remove."""
        folders = (self.family.repository(name) for name in self.repositories)
        return all(repository.published is None for repository in folders)

    @property
    def confirmed(self) -> bool:
        """Whether the publisher's hashes are known for all of its files."""
        return self.comes_along or all(file.sha256 for file in self.files)


OFFERS = (
    Offer(
        name=STARTER.name,
        title=STARTER.title,
        description=STARTER.description,
        family=STARTER,
        repositories=(STARTER.repositories[0].folder,),
        work=0.0515,
    ),
    Offer(
        name=KANDINSKY22.name,
        title=KANDINSKY22.title,
        description=KANDINSKY22.description,
        family=KANDINSKY22,
        repositories=(kandinsky22.PRIOR_FOLDER, kandinsky22.DECODER_FOLDER),
        work=87.6,
    ),
    Offer(
        name="kandinsky22-inpaint",
        title="Kandinsky 2.2 inpainting",
        description="A second decoder for Kandinsky 2.2 that fills holes and extends pictures.",
        family=KANDINSKY22,
        repositories=(kandinsky22.INPAINT_FOLDER,),
        work=87.6,
        needs=KANDINSKY22.name,
    ),
    Offer(
        name=KARLO.name,
        title=KARLO.title,
        description=KARLO.description,
        family=KARLO,
        repositories=(karlo.FOLDER, karlo.CLIP_FOLDER),
        work=89.9,
    ),
)


def offer(name: str) -> Offer:
    """The offer of that name. Asking for one that there is not is a bug."""
    return next(each for each in OFFERS if each.name == name)
