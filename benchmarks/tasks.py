"""Ten tasks of somebody new, typed from the pages that are for them: how many commands, and how long those take.

Each command stands on its page as it is here, but for the example's names and `--yes` in place of an answer. The first
one installs keyguard from a clone of this checkout, with what it needs from the package index.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.claims import claim
from benchmarks.common import ROOT, arguments, table, temporary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_BOT = "keyguard-demo"


@dataclass(frozen=True)
class Step:
    """A command as its page has it, and how it ends."""

    command: str
    code: int = 0
    names: tuple[tuple[str, str], ...] = ()  # of the example, and what is typed in their place
    more: str = ""  # that is typed behind it


@dataclass(frozen=True)
class Task:
    """What somebody wants, the page that says how, and what is typed."""

    wish: str
    page: str
    steps: tuple[Step, ...]


_INIT = " --source https://github.com/OWNER/keyguard@COMMIT --yes"
TASKS = (
    Task(
        "install it, and see it work",
        "README.md",
        (Step("python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/keyguard demo"),),
    ),
    Task("find what is there", "docs/adopting.md", (Step("keyguard scan", 1),)),
    Task(
        "understand a finding",
        "docs/evidence.md",
        (Step("keyguard why keyguard-demo/.env:2", names=(("keyguard-demo/", ""),)),),
    ),
    Task("revoke a key", "docs/leaked.md", (Step("keyguard rotate 206d", 1, (("206d", "KEY"),)),)),
    Task(
        "silence a false alarm",
        "docs/false-alarms.md",
        (
            Step("keyguard why bot/config.py:12", names=(("bot/config.py:12", "grid/settings.yaml:3"),)),
            Step(
                "# keyguard: ignore[okx-api-key] the sample of the manual",
                names=(("# keyguard: ignore[okx-api-key]", "sed -i '3s/$/  # keyguard: ignore[okx-credential]"),),
                more="/' grid/settings.yaml",
            ),
        ),
    ),
    Task(
        "adopt it in a repository with a past",
        "docs/adopting.md",
        (
            Step("keyguard init --baseline", more=_INIT),
            Step("git add", more=" --all"),
            Step('git commit -m "Scan for leaked credentials"'),
            Step("keyguard scan"),
        ),
    ),
    Task(
        "have both hosts scan each change",
        "docs/adopting.md",
        (Step("keyguard init", more=f" --ci gitlab{_INIT}"), Step("keyguard init --check", more=_INIT[:-6])),
    ),
    Task(
        "keep keys from a coding agent",
        "docs/agents.md",
        (
            Step("keyguard hook install --agent claude-code,codex,cursor", more=" --yes"),
            Step("keyguard hook status"),
        ),
    ),
    Task("come from gitleaks", "docs/coming-from.md", (Step("keyguard migrate --from .gitleaksignore"),)),
    Task(
        "report a key that was missed",
        "docs/false-alarms.md",
        (Step("keyguard why bot/config.py:12", names=(("bot/config.py:12", "bot.py:1"),)),),
    ),
)


def main() -> None:
    """Type all of them, in their order."""
    options = arguments(__doc__)
    with claim(options, "tasks") as said, temporary() as folder:
        clone = folder / "keyguard"
        _run(f"git clone --quiet {ROOT} {clone}", folder, {})
        rows, took, commands = [["task", "page", "commands", "time"]], 0.0, 0
        names = {"OWNER": "acme", "COMMIT": _said("git rev-parse HEAD", clone)}
        for number, task in enumerate(TASKS):
            if number == 1:
                names["KEY"] = _repository(clone)
            seconds = sum(_typed(step, clone if not number else clone / _BOT, names) for step in task.steps)
            rows.append([task.wish, task.page, str(len(task.steps)), f"{seconds:.1f} s"])
            took, commands = took + seconds, commands + len(task.steps)
        table(rows)
        said.sentence = (
            f"Ten tasks of somebody new, from the installation to the report of a miss, are {commands} commands, which "
            f"take {took:.0f} s, {rows[1][3]} of it the installation."
        )


def _repository(clone: Path) -> str:
    """Make a repository of the demo, as git ignores nothing in it, and return how its first key begins."""
    bot = clone / _BOT
    (bot / ".gitleaksignore").write_text(".env:generic-api-key:2\n")
    for command in (
        "git init --quiet",
        "git remote add origin https://github.com/ada/bot.git",
        "git add --all --force",
        "git -c user.name=Ada -c user.email=ada@example.com commit --quiet --message Bot",
    ):
        _run(command, bot, {})
    line = next(line for line in (bot / ".env").read_text().splitlines() if line.startswith("OKX_API_KEY="))
    return line.removeprefix("OKX_API_KEY=")[:4]


def _typed(step: Step, cwd: Path, names: Mapping[str, str]) -> float:
    command = step.command
    for before, after in step.names:
        command = command.replace(before, after)
    command += step.more
    for name, value in names.items():
        command = command.replace(name, value)
    began = time.perf_counter()
    code, shown = _run(
        command, cwd, {"HOME": str(cwd.parent), "PATH": f"{cwd.parent / '.venv' / 'bin'}:{os.environ['PATH']}"}
    )
    if code != step.code:
        sys.exit(f"{command} ended with {code}:\n{shown}")
    return time.perf_counter() - began


def _run(command: str, cwd: Path, more: Mapping[str, str]) -> tuple[int, str]:
    people = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com"}
    people |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in people.items()}
    done = subprocess.run(
        ["sh", "-c", command],  # noqa: S607
        cwd=cwd,
        env={**os.environ, **people, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _said(command: str, cwd: Path) -> str:
    return _run(command, cwd, {})[1].strip()


if __name__ == "__main__":
    main()
