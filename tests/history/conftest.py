"""Real repositories made by the real git, scanned by the real command."""

from __future__ import annotations

import functools
import gc
import io
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.cli import main
from keyguard.packs import expand
from tests import command
from tests.cli.conftest import ENV_FILE, Ran

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

GIT = shutil.which("git") or "git"

_SETTINGS = (
    "protocol.file.allow=always",
    "init.templateDir=",
    "init.defaultBranch=main",
    "advice.detachedHead=false",
    "gc.auto=0",
)
WHO = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}
_START = 1_700_000_000  # seconds; each commit of a repository is a day younger than the one before


def leak(name: str) -> str:
    """Return a file with a complete credential, another for each name."""
    return expand(ENV_FILE, name)


def part(mark: str, name: str) -> str:
    """Return the lines of one part of such a file: 'api_key', 'secret_key' or 'passphrase'."""
    return "".join(line for line in leak(name).splitlines(keepends=True) if mark.upper() in line)


def key(name: str) -> str:
    """Return the API key of such a file, by which a finding is known."""
    return expand("<api_key>", name)


class Repository:
    """A folder with a `.git`, and what tests do with one."""

    def __init__(self, top: Path, *options: str) -> None:
        self.top = top
        self._commits = 0
        self.git("init", "-q", *options, str(top), cwd=top.parent)

    def git(
        self, *arguments: str, stdin: bytes | str = b"", cwd: Path | None = None, check: bool = True, **env: str
    ) -> str:
        """Run git, and return what it wrote; its date is that of the next commit."""
        date = f"{_START + 86400 * self._commits} +0000"
        done = subprocess.run(
            [GIT, *(word for setting in _SETTINGS for word in ("-c", setting)), *arguments],
            cwd=cwd or self.top,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            env=os.environ
            | WHO
            | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true"}
            | {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
            | env,
            check=False,
            capture_output=True,
        )
        assert not check or done.returncode == 0, os.fsdecode(done.stderr)
        return os.fsdecode(done.stdout).rstrip("\n")

    def write(self, path: str, text: str) -> Path:
        """Write a file of the work tree."""
        place = self.top / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        return place

    def commit(self, files: Mapping[str, str | None] | None = None, message: str = "change") -> str:
        """Write files (None: remove them), commit all that has changed, and return the commit's id."""
        for path, text in (files or {}).items():
            if text is None:
                (self.top / path).unlink()
            else:
                self.write(path, text)
        self.git("add", "-A", "-f", *((":(literal)" + path for path in files) if files else ["."]))
        self.git("commit", "-q", "--allow-empty", "-F", "-", stdin=message)
        self._commits += 1
        return self.head()

    def passing(self, name: str, text: str) -> tuple[str, str]:
        """Commit a file and remove it again; return both commits."""
        return self.commit({name: text}), self.commit({name: None})

    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def loose(self, name: str) -> Path:
        """Return the file that holds a loose object, named by its id or a revision."""
        name = self.git("rev-parse", name)
        return self.top / ".git/objects" / name[:2] / name[2:]


@dataclass(frozen=True)
class Scanned(Ran):
    """What a scan said; values are shown, so that findings can be told from each other."""

    @property
    def keys(self) -> list[str]:
        """The API keys of the findings, sorted; a finding without one is told by its rule."""
        return sorted(
            "+".join(sorted({part["value"] for part in one["parts"] if part["part"] == "api_key"})) or one["rule"]
            for one in self.report["findings"]
        )

    def finding(self, name: str) -> dict[str, Any]:
        """Return the one finding that holds the key of a name."""
        (found,) = [one for one in self.report["findings"] if key(name) in {part["value"] for part in one["parts"]}]
        return dict(found)

    def history(self, name: str) -> dict[str, Any]:
        """Return where that finding came from."""
        told: dict[str, Any] = self.finding(name)["history"]
        return told

    @property
    def skipped(self) -> dict[str, str]:
        return {one["what"]: one["reason"] for one in self.report["skipped"]}

    @property
    def read(self) -> int:
        """How many contents of the history were read."""
        return int(self.report["scanned"]["blobs"])


def run(*arguments: str | Path, cwd: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Scanned:
    """Run the command."""
    done = command.run(*arguments, cwd=cwd, stdin=stdin, env=env)
    ran = Scanned(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
    assert "Traceback" not in ran.err
    assert "keyguard failed" not in ran.err, ran.err
    return ran


@functools.cache
def _set_aside() -> None:
    """Have the garbage collector look at nothing that is there before the first scan: most of what a process holds."""
    gc.collect()
    gc.freeze()


def scan(where: Repository | Path, *arguments: str | Path, env: Mapping[str, str] | None = None) -> Scanned:
    """Scan a repository, or a folder, with the JSON report; in this process: another takes most of the time."""
    _set_aside()
    out, err = io.BytesIO(), io.StringIO()
    with ExitStack() as undo:
        undo.callback(os.chdir, Path.cwd())
        os.chdir(where.top if isinstance(where, Repository) else where)
        patch = undo.enter_context(pytest.MonkeyPatch.context())
        for name, value in (env or {}).items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8", write_through=True))
        patch.setattr(sys, "stderr", err)
        code = main(["scan", "-f", "json", "--show-secrets", *map(str, arguments)])
        written = out.getvalue().decode()
        gc.collect()  # the command itself never does: thousands of scans would take gigabytes
    assert "keyguard failed" not in err.getvalue(), err.getvalue()
    return Scanned(code, written, err.getvalue())


def keys(*names: str) -> list[str]:
    """Return the API keys of the names, sorted."""
    return sorted(map(key, names))


@dataclass
class Made:
    """A commit for git fast-import: parents by their marks, and what it changes."""

    parents: Sequence[int] = ()
    files: Mapping[str, str | None] = field(default_factory=dict)
    branch: str = "main"
    message: str = "made"


def fast_import(repository: Repository, commits: Iterable[Made]) -> None:
    """Make many commits at once; their marks count from 1."""
    repository.git("fast-import", "--quiet", "--force", stdin=b"".join(_stream(commits)))


def _stream(commits: Iterable[Made]) -> Iterable[bytes]:
    for mark, made in enumerate(commits, 1):
        who = f"committer Ada <ada@example.org> {_START + mark} +0000"
        yield f"commit refs/heads/{made.branch}\nmark :{mark}\n{who}\n".encode()
        yield _data(made.message)
        for word, parent in zip(("from", *["merge"] * len(made.parents)), made.parents, strict=False):
            yield f"{word} :{parent}\n".encode()
        for path, text in made.files.items():
            if text is None:
                yield f'D "{path}"\n'.encode()
            else:
                yield f'M 100644 inline "{path}"\n'.encode() + _data(text)
        yield b"\n"


def _data(text: str) -> bytes:
    data = text.encode()
    return b"data %d\n%s\n" % (len(data), data)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the settings of whoever runs the tests out of the command."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")
