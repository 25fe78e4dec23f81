"""Names as they can be seen: what turns letters round, or shows nothing, gets a stand-in.

For names of files, layers, models and sources, which may come from a stranger: `gnp.exe` written
behind U+202E looks like a picture. A prompt is a person's own and stays as it was typed.
"""

from unicodedata import category

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Controls, what orders and joins letters, halves of characters, ends of lines and paragraphs."""
JOINERS = "\u200c\u200d"
"""Part of how Persian words and many emoji are written; harmless between two such characters."""
PICTURES, DELETE = 0x2400, 0x7F
"""Where Unicode has pictures of the controls 0 to 31, and that of delete at 33."""
RAW = range(0xDC80, 0xDD00)
"""How Python keeps the octets of a file's name that is no UTF-8 (PEP 383)."""


def visible(text: str, *, lines: bool = False) -> str:
    """Return `text` without anything that cannot be seen. lines: ends of lines stay."""
    if text.isascii() and text.isprintable():
        return text
    shown = (
        letter if _is_seen(text, place) or (lines and letter == "\n") else _stand_in(letter)
        for place, letter in enumerate(text)
    )
    return "".join(shown)


def _is_seen(text: str, place: int) -> bool:
    letter = text[place]
    if letter in JOINERS:
        beside = (text[:place][-1:], text[place + 1 : place + 2])
        return all(each > "\x7f" and category(each) not in HIDDEN for each in beside)
    return category(letter) not in HIDDEN


def _stand_in(letter: str) -> str:
    code = ord(letter)
    if code < 32:
        return chr(PICTURES + code)
    if code == DELETE:
        return chr(PICTURES + 33)
    return f"‹{code - 0xDC00:02X}›" if code in RAW else f"‹U+{code:04X}›"
