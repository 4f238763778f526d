"""What is found of the corpus: tests/corpus/leak has to be found, tests/corpus/silent has to stay silent.

Each case is a folder of one shape whose marks are filled with made-up values. A credential counts as found whole when
one finding holds exactly its parts; a part counts as found when any finding holds it. At the default settings.

Cases are named by a number: `python -m benchmarks.accuracy 701-790` takes those alone, and a name's beginning such as
`735` one case. Several sets are added up. A finding of a rule is right where all that it holds is of one credential of
the case. `--rows` counts how often each row of the
table that decides is right.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks import rows
from benchmarks.claims import claim
from benchmarks.common import parser, table, temporary
from tests.cases import LEAK, SILENT, Values, cases, expected, fill, findings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass
class Score:
    """What was found of the cases."""

    wanted: Counter[str] = field(default_factory=Counter)
    got: Counter[str] = field(default_factory=Counter)
    credentials: int = 0
    whole: int = 0
    beside: int = 0
    missed: list[str] = field(default_factory=list)
    alarms: dict[str, int] = field(default_factory=dict)
    right: Counter[str] = field(default_factory=Counter)  # findings by their rules
    wrong: Counter[str] = field(default_factory=Counter)

    def leak(self, case: Path) -> None:
        """Score a case that has to be found."""
        told, real = _found(case), expected(case).values()
        found = [values for _, values in told]
        parts = {part for values in found for part in values}
        for rule, values in told:
            (self.right if any(values <= one for one in real) else self.wrong)[rule] += 1
        for values in real:
            self.credentials += 1
            self.whole += values in found
            self.wanted.update(part for part, _ in values)
            self.got.update(part for part, value in values if (part, value) in parts)
            if values not in found:
                self.missed.append(case.name)
        self.beside += sum(not any(values & one for one in real) for values in found)

    def silent(self, case: Path) -> None:
        """Score a case that has to stay silent."""
        if found := _found(case):
            self.alarms[case.name] = len(found)
            self.wrong.update(rule for rule, _ in found)


def main() -> None:
    """Measure and print."""
    options = _options()
    leaks, silents = (_chosen(cases(kind), options.sets) for kind in (LEAK, SILENT))
    if not leaks and not silents:
        sys.exit(f"no case is in {' '.join(options.sets)}")
    if options.rows:
        table(rows.counts([*leaks, *silents]))
        return
    score = Score()
    with claim(options, "accuracy", public=not options.sets) as said:
        for case in leaks:
            score.leak(case)
        for case in silents:
            score.silent(case)
        print(f"{len(leaks)} cases with credentials, {len(silents)} without\n")
        table(_rows(score, len(leaks), len(silents)))
        print()
        table(_by_rule(score))
        for title, names in (("Not found whole", sorted(set(score.missed))), ("False alarms", sorted(score.alarms))):
            if names:
                print(f"\n{title}: {', '.join(names)}")
        said.sentence = (
            f"{score.whole} of {score.credentials} credentials of {len(leaks)} cases found with all their parts in one "
            f"finding; {sum(score.alarms.values())} false alarms in {len(silents)} silent cases."
        )


def _options() -> Any:
    options = parser(__doc__)
    options.add_argument("sets", nargs="*", metavar="SET", help="cases by number, such as 701-790 (default: all)")
    options.add_argument(
        "--rows", action="store_true", help="count right and wrong of each row of the table that decides"
    )
    return options.parse_args()


def _chosen(all_cases: Sequence[Path], sets: Sequence[str]) -> list[Path]:
    return [case for case in all_cases if not sets or any(_is_in(case.name, one) for one in sets)]


def _is_in(name: str, chosen: str) -> bool:
    bounds, number = re.fullmatch(r"(\d+)-(\d+)", chosen), re.match(r"\d+", name)
    if bounds is None or number is None:
        return name.startswith(chosen)
    return int(bounds[1]) <= int(number[0]) <= int(bounds[2])


def _rows(score: Score, leaks: int, silents: int) -> list[list[str]]:
    lines = [
        ["", "found", "of", "share"],
        _row("whole credentials, their parts joined", score.whole, score.credentials),
    ]
    lines += [
        _row(f"parts: {part.replace('_', ' ')}", score.got[part], score.wanted[part]) for part in sorted(score.wanted)
    ]
    lines.append(_row("false alarms in silent cases", sum(score.alarms.values()), silents))
    lines.append(_row("false alarms beside a leak", score.beside, leaks))
    return lines


def _by_rule(score: Score) -> list[list[str]]:
    named = sorted({*score.right, *score.wrong})
    counts = [[rule, str(score.right[rule] + score.wrong[rule]), str(score.wrong[rule])] for rule in named]
    return [["findings of", "all", "wrong"], *counts]


def _found(case: Path) -> list[tuple[str, Values]]:
    """Return what is found in a case: each finding's rule and what it holds."""
    with temporary() as folder:
        fill(case, folder)
        return [
            (finding.rule, frozenset((match.part or "", match.value.reveal().decode()) for match in finding.matches))
            for finding in findings(folder)
            if not finding.suppressed
        ]


def _row(name: str, count: int, of: int) -> list[str]:
    return [name, str(count), str(of), f"{count / of:.1%}" if of else ""]


if __name__ == "__main__":
    main()
