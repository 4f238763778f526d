r"""How a text from outside is shown: nothing in it moves the cursor, forges a line, or commands whoever reads a log.

    control characters, bidi marks, line ends   \x1b       would hide a line of the report, or write one
    ##[...  ##vso[...  ##teamcity[...           #\x23[...  commands to the runners of GitHub, Azure and TeamCity
    ::... at the start                          \x3a:...   commands to the runner of GitHub

What is escaped is written as its bytes, as everywhere in reports.
"""

from __future__ import annotations

import re

_MARKER = re.compile(r"##(?=[\w.-]*\[)")  # wherever it stands in a line
_LEADING = re.compile(r"\A(\s*):(?=:)")  # runners trim a line before they look at it


def visible(text: str) -> str:
    r"""Return the text with all that would not show as itself, or not only show, as its bytes: `\xNN`."""
    shown = text if text.isprintable() else "".join(c if c.isprintable() else _bytes_of(c) for c in text)
    return _LEADING.sub(r"\1\\x3a", _MARKER.sub(r"#\\x23", shown))


def _bytes_of(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))


def in_json(written: str) -> str:
    """Return JSON that says the same and commands nobody."""
    return _MARKER.sub(r"#\\u0023", written)
