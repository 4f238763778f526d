"""`keyguard doctor`: which places on this computer hold OKX credentials, who may read them, and whether hooks work."""

from __future__ import annotations

import json
import os
import shlex
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keyguard import __version__
from keyguard.cli import screen
from keyguard.cli.examples import examples
from keyguard.display import in_json
from keyguard.errors import SourceError
from keyguard.signals import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.agents.status import Registered
    from keyguard.doctor.checkup import Agent, Checkup, Place, Reuse, Trouble
    from keyguard.doctor.hooks import Hook
    from keyguard.doctor.places import Layout
    from keyguard.model import Match

SCHEMA = "keyguard-doctor/1"

_WIDTH = 100
_PARTS = 6  # of one credential in one file are listed
_STYLES = {"critical": "red", "high": "red", "medium": "yellow"}


@click.command(
    "doctor",
    epilog=examples(
        "keyguard doctor  # your home, and this repository",
        "keyguard doctor ~/bots/grid ~/bots/tax  # other projects",
        "keyguard doctor --home /mnt/c/Users/ada --system windows",
        "keyguard doctor --format json",
    ),
)
@click.argument("projects", nargs=-1, metavar="[PATH]...")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--home", metavar="DIR", help="Look into this home folder (default: your own).")
@click.option(
    "--system",
    type=click.Choice(["linux", "macos", "windows"]),
    help="How the home of --home is laid out (default: as it looks).",
)
@click.option(
    "--fail-on",
    metavar="SEVERITY",
    help="Exit 1 if a finding is at least this severe: critical, high, medium, low (default), note.",
)
@click.option("-q", "--quiet", is_flag=True, help="Show only what is wrong, and no progress.")
@click.option("--no-color", is_flag=True, help="Write no colours.")
def command(
    projects: tuple[str, ...],
    format_: str,
    home: str | None,
    system: str | None,
    fail_on: str | None,
    *,
    quiet: bool,
    no_color: bool,
) -> int:
    """Find OKX credentials where tools of this computer keep or leave them.

    Read are the settings of OKX's tools, of bots, MCP clients and coding agents, agents' transcripts, histories and
    start-up files of shells, desktop and downloads; and in the current repository, or each PATH, the same tools' files
    and whether its hooks run keyguard. Nothing is run, changed or sent, and no value is shown.

    Exit code: 0 nothing at or above --fail-on; 1 a credential in plain text, or hooks that do not work; 2 it could not
    be done; 130 interrupted.
    """
    from keyguard.doctor import checkup
    from keyguard.report import veil_of

    if system and not home:
        raise click.UsageError("--system needs --home.")
    least = _severity(fail_on)
    with screen.progress(quiet=quiet) as progress:
        seen = checkup.examine(_layout(home, system), _projects(projects), progress=progress)
    screen.hide(lambda: veil_of(seen.outcome))
    failing = seen.severity is not None and seen.severity >= least
    code = int(failing) if seen.complete else INTERRUPTED
    if format_ == "json":
        json_text = in_json(json.dumps(record(seen, veil_of(seen.outcome).text, code), indent=2))
        click.echo(json_text)
    else:
        _Told(seen, quiet=quiet, color=not no_color).write()
    return code


def _severity(word: str | None) -> Any:
    from keyguard.model import Severity

    try:
        return Severity[(word or "low").upper()]
    except KeyError:
        message, hint = screen.unknown("severity", word or "", [severity.word for severity in Severity])
        raise SourceError(message, hint or "critical, high, medium, low and note are") from None


def _layout(home: str | None, system: str | None) -> Layout:
    from keyguard.doctor.places import Layout

    here = Layout.here()
    return Layout.of(Path(home), system or _looks_like(Path(home)) or here.system) if home else here


def _looks_like(home: Path) -> str:
    """Return the system whose folder for settings a home has; '' for none, as another computer's disk may be here."""
    folders = {"windows": "AppData", "macos": "Library/Application Support"}
    return next((system for system, folder in folders.items() if (home / folder).is_dir()), "")


def _projects(paths: tuple[str, ...]) -> list[Path]:
    """Return the folders of projects: the top of the work tree that each lies in, where there is one."""
    from keyguard.git import calls

    for path in paths:
        if not Path(path).is_dir():
            raise SourceError(f"{path!r} is no folder", "name the folder of a project", what=path)
    tops = [_top(path, calls.work_tree) for path in paths or (".",)]
    return list(dict.fromkeys(tops))


def _top(path: str, work_tree: Callable[[str], Path | None]) -> Path:
    try:
        return work_tree(path) or Path(path).resolve()
    except SourceError:  # git refuses a repository that is somebody else's
        return Path(path).resolve()


