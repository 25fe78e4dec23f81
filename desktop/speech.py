"""Says in the user's language what is written in English where no Qt is.

Layers below the window, and the engine in its process, speak English sentences with values already
in them. A sentence is known again by its template ("“{name}” is not a file; …"), whose translation
takes the values over; what no template knows is said as it is. The templates are found by
`tests.texts` in the code and stand in a file beside the translations.
"""

import re
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.language import TEMPLATES

CONTEXT = "Easel"
LONGEST = 4_000
"""Characters of a sentence that is compared with templates at all."""

_PLACE = re.compile(r"\\?\{(\w+)\\?\}")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
_DECIMAL = re.compile(r"\d+\.\d+")


def said(text: str) -> str:
    """Return a text of the layers below in the user's language."""
    exact = QCoreApplication.translate(CONTEXT, text) if text else ""
    app = QCoreApplication.instance()
    file = app.property(TEMPLATES) if app is not None else None
    if exact != text or not file or len(text) > LONGEST:
        return exact
    for pattern, template in _patterns(str(file)):
        if found := pattern.fullmatch(text):
            values = {name: _value(value) for name, value in found.groupdict().items()}
            return QCoreApplication.translate(CONTEXT, template).format(**values)
    return text


def _value(text: str) -> str:
    """Return a value of a sentence: a number as it is written here, or a text that is known."""
    if _GROUPED.fullmatch(text):
        return QLocale().toString(int(text.replace(",", "")))
    if _DECIMAL.fullmatch(text):
        return QLocale().toString(float(text), "f", len(text.partition(".")[2]))
    return said(text)


@lru_cache(maxsize=1)
def _patterns(file: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the templates as patterns; those that say most come first."""
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()  # the sentences stay English
    templates = [line.replace("\\n", "\n") for line in lines if line]
    templates.sort(key=lambda each: len(_PLACE.sub("", each)), reverse=True)
    return tuple((_pattern(each), each) for each in templates)


def _pattern(template: str) -> re.Pattern[str]:
    literal = _PLACE.sub(lambda place: f"(?P<{place[1]}>.+?)", re.escape(template))
    return re.compile(literal, re.DOTALL)
