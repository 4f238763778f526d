"""`keyguard why`: what was read at a place, what speaks for it as a part of a credential, and what decided."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any

import click

from keyguard import api
from keyguard.cli import screen
from keyguard.cli.examples import examples
from keyguard.cli.rules import with_packs
from keyguard.display import visible

if TYPE_CHECKING:
    from keyguard.detect.practice.why import Weighed
    from keyguard.detect.why import Reason
    from keyguard.engine.asked import Answer, Value
    from keyguard.model import Finding, Match, Practice

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>[1-9]\d{0,8})(?::(?P<column>[1-9]\d{0,8}))?", re.DOTALL)
_REALM_SAID = "names of key and secret, their call, variable or mapping, a switch or a host"
_FRAMES = {"(": "a call", "[": "a list", "{": "a mapping", "indent": "a block", "row": "a table's row"}
_CONDITIONS = {
    "line": "a line like",
    "argument": "a name like",
    "value": "a value like",
    "call": "a call like",
    "not_call": "no call like",
    "host": "a host that is",
    "lacks": "no name beside it like",
    "near": "near it",
    "unless": "nothing near it like",
    "page": "somewhere in the text",
    "lacking": "nowhere in the text",
    "path": "a path like",
    "tracking": "a file that git knows as",
    "text": "that nothing else tells it: the text is told once, or does not use the provider outside of comments",
}
_MOST = 12  # values of one line that are shown


@click.command(
    "why",
    epilog=examples(
        "keyguard why bot/config.py:12  # what was made of that line",
        "keyguard why bot/config.py:12:14  # of the value at that column",
        "keyguard why notes.txt:3 --format json",
    ),
)
@click.argument("place", metavar="FILE:LINE[:COLUMN]")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_packs
def command(place: str, format_: str, packs: tuple[str, ...]) -> int:
    """Say why a place is reported, or is not: what was read there, the evidence, and what decided; practices too.

    Values are masked, so that the answer can be put into an issue.
    """
    found = _PLACE.fullmatch(place)
    if found is None:
        raise click.BadParameter("it has to be FILE:LINE or FILE:LINE:COLUMN.", param_hint="'FILE:LINE[:COLUMN]'")
    column = int(found["column"]) if found["column"] else None
    answer = api.why(found["path"], int(found["line"]), column, packs=packs)
    if format_ == "json":
        click.echo(json.dumps(record(answer), indent=2))
    else:
        screen.tell("\n".join(_told(answer)))
    return 0


def record(answer: Answer) -> dict[str, Any]:
    """Return an answer as JSON has it."""
    return {
        "path": answer.spot.path,
        "line": answer.spot.line,
        "column": answer.spot.column,
        "read_closely": answer.closely,
        "values": [_value(value) for value in answer.values],
        "other_values": answer.others,
        "findings": [_finding(finding) for finding in answer.findings],
        "practices": [_weighed(weighed) for weighed in answer.weighed],
        "reported_practices": [_practice(practice) for practice in answer.practices],
        "skipped": [{"what": skipped.what, "reason": skipped.reason} for skipped in answer.skipped],
    }


def _value(value: Value) -> dict[str, Any]:
    region, told = value.region, value.told
    return {
        "line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
        "mask": told.mask,
        "quoted": told.quoted,
        "names": [{"name": name, "bond": bond} for name, bond in told.names],
        "frames": [{"kind": kind, "name": name} for kind, name in told.frames],
        "parts": [
            {
                "pack": reason.pack,
                "part": reason.part,
                "name": reason.name,
                "evidence": list(reason.evidence),
                "row": reason.row,
                "taken": reason.taken,
                "confidence": reason.confidence or None,
                "wanted": reason.wanted or None,
            }
            for reason in told.reasons
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "confidence": finding.confidence.word,
        "missing": list(finding.missing),
        "account": finding.realm,
        "joined": [
            {
                "part": match.part,
                "path": match.blob.path,
                "line": match.region.line,
                "column": match.region.column,
            }
            for match in finding.matches
        ],
        "suppressed": finding.suppressed.by if finding.suppressed else None,
    }


def _weighed(weighed: Weighed) -> dict[str, Any]:
    return {
        "rule": weighed.rule,
        "line": weighed.region.line,
        "column": weighed.region.column,
        "matched": not weighed.wanted,
        "fits": [{"condition": name, "pattern": pattern} for name, pattern in weighed.fits],
        "wanted": [{"condition": name, "pattern": pattern} for name, pattern in weighed.wanted],
    }


def _practice(practice: Practice) -> dict[str, Any]:
    return {
        "rule": practice.rule,
        "severity": practice.severity.word,
        "confidence": practice.confidence.word,
        "suppressed": practice.suppressed.by if practice.suppressed else None,
    }


def _told(answer: Answer) -> list[str]:
    lines = [f"not read: {visible(one.what)}: {visible(one.reason)}" for one in answer.skipped]
    if not answer.values:
        lines.append(_nothing(answer))
    for value in answer.values[:_MOST]:
        lines += _of_value(answer, value)
    others = answer.others + max(0, len(answer.values) - _MOST)
    if others:
        lines.append(f"{others:,} more on that line, which neither shape nor name speaks for.")
    return [*lines, *_practised(answer), *_reported(answer)]


def _practised(answer: Answer) -> list[str]:
    """Say which rules of practices something fits there, and what the others want."""
    lines = []
    for one in sorted(answer.weighed, key=lambda one: (len(one.wanted), one.region, one.rule)):
        place = f"{visible(answer.spot.path)}:{one.region.line}:{one.region.column}"
        lines.append(f"{place}  {one.rule}, a practice: {'no match' if one.wanted else 'matched'}")
        lines += [_line("fits", f"{_CONDITIONS[name]} {pattern}".strip()) for name, pattern in one.fits]
        lines += [_line("wanted", f"{_CONDITIONS[name]} {pattern}".strip()) for name, pattern in one.wanted]
    if answer.unused and not lines:
        lines.append("No practice was looked for: nothing in the text, outside of comments, uses the provider.")
    return lines


def _nothing(answer: Answer) -> str:
    if answer.closely or answer.weighed:
        return "No value was read there."
    return (
        "The text there was not read closely: it has no value with a part's shape,\n"
        "or nothing in it mentions the provider."
    )


def _of_value(answer: Answer, value: Value) -> list[str]:
    region, told = value.region, value.told
    place = f"{visible(answer.spot.path)}:{region.line}:{region.column}"
    lines = [f"{place}  {told.mask}{', a string' if told.quoted else ''}"]
    if told.names:
        lines.append(_line("names", ", ".join(f"{visible(name)} ({bond})" for name, bond in told.names)))
    if told.frames:
        lines.append(_line("inside", ", ".join(map(_frame, told.frames))))
    if not told.reasons:
        lines.append(_line("so", "no part of anything: it has no part's shape, and its names say none"))
    for reason in told.reasons:
        lines += _of_part(reason)
    return lines


def _frame(frame: tuple[str, str]) -> str:
    kind, name = frame
    shown = _FRAMES.get(kind, f"a {kind}")
    return f"{shown} '{visible(name)}'" if name else shown


def _of_part(reason: Reason) -> list[str]:
    part = reason.part.replace("_", " ")
    said = f"taken, confidence {reason.confidence}" if reason.taken else "refused"
    lines = [f"  {reason.pack}, as {part}: {said}; row '{reason.row}'"]
    lines.append(_line("evidence", ", ".join(reason.evidence), 4))
    if reason.wanted and not reason.taken:
        lines.append(_line("wanted", reason.wanted, 4))
    return lines


def _line(title: str, text: str, indent: int = 2) -> str:
    first = f"{' ' * indent}{title:<9} "
    return textwrap.fill(text, 80, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False)


def _joined(match: Match, path: str) -> str:
    elsewhere = "" if match.blob.path == path else f"{visible(match.blob.path)}:"
    return f"{(match.part or 'value').replace('_', ' ')} {elsewhere}{match.region.line}:{match.region.column}"


def _reported(answer: Answer) -> list[str]:
    if not answer.findings and not answer.practices:
        return ["Nothing there is reported."]
    lines = []
    for practice in answer.practices:
        waived = f"; suppressed by {practice.suppressed.by}" if practice.suppressed else ""
        graded = f"{practice.severity.word}, confidence {practice.confidence.word}"
        lines.append(f"Reported as {practice.rule} ({graded}), a practice to change{waived}.")
    for finding in answer.findings:
        missing = f", without {', '.join(finding.missing).replace('_', ' ')}" if finding.missing else ""
        waived = f"; suppressed by {finding.suppressed.by}" if finding.suppressed else ""
        graded = f"{finding.severity.word}, confidence {finding.confidence.word}"
        lines.append(f"Reported as {finding.rule} ({graded}){missing}{waived}.")
        lines.append(_line("joined", ", ".join(_joined(match, answer.spot.path) for match in finding.matches)))
        if finding.realm:
            lines.append(_line("account", f"{finding.realm}, by the {_REALM_SAID}"))
    if answer.findings:
        lines.append("Only `keyguard scan` reports practices that other files make one, such as a key's reuse.")
    return lines
