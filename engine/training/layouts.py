"""The arrangements of a training picture: one thing, a scene, two things, a count, a pattern.

Each layout is a function `(Shelf, Random) -> Draft | None`; None means that the sprites drawn do
not suit it, and it is asked again. All lengths are in units of 128 to a side.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from engine.training import tables
from engine.training.backgrounds import WHITE, behind
from engine.training.captions import Row
from engine.training.drafts import UNITS, Draft, Placement, Stance, Thing
from engine.training.phrases import may_say_colour, on_background, styled
from engine.training.scene_layout import in_scene
from engine.training.shelf import Shelf
from engine.training.single_layout import coloured, plain, single
from engine.training.wardrobe import as_it_is, dressed
from engine.training.words import countable, plural, with_article, without_colours

Layout: TypeAlias = Callable[[Shelf, random.Random], Draft | None]
Dress: TypeAlias = Callable[[Row, random.Random], Thing]

_TWO_STYLES = tables.styles()["two_styles"]
_COUNT_STYLES = tables.styles()["count_styles"]
_NEVER_COUNTED = frozenset({"people", "scenes", "body"})
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
_SMALL_WORDS = frozenset({"face", "with", "and", "of", "a", "in", "on", "small", "big", "the"})
_BESIDE = (
    "{0} to the left of {1}",
    "{1} to the right of {0}",
    "{0} on the left and {1} on the right",
    "{0} next to {1}",
    "{0} and {1}",
    "{0} and {1} side by side",
    "{0} beside {1}",
    "{0} left of {1}",
)
_STACKED = (
    "{0} above {1}",
    "{1} below {0}",
    "{0} over {1}",
    "{1} under {0}",
    "{0} at the top and {1} at the bottom",
    "{0} on top and {1} below",
)
_PATTERN = ("a pattern of {}", "{} pattern", "many {}", "a seamless pattern of {}")
_ROWS: Mapping[int, tuple[float, tuple[tuple[float, float], ...]]] = {
    2: (58, ((34, 64), (94, 64))),
    3: (42, ((24, 64), (64, 64), (104, 64))),
    4: (52, ((36, 36), (92, 36), (36, 92), (92, 92))),
    5: (40, ((24, 38), (64, 38), (104, 38), (44, 90), (84, 90))),
    6: (38, ((24, 40), (64, 40), (104, 40), (24, 90), (64, 90), (104, 90))),
}
_TRIANGLE = (52.0, ((64.0, 36.0), (36.0, 92.0), (92.0, 92.0)))


def style_from(weights: Mapping[str, float], rng: random.Random) -> str:
    """A style drawn by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def two(shelf: Shelf, rng: random.Random, *, plainly: bool = False) -> Draft | None:
    """Two different things beside or above each other, now and then a big and a small one.

    plainly: of one style, of one size, in their own colours on white.
    """
    style = None if plainly else style_from(_TWO_STYLES, rng)
    first = shelf.pick(style, rng)
    second = shelf.pick(first.style if plainly or rng.random() < 0.82 else None, rng)
    if not _tell_apart(first, second):
        return None
    dress = as_it_is if plainly else dressed
    things = [dress(first, rng), dress(second, rng)]
    ground = WHITE if plainly or first.mono or second.mono else behind(rng)
    phrases = [_coloured(thing) for thing in things]
    phrases, sizes = (phrases, [60, 60]) if plainly else _sized(phrases, rng)
    placements, wording = _arranged(things, sizes, rng)
    body = wording.format(*map(with_article, phrases))
    caption = on_background(body, ground.phrase)
    if first.style == second.style and not first.mono:
        caption = styled(first, caption, rng)
    return Draft(layout="two", background=ground.background, placements=placements, caption=caption)


def _tell_apart(first: Row, second: Row) -> bool:
    if first.alone or second.alone or first.group == second.group:
        return False
    return not (first.words & second.words) - _SMALL_WORDS


def _coloured(thing: Thing) -> str:
    if thing.row.mono and not thing.row.shaded and thing.said:
        return f"{thing.said} {thing.phrase}"
    return thing.phrase


def _sized(phrases: list[str], rng: random.Random) -> tuple[list[str], list[int]]:
    if rng.random() < 0.86:
        return phrases, [rng.randint(50, 62), rng.randint(50, 62)]
    said = [
        (f"{rng.choice(('big', 'large'))} {phrases[0]}", rng.randint(64, 76)),
        (f"{rng.choice(('small', 'tiny'))} {phrases[1]}", rng.randint(26, 38)),
    ]
    return [phrase for phrase, _ in said], [size for _, size in said]


