"""What to do about findings, in one line or in steps.

The words are a rule's own, measured ones where git ignores all that holds a finding, or the steps that follow from what
the provider said of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.model import Tracking
from keyguard.report.loss import steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keyguard.model import Finding, Rule

LOCAL_TITLE = "files that git ignores"
_LOCAL = (
    "Nothing is lost while the file stays where it is: keep it out of git, backups and container images, and let "
    "nobody else read it (chmod 600), or move the values to a secret store. If it was ever shared, delete the key on "
    "the exchange and create a new one."
)


STAGED_TITLE = "what is staged"
_STAGED = (
    "Nothing is lost yet: it is not committed. Take it out of what is staged (git reset -- FILE), and keep the "
    "values in the environment, a file that git ignores or a secret store. Only if the key was ever pushed or shared, "
    "delete it on the exchange and create a new one."
)


def is_stopped(finding: Finding) -> bool:
    """Tell whether nothing but the index holds a finding: no commit has it, and nobody else can."""
    held = (*finding.matches, *finding.versions)
    return finding.history is None and all(match.blob.tracking is Tracking.STAGED for match in held)


def is_local(finding: Finding) -> bool:
    """Tell whether git ignores all that holds a finding: where a credential of one's own properly lies."""
    return all(match.blob.tracking is Tracking.IGNORED for match in (*finding.matches, *finding.versions))


def next_steps(finding: Finding) -> tuple[str, ...]:
    """Return what to do next about a finding of which the provider said something, one step after the other."""
    return () if is_local(finding) else steps(finding.verdict, finding.realm)


def remedy(finding: Finding, rule: Rule) -> str:
    """Return what to do about a finding, in one line."""
    return " ".join(next_steps(finding)) or _general(finding, rule)


def remedies(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> dict[str, str]:
    """Return what to do about findings that were not checked, each thing once.

    It goes by the id of the rule, or by what else they have in common.
    """
    named = ((common(one), _general(one, rules[one.rule])) for one in findings)
    return dict(sorted(named, key=lambda pair: pair[0] == LOCAL_TITLE))


def common(finding: Finding) -> str:
    """Return what a finding has in common with others of which the same is to be done: a rule's id, or a title."""
    if is_stopped(finding):
        return STAGED_TITLE
    return LOCAL_TITLE if is_local(finding) else finding.rule


def _general(finding: Finding, rule: Rule) -> str:
    if is_stopped(finding):
        return _STAGED
    return _LOCAL if is_local(finding) else " ".join(rule.fix.split())
