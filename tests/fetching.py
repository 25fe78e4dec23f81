"""Somebody who fetches one file from a publisher on this computer that misbehaves.

What went against a promise is collected in words, so that the same fault can be put to a
downloader whose guard was taken out: there the words have to appear.
"""

import hashlib
import random
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine import families
from engine.errors import FetchFailed
from engine.families import Family, FileSpec
from engine.weights.download import Progressed, Wanted, download
from engine.weights.fetch import wanted_of
from engine.weights.network import Network, Route
from engine.weights.part_file import PartFile
from tests.certificates import Authority
from tests.source_server import Source

SIZE = 400_000
CHUNK = 50_000
"""Of the downloader while it is tested."""
REPOSITORY = "kandinsky-2-2-decoder"
NAME = "unet/weights.safetensors"
PATIENCE = 10.0
"""Seconds after which a download that does nothing is called stuck."""

CHILD = """
import os, ssl, sys, time
from contextlib import nullcontext
from pathlib import Path
from engine.weights import download, fetch, part_file
from engine.weights.network import Network, Route
part_file.CHUNK = {chunk}
download.PAUSE_SECONDS = 0.01
hold = nullcontext
{prelude}
trust = ssl.create_default_context(cafile=sys.argv[1])
wanted = download.Wanted(Path(sys.argv[3]), sys.argv[4], int(sys.argv[5]), sys.argv[6])
with hold(Path(sys.argv[3]).parent):
    for report in download.download(wanted, Network(Route(mirror=sys.argv[2]), trust=trust)):
        print(report.done, flush=True)
"""


@dataclass
class Outcome:
    """What one attempt told: its reports, and the sentence it ended with, if it failed.

    stuck: it had to be interrupted from outside.
    """

    reports: list[Progressed] = field(default_factory=list)
    sentence: str = ""
    stuck: bool = False

    @property
    def notes(self) -> str:
        """All of them."""
        return " ".join(report.note for report in self.reports)


@dataclass
class Bench:
    """A publisher, a folder to fetch into, and what is taken out of the downloader.

    stall: seconds without a byte. prelude: Python for the downloader in a process of its own.
    """

    source: Source
    authority: Authority
    folder: Path
    content: bytes
    trust: ssl.SSLContext | None = None
    stall: float | None = 0.3
    prelude: str = ""
    broken: list[str] = field(default_factory=list)

    def keep(self, held: object, words: str) -> None:
        """Write down what was promised and did not hold."""
        if not held:
            self.broken.append(words)

    # What is fetched

    @property
    def family(self) -> Family:
        """A model of this one file."""
        sha256 = hashlib.sha256(self.content).hexdigest()
        file = FileSpec(repository=REPOSITORY, path=NAME, size=SIZE, sha256=sha256)
        return replace(families.find("kandinsky22"), files=(file,))

    @property
    def wanted(self) -> Wanted:
        """The file, its size and hash known."""
        family = self.family
        return wanted_of(family, self.folder, family.files[0])

    @property
    def unknown(self) -> Wanted:
        """The same where nobody has written down anything about it."""
        return replace(self.wanted, size=None, sha256=None)

    @property
    def target(self) -> Path:
        """Where it has to be in the end."""
        return self.wanted.target

    @property
    def part(self) -> Path:
        """Where it is until then."""
        return self.target.with_name(f".{self.target.name}.part")

    @property
    def leftovers(self) -> list[str]:
        """Files beside it."""
        there = self.target.parent.iterdir() if self.target.parent.exists() else ()
        return sorted(path.name for path in there if path != self.target)

    def publish(self, content: bytes, tag: str) -> None:
        """Have the source serve this version."""
        self.content = content
        self.source.files[f"/{self.wanted.address}"] = content
        self.source.tag = tag

    def leave_part(self, wanted: Wanted, octets: bytes) -> None:
        """A part as an earlier run would have left it."""
        part = PartFile(wanted.target, wanted.address, wanted.size)
        list(part.recall())
        part.begin_again(self.source.tag)
        part.add(octets)
        part.close()

    # Attempts

    def network(self, **route: str) -> Network:
        """The way to the source."""
        there = Route(**({"mirror": self.source.address} | route))
        trust = self.trust or self.authority.client()
        return Network(there, trust=trust, stall=self.stall)  # type: ignore[arg-type]

    def fetch(self, wanted: Wanted | None = None, network: Network | None = None) -> Outcome:
        """Fetch to the end, or until it is stuck."""
        network, outcome = network or self.network(), Outcome()

        def run() -> None:
            try:
                outcome.reports += download(wanted or self.wanted, network)
            except FetchFailed as error:
                outcome.sentence = str(error)

        thread = threading.Thread(target=run, name="fetching")
        thread.start()
        thread.join(PATIENCE)
        outcome.stuck = thread.is_alive()
        network.interrupt()
        thread.join()
        return outcome

    @contextmanager
    def elsewhere(self, limit: int | None = None) -> Iterator[subprocess.Popen[str]]:
        """The same in a process that can be killed. limit: bytes that a file may have there."""
        prelude = self.prelude if limit is None else LIMITED.format(limit=limit) + self.prelude
        words = (self.authority.certificate, self.source.address, self.target)
        wanted = self.wanted
        child = subprocess.Popen(
            (
                *(sys.executable, "-c", CHILD.format(chunk=CHUNK, prelude=prelude)),
                *map(str, words),
                *(wanted.address, str(wanted.size), str(wanted.sha256)),
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with child:
            try:
                yield child
            finally:
                with suppress(OSError):
                    child.kill()

    def until(self, child: subprocess.Popen[str], enough: int) -> None:
        """Wait until so many bytes are there."""
        assert child.stdout is not None
        assert child.stderr is not None
        while line := child.stdout.readline():
            if int(line) >= enough:
                return
        raise AssertionError(child.stderr.read())

    # Promises that most faults share

    def arrived(self) -> None:
        """The right file has its name, and nothing lies beside it."""
        found = self.target.read_bytes() if self.target.exists() else None
        self.keep(found is not None, "it is not there")
        self.keep(found in (None, self.content), "a wrong file has the name")
        self.keep(self.leftovers == [], f"left behind: {self.leftovers}")

    def refused(self, outcome: Outcome, words: str) -> None:
        """Nothing has the name, and the sentence has these words."""
        self.keep(not self.target.exists(), "a wrong file has the name")
        self.keep(words in outcome.sentence, f"said: {outcome.sentence or 'nothing'}")


LIMITED = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
"""


def bytes_of(seed: int) -> bytes:
    """A file."""
    return random.Random(seed).randbytes(SIZE)


def flip(octets: bytes) -> bytes:
    """With one wrong bit in the middle."""
    middle = len(octets) // 2
    return octets[:middle] + bytes([octets[middle] ^ 1]) + octets[middle + 1 :]
