"""One line that says what a run is doing; it keeps its place while idle, so nothing jumps."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.ask import Meaning
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.progress_bar import ProgressBar
from desktop.limits import remark_on
from desktop.speech import said
from desktop.studio import Progress, Studio
from desktop.theme import TIGHT, is_calm
from engine.families import Family

BAR_WIDTH = 144


class ProgressLine(QStackedWidget):
    """Shows `idle_text` before the first picture, and of a run stage, step and time left."""

    def __init__(self, studio: Studio, idle_text: str) -> None:
        """Follow the runs of `studio`."""
        super().__init__()
        self._label = ElidedLabel()
        self._bar = ProgressBar()
        self._idle = ElidedLabel(idle_text, remark=True)
        self._studio, self._usual = studio, idle_text
        self._progress: Progress | None = None
        self._queued = 0
        self._build()
        studio.queue_changed.connect(self._show_queue)
        studio.progressed.connect(self._show_progress)
        studio.busy_changed.connect(self._show_busy)
        studio.model_changed.connect(self._show_model)
        studio.intent.changed.connect(self._show_idle)
        self._show_idle()

    def text(self) -> str:
        """Return what a reader sees now."""
        return self._idle.text() if self.currentIndex() == 0 else self._label.text()

    def minimumSizeHint(self) -> QSize:
        """Let the line give way on a narrow window instead of widening it."""
        return QSize(0, super().minimumSizeHint().height())

    def _build(self) -> None:
        for label, name in (
            (self._idle, self.tr("What this model can do")),
            (self._label, self.tr("What the run is doing")),
        ):
            label.setProperty("muted", True)
            label.setAccessibleName(name)
        self._bar.setMaximumWidth(BAR_WIDTH)
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        running = QWidget()
        column = QVBoxLayout(running)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addStretch(1)
        column.addWidget(self._label)
        column.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignRight)  # below: words have the width
        column.addStretch(1)
        self.addWidget(self._idle)
        self.addWidget(running)

    def _show_model(self, family: Family) -> None:
        self._usual = remark_on(family)
        self._show_idle()

    def _show_idle(self, _meaning: object = None) -> None:
        """Say what the model can do where a press would paint anew, and there is room for it."""
        anew = self._studio.intent.meaning is Meaning.NEW
        self._idle.setText(self._usual if anew else "")
        self._idle.setToolTip(self._idle.text())

    def _show_busy(self, busy: bool) -> None:
        self._progress = None
        self._label.setText(self.tr("Starting…"))
        self._bar.show_share(0, 1 if is_calm() else 0)
        self.setCurrentIndex(1 if busy else 0)

    def _show_queue(self, queued: int) -> None:
        self._queued = queued
        if self._progress is not None and self.currentIndex() == 1:
            self._show_progress(self._progress)

    def _show_progress(self, progress: Progress) -> None:
        self._progress = progress
        parts = [said(progress.stage)]
        if progress.total > 0:
            parts = [f"{parts[0]} {progress.index}/{progress.total}"]
        if progress.seconds_left is not None:
            parts.append(self._time_left(progress.seconds_left))
        if self._queued:
            parts.append(
                self.tr("{count} more to come", "", self._queued).format(count=self._queued)
            )
        self._label.setText(" · ".join(parts))
        self._bar.show_share(progress.index, max(progress.total, 0))

    def _time_left(self, seconds: float) -> str:
        whole = max(1, round(seconds))
        if whole < 60:
            return self.tr("{seconds} s left").format(seconds=whole)
        return self.tr("{minutes} min {seconds} s left").format(
            minutes=whole // 60, seconds=whole % 60
        )
