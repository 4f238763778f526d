"""Which entries know a finding: what it holds is looked up by hashes first, and by places what no hash speaks for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from keyguard import fingerprint
from keyguard.detect.baseline.entry import Place, reach_of
from keyguard.packs import plain
from keyguard.veil import MASK, Veil

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from keyguard.detect.baseline.entry import Entry, Reach
    from keyguard.model import Finding, Match, Secret
    from keyguard.packs import Pack, RuleSet

    _Values: TypeAlias = Mapping[tuple[str | None, Secret], tuple[Entry, ...]]
    _Waiting: TypeAlias = tuple[int, tuple[Entry, ...], list[Match]]


# --- what a finding holds


def split(finding: Finding, rules: RuleSet) -> tuple[tuple[str, ...], list[Match]]:
    """Return the hashes of a finding's long and random values, and the matches of all others, each value once."""
    pack = _pack(rules, finding.provider)
    hashes = set()
    others: dict[tuple[str | None, Secret], Match] = {}
    for match in finding.matches:
        if pack and match.part is not None and pack.parts[match.part].identity:
            hashes.add(fingerprint.of_secret(pack.id, match.part, match.value))
        else:
            others.setdefault((match.part, match.value), match)
    return tuple(sorted(hashes)), list(others.values())


def place_of(match: Match, veil: Veil | None = None) -> Place:
    """Return where a match stands; `veil` masks the values of others that its path may hold."""
    own = match.value.reveal()
    account = match.stem.replace(plain(own.decode("utf-8", "replace")) or "\0", "")
    path = shown(match.blob.path, Veil([own], literal=True))
    return Place(
        veil(path.encode()).decode() if veil else path,
        fingerprint.digest(f"account:{account}") if account else "",
        match.part or match.rule,
    )


def shown(path: str, veil: Veil) -> str:
    """Return a path without values; bytes that are not UTF-8 become escapes."""
    return veil(path.encode("utf-8", "surrogateescape")).decode("utf-8", "backslashreplace")


def _pack(rules: RuleSet, provider: str) -> Pack | None:
    return next((pack for pack in rules.packs if pack.id == provider), None)


# --- the search


