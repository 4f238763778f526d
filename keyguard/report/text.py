"""The text report, for people: one block per finding, then what could not be read, then what was scanned.

    critical  okx-credential  OKX API credential  (live)
      config/live.py:3:15  api key     a1b2********
      config/live.py:4:18  secret key  C3D4********
      missing   passphrase
      also in   backup/.env:1

    What to do about okx-credential
      Delete the key on the exchange, ...

Everything is written as spans of text and style; only the last step knows whether there is colour.
"""

from __future__ import annotations

import io
import os
import textwrap
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from keyguard.model import Confidence, Finding, Match, Origin, Outcome, Rule, Scanned, Severity, Suppression
from keyguard.report import ReportOptions, parts_and_copies, presentable, value_of, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Line = tuple[tuple[str, str], ...]  # spans: a text, and the style it takes where there is colour

_STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.NOTE: "dim",
}

WIDTH = 98  # of running text
_PLACES = 10  # of a much-copied key so many further places are listed, the rest is counted


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the outcome for people to read; with `quiet` only what they have to act on."""
    outcome = presentable(outcome, options, partial(_placed, root=options.root))
    put = _write_coloured if options.color else _write_plain
    put(_lines(outcome, rules, options), stream)


def _write_plain(lines: Iterable[Line], stream: BinaryIO) -> None:
    stream.writelines("".join(_visible(text) for text, _ in line).encode() + b"\n" for line in lines)


def _write_coloured(lines: Iterable[Line], stream: BinaryIO) -> None:
    from rich.console import Console
    from rich.text import Text

    sheet = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
    # The caller has looked at the terminal and the environment already; rich must not decide again.
    console = Console(
        file=sheet,
        force_terminal=True,
        color_system="standard",
        no_color=False,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=True,
    )
    try:
        for line in lines:
            console.print(Text.assemble(*((_visible(text), style) for text, style in line)))
    finally:
        sheet.detach()


def _lines(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions) -> Iterator[Line]:
    shown = [finding for finding in outcome.findings if not finding.suppressed]
    for finding in shown:
        yield from _finding(finding, rules[finding.rule], options)
        yield ()
    if not options.quiet:
        for rule in dict.fromkeys(finding.rule for finding in shown):
            yield from _advice(rules[rule])
    yield from _trouble(outcome)
    if not options.quiet:
        yield from _remarks(outcome)
        yield ((_summary(shown, outcome.scanned), "bold"),)


# One finding


def _finding(finding: Finding, rule: Rule, options: ReportOptions) -> Iterator[Line]:
    parts, copies = parts_and_copies(finding)
    yield _headline(finding, rule)
    yield from _parts([match for _, match in parts], options)
    if finding.missing:
        yield _labelled("missing", ", ".join(words(part) for part in finding.missing))
    if elsewhere := _elsewhere(finding, [match for _, match in copies]):
        yield _labelled("also in", _listed(elsewhere))
    if commits := [_commit(origin) for origin in finding.origins if origin.commit]:
        yield _labelled("came with", _listed(commits))


def _advice(rule: Rule) -> Iterator[Line]:
    """Say once what to do about all findings of a rule."""
    yield ((f"What to do about {rule.id}", "bold"),)
    for line in textwrap.wrap(" ".join(rule.fix.split()), WIDTH, break_long_words=False, break_on_hyphens=False):
        yield ((f"  {line}", ""),)
    yield ()


def _headline(finding: Finding, rule: Rule) -> Line:
    remarks = [
        f"{finding.confidence.word} confidence" if finding.confidence < Confidence.HIGH else "",
        finding.realm or "",
        finding.verdict.status if finding.verdict.status != "not-checked" else "",
    ]
    remark = ", ".join(filter(None, remarks))
    return (
        (finding.severity.word, _STYLES[finding.severity]),
        (f"  {finding.rule}", "bold"),
        (f"  {rule.title}", ""),
        (f"  ({remark})" if remark else "", "dim"),
    )


def _parts(matches: list[Match], options: ReportOptions) -> Iterator[Line]:
    places = [_visible(f"{m.blob.path}:{m.region.line}:{m.region.column}") for m in matches]
    names = [_visible(words(m.part)) for m in matches]
    wide, broad = max(map(len, places)), max(map(len, names))
    for match, place, name in zip(matches, places, names, strict=True):
        via = f"  (in {', '.join(match.via)})" if match.via else ""
        yield (
            (f"  {place:<{wide}}", "bold"),
            (f"  {name:<{broad}}", ""),
            (f"  {value_of(match, options)}", "magenta"),
            (via, "dim"),
        )


def _elsewhere(finding: Finding, copies: list[Match]) -> list[str]:
    """Return one place per further file that holds the same credential."""
    places = {match.blob.path: match.region.line for match in reversed(copies)}
    known = {match.blob.path for match in finding.matches}
    further = dict.fromkeys(o.path for o in finding.origins if not o.commit and o.path not in known)
    return [f"{path}:{line}" for path, line in reversed(places.items())] + list(further)


def _commit(origin: Origin) -> str:
    return " ".join(filter(None, ((origin.commit or "")[:10], origin.date, origin.author)))


def _listed(items: list[str]) -> str:
    more = f", and {len(items) - _PLACES} more" if len(items) > _PLACES else ""
    return ", ".join(items[:_PLACES]) + more


def _labelled(label: str, text: str) -> Line:
    return ((f"  {label:<10}", "dim"), (text, ""))


# The scan as a whole


def _trouble(outcome: Outcome) -> Iterator[Line]:
    for skipped in outcome.skipped:
        yield (("Skipped ", "yellow"), (f"{skipped.what}: {skipped.reason}", ""))
    if not outcome.complete:
        yield (("The scan was interrupted: this report is incomplete.", "red"),)


def _remarks(outcome: Outcome) -> Iterator[Line]:
    for unused in outcome.unused:
        yield (("Unused ignore ", "yellow"), (f"in {unused.where}: {unused.what}", ""))
    for notice in outcome.notices:
        yield (("Note: ", "yellow"), (notice, ""))
    if outcome.below:
        yield ((f"{_count(outcome.below, 'finding')} below the wanted confidence not shown", ""),)
    if waived := [finding.suppressed for finding in outcome.findings if finding.suppressed]:
        yield ((_suppressed(waived), ""),)
    if outcome.scanned.left_out:
        listed = ", ".join(f"{count:,} {what}" for what, count in outcome.scanned.left_out)
        yield ((f"Left out: {listed}", ""),)


def _suppressed(waived: list[Suppression]) -> str:
    by = Counter(suppression.by for suppression in waived)
    return f"{len(waived):,} suppressed ({', '.join(f'{count:,} {word}' for word, count in by.items())})"


def _summary(findings: list[Finding], scanned: Scanned) -> str:
    if not scanned.files:
        return "Nothing was scanned."
    sizes = [_count(scanned.files, "file"), _size(scanned.bytes), f"{scanned.seconds:.1f} s"]
    if scanned.commits:
        sizes.insert(1, _count(scanned.commits, "commit"))
    return f"{_tally(findings)} in {', '.join(sizes)}"


def _tally(findings: list[Finding]) -> str:
    if not findings:
        return "No findings"
    by = sorted(Counter(finding.severity for finding in findings).items(), reverse=True)
    return f"{_count(len(findings), 'finding')} ({', '.join(f'{count:,} {severity.word}' for severity, count in by)})"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _size(size: float) -> str:
    if size < 1000:
        return f"{size} B"
    for unit in ("kB", "MB", "GB"):  # noqa: B007 - the last unit is kept
        size /= 1000
        if size < 999.95:
            break
    return f"{size:.1f} {unit}"


# What may reach a terminal


def _placed(path: str, root: str) -> str:
    """Return the path as it can be opened from here: relative to the current folder, or absolute if that is shorter."""
    if path.startswith("<") and path.endswith(">"):
        return path  # standard input, which stands in no folder
    whole = str(Path(root, path))
    try:
        return min(os.path.relpath(whole), whole, key=len)
    except (OSError, ValueError):  # the current folder is gone, or on another drive of Windows
        return whole


def _visible(text: str) -> str:
    r"""Return the text with whatever is not printable (controls, bidi marks, line ends) as its bytes: `\xNN`.

    A file's name could otherwise move the cursor, hide a line of the report or forge one.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _bytes_of(c) for c in text)


def _bytes_of(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
