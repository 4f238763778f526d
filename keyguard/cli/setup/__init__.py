"""What `keyguard init` writes: whole files, and additions to files that are there, whose every other byte stays.

    facts -> plan (configuration, hooks, pipelines, credentials) -> shown, agreed to, written
    references (what any file says) + parts (what is ours, now or earlier) -> pins -> checked, or planned to move

An addition is text put at its place. A YAML file is parsed to find that place, and never written from what was parsed:
its comments and its layout are somebody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.frozen import dataclass

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
class Part:
    """The part of a file that is ours as a whole, from one place of its text to another.

    `render` writes it anew for a source and its version, in each of the forms that it may have; `earlier` gives what
    versions of `init` before this one wrote for a source, each with the number of the form that takes its place.
    """

    start: int
    end: int
    render: Callable[[Source | None, str | None], list[str]]
    earlier: Callable[[Source | None], list[tuple[str, int]]]
