"""The prompts of earlier runs, as one walks through them with the keyboard."""


class PromptHistory:
    """A list with a place in it; what was being written waits at its end."""

    def __init__(self) -> None:
        """Know no prompts yet."""
        self._prompts: tuple[str, ...] = ()
        self._place = -1
        self._draft = ""

    @property
    def prompts(self) -> tuple[str, ...]:
        """Every prompt, the latest first."""
        return self._prompts

    def know(self, prompts: tuple[str, ...]) -> None:
        """Take the prompts, the latest first, and stand before all of them."""
        self._prompts = prompts
        self._place = -1

    def older(self, shown: str) -> str | None:
        """Return the prompt before the one that is shown; None at the beginning of time."""
        if self._place == -1:
            self._draft = shown
        return self._go(self._place + 1, shown)

    def newer(self, shown: str) -> str | None:
        """Return the prompt after the one that is shown, at last what was being written."""
        if self._place <= 0:
            back = self._place == 0
            self._place = -1
            return self._draft if back else None
        return self._go(self._place - 1, shown)

    def _go(self, place: int, shown: str) -> str | None:
        """Go to a place, or past it while it shows nothing new."""
        step = 1 if place > self._place else -1
        while 0 <= place < len(self._prompts) and self._prompts[place] == shown:
            place += step
        if not 0 <= place < len(self._prompts):
            return None
        self._place = place
        return self._prompts[place]
