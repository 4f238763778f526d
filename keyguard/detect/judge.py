"""From credentials to findings: how bad, how sure, under which fingerprint, and whether somebody waived it.

One finding tells of one credential, however many places hold it: credentials that share an API key or a secret key
are the same one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from keyguard.fingerprint import digest, of_secret
from keyguard.model import (
    Confidence,
    Credential,
    Finding,
    Match,
    Origin,
    Rule,
    Secret,
    Severity,
    Suppression,
    Tracking,
)

if TYPE_CHECKING:
    from keyguard.packs import Pack, RuleSet

Waive = Callable[[str, Sequence[Match], str], Suppression | None]


def judge(
    credentials: Iterable[Credential], lone: Iterable[Match], rules: RuleSet, waive: Waive, least: Confidence
) -> tuple[list[Finding], int, int]:
    """Return the findings, worst first, and how many were below the wanted confidence, or of rules that are off."""
    ordinals: Counter[str] = Counter()
    groups = _same(credentials, rules)
    # The present comes first: the place of a lone passphrase among its like must not depend on the past.
    groups.sort(key=lambda group: all(map(_past, group)))
    findings = [_of_credential(group, rules, waive, ordinals) for group in groups]
    findings += [_of_match(match, versions, rules, waive, ordinals) for match, versions in _newest(lone)]
    chosen = [finding for finding in findings if finding.rule in rules.chosen]
    shown = [finding for finding in chosen if finding.confidence >= least]
    off = sum(finding.confidence >= least for finding in findings) - len(shown)
    return sorted(shown, key=rank), len(chosen) - len(shown), off


def _newest(lone: Iterable[Match]) -> list[tuple[Match, list[Match]]]:
    """Put together the versions of one path that hold the same value; matches come newest first."""
    kept: list[tuple[Match, list[Match]]] = []
    known: dict[tuple[str, str, Secret], list[Match]] = {}
    for match in lone:
        place = (match.rule, match.blob.path, match.value)
        if match.blob.is_past and place in known:
            known[place].append(match)
        else:
            kept.append((match, known.setdefault(place, [])))
    return kept


def rank(finding: Finding) -> tuple[int, float, int, str, int, str]:
    """Return what findings are sorted by: the worst and surest first, then by place."""
    first = finding.matches[0]
    return -finding.severity, -(finding.score or 0.0), -finding.confidence, first.blob.path, first.start, finding.rule


def _same(credentials: Iterable[Credential], rules: RuleSet) -> list[list[Credential]]:
    """Group credentials that share a value which is long and random; the others stay alone."""
    packs = {pack.id: pack for pack in rules.packs}
    groups: list[list[Credential]] = []
    group_of: dict[tuple[str, str], int] = {}
    for credential in credentials:
        values = [(credential.provider, value) for value in _identities(credential, packs[credential.provider])]
        known = sorted({group_of[value] for value in values if value in group_of})
        number = known[0] if known else len(groups)
        if not known:
            groups.append([])
        groups[number].append(credential)
        for other in known[1:]:
            groups[number] += groups[other]
            groups[other] = []
            group_of.update({value: number for value, group in group_of.items() if group == other})
        group_of.update(dict.fromkeys(values, number))
    return [group for group in groups if group]


def _identities(credential: Credential, pack: Pack) -> list[str]:
    """Return the fingerprints of a credential's long and random values."""
    return [
        of_secret(pack.id, match.part, match.value)
        for match in credential.matches
        if match.part is not None and pack.parts[match.part].identity
    ]


def _of_credential(group: Sequence[Credential], rules: RuleSet, waive: Waive, ordinals: Counter[str]) -> Finding:
    pack = next(pack for pack in rules.packs if pack.id == group[0].provider)
    parts = [match for credential in group for match in credential.matches]
    present = {match.part for match in parts}
    missing = tuple(part for part in pack.parts if part not in present)
    rule = _rule(group, pack)
    fingerprint = _fingerprint(parts, rule, pack, ordinals)
    # One open place is enough: a waiver speaks for the place where it stands.
    waived = [(credential, waive(rule, credential.matches, fingerprint)) for credential in _speaking(group)]
    if not any(waiver is None or waiver.by == "inline" for _, waiver in waived):
        waived += [(credential, waive(rule, credential.matches, fingerprint)) for credential in _elsewhere(group)]
    open_ones = [credential for credential, waiver in waived if waiver is None]
    ordered = sorted(
        group,
        key=lambda credential: (
            credential not in open_ones,
            _past(credential),
            _ignored(credential.matches),
            len(credential.missing),
        ),
    )
    matches = [match for credential in ordered for match in _in_order(credential.matches, pack)]
    realm = _realm(group, pack)
    weighed = [one for one in group if one in open_ones or _past(one)] if open_ones else group
    places = [match for one in weighed for match in (*one.matches, *one.versions)]
    return Finding(
        rule=rule,
        severity=_severity(rules.rules[rule], missing, realm, places, pack),
        confidence=max(credential.confidence for credential in group),
        provider=pack.id,
        fingerprint=fingerprint,
        matches=tuple(dict.fromkeys(matches)),
        missing=missing,
        realm=realm,
        origins=_origins(matches),
        versions=tuple(dict.fromkeys(match for credential in ordered for match in credential.versions)),
        suppressed=None if open_ones else waived[0][1],
    )


