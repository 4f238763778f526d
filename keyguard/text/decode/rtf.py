"""Rich text: its words without the control words, a line where the file has one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard.text.decode.view import View, lines_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit

_TOKEN = re.compile(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<sign>[^a-z'])"
    r"|(?P<brace>[{}])|(?P<end>\r?\n)|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_BREAKS = frozenset("par line row sect page".split())
_TABS = frozenset("tab cell".split())
_SIGNS = {"lquote": "'", "rquote": "'", "ldblquote": '"', "rdblquote": '"', "emdash": "-", "endash": "-", "bullet": "*"}
_HIDDEN = frozenset(
    "fonttbl colortbl stylesheet pict themedata colorschememapping latentstyles datastore generator listtable".split()
)


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield its text; lines lead back to those of the file."""
    data = body.whole(visit.budget.limits.entry)
    ended = data if b"\n" in data else data.replace(b"\r", b"\n")  # as old Macs wrote them
    lines, numbers = _lines(ended.decode("latin-1"))
    yield View(path, ["\n".join(lines).encode()], via, ".txt", lines_back(numbers))


def _lines(text: str) -> tuple[list[str], list[int]]:
    lines, numbers, line = list[str](), list[int](), ""
    number, hidden, depth = 1, 0, 0  # `hidden`: how deep the group lies that is no text
    begun = 1
    for token in _TOKEN.finditer(text):
        if token["end"]:
            number += 1
        elif token["brace"]:
            depth += 1 if token["brace"] == "{" else -1
            hidden = 0 if depth < hidden else hidden
        elif token["word"] in _HIDDEN and not hidden:
            hidden = depth
        elif hidden:
            continue
        elif token["word"] in _BREAKS or token["sign"] in {"\n", "\r"}:
            lines.append(line)
            numbers.append(begun if line else number)
            line = ""
            number += token["sign"] == "\n"
        else:
            begun = begun if line else number
            line += _shown(token)
    return [*lines, line], [*numbers, begun]


def _shown(token: re.Match[str]) -> str:
    if token["text"] is not None:
        return token["text"]
    if token["byte"] is not None:
        return bytes.fromhex(token["byte"]).decode("cp1252", "replace")
    if token["sign"] is not None:
        return {"~": " ", "_": "-"}.get(token["sign"], token["sign"] if token["sign"] in "\\{}" else "")
    if token["word"] in _TABS:
        return "\t"
    if token["word"] == "u" and token["number"]:
        return chr(int(token["number"]) % 65536)
    return _SIGNS.get(token["word"], "")
