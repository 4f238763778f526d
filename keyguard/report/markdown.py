"""A Markdown report, for a job's summary and a comment on a pull request: a table, what to do, what was not read.

Texts from outside stand in code spans, where Markdown knows neither links nor mentions nor HTML. GitHub drops a
summary above 1 MiB as a whole, so the table is cut at the least severe before that.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO

from keyguard.display import visible
from keyguard.report import ReportOptions, parts_and_copies, phrases, practices, presentable, value_of, words
from keyguard.report.loss import lost, short
from keyguard.report.remedy import next_steps, remedies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keyguard.model import Finding, Match, Outcome, Practice, Rule

_ROWS_BYTES = 800_000  # of GitHub's 1 MiB; the rest is for what stands around the table
_LISTED = 50  # of skipped inputs and the like
_PRACTICES = 100
_PLACES = 8  # of one finding
_LINK = re.compile(r"(https://[A-Za-z0-9./_~%?=&#:-]*[A-Za-z0-9/_~=-])")


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the outcome as a document that begins with a heading of the second level."""
    lines = _lines(presentable(outcome, options), rules, options)
    stream.write("\n".join(lines).rstrip().encode() + b"\n")


def _lines(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions) -> Iterator[str]:
    shown = [finding for finding in outcome.findings if not finding.suppressed]
    empty = phrases.is_empty(shown, outcome)
    practised = practices.shown(outcome)
    yield f"## keyguard: {phrases.NOTHING if empty else phrases.tally(shown, practised)}"
    yield ""
    if shown:
        yield from _table(shown, rules, options)
        yield from _advice(shown, rules)
    yield from _practices(practised, rules)
    yield from _section("Not scanned", [f"{_code(s.what)}: {_code(s.reason)}" for s in outcome.skipped])
    if not outcome.complete:
        yield "**The run was interrupted: this report is incomplete.**\n"
    yield from _section("Ignores that suppress nothing", [f"{_code(u.where)}: {_code(u.what)}" for u in outcome.unused])
    yield from _section("Notes", [_code(notice) for notice in (*outcome.notices, *phrases.deviations(outcome))])
    yield from (f"{sentence}.\n" for sentence in phrases.hidden(outcome))
    yield f"<sub>{phrases.summary(shown, outcome, practised)}</sub>"
    yield from _run(outcome)


def _run(outcome: Outcome) -> Iterator[str]:
    """Fold away what the run was."""
    if facts := list(phrases.run_facts(outcome)):
        yield "\n<details><summary>This run</summary>\n"
        yield from (f"- {name}: {_code(text)}" for name, text in facts)
        yield "\n</details>"


def _table(findings: list[Finding], rules: Mapping[str, Rule], options: ReportOptions) -> Iterator[str]:
    yield "| severity | finding | parts and places | history |"
    yield "| --- | --- | --- | --- |"
    room = _ROWS_BYTES
    for number, finding in enumerate(findings):
        row = _row(finding, rules[finding.rule], options)
        room -= len(row.encode()) + 1
        if room < 0:
            yield ""
            yield f"{phrases.count(len(findings) - number, 'more finding')} of the least severity not shown."
            break
        yield row
    yield ""


def _row(finding: Finding, rule: Rule, options: ReportOptions) -> str:
    about = [
        _text(rule.title),
        _cell(finding.rule),
        *([finding.realm] if finding.realm else []),
        *([f"missing: {', '.join(_text(words(part, rule)) for part in finding.missing)}"] if finding.missing else []),
        *([f"**{_text(short(finding.verdict, finding.realm))}**"] if finding.verdict.status != "not-checked" else []),
        *([_text(loss)] if (loss := lost(finding.verdict, finding.realm)) else []),
    ]
    cells = [f"**{finding.severity.word}**", "<br>".join(about), _places(finding, rule, options), _history(finding)]
    return f"| {' | '.join(cells)} |"


