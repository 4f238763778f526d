"""What is found of the corpus: tests/corpus/leak has to be found, tests/corpus/silent has to stay silent.

Each case is a folder of one shape whose marks are filled with made-up values. A credential counts as found whole when
one finding holds exactly its parts; a part counts as found when any finding holds it. At the default settings.
"""

from __future__ import annotations

from collections import Counter

from benchmarks.common import arguments, table, temporary
from tests.cases import LEAK, SILENT, Values, cases, expected, fill, findings


def main() -> None:
    """Measure and print."""
    arguments(__doc__)
    wanted, got, whole, credentials, beside = Counter[str](), Counter[str](), 0, 0, 0
    missed: list[str] = []
    for case in cases(LEAK):
        found = _found(case.name, LEAK)
        parts = {part for values in found for part in values}
        for values in expected(case).values():
            credentials += 1
            whole += values in found
            wanted.update(part for part, _ in values)
            got.update(part for part, value in values if (part, value) in parts)
            if values not in found:
                missed.append(case.name)
        beside += sum(not any(values & real for real in expected(case).values()) for values in found)
    alarms = {case.name: len(found) for case in cases(SILENT) if (found := _found(case.name, SILENT))}
    rows = [["", "found", "of", "share"]]
    rows.append(_row("whole credentials, their parts joined", whole, credentials))
    rows += [_row(f"parts: {part.replace('_', ' ')}", got[part], wanted[part]) for part in sorted(wanted)]
    rows.append(_row("false alarms in silent cases", sum(alarms.values()), len(cases(SILENT))))
    rows.append(_row("false alarms beside a leak", beside, len(cases(LEAK))))
    print(f"{len(cases(LEAK))} cases with credentials, {len(cases(SILENT))} without\n")
    table(rows)
    for title, names in (("Not found whole", sorted(set(missed))), ("False alarms", sorted(alarms))):
        if names:
            print(f"\n{title}: {', '.join(names)}")


def _found(name: str, kind: object) -> list[Values]:
    case = (LEAK if kind is LEAK else SILENT) / name
    with temporary() as folder:
        fill(case, folder)
        return [
            frozenset((match.part or "", match.value.reveal().decode()) for match in finding.matches)
            for finding in findings(folder)
            if not finding.suppressed
        ]


def _row(name: str, count: int, of: int) -> list[str]:
    return [name, str(count), str(of), f"{count / of:.1%}" if of else ""]


if __name__ == "__main__":
    main()
