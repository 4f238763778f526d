"""GitLab's secret detection report, schema 15.2.1: `gl-secret-detection-report.json`.

Save it as `artifacts: reports: secret_detection` of a job. A value never stands in it, not even with `--show-secrets`,
and the raw line of the source, for which the schema has a field, is left out.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, BinaryIO

from keyguard import __version__
from keyguard.display import in_json, visible
from keyguard.model import Severity, Tracking
from keyguard.report import ReportOptions, parts_and_copies, phrases, places, practices, presentable, words
from keyguard.report.loss import answer, facts, lost, short
from keyguard.report.remedy import remedy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.model import Finding, Match, Outcome, Practice, Rule, Scanned

VERSION = "15.2.1"

_SEVERITIES = {
    Severity.CRITICAL: "Critical",
    Severity.HIGH: "High",
    Severity.MEDIUM: "Medium",
    Severity.LOW: "Low",
    Severity.NOTE: "Info",
}
_NO_COMMIT = "0" * 40  # the schema demands one, also of what no commit holds
_NAME, _SOLUTION = 255, 7_000  # characters at most
_IDS = uuid.UUID("5b0f6f0c-6f3c-5d0e-9a55-0d8f5f3f6a10")  # the space in which a fingerprint becomes a UUID
_TIME = "%Y-%m-%dT%H:%M:%S"

Record = dict[str, Any]


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the open findings; a suppressed one would become an open vulnerability."""
    outcome = presentable(outcome, replace(options, show_secrets=False))
    revision = outcome.repository.revision if outcome.repository else None
    shown = [places.work_tree_first(finding) for finding in outcome.findings if not finding.suppressed]
    report = {
        "version": VERSION,
        "scan": _scan(outcome),
        "vulnerabilities": [
            *(_vulnerability(finding, rules[finding.rule], revision) for finding in shown),
            *(_practice(practice, rules[practice.rule], revision) for practice in practices.shown(outcome)),
        ],
    }
    stream.write(in_json(json.dumps(report, indent=2)).encode("ascii") + b"\n")


def _scan(outcome: Outcome) -> Record:
    tool = {"id": "keyguard", "name": "keyguard", "version": __version__, "vendor": {"name": "keyguard"}}
    start, end = _times(outcome.scanned)
    messages = [("warn", f"Skipped {s.what}: {s.reason}") for s in outcome.skipped]
    messages += [("warn", sentence) for sentence in phrases.deviations(outcome)]
    messages += [("info", notice) for notice in (*outcome.notices, *phrases.hidden(outcome))]
    messages += [("info", f"Run, {name}: {text}") for name, text in phrases.run_facts(outcome)]
    if not outcome.complete:
        messages.append(("fatal", "The run was interrupted: this report is incomplete."))
    if outcome.failed:
        messages.append(("fatal", "The run failed: not all that it had to read was read."))
    return {
        "analyzer": tool,
        "scanner": tool,
        "type": "secret_detection",
        "start_time": start,
        "end_time": end,
        "status": "success" if outcome.complete and not outcome.failed else "failure",
        "messages": [{"level": level, "value": visible(text)} for level, text in messages],
    }


def _times(scanned: Scanned) -> tuple[str, str]:
    """Return when the scan began and ended, in UTC and without a zone, as the schema wants it."""
    known = scanned.started_at
    begun = datetime.fromisoformat(known[:19] + "+00:00") if known else datetime.fromtimestamp(0, timezone.utc)
    return begun.strftime(_TIME), (begun + timedelta(seconds=scanned.seconds)).strftime(_TIME)


def _vulnerability(finding: Finding, rule: Rule, revision: str | None) -> Record:
    return {
        "id": str(uuid.uuid5(_IDS, finding.fingerprint)),
        "name": visible(rule.title)[:_NAME],  # GitLab groups by it: nothing of this finding belongs there
        "description": visible(_description(finding, rule)),
        "severity": _SEVERITIES[finding.severity],
        "solution": visible(remedy(finding, rule))[:_SOLUTION],
        "identifiers": _identifiers(rule),
        "links": _links(rule),
        "location": _location(finding, revision),
        "tracking": _tracking(finding.matches[0].blob.file, finding.fingerprint),
        "details": _details(finding, rule),
    }


