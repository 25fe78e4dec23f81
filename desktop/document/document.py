"""The current picture, the pictures before and after it, and who wants to know when it changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.document.edits import Edit
from desktop.document.geometry import Rect
from desktop.document.picture import Picture, dirty_rect

UNDO_BUDGET = 512 * 2**20
"""Bytes that the pictures kept for undo and redo may hold together with the current one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One edit: the picture before it or (once undone) the one after it."""

    name: str
    picture: Picture


class Document:
    """One picture being worked on. Undo and redo go to the very same older or newer object.

    listeners: each is called after every change with the rectangle (document pixels) outside which
    nothing looks different. It is empty when only the frame, a name or the history changed.
    """

    def __init__(self, picture: Picture, budget: int = UNDO_BUDGET) -> None:
        """Start with `picture` and no history; `budget` in bytes."""
        self.listeners: list[Callable[[Rect], None]] = []
        self._picture = picture
        self._provisional: Picture | None = None
        self._past: list[_Step] = []
        self._future: list[_Step] = []
        self._budget = budget

    @property
    def picture(self) -> Picture:
        """The picture as it is shown, that is, with the provisional edit while a drag lasts."""
        return self._picture if self._provisional is None else self._provisional

    @property
    def previewing(self) -> bool:
        """Whether the picture shown is provisional."""
        return self._provisional is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is an older picture."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone picture."""
        return bool(self._future)

    @property
    def undo_name(self) -> str:
        """The name of the edit that undo takes back; empty if there is none."""
        return self._past[-1].name if self._past else ""

    @property
    def redo_name(self) -> str:
        """The name of the edit that redo brings back; empty if there is none."""
        return self._future[-1].name if self._future else ""

    def do(self, edit: Edit) -> None:
        """Apply `edit` to the recorded picture as one undo step, in place of any preview."""
        changed = edit.apply(self._picture)
        if changed is not self._picture:
            self._past.append(_Step(edit.name, self._picture))
            self._future.clear()
        self._show(changed, None)

    def preview(self, edit: Edit | None) -> None:
        """Show `edit` without recording it; None goes back to the recorded picture."""
        provisional = None if edit is None else edit.apply(self._picture)
        self._show(self._picture, provisional)

    def undo(self) -> None:
        """Go back to the picture before the last edit; nothing happens without one."""
        self._step(self._past, self._future)

    def redo(self) -> None:
        """Go forth to the picture that was undone last; nothing happens without one."""
        self._step(self._future, self._past)

    def _step(self, source: list[_Step], target: list[_Step]) -> None:
        if source:
            step = source.pop()
            target.append(_Step(step.name, self._picture))
            self._show(step.picture, None)

    def _show(self, picture: Picture, provisional: Picture | None) -> None:
        before = self.picture
        self._picture, self._provisional = picture, provisional
        if provisional is None:
            self._forget_beyond_budget()
        dirty = dirty_rect(before, self.picture)
        for listener in tuple(self.listeners):
            listener(dirty)

    def _forget_beyond_budget(self) -> None:
        newer = [step.picture for step in self._future]
        older = [step.picture for step in reversed(self._past)]
        kept = _affordable([self._picture, *newer], older, self._budget)
        del self._past[: len(older) - kept]


def _affordable(needed: Sequence[Picture], older: Sequence[Picture], budget: int) -> int:
    """Return how many of `older`, newest first, fit into `budget` bytes beside `needed`.

    A tile counts once, however many pictures share it: it is known by identity.
    """
    seen: set[int] = set()
    spent = sum(_new_bytes(picture, seen) for picture in needed)
    for count, picture in enumerate(older):
        spent += _new_bytes(picture, seen)
        if spent > budget:
            return count
    return len(older)


def _new_bytes(picture: Picture, seen: set[int]) -> int:
    total = 0
    for plane in picture.planes():
        if id(plane) in seen:
            continue
        seen.add(id(plane))
        for tile in plane.tiles.values():
            if id(tile) not in seen:
                seen.add(id(tile))
                total += tile.nbytes
    return total
