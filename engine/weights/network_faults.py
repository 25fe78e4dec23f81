"""What can go wrong between here and the publisher, told apart: try again, or say it in words."""

import ssl

import httpx

from engine.errors import FetchFailed

KEPT = "What is here is kept."
NAMELESS = (
    "The proxy wants a name and a password; write them into its address under “Mirror and proxy”, "
    f"like http://name:password@proxy.example:8080. {KEPT}"
)
EXPIRED, NOT_YET = 10, 9
SELF_SIGNED = (18, 19, 20, 21)
OTHER_HOST = (62, 64)
"""OpenSSL's numbers for what is wrong with a certificate."""


class Broken(Exception):
    """The connection did not hold; trying again may help. wait: seconds the source asks for."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


def refusal(response: httpx.Response) -> Exception | None:
    """What an answer that brings no file means: Broken, FetchFailed, or None for a usable one."""
    status = response.status_code
    if status in (408, 429) or status >= 500:
        return Broken(f"the source answered {status}", wait_of(response))
    sentences = {
        401: "The publisher wants an access token for this model; write one under “Mirror and "
        f"proxy”, then continue. {KEPT}",
        403: "The publisher does not let everybody have this model; accept its licence on the "
        "publisher's page, write an access token of yours under “Mirror and proxy”, then continue. "
        f"{KEPT}",
        404: f"The publisher does not have this file any more; look for a newer Easel. {KEPT}",
        407: NAMELESS,
    }
    if status >= 400 and status != 416:
        if status in sentences:
            return FetchFailed(sentences[status])
        return FetchFailed(
            f"The source answered {status} and refused the download; try again later. {KEPT}"
        )
    if 200 <= status < 300:
        return stranger(response)
    return None


def stranger(response: httpx.Response) -> FetchFailed | None:
    """A page instead of a file, or a file in another coding than was asked for."""
    if response.headers.get("content-type", "").strip().lower().startswith("text/html"):
        return FetchFailed(
            "A login page answered instead of the publisher; open a browser, log in to this "
            f"network, then continue. {KEPT}"
        )
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        return FetchFailed(
            f"Something on the way changes the files it passes on; try another network. {KEPT}"
        )
    return None


def wait_of(response: httpx.Response) -> float:
    """Seconds that the source asks to wait, at most a minute; 0 where it names none."""
    asked = response.headers.get("retry-after", "")
    return min(float(asked), 60.0) if asked.isdecimal() else 0.0


def in_words(error: httpx.TransportError) -> str:
    """What happened to a connection that did not hold."""
    match error:
        case httpx.ReadTimeout():
            return "it stopped sending"
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return "there is no connection"
        case _:
            return "the connection was cut"


def final(error: BaseException) -> FetchFailed | None:
    """The sentence for a fault that trying again does not mend, None for any other."""
    if isinstance(error, httpx.ProxyError):
        if str(error).startswith("407"):
            return FetchFailed(NAMELESS)
        return FetchFailed(
            f"The proxy did not let Easel through ({str(error)[:80]}); check its address, name "
            f"and password. {KEPT}"
        )
    return refused_certificate(error)


def refused_certificate(error: BaseException) -> FetchFailed | None:
    """The sentence for a certificate that was not believed, if that is what `error` means."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return None
    code = cause.verify_code
    if code in (EXPIRED, NOT_YET):
        fault = "has a certificate that is not valid today; is this computer's clock right?"
    elif code in SELF_SIGNED:
        fault = (
            "has a certificate that nobody this computer trusts has signed. If your company looks "
            "into connections, its certificate belongs into the system's store."
        )
    elif code in OTHER_HOST:
        fault = "has a certificate for somebody else, so it may not be the publisher."
    else:
        fault = "has a certificate that this computer does not accept."
    return FetchFailed(f"The other side {fault} Nothing was fetched from it; {KEPT.lower()}")
