"""What is remembered of a history: ids of clean contents and nothing else, and never to the harm of a finding."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import pytest

from keyguard import cache
from keyguard.seal import Seal
from tests.history.conftest import Made, Repository, Scanned, fast_import, key, keys, leak, scan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a cache of its own, with the gates that all share: to compile them takes long."""
    own = tmp_path / "cache"
    own.mkdir(mode=0o700)
    for entry in cache.folder().glob("*-*"):
        shutil.copy(entry, own)
    monkeypatch.setenv("KEYGUARD_CACHE_DIR", str(own))
    return own


@pytest.fixture
def clean(repository: Repository) -> Repository:
    """Return a repository of ten clean commits."""
    fast_import(
        repository, [Made(files={f"{number}.txt": f"text {number}\n", "a.txt": "a" * number}) for number in range(10)]
    )
    repository.git("reset", "-q", "--hard")
    return repository


def history(where: Repository, *options: str, env: Mapping[str, str] | None = None) -> Scanned:
    return scan(where, "--history-only", *options, env=env)


def told(ran: Scanned) -> dict[str, Any]:
    """Return the report but for what says how much was read, and how long it took."""
    report = ran.report
    for name in ("scope", "started_at", "ended_at"):
        report["run"].pop(name, None)
    return report | {"scanned": {"commits": report["scanned"]["commits"], "left_out": report["scanned"]["left_out"]}}


def databases(folder: Path) -> list[Path]:
    return sorted((folder / "history").glob("*.sqlite3"))


