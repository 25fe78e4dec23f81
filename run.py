#!/usr/bin/env python3
"""Sets Easel up in .venv, once, and does what is asked. Python 3.11 and its standard library do.

python3 run.py [app]        open the window; without a screen, paint a picture into pictures/
python3 run.py app VERB …   paint without a window, also where there is a screen
python3 run.py setup        only set up
python3 run.py test …       lint, types and tests; what follows goes to pytest
python3 run.py quick …      the fast tests alone, less than two minutes on two cores
python3 run.py lint         lint and types alone
python3 run.py bench        the measurements, on an idle machine
python3 run.py faults …     break what can break and see what is promised then; ten minutes
python3 run.py soak …       the same window for hours, watched for what grows
python3 run.py oracle …     every comparison with diffusers and transformers, small and real sizes
python3 run.py screenshots  drive the real window and take its picture; --tour makes the guide
python3 run.py translate    merge new texts into the translations, compile, name what is missing
python3 run.py train …      the Starter model: fetch, train, evaluate, export
python3 run.py package      build what is handed to users
python3 run.py lock         pin the dependencies anew
"""

import ctypes
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent
UNFINISHED = "unfinished"
PIP = ("-m", "pip", "--disable-pip-version-check")
PINNED = ("--no-deps", "--require-hashes", "-r")

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's wheel expects of a Linux system, and the Debian package that brings it."""

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")

SCREEN_PROGRAMS = {
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "openbox": "openbox",
    "import": "imagemagick",
}
"""What the tests of the real window on a screen of their own use."""

FAULT_PROGRAMS = {"strace": "strace"}
"""What breaks system calls."""


PACKAGE_PROGRAMS = SCREEN_PROGRAMS | {
    "appstreamcli": "appstream",
    "debootstrap": "debootstrap",
    "desktop-file-validate": "desktop-file-utils",
    "lintian": "lintian",
    "strip": "binutils",
    "unshare": "util-linux",
}
"""What judges the packages and starts them in a clean Debian."""


class SetupFailed(Exception):
    """The set-up cannot go on; the message is one sentence that ends in what to do."""


def main(arguments: Sequence[str]) -> int:
    """Set up what is missing, then do what the first argument says."""
    word, rest = (*arguments[:1], "app")[0], arguments[1:]
    verb = VERBS.get(word)
    if verb is None:
        print(__doc__)
        return 0 if word in ("help", "--help", "-h") else 2
    try:
        set_up(ROOT / ".venv")
        return verb(rest)
    except SetupFailed as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


# --- the environment ---------------------------------------------------------------------------


def set_up(folder: Path) -> None:
    """Make `folder` hold exactly what the lock says; a folder that already does is left alone."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what says so to an older Python
        version = sys.version.split()[0]
        raise SetupFailed(f"This is Python {version}; run Easel with Python 3.11 or newer.")
    stamp, wanted = folder / "easel.stamp", fingerprint()
    if recorded(stamp) == wanted:
        return
    print(f"Setting up {folder}; this takes a few minutes, once.", flush=True)
    if recorded(stamp) == UNFINISHED or not works(folder):
        make_environment(folder, stamp)
    install(folder)
    stamp.write_text(wanted, encoding="utf-8")


def fingerprint() -> str:
    """What an environment must have been made from to be used as it is."""
    names = ("requirements.lock", "requirements-cuda.lock", "pyproject.toml")
    digest = hashlib.sha256(sys.version.encode())
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def recorded(stamp: Path) -> str:
    """What is written into `stamp`, or nothing."""
    return stamp.read_text(encoding="utf-8") if stamp.is_file() else ""


def python_of(folder: Path) -> Path:
    """The interpreter of the environment in `folder`."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(folder: Path) -> bool:
    """Whether `folder` holds an environment of this very Python that has pip."""
    code = f"import sys, pip; sys.exit(sys.version != {sys.version!r})"
    command = (python_of(folder), "-c", code)
    return (
        python_of(folder).exists() and not subprocess.run(command, capture_output=True).returncode
    )


