"""The SARIF 2.1.0 report, for GitHub code scanning and every other viewer of the standard.

A value never stands in it, not even with `--show-secrets`: the file is made to be uploaded.

    run
    ├── tool.driver.rules           every rule, whether it found something or not
    ├── versionControlProvenance    the repositories that have a remote
    ├── originalUriBaseIds          the scan's root, and the repositories below it, whose paths begin at each
    ├── automationDetails           the category, which tells several uploads on one commit apart
    ├── invocations                 what could not be read, and what was cut for GitHub
    └── results                     one per finding
        ├── locations               the first part, alone: GitHub looks at no other
        └── relatedLocations        the other parts and the further copies that files hold; the message links to them
"""

from __future__ import annotations

import gzip
import json
import re
import shlex
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

import attr
import sarif_om as om

from keyguard import __version__, home
from keyguard.display import in_json, visible
from keyguard.model import Blob, Finding, Match, Outcome, Practice, Region, Rule, Severity, Suppression
from keyguard.report import ReportOptions, parts_and_copies, phrases, places, practices, presentable, unescaped, words
from keyguard.report.loss import lost
from keyguard.report.record import run_record, verdict_record
from keyguard.report.remedy import is_local, remedy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.NOTE: "note",
}

# GitHub reads them as strings: above 9.0 critical, from 7.0 high, from 4.0 medium, above 0.0 low.
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.NOTE: "0.5",
}

