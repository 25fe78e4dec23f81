"""The words for one thing, for its style and for the background behind it."""

import random
import re

from engine.training import tables
from engine.training.captions import Row
from engine.training.words import has_colour, with_article, without_colours

_STYLES = tables.styles()["styles"]
_LOOKS = tables.styles()["looks"]
_UNCOLOURED_CATEGORIES = frozenset({"faces", "people", "body", "scenes"})
_UNCOLOURED_STYLES = frozenset({"badge", "lineicon", "thinline", "doodle"})
_NUMBERED = re.compile("(?:two|three|four|a|the|pair|many) ")
_SHORT_STYLES = {"3d": "3d", "pixelart": "pixel art"}


def noun_phrase(row: Row, turned_to: str | None, rng: random.Random) -> str:
    """What the sprite shows, without article; a colour it was turned to is always said."""
    if row.portrait:
        return _portrait(row, rng)
    phrase = row.subject if rng.random() < 0.5 else rng.choice(row.names)
    if row.tone and row.category in ("people", "body") and rng.random() < 0.75:
        phrase += f"{' and' if ' with ' in phrase else ' with'} {row.tone} skin"
    if row.ring and rng.random() < 0.6:
        phrase += f" on {with_article(f'{row.ring} circle')}"
    if turned_to:
        return f"{turned_to} {without_colours(phrase)}".rstrip()
    if rng.random() < 0.38 and may_say_colour(row, phrase):
        return f"{row.colour} {phrase}"
    return phrase


def may_say_colour(row: Row, phrase: str) -> bool:
    """Whether the measured colour fits in front of the phrase and means the thing."""
    if not row.colour or row.look or row.style in _UNCOLOURED_STYLES:
        return False
    if row.category in _UNCOLOURED_CATEGORIES:
        return False
    return not has_colour(phrase) and not _NUMBERED.match(phrase)


def _portrait(row: Row, rng: random.Random) -> str:
    """A person with some of the parts known of them, so that parts vary in the captions."""
    if row.parts is None:
        return row.subject
    count = rng.randint(1, len(row.parts)) if row.parts else 0
    kept = sorted(rng.sample(range(len(row.parts)), count))
    parts = [row.parts[index] for index in kept]
    if row.tone and rng.random() < 0.35:
        parts.append(f"{row.tone} skin")
    mood = row.expression or ""
    sayable = mood and not mood.startswith("with") and len(mood.split()) < 3
    who = f"{mood} person" if sayable and rng.random() < 0.7 else "person"
    return f"{who} with {listed(parts)}" if parts else who


def listed(items: list[str]) -> str:
    """Join as in speech: "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def styled(row: Row, body: str, rng: random.Random) -> str:
    """The caption with or without words for the style of the row."""
    if row.style not in _STYLES:
        return body
    wording = _LOOKS[row.look] if row.look else _STYLES[row.style]
    draw = rng.random()
    if draw < 0.40:
        return body
    if draw < 0.80:
        return f"{body}, {rng.choice(wording['after'])}"
    if draw < 0.93:
        return f"{rng.choice(wording['before'])} {body}"
    short, match = _SHORT_STYLES.get(row.style), re.match("an? (.+)", body)
    if short and match:
        return f"a {short} {match.group(1)}"
    return f"{rng.choice(wording['after'])}, {body}"


def style_words(row: Row) -> list[str]:
    """How the style of a row is said behind a comma; empty for plain shapes."""
    return _STYLES[row.style]["after"] if row.style in _STYLES else []


def on_background(body: str, background: str) -> str:
    """Join the words for the background, which may be none, to the body of a caption."""
    if not background:
        return body
    joined = " " if background.startswith(("on ", "with ")) else ", "
    return f"{body}{joined}{background}"


def with_ink(caption: str, colour: str) -> str:
    """Say the colour of a silhouette or icon whose caption does not say it yet."""
    if re.search(rf"\b{colour}\b", caption):
        return caption
    if "a silhouette" in caption:
        return caption.replace("a silhouette", with_article(f"{colour} silhouette"), 1)
    if "silhouette" in caption:
        return caption.replace("silhouette", f"{colour} silhouette", 1)
    return f"{caption} in {colour}"


def tidy(caption: str) -> str:
    """Lower case, single spaces, and the article that sounds right before orange."""
    return re.sub(r"\ba orange\b", "an orange", " ".join(caption.lower().split()))
