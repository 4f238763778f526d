"""The words of the house: every type of value that passes from one stage to the next.

Blob -> Match* -> Credential* -> Finding* -> Outcome; all frozen, all safe to print.
"""

from __future__ import annotations

import re
from dataclasses import field, replace
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from keyguard.expressions import expression
from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from typing_extensions import Self

    from keyguard.errors import SourceError

INSIDE = "!/"
"""Stands between a container's path and that of its member."""

WHOLE_FILE = -1
"""The scope of what stands in no mapping, section or call: the blob as a whole."""

BY_POSITION = "argument"
"""The name of a part that nothing but its place among others names: the arguments of a call, the cells of a row."""


class Severity(IntEnum):
    """How much is lost when the finding is true; ordered, worst last."""

    NOTE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The lower-case name, as options and reports spell it."""
        return self.name.lower()


class Confidence(IntEnum):
    """How sure it is that the finding is true; ordered, surest last."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2

    @property
    def word(self) -> str:
        """The lower-case name, as options and reports spell it."""
        return self.name.lower()


_OBJECT = expression(r"[0-9a-f]{40}|[0-9a-f]{64}")  # an id of git's


class Tracking(Enum):
    """What git does with a file: whether it travels with the repository."""

    NONE = "outside git"
    TRACKED = "tracked"
    UNTRACKED = "untracked"
    IGNORED = "ignored"
    STAGED = "staged"  # content of the index: what a commit made now would hold
    COMMITTED = "committed"  # content of the history, or the message of a commit or tag


