"""What goes in and out of the picture as files, and what is dropped on it."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, QUrl
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.errors import ChangedOutside, ModelUnreadable
from desktop.file_dialog import open_soon
from desktop.panels.prompt import PromptPanel
from desktop.pasted import take_layer
from desktop.remedies import WayOut
from desktop.restoring import caution, notes_of, restore_frame, restored_in
from desktop.storage.project import ENDING
from desktop.studio import Studio
from desktop.windows.beside import show_beside
from desktop.windows.export import ExportWindow
from desktop.windows.questions import Answer, ask
from desktop.worker import Failed
from engine.file_names import file_stem

OPENED = "*.ora *.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff"


class Exchange(QObject):
    """File dialogs (never blocking the event loop) and drops."""

    def __init__(self, window: QWidget, studio: Studio, prompt: PromptPanel) -> None:
        """`window` is the dialogs' parent; `prompt` names new files."""
        super().__init__(window)
        self._window, self._studio = window, studio
        self._prompt = prompt
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )
        studio.files.place_wanted.connect(self._offer_another_place)
        studio.files.rescue_offered.connect(self._offer_rescue)
        studio.files.failed.connect(self._offer_models)
        studio.files.changed_outside.connect(self._offer_both)
        studio.files.prompt_restored.connect(self._restore_prompt)

    def open_picture(self) -> None:
        """Ask for a file: a picture becomes a layer, a project takes the picture's place."""
        dialog = self._dialog(self.tr("Open a picture"), self.tr("Pictures") + f" ({OPENED})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._open)
        open_soon(dialog)

    def export(self) -> None:
        """Ask where to and in which format, and write the picture there."""
        name = self._proposed + ".png"
        window = ExportWindow(self._window, self._studio, Path(self._folder), name)
        window.accepted.connect(lambda: self._remember(window.folder))
        show_beside(window)

    def save_project(self) -> None:
        """Save into the picture's own project file, or ask for one."""
        home = self._studio.files.home
        if home is None:
            self.save_project_as()
        else:
            self._studio.files.save_project(home, self._prompt.prompt)

    def save_project_as(self) -> None:
        """Ask for a project file and save there."""
        dialog = self._dialog(self.tr("Save project"), self.tr("OpenRaster project") + " (*.ora)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("ora")
        home = self._studio.files.home
        dialog.selectFile(home.name if home else self._proposed + ENDING)
        dialog.fileSelected.connect(self._save)
        open_soon(dialog)

    def take_files(self, files: list[str] | list[Path] | list[QUrl]) -> None:
        """Open each dropped or pasted file as a layer."""
        for file in files:
            self._open(file.toLocalFile() if isinstance(file, QUrl) else str(file))

    def take_settings(self, files: list[str]) -> None:
        """Bring back prompt, seed, frame and mask of the first picture file."""

        def restore(notes: dict[str, str]) -> None:
            restore_frame(self._studio.document, notes)
            self._prompt.restore(restored_in(notes))
            if sentence := caution(notes, self._studio.model):
                self._studio.remedies.caution(sentence)

        self._studio.on_disk(partial(notes_of, Path(files[0])), restore)

    def take_picture(self, data: QMimeData) -> None:
        """Place a picture from outside as a layer."""
        name = self.tr("Pasted picture")
        place = partial(self._studio.placing.opened, verb="Paste picture")
        take_layer(data, self._studio.on_disk, name, place)

    @property
    def _proposed(self) -> str:
        """A name for what has none yet, without an ending."""
        return file_stem(self._prompt.prompt.lower())

    def _dialog(self, title: str, name_filter: str) -> QFileDialog:
        return QFileDialog(self._window, title, self._folder, name_filter)

    def _open(self, file: str) -> None:
        path = Path(file)
        self._folder = str(path.parent)
        if path.suffix.lower() == ENDING:
            self._studio.files.open_project(path)
        else:
            self._studio.files.open_picture(path)

    def _save(self, file: str, *, over: bool = False) -> None:
        self._folder = str(Path(file).parent)
        self._studio.files.save_project(Path(file), self._prompt.prompt, over=over)

    def _restore_prompt(self, prompt: str) -> None:
        if prompt:
            self._prompt.edit.setPlainText(prompt)

    def _offer_rescue(self, path: Path, sentence: str) -> None:
        rescue = partial(self._studio.files.open_project, path, True)
        answers = [Answer(self.tr("Open what is left"), rescue)]
        ask(self._window, sentence, answers, self.tr("Leave it"))

    def _offer_another_place(self, what: str) -> None:
        """Let what could not be written be written elsewhere."""
        act = self.export if what == "export" else self.save_project_as
        self._studio.remedies.offered.emit((WayOut(self.tr("Another place…"), act),))

    def _offer_models(self, failure: Failed) -> None:
        """Lead to where a model is used that was opened or dropped as if it were a picture."""
        if isinstance(failure.error, ModelUnreadable):
            self._studio.remedies.offer_models()

    def _offer_both(self, why: ChangedOutside) -> None:
        """Let what another program made of the file be saved over, or be left as it is."""
        home = self._studio.files.home
        if home is None:
            return  # the picture that it belongs to is gone
        over = self.tr("Save it there again") if why.gone else self.tr("Save over it")
        ways = (
            WayOut(self.tr("Save under another name…"), self.save_project_as),
            WayOut(over, lambda: self._save(str(home), over=True)),
        )
        self._studio.remedies.offered.emit(ways)

    def _remember(self, folder: Path) -> None:
        self._folder = str(folder)
