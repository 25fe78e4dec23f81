"""What a person meets when something goes wrong: one clear sentence, nothing lost, work goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.settings import Settings
from desktop.storage.exports import ExportOptions
from desktop.studio import Studio
from engine import open_engine
from engine.errors import EngineStopped, NotFinite
from engine.interface import Engine
from tests.desktop.held_engine import HeldEngine
from tests.fakes import FakeEngine, square
from tests.flows.conftest import Heard


def wait_until_idle(studio: Studio, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not studio.busy)


def seeds(studio: Studio) -> list[int]:
    return [candidate.seed for candidate in studio.candidates.items]


@pytest.fixture
def held() -> HeldEngine:
    return HeldEngine()


@pytest.fixture
def held_studio(open_studio: Callable[[Engine], Studio], held: HeldEngine, qtbot: QtBot) -> Studio:
    """A studio in mid-run: one picture of four is in the tray."""
    studio = open_studio(held)
    studio.generate("a red apple", 4, 40)
    qtbot.waitUntil(lambda: seeds(studio) == [40])
    assert held.reached.wait(5)
    return studio


def test_cancel_in_mid_run_keeps_what_is_finished_and_the_next_run_works(
    held_studio: Studio, held: HeldEngine, qtbot: QtBot
) -> None:
    heard = Heard(held_studio)
    held_studio.cancel()
    assert not held_studio.busy  # at once, although the engine still holds its breath
    assert seeds(held_studio) == [40]
    held.release.set()
    qtbot.waitUntil(lambda: held.cancelled == 1)
    assert seeds(held_studio) == [40]

    held_studio.generate("a blue boat", 2, 90)
    wait_until_idle(held_studio, qtbot)
    assert seeds(held_studio) == [90, 91]
    assert (heard.sentences, heard.bugs) == ([], [])


def test_in_mid_run_the_tray_knows_what_is_still_to_come(held_studio: Studio) -> None:
    tray = held_studio.candidates
    assert (len(tray.items), tray.expected, len(tray.previews)) == (1, 4, 4)
    held_studio.cancel()
    assert (len(tray.items), tray.expected, len(tray.previews)) == (1, 0, 0)


def test_cancel_with_nothing_to_cancel_is_no_harm(studio: Studio, heard: Heard) -> None:
    studio.cancel()
    assert (heard.busy, heard.sentences) == ([], [])


def test_accepting_in_mid_run_stops_the_rest(
    held_studio: Studio, held: HeldEngine, qtbot: QtBot
) -> None:
    held_studio.accept(0)
    assert not held_studio.busy
    held.release.set()
    qtbot.waitUntil(lambda: held.cancelled == 1)
    assert seeds(held_studio) == []
    assert len(held_studio.document.picture.layers) == 1


def test_generate_in_mid_run_waits_its_turn_and_disturbs_nothing(
    held_studio: Studio, held: HeldEngine, qtbot: QtBot
) -> None:
    heard = Heard(held_studio)
    held_studio.generate("a blue boat", 1, 90)
    assert heard.news == ["This is painted after what is being painted now."]
    held.release.set()
    wait_until_idle(held_studio, qtbot)
    assert seeds(held_studio) == [40, 41, 42, 43, 90]


def test_closing_in_mid_run_closes_the_engine_and_ends_the_thread(
    held_studio: Studio, held: HeldEngine
) -> None:
    held_studio.close()
    assert held.closed
    assert held.cancelled == 1


@pytest.mark.parametrize(
    "error",
    [
        EngineStopped("The engine stopped unexpectedly; press Generate to start it again."),
        NotFinite("The arithmetic failed twice; try another seed."),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("after", [0, 3, 7])
def test_an_engine_that_fails_costs_one_sentence_and_the_next_run_works(
    studio: Studio, heard: Heard, engine: FakeEngine, qtbot: QtBot, error: Exception, after: int
) -> None:
    engine.error, engine.error_after = error, after
    studio.generate("a red apple", 4, 40)
    wait_until_idle(studio, qtbot)
    assert heard.sentences == [str(error)]
    assert seeds(studio) == [40][: max(0, after - 6)]
    assert heard.busy == [True, False]

    engine.error = None
    studio.generate("a red apple", 2, 40)
    wait_until_idle(studio, qtbot)
    assert seeds(studio) == [40, 41]
    assert heard.engine[-1] == "ready"
    assert heard.bugs == []


def test_an_engine_that_stopped_is_shown_as_stopped(
    studio: Studio, heard: Heard, engine: FakeEngine, qtbot: QtBot
) -> None:
    engine.error, engine.error_after = EngineStopped("It stopped; press Generate."), 4
    studio.generate("a red apple", 1, 40)
    wait_until_idle(studio, qtbot)
    assert heard.engine == ["starting…", "ready", "stopped"]


def test_a_bug_in_the_engine_is_told_as_one_and_not_as_a_sentence(
    studio: Studio,
    heard: Heard,
    engine: FakeEngine,
    qtbot: QtBot,
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine.error = ZeroDivisionError("nobody foresaw this")
    studio.generate("a red apple", 1, 40)
    wait_until_idle(studio, qtbot)
    assert heard.sentences == []
    assert len(heard.bugs) == 1
    assert "ZeroDivisionError: nobody foresaw this" in heard.bugs[0]
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(
    ("prompt", "count", "words"),
    [
        ("", 4, "The prompt is empty; describe"),
        ("  \n ", 4, "The prompt is empty; describe"),
        ("x" * 100_000, 4, "100,000 characters"),
        ("a red apple", 0, "choose 1 to 16"),
        ("a red apple", 99, "choose 1 to 16"),
    ],
    ids=["empty", "blank", "100,000 characters", "none", "too many"],
)
def test_a_run_that_makes_no_sense_is_refused_before_it_starts(
    studio: Studio, heard: Heard, engine: FakeEngine, prompt: str, count: int, words: str
) -> None:
    studio.generate(prompt, count, 1)
    assert len(heard.sentences) == 1
    assert words in heard.sentences[0]
    assert (engine.requests, heard.busy, studio.busy) == ([], [], False)


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_that_cannot_be_used_is_refused_and_not_remembered(
    studio: Studio, heard: Heard, seed: int
) -> None:
    studio.generate("a red apple", 1, seed)
    assert "The seed" in heard.sentences[0]
    assert (studio.last_seed, studio.settings.seed) == (0, 0)


def test_accept_without_a_choice_says_what_to_do(studio: Studio, heard: Heard) -> None:
    studio.accept()
    assert heard.sentences == ["No picture is chosen; click one in the tray first."]
    assert not studio.document.can_undo


def test_a_picture_that_is_none_leaves_the_document_alone(
    studio: Studio, heard: Heard, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "letter.png").write_text("Dear Sir or Madam")
    studio.files.open_picture(tmp_path / "letter.png")
    qtbot.waitUntil(lambda: bool(heard.sentences))
    assert heard.sentences == [
        "“letter.png” is not a picture Easel can read; your picture is unchanged. "
        "Choose a PNG, JPEG, WebP, BMP or TIFF file."
    ]
    assert not studio.document.can_undo


def test_what_was_given_up_of_a_picture_is_said(
    studio: Studio, heard: Heard, qtbot: QtBot, tmp_path: Path
) -> None:
    frame = Image.fromarray(square(1, 8, 8))
    frame.save(tmp_path / "moving.png", save_all=True, append_images=[Image.new("RGB", (8, 8))])
    studio.files.open_picture(tmp_path / "moving.png")
    qtbot.waitUntil(lambda: bool(heard.news))
    assert heard.news == ["“moving.png” was opened; only its first frame was opened."]


def test_an_unwritable_folder_costs_one_sentence_and_another_place_works(
    studio: Studio, heard: Heard, qtbot: QtBot, tmp_path: Path
) -> None:
    studio.place_pixels(square(1, 20, 20), "A picture")
    before = studio.document.picture
    studio.files.export(tmp_path / "no such folder" / "a.png", ExportOptions())
    qtbot.waitUntil(lambda: bool(heard.sentences))
    assert len(heard.sentences) == 1
    assert "“a.png” could not be saved" in heard.sentences[0]
    assert "choose another place" in heard.sentences[0]
    assert studio.document.picture is before

    with qtbot.waitSignal(studio.noticed):
        studio.files.export(tmp_path / "a.png", ExportOptions())
    assert (tmp_path / "a.png").exists()


def test_an_export_that_was_begun_is_finished_before_the_window_is_gone(
    studio: Studio, tmp_path: Path
) -> None:
    studio.place_pixels(square(1, 20, 20), "A picture")
    studio.files.export(tmp_path / "a.png", ExportOptions())
    studio.close()
    assert (tmp_path / "a.png").exists()


def test_a_missing_starter_folder_is_named_and_the_rest_of_the_application_works(
    open_studio: Callable[[Engine], Studio], qtbot: QtBot, tmp_path: Path
) -> None:
    studio = open_studio(open_engine([tmp_path / "no starter here"]))
    heard = Heard(studio)
    studio.warm_up()
    qtbot.waitUntil(lambda: len(heard.sentences) == 1, timeout=20_000)
    assert heard.engine == ["starting…", "stopped"]

    studio.generate("a red apple", 1, 1)
    wait_until_idle(studio, qtbot)
    assert len(heard.sentences) == 2
    assert heard.bugs == []
    studio.place_pixels(square(1, 20, 20), "A picture")
    with qtbot.waitSignal(studio.noticed):
        studio.files.export(tmp_path / "a.png", ExportOptions())


def test_damaged_settings_are_said_once_at_the_start(
    paths: Paths, engine: FakeEngine, open_studio: Callable[[Engine], Studio]
) -> None:
    paths.settings_file.parent.mkdir(parents=True)
    paths.settings_file.write_text("{ half a file")
    studio = open_studio(engine)
    heard = Heard(studio)
    studio.warm_up()
    assert len(heard.sentences) == 1
    assert "settings file was damaged" in heard.sentences[0]
    assert studio.settings == Settings()


def test_settings_that_cannot_be_saved_are_used_all_the_same(
    studio: Studio, heard: Heard, paths: Paths
) -> None:
    paths.config.parent.mkdir(exist_ok=True)
    paths.config.write_text("a file is in the way of the folder")
    studio.change_settings(Settings(theme="dark"))
    assert studio.settings.theme == "dark"
    assert len(heard.sentences) == 1
    assert "settings.json" in heard.sentences[0]
