"""Many repositories as one scan, by the real command: what is wanted, what is kept, and what is done again."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from keyguard.packs import expand
from tests.command import run
from tests.fakes.forge import Forge, served
from tests.fleet.conftest import LEAK, Made, git

if TYPE_CHECKING:
    from pathlib import Path

SHARD = ("--shard", "1/1")


def scan(tmp_path: Path, *words: str, **more: object) -> tuple[int, list[dict[str, object]]]:
    """Scan, and return the exit code with the records of the newest run."""
    before = set((tmp_path / "out" / "runs").glob("*")) if (tmp_path / "out").exists() else set()
    for old in before:
        old.rename(old.with_name(f"0-{old.name}"))
    done = run("fleet", "scan", *words, "--out", str(tmp_path / "out"), cwd=tmp_path, **more)  # type: ignore[arg-type]
    (newest,) = [path for path in (tmp_path / "out" / "runs").glob("*") if not path.name.startswith("0-")]
    return done.returncode, [json.loads(line) for line in newest.read_bytes().splitlines()]


def report(tmp_path: Path, *words: str) -> tuple[int, dict[str, object]]:
    done = run("fleet", "report", "out", "--json", "fleet.json", *words, cwd=tmp_path)
    assert done.returncode in {0, 1, 3}, done.stderr
    return done.returncode, json.loads((tmp_path / "fleet.json").read_bytes())


def test_one_credential_of_several_repositories_is_one_finding_with_all_its_places(tmp_path: Path, bare: Made) -> None:
    for name in ("a/one", "a/two", "b/three"):
        bare(name, "shared")
    bare("b/four", "own")
    bare("b/clean")
    code, records = scan(tmp_path, "fleet", *SHARD)
    assert code == 1
    assert {one["name"]: one["findings"] for one in records} == {
        "a/one": 1, "a/two": 1, "b/three": 1, "b/four": 1, "b/clean": 0,
    }  # fmt: skip
    assert {one["state"] for one in records} == {"complete"}
    code, told = report(tmp_path, "--html", "fleet.html", "--csv", "fleet.csv", "--sarif", "logs")
    assert code == 1
    held = sorted(sorted(one["repositories"]) for one in told["credentials"])  # type: ignore[attr-defined]
    assert held == [["a/one", "a/two", "b/three"], ["b/four"]]
    rows = list(csv.DictReader((tmp_path / "fleet.csv").read_text().splitlines()))
    assert {row["repository"] for row in rows} == {"a/one", "a/two", "b/three", "b/four"}
    page = (tmp_path / "fleet.html").read_text()
    assert "2 credentials in 4 repositories" in page
    assert len(list((tmp_path / "logs").glob("*.sarif"))) == 5


def test_no_value_is_kept_or_told(tmp_path: Path, bare: Made) -> None:
    bare("a/one", "shared")
    scan(tmp_path, "fleet", *SHARD)
    report(tmp_path, "--html", "fleet.html", "--csv", "fleet.csv", "--sarif", "logs", "--write-baseline", "known.csv")
    values = [line.partition("=")[2].encode() for line in expand(LEAK, "shared").splitlines()]
    written = [path for path in tmp_path.rglob("*") if path.is_file() and not {"work", "fleet"} & set(path.parts)]
    assert len(written) > 6
    assert not [path for path in written for value in values if value in path.read_bytes()]


def test_what_is_done_is_not_done_again_until_a_tip_moves(tmp_path: Path, bare: Made) -> None:
    one, two = bare("one", "first"), bare("two")
    _, first = scan(tmp_path, "fleet", *SHARD)
    _, again = scan(tmp_path, "fleet", *SHARD)
    assert first == again  # when each was scanned, too
    git(one, "update-ref", "refs/heads/more", "main")
    _, third = scan(tmp_path, "fleet", *SHARD)
    moved = {record["name"]: record != next(o for o in first if o["name"] == record["name"]) for record in third}
    assert moved == {"one": True, "two": False}
    (tmp_path / "out" / "repositories").rename(tmp_path / "gone")
    _, anew = scan(tmp_path, "fleet", *SHARD)
    assert [record["findings"] for record in anew] == [record["findings"] for record in third]
    assert two.is_dir()


def test_a_repository_that_cannot_be_read_is_named_and_tried_again(tmp_path: Path, bare: Made) -> None:
    bare("good")
    broken = bare("broken", "first")
    for content in [path for path in (broken / "objects").rglob("*") if path.is_file()]:
        content.unlink()  # it is a link to the work tree's
        content.write_bytes(b"nothing")
    code, records = scan(tmp_path, "fleet", *SHARD)
    assert code == 3
    states = {record["name"]: record["state"] for record in records}
    assert states["good"] == "complete"
    assert states["broken"] in {"failed", "partial"}
    assert all(record["reason"] for record in records if record["name"] == "broken")
    shutil.rmtree(broken)
    git(tmp_path, "clone", "--quiet", "--mirror", "work/broken", str(broken))
    code, records = scan(tmp_path, "fleet", *SHARD)
    assert code == 1
    assert {record["state"] for record in records if record["name"] == "good"} == {"complete"}


def test_each_repository_is_in_one_shard(tmp_path: Path, bare: Made) -> None:
    for number in range(7):
        bare(f"bot{number}")
    seen: list[object] = []
    for number in (1, 2, 3):
        _, records = scan(tmp_path, "fleet", "--shard", f"{number}/3")
        seen += [record["name"] for record in records]
    assert sorted(map(str, seen)) == [f"bot{number}" for number in range(7)]
    _, records = scan(tmp_path, "fleet", "--shard", "/3", env={"JOB_COMPLETION_INDEX": "2"})
    assert {record["name"] for record in records} <= set(seen[-len(records) :])


def test_a_shard_that_no_repository_falls_into_is_on_record_too(tmp_path: Path, bare: Made) -> None:
    bare("bot", "own")
    runs = [scan(tmp_path, "fleet", "--shard", f"{number}/3") for number in (1, 2, 3)]
    assert sorted((code, len(records)) for code, records in runs) == [(0, 0), (0, 0), (1, 1)]


@pytest.mark.parametrize("shard", ["0/3", "4/3", "x/3", "1", "/", "/3"])
def test_a_shard_that_is_none_is_an_error(tmp_path: Path, shard: str) -> None:
    (tmp_path / "fleet").mkdir()
    done = run("fleet", "scan", "fleet", "--out", "out", "--shard", shard, cwd=tmp_path)
    assert done.returncode == 2
    assert b"is no I/N" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_baseline_keeps_a_repository_by_its_id(tmp_path: Path, bare: Made) -> None:
    bare("one", "first")
    forge = Forge("gitea")
    forge.add("acme/old-name", f"file://{tmp_path}/fleet/one.git")
    with served(forge, tmp_path) as authority:
        words = ("gitea:acme", "--api", forge.api, "--ca-file", authority, "--mirrors", "mirrors", *SHARD)
        assert scan(tmp_path, *words)[0] == 1
        assert report(tmp_path, "--write-baseline", "known.csv")[0] == 1
        forge.listed[0]["full_name"] = "acme/new-name"
        scan(tmp_path, *words)
    code, told = report(tmp_path, "--baseline", "known.csv")
    assert (code, told["accepted"], told["credentials"]) == (0, 1, [])


def test_what_is_new_since_the_last_run_is_told_alone(tmp_path: Path, bare: Made) -> None:
    bare("one", "first")
    scan(tmp_path, "fleet", *SHARD)
    work = tmp_path / "work" / "one"
    (work / "second.env").write_text(expand(LEAK, "second"))
    git(work, "add", "--all", "--force")
    git(work, "commit", "--quiet", "--message=two")
    git(tmp_path / "fleet" / "one.git", "fetch", "--quiet", "origin")
    scan(tmp_path, "fleet", *SHARD)
    assert len(report(tmp_path)[1]["credentials"]) == 2  # type: ignore[arg-type]
    _, told = report(tmp_path, "--since-last")
    assert [[place["path"] for place in one["places"]] for one in told["credentials"]] == [["second.env"] * 3]  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["github", "gitlab", "gitea"])
def test_a_host_lists_page_by_page_at_its_pace(tmp_path: Path, bare: Made, kind: str) -> None:
    forge = Forge(kind, token="not-a-real-token", moods=[429, 503])  # noqa: S106
    fork = {"forked_from_project": {"id": 1}} if kind == "gitlab" else {"fork": True}
    for number in range(5):
        bare(f"bot{number}")
        more = fork if number == 3 else {"archived": True} if number == 4 else {}
        forge.add(f"acme/bot{number}", f"file://{tmp_path}/fleet/bot{number}.git", **more)
    with served(forge, tmp_path) as authority:
        words = (f"{kind}:acme", "--api", forge.api, "--ca-file", authority, "--token-env", "A_TOKEN", *SHARD)
        chosen = ("--skip-forks", "--skip-archived", "--exclude", "*/bot1")
        code, records = scan(
            tmp_path, *words, *chosen, "--mirrors", "mirrors", env={"A_TOKEN": forge.token}, hurried=True
        )
    assert code == 0
    assert [record["name"] for record in records] == ["acme/bot0", "acme/bot2"]
    assert len(forge.asked) == 5  # three pages, and two answers that say 'later'
    assert forge.token.encode() not in b"".join(p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file())


def test_a_host_that_points_to_another_one_is_not_followed(tmp_path: Path) -> None:
    forge, other = Forge("github", token="not-a-real-token", page=1), Forge("github")  # noqa: S106
    forge.add("acme/one", "https://localhost/one.git")
    forge.add("acme/two", "https://localhost/two.git")
    (tmp_path / "b").mkdir()
    with served(other, tmp_path / "b"), served(forge, tmp_path) as authority:
        forge.elsewhere = f"{other.api}/orgs/acme/repos?page=2"
        words = ("--api", forge.api, "--ca-file", authority, "--token-env", "A_TOKEN", *SHARD)
        done = run(
            "fleet",
            "scan",
            "github:acme",
            "--out",
            "o",
            *words,
            cwd=tmp_path,
            env={"A_TOKEN": forge.token},
            hurried=True,
        )
    assert done.returncode == 2
    assert b"points to another host" in done.stderr
    assert not other.asked


@pytest.mark.parametrize(
    ("mood", "said"), [([401], b"refused to list it: 401"), ([500] * 9, b"did not answer in 6 tries")]
)
def test_a_host_that_does_not_list_is_an_error(tmp_path: Path, mood: list[int], said: bytes) -> None:
    forge = Forge("gitlab", moods=mood)
    with served(forge, tmp_path) as authority:
        words = ("--api", forge.api, "--ca-file", authority, *SHARD)
        done = run("fleet", "scan", "gitlab:acme", "--out", "o", *words, cwd=tmp_path, hurried=True)
    assert done.returncode == 2
    assert said in done.stderr


_PLACES = {
    "helper": 'ext::sh -c "touch {top}/ran"',
    "option": "--upload-pack=touch {top}/ran",
    "pipe": "https://localhost:1/x.git",
}


@pytest.mark.parametrize("place", _PLACES)
def test_an_address_runs_nothing(tmp_path: Path, place: str) -> None:
    (tmp_path / "urls.txt").write_text(_PLACES[place].format(top=tmp_path) + "\n")
    done = run("fleet", "scan", "urls.txt", "--out", "out", *SHARD, cwd=tmp_path, hurried=True)
    assert done.returncode in {2, 3}
    assert not (tmp_path / "ran").exists()


def test_a_hostile_repository_touches_nothing_but_its_own(tmp_path: Path, bare: Made) -> None:
    """Its hooks, its configuration and its submodules name programs and places; its name leads elsewhere."""
    hostile = bare(
        "hostile", "first", **{".gitmodules": f'[submodule "x"]\n\tpath = x\n\turl = ext::touch {tmp_path}/ran\n'}
    )
    bare("good")
    for name in ("post-update", "reference-transaction", "pre-receive"):
        hook = hostile / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        hook.chmod(0o755)
    with (hostile / "config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = touch {tmp_path}/ran\n\tsshCommand = touch {tmp_path}/ran\n")
        config.write(
            f'[credential]\n\thelper = "!touch {tmp_path}/ran"\n'
            f"[uploadpack]\n\tpackObjectsHook = touch {tmp_path}/ran\n"
        )
    forge = Forge("gitea")
    forge.add("../../../outside-of-mirrors", f"file://{hostile}")
    forge.add("acme/good", f"file://{tmp_path}/fleet/good.git")
    with served(forge, tmp_path) as authority:
        words = ("--api", forge.api, "--ca-file", authority, "--mirrors", "mirrors")
        code, records = scan(tmp_path, "gitea:acme", *words, *SHARD)
    assert code == 1
    assert {record["state"] for record in records} == {"complete"}
    assert not (tmp_path / "ran").exists()
    beside = (path.name for path in tmp_path.parent.glob("*outside-of-mirrors*"))
    assert not [name for name in beside if not name.startswith("test_")], "those are folders of other tests"
    assert len(list((tmp_path / "mirrors").glob("*.git"))) == 2
    assert len(list((tmp_path / "mirrors").iterdir())) == 4, "each with its lock"


def test_without_a_source_or_results_it_is_an_error(tmp_path: Path) -> None:
    assert run("fleet", "scan", "nowhere", "--out", "out", *SHARD, cwd=tmp_path).returncode == 2
    done = run("fleet", "report", "nowhere", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, b"Nothing was scanned\n")
    assert not list(tmp_path.iterdir())
