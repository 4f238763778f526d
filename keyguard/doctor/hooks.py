"""Whether a repository's hooks run keyguard: where git looks for them, what lies there, and what keeps it from running.

A hook is a script that anybody may have written: it is read, and never run.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyguard.errors import SourceError
from keyguard.frozen import dataclass
from keyguard.git import calls
from keyguard.git.hooks import MARK, OF_PRE_COMMIT, hooks
from keyguard.git.repository import open_repository
from keyguard.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.git.model import Repository

_STAGES = {"pre-commit": ("pre-commit", "commit"), "pre-push": ("pre-push", "push")}
_PRE_COMMIT = (".pre-commit-config.yaml", ".pre-commit-config.yml")
_HUSKY = ".husky"
_LARGEST = 1 << 20  # bytes of a hook, and of a configuration
_WORK_TREES = 50
_RUNS = re.compile(r"\bkeyguard\b")


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook: who wrote it, and whether it runs keyguard; `problem` says in a sentence why it does not."""

    kind: str
    path: str
    by: str  # 'keyguard', 'pre-commit', 'husky', 'another', or '' where there is none
    works: bool
    severity: Severity = Severity.NOTE  # of the problem
    problem: str = ""
    fix: str = ""


def check(folder: str) -> list[Hook]:
    """Look at the hooks of the repository that a folder lies in, and of its other work trees; none outside of one."""
    try:
        repository = open_repository(folder)
    except SourceError:  # somebody else's
        return []
    if repository is None or repository.bare:
        return []
    own = [_Checked(repository, kind).state() for kind in _STAGES]
    return [*own, *_elsewhere(repository, own)]


def _elsewhere(repository: Repository, own: list[Hook]) -> Iterator[Hook]:
    """Name the hooks that work here and not in another work tree: a relative core.hooksPath leads into each."""
    for folder in _work_trees(repository):
        with suppress(SourceError):
            other = open_repository(folder)
            if other is None or other.folder == repository.folder:
                continue
            for here in own:
                there = _Checked(other, here.kind).state()
                if here.works and not there.works:
                    yield there


def _work_trees(repository: Repository) -> list[str]:
    listed = calls.run(["worktree", "list", "--porcelain"], cwd=repository.folder).decode("utf-8", "surrogateescape")
    lines = [line.removeprefix("worktree ") for line in listed.split("\n") if line.startswith("worktree ")]
    return [folder for folder in lines[:_WORK_TREES] if Path(folder).is_dir()]


