"""How far a run is, on the terminal's error stream."""

from typing import TextIO

from engine.events import Event, Loading, Step

BAR_WIDTH = 24


class Progress:
    """One line that is drawn over on a terminal; elsewhere a line for each new stage."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._redraws = stream.isatty()
        self._drawn = ""

    def show(self, event: Event) -> None:
        """Draw where the run is."""
        match event:
            case Loading(part=part):
                self._draw(f"reading the {part}")
            case Step(stage=stage, index=index, total=total):
                filled = BAR_WIDTH * index // total
                bar = "█" * filled + "░" * (BAR_WIDTH - filled)
                self._draw(f"{stage:12}{bar} {index}/{total}" if self._redraws else str(stage))
            case _:
                pass

    def end(self) -> None:
        """Leave the line."""
        if self._redraws and self._drawn:
            print(file=self._stream)

    def _draw(self, line: str) -> None:
        if line != self._drawn:
            start, end = ("\r\x1b[K", "") if self._redraws else ("", "\n")
            print(start + line, end=end, file=self._stream, flush=True)
        self._drawn = line
