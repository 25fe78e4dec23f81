"""Known errors of the desktop: each message is one sentence for the user that ends in what to do.

Everything else that is raised is a bug and is shown as one.
"""


class DesktopError(Exception):
    """A fault the desktop knows; `str(error)` says what happened, what is safe and what to do."""


class NotWritable(DesktopError):
    """A file could not be written; what was there before is untouched."""


class PictureUnreadable(DesktopError):
    """A file is no picture, is damaged, is too large, or cannot be read."""


class PictureTooLarge(DesktopError):
    """The picture on the canvas has more pixels than a file of ours may have."""
