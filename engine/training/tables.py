"""The tables of the training grammar (`engine/training/data/*.json`), read once and typed.

Words, styles, colours, scenes, held-out combinations and picture sources are data of the project;
the modules beside this one hold the rules that use them.
"""

import json
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

FOLDER = Path(__file__).parent / "data"
CAPTIONS = FOLDER / "captions.jsonl.gz"


class WordTable(TypedDict):
    """English irregularities. `fixed` maps a phrase to itself with its right article or none."""

    mass: list[str]
    singular_in_s: list[str]
    plural_without_s: list[str]
    fixed: dict[str, str]
    irregular_plurals: dict[str, str]
    plural_in_oes: list[str]
    colours: list[str]


class Wording(TypedDict):
    """How a style is said: `after` a comma at the end, or `before` the thing ("a cartoon of")."""

    after: list[str]
    before: list[str]


class StyleTable(TypedDict):
    """Wordings of styles and looks, and how often each style and category is drawn."""

    styles: dict[str, Wording]
    looks: dict[str, Wording]
    style_weights: dict[str, float]
    category_weights: dict[str, float]
    scene_styles: dict[str, float]
    two_styles: dict[str, float]
    count_styles: dict[str, float]


class ColourTable(TypedDict):
    """Named colours as RGB anchors 0–255, and the names used to tint silhouettes and shapes.

    `also` are other words for colours, each with the nearest name of the palette.
    """

    palette: dict[str, tuple[int, int, int]]
    tints: list[str]
    also: dict[str, str]


class SceneText(TypedDict):
    """Phrases of a painted scene; `ground` is the height of its ground line (0 top, 1 bottom)."""

    phrases: list[str]
    ground: float | None


class Home(TypedDict):
    """Things that belong to a scene, and the share of their scene pictures that show them there."""

    share: float
    words: list[str]


class SceneTable(TypedDict):
    """Scenes, the ones that fit a category, and the ones that are home to certain things."""

    scenes: dict[str, SceneText]
    fitting: dict[str, list[str]]
    at_home: dict[str, Home]


class HeldOutTable(TypedDict):
    """Combinations that training never shows, each a few words that must not occur together."""

    synonyms: dict[str, str]
    colours: list[str]
    pairs: list[str]
    places: list[str]
    counts: list[str]
    styles: list[str]
    prompts: list[str]


def _read(name: str) -> object:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@cache
def words() -> WordTable:
    """English irregularities."""
    return cast("WordTable", _read("words.json"))


@cache
def styles() -> StyleTable:
    """Styles and the weights of the mix."""
    return cast("StyleTable", _read("styles.json"))


@cache
def colours() -> ColourTable:
    """Named colours."""
    return cast("ColourTable", _read("colours.json"))


@cache
def scenes() -> SceneTable:
    """Painted scenes."""
    return cast("SceneTable", _read("scenes.json"))


@cache
def held_out() -> HeldOutTable:
    """Held-out combinations."""
    return cast("HeldOutTable", _read("heldout.json"))
