"""Gathers the licence of everything that goes into a bundle, and a list of it for the About window.

A part whose licence cannot be found stops the build: what cannot be named must not be handed on.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path

OURS = Path(__file__).parent / "licences"
LICENCE = re.compile(r"(?i)(licen[cs]e|copying|notice|authors)")

WITHOUT_TEXTS = {
    "pyside6_essentials": (
        "LGPL-3.0.txt",
        "GPL-3.0.txt",
        *sorted(path.name for path in OURS.glob("qt-*")),
    ),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "spandrel": ("MIT-spandrel.txt",),
}
"""Packages that come without the text of their licence, and those of ours that stand in."""

HEADER = """\
# Everything else inside

Each part is under its own licence, whose whole text lies in the folder `bundled/` beside this list.

| part | version | licence |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that somebody else wrote: `texts` are the files that say under which terms."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]


def lay_out_licences(modules: Iterable[str], libraries: Iterable[str], folder: Path) -> None:
    """Write `bundled.md` and the folder `bundled` for these modules and the system's `libraries`.

    Raises SystemExit with the names of parts whose licence was not found.
    """
    parts = [*of_tools(), *of_modules(modules), *of_system(libraries)]
    if nameless := [part.name for part in parts if not part.texts]:
        raise SystemExit(f"No licence was found for: {', '.join(nameless)}.")
    shutil.rmtree(folder, ignore_errors=True)
    for part in parts:
        for number, text in enumerate(part.texts):
            target = folder / "bundled" / part.name / text.name
            if target.exists():  # torch has many files of one name
                target = target.with_name(f"{number}-{text.name}")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, target)
    rows = [f"| {part.name} | {part.version} | {part.licence} |\n" for part in parts]
    (folder / "bundled.md").write_text(HEADER + "".join(rows), encoding="utf-8")


def of_tools() -> Iterator[Part]:
    """What is in every bundle without being imported."""
    version = ".".join(map(str, sys.version_info[:3]))
    places = (
        Path(sys.base_prefix) / "LICENSE.txt",
        Path(sys.base_prefix) / f"lib/python3.{sys.version_info[1]}/LICENSE.txt",
        Path("/usr/share/doc") / f"python3.{sys.version_info[1]}" / "copyright",
    )
    texts = tuple(place for place in places if place.exists())[:1]
    yield Part("Python", version, "PSF-2.0", texts)
    for name in ("pyinstaller", "uv"):
        yield of_distribution(distribution(name))


def of_modules(modules: Iterable[str]) -> Iterator[Part]:
    """The packages that these modules came in; the standard library has no package."""
    homes = packages_distributions()
    tops = {module.split(".")[0] for module in modules}
    names = {name.lower() for top in tops for name in homes.get(top, ())}
    for name in sorted(names - {"easel"}):
        yield of_distribution(distribution(name))


def of_distribution(package: Distribution) -> Part:
    """What a package says of its licence."""
    name = package.name.lower().replace("-", "_")
    told = (Path(str(package.locate_file(file))) for file in package.files or () if is_text(file))
    texts = tuple(sorted(path for path in told if path.is_file()))
    stand_ins = tuple(OURS / text for text in WITHOUT_TEXTS.get(name, ()))
    return Part(name, package.version, identifier(package), texts or stand_ins)


def is_text(file: Path) -> bool:
    """Whether a file of a package states a licence."""
    within = "licenses" in file.parts or len(file.parts) == 2
    return ".dist-info" in file.parts[0] and within and LICENCE.search(file.name) is not None


def identifier(package: Distribution) -> str:
    """Its licence in a few words."""
    about = package.metadata
    said = about.get("License-Expression") or about.get("License") or ""
    trove = [line for line in about.get_all("Classifier", ()) if line.startswith("License ::")]
    if (not said or "\n" in said or len(said) > 300) and trove:
        said = " / ".join(line.rsplit(" :: ", 1)[1] for line in trove)
    return said.strip().split("\n", 1)[0] or "see its text"


def of_system(libraries: Iterable[str]) -> Iterator[Part]:
    """The Debian packages that these libraries of the building machine came in."""
    owners = {owner for library in libraries for owner in owner_of(Path(library))}
    for name, version in sorted(owners):
        text = Path("/usr/share/doc") / name / "copyright"
        yield Part(name, version, "see its text", (text,) if text.exists() else ())


def owner_of(library: Path) -> Iterator[tuple[str, str]]:
    """Name and version of the package that a file belongs to; nothing for a file of Python's."""
    real = library.resolve()
    if real.is_relative_to(sys.base_prefix) and "python" in real.name:
        return
    for path in (real, Path(str(real).removeprefix("/usr"))):  # /lib is a link on today's Debian
        asked = ("dpkg-query", "--search", str(path))
        told = subprocess.run(asked, capture_output=True, text=True, check=False)
        if told.returncode == 0:
            name = told.stdout.split(":")[0]
            shown = ("dpkg-query", "--show", "--showformat=${Version}", name)
            version = subprocess.run(shown, capture_output=True, text=True, check=False).stdout
            yield name, version
            return
    yield real.name, ""
