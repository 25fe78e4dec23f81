"""When something fails the window says what happened, and has a button for what to do about it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.storage.exports import ExportOptions
from desktop.windows.export import ExportWindow
from engine.errors import (
    DeviceFailed,
    EngineStopped,
    NotFinite,
    OutOfMemory,
    WeightsDamaged,
    WeightsMissing,
)
from engine.families import find
from engine.requests import Generate, Inpaint
from tests.fakes import FakeEngine, square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

FULL = OutOfMemory("There is not enough memory for this picture; your work is safe.", 384)


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


def offered(shell: Shell) -> list[str]:
    return [each.text() for each in shell.window.messages.ways_out]


def press(shell: Shell, text: str) -> None:
    (button,) = [each for each in shell.window.messages.ways_out if each.text() == text]
    button.click()


def fail(shell: Shell, qtbot: QtBot, error: Exception) -> None:
    """Have the run of the prompt fail after three events, and the next one succeed."""
    shell.engine.error, shell.engine.error_after = error, 3
    shell.paint(qtbot)
    shell.engine.error = None
    assert shell.window.messages.text == str(error)


def done(shell: Shell, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    assert len(shell.studio.candidates.items) == shell.studio.settings.count


@pytest.fixture
def large(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    """The window over a model with large pictures, on the processor."""
    with open_shell(qtbot, paths, settings=Settings(device="cpu"), family="kandinsky22") as shell:
        yield shell


def asked(shell: Shell) -> Generate:
    request = shell.engine.requests[-1]
    assert isinstance(request, Generate)
    return request


# Memory


def test_out_of_memory_offers_a_smaller_picture_that_is_then_painted(
    qtbot: QtBot, large: Shell
) -> None:
    fail(large, qtbot, FULL)
    assert offered(large) == [
        "Retry at 384 × 384",
        "Offload (2× slower)",
        "Try again",
    ]
    before = asked(large)
    press(large, "Retry at 384 × 384")
    done(large, qtbot)
    after = asked(large)
    assert (before.width, before.height) == (512, 512)
    assert (after.width, after.height) == (384, 384)
    assert after.sampling == before.sampling
    assert large.studio.waiting.failed == ()


def test_offloading_starts_the_engine_with_the_thrifty_setting_and_tries_again(
    qtbot: QtBot, shell: Shell
) -> None:
    started: list[Settings] = []

    def start() -> None:
        started.append(shell.studio.settings)
        shell.studio.use_model(FakeEngine(), find("starter"))

    shell.workbench.settings.engine_outdated.connect(start)
    fail(shell, qtbot, FULL)
    press(shell, "Offload (2× slower)")
    done(shell, qtbot)
    assert [each.thrifty for each in started] == [True]
    fail_again = offered(shell)
    assert fail_again == []


def test_what_is_thrifty_already_is_not_offered_to_be(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.change_settings(replace(shell.studio.settings, thrifty=True))
    fail(shell, qtbot, FULL)
    assert offered(shell) == ["Try again"]


def test_a_hole_cannot_be_painted_smaller_so_that_is_not_offered(
    qtbot: QtBot, shell: Shell
) -> None:
    frame = shell.studio.document.picture.frame
    shell.studio.document.do(place_image(square(60, 32, 64), Rect(0, 0, 32, 64), "half"))
    shell.workbench.show_canvas()
    fail(shell, qtbot, FULL)
    assert frame == Rect(0, 0, 64, 64)
    assert isinstance(shell.engine.requests[-1], Inpaint)
    assert offered(shell)[0].startswith("Offload")


def test_what_will_not_fit_is_said_before_it_is_begun(qtbot: QtBot, large: Shell) -> None:
    large.studio.remedies.free = lambda: 10**9
    large.window.prompt.generate()
    qtbot.waitUntil(lambda: bool(offered(large)), timeout=PATIENCE)
    assert "This needs about 3." in large.window.messages.text
    assert "1.0 GB are free. Nothing was begun" in large.window.messages.text
    assert (large.engine.requests, large.studio.busy) == ([], False)
    assert offered(large) == ["Run anyway"], "not even the smallest picture would fit"
    press(large, "Run anyway")
    done(large, qtbot)
    large.paint(qtbot)
    assert len(large.engine.requests) == 2, "who said so once is not asked again"


def test_a_picture_that_is_too_large_for_what_is_free_can_be_painted_smaller(
    qtbot: QtBot, large: Shell
) -> None:
    large.studio.warm_up()
    qtbot.waitUntil(lambda: large.studio.engine_state == "ready", timeout=PATIENCE)
    large.studio.remedies.free = lambda: 60_000_000
    large.window.prompt.edit.setPlainText("a {red|blue} boat")
    large.window.prompt.count.setValue(2)
    large.window.prompt.generate()
    qtbot.waitUntil(lambda: bool(offered(large)), timeout=PATIENCE)
    assert offered(large) == ["Use 384 × 384", "Offload (2× slower)", "Run anyway"]
    press(large, "Use 384 × 384")
    done(large, qtbot)
    assert [(each.width, each.height) for each in large.engine.requests] == [(384, 384)] * 2  # type: ignore[union-attr]


def test_with_room_enough_nothing_is_asked(qtbot: QtBot, large: Shell) -> None:
    """The control of both tests above."""
    large.studio.remedies.free = lambda: 10**11
    large.paint(qtbot)
    assert (len(large.engine.requests), large.window.messages.ways_out) == (1, ())


# Arithmetic, process, device


def test_numbers_out_of_range_offer_another_seed_and_less_guidance(
    qtbot: QtBot, shell: Shell
) -> None:
    fail(shell, qtbot, NotFinite("The model's arithmetic went out of range; nothing is lost."))
    assert offered(shell) == ["Another seed", "Half the guidance"]
    before = asked(shell).sampling
    press(shell, "Another seed")
    done(shell, qtbot)
    assert asked(shell).sampling == replace(before, seed=before.seed + 4)
    fail(shell, qtbot, NotFinite("The model's arithmetic went out of range; nothing is lost."))
    press(shell, "Half the guidance")
    done(shell, qtbot)
    assert asked(shell).sampling.guidance == (find("starter").preset.guidance or 0) / 2


def test_an_engine_that_stopped_is_tried_again_by_a_button(qtbot: QtBot, shell: Shell) -> None:
    fail(shell, qtbot, EngineStopped("The engine stopped unexpectedly; nothing is lost."))
    assert offered(shell) == ["Try again"]
    press(shell, "Try again")
    done(shell, qtbot)
    assert shell.window.messages.text == ""


def test_an_engine_that_stopped_on_a_card_may_go_on_with_the_processor(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no card here: the engine only says that it has one."""
    started: list[str] = []

    def start() -> None:
        started.append(shell.studio.settings.device)
        shell.studio.use_model(FakeEngine(), find("starter"))

    shell.workbench.settings.engine_outdated.connect(start)
    shell.paint(qtbot)
    monkeypatch.setattr(type(shell.studio.remedies.runs), "device", "cuda")
    fail(shell, qtbot, EngineStopped("The engine stopped unexpectedly; nothing is lost."))
    assert offered(shell) == ["Try again", "Paint on the processor", "Test device"]
    fail(shell, qtbot, DeviceFailed("The card or its driver failed; nothing is lost."))
    assert offered(shell) == ["Paint on the processor", "Test device", "Try again"]
    press(shell, "Paint on the processor")
    done(shell, qtbot)
    assert started == ["cpu"]


