"""One file from the publisher to the disk: resumed where it stopped, verified before it has a name.

A generator: whoever iterates owns progress and stopping; closing it keeps what is here.
"""

import errno
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import monotonic

import httpx

from engine.errors import FetchFailed
from engine.weights.network import Network
from engine.weights.network_faults import KEPT, Broken
from engine.weights.part_file import PartFile

MOST_FAILURES = 6
"""Attempts in a row that brought nothing new."""
PAUSE_SECONDS = 1.0
"""After the first of them; each further one waits twice as long and a little more."""
REPORT_SECONDS = 0.25
LARGEST_UNKNOWN = 64_000_000
"""Bytes of a file whose size nobody has written down: settings and word lists are far below."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class DiskFull(FetchFailed):
    """The disk took no more of a file; how much else is to come, whoever fetches it knows."""


class Doing(StrEnum):
    """What a download is busy with."""

    RECALLING = "reading what is here"
    FETCHING = "fetching"
    WAITING = "waiting for the network"
    VERIFIED = "verified"
    UNVERIFIED = "not verified against the publisher"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch to `target`: its path at the source, size and hash where they are known."""

    target: Path
    address: str
    size: int | None = None
    sha256: str | None = None

    @property
    def name(self) -> str:
        """For a person."""
        return self.target.name


@dataclass(frozen=True, slots=True)
class Progressed:
    """`done` of `total` bytes are here. note: one sentence about something out of the ordinary."""

    doing: Doing
    done: int
    total: int | None
    note: str = ""


def download(wanted: Wanted, network: Network) -> Iterator[Progressed]:
    """Fetch `wanted`; its last report says whether it was verified.

    Raises FetchFailed with one sentence; what is here stays for the next time, unless it is wrong.
    """
    part = PartFile(wanted.target, wanted.address, wanted.size)
    with closing(part):
        try:
            yield from _attempts(wanted, part, network)
        except OSError as error:
            raise not_written(part, error) from error


def _attempts(wanted: Wanted, part: PartFile, network: Network) -> Iterator[Progressed]:
    for done in part.recall():
        yield Progressed(Doing.RECALLING, done, part.total)
    yield from _fetched(wanted, part, network)
    if not _right(wanted, part):
        part.begin_again("")
        yield Progressed(
            Doing.FETCHING, 0, part.total, f"{wanted.name} arrived damaged and is fetched again."
        )
        yield from _fetched(wanted, part, network)
    if not _right(wanted, part):
        part.discard()
        raise FetchFailed(
            f"{wanted.name} arrived damaged twice, so the source itself is damaged; it was not "
            "kept. Try again later, or another network or mirror."
        )
    total = part.done
    part.finish()
    yield Progressed(Doing.VERIFIED if wanted.sha256 else Doing.UNVERIFIED, total, total)


def _right(wanted: Wanted, part: PartFile) -> bool:
    return wanted.sha256 in (None, part.sha256())


def _fetched(wanted: Wanted, part: PartFile, network: Network) -> Iterator[Progressed]:
    """Fetch until all bytes are here, over as many connections as it takes."""
    failures, furthest = 0, part.done
    while part.total is None or part.done < part.total:
        try:
            yield from _stream(wanted, part, network)
        except Broken as broken:
            part.settle()
            # Measured by the furthest ever, or a source that begins again and again never ends.
            failures = 0 if part.done > furthest else failures + 1
            furthest = max(furthest, part.done)
            if failures >= MOST_FAILURES:
                raise FetchFailed(
                    f"The source cannot be reached ({broken}). {KEPT} Check the network, "
                    "then continue."
                ) from broken
            yield from _pause(part, network, max(broken.wait, PAUSE_SECONDS * (2**failures - 1)))


def _pause(part: PartFile, network: Network, seconds: float) -> Iterator[Progressed]:
    until = monotonic() + seconds
    while monotonic() < until and not network.stopped:
        yield Progressed(Doing.WAITING, part.done, part.total)
        network.rest(min(REPORT_SECONDS, until - monotonic()))


