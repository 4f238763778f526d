"""A text that is being read: the whole, or what a string of it holds, with the way back to the whole."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from keyguard.text.outline.frames import Frame, Literal, Name, Notation, Syntax, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAX_NESTED = 4  # strings within strings: a shell command in JSON in YAML is three


@dataclass(slots=True)
class Clock:
    """Counts steps, and looks at the time at every thousandth."""

    deadline: float
    steps: int = 0
    look_at: int = 1024

    def step(self, count: int = 1) -> None:
        """Count a token; raise TimeoutError past the deadline."""
        self.steps += count
        if self.steps >= self.look_at:
            self.look_at = self.steps + 1024
            if time.process_time() > self.deadline:
                raise TimeoutError


@dataclass(slots=True)
class Source:
    """A text that is being read, and what was found in the whole so far."""

    text: str
    notation: Notation
    wanted: Callable[[str], bool]
    nested: Callable[[Source, Frame, int, int, int], None]  # reads a string's content as text: frame, start, end, depth
    clock: Clock
    back: Sequence[int] | None = None  # the offset in the whole of each character, and of the end
    literals: list[Literal] = field(default_factory=list)
    calls: list[Frame] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)
    aliases: Mapping[str, str] = field(default_factory=dict)  # by what a program calls it: what it imports

    @property
    def syntax(self) -> Syntax:
        """How the text ends an unquoted value."""
        return self.notation.syntax

    def called(self, callee: str) -> str:
        """Return what a program calls, under the name that it has where it comes from."""
        first, dot, rest = callee.partition(".")
        return f"{self.aliases[first]}{dot}{rest}" if first in self.aliases else callee

    def at(self, offset: int) -> int:
        """Return the offset in the whole."""
        return offset if self.back is None else self.back[offset]

    def inner(self, text: str, offsets: Sequence[int]) -> Source:
        """Return a source of what a part of this text stands for, with the offset here of each of its characters."""
        return replace(self, text=text, back=[self.at(offset) for offset in offsets])

    def comment(self, start: int, end: int) -> None:
        """Keep where a comment stands."""
        self.comments.append((self.at(start), self.at(end if end >= 0 else len(self.text))))

    def add(
        self,
        token: Token,
        names: tuple[Name, ...],
        frame: Frame,
        *,
        limit: int = -1,
        depth: int = 0,
        undo: Callable[[str], tuple[str, list[int]]] | None = None,
    ) -> None:
        """Keep a literal, and read what it holds when that is worth it.

        `undo` turns the text between its quotes into what it stands for, with the offset of each character.
        """
        start, end = self.at(token.start), self.at(token.end)
        self.literals.append(
            Literal(
                start,
                end,
                token.text,
                token.quoted,
                names,
                frame,
                frame.count,
                self.text,
                token.start,
                limit,
                self.back,
            )
        )
        self.clock.step(len(token.text) // 4096)
        if depth >= MAX_NESTED or len(token.text) <= 8 or not self.wanted(token.text):
            return
        raw = self.text[token.start : token.end]
        text, offsets = undo(raw) if undo else (raw, [])
        if text == raw:
            self.nested(self, frame, token.start, token.end, depth + 1)
        else:
            inner = self.inner(text, [token.start + offset for offset in offsets])
            self.nested(inner, frame, 0, len(text), depth + 1)
