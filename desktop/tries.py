"""Five things to try that run on the Starter: a picture, words, and what is prepared. Data.

The pictures lie in resources/tries; `tests/try_pictures.py` has the Starter paint them.
"""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

CONTEXT = "Tries"


class Ready(StrEnum):
    """What is prepared on the canvas or beside it."""

    MASK = "mask"
    FRAME = "frame"
    MIX = "mix"
    REWORD = "reword"
    PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """name: of it and of its picture. painted: the prompt that picture was painted from.

    prompt: what stands in the prompt bar. words: what else is written, by what is prepared.
    """

    name: str
    ready: Ready
    title: object
    hint: object
    painted: str
    prompt: str
    words: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The title in the user's language."""
        return QCoreApplication.translate(CONTEXT, str(self.title))

    @property
    def told(self) -> str:
        """What to do, in the user's language."""
        return QCoreApplication.translate(CONTEXT, str(self.hint))


TRIES = (
    Try(
        name="erase",
        ready=Ready.MASK,
        title=QT_TRANSLATE_NOOP("Tries", "Erase and describe"),
        hint=QT_TRANSLATE_NOOP(
            "Tries",
            "The middle of the apple is masked. Press Fill, choose a picture in the tray and press "
            "Enter. The brush paints the mask (Q), the eraser takes it away.",
        ),
        painted="a red apple",
        prompt="a yellow star",
    ),
    Try(
        name="uncrop",
        ready=Ready.FRAME,
        title=QT_TRANSLATE_NOOP("Tries", "Past the edge"),
        hint=QT_TRANSLATE_NOOP(
            "Tries",
            "The frame reaches beyond the picture, and what is empty is painted. Press Extend; "
            "drag the frame elsewhere and do it again.",
        ),
        painted="green hills under a blue sky",
        prompt="green hills under a blue sky",
    ),
    Try(
        name="mix",
        ready=Ready.MIX,
        title=QT_TRANSLATE_NOOP("Tries", "Mix two ideas"),
        hint=QT_TRANSLATE_NOOP(
            "Tries",
            "Drag the point on the pad from one idea to the other, look at the preview, and press "
            "Paint the mix.",
        ),
        painted="a sunflower",
        prompt="a sunflower",
        words=("a red apple",),
    ),
    Try(
        name="reword",
        ready=Ready.REWORD,
        title=QT_TRANSLATE_NOOP("Tries", "From summer to autumn"),
        hint=QT_TRANSLATE_NOOP(
            "Tries",
            "The strip shows the way in five pictures. Click one of them, or move the slider, and "
            "paint it.",
        ),
        painted="a green tree",
        prompt="a green tree",
        words=("a green tree", "an orange tree"),
    ),
    Try(
        name="panorama",
        ready=Ready.PLAN,
        title=QT_TRANSLATE_NOOP("Tries", "A panorama"),
        hint=QT_TRANSLATE_NOOP(
            "Tries",
            "Choose how far the picture shall reach. Its frames are painted one after the other; "
            "Cancel stops, and what is painted stays.",
        ),
        painted="a sailboat on the sea",
        prompt="the sea under a blue sky",
    ),
)


def find(name: str) -> Try:
    """Return the one of that name."""
    return next(each for each in TRIES if each.name == name)
