"""What stands around the prompt once the window is painted: canvas, tray, docks, menus, status.

It joins the panels to each other and to the studio; none of them knows another.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from desktop.actions import add_menus
from desktop.canvas.drops import Zone
from desktop.controls.scrolling import scrolling
from desktop.frame_verbs import FrameVerbs
from desktop.hand import Target
from desktop.hand_verbs import HandVerbs
from desktop.icons import Icons
from desktop.keymap import Keymap
from desktop.picture_verbs import LayerVerbs, SelectionVerbs
from desktop.source import Source
from desktop.theme import Theme
from desktop.windows.adjustment import AdjustmentVerbs
from desktop.windows.beside import show_beside
from desktop.windows.docks import Docks
from desktop.windows.hints import Hints
from desktop.windows.main import MainWindow
from desktop.windows.notifier import Notifier
from desktop.windows.pages import GalleryDoor, Page, Pages
from desktop.windows.parts import Parts
from desktop.windows.possible import Possible
from desktop.windows.questions import Answer, ask
from desktop.windows.reshape import ReshapeVerbs
from desktop.windows.setting_pages import SettingPages
from desktop.windows.tool_bar import add_tool_bar
from desktop.windows.tray_dock import TrayDock
from desktop.windows.tries import Tries

if TYPE_CHECKING:
    from desktop.document.frame import Extension
    from desktop.gallery.page import GalleryPage

IDEAS_HEIGHT = 470
"""Logical pixels in which every page of ideas shows its button to paint."""


class Workbench(QObject):
    """Builds `parts` around the prompt of `window` and answers the verbs that are the window's."""

    models_requested = Signal()
    recovery_requested = Signal()

    def __init__(self, window: MainWindow, parts: Parts, icons: Icons, theme: Theme) -> None:
        """Connect nothing yet: the window calls `build`."""
        super().__init__(window)
        self._window, self._icons = window, icons
        self._may_close = False
        self.first_page: Page | None = None
        self.parts = parts
        self._layers = parts.studio.document.picture.layers
        self.actions_by_verb: dict[str, QAction] = {}
        self.settings = SettingPages(window, parts, theme, icons)
        self._hand_verbs = HandVerbs(parts.hand)
        self._layer_verbs = LayerVerbs(parts.studio.document, parts.hand, parts.canvas.slow_edits)
        self._adjustment_verbs = AdjustmentVerbs(window, parts.studio, parts.hand, parts.canvas)
        self.tries = Tries(parts, lambda wish: self.extend(first=wish))
        self.hints = Hints(parts, self.tries, parts.studio.paths.config / "hints.ini")
        self._frame_verbs = FrameVerbs(parts.studio.document, parts.hand)

    def build(self) -> None:
        """Put everything in its place and connect it."""
        window, parts = self._window, self.parts
        window.setWindowIcon(self._icons("easel"))
        self.pages = Pages(window, parts.create, parts.canvas, self._make_gallery, self._icons)
        self._lay_out(parts.stage)
        window.setStatusBar(parts.status)
        objects = {
            "window": self,
            "tries": self.tries,
            "settings": self.settings,
            "studio": parts.studio,
            "files": parts.studio.files,
            "exchange": parts.exchange,
            "clipboard": parts.clipboard,
            "canvas": parts.canvas,
            "prompt": parts.prompt,
            "tray": parts.tray,
            "candidates": parts.studio.candidates,
            "paint": parts.painting,
            "follow": parts.follow,
            "ideas": parts.ideas,
            "hand": self._hand_verbs,
            "layer": self._layer_verbs,
            "adjust": self._adjustment_verbs,
            "frame": self._frame_verbs,
            "select": SelectionVerbs(parts.studio.document, self),
            "reshape": ReshapeVerbs(window, parts),
            "gallery": GalleryDoor(self.pages),
        }
        finish = parts.canvas.slow_edits.finish
        verbs = self.actions_by_verb = add_menus(window, self._icons, objects, finish)
        self.keymap = self._make_keymap()
        self.settings.take_keymap(self.keymap)
        self._hand_verbs.eraser_toggles = self.keymap.eraser_toggles
        self._bar = add_tool_bar(window, self.tr("Tools"), verbs, parts.canvas, parts.hand.take)
        self._possible = Possible(parts.studio, parts.hand, self.pages, verbs)
        self._tray_dock = TrayDock(parts.canvas, parts.tray, parts.invitation, parts.studio)
        self.notifier = Notifier(window, parts.studio)
        self._docks = Docks(window)
        self._dock_panels()
        self._connect()

    def close(self) -> None:
        """Close the window."""
        self._window.close()

    def actual_size(self) -> None:
        """Show one pixel of the picture as one of the screen's logical pixels."""
        self.parts.canvas.zoom_to(1.0)

    def change_keys(self) -> None:
        """Show the window in which keys are changed."""
        from desktop.windows.keys import KeysWindow  # seldom wanted

        window = KeysWindow(self._window, self.keymap, self.parts.studio.settings.wheel_scrolls)
        window.wheel.toggled.connect(self._let_the_wheel_scroll)
        show_beside(window)

    def show_keys(self) -> None:
        """Show the sheet of keys and gestures beside the picture."""
        from desktop.windows.key_sheet import KeySheet  # seldom wanted

        sheet = KeySheet(self._window, self.keymap)
        sheet.change.clicked.connect(self.change_keys)
        show_beside(sheet)

    def show_guide(self) -> None:
        """Show how each flow goes, beside the picture."""
        from desktop.windows.guide import GuideWindow  # seldom wanted

        show_beside(GuideWindow(self._window, self.parts.studio.paths.resources / "help"))

    def selections(self) -> None:
        """Show the selections that are saved in the picture."""
        from desktop.windows.selections import SelectionsWindow  # seldom wanted

        show_beside(SelectionsWindow(self._window, self.parts.studio.document))

    def extend(self, *, first: "Extension | None" = None) -> None:
        """Ask how far the picture shall reach (`first` to begin with), and have it painted."""
        from desktop.windows.extend import ExtendWindow  # seldom wanted

        picture = self.parts.studio.document.picture
        if picture.content().is_empty:
            sentence = self.tr(
                "There is no picture to extend yet; paint, open or generate one first."
            )
            self.parts.messages.show_failure(sentence)
            return
        show_beside(window := ExtendWindow(self._window, picture, first))
        window.planned.connect(self.parts.painting.extend)

    def models(self) -> None:
        """Ask for the page of models, which belongs to whoever opens engines."""
        self.models_requested.emit()

    def recover(self) -> None:
        """Ask for the page of unsaved work, which belongs to whoever keeps it."""
        self.recovery_requested.emit()

    def about(self) -> None:
        """Show version and licences."""
        from desktop.release import release  # seldom wanted
        from desktop.windows.about import AboutWindow

        licences = self.parts.studio.paths.resources / "licences"
        show_beside(AboutWindow(self._window, self._icons, release(), licences))

    def may_close(self) -> bool:
        """Whether nothing would be lost, or the person said that it may be; otherwise ask."""
        picture = self.parts.studio.document.picture
        unsaved = bool(picture.layers) and picture is not self.parts.studio.files.kept
        if unsaved and not self._may_close:
            self._ask_before_closing()
            return False
        return True

    def put_panels_back(self) -> None:
        """Have panels and tools stand as they do at the canvas, which is to be remembered."""
        self._docks.come_back()
        self._bar.setVisible(True)

    def show_gallery(self) -> None:
        """Show the gallery, or the canvas again."""
        self.pages.show_gallery(not self.pages.shows_gallery)

    def show_create(self) -> None:
        """Show the page for new pictures."""
        self.pages.show(Page.CREATE)

    def show_canvas(self) -> None:
        """Show the canvas."""
        self.pages.show(Page.CANVAS)

    def begin(self) -> None:
        """Show the first page, now that the docks have their places."""
        if self.first_page is not None:
            self.pages.show(self.first_page)

    def _make_gallery(self) -> "GalleryPage":
        from desktop.gallery.page import GalleryPage  # not needed for the first picture

        prompt = self.parts.prompt
        page = GalleryPage(self.parts.studio, self._icons, lambda: prompt.prompt)
        page.restored.connect(prompt.restore)
        page.canvas_requested.connect(self.show_canvas)
        page.folder_requested.connect(lambda: self.settings.show("files"))
        page.verbs.wanted_on_desk.connect(self.show_canvas)
        page.verbs.wanted_on_desk.connect(self.parts.ideas.take_all)
        return page

    def _show_page(self) -> None:
        """Put away what belongs to the canvas while another page is in view."""
        shown = self.pages.shown
        away = shown is not Page.CANVAS
        canvas_only = self.actions_by_verb["window.canvas_only"]
        if away and canvas_only.isChecked():
            canvas_only.trigger()
        self._docks.hide(away, self._bar)
        self._docks.allow_switching(not away)
        self.parts.studio.intent.begin_anew(away)
        self.actions_by_verb["window.show_gallery"].setChecked(shown is Page.GALLERY)
        if not away:
            self.parts.canvas.setFocus()
        elif shown is Page.CREATE:
            self.parts.prompt.edit.setFocus()
        self._possible.show_page()

    def _show_change(self) -> None:
        """What changes the layers from the page Create brings the canvas into view."""
        layers = self.parts.studio.document.picture.layers
        if layers is not self._layers and self.pages.shown is Page.CREATE:
            self.show_canvas()
        self._layers = layers

    def _lay_out(self, stage: QWidget) -> None:
        parts = self.parts
        inner = QVBoxLayout(stage)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.pages.stack)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((parts.prompt, 0), (stage, 1)):
            column.addWidget(widget, stretch)
        self._window.setCentralWidget(centre)

    def _dock_panels(self) -> None:
        """Put the panels into docks at the right: those for the tool above those for the layers."""
        parts, docks = self.parts, self._docks
        docks.add("options", self.tr("Tool"), parts.options)
        docks.add("colours", self.tr("Colour"), parts.colours, beside="options")
        docks.add("navigator", self.tr("Navigator"), parts.navigator, beside="options")
        vary = scrolling(parts.variations, self.tr("Vary"))
        docks.add("variations", self.tr("Vary"), vary, beside="options")
        docks.add("layers", self.tr("Layers"), parts.layers)
        docks.add("result", self.tr("Result"), parts.result, beside="layers")
        docks.add("edits", self.tr("History"), parts.edits, beside="layers")
        docks.add("ideas", self.tr("Ideas"), parts.ideas, beside="layers")
        docks.settle()
        parts.layers.offer(
            *(
                self.actions_by_verb[f"layer.{verb}"]
                for verb in ("add", "add_group", "duplicate", "add_mask", "merge", "delete")
            )
        )
        for menu in self._window.menuBar().findChildren(QMenu):
            if self.actions_by_verb["canvas.fit"] in menu.actions():
                menu.addSeparator()
                menu.addActions(docks.switches())

    def canvas_only(self) -> None:
        """Hide everything around the canvas, which comes into view, or bring it back."""
        wanted = self.actions_by_verb["window.canvas_only"].isChecked()
        if wanted:
            self.show_canvas()
        self._tray_dock.put_away(wanted)
        self._docks.hide(wanted, self.parts.prompt, self.parts.status, self._bar)
        self.parts.canvas.setFocus()

    def _take_idea(self, zone: Zone, data: QMimeData) -> None:
        if zone is Zone.LIKE:
            self.parts.follow.drop(data)
            return
        self.parts.ideas.show_mix()
        self.parts.ideas.sources.drop(data, self.parts.ideas.take)

    def _mix_candidate(self, source: Source) -> None:
        self.show_canvas()
        self.parts.ideas.take(source)

    def reset_docks(self) -> None:
        """Put the panels back where they were at the first start, and bring them into view."""
        self.show_canvas()
        if (alone := self.actions_by_verb["window.canvas_only"]).isChecked():
            alone.trigger()
        self._docks.reset()

    def _show_hand(self) -> None:
        """Mark the tool in use and the mask mode."""
        hand = self.parts.hand
        self.actions_by_verb[f"hand.take:{hand.tool}"].setChecked(True)
        self.actions_by_verb["hand.toggle_mask"].setChecked(hand.target is Target.MASK)

    def _connect(self) -> None:
        parts, studio, canvas = self.parts, self.parts.studio, self.parts.canvas
        parts.tray.overlay_changed.connect(canvas.set_overlay)
        parts.tray.emptied.connect(canvas.setFocus)
        canvas.key_hearer = parts.tray
        canvas.files_dropped.connect(parts.exchange.take_files)
        canvas.image_dropped.connect(parts.exchange.take_picture)
        canvas.settings_dropped.connect(parts.exchange.take_settings)
        canvas.idea_dropped.connect(self._take_idea)
        parts.options.colours_wanted.connect(lambda: self._docks.bring("colours"))
        parts.ideas.wanted.connect(lambda: self._docks.bring("ideas", IDEAS_HEIGHT))
        parts.prompt.image_pasted.connect(parts.clipboard.paste)
        parts.clipboard.files_pasted.connect(parts.exchange.take_files)
        parts.clipboard.refused.connect(parts.messages.show_failure)
        parts.status.models_requested.connect(self.models)
        studio.bug_found.connect(self._window.report_bug)
        studio.history_changed.connect(self._show_change)
        parts.create.canvas_wanted.connect(self.show_canvas)
        parts.offer.models_requested.connect(self.models)
        parts.welcome.chosen.connect(self.tries.begin)
        parts.invitation.chosen.connect(self.tries.begin)
        self.tries.began.connect(self.show_canvas)
        parts.create.mix_wanted.connect(self._mix_candidate)
        parts.hand.tool_changed.connect(self._show_hand)
        parts.hand.target_changed.connect(self._show_hand)
        canvas.refused.connect(parts.messages.show_failure)
        canvas.view_changed.connect(studio.tidying.put_off)
        self._adjustment_verbs.refused.connect(parts.messages.show_failure)
        self._layer_verbs.refused.connect(parts.messages.show_failure)
        self._layer_verbs.noticed.connect(parts.messages.show_notice)
        self._connect_painting()
        self.settings.keys_requested.connect(self.change_keys)
        self.pages.changed.connect(self._show_page)
        self.pages.changed.connect(self.hints.put_away)
        self._frame_verbs.refused.connect(parts.messages.show_failure)
        self._show_hand()
        self._possible.show()

    def _connect_painting(self) -> None:
        """Let the panels ask for what the engine can make of what is there."""
        parts, paint = self.parts, self.parts.painting
        paint.refused.connect(parts.messages.show_failure)
        parts.tray.more_wanted.connect(paint.more)
        parts.tray.vary_wanted.connect(paint.vary)
        parts.variations.vary_wanted.connect(paint.vary)
        parts.variations.vary_layer_wanted.connect(paint.vary_layer)
        parts.variations.vary_picture_wanted.connect(paint.vary_picture)
        parts.variations.enlarge_wanted.connect(paint.enlarge)
        parts.result.again_wanted.connect(paint.again)
        parts.result.fix_wanted.connect(paint.fix)
        parts.result.merge_wanted.connect(self._layer_verbs.merge)
        parts.result.seam_chosen.connect(paint.remember_seam)

    def _make_keymap(self) -> Keymap:
        settings, canvas = self.parts.studio.settings, self.parts.canvas
        canvas.wheel_scrolls = settings.wheel_scrolls
        keymap = Keymap(self.actions_by_verb, canvas, settings.key_scheme, settings.own_keys)
        keymap.changed.connect(self._keep_keys)
        return keymap

    def _keep_keys(self) -> None:
        keymap, studio = self.keymap, self.parts.studio
        kept = replace(studio.settings, key_scheme=keymap.scheme, own_keys=keymap.own)
        studio.change_settings(kept)

    def _let_the_wheel_scroll(self, scrolls: bool) -> None:
        self.parts.canvas.wheel_scrolls = scrolls
        studio = self.parts.studio
        studio.change_settings(replace(studio.settings, wheel_scrolls=scrolls))

    def _ask_before_closing(self) -> None:
        answers = [
            Answer(self.tr("Save…"), self.parts.exchange.save_project),
            Answer(self.tr("Close without it"), self._close_without_asking, loses=True),
        ]
        sentence = self.tr(
            "This picture was not saved. Closed without it, it can be found for 30 more days under "
            "File ▸ Recover."
        )
        ask(self._window, sentence, answers, self.tr("Stay"))

    def _close_without_asking(self) -> None:
        self._may_close = True
        QTimer.singleShot(0, self._window.close)
