"""Lays a bundle out as Linux wants it under usr/: program, menu entry, icons, file type."""

import gzip
import shutil
from pathlib import Path

import publisher

HERE = Path(__file__).parent
METAINFO = f"{publisher.ID}.metainfo.xml"
"""Called by the id that it states."""
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def lay_out(bundle: Path, icons: Path, root: Path) -> Path:
    """Write everything below root/usr and return that folder."""
    usr = root / "usr"
    share = usr / "share"
    shutil.copytree(bundle, usr / "lib/easel", symlinks=True)
    (usr / "bin").mkdir(parents=True)
    (usr / "bin/easel").symlink_to("../lib/easel/easel")
    copy(HERE / "easel.desktop", share / "applications/easel.desktop")
    metainfo = (HERE / "metainfo.xml").read_text(encoding="utf-8")
    metainfo = metainfo.format(id=publisher.ID, publisher=publisher.NAME)
    place = share / "metainfo" / METAINFO
    place.parent.mkdir(parents=True)
    place.write_text(metainfo, encoding="utf-8")
    copy(HERE / "easel.xml", share / "mime/packages/easel.xml")
    manual = share / "man/man1/easel.1.gz"
    manual.parent.mkdir(parents=True)
    manual.write_bytes(gzip.compress((HERE / "easel.1").read_bytes(), mtime=0))
    apps = share / "icons/hicolor"
    for size in ICON_SIZES:
        copy(icons / f"{size}.png", apps / f"{size}x{size}/apps/easel.png")
    drawing = bundle / "_internal/resources/icons/easel.svg"
    copy(drawing, apps / "scalable/apps/easel.svg")
    set_modes(root)
    return usr


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
