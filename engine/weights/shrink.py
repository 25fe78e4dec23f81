"""Keeping a copy in bfloat16 instead of the published float32: half the room on the disk.

Tensor by tensor, so that memory holds one at a time; the copy is read back and compared with what
was meant before the published file goes. Torch-free.
"""

import hashlib
import json
import os
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.errors import FetchFailed
from engine.weights.header import TensorInfo, damaged, read_header, shown
from engine.weights.store import SUMS
from engine.weights.variants import SHORTENED

PIECE = 4_000_000
"""Numbers that are converted at once."""

WIDE = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}
SPARE = 100_000_000


@dataclass(frozen=True, slots=True)
class Shrunk:
    """`done` of `total` bytes of `path` are converted or read back."""

    path: Path
    done: int
    total: int


def saving(path: Path) -> int:
    """Bytes that a copy in bfloat16 would save; 0 for a file that is short already."""
    return sum((info.end - info.begin) - new_size(info) for info in read_header(path).values())


def shrink(
    path: Path,
    home: Path,
    free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
) -> Iterator[Shrunk]:
    """Put a bfloat16 copy of the weight file `path` in its place and list its hash in `home`.

    Closing the iterator leaves the published file as it was. Raises WeightsDamaged for a file that
    is not whole or holds NaN or infinity, FetchFailed when there is no room for the copy.
    """
    header = read_header(path)
    size = sum(new_size(info) for info in header.values())
    if free(path.parent) < size + SPARE:
        raise FetchFailed(
            f"There is no room for the smaller copy of {path.name}: it needs {size / 1e9:.1f} GB "
            "until the large file is gone. Nothing was changed; free some room and try again."
        )
    copy = path.with_name(path.stem + SHORTENED + path.suffix)
    part = path.with_name(f".{copy.name}.part")
    try:
        digest = hashlib.sha256()
        with path.open("rb") as source, part.open("wb") as target:
            for done in converted(path, header, source, target, digest.update):
                yield Shrunk(path, done, 2 * size)
            target.flush()
            os.fsync(target.fileno())
        back = hashlib.sha256()
        with part.open("rb") as source:
            while octets := source.read(PIECE):
                back.update(octets)
                yield Shrunk(path, size + min(source.tell(), size), 2 * size)
        if back.digest() != digest.digest():
            raise FetchFailed(
                f"The smaller copy of {path.name} reads back differently, so it was not kept and "
                "nothing was changed; check the disk."
            )
        list_hash(home, copy, digest.hexdigest())
        os.replace(part, copy)
        path.unlink()
    except OSError as error:
        raise FetchFailed(
            f"The smaller copy of {path.name} could not be written ({error.strerror}); the large "
            "file is as it was. Free some room and try again."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    yield Shrunk(path, 2 * size, 2 * size)


def converted(
    path: Path,
    header: dict[str, TensorInfo],
    source: BinaryIO,
    target: BinaryIO,
    hear: Callable[[bytes], None],
) -> Iterator[int]:
    """Write the whole new file; yields bytes of tensors written, `hear` gets every octet."""
    text = new_header(header)
    for octets in (struct.pack("<Q", len(text)), text):
        target.write(octets)
        hear(octets)
    done = 0
    for name, info in header.items():
        for octets in shortened(path, name, info, source):
            target.write(octets)
            hear(octets)
            done += len(octets)
            yield done


def shortened(path: Path, name: str, info: TensorInfo, source: BinaryIO) -> Iterator[bytes]:
    """The numbers of one tensor in their new form, piece by piece."""
    source.seek(info.begin)
    left = info.end - info.begin
    wide = WIDE.get(info.dtype)
    while left:
        octets = source.read(min(left, PIECE * (wide.itemsize if wide else 4)))
        if not octets:
            raise damaged(path, "was cut off while it was being read")
        left -= len(octets)
        if wide is None:
            yield octets
            continue
        numbers = np.frombuffer(octets, wide).astype(np.float32)
        if not np.isfinite(numbers).all():
            raise damaged(
                path, f"holds values in {shown(name)} that are no numbers (NaN or infinity)"
            )
        yield bfloat16(numbers).tobytes()


def bfloat16(numbers: NDArray[np.float32]) -> NDArray[np.uint16]:
    """The bits of the nearest bfloat16, halves to even; finite numbers only."""
    bits = numbers.view(np.uint32)
    rounded = bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return (rounded >> np.uint32(16)).astype("<u2")


def new_size(info: TensorInfo) -> int:
    """Bytes of a tensor in the copy."""
    old = info.end - info.begin
    wide = WIDE.get(info.dtype)
    return old // wide.itemsize * 2 if wide else old


def new_header(header: dict[str, TensorInfo]) -> bytes:
    """The copy's header, padded as the format's own library pads it."""
    entries: dict[str, object] = {"__metadata__": {"format": "pt"}}
    begin = 0
    for name, info in header.items():
        end = begin + new_size(info)
        dtype = "BF16" if info.dtype in WIDE else info.dtype
        entries[name] = {"dtype": dtype, "shape": info.shape, "data_offsets": [begin, end]}
        begin = end
    text = json.dumps(entries, separators=(",", ":"), ensure_ascii=False).encode()
    return text + b" " * (-len(text) % 8)


def list_hash(home: Path, copy: Path, sha256: str) -> None:
    """Write the copy's hash into the list of the model folder `home`, replacing an older one."""
    name = copy.relative_to(home).as_posix()
    sums = home / SUMS
    old = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    lines = [line for line in old if line.partition("  ")[2] != name]
    temporary = sums.with_suffix(".part")
    temporary.write_text("\n".join([*lines, f"{sha256}  {name}", ""]), encoding="utf-8")
    os.replace(temporary, sums)
