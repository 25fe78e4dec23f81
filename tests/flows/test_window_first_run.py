"""The first minutes: things to try, sentences told once, and an offer; read it like the manual."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop.ask import Meaning
from desktop.document.channel import Channel
from desktop.document.geometry import Rect
from desktop.document.selection_edits import select
from desktop.hand import Target
from desktop.paths import Paths
from desktop.tries import TRIES
from desktop.tries import find as find_try
from desktop.windows.extend import ExtendWindow
from desktop.windows.pages import Page
from engine.events import Image as Painted
from engine.events import Stage
from engine.families import find
from engine.requests import Generate, Inpaint, Sampling
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

PICTURES = Path(__file__).parents[2] / "resources" / "tries"


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        shell.workbench.show_create()
        yield shell


def begin(qtbot: QtBot, shell: Shell, name: str) -> Meaning:
    """Click a tile and wait until all stands ready; return what a press of the button would do."""
    with qtbot.waitSignal(shell.workbench.tries.ended, timeout=PATIENCE):
        shell.workbench.parts.welcome.tiles[name].click()
    return shell.studio.intent.meaning


def told(shell: Shell) -> str:
    return shell.window.messages.text


@pytest.mark.parametrize("name", [each.name for each in TRIES])
def test_the_pictures_come_along_and_are_small(name: str) -> None:
    with Image.open(PICTURES / f"{name}.png") as picture:
        assert picture.size == (256, 256)
    assert (PICTURES / f"{name}.png").stat().st_size < 150_000


def test_erase_and_describe_is_one_press_away(qtbot: QtBot, shell: Shell) -> None:
    assert begin(qtbot, shell, "erase") is Meaning.FILL
    assert shell.workbench.pages.shown is Page.CANVAS
    assert shell.workbench.parts.hand.target is Target.MASK
    assert "Press Fill" in told(shell)
    shell.paint(qtbot)
    (request,) = shell.engine.requests
    assert isinstance(request, Inpaint)
    assert (request.prompt, request.mask.any(), request.mask.all()) == (
        "a yellow star",
        True,
        False,
    )


@pytest.mark.parametrize("name", ["erase", "uncrop", "mix"])
def test_what_to_do_stays_in_view_and_what_it_is_about_is_told_another_time(
    qtbot: QtBot, shell: Shell, name: str
) -> None:
    begin(qtbot, shell, name)
    qtbot.wait(300)  # until the frame was looked at, and whatever comes some turns later
    assert told(shell) == find_try(name).told
    shell.window.messages.hide()
    shell.workbench.parts.hand.aim(Target.PIXELS)
    shell.workbench.parts.hand.aim(Target.MASK)
    qtbot.waitUntil(lambda: "You paint the mask now" in told(shell), timeout=PATIENCE)


def test_past_the_edge_is_one_press_away(qtbot: QtBot, shell: Shell) -> None:
    assert begin(qtbot, shell, "uncrop") is Meaning.EXTEND
    assert shell.window.prompt.run.text() == "Extend"


def test_two_ideas_lie_on_the_desk(qtbot: QtBot, shell: Shell) -> None:
    begin(qtbot, shell, "mix")
    begin(qtbot, shell, "mix")
    mix = shell.workbench.parts.ideas.mix
    qtbot.waitUntil(lambda: len(mix.desk.wells) == 2, timeout=PATIENCE)
    assert [well.source.name for well in mix.desk.wells] == ["a sunflower", "a red apple"]


def test_a_change_is_written_beside_its_picture(qtbot: QtBot, shell: Shell) -> None:
    begin(qtbot, shell, "reword")
    state = shell.workbench.parts.ideas.reword.state
    (change,) = state.differences
    assert (change.before, change.after) == ("a green tree", "an orange tree")
    assert state.source is not None


def test_a_panorama_asks_how_far(qtbot: QtBot, shell: Shell) -> None:
    begin(qtbot, shell, "panorama")
    qtbot.waitUntil(lambda: bool(shell.window.findChildren(ExtendWindow)), timeout=PATIENCE)
    (window,) = shell.window.findChildren(ExtendWindow)
    whole = window.wish.around(shell.studio.document.picture.content())
    assert (whole.width, whole.height) == (512, 256), "to the sides, as a panorama is"


def test_what_is_tried_next_begins_without_the_mask_of_what_was_tried_before(
    qtbot: QtBot, shell: Shell
) -> None:
    begin(qtbot, shell, "erase")
    assert shell.workbench.parts.hand.target is Target.MASK
    begin(qtbot, shell, "uncrop")
    assert shell.workbench.parts.hand.target is Target.PIXELS


@pytest.mark.parametrize("name", ["mix", "reword"])
def test_what_is_to_be_pressed_is_seen_in_the_lowest_window(
    qtbot: QtBot, shell: Shell, name: str
) -> None:
    shell.window.resize(1280, 720)
    begin(qtbot, shell, name)
    ideas = shell.workbench.parts.ideas
    run = ideas.mix.run if name == "mix" else ideas.reword.run
    qtbot.waitUntil(lambda: run.isEnabled() and ideas.isVisible(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: run.visibleRegion().boundingRect().size() == run.size(), timeout=2000)


def test_undo_brings_back_what_was_there(qtbot: QtBot, shell: Shell) -> None:
    before = shell.studio.document.picture
    with qtbot.waitSignal(shell.workbench.tries.ended, timeout=PATIENCE):
        shell.workbench.actions_by_verb["tries.begin:erase"].trigger()
    assert len(shell.studio.document.picture.layers) == 1
    shell.studio.undo()
    assert shell.studio.document.picture is before


def test_what_is_edited_while_a_thing_to_try_is_prepared_ends_that(
    qtbot: QtBot, shell: Shell
) -> None:
    """Its picture stays as it was placed, below what was done; nothing is taken up or told."""
    document, parts = shell.studio.document, shell.workbench.parts
    tool = parts.hand.tool
    own = select(Channel.of_rect(Rect(0, 0, 8, 8)))

    def edit(_dirty: Rect) -> None:
        document.listeners.remove(edit)
        QTimer.singleShot(0, parts.stage, lambda: document.do(own))

    document.listeners.append(edit)
    begin(qtbot, shell, "erase")
    assert document.history[-1] == own.name
    assert (parts.hand.tool, parts.hand.target) == (tool, Target.PIXELS)
    assert told(shell) == ""


def test_of_two_things_to_try_the_later_one_is_prepared(qtbot: QtBot, shell: Shell) -> None:
    tiles = shell.workbench.parts.welcome.tiles
    with qtbot.waitSignal(shell.workbench.tries.ended, timeout=PATIENCE):
        tiles["erase"].click()
        tiles["uncrop"].click()
    assert len(shell.studio.document.history) == 1
    assert shell.studio.intent.meaning is Meaning.EXTEND


def test_what_the_mask_does_is_told_once_and_not_again_at_the_next_start(
    qtbot: QtBot, shell: Shell, paths: Paths
) -> None:
    shell.workbench.show_canvas()
    mask = shell.workbench.actions_by_verb["hand.toggle_mask"]
    mask.trigger()
    qtbot.waitUntil(lambda: "You paint the mask now" in told(shell))
    shell.window.messages.hide()
    mask.trigger()
    mask.trigger()
    qtbot.wait(200)
    assert told(shell) == ""
    with open_shell(qtbot, paths) as second:
        second.workbench.actions_by_verb["hand.toggle_mask"].trigger()
        qtbot.wait(200)
        assert told(second) == ""


def test_what_is_said_of_the_mask_goes_when_the_mask_is_left_and_nothing_else_does(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.workbench.show_canvas()
    mask, messages = shell.workbench.actions_by_verb["hand.toggle_mask"], shell.window.messages
    mask.trigger()
    mask.trigger()
    qtbot.wait(200)
    assert told(shell) == "", "and is not said of what was left at once"
    mask.trigger()
    qtbot.waitUntil(lambda: "You paint the mask now" in told(shell))
    mask.trigger()
    assert told(shell) == ""
    mask.trigger()
    messages.show_failure("The disk is full.")
    mask.trigger()
    qtbot.wait(200)
    assert told(shell) == "The disk is full."


def test_the_offer_says_how_long_a_picture_would_take_once_the_starter_was_measured(
    shell: Shell,
) -> None:
    offer = shell.workbench.parts.offer
    assert "would need longer" in offer.about.text()
    request = Generate(prompt="a red apple", sampling=Sampling(seed=7, steps=3))
    image = next(made for made in shell.engine.run(request) if isinstance(made, Painted))
    shell.studio.painted.emit(image)  # of another model: it measures nothing
    assert "would need longer" in offer.about.text()
    told = []
    for seconds in (1.0, 8.0):
        spent = ((Stage.DECODER, seconds),)
        shell.studio.painted.emit(replace(image, model="starter", seconds=spent))
        told.append(offer.about.text())
    assert "here a picture would take roughly" in told[0]
    assert told[0] != told[1]
    assert offer.about.toolTip() == offer.about.accessibleName() == told[1]


@pytest.mark.slow
def test_larger_models_are_offered_below_the_first_pictures_until_that_is_closed(
    qtbot: QtBot, shell: Shell, paths: Paths
) -> None:
    offer = shell.workbench.parts.offer
    assert not offer.isVisible()
    shell.paint(qtbot)
    assert offer.isVisible()
    assert "Kandinsky 2.2" in offer.about.text()
    with qtbot.waitSignal(shell.workbench.models_requested):
        offer.models.click()
    offer.close_button.click()
    assert not offer.isVisible()
    with open_shell(qtbot, paths) as second:
        second.workbench.show_create()
        second.paint(qtbot)
        assert not second.workbench.parts.offer.isVisible()


def test_who_has_a_larger_model_is_offered_none(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.use_model(shell.engine, find("kandinsky22"))
    shell.paint(qtbot)
    assert not shell.workbench.parts.offer.isVisible()
