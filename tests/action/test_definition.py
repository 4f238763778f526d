"""action.yml, its lock file and the pipelines of the documentation, as others check them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from keyguard import __version__, home
from keyguard.cli.setup import hooks, pipelines
from tests.action.conftest import Repository, leak
from tests.action.expressions import evaluate, holds
from tests.action.runner import ACTION, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK = ROOT / "keyguard" / "action" / "requirements.txt"
_BUILD_LOCK = ROOT / "build-requirements.txt"
_RELEASE_LOCK = ROOT / ".github" / "requirements.txt"
_PROGRAMS = Path(sys.executable).parent
_DOCUMENTS = ("README.md", "docs/ci.md", "docs/hooks.md", "docs/mirrors.md", "docs/reports.md")
_COMMIT = "0123456789abcdef0123456789abcdef01234567"


def run(program: str, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([_PROGRAMS / program, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def blocks(language: str = "yaml") -> Iterator[tuple[str, Any, str]]:
    """Return the YAML of the documentation: where it stands, what it says, and its text."""
    for name in _DOCUMENTS:
        text = (ROOT / name).read_text("utf-8")
        for found in re.finditer(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            yield f"{name}:{text[: found.start()].count(chr(10)) + 1}", yaml.safe_load(found[1]), found[1]


WORKFLOWS = {where: text for where, data, text in blocks() if isinstance(data, dict) and "jobs" in data}
PIPELINES = {where: text for where, data, text in blocks() if isinstance(data, dict) and "keyguard" in data}


def steps() -> Iterator[dict[str, Any]]:
    """Return the steps of the documentation that use the action."""
    for _, data, _ in blocks():
        jobs = data.get("jobs", {}).values() if isinstance(data, dict) else [{"steps": data}]
        for job in jobs:
            yield from (step for step in job["steps"] if "/keyguard@" in step.get("uses", ""))


class TestAction:
    def test_it_has_the_form_of_an_action(self, tmp_path: Path) -> None:
        done = run("check-jsonschema", "--builtin-schema", "vendor.github-actions", ACTION, cwd=tmp_path)
        assert done.returncode == 0, done.stdout

    def test_zizmor_finds_nothing(self, tmp_path: Path) -> None:
        done = run("zizmor", "--offline", "--persona=auditor", "--no-config", ACTION, cwd=tmp_path)
        assert done.returncode == 0, done.stdout

    def test_no_expression_stands_in_a_command_and_every_action_is_pinned(self) -> None:
        text = ACTION.read_text("utf-8")
        for step in yaml.safe_load(text)["runs"]["steps"]:
            assert "${{" not in step.get("run", "")
        uses = re.findall(r"uses: (.*)", text)
        assert uses
        assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use) for use in uses)

    def test_every_input_and_output_is_told_of(self) -> None:
        action = yaml.safe_load(ACTION.read_text("utf-8"))
        told = (ROOT / "docs/ci.md").read_text("utf-8")
        assert all(f"| `{name}` |" in told for name in (*action["inputs"], *action["outputs"]))

    def test_the_documentation_uses_inputs_and_outputs_that_there_are(self) -> None:
        action = yaml.safe_load(ACTION.read_text("utf-8"))
        used = list(steps())
        assert len(used) >= 2
        assert {name for step in used for name in step.get("with", {})} <= action["inputs"].keys()
        outputs = {name for _, _, text in blocks() for name in re.findall(r"steps\.keyguard\.outputs\.([\w-]+)", text)}
        assert outputs
        assert outputs <= action["outputs"].keys()


class TestLock:
    def test_it_fits_what_the_project_needs_on_every_python(self) -> None:
        toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
        project = toml.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        locked = [
            Requirement(line.rstrip("\\ ")) for line in _LOCK.read_text("utf-8").splitlines() if line[:1].isalnum()
        ]
        for needed in map(Requirement, project["dependencies"]):
            for version in ("3.10", "3.11", "3.13"):
                environment = {"python_version": version, "python_full_version": f"{version}.0"}
                if needed.marker is None or needed.marker.evaluate(environment):
                    assert any(_fits(one, needed, environment) for one in locked), f"{needed} on Python {version}"

    @pytest.mark.parametrize("lock", [_LOCK, _BUILD_LOCK, _RELEASE_LOCK], ids=lambda path: path.name)
    def test_every_package_has_one_version_and_its_hashes(self, lock: Path) -> None:
        text = re.sub(r"(?m)^\s*#.*\n", "", lock.read_text("utf-8"))
        packages = re.split(r"(?m)^(?=\w)", text)[1:]
        assert packages
        for package in packages:
            head, *hashes = package.replace("\\\n", "\n").split()[:1] + re.findall(
                r"--hash=sha256:[0-9a-f]{64}\b", package
            )
            assert re.fullmatch(r"[\w.-]+==[\w.]+", head)
            assert hashes, head
        assert "://" not in text, "where packages come from is not for us to say"


def test_what_builds_a_wheel_is_all_of_what_its_lock_pins() -> None:
    """It runs where keyguard is installed from git, and no installer checks its hashes there."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    required = re.findall(r'"(.+)"', text.partition("requires = [")[2].partition("]")[0])
    asked = {str(Requirement(one.replace("python_version", "python_full_version"))) for one in required}
    heads = re.findall(r"(?m)^(\w[^\\\n]*?) *\\$", _BUILD_LOCK.read_text("utf-8"))
    assert asked == {str(Requirement(head)) for head in heads}
    assert len(asked) > 1


