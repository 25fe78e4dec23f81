"""Where a model is too weak for an effect: what its control says, so that nobody waits in vain.

What is said of the Starter was seen; what of larger ones, their authors show.
"""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from desktop.speech import said
from engine.families import Family

CONTEXT = "limits"

LIMITS: dict[tuple[str, str], object] = {
    ("starter", "mix"): QT_TRANSLATE_NOOP(
        "limits",
        "The Starter mixes shape and colour. What a larger model adds is the style of one idea on "
        "the subject of another.",
    ),
    ("starter", "reword"): QT_TRANSLATE_NOOP(
        "limits",
        "The Starter turns colours well, one animal into another roughly, and season, light and "
        "style hardly: for those take a larger model.",
    ),
    ("starter", "film"): QT_TRANSLATE_NOOP(
        "limits",
        "Between ideas that are far apart the Starter paints smeared frames: for those take a "
        "larger model.",
    ),
    ("starter", "looks"): QT_TRANSLATE_NOOP(
        "limits",
        "The Starter's ideas for one prompt lie close together, as the numbers say; a larger model "
        "has more of them.",
    ),
    ("starter", "vary"): QT_TRANSLATE_NOOP(
        "limits", "The Starter varies outline and colour; a larger model pose and view too."
    ),
    ("starter", "enlarge"): QT_TRANSLATE_NOOP(
        "limits", "The Starter only sharpens edges; a larger model adds detail."
    ),
    ("starter", "fill"): QT_TRANSLATE_NOOP(
        "limits", "The Starter may cut things off here; a larger model fits them in"
    ),
    ("starter", "extend"): QT_TRANSLATE_NOOP(
        "limits", "The Starter begins things anew here; a larger model completes them"
    ),
    ("starter", "over"): QT_TRANSLATE_NOOP(
        "limits", "The Starter keeps rough shapes; a larger model keeps the drawing"
    ),
}
"""By family and effect; what is not listed has no limit worth a sentence."""


def limit_of(model: str, effect: str) -> str:
    """Return the sentence in the user's language, empty where there is none."""
    sentence = str(LIMITS.get((model, effect), ""))
    return QCoreApplication.translate(CONTEXT, sentence) if sentence else ""


def remark_on(family: Family) -> str:
    """What the model cannot do, or else what it is, in the user's language."""
    if family.name == "starter":
        return QCoreApplication.translate(
            "Model", "Starter draws emoji-like pictures; it cannot do photographs or text"
        )
    return said(family.description)
