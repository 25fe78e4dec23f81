"""Every fault of a download: the promise is kept, and without its guard it would not be."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.weights import download, part_file
from tests.certificates import Authority
from tests.fetch_faults import FAULTS, Fault
from tests.fetch_strangers import STRANGERS
from tests.fetching import CHUNK, Bench, bytes_of
from tests.source_server import serving

pytestmark = [pytest.mark.slow, pytest.mark.skipif("sys.platform == 'win32'")]
ALL = (*FAULTS, *STRANGERS)


@pytest.fixture
def bench(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A publisher of one file, and an empty folder."""
    monkeypatch.setattr(part_file, "CHUNK", CHUNK)
    monkeypatch.setattr(download, "PAUSE_SECONDS", 0.01)
    with serving(authority.server("localhost")) as source:
        bench = Bench(source, authority, tmp_path / "own" / "models", b"")
        bench.publish(bytes_of(7), '"v1"')
        yield bench


@pytest.mark.parametrize("fault", ALL, ids=str)
def test_what_is_promised_for_a_fault_of_the_download_is_kept(fault: Fault, bench: Bench) -> None:
    fault.trial(bench)
    assert bench.broken == []


@pytest.mark.parametrize("fault", ALL, ids=str)
def test_without_its_guard_a_fault_of_the_download_is_noticed(
    fault: Fault, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault.without(bench, monkeypatch)
    fault.trial(bench)
    assert re.search(fault.noticed, "\n".join(bench.broken))