def make_environment(folder: Path, stamp: Path) -> None:
    """Begin again from nothing; until the stamp says otherwise the folder counts as unfinished."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    stamp.write_text(UNFINISHED, encoding="utf-8")
    try:
        venv.EnvBuilder(with_pip=True).create(folder)
    except subprocess.CalledProcessError as error:
        raise SetupFailed(
            "This Python cannot make a virtual environment; on Debian and Ubuntu install one "
            "package and try again: sudo apt-get install -y python3-venv"
        ) from error


def install(folder: Path) -> None:
    """Install every pin of the lock by its hash, then the project itself as a link."""
    install_cpu_torch(folder)
    pip(folder, "install", *PINNED, str(ROOT / "requirements.lock"))
    if needs_cuda_parts(folder):
        pip(folder, "install", *PINNED, str(ROOT / "requirements-cuda.lock"))
    pip(folder, "install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    pip(folder, "check")


def install_cpu_torch(folder: Path) -> None:
    """Install the CPU build of torch if pip finds one with a hash of the lock; else do nothing.

    Left to itself, pip prefers any file whose index states its hash to one that lies on the disk.
    """
    wanted = folder / "torch-cpu.txt"
    wanted.write_text(cpu_torch((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    command = (*PIP, "--quiet", "install", *PINNED, str(wanted))
    subprocess.run((python_of(folder), *command), capture_output=True)


def cpu_torch(lock: str) -> str:
    """The pin of torch in `lock` with its hashes, changed to ask for the CPU build, or nothing."""
    entry = re.search(r"^torch==[\d.]+(?: .*\n)(?:\s+--hash=.*\n?)+", lock, re.MULTILINE)
    return re.sub(r"^torch==[\d.]+", r"\g<0>+cpu", entry.group()) if entry else ""


def pip(folder: Path, *arguments: str) -> None:
    """Run the environment's own pip, which reports at length only to a terminal.

    Raises SetupFailed when it fails.
    """
    quiet = () if sys.stdout.isatty() else ("--quiet", "--quiet")
    if subprocess.run((python_of(folder), *PIP, *quiet, *arguments)).returncode:
        raise SetupFailed(
            f"`pip {arguments[0]}` failed for the reason above; nothing outside {folder} was "
            "changed, so mend it (is there a connection, and room on the disk?) and try again."
        )


def needs_cuda_parts(folder: Path) -> bool:
    """Whether the torch that pip has found is a build for CUDA on Linux."""
    code = "from importlib.metadata import requires; print(requires('torch'))"
    done = subprocess.run((python_of(folder), "-c", code), stdout=subprocess.PIPE, check=True)
    return sys.platform == "linux" and b"nvidia" in done.stdout


# --- the system --------------------------------------------------------------------------------


def prepare_window() -> None:
    """Install what Qt needs of a Linux system where that is allowed, else say what to install."""
    needed = [package for name, package in LIBRARIES.items() if not loads(name)]
    needed += [] if any(map(has_files, FONT_FOLDERS)) else ["fonts-dejavu-core"]
    require(needed)


def prepare_screen() -> None:
    """The same for a screen of its own, on which the real window is driven."""
    require([package for name, package in SCREEN_PROGRAMS.items() if not shutil.which(name)])


def prepare_faults() -> None:
    """The same for the fault suite."""
    require([package for name, package in FAULT_PROGRAMS.items() if not shutil.which(name)])


def require(packages: Sequence[str]) -> None:
    """Install Debian packages; raises SetupFailed with the line to type where that cannot be."""
    if sys.platform != "linux" or not packages or (may_install() and apt_get_install(packages)):
        return
    raise SetupFailed(
        f"This system lacks what Easel's window needs; install it and try again: "
        f"sudo apt-get install -y {' '.join(packages)}  (names as in Debian and Ubuntu)"
    )


def loads(name: str) -> bool:
    """Whether the system's loader finds the shared library `name`."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_files(folder: Path) -> bool:
    """Whether there is any file at all below `folder`."""
    return any(path.is_file() for path in folder.rglob("*"))


def may_install() -> bool:
    """Whether this is Debian or a descendant and we are root."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def apt_get_install(packages: Sequence[str]) -> bool:
    """Install Debian packages without a question; False when apt-get fails."""
    print(f"Installing with apt-get: {' '.join(packages)}", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
    commands = (("apt-get", "update", "-qq"), install)
    return not any(
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL).returncode
        for command in commands
    )


def has_screen() -> bool:
    """Whether a window can be shown: always outside Linux, there only with a display server."""
    names = ("DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform != "linux" or any(os.environ.get(name) for name in names)


# --- what can be asked -------------------------------------------------------------------------


def python(*arguments: str) -> int:
    """Run the environment's Python in the root of the project; its exit code."""
    return subprocess.call((str(python_of(ROOT / ".venv")), *arguments), cwd=ROOT)


def app(arguments: Sequence[str]) -> int:
    """Open the window, or paint without one; what is asked for in words needs no screen."""
    if has_screen():
        prepare_window()
    elif arguments and Path(arguments[0]).exists():
        print("There is no screen here to open a file on.", file=sys.stderr)
        return 2
    if has_screen() or arguments:
        return python("main.py", *arguments)
    print("There is no screen here, so Easel paints a red apple into pictures/.", flush=True)
    return python("main.py", "generate", "a red apple", "--count", "4", "--out", "pictures/")


