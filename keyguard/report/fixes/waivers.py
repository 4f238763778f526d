"""The comment that waives a finding, in the style of the file that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.report.fixes.edits import Edit

if TYPE_CHECKING:
    from keyguard.report.fixes.edits import Text

_STYLES = {
    "# {}": "py pyi sh bash zsh fish yml yaml toml env rb pl r tf properties cfg conf ini ps1 dockerfile makefile",
    "// {}": "js mjs cjs jsx ts mts cts tsx go rs java kt kts c h cc cpp hpp cs swift scala dart php groovy gradle",
    "-- {}": "sql lua hs",
    "<!-- {} -->": "html htm xml md vue svg",
}
_OF_ENDING = {ending: style for style, endings in _STYLES.items() for ending in endings.split()}


def above(text: Text, line_number: int, rule: str) -> Edit | None:
    """Return a line above another, from 1, that waives a rule there; None for a kind of file that has no comments."""
    name = text.path.rpartition("/")[2].lower()
    style = _OF_ENDING.get("env" if name.startswith(".env") else name.rpartition(".")[2])
    if style is None:
        return None
    line, begin = text.lines[line_number - 1], text.begins[line_number - 1]
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    end = "\r\n" if line.endswith("\r\n") else "\n"
    return Edit(begin, begin, f"{indent}{style.format(f'keyguard: ignore[{rule}] say why')}{end}")
