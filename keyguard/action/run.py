"""The scan of a job: inputs in the environment; reports, annotations, a summary, outputs and an exit code.

Outputs are written before the step fails, so that later steps can use them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyguard.action.pull_request import change_of, changed, is_shallow
from keyguard.action.workflow import add_summary, no_commands, say_error, say_warning, set_outputs
from keyguard.cli.scan import command
from keyguard.detect.baseline import FILE as BASELINE
from keyguard.errors import KeyguardError, SettingsError
from keyguard.frozen import dataclass
from keyguard.model import Severity
from keyguard.settings import IGNORE_FILE, NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MODES = ("auto", "pull-request", "full")
_TROUBLE = {3: "some input could not be read"} | dict.fromkeys((129, 130, 143), "the scan was interrupted")
_UNDONE = {2, 129, 130, 143}  # an alert that an upload lacks is closed as fixed: of a part of the scan none goes out
_OTHER_THAN_HISTORY = {"--no-history", "--since", "--range", "--staged", "--pushed", "--received"}
_TELLING = (*NAMES, IGNORE_FILE, BASELINE)
_MAY_TELL = "pyproject.toml"
_BASE, _OWN = "base", "pull-request"
_TRUTHS = {"true": True, "false": False, "": False}


def main() -> int:
    """Scan, and tell GitHub."""
    workspace = Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve()
    try:
        _trust(workspace)
        reports = Reports.planned(workspace)
        commits = _commits(workspace)
        _check_depth(workspace, commits)
        _say_changed(workspace, commits)
        words = [sys.executable, "-I", "-m", "keyguard", "scan", *_arguments(reports, commits)]
    except KeyguardError as error:
        set_outputs({"exit-code": 2})
        _say_failure(error.message, error.hint)
        return 2
    code, trouble = _run(words, workspace)
    if code in {0, 1} and (lacking := reports.lacking()):
        code, trouble = 2, lacking
    if code in _UNDONE:
        reports.withdraw("sarif")
    set_outputs({"exit-code": code, "mode": "pull-request" if commits else "full", **reports.outputs(code)})
    if code not in {0, 1}:
        _say_failure(*trouble or (_TROUBLE.get(code, "the scan could not be done"), "The log of this step says more"))
    reports.show(code)
    return code


# --- inputs


def _input(name: str) -> str:
    return os.environ.get(f"INPUT_{name}", "").strip()


def _lines(name: str) -> list[str]:
    return [line.strip() for line in _input(name).split("\n") if line.strip()]


def _commits(workspace: Path) -> str | None:
    """Return the range of commits to scan; None for everything."""
    mode = _input("MODE") or "auto"
    if mode not in _MODES:
        raise SettingsError(f"there is no mode '{mode}'", f"There are {', '.join(_MODES)}")
    if mode == "full":
        return None
    commits = change_of(_event(), [*_places(workspace), workspace])
    if commits is None and mode == "pull-request":
        raise SettingsError(
            "mode is pull-request, and this run is of no pull request",
            "Run it on pull_request or merge_group, or leave the mode out",
        )
    return commits


def _check_depth(workspace: Path, commits: str | None) -> None:
    """Refuse the full scan of a shallow checkout: an upload of it would close the alerts of the whole history."""
    options = {line.partition("=")[0] for line in _lines("ARGS")}
    if commits or _input("SHALLOW").lower() == "allow" or _OTHER_THAN_HISTORY & options:
        return
    if is_shallow(_places(workspace)):
        raise SettingsError(
            "this checkout is shallow: the history is not in it, and an upload would close its alerts",
            "Give actions/checkout the input `fetch-depth: 0`, or this action `shallow: allow`",
        )


def _say_changed(workspace: Path, commits: str | None) -> None:
    """Say which files that tell keyguard what to pass over are a pull request's own work."""
    may_tell = workspace / _MAY_TELL
    asked = [*_TELLING, _MAY_TELL] if may_tell.is_file() and b"keyguard" in may_tell.read_bytes() else _TELLING
    if not commits or not (names := changed(commits, [*_places(workspace), workspace], asked)):
        return
    if _config_from() == _BASE:
        say_warning(
            f"this pull request changes {', '.join(names)}: it counts once it is merged, and here as the base has it",
            "The input `config-from: pull-request` has its own count",
        )
    else:
        say_warning(
            f"this pull request changes {', '.join(names)}: what it says counts in this scan",
            "Have an owner look at it; CODEOWNERS can ask for that",
        )


def _config_from() -> str:
    """Return whose configuration counts in the scan of a pull request."""
    word = _input("CONFIG_FROM") or _BASE
    if word not in {_BASE, _OWN}:
        raise SettingsError(f"config-from is neither {_BASE} nor {_OWN}", "Check the inputs of the action")
    return word


def _event() -> Mapping[str, Any]:
    path = os.environ.get("GITHUB_EVENT_PATH")
    event = json.loads(Path(path).read_bytes()) if path and Path(path).is_file() else {}
    return event if isinstance(event, dict) else {}


def _arguments(reports: Reports, commits: str | None) -> Iterator[str]:
    """Build the command line: an option and its value in one word, and paths behind `--`, whatever they begin with."""
    verify = _TRUTHS.get(_input("VERIFY").lower())
    if verify is None:
        raise SettingsError("verify is neither true nor false", "Check the inputs of the action")
    yield from (f"--report={format_}={path}" for format_, path in reports.files.items())
    if commits:
        yield f"--range={commits}"
        if _config_from() == _BASE:
            yield f"--config-from={commits.partition('..')[0]}"
    if verify:
        yield from ("--verify", "--yes")
    for name in ("FAIL_ON", "BASELINE", "CONFIG", "CATEGORY"):
        if value := _input(name):
            yield f"--{name.lower().replace('_', '-')}={value}"
    yield from _further()
    yield "--"
    yield from ("./-" if path == "-" else path for path in _paths())


