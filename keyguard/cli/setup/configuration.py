"""keyguard's own configuration, and the attribute by which git merges a baseline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard.cli.setup.layout import ended, newline

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = "# keyguard's configuration. Every key is described in docs/configuration.md of keyguard's repository."
_OLD_HEAD = re.compile(r"(?m)^# keyguard's configuration\. Every key[^\r\n]*?(\w+://[^\r\n]*)")


def config(baseline: str | None) -> str:
    """Return a new configuration."""
    baseline_line = f"baseline: {baseline}" if baseline else "# baseline: .keyguard-baseline"
    return f"""\
{_HEAD}

# Fail from this severity on: critical, high, medium, low, note.
fail_on: low

# Findings that were there before, written by `keyguard baseline create`.
{baseline_line}
"""


def stale(text: str) -> Iterator[tuple[int, str]]:
    """Return the line in which an earlier version named an address, where its pages were, and that."""
    for found in _OLD_HEAD.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[1].rstrip(".")


def renewed(text: str) -> str:
    """Return a configuration without the address that an earlier version named."""
    return _OLD_HEAD.sub(_HEAD, text)


def with_baseline(text: str, baseline: str) -> str:
    """Return a configuration with the key `baseline`, or as it is when it has one.

    The line that `config` left commented out is put to use, so that the key stands once.
    """
    if re.search(r"(?m)^baseline[ \t]*:", text):
        return text
    commented = f"# baseline: {baseline}"
    if commented in text.splitlines():
        return re.sub(rf"(?m)^{re.escape(commented)}(?=\r?$)", f"baseline: {baseline}", text, count=1)
    return f"{ended(text)}baseline: {baseline}{newline(text)}"


def with_union(text: str, baseline: str) -> str:
    """Return a `.gitattributes` by which git keeps the lines of both sides of a merge, whose order means nothing."""
    if re.search(rf"(?m)^/?{re.escape(baseline)}[ \t]", text):
        return text
    return f"{ended(text)}{baseline} merge=union{newline(text)}"
