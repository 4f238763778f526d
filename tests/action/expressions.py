"""GitHub's expressions, as far as action.yml and the workflows of the documentation use them.

${{ !cancelled() && inputs.cache == 'true' && steps.scan.outputs.mode != '' }}
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(==|!=|&&|\|\||[!()])|([A-Za-z_][\w.-]*))")
_STATUS = ("always", "cancelled", "failure", "success")


def filled(text: Any, context: Mapping[str, Any]) -> str:
    """Return a text with its expressions replaced by what they stand for."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: _text(evaluate(found[1], context)), str(text), flags=re.DOTALL)


def holds(condition: str | None, context: Mapping[str, Any]) -> bool:
    """Tell whether a step is run; without a word on the job's status it is not after a failure."""
    inner = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", (condition or "success()").strip(), flags=re.DOTALL)
    fits = bool(evaluate(inner, context))
    return fits if any(f"{word}()" in inner for word in _STATUS) else fits and context["status"] == "success"


def evaluate(text: str, context: Mapping[str, Any]) -> Any:
    """Return the value of one expression."""
    reader = _Reader(text, context)
    value = reader.any_of()
    assert reader.peek() == "", f"{text!r} is not understood from {reader.peek()!r} on"
    return value


class _Reader:
    def __init__(self, text: str, context: Mapping[str, Any]) -> None:
        self._tokens = _tokens(text)
        self._context = context

    def peek(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def take(self) -> str:
        return self._tokens.pop(0)

    def any_of(self) -> Any:
        value = self.all_of()
        while self.peek() == "||":
            self.take()
            other = self.all_of()
            value = value or other
        return value

    def all_of(self) -> Any:
        value = self.compared()
        while self.peek() == "&&":
            self.take()
            other = self.compared()
            value = value and other
        return value

    def compared(self) -> Any:
        value = self.single()
        while self.peek() in {"==", "!="}:
            equal = self.take() == "=="
            value = (_text(value).lower() == _text(self.single()).lower()) == equal
        return value

    def single(self) -> Any:
        word = self.take()
        if word == "!":
            return not self.single()
        if word == "(":
            value = self.any_of()
            assert self.take() == ")"
            return value
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        if self.peek() == "(":
            assert (self.take(), self.take()) == ("(", ")")
            return word == "always" or self._context["status"] == _STATUS_OF[word]
        if word in {"true", "false"}:
            return word == "true"
        return _looked_up(word.split("."), self._context)


_STATUS_OF = {"success": "success", "failure": "failure", "cancelled": "cancelled", "always": ""}


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found, f"{text[at:]!r} is not understood"
        tokens.append(found[0].strip())
        at = found.end()
    return tokens


def _looked_up(names: list[str], value: Any) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
