"""The JSON report as it is read back: docs/report-json.md in types, to which every field of a file is held."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec looks at it
from typing import Annotated, Literal

import msgspec

# A number that every reader of every format can hold, a word that needs no escaping anywhere, a text of sane length.
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Position = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Name = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9_-]{1,60}\Z")]
Word = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_.-]{1,100}\Z")]
ObjectId = Annotated[str, msgspec.Meta(pattern=r"\A(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")]
Text = Annotated[str, msgspec.Meta(max_length=100_000)]
Mask = Annotated[str, msgspec.Meta(pattern=r"\A[ -~\ufffd]{0,4}\*{8}\Z")]
Score = Annotated[float, msgspec.Meta(ge=0, le=10)]
Realm = Literal["live", "demo"]
Level = Literal["critical", "high", "medium", "low", "note"]
Sureness = Literal["high", "medium", "low"]


class Piece(msgspec.Struct):
    """A piece of the report; a field that is not known is passed over, one that was added later has a default."""


class Part(Piece):
    """One place of a finding."""

    path: Text
    line: Position
    column: Position
    end_line: Position
    end_column: Position
    mask: Mask
    part: Name | None = None
    via: tuple[Text, ...] = ()
    tracking: Text = ""
    copy_of: Count | None = None
    value: Text | None = None
    inner: Text = ""
    object: ObjectId | None = None


class Origin(Piece):
    """Where and when a value entered."""

    path: Text
    tracking: Text = ""
    commit: Word | None = None
    author: Text | None = None
    date: Text | None = None


class History(Piece):
    """The way of a finding through the commits."""

    introduced: Origin | None = None
    removed: Origin | None = None
    in_head: bool = False
    refs: tuple[Text, ...] = ()
    commits: Count = 0
    paths: Count = 0
    apart: bool = False
    at_latest: bool = False
    unpushed: bool = False


class Verdict(Piece):
    """What the provider said."""

    status: Name = "not-checked"
    permissions: tuple[Text, ...] = ()
    ip_bound: bool | None = None
    addresses: tuple[Text, ...] = ()
    account: Name | None = None
    realm: Realm | None = None
    site: Name | None = None
    label: Text | None = None
    uid: Text | None = None
    code: Text | None = None
    reading: Text = ""
    wrong: tuple[Name, ...] = ()
    untried: Count = 0
    certainty: Text = ""
    hosts: tuple[Text, ...] = ()
    left: tuple[Text, ...] | None = None  # None: written before it was recorded
    proxy: Text | None = None
    checked_at: Text | None = None


class Suppression(Piece):
    """Who keeps a finding out of the exit code."""

    by: Name
    where: Text
    reason: Text = ""


class Help(Piece):
    """The words of a finding's rule."""

    why: Text = ""
    fix: Text = ""
    references: tuple[Text, ...] = ()


class Finding(Piece):
    """One credential, or one lone secret."""

    rule: Name
    severity: Level
    confidence: Sureness
    provider: Name
    fingerprint: Word
    title: Text
    parts: Annotated[tuple[Part, ...], msgspec.Meta(min_length=1)]
    missing: tuple[Name, ...] = ()
    realm: Realm | None = None
    origins: tuple[Origin, ...] = ()
    history: History | None = None
    verdict: Verdict = msgspec.field(default_factory=Verdict)
    score: Score | None = None
    suppressed: Suppression | None = None
    help: Help = msgspec.field(default_factory=Help)


class Practice(Piece):
    """One place of a habit that loses keys."""

    rule: Name
    severity: Level
    confidence: Sureness
    provider: Name
    fingerprint: Word
    title: Text
    path: Text
    line: Position
    column: Position
    end_line: Position
    end_column: Position
    text: Text
    inner: Text = ""
    via: tuple[Text, ...] = ()
    tracking: Text = ""
    suppressed: Suppression | None = None
    help: Help = msgspec.field(default_factory=Help)


class Skipped(Piece):
    """An input that was not read."""

    what: Text
    reason: Text


class Unused(Piece):
    """An ignore that suppressed nothing."""

    where: Text
    what: Text


class Scanned(Piece):
    """What was read."""

    files: Count = 0
    bytes: Count = 0
    commits: Count = 0
    blobs: Count = 0
    known: Count = 0
    seconds: Annotated[float, msgspec.Meta(ge=0, le=1e9)] = 0.0
    started_at: datetime | None = None
    left_out: dict[Text, Count] = msgspec.field(default_factory=dict)


class Repository(Piece):
    """The git repository that was scanned."""

    remote: Text | None = None
    revision: Word | None = None
    branch: Text | None = None
    path: Text = ""


class RunFile(Piece):
    """A file that settled what a run did."""

    kind: Text
    path: Text
    sha256: Word | None = None
    tracking: Text = ""
    changed: bool = False


class Scope(Piece):
    """What was read, beside what `scanned` says."""

    repositories: Count = 0
    refs: Count = 0


class Threshold(Piece):
    """From which severity on what lies in a repository below the root fails a run."""

    path: Text
    fail_on: Level
    practices_fail_on: Level


class Run(Piece):
    """What the run was."""

    version: Text
    rules: Word
    command: tuple[Text, ...] = ()
    files: tuple[RunFile, ...] = ()
    fail_on: Level = "low"
    practices_fail_on: Level | None = None  # None: off, or written before there were any
    min_confidence: Sureness = "medium"
    strict: bool = False
    excluded: tuple[Text, ...] = ()
    rules_off: tuple[Name, ...] = ()
    suppressed: dict[Name, Count] = msgspec.field(default_factory=dict)
    scope: Scope = msgspec.field(default_factory=Scope)
    deviations: tuple[Text, ...] = ()
    ended_at: datetime | None = None
    exit_code: Annotated[int, msgspec.Meta(ge=0, le=255)] = 0
    reason: Text = ""
    below: tuple[Threshold, ...] = ()


class Whole(Piece):
    """What there is to say of the scan as a whole; the last line of JSON lines."""

    scanned: Scanned
    complete: bool
    skipped: tuple[Skipped, ...] = ()
    unused_ignores: tuple[Unused, ...] = ()
    notices: tuple[Text, ...] = ()
    below_confidence: Count = 0
    repository: Repository | None = None
    failed: bool = False
    repositories: tuple[Repository, ...] = ()
    run: Run | None = None


class Report(Whole, kw_only=True):
    """The report as one object."""

    findings: tuple[Finding, ...]
    practices: tuple[Practice, ...] = ()


class Header(Piece):
    """What tells a reader how to read the rest."""

    schema: Text
    type: str = ""
