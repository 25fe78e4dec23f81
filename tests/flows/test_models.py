"""The page of models against a publisher on this computer: get, pause, use, verify, remove."""

import json
import os
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic

import numpy as np
import pytest
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop import model_keeper
from desktop.model_keeper import InUse, ModelKeeper
from desktop.model_shelf import Condition, Trust
from desktop.paths import Paths
from desktop.windows import models as models_window
from desktop.windows.licence import LicenceWindow
from desktop.windows.model_pages import ModelPages
from desktop.windows.models import ModelsWindow
from engine import events as engine_events
from engine.child import ChildOptions
from engine.errors import EngineStopped, WeightsDamaged
from engine.events import Image, Loading, Stage
from engine.families import Family, Part
from engine.families.offers import Offer
from engine.interface import Engine
from engine.process import inspect_in_process
from engine.requests import Generate, Sampling
from engine.weights import download, fetch, part_file
from engine.weights.header import damaged
from engine.weights.network import Network, Route
from tests.certificates import Authority, make_authority
from tests.fakes import FakeEngine, square
from tests.model_source import Published, publish
from tests.shell import PATIENCE, Shell, open_shell
from tests.source_proxy import proxy
from tests.source_server import Source, serve, serving, slow, stall

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise")


class Inspector(FakeEngine):
    """Reports each part, and refuses what it was told to refuse.

    patience: seconds that a part takes to be read, until it is interrupted.
    """

    refuses: str = ""

    def __init__(self, parts: Sequence[Part], refuses: str, patience: float) -> None:
        super().__init__()
        self.parts, self.refuses, self.patience = parts, refuses, patience
        self.stopped = Event()

    def warm_up(self) -> Iterator[engine_events.Event]:
        for part in self.parts:
            yield Loading(part.value)
            if self.refuses:
                raise WeightsDamaged(self.refuses)
            if self.stopped.wait(self.patience):
                raise EngineStopped("It was interrupted.")

    def interrupt(self) -> None:
        self.stopped.set()


class Desk:
    """The window with its page of models, a publisher, and everything that was said."""

    def __init__(self, shell: Shell, keeper: ModelKeeper, source: Source) -> None:
        self.shell, self.keeper, self.source = shell, keeper, source
        self.engines: list[tuple[InUse, FakeEngine]] = []
        self.said: list[str] = []
        self.inspected: list[tuple[str, tuple[Part, ...]]] = []
        self.refuses = ""
        self.reads_really = False
        self.patience = 0.0
        keeper.failed.connect(self.said.append)
        keeper.noticed.connect(self.said.append)
        keeper.bug_found.connect(self.said.append)

    @property
    def page(self) -> ModelsWindow:
        (found,) = self.shell.window.findChildren(ModelsWindow)
        return found

    def offer(self, name: str) -> Offer:
        return next(each for each in models_window.OFFERS if each.name == name)

    def button(self, name: str, verb: str) -> QPushButton:
        return self.page.cards[name].buttons[verb]

    def condition(self, name: str) -> Condition:
        return self.keeper.shelf.standing(self.offer(name)).condition

    def trust(self, name: str) -> Trust:
        return self.keeper.shelf.standing(self.offer(name)).trust

    def open_engine(self, used: InUse) -> FakeEngine:
        engine = FakeEngine()
        self.engines.append((used, engine))
        return engine


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def published() -> Published:
    return publish()


