"""Prompts to begin with: a short list and a way to recombine it, so that nobody faces an empty box.

They stay within what the embedded Starter model was taught: one or two things, a colour, a style.
"""

from random import Random

FIRST = "a red apple"
"""Written into the prompt at the first start."""

SUBJECTS = (
    "an apple",
    "a cat",
    "a rocket",
    "a lighthouse",
    "a penguin",
    "a mushroom",
    "a sailboat",
    "an octopus",
    "a castle",
    "a fox",
    "a guitar",
    "a hot air balloon",
    "a butterfly",
    "a slice of pizza",
    "a robot",
    "a sunflower",
)
PLACES = ("", "", " on a beach", " in the snow", " in space", " in a forest", " at night")
STYLES = ("", "", ", 3d style", ", flat style", ", pixel art", ", clip art")


def surprise(random: Random, other_than: str = "") -> str:
    """Return an idea that differs from `other_than`."""
    while True:
        idea = random.choice(SUBJECTS) + random.choice(PLACES) + random.choice(STYLES)
        if idea != other_than:
            return idea