# What GitHub takes; of 25,000 results it would keep the first 5,000, of 1,000 locations it shows 100.
_RESULTS = 5_000
_UPLOAD = 10_000_000  # bytes, packed by gzip
_LOCATIONS = 1_000
_TAGS = 20
_DESCRIPTION = 1_024  # characters
_TOP = Region(1, 1, 1, 1)
_IDS = 100  # of commits, and of contents, in a result
_NAMED_PLACES = 20  # a key copied to a thousand files must not make a message of a thousand links


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the outcome as one SARIF log with one run, with as many results as GitHub takes: the worst."""
    options = replace(options, show_secrets=False)
    shown = (finding for finding in outcome.findings if options.sarif_suppressed or not finding.suppressed)
    notices = (*outcome.notices, *map("{}.".format, (*phrases.hidden(outcome), *phrases.deviations(outcome))))
    outcome = replace(outcome, findings=tuple(places.work_tree_first(finding) for finding in shown), notices=notices)
    alerts = presentable(
        replace(outcome, findings=tuple(_anchored(f, options.root, outcome) for f in outcome.findings)), options
    )
    outcome = presentable(outcome, options)
    bases = _Bases(outcome)
    index = {rule: number for number, rule in enumerate(rules)}
    results = [
        _plain(_result(finding, alert, rules[finding.rule], index[finding.rule], bases))
        for finding, alert in zip(outcome.findings[:_RESULTS], alerts.findings, strict=False)
    ]
    practices = _practices(outcome, options)
    changes = [_plain(_change(one, rules[one.rule], index[one.rule], bases)) for one in practices]
    if changes:  # between the findings, the worst first: what does not fit is cut at the end
        both = [(finding.severity, result) for finding, result in zip(outcome.findings, results, strict=False)]
        both += [(practice.severity, change) for practice, change in zip(practices, changes, strict=True)]
        results = [result for _, result in sorted(both, key=lambda pair: -pair[0])]
    stream.write(_fitting(results[:_RESULTS], outcome, rules, options))


def _practices(outcome: Outcome, options: ReportOptions) -> list[Practice]:
    return list(outcome.practices) if options.sarif_suppressed else practices.shown(outcome)


def _fitting(
    results: list[dict[str, Any]], outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions
) -> bytes:
    """Return the log, cut until GitHub takes its size; what is cut is said in it and aloud."""
    while True:
        cut = len(outcome.findings) + len(_practices(outcome, options)) - len(results)
        run = {**_plain(_run(outcome, cut, rules, options)), "results": results}
        log = om.SarifLog(schema_uri=_SCHEMA, version="2.1.0", runs=[run])
        written = in_json(json.dumps(_plain(log))).encode("ascii") + b"\n"
        packed = len(gzip.compress(written)) if len(written) > _UPLOAD else 0
        if packed <= _UPLOAD or not results:
            break
        results = results[: min(len(results) - 1, len(results) * _UPLOAD // packed)]
    if cut:
        options.remark(_cut(cut))
    return written


def _cut(number: int) -> str:
    left_out = phrases.count(number, "finding")
    return f"the SARIF report leaves out {left_out} of the least severity: GitHub takes 5,000, and 10 MB"


def _run(outcome: Outcome, cut: int, rules: Mapping[str, Rule], options: ReportOptions) -> om.Run:
    category = options.category.strip("/")
    return om.Run(
        tool=om.Tool(driver=_driver(rules.values(), _worst(outcome.findings))),
        automation_details=om.RunAutomationDetails(id=f"{category}/") if category else None,
        version_control_provenance=list(_provenance(outcome)) or None,
        original_uri_base_ids=_Bases(outcome).named(),
        invocations=[_invocation(outcome, cut)],
        artifacts=_artifacts(outcome.findings, _Bases(outcome)) or None,
        column_kind="unicodeCodePoints",
    )


def _provenance(outcome: Outcome) -> Iterator[om.VersionControlDetails]:
    """Name the repositories; one without a remote has no URI, which the standard wants."""
    for one in (outcome.repository, *outcome.repositories):
        if one and one.remote:
            yield om.VersionControlDetails(
                repository_uri=one.remote,
                revision_id=one.revision,
                branch=one.branch,
                mapped_to=om.ArtifactLocation(uri_base_id=_base(one.path)) if outcome.repositories else None,
            )


_ROOT = "%SRCROOT%"


def _base(path: str) -> str:
    return path.rstrip("/") or _ROOT


class _Bases:
    """The repositories below the root: the path of an artifact in one of them begins there."""

    def __init__(self, outcome: Outcome) -> None:
        self._paths = [one.path for one in outcome.repositories]

    def named(self) -> dict[str, Any]:
        """Return where each lies below the root; where that lies is for the viewer to know."""
        root = {"description": {"text": "the folder that was scanned"}}
        return {_ROOT: root, **{_base(path): {"uri": _uri(path), "uriBaseId": _ROOT} for path in self._paths}}

    def artifact(self, path: str, index: int = -1) -> om.ArtifactLocation:
        """Return the location of a file."""
        base = _nearest(path, self._paths)
        return om.ArtifactLocation(uri=_uri(path[len(base) :]), uri_base_id=_base(base), index=index)


def _nearest(path: str, bases: Iterable[str]) -> str:
    """Return the longest of the bases that a path lies below; '' for none."""
    return max((base for base in bases if path.startswith(base)), key=len, default="")


# The tool and what became of it


def _worst(findings: Iterable[Finding]) -> dict[str, float]:
    """Return the worst score that each rule's findings have: GitHub takes a result's from its rule, and no other."""
    scores: dict[str, float] = {}
    for finding in findings:
        if not finding.suppressed:
            scores[finding.rule] = max(scores.get(finding.rule, 0.0), _score(finding))
    return scores


def _score(finding: Finding) -> float:
    """Return a finding's score; GitHub takes none of 0."""
    return float(_SCORES[finding.severity]) if finding.score is None else max(finding.score, 0.1)


def _driver(rules: Iterable[Rule], worst: Mapping[str, float]) -> om.ToolComponent:
    return om.ToolComponent(
        name="keyguard",
        full_name=f"keyguard {__version__}",
        version=__version__,
        semantic_version=__version__,
        information_uri=home.known().page,
        rules=[_descriptor(rule, worst.get(rule.id)) for rule in rules],
    )


