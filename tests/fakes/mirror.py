"""A firm's own server on loopback, over TLS: git's smart protocol, a package index, and files.

/sec/keyguard.git    git http-backend, below the folder `git`
/private/...         the same, for who logs in as a job of GitLab's
/simple/NAME/        PEP 503, of the wheels in the folder `wheels`
/files/NAME          the same wheels
"""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import threading
from base64 import b64encode
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

import trustme

from tests.fakes.tls import TlsServer

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGIN = "gitlab-ci-token:of-the-job"

# Nothing but loopback is reached: what asks anybody else talks to a closed port.
_NOWHERE = "http://127.0.0.1:9"


class Mirror:
    """The server, and the environment by which git, pip, pipx, uv and pre-commit trust it and ask nobody else."""

    def __init__(self, folder: Path) -> None:
        self.git, self.wheels, self.ca = folder / "git", folder / "wheels", folder / "ca.pem"
        self.git.mkdir()
        self.wheels.mkdir()
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        handler = type("Handler", (_Handler,), {"mirror": self})
        self._server = TlsServer(("127.0.0.1", 0), handler, context)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"https://{self.host}"

    @contextmanager
    def running(self) -> Iterator[Mirror]:
        """Serve until the end of the block."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def environment(self, home: Path, *, network: bool = True) -> dict[str, str]:
        """Return the environment of a machine that has this server only; without a network, no index either."""
        tools = ("PIP_", "UV_", "PIPX_", "PRE_COMMIT", "KEYGUARD_", "GIT_", "PYTHON", "VIRTUAL_ENV", "XDG_")
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(tools)}
        authority = ("GIT_SSL_CAINFO", "PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
        found = {
            **kept,
            **dict.fromkeys(authority, str(self.ca)),
            **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NOWHERE),
            **dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1"),
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_COMPILE": "1",  # half of the time of an installation
            "UV_NO_CONFIG": "1",
            "UV_PYTHON_DOWNLOADS": "never",
        }
        index = {"PIP_INDEX_URL": f"{self.url}/simple", "UV_DEFAULT_INDEX": f"{self.url}/simple"}
        return found | (index if network else {})


class _Handler(BaseHTTPRequestHandler):
    mirror: ClassVar[Mirror]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer for an index, a file, or git."""
        path = urlsplit(self.path).path
        if path.startswith("/simple/"):
            self._send(self._index(path.split("/")[2]), "text/html")
        elif path.startswith("/files/"):
            file = self.mirror.wheels / Path(path).name
            self._send(file.read_bytes(), "application/octet-stream") if file.is_file() else self.send_error(404)
        else:
            self._git()

    def do_HEAD(self) -> None:
        """Answer as to GET, without a body: uv asks how large a file is."""
        self.do_GET()

    def do_POST(self) -> None:
        """Answer for git."""
        self._git()

    def _index(self, name: str) -> bytes:
        wheels = sorted(path.name for path in self.mirror.wheels.iterdir())
        names = [wheel for wheel in wheels if re.sub("[-_.]+", "-", wheel.split("-")[0]).lower() == name]
        return "".join(f'<a href="/files/{escape(one)}">{escape(one)}</a>' for one in names).encode()

    def _send(self, body: bytes, type_: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", type_)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _git(self) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith("/private/"):
            login = b64encode(LOGIN.encode()).decode()
            if self.headers.get("Authorization") != f"Basic {login}":
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            path = path.removeprefix("/private")
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.mirror.git),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        body = self._body()
        environment["CONTENT_LENGTH"] = str(len(body))
        done = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False)  # noqa: S607
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in (headers | {"Content-Length": str(len(answer))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def _body(self) -> bytes:
        """Read a body, which git sends in chunks if it is large."""
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        return found
