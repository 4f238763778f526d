"""`keyguard hook`: git's own hooks, for those without pre-commit, and the hooks of coding agents.

    pre-commit   what is about to be committed
    pre-push     what is about to be pushed
    pre-receive  on a server: what is being received, before it is taken
    --agent      prompts, tool calls and what tools return (`agent_hooks`)

A hook that is there already is kept and called first; the folder is the one that git looks into.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

import click

from keyguard import atomic
from keyguard.agents import PROJECT
from keyguard.cli import agent_hooks, screen
from keyguard.cli.examples import examples
from keyguard.cli.layout import Group
from keyguard.errors import SourceError
from keyguard.frozen import dataclass
from keyguard.git.hooks import MARK, OF_PRE_COMMIT

_BEFORE = ".before-keyguard"
_MODES = {
    "pre-commit": "--staged",
    "pre-push": '--pushed --remote "$1"',
    "pre-receive": "--received",
}
# What git writes to standard input is for both, the hook that was there before and keyguard.
_SCRIPT = """#!/bin/sh
{mark}
before="$0{suffix}"
updates={updates}
if [ -x "$before" ]; then
    printf '%s\\n' "$updates" | "$before" "$@" || exit
fi
keyguard={keyguard}
if [ ! -x "$keyguard" ] && ! keyguard=$(command -v keyguard); then
    echo 'keyguard: the hook finds no keyguard: install it again, or `keyguard hook uninstall`.' >&2
    exit 2
fi
printf '%s\\n' "$updates" | "$keyguard" scan {mode}{options}
"""


@dataclass(frozen=True, slots=True)
class _Place:
    """The folder of a repository's hooks."""

    folder: Path
    bare: bool

    def hook(self, kind: str) -> Path:
        return self.folder / kind

    def before(self, kind: str) -> Path:
        return self.folder / f"{kind}{_BEFORE}"

    def has_ours(self, kind: str) -> bool:
        """Tell our hook from anybody else's."""
        try:
            return MARK in self.hook(kind).read_text("utf-8", "replace")
        except OSError:
            return False


def _repository_option(function: click.decorators.FC) -> click.decorators.FC:
    return click.option("-C", "path", default=".", metavar="PATH", help="The repository (default: this one).")(function)


def _kinds_option(function: click.decorators.FC) -> click.decorators.FC:
    return click.option(
        "--type",
        "kinds",
        multiple=True,
        type=click.Choice(list(_MODES)),
        help="Which hooks (default: pre-commit and pre-push, in a bare repository pre-receive).",
    )(function)


def _agent_options(function: click.decorators.FC) -> click.decorators.FC:
    for option in reversed(
        (
            click.option("--agent", "agents", metavar="AGENT,...", help="Hooks of these coding agents, not git's."),
            click.option("--user", is_flag=True, help="With --agent: for you, in every project."),
            click.option("--local", is_flag=True, help="With --agent: for you, in this project only."),
            click.option("-y", "--yes", is_flag=True, help="With --agent: write without asking."),
            click.option("--dry-run", is_flag=True, help="With --agent: show the changes, and write nothing."),
        )
    ):
        function = option(function)
    return function


_on_finding = click.option(
    "--on-finding",
    type=click.Choice(["block", "warn"]),
    default="block",
    show_default=True,
    help="Of an agent: what to do about a credential.",
)
_on_failure = click.option(
    "--on-failure",
    type=click.Choice(["allow", "block"]),
    default="allow",
    show_default=True,
    help="Of an agent: what to do if keyguard itself fails.",
)


@click.group(
    "hook",
    cls=Group,
    epilog=examples(
        "keyguard hook install",
        "keyguard hook install --agent claude-code,cursor",
        "keyguard hook status",
        "keyguard hook uninstall",
    ),
)
def command() -> None:
    """Install hooks of git or of coding agents that stop a leak, or take them away.

    With pre-commit (https://pre-commit.com) list the hooks keyguard and keyguard-push in its configuration instead.
    """


