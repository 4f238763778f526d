"""The text report, for people: one block per finding, then what could not be read, then what was scanned.

    critical  okx-credential  config/live.py  a1b2********
      OKX API credential (live)
      config/live.py:3:15  api key     a1b2********
      config/live.py:4:18  secret key  C3D4********
      missing   passphrase
      also in   backup/.env:1:12

    What to do about okx-credential
      Delete the key on the exchange, ...

Running text is wrapped to the terminal's width, or to 80 columns in a file. Other lines are wrapped on a terminal
alone: what searches a file wants them whole.
"""

from __future__ import annotations

import os
import textwrap
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from keyguard.display import visible
from keyguard.model import INSIDE, Confidence, Finding, Match, Outcome, Practice, Rule, Severity
from keyguard.report import ReportOptions, parts_and_copies, phrases, practices, presentable, spans, value_of, words
from keyguard.report.loss import answer, facts, lost
from keyguard.report.phrases import is_file
from keyguard.report.remedy import is_stopped, is_unpushed, next_steps, remedies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keyguard.report.spans import Line

_STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.NOTE: "dim",
}

_PROSE = 80  # columns of running text, unless the terminal says otherwise
_WIDEST = 100  # columns, beyond which it does not read well
_LABEL = 12  # columns of a label and what is in front of it
_PLACES = 10  # of a much-copied key so many further places are listed, the rest is counted


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the outcome for people to read; with `quiet` only what they have to act on."""
    skipped = tuple(replace(one, what=_placed_input(one.what, options.root)) for one in outcome.skipped)
    unused = tuple(replace(one, where=_placed_line(one.where, options.root)) for one in outcome.unused)
    placed = replace(outcome, skipped=skipped, unused=unused)
    outcome = presentable(placed, options, partial(_placed, root=options.root))
    lines = _lines(outcome, rules, options)
    if options.width:
        lines = (piece for line in lines for piece in spans.wrapped(line, options.width, _LABEL))
    put = spans.write_coloured if options.color else spans.write_plain
    put(lines, stream)


def _lines(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions) -> Iterator[Line]:
    shown = [finding for finding in outcome.findings if not finding.suppressed]
    if phrases.is_empty(outcome.findings, outcome) and outcome.skipped:
        yield ((f"{phrases.UNREAD_CHANGE if outcome.is_unread_change else phrases.UNREAD}.", "bold red"),)
    for finding in shown:
        yield from _finding(finding, rules[finding.rule], options)
        yield ()
    practised = practices.shown(outcome)
    for practice in practised:
        yield from _practice(practice, rules[practice.rule])
        yield ()
    if not options.quiet:
        # What was checked has steps of its own.
        unchecked = (finding for finding in shown if not next_steps(finding))
        for about, text in remedies(unchecked, rules).items():
            yield from _advice(about, text, options)
        for about, text in practices.fixes(practised, rules).items():
            yield from _advice(about, text, options, "change about")
    yield from _trouble(outcome)
    if not options.quiet:
        yield from _remarks(outcome)
        yield ((phrases.summary(shown, outcome, practised), "bold"),)
        yield from _next_step(shown)


def _next_step(shown: list[Finding]) -> Iterator[Line]:
    """Say what to do next; to take a key out of a file does not take it out of the world."""
    if not all(finding.severity is Severity.NOTE or is_stopped(finding) or is_unpushed(finding) for finding in shown):
        yield ((f"Revoke {'the key' if len(shown) == 1 else 'each key'} before you remove it.", ""),)


# One finding


def _finding(finding: Finding, rule: Rule, options: ReportOptions) -> Iterator[Line]:
    parts, copies = parts_and_copies(finding)
    yield from _head(finding, rule, options)
    yield from _loss(finding, options)
    yield from _parts([match for _, match in parts], rule, options)
    if finding.missing:
        yield _labelled("missing", ", ".join(words(part, rule) for part in finding.missing))
    yield from _listed("also in", _elsewhere(finding, [match for _, match in copies]))
    if finding.history:
        yield from (_labelled(label, text) for label, text in phrases.way(finding.history))
    else:
        yield from _listed("came with", [phrases.commit(origin) for origin in finding.origins if origin.commit])
    yield from _answer(finding, options)


def _practice(practice: Practice, rule: Rule) -> Iterator[Line]:
    """Show a practice with its line, which is no secret."""
    remark = practices.remark(practice)
    yield (
        (practice.severity.word, _STYLES[practice.severity]),
        (f"  {practice.rule}", "bold"),
        (f"  {practices.place(practice)}", "bold"),
    )
    yield ((f"  {rule.title}", ""), (f" ({remark})" if remark else "", "dim"))
    yield ((f"  {visible(practice.text)}", "magenta"),)


def _loss(finding: Finding, options: ReportOptions) -> Iterator[Line]:
    """Lead with what can be lost, where the provider was asked."""
    for line in _prose(lost(finding.verdict, finding.realm), options, 2):
        yield ((f"  {line}", _STYLES[finding.severity]),)


def _answer(finding: Finding, options: ReportOptions) -> Iterator[Line]:
    """Tell what the provider said, and what to do about this very credential."""
    for label, text in (("key", facts(finding.verdict)), ("answer", answer(finding.verdict))):
        yield from _explained(label, text, options)
    for number, step in enumerate(() if options.quiet else next_steps(finding), 1):
        yield from _explained("do next" if number == 1 else "", f"{number}. {step}", options)


def _explained(label: str, text: str, options: ReportOptions) -> Iterator[Line]:
    for number, line in enumerate(_prose(text, options, _LABEL)):
        yield _labelled("" if number else label, line)


def _advice(about: str, text: str, options: ReportOptions, do: str = "do about") -> Iterator[Line]:
    """Say once what to do about findings that have something in common."""
    yield ((f"What to {do} {about}", "bold"),)
    for line in _prose(text, options, 2):
        yield ((f"  {line}", ""),)
    yield ()


def _prose(text: str, options: ReportOptions, indent: int) -> list[str]:
    """Break running text into lines; no word is broken, since it may be an address or a command."""
    width = min(options.width or _PROSE, _WIDEST) - indent
    return textwrap.wrap(text, max(width, 1), break_long_words=False, break_on_hyphens=False)


def _head(finding: Finding, rule: Rule, options: ReportOptions) -> Iterator[Line]:
    """Say in one line how bad it is, what, in which file, and by its mask which of the reader's keys."""
    remarks = [
        f"{finding.confidence.word} confidence" if finding.confidence < Confidence.HIGH else "",
        finding.realm or "",
        f"checked: {finding.verdict.status}" if finding.verdict.status != "not-checked" else "",
    ]
    remark = ", ".join(filter(None, remarks))
    first = finding.matches[0]
    yield (
        (finding.severity.word, _STYLES[finding.severity]),
        (f"  {finding.rule}", "bold"),
        (f"  {visible(first.blob.path)}", "bold"),
        (f"  {value_of(first, options)}", "magenta"),
    )
    yield ((f"  {rule.title}", ""), (f" ({remark})" if remark else "", "dim"))


