"""The HTML report: one file to hand on, that needs no network and no script, for the screen, the phone and paper.

What can be lost stands first, then each credential, how to fix it, where they sit in the tree, and what was not
scanned. The page forbids itself everything but its own style sheet, which it knows by its hash.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import jinja2
from markupsafe import Markup

from keyguard import __version__
from keyguard.display import visible
from keyguard.model import Confidence, Severity
from keyguard.report import ReportOptions, parts_and_copies, phrases, practices, presentable, value_of, words
from keyguard.report.loss import lost, short
from keyguard.report.remedy import next_steps, remedies
from keyguard.report.timeline import Timeline, timeline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keyguard.model import Finding, Match, Outcome, Rule

_PAGE = Path(__file__).parent / "page"
_CARDS = 1_000  # a page of more would not open on a phone; the rest is counted
_COPIES = 12  # further places of one credential
_FOLDERS = 12
_STEPS_ABOVE = "What to do next stands with each credential above."
_LISTED = 200  # of skipped inputs and the like


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the page."""
    outcome = presentable(outcome, options)
    sheet = (_PAGE / "page.css").read_text("utf-8")
    shown = [finding for finding in outcome.findings if not finding.suppressed]
    practised = practices.shown(outcome)
    used = [rules[name] for name in dict.fromkeys(finding.rule for finding in shown)]
    written = _page().render(
        version=__version__,
        sheet=Markup(sheet),  # noqa: S704 - our own file
        sheet_hash=base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode(),
        outcome=outcome,
        tally=phrases.tally(shown, practised) if shown or practised else _headline(outcome),
        headline=phrases.count(len(shown), "finding") if shown else _headline(outcome),
        practised=[(one, rules[one.rule], practices.place(one), practices.remark(one)) for one in practised[:_CARDS]],
        practices_title=practices.TITLE,
        more_practices=max(0, len(practised) - _CARDS),
        changes=[(rules[name], text) for name, text in practices.fixes(practised, rules).items()],
        extent=phrases.extent(outcome.scanned),
        severities=_severities(shown),
        losses=[(rule, sum(finding.rule == rule.id for finding in shown), _said(rule, shown)) for rule in used],
        cards=[_card(finding, rules[finding.rule], outcome.scanned.started_at, options) for finding in shown[:_CARDS]],
        more=max(0, len(shown) - _CARDS),
        folders=_folders(shown),
        remedies=_remedies(shown, rules),
        waived=[(finding, rules[finding.rule], phrases.place(finding.matches[0])) for finding in _waived(outcome)],
        listed=_LISTED,
        clean=_is_clean(outcome),
        meaning=_meaning(outcome),
        deviations=phrases.deviations(outcome),
        run=list(phrases.run_facts(outcome)),
    )
    stream.write(written.rstrip().encode() + b"\n")


@functools.cache
def _page() -> jinja2.Template:
    """Return the template, which takes longer to compile than a page to write."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Whatever the page shows is printable; markup is our own.
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    # Markup is passed on as it is: a text is made printable before its links become some.
    environment.filters["visible"] = visible
    return environment.get_template("page.html.jinja")


def _is_clean(outcome: Outcome) -> bool:
    """Tell whether all was read and nothing found: anything less must not look like it."""
    return (
        not (phrases.is_empty(outcome.findings, outcome) or outcome.findings or outcome.below or outcome.skipped)
        and outcome.complete
    )


def _headline(outcome: Outcome) -> str:
    """Return the heading of a page without an open finding."""
    if phrases.is_empty(outcome.findings, outcome):
        return "Nothing was scanned"
    return "No open findings" if outcome.findings or outcome.below else "No findings"


def _meaning(outcome: Outcome) -> str:
    """Say what it means that no finding is open."""
    if phrases.is_empty(outcome.findings, outcome):
        return "Nothing was read: this says nothing about the tree."
    waived, below, skipped = len(outcome.findings), outcome.below, len(outcome.skipped)
    reserves = [
        _counted(waived, "finding", "", "is suppressed, see below"),
        _counted(below, "finding", " below the wanted confidence", "is not shown"),
        _counted(skipped, "input", "", "was not scanned, see below"),
        "" if outcome.complete else "the run was interrupted",
    ]
    said = "; ".join(filter(None, reserves))
    if waived or below:
        return f"Nothing is open: {said}."
    return f"No credential was found in what was read{said and f', but {said}'}."


def _counted(number: int, noun: str, which: str, verb: str) -> str:
    """Return '1 finding is so', '2 findings are so', nothing for none."""
    one, _, rest = verb.partition(" ")
    many = {"is": "are", "was": "were"}[one]
    return f"{phrases.count(number, noun)}{which} {one if number == 1 else many} {rest}" if number else ""


def _severities(shown: Sequence[Finding]) -> list[tuple[str, int]]:
    by = Counter(finding.severity for finding in shown)
    return [(severity.word, by[severity]) for severity in sorted(Severity, reverse=True)]


def _said(rule: Rule, shown: Sequence[Finding]) -> list[tuple[str, int]]:
    """Return what can be lost by a rule's findings that were checked, the worst first, and by how many."""
    told = (lost(finding.verdict, finding.realm) for finding in shown if finding.rule == rule.id)
    return list(Counter(filter(None, told)).items())[:_FOLDERS]


