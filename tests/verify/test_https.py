"""The way out: what could be sent, and where, whatever is called above it."""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.errors import VerifyError
from keyguard.verify import https
from tests.fakes.okx import CONFIG, Exchange, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

HOSTS = {"www.okx.com": (4, 2.0)}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(Exchange(), tmp_path).running() as running:
        yield running


@pytest.fixture
def client(server: Server) -> httpx.Client:
    """Return the innermost client, which no verifier gets hold of."""
    return https.Reader(HOSTS, timeout=5, stand_in=https.endpoint(server.url, server.ca))._client


def test_a_reader_has_no_verb_but_get() -> None:
    public = {name for name in dir(https.Reader) if not name.startswith("_")}
    assert public == {"close", "get", "patiently"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "post", "get"])
def test_no_other_method_leaves_even_through_the_client_below(
    method: str, client: httpx.Client, server: Server
) -> None:
    request = client.build_request(method, server.url + CONFIG, headers={"Host": "www.okx.com"})
    request.method = method
    with pytest.raises(VerifyError, match="nothing but GET"):
        client.send(request)
    assert server.exchange.calls == []


def _stream() -> Iterator[bytes]:
    yield b"{}"


@pytest.mark.parametrize("body", [{"content": b"{}"}, {"json": {}}, {"data": {"a": "b"}}, {"content": _stream()}])
def test_no_body_leaves_with_a_get(body: dict[str, Any], client: httpx.Client, server: Server) -> None:
    with pytest.raises(VerifyError, match="nothing but GET"):
        client.request("GET", server.url + CONFIG, headers={"Host": "www.okx.com"}, **body)
    assert server.exchange.calls == []


def test_a_request_to_a_host_of_the_list_passes(client: httpx.Client, server: Server) -> None:
    assert client.get(server.url + CONFIG, headers={"Host": "www.okx.com"}).json()["code"] == "50103"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.okx.com.example/api",
        "https://www-okx.com/api",
        "https://www.okx.com@example.com/api",
        "https://example.com/www.okx.com",
        "http://www.okx.com/api",
        "https://www.okx.com:444/api",
        "https://eea.okx.com/api",
        "https://127.0.0.1/api",
        "https://[::1]/api",
        "https://okx.com/api",
    ],
)
def test_no_request_leaves_to_a_host_outside_the_list(url: str) -> None:
    client = https.Reader(HOSTS, timeout=1)._client
    with pytest.raises(VerifyError, match="hosts of its list"):
        client.get(url)


@given(st.from_regex(r"https://[a-z0-9.@:-]{1,40}(/[a-z]{0,9})?", fullmatch=True))
def test_whatever_an_address_looks_like_it_is_this_machine_or_refused(url: str) -> None:
    try:
        endpoint = https.endpoint(url, None)
    except VerifyError:
        return
    assert endpoint.host.startswith("127.") or endpoint.host == "::1"


def test_a_certificate_is_always_checked() -> None:
    context = https._context(None)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert getattr(context, "keylog_filename", None) is None


def test_a_certificate_file_that_is_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(VerifyError, match="cannot be read"):
            https.Reader(HOSTS, timeout=1, stand_in=https.endpoint("https://127.0.0.1:1", tmp_path / name))


def test_no_more_is_sent_in_any_window_than_the_pace_allows(server: Server) -> None:
    reader = https.Reader({"www.okx.com": (3, 0.5)}, timeout=5, stand_in=https.endpoint(server.url, server.ca))
    for _ in range(10):
        reader.get("www.okx.com", CONFIG, dict)
    times = [call.at for call in server.exchange.calls]
    # The fourth after each was sent half a second after it was sent, and it cannot have arrived before.
    assert all(later - earlier >= 0.5 for earlier, later in zip(times, times[4:], strict=False))


def test_a_host_that_is_busy_and_says_at_once_is_given_time_all_the_same(server: Server) -> None:
    reader = https.Reader({"www.okx.com": (9, 1.0)}, timeout=5, stand_in=https.endpoint(server.url, server.ca))
    tried: list[float] = []

    def ask() -> None:
        tried.append(time.monotonic())
        if len(tried) < 3:
            raise https.Later("busy", seconds=0.0)

    reader.patiently("www.okx.com", ask)
    first, second, third = tried
    assert second - first >= 0.5
    assert third - second >= 1


def test_what_cannot_be_sent_is_no_failure_of_the_host(server: Server) -> None:
    reader = https.Reader(HOSTS, timeout=5, stand_in=https.endpoint(server.url, server.ca))
    for _ in range(https.GIVE_UP):
        with pytest.raises(https.Unsendable):
            reader.patiently("www.okx.com", lambda: reader.get("www.okx.com", CONFIG, lambda: {"X": b"line\nfeed"}))
    assert reader.patiently("www.okx.com", lambda: reader.get("www.okx.com", CONFIG, dict)).status == 401
    assert [call.path for call in server.exchange.calls] == [CONFIG]
