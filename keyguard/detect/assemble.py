"""Which matches belong together: parts become credentials, never by trying every combination.

Parts are married pair by pair, the cheapest pair first, each part once. The cost of a pair is, in this order:
names that tell accounts apart (`OKX_MAIN_...`, `OKX_SUB_...`), how far up their common mapping, section or call is, and
the distance between them. What stays incomplete in its file may find its other parts in other versions of the file,
then in the same folder, when exactly one way fits.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from keyguard.model import BY_POSITION, WHOLE_FILE, Confidence, Credential, Match, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from keyguard.packs import Pack, RuleSet

REACH = 60  # lines between parts that share nothing but the file
REACH_ALONE = 250  # the same, where each is the only one and the text speaks of the provider
REACH_IN_SCOPE = 400  # lines between parts that share a mapping, section or call
REACH_HALF_NAMED = 15  # lines to a shape that no name speaks for, near the provider's words
MOST_FILES = 60  # clusters of one folder, or versions of one path, that are tried with each other
NEIGHBOURS = 64  # matches of one part before and behind another that are weighed as its partner
REACH_UNNAMED = 2  # lines between shapes that no name speaks for

Cluster = tuple[Match, ...]
_Value = tuple[str | None, Secret]
_List = tuple[str, int, int]  # the account that its name says, what it stands in, and where it opens


def assemble(matches: Iterable[Match], rules: RuleSet) -> tuple[list[Credential], list[Match]]:
    """Join matches into credentials; the rest are matches that are no part of any (rules with a pattern)."""
    ordered = sorted(matches, key=_place)
    lone = [match for match in ordered if match.part is None]
    credentials: list[Credential] = []
    for pack in rules.packs:
        parts = [match for match in ordered if match.part is not None and match.provider == pack.id]
        clusters: list[Cluster] = []
        versions: list[Match] = []
        for _, of_path in groupby(parts, key=lambda match: match.blob.path):
            found = [_within_blob(list(blob), pack) for _, blob in groupby(of_path, key=lambda match: match.blob)]
            kept, repeated = _newest(found)
            clusters += _join_files(kept) if 1 < len(kept) <= MOST_FILES and len(found) > 1 else kept
            versions += repeated
        clusters = _across_tree(list(_across_folder(clusters, pack)), pack)
        credentials += _with_versions([_credential(cluster, pack) for cluster in clusters], versions)
    return sorted(credentials, key=lambda credential: _place(credential.matches[0])), lone


def _place(match: Match) -> tuple[str, str, bool, int, str, int, str]:
    """Order matches by folder and file, the newest version of a file first."""
    folder, name = posixpath.split(match.blob.path)
    return folder, name, match.blob.is_past, match.blob.age, match.blob.id, match.start, match.rule


# --- within one blob


def _within_blob(found: list[Match], pack: Pack) -> list[Cluster]:
    matches = _told_apart(found)
    lists = [[match for match in matches if match.part == part] for part in pack.parts]
    clusters: list[Cluster] = [(match,) for match in lists[0]]
    for others in lists[1:]:
        clusters = _marry(clusters, others)
    free = {part.name for part in pack.parts.values() if part.shape is None}
    lendable = [match for cluster in clusters for match in cluster if match.part in free and not match.stem]
    if len(lendable) > NEIGHBOURS:
        return clusters
    return [_with_shared(cluster, lendable, pack) for cluster in clusters]


def _told_apart(matches: list[Match]) -> list[Match]:
    """Tell accounts apart by what does so beside the words of names, where two and more have several parts each."""
    parts: dict[str, set[str | None]] = {}
    for match in matches:
        if account := match.account or match.stem:
            parts.setdefault(account, set()).add(match.part)
    accounts = {account for account, of in parts.items() if len(of) > 1}
    if len(accounts) < 2:
        return matches
    return [replace(match, stem=match.account) if match.account in accounts else match for match in matches]


def _marry(clusters: list[Cluster], others: list[Match]) -> list[Cluster]:
    """Give each cluster at most one of the others, cheapest pairs first; who stays alone is a cluster too."""
    taken = _in_step(clusters, others)
    told, barred = _in_lists(clusters, others)
    taken = told | taken
    pairs = sorted(
        (cost, n, m)
        for n, cluster in enumerate(clusters)
        for m, other in _nearest(others, cluster[0].start)
        if (n, m) not in barred
        if (cost := _cost(cluster, other, alone=len(clusters) == len(others) == 1)) is not None
    )
    for _, n, m in pairs:
        if n not in taken and m not in taken.values():
            taken[n] = m
    grown = [(*cluster, others[taken[n]]) if n in taken else cluster for n, cluster in enumerate(clusters)]
    return grown + [(other,) for m, other in enumerate(others) if m not in taken.values()]


def _in_step(clusters: list[Cluster], others: list[Match]) -> dict[int, int]:
    """Pair as many keys as there are secrets under the same names, one after the other, in one mapping."""

    def by_place(matches: Iterable[Match]) -> dict[tuple[str, int], list[int]]:
        places: dict[tuple[str, int], list[int]] = {}
        for number, match in enumerate(matches):
            places.setdefault((match.stem, match.scopes[0]), []).append(number)
        return places

    firsts, seconds = by_place(cluster[0] for cluster in clusters), by_place(others)
    taken: dict[int, int] = {}
    for place, numbers in firsts.items():
        partners = seconds.get(place, [])
        pairs = list(zip(numbers, partners, strict=False))
        if len(numbers) == len(partners) > 1 and all(_cost(clusters[n], others[m]) is not None for n, m in pairs):
            taken.update(pairs)
    return taken


def _in_lists(clusters: list[Cluster], others: list[Match]) -> tuple[dict[int, int], set[tuple[int, int]]]:
    """Pair the values of parallel lists by their index; where lengths differ, no pair of them is one that is known."""
    taken: dict[int, int] = {}
    barred: set[tuple[int, int]] = set()
    seconds = _lists([(other,) for other in others])
    for place, numbers in _lists(clusters).items():
        beside = [partners for other, partners in seconds.items() if _is_beside(place, other)]
        equal = [partners for partners in beside if len(partners) == len(numbers)]
        if len(equal) == 1:
            taken.update(zip(numbers, equal[0], strict=True))
        elif not equal:
            barred.update((n, m) for partners in beside for n in numbers for m in partners)
    return taken, barred


def _is_beside(first: _List, second: _List) -> bool:
    """Say whether two lists stand in one frame, for accounts that may be the same."""
    return first[1] == second[1] and first[2] != second[2] and _alike(first[0], second[0])


def _lists(clusters: Sequence[Cluster]) -> dict[_List, list[int]]:
    """Return the lists of two and more values."""
    inner = Counter(cluster[0].scopes[0] for cluster in clusters)
    lists: dict[_List, list[int]] = {}
    for number, (match, *_) in enumerate(clusters):
        scopes = match.scopes if inner[match.scopes[0]] > 1 else match.scopes[1:]
        if len(scopes) > 1:
            lists.setdefault((match.stem, scopes[1], scopes[0]), []).append(number)
    return {place: numbers for place, numbers in lists.items() if len(numbers) > 1}


def _alike(stem: str, other: str) -> bool:
    mine, others = set(stem.split()), set(other.split())
    return mine <= others or others <= mine


def _nearest(others: list[Match], start: int) -> list[tuple[int, Match]]:
    """Return those of a blob's matches, in their order, that may be meant: a table of accounts has thousands."""
    middle = bisect_left(others, start, key=lambda match: match.start)
    first = max(0, middle - NEIGHBOURS)
    return list(enumerate(others[first : middle + NEIGHBOURS], first))


