"""Where the pictures of ideas come from: canvas, layers, tray, clipboard, files, drops."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from desktop.ask import writable
from desktop.candidates import Candidate
from desktop.controls.tile import CANDIDATE_TYPE
from desktop.document.composite import composite
from desktop.document.copies import whole_layer
from desktop.dragged_layer import files_in, layer_in
from desktop.hand import Hand
from desktop.pasted import has_picture, take_picture
from desktop.source import Source
from desktop.storage.gallery_entry import NewEntry
from desktop.storage.gallery_record import of_file
from desktop.studio import Studio
from engine.requests import LONGEST_PROMPT, Pixels

Take = Callable[[Source], None]


class Sources(QObject):
    """Hands sources to whoever asks for them; says why there is none."""

    refused = Signal(str)

    def __init__(self, studio: Studio, hand: Hand) -> None:
        """Read the document and the tray of `studio`; `hand` knows the layer in use."""
        super().__init__(studio)
        self._studio, self._hand = studio, hand

    def frame(self, take: Take) -> None:
        """Give what is seen in the frame."""
        picture = self._studio.document.picture
        pixels = without_idle_alpha(composite(picture, picture.frame))
        if pixels.shape[2] == 4 and not pixels[..., 3].any():
            self.refused.emit(self.tr("The frame is empty; move it over a picture first."))
        else:
            take(Source(name=self.tr("The frame"), pixels=pixels, frame=picture.frame))

    def layer(self, take: Take) -> None:
        """Give the layer in use."""
        self._layer(self._hand.layer_id, take)

    def chosen(self, take: Take) -> None:
        """Give the candidate that is chosen in the tray."""
        candidate = self._studio.candidates.chosen_candidate
        if candidate is None:
            self.refused.emit(self.tr("No picture is chosen; click one in the tray first."))
        else:
            take(of_candidate(candidate, self.tr("A result")))

    def clipboard(self, take: Take) -> None:
        """Give what was copied: pictures, picture files or words."""
        if not self.drop(QGuiApplication.clipboard().mimeData() or QMimeData(), take):
            self.refused.emit(
                self.tr("There is neither a picture nor a text on the clipboard; copy one first.")
            )

    def file(self, path: Path, take: Take) -> None:
        """Give the picture in a file, once it is read."""
        self._studio.on_disk(partial(of_file, path), partial(_take_entry, path, take))

    def accepts(self, data: QMimeData) -> bool:
        """Whether `drop` would find anything."""
        return (
            data.hasFormat(CANDIDATE_TYPE)
            or layer_in(data) is not None
            or has_picture(data)
            or bool(files_in(data))
            or bool(data.hasText() and data.text().strip())
        )

    def drop(self, data: QMimeData, take: Take) -> bool:
        """Give all that was dropped; return whether there was anything."""
        files = files_in(data)
        if data.hasFormat(CANDIDATE_TYPE):
            self._candidate(int(bytes(data.data(CANDIDATE_TYPE).data())), take)
        elif layer_in(data) is not None:
            self._layer(layer_in(data), take)
        elif files:
            for path in files:
                self.file(path, take)
        else:
            return self._picture(data, take) or _words(data, take)
        return True

    def _picture(self, data: QMimeData, take: Take) -> bool:
        name = self.tr("Pasted picture")

        def hear(pixels: Pixels) -> None:
            take(Source(name=name, pixels=without_idle_alpha(pixels)))

        return take_picture(data, self._studio.on_disk, name, hear)

    def _candidate(self, index: int, take: Take) -> None:
        items = self._studio.candidates.items
        if 0 <= index < len(items):
            take(of_candidate(items[index], self.tr("A result")))

    def _layer(self, layer_id: int | None, take: Take) -> None:
        layer = self._studio.document.picture.find(layer_id)
        if layer is None or layer.bounds().is_empty:
            self.refused.emit(self.tr("There is nothing on this layer; choose one with a picture."))
            return
        piece = whole_layer(layer)
        pixels = without_idle_alpha(piece.pixels)
        take(Source(name=layer.name, pixels=pixels, frame=piece.area))


def of_candidate(candidate: Candidate, name: str) -> Source:
    """A picture of the tray, with what the decoder was told."""
    return Source(
        name=candidate.prompt or name,
        pixels=candidate.pixels,
        embedding=candidate.embedding if candidate.embedding.size else None,
        model=candidate.notes.get("model", ""),
        frame=candidate.frame,
    )


def without_idle_alpha(pixels: Pixels) -> Pixels:
    """HxWx3 where nothing is transparent."""
    whole = pixels.shape[2] == 4 and bool((pixels[..., 3] == 255).all())
    return np.ascontiguousarray(pixels[..., :3]) if whole else pixels


def _words(data: QMimeData, take: Take) -> bool:
    text = data.text().strip() if data.hasText() else ""
    if text:
        words = writable(text[:LONGEST_PROMPT])
        take(Source(name=words, text=words))
    return bool(text)


def _take_entry(path: Path, take: Take, entry: NewEntry) -> None:
    take(
        Source(
            name=entry.notes.get("prompt") or path.stem,
            pixels=entry.pixels,
            embedding=entry.embedding,
            model=entry.notes.get("model", ""),
        )
    )
