"""`keyguard init`: look at a repository, show what would be written for it, ask, and write."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from keyguard import api
from keyguard.cli import scanning, screen, setup
from keyguard.cli.examples import examples
from keyguard.cli.setup import configuration, credentials, hooks, pipelines
from keyguard.cli.setup.facts import facts
from keyguard.cli.setup.plan import Plan
from keyguard.errors import SettingsError, SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.cli.setup.plan import Change

_NAMED = 10  # files, where more would hide what is said of them
_LINES = 60  # of one difference; the baseline of a repository with a long past has a line for each finding
_SOURCE = re.compile(r"(https://[\w.-]+(?::\d+)?(?:/[\w.~-]+)+)/?@(\w[\w./-]*)", re.ASCII)
_NO_SOURCE = (
    "{} not written, as nothing says where CI would get keyguard from: --source URL@COMMIT, a repository of keyguard "
    "and the full id of a commit, adds {}."
)
_PIPELINES = {"github": setup.GITHUB, "gitlab": setup.GITLAB}


class _Done(NamedTuple):
    """The scan of the repository."""

    session: api.Session
    outcome: api.Outcome


@click.command(
    "init",
    epilog=examples(
        "keyguard init  # show the changes, then ask",
        "keyguard init --dry-run",
        "keyguard init --baseline --yes  # park old findings, too",
        "keyguard init --ci gitlab --pre-commit",
    ),
)
@click.argument("folder", metavar="[DIR]", default=".")
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab", "none"]),
    multiple=True,
    help="Write the pipeline for it (default: what the repository uses).",
)
@click.option(
    "--pre-commit/--no-pre-commit",
    default=None,
    help="Add the hooks for pre-commit (default: if the repository uses it).",
)
@click.option("--baseline", is_flag=True, help="Park what is found now in .keyguard-baseline.")
@click.option(
    "--source",
    metavar="URL@COMMIT",
    help="Where pipelines and hooks get keyguard from (default: no pipeline; hooks run the installed one).",
)
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show the changes, and write nothing.")
def command(folder: str, ci: tuple[str, ...], source: str | None, *, pre_commit: bool | None, **flags: bool) -> int:
    """Set keyguard up in a repository: configuration, hooks, pipeline, .gitignore.

    It scans the repository at DIR (default: the current folder), shows every change as a difference, and asks. A file
    that is there is added to or left alone, never replaced; a second run changes nothing.
    """
    origin = _origin(source)
    root = _root(folder)
    used, done = facts(root), _scan(root)
    plan, files = Plan(root), credentials.files(root, done.outcome.findings)
    _plan_config(plan, done, baseline=flags["baseline"])
    if used.pre_commit if pre_commit is None else pre_commit:
        plan.change(setup.PRE_COMMIT, lambda text: hooks.with_hooks(text, origin))
    branch = used.branch if _veiled(used.branch, done) == used.branch else None
    _plan_pipelines(plan, ci or used.services, origin, branch)
    plan.change(setup.IGNORE, lambda text: credentials.with_ignored(text, files.ignore, files.kept))
    _plan_remarks(plan, files, done)
    click.echo(screen.visible(_veiled(f"{root}: {used.words}; {_found(done)}.", done)))
    _show(plan, done)
    if not plan.changes:
        click.echo("\nNothing to write: everything is there.")
    elif flags["dry_run"]:
        click.echo("\nNothing is written, as this is a dry run.")
    elif flags["yes"] or _agreed(len(plan.changes)):
        _write(plan.changes)
        _say_next(plan, done, files)
    else:
        click.echo("Nothing is written.")
    return 0


def _write(changes: Sequence[Change]) -> None:
    """Write the files, and say which are written even if there is trouble with a later one."""
    written = []
    try:
        for change in changes:
            change.write()
            written.append(change.name)
    finally:
        if written:
            click.echo(f"\nWritten: {', '.join(written)}.")


def _root(folder: str) -> Path:
    from keyguard.git import calls

    if not Path(folder).is_dir():
        raise SourceError(f"'{folder}' is no folder.", "Name the repository's.")
    root = calls.work_tree(folder)
    if root is None:
        raise SourceError(f"'{folder}' is in no git repository.", "`git init` makes one.")
    return root


def _scan(root: Path) -> _Done:
    session = scanning.opened(api.Request(paths=(str(root),)))
    session = session.using(replace(session.settings, baseline=None))
    outcome = scanning.scan(session)
    if not outcome.complete:
        raise KeyboardInterrupt
    return _Done(session, outcome)


def _found(done: _Done) -> str:
    from keyguard.report.phrases import count

    findings = count(sum(not finding.suppressed for finding in done.outcome.findings), "finding")
    scanned = done.outcome.scanned
    past = f" and {count(scanned.commits, 'commit')}" if scanned.commits else ""
    return f"{findings} in {count(scanned.files, 'file')}{past}"


def _origin(source: str | None) -> setup.Origin | None:
    if source is None:
        return None
    found = _SOURCE.fullmatch(source)
    if found is None:
        raise SettingsError(
            "--source must be an https address and a commit.", "Such as https://github.com/OWNER/keyguard@COMMIT"
        )
    return setup.Origin(found[1], found[2])


# --- what would be written


def _plan_config(plan: Plan, done: _Done, *, baseline: bool) -> None:
    """Plan the configuration, and with `baseline` the baseline and the key that names it."""
    from keyguard.detect.baseline import FILE, Baseline, written

    parked = FILE if baseline or os.path.lexists(plan.root / FILE) else None
    there = done.session.settings.config
    if there is None:
        plan.change(setup.CONFIG, lambda _: configuration.config(parked))
    elif parked and there.endswith((".yml", ".yaml")):
        plan.change(there, lambda text: configuration.with_baseline(text, parked))
    elif parked and baseline:
        plan.remarks.append(f'Add to [tool.keyguard] in {there}:\n  baseline = "{parked}"')
    if parked and baseline and os.path.lexists(plan.root / parked):
        plan.remarks.append(
            f"{parked} is there already, and left alone. `keyguard baseline create --update` adds to it what is new."
        )
    elif parked and baseline:
        entries = Baseline(parked).and_new(done.outcome.findings, done.session.rules, plan.root)
        plan.change(parked, lambda _: written(entries), new_only=True)
        plan.change(setup.ATTRIBUTES, lambda text: configuration.with_union(text, parked))


def _plan_pipelines(plan: Plan, services: Sequence[str], origin: setup.Origin | None, branch: str | None) -> None:
    files = [name for service, name in _PIPELINES.items() if service in services]
    if origin is None:
        if files:
            verb, them = (" is", "it") if len(files) == 1 else (" are", "them")
            plan.remarks.append(_NO_SOURCE.format(" and ".join(files) + verb, them))
        return
    if "github" in services:
        plan.change(setup.GITHUB, lambda _: pipelines.workflow(origin, branch), new_only=True)
    if "gitlab" in services:
        plan.change(setup.GITLAB, lambda text: pipelines.with_job(text, origin))


def _plan_remarks(plan: Plan, files: credentials.Files, done: _Done) -> None:
    """Say which files `.gitignore` is no help for, and what is."""
    if files.rename:
        plan.remarks.append(
            f"Rename {_named([_veiled(file, done) for file in files.rename])}, and run this again: the name holds a "
            "credential, and `.gitignore` would hold it too."
        )
    if files.untrack:
        plan.remarks.append(
            f"Git carries {_named(files.untrack)}, made for credentials or named in `.gitignore`. `git rm --cached` "
            "takes a file out of git and leaves it on your disk."
        )
    if files.mend:
        plan.remarks.append(
            f"Not ignored, as others may need the rest of it: {_named(files.mend)}. Take the values out, and read "
            "them from the environment or a secret store."
        )


def _named(files: Sequence[str]) -> str:
    more = len(files) - _NAMED
    return screen.visible(", ".join(files[:_NAMED])) + (f" and {more} more" if more > 0 else "")


# --- what is said


def _veiled(text: str, done: _Done) -> str:
    """Return a text without the values that were found: a file, a folder or a branch may be named after one."""
    from keyguard.cli.excerpt import without_values

    return without_values(text, (match for finding in done.outcome.findings for match in finding.matches))


def _show(plan: Plan, done: _Done) -> None:
    for change in plan.changes:
        click.echo()
        _show_change(change, done)
    for remark in plan.remarks:
        click.echo(f"\n{remark}")


def _show_change(change: Change, done: _Done) -> None:
    """Show a difference; the lines around it may hold a value that was found, which is masked."""
    before, after = (change.before or "").splitlines(), change.after.splitlines()
    names = "/dev/null" if change.before is None else f"a/{change.name}", f"b/{change.name}"
    color = screen.should_color(sys.stdout)
    lines = list(difflib.unified_diff(before, after, *names, lineterm=""))
    for line in lines[:_LINES]:
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1]) if color else None
        click.secho(screen.visible(_veiled(line, done)), fg=style, color=color)
    if len(lines) > _LINES:
        click.echo(f"... and {len(lines) - _LINES} more lines")


def _agreed(count: int) -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        raise SettingsError("there is no terminal to ask on, so nothing is written.", "--yes writes without asking.")
    return click.confirm(f"\nWrite {'this file' if count == 1 else f'these {count} files'}?")


def _say_next(plan: Plan, done: _Done, files: credentials.Files) -> None:
    """Say what is left to do, in the order in which it helps: revoke, take out, park, commit, guard."""
    from keyguard.detect.baseline import FILE

    counts = any(not finding.suppressed for finding in done.outcome.findings)
    parked = os.path.lexists(plan.root / FILE)
    names = {change.name for change in plan.changes}
    steps = []
    if counts and parked:
        steps.append("# revoke each key that was found, before all else")
    elif counts:
        steps.append("keyguard scan  # revoke each key that it shows, before all else")
    if files.untrack:  # to ignore them is no use before that
        steps.append(f"git rm --cached {_typed(files.untrack)}")
    if counts and not parked:
        steps.append("keyguard init --baseline  # parks what cannot be mended today")
    few = len(files.carried) <= _NAMED
    added = _typed(sorted({*names, *files.carried})) if few else f"--update && git add {_typed(sorted(names))}"
    steps.append(f'git add {added} && git commit -m "Scan for leaked credentials"')
    if (plan.root / setup.PRE_COMMIT).exists():
        steps.append("pre-commit install --hook-type pre-commit --hook-type pre-push")
    else:
        steps.append("keyguard hook install  # stops a leak before it is committed")
    if counts and parked:
        steps.append("keyguard baseline audit  # shows each finding, and asks whether it is real")
    click.echo("\nNext:\n" + "\n".join(f"  {screen.visible(step)}" for step in steps))


def _typed(files: Sequence[str]) -> str:
    """Return files as a shell takes them, none of which is an option."""
    return shlex.join(f"./{file}" if file.startswith("-") else file for file in files)
