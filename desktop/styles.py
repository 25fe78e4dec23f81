"""Ways of painting that can be asked for by a click: words at the end of the prompt."""

from typing import NamedTuple


class Style(NamedTuple):
    """`words` are what the prompt says."""

    name: str
    words: str


STYLES = (
    Style("3D", "3d style"),
    Style("Flat", "flat style"),
    Style("Pixel art", "pixel art"),
    Style("Clip art", "clip art"),
    Style("Line drawing", "black line drawing on white"),
    Style("Pencil", "pencil sketch on rough paper"),
    Style("Watercolour", "watercolour with soft washes"),
    Style("Oil painting", "oil painting with thick brush strokes"),
    Style("Gouache", "gouache illustration, matte colours"),
    Style("Woodcut", "woodcut print in two colours"),
    Style("Stained glass", "stained glass with lead lines"),
    Style("Paper cut", "layers of cut paper with small shadows"),
    Style("Photograph", "photograph, natural light, shallow depth of field"),
    Style("Film still", "still of a film, wide lens, evening light"),
)


def style_of(prompt: str) -> Style | None:
    """Return the style whose words the prompt ends with."""
    ending = prompt.strip()
    return next((style for style in STYLES if ending.endswith(f", {style.words}")), None)


def with_style(prompt: str, style: Style | None) -> str:
    """Return the prompt with another style in place of the one it has; None takes it away."""
    old = style_of(prompt)
    words = prompt.strip()
    if old is not None:
        words = words.removesuffix(f", {old.words}")
    return words if style is None else f"{words}, {style.words}"
