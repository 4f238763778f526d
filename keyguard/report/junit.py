"""JUnit's XML, for CI servers that know tests only: each finding is a test case that failed.

A finding under the `fail_on` of the run, or of the repository below it in which it lies, passes, a suppressed one is
skipped, an input that could not be read is an error; a clean scan is one test case that passed, so that it does not
look like a run without tests, and one that had nothing to read is a test case that was skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO
from xml.etree import ElementTree as ET

from keyguard.display import visible
from keyguard.model import Run
from keyguard.report import ReportOptions, parts_and_copies, phrases, practices, presentable, value_of, words
from keyguard.report.loss import lost, short
from keyguard.report.remedy import remedy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keyguard.model import Finding, Outcome, Practice, Rule


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the outcome as one test suite."""
    outcome = presentable(outcome, options)
    run = outcome.run or Run(version="", rules="")
    suites = ET.Element("testsuites", name="keyguard")
    suite = ET.SubElement(suites, "testsuite", name="keyguard")
    for finding in outcome.findings:
        _finding(suite, finding, rules[finding.rule], options, fails=run.fails(finding))
    for practice in outcome.practices:
        fails = practice.severity >= run.threshold(practice.blob.path).practices
        _practice(suite, practice, rules[practice.rule], fails=fails)
    for skipped in outcome.skipped:
        _trouble(suite, skipped.what, skipped.reason)
    if not outcome.complete:
        _trouble(suite, "the whole scan", "The run was interrupted: this report is incomplete.")
    shown = [finding for finding in outcome.findings if not finding.suppressed]
    if not len(suite):
        _nothing(suite, empty=phrases.is_empty(shown, outcome))
    _count(suite, suites, outcome.scanned.seconds)
    if outcome.scanned.started_at:
        suite.set("timestamp", outcome.scanned.started_at.removesuffix("Z"))
    _properties(suite, outcome)
    said = [
        *outcome.notices,
        *phrases.deviations(outcome),
        *phrases.hidden(outcome),
        phrases.summary(shown, outcome, practices.shown(outcome)),
    ]
    ET.SubElement(suite, "system-out").text = "\n".join(map(visible, said))
    ET.indent(suites)
    stream.write(ET.tostring(suites, encoding="utf-8", xml_declaration=True) + b"\n")


def _properties(suite: ET.Element, outcome: Outcome) -> None:
    """Say in front of the cases what the run was."""
    facts = list(phrases.run_facts(outcome))
    if facts:
        properties = ET.Element("properties")
        suite.insert(0, properties)
        for name, text in facts:
            ET.SubElement(properties, "property", name=name, value=visible(text))


def _finding(suite: ET.Element, finding: Finding, rule: Rule, options: ReportOptions, *, fails: bool) -> None:
    where = phrases.place(finding.matches[0])
    case = _case(suite, f"{rule.title} at {where}", finding.rule)
    text = "\n".join(map(visible, _lines(finding, rule, options)))
    if finding.suppressed:
        waived = finding.suppressed
        reason = ": ".join(filter(None, (f"{waived.by}, {waived.where}", waived.reason)))
        ET.SubElement(case, "skipped", message=visible(reason))
    elif fails:
        said = short(finding.verdict, finding.realm)
        message = f"{finding.severity.word}: {rule.title}" + (f" ({said})" if said else "")
        ET.SubElement(case, "failure", type=finding.rule, message=visible(message)).text = text
    else:
        ET.SubElement(case, "system-out").text = text


def _practice(suite: ET.Element, practice: Practice, rule: Rule, *, fails: bool) -> None:
    case = _case(suite, f"{rule.title} at {practices.place(practice)}", practice.rule)
    lines = [practice.text, f"fingerprint: {practice.fingerprint}", f"change: {practices.fix(rule)}"]
    text = "\n".join(map(visible, lines))
    if waived := practice.suppressed:
        reason = ": ".join(filter(None, (f"{waived.by}, {waived.where}", waived.reason)))
        ET.SubElement(case, "skipped", message=visible(reason))
    elif fails:
        message = visible(f"{practice.severity.word}: {rule.title}")
        ET.SubElement(case, "failure", type=practice.rule, message=message).text = text
    else:
        ET.SubElement(case, "system-out").text = text


def _lines(finding: Finding, rule: Rule, options: ReportOptions) -> Iterator[str]:
    parts, copies = parts_and_copies(finding)
    if loss := lost(finding.verdict, finding.realm):
        yield loss
    for _, match in parts:
        yield f"{phrases.told_place(match)}  {words(match.part, rule)}  {value_of(match, options)}"
    if finding.missing:
        yield f"missing: {', '.join(words(part, rule) for part in finding.missing)}"
    for _, match in copies:
        yield f"also at {phrases.told_place(match)}"
    if finding.history and finding.history.introduced:
        yield f"came with {phrases.bringing(finding.history)}"
        yield " ".join(phrases.leaving(finding.history))
    yield f"fingerprint: {finding.fingerprint}"
    yield f"fix: {remedy(finding, rule)}"


def _nothing(suite: ET.Element, *, empty: bool) -> None:
    if empty:
        ET.SubElement(_case(suite, "scan", "scan"), "skipped", message=phrases.NOTHING)
    else:
        _case(suite, "no findings", "scan")


def _trouble(suite: ET.Element, what: str, reason: str) -> None:
    case = _case(suite, f"scan of {what}", "scan")
    ET.SubElement(case, "error", type="not-scanned", message=visible(reason))


def _case(suite: ET.Element, name: str, group: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", name=visible(name), classname=f"keyguard.{group}", time="0")


def _count(suite: ET.Element, suites: ET.Element, seconds: float) -> None:
    """Say how many cases there are of each kind; the whole tells of all but the skipped ones."""
    kinds = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    totals = {name: str(len(suite.findall(path))) for name, path in kinds.items()} | {"time": f"{seconds:.3f}"}
    suites.attrib.update(totals)
    suite.attrib.update(totals | {"skipped": str(len(suite.findall("testcase/skipped")))})
