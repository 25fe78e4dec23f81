"""One file from a source that misbehaves: what arrives is right, or one sentence says why not."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import FetchFailed
from engine.weights import download as download_module
from engine.weights import part_file
from engine.weights.download import Doing, Progressed, Wanted, download
from engine.weights.network import Network, Route
from engine.weights.part_file import PartFile
from tests.certificates import Authority
from tests.source_server import Behaviour, Source, answer, serve, serving, slow, stall

SIZE = 400_000
CHUNK = 50_000
ADDRESS = "owner/model/resolve/abc/unet/weights.safetensors"


@pytest.fixture
def content() -> bytes:
    return random.Random(7).randbytes(SIZE)


@pytest.fixture
def source(authority: Authority, content: bytes) -> Iterator[Source]:
    with serving(authority.server("localhost")) as source:
        source.files[f"/{ADDRESS}"] = content
        yield source


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_file, "CHUNK", CHUNK)
    monkeypatch.setattr(download_module, "PAUSE_SECONDS", 0.01)


@pytest.fixture
def wanted(tmp_path: Path, content: bytes) -> Wanted:
    sha256 = hashlib.sha256(content).hexdigest()
    return Wanted(tmp_path / "models/unet/weights.safetensors", ADDRESS, SIZE, sha256)


@pytest.fixture
def fetch(source: Source, authority: Authority) -> Callable[[Wanted], list[Progressed]]:
    def run(wanted: Wanted) -> list[Progressed]:
        network = Network(Route(mirror=source.address), trust=authority.client(), stall=0.3)
        return list(download(wanted, network))

    return run


Fetch = Callable[[Wanted], list[Progressed]]


def leftovers(wanted: Wanted) -> list[str]:
    return sorted(path.name for path in wanted.target.parent.iterdir() if path != wanted.target)


def test_a_file_arrives_under_its_name_and_is_called_verified(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    reports = fetch(wanted)
    assert wanted.target.read_bytes() == content
    assert reports[-1] == Progressed(Doing.VERIFIED, SIZE, SIZE)
    assert leftovers(wanted) == []
    assert [report.done for report in reports] == sorted(report.done for report in reports)
    assert source.sent == SIZE


def test_without_a_hash_it_is_called_not_verified(wanted: Wanted, fetch: Fetch) -> None:
    assert fetch(replace(wanted, sha256=None))[-1].doing is Doing.UNVERIFIED
    assert Doing.UNVERIFIED.value == "not verified against the publisher"


def test_fifty_cuts_cost_less_than_a_twentieth(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    chance = random.Random(3)
    source.script = [serve(stop_after=chance.randrange(1, 15_000)) for _ in range(50)]
    fetch(wanted)
    assert wanted.target.read_bytes() == content
    assert len(source.asked) == 51
    assert source.sent <= SIZE * 1.05
    assert all(asked.headers["if-range"] == '"v1"' for asked in source.asked[1:])


CHILD = """
import ssl, sys
from pathlib import Path
from engine.weights import part_file
from engine.weights.download import Wanted, download
from engine.weights.network import Network, Route
part_file.CHUNK = {chunk}
trust = ssl.create_default_context(cafile=sys.argv[1])
wanted = Wanted(Path(sys.argv[3]), sys.argv[4], {size}, sys.argv[5])
for report in download(wanted, Network(Route(mirror=sys.argv[2]), trust=trust)):
    print(report.done, flush=True)
