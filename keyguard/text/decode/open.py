"""Opens what can be opened, member by member, until the budget or the depth ends it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from keyguard.text.decode import binary, encoded
from keyguard.text.decode.body import of_pieces
from keyguard.text.decode.budget import DAMAGED, Refused, Spent
from keyguard.text.decode.charset import SNIFF, encoding
from keyguard.text.decode.kinds import BINARY, kind_of
from keyguard.text.decode.view import INSIDE, View, label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.budget import Budget


def views(pieces: Iterable[bytes], path: str, budget: Budget) -> Iterator[View]:
    """Yield the texts of a blob, each to be read before the next is asked for; for a plain text, itself.

    Nothing at all is yielded for a blob without a piece, and for one that holds no text. What is not read is noted in
    the budget. Only the reading of `pieces` itself raises.
    """
    visit = Visit(budget)
    try:
        for number, view in enumerate(_of_blob(visit, iter(pieces), path)):
            yield from _with_documents(visit, view, (number,))
    except Spent as spent:
        budget.note(path, str(spent))


def hides(head: bytes, path: str) -> bool:
    """Say by its first bytes whether a blob is a container, or encoded as a whole."""
    return kind_of(head, path) is not None or encoded.is_encoded(head[:256])


def _of_blob(visit: Visit, pieces: Iterator[bytes], path: str) -> Iterator[View]:
    budget, first = visit.budget, next(pieces, None)
    if first is None:
        return
    whole = itertools.chain([first], pieces)
    kind = kind_of(first[:SNIFF], path)
    if kind is None:
        yield View(path, whole)
    elif budget.limits.depth > 0:
        budget.begin()
        yield from visit.member(of_pieces(whole, budget), path, ())
    elif kind is BINARY:
        binary.pass_over(whole, path, budget)
    elif encoding(first[:SNIFF]) == "binary":
        budget.left_out["binary files"] += 1
    else:
        yield View(path, whole)


def _with_documents(visit: Visit, view: View, number: tuple[int, ...]) -> Iterator[View]:
    """Yield a view, and when it was read the documents that stand in it encoded."""
    if visit.budget.limits.depth <= 0 or len(number) > encoded.LEVELS:
        yield replace(view, number=number)
        return
    kept = encoded.Kept(view.pieces)
    visit.budget.passed, visit.budget.spoken = False, frozenset()
    yield replace(view, pieces=kept, number=number)
    if visit.budget.passed or encoded.is_encoded(kept.head):
        around = visit.budget.spoken | view.around
        for index, document in enumerate(encoded.documents(visit, view, kept.text())):
            yield from _with_documents(visit, replace(document, around=around), (*number, index))


class Visit:
    """The opening of one blob."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._depth = 0
        self._spent: Spent | None = None

    def member(
        self, body: Body, path: str, via: tuple[str, ...], notation: str = "", *, name: str | None = None
    ) -> Iterator[View]:
        """Yield the views of one member; `Spent` alone passes. `name` is its own, where the path is another's."""
        try:
            kind = kind_of(body.peek(SNIFF), path if name is None else name)
            if kind is None:
                yield from self.text(body, path, via, notation)
            elif self._depth >= self.budget.limits.depth:
                self.budget.note(path, f"it lies more than {self.budget.limits.depth} containers deep")
            else:
                self._depth += 1
                try:
                    yield from kind.open(self, body, path, (*via, kind.name) if kind.name else via)
                finally:
                    self._depth -= 1
        except Refused as refused:
            self.budget.note(path, str(refused))
        except Spent:
            raise
        except RecursionError:
            self.budget.note(path, "it is nested too deeply")
        except MemoryError:
            self.budget.note(path, "there is not enough memory to open it")
        except Exception:  # noqa: BLE001 - hostile bytes make the libraries below raise all kinds of errors
            self.budget.note(path, DAMAGED)

    def text(self, body: Body, path: str, via: tuple[str, ...], notation: str = "") -> Iterator[View]:
        """Yield a member as the text that it is."""
        yield View(path, self._guarded(body, path), via, notation)
        self._go_on()

    def _go_on(self) -> None:
        """End here when the reader of a text came to the end of the budget."""
        if self._spent is not None:
            raise self._spent

    def _guarded(self, body: Body, path: str) -> Iterator[bytes]:
        """Yield a member's text: whoever reads it meets no error of ours."""
        try:
            yield from body.text_pieces()
        except Refused as refused:
            self.budget.note(path, str(refused))
        except Spent as spent:
            self._spent = spent
        except Exception:  # noqa: BLE001 - as below
            self.budget.note(path, DAMAGED)

    def inside(self, body: Body, path: str, name: str, via: tuple[str, ...], notation: str = "") -> Iterator[View]:
        """Yield the views of a container's member."""
        self.budget.count_entry()
        yield from self.member(body, path + INSIDE + label(name), via, notation)
