"""What git is asked in one short call: where a work tree begins, which files it has, what git does with each."""

# Paths are strings here: making a Path takes 3.7 us, as much as all else that is done to name a file.
# ruff: noqa: PTH100, PTH112, PTH120

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import IO, TYPE_CHECKING

from keyguard.git.failures import OutsideError
from keyguard.git.folders import is_below
from keyguard.git.process import Call
from keyguard.git.program import command, environment, find_git
from keyguard.model import Tracking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BLOCK = 1 << 20
_NAMES_PER_CALL = 200  # git compares each name with each entry of the index; and a command line has its limit

_UNREADABLE = re.compile(rb"^warning: could not open directory '(.+?)/?': ", re.MULTILINE)


def run(arguments: Sequence[str], *, cwd: str | Path, bare: bool = False, top: bool = False) -> bytes:
    """Run one plumbing command and return what it wrote.

    `bare` says that the user named a bare repository, `top` that git takes the folder for the top of the
    work tree, or for all there is of a bare one.
    """
    with _call(arguments, cwd, bare=bare, top=top) as call:
        return call.output().read()


def _call(arguments: Sequence[str], cwd: str | Path, *, bare: bool = False, top: bool = False) -> Call:
    folder = os.path.abspath(cwd)
    return Call(command(arguments, bare=bare), folder, environment(folder, top=top))


def work_tree(path: str | Path) -> Path | None:
    """Find the top level of the work tree that holds `path`.

    None outside of one, inside of `.git`, in a bare repository, and where there is no git.
    """
    folder = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
    if find_git() is None:
        return None
    try:
        top = os.fsdecode(run(["rev-parse", "--show-toplevel"], cwd=folder).removesuffix(b"\n"))
    except OutsideError:
        return None
    # core.worktree may point anywhere; then git answers with a folder that does not hold the path.
    return Path(top) if is_below(os.path.realpath(folder), os.path.realpath(top)) else None


def listing(top: str | Path, below: str = "", *, unreadable: set[str]) -> Iterator[tuple[str, Tracking]]:
    """List the work tree at `top`, or what lies `below` a folder of it, each path once, relative to `top`.

    A path that ends in '/' is a folder left to the caller to look into: a submodule (tracked), a nested repository
    (untracked), or one that is ignored as a whole. Folders that git could not open are added to `unreadable`.

    Git writes into temporary files and has ended before the first entry is given: an error is raised then and not
    half-way, the memory does not grow with the tree, and a slow reader does not look like a git that hangs.
    """
    where = ["--", below] if below else []
    known_arguments = ["ls-files", "-z", "-t", "-s", "-c", "-o", "--exclude-standard", *where]
    ignored_arguments = ["ls-files", "-z", "-o", "-i", "--directory", "--exclude-standard", *where]
    # Both at once: they walk the same folders.
    with _call(known_arguments, top) as known, _call(ignored_arguments, top) as ignored:
        files = known.output(), ignored.output()
        unreadable.update(os.fsdecode(name) for call in (known, ignored) for name in _UNREADABLE.findall(call.errors))
        yield from _known(files[0])
        yield from _ignored(files[1], below)


def tracking(top: str | Path, paths: Sequence[str]) -> dict[str, Tracking]:
    """Say of each file, named relative to `top`, what git does with it; one call for up to 200 of them."""
    answer = dict.fromkeys(paths, Tracking.IGNORED)
    for start in range(0, len(paths), _NAMES_PER_CALL):
        names = paths[start : start + _NAMES_PER_CALL]
        with _call(["ls-files", "-z", "-t", "-c", "-o", "--exclude-standard", "--", *names], top) as call:
            for record in _records(call.output()):
                answer[record[2:]] = Tracking.UNTRACKED if record[0] == "?" else Tracking.TRACKED
    return answer


def _known(output: IO[bytes]) -> Iterator[tuple[str, Tracking]]:
    previous = ""
    for record in _records(output):
        if record[0] == "?":
            yield record[2:], Tracking.UNTRACKED
            continue
        facts, _, path = record.partition("\t")  # 'H 100644 <id> 0', then the path
        if path == previous:  # an unmerged path stands there once per side
            continue
        previous = path
        yield (f"{path}/" if facts[2:8] == "160000" else path), Tracking.TRACKED


def _ignored(output: IO[bytes], below: str) -> Iterator[tuple[str, Tracking]]:
    folder = "\0"
    for path in _records(output):
        # A folder with nothing but ignored files in it is given, and then its files as well.
        if path.startswith(folder):
            continue
        if path[-1] == "/":
            folder = path
            if f"{below}/".startswith(path):  # the folder that was asked for lies within the ignored one
                yield f"{below}/", Tracking.IGNORED
                return
        yield path, Tracking.IGNORED


def _records(output: IO[bytes]) -> Iterator[str]:
    """Split at NUL and decode, a block at a time: decoding path by path takes three times as long."""
    rest = b""
    while block := output.read(_BLOCK):
        whole, nul, rest = (rest + block).rpartition(b"\0")
        if nul:
            yield from os.fsdecode(whole).split("\0")
