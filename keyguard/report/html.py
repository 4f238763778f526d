"""The HTML report: one file to hand on, that needs no network and no script, for the screen, the phone and paper.

What the worst of it means stands first, and where to act on it; then what to do, once for each site, the time line of
all credentials, each credential, and what was not scanned. The page forbids itself everything but its own style sheet,
which it knows by its hash.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import jinja2
from markupsafe import Markup, escape

from keyguard import __version__, providers
from keyguard.display import visible
from keyguard.frozen import dataclass
from keyguard.model import Confidence, Severity
from keyguard.report import ReportOptions, parts_and_copies, phrases, practices, presentable, value_of, words
from keyguard.report.headline import Headline, headline
from keyguard.report.loss import lost, pages, short
from keyguard.report.remedy import common, next_steps, remedies
from keyguard.report.timeline import Axis, Way, way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from keyguard.model import Finding, Match, Outcome, Practice, Rule

_PAGE = Path(__file__).parent / "page"
_CARDS = 1_000  # a page of more would not open on a phone; the rest is counted
_WAYS = 200  # of the time line
_COPIES = 12  # further places of one credential
_KEYS = 12  # of one site are named, the others counted
_FOLDERS = 12
_LISTED = 200  # of skipped inputs and the like


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the page."""
    outcome = presentable(outcome, options)
    sheet = (_PAGE / "page.css").read_text("utf-8")
    shown = [finding for finding in outcome.findings if not finding.suppressed]
    practised = practices.shown(outcome)
    cards = [_card(finding, rules[finding.rule], outcome.scanned.started_at, options) for finding in shown[:_CARDS]]
    ways = [(card, card.way) for card in cards if card.way]
    written = _page().render(
        version=__version__,
        sheet=Markup(sheet),  # noqa: S704 - our own file
        sheet_hash=base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode(),
        outcome=outcome,
        tally=phrases.tally(shown, practised) if shown or practised else _headline(outcome),
        headline=headline(shown, practised) if shown or practised else Headline(_headline(outcome)),
        practised=_practised(practised, rules),
        practices_title=practices.TITLE,
        more_practices=max(0, len(practised) - _CARDS),
        extent=phrases.extent(outcome.scanned, below=bool(outcome.repositories)),
        severities=_severities(shown),
        losses=_losses(shown, rules),
        urgent=[card for card in cards if card.finding.severity >= Severity.HIGH],
        others=[card for card in cards if card.finding.severity < Severity.HIGH],
        more=max(0, len(shown) - _CARDS),
        axis=Axis.of([line for _, line in ways]),
        ways=ways[:_WAYS],
        more_ways=max(0, len(ways) - _WAYS),
        folders=_folders(shown),
        todo=_todo(cards, rules),
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
    environment.filters["linked"] = _linked
    environment.filters["counted"] = phrases.count
    return environment.get_template("page.html.jinja")


def _linked(text: str) -> Markup:
    """Make links of the web addresses in a text; a full stop or semicolon behind one is of the sentence."""
    pieces = re.split(r"(https?://[^\s<>\"')]+)", visible(text))
    return Markup().join(_link(piece) if number % 2 else escape(piece) for number, piece in enumerate(pieces))


def _link(found: str) -> Markup:
    address = found.rstrip(".,;:!?")
    if not phrases.is_link(address):
        return escape(found)
    return Markup('<a href="{0}" rel="noopener noreferrer">{0}</a>{1}').format(address, found[len(address) :])


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


def _losses(shown: Sequence[Finding], rules: Mapping[str, Rule]) -> list[tuple[Rule, int, list[tuple[str, int]]]]:
    """Return for each rule how many findings it has, and what those that were checked mean, the worst first."""
    by: dict[str, list[Finding]] = {}
    for finding in shown:
        by.setdefault(finding.rule, []).append(finding)
    return [(rules[rule], len(held), _said(held)) for rule, held in by.items()]


def _said(held: Iterable[Finding]) -> list[tuple[str, int]]:
    losses = (lost(finding.verdict, finding.realm) for finding in held)
    return list(Counter(filter(None, losses)).items())[:_FOLDERS]


def _waived(outcome: Outcome) -> list[Finding]:
    return [finding for finding in outcome.findings if finding.suppressed]


# What to do


class _Key(NamedTuple):
    """A credential as it is called in a list: its mask, and where its card is."""

    mask: str
    card: str


class _Step(NamedTuple):
    """Something to do, and for which of the keys of its site, where it is not for all."""

    text: str
    only: tuple[_Key, ...]


@dataclass(frozen=True, slots=True)
class _Todo:
    """What is to be done about the credentials of one site, or of one rule."""

    title: str
    keys: tuple[_Key, ...]
    more_keys: int
    steps: tuple[_Step, ...]
    references: tuple[str, ...] = ()


def _todo(cards: Sequence[_Card], rules: Mapping[str, Rule]) -> list[_Todo]:
    """Return what to do, once for each site that was asked, then once for what was not checked."""
    groups: dict[str, list[_Card]] = {}
    for card in cards:
        groups.setdefault(_site(card.finding) if card.steps else common(card.finding), []).append(card)
    return [_todo_of(title, held, rules) for title, held in groups.items()]


def _site(finding: Finding) -> str:
    """Return the site of a key that was checked, as a title."""
    named = pages(finding)
    return f"On {named[0].site}" if len(named) == 1 else "Where the key was made"


def _todo_of(title: str, held: Sequence[_Card], rules: Mapping[str, Rule]) -> _Todo:
    keys = tuple(_Key(card.mask, card.id) for card in held)
    steps: dict[str, list[_Key]] = {}
    rank: dict[str, int] = {}
    for card, key in zip(held, keys, strict=True):
        for number, step in enumerate(card.steps or remedies([card.finding], rules).values()):
            steps.setdefault(step, []).append(key)
            rank[step] = max(number, rank.get(step, 0))  # so that what is to be done first is so for all keys
    rule = rules.get(title)
    return _Todo(
        rule.title if rule else title[:1].upper() + title[1:],
        keys[:_KEYS],
        max(0, len(keys) - _KEYS),
        tuple(
            _Step(text, tuple(one[:_KEYS]) if len(one) < len(keys) else ())
            for text, one in sorted(steps.items(), key=lambda step: rank[step[0]])
        ),
        rules[held[0].rule.id].references if rule else (),
    )


# The credentials


@dataclass(frozen=True, slots=True)
class _Row:
    """One part of a credential; without a place it was not found."""

    part: str
    value: str = ""
    place: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class _Card:
    """One credential, as the page shows it."""

    finding: Finding
    rule: Rule
    mask: str  # of the part that names it
    path: str
    rows: tuple[_Row, ...]
    copies: tuple[_Row, ...]
    more_copies: int
    chips: tuple[str, ...]
    lost: str
    checked: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    way: Way | None
    notes: tuple[str, ...]

    @property
    def id(self) -> str:
        """The anchor of the card."""
        return f"f-{self.finding.fingerprint}"


def _card(finding: Finding, rule: Rule, now: str | None, options: ReportOptions) -> _Card:
    parts, copies = parts_and_copies(finding)
    first = min((match for _, match in parts), key=lambda match: _place_of(finding, match.part))
    further = list({phrases.place(match): _row(match, rule, options) for _, match in copies}.values())
    return _Card(
        finding=finding,
        rule=rule,
        mask=value_of(first, options),
        path=first.blob.path,
        rows=_rows(finding, [match for _, match in parts], rule, options),
        copies=tuple(further[:_COPIES]),
        more_copies=max(0, len(further) - _COPIES),
        chips=tuple(_chips(finding)),
        lost=lost(finding.verdict, finding.realm),
        checked=tuple(_checked(finding)),
        steps=next_steps(finding),
        way=way(finding, now),
        notes=(phrases.APART,) if finding.history and finding.history.apart else (),
    )


def _rows(finding: Finding, matches: Sequence[Match], rule: Rule, options: ReportOptions) -> tuple[_Row, ...]:
    """Return a row for each part, in its provider's order; what is missing stands in its place."""
    rows = [(match.part, _row(match, rule, options)) for match in matches]
    rows += [(part, _Row(words(part, rule))) for part in finding.missing]
    return tuple(row for _, row in sorted(rows, key=lambda one: _place_of(finding, one[0])))


def _place_of(finding: Finding, part: str | None) -> int:
    provider = providers.known().get(finding.provider)
    order = [given.name for given in provider.parts] if provider else []
    return order.index(part) if part in order else len(order)


def _row(match: Match, rule: Rule, options: ReportOptions) -> _Row:
    return _Row(
        words(match.part, rule), value_of(match, options), phrases.place(match), ", ".join(phrases.remarks(match))
    )


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
    rows = [
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
    return [(name, text) for name, text in rows if text]


class _Habit(NamedTuple):
    """The lines of one practice."""

    rule: Rule
    fix: str
    lines: tuple[tuple[Practice, str, str], ...]  # with their places and what is out of the ordinary of them

    @property
    def severity(self) -> Severity:
        """The worst of its lines."""
        return max(practice.severity for practice, _, _ in self.lines)


def _practised(practised: Sequence[Practice], rules: Mapping[str, Rule]) -> tuple[list[_Habit], list[_Habit]]:
    """Return the practices once for each rule: those that fail a run by default, and the others."""
    by: dict[str, list[tuple[Practice, str, str]]] = {}
    for one in practised[:_CARDS]:
        by.setdefault(one.rule, []).append((one, practices.place(one), practices.remark(one)))
    habits = [_Habit(rules[name], practices.fix(rules[name]), tuple(lines)) for name, lines in by.items()]
    urgent = [habit for habit in habits if habit.severity >= Severity.HIGH]
    return urgent, [habit for habit in habits if habit not in urgent]


def _folders(shown: Sequence[Finding]) -> list[tuple[str, int, float]]:
    """Return the folders that hold most of the findings, with their number and its share of the largest."""
    held = Counter(folder for finding in shown for folder in {_folder(match) for match in finding.matches})
    most = sorted(held.items(), key=lambda item: (-item[1], item[0]))[:_FOLDERS]
    return [(folder, number, round(100 * number / most[0][1], 1)) for folder, number in most]


def _folder(match: Match) -> str:
    """Return the first two folders of a path; deeper ones would give each file its own line."""
    folders = match.blob.path.split("/")[:-1]
    return "/".join(folders[:2]) + "/" if folders else "./"
