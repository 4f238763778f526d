"""What to do about findings, in one line or in steps.

The words are a rule's own, measured ones where git ignores all that holds a finding, or the steps that follow from what
the provider said of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.model import REFLOG, Tracking
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
    "Nothing is lost yet, unless a commit has the values too. Take the file out of what is staged (git reset -- FILE), "
    "and keep the values in the environment, a file that git ignores or a secret store. Only if the key was ever "
    "pushed or shared, delete it on the exchange and create a new one."
)


UNPUSHED_TITLE = "what was not pushed"
_UNPUSHED = (
    "As far as this clone knows nobody else has it. Do not push. Take the commit back (git reset --soft HEAD~1 if it "
    "is the last one, else git rebase --interactive), then the file out of it (git restore --staged FILE), keep the "
    "values in the environment, a file that git ignores or a secret store, and commit the rest. If it was ever pushed "
    "or shared, from here or elsewhere, delete the key on the exchange and create a new one: do so when in doubt."
)

REFLOG_TITLE = "what the reflog alone holds"
_REFLOG = (
    "If the commit was ever pushed, even for a minute, the key is lost, and pushing over it takes nothing back: delete "
    "it on the exchange, look at the account, and create a new one. If it was not, nobody else has it: keep the "
    "values in the environment, a file that git ignores or a secret store. Git drops the commit in some weeks, or at "
    "once with all that it keeps for going back: git reflog expire --expire=now --all && git gc --prune=now."
)


def is_stopped(finding: Finding) -> bool:
    """Tell whether nothing but the index holds a finding: no commit has it, and nobody else can."""
    held = (*finding.matches, *finding.versions)
    return finding.history is None and all(match.blob.tracking is Tracking.STAGED for match in held)


def is_local(finding: Finding) -> bool:
    """Tell whether git ignores all that holds a finding: where a credential of one's own properly lies."""
    return all(match.blob.tracking is Tracking.IGNORED for match in (*finding.matches, *finding.versions))


def is_unpushed(finding: Finding) -> bool:
    """Tell whether a finding is in commits that no remote has, as far as the clone knows."""
    return finding.history is not None and finding.history.unpushed


def is_dropped(finding: Finding) -> bool:
    """Tell whether a finding is in commits that the reflog alone reaches: amended, reset or pushed over."""
    return finding.history is not None and finding.history.refs == (REFLOG,)


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
    return _special(finding)[0] or finding.rule


def _general(finding: Finding, rule: Rule) -> str:
    return _special(finding)[1] or " ".join(rule.fix.split())


def _special(finding: Finding) -> tuple[str, str]:
    """Return a title and measured words for what is not lost, or may not be; empty ones for all else."""
    for holds, title, words in _SPECIAL:
        if holds(finding):
            return title, words
    return "", ""


_SPECIAL = (
    (is_stopped, STAGED_TITLE, _STAGED),
    (is_local, LOCAL_TITLE, _LOCAL),
    (is_unpushed, UNPUSHED_TITLE, _UNPUSHED),
    (is_dropped, REFLOG_TITLE, _REFLOG),
)
