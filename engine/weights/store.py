"""Which models are on this computer, whole and verified: names, sizes and hashes, no torch."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.errors import WeightsDamaged, WeightsMissing
from engine.families import Family, FileSpec, Part, Place, Repository
from engine.weights.header import damaged, read_header
from engine.weights.variants import find_files, variants_of

CHUNK = 16_000_000
"""Bytes read between two reports of a verification."""

SUMS = "SHA256SUMS"
"""Hashes of a model that comes with the application, in the form of the tool `sha256sum`."""


@dataclass(frozen=True, slots=True)
class Verified:
    """`done` of `total` bytes of `file` are read; `known`: there is a hash to compare them with.

    A file is verified by the report with `done == total` and `known`.
    """

    file: FileSpec
    done: int
    total: int
    known: bool


class WeightStore:
    """The folders in which models are looked for, the first one that has a part wins.

    A model's repository is found as a folder of its own name (`kandinsky-2-2-prior`, `starter`), as
    the searched folder itself when that has this name, or in the layout of the Hugging Face cache.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)

    def locate(self, family: Family, part: Part) -> Path:
        """The folder of `part`.

        Raises WeightsMissing naming the file, WeightsDamaged when there is only a pickled one.
        """
        place = family.place(part)
        candidates = [
            home / place.subfolder for home in self.homes(family.repository(place.repository))
        ]
        for folder in candidates:
            if complete(folder, place):
                return folder
        for folder in candidates:
            if folder.is_dir() and place.base:
                find_files(
                    folder, place.base
                )  # raises: only pickled files, or a shard that is not there
        raise missing(family, place)

    def has(self, family: Family, part: Part) -> bool:
        """Whether the files of `part` are here."""
        try:
            self.locate(family, part)
        except (WeightsMissing, WeightsDamaged):
            return False
        return True

    def homes(self, repository: Repository) -> tuple[Path, ...]:
        """Every folder on this computer that holds `repository`, best first."""
        found = [repository.home] if repository.home else []
        for folder in self.folders:
            found.append(folder / repository.folder)
            if folder.name == repository.folder:
                found.append(folder)
            found += cached(folder, repository)
        return tuple(home for home in found if home.is_dir())

    def path(self, family: Family, file: FileSpec) -> Path:
        """Where `file`, or a shorter version of it, is. Raises WeightsMissing with its name."""
        if (path := self.paths(family, [file]).get(file)) is not None:
            return path
        raise WeightsMissing(
            f"The file {file.path} of {family.title} is not on this computer; "
            "download the model or choose the folder it is in."
        )

    def paths(self, family: Family, files: Iterable[FileSpec]) -> dict[FileSpec, Path]:
        """Where those of `files`, or shorter versions of them, are that are on this computer."""
        homes: dict[str, tuple[Path, ...]] = {}  # folders are looked for once, not for each file
        found: dict[FileSpec, Path] = {}
        for file in files:
            name = file.repository
            if name not in homes:
                homes[name] = self.homes(family.repository(name))
            versions = (path for home in homes[name] for path in variants_of(home / file.path))
            if (path := next(filter(Path.is_file, versions), None)) is not None:
                found[file] = path
        return found

    def missing(
        self, family: Family, files: Sequence[FileSpec] | None = None
    ) -> tuple[FileSpec, ...]:
        """Those of `files` (all the family's) that are not here or not as long as they should be.

        Their content is not read.
        """
        wanted = family.files if files is None else files
        here = self.paths(family, wanted)
        return tuple(
            file for file in wanted if file not in here or not has_its_length(here[file], file)
        )

    def lacks(self, family: Family) -> tuple[Part, ...]:
        """The parts that are not here; a family can be used when only the optional ones are not."""
        return tuple(place.part for place in family.places if not self.has(family, place.part))

    def verify(self, family: Family) -> Iterator[Verified]:
        """Read all files of the family, compare size and SHA-256; closing the iterator stops it.

        Raises WeightsMissing or WeightsDamaged at the first file that is not as it should be.
        """
        for file in family.files:
            yield from self.verify_file(family, file)

    def verify_file(self, family: Family, file: FileSpec) -> Iterator[Verified]:
        """The same for one file."""
        path = self.path(family, file)
        size = path.stat().st_size
        shorter = is_shorter(path, file)
        if not shorter and file.size not in (None, size):
            raise damaged(path, f"is {size:,} bytes long where {file.size:,} are expected")
        expected = (None if shorter else file.sha256) or listed_hash(path, file)
        digest = hashlib.sha256()
        done = 0
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                done += len(chunk)
                if done < size:
                    yield Verified(file, done, size, expected is not None)
        if expected not in (None, digest.hexdigest()):
            raise damaged(path, "has changed since it was published")
        yield Verified(file, size, size, expected is not None)


def complete(folder: Path, place: Place) -> bool:
    """Whether the files of a part are in `folder`."""
    if place.base is None:
        return folder.is_dir() and any(folder.iterdir())
    try:
        find_files(folder, place.base)
    except (WeightsMissing, WeightsDamaged):
        return False
    return True


def cached(folder: Path, repository: Repository) -> list[Path]:
    """Snapshots of `repository` in a Hugging Face cache at `folder`, the pinned revision first."""
    if repository.published is None:
        return []
    snapshots = folder / ("models--" + repository.published.replace("/", "--")) / "snapshots"
    if not snapshots.is_dir():
        return []
    return sorted(
        snapshots.iterdir(), key=lambda home: (home.name != repository.revision, home.name)
    )


def has_its_length(path: Path, file: FileSpec) -> bool:
    """Whether `path` is there and as long as `file` should be; its content is not read."""
    try:
        if is_shorter(path, file):
            return bool(read_header(path))  # which says how long it should be
        return file.size in (None, path.stat().st_size)
    except (WeightsDamaged, WeightsMissing, FileNotFoundError):
        return False  # the last two: it has gone since it was found


def is_shorter(path: Path, file: FileSpec) -> bool:
    """Whether `path` is a version of `file` in shorter numbers."""
    return path.name != PurePosixPath(file.path).name


def listed_hash(path: Path, file: FileSpec) -> str | None:
    """The hash of `file` in the `SHA256SUMS` of its repository folder, if there is one."""
    home = path.parents[file.path.count("/")]
    wanted = path.relative_to(home).as_posix()
    if not (home / SUMS).is_file():
        return None
    for line in (home / SUMS).read_text(encoding="utf-8", errors="replace").splitlines():
        sha256, _, name = line.partition("  ")
        if name == wanted:
            return sha256
    return None


def missing(family: Family, place: Place) -> WeightsMissing:
    """The sentence for a part that is nowhere."""
    path = PurePosixPath(place.repository, place.subfolder)
    name = path / f"{place.base}.safetensors" if place.base else path
    if family.repository(place.repository).published is None:
        advice = "it comes with Easel, so install Easel again"
    else:
        advice = f"download the model or choose the folder that holds {place.repository}"
    return WeightsMissing(
        f"{family.title} cannot be used: {name} is not on this computer; {advice}."
    )
