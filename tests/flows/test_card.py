"""The engine for an NVIDIA card on the page of models: get, pause, go on, paint with it, remove."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop import card_keeper
from desktop.card.building import Recipe
from desktop.card.driver import Card
from desktop.card.place import State
from desktop.card_keeper import CardKeeper, Way
from desktop.engine_choices import child_options
from desktop.model_keeper import InUse, ModelKeeper
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.windows.card import CardPanel
from desktop.windows.model_pages import ModelPages
from desktop.windows.models import ModelsWindow
from engine.child import Interpreter
from engine.weights.network import Network, Route
from tests.certificates import Authority
from tests.desktop.card.test_building import LARGE, authority, recipe, source
from tests.fakes import FakeEngine
from tests.shell import PATIENCE, open_shell
from tests.source_server import Source, serve, slow, stall

__all__ = ["authority", "recipe", "source"]  # fixtures
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise")

CARD = Card("GeForce RTX 5090", 13_000, 32 * 10**9)


@dataclass
class Desk:
    """The page of models, the keeper of the card, and everything that was said."""

    page: ModelsWindow
    keeper: CardKeeper
    ways: list[Way]
    opened: list[InUse] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def panel(self) -> CardPanel:
        assert self.page.card is not None
        return self.page.card

    def offered(self) -> dict[str, bool]:
        """The buttons in view, and whether they can be pressed."""
        buttons = self.panel.widget.buttons
        return {verb: each.isEnabled() for verb, each in buttons.items() if each.isVisible()}

    def press(self, verb: str) -> None:
        self.panel.widget.buttons[verb].click()

    def answer(self, words: str) -> None:
        """Press a button of the question that is open."""
        (box,) = (each for each in self.page.findChildren(QMessageBox) if each.isVisible())
        (button,) = (each for each in box.buttons() if each.text() == words)
        button.click()

    def idle(self, qtbot: QtBot) -> None:
        qtbot.waitUntil(lambda: self.keeper.working is None, timeout=6 * PATIENCE)


@pytest.fixture
def found() -> list[Card | None]:
    """What the driver says."""
    return [CARD]


@pytest.fixture
def desk(
    qtbot: QtBot,
    paths: Paths,
    recipe: Recipe,
    found: list[Card | None],
    authority: Authority,
) -> Iterator[Desk]:
    ways: list[Way] = []

    def made(way: Way, hold: Callable[[Network], None]) -> Recipe:
        def connect(origin: str) -> Network:
            network = Network(Route(mirror=origin), trust=authority.client(), stall=60)
            hold(network)
            return network

        ways.append(way)
        return replace(recipe, connect=connect)

    with open_shell(qtbot, paths) as shell:
        keeper = CardKeeper(recipe.place, made, lambda: found[0])
        models = ModelKeeper(paths, lambda *_: FakeEngine())
        opened: list[InUse] = []

        def open_engine(used: InUse) -> FakeEngine:
            opened.append(used)
            return FakeEngine()

        ModelPages(shell.window, shell.studio, models, open_engine).serve(shell.workbench, keeper)
        shell.workbench.actions_by_verb["window.models"].trigger()
        (page,) = shell.window.findChildren(ModelsWindow)
        qtbot.waitUntil(page.isVisible, timeout=PATIENCE)
        assert page.cards  # all of them, which are made one a turn
        desk = Desk(page, keeper, ways, opened)
        keeper.failed.connect(desk.said.append)
        keeper.bug_found.connect(desk.said.append)
        desk.idle(qtbot)
        try:
            yield desk
        finally:
            keeper.close()
            models.close()


@pytest.mark.slow
def test_the_engine_is_built_after_a_question_and_paints_at_once(
    qtbot: QtBot, desk: Desk, source: Source
) -> None:
    assert desk.offered() == {"get": True}
    assert source.asked == []
    desk.press("get")
    desk.answer("Not now")
    assert (desk.keeper.state, source.asked) == (State.ABSENT, [])
    desk.page.index.setText(" https://index.example/simple ")
    desk.press("get")
    desk.answer("Download and build")
    desk.idle(qtbot)
    assert desk.said == []
    assert desk.ways == [("https://index.example/simple", "")]
    assert desk.keeper.state is State.READY
    assert [each.name for each in desk.opened] == ["starter"]
    assert desk.offered() == {"remove": True}
    assert desk.keeper.size > 400_000
    interpreter = desk.keeper.interpreter
    assert interpreter is not None
    assert interpreter.python.exists()
    assert (interpreter.source / "engine/child.py").exists()


@pytest.mark.slow
def test_it_is_paused_gone_on_with_and_removed(qtbot: QtBot, desk: Desk, source: Source) -> None:
    source.scripts[LARGE] = [slow(0.05)]
    desk.press("get")
    desk.answer("Download and build")
    qtbot.waitUntil(lambda: LARGE in [each.path for each in source.asked], timeout=6 * PATIENCE)
    pause = desk.panel.widget.buttons["pause"]
    # It can be seen without scrolling.
    qtbot.waitUntil(lambda: pause.visibleRegion().boundingRect() == pause.rect(), timeout=PATIENCE)
    desk.press("pause")
    desk.idle(qtbot)
    qtbot.waitUntil(lambda: desk.keeper.size > 0, timeout=PATIENCE)  # what Remove would free
    qtbot.waitUntil(lambda: desk.offered() == {"continue": True, "remove": True}, timeout=PATIENCE)
    assert desk.keeper.state is State.PARTLY
    assert desk.opened == []
    desk.press("continue")
    desk.idle(qtbot)
    assert desk.said == []
    assert desk.keeper.state is State.READY
    desk.press("remove")
    desk.answer("Remove")
    assert len(desk.opened) == 2  # the engine that used it lets go before anything is deleted
    desk.idle(qtbot)
    assert desk.keeper.state is State.ABSENT
    assert desk.keeper.interpreter is None


def test_closing_waits_for_no_stalled_source(qtbot: QtBot, desk: Desk, source: Source) -> None:
    source.scripts[LARGE] = [serve(stop_after=1, then=stall)]
    desk.press("get")
    desk.answer("Download and build")
    qtbot.waitUntil(lambda: LARGE in [each.path for each in source.asked], timeout=6 * PATIENCE)
    began = monotonic()
    desk.keeper.close()
    assert monotonic() - began < card_keeper.PATIENCE / 2


@pytest.mark.parametrize(
    ("card", "words"),
    [(None, "no NVIDIA card"), (Card("Quadro 4000", 12_080, 2 * 10**9), "driver is too old")],
)
def test_without_a_card_that_can_be_used_nothing_is_offered(
    qtbot: QtBot, desk: Desk, found: list[Card | None], card: Card | None, words: str
) -> None:
    found[0] = card
    desk.keeper.looked = False
    desk.keeper.look()
    desk.idle(qtbot)
    assert desk.offered() == {"get": False}
    assert words in " ".join(label.text() for label in desk.panel.widget.facts)


def test_the_python_for_the_card_serves_unless_another_device_is_wanted() -> None:
    python = Interpreter(Path("python"), Path())
    served = {
        device: child_options(Settings(device=device), python).interpreter
        for device in ("", "cuda", "mps", "cpu")
    }
    assert served == {"": python, "cuda": python, "mps": None, "cpu": None}
