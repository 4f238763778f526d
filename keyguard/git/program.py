"""How git is asked, so that nothing in the repository it looks at can run anything.

A `.git/config` names programs (fsmonitor, hooks, filters, pagers, ssh commands) that everyday git commands start. Only
plumbing is used, under an environment and overrides that leave no such program started (tests/git holds a repository
that has them all); `status` and a `diff` of the work tree are never called: those still do.
"""

# Paths are strings here: making a Path takes 3.7 us, as much as all else that is done to name a file.
# ruff: noqa: PTH100, PTH109, PTH112, PTH113, PTH117, PTH118

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, NamedTuple

from keyguard.errors import SourceError
from keyguard.git.folders import enclosing, is_below
from keyguard.git.process import Call

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    "GIT_FLUSH": "0",  # not behind each record: a walk is written in a third of the pieces
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
        if real == os.path.realpath(here) or (checkout and is_below(real, os.path.realpath(checkout))):
            continue
        program = os.path.join(folder, "git.exe" if os.name == "nt" else "git")
        if os.path.isfile(program) and os.access(program, os.X_OK):
            return program
    return None


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


class Named(NamedTuple):
    """The repository that git, or the user, names in the environment."""

    store: str
    work_tree: str


def named_by_environment(cwd: str) -> Named | None:
    """Return the repository of GIT_DIR and GIT_WORK_TREE, as git sets them for its hooks, where `cwd` lies in it.

    A `.git` that is as near is taken instead, unless a work tree is named that is no other's: dotfiles are kept in a
    bare repository somewhere, with the home folder as its work tree.
    """
    store, tree = os.environ.get("GIT_DIR"), os.environ.get("GIT_WORK_TREE")
    if not store or not os.path.isdir(store):
        return None
    named = Named(os.path.realpath(store), os.path.realpath(tree or os.getcwd()))
    if not is_below(os.path.realpath(cwd), named.work_tree) or is_below(named.work_tree, named.store):
        return None
    around = os.path.realpath(enclosing(cwd) or os.sep)
    if around == named.work_tree and not (tree and os.path.isdir(f"{around}/.git")):
        return None
    if around != named.work_tree and is_below(around, named.work_tree):
        return None
    return named if tree or _has_work_tree(find_git(), named.store) else None


@functools.cache
def _has_work_tree(program: str | None, store: str) -> bool:
    """Ask whether git would take the current folder for the work tree of a repository that is named without one."""
    if program is None:
        return False
    words = [program, "--no-pager", f"--git-dir={store}", "config", "--type=bool", "--get", "core.bare"]
    with Call(words, os.path.abspath(os.sep), dict(_user_environment()) | _ENVIRONMENT) as call:
        return call.output(accepted=range(-64, 256)).read().strip() != b"true"


def environment(cwd: str, *, top: bool = False) -> dict[str, str]:
    """Build git's environment: ours without any GIT_* but those that a hook is given, plus the settings above.

    Where `cwd` is the `top` of a work tree, or a bare repository, git has to take it for that whatever core.worktree
    and core.bare say: they could move what a path means, or lead nowhere, as in the store of a removed submodule.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    named = named_by_environment(cwd)
    here = named is not None or enclosing(cwd) == enclosing(os.getcwd())
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
    if named:
        kept |= {"GIT_DIR": named.store, "GIT_WORK_TREE": named.work_tree}
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
    asked = [program, "--no-pager", "config", "-z", "--get-regexp", r"^(safe\.directory|core\.excludesfile)$"]
    with Call(asked, os.path.abspath(os.sep), values | {"GIT_DIR": os.devnull, "LC_ALL": "C"}) as call:
        answer = call.output(accepted=range(-64, 256)).read()  # what is wrong there shows in the next call
    settings = [f"core.excludesFile={excludes}"]
    for record in os.fsdecode(answer).split("\0")[:-1]:
        name, _, value = record.partition("\n")
        settings.append(f"{name}={value}")
    return tuple(settings)