def _places(finding: Finding, rule: Rule, options: ReportOptions) -> str:
    parts, copies = parts_and_copies(finding)
    lines = [
        f"{_text(words(match.part, rule))} {_cell(value_of(match, options))} {_place(match)}" for _, match in parts
    ]
    lines += [f"also {_place(match)}" for _, match in copies]
    more = [f"and {len(lines) - _PLACES} more"] if len(lines) > _PLACES else []
    return "<br>".join(lines[:_PLACES] + more)


def _place(match: Match) -> str:
    said = ", ".join(phrases.remarks(match))
    return _cell(phrases.place(match)) + (f" ({_text(said)})" if said else "")


def _history(finding: Finding) -> str:
    history = finding.history
    if history is None or history.introduced is None:
        return ""
    label, text = phrases.leaving(history)
    lines = [f"came with {_cell(phrases.bringing(history))}", f"{label} {_cell(text)}"]
    return "<br>".join(lines + ([phrases.APART] if history.apart else []))


def _advice(findings: list[Finding], rules: Mapping[str, Rule]) -> Iterator[str]:
    """Say once what to do about all findings of a rule, and about those of which the provider said the same."""
    yield "### What to do"
    yield ""
    checked: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for finding in findings:
        if steps := next_steps(finding):
            checked[short(finding.verdict, finding.realm), steps] += 1
    for (said, steps), number in list(checked.items())[:_LISTED]:
        listed = " ".join(f"{place}. {_text(step)}" for place, step in enumerate(steps, 1))
        yield f"- {phrases.count(number, 'credential')}, {_text(said)}: {listed}"
    for about, text in remedies((finding for finding in findings if not next_steps(finding)), rules).items():
        yield f"- {_code(about)}: {_text(text)}"
    yield ""


def _practices(practised: list[Practice], rules: Mapping[str, Rule]) -> Iterator[str]:
    """Show the practices in a table of their own, and once for each rule what to change."""
    if not practised:
        return
    yield f"### {practices.TITLE}"
    yield ""
    yield "| severity | practice | place | line |"
    yield "| --- | --- | --- | --- |"
    for practice in practised[:_PRACTICES]:
        remark = practices.remark(practice)
        about = f"{_text(rules[practice.rule].title)}<br>{_cell(practice.rule)}" + (f"<br>{remark}" if remark else "")
        cells = (f"**{practice.severity.word}**", about, _cell(practices.place(practice)), _cell(practice.text))
        yield f"| {' | '.join(cells)} |"
    yield ""
    if len(practised) > _PRACTICES:
        yield f"{phrases.count(len(practised) - _PRACTICES, 'more practice')} not shown.\n"
    for about, text in practices.fixes(practised, rules).items():
        yield f"- {_code(about)}: {_text(text)}"
    yield ""


def _section(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield f"### {title}"
        yield ""
        yield from (f"- {item}" for item in items[:_LISTED])
        if len(items) > _LISTED:
            yield f"- and {len(items) - _LISTED} more"
        yield ""


# What Markdown takes for itself


def _code(text: str) -> str:
    """Return the text as a code span, whatever it holds."""
    text = visible(text)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if text[:1] in "` " or text[-1:] in "` " else ""
    return f"{fence}{edge}{text}{edge}{fence}"


def _cell(text: str) -> str:
    """Return the text as a code span in a cell of a table, which alone a bar would end and a backslash escapes."""
    return _code(text).replace("|", r"\|")


def _text(text: str) -> str:
    """Return a rule's own words with all that is markup escaped, their links as links."""
    pieces = _LINK.split(visible(text))  # every second one is a link
    return "".join(f"<{piece}>" if number % 2 else _escaped(piece) for number, piece in enumerate(pieces))


def _escaped(text: str) -> str:
    marked = re.sub(r"[\\`*_\[\]|~$#!]", r"\\\g<0>", text)
    return marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
