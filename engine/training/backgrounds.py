"""What is behind a thing: white, a plain named colour, or a gradient of two, and its words."""

import random
from dataclasses import dataclass

from engine.training import colours
from engine.training.drafts import RGB, Background, Gradient, Plain
from engine.training.words import with_article


@dataclass(frozen=True, slots=True)
class Behind:
    """A background, the phrase that says it ("" for unsaid), and the names of its colours."""

    background: Background
    phrase: str
    names: tuple[str, ...]


WHITE = Behind(Plain(colours.WHITE), "", ("white",))


def behind(rng: random.Random) -> Behind:
    """56 % white, 32 % plain, 12 % gradient."""
    draw = rng.random()
    if draw < 0.56:
        return _white(rng)
    return _plain(rng) if draw < 0.88 else _gradient(rng)


def _white(rng: random.Random) -> Behind:
    level = 255 if rng.random() < 0.8 else rng.randint(247, 255)
    phrase = "on a white background" if rng.random() < 0.14 else ""
    return Behind(Plain((level, level, level)), phrase, ("white",))


def _plain(rng: random.Random) -> Behind:
    name = rng.choice(colours.NAMES)
    described = f"{with_article(name)} background"
    forms = (f"on {described}", f"on {described}", f"with {described}", f"{name} background")
    phrase = rng.choice((*forms, f"on {name}")) if rng.random() < 0.85 else ""
    return Behind(Plain(colours.shade_of(name, rng)), phrase, (name,))


def _gradient(rng: random.Random) -> Behind:
    first, second = rng.sample(colours.NAMES, 2)
    across = rng.choices(("down", "right", "out"), (45, 25, 30))[0]
    phrase = _gradient_words(first, second, across, rng) if rng.random() < 0.85 else ""
    rgb: tuple[RGB, RGB] = colours.shade_of(first, rng), colours.shade_of(second, rng)
    return Behind(Gradient(*rgb, across), phrase, (first, second))


def _gradient_words(first: str, second: str, across: str, rng: random.Random) -> str:
    both = with_article(f"{first} and {second}")
    if across == "right":
        return f"on {both} gradient background"
    if across == "out":
        glow = f"on {with_article(second)} background with {with_article(first)} glow"
        return rng.choice((f"on {both} background", glow))
    return rng.choice(
        (
            f"on {with_article(first)} to {second} gradient background",
            f"on {both} gradient",
            f"with a gradient background from {first} to {second}",
        )
    )
