"""A fleet of made-up repositories of every kind, served by a git daemon and listed by fakes of three hosts."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

from keyguard.packs import expand
from tests.fakes.forge import Forge
from tests.fleet.conftest import GIT, LEAK, git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = ("clean", "leak", "fork", "empty", "damaged", "huge", "hostile", "renamed", "shared", "gone")
HOSTS = ("github", "gitlab", "gitea")


def kind_of(number: int) -> str:
    return KINDS[number % len(KINDS)]


def make(top: Path, count: int) -> None:
    """Make so many bare repositories, each of a kind by its number."""
    for number in range(count):
        place = top / f"bot{number:03}.git"
        place.mkdir(parents=True)
        git(place, "init", "--quiet", "--bare")
        kind = kind_of(number)
        if kind not in {"empty", "gone"}:
            subprocess.run([GIT, "fast-import", "--quiet"], cwd=place, input=_stream(number, kind), check=True)
        if kind == "damaged":
            for content in [path for path in (place / "objects").rglob("*") if path.is_file()]:
                content.chmod(0o644)
                content.write_bytes(b"nothing")
        elif kind == "hostile":
            _arm(place, top)
        elif kind == "gone":
            shutil.rmtree(place)


def _stream(number: int, kind: str) -> bytes:
    """Return the commits of a repository; a fork has those of the one before it, and one more."""
    own = number - 1 if kind == "fork" else number
    files = {"README.md": f"# bot {own}\n", "bot.py": f"x = {own}\n"}
    if kind in {"leak", "fork", "renamed", "hostile"}:
        files[".env"] = expand(LEAK, f"generated {own}")
    elif kind == "shared":
        files[".env"] = expand(LEAK, "generated shared")
    elif kind == "huge":
        files |= {f"module{n}.py": f"y = {number * n}\n" for n in range(300)}
        files["config/live.env"] = expand(LEAK, f"generated {number}")
    elif kind == "damaged":
        files |= {f"module{n}.py": f"y = {n}\n" for n in range(5)}
    steps = [files, {"more.py": "z = 1\n"}] if kind == "fork" else [files]
    return "".join(_commit(step, own) + _links(kind) for step in steps).encode()


def _commit(files: dict[str, str], number: int) -> str:
    head = f"commit refs/heads/main\ncommitter A <a@example.com> {1_700_000_000 + number} +0000\ndata 1\nx\n"
    return head + "".join(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n" for path, text in files.items())


def _links(kind: str) -> str:
    """Return links that lead out, and submodules at loopback and in this machine's files."""
    if kind != "hostile":
        return ""
    modules = "".join(
        f'[submodule "{name}"]\n\tpath = {name}\n\turl = {url}\n'
        for name, url in (("a", "file:///etc"), ("b", "http://127.0.0.1:1/x"), ("c", "ext::touch ran"))
    )
    links = {"outside": "../../../../..", "passwords": "/etc/passwd", "mirrors": "../../mirrors"}
    written = "".join(f"M 120000 inline {path}\ndata {len(to)}\n{to}\n" for path, to in links.items())
    return f"{written}M 100644 inline .gitmodules\ndata {len(modules)}\n{modules}\nM 160000 {'1' * 40} a\n"


def _arm(place: Path, top: Path) -> None:
    """Give a repository hooks, settings, borrowed objects and many refs."""
    touch = f"touch {top.parent}/ran"
    for name in ("post-update", "reference-transaction", "pre-receive", "post-checkout"):
        hook = place / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{touch}\n")
        hook.chmod(0o755)
    with (place / "config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = {touch}\n\tsshCommand = {touch}\n[credential]\n\thelper = !{touch}\n")
        config.write(f'[filter "x"]\n\tclean = {touch}\n[include]\n\tpath = {top.parent}/outside\n')
    (place / "objects" / "info").mkdir(exist_ok=True)
    (place / "objects" / "info" / "alternates").write_text(f"{top}/bot001.git/objects\n")
    tip = git(place, "rev-parse", "main")
    lines = "".join(f"{tip} refs/heads/{'x' * 100}{number}\n" for number in range(200))
    (place / "packed-refs").write_text(f"# pack-refs with: peeled fully-peeled sorted \n{lines}")


@contextlib.contextmanager
def daemon(top: Path) -> Iterator[str]:
    """Serve the repositories below a folder, and yield the address of that."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["daemon", "--export-all", "--reuseaddr", f"--base-path={top}", "--listen=127.0.0.1", f"--port={port}"]
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    with subprocess.Popen(
        [GIT, *words, str(top)], env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            yield f"git://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, 15)


def listed(count: int, address: str, *, renamed: bool = False) -> list[Forge]:
    """Return the hosts, each with its share of the repositories, and with trouble before each listing."""
    forges = [Forge(kind, token="not-a-real-token", page=7, moods=[429, 500, 503, 429]) for kind in HOSTS]  # noqa: S106
    for number in range(count):
        forge = forges[number % len(forges)]
        name = f"acme/{'new' if renamed and kind_of(number) == 'renamed' else 'bot'}{number:03}"
        more = {"fork": True} if kind_of(number) == "fork" and forge.kind != "gitlab" else {}
        forge.add(name, f"{address}/bot{number:03}.git", **more)
    return forges
