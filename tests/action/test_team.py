"""A team's whole way with the action, as docs/adopting.md and docs/ci.md have it: from a past to a gate that holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import command
from tests.action.conftest import Repository, leak, pull_request
from tests.action.runner import Job, Ran

if TYPE_CHECKING:
    from pathlib import Path

_HOST = "github.com"
_SOURCE = f"https://{_HOST}/acme/keyguard@{'0123456789' * 4}"
_WORKFLOW = ".github/workflows/keyguard.yml"


@pytest.fixture
def adopted(origin: Repository) -> Repository:
    """Return the repository with what `init` writes, and the values taken out."""
    ran = command.run("init", "--baseline", "--yes", "--ci", "github", "--source", _SOURCE, cwd=origin.top)
    assert ran.returncode == 0, ran.stderr
    assert b"git rm --cached old.env" in ran.stdout
    origin.git("rm", "--quiet", "--cached", "old.env")
    origin.git("add", ".")
    origin.git("commit", "--quiet", "--message", "Scan for leaked credentials")
    return origin


def _request(origin: Repository, temp: Path, *, fork: bool = False) -> Ran:
    pull = pull_request(origin, fork=fork)
    return _workflow(Job(pull.checkout(), temp, pull.event, "pull_request"))


def _workflow(job: Job) -> Ran:
    return job.run_workflow((job.workspace / _WORKFLOW).read_text("utf-8"))


@pytest.mark.slow
def test_what_was_there_is_accepted_and_what_is_new_is_stopped(adopted: Repository, temp: Path) -> None:
    ran = _workflow(Job(adopted.top, temp))
    assert (ran.status, ran.outputs["mode"], ran.outputs["findings"], len(ran.uploads)) == ("success", "full", "0", 1)
    assert "1 suppressed (1 baseline)" in ran.summary

    adopted.git("checkout", "--quiet", "-b", "feature")
    adopted.commit(prod__conf=leak("new"))
    ran = _request(adopted, temp)
    assert (ran.status, ran.outputs["mode"], ran.outputs["critical"], len(ran.uploads)) == (
        "failure", "pull-request", "1", 1
    )  # fmt: skip
    assert [one.properties["file"] for one in ran.commands if one.name == "error"] == ["prod.conf"]
    assert _request(adopted, temp, fork=True).uploads == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"prod__conf": None},  # the commit before it has the leak still
        {"__keyguard__yml": "fail_on: critical\nskip: [okx-credential]\n"},
        {"__keyguardignore": "prod.conf\n"},
    ],
)
def test_a_further_commit_of_the_request_does_not_turn_it_green(
    adopted: Repository, temp: Path, change: dict[str, str | None]
) -> None:
    adopted.git("checkout", "--quiet", "-b", "feature")
    adopted.commit(prod__conf=leak("new"))
    adopted.commit(**change)
    ran = _request(adopted, temp)
    assert (ran.status, ran.outputs["exit-code"], ran.outputs["findings"]) == ("failure", "1", "1")


@pytest.mark.slow
def test_a_commit_that_was_changed_does(adopted: Repository, temp: Path) -> None:
    adopted.git("checkout", "--quiet", "-b", "feature")
    adopted.commit(prod__conf=leak("new"), bot__py="print('fixed')\n")
    adopted.git("rm", "--quiet", "--cached", "prod.conf")
    adopted.git("commit", "--quiet", "--amend", "--no-edit")
    ran = _request(adopted, temp)
    assert (ran.status, ran.outputs["findings"]) == ("success", "0")