def _parts(matches: list[Match], rule: Rule, options: ReportOptions) -> Iterator[Line]:
    places = [phrases.place(m) for m in matches]
    names = [words(m.part, rule) for m in matches]
    wide, broad = max(map(len, places)), max(map(len, names))
    for match, place, name in zip(matches, places, names, strict=True):
        remarks = ", ".join(phrases.remarks(match))
        yield (
            (f"  {place:<{wide}}", "bold"),
            (f"  {name:<{broad}}", ""),
            (f"  {value_of(match, options)}", "magenta"),
            (f"  ({remarks})" if remarks else "", "dim"),
        )


def _elsewhere(finding: Finding, copies: list[Match]) -> list[str]:
    """Return one place per further file that holds the same credential."""
    places = {match.blob.path: phrases.told_place(match) for match in reversed(copies)}
    known = {match.blob.path for match in finding.matches}
    further = dict.fromkeys(o.path for o in finding.origins if not o.commit and o.path not in known)
    return [*reversed(places.values()), *further]


def _listed(label: str, items: list[str]) -> Iterator[Line]:
    """List one item a line, so that a terminal opens each place; a long list is cut, and its rest counted."""
    more = [f"and {len(items) - _PLACES:,} more"] if len(items) > _PLACES else []
    for number, item in enumerate([*items[:_PLACES], *more]):
        yield _labelled("" if number else label, item)


def _labelled(label: str, text: str) -> Line:
    return ((f"  {label:<{_LABEL - 2}}", "dim"), (text, ""))


# The scan as a whole


def _trouble(outcome: Outcome) -> Iterator[Line]:
    for skipped in outcome.skipped:
        yield (("Skipped ", "yellow"), (f"{skipped.what}: {skipped.reason}", ""))
    if not outcome.complete:
        yield (("The run was interrupted: this report is incomplete.", "red"),)
    if outcome.run and phrases.is_odd(outcome):
        yield ((f"{phrases.ending(outcome.run)}.", "yellow"),)


def _remarks(outcome: Outcome) -> Iterator[Line]:
    for unused in outcome.unused:
        yield (("Unused ignore ", "yellow"), (f"in {unused.where}: {unused.what}", ""))
    for notice in (*outcome.notices, *(outcome.run.deviations if outcome.run else ())):
        yield (("Note: ", "yellow"), (notice, ""))
    yield from (((sentence, ""),) for sentence in phrases.hidden(outcome))
    if outcome.scanned.left_out:
        yield ((f"Left out: {outcome.scanned.left_out_by_kind}", ""),)


# What may reach a terminal


def _placed(path: str, root: str) -> str:
    """Return the path as it can be opened from here: relative to the current folder, or absolute if that is shorter."""
    if not is_file(path):
        return path  # standard input and a commit's message stand in no folder
    whole = str(Path(root, path))
    try:
        return min(os.path.relpath(whole), whole, key=len)
    except (OSError, ValueError):  # the current folder is gone, or on another drive of Windows
        return whole


def _placed_input(what: str, root: str) -> str:
    """Return what was not read as findings are placed, if it is there, else as it is: a word or what was typed."""
    file, inside, inner = what.partition(INSIDE)
    if not os.path.lexists(Path(root, file)):
        return what
    return _placed(file, root) + ("/" if file.endswith("/") else "") + inside + inner


def _placed_line(where: str, root: str) -> str:
    """Return where an ignore stands, `FILE:LINE` or `FILE: ENTRY`, as findings are placed."""
    file, colon, inside = where.rpartition(":")
    return _placed_input(file, root) + colon + inside if file else where
