"""The user's own key, and the seal that it puts on what is kept between runs.

The key is 32 random bytes in the user's state folder, readable by the user alone; it never lies in a cache. Where jobs
begin on a new machine each time, `KEYGUARD_CACHE_KEY` brings it: a long random text from the CI server's secrets.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import stat
import sys
from dataclasses import field
from pathlib import Path
from typing import Literal

from keyguard import atomic
from keyguard.errors import SettingsError
from keyguard.frozen import dataclass

SIZE = 32
"""Bytes of a seal, and of the key."""

_VARIABLE = "KEYGUARD_CACHE_KEY"
_SHORTEST = 20  # characters; what can be guessed is no key
FILE = "cache.key"


@dataclass(frozen=True, slots=True)
class Seal:
    """Makes and proves seals under one key."""

    _key: bytes = field(repr=False)

    def of(self, *texts: bytes) -> bytes:
        """Return the seal of some texts; where one ends and the next begins counts too."""
        mark = hashlib.blake2b(key=self._key, digest_size=SIZE)
        for text in texts:
            mark.update(len(text).to_bytes(8, "big"))
            mark.update(text)
        return mark.digest()

    def holds(self, mark: bytes, *texts: bytes) -> bool:
        """Tell whether it is the seal of these texts."""
        return hmac.compare_digest(mark, self.of(*texts))


def folder() -> Path | None:
    """Return the folder that the key lies in; None where the environment brings the key."""
    if os.environ.get(_VARIABLE):
        return None
    return user_folder("state")


def user_folder(kind: Literal["cache", "state"]) -> Path:
    """Return keyguard's own folder of a kind; on Linux without platformdirs, whose import takes 10 ms."""
    if sys.platform != "linux":
        import platformdirs

        find = {"cache": platformdirs.user_cache_dir, "state": platformdirs.user_state_dir}[kind]
        return Path(find("keyguard", appauthor=False))
    home = {"cache": "~/.cache", "state": "~/.local/state"}[kind]
    chosen = os.environ.get(f"XDG_{kind.upper()}_HOME", "").strip()
    try:
        return Path(chosen or home).expanduser() / "keyguard"
    except RuntimeError:  # a user without a home keeps nothing
        return Path(os.devnull) / "keyguard"


def own() -> Seal | None:
    """Return the seal under the user's key, which is made when there is none; None where it cannot be kept."""
    place = folder()
    if place is None:
        return Seal(_given())
    with contextlib.suppress(OSError):
        key = _read(place / FILE) or _made(place / FILE)
        return Seal(key) if key else None
    return None


def _given() -> bytes:
    text = os.environ[_VARIABLE]
    if len(text) < _SHORTEST:
        raise SettingsError(
            f"{_VARIABLE} is shorter than {_SHORTEST} characters.", "`openssl rand -hex 32` makes one that is not."
        )
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


def _read(path: Path) -> bytes | None:
    """Read the key; a link, a file of somebody else or one that others may read is none."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        facts = os.fstat(handle)
        data = file.read(SIZE + 1) if stat.S_ISREG(facts.st_mode) else b""
    private = os.name == "nt" or (facts.st_uid == os.geteuid() and not facts.st_mode & 0o077)
    return data if private and len(data) == SIZE else None


def _made(path: Path) -> bytes | None:
    """Make the key; of processes side by side one makes it, and the others read it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        key = os.urandom(SIZE)
        with atomic.writing(path, mode=0o600, fresh=True) as stream:
            stream.write(key)
        return key
    return _read(path)
