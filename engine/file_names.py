"""Names of files that are made of somebody's words: a prompt, the name of a layer."""

import unicodedata

LONGEST, MOST_BYTES = 60, 120
"""Letters, and bytes of them: with what comes behind, encrypted homes take 143 (eCryptfs)."""

PORTS = tuple(f"{kind}{place}" for kind in ("com", "lpt") for place in "123456789¹²³")
DEVICES = frozenset(("con", "prn", "aux", "nul", *PORTS))
"""Names that Windows keeps for devices, whatever ending follows them."""


def file_stem(words: str, otherwise: str = "picture") -> str:
    """A file's name without its ending, which every system takes; `otherwise` where no word is.

    Of the words letters, their marks and digits stay, so that it has no folder in it and ends in
    neither a dot nor a space, which Windows would drop.
    """
    kept = [" "]
    for each in words:
        marks_one = unicodedata.category(each).startswith("M") and kept[-1] != " "
        kept.append(each if each.isalnum() or marks_one else " ")
    stem = "-".join("".join(kept).split())[:LONGEST]
    stem = stem.encode(errors="ignore")[:MOST_BYTES].decode(errors="ignore").strip("-")
    stem = stem or otherwise
    return f"{stem}-{otherwise}" if stem.lower() in DEVICES else stem
