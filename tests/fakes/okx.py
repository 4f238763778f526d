"""A stand-in for OKX on this machine: real TLS, real signatures, and every answer that OKX is known to give.

    python -m tests.fakes.okx            serve it, with made-up leaks to check against it

It shares no code with what it is there to test. One server stands for every site; the Host header says which is meant.
Keys have permissions, addresses, a realm and a site; a host can be told to misbehave in the ways of `MOODS`.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import re
import ssl
import tempfile
import threading
import time
from collections import defaultdict, deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trustme

from keyguard.packs import expand
from tests.fakes.tls import TlsServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SITES = {
    "www.okx.com": "global",
    "eea.okx.com": "eea",
    "us.okx.com": "us",
    "tr.okx.com": "tr",
    "web3.okx.com": "web3",
}
CONFIG = "/api/v5/account/config"
TIME = "/api/v5/public/time"
WEB3 = "/api/v6/dex/aggregator/supported/chain"

# The HTTP status of each code of the authentication family, and of those that are not about the credential.
STATUS: Mapping[str, int] = {
    "0": 200,
    **dict.fromkeys(("50100", "50004", "50006", "50014"), 400),
    **dict.fromkeys(
        "50101 50102 50103 50104 50105 50106 50107 50108 50109 50110 50111 50112 50113 50114 50119 50125".split(), 401
    ),
    **dict.fromkeys(("50035",), 403),
    **dict.fromkeys(("50115",), 405),
    **dict.fromkeys(("50011", "50013"), 429),
    **dict.fromkeys(("50001",), 503),
    **dict.fromkeys(("50026",), 500),
    **dict.fromkeys(
        (
            "50116 50118 50120 50121 50030 50038 50053 50041 50007 50027 50029 50051 50059 50060 80001 "
            "50008 50012 50040 50061 59500 59604 60005 60032"
        ).split(),
        200,
    ),
}
MOODS = (
    "slow",  # sends nothing for longer than anybody waits
    "drip",  # sends a header a byte at a time
    "drip-body",
    "cut",  # closes the connection before it answers
    "half",  # closes it in the middle of the answer
    "half-json",
    "html",
    "endless",
    "redirect",
    "gzip",
    "echo",  # repeats what it was sent, wherever that can be
    "busy",  # answers 429 with Retry-After
    "down",  # answers 503 without JSON
    "no-data",
    "words",  # permissions that nobody has heard of
)


@dataclass
class Key:
    """One API key as the exchange knows it."""

    secret: str
    passphrase: str
    perm: str = "read_only"
    ip: str = ""
    realm: str = "live"
    site: str = "global"
    uid: str = "440000000000000001"
    main_uid: str | None = None
    label: str = "market maker"
    code: str | None = None  # answered once everything else is right
    codes: list[str] = field(default_factory=list)  # answered first, one a call
    moods: list[str] = field(default_factory=list)  # likewise
    mood: str | None = None


@dataclass
class Call:
    """What a request was, without its values."""

    method: str
    host: str
    path: str
    key: str
    demo: bool
    code: str
    at: float
    headers: tuple[str, ...]


class Exchange:
    """The state of the stand-in, and its answers."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {}
        self.calls: list[Call] = []
        self.ahead = 0.0  # seconds by which its clock is ahead
        self.limit = (5, 2.0)
        self.address = "198.51.100.7"  # of whoever calls
        self.anywhere = False  # whoever calls comes from one of a key's addresses
        self.mood: str | None = None  # of every host, towards everybody
        self.sites: dict[str, str] = {}  # the one code that a site answers, whatever it is asked
        self.moods: dict[str, str] = {}  # of a site, towards everybody
        self._recent: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()
        self.closing = threading.Event()

    def add(self, seed: str = "fake", number: int = 1, **facts: Any) -> Key:
        """Have a key whose parts are those that `expand` gives for a seed and a number."""
        parts = [expand(f"<{part}:{number}>", seed) for part in ("api_key", "secret_key", "passphrase")]
        facts.setdefault("uid", str(440000000000000000 + len(self.keys)))
        self.keys[parts[0]] = Key(parts[1], parts[2], **facts)
        return self.keys[parts[0]]

    @property
    def codes(self) -> list[str]:
        """What was answered, in order, without calls for the time."""
        return [call.code for call in self.calls if call.path != TIME]

    def now(self) -> float:
        """Return its time in seconds."""
        return time.time() + self.ahead

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> tuple[str, list[Any], Key | None]:
        """Return code, data and the key that was meant, and note the call."""
        with self._lock:
            key = self.keys.get(headers.get("OK-ACCESS-KEY", ""))
            host = headers.get("Host", "")
            code, data = self._answer(method, path, headers, SITES.get(host, "?"), key)
            demo = headers.get("x-simulated-trading") == "1"
            name = headers.get("OK-ACCESS-KEY", "")[:4]
            self.calls.append(Call(method, host, path, name, demo, code, time.monotonic(), tuple(headers)))
            return code, data, key

    def _answer(
        self, method: str, path: str, headers: Mapping[str, str], site: str, key: Key | None
    ) -> tuple[str, list[Any]]:
        if path == TIME:
            return "0", [{"ts": str(int(self.now() * 1000))}]
        if method != "GET":
            return "50115", []
        for name, code in _MISSING.items():
            if not headers.get(name):
                return code, []
        if untimely := self._time(headers["OK-ACCESS-TIMESTAMP"]):
            return untimely, []
        if path != (WEB3 if site == "web3" else CONFIG):
            return "50030", []
        if site in self.sites:
            return self.sites[site], []
        if key is None or key.site != site:
            unknown = site == "web3" or not re.fullmatch(r"[0-9a-f-]{36}", headers["OK-ACCESS-KEY"])
            return ("50111" if unknown else "50119"), []
        if not self._in_time(key.uid, site):
            return "50011", []
        if key.codes:
            return key.codes.pop(0), []
        return self._of_key(method, path, headers, key)

    def _of_key(self, method: str, path: str, headers: Mapping[str, str], key: Key) -> tuple[str, list[Any]]:
        demo = headers.get("x-simulated-trading") == "1"
        if key.site != "web3" and demo is not (key.realm == "demo"):
            return "50101", []
        if key.ip and not self.anywhere and self.address not in key.ip.split(","):
            return "50110", []
        if headers["OK-ACCESS-PASSPHRASE"] != key.passphrase:
            return "50105", []
        text = f"{headers['OK-ACCESS-TIMESTAMP']}{method}{path}"
        digest = hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).digest()
        if base64.b64encode(digest).decode() != headers["OK-ACCESS-SIGN"]:
            return "50113", []
        if key.code:
            return key.code, []
        if path == WEB3:
            return "0", [{"chainIndex": "1", "chainName": "Ethereum"}]
        if "read_only" not in key.perm.lower():
            return "50120", []
        return "0", [_config(key)]

    def _time(self, text: str) -> str | None:
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text):
            return "50112"
        sent = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp()
        return "50102" if abs(sent - self.now()) > 30 else None

    def _in_time(self, uid: str, site: str) -> bool:
        recent, now = self._recent[uid, site], time.monotonic()
        count, seconds = self.limit
        while recent and recent[0] <= now - seconds:
            recent.popleft()
        recent.append(now)
        return len(recent) <= count


