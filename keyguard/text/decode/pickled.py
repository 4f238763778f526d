"""Pickles: their strings, those of a mapping as names and values; followed by `pickletools`, and nothing is loaded."""

from __future__ import annotations

import json
import pickletools
from typing import TYPE_CHECKING

from keyguard.text.decode import binary
from keyguard.text.decode.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit

_MARK = object()
_TEXTS = frozenset("SHORT_BINUNICODE BINUNICODE BINUNICODE8 UNICODE STRING BINSTRING SHORT_BINSTRING".split())
_OPERATIONS = 1_000_000


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield a line a mapping, and the strings beside them."""
    data = body.whole(visit.budget.limits.entry)
    if not visit.budget.tells(data, path):
        visit.budget.left_out["binary files"] += 1
        return
    reader = _Reader()
    try:
        for number, (operation, argument, _) in enumerate(pickletools.genops(data)):
            if number % 1000 == 0:
                visit.budget.check_time()
            if number == _OPERATIONS:
                break
            reader.follow(operation, argument)
    except (ValueError, IndexError, KeyError, UnicodeError):  # damaged, or no pickle
        yield binary.strings(data, path, (*via, "strings"))
        return
    text = "\n".join(reader.lines + reader.texts).encode("utf-8", "replace")
    yield View(path, [text], (*via, "pickle"), ".json")


class _Reader:
    """Follows what the operations do to the stack, as far as strings go."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.texts: list[str] = []
        self._stack: list[object] = []
        self._memo: dict[int, object] = {}

    def follow(self, operation: pickletools.OpcodeInfo, argument: object) -> None:
        """Take one step."""
        name = operation.name
        if name == "MARK":
            self._stack.append(_MARK)
        elif name in _TEXTS:
            self._stack.append(argument)
            self.texts.append(json.dumps(str(argument), ensure_ascii=False))
        elif name == "MEMOIZE" or name.endswith("PUT"):
            number = argument if isinstance(argument, int) else len(self._memo)
            self._memo[number] = self._stack[-1] if self._stack else None
        elif name.endswith("GET"):
            self._stack.append(self._memo.get(argument if isinstance(argument, int) else -1))
        elif name == "SETITEMS":
            self._items(self._to_mark())
        elif name == "SETITEM":
            self._items([self._pop() for _ in range(2)][::-1])
        else:
            self._step(operation)

    def _step(self, operation: pickletools.OpcodeInfo) -> None:
        before, after = operation.stack_before, operation.stack_after
        if pickletools.markobject in before:
            self._to_mark()
            before = before[: before.index(pickletools.markobject)]
        for _ in before:
            self._pop()
        self._stack += [None] * len(after)

    def _pop(self) -> object:
        return self._stack.pop() if self._stack else None

    def _to_mark(self) -> list[object]:
        items: list[object] = []
        while self._stack and (item := self._stack.pop()) is not _MARK:
            items.append(item)
        return items[::-1]

    def _items(self, items: list[object]) -> None:
        pairs = {
            k: v for k, v in zip(items[::2], items[1::2], strict=False) if isinstance(k, str) and isinstance(v, str)
        }
        if pairs:
            self.lines.append(json.dumps(pairs, ensure_ascii=False))