def _descriptor(rule: Rule, score: float | None) -> om.ReportingDescriptor:
    return om.ReportingDescriptor(
        id=rule.id,
        name="".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", rule.id)),
        short_description=om.MultiformatMessageString(text=_short(rule.title or rule.id)),
        full_description=om.MultiformatMessageString(text=_short(" ".join(rule.why.split()) or rule.title or rule.id)),
        help=om.MultiformatMessageString(text=_help(rule, "{}:\n"), markdown=_help(rule, "## {}\n\n")),
        help_uri=next(filter(phrases.is_link, rule.references), None),
        default_configuration=om.ReportingConfiguration(level=_LEVELS[rule.severity]),
        properties={
            "tags": _tags(["practice", *rule.tags] if rule.is_practice else rule.tags),
            "precision": "high",
            "security-severity": _SCORES[rule.severity] if score is None else f"{score:.1f}",
        },
    )


def _short(text: str) -> str:
    text = visible(text)
    return text if len(text) <= _DESCRIPTION else f"{text[: _DESCRIPTION - 1]}…"


def _help(rule: Rule, heading: str) -> str:
    sections = {
        "What was found": rule.title or rule.id,
        "Why it matters": rule.why.strip(),
        "How to fix it": rule.fix.strip(),
        "References": "\n".join(f"- {reference}" for reference in rule.references),
        "More": f"keyguard explain {rule.id}",
    }
    message = "\n\n".join(heading.format(title) + text for title, text in sections.items() if text)
    return "\n".join(map(visible, message.split("\n")))


def _tags(tags: Iterable[str]) -> list[str]:
    spelled = (f"external/cwe/{tag}" if re.fullmatch(r"cwe-\d+", tag) else tag for tag in tags)
    return list(dict.fromkeys(["security", *spelled]))[:_TAGS]


def _invocation(outcome: Outcome, cut: int) -> om.Invocation:
    troubles = [_notification("warning", f"Skipped {skipped.what}: {skipped.reason}") for skipped in outcome.skipped]
    if cut:
        troubles.append(_notification("warning", f"Cut: {_cut(cut)}."))
    troubles.extend(_notification("note", notice) for notice in outcome.notices)
    if not outcome.complete:
        troubles.append(_notification("error", "The run was interrupted: this report is incomplete."))
    successful = outcome.complete and not outcome.failed
    return om.Invocation(execution_successful=successful, tool_execution_notifications=troubles, **_run_facts(outcome))


def _run_facts(outcome: Outcome) -> dict[str, Any]:
    """Return how the run was called, what it was, and how it ended."""
    run = outcome.run
    if run is None:
        return {}
    return {
        "command_line": visible(shlex.join(["keyguard", *run.command])),
        "start_time_utc": outcome.scanned.started_at,
        "end_time_utc": run.ended_at,
        "exit_code": run.exit_code,
        "exit_code_description": visible(run.reason),
        "properties": run_record(outcome),
    }


def _notification(level: str, text: str) -> om.Notification:
    return om.Notification(level=level, message=om.Message(text=_literal(text)))


# The results


def _anchored(finding: Finding, root: str, outcome: Outcome) -> Finding:
    """Return the finding with a place that a viewer can open, for one that no file of the work tree holds."""
    first, *others = finding.matches
    path = first.blob.file
    if not places.is_past(first):
        return finding
    if not places.exists(path, root):
        base = _nearest(path, (one.path for one in outcome.repositories))
        other = places.stand_in(str(Path(root, base)))
        path = base + other if other else path
    there = replace(first, blob=replace(first.blob, path=path, inner=""), region=_TOP)
    return replace(finding, matches=(there, *others))


def _result(finding: Finding, alert: Finding, rule: Rule, index: int, bases: _Bases) -> om.Result:
    # What only a commit holds no viewer can open: the message tells of it.
    related = [(n, match) for n, match in enumerate(finding.matches[:_LOCATIONS]) if n and not places.is_past(match)]
    return om.Result(
        rule_id=finding.rule,
        rule_index=index,
        level=_LEVELS[finding.severity],
        message=om.Message(text=_message(finding, alert, rule)),
        locations=[_location(alert.matches[0], rule, bases)],
        related_locations=[_location(match, rule, bases, number) for number, match in related] or None,
        partial_fingerprints={
            # The one GitHub reads; it wants a hash, a colon and the hash's number within the file.
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
            "keyguard/v1": finding.fingerprint,
        },
        # sarif-om was made from a draft that knew no `status`.
        suppressions=[_suppression(finding.suppressed)] if finding.suppressed else None,
        properties={
            "confidence": finding.confidence.word,
            "severity": finding.severity.word,
            "provider": finding.provider,
            "realm": finding.realm,
            "missing": list(finding.missing),
            "security-severity": f"{_score(finding):.1f}",
            **_checked(finding),
            **_held(finding),
            "masks": list(dict.fromkeys(match.value.mask for match in finding.matches)),
        },
    )


