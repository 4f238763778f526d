"""Git asked in such a way that nothing in the repository it looks at can run anything.

A `.git/config` names programs (fsmonitor, hooks, filters, pagers, ssh commands) that everyday git commands start. Only
plumbing is used here, under an environment and overrides that left no such program started (tests/test_plumbing.py
holds a repository that carries them all); `status` and a `diff` of the work tree are never called: those still do.
"""

# Paths are strings here: making a Path takes 3.7 us, as much as all else that is done to name a file.
# ruff: noqa: PTH100, PTH109, PTH112, PTH113, PTH117, PTH118, PTH120

from __future__ import annotations

import functools
import os
import re
import subprocess
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING

from keyguard.errors import SourceError
from keyguard.model import Tracking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typing_extensions import Self

TIME_LIMIT = 60.0
"""Seconds after which git is stopped: a named pipe called `.gitignore` makes it wait for ever."""

_BLOCK = 1 << 20
_NAMES_PER_CALL = 200  # git compares each name with each entry of the index; and a command line has its limit

_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # protocol.allow=never alone loses to the repository's protocol.ext.allow
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_SSH_COMMAND": "false",
    "GIT_LITERAL_PATHSPECS": "1",  # a folder may be called 'a*b'
    "LC_ALL": "C",  # errors are recognised by their words
}

_OVERRIDES = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.untrackedCache=false",
    "core.commitGraph=false",
    "core.bigFileThreshold=16m",  # what is larger and no delta is handed on as it is unpacked, not held in memory
    "core.quotePath=false",
    "i18n.logOutputEncoding=UTF-8",  # ids in UTF-16 are none
    "i18n.commitEncoding=UTF-8",
    "diff.relative=false",
    "log.showSignature=false",
    "log.showRoot=true",
    f"diff.orderFile={os.devnull}",  # it may name a pipe to wait on
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "safe.bareRepository=explicit",  # a folder of the tree that is shaped like a bare repository brings its own config
)

_QUARANTINE = ("GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")

_OUTSIDE = re.compile(
    r"not a git repository|must be run in a work tree|cannot use bare repository|invalid gitfile format"
)
_DISTRUST = re.compile(r"dubious ownership|unsafe repository")
_UNREADABLE = re.compile(rb"^warning: could not open directory '(.+?)/?': ", re.MULTILINE)


class OutsideError(SourceError):
    """There is no work tree where git was asked, or no folder that can be entered."""


def find_git() -> str | None:
    """Find git's absolute path on PATH, or None.

    Relative and empty entries are passed over, and so are the current directory and the checkout around it (npm puts
    `node_modules/.bin` on PATH): a `git` that lies there belongs to what is scanned.
    """
    return _find_git(os.environ.get("PATH", os.defpath), os.getcwd())


@functools.cache
def _find_git(search: str, here: str) -> str | None:
    checkout = enclosing(here)
    for folder in search.split(os.pathsep):
        if not os.path.isabs(folder):
            continue
        real = os.path.realpath(folder)
        if real == os.path.realpath(here) or (checkout and _is_below(real, os.path.realpath(checkout))):
            continue
        program = os.path.join(folder, "git.exe" if os.name == "nt" else "git")
        if os.path.isfile(program) and os.access(program, os.X_OK):
            return program
    return None


