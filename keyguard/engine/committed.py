"""Settings as a commit holds them, for a change that must not say itself what is passed over.

    commit --> a folder with its configuration, .keyguardignore, baseline and rule packs --> Settings

What was typed and lies in the repository is taken from the commit as well. What the commit lacks does not count, nor
does a symbolic link.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from keyguard import settings as config
from keyguard.engine import ranges
from keyguard.errors import SourceError
from keyguard.git import calls
from keyguard.git.repository import absent, open_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.engine.targets import Request
    from keyguard.git.model import Repository

_MOST_BYTES = 64 << 20  # of all the files
_OF_ROOT = (*config.NAMES, "pyproject.toml", config.IGNORE_FILE)
_PACKS = (".yml", ".yaml")


class Committed:
    """A folder with those files of a commit that settle what a run does; it goes away with this object."""

    def __init__(self, request: Request, root: Path) -> None:
        """Find the repository and the commit; raises SourceError where there is none."""
        self._request, self._root = request, root
        self._repository = _repository(root)
        self.commit = ranges.resolved(self._repository, request.config_from or "")
        self._folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="keyguard-")))
        weakref.finalize(self, _remove, self._folder, os.getpid())
        self._left = _MOST_BYTES
        self.lacking: list[str] = []  # what was typed and is not in the commit

    def settings(self) -> config.Settings:
        """Return the settings of the run."""
        prefix = os.path.relpath(os.path.realpath(self._root), self._repository.folder)
        top = self._folder / prefix
        top.mkdir(parents=True, exist_ok=True)
        for name in _OF_ROOT:
            self._take(os.path.normpath(f"{prefix}/{name}"))
        chosen = self._typed(self._request.config) if self._request.config else None
        found = config.load(top, chosen, self._options())
        for path in (*found.rules, *([found.baseline] if found.baseline else [])):
            if path.absolute().is_relative_to(self._folder):
                self._take(os.path.relpath(path.absolute(), self._folder))
        return replace(found, root=self._root, copy=top)

    def _options(self) -> dict[str, object]:
        options = dict(self._request.settings)
        if given := options.pop("baseline", None):
            baseline = self._typed(str(given))
            options |= {"baseline": str(baseline)} if baseline else {}
        if packs := options.get("rules"):
            assert isinstance(packs, (tuple, list))  # noqa: S101 - as the options are made
            options["rules"] = tuple(str(path) for path in map(self._typed, map(str, packs)) if path)
        return options

    def _typed(self, path: str) -> Path | None:
        """Return a file that was typed: the commit's where it lies in the repository, None where that has none."""
        place = os.path.normpath(os.path.join(os.path.realpath("."), path))  # noqa: PTH118 - it may be a link
        name = os.path.relpath(place, self._repository.folder)
        if name.startswith(f"..{os.sep}"):
            return Path(path)
        if self._take(name):
            return self._folder / name
        self.lacking.append(path)
        return None

    def _take(self, name: str) -> bool:
        """Write a file of the commit, or the packs of a folder, and say whether there is any."""
        found = [entry for entry in self._entries(name) if entry.is_file]
        for entry in found:
            self._left -= entry.size
            if self._left < 0:
                raise SourceError(f"what settles the run is larger than {_MOST_BYTES >> 20} MiB in {self.commit[:10]}")
            place = self._folder / entry.name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(self._git("cat-file", "blob", entry.id))
        return bool(found)

    def _entries(self, name: str) -> Iterator[_Entry]:
        """List a file, or those of a folder that may be packs."""
        for entry in self._listed(name):
            if entry.kind == "tree":
                yield from (one for one in self._listed(f"{entry.name}/") if one.name.endswith(_PACKS))
            else:
                yield entry

    def _listed(self, name: str) -> Iterator[_Entry]:
        where = [] if name in {".", "./"} else ["--", name.replace(os.sep, "/")]
        for record in self._git("ls-tree", "-z", "-l", "--full-tree", self.commit, *where).split(b"\0"):
            if record:
                facts, _, path = os.fsdecode(record).partition("\t")
                mode, kind, id_, size = facts.split()
                yield _Entry(path, mode, kind, id_, int(size) if size.isdigit() else 0)

    def _git(self, *words: str) -> bytes:
        return calls.run(words, cwd=self._repository.folder, bare=self._repository.bare)


class _Entry(NamedTuple):
    """An entry of a commit's tree."""

    name: str
    mode: str
    kind: str
    id: str
    size: int

    @property
    def is_file(self) -> bool:
        """Whether it is a file, and no link."""
        return self.mode.startswith("100")


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:  # a worker is a copy of the process that needs it still
        shutil.rmtree(folder, ignore_errors=True)


def _repository(root: Path) -> Repository:
    found = open_repository(str(root))
    if found is None:
        raise absent(str(root), "--config-from names a commit of one")
    return found
