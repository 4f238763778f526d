"""Where a Python file may refer to `os.environ`, and where `import os` goes; by its tokens, which nothing can run."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING

from keyguard.report.fixes.edits import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.report.fixes.edits import Text

_NOTHING = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}


def importing(text: Text, start: int) -> list[Edit] | None:
    """Return what imports `os`, if anything has to; None where no string by itself begins at the place."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text.content).readline))
    except (tokenize.TokenError, SyntaxError, RecursionError):
        return None
    row = text.line_of(start)
    place = row + 1, start - text.begins[row]
    if not any(one.type == tokenize.STRING and one.start == place for one in tokens):
        return None
    statements = _statements(tokens)
    if any(_imports_os(words) for _, words in statements):
        return []
    row = next(row for row, words in statements if words[0][0] not in "\"'" and words[:2] != ["from", "__future__"])
    begin = text.begins[row - 1]
    return [Edit(begin, begin, "import os\n")]


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
