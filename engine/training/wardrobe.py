"""Turning a row into a thing to be drawn: which colour it gets and what it is called."""

import random
import re

from engine.training import colours
from engine.training.captions import Row
from engine.training.drafts import HueTurn, Thing, Tint
from engine.training.phrases import noun_phrase

_HUE_WORDS = re.compile(r"\b(?:rainbow|colorful|dark|light|gold|golden)\b")
_LIFTED = ("yellow", "orange")
_TURNED_SHARE = 0.24


def dressed(row: Row, rng: random.Random) -> Thing:
    """The row with a colour chosen by chance and a noun phrase that is true of it."""
    if not _turnable(row) or rng.random() >= _TURNED_SHARE:
        return as_it_is(row, rng)
    return in_another_colour(row, rng) or as_it_is(row, rng)


def in_another_colour(row: Row, rng: random.Random) -> Thing | None:
    """The row turned to one of its other hues, which is said; None where it has none."""
    if not _turnable(row) or all(_HUE_WORDS.search(name) for name in row.names):
        return None
    turned_to = rng.choice(list(row.hues))
    finish = HueTurn(row.hues[turned_to], turned_to in _LIFTED)
    phrase = noun_phrase(row, turned_to, rng)
    return Thing(row=row, finish=finish, colour=turned_to, said=turned_to, phrase=phrase)


def as_it_is(row: Row, rng: random.Random) -> Thing:
    """The row in its own colours; one that has none is in ink, or in a colour that is said."""
    if row.mono:
        return _tinted(row, rng)
    phrase = noun_phrase(row, None, rng)
    return Thing(row=row, finish=None, colour=row.colour, said=None, phrase=phrase)


def _turnable(row: Row) -> bool:
    return not row.mono and bool(row.hues) and row.style != "badge"


def _tinted(row: Row, rng: random.Random) -> Thing:
    phrase = noun_phrase(row, None, rng)
    if row.shaded:
        colour = rng.choice(colours.TINTS)
        finish = Tint(colours.shade_of(colour, rng, 8))
        phrase = f"{colour} {phrase}{' outline' if row.outline else ''}"
        return Thing(row=row, finish=finish, colour=colour, said=colour, phrase=phrase)
    if rng.random() < 0.5:
        said = "black" if rng.random() < 0.4 else None
        return Thing(row=row, finish=Tint(colours.INK), colour="black", said=said, phrase=phrase)
    colour = rng.choice(colours.TINTS)
    finish = Tint(colours.shade_of(colour, rng))
    return Thing(row=row, finish=finish, colour=colour, said=colour, phrase=phrase)
