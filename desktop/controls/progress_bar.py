"""A bar that shows how far something is, and is painted with everything else."""

from PySide6.QtWidgets import QProgressBar


class ProgressBar(QProgressBar):
    """Without words on it.

    Qt's own paints itself at each new value, at once, and with it whatever else of the window was
    waiting to be painted: the canvas and all tiles, several times in the same turn.
    """

    def __init__(self) -> None:
        """At nothing, of an unknown whole."""
        super().__init__()
        self.setTextVisible(False)

    def show_share(self, done: int, total: int) -> None:
        """Show `done` of `total`; 0 in all means that nobody knows, and runs to and fro."""
        self.setUpdatesEnabled(False)
        self.setRange(0, total)
        self.setValue(done)
        self.setUpdatesEnabled(True)
