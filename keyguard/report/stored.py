"""Read a JSON report back, so that any writer can turn it into its format.

The file may come from anywhere and is not trusted: each field is checked against the contract of docs/report-json.md,
and of a value that it holds (`--show-secrets`) nothing gets further than the veil that keeps it out of every report.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timezone
from typing import TYPE_CHECKING

import msgspec

from keyguard import model, providers
from keyguard.errors import ReportError
from keyguard.report import contract, unescaped
from keyguard.report.record import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LARGEST = 512 << 20  # bytes; a report of 100,000 findings has 300 MB


def read(data: bytes, known: Mapping[str, model.Rule]) -> tuple[model.Outcome, dict[str, model.Rule]]:
    """Return the outcome that a JSON report (or JSON lines) tells of, and the rules that its findings name.

    The words of a rule are those of `known` where it is there, else those of the report.
    """
    report = _parsed(data)
    rules = dict(known)
    entries: list[contract.Finding | contract.Practice] = [*report.findings, *report.practices]
    for one in entries:
        rules.setdefault(one.rule, _rule(one))
    # A format that has to leave something out leaves out the last.
    findings = sorted((_finding(n, finding) for n, finding in enumerate(report.findings)), key=_worst_first)
    outcome = model.Outcome(
        findings=tuple(findings),
        skipped=tuple(model.Skipped(_raw(skipped.what), _raw(skipped.reason)) for skipped in report.skipped),
        scanned=_scanned(report.scanned, report.run),
        unused=tuple(model.UnusedIgnore(_raw(unused.where), _raw(unused.what)) for unused in report.unused_ignores),
        below=report.below_confidence,
        complete=report.complete,
        notices=tuple(map(_raw, report.notices)),
        repository=_repository(report.repository) if report.repository else None,
        failed=report.failed,
        repositories=tuple(map(_repository, report.repositories)),
        run=_run(report.run) if report.run else None,
        practices=tuple(map(_practice, report.practices)),
    )
    return outcome, rules


# From bytes to checked pieces


def _parsed(data: bytes) -> contract.Report:
    if len(data) > LARGEST:
        raise ReportError("the report is larger than 512 MiB.", "Write the format that you need at the scan itself.")
    lines = data.splitlines() if data.lstrip()[:1] == b"{" else []
    try:
        header = _header(lines[0] if lines else b"", data)
        if header.schema != SCHEMA:
            raise ReportError(
                f"the report is of another kind than {SCHEMA}.", "Read it with the keyguard that wrote it."
            )
        return _of_lines(lines) if header.type == "header" else msgspec.json.decode(data, type=contract.Report)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise ReportError(f"the report cannot be read: {_problem(error)}.", _HINT) from None


_HINT = "Only what `keyguard scan --format json` (or jsonl) wrote can be read."


def _problem(error: Exception) -> str:
    """Say where the report is wrong; what stands there may be a value."""
    if not isinstance(error, msgspec.ValidationError):
        return "it is not valid JSON"
    where = re.search(r" - at `\$\.?(.+)`\Z", str(error))
    return f"unexpected value in {where[1]}" if where else "it is no report of keyguard's"


def _header(first: bytes, data: bytes) -> contract.Header:
    """Tell JSON from JSON lines: of the latter the first line is a whole object."""
    try:
        return msgspec.json.decode(first, type=contract.Header)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return msgspec.json.decode(data, type=contract.Header)


def _of_lines(lines: list[bytes]) -> contract.Report:
    *entries, last = lines[1:] or [b""]
    if not last.startswith(b'{"type": "summary"'):
        raise ReportError("the report was cut off: its summary line is missing.", "Scan again.")
    whole = msgspec.json.decode(last, type=contract.Whole)
    of_practices = [line.startswith(b'{"type": "practice"') for line in entries]
    lines_of = {
        kind: [line for line, is_it in zip(entries, of_practices, strict=True) if is_it is kind]
        for kind in (True, False)
    }
    findings = tuple(msgspec.json.decode(line, type=contract.Finding) for line in lines_of[False])
    practices = tuple(msgspec.json.decode(line, type=contract.Practice) for line in lines_of[True])
    return contract.Report(
        findings=findings,
        practices=practices,
        **{name: getattr(whole, name) for name in contract.Whole.__struct_fields__},
    )


# From checked pieces to the words of the house


def _raw(text: str) -> str:
    """Return a text as it was before it was made presentable, its bytes that are not UTF-8 as surrogates."""
    return unescaped(text).decode("utf-8", "surrogateescape")


def _finding(number: int, read: contract.Finding) -> model.Finding:
    return model.Finding(
        rule=read.rule,
        severity=_severity(read.severity),
        confidence=model.Confidence[read.confidence.upper()],
        provider=read.provider,
        fingerprint=read.fingerprint,
        matches=tuple(_match(number, index, part, read) for index, part in enumerate(read.parts)),
        missing=read.missing,
        realm=read.realm,
        origins=tuple(map(_origin, read.origins)),
        history=_history(read.history) if read.history else None,
        verdict=_verdict(read.verdict),
        score=read.score,
        suppressed=_suppression(read.suppressed) if read.suppressed else None,
    )


def _practice(read: contract.Practice) -> model.Practice:
    path = _raw(read.path)
    return model.Practice(
        rule=read.rule,
        severity=_severity(read.severity),
        confidence=model.Confidence[read.confidence.upper()],
        provider=read.provider,
        blob=model.Blob(path, path, tracking=_tracking(read.tracking), inner=_inner(path, _raw(read.inner))),
        region=model.Region(read.line, read.column, read.end_line, read.end_column),
        text=_raw(read.text),
        via=tuple(map(_raw, read.via)),
        fingerprint=read.fingerprint,
        suppressed=_suppression(read.suppressed) if read.suppressed else None,
    )


def _worst_first(finding: model.Finding) -> tuple[int, float]:
    return -finding.severity, -(finding.score or 0.0)


def _match(number: int, index: int, part: contract.Part, finding: contract.Finding) -> model.Match:
    path = _raw(part.path)
    return model.Match(
        rule=finding.rule,
        provider=finding.provider,
        part=part.part,
        blob=model.Blob(
            path, part.object or path, tracking=_tracking(part.tracking), inner=_inner(path, _raw(part.inner))
        ),
        start=index,
        region=model.Region(part.line, part.column, part.end_line, part.end_column),
        value=_secret(part, f"{number}:{index if part.copy_of is None else part.copy_of}"),
        confidence=model.Confidence[finding.confidence.upper()],
        realm=finding.realm,
        via=tuple(map(_raw, part.via)),
    )


def _inner(path: str, inner: str) -> str:
    """Return the path within a container, where the whole one ends with it."""
    return inner if inner and path.endswith(model.INSIDE + inner) else ""


def _secret(part: contract.Part, token: str) -> model.Secret:
    if part.value is None:
        return model.Masked(part.mask, token)
    return model.Secret(part.value.encode(), len(part.mask) - len("*" * 8))


def _tracking(word: str) -> model.Tracking:
    return next((kind for kind in model.Tracking if kind.value == word), model.Tracking.NONE)


def _origin(read: contract.Origin) -> model.Origin:
    return model.Origin(
        _raw(read.path), read.tracking, read.commit, read.author and _raw(read.author), read.date and _raw(read.date)
    )


def _history(read: contract.History) -> model.History:
    return model.History(
        introduced=_origin(read.introduced) if read.introduced else None,
        removed=_origin(read.removed) if read.removed else None,
        in_head=read.in_head,
        refs=tuple(map(_raw, read.refs)),
        commits=read.commits,
        paths=read.paths,
        apart=read.apart,
        at_latest=read.at_latest,
        unpushed=read.unpushed,
    )


def _suppression(read: contract.Suppression) -> model.Suppression:
    return model.Suppression(read.by, _raw(read.where), _raw(read.reason))


def _verdict(read: contract.Verdict) -> model.Verdict:
    verdict = model.Verdict(**{name: getattr(read, name) for name in contract.Verdict.__struct_fields__})
    return replace(
        verdict,
        left=tuple(map(_raw, read.left)) if read.left is not None else _left(read),
        proxy=read.proxy and _raw(read.proxy),
        permissions=tuple(map(_raw, read.permissions)),
        addresses=tuple(map(_raw, read.addresses)),
        hosts=tuple(map(_raw, read.hosts)),
        label=read.label and _raw(read.label),
        uid=read.uid and _raw(read.uid),
        code=read.code and _raw(read.code),
    )


def _left(read: contract.Verdict) -> tuple[str, ...]:
    """Return what an older report leaves to ask of a key that no host knew: it must not read as gone."""
    is_open = read.status in {"not-known", "undecided"}
    return tuple(site.host for site in providers.unasked(read.hosts)) if is_open else ()


def _severity(word: str) -> model.Severity:
    return model.Severity[word.upper()]


def _run(read: contract.Run) -> model.Run:
    return model.Run(
        version=_raw(read.version),
        rules=read.rules,
        command=tuple(map(_raw, read.command)),
        files=tuple(
            model.RunFile(_raw(f.kind), _raw(f.path), f.sha256 or "", _tracking(f.tracking), f.changed)
            for f in read.files
        ),
        fail_on=_severity(read.fail_on),
        practices_fail_on=_severity(read.practices_fail_on) if read.practices_fail_on else None,
        min_confidence=model.Confidence[read.min_confidence.upper()],
        strict=read.strict,
        excluded=tuple(map(_raw, read.excluded)),
        rules_off=read.rules_off,
        suppressed=tuple(read.suppressed.items()),
        deviations=tuple(map(_raw, read.deviations)),
        ended_at=_time(read.ended_at) if read.ended_at else None,
        exit_code=read.exit_code,
        reason=_raw(read.reason),
        below=tuple(
            model.Threshold(_raw(one.path), _severity(one.fail_on), _severity(one.practices_fail_on))
            for one in read.below
        ),
    )


def _scanned(read: contract.Scanned, run: contract.Run | None) -> model.Scanned:
    return model.Scanned(
        files=read.files,
        bytes=read.bytes,
        commits=read.commits,
        seconds=read.seconds,
        left_out=tuple(read.left_out.items()),
        blobs=read.blobs,
        known=read.known,
        started_at=_time(read.started_at) if read.started_at else None,
        repositories=run.scope.repositories if run else 0,
        refs=run.scope.refs if run else 0,
    )


def _time(read: datetime) -> str | None:
    """Return the time as our reports write it; None for one that no scan of ours can have begun at."""
    if not 2000 <= read.year < 9999:
        return None
    return read.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _repository(read: contract.Repository) -> model.Repository:
    remote, branch = read.remote and _raw(read.remote), read.branch and _raw(read.branch)
    return model.Repository(remote, read.revision, branch, _raw(read.path))


def _rule(finding: contract.Finding | contract.Practice) -> model.Rule:
    """Make of a finding what it tells of a rule that is not ours, or no longer."""
    return model.Rule(
        id=finding.rule,
        pack=finding.provider,
        provider=finding.provider,
        title=finding.title,
        severity=_severity(finding.severity),
        why=finding.help.why,
        fix=finding.help.fix,
        references=finding.help.references,
    )
