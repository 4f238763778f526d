"""The one way out: GET over verified TLS, to hosts of a list, slowly, and nothing else.

A verifier gets a `Reader`, which has no other verb. Below it stands a transport that refuses whatever is not a GET
without a body to a host of the list; nothing that is called above it can get around that. What is around us has no say:
no proxy, no certificate store and no netrc of the environment is used, and no redirect is followed. A proxy that the
user names is asked to CONNECT and nothing else: TLS is between us and the host, so that it sees a host's name alone.
"""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import logging
import random
import re
import ssl
import threading
import time
from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

import httpx
import stamina
from pyrate_limiter import Duration, Limiter, Rate
from stamina.instrumentation import set_on_retry_hooks

from keyguard import __version__
from keyguard.errors import VerifyError
from keyguard.frozen import dataclass

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping
    from pathlib import Path

MAX_BODY = 64 * 1024  # bytes; the answers that are meant have two thousand
TRIES = 4  # of one request, while the host says 'later'
_FIRST_PAUSE = 0.5  # seconds; each is twice as long as the one before
_JITTER = 0.5
GIVE_UP = 3  # failures in a row, after which a host is left alone
_NOT_SENT = "the credential was not sent."
_ELSEWHERE = f"{_NOT_SENT} Check from a network that lets TLS through to the host."
_UNTIMELY = frozenset({9, 10})  # OpenSSL's numbers for a certificate of tomorrow and one of yesterday
_HOST = re.compile(r"[0-9a-z:._-]{1,253}")

_T = TypeVar("_T")


class Unanswered(Exception):  # noqa: N818 - an outcome
    """A host gave no answer that says anything; the text is ours, and holds no value."""

    def __init__(self, reason: str, code: str | None = None) -> None:
        super().__init__(reason)
        self.code = code


class Unsendable(Unanswered):
    """Nothing was sent, and nothing can be to any host: the fault is in the parts."""


class Intercepted(Unanswered):
    """What answered is not the host, or the way to it is not open: no further host is to be asked on that way."""


