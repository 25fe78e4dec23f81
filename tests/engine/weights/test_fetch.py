"""A whole model: what is missing is fetched, in the published layout, if there is room for it."""

import hashlib
import random
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engine import families
from engine.errors import FetchFailed
from engine.families import Family, FileSpec
from engine.weights.download import Doing
from engine.weights.fetch import LOCK, Fetched, fetch, filled_up, room_for, with_files
from engine.weights.network import Network, Route
from engine.weights.store import WeightStore
from tests.certificates import Authority
from tests.source_server import Source, Zeros, serving

REVISION = "9ae140d347fed8ce6e8bb3005dcc1f48543bb8e3"
FOLDER = "kandinsky-2-2-decoder"
PUBLISHED = f"/kandinsky-community/{FOLDER}/resolve/{REVISION}"
LENGTHS = {"model_index.json": 200, "unet/weights 1.safetensors": 90_000, "movq/config.json": 30}


@pytest.fixture
def content() -> dict[str, bytes]:
    return {name: random.Random(name).randbytes(size) for name, size in LENGTHS.items()}


@pytest.fixture
def family(content: dict[str, bytes]) -> Family:
    files = tuple(
        FileSpec(
            repository=FOLDER,
            path=path,
            size=len(octets),
            sha256=hashlib.sha256(octets).hexdigest(),
        )
        for path, octets in content.items()
    )
    return replace(families.find("kandinsky22"), files=files)


@pytest.fixture
def source(authority: Authority, content: dict[str, bytes]) -> Iterator[Source]:
    with serving(authority.server("localhost")) as source:
        for path, octets in content.items():
            source.files[f"{PUBLISHED}/{path.replace(' ', '%20')}"] = octets
        yield source


@pytest.fixture
def network(source: Source, authority: Authority) -> Network:
    return Network(Route(mirror=source.address), trust=authority.client())


def test_every_file_lands_in_the_published_layout_at_the_pinned_revision(
    family: Family, network: Network, source: Source, tmp_path: Path, content: dict[str, bytes]
) -> None:
    reports = list(fetch(family, tmp_path, network, family.files))
    home = tmp_path / FOLDER
    found = {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file()
    }
    assert found == content
    assert all(REVISION in asked.path for asked in source.asked)
    assert WeightStore([tmp_path]).missing(family) == ()
    assert reports[-1] == Fetched(family.files[-1], Doing.VERIFIED, 90_230, 90_230)
    assert [report.done for report in reports] == sorted(report.done for report in reports)


def test_an_interruption_between_two_files_leaves_the_model_incomplete_and_goes_on(
    family: Family, network: Network, source: Source, tmp_path: Path
) -> None:
    reports = fetch(family, tmp_path, network, family.files)
    while next(reports).doing is not Doing.VERIFIED:
        pass
    reports.close()  # type: ignore[attr-defined]
    store = WeightStore([tmp_path])
    assert [file.path for file in store.missing(family)] == list(LENGTHS)[1:]
    list(fetch(family, tmp_path, network, family.files))
    assert store.missing(family) == ()
    assert len(source.asked) == 3


def test_too_little_room_is_said_before_the_first_byte(
    family: Family, network: Network, source: Source, tmp_path: Path
) -> None:
    enough = room_for(sum(LENGTHS.values()))
    with pytest.raises(FetchFailed, match=r"1\.1 GB are needed.*Nothing was fetched; free 0\.1 GB"):
        list(fetch(family, tmp_path, network, family.files, free=lambda _: enough - 1))
    assert source.asked == []
    list(fetch(family, tmp_path, network, family.files, free=lambda _: enough))
    assert len(source.asked) == 3


