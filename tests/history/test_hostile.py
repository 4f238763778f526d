"""A repository in which every setting that names a program names one that leaves a mark; no scan may leave one.

That each trap is live is shown with plain git, where plain git has a command that falls into it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import GIT, Repository, keys, leak, scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the traps are shell scripts")

_HOOKS = (
    "post-index-change pre-commit commit-msg post-checkout post-merge pre-push reference-transaction pre-receive "
    "update fsmonitor-watchman pre-auto-gc post-rewrite sendemail-validate"
).split()
_ALIASES = ("ls-files", "rev-list", "rev-parse", "cat-file", "log", "diff-index", "for-each-ref", "status", "evil")
_PAGERS = ("log", "rev-list", "diff-index", "ls-files", "cat-file", "for-each-ref", "rev-parse")


class Traps:
    """A repository with a credential in its past and all traps set, beside them the marks that they leave."""

    def __init__(self, folder: Path) -> None:
        self._programs, self._marks = folder / "programs", folder / "marks"
        for made in (self._programs, self._marks):
            made.mkdir()
        self.repository = Repository(folder / "repository")
        self._fill()
        for name, value in self._settings().items():
            self.repository.git("config", name, value)
        self._sign()
        self._lose_a_blob()
        self.sprung()

    def program(self, name: str) -> str:
        """Make a program that leaves a mark and fails."""
        path = self._programs / name
        path.write_text(f"#!/bin/sh\ntouch '{self._marks}/{name}'\nexit 1\n")
        path.chmod(0o755)
        return str(path)

    def sprung(self) -> set[str]:
        """Return the marks that were left since the last time, and wipe them away."""
        names = {mark.name for mark in self._marks.iterdir()}
        for name in names:
            (self._marks / name).unlink()
        return names

    def _fill(self) -> None:
        git = self.repository.git
        self.repository.commit({"a.txt": "a\n", "b.txt": "b\n", "lost.bin": "lost\n"})
        self.repository.passing("old.env", leak("old"))
        self.repository.write(
            ".gitmodules", f'[submodule "sub"]\n\tpath = sub\n\turl = ext::{self.program("sub-url")}\n'
        )
        git("update-index", "--add", "--cacheinfo", f"160000,{self.repository.head()},sub")
        (self.repository.top / "sub").mkdir()
        self.repository.commit(
            {".gitattributes": "a.txt filter=evil\n* diff=evil merge=evil\n", "new.env": leak("new")}
        )
        # A folder that git takes for a bare repository, with settings of its own.
        inner = self.repository.top / "embedded"
        git("init", "-q", "--bare", str(inner))
        git("config", "core.worktree", str(self.repository.top), cwd=inner)
        git("config", "core.bare", "false", cwd=inner)
        git("config", "core.fsmonitor", self.program("embedded-fsmonitor"), cwd=inner)
        self.repository.write("staged.env", leak("staged"))
        git("add", "staged.env")
        self.repository.write("a.txt", "changed\n")

    def _settings(self) -> dict[str, str]:
        hooks = self._programs / "hooks"
        hooks.mkdir()
        for hook in _HOOKS:
            shutil.copy(self.program(f"hook-{hook}"), hooks / hook)
        return {
            "core.fsmonitor": self.program("fsmonitor"),
            "core.hooksPath": str(hooks),
            "core.sshCommand": self.program("ssh"),
            "core.askPass": self.program("askpass"),
            "core.pager": self.program("pager"),
            "core.editor": self.program("editor"),
            "core.gitProxy": self.program("proxy"),
            "core.alternateRefsCommand": self.program("alternates"),
            "core.untrackedCache": "true",
            "core.attributesFile": str(self.repository.top / ".gitattributes"),
            **{f"filter.evil.{name}": self.program(name) for name in ("clean", "smudge", "process")},
            "diff.evil.textconv": self.program("textconv"),
            "diff.evil.command": self.program("diff-command"),
            "diff.external": self.program("diff-external"),
            "merge.evil.driver": self.program("merge"),
            "log.showSignature": "true",
            "gpg.program": self.program("gpg"),
            "gpg.ssh.program": self.program("gpg-ssh"),
            "gpg.x509.program": self.program("gpg-x509"),
            "credential.helper": f"!{self.program('credential')}",
            "submodule.sub.update": f"!{self.program('submodule-update')}",
            "submodule.sub.url": f"ext::{self.program('submodule-url')}",
            "submodule.recurse": "true",
            "protocol.allow": "always",
            "protocol.ext.allow": "always",
            "extensions.partialClone": "evil",
            "remote.evil.url": f"ext::{self.program('ext')}",
            "remote.evil.promisor": "true",
            "remote.evil.uploadpack": self.program("uploadpack"),
            "uploadpack.packObjectsHook": self.program("pack-objects"),
            "trailer.x.command": self.program("trailer"),
            **{f"alias.{name}": f"!{self.program('alias')}" for name in _ALIASES},
            **{f"pager.{name}": self.program(f"pager-{name}") for name in _PAGERS},
            "core.repositoryFormatVersion": "1",
        }

    def _sign(self) -> None:
        """Put a commit on top that says it is signed, so that showing it asks the program that checks signatures."""
        head = self.repository.git("cat-file", "commit", "HEAD", GIT_NO_LAZY_FETCH="1")
        before, _, message = head.partition("\n\n")
        signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n aaaa\n -----END PGP SIGNATURE-----"
        signed = self.repository.git(
            "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}",
            "hash-object", "-t", "commit", "-w", "--stdin", stdin=f"{before}\n{signature}\n\n{message}\n",
        )  # fmt: skip
        (self.repository.top / ".git/refs/heads/main").write_text(f"{signed}\n")

    def _lose_a_blob(self) -> None:
        name = self.repository.git("rev-parse", "--verify", "main~3:lost.bin")
        (self.repository.top / ".git/objects" / name[:2] / name[2:]).unlink()
        # What a partial clone is known by.
        (self.repository.top / ".git/objects/pack").mkdir(exist_ok=True)
        (self.repository.top / ".git/objects/pack/pack-0.promisor").touch()


@pytest.fixture(scope="module")
def traps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traps]:
    made = Traps(tmp_path_factory.mktemp("traps"))
    yield made
    assert made.sprung() == set()


@pytest.mark.parametrize(
    ("arguments", "mark"),
    [
        (["status"], "fsmonitor"),
        (["update-index", "--force-write-index"], "hook-post-index-change"),
        (["diff-index", "--cached", "HEAD"], "fsmonitor"),
        (["ls-files", "-s"], "fsmonitor"),
        (["hash-object", "a.txt"], "process"),
        (["diff", "HEAD~1", "HEAD", "--", "new.env"], "diff-command"),
        (["show", "--ext-diff", "HEAD~2"], "diff-command"),
        (["log", "-p"], "textconv"),
        (["log", "--raw", "--format=%H"], "gpg"),
        (["cat-file", "-p", "main~3:lost.bin"], "ext"),
        (["rev-list", "--objects", "--all"], "ext"),
        (["submodule", "update", "--init"], "submodule-url"),
        (["evil"], "alias"),
        (["update-ref", "refs/heads/x", "HEAD"], "hook-reference-transaction"),
    ],
)
def test_with_plain_git_the_trap_is_live(traps: Traps, arguments: list[str], mark: str) -> None:
    try:
        traps.repository.git(*arguments, check=False, GIT_ALLOW_PROTOCOL="ext:file")
        assert mark in traps.sprung()
    finally:
        traps.repository.git("update-ref", "-d", "refs/heads/x", check=False)
        traps.sprung()


def test_on_a_terminal_the_pager_is_live(traps: Traps) -> None:
    ours, theirs = os.openpty()
    subprocess.run(
        [GIT, "-C", traps.repository.top, "-c", "core.fsmonitor=", "for-each-ref"], stdout=theirs, check=False
    )
    os.close(theirs)
    os.close(ours)
    assert "pager-for-each-ref" in traps.sprung()


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], ["old", "new", "staged"]),
        (["--no-history"], ["new", "staged"]),
        (["--history-only"], ["old", "new", "staged"]),
        (["--history-only", "new.env"], ["new"]),
        (["--unreachable"], ["old", "new", "staged"]),
        (["--no-cache", "--jobs", "2"], ["old", "new", "staged"]),
        (["--staged"], ["staged"]),
        (["--since", "main~2"], ["new"]),
        (["--range", "main~3..main"], ["old", "new"]),
    ],
)
def test_no_program_runs_and_what_is_there_is_found(traps: Traps, options: list[str], found: list[str]) -> None:
    files = {path: path.stat().st_mtime_ns for path in traps.repository.top.rglob("*")}
    ran = scan(traps.repository, *options)
    assert traps.sprung() == set()
    assert (ran.code, ran.keys) == (1, keys(*found))
    assert {path: path.stat().st_mtime_ns for path in traps.repository.top.rglob("*")} == files


def test_what_is_missing_is_told_and_not_fetched(traps: Traps) -> None:
    assert scan(traps.repository).skipped["<history>"] == "1 object is not in this clone, and nothing is fetched"


def test_the_embedded_repository_is_live_and_brings_no_settings(traps: Traps) -> None:
    inner = traps.repository.top / "embedded"
    traps.repository.git("status", cwd=inner, check=False)
    assert "embedded-fsmonitor" in traps.sprung()
    for options in ([], ["--staged"], ["--history-only"], ["--unreachable"], ["--since", "HEAD"]):
        scan(inner, *options)
        scan(traps.repository, *options, "embedded")
        assert traps.sprung() == set()


def test_a_git_in_the_scanned_folder_is_not_taken(traps: Traps) -> None:
    shutil.copy(traps.program("fake-git"), traps.repository.top / "git")
    try:
        for path in (".", str(traps.repository.top), ""):
            scan(traps.repository, env={"PATH": os.pathsep.join((path, os.environ["PATH"]))})
            assert traps.sprung() == set()
    finally:
        (traps.repository.top / "git").unlink()


def test_a_submodule_brings_no_settings_either(tmp_path: Path) -> None:
    made = Traps(tmp_path)
    outer = Repository(tmp_path / "outer")
    (outer.top / "inner").mkdir()
    shutil.copytree(made.repository.top, outer.top / "inner/sub", symlinks=True)
    outer.git("update-index", "--add", "--cacheinfo", f"160000,{made.repository.head()},inner/sub")
    outer.git("commit", "-q", "-m", "x")
    made.sprung()
    assert scan(outer).keys == keys("old", "new", "staged")
    assert scan(outer, "--staged").keys == []
    assert made.sprung() == set()
