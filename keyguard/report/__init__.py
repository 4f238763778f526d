"""Writers: one file per output format, each turning an `Outcome` into bytes on a stream.

A format is one module with a function `write`, and one word in `FORMATS`; it is imported only when it is asked
for. A writer never sorts, filters or counts anew: what it shows is what the outcome holds, and a value of a
secret leaves it only through `value_of`, that is with `--show-secrets`. Its first act is `presentable`, after which
no text of the outcome holds a value, and every text is valid Unicode.
"""

from __future__ import annotations

import importlib
import re
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeVar, cast

from keyguard.display import visible
from keyguard.errors import GoneError
from keyguard.frozen import dataclass
from keyguard.model import INSIDE, Notice
from keyguard.veil import Veil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from keyguard.model import Blob, Finding, Match, Origin, Outcome, Practice, Repository, Rule, Run, Secret, Verdict

    Told = TypeVar("Told", Origin, Repository, Run, Verdict)

FORMATS: Mapping[str, str] = {
    "text": "keyguard.report.text",
    "json": "keyguard.report.json",
    "jsonl": "keyguard.report.jsonl",
    "sarif": "keyguard.report.sarif",
    "gitlab": "keyguard.report.gitlab",
    "junit": "keyguard.report.junit",
    "github": "keyguard.report.github",
    "markdown": "keyguard.report.markdown",
    "csv": "keyguard.report.csv",
    "html": "keyguard.report.html",
}

WITH_VALUES: Mapping[str, str] = {"replace-text": "keyguard.report.replace_text"}
"""Formats that have to hold the values: for files of their owner's alone, never for standard output."""

TELL_REPOSITORY = frozenset({"json", "jsonl", "sarif", "gitlab", "html"})
"""The formats that tell of the repository; to read that takes time which the others need not spend."""


def _unheard(_remark: str) -> None:
    """Take a remark that nobody waits for."""


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How a report should look; what it says is the outcome's affair."""

    root: str = "."  # absolute path of the scan's root, which blob paths are relative to
    color: bool = False
    width: int = 0  # columns of the terminal that shows it; 0: a file or a pipe
    quiet: bool = False
    show_secrets: bool = False
    sarif_suppressed: bool = False
    category: str = ""  # tells several reports on one commit apart, where they are uploaded
    remark: Callable[[str], None] = _unheard  # takes a sentence for the terminal, such as of what was cut


_ANSWERED = (
    "permissions",
    "addresses",
    "label",
    "uid",
    "code",
    "hosts",
    "left",
    "proxy",
)  # the provider's own words in a verdict


