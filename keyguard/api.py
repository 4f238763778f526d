"""The door for programs: everything that the commands do with a scan, without a terminal.

    Request -> scan -> Outcome -> report
    Session    the same in two steps, for whoever needs settings, rules or the scanned bytes beside the outcome

Nothing here prints, asks or ends the process; trouble that ends a run is a `KeyguardError` with a message and a hint.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.engine import targets
from keyguard.engine.targets import Request
from keyguard.errors import KeyguardError, SourceError
from keyguard.model import CHANGE, Finding, Outcome, Repository, Rule, Scanned, Skipped
from keyguard.signals import INTERRUPTED
from keyguard.veil import covered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import BinaryIO

    from keyguard.cache import Cache
    from keyguard.engine.asked import Answer
    from keyguard.engine.committed import Committed
    from keyguard.engine.scanner import Progress
    from keyguard.engine.shared import Shared
    from keyguard.engine.together import Part
    from keyguard.model import Blob, Match, Practice, Region, Run
    from keyguard.packs import RuleSet
    from keyguard.report import ReportOptions
    from keyguard.report.fixes.unsaved import Fix
    from keyguard.settings import Settings
    from keyguard.sources import Source
    from keyguard.sources.history import HistorySource
    from keyguard.sources.repositories import Met

__all__ = [
    "Finding",
    "KeyguardError",
    "OpenFile",
    "Outcome",
    "Request",
    "Rule",
    "Session",
    "exit_code",
    "explain",
    "load_rules",
    "report",
    "scan",
    "scan_files",
    "scan_text",
    "undone",
    "why",
]


def scan(request: Request | None = None, *, progress: Progress | None = None) -> Outcome:
    """Scan what a request names (the current folder and its history when None) and return what was found.

    `progress` is called with the numbers of contents and bytes read so far.
    """
    return Session(request or Request()).scan(progress=progress)


def scan_text(path: str, text: str | bytes, *, rules: RuleSet | None = None) -> Outcome:
    """Scan one text as if a file at `path` held it; no file is read, and no configuration."""
    from keyguard import cache
    from keyguard.engine import order
    from keyguard.settings import Settings
    from keyguard.sources.text import TextSource

    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    kept = cache.opened()
    known = rules or load_rules(cache=kept)
    outcome = order.scan([TextSource(path, data)], known, Settings(Path()), jobs=1, remember=kept.remember)
    return replace(outcome, rules=known.rules)


def scan_files(paths: Sequence[str | Path], root: str | Path, *, progress: Progress | None = None) -> Outcome:
    """Scan files as they lie there, wherever that is: no history, and no configuration, baseline or ignore file.

    Paths in the outcome are relative to `root`. Practices are not looked for, as the files are of no one project.
    """
    from keyguard import cache
    from keyguard.engine import order
    from keyguard.settings import Practices, Settings
    from keyguard.sources.files import FileSource

    kept = cache.opened()
    known = load_rules(cache=kept).without_practices()
    settings = Settings(Path(root), everything=True, practices=Practices(on=False))
    source = FileSource(
        [str(path) for path in paths],
        root=Path(root),
        everything=True,
        exclude=(),
        max_file_size=settings.max_file_size,
    )
    outcome = order.scan([source], known, settings, remember=kept.remember, progress=progress)
    return replace(outcome, rules=known.rules, root=str(root))


def load_rules(packs: Sequence[str | Path] = (), *, cache: Cache | None = None) -> RuleSet:
    """Load the shipped rules, and those of further packs: files, or folders of them."""
    from keyguard import cache as caches
    from keyguard import packs as loader

    return loader.load([Path(pack) for pack in packs], (cache or caches.opened()).remember)


def explain(rule_id: str, *, packs: Sequence[str | Path] = ()) -> Rule:
    """Return a rule with its title, severity, reason and remedy; RuleError names the nearest to an unknown id."""
    return load_rules(packs).find(rule_id)


def why(path: str | Path, line: int, column: int | None = None, *, packs: Sequence[str | Path] = ()) -> Answer:
    """Say what a scan makes of a place: the values read there, masked, the evidence for each pack, and what decided.

    A member of a container is named as reports do: backup.zip!/bot/.env.
    """
    from keyguard.engine import asked, order

    spot = asked.Spot(str(path), line, column)
    wanted: dict[str, object] = {"rules": [str(pack) for pack in packs], "min_confidence": "low"}
    session = Session(Request(paths=(spot.outer,), history=False, settings=wanted))
    outcome = session.scan(describe=False)
    if outcome.failures or not Path(spot.outer).is_file():
        raise next(iter(outcome.failures), SourceError(f"{spot.outer!r} is no file", "name a file and a line of it"))
    session, settings = session.using(session.settings), session.settings
    answer = asked.ask(
        session.sources,
        spot,
        session.rules,
        time_limit=settings.time_limit,
        limits=order.limits(settings),
        remember=session.cache.remember,
    )
    return replace(
        answer,
        findings=asked.holding(outcome.findings, spot),
        practices=asked.standing(outcome.practices, spot),
    )


def report(outcome: Outcome, format_: str, stream: BinaryIO, options: ReportOptions | None = None) -> None:
    """Write an outcome to a stream as 'text', 'json', 'sarif' or any other format of `keyguard scan --format`."""
    from keyguard.report import ReportOptions, veil_of, writer

    look = options or ReportOptions(root=outcome.root)
    rules = _Covered(outcome.rules)
    category = veil_of(outcome).text(look.category) if look.category else ""
    writer(format_).write(outcome, rules, replace(look, category=category), stream)


class _Covered(Mapping[str, "Rule"]):
    """Rules without a key in their words, as far as somebody asks for them: a pack may be the scanned party's."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        self._covered: dict[str, Rule] = {}

    def __getitem__(self, name: str) -> Rule:
        if name not in self._covered:  # each finding asks for its own
            self._covered[name] = self._cover(self._rules[name])
        return self._covered[name]

    def _cover(self, rule: Rule) -> Rule:
        title, why, fix, *references = map(covered, (rule.title, rule.why, rule.fix, *rule.references))
        parts = tuple((part, covered(called)) for part, called in rule.parts)
        return replace(rule, title=title, why=why, fix=fix, references=tuple(references), parts=parts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)


