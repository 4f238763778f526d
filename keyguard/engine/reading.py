"""Reads a text closely: whole if it is short, else in windows; and says of which lines the time did not suffice."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from keyguard.detect.matcher import TimeLimit
from keyguard.detect.surroundings import MAX_MARKED
from keyguard.detect.windows import View, Window, passages, rows, windows
from keyguard.text import decode
from keyguard.text.outline import notation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keyguard.detect.gates import Hits
    from keyguard.detect.matcher import Found
    from keyguard.detect.owners import Said
    from keyguard.detect.practice.finder import Search
    from keyguard.engine.examine import Examiner
    from keyguard.model import Blob, Match, Practice
    from keyguard.text.lines import Place
    from keyguard.text.outline import Outline

WHOLE = 8 * 1024  # bytes; a longer text is matched in windows: less is read, and versions share what is in them


class Reading:
    """Reads the stretches of one text, each with what is left of the time for all."""

    def __init__(self, examiner: Examiner, blob: Blob, around: frozenset[str] = frozenset()) -> None:
        self._examiner, self._blob, self._around = examiner, blob, around
        self._matcher, self._gates = examiner.matcher, examiner.gates
        self._notation = notation_of(blob.path)
        self._deadline = self._matcher.deadline()
        self._header = b""  # of a table, for the rows in its further stretches
        self.given_up: list[Window] = []  # of the last stretch

    def matches(self, data: bytes, place: Place, spoken: frozenset[str]) -> Iterator[Match]:
        """Yield what the next stretch holds; `place` says where it begins, `spoken` of which packs it speaks."""
        self.given_up = []
        if len(data) <= WHOLE:
            yield from self._whole(data, place)
            return
        gates, path, header = self._gates, self._blob.path, self._header
        if not header and self._matcher.is_table(decode.text(data[:4096]), path):
            self._header = data[: data.find(b"\n") + 1]
        standing = self._matcher.standing(path, spoken | self._around, around=self._around)
        if self._header:
            found = rows(data)
        else:
            hits = gates.hits(data, spoken)
            said = self._said(data, hits) if hits.places else frozenset()
            found, standing = windows(data, hits.places), replace(standing, crowds=hits.crowds, said=said)
        answers: list[tuple[View, Sequence[Found]]] = []
        for window in sorted(found, key=lambda window: not window.telling):
            view = View(data, window, self._notation, header)
            try:
                if answer := self._examiner.answers.of(view, standing, self._deadline):
                    answers.append((view, answer))
            except TimeLimit:
                self.given_up.append(window)
        for view, settled in self._settled(answers, data):
            yield from view.matches(settled, self._blob, place)

    def _settled(
        self, answers: Sequence[tuple[View, Sequence[Found]]], data: bytes
    ) -> Iterator[tuple[View, Sequence[Found]]]:
        """Add to what the windows hold what all of the file says of its accounts, as far as it is read for that."""
        if not answers:
            return
        texts = [decode.text(data[:MAX_MARKED]), *(view.text for view, _ in answers if view.start >= MAX_MARKED)]
        settled = iter(self._matcher.settled([one for _, found in answers for one in found], texts, self._notation))
        for view, found in answers:
            yield view, list(islice(settled, len(found)))

    def practices(self, search: Search, place: Place) -> list[Practice]:
        """Return the practices in the next stretch, whose text is worth that.

        They are looked for in the whole of it, as what a line means depends on where a comment or a text began.
        """
        self.given_up = []
        try:
            read = None if search.is_of_lines else self._outlined(search)
        except TimeoutError:
            size = len(search.text.encode("utf-8", "surrogateescape"))
            self.given_up.append(Window(0, size, telling=True))
            return []
        return search.find(read, self._blob, place)

    def _outlined(self, search: Search) -> Outline:
        notation = self._matcher.standing(self._blob.path).notation
        known = self._matcher.known_outline(search.text, notation)
        return known or self._matcher.plain_outline(search.text_to_outline(), notation, self._deadline)

    def _said(self, data: bytes, hits: Hits) -> frozenset[tuple[str, Said]]:
        """Return what the whole says of names; what time does not suffice for is given up with the windows."""
        try:
            return self._matcher.said({pack: passages(data, of) for pack, of in hits.words.items()}, self._deadline)
        except TimeLimit:
            return frozenset()

    def _whole(self, data: bytes, place: Place) -> Iterable[Match]:
        try:
            text = decode.text(data)
            return self._matcher.find(text, self._blob, place, around=self._around, deadline=self._deadline)
        except TimeLimit:
            self.given_up.append(Window(0, len(data), telling=True))
            return ()
