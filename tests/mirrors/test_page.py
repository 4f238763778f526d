"""docs/mirrors.md typed as it stands, each recipe on machines that reach one server on loopback and nothing else."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from keyguard import __version__
from tests.action.conftest import Repository
from tests.cli.conftest import OWN
from tests.mirrors.conftest import GITHUB, PRE_COMMIT, Machine, Published, bot
from tests.test_doc_commands import ROOT, blocks, scripts

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow  # each installs packages

(GIT_MIRROR, INSTALL, HOOKS, MAKE_WHEELS, FROM_INDEX, FROM_WHEELS, BUILD_WITHOUT_NETWORK, PRIVATE_ACTION) = scripts(
    ROOT / "docs" / "mirrors.md"
)
_COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True)
class Typist:
    """Somebody who puts in what the page's names stand for in their firm."""

    published: Published
    machine: Machine
    wheels: Path
    name: str = "keyguard"

    def types(self, script: str, cwd: Path | None = None, **stands_for: str) -> str:
        url = self.published.mirror.url
        for shown, real in {
            "https://github.com/OWNER/keyguard": f"{url}/OWNER/keyguard.git",
            "https://git.example.com/sec/keyguard.git": f"{url}/sec/{self.name}.git",
            "https://pypi.example.com": url,
            "https://files.example.com": f"{url}/files",
            "/srv/wheels": str(self.wheels),
            _COMMIT: self.published.commit,
            **stands_for,
        }.items():
            script = script.replace(shown, real)
        assert "example.com" not in script
        return self.machine.types(script, cwd)


@pytest.fixture
def typist(published: Published, tmp_path: Path) -> Typist:
    machine = published.machine(tmp_path / "home")
    machine.types("virtualenv --quiet environment")  # where `python3 -m pip` puts things
    machine.environment["PATH"] = f"{machine.home}/environment/bin:{machine.environment['PATH']}"
    return Typist(published, machine, tmp_path / "srv-wheels")


@pytest.mark.parametrize("installer", ["pipx", "uv"])
def test_a_git_mirror_and_pre_commit_from_it(
    published: Published, typist: Typist, tmp_path: Path, installer: str
) -> None:
    place = Repository(published.mirror.git / "sec" / f"of-{installer}.git")
    place.top.mkdir()
    place.git("init", "--quiet", "--bare")
    place.git("config", "http.receivepack", "true")
    typist = Typist(published, typist.machine, typist.wheels, place.top.stem)
    typist.types(GIT_MIRROR)
    assert place.git("rev-parse", "HEAD") == published.commit
    (install,) = (line for line in INSTALL.splitlines() if line.startswith(installer))
    init = INSTALL.splitlines()[-1]
    repository = bot(tmp_path / "bot", PRE_COMMIT, ".github/dependabot.yml")
    typist.types(install)
    typist.types(f"{init} --yes", cwd=repository.top)
    address = f"{published.mirror.url}/sec/{place.top.name}"
    assert f"git+{address}@{published.commit}" in (repository.top / GITHUB).read_text()
    written = (repository.top / PRE_COMMIT).read_text()
    (shown,) = (text for _, text in blocks(ROOT / "docs" / "mirrors.md") if text.startswith("repos:"))
    shown = shown.replace("https://git.example.com/sec/keyguard.git", address)
    assert written == shown.replace(_COMMIT, published.commit)
    assert "installed at .git/hooks/pre-push" in typist.types(HOOKS, cwd=repository.top)


def test_an_index_and_a_folder_of_wheels(published: Published, typist: Typist, tmp_path: Path) -> None:
    clone = typist.machine.home / "clone"
    typist.types(f"git clone --quiet {published.address} clone")
    sha256 = typist.types(MAKE_WHEELS, cwd=clone).rpartition("--hash=sha256:")[2].strip()
    (wheel,) = (clone / "wheels").glob("keyguard-*")
    (published.mirror.wheels / wheel.name).unlink(missing_ok=True)
    shutil.copy(wheel, published.mirror.wheels)
    repository = bot(tmp_path / "bot", PRE_COMMIT, ".github/dependabot.yml")
    *install, init = FROM_INDEX.splitlines()
    typist.types("\n".join(install), cwd=clone, HASH=sha256)
    assert "an index or a folder of wheels gave it" in typist.machine.types("keyguard --version --debug")
    typist.types(f"{init} --yes", cwd=repository.top, HASH=sha256)
    assert f"'keyguard=={__version__} --hash=sha256:{sha256}'" in (repository.top / GITHUB).read_text()
    assert f"--index-url {published.mirror.url}/simple " in (repository.top / GITHUB).read_text()
    assert "repo: local" in (repository.top / PRE_COMMIT).read_text()

    (download,) = (line for line in BUILD_WITHOUT_NETWORK.splitlines() if "pip download" in line)
    typist.types(download, cwd=clone)
    assert list((clone / "wheels").glob("hatchling-*"))
    (clone / "wheels").rename(typist.wheels)
    for line in FROM_WHEELS.splitlines():
        home = tmp_path / line.split()[0]
        machine = published.machine(home, network=False)
        machine.types("virtualenv --quiet environment")
        machine.environment["PATH"] = f"{home}/environment/bin:{machine.environment['PATH']}"
        Typist(published, machine, typist.wheels).types(line)
        told = machine.types("keyguard --version --debug")
        assert f"source   {published.source} (the checkout that it was built from)" in told
        assert str(home) in told
        machine.types("keyguard demo")


def test_the_action_of_ones_own_organisation(published: Published, machine: Machine, tmp_path: Path) -> None:
    repository = bot(tmp_path / "bot", ".github/dependabot.yml")
    assert "OWNER stands for" in machine.types(f"{PRIVATE_ACTION} --yes", cwd=repository.top, code=2)
    typed = PRIVATE_ACTION.replace("OWNER", OWN).replace(_COMMIT, published.commit)
    machine.types(f"{typed} --yes", cwd=repository.top)
    assert f"uses: {OWN}/keyguard@{published.commit} # v{__version__}\n" in (repository.top / GITHUB).read_text()
