"""A Debian package out of a bundle; needs dpkg-deb alone."""

import gzip
import hashlib
import subprocess
import tempfile
from email.utils import formatdate
from pathlib import Path

import publisher
from audit import OPTIONAL, SYSTEM, size_of, wanted_libraries
from linux.tree import HERE, copy, lay_out

MAINTAINER = f"{publisher.NAME} <{publisher.MAIL}>"

CONTROL = """\
Package: easel
Version: {version}
Section: graphics
Priority: optional
Architecture: amd64
Maintainer: {maintainer}
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
Description: paint with words on your own machine
 Describe a picture and have it painted, without a server and without an
 account. Candidates become layers; parts can be erased and described anew,
 and scenes go on past their edge. A small model comes with it.
"""

COPYRIGHT = f"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Easel

Files: *
Copyright: {publisher.YEAR} {publisher.NAME}
License: Apache-2.0
 On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0.
Comment:
 The licences of everything that is bundled lie in
 /usr/lib/easel/_internal/resources/licences.
"""


def build_deb(bundle: Path, icons: Path, version: str, folder: Path) -> Path:
    """Write easel_VERSION_amd64.deb into `folder` and return it."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "root"
        usr = lay_out(bundle, icons, root, version)
        write_documents(usr / "share/doc/easel", version)
        write_control(root, bundle, version)
        target = folder / f"easel_{version}_amd64.deb"
        pack = ("dpkg-deb", "--root-owner-group", "-Zxz", "-z2", "--build", root, target)
        subprocess.run(pack, check=True, stdout=subprocess.DEVNULL)
    return target


def write_documents(folder: Path, version: str) -> None:
    """Write what Debian wants to read about a package."""
    folder.mkdir(parents=True)
    (folder / "copyright").write_text(COPYRIGHT)
    head = f"easel ({version}) unstable; urgency=low"
    entry = f"{head}\n\n  * Release.\n\n -- {MAINTAINER}  {formatdate()}\n"
    overrides = folder.parent.parent / "lintian/overrides/easel"
    copy(HERE / "lintian-overrides", overrides)
    (folder / "changelog.gz").write_bytes(gzip.compress(entry.encode(), mtime=0))


def write_control(root: Path, bundle: Path, version: str) -> None:
    """Write DEBIAN/control and the sums of all files."""
    wanted = wanted_libraries(bundle)
    control = CONTROL.format(
        version=version,
        maintainer=MAINTAINER,
        size=size_of(root) // 1024,
        depends=packages(wanted, SYSTEM),
        recommends=packages(wanted, OPTIONAL) + ", xdg-desktop-portal",
    )
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(control)
    paths = sorted((root / "usr").rglob("*"))
    sums = [sum_of(path, root) for path in paths if path.is_file() and not path.is_symlink()]
    (root / "DEBIAN/md5sums").write_text("".join(sums))


def sum_of(path: Path, root: Path) -> str:
    """Return a line of md5sums."""
    return f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n"


def packages(wanted: dict[str, str], known: dict[str, str]) -> str:
    """Name the packages that bring those of the wanted libraries that are known, each once."""
    return ", ".join(sorted({package for name, package in known.items() if name in wanted}))
