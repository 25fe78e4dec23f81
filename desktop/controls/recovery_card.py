"""One picture that was not saved: what it looks like, when it was left, and what can be done."""

from datetime import datetime, timedelta

import numpy as np
from PySide6.QtCore import QDate, QLocale, QSize, Qt, QTime, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from desktop.canvas.pixmaps import image_from_pixels
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.model_card import plain
from desktop.storage.recovery import DAYS_KEPT, SECONDS_A_DAY, Found
from desktop.theme import SPACE, TIGHT, WIDE, mark_primary
from engine.requests import Pixels

PICTURE = QSize(132, 100)
LONGEST = 60
"""Characters of a prompt that stands for a name."""
CHECKS = (255, 236)
"""Greys of the squares that show through a transparent picture, whatever the colours around it."""
SQUARE = 8


class RecoveryCard(QFrame):
    """Shows one Found; it decides nothing."""

    open_requested = Signal()
    discard_requested = Signal()

    def __init__(self, found: Found, now: datetime) -> None:
        """`now` is what today and yesterday are told from."""
        super().__init__()
        self.setObjectName("card")
        self.found = found
        self.picture = QLabel()
        self.name = ElidedLabel(self._name(), left=True)
        self.when = plain(self._when(now))
        self.about = plain(self._about(), wraps=True)
        self.open = QPushButton(self.tr("Open"))
        self.discard = QPushButton(self.tr("Discard"))
        self._build()

    def show_picture(self, pixels: Pixels | None) -> None:
        """Show HxWx4 pixels, or that there are none to be had."""
        if pixels is None:
            self.picture.setText(self.tr("No preview"))
            return
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap.fromImage(image_from_pixels(_on_squares(pixels))).scaled(
            PICTURE * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)

    def offer_first(self, first: bool) -> None:
        """Mark opening it as what most people want next."""
        mark_primary(self.open, first)

    def _name(self) -> str:
        about = self.found.about
        if about.home is not None:
            return about.home.name
        words = " ".join(about.prompt.split())
        if not words:
            return self.tr("A picture without a name")
        short = words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
        return self.tr("“{prompt}”").format(prompt=short)

    def _when(self, now: datetime) -> str:
        at = datetime.fromtimestamp(self.found.about.at)
        locale = QLocale()
        clock = locale.toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)
        if at.date() == now.date():
            return self.tr("Today, {clock}").format(clock=clock)
        if at.date() == (now - timedelta(days=1)).date():
            return self.tr("Yesterday, {clock}").format(clock=clock)
        day = locale.toString(QDate(at.year, at.month, at.day), QLocale.FormatType.ShortFormat)
        return self.tr("{day}, {clock}").format(day=day, clock=clock)

    def _about(self) -> str:
        found, count = self.found, self.found.about.layers
        layers = self.tr("1 layer") if count == 1 else self.tr("{n} layers").format(n=count)
        if found.troubled:
            ended = self.tr("Easel ended while it was reading this; it may do so again.")
            return f"{layers}. {ended}"
        if found.discarded is not None:
            days = DAYS_KEPT - int((datetime.now().timestamp() - found.discarded) / SECONDS_A_DAY)
            left = self.tr("kept for {days} more days").format(days=max(1, days))
            return f"{layers}, {left}"
        if found.about.home is not None:
            return self.tr("{layers}, changed since it was saved").format(layers=layers)
        return self.tr("{layers}, never saved").format(layers=layers)

    def _build(self) -> None:
        self.picture.setFixedSize(PICTURE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(self.tr("Preview of {name}").format(name=self.name.text()))
        self.name.setProperty("title", True)
        self.name.setToolTip("")  # which would take a prompt for markup
        for label in (self.picture, self.when, self.about):
            label.setProperty("muted", True)
        self.discard.setVisible(self.found.discarded is None)
        for button in (self.open, self.discard):
            button.setAccessibleName(f"{button.text()}: {self.name.text()}")
        self.open.clicked.connect(self.open_requested)
        self.discard.clicked.connect(self.discard_requested)
        words = QVBoxLayout()
        words.setSpacing(TIGHT)
        words.addWidget(self.name)
        words.addWidget(self.when)
        words.addWidget(self.about)
        words.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addStretch(1)
        buttons.addWidget(self.discard)
        buttons.addWidget(self.open)
        words.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        row.setSpacing(WIDE)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)


def _on_squares(pixels: Pixels) -> Pixels:
    """Return HxWx3: what shows on a ground of light squares."""
    height, width, _ = pixels.shape
    rows, columns = np.ogrid[:height, :width]
    ground = np.where((rows // SQUARE + columns // SQUARE) % 2, *CHECKS)[..., None]
    alpha = pixels[..., 3:].astype(np.uint16)
    mixed = (pixels[..., :3] * alpha + ground.astype(np.uint16) * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)
