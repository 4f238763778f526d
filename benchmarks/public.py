"""What is found in the histories of public repositories, each at a commit that benchmarks/public.txt lists.

FOLDER holds clones as OWNER/NAME, OWNER/NAME.git, NAME or NAME.git; --clone makes those that are missing, from GitHub.
Read is all that led to that commit, at the default settings, so that whoever runs this reads the same. Whether a
finding is a leak is for a reader to judge: --findings says where each one is, without a value.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.claims import claim
from benchmarks.common import KEYGUARD, ROOT, millions, parser, table, temporary
from benchmarks.memory import watched

if TYPE_CHECKING:
    from collections.abc import Sequence

LIST = ROOT / "benchmarks" / "public.txt"
_KINDS = {"okx": "that have code for OKX", "none": "that have nothing to do with it"}


@dataclass(frozen=True)
class Listed:
    """A public repository at a commit."""

    kind: str
    name: str
    commit: str

    def clone(self, folder: Path) -> Path:
        """Return the clone in a folder of them; without one the run ends."""
        short = self.name.partition("/")[2]
        for name in (self.name, f"{self.name}.git", short, f"{short}.git"):
            if (folder / name).is_dir():
                return folder / name
        sys.exit(f"there is no clone of {self.name} in {folder}: --clone makes it")

    def history(self, folder: Path, work: Path) -> Path:
        """Make a repository whose only branch ends at the commit, without copying an object."""
        common = _git(self.clone(folder), "rev-parse", "--path-format=absolute", "--git-common-dir")
        made = work / f"{self.name.replace('/', '-')}.git"
        _git(work, "init", "--quiet", "--bare", "--initial-branch=main", str(made))
        (made / "objects" / "info" / "alternates").write_text(f"{common}/objects\n", "utf-8")
        _git(made, "update-ref", "refs/heads/main", self.commit)
        return made


def listed() -> list[Listed]:
    """Return the repositories of the list."""
    lines = (line.split() for line in LIST.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return [Listed(*line) for line in lines]


def named(name: str) -> Listed:
    """Return one of the list; another name ends the run."""
    found = [one for one in listed() if name in {one.name, one.name.partition("/")[2]}]
    return found[0] if found else sys.exit(f"{name} is not in {LIST.name}: {', '.join(one.name for one in listed())}")


def main() -> None:
    """Scan and print."""
    options = _options()
    if options.clone:
        _clone(options.folder)
        return
    head = ["repository", "commit", "OKX", "commits", "contents", "findings", "time", "keyguard's largest", "git's"]
    rows, found, largest = [head], {kind: Counter[str]() for kind in _KINDS}, 0
    commits, by_rule = 0, Counter[str]()
    with claim(options, "public") as said:
        for one in listed():
            row, findings, most = _scan(one, options.folder)
            rows.append(row)
            commits += int(row[3].replace(",", ""))
            by_rule.update(finding["rule"] for finding in findings)
            found[one.kind].update(["repositories"], findings=len(findings))
            largest = max(largest, most)
            if options.findings:
                print("".join(f"{one.name}: {_place(finding)}\n" for finding in findings), end="", file=sys.stderr)
        table(rows)
        print()
        of_million = ([rule, str(count), f"{1e6 * count / commits:.1f}"] for rule, count in sorted(by_rule.items()))
        table([["findings of", "all", "a million commits"], *of_million])
        counts = "; ".join(
            f"{count['findings']} findings in {count['repositories']} {_KINDS[kind]}" for kind, count in found.items()
        )
        said.sentence = (
            f"Histories of {len(rows) - 1} public repositories: {counts}; no process of keyguard's took more than "
            f"{millions(largest)}."
        )


def _options() -> Any:
    options = parser(__doc__)
    options.add_argument("folder", type=Path, metavar="FOLDER", help="the clones")
    options.add_argument("--clone", action="store_true", help="clone what is missing from GitHub, and scan nothing")
    options.add_argument("--findings", action="store_true", help="say on standard error where each finding is")
    return options.parse_args()


def _clone(folder: Path) -> None:
    for one in listed():
        if not (folder / f"{one.name}.git").is_dir():
            subprocess.run(
                ["git", "clone", "--bare", f"https://github.com/{one.name}", str(folder / f"{one.name}.git")],  # noqa: S607
                check=True,
            )


def _scan(one: Listed, folder: Path) -> tuple[list[str], list[dict[str, Any]], int]:
    """Return a row, the findings that nothing suppresses, and the memory of keyguard's largest process."""
    with temporary() as work:
        path, started = one.history(folder, work), time.perf_counter()
        command = [*KEYGUARD, "scan", "--history-only", "--no-cache", "--format", "json", str(path)]
        peaks, output = watched(command)
        took = time.perf_counter() - started
    report = json.loads(output)
    findings = [finding for finding in report["findings"] if not finding["suppressed"]]
    worst = Counter(finding["severity"] for finding in findings)
    named = ", ".join(f"{worst[name]} {name}" for name in ("critical", "high", "medium", "low", "note") if worst[name])
    scanned = report["scanned"]
    read = f"{scanned['commits']:,}", f"{scanned['blobs']:,}"
    most = peaks.get("keyguard", 0)
    sizes = millions(most), millions(peaks.get("git", 0))
    return [one.name, one.commit[:10], one.kind, *read, named or "none", f"{took:.1f} s", *sizes], findings, most


def _place(finding: dict[str, Any]) -> str:
    first = finding["parts"][0]
    return f"{finding['severity']} {finding['rule']} {first['path']}:{first['line']} {first['mask']}"


def _git(folder: Path, *arguments: str) -> str:
    command: Sequence[str] = ["git", "-C", str(folder), *arguments]
    return subprocess.check_output(command, text=True).strip()


if __name__ == "__main__":
    main()
