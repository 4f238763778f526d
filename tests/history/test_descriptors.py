"""A scan keeps no file open behind it: a folder of many repositories, or a program, would run out of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import leak, scan

if TYPE_CHECKING:
    from tests.history.conftest import Repository

_OPEN = Path("/proc/self/fd")


@pytest.mark.skipif(not _OPEN.is_dir(), reason="open files cannot be counted here")
@pytest.mark.parametrize("options", [[], ["--staged"], ["--range", "HEAD~1..HEAD"], ["--no-history"]])
def test_no_scan_leaves_a_file_open(repository: Repository, options: list[str]) -> None:
    repository.passing(".env", leak("gone"))
    scan(repository, *options)
    before = len(os.listdir(_OPEN))  # noqa: PTH208 - names alone
    for _ in range(3):
        scan(repository, *options)
    assert len(os.listdir(_OPEN)) <= before  # noqa: PTH208