def enclosing(path: str) -> str | None:
    """Find the nearest folder at or above `path` that holds a `.git`: a guess made without git, in microseconds."""
    folder = os.path.abspath(path)
    while not os.path.lexists(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return None
    return folder


def run(arguments: Sequence[str], *, cwd: str | Path, bare: bool = False, top: bool = False) -> bytes:
    """Run one plumbing command and return what it wrote.

    `bare` says that the user named a bare repository, `top` that the folder is known for the top of its work tree.
    """
    with _Call(arguments, cwd, bare=bare, top=top) as call:
        return call.output().read()


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
    return Path(top) if _is_below(os.path.realpath(folder), os.path.realpath(top)) else None


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
    with _Call(known_arguments, top) as known, _Call(ignored_arguments, top) as ignored:
        files = known.output(), ignored.output()
        unreadable.update(os.fsdecode(name) for call in (known, ignored) for name in call.unreadable)
        yield from _known(files[0])
        yield from _ignored(files[1], below)


def tracking(top: str | Path, paths: Sequence[str]) -> dict[str, Tracking]:
    """Say of each file, named relative to `top`, what git does with it; one call for up to 200 of them."""
    answer = dict.fromkeys(paths, Tracking.IGNORED)
    for start in range(0, len(paths), _NAMES_PER_CALL):
        names = paths[start : start + _NAMES_PER_CALL]
        with _Call(["ls-files", "-z", "-t", "-c", "-o", "--exclude-standard", "--", *names], top) as call:
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


class _Call:
    """One git process, started on the way in, waited for by `output`, gone for certain on the way out."""

    def __init__(self, arguments: Sequence[str], cwd: str | Path, *, bare: bool = False, top: bool = False) -> None:
        self.unreadable: list[bytes] = []
        self._command = command(arguments, bare=bare)
        self._cwd = os.path.abspath(cwd)
        self._top = top
        self._closing = ExitStack()
        self._late = False

    def __enter__(self) -> Self:
        with ExitStack() as closing:
            try:
                self._output = closing.enter_context(tempfile.TemporaryFile())
                self._errors = closing.enter_context(tempfile.TemporaryFile())
                self._process = subprocess.Popen(
                    self._command,
                    cwd=self._cwd,
                    env=environment(self._cwd, top=self._top),
                    stdin=subprocess.DEVNULL,
                    stdout=self._output,
                    stderr=self._errors,
                )
            except OSError as error:
                kind = OutsideError if error.filename == self._cwd else SourceError
                raise kind(
                    f"git could not be started in {self._cwd!r}: {error.strerror}",
                    "it needs that folder, and a folder for temporary files (TMPDIR)",
                ) from None
            # Not Popen.wait(timeout): it polls, and doubles the 3 ms of a small call.
            self._timer = threading.Timer(TIME_LIMIT, self._stop)
            self._timer.daemon = True
            self._timer.start()
            self._closing = closing.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._process.kill()
        self._process.wait()
        self._closing.close()

    def _stop(self) -> None:
        self._late = True
        self._process.kill()

    def output(self) -> IO[bytes]:
        """Wait for the end and return what was written."""
        code = self._process.wait()
        if self._late:
            raise SourceError(
                f"git took more than {TIME_LIMIT:.0f} seconds in {self._cwd!r}",
                "look for a named pipe called .gitignore, or for a disk that does not answer",
            )
        self._errors.seek(0)
        errors = self._errors.read(_BLOCK)
        if code:
            raise error_of(errors, self._cwd)
        self.unreadable = _UNREADABLE.findall(errors)
        self._output.seek(0)
        return self._output


def error_of(errors: bytes, cwd: str) -> SourceError:
    """Put what git wrote on its way out into words of ours."""
    text = errors.decode("utf-8", "replace")
    if _OUTSIDE.search(text):
        return OutsideError(f"{cwd!r} is in no git work tree")
    if _DISTRUST.search(text):
        folder = enclosing(cwd) or cwd
        return SourceError(
            f"git does not trust the repository at {folder!r}: it belongs to {_owner(folder)}",
            f"if you trust it: git config --global --add safe.directory {folder}",
        )
    fatal = next((line for line in text.splitlines() if line.startswith("fatal: ")), text.strip() or "no reason given")
    return SourceError(f"git failed in {cwd!r}: {fatal.removeprefix('fatal: ')}", "run `git status` there to see more")


def _owner(folder: str) -> str:
    """Name who owns a repository; git asks that of the folder and of its `.git`."""
    owners = [os.lstat(path).st_uid for path in (folder, os.path.join(folder, ".git")) if os.path.lexists(path)]
    uid = next((uid for uid in owners if uid != os.geteuid()), -1) if hasattr(os, "geteuid") else -1
    if uid < 0:
        return "somebody else"
    import pwd  # there is none on Windows

    try:
        return f"user {pwd.getpwuid(uid).pw_name!r}"
    except KeyError:
        return f"user {uid}"


def program() -> str:
    """Return git's absolute path; raises SourceError where there is none."""
    found = find_git()
    if found is None:
        raise SourceError("git was not found", "install git and put its folder on PATH, as an absolute path")
    return found


def command(arguments: Sequence[str], *, bare: bool = False) -> list[str]:
    """Return the words that start git under the overrides; `bare` trusts a bare repository that the user named."""
    git = program()
    overrides = [*_OVERRIDES, *_user_settings(git, _user_environment())]
    if bare:
        overrides.append("safe.bareRepository=all")
    return [git, "--no-pager", *(word for override in overrides for word in ("-c", override)), *arguments]


def environment(cwd: str, *, top: bool = False) -> dict[str, str]:
    """Build git's environment: ours without any GIT_* but those that a hook is given, plus the settings above.

    Where `cwd` is the `top` of a work tree, git has to take it for that whatever the repository's core.worktree and
    core.bare say: they could move what a path means.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    here = enclosing(cwd) == enclosing(os.getcwd())
    index = os.environ.get("GIT_INDEX_FILE")
    # `git commit FILE` hands its hooks a temporary index; it would be wrong for a nested repository.
    if index and here:
        kept["GIT_INDEX_FILE"] = os.path.abspath(index)
    # Before a push is taken its objects lie in quarantine; the hook that may refuse them is told the folder. GitLab
    # leaves out GIT_QUARANTINE_PATH.
    if here:
        kept |= {name: os.environ[name] for name in _QUARANTINE if name in os.environ}
    if top:
        kept["GIT_WORK_TREE"] = cwd
    return kept | _ENVIRONMENT


def users_environment() -> dict[str, str]:
    """Return the environment in which git reads the user's own configuration, and nothing is run or fetched."""
    names = _ENVIRONMENT.keys() - {"GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL"}
    return dict(_user_environment()) | {name: _ENVIRONMENT[name] for name in names}


def _user_environment() -> tuple[tuple[str, str], ...]:
    names = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "SYSTEMROOT", "PATH")
    chosen = (item for item in os.environ.items() if item[0] in names or item[0].startswith("GIT_CONFIG"))
    return tuple(sorted(chosen))


@functools.cache
def _user_settings(program: str, environment: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Ask once for the user's own safe.directory and core.excludesFile, which an empty global config would forget.

    GIT_DIR keeps any repository's config out. A repository's own core.excludesFile thus never counts: it could name a
    pipe to wait on.
    """
    values = dict(environment)
    folder = values.get("XDG_CONFIG_HOME") or ("~/.config" if "HOME" in values or os.name == "nt" else "")
    excludes = f"{folder}/git/ignore" if folder else os.devnull  # without a HOME, '~' is a fatal error
    answer = subprocess.run(
        [program, "--no-pager", "config", "-z", "--get-regexp", r"^(safe\.directory|core\.excludesfile)$"],
        cwd=os.path.abspath(os.sep),
        env=values | {"GIT_DIR": os.devnull, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    settings = [f"core.excludesFile={excludes}"]
    for record in os.fsdecode(answer.stdout).split("\0")[:-1]:
        name, _, value = record.partition("\n")
        settings.append(f"{name}={value}")
    return tuple(settings)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
