"""What to do about findings: the words of their rules, and measured ones where git ignores all that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.model import Tracking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keyguard.model import Finding, Rule

LOCAL_TITLE = "files that git ignores"
_LOCAL = (
    "Nothing is lost while the file stays where it is: keep it out of git, backups and container images, and let "
    "nobody else read it (chmod 600), or move the values to a secret store. If it was ever shared, delete the key on "
    "the exchange and create a new one."
)


def is_local(finding: Finding) -> bool:
    """Tell whether git ignores all that holds a finding: where a credential of one's own properly lies."""
    return all(match.blob.tracking is Tracking.IGNORED for match in (*finding.matches, *finding.versions))


def remedy(finding: Finding, rule: Rule) -> str:
    """Return what to do about a finding, in one line."""
    return _LOCAL if is_local(finding) else " ".join(rule.fix.split())


def remedies(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> dict[str, str]:
    """Return what to do about findings, each thing once, by the id of its rule or what else they have in common."""
    named = ((LOCAL_TITLE if is_local(one) else one.rule, remedy(one, rules[one.rule])) for one in findings)
    return dict(sorted(named, key=lambda pair: pair[0] == LOCAL_TITLE))
