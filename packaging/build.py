"""Builds what is handed to users of this system; run it as `python3 run.py package`.

    python3 run.py package               # bundle, audit, self-test, installers
    python3 run.py package --no-installers
    python3 run.py package --smoke       # starts what was packed before as its users will
    python3 run.py package --card        # builds the engine for a card, without a card
    python3 run.py package --times       # how what was built starts, and what is large in it
    python3 run.py package --all         # all of this in turn, and every figure at the end

Everything lands in build/ and dist/. A bundle that fails its audit or its self-test is not packed.
"""

import argparse
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import publisher

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BUILD, DIST = ROOT / "build/package", ROOT / "dist"
SECONDS_TO_TEST = 300


def main() -> int:
    """Run every step; the exit code of the first that fails."""
    parser = argparse.ArgumentParser(prog="run.py package")
    parser.add_argument("--no-installers", action="store_true", help="stop after the self-test")
    parser.add_argument("--bundle", type=Path, help="pack this bundle, built before")
    parser.add_argument("--smoke", action="store_true", help="try what lies in dist/")
    parser.add_argument("--card", action="store_true", help="try to build the engine for a card")
    parser.add_argument("--times", action="store_true", help="measure how dist/easel starts")
    parser.add_argument("--suite", default="bookworm", help="the Debian to install the .deb into")
    parser.add_argument("--judge", action="store_true", help="ask Debian's own judges")
    parser.add_argument("--all", action="store_true", help="build, judge, try and measure")
    options = parser.parse_args()
    if options.all:
        return everything(options)
    if options.judge or options.card or options.times or options.smoke:
        return tried(options)
    return built(options)


def everything(options: argparse.Namespace) -> int:
    """Build, then have it judged, tried and measured, whatever one of these says; 0 if all is well.

    Linux, as root: nobody need sit by.
    """
    code = built(options)
    if code:
        return code
    for name in ("judge", "smoke", "card", "times"):
        print(f"\n== {name}", flush=True)
        alone = {each: each == name for each in ("judge", "smoke", "card", "times")}
        try:
            step = tried(argparse.Namespace(**{**vars(options), **alone}))
        except Exception as fault:  # noqa: BLE001 - the others still have something to tell
            print(f"FAILED: {type(fault).__name__}: {fault}", flush=True)
            step = 1
        code = max(code, step)
    print("\n" + ("all is well" if code == 0 else "SOMETHING FAILED, see above"))
    return code


def built(options: argparse.Namespace) -> int:
    """Make the bundle and what it is packed into; 1 when the bundle is not sound."""
    icons, release = BUILD / "icons", version("easel")
    from icons import make_icons

    make_icons(ROOT / "resources/icons/easel.svg", icons)
    bundle = options.bundle or frozen(icons, release)
    if not is_sound(bundle):
        return 1
    if not options.no_installers:
        for made in installers(bundle, icons, release):
            print(f"{made.relative_to(ROOT)}  {made.stat().st_size:,} bytes")
    return 0


def tried(options: argparse.Namespace) -> int:
    """Try what was built before, in one of the ways that can be asked for."""
    bundle = options.bundle or DIST / "easel"
    if options.judge:
        from judges import judged

        return judged(DIST, BUILD / "AppDir")
    if options.card:
        from card_trial import card_trial

        return card_trial(bundle, BUILD / "card")
    if options.times:
        from start_times import start_times

        return start_times(bundle)
    from smoke import smoke

    return smoke(DIST, BUILD / "smoke", options.suite)


def frozen(icons: Path, release: str) -> Path:
    """Run PyInstaller; the folder with the program."""
    surroundings = os.environ | {
        "EASEL_ICONS": str(icons),
        "EASEL_LICENCES": str(BUILD / "licences"),
        "EASEL_VERSION": release,
    }
    places = ("--workpath", BUILD / "work", "--distpath", DIST)
    command = (sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN")
    subprocess.run((*command, *places, HERE / "easel.spec"), check=True, env=surroundings)
    if sys.platform == "linux":
        from linux.trim import trim

        trim(DIST / "easel")
    return DIST / "easel"


def is_sound(bundle: Path) -> bool:
    """Audit the bundle and let it test itself; says what is wrong."""
    from audit import faults, size_of

    found = faults(bundle, sys.platform == "linux")
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{bundle}: {size_of(bundle):,} bytes")
    return not found and tests_itself(bundle)


def tests_itself(bundle: Path) -> bool:
    """Run the frozen program from another folder with nothing in its environment.

    So a path of this machine that was frozen into it, or a library that it finds only here, shows.
    """
    program = bundle / ("easel.exe" if sys.platform == "win32" else "easel")
    bare = {"QT_QPA_PLATFORM": "offscreen"}
    if sys.platform == "win32":
        bare["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    moved = BUILD / "moved to ä folder"
    shutil.rmtree(moved, ignore_errors=True)
    shutil.copytree(bundle, moved, symlinks=True)
    try:
        asked = (moved / program.name, "--self-test")
        told = subprocess.run(asked, cwd="/", env=bare, timeout=SECONDS_TO_TEST, check=False)
    finally:
        shutil.rmtree(moved)
    return told.returncode == 0


def installers(bundle: Path, icons: Path, release: str) -> list[Path]:
    """Pack the bundle for this system; returns the files."""
    if sys.platform == "linux":
        from linux.appimage import build_appdir, build_appimage
        from linux.deb import build_deb

        made = [build_deb(bundle, icons, release, DIST)]
        appdir = build_appdir(bundle, icons, BUILD / "AppDir", release)
        appimage = build_appimage(appdir, release, DIST)
        if appimage is None:
            print("No AppImage: set APPIMAGETOOL to the program appimagetool.", file=sys.stderr)
        return made if appimage is None else [*made, appimage]
    if sys.platform == "win32":
        compiler = os.environ.get("ISCC", "ISCC.exe")
        who = f"/DPublisher={publisher.NAME}"
        about = (who, f"/DVersion={release}", f"/DBundle={bundle}", f"/DIcons={icons}", f"/O{DIST}")
        subprocess.run((compiler, "/Q", *about, HERE / "windows/easel.iss"), check=True)
        return [DIST / f"Easel-{release}-setup.exe"]
    subprocess.run(("sh", HERE / "macos/pack.sh", DIST / "Easel.app", release, DIST), check=True)
    return [DIST / f"Easel-{release}.dmg"]


if __name__ == "__main__":
    sys.exit(main())
