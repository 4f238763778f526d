"""One look at a computer: what holds a credential, who else may read it, what is used twice, and the hooks."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import field, replace
from datetime import datetime, timezone
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard import api
from keyguard.agents import USER, agent, status
from keyguard.agents.status import State
from keyguard.detect.practice.audits.stale import age
from keyguard.doctor import agents, hooks, places, readers
from keyguard.frozen import dataclass
from keyguard.model import Severity, Skipped, Tracking
from keyguard.settings import Practices

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from keyguard.agents.status import Registered
    from keyguard.doctor.hooks import Hook
    from keyguard.doctor.places import File, Layout
    from keyguard.engine.scanner import Progress
    from keyguard.model import Finding, Match, Outcome, Rule, Secret

    _Held: TypeAlias = Mapping[str, Sequence[tuple[Finding, tuple[Match, ...]]]]

PATH = "FILE"
"""Stands in what fixes a place for its path, which is shown as a shell takes it."""

_TYPED = "passphrase"  # the part that people choose


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a file beside the credential in it, and what fixes it."""

    id: str  # 'readable', 'tracked', 'untracked' or 'stale'
    severity: Severity
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class Place:
    """A file that holds credentials: each with its parts there."""

    file: File
    held: tuple[tuple[Finding, tuple[Match, ...]], ...]
    tracking: Tracking
    mode: int | None
    troubles: tuple[Trouble, ...]
    most: Severity  # by what is held: of demo trading, or of one part, less is lost

    @property
    def severity(self) -> Severity:
        """How bad it is: by what the place is and what else is wrong with it."""
        return min(self.most, max((self.file.row.kind.severity, *(trouble.severity for trouble in self.troubles))))


