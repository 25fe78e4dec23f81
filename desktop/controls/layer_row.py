"""How one layer looks in the list, and its eye: eye, thumbnail on a checkerboard, name."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QEvent,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.controls.layer_model import THUMBNAIL, Index, LayerModel, Line, Role
from desktop.document.blend import BlendMode
from desktop.speech import said
from desktop.visible import visible

GAP = 8
EYE = 20
ROW = 44
INDENT = 14
"""Logical pixels that each group around a layer moves it to the right."""


def eye_rect(row: QRect) -> QRect:
    """Return where the eye of a row is clicked: the whole left end, easy to hit."""
    return QRect(row.left(), row.top(), EYE + 2 * GAP, row.height())


class LayerRow(QStyledItemDelegate):
    """Draws and edits one row; a click on the eye shows or hides, the space bar as well."""

    paints_mask = False
    """Whether the brush paints on the mask of the layer that is chosen."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a row."""
        return QSize(4 * ROW, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw background, eye, thumbnail and name, quieter when the layer is hidden."""
        visible = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        style = option.widget.style() if option.widget else QApplication.style()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style.drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget
        )
        ink = _ink(option)
        _draw_eye(painter, eye_rect(option.rect), ink, is_open=visible)
        painter.setOpacity(1.0 if visible else 0.5)
        line: Line = index.data(Role.LINE)
        place = thumbnail_rect(option.rect, line.depth)
        if line.layer.is_group:
            _draw_folder(painter, place, ink, line.open)
        else:
            _draw_thumbnail(painter, place, index.data(Role.THUMBNAIL), option.palette)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        remarks = _remarks(line, paints_mask=self.paints_mask and chosen)
        _draw_texts(painter, option, (line, remarks), ink)
        painter.restore()

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Put the name's editor over the name alone."""
        height = editor.sizeHint().height()
        box = _name_rect(option.rect, index.data(Role.LINE).depth)
        editor.setGeometry(box.left() - 4, box.center().y() - height // 2, box.width() + 4, height)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Toggle the eye when it is clicked."""
        if not isinstance(event, QMouseEvent):
            return super().editorEvent(event, model, option, index)
        line: Line = index.data(Role.LINE)
        at = event.position().toPoint()
        on_folder = line.layer.is_group and thumbnail_rect(option.rect, line.depth).contains(at)
        if on_folder and isinstance(model, LayerModel):
            if event.type() == QEvent.Type.MouseButtonRelease:
                model.toggle_group(line.layer.id)
            return True
        hit = eye_rect(option.rect).contains(at)
        if hit and event.type() == QEvent.Type.MouseButtonRelease:
            visible = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            wanted = Qt.CheckState.Unchecked if visible else Qt.CheckState.Checked
            return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)
        return hit  # a press on the eye neither renames nor selects


def _ink(option: QStyleOptionViewItem) -> QColor:
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
    return option.palette.color(role)


def thumbnail_rect(row: QRect, depth: int = 0) -> QRect:
    """Return where the thumbnail of a row is, or the folder of a group."""
    top = row.top() + (row.height() - THUMBNAIL) // 2
    return QRect(row.left() + EYE + 2 * GAP + INDENT * depth, top, THUMBNAIL, THUMBNAIL)


def _name_rect(row: QRect, depth: int = 0) -> QRect:
    return row.adjusted(EYE + THUMBNAIL + 3 * GAP + INDENT * depth, 0, -GAP, 0)


def _draw_texts(
    painter: QPainter, option: QStyleOptionViewItem, what: tuple[Line, str], ink: QColor
) -> None:
    """Draw the name, and below it what is unusual about the layer."""
    line, remarks = what
    box = _name_rect(option.rect, line.depth)
    name = visible(line.layer.name)
    name = option.fontMetrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
    painter.setPen(ink)
    if not remarks:
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        return
    upper, lower = (
        box.adjusted(0, 4, 0, -box.height() // 2),
        box.adjusted(0, box.height() // 2, 0, -4),
    )
    painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, name)
    font = QFont(option.font)
    font.setPointSizeF(font.pointSizeF() * 0.85)
    painter.setFont(font)
    painter.setOpacity(painter.opacity() * 0.7)
    small = QFontMetrics(font).elidedText(remarks, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, small)


def _remarks(line: Line, *, paints_mask: bool) -> str:
    layer = line.layer
    parts = [f"{100 * layer.opacity:.0f} %"] if layer.opacity < 1 else []
    if layer.mode is not BlendMode.NORMAL:
        parts.append(said(layer.mode.title))
    translate = QCoreApplication.translate
    for holds, word in (
        (layer.mask is not None and not paints_mask, translate("LayerRow", "mask")),
        (layer.mask is not None and paints_mask, translate("LayerRow", "painting the mask")),
        (layer.locked, translate("LayerRow", "locked")),
        (layer.alpha_locked, translate("LayerRow", "transparency locked")),
        (layer.result is not None, translate("LayerRow", "result")),
    ):
        if holds:
            parts.append(word)
    return " · ".join(parts)


def _draw_folder(painter: QPainter, area: QRect, ink: QColor, is_open: bool) -> None:
    """Draw a folder, with its lid up when it is open."""
    box = QRectF(area).adjusted(6, 8, -6, -7)
    path = QPainterPath(box.bottomLeft())
    path.lineTo(box.topLeft())
    path.lineTo(box.left() + box.width() * 0.4, box.top())
    path.lineTo(box.left() + box.width() * 0.5, box.top() + 3)
    path.lineTo(box.right(), box.top() + 3)
    if is_open:
        path.lineTo(box.right(), box.top() + 7)
        path.moveTo(box.bottomLeft())
        path.lineTo(box.left() + 4, box.top() + 7)
        path.lineTo(box.right() + 4, box.top() + 7)
    path.lineTo(box.right(), box.bottom())
    path.closeSubpath()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPath(path)


def _draw_eye(painter: QPainter, area: QRect, ink: QColor, *, is_open: bool) -> None:
    box = QRectF(0, 0, EYE, EYE)
    box.moveCenter(QRectF(area).center())
    centre = box.center()
    left, right = QPointF(box.left() + 1, centre.y()), QPointF(box.right() - 1, centre.y())
    path = QPainterPath(left)
    path.quadTo(
        QPointF(centre.x(), box.bottom() + 2), right
    )  # the lower lid is all of a closed eye
    if is_open:
        path.quadTo(QPointF(centre.x(), box.top() - 2), left)
        path.addEllipse(centre, 2.6, 2.6)
    colour = QColor(ink)
    colour.setAlphaF(1.0 if is_open else 0.5)
    line, cap = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.6, line, cap))
    painter.drawPath(path)


def _draw_thumbnail(
    painter: QPainter, area: QRect, image: QImage | None, palette: QPalette
) -> None:
    painter.fillRect(area, palette.color(QPalette.ColorRole.Base))
    painter.fillRect(
        area, QBrush(palette.color(QPalette.ColorRole.Mid), Qt.BrushStyle.Dense6Pattern)
    )
    if image is not None and not image.isNull():
        size = image.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(area.topLeft(), size)
        target.moveCenter(area.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, image)