def _practice(practice: Practice, rule: Rule, revision: str | None) -> Record:
    region = {"start_line": practice.region.line, "end_line": practice.region.end_line}
    return {
        "id": str(uuid.uuid5(_IDS, practice.fingerprint)),
        "name": visible(rule.title)[:_NAME],
        "description": visible(" ".join(rule.why.split())),
        "severity": _SEVERITIES[practice.severity],
        "solution": visible(practices.fix(rule))[:_SOLUTION],
        "identifiers": _identifiers(rule),
        "links": _links(rule),
        "location": {
            "file": practice.blob.file,
            **({} if practice.blob.inner else region),
            "commit": {"sha": (practice.blob.tracking is Tracking.TRACKED and revision) or _NO_COMMIT},
        },
        "tracking": _tracking(practice.blob.file, practice.fingerprint),
        "details": {
            "fingerprint": _text("Fingerprint", practice.fingerprint),
            "confidence": _text("Confidence", practice.confidence.word),
            "line": _text("Line", practice.text),
        },
    }


def _identifiers(rule: Rule) -> list[Record]:
    own = {"type": "keyguard_rule_id", "name": f"keyguard rule {rule.id}", "value": rule.id}
    return [own, *_weaknesses(rule)]


def _links(rule: Rule) -> list[Record]:
    return [{"url": link} for link in rule.references if phrases.is_link(link)]


def _description(finding: Finding, rule: Rule) -> str:
    """Say first what the provider said and what that means, where it was asked."""
    said = short(finding.verdict, finding.realm)
    return " ".join(
        [*([f"Live check: {said}.", lost(finding.verdict, finding.realm)] if said else ()), *rule.why.split()]
    )


def _weaknesses(rule: Rule) -> list[Record]:
    """Return the rule's CWE numbers, which its tags hold as `external/cwe/cwe-798`."""
    numbers = [tag.lower().rpartition("cwe-")[2] for tag in rule.tags if "cwe-" in tag.lower()]
    return [
        {
            "type": "cwe",
            "name": f"CWE-{number}",
            "value": number,
            "url": f"https://cwe.mitre.org/data/definitions/{number}.html",
        }
        for number in dict.fromkeys(numbers)
    ]


def _location(finding: Finding, revision: str | None) -> Record:
    first = finding.matches[0]
    history = finding.history
    origin = history.introduced if history and history.introduced and places.is_past(first) else None
    scanned = revision if first.blob.tracking is Tracking.TRACKED else None  # any other file is in no commit
    commit = {"sha": (origin and origin.commit) or scanned or _NO_COMMIT}
    if origin:
        commit |= {key: visible(text) for key, text in (("author", origin.author), ("date", origin.date)) if text}
    return {
        "file": first.blob.file,
        **({} if first.blob.inner else {"start_line": first.region.line, "end_line": first.region.end_line}),
        "commit": commit,
    }


def _tracking(file: str, fingerprint: str) -> Record:
    """Return by what GitLab knows it again when lines, files and commits have changed."""
    item = {"file": file, "signatures": [{"algorithm": "hash", "value": fingerprint}]}
    return {"type": "source", "items": [item]}


def _details(finding: Finding, rule: Rule) -> Record:
    parts, copies = parts_and_copies(finding)
    details = {
        "fingerprint": _text("Fingerprint", finding.fingerprint),
        "confidence": _text("Confidence", finding.confidence.word),
        "parts": _list("Parts", [_part(match, rule) for _, match in parts]),
    }
    if finding.missing:
        details["missing"] = _text("Missing", ", ".join(words(part, rule) for part in finding.missing))
    if finding.realm:
        details["realm"] = _text("Realm", finding.realm)
    if finding.verdict.status != "not-checked":
        checked = filter(None, (finding.verdict.status, facts(finding.verdict), answer(finding.verdict)))
        details["live_check"] = _list("Live check", list(checked))
    if copies:
        details["copies"] = _list("Further copies", [phrases.told_place(match) for _, match in copies[:100]])
    if finding.history and finding.history.introduced:
        label, text = phrases.leaving(finding.history)
        details["introduced"] = _text("Came with", phrases.bringing(finding.history))
        details["left"] = _text(label.capitalize(), text)
    return details


def _part(match: Match, rule: Rule) -> str:
    return f"{words(match.part, rule)} {match.value.mask} at {phrases.told_place(match)}"


def _text(name: str, value: str) -> Record:
    return {"name": name, "type": "text", "value": visible(value)}


def _list(name: str, values: list[str]) -> Record:
    return {"name": name, "type": "list", "items": [{"type": "text", "value": visible(value)} for value in values]}