class TestSecondRun:
    def test_it_reads_nothing(self, clean: Repository) -> None:
        first, second = history(clean), history(clean)
        assert first.read == 10 + 10  # files, and versions of one of them; messages are none
        assert (second.read, second.report["scanned"]["bytes"]) == (0, 0)
        assert told(second) == told(first)

    def test_with_findings_it_reads_what_holds_them_and_tells_the_same(self, clean: Repository) -> None:
        clean.passing(".env", leak("gone"))
        clean.commit({"b.env": leak("here")})
        first, second, third = history(clean), history(clean), scan(clean)
        assert first.keys == keys("gone", "here")
        assert told(second) == told(first)
        assert second.read == 2
        assert third.keys == first.keys

    def test_what_is_read_again_is_not_counted_as_known_too(self, clean: Repository) -> None:
        clean.passing(".env", leak("gone"))
        counted = [history(clean).report["scanned"] for _ in range(3)]
        assert [(one["blobs"], one["known"]) for one in counted] == [(21, 0), (1, 20), (1, 20)]

    def test_what_could_not_be_read_is_not_known_the_next_time(self, repository: Repository) -> None:
        brought, _ = repository.passing(".env", leak("gone"))
        lost = repository.loose(f"{brought}:.env")
        lost.chmod(0o600)
        lost.write_bytes(b"")
        ran = [history(repository, "--strict") for _ in range(2)]
        assert [one.report["run"]["reason"] for one in ran] == ["1 input not read, and strict is set"] * 2
        assert [one.report["scanned"]["known"] for one in ran] == [0, 0]

    def test_a_waiver_is_read_again_too(self, clean: Repository) -> None:
        clean.passing(".env", "# keyguard: ignore[okx-credential] a sample\n" + leak("waived"))
        assert [history(clean).finding("waived")["suppressed"]["by"] for _ in range(2)] == ["inline"] * 2

    def test_after_a_new_commit_it_reads_what_is_new(self, clean: Repository) -> None:
        history(clean)
        clean.commit({"new.txt": "new\n"})
        ran = history(clean)
        assert (ran.read, ran.report["scanned"]["commits"]) == (1, 11)
        clean.commit({".env": leak("new")})
        assert history(clean).keys == history(clean).keys == keys("new")

    def test_a_new_branch_stash_note_and_tag_are_new(self, clean: Repository) -> None:
        history(clean)
        clean.git("notes", "add", "-m", leak("note"))
        clean.git("tag", "-a", "v1", "-m", leak("tag"))
        clean.write("a.txt", leak("stash"))
        clean.git("stash", "-q")
        clean.git("checkout", "-q", "-b", "side", "HEAD~5")
        clean.passing("x.env", leak("side"))
        assert history(clean).keys == keys("note", "tag", "stash", "side")
        assert history(clean).keys == keys("note", "tag", "stash", "side")

    def test_a_deleted_branch_takes_its_findings_with_it(self, clean: Repository) -> None:
        clean.git("checkout", "-q", "-b", "side")
        clean.commit({".env": leak("side")})
        clean.git("checkout", "-q", "main")
        assert history(clean).keys == keys("side")
        clean.git("branch", "-q", "-D", "side")
        clean.git("reflog", "expire", "--expire=all", "--all")
        assert history(clean).keys == []
        assert history(clean).read == 0

    def test_a_rewritten_history_is_read_where_it_is_new(self, clean: Repository) -> None:
        history(clean)
        clean.git("commit", "-q", "--amend", "-m", leak("amended"))
        clean.git("reflog", "expire", "--expire=all", "--all")
        clean.git("gc", "-q", "--prune=now")
        assert history(clean).keys == keys("amended")

    def test_walked_commits_that_are_gone_are_no_trouble(self, clean: Repository) -> None:
        clean.git("checkout", "-q", "-b", "side")
        clean.commit({"s.txt": "s"})
        history(clean)
        clean.git("checkout", "-q", "main")
        clean.git("branch", "-q", "-D", "side")
        clean.git("reflog", "expire", "--expire=all", "--all")
        clean.git("gc", "-q", "--prune=now")
        clean.commit({".env": leak("new")})
        assert history(clean).keys == keys("new")

    @pytest.mark.parametrize("name", ["yarn.lock", "node_modules/x/.env", "excluded.env"])
    def test_a_content_that_was_passed_over_is_read_under_its_new_name(self, clean: Repository, name: str) -> None:
        options = ["--exclude", "excluded.env"]
        clean.commit({name: leak("moved"), str(PurePath(name).parent / "package.json"): "{}"})
        assert history(clean, *options).keys == []
        clean.commit({"plain.env": leak("moved"), name: None})
        assert history(clean, *options).keys == keys("moved")
        clean.commit({"plain.env": None})
        assert history(clean, *options).keys == keys("moved")

    def test_unreachable_is_remembered_too_and_disturbs_nothing(self, clean: Repository) -> None:
        clean.git("hash-object", "-w", "--stdin", stdin="lost text\n")
        assert history(clean, "--unreachable").read == 20
        assert history(clean, "--unreachable").read == 0
        assert history(clean).read == 0
        clean.git("hash-object", "-w", "--stdin", stdin=leak("lost"))
        assert history(clean, "--unreachable").keys == keys("lost")
        assert history(clean).keys == []

    def test_a_folder_does_not_pass_for_the_whole(self, clean: Repository) -> None:
        clean.passing("one/.env", leak("one"))
        clean.passing("two/.env", leak("two"))
        (clean.top / "one").mkdir(exist_ok=True)
        assert history(clean, "one").keys == keys("one")
        assert history(clean).keys == keys("one", "two")

    def test_what_was_skipped_is_not_taken_for_read(self, clean: Repository) -> None:
        clean.passing("big.env", "x\n" * 999 + leak("big"))
        first = history(clean, "--max-file-size", "1KB")
        assert (first.keys, list(first.skipped)) == ([], ["big.env"])
        assert history(clean, "--max-file-size", "1KB").skipped == first.skipped
        assert history(clean).keys == keys("big")

    def test_no_cache_reads_all_and_leaves_nothing(self, clean: Repository, folder: Path) -> None:
        assert [history(clean, "--no-cache").read for _ in range(2)] == [20, 20]
        assert databases(folder) == []
        history(clean)
        assert history(clean, "--no-cache").read == 20


class TestRules:
    PACK = (
        "schema: 1\nkind: pack\nprovider: {id: acme, title: Acme, words: acme}\nrules:\n"
        "  - {id: acme-token, title: t, severity: high, why: w, fix: f, pattern: 'acme_[0-9]{4}',"
        " examples: {match: ['acme_<digits4>'], clean: [b]}}\n"
    )

    def test_other_rules_read_again(self, clean: Repository, tmp_path: Path) -> None:
        clean.passing("b.txt", "acme_" + "1234")
        pack = tmp_path / "acme.yml"
        pack.write_text(self.PACK)
        assert history(clean).keys == []
        assert history(clean, "--rules", str(pack)).keys == ["acme-token"]
        assert (history(clean).read, history(clean).keys) == (0, [])
        pack.write_text(self.PACK.replace("{4}", "{5}").replace("digits4", "digits5"))
        assert history(clean, "--rules", str(pack)).keys == []

    def test_fewer_rules_leave_no_gap_behind(self, clean: Repository) -> None:
        clean.passing(".env", leak("gone"))
        assert history(clean, "--only", "okx-passphrase").keys == []
        assert history(clean).keys == keys("gone")

    def test_other_exclusions_read_again(self, clean: Repository) -> None:
        clean.passing(".env", leak("gone"))
        assert history(clean, "--exclude", "*.env").keys == []
        assert history(clean).keys == keys("gone")
        clean.passing("package.json", "{}")
        clean.passing("yarn.lock", leak("lock"))
        assert history(clean).keys == keys("gone")
        assert history(clean, "--all").keys == keys("gone", "lock")

    def test_another_confidence_and_severity_need_nothing_again(self, clean: Repository) -> None:
        clean.passing(".env", leak("gone"))
        clean.passing("x.txt", "key = <uuid>\n")
        history(clean)
        assert history(clean, "--min-confidence", "high").read <= 2


