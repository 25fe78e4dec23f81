"""What the page of models says: sizes, times, states and the tasks of a model, in plain words."""

from PySide6.QtCore import QCoreApplication

from desktop.model_shelf import Condition, Standing, Trust
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


def tr(text: str) -> str:
    """In the user's language."""
    return QCoreApplication.translate("Models", text)


def gigabytes(octets: int) -> str:
    """`1.5 GB`, `12 MB`."""
    if octets < 10**9:
        return f"{max(round(octets / 1e6), 1 if octets else 0)} MB"
    return f"{octets / 1e9:.1f} GB"


def duration(seconds: float) -> str:
    """`8 s`, `3 min`, `2 h`, as roughly as an estimate is."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    if seconds < 5_400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def can(offer: Offer) -> str:
    """What it can do. A part that only adds to a model can do one thing."""
    if offer.needs:
        return tr(TASKS[Inpaint])
    return ", ".join(tr(words) for task, words in TASKS.items() if task in offer.family.tasks)


def sizes(family: Family) -> str:
    """What it paints best."""
    words = tr("{side} × {side} pixels, or another shape of that area").format(side=family.native)
    if family.enlargement > 1:
        return words + tr("; painted at {side} and enlarged").format(side=family.base)
    return words


def condition(standing: Standing) -> str:
    """Whether it can be used."""
    if standing.condition is Condition.READY:
        return tr("ready")
    if standing.condition is Condition.PARTLY:
        return tr("incomplete: {left} to go").format(left=gigabytes(standing.left))
    return tr("not on this computer")


def download(standing: Standing, free: int) -> str:
    """How much is fetched, and how much room there is."""
    offer = standing.offer
    if offer.comes_along:
        return tr("nothing to download")
    words = tr("{size} in {count} files").format(
        size=gigabytes(offer.bytes), count=len(offer.files)
    )
    return words + tr("; {free} free on this disk").format(free=gigabytes(free))


def memory(offer: Offer, free: int) -> str:
    """What the part at work needs, and what there is."""
    if offer.comes_along:
        return tr("little; it runs on any machine")
    return tr("about {need} for the largest part (estimate); {free} free now").format(
        need=gigabytes(memory_needed(offer)), free=gigabytes(free)
    )


def time(offer: Offer, speed: Speed | None) -> str:
    """Seconds for a picture here, as far as that can be told."""
    if speed is None:
        return tr("paint one picture with the Starter, then Easel can estimate it")
    return tr(
        "about {time} for a picture here (estimate; it may be two or three times off)"
    ).format(time=duration(seconds_per_picture(offer, speed)))


def files(standing: Standing) -> str:
    """Where its files are and what is known about them."""
    if standing.place is None:
        unknown = "" if standing.offer.confirmed else tr(TRUST[Trust.UNCONFIRMED])
        return unknown or tr("none yet")
    words = tr(TRUST[standing.trust])
    if standing.shortened:
        words += tr("; kept as smaller copies")
    return f"{words}\n{standing.place}"
