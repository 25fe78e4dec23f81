"""What joins the page of models to the window that asks for it and to the studio that paints."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject

from desktop.card_keeper import CardKeeper
from desktop.model_keeper import FALLBACK, InUse, ModelKeeper
from desktop.speed import measured
from desktop.studio import Studio
from desktop.windows.beside import bring
from desktop.windows.main import MainWindow
from desktop.windows.workbench import Workbench
from engine.estimates import Speed
from engine.events import Image
from engine.interface import Engine

if TYPE_CHECKING:
    from desktop.windows.models import ModelsWindow

OpenEngine: TypeAlias = Callable[[InUse], Engine]


class ModelPages(QObject):
    """Joins the page of models to the window that asks for it and to the studio that paints."""

    def __init__(
        self, window: MainWindow, studio: Studio, keeper: ModelKeeper, open_engine: OpenEngine
    ) -> None:
        """Open nothing yet."""
        super().__init__(window)
        self._window, self._studio, self._keeper = window, studio, keeper
        self._open_engine = open_engine
        self._page: ModelsWindow | None = None
        self._card: CardKeeper | None = None
        self._speed: Speed | None = None

    def serve(self, workbench: Workbench, card: CardKeeper | None = None) -> None:
        """Open the page when it is asked for; change the engine when another model is chosen.

        `card` builds an engine for an NVIDIA card, which paints as soon as it is there.
        """
        # the usual index has CUDA's torch for Linux alone
        if card is not None and sys.platform == "linux":
            self._card = card
            card.settled.connect(lambda: self._use(self._keeper.take_up()))
            card.bug_found.connect(self._window.report_bug)
        workbench.models_requested.connect(self.show)
        workbench.settings.engine_outdated.connect(lambda: self._use(self._keeper.take_up()))
        self._keeper.chosen.connect(self._use)
        self._keeper.bug_found.connect(self._window.report_bug)
        self._studio.painted.connect(self._learn)
        self._studio.remedies.runs.failed.connect(self._keeper.hear_damage)
        self._studio.remedies.models_wanted.connect(self._mend)
        self._keeper.changed.connect(self._find_again)
        if (title := self._keeper.missed()) is not None:
            self._studio.remedies.miss(title)

    def show(self) -> None:
        """Bring the page to the front."""
        from desktop.windows.models import ModelsWindow  # seldom wanted

        if self._page is None:
            licences = self._studio.paths.resources / "licences"
            self._page = ModelsWindow(self._window, self._keeper, licences)
            if self._card is not None:
                self._page.add_card(self._card)
        self._page.speed = self._speed
        self._page.refresh()
        bring(self._page)

    def _mend(self, how: str) -> None:
        """Do what was chosen about a model that is not here or damaged."""
        if how == "starter":
            self._keeper.use(FALLBACK)
            return
        self.show()
        if how == "locate" and self._page is not None:
            self._page.choose_folder()

    def _find_again(self) -> None:
        """Paint with the chosen model as soon as its files are here again."""
        if self._studio.remedies.missing and self._keeper.missed() is None:
            self._use(self._keeper.take_up())

    def _use(self, used: InUse) -> None:
        self._studio.remedies.find()
        self._studio.use_model(self._open_engine(used), used.family)

    def _learn(self, image: Image) -> None:
        """Let the page say how long a picture would take here."""
        speed = measured(image, self._studio.device)
        if speed is not None:
            self._speed = speed
            if self._page is not None:
                self._page.learn(speed)
