"""What Debian's own judges say of what was built: menu entry, AppStream metadata, package."""

import shutil
import subprocess
import sys
from pathlib import Path


def judged(dist: Path, appdir: Path) -> int:
    """Ask every judge about what lies in `dist` and `appdir`; 0 when none found an error.

    A judge that is not installed counts as one that did.
    """
    asked: list[tuple[str | Path, ...]] = [
        ("desktop-file-validate", appdir / "usr/share/applications/easel.desktop"),
        ("appstreamcli", "validate-tree", "--no-net", appdir),
        *(("lintian", "--fail-on", "error", package) for package in dist.glob("easel_*.deb")),
    ]
    codes = {str(command[0]): _asked(command) for command in asked}
    codes.setdefault("lintian", 1)  # without a package there is nothing that it could have judged
    for judge, code in codes.items():
        print(f"{judge}: {'no error' if code == 0 else 'FAILED'}", flush=True)
    return int(any(codes.values()))


def _asked(command: tuple[str | Path, ...]) -> int:
    if shutil.which(command[0]) is None:
        print(f"{command[0]} is not installed.", file=sys.stderr)
        return 1
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
    return done.returncode
