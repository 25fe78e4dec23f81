"""Thumbnails of the gallery: read in a thread of their own, kept up to a budget of memory."""

from collections import OrderedDict
from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from desktop.canvas.pixmaps import image_from_pixels
from desktop.gallery.small_pictures import small_picture
from desktop.jobs import Job, Jobs
from desktop.storage.gallery_pictures import GalleryPictures
from desktop.worker import Done, Failed

BUDGET = 96 * 2**20
"""Bytes of pixmaps that are kept."""
MOST_WANTED = 256
"""More than a large screen shows; who has scrolled on does not want the rest any more."""
AT_ONCE = 8
"""Thumbnails read before the wishes are looked at again."""
FRAME = 33
"""Milliseconds between two reports, so that the view is not painted for every single one."""


class Thumbnails(QObject):
    """Gives pixmaps at once or never, and tells when more of them have come."""

    arrived = Signal(object)
    """A frozenset of files: their thumbnails have come, or are not there."""
    bug_found = Signal(str)

    def __init__(
        self, pictures: GalleryPictures, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        """Read from `pictures`, in the thread of `jobs`."""
        super().__init__(parent)
        self._pictures, self._jobs = pictures, jobs
        self._have: OrderedDict[str, QPixmap] = OrderedDict()
        self._bytes = 0
        self._missing: set[str] = set()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._being_read: frozenset[str] = frozenset()
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=FRAME)
        self._timer.timeout.connect(self._report)
        self._come: set[str] = set()

    @property
    def nbytes(self) -> int:
        """Memory that the pixmaps take."""
        return self._bytes

    def pixmap(self, file: str) -> QPixmap | None:
        """Return the thumbnail of a picture, or None and go to fetch it."""
        found = self._have.get(file)
        if found is not None:
            self._have.move_to_end(file)
            return found
        if file not in self._missing and file not in self._being_read:
            self._wanted[file] = None
            self._wanted.move_to_end(file)
            while len(self._wanted) > MOST_WANTED:
                self._wanted.popitem(last=False)
            self._fetch()
        return None

    def is_missing(self, file: str) -> bool:
        """Whether the picture was looked for and is not there."""
        return file in self._missing

    def _fetch(self) -> None:
        if not self._wanted or (self._job is not None and self._job.active):
            return
        # What was asked for last is in view now.
        files = [self._wanted.popitem()[0] for _ in range(min(AT_ONCE, len(self._wanted)))]
        self._being_read = frozenset(files)
        self._job = self._jobs.submit(partial(self._read, files), self._hear)

    def _read(self, files: list[str]) -> Iterator[dict[str, QImage | None]]:
        """Yield all of them together: to report each by itself takes longer than to read some."""
        yield {file: self._read_one(file) for file in files}

    def _read_one(self, file: str) -> QImage | None:
        image = small_picture(self._pictures.thumbnail_path(file))
        if image is None and (pixels := self._pictures.thumbnail(file)) is not None:
            image = image_from_pixels(pixels)
        return image

    def _hear(self, _job: Job, report: object) -> None:
        self._being_read = frozenset()
        match report:
            case dict():
                self._take_all(report)
            case Failed():
                self.bug_found.emit(report.trace)
            case Done():
                self._fetch()
            case _:
                pass

    def _take_all(self, images: dict[str, QImage | None]) -> None:
        for file, image in images.items():
            if image is None:
                self._missing.add(file)
                self._tell(file)
            else:
                self._take(file, QPixmap.fromImage(image))

    def _take(self, file: str, pixmap: QPixmap) -> None:
        if (earlier := self._have.pop(file, None)) is not None:
            self._bytes -= _size(earlier)
        self._have[file] = pixmap
        self._bytes += _size(pixmap)
        while self._bytes > BUDGET and len(self._have) > 1:
            self._bytes -= _size(self._have.popitem(last=False)[1])
        self._tell(file)

    def _tell(self, file: str) -> None:
        self._come.add(file)
        if not self._timer.isActive():
            self._timer.start()

    def _report(self) -> None:
        come, self._come = frozenset(self._come), set()
        self.arrived.emit(come)


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
