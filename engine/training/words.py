"""English for captions: articles, plurals, colour words, and the set of words a phrase covers."""

import re
from functools import lru_cache

from engine.training import tables

_TABLE = tables.words()
_MASS = frozenset(_TABLE["mass"])
_SINGULAR_IN_S = frozenset(_TABLE["singular_in_s"])
_PLURAL_WITHOUT_S = frozenset(_TABLE["plural_without_s"])
_PLURAL_IN_OES = frozenset(_TABLE["plural_in_oes"])
_IRREGULAR = _TABLE["irregular_plurals"]
_FIXED = _TABLE["fixed"]
_COLOURS = frozenset(_TABLE["colours"])

_ADJECTIVES = _COLOURS | {"small", "tiny", "little", "big", "large", "huge", "giant"}
_TOKEN = re.compile(r"[a-z0-9'\-]+")
_HEAD_ENDS = re.compile(
    " (?:with|of|in|on|at|and|behind|from|to|under|over|without|for|showing|holding|covering|making"
    "|wearing|pointing|facing|doing|riding|taking|giving|lifting|falling|sailing|throwing|fighting"
    "|wrestling|having|leaving|chasing|kicking|swimming|reading|gesturing|bowing|kneeling|standing"
    "|running|walking|by|near|the) "
)
_DETERMINED = re.compile("(?:an?|the|two|three|four|five|six|many|some|several|my) ")
_SPOKEN_WITH_A = re.compile("one-|uni(?!m|n)|eu|ewe|u[fs]o|used|ukulele|u-|union|usb")
_SPOKEN_WITH_AN = re.compile("hour|honest|heir|x-ray|suv|sos|mp3|8[ -]")
_NO_PLURAL = re.compile(r" (?:with|of|and|in|on|from|without) |'s\b|^pair ")


@lru_cache(maxsize=100_000)
def article(phrase: str) -> str:
    """The indefinite article of a noun phrase: "a", "an", or "" for plurals and mass nouns."""
    text = phrase.lower().strip()
    if not text or _DETERMINED.match(text):
        return ""
    if text.startswith("pair of"):
        return "a"
    head = _HEAD_ENDS.split(text)[0]
    if not _MASS.isdisjoint({text, head, _without_adjectives(head)}) or _is_plural(head):
        return ""
    if _SPOKEN_WITH_A.match(text):
        return "a"
    return "an" if text[0] in "aeiou" or _SPOKEN_WITH_AN.match(text) else "a"


def _without_adjectives(head: str) -> str:
    *front, last = head.split()
    return " ".join([*(word for word in front if word not in _ADJECTIVES), last])


def _is_plural(head: str) -> bool:
    last = head.split()[-1]
    if last in _PLURAL_WITHOUT_S:
        return True
    singular = last in _SINGULAR_IN_S or head in _SINGULAR_IN_S
    return last.endswith("s") and not last.endswith(("ss", "us", "is")) and not singular


def with_article(phrase: str) -> str:
    """The phrase behind its article: "an apple", "grapes", "a cup of coffee"."""
    fixed = _FIXED.get(phrase.lower())
    if fixed is not None:
        return fixed
    return f"{article(phrase)} {phrase}".lstrip()


def countable(phrase: str) -> bool:
    """Whether "three" and a plural can be said of it: at most three words, one thing."""
    short = len(phrase.split()) <= 3
    return short and not _NO_PLURAL.search(f"{phrase} ") and article(phrase) != ""


@lru_cache(maxsize=20_000)
def plural(phrase: str) -> str:
    """The phrase with its last word in the plural: "red bus" -> "red buses"."""
    *front, last = phrase.split()
    return " ".join([*front, _plural_word(last)])


def _plural_word(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _PLURAL_IN_OES or re.search("(?:s|x|z|ch|sh)$", word):
        return f"{word}es"
    if re.search("[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}s"


def has_colour(phrase: str) -> bool:
    """Whether a word of the phrase names a colour or shade."""
    return not _COLOURS.isdisjoint(re.split("[ -]", phrase.lower()))


def without_colours(phrase: str) -> str:
    """The phrase without its colour words."""
    return " ".join(word for word in phrase.split() if word.lower() not in _COLOURS)


@lru_cache(maxsize=50_000)
def covered(word: str) -> tuple[str, ...]:
    """The word, its parts at hyphens, and what each could be the plural of."""
    parts = {word, *word.split("-")} - {""}
    return tuple(parts | {single for part in parts for single in _singulars(part)})


def _singulars(word: str) -> list[str]:
    if len(word) < 4 or not word.endswith("s"):
        return []
    found = [word[:-1]]
    if word.endswith("es"):
        found.append(word[:-2])
    if word.endswith("ies"):
        found.append(f"{word[:-3]}y")
    return found


def words_of(text: str) -> set[str]:
    """All words that a text says, in the singular too: {"cats", "cat", …}."""
    return {each for word in _TOKEN.findall(text.lower()) for each in covered(word)}
