"""keyguard's own configuration, and the attribute by which git merges a baseline."""

from __future__ import annotations

import re

from keyguard.cli.setup.layout import ended, newline


def config(baseline: str | None, page: str | None = None) -> str:
    """Return a new configuration."""
    parked = f"baseline: {baseline}" if baseline else "# baseline: .keyguard-baseline"
    return f"""\
# keyguard's configuration. Every key is described in docs/configuration.md of {page or "keyguard"}.

# Fail from this severity on: critical, high, medium, low, note.
fail_on: low

# Findings that were there before, written by `keyguard baseline create`.
{parked}
"""


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
