"""GitHub's workflow commands: an annotation on the line of each finding, for the log of a job.

    ::error file=bot/.env,line=3,endLine=3,col=16,endColumn=48,title=OKX credential::secret key 2EA0********, ...

GitHub shows ten annotations of a level for a step and drops the rest, so no more are written; a last line counts them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from keyguard.display import visible
from keyguard.model import Severity
from keyguard.report import ReportOptions, parts_and_copies, phrases, places, practices, presentable, value_of, words
from keyguard.report.loss import lost, short
from keyguard.report.remedy import remedy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keyguard.model import Finding, Outcome, Practice, Region, Rule

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.NOTE: "notice",
}
_MOST = 10  # annotations of one level
_COPIES = 5  # further places are named in an annotation, the rest is counted
_NAMED = 5  # of the inputs that were not scanned

_Command = tuple[str, dict[str, str], str]  # level, properties, message


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the open findings as annotations, and what could not be read as warnings; never a value."""
    options = replace(options, show_secrets=False)  # a job's log is read by many
    stream.writelines(f"{line}\n".encode() for line in _lines(presentable(outcome, options), rules, options))


def _lines(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions) -> Iterator[str]:
    shown = [finding for finding in outcome.findings if not finding.suppressed]
    written: Counter[str] = Counter()
    commands = (_annotation(places.work_tree_first(finding), rules[finding.rule], options) for finding in shown)
    # What the report cannot tell of stands first: GitHub would drop it behind ten findings.
    changes = (_change(practice, rules[practice.rule]) for practice in practices.shown(outcome))
    for level, properties, message in (*_reserves(outcome), *commands, *changes):
        written[level] += 1
        if written[level] <= _MOST:
            yield _command(level, properties, message)
    if more := sum(max(0, number - _MOST) for number in written.values()):
        yield f"{more:,} more not shown as annotations: GitHub shows {_MOST} of a level. The other reports hold all."
    yield from (f"Note: {visible(notice)}" for notice in outcome.notices)
    yield from phrases.hidden(outcome)
    yield phrases.summary(shown, outcome, practices.shown(outcome))


def _reserves(outcome: Outcome) -> Iterator[_Command]:
    """Say what was not read, in one annotation of each kind however much that is."""
    if not outcome.complete:
        yield "error", {"title": "keyguard"}, "The run was interrupted: this report is incomplete."
    if odd := phrases.deviations(outcome):
        yield "warning", {"title": "What hides findings or lets them pass"}, ". ".join(odd)
    if skipped := outcome.skipped:
        named = "; ".join(f"{s.what}: {s.reason}" for s in skipped[:_NAMED])
        more = f"; and {len(skipped) - _NAMED:,} more" if len(skipped) > _NAMED else ""
        head = f"{len(skipped):,} inputs not scanned: " if len(skipped) > 1 else ""
        yield "warning", {"title": "Not scanned"}, f"{head}{named}{more}"


def _annotation(finding: Finding, rule: Rule, options: ReportOptions) -> _Command:
    first = finding.matches[0]
    said = ", ".join(filter(None, (finding.severity.word, short(finding.verdict, finding.realm))))
    properties = {"title": f"{rule.title} ({said})"}
    if phrases.is_file(first.blob.path) and not places.is_past(first):
        region = {} if first.blob.inner else _region(finding)
        properties = {"file": visible(first.blob.file), **region, **properties}
    return _LEVELS[finding.severity], properties, ". ".join(_message(finding, rule, options))


def _change(practice: Practice, rule: Rule) -> _Command:
    """Return the annotation of a practice."""
    properties = {"title": f"{rule.title} ({practice.severity.word})"}
    if phrases.is_file(practice.blob.path):
        region = {} if practice.blob.inner else _lines_of(practice.region)
        properties = {"file": visible(practice.blob.file), **region, **properties}
    sentences = (practice.text, practices.fix(rule).removesuffix("."), f"More: keyguard explain {practice.rule}")
    return _LEVELS[practice.severity], properties, ". ".join(sentences)


def _region(finding: Finding) -> dict[str, str]:
    return _lines_of(finding.matches[0].region)


def _lines_of(region: Region) -> dict[str, str]:
    lines = {"line": str(region.line), "endLine": str(region.end_line)}
    # Columns are refused for a region of several lines.
    columns = {"col": str(region.column), "endColumn": str(region.end_column)}
    return lines | (columns if region.line == region.end_line else {})


def _message(finding: Finding, rule: Rule, options: ReportOptions) -> Iterator[str]:
    parts, copies = parts_and_copies(finding)
    if loss := lost(finding.verdict, finding.realm):
        yield loss.removesuffix(".")
    yield ", ".join(
        f"{words(match.part, rule)} {visible(value_of(match, options))} at {phrases.told_place(match)}"
        for _, match in parts
    )
    if finding.missing:
        yield f"Missing: {', '.join(words(part, rule) for part in finding.missing)}"
    if copies:
        named = ", ".join(phrases.told_place(match) for _, match in copies[:_COPIES])
        yield f"Also at {named}" + (f" and {len(copies) - _COPIES} more" if len(copies) > _COPIES else "")
    if finding.history and finding.history.introduced:
        label, text = phrases.leaving(finding.history)
        yield f"Came with: {visible(phrases.bringing(finding.history))}; {label}: {visible(text)}"
    yield remedy(finding, rule).removesuffix(".")
    yield f"More: keyguard explain {finding.rule}"


def _command(level: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {listed}::{_data(visible(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
