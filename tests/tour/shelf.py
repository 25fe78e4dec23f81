"""Another program with one file on it, as a file manager has: drag it from there.

`python tests/tour/shelf.py FILE LEFT TOP` shows it at a place of the screen.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QDrag, QIcon, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolButton

TITLE = "Files"
SIDE = 96


class Shelf(QToolButton):
    """The file as an icon with its name."""

    def __init__(self, file: Path) -> None:
        """Show `file`, a picture."""
        super().__init__()
        self._file = file
        self.setWindowTitle(TITLE)
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIcon(QIcon(str(file)))
        self.setIconSize(QSize(SIDE, SIDE))
        self.setText(file.name)
        self.setFixedSize(SIDE + 40, SIDE + 40)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the file away."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self._file))])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(self.icon().pixmap(SIDE // 2))
        drag.exec(Qt.DropAction.CopyAction)


if __name__ == "__main__":
    app = QApplication(sys.argv)
    shelf = Shelf(Path(sys.argv[1]))
    shelf.move(int(sys.argv[2]), int(sys.argv[3]))
    shelf.show()
    sys.exit(app.exec())
