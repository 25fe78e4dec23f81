"""What the Unicode standard calls the things that emoji show, as one more name of each.

Sources of emoji say them by the short names of CLDR, which are later and often leave a word out:
what the standard calls ROBOT FACE and ZEBRA FACE is a robot and a zebra there. People say both.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from engine.training.captions import LONGEST_NAME, Row

MOST_WORDS = 4
_EMOJI = re.compile("u([0-9A-F]{4,6})")
_ABOUT_THE_SIGN = re.compile(
    r"\b(?:black|white|heavy|large|medium|small|lower|upper|left|right|sign|symbol|mark|shape)\b"
)
"""Words by which the standard tells a sign from others, not what it shows."""


def with_official_names(rows: Sequence[Row]) -> list[Row]:
    """The rows in their order, those of emoji with the standard's name last, if it is new.

    A name is left out that is long, tells more of the sign than of the thing, or has a word that no
    other name has: it would be learned from one thing alone.
    """
    known = {word for row in rows for name in row.names for word in name.lower().split()}
    return [_with_official_name(row, known) for row in rows]


def official_name(row: Row) -> str | None:
    """Of the emoji that a row shows; None for what is no emoji or consists of several signs."""
    emoji = _EMOJI.fullmatch(row.group)
    return unicodedata.name(chr(int(emoji[1], 16)), "").lower() if emoji else None


def _with_official_name(row: Row, known: set[str]) -> Row:
    name = official_name(row)
    if not name or name in {each.lower() for each in row.names} or len(name) >= LONGEST_NAME:
        return row
    words = name.split()
    if len(words) > MOST_WORDS or not known.issuperset(words) or _ABOUT_THE_SIGN.search(name):
        return row
    return replace(row, names=(*row.names, name))
