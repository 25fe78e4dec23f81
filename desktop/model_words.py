"""What the page of models says: sizes, times, states and the tasks of a model, in plain words."""

from PySide6.QtCore import QCoreApplication

from desktop.model_shelf import Condition, Standing, Trust
from desktop.quantities import duration, file_size, number
from engine.estimates import Speed, memory_needed, seconds_per_picture
from engine.families import Family
from engine.families.offers import Offer
from engine.requests import Embed, Generate, Guide, Inpaint, Mix, Morph, Reword, Upscale, Vary

TASKS: dict[type, str] = {
    Generate: "pictures from words",
    Vary: "variations",
    Mix: "mixes",
    Morph: "paths between pictures",
    Reword: "rewording",
    Inpaint: "filling and extending",
    Guide: "painting over",
    Upscale: "enlarging",
    Embed: "search by meaning",
}

TRUST = {
    Trust.SHIPPED: "comes with Easel",
    Trust.VERIFIED: "verified against the publisher",
    Trust.NOT_YET: "not yet verified here",
    Trust.UNCONFIRMED: "not verified against the publisher",
    Trust.DAMAGED: "damaged: get it again, only the damaged file is fetched",
}


def _tr(text: str) -> str:
    """In the user's language."""
    return QCoreApplication.translate("Models", text)


def can(offer: Offer) -> str:
    """What it can do. A part that only adds to a model can do one thing."""
    if offer.needs:
        return _tr(TASKS[Inpaint])
    return ", ".join(_tr(words) for task, words in TASKS.items() if task in offer.family.tasks)


def sizes(family: Family) -> str:
    """What it paints best."""
    words = _tr("{side} × {side} pixels, or another shape of that area").format(side=family.native)
    if family.enlargement > 1:
        return words + _tr("; painted at {side} and enlarged").format(side=family.base)
    return words


def condition(standing: Standing) -> str:
    """Whether it can be used."""
    if standing.condition is Condition.READY:
        return _tr("ready")
    if standing.trust is Trust.DAMAGED:
        if not standing.left:  # nothing is fetched, or nobody knows how long the file is
            return _tr("damaged")
        return _tr("damaged, {left} to get again").format(left=file_size(standing.left))
    if standing.condition is Condition.PARTLY:
        done = 1 - standing.left / max(standing.offer.bytes, 1)
        return _tr("incomplete: {share} %, {left} to go").format(
            share=number(100 * done), left=file_size(standing.left)
        )
    return _tr("not on this computer")


def download(standing: Standing, free: int) -> str:
    """How much is fetched, and how much room there is."""
    offer = standing.offer
    if offer.comes_along:
        return _tr("nothing to download")
    count = len(offer.files)
    text = QCoreApplication.translate("Models", "{size} in {count} files", None, count)
    words = text.format(size=file_size(offer.bytes), count=count)
    return words + _tr("; {free} free on this disk").format(free=file_size(free))


def memory(offer: Offer, free: int) -> str:
    """What the part at work needs, and what there is."""
    if offer.comes_along:
        return _tr("little; it runs on any machine")
    return _tr("about {need} for the largest part (estimate); {free} free now").format(
        need=file_size(memory_needed(offer)), free=file_size(free)
    )


def time(offer: Offer, speed: Speed | None) -> str:
    """Seconds for a picture here, as far as that can be told."""
    if speed is None:
        return _tr("paint one picture with the Starter, then Easel can estimate it")
    return _tr(
        "about {time} for a picture here (estimate; it may be two or three times off)"
    ).format(time=duration(seconds_per_picture(offer, speed)))


def files(standing: Standing) -> str:
    """Where its files are and what is known about them."""
    if standing.place is None:
        unknown = "" if standing.offer.confirmed else _tr(TRUST[Trust.UNCONFIRMED])
        return unknown or _tr("none yet")
    if standing.condition is Condition.PARTLY and standing.trust is Trust.VERIFIED:
        return str(standing.place)  # what is verified is not the model
    words = _tr(TRUST[standing.trust])
    if standing.trust is Trust.DAMAGED and standing.offer.comes_along:
        words = _tr("damaged: install Easel again")
    if standing.shortened:
        words += _tr("; kept as smaller copies")
    return f"{words}\n{standing.place}"
