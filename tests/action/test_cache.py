"""What GitHub's cache keeps from one job to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.action.conftest import Repository, leak, pull_request
from tests.action.runner import Job, Ran

if TYPE_CHECKING:
    from pathlib import Path

_NO_NETWORK = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": "https://127.0.0.1:9"}


def words(ran: Ran) -> list[str]:
    """Return what was done with the cache, and of the keys their kind."""
    return [f"{word} {key.split('-')[1]}" for word, key in ran.cache]


def test_the_first_job_keeps_the_packages_and_what_it_learned(first: tuple[Path, Path, Ran | None]) -> None:
    _, cache, ran = first
    if ran is not None:
        assert words(ran) == ["restore packages", "restore memory", "save packages", "save memory"]
    packages, memory = ({path.name.rpartition("-")[2]: path for path in cache.glob(f"keyguard-{kind}-*")}
                        for kind in ("packages", "memory"))  # fmt: skip
    assert {file.suffix for path in packages.values() for file in path.iterdir()} == {".whl"}
    assert all((path / "history").is_dir() for path in memory.values())


def test_the_next_job_installs_without_a_network_and_knows_what_was_read(
    first: tuple[Path, Path, Ran | None], origin: Repository, tmp_path: Path
) -> None:
    _, cache, _ = first
    job = Job(origin.top, tmp_path / "temp", cache=cache, environment=_NO_NETWORK)
    ran = job.run()
    assert words(ran) == ["restore packages", "restore memory", "save memory"]
    assert (ran.outputs["exit-code"], ran.outputs["findings"]) == ("1", "1"), "what was found is kept nowhere"
    assert words(job.run()) == ["restore packages", "restore memory"], "of one commit there is nothing new to keep"
    assert job.run().outputs["findings"] == "1"
    origin.commit(new__env=leak("new"))
    ran = job.run()
    assert words(ran) == ["restore packages", "restore memory", "save memory"]
    assert ran.outputs["findings"] == "2"
    kept = b"".join(path.read_bytes() for path in cache.rglob("*") if path.is_file() and path.suffix != ".whl")
    assert not any(line.partition("=")[2].encode() in kept for name in ("old", "new") for line in leak(name).split())


def test_a_package_that_the_cache_changed_is_not_installed(
    first: tuple[Path, Path, Ran | None], origin: Repository, tmp_path: Path
) -> None:
    job = Job(origin.top, tmp_path / "temp", environment=_NO_NETWORK)
    packages = tmp_path / "temp" / "keyguard" / "packages"
    packages.mkdir(parents=True)
    for wheel in next(first[1].glob("keyguard-packages-*")).iterdir():
        (packages / wheel.name).write_bytes(wheel.read_bytes() + b"\0")
    ran = job.run(cache="false")
    assert (ran.status, ran.outputs["exit-code"]) == ("failure", "")
    assert "packages cannot be installed" in ran.errors[0]
    assert "HASHES" in ran.log
    assert ran.cache == []


@pytest.mark.parametrize("mode", ["auto", "full"])
def test_a_pull_request_keeps_nothing_unless_all_of_it_is_read(origin: Repository, temp: Path, mode: str) -> None:
    origin.git("checkout", "--quiet", "-b", "feature")
    origin.commit(new__env=leak("new"))
    pull = pull_request(origin)
    ran = Job(pull.checkout(), temp, pull.event, "pull_request").run(mode=mode)
    assert ("save memory" in words(ran)) == (mode == "full")
