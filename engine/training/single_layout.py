"""One thing on a plain background: its size, its place and what is said of them."""

import random
import re
from dataclasses import dataclass

from engine.training.backgrounds import WHITE, Behind, behind
from engine.training.captions import Row
from engine.training.drafts import UNITS, Backdrop, Draft, Placement, Stance, Thing
from engine.training.phrases import on_background, style_words, styled, with_ink
from engine.training.shelf import Shelf
from engine.training.wardrobe import as_it_is, dressed, in_another_colour
from engine.training.words import with_article

_PLACES = {
    "top left corner": (0.27, 0.27),
    "top right corner": (0.73, 0.27),
    "bottom left corner": (0.27, 0.73),
    "bottom right corner": (0.73, 0.73),
    "top": (0.5, 0.27),
    "bottom": (0.5, 0.73),
    "left": (0.27, 0.5),
    "right": (0.73, 0.5),
    "center": (0.5, 0.5),
}
_PLACE_WORDS = {
    "center": ("in the center", "in the middle", ""),
    "top": ("at the top",),
    "bottom": ("at the bottom",),
    "left": ("on the left", "on the left side"),
    "right": ("on the right", "on the right side"),
}
_SIDES = ("top", "bottom", "left", "right")
_FLIPPED = frozenset({"animals", "food", "plants", "vehicles"})
_TURNED_OVER = frozenset({"animals", "vehicles", "objects", "places", "people"})
_DIRECTED = re.compile("left|right|facing")


@dataclass(frozen=True, slots=True)
class _Stand:
    """Size, centre and turn of the thing, and the words for its size and its place."""

    size: int
    x: float = UNITS / 2
    y: float = UNITS / 2
    angle: float = 0.0
    said_size: str = ""
    said_place: str = ""


def directed(row: Row) -> bool:
    """Whether a name tells which way it looks, so that it must not be mirrored."""
    return any(_DIRECTED.search(name) for name in row.names)


def single(shelf: Shelf, rng: random.Random) -> Draft | None:
    """One thing, mostly large and in the middle."""
    row = shelf.pick(None, rng)
    if row.scene:
        caption = styled(row, with_article(row.subject), rng)
        return Draft(layout="single", background=Backdrop(row), placements=(), caption=caption)
    thing = dressed(row, rng)
    ground = _contrasting(thing, behind(rng))
    stand = _stand(row, rng)
    placement = Placement(
        thing,
        Stance(
            x=stand.x,
            y=stand.y,
            size=stand.size,
            flip=row.category in _FLIPPED and rng.random() < 0.25 and not directed(row),
            angle=stand.angle,
        ),
    )
    return Draft(
        layout="single",
        background=ground.background,
        placements=(placement,),
        caption=_caption(thing, stand, ground, rng),
    )


def plain(shelf: Shelf, rng: random.Random) -> Draft | None:
    """One thing as it is, large, upright and in the middle of white: what a bare name asks for."""
    row = shelf.pick(None, rng)
    if row.scene:
        return None
    return _plainly(as_it_is(row, rng), rng)


def coloured(shelf: Shelf, rng: random.Random) -> Draft | None:
    """As plain, but in a colour that is said and that the thing seldom has."""
    row = shelf.pick(None, rng)
    thing = None if row.scene else in_another_colour(row, rng)
    return thing and _plainly(thing, rng)


def _plainly(thing: Thing, rng: random.Random) -> Draft:
    stand = _Stand(rng.randint(106, 120))
    placement = Placement(thing, Stance(x=stand.x, y=stand.y, size=stand.size))
    return Draft(
        layout="plain",
        background=WHITE.background,
        placements=(placement,),
        caption=_caption(thing, stand, WHITE, rng),
    )


def _contrasting(thing: Thing, ground: Behind) -> Behind:
    """White behind a tinted sprite that the background would swallow."""
    if not thing.row.mono:
        return ground
    alike = any(name.split()[-1] == thing.colour for name in ground.names)
    too_dark = thing.colour == "black" and any(name.startswith("dark") for name in ground.names)
    return WHITE if alike or too_dark else ground


def _stand(row: Row, rng: random.Random) -> _Stand:
    draw = rng.random()
    if draw < 0.11:
        return _small(rng)
    if draw < 0.17:
        return _shifted(rng)
    if draw < 0.21:
        x, y = (UNITS / 2 + rng.randint(-10, 10) for _ in range(2))
        said = rng.choice(("huge", "giant", "close-up"))
        return _Stand(rng.randint(150, 196), x, y, said_size=said)
    if draw < 0.24:
        return _Stand(124, said_size=rng.choice(("big", "large")))
    if draw < 0.252 and row.category in _TURNED_OVER:
        return _Stand(rng.randint(100, 126), angle=180, said_size="upside down")
    tilted = row.style != "pixelart" and rng.random() < 0.12
    return _Stand(rng.randint(100, 126), angle=rng.uniform(-9, 9) if tilted else 0.0)


def _small(rng: random.Random) -> _Stand:
    place = rng.choice(list(_PLACES))
    x, y = (part * UNITS + rng.randint(-4, 4) for part in _PLACES[place])
    size = rng.choice(("small", "tiny", "little", "small"))
    said = rng.choice(_PLACE_WORDS.get(place, (f"in the {place}",)))
    return _Stand(rng.randint(38, 56), x, y, said_size=size, said_place=said)


def _shifted(rng: random.Random) -> _Stand:
    place = rng.choice(_SIDES)
    x, y = (UNITS * (0.5 + (part - 0.5) * 0.8) for part in _PLACES[place])
    return _Stand(rng.randint(62, 84), x, y, said_place=_PLACE_WORDS[place][0])


def _caption(thing: Thing, stand: _Stand, ground: Behind, rng: random.Random) -> str:
    row, phrase = thing.row, thing.phrase
    inked = row.mono and not row.shaded and thing.said
    if inked and rng.random() < 0.5:
        phrase = f"{thing.said} {phrase}"
    bare = not (stand.said_size or stand.said_place or ground.phrase)
    draw = rng.random()
    if bare and draw < 0.06 and row.keywords:
        caption = _tags(row, phrase, rng)
    elif bare and draw < 0.12:
        caption = _bare(row, phrase, rng)
    else:
        body = f"{_sized(phrase, stand.said_size)} {stand.said_place}".rstrip()
        caption = styled(row, on_background(body, ground.phrase), rng)
    return with_ink(caption, thing.said or "") if inked else caption


def _sized(phrase: str, size: str) -> str:
    if size == "close-up":
        return f"a close-up of {with_article(phrase)}"
    return with_article(f"{size} {phrase}".lstrip())


def _tags(row: Row, phrase: str, rng: random.Random) -> str:
    """A list of key words, as people type them: "palm tree, tropical, plant"."""
    count = min(len(row.keywords), rng.randint(1, 3))
    tags = [phrase, *rng.sample(row.keywords, count)]
    return ", ".join([*tags, *style_words(row)[:1]] if rng.random() < 0.5 else tags)


def _bare(row: Row, phrase: str, rng: random.Random) -> str:
    words = style_words(row)
    return f"{phrase}, {rng.choice(words)}" if words and rng.random() < 0.5 else phrase