def _speaking(group: Sequence[Credential]) -> Sequence[Credential]:
    """Return whose waivers count: what is past says nothing beside a file."""
    return [one for one in group if not _past(one)] or group


def _elsewhere(group: Sequence[Credential]) -> list[Credential]:
    """Return what only the past holds, at paths where no file of today does: the ignored path of that says nothing."""
    today = {match.blob.path for one in group if not _past(one) for match in one.matches}
    return [one for one in group if today and _past(one) and today.isdisjoint(match.blob.path for match in one.matches)]


def _of_match(match: Match, versions: Sequence[Match], rules: RuleSet, waive: Waive, ordinals: Counter[str]) -> Finding:
    rule = rules.rules[match.rule]
    base = f"{match.rule}:{match.blob.path}"
    ordinals[base] += 1
    fingerprint = digest(f"{base}:{ordinals[base]}")
    severity = Severity.NOTE if _ignored([match, *versions]) else rule.severity
    return Finding(
        rule=rule.id,
        severity=severity,
        confidence=match.confidence,
        provider=match.provider,
        fingerprint=fingerprint,
        matches=(match,),
        realm=match.realm,
        origins=_origins([match]),
        versions=tuple(versions),
        suppressed=waive(rule.id, [match], fingerprint),
    )


def _rule(group: Sequence[Credential], pack: Pack) -> str:
    parts = {match.part for credential in group for match in credential.matches}
    return pack.credential_rule if len(parts) > 1 else group[0].matches[0].rule


def _in_order(matches: Iterable[Match], pack: Pack) -> list[Match]:
    """Return the parts as the pack names them, the one first by whose mask its owner knows the credential."""
    order = {part: number for number, part in enumerate(pack.parts)}
    return sorted(matches, key=lambda match: order.get(match.part or "", len(order)))


def _severity(rule: Rule, missing: Sequence[str], realm: str | None, matches: Sequence[Match], pack: Pack) -> Severity:
    """Weigh what is lost: the whole credential, some of it, a demo account's, or a copy that git does not carry."""
    severity = rule.severity
    if rule.id == pack.credential_rule and missing:
        severity = pack.incomplete
    if realm == "demo":
        severity = min(severity, Severity.MEDIUM)
    return Severity.NOTE if _ignored(matches) else severity


def _realm(group: Sequence[Credential], pack: Pack) -> str | None:
    """Return the realm of a group, where nothing disagrees and it is said of each of its keys and secrets."""
    realms = {credential.realm for credential in group if credential.realm}
    if len(realms) != 1:
        return None
    values = {credential: _identities(credential, pack) for credential in group}
    said = set().union(*(values[credential] for credential in group if credential.realm))
    return realms.pop() if set().union(*values.values()) <= said else None


def _ignored(matches: Sequence[Match]) -> bool:
    return all(match.blob.tracking is Tracking.IGNORED for match in matches)


def _past(credential: Credential) -> bool:
    return all(match.blob.is_past for match in credential.matches)


def _origins(matches: Iterable[Match]) -> tuple[Origin, ...]:
    return tuple(sorted({Origin(match.blob.path, match.blob.tracking.value) for match in matches}))


def _fingerprint(matches: Sequence[Match], rule: str, pack: Pack, ordinals: Counter[str]) -> str:
    """Name a credential by its API key, else its secret key: both hold over 120 random bits, so nothing can be guessed.

    A lone passphrase could be guessed from a hash of it, so it is known by its rule, the account that its name
    says and its place among its like; lines and paths stay out, so that moving it makes no new finding.
    """
    for part in pack.parts.values():
        if part.identity:
            secrets = (match.value for match in matches if match.part == part.name)
            names = {of_secret(pack.id, part.name, secret): secret for secret in secrets}
            if len(names) > 1:  # that of the first value, which its fingerprint does not say
                return min(names.items(), key=lambda named: named[1].reveal().lower())[0]
            if names:
                return next(iter(names))
    base = f"{rule}:{matches[0].stem}"
    ordinals[base] += 1
    return digest(f"{base}:{ordinals[base]}")
