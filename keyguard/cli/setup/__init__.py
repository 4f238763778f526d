"""What `keyguard init` writes: whole files, and additions to files that are there, whose every other byte stays.

    facts -> plan (configuration, hooks, pipelines, credentials) -> shown, agreed to, written

An addition is text put at its place. A YAML file is parsed to find that place, and never written from what was parsed:
its comments and its layout are somebody's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CONFIG = ".keyguard.yml"
PRE_COMMIT = ".pre-commit-config.yaml"
GITHUB = ".github/workflows/keyguard.yml"
GITLAB = ".gitlab-ci.yml"
IGNORE = ".gitignore"
ATTRIBUTES = ".gitattributes"


class CannotAddError(Exception):
    """A file has a form to which nothing can be added safely; its text says what to add by hand."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where keyguard itself is fetched from, and at which version."""

    source: str
    ref: str

    @property
    def action(self) -> str | None:
        """The GitHub action, `owner/name@ref`; None when the source is elsewhere."""
        found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", self.source)
        return f"{found[1]}@{self.ref}" if found else None

    @property
    def requirement(self) -> str:
        """What pip installs."""
        return f"keyguard @ git+{self.source}@{self.ref}"
