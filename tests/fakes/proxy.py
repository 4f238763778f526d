"""A proxy on this machine, as companies have them: it lets through, refuses, asks for a password, or meddles."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from collections.abc import Iterator

MOODS = (
    "allow",
    "refuse",
    "password",  # wants USER and PASSWORD
    "redirect",  # sends elsewhere, as one that wants a login first
    "plain",  # answers in plain text where TLS should begin
    "opens",  # opens TLS, with a certificate of its own
    "web",  # is no proxy but a web server
)
USER, PASSWORD = "ada", "p@ss:word/1"
_BLOCK = 1 << 16


class Proxy:
    """Tunnels what is asked for by CONNECT, and keeps what it saw."""

    def __init__(self, mood: str) -> None:
        self.mood = mood
        self.asked: list[str] = []  # the first line of each request
        self.seen = b""  # all that came to it in the clear
        certificate = trustme.CA().issue_cert("127.0.0.1", "localhost")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._context)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"

    @contextmanager
    def running(self) -> Iterator[Proxy]:
        """Serve until the end of the block."""
        threading.Thread(target=self._serve, daemon=True).start()
        try:
            yield self
        finally:
            self._server.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._meet, args=(client,), daemon=True).start()

    def _meet(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                if not (data := client.recv(_BLOCK)):
                    return
                head += data
            self.seen += head
            self.asked.append(head.partition(b"\r\n")[0].decode())
            self._answer(client, head)

    def _answer(self, client: socket.socket, head: bytes) -> None:
        wanted = b"Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode())
        if self.mood == "refuse":
            client.sendall(b"HTTP/1.1 403 Forbidden \x1b[31m\r\nContent-Length: 4\r\n\r\nnope")
        elif self.mood == "redirect":
            client.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/login\r\nContent-Length: 0\r\n\r\n")
        elif self.mood == "password" and wanted not in head:
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        elif self.mood == "web":
            client.sendall(b"<html>Log in to the network</html>\r\n")
        elif self.mood == "plain":
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self.seen += client.recv(_BLOCK)
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n<html>Blocked</html>")
        elif self.mood == "opens":
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with self._context.wrap_socket(client, server_side=True) as opened:
                self.seen += opened.recv(_BLOCK)
        else:
            self._tunnel(client)

    def _tunnel(self, client: socket.socket) -> None:
        host, _, port = self.asked[-1].split()[1].rpartition(":")
        with socket.create_connection((host, int(port))) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pass, args=(server, client), daemon=True)
            back.start()
            _pass(client, server)
            back.join(10)


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(_BLOCK):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
