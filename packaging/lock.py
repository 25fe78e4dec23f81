"""Makes requirements.lock and requirements-cuda.lock; run it as `python3 run.py lock`.

uv resolves for every system at once; both files are then read by plain pip. What only a CUDA build
of torch needs goes into a file of its own, so that a machine without such a card never fetches the
gigabytes of it (decision 3).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Made by `python3 run.py lock` out of pyproject.toml and requirements.in; do not edit.\n"
LOCKS = ("requirements.lock", "requirements-cuda.lock")
CUDA_PREFIXES = ("nvidia-", "cuda-", "triton==")

FURTHER_HASHES = {
    "torch==2.13.0": (
        # The CPU build for Linux, Python 3.11, which is not in the registry uv asks.
        "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",
    ),
}


def main() -> int:
    """Write both files into the root of the project."""
    entries = sorted(map(with_further_hashes, split(compiled())))
    for name, cuda in zip(LOCKS, (False, True), strict=True):
        chosen = [entry for entry in entries if entry.startswith(CUDA_PREFIXES) == cuda]
        (ROOT / name).write_text(HEADER + "".join(chosen), encoding="utf-8")
    return 0


def compiled() -> str:
    """Everything the application, its tests and its training need, pinned, as uv says it.

    What is pinned already stays at its version; to renew a pin, take it out of the lock first.
    """
    options = ("--universal", "--python-version", "3.11", "--generate-hashes", "--all-extras")
    quiet = ("--quiet", "--no-emit-index-url", "--no-annotate", "--no-header")
    command = (sys.executable, "-m", "uv", "pip", "compile", *options, *quiet)
    sources = ("pyproject.toml", "requirements.in")
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "requirements.txt"
        pins.write_text("".join((ROOT / name).read_text(encoding="utf-8") for name in LOCKS))
        output = ("--output-file", str(pins))
        subprocess.run((*command, *output, *sources), cwd=ROOT, check=True)
        return pins.read_text(encoding="utf-8")


def split(lock: str) -> list[str]:
    """One string for each pin together with its indented hashes."""
    entries: list[str] = []
    for line in lock.splitlines(keepends=True):
        if line.startswith(" "):
            entries[-1] += line
        else:
            entries.append(line)
    return entries


def with_further_hashes(entry: str) -> str:
    """Append the hashes that FURTHER_HASHES names for this pin and uv has not seen."""
    for digest in FURTHER_HASHES.get(entry.split(" ", 1)[0], ()):
        if digest not in entry:
            entry = f"{entry.rstrip()} \\\n    --hash=sha256:{digest}\n"
    return entry


if __name__ == "__main__":
    sys.exit(main())
