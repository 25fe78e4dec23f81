"""A thin bar below the first pictures: larger models there are, and the way to them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton

from desktop.controls.elided_label import ElidedLabel
from desktop.controls.icon_button import icon_button
from desktop.icons import Icons
from desktop.quantities import duration
from desktop.speed import measured
from desktop.studio import Studio
from desktop.theme import SPACE, WIDE
from engine.estimates import Speed, seconds_per_picture
from engine.events import Image
from engine.families.offers import OFFERS

GB = 10**9
LARGE = "kandinsky22"


class OfferBar(QFrame):
    """Seen while the Starter paints, from its first pictures on, until it is closed for good."""

    models_requested = Signal()
    closed = Signal()

    def __init__(self, studio: Studio, icons: Icons) -> None:
        """Follow `studio`."""
        super().__init__()
        self._studio = studio
        self._allowed = True
        self._large = next(offer for offer in OFFERS if offer.name == LARGE)
        self.about = ElidedLabel(left=True)
        self._say(None)
        self.models = QPushButton(self.tr("Models…"))
        self.models.setAccessibleName(self.tr("Show the models"))
        self.close_button: QToolButton = icon_button(
            icons("close"), self.tr("Do not show this again"), self.tr("Do not show this again")
        )
        self.setObjectName("message")
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, SPACE // 2, SPACE // 2, SPACE // 2)
        row.addWidget(self.about, 1)
        row.addWidget(self.models)
        row.addWidget(self.close_button)
        self.models.clicked.connect(self.models_requested)
        self.close_button.clicked.connect(self._close)
        studio.candidates.changed.connect(self._show)
        studio.model_changed.connect(self._show)
        studio.painted.connect(self._learn)
        self._show()

    def allow(self, allowed: bool) -> None:
        """Let it be seen, or not any more."""
        self._allowed = allowed
        self._show()

    def _learn(self, image: Image) -> None:
        """Say how long a picture would take here, now that the Starter has been measured."""
        speed = measured(image, self._studio.device)
        if speed is not None:
            self._say(speed)

    def _say(self, speed: Speed | None) -> None:
        if speed is None:
            sentence = self.tr(
                "For large, detailed pictures there is {title} ({size} GB, {licence}); this "
                "computer would need longer for it."
            )
        else:
            sentence = self.tr(
                "For large, detailed pictures there is {title} ({size} GB, {licence}); here a "
                "picture would take roughly {time}."
            )
        large = self._large
        text = sentence.format(
            title=large.title,
            size=f"{large.bytes / GB:.0f}",
            licence=large.family.licence,
            time="" if speed is None else duration(seconds_per_picture(large, speed)),
        )
        self.about.setText(text)
        self.about.setToolTip(self.about.text())
        self.about.setAccessibleName(text)

    def _close(self) -> None:
        self.allow(False)
        self.closed.emit()

    def _show(self, _changed: object = None) -> None:
        some = bool(self._studio.candidates.items)
        self.setVisible(self._allowed and some and self._studio.model == "starter")