def test_room_is_asked_for_a_tenth_and_a_gigabyte_more() -> None:
    assert room_for(10_000_000_000) == 12_000_000_000


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """The system lets no file of this process grow beyond `most` bytes."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.skipif(sys.platform == "win32", reason="limits on files are not there")
def test_a_disk_that_fills_up_says_what_all_the_files_still_to_come_need(
    family: Family, source: Source, authority: Authority, tmp_path: Path
) -> None:
    sizes = {"first.json": 200, "large.safetensors": 2_400_000_000, "last.json": 3_100_000_000}
    files = tuple(FileSpec(repository=FOLDER, path=path, size=size) for path, size in sizes.items())
    model = replace(family, files=files)
    source.files.update({f"{PUBLISHED}/{path}": Zeros(size) for path, size in sizes.items()})

    def attempt(free: int) -> str:
        network = Network(Route(mirror=source.address), trust=authority.client())
        with full_disk(150_000), pytest.raises(FetchFailed) as caught:
            list(fetch(model, tmp_path, network, files, free=lambda _: free))
        return str(caught.value)

    enough = room_for(5_500_000_200)
    assert attempt(enough) == (
        "The disk is full, and 5.5 GB of the model are still to come. What was downloaded is kept. "
        "Free 5.5 GB and press Continue, or choose another folder for models under "
        "Edit ▸ Settings…, where the download begins anew."
    ), "there was room for all of it, so a quota was used up"
    part = tmp_path / FOLDER / ".large.safetensors.part"
    assert part.stat().st_size == 150_000
    # Asked again, before the first byte: exactly as much as was asked for is what is wanted.
    left = 5_500_000_200 - 200 - 150_000
    said = filled_up(tmp_path, left, lambda _: 1_000_000)
    assert "Free 7.1 GB and press Continue" in str(said)
    assert attempt(1_000_000 + 7_100_000_000).startswith("The disk is full, and 5.5 GB")
    asked = len(source.asked)
    assert "Nothing was fetched; free 0.1 GB" in attempt(room_for(left) - 1)
    assert len(source.asked) == asked
    assert source.starts[-1] > 140_000, "what was here is kept"


@pytest.mark.skipif(sys.platform == "win32", reason="limits on files are not there")
def test_a_full_disk_that_cannot_be_asked_says_what_is_to_come(
    family: Family, network: Network, tmp_path: Path
) -> None:
    asked: list[Path] = []

    def free(folder: Path) -> int:
        asked.append(folder)
        if len(asked) > 1:
            raise OSError(5, "Input/output error")
        return 10**12

    with full_disk(30_000), pytest.raises(FetchFailed, match=r"Free 1\.1 GB and press Continue"):
        list(fetch(family, tmp_path, network, family.files, free=free))


def test_two_at_once_do_not_fetch_the_same(
    family: Family, network: Network, source: Source, tmp_path: Path
) -> None:
    first = fetch(family, tmp_path, network, family.files)
    next(first)
    with pytest.raises(FetchFailed, match="Another Easel is downloading"):
        list(fetch(family, tmp_path, network, family.files))
    first.close()  # type: ignore[attr-defined]
    list(fetch(family, tmp_path, network, family.files))
    assert (tmp_path / LOCK).exists()


def test_files_that_nobody_has_confirmed_are_told_apart(
    family: Family, network: Network, tmp_path: Path
) -> None:
    files = tuple(replace(file, sha256=None, size=None) for file in family.files)
    unknown = replace(family, files=files)
    reports = list(fetch(unknown, tmp_path, network, files))
    assert [r.doing for r in reports].count(Doing.UNVERIFIED) == 3
    assert Doing.VERIFIED not in {report.doing for report in reports}


def test_a_part_of_a_model_can_be_fetched_alone() -> None:
    kandinsky = families.find("kandinsky22")
    (folder,) = {file.repository for file in with_files(kandinsky, ["kandinsky-2-2-prior"])}
    assert folder == "kandinsky-2-2-prior"


def test_every_published_file_has_its_place_and_size_or_is_of_karlo() -> None:
    for family in families.all():
        if family.name == "starter":
            continue
        for file in family.files:
            repository = family.repository(file.repository)
            assert repository.published
            pinned = repository.revision and file.size and file.sha256
            assert pinned or repository.folder == "karlo-v1-alpha"


def test_the_publisher_is_named_in_one_place() -> None:
    root = Path(__file__).parents[3]
    naming = [
        path.relative_to(root).as_posix()
        for folder in ("engine", "desktop", "packaging")
        for path in sorted((root / folder).rglob("*.py"))
        if "huggingface.co" in path.read_text(encoding="utf-8")
    ]
    assert naming == ["engine/families/hosts.py"]