def _with_shared(cluster: Cluster, lendable: list[Match], pack: Pack) -> Cluster:
    """Lend free text that names no account to a cluster that lacks only it: one passphrase, two keys."""
    missing = [part for part in pack.parts if part not in {match.part for match in cluster}]
    if len(cluster) < 2 or len(missing) != 1:
        return cluster
    account = any(match.stem for match in cluster)
    lenders = {
        match.value: match
        for match in lendable
        if match.part == missing[0]
        # It stands around the cluster, not in another mapping; beside it, the names have to tell accounts apart.
        and match.scopes[0] in (cluster[0].scopes if account else cluster[0].scopes[1:])
        and _cost(cluster, match) is not None
    }
    return (*cluster, *lenders.values()) if len(lenders) == 1 else cluster


def _cost(cluster: Cluster, other: Match, *, alone: bool = False) -> tuple[int, int, int] | None:
    """Return what joining costs, or None where it must not be."""
    costs = [cost for match in cluster if (cost := _pair_cost(match, other, alone=alone)) is not None]
    return min(costs) if len(costs) == len(cluster) else None


def _pair_cost(first: Match, second: Match, *, alone: bool) -> tuple[int, int, int] | None:
    apart = abs(second.region.line - first.region.line)
    level = _common_level(first, second)
    shared = level < _ROOT
    stems = _stem_cost(first, second)
    in_call = shared and first.scopes[0] == second.scopes[0]
    if not in_call:
        named = bool(first.name) + bool(second.name)
        near = named and alone and first.near_provider and second.near_provider
        if named < 2 and apart > (REACH_HALF_NAMED if near else REACH_UNNAMED):
            return None
    if stems == _OTHER_ACCOUNT or (first.realm and second.realm and first.realm != second.realm):
        return None
    if (first.loose or second.loose) and not _encloses(first, second):
        return None  # a `password` of something else
    near = alone and first.near_provider and second.near_provider
    if apart > (REACH_IN_SCOPE if shared else REACH_ALONE if near else REACH):
        return None
    # What follows is a little nearer than what stands before.
    return stems, level, 2 * apart + (1 if second.start < first.start else 0)


