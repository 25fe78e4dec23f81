"""The log helps to find a fault and tells nothing of what a person writes or opens."""

import logging
import sys
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop import worker
from desktop.errors import PictureUnreadable
from desktop.log import HOME, OURS, Diary, Discreet, inside, log_into, versions
from desktop.paths import Paths
from tests.fakes import FakeEngine
from tests.shell import PATIENCE, open_studio

SECRET = "a violet zeppelin"


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    """The root logger, which has its handlers back afterwards."""
    logger = logging.getLogger()
    before, levels = list(logger.handlers), {n: logging.getLogger(n).level for n in OURS}
    yield logger
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for handler in set(logger.handlers) - set(before):
        logger.removeHandler(handler)
        handler.close()


def logged(folder: Path) -> str:
    """What is in the log."""
    return (folder / "easel.log").read_text(encoding="utf-8")


def test_the_log_is_a_file_that_cannot_grow_without_end(
    tmp_path: Path, root_logger: logging.Logger
) -> None:
    log_into(tmp_path / "logs")
    (handler,) = (h for h in root_logger.handlers if isinstance(h, RotatingFileHandler))
    assert Path(handler.baseFilename) == tmp_path / "logs" / "easel.log"
    assert handler.maxBytes > 0
    assert handler.backupCount > 0


def test_a_folder_that_cannot_hold_a_log_stops_nothing(
    tmp_path: Path, root_logger: logging.Logger
) -> None:
    (tmp_path / "file").write_text("in the way")
    log_into(tmp_path / "file" / "logs")
    assert not any(isinstance(h, RotatingFileHandler) for h in root_logger.handlers)


def test_it_begins_with_everything_that_a_fault_may_depend_on(
    tmp_path: Path, root_logger: logging.Logger
) -> None:
    log_into(tmp_path)
    parts = ("easel ", "torch ", "PySide6-Essentials ", "Python ", "pillow ")
    assert [part for part in parts if part not in logged(tmp_path)] == []
    assert versions() in logged(tmp_path)


def test_a_run_is_noted_by_its_model_device_and_stages_and_not_by_its_words(
    tmp_path: Path, root_logger: logging.Logger, qtbot: QtBot, paths: Paths
) -> None:
    log_into(tmp_path)
    with open_studio(paths, FakeEngine()) as studio:
        Diary(studio)
        studio.warm_up()
        studio.generate(SECRET, 1, 7)
        qtbot.waitUntil(
            lambda: not studio.busy and studio.engine_state == "ready", timeout=PATIENCE
        )
    told = logged(tmp_path)
    for words in (
        "model: starter",
        "computes on cpu",
        "engine: ready",
        "Generate by fake: 256 x 256",
    ):
        assert words in told
    assert "violet" not in told


def of_a_fault() -> None:
    """Raise something nobody foresaw, about something that nobody should know."""
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(f"cannot find {SECRET} in /home/lieselotte/secret.png") from error


def test_of_a_fault_the_kinds_and_the_way_are_kept_and_the_messages_are_not(
    tmp_path: Path, root_logger: logging.Logger
) -> None:
    log_into(tmp_path)
    try:
        of_a_fault()
    except ValueError as error:
        there = f'  File "{HOME}/engine/unclip.py", line 7, in paint\nKeyError: {SECRET}'
        error.add_note(there)
        worker.logger.exception("job %d of the %s failed", 3, "engine worker")
    told = logged(tmp_path)
    for words in ("job 3 of the engine worker failed", "KeyError", "ValueError", "of_a_fault"):
        assert words in told
    assert "tests/desktop/test_log.py:" in told
    assert "there: engine/unclip.py:7 paint" in told
    for words in ("violet", "lieselotte", str(HOME), str(tmp_path)):
        assert words not in told


def test_the_usual_formatter_would_have_told(tmp_path: Path) -> None:
    try:
        of_a_fault()
    except ValueError:
        record = logging.LogRecord("x", 40, "", 1, "failed", (), sys.exc_info())
    assert SECRET in logging.Formatter().format(record)
    assert SECRET not in Discreet().format(record)


def test_what_other_libraries_say_is_left_out(tmp_path: Path, root_logger: logging.Logger) -> None:
    log_into(tmp_path)
    logging.getLogger("PIL.Image").error("cannot read %s", SECRET)
    assert "ERROR PIL.Image: a message that is left out" in logged(tmp_path)
    assert SECRET not in logged(tmp_path)


def test_a_known_fault_is_noted_by_its_kind(
    tmp_path: Path, root_logger: logging.Logger, qtbot: QtBot, paths: Paths
) -> None:
    log_into(tmp_path)
    with open_studio(paths, FakeEngine()) as studio, qtbot.waitSignal(studio.failed):
        studio.files.open_picture(tmp_path / f"{SECRET}.png")
    assert PictureUnreadable.__name__ in logged(tmp_path)
    assert SECRET not in logged(tmp_path)


def test_of_a_source_file_the_folder_it_lies_in_is_not_told() -> None:
    assert inside(str(HOME / "desktop" / "log.py")) == "desktop/log.py"
    assert inside("/home/lieselotte/.venv/lib/site-packages/PIL/Image.py") == "PIL/Image.py"
    assert inside("/home/lieselotte/secret/script.py") == "script.py"
