"""Where reports go: standard output, and the files of `--report FORMAT=FILE`."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from keyguard import api, atomic
from keyguard.cli import jobs, screen
from keyguard.errors import ReportError
from keyguard.frozen import dataclass
from keyguard.report import FORMATS, WITH_VALUES, ReportOptions

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Callable, Iterable, Sequence

    from keyguard.model import Outcome

    Writes = Callable[[Outcome, ReportOptions, BinaryIO], None]


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report that goes to a file."""

    format: str
    path: Path

    def check(self) -> None:
        """Say before the scan what would keep the report from being written after it."""
        folder = self.path.parent
        if not folder.is_dir():
            raise ReportError(f"the report cannot be written: {folder} is no folder.", "Create it first.")
        if self.path.is_dir():
            raise ReportError(f"the report cannot be written: {self.path} is a folder.", "Name a file in it.")
        if self._is_behind_a_link:
            raise ReportError(
                f"the report cannot be written: a symbolic link is on the way to {self.path}.",
                "Name the folder that it leads to.",
            )
        place = folder if self.is_file else self.path
        if not os.access(place, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise ReportError(f"the report cannot be written: {place} is not writable.", "Check its permissions.")
        if self.format in WITH_VALUES and (not self.is_file or self.path.name == "-"):
            raise ReportError(f"{self.format} holds the values and is written only to a file, not to {self.path}.")
        if self.format in WITH_VALUES and (around := _repository_around(folder)):
            raise ReportError(
                f"{self.format} holds the values: in the repository {around} a commit would leak them.",
                f"Name a file outside of it, such as --report {self.format}=../expressions.txt.",
            )

    def write(self, outcome: Outcome, options: ReportOptions) -> None:
        """Write the report at once or not at all; readable by its owner alone when it shows values."""
        try:
            private = options.show_secrets or self.format in WITH_VALUES
            with self._open(0o600 if private else 0o666) as stream:
                api.report(outcome, self.format, stream, options)
        except OSError as error:
            raise ReportError(f"the report cannot be written to {self.path}: {error.strerror}.") from None

    @property
    def is_file(self) -> bool:
        """Tell a file from what is written to as it is: a pipe, a device such as /dev/stderr, the summary of a job."""
        if str(self.path).startswith(("/dev/", "/proc/")) or jobs.reads(self.path):
            return False  # /dev/stderr may lead to a log that is being written
        try:
            return stat.S_ISREG(self.path.stat().st_mode) or self.path.is_symlink()
        except OSError:
            return True

    @property
    def _within(self) -> Path | None:
        """The folder below which no link is followed: a tree that is scanned may have laid one."""
        return None if self.path.is_absolute() or ".." in self.path.parts else Path()

    @property
    def _is_behind_a_link(self) -> bool:
        return self._within is not None and any(folder.is_symlink() for folder in self.path.parents)

    def _open(self, mode: int) -> contextlib.AbstractContextManager[BinaryIO]:
        if self.is_file:
            return atomic.writing(self.path, mode=mode, within=self._within)
        return open(self.path, "ab", opener=_with_a_reader)


def _with_a_reader(path: str, flags: int) -> int:
    """Open a pipe or a device; a pipe that nobody reads is an error: to wait for a reader may be for ever."""
    if not hasattr(os, "O_NONBLOCK"):
        return os.open(path, flags)
    try:
        handle = os.open(path, flags | os.O_NONBLOCK)
    except OSError as error:
        raise OSError(error.errno, "nobody reads that pipe") if error.errno == errno.ENXIO else error from None
    os.set_blocking(handle, True)
    return handle


def _repository_around(folder: Path) -> str | None:
    """Return the repository, bare or not, in which a folder lies."""
    from keyguard.git.folders import enclosing
    from keyguard.git.repository import is_bare

    real = folder.resolve()
    bare = (str(above) for above in (real, *real.parents) if is_bare(str(above)))
    return enclosing(str(real)) or next(bare, None)


def parse(_context: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[ReportFile, ...]:
    """Return the report files that `--report FORMAT=FILE` names, each once."""
    return tuple(dict.fromkeys(map(_report_file, values)))


def _report_file(value: str) -> ReportFile:
    word, separator, file = value.partition("=")  # a file's name may hold more of them
    if not separator or not file:
        raise click.BadParameter(f"'{value}' is not of the form FORMAT=FILE, such as sarif=keyguard.sarif.")
    if file == "-" and word in FORMATS:
        raise click.BadParameter(f"'-' names no file; --format {word} writes to standard output.")
    path = Path(file)
    return ReportFile(known_format(word, {**FORMATS, **WITH_VALUES}), Path(os.path.normpath(path)))


def known_format(word: str, formats: Iterable[str] = FORMATS) -> str:
    """Return the word when it is a format; the error names the nearest one."""
    if word in WITH_VALUES and word not in formats:
        raise click.BadParameter(f"{word} holds the values: have it written to a file, --report {word}=FILE.")
    if word not in formats:
        message, hint = screen.unknown("format", word, formats)
        raise click.BadParameter(f"{message} {hint or 'There are ' + ', '.join(formats)}")
    return word


def _format(_context: click.Context, _param: click.Parameter, value: str) -> str:
    return known_format(value)


def options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options that say where reports go and how they look."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "-f",
        "--format",
        default="text",
        callback=_format,
        metavar="FORMAT",
        help=f"{', '.join(FORMATS)} (default: text).",
    ),
    click.option(
        "--report",
        "reports",
        multiple=True,
        callback=parse,
        metavar="FORMAT=FILE",
        help="Write a report to a file as well.",
    ),
    click.option("--category", default="", metavar="NAME", help="Tells this upload of SARIF from others on a commit."),
    click.option("--sarif-suppressed", is_flag=True, help="Include suppressed findings in SARIF."),
    click.option("-q", "--quiet", is_flag=True, help="Show findings and trouble only."),
    click.option("--no-color", is_flag=True, help="Write no colours; NO_COLOR=1 does the same."),
)


def check(files: Sequence[ReportFile]) -> None:
    """Say before the scan what cannot work."""
    for file in files:
        file.check()
        if sum(file.path == other.path for other in files) > 1:
            raise ReportError(f"two reports are to be written to {file.path}.", "Give each its own file.")


def write(
    outcome: Outcome,
    options: ReportOptions,
    files: Sequence[ReportFile],
    format_: str,
    instead: Writes | None = None,
) -> None:
    """Write the files first, then standard output, whose reader may be gone: a report, or what is written instead."""
    in_log = replace(options, show_secrets=options.show_secrets and not jobs.sign())
    for file in files:
        file.write(outcome, replace(options if file.is_file else in_log, color=False, width=0))
    try:
        stream = screen.output()
        if instead:
            instead(outcome, in_log, stream)
        else:
            api.report(outcome, format_, stream, in_log)
        stream.flush()
    except BrokenPipeError:
        screen.discard_output()
    except OSError as error:
        screen.discard_output()
        raise ReportError(f"the report cannot be written to standard output: {error.strerror}.") from None
