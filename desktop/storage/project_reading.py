"""Reads projects and OpenRaster archives of other programs, whole or as much as can be rescued.

Everything in the file is a stranger's claim: names by a fixed grammar, numbers within limits, sums
compared before a pixel is believed. What other programs made has no `easel.json`, and what they
changed has a stack that does not fit it any more: both are read as plain OpenRaster.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.errors import PictureUnreadable, ProjectDamaged, ProjectTooNew
from desktop.storage import png_chunks
from desktop.storage.archive import Archive, NotAnArchive, salvage
from desktop.storage.bands import REDUCED_BITS
from desktop.storage.fields import BadField, Fields
from desktop.storage.images import content_of, decode_picture
from desktop.storage.manifest import ManifestReader, PictureSource
from desktop.storage.markup import NotMarkup, TooMany, parse
from desktop.storage.openraster import Lost, StackReader, told
from desktop.storage.project import FORMAT, MANIFEST, MIMETYPE, STACK, Project
from desktop.storage.project_limits import (
    DEEPEST,
    MOST_LAYERS,
    MOST_PIXELS,
    most_pixels,
)
from engine.machine import free_memory
from engine.requests import Pixels

SMALL = 4_000_000
"""Pixels for which nobody asks how much memory there is."""
READING_BYTES = 9
"""A pixel takes while a picture is read and its tiles are made."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenedProject:
    """note: what could not be taken over, a sentence in each line, or empty."""

    project: Project
    note: str = ""


def open_project(path: Path, rescue: bool = False) -> OpenedProject:
    """Read a project or OpenRaster file.

    Raises ProjectDamaged, whose `rescuable` says how many layers `rescue` would open, ProjectTooNew
    or PictureUnreadable (no such file, not readable, too large).
    """
    return read_project(content_of(path), path.name, rescue)


def read_project(content: bytes, name: str, rescue: bool = False) -> OpenedProject:
    """`open_project` for bytes in memory; `name` is what the sentences call them."""
    try:
        archive = Archive(content, MIMETYPE)
    except NotAnArchive as error:
        return _salvaged(content, name, rescue, error)
    members = _Members(archive.read, name, len(content))
    if MANIFEST not in archive.names:
        if MANIFEST.encode() in content:  # its name is there, but in the directory it is another
            return _salvaged(content, name, rescue, NotAnArchive("the manifest's entry is damaged"))
        return _foreign(members, rescue)
    try:
        members.manifest()
    except (NotAnArchive, BadField):
        note = f"“{name}” is damaged; only what other programs see of it was opened."
        return _after(note, _foreign(members, rescue))
    try:
        changed, whole = members.is_changed(STACK), True
    except (NotAnArchive, KeyError):
        changed, whole = False, False  # our own account of the layers needs no stack
    if changed:
        note = f"“{name}” was changed by another program; only what that program knows was opened."
        return _after(note, _foreign(members, rescue))
    try:
        return _own(members, rescue, whole)
    except BadField as error:
        raise ProjectDamaged(_refusal(name, error)) from error


def _salvaged(content: bytes, name: str, rescue: bool, error: NotAnArchive) -> OpenedProject:
    """Read what is left of a project whose directory is gone, the way a torn download ends."""
    found = salvage(content)
    try:
        if MANIFEST in found:
            return _own(_Members(found.__getitem__, name, len(content)), rescue, whole=False)
    except BadField:
        pass
    raise ProjectDamaged(_beyond_rescue(name)) from error


def _refusal(name: str, error: BadField) -> str:
    if isinstance(error, TooMany):
        return _too_many(name)
    return _beyond_rescue(name)


def _too_many(name: str) -> str:
    return (
        f"“{name}” has more than {MOST_LAYERS:,} layers, or groups more than {DEEPEST} deep, which "
        "is more than Easel opens; it was not changed. Merge some of them in the program it was "
        "made with."
    )


def _beyond_rescue(name: str) -> str:
    return (
        f"“{name}” is no project or OpenRaster file, or is damaged beyond rescue; it was not "
        "changed. Try another copy of the file."
    )


