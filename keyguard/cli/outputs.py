"""Where reports go: standard output, and the files of `--report FORMAT=FILE`."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from keyguard.cli import screen
from keyguard.errors import ReportError
from keyguard.report import FORMATS, ReportOptions, writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from keyguard.model import Outcome, Rule


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report that goes to a file."""

    format: str
    path: Path  # free of symbolic links, so that replacing it replaces what a link leads to

    def check(self) -> None:
        """Say before the scan what would keep the report from being written after it."""
        folder = self.path.parent
        if not folder.is_dir():
            raise ReportError(f"the report cannot be written: {folder} is no folder.", "Create it first.")
        if self.path.is_dir():
            raise ReportError(f"the report cannot be written: {self.path} is a folder.", "Name a file in it.")
        place = folder if self._is_replaced else self.path
        if not os.access(place, os.W_OK):
            raise ReportError(f"the report cannot be written: {place} is not writable.", "Check its permissions.")

    def write(self, outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions) -> None:
        """Write the report at once or not at all; readable by its owner alone when it shows values."""
        try:
            with self._open(0o600 if options.show_secrets else 0o666) as stream:
                writer(self.format).write(outcome, rules, options, stream)
        except OSError as error:
            raise ReportError(f"the report cannot be written to {self.path}: {error.strerror}.") from None

    @property
    def _is_replaced(self) -> bool:
        """Tell a file from a pipe or a device such as /dev/stderr, which is written to as it is."""
        try:
            return stat.S_ISREG(self.path.stat().st_mode)
        except OSError:
            return True

    @contextlib.contextmanager
    def _open(self, mode: int) -> Iterator[BinaryIO]:
        if not self._is_replaced:
            with self.path.open("wb") as stream:
                yield stream
            return
        new = self.path.with_name(f".{self.path.name[:100]}.{os.urandom(4).hex()}.new")
        try:
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)  # the umask applies
            with os.fdopen(handle, "wb") as stream:
                yield stream
            new.replace(self.path)
        finally:
            new.unlink(missing_ok=True)


class ReportFileType(click.ParamType):
    """`FORMAT=FILE` as a `ReportFile`."""

    name = "FORMAT=FILE"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> ReportFile:
        """Split at the first '=': a file's name may hold more of them."""
        word, separator, file = value.partition("=")
        if not separator or not file:
            self.fail(f"'{value}' is not of the form FORMAT=FILE, such as sarif=keyguard.sarif.", param, ctx)
        if word not in FORMATS:
            message, hint = screen.unknown("format", word, FORMATS)
            self.fail(f"{message} {hint or 'There are ' + ', '.join(FORMATS)}", param, ctx)
        return ReportFile(word, Path(os.path.realpath(file)))


def check(files: Sequence[ReportFile]) -> tuple[ReportFile, ...]:
    """Return the files to write, each once; ReportError for what cannot work."""
    distinct = tuple(dict.fromkeys(files))
    for file in distinct:
        file.check()
        if sum(file.path == other.path for other in distinct) > 1:
            raise ReportError(f"two reports are to be written to {file.path}.", "Give each its own file.")
    return distinct


def write(
    outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, files: Sequence[ReportFile], format_: str
) -> None:
    """Write the files first, then standard output, whose reader may be gone."""
    for file in files:
        file.write(outcome, rules, replace(options, color=False))
    try:
        stream = screen.output()
        writer(format_).write(outcome, rules, options, stream)
        stream.flush()
    except BrokenPipeError:
        screen.discard_output()
    except OSError as error:
        screen.discard_output()
        raise ReportError(f"the report cannot be written to standard output: {error.strerror}.") from None