def _fits(locked: Requirement, needed: Requirement, environment: dict[str, str]) -> bool:
    (pinned,) = locked.specifier
    return (
        canonicalize_name(locked.name) == canonicalize_name(needed.name)
        and (locked.marker is None or locked.marker.evaluate(environment))
        and needed.specifier.contains(pinned.version)
    )


def test_the_documentation_shows_what_init_writes() -> None:
    source = home.Repository("https://github.com/OWNER/keyguard", _COMMIT)
    elsewhere = home.Repository("https://git.example.com/sec/keyguard.git", _COMMIT)
    assert set(WORKFLOWS.values()) == {pipelines.workflow(one, __version__) for one in (source, elsewhere)}
    assert pipelines.with_job("", source, __version__) in PIPELINES.values()
    shown = [data for _, data, _ in blocks() if isinstance(data, dict) and "repos" in data]
    assert shown == [yaml.safe_load(hooks.with_hooks("", one)) for one in (source, None, elsewhere)]


@pytest.mark.parametrize("where", WORKFLOWS)
class TestWorkflows:
    def test_it_has_the_form_of_a_workflow(self, where: str, tmp_path: Path) -> None:
        file = _as_file(WORKFLOWS[where], tmp_path)
        done = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", file, cwd=tmp_path)
        assert done.returncode == 0, done.stdout

    def test_zizmor_finds_nothing(self, where: str, tmp_path: Path) -> None:
        done = run("zizmor", "--offline", "--no-config", _as_file(WORKFLOWS[where], tmp_path), cwd=tmp_path)
        assert done.returncode == 0, done.stdout

    def test_a_fork_uploads_nothing_and_all_others_do_after_findings_too(self, where: str) -> None:
        (job,) = yaml.safe_load(WORKFLOWS[where])["jobs"].values()
        (upload,) = [step for step in job["steps"] if "upload-sarif" in step.get("uses", "")]
        outputs = {"keyguard": {"outputs": {"sarif-file": "keyguard.sarif"}}}
        for fork, status, wanted in (
            (True, "failure", False),
            (False, "failure", True),
            (False, "success", True),
            (False, "cancelled", False),
        ):
            event = {"pull_request": {"head": {"repo": {"fork": fork}}}}
            context = {"status": status, "steps": outputs, "github": {"event": event}}
            assert holds(upload["if"], context) == wanted
        push = {"status": "failure", "steps": outputs, "github": {"event": {}}}
        assert holds(upload["if"], push)
        assert not holds(upload["if"], push | {"steps": {}}), "without a report there is nothing to upload"


