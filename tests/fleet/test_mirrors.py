"""Mirrors: brought up to date, within a bound, and what is clean in one repository is not read again in its forks."""

from __future__ import annotations

import json
import os
import shutil
import zlib
from typing import TYPE_CHECKING, Any

from keyguard.fleet import unit
from keyguard.fleet.unit import Task
from keyguard.fleet.wanted import Wanted
from keyguard.packs import expand
from tests.command import run
from tests.fleet.conftest import Made, git

if TYPE_CHECKING:
    from pathlib import Path

SHARD = ("--shard", "1/1")


def scan(tmp_path: Path, *places: Path, out: str = "out") -> dict[str, dict[str, Any]]:
    """Scan repositories at addresses one after the other, and return by their places what their reports say."""
    (tmp_path / "urls.txt").write_text("".join(f"file://{place}\n" for place in places))
    words = ("urls.txt", "--out", out, "--mirrors", "mirrors", *SHARD)
    cache = {"KEYGUARD_CACHE_DIR": str(tmp_path / f"cache-{out}")}
    done = run("fleet", "scan", *words, cwd=tmp_path, hurried=True, env=cache)
    assert done.returncode in {0, 1, 3}, done.stderr
    told = {}
    for path in (tmp_path / out / "repositories").glob("*/*.record.json"):
        record = json.loads(path.read_bytes())
        report = json.loads(path.with_name(path.name.replace(".record.", ".report.")).read_bytes())
        told[record["address"].removeprefix("file://")] = {**record, "report": report}
    return told


def fork(tmp_path: Path, of: str, name: str, **files: str) -> Path:
    """Make a fork of a work tree with one commit more."""
    work = tmp_path / "forks" / name / of
    git(tmp_path, "clone", "--quiet", str(tmp_path / "work" / of), str(work))
    for path, text in files.items():
        (work / path).write_text(text)
    git(work, "add", "--all", "--force")
    git(work, "commit", "--quiet", "--allow-empty", "--message=more")
    place = work.with_suffix(".git")
    git(tmp_path, "clone", "--quiet", "--mirror", str(work), str(place))
    return place


def read(told: dict[str, Any]) -> tuple[int, int]:
    """Return how many contents a scan read, and how many it knew."""
    counts = told["report"]["scanned"]
    return counts["blobs"], counts["known"]


def test_what_is_clean_in_a_repository_is_not_read_again_in_its_fork(tmp_path: Path, bare: Made) -> None:
    first = bare("bot", "shared", **{f"module{number}.py": f"x = {number}\n" for number in range(20)})
    second = fork(tmp_path, "bot", "ann", **{"new.py": "y = 1\n"})
    alone = scan(tmp_path, second, out="alone")[str(second)]
    told = scan(tmp_path, first, second)
    assert read(alone) == (23, 0)
    assert read(told[str(second)]) == (2, 21), "its new file, and the one with something in it"
    assert told[str(second)]["report"]["findings"] == alone["report"]["findings"]


def test_each_content_is_known_under_its_path_alone(tmp_path: Path, bare: Made) -> None:
    """Whoever makes a fork chooses the paths in it: what says nothing under one may say something under another."""
    text = expand("OK-ACCESS-PASSPHRASE: <passphrase>", "x")
    victim = bare("bot", **{"notes.txt": text})
    hostile = bare("a/bot", **{"config.json": text})
    before = scan(tmp_path, victim, out="before")[str(victim)]
    told = scan(tmp_path, hostile, victim)
    assert told[str(hostile)]["report"]["findings"] == []
    assert told[str(victim)]["report"]["findings"] == before["report"]["findings"] != []


def test_an_object_that_lies_about_its_id_is_never_taken_for_clean(tmp_path: Path, bare: Made) -> None:
    """A store may hold anything under the id of something else; git works ids out as it fetches."""
    victim = bare("bot", "own")
    leak = git(victim, "rev-parse", "HEAD:.env")
    hostile = fork(tmp_path, "bot", "eve")
    shutil.rmtree(hostile / "objects")
    shutil.copytree(tmp_path / "forks" / "eve" / "bot" / ".git" / "objects", hostile / "objects")
    loose = hostile / "objects" / leak[:2] / leak[2:]
    loose.unlink()
    data = b"nothing of interest\n"
    loose.write_bytes(zlib.compress(b"blob %d\0" % len(data) + data))
    told = scan(tmp_path, hostile)
    assert all(one["state"] != "complete" for one in told.values())
    assert len(scan(tmp_path, victim)[str(victim)]["report"]["findings"]) == 1


def test_a_mirror_stands_on_the_branch_of_its_repository(tmp_path: Path, bare: Made) -> None:
    place = bare("bot", "own")
    git(place, "branch", "--move", "main", "trunk")
    told = scan(tmp_path, place)[str(place)]
    (finding,) = told["report"]["findings"]
    assert finding["history"]["in_head"] is True


def test_mirrors_keep_within_their_bound(tmp_path: Path, bare: Made) -> None:
    names = [f"bot{number}" for number in range(3)]
    for name in names:
        bare(name, noise=os.urandom(400_000).hex())
        address = f"file://{tmp_path}/fleet/{name}.git"
        one = Wanted(name, name, address)
        done = unit.work(
            Task(one, str(tmp_path / "out"), "rules", mirrors=str(tmp_path / "mirrors"), mirrored=1_000_000)
        )
        assert done.state == "complete"
    assert len(list((tmp_path / "mirrors").glob("*.git"))) == 2
