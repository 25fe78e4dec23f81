"""Things in a place: painted scenes for most styles, whole pictures for pixel art."""

import random
import re

from engine.training import tables
from engine.training.captions import Row
from engine.training.drafts import UNITS, Backdrop, Draft, Placement, Scenery, Stance, Thing
from engine.training.phrases import styled
from engine.training.scenes import ANY_STYLE, FULL_STYLES, VARIANTS
from engine.training.shelf import Shelf
from engine.training.single_layout import directed
from engine.training.wardrobe import as_it_is, dressed
from engine.training.words import with_article

_TABLE = tables.scenes()
_STYLES = tables.styles()["scene_styles"]
_SCENES = list(_TABLE["scenes"])
_HOMES = {
    scene: (home["share"], frozenset(home["words"])) for scene, home in _TABLE["at_home"].items()
}
_MIRRORED = frozenset({"animals", "vehicles"})
_OFF_TOPIC = re.compile("pumpkin|snowman|birthday|hearts|planet|parachute|castle")
_IN_FRONT = re.compile("skyline|forest|mountains|stage")
_TOGETHER = ("{0} and {1}", "{0} next to {1}", "{0} to the left of {1}", "{1} to the right of {0}")
_PREPOSITIONS = {
    "road": "on a road",
    "surface": "on the surface",
    "theater stage": "on a theater stage",
    "green hills": "on green hills",
    "lake": "in front of a lake",
    "sky": "in the sky",
}


def in_scene(shelf: Shelf, rng: random.Random, *, plainly: bool = False) -> Draft | None:
    """One thing, in one of five pictures two, standing in a place that mostly suits it.

    plainly: one thing in its own colours, large in the middle of a place that need not suit it.
    """
    style = None if plainly else rng.choices(list(_STYLES), list(_STYLES.values()))[0]
    row = shelf.pick(style, rng)
    if row.alone or row.category == "scenes":
        return None
    if plainly:
        return _alone_in(rng.choice(_SCENES), row, rng)
    if row.style == "pixelart" and rng.random() < 0.7:
        backdrops = [b for b in shelf.scenes() if not _OFF_TOPIC.search(b.subject)]
        if backdrops:
            return _before(rng.choice(backdrops), dressed(row, rng), rng)
    return _painted(shelf, row, rng)


def _before(place: Row, thing: Thing, rng: random.Random) -> Draft:
    size, x = rng.choice((48, 64, 64, 80)), UNITS / 2 + rng.randint(-24, 24)
    placement = Placement(thing, Stance(x=x, size=size, foot=rng.randint(104, 118)))
    body = f"{with_article(thing.phrase)} {_where(place.subject, rng)}"
    return Draft(
        layout="scene",
        background=Backdrop(place),
        placements=(placement,),
        caption=styled(thing.row, body, rng),
    )


def _where(place: str, rng: random.Random) -> str:
    for start, words in _PREPOSITIONS.items():
        if place.startswith(start):
            return words + place.removeprefix(start)
    if _IN_FRONT.search(place) and rng.random() < 0.4:
        return f"in front of {with_article(place)}"
    return f"in {with_article(place)}"


def _painted(shelf: Shelf, row: Row, rng: random.Random) -> Draft | None:
    scene = _fitting(row, rng)
    background = _scenery(scene, row, rng)
    things = [dressed(row, rng)]
    if rng.random() < 0.2:
        other = shelf.pick(row.style, rng)
        if other.alone or other.category == "scenes" or other.group == row.group:
            return None
        things.append(dressed(other, rng))
    body = _said([with_article(thing.phrase) for thing in things], rng)
    return Draft(
        layout="scene",
        background=background,
        placements=_standing(things, scene, rng),
        caption=styled(row, f"{body} {_phrase(scene, row, rng)}", rng),
        place=frozenset({scene}),
    )


def _alone_in(scene: str, row: Row, rng: random.Random) -> Draft:
    thing, ground = as_it_is(row, rng), _TABLE["scenes"][scene]["ground"]
    foot = None if ground is None else UNITS * ground + 6
    stance = Stance(x=UNITS / 2, size=90, foot=foot)
    return Draft(
        layout="scene",
        background=_scenery(scene, row, rng),
        placements=(Placement(thing, stance),),
        caption=styled(row, f"{with_article(thing.phrase)} {_phrase(scene, row, rng)}", rng),
        place=frozenset({scene}),
    )


def _scenery(scene: str, row: Row, rng: random.Random) -> Scenery:
    style = row.style if row.style in FULL_STYLES else ANY_STYLE
    return Scenery(scene, style, rng.randrange(VARIANTS), rng.random() < 0.5)


def _said(names: list[str], rng: random.Random) -> str:
    return names[0] if len(names) == 1 else rng.choice(_TOGETHER).format(*names)


def _fitting(row: Row, rng: random.Random) -> str:
    """A scene: any of them now and then, else its home or one that suits its category."""
    if rng.random() < 0.22:
        return rng.choice(_SCENES)
    for scene, (share, words) in _HOMES.items():
        if not words.isdisjoint(row.words) and rng.random() < share:
            return scene
    return rng.choice(_TABLE["fitting"].get(row.category, ["grass", "room", "table"]))


def _phrase(scene: str, row: Row, rng: random.Random) -> str:
    phrase = rng.choice(_TABLE["scenes"][scene]["phrases"])
    repeated = "cactuses" in phrase and "cactus" in row.words
    return _TABLE["scenes"][scene]["phrases"][0] if repeated else phrase


def _standing(things: list[Thing], scene: str, rng: random.Random) -> tuple[Placement, ...]:
    ground = _TABLE["scenes"][scene]["ground"]
    if len(things) == 1:
        centres, sizes, drop = [UNITS / 2 + rng.randint(-22, 22)], [rng.randint(58, 92)], 10
    else:
        centres, drop = [36.0, 92.0], 6
        sizes = [rng.randint(46, 60), rng.randint(46, 60)]
    foot = None if ground is None else UNITS * ground + rng.randint(-4, drop)
    return tuple(
        Placement(
            thing,
            Stance(
                x=x,
                y=UNITS / 2 + rng.randint(-14, 14),
                size=size,
                flip=thing.row.category in _MIRRORED
                and rng.random() < 0.3
                and not directed(thing.row),
                foot=foot,
            ),
        )
        for thing, x, size in zip(things, centres, sizes, strict=True)
    )
