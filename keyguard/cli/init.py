"""`keyguard init`: look at a repository, show what would be written for it, ask, and write."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from keyguard import api, home
from keyguard.cli import pinning, proposal, scanning, screen, setup
from keyguard.cli.examples import examples
from keyguard.cli.setup import configuration, credentials, hooks, pipelines
from keyguard.cli.setup.facts import facts
from keyguard.cli.setup.plan import Plan
from keyguard.display import visible
from keyguard.errors import SettingsError, SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMED = 10  # files, where more would hide what is said of them
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
        "keyguard init --baseline --yes  # accept old findings, too",
        "keyguard init --ci gitlab --pre-commit",
        "keyguard init --check  # is all pinned to this keyguard?",
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
@click.option("--baseline", is_flag=True, help="Record what is found now in .keyguard-baseline.")
@click.option(
    "--source",
    metavar="URL[@COMMIT]",
    help="Where pipelines and hooks get keyguard from (default: where this one came from).",
)
@click.option("--check", is_flag=True, help="Report whether pipelines and hooks are pinned to this keyguard.")
@click.option("--upgrade", is_flag=True, help="Pin the pipelines and hooks that are there to this keyguard.")
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show the changes, and write nothing.")
def command(folder: str, ci: tuple[str, ...], source: str | None, *, pre_commit: bool | None, **flags: bool) -> int:
    """Set keyguard up in a repository: configuration, hooks, pipeline, .gitignore.

    It scans the repository at DIR (default: the current folder), shows every change as a difference, and asks. A file
    that is there is added to or left alone, never replaced; a second run changes nothing.
    """
    found, root = home.find(source), _root(folder)
    used = facts(root)
    found = found if used.is_on_github else found.on_another_host()
    if flags["check"] or flags["upgrade"]:
        return _repin(Plan(root), found, **flags)
    done = _scan(root)
    plan, files = Plan(root), credentials.files(root, done.outcome.findings)
    _plan_config(plan, done, baseline=flags["baseline"])
    with_hooks = used.pre_commit if pre_commit is None else pre_commit
    if with_hooks:
        _plan_hooks(plan, found)
    branch = used.branch if _veiled(used.branch, done) == used.branch else None
    _plan_pipelines(plan, ci or used.services, found, branch)
    plan.change(setup.IGNORE, lambda text: credentials.with_ignored(text, files.ignore, files.kept))
    _plan_remarks(plan, files, done)
    pinning.remark(plan, found)
    screen.tell(_veiled(f"{root}: {used.words}; {_found(done)}.", done))
    _say_source(plan, found)
    proposal.show(plan, lambda text: _veiled(text, done))
    asked = _asked(plan, found, source)
    unwritten = _unwritten(plan, ci, found)
    none = "Nothing to write." if unwritten else "Nothing to write: everything is there."
    if proposal.settle(plan, yes=flags["yes"], dry_run=flags["dry_run"], none=none, remark=asked):
        _say_next(plan, done, files)
    if unwritten:
        raise SettingsError(
            f"{' and '.join(unwritten)} cannot be written: nothing says where others would get this keyguard from",
            "--source URL@COMMIT says it",
        )
    return 0


def _unwritten(plan: Plan, ci: Sequence[str], found: home.Home) -> list[str]:
    """Return the pipelines that were asked for by name and that no source is known for."""
    if found.source is not None:
        return []
    return [_PIPELINES[one] for one in ci if one in _PIPELINES and _lacks(plan, one)]


def _repin(plan: Plan, found: home.Home, *, check: bool, yes: bool, dry_run: bool, **others: bool) -> int:
    """Report on the pins, or move them; of the lines around one nothing is shown, as they may hold anything."""
    if check and others["upgrade"]:
        raise SettingsError("--check writes nothing, and --upgrade does", "Use one of them")
    if check:
        return pinning.check(plan, found)
    pinning.upgrade(plan, found)
    _say_source(plan, found)
    proposal.show(plan, pinning.without_credentials, context=0)
    none = "Nothing can be moved." if plan.remarks else "Nothing to move."
    is_written = proposal.settle(plan, yes=yes, dry_run=dry_run, none=none, remark=_asked(plan, found, None))
    return 0 if not plan.remarks and (is_written or dry_run or not plan.changes) else 1


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
    if practised := sum(not practice.suppressed for practice in done.outcome.practices):
        findings += f" and {count(practised, 'practice')}"
    scanned = done.outcome.scanned
    past = f" and {count(scanned.commits, 'commit')}" if scanned.commits else ""
    return f"{findings} in {count(scanned.files, 'file')}{past}"


# --- what would be written


def _plan_config(plan: Plan, done: _Done, *, baseline: bool) -> None:
    """Plan the configuration, and with `baseline` the baseline and the key that names it."""
    from keyguard.detect.baseline import FILE, Baseline, written

    recorded = FILE if baseline or os.path.lexists(plan.root / FILE) else None
    there = done.session.settings.config
    if there is None:
        plan.change(setup.CONFIG, lambda _: configuration.config(recorded))
    elif recorded and there.endswith((".yml", ".yaml")):
        plan.change(there, lambda text: configuration.with_baseline(text, recorded))
    elif recorded and baseline:
        plan.remarks.append(f'Add to [tool.keyguard] in {there}:\n  baseline = "{recorded}"')
    if recorded and baseline and os.path.lexists(plan.root / recorded):
        plan.remarks.append(
            f"{recorded} is there already, and left alone. `keyguard baseline create --update` adds to it what is new."
        )
    elif recorded and baseline:
        outcome = done.outcome
        entries = Baseline(recorded).and_new(outcome.findings, done.session.rules, plan.root, outcome.practices)
        plan.change(recorded, lambda _: written(entries), new_only=True)
        plan.change(setup.ATTRIBUTES, lambda text: configuration.with_union(text, recorded))


def _plan_hooks(plan: Plan, found: home.Home) -> None:
    """Plan pre-commit's hooks; those that run the installed keyguard name its path where no other name leads there."""
    from keyguard.cli.hook import called

    program = called()
    plan.change(setup.PRE_COMMIT, lambda text: hooks.with_hooks(text, found.source, found.version, program))
    if program != hooks.PROGRAM and any(
        change.name == setup.PRE_COMMIT and program in change.after for change in plan.changes
    ):
        plan.remarks.append(
            f"The hooks run {visible(program)}, which is on this machine only: with a `keyguard` on the path they "
            "would run that."
        )


