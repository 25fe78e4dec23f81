"""In which order finished and unfinished pictures lie, in the tray and on the page Create."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.candidates import Candidate, Candidates
from engine.requests import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One picture, or where one will be. index: of the candidate. preview: of an unfinished one."""

    number: int
    index: int | None = None
    candidate: Candidate | None = None
    preview: Pixels | None = None


def places(candidates: Candidates) -> tuple[Place, ...]:
    """Return finished pictures, then unfinished ones.

    Until the first of a run is finished its places lie before those of the run before, which must
    not push what is being painted out of view.
    """
    arrived, pending = candidates.arrived, candidates.pending
    previews = candidates.previews[arrived : arrived + pending]
    padded = (*previews, *[None] * (pending - len(previews)))
    ahead = arrived == 0
    done = [Place(n + 1, n, each) for n, each in enumerate(candidates.items)]
    first = 1 if ahead else len(done) + 1
    coming = [Place(first + n, preview=preview) for n, preview in enumerate(padded)]
    return (*coming, *done) if ahead else (*done, *coming)


def spoken(place: Place) -> str:
    """Return what a screen reader says of a place."""
    if place.candidate is None:
        return _tr("Picture {number}, not finished").format(number=place.number)
    name = _tr("Picture {number}, seed {seed}").format(
        number=place.number, seed=place.candidate.seed
    )
    if place.candidate.agreement is not None:
        share = f"{place.candidate.agreement:.2f}"
        name += _tr(", agreement with the prompt {share}").format(share=share)
    if place.candidate.favourite:
        name += _tr(", a favourite")
    if place.candidate.trashed:
        name += _tr(", in the gallery's trash")
    return name


def remark_on(candidate: Candidate) -> str:
    """Return what stands in the corner of a finished picture: how well it agrees, or its fate."""
    if candidate.trashed:
        return _tr("in the trash")
    return "" if candidate.agreement is None else f"{candidate.agreement:.2f}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Places", text)
