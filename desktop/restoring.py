"""Back from what a picture says about itself to the settings that made it. No widgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.edits import move_frame
from desktop.document.selection_edits import paint_mask
from desktop.errors import NotRepeatable
from desktop.storage.gallery_record import frame_in
from desktop.storage.images import content_of, fitted
from desktop.storage.picture_notes import notes_in
from desktop.storage.request_reading import mask_in, negative_in
from engine import families
from engine.requests import LARGEST_SEED

LONGEST_NAME = 60
"""Characters of a model's name that are shown: it comes from a file, perhaps a stranger's."""


@dataclass(frozen=True, slots=True, eq=False)
class Restored:
    """What the prompt bar is to show to make a picture again: empty or None where unknown."""

    prompt: str
    negative: str
    seed: int | None


def notes_of(path: Path) -> dict[str, str]:
    """Read what a picture file says about itself.

    Raises PictureUnreadable, or NotRepeatable where it says nothing.
    """
    notes = notes_in(content_of(path))
    if not notes.get("prompt") and not notes.get("seed"):
        raise NotRepeatable(
            f"“{path.name}” does not say how it was made; your picture is unchanged. "
            "Drop it as a layer or into the mix instead."
        )
    return notes


def restored_in(notes: Mapping[str, str]) -> Restored:
    """Return the settings in the notes of a picture; a seed that cannot be is none."""
    text = notes.get("seed", "")
    known = text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_SEED
    return Restored(notes.get("prompt", ""), negative_in(dict(notes)), int(text) if known else None)


def caution(notes: Mapping[str, str], model: str) -> str:
    """Return what to say where another model than `model` made the picture; else nothing."""
    maker = notes.get("model", "")[:LONGEST_NAME]
    if maker in ("", model):
        return ""
    title = next((each.title for each in families.all() if each.name == maker), maker)
    return (
        f"This picture was made by the model “{title}”, which is not the one in use: of these "
        "words and this seed it makes another picture. Choose that model to make the same again."
    )


def restore_frame(document: Document, notes: Mapping[str, str]) -> None:
    """Put frame and mask onto the canvas where the notes tell of them: one undo step each."""
    frame = frame_in(notes)
    if frame is None:
        return
    document.do(move_frame(frame))
    mask = mask_in(dict(notes))
    if mask is not None and mask.any():
        values = fitted(mask, frame.width, frame.height)
        document.do(paint_mask(Channel.from_array(values, frame.left, frame.top), "Restore mask"))
