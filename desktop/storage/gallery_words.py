"""What a person writes into a search field, as an expression of SQLite's full-text search."""

import re

_PART = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')
_WORD = re.compile(r"\w+")


def expression(text: str) -> str:
    """All words have to occur, the last one perhaps unfinished; "…" is a phrase, -word excludes.

    Empty where nothing is asked for. No character of `text` can become an operator.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, short_minus, word in _PART.findall(text):
        found = _WORD.findall(phrase or word)
        if not found:
            continue
        target = unwanted if minus or short_minus else wanted
        target.append(_quoted(found) if phrase or len(found) > 1 else _quoted(found) + "*")
    if not wanted:
        return ""
    kept = " AND ".join(wanted)
    return f"({kept}) NOT ({' OR '.join(unwanted)})" if unwanted else kept


def _quoted(words: list[str]) -> str:
    return '"' + " ".join(words) + '"'
