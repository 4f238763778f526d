"""Where a Python file may refer to `os.environ`, and where `import os` goes; by its tokens, which nothing can run."""

from __future__ import annotations

import io
import tokenize
from functools import lru_cache
from typing import TYPE_CHECKING

from keyguard.report.fixes.edits import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.report.fixes.edits import Text

_NOTHING = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}


def importing(text: Text, start: int) -> list[Edit] | None:
    """Return what imports `os`, if anything has to; None where no string by itself begins at the place."""
    strings, import_ = _read(text.content)
    row = text.line_of(start)
    if (row + 1, start - text.begins[row]) not in strings:
        return None
    begin = text.begins[import_ - 1] if import_ else 0
    return [Edit(begin, begin, "import os\n")] if import_ else []


@lru_cache(maxsize=16)
def _read(content: str) -> tuple[frozenset[tuple[int, int]], int]:
    """Return where strings begin, and the row before which `os` has to be imported; 0 for none."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(content).readline))
    except (tokenize.TokenError, SyntaxError, RecursionError):
        return frozenset(), 0
    strings = frozenset(one.start for one in tokens if one.type == tokenize.STRING)
    statements = _statements(tokens)
    if not strings or any(_imports_os(words) for _, words in statements):
        return strings, 0
    rows = (row for row, words in statements if words[0][0] not in "\"'" and words[:2] != ["from", "__future__"])
    return strings, next(rows, 0)


def _statements(tokens: Sequence[tokenize.TokenInfo]) -> list[tuple[int, list[str]]]:
    """Return the row and the words of each statement that is not indented."""
    statements: list[tuple[int, list[str]]] = []
    begins = True
    for one in tokens:
        if one.type in _NOTHING or one.type == tokenize.ENDMARKER:
            continue
        if begins:
            statements.append((one.start[0], [] if one.start[1] == 0 else [""]))
        statements[-1][1].append(one.string)
        begins = one.type == tokenize.NEWLINE
    return [(row, words) for row, words in statements if words[0]]


def _imports_os(words: Sequence[str]) -> bool:
    """Say whether a statement imports `os` under its own name."""
    if words[0] != "import":
        return False
    names = " ".join(words[1:]).split(",")
    return any(name.strip() == "os" for name in names)
