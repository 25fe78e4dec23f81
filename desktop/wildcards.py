"""Prompts with choices: {red|blue} is one of both, {a {big|small} cat|a dog} goes deeper."""

from random import Random

OPEN, BETWEEN, CLOSE = "{", "|", "}"


def has_choices(text: str) -> bool:
    """Whether `expanded` could give something else than `text`."""
    return _innermost(text) is not None


def expanded(text: str, random: Random) -> str:
    """Return `text` with one of the choices in each pair of braces; other braces stay."""
    while (found := _innermost(text)) is not None:
        start, end = found
        chosen = random.choice(text[start + 1 : end].split(BETWEEN))
        text = text[:start] + chosen + text[end + 1 :]
    return text


def _innermost(text: str) -> tuple[int, int] | None:
    """Find the first pair of braces that holds a choice and no brace."""
    start = -1
    for place, letter in enumerate(text):
        if letter == OPEN:
            start = place
        elif letter == CLOSE and start >= 0:
            if BETWEEN in text[start:place]:
                return start, place
            start = -1
    return None
