"""More faults of a download: certificates, proxies, redirects, names, tokens, two at once."""

import logging
import os
import random
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from engine.errors import FetchFailed
from engine.weights import download, fetch, network
from engine.weights.network import Network, Route
from engine.weights.part_file import PartFile
from tests.fetch_faults import Fault, nothing, put
from tests.fetching import CHUNK, SIZE, Bench
from tests.source_proxy import proxy
from tests.source_server import Source, answer, serve, serving, slow

TOKEN = "hf_secret_of_a_person"
CLOCK = "is this computer's clock right?"

# What is taken out


def credulous(bench: Bench, _patch: pytest.MonkeyPatch) -> None:
    """Believe any certificate."""
    bench.trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bench.trust.check_hostname = False
    bench.trust.verify_mode = ssl.CERT_NONE


def name_of_the_source(part: PartFile) -> None:
    """Give a file the name that the source wants it to have."""
    part.close()
    part.path.rename(part.target.parent / "../../evil")


CLOSE, CLIENT, INIT = PartFile.close, network.httpx.Client, Network.__init__


def forgetful(part: PartFile) -> None:
    """Close without a note of what has arrived."""
    part._noted = part.done  # noqa: SLF001
    CLOSE(part)


def obedient(**given: object) -> object:
    """A client that looks for passwords in the file that other programs keep them in."""
    return CLIENT(**given, auth=httpx.NetRCAuth(os.environ["NETRC"]))  # type: ignore[arg-type]


def talkative(way: Network, *given: object, **named: object) -> None:
    """Leave the logs of the libraries as they are."""
    INIT(way, *given, **named)  # type: ignore[arg-type]
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.DEBUG)


@contextmanager
def unlocked(_folder: Path) -> Generator[None, None, None]:
    """Be one of many."""
    yield


# E13, E23: certificates


def certificate(name: str, words: str) -> Callable[[Bench], None]:
    """A server that is not believed, and why."""

    def trial(bench: Bench) -> None:
        stranger = "subjectAltName=DNS:elsewhere.example"
        office = bench.authority
        context = {
            "unknown": lambda: office.server("localhost"),
            "expired": lambda: office.server("expired", days=-1),
            "another host's": lambda: office.server("stranger", names=stranger),
            "of later": lambda: office.server_of_later("later"),
        }[name]()
        if name == "unknown" and bench.trust is None:
            bench.trust = ssl.create_default_context()
        with serving(context, Source(dict(bench.source.files))) as other:
            there = network.Route(mirror=other.address)
            trust = bench.trust or office.client()
            outcome = bench.fetch(network=Network(there, trust=trust))
            bench.keep(not other.asked, "something was asked of it")
        bench.refused(outcome, words)

    return trial


def told_nothing(_bench: Bench, patch: pytest.MonkeyPatch) -> None:
    """Take a clock that is wrong for a network that does not hold."""
    patch.setattr(network, "final", nothing)
    patch.setattr(download, "MOST_FAILURES", 2)


# E14: the ways of companies


def through_a_proxy(bench: Bench) -> None:
    with proxy() as (address, lines):
        bench.fetch(network=bench.network(proxy=f"http://{address}"))
    bench.keep(lines[:1] == [f"CONNECT localhost:{bench.source.port} HTTP/1.1"], "it goes past it")
    bench.arrived()


def authority_of_the_system(bench: Bench) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(bench.authority.certificate))
        outcome = bench.fetch(network=Network(Route(mirror=bench.source.address)))
    bench.keep(not outcome.sentence, f"said: {outcome.sentence}")
    bench.arrived()


# E15: redirects, and names that lead elsewhere


def sent_elsewhere(bench: Bench) -> None:
    bench.source.files["/elsewhere"] = bench.content
    bench.source.script = [answer(302, Location=f"https://127.0.0.1:{bench.source.port}/elsewhere")]
    bench.refused(bench.fetch(), "which is not on Easel's list")
    bench.keep(len(bench.source.asked) == 1, "it goes there")