def test_after_a_test_of_the_device_the_ways_out_are_there_again(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.paint(qtbot)
    monkeypatch.setattr(type(shell.studio.remedies.runs), "device", "cuda")
    lost = DeviceFailed("The card or its driver failed; nothing is lost.")
    fail(shell, qtbot, lost)
    shell.engine.error = lost
    press(shell, "Test device")
    assert offered(shell) == ["Cancel"]
    qtbot.waitUntil(lambda: len(offered(shell)) > 1, timeout=PATIENCE)
    assert shell.window.messages.text == str(lost)
    assert shell.window.messages.property("kind") == "failure", "no good news that leaves by itself"
    assert offered(shell) == ["Paint on the processor", "Test device", "Try again"]
    shell.engine.error = None
    press(shell, "Test device")
    assert offered(shell) == ["Cancel"]
    qtbot.waitUntil(lambda: len(offered(shell)) > 1, timeout=PATIENCE)
    assert shell.window.messages.text.startswith("It works")
    assert offered(shell)[0] == "Try again"
    timers = shell.window.messages.findChildren(QTimer)
    assert timers, "one that hides good news"
    assert not any(each.isActive() for each in timers), "it stays to be pressed"
    press(shell, "Try again")
    done(shell, qtbot)


# Models


@pytest.mark.parametrize(
    ("error", "ways"),
    [
        (WeightsMissing("The model file x is missing."), ["Locate…", "Get…"]),
        (WeightsDamaged("The model file x is cut off."), ["Get it again…"]),
    ],
    ids=["missing", "damaged"],
)
def test_a_model_that_is_missing_or_damaged_leads_to_the_page_of_models(
    qtbot: QtBot, shell: Shell, error: Exception, ways: list[str]
) -> None:
    wanted: list[str] = []
    shell.studio.remedies.models_wanted.connect(wanted.append)
    fail(shell, qtbot, error)
    assert offered(shell) == ways, "the Starter itself cannot stand in for the Starter"
    press(shell, ways[0])
    assert wanted == ["locate" if len(ways) == 2 else "show"]


def test_a_larger_model_that_is_missing_leaves_the_starter_to_paint_with(
    qtbot: QtBot, large: Shell
) -> None:
    def use(how: str) -> None:
        assert how == "starter"
        large.studio.use_model(starter, find("starter"))

    starter = FakeEngine()
    large.studio.remedies.models_wanted.connect(use)
    fail(large, qtbot, WeightsMissing("The model file x is missing."))
    assert offered(large) == ["Locate…", "Get…", "Paint with the Starter"]
    press(large, "Paint with the Starter")
    done(large, qtbot)
    (request,) = starter.requests
    assert isinstance(request, Generate)
    assert (request.width, request.height) == (256, 256)


def test_the_starter_stands_in_only_after_it_was_said_so(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.remedies.miss("Kandinsky 2.2")
    assert (
        "The files of Kandinsky 2.2 are damaged or not where they were"
        in shell.window.messages.text
    )
    shell.window.prompt.generate()
    qtbot.wait(50)
    assert (shell.engine.requests, shell.studio.busy) == ([], False)
    assert offered(shell) == ["Locate…", "Get…", "Paint with the Starter"]
    press(shell, "Paint with the Starter")
    done(shell, qtbot)
    shell.paint(qtbot)
    assert len(shell.engine.requests) == 2


# Files


def test_what_cannot_be_exported_may_go_to_another_place(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    shell.studio.place_pixels(square(1, 20, 20), "A picture")
    shell.studio.files.export(tmp_path / "gone" / "a.png", ExportOptions())
    qtbot.waitUntil(lambda: offered(shell) == ["Another place…"], timeout=PATIENCE)
    press(shell, "Another place…")
    (window,) = shell.window.findChildren(ExportWindow)
    window.close()


def test_a_project_that_cannot_be_saved_may_go_to_another_place(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    shell.studio.place_pixels(square(1, 20, 20), "A picture")
    shell.studio.files.save_project(tmp_path / "gone" / "a.ora", "")
    qtbot.waitUntil(lambda: offered(shell) == ["Another place…"], timeout=PATIENCE)
    press(shell, "Another place…")
    (dialog,) = shell.window.findChildren(QFileDialog)
    dialog.close()


def test_unsaved_work_that_finds_no_room_is_kept_elsewhere_by_a_click(
    qtbot: QtBot, shell: Shell, paths: Paths, tmp_path: Path
) -> None:
    paths.recovery.parent.mkdir(parents=True, exist_ok=True)
    paths.recovery.write_text("a file is in the way of the folder")
    elsewhere = tmp_path / "another disk"
    elsewhere.mkdir()
    shell.studio.place_pixels(square(1, 20, 20), "A picture")
    qtbot.waitUntil(lambda: "Another folder…" in offered(shell), timeout=PATIENCE)
    assert offered(shell) == ["Another folder…", "Save the project…"]
    press(shell, "Another folder…")
    (dialog,) = shell.window.findChildren(QFileDialog)
    with qtbot.waitSignal(shell.recording.written, timeout=PATIENCE):
        dialog.fileSelected.emit(str(elsewhere))
    dialog.close()
    assert len(list(elsewhere.iterdir())) == 1
    assert shell.studio.settings.unsaved_folder == str(elsewhere)
    assert shell.recording.is_caught_up


# The buttons


def test_a_hint_does_not_take_the_place_of_a_failure_and_comes_another_time(
    qtbot: QtBot, shell: Shell
) -> None:
    fail(shell, qtbot, FULL)
    shell.workbench.hints.tell("mask")
    assert shell.window.messages.text == str(FULL)
    press(shell, "Try again")
    done(shell, qtbot)
    shell.workbench.hints.tell("mask")
    assert shell.window.messages.text.startswith("You paint the mask now")


def test_good_news_takes_the_buttons_of_a_failure_away(qtbot: QtBot, shell: Shell) -> None:
    fail(shell, qtbot, FULL)
    buttons = shell.window.messages.ways_out
    assert all(isinstance(each, QPushButton) and each.accessibleName() for each in buttons)
    shell.studio.noticed.emit("Saved to x")
    assert offered(shell) == []


def test_the_buttons_are_within_the_card_on_the_narrowest_window(
    qtbot: QtBot, large: Shell
) -> None:
    large.window.resize(large.window.minimumSize())
    fail(large, qtbot, FULL)
    qtbot.wait(20)
    messages = large.window.messages
    for button in messages.ways_out:
        assert messages.rect().contains(button.geometry()), button.text()
        assert button.height() >= button.minimumSizeHint().height()
        assert button.width() >= button.minimumSizeHint().width()


def test_a_test_of_the_device_paints_for_nobody_and_says_how_it_went(
    qtbot: QtBot, shell: Shell
) -> None:
    told: list[tuple[str, bool]] = []
    shell.studio.warm_up()
    shell.studio.test_device(lambda *heard: told.append(heard))
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert told[0][0].startswith("It works: a small picture on “cpu” took ")
    assert told[0][1]
    assert shell.studio.candidates.items == ()
    shell.engine.error = EngineStopped("The engine stopped.")
    shell.studio.test_device(lambda *heard: told.append(heard))
    qtbot.waitUntil(lambda: len(told) == 2, timeout=PATIENCE)
    assert told[1] == ("The engine stopped.", False)
    assert np.array_equal([len(each) for each in [shell.failures]], [0])
