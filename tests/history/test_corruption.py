"""A repository of which some bytes changed is read right, or it is said that it was not: never clean without a word."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from tests.history import damaging

if TYPE_CHECKING:
    from pathlib import Path

_RUNS = int(os.environ.get("KEYGUARD_TEST_RUNS", "12"))  # of each kind of storage


@pytest.mark.slow
@pytest.mark.timeout(36_000)
@pytest.mark.parametrize("store", damaging.STORES)
def test_damage_is_never_taken_for_clean(store: str, tmp_path: Path) -> None:
    repository = damaging.whole(tmp_path / "repository", store)
    silent: list[str] = []
    for seed in range(_RUNS):
        did = damaging.damage(repository.top / ".git", random.Random(seed))  # noqa: S311
        silent += damaging.silent(repository.top, did)
        did.undo()
    assert silent == []
