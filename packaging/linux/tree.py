"""Lays a bundle out as Linux wants it under usr/: program, menu entry, icons, file type."""

import gzip
import re
import shutil
from pathlib import Path

import publisher

HERE = Path(__file__).parent
CHANGELOG = HERE.parent.parent / "CHANGELOG.md"
METAINFO = f"{publisher.ID}.metainfo.xml"
"""Called by the id that it states."""
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def lay_out(bundle: Path, icons: Path, root: Path, version: str) -> Path:
    """Write everything below root/usr and return that folder."""
    day = day_of(version, CHANGELOG.read_text(encoding="utf-8"))
    usr = root / "usr"
    share = usr / "share"
    shutil.copytree(bundle, usr / "lib/easel", symlinks=True)
    (usr / "bin").mkdir(parents=True)
    (usr / "bin/easel").symlink_to("../lib/easel/easel")
    copy(HERE / "easel.desktop", share / "applications/easel.desktop")
    metainfo = (HERE / "metainfo.xml").read_text(encoding="utf-8")
    who = {"id": publisher.ID, "publisher": publisher.NAME}
    place = share / "metainfo" / METAINFO
    place.parent.mkdir(parents=True)
    place.write_text(metainfo.format(**who, version=version, day=day), encoding="utf-8")
    copy(HERE / "easel.xml", share / "mime/packages/easel.xml")
    manual = (HERE / "easel.1").read_text(encoding="utf-8").format(version=version, day=day)
    place = share / "man/man1/easel.1.gz"
    place.parent.mkdir(parents=True)
    place.write_bytes(gzip.compress(manual.encode(), mtime=0))
    apps = share / "icons/hicolor"
    for size in ICON_SIZES:
        copy(icons / f"{size}.png", apps / f"{size}x{size}/apps/easel.png")
    drawing = bundle / "_internal/resources/icons/easel.svg"
    copy(drawing, apps / "scalable/apps/easel.svg")
    set_modes(root)
    return usr


def day_of(version: str, changelog: str) -> str:
    """When it came out, as the changelog says; ValueError where it does not say so."""
    heading = rf"^## \[{re.escape(version)}\] - (\d{{4}}-\d\d-\d\d)$"
    found = re.search(heading, changelog, re.MULTILINE)
    if found is None:
        raise ValueError(f"CHANGELOG.md has no heading with a day for {version}")
    return found.group(1)


def copy(source: Path, target: Path) -> None:
    """Copy a file, making the folders above it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def set_modes(root: Path) -> None:
    """Let everybody read all and run programs; libraries are no programs."""
    for path in root.rglob("*"):
        if path.is_symlink():
            continue
        runs = path.is_dir() or (path.stat().st_mode & 0o100 and ".so" not in path.name)
        path.chmod(0o755 if runs else 0o644)