class Search:
    """Looks findings up among entries; each place stands for as many findings as entries name it."""

    def __init__(self, entries: Sequence[Entry], rules: RuleSet, root: Path, kept: Container[str] = ()) -> None:
        self._rules, self._root, self._kept = rules, root, kept
        self._by_hash: dict[str, list[Entry]] = {}
        self._by_place: dict[Place, list[Entry]] = {}
        self._gone: dict[str, bool] = {}
        self._holding: set[str] = set()  # the ids of entries whose places are taken by what their hashes know
        self._veils: list[Veil | None] = [None]
        for entry in entries:
            for known in entry.known:
                self._by_hash.setdefault(known, []).append(entry)
            for place in entry.places:
                self._by_place.setdefault(place, []).append(entry)

    def known(self, findings: Sequence[Finding], before: Sequence[Finding] | None = None) -> list[tuple[Entry, ...]]:
        """Return for each finding the entries that know it; of a change, `before` is what it replaced held.

        A place stands for what was there before, and for a value in its stead only where it knows of one more. Nothing
        moves but what was there before: a file that an earlier change took away has left its place to nobody.
        """
        if any(MASK.decode() in place.path for place in self._by_place):  # a value stood in it
            everything = (*(before or ()), *findings)
            self._veils.append(
                Veil((match.value.reveal() for finding in everything for match in finding.matches), literal=True)
            )
        if before is None:
            found = self._look_up(findings, {}, (self._here, self._moved))
        else:
            held = self._look_up(before, {}, (self._here, self._moved))
            found = self._look_up(findings, _values(before, held), (self._here,))
        return [found.get(number, ()) for number in range(len(findings))]

    def _look_up(
        self, findings: Sequence[Finding], before: _Values, places: Sequence[Callable[..., Entry | None]]
    ) -> dict[int, tuple[Entry, ...]]:
        """Look up hashes first: what is known by them holds on to its places, and the others share what is left."""
        found, waiting = self._settled_by_hashes(findings)
        self._same_values(findings, waiting, found, before)
        for look in places:  # in this order: a place that is still filled is nobody else's
            for number, entries, matches in sorted(waiting, key=lambda one: _order(one[2])):
                if number not in found and (entry := look(matches, reach_of(findings[number]))):
                    found[number] = (*entries, entry)
        self._same_values(findings, waiting, found, _values(findings, found))
        return found

    def _settled_by_hashes(self, findings: Sequence[Finding]) -> tuple[dict[int, tuple[Entry, ...]], list[_Waiting]]:
        """Return what is known by its hashes, and what waits for places: matches that no hash speaks for."""
        found: dict[int, tuple[Entry, ...]] = {}
        waiting: list[_Waiting] = []
        for number, finding in enumerate(findings):
            hashes, others = split(finding, self._rules)
            entries = self._by_hashes(hashes, reach_of(finding))
            if entries is None:
                continue
            parts = {place.part for entry in entries for place in entry.places}
            if open_ones := [match for match in others if (match.part or match.rule) not in parts]:
                waiting.append((number, entries, _alike(finding, open_ones)))
                continue
            self._hold(entries, {match.part or match.rule for match in others})
            found[number] = entries
        return found, waiting

    def outgrown(self, finding: Finding) -> Entry | None:
        """Return an entry that knew a finding before it got so far."""
        hashes, others = split(finding, self._rules)
        entries = [entry for known in hashes for entry in self._by_hash.get(known, ())]
        entries += [entry for match in others for entry in self._by_place.get(place_of(match), ())]
        return next((entry for entry in entries if not entry.covers(reach_of(finding))), None)

    def _same_values(
        self,
        findings: Sequence[Finding],
        waiting: Iterable[_Waiting],
        found: dict[int, tuple[Entry, ...]],
        held: _Values,
    ) -> None:
        """Know a copy of what is known: the old path in the history, the new one in the work tree."""
        for number, entries, matches in waiting:
            reach = reach_of(findings[number])
            copies = [held.get((match.part, match.value), ()) for match in matches]
            known = next((copy for copy in copies if copy and all(entry.covers(reach) for entry in copy)), None)
            if number not in found and known:
                found[number] = (*entries, *known)

    def _by_hashes(self, hashes: Sequence[str], reach: Reach) -> tuple[Entry, ...] | None:
        """Return the entries that know some keys, or None when one of them is new."""
        entries: dict[Entry, None] = {}
        for known in hashes:
            fitting = [entry for entry in self._by_hash.get(known, ()) if entry.covers(reach)]
            if not fitting:
                return None
            entries.update(dict.fromkeys(fitting))
        return tuple(entries)

    def _here(self, matches: Sequence[Match], reach: Reach) -> Entry | None:
        """Return an entry that names the place of one of the matches."""
        places = [place_of(match, veil) for match in matches for veil in self._veils]
        return next((entry for entry in (self._take(place, reach) for place in places) if entry), None)

    def _moved(self, matches: Sequence[Match], reach: Reach) -> Entry | None:
        """Return an entry that names the same account in a file that is no more: it was renamed, or moved."""
        wanted = {(place.part, place.account) for place in map(place_of, matches)}
        for place, entries in self._by_place.items():
            alike = entries and (place.part, place.account) in wanted and self._is_gone(place.path)
            if alike and (entry := self._take(place, reach)):
                return entry
        return None

    def _is_gone(self, path: str) -> bool:
        if path not in self._gone:
            whole = not ("\\x" in path or MASK.decode() in path)  # else the file's real name is not known
            self._gone[path] = whole and path not in self._kept and not os.path.lexists(self._root / path)
        return self._gone[path]

    def _hold(self, entries: Iterable[Entry], parts: Container[str]) -> None:
        """Keep the places of a credential that is still there from standing for anything else."""
        for entry in entries:
            if entry.id not in self._holding:
                self._holding.add(entry.id)
                for place in entry.places:
                    if place.part in parts:
                        self._take(place)

    def _take(self, place: Place, reach: Reach | None = None) -> Entry | None:
        """Use up an entry of a place, so that a second finding there is a new one."""
        entries = self._by_place.get(place, [])
        fitting = next((entry for entry in entries if reach is None or entry.covers(reach)), None)
        if fitting is not None:
            entries.remove(fitting)
        return fitting


def _values(findings: Sequence[Finding], found: Mapping[int, tuple[Entry, ...]]) -> _Values:
    """Return the entries that know each value of what was found; of two, those that reach farther."""
    return {
        (match.part, match.value): entries
        for number, entries in sorted(found.items(), key=lambda one: min(entry.reach for entry in one[1]))
        for match in findings[number].matches
    }


def _order(matches: Sequence[Match]) -> tuple[bool, str, int]:
    """Past ones come first: what was known of a place is likelier the older value there."""
    return not matches[0].blob.is_past, matches[0].blob.path, matches[0].start


def _alike(finding: Finding, matches: Sequence[Match]) -> list[Match]:
    """Return all places of the values of some matches."""
    wanted = {(match.part, match.value) for match in matches}
    return [match for match in finding.matches if (match.part, match.value) in wanted]