def name_that_leads_nearby(bench: Bench) -> None:
    """The publisher's own name, which somebody has made the name of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "PUBLISHER", bench.source.address)
        place = bench.source.address.removeprefix("https://")
        way = Network(Route(), trust=bench.authority.client(), hosts=(place,))
        outcome = bench.fetch(network=way)
    bench.refused(outcome, "leads to 127.0.0.1 here, which is in a network of somebody's own")
    bench.keep(not bench.source.asked, "something was asked of it")


# E16, E17: what servers may not decide or learn


def evil_name(bench: Bench) -> None:
    evil = "attachment; filename=../../evil; filename*=UTF-8''..%5Cevil"
    bench.source.script = [serve(Content_Disposition=evil)]
    bench.fetch()
    files = {path for path in bench.folder.parent.rglob("*") if path.is_file()}
    bench.keep(files == {bench.target}, f"files: {sorted(path.name for path in files)}")


def token_at_another_host(bench: Bench) -> None:
    bench.source.files["/elsewhere"] = bench.content
    place = f"127.0.0.1:{bench.source.port}"
    bench.source.script = [answer(302, Location=f"https://{place}/elsewhere")]
    route = Route(mirror=bench.source.address, token=TOKEN)
    bench.fetch(network=Network(route, trust=bench.authority.client(), hosts=(place,)))
    seen = [asked.headers.get("authorization") for asked in bench.source.asked]
    bench.keep(seen[:1] == [f"Bearer {TOKEN}"], "it is not sent where it belongs")
    bench.keep(seen[1:] == [None], "another host learns it")


def token_that_nobody_typed(bench: Bench) -> None:
    netrc = bench.folder.parent.with_name("netrc")
    netrc.write_text(f"machine localhost login x password {TOKEN}\n")
    netrc.chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETRC", str(netrc))
        patch.setenv("HF_TOKEN", TOKEN)
        bench.fetch()
    bench.keep("authorization" not in bench.source.asked[0].headers, "one from a file is sent")


def secrets_in_logs(bench: Bench) -> None:
    told: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        secret = "/elsewhere?sig=hidden"
        bench.source.files[secret] = bench.content
        bench.source.script = [answer(302, Location=secret)]
        bench.fetch(network=bench.network(token=TOKEN))
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
    words = [word for word in (TOKEN, "hidden") if any(word in line for line in told)]
    bench.keep(words == [], f"the log tells {words}")


# E18, E22, E24: two at once, a hundred pauses, an end between two files


def two_at_once(bench: Bench) -> None:
    bench.prelude = f"hold = lambda _: fetch.locked(Path({str(bench.folder)!r}))"
    bench.source.script = [slow(0.01, piece=4_096)]
    said, model, way = "", bench.family, bench.network()
    with bench.elsewhere() as child:
        bench.until(child, CHUNK)
        try:
            list(fetch.fetch(model, bench.folder, way, model.files, free=lambda _: 10**12))
        except FetchFailed as error:
            said = str(error)
        child.communicate()
    bench.keep("Another Easel is downloading" in said, f"said: {said or 'nothing'}")
    bench.keep(bench.source.sent == SIZE, f"{bench.source.sent} bytes are fetched")


def a_hundred_pauses(bench: Bench) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(download, "REPORT_SECONDS", 0.0)  # to stop anywhere
        pauses(bench)


def pauses(bench: Bench) -> None:
    chance, sizes = random.Random(5), [0]
    for _ in range(100):
        bench.source.script = [slow(0.0005, piece=512)]
        reports = download.download(bench.wanted, bench.network())
        enough = sizes[-1] + chance.randrange(1_500)
        while next(reports).done < enough:
            pass
        reports.close()  # type: ignore[attr-defined]
        sizes.append(os.stat(bench.part).st_size)
    bench.keep(sizes == sorted(sizes), "what was here has shrunk")
    bench.keep(len(sizes) == 101, f"{len(sizes) - 1} pauses")
    bench.fetch()
    bench.keep(bench.source.starts[-1] == sizes[-1], "it does not go on where it was")
    bench.arrived()


STRANGERS = (
    Fault(
        "E13 unknown authority",
        certificate("unknown", "belongs into the system's store"),
        credulous,
        "something was asked",
    ),
    Fault("E13 expired", certificate("expired", CLOCK), credulous, "something was asked"),
    Fault(
        "E13 another host",
        certificate("another host's", "certificate for somebody else"),
        credulous,
        "something was asked",
    ),
    Fault("E14 proxy", through_a_proxy, put(Network, "_proxy", nothing), "it goes past it"),
    Fault(
        "E14 authority",
        authority_of_the_system,
        put(network.truststore, "SSLContext", ssl.SSLContext),
        "belongs into the system's store",
    ),
    Fault("E15 redirect", sent_elsewhere, put(Network, "_check", nothing), "it goes there"),
    Fault(
        "E15 address",
        name_that_leads_nearby,
        put(network, "public", lambda _: True),
        "something was asked",
    ),
    Fault("E16", evil_name, put(PartFile, "finish", name_of_the_source), "evil"),
    Fault(
        "E17 another host",
        token_at_another_host,
        put(network, "origin", lambda _: ("https", "", 0)),
        "another host learns it",
    ),
    Fault("E17 a file", token_that_nobody_typed, put(network.httpx, "Client", obedient), "is sent"),
    Fault("E17 logs", secrets_in_logs, put(Network, "__init__", talkative), "the log tells"),
    # Whichever of the two is first takes the file from under the other, or both fetch it whole.
    Fault("E18", two_at_once, put(fetch, "locked", unlocked), "said: (nothing|.* not be written)"),
    Fault(
        "E22", a_hundred_pauses, put(PartFile, "close", forgetful), "does not go on where it was"
    ),
    Fault("E23", certificate("of later", CLOCK), told_nothing, "said: The source cannot"),
)
