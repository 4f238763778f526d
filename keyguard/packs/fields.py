"""A mapping of a pack, read field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keyguard.errors import RuleError
from keyguard.veil import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence


class Fields:
    """A mapping of a pack that is read field by field, so that every wrong or unknown one is named."""

    def __init__(self, data: Any, pack: str, where: str, rule: str = "") -> None:
        self.pack, self.where, self.rule = pack, where, rule
        if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
            self.fail(f"{where} must be a mapping.")
        self.data: dict[str, Any] = dict(data)

    def fail(self, message: str, hint: str = "") -> Any:
        """Raise a RuleError that names the pack and the rule."""
        raise RuleError(message, hint, pack=self.pack, rule=self.rule)

    def take(self, name: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        """Take a field of a kind out of the mapping."""
        if name not in self.data:
            if default is ...:
                self.fail(f"{self.where} lacks the field '{name}'.")
            return default
        value = self.data.pop(name)
        wrong = isinstance(value, bool) and kind is int
        if wrong or not isinstance(value, kind):
            kinds = kind if isinstance(kind, tuple) else (kind,)
            words = {str: "text", int: "a number", bool: "true or false", list: "a list", dict: "a mapping"}
            self.fail(f"{self.where}.{name} must be {' or '.join(words.get(k, k.__name__) for k in kinds)}.")
        if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
            self.fail(f"{self.where}.{name} must have names that are text.", "Quote numbers, true/false and null.")
        return value

    def words(self, name: str, default: Any = ...) -> tuple[str, ...]:
        """Take a list of words, which may be written as one text."""
        value = self.take(name, (str, list), default)
        if isinstance(value, str):
            return tuple(value.split())
        if not all(isinstance(word, str) for word in value):
            self.fail(f"{self.where}.{name} must hold text only.", "Quote numbers and true/false.")
        return tuple(value)

    def pattern(self, name: str, default: Any = ...) -> str | None:
        """Take a regular expression."""
        value = self.take(name, str, default)
        return None if value is None else str(value)

    def done(self, known: Sequence[str]) -> None:
        """Raise a RuleError for a field that nobody took."""
        for name in self.data:
            import difflib

            near = difflib.get_close_matches(name, known, 1)
            self.fail(
                f"{self.where} has an unknown field {quoted(name)}.", f"Did you mean '{near[0]}'?" if near else ""
            )
