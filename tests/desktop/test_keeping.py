"""What the studio paints is kept, and what is looked for is found, through its own thread."""

import gc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop.finding import Listing, Question
from desktop.paths import Paths
from desktop.storage import gallery_marks
from desktop.storage.gallery import LIST, Gallery
from desktop.storage.gallery_entry import Entry, Wanted
from desktop.studio import Studio
from engine.errors import EngineStopped
from engine.requests import Embed, Idea, Vary
from tests.fakes import FakeEngine, embedded
from tests.shell import PATIENCE, open_studio


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(unable=frozenset())


@pytest.fixture
def studio(qapp: QCoreApplication, paths: Paths, engine: FakeEngine) -> Iterator[Studio]:
    with open_studio(paths, engine) as studio:
        yield studio


def answer(qtbot: QtBot, studio: Studio, work: Callable[[Gallery], Any]) -> Any:
    """What the gallery's thread says, once everything before it is done."""
    heard: list[Any] = []
    studio.keeping.ask(work, heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE)
    return heard[0]


def paint(qtbot: QtBot, studio: Studio, prompt: str, count: int = 2, seed: int = 5) -> None:
    studio.generate(prompt, count, seed)
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)


def kept(qtbot: QtBot, studio: Studio) -> list[Entry]:
    return answer(qtbot, studio, lambda gallery: gallery.entries(gallery.ids(Wanted())))


def search(qtbot: QtBot, studio: Studio, question: Question) -> Listing:
    with qtbot.waitSignal(studio.finding.found, timeout=PATIENCE) as found:
        studio.finding.search(question)
    return found.args[0]


def test_every_picture_of_a_run_is_kept_and_survives_a_restart(
    qtbot: QtBot, studio: Studio, paths: Paths
) -> None:
    paint(qtbot, studio, "a red apple")
    entries = kept(qtbot, studio)
    assert [(e.prompt, e.seed) for e in entries] == [("a red apple", 6), ("a red apple", 5)]
    studio.close()
    gallery = Gallery(paths.gallery)
    assert len(gallery.ids(Wanted())) == 2
    gallery.close()


def test_a_run_that_is_closed_over_loses_no_finished_picture(
    qtbot: QtBot, paths: Paths, qapp: QCoreApplication
) -> None:
    with open_studio(paths, FakeEngine()) as studio:
        studio.generate("a red apple", 3, 1)
        qtbot.waitUntil(lambda: len(studio.candidates.items) == 3, timeout=PATIENCE)
    gallery = Gallery(paths.gallery)
    assert len(gallery.ids(Wanted())) == 3
    gallery.close()


def test_prompts_are_remembered_also_those_whose_run_was_cancelled(
    qtbot: QtBot, studio: Studio
) -> None:
    studio.generate("a boat", 1, 1)
    studio.cancel()
    paint(qtbot, studio, "a red apple")
    assert answer(qtbot, studio, lambda g: gallery_marks.prompts(g, 9)) == ["a red apple", "a boat"]