@command.command(
    "install",
    epilog=examples(
        "keyguard hook install",
        "keyguard hook install --type pre-commit -- --fail-on high",
        "keyguard hook install -C /srv/git/bot.git  # pre-receive, on a server",
        "keyguard hook install --agent claude-code --user",
    ),
)
@_repository_option
@_kinds_option
@_agent_options
@_on_finding
@_on_failure
@click.argument("options", nargs=-1, metavar="[-- OPTION...]", type=click.UNPROCESSED)
def install(
    path: str,
    kinds: tuple[str, ...],
    options: tuple[str, ...],
    *,
    agents: str | None,
    on_finding: str,
    on_failure: str,
    yes: bool,
    dry_run: bool,
    **scope: bool,
) -> int:
    """Install hooks; what stands behind '--' is given to `keyguard scan`.

    A git hook that is there already is kept beside ours and called first. Settings of an agent are shown as a
    difference before they are written, and keep all that is in them.
    """
    if agents is not None:
        _check_agent_use(kinds, options)
        where = agent_hooks.scope_of(**scope)
        words = _unusual(("--on-finding", on_finding, "block"), ("--on-failure", on_failure, "allow"))
        shared = where == PROJECT and os.name != "nt"
        return agent_hooks.install(
            agents, path, where, words, program=called() if shared else program(), yes=yes, dry_run=dry_run
        )
    _check_git_use(yes, dry_run, *scope.values(), on_finding != "block", on_failure != "allow")
    _check_options(options)
    place = _place(path)
    for kind in kinds or _usual(place):
        _install(place, kind, options)
    return 0


@command.command(
    "uninstall",
    epilog=examples("keyguard hook uninstall --type pre-push", "keyguard hook uninstall --agent cursor --user"),
)
@_repository_option
@_kinds_option
@_agent_options
def uninstall(path: str, kinds: tuple[str, ...], agents: str | None, *, yes: bool, dry_run: bool, **scope: bool) -> int:
    """Take our hooks away, and put back what was there before."""
    if agents is not None:
        _check_agent_use(kinds)
        return agent_hooks.uninstall(agents, path, agent_hooks.scope_of(**scope), yes=yes, dry_run=dry_run)
    _check_git_use(yes, dry_run, *scope.values())
    place = _place(path)
    ours = [kind for kind in kinds or _MODES if place.has_ours(kind)]
    for kind in ours:
        before = place.before(kind)
        if before.exists():
            before.replace(place.hook(kind))
        else:
            place.hook(kind).unlink()
        screen.tell(f"Removed {place.hook(kind)}")
    if not ours:
        screen.tell("There is no hook of keyguard's.")
    return 0


@command.command("status", epilog=examples("keyguard hook status", "keyguard hook status -C ~/bots/grid"))
@_repository_option
def status(path: str) -> int:
    """Tell which agents have our hooks, in this project and for you.

    Exit code: 0 each that is there works; 1 one was changed, or runs a keyguard that does not exist. Git's hooks:
    `keyguard doctor`.
    """
    return agent_hooks.status(path)


@command.command("run", epilog=examples("keyguard hook run --agent cursor"))
@click.option("--agent", "name", metavar="AGENT", required=True, help="Whose event it is.")
@_on_finding
@_on_failure
def run(name: str, on_finding: str, on_failure: str) -> int:
    """Answer an event of an agent's: what its hook runs.

    The event is read from standard input; the answer, in the agent's own form, goes to standard output. The exit code
    is 0 whatever the answer is.
    """
    return agent_hooks.run(name, warn=on_finding == "warn", block=on_failure == "block")


def _check_agent_use(*of_git: tuple[str, ...]) -> None:
    if any(of_git):
        raise click.UsageError("--type and what stands behind '--' are for git's hooks, not for --agent.")