def _encloses(first: Match, second: Match) -> bool:
    """Say whether two matches stand in one mapping, or one in a mapping within the other's."""
    one, other = first.scopes[0], second.scopes[0]
    return (
        one == other or (one in second.scopes and one != WHOLE_FILE) or (other in first.scopes and other != WHOLE_FILE)
    )


_ROOT = 100
_OTHER_ACCOUNT = 2


def _common_level(first: Match, second: Match) -> int:
    """Return how many scopes have to be left to reach a common one; the file itself is far."""
    for level, scope in enumerate(first.scopes):
        if scope in second.scopes:
            up = max(level, second.scopes.index(scope))
            return _ROOT if scope == WHOLE_FILE else min(up, _ROOT - 1)
    return _ROOT


def _stem_cost(first: Match, second: Match) -> int:
    if first.stem == second.stem:
        return 0
    return 1 if _alike(first.stem, second.stem) else _OTHER_ACCOUNT


# --- across the files of a folder


def _across_folder(clusters: list[Cluster], pack: Pack) -> Iterator[Cluster]:
    for _, of_folder in groupby(clusters, key=lambda cluster: posixpath.dirname(cluster[0].blob.path)):
        complete: list[Cluster] = []
        partial: list[Cluster] = []
        for cluster in of_folder:
            (complete if len({match.part for match in cluster}) == len(pack.parts) else partial).append(cluster)
        joined = _join_files(partial) if 1 < len(partial) <= MOST_FILES else partial
        yield from (*complete, *joined)


def _across_tree(clusters: list[Cluster], pack: Pack) -> list[Cluster]:
    """Join what is left in different folders, where every name says the provider and one way fits in all."""
    told = [
        cluster
        for cluster in clusters
        if all(match.named_provider and match.name and not match.blob.is_past for match in cluster)
    ]
    partial = [cluster for cluster in told if len({match.part for match in cluster}) < len(pack.parts)]
    folders = [posixpath.dirname(match.blob.path) for cluster in partial for match in cluster]
    top = min(folders, key=len, default="")
    around = all(folder == top or folder.startswith(f"{top}/" if top else "") for folder in folders)
    if not 1 < len(partial) <= 12 or not around:
        return clusters
    return [cluster for cluster in clusters if cluster not in partial] + _join_files(partial)


def _join_files(partial: list[Cluster]) -> list[Cluster]:
    """Join clusters of several files, or versions of one, that fit each other and nothing else."""
    while True:
        fits = {n: [m for m, other in enumerate(partial) if _fit(cluster, other)] for n, cluster in enumerate(partial)}
        pair = next(((n, m[0]) for n, m in fits.items() if len(m) == 1 and fits[m[0]] == [n]), None)
        if pair is None:
            pair = _only_triple(fits)
        if pair is None:
            return partial
        first, second = pair
        merged = (*partial[first], *partial[second])
        partial = [cluster for n, cluster in enumerate(partial) if n not in pair] + [merged]


def _only_triple(fits: dict[int, list[int]]) -> tuple[int, int] | None:
    """Return two of three clusters that all fit each other and nothing else: one part in each of three files."""
    for n, others in fits.items():
        if (
            len(others) == 2
            and sorted(fits[others[0]]) == sorted((n, others[1]))
            and sorted(fits[others[1]]) == sorted((n, others[0]))
        ):
            return n, others[0]
    return None


def _fit(first: Cluster, second: Cluster) -> bool:
    if {match.blob for match in first} & {match.blob for match in second}:
        return False
    if {match.part for match in first} & {match.part for match in second}:
        return False
    if any(not match.name or match.loose for match in (*first, *second)):
        return False
    if len({match.realm for match in (*first, *second) if match.realm}) > 1:
        return False
    return all(_stem_cost(one, other) < _OTHER_ACCOUNT for one in first for other in second)


