"""The window that exports: name, format, quality, whether it says how it was made, its size.

The ending of the name and the format are one choice: whichever is changed, the other follows.
"""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.controls.number_row import NumberRow
from desktop.controls.wheel_guard import WheelGuard
from desktop.file_dialog import open_soon
from desktop.jobs import Job
from desktop.quantities import file_size
from desktop.storage.exports import ExportOptions, Kind, kind_of, with_ending
from desktop.storage.images import export_area
from desktop.studio import Studio
from desktop.theme import SPACE, WIDE, mark_primary
from desktop.windows.questions import Answer, ask
from desktop.worker import Failed

REST = 250
"""Milliseconds without a change before the file is measured."""

NAMES = {
    Kind.PNG: "PNG — without loss, for everything",
    Kind.JPEG: "JPEG — small, without transparency",
    Kind.WEBP: "WebP — smaller, with transparency",
    Kind.TIFF: "TIFF — without loss, for printing",
    Kind.PSD: "PSD — with layers, for Photoshop",
}
LOSSY = frozenset({Kind.JPEG, Kind.WEBP})
WITHOUT_NOTES = frozenset({Kind.PSD})


class ExportWindow(QDialog):
    """Asks where to and how, and has the studio write it."""

    def __init__(self, parent: QWidget, studio: Studio, folder: Path, name: str) -> None:
        """Propose the file `name` in `folder`, with the options of the last time."""
        super().__init__(parent)
        self._studio, self.folder = studio, folder
        self._measuring: Job | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self.name = QLineEdit(name)
        self.kinds = QComboBox()
        self.quality = NumberRow(self.tr("Quality"), 1, 100)
        self.lossless = QCheckBox(self.tr("Without loss"))
        self.notes = QCheckBox(self.tr("Say in the file how it was made"))
        self.weight = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.place = QLabel(textFormat=Qt.TextFormat.PlainText)
        WheelGuard(self).guard(self.kinds)
        self._build()
        self._show_settings()
        self._connect()
        self._kind_changed()

    @property
    def file(self) -> Path:
        """Where the picture would be written, with its ending."""
        return with_ending(self.folder / (self.name.text().strip() or "picture"), self.kind)

    @property
    def kind(self) -> Kind:
        """The format chosen."""
        return Kind(self.kinds.currentData())

    @property
    def options(self) -> ExportOptions:
        """Everything chosen."""
        return ExportOptions(
            kind=self.kind,
            quality=round(self.quality.value),
            lossless=self.lossless.isChecked(),
            notes=self.notes.isChecked(),
        )

    def export(self) -> None:
        """Write the file and close; a file that is there already is asked about first."""
        if self.file.exists():
            sentence = self.tr(
                "“{name}” is in {folder} already. Replacing it throws the old one away."
            )
            sentence = sentence.format(name=self.file.name, folder=self.file.parent)
            replaces = Answer(self.tr("Replace it"), self._write, loses=True)
            ask(self, sentence, [replaces], self.tr("Keep it"))
        else:
            self._write()

    def choose_folder(self) -> None:
        """Ask for another folder."""
        dialog = QFileDialog(self, self.tr("Export to"), str(self.folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._take_folder)
        open_soon(dialog)

    def done(self, result: int) -> None:
        """Stop measuring."""
        self._stop_measuring()
        super().done(result)

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(520)
        for kind, text in NAMES.items():
            self.kinds.addItem(self.tr(text), kind.value)
        for label in (self.weight, self.place):
            label.setProperty("muted", True)
        self.place.setWordWrap(True)
        folder = QPushButton(self.tr("Other folder…"))
        folder.setAutoDefault(False)
        folder.clicked.connect(self.choose_folder)
        where = QHBoxLayout()
        where.addWidget(self.place, 1)
        where.addWidget(folder)
        form = QFormLayout()
        form.setHorizontalSpacing(WIDE)
        form.setVerticalSpacing(SPACE)
        form.addRow(self.tr("Name"), self.name)
        form.addRow("", where)
        form.addRow(self.tr("Format"), self.kinds)
        form.addRow(self.tr("Quality"), self.quality)
        form.addRow("", self.lossless)
        form.addRow("", self.notes)
        form.addRow(self.tr("Size"), self.weight)
        self._form = form
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(WIDE)
        column.addLayout(form)
        column.addWidget(self._buttons())
        self._name_for_screen_readers(folder)

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        run = QPushButton(self.tr("Export"))
        run.setAccessibleName(self.tr("Export"))
        mark_primary(run, True)
        box.addButton(run, QDialogButtonBox.ButtonRole.AcceptRole)
        box.accepted.connect(self.export)
        box.rejected.connect(self.reject)
        run.setDefault(True)
        for button in box.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        return box

    def _name_for_screen_readers(self, folder: QPushButton) -> None:
        self.name.setAccessibleName(self.tr("Name of the file"))
        self.kinds.setAccessibleName(self.tr("Format"))
        self.kinds.view().setAccessibleName(self.tr("Format"))
        for button in (self.lossless, self.notes, folder):
            button.setAccessibleName(button.text())

    def _show_settings(self) -> None:
        settings = self._studio.settings
        self.quality.show_value(settings.export_quality, 92)
        self.lossless.setChecked(settings.export_lossless)
        self.notes.setChecked(settings.export_notes)
        self._follow_name()
        self.name.setSelection(0, len(Path(self.name.text()).stem))

    def _connect(self) -> None:
        self.name.textChanged.connect(self._follow_name)
        self.kinds.currentIndexChanged.connect(self._kind_changed)
        self.kinds.activated.connect(self._rename)
        self.quality.changed.connect(self._measure_soon)
        self.lossless.toggled.connect(self._kind_changed)
        self.notes.toggled.connect(self._measure_soon)
        self._rest.timeout.connect(self._measure)

    def _follow_name(self) -> None:
        kind = kind_of(Path(self.name.text()))
        if kind is not None:
            self.kinds.setCurrentIndex(self.kinds.findData(kind.value))
        self._show_place()

    def _rename(self) -> None:
        """Give the name the ending of the format that was chosen from the list."""
        name = Path(self.name.text().strip() or "picture")
        bare = name.with_suffix("") if kind_of(name) is not None else name
        self.name.setText(str(with_ending(bare, self.kind)))

    def _kind_changed(self) -> None:
        """Offer what the format has."""
        webp = self.kind is Kind.WEBP
        lossy = self.kind in LOSSY and not (webp and self.lossless.isChecked())
        self._form.setRowVisible(self.quality, lossy)
        self._form.setRowVisible(self.lossless, webp)
        self._form.setRowVisible(self.notes, self.kind not in WITHOUT_NOTES)
        self._show_place()
        self._measure_soon()
        if self.isVisible():  # else it takes its size as it is shown
            self.adjustSize()

    def _show_place(self) -> None:
        self.place.setText(str(self.file.parent))

    def _measure_soon(self) -> None:
        self._stop_measuring()
        area = export_area(self._studio.document.picture)
        self._pixels = self.tr("{width} × {height} pixels").format(
            width=area.width, height=area.height
        )
        self.weight.setText(self._pixels + " · …")
        self._rest.start()

    def _measure(self) -> None:
        self._measuring = self._studio.files.measure_export(self.options, self._show_size)
        self.destroyed.connect(self._measuring.cancel)  # when the main window goes first

    def _stop_measuring(self) -> None:
        self._rest.stop()
        if self._measuring is not None:
            self._measuring.cancel()

    def _show_size(self, report: object) -> None:
        if isinstance(report, int):
            self.weight.setText(f"{self._pixels} · {file_size(report)}")
        elif isinstance(report, Failed):
            self.weight.setText(str(report.error))

    def _take_folder(self, folder: str) -> None:
        self.folder = Path(folder)
        self._show_place()

    def _write(self) -> None:
        options, studio = self.options, self._studio
        studio.change_settings(
            replace(
                studio.settings,
                export_quality=options.quality,
                export_lossless=options.lossless,
                export_notes=options.notes,
            )
        )
        file = self.file
        self.folder = file.parent
        self.accept()
        studio.files.export(file, options)