def _stream(wanted: Wanted, part: PartFile, network: Network) -> Iterator[Progressed]:
    """One connection: ask for the rest, write what comes, at most what was announced."""
    with network.open(wanted.address, _range(wanted, part)) as answer:
        note = _accepted(wanted, part, answer)
        yield Progressed(Doing.FETCHING, part.done, part.total, note)
        reported = monotonic()
        if part.done == part.total:
            return
        for octets in answer.iter_raw():
            # More than was announced is neither kept nor waited for.
            noted = part.add(octets[: (part.total or 0) - part.done])
            if part.done == part.total:
                return
            if noted or monotonic() - reported > REPORT_SECONDS:
                yield Progressed(Doing.FETCHING, part.done, part.total)
                reported = monotonic()
    raise Broken("the source sent less than it had announced")


def _range(wanted: Wanted, part: PartFile) -> dict[str, str]:
    """Ask for what is missing, of the same version of the file only.

    Without a tag that a server would compare, the hash that is known in advance has to do.
    """
    if not part.done:
        return {}
    if part.tag:
        return {"Range": f"bytes={part.done}-", "If-Range": part.tag}
    return {"Range": f"bytes={part.done}-"} if wanted.sha256 else {}


def _accepted(wanted: Wanted, part: PartFile, answer: httpx.Response) -> str:
    """Bring `part` to where the body of `answer` begins; return a note if that is not the end.

    Raises Broken, and FetchFailed for a file that is not the one on our list.
    """
    tag = strong(answer.headers.get("etag", ""))
    if answer.status_code == 416:
        return _beyond(part, answer)
    if answer.status_code == 206:
        start, total = span(answer.headers.get("content-range", ""))
        same = part.tag in (tag, "") and total in (part.total, None)
        if start == part.done and same:
            part.tag = tag
            return ""
        part.begin_again("")
        raise Broken("the source sent another piece than was asked for")
    if answer.status_code != 200:
        raise Broken(f"the source answered {answer.status_code}")
    had, same = part.done, tag == part.tag
    length = answer.headers.get("content-length", "")
    _agree(wanted, part, int(length) if length.isdecimal() else None)
    part.begin_again(tag)
    if not had:
        return ""
    why = "the source cannot continue" if same else "it has changed at the source"
    return f"{wanted.name} is fetched from its beginning: {why}."


def _beyond(part: PartFile, answer: httpx.Response) -> str:
    """There is nothing behind what is here: it is whole, or it is of something else."""
    _, total = span(answer.headers.get("content-range", ""))
    if total is not None and total == part.done and part.total in (None, total):
        part.total = total
        return ""
    part.begin_again("")
    raise Broken("the source has fewer bytes than are here")


def _agree(wanted: Wanted, part: PartFile, announced: int | None) -> None:
    """Hold the announced size against the one on our list, or take it where there is none."""
    if wanted.size is not None:
        if announced not in (None, wanted.size):
            part.discard()
            raise FetchFailed(
                f"The source has another {wanted.name} than the one on Easel's list "
                f"({announced:,} bytes, not {wanted.size:,}), so it was not fetched. "
                "Try another network or mirror, or look for a newer Easel."
            )
        return
    if announced is None or announced > LARGEST_UNKNOWN:
        raise FetchFailed(
            f"The source does not say how long {wanted.name} is, or claims far too much; "
            "it was not fetched. Try another network or mirror."
        )
    part.total = announced


def strong(tag: str) -> str:
    """A tag that is fit for If-Range: byte for byte the same file; empty for any other."""
    return tag if re.fullmatch(r'"[\x21\x23-\x7e]{1,200}"', tag) else ""


def span(content_range: str) -> tuple[int | None, int | None]:
    """`bytes 5-9/10` -> (5, 10); `bytes */10` -> (None, 10); None for what is not said."""
    match = re.fullmatch(r"bytes (?:(\d{1,15})-\d{1,15}|\*)/(\d{1,15}|\*)", content_range.strip())
    if match is None:
        return None, None
    start, total = match.groups()
    return (None if start is None else int(start)), (None if total == "*" else int(total))


def not_written(part: PartFile, error: OSError) -> FetchFailed:
    """The sentence for a disk that does not take the file."""
    if error.errno in NO_ROOM:
        need = ((part.total or 0) - part.done) / 1e9
        return DiskFull(f"The disk is full. {KEPT} Free {max(need, 0.1):.1f} GB, then continue.")
    return FetchFailed(
        f"{part.target.name} could not be written into {part.target.parent} "
        f"({error.strerror}). {KEPT} Check the folder or choose another one, then continue."
    )
