"""Where a model is too weak for an effect: what its control says, so that nobody waits in vain.

What is said was seen: docs/ideas.md tells what was tried.
"""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

CONTEXT = "limits"

LIMITS: dict[tuple[str, str], str] = {
    ("starter", "vary"): str(
        QT_TRANSLATE_NOOP(
            "limits",
            "The Starter keeps colours and places and loses small things. What a larger model adds "
            "is that details and style stay too.",
        )
    ),
    ("starter", "mix"): str(
        QT_TRANSLATE_NOOP(
            "limits",
            "The Starter mixes shape and colour. What a larger model adds is the style of one idea "
            "on the subject of another.",
        )
    ),
}
"""By family and effect; what is not listed has no limit worth a sentence."""


def limit_of(model: str, effect: str) -> str:
    """Return the sentence in the user's language, empty where there is none."""
    sentence = LIMITS.get((model, effect), "")
    return QCoreApplication.translate(CONTEXT, sentence) if sentence else ""
