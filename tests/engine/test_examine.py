"""A blob that no gate opens for is read no further, and nothing is lost by that."""

from __future__ import annotations

import pytest

from keyguard import cache, packs
from keyguard.engine import examine
from keyguard.engine.examine import Examiner, Finds
from keyguard.model import Blob
from tests.cases import LEAK, SILENT, cases, files, rule_set


def _finds(examiner: Examiner, path: str, data: bytes) -> tuple[Finds, int]:
    examination = examiner.begin(Blob(path, "1"))
    examination.read([data])
    return examination.finds(), examination.texts


def test_what_is_passed_over_holds_nothing_and_is_counted() -> None:
    examiner = Examiner(rule_set(), 60, b"k" * 32, cache.opened().remember)
    passed = 0
    for case in (*cases(LEAK), *cases(SILENT)):
        for file in files(case):
            path = str(file.relative_to(case))
            text = packs.expand(file.read_bytes().decode("utf-8", "surrogateescape"), case.name)
            data = text.encode("utf-8", "surrogateescape")
            if examiner.sees_nothing(data, path):
                passed += 1
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(examine, "_WHOLE", 0)
                    assert _finds(examiner, path, data) == (Finds(), 1), path
                assert _finds(examiner, path, data) == (Finds(), 1)
    assert passed


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (b"PK\x03\x04", "a.txt"),
        (b"x = 1\n\0", "a.txt"),
        ("x = '\N{EURO SIGN}'\n".encode(), "a.py"),
        (b"QUJD" * 20, "a.txt"),
        (b"x = 1\n", "okx.py"),
        (b"okx\n", "a.txt"),
        (b"{}", "a.ipynb"),
    ],
)
def test_what_may_hide_something_is_read(data: bytes, path: str) -> None:
    assert not Examiner(rule_set(), 60, b"k" * 32, cache.opened().remember).sees_nothing(data, path)
    assert Examiner(rule_set(), 60, b"k" * 32, cache.opened().remember).sees_nothing(b"x = 1\n", "a.py")
