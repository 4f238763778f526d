"""keyguard's own configuration, and the attribute by which git merges a baseline."""

from __future__ import annotations

import re

from keyguard.cli.setup.layout import ended, newline

_HEAD = "# keyguard's configuration. Every key is described in docs/configuration.md of keyguard's repository."
_OLD_HEAD = re.compile(r"(?m)^# keyguard's configuration\. Every key[^\r\n]*://[^\r\n]*")


def config(baseline: str | None) -> str:
    """Return a new configuration."""
    parked = f"baseline: {baseline}" if baseline else "# baseline: .keyguard-baseline"
    return f"""\
{_HEAD}

# Fail from this severity on: critical, high, medium, low, note.
fail_on: low

# Findings that were there before, written by `keyguard baseline create`.
{parked}
"""


def stale(text: str) -> int | None:
    """Return the line in which an earlier version named an address that its pages were at."""
    found = _OLD_HEAD.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None


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
