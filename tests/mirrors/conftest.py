"""keyguard as a firm keeps it: a git mirror and a package index on one server, and machines that reach nothing else."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.action.conftest import Repository, first
from tests.action.runner import ROOT, Ran
from tests.fakes.mirror import Mirror

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["first"]

# All of keyguard but its tests, its documentation and what is at hand in a checkout.
_KEPT = (
    "keyguard rules templates docs/keyguard.1 pyproject.toml build-requirements.txt hatch_build.py README.md LICENSE "
    "NOTICE action.yml .pre-commit-hooks.yaml .gitignore"
).split()
_BUILD = f"--requirement={ROOT / 'build-requirements.txt'}"  # what builds a wheel
_MORE = ("setuptools", "pip")  # pre-commit and pipx have a use for them

PRE_COMMIT, GITHUB, GITLAB = ".pre-commit-config.yaml", ".github/workflows/keyguard.yml", ".gitlab-ci.yml"


@dataclass(frozen=True)
class Machine:
    """A home folder on a computer, and what is typed there."""

    home: Path
    environment: dict[str, str]

    def types(self, script: str, cwd: Path | None = None, code: int = 0, **more: str) -> str:
        done = subprocess.run(
            ["/usr/bin/env", "bash", "-e", "-c", script],
            cwd=cwd or self.home,
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout


@dataclass(frozen=True)
class Published:
    """A keyguard that was published: its repository on the server, at a commit."""

    mirror: Mirror
    commit: str
    upstream: Path

    @property
    def address(self) -> str:
        return f"{self.mirror.url}/sec/keyguard.git"

    @property
    def source(self) -> str:
        return f"{self.address}@{self.commit}"

    def machine(self, home: Path, *, network: bool = True) -> Machine:
        """Return a machine on which programs that users install are found."""
        home.mkdir(parents=True, exist_ok=True)
        found = self.mirror.environment(home, network=network)
        tools = os.path.dirname(sys.executable)  # noqa: PTH120
        # In the tests' own folder of programs there is a keyguard, which is not to be met.
        tools_only = home / "tools"
        tools_only.mkdir(exist_ok=True)
        for tool in ("pipx", "uv", "virtualenv", "pre-commit"):
            (tools_only / tool).symlink_to(f"{tools}/{tool}")
        python = f"{sys.base_prefix}/bin"
        elsewhere = [place for place in found["PATH"].split(os.pathsep) if place != tools]
        found["PATH"] = os.pathsep.join([f"{home}/.local/bin", str(tools_only), python, *elsewhere])
        found |= {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        return Machine(home, found)


@pytest.fixture(scope="session")
def packages(first: tuple[Path, Path, Ran | None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheels that keyguard needs, as its lock pins them, and those that build it; all workers share them."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "packages"
    with (first[0].parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            shutil.copytree(first[0] / "keyguard" / "packages", f"{folder}.new")
            download = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--dest"]
            subprocess.run([*download, f"{folder}.new", "--require-hashes", _BUILD], check=True)
            subprocess.run([*download, f"{folder}.new", *_MORE], check=True)
            os.rename(f"{folder}.new", folder)  # noqa: PTH104
    return folder


@pytest.fixture(scope="session")
def published(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Serve a repository with this keyguard in it, a mirror of it, and an index of packages."""
    folder = tmp_path_factory.mktemp("server")
    mirror = Mirror(folder)
    for wheel in packages.iterdir():
        os.link(wheel, mirror.wheels / wheel.name)
    checkout = Repository(folder / "checkout")
    for name in _KEPT:
        (checkout.top / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, checkout.top / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, checkout.top / name)
    checkout.git("init", "--quiet")
    commit = checkout.commit()
    upstream = mirror.git / "OWNER" / "keyguard.git"
    for place in (upstream, mirror.git / "sec" / "keyguard.git"):
        checkout.git("clone", "--quiet", "--bare", str(checkout.top), str(place))
        Repository(place).git("config", "http.receivepack", "true")
    with mirror.running():
        yield Published(mirror, commit, upstream)


@pytest.fixture(scope="session")
def machine(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Return a machine with keyguard on it, as uv installs it from the mirror."""
    machine = published.machine(tmp_path_factory.mktemp("machine"))
    machine.types(f'uv tool install --quiet "git+{published.source}"')
    return machine


def bot(folder: Path, *files: str) -> Repository:
    """Make a repository with some empty files in it."""
    folder.mkdir()
    repository = Repository(folder)
    repository.git("init", "--quiet", "--initial-branch=main")
    for name in files:
        repository.put(name, "")
    repository.commit(bot__py="print('hello')\n")
    return repository
