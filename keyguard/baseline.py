"""The baseline: findings that are known already, in a file from which no value can be guessed.

    # keyguard baseline 1: ...
    # 0
    {"id": "0b5f...", "rule": "okx-credential", "path": "bot/.env", "known": [...], "places": [[...]]}
    # 1
    ...

One line an entry, sorted by its id, between sixteen lines that are always there: two branches that both change the file
seldom touch neighbouring lines, so that git merges them.

What an entry knows:
    known    a hash of each API key and secret key; both have over 120 random bits
    places   for each value that people choose (a passphrase): its path, a hash of the account that its name says, if
             any, and its part; nothing of the value, which could be guessed from any hash of it

A finding is known when all that it holds is: a further key, a further part or a place outside git's ignored files makes
it count again. A line may stand twice, as after a merge; the more careful decision then holds.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

from keyguard import fingerprint
from keyguard.errors import SettingsError
from keyguard.model import Suppression, Tracking
from keyguard.rules import plain
from keyguard.settings import shown_as
from keyguard.veil import MASK, Veil

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from pathlib import Path

    from keyguard.model import Finding, Match
    from keyguard.rules import Pack, RuleSet

FILE = ".keyguard-baseline"
"""The name that the commands choose and the documentation speaks of."""

REAL, FALSE_ALARM, ACCEPTED = "real", "false alarm", "accepted"

_TITLE = "# keyguard baseline 1: known findings, no values; written by `keyguard baseline`"
_BUCKETS = "0123456789abcdef"
_MAX_BYTES = 64 << 20
_MERGE_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_HEX = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a value stands that must not be hashed: the path, the account that its name says, and the part.

    In that order they are written: behind the word 'passphrase' any scanner, ours too, takes a text for one.
    """

    path: str
    account: str  # a hash, as a name may hold a key; '' when the name says none
    part: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One known finding, and what was decided of it: nothing yet, or REAL, FALSE_ALARM, ACCEPTED."""

    id: str
    rule: str
    path: str  # for people; what is compared stands in `places`
    known: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    ignored: bool = False  # all that was known of it lies in files that git ignores
    decision: str = ""
    reason: str = ""
    expires: date | None = None  # the first day on which it counts again

    def waives(self, today: date) -> bool:
        """Tell whether the entry keeps its finding quiet: no real one does, and none whose time is over."""
        return self.decision != REAL and not self.has_expired(today)

    def has_expired(self, today: date) -> bool:
        """Tell whether the time is over for which it was accepted."""
        return self.expires is not None and today >= self.expires

    @property
    def why(self) -> str:
        """What a report says of a finding that the entry keeps quiet."""
        if self.decision == ACCEPTED:
            return f"accepted until {self.expires}: {self.reason}"
        if self.decision == FALSE_ALARM:
            return f"false alarm: {self.reason}" if self.reason else "false alarm"
        return ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of one file, in their order, no two of one id."""

    shown: str  # the file as reports show it
    entries: tuple[Entry, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)  # of each id, in the file

    def suppress(
        self, findings: Sequence[Finding], rules: RuleSet, root: Path, today: date
    ) -> tuple[list[Finding], tuple[str, ...]]:
        """Return the findings, those that are known marked as suppressed, and a sentence for each that expired."""
        marked: list[Finding] = []
        notices: list[str] = []
        for finding, entries in zip(findings, self.of(findings, rules, root), strict=True):
            if finding.suppressed:
                marked.append(finding)
                continue
            marked.append(replace(finding, suppressed=self._suppression(entries, today)))
            notices += (
                f"{self._where(entry)}: {entry.rule} in {entry.path} was accepted until {entry.expires}."
                for entry in entries
                if entry.has_expired(today)
            )
        return marked, tuple(dict.fromkeys(notices))

    def of(self, findings: Sequence[Finding], rules: RuleSet, root: Path) -> list[tuple[Entry, ...]]:
        """Return for each finding the entries that together know all of it, or none."""
        return _Search(self.entries, rules, root).known(findings)

    def gone(self, findings: Sequence[Finding], rules: RuleSet, root: Path) -> list[Entry]:
        """Return the entries of which nothing was found."""
        used = {entry.id for entries in self.of(findings, rules, root) for entry in entries}
        seen = {known for finding in findings for known in _split(finding, rules)[0]}
        return [entry for entry in self.entries if entry.id not in used and seen.isdisjoint(entry.known)]

    def and_new(self, findings: Sequence[Finding], rules: RuleSet, root: Path) -> list[Entry]:
        """Return the entries, and further ones for what they do not know; what is known stays as it is."""
        known = self.of(findings, rules, root)
        new = [finding for finding, old in zip(findings, known, strict=True) if not old and not finding.suppressed]
        return self.adding(new, rules, Veil(match.value.reveal() for finding in findings for match in finding.matches))

    def adding(self, new: Iterable[Finding], rules: RuleSet, veil: Veil) -> list[Entry]:
        """Return the entries, and one for each new finding; an entry whose credential grew is to be decided on anew."""
        entries = {entry.id: entry for entry in self.entries}
        for finding in new:
            entry = _entry_of(finding, rules, veil, entries)
            same = entries.get(entry.id)
            entries[entry.id] = tidy([entry, replace(same, decision="", reason="", expires=None)])[0] if same else entry
        return list(entries.values())

    def _suppression(self, entries: tuple[Entry, ...], today: date) -> Suppression | None:
        if not entries or not all(entry.waives(today) for entry in entries):
            return None
        return Suppression("baseline", self._where(entries[0]), entries[0].why)

    def _where(self, entry: Entry) -> str:
        return f"{self.shown}:{self.lines[entry.id]}"