def _check_git_use(*of_agents: bool) -> None:
    if any(of_agents):
        raise click.UsageError("--user, --local, --yes, --dry-run, --on-finding and --on-failure go with --agent.")


def _check_options(options: tuple[str, ...]) -> None:
    """Refuse what would be a path, to which the hooks would limit themselves: `install pre-push`, say."""
    if options and not options[0].startswith("-"):
        raise SourceError(
            f"{options[0]!r} is no option of `keyguard scan`",
            "--type names a hook, -C a repository; options of the scan stand behind '--'",
        )


def _unusual(*options: tuple[str, str, str]) -> list[str]:
    """Return the options that are not as they are by default, as words of a command."""
    return [word for name, value, usual in options if value != usual for word in (name, value)]


def _usual(place: _Place) -> tuple[str, ...]:
    return ("pre-receive",) if place.bare else ("pre-commit", "pre-push")


def _install(place: _Place, kind: str, options: tuple[str, ...]) -> None:
    hook, before = place.hook(kind), place.before(kind)
    ours = place.has_ours(kind)
    if os.path.lexists(hook) and not ours:
        if OF_PRE_COMMIT in hook.read_text("utf-8", "replace"):
            raise SourceError(
                f"{hook} is pre-commit's", "list the hook in .pre-commit-config.yaml instead: docs/hooks.md shows how"
            )
        if place.folder.parent.name == ".husky":
            raise SourceError(
                f"{hook} is husky's, which finds your script by its name",
                f"add the line `keyguard scan {_MODES[kind]}` to {place.folder.parent / kind} by hand",
            )
        if os.path.lexists(before):
            raise SourceError(f"{before} is in the way: it would be overwritten", "move it elsewhere")
    place.folder.mkdir(parents=True, exist_ok=True)
    with atomic.writing(hook, mode=0o755) as stream:
        stream.write(_script(kind, options).encode())
        if os.path.lexists(hook) and not ours:
            hook.replace(before)
    chained = f" (calls {before.name} first)" if before.exists() else ""
    screen.tell(f"Installed {hook}{chained}")


def _script(kind: str, options: tuple[str, ...]) -> str:
    return _SCRIPT.format(
        mark=MARK,
        suffix=_BEFORE,
        updates="" if kind == "pre-commit" else "$(cat)",
        keyguard=shlex.quote(program()),
        mode=_MODES[kind],
        options="".join(f" {shlex.quote(option)}" for option in options),
    )


def program() -> str:
    """Return the script that runs keyguard; `python -m` would import from the folder that is scanned."""
    called = shutil.which(sys.argv[0]) if Path(sys.argv[0]).stem == "keyguard" else None
    beside = Path(sys.executable).with_name("keyguard.exe" if os.name == "nt" else "keyguard")
    return Path(called or beside).absolute().as_posix()


def called() -> str:
    """Return the name by which a shell finds this keyguard: `keyguard`, where that is no other one, else its path."""
    path = program()
    there = shutil.which("keyguard")
    return "keyguard" if there and Path(there).resolve() == Path(path).resolve() else path


def _place(path: str) -> _Place:
    """Find where git looks for hooks; a folder outside of the repository is named and not written to."""
    from keyguard.git.hooks import hooks
    from keyguard.git.repository import open_repository

    repository = open_repository(path)
    if repository is None:
        raise SourceError(f"{path!r} is in no git repository", "name one with -C PATH")
    folder, scope = hooks(repository)
    place = Path(folder).resolve()
    if not {Path(repository.folder).resolve(), Path(repository.store)} & {place, *place.parents}:
        chosen = f"core.hooksPath of the {scope} configuration" if scope else f"the link {folder}"
        raise SourceError(
            f"{chosen} leads to {place}, outside of this repository",
            "a hook there would run for other repositories too: add the line `keyguard scan --staged` to yours by hand",
        )
    return _Place(Path(folder), repository.bare)
