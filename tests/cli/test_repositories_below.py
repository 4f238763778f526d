"""A folder that holds repositories: each is scanned with its history, by its own rules, or named as not read."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from keyguard import api
from tests.cli.conftest import put
from tests.history.conftest import Made, Repository, fast_import, key, leak

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Keyguard

NOBODY = 65534


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    """Return a folder that is in no repository."""
    folder = tmp_path / "bots"
    folder.mkdir()
    return folder


def repository(folder: Path, name: str = "one") -> Repository:
    """Make a repository whose files are clean, and whose history holds a leak."""
    made = Repository(folder / name)
    leaked, clean = Made(files={".env": leak(name)}), {"bot.py": "print('hello')\n"}
    fast_import(made, [leaked, Made([1], {".env": None}), Made([2], clean)])
    made.git("reset", "-q", "--hard")
    return made


def bare(folder: Path, name: str = "one.git") -> Path:
    """Make a bare repository with such a history."""
    origin = repository(folder, "origin")
    origin.git("clone", "-q", "--bare", ".", str(folder / name))
    shutil.rmtree(origin.top)
    return folder / name


def git_that_stops(folder: Path, name: str) -> Path:
    """Make a git that never ends its walk over one repository, and says that by a file."""
    program = folder / "bin" / "git"
    program.parent.mkdir()
    program.write_text(
        f"""#!/bin/sh
