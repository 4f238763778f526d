"""What is asked of git at another host: which tips a repository has there, and all that they reach.

A mirror is bare, has no configuration but what git itself writes, and is never checked out, so that nothing in it can
run. Git may use the protocol of the address alone: neither a redirect nor a submodule leads to another one.
"""

from __future__ import annotations

import base64
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from keyguard.errors import SourceError
from keyguard.git import calls
from keyguard.git.described import public
from keyguard.git.process import Bounds, Call
from keyguard.git.program import command, environment
from keyguard.veil import covered

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOLS = frozenset({"https", "http", "ssh", "git", "file"})

_OF_SSH = re.compile(r"[\w.\-]+@[\w.\-]+:(?!//)")
_TIP = re.compile(r"([0-9a-f]{40,64}|ref: refs/heads/[^\0\n\t]+)\t(refs/[^\0\n]+|HEAD)")
_BRANCH = "refs/heads/"
_SSH = "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes"
_REFS = ("for-each-ref", "--format=%(objectname)%09%(HEAD)%09%(refname)")
_LIMIT_OF_TIPS = 60.0  # seconds
_FETCH = (
    "fetch", "--quiet", "--prune", "--force", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance",
    "--no-write-fetch-head", "--no-write-commit-graph", "--end-of-options",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """How a host is reached: a token that is sent to it alone, and what one fetch may take."""

    token: str = ""
    token_host: str = ""  # with its port, if the address names one
    seconds: float = 3600.0
    size: int = 16 << 30  # bytes of one pack

    def __repr__(self) -> str:
        """Say all but the token."""
        return f"Access(token_host={self.token_host!r}, seconds={self.seconds}, size={self.size})"


def protocol(address: str) -> str:
    """Return the protocol of an address, '' for a path; raises SourceError for one that is not spoken."""
    scheme = urlsplit(address).scheme if "://" in address else "ssh" if _OF_SSH.match(address) else ""
    if address.startswith("-") or "::" in address.partition("/")[0] or (scheme and scheme not in PROTOCOLS):
        raise SourceError(f"{shown(address)!r} is no address of a repository", "https://, ssh://, git:// or a path")
    return scheme


def shown(address: str) -> str:
    """Return an address as it may be printed: without user, password, query and fragment."""
    if "://" not in address or address.startswith("file://"):
        return covered(address)
    return covered(public(address) or "an address")


def tips(address: str, access: Access) -> dict[str, str]:
    """Return the ids of a repository's refs by their names, in the order of these; one answer of the host.

    HEAD comes with the name of its branch, where it stands on one.
    """
    words = ["ls-remote", "--quiet", "--symref", "--end-of-options", address]
    with _call(words, os.path.abspath(os.sep), address, access, limit=_LIMIT_OF_TIPS) as call:  # noqa: PTH100
        lines = _answer(call, address).decode("utf-8", "surrogateescape").splitlines()
    found: dict[str, str] = {}
    for tip in filter(None, map(_TIP.fullmatch, lines)):
        if not tip[2].endswith("^{}"):
            found.setdefault(tip[2], tip[1].removeprefix("ref: "))  # the branch of HEAD stands before its commit
    return dict(sorted(found.items()))


def tips_here(folder: str) -> dict[str, str]:
    """Return the same of a repository in a folder."""
    written = os.fsdecode(calls.run(_REFS, cwd=folder, bare=True, top=True)).splitlines()
    rows = sorted((name, tip, head) for tip, head, name in (line.split("\t", 2) for line in written))
    current = [("HEAD", name) for name, _, head in rows if head == "*"]
    return dict([*current, *((name, tip) for name, tip, _ in rows)])


def mirror(address: str, folder: Path, access: Access, head: str = "") -> None:
    """Make a mirror of a repository in a folder, or bring the one that is there up to date; HEAD is put on a branch."""
    if not (folder / "HEAD").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        words = command(["init", "--quiet", "--bare", "--template=", "."], bare=True)
        with Call(words, str(folder), environment(str(folder))) as call:
            call.output()
    with _call([*_FETCH, address, "+refs/*:refs/*"], str(folder), address, access, limit=access.seconds) as call:
        _answer(call, address)
    if head.startswith(_BRANCH):
        with suppress(SourceError):  # a name that git does not take
            calls.run(["symbolic-ref", "HEAD", head], cwd=folder, bare=True, top=True)


def _answer(call: Call, address: str) -> bytes:
    try:
        return call.output().read()
    except SourceError as error:
        reason = error.message.partition(": ")[2] or error.message
        raise SourceError(
            f"{shown(address)} cannot be read: {covered(reason)}", "check the address, and who may read it"
        ) from None


def _call(words: list[str], folder: str, address: str, access: Access, *, limit: float) -> Call:
    scheme = protocol(address)
    settings = {
        "http.followRedirects": "false",
        "fetch.bundleURI": "",
        "transfer.bundleURI": "false",
        "credential.helper": "",
        "fetch.unpackLimit": "1",
        **_authorization(address, access),
    }
    env = {name: value for name, value in environment(folder).items() if name not in {"GIT_DIR", "GIT_WORK_TREE"}}
    env |= {"GIT_ALLOW_PROTOCOL": scheme or "file", "GIT_CONFIG_COUNT": str(len(settings))}
    if scheme == "ssh":
        env |= {"GIT_SSH_COMMAND": _SSH, "GIT_SSH_VARIANT": "ssh"}
    for number, (name, value) in enumerate(settings.items()):  # not on the command line, which others can read
        env |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    bounds = Bounds(memory=4 << 30, output=access.size)
    return Call(command(words, bare=True), folder, env, limit=limit, bounds=bounds)


def _authorization(address: str, access: Access) -> dict[str, str]:
    parts = urlsplit(address)
    if (
        not access.token
        or parts.scheme not in {"https", "http"}
        or parts.netloc.rpartition("@")[2] != access.token_host
    ):
        return {}
    word = base64.b64encode(f"oauth2:{access.token}".encode()).decode()
    return {f"http.{parts.scheme}://{access.token_host}/.extraHeader": f"Authorization: Basic {word}"}
