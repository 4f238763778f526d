"""Repositories for fleets, made of few commits."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keyguard.packs import expand

LEAK = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"

GIT = shutil.which("git") or "git"

Made = Callable[..., Path]


def git(folder: Path, *arguments: str) -> str:
    names = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "init.defaultBranch=main"]
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        [GIT, *names, *arguments], cwd=folder, check=True, capture_output=True, text=True, env=environment
    )
    return done.stdout.strip()


@pytest.fixture
def bare(tmp_path: Path) -> Made:
    """Make a bare repository below `fleet/`, with files of one commit; a leak is told apart by its name."""

    def make(name: str, leak: str = "", **files: str) -> Path:
        work = tmp_path / "work" / name
        work.mkdir(parents=True)
        git(work, "init", "--quiet")
        texts: dict[str, Any] = {"README.md": f"# {name}\n", **files}
        if leak:
            texts[".env"] = expand(LEAK, leak)
        for path, text in texts.items():
            (work / path).write_text(text)
        git(work, "add", "--all", "--force")
        git(work, "commit", "--quiet", "--message=one")
        place = tmp_path / "fleet" / f"{name}.git"
        place.parent.mkdir(parents=True, exist_ok=True)
        git(tmp_path, "clone", "--quiet", "--mirror", str(work), str(place))
        return place

    return make
