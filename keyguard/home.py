"""Where this keyguard came from, so that others can be told to install the very same; nothing is asked over a network.

    --source, KEYGUARD_SOURCE            what somebody says
    direct_url.json beside the package   what the installer recorded (PEP 610)
    _built.json in the package           the checkout that a folder or a wheel on disk was built from, if it was clean:
                                         hatch_build.py records it
    none of these                        unknown, and why

Each of them is a text from outside that ends up in files which shells and CI services read: an address is taken apart
and put together again from the few characters that mean nothing to any of them, and a credential in it is left out.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from keyguard import __version__
from keyguard.errors import SettingsError
from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

OPTION, VARIABLE = "--source", "KEYGUARD_SOURCE"
RECORD = "_built.json"
"""The file in the package that says which checkout it was built from."""

PACKAGE = Path(__file__).parent

_MAX_RECORD = 1 << 16
_MAX_ADDRESS = 1000
_PART = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = rf"(?P<host>{_PART}(?:\.{_PART})*)(?::(?P<port>[0-9]{{1,5}}))?"
_SEGMENT = r"/(?!\.{1,2}(?:/|$))(?:[A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+"
_PATH = rf"(?P<path>(?:{_SEGMENT})+)/?"
_WORDS = r"[^/\\?#\s]*"  # a user's name and password; of what is none of them programs disagree where the host begins
_HTTPS = re.compile(rf"(?i:https)://(?:{_WORDS}@)?{_HOST}{_PATH}", re.ASCII)
_SSH = re.compile(rf"(?i:ssh)://(?:(?P<user>\w[\w.-]*)(?::{_WORDS})?@)?{_HOST}{_PATH}", re.ASCII)
_SCP = re.compile(rf"(?P<user>\w[\w.-]*)@(?P<host>{_PART}(?:\.{_PART})*):/?(?P<path>[A-Za-z0-9._~+/-]+)", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+]*", re.ASCII)
_ARCHIVE = re.compile(r"\.(?:whl|zip|tar\.gz)$")
_INDEX = "index+"
_NOT_BUILT_FROM = {
    "changed": "what it was built from had changes that are in no commit",
    "no-remote": "the clone that it was built from has no remote, or several and none called origin",
    "unpushed": "the commit that it was built from is not on the remote, as far as its clone knew",
    "address": "the clone that it was built from is one of a folder, or of an address that others cannot be sent to",
}
"""What hatch_build.py says of a checkout that it cannot record."""
_FORMS = "a repository (https or ssh) with @COMMIT, an archive with #sha256=HASH, or index+https://HOST/PATH@VERSION#sha256=HASH"
_PLACEHOLDER = "OWNER"
_PLACEHOLDER_COMMIT = "0123456789abcdef" * 4
"""What stands in every recipe for the owner and, cut to its length, for the commit that its reader is to put in."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository at a commit, which is GitHub's action, too, where it is on GitHub and so is what uses it.

    On any other service `uses: OWNER/NAME` is whoever has that name there.
    """

    address: str
    commit: str
    is_action: bool = field(default=True, compare=False)

    @property
    def pin(self) -> str:
        """The text that stands wherever this is pinned."""
        return self.commit

    @property
    def place(self) -> str:
        """Where it is, without what changes from one version to the next."""
        return self.on_github or self.address.removesuffix(".git")

    @property
    def requirement(self) -> str:
        """What pip installs."""
        return f"keyguard @ git+{self.address}@{self.commit}"

    @property
    def action(self) -> str | None:
        """What a workflow uses; None where there is no such action."""
        return self.on_github if self.is_action else None

    @property
    def on_github(self) -> str | None:
        """Owner and name on github.com; None for one elsewhere."""
        found = re.fullmatch(r"(?:https|ssh)://(?:[\w.-]+@)?github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?", self.address)
        return found[1] if found else None

    @property
    def page(self) -> str | None:
        """The address as people open it; None where it is for git only."""
        return self.address.removesuffix(".git") if self.address.startswith("https:") else None

    def __str__(self) -> str:
        return f"{self.address}@{self.commit}"


@dataclass(frozen=True, slots=True)
class Archive:
    """A wheel or an archive of the source, known by its hash."""

    address: str
    sha256: str

    @property
    def pin(self) -> str:
        """The text that stands wherever this is pinned."""
        return self.sha256

    @property
    def place(self) -> str:
        """Where it is, without what changes from one version to the next."""
        return self.address.rpartition("/")[0]

    @property
    def requirement(self) -> str:
        """What pip installs."""
        return f"keyguard @ {self}"

    def __str__(self) -> str:
        return f"{self.address}#sha256={self.sha256}"


@dataclass(frozen=True, slots=True)
class Index:
    """A version on a package index, known by its hash: the name may be anybody's on any other index that pip asks."""

    address: str
    version: str
    sha256: str

    @property
    def pin(self) -> str:
        """The text that stands wherever this is pinned."""
        return self.address

    @property
    def place(self) -> str:
        """Where it is, without what changes from one version to the next."""
        return self.address

    @property
    def requirement(self) -> str:
        """What pip installs with this as its index."""
        return f"keyguard=={self.version} --hash=sha256:{self.sha256}"

    def __str__(self) -> str:
        return f"{_INDEX}{self.address}@{self.version}#sha256={self.sha256}"


