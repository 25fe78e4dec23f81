"""Reading the header of a safetensors file, with limits, before anything else of it is believed.

The format: eight bytes with the header's length (little-endian), the header (a JSON object: name ->
dtype, shape, offsets), then the tensors one after the other without gaps. Free of torch. The
reference reader accepts headers of 100 MB and a million empty tensors, which take seconds and
hundreds of megabytes.
"""

import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

from engine.errors import WeightsDamaged, WeightsMissing

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

LONGEST_HEADER = 8_000_000
"""Bytes. The largest published unCLIP network needs a fiftieth of it."""

MOST_TENSORS = 20_000
MOST_DIMENSIONS = 8
"""Of one tensor. A shape of a million numbers takes minutes to multiply."""

ITEM_SIZE = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4}
"""Bytes per number, of the kinds published networks use; the integers only as `position_ids`."""

REPLACE = "Copy or download this file again; your pictures and the other files are not touched."


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """Where a tensor lies: `begin`..`end` are bytes from the start of the file."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


def damaged(path: Path, fault: str) -> WeightsDamaged:
    """The one sentence for a file that is not what it should be; `fault` begins with a verb."""
    return WeightsDamaged(f"The model file {path} {fault}. {REPLACE}", path)


def read_header(path: Path) -> dict[str, TensorInfo]:
    """Name -> TensorInfo for every tensor of the file, in the order in which they lie in it.

    Raises WeightsMissing when the file cannot be opened, WeightsDamaged when it is no whole
    safetensors file.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(9)
            length = struct.unpack("<Q", start[:8])[0] if len(start) == 9 else 0
            check_start(path, start, length, size)
            text = start[8:] + file.read(length - 1)
    except OSError as error:
        raise WeightsMissing(
            f"The model file {path} cannot be read ({error.strerror}); "
            "check that it is there and may be read, or copy it again."
        ) from error
    tensors = {
        name: tensor_info(path, name, entry, 8 + length) for name, entry in entries(path, text)
    }
    check_layout(path, tensors, 8 + length, size)
    return dict(sorted(tensors.items(), key=lambda item: item[1].begin))


def check_start(path: Path, start: bytes, length: int, size: int) -> None:
    """Refuse what is no safetensors file by its first nine bytes alone."""
    whole_file = start[8:] == b"{" and length <= size - 8
    if not whole_file and start[:2] in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
        raise damaged(
            path, "is a pickle file by another name, which could run programs when opened"
        )
    if whole_file and length > LONGEST_HEADER:
        raise damaged(path, f"claims a header of {length:,} bytes, more than any model needs")
    if not whole_file:
        raise damaged(path, "is cut off or is no safetensors file")


def entries(path: Path, text: bytes) -> list[tuple[str, dict[str, Json]]]:
    """The tensors' entries of the header's text."""

    def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise damaged(path, "names a tensor twice")
        return dict(pairs)

    try:
        header: Json = json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise damaged(path, "has a header that cannot be read") from error
    if not isinstance(header, dict):
        raise damaged(path, "has a header that cannot be read")
    header.pop("__metadata__", None)
    if len(header) > MOST_TENSORS:
        raise damaged(path, f"claims {len(header):,} tensors, more than any model needs")
    return [(name, entry if isinstance(entry, dict) else {}) for name, entry in header.items()]


def tensor_info(path: Path, name: str, entry: dict[str, Json], data: int) -> TensorInfo:
    """One entry, checked in itself. `data`: where the tensors begin, in bytes."""
    dtype, shape, offsets = (
        entry.get("dtype"),
        whole(entry.get("shape")),
        whole(entry.get("data_offsets")),
    )
    if not isinstance(dtype, str) or dtype not in ITEM_SIZE:
        raise damaged(
            path, f"stores {shown(name)} as {shown(dtype)}, which no model of this kind uses"
        )
    if shape is None or offsets is None or len(offsets) != 2 or len(shape) > MOST_DIMENSIONS:
        raise damaged(path, f"has a header that says nothing usable about {shown(name)}")
    if offsets[1] - offsets[0] != math.prod(shape) * ITEM_SIZE[dtype]:
        raise damaged(path, f"gives {shown(name)} a size that does not fit its shape")
    return TensorInfo(dtype, shape, data + offsets[0], data + offsets[1])


def check_layout(path: Path, tensors: dict[str, TensorInfo], data: int, size: int) -> None:
    """Tensors have to follow each other without gap or overlap and end where the file ends."""
    end = data
    for info in sorted(tensors.values(), key=lambda info: (info.begin, info.end)):
        if info.begin != end:
            raise damaged(path, "has tensors that overlap or leave gaps")
        end = info.end
    if end != size:
        raise damaged(path, f"is {size:,} bytes long where its header says {end:,}")


def whole(value: Json) -> tuple[int, ...] | None:
    """A list of whole numbers from zero up as a tuple; None for anything else."""
    if not isinstance(value, list):
        return None
    if all(type(number) is int and number >= 0 for number in value):
        return tuple(cast("list[int]", value))
    return None


def shown(value: Json) -> str:
    """A name out of a file, short and in quotes, fit for a sentence."""
    text = str(value)
    return f"“{text[:80]}…”" if len(text) > 80 else f"“{text}”"
