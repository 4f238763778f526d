"""What fixes a text that an editor holds: each place by itself, as spans of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from keyguard.model import Match
from keyguard.report.fixes import habits, references, waivers
from keyguard.report.fixes.edits import Edit, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.model import Finding, Outcome, Practice, Region
    from keyguard.packs import RuleSet


class Fix(NamedTuple):
    """A change of a text that fixes one place; it holds no value."""

    place: Match | Practice
    title: str
    edits: tuple[Edit, ...]  # their offsets count code points
    fingerprint: str  # of the finding
    waives: bool = False  # it changes a report alone


def places(outcome: Outcome, path: str) -> Iterator[tuple[Finding | Practice, Match | Practice]]:
    """Yield what is open in a text itself, not in what it contains: each place with the finding that it is of."""
    for finding in outcome.findings:
        if not finding.suppressed:
            yield from ((finding, match) for match in finding.matches if match.blob.path == path)
    yield from ((one, one) for one in outcome.practices if not one.suppressed and one.blob.path == path)


def fixes(outcome: Outcome, rules: RuleSet, path: str, content: str, wanted: Callable[[Region], bool]) -> Iterator[Fix]:
    """Yield what refers to the environment in place of a value, what fixes a practice, and what may waive each."""
    text, names = Text(path, content), references.Names()
    for whole, place in places(outcome, path):
        fixed = _fixed(whole, place, text, rules, names)  # of each place, since variables are numbered
        if not wanted(place.region):
            continue
        if fixed:
            yield fixed
        if waiver := waivers.above(text, place.region.line, whole.rule):
            title = f"Waive {whole.rule} here, with a comment"
            yield Fix(place, title, (waiver,), whole.fingerprint, waives=True)


def _fixed(
    whole: Finding | Practice, place: Match | Practice, text: Text, rules: RuleSet, names: references.Names
) -> Fix | None:
    if isinstance(place, Match):
        edits = references.of(place, text, names, whole.fingerprint)
        title = f"Use the environment variable {names.name(place, '', whole.fingerprint)}" if edits else ""
    else:
        edit = habits.of(place, text, rules)
        edits, title = [edit] if edit else [], f"Fix it: {rules.rules[whole.rule].title}"
    return Fix(place, title, tuple(edits), whole.fingerprint) if edits else None
