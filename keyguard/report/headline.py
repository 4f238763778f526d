"""What a person in a hurry reads first: what the worst of the findings means, and where that key is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.frozen import dataclass
from keyguard.providers import TRADE, WITHDRAW
from keyguard.report import phrases
from keyguard.report.loss import Page, is_demo, lost, pages
from keyguard.report.remedy import is_local, is_stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keyguard.model import Finding, Practice

_UNCHECKED = "It was not checked whether {} works: assume that {} does."


@dataclass(frozen=True, slots=True)
class Headline:
    """What the findings mean, for whom it concerns, and where to act on it."""

    text: str
    more: str = ""  # one sentence or two below it
    about: tuple[Finding, ...] = ()  # that it mentions
    pages: tuple[Page, ...] = ()  # on which those are deleted: one, unless nothing says which


def headline(shown: Sequence[Finding], practised: Sequence[Practice]) -> Headline:
    """Return what is worst of what is open; `shown` is not empty, or `practised` is not."""
    for fits, one, many, more in _CONSEQUENCES:
        if about := tuple(finding for finding in shown if fits(finding)):
            number = len(about)
            text = f"{number:,} {one if number == 1 else many}"
            return Headline(text, _told(more, about), about, _pages_of(about))
    return Headline(f"No leaks; {phrases.count(len(practised), 'practice')} to change")


def _told(more: str, about: Sequence[Finding]) -> str:
    """Fill in the sentence below a headline: what can be lost, where that was found out."""
    said = lost(about[0].verdict, about[0].realm)
    return said if said and len(about) == 1 else more.format(*(("it", "it") if len(about) == 1 else ("they", "they")))


def _pages_of(about: Sequence[Finding]) -> tuple[Page, ...]:
    """Return the page of the findings, where all have one in common that is known; else those of the first."""
    return pages(about[0]) if len({pages(finding) for finding in about}) == 1 else ()


def _is_live(finding: Finding) -> bool:
    return finding.verdict.status in {"live", "live-limited", "ip-bound"}


def _may(permission: str) -> Callable[[Finding], bool]:
    def fits(finding: Finding) -> bool:
        return finding.verdict.status == "live" and permission in finding.verdict.permissions and not is_demo(finding)

    return fits


def _is_gone(finding: Finding) -> bool:
    return finding.verdict.status == "not-known" and not finding.verdict.left


def _is_open(finding: Finding) -> bool:
    """Tell what nobody proved to be harmless: with all its parts, out of the hands of whoever made it."""
    return not (finding.missing or is_demo(finding) or is_local(finding) or is_stopped(finding) or _is_gone(finding))


def _is_credential(finding: Finding) -> bool:
    return finding.verdict.status != "not-checked" or len({match.part for match in finding.matches}) > 1


_CONSEQUENCES: tuple[tuple[Callable[[Finding], bool], str, str, str], ...] = (
    (
        _may(WITHDRAW),
        "key can withdraw funds now",
        "keys can withdraw funds now",
        "Whoever has one can empty its account.",
    ),
    (
        _may(TRADE),
        "key can trade with your funds now",
        "keys can trade with your funds now",
        "Whoever has one can lose the funds to accomplices.",
    ),
    (lambda one: _is_live(one) and not is_demo(one), "leaked key works now", "leaked keys work now", ""),
    (
        lambda one: one.verdict.status in {"wrong-parts", "blocked"},
        "leaked key exists",
        "leaked keys exist",
        "None was proven to work as found.",
    ),
    (
        lambda one: _is_credential(one) and _is_open(one),
        "key can be used by whoever reads this",
        "keys can be used by whoever reads this",
        _UNCHECKED,
    ),
    (_is_live, "demo key works", "demo keys work", "No real funds are behind them."),
    (
        lambda one: _is_open(one) or bool(one.missing and not _is_harmless(one)),
        "credential is exposed in part",
        "credentials are exposed in part",
        "The other parts may stand where nobody has looked yet.",
    ),
    (
        is_stopped,
        "credential is staged, and not committed",
        "credentials are staged, and not committed",
        "Nothing is lost yet, unless a commit has it too: take it out of what is staged.",
    ),
    (
        is_local,
        "credential lies in files that git ignores",
        "credentials lie in files that git ignores",
        "Nothing is lost while those files stay where they are.",
    ),
    (is_demo, "demo credential is exposed", "demo credentials are exposed", "No real funds are behind a demo account."),
    (_is_gone, "leaked key is gone", "leaked keys are gone", "No site that may know them does."),
    (lambda _: True, "finding", "findings", ""),
)
"""By what they have in common, the worst first: whom it fits, what it means for one and for several, what is added."""


def _is_harmless(finding: Finding) -> bool:
    return is_local(finding) or is_stopped(finding) or is_demo(finding) or _is_gone(finding)
