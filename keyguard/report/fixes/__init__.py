"""Safe fixes as one unified diff: nothing is changed, and what can only be typed is a comment above it.

    findings, practices --edits--> spans of a file's text --diff--> --- a/bot.py, +++ b/bot.py, @@ ... @@
          '-----------> ignore lines, commands

A line that is taken out holds the value. Values are masked, unless they are asked for, and there is no context then:
such a diff is for reading. With values it is what `git apply` takes.
"""

from __future__ import annotations

import shlex
from collections import defaultdict
from typing import TYPE_CHECKING, BinaryIO

from keyguard.display import visible
from keyguard.model import Tracking
from keyguard.report import veil_of
from keyguard.report.fixes import diff, files, habits, references
from keyguard.report.fixes.edits import Edit, Text
from keyguard.report.fixes.masks import covered, marked, unmarked
from keyguard.veil import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from keyguard.model import Blob, Finding, Match, Outcome, Practice
    from keyguard.packs import RuleSet
    from keyguard.report import ReportOptions

_LARGEST = 1 << 20  # bytes of a file that is edited


def write(
    outcome: Outcome,
    rules: RuleSet,
    options: ReportOptions,
    read: Callable[[Blob], Iterable[bytes]],
    stream: BinaryIO,
) -> None:
    """Write what can be fixed: comments first, then the diff."""
    fixes = _Fixes(outcome, rules, options, read)
    fixes.make()
    veil = None if options.show_secrets else veil_of(outcome).text
    show = (lambda text: visible(veil(text).replace("\t", "    "))) if veil else str
    comments = (visible(veil(comment) if veil else comment) for comment in fixes.comments())
    stream.writelines(f"# {comment}\n".encode("utf-8", "backslashreplace") for comment in comments)
    for path, changed in fixes.changes():
        hunks = diff.unified(path, changed, context=0 if veil else 3)
        lines = (show(line) for line in hunks)
        stream.writelines(line.encode("utf-8", "surrogateescape") + b"\n" for line in lines)


class _Fixes:
    """Gathers the edits of a scan, file by file."""

    def __init__(
        self, outcome: Outcome, rules: RuleSet, options: ReportOptions, read: Callable[[Blob], Iterable[bytes]]
    ) -> None:
        self._outcome, self._rules, self._options, self._read = outcome, rules, options, read
        self._names = references.Names()
        self._texts: dict[Blob, Text | None] = {}
        self._edits: defaultdict[Blob, list[Edit]] = defaultdict(list)
        self._ignores: defaultdict[str, list[str]] = defaultdict(list)
        self._commands: list[str] = []
        self._left: list[str] = []

    def make(self) -> None:
        """Look at everything that is open, and that a file of today holds."""
        for finding, match in self._open():
            if files.holds_credentials(match.blob.path):
                self._keep_out(match.blob)
            elif (text := self._text(match.blob)) is None or not self._refer(match, text, finding.fingerprint):
                self._left.append(f"{match.blob.path}:{match.region.line} ({match.rule})")
        for practice in self._outcome.practices:
            if not practice.suppressed and self._is_of_today(practice.blob) and not practice.via:
                self._change(practice)

    def _open(self) -> Iterator[tuple[Finding, Match]]:
        for finding in self._outcome.findings:
            if not finding.suppressed:
                yield from ((finding, one) for one in finding.matches if self._is_of_today(one.blob))

    def _is_of_today(self, blob: Blob) -> bool:
        below = any(blob.path.startswith(one.path) for one in self._outcome.repositories if one.path)
        return not (blob.inner or blob.is_past or blob.is_message or below or blob.tracking is Tracking.STAGED)

    def _refer(self, match: Match, text: Text, fingerprint: str) -> bool:
        """Refer to the environment in place of a value; says whether there is a safe way to."""
        edits = references.of(match, text, self._names, fingerprint)
        self._edits[match.blob] += edits
        return bool(edits)

    def _change(self, practice: Practice) -> None:
        if self._rules.rules[practice.rule].edit == "left_out":
            name, line = files.left_out_by(*practice.names)
            self._ignores[name].append(line)
            return
        text = self._text(practice.blob)
        if text and (edit := habits.of(practice, text, self._rules)):
            self._edits[practice.blob].append(edit)

    def _keep_out(self, blob: Blob) -> None:
        """Keep a file that is there for its credentials out of git, and to its owner."""
        if blob.tracking in {Tracking.TRACKED, Tracking.UNTRACKED}:
            self._ignores[".gitignore"].append(files.ignore_line(blob.path))
        if blob.tracking is Tracking.TRACKED:
            self._commands.append(f"git rm --cached -- {shlex.quote(blob.path)}")
        if files.is_open_to_others(self._options.root, blob.path):
            self._commands.append(f"chmod 600 {shlex.quote(blob.path)}")

    def _text(self, blob: Blob) -> Text | None:
        if blob not in self._texts:
            self._texts[blob] = None
            content = b"".join(self._read(blob)) if blob.size <= _LARGEST else b""
            if content and len(content) <= _LARGEST and diff.can_name(blob.path):
                self._texts[blob] = Text(blob.path, content.decode("utf-8", "surrogateescape"))
        return self._texts[blob]

    def comments(self) -> Iterator[str]:
        """Say what is to be typed, and what no edit fixes."""
        edited = any(self._edits.values())
        if edited and self._options.show_secrets:
            yield "Apply it with: git apply -- after it, set the variables that it names, and delete the old key."
        elif edited:
            yield "For reading: values are masked. To apply it: keyguard scan --fix-hints --show-secrets | git apply"
        if names := self._names.all:
            yield f"To be set in the environment: {', '.join(names)}"
        for command in dict.fromkeys(self._commands):
            yield f"To be typed: {command}"
        for place in dict.fromkeys(self._left):
            yield f"No safe edit: {place}"

    def changes(self) -> Iterator[tuple[str, diff.Changed]]:
        """Yield each file that is to be changed, with its lines and what becomes of some of them."""
        for name, lines in sorted(self._ignores.items()):
            if diff.can_name(name) and (change := files.ignored(self._options.root, name, dict.fromkeys(lines))):
                yield name, change
        for blob, edits in sorted(self._edits.items()):
            text = self._texts[blob]
            if text and edits:
                shows = self._options.show_secrets
                changed = text.changed(edits) if shows else self._masked(blob, text, edits)
                if diff.is_plain(changed):
                    yield blob.path, changed

    def _masked(self, blob: Blob, text: Text, edits: list[Edit]) -> diff.Changed:
        """Mask the lines that hold values: these, and all other strings; one may be a value that was not found."""
        spans = self._spans(blob, text)
        holding = {text.line_of(start) for start, _ in spans}
        old = text.changed([Edit(*span, MASK.decode()) for span in spans])
        kept = [Edit(*span, MASK.decode()) for span in spans if not _is_within(span, edits)]
        new = text.changed([*(edit._replace(text=marked(edit.text)) for edit in edits), *kept])
        before = [covered(old.new[number]) if number in holding else line for number, line in enumerate(text.lines)]
        after = {number: covered(line) if number in holding else unmarked(line) for number, line in new.new.items()}
        return diff.Changed(before, after)

    def _spans(self, blob: Blob, text: Text) -> list[tuple[int, int]]:
        """Return where values stand in a text."""
        matches = (match for finding in self._outcome.findings for match in finding.matches)
        return [span for match in matches if match.blob == blob and (span := text.span(match.region))]


def _is_within(span: tuple[int, int], edits: list[Edit]) -> bool:
    return any(edit.start <= span[0] < edit.end for edit in edits)
