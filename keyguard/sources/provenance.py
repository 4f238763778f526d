"""Where findings come from: one pass over the commits tells who brought them, who removed them, and what reaches them.

    commits, parents first -> what each commit holds -> Trace per finding

A commit holds what its first parent held, changed by what it did itself. The findings are told by the ids of the
blobs (or of the commits and tags, for what stands in a message) that hold their parts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from keyguard.git.model import Commit, Ref

MOST = 100
"""Commits of one finding that are told one by one: a key may have been copied a thousand times."""

Parts = int
"""Which parts of a finding something holds, a bit for each."""


class Step(NamedTuple):
    """A commit that brought a finding to a path or took it away."""

    commit: str
    path: str


@dataclass(slots=True)
class Trace:
    """The way of one finding."""

    brought: list[Step] = field(default_factory=list)  # the first one introduced it
    removed: Step | None = None
    in_head: bool = False
    refs: list[str] = field(default_factory=list)
    commits: int = 0
    paths: set[str] = field(default_factory=set)
    together: bool = False  # one commit held all of its parts


class _State:
    """What a commit's files hold; shared by all commits that changed nothing of it, which are counted."""

    __slots__ = ("commits", "findings", "mask", "paths")

    def __init__(self, paths: dict[str, str], held: Mapping[str, Mapping[int, Parts]]) -> None:
        self.paths = paths
        self.commits = 0
        self.findings: dict[int, Parts] = defaultdict(int)
        for name in paths.values():
            for finding, parts in held[name].items():
                self.findings[finding] |= parts
        self.mask = _mask(self.findings)


def trace(
    commits: Iterable[Commit],
    held: Mapping[str, Mapping[int, Parts]],
    wanted: Mapping[int, Parts],
    refs: Sequence[Ref],
    head: str | None,
) -> dict[int, Trace]:
    """Follow findings through commits, parents first; `wanted` says which parts make each of them whole."""
    return _Walk(held, wanted).through(commits).told(refs, head)


class _Walk:
    def __init__(self, held: Mapping[str, Mapping[int, Parts]], wanted: Mapping[int, Parts]) -> None:
        self._held, self._wanted = held, wanted
        self._nothing = _State({}, held)
        self._states: dict[str, _State] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self._reached: dict[str, int] = {}  # a bit for each finding that a commit or an ancestor of it holds
        self._traces = {finding: Trace() for finding in wanted}

    def through(self, commits: Iterable[Commit]) -> _Walk:
        for commit in commits:
            before = [self._states.get(parent, self._nothing) for parent in commit.parents] or [self._nothing]
            state = self._states[commit.id] = self._after(commit, before)
            self._parents[commit.id] = commit.parents
            mask = state.mask
            if spoken := self._held.get(commit.id):
                self._say(commit.id, state, spoken)
                mask |= _mask(spoken)
            else:
                state.commits += 1
            self._reach(commit, mask)
        for state in {id(state): state for state in self._states.values()}.values():
            self._count(state.findings, state.commits)
        return self

    def _say(self, commit: str, state: _State, spoken: Mapping[int, Parts]) -> None:
        """Take note of what stands in a message."""
        for finding in spoken:
            self._brought(finding, commit, f"<commit {commit[:10]}>")
        self._count(_joined(state.findings, spoken), 1)

    def _count(self, holds: Mapping[int, Parts], commits: int) -> None:
        for finding, parts in holds.items() if commits else ():
            told = self._traces[finding]
            told.commits += commits
            told.together = told.together or parts & self._wanted[finding] == self._wanted[finding]

    def _reach(self, commit: Commit, mask: int) -> None:
        """Remember what a commit or an ancestor of it holds; most share the number of their first parent."""
        first = self._reached.get(commit.parents[0], 0) if commit.parents else 0
        for parent in commit.parents[1:]:
            mask |= self._reached.get(parent, 0)
        self._reached[commit.id] = first if first | mask == first else first | mask

    def _after(self, commit: Commit, before: list[_State]) -> _State:
        paths = before[0].paths
        touched = [change for change in commit.changes if change.new in self._held or change.path in paths]
        if not touched:
            return before[0]
        paths = dict(paths)
        for change in touched:
            old = paths.pop(change.path, None)
            if change.new not in self._held:
                continue
            paths[change.path] = change.new
            had = [self._held[old] if old else {}, *(self._at(state, change.path) for state in before[1:])]
            for finding, parts in self._held[change.new].items():
                if not any(parts & ~other.get(finding, 0) == 0 for other in had):
                    self._brought(finding, commit.id, change.path)
        return _State(paths, self._held)

    def _at(self, state: _State, path: str) -> Mapping[int, Parts]:
        name = state.paths.get(path)
        return self._held[name] if name else {}

    def _brought(self, finding: int, commit: str, path: str) -> None:
        told = self._traces[finding]
        told.paths.add(path)
        if len(told.brought) < MOST:
            told.brought.append(Step(commit, path))

    def told(self, refs: Sequence[Ref], head: str | None) -> dict[int, Trace]:
        reaching: dict[int, list[str]] = defaultdict(list)  # the refs that reach the same findings
        speaking: dict[int, list[str]] = defaultdict(list)  # the refs whose own text holds a finding
        for ref in refs:
            reaching[self._reached.get(ref.target, 0)].append(ref.name)
            for name in (ref.id, *ref.inner):
                for finding in self._held.get(name, ()):
                    speaking[finding].append(ref.name)
        for finding, told in self._traces.items():
            bit = 1 << finding
            names = [name for mask, some in reaching.items() if mask & bit for name in some]
            told.refs = sorted({*names, *speaking[finding]} if finding in speaking else names)
            if head is not None and self._reached.get(head, 0) & bit:
                told.removed = self._removal(finding, head)
                told.in_head = told.removed is None
        return self._traces

    def _removal(self, finding: int, head: str) -> Step | None:
        """Go back from HEAD to the commit that removed a finding; None while HEAD holds it, a message for ever."""
        bit = 1 << finding
        commit = head
        while not self._holds(commit, finding):
            parents = [parent for parent in self._parents[commit] if self._reached.get(parent, 0) & bit]
            if not parents:  # it stands in the message of an ancestor
                return None
            without = [parent for parent in parents if not self._holds(parent, finding)]
            if not without:
                paths = (path for path, name in self._states[parents[0]].paths.items() if finding in self._held[name])
                path = min(paths, default=None)
                return Step(commit, path) if path is not None else None
            commit = without[0]
        return None

    def _holds(self, commit: str, finding: int) -> bool:
        return finding in self._states.get(commit, self._nothing).findings or finding in self._held.get(commit, {})


def _mask(findings: Iterable[int]) -> int:
    return sum(1 << finding for finding in findings)


def _joined(one: Mapping[int, Parts], other: Mapping[int, Parts]) -> dict[int, Parts]:
    return {finding: one.get(finding, 0) | other.get(finding, 0) for finding in one.keys() | other.keys()}