class _Checked:
    """One kind of hook of one work tree."""

    def __init__(self, repository: Repository, kind: str) -> None:
        self._top, self._kind = Path(repository.folder), kind
        self._folder, self._scope = hooks(repository)
        self._own = Path(repository.store, "hooks", kind)
        self._path = Path(self._folder, kind)
        self._text = _read(self._path)

    def state(self) -> Hook:
        """Say what is there, and whether it works."""
        hook = self._here()
        own = _read(self._own) if self._scope and not hook.works else None
        if not (_runs(own) or (own and OF_PRE_COMMIT in own and self._kind in _configured(self._top))):
            return hook
        chosen = f"core.hooksPath of the {self._scope} configuration"
        fix = f"add the line `{_line(self._kind)}` to a hook there, or unset it: git config --unset core.hooksPath"
        return self._broken("", f"{chosen} has git look in {self._folder}, so {self._own} never runs", fix)

    def _here(self) -> Hook:
        if self._text is None:
            return self._absent()
        by = self._writer()
        if os.name != "nt" and not _is_executable(self._path):
            return self._broken(by, "git does not run it, as it is not executable", f"chmod +x {self._path}")
        if by == "keyguard":
            return self._of_keyguard()
        if by == "pre-commit":
            return self._of_pre_commit()
        if by == "husky":
            return self._of_husky()
        return self._of_another()

    def _writer(self) -> str:
        text = self._text or ""
        if MARK in text:
            return "keyguard"
        if OF_PRE_COMMIT in text:
            return "pre-commit"
        return "husky" if _HUSKY in self._path.parts else "another"

    # What is not there

    def _absent(self) -> Hook:
        if husky := _read(self._top / _HUSKY / self._kind):
            fix = "run your package manager's install once in each clone, which runs husky"
            return self._broken(
                "", f"{_HUSKY}/{self._kind} is there, and husky is not installed", fix, runs=_runs(husky)
            )
        if self._kind in _configured(self._top):
            unset = "git config --unset core.hooksPath; " if self._scope else ""  # with it, pre-commit installs nothing
            fix = f"{unset}pre-commit install --hook-type {self._kind}"
            return self._broken("", "pre-commit is configured for it, and not installed", fix)
        fix = f"keyguard hook install --type {self._kind}"
        return Hook(
            self._kind,
            str(self._path),
            "",
            works=False,
            problem=f"there is none, so nothing is looked at before a {_STAGES[self._kind][1]}",
            fix=fix,
        )

    # What is there

    def _of_keyguard(self) -> Hook:
        named = re.search(r"(?m)^keyguard=(?:'([^'\n]+)'|(\S+))$", self._text or "")
        program = (named[1] or named[2]) if named else ""
        if (program and os.access(program, os.X_OK)) or shutil.which("keyguard"):
            return self._works("keyguard")
        fix = "keyguard hook install"
        return self._broken("keyguard", "the keyguard that it runs is gone, so it refuses everything", fix)

    def _of_pre_commit(self) -> Hook:
        if self._kind in _configured(self._top):
            return self._works("pre-commit")
        return self._without("pre-commit", "keyguard init adds keyguard's hooks to .pre-commit-config.yaml")

    def _of_husky(self) -> Hook:
        scripts = Path(_HUSKY, self._kind)
        text = self._text if self._path.parent.name == _HUSKY else _read(self._top / scripts)
        if _runs(text) or _runs(_read(self._top / "package.json")):
            return self._works("husky")
        return self._without("husky", f"add the line `{_line(self._kind)}` to {scripts}")

    def _of_another(self) -> Hook:
        if _runs(self._text):
            return self._works("another")
        return self._without("another", f"add the line `{_line(self._kind)}` to it, or: keyguard hook install")

    def _works(self, by: str) -> Hook:
        return Hook(self._kind, str(self._path), by, works=True)

    def _without(self, by: str, fix: str) -> Hook:
        return Hook(self._kind, str(self._path), by, works=False, problem="it does not run keyguard", fix=fix)

    def _broken(self, by: str, problem: str, fix: str, *, runs: bool = True) -> Hook:
        """Say what keeps a hook from running: worse where it would run keyguard, as one relies on it."""
        severity = Severity.MEDIUM if runs else Severity.NOTE
        return Hook(self._kind, str(self._path), by, works=False, severity=severity, problem=problem, fix=fix)


def _line(kind: str) -> str:
    return f"keyguard scan {'--staged' if kind == 'pre-commit' else '--pushed'}"


def _runs(text: str | None) -> bool:
    return text is not None and bool(_RUNS.search(text))


def _read(path: Path) -> str | None:
    """Return the text of a hook; None where there is none."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            return stream.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return None


def _is_executable(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH))
    except OSError:
        return False


def _configured(top: Path) -> frozenset[str]:
    """Return the kinds for which pre-commit's configuration has a hook of keyguard's."""
    text = next((text for name in _PRE_COMMIT if (text := _read(top / name))), "")
    if not _runs(text):
        return frozenset()
    data = _parsed(text)
    ours = [hook for repo in _list(data, "repos") for hook in _list(repo, "hooks") if _is_ours(hook)]
    return frozenset(kind for hook in ours for kind in _STAGES if _is_of(hook, data, kind))


def _parsed(text: str) -> Any:
    import yaml

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except (yaml.YAMLError, RecursionError):
        return None


def _list(data: Any, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _is_ours(hook: Any) -> bool:
    return isinstance(hook, dict) and any(_runs(str(hook.get(key, ""))) for key in ("id", "entry"))


def _is_of(hook: Any, data: Any, kind: str) -> bool:
    """Tell whether a hook is for a kind: by its stages, else those of the file, else what its id says."""
    stages = _list(hook, "stages") or _list(data, "default_stages")
    if stages:
        return any(stage in stages for stage in _STAGES[kind])
    return (hook.get("id") == "keyguard-push") is (kind == "pre-push")
