"""Which files of a repository hold credentials, what is to become of each, and the lines of `.gitignore` for them.

A file made for credentials belongs on each machine, not into git. Any other, such as code or a configuration that git
carries, stays where it is: its values have to be moved. A template (`.env.example`) is for all, whatever is in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard import providers
from keyguard.cli.setup.layout import joined
from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pathspec import GitIgnoreSpec

    from keyguard.model import Finding

_HEADING = "# Credentials; written by `keyguard init`."
# Each with a name that it is for, and with the lines that take templates back.
_USUAL = {
    ".env": (".env", ()),
    ".env.*": (".env.production", ("!.env.example", "!.env.sample", "!.env.template", "!.env.dist")),
    "*.env": ("prod.env", ("!*example.env", "!*sample.env", "!*template.env", "!*dist.env")),
}

_TEMPLATE = re.compile(r"(?i)(?:^|[._/-])(?:example|sample|template|tmpl|tpl|dist)s?(?:[._/-]|$)")
_ENVIRONMENT = r"\.env(?:\.[^/]*)?|[^/]*\.env"
_SETTINGS = r"ya?ml|json5?|toml|ini|cfg|conf|config|properties|tfvars|secrets?|credentials?|creds|keys?"
_PROVIDERS = "|".join(map(re.escape, providers.known()))
# Git's own copy of these is of no use to anybody: on each machine they hold something else.
_OF_CREDENTIALS = re.compile(
    rf"""(?ix) (?:^|/) (?: {_ENVIRONMENT}
    | \.(?:{_PROVIDERS})/ [^/]+
    | \.? [^/.]*
      (?: credentials? | secrets? | creds | (?:api|{_PROVIDERS}|private) [_-]? keys? | (?<![a-z]) keys ) [^/.]*
      (?: \.txt | \.(?:{_SETTINGS}) )? ) $"""
)
_CONFIGURATION = re.compile(
    rf"(?ix) (?:^|/) (?: {_ENVIRONMENT} | \.?env(?:rc)? (?:[._-][^/]*)? | [^/]*\.(?:{_SETTINGS}) ) $"
)


@dataclass(frozen=True, slots=True)
class Files:
    """The files in which something was found, by what is to become of them; those that git ignores are fine."""

    ignore: tuple[str, ...] = ()  # keep them out of git
    untrack: tuple[str, ...] = ()  # git carries them today, and is not to
    rest: tuple[str, ...] = ()  # take the values out
    carried: tuple[str, ...] = ()  # of those, what git carries
    rename: tuple[str, ...] = ()  # a value is in the name, which no file may repeat
    kept: tuple[str, ...] = ()  # files of settings that git carries and in which nothing was found


def files(root: Path, findings: Sequence[Finding]) -> Files:
    """Say what is to become of each file of the work tree in which something counts."""
    from keyguard.cli.excerpt import without_values
    from keyguard.model import Tracking

    present = (Tracking.TRACKED, Tracking.UNTRACKED)  # what the history alone holds is no file any more
    matches = [match for finding in findings for match in finding.matches]
    blobs = {match.blob for finding in findings if not finding.suppressed for match in finding.matches}
    tracked = {blob.path: blob.tracking is Tracking.TRACKED for blob in sorted(blobs) if blob.tracking in present}
    rename = [path for path in tracked if without_values(path, matches) != path]
    found = [path for path in tracked if path not in rename]
    ignored = {path for path in _ignored(root) if _is_plain(path)}
    ignore = [path for path in found if path not in ignored and _is_to_be_ignored(path, tracked=tracked[path])]
    rest = [path for path in found if path not in ignore and path not in ignored]
    return Files(
        tuple(ignore),
        tuple(path for path in found if tracked[path] and (path in ignore or path in ignored)),
        tuple(rest),
        tuple(path for path in rest if tracked[path]),
        tuple(rename),
        tuple(path for path in _shared(root) if path not in tracked),
    )


def _is_to_be_ignored(path: str, *, tracked: bool) -> bool:
    """Tell a file that is made for credentials, or a configuration that is in git yet for nobody."""
    return _is_plain(path) and bool(_OF_CREDENTIALS.search(path) or (not tracked and _CONFIGURATION.search(path)))


def _is_plain(path: str) -> bool:
    """Tell a file that can be named in `.gitignore` and to a shell, and is no template."""
    return path.isprintable() and not path.startswith(("#", "!")) and not _TEMPLATE.search(path)


def _ignored(root: Path) -> list[str]:
    """Return what git carries although the repository's own `.gitignore` files fit it."""
    return _listed(root, "--exclude-per-directory=.gitignore")


def _shared(root: Path) -> list[str]:
    """Return what git carries although the usual lines fit it."""
    lines = [line for usual, (_, templates) in _USUAL.items() for line in (usual, *templates)]
    return _listed(root, *(f"--exclude={line}" for line in lines))


def _listed(root: Path, *excludes: str) -> list[str]:
    from keyguard.git import calls

    listed = calls.run(["ls-files", "-z", "-c", "-i", *excludes], cwd=root)
    return [name.decode("utf-8", "surrogateescape") for name in listed.split(b"\0") if name]


def with_ignored(text: str, ignore: Iterable[str], kept: Iterable[str] = ()) -> str:
    """Return a `.gitignore` with lines for the usual files of credentials and for `ignore`, as far as it lacks them.

    A usual line that fits one of the `kept` files is left out: here that name is for something that is shared.
    """
    there = text.splitlines()
    known = {line.strip() for line in there}
    is_there = _spec(there).match_file
    shared = list(kept)
    lines: list[str] = []
    for line, (name, templates) in _USUAL.items():
        if line not in known and not is_there(name) and not any(_spec([line, *templates]).match_files(shared)):
            lines += [line, *templates]
    is_ignored = _spec([*there, *lines]).match_file
    lines += [f"/{_escaped(file)}" for file in ignore if not is_ignored(file)]
    return joined(text, "\n".join([_HEADING, *lines]) + "\n") if lines else text


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines, backend="simple")


def _escaped(file: str) -> str:
    special = re.sub(r"([\\*?\[\]])", r"\\\1", file)
    return re.sub(r" +$", lambda blanks: "\\ " * len(blanks[0]), special)
