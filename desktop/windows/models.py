"""The page of models: which there are, what each asks for, and every verb for them.

It shows what the keeper knows and asks before anything large, legal or final happens.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop import model_words as words
from desktop.by_turns import ByTurns
from desktop.card_keeper import CardKeeper, Way
from desktop.controls.model_card import ModelCard, plain, stack
from desktop.file_dialog import open_soon
from desktop.model_choices import Added
from desktop.model_keeper import Busy, ModelKeeper
from desktop.model_shelf import Standing, Trust, free_on, verbs_of
from desktop.quantities import file_size
from desktop.speech import said
from desktop.theme import SPACE, WIDE
from desktop.windows.beside import show_beside
from desktop.windows.card import CardPanel
from desktop.windows.licence import LicenceWindow
from desktop.windows.questions import Answer, ask
from engine.estimates import Speed
from engine.families.offers import OFFERS, Offer
from engine.machine import free_memory

FACTS = ("Can do", "Paints", "Download", "Memory", "Time", "Files", "Licence")


class ModelsWindow(QDialog):
    """Not modal: painting goes on meanwhile."""

    def __init__(self, parent: QWidget | None, keeper: ModelKeeper, licences: Path) -> None:
        """`licences` is the folder of their texts."""
        super().__init__(parent)
        self._keeper, self._licences = keeper, licences
        self.speed: Speed | None = None
        """What this machine was seen to do, once it is known."""
        self._cards: dict[str, ModelCard] = {}
        self._own: dict[str, ModelCard] = {}
        self.said = plain("", wraps=True)
        self.card: CardPanel | None = None
        self.mirror, self.proxy, self.token = QLineEdit(), QLineEdit(), QLineEdit()
        self.index = QLineEdit()
        self.network = QPushButton(self.tr("Mirror and proxy"))
        self.network.setCheckable(True)
        self._page, self._area = QWidget(), QScrollArea()
        self._column = stack(self._page)
        self._showing = ByTurns(iter(()), self)
        self._build()
        keeper.changed.connect(self.refresh)
        keeper.worked.connect(self._show_work)
        keeper.failed.connect(partial(self._say, True))
        keeper.noticed.connect(partial(self._say, False))
        self.refresh()

    def add_card(self, keeper: CardKeeper) -> None:
        """Offer to build an engine for an NVIDIA card, below the models."""
        panel = CardPanel(self, keeper, self._way)
        keeper.failed.connect(partial(self._say, True))
        self.card = panel
        self._column.insertWidget(len(self._cards), panel.widget)
        panel.widget.begun.connect(partial(self._keep_in_view, panel.widget))
        self.refresh()
        keeper.look()

    def refresh(self) -> None:
        """Show everything as it is now, one model a turn: to look at the disk takes its time."""
        self._showing.stop()
        self._showing = ByTurns(self._show_all(), self)

    @property
    def cards(self) -> dict[str, ModelCard]:
        """The card of each offer by its name, as it is now: what is still to be done is done."""
        self._showing.finish()
        return self._cards

    @property
    def own(self) -> dict[str, ModelCard]:
        """The same for models of a person's own, and for folders that are searched."""
        self._showing.finish()
        return self._own

    def _show_all(self) -> Iterator[None]:
        if self.card is not None:
            self.card.refresh()
        keeper = self._keeper
        used = keeper.painting
        for offer in OFFERS:
            yield
            if offer.name not in self._cards:
                self._add(offer)
                yield
            self._show(self._cards[offer.name], keeper.shelf.standing(offer), used)
        yield
        self._show_own(used)
        self._show_work(keeper.busy)

    def learn(self, speed: Speed) -> None:
        """Estimate times from what this machine did."""
        self.speed = speed
        if self.isVisible():
            self.refresh()

    def ask_for(self, verb: str, offer: Offer) -> None:
        """Do what a button says, after a question where that is due."""
        keeper = self._keeper
        match verb:
            case "get":
                self._ask_to_get(offer)
            case "licence":
                self._read_licence(offer)
            case "use":
                keeper.use(offer.name)
            case "continue":
                self._ask_to_get(offer)
            case "pause":
                keeper.pause()
            case "verify":
                keeper.verify(offer)
            case "folder":
                self.choose_folder()
            case "cancel" | "remove":
                self._ask_to_remove(offer)
            case "save":
                self._ask_to_save_space(offer)
            case _:
                raise AssertionError(verb)

    def choose_folder(self) -> None:
        """Ask for a folder with models in it."""
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        dialog = QFileDialog(self, self.tr("A folder with models"), home)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self._keeper.take_folder(Path(folder)))
        open_soon(dialog)

    def _show(self, card: ModelCard, standing: Standing, used: str) -> None:
        offer, keeper = standing.offer, self._keeper
        in_use = used == offer.name
        sound = standing.trust is not Trust.DAMAGED
        state = self.tr("in use") if in_use and sound else words.condition(standing)
        card.show_state(state, in_use)
        accepted = self.tr(" (accepted)") if keeper.accepted(offer) else ""
        card.show_facts(
            (
                words.can(offer),
                words.sizes(offer.family),
                words.download(standing, free_on(keeper.shelf.own)),
                words.memory(offer, free_memory()),
                words.time(offer, self.speed),
                words.files(standing),
                offer.family.licence + accepted,
            )
        )
        busy = keeper.busy
        working = busy is not None and busy.name == offer.name
        if working:
            assert busy is not None
            verbs = ["pause", "cancel"] if busy.verb == "get" else ["pause"]
            card.show_verbs([*verbs, "licence"], True, "")
        else:
            verbs = verbs_of(standing, in_use)
            primary = verbs[0] if verbs[0] in ("use", "get", "continue") else ""
            card.show_verbs([*verbs, "licence"], busy is None, primary)

    def _show_own(self, used: str) -> None:
        """Cards for models of a person's own, and for folders that are searched."""
        keeper = self._keeper
        wanted = {each.name: each for each in keeper.choices.added}
        folders = {str(folder): folder for folder in keeper.choices.folders}
        for name in [name for name in self._own if name not in wanted and name not in folders]:
            self._own.pop(name).deleteLater()
        for name, added in wanted.items():
            self._show_added(self._own_card(name, added.title, added), added, used)
        for name, folder in folders.items():
            card = self._own_card(name, folder.name or name, folder)
            card.show_state(self.tr("searched"), False)
            card.show_facts((str(folder),))
            card.show_verbs(["remove"], keeper.busy is None, "")

    def _show_added(self, card: ModelCard, added: Added, used: str) -> None:
        keeper, in_use = self._keeper, used == added.name
        usable = keeper.can_use(added.name)
        damaged = keeper.damaged(added)
        if damaged:
            state = self.tr("damaged")
        elif usable:
            state = self.tr("in use") if in_use else self.tr("ready")
        else:
            state = self.tr("needs the rest of {title}").format(title=added.as_family.title)
        card.show_state(state, in_use)
        homes = dict.fromkeys(added.homes.values())
        faults = [
            self.tr("damaged: {file}; put a sound copy in its place").format(file=path)
            for path in damaged
        ]
        card.show_facts(("\n".join([*faults, *map(str, homes)]),))
        verbs = ["use", "remove"] if usable and not in_use else ["remove"]
        card.show_verbs(verbs, keeper.busy is None, verbs[0] if len(verbs) > 1 else "")

    def _own_card(self, name: str, title: str, what: Added | Path) -> ModelCard:
        if name not in self._own:
            description = (
                self.tr("A folder in which models are looked for; its files are used in place.")
                if isinstance(what, Path)
                else self.tr("Made from {title}; its files are used in place.").format(
                    title=what.as_family.title
                )
            )
            card = self._own[name] = ModelCard(title, description, (self.tr("Files"),))
            card.buttons["remove"].setText(self.tr("Leave out"))
            card.requested.connect(partial(self._own_verb, name))
            self._column.insertWidget(self._column.count() - 1, card)
        return self._own[name]

    def _own_verb(self, name: str, verb: str) -> None:
        if verb == "use":
            self._keeper.use(name)
        else:
            self._keeper.forget(name)

    def _show_work(self, busy: Busy | None) -> None:
        for name, card in self._cards.items():
            if busy is not None and busy.name == name:
                work = busy.working
                far = f" · {file_size(work.done)} / {file_size(work.total)}"
                card.show_work(
                    (work.what or self.tr("starting")) + (far if work.total else ""),
                    work.done,
                    work.total,
                )
            else:
                card.show_work("", 0, 0)
        if busy is not None and not busy.name:
            self._say(False, busy.working.what)

    def _say(self, failure: bool, sentence: str) -> None:
        self.said.setText(said(sentence))
        self.said.setProperty("kind", "failure" if failure else "notice")
        self.said.setVisible(bool(sentence))
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)

    # Questions

    def _ask_to_get(self, offer: Offer) -> None:
        """Show the licence the first time; then get."""
        if self._keeper.accepted(offer):
            self._get(offer)
            return
        window = LicenceWindow(self, offer, self._licences, asks=True)
        window.accepted.connect(partial(self._get, offer))
        show_beside(window)

    def _get(self, offer: Offer) -> None:
        self._say(False, "")
        self._keeper.accept(offer)
        self._route()
        self._keeper.get(offer)

    def _way(self) -> Way:
        """How the packages for a card are reached."""
        self._route()
        return self._keeper.choices.index, self._keeper.choices.proxy

    def _route(self) -> None:
        boxes = (self.mirror, self.proxy, self.token, self.index)
        self._keeper.route(*(box.text() for box in boxes))

    def _read_licence(self, offer: Offer) -> None:
        show_beside(LicenceWindow(self, offer, self._licences, asks=False))

    def _ask_to_remove(self, offer: Offer) -> None:
        ours = self._keeper.shelf.standing(offer).ours
        sentence = self.tr(
            "Remove {title} from this computer? {size} are deleted from Easel's own folder; "
            "files of yours elsewhere stay. It can be downloaded again."
        ).format(title=offer.title, size=file_size(ours))
        remove = Answer(self.tr("Remove"), partial(self._keeper.remove, offer), loses=True)
        ask(self, sentence, [remove], self.tr("Keep"))

    def _ask_to_save_space(self, offer: Offer) -> None:
        ours = self._keeper.shelf.standing(offer).ours
        sentence = self.tr(
            "Keep {title} as smaller copies? They take about half of {size}. Numbers are rounded "
            "to bfloat16, so pictures come out a little different on machines that compute in "
            "float32; the published files are deleted and could only be downloaded again."
        ).format(title=offer.title, size=file_size(ours))
        save = Answer(self.tr("Save space"), partial(self._keeper.save_space, offer), loses=True)
        ask(self, sentence, [save], self.tr("Leave it"))

    def _keep_in_view(self, card: ModelCard) -> None:
        """Scroll to how far the work on it is, and to what stops it, once that has its place."""
        pause = card.buttons["pause"]
        show = partial(self._area.ensureWidgetVisible, pause, 0, WIDE + SPACE)
        QTimer.singleShot(0, self, show)

    # Layout

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Models"))
        self.resize(760, 680)
        self.said.setProperty("kind", "notice")
        self.said.hide()
        self._column.addStretch(1)
        area = self._area
        area.setObjectName("cards")
        self._page.setObjectName("cards")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(self._page)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        add = QPushButton(self.tr("Add a folder…"))
        add.clicked.connect(self.choose_folder)
        buttons.addButton(add, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.network, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        for button in buttons.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        column.addWidget(self.said)
        column.addWidget(area, 1)
        column.addWidget(self._way_out())
        column.addWidget(buttons)

    def _add(self, offer: Offer) -> None:
        facts = [self.tr(name) for name in FACTS]
        card = ModelCard(offer.title, said(offer.description), facts)
        card.requested.connect(lambda verb: self.ask_for(verb, offer))
        card.begun.connect(partial(self._keep_in_view, card))
        self._column.insertWidget(len(self._cards), card)
        self._cards[offer.name] = card

    def _way_out(self) -> QWidget:
        """How the publisher is reached, for those whom the usual way does not suit."""
        whole = QWidget()
        form = QFormLayout(whole)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(WIDE)
        for name, box, hint, value in (
            (
                self.tr("Mirror"),
                self.mirror,
                self.tr("https address instead of the publisher's"),
                self._keeper.choices.mirror,
            ),
            (
                self.tr("Proxy"),
                self.proxy,
                self.tr("instead of the system's"),
                self._keeper.choices.proxy,
            ),
            (
                self.tr("Token"),
                self.token,
                self.tr("only where the publisher asks for one; it is not stored"),
                "",
            ),
            (
                self.tr("Packages"),
                self.index,
                self.tr("index for the engine on an NVIDIA card, instead of the usual one"),
                self._keeper.choices.index,
            ),
        ):
            box.setText(value)
            box.setPlaceholderText(hint)
            box.setAccessibleName(name)
            form.addRow(plain(name), box)
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        whole.setVisible(any(box.text() for box in (self.mirror, self.proxy, self.index)))
        self.network.setChecked(not whole.isHidden())
        self.network.toggled.connect(whole.setVisible)
        return whole
