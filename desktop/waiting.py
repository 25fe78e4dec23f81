"""Runs that wait behind the one that goes on: their order, a pause, and those that have failed."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.asked import Asked


class Waiting(QObject):
    """A queue of questions. Whoever works it off takes one when he is free."""

    changed = Signal()
    ready = Signal()
    """Something can be taken that could not be taken before."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with nothing, and not paused."""
        super().__init__(parent)
        self._items: tuple[Asked, ...] = ()
        self._failed: tuple[Asked, ...] = ()
        self._paused = False

    @property
    def items(self) -> tuple[Asked, ...]:
        """What waits, the next one first."""
        return self._items

    @property
    def failed(self) -> tuple[Asked, ...]:
        """The run that has failed, and those that waited behind it."""
        return self._failed

    @property
    def paused(self) -> bool:
        """Whether nothing is begun until `pause(False)`."""
        return self._paused

    def add(self, asked: Asked, *, first: bool = False) -> None:
        """Let something wait behind all others, or as the `first` of them."""
        self._become((asked, *self._items) if first else (*self._items, asked))

    def take(self) -> Asked | None:
        """Take what is next out of the queue, unless it is paused."""
        if self._paused or not self._items:
            return None
        first, *rest = self._items
        self._become(tuple(rest))
        return first

    def move(self, asked: Asked, by: int) -> None:
        """Let something wait `by` places later (earlier where that is negative)."""
        rest = [each for each in self._items if each is not asked]
        place = min(max(self._items.index(asked) + by, 0), len(rest))
        self._become((*rest[:place], asked, *rest[place:]))

    def drop(self, unwanted: Callable[[Asked], bool]) -> None:
        """Forget those of them that are `unwanted`."""
        self._become(tuple(each for each in self._items if not unwanted(each)))

    def clear(self) -> None:
        """Forget all, those that failed too."""
        self._failed = ()
        self._become(())

    def pause(self, wanted: bool) -> None:
        """Begin nothing more; what goes on goes on. Or begin again."""
        if wanted != self._paused:
            self._paused = wanted
            self.changed.emit()
            if not wanted:
                self.ready.emit()

    def fail(self, asked: Asked) -> None:
        """Put a run that has failed aside, with those behind it: they would fail too."""
        self._failed = (asked, *self._items)
        self._become((), told=False)

    def retry(self) -> None:
        """Let what was put aside wait again, in front of all others."""
        failed, self._failed = self._failed, ()
        self._become((*failed, *self._items), told=not failed)
        self.ready.emit()

    def forget(self) -> None:
        """Forget what was put aside."""
        self._failed = ()
        self.changed.emit()

    def _become(self, items: tuple[Asked, ...], *, told: bool = True) -> None:
        if items != self._items or not told:
            self._items = items
            self.changed.emit()
