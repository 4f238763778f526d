"""The pieces of the JSON reports as plain dictionaries, as docs/report-json.md promises them.

What is written here is a contract: a field may be added, none may change its meaning or go away without a new
number behind `SCHEMA`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keyguard import __version__
from keyguard.report import ReportOptions, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keyguard.model import (
        Finding,
        History,
        Match,
        Origin,
        Outcome,
        Repository,
        Rule,
        RunFile,
        Scanned,
        Secret,
        Suppression,
        Verdict,
    )

SCHEMA = "keyguard-report/1"

Record = dict[str, Any]


def header() -> Record:
    """Return what tells a reader how to read the rest."""
    return {"schema": SCHEMA, "tool": {"name": "keyguard", "version": __version__}}


def finding_record(finding: Finding, rule: Rule, options: ReportOptions) -> Record:
    """Return one finding."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "confidence": finding.confidence.word,
        "provider": finding.provider,
        "fingerprint": finding.fingerprint,
        "title": rule.title,
        "parts": _parts(finding.matches, options),
        "missing": list(finding.missing),
        "realm": finding.realm,
        "origins": [_origin(origin) for origin in finding.origins],
        "history": _history(finding.history) if finding.history else None,
        "verdict": verdict_record(finding.verdict),
        "score": finding.score,
        "suppressed": _suppression(finding.suppressed) if finding.suppressed else None,
        "help": {"why": rule.why, "fix": rule.fix, "references": list(rule.references)},
    }


def summary(outcome: Outcome) -> Record:
    """Return what there is to say of the scan as a whole."""
    return {
        "skipped": [{"what": skipped.what, "reason": skipped.reason} for skipped in outcome.skipped],
        "scanned": _scanned(outcome.scanned),
        "unused_ignores": [{"where": unused.where, "what": unused.what} for unused in outcome.unused],
        "notices": list(outcome.notices),
        "below_confidence": outcome.below,
        "complete": outcome.complete,
        "failed": outcome.failed,
        "repository": _repository(outcome.repository) if outcome.repository else None,
        "repositories": [{"path": one.path, **_repository(one)} for one in outcome.repositories],
        "run": run_record(outcome) if outcome.run else None,
    }


def run_record(outcome: Outcome) -> Record:
    """Return what the run was, what it read and left, and how it ended."""
    run, scanned = outcome.run, outcome.scanned
    assert run  # noqa: S101 - whoever asks has looked
    return {
        "version": run.version,
        "rules": run.rules,
        "command": list(run.command),
        "files": [_run_file(file) for file in run.files],
        "fail_on": run.fail_on.word,
        "practices_fail_on": run.practices_fail_on.word if run.practices_fail_on else None,
        "min_confidence": run.min_confidence.word,
        "strict": run.strict,
        "excluded": list(run.excluded),
        "rules_off": list(run.rules_off),
        "suppressed": dict(run.suppressed),
        "scope": {
            "repositories": scanned.repositories,
            "refs": scanned.refs,
            "commits": scanned.commits,
            "contents": scanned.blobs,
            "known": scanned.known,
            "files": scanned.files,
            "bytes": scanned.bytes,
        },
        "not_read": len(outcome.skipped),
        "deviations": list(run.deviations),
        "started_at": scanned.started_at,
        "ended_at": run.ended_at,
        "exit_code": run.exit_code,
        "reason": run.reason,
        "below": [
            {"path": one.prefix, "fail_on": one.leaks.word, "practices_fail_on": one.practices.word}
            for one in run.below
        ],
    }


def _run_file(file: RunFile) -> Record:
    return {
        "kind": file.kind,
        "path": file.path,
        "sha256": file.digest or None,
        "tracking": file.tracking.value,
        "changed": file.changed,
    }


def _parts(matches: Iterable[Match], options: ReportOptions) -> list[Record]:
    firsts: dict[tuple[str | None, Secret], int] = {}
    records = []
    for index, match in enumerate(matches):
        first = firsts.setdefault((match.part, match.value), index)
        records.append(_part(match, None if first == index else first, options))
    return records


def _part(match: Match, copy_of: int | None, options: ReportOptions) -> Record:
    region = match.region
    record: Record = {
        "part": match.part,
        "path": match.blob.path,
        "line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
        "mask": match.value.mask,
        "via": list(match.via),
        "tracking": match.blob.tracking.value,
        "copy_of": copy_of,
    }
    if match.blob.inner:
        record["inner"] = match.blob.inner
    if match.blob.object_id:
        record["object"] = match.blob.object_id
    if options.show_secrets:
        record["value"] = value_of(match, options)
    return record


def _origin(origin: Origin) -> Record:
    return {
        "path": origin.path,
        "tracking": origin.tracking,
        "commit": origin.commit,
        "author": origin.author,
        "date": origin.date,
    }


def _history(history: History) -> Record:
    return {
        "introduced": _origin(history.introduced) if history.introduced else None,
        "removed": _origin(history.removed) if history.removed else None,
        "in_head": history.in_head,
        "refs": list(history.refs),
        "commits": history.commits,
        "paths": history.paths,
        "apart": history.apart,
        "at_latest": history.at_latest,
        "unpushed": history.unpushed,
    }


def verdict_record(verdict: Verdict) -> Record:
    """Return what a provider said of a credential; `keyguard verify` writes it alone."""
    return {
        "status": verdict.status,
        "permissions": list(verdict.permissions),
        "ip_bound": verdict.ip_bound,
        "addresses": list(verdict.addresses),
        "account": verdict.account,
        "realm": verdict.realm,
        "site": verdict.site,
        "label": verdict.label,
        "uid": verdict.uid,
        "code": verdict.code,
        "reading": verdict.reading,
        "wrong": list(verdict.wrong),
        "untried": verdict.untried,
        "certainty": verdict.certainty,
        "hosts": list(verdict.hosts),
        "left": list(verdict.left),
        "proxy": verdict.proxy,
        "checked_at": verdict.checked_at,
    }


def _suppression(suppression: Suppression) -> Record:
    return {"by": suppression.by, "where": suppression.where, "reason": suppression.reason}


def _repository(repository: Repository) -> Record:
    return {"remote": repository.remote, "revision": repository.revision, "branch": repository.branch}


def _scanned(scanned: Scanned) -> Record:
    return {
        "files": scanned.files,
        "bytes": scanned.bytes,
        "commits": scanned.commits,
        "blobs": scanned.blobs,
        "known": scanned.known,
        "seconds": round(scanned.seconds, 3),
        "started_at": scanned.started_at,
        "left_out": dict(scanned.left_out),
    }
