"""`keyguard scan`: options in, a report and an exit code out."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keyguard.cli import caching, checking, outputs, screen
from keyguard.cli.examples import examples
from keyguard.cli.targets import STDIN, Target, paths_of, sources
from keyguard.errors import SettingsError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keyguard.model import Outcome
    from keyguard.packs import RuleSet
    from keyguard.settings import Settings
    from keyguard.sources import Source

_OF_TARGET = ("stdin_name", "unreachable", "staged", "since", "range", "pushed", "received", "remote")
_OF_SETTINGS = frozenset(
    "fail_on min_confidence only skip rules exclude baseline max_file_size time_limit strict all".split()
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants of a run beside its settings."""

    format: str = "text"
    reports: tuple[outputs.ReportFile, ...] = ()
    config: str | None = None
    jobs: int | None = None
    quiet: bool = False
    no_color: bool = False
    show_secrets: bool = False
    sarif_suppressed: bool = False
    category: str = ""
    check: checking.Wanted | None = None  # None: nothing is sent anywhere


def _ids(_context: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split the values of a repeatable option at their commas."""
    return tuple(word.strip() for value in values for word in value.split(","))


@click.command(
    "scan",
    epilog=examples(
        "keyguard scan  # this folder and its history",
        "keyguard scan --no-history src .env  # files and folders",
        "keyguard scan --staged  # what a commit would add",
        "keyguard scan --fail-on high --report sarif=keyguard.sarif",
        "keyguard scan --baseline .keyguard-baseline  # what is new alone",
        "keyguard scan --verify  # ask OKX what is alive",
        "cat notes.txt | keyguard scan - --stdin-name notes.txt",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@outputs.options
@click.option("--no-history", is_flag=True, help="Read files alone, not what was committed and removed.")
@click.option("--history-only", is_flag=True, help="Read the history alone, of files that are named too.")
@click.option("--unreachable", is_flag=True, help="Read dangling commits and contents too.")
@click.option("--staged", is_flag=True, help="Read what a commit made now would add.")
@click.option("--since", metavar="REV", help="Read what the commits after REV added.")
@click.option("--range", metavar="A..B", help="Read what the commits of B that A has not added.")
@click.option("--pushed", is_flag=True, help="For pre-push hooks: read what is being pushed.")
@click.option("--received", is_flag=True, help="For pre-receive hooks: read what is being received.")
@click.option("--remote", metavar="NAME", help="With --pushed: where to.")
@click.option("--fail-on", metavar="SEVERITY", help="Exit with 1 from: critical, high, medium, low (default), note.")
@click.option("--min-confidence", metavar="WORD", help="Keep findings from: high, medium (default), low.")
@click.option("--only", multiple=True, callback=_ids, metavar="RULE,...", help="Run these rules alone.")
@click.option("--skip", multiple=True, callback=_ids, metavar="RULE,...", help="Do not run these rules.")
@click.option("--rules", multiple=True, metavar="PATH", help="A rule pack of your own, or a folder of them.")
@click.option("--config", metavar="FILE", help="Use this configuration, not the one at the scan's root.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Do not read what fits (gitignore syntax).")
@click.option("--baseline", metavar="FILE", help="Suppress the findings that this baseline knows.")
@click.option("--all", is_flag=True, help="Read ignored files, dependencies, build folders and lock files too.")
@click.option("--max-file-size", metavar="SIZE", help="Skip larger files (default 256 MiB).")
@click.option("--time-limit", type=float, metavar="SECONDS", help="Matching time for one file (default 10).")
@click.option("--strict", is_flag=True, help="Exit with 3 when some input could not be read.")
@click.option("--show-secrets", is_flag=True, help="Show values in the reports, not masks.")
@click.option("--stdin-name", default="<stdin>", metavar="NAME", help="The file name of what '-' reads.")
@checking.with_check
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes at most (default: one a core).")
@click.option("--no-cache", is_flag=True, help="Remember nothing of the history, and read all of it.")
@click.pass_context
def command(context: click.Context, /, **options: Any) -> int:
    """Scan files, folders and git histories for OKX credentials.

    PATH is the current folder when none is given; '-' reads standard input. In a git work tree: tracked files,
    untracked ones, and those ignored ones that look like configuration; then the whole history of the folder.

    Exit code: 0 nothing found, 1 findings, 2 the run could not be done, 3 with --strict when some input could not be
    read, 130 interrupted.
    """
    check = checking.take(options, verify=options.pop("verify"))
    typed, target = typed_settings(context, options), target_of(options)
    return run(target, Wishes(**options, check=check), typed)


def typed_settings(context: click.Context, options: dict[str, Any]) -> dict[str, object]:
    """Take the settings out of a command's options, and return those that were typed."""
    settings = {name: options.pop(name) for name in _OF_SETTINGS & options.keys()}
    return {name: value for name, value in settings.items() if _is_typed(context, name)}


def target_of(options: dict[str, Any]) -> Target:
    """Take what says what to read out of a command's options."""
    without, only = options.pop("no_history"), options.pop("history_only")
    target = Target(
        paths=options.pop("paths") or (".",),
        history=False if without else True if only else None,
        files=not only,
        cache=not options.pop("no_cache"),
        **{name: options.pop(name) for name in _OF_TARGET if name in options},
    )
    target.check()
    return target


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that was made, and all that it was made with."""

    outcome: Outcome
    settings: Settings
    rules: RuleSet
    sources: Sequence[Source]
    whole: bool  # the root was scanned, and not some paths below it

    @property
    def failures(self) -> list[SourceError]:
        """Targets that could not be scanned at all."""
        return [failure for source in self.sources for failure in source.failures]


def run(target: Target, wishes: Wishes, typed: Mapping[str, object]) -> int:
    """Scan a target and return the exit code; `typed` are the settings that win over the config."""
    from keyguard.report import ReportOptions

    outputs.check(wishes.reports)
    if wishes.show_secrets and os.environ.get("GITHUB_ACTIONS"):
        raise SettingsError("no values are shown in a job on GitHub, whose log is read by many", _ELSEWHERE)
    wanted = wishes.check and replace(wishes.check, scanned=target.paths)
    if wanted:
        checking.prepare(wanted)
    started_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    done = perform(target, wishes, typed)
    outcome, root = _with_word_on_nothing(done.outcome, target), done.settings.root
    troubles = list[Exception]()
    if wanted:
        try:
            outcome = checking.check(outcome, done.rules, wanted, troubles, quiet=wishes.quiet)
        except Exception as error:  # noqa: BLE001 - what was found is reported before it is told
            troubles.append(error)
    look = ReportOptions(
        root=str(root),
        color=screen.should_color(sys.stdout, never=wishes.no_color),
        quiet=wishes.quiet,
        show_secrets=wishes.show_secrets,
        sarif_suppressed=wishes.sarif_suppressed,
        category=wishes.category,
        fail_on=done.settings.fail_on,
        remark=screen.say_note,
    )
    failures = done.failures
    if target.is_change and outcome.complete and not failures and _is_unread(outcome):
        failures.append(SourceError("nothing of the change could be read", "the report says why"))
    outcome = replace(outcome, scanned=replace(outcome.scanned, started_at=started_at), failed=bool(failures))
    outcome = outputs.with_repository(outcome, root, {wishes.format, *(report.format for report in wishes.reports)})
    outputs.write(outcome, done.rules.rules, look, wishes.reports, wishes.format)
    if troubles:
        raise troubles[0]
    for failure in failures:
        screen.say_error(failure.message, failure.hint)
    code = exit_code(outcome, done.settings, failed=bool(failures))
    if code == 1 and target.is_change and wishes.format == "text":
        screen.say(_ADVICE)
    return code


def perform(
    target: Target,
    wishes: Wishes,
    typed: Mapping[str, object],
    change: Callable[[Settings], Settings] = lambda settings: settings,
) -> Scan:
    """Scan a target; `change` has the last word on the settings."""
    from keyguard import packs, settings
    from keyguard.engine.order import scan
    from keyguard.sources.files import scan_root

    root = scan_root(paths_of(target))
    if not wishes.config and not wishes.quiet:
        _say_unused(root, paths_of(target))
    chosen = change(settings.load(root, Path(wishes.config) if wishes.config else None, typed))
    kept = caching.opened(() if target.is_stdin else target.paths)
    pack = _chosen(packs.load(chosen.rules, kept.remember), chosen)
    read = sources(target, root, pack, chosen, kept)
    whole = _is_whole(target, root)
    with screen.progress(quiet=wishes.quiet) as progress:
        outcome = scan(
            read,
            pack,
            chosen,
            whole=whole,
            jobs=wishes.jobs or 0,
            remember=kept.remember,
            progress=progress,
        )
    return Scan(outcome, chosen, pack, read, whole)


def _say_unused(root: Path, paths: Sequence[str]) -> None:
    """Say that the configuration of a scanned folder has no say, where somebody would take it for the scan's."""
    from keyguard import settings

    for path in paths:
        folder = os.path.realpath(path)
        for name in settings.NAMES if folder != os.path.realpath(root) else ():
            if os.path.lexists(Path(folder) / name):
                screen.say_note(f"the {name} below the root of the scan is not used; --config FILE uses it")


_ELSEWHERE = "leave --show-secrets out; where the repository is yours, run keyguard on your own machine to see them"

_ADVICE = """
To go on, take the values out; a key that was ever shared has to be revoked first. If it is a false alarm, write in a
comment on its line, or on the line above:  keyguard: ignore[<rule>] <reason>
"""


def _has_read(outcome: Outcome) -> bool:
    return bool(outcome.scanned.files or outcome.scanned.blobs)


def _is_unread(outcome: Outcome) -> bool:
    """Say whether there were contents, and not one of them could be read; messages are none."""
    return not _has_read(outcome) and any(not skipped.what.startswith("<") for skipped in outcome.skipped)


def _with_word_on_nothing(outcome: Outcome, target: Target) -> Outcome:
    """Say it when there was nothing to scan: a hook that looks at nothing must not look like one that found nothing."""
    if not target.is_change or _has_read(outcome) or outcome.scanned.commits or outcome.skipped:
        return outcome
    left_out = bool(outcome.scanned.left_out)
    word = "All that is staged is left out." if left_out else "Nothing is staged: there was nothing to scan."
    if target.is_range:
        word = "The range holds no commits: there was nothing to scan."
    return replace(outcome, notices=(*outcome.notices, word))


def exit_code(outcome: Outcome, settings: Settings, *, failed: bool) -> int:
    """Return what the run means to a script, the same for every format."""
    if not outcome.complete:
        return 130
    if failed:
        return 2
    if any(finding.severity >= settings.fail_on for finding in outcome.findings if not finding.suppressed):
        return 1
    return 3 if settings.strict and outcome.skipped else 0


def _chosen(loaded: RuleSet, settings: Settings) -> RuleSet:
    """Return the rules of this run; an unknown id is an error that names the nearest."""
    from keyguard.cli.rules import find

    for word in (*settings.only, *settings.skip):
        find(loaded, word)
    return loaded.choose(settings.only, settings.skip)


def _is_typed(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _is_whole(target: Target, root: Path) -> bool:
    if target.is_change or not target.files:
        return False
    return any(os.path.realpath(path) == os.path.realpath(root) for path in target.paths if path != STDIN)
