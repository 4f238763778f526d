"""No setting that git knows, whatever value a repository gives it, runs, calls or writes anything or hides a leak."""

from __future__ import annotations

import os
import random
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import GIT
from tests.history.trapping import Place, settings, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the program that a setting names is a shell script")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.close()


def test_with_plain_git_a_trap_is_live(place: Place) -> None:
    place.set_trap("core.fsmonitor", str(place.program))
    place.repository.git("status")
    assert place.mark.exists()


def test_with_plain_git_an_address_is_live(place: Place) -> None:
    place.set_trap("remote.origin.url", f"git://{place.address}/trap")
    with subprocess.Popen([GIT, "fetch", "--quiet"], cwd=place.repository.top, stderr=subprocess.DEVNULL) as git:
        try:
            while not place.is_called():
                assert git.poll() is None
                time.sleep(0.01)
        finally:
            git.kill()
    assert not place.is_called()


@pytest.mark.slow
@pytest.mark.timeout(36_000)
def test_settings_of_git_run_nothing_and_hide_nothing(place: Place) -> None:
    names = settings()
    assert len(names) > 400
    chosen = names if os.environ.get("KEYGUARD_TEST_ALL") else random.Random(1).sample(names, 12)  # noqa: S311
    assert [what for number, name in enumerate(chosen) for what in wrong(place, name, number)] == []
