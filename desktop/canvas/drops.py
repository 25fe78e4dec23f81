"""Where something that is dragged over the canvas can be dropped: as a layer, or on a card."""

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPalette, QPen

from desktop.dragged_layer import files_in, layer_in
from desktop.pasted import has_picture

CARD_WIDTH, CARD_HEIGHT, GAP = 180, 88, 16
"""Logical pixels; a narrow canvas makes the cards narrower."""


class Zone(Enum):
    """What becomes of what is dropped; the value is what the card says."""

    MIX = "Mix with it"
    LAYER = "Add as a layer"
    LIKE = "Fill like it"
    SETTINGS = "Use its settings"


def zones_for(data: QMimeData) -> tuple[Zone, ...]:
    """Return where it can be dropped; nowhere, if it is neither files nor a picture.

    A layer of the list is in the picture already: it can be mixed with and looked at, not added.
    """
    if layer_in(data) is not None:
        return (Zone.MIX, Zone.LIKE)
    if files_in(data):
        return (Zone.MIX, Zone.LAYER, Zone.LIKE, Zone.SETTINGS)
    return (Zone.MIX, Zone.LAYER, Zone.LIKE) if has_picture(data) else ()


def cards(area: QRect, zones: Sequence[Zone]) -> dict[Zone, QRect]:
    """Return where each card lies: side by side in the middle of `area`."""
    count = max(1, len(zones))
    width = min(CARD_WIDTH, (area.width() - (count + 1) * GAP) // count)
    left = area.center().x() - (count * width + (count - 1) * GAP) // 2
    top = area.center().y() - CARD_HEIGHT // 2
    return {
        zone: QRect(left + place * (width + GAP), top, width, CARD_HEIGHT)
        for place, zone in enumerate(zones)
    }


def zone_at(area: QRect, zones: Sequence[Zone], at: QPoint) -> Zone | None:
    """Return the card under a place; beside the cards it is a layer, or nothing without such."""
    found = (zone for zone, card in cards(area, zones).items() if card.contains(at))
    return next(found, Zone.LAYER if Zone.LAYER in zones else None)


def draw_cards(
    painter: QPainter, area: QRect, zones: Sequence[Zone], aimed: Zone | None, palette: QPalette
) -> None:
    """Draw the cards, and round the one that would be dropped on a thick rim."""
    role = QPalette.ColorRole
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for zone, card in cards(area, zones).items():
        chosen = zone is aimed
        painter.setBrush(palette.color(role.Highlight if chosen else role.Base))
        painter.setPen(QPen(palette.color(role.Highlight if chosen else role.Mid), 2))
        painter.drawRoundedRect(card, 8, 8)
        painter.setPen(palette.color(role.HighlightedText if chosen else role.Text))
        aligned = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(card.adjusted(8, 8, -8, -8), aligned, _text(zone))
    painter.restore()


def _text(zone: Zone) -> str:
    return QCoreApplication.translate("drops", zone.value)
