"""The corpus: every leak is one finding with its parts together, and every silent file stays silent.

A case is a folder that is scanned by itself. Its files hold marks which are filled from the case's name; all parts
with one number are one expected credential, so that a file is its own label. `labels.yml` adds what marks cannot say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from tests.cases import LEAK, SILENT, cases, expected, fill, findings, found, places, values_of

if TYPE_CHECKING:
    from pathlib import Path

_LABELS = yaml.safe_load((LEAK / "labels.yml").read_text(encoding="utf-8"))
# People do write these; a reader who knew the file's purpose would find them, and a rule that did would cry wolf.
_KNOWN_MISSES: dict[str, str] = {}  # by the case: what is missed, and why
_OTHER_LINES = {
    "1005-old-mac": "a CR ends a line there",
    "2339-js-template": "a list of halves is joined on another line",
    "2335-ruby-interpolated": "a list of halves is joined on another line",
    "2775-gradle-quotes-in-quotes": "a value of two constants is told where it is put together",
    "2776-make-variables": "a value of two variables is told where it is put together",
    "2782-words-of-a-mail": "the lines of a header are one",
    "1141-quoted-printable-soft": "a line that is broken softly counts as one",
}


def _realms(case: Path) -> dict[int, str]:
    realms: dict[int, str] = (_LABELS.get(case.name) or {}).get("realm", {})
    return realms


@pytest.mark.parametrize("case", cases(LEAK), ids=lambda case: str(case.name))
def test_a_leak_is_one_finding_with_its_parts_together(case: Path, tmp_path: Path) -> None:
    fill(case, tmp_path)
    told = findings(tmp_path)
    together = {values_of(finding) for finding in told} == set(expected(case).values())
    assert together is (case.name not in _KNOWN_MISSES)
    if together and case.name not in _OTHER_LINES:
        where = places(case)
        for match in (match for finding in told for match in finding.matches):
            part = match.part or "", match.value.reveal().decode()
            assert (match.blob.path, match.region.line) in where[part]


@pytest.mark.parametrize("case", cases(SILENT), ids=lambda case: str(case.name))
def test_a_silent_file_gives_no_finding(case: Path, tmp_path: Path) -> None:
    fill(case, tmp_path)
    assert not found(tmp_path)


@pytest.mark.parametrize("case", [case for case in cases(LEAK) if _realms(case)], ids=lambda case: str(case.name))
def test_demo_is_never_taken_for_live_nor_live_for_demo(case: Path, tmp_path: Path) -> None:
    fill(case, tmp_path)
    told = found(tmp_path)
    for number, values in expected(case).items():
        realm = next((realm for mine, realm in told.items() if mine & values), None)
        assert realm in {None, _realms(case).get(number, realm)}


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(cases(LEAK)) >= 150
    assert len(cases(SILENT)) >= 150
