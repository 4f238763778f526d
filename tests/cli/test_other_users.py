"""A repository of somebody else, and a user without a home: docs/other-users.md says what to type."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import put
from tests.test_doc_commands import ROOT, Typist, scripts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

pytestmark = pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give a folder away")


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Return a repository of another user, with a leak in its history only."""
    top = put(tmp_path / "theirs" / ".env").parent
    for words in ("init -q", "add --force .", "commit -q -m a", "rm -q .env", "commit -q -m b"):
        names = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *names, *words.split()], cwd=top, check=True)  # noqa: S607
    (top / "bot.py").write_text("print(1)\n")
    for path in (top, *top.rglob("*")):
        os.chown(path, 12345, 12345)
    return top


def test_what_the_page_says_of_somebody_elses_repository_is_so(theirs: Path, keyguard: Keyguard) -> None:
    ran = keyguard("scan", cwd=theirs)
    text = (ROOT / "docs" / "other-users.md").read_text("utf-8")
    shown = text.partition("```text\n")[2].partition("```")[0].replace("/src", str(theirs)).replace("1000", "12345")
    assert (ran.code, ran.err) == (2, shown)
    assert keyguard("scan", cwd=theirs, env={"SUDO_UID": "12345"}).code == 1, "sudo by its owner"
    (trusting,) = (script for script in scripts(ROOT / "docs" / "other-users.md") if "GIT_CONFIG_COUNT" in script)
    (theirs.parent / "home").mkdir()
    typed = Typist(theirs, theirs.parent / "home").types(trusting, 1)
    assert "(in history)" in typed


def test_a_user_without_a_home_finds_the_same_and_remembers_nothing(keyguard: Keyguard, leak: Path) -> None:
    nowhere = {"HOME": "/proc/nowhere", "XDG_CACHE_HOME": "", "XDG_STATE_HOME": "", "KEYGUARD_CACHE_DIR": ""}
    ran = keyguard("scan", "-q", "--debug", leak, env=nowhere)
    assert (ran.code, ran.out) == (1, keyguard("scan", "-q", leak).out)
    assert "the cache folder is not used: " in ran.err
    assert "remembers nothing" in ran.err
