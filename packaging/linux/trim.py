"""Takes out of a frozen bundle what only the machine that built its libraries has a use for."""

import re
import subprocess
from pathlib import Path

from audit import dynamic_section, programs_and_libraries, run_paths

TABLES = ("torch/lib/libtorch_cpu.so", "torch/lib/libtorch_python.so", "libpython3*.so*")
"""Libraries whose symbol tables are 110 MB of a bundle. Others stay whole: numpy's and Pillow's
break when they are stripped, and are small."""


def trim(bundle: Path) -> None:
    """Strip the largest libraries and let none search a folder of the machine that built it."""
    inside = bundle / "_internal"
    for pattern in TABLES:
        for library in inside.glob(pattern):
            if not library.is_symlink():
                subprocess.run(("strip", "--strip-unneeded", library), check=True)
    for path in programs_and_libraries(bundle):
        forget_run_paths(path)


def forget_run_paths(path: Path) -> None:
    """Rewrite, in place, the folders in which this library has others searched, if any is absolute.

    The program that starts a bundle tells the loader where the libraries are, so they miss nothing.
    """
    for said in run_paths(dynamic_section(path)):
        kept = ":".join(part for part in said.split(":") if not part.startswith("/"))
        if kept != said:
            replace_name(path, said.encode(), kept.encode() or b"$ORIGIN")


def replace_name(path: Path, old: bytes, new: bytes) -> None:
    """Overwrite one of the names by which a library is linked with one that is no longer."""
    assert len(new) <= len(old), (path, old, new)
    start, size = table_of_names(path)
    with path.open("r+b") as file:
        file.seek(start)
        found = file.read(size).find(b"\0" + old + b"\0")
        assert found >= 0, (path, old)
        file.seek(start + found + 1)
        file.write(new.ljust(len(old), b"\0"))


def table_of_names(path: Path) -> tuple[int, int]:
    """Where the section .dynstr begins in a file, and its bytes."""
    command = ("readelf", "--section-headers", "--wide", path)
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"\.dynstr\s+STRTAB\s+[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+)", told)
    assert found, path
    return int(found[1], 16), int(found[2], 16)
