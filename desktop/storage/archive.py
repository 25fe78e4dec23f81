"""Zip archives from outside, read without trust; and ours, written in one piece.

Nothing is ever extracted to the disk: members are read by name into memory, after the whole
directory has been looked at. The limits are ours and do not lean on the version of zipfile.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

MOST_MEMBERS = 10_000
MOST_BYTES = 2_000_000_000
"""Of all members together, unpacked."""
MOST_RATIO = 200
"""Unpacked bytes for each byte of the file: pictures in a project are packed already."""
FLOOR_BYTES = 1_000_000
"""A file may unpack to this much whatever its size."""

LOCAL_HEADER = struct.Struct("<4s5H3I2H")
LOCAL_SIGNATURE = b"PK\x03\x04"
END_HEADER = struct.Struct("<4s4H2IH")
END_SIGNATURE = b"PK\x05\x06"
STORED, DEFLATED = 0, 8
SYMLINK = 0o120000
PIECE = 1 << 20
"""Bytes that are copied at once: to copy all of a large picture holds every other thread up."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Every member has this time, so that equal pictures make equal files."""

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,8}")
"""What a member we read is called; anything else is ignored: "../x", "/x", "C:x", links."""


class NotAnArchive(ValueError):
    """The bytes are no archive that may be read; the text says why, for the cause of an error."""


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of `members` in their order; pictures and the first member are stored as is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, (name, content) in enumerate(members.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            plain = number == 0 or name.endswith(".png")
            entry.compress_type = zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED
            entry.file_size = len(content)
            with archive.open(entry, "w") as member:
                for start in range(0, len(content), PIECE):
                    member.write(content[start : start + PIECE])
    return buffer.getvalue()


class Archive:
    """The readable members of a zip whose first member says what kind of file it is."""

    def __init__(self, content: bytes, kind: bytes) -> None:
        """Look at the directory of `content`; NotAnArchive unless it is sound and of this kind."""
        self._content = content
        _check_end(content)
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, struct.error, ValueError, EOFError, OverflowError) as error:
            raise NotAnArchive(str(error)) from error
        except (NotImplementedError, UnicodeDecodeError) as error:
            raise NotAnArchive(str(error)) from error
        _check_directory(entries, len(content))
        _check_kind(content, entries, kind)
        self._entries = {entry.filename: entry for entry in entries if _is_readable(entry)}
        self.ignored = len(entries) - len(self._entries)
        """How many members have names or kinds that are never read."""

    @property
    def names(self) -> Sequence[str]:
        """Names of what can be read, in the order of the directory."""
        return tuple(self._entries)

    def read(self, name: str) -> bytes:
        """Return a member. KeyError if it is not there, NotAnArchive if it is damaged."""
        entry = self._entries[name]
        start = _data_start(self._content, entry.header_offset)
        packed = self._content[start : start + entry.compress_size]
        return _unpacked(packed, entry.compress_type, entry.file_size, entry.CRC)


def salvage(content: bytes) -> dict[str, bytes]:
    """Return what can be read of a damaged archive of ours, from its local headers alone."""
    found: dict[str, bytes] = {}
    place, total = 0, 0
    while (place := content.find(LOCAL_SIGNATURE, place)) >= 0 and len(found) < MOST_MEMBERS:
        try:
            name, member, place = _local_member(content, place)
        except (NotAnArchive, struct.error):
            place += len(LOCAL_SIGNATURE)
            continue
        total += len(member)
        if total > MOST_BYTES:
            break
        if NAME.fullmatch(name):
            found.setdefault(name, member)
    return found


def _check_end(content: bytes) -> None:
    """Refuse a directory of too many entries before zipfile makes an object of each."""
    place = content.rfind(END_SIGNATURE, max(0, len(content) - END_HEADER.size - 0xFFFF))
    if place < 0 or len(content) - place < END_HEADER.size:
        raise NotAnArchive("no directory")
    count = END_HEADER.unpack_from(content, place)[4]
    if count > MOST_MEMBERS:
        raise NotAnArchive(f"{count} members or more")


def _check_directory(entries: Sequence[zipfile.ZipInfo], size: int) -> None:
    if not entries or len(entries) > MOST_MEMBERS:
        raise NotAnArchive(f"{len(entries)} members")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise NotAnArchive("two members have the same name")
    total = sum(entry.file_size for entry in entries)
    if total > min(MOST_BYTES, max(FLOOR_BYTES, MOST_RATIO * size)):
        raise NotAnArchive(f"{total} bytes unpacked from {size}")
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            raise NotAnArchive("members overlap")
        end = entry.header_offset + LOCAL_HEADER.size + entry.compress_size
    if end > size:
        raise NotAnArchive("a member reaches beyond the end")


def _check_kind(content: bytes, entries: Sequence[zipfile.ZipInfo], kind: bytes) -> None:
    first = min(entries, key=lambda entry: entry.header_offset)
    stored = first.compress_type == STORED and first.file_size == len(kind)
    if first.filename != "mimetype" or first.header_offset != 0 or not stored:
        raise NotAnArchive("the first member is not a mimetype")
    start = _data_start(content, 0)
    if content[start : start + len(kind)] != kind:
        raise NotAnArchive("another mimetype")


def _is_readable(entry: zipfile.ZipInfo) -> bool:
    is_link = entry.external_attr >> 16 & 0o170000 == SYMLINK
    plain = entry.compress_type in (STORED, DEFLATED) and not entry.flag_bits & 1
    return plain and not is_link and bool(NAME.fullmatch(entry.filename))


def _data_start(content: bytes, offset: int) -> int:
    if content[offset : offset + 4] != LOCAL_SIGNATURE:
        raise NotAnArchive("a member is not where the directory says")
    header = content[offset : offset + LOCAL_HEADER.size]
    if len(header) < LOCAL_HEADER.size:
        raise NotAnArchive("cut short")
    *_, name_size, extra_size = LOCAL_HEADER.unpack(header)
    return offset + LOCAL_HEADER.size + name_size + extra_size


def _local_member(content: bytes, place: int) -> tuple[str, bytes, int]:
    """Return name and content of the member whose local header is at `place`, and where it ends."""
    header = content[place : place + LOCAL_HEADER.size]
    _, _, flags, method, _, _, check, packed_size, size, name_size, _ = LOCAL_HEADER.unpack(header)
    if flags & 8:  # sizes come after the data: not a file of ours
        raise NotAnArchive("streamed")
    start = _data_start(content, place)
    name_start = place + LOCAL_HEADER.size
    name = content[name_start : name_start + name_size].decode("ascii", "replace")
    packed = content[start : start + packed_size]
    return name, _unpacked(packed, method, size, check), start + packed_size


def _unpacked(packed: bytes, method: int, size: int, check: int) -> bytes:
    """Unpack to the size that was declared and not a byte more; the sum must agree."""
    if size > MOST_BYTES:
        raise NotAnArchive("too large")
    if method == DEFLATED:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            member = unpacker.decompress(packed, size + 1)
        except zlib.error as error:
            raise NotAnArchive(str(error)) from error
    elif method == STORED:
        member = packed
    else:
        raise NotAnArchive(f"method {method}")
    if len(member) != size or zlib.crc32(member) != check:
        raise NotAnArchive("a member is damaged")
    return member
