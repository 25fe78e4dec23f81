"""Known errors of the engine: each message is fit for the user and ends in what to do.

Everything else that is raised is a bug and is shown as one.
"""

from pathlib import Path


class EngineError(Exception):
    """A fault the engine knows; `str(error)` says what happened and what to do."""


class InvalidRequest(EngineError):
    """The request asks for something impossible (empty prompt, size of zero, count of 99)."""


class UnsupportedTask(EngineError):
    """The loaded family cannot do this kind of request."""


class WeightsMissing(EngineError):
    """A file of the model is not on this computer."""


class WeightsDamaged(EngineError):
    """A file of the model is there but is not what the family says it must be.

    path: of that file, None where it is not one alone.
    """

    def __init__(self, sentence: str, path: Path | None = None) -> None:
        super().__init__(sentence, path)
        self.path = path

    def __str__(self) -> str:
        return str(self.args[0])


class OutOfMemory(EngineError):
    """The work did not fit into memory; everything it held was released.

    side: of the largest square picture that should fit, in pixels; 0 where that is not known.
    """

    def __init__(self, sentence: str, side: int = 0) -> None:
        super().__init__(sentence, side)
        self.side = side

    def __str__(self) -> str:
        return str(self.args[0])


class DeviceFailed(EngineError):
    """The card or its driver failed in mid-run; the processor can still paint."""


class NotFinite(EngineError):
    """The arithmetic produced NaN or infinity twice; no picture was made of it."""


class FetchFailed(EngineError):
    """A download stopped and could not be continued."""


class EngineStopped(EngineError):
    """The engine's process ended in mid-run; the next run starts a new one."""
