"""From a prompt to a file, step by step, as a person does it; read it like a page of the manual."""

import json
from pathlib import Path

import numpy as np
from PIL import Image
from pytestqt.qtbot import QtBot

from desktop.document.composite import composite
from desktop.document.edits import move_frame
from desktop.document.geometry import Rect
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.storage.exports import ExportOptions
from desktop.studio import Studio
from engine.picture_file import read_notes
from tests.fakes import FakeEngine, square
from tests.flows.conftest import FRAME, Heard


def paint(studio: Studio, qtbot: QtBot, prompt: str = "a red apple", seed: int | None = 40) -> None:
    with qtbot.waitSignal(studio.busy_changed, check_params_cb=lambda busy: not busy):
        studio.generate(prompt, 4, seed)


def in_frame(studio: Studio) -> np.ndarray:
    return composite(studio.document.picture, FRAME)[..., :3]


def test_from_prompt_to_file(
    studio: Studio, heard: Heard, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    # A prompt and Enter: four candidates come into the tray, the picture is untouched.
    paint(studio, qtbot)
    tray = studio.candidates
    assert [candidate.seed for candidate in tray.items] == [40, 41, 42, 43]
    assert studio.document.picture.layers == ()

    # The arrow keys choose one; it is shown, but still nothing is placed.
    tray.next()
    tray.next()
    assert tray.chosen == 1
    assert not studio.document.can_undo

    # Accept: it fills the frame as a layer named after the prompt, and the tray is empty.
    studio.accept()
    assert [layer.name for layer in studio.document.picture.layers] == ["a red apple"]
    assert np.array_equal(in_frame(studio), square(41, 256, 256))
    assert (tray.items, tray.chosen) == ((), None)

    # Undo and redo: one step there and back, to the very same picture.
    accepted = studio.document.picture
    assert studio.document.undo_name == "Accept picture"
    studio.undo()
    assert studio.document.picture.layers == ()
    studio.redo()
    assert studio.document.picture is accepted

    # Export: the pixels of the frame, and everything needed to make them again.
    target = tmp_path / "apple.png"
    with qtbot.waitSignal(studio.noticed):
        studio.files.export(target, ExportOptions())
    assert heard.news == [f"Exported to {target}"]
    with Image.open(target) as image:
        assert np.array_equal(np.asarray(image), square(41, 256, 256))
    notes = read_notes(target)
    assert (notes["prompt"], notes["seed"], notes["model"]) == ("a red apple", "41", "fake")
    assert json.loads(notes["request"])["sampling"]["seed"] == 41

    # Nothing went wrong on the way.
    assert (heard.sentences, heard.bugs) == ([], [])
    assert (len(engine.requests), engine.finished) == (1, 1)


def test_while_it_paints_it_says_how_far_it_is(studio: Studio, heard: Heard, qtbot: QtBot) -> None:
    paint(studio, qtbot)
    told = [(p.stage, p.index, p.total) for p in heard.progress]
    assert told == [
        ("Loading the model", 0, 0),
        ("Loading the model", 0, 0),
        ("Prior", 1, 2),
        ("Prior", 2, 2),
        ("Decoder", 1, 3),
        ("Decoder", 2, 3),
        ("Decoder", 3, 3),
    ]
    assert heard.busy == [True, False]


def test_warming_up_tells_when_the_engine_is_ready(
    studio: Studio, heard: Heard, qtbot: QtBot
) -> None:
    studio.warm_up()
    qtbot.waitUntil(lambda: heard.engine == ["starting…", "ready"])
    assert not studio.busy


def test_a_prompt_entered_while_the_engine_starts_waits_its_turn(
    studio: Studio, heard: Heard, engine: FakeEngine, qtbot: QtBot
) -> None:
    studio.warm_up()
    paint(studio, qtbot)
    assert (engine.warmed_up, engine.finished) == (1, 1)
    assert {p.stage for p in heard.progress[:2]} == {"Loading the model"}


def test_the_same_seed_makes_the_same_pictures_and_no_seed_a_fresh_one(
    studio: Studio, engine: FakeEngine, qtbot: QtBot
) -> None:
    paint(studio, qtbot, seed=7)
    paint(studio, qtbot, seed=None)
    fresh = studio.last_seed
    paint(studio, qtbot, seed=None)
    assert studio.last_seed != fresh
    paint(studio, qtbot, seed=7)
    assert [request.sampling.seed for request in engine.requests][::3] == [7, 7]
    assert studio.last_seed == 7


def test_a_candidate_alone_is_asked_for_by_its_own_request(studio: Studio, qtbot: QtBot) -> None:
    paint(studio, qtbot)
    third = studio.candidates.items[2]
    request = json.loads(third.notes["request"])
    with qtbot.waitSignal(studio.busy_changed, check_params_cb=lambda busy: not busy):
        studio.generate(request["prompt"], request["count"], request["sampling"]["seed"])
    assert [each.seed for each in studio.candidates.items] == [third.seed]
    assert np.array_equal(studio.candidates.items[0].pixels, third.pixels)


def test_keep_as_layer_leaves_the_tray_to_choose_again(studio: Studio, qtbot: QtBot) -> None:
    paint(studio, qtbot)
    studio.keep_as_layer(0)
    studio.keep_as_layer(3)
    assert len(studio.document.picture.layers) == 2
    assert len(studio.candidates.items) == 4
    assert np.array_equal(in_frame(studio), square(43, 256, 256))
    studio.undo()
    assert np.array_equal(in_frame(studio), square(40, 256, 256))


def test_discard_takes_one_and_reject_all(studio: Studio, qtbot: QtBot) -> None:
    paint(studio, qtbot)
    studio.discard(1)
    assert [candidate.seed for candidate in studio.candidates.items] == [40, 42, 43]
    studio.reject()
    assert studio.candidates.items == ()
    assert studio.document.picture.layers == ()


def test_a_second_run_replaces_the_tray_but_nothing_that_was_accepted(
    studio: Studio, qtbot: QtBot
) -> None:
    paint(studio, qtbot)
    studio.keep_as_layer(0)
    paint(studio, qtbot, prompt="a blue boat", seed=90)
    assert [candidate.seed for candidate in studio.candidates.items] == [90, 91, 92, 93]
    assert [layer.name for layer in studio.document.picture.layers] == ["a red apple"]


def test_a_candidate_fills_a_frame_of_another_size(studio: Studio, qtbot: QtBot) -> None:
    studio.document.do(move_frame(Rect(-10, 30, 512, 512)))
    paint(studio, qtbot)
    assert studio.candidates.items[0].pixels.shape == (256, 256, 3)
    studio.accept(0)
    assert studio.document.picture.layers[0].raster.bounds() == Rect(-10, 30, 512, 512)


def test_an_opened_and_a_pasted_picture_are_layers_on_the_middle_of_the_frame(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    Image.fromarray(square(3, 100, 60)).save(tmp_path / "boat.jpg", quality=95)
    with qtbot.waitSignal(studio.document_changed):
        studio.files.open_picture(tmp_path / "boat.jpg")
    studio.place_pixels(square(4, 20, 20), "Pasted picture")
    boat, pasted = studio.document.picture.layers
    assert (boat.name, boat.raster.bounds()) == ("boat", Rect(78, 98, 100, 60))
    assert (pasted.name, pasted.raster.bounds()) == ("Pasted picture", Rect(118, 118, 20, 20))
    studio.undo()
    studio.undo()
    assert studio.document.picture.layers == ()


def test_a_photo_that_is_exported_carries_no_place_no_camera_and_no_prompt(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera that wants to be known"
    Image.fromarray(square(3, 10, 10)).save(tmp_path / "photo.png", exif=exif, comment="home")
    with qtbot.waitSignal(studio.document_changed):
        studio.files.open_picture(tmp_path / "photo.png")
    with qtbot.waitSignal(studio.noticed):
        studio.files.export(tmp_path / "out.png", ExportOptions())
    with Image.open(tmp_path / "out.png") as image:
        assert image.info == {}
        assert not image.getexif()


def test_a_new_picture_is_empty_and_undo_brings_the_old_one_back(
    studio: Studio, qtbot: QtBot
) -> None:
    paint(studio, qtbot)
    studio.keep_as_layer(0)
    before = studio.document.picture
    studio.files.new_picture()
    assert studio.document.picture.layers == ()
    assert studio.candidates.items == ()
    studio.undo()
    assert studio.document.picture is before


def test_a_new_picture_in_place_of_an_empty_one_is_no_step(studio: Studio) -> None:
    studio.files.new_picture()
    assert not studio.document.can_undo


def test_count_and_seed_are_there_again_next_time(
    studio: Studio, qtbot: QtBot, paths: Paths
) -> None:
    with qtbot.waitSignal(studio.busy_changed, check_params_cb=lambda busy: not busy):
        studio.generate("a red apple", 2, 1234)
    studio.change_settings(Settings(count=2, seed=1234, theme="dark"))
    assert Settings.load(paths.settings_file) == Settings(count=2, seed=1234, theme="dark")


def test_every_change_of_the_picture_is_told(studio: Studio, qtbot: QtBot) -> None:
    with qtbot.waitSignals([studio.document_changed, studio.history_changed]):
        studio.place_pixels(square(4, 20, 20), "Pasted picture")
    with qtbot.waitSignals([studio.document_changed, studio.history_changed]):
        studio.undo()
