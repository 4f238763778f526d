"""Which parts stand together: what the literals of a text say of each other, before any of them is judged."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from keyguard.detect.weigh import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keyguard.detect.evidence import Evidence
    from keyguard.packs import Pack
    from keyguard.text.outline import Frame

NEAR = 600  # code points between parts that share nothing but the file
WIDE = 4000  # the same within one mapping, section or call
ACCOUNTS = 8  # whose parts may stand between those of one
NEXT = 200  # from a value of unknown name to the pair that it belongs to

_WEAK = Sign.MADE_UP | Sign.NO_VALUE | Sign.WEAK_SHAPE | Sign.EXPRESSION | Sign.RIVAL
_EXACT = Sign.STRONG_SHAPE | Sign.PLAUSIBLE


class Company:
    """Adds to the evidence of each literal what the others say of it."""

    def __init__(self, evidence: Sequence[Evidence], pack: Pack) -> None:
        self.pack = pack
        self._inside: dict[tuple[int, str], list[Evidence]] = {}
        for one in sorted(evidence, key=lambda one: one.span.start):
            if not one.signs & _WEAK:
                for outer in one.literal.frame.chain():
                    self._inside.setdefault((id(outer), one.part.name), []).append(one)

    def added(self, evidence: Evidence) -> Evidence:
        """Return evidence with what stands around its literal."""
        others = {part: list(self._near(evidence, part)) for part in self.pack.parts if part != evidence.part.name}
        signs = evidence.signs
        if any(
            other.signs & Sign.NAME_OF_PART and self._is_free(other, evidence)
            for found in others.values()
            for other in found
        ):
            signs |= Sign.BESIDE_PART
        if others and all(others.values()) and any(self._is_named(found) for found in others.values()):
            signs |= Sign.BESIDE_REST
            if all(self._is_exact(found) for found in others.values()) and self._is_exact([evidence]):
                signs |= Sign.WHOLE_SET
        if any(other is not evidence and other.signs & Sign.NAME_OF_PART for other in self._near(evidence)):
            signs |= Sign.TAKEN
        if evidence.signs & Sign.PROVIDER_NAME and self._is_next(evidence, others):
            signs |= Sign.NEXT_TO_PAIR
        return replace(evidence, signs=signs)

    def _is_free(self, other: Evidence, evidence: Evidence) -> bool:
        """Say whether another part may be a faintly named one's: matches of a better name leave one over.

        A log's `cache key=...` is not made a part by the credential that a line above it holds whole.
        """
        if not evidence.signs & Sign.FAINT_NAME:
            return True
        frame = id(other.literal.frame)
        keys = [one for one in self._inside.get((frame, evidence.part.name), ()) if one.signs & Sign.NAME_OF_PART]
        better = [one for one in keys if not one.signs & Sign.FAINT_NAME]
        partners = [one for one in self._inside.get((frame, other.part.name), ()) if one.signs & Sign.NAME_OF_PART]
        return len(better) < len(partners)

    def _near(self, evidence: Evidence, part: str = "") -> Iterator[Evidence]:
        """Yield the nearest of a part before and behind, in the frame or one inside it."""
        part = part or evidence.part.name
        for frame in self._scopes(evidence.literal.frame):
            reach = WIDE if frame is evidence.literal.frame and frame.parent is not None else NEAR
            pool = self._inside.get((id(frame), part), [])
            at = bisect_left(pool, evidence.span.start, key=lambda one: one.span.start)
            before, behind = pool[max(0, at - ACCOUNTS) : at], pool[at : at + ACCOUNTS]
            for others, most in ((reversed(before), 1), (behind, 2)):  # it may be behind itself
                ours = (one for one in others if _apart(one, evidence) <= reach and _same_account(one, evidence))
                yield from islice(ours, most)

    def _scopes(self, frame: Frame) -> Iterator[Frame]:
        """Walk from a frame to the mapping or block that it belongs to: out of what only wraps one value."""
        for outer in frame.chain():
            yield outer
            inside = [len(self._inside.get((id(outer), part), ())) for part in self.pack.parts]
            is_list = outer.kind == "[" and sum(map(bool, inside)) == 1  # of one part: its others are beside it
            if not is_list and (outer.kind not in {"(", "item"} or sum(inside) > 1):
                return

    @staticmethod
    def _is_named(found: Sequence[Evidence]) -> bool:
        return any(other.signs & Sign.NAME_OF_PART for other in found)

    @staticmethod
    def _is_exact(found: Sequence[Evidence]) -> bool:
        return any(one.signs & (Sign.NAME_OF_PART | Sign.POSITION) and one.signs & _EXACT for one in found)

    def _is_next(self, evidence: Evidence, others: dict[str, list[Evidence]]) -> bool:
        """Say whether a value stands next to one of each part with a shape, and nearer than others of its kind."""
        shaped = [
            [one for one in found if one.signs & Sign.PROVIDER_IN_NAME]
            for part, found in others.items()
            if self.pack.parts[part].shape
        ]
        if not shaped or not all(shaped):
            return False
        members = [min(found, key=lambda one: _apart(one, evidence)) for found in shaped]
        rivals = self._inside.get((id(evidence.literal.frame), evidence.part.name), [])
        apart = max(_apart(one, evidence) for one in members)
        return apart <= NEXT and all(
            max(_apart(one, rival) for one in members) >= apart for rival in rivals if rival.signs & Sign.PROVIDER_NAME
        )


def _apart(one: Evidence, other: Evidence) -> int:
    return abs(one.span.start - other.span.start)


def _same_account(one: Evidence, other: Evidence) -> bool:
    mine, others = set(one.meaning.stem), set(other.meaning.stem)
    return mine <= others or others <= mine
