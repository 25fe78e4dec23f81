"""The way to the publisher: one streamed answer at a time, over verified TLS, from listed hosts.

Nothing here reads tokens or passwords from the environment or the home folder, and there is no
switch that turns the verification of certificates off.
"""

import logging
import socket
import ssl
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx
import truststore

from engine.errors import FetchFailed
from engine.families.hosts import HOSTS, PUBLISHER
from engine.weights.network_faults import Broken, final, in_words, refusal

MOST_REDIRECTS = 8
CONNECT_SECONDS = 10.0
STALL_SECONDS = 30.0
"""Without a byte; then the connection counts as dead."""

REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Route:
    """How to get there. All three are typed by a person, or empty.

    mirror: an https address that has the publisher's paths. proxy: instead of the system's.
    token: for the publisher or the mirror alone; it is kept nowhere.
    """

    mirror: str = ""
    proxy: str = ""
    token: str = field(default="", repr=False)


class Network:
    """Opens one address at a time; `interrupt` frees a thread that waits for bytes.

    trust: what decides about certificates, the system's store by default. stall: seconds.
    """

    def __init__(
        self,
        route: Route | None = None,
        *,
        trust: ssl.SSLContext | None = None,
        hosts: tuple[str, ...] = HOSTS,
        stall: float = STALL_SECONDS,
    ) -> None:
        """Connect to nothing yet. Raises FetchFailed for a mirror that is no https address."""
        self._route = route or Route()
        self._trust = trust or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._timeout = httpx.Timeout(stall, connect=CONNECT_SECONDS)
        self._base = base_address(self._route.mirror)
        self._hosts = hosts
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._direct = True
        for name in ("httpx", "httpcore"):  # they log addresses, and some of those are secrets
            logging.getLogger(name).setLevel(logging.WARNING)

    @property
    def stopped(self) -> bool:
        """Whether it was interrupted."""
        return self._stopped.is_set()

    def interrupt(self) -> None:
        """End what waits in another thread, for good."""
        self._stopped.set()
        with self._lock, suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def rest(self, seconds: float) -> None:
        """Wait, but not beyond an interruption."""
        self._stopped.wait(seconds)

    @contextmanager
    def open(self, path: str, headers: Mapping[str, str]) -> Generator[httpx.Response, None, None]:
        """GET `path` below the publisher's address and yield the answer, its body not yet read.

        Raises Broken where trying again may help, FetchFailed with a sentence where it does not.
        """
        url = self._base.copy_with(path=self._base.path.rstrip("/") + "/" + path)
        try:
            for _ in range(MOST_REDIRECTS):
                self._check(url)
                with self._answer(url, headers) as response:
                    if response.status_code not in REDIRECTS:
                        yield response
                        return
                    url = url.join(response.headers.get("location", ""))
        except httpx.InvalidURL as error:
            raise FetchFailed(unlisted("an address that is none")) from error
        except httpx.TransportError as error:
            if self.stopped:
                raise FetchFailed("The download was stopped; what is here is kept.") from error
            raise final(error) or Broken(in_words(error)) from error
        finally:
            self._release()
        raise FetchFailed("The download was sent round in circles; try another network or mirror.")

    @contextmanager
    def _answer(
        self, url: httpx.URL, headers: Mapping[str, str]
    ) -> Generator[httpx.Response, None, None]:
        if self.stopped:
            raise httpx.ConnectError("stopped")
        sent = {"Accept-Encoding": "identity", "User-Agent": "Easel", **headers}
        if self._route.token and origin(url) == origin(self._base):
            sent["Authorization"] = f"Bearer {self._route.token}"
        proxy = self._proxy(url)
        self._direct = proxy is None
        # A client of its own for every address: netrc and cookies stay out, keys do not wander.
        with (
            httpx.Client(
                verify=self._trust, proxy=proxy, trust_env=False, timeout=self._timeout
            ) as client,
            client.stream("GET", url, headers=sent, extensions={"trace": self._watch}) as response,
        ):
            if fault := refusal(response):
                raise fault
            yield response

    def _watch(self, event: str, info: Mapping[str, object]) -> None:
        """Keep a second handle of every new connection: it can be shut from another thread.

        Raises FetchFailed for one that leads to a machine nearby, before anything is sent to it.
        """
        if event != "connection.connect_tcp.complete":
            return
        stream = info["return_value"]
        assert isinstance(stream, httpcore.NetworkStream)
        found = stream.get_extra_info("socket")
        self._release()
        if isinstance(found, socket.socket):
            peer = str(found.getpeername()[0])
            if self._direct and not self._route.mirror and not public(peer):
                stream.close()
                raise FetchFailed(nearby(peer))
            with self._lock:
                self._socket = found.dup()

    def _release(self) -> None:
        with self._lock:
            if self._socket is not None:
                self._socket.close()
            self._socket = None

    def _check(self, url: httpx.URL) -> None:
        """Raise FetchFailed unless it is https, and a host of the list or the mirror typed."""
        if url.scheme != "https" or url.userinfo:
            raise FetchFailed(unlisted(f"{url.scheme}://{url.host}"))
        place = url.netloc.decode()  # with the port, so that only the usual one is listed
        if origin(url) != origin(self._base) and not listed(place, self._hosts):
            raise FetchFailed(unlisted(place))

    def _proxy(self, url: httpx.URL) -> httpx.Proxy | None:
        """The proxy typed, or the system's for this host."""
        address = self._route.proxy or system_proxy(url.host)
        if not address:
            return None
        try:
            proxy = httpx.Proxy(address)
            if proxy.url.scheme == "https":
                proxy.ssl_context = self._trust
            elif proxy.url.scheme != "http":
                raise ValueError(proxy.url.scheme)  # another kind would need another library
            return proxy
        except (ValueError, httpx.InvalidURL) as error:
            raise FetchFailed(
                "The proxy's address is not understood; write it like http://proxy.example:8080."
            ) from error


def base_address(mirror: str) -> httpx.URL:
    """The publisher's address, or the mirror that was typed. Raises FetchFailed."""
    try:
        base = httpx.URL(mirror.strip() or PUBLISHER)
    except httpx.InvalidURL:
        base = httpx.URL()
    if base.scheme != "https" or not base.host or base.userinfo or base.query:
        raise FetchFailed(
            "The mirror's address is not understood; it has to begin with https:// and a host."
        )
    return base


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port."""
    return url.scheme, url.host, url.port


def listed(host: str, hosts: tuple[str, ...]) -> bool:
    """Whether `host` is on the list, or below an entry that begins with a dot."""
    return any(host == each or (each[:1] == "." and host.endswith(each)) for each in hosts)


def public(address: str) -> bool:
    """Whether a numeric address belongs to the internet at large."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_global


def nearby(address: str) -> str:
    """The sentence for a publisher's name that leads to a machine in one's own network."""
    return (
        f"The publisher's name leads to {address} here, which is in a network of somebody's own, "
        "so nothing was asked of it; what is here is kept. If that is as it should be, type "
        "the publisher's address as a mirror, then continue."
    )


def unlisted(place: str) -> str:
    """The sentence for a redirect that is not followed."""
    return (
        f"The download was sent on to {place[:80]}, which is not on Easel's list, so it was "
        "stopped; what is here is kept. Try another network or mirror."
    )


def system_proxy(host: str) -> str:
    """What the environment or the system's settings name for https, empty for none."""
    if proxy_bypass(host):
        return ""
    found = getproxies()
    return found.get("https") or found.get("all") or ""
