"""Runs uv, which makes Pythons: what it is told, what it may see, and how it is stopped."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import CardEngineFailed
from engine.elsewhere import outside

SECONDS_TO_LOOK = 0.25
LONGEST_COMPLAINT = 300


@dataclass(frozen=True, slots=True)
class Uv:
    """uv with a folder of its own. index: of packages, an https address, or "" for uv's default.

    proxy: an address, or "" for the system's. more: further variables, for tests.
    """

    program: Path
    folder: Path
    index: str = ""
    proxy: str = ""
    more: Mapping[str, str] | None = None

    def run(self, what: str, *words: str | Path) -> Iterator[None]:
        """Run it to its end, yielding now and then; closing the iterator ends it.

        what: the deed, for the sentence of CardEngineFailed, which is raised when it fails.
        """
        with tempfile.TemporaryFile() as said:
            process = self._started(words, said.fileno())
            try:
                while process.poll() is None:
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(SECONDS_TO_LOOK)
                    yield
            finally:
                end(process)
            if process.returncode:
                said.seek(0)
                raise CardEngineFailed(complaint(what, said.read().decode(errors="replace")))

    def environment(self) -> dict[str, str]:
        """What it is run with: nothing of the user's own uv, everything in `folder`."""
        kept = {k: v for k, v in outside(os.environ).items() if not k.startswith(("UV_", "PIP_"))}
        kept |= {
            "UV_CACHE_DIR": str(self.folder / "cache"),
            "UV_PYTHON_INSTALL_DIR": str(self.folder / "python"),
            "UV_NO_CONFIG": "1",
            "UV_NO_PROGRESS": "1",
            "UV_SYSTEM_CERTS": "1",
        }
        if self.index:
            kept["UV_DEFAULT_INDEX"] = self.index
        if self.proxy:
            kept |= {"HTTPS_PROXY": self.proxy, "HTTP_PROXY": self.proxy}
        return kept | dict(self.more or {})

    def _started(self, words: Sequence[str | Path], said: int) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                [str(self.program), *map(str, words)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=self.environment(),
                start_new_session=True,  # so that what it starts can be ended with it
                creationflags=subprocess.CREATE_NO_WINDOW if sys.platform == "win32" else 0,
            )
        except OSError as error:
            raise CardEngineFailed(
                f"The program uv that came with Easel cannot be started ({error.strerror}); "
                "install Easel anew."
            ) from error


def end(process: "subprocess.Popen[bytes]") -> None:
    """End it and what it has started, if it still runs."""
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def complaint(what: str, said: str) -> str:
    """One sentence out of what uv printed."""
    lines = [line.strip(" ×╰─▶│├") for line in said.splitlines() if line.strip()]
    reason = (lines[-1] if lines else "it said nothing")[:LONGEST_COMPLAINT]
    return (
        f"{what} did not succeed ({reason}). What is here is kept. Check the network and the room "
        "on the disk, then continue."
    )


def own_program(inside: Path) -> Path:
    """The uv that was packed into the folder `inside`, or that of a developer's environment."""
    packed = inside / ("uv.exe" if os.name == "nt" else "uv")
    if packed.exists():
        return packed
    try:
        from uv import find_uv_bin
    except ImportError as error:
        raise CardEngineFailed("This copy of Easel has no uv; install Easel anew.") from error
    return Path(find_uv_bin())
