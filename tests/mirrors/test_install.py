"""Installed from a git mirror, an index or a clone, keyguard knows where it came from, and `init` pins that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from keyguard import __version__
from tests.action.conftest import leak
from tests.mirrors.conftest import GITHUB, GITLAB, PRE_COMMIT, Machine, Published, bot

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow  # each installs packages


def said(published: Published, basis: str = "its installation") -> str:
    return f"source   {published.source} ({basis})"


def test_what_pip_gets_from_the_mirror_is_what_init_pins(published: Published, tmp_path: Path) -> None:
    """pipx and uv in tests/mirrors/test_page.py."""
    machine = published.machine(tmp_path / "home")
    machine.types("virtualenv --quiet environment && mkdir -p .local/bin")
    machine.types(f'environment/bin/python -m pip install --quiet "git+{published.source}"')
    machine.types("ln -s ../../environment/bin/keyguard .local/bin/keyguard")
    assert said(published) in machine.types("keyguard --version --debug").splitlines()
    github = bot(tmp_path / "github", ".github/dependabot.yml", PRE_COMMIT)
    gitlab = bot(tmp_path / "gitlab", GITLAB)
    neither = bot(tmp_path / "neither")
    for repository, files in ((github, (GITHUB, PRE_COMMIT)), (gitlab, (GITLAB,)), (neither, ())):
        told = machine.types("keyguard init --yes", cwd=repository.top)
        written = {path for path in (GITHUB, PRE_COMMIT, GITLAB) if (repository.top / path).exists()}
        assert written == set(files)
        assert all(published.commit in (repository.top / name).read_text() for name in files)
        pinned = f"keyguard ({__version__}) is pinned to {published.source}, according to its installation."
        assert (pinned in told) == bool(files)
        checked = machine.types("keyguard init --check", cwd=repository.top)
        assert all(re.search(rf"{re.escape(name)}:\d+ +pinned to this keyguard, ", checked) for name in files)
    hooks = yaml.safe_load((github.top / PRE_COMMIT).read_text())["repos"][0]
    assert (hooks["repo"], hooks["rev"]) == (published.address, published.commit)


def test_a_clone_in_a_folder_is_pinned_to_where_it_was_cloned_from(published: Published, tmp_path: Path) -> None:
    machine = published.machine(tmp_path / "home")
    clone = machine.home / "clone"
    machine.types(f"git clone --quiet {published.address} clone")
    machine.types("uv tool install --quiet .", cwd=clone)
    machine.types("git remote set-url origin https://git.example.org/evil/keyguard", cwd=clone)
    assert said(published, "the checkout that it was built from") in machine.types("keyguard --version --debug")
    machine.types("git remote set-url origin " + published.address, cwd=clone)
    machine.types("echo '# mine' >> README.md", cwd=clone)
    machine.types("uv tool install --quiet --reinstall .", cwd=clone)
    told = machine.types("keyguard --version --debug")
    assert "source   unknown: what it was built from had changes that are in no commit" in told
    repository = bot(tmp_path / "bot", ".github/dependabot.yml", PRE_COMMIT)
    told = machine.types("keyguard init --yes", cwd=repository.top)
    assert not (repository.top / GITHUB).exists()
    assert "--source URL@COMMIT" in told
    assert "://" not in (repository.top / PRE_COMMIT).read_text()
    repository.put(".env", leak("local"))
    repository.git("add", "--force", ".env", PRE_COMMIT)
    assert "okx-credential" in machine.types("pre-commit run keyguard", cwd=repository.top, code=1)


def test_pre_commit_installs_from_the_written_pin_and_blocks_a_leak(
    published: Published, machine: Machine, tmp_path: Path
) -> None:
    """With the mirror and a folder of wheels alone: an index makes it easier."""
    here = published.machine(tmp_path / "home", network=False)
    here.environment.update(PIP_NO_INDEX="1", PIP_FIND_LINKS=str(published.mirror.wheels))
    repository = bot(tmp_path / "bot", PRE_COMMIT)
    machine.types("keyguard init --yes", cwd=repository.top)
    here.types("pre-commit install --hook-type pre-commit --hook-type pre-push", cwd=repository.top)
    here.types("git add --all && git commit --quiet -m 'Scan for leaked credentials'", cwd=repository.top)
    repository.put(".env", leak("hooked"))
    told = here.types("git add --force .env && git commit -m leak", cwd=repository.top, code=1)
    assert ".env:2:16  secret key" in told
    here.types(f"git init --quiet --bare {tmp_path / 'origin.git'}", cwd=repository.top)
    here.types(f"git remote add origin {tmp_path / 'origin.git'}", cwd=repository.top)
    here.types("git commit --quiet --no-verify -m leak", cwd=repository.top)
    assert "okx-credential" in here.types("git push origin main", cwd=repository.top, code=1)
