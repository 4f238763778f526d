"""The words that reports for people share: counts, sizes, dates, and the way of a finding through the commits."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from keyguard.display import visible
from keyguard.model import REFLOG, Severity, Tracking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keyguard.model import Finding, History, Match, Origin, Outcome, Practice, Run, RunFile, Scanned, Suppression

APART = "its parts never stood in one commit together"
STILL = "still there"
ELSEWHERE = "no; other refs hold it"

UNPUSHED = "not as far as this clone knows"
_UNNAMED = {"no ref": "no; no ref reaches it", REFLOG: "no; only the reflog reaches it"}
NOTHING = "Nothing was scanned"
UNREAD = "Nothing was read: this scan says nothing about what is there"
UNREAD_CHANGE = "Nothing of what changed was read: this scan says nothing about it"
_REFS = 3  # are named, the others counted


def count(number: int, noun: str) -> str:
    """Return '1 file', '1,200 files'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def repositories(number: int) -> str:
    """Return '1 repository', '20 repositories'."""
    return f"{number:,} {'repository' if number == 1 else 'repositories'}"


def size(number: float) -> str:
    """Return a number of bytes as people read it."""
    if number < 1000:
        return f"{number} B"
    for unit in ("kB", "MB", "GB"):  # noqa: B007 - the last unit is kept
        number /= 1000
        if number < 999.95:
            break
    return f"{number:.1f} {unit}"


def tally(findings: Sequence[Finding], practices: Sequence[Practice] = ()) -> str:
    """Return how many findings and practices there are, and of what severity."""
    counts = [_by_severity(kind, noun) for kind, noun in ((findings, "finding"), (practices, "practice")) if kind]
    if practices and not findings:
        counts.insert(0, "No leaks")
    return " and ".join(counts) or "No findings"


def _by_severity(found: Sequence[Finding | Practice], noun: str) -> str:
    by = sorted(Counter(one.severity for one in found).items(), reverse=True)
    listed = ", ".join(f"{number:,} {severity.word}" for severity, number in by)
    return f"{count(len(found), noun)} ({listed})"


def extent(scanned: Scanned, *, below: bool = False) -> str:
    """Return what was read: '214 files, 3,120 commits (9,871 versions), 134.0 MB, 2.1 s'.

    Repositories are counted where there are several, or where they lie `below` what was named; where nobody wants their
    history, that is said in place of their number.
    """
    met = repositories(scanned.repositories) if scanned.repositories else "no history"
    versions = f" ({count(scanned.blobs, 'version')})" if scanned.blobs else ""
    read = [
        count(scanned.files, "file") if scanned.files else "",
        met if below or scanned.repositories > 1 else "",
        count(scanned.commits, "commit") + versions if scanned.commits else "",
    ]
    return ", ".join([*filter(None, read), size(scanned.bytes), f"{scanned.seconds:.1f} s"])


def summary(findings: Sequence[Finding], outcome: Outcome, practices: Sequence[Practice] = ()) -> str:
    """Return in one line what was found and in what."""
    if is_empty(findings, outcome):
        return f"{NOTHING}{' but messages' if outcome.scanned.commits else ''}."
    return f"{tally(findings, practices)} in {extent(outcome.scanned, below=bool(outcome.repositories))}"


def is_empty(findings: Sequence[Finding], outcome: Outcome) -> bool:
    """Tell a scan that read nothing from one that found nothing; messages count where there was nothing else."""
    scanned = outcome.scanned
    return not (findings or scanned.is_anything or (scanned.commits and not outcome.is_left))


def suppressed(waived: Iterable[Suppression]) -> str:
    """Return how many findings were suppressed, and by what."""
    by = Counter(suppression.by for suppression in waived)
    return f"{sum(by.values()):,} suppressed ({', '.join(f'{number:,} {word}' for word, number in by.items())})"


def hidden(outcome: Outcome) -> Iterator[str]:
    """Tell how many findings are not among the open ones, and why."""
    if outcome.below:
        yield f"{count(outcome.below, 'finding')} below the wanted confidence not shown"
    waived = [one.suppressed for one in outcome.findings] + [one.suppressed for one in outcome.practices]
    if given := [one for one in waived if one]:
        yield suppressed(given)


def ending(run: Run) -> str:
    """Return how a run ended: 'Exit code 1: 2 findings open'."""
    return f"Exit code {run.exit_code}: {run.reason}"


def is_odd(outcome: Outcome) -> bool:
    """Tell a run whose exit code says something else than what it shows: findings that pass, or none that fail it."""
    run = outcome.run
    passed = any(finding.severity > Severity.NOTE for finding in outcome.findings if not finding.suppressed)
    passed = passed or any(not practice.suppressed for practice in outcome.practices)
    return run is not None and (run.exit_code == 3 or (run.exit_code == 0 and passed))


def deviations(outcome: Outcome) -> tuple[str, ...]:
    """Return in what the run differs from one that hides nothing, and how it ended where that is not plain."""
    run = outcome.run
    return (*run.deviations, *([ending(run)] if is_odd(outcome) else [])) if run else ()