class _Members:
    """What is in an archive, each part compared with its sum where there is one."""

    def __init__(self, read: Callable[[str], bytes], archive_name: str, size: int) -> None:
        """`size`: octets of the archive."""
        self._read = read
        self._sums: dict[str, str] | None = None
        self._pixels = 0
        self._most_pixels = most_pixels(size)
        self.archive_name = archive_name
        self.reduced = False
        """Whether one of its pictures had more than 8 bits per colour."""

    def manifest(self) -> Fields:
        """Return easel.json and learn the sums; NotAnArchive or BadField when it is damaged."""
        said = Fields.parse(self._read(MANIFEST))
        self._sums = said.texts("sha256")
        return said

    def is_changed(self, name: str) -> bool:
        """Whether a member is not the one that the manifest was written with."""
        sums = self.manifest().texts("sha256")
        return sums.get(name) != hashlib.sha256(self._read(name)).hexdigest()

    def forget_sums(self) -> None:
        """Believe what is there: another program has written it."""
        self._sums = None

    def read(self, name: str) -> bytes:
        """Return a member; Lost when it is not there or not what it was."""
        try:
            content = self._read(name)
        except (KeyError, NotAnArchive) as error:
            raise Lost(name) from error
        known = self._sums is None or self._sums.get(name) == hashlib.sha256(content).hexdigest()
        if not known:
            raise Lost(name)
        return content

    def pixels(self, name: str) -> Pixels:
        """Return the picture in a member as HxWx4; Lost when there is none."""
        if not name.endswith(".png"):
            raise Lost(name)
        content = self.read(name)
        claimed = png_chunks.pixels_claimed(content)
        if not 0 < claimed <= MOST_PIXELS:
            raise Lost(name)
        self._make_room(claimed)
        try:
            picture = decode_picture(content, name, MOST_PIXELS)
        except PictureUnreadable as error:
            raise Lost(name) from error
        self.reduced = self.reduced or REDUCED_BITS in picture.note
        return picture.pixels

    def _make_room(self, pixels: int) -> None:
        """Refuse a picture too many, or one too large for this computer, before it is unpacked."""
        self._pixels += pixels
        if self._pixels > self._most_pixels:
            raise ProjectDamaged(
                f"“{self.archive_name}” holds more pixels than Easel can open; it was not changed. "
                "Open it in the program it was made with and make it smaller."
            )
        if pixels > SMALL and pixels * READING_BYTES > free_memory():
            raise ProjectDamaged(
                f"“{self.archive_name}” does not fit into the memory that is free now; it was not "
                "changed. Close other programs, or make it smaller where it was made."
            )


def _own(members: _Members, rescue: bool, whole: bool) -> OpenedProject:
    said = members.manifest()
    _check_format(said, members.archive_name)
    reader = ManifestReader(PictureSource(members.pixels))
    project = reader.project(said)
    lost = len(reader.lost)
    if whole and not lost:
        return OpenedProject(project)
    kept = sum(1 for _ in project.picture.walk())
    layers = kept, max(reader.count, kept)
    return _after_rescue(OpenedProject(project), members.archive_name, layers, rescue)


def _foreign(members: _Members, rescue: bool) -> OpenedProject:
    members.forget_sums()
    reader = StackReader(members.pixels)
    try:
        picture = reader.picture(parse(members.read(STACK)))
    except TooMany as error:
        raise ProjectDamaged(_too_many(members.archive_name)) from error
    except (NotMarkup, Lost) as error:
        raise ProjectDamaged(
            f"“{members.archive_name}” is no OpenRaster file for Easel; it was not changed. "
            "Export it from its program as PNG and open that."
        ) from error
    opened = OpenedProject(Project(picture), "\n".join(_losses(members, reader)))
    if reader.lost:
        kept = sum(1 for _ in picture.walk())
        layers = kept, kept + len(reader.lost)
        return _after_rescue(opened, members.archive_name, layers, rescue)
    return opened


def _losses(members: _Members, reader: StackReader) -> list[str]:
    found = told(members.archive_name, reader)
    if members.reduced:
        found.append(
            f"“{members.archive_name}” was opened; {REDUCED_BITS}. The file was not changed, and "
            "saving makes a new one."
        )
    return found


def _after(sentence: str, opened: OpenedProject) -> OpenedProject:
    """What was opened, with another sentence before those that it has."""
    return replace(opened, note="\n".join(filter(None, (sentence, opened.note))))


def _check_format(said: Fields, name: str) -> None:
    if said.whole("format", 0, 2**53) > FORMAT:
        raise ProjectTooNew(
            f"“{name}” was made by a later version of Easel; it was not changed. "
            "Open it there, or export it there as PNG."
        )


def _after_rescue(
    opened: OpenedProject, name: str, layers: tuple[int, int], rescue: bool
) -> OpenedProject:
    kept, count = layers
    if not rescue:
        raise ProjectDamaged(
            f"“{name}” is damaged: {kept} of its {count} layers can be rescued. The file was not "
            "changed; open what is left as a copy, or try another copy of the file.",
            kept,
        )
    return _after(
        f"{kept} of {count} layers of “{name}” were rescued; save them under another name.", opened
    )
