"""What a whole fleet gave: a credential once, with all its places in all repositories, and what was not read.

Read are the newest record of each repository and its report; both are checked as they are read, since whoever can write
the results could have written anything.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
import msgspec
from markupsafe import Markup

from keyguard import __version__, api
from keyguard.display import visible
from keyguard.errors import ReportError
from keyguard.fleet import record as records
from keyguard.fleet.results import folder_of, report_of, verdicts
from keyguard.model import Severity
from keyguard.report import ReportOptions, phrases, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from keyguard.fleet.record import Record
    from keyguard.fleet.store import Store
    from keyguard.model import Finding, Rule, Verdict

SCHEMA = "keyguard-fleet/1"

_HERE = Path(__file__).parent
_SHEET = _HERE.parent / "report" / "page" / "page.css"
_CARDS = 500  # credentials that a page shows; the tables beside it hold all
_PLACES = 20  # of one credential


class Place(NamedTuple):
    """Where a part of a credential stands."""

    repository: str  # its id
    name: str
    path: str
    line: int
    mask: str


@dataclass(slots=True)
class Credential:
    """One finding of the whole fleet."""

    fingerprint: str
    rule: str
    title: str
    severity: Severity
    verdict: Verdict
    places: list[Place] = field(default_factory=list)
    since: str = ""  # ISO 8601, of the first commit that brought it anywhere
    is_new: bool = False  # no earlier run of any of its repositories had it

    @property
    def repositories(self) -> list[str]:
        """The names of the repositories that hold it."""
        return list(dict.fromkeys(place.name for place in self.places))


@dataclass(frozen=True, slots=True)
class Overview:
    """The newest state of each repository, and what is open in them."""

    records: tuple[Record, ...]
    credentials: tuple[Credential, ...]  # the worst first
    accepted: int  # by the fleet's baseline
    suppressed: int  # by the repositories' own

    @property
    def unread(self) -> list[Record]:
        """The repositories that were not read whole."""
        return [one for one in self.records if one.state != "complete"]


def overview(store: Store, rules: Mapping[str, Rule], *, accepted: Iterable[tuple[str, str]] = ()) -> Overview:
    """Return what the results in a store tell; `accepted` are repositories' ids with fingerprints that do not count."""
    known, checked = frozenset(accepted), verdicts(store, rules)
    newest, before = _by_repository(store)
    found: dict[str, Credential] = {}
    counts = Counter[str]()
    for one in newest.values():
        outcome = report_of(store, one, rules, checked)
        earlier = _fingerprints(store, before.get(one.repository), rules)
        for finding in outcome.findings if outcome else ():
            if finding.suppressed or (one.repository, finding.fingerprint) in known:
                counts["suppressed" if finding.suppressed else "accepted"] += 1
            else:
                _add(found, one, finding, rules, is_new=before != {} and finding.fingerprint not in earlier)
    credentials = sorted(found.values(), key=lambda one: (-one.severity, -len(one.repositories), one.fingerprint))
    shown = sorted(newest.values(), key=lambda one: (one.name, one.repository))
    return Overview(tuple(shown), tuple(credentials), counts["accepted"], counts["suppressed"])


def _by_repository(store: Store) -> tuple[dict[str, Record], dict[str, Record]]:
    """Return the newest record of each repository, and the newest one before it that tells of other tips."""
    newest: dict[str, Record] = {}
    before: dict[str, Record] = {}
    for name in store.names("runs"):
        for line in (store.read(name) or b"").splitlines():
            try:
                one = records.read(line)
            except msgspec.MsgspecError:
                raise ReportError(f"the audit record {name} cannot be read.", "Scan the fleet anew.") from None
            last = newest.get(one.repository)
            if last is not None and last.unit != one.unit and last.state != "failed":
                before[one.repository] = last
            newest[one.repository] = one
    return newest, before


def _fingerprints(store: Store, one: Record | None, rules: Mapping[str, Rule]) -> frozenset[str]:
    outcome = report_of(store, one, rules)
    return frozenset(finding.fingerprint for finding in outcome.findings) if outcome else frozenset()


def _add(
    found: dict[str, Credential], one: Record, finding: Finding, rules: Mapping[str, Rule], *, is_new: bool
) -> None:
    title = rules[finding.rule].title if finding.rule in rules else finding.rule
    credential = found.setdefault(
        finding.fingerprint,
        Credential(finding.fingerprint, finding.rule, title, finding.severity, finding.verdict, is_new=True),
    )
    credential.severity = max(credential.severity, finding.severity)
    credential.is_new = credential.is_new and is_new
    introduced = finding.history.introduced if finding.history else None
    if introduced is not None and introduced.date is not None:
        date = introduced.date.isoformat() if hasattr(introduced.date, "isoformat") else str(introduced.date)
        credential.since = min(filter(None, (credential.since, date)))
    credential.places += [
        Place(one.repository, one.name, match.blob.path, match.region.line, value_of(match, ReportOptions()))
        for match in finding.matches
    ]