def _plan_pipelines(plan: Plan, services: Sequence[str], found: home.Home, branch: str | None) -> None:
    source, version = found.source, found.version
    if source is None:
        _plan_no_source(
            plan, [name for service, name in _PIPELINES.items() if service in services and _lacks(plan, service)], found
        )
        return
    if "github" in services:
        plan.change(setup.GITHUB, lambda _: pipelines.workflow(source, version, branch), new_only=True)
    if "gitlab" in services:
        plan.change(setup.GITLAB, lambda text: pipelines.with_job(text, source, version))


def _lacks(plan: Plan, service: str) -> bool:
    """Tell whether there is no pipeline of ours yet for a service."""
    text = plan.read(_PIPELINES[service])
    return text is None or (service == "gitlab" and pipelines.lacks_job(text))


def _plan_no_source(plan: Plan, files: Sequence[str], found: home.Home) -> None:
    """Say in a sentence what a source would add; nothing is fetched from an address that nobody said."""
    gains = [f"pin the hooks in {change.name}" for change in plan.changes if change.name == setup.PRE_COMMIT]
    if files:
        gains.append(f"add keyguard to {' and '.join(files)}")
    if gains:
        plan.remarks.append(
            f"Nothing says where others would get this keyguard from ({found.basis}): --source URL@COMMIT, the address "
            f"of a repository of keyguard and the full id of a commit, would {' and '.join(gains)}."
        )


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
    if files.rest:
        plan.remarks.append(
            f"Not ignored, as others may need the rest of it: {_named(files.rest)}. Take the values out, and read "
            "them from the environment or a secret store."
        )


def _named(files: Sequence[str]) -> str:
    more = len(files) - _NAMED
    return visible(", ".join(files[:_NAMED])) + (f" and {more} more" if more > 0 else "")


# --- what is said


def _veiled(text: str, done: _Done) -> str:
    """Return a text without the values that were found: a file, a folder or a branch may be named after one."""
    from keyguard.cli.excerpt import without_values

    return without_values(text, (match for finding in done.outcome.findings for match in finding.matches))


def _say_source(plan: Plan, found: home.Home) -> None:
    """Say where the files that are to be written get keyguard from."""
    if _fetches(plan, found):
        version = f" ({found.version})" if found.version else ""
        screen.tell(f"keyguard{version} is pinned to {found.source}, according to {found.basis}.")
        if found.is_contradicted:
            screen.tell(pinning.contradiction(found))


def _asked(plan: Plan, found: home.Home, source: str | None) -> str:
    """Return what the question says of an address that was not typed: only the user knows who can reach it."""
    if source is not None or found.source is None or not _fetches(plan, found):
        return ""
    return f", by which your colleagues and CI get keyguard from {found.source.address}"


def _fetches(plan: Plan, found: home.Home) -> bool:
    return found.source is not None and any(found.source.pin in change.after for change in plan.changes)


def _say_next(plan: Plan, done: _Done, files: credentials.Files) -> None:
    """Say what is left to do, in the order in which it helps: revoke, take out, accept, commit, guard."""
    from keyguard.detect.baseline import FILE

    counts = any(not finding.suppressed for finding in done.outcome.findings)
    recorded = os.path.lexists(plan.root / FILE)
    names = {change.name for change in plan.changes}
    steps = []
    if counts and recorded:
        steps.append("# revoke each key that was found, before all else")
    elif counts:
        steps.append("keyguard scan  # revoke each key that it shows, before all else")
    if files.untrack:  # to ignore them is no use before that
        steps.append(f"git rm --cached {_typed(files.untrack)}")
    if counts and not recorded:
        steps.append("keyguard init --baseline  # accepts what cannot be fixed today")
    few = len(files.carried) <= _NAMED
    added = _typed(sorted({*names, *files.carried})) if few else f"--update && git add {_typed(sorted(names))}"
    steps.append(f'git add {added} && git commit -m "Scan for leaked credentials"')
    if (plan.root / setup.PRE_COMMIT).exists():
        steps.append("pre-commit install --hook-type pre-commit --hook-type pre-push")
    else:
        steps.append("keyguard hook install  # stops a leak before it is committed")
    if counts and recorded:
        steps.append("keyguard baseline audit  # shows each finding, and asks whether it is real")
    screen.tell("\nNext:\n" + "\n".join(f"  {visible(step)}" for step in steps))


def _typed(files: Sequence[str]) -> str:
    """Return files as a shell takes them, none of which is an option."""
    return shlex.join(f"./{file}" if file.startswith("-") else file for file in files)
