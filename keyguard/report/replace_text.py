"""The expressions file of `git filter-repo --replace-text`: the one report that has to hold the values.

It is written to a file of its owner's alone outside of any repository, on the wish `--report replace-text=FILE`,
and holds what the history holds: a value that was never committed has no place in a file that lies about.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, BinaryIO

from keyguard.errors import ReportError
from keyguard.veil import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keyguard.model import Match, Outcome, Rule
    from keyguard.report import ReportOptions

_REMOVED = b"***REMOVED***"


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:  # noqa: ARG001
    """Write a line for each value of the findings that count, the longest first, so that none cuts into another."""
    counting = [finding for finding in outcome.findings if not finding.suppressed]
    matches = [match for finding in counting for match in (*finding.matches, *finding.versions)]
    if not all(match.value.known for match in matches):
        raise ReportError("a stored report holds no values to replace.", "Scan again, with --report replace-text=FILE.")
    gone = [match for match in matches if not match.value.is_at_hand()]
    matches = [match for match in matches if match not in gone]
    for match in gone:
        place = named(f"{match.blob.path}:{match.region.line}")
        options.remark(f"the value at {place} could not be read again: look for it there")
    if packed := len({match.blob.outer for match in matches if match.blob.inner}):
        files = "1 file" if packed == 1 else f"{packed} files"
        options.remark(f"the values in {files} are packed (archives, documents, databases): remove those files instead")
    if other := {match.value for match in matches if not match.blob.inner and _is_written_otherwise(match)}:
        values = "1 value is" if len(other) == 1 else f"{len(other)} values are"
        options.remark(f"{values} written with escapes, in pieces or encoded: look for what is left after the rewrite")
    past = [match for match in matches if match.blob.is_past]
    texts = {text for match in (past if outcome.scanned.commits else matches) for text in _spellings(match)}
    ordered = sorted(texts, key=lambda text: (-len(text), text))
    stream.writelines(b"literal:" + text + b"==>" + _REMOVED + b"\n" for text in ordered)


def _is_written_otherwise(match: Match) -> bool:
    """Say whether what stands in the file is none of the value's spellings here: its length tells."""
    region = match.region
    lengths = {len(text.decode("utf-8", "replace")) for text in _spellings(match)}
    return region.end_line != region.line or region.end_column - region.column not in lengths


def _spellings(match: Match) -> Iterator[bytes]:
    """Return a value as it stands in the file: as it is, or in base64 with and without the line feed that echo adds."""
    value = match.value.reveal()
    if "base64" not in match.via:
        yield value
        return
    yield base64.b64encode(value)
    yield base64.b64encode(value + b"\n")
