"""The log: a file that goes round, with versions, device, stages and faults, to report one with.

What a person writes, opens or is shown is none of its business: of an exception it keeps the kind
and the way to it, for its message may quote a prompt or a file name; of what other libraries say
it keeps that they said it. Our own messages are constant but for numbers and names of ours.
"""

import logging
import platform
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from desktop.studio import Studio
    from engine.events import Image

LOG_BYTES = 2**20
LOG_FILES = 3
OURS = ("desktop", "engine", "main", "__main__")
HOME = Path(__file__).resolve().parent.parent
FRAME = re.compile(r'^ *File "([^"]+)", line (\d+), in (\S+)$', re.MULTILINE)
"""A line of a traceback in words, as a fault in the engine's process comes."""

logger = logging.getLogger(__name__)


def log_into(folder: Path) -> None:
    """Log into `folder`; to the terminal where that cannot be written."""
    from logging.handlers import RotatingFileHandler  # slow to import

    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "easel.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    logger.info("%s", versions())


def versions() -> str:
    """What runs where: of everything that a fault may depend on, the version."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import

    def known(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "without a version"

    parts = ("easel", "torch", "PySide6-Essentials", "numpy", "pillow", "safetensors")
    told = ", ".join(f"{part} {known(part)}" for part in parts)
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return f"{told}, Python {platform.python_version()}, {system}"


class Discreet(logging.Formatter):
    """Writes down what happened and not to what."""

    def format(self, record: logging.LogRecord) -> str:
        """Keep our own words, and of others that there were some."""
        if record.name.split(".")[0] not in OURS:
            record = logging.makeLogRecord(record.__dict__)
            record.msg, record.args = "a message that is left out", ()
        record.exc_text = None  # another formatter may have left its own there
        return super().format(record)

    def formatException(self, ei: object) -> str:
        """Return kinds and places of an exception and of what it came from, without a message."""
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(told(error)) if isinstance(error, BaseException) else ""

    def formatStack(self, stack_info: str) -> str:
        """Leave out what lies on the stack."""
        return ""


def told(error: BaseException) -> Iterator[str]:
    """The lines of a traceback, the first cause first: kinds, files and functions."""
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        current = current.__cause__ or current.__context__
    for each in reversed(seen):
        for frame in traceback.extract_tb(each.__traceback__):
            yield f"  {inside(frame.filename)}:{frame.lineno} {frame.name}"
        yield type(each).__name__
        for note in getattr(each, "__notes__", ()):
            for file, line, name in FRAME.findall(str(note)):
                yield f"  there: {inside(file)}:{line} {name}"


def inside(file: str) -> str:
    """The path of a source file without the folder that Easel or a library lies in."""
    path = Path(file)
    if path.is_relative_to(HOME):
        return path.relative_to(HOME).as_posix()
    _, found, library = path.as_posix().rpartition("/site-packages/")
    return library if found else path.name


class Diary(QObject):
    """Notes what the engine of a studio does: its model and state, its device, its stages."""

    def __init__(self, studio: "Studio") -> None:
        """Listen to a studio for as long as it lives."""
        super().__init__(studio)
        logger.info("model: %s", studio.model)
        studio.model_changed.connect(lambda family: logger.info("model: %s", family.name))
        studio.device_known.connect(lambda device: logger.info("the engine computes on %s", device))
        studio.engine_state_changed.connect(lambda state: logger.info("engine: %s", state))
        studio.painted.connect(self._note_picture)

    @staticmethod
    def _note_picture(image: "Image") -> None:
        height, width = image.pixels.shape[:2]
        stages = ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in image.seconds)
        kind = type(image.request).__name__
        logger.info("%s by %s: %d x %d in %s", kind, image.model, width, height, stages)