case "$PWD $*" in */{name}\\ *rev-list*) : > {folder}/stopped; exec {shutil.which("sleep")} 600;; esac
exec {shutil.which("git")} "$@"
"""
    )
    program.chmod(0o755)
    return program.parent


def leaks(keyguard: Keyguard, *arguments: str | Path, code: int = 1) -> tuple[dict[str, set[str]], dict[str, str]]:
    """Scan, and return the paths of each finding by its first one, and what was not read."""
    ran = keyguard("scan", "-f", "json", "--no-decode", *arguments)
    assert ran.code == code, ran.err
    found = [{part["path"] for part in finding["parts"]} for finding in ran.report["findings"]]
    return {min(paths): paths for paths in found}, {item["what"]: item["reason"] for item in ran.report["skipped"]}


def skipped(keyguard: Keyguard, *arguments: str | Path, code: int = 0) -> dict[str, str]:
    """Scan, and return the paths of what was not read, which fails a strict scan."""
    told = leaks(keyguard, *arguments, code=code)[1]
    assert keyguard("scan", "-q", "--strict", "--no-decode", *arguments).code == (code or (3 if told else 0))
    return told


class TestEachIsScannedWithItsHistory:
    def test_work_trees_and_bare_ones_at_any_depth(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "one")
        (bots / "deep" / "er").mkdir(parents=True)
        repository(bots / "deep" / "er", "two")
        bare(bots / "deep", "three.git")
        found, unread = leaks(keyguard, bots)
        assert found.keys() == {"one/.env", "deep/er/two/.env", "deep/three.git/.env"}
        assert unread == {}

    def test_one_below_a_repository_that_is_no_submodule_tracked_or_not(self, keyguard: Keyguard, bots: Path) -> None:
        outer = Repository(bots / "outer")
        outer.commit({"lib/a.py": "a = 1\n", ".gitignore": "ignored/\n"})
        for name in ("lib", "untracked", "ignored/deep"):
            (outer.top / name).mkdir(parents=True, exist_ok=True)
            repository(outer.top, name)
        bare(outer.top, "mirror.git")
        everywhere = {"ignored/deep/.env", "lib/.env", "mirror.git/.env", "untracked/.env"}
        assert leaks(keyguard, outer.top)[0].keys() == everywhere
        assert leaks(keyguard, outer.top / "lib" / "..", "--history-only")[0].keys() == everywhere

    def test_one_in_another_in_another(self, keyguard: Keyguard, bots: Path) -> None:
        place, names = bots, []
        for name in ("a", "b", "c"):
            place = repository(place, name).top
            names.append(f"{place.relative_to(bots)}/.env")
        assert list(leaks(keyguard, bots)[0]) == names

    def test_one_that_has_no_commit_yet(self, keyguard: Keyguard, bots: Path) -> None:
        outer = Repository(bots / "outer")
        outer.commit({"a.py": "a = 1\n"})
        inner = Repository(outer.top / "inner")
        inner.write(".env", leak("x"))
        inner.git("add", "-A")
        (inner.top / ".env").unlink()
        (inner.top / "b.py").write_text("b = 1\n")
        found, unread = leaks(keyguard, outer.top)
        assert (list(found), list(unread)) == (["inner/.env"], ["inner/<history>"])

    def test_a_git_folder_left_in_a_copy_or_under_another_name(self, keyguard: Keyguard, bots: Path) -> None:
        one = repository(bots, "one")
        shutil.move(one.top / ".git", bots / "old-git")
        (bots / "copy").mkdir()
        shutil.copytree(bots / "old-git", bots / "copy" / ".git")
        assert leaks(keyguard, bots) == ({"copy/.env": {"copy/.env", "old-git/.env"}}, {})

    def test_a_linked_work_tree_is_read_with_its_repository_and_once(self, keyguard: Keyguard, bots: Path) -> None:
        one = repository(bots, "one")
        one.git("worktree", "add", "-q", str(one.top / "linked"))
        one.git("worktree", "add", "-q", str(bots / "beside"))
        for targets in ((one.top,), (one.top, bots / "beside"), (bots,)):
            ran = keyguard("scan", "-f", "json", *targets)
            assert (ran.code, ran.report["skipped"]) == (1, [])
            (finding,) = ran.report["findings"]
            assert finding["history"]["commits"] == 1
            assert ran.report["run"]["scope"]["repositories"] == 1
            assert ran.report["run"]["scope"]["files"] == (2 if targets == (one.top,) else 3)

    def test_submodules(self, keyguard: Keyguard, bots: Path, tmp_path: Path) -> None:
        origin = repository(tmp_path, "origin")
        outer = Repository(bots / "outer")
        for number in range(3):
            outer.git("submodule", "add", "-q", str(origin.top), f"lib/{number}")
        outer.commit()
        found, unread = leaks(keyguard, bots)
        assert (list(found), unread) == (["outer/lib/0/.env"], {})
        outer.git("submodule", "deinit", "-q", "lib/0")
        shutil.rmtree(outer.top / "lib/1")
        told = skipped(keyguard, bots, code=1)
        assert list(told) == ["outer/lib/0/", "outer/lib/1/"]
        assert all("a submodule that is not checked out" in reason for reason in told.values())
        assert list(skipped(keyguard, outer.top, "--history-only", code=1)) == ["lib/0/", "lib/1/"]

    def test_a_clone_among_packages_is_no_package(self, keyguard: Keyguard, bots: Path) -> None:
        outer = Repository(bots / "outer")
        outer.commit({"package.json": "{}", ".gitignore": "node_modules/\n"})
        for folder in (outer.top / "node_modules", outer.top / "node_modules" / "@team", bots / "node_modules"):
            folder.mkdir(parents=True)
            put(folder / "package" / "package.json", "{}")
            put(folder / "package" / "a.env", leak("package"))
            put(repository(folder, "clone").top / "package.json", "{}")
        places = {"outer/node_modules/clone/.env", "outer/node_modules/@team/clone/.env", "node_modules/clone/.env"}
        found, unread = leaks(keyguard, bots)
        assert (set.union(*found.values()), unread) == (places, {})

    def test_a_link_to_one_elsewhere_is_named(self, keyguard: Keyguard, bots: Path, tmp_path: Path) -> None:
        one, elsewhere = repository(bots, "one"), repository(tmp_path, "elsewhere")
        store = bare(tmp_path / "elsewhere", "bare.git")
        for folder in (bots, one.top, bots / "node_modules"):
            folder.mkdir(exist_ok=True)
            (folder / "link").symlink_to(elsewhere.top)
            (folder / "file").symlink_to(elsewhere.top / "bot.py")
            (folder / "known").symlink_to(one.top)
        (bots / "bare").symlink_to(store)
        one.commit()
        told = skipped(keyguard, bots, code=1)
        assert told.keys() == {"bare", "link", "one/link"}
        assert "a symbolic link to a git repository elsewhere" in told["link"]
        assert list(skipped(keyguard, one.top, code=1)) == ["link"]
        assert list(skipped(keyguard, bots, "--exclude", "/link/", "--exclude", "one/", code=0)) == ["bare", "one/"]
        assert skipped(keyguard, bots, elsewhere.top, code=1) == {}

    def test_what_is_excluded_is_not_read_and_named(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "one")
        repository(bots, "two")
        found, unread = leaks(keyguard, bots, "--exclude", "two/")
        assert (list(found), list(unread)) == (["one/.env"], ["two/"])
        assert "in a path that is excluded: neither its files nor its history was read" in unread["two/"]
        assert skipped(keyguard, bots, "--exclude", "two/", "--exclude", "one/").keys() == {"one/", "two/"}
        assert leaks(keyguard, bots, bots / "two", "--exclude", "/two/")[1] == {}  # it is read all the same

    @pytest.mark.parametrize("excluded", [["vendor/", "ignored/x"], ["vendor/**", "**/x/"], ["*/", "!lib/"]])
    def test_what_a_repository_excludes_is_named_wherever_it_lies_in_it(
        self, keyguard: Keyguard, bots: Path, tmp_path: Path, excluded: list[str]
    ) -> None:
        outer = Repository(bots / "outer")
        put(outer.top / ".keyguard.yml", f"exclude: {json.dumps(excluded)}")
        outer.git("submodule", "add", "-q", str(repository(tmp_path, "origin").top), "vendor/module")
        outer.git("submodule", "add", "-q", str(repository(tmp_path, "gone").top), "vendor/gone")
        outer.commit({"a.py": "a = 1\n", ".gitignore": "ignored/\nnode_modules/\n", "vendor/deep/er/a.py": "a = 1\n"})
        outer.git("worktree", "add", "-q", str(outer.top / "vendor" / "linked"))
        shutil.rmtree(outer.top / "vendor" / "gone")
        for folder in ("vendor/deep/er", "ignored/x"):
            (outer.top / folder).mkdir(parents=True, exist_ok=True)
            repository(outer.top / folder, "one")
            bare(outer.top / folder)
        (outer.top / "vendor" / "circle").symlink_to("..")
        put(outer.top / "vendor/node_modules/x/package.json", "{}")
        repository(outer.top / "vendor/node_modules/x", "hidden")
        bares = ["outer/ignored/x/one.git/", "outer/vendor/deep/er/one.git/"]
        both = [*bares, "outer/ignored/x/one/", "outer/vendor/deep/er/one/", "outer/vendor/module/"]
        kept = "outer/.git/modules/vendor/gone"
        for options in ([], ["--history-only"]):
            found, unread = leaks(keyguard, bots, *options, code=1 if "vendor/**" in excluded else 0)
            assert {*found, *unread} - {f"{kept}/", f"{kept}/.env"} == {*both}
            assert f"{kept}/" in unread or f"{kept}/.env" in found, "by a pattern that holds anywhere, or at the top"
            assert keyguard("scan", "--strict", bots, *options).code == (1 if found else 3)
        assert sorted(skipped(keyguard, bots, "--no-history")) == bares
        assert keyguard("scan", outer.top, env={"CI": "true"}).code < 2, "to exclude it is how a job does without it"

    def test_caches_are_left_out_by_one_line_that_names_the_option(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "one")
        places = (
            ".cache/pre-commit/repo1",
            ".vim/plugged/x",
            ".cargo/git/db/y",
            ".pyenv",
            "Library/Caches/z",
            "go/pkg/mod/cache/vcs/w",
        )
        for place in places:
            (bots / place).parent.mkdir(parents=True, exist_ok=True)
            repository((bots / place).parent, (bots / place).name)
        ran = keyguard("scan", bots)
        told = re.search(
            r"repositories of package managers, editors and pre-commit \(--all reads them\) \((\d)\)", ran.out
        )
        assert told
        assert int(told[1]) == len(places)
        assert leaks(keyguard, bots)[0].keys() == {"one/.env"}
        assert leaks(keyguard, bots, "--all")[0].keys() == {"one/.env", *(f"{place}/.env" for place in places)}
        assert leaks(keyguard, bots / ".cache" / "pre-commit")[0].keys() == {"repo1/.env"}

    def test_what_git_tracks_is_no_cache(self, keyguard: Keyguard, bots: Path) -> None:
        outer = Repository(bots / "outer")
        (outer.top / ".cache").mkdir(parents=True, exist_ok=True)
        bare(outer.top / ".cache", "x.git")
        outer.git("add", "-f", ".cache")
        outer.commit({"a.py": "a = 1\n"})
        assert leaks(keyguard, outer.top)[0].keys() == {".cache/x.git/.env"}

    @pytest.mark.parametrize("form", ["packed", "loose"])
    def test_without_the_history_nothing_of_a_bare_one_is_read_and_it_is_named(
        self, keyguard: Keyguard, bots: Path, form: str
    ) -> None:
        one, store = repository(bots, "one"), bare(bots)
        if form == "packed":
            one.git("repack", "-q", "-a", "-d", cwd=store)
            assert list(store.glob("objects/pack/*.pack"))
        elif packs := list(store.glob("objects/pack/*.pack")):
            packed = packs[0].read_bytes()
            shutil.rmtree(packs[0].parent)
            one.git("unpack-objects", "-q", cwd=store, stdin=packed)
        told = skipped(keyguard, bots, "--no-history")
        assert list(told) == ["one.git/"]
        assert "--no-history leaves it out" in told["one.git/"]
        assert list(skipped(keyguard, store, "--no-history").values()) == list(told.values())
        assert keyguard("scan", store, "--no-history", env={"CI": "true"}).code == 2, "nothing was read"

    def test_the_end_says_how_many_were_read(self, keyguard: Keyguard, bots: Path) -> None:
        for name in ("one", "two"):
            repository(bots, name)
        assert re.search(r"in 2 files, 2 repositories, 6 commits \(\d+ versions\), ", keyguard("scan", bots).out)

    def test_the_end_names_one_that_was_found_below(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "one")
        assert ", 1 repository, 3 commits " in keyguard("scan", bots).out
        assert "repositor" not in keyguard("scan", bots / "one").out

    def test_the_end_repeats_that_no_history_was_read(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "one")
        assert "No findings in 1 file, no history, " in keyguard("scan", "--no-history", bots).out

    def test_copies_of_one_hold_a_credential_in_the_same_commits(self, keyguard: Keyguard, bots: Path) -> None:
        one = repository(bots, "one")
        for name in ("copy", "fork"):
            one.git("clone", "-q", ".", str(bots / name))
        repository(bots, "other").commit({"a.env": leak("one")})
        (finding, _) = keyguard("scan", "-f", "json", bots).report["findings"]
        assert finding["history"]["commits"] == 2

    def test_what_is_not_read_is_named_as_findings_are(self, keyguard: Keyguard, bots: Path, tmp_path: Path) -> None:
        _without_head(repository(bots, "one").top / ".git")
        put(bots / "one" / "new.env", leak("new"))
        other = repository(tmp_path, "other").top
        for targets, cwd in (((bots,), tmp_path), ((bots, other), tmp_path), (("../bots", other), other)):
            out = keyguard("scan", *targets, cwd=cwd).out
            (place,) = re.findall(r"okx-credential  (.*)/new\.env", out)
            assert f"Skipped {place}/: git knows no repository" in out

    def test_those_beyond_the_bound_are_named(self, keyguard: Keyguard, bots: Path) -> None:
        for name in ("one", "three", "two"):
            repository(bots, name)
        told = skipped(keyguard, bots, "--max-repositories", "2", code=1)
        assert list(told) == ["two/"]
        assert "beyond the bound of 2 repositories (--max-repositories)" in told["two/"]

    def test_a_linked_work_tree_beyond_the_bound_is_named_for_its_files_alone(
        self, keyguard: Keyguard, bots: Path
    ) -> None:
        repository(bots, "one").git("worktree", "add", "-q", str(bots / "linked"))
        (reason,) = skipped(keyguard, bots, "--max-repositories", "1", code=1).values()
        assert reason.endswith(
            "bound of 1 repository (--max-repositories), and its files were not read: its history was"
        )

    def test_those_deeper_than_the_bound_are_named_wherever_they_are_met(self, keyguard: Keyguard, bots: Path) -> None:
        one = repository(bots, "one")
        (one.top / "lib").mkdir()
        repository(one.top / "lib", "inner")
        (bots / "team").mkdir()
        bare(bots / "team", "two.git")
        told = skipped(keyguard, bots, "--max-depth", "1", code=1)
        assert list(told) == ["one/lib/inner/", "team/two.git/"]
        assert all("beyond the bound of 1 folder (--max-depth)" in reason for reason in told.values())
        assert list(leaks(keyguard, bots, "--max-depth", "2")[1]) == ["one/lib/inner/"]
        assert leaks(keyguard, bots, "--max-depth", "3")[1] == {}
        assert leaks(keyguard, bots, one.top / "lib", "--max-depth", "2")[1] == {}  # a nearer target

    def test_a_folder_without_any_has_no_history_to_read_alone(self, keyguard: Keyguard, bots: Path) -> None:
        put(bots / "a.txt", "a\n")
        ran = keyguard("scan", "--history-only", bots)
        assert ran.code == 2
        assert "is in no git repository" in ran.err

    @pytest.mark.slow
    def test_three_hundred_at_once(self, bots: Path) -> None:
        one = bare(bots, "000.git")
        for number in range(1, 300):
            shutil.copytree(one, bots / f"{number:03}.git", copy_function=os.link)
        outcome = api.scan(api.Request(paths=(str(bots),), cache=False))
        (finding,) = outcome.findings
        assert len({match.blob.path for match in finding.matches}) == 300
        assert (outcome.scanned.repositories, outcome.skipped) == (300, ())

    @pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
    def test_a_signal_keeps_what_was_found_in_those_before(
        self, bots: Path, tmp_path: Path, number: int, code: int
    ) -> None:
        for name in ("one", "two", "three"):
            repository(bots, name)
        with subprocess.Popen(
            [sys.executable, "-m", "keyguard", "scan", "-f", "json", bots],
            env=os.environ | {"PATH": str(git_that_stops(tmp_path, "two"))},
            stdout=subprocess.PIPE,
        ) as process:
            while not (tmp_path / "stopped").exists():
                assert process.poll() is None
                time.sleep(0.02)
            process.send_signal(number)
            report = json.loads(process.communicate()[0])
        assert (process.returncode, report["complete"]) == (code, False)
        assert {part["path"] for found in report["findings"] for part in found["parts"]} == {"one/.env", "three/.env"}


class TestWhatBelongsToEach:
    def test_one_credential_is_one_finding_with_all_its_places(self, keyguard: Keyguard, bots: Path) -> None:
        for number in range(20):
            made = Repository(bots / f"bot{number:02}")
            made.commit({"a.env": leak("shared"), "own.env": leak(f"own{number}")})
        put(bots / "outside.env", leak("shared"), "")
        ran = keyguard("scan", "-f", "json", bots)
        counts = sorted(len({part["path"] for part in found["parts"]}) for found in ran.report["findings"])
        assert counts == [1] * 20 + [21]

    def test_a_part_alone_belongs_to_the_credential_that_has_it(self, keyguard: Keyguard, bots: Path) -> None:
        Repository(bots / "one").commit({"a.env": leak("shared")})
        Repository(bots / "two").commit({"b.env": leak("shared").partition("\n")[0] + "\n"})
        (finding,) = keyguard("scan", "-f", "json", bots).report["findings"]
        assert (finding["rule"], finding["missing"]) == ("okx-credential", [])
        assert {part["path"] for part in finding["parts"]} == {"one/a.env", "two/b.env"}

    def test_two_that_have_no_name_but_their_place_stay_two(self, keyguard: Keyguard, bots: Path) -> None:
        for name in ("one", "two"):
            made = Repository(bots / name)
            put(made.top / "a.env", "OKX_PASSPHRASE=<passphrase>\n", name)
            made.commit()
        report = keyguard("scan", "-f", "json", bots).report
        assert len({finding["fingerprint"] for finding in report["findings"]}) == 2

    def test_its_ignores_hold_for_its_places_alone(self, keyguard: Keyguard, bots: Path) -> None:
        for name in ("one", "two"):
            Repository(bots / name).commit({"a.env": leak("shared")})
        put(bots / "one" / ".keyguardignore", "a.env\n")
        (finding,) = keyguard("scan", "-f", "json", bots).report["findings"]
        assert finding["suppressed"] is None
        put(bots / "two" / ".keyguardignore", "a.env\n")
        (finding,) = keyguard("scan", "-f", "json", bots).report["findings"]
        assert finding["suppressed"]["where"] == "one/.keyguardignore:1"

    def test_its_configuration_holds_for_it_alone(self, keyguard: Keyguard, bots: Path) -> None:
        for name in ("one", "two"):
            Repository(bots / name).commit({"a.env": leak(name), "skip/b.env": leak(f"b{name}")})
        put(bots / "one" / ".keyguard.yml", "exclude: [skip/]\nfail_on: critical\n")
        found, _ = leaks(keyguard, bots)
        assert found.keys() == {"one/a.env", "two/a.env", "two/skip/b.env"}
        run = keyguard("scan", "-f", "json", bots).report["run"]
        assert "one: Paths are excluded: skip/; 2 left out (exclude in .keyguard.yml, untracked)" in run["deviations"]
        assert [file["path"] for file in run["files"]] == ["one/.keyguard.yml"]
        assert run["deviations"][0] == (
            "one: Findings below critical do not fail the run (fail_on in .keyguard.yml, untracked)"
        )

    def test_each_configuration_stands_in_the_record_of_every_report(self, keyguard: Keyguard, bots: Path) -> None:
        for name in ("one", "two"):
            made = Repository(bots / name)
            made.commit({"a.env": leak(name)})
            put(made.top / ".keyguard.yml", "fail_on: critical\n", "")
        told = keyguard("scan", "-f", "markdown", bots).out
        assert all(f"{name}/.keyguard.yml, untracked, SHA-256 " in told for name in ("one", "two"))
        assert re.search(r"- read: `2 refs, 4 files, 2 repositories, 2 commits, ", told)

    def test_it_is_judged_by_its_own_word_where_it_is_one_of_several_targets(
        self, keyguard: Keyguard, bots: Path
    ) -> None:
        for name in ("one", "two"):
            made = Repository(bots / name)
            made.commit({"src/a.env": leak(name), "skip/b.env": leak(f"b{name}")})
            put(made.top / ".keyguard.yml", "exclude: [skip/]\n", "")
        put(bots / "two" / ".keyguardignore", "src/a.env\n", "")
        put(bots / "c.env", leak("c"), "")
        targets = (bots / "one" / "src", bots / "two", bots / "c.env")
        ran = keyguard("scan", "-f", "json", *targets, cwd=bots)
        assert (ran.code, ran.err) == (1, "")
        told = {min(part["path"] for part in found["parts"]): found for found in ran.report["findings"]}
        assert {path: bool(found["suppressed"]) for path, found in told.items()} == {
            "c.env": False,
            "one/src/a.env": False,
            "two/src/a.env": True,
        }
        assert ran.report["run"]["scope"]["repositories"] == 2
        assert leaks(keyguard, *targets, "--no-history")[0].keys() == told.keys()
        assert list(leaks(keyguard, *targets[:2], "--history-only")[0]) == ["one/src/a.env", "two/src/a.env"]

    def test_its_own_severity_fails_a_run(self, keyguard: Keyguard, bots: Path) -> None:
        for name in ("one", "two"):
            Repository(bots / name).commit({"a.txt": "a\n"})
        put(bots / "one" / "a.env", "OKX_SECRET_KEY=<secret_key>\n")
        put(bots / "one" / ".keyguard.yml", "fail_on: critical\n")
        assert keyguard("scan", bots).code == 0
        put(bots / "two" / "a.env", "OKX_SECRET_KEY=<secret_key:2>\n")
        assert keyguard("scan", bots).code == 1
        assert keyguard("scan", "--fail-on", "critical", bots).code == 0

    def test_its_own_severity_fails_a_test_of_junit(self, keyguard: Keyguard, bots: Path) -> None:
        for number, name in enumerate(("one", "two")):
            Repository(bots / name).commit({"a.txt": "a\n"})
            put(bots / name / "a.env", f"OKX_SECRET_KEY=<secret_key:{number}>\n")
        put(bots / "one" / ".keyguard.yml", "fail_on: critical\n")
        stored = bots.parent / "scan.json"
        ran = keyguard("scan", "-f", "junit", "--report", f"json={stored}", bots)
        again = keyguard("report", stored, "-f", "junit")
        for told in (ran.out, again.out):
            suite = ET.fromstring(told)  # noqa: S314 - our own
            (failed,) = (case for case in suite.iter("testcase") if case.find("failure") is not None)
            assert "two/a.env" in str(failed.get("name"))
        stored.unlink()
        keyguard("scan", "--fail-on", "critical", "-f", "json", "--report", f"json={stored}", bots / "two")
        assert "<failure" not in keyguard("report", stored, "-f", "junit").out

    def test_the_reason_names_the_severity_that_counts_where_the_findings_lie(
        self, keyguard: Keyguard, bots: Path
    ) -> None:
        def reason(*options: str) -> str:
            run = keyguard("scan", "-f", "json", *options, bots).report["run"]
            assert run["exit_code"] == (0 if "but" in run["reason"] else 1)
            return str(run["reason"])

        for number, name in enumerate(("one", "two")):
            Repository(bots / name).commit({"a.txt": "a\n"})
            put(bots / name / "a.env", f"OKX_SECRET_KEY=<secret_key:{number}>\n")
            put(bots / name / ".keyguard.yml", "fail_on: critical\n")
        assert reason() == "2 findings open, but below critical (fail_on of one, two)"
        assert reason("--fail-on", "critical") == "2 findings open, but below critical (fail_on)"
        put(bots / "c.env", "OKX_SECRET_KEY=<secret_key:9>\n")
        assert reason() == "1 finding open of severity low or worse"
        (bots / "c.env").unlink()
        put(bots / "two" / ".keyguard.yml", "fail_on: high\n")
        assert reason() == "1 finding open of severity high or worse (fail_on of two)"

    def test_a_broken_configuration_is_an_error_and_the_others_are_scanned(
        self, keyguard: Keyguard, bots: Path
    ) -> None:
        for name in ("one", "two"):
            repository(bots, name)
        put(bots / "one" / ".keyguard.yml", "nonsense: 1\n")
        found, unread = leaks(keyguard, bots, code=2)
        assert found.keys() == {"two/.env"}
        assert "unknown key 'nonsense'" in unread["one/"]

    def test_its_own_baseline_and_one_for_all(self, keyguard: Keyguard, bots: Path) -> None:
        for name in ("one", "two"):
            repository(bots, name)
        assert keyguard("baseline", "create", cwd=bots / "one").code == 0
        put(bots / "one" / ".keyguard.yml", "baseline: .keyguard-baseline\n")
        ran = keyguard("scan", bots)
        assert (ran.code, "1 suppressed (1 baseline)" in ran.out) == (1, True)
        assert keyguard("baseline", "create", "--baseline", "all", cwd=bots).code == 0
        ran = keyguard("scan", "--baseline", "all", cwd=bots)
        assert (ran.code, "2 suppressed (2 baseline)" in ran.out) == (0, True)

    def test_what_a_repository_accepts_is_known_with_those_in_it(self, keyguard: Keyguard, bots: Path) -> None:
        outer = repository(bots, "outer")
        repository(outer.top, "inner")
        assert keyguard("baseline", "create", cwd=outer.top).code == 0
        put(outer.top / ".keyguard.yml", "baseline: .keyguard-baseline\n")
        assert keyguard("scan", cwd=outer.top).code == 0
        assert keyguard("baseline", "prune", cwd=outer.top).out.endswith("0 entries dropped, 2 left.\n")
        assert keyguard("scan", outer.top / "inner").code == 1

    def test_paths_in_sarif_begin_at_each_repository(self, keyguard: Keyguard, bots: Path) -> None:
        (bots / "deep er").mkdir()
        for name in ("one", "two"):
            made = Repository(bots / "deep er" / name)
            made.commit({"a.env": leak(name)})
            made.git("remote", "add", "origin", f"https://git.example/{name}.git")
        repository(bots, "gone")
        put(bots / "outside.env", leak("outside"), "")
        (run,) = json.loads(keyguard("scan", "-f", "sarif", bots).out)["runs"]
        assert run["originalUriBaseIds"]["deep er/one"] == {"uri": "deep%20er/one/", "uriBaseId": "%SRCROOT%"}
        places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run["results"]]
        assert sorted((place["uriBaseId"], place["uri"]) for place in places) == [
            ("%SRCROOT%", "outside.env"),
            ("deep er/one", "a.env"),
            ("deep er/two", "a.env"),
            ("gone", "bot.py"),
        ]
        assert [(told["repositoryUri"], told["mappedTo"]["uriBaseId"]) for told in run["versionControlProvenance"]] == [
            ("https://git.example/one.git", "deep er/one"),
            ("https://git.example/two.git", "deep er/two"),
        ]

    def test_the_stored_report_makes_the_same_sarif(self, keyguard: Keyguard, bots: Path, tmp_path: Path) -> None:
        for name in ("one", "two"):
            repository(bots, name)
        keyguard("scan", bots, "--report", f"json={tmp_path / 'j'}", "--report", f"sarif={tmp_path / 's'}")
        made = keyguard("report", tmp_path / "j", "-f", "sarif", "--root", bots)
        assert made.err == ""
        assert json.loads(made.out) == json.loads((tmp_path / "s").read_text())

    def test_a_value_of_one_is_masked_where_another_tells_of_it(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "one")
        repository(bots, "two").commit({f"{key('one')}/README": "hello\n", f"{key('one')}/.env": leak("x")})
        assert key("one") not in keyguard("scan", bots).out

    def test_values_are_read_again_from_where_they_are(self, keyguard: Keyguard, bots: Path) -> None:
        for name in ("one", "two"):
            repository(bots, name)
        shown = keyguard("scan", "-f", "json", "--show-secrets", bots).report["findings"]
        assert sorted(part["value"] for one in shown for part in one["parts"] if part["part"] == "api_key") == sorted(
            [key("one"), key("two")]
        )


def _without_head(git: Path) -> None:
    (git / "HEAD").unlink()


def _with_an_empty_head(git: Path) -> None:
    (git / "HEAD").write_bytes(b"")


def _without_refs(git: Path) -> None:
    shutil.rmtree(git / "refs")


class TestWhatGitKeepsOfSubmodules:
    @pytest.fixture
    def outer(self, bots: Path, tmp_path: Path) -> Repository:
        """Return a repository with a submodule that has one itself, and with one that was never removed."""
        inner, middle = repository(tmp_path, "inner"), repository(tmp_path, "middle")
        middle.git("submodule", "add", "-q", str(inner.top), "deep/inner")
        middle.commit()
        outer = repository(bots, "outer")
        outer.git("submodule", "add", "-q", str(middle.top), "lib/middle")
        outer.git("submodule", "add", "-q", str(repository(tmp_path, "used").top), "used")
        outer.git("submodule", "update", "-q", "--init", "--recursive")
        outer.commit()
        return outer

    def test_that_were_removed_is_scanned_with_the_repository_around_it(
        self, keyguard: Keyguard, outer: Repository
    ) -> None:
        kept = "outer/.git/modules/lib/middle"
        outer.git("rm", "-q", "-f", "lib/middle")
        outer.commit()
        found, unread = leaks(keyguard, outer.top.parent)
        expected = {"outer/.env", "outer/used/.env", f"{kept}/.env", f"{kept}/modules/deep/inner/.env"}
        assert (set(found), unread) == (expected, {})
        (outer.top.parent / kept / "modules" / "circle").symlink_to("../..")
        (outer.top.parent / kept / "HEAD").unlink()
        found, unread = leaks(keyguard, outer.top)
        assert found.keys() == {".env", "used/.env", ".git/modules/lib/middle/modules/deep/inner/.env"}
        assert list(unread) == [".git/modules/lib/middle/"]
        assert leaks(keyguard, outer.top / "bot.py", code=0) == ({}, {})

    def test_that_are_not_checked_out_is_scanned_and_their_files_are_named(
        self, keyguard: Keyguard, outer: Repository
    ) -> None:
        assert leaks(keyguard, outer.top)[1] == {}
        outer.git("submodule", "deinit", "-q", "-f", "used")
        found, unread = leaks(keyguard, outer.top)
        assert {path for path in found if "used" in path} == {".git/modules/used/.env"}
        assert "no file of it was read" in unread["used/"]

    def test_of_a_linked_work_tree(self, keyguard: Keyguard, outer: Repository, tmp_path: Path) -> None:
        outer.git("worktree", "add", "-q", str(tmp_path / "linked"))
        outer.git("-C", str(tmp_path / "linked"), "submodule", "update", "-q", "--init", "--recursive")
        shutil.rmtree(tmp_path / "linked")
        (outer.top / ".git" / "worktrees" / "circle").symlink_to("..")
        kept = ".git/worktrees/linked/modules"
        found, unread = leaks(keyguard, outer.top, "--history-only")
        paths = set.union(*found.values())
        assert {f"{kept}/used/.env", f"{kept}/lib/middle/modules/deep/inner/.env"} <= paths
        assert (unread, [path for path in paths if "circle" in path]) == ({}, [])

    def test_is_a_target_like_others(self, keyguard: Keyguard, outer: Repository) -> None:
        store = outer.top / ".git" / "modules" / "used"
        for _ in ("checked out", "removed"):
            found, unread = leaks(keyguard, store)
            assert ({path.rpartition("/")[2] for path in found}, unread) == ({".env"}, {})
            outer.git("rm", "-q", "-f", "--ignore-unmatch", "used")


def _cut(one: Repository) -> None:
    index = _index(one)
    index.write_bytes(index.read_bytes()[:3])


def _of_a_wrong_version(one: Repository) -> None:
    index = _index(one)
    index.write_bytes(index.read_bytes()[:7] + b"\x09" + index.read_bytes()[8:])


def _split_and_halved(one: Repository) -> None:
    one.git("update-index", "--split-index")
    for shared in _index(one).parent.glob("sharedindex.*"):
        shared.unlink()


def _index(one: Repository) -> Path:
    return one.top / one.git("rev-parse", "--git-path", "index").strip()


class TestOneWhoseIndexIsDamaged:
    @pytest.mark.parametrize("damage", [_cut, _of_a_wrong_version, _split_and_halved])
    def test_it_is_named_and_read_with_its_history_and_the_others_are(
        self, keyguard: Keyguard, bots: Path, damage: Callable[[Repository], None]
    ) -> None:
        repository(bots, "good")
        damaged = repository(bots, "damaged")
        put(damaged.top / "new.env", leak("new"))
        damage(damaged)
        found, unread = leaks(keyguard, bots, code=2)
        assert found.keys() == {"damaged/.env", "damaged/new.env", "good/.env"}
        assert list(unread) == ["damaged/"]
        assert "index" in unread["damaged/"]
        found, unread = leaks(keyguard, bots, "--history-only", code=2)
        assert (set(found), list(unread)) == ({"damaged/.env", "good/.env"}, ["damaged/"])
        ran = keyguard("scan", bots)
        told = re.findall(r"Skipped \S*damaged/:", ran.out)  # from the current folder, as findings are
        assert (ran.code, ran.err.count("error:"), len(told)) == (2, 1, 1)

    def test_of_a_submodule(self, keyguard: Keyguard, bots: Path, tmp_path: Path) -> None:
        origin = repository(tmp_path, "origin")
        outer = repository(bots, "outer")
        outer.git("submodule", "add", "-q", str(origin.top), "lib")
        outer.commit()
        _cut(Repository(outer.top / "lib"))
        found, unread = leaks(keyguard, bots, code=2)
        assert found.keys() == {"outer/.env", "outer/lib/.env"}
        assert list(unread) == ["outer/lib/"]

    def test_of_another_work_tree(self, keyguard: Keyguard, bots: Path, tmp_path: Path) -> None:
        one = repository(bots, "one")
        one.git("worktree", "add", "-q", str(tmp_path / "linked"))
        (one.top / ".git/worktrees/linked/index").write_bytes(b"DIR")
        found, unread = leaks(keyguard, bots, code=2)
        assert (set(found), list(unread)) == ({"one/.env"}, ["one/"])


class TestOneThatCannotBeRead:
    @pytest.mark.parametrize("damage", [_without_head, _with_an_empty_head, _without_refs])
    def test_a_damaged_one_is_named_read_object_by_object_and_fails_a_job(
        self, keyguard: Keyguard, bots: Path, damage: Callable[[Path], None]
    ) -> None:
        damage(repository(bots, "one").top / ".git")
        damage(bare(bots, "two.git"))
        outer = repository(bots, "outer")
        damage(repository(outer.top, "inner").top / ".git")
        ran = keyguard("scan", "-f", "json", bots)
        found = {part["path"] for finding in ran.report["findings"] for part in finding["parts"]}
        assert {path.partition("/objects/")[0] for path in found} == {
            "one/.git",
            "outer/.env",
            "outer/inner/.git",
            "two.git",
        }
        told = skipped(keyguard, bots, code=1)
        assert list(told) == ["one/", "outer/inner/", "two.git/"]
        assert "git knows no repository in its .git" in told["one/"]
        assert "git knows no repository in its .git" in told["outer/inner/"]
        assert "does not take it for one" in told["two.git/"]
        job = keyguard("scan", bots, env={"CI": "true"})
        assert (job.code, job.err.count("was not read: ")) == (2, 3)
        assert keyguard("scan", "--no-history", bots, env={"CI": "true"}).code == 1

    @pytest.mark.parametrize("environment", [{}, {"CI": "true"}])
    @pytest.mark.parametrize("name", ["one", "two.git", "outer/inner"])
    def test_a_damaged_one_that_is_the_target_is_read_alike_and_fails(
        self, keyguard: Keyguard, bots: Path, name: str, environment: dict[str, str]
    ) -> None:
        repository(bots, "outer")
        if name == "two.git":
            _without_head(bare(bots, name))
        else:
            _without_head(repository(bots, name).top / ".git")
        ran = keyguard("scan", "-f", "json", bots / name, env=environment)
        (finding,) = ran.report["findings"]
        assert all("objects/" in part["path"] for part in finding["parts"])
        named = "inner/" if name == "outer/inner" else "."  # the root is the repository around it
        assert (ran.code, [one["what"] for one in ran.report["skipped"]]) == (2, [named])
        assert "HEAD is missing" in ran.err

    def test_one_beyond_a_bound_fails_a_job(self, keyguard: Keyguard, bots: Path) -> None:
        for name in ("one", "two"):
            Repository(bots / name).commit({"a.py": "a = 1\n"})
        bound = ("scan", "--max-repositories", "1", bots)
        assert keyguard(*bound).code == 0
        ran = keyguard(*bound, env={"CI": "true"})
        assert ran.code == 2
        assert "'two/' was not read: it is beyond the bound" in ran.err

    def test_a_submodule_that_is_not_checked_out_is_another_repository(
        self, keyguard: Keyguard, bots: Path, tmp_path: Path
    ) -> None:
        outer = Repository(bots / "outer")
        outer.git("submodule", "add", "-q", str(repository(tmp_path, "origin").top), "lib")
        outer.commit({"a.py": "a = 1\n"})
        shutil.rmtree(outer.top / "lib")
        shutil.rmtree(outer.top / ".git" / "modules")
        for environment in ({}, {"CI": "true"}):
            ran = keyguard("scan", outer.top, env=environment)
            assert (ran.code, "Skipped lib/: it is a submodule that is not checked out" in ran.out) == (0, True)
            assert keyguard("scan", "--strict", outer.top, env=environment).code == 3

    @pytest.mark.parametrize("left", ["config", "packed-refs"])
    def test_a_bare_one_that_has_lost_its_objects(self, keyguard: Keyguard, bots: Path, left: str) -> None:
        store = bare(bots)
        put(store / "packed-refs", "")
        shutil.rmtree(store / "objects")
        for name in {"config", "packed-refs"} - {left}:
            (store / name).unlink()
        assert "does not take it for one" in skipped(keyguard, bots)["one.git/"]
        assert keyguard("scan", bots, env={"CI": "true"}).code == 2
        ran = keyguard("scan", store)
        assert (ran.code, "objects is missing" in ran.err) == (2, True)

    def test_a_damaged_one_that_is_the_target(self, keyguard: Keyguard, bots: Path) -> None:
        one = repository(bots, "one")
        (one.top / "src").mkdir()
        (one.top / "src" / "a.py").write_text("a = 1\n")
        _without_head(one.top / ".git")
        for target in (one.top, one.top / "src"):
            ran = keyguard("scan", target)
            assert ran.code == 2
            assert "HEAD is missing" in ran.err

    def test_a_work_tree_whose_repository_has_gone(self, keyguard: Keyguard, bots: Path) -> None:
        one = repository(bots, "one")
        one.git("worktree", "add", "-q", str(bots / "linked"))
        shutil.rmtree(one.top)
        assert list(skipped(keyguard, bots)) == ["linked/"]

    @pytest.mark.skipif(not hasattr(os, "chown") or os.geteuid() != 0, reason="only root gives files away")
    def test_a_bare_one_of_another_user(self, keyguard: Keyguard, bots: Path) -> None:
        for place in (foreign := bare(bots), *foreign.rglob("*")):
            os.chown(place, NOBODY, NOBODY)
        assert "git does not trust" in skipped(keyguard, bots)["one.git/"]
        job = keyguard("scan", bots, env={"CI": "true"})
        assert (job.code, "belongs to user" in job.err) == (2, True)

    @pytest.mark.skipif(not hasattr(os, "chown") or os.geteuid() != 0, reason="only root gives files away")
    def test_a_work_tree_of_another_user_is_named_and_the_others_are_read(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "ours")
        theirs = repository(bots, "theirs").top
        put(theirs / "new.env", leak("new"))
        for place in (theirs, *theirs.rglob("*")):
            os.chown(place, NOBODY, NOBODY)
        found, unread = leaks(keyguard, bots)
        assert found.keys() == {"ours/.env", "theirs/new.env"}
        assert list(unread) == ["theirs/"]
        assert "git does not trust" in unread["theirs/"]
        assert f"safe.directory {theirs}" in unread["theirs/"]
        job = keyguard("scan", bots, env={"CI": "true"})
        assert (job.code, "belongs to user" in job.err) == (2, True)
        shutil.rmtree(bots / "ours")
        ran = keyguard("scan", "--history-only", "--strict", bots)
        assert (ran.code, ran.out.splitlines()[0]) == (
            3,
            "Nothing was read: this scan says nothing about what is there.",
        )

    def test_without_git_the_histories_are_named(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "one")
        ran = keyguard("scan", "--strict", bots, env={"PATH": ""})
        assert ran.code == 3
        assert "git was not found" in ran.out


def test_an_empty_folder_below_a_repository_is_named_as_it_was_given(keyguard: Keyguard, bots: Path) -> None:
    repository(bots)
    (bots / "one" / "empty").mkdir()
    ran = keyguard("scan", ".", cwd=bots / "one" / "empty")
    assert "Skipped .: there is nothing in it that could be read" in ran.out
