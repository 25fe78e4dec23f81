"""Tells that a run is over to a person who is looking elsewhere."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow, QSystemTrayIcon

from desktop import notices
from desktop.studio import Studio
from engine.events import Image


class Notifier(QObject):
    """Asks for attention by the means there are: title, task bar, and the system's own notices."""

    def __init__(self, window: QMainWindow, studio: Studio) -> None:
        """Follow the runs of `studio`; say nothing while `window` is the active one."""
        super().__init__(window)
        self._window, self._title = window, window.windowTitle()
        self._icon: QSystemTrayIcon | None = None
        self._painted = 0
        self._failure = ""
        studio.busy_changed.connect(self._hear_busy)
        studio.painted.connect(self._hear_picture)
        studio.failed.connect(self._hear_failure)
        window.installEventFilter(self)

    @property
    def told(self) -> str:
        """What a person has not seen yet, or nothing."""
        title = self._window.windowTitle()
        return "" if title == self._title else title

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take it back when the window is looked at."""
        if event.type() == QEvent.Type.WindowActivate:
            self._window.setWindowTitle(self._title)
            if self._icon is not None:
                self._icon.hide()
        return False

    def _hear_picture(self, _image: Image) -> None:
        self._painted += 1

    def _hear_failure(self, sentence: str) -> None:
        self._failure = sentence

    def _hear_busy(self, busy: bool) -> None:
        if busy:
            self._painted, self._failure = 0, ""
        elif self._failure:
            self._tell(self.tr("A run has failed"), self._failure)
        elif self._painted:
            count = self._painted
            self._tell(self.tr("{count} pictures are ready", "", count).format(count=count), "")

    def _tell(self, news: str, more: str) -> None:
        if self._window.isActiveWindow():
            return
        self._window.setWindowTitle(f"{news} · {self._title}")
        QApplication.alert(self._window)
        if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
            if self._icon is None:
                self._icon = QSystemTrayIcon(self._window.windowIcon(), self)
                self._icon.activated.connect(self._window.activateWindow)
            self._icon.show()
            self._icon.showMessage(news, more, self._window.windowIcon())
        elif notices.can_show():
            notices.show(news, more)
