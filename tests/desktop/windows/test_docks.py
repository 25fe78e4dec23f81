"""Docks come forward by their tabs, come back painted, and leave the middle of the window alone."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.windows.docks import unpainted
from desktop.windows.main import FIRST_SIZE
from desktop.windows.pages import Page
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = [pytest.mark.slow, pytest.mark.qt_log_ignore("propagateSizeHints|raise")]

TURNS = 60
"""Within so many turns of the loop everything is painted: a third of a second, or less."""


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        shell.window.resize(1200, 780)
        shell.workbench.show_canvas()
        at_rest(qtbot, shell)
        yield shell


def at_rest(qtbot: QtBot, shell: Shell) -> None:
    """Wait until the docks keep their sizes."""

    def sizes() -> list[tuple[int, int]]:
        return [each.size().toTuple() for each in docks_of(shell).values()]  # type: ignore[misc]

    before = list[tuple[int, int]]()
    for _ in range(50):
        qtbot.wait(60)
        if before == (before := sizes()):
            return


def docks_of(shell: Shell) -> dict[str, QDockWidget]:
    return {each.objectName(): each for each in shell.window.findChildren(QDockWidget)}


def tab(shell: Shell, name: str) -> tuple[QTabBar, int]:
    """The bar and the place in it by which a dock is chosen."""
    title = docks_of(shell)[name].windowTitle()
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    for bar in shell.window.findChildren(QTabBar, options=direct):
        titles = [bar.tabText(place) for place in range(bar.count())]
        if bar.isVisible() and title in titles:
            return bar, titles.index(title)
    raise AssertionError(f"{name} has no tab")


def click(qtbot: QtBot, shell: Shell, name: str) -> None:
    """As a person does."""
    bar, place = tab(shell, name)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())


def in_front(shell: Shell) -> set[str]:
    """The docks of which something is to be seen."""
    docks = docks_of(shell).items()
    return {n for n, each in docks if each.isVisible() and not each.visibleRegion().isEmpty()}


def on_screen(shell: Shell, widget: QWidget) -> QImage:
    """What of a widget has really been painted."""
    window = shell.window
    shot = window.screen().grabWindow(window.winId()).toImage()
    return shot.copy(widget.rect().translated(widget.mapTo(window, QPoint(0, 0))))


def as_wanted(widget: QWidget) -> QImage:
    """What would be seen if it were painted anew, all of it."""
    window = widget.window()
    whole = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return whole.copy(widget.rect().translated(widget.mapTo(window, QPoint(0, 0))))


def painted_within_turns(shell: Shell, name: str) -> bool:
    """Whether a dock is seen as it is within some turns. Taken last: `grab` may paint too."""
    dock = docks_of(shell)[name]
    for _ in range(TURNS):
        QCoreApplication.processEvents()
    return on_screen(shell, dock).convertToFormat(QImage.Format.Format_RGB32) == as_wanted(dock)


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.mark.parametrize("name", ["colours", "navigator", "variations", "result", "edits", "ideas"])
def test_a_dock_whose_tab_is_clicked_comes_forward_and_is_painted(
    qtbot: QtBot, shell: Shell, name: str
) -> None:
    assert name not in in_front(shell)
    click(qtbot, shell, name)
    assert name in in_front(shell)
    assert painted_within_turns(shell, name)


@pytest.mark.parametrize("verb", ["ideas.show_mix", "ideas.show_film"])
def test_a_dock_that_a_verb_brings_is_the_one_whose_tab_is_chosen(shell: Shell, verb: str) -> None:
    assert "ideas" not in in_front(shell)
    shell.workbench.actions_by_verb[verb].trigger()
    bar, place = tab(shell, "ideas")
    assert bar.currentIndex() == place
    assert "ideas" in in_front(shell)
    assert "layers" not in in_front(shell)
    assert painted_within_turns(shell, "ideas")


def test_a_dock_that_was_closed_is_brought_back(qtbot: QtBot, shell: Shell) -> None:
    docks_of(shell)["ideas"].close()
    shell.workbench.actions_by_verb["ideas.show_mix"].trigger()
    qtbot.waitUntil(lambda: "ideas" in in_front(shell), timeout=PATIENCE)
    assert painted_within_turns(shell, "ideas")


@pytest.mark.parametrize("name", ["edits", "layers", "variations"])
def test_a_dock_that_is_switched_on_in_the_menu_comes_forward(
    qtbot: QtBot, shell: Shell, name: str
) -> None:
    """And not behind those it shares its place with; switched off, it goes."""
    dock = docks_of(shell)[name]
    click(qtbot, shell, "ideas")
    dock.close()
    at_rest(qtbot, shell)
    dock.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: name in in_front(shell))
    assert painted_within_turns(shell, name)
    dock.toggleViewAction().trigger()
    assert not dock.isVisible()


def test_bringing_a_dock_does_not_paint_the_middle(qtbot: QtBot, shell: Shell) -> None:
    canvas = Paints(shell.window.canvas)
    shell.workbench.parts.options.colours_wanted.emit()
    qtbot.waitUntil(lambda: "colours" in in_front(shell))
    for _ in range(TURNS):
        QCoreApplication.processEvents()
    assert canvas.count == 0
    middle = shell.window.centralWidget()
    assert middle is not None
    assert middle.updatesEnabled()
    shell.window.canvas.update()
    qtbot.waitUntil(lambda: canvas.count == 1)


def test_control_choosing_a_tab_paints_the_middle_where_nobody_prevents_it(
    qtbot: QtBot, shell: Shell
) -> None:
    canvas = Paints(shell.window.canvas)
    bar, place = tab(shell, "colours")
    bar.setCurrentIndex(place)
    qtbot.waitUntil(lambda: canvas.count > 0)


def test_the_middle_is_painted_again_whatever_happens_meanwhile(qtbot: QtBot) -> None:
    window, middle = QMainWindow(), QWidget()
    qtbot.addWidget(window)
    window.setCentralWidget(middle)
    window.show()
    qtbot.waitExposed(window).__enter__()
    qtbot.wait(20)
    paints = Paints(middle)

    def fail() -> None:
        with unpainted(middle):
            middle.update()
            assert not middle.updatesEnabled()
            raise RuntimeError("in the middle of it")

    with pytest.raises(RuntimeError, match="in the middle of it"):
        fail()
    assert middle.updatesEnabled()
    qtbot.wait(20)
    assert paints.count == 0, "and nothing was painted for it"
    middle.update()
    qtbot.waitUntil(lambda: paints.count == 1)


def test_a_middle_that_has_another_size_afterwards_is_painted(qtbot: QtBot) -> None:
    window, middle = QMainWindow(), QWidget()
    qtbot.addWidget(window)
    window.setCentralWidget(middle)
    window.show()
    qtbot.waitExposed(window).__enter__()
    qtbot.wait(20)
    paints = Paints(middle)
    with unpainted(middle):
        middle.resize(middle.width() - 20, middle.height())
    qtbot.waitUntil(lambda: paints.count > 0)


@pytest.mark.parametrize("way", ["another page", "the canvas alone"])
def test_docks_that_come_back_are_painted_all_over_within_some_turns(
    qtbot: QtBot, shell: Shell, way: str
) -> None:
    click(qtbot, shell, "edits")
    click(qtbot, shell, "navigator")
    at_rest(qtbot, shell)
    before = in_front(shell)
    alone = shell.workbench.actions_by_verb["window.canvas_only"]
    shell.workbench.show_create() if way == "another page" else alone.trigger()
    assert in_front(shell) == set()
    qtbot.wait(50)
    shell.workbench.show_canvas() if way == "another page" else alone.trigger()
    for _ in range(TURNS):
        QCoreApplication.processEvents()
    assert in_front(shell) == before
    assert all(each.updatesEnabled() for each in docks_of(shell).values())
    shown = on_screen(shell, shell.window).convertToFormat(QImage.Format.Format_RGB32)
    whole = shell.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    for name in before:
        dock = docks_of(shell)[name]
        place = dock.rect().translated(dock.mapTo(shell.window, QPoint(0, 0)))
        assert shown.copy(place) == whole.copy(place), name


def test_a_page_that_is_left_again_at_once_leaves_no_dock_unpainted(
    qtbot: QtBot, shell: Shell
) -> None:
    """Docks are still waiting to be painted when they go and come once more."""
    for _ in range(4):
        shell.workbench.show_create()
        shell.workbench.show_canvas()
        QCoreApplication.processEvents()
    at_rest(qtbot, shell)
    assert all(each.updatesEnabled() for each in docks_of(shell).values())
    for name in in_front(shell):
        assert painted_within_turns(shell, name)


@pytest.mark.parametrize("page", list(Page))
def test_qt_has_the_room_to_let_a_dock_be_dropped_on_another(shell: Shell, page: Page) -> None:
    """It counts the dragged one beside the others, and lets none be dropped where that is too much.

    Drags were looked at in a real window: here there is nobody who grabs the mouse.
    """
    shell.studio.place_pixels(np.zeros((64, 64, 3), np.uint8), "something to paint over")
    shell.workbench.pages.show(page)
    shell.workbench.show_canvas()
    layout = shell.window.layout()
    assert layout is not None
    layout.activate()
    one_more = docks_of(shell)["layers"].minimumSizeHint().width()
    assert layout.minimumSize().width() + one_more <= FIRST_SIZE.width()


def test_control_a_stack_of_pages_needs_the_room_of_the_widest_otherwise(shell: Shell) -> None:
    stack = shell.workbench.pages.stack
    page = shell.workbench.parts.create.minimumSizeHint().width()
    assert stack.minimumSizeHint().width() < page <= QStackedWidget.minimumSizeHint(stack).width()


@pytest.mark.parametrize("verb", ["show_create", "show_gallery", "canvas_only"])
def test_who_resets_the_panels_sees_them_at_the_canvas(
    qtbot: QtBot, shell: Shell, verb: str
) -> None:
    actions = shell.workbench.actions_by_verb
    docks_of(shell)["layers"].setFloating(True)
    actions[f"window.{verb}"].trigger()
    qtbot.wait(50)
    actions["window.reset_docks"].trigger()
    at_rest(qtbot, shell)
    assert shell.workbench.pages.shown is Page.CANVAS
    assert not actions["window.canvas_only"].isChecked()
    assert in_front(shell) == {"options", "layers"}
    assert not docks_of(shell)["layers"].isFloating()
    assert shell.window.prompt.isVisible()
    assert painted_within_turns(shell, "layers")


def disarrange(qtbot: QtBot, shell: Shell) -> None:
    docks = docks_of(shell)
    shell.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks["layers"])
    docks["navigator"].setFloating(True)
    docks["edits"].close()
    at_rest(qtbot, shell)


def after_reset(qtbot: QtBot, shell: Shell) -> QByteArray:
    """Press it, wait, and return where everything stands."""
    shell.workbench.actions_by_verb["window.reset_docks"].trigger()
    at_rest(qtbot, shell)
    return shell.window.saveState()


def test_panels_are_reset_to_where_they_stood_at_the_first_start_and_painted(
    qtbot: QtBot, shell: Shell
) -> None:
    before = after_reset(qtbot, shell)
    disarrange(qtbot, shell)
    assert shell.window.saveState() != before
    assert after_reset(qtbot, shell) == before
    assert all(each.updatesEnabled() for each in docks_of(shell).values())
    for name in ("options", "layers"):
        assert painted_within_turns(shell, name)


@pytest.mark.parametrize("turns", [0, 1, 3, 5])
def test_whatever_is_done_while_panels_are_reset_finds_them_reset(
    qtbot: QtBot, shell: Shell, turns: int
) -> None:
    before, verbs = after_reset(qtbot, shell), shell.workbench.actions_by_verb
    deeds = {
        "window.reset_docks": {"options", "layers"},
        "ideas.show_mix": {"options", "ideas"},
        "window.canvas_only": set(),
        "window.show_gallery": set(),
    }
    for verb, seen in deeds.items():
        disarrange(qtbot, shell)
        verbs["window.reset_docks"].trigger()
        for _ in range(turns):
            QCoreApplication.processEvents()
        verbs[verb].trigger()
        at_rest(qtbot, shell)
        assert in_front(shell) == seen, verb
        assert all(each.updatesEnabled() for each in docks_of(shell).values())
        layout = shell.window.layout()
        assert layout is not None
        assert layout.isEnabled()
        assert after_reset(qtbot, shell) == before
        assert painted_within_turns(shell, "layers")


def test_who_closes_while_panels_are_reset_finds_them_reset_at_the_next_start(
    qtbot: QtBot, shell: Shell
) -> None:
    before = after_reset(qtbot, shell)
    disarrange(qtbot, shell)
    shell.workbench.actions_by_verb["window.reset_docks"].trigger()
    QCoreApplication.processEvents()
    shell.window.remember()
    qtbot.wait(50)
    assert shell.window.saveState() == before


@pytest.mark.parametrize("turns", [0, 1, 2, 4])
def test_whatever_is_done_while_panels_come_back_finds_them_there(
    qtbot: QtBot, shell: Shell, turns: int
) -> None:
    before, verbs = after_reset(qtbot, shell), shell.workbench.actions_by_verb
    deeds = {
        "ideas.show_mix": {"options", "ideas"},
        "window.reset_docks": {"options", "layers"},
        "window.canvas_only": set(),
        "window.show_gallery": set(),
    }
    for verb, seen in deeds.items():
        shell.workbench.show_create()
        at_rest(qtbot, shell)
        shell.workbench.show_canvas()
        for _ in range(turns):
            QCoreApplication.processEvents()
        verbs[verb].trigger()
        at_rest(qtbot, shell)
        assert in_front(shell) == seen, verb
        assert all(each.updatesEnabled() for each in docks_of(shell).values())
        assert after_reset(qtbot, shell) == before
    shell.workbench.show_create()
    at_rest(qtbot, shell)
    shell.workbench.show_canvas()
    shell.window.remember()
    assert shell.window.saveState() == before


def test_no_panel_is_switched_on_beside_a_page_that_has_none(shell: Shell) -> None:
    switches = [each.toggleViewAction() for each in docks_of(shell).values()]
    for verb, wanted in (("show_create", False), ("show_canvas", True), ("show_gallery", False)):
        shell.workbench.actions_by_verb[f"window.{verb}"].trigger()
        assert [each.isEnabled() for each in switches] == [wanted] * len(switches)
