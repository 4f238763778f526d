"""The baseline: findings that are known already, in a file from which no value can be guessed.

    entry     what one known finding is known by, and what was decided of it
    file      the form in which entries are written and read
    search    which entries know a finding

What an entry knows:
    known     a hash of each API key and secret key; both have over 120 random bits
    places    for each value that people choose (a passphrase): its path, a hash of the account that its name says, if
              any, and its part; nothing of the value, which could be guessed from any hash of it
    reach     how far it had got when it was recorded: into files that git ignores, that git does not track, or into git

A finding is known when all that it holds is, as far as it has got: a further key, a further part, or a value that git
carries now and did not when it was recorded, makes it count again. Of one id that stands twice, as after a merge, the
more careful decision holds.
"""

from __future__ import annotations

from dataclasses import field, replace
from itertools import count
from typing import TYPE_CHECKING

from keyguard import fingerprint
from keyguard.detect.baseline import file
from keyguard.detect.baseline.entry import ACCEPTED, FALSE_ALARM, REAL, REVOKED, Entry, Place, Reach, reach_of, tidy
from keyguard.detect.baseline.file import written
from keyguard.detect.baseline.search import Search, place_of, shown, split
from keyguard.frozen import dataclass
from keyguard.model import Suppression
from keyguard.settings import shown_as
from keyguard.veil import Veil

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from keyguard.model import Finding, Practice
    from keyguard.packs import RuleSet

__all__ = [
    "ACCEPTED",
    "FALSE_ALARM",
    "FILE",
    "REAL",
    "REVOKED",
    "Baseline",
    "Entry",
    "Place",
    "Reach",
    "load",
    "written",
]

FILE = ".keyguard-baseline"
"""The name that the commands choose and the documentation speaks of."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of one file, in their order, no two of one id."""

    shown: str  # the file as reports show it
    entries: tuple[Entry, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)  # of each id, in the file

    def suppress(
        self,
        findings: Sequence[Finding],
        rules: RuleSet,
        root: Path,
        today: date,
        *,
        before: Sequence[Finding] | None = None,
        kept: Container[str] = (),
    ) -> tuple[list[Finding], tuple[str, ...]]:
        """Return the findings, those that are known marked as suppressed, and a sentence for each that came back.

        Of a change, `before` is what the contents held that it replaced: another value in the same place is new.
        `kept` are paths that are there though the root has no such file.
        """
        search = Search(self.entries, rules, root, kept)
        marked: list[Finding] = []
        notices: list[str] = []
        for finding, entries in zip(findings, search.known(findings, before), strict=True):
            if finding.suppressed:
                marked.append(finding)
                continue
            marked.append(replace(finding, suppressed=self._suppression(entries, today)))
            notices += (
                f"{self._where(entry)}: {entry.rule} in {entry.path} was accepted until {entry.expires}."
                for entry in entries
                if entry.has_expired(today)
            )
            if not entries and (entry := search.outgrown(finding)):
                notices.append(self._outgrown(entry))
        return marked, tuple(dict.fromkeys(notices))

    def suppress_practices(self, practices: Iterable[Practice], today: date) -> list[Practice]:
        """Return the practices, those that are known marked as suppressed."""
        by_hash = {known: entry for entry in self.entries for known in entry.known}
        return [
            replace(practice, suppressed=self._suppression((entry,), today))
            if not practice.suppressed and (entry := by_hash.get(practice.fingerprint))
            else practice
            for practice in practices
        ]

    @property
    def has_places(self) -> bool:
        """Whether anything is known by where it stands."""
        return any(entry.places for entry in self.entries)

    def of(self, findings: Sequence[Finding], rules: RuleSet, root: Path) -> list[tuple[Entry, ...]]:
        """Return for each finding the entries that together know all of it, or none."""
        return Search(self.entries, rules, root).known(findings)

    def gone(
        self, findings: Sequence[Finding], rules: RuleSet, root: Path, practices: Iterable[Practice] = ()
    ) -> list[Entry]:
        """Return the entries of which nothing was found."""
        used = {entry.id for entries in self.of(findings, rules, root) for entry in entries}
        seen = {known for finding in findings for known in split(finding, rules)[0]}
        seen |= {practice.fingerprint for practice in practices}
        return [entry for entry in self.entries if entry.id not in used and seen.isdisjoint(entry.known)]

    def and_new(
        self, findings: Sequence[Finding], rules: RuleSet, root: Path, practices: Iterable[Practice] = ()
    ) -> list[Entry]:
        """Return the entries, and further ones for what they do not know; what is known stays as it is."""
        known = self.of(findings, rules, root)
        new = [finding for finding, old in zip(findings, known, strict=True) if not old and not finding.suppressed]
        veil = Veil((match.value.reveal() for finding in findings for match in finding.matches), literal=True)
        entries = {entry.id: entry for entry in self.adding(new, rules, veil)}
        for practice in practices:
            if not practice.suppressed:
                entries.setdefault(practice.fingerprint, _entry_of_practice(practice, veil))
        return list(entries.values())

    def adding(self, new: Iterable[Finding], rules: RuleSet, veil: Veil) -> list[Entry]:
        """Return the entries, and one for each new finding; an entry whose finding grew is to be decided on anew."""
        entries = {entry.id: entry for entry in self.entries}
        for finding in new:
            taken = {entry.id for entry in entries.values() if entry.covers(reach_of(finding))}
            entry = _entry_of(finding, rules, veil, taken)
            same = entries.get(entry.id)
            entries[entry.id] = tidy([entry, replace(same, decision="", reason="", expires=None)])[0] if same else entry
        return list(entries.values())

    def _suppression(self, entries: tuple[Entry, ...], today: date) -> Suppression | None:
        if not entries or not all(entry.waives(today) for entry in entries):
            return None
        return Suppression("baseline", self._where(entries[0]), entries[0].why)

    def _outgrown(self, entry: Entry) -> str:
        how = {Reach.IGNORED: "git ignored it", Reach.UNTRACKED: "git did not track it"}[entry.reach]
        return (
            f"{self._where(entry)}: {entry.rule} in {entry.path} was recorded while {how}; it counts, as that is over."
        )

    def _where(self, entry: Entry) -> str:
        return f"{self.shown}:{self.lines[entry.id]}"


def load(path: Path, root: Path) -> Baseline:
    """Read a baseline; every line is checked, and no error shows what one says."""
    shown = shown_as(path, root)
    numbered = file.read(path, shown)
    return Baseline(shown, tuple(tidy(entry for _, entry in numbered)), {entry.id: line for line, entry in numbered})


def _entry_of_practice(practice: Practice, veil: Veil) -> Entry:
    name = practice.fingerprint
    return Entry(name, practice.rule, shown(practice.blob.path, veil), known=(name,))


def _entry_of(finding: Finding, rules: RuleSet, veil: Veil, taken: Container[str]) -> Entry:
    """Return the entry that knows a finding; `veil` masks values that must not stand in its paths."""
    hashes, others = split(finding, rules)
    places = tuple(sorted(place_of(match, veil) for match in others))
    ids = (fingerprint.digest(f"{finding.rule}:{places}:{number}") for number in count())
    return Entry(
        id=finding.fingerprint if hashes else next(new for new in ids if new not in taken),
        rule=finding.rule,
        path=shown(finding.matches[0].blob.path, veil),
        known=hashes,
        places=places,
        reach=reach_of(finding),
    )
