"""The card on the page of models that builds an engine for a person's NVIDIA card."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.card.place import State
from desktop.card_keeper import CardKeeper, Way
from desktop.controls.model_card import ModelCard
from desktop.quantities import file_size
from desktop.windows.questions import Answer, ask

DOWNLOAD = 2_800_000_000
"""Bytes of the packages for Linux, as uv named them; before any arrives the plan is asked."""
ON_DISK = 6_000_000_000
"""Bytes of what they unpack to."""

FACTS = ("Card", "Download", "On the disk")


class CardPanel(QObject):
    """Shows what the keeper knows and asks before anything large or final happens."""

    def __init__(self, window: QWidget, keeper: CardKeeper, way: Callable[[], Way]) -> None:
        """`way` says how the packages are reached, when that is asked for."""
        super().__init__(window)
        self._window, self._keeper, self._way = window, keeper, way
        description = self.tr(
            "Easel comes with an engine for the processor. This builds one for an NVIDIA card in "
            "your own folder, from packages that are downloaded when you ask for it."
        )
        facts = [self.tr(name) for name in FACTS]
        self.widget = ModelCard(self.tr("Use my NVIDIA card"), description, facts)
        self.widget.requested.connect(self._do)
        keeper.changed.connect(self.refresh)
        keeper.worked.connect(self.refresh)

    def refresh(self) -> None:
        """Show everything as it is now."""
        keeper, card = self._keeper, self._keeper.card
        state, working = keeper.state, keeper.working
        self.widget.show_state(self._condition(state), state is State.READY)
        about = self.tr("about {size}")
        disk = file_size(keeper.size) if keeper.size else about.format(size=file_size(ON_DISK))
        self.widget.show_facts(
            (
                self._card_words(),
                about.format(size=file_size(DOWNLOAD)),
                disk,
            )
        )
        if working is not None:
            self.widget.show_verbs(["pause"], True, "")
            far = f" · {file_size(working.done)} / {file_size(working.total)}"
            words = (working.what or self.tr("starting")) + (far if working.total else "")
            self.widget.show_work(words, working.done, working.total)
            return
        self.widget.show_work("", 0, 0)
        possible = card is not None and card.new_enough
        verbs = {
            State.ABSENT: ["get"],
            State.PARTLY: ["continue", "remove"],
            State.OUTDATED: ["get", "remove"],
            State.READY: ["remove"],
        }[state]
        self.widget.show_verbs(verbs, True, verbs[0] if verbs[0] != "remove" else "")
        for verb in ("get", "continue"):
            self.widget.buttons[verb].setEnabled(possible)

    def _condition(self, state: State) -> str:
        return {
            State.ABSENT: "",
            State.PARTLY: self.tr("unfinished"),
            State.OUTDATED: self.tr("made for another version of Easel"),
            State.READY: self.tr("ready"),
        }[state]

    def _card_words(self) -> str:
        card = self._keeper.card
        if not self._keeper.looked:
            return self.tr("looking for it")
        if card is None:
            return self.tr("no NVIDIA card, or no driver for it, was found on this computer")
        if not card.new_enough:
            return self.tr("{name}; its driver is too old, install version 580 or newer").format(
                name=card.name
            )
        return f"{card.name} · {file_size(card.memory)}"

    def _do(self, verb: str) -> None:
        match verb:
            case "get":
                self._ask_to_get()
            case "continue":
                self._keeper.get(self._way())
            case "pause":
                self._keeper.pause()
            case "remove":
                self._ask_to_remove()
            case _:
                raise AssertionError(verb)

    def _ask_to_get(self) -> None:
        sentence = self.tr(
            "Build an engine for your NVIDIA card? About {download} are downloaded from the index "
            "of Python packages, and about {disk} stay on this computer. Libraries of NVIDIA are "
            "among them, under NVIDIA's own licences."
        ).format(download=file_size(DOWNLOAD), disk=file_size(ON_DISK))
        ask(
            self._window,
            sentence,
            [Answer(self.tr("Download and build"), lambda: self._keeper.get(self._way()))],
            self.tr("Not now"),
        )

    def _ask_to_remove(self) -> None:
        sentence = self.tr(
            "Remove the engine for your NVIDIA card? {size} are deleted; Easel then paints on the "
            "processor. It can be built again."
        ).format(size=file_size(self._keeper.size))
        remove = Answer(self.tr("Remove"), self._keeper.remove, loses=True)
        ask(self._window, sentence, [remove], self.tr("Keep"))
