"""`keyguard rotate`: what still uses a key, the steps to replace it, and the proof that the old one is gone."""

from __future__ import annotations

import re
import shlex
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from keyguard import providers
from keyguard.cli import beside, checking, scanning, screen
from keyguard.cli.examples import examples
from keyguard.errors import ReportError, SourceError, VerifyError
from keyguard.signals import INTERRUPTED
from keyguard.veil import covered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from keyguard.cli.beside import Seen
    from keyguard.cli.checking import Wanted
    from keyguard.doctor.checkup import Checkup
    from keyguard.model import Finding, Match, Rule, Verdict
    from keyguard.packs import RuleSet
    from keyguard.providers import Site

_OF_SCAN = "paths no_history history_only no_cache rules config exclude all jobs".split()
_NAME = re.compile(r"[0-9a-fA-F]{4,40}")
_SHOWN = 12  # digits of a fingerprint
_WIDTH = 80
_REWRITE = (
    "git clone --mirror URL rewritten.git && cd rewritten.git",
    "keyguard scan --report replace-text=../values.txt || test $? = 1",
    "git filter-repo --replace-text ../values.txt && rm ../values.txt",
)
_DELETE = 4  # the number of the step that deletes the old key
_LARGEST = 1 << 20  # bytes of a pipeline's file
_PIPELINES = (
    ".github/workflows/*.y*ml",
    ".forgejo/workflows/*.y*ml",
    ".gitea/workflows/*.y*ml",
    ".gitlab-ci*.y*ml",
    ".circleci/config.yml",
    ".buildkite/*.y*ml",
    ".woodpecker*.y*ml",
    ".woodpecker/*.y*ml",
    ".drone.yml",
    ".travis.yml",
    "azure-pipelines*.y*ml",
    "bitbucket-pipelines.yml",
    "appveyor.yml",
    "Jenkinsfile",
)


class Use(NamedTuple):
    """A place that holds the key, or names it as a variable."""

    place: str
    what: str


class Uses(NamedTuple):
    """All that still uses a key, by how it is replaced there."""

    files: list[Use]
    pipelines: list[Use]
    computer: list[Use]
    past: list[str]  # of the history, which keeps it
    exposed: bool  # git carries it, so that others may have it

    @property
    def now(self) -> bool:
        """Whether anything uses it today."""
        return bool(self.files or self.pipelines or self.computer)


