"""Changes of files, planned before any is written, and written only if nothing changed in between."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard import atomic
from keyguard.cli.setup import CannotAddError
from keyguard.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_BYTES = 1 << 20  # of a file to which something is added


@dataclass(frozen=True, slots=True)
class Change:
    """A file as it is and as it is to be."""

    path: Path
    name: str
    before: str | None  # None: it is not there
    after: str

    def write(self) -> None:
        """Write the file at once or not at all, unless it changed since it was shown."""
        try:
            if self.before is not None and _text(self.path) != self.before:
                raise SettingsError(f"{self.name} changed since it was shown; left unchanged.", "Run it again.")
            with atomic.writing(self.path, within=self._root, fresh=self.before is None, like_before=True) as stream:
                stream.write(self.after.encode())
        except FileExistsError:
            raise SettingsError(f"{self.name} was created in the meantime; left unchanged.", "Run it again.") from None
        except OSError as error:
            raise SettingsError(f"{self.name} cannot be written: {error.strerror}.") from None

    @property
    def _root(self) -> Path:
        """The folder that the name is relative to: no link below it is followed."""
        return self.path.parents[len(Path(self.name).parts) - 1]


@dataclass
class Plan:
    """All changes, and what is to be said of files that are left alone."""

    root: Path
    changes: list[Change] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def change(self, name: str, edit: Callable[[str], str], *, new_only: bool = False) -> None:
        """Plan an edit of a file; one that cannot be edited safely is named, with what to add to it by hand."""
        path = self.root / name
        if self._is_through_a_link(path, name):
            return
        there = os.path.lexists(path)
        if there and new_only:
            self.remarks.append(f"{name} is there already, and left alone.")
            return
        if there and not path.stat().st_mode & stat.S_IWUSR:
            self.remarks.append(f"{name} is left alone: it is read-only.")
            return
        try:
            before = _text(path) if there else None
            after = edit(before or "")
        except CannotAddError as error:
            self.remarks.append(f"{name} is left alone: it has an unusual form. Add to it:\n{error}")
            return
        except (OSError, ValueError):
            self.remarks.append(f"{name} is left alone: it cannot be read as text.")
            return
        if after != (before or ""):
            self.changes.append(Change(path, name, before, after))

    def read(self, name: str) -> str | None:
        """Return a file's text; None if there is none, or it is one that no edit would be planned of."""
        path = self.root / name
        if not os.path.lexists(path) or self._is_through_a_link(path, name):
            return None
        try:
            return _text(path)
        except (OSError, ValueError):
            self._remark(f"{name} is left alone: it cannot be read as text.")
            return None

    def _is_through_a_link(self, path: Path, name: str) -> bool:
        linked = any(part.is_symlink() for part in (path, *path.parents[: len(Path(name).parts) - 1]))
        if linked:
            self._remark(f"{name} is left alone: a symbolic link is on the way to it.")
        return linked

    def _remark(self, text: str) -> None:
        """Say once what is found as often as a file is looked at."""
        if text not in self.remarks:
            self.remarks.append(text)


def _text(path: Path) -> str:
    """Read a text with its line ends as they are."""
    if not path.is_file() or path.stat().st_size > _MAX_BYTES:
        raise ValueError
    return path.read_bytes().decode("utf-8")