_MISSING = {
    "OK-ACCESS-KEY": "50103",
    "OK-ACCESS-PASSPHRASE": "50104",
    "OK-ACCESS-SIGN": "50106",
    "OK-ACCESS-TIMESTAMP": "50107",
}


def _config(key: Key) -> dict[str, Any]:
    return {
        "acctLv": "2",
        "autoLoan": False,
        "ip": key.ip,
        "kycLv": "3",
        "label": key.label,
        "level": "Lv1",
        "mainUid": key.main_uid or key.uid,
        "opAuth": "1",
        "perm": key.perm,
        "posMode": "long_short_mode",
        "roleType": "0",
        "settleCcyList": ["USDT"],
        "type": "1" if key.main_uid else "0",
        "uid": key.uid,
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    exchange: Exchange

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle_any(self) -> None:
        code, data, key = self.exchange.answer(self.command, self.path, dict(self.headers.items()))
        mood = self.exchange.moods.get(SITES.get(self.headers.get("Host", ""), ""), self.exchange.mood)
        if key is not None and self.path != TIME and SITES.get(self.headers.get("Host", "")) == key.site:
            mood = key.moods.pop(0) if key.moods else key.mood or mood
        body = {"code": code, "msg": "" if code == "0" else f"made up; from {self.exchange.address}", "data": data}
        self.close_connection = True
        with suppress(OSError):
            if mood:
                self._misbehave(mood, body)
            else:
                self._send(STATUS.get(code, 200), json.dumps(body).encode())

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_any  # noqa: N815

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _misbehave(self, mood: str, body: dict[str, Any]) -> None:
        whole = json.dumps(body).encode()
        sent = {name: value for name, value in self.headers.items() if name.startswith("OK-")}
        if mood == "slow":
            self.exchange.closing.wait(60)
        elif mood in {"drip", "drip-body"}:
            self._drip(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n" + (b"\r\n" if mood == "drip-body" else b"X: "))
        elif mood == "half":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n" + whole)
        elif mood != "cut":
            self._answer_oddly(mood, whole, sent)

    def _answer_oddly(self, mood: str, whole: bytes, sent: Mapping[str, str]) -> None:
        if mood == "half-json":
            self._send(200, whole[: len(whole) // 2])
        elif mood == "html":
            self._send(200, f"<html><body>Attention! {sent}</body></html>".encode())
        elif mood == "endless":
            self._send(200, b" " * 10_000_000)
        elif mood == "redirect":
            self._send(302, b"", Location=f"https://localhost:{self.server.server_port}{CONFIG}")  # type: ignore[attr-defined]
        elif mood == "gzip":
            self._send(200, b"\x1f\x8b", Content_Encoding="gzip")
        elif mood == "echo":
            told = ",".join(sent.values())
            facts = dict.fromkeys(("perm", "label", "uid", "ip"), told)
            self._send(200, json.dumps({"code": "0", "msg": told, "data": [facts], **sent}).encode(), X_Echo=told)
        elif mood == "busy":
            self._send(
                429, json.dumps({"code": "50011", "msg": "Too Many Requests", "data": []}).encode(), Retry_After="1"
            )
        elif mood == "down":
            self._send(503, b"upstream")
        elif mood == "no-data":
            self._send(200, b'{"code":"0","msg":"","data":[]}')
        else:
            assert mood == "words", mood
            body = json.loads(whole)
            body["data"][0]["perm"] = "read_only,onchain,\x1b[31mred, ,<script>"
            self._send(200, json.dumps(body).encode())

    def _drip(self, start: bytes) -> None:
        self.wfile.write(start)
        while not self.exchange.closing.wait(0.05):
            self.wfile.write(b"x")


class Server:
    """The exchange over TLS on a port of this machine; `other_ca` has it show a certificate nobody trusts."""

    def __init__(
        self,
        exchange: Exchange,
        folder: Path,
        *,
        port: int = 0,
        other_ca: bool = False,
        names: tuple[str, ...] = ("127.0.0.1", "::1", "localhost"),
    ) -> None:
        authority = trustme.CA()
        self.ca = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (trustme.CA() if other_ca else authority).issue_cert(*names).configure_cert(context)
        handler = type("Handler", (_Handler,), {"exchange": exchange})
        self.exchange = exchange
        self._server = TlsServer(("127.0.0.1", port), handler, context)
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def options(self) -> list[str]:
        """The options that point keyguard at it."""
        return ["--endpoint", self.url, "--endpoint-ca", str(self.ca)]

    @contextmanager
    def running(self) -> Iterator[Server]:
        """Serve until the end of the block."""
        self._thread.start()
        try:
            yield self
        finally:
            self.exchange.closing.set()
            self._server.shutdown()
            self._server.server_close()


# --- to try it by hand

_SHOWN: dict[str, dict[str, Any]] = {
    "withdraw/.env": {"perm": "read_only,trade,withdraw"},
    "trader/settings.py": {"perm": "read_only,trade", "ip": "198.51.100.7", "main_uid": "440000000000000000"},
    "report/config.json": {"perm": "read_only", "site": "eea", "label": "tax report"},
    "paper/.env": {"perm": "read_only,trade", "realm": "demo"},
    "old/.env": {},
    "bound/.env": {"perm": "read_only,trade", "ip": "203.0.113.5"},
    "rotated/.env": {"perm": "read_only,trade"},
}
_FILES = {
    ".env": "OKX_API_KEY={key}\nOKX_SECRET_KEY={secret}\nOKX_PASSPHRASE={passphrase}\n",
    "settings.py": 'OKX_API_KEY = "{key}"\nOKX_SECRET_KEY = "{secret}"\nOKX_PASSPHRASE = "{passphrase}"\n',
    "config.json": '{{"okx": {{"apiKey": "{key}", "secret": "{secret}",\n  "password": "{passphrase}"}}}}\n',
}


def leak(exchange: Exchange, folder: Path, seed: str) -> None:
    """Write made-up leaks of every kind into a folder, and have the exchange know their keys."""
    for number, (path, facts) in enumerate(_SHOWN.items(), 1):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        marks = {
            "key": f"<api_key:{number}>",
            "secret": f"<secret_key:{number}>",
            "passphrase": f"<passphrase:{number}>",
        }
        file.write_text(expand(_FILES[file.name].format(**marks), seed), "utf-8")
        if not path.startswith("old"):
            key = exchange.add(seed, number, **facts)
            if path.startswith("rotated"):
                key.passphrase = expand(f"<passphrase:{number + 100}>", seed)


def main() -> None:
    """Serve the stand-in until it is interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.okx", description="A stand-in for OKX to check against."
    )
    parser.add_argument("--port", type=int, default=0, help="the port to listen on (default: any free one)")
    parser.add_argument("--folder", type=Path, help="where certificate and made-up leaks go (default: a new one)")
    parser.add_argument("--seed", default="fake", help="the made-up values follow from it")
    wanted = parser.parse_args()
    folder = wanted.folder or Path(tempfile.mkdtemp(prefix="okx-stand-in-"))
    folder.mkdir(parents=True, exist_ok=True)
    exchange = Exchange()
    leak(exchange, folder / "leaks", wanted.seed)
    with Server(exchange, folder, port=wanted.port).running() as server:
        print(f"Serving at {server.url}; Ctrl-C ends it. Try in another terminal:\n")  # noqa: T201
        print(f"  keyguard scan --verify {' '.join(server.options)} {folder / 'leaks'}", flush=True)  # noqa: T201
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
