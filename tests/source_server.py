"""A publisher on this computer, over TLS, that can be told to misbehave, request by request."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

PIECE = 16_384


@dataclass(frozen=True)
class Zeros:
    """So many zero bytes, which take no memory."""

    size: int

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self.size)
        return bytes(max(stop - start, 0))


Content: TypeAlias = "bytes | Zeros"


@dataclass(frozen=True)
class Asked:
    """What came in."""

    path: str
    headers: dict[str, str]

    @property
    def start(self) -> int:
        """First byte asked for."""
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", ""))
        return int(match[1]) if match else 0


@dataclass
class Source:
    """What is served, and what came in. script: one behaviour for each of the next requests.

    scripts: the same for one path alone. types: of the content of a path, if it is to be named.
    """

    files: dict[str, Content] = field(default_factory=dict)
    tag: str = '"v1"'
    script: list["Behaviour"] = field(default_factory=list)
    scripts: dict[str, list["Behaviour"]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    piece: int = PIECE
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0
    port: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """What a mirror setting would say."""
        return f"https://localhost:{self.port}"

    @property
    def starts(self) -> list[int]:
        """First byte of every request so far."""
        return [asked.start for asked in self.asked]


class Handler(BaseHTTPRequestHandler):
    """One request of one connection."""

    protocol_version = "HTTP/1.1"

    def __init__(self, source: Source, *given: object) -> None:
        self.source = source
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Do the next behaviour of the script, or serve the file as it should be."""
        asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()})
        self.source.asked.append(asked)
        script = self.source.scripts.get(self.path) or self.source.script
        behave = script.pop(0) if script else serve()
        with suppress(OSError, ssl.SSLError):  # clients may go
            behave(self, asked)
        self.close_connection = True

    def begin(self, status: int, **headers: object) -> None:
        """Status and headers; an underscore in a name stands for a dash."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.send_header("Connection", "close")
        self.end_headers()

    def body(self, content: Content, start: int = 0, stop: int | None = None) -> None:
        """Send bytes start..stop."""
        stop = len(content) if stop is None else stop
        while start < stop and not self.source.closing.is_set():
            piece = content[start : min(start + self.source.piece, stop)]
            self.wfile.write(piece)
            start += len(piece)
            self.source.sent += len(piece)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


Behaviour: TypeAlias = Callable[[Handler, Asked], None]


def serve(
    *,
    tag: str | None = None,
    stop_after: int | None = None,
    then: Callable[[Handler], None] = lambda _handler: None,
    ignore_range: bool = False,
    change: Callable[[bytes], bytes] | None = None,
    **headers: object,
) -> Behaviour:
    """A publisher that keeps to the rules, but for what is named.

    stop_after: bytes, then `then` happens and the connection is closed. change: of the content.
    """

    def behave(handler: Handler, asked: Asked) -> None:
        content = handler.source.files.get(asked.path)
        if content is None:
            handler.begin(404, Content_Length=0)
            return
        if change is not None:
            assert isinstance(content, bytes)
            content = change(content)
        mark = handler.source.tag if tag is None else tag
        start = 0 if ignore_range else asked.start
        if asked.headers.get("if-range", mark) != mark:
            start = 0
        size = len(content)
        kind = handler.source.types.get(asked.path, "application/octet-stream")
        common = {"ETag": mark, "Content_Type": kind, **headers}
        if not mark:
            del common["ETag"]
        if start >= size > 0:
            handler.begin(416, Content_Range=f"bytes */{size}", Content_Length=0)
            return
        length = {"Content_Length": size - start}
        if start:
            span = f"bytes {start}-{size - 1}/{size}"
            handler.begin(206, **(length | {"Content_Range": span} | common))
        else:
            handler.begin(200, **(length | common))
        stop = size if stop_after is None else min(start + stop_after, size)
        handler.body(content, start, stop)
        then(handler)

    return behave


def answer(status: int, body: bytes = b"", **headers: object) -> Behaviour:
    """An answer without a file."""

    def behave(handler: Handler, _asked: Asked) -> None:
        handler.begin(status, **({"Content_Length": len(body)} | headers))
        handler.wfile.write(body)

    return behave


def stall(handler: Handler) -> None:
    """Send nothing more, and keep the connection open."""
    handler.wfile.flush()
    handler.source.closing.wait()


def slow(seconds: float, piece: int = PIECE, crawl_from: int | None = None) -> Behaviour:
    """A rest after every piece, fifty times as long from the byte `crawl_from` on."""

    def behave(handler: Handler, asked: Asked) -> None:
        content = handler.source.files[asked.path]
        start, size = asked.start, len(content)
        span = {"Content_Range": f"bytes {start}-{size - 1}/{size}"} if start else {}
        handler.begin(
            206 if start else 200,
            **({"Content_Length": size - start, "ETag": handler.source.tag} | span),
        )
        while start < size and not handler.source.closing.is_set():
            handler.body(content, start, min(start + piece, size))
            handler.wfile.flush()
            start += piece
            crawls = crawl_from is not None and start >= crawl_from
            time.sleep(50 * seconds if crawls else seconds)

    return behave


class Server(ThreadingHTTPServer):
    """TLS is spoken in the thread of a connection, so that a stranger blocks nobody."""

    daemon_threads = True
    context: ssl.SSLContext

    def get_request(self) -> tuple[socket.socket, object]:
        """Wrap what comes in."""
        connection, peer = super().get_request()
        wrapped = self.context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        )
        return wrapped, peer

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what is tested here."""


@contextmanager
def serving(context: ssl.SSLContext, source: Source | None = None) -> Iterator[Source]:
    """Serve `source` on a free port of this computer."""
    source = source or Source()
    server = Server(("127.0.0.1", 0), partial(Handler, source))
    server.context = context
    source.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="source")
    thread.start()
    try:
        yield source
    finally:
        source.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