Source = Repository | Archive | Index


@dataclass(frozen=True, slots=True)
class Home:
    """Where keyguard comes from, who says so, and which version that is where it is the one that runs.

    An unknown one has no source, and says why.
    """

    source: Source | None
    basis: str
    version: str | None = None
    commit: str | None = None
    """The commit that it was made of, where the installation recorded that."""
    recorded: Source | None = None
    """What the installation recorded, where somebody says something else or the same."""

    @property
    def is_said(self) -> bool:
        """Whether somebody said it, and nothing recorded it."""
        return self.basis in {OPTION, VARIABLE}

    @property
    def is_contradicted(self) -> bool:
        """Whether the installation recorded something else than what somebody said.

        Who types an address may mean a mirror of the same; a variable may be anybody's, as a CI service has many.
        """
        if not self.is_said or self.source is None:
            return False
        if isinstance(self.source, Repository) and self.commit not in {None, self.source.commit}:
            return True
        if self.recorded is None:
            return False
        if self.basis == VARIABLE and self.recorded.place != self.source.place:
            return True
        return type(self.recorded) is type(self.source) and self.recorded.pin != self.source.pin

    def on_another_host(self) -> Home:
        """Return it as it is for what is not hosted on GitHub."""
        return (
            replace(self, source=replace(self.source, is_action=False)) if isinstance(self.source, Repository) else self
        )

    @property
    def page(self) -> str | None:
        """The project's page, for people."""
        return self.source.page if isinstance(self.source, Repository) else None


# --- who is asked


def find(given: str | None = None) -> Home:
    """Return where this keyguard comes from; a wrong `given` or variable raises SettingsError, which holds neither."""
    for text, name in ((given, OPTION), (os.environ.get(VARIABLE) or None, VARIABLE)):
        if text is not None:
            return _said(text, name)
    return installed()


def known() -> Home:
    """Return where this keyguard comes from, for a report: what is said wrongly there is unknown."""
    try:
        return find()
    except SettingsError as error:
        return Home(None, error.message)


def installed() -> Home:
    """Return what the installation recorded."""
    notes = PACKAGE.parent / f"keyguard-{__version__}.dist-info"
    if not notes.is_dir():
        return Home(None, "it runs from a folder, and is not installed")
    if not (notes / "direct_url.json").exists():
        return Home(None, f"an index or a folder of wheels gave it as version {__version__}, and none is recorded")
    direct = _json(notes / "direct_url.json")
    if isinstance(folder := direct.get("dir_info"), dict) and folder.get("editable"):
        return Home(None, "it is an editable installation, whose files may change")
    if isinstance(folder, dict) or str(direct.get("url")).startswith("file:"):
        return _built(PACKAGE / RECORD)
    try:
        source = _recorded(direct)
    except ValueError as error:
        return Home(None, f"its installation recorded what cannot be pinned: {error}")
    return Home(source, "its installation", __version__, source.commit if isinstance(source, Repository) else None)


def _said(text: str, name: str) -> Home:
    try:
        source = parse(text)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}", f"Give {_FORMS}") from None
    if why := stands_for(source):
        raise SettingsError(f"{name}: {why}", "Put that in: an address with a placeholder in it is nobody's")
    here = installed()
    commit = here.commit
    if isinstance(source, str):
        if commit is None:
            raise SettingsError(
                f"{name} names no commit, and nothing recorded which one this keyguard was made of",
                "Add @ and the full commit id: `git ls-remote URL` lists those of branches and tags",
            )
        source = Repository(source, commit)
    is_here = isinstance(source, Repository) and source.commit == commit
    return Home(source, name, __version__ if is_here else None, commit, here.source)