def _remedies(shown: Sequence[Finding], rules: Mapping[str, Rule]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what to do, once for all that have it in common: title, text, references.

    What was checked has steps of its own on its card; of its rule the references are left to tell.
    """
    general = remedies((finding for finding in shown if not next_steps(finding)), rules)
    checked = dict.fromkeys((finding.rule for finding in shown if next_steps(finding)), _STEPS_ABOVE)
    return [
        (rules[about].title, text, rules[about].references) if about in rules else (about.capitalize(), text, ())
        for about, text in (checked | general).items()
    ]


def _waived(outcome: Outcome) -> list[Finding]:
    return [finding for finding in outcome.findings if finding.suppressed]


@dataclass(frozen=True, slots=True)
class _Row:
    """One part of a credential."""

    part: str
    value: str
    place: str
    remarks: str


@dataclass(frozen=True, slots=True)
class _Card:
    """One credential, as the page shows it."""

    finding: Finding
    rule: Rule
    rows: tuple[_Row, ...]
    missing: tuple[str, ...]
    copies: tuple[_Row, ...]
    more_copies: int
    chips: tuple[str, ...]
    lost: str
    checked: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    timeline: Timeline | None
    notes: tuple[str, ...]


def _card(finding: Finding, rule: Rule, now: str | None, options: ReportOptions) -> _Card:
    parts, copies = parts_and_copies(finding)
    further = list({phrases.place(match): _row(match, options) for _, match in copies}.values())
    return _Card(
        finding=finding,
        rule=rule,
        rows=tuple(_row(match, options) for _, match in parts),
        missing=tuple(words(part) for part in finding.missing),
        copies=tuple(further[:_COPIES]),
        more_copies=max(0, len(further) - _COPIES),
        chips=tuple(_chips(finding)),
        lost=lost(finding.verdict, finding.realm),
        checked=tuple(_checked(finding)),
        steps=next_steps(finding),
        timeline=timeline(finding, now),
        notes=(phrases.APART,) if finding.history and finding.history.apart else (),
    )


def _row(match: Match, options: ReportOptions) -> _Row:
    return _Row(words(match.part), value_of(match, options), phrases.place(match), ", ".join(phrases.remarks(match)))


def _chips(finding: Finding) -> list[str]:
    confidence = f"{finding.confidence.word} confidence" if finding.confidence < Confidence.HIGH else ""
    said = short(finding.verdict, finding.realm)
    return [chip for chip in (finding.realm, confidence, said) if chip]


def _checked(finding: Finding) -> list[tuple[str, str]]:
    """Return what the provider said of it, as names and texts; nothing when it was not asked."""
    verdict: Any = finding.verdict
    if verdict.status == "not-checked":
        return []
    bound = {True: "yes", False: "no", None: ""}[verdict.ip_bound]
    told = [
        ("status", verdict.status),
        ("it means", verdict.reading),
        ("permissions", ", ".join(verdict.permissions)),
        ("bound to addresses", bound),
        ("account", verdict.account or ""),
        ("asked", ", ".join(verdict.hosts)),
        ("left to ask", ", ".join(verdict.left)),
        ("through the proxy", verdict.proxy or ""),
        ("checked at", (verdict.checked_at or "").replace("T", " ").replace("Z", " UTC")),
    ]
    return [(name, text) for name, text in told if text]


def _folders(shown: Sequence[Finding]) -> list[tuple[str, int, float]]:
    """Return the folders that hold most of the findings, with their number and its share of the largest."""
    held = Counter(folder for finding in shown for folder in {_folder(match) for match in finding.matches})
    most = sorted(held.items(), key=lambda item: (-item[1], item[0]))[:_FOLDERS]
    return [(folder, number, round(100 * number / most[0][1], 1)) for folder, number in most]


def _folder(match: Match) -> str:
    """Return the first two folders of a path; deeper ones would give each file its own line."""
    folders = match.blob.path.split("/")[:-1]
    return "/".join(folders[:2]) + "/" if folders else "./"
