"""How one layer looks in the list, and its eye: eye, thumbnail on a checkerboard, name."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
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

from desktop.controls.layer_model import THUMBNAIL, Index, Role

GAP = 8
EYE = 20
ROW = 44


def eye_rect(row: QRect) -> QRect:
    """Return where the eye of a row is clicked: the whole left end, easy to hit."""
    return QRect(row.left(), row.top(), EYE + 2 * GAP, row.height())


class LayerRow(QStyledItemDelegate):
    """Draws and edits one row; a click on the eye shows or hides, the space bar as well."""

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
        _draw_thumbnail(
            painter, _thumbnail_rect(option.rect), index.data(Role.THUMBNAIL), option.palette
        )
        painter.setPen(ink)
        box = _name_rect(option.rect)
        text = option.fontMetrics.elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Put the name's editor over the name alone."""
        height = editor.sizeHint().height()
        box = _name_rect(option.rect)
        editor.setGeometry(box.left() - 4, box.center().y() - height // 2, box.width() + 4, height)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Toggle the eye when it is clicked."""
        if not isinstance(event, QMouseEvent):
            return super().editorEvent(event, model, option, index)
        hit = eye_rect(option.rect).contains(event.position().toPoint())
        if hit and event.type() == QEvent.Type.MouseButtonRelease:
            visible = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            wanted = Qt.CheckState.Unchecked if visible else Qt.CheckState.Checked
            return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)
        return hit  # a press on the eye neither renames nor selects


def _ink(option: QStyleOptionViewItem) -> QColor:
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
    return option.palette.color(role)


def _thumbnail_rect(row: QRect) -> QRect:
    top = row.top() + (row.height() - THUMBNAIL) // 2
    return QRect(row.left() + EYE + 2 * GAP, top, THUMBNAIL, THUMBNAIL)


def _name_rect(row: QRect) -> QRect:
    return row.adjusted(EYE + THUMBNAIL + 3 * GAP, 0, -GAP, 0)


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
