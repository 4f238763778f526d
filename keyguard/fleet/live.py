"""The live check of a fleet: each credential once, from the client, with values that are read again where they stand.

    units with findings -> their repositories, here -> the contents that their reports name, scanned again -> Outcome

No value comes from a worker or from the results: the client reads the contents from the repository itself, or from a
mirror of its own. Nothing but those contents is read.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from keyguard import api
from keyguard.engine import together
from keyguard.engine.shared import Shared
from keyguard.errors import KeyguardError
from keyguard.fleet import results, unit
from keyguard.fleet.store import Store
from keyguard.git.repository import open_repository
from keyguard.model import Notice, Outcome
from keyguard.report.phrases import count
from keyguard.sources.files import FileSource
from keyguard.sources.git import NamedSource
from keyguard.sources.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keyguard.fleet.record import Record
    from keyguard.fleet.unit import Task
    from keyguard.model import Blob, Finding
    from keyguard.sources import Source


class _Again(api.Session):
    """A scan of those contents of a repository that a report names, and of nothing else."""

    def __init__(self, folder: str, blobs: Iterable[Blob], like: Task, shared: Shared) -> None:
        super().__init__(
            api.Request(paths=(folder,), history=False, jobs=1, settings=dict(like.settings)), shared=shared
        )
        self._folder, self._blobs = folder, dict.fromkeys(blobs)

    @cached_property
    def sources(self) -> list[Source]:
        """The contents of git, and the files of a work tree."""
        settings = self.settings
        options: dict[str, Any] = {
            "everything": settings.everything,
            "exclude": settings.exclude,
            "max_file_size": settings.max_file_size,
        }
        files = [os.path.join(self._folder, one.path) for one in self._blobs if one.object_id is None]  # noqa: PTH118
        found: list[Source] = [FileSource(files, root=self.root, **options)] if files else []
        repository = open_repository(self._folder)
        if repository is not None:
            held = [one for one in self._blobs if one.object_id is not None]
            found.append(NamedSource(repository, held, paths=Paths(self.rules, settings), **options))
        return found


def again(found: Iterable[tuple[Task, Record]]) -> Outcome:
    """Return the open findings of some units, each credential once, with values that can be had.

    One that is not where its report says any more, or whose repository cannot be reached, is told in a notice.
    """
    chosen: dict[str, Finding] = {}
    lost: dict[str, str] = {}
    shared = Shared(())
    rules = api.load_rules()
    for task, record in found:
        outcome = results.report_of(Store(task.out), record, rules.rules)
        wanted = {one.fingerprint for one in outcome.findings if not one.suppressed} if outcome else set()
        if outcome is None or not wanted - chosen.keys():
            continue
        part = together.Part(f"{record.name}/", _reread(task, outcome, shared), rules)
        for one in together.moved(part).findings:
            if one.fingerprint in wanted and _is_more(one, chosen.get(one.fingerprint)):
                chosen[one.fingerprint] = one
        lost.update(dict.fromkeys(wanted, record.name))
    notices = tuple(_missing([name for fingerprint, name in lost.items() if fingerprint not in chosen]))
    return Outcome(findings=tuple(chosen.values()), notices=notices, rules=rules.rules, root="")


def _reread(task: Task, outcome: Outcome, shared: Shared) -> Outcome:
    blobs = [match.blob.outer for one in outcome.findings if not one.suppressed for match in one.matches]
    try:
        with unit.place(task) as folder:
            found = _Again(folder, blobs, task, shared).scan_itself(None)
            for one in found.findings:
                all(match.value.is_at_hand() for match in one.matches)  # the mirror may go when it is let go
            return found
    except KeyguardError:
        return Outcome()


def _is_more(one: Finding, other: Finding | None) -> bool:
    """Say whether a finding has more of its credential than what was found of it elsewhere."""
    return other is None or len(one.missing) < len(other.missing)


def _missing(names: Sequence[str]) -> Iterable[Notice]:
    for name in dict.fromkeys(names):
        found = count(names.count(name), "credential")
        yield Notice(f"{name}: {found} could not be read again, and not checked.", [name])


def keep(out: str, checked: Outcome) -> None:
    """Keep what was answered with the results, for every later report."""
    asked = tuple(one for one in checked.findings if one.verdict.status != "not-checked")
    if asked:
        results.keep_verdicts(Store(out), replace(checked, findings=asked))