def exit_code(outcome: Outcome, settings: Settings) -> int:
    """Return what the run means to a script, the same for every format; the commands' help lists the codes."""
    from keyguard.engine import evidence

    return evidence.ending(outcome, settings)[0]


def undone(request: Request, error: KeyguardError) -> Outcome:
    """Return the outcome of a run that could not be begun, for its reports: nothing was read, and why that is."""
    from keyguard import packs
    from keyguard.engine import evidence
    from keyguard.settings import Settings

    what = CHANGE if request.is_change else getattr(error, "what", ".")
    failure = SourceError(error.message, error.hint, what=what)
    settings = Settings(root=targets.scan_root(request))
    told = Outcome(
        skipped=(Skipped(what, error.message),),
        failed=True,
        failures=(failure,),
        root=str(settings.root),
        scanned=Scanned(started_at=evidence.now()),
    )
    run = evidence.record(told, settings, packs.load(), request.command, ())
    return evidence.ended(replace(told, run=run), settings)


class Session:
    """One scan that is prepared: root, settings and rules are known, and nothing has been read."""

    def __init__(self, request: Request, settings: Settings | None = None, *, shared: Shared | None = None) -> None:
        """Read the configuration, unless `settings` are given; raises SettingsError for a wrong one.

        `shared` is what this scan has in common with others of one run.
        """
        from keyguard import settings as config
        from keyguard.engine.shared import Shared

        request.check()
        self.request = request
        self.shared = shared or Shared(() if request.is_stdin else request.paths)
        self._is_changed = settings is not None
        self.history: Callable[..., HistorySource] | None = None  # makes what reads a history, if it is another
        self._below: dict[str, Session] = {}  # the repositories that were met, by their prefixes
        self._counts = Scanned()  # of what is none of theirs
        self.root = targets.scan_root(request)
        self._committed: Committed | None = None
        if request.config_from and settings is None:
            from keyguard.engine.committed import Committed

            self._committed = Committed(request, self.root)
            settings = self._committed.settings()
        chosen = Path(request.config) if request.config else None
        self.settings = settings or config.load(self.root, chosen, request.settings)

    def using(self, settings: Settings) -> Session:
        """Return a session of the same request under other settings."""
        return Session(self.request, settings)

    @cached_property
    def rules(self) -> RuleSet:
        """The rules of this scan; raises RuleError for a wrong pack and an unknown id."""
        settings = self.settings
        loaded = self.shared.rules(settings.rules)
        loaded = loaded.with_packs(settings.packs) if settings.packs else loaded
        chosen = loaded.choose(settings.only, settings.skip)
        return chosen if settings.practices.on else chosen.without_practices()

    @property
    def cache(self) -> Cache:
        """The cache of this scan; `refused` says why there is none."""
        return self.shared.cache

    @cached_property
    def whole(self) -> bool:
        """Whether everything below the root is scanned, and not some paths of it or a change."""
        return targets.is_whole(self.request, self.root)

    @property
    def unused_configurations(self) -> list[str]:
        """The names of configurations in scanned folders below the root, which have no effect there."""
        from keyguard.settings import NAMES

        folders = [os.path.realpath(path) for path in self._own.paths if path != targets.STDIN]
        below = [folder for folder in folders if folder != os.path.realpath(self.root)]
        return [name for folder in below for name in NAMES if os.path.lexists(Path(folder) / name)]

    def scan(self, *, progress: Progress | None = None, describe: bool = True) -> Outcome:
        """Scan and return the outcome; an interrupt ends the reading, and what was found by then is in it.

        `describe` adds the repository's remote, branch and commit, which takes time that few reports need to spend.
        """
        from keyguard.engine import evidence

        started_at, started = evidence.now(), time.monotonic()
        outcome = self.scan_itself(progress)
        if self.aside:
            outcome = self._with_those_below(outcome, progress, started)
        elif not (self.request.files or self.request.is_change or outcome.scanned.repositories or outcome.skipped):
            from keyguard.git.repository import absent

            raise absent(self.request.paths[0], "name a folder of one, or leave --history-only out")
        return self._completed(outcome, started_at, describe=describe)

    def scan_itself(self, progress: Progress | None) -> Outcome:
        """Scan what the request names, and no repository below that; paths and all else are left as they come."""
        from keyguard.engine import order

        outcome = order.scan(
            self.sources,
            self.rules,
            self.settings,
            whole=self.whole,
            jobs=self.request.jobs,
            progress=progress,
            tools=self.shared.tools,
            targets=self._places - {"."},
        )
        self._counts = outcome.scanned
        return outcome

    # The repositories below

    @property
    def aside(self) -> list[Met]:
        """The repositories that were met, those first that linked work trees belong to."""
        met = [one for source in self.sources for one in getattr(source, "aside", ())]
        return sorted((*self._apart, *met), key=lambda one: (one.is_linked, one.path))

    @cached_property
    def _apart(self) -> list[Met]:
        return targets.apart(self.request, self.root)

    @cached_property
    def _own(self) -> Request:
        """The request without the targets that are scanned with the repositories that hold them."""
        theirs = {path for one in self._apart for path in one.targets}
        return replace(self.request, paths=tuple(path for path in self.request.paths if path not in theirs))

    @cached_property
    def _places(self) -> frozenset[str]:
        from keyguard.engine import nothing

        return nothing.places(self._own, self.root)

    def _with_those_below(self, own: Outcome, progress: Progress | None, started: float) -> Outcome:
        """Scan each repository that was met, and those met in it, and return what all of them gave as one."""
        from keyguard.engine import audited, evidence, together

        parts = [together.Part("", own, self.rules)]
        try:
            beyond = self._scan_those_below(parts, progress)
        except KeyboardInterrupt:
            end = Outcome(complete=False)  # what came of the repositories before is kept
        else:
            end = Outcome(skipped=tuple(beyond))
        parts.append(together.Part("", end, self.rules))
        self.settings = self._of_all(parts)
        folders = [part.prefix for part in parts if part.prefix]
        whole = together.joined(parts, time.monotonic() - started)
        joined = audited.together(whole, self.rules, folders, self.settings, evidence.today())
        return self._without_known(joined)

    def _scan_those_below(self, parts: list[Part], progress: Progress | None) -> list[Skipped]:
        """Add what each repository gave to the parts, and return those that lie beyond a bound."""
        self.shared.stores.update(_stores(self.sources))
        beyond: list[tuple[str, Met, str]] = []
        waiting = deque(("", one) for one in self.aside)
        while waiting and parts[-1].outcome.complete:
            prefix, met = waiting.popleft()
            if bound := self._bound(met):
                beyond.append((prefix + met.path, met, bound))
                continue
            part = self._part(prefix + met.path, met, _counting_on(progress, parts))
            parts.append(part)
            if below := self._below.get(part.prefix):
                waiting.extend((part.prefix, one) for one in below.aside)
        return [self._beyond(*one) for one in beyond]

    def _beyond(self, path: str, met: Met, bound: str) -> Skipped:
        """Name a repository beyond a bound; the history of a work tree may have been read with another one's."""
        is_read = met.store in self.shared.stores
        unread = "its files were not read: its history was" if is_read else "was not read"
        return Skipped(path, f"it is beyond the bound of {bound}, and {unread}", is_repository=True)

    def _bound(self, met: Met) -> str:
        """Return the bound beyond which a repository lies; '' for one that is to be scanned."""
        request = self.request
        if request.max_depth is not None and self._depth(met) > request.max_depth:
            return f"{request.max_depth:,} {'folder' if request.max_depth == 1 else 'folders'} (--max-depth)"
        if len(self._below) >= request.max_repositories:
            many = request.max_repositories
            return f"{many:,} {'repository' if many == 1 else 'repositories'} (--max-repositories)"
        return ""

    def _depth(self, met: Met) -> int:
        """Return how many folders below the nearest target a repository lies."""
        targets = (Path(os.path.realpath(path)) for path in self.request.paths)
        folder = Path(met.folder)
        return min(len(folder.relative_to(one).parts) for one in targets if folder.is_relative_to(one))

    def _part(self, prefix: str, met: Met, progress: Progress | None) -> Part:
        from keyguard.engine import nothing
        from keyguard.engine.together import Part

        try:
            session = self._below[prefix] = self._session_of(met)
            outcome = nothing.repository(
                session.scan_itself(progress),
                session.request,
                session._places,  # noqa: SLF001
                is_target=bool(met.targets),
            )
        except KeyguardError as error:
            self._below.pop(prefix, None)  # it has no sources
            failure, skipped = SourceError(error.message, error.hint, what="."), Skipped(".", error.message)
            return Part(prefix, Outcome(failed=True, failures=(failure,), skipped=(skipped,)), self.rules)
        self.shared.stores.update(_stores(session.sources))
        return Part(prefix, outcome, session.rules)

    def _session_of(self, met: Met) -> Session:
        """Return the session of one repository: under its own configuration, and what was typed."""
        typed = {name: value for name, value in self.request.settings.items() if name != "baseline"}
        request = replace(self.request, paths=met.targets or (met.folder,), settings=typed, config_from=None)
        session = Session(request, shared=self.shared)
        if self.request.config:
            session.settings = replace(session.settings, baseline=None)
        if self._is_changed:
            least = min(session.settings.min_confidence, self.settings.min_confidence)
            session.settings = replace(session.settings, min_confidence=least)
        return session

    def _lacking(self) -> Iterator[str]:
        """Say what was typed and does not count, since the commit has none that settles the run."""
        if self._committed:
            for path in self._committed.lacking:
                yield f"{path} is not in {self._committed.commit[:10]}, and does not count"

    def _of_all(self, parts: Sequence[Part]) -> Settings:
        """Return the settings by which all is judged: each repository has its own severity that fails a run."""
        below = tuple(session.settings.threshold._replace(prefix=prefix) for prefix, session in self._below.items())
        skipping = {part.prefix for part in parts if part.outcome.skipped}
        strict = any(session.settings.strict for prefix, session in self._below.items() if prefix in skipping)
        return replace(self.settings, below=below, strict=self.settings.strict or strict)

    def _without_known(self, outcome: Outcome) -> Outcome:
        """Suppress what the baseline of the root knows: it was made of a scan that read all of this, too."""
        settings = self.settings
        if settings.baseline is None:
            return outcome
        from keyguard.detect import baseline
        from keyguard.engine import evidence

        known = baseline.load(settings.baseline, settings.copy or settings.root)
        kept = {
            prefix + path
            for prefix, one in self._below.items()
            for source in one.sources
            for path in source.listed_paths()
        }
        findings, expired = known.suppress(outcome.findings, self.rules, settings.root, evidence.today(), kept=kept)
        return replace(
            outcome,
            findings=tuple(findings),
            practices=tuple(known.suppress_practices(outcome.practices, evidence.today())),
            notices=tuple(dict.fromkeys((*outcome.notices, *expired))),
        )

    def read(self, blob: Blob) -> Iterator[bytes]:
        """Read the bytes of something in which there was a finding once more, piece by piece."""
        from keyguard.sources.files import FileSource

        near = max((prefix for prefix in self._below if blob.path.startswith(prefix)), key=len, default="")
        if near:
            yield from self._below[near].read(replace(blob, path=blob.path.removeprefix(near)))
            return
        for source in self.sources:
            if isinstance(source, FileSource) is not blob.is_past:
                for _, pieces in source.read([blob.outer]):
                    yield from self._text_of(blob, pieces) if blob.inner else pieces
                source.release()

    def _text_of(self, blob: Blob, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Read the text of a container's member."""
        from keyguard.engine import order
        from keyguard.text import decode

        budget = decode.Budget(order.limits(self.settings))
        for view in decode.views(pieces, blob.file, budget):
            if view.path == blob.path:
                yield from view.pieces

    @cached_property
    def sources(self) -> list[Source]:
        """What the request names."""
        shared = self.shared
        return targets.sources(
            self._own,
            self.root,
            self.rules,
            self.settings,
            self.cache,
            stores=shared.stores,
            within=shared.scanned,
            history=self.history,
        )

    def checked(self, outcome: Outcome) -> Outcome:
        """Return the outcome with the practices that the provider's answers show."""
        from keyguard.engine import audited, evidence

        today = evidence.today()
        checked = audited.checked(outcome, self.rules, self.settings, today)
        if self.settings.baseline is None:
            return checked
        from keyguard.detect import baseline

        known = baseline.load(self.settings.baseline, self.settings.copy or self.settings.root)
        return replace(checked, practices=tuple(known.suppress_practices(checked.practices, today)))

    def concluded(self, outcome: Outcome, *, trouble: str = "", interrupted: int = INTERRUPTED) -> Outcome:
        """Return the outcome with what it now says of the run's end: what was done with it since may have changed that.

        `trouble` is what went wrong since, `interrupted` the exit code of a run that a signal ended.
        """
        from keyguard.engine import evidence

        return evidence.ended(outcome, self.settings, trouble=trouble, interrupted=interrupted)

    def _completed(self, outcome: Outcome, started_at: str, *, describe: bool) -> Outcome:
        from keyguard.engine import nothing

        outcome = nothing.named(outcome, self.request, self._places)
        touched = {path for source in self.sources for path in source.touched}
        failures = nothing.failures(outcome, self.request, self.settings, self.sources)
        repository = None
        if describe:
            from keyguard.git import described

            repository = described.read(self.root)
        completed = replace(
            outcome,
            scanned=replace(outcome.scanned, started_at=started_at),
            skipped=tuple(sorted({*outcome.skipped, *nothing.unread(outcome, self.request, self._places)})),
            notices=(*outcome.notices, *nothing.notices(outcome, self.request, touched), *self._lacking()),
            failures=failures,
            failed=bool(failures),
            root=str(self.root),
            rules=dict(chain.from_iterable(one.rules.rules.items() for one in (self, *self._below.values()))),
            repository=repository,
            repositories=tuple(self._described(describe=describe)),
            run=self._record(outcome, touched),
        )
        return self.concluded(completed)

    def _described(self, *, describe: bool) -> Iterator[Repository]:
        """Name the repositories below, with what there is to say of each where that is wanted."""
        if not self._below:
            return
        from keyguard.git import described  # loads GitPython

        for prefix, session in sorted(self._below.items()):
            found = described.read(session.root) if describe else None
            yield replace(found or Repository(), path=prefix)

    def _record(self, outcome: Outcome, touched: Collection[str]) -> Run:
        """Return what the run was, with what settled that in the repositories below."""
        from keyguard.engine import evidence

        run = evidence.record(outcome, self.settings, self.rules, self.request.command, touched)
        below = {
            prefix: evidence.record(Outcome(scanned=one._counts), one.settings, one.rules, (), ())  # noqa: SLF001
            for prefix, one in self._below.items()
        }
        return evidence.with_those_below(run, below)


class OpenFile(Session):
    """A text that an editor has open, scanned as the file that it will be, under the settings that count there."""

    def __init__(self, path: str | Path, text: str, *, shared: Shared | None = None) -> None:
        """Read the configuration of the folder; `shared` is that of an earlier one, whose rules are used again."""
        folder = next(folder for folder in Path(path).absolute().parents if folder.is_dir())
        super().__init__(Request(paths=(str(folder),), history=False, jobs=1), shared=shared)
        self.path, self.text = str(path), text

    @cached_property
    def sources(self) -> list[Source]:
        """The text."""
        from keyguard.sources.files import OpenFile as OpenSource

        settings, text = self.settings, self.text.encode("utf-8", "surrogatepass")
        return [
            OpenSource(self.path, text, root=self.root, exclude=settings.exclude, max_file_size=settings.max_file_size)
        ]

    def scan(self, *, progress: Progress | None = None, describe: bool = False) -> Outcome:  # noqa: ARG002
        """Scan the text, and nothing beside it."""
        return replace(self.scan_itself(progress), root=str(self.root), rules=self.rules.rules)

    def places(self, outcome: Outcome) -> Iterator[tuple[Finding | Practice, Match | Practice]]:
        """Yield what is open in the text, each place with the finding that it is of."""
        from keyguard.report.fixes import unsaved

        return unsaved.places(outcome, self._name)

    def fixes(self, outcome: Outcome, wanted: Callable[[Region], bool]) -> Iterator[Fix]:
        """Yield what fixes a place, or waives it by a comment that was found to: for those places that are wanted."""
        from keyguard.report.fixes import unsaved

        for fix in unsaved.fixes(outcome, self.rules, self._name, self.text, wanted):
            if not fix.waives or self._is_waived(fix):
                yield fix

    @property
    def _name(self) -> str:
        return next((blob.path for source in self.sources for blob in source.blobs()), "")

    def _is_waived(self, fix: Fix) -> bool:
        (edit,) = fix.edits
        changed = f"{self.text[: edit.start]}{edit.text}{self.text[edit.end :]}"
        outcome = OpenFile(self.path, changed, shared=self.shared).scan()
        told: list[Finding | Practice] = [*outcome.findings, *outcome.practices]
        known = [one for one in told if one.fingerprint == fix.fingerprint]
        return bool(known) and all(one.suppressed for one in known)


def _stores(sources: Iterable[Source]) -> set[str]:
    """Return the stores of the repositories whose history some sources read."""
    return {repository.store for source in sources if (repository := getattr(source, "repository", None))}


def _counting_on(progress: Progress | None, parts: Sequence[Part]) -> Progress | None:
    """Return the progress of a part, counted on behind those before it."""
    scans = [part.outcome.scanned for part in parts]
    files, size = sum(one.files + one.blobs for one in scans), sum(one.bytes for one in scans)
    return progress and (lambda number, read: progress(files + number, size + read))
