"""An AppDir out of a bundle, and an AppImage out of that where the tool for it is at hand."""

import os
import shutil
import subprocess
from pathlib import Path

from linux.tree import lay_out

RUN = """\
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/usr/lib/easel/easel" "$@"
"""


def build_appdir(bundle: Path, icons: Path, target: Path, version: str) -> Path:
    """Write the folder that an AppImage holds, and return it."""
    shutil.rmtree(target, ignore_errors=True)
    lay_out(bundle, icons, target, version)
    (target / "AppRun").write_text(RUN)
    (target / "AppRun").chmod(0o755)
    (target / "easel.desktop").symlink_to("usr/share/applications/easel.desktop")
    (target / "easel.png").symlink_to("usr/share/icons/hicolor/256x256/apps/easel.png")
    (target / ".DirIcon").symlink_to("easel.png")
    return target


def build_appimage(appdir: Path, version: str, folder: Path) -> Path | None:
    """Pack `appdir` with the program that $APPIMAGETOOL names; None where there is none."""
    tool = os.environ.get("APPIMAGETOOL") or shutil.which("appimagetool")
    if tool is None:
        return None
    target = folder / f"Easel-{version}-x86_64.AppImage"
    # -n: else it asks the network whether the screenshots in the metainfo can be had
    pack = (tool, "-n", "--comp", "gzip", str(appdir), str(target))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(pack, check=True, env=os.environ | {"ARCH": "x86_64"}, **quiet)
    return target
