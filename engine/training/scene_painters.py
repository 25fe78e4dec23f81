"""Sixteen places, each painted by a function `(Brush, Random) -> None`.

All lengths are in units of 128 to a side.
"""

import math
import random
from collections.abc import Callable, Mapping

from engine.training import colours
from engine.training.drafts import RGB, UNITS
from engine.training.scene_brush import Brush

_PLANETS = ("orange", "teal", "purple", "red", "blue", "beige")
_WALLS: tuple[RGB, ...] = (
    (236, 222, 200),
    (204, 222, 234),
    (222, 234, 214),
    (244, 214, 210),
    (226, 216, 240),
)
_HOUSES: tuple[RGB, ...] = (
    (150, 160, 178),
    (176, 150, 140),
    (130, 150, 170),
    (190, 180, 170),
)
_FLOWERS: tuple[RGB, ...] = ((255, 255, 255), (255, 220, 90), (250, 140, 170))


def _grass(brush: Brush, rng: random.Random) -> None:
    brush.sky(3)
    brush.ground((105, 190, 80))
    if rng.random() < 0.4:
        brush.sun((255, 222, 80), 10, 26)
    for _ in range(rng.randint(0, 12)):
        x, y = rng.randint(0, 127), rng.randint(brush.horizon + 6, 127)
        brush.canvas.disc(x, y, 1, rng.choice(_FLOWERS))


def _beach(brush: Brush, rng: random.Random) -> None:
    brush.sky(2)
    brush.canvas.band(rng.randint(58, 68), UNITS, brush.near((70, 160, 215)))
    brush.ground((240, 216, 160), 2, rng.randint(80, 90))
    if rng.random() < 0.5:
        brush.plant("palm", rng.choice((16, 112)), rng.randint(56, 74), rng.randint(90, 100))


def _snow(brush: Brush, rng: random.Random) -> None:
    brush.fade((170, 205, 235), (226, 238, 248))
    brush.ground((246, 249, 253), 4)
    for _ in range(rng.randint(1, 3) if rng.random() < 0.5 else 0):
        foot = brush.horizon + rng.randint(2, 10)
        brush.plant("evergreen", brush.at_the_side(30), rng.randint(36, 56), foot)
    for _ in range(rng.randint(14, 40)):
        x, y = rng.randint(0, 127), rng.randint(0, 127)
        brush.canvas.disc(x, y, rng.choice((1, 1, 2)), colours.WHITE)


