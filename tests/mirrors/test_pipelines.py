"""The pipelines that `init` writes for a mirror install keyguard from there, and scan as the action does."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from keyguard import __version__
from tests.action.conftest import Repository, leak, pull_request
from tests.action.runner import ROOT, Job, Ran
from tests.cli.conftest import GITHUB as GITHUB_HOME
from tests.cli.conftest import OWN
from tests.fakes.mirror import LOGIN
from tests.mirrors.conftest import GITHUB, GITLAB, Machine, Published, bot
from tests.test_doc_commands import blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.slow  # each installs packages

PAGE = [text for language, text in blocks(ROOT / "docs" / "mirrors.md") if language == "yaml"]


def bot_with_a_past(folder: Path) -> Repository:
    """Make a repository in which a credential stood before, and a branch that adds another."""
    repository = bot(folder)
    repository.commit(old__env=leak("old"))
    repository.commit(old__env=None)
    repository.git("checkout", "--quiet", "-b", "feature")
    repository.commit(new__env=leak("new"))
    repository.git("checkout", "--quiet", "main")
    return repository


def written(machine: Machine, name: str, *options: str, files: tuple[str, ...] = ()) -> str:
    """Return the pipeline that `keyguard init` writes into a repository."""
    folder = machine.home / f"for-{os.urandom(4).hex()}"
    machine.types(f"keyguard init --yes {' '.join(options)}", cwd=bot(folder, *files).top)
    return (folder / name).read_text("utf-8")


def told(ran: Ran) -> tuple[Mapping[str, str], Any]:
    """Return the counts and the SARIF report of a run, without what differs from one run to the next."""
    sarif = json.loads(Path(ran.outputs["sarif-file"]).read_text("utf-8"))
    for run in sarif["runs"]:
        run["tool"]["driver"].pop("informationUri", None)
        for call in run["invocations"]:
            for name in [name for name in call if name.endswith("Utc") or name == "commandLine"]:
                del call[name]
            record = call["properties"]
            record["command"] = [word for word in record["command"] if not word.startswith("--report=")]
            del record["started_at"], record["ended_at"]
    return {name: value for name, value in ran.outputs.items() if not name.endswith("-file")}, sarif


def page(ran: Ran) -> str | None:
    sarif = json.loads(Path(ran.outputs["sarif-file"]).read_text("utf-8"))
    found: str | None = sarif["runs"][0]["tool"]["driver"].get("informationUri")
    return found


def test_the_workflow_gives_what_the_action_gives(
    published: Published, machine: Machine, first: tuple[Path, Path, Any], tmp_path: Path
) -> None:
    runner = published.machine(tmp_path / "home").environment
    workflow = written(machine, GITHUB, "--ci github")
    assert f"git+{published.source}" in workflow
    pull = pull_request(bot_with_a_past(tmp_path / "bot"))
    for event, name in ((pull.event, "pull_request"), ({}, "push")):
        checkout = pull.checkout()
        ran = Job(checkout, tmp_path / "temp", event, name, environment=runner).run_workflow(workflow)
        action = Job(checkout, first[0], event, name, uses=f"{OWN}/keyguard@{published.commit}").run()
        assert told(ran) == told(action), ran.log
        assert ran.outputs["findings"] == {"pull_request": "1", "push": "2"}[name]
        assert (ran.status, action.status) == ("failure", "failure")
        assert ran.uploads == [ran.outputs["sarif-file"]]
        assert untimed(ran.summary) == untimed(action.summary)
        assert ran.commands == action.commands
        assert page(ran) == published.address.removesuffix(".git")
        assert page(action) == GITHUB_HOME


def untimed(text: str) -> str:
    """Return a text without times, and without the places of the run's reports."""
    return re.sub(r"\d+\.\d s\b|\d{4}-\d\d-\d\dT[\d:]+Z|--report=\S+", "", text)


def test_without_a_network_a_wheel_of_that_hash_is_installed_whatever_lies_in_the_checkout(
    published: Published, machine: Machine, tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    repository = bot(tmp_path / "bot")
    for name in ("keyguard/__init__", "keyguard/action/__main__", "venv", "pip", "click", "sitecustomize"):
        repository.put(f"{name}.py", f"open({str(marker)!r}, 'w')\n")
    repository.put("pip.conf", "[global]\nindex-url = https://example.org\n")
    repository.put("keyguard-venv/bin/python", f"#!/bin/sh\ntouch {marker}\n")
    repository.commit()
    archive = wheel(published, machine, tmp_path)
    runner = published.machine(tmp_path / "home", network=False).environment
    alone = runner | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(published.mirror.wheels)}
    workflow = written(machine, GITHUB, "--ci github", f"--source '{archive}'")
    ran = Job(repository.top, tmp_path / "temp", environment=alone).run_workflow(workflow)
    assert (ran.status, ran.outputs["exit-code"], ran.outputs["findings"]) == ("success", "0", "0"), ran.log
    assert not marker.exists()
    # Of an index, too: the one that the file names, whichever others the machine's own configuration has asked, and
    # though one has a file there that comes before it.
    impostor = published.mirror.wheels / f"keyguard-{__version__}-9-py3-none-any.whl"
    impostor.write_bytes(b"somebody else's")
    source = f"index+{published.mirror.url}/simple@{__version__}#{archive.partition('#')[2]}"
    workflow = written(machine, GITHUB, "--ci github", f"--source '{source}'")
    runner |= {"PIP_INDEX_URL": "https://127.0.0.1:9/simple", "PIP_EXTRA_INDEX_URL": f"{published.mirror.url}/simple"}
    ran = Job(repository.top, tmp_path / "temp", environment=runner).run_workflow(workflow)
    impostor.unlink()
    assert (ran.status, ran.outputs["exit-code"]) == ("success", "0"), ran.log
    assert not marker.exists()


