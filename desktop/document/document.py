"""The current picture, the pictures before and after it, and who wants to know when it changes."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial

from desktop.document.edits import Edit
from desktop.document.geometry import Rect
from desktop.document.ledger import Ledger
from desktop.document.packing import AT_HAND, PackedTiles, packed, to_rest
from desktop.document.picture import Picture, dirty_rect

UNDO_BUDGET = 512 * 2**20
"""Bytes that the pictures kept for undo and redo may hold together with the current one."""

NEAR = 4
"""Pictures on either side of the current one whose tiles stay at hand, for undo."""

PACKED_AT_ONCE = 16
"""Tiles: a twentieth of a second for which a thread packs before it is asked again."""


class Document:
    """One picture being worked on, with one history over everything that can be edited.

    Undo and redo go to the very same older or newer object.
    listeners: each is called after every change with the rectangle (document pixels) outside which
    nothing looks different. It is empty when only the frame, a name, the mask, the selection or
    the history changed.
    onlookers: the same, called when something is shown to the eye alone (`veil`).
    """

    def __init__(self, picture: Picture, budget: int = UNDO_BUDGET, at_hand: int = AT_HAND) -> None:
        """Start with `picture` and no history.

        budget: bytes that everything may take. at_hand: bytes of tiles that are not packed.
        """
        self.listeners: list[Callable[[Rect], None]] = []
        self.onlookers: list[Callable[[Rect], None]] = []
        self._pictures: list[Picture] = [picture]
        self._names: list[str] = []  # of the edit between each picture and the next
        self._origins = [0]  # of each picture
        self._next_origin = 1
        self._now = 0
        self.returns = 0
        """How often somebody has gone back to an older picture."""
        self._picture = picture
        self._provisional: Picture | None = None
        self._veil: Picture | None = None
        self._groups: list[tuple[str, Picture]] = []
        self.budget = budget
        """Bytes that the pictures kept for undo and redo may hold, from the next edit on."""
        self._at_hand = at_hand
        self._ledger = Ledger()
        self._ledger.hold(picture)

    @property
    def picture(self) -> Picture:
        """The picture as it is shown, that is, with the provisional edit while a drag lasts."""
        return self._picture if self._provisional is None else self._provisional

    @property
    def recorded(self) -> Picture:
        """The picture as the last edit left it, whatever is shown provisionally."""
        return self._picture

    @property
    def seen(self) -> Picture:
        """The picture as the eye is to have it: `picture`, or what `veil` shows in its place."""
        return self.picture if self._veil is None else self._veil

    @property
    def previewing(self) -> bool:
        """Whether the picture shown is provisional."""
        return self._provisional is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is an older picture."""
        return self._now > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone picture."""
        return self._now < len(self._names)

    @property
    def undo_name(self) -> str:
        """The name of the edit that undo takes back; empty if there is none."""
        return self._names[self._now - 1] if self.can_undo else ""

    @property
    def redo_name(self) -> str:
        """The name of the edit that redo brings back; empty if there is none."""
        return self._names[self._now] if self.can_redo else ""

    @property
    def history(self) -> tuple[str, ...]:
        """Names of all edits that can be undone or redone, the oldest first."""
        return tuple(self._names)

    @property
    def position(self) -> int:
        """How many of the edits in `history` are done."""
        return self._now

    @property
    def origin(self) -> int:
        """Which picture this is: every edit that begins another one gives it a number of its own.

        Undo and redo across such an edit go from one number to the other.
        """
        return self._origins[self._now]

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the current picture and the history hold."""
        return self._ledger.nbytes

    def do(self, edit: Edit) -> None:
        """Apply `edit` to the recorded picture as one undo step, in place of any preview."""
        changed = edit.apply(self._picture)
        if changed is not self._picture:
            self._forget_undone()
            self._names.append(edit.name)
            self._pictures.append(changed)
            self._origins.append(self._next_origin if edit.begins else self.origin)
            self._next_origin += edit.begins
            self._ledger.hold(changed)
            self._now += 1
        self._show(changed, None)

    def preview(self, edit: Edit | None, within: Rect | None = None) -> None:
        """Show `edit` without recording it; None goes back to the recorded picture.

        within: the caller knows that nothing outside looks different from what is shown now.
        """
        provisional = None if edit is None else edit.apply(self._picture)
        self._show(self._picture, provisional, within)

    def veil(self, edit: Edit | None, within: Rect | None = None) -> None:
        """Show `edit` of the recorded picture to the eye alone; None, and every change, ends that.

        Nothing that edits, saves or paints takes note of it. Not for when `previewing`, which
        shows something else. within: as for `preview`.
        """
        assert edit is None or not self.previewing
        before = self.seen
        self._veil = None if edit is None else edit.apply(self._picture)
        dirty = dirty_rect(before, self.seen) if within is None else within
        for onlooker in tuple(self.onlookers):
            onlooker(dirty)

    def undo(self) -> None:
        """Go back to the picture before the last edit; nothing happens without one."""
        self.go_to(max(0, self._now - 1))

    def redo(self) -> None:
        """Go forth to the picture that was undone last; nothing happens without one."""
        self.go_to(min(len(self._names), self._now + 1))

    def go_to(self, position: int) -> None:
        """Undo or redo until `position` edits are done, at once; ends any open group."""
        assert 0 <= position <= len(self._names), position
        while self._groups:
            self.close_group()
        position = min(position, len(self._names))
        if position != self._now:
            self.returns += position < self._now
            self._now = position
            self._show(self._pictures[position], None)

    def open_group(self, name: str) -> None:
        """Let all edits until `close_group` be one step of this name; groups may be nested."""
        self._groups.append((name, self._picture))

    def close_group(self) -> None:
        """Make one step of what was done since the group was opened; none if nothing was."""
        name, start = self._groups.pop()
        if not self._groups and self._picture is not start:
            first = self._place_of(start)
            self._cut(first + 1, self._now)
            self._names[first:] = [name]
            self._now = first + 1
        self._show(self._picture, None)

    def abandon_group(self) -> None:
        """Go back to where the group was opened, as if nothing had been done since."""
        _name, start = self._groups.pop()
        place = self._place_of(start)
        self.returns += place < self._now
        self._cut(place + 1, len(self._pictures))
        del self._names[place:]
        self._now = place
        self._show(start, None)

    @contextmanager
    def group(self, name: str) -> Generator[None]:
        """Open a group and close it in the end; an exception abandons it."""
        self.open_group(name)
        try:
            yield
        except BaseException:
            self.abandon_group()
            raise
        self.close_group()

    def packing(self) -> Callable[[], PackedTiles] | None:
        """Let tiles rest that need not be at hand; return work that lets more of them, if any.

        To be called when nobody draws. The work can be done on any thread while this document is
        used; give what it returns to `take_packed` on the thread of the document.
        """
        near = self._pictures[max(0, self._now - NEAR) : self._now + NEAR + 1]
        tiles = self._ledger.tiles
        resting = to_rest(tiles, near, self._at_hand)
        for tile in tiles:
            tile.age += 1
        for tile in resting:
            if tile.is_packed:
                tile.rest()
        left = [tile for tile in resting if not tile.is_packed][:PACKED_AT_ONCE]
        return partial(packed, left) if left else None

    def take_packed(self, tiles: PackedTiles) -> None:
        """Keep what `packing` made smaller; what was looked at meanwhile stays at hand as well."""
        for tile, content in tiles:
            self._ledger.keep(tile, content)
            if tile.age:
                tile.rest()

    def _place_of(self, picture: Picture) -> int:
        return next(i for i in range(self._now, -1, -1) if self._pictures[i] is picture)

    def _show(
        self, picture: Picture, provisional: Picture | None, within: Rect | None = None
    ) -> None:
        before, within = self.seen, within if self._veil is None else None
        self._picture, self._provisional, self._veil = picture, provisional, None
        if provisional is None and not self._groups:
            self._forget_beyond_budget()
        dirty = dirty_rect(before, self.picture) if within is None else within
        for listener in tuple(self.listeners):
            listener(dirty)

    def _forget_undone(self) -> None:
        self._cut(self._now + 1, len(self._pictures))
        del self._names[self._now :]

    def _forget_beyond_budget(self) -> None:
        while self._ledger.nbytes > self.budget and self._now > 0:
            self._cut(0, 1)
            del self._names[0]
            self._now -= 1

    def _cut(self, start: int, stop: int) -> None:
        for picture in self._pictures[start:stop]:
            self._ledger.release(picture)
        del self._pictures[start:stop]
        del self._origins[start:stop]