def _change(practice: Practice, rule: Rule, index: int, bases: _Bases) -> om.Result:
    """Return the result of a practice, with its line."""
    location = _location_of(practice.blob, practice.region, practices.place(practice), bases)
    return om.Result(
        rule_id=practice.rule,
        rule_index=index,
        level=_LEVELS[practice.severity],
        message=om.Message(text=f"{_literal(rule.title.rstrip('.'))}: {_literal(practice.text)}"),
        locations=[location],
        partial_fingerprints={
            "primaryLocationLineHash": f"{practice.fingerprint}:1",
            "keyguard/v1": practice.fingerprint,
        },
        suppressions=[_suppression(practice.suppressed)] if practice.suppressed else None,
        properties={
            "kind": "practice",
            "confidence": practice.confidence.word,
            "severity": practice.severity.word,
            "provider": practice.provider,
            "security-severity": _SCORES[practice.severity],
        },
    )


def _checked(finding: Finding) -> dict[str, object]:
    """Return what the provider said, where it was asked."""
    return {} if finding.verdict.status == "not-checked" else {"verdict": verdict_record(finding.verdict)}


def _held(finding: Finding) -> dict[str, list[str]]:
    """Return the full ids of the commits that brought it or took it away, and of the contents that hold it."""
    history = finding.history
    ends = (history.introduced, history.removed) if history else ()
    commits = (origin.commit for origin in (*ends, *finding.origins) if origin and origin.commit)
    objects = (match.blob.object_id for match in finding.matches if match.blob.object_id)
    ids_by_kind = {"commits": list(dict.fromkeys(commits)), "objects": list(dict.fromkeys(objects))}
    return {name: ids[:_IDS] for name, ids in ids_by_kind.items() if ids}


def _message(finding: Finding, alert: Finding, rule: Rule) -> str:
    """Tell what was found; paths stand in the locations only, so that the message survives a rename."""
    parts, copies = parts_and_copies(finding)
    sentences = [f"{_literal(rule.title.rstrip('.'))}: {', '.join(_linked(*pair, rule, mask=True) for pair in parts)}."]
    if finding.verdict.status != "not-checked":
        sentences.append(_literal(lost(finding.verdict, finding.realm)))
    if finding.missing:
        sentences.append(f"Missing: {_literal(', '.join(words(part, rule) for part in finding.missing))}.")
    if finding.realm:
        sentences.append(f"Realm: {_literal(finding.realm)}.")
    if is_local(finding):
        sentences.append(_literal(remedy(finding, rule)))
    if copies:
        links = ", ".join(_linked(*pair, rule) for pair in copies[:_NAMED_PLACES])
        more = f" and {len(copies) - _NAMED_PLACES} more" if len(copies) > _NAMED_PLACES else ""
        sentences.append(f"Further copies: {links}{more}.")
    return " ".join([*sentences, *map(_literal, _past(finding, alert))])


def _past(finding: Finding, alert: Finding) -> Iterator[str]:
    """Tell what the history knows of it, and that a place stands in for one that is gone."""
    past = list(dict.fromkeys(phrases.place(match) for match in finding.matches if places.is_past(match)))
    more = f" and {len(past) - _NAMED_PLACES} more" if len(past) > _NAMED_PLACES else ""
    stood = ", ".join(past[:_NAMED_PLACES]) + more
    if places.is_past(finding.matches[0]):
        shown = alert.matches[0].blob.path
        instead = "" if shown == finding.matches[0].blob.path else f", and is shown on {visible(shown)}"
        yield f"In the history it stood at {stood}{instead}."
    elif past:
        yield f"Only in the history: {stood}."
    if finding.history and finding.history.introduced:
        left = phrases.leaving(finding.history)
        yield f"Came with: {phrases.bringing(finding.history)}; {left[0]}: {left[1]}."
    if finding.history and finding.history.apart:
        yield f"{phrases.APART.capitalize()}."


