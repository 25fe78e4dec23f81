"""Who is talked to: listed hosts over TLS that is believed, proxies, tokens that stay at home."""

import logging
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.errors import FetchFailed
from engine.families.hosts import HOSTS, PUBLISHER
from engine.weights.network import Network, Route, listed
from engine.weights.network_faults import Broken
from tests.certificates import Authority
from tests.source_proxy import proxy
from tests.source_server import Source, answer, serve, serving

PATH = "owner/model/resolve/abc/config.json"
TOKEN = "hf_secret_of_a_person"


@pytest.fixture
def source(authority: Authority) -> Iterator[Source]:
    with serving(authority.server("localhost")) as source:
        source.files[f"/{PATH}"] = b"{}"
        source.files["/elsewhere"] = b"elsewhere"
        yield source


@pytest.fixture
def network(source: Source, authority: Authority) -> Callable[..., Network]:
    def make(**given: object) -> Network:
        route = {name: given.pop(name) for name in ("token", "proxy") if name in given}
        mirror = Route(mirror=source.address, **route)  # type: ignore[arg-type]
        return Network(mirror, **({"trust": authority.client()} | given))  # type: ignore[arg-type]

    return make


def read(network: Network) -> bytes:
    with network.open(PATH, {}) as response:
        return response.read()


def test_the_published_address_is_https_and_on_the_list() -> None:
    assert PUBLISHER.startswith("https://")
    assert listed(PUBLISHER.removeprefix("https://"), HOSTS)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "huggingface.co.evil.example", "evilhuggingface.co", "cdn.hf.co.evil.example"],
)
def test_hosts_that_only_look_like_the_list_are_not_on_it(host: str) -> None:
    assert not listed(host, HOSTS)


def test_what_is_below_a_name_with_a_dot_is_on_the_list() -> None:
    assert listed("us.aws.cdn.hf.co", HOSTS)
    assert not listed("cdn.hf.co.", HOSTS)


REDIRECTS = (
    "http://localhost:{port}/elsewhere",
    "https://127.0.0.1:{port}/elsewhere",
    "https://169.254.169.254/latest",
    "https://[::1]:{port}/elsewhere",
    "https://evil.example/elsewhere",
    "https://user:password@localhost:{port}/elsewhere",
    "file:///etc/passwd",
    "ftp://localhost/elsewhere",
    "//evil.example/elsewhere",
    "https://localhost:1/elsewhere",
)


@pytest.mark.parametrize("target", REDIRECTS)
def test_a_redirect_off_the_list_is_not_followed(
    target: str, source: Source, network: Callable[..., Network]
) -> None:
    source.script = [answer(302, Location=target.format(port=source.port))]
    with pytest.raises(FetchFailed, match="not on Easel's list"):
        read(network())
    assert len(source.asked) == 1


@pytest.mark.parametrize("target", ["/elsewhere", "https://127.0.0.1:{port}/elsewhere"])
def test_control_a_redirect_within_the_list_is_followed(
    target: str, source: Source, network: Callable[..., Network]
) -> None:
    source.script = [answer(307, Location=target.format(port=source.port))]
    assert read(network(hosts=(f"127.0.0.1:{source.port}",))) == b"elsewhere"


def test_endless_redirects_end(source: Source, network: Callable[..., Network]) -> None:
    source.script = [answer(302, Location=f"/{PATH}")] * 50
    with pytest.raises(FetchFailed, match="in circles"):
        read(network())
    assert len(source.asked) == 8


