"""The real command, as tests/command.py runs it, and folders with leaks to scan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from keyguard.packs import expand
from tests import command
from tests.fakes.okx import Exchange, Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ENV_FILE = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
# Put together, as tests/cli/test_addresses.py looks for such words in all files.
OWN, NAME = "ada", "keyguard"
GITHUB = f"https://github.com/{OWN}/{NAME}"
"""Where somebody of the tests keeps keyguard: the placeholder of the recipes is refused."""
LONE_KEY = "OKX_API_KEY=<api_key:2>\n"


@dataclass(frozen=True)
class Ran:
    """What a run of the command left behind."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """Standard output as the JSON report."""
        parsed: dict[str, Any] = json.loads(self.out)
        return parsed

    @property
    def rules(self) -> list[str]:
        """The rules of the findings in the JSON report."""
        return [finding["rule"] for finding in self.report["findings"]]


class Keyguard(Protocol):
    """Runs the command; `env` is added to the environment, and a `hurried` run skips its pauses."""

    def __call__(
        self,
        *arguments: str | Path,
        cwd: Path | None = None,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        hurried: bool = False,
    ) -> Ran: ...


@pytest.fixture
def keyguard(tmp_path: Path) -> Keyguard:
    def run(
        *arguments: str | Path,
        cwd: Path | None = None,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        hurried: bool = False,
    ) -> Ran:
        done = command.run(*arguments, cwd=cwd or tmp_path, stdin=stdin, env=env, hurried=hurried)
        ran = Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
        assert "Traceback" not in ran.err
        return ran

    return run


def put(path: Path, text: str = ENV_FILE, seed: str = "cli") -> Path:
    """Write a text with its marks filled."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(expand(text, seed), "utf-8")
    return path


def values(seed: str = "cli") -> list[str]:
    """Return every value that `put` may have written with a seed."""
    return [expand(f"<{part}:{number}>", seed) for part in ("api_key", "secret_key", "passphrase") for number in (1, 2)]


@pytest.fixture
def leak(tmp_path: Path) -> Path:
    """Return a folder with one complete credential in it."""
    return put(tmp_path / "bot" / ".env").parent


@pytest.fixture
def okx(tmp_path: Path) -> Iterator[Server]:
    """Return a stand-in for OKX that is being served over TLS."""
    folder = tmp_path / "okx"
    folder.mkdir()
    with Server(Exchange(), folder).running() as server:
        yield server
