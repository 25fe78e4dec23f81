"""The faults of a download, each with what it puts a downloader to and how its guard comes out.

The names are the rows of docs/reliability.md. A trial is done with everything in its place, where
nothing may go against the promise, and without its guard, where that has to be noticed.
"""

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from engine.errors import FetchFailed
from engine.weights import download, fetch, network_faults
from engine.weights.download import Progressed, Wanted
from engine.weights.network import Network
from engine.weights.network_faults import Broken
from engine.weights.part_file import PartFile
from tests.fetching import CHUNK, SIZE, Bench, bytes_of, flip
from tests.source_server import Asked, Behaviour, Handler, answer, serve, slow, stall

Out = Callable[[Bench, pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Fault:
    """What happens, the guard against it, and the words that its lack has to bring about."""

    name: str
    trial: Callable[[Bench], None]
    without: Out
    noticed: str

    def __str__(self) -> str:
        return self.name


# What is taken out


def put(where: object, name: str, instead: object) -> Out:
    """Replace a function of the downloader."""
    return lambda _bench, patch: patch.setattr(where, name, instead)


def say(prelude: str) -> Out:
    """Replace something in the process of a downloader's own."""

    def do(bench: Bench, _patch: pytest.MonkeyPatch) -> None:
        bench.prelude = prelude

    return do


def nothing(*_given: object, **_named: object) -> None:
    """Do nothing."""


def greedy(wanted: Wanted, part: PartFile, way: Network) -> Iterator[Progressed]:
    """Write whatever comes for as long as it comes."""
    with way.open(wanted.address, {}) as response:
        part.begin_again("")
        for octets in response.iter_raw():
            part.add(octets)
            yield Progressed(download.Doing.FETCHING, part.done, part.total)


def once(wanted: Wanted, part: PartFile, way: Network) -> Iterator[Progressed]:
    """Take the end of a connection for the end of the file."""
    with suppress(Broken):
        yield from download._stream(wanted, part, way)  # noqa: SLF001


def range_alone(_wanted: Wanted, part: PartFile) -> dict[str, str]:
    """Ask for the rest of whatever is there now."""
    return {"Range": f"bytes={part.done}-"} if part.done else {}


TAKEN = download._accepted  # noqa: SLF001


def glue(wanted: Wanted, part: PartFile, response: object) -> str:
    """Take any piece for the one that was asked for."""
    return "" if response.status_code == 206 else TAKEN(wanted, part, response)  # type: ignore


def glueing(_bench: Bench, patch: pytest.MonkeyPatch) -> None:
    """Neither ask for the same version nor look which one comes."""
    patch.setattr(download, "_range", range_alone)
    patch.setattr(download, "_accepted", glue)


def whole_then(part: PartFile, _answer: object) -> str:
    """Take 416 for the end of the file, whatever it says."""
    part.total = part.done
    return ""


def begin_anew(part: PartFile, _answer: object) -> str:
    """Take 416 for a fault, whatever it says."""
    part.begin_again("")
    raise Broken("416")


# E1, E2: killed, cut


def killed(bench: Bench) -> None:
    for enough in (CHUNK, 5 * CHUNK):
        # a busy machine kills late: the source must not have come to the end by then
        bench.source.script = [slow(0.004, piece=4_096, crawl_from=enough + 4_096)] * 50
        with bench.elsewhere() as child:
            bench.until(child, enough)
            child.kill()
    bench.source.script = []
    here = bench.part.stat().st_size
    bench.keep(len(bench.leftovers) == 2, f"more than a part and its note: {bench.leftovers}")
    bench.fetch()
    bench.keep(bench.source.starts[-1] >= here - CHUNK, "more than a chunk is fetched again")
    bench.arrived()


def cut_fifty_times(bench: Bench) -> None:
    chance = random.Random(3)
    bench.source.script = [serve(stop_after=chance.randrange(1, 15_000)) for _ in range(50)]
    bench.fetch()
    bench.keep(bench.source.sent <= SIZE * 1.05, "more than a twentieth is fetched again")
    bench.arrived()


# E3 to E5: ranges


def ranges_ignored(bench: Bench) -> None:
    bench.source.script = [serve(stop_after=120_000), serve(ignore_range=True)]
    outcome = bench.fetch(Wanted(bench.target, bench.wanted.address, SIZE))
    bench.keep("the source cannot continue" in outcome.notes, "nobody is told")
    bench.arrived()


def whole_and_416(bench: Bench) -> None:
    bench.leave_part(bench.unknown, bench.content)
    bench.fetch(bench.unknown)
    bench.keep(bench.source.sent == 0, "all of it is fetched again")
    bench.arrived()


def wrong_416(said: Behaviour) -> Callable[[Bench], None]:
    def trial(bench: Bench) -> None:
        wanted = Wanted(bench.target, bench.wanted.address, SIZE)
        bench.leave_part(wanted, bench.content[:CHUNK])
        bench.source.script = [said]
        bench.fetch(wanted)
        bench.arrived()

    return trial


def changed_between_two_runs(bench: Bench) -> None:
    wanted = Wanted(bench.target, bench.wanted.address, SIZE)  # no hash that could save it
    reports = download.download(wanted, bench.network())
    assert next(report for report in reports if report.done >= CHUNK)
    reports.close()  # type: ignore[attr-defined]
    bench.publish(bytes_of(8), '"v2"')
    outcome = bench.fetch(wanted)
    bench.keep("it has changed at the source" in outcome.notes, "nobody is told")
    bench.arrived()


# E6, E7: content


def one_wrong_bit(bench: Bench) -> None:
    bench.source.script = [serve(change=flip)] * 2
    bench.refused(bench.fetch(), "arrived damaged twice")
    bench.keep(bench.leftovers == [], "the damaged part is kept")
    bench.keep(len(bench.source.asked) == 2, "it is not tried once more")
    bench.fetch()
    bench.arrived()


def without_length(octets: Callable[[bytes], bytes]) -> Behaviour:
    def behave(handler: Handler, _asked: Asked) -> None:
        handler.begin(200, ETag='"v1"')
        handler.body(octets(handler.source.files[_asked.path]))  # type: ignore[arg-type]

    return behave


def longer_than_announced(bench: Bench) -> None:
    bench.source.script = [without_length(lambda octets: octets + bytes(9 * SIZE))]
    outcome = bench.fetch()
    most = max(report.done for report in outcome.reports)
    bench.keep(most <= SIZE, f"the disk is flooded with {most} bytes")
    bench.arrived()


def shorter_than_announced(bench: Bench) -> None:
    bench.source.script = [without_length(lambda octets: octets[:120_000])]
    bench.fetch(Wanted(bench.target, bench.wanted.address, SIZE))
    bench.arrived()


# E8, E9: the disk


def too_little_room(bench: Bench) -> None:
    enough, said = fetch.room_for(SIZE), ""
    model, way = bench.family, bench.network()
    try:
        list(fetch.fetch(model, bench.folder, way, model.files, free=lambda _: enough - 1))
    except FetchFailed as error:
        said = str(error)
    bench.keep(bench.source.asked == [], "it is begun all the same")
    bench.keep("Nothing was fetched; free 0.1 GB" in said, "nobody is told")


def full_in_the_middle(bench: Bench) -> None:
    with bench.elsewhere(limit=3 * CHUNK + 7) as child:
        _, told = child.communicate()
    there = "DiskFull: The disk is full. What is here is kept. Free 0.1 GB" in told
    bench.keep(there, f"said: {told.splitlines()[-1] if told else 'nothing'}")
    bench.fetch()
    bench.keep(bench.source.starts[-1] > 2 * CHUNK, "what was here is fetched again")
    bench.arrived()


def full_at_the_last_bytes(bench: Bench) -> None:
    with bench.elsewhere(limit=SIZE - 7) as child:
        _, told = child.communicate()
    bench.keep("The disk is full" in told, "nobody is told")
    bench.keep(not bench.target.exists(), "a file that was cut short has the name")


ADD_UNCHECKED = """
def add(self, octets):
    os.write(self._descriptor, octets)
    self._digest.update(octets)
    self.done += len(octets)
part_file.PartFile.add = add
"""


# E10 to E12: stalls, sleep, login pages


def stalled(bench: Bench) -> None:
    bench.source.script = [serve(stop_after=120_000, then=stall)]
    bench.keep(not bench.fetch().stuck, "it waits for ever")
    bench.keep(bench.source.starts == [0, 120_000], f"asked for {bench.source.starts}")
    bench.arrived()


def waits_for_ever(bench: Bench, _patch: pytest.MonkeyPatch) -> None:
    bench.stall = None


WANDERING = """
from itertools import count
moments = count(10**9, -86_400)
time.time = lambda: next(moments)
"""
"""A clock that goes back by a day whenever it is looked at."""


def asleep(bench: Bench) -> None:
    """The source has hung up meanwhile, and the clock on the wall is another day's."""
    bench.source.script = [serve(stop_after=CHUNK + 1, then=lambda _: time.sleep(0.3))]
    bench.prelude += WANDERING
    with bench.elsewhere() as child:
        bench.until(child, 1)
        child.send_signal(signal.SIGSTOP)
        time.sleep(0.6)
        child.send_signal(signal.SIGCONT)
        child.communicate()
    bench.keep(child.returncode == 0, "it does not go on by itself")
    bench.arrived()


def login_page(bench: Bench) -> None:
    page = serve(change=lambda _: b"<html>", Content_Type="text/html; charset=utf-8")
    bench.source.script = [page]
    bench.refused(bench.fetch(bench.unknown), "A login page answered instead of the publisher")
    bench.keep(not bench.part.exists() or not bench.part.stat().st_size, "the page is kept")


FAULTS = (
    Fault("E1", killed, say("part_file.CHUNK = 10**9"), "more than a chunk is fetched again"),
    Fault(
        "E2",
        cut_fifty_times,
        put(download, "_range", lambda *_: {}),
        "more than a twentieth|it is not there",
    ),
    Fault("E3", ranges_ignored, put(PartFile, "begin_again", nothing), "a wrong file has the name"),
    Fault("E4 of the right size", whole_and_416, put(download, "_beyond", begin_anew), "all of it"),
    Fault(
        "E4 of another size",
        wrong_416(answer(416, Content_Range="bytes */100")),
        put(download, "_beyond", whole_then),
        "a wrong file has the name",
    ),
    Fault(
        "E4 without a header",
        wrong_416(answer(416)),
        put(download, "_beyond", whole_then),
        "a wrong file has the name",
    ),
    Fault("E5", changed_between_two_runs, glueing, "a wrong file has the name"),
    Fault("E6", one_wrong_bit, put(download, "_right", lambda *_: True), "a wrong file"),
    Fault("E7 longer", longer_than_announced, put(download, "_stream", greedy), "flooded"),
    Fault("E7 shorter", shorter_than_announced, put(download, "_fetched", once), "a wrong file"),
    Fault("E8", too_little_room, put(fetch, "check_room", nothing), "begun all the same"),
    Fault(
        "E9",
        full_in_the_middle,
        say("download.not_written = lambda part, error: error"),
        "said: OSError",
    ),
    Fault("E9 at the end", full_at_the_last_bytes, say(ADD_UNCHECKED), "cut short has the name"),
    Fault("E10", stalled, waits_for_ever, "it waits for ever"),
    Fault("E11", asleep, say("download.MOST_FAILURES = 0"), "does not go on by itself"),
    Fault(
        "E12",
        login_page,
        put(network_faults, "stranger", lambda _: None),
        "a wrong file has the name",
    ),
)
