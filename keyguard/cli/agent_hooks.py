"""Hooks of coding agents for `keyguard hook`: put into their settings, which are somebody's, and taken out of them."""

from __future__ import annotations

import json
import os
import shlex
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keyguard.agents import AGENTS, LOCAL, PROJECT, USER, WITHOUT_HOOKS, agent
from keyguard.cli import screen
from keyguard.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keyguard.agents import Agent
    from keyguard.cli.setup.plan import Plan


def names(listed: str) -> list[str]:
    """Return the agents that an option lists."""
    found = [name.strip() for name in listed.split(",") if name.strip()]
    for name in found:
        if name not in AGENTS:
            if why := WITHOUT_HOOKS.get(name):
                raise SettingsError(f"{name} has no hooks for keyguard.", f"{why}: register `keyguard mcp` there.")
            message, hint = screen.unknown("agent", name, AGENTS)
            raise SettingsError(message, hint or f"There are: {', '.join(AGENTS)}")
    return list(dict.fromkeys(found))


def install(
    listed: str, path: str, scope: str, options: Sequence[str], *, program: str, yes: bool, dry_run: bool
) -> int:
    """Register the command with each of the agents; `program` is how the agent's shell finds keyguard."""
    from keyguard.agents import registration

    def edit(one: Agent) -> Callable[[str], str]:
        words = ["hook", "run", "--agent", one.NAME, *options]
        command = f"{_quoted(program)} {' '.join(words)}"
        return lambda text: registration.installed(text, one, command)

    done = _change(
        names(listed), path, scope, edit, yes=yes, dry_run=dry_run, none="Nothing to write: it is installed."
    )
    if "codex" in names(listed) and done == 0:
        screen.tell("Codex runs a new hook once you have trusted it: type /hooks in Codex.")
    return done


def uninstall(listed: str, path: str, scope: str, *, yes: bool, dry_run: bool) -> int:
    """Take the command out of the settings of each of the agents."""
    from keyguard.agents import registration

    def edit(one: Agent) -> Callable[[str], str]:
        return lambda text: registration.removed(text, one) if text.strip() else text

    none = "There is no hook of keyguard's."
    return _change(names(listed), path, scope, edit, yes=yes, dry_run=dry_run, none=none)


def status(path: str) -> int:
    """Tell what is registered where; the exit code is 1 where something is and does not work."""
    from keyguard.agents.status import State, look

    home, wrong = Path.home(), False
    for one in look(_project(path), home, os.environ):
        if one.state is not State.ABSENT or one.scope == next(iter(agent(one.agent).FILES)):
            shown = str(one.path).replace(f"{home}{os.sep}", f"~{os.sep}", 1)
            screen.tell(f"{one.agent}: {one.state.value} ({shown})")
        wrong = wrong or one.state not in {State.INSTALLED, State.ABSENT}
    if wrong:
        screen.tell("`keyguard hook install --agent NAME` writes it anew.")
    return int(wrong)


def run(name: str, *, warn: bool, block: bool) -> int:
    """Answer one event."""
    import sys

    from keyguard.agents.respond import respond, written

    stream = sys.stdin.buffer if sys.stdin is not None else None
    if stream is None:
        raise SettingsError("there is no standard input to read an event from.")
    one = agent(names(name)[0])
    answer, sentence, code = respond(one, stream, warn=warn, block=block)
    screen.output().write(written(one, answer))
    if sentence:
        screen.say(sentence)
    return code


def _change(
    listed: Sequence[str],
    path: str,
    scope: str,
    edit: Callable[[Agent], Callable[[str], str]],
    *,
    yes: bool,
    dry_run: bool,
    none: str,
) -> int:
    from keyguard.cli import proposal
    from keyguard.cli.setup.plan import Plan

    plans: dict[Path, Plan] = {}
    for name in listed:
        _plan(plans, agent(name), scope, _project(path), edit(agent(name)))
    whole = Plan(Path())
    for plan in plans.values():
        whole.changes += plan.changes
        whole.remarks += plan.remarks
    screen.tell(f"In {', '.join(map(str, plans))}:")
    proposal.show(whole, _veil(whole))
    if not whole.remarks or whole.changes:
        proposal.settle(whole, yes=yes, dry_run=dry_run, none=none)
    return 2 if whole.remarks else 0


def _plan(plans: dict[Path, Plan], one: Agent, scope: str, project: Path, edit: Callable[[str], str]) -> None:
    from keyguard.agents.status import place
    from keyguard.cli.setup import CannotAddError
    from keyguard.cli.setup.plan import Plan
    from keyguard.text.jsonc import BrokenError

    if scope not in one.FILES:
        known = "without --local" if PROJECT in one.FILES else "with --user only"
        raise SettingsError(f"{one.TITLE} can be registered {known}.")
    folder, name = place(one, scope, project, Path.home(), os.environ)
    plan = plans.setdefault(folder, Plan(folder))

    def changed(text: str) -> str:
        try:
            return edit(text)
        except BrokenError:
            raise CannotAddError(_by_hand(one)) from None

    if stranger := _is_strangers(folder / name):
        plan.remarks.append(f"{name} is left alone: {stranger}.")
    elif folder.is_dir() or scope != USER:
        plan.change(name, changed)
    else:
        plan.remarks.append(f"{name} is left alone: the folder {folder} does not exist.")


def _is_strangers(path: Path) -> str:
    """Say why a file is not one's own to change; '' if it is, or not there."""
    try:
        facts = path.lstat()
    except OSError:
        return ""
    if stat.S_ISLNK(facts.st_mode):
        return ""  # it is not followed, whoever it belongs to
    if hasattr(os, "geteuid") and facts.st_uid != os.geteuid():
        return "it belongs to another user"
    return "others may write to it" if os.name != "nt" and facts.st_mode & 0o002 else ""


def _by_hand(one: Agent) -> str:
    """Return what to add to a file that cannot be parsed."""
    hooks = {event: [entry] for event, entry in one.entries(f"keyguard hook run --agent {one.NAME}")}
    return json.dumps({"hooks": hooks}, indent=2)


def _veil(plan: Plan) -> Callable[[str], str]:
    """Return what masks the values in the lines around a change: settings of agents have keys of MCP servers."""
    from keyguard import api
    from keyguard.report import veil_of

    veils = [veil_of(api.scan_text(change.name, change.before)).text for change in plan.changes if change.before]

    def veiled(line: str) -> str:
        for veil in veils:
            line = veil(line)
        return line

    return veiled


def _project(path: str) -> Path:
    """Return the top of the work tree that a folder lies in, or the folder."""
    from keyguard.git import calls

    if not Path(path).is_dir():
        raise SettingsError(f"'{path}' is no folder.", "Name the project's.")
    return calls.work_tree(path) or Path(path).resolve()


def _quoted(program: str) -> str:
    return f'"{program}"' if os.name == "nt" else shlex.quote(program)


def scope_of(*, user: bool, local: bool) -> str:
    """Return where hooks are registered, by the flags of a command."""
    if user and local:
        raise click.UsageError("--user and --local exclude each other.")
    return USER if user else LOCAL if local else PROJECT