# --- as files


def as_json(seen: Overview) -> bytes:
    """Return the overview as one JSON object."""
    credentials = [
        {
            "fingerprint": one.fingerprint, "rule": one.rule, "severity": one.severity.word,
            "verdict": one.verdict.status, "permissions": one.verdict.permissions, "checked_at": one.verdict.checked_at,
            "since": one.since or None, "new": one.is_new, "repositories": one.repositories,
            "places": [place._asdict() for place in one.places],
        }
        for one in seen.credentials
    ]  # fmt: skip
    facts = {
        "schema": SCHEMA,
        "version": __version__,
        "repositories": list(seen.records),
        "credentials": credentials,
        "accepted": seen.accepted,
        "suppressed": seen.suppressed,
    }
    return msgspec.json.format(msgspec.json.encode(facts), indent=1) + b"\n"


def as_csv(seen: Overview) -> bytes:
    """Return a line for each place; a cell that a spreadsheet would run begins with a quote."""
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow(
        ["severity", "rule", "fingerprint", "repository", "path", "line", "value", "since", "new", "verdict"]
    )
    for one in seen.credentials:
        for place in one.places:
            cells = [
                one.severity.word, one.rule, one.fingerprint, place.name, place.path, place.line, place.mask,
                one.since, one.is_new, one.verdict.status,
            ]  # fmt: skip
            table.writerow(
                [f"'{cell}" if str(cell)[:1] in "=+-@\t\r" else cell for cell in map(visible, map(str, cells))]
            )
    return lines.getvalue().encode("utf-8", "backslashreplace")


def as_html(seen: Overview) -> bytes:
    """Return the overview as a page that needs no network and no script."""
    sheet = _SHEET.read_text("utf-8")
    shown = seen.credentials[:_CARDS]
    by_severity = Counter(one.severity for one in seen.credentials)
    page = _page().render(
        version=__version__,
        sheet=Markup(sheet),  # noqa: S704 - our own file
        sheet_hash=base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode(),
        headline=headline(seen),
        severities=[(severity.word, by_severity[severity]) for severity in sorted(Severity, reverse=True)],
        extent=_extent(seen.records),
        credentials=[(one, one.places[:_PLACES], max(0, len(one.places) - _PLACES)) for one in shown],
        more=len(seen.credentials) - len(shown),
        repositories=_counted(seen, lambda place: place.name),
        owners=_counted(seen, lambda place: place.name.partition("/")[0]),
        years=sorted(Counter(one.since[:4] or "not committed" for one in seen.credentials).items()),
        unread=seen.unread[:_CARDS],
        more_unread=max(0, len(seen.unread) - _CARDS),
        seen=seen,
    )
    return str(page).rstrip().encode("utf-8", "backslashreplace") + b"\n"


def headline(seen: Overview) -> str:
    """Return what a person in a hurry has to know."""
    if seen.credentials:
        held = len({place.repository for one in seen.credentials for place in one.places})
        return f"{phrases.count(len(seen.credentials), 'credential')} in {phrases.repositories(held)}"
    if not seen.records or len(seen.unread) == len(seen.records):
        return "Nothing was scanned"
    return "No open findings, but not all was read" if seen.unread else "No open findings"


def _extent(known: Sequence[Record]) -> str:
    commits, contents = sum(one.commits for one in known), sum(one.contents for one in known)
    return (
        f"{phrases.repositories(len(known))}, {phrases.count(commits, 'commit')}, {phrases.count(contents, 'content')}"
    )


def _counted(seen: Overview, name: Any) -> list[tuple[str, int]]:
    held: dict[str, set[str]] = defaultdict(set)
    for one in seen.credentials:
        for place in one.places:
            held[name(place)].add(one.fingerprint)
    return sorted(((key, len(found)) for key, found in held.items()), key=lambda one: (-one[1], one[0]))[:_CARDS]


def _page() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    return environment.get_template("overview.html.jinja")


def sarif(store: Store, seen: Overview, rules: Mapping[str, Rule]) -> Iterable[tuple[str, bytes]]:
    """Yield a SARIF log for each repository, with a file name for it."""
    checked = verdicts(store, rules)
    for one in seen.records:
        outcome = report_of(store, one, rules, checked)
        if outcome is not None:
            written = io.BytesIO()
            api.report(replace(outcome, rules=rules), "sarif", written)
            yield f"{folder_of(one.repository).partition('/')[2]}.sarif", written.getvalue()