def _arranged(
    things: list[Thing], sizes: list[int], rng: random.Random
) -> tuple[tuple[Placement, ...], str]:
    """Place the two, either of them first, and choose words that say so."""
    order = (0, 1) if rng.random() < 0.5 else (1, 0)
    level = UNITS / 2 + rng.randint(-6, 6)
    beside = rng.random() < 0.68
    placements = tuple(
        Placement(
            things[index],
            Stance(x=along if beside else level, y=level if beside else along, size=sizes[index]),
        )
        for index, along in zip(order, (34, 94), strict=True)
    )
    wording = rng.choice(_BESIDE if beside else _STACKED)
    return placements, re.sub("[01]", lambda digit: str(order[int(digit.group())]), wording)


def count(shelf: Shelf, rng: random.Random, *, plainly: bool = False) -> Draft | None:
    """Two to six of one thing; plainly: in its own colours on white."""
    row = shelf.pick(None if plainly else style_from(_COUNT_STYLES, rng), rng)
    thing = _many(row, rng, as_it_is if plainly else dressed)
    if thing is None:
        return None
    number = rng.choice((2, 2, 3, 3, 4, 4, 5, 6))
    placements, level = _counted(thing, number, rng)
    ground = WHITE if plainly or row.mono else behind(rng)
    in_a_row = " in a row" if level and not plainly and rng.random() < 0.5 else ""
    body = on_background(f"{_NUMBERS[number]} {plural(thing.phrase)}{in_a_row}", ground.phrase)
    caption = body if row.mono else styled(row, body, rng)
    return Draft(
        layout="count", background=ground.background, placements=placements, caption=caption
    )


def _counted(thing: Thing, number: int, rng: random.Random) -> tuple[tuple[Placement, ...], bool]:
    size, places = _ROWS[number]
    if number == 3 and rng.random() < 0.5:
        size, places = _TRIANGLE
    size -= rng.randint(0, 6)
    placements = tuple(
        Placement(thing, Stance(x=x + rng.randint(-3, 3), y=y + rng.randint(-3, 3), size=size))
        for x, y in places
    )
    return placements, len({y for _, y in places}) == 1


def _many(row: Row, rng: random.Random, dress: Dress = dressed) -> Thing | None:
    """The thing by a name that has a plural, with its colour where that is said."""
    names = [name for name in row.names if countable(name)]
    if row.alone or row.category in _NEVER_COUNTED or not names:
        return None
    thing, name = dress(row, rng), rng.choice(names)
    if thing.said:
        name = f"{thing.said} {without_colours(name)}{' outline' if row.outline else ''}"
    elif rng.random() < 0.3 and may_say_colour(row, name):
        name = f"{row.colour} {name}"
    return replace(thing, phrase=name)


def pattern(shelf: Shelf, rng: random.Random) -> Draft | None:
    """Many of one thing in rows, every second row shifted now and then."""
    row = shelf.pick(None, rng)
    thing = _many(row, rng)
    if thing is None:
        return None
    ground = WHITE if row.mono else behind(rng)
    said = ground.phrase if ground.phrase.startswith(("on ", "with ")) else ""
    caption = on_background(rng.choice(_PATTERN).format(plural(thing.phrase)), said)
    return Draft(
        layout="pattern",
        background=ground.background,
        placements=_tiled(thing, rng.choice((3, 4)), shifted=rng.random() < 0.5),
        caption=caption,
    )


def _tiled(thing: Thing, across: int, *, shifted: bool) -> tuple[Placement, ...]:
    step = UNITS / across
    placements: list[Placement] = []
    for line in range(across):
        back = step / 2 if shifted and line % 2 else 0
        for column in range(across + (1 if back else 0)):
            x, y = step * (column + 0.5) - back, step * (line + 0.5)
            placements.append(Placement(thing, Stance(x=x, y=y, size=step * 0.86)))
    return tuple(placements)


LAYOUTS: Mapping[str, Layout] = {
    "single": single,
    "plain": plain,
    "scene": in_scene,
    "two": two,
    "count": count,
    "pattern": pattern,
    "coloured": coloured,
    "plain_scene": partial(in_scene, plainly=True),
    "plain_two": partial(two, plainly=True),
    "plain_count": partial(count, plainly=True),
}