class Secret:
    """Bytes that cannot print themselves: `repr`, `str` and `format` show a mask, pickling is refused.

    `shown` is how many leading characters the mask may show (4 for keys, 0 for passphrases), so that an
    owner recognises the value and nobody can use it. `reveal` is the one way out, so that it can be grepped.
    """

    __slots__ = ("_shown", "_value")

    def __init__(self, value: bytes, shown: int = 0) -> None:
        self._value = value
        self._shown = shown

    @property
    def known(self) -> bool:
        """Whether the value can be had; a report that is read back may hold no more than the mask."""
        return True

    def reveal(self) -> bytes:
        """Return the value itself; every caller of this is a place to audit."""
        return self._value

    def is_at_hand(self) -> bool:
        """Say whether the value can be had now; that of a finding may have changed in its place since."""
        try:
            self.reveal()
        except ValueError:
            return False
        return True

    @property
    def shown(self) -> int:
        """How many leading characters the mask shows."""
        return self._shown

    @property
    def mask(self) -> str:
        """The value as reports show it; of fixed length, so that the length stays unknown too."""
        # A mask that shows four characters of a short value would show most of it.
        shown = self._shown if len(self._value) >= 4 * self._shown else 0
        return self._value[:shown].decode("ascii", "replace") + "********"

    def __repr__(self) -> str:
        return f"Secret({self.mask})"

    def __str__(self) -> str:
        return self.mask

    def __format__(self, spec: str) -> str:
        return format(self.mask, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> Any:
        raise TypeError("a Secret cannot be pickled")


class Masked(Secret):
    """A secret of which only the mask is known; two are the same secret when their `token`s are."""

    __slots__ = ("_mask",)

    def __init__(self, mask: str, token: str) -> None:
        super().__init__(token.encode())
        self._mask = mask

    @property
    def known(self) -> bool:
        """Whether the value can be had: it cannot."""
        return False

    def reveal(self) -> NoReturn:
        """Raise: there is nothing to reveal."""
        raise ValueError("only the mask of this value is known")

    @property
    def mask(self) -> str:
        """The value as the report showed it that it was read from."""
        return self._mask


class Sealed(Secret):
    """A secret whose value stays where it was read: here are its mask, and names by which equal values are joined.

    `tag` names it within one run, under a key that nobody else has. `fingerprint` is that of a long and random value,
    and '' for any other. `revealed_by` says how the value is read again from its place; it does not travel.
    """

    __slots__ = ("_mask", "_reading", "fingerprint")

    def __init__(self, tag: bytes, mask: str, shown: int = 0, fingerprint: str = "") -> None:
        super().__init__(tag, shown)
        self._mask = mask
        self.fingerprint = fingerprint
        self._reading: Callable[[bytes], bytes] | None = None

    @property
    def tag(self) -> bytes:
        """The name of the value within this run."""
        return self._value

    @property
    def known(self) -> bool:
        """Whether the value can be read again."""
        return self._reading is not None

    def revealed_by(self, reading: Callable[[bytes], bytes]) -> None:
        """Say how the value of a tag is read again; raises GoneError where it is no longer there."""
        self._reading = reading

    def reveal(self) -> bytes:
        """Read the value again from its place."""
        if self._reading is None:
            raise ValueError("only the mask of this value is known")
        return self._reading(self.tag)

    @property
    def mask(self) -> str:
        """The value as reports show it."""
        return self._mask

    def __reduce__(self) -> tuple[Any, ...]:
        return Sealed, (self._value, self._mask, self._shown, self.fingerprint)


@dataclass(frozen=True, slots=True, order=True)
class Blob:
    """A name for bytes, never the bytes: light to sort, to hash and to send to a worker.

    `path` is relative to the scan's root, with '/' between its parts; bytes that are not UTF-8 stand in it as
    surrogates (`os.fsdecode`). `id` is what the source reads the content by (a file: its absolute path; what git holds:
    its object id). `age` orders the versions of one path, 0 the newest. The text of a container's member has
    its path in there as `inner`, and behind '!/' in `path` too: backup.zip!/bot/.env. A path in angle brackets
    (`<stdin>`, `<commit 1a2b3c4d5e>`) is that of a text which no file holds.
    """

    path: str
    id: str
    size: int = 0
    tracking: Tracking = field(default=Tracking.NONE, compare=False)
    age: int = field(default=0, compare=False)
    inner: str = field(default="", compare=False)

    @property
    def outer(self) -> Blob:
        """The blob that holds this text: itself, unless it is the member of a container."""
        return replace(self, path=self.file, inner="") if self.inner else self

    @property
    def file(self) -> str:
        """The path without that of a member: what can be opened."""
        return self.path[: -len(self.inner) - len(INSIDE)] if self.inner else self.path

    @property
    def is_message(self) -> bool:
        """Whether it is a text that no file holds."""
        return self.path.endswith(">") and self.path.rpartition("/")[2].startswith("<")

    @property
    def is_past(self) -> bool:
        """Whether it is known from the history alone."""
        return self.tracking is Tracking.COMMITTED

    @property
    def object_id(self) -> str | None:
        """The id by which git holds it; None for what was read as a file."""
        held = self.tracking in {Tracking.COMMITTED, Tracking.STAGED}
        return self.id if held and _OBJECT.fullmatch(self.id) else None


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """Where a value stands in its blob's text: lines and columns count from 1, in Unicode code points.

    `end_column` is the column behind the last character. A byte that is not UTF-8 counts as one column.
    """

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Match:
    """One value that a rule takes for a part of a credential (or, with part None, for a secret of its own)."""

    rule: str
    provider: str
    part: str | None
    blob: Blob
    start: int  # offset in the decoded text; orders matches within a blob
    region: Region
    value: Secret
    confidence: Confidence
    name: str = ""  # what it is bound to, normalised and dotted: 'profiles.live.apikey'; '' when nothing
    stem: str = ""  # what is left of the name without part and provider words: tells accounts apart
    account: str = ""  # the same, or what else may: the object of a field, the mapping around, WHERE name = 'ann'
    scopes: tuple[int, ...] = ()  # offsets at which the enclosing mappings, sections and calls open, innermost first
    named_provider: bool = False  # a name, parent, call or sibling says the provider
    near_provider: bool = False  # a word near it, or its path, says the provider
    loose: bool = False  # free text under a short name: joins within its file only
    realm: str | None = None  # 'live' or 'demo', where the text says so
    site: str | None = None  # of the provider's sites or products, where the text says so
    via: tuple[str, ...] = ()  # the decodings passed on the way to the value, outermost first
    view: tuple[tuple[int, ...], Region] | None = (
        None  # the number of the blob's text that it was read in, and where in that
    )


@dataclass(frozen=True, slots=True)
class Credential:
    """Parts that belong together; every match of one part holds a candidate, nearest first."""

    provider: str
    matches: tuple[Match, ...]
    confidence: Confidence
    missing: tuple[str, ...] = ()
    realm: str | None = None
    joined: str = "scope"  # what joined them: 'scope', 'file', 'history' or 'folder'; 'lone' for a single part
    versions: tuple[Match, ...] = ()  # the same values in other versions of the same paths


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the provider said of a credential, and our reading of it; filled by the live check.

    `status` is one of live, live-limited, ip-bound, wrong-parts, blocked, not-known, undecided, not-checked.
    """

    status: str = "not-checked"
    permissions: tuple[str, ...] = ()  # sorted; words that are new to us are kept
    ip_bound: bool | None = None
    addresses: tuple[str, ...] = ()  # that the key is bound to; filled only when the user asked for them
    account: str | None = None  # 'main' or 'sub-account'
    realm: str | None = None  # 'live' or 'demo', as the provider answered
    site: str | None = None  # of the provider's sites, the one that knew the key: 'global', 'eea', 'us', 'tr', 'web3'
    label: str | None = None  # the key's name at the provider, masked
    uid: str | None = None  # the account's number, masked
    code: str | None = None  # the provider's own code
    reading: str = ""  # what the code means, one sentence
    wrong: tuple[str, ...] = ()  # parts that do not fit the others
    untried: int = 0  # further candidates for those, which were not tried
    certainty: str = ""  # how well that reading is attested: 'documented', 'observed', 'inferred'
    hosts: tuple[str, ...] = ()  # that were asked, in order
    left: tuple[
        str, ...
    ] = ()  # hosts that may know the key and have not said that they do not; none of one that exists, or is unfit
    proxy: str | None = None  # through which they were asked, without its user and password
    checked_at: str | None = None  # ISO 8601, UTC


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where and when a value entered: a path, and with a history the commit that brought it."""

    path: str
    tracking: str = ""
    commit: str | None = None
    author: str | None = None
    date: str | None = None


REFLOG = "reflog"
"""What a history names in place of refs where none reaches a finding any more, and the reflog does."""


@dataclass(frozen=True, slots=True)
class History:
    """The way of a finding through the commits of a repository; made only where a history was read."""

    introduced: Origin | None = None  # the first commit that brought any part of it
    removed: Origin | None = None  # the commit that took the last of it out of HEAD; None while HEAD holds it
    in_head: bool = False  # HEAD's commit holds it
    refs: tuple[str, ...] = ()  # that reach a commit which holds it, sorted
    commits: int = 0  # that hold it
    paths: int = 0  # under which they hold it
    apart: bool = False  # its parts never stood together in one commit
    at_latest: bool = False  # the clone ends at the commit that brought it: it may have been there before
    unpushed: bool = False  # branches of this clone alone reach it, though it knows what a remote has


@dataclass(frozen=True, slots=True)
class Suppression:
    """What keeps a finding from counting, where, why: 'inline', 'ignore-file', 'allow', 'baseline' or 'only-live'."""

    by: str
    where: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is reported: one credential (or one lone secret), however many places hold it."""

    rule: str
    severity: Severity
    confidence: Confidence
    provider: str
    fingerprint: str
    matches: tuple[Match, ...]  # in the order of the pack's parts; further copies of the same credential behind
    missing: tuple[str, ...] = ()
    realm: str | None = None
    origins: tuple[Origin, ...] = ()
    versions: tuple[Match, ...] = ()  # the same values in other versions of the same paths; `history` counts them
    history: History | None = None
    verdict: Verdict = Verdict()
    score: float | None = None  # 0 to 10, by what the verdict says can be lost; None where nobody was asked
    suppressed: Suppression | None = None


@dataclass(frozen=True, slots=True)
class Practice:
    """A habit that loses keys, where it stands: it is changed, not revoked, and its text may be shown."""

    rule: str
    severity: Severity
    confidence: Confidence
    provider: str
    blob: Blob
    region: Region
    text: str  # the line, values in it masked
    via: tuple[str, ...] = ()  # the decodings passed on the way to it, outermost first
    fingerprint: str = ""  # of rule, path and text, so that a moved line stays known
    suppressed: Suppression | None = None
    names: tuple[str, ...] = ()  # paths that the text names, relative to the scan's root like the blob's

    def placed(self, place: Callable[[str], str]) -> str:
        """Return the text with each path that it names where `place` puts it."""
        return _placed(self.text, self.names, place)


class Notice(str):
    """A sentence of a report that names paths, relative to the scan's root."""

    __slots__ = ("names",)
    names: tuple[str, ...]

    def __new__(cls, text: str, names: Iterable[str]) -> Self:
        """Return the sentence; `names` are its paths."""
        notice = super().__new__(cls, text)
        notice.names = tuple(names)
        return notice

    def __getnewargs__(self) -> tuple[str, tuple[str, ...]]:  # type: ignore[override]  # what __new__ takes
        """Have it copied and sent to other processes with its paths."""
        return str(self), self.names

    def placed(self, place: Callable[[str], str]) -> Notice:
        """Return it with each path where `place` puts that."""
        return Notice(_placed(self, self.names, place), map(place, self.names))


def _placed(text: str, names: Iterable[str], place: Callable[[str], str]) -> str:
    if not names:
        return text
    words = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(rf"(?<!\S)(?:{words})(?=[\s,:]|\Z)", lambda found: place(found[0]), text)


@dataclass(frozen=True, slots=True, order=True)
class Skipped:
    """An input that was not read, shown in every report."""

    what: str
    reason: str
    is_repository: bool = False  # of which git has read nothing: that makes a job fail
    is_chosen: bool = False  # a checkout or a configuration leaves it out: that fails --strict alone


@dataclass(frozen=True, slots=True, order=True)
class Waiver:
    """An inline ignore: `keyguard: ignore[rule-id] reason` in a comment at `line` of `path`."""

    path: str
    line: int
    rules: tuple[str, ...] = ()  # empty: every rule
    reason: str = ""
    blob: Blob | None = field(default=None, compare=False)  # whose text it stands in: a path has many versions


@dataclass(frozen=True, slots=True, order=True)
class UnusedIgnore:
    """An ignore that suppressed nothing in this scan: `where` it stands and `what` it says."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was read: the proof that a clean scan was no empty one."""

    files: int = 0
    bytes: int = 0
    commits: int = 0
    seconds: float = 0.0
    left_out: tuple[tuple[str, int], ...] = ()  # what was passed over by design, with counts: ('binary files', 3)
    blobs: int = 0  # contents of the history that were read, each once
    started_at: str | None = None  # ISO 8601, UTC
    repositories: int = 0  # of which something was read by git, and not as files
    refs: int = 0  # from which histories were walked
    known: int = 0  # contents of the history that an earlier run has read

    @property
    def is_anything(self) -> bool:
        """Whether anything was read, now or in an earlier run, apart from the messages of commits."""
        return bool(self.files or self.blobs or self.known)

    @property
    def left_out_by_kind(self) -> str:
        """What was passed over, as reports list it: 'binary files (3), excluded paths (1)'."""
        return ", ".join(f"{what} ({count:,})" for what, count in self.left_out)


@dataclass(frozen=True, slots=True)
class RunFile:
    """A file that settled what a run did: 'configuration', 'ignore file', 'baseline' or 'rules'."""

    kind: str
    path: str
    digest: str = ""  # SHA-256; '' where it could not be read
    tracking: Tracking = Tracking.NONE
    changed: bool = False  # it came with the change that was scanned


CHANGE = "<change>"
"""Names, among what was not read, a change of which nothing was."""


class Threshold(NamedTuple):
    """From which severity on a run fails, by what lies in one repository below the root; '' is all else."""

    prefix: str  # '/' at its end
    leaks: Severity = Severity.LOW
    own_practices: Severity = Severity.HIGH

    @property
    def practices(self) -> Severity:
        """From which severity on a practice fails it: never one at which a leak would pass."""
        return max(self.leaks, self.own_practices)


def threshold(path: str, known: Iterable[Threshold]) -> Threshold:
    """Return what counts at a path: the word of the nearest repository around it."""
    return max((one for one in known if path.startswith(one.prefix)), key=lambda one: len(one.prefix))


@dataclass(frozen=True, slots=True)
class Run:
    """What a run was: how it was set up, in what that differs from the defaults, and how it ended."""

    version: str
    rules: str  # a digest of all packs
    command: tuple[str, ...] = ()  # as it was typed, without any password
    files: tuple[RunFile, ...] = ()
    fail_on: Severity = Severity.LOW
    min_confidence: Confidence = Confidence.MEDIUM
    strict: bool = False
    excluded: tuple[str, ...] = ()  # patterns
    rules_off: tuple[str, ...] = ()  # ids
    practices_fail_on: Severity | None = Severity.HIGH  # None where practices are off
    suppressed: tuple[tuple[str, int], ...] = ()  # by what, and how many findings
    deviations: tuple[str, ...] = ()  # what hides something, or lets it pass: one sentence each
    ended_at: str | None = None  # ISO 8601, UTC
    exit_code: int = 0
    reason: str = ""  # why it is that code
    below: tuple[Threshold, ...] = ()  # of the repositories below the root

    def threshold(self, path: str) -> Threshold:
        """Return from which severity on what lies at a path failed the run."""
        own = Threshold("", self.fail_on, self.practices_fail_on or Severity.HIGH)
        return threshold(path, (own, *self.below))

    def fails(self, finding: Finding) -> bool:
        """Say whether a finding that is not suppressed failed the run, by any of its places."""
        places = {match.blob.path for match in finding.matches}
        return any(finding.severity >= self.threshold(path).leaks for path in places)


@dataclass(frozen=True, slots=True)
class Repository:
    """The git repository that was scanned; read only where a report tells of it."""

    remote: str | None = None  # a URL without user, password, query and fragment
    revision: str | None = None  # HEAD's commit
    branch: str | None = None  # None on a detached HEAD
    path: str = ""  # below the scan's root, '/' at its end; '' for the one that holds the root


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything a report is made of."""

    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    scanned: Scanned = Scanned()
    unused: tuple[UnusedIgnore, ...] = ()
    below: int = 0  # findings under the wanted confidence, counted and not shown
    complete: bool = True  # False when the scan or the check was interrupted
    notices: tuple[str, ...] = ()  # one-line remarks, such as an expired allow entry
    repository: Repository | None = None
    failed: bool = False  # a target could not be scanned at all; it is among the skipped
    failures: tuple[SourceError, ...] = ()  # what failed, each with a message and a hint
    root: str = "."  # absolute path of the folder that paths are relative to
    rules: Mapping[str, Rule] = field(default_factory=dict, repr=False)  # by their ids
    run: Run | None = None
    repositories: tuple[Repository, ...] = ()  # below the root, that were scanned each by itself
    is_value: Callable[[bytes], bool] | None = field(default=None, repr=False, compare=False)  # of all that was met
    practices: tuple[Practice, ...] = ()
    read_in: frozenset[str] = frozenset()  # the targets, relative to the root, in which something was read

    @property
    def is_left(self) -> bool:
        """Whether something was there that was not read, by design or not."""
        return bool(self.scanned.left_out or self.skipped)

    @property
    def is_unread_change(self) -> bool:
        """Whether it is of a change of which nothing was read, whatever the messages of its commits say."""
        return any(skipped.what == CHANGE for skipped in self.skipped)


@dataclass(frozen=True, slots=True)
class Clause:
    """One way to see a practice: all that is given has to fit one literal of a text, or one of its lines.

    Each text is a regular expression; what it has to match is said beside it.
    """

    argument: str | None = None  # the last word of the name that the literal is bound to, whole, in any case
    call: str | None = None  # what is called around it, whole
    not_call: str | None = None  # what is not, with the words of its arguments: `ccxt.okx(apiKey, secret)`
    value: str | None = None  # the literal itself, whole
    host: tuple[str, ...] = ()  # the kind of its address: see `keyguard.detect.practice.hosts`
    scheme: str | None = None  # of that address, whole
    line: str | None = None  # a part of a line, where no literal is asked for
    lacks: str | None = None  # no other literal of its mapping or call is bound to such an argument
    near: str | None = None  # somewhere in the lines around it
    unless: str | None = None  # nowhere in those
    page: str | None = None  # somewhere in the text
    lacking: str | None = None  # nowhere in the text
    path: str | None = None  # a part of the file's path
    tracking: frozenset[str] = frozenset()  # what git does with the file; empty: whatever it does
    quoted: bool = False  # what a string says counts as well as code
    once: bool = False  # the first place in a text stands for all
    leak: bool = False  # a leak that was found in the file, in place of a literal or a line
    language: frozenset[str] = frozenset()  # empty: any but prose
    confidence: Confidence = Confidence.HIGH


@dataclass(frozen=True, slots=True)
class Rule:
    """What a pack says of one rule; the words that reports show."""

    id: str
    pack: str
    provider: str
    title: str
    severity: Severity
    why: str
    fix: str
    part: str | None = None
    pattern: str | None = None
    parts: tuple[tuple[str, str], ...] = ()  # of its provider's credentials, each with its title
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    gate: str | None = None  # of a practice: without this in a text it is not looked for
    practice: tuple[Clause, ...] = ()  # how a practice is seen; empty for a rule of leaks
    audit: str | None = None  # of a practice: what sees it in a whole scan, see `keyguard.detect.practice.audits`
    edit: str | None = None  # of a practice: which edit fixes it, see `keyguard.report.fixes.habits`

    @property
    def is_practice(self) -> bool:
        """Whether it is about a habit that loses keys, and not about a key that is lost."""
        return bool(self.practice or self.audit)

    @property
    def is_in_texts(self) -> bool:
        """Whether single texts show it; other practices are seen in what a whole scan found."""
        return any(not clause.leak for clause in self.practice)