def _linked(number: int, match: Match, rule: Rule, *, mask: bool = False) -> str:
    name = _literal(words(match.part, rule))
    past = places.is_past(match)
    # The first match has no number to link to: it is the result's own location.
    link = f"[{name}]({number})" if 0 < number < _LOCATIONS and not past else name
    text = f"{link} {_literal(match.value.mask)}" if mask else link
    return f"{text} (in history)" if past else text


def _location(match: Match, rule: Rule, bases: _Bases, number: int = -1) -> om.Location:
    location = _location_of(match.blob, match.region, phrases.place(match), bases)
    location.id = number
    location.message = (
        om.Message(text=_literal(f"{words(match.part, rule)} {match.value.mask}")) if number > 0 else None
    )
    return location


def _location_of(blob: Blob, region: Region, place: str, bases: _Bases) -> om.Location:
    region = _TOP if blob.inner else region
    inside = om.LogicalLocation(fully_qualified_name=place, kind="resource")
    return om.Location(
        logical_locations=[inside] if blob.inner else None,
        physical_location=om.PhysicalLocation(
            artifact_location=bases.artifact(blob.file),
            region=om.Region(
                start_line=region.line,
                start_column=region.column,
                end_line=region.end_line,
                end_column=region.end_column,
            ),
        ),
    )


def _artifacts(findings: Iterable[Finding], bases: _Bases) -> list[om.Artifact]:
    """List the containers in which there are findings, and below each of them the members that hold those."""
    blobs = {match.blob.path: match.blob for finding in findings for match in finding.matches if match.blob.inner}
    files = list(dict.fromkeys(blob.file for blob in blobs.values()))
    outer = [om.Artifact(location=bases.artifact(file, n)) for n, file in enumerate(files)]
    return outer + [
        om.Artifact(
            location=om.ArtifactLocation(uri=f"/{_uri(blob.inner)}", index=number),
            parent_index=files.index(blob.file),
        )
        for number, blob in enumerate(blobs.values(), len(files))
    ]


def _uri(path: str) -> str:
    """Return the path as a relative reference: its bytes percent-encoded, no slash or dot segment in front."""
    return quote(re.sub(rb"\A(\./|/)+", b"", unescaped(path)))


def _suppression(suppression: Suppression) -> dict[str, str]:
    return {
        "kind": "inSource" if suppression.by == "inline" else "external",
        "status": "accepted",
        "justification": visible(f"{suppression.reason} ({suppression.by}, {suppression.where})".strip()),
    }


# The standard's spelling


def _literal(text: str) -> str:
    """Return the text, printable, with what SARIF would take for a link or a placeholder escaped."""
    return re.sub(r"[\[\]\\]", r"\\\g<0>", visible(text)).replace("{", "{{").replace("}", "}}")


def _plain(item: Any) -> Any:
    """Turn sarif-om's objects into what `json` can write.

    Its own serialiser took twenty times as long. What equals its default is left out, as viewers expect; only a
    level is always written, for a missing one would be inherited from the rule.
    """
    if isinstance(item, (list, tuple)):
        return [_plain(element) for element in item]
    if not attr.has(type(item)):
        return item
    kind: Any = type(item)
    values = ((key, default, getattr(item, name)) for name, key, default in _fields(kind))
    return {
        key: _plain(value)
        for key, default, value in values
        if value is not None and (key == "level" or value != default)
    }


@cache
def _fields(kind: Any) -> tuple[tuple[str, str, object], ...]:
    return tuple((field.name, field.metadata["schema_property_name"], _default(field)) for field in attr.fields(kind))


def _default(field: Any) -> object:
    # The default of a list is not the list but an `attr.Factory` of it.
    return getattr(field.default, "factory", lambda: field.default)()