def stands_for(source: Source | str) -> str | None:
    """Return what a source of the recipes stands for, which its reader did not put in; None for a real one."""
    if _PLACEHOLDER in unquote(source if isinstance(source, str) else source.address).split("/"):
        return f"{_PLACEHOLDER} stands for whoever keeps the repository that you get keyguard from"
    commit = source.commit if isinstance(source, Repository) else ""
    if commit and (_PLACEHOLDER_COMMIT.startswith(commit) or len(set(commit)) == 1):
        return f"{commit[:7]}... stands for the full id of the commit that you want"
    return None


def _json(path: Path) -> dict[str, Any]:
    """Read a record; one that is no object says nothing."""
    try:
        with path.open("rb") as stream:
            found = json.loads(stream.read(_MAX_RECORD))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _recorded(direct: Mapping[str, Any]) -> Source:
    """Read a record of PEP 610 of something that has an address."""
    address = str(direct.get("url", ""))
    if direct.get("subdirectory"):
        raise ValueError("a folder within it")
    if isinstance(vcs := direct.get("vcs_info"), dict) and vcs.get("vcs") == "git":
        return Repository(repository(address), _full(str(vcs.get("commit_id", ""))))
    archive = direct.get("archive_info")
    if isinstance(archive, dict):
        hashes = archive.get("hashes")
        sha256 = hashes.get("sha256") if isinstance(hashes, dict) else archive.get("hash")
        return Archive(_https(address), _hash(str(sha256).removeprefix("sha256=")))
    raise ValueError("neither a git repository nor an archive")


def _built(record: Path) -> Home:
    """Return the checkout that a folder was built from, as it was then: what has changed since does not count."""
    built = _json(record)
    why = _NOT_BUILT_FROM.get(str(built.get("unknown")), "it was built from a folder that is no clone")
    try:
        commit = _full(str(built.get("commit", "")))
    except ValueError:
        return Home(None, why)
    try:
        source = Repository(repository(str(built.get("repository", ""))), commit)
    except ValueError:
        return Home(None, why, commit=commit)
    return Home(source, "the checkout that it was built from", __version__, commit)


# --- texts


def parse(text: str) -> Source | str:
    """Read a source as it is typed; a repository without a commit is its address. ValueError says what is wrong."""
    if text.startswith(_INDEX):
        rest, sha256 = _cut(text.removeprefix(_INDEX), "#sha256=")
        address, version = _cut(rest, "@")
        if version is None or not _VERSION.fullmatch(version) or sha256 is None:
            raise ValueError("an index needs @VERSION#sha256=HASH: another index that pip asks may have that name, too")
        return Index(_https(address), version, _hash(sha256))
    bare, sha256 = _cut(text, "#sha256=")
    if sha256 is not None:
        return Archive(_https(bare), _hash(sha256))
    if _ARCHIVE.search(bare):
        raise ValueError("an archive needs #sha256=HASH")
    bare = bare.removeprefix("git+")
    try:
        return repository(bare)
    except ValueError:
        address, commit = _cut(bare, "@")
        if commit is None:
            raise
        return Repository(repository(address), _full(commit))


def repository(text: str) -> str:
    """Return the address of a repository, without a password; ValueError says what is wrong, not what was given."""
    if found := _matched(_SCP, text):
        text = f"ssh://{found['user']}@{found['host']}/{found['path']}"
    if found := _matched(_SSH, text):
        user = f"{found['user']}@" if found["user"] else ""
        return f"ssh://{user}{_server(found)}{found['path']}"
    return _https(text)


def _https(text: str) -> str:
    found = _matched(_HTTPS, text)
    if found is None:
        raise ValueError("its address is none that others can be sent to: https or ssh, plain characters, no query")
    return f"https://{_server(found)}{found['path']}"


def _server(found: re.Match[str]) -> str:
    """Return host and port of an address."""
    if not 0 < int(found["port"] or 443) < 1 << 16:
        raise ValueError("its address has a port that there is not")
    return found["host"].lower() + (f":{found['port']}" if found["port"] else "")


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return pattern.fullmatch(text) if len(text) <= _MAX_ADDRESS else None


def _full(commit: str) -> str:
    if not _COMMIT.fullmatch(commit.lower()):
        raise ValueError("its commit is no full id; a tag, a branch or a short id can be moved to other code")
    return commit.lower()


def _hash(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256.lower()):
        raise ValueError("its SHA-256 hash is none")
    return sha256.lower()


def _cut(text: str, mark: str) -> tuple[str, str | None]:
    """Split a text at the last of a mark; without one there is no second part."""
    before, found, behind = text.rpartition(mark)
    return (before, behind) if found else (text, None)