class _Short:
    """Shows paths below the home with '~' in its place."""

    def __init__(self, home: Path) -> None:
        self._homes = tuple(dict.fromkeys((os.path.realpath(home), str(home))))

    def __call__(self, path: str) -> str:
        for home in self._homes:
            if path.startswith(f"{home.rstrip(os.sep)}{os.sep}"):
                return f"~{path[len(home.rstrip(os.sep)) :]}".replace(os.sep, "/")
        return path

    def typed(self, path: str) -> str:
        """Return a path as somebody types it into a shell."""
        return _typed(self(path))


def _typed(path: str) -> str:
    home, rest = ("~/", path[2:]) if path.startswith("~/") else ("", path)
    return home + shlex.quote(rest)


def _mending(trouble: Trouble, path: str) -> str:
    from keyguard.doctor.checkup import PATH

    return trouble.fix.replace(PATH, path)


# --- JSON


def record(seen: Checkup, clean: Callable[[str], str], code: int) -> dict[str, Any]:
    """Return what was seen as docs/doctor.md promises it."""
    short = _Short(seen.layout.home)

    def path(text: str) -> str:
        return clean(short(text)).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")

    return {
        "schema": SCHEMA,
        "tool": {"name": "keyguard", "version": __version__},
        "system": seen.layout.system,
        "places": [_place(place, path) for place in seen.places],
        "reuse": [
            {"part": one.part, "mask": one.value.mask, "paths": [path(file) for file in one.paths]}
            for one in seen.reuse
        ],
        "agents": [_agent(agent, path, clean) for agent in seen.agents],
        "transcripts": [
            {"agent": agent, "files": read, "holding": holding} for agent, read, holding in seen.transcripts
        ],
        "hooks": [_hook(hook, path, clean) for hook in seen.hooks],
        "agent_hooks": [
            {"agent": one.agent, "scope": one.scope, "path": path(str(one.path)), "state": one.state.name.lower()}
            for one in seen.agent_hooks
        ],
        "not_read": [{"what": path(one.what), "reason": clean(one.reason)} for one in seen.unread],
        "read": {"files": seen.outcome.scanned.files, "bytes": seen.outcome.scanned.bytes},
        "complete": seen.complete,
        "exit_code": code,
    }


def _agent(agent: Agent, path: Callable[[str], str], clean: Callable[[str], str]) -> dict[str, Any]:
    return {
        "agent": agent.file.row.tool,
        "path": path(agent.file.path),
        "servers": None if agent.servers is None else [clean(name) for name in agent.servers],
        "holds_credential": agent.holds,
    }


def _hook(hook: Hook, path: Callable[[str], str], clean: Callable[[str], str]) -> dict[str, Any]:
    return {
        "hook": hook.kind,
        "path": path(hook.path),
        "by": hook.by or None,
        "works": hook.works,
        "severity": None if hook.works else hook.severity.word,
        "problem": clean(hook.problem) or None,
        "fix": clean(hook.fix) or None,
    }


def _place(place: Place, path: Callable[[str], str]) -> dict[str, Any]:
    row = place.file.row
    return {
        "path": path(place.file.path),
        "tool": row.tool,
        "kind": row.kind.id,
        "severity": place.severity.word,
        "tracking": place.tracking.value,
        "mode": None if place.mode is None else f"{place.mode:04o}",
        "credentials": [
            {
                "rule": finding.rule,
                "fingerprint": finding.fingerprint,
                "realm": finding.realm,
                "parts": [
                    {
                        "part": match.part,
                        "line": match.region.line,
                        "column": match.region.column,
                        "mask": match.value.mask,
                        "inner": path(match.blob.inner) or None,
                        "via": list(match.via),
                    }
                    for match in matches
                ],
            }
            for finding, matches in place.held
        ],
        "problems": [
            {
                "id": trouble.id,
                "severity": trouble.severity.word,
                "what": trouble.what,
                "fix": _mending(trouble, _typed(path(place.file.path))),
            }
            for trouble in place.troubles
        ],
        "fix": row.advice,
        "source": row.source,
    }


# --- text


