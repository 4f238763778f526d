"""Texts that are added to as they are laid out: line ends, a last line without one, and where YAML has its parts."""

from __future__ import annotations

from typing import Any

from keyguard.cli.setup import CannotAddError


def newline(text: str) -> str:
    """Return the line end that a text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def ended(text: str) -> str:
    """Return a text whose last line has its end."""
    return text + newline(text) if text and not text.endswith("\n") else text


def joined(text: str, added: str) -> str:
    """Put text behind a file's, with a blank line between them."""
    gap = newline(text) if text.strip() else ""
    return ended(text) + gap + added.replace("\n", newline(text))


def mapping(text: str, by_hand: str) -> Any:
    """Parse a YAML file into its nodes, which know where they stand; nothing in it is built or resolved.

    `by_hand` is what to add to a file that is no mapping.
    """
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        node = None
    if not isinstance(node, yaml.MappingNode):
        raise CannotAddError(by_hand)
    return node


def span(text: str, name: str) -> tuple[int, int] | None:
    """Return where a key of the outermost mapping and its value stand, up to the end of their last line."""
    node = mapping(text, "") if text.strip() else None
    for key, value in node.value if node else ():
        if key.value == name:
            bare = text[: value.end_mark.index].rstrip()
            end = text.find("\n", len(bare))
            return key.start_mark.index, len(text) if end < 0 else end + 1
    return None


def items(node: Any, name: str) -> list[Any]:
    """Return the entries of the list that a mapping has under a name."""
    found = next((value.value for key, value in _pairs(node) if key.value == name), None)
    return found if isinstance(found, list) else []


def field(node: Any, name: str) -> str:
    """Return the text that a mapping has under a name."""
    found = next((value for key, value in _pairs(node) if key.value == name), None)
    return str(found.value) if found is not None else ""


def _pairs(node: Any) -> list[tuple[Any, Any]]:
    return [pair for pair in node.value if isinstance(pair, tuple)] if isinstance(node.value, list) else []