@pytest.mark.parametrize("where", PIPELINES)
def test_a_pipeline_has_the_form_of_gitlabs(where: str, tmp_path: Path) -> None:
    file = tmp_path / ".gitlab-ci.yml"
    file.write_text(PIPELINES[where])
    done = run(
        "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", file, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout


_JOBS = [where for where in PIPELINES if where.startswith("docs/ci.md")]


@pytest.mark.parametrize("where", _JOBS)
def test_gitlabs_job_reads_what_is_to_be_merged_or_everything(where: str, origin: Repository) -> None:
    job = _Job(where, origin)
    assert job.run("feature") == (1, 1)
    assert job.run("main") == (1, 2)


@pytest.mark.parametrize("where", _JOBS)
def test_what_is_to_be_merged_cannot_waive_its_own_leak_on_gitlab(where: str, origin: Repository) -> None:
    job = _Job(where, origin)
    waives = {"keyguardignore": "*", "keyguard.yml": "fail_on: critical\nexclude: ['*']\nskip: [okx-credential]\n"}
    for name, text in waives.items():
        (origin.top / f".{name}").write_text(text)
        origin.commit()
        assert job.run("feature") == (1, 1), name
    origin.git("checkout", "--quiet", "main")
    origin.git("merge", "--quiet", "feature")
    assert job.run("main")[0] == 2, "all is excluded there: nothing was read"


@pytest.mark.parametrize("where", _JOBS)
def test_a_submodule_that_gitlab_does_not_check_out_is_no_failure(where: str, origin: Repository) -> None:
    origin.git("clone", "--quiet", ".", "../library")
    origin.git("submodule", "add", "--quiet", str(origin.top.parent / "library"), "lib")
    origin.commit(old__env=None)
    assert _Job(where, origin, leaks=False).run("feature") == (0, 0)


class _Job:
    """GitLab's job of a page, in a clone as GitLab makes it; `feature` adds a leak to `main`."""

    def __init__(self, where: str, origin: Repository, *, leaks: bool = True) -> None:
        self._of_requests = "rules" in yaml.safe_load(PIPELINES[where])["keyguard"]
        self._script = "\n".join(yaml.safe_load(PIPELINES[where])["keyguard"]["script"][2:])
        self._origin = origin
        self._base = origin.git("rev-parse", "main")
        origin.git("checkout", "--quiet", "-b", "feature")
        origin.commit(new__env=leak("new") if leaks else "x=1\n")

    def run(self, branch: str) -> tuple[int, int]:
        """Return the exit code, and how many findings are in the report."""
        top = self._origin.top.parent / "build"
        self._origin.git("clone", "--quiet", "--branch", branch, str(self._origin.top), str(top))
        variables = {"CI": "true", "CI_DEFAULT_BRANCH": "main", "CI_COMMIT_SHA": self._origin.git("rev-parse", branch)}
        if not self._of_requests:
            variables["CI_COMMIT_BRANCH"] = branch
        elif branch != "main":
            variables["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = self._base
        environment = os.environ | {"PATH": f"{_PROGRAMS}{os.pathsep}{os.environ['PATH']}"} | variables
        script = ["/bin/bash", "-e", "-o", "pipefail", "-c", self._script]
        done = subprocess.run(script, cwd=top, env=environment, check=False)
        report = json.loads((top / "gl-secret-detection-report.json").read_text())
        shutil.rmtree(top)
        return done.returncode, len(report["vulnerabilities"])


def _as_file(text: str, tmp_path: Path) -> Path:
    """Write a workflow as a repository has it."""
    file = tmp_path / ".github/workflows/keyguard.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    return file


def test_expressions_mean_what_they_mean_to_github() -> None:
    context = {"status": "failure", "inputs": {"a-b": "x"}, "github": {"event": {"fork": True}}}
    for text, value in (
        ("inputs.a-b == 'X' && !cancelled()", True),
        ("inputs.none == '' || failure()", True),
        ("(success() || always()) && github.event.fork != true", False),
        ("github.event.pull_request.head.repo.fork != true", True),
        ("'it''s'", "it's"),
    ):
        assert evaluate(text, context) == value, text
    assert not holds("inputs.a-b", context), "after a failure nothing is run that does not say so"