@dataclass(frozen=True, slots=True)
class Reuse:
    """One value that several tools use, or a passphrase that belongs to several keys."""

    part: str
    value: Secret
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agent:
    """Settings of an agent that are there; `servers` is None where the file could not be read as settings."""

    file: File
    servers: tuple[str, ...] | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was seen."""

    layout: Layout
    places: tuple[Place, ...]
    reuse: tuple[Reuse, ...]
    agents: tuple[Agent, ...]
    transcripts: tuple[tuple[str, int, int], ...]  # of each agent: how many files were read, and hold a credential
    hooks: tuple[Hook, ...]
    agent_hooks: tuple[Registered, ...]  # of agents that are used here; of one that has none, the file for one's own
    unread: tuple[Skipped, ...]
    outcome: Outcome = field(repr=False)

    @property
    def severity(self) -> Severity | None:
        """The worst of all that is wrong; None where nothing is."""
        wrong = [place.severity for place in self.places] + [Severity.MEDIUM for _ in self.reuse]
        wrong += [hook.severity for hook in self.hooks if not hook.works]
        wrong += [Severity.MEDIUM for hook in self.agent_hooks if hook.is_broken]
        return max(wrong, default=None)

    @property
    def complete(self) -> bool:
        """Whether everything was read to its end, and not interrupted."""
        return self.outcome.complete


def examine(layout: Layout, projects: Sequence[Path], *, progress: Progress | None = None) -> Checkup:
    """Look at a home and at projects; `projects` are folders, the top of a repository where there is one."""
    found = places.look(layout, projects)
    files = {file.path: file for file in found.files}
    outcome = api.scan_files(list(files), os.path.realpath(layout.home), progress=progress)
    held = _held(outcome, files)
    modes = layout.system != "windows"
    holding = tuple(
        sorted(_places(held, files, outcome.rules, modes=modes), key=lambda place: (-place.severity, place.file.path))
    )
    return Checkup(
        layout=layout,
        places=holding,
        reuse=tuple(_reuse(outcome.findings, files)),
        agents=tuple(_agents(found.files, held)),
        transcripts=tuple(_transcripts(found.files, held)),
        hooks=tuple(hook for project in projects for hook in hooks.check(str(project))),
        agent_hooks=tuple(_agent_hooks(layout, projects, found.files)),
        unread=tuple(sorted({*found.unread, *_unread(outcome)})),
        outcome=outcome,
    )


def _most(finding: Finding, rules: Mapping[str, Rule]) -> Severity:
    """Return how bad it may be at most; that git ignores a file is how such a file should lie, and lowers nothing."""
    severity = rules[finding.rule].severity
    return min(severity, Severity.MEDIUM) if finding.realm == "demo" else severity


def _held(outcome: Outcome, files: Collection[str]) -> dict[str, list[tuple[Finding, tuple[Match, ...]]]]:
    """Return for each file the credentials in it; what a comment in a file ignores counts all the same."""
    held: dict[str, list[tuple[Finding, tuple[Match, ...]]]] = {}
    for finding in outcome.findings:
        here: dict[str, list[Match]] = {}
        for match in finding.matches:
            if match.blob.id in files:
                here.setdefault(match.blob.id, []).append(match)
        for path, matches in here.items():
            held.setdefault(path, []).append((finding, tuple(matches)))
    return held


def _places(held: _Held, files: Mapping[str, File], rules: Mapping[str, Rule], *, modes: bool) -> Iterator[Place]:
    for path, credentials in held.items():
        tracking = credentials[0][1][0].blob.tracking
        mode = readers.mode(path) if modes else None
        troubles = (*_troubles(path, tracking, modes=modes), *_stale(files[path], credentials))
        most = max(_most(finding, rules) for finding, _ in credentials)
        yield Place(files[path], tuple(credentials), tracking, mode, troubles, most)


def _troubles(path: str, tracking: Tracking, *, modes: bool) -> Iterator[Trouble]:
    if tracking is Tracking.TRACKED:
        fix = "delete the key on the exchange: the history keeps it; then git rm --cached, and a line in .gitignore"
        yield Trouble("tracked", Severity.CRITICAL, "git tracks it: whoever clones the repository has it", fix)
    elif tracking is Tracking.UNTRACKED:
        yield Trouble("untracked", Severity.HIGH, "the next `git add .` takes it", "add a line to .gitignore")
    if modes and (whose := readers.others(path)):
        yield Trouble("readable", Severity.HIGH, f"{whose} may read it", f"chmod 600 {PATH}")


def _stale(file: File, credentials: Sequence[tuple[Finding, tuple[Match, ...]]]) -> Iterator[Trouble]:
    """Tell of a key in use that is as old as its file's last change, or older; parts alone may be of another file's."""
    days = age(file.path, datetime.now(tz=timezone.utc).date()) if file.row.kind.used else 0
    if days > Practices().max_age and any(len(matches) > 1 for _, matches in credentials):
        what = f"it was last changed {days:,} days ago, and its key is as old"
        yield Trouble("stale", Severity.LOW, what, "create a new key, use it, and delete the old one on the exchange")


def _reuse(findings: Iterable[Finding], files: Mapping[str, File]) -> Iterator[Reuse]:
    """Find what several tools use; values are compared by their tags, which are keyed for this run."""
    with_key = []
    for finding in findings:
        used = [match for match in finding.matches if _is_used(match, files)]
        own = [match for match in used if match.part != _TYPED]
        if own:
            with_key.append(used)
        if len({files[match.blob.id].row.tool for match in own}) > 1:
            yield Reuse(own[0].part or "value", own[0].value, _paths(own))
    yield from _of_passphrases(with_key)


def _of_passphrases(credentials: Iterable[Sequence[Match]]) -> Iterator[Reuse]:
    """Find passphrases that several credentials have."""
    found: dict[Secret, dict[int, list[Match]]] = {}
    for number, matches in enumerate(credentials):
        for match in matches:
            if match.part == _TYPED:
                found.setdefault(match.value, {}).setdefault(number, []).append(match)
    for value, by_credential in found.items():
        if len(by_credential) > 1:
            yield Reuse(_TYPED, value, _paths(chain.from_iterable(by_credential.values())))


def _is_used(match: Match, files: Mapping[str, File]) -> bool:
    return match.blob.id in files and files[match.blob.id].row.kind.used


def _paths(matches: Iterable[Match]) -> tuple[str, ...]:
    return tuple(sorted({match.blob.id for match in matches}))


def _agents(found: Iterable[File], held: Collection[str]) -> Iterator[Agent]:
    for file in found:
        if file.row.servers:
            named = agents.servers(file.path, file.row.servers)
            if named != () or file.path in held:
                yield Agent(file, named, file.path in held)


def _agent_hooks(layout: Layout, projects: Sequence[Path], found: Iterable[File]) -> Iterator[Registered]:
    """Say where agents have our hooks; of an agent that is used and has none, name the file of the home."""
    used = {file.row.tool for file in found}
    seen = {one.path: one for project in projects for one in status.look(project, layout.home, layout.environment)}
    registered = [one for one in seen.values() if one.state not in {State.ABSENT, State.UNREADABLE}]
    without = {one.agent for one in seen.values()} - {one.agent for one in registered}
    yield from registered
    for one in seen.values():
        if one.scope == USER and one.agent in without and agent(one.agent).TITLE in used:
            yield one


def _transcripts(found: Iterable[File], held: Collection[str]) -> Iterator[tuple[str, int, int]]:
    read, holding = Counter[str](), Counter[str]()
    for file in found:
        if file.row.kind.id == "transcript":
            read[file.row.tool] += 1
            holding[file.row.tool] += file.path in held
    yield from ((tool, number, holding[tool]) for tool, number in sorted(read.items()))


def _unread(outcome: Outcome) -> Iterator[Skipped]:
    yield from (
        replace(skipped, what=os.path.normpath(Path(outcome.root, skipped.what))) for skipped in outcome.skipped
    )
