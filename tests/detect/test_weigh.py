"""The table that decides: its rows have names of their own, and the corpus counts them."""

from __future__ import annotations

from benchmarks import rows
from keyguard.detect.weigh import FREE, SHAPED, decide
from tests.cases import LEAK, SILENT, cases


def test_rows_of_a_kind_have_names_of_their_own_and_the_last_fits_everything() -> None:
    for table in (SHAPED, FREE):
        assert len({row.name for row in table}) == len(table)
        assert table[-1].fits(0)
        assert all(row.why for row in table if row.says is None)
    assert decide(0) is SHAPED[-1]


def test_the_corpus_counts_each_row_right_or_wrong() -> None:
    some = [case for kind in (LEAK, SILENT) for case in cases(kind) if case.name.startswith("100")]
    counted = {(kind, name): (int(right), int(wrong)) for kind, name, _, right, wrong in rows.counts(some)[1:]}
    assert len(counted) == len(SHAPED) + len(FREE)
    assert counted["shape", "named, the provider's"][0] > 2
    assert counted["free text", "named alone"][0] > 0
    assert sum(right for right, _ in counted.values()) > 50 * sum(wrong for _, wrong in counted.values())