def wheel(published: Published, machine: Machine, folder: Path) -> str:
    """Put a wheel of keyguard onto the server, and return its address with its hash."""
    machine.types(f"git clone --quiet {published.address} {folder / 'clone'}")
    machine.types(f"uv build --quiet --wheel --out-dir {folder / 'dist'} {folder / 'clone'}")
    (built,) = (folder / "dist").glob("*.whl")
    place = published.mirror.wheels / built.name
    place.unlink(missing_ok=True)
    place.write_bytes(built.read_bytes())
    sha256 = machine.types(f"sha256sum {place}").split()[0]
    return f"{published.mirror.url}/files/{built.name}#sha256={sha256}"


def test_the_action_from_a_repository_of_ones_own_runs_the_commit_that_is_pinned(
    published: Published, machine: Machine, first: tuple[Path, Path, Any], tmp_path: Path
) -> None:
    """In a job that used another one of the same packages before, too."""
    source = f"{GITHUB_HOME}@{published.commit}"
    workflow = yaml.safe_load(written(machine, GITHUB, "--ci github", f"--source {source}"))
    (uses,) = (step["uses"] for step in workflow["jobs"]["keyguard"]["steps"] if step.get("id") == "keyguard")
    assert uses == f"{OWN}/keyguard@{published.commit}"
    action = tmp_path / "action"
    machine.types(f"git clone --quiet {published.address} {action}")
    (action / "keyguard" / "__init__.py").write_text('__version__ = "9.9.9"\n')
    ran = Job(bot_with_a_past(tmp_path / "bot").top, first[0], action=action, uses=uses).run(cache="false")
    assert (ran.outputs["exit-code"], ran.outputs["findings"]) == ("1", "2"), ran.log
    assert json.loads(Path(ran.outputs["json-file"]).read_text("utf-8"))["tool"]["version"] == "9.9.9"


def test_gitlabs_job_installs_it_and_scans_what_a_merge_request_added(
    published: Published, machine: Machine, tmp_path: Path
) -> None:
    repository = bot_with_a_past(tmp_path / "bot")
    base, head = (repository.git("rev-parse", name) for name in ("main", "feature"))
    repository.git("checkout", "--quiet", "feature")
    job = yaml.safe_load(written(machine, GITLAB, "--ci gitlab"))["keyguard"]
    (include,) = (yaml.safe_load(text)["include"][0] for text in PAGE if text.startswith("include:"))
    assert include["component"].partition("@")[0] == "$CI_SERVER_FQDN/sec/keyguard/keyguard", "templates/keyguard.yml"
    source = include["inputs"].pop("source").rpartition("@")[0].replace("https://git.example.com", published.mirror.url)
    component = in_component(source=f"{source}@{published.commit}", **include["inputs"])
    runner = gitlab_runner(published, tmp_path / "one")
    assert run_job(job, repository, runner) == 2, "a project without merge requests reads everything"
    changes = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_COMMIT_SHA": head}
    assert run_job(component, repository, runner | changes) == 1
    assert run_job(component, repository, runner) == 2


def test_a_job_of_gitlabs_fetches_with_its_own_token(published: Published, tmp_path: Path) -> None:
    (job,) = (yaml.safe_load(text)["keyguard"] for text in PAGE if "before_script" in text)
    here = published.machine(tmp_path / "home")
    ask = f"git ls-remote {published.mirror.url}/private/sec/keyguard.git HEAD"
    assert "Authentication failed" in here.types(ask, code=128, GIT_TERMINAL_PROMPT="0", GIT_ASKPASS="true")
    (typed,) = job["before_script"]
    here.types(typed.replace("git.example.com", published.mirror.host), CI_JOB_TOKEN=LOGIN.partition(":")[2])
    assert here.types(ask, GIT_TERMINAL_PROMPT="0").split()[0] == published.commit


def in_component(**inputs: str) -> dict[str, Any]:
    """Return the job of the component as GitLab includes it."""
    head, text = (ROOT / "templates" / "keyguard.yml").read_text("utf-8").split("\n---\n")
    spec = yaml.safe_load(head)["spec"]["inputs"]
    assert inputs.keys() <= spec.keys()
    values = {name: inputs.get(name) or one["default"] for name, one in spec.items()}
    filled = re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: values[found[1]], text)
    assert "$[[" not in filled
    job: dict[str, Any] = yaml.safe_load(filled)["keyguard"]
    return job


def gitlab_runner(published: Published, folder: Path) -> dict[str, str]:
    """Return the environment of a container with Python in it."""
    machine = published.machine(folder)
    machine.types("virtualenv --quiet environment")
    path = f"{folder}/environment/bin{os.pathsep}{machine.environment['PATH']}"
    return machine.environment | {"PATH": path}


def run_job(job: Mapping[str, Any], repository: Repository, environment: dict[str, str]) -> int:
    """Run a job's script as GitLab does, a command after the other, and return how many findings it reports."""
    script = "\n".join(["set -eo pipefail", *job["script"]])
    variables = {name: str(value) for name, value in job["variables"].items()}
    done = subprocess.run(
        ["/usr/bin/env", "bash", "-c", script], cwd=repository.top, env=environment | variables, check=False
    )
    assert done.returncode == 1
    report = repository.top / job["artifacts"]["reports"]["secret_detection"]
    found = len(json.loads(report.read_text("utf-8"))["vulnerabilities"])
    report.unlink()
    return found
