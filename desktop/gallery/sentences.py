"""What the page of the gallery says about the list it shows."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from desktop.finding import Listing
from desktop.quantities import number


def heading(listing: Listing, likes: int, unlikes: int, *, relatives: bool, stack: bool) -> str:
    """Return what the list is: how many, or in which order."""
    if stack:
        return _tr("Pictures of one stack")
    if relatives:
        return _tr("Relatives of a picture")
    if listing.nearest and not len(listing.ids):
        return _tr("No picture has these words")
    if listing.nearest:
        return _tr("No picture has these words; these are nearest in meaning")
    if listing.question.by_meaning:
        return _by_meaning(likes, unlikes)
    count = len(listing.ids)
    if count == 1:
        return _tr("1 picture")
    text = QCoreApplication.translate("Gallery", "{count} pictures", None, count)
    return text.format(count=number(count))


def nothing(listing: Listing, folder: Path) -> str:
    """Return what is said in place of an empty list."""
    question = listing.question
    if question.wanted.trashed:
        return _tr("The trash is empty.")
    if question.by_meaning:
        return _tr("No picture here can be compared: other models made them.")
    if question.wanted.words or question.wanted.favourites or question.wanted.collection:
        return _tr("Nothing here. Change what you look for, or show all pictures.")
    return _tr(
        "Every picture you make is kept here, in\n{folder}\n\n"
        "Write a prompt above and press Generate, or drop picture files here."
    ).format(folder=folder)


def undo(count: int) -> str:
    """Return what the button says that brings discarded pictures back."""
    if count == 1:
        return _tr("Discarded; bring 1 picture back")
    text = QCoreApplication.translate(
        "Gallery", "Discarded; bring {count} pictures back", None, count
    )
    return text.format(count=number(count))


def _by_meaning(likes: int, unlikes: int) -> str:
    if not likes:
        return _tr("Nearest in meaning first")
    text = _tr("Like {count} chosen").format(count=likes)
    return text + (_tr(", not like {count}").format(count=unlikes) if unlikes else "")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Gallery", text)
