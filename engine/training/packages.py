"""Getting the pinned packages through the registries' own clients, and unpacking them.

`npm`, `pip` and `apt-get` know where their registries are; no address is written here. An archive
whose SHA-256 is not the pinned one is never unpacked.
"""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.errors import FetchFailed
from engine.training.sources import Package

_PATTERNS = {"npm": "*.tgz", "pypi": "*.whl", "deb": "*.deb"}


def obtain(package: Package, folder: Path) -> Path:
    """Download, verify and unpack a package unless that was done before; returns its folder.

    Raises FetchFailed with a sentence for the user.
    """
    home = folder / package.name.replace("/", "+").lstrip("@")
    unpacked = home / "unpacked"
    finished = home / f"{package.sha256}.unpacked"
    if finished.is_file():
        return unpacked
    home.mkdir(parents=True, exist_ok=True)
    archive = _archive(package, home) or _downloaded(package, home)
    _unpack(archive, unpacked)
    finished.touch()
    return unpacked


def _archive(package: Package, home: Path) -> Path | None:
    """An archive that is here already and is the pinned one."""
    found = sorted(home.glob(_PATTERNS[package.registry]))
    return next((path for path in found if digest(path) == package.sha256), None)


def _downloaded(package: Package, home: Path) -> Path:
    _run(_command(package), home)
    archive = _archive(package, home)
    if archive is None:
        raise FetchFailed(
            f"{package.name} {package.version} is not the file this project was made with, so it"
            " was not used; look into the network or mirror this computer gets packages from."
        )
    return archive


def _command(package: Package) -> Sequence[str]:
    match package.registry:
        case "npm":
            return ("npm", "pack", "--silent", f"{package.name}@{package.version}")
        case "pypi":
            pinned = f"{package.name}=={package.version}"
            return (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", pinned)
        case _:
            return ("apt-get", "download", f"{package.name}={package.version}")


def _run(command: Sequence[str], home: Path) -> None:
    try:
        subprocess.run(command, cwd=home, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise FetchFailed(
            f"{command[0]} is not installed here; install it and fetch again, nothing is lost."
        ) from error
    except subprocess.CalledProcessError as error:
        raise FetchFailed(
            f"{' '.join(command)} failed; what was fetched before is kept, try again later."
        ) from error


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(archive: Path, into: Path) -> None:
    ways: dict[str, Callable[[Path, Path], None]] = {
        ".tgz": _unpack_tar,
        ".whl": _unpack_zip,
        ".deb": _unpack_deb,
    }
    into.mkdir(exist_ok=True)
    ways[archive.suffix](archive, into)


def _unpack_tar(archive: Path, into: Path) -> None:
    with tarfile.open(archive) as members:
        members.extractall(into, filter="data")


def _unpack_zip(archive: Path, into: Path) -> None:
    with zipfile.ZipFile(archive) as members:
        members.extractall(into)


def _unpack_deb(archive: Path, into: Path) -> None:
    _run(("dpkg-deb", "--extract", str(archive.resolve()), str(into.resolve())), into)