class TestWhatIsKept:
    def test_ids_of_objects_and_nothing_else(self, clean: Repository, folder: Path, tmp_path: Path) -> None:
        clean.passing("folder/live.env", leak("gone"))
        sha256 = Repository(tmp_path / "sha256", "--object-format=sha256")
        sha256.passing("folder/live.env", leak("gone"))
        for repository, size in ((clean, 40), (sha256, 64)):
            before = set(databases(folder))
            history(repository)
            (path,) = set(databases(folder)) - before
            assert {len(tag) for (tag,) in _rows(path, "clean")} == {16}
            ((content, mark),) = _rows(path, "state")
            state = json.loads(content)
            ids = [*state["walked"], *state["missing"], *(name for pair in state["open"] for name in pair)]
            assert {(len(name), bool(bytes.fromhex(name))) for name in ids} == {(size, True)}
            assert (len(state["walked"]) > 0, len(state["open"]), len(mark)) == (True, 1, 32)
        for path in (path for path in folder.rglob("*") if path.is_file()):
            data = path.read_bytes()
            for word in (
                key("gone"),
                leak("gone").split("=")[2].split()[0],
                "live.env",
                "folder/",
                "Ada",
                str(tmp_path),
            ):
                assert word.encode() not in data
        assert (folder / "history").stat().st_mode & 0o777 == 0o700

    def test_it_may_be_deleted_at_any_time(self, clean: Repository, folder: Path) -> None:
        first = history(clean)
        shutil.rmtree(folder)
        assert history(clean).read == first.read
        assert history(clean).read == 0

    @pytest.mark.parametrize("damage", ["garbage", "cut", "empty", "other tables", "other rows", "a folder"])
    def test_a_damaged_file_is_replaced(self, clean: Repository, folder: Path, damage: str) -> None:
        clean.passing(".env", leak("gone"))
        first = history(clean)
        (path,) = databases(folder)
        data = path.read_bytes()
        path.unlink()
        if damage == "garbage":
            path.write_bytes(b"no database at all" * 999)
        elif damage == "cut":
            path.write_bytes(data[: len(data) // 2])
        elif damage == "empty":
            path.touch()
        elif damage == "a folder":
            path.mkdir()
        else:
            database = sqlite3.connect(path)
            for statement in cache._SCHEMA:
                database.execute(statement.replace("BLOB", "TEXT" if damage == "other tables" else "BLOB"))
            if damage == "other rows":
                database.execute("INSERT INTO clean VALUES ('text')")
                database.execute("INSERT INTO state VALUES ('text', 7)")
            database.commit()
            database.close()
        for _ in range(3):
            assert told(history(clean)) == told(first)
        if damage != "a folder":
            assert history(clean).read == 1

    def test_a_folder_of_somebody_else_is_not_used(self, clean: Repository, folder: Path) -> None:
        folder.chmod(0o777)
        assert [history(clean).read for _ in range(2)] == [20, 20]
        assert databases(folder) == []

    def test_a_cache_that_cannot_be_written_costs_time_only(self, clean: Repository, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        for place in (tmp_path / "file", tmp_path / "file/below"):
            assert history(clean, env={"KEYGUARD_CACHE_DIR": str(place)}).read == 20

    def test_so_many_ids_and_no_more(self, clean: Repository, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cache, "_MOST_IDS", 5)
        history(clean)
        (path,) = databases(folder)
        size = len(_rows(path, "clean"))
        clean.commit({"new.txt": "new\n"})
        clean.commit({".env": leak("new")})
        assert history(clean).keys == history(clean).keys == keys("new")
        assert len(_rows(path, "clean")) == size

    def test_so_many_bytes_and_no_more(
        self, clean: Repository, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        others = [Repository(tmp_path / f"other{number}") for number in range(4)]
        for number, other in enumerate(others):
            other.commit({"a.txt": "a\n"})
            history(other)
            for path in databases(folder):
                os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 100))
            assert len(databases(folder)) == number + 1
        monkeypatch.setattr(cache, "_MOST_BYTES", 2 * databases(folder)[0].stat().st_size)
        history(clean)
        assert len(databases(folder)) == 3
        assert [history(other).read for other in others[2:]] == [0, 0]
        assert history(others[0]).read == 1


class TestPlanted:
    """What somebody wrote into the memory who has not the key is not believed."""

    @pytest.fixture
    def leaking(self, clean: Repository) -> Repository:
        clean.passing(".env", leak("gone"))
        return clean

    def ids(self, repository: Repository) -> list[str]:
        return [line.split()[0] for line in repository.git("rev-list", "--all", "--objects").splitlines()]

    def change(self, path: Path, *statements: tuple[str, list[tuple[bytes, ...]]]) -> None:
        database = sqlite3.connect(path)
        for statement, rows in statements:
            database.executemany(statement, rows or [()])
        database.commit()
        database.close()

    @pytest.mark.parametrize("plant", ["ids", "seals of another key", "short ids"])
    def test_a_content_is_clean_by_our_seal_only(self, leaking: Repository, folder: Path, plant: str) -> None:
        history(leaking)
        (path,) = databases(folder)
        ids = [bytes.fromhex(name) for name in self.ids(leaking)]
        of_another_key = [Seal(bytes(32)).of(b"clean", name)[:16] for name in ids]
        planted = {"ids": ids, "seals of another key": of_another_key, "short ids": [name[:16] for name in ids]}
        tags: list[tuple[bytes, ...]] = [(tag,) for tag in planted[plant]]
        self.change(path, ("DELETE FROM state", []), ("INSERT OR IGNORE INTO clean VALUES (?)", tags))
        assert history(leaking).keys == keys("gone")

    @pytest.mark.parametrize("mark", [b"", bytes(32), Seal(bytes(32)).of(b"state")])
    def test_a_walk_is_done_by_our_seal_only(self, leaking: Repository, folder: Path, mark: bytes) -> None:
        leaking.commit({"b.env": leak("here")})
        history(leaking)
        (path,) = databases(folder)
        state = '{"walked": ["%s"], "open": %s, "missing": []}'
        for content in (state % (leaking.head(), "[]"), state % (leaking.head(), '"x"'), "[]", "x"):
            row = (content.encode(), mark)
            self.change(path, ("DELETE FROM state", []), ("INSERT INTO state VALUES (?, ?)", [row]))
            assert history(leaking).keys == keys("gone", "here")

    def test_what_is_known_of_one_repository_says_nothing_of_another(
        self, leaking: Repository, folder: Path, tmp_path: Path
    ) -> None:
        other = Repository(tmp_path / "other")
        other.git("pull", "--quiet", str(leaking.top), "HEAD")
        history(other, "--skip", "okx-credential")
        (theirs,) = databases(folder)
        history(leaking)
        (ours,) = set(databases(folder)) - {theirs}
        shutil.copy(theirs, ours)
        assert history(leaking).keys == keys("gone")

    def test_tables_with_more_than_ours_are_made_anew(self, leaking: Repository, folder: Path) -> None:
        history(leaking)
        (path,) = databases(folder)
        trigger = "CREATE TRIGGER t AFTER INSERT ON state BEGIN DELETE FROM clean; END"
        self.change(path, (trigger, []))
        assert history(leaking).keys == keys("gone")
        history(leaking)
        database = sqlite3.connect(path)
        assert database.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'").fetchone() == (0,)
        database.close()


def _rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    database = sqlite3.connect(path)
    try:
        return database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
    finally:
        database.close()


def test_several_processes_at_once_tell_the_same(repository: Repository, folder: Path) -> None:
    fast_import(repository, [Made(files={"a.txt": f"version {n}\n", f"{n}.env": leak(f"{n % 7}")}) for n in range(700)])
    command = [sys.executable, "-m", "keyguard", "scan", "-f", "json", "--history-only", "--show-secrets"]
    running = [subprocess.Popen(command, cwd=repository.top, stdout=subprocess.PIPE) for _ in range(4)]
    ran = [Scanned(process.wait(), out.decode(), "") for process in running for out in process.communicate()[:1]]
    assert all(one.code == 1 and told(one) == told(ran[0]) for one in ran)
    assert ran[0].keys == keys(*map(str, range(7)))
    assert history(repository).read == 7
    assert len(databases(folder)) == 1


def test_a_writer_that_holds_the_database_keeps_nobody(
    repository: Repository, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_PATIENCE", 0.1)
    repository.commit({"a.txt": "a\n"})
    history(repository)
    repository.commit({".env": leak("new")})
    (path,) = databases(folder)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        assert history(repository).keys == keys("new")
    finally:
        holder.close()
    assert len(_rows(path, "state")) == 1
    assert history(repository).keys == keys("new")