def test_a_token_goes_to_the_source_alone_and_into_no_log(
    source: Source,
    network: Callable[..., Network],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    source.script = [answer(302, Location=f"https://127.0.0.1:{source.port}/elsewhere?sig=hidden")]
    source.files["/elsewhere?sig=hidden"] = b"x"
    typed = network(hosts=(f"127.0.0.1:{source.port}",), token=TOKEN)
    read(typed)
    seen = [asked.headers.get("authorization") for asked in source.asked]
    assert seen == [f"Bearer {TOKEN}", None]
    assert TOKEN not in caplog.text
    assert "hidden" not in caplog.text
    assert TOKEN not in repr(Route(token=TOKEN))


def test_no_token_is_sent_that_was_not_typed(
    source: Source,
    network: Callable[..., Network],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / ".netrc").write_text(f"machine localhost login x password {TOKEN}\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    read(network())
    assert "authorization" not in source.asked[0].headers
    assert TOKEN not in str(source.asked[0].headers)


CERTIFICATES = {
    "expired": ("-1", "not valid today; is this computer's clock right"),
    "stranger": ("30", "certificate for somebody else"),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_that_is_not_right_is_refused_in_plain_words(
    name: str, authority: Authority
) -> None:
    days, words = CERTIFICATES[name]
    names = "subjectAltName=DNS:elsewhere.example" if name == "stranger" else None
    given = {"names": names} if names else {}
    with serving(authority.server(name, days=int(days), **given)) as source:
        source.files[f"/{PATH}"] = b"{}"
        with pytest.raises(FetchFailed, match=words):
            read(Network(Route(mirror=source.address), trust=authority.client()))
        assert source.asked == []


def test_an_authority_that_the_system_does_not_know_is_refused_and_the_store_is_named(
    source: Source,
) -> None:
    with pytest.raises(FetchFailed, match="belongs into the system's store"):
        read(Network(Route(mirror=source.address)))
    assert source.asked == []


@pytest.mark.skipif(not hasattr(ssl, "get_default_verify_paths"), reason="needs OpenSSL's paths")
def test_an_authority_in_the_system_store_is_believed(
    source: Source, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    assert read(Network(Route(mirror=source.address))) == b"{}"


@pytest.mark.parametrize(
    "mirror", ["http://localhost/", "localhost", "file:///tmp", "https://", "https://a:b@c/", "%%%"]
)
def test_a_mirror_has_to_be_an_https_address(mirror: str) -> None:
    with pytest.raises(FetchFailed, match="mirror's address is not understood"):
        Network(Route(mirror=mirror))


def test_a_mirror_may_lie_below_a_path(source: Source, authority: Authority) -> None:
    source.files[f"/models/{PATH}"] = b"below"
    network = Network(Route(mirror=f"{source.address}/models/"), trust=authority.client())
    assert read(network) == b"below"


def test_a_login_page_is_recognised(source: Source, network: Callable[..., Network]) -> None:
    source.script = [serve(change=lambda _: b"<html>", Content_Type="text/html; charset=utf-8")]
    with pytest.raises(FetchFailed, match="login page"):
        read(network())


ANSWERS = {
    401: "access token.*under “Mirror and proxy”",
    403: "accept its licence.*access token.*under “Mirror and proxy”",
    404: "does not have",
    410: "answered 410",
}


@pytest.mark.parametrize("status", ANSWERS)
def test_a_refusal_is_said_in_words(
    status: int, source: Source, network: Callable[..., Network]
) -> None:
    source.script = [answer(status)]
    with pytest.raises(FetchFailed, match=ANSWERS[status]):
        read(network())


def test_what_may_mend_itself_is_told_apart(
    source: Source, network: Callable[..., Network]
) -> None:
    source.script = [answer(503, Retry_After="7")]
    with pytest.raises(Broken) as raised:
        read(network())
    assert raised.value.wait == 7


def test_a_changed_coding_on_the_way_is_refused(
    source: Source, network: Callable[..., Network]
) -> None:
    source.script = [serve(Content_Encoding="gzip")]
    with pytest.raises(FetchFailed, match="changes the files"):
        read(network())


def test_a_proxy_that_was_typed_is_used(source: Source, network: Callable[..., Network]) -> None:
    with proxy() as (address, lines):
        assert read(network(proxy=f"http://ada:secret@{address}")) == b"{}"
    assert lines[0] == f"CONNECT localhost:{source.port} HTTP/1.1"
    assert any(line.lower().startswith("proxy-authorization") for line in lines)
    assert "proxy-authorization" not in source.asked[0].headers


def test_the_proxy_of_the_system_is_used_unless_the_host_is_exempt(
    source: Source, network: Callable[..., Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "")
    with proxy() as (address, lines):
        monkeypatch.setenv("https_proxy", f"http://{address}")
        assert read(network()) == b"{}"
        assert lines
        lines.clear()
        monkeypatch.setenv("no_proxy", "localhost")
        assert read(network()) == b"{}"
        assert lines == []


def test_a_proxy_that_refuses_is_said_in_words(network: Callable[..., Network]) -> None:
    with (
        proxy(refuses=True) as (address, _),
        pytest.raises(FetchFailed, match=r"wants a name and a password.*http://name:pass"),
    ):
        read(network(proxy=f"http://{address}"))


@pytest.mark.parametrize(
    "address", ["socks5://localhost:1", "socks9://localhost:1", "nonsense", "http://a:b:c:d"]
)
def test_a_proxy_that_is_not_understood_is_said_in_words(
    address: str, network: Callable[..., Network]
) -> None:
    with pytest.raises(FetchFailed, match="proxy's address is not understood"):
        read(network(proxy=address))


def test_nothing_turns_the_verification_off() -> None:
    folder = Path(__file__).parents[3] / "engine/weights"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    for word in ("verify=False", "CERT_NONE", "check_hostname", "_create_unverified"):
        assert word not in text
    assert "verify=self._trust" in text
