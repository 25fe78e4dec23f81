"""The tray: the pictures of a run as tiles, the chosen one marked, and what can be done with it."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from desktop.canvas.overlay import Overlay
from desktop.controls.tile import SIDE, Tile
from desktop.controls.wheel_guard import WheelGuard
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.reduced import reduced
from desktop.held import Held
from desktop.icons import ICON, Icons
from desktop.places import Place, places, remark_on, spoken
from desktop.studio import Studio
from desktop.theme import SPACE, TIGHT, WIDE, mark_primary

LEAST_SIDE = 64
"""Logical pixels of pictures that are made smaller, so that all are seen; else they scroll."""

GHOSTS = 4

LOOK = 20
"""Milliseconds until the original is looked at: the turn that paints what changed comes before."""


class CandidatesPanel(QFrame):
    """Tiles and verbs; the picture to show in the frame is reported by `overlay_changed`."""

    overlay_changed = Signal(object)
    """The Overlay that shows the chosen picture where it belongs, or None."""
    more_wanted = Signal()
    """Further pictures like the chosen one are asked for."""
    vary_wanted = Signal()
    """Variations of the chosen one are asked for."""
    emptied = Signal()
    """The pictures were dealt with, so the keyboard has nothing left to do here."""

    def __init__(self, studio: Studio, icons: Icons) -> None:
        """Follow the candidates of `studio`."""
        super().__init__()
        self._studio, self._icons = studio, icons
        self._tiles: list[Tile] = []
        self._places: tuple[Place, ...] = ()
        self._brought: int | None = None
        self._row = QHBoxLayout()
        self._about = QLabel()
        self.original = Tile()
        self.compare = QSlider(Qt.Orientation.Horizontal)
        self._compares = Held(self)
        self._seen: tuple[Picture, Rect] | None = None
        self.accept_button = self._button("accept", self.tr("Accept"), "⏎")
        self.keep_button = self._button("keep", self.tr("Keep as layer"), "⇧⏎")
        self.discard_button = self._button("discard", self.tr("Discard"), "Del")
        self.reject_button = self._button("close", self.tr("Reject all"), "Esc")
        self.more_button = self._button("layer-add", self.tr("4 more"), "")
        self.vary_button = self._button("surprise", self.tr("Vary"), "")
        self._looks = QTimer(self, singleShot=True, interval=LOOK)
        """Until the picture is looked at, which takes time of a turn of its own."""
        self._set_up_compare()
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The tiles in view, left to right."""
        return tuple(self._tiles)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear the keys of the tiles, and how much room there is for them."""
        if isinstance(event, QKeyEvent):
            return self.hear_key(event)
        if isinstance(event, QFocusEvent) and event.lostFocus():
            self.hear_no_more()
        if watched is self._area.viewport() and isinstance(event, QResizeEvent):
            self._fit_tiles()
        return False

    def hear_key(self, event: QKeyEvent) -> bool:
        """Act on a key of a tile or of the canvas, except in the middle of a drag."""
        if self._studio.document.previewing:
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self.handle_press(event)
        return event.type() == QEvent.Type.KeyRelease and self.handle_release(event)

    def hear_no_more(self) -> None:
        """Stop comparing: the release of the key goes elsewhere."""
        self._compares.let_go()

    def handle_press(self, event: QKeyEvent) -> bool:
        """Act on ← → ⏎ ⇧⏎ Del Esc and backslash; return whether it was one of them."""
        if not self._studio.candidates.items:
            return False
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Left:
                self._studio.candidates.previous()
            case Qt.Key.Key_Right:
                self._studio.candidates.next()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.keep() if shift else self.accept()
            case Qt.Key.Key_Delete:
                self.discard()
            case Qt.Key.Key_Escape if not self._studio.busy:
                self.reject()
            case Qt.Key.Key_Backslash:
                self._compares.press()
            case _:
                return False
        return True

    def handle_release(self, event: QKeyEvent) -> bool:
        """End the look at the original; return whether it was that key."""
        if event.key() != Qt.Key.Key_Backslash:
            return False
        self._compares.release(event)
        return True

    def stand_narrow(self, narrow: bool) -> None:
        """Lay the verbs below the pictures instead of beside them."""
        direction = QBoxLayout.Direction
        self._halves.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)

    def accept(self) -> None:
        """Place the chosen picture and clear the tray."""
        if self._studio.candidates.chosen is not None:
            self._studio.accept()
            self.emptied.emit()

    def keep(self) -> None:
        """Place the chosen picture as a layer and leave the others to choose from."""
        if self._studio.candidates.chosen is not None:
            self._studio.keep_as_layer()

    def discard(self) -> None:
        """Drop the chosen picture."""
        chosen = self._studio.candidates.chosen
        if chosen is not None:
            self._studio.discard(chosen)
        if not self._studio.candidates.items:
            self.emptied.emit()

    def reject(self) -> None:
        """Drop every picture of the tray."""
        self._studio.reject()
        self.emptied.emit()

    def _button(self, icon: str, text: str, key: str) -> QPushButton:
        button = QPushButton(f"{text}  {key}".strip())
        button.setAccessibleName(text)
        button.setIconSize(ICON)
        button.setIcon(self._icons(icon))
        return button

    def _lay_out(self) -> None:
        self.setObjectName("tray")
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._halves.setContentsMargins(SPACE, SPACE, WIDE, SPACE)
        self._halves.setSpacing(WIDE)
        self._halves.addWidget(self._tiles_area(), 1)
        self._halves.addLayout(self._verbs())
        self.least_width = self.sizeHint().width() + 2 * SIDE
        """Logical pixels of room that pictures beside the verbs need: three of them."""

    def _tiles_area(self) -> QScrollArea:
        tiles = QWidget()
        tiles.setObjectName("tiles")
        tiles.setLayout(self._row)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(TIGHT)
        self._row.addWidget(self.original)
        self._row.addStretch(1)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFixedHeight(SIDE + SPACE)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("Pictures of this run"))
        area.setWidget(tiles)
        area.viewport().installEventFilter(self)
        return area

    def _verbs(self) -> QVBoxLayout:
        self._about.setTextFormat(Qt.TextFormat.PlainText)
        self._about.setProperty("muted", True)
        self._about.setAccessibleName(self.tr("About the pictures"))
        top, first, second = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row, buttons in (
            (first, (self.accept_button, self.keep_button, self.more_button)),
            (second, (self.discard_button, self.reject_button, self.vary_button)),
        ):
            row.setSpacing(SPACE)
            for button in buttons:
                row.addWidget(button, 1)
        top.setSpacing(SPACE)
        top.addWidget(self._about, 1)
        top.addWidget(self.compare)
        column = QVBoxLayout()
        column.setSpacing(TIGHT)
        column.addLayout(top)
        column.addLayout(first)
        column.addLayout(second)
        return column

    def _set_up_compare(self) -> None:
        name = self.tr("Before and after: how much of the original is shown at the left")
        self.compare.setRange(0, 100)
        WheelGuard(self).guard(self.compare)
        self.compare.setFixedWidth(96)
        policy = self.compare.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.compare.setSizePolicy(policy)
        self.compare.setAccessibleName(name)
        self.compare.setToolTip(name)
        self.original.setAccessibleName(self.tr("The original"))
        self.more_button.setToolTip(self.tr("Four more of the same kind, beside these"))
        self.vary_button.setToolTip(
            self.tr("Variations of the chosen picture, as far away as the panel Vary says")
        )

    def _connect(self) -> None:
        self._looks.timeout.connect(self._look)
        self._compares.changed.connect(self._show_overlay)
        self._studio.candidates.changed.connect(self._refresh)
        self._studio.busy_changed.connect(self._say)
        self.accept_button.clicked.connect(self.accept)
        self.keep_button.clicked.connect(self.keep)
        self.discard_button.clicked.connect(self.discard)
        self.reject_button.clicked.connect(self.reject)
        self.more_button.clicked.connect(self.more_wanted)
        self.vary_button.clicked.connect(self.vary_wanted)
        self.compare.valueChanged.connect(self._show_overlay)
        self.original.clicked.connect(self._choose_original)
        self.original.installEventFilter(self)

    def _refresh(self) -> None:
        ghosts = tuple(Place(number) for number in range(1, GHOSTS + 1))
        self._places = places(self._studio.candidates) or ghosts
        focused = any(tile.hasFocus() for tile in self._tiles)
        self._set_tile_count(len(self._places))
        for place, tile in zip(self._places, self._tiles, strict=True):
            self._show_tile(place, tile)
        if focused and not any(tile.hasFocus() for tile in self._tiles):
            self._keep_focus()  # one that is gone had it
        self._show_original()
        self._fit_tiles()
        self._bring_into_view()
        self._show_verbs()
        self._say()
        self._show_overlay()

    def _say(self) -> None:
        self._about.setText(self._sentence())

    def _keep_focus(self) -> None:
        """Give the focus to the chosen tile, so that the keys go on to be heard."""
        chosen = next((tile for tile in self._tiles if tile.isChecked()), self.original)
        chosen.setFocus()

    def _bring_into_view(self) -> None:
        """Scroll to the chosen tile, once: afterwards a person may look at others."""
        chosen = self._studio.candidates.chosen
        if chosen != self._brought:
            self._brought = chosen
            for place, tile in zip(self._places, self._tiles, strict=True):
                if chosen is not None and place.index == chosen:
                    self._area.ensureWidgetVisible(tile, 0, 0)

    def _fit_tiles(self) -> None:
        """Make the pictures a little smaller where all are seen then, and none is cut."""
        tiles = [*([] if self.original.isHidden() else [self.original]), *self._tiles]
        room = self._area.viewport().width() - TIGHT * (len(tiles) - 1)
        fitting = room // max(1, len(tiles))
        side = min(SIDE, fitting) if fitting >= LEAST_SIDE else SIDE
        for tile in (self.original, *self._tiles):
            if tile.width() != side:
                tile.setFixedSize(side, side)

    def _show_verbs(self) -> None:
        candidates = self._studio.candidates
        chosen = candidates.chosen is not None
        for button in (self.accept_button, self.keep_button, self.discard_button):
            button.setEnabled(chosen)
        self.reject_button.setEnabled(bool(candidates.items))
        self.more_button.setEnabled(bool(candidates.items))
        self.vary_button.setEnabled(chosen)
        self.compare.setVisible(chosen)
        if not candidates.items:
            self.compare.setValue(0)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.ButtonText
        self.accept_button.setIcon(self._icons("accept", role))
        mark_primary(self.accept_button, chosen)

    def _set_tile_count(self, count: int) -> None:
        while len(self._tiles) > count:
            tile = self._tiles.pop()
            self._row.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        while len(self._tiles) < count:
            tile = Tile()
            tile.clicked.connect(self._tile_clicked)
            tile.installEventFilter(self)
            self._row.insertWidget(len(self._tiles) + 1, tile)
            self._tiles.append(tile)

    def _tile_clicked(self) -> None:
        """Choose the tile; a second click shows the original again."""
        tile = self.sender()
        assert isinstance(tile, Tile)
        index = self._places[self._tiles.index(tile)].index
        candidates = self._studio.candidates
        candidates.choose(None if index == candidates.chosen else index)
        self._refresh()

    def _choose_original(self) -> None:
        self._studio.candidates.choose(None)
        self._show_original()

    def _show_original(self) -> None:
        """Show what is in the frame without any of the pictures, as the first tile."""
        candidates = self._studio.candidates
        self.original.setVisible(bool(candidates.items or candidates.expected))
        one = candidates.chosen_candidate or next(iter(candidates.items), None)
        if one is not None and one.before is not None:
            self._seen = None
            self.original.show_picture(self.tr("orig"), one.before, self.tr("The original"))
        elif not self.original.isHidden():
            self._looks.start()
        self.original.setChecked(candidates.chosen is None and bool(candidates.items))

    def _look(self) -> None:
        """Show the picture as it is where the run paints."""
        candidates, picture = self._studio.candidates, self._studio.document.picture
        one = candidates.chosen_candidate or next(iter(candidates.items), None)
        frame = (candidates.frame or picture.frame) if one is None else one.frame
        if (one is None or one.before is None) and self._seen != (picture, frame):
            self._seen = picture, frame
            pixels = reduced(picture, frame, max(1, max(frame.width, frame.height) // (2 * SIDE)))
            self.original.show_picture(self.tr("orig"), pixels, self.tr("The original"))

    def _show_tile(self, place: Place, tile: Tile) -> None:
        number, name = str(place.number), spoken(place)
        tile.file = None if place.candidate is None else place.candidate.file
        if place.candidate is not None:
            tile.show_picture(number, place.candidate.pixels, name, remark_on(place.candidate))
        else:
            tile.show_place(number, place.preview, name)
        chosen = self._studio.candidates.chosen
        tile.setChecked(place.index is not None and place.index == chosen)
        if tile.isChecked() and any(other.hasFocus() for other in self._tiles):
            tile.setFocus()

    def _sentence(self) -> str:
        candidates = self._studio.candidates
        if candidates.chosen is not None:
            return self.tr("Picture {number} of {count} · seed {seed}").format(
                number=candidates.chosen + 1,
                count=len(candidates.items),
                seed=candidates.items[candidates.chosen].seed,
            )
        if candidates.items:
            return self.tr("Click a picture to see it in the frame")
        if self._studio.busy:
            return self.tr("Painting…")
        return self.tr("Your pictures will appear here")

    def _show_overlay(self, _share: int = 0) -> None:
        chosen = self._studio.candidates.chosen_candidate
        if chosen is None or self._compares:
            self.overlay_changed.emit(None)
            return
        before, share = chosen.before, self.compare.value() / 100
        self.overlay_changed.emit(Overlay(chosen.pixels, chosen.frame, share, before))
