"""What `keyguard init` writes: whole files, and additions to files that are there, whose every other byte stays.

    facts -> plan (configuration, hooks, pipelines, credentials) -> shown, agreed to, written

An addition is text put at its place. A YAML file is parsed to find that place, and never written from what was parsed:
its comments and its layout are somebody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.home import Source

CONFIG = ".keyguard.yml"
PRE_COMMIT = ".pre-commit-config.yaml"
GITHUB = ".github/workflows/keyguard.yml"
GITLAB = ".gitlab-ci.yml"
IGNORE = ".gitignore"
ATTRIBUTES = ".gitattributes"


class CannotAddError(Exception):
    """A file has a form to which nothing can be added safely; its text says what to add by hand."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """The part of a file that is ours, and what it says of where keyguard comes from, whatever that is.

    `render` writes the part anew for a source and its version, in each of the forms that it may have been written in.
    """

    start: int
    end: int
    form: str
    source: Source | None
    render: Callable[[Source | None, str | None], list[str]]
