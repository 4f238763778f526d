"""What needs a value reads it again: from the place where a match stands, in the blob that it was found in."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from keyguard.engine.pieces import Binary, stretches
from keyguard.errors import GoneError
from keyguard.model import Sealed, Secret
from keyguard.text import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from keyguard.engine.pieces import Stretch
    from keyguard.engine.seal import Seal
    from keyguard.model import Blob, Match, Region
    from keyguard.sources import Source

_LONGEST_ESCAPE = 8  # code points that stand for one: \u0041, and a quote in a string in a string in a string
_ESCAPES = "\\&'\"$%`"


class Values:
    """Reads values of matches that were sealed, when the first of them is asked for."""

    def __init__(self, seal: Seal, budget: Callable[[], decode.Budget]) -> None:
        self._seal, self._budget = seal, budget
        self._waiting: dict[int, dict[Blob, list[Match]]] = {}  # by their sources
        self._read: dict[bytes, bytes] = {}  # by their tags
        self._at_once = False

    def offer(self, matches: Iterable[Match], source: Source) -> None:
        """Have the values of matches be read again from their source when they are asked for."""
        waiting = self._waiting.setdefault(id(source), {})
        for blob, its in groupby(matches, lambda match: match.blob):
            reading = partial(self._value, blob, source)
            for match in its:
                if isinstance(match.value, Sealed):
                    waiting.setdefault(blob, []).append(match)
                    match.value.revealed_by(reading)

    def keep(self, matches: Iterable[Match]) -> None:
        """Keep to these matches, which are what is left in the end: the first that is asked for has all be read."""
        kept = {id(match.value) for match in matches}
        for source, blobs in self._waiting.items():
            left = ((blob, [match for match in found if id(match.value) in kept]) for blob, found in blobs.items())
            self._waiting[source] = {blob: found for blob, found in left if found}
        self._at_once = True

    def _first_holders(self, waiting: Mapping[Blob, Sequence[Match]]) -> list[Blob]:
        """Return the blobs that hold a value which none before them does: versions of a file share nearly all."""
        seen: set[Secret] = set(map(Secret, self._read))
        holders = []
        for blob, matches in waiting.items():
            new = {match.value for match in matches} - seen
            if new:
                holders.append(blob)
                seen |= new
        return holders

    def _value(self, blob: Blob, source: Source, tag: bytes) -> bytes:
        waiting = self._waiting.get(id(source), {})
        if tag not in self._read and self._at_once:
            self._read_all(source, {blob: waiting.pop(blob) for blob in self._first_holders(waiting)})
        if tag not in self._read and blob in waiting:
            self._read_all(source, {blob: waiting.pop(blob)})
        if tag not in self._read:
            raise GoneError
        return self._read[tag]

    def _read_all(self, source: Source, waiting: Mapping[Blob, Sequence[Match]]) -> None:
        noted = len(source.skipped)
        files: dict[Blob, list[Match]] = {}
        for blob, matches in waiting.items():
            files.setdefault(blob.outer, []).extend(matches)
        for blob, pieces in source.read(list(files)):
            self._read_blob(blob, pieces, files[blob])
        source.release()
        del source.skipped[noted:]  # the report on what was read is made already

    def _read_blob(self, blob: Blob, pieces: Iterable[bytes], matches: Sequence[Match]) -> None:
        budget = self._budget()
        for view in decode.views(pieces, blob.path, budget):
            here = [match for match in matches if _seen(match)[0][: len(view.number)] == view.number]
            if here:
                with suppress(Binary):
                    for stretch in stretches(view.pieces):
                        within = [match for match in here if _seen(match)[0] == view.number]
                        if not self._read_from(stretch, within):  # a gate said which of them was matched
                            self._read_from(stretch.seen_through(), within)
            budget.passed = bool(here)
            if all(_tag(match) in self._read for match in matches):
                return  # what else a container holds is nothing to us

    def _read_from(self, stretch: Stretch, matches: Iterable[Match]) -> bool:
        """Read the values that stand in a text, and say whether all are known now."""
        text, all_known = _Text(stretch), True
        for match in matches:
            tag = _tag(match)
            if tag not in self._read:
                fitting = (value for value in text.values(_seen(match)[1]) if self._seal.tag(value) == tag)
                if (value := next(fitting, None)) is not None:
                    self._read[tag] = value
                all_known = all_known and value is not None
        return all_known


def _tag(match: Match) -> bytes:
    return match.value.tag if isinstance(match.value, Sealed) else b""


def _seen(match: Match) -> tuple[tuple[int, ...], Region]:
    """Return the number of the text of its blob in which a match was found, and its place in that."""
    return match.view or ((0,), match.region)


class _Text:
    """A stretch of text in which places are found."""

    def __init__(self, stretch: Stretch) -> None:
        self._text = decode.text(stretch.data)
        self._lines, self._columns = stretch.lines, stretch.columns
        self._begins = [0, *accumulate(len(line) + 1 for line in self._text.split("\n"))]

    def values(self, region: Region) -> Iterator[bytes]:
        """Yield what may be meant by what stands at a region, which ends too early where the value has escapes."""
        start, end = self._offset(region.line, region.column), self._offset(region.end_line, region.end_column)
        if start is None or end is None or end > len(self._text):
            return
        yield from _readings(self._text[start:end])
        longest = self._text[start : end + (_LONGEST_ESCAPE - 1) * (end - start)]
        if any(sign in longest for sign in _ESCAPES):
            for length in range(end - start + 1, len(longest) + 1):
                for text in _out_of_strings(longest[:length]):
                    yield from _unescaped(text, steps=1)

    def _offset(self, line: int, column: int) -> int | None:
        number = line - 1 - self._lines
        if not 0 <= number < len(self._begins):
            return None
        offset = self._begins[number] + column - 1 - (0 if number else self._columns)
        return offset if offset >= self._begins[number] else None


def _readings(written: str) -> Iterator[bytes]:
    """Yield what a text may stand for: itself, or what is left of it without quotes, escapes and encodings."""
    from keyguard.detect.values import decodings
    from keyguard.text.outline.tokens import dedented

    for text in _out_of_strings(written):
        for value in _unescaped(text, steps=2):
            yield value
            yield from (inner.encode() for inner, _ in decodings(decode.text(value)))
    yield dedented(written).encode("utf-8", "surrogateescape")


def _out_of_strings(written: str) -> Iterator[str]:
    """Yield a text, and what it is in the strings that it may stand in, each within the next."""
    from keyguard.text.outline.source import MAX_NESTED
    from keyguard.text.outline.tokens import unescape

    for _ in range(MAX_NESTED):
        yield written
        if "\\" not in written:
            return
        written = unescape(written)


def _unescaped(written: str, steps: int) -> Iterator[bytes]:
    from keyguard.text.outline.escapes import readings
    from keyguard.text.outline.tokens import unescape

    return (text.encode("utf-8", "surrogateescape") for text in readings(written, unescape, steps))
