"""How often each row of the table that decides is right on the corpus, and how often it is wrong.

A row that takes a value for a part is right where the case's marks say that it is that part; one that refuses, where
they do not. A row that no value reached, or that is wrong as often as right, is one to look at.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from benchmarks.common import temporary
from keyguard.detect.matcher import Matcher
from keyguard.detect.weigh import FREE, SHAPED, Sign
from keyguard.engine.examine import Examiner
from keyguard.model import Blob
from tests.cases import expected, files, fill, rule_set

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from keyguard.detect.candidates import Found
    from keyguard.detect.evidence import Standing

_SHAPED, _FREE = "shape", "free text"


class _Recorder(Matcher):
    """A matcher that keeps which row decided on which value."""

    decided: set[tuple[str, str, str, str, int]]

    def judge(self, text: str, standing: Standing, deadline: float | None = None) -> list[Found]:
        for pack, read, view in self.read(text, standing, self.deadline() if deadline is None else deadline):
            for one in pack.weighed(read, view):
                evidence = one.evidence
                kind = _FREE if evidence.signs & Sign.FREE else _SHAPED
                self.decided.add((kind, one.row.name, evidence.part.name, evidence.span.value, evidence.span.start))
        return []


class _Examiner(Examiner):
    @cached_property
    def matcher(self) -> _Recorder:
        return _Recorder(self.rules, self.time_limit)


def counts(cases: Iterable[Path]) -> list[list[str]]:
    """Return a line for each row of the table: kind, name, what it says, how often it is right, and wrong."""
    right, wrong = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    examiner = _Examiner(rule_set(), 60, os.urandom(32), None)
    says = {(kind, row.name): row.says for kind, rows in ((_SHAPED, SHAPED), (_FREE, FREE)) for row in rows}
    for case in cases:
        parts = {part for values in expected(case).values() for part in values}
        for kind, name, part, value, _ in _decided(examiner, case):
            fits = ((part, value) in parts) is (says[kind, name] is not None)
            (right if fits else wrong)[kind, name] += 1
    lines = [["kind", "row", "says", "right", "wrong"]]
    for (kind, name), said in says.items():
        word = said.word if said is not None else "none"
        lines.append([kind, name, word, str(right[kind, name]), str(wrong[kind, name])])
    return lines


def _decided(examiner: _Examiner, case: Path) -> set[tuple[str, str, str, str, int]]:
    examiner.matcher.decided = set()
    with temporary() as folder:
        fill(case, folder)
        for file in files(folder):
            path = file.relative_to(folder).as_posix()
            examiner.begin(Blob(path, path, file.stat().st_size)).read([file.read_bytes()])
    return examiner.matcher.decided