@click.command(
    "rotate",
    epilog=examples(
        "keyguard rotate 206d  # the key whose mask begins so",
        "keyguard rotate 206d ~/bots --report scan.json",
        "keyguard rotate 206d --verify  # prove that the old key is gone",
    ),
)
@click.argument("key", metavar="KEY")
@scanning.with_some("paths")
@click.option("--report", metavar="FILE", help="Take the finding from this JSON report.")
@click.option("--paths-only", is_flag=True, help="Look only at the paths, not at this computer's tools.")
@click.option("--verify", is_flag=True, help="Ask whether the old key is gone, and close the finding if it is.")
@click.option("--baseline", metavar="FILE", help="Where --verify closes it (default: .keyguard-baseline).")
@scanning.with_some(*(name for name in _OF_SCAN if name != "paths"))
@checking.with_terms
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@click.pass_context
def command(
    context: click.Context,
    /,
    key: str,
    report: str | None,
    *,
    paths_only: bool,
    verify: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Say what still uses a key, and how it is replaced, step by step.

    KEY is how its mask begins in a report (four characters), or a fingerprint of a JSON report; never the key itself.
    Looked at are the paths with their history (default: the current folder), pipelines that name the key's variables,
    and the places of keyguard doctor.

    --verify is the last step: it asks the hosts about the old key, as keyguard verify does. If none knows it, the
    baseline says so with the day and the hosts, and scans with that baseline no longer count the finding.

    Exit code: 0 nothing but the history has the key or, with --verify, it is gone; 1 it is in use or, with --verify,
    it exists; 2 it could not be done or decided; 130 interrupted.
    """
    _check(key)
    wanted = checking.take(options) or checking.Wanted()
    if not verify and replace(wanted, sites=(), debug=False) != checking.Wanted():
        raise click.UsageError("the options that say how hosts are asked need --verify.")
    request = scanning.request_of(context, options)
    wanted = replace(wanted, scanned=request.paths).settled()
    if verify:
        checking.prepare(wanted)
    reported = _reported(report) if report else ()
    seen = beside.see(request, must_exist=False)
    places = None if paths_only else _places(quiet=quiet)
    found = _Found(key, reported, seen, places)
    if verify:
        return _proven(found, wanted, quiet=quiet)
    uses = found.uses()
    _write(found.chosen, uses, _sites(found.chosen, wanted.sites), seen.session.rules.rules)
    return int(uses.now)


def _check(key: str) -> None:
    """Refuse a credential as an argument: other users see those, and the shell keeps them."""
    if covered(key) != key or len(key) > _SHOWN + 28:
        raise VerifyError(
            "keyguard rotate takes no credential as an argument.",
            "Arguments stand in the process list and the shell's history. Give the four characters that a report shows",
        )
    if not _NAME.fullmatch(key):
        raise SourceError(
            "KEY has to be four characters of a key, or a fingerprint",
            "`keyguard scan` shows how a key begins, and its JSON report has the fingerprints",
        )


def _reported(file: str) -> tuple[Finding, ...]:
    from keyguard import api
    from keyguard.report import stored

    try:
        with Path(file).open("rb") as stream:
            data = stream.read(stored.LARGEST + 1)
    except OSError as error:
        raise ReportError(f"the report {file} cannot be read: {error.strerror}.", "Check the path.") from None
    return stored.read(data, api.load_rules().rules)[0].findings


def _places(*, quiet: bool) -> Checkup:
    from keyguard.doctor import checkup
    from keyguard.doctor.places import Layout

    with screen.progress(quiet=quiet) as progress:
        return checkup.examine(Layout.here(), (), progress=progress)


class _Found:
    """The finding that is meant, and all others of the same key: of a report, of the scan, and of this computer."""

    def __init__(self, key: str, reported: Sequence[Finding], seen: Seen, places: Checkup | None) -> None:
        self.seen, self._places = seen, places
        self._rules = seen.session.rules
        here = [*seen.findings, *(places.outcome.findings if places else ())]
        self.chosen = _chosen(key, [*reported, *here])
        known = {self.chosen.fingerprint}
        for finding in here:
            if finding.fingerprint in known or finding is self.chosen:
                known |= _identities(finding, self._rules)
        self._known = known

    def is_meant(self, finding: Finding) -> bool:
        """Tell whether a finding is of this key."""
        return finding.fingerprint in self._known or not self._known.isdisjoint(_identities(finding, self._rules))

    @property
    def scanned(self) -> list[Finding]:
        """The findings of the scan that are meant; what a comment ignores is meant too."""
        return [replace(finding, suppressed=None) for finding in self.seen.findings if self.is_meant(finding)]

    def uses(self) -> Uses:
        """Return all that uses it."""
        uses = Uses([], [], [], [], any(map(_is_exposed, self.scanned)))
        for finding in self.scanned:
            for place, what in _places_of(finding.matches):
                (uses.pipelines if _is_pipeline(place) else uses.files).append(Use(place, what))
            uses.past.extend(_past(finding))
        uses.pipelines.extend(_naming(self.seen.session.root, self.chosen.provider))
        uses.computer.extend(self._on_this_computer({use.place.rpartition(":")[0] for use in uses.files}))
        return uses

    def _on_this_computer(self, listed: set[str]) -> Iterator[Use]:
        if self._places is None:
            return
        root = self.seen.session.root
        for place in self._places.places:
            path = Path(place.file.path)
            of_it = [matches for finding, matches in place.held if self.is_meant(finding)]
            if of_it and not (path.is_relative_to(root) and path.relative_to(root).as_posix() in listed):
                yield Use(f"{_short(path)}:{of_it[0][0].region.line}", place.file.row.title)


def _chosen(key: str, findings: Iterable[Finding]) -> Finding:
    """Return the one finding that is meant; SourceError for none, and for several."""
    fitting: dict[str, Finding] = {}
    for finding in findings:
        masks = (match.value.mask.lower() for match in finding.matches)
        if finding.fingerprint.startswith(key.lower()) or any(mask.startswith(key.lower()) for mask in masks):
            fitting.setdefault(finding.fingerprint, finding)
    if not fitting:
        raise SourceError(
            f"no key that was found begins with {key.lower()}",
            "`keyguard scan` and `keyguard doctor` show those that there are; name the paths that hold it",
        )
    if len(fitting) > 1:
        ways = ", ".join(f"{name[:_SHOWN]} ({one.matches[0].blob.path})" for name, one in fitting.items())
        raise SourceError(f"several keys begin with {key.lower()}", f"name one by its fingerprint: {covered(ways)}")
    return next(iter(fitting.values()))


def _identities(finding: Finding, rules: RuleSet) -> set[str]:
    from keyguard import fingerprint

    parts = next((pack.parts for pack in rules.packs if pack.id == finding.provider), None)
    if parts is None:
        return set()
    return {
        fingerprint.of_secret(finding.provider, match.part, match.value)
        for match in finding.matches
        if match.part is not None and parts[match.part].identity and match.value.known
    }


def _is_exposed(finding: Finding) -> bool:
    from keyguard.model import Tracking

    carried = {Tracking.TRACKED, Tracking.COMMITTED, Tracking.STAGED}
    return any(match.blob.tracking in carried for match in (*finding.matches, *finding.versions))


def _places_of(matches: Iterable[Match]) -> Iterator[tuple[str, str]]:
    """Yield each file that holds it today, with the first line and what git does with it."""
    first: dict[str, Match] = {}
    for match in matches:
        if not match.blob.is_past:
            first.setdefault(match.blob.path, match)
    for path, match in first.items():
        yield f"{path}:{match.region.line}", match.blob.tracking.value


def _past(finding: Finding) -> Iterator[str]:
    from keyguard.report import phrases

    if finding.history:
        yield from (f"{label:<10}{text}" for label, text in phrases.way(finding.history))


def _is_pipeline(place: str) -> bool:
    path = Path(place.rpartition(":")[0])
    return any(path.match(pattern) for pattern in _PIPELINES)


def _naming(root: Path, provider: str) -> Iterator[Use]:
    """Find pipelines that name a variable of the key: its value lies where the CI keeps secrets."""
    from keyguard.doctor.places import fitting

    known = providers.known().get(provider)
    names = [name for part in known.parts for name in part.variables] if known else []
    named = re.compile(rf"\b(?:{'|'.join(names) or '(?!)'})\b")
    for path in (path for pattern in _PIPELINES for path in fitting(root, pattern)):
        if not path.is_symlink() and (hits := _hits(path, named)):
            words = ", ".join(dict.fromkeys(name for _, name in hits))
            yield Use(f"{path.relative_to(root).as_posix()}:{hits[0][0]}", f"names {words}, a secret of the CI")


def _hits(path: Path, named: re.Pattern[str]) -> list[tuple[int, str]]:
    """Return the lines of a file on which a variable is named, each with the first of them."""
    with path.open("rb") as stream:
        lines = stream.read(_LARGEST).decode("utf-8", "replace").split("\n")
    return [(number, found[0]) for number, line in enumerate(lines, 1) if (found := named.search(line))]


def _short(path: Path) -> str:
    home = Path.home().resolve()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


# --- the steps


def _sites(finding: Finding, typed: Sequence[tuple[str, str]]) -> list[Site]:
    """Return the sites that the key may be of: what was typed, what a host said, what the text says, else all."""
    known = providers.known().get(finding.provider)
    if known is None:
        return []
    named: set[str | None] = {site for provider, site in typed if provider == known.id}
    named = named or {finding.verdict.site} - {None}
    named = named or {match.site for match in finding.matches if match.site}
    return [site for site in known.sites if site.id in named] or list(known.sites)


def _write(finding: Finding, uses: Uses, sites: Sequence[Site], rules: Mapping[str, Rule]) -> None:
    realm = f" ({finding.realm})" if finding.realm else ""
    title = rules[finding.rule].title if finding.rule in rules else finding.rule
    screen.tell(f"{_mask(finding)}  {finding.rule}  {title}{realm}")
    screen.tell(f"fingerprint {finding.fingerprint[:_SHOWN]}\n")
    _list("In files", uses.files)
    _list("In pipelines", uses.pipelines)
    _list("On this computer", uses.computer)
    if not uses.now:
        screen.tell("Nothing that was looked at uses it any more.\n")
    _list("In the history, which keeps it", [Use(line, "") for line in uses.past])
    if len(sites) > 1:
        _list("On the page of the account's site", [Use(_page(finding, site), site.title) for site in sites])
    if uses.exposed:
        _wrapped("", f"Git carries it, so others may have it: do step {_DELETE} first, even if a program stops.")
        screen.tell()
    for number, step in enumerate(_steps(finding, uses, sites), 1):
        _wrapped(f"{number}. ", step)
    if uses.past:
        for line in _REWRITE:
            screen.tell(f"     {line}")
        _wrapped("   ", "Then push it over the old one, and have everybody clone anew.")


def _list(heading: str, group: Sequence[Use]) -> None:
    if group:
        wide = max(len(use.place) for use in group)
        screen.tell(heading)
        for use in group:
            screen.tell(f"  {use.place:<{wide}}  {use.what}".rstrip())
        screen.tell()


def _steps(finding: Finding, uses: Uses, sites: Sequence[Site]) -> Iterator[str]:
    where = _where(finding, sites)
    new = "for this program alone, with the least permissions, without withdrawal, bound to its IP addresses"
    yield f"Create a new key {where}: {new}."
    if uses.files or uses.computer:
        yield "Replace it in each file above: from the environment or a secret store, so that the file holds no value."
    else:
        yield "Give the program the new key, in its environment or from a secret store."
    deploy = "Set the CI's secrets anew, then deploy" if uses.pipelines else "Deploy"
    yield f"{deploy}, and see that the program works with the new key."
    yield f"Delete the old key {_mask(finding)} {where}."
    yield f"Prove it: {_proof(finding)}"
    if uses.past:
        yield "Only then take it out of the history, if at all: each clone and fork keeps it."


def _where(finding: Finding, sites: Sequence[Site]) -> str:
    if not sites:
        return "where the provider keeps them"
    return f"on {_page(finding, sites[0])}" if len(sites) == 1 else "on that page"


def _page(finding: Finding, site: Site) -> str:
    return site.keys_of_demo if finding.realm == "demo" else site.keys


def _proof(finding: Finding) -> str:
    if finding.missing:
        return "keyguard verify --from prompt"
    given = click.get_current_context().params
    words = (given["key"], *given["paths"])
    return f"keyguard rotate {shlex.join(words)} --verify"


def _mask(finding: Finding) -> str:
    return finding.matches[0].value.mask if finding.matches else finding.fingerprint[:_SHOWN]


def _wrapped(label: str, text: str) -> None:
    lines = textwrap.wrap(text, _WIDTH - len(label), break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(lines):
        screen.tell((" " * len(label) if number else label) + line)


# --- the proof


def _proven(found: _Found, wanted: Wanted, *, quiet: bool) -> int:
    """Ask about the old key, and close its finding if each host that may know it was asked and none does."""
    from keyguard.report.loss import lost, steps

    rules = found.seen.session.rules
    meant = found.scanned
    if not meant or meant[0].missing:
        lacks = f"lacks {', '.join(meant[0].missing).replace('_', ' ')}" if meant else "is not in these paths any more"
        raise VerifyError(
            f"the old credential {lacks}, so it cannot be asked about from here.",
            "`keyguard verify --from prompt` asks about values that you type",
        )
    troubles = list[Exception]()
    outcome = replace(found.seen.outcome, findings=tuple(meant))
    checked = checking.check(outcome, rules, wanted, troubles, quiet=quiet)
    for trouble in troubles:
        raise trouble
    if not checked.complete:
        return INTERRUPTED
    finding = max(checked.findings, key=lambda one: one.verdict.status != "not-known" or bool(one.verdict.left))
    verdict = finding.verdict
    _wrapped("", f"{verdict.status}: {lost(verdict, finding.realm)}" if verdict.hosts else "Nothing was sent.")
    if verdict.status == "not-known" and not verdict.left:
        _close(found.seen, meant, verdict)
        return 0
    for number, step in enumerate(steps(verdict, finding.realm), 1):
        _wrapped(f"  {number}. ", step)
    return 2 if verdict.status in {"not-known", "undecided", "not-checked"} else 1


def _close(seen: Seen, findings: Sequence[Finding], verdict: Verdict) -> None:
    """Write into the baseline that the key is revoked, with who said so and when."""
    from keyguard.detect.baseline import REVOKED
    from keyguard.veil import Veil

    reason = f"not known to {', '.join(verdict.hosts)}, {(verdict.checked_at or '')[:10]}"
    veil = Veil((match.value.reveal() for match in seen.matches), literal=True)
    known = seen.known
    for finding in findings:
        [entries] = known.of([finding], seen.session.rules, seen.session.root)
        known = beside.deciding(known, finding, entries, seen.session.rules, veil, decision=REVOKED, reason=reason)
    beside.write(seen.file, known.entries)
    screen.tell(f"Closed in {known.shown}: revoked, {reason}.")
    if not seen.exists:
        screen.tell(f"`baseline: {known.shown}` in .keyguard.yml has every scan use it.")