class _Told:
    """Tells people what was seen."""

    def __init__(self, seen: Checkup, *, quiet: bool, color: bool) -> None:
        import sys

        self._seen, self._quiet = seen, quiet
        self._color = screen.should_color(sys.stdout, never=not color)
        self._short = _Short(seen.layout.home)
        self._room = min(screen.width() or _WIDTH, _WIDTH)

    def write(self) -> None:
        """Write all of it."""
        for place in self._seen.places:
            self._place(place)
        for reuse in self._seen.reuse:
            self._reuse(reuse)
        wrong = [hook for hook in self._seen.hooks if not hook.works]
        for hook in wrong:
            self._hook(hook)
        for registered in filter(lambda one: one.is_broken, self._seen.agent_hooks):
            self._agent_hook(registered)
        if self._quiet:
            return
        self._advise()
        self._agents()
        for hook in self._seen.hooks:
            if hook.works:
                screen.tell(f"{hook.kind} hook: works, by {hook.by if hook.by != 'another' else 'a script of its own'}")
        self._working_agent_hooks()
        for one in self._seen.unread:
            screen.tell(f"Not read: {self._short(one.what)}: {one.reason}")
        screen.tell(self._summary())

    def _head(self, severity: str, text: str) -> None:
        screen.tell(f"{severity}  {text}", style=_STYLES.get(severity), color=self._color)

    def _place(self, place: Place) -> None:
        path = self._short(place.file.path)
        self._head(place.severity.word, f"{path}  {place.file.row.title}")
        for finding, matches in place.held:
            realm = f"  ({finding.realm})" if finding.realm else ""
            shown = [(_spot(match), match) for match in matches[:_PARTS]]
            wide = max(len(spot) for spot, _ in shown)
            for spot, match in shown:
                part = (match.part or "value").replace("_", " ")
                screen.tell(f"  {spot:<{wide}}  {part:<10}  {match.value.mask}{realm}")
            if len(matches) > _PARTS:
                screen.tell(f"  and {len(matches) - _PARTS:,} more")
        for trouble in place.troubles:
            bits = f" (mode {place.mode:04o})" if trouble.id == "readable" and place.mode is not None else ""
            self._wrapped("  ", f"{trouble.what}{bits}: {_mending(trouble, self._short.typed(place.file.path))}")
        screen.tell()

    def _reuse(self, reuse: Reuse) -> None:
        part = reuse.part.replace("api_key", "API key").replace("_", " ")
        what = "one passphrase for several keys" if reuse.part == "passphrase" else f"one {part} for several programs"
        self._head("medium", f"{reuse.value.mask}  {what}")
        for path in reuse.paths:
            screen.tell(f"  {self._short(path)}")
        self._wrapped("  ", "Make a key for each: a leak of one then stops one, and each may do what it needs alone.")
        screen.tell()

    def _hook(self, hook: Hook) -> None:
        self._head(hook.severity.word, f"{hook.kind} hook: {hook.problem}")
        self._wrapped("  ", hook.fix)
        screen.tell()

    def _agent_hook(self, one: Registered) -> None:
        where = self._short(str(one.path))
        self._head("medium", f"hook of {_titled(one)}: {where}: {_of_state(one)}")
        self._wrapped("  ", f"keyguard hook install --agent {one.agent} writes it anew.")
        screen.tell()

    def _working_agent_hooks(self) -> None:
        for one in self._seen.agent_hooks:
            if not one.is_broken:
                self._wrapped("", f"hook of {_titled(one)}: {_of_state(one)} ({self._short(str(one.path))})")

    def _advise(self) -> None:
        """Say once for each kind of place how a credential is moved out of it."""
        tools_by_advice: dict[str, list[str]] = {}
        for place in self._seen.places:
            tools = tools_by_advice.setdefault(place.file.row.advice, [])
            if place.file.row.tool not in tools:
                tools.append(place.file.row.tool)
        for advice, tools in tools_by_advice.items():
            screen.tell(f"{', '.join(tools)}:")
            self._wrapped("  ", advice)
        if tools_by_advice:
            screen.tell()

    def _agents(self) -> None:
        for agent in self._seen.agents:
            self._wrapped("", self._agent(agent))
        for tool, read, holding in self._seen.transcripts:
            held = f"{holding:,} with a credential" if holding else "none with a credential"
            screen.tell(f"{tool}: {read:,} {'file' if read == 1 else 'files'} of conversations and logs, {held}")

    def _agent(self, agent: Agent) -> str:
        if agent.servers is None:
            named = "MCP servers unknown, as it could not be parsed"
        else:
            named = f"MCP servers {', '.join(agent.servers)}" if agent.servers else "no MCP server"
        held = "; holds a credential" if agent.holds else ""
        return f"{agent.file.row.tool}: {self._short(agent.file.path)}, {named}{held}"

    def _summary(self) -> str:
        seen = self._seen
        number, read = len(seen.places), seen.outcome.scanned.files
        files = f"{read:,} {'file' if read == 1 else 'files'}"
        if not number:
            return f"No credential in {files} of this computer's tools."
        return f"{number:,} of {files} {'holds' if number == 1 else 'hold'} a credential in plain text."

    def _wrapped(self, indent: str, text: str) -> None:
        for line in _lines(text, self._room - len(indent)):
            screen.tell(indent + line)


def _titled(one: Registered) -> str:
    from keyguard.agents import agent

    return agent(one.agent).TITLE


def _of_state(one: Registered) -> str:
    from keyguard.agents.status import State

    return {
        State.INSTALLED: "works",
        State.ABSENT: f"none; keyguard hook install --agent {one.agent} --user has keys blocked and masked",
        State.CHANGED: "it was changed, or written by another version",
    }.get(one.state, one.state.value)


def _spot(match: Match) -> str:
    inner = f"{match.blob.inner}:" if match.blob.inner else ""
    return f"{inner}{match.region.line}:{match.region.column}"


def _lines(text: str, room: int) -> Iterator[str]:
    yield from textwrap.wrap(text, max(room, 40), break_long_words=False, break_on_hyphens=False)
