"""Rich text: its words without the control words, a line where the file has one."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from keyguard.text.decode.view import View, lines_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit

_TOKEN = re.compile(
    r"\\u(?P<code>-?\d{1,5})[ ]?(?:\?|\\'[0-9a-fA-F]{2})?"  # and what stands for it where it cannot be shown
    r"|\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})?[ ]?|(?P<bytes>(?:\\'[0-9a-fA-F]{2}){1,1000})|\\(?P<sign>[^a-z'])"
    r"|(?P<brace>[{}])|(?P<end>\r?\n)|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")
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
    lines, numbers = _lines(ended.decode("latin-1"), _page(data))
    text = "\n".join(lines).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    yield View(path, [text.encode()], via, ".txt", lines_back(numbers))


def _page(data: bytes) -> str:
    """Return the code page in which its bytes are: 936 where it was written in Chinese."""
    found = _PAGE.search(data)
    name = f"cp{found[1].decode()}" if found else "cp1252"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _lines(text: str, page: str) -> tuple[list[str], list[int]]:
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
            line += _shown(token, page)
    return [*lines, line], [*numbers, begun]


def _shown(token: re.Match[str], page: str) -> str:
    if token["text"] is not None:
        return token["text"]
    if token["bytes"] is not None:
        return bytes.fromhex(token["bytes"].replace("\\'", "")).decode(page, "replace")
    if token["code"] is not None:
        return chr(int(token["code"]) % 65536)
    if token["sign"] is not None:
        return {"~": " ", "_": "-"}.get(token["sign"], token["sign"] if token["sign"] in "\\{}" else "")
    if token["word"] in _TABS:
        return "\t"
    return _SIGNS.get(token["word"], "")
