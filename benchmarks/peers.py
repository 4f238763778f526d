"""keyguard beside detect-secrets and kingfisher on one tree, in which some OKX credentials are planted.

All three scan the same copy of the tree without `.git`, on all cores, with warm caches and everything that would ask a
server switched off (`--no-verify`, `--no-validate`). Both know many more kinds of secrets and none of OKX; keyguard
knows OKX alone.

    python -m pip install detect-secrets==1.5.0 kingfisher-bin==2.14.0
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import statistics
from typing import TYPE_CHECKING, Any

from benchmarks.claims import claim
from benchmarks.common import (
    KEYGUARD,
    Runs,
    arguments,
    in_turns,
    middle,
    millions,
    own_rules,
    program,
    ratio,
    size,
    spread,
    table,
    temporary,
    tree,
)
from tests.cases import LEAK, Values, cases, expected, fill

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTES = 30
PLANTED = 20


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=1, tree=f"a generated tree of {MEGABYTES} MB")
    with claim(options, "peers", public=options.path is None) as said:
        with tree(options.path, MEGABYTES) as source, temporary() as work:
            folder = work / "tree"
            shutil.copytree(source, folder, symlinks=True, ignore=shutil.ignore_patterns(".git"))
            planted = _plant(folder / "planted")
            files, total = size(folder)
            keyguard = Runs([*KEYGUARD, "scan", "--all", "--format", "json", "--show-secrets", "."], cwd=folder)
            detect_secrets = Runs([program("detect-secrets"), "scan", "--all-files", "--no-verify", "."], cwd=folder)
            kingfisher = Runs(
                [
                    *(program("kingfisher"), "scan", ".", "--no-validate", "--format", "json", "--no-update-check"),
                    *("--rule-cache-dir", str(work / "kingfisher")),
                ],
                cwd=folder,
                accepted=(0, 200, 205),
            )
            in_turns(
                [keyguard, kingfisher], 7 * options.rounds
            )  # the first, uncounted, fills caches, the system's for all
            again = Runs(keyguard.command, cwd=folder)
            in_turns([again, detect_secrets], options.rounds, warm=False)
            plugins = Runs([program("detect-secrets"), "scan", "--list-all-plugins"], accepted=(0,))
            plugins.run()
        rules = {
            "keyguard": own_rules(),
            "kingfisher": str(json.loads(kingfisher.output.splitlines()[0])["metadata"]["summary"]["rules_applied"]),
            "detect-secrets": str(len(plugins.output.split())),
        }
        found = {
            "keyguard": [_values(finding) for finding in json.loads(keyguard.output)["findings"]],
            "kingfisher": [
                json.dumps(finding) for finding in json.loads(kingfisher.output.splitlines()[0])["findings"]
            ],
            "detect-secrets": [
                secret["hashed_secret"]
                for secrets in json.loads(detect_secrets.output)["results"].values()
                for secret in secrets
            ],
        }
        parts = sum(map(len, planted))
        print(
            f"{files:,} files, {millions(total)}, {len(planted)} OKX credentials of {parts} parts planted; "
            f"{os.cpu_count()} cores; {7 * options.rounds} rounds, of detect-secrets {options.rounds}\n"
        )
        joined_by: dict[str, int] = {}
        rows = [["tool", "rules", "time", "keyguard is faster", "parts found", "credentials joined", "findings in all"]]
        tools = (
            ("keyguard", keyguard, keyguard),
            ("kingfisher", kingfisher, keyguard),
            ("detect-secrets", detect_secrets, again),
        )
        for name, runs, beside in tools:
            seen, joined_by[name] = _score(planted, found[name])
            rows.append(
                [
                    name,
                    rules[name],
                    spread(runs.wall),
                    f"{ratio(runs.wall, beside.wall)} times" if runs is not beside else "",
                    f"{seen} of {parts}",
                    f"{joined_by[name]} of {len(planted)}",
                    str(len(found[name])),
                ]
            )
        table(rows)
        print(
            f"\nProcessor time, as a median: keyguard {statistics.median(keyguard.cpu):.2f} s, kingfisher "
            f"{statistics.median(kingfisher.cpu):.2f} s, detect-secrets {statistics.median(detect_secrets.cpu):.2f} s"
        )
        said.sentence = (
            f"{files:,} generated files, {millions(total)}, {len(planted)} OKX credentials planted: keyguard joins "
            f"{joined_by['keyguard']} of them; kingfisher ({rules['kingfisher']} rules) takes "
            f"{middle(kingfisher.wall, keyguard.wall)} times the time and joins {joined_by['kingfisher']}, "
            f"detect-secrets ({rules['detect-secrets']} plugins) {middle(detect_secrets.wall, again.wall)} times and "
            f"joins {joined_by['detect-secrets']}."
        )


def _plant(folder: Path) -> list[Values]:
    """Write files of the corpus with made-up values, spread over it, and return their credentials."""
    leaks = [case for case in cases(LEAK) if len(expected(case)) == 1 and "base64" not in case.name]
    chosen = leaks[:: max(1, len(leaks) // PLANTED)][:PLANTED]
    for case in chosen:
        fill(case, folder / case.name)
    return [values for case in chosen for values in expected(case).values()]


def _values(finding: dict[str, Any]) -> str:
    return json.dumps(finding)


def _score(planted: list[Values], findings: list[str]) -> tuple[int, int]:
    """Count the parts that stand in any finding, and the credentials whose parts stand in one together."""

    def holds(finding: str, value: str) -> bool:
        digest = hashlib.sha1(value.encode()).hexdigest()  # noqa: S324 - how detect-secrets names what it found
        return value in finding or json.dumps(value)[1:-1] in finding or digest in finding

    seen = sum(any(holds(finding, value) for finding in findings) for values in planted for _, value in values)
    joined = sum(any(all(holds(finding, v) for _, v in values) for finding in findings) for values in planted)
    return seen, joined


if __name__ == "__main__":
    main()
