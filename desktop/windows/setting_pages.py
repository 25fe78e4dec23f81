"""What joins the window of settings to what the settings govern: each change works where it says.

Panels that read `studio.settings` when they need them have nothing to be told.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.autosaving import Autosaving
from desktop.engine_choices import needs_another_engine
from desktop.icons import Icons
from desktop.jobs import Job
from desktop.keymap import Keymap
from desktop.settings import GROUPS, Settings
from desktop.speech import said
from desktop.testing_device import UNDER_WAY
from desktop.theme import Theme
from desktop.windows.beside import bring
from desktop.windows.main import MainWindow
from desktop.windows.parts import Parts

if TYPE_CHECKING:
    from desktop.windows.settings import SettingsWindow

MIB = 2**20
CALM_DOWN = 800
"""Milliseconds without another change after which the engine is started anew."""


class SettingPages(QObject):
    """Opens the window of settings and lets what is changed there work."""

    engine_outdated = Signal()
    """The engine that paints was started with other settings than those that hold now."""
    keys_requested = Signal()
    changed = Signal(object)
    """The Settings that hold now."""

    def __init__(self, window: MainWindow, parts: Parts, theme: Theme, icons: Icons) -> None:
        """Let the settings work as they stand."""
        super().__init__(window)
        self._window, self._parts, self._theme, self._icons = window, parts, theme, icons
        self._keymap: Keymap | None = None
        self._page: SettingsWindow | None = None
        self._test: Job | None = None
        """The last test of the device."""
        self._started_with = parts.studio.settings
        self.quiet = QTimer(self, singleShot=True, interval=CALM_DOWN)
        self.quiet.timeout.connect(self._start_anew)
        parts.studio.busy_changed.connect(lambda _: self.quiet.start())
        parts.studio.remedies.settings_wanted.connect(self.change_engine)
        theme.heed(parts.studio.settings.calm)
        studio, prompt = parts.studio, parts.prompt
        self.autosaving = Autosaving(studio.document, studio.files, lambda: prompt.prompt, self)
        self.autosaving.every(studio.settings.autosave)
        self._allow_undo()

    def take_keymap(self, keymap: Keymap) -> None:
        """Let the keys be chosen here too."""
        self._keymap = keymap

    def show(self, group: str = "") -> None:
        """Bring the window of settings to the front, with the page of that group in view."""
        from desktop.windows.settings import SettingsWindow  # seldom wanted

        if self._page is None:
            self._page = SettingsWindow(self._window, self._icons)
            self._page.changed.connect(self.change)
            self._page.keys_requested.connect(self.keys_requested)
            self._page.test_requested.connect(self.test_device)
            self._page.test_given_up.connect(self._give_up_test)
            self._page.activated.connect(self._show_values)
        self._show_values()
        if group:
            self._page.groups.setCurrentRow(list(GROUPS).index(group))
        bring(self._page)

    def use_theme(self, name: str) -> None:
        """Show the colours of that name from now on."""
        self.change(replace(self._parts.studio.settings, theme=name))

    def change(self, settings: Settings) -> None:
        """Keep other settings and let them work."""
        studio = self._parts.studio
        old = studio.settings
        studio.change_settings(settings)
        if settings.theme != old.theme:
            self._theme.apply(settings.theme)
        if settings.calm != old.calm:
            self._theme.heed(settings.calm)
        self._use_keys(settings, old)
        self._parts.canvas.wheel_scrolls = settings.wheel_scrolls
        self._allow_undo()
        self.autosaving.every(settings.autosave)
        self.quiet.start()
        self.changed.emit(settings)
        self._show_values()

    def change_engine(self, settings: Settings) -> None:
        """Keep other settings and have the engine started with them now."""
        self.change(settings)
        self.quiet.stop()
        self._start_anew()

    def test_device(self) -> None:
        """Have a small picture painted with the engine as it is set, and tell how that went."""
        self.quiet.stop()
        self._start_anew()
        self._give_up_test()
        job = self._test = self._parts.studio.test_device(self._tell_of_test)
        if self._page is not None:
            self._page.tell_of_test(said(UNDER_WAY), goes_on=job.active)

    def _give_up_test(self) -> None:
        if self._test is not None:
            self._test.cancel()

    def _tell_of_test(self, sentence: str, _works: bool) -> None:
        if self._page is not None:
            self._page.tell_of_test(said(sentence), goes_on=False)

    def _use_keys(self, settings: Settings, old: Settings) -> None:
        if self._keymap is None:
            return
        if settings.own_keys != old.own_keys:
            self._keymap.restore_all()  # what else there is to say of them has its own window
        self._keymap.choose(settings.key_scheme)

    def _show_values(self) -> None:
        if self._page is not None:
            self._page.show_values(self._parts.studio.settings)

    def _allow_undo(self) -> None:
        studio = self._parts.studio
        studio.document.budget = studio.settings.undo_memory * MIB

    def _start_anew(self) -> None:
        """Ask for another engine where the settings ask for one; a run is let come to its end."""
        settings = self._parts.studio.settings
        if self._parts.studio.busy or not needs_another_engine(self._started_with, settings):
            return
        self._started_with = settings
        self.engine_outdated.emit()
