"""A Debian with nothing in it but what every Debian has, to install a package into and start it.

Made by debootstrap once for each suite; every use begins with a fresh copy of it. Needs root.
"""

import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

PERSON = "ada"
MOUNTS = (
    "mount -t proc proc {root}/proc",
    "mount --rbind /dev {root}/dev",
    "mkdir -p {root}/tmp/.X11-unix",
    "mount --bind /tmp/.X11-unix {root}/tmp/.X11-unix",
)
"""Seen by the commands in there alone, and gone with them."""


class CleanRoot:
    """A fresh copy below `folder`; use it as a context."""

    def __init__(self, folder: Path, suite: str) -> None:
        """`suite` is a release of Debian, like bookworm."""
        self._pristine = folder / f"debian-{suite}"
        self._suite = suite
        self.root = folder / f"debian-{suite}-used"

    def __enter__(self) -> "CleanRoot":
        """Make it."""
        if not (self._pristine / "etc/debian_version").exists():
            made = ("debootstrap", "--variant=minbase", self._suite, self._pristine, self._source())
            subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        self._remove()
        copy = ("cp", "--archive", "--reflink=auto", self._pristine, self.root)
        subprocess.run(copy, check=True)
        shutil.copyfile("/etc/resolv.conf", self.root / "etc/resolv.conf")
        self.as_root("useradd", "--create-home", PERSON)
        self.as_root("apt-get", "update", "--quiet=2")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove it."""
        self._remove()

    @property
    def home(self) -> Path:
        """The empty home of the one person in there, as it is seen from here."""
        return self.root / "home" / PERSON

    def install(self, package: Path) -> None:
        """Have apt install a file with all that it depends on, and nothing it only recommends."""
        shutil.copyfile(package, self.root / package.name)
        self.add(f"/{package.name}")
        (self.root / package.name).unlink()

    def add(self, name: str) -> None:
        """Have apt install a package."""
        self.as_root("apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", name)

    def as_root(self, *words: str) -> None:
        """Run something in there that may use the network. Raises CalledProcessError."""
        quiet = {"DEBIAN_FRONTEND": "noninteractive", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        subprocess.run(
            self._inside(("chroot", self.root, *words)),
            env=quiet,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def run(self, *words: str, **environment: str) -> None:
        """Run something as that person, without a network. Raises CalledProcessError."""
        subprocess.run(self.command(*words, **environment), check=True)

    def command(self, *words: str, **environment: str) -> Sequence[str]:
        """What runs `words` as that person, without a network and with an empty environment."""
        known = {"HOME": f"/home/{PERSON}", "PATH": "/usr/bin:/bin"} | environment
        bare = ("env", "-i", *(f"{name}={value}" for name, value in known.items()))
        there = ("chroot", f"--userspec={PERSON}:{PERSON}", self.root, *bare, *words)
        return self._inside(there, "--net")

    def processes(self) -> list[int]:
        """Ids of all that runs in there."""
        found: list[int] = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                try:
                    if os.readlink(folder / "root") == str(self.root):
                        found.append(int(folder.name))
                except OSError:  # it has just ended
                    continue
        return found

    def _inside(self, words: Sequence[object], *namespaces: str) -> Sequence[str]:
        mounts = " && ".join(MOUNTS).format(root="'" + str(self.root) + "'")
        script = f'{mounts} && exec "$@"'
        prepared = ("unshare", "--mount", *namespaces, "sh", "-c", script, "sh")
        return (*prepared, *map(str, words))

    def _remove(self) -> None:
        if self.root.exists():
            subprocess.run(("rm", "-rf", "--one-file-system", self.root), check=True)

    def _source(self) -> str:
        """Where this system has its own packages from: a source in use that names its release."""
        release = platform.freedesktop_os_release()["VERSION_CODENAME"]
        for file in (*Path("/etc/apt/sources.list.d").glob("*"), Path("/etc/apt/sources.list")):
            used = file.suffix in (".list", ".sources") and file.exists()  # as apt reads them
            lines = file.read_text(encoding="utf-8").splitlines() if used else []
            words = [word for line in lines if not line.startswith("#") for word in line.split()]
            for word in words if release in words else ():
                if "://" in word and "security" not in word:
                    return word
        raise FileNotFoundError("no source of Debian's packages is set up here")