@pytest.fixture
def desk(
    qtbot: QtBot,
    paths: Paths,
    authority: Authority,
    published: Published,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    for module in (model_keeper, models_window):
        monkeypatch.setattr(module, "OFFERS", published.offers)
    by_name = {offer.name: offer for offer in published.offers}
    monkeypatch.setattr(model_keeper, "offer", by_name.__getitem__)
    monkeypatch.setattr(fetch, "SPARE_BYTES", 0)
    monkeypatch.setattr(part_file, "CHUNK", 20_000)
    monkeypatch.setattr(download, "PAUSE_SECONDS", 0.01)

    def inspect(folders: Sequence[Path], family: Family, parts: Sequence[Part]) -> Engine:
        desk.inspected.append((family.name, tuple(parts)))
        if desk.reads_really:
            return inspect_in_process(folders, family, parts, ChildOptions())
        return Inspector(parts, desk.refuses, desk.patience)

    def connect(route: Route) -> Network:
        assert not route.mirror, "the tests stand in for the publisher"
        there = Route(source.address, route.proxy, route.token)
        return Network(there, trust=authority.client(), stall=60)

    with serving(authority.server("localhost")) as source, open_shell(qtbot, paths) as shell:
        published.fill(source)
        keeper = ModelKeeper(paths, inspect, connect)
        desk = Desk(shell, keeper, source)
        pages = ModelPages(shell.window, shell.studio, keeper, desk.open_engine)
        pages.serve(shell.workbench)
        shell.workbench.actions_by_verb["window.models"].trigger()
        qtbot.waitUntil(desk.page.isVisible)
        try:
            yield desk
        finally:
            keeper.close()


def agree(qtbot: QtBot, desk: Desk) -> str:
    """Press the first button of the licence; return its text."""
    (window,) = desk.page.findChildren(LicenceWindow)
    (box,) = window.findChildren(QDialogButtonBox)
    (button,) = (each for each in box.buttons() if "Agree" in each.text())
    button.click()
    return button.text()


def idle(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(lambda: desk.keeper.busy is None, timeout=3 * PATIENCE)
    assert desk.page.cards, "as they are now"


def get(qtbot: QtBot, desk: Desk, name: str) -> None:
    desk.keeper.accept(desk.offer(name))
    desk.button(name, "get").click()
    idle(qtbot, desk)


def test_the_page_opens_from_the_menu_and_from_the_name_in_the_status_line(
    desk: Desk, qtbot: QtBot
) -> None:
    assert desk.page.isVisible()
    desk.page.close()
    desk.shell.window.workbench.parts.status.model.click()  # type: ignore[union-attr]
    qtbot.waitUntil(desk.page.isVisible, timeout=PATIENCE)
    assert [card.title.text() for card in desk.page.cards.values()] == [
        "Starter",
        "Kandinsky 2.2",
        "Kandinsky 2.2 inpainting",
        "Karlo v1 alpha",
    ]
    assert desk.page.cards["starter"].state.text() == "in use"
    assert not desk.button("starter", "get").isVisible()
    assert desk.source.asked == []


@pytest.mark.slow
def test_the_licence_is_shown_and_accepted_once_before_the_first_byte(
    qtbot: QtBot, desk: Desk
) -> None:
    desk.button("kandinsky22", "get").click()
    (window,) = desk.page.findChildren(LicenceWindow)
    window.reject()
    assert desk.keeper.busy is None
    assert desk.source.asked == []
    qtbot.waitUntil(lambda: not desk.page.findChildren(LicenceWindow), timeout=PATIENCE)
    desk.button("kandinsky22", "get").click()
    assert agree(qtbot, desk) == "Agree and download"
    idle(qtbot, desk)
    assert desk.condition("kandinsky22") is Condition.READY
    desk.button("kandinsky22-inpaint", "get").click()  # the same licence
    assert desk.keeper.busy is not None
    idle(qtbot, desk)
    assert ModelKeeper(desk.shell.studio.paths, lambda *_: FakeEngine()).accepted(
        desk.offer("kandinsky22")
    )


def test_a_model_is_fetched_verified_and_used(qtbot: QtBot, desk: Desk) -> None:
    get(qtbot, desk, "kandinsky22")
    assert desk.said == []
    assert desk.trust("kandinsky22") is Trust.VERIFIED
    assert len(desk.source.asked) == len(desk.offer("kandinsky22").files)
    desk.button("kandinsky22", "use").click()
    ((used, engine),) = desk.engines
    assert used.family.name == "kandinsky22"
    assert used.folders[0] == desk.shell.studio.paths.models
    assert desk.shell.studio.family.name == "kandinsky22"
    qtbot.waitUntil(lambda: engine.warmed_up == 1, timeout=PATIENCE)
    assert desk.shell.engine.closed
    parts = desk.shell.window.workbench.parts  # type: ignore[union-attr]
    assert parts.status.model.text() == "Kandinsky 2.2"
    assert "512 to 1024" in parts.progress.text()
    assert desk.page.cards["kandinsky22"].state.text() == "in use"
    desk.shell.paint(qtbot)
    assert engine.finished == 1
    again = ModelKeeper(desk.shell.studio.paths, lambda *_: FakeEngine())
    assert again.in_use().name == "kandinsky22"
    again.close()


def test_without_a_network_the_button_says_so_and_all_else_goes_on(
    qtbot: QtBot, desk: Desk
) -> None:
    there = desk.source.port
    with socket.socket() as nobody:
        nobody.bind(("localhost", 0))  # and does not listen
        desk.source.port = nobody.getsockname()[1]
        get(qtbot, desk, "kandinsky22")
    (sentence,) = desk.said
    assert "cannot be reached (there is no connection)" in sentence
    assert "What is here is kept. Check the network, then continue." in sentence
    assert desk.condition("kandinsky22") is Condition.ABSENT
    desk.shell.paint(qtbot)
    assert desk.shell.engine.finished == 1, "the Starter needs no network"
    # With a network the same button does what it could not.
    desk.said.clear()
    desk.source.port = there
    desk.button("kandinsky22", "get").click()
    idle(qtbot, desk)
    assert desk.said == []
    assert desk.trust("kandinsky22") is Trust.VERIFIED


def test_files_that_nobody_confirmed_are_read_whole_and_never_called_verified(
    qtbot: QtBot, desk: Desk
) -> None:
    get(qtbot, desk, "karlo")
    assert desk.trust("karlo") is Trust.UNCONFIRMED
    assert desk.inspected == [("karlo", desk.offer("karlo").parts)]
    texts = [label.text() for label in desk.page.cards["karlo"].findChildren(QLabel)]
    assert any(text.startswith("not verified against the publisher") for text in texts)
    assert not any(text.startswith("verified") for text in texts)


def begun(desk: Desk) -> bool:
    """Whether the work has told something, or is done."""
    return desk.keeper.busy is None or desk.keeper.busy.working.what != ""


@pytest.mark.slow
def test_pausing_and_going_on_thirty_times_loses_nothing(qtbot: QtBot, desk: Desk) -> None:
    name = "kandinsky22-inpaint"
    desk.keeper.accept(desk.offer(name))
    target = desk.keeper.shelf.own / desk.offer(name).repositories[0] / "unet"
    part = target / ".diffusion_pytorch_model.safetensors.part"
    desk.source.script = [serve()] * 3 + [slow(0.002, piece=512)] * 200
    sizes: list[int] = []
    for _ in range(30):
        verb = "get" if desk.button(name, "get").isVisible() else "continue"
        desk.button(name, verb).click()
        # It may be there already: a pause that came right behind the last byte.
        qtbot.waitUntil(lambda: begun(desk), timeout=PATIENCE)
        desk.keeper.pause()
        assert desk.keeper.busy is None
        whole = part.with_name("diffusion_pytorch_model.safetensors")
        sizes.append(next((each.stat().st_size for each in (whole, part) if each.exists()), 0))
        if desk.condition(name) is Condition.READY:
            break
    assert desk.said == []
    assert sizes == sorted(sizes)
    desk.source.script = []
    if desk.condition(name) is not Condition.READY:
        desk.button(name, "continue").click()
        idle(qtbot, desk)
    assert desk.condition(name) is Condition.READY
    assert desk.trust(name) is Trust.VERIFIED


def test_pause_is_answered_at_once_even_in_a_stall(qtbot: QtBot, desk: Desk) -> None:
    desk.keeper.accept(desk.offer("kandinsky22"))
    desk.source.script = [serve(), serve(stop_after=1, then=stall)]
    desk.button("kandinsky22", "get").click()
    qtbot.waitUntil(lambda: not desk.source.script, timeout=PATIENCE)
    desk.button("kandinsky22", "pause").click()
    assert desk.keeper.busy is None
    qtbot.waitUntil(desk.button("kandinsky22", "continue").isVisible, timeout=PATIENCE)
    texts = [label.text() for label in desk.page.cards["kandinsky22"].findChildren(QLabel)]
    assert not any("verified" in text for text in texts), "a part of it is not the model"
    desk.source.script = []
    desk.button("kandinsky22", "continue").click()
    idle(qtbot, desk)
    assert desk.condition("kandinsky22") is Condition.READY


def test_closing_after_a_pause_waits_for_no_stalled_source(qtbot: QtBot, desk: Desk) -> None:
    desk.keeper.accept(desk.offer("kandinsky22"))
    desk.source.script = [serve(), serve(stop_after=1, then=stall)]
    desk.button("kandinsky22", "get").click()
    qtbot.waitUntil(lambda: not desk.source.script, timeout=PATIENCE)
    desk.button("kandinsky22", "pause").click()
    began = monotonic()
    desk.keeper.close()
    assert monotonic() - began < model_keeper.PATIENCE / 2


def test_an_incomplete_model_says_so_and_cannot_be_used(qtbot: QtBot, desk: Desk) -> None:
    desk.keeper.accept(desk.offer("kandinsky22"))
    desk.source.script = [serve()] * 5 + [serve(stop_after=9, then=stall)]
    desk.button("kandinsky22", "get").click()
    qtbot.waitUntil(lambda: not desk.source.script, timeout=PATIENCE)
    desk.button("kandinsky22", "pause").click()
    assert desk.page.cards["kandinsky22"].state.text().startswith("incomplete")
    assert not desk.button("kandinsky22", "use").isVisible()
    desk.keeper.use("kandinsky22")
    assert "not complete" in desk.said[-1]
    assert desk.engines == []


@pytest.mark.parametrize("guarded", [True, False], ids=["as it is", "without the other name"])
def test_an_end_between_two_files_and_within_one_leaves_a_model_that_cannot_be_used(
    guarded: bool, desk: Desk, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies on the disk at those moments is what a kill would leave.

    The control writes files under their own names at once: the half of one is then offered for use.
    """
    if not guarded:
        begin = part_file.PartFile.__init__

        def named(part: part_file.PartFile, *given: object) -> None:
            begin(part, *given)  # type: ignore[arg-type]
            part.path = part.target

        monkeypatch.setattr(part_file.PartFile, "__init__", named)
    offer, shelf = desk.offer("kandinsky22"), desk.keeper.shelf
    network = Network(Route(desk.source.address), trust=authority.client())
    reports = fetch.fetch(offer.family, shelf.own, network, offer.files)
    states: list[Condition] = []
    for report in reports:
        if report.done < report.total:
            states.append(desk.condition("kandinsky22"))
    assert Condition.PARTLY in states
    assert (Condition.READY in states) is not guarded
    assert desk.condition("kandinsky22") is Condition.READY


def answer(desk: Desk, text: str) -> None:
    """Press a button of the question over the page."""
    (box,) = desk.page.findChildren(QMessageBox)
    (button,) = (each for each in box.buttons() if each.text() == text)
    button.click()


def test_cancel_deletes_what_has_arrived_after_a_question(qtbot: QtBot, desk: Desk) -> None:
    desk.keeper.accept(desk.offer("kandinsky22"))
    desk.source.script = [serve(), serve(), serve(stop_after=9, then=stall)]
    desk.button("kandinsky22", "get").click()
    qtbot.waitUntil(lambda: not desk.source.script, timeout=PATIENCE)
    desk.button("kandinsky22", "cancel").click()
    answer(desk, "Remove")
    idle(qtbot, desk)
    assert desk.condition("kandinsky22") is Condition.ABSENT
    assert [path.name for path in desk.keeper.shelf.own.iterdir()] == [fetch.LOCK]


def turn_last_bit(path: Path) -> None:
    """Damage a file without another length."""
    octets = bytearray(path.read_bytes())
    octets[-1] ^= 1
    path.write_bytes(octets)


def test_a_damaged_file_is_named_and_getting_again_fetches_that_one_alone(
    qtbot: QtBot, desk: Desk
) -> None:
    get(qtbot, desk, "kandinsky22-inpaint")
    home = desk.keeper.shelf.own / desk.offer("kandinsky22-inpaint").repositories[0]
    path = home / "unet/diffusion_pytorch_model.safetensors"
    turn_last_bit(path)
    desk.button("kandinsky22-inpaint", "verify").click()
    idle(qtbot, desk)
    assert "diffusion_pytorch_model.safetensors has changed" in desk.said[-1]
    assert desk.trust("kandinsky22-inpaint") is Trust.DAMAGED
    before = len(desk.source.asked)
    assert not desk.button("kandinsky22-inpaint", "continue").isVisible()
    desk.button("kandinsky22-inpaint", "get").click()
    idle(qtbot, desk)
    assert len(desk.source.asked) == before + 1
    assert desk.trust("kandinsky22-inpaint") is Trust.VERIFIED


def ways_out(desk: Desk, name: str) -> list[str]:
    """What the card of a model offers and can be pressed."""
    buttons = desk.page.cards[name].buttons.items()
    return [verb for verb, button in buttons if button.isVisible() and button.isEnabled()]


@pytest.mark.parametrize("verb", ["get", "verify"])
def test_a_model_without_hashes_that_reading_finds_damaged_is_not_called_ready(
    verb: str, qtbot: QtBot, desk: Desk
) -> None:
    if verb == "verify":
        get(qtbot, desk, "karlo")
        assert desk.page.cards["karlo"].state.text() == "ready"
    desk.reads_really = True  # which has it refuse these files of a few kilobytes
    desk.keeper.accept(desk.offer("karlo"))
    desk.button("karlo", verb).click()
    idle(qtbot, desk)
    assert "vocab.json is damaged" in desk.said[-1]
    card = desk.page.cards["karlo"]
    assert card.state.text() == "damaged"
    assert card.accessibleName() == "Karlo v1 alpha: damaged"
    texts = [label.text() for label in card.findChildren(QLabel)]
    assert any(text.startswith("damaged: get it again") for text in texts)
    assert ways_out(desk, "karlo") == ["get", "folder", "verify", "remove", "licence"]
    desk.reads_really = False
    before = len(desk.source.asked)
    desk.button("karlo", "get").click()
    idle(qtbot, desk)
    assert len(desk.source.asked) == before + 1, "the damaged file alone"
    assert card.state.text() == "ready"


def paint_with_damaged(qtbot: QtBot, desk: Desk, name: str) -> Path:
    """Have a model paint whose file turns out to be damaged in mid-run; return the file."""
    desk.button(name, "use").click()
    _, engine = desk.engines[-1]
    qtbot.waitUntil(lambda: engine.warmed_up == 1, timeout=PATIENCE)
    path = desk.keeper.shelf.path(desk.offer(name).family, desk.offer(name).files[-1])
    assert path is not None
    engine.error = damaged(path, "holds values that are no numbers (NaN or infinity)")
    desk.shell.paint(qtbot)
    assert path.name in desk.shell.window.messages.text
    return path


@pytest.mark.parametrize("way_out", ["another", "remove"])
def test_damage_that_a_run_came_upon_is_on_the_card_at_once_and_there_are_ways_out(
    way_out: str, qtbot: QtBot, desk: Desk
) -> None:
    get(qtbot, desk, "karlo")
    paint_with_damaged(qtbot, desk, "karlo")
    assert desk.page.cards["karlo"].state.text().startswith("damaged, ")
    assert ways_out(desk, "karlo") == ["get", "folder", "verify", "remove", "licence"]
    starter = desk.page.cards["starter"]
    assert starter.state.text() == "ready", "it is not what paints"
    assert desk.shell.studio.family.name == "karlo"
    if way_out == "another":
        desk.button("starter", "use").click()
    else:
        desk.button("karlo", "remove").click()
        answer(desk, "Remove")
        idle(qtbot, desk)
    assert desk.shell.studio.family.name == "starter"
    assert desk.page.cards["starter"].state.text() == "in use"
    assert desk.keeper.missed() is None


def test_damage_that_a_preview_came_upon_is_on_the_card_too(qtbot: QtBot, desk: Desk) -> None:
    get(qtbot, desk, "karlo")
    desk.button("karlo", "use").click()
    _, engine = desk.engines[-1]
    qtbot.waitUntil(lambda: engine.warmed_up == 1, timeout=PATIENCE)
    path = desk.keeper.shelf.path(desk.offer("karlo").family, desk.offer("karlo").files[-1])
    assert path is not None
    engine.error = damaged(path, "is cut off")
    sketching = desk.shell.studio.sketching()
    with qtbot.waitSignal(sketching.failed, timeout=PATIENCE):
        sketching.wish([Generate(prompt="a red apple")])
    assert desk.page.cards["karlo"].state.text().startswith("damaged, ")


def test_a_damaged_model_is_told_at_the_next_start_and_paints_again_once_it_was_fetched(
    qtbot: QtBot, desk: Desk
) -> None:
    get(qtbot, desk, "karlo")
    paint_with_damaged(qtbot, desk, "karlo")
    again = ModelKeeper(desk.shell.studio.paths, lambda *_: FakeEngine())
    assert again.missed() == "Karlo v1 alpha"
    assert again.take_up().name == "starter"
    again.close()
    desk.button("karlo", "get").click()
    idle(qtbot, desk)
    assert desk.page.cards["karlo"].state.text() == "in use"
    assert desk.keeper.missed() is None


def test_a_sound_copy_that_is_chosen_takes_the_place_of_a_damaged_file(
    qtbot: QtBot, desk: Desk, tmp_path: Path, published: Published
) -> None:
    get(qtbot, desk, "karlo")
    bad = paint_with_damaged(qtbot, desk, "karlo")
    mine = {path for path in desk.keeper.shelf.own.rglob("*") if path.is_file()}
    desk.keeper.take_folder(copied(desk.offer("karlo"), published, tmp_path / "theirs"))
    idle(qtbot, desk)
    assert desk.page.cards["karlo"].state.text() == "in use"
    family, file = desk.offer("karlo").family, desk.offer("karlo").files[-1]
    assert desk.keeper.shelf.path(family, file) == tmp_path / "theirs" / bad.relative_to(
        desk.keeper.shelf.own
    )
    left = {path for path in desk.keeper.shelf.own.rglob("*") if path.is_file()}
    assert mine - left == {bad}, "and nothing that is sound"


def test_a_damaged_file_stays_where_the_chosen_folder_has_no_copy_of_it(
    qtbot: QtBot, desk: Desk, tmp_path: Path, published: Published
) -> None:
    get(qtbot, desk, "karlo")
    bad = paint_with_damaged(qtbot, desk, "karlo")
    theirs = copied(desk.offer("karlo"), published, tmp_path / "theirs")
    (theirs / bad.relative_to(desk.keeper.shelf.own)).unlink()
    desk.keeper.take_folder(theirs)
    idle(qtbot, desk)
    assert str(theirs) in map(str, desk.keeper.choices.folders), "the rest of it is used"
    assert bad.is_file(), "nothing takes its place"


def test_a_file_does_not_make_way_for_itself_where_its_folder_is_chosen_by_another_name(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    get(qtbot, desk, "karlo")
    bad = paint_with_damaged(qtbot, desk, "karlo")
    (tmp_path / "theirs").symlink_to(desk.keeper.shelf.own, target_is_directory=True)
    desk.keeper.take_folder(tmp_path / "theirs")
    idle(qtbot, desk)
    assert bad.is_file(), "it is the only copy"


def test_a_damaged_model_of_a_persons_own_says_so_until_its_file_is_another(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    get(qtbot, desk, "kandinsky22")
    folder = fine_tune(tmp_path / "cats")
    desk.keeper.take_folder(folder)
    idle(qtbot, desk)
    (card,) = desk.page.own.values()
    card.buttons["use"].click()
    _, engine = desk.engines[-1]
    qtbot.waitUntil(lambda: engine.warmed_up == 1, timeout=PATIENCE)
    path = folder / "unet/diffusion_pytorch_model.safetensors"
    engine.error = damaged(path, "was cut off while it was being read")
    desk.shell.paint(qtbot)
    assert desk.page.own
    assert card.state.text() == "damaged"
    assert card.facts[0].text().splitlines() == [
        f"damaged: {path}; put a sound copy in its place",
        str(folder),
    ]
    assert card.buttons["remove"].isVisible()
    assert not desk.keeper.can_use(desk.keeper.choices.chosen)
    # Looked through again it is sound, so nothing is held against it any more.
    desk.keeper.take_folder(folder)
    idle(qtbot, desk)
    assert desk.page.own
    assert card.state.text() == "in use"


def test_what_comes_with_easel_is_not_remembered_as_damaged(qtbot: QtBot, desk: Desk) -> None:
    starter = desk.keeper.shelf.path(desk.offer("starter").family, desk.offer("starter").files[0])
    assert starter is not None
    desk.keeper.hear_damage(damaged(starter, "is cut off"))
    assert desk.trust("starter") is Trust.SHIPPED
    assert desk.page.cards["starter"].state.text() == "in use"


def test_verifying_reads_a_file_whose_length_and_time_are_as_they_were(
    qtbot: QtBot, desk: Desk
) -> None:
    get(qtbot, desk, "kandinsky22-inpaint")
    home = desk.keeper.shelf.own / desk.offer("kandinsky22-inpaint").repositories[0]
    path = home / "unet/diffusion_pytorch_model.safetensors"
    before = path.stat()
    turn_last_bit(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    # The control: what was noted of the file still says so, since nothing else has changed.
    assert desk.trust("kandinsky22-inpaint") is Trust.VERIFIED
    desk.button("kandinsky22-inpaint", "verify").click()
    idle(qtbot, desk)
    assert desk.trust("kandinsky22-inpaint") is Trust.DAMAGED


@pytest.mark.slow
def test_saving_space_keeps_copies_that_are_verified_and_still_usable(
    qtbot: QtBot, desk: Desk
) -> None:
    get(qtbot, desk, "kandinsky22")
    before = desk.keeper.shelf.standing(desk.offer("kandinsky22")).ours
    desk.button("kandinsky22", "save").click()
    answer(desk, "Save space")
    idle(qtbot, desk)
    standing = desk.keeper.shelf.standing(desk.offer("kandinsky22"))
    assert desk.said == []
    assert standing.shortened
    assert standing.condition is Condition.READY
    assert standing.trust is Trust.VERIFIED
    assert standing.ours < 0.6 * before
    desk.button("kandinsky22", "verify").click()
    idle(qtbot, desk)
    assert desk.said == []
    desk.button("kandinsky22", "remove").click()
    answer(desk, "Remove")
    idle(qtbot, desk)
    assert [path.name for path in desk.keeper.shelf.own.iterdir()] == [fetch.LOCK]


def test_removing_the_model_in_use_goes_back_to_the_starter(qtbot: QtBot, desk: Desk) -> None:
    get(qtbot, desk, "kandinsky22")
    desk.button("kandinsky22", "use").click()
    desk.button("kandinsky22", "remove").click()
    answer(desk, "Remove")
    idle(qtbot, desk)
    assert desk.shell.studio.family.name == "starter"
    assert desk.keeper.in_use().name == "starter"


def copied(offer: Offer, published: Published, folder: Path) -> Path:
    """A person's own copy of a published model, in `folder`."""
    for file in offer.files:
        repository = offer.family.repository(file.repository)
        revision = repository.revision or "main"
        path = folder / repository.folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        address = f"/{repository.published}/resolve/{revision}/{file.path}"
        path.write_bytes(published.files[address])
    return folder


def test_files_of_a_person_are_used_in_place_and_never_deleted(
    qtbot: QtBot, desk: Desk, tmp_path: Path, published: Published
) -> None:
    theirs = copied(published.offers[1], published, tmp_path / "theirs")
    desk.keeper.take_folder(theirs)
    idle(qtbot, desk)
    assert desk.said[-1].startswith("Found in theirs: ")
    assert desk.condition("kandinsky22") is Condition.READY
    assert not desk.button("kandinsky22", "remove").isVisible()
    assert desk.source.asked == []
    desk.button("kandinsky22", "use").click()
    assert theirs in desk.engines[0][0].folders
    files = sorted(theirs.rglob("*"))
    desk.page.own[str(theirs)].buttons["remove"].click()
    assert sorted(theirs.rglob("*")) == files
    assert desk.keeper.in_use().name == "starter"


def fine_tune(folder: Path) -> Path:
    """A decoder of Kandinsky's shape under a name of its own."""
    shape = [384, 4, 3, 3]
    size = 384 * 4 * 9 * 4
    header = {"conv_in.weight": {"dtype": "F32", "shape": shape, "data_offsets": [0, size]}}
    text = json.dumps(header).encode()
    path = folder / "unet/diffusion_pytorch_model.safetensors"
    path.parent.mkdir(parents=True)
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(size))
    return folder


def test_a_fine_tune_is_read_whole_and_paints_with_the_rest_of_its_family(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    folder = fine_tune(tmp_path / "my cats <b>&")
    desk.keeper.take_folder(folder)
    idle(qtbot, desk)
    assert desk.inspected == [("kandinsky22", (Part.DECODER,))]
    (card,) = desk.page.own.values()
    assert card.title.text() == "my cats <b>&"
    assert card.state.text() == "needs the rest of Kandinsky 2.2"
    assert not card.buttons["use"].isVisible()
    get(qtbot, desk, "kandinsky22")
    assert card.state.text() == "ready"
    card.buttons["use"].click()
    ((used, _),) = desk.engines
    assert used.family.repository("kandinsky-2-2-decoder").home == folder
    again = ModelKeeper(desk.shell.studio.paths, lambda *_: FakeEngine())
    assert again.in_use().title == "my cats <b>&"
    again.close()


@pytest.mark.parametrize("refuses", ["The decoder holds values that are no numbers; copy it."])
def test_a_folder_that_does_not_pass_is_not_added(
    refuses: str, qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    desk.refuses = refuses
    desk.keeper.take_folder(fine_tune(tmp_path / "broken"))
    idle(qtbot, desk)
    assert desk.said[-1] == refuses
    assert desk.page.own == {}
    assert desk.keeper.choices.added == ()


@pytest.mark.parametrize("verb", ["pause", "close"])
def test_a_file_that_takes_long_to_read_keeps_nobody_waiting(
    verb: str, qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    desk.patience = 60.0
    desk.keeper.take_folder(fine_tune(tmp_path / "large"))
    qtbot.waitUntil(lambda: desk.inspected != [], timeout=PATIENCE)
    began = monotonic()
    getattr(desk.keeper, verb)()
    qtbot.waitUntil(lambda: desk.keeper.busy is None, timeout=PATIENCE)
    assert monotonic() - began < 5
    assert desk.keeper.choices.added == ()


def test_choices_that_are_damaged_or_strange_are_left_out(paths: Paths) -> None:
    paths.config.mkdir(parents=True)
    file = paths.config / "models.json"
    strange: list[object] = [
        "[",
        [],
        {"chosen": 7, "folders": "x", "added": [{"name": "a"}], "accepted": [1, "x"]},
        {"chosen": "gone", "added": [{"name": "a", "title": "t", "family": "none", "homes": {}}]},
        {"added": [{"name": "a", "title": "t", "family": "karlo", "homes": {"else": "/"}}]},
    ]
    for each in strange:
        file.write_text(each if isinstance(each, str) else json.dumps(each))
        keeper = ModelKeeper(paths, lambda *_: FakeEngine())
        assert keeper.in_use().name == "starter"
        assert keeper.choices.added == ()
        keeper.close()


def test_the_token_is_kept_in_no_file(qtbot: QtBot, desk: Desk) -> None:
    desk.page.token.setText("hf_secret")
    desk.page.proxy.setText("")
    get(qtbot, desk, "kandinsky22-inpaint")
    assert desk.source.asked[0].headers["authorization"] == "Bearer hf_secret"
    home = desk.shell.studio.paths.config.parent
    for path in home.rglob("*"):
        if path.is_file():
            assert b"hf_secret" not in path.read_bytes()


def test_no_store_of_certificates_is_asked_before_get_is_pressed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", lambda *a, **_: asked.append(a))
    desk.page.refresh()
    desk.keeper.verify(desk.offer("starter"))
    assert asked == []


def test_the_seconds_of_a_picture_are_estimated_once_the_starter_has_painted(
    qtbot: QtBot, desk: Desk
) -> None:
    names = ("starter", "kandinsky22", "kandinsky22-inpaint", "karlo")
    times = [desk.page.cards[name].facts[4] for name in names]
    unknown = "paint one picture with the Starter, then Easel can estimate it"
    assert [label.text() for label in times] == [unknown] * 4
    painted = seconds_of(0.5)
    desk.shell.studio.painted.emit(painted)
    assert desk.page.speed is not None
    assert desk.page.speed.teraflops == pytest.approx(desk.offer("starter").work / 0.5)
    assert desk.page.cards, "as they are now"
    shown = [label.text() for label in times]
    assert all("a picture here (estimate; it may be two or three times off)" in t for t in shown)
    assert len(set(shown)) >= 2, "a large model takes longer than the Starter"
    desk.shell.studio.painted.emit(replace(painted, model="karlo"))
    assert [label.text() for label in times] == shown, "only the Starter's measure counts"


def seconds_of(seconds: float) -> Image:
    """A picture of the Starter that took so long."""
    return Image(
        index=0,
        pixels=square(1, 256, 256)[..., :3],
        seed=1,
        embedding=np.zeros(8, np.float16),
        sampling=Sampling(seed=1),
        model="starter",
        request=Generate(prompt="a boat"),
        seconds=((Stage.DECODER, seconds - 0.1), (Stage.AUTOENCODER, 0.1), (Stage.LOADING, 9.0)),
    )


@pytest.mark.parametrize(
    ("mirror", "way", "words"),
    [("http://plain.example", "", "mirror's address"), ("", "socks5://x:1", "proxy's address")],
)
def test_a_way_that_is_not_understood_is_said_where_it_was_typed(
    mirror: str, way: str, words: str, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.keeper, "_connect", Network)
    desk.page.network.click()
    assert desk.page.mirror.isVisible()
    desk.page.mirror.setText(mirror)
    desk.page.proxy.setText(way)
    desk.keeper.accept(desk.offer("kandinsky22"))
    desk.button("kandinsky22", "get").click()
    qtbot.waitUntil(lambda: bool(desk.said), timeout=PATIENCE)
    idle(qtbot, desk)
    assert words in desk.said[-1]
    assert words in desk.page.said.text()
    assert desk.source.asked == []


def test_mirror_and_proxy_are_used_and_remembered(
    qtbot: QtBot, desk: Desk, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(route: Route) -> Network:
        return Network(route, trust=authority.client(), stall=60)

    monkeypatch.setattr(desk.keeper, "_connect", connect)
    desk.page.mirror.setText(f"  {desk.source.address}  ")
    with proxy() as (address, lines):
        desk.page.proxy.setText(f"http://{address}")
        desk.keeper.accept(desk.offer("kandinsky22-inpaint"))
        desk.button("kandinsky22-inpaint", "get").click()
        # The proxy is asked first, then the mirror through it: a pause in between asks for nothing.
        qtbot.waitUntil(lambda: bool(lines) and bool(desk.source.asked), timeout=PATIENCE)
        desk.keeper.pause()
        idle(qtbot, desk)
    assert lines[0] == f"CONNECT localhost:{desk.source.port} HTTP/1.1"
    again = ModelKeeper(desk.shell.studio.paths, lambda *_: FakeEngine())
    assert again.choices.mirror == desk.source.address
    assert again.choices.proxy == f"http://{address}"
    again.close()
