"""Known errors of the desktop: each message is one sentence for the user that ends in what to do.

Everything else that is raised is a bug and is shown as one.
"""


class DesktopError(Exception):
    """A fault the desktop knows; `str(error)` says what happened, what is safe and what to do."""


class NotWritable(DesktopError):
    """A file could not be written; what was there before is untouched."""


class ChangedOutside(DesktopError):
    """Another program has changed a file that would be saved over; `gone` if it removed it."""

    def __init__(self, sentence: str, *, gone: bool = False) -> None:
        super().__init__(sentence)
        self.gone = gone


class PictureUnreadable(DesktopError):
    """A file is no picture, is damaged, is too large, or cannot be read."""


class ModelUnreadable(PictureUnreadable):
    """It is a model, or a folder that may hold one, which is used from the page of models."""


class PictureTooLarge(DesktopError):
    """The picture on the canvas has more pixels than a file of ours may have."""


class ProjectDamaged(DesktopError):
    """A project file is not one, or is damaged; `rescuable` layers of it could still be opened."""

    def __init__(self, sentence: str, rescuable: int = 0) -> None:
        super().__init__(sentence)
        self.rescuable = rescuable


class ProjectTooNew(DesktopError):
    """A project was written by a later Easel; opening and saving it here would lose things."""


class RecoveryUnavailable(DesktopError):
    """Nobody can look for unsaved work now; what there is stays as it is."""


class GalleryDamaged(DesktopError):
    """The gallery's file is none, or is damaged; the pictures beside it are another matter."""


class GalleryUnavailable(DesktopError):
    """The gallery cannot be used now: another Easel has it, or wrote it, or the disk refuses."""


class NotRepeatable(DesktopError):
    """What a picture says about how it was made is not enough to make it again."""


class CardEngineFailed(DesktopError):
    """The engine for the NVIDIA card could not be built or removed; the one in use is untouched."""