def _further() -> list[str]:
    """Return the lines of args; one that is neither an option nor the value of one would be scanned."""
    lines = _lines("ARGS")
    read = command.make_context("scan", list(lines), resilient_parsing=True)
    if stray := "--" if "--" in lines else next(iter(read.params.get("paths") or ()), None):
        raise SettingsError(f"args holds {stray!r}, which is no option", "Paths go into paths, one a line")
    if read.params.get("show_secrets"):
        raise SettingsError("--show-secrets is refused in the action", "Its log, summary and reports are read by many")
    return lines


def _paths() -> list[str]:
    return _lines("PATHS") or ["."]


def _places(workspace: Path) -> list[Path]:
    return [(workspace / path).resolve() for path in _paths()]


def _trust(workspace: Path) -> None:
    """Have git take for ours what was checked out: in a container it is the runner's user's, not that of the job's.

    That is the workspace, or a folder of it on the way to a path. keyguard asks git in such a way that nothing in a
    repository runs.
    """
    ways = (folder for place in _places(workspace) for folder in (place, *place.parents))
    ours = dict.fromkeys([workspace, *(folder for folder in ways if folder.is_relative_to(workspace))])
    count = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    for number, folder in enumerate(ours, count):
        os.environ |= {f"GIT_CONFIG_KEY_{number}": "safe.directory", f"GIT_CONFIG_VALUE_{number}": str(folder)}
    os.environ["GIT_CONFIG_COUNT"] = str(count + len(ours))


# --- the scan


def _run(words: list[str], workspace: Path) -> tuple[int, tuple[str, str] | None]:
    """Run the command, and return its exit code with the first error that it reported."""
    with tempfile.TemporaryFile() as said, no_commands():
        code = subprocess.run(words, cwd=workspace, stdin=subprocess.DEVNULL, stderr=said, check=False).returncode
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
        print(text, end="")
    return (code if code >= 0 else 2), _trouble(text)


def _trouble(text: str) -> tuple[str, str] | None:
    found = re.search(r"(?mi)^error: (.+)$(?:\n^hint: (.+)$)?", text)
    # The command says where it was started; whoever wrote the workflow knows that folder by another name.
    return (found[1], (found[2] or "").replace("the current folder", "the workspace")) if found else None


# --- what comes of it


@dataclass(frozen=True)
class Reports:
    """The reports of a run, each in its file; one that could not be written is in none."""

    files: Mapping[str, Path]

    @classmethod
    def planned(cls, workspace: Path) -> Reports:
        """Choose files in a folder that no other run of the action shares."""
        place = Path(os.environ["RUNNER_TEMP"]) / "keyguard"
        place.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="reports-", dir=place))
        names = {"sarif": "keyguard.sarif", "json": "keyguard.json", "markdown": "keyguard.md", "github": "annotations"}
        files = {format_: folder / name for format_, name in names.items()}
        if given := _input("SARIF_FILE"):
            files["sarif"] = _without_links(workspace, given)
        return cls(files)

    def lacking(self) -> tuple[str, str] | None:
        """Return what keeps a run that went well from being a scan."""
        hint = "An option in args, such as --help, has it do something else"
        return None if self._told() else ("keyguard did not scan", hint)

    def withdraw(self, format_: str) -> None:
        """Take a report away."""
        self.files[format_].unlink(missing_ok=True)

    def outputs(self, code: int) -> dict[str, object]:
        """Return the outputs of the step; a part of a scan has no numbers, which would be taken for those of all."""
        names = {"sarif": "sarif-file", "json": "json-file", "markdown": "summary-file"}
        counts = {} if code in _UNDONE else self._counts()
        return {**counts, **{name: self._written(format_) or "" for format_, name in names.items()}}

    def show(self, code: int) -> None:
        """Write the annotations and the summary, which is that of a part when the scan failed."""
        if annotations := self._written("github"):
            print(annotations.read_text("utf-8"), end="", flush=True)
        if summary := self._written("markdown"):
            text = summary.read_text("utf-8")
            add_summary(text if code in {0, 1} else text.replace("## keyguard: ", "### What was read: ", 1))

    def _told(self) -> dict[str, Any] | None:
        file = self._written("json")
        told: dict[str, Any] | None = json.loads(file.read_bytes()) if file else None
        return told

    def _counts(self) -> dict[str, int]:
        told = self._told()
        if told is None:
            return {}
        shown = [found for found in told["findings"] if found["suppressed"] is None]
        by = Counter(found["severity"] for found in shown)
        changes = sum(practice["suppressed"] is None for practice in told["practices"])
        return {
            "findings": len(shown),
            **{severity.word: by[severity.word] for severity in Severity},
            "practices": changes,
        }

    def _written(self, format_: str) -> Path | None:
        path = self.files[format_]
        return path if path.is_file() else None


def _without_links(workspace: Path, given: str) -> Path:
    """Return where a report goes; a link in the scanned checkout must not lead it elsewhere."""
    path = workspace / given
    if path.is_relative_to(workspace) and path.resolve() != Path(os.path.normpath(path)):
        raise SettingsError("sarif-file leads through a symbolic link of the checkout", "Leave it out, or name another")
    if path.is_file():
        path.unlink()  # one that the checkout brought is no report of ours
    return path


def _say_failure(message: str, hint: str) -> None:
    say_error(message, hint)
    listed = "\n".join(f"    {line}" for line in (message, hint) if line)
    add_summary(f"## keyguard: the scan could not be done\n\n{listed}\n\n")