def _entry_of(finding: Finding, rules: RuleSet, veil: Veil, taken: Container[str]) -> Entry:
    """Return the entry that knows a finding; `veil` masks values that must not stand in its paths."""
    hashes, others = _split(finding, rules)
    places = tuple(sorted(_place(match, veil) for match in others))
    ids = (fingerprint.digest(f"{finding.rule}:{places}:{number}") for number in count())
    return Entry(
        id=finding.fingerprint if hashes else next(new for new in ids if new not in taken),
        rule=finding.rule,
        path=_shown(finding.matches[0].blob.path, veil),
        known=hashes,
        places=places,
        ignored=_is_ignored(finding),
    )


def load(path: Path, root: Path) -> Baseline:
    """Read a baseline; every line is checked, and no error shows what one says."""
    shown = shown_as(path, root)
    try:
        if not path.is_file():
            raise SettingsError(
                f"the baseline {shown} does not exist.",
                f"keyguard baseline create --baseline {shown} writes one of what is found now.",
            )
        if path.stat().st_size > _MAX_BYTES:
            raise SettingsError(f"the baseline {shown} is larger than 64 MiB.")
        text = path.read_text("utf-8")
    except OSError as error:
        raise SettingsError(f"the baseline {shown} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"the baseline {shown} is not UTF-8 text.") from None
    numbered = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    kept = [(number, _parse(line, f"{shown}:{number}")) for number, line in numbered if not line.startswith("#")]
    return Baseline(shown, tuple(tidy(entry for _, entry in kept)), {entry.id: number for number, entry in kept})


def written(entries: Iterable[Entry]) -> str:
    """Return the text of a baseline: the same for the same entries, in whatever order they come."""
    lines: dict[str, list[str]] = {bucket: [] for bucket in _BUCKETS}
    for entry in tidy(entries):
        lines[entry.id[0]].append(json.dumps(_record(entry), ensure_ascii=True))
    return "\n".join([_TITLE, *(line for bucket in _BUCKETS for line in (f"# {bucket}", *lines[bucket]))]) + "\n"


def tidy(entries: Iterable[Entry]) -> list[Entry]:
    """Sort entries and join those of one id, as a merge may leave them; of two decisions the more careful one stays."""
    joined: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda entry: (entry.id, _care(entry), entry.reason)):
        first = joined.setdefault(entry.id, entry)
        joined[entry.id] = replace(
            first,
            known=tuple(sorted({*first.known, *entry.known})),
            places=first.places if set(entry.places) <= set(first.places) else _most(first.places, entry.places),
            ignored=first.ignored and entry.ignored,
        )
    return list(joined.values())


def _care(entry: Entry) -> tuple[int, date]:
    rank = {REAL: 0, ACCEPTED: 1, FALSE_ALARM: 2}.get(entry.decision, 3)
    return rank, entry.expires or date.max


def _most(one: Iterable[Place], other: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted((Counter(one) | Counter(other)).elements()))


# --- one line of the file


