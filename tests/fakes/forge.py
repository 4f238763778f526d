"""A stand-in for the APIs of GitHub, GitLab and Gitea that list repositories: pages, limits of rate, trouble."""

from __future__ import annotations

import json
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import trustme

from tests.fakes.tls import TlsServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Forge:
    """What it holds, how it behaves, and what it was asked."""

    kind: str
    token: str = ""
    page: int = 2
    moods: list[int] = field(default_factory=list)  # statuses to answer before any page
    elsewhere: str = ""  # where the next page is said to be
    listed: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def api(self) -> str:
        return f"https://localhost:{self.port}" + {"gitlab": "/api/v4", "gitea": "/api/v1"}.get(self.kind, "")

    def add(self, name: str, address: str, **more: Any) -> None:
        number = len(self.listed) + 1
        if self.kind == "gitlab":
            facts = {"id": number, "path_with_namespace": name, "http_url_to_repo": address}
        else:
            facts = {"id": number, "full_name": name, "clone_url": address}
        self.listed.append(facts | more)


@contextmanager
def served(forge: Forge, folder: Any) -> Iterator[str]:
    """Serve it over TLS, and yield the file of the authority that its certificate is of."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    path = folder / "ca.pem"
    authority.cert_pem.write_to_path(path)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            forge.asked.append(self.path)
            if forge.moods:
                self._answer(forge.moods.pop(0), {"message": "later"}, {"Retry-After": "0"})
                return
            word = "token" if forge.kind == "gitea" else "Bearer"
            if forge.token and self.headers.get("Authorization") != f"{word} {forge.token}":
                self._answer(401, {"message": "Bad credentials"})
                return
            parts = urlsplit(self.path)
            if "/acme/" not in parts.path:
                self._answer(404, {"message": "Not Found"})
                return
            number = int(parse_qs(parts.query).get("page", ["1"])[0])
            start = (number - 1) * forge.page
            more = {}
            if start + forge.page < len(forge.listed):
                following = forge.elsewhere or f"https://localhost:{forge.port}{parts.path}?page={number + 1}"
                more = {"Link": f'<{following}>; rel="next"'}
            self._answer(200, forge.listed[start : start + forge.page], more)

        def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with TlsServer(("127.0.0.1", 0), Handler, context) as server:
        forge.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield str(path)
        server.shutdown()
