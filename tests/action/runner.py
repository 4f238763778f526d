"""A small runner of composite actions: bash, GitHub's files and workflow commands, and a cache in a folder.

What GitHub's own runner does is followed where the action could depend on it: a step is a file that bash runs; outputs,
environment and summary go through files; a command of the log counts until `::stop-commands::`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.action.expressions import filled, holds

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent.parent
ACTION = ROOT / "action.yml"
_BASH = shutil.which("bash") or "bash"
_COMMAND = re.compile(r"::([a-z-]+)(?: ([^:]*))?::(.*)")
_OLD_COMMAND = re.compile(r"##\[([a-z-]+).*?\](.*)")
_FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_STATE")
_OURS = ("GIT_", "GITHUB_", "ACTIONS_", "RUNNER_", "INPUT_", "KEYGUARD_", "PYTHON", "PYTEST")


@dataclass(frozen=True)
class Command:
    """A workflow command that GitHub would carry out."""

    name: str
    properties: Mapping[str, str]
    text: str


@dataclass
class Ran:
    """What a run of the action left behind."""

    status: str = "success"
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    commands: list[Command] = field(default_factory=list)
    cache: list[tuple[str, str]] = field(default_factory=list)  # what was done with which key
    uploads: list[str] = field(default_factory=list)  # the reports that code scanning got

    @property
    def errors(self) -> list[str]:
        return [command.text for command in self.commands if command.name == "error"]

    @property
    def everything(self) -> str:
        """All texts that somebody may see."""
        files = [Path(self.outputs[name]) for name in ("sarif-file", "json-file", "summary-file")]
        return "".join([self.log, self.summary, *(file.read_text("utf-8") for file in files if file.is_file())])


@dataclass
class Job:
    """A job on a runner: where it works, what started it, and what GitHub's cache holds."""

    workspace: Path
    temp: Path
    event: Mapping[str, Any] = field(default_factory=dict)
    event_name: str = "push"
    cache: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    action: Path = ROOT  # where the runner has put the action's checkout
    uses: str = ""  # what the workflow says of it

    def run(self, **inputs: str) -> Ran:
        """Run the action; inputs are written with `_` for `-`."""
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        action = yaml.safe_load((self.action / "action.yml").read_text("utf-8"))
        assert given.keys() <= action["inputs"].keys()
        values = {name: given.get(name, str(spec["default"])) for name, spec in action["inputs"].items()}
        ran, context = self._steps(action["runs"]["steps"], {"inputs": values})
        ran.outputs = {name: filled(spec["value"], context) for name, spec in action["outputs"].items()}
        return ran

    def run_workflow(self, text: str) -> Ran:
        """Run the steps of a workflow's only job; the outputs are those of its step `keyguard`."""
        (job,) = yaml.safe_load(text)["jobs"].values()
        ran, context = self._steps(job["steps"], {})
        ran.outputs = context["steps"].get("keyguard", {}).get("outputs", {})
        return ran

    def _steps(self, steps: list[dict[str, Any]], more: dict[str, Any]) -> tuple[Ran, dict[str, Any]]:
        ran, done = Ran(), dict[str, Any]()
        context = {
            "github": {
                "sha": _head(self.workspace),
                "event": self.event,
                "server_url": "https://github.com",
                "action_repository": self.uses.partition("@")[0],
                "action_ref": self.uses.partition("@")[2],
            },
            "runner": {"temp": str(self.temp)},
            "steps": done,
            **more,
        }
        for number, step in enumerate(steps):
            context["status"] = ran.status
            if holds(step.get("if"), context):
                outputs = self._use(step, context, ran) if "uses" in step else self._bash(step, context, ran)
                done[step.get("id", str(number))] = {"outputs": outputs}
        return ran, context

    def _bash(self, step: Mapping[str, Any], context: Mapping[str, Any], ran: Ran) -> dict[str, str]:
        # A workflow's step without a shell runs in bash too, where there is one, with fewer options.
        shell = ["--noprofile", "--norc", "-eo", "pipefail"] if step.get("shell") == "bash" else ["-e"]
        here = self.temp / f"step-{os.urandom(4).hex()}"
        here.mkdir(parents=True)
        script = here / "script.sh"
        script.write_text(filled(step["run"], context), "utf-8")
        (here / "event.json").write_text(json.dumps(self.event))
        done = subprocess.run(
            [_BASH, *shell, script],
            cwd=filled(step.get("working-directory", self.workspace), context),
            env=self._environment(here) | {name: filled(value, context) for name, value in step.get("env", {}).items()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=600,
        )
        log = done.stdout.decode("utf-8")
        ran.log += log
        ran.commands += _commands(log)
        ran.summary += (here / "GITHUB_STEP_SUMMARY").read_text("utf-8")
        ran.status = "failure" if done.returncode else ran.status
        for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"):
            assert not (here / name).read_text(), "nothing is changed for the steps that follow"
        return _outputs((here / "GITHUB_OUTPUT").read_text("utf-8"))

    def _environment(self, here: Path) -> dict[str, str]:
        for name in _FILES:
            (here / name).touch()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return {
            **kept,
            **{name: str(here / name) for name in _FILES},
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_EVENT_NAME": self.event_name,
            "GITHUB_EVENT_PATH": str(here / "event.json"),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
            **self.environment,
        }

    def _use(self, step: Mapping[str, Any], context: Mapping[str, Any], ran: Ran) -> dict[str, str]:
        """Run keyguard, and stand in for the others: the workspace is checked out, `uploads` keeps what is uploaded."""
        name, _, commit = step["uses"].partition("@")
        assert re.fullmatch("[0-9a-f]{40}", commit)
        if name == "actions/checkout":
            return {}
        if name.endswith("/keyguard"):
            return self._keyguard(step, context, ran)
        if name == "github/codeql-action/upload-sarif":
            ran.uploads.append(filled(step["with"]["sarif_file"], context))
            return {}
        word = {"actions/cache/restore": "restore", "actions/cache/save": "save"}[name]
        given = {name: filled(value, context) for name, value in step["with"].items()}
        assert given["path"]
        assert given["key"]
        ran.cache.append((word, given["key"]))
        if self.cache is None:
            return {}
        place = self.cache / given["key"]
        if word == "save":
            shutil.copytree(given["path"], place, dirs_exist_ok=True)
            return {}
        found = place if place.is_dir() else _newest(self.cache, given.get("restore-keys", ""))
        if found:
            shutil.copytree(found, given["path"], dirs_exist_ok=True)
        return {"cache-hit": str(found == place).lower()}

    def _keyguard(self, step: Mapping[str, Any], context: Mapping[str, Any], ran: Ran) -> dict[str, str]:
        given = {name.replace("-", "_"): filled(value, context) for name, value in step.get("with", {}).items()}
        inner = replace(self, uses=step["uses"]).run(**given)
        ran.log += inner.log
        ran.commands += inner.commands
        ran.summary += inner.summary
        ran.cache += inner.cache
        ran.status = inner.status if inner.status == "failure" else ran.status
        return inner.outputs


def _newest(cache: Path, start: str) -> Path | None:
    fitting = [path for path in cache.iterdir() if start and path.name.startswith(start)] if cache.is_dir() else []
    return max(fitting, key=lambda path: path.stat().st_mtime, default=None)


def _head(workspace: Path) -> str:
    asked = ["git", "-c", "safe.directory=*", "rev-parse", "--verify", "HEAD"]
    return subprocess.run(asked, cwd=workspace, capture_output=True, text=True, check=False).stdout.strip()


def _outputs(text: str) -> dict[str, str]:
    """Read `name=value` and `name<<END`, lines, `END`; the last of a name counts."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if heredoc := re.fullmatch(r"([\w-]+)<<(.+)", line):
            value = []
            while (following := next(lines)) != heredoc[2]:
                value.append(following)
            found[heredoc[1]] = "\n".join(value)
        else:
            name, _, found[name] = line.partition("=")
    return found


def _commands(log: str) -> list[Command]:
    """Read the commands of a log; the old form counts anywhere in a line, as GitHub's runner has it."""
    found, waiting_for = [], ""
    for line in log.splitlines():
        command = _COMMAND.match(line.lstrip())
        if waiting_for:
            waiting_for = "" if line.strip() == f"::{waiting_for}::" else waiting_for
        elif command and command[1] == "stop-commands":
            waiting_for = command[3]
        elif command:
            pairs = (pair.partition("=")[::2] for pair in (command[2] or "").split(",") if pair)
            found.append(Command(command[1], {name: _plain(value) for name, value in pairs}, _plain(command[3])))
        elif old := _OLD_COMMAND.search(line):
            found.append(Command(old[1], {}, old[2]))
    assert not waiting_for
    return found


def _plain(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text