def _record(entry: Entry) -> dict[str, Any]:
    record: dict[str, Any] = {"id": entry.id, "rule": entry.rule, "path": entry.path}
    if entry.known:
        record["known"] = list(entry.known)
    if entry.places:
        record["places"] = [[place.path, place.account, place.part] for place in entry.places]
    if entry.ignored:
        record["ignored"] = True
    for name in ("decision", "reason"):
        if text := getattr(entry, name):
            record[name] = text
    if entry.expires:
        record["expires"] = entry.expires.isoformat()
    return record


def _parse(line: str, where: str) -> Entry:
    if line.startswith(_MERGE_MARKS):
        raise SettingsError(
            f"{where}: a merge was left unfinished here.",
            "Keep the lines of both sides and delete the marks; the order of the lines does not matter.",
        )
    try:
        return _entry(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise SettingsError(
            f"{where}: is no entry of a baseline.",
            "`keyguard baseline` writes the file; a newer keyguard may have written this line.",
        ) from None


def _entry(record: Mapping[str, Any]) -> Entry:
    values = dict(record)
    entry = Entry(
        id=values.pop("id"),
        rule=values.pop("rule"),
        path=values.pop("path"),
        known=tuple(values.pop("known", ())),
        places=tuple(Place(*place) for place in values.pop("places", ())),
        ignored=values.pop("ignored", False) is True,
        decision=values.pop("decision", ""),
        reason=values.pop("reason", ""),
        expires=date.fromisoformat(values.pop("expires")) if "expires" in values else None,
    )
    texts = [entry.rule, entry.path, entry.reason, *(text for p in entry.places for text in (p.part, p.path))]
    hashes = [entry.id, *entry.known, *(place.account for place in entry.places if place.account)]
    well_formed = all(isinstance(text, str) for text in texts) and all(map(_HEX.fullmatch, hashes))
    if values or not well_formed or entry.decision not in {"", REAL, FALSE_ALARM, ACCEPTED}:
        raise ValueError
    if (entry.decision == ACCEPTED) != (entry.expires is not None) or not (entry.known or entry.places):
        raise ValueError  # accepted without an end would be parked for ever
    return entry


# --- what a finding holds


def _split(finding: Finding, rules: RuleSet) -> tuple[tuple[str, ...], list[Match]]:
    """Return the hashes of a finding's long and random values, and the matches of all others, each value once."""
    pack = _pack(rules, finding.provider)
    hashes = set()
    others: dict[tuple[str | None, bytes], Match] = {}
    for match in finding.matches:
        if pack and match.part is not None and pack.parts[match.part].identity:
            hashes.add(fingerprint.of_value(pack.id, match.part, match.value.reveal()))
        else:
            others.setdefault((match.part, match.value.reveal()), match)
    return tuple(sorted(hashes)), list(others.values())


def _pack(rules: RuleSet, provider: str) -> Pack | None:
    return next((pack for pack in rules.packs if pack.id == provider), None)


def _is_ignored(finding: Finding) -> bool:
    return all(match.blob.tracking is Tracking.IGNORED for match in finding.matches)


def _place(match: Match, veil: Veil | None = None) -> Place:
    own = match.value.reveal()
    account = match.stem.replace(plain(own.decode("utf-8", "replace")) or "\0", "")
    path = _shown(match.blob.path, Veil([own]))
    return Place(
        veil(path.encode()).decode() if veil else path,
        fingerprint.digest(f"account:{account}") if account else "",
        match.part or match.rule,
    )


def _shown(path: str, veil: Veil) -> str:
    """Return a path without values; bytes that are not UTF-8 become escapes."""
    return veil(path.encode("utf-8", "surrogateescape")).decode("utf-8", "backslashreplace")


# --- which entries know a finding


class _Search:
    """Looks findings up among entries; each place stands for as many findings as entries name it."""

    def __init__(self, entries: Sequence[Entry], rules: RuleSet, root: Path) -> None:
        self._rules, self._root = rules, root
        self._by_hash: dict[str, list[Entry]] = {}
        self._by_place: dict[Place, list[Entry]] = {}
        self._gone: dict[str, bool] = {}
        self._veils: list[Veil | None] = [None]
        for entry in entries:
            for known in entry.known:
                self._by_hash.setdefault(known, []).append(entry)
            for place in entry.places:
                self._by_place.setdefault(place, []).append(entry)

    def known(self, findings: Sequence[Finding]) -> list[tuple[Entry, ...]]:
        """Look up hashes first: what is known by them holds on to its places, and the others share what is left."""
        found: dict[int, tuple[Entry, ...]] = {}
        if any(MASK.decode() in place.path for place in self._by_place):  # a value stood in it
            self._veils.append(Veil(match.value.reveal() for finding in findings for match in finding.matches))
        waiting: list[tuple[int, tuple[Entry, ...], list[Match]]] = []  # with the matches that no hash speaks for
        for number, finding in enumerate(findings):
            hashes, others = _split(finding, self._rules)
            entries = self._by_hashes(hashes, ignored=_is_ignored(finding))
            if entries is None:
                continue
            parts = {place.part for entry in entries for place in entry.places}
            if open_ones := [match for match in others if (match.part or match.rule) not in parts]:
                waiting.append((number, entries, _alike(finding, open_ones)))
                continue
            held = {match.part or match.rule for match in others}
            self._hold(place for entry in entries for place in entry.places if place.part in held)
            found[number] = entries
        for look in (self._here, self._moved):  # a place that is still filled is nobody else's
            for number, entries, matches in sorted(waiting, key=lambda one: _order(one[2])):
                if number not in found and (entry := look(matches, ignored=_is_ignored(findings[number]))):
                    found[number] = (*entries, entry)
        self._same_values(findings, waiting, found)
        return [found.get(number, ()) for number in range(len(findings))]

    def _same_values(
        self,
        findings: Sequence[Finding],
        waiting: Iterable[tuple[int, tuple[Entry, ...], list[Match]]],
        found: dict[int, tuple[Entry, ...]],
    ) -> None:
        """Know a copy of what is known in the same scan: the old path in the history, the new one in the work tree."""
        held = {
            (match.part, match.value): entries
            for number, entries in found.items()
            for match in findings[number].matches
            if not any(entry.ignored for entry in entries)
        }
        for number, entries, matches in waiting:
            copies = [held.get((match.part, match.value)) for match in matches]
            if number not in found and (known := next(filter(None, copies), None)):
                found[number] = (*entries, *known)

    def _by_hashes(self, hashes: Sequence[str], *, ignored: bool) -> tuple[Entry, ...] | None:
        """Return the entries that know some keys, or None when one of them is new."""
        entries: dict[Entry, None] = {}
        for known in hashes:
            fitting = [entry for entry in self._by_hash.get(known, ()) if ignored or not entry.ignored]
            if not fitting:
                return None
            entries.update(dict.fromkeys(fitting))
        return tuple(entries)

    def _here(self, matches: Sequence[Match], *, ignored: bool) -> Entry | None:
        """Return an entry that names the place of one of the matches."""
        places = [_place(match, veil) for match in matches for veil in self._veils]
        return next((entry for entry in (self._take(place, ignored=ignored) for place in places) if entry), None)

    def _moved(self, matches: Sequence[Match], *, ignored: bool) -> Entry | None:
        """Return an entry that names the same account in a file that is no more: it was renamed, or moved."""
        wanted = {(place.part, place.account) for place in map(_place, matches)}
        for place, entries in self._by_place.items():
            if entries and (place.part, place.account) in wanted and self._is_gone(place.path):
                return self._take(place, ignored=ignored)
        return None

    def _is_gone(self, path: str) -> bool:
        if path not in self._gone:
            whole = not ("\\x" in path or MASK.decode() in path)  # else the file's real name is not known
            self._gone[path] = whole and not os.path.lexists(self._root / path)
        return self._gone[path]

    def _hold(self, places: Iterable[Place]) -> None:
        """Keep the places of a credential that is still there from standing for anything else."""
        for place in places:
            self._take(place, ignored=True)

    def _take(self, place: Place, *, ignored: bool) -> Entry | None:
        """Use up an entry of a place, so that a second finding there is a new one."""
        entries = self._by_place.get(place, [])
        fitting = next((entry for entry in entries if ignored or not entry.ignored), None)
        if fitting is not None:
            entries.remove(fitting)
        return fitting


def _order(matches: Sequence[Match]) -> tuple[bool, str, int]:
    """Past ones come first: what was known of a place is likelier the older value there."""
    return not matches[0].blob.is_past, matches[0].blob.path, matches[0].start


def _alike(finding: Finding, matches: Sequence[Match]) -> list[Match]:
    """Return all places of the values of some matches."""
    wanted = {(match.part, match.value) for match in matches}
    return [match for match in finding.matches if (match.part, match.value) in wanted]
