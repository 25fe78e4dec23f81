"""What of the settings must be known before the window is painted.

Read apart, because `Settings`, which judges the file, loads numpy (decision 14). What is not
usable reads as the default here; `Settings` says so later.
"""

from pathlib import Path
from typing import NamedTuple

SYSTEM = "system"


class FirstChoices(NamedTuple):
    """Colours, language and scale by the names that `Settings` gives them."""

    theme: str = SYSTEM
    language: str = SYSTEM
    scale: str = SYSTEM

    @property
    def scale_factor(self) -> str | None:
        """For Qt, from 1 to 2; None leaves it to the system."""
        if not self.scale.isascii() or not self.scale.isdecimal():
            return None
        return str(min(max(int(self.scale[:4]), 100), 200) / 100)


def first_choices(settings_file: Path) -> FirstChoices:
    """Return what the file says; the defaults where there is none or it cannot be read."""
    if not settings_file.exists():
        return FirstChoices()
    import json  # a first start has nothing to read

    try:
        stored = json.loads(settings_file.read_text(encoding="utf-8"))
        said = {name: stored[name] for name in FirstChoices._fields if name in stored}
    except (OSError, ValueError, RecursionError, TypeError):
        return FirstChoices()
    return FirstChoices(**{name: word for name, word in said.items() if isinstance(word, str)})