def _night(brush: Brush, rng: random.Random) -> None:
    brush.fade((14, 18, 52), (48, 58, 112), 100)
    brush.stars(rng.randint(25, 60), brush.horizon)
    if rng.random() < 0.7:
        x, y, radius = rng.randint(14, 114), rng.randint(12, 28), rng.randint(8, 12)
        brush.canvas.disc(x, y, radius, (250, 240, 190))
        if rng.random() < 0.6:
            brush.canvas.disc(x + radius // 2 + 1, y - 2, radius - 1, (22, 27, 66))
    brush.ground((34, 62, 56))


def _space(brush: Brush, rng: random.Random) -> None:
    brush.fade((8, 8, 24), (26, 16, 54), UNITS)
    brush.stars(rng.randint(50, 110))
    if rng.random() < 0.5:
        x, y = (rng.choice((rng.randint(8, 30), rng.randint(98, 120))) for _ in range(2))
        shade = colours.shade_of(rng.choice(_PLANETS), rng)
        brush.canvas.disc(x, y, rng.randint(8, 20), shade)


def _underwater(brush: Brush, rng: random.Random) -> None:
    brush.fade((64, 170, 222), (14, 66, 140), UNITS)
    brush.ground((214, 190, 140), 3, rng.randint(112, 120))
    for _ in range(rng.randint(5, 14)):
        x, y = rng.randint(4, 124), rng.randint(4, 108)
        brush.canvas.ring(x, y, rng.randint(1, 4), (196, 232, 250))
    for _ in range(rng.randint(1, 4)):
        x, height = brush.at_the_side(30), rng.randint(3, 7)
        weed = [(x + 3 * math.sin(k * 1.3), 120 - k * 6) for k in range(height)]
        brush.canvas.stroke(weed, brush.near((40, 140, 90)), 3)


def _desert(brush: Brush, rng: random.Random) -> None:
    brush.fade((250, 200, 130), (255, 232, 190))
    brush.sun((255, 244, 190), 12, 30)
    brush.ground((228, 178, 104), 6, brush.horizon - 6)
    brush.ground((240, 196, 124), 4, brush.horizon + 4)
    for _ in range(rng.randint(1, 2)):
        foot = brush.horizon + rng.randint(4, 14)
        brush.plant("cactus", brush.at_the_side(24), rng.randint(26, 42), foot)


def _forest(brush: Brush, rng: random.Random) -> None:
    brush.fade((176, 220, 190), (214, 238, 206))
    brush.ground((84, 150, 70), 3, brush.horizon - 4)
    kind = rng.choice(("evergreen", "deciduous", "tree"))
    for x in range(rng.randint(-6, 4), UNITS + 10, rng.randint(20, 28)):
        word = rng.choice((kind, kind, "deciduous"))
        brush.plant(word, x, rng.randint(52, 78), brush.horizon + rng.randint(-2, 6))


def _mountains(brush: Brush, rng: random.Random) -> None:
    brush.sky(2)
    foot = brush.horizon + 4
    for _ in range(rng.randint(2, 4)):
        x, height, half = rng.randint(0, UNITS), rng.randint(44, 70), rng.randint(30, 50)
        peak = (x, foot - height)
        rock = brush.near((120, 130, 150), 16)
        brush.canvas.polygon([(x - half, foot), peak, (x + half, foot)], rock)
        snow = foot - height * 0.72
        cap = [(x - half * 0.28, snow), peak, (x + half * 0.28, snow), (x, foot - height * 0.8)]
        brush.canvas.polygon(cap, (248, 250, 253))
    brush.ground((110, 176, 90))


def _city(brush: Brush, rng: random.Random) -> None:
    dark = rng.random() < 0.3
    if dark:
        brush.canvas.fade((20, 24, 60), (70, 70, 120), 90)
    else:
        brush.sky(0)
    x, street = 0, brush.horizon + 6
    while x < UNITS:
        width = rng.randint(12, 24)
        _house(brush, (x, street, width, rng.randint(26, 66)), rng, dark=dark)
        x += width + rng.randint(0, 2)
    brush.canvas.band(street, UNITS, brush.near((112, 114, 120)))


def _house(
    brush: Brush, place: tuple[int, int, int, int], rng: random.Random, *, dark: bool
) -> None:
    x, street, width, height = place
    wall = brush.near((52, 56, 84), 12) if dark else brush.near(rng.choice(_HOUSES), 14)
    brush.canvas.box(x, street - height, width, height, wall)
    for y in range(street - height + 4, street - 5, 8):
        for left in range(x + 3, x + width - 3, 6):
            lit = (255, 232, 140) if rng.random() < 0.7 else (40, 44, 70)
            brush.canvas.box(left, y, 2, 3, lit if dark else (214, 232, 246))


def _sunset(brush: Brush, rng: random.Random) -> None:
    brush.fade((94, 64, 140), (255, 158, 84), brush.horizon)
    y = brush.horizon - rng.randint(0, 10)
    brush.canvas.disc(rng.randint(30, 98), y, rng.randint(14, 22), (255, 226, 130))
    if rng.random() < 0.5:
        brush.ground((66, 52, 70))
        return
    brush.canvas.band(brush.horizon, UNITS, brush.near((120, 84, 130)))
    for y in range(brush.horizon + 4, UNITS, 8):
        glint = [(rng.randint(20, 90), y), (rng.randint(40, 120), y)]
        brush.canvas.stroke(glint, (255, 190, 120))


def _room(brush: Brush, rng: random.Random) -> None:
    brush.canvas.fill(brush.near(rng.choice(_WALLS), 6))
    brush.canvas.band(brush.horizon, UNITS, brush.near((184, 138, 94)))
    brush.canvas.band(brush.horizon, brush.horizon + 4, (250, 248, 244))
    for y in range(brush.horizon + 12, UNITS, 12):
        brush.canvas.stroke([(0, y), (UNITS, y)], (164, 120, 80))
    if rng.random() < 0.5:
        x = rng.choice((10, 84))
        brush.canvas.box(x, 14, 34, 34, (250, 250, 250))
        brush.canvas.box(x + 3, 17, 28, 28, (170, 214, 246))
        brush.canvas.stroke([(x + 17, 17), (x + 17, 45)], (250, 250, 250), 2)


def _table(brush: Brush, rng: random.Random) -> None:
    brush.canvas.fill(brush.near(rng.choice(_WALLS), 6))
    top = rng.randint(84, 92)
    brush.canvas.band(top, UNITS, brush.near((170, 116, 70)))
    brush.canvas.band(top, top + 3, brush.near((196, 142, 92)))


def _sky(brush: Brush, rng: random.Random) -> None:
    brush.fade((96, 174, 240), (196, 228, 252), UNITS)
    brush.clouds(rng.randint(2, 5))
    brush.clouds(rng.randint(0, 2), 84, 122)


def _rain(brush: Brush, rng: random.Random) -> None:
    brush.fade((110, 124, 144), (168, 180, 194))
    brush.ground((92, 120, 96), 2)
    for _ in range(rng.randint(2, 4)):
        width = rng.randint(12, 20)
        x, y = rng.randint(0, UNITS), rng.randint(2, 14)
        brush.canvas.oval(x, y, width, width / 2, (84, 94, 110))
    for _ in range(rng.randint(30, 60)):
        x, y = rng.randint(0, 127), rng.randint(10, 120)
        brush.canvas.stroke([(x, y), (x - 2, y + 7)], (196, 216, 236))


def _road(brush: Brush, rng: random.Random) -> None:
    brush.sky(2)
    brush.ground((116, 180, 92), 2, 74)
    brush.canvas.band(88, 118, brush.near((92, 94, 100)))
    brush.canvas.band(88, 90, (214, 214, 214))
    brush.canvas.band(116, 118, (214, 214, 214))
    for x in range(rng.randint(-10, 0), UNITS, 22):
        brush.canvas.box(x, 102, 11, 2, (250, 240, 200))


PAINTERS: Mapping[str, Callable[[Brush, random.Random], None]] = {
    "grass": _grass,
    "beach": _beach,
    "snow": _snow,
    "night": _night,
    "space": _space,
    "underwater": _underwater,
    "desert": _desert,
    "forest": _forest,
    "mountains": _mountains,
    "city": _city,
    "sunset": _sunset,
    "room": _room,
    "table": _table,
    "sky": _sky,
    "rain": _rain,
    "road": _road,
}