def run_facts(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Tell what a run was as names and texts, for a report that has room for all of it."""
    run, scanned = outcome.run, outcome.scanned
    if run is None:
        return
    facts = {
        "keyguard": run.version,
        "rules": run.rules,
        "command": " ".join(run.command),
        **_files_by_kind(run.files),
        "fail on": run.fail_on.word,
        "practices fail on": run.practices_fail_on.word if run.practices_fail_on else "",
        "minimum confidence": run.min_confidence.word,
        "strict": "yes" if run.strict else "",
        "excluded": ", ".join(run.excluded),
        "rules off": ", ".join(run.rules_off),
        "suppressed": ", ".join(f"{number:,} {word}" for word, number in run.suppressed),
        "read": ", ".join(_read(scanned)),
        "not read": count(len(outcome.skipped), "input"),
        "began": scanned.started_at or "",
        "ended": run.ended_at or "",
        "exit code": f"{run.exit_code}: {run.reason}",
    }
    yield from ((name, text) for name, text in facts.items() if text)


def _read(scanned: Scanned) -> Iterator[str]:
    if scanned.repositories <= 1:  # several are part of the extent
        yield repositories(scanned.repositories)
    yield count(scanned.refs, "ref")
    yield extent(scanned)
    if scanned.known:
        yield f"and {count(scanned.known, 'version')} by an earlier run"


def _files_by_kind(files: Iterable[RunFile]) -> dict[str, str]:
    """Tell the files that settled a run; each repository of a folder may have one of a kind."""
    by_kind: dict[str, list[str]] = {}
    for file in files:
        by_kind.setdefault(file.kind, []).append(f"{file.path}, {_of_file(file)}")
    return {kind: "; ".join(texts) for kind, texts in by_kind.items()}


def _of_file(file: RunFile) -> str:
    changed = ", changed by what was scanned" if file.changed else ""
    return f"{file.tracking.value}{changed}, SHA-256 {file.digest or 'not known'}"


def commit(origin: Origin) -> str:
    """Return a commit in short: what names it, its day and its author."""
    return " ".join(filter(None, ((origin.commit or "")[:10], (origin.date or "")[:10], origin.author)))


def leaving(history: History) -> tuple[str, str]:
    """Return what became of it in HEAD, as a label and its text."""
    if history.removed:
        return "gone with", commit(history.removed)
    if history.in_head:
        return "in HEAD", STILL
    return "in HEAD", _UNNAMED.get(history.refs[0], ELSEWHERE) if len(history.refs) == 1 else ELSEWHERE


def holding(history: History) -> str:
    """Return which refs reach it, in how many commits and under how many paths: '' when that is not known."""
    more = len(history.refs) - _REFS
    refs = ", ".join(map(_short, history.refs[:_REFS])) + (f" and {count(more, 'more ref')}" if more > 0 else "")
    numbers = [(history.commits, "commit"), (history.paths, "path")]
    counts = ", ".join(count(number, noun) for number, noun in numbers if number)
    return "; ".join(filter(None, (refs, counts)))


def bringing(history: History) -> str:
    """Return which commit brought it; where a shallow clone ends there, that is all that can be said."""
    text = commit(history.introduced) if history.introduced else ""
    return f"{text}, at the latest: this clone ends there" if history.at_latest else text


def way(history: History) -> Iterator[tuple[str, str]]:
    """Tell which commit brought it, which took it away, and what holds it still: labels and their texts."""
    if history.introduced:
        yield "came with", bringing(history)
        yield leaving(history)
    if held := holding(history):
        yield "held by", held
    if history.unpushed:
        yield "pushed", UNPUSHED
    if history.apart:
        yield "apart", APART


def _short(ref: str) -> str:
    """Return a ref as git's own commands print it."""
    return re.sub(r"\Arefs/(heads|tags|remotes)/", "", ref)


def remarks(match: Match) -> list[str]:
    """Return what is out of the ordinary of a place: it is no file of the work tree, or encoded."""
    where = {Tracking.COMMITTED: "in history", Tracking.STAGED: "staged"}.get(match.blob.tracking)
    return [*([where] if where else []), *([f"in {', '.join(match.via)}"] if match.via else [])]


def is_file(path: str) -> bool:
    """Tell a file's path from `<stdin>` and `<commit 1a2b3c4d>`."""
    return not (path.startswith("<") and path.endswith(">"))


def is_link(text: str) -> bool:
    """Tell whether a text is a web address by the letter of the standard, that any reader can be given as one."""
    return bool(re.fullmatch(r"https?://[A-Za-z0-9](?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*", text))


def place(match: Match) -> str:
    """Return where a match stands, as editors and terminals open it."""
    return visible(f"{match.blob.path}:{match.region.line}:{match.region.column}")


def told_place(match: Match) -> str:
    """Return where a match stands, with what is out of the ordinary of the place."""
    said = ", ".join(remarks(match))
    return place(match) + (f" ({visible(said)})" if said else "")