# --- the versions of one path


def _newest(found: list[list[Cluster]]) -> tuple[list[Cluster], list[Match]]:
    """Tell the clusters that hold something new from matches whose value a newer version of the path holds as well.

    Where a newer version holds a part of what an older one held as a whole, the whole is told, with the newest place
    of each part.
    """
    kept: dict[int, Cluster] = {}
    by_value: dict[_Value, set[int]] = {}  # which of the kept hold a value
    repeated: list[Match] = []
    for number, cluster in enumerate(cluster for clusters in found for cluster in clusters):
        places = {_value(match): match for match in cluster}
        sharing = {other for value in places for other in by_value.get(value, ()) if _is_older(cluster, kept[other])}
        if any(places.keys() <= {_value(match) for match in kept[other]} for other in sharing):
            repeated += cluster
            continue
        for other in sorted(sharing):
            if {_value(match) for match in kept[other]} < places.keys():
                newer = {_value(match): match for match in kept.pop(other)}
                repeated += [match for value, match in places.items() if value in newer]
                places |= newer
                for value in newer:
                    by_value[value].discard(other)
        kept[number] = tuple(places.values()) if len(places) == len(cluster) else cluster
        for value in places:
            by_value.setdefault(value, set()).add(number)
    return list(kept.values()), repeated


def _value(match: Match) -> _Value:
    return match.part, match.value


def _is_older(cluster: Cluster, other: Cluster) -> bool:
    return cluster[0].blob.is_past and all(match.blob != cluster[0].blob for match in other)


def _with_versions(credentials: list[Credential], versions: list[Match]) -> list[Credential]:
    """Hand the repetitions to the credentials that hold their values."""
    owner = {
        (match.blob.path, match.part, match.value): number
        for number, credential in enumerate(credentials)
        for match in credential.matches
    }
    owned: dict[int, list[Match]] = {}
    for match in versions:
        number = owner.get((match.blob.path, match.part, match.value))
        if number is not None:
            owned.setdefault(number, []).append(match)
    return [replace(credential, versions=tuple(owned.get(number, ()))) for number, credential in enumerate(credentials)]


# --- what a cluster is worth


def _credential(cluster: Cluster, pack: Pack) -> Credential:
    order: Callable[[Match], int] = list(pack.parts).index  # type: ignore[assignment]
    matches = tuple(sorted(cluster, key=lambda match: (order(match.part), match.start)))  # type: ignore[arg-type]
    present = {match.part for match in matches}
    return Credential(
        provider=pack.id,
        matches=matches,
        confidence=_confidence(matches, pack),
        missing=tuple(part for part in pack.parts if part not in present),
        realm=_realm(matches, pack),
        joined=_joined_by(matches),
    )


def _realm(matches: Sequence[Match], pack: Pack) -> str | None:
    """Return the realm that key or secret say, where nothing disagrees.

    What only the passphrase beside them says is not enough: people use one passphrase for several keys.
    """
    said = {match.realm for match in matches if match.realm}
    sure = [match for match in matches if match.part and pack.parts[match.part].identity] or matches
    known = {match.realm for match in sure if match.realm}
    return known.pop() if len(said) == len(known) == 1 else None


def _joined_by(matches: Sequence[Match]) -> str:
    if len(matches) == 1:
        return "lone"
    if len({match.blob.path for match in matches}) > 1:
        return "folder"
    if len({match.blob for match in matches}) > 1:
        return "history"
    return "scope" if _scoped(matches) else "file"


def _scoped(matches: Sequence[Match]) -> bool:
    return len({match.scopes[:1] for match in matches}) == 1


def _confidence(matches: Sequence[Match], pack: Pack) -> Confidence:
    """Weigh the parts together: two long random shapes side by side are rare, and names or words make them sure."""
    best = max(match.confidence for match in matches)
    if len(matches) == 1:
        return best
    shaped = [match for match in matches if pack.parts[match.part or ""].identity]
    spoken = any(match.near_provider for match in matches)
    named = [match for match in matches if match.name and match.name != BY_POSITION]
    if len(shaped) > 1:
        complete = len(matches) == len(pack.parts)
        if spoken or (complete and len(named) == len(matches)):
            return Confidence.HIGH
        return max(best, Confidence.MEDIUM)
    if spoken and len(named) == len(matches):
        return max(best, Confidence.MEDIUM)
    return best