class Later(Unanswered):
    """A host is busy: worth another try, after `seconds` if it said so."""

    def __init__(self, reason: str, code: str | None = None, seconds: float | None = None) -> None:
        super().__init__(reason, code)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: never shown as it is, since a host may repeat what it was sent."""

    status: int
    body: bytes
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A stand-in for every host of the list, on this machine."""

    host: str
    port: int
    ca: Path | None = None
    name: str = ""  # that its certificate has to be for, where that is not the address

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def endpoint(url: str, ca: Path | None) -> Endpoint:
    """Read the address of a stand-in; anything but https to this machine itself is an error."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        host, port, parts = "", 0, urlsplit("")
    if parts.scheme != "https" or parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise VerifyError(
            "--endpoint must be of the form https://127.0.0.1:PORT.", "It is a stand-in to try a check on."
        )
    if not _is_loopback(host):
        raise VerifyError(
            "--endpoint may be a loopback address only: a credential is sent to its provider or nowhere.",
            "Such as https://127.0.0.1:8443; a provider's own hosts are chosen by its site.",
        )
    # The name is never looked up: whatever a resolver says, it is this machine.
    return Endpoint("127.0.0.1", port, ca, host) if host == "localhost" else Endpoint(host, port, ca)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that the user named; shown without name and password."""

    host: str
    port: int
    auth: tuple[str, str] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def proxy(url: str) -> Proxy:
    """Read the address of a proxy; errors repeat nothing of it, since it may hold a password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 0
        name, password = unquote(parts.username or "", errors="strict"), unquote(parts.password or "", errors="strict")
    except ValueError:
        host, port, parts, name, password = "", 0, urlsplit(""), "", ""
    rest = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme != "http" or rest or not port or not _HOST.fullmatch(host):
        raise VerifyError(
            "the proxy must be of the form http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT.",
            "It is what --proxy or KEYGUARD_PROXY names; a special character in a password is written as %XX.",
        )
    return Proxy(host, port, (name, password) if name or password else None)


class Reader:
    """Reads from the hosts of a list, each no faster than `pace` says: so many requests in so many seconds."""

    def __init__(
        self,
        pace: Mapping[str, tuple[int, float]],
        *,
        timeout: float,
        stand_in: Endpoint | None = None,
        proxy: Proxy | None = None,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        _silence()
        self._limiters = {
            host: Limiter(Rate(count, round(seconds * Duration.SECOND))) for host, (count, seconds) in pace.items()
        }
        self._failures = dict.fromkeys(pace, 0)
        self._taken_over: set[str] = set()
        self.sent: Counter[str] = Counter()
        """Requests that have left, by host; those that were refused on the way out are not among them."""
        self._timeout = timeout
        self._stand_in = stand_in
        self._proxy = proxy
        self._say = say
        self._client = httpx.Client(
            transport=_Gate(frozenset(pace), _context(stand_in), stand_in, proxy),
            trust_env=False,
            follow_redirects=False,
            timeout=timeout,
            headers={
                "User-Agent": f"keyguard/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
            },
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, host: str, path: str, headers: Callable[[], Mapping[str, bytes]]) -> Response:
        """Send one request when its turn has come; `headers` are made only then, since they hold the time.

        Raises `Unanswered` for whatever is no answer: an untrusted certificate, no answer in time, a redirect.
        """
        self._limiters[host].try_acquire(host)
        return self._send(host, path, headers())

    def patiently(self, host: str, ask: Callable[[], _T]) -> _T:
        """Ask again while a host says `Later`, with growing pauses and jitter, or as long as it asked for.

        A host that gave no answer several times in a row is not asked again in this run, nor is one in whose place
        something else answered.
        """
        if host in self._taken_over:
            raise Intercepted("Not asked again, since something else may answer in its place.")
        if self._failures[host] >= GIVE_UP:
            raise Unanswered("Not asked again, after several failures in a row.")
        self._failures[host] += 1
        try:
            answer = _repeated(ask, lambda seconds: self._say(f"{host}: busy; to be asked again in {seconds:.1f} s"))
        except Unsendable:
            self._failures[host] -= 1
            raise
        except Intercepted:
            self._taken_over.add(host)
            raise
        self._failures[host] = 0
        return answer

    def _send(self, host: str, path: str, headers: Mapping[str, bytes]) -> Response:
        url = f"https://{self._stand_in or host}{path}"
        lines = [(b"Host", host.encode()), *((name.encode(), value) for name, value in headers.items())]
        deadline = _Deadline(self._timeout)
        way = _Way(tunnelled=self._proxy is None)

        def watch(event: str, info: Mapping[str, object]) -> None:
            deadline.watch(event, info)
            self.sent[host] += way.has_left(event, info)

        extensions: dict[str, object] = {"trace": watch}
        if self._stand_in and self._stand_in.name:
            extensions["sni_hostname"] = self._stand_in.name
        try:
            with (
                deadline,
                self._client.stream("GET", url, headers=lines, extensions=extensions) as answer,
            ):
                return Response(answer.status_code, _body(answer), _retry_after(answer))
        except Unanswered:
            raise
        except httpx.HTTPError as error:
            raise _failure(error, late=deadline.is_over, tunnelled=way.tunnelled) from None


def _repeated(ask: Callable[[], _T], say: Callable[[float], None]) -> _T:
    pauses = itertools.count(1)

    def pause(error: Exception) -> bool | float:
        number = next(pauses)
        if not isinstance(error, Later) or number == TRIES:
            return False
        # Whoever says "at once" is busy all the same: a host may ask for a longer pause than ours, not for a shorter.
        seconds = max(error.seconds or 0.0, _FIRST_PAUSE * 2.0 ** (number - 1)) + random.uniform(0, _JITTER)  # noqa: S311
        say(seconds)
        return seconds

    for attempt in stamina.retry_context(
        on=pause, attempts=TRIES, timeout=60, wait_initial=_FIRST_PAUSE, wait_max=8, wait_jitter=_JITTER
    ):
        with attempt:
            return ask()
    raise AssertionError("unreachable")


class _Gate(httpx.BaseTransport):
    """Lets through nothing but a GET without a body, over TLS, to a host of the list or to the stand-in for them."""

    def __init__(
        self, hosts: frozenset[str], context: ssl.SSLContext, stand_in: Endpoint | None, proxy: Proxy | None
    ) -> None:
        self._open = {(stand_in.host, stand_in.port)} if stand_in else {(host, 443) for host in hosts}
        self._hosts = hosts
        self._inner = httpx.HTTPTransport(
            verify=context,
            trust_env=False,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=0),
            proxy=httpx.Proxy(f"http://{proxy}", auth=proxy.auth) if proxy else None,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        if request.method != "GET" or request.headers.get("Content-Length", "0") != "0" or request.read():
            raise VerifyError("a check sends nothing but GET requests.", "This is a fault of keyguard's own.")
        named = request.headers["Host"] in self._hosts
        if url.scheme != "https" or (url.host, url.port or 443) not in self._open or not named:
            raise VerifyError("a check asks only the hosts of its list.", "This is a fault of keyguard's own.")
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


class _Deadline:
    """Cuts a request off when its time is over: the timeouts of a client count anew with every byte that drips in."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._until = time.monotonic() + seconds
        self._socket: socket.socket | None = None

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._until

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def watch(self, event: str, info: Mapping[str, object]) -> None:
        """Take hold of the connection when it is there."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            stream = info.get("return_value")
            self._socket = getattr(stream, "get_extra_info", lambda _: None)("socket")

    def _cut(self) -> None:
        import socket

        if self._socket is not None:
            with contextlib.suppress(OSError):  # it is over by itself
                self._socket.shutdown(socket.SHUT_RDWR)


class _Way:
    """Watches how far a request has come: to the proxy if there is one, through it to the host, and out."""

    def __init__(self, *, tunnelled: bool) -> None:
        self.tunnelled = tunnelled  # the proxy has let us through, or there is none
        self._is_ours = False  # what is being sent is our request, not the one for a tunnel

    def has_left(self, event: str, info: Mapping[str, object]) -> bool:
        """Tell whether an event says that our request went out, be it cut short."""
        import httpcore

        if event == "http11.send_request_headers.started":
            self._is_ours = getattr(info.get("request"), "method", b"") != b"CONNECT"
        elif event == "proxy.start_tls.started":
            self.tunnelled = True
        elif event == "http11.send_request_headers.failed":
            return self._is_ours and not isinstance(info.get("exception"), httpcore.LocalProtocolError)
        return self._is_ours and event == "http11.send_request_headers.complete"


def _context(stand_in: Endpoint | None) -> ssl.SSLContext:
    """Return what a host's certificate is checked by: the bundle that comes with httpx, or the stand-in's alone.

    Made by hand, since `ssl.create_default_context` writes the session's keys to the file that SSLKEYLOGFILE names.
    """
    import certifi

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # checks certificate and host name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    file = str(stand_in.ca) if stand_in and stand_in.ca else certifi.where()
    try:
        context.load_verify_locations(cafile=file)
    except (OSError, ssl.SSLError):
        raise VerifyError(
            "the certificate file cannot be read.", "What --endpoint-ca names must be a PEM file."
        ) from None
    return context


def _body(answer: httpx.Response) -> bytes:
    if answer.is_redirect or 300 <= answer.status_code < 400:
        raise Intercepted("The answer was a redirect, which is never followed: something else may have answered.")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise Intercepted("The answer was in an encoding that was not asked for: something else may have answered.")
    body = bytearray()
    for chunk in answer.iter_raw():
        body += chunk
        if len(body) > MAX_BODY:
            raise Intercepted("The answer was longer than any that is meant: something else may have answered.")
    return bytes(body)


def _retry_after(answer: httpx.Response) -> float | None:
    value = answer.headers.get("Retry-After", "")
    return min(float(value), 30.0) if value.isascii() and value.isdecimal() else None


def _failure(error: httpx.HTTPError, *, late: bool, tunnelled: bool) -> Unanswered:
    """Return what went wrong in words of ours: the library's may hold a header, a proxy's anything."""
    if late or isinstance(error, httpx.TimeoutException):
        return Unanswered("No answer came in time.")
    if (cause := _cause(error, ssl.SSLError)) is not None:
        return Intercepted(_of_tls(cause))
    if isinstance(error, httpx.LocalProtocolError):
        return Unsendable("A part holds characters that no request can carry; the credential was not sent.")
    if not tunnelled:
        return _of_proxy(error)
    if isinstance(error, httpx.ConnectError):
        return Later("No connection could be made.")
    return Later("The connection was cut before the answer was whole.")


def _of_tls(error: BaseException) -> str:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return f"What answered does not speak TLS as the host does; {_ELSEWHERE}"
    if error.verify_code in _UNTIMELY:
        return f"The certificate is not valid now: check this machine's clock; {_NOT_SENT}"
    return (
        "The certificate is not trusted: something on the way opens TLS, where the passphrase could be read; "
        f"{_ELSEWHERE}"
    )


def _of_proxy(error: httpx.HTTPError) -> Unanswered:
    if isinstance(error, httpx.ConnectError):
        return Intercepted(f"No connection to the proxy could be made; {_NOT_SENT}")
    if isinstance(error, httpx.ProxyError):
        status = str(error)[:3]
        if status == "407":
            return Intercepted(f"The proxy asks for a user and a password, or for others; {_NOT_SENT}")
        return Unanswered(f"The proxy refused the connection ({status if status.isdecimal() else '?'}); {_ELSEWHERE}")
    return Intercepted(f"What answered in the proxy's place is no proxy; {_NOT_SENT}")


def _cause(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error


def _silence() -> None:
    """Keep the libraries from logging: addresses, and in a retry the error with all it holds."""
    set_on_retry_hooks([])
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