class Writer(Protocol):
    """What every format module offers."""

    def write(self, outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
        """Write the whole report; UTF-8, ending in a newline."""


def writer(name: str) -> Writer:
    """Import the writer of a format; KeyError for an unknown name."""
    return cast("Writer", importlib.import_module({**FORMATS, **WITH_VALUES}[name]))


def value_of(match: Match, options: ReportOptions) -> str:
    """Return what a report shows of a value: its mask, or with `--show-secrets` the value itself, if it can be had."""
    if options.show_secrets and match.value.known:
        with suppress(GoneError):
            return match.value.reveal().decode("utf-8", "replace")
    return match.value.mask


def words(part: str | None, rule: Rule) -> str:
    """Return what a pack calls a part, in lower case as labels are; what is no part of anything is a 'value'."""
    return visible(dict(rule.parts).get(part) or part.replace("_", " ")).lower() if part else "value"


def parts_and_copies(finding: Finding) -> tuple[list[tuple[int, Match]], list[tuple[int, Match]]]:
    """Tell the matches that hold something new from further copies of the same value; each with its index."""
    firsts: dict[tuple[str | None, Secret], int] = {}
    for index, match in enumerate(finding.matches):
        firsts.setdefault((match.part, match.value), index)
    new = set(firsts.values())
    numbered = list(enumerate(finding.matches))
    return [pair for pair in numbered if pair[0] in new], [pair for pair in numbered if pair[0] not in new]


def presentable(outcome: Outcome, options: ReportOptions, place: Callable[[str], str] = str) -> Outcome:
    """Return the outcome with every text that came from outside made fit to be shown.

    A value that was found is masked wherever it stands in such a text (a file may be named after its key), unless
    values are to be shown; bytes that are not UTF-8 are written as `escaped` says. `place` is applied to the paths
    before that, for a format that shows them from another folder.
    """
    veil = None if options.show_secrets else veil_of(outcome)

    @cache
    def clean(text: str) -> str:
        return escaped(veil(_utf8(text)) if veil else _utf8(text))

    @cache
    def path(name: str) -> str:
        return clean(place(name))

    return replace(
        outcome,
        findings=tuple(_presentable(finding, clean, path) for finding in outcome.findings),
        practices=tuple(_presentable_practice(practice, clean, path, place) for practice in outcome.practices),
        skipped=tuple(replace(s, what=clean(s.what), reason=clean(s.reason)) for s in outcome.skipped),
        unused=tuple(replace(u, where=clean(u.where), what=clean(u.what)) for u in outcome.unused),
        notices=tuple(clean(one.placed(place) if isinstance(one, Notice) else one) for one in outcome.notices),
        repository=outcome.repository and _clean_texts(outcome.repository, clean, ("remote", "branch")),
        repositories=tuple(
            replace(_clean_texts(one, clean, ("remote", "branch")), path=path(one.path)) for one in outcome.repositories
        ),
        run=outcome.run and _presentable_run(outcome.run, clean, path),
    )


def veil_of(outcome: Outcome) -> Veil:
    """Return what masks the values of an outcome wherever they stand."""
    return Veil(_values(outcome), outcome.is_value)


def _values(outcome: Outcome) -> Iterator[bytes]:
    for secret in {match.value for finding in outcome.findings for match in finding.matches}:
        with suppress(GoneError):  # it is known by its name only
            if secret.known:
                yield secret.reveal()


def _presentable_run(run: Run, clean: Callable[[str], str], path: Callable[[str], str]) -> Run:
    files = tuple(replace(file, path=clean(file.path)) for file in run.files)
    below = tuple(one._replace(prefix=path(one.prefix)) for one in run.below)
    return replace(_clean_texts(run, clean, ("command", "excluded", "deviations", "reason")), files=files, below=below)


def _presentable_blob(blob: Blob, clean: Callable[[str], str], path: Callable[[str], str]) -> Blob:
    """Clean the path of a container and that of its member, which begins at the container, each by itself."""
    if not blob.inner:
        return replace(blob, path=path(blob.path))
    inner = clean(blob.inner)
    return replace(blob, path=f"{path(blob.file)}{INSIDE}{inner}", inner=inner)


def _presentable(finding: Finding, clean: Callable[[str], str], path: Callable[[str], str]) -> Finding:
    def origin(o: Origin) -> Origin:
        return replace(_clean_texts(o, clean, ("author", "date")), path=path(o.path))

    waived, history = finding.suppressed, finding.history
    return replace(
        finding,
        matches=tuple(
            replace(m, blob=_presentable_blob(m.blob, clean, path), via=tuple(clean(step) for step in m.via))
            for m in finding.matches
        ),
        origins=tuple(origin(o) for o in finding.origins),
        history=history
        and replace(
            history,
            introduced=history.introduced and origin(history.introduced),
            removed=history.removed and origin(history.removed),
            refs=tuple(clean(ref) for ref in history.refs),
        ),
        verdict=_clean_texts(finding.verdict, clean, _ANSWERED),
        suppressed=waived and replace(waived, where=clean(waived.where), reason=clean(waived.reason)),
    )


def _presentable_practice(
    practice: Practice, clean: Callable[[str], str], path: Callable[[str], str], place: Callable[[str], str]
) -> Practice:
    waived = practice.suppressed
    return replace(
        practice,
        blob=_presentable_blob(practice.blob, clean, path),
        text=clean(practice.placed(place)),
        names=tuple(map(path, practice.names)),
        via=tuple(map(clean, practice.via)),
        suppressed=waived and replace(waived, where=clean(waived.where), reason=clean(waived.reason)),
    )


def _clean_texts(record: Told, clean: Callable[[str], str], names: Iterable[str]) -> Told:
    """Apply `clean` to those fields of a dataclass that are texts from outside, or tuples of them."""
    cleaned: dict[str, Any] = {}
    for name in names:
        value = getattr(record, name)
        cleaned[name] = tuple(map(clean, value)) if isinstance(value, tuple) else value and clean(value)
    return replace(record, **cleaned)


def escaped(raw: bytes) -> str:
    r"""Return the bytes as text: UTF-8 as it is, every other byte as `\xNN`; nothing is lost.

    A backslash that would read as such an escape is itself written `\x5c`, so that the bytes can be had back.
    """
    return re.sub(rb"\\(?=x[0-9a-f]{2})", rb"\\x5c", raw).decode("utf-8", "backslashreplace")


def unescaped(text: str) -> bytes:
    """Return the bytes that `escaped` was given."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), text.encode())


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # Windows allows lone surrogates of any kind in names
        return text.encode("utf-8", "surrogatepass")