"""


def child(source: Source, trusted: Authority, wanted: Wanted) -> subprocess.Popen[str]:
    """The same download in a process that can be killed."""
    code = CHILD.format(chunk=CHUNK, size=SIZE)
    words = (str(trusted.certificate), source.address, str(wanted.target), ADDRESS)
    return subprocess.Popen(
        (sys.executable, "-c", code, *words, str(wanted.sha256)),
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.slow
def test_after_kill_9_at_most_one_chunk_is_fetched_again(
    source: Source, authority: Authority, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    for enough in (CHUNK, 5 * CHUNK):
        source.script = [slow(0.004, piece=4_096)]
        with child(source, authority, wanted) as running:
            assert running.stdout is not None
            while int(running.stdout.readline()) < enough:
                pass
            running.send_signal(signal.SIGKILL)
    here = wanted.target.with_name(".weights.safetensors.part").stat().st_size
    fetch(wanted)
    assert wanted.target.read_bytes() == content
    assert here >= 5 * CHUNK
    assert here - CHUNK <= source.starts[-1] <= here
    assert source.starts[1] >= CHUNK
    assert leftovers(wanted) == []


def test_stopping_in_the_middle_keeps_what_is_here(
    source: Source, authority: Authority, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    network = Network(Route(mirror=source.address), trust=authority.client())
    reports = download(wanted, network)
    here = next(report.done for report in reports if report.done >= CHUNK)
    reports.close()  # type: ignore[attr-defined]
    assert fetch(wanted)[0].doing is Doing.RECALLING
    assert source.starts == [0, here]
    assert wanted.target.read_bytes() == content


def test_a_source_that_ignores_ranges_is_read_from_the_beginning(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    source.script = [serve(stop_after=120_000), serve(ignore_range=True)]
    reports = fetch(wanted)
    assert wanted.target.read_bytes() == content
    assert any("the source cannot continue" in report.note for report in reports)


def test_a_file_that_changes_between_two_connections_is_begun_again_and_told(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    other = content[::-1]
    source.script = [serve(change=lambda _: other, tag='"v0"', stop_after=120_000)]
    reports = fetch(wanted)
    assert wanted.target.read_bytes() == content
    assert source.starts == [0, 120_000]
    assert any("it has changed at the source" in report.note for report in reports)


def test_control_without_a_tag_the_two_versions_are_glued_and_only_the_hash_sees_it(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    source.tag = ""
    source.script = [serve(change=lambda old: old[::-1], stop_after=120_000)]
    reports = fetch(wanted)
    assert any("arrived damaged" in report.note for report in reports)
    assert source.starts == [0, 120_000, 0]
    assert wanted.target.read_bytes() == content


def test_a_weak_tag_is_not_used_to_continue_a_file_whose_hash_is_not_known(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    source.tag = 'W/"v1"'
    source.script = [serve(stop_after=120_000)]
    fetch(replace(wanted, sha256=None))
    assert source.starts == [0, 0]
    assert wanted.target.read_bytes() == content


def flip(old: bytes) -> bytes:
    return old[:200_000] + bytes([old[200_000] ^ 1]) + old[200_001:]


def test_one_wrong_bit_is_fetched_once_more_and_then_refused(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    source.script = [serve(change=flip)]
    fetch(wanted)
    assert wanted.target.read_bytes() == content
    wanted.target.unlink()
    source.script = [serve(change=flip)] * 2
    with pytest.raises(FetchFailed, match="arrived damaged twice"):
        fetch(wanted)
    assert not wanted.target.exists()
    assert leftovers(wanted) == []


def test_control_without_a_hash_the_wrong_bit_is_installed(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    source.script = [serve(change=flip)]
    fetch(replace(wanted, sha256=None))
    assert wanted.target.read_bytes() == flip(content)


DAMAGES: dict[str, Behaviour] = {
    "a bit": serve(change=flip),
    "a cut that is denied": serve(change=lambda old: old[:-10], Content_Length=SIZE),
    "more than announced": serve(change=lambda old: flip(old) + bytes(1_000), Content_Length=SIZE),
    "zeros": serve(change=lambda old: bytes(len(old))),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.slow
def test_no_damage_gets_the_name(damage: str, source: Source, wanted: Wanted, fetch: Fetch) -> None:
    source.script = [DAMAGES[damage]] * 20
    with pytest.raises(FetchFailed):
        fetch(wanted)
    assert not wanted.target.exists()


def test_more_than_was_announced_is_not_kept(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    source.script = [serve(change=lambda old: old + bytes(SIZE), Content_Length=SIZE)]
    fetch(wanted)
    assert wanted.target.read_bytes() == content


@pytest.mark.parametrize("length", [SIZE - 1, SIZE + 1, 10**15])
def test_a_file_of_another_size_is_not_even_begun(
    length: int, source: Source, wanted: Wanted, fetch: Fetch
) -> None:
    source.script = [answer(200, b"x", Content_Length=length, ETag='"v1"')]
    with pytest.raises(FetchFailed, match=r"than the one on Easel's list"):
        fetch(wanted)
    assert not wanted.target.exists()


def test_a_file_of_unknown_size_is_taken_up_to_a_limit(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    unknown = replace(wanted, size=None, sha256=None)
    source.script = [serve(stop_after=120_000)]
    fetch(unknown)
    assert source.starts == [0, 120_000]
    assert wanted.target.read_bytes() == content
    wanted.target.unlink()
    source.script = [answer(200, b"x", Content_Length=10**9)]
    with pytest.raises(FetchFailed, match="claims far too much"):
        fetch(unknown)


def kept_part(wanted: Wanted, octets: bytes) -> None:
    """A part as an earlier run would have left it."""
    part = PartFile(wanted.target, wanted.address, wanted.size)
    list(part.recall())
    part.begin_again('"v1"')
    part.add(octets)
    part.close()


@pytest.mark.parametrize("total", [-1, -(10**400)])
def test_a_note_that_claims_less_than_nothing_is_not_believed(wanted: Wanted, total: int) -> None:
    kept_part(wanted, b"12345")
    part = PartFile(wanted.target, wanted.address, None)
    claim = json.loads(part.note.read_text())
    part.note.write_text(json.dumps({**claim, "total": total}))
    assert list(part.recall()) == [5]
    assert part.total is None
    part.close()


def test_a_part_that_is_already_whole_is_only_verified(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    kept_part(wanted, content)
    fetch(wanted)
    assert wanted.target.read_bytes() == content
    assert source.asked == []


RANGES: dict[str, tuple[Behaviour, list[int]]] = {
    "with another size": (answer(416, Content_Range="bytes */100"), [CHUNK, 0]),
    "without a header": (answer(416), [CHUNK, 0]),
    "another piece": (
        answer(206, b"x", Content_Range=f"bytes 0-0/{SIZE}", ETag='"v1"'),
        [CHUNK, 0],
    ),
    "a piece of another file": (
        answer(206, b"x", Content_Range=f"bytes {CHUNK}-{CHUNK}/9999999", ETag='"v1"'),
        [CHUNK, 0],
    ),
}


@pytest.mark.parametrize("kind", RANGES)
def test_a_wrong_answer_to_a_range_begins_again(
    kind: str, source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    kept_part(wanted, content[:CHUNK])
    behaviour, starts = RANGES[kind]
    source.script = [behaviour]
    fetch(wanted)
    assert source.starts == starts
    assert wanted.target.read_bytes() == content


def test_416_with_the_right_size_is_the_end_of_a_file_of_unknown_size(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    unknown = replace(wanted, size=None, sha256=None)
    kept_part(unknown, content)
    assert fetch(unknown)[-1].done == SIZE
    assert source.starts == [SIZE]
    assert wanted.target.read_bytes() == content


def test_a_note_that_is_damaged_or_of_something_else_is_not_believed(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    note = wanted.target.with_name(".weights.safetensors.part.json")
    for text in ("", "{", "[]", '{"done": 9}', "[" * 5_000, '{"address": "else", "done": 5}'):
        kept_part(wanted, content[::-1])
        note.write_text(text)
        fetch(wanted)
        assert wanted.target.read_bytes() == content
        wanted.target.unlink()
    assert set(source.starts) == {0}


@pytest.mark.slow
def test_a_stall_is_answered_by_another_connection(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    source.script = [serve(stop_after=120_000, then=stall), serve(stop_after=60_000, then=stall)]
    fetch(wanted)
    assert wanted.target.read_bytes() == content
    assert source.starts == [0, 120_000, 180_000]


@pytest.mark.slow
def test_a_source_that_never_sends_anything_is_given_up_in_a_sentence(
    source: Source, wanted: Wanted, content: bytes, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_module, "MOST_FAILURES", 3)
    kept_part(wanted, content[:CHUNK])
    source.script = [serve(stop_after=0, then=stall)] * 3
    with pytest.raises(FetchFailed, match=r"cannot be reached \(it stopped sending\)\.") as raised:
        fetch(wanted)
    assert "What is here is kept" in str(raised.value)
    assert fetch(wanted)[-1].doing is Doing.VERIFIED
    assert source.starts[-1] == CHUNK


def test_an_interruption_frees_a_thread_that_waits_for_bytes(
    source: Source, authority: Authority, wanted: Wanted
) -> None:
    import threading

    source.script = [serve(stop_after=120_000, then=stall)]
    network = Network(Route(mirror=source.address), trust=authority.client(), stall=60)
    raised: list[FetchFailed] = []

    def run() -> None:
        try:
            list(download(wanted, network))
        except FetchFailed as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    part = wanted.target.with_name(".weights.safetensors.part")
    until = time.monotonic() + 10
    while time.monotonic() < until and not (part.exists() and part.stat().st_size == 120_000):
        time.sleep(0.01)
    network.interrupt()
    thread.join(5)
    assert not thread.is_alive()
    assert "was stopped" in str(raised[0])


def test_a_busy_source_is_waited_for(source: Source, wanted: Wanted, fetch: Fetch) -> None:
    source.script = [answer(503), answer(429, Retry_After="0"), answer(500)]
    reports = fetch(wanted)
    assert Doing.WAITING in {report.doing for report in reports}
    assert reports[-1].doing is Doing.VERIFIED


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits on files are not there")
def test_a_disk_that_fills_up_pauses_and_keeps_the_part(
    source: Source, authority: Authority, wanted: Wanted, content: bytes, fetch: Fetch
) -> None:
    code = LIMITED.format(limit=3 * CHUNK + 7) + CHILD.format(chunk=CHUNK, size=SIZE)
    words = (str(authority.certificate), source.address, str(wanted.target), ADDRESS)
    done = subprocess.run(
        (sys.executable, "-c", code, *words, str(wanted.sha256)), capture_output=True, text=True
    )
    assert "DiskFull: The disk is full. What is here is kept. Free 0.1 GB" in done.stderr
    fetch(wanted)
    assert source.starts[1] > 2 * CHUNK
    assert wanted.target.read_bytes() == content


def test_a_folder_that_is_a_file_is_said_in_words(
    wanted: Wanted, fetch: Fetch, tmp_path: Path
) -> None:
    (tmp_path / "models").write_text("x")
    with pytest.raises(FetchFailed, match=r"could not be written into .*Check the folder"):
        fetch(wanted)


def test_the_name_is_ours_whatever_the_source_says(
    source: Source, wanted: Wanted, tmp_path: Path, fetch: Fetch
) -> None:
    evil = "attachment; filename=../../evil; filename*=UTF-8''..%5Cevil"
    source.script = [serve(Content_Disposition=evil)]
    fetch(wanted)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in files if "authority" not in path.name] == [wanted.target]


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be put to sleep")
@pytest.mark.slow
def test_a_computer_that_sleeps_goes_on_afterwards(
    source: Source, authority: Authority, wanted: Wanted, content: bytes
) -> None:
    source.script = [serve(stop_after=CHUNK + 1, then=lambda _: time.sleep(0.2))]
    with child(source, authority, wanted) as running:
        assert running.stdout is not None
        running.stdout.readline()
        os.kill(running.pid, signal.SIGSTOP)
        time.sleep(0.4)  # the source has hung up meanwhile
        os.kill(running.pid, signal.SIGCONT)
        running.stdout.read()
    assert running.returncode == 0
    assert wanted.target.read_bytes() == content