def setup(_: Sequence[str]) -> int:
    """Everything is done by now."""
    print("Easel is set up.")
    return 0


def lint(_: Sequence[str]) -> int:
    """Lint, format and types; every one of them runs, 1 when any fails."""
    checks = (("ruff", "check"), ("ruff", "format", "--check"), ("pyright",))
    failed = [" ".join(check) for check in checks if python("-m", *check)]
    for check in failed:
        print(f"FAILED: {check}", flush=True)
    return 1 if failed else 0


SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
"""One process of tests for each core, each with one thread; four hold about 6 GB."""


WAITING = ("-n", "4", "--dist", "load", "--maxschedchunk", "1")
"""For tests that mostly wait for other processes and for the disk."""


def test(arguments: Sequence[str]) -> int:
    """Lint, then the tests, without a network; their closing line is the last thing said."""
    prepare_window()
    with suppress(SetupFailed):  # a test that wants a screen is skipped where there is none
        prepare_screen()
    lint_code = lint(())
    return python("-m", "tests.offline", *SIDE_BY_SIDE, *arguments) or lint_code


QUICK = "not slow and not benchmark and not oracle_long and not faults and not soak"


def quick(arguments: Sequence[str]) -> int:
    """The fast tests alone, in less than two minutes on two cores."""
    prepare_window()
    return python("-m", "pytest", *SIDE_BY_SIDE, "-m", QUICK, *arguments)


def bench(arguments: Sequence[str]) -> int:
    """Run the measurements and show what they print."""
    prepare_window()
    with suppress(SetupFailed):  # the canvas is not measured where there is no screen
        prepare_screen()
    return python("-m", "pytest", "-m", "benchmark", "-s", *arguments)


def faults(arguments: Sequence[str]) -> int:
    """Run the fault suite, whose figures are in docs/reliability.md."""
    prepare_window()
    prepare_faults()
    # By its folder, or each of the processes would first read every other test there is.
    told = ("tests/faults", "tests/flows/test_slow_drive.py", "-rA", "--durations=15", *arguments)
    side_by_side = python("-m", "pytest", *WAITING, "-m", "faults and not alone", *told)
    alone = python("-m", "pytest", "-m", "faults and alone", *told)
    nothing = 5  # pytest's code where none of the tests that are asked for is of this kind
    return max((code for code in (side_by_side, alone) if code != nothing), default=nothing)


def soak(arguments: Sequence[str]) -> int:
    """Use the window at random for a long time and show what it costs."""
    prepare_window()
    return python("-m", "pytest", "-m", "soak", "-rA", *arguments)


def oracle(arguments: Sequence[str]) -> int:
    """Compare with the reference implementations: small networks, then real ones, by name or all.

    The second part takes an hour or more, is taken up again where it stopped, and writes
    docs/oracle.md.
    """
    small = 0 if arguments else python("-m", "pytest", "-m", "oracle or oracle_long")
    return small or python("-m", "tests.oracle", *arguments)


def screenshots(arguments: Sequence[str]) -> int:
    """Drive the real window on a screen of its own, or photograph every tool without one.

    --tour: walk through every flow, and make the guide of what was seen.
    """
    prepare_window()
    if arguments[:1] == ["--tools"]:
        return python("-m", "tests.tool_screenshots", *arguments[1:])
    prepare_screen()
    if arguments[:1] == ["--tour"]:
        return python("-m", "tests.tour", *arguments[1:]) or python("tests/guide.py")
    return python("tests/screenshots.py", *arguments)


def translate(_: Sequence[str]) -> int:
    """Bring the translations up to date with the code."""
    prepare_window()
    return python("-m", "tests.translate")


def train(arguments: Sequence[str]) -> int:
    """Pass on to the training of the Starter model."""
    return python("-m", "engine.training", *arguments)


def lock(_: Sequence[str]) -> int:
    """Pin the dependencies anew."""
    return python("packaging/lock.py")


def package(arguments: Sequence[str]) -> int:
    """Build what is handed to users; --all also judges, tries and measures it."""
    prepare_window()
    if "--all" in arguments or "--judge" in arguments:
        require([package for name, package in PACKAGE_PROGRAMS.items() if not shutil.which(name)])
    return python("packaging/build.py", *arguments)


VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    verb.__name__: verb
    for verb in (
        app,
        setup,
        test,
        quick,
        lint,
        bench,
        faults,
        soak,
        oracle,
        screenshots,
        translate,
        train,
        package,
        lock,
    )
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
