"""A whole history: keyguard beside `git cat-file --batch` of the same blobs with as many processes, and kingfisher.

PATH is a repository; without one a history is generated, whose size `--megabytes` says. With `--repository`, one that
benchmarks/public.txt lists, PATH is a folder of clones, and all that led to the commit of the list is read.

    python -m pip install kingfisher-bin==2.14.0
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import (
    KEYGUARD,
    MEGABYTE,
    Runs,
    in_turns,
    middle,
    millions,
    own_rules,
    parser,
    program,
    ratio,
    spread,
    table,
    temporary,
    without,
)
from benchmarks.generate import blocks_of_text, text_of
from benchmarks.memory import watched
from benchmarks.public import named
from keyguard.git.model import Content
from keyguard.git.repository import open_repository
from keyguard.git.walks import EVERYTHING, contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GIT = ["git", "-c", "core.bigFileThreshold=16m"]
_FILES = 400


def main() -> None:
    """Measure and print."""
    command = parser(__doc__, rounds=5, tree="a generated history")
    command.add_argument("--repository", metavar="OWNER/NAME", help="one of benchmarks/public.txt")
    command.add_argument("--megabytes", type=int, default=300, help="of blobs to generate (default: 300)")
    command.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    options = command.parse_args()
    public = named(options.repository) if options.repository else None
    with (
        claim(options, "history", public=public is not None or options.path is None) as said,
        temporary() as work,
    ):
        if public is None:
            path = (options.path or imported(work / "generated.git", options.megabytes)).resolve()
        else:
            path = public.history(options.path, work)
        ids = _blobs(path)
        read = f"{len(ids):,} contents, {millions(_size(path, ids))}"
        what = f"the history of {public.name} at {public.commit[:10]}" if public else "a generated history"
        print(f"{what}: {read}; {options.jobs} processes; {options.rounds} rounds\n")
        rows = [["command", "rules", "time", "times cat-file", "processor time"]]
        cat, ours, peer = _histories(path, ids, work, options.jobs, options.rounds)
        for name, count, runs in (cat, ours, peer):
            rows.append([name, count, spread(runs.wall), ratio(runs.wall, cat[2].wall), spread(runs.cpu)])
        table(rows)
        print(f"\nkingfisher takes {ratio(peer[2].wall, ours[2].wall)} times what keyguard takes\n")
        second = _second(path, work, options.rounds)
        _memory(path, options.jobs)
        staged = _staged(work, max(options.rounds, 11))
        said.sentence = (
            f"{what[0].upper()}{what[1:]} ({read}): {middle(ours[2].wall, cat[2].wall)} times the time of `git "
            f"cat-file --batch` of the same with as many processes; kingfisher ({peer[1]} rules) takes "
            f"{middle(peer[2].wall, ours[2].wall)} times what keyguard takes; a second scan {second} times the first; "
            f"`scan --staged` of ten files {staged} ms more than `python -c pass`."
        )


# --- what is scanned


def imported(path: Path, megabytes: int) -> Path:
    """Make a repository with a history of so much of source."""
    subprocess.run([*_GIT, "init", "--quiet", "--bare", "--initial-branch=main", str(path)], check=True)
    with subprocess.Popen([*_GIT, "-C", str(path), "fast-import", "--quiet"], stdin=subprocess.PIPE) as importer:
        assert importer.stdin is not None  # noqa: S101 - it was asked for
        for part in _commits(megabytes * MEGABYTE):
            importer.stdin.write(part)
    subprocess.run([*_GIT, "-C", str(path), "repack", "-adq"], check=True)
    return path


def _commits(left: int) -> Iterator[bytes]:
    """Make commits that each change some lines of a few files, as people do."""
    random = Random("history")  # noqa: S311
    blocks = blocks_of_text(random)
    files = {
        f"src/{n % 20}/file_{n}.py": text_of(random, blocks, min(int(random.lognormvariate(9, 1)), 200_000))
        for n in range(_FILES)
    }
    changed = list(files)
    when = 1_600_000_000
    while left > 0:
        yield b"commit refs/heads/main\ncommitter A <a@example.com> %d +0000\ndata 6\nchange\n" % when
        for name in changed:
            left -= len(files[name])
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (name.encode(), len(files[name]), files[name])
        when += 60
        changed = random.sample(list(files), random.choice((1, 1, 2, 3, 5)))
        for name in changed:
            middle = random.randrange(len(files[name]) + 1)
            files[name] = files[name][:middle] + random.choice(blocks)[:200] + files[name][middle + 200 :]


def _blobs(path: Path) -> list[str]:
    repository = open_repository(str(path))
    if repository is None:
        sys.exit(f"{path} is no git repository")
    walk = contents(repository, [*EVERYTHING, "--indexed-objects"])
    return [content.id for content in walk if isinstance(content, Content) and content.path]


def _size(path: Path, ids: list[str]) -> int:
    command = [*_GIT, "-C", str(path), "cat-file", "--batch-check=%(objectsize)"]
    done = subprocess.run(command, input="\n".join(ids).encode(), capture_output=True, check=True)
    return sum(map(int, done.stdout.split()))


# --- what is measured


def _histories(path: Path, ids: list[str], work: Path, jobs: int, rounds: int) -> list[tuple[str, str, Runs]]:
    parts = [work / f"ids{number}" for number in range(jobs)]
    each = -(-len(ids) // jobs)
    for number, part in enumerate(parts):
        part.write_text("".join(f"{name}\n" for name in ids[number * each : (number + 1) * each]))
    reading = " & ".join(f"{' '.join(_GIT)} cat-file --batch --buffer < {part} > /dev/null" for part in parts)
    cat = Runs(["sh", "-c", f"{reading} & wait"], cwd=path, accepted=(0,))
    scan = [*KEYGUARD, "scan", "--history-only", "--no-cache", "--quiet", "--format", "json", str(path)]
    keyguard = Runs([*scan, "--jobs", str(jobs)])
    peer = [
        *(program("kingfisher"), "scan", str(path), "--no-validate", "--format", "json", "--no-update-check"),
        *("--rule-cache-dir", str(work / "kingfisher"), "--jobs", str(jobs)),
    ]
    kingfisher = Runs(peer, accepted=(0, 200, 205))
    in_turns([cat, keyguard, kingfisher], rounds)
    applied = json.loads(kingfisher.output.splitlines()[0])["metadata"]["summary"]["rules_applied"]
    return [
        ("git cat-file --batch", "", cat),
        ("keyguard scan --history-only", own_rules(), keyguard),
        ("kingfisher scan", str(applied), kingfisher),
    ]


def _second(path: Path, work: Path, rounds: int) -> str:
    """Scan with an empty memory, and again; return how the second compares."""
    cache = work / "cache"
    scan = [*KEYGUARD, "scan", "--history-only", "--quiet", str(path)]
    first = Runs(scan, {"KEYGUARD_CACHE_DIR": str(cache)}, prepare=without(cache / "history"))
    second = Runs(scan, {"KEYGUARD_CACHE_DIR": str(cache)})
    in_turns([first, second], rounds)
    print(
        f"The first scan takes {spread(first.wall)}, the second {spread(second.wall)}: "
        f"{ratio(second.wall, first.wall)} times the first"
    )
    return middle(second.wall, first.wall)


def _memory(path: Path, jobs: int) -> None:
    """Watch the processes of one scan; git's own are told apart."""
    command = [*KEYGUARD, "scan", "--history-only", "--no-cache", "--quiet", "--jobs", str(jobs), str(path)]
    peaks, _ = watched(command)
    told = ", ".join(f"{name} {millions(most)}" for name, most in sorted(peaks.items()))
    print(f"Peak memory of one process: {told}")


def _staged(work: Path, rounds: int) -> str:
    """Scan ten staged files as a commit hook does; return how many milliseconds that takes more than nothing."""
    folder = work / "staged"
    subprocess.run([*_GIT, "init", "--quiet", str(folder)], check=True)
    for number in range(10):
        (folder / f"file{number}.py").write_text(f"x = {number}\n" * 50, encoding="utf-8")
    subprocess.run([*_GIT, "-C", str(folder), "add", "."], check=True)
    cache = {"KEYGUARD_CACHE_DIR": str(work / "warm")}
    bare = Runs([sys.executable, "-c", "pass"], accepted=(0,))
    staged = Runs([*KEYGUARD, "scan", "--staged"], cache, cwd=folder, accepted=(0,))
    in_turns([bare, staged], rounds)
    more = [1000 * (one - other) for one, other in zip(staged.wall, bare.wall, strict=True)]
    print(f"scan --staged of ten files: {spread(more, 'ms', 0)} more than python -c pass")
    return f"{statistics.median(more):.0f}"


if __name__ == "__main__":
    main()
