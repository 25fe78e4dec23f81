"""What a bundle must hold and must not exceed, asked before anybody installs it."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

LARGEST = 850_000_000
"""Bytes of a bundle with the CPU's engine. More means that something slipped in."""

NEEDED = (
    "resources/starter/prior/prior/diffusion_pytorch_model.safetensors",
    "resources/starter/decoder/unet/diffusion_pytorch_model.safetensors",
    "resources/licences/bundled.md",
    "resources/licences/bundled/torch/LICENSE",
    "resources/licences/bundled/pyside6_essentials/LGPL-3.0.txt",
    "resources/icons/easel.svg",
    "engine-source/engine/elsewhere.py",
    "requirements-cuda.lock",
    "open_clip/bpe_simple_vocab_16e6.txt.gz",
)
NEEDED_ON_LINUX = (
    "torch/bin/torch_shm_manager",
    "uv",
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt/plugins/platforms/libqoffscreen.so",
)

SYSTEM = {
    "ld-linux-x86-64.so.2": "libc6 (>= 2.35)",
    "libc.so.6": "libc6 (>= 2.35)",
    "libdl.so.2": "libc6 (>= 2.35)",
    "libm.so.6": "libc6 (>= 2.35)",
    "libpthread.so.0": "libc6 (>= 2.35)",
    "libresolv.so.2": "libc6 (>= 2.35)",
    "librt.so.1": "libc6 (>= 2.35)",
    "libutil.so.1": "libc6 (>= 2.35)",
    "libstdc++.so.6": "libstdc++6 (>= 11)",
    "libgcc_s.so.1": "libgcc-s1",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libgthread-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
}
"""Libraries that the user's system brings, and the Debian package that does; made into Depends."""

OPTIONAL = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
"""Of parts of Qt that are loaded only where such a desktop runs; made into Recommends."""

ABSOLUTE = re.compile(r"(^|:)/")
"""In a list of folders."""


def faults(bundle: Path, linux: bool) -> list[str]:
    """Say, one sentence each, what is wrong with the bundle in this folder."""
    inside = bundle / "_internal"
    needed = NEEDED + (NEEDED_ON_LINUX if linux else ())
    found = [f"{name} is missing." for name in needed if not (inside / name).exists()]
    size = size_of(bundle)
    if size > LARGEST:
        found.append(f"It has {size:,} bytes; {LARGEST:,} are allowed.")
    if linux:
        found += [
            f"{name} is neither inside nor among what Debian brings (wanted by {user})."
            for name, user in sorted(wanted_libraries(bundle).items())
            if name not in SYSTEM | OPTIONAL
        ]
        found += [
            f"{path.relative_to(bundle)} searches a folder of the machine that built it."
            for path in programs_and_libraries(bundle)
            if any(map(ABSOLUTE.search, run_paths(dynamic_section(path))))
        ]
    return found


def size_of(folder: Path) -> int:
    """Bytes of all files, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def wanted_libraries(bundle: Path) -> dict[str, str]:
    """Names of libraries that something inside links and nothing inside is, with one user each."""
    inside = {path.name for path in bundle.rglob("*") if path.is_file()}
    wanted: dict[str, str] = {}
    for path in programs_and_libraries(bundle):
        wanted |= dict.fromkeys(libraries(dynamic_section(path)), str(path.relative_to(bundle)))
    return {name: user for name, user in wanted.items() if name not in inside}


def programs_and_libraries(bundle: Path) -> Iterator[Path]:
    """Files for Linux's loader, each once."""
    for path in sorted(bundle.rglob("*")):
        if path.is_file() and not path.is_symlink() and is_elf(path):
            yield path


def is_elf(path: Path) -> bool:
    """Whether a file is a program or library of Linux."""
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def dynamic_section(path: Path) -> str:
    """What a program or library tells the loader, as readelf says it."""
    command = ("readelf", "--dynamic", "--wide", path)
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def libraries(told: str) -> list[str]:
    """Names of the libraries that it asks for when it is loaded."""
    return re.findall(r"\(NEEDED\).*\[(.*)\]", told)


def run_paths(told: str) -> list[str]:
    """The folders in which they are searched, separated by colons."""
    return re.findall(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", told)
