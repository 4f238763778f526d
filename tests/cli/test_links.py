"""No command writes through a link that the scanned tree has laid."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import put

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

SOURCE = "https://git.example/keyguard@" + "01" * 20


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a folder with a file that nobody may touch."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "victim").write_text("mine\n")
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = put(tmp_path / "bot" / ".env").parent
    subprocess.run(["git", "init", "--quiet", folder], check=True)  # noqa: S607
    return folder


@pytest.mark.parametrize(
    ("ends", "command"),
    [
        ((".git/hooks/.pre-commit.keyguard-new", "victim"), "hook install --type pre-commit"),
        ((".git/hooks/pre-commit", "new"), "hook install --type pre-commit"),
        ((".git/hooks/pre-commit", "victim"), "hook install --type pre-commit"),
        ((".keyguard-baseline", "new"), "baseline create"),
        (("out.json", "victim"), "scan --report json=out.json"),
        (("out.json", "new"), "scan --report json=out.json"),
        (("reports", ""), "scan --report json=reports/victim"),
        (("a", ""), "scan --report json=a/b/victim"),
        (("values", "victim"), "scan --report replace-text=../values"),
        ((".keyguard.yml", "new"), "init --yes --source {source}"),
        ((".keyguard.yml", "victim"), "init --yes --source {source}"),
        ((".gitignore", "victim"), "init --yes --source {source}"),
        ((".pre-commit-config.yaml", "new"), "init --yes --hooks pre-commit --source {source}"),
        ((".github", ""), "init --yes --ci github --source {source}"),
        ((".gitlab-ci.yml", "victim"), "init --yes --ci gitlab --source {source}"),
        (("demo/bot", ""), "demo demo"),
    ],
)
def test_a_link_is_replaced_or_refused_and_never_followed(
    keyguard: Keyguard, outside: Path, tree: Path, ends: tuple[str, str], command: str
) -> None:
    link, leads_to = ends
    (outside / "b").mkdir()
    place = tree.parent / link if ".." in command else tree / link
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(outside / leads_to)
    keyguard(*command.format(source=SOURCE).split(), cwd=tree)
    assert sorted(path.name for path in outside.iterdir()) == ["b", "victim"]
    assert (outside / "victim").read_text() == "mine\n"
    assert not list((outside / "b").iterdir())


def test_what_is_replaced_is_the_link(keyguard: Keyguard, outside: Path, tree: Path) -> None:
    (tree / "out.json").symlink_to(outside / "victim")
    assert keyguard("scan", "--report", "json=out.json", cwd=tree).code == 1
    assert not (tree / "out.json").is_symlink()
    assert '"okx-credential"' in (tree / "out.json").read_text()


def test_a_folder_that_is_a_link_is_written_to_where_it_is_named_itself(
    keyguard: Keyguard, outside: Path, tree: Path
) -> None:
    (tree / "reports").symlink_to(outside)
    ran = keyguard("scan", "--report", "json=reports/out.json", cwd=tree)
    assert ran.code == 2
    assert "a symbolic link is on the way to reports/out.json.\nhint: Name the folder that it leads to." in ran.err
    assert keyguard("scan", "--report", f"json={outside}/out.json", cwd=tree).code == 1
    assert (outside / "out.json").exists()


def test_a_hook_that_is_kept_is_beside_ours_and_nothing_else_is(keyguard: Keyguard, tree: Path) -> None:
    hook = tree / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    assert keyguard("hook", "install", "--type", "pre-commit", cwd=tree).code == 0
    assert hook.stat().st_mode & 0o100
    assert hook.with_name("pre-commit.before-keyguard").read_text() == "#!/bin/sh\nexit 0\n"
    assert [path.name for path in hook.parent.iterdir() if path.name.startswith(".")] == []
