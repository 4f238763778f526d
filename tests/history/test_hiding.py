"""Nothing in a repository can hide content silently, nor make a scan wait for ever or say something else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from keyguard.cli import main
from keyguard.git import process, stream
from tests.history.conftest import Repository, key, keys, leak, run, scan

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = 65534

_MODES = {
    "all": [],
    "unreachable": ["--unreachable"],
    "since": ["--since", "start"],
}
_SHOW = (
    "core.commitGraph=true core.quotePath=true core.abbrev=4 core.useReplaceRefs=true core.sparseCheckout=true "
    "core.ignoreCase=true color.ui=always column.ui=always feature.experimental=true pack.useBitmaps=true"
)
_LOG = (
    "log.follow=true log.showRoot=false log.diffMerges=off log.decorate=full log.excludeDecoration=* log.mailmap=true "
    "format.pretty=oneline diff.relative=true diff.renames=copies diff.ignoreSubmodules=all diff.orderFile=/nowhere "
    "diff.noPrefix=true diff.wsErrorHighlight=all diff.algorithm=patience"
)
modes = pytest.mark.parametrize("options", _MODES.values(), ids=_MODES)


@pytest.fixture
def hidden(repository: Repository) -> Repository:
    """Return a repository in whose middle a credential came and went, with the commit that brought it tagged."""
    repository.commit({"a.txt": "a\n"})
    repository.git("tag", "start")
    repository.commit({".env": leak("hidden")})
    repository.git("tag", "brought")
    repository.commit({".env": None})
    repository.commit({"a.txt": "b\n"})
    repository.git("reflog", "expire", "--expire=all", "--all")
    return repository


class TestHiding:
    @modes
    def test_a_replaced_content(self, hidden: Repository, options: list[str]) -> None:
        blob, clean = hidden.git("rev-parse", "brought:.env"), hidden.git("rev-parse", "start:a.txt")
        hidden.git("replace", blob, clean)
        assert hidden.git("show", "brought:.env") == "a"  # the trap is live
        assert scan(hidden, *options).keys == keys("hidden")

    @modes
    def test_a_replaced_commit(self, hidden: Repository, options: list[str]) -> None:
        hidden.git("replace", "--graft", "main", "start")
        hidden.git("tag", "-d", "brought")
        assert hidden.git("rev-list", "--count", "main") == "2"
        assert scan(hidden, *options).keys == keys("hidden")

    @modes
    def test_a_graft(self, hidden: Repository, options: list[str]) -> None:
        (hidden.top / ".git/info").mkdir(exist_ok=True)
        (hidden.top / ".git/info/grafts").write_text(f"{hidden.head()} {hidden.git('rev-parse', 'start')}\n")
        hidden.git("tag", "-d", "brought")
        assert hidden.git("rev-list", "--count", "main") == "2"
        assert scan(hidden, *options).keys == keys("hidden")

    @modes
    def test_a_forged_shallow_file_is_told(self, hidden: Repository, options: list[str]) -> None:
        (hidden.top / ".git/shallow").write_text(f"{hidden.head()}\n")
        hidden.git("tag", "-d", "brought")
        assert hidden.git("rev-list", "--count", "main") == "1"
        ran = scan(hidden, *options)
        assert "this clone is shallow" in ran.skipped["<history>"]
        if "--unreachable" in options:
            assert ran.keys == keys("hidden")

    @modes
    def test_a_forged_commit_graph(self, hidden: Repository, options: list[str]) -> None:
        """One that was written while a graft was in place: git believes it."""
        hidden.git("tag", "-d", "brought")
        hidden.git("commit-graph", "write", "--reachable")
        graph = hidden.top / ".git/objects/info/commit-graph"
        data = bytearray(graph.read_bytes())
        position = data.index(b"CDAT")
        start = int.from_bytes(data[position + 4 : position + 12], "big")
        for row in range(4):  # each commit: a tree of 20 bytes, two parents of 4, 8 for its place in time
            at = start + 36 * row + 20
            data[at : at + 4] = (0x70000000).to_bytes(4, "big")  # no parent
        graph.chmod(0o644)
        graph.write_bytes(data)
        assert hidden.git("-c", "core.commitGraph=true", "rev-list", "--count", "main") == "1"
        assert scan(hidden, *options).keys == keys("hidden")

    @pytest.mark.parametrize(
        "settings",
        [
            "core.bare=true",
            "core.worktree=/",
            "core.worktree={elsewhere}",
            "i18n.logOutputEncoding=UTF-16 i18n.commitEncoding=UTF-16",
            "core.worktree=/ diff.relative=true",
            _SHOW,
            _LOG,
            "transfer.hideRefs=refs uploadpack.hideRefs=refs receive.hideRefs=refs core.logAllRefUpdates=false",
        ],
    )
    def test_no_setting_hides_anything(self, hidden: Repository, tmp_path: Path, settings: str) -> None:
        other = Repository(tmp_path / "elsewhere")
        other.commit({"other.txt": "nothing here\n"})
        hidden.passing("sub/.env", leak("deep"))
        hidden.write("staged.env", leak("staged"))
        hidden.git("add", "staged.env")
        for setting in settings.format(elsewhere=other.top).split():
            name, _, value = setting.partition("=")
            hidden.git("config", name, value)
        ran = scan(hidden.top, "--no-cache", "--history-only")
        assert (ran.keys, ran.skipped, ran.code) == (keys("hidden", "deep", "staged"), {}, 1), ran.err
        assert ran.history("hidden")["removed"]["path"].endswith(".env")
        assert scan(hidden.top, "--since", "start").keys == keys("hidden", "deep")
        assert scan(hidden.top, "--staged").keys == keys("staged")
        (hidden.top / "sub").mkdir(exist_ok=True)
        assert scan(hidden.top, "--history-only", "sub").keys == keys("deep")
        assert scan(hidden.top / "sub", "--since", "start").keys == keys("deep")

    def test_attributes_hide_nothing(self, hidden: Repository) -> None:
        for place in (".gitattributes", ".git/info/attributes"):
            hidden.write(place, "* -diff binary export-ignore working-tree-encoding=UTF-16 eol=crlf -text ident\n")
        assert scan(hidden, "--history-only").keys == keys("hidden")

    def test_a_broken_ref_is_no_way_out(self, hidden: Repository) -> None:
        (hidden.top / ".git/refs/heads/broken").write_text("nonsense\n")
        (hidden.top / ".git/refs/heads/lost").write_text("0123456789" * 4 + "\n")
        ran = scan(hidden)
        assert ran.keys == keys("hidden") or ran.code == 2


class TestNames:
    NAMES = (
        *(b"new\nline.env", b'qu"ote.env', b"tab\t.env", b"-rf.env", b":(top)x.env", b"\xff\xfe.env", b"\xc3\xbc.env"),
        *(b" space .env", b"esc\x1b[31m.env", b"back\\slash.env", b"<commit 0123456789>", b"a -> b.env"),
    )

    @pytest.fixture
    def named(self, repository: Repository) -> Repository:
        repository.commit({"README": "hello\n"})
        for number, name in enumerate(self.NAMES):
            (repository.top / os.fsdecode(name)).write_text(leak(f"name {number}"))
        repository.git("add", "-A", ".")
        return repository

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
    def test_they_are_data_in_the_index_a_range_and_the_history(self, named: Repository) -> None:
        expected = keys(*(f"name {number}" for number in range(len(self.NAMES))))
        assert scan(named, "--staged").keys == expected
        named.git("commit", "-q", "-m", "odd names")
        named.git("rm", "-q", "-r", ".")
        named.git("commit", "-q", "-m", "away")
        for options in (["--history-only"], ["--unreachable", "--no-cache"], ["--since", "HEAD~2"]):
            ran = scan(named, *options)
            assert (ran.code, ran.keys, ran.skipped) == (1, expected, {})
            for number, name in enumerate(self.NAMES):
                told = ran.history(f"name {number}")["introduced"]["path"]
                assert told == name.decode("utf-8", "backslashreplace")
        out = run("scan", cwd=named.top).out
        assert "\x1b" not in out
        assert "\n.env" not in out

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
    @pytest.mark.parametrize("name", ["package-lock.json\n.env", "node_modules/\n/x.env", "node_modules\n/x.env"])
    def test_a_line_end_does_not_make_a_name_that_is_passed_over(self, repository: Repository, name: str) -> None:
        repository.commit({"package.json": "{}\n", "node_modules/x/package.json": "{}\n", name: leak("hidden")})
        repository.commit({name: None})
        assert scan(repository).keys == keys("hidden")

    def test_a_ref_may_be_called_anything_git_allows(self, repository: Repository) -> None:
        names = ["-x", "t\N{EM DASH}x", "go.sum", "node_modules/x", "HEAD", "\N{SNOWMAN}"]
        repository.commit({"README": "hello\n"})
        for name in names:
            tag = f"object {repository.head()}\ntype commit\ntag t\ntagger A <a@b> 0 +0000\n\n{leak(name)}"
            made = repository.git("hash-object", "-t", "tag", "-w", "--stdin", stdin=tag)
            repository.git("update-ref", f"refs/tags/{name}", made)
        ran = scan(repository)
        assert ran.keys == keys(*names)
        assert {one["history"]["refs"][0] for one in ran.report["findings"]} == {f"refs/tags/{name}" for name in names}


@pytest.mark.skipif(os.name == "nt", reason="no named pipes lie in folders there")
class TestPipes:
    """A named pipe in place of a file of git's makes git wait for ever, but not the scan."""

    @pytest.mark.parametrize(
        "place", ["HEAD", "config", "index", "packed-refs", "shallow", "info/exclude", "refs/heads/pipe", "logs/HEAD",
                  "objects/info/alternates", "info/grafts", "commondir"]
    )  # fmt: skip
    def test_a_pipe_in_place_of_a_file(
        self,
        repository: Repository,
        place: str,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(process, "TIME_LIMIT", 0.2)
        monkeypatch.setattr(stream, "STALL", 0.2)
        repository.passing(".env", leak("hidden"))
        repository.commit({"a.txt": "b\n"})
        pipe = repository.top / ".git" / place
        pipe.parent.mkdir(exist_ok=True, parents=True)
        pipe.unlink(missing_ok=True)
        os.mkfifo(pipe)
        monkeypatch.chdir(repository.top)
        for options in (["--history-only"], ["--staged"], ["--since", "HEAD~2"]):
            code = main(["scan", "-f", "json", *options])
            out = capfd.readouterr()
            assert "keyguard failed" not in out.err
            assert code == 2 or options != ["--history-only"] or key("hidden")[:4] in out.out

    def test_a_pipe_in_place_of_the_git_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        os.mkfifo(tmp_path / ".git")
        (tmp_path / ".env").write_text(leak("file"))
        monkeypatch.setattr(process, "TIME_LIMIT", 0.2)
        assert scan(tmp_path).keys == keys("file")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give a folder to somebody else")
class TestOwners:
    @pytest.fixture
    def foreign(self, hidden: Repository) -> Repository:
        for folder, _, files in os.walk(hidden.top):
            for path in (folder, *(f"{folder}/{name}" for name in files)):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        return hidden

    @pytest.mark.parametrize(
        "options", [[], ["--history-only"], ["--staged"], ["--since", "HEAD~1"], ["--range", "HEAD~1..HEAD"]]
    )
    def test_a_repository_of_somebody_else_is_not_asked_and_its_owner_is_named(
        self, foreign: Repository, options: list[str]
    ) -> None:
        foreign.write("file.env", leak("file"))
        ran = run("scan", *options, cwd=foreign.top)
        assert ran.code == 2
        assert f"git does not trust the repository at '{foreign.top}': it belongs to user 'nobody'" in ran.err
        assert f"git config --global --add safe.directory {foreign.top}\n" in ran.err  # to be copied, so without a stop
        assert ("file.env" in ran.out) == (not options)

    def test_a_bare_one_too(self, foreign: Repository, tmp_path: Path) -> None:
        bare = tmp_path / "bare.git"
        (foreign.top / ".git").rename(bare)
        (bare / "config").write_text("[core]\n\tbare = true\n\trepositoryFormatVersion = 0\n")
        os.chown(bare / "config", NOBODY, NOBODY)
        for options in ([], ["--history-only"]):
            ran = run("scan", *options, bare, cwd=tmp_path)
            assert ran.code == 2
            assert "it belongs to user 'nobody'" in ran.err
            assert str(bare) in ran.err

    def test_once_trusted_it_is_read(self, foreign: Repository, own_home: Path) -> None:
        (own_home / ".gitconfig").write_text(f"[safe]\n\tdirectory = {foreign.top}\n")
        assert scan(foreign).keys == keys("hidden")
        assert scan(foreign, "--since", "start").keys == keys("hidden")

    def test_the_repository_cannot_say_that_it_is_trusted(self, foreign: Repository) -> None:
        with (foreign.top / ".git/config").open("a") as config:
            config.write("[safe]\n\tdirectory = *\n")
        assert scan(foreign, "--history-only").code == 2
