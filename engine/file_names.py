"""Names of files that are made of somebody's words: a prompt, the name of a layer."""

import re

LONGEST = 60
"""Letters; in any script that is less than the 255 bytes that file systems take."""

PORTS = tuple(f"{kind}{place}" for kind in ("com", "lpt") for place in "123456789¹²³")
DEVICES = frozenset(("con", "prn", "aux", "nul", *PORTS))
"""Names that Windows keeps for devices, whatever ending follows them."""


def file_stem(words: str, otherwise: str = "picture") -> str:
    """A file's name without its ending, which every system takes; `otherwise` where no word is.

    Of the words only letters and digits stay, so that it has no folder in it and ends in neither
    a dot nor a space, which Windows would drop.
    """
    stem = "-".join(re.findall(r"[^\W_]+", words))[:LONGEST].strip("-") or otherwise
    return f"{stem}-{otherwise}" if stem.lower() in DEVICES else stem