def test_agreement_with_the_prompt_is_known_after_the_run(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = embedded(Embed(texts=("a red apple",))).texts[0]
    monkeypatch.setattr("tests.fakes.EMBEDDING", text)
    with qtbot.waitSignals([studio.keeping.changed] * 3, timeout=PATIENCE):
        paint(qtbot, studio, "a red apple")
    assert [question.texts for question in engine.questions] == [("a red apple",)]
    qtbot.waitUntil(
        lambda: all(e.agreement is not None for e in kept(qtbot, studio)), timeout=PATIENCE
    )
    assert [e.agreement for e in kept(qtbot, studio)] == [pytest.approx(1.0, abs=1e-3)] * 2
    tray = [candidate.agreement for candidate in studio.candidates.items]
    assert tray == [pytest.approx(1.0, abs=1e-3)] * 2


def test_words_filter_and_where_they_find_nothing_the_nearest_are_shown(
    qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    for prompt in ("aaaa", "hhhh"):
        text = embedded(Embed(texts=(prompt,))).texts[0]
        monkeypatch.setattr("tests.fakes.EMBEDDING", text)
        paint(qtbot, studio, prompt, count=1)
    newest, oldest = [entry.id for entry in kept(qtbot, studio)]
    found = search(qtbot, studio, Question(wanted=Wanted(words="aaa")))
    assert (found.ids.tolist(), found.nearest) == ([oldest], False)
    found = search(qtbot, studio, Question(wanted=Wanted(words="iiiia")))  # i is like a, modulo 8
    assert (found.ids.tolist(), found.nearest) == ([oldest, newest], True)
    found = search(qtbot, studio, Question(text="h"))
    assert found.ids.tolist() == [newest, oldest]
    found = search(qtbot, studio, Question(likes=(oldest,)))
    assert found.ids.tolist() == [oldest, newest]
    found = search(qtbot, studio, Question(likes=(newest,), unlikes=(oldest,)))
    assert found.ids.tolist() == [newest, oldest]


def test_a_model_that_cannot_compare_says_so(
    qtbot: QtBot, studio: Studio, engine: FakeEngine
) -> None:
    engine.unable = frozenset({Embed})
    with qtbot.waitSignal(studio.finding.refused, timeout=PATIENCE) as refused:
        studio.finding.search(Question(text="h"))
    assert "search by words instead" in refused.args[0]
    assert search(qtbot, studio, Question(wanted=Wanted(words="x"))).ids.tolist() == []


def test_only_the_latest_question_is_answered(qtbot: QtBot, studio: Studio) -> None:
    paint(qtbot, studio, "a red apple")
    heard: list[Listing] = []
    studio.finding.found.connect(heard.append)
    studio.finding.search(Question(wanted=Wanted(words="red")))
    last = Question(wanted=Wanted(words="apple"))
    assert search(qtbot, studio, last).question is last
    assert [listing.question for listing in heard] == [last]


def test_a_picture_of_somebody_else_is_looked_at_and_can_be_found_by_meaning(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, tmp_path: Path
) -> None:
    Image.fromarray(np.full((9, 9, 3), 200, np.uint8)).save(tmp_path / "beach.jpg")
    with qtbot.waitSignal(studio.keeping.added, timeout=PATIENCE) as added:
        studio.keeping.take_in([tmp_path / "beach.jpg"])
    (made,) = added.args[0]
    (entry,) = kept(qtbot, studio)
    assert (entry.id, entry.prompt, entry.kind) == (made, "beach", "")
    assert search(qtbot, studio, Question(text="abcdefgh")).ids.tolist() == [made]


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    (tmp_path / "no.png").write_text("no picture")
    with qtbot.waitSignal(studio.failed, timeout=PATIENCE) as failed:
        studio.keeping.take_in([tmp_path / "no.png"])
    assert "is not a picture Easel can read" in failed.args[0]


def test_an_engine_that_stops_costs_no_picture_its_place(
    qtbot: QtBot,
    studio: Studio,
    engine: FakeEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stopped(_question: Embed) -> None:
        raise EngineStopped("The engine stopped; try again.")

    monkeypatch.setattr("tests.fakes.embedded", stopped)
    Image.fromarray(np.full((9, 9, 3), 200, np.uint8)).save(tmp_path / "beach.jpg")
    with qtbot.waitSignal(studio.keeping.added, timeout=PATIENCE):
        studio.keeping.take_in([tmp_path / "beach.jpg"])
    assert [entry.prompt for entry in kept(qtbot, studio)] == ["beach"]


def test_a_damaged_list_is_said_and_filled_from_the_pictures(
    qtbot: QtBot, paths: Paths, qapp: QCoreApplication
) -> None:
    with open_studio(paths, FakeEngine()) as studio:
        paint(qtbot, studio, "a red apple")
    (paths.gallery / LIST).write_bytes(b"garbage " * 1000)
    with open_studio(paths, FakeEngine()) as studio:
        with qtbot.waitSignal(studio.failed, timeout=PATIENCE) as failed:
            studio.keeping.open()
        assert "your pictures are safe" in failed.args[0]
        assert len(kept(qtbot, studio)) == 2


def test_a_request_made_elsewhere_is_painted_and_knows_where_it_came_from(
    qtbot: QtBot, studio: Studio, engine: FakeEngine
) -> None:
    paint(qtbot, studio, "a red apple", count=1)
    pixels = studio.candidates.items[0].pixels
    studio.paint(Vary(idea=Idea(image=pixels), count=1))
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    variation, first = kept(qtbot, studio)
    details = answer(qtbot, studio, lambda gallery: gallery.details(variation.id))
    assert (variation.kind, details.parents) == ("Vary", (first.id,))


def test_what_the_model_cannot_do_is_said(qtbot: QtBot, studio: Studio, engine: FakeEngine) -> None:
    engine.unable = frozenset({Vary})
    with qtbot.waitSignal(studio.failed, timeout=PATIENCE) as failed:
        studio.paint(Vary(idea=Idea(image=np.zeros((8, 8, 3), np.uint8))))
    assert "cannot do this" in failed.args[0]
    assert engine.requests == []


def test_pictures_of_a_model_that_cannot_compare_do_not_stay_in_memory(
    qtbot: QtBot, qapp: QCoreApplication, paths: Paths
) -> None:
    held: list[weakref.ref[Any]] = []
    with open_studio(paths, FakeEngine()) as studio:
        studio.painted.connect(lambda image: held.append(weakref.ref(image.pixels)))
        for seed in range(4):
            paint(qtbot, studio, "a red apple", count=1, seed=seed)
            assert len(kept(qtbot, studio)) == seed + 1
            studio.candidates.clear()
        paint(qtbot, studio, "another one", count=1)  # what is last may be held for a moment
        gc.collect()
        assert [each() is None for each in held[:4]] == [True] * 4
