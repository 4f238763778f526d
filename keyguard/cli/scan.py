"""`keyguard scan`: options in, a report and an exit code out."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keyguard.cli import outputs, screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keyguard.model import Outcome
    from keyguard.rules import RuleSet
    from keyguard.settings import Settings
    from keyguard.sources import Source

_STDIN = "-"
_FORMAT_HELP = "text (default), json, jsonl, sarif."
_REPORT_HELP = "Write a report to a file as well."
_OF_SETTINGS = frozenset("fail_on min_confidence only skip rules exclude max_file_size time_limit strict all".split())


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants of a run beside its settings."""

    format: str = "text"
    reports: tuple[outputs.ReportFile, ...] = ()
    config: str | None = None
    stdin_name: str = "<stdin>"
    jobs: int | None = None
    quiet: bool = False
    no_color: bool = False
    show_secrets: bool = False
    sarif_suppressed: bool = False


def _ids(_context: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split the values of a repeatable option at their commas."""
    return tuple(word.strip() for value in values for word in value.split(","))


def _format(_context: click.Context, _param: click.Parameter, value: str) -> str:
    return outputs.known_format(value)


@click.command("scan")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "-f", "--format", default="text", callback=_format, metavar="FORMAT", help="text (default), json, jsonl, sarif."
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    callback=outputs.parse,
    metavar="FORMAT=FILE",
    help="Write a report to a file as well.",
)
@click.option("--fail-on", metavar="SEVERITY", help="Exit with 1 from: critical, high, medium, low (default), note.")
@click.option("--min-confidence", metavar="WORD", help="Show findings from: high, medium (default), low.")
@click.option("--only", multiple=True, callback=_ids, metavar="RULE,...", help="Run these rules alone.")
@click.option("--skip", multiple=True, callback=_ids, metavar="RULE,...", help="Do not run these rules.")
@click.option("--rules", multiple=True, metavar="PATH", help="A rule pack of your own, or a folder of them.")
@click.option("--config", metavar="FILE", help="Use this configuration, not the one at the scan's root.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Do not read what fits (gitignore syntax).")
@click.option("--all", is_flag=True, help="Read ignored files, dependencies, build folders and lock files too.")
@click.option("--max-file-size", metavar="SIZE", help="Skip larger files (default 256 MiB).")
@click.option("--time-limit", type=float, metavar="SECONDS", help="Matching time for one file (default 10).")
@click.option("--strict", is_flag=True, help="Exit with 3 when some input could not be read.")
@click.option("--show-secrets", is_flag=True, help="Show values in the reports, not masks.")
@click.option("--sarif-suppressed", is_flag=True, help="Have suppressed findings in SARIF too.")
@click.option("--stdin-name", default="<stdin>", metavar="NAME", help="The file name of what '-' reads.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes at most (default: one a core).")
@click.option("-q", "--quiet", is_flag=True, help="Show findings and trouble only.")
@click.option("--no-color", is_flag=True, help="Write no colours; NO_COLOR=1 does the same.")
@click.pass_context
def command(context: click.Context, /, **options: Any) -> int:
    """Scan files and folders for OKX credentials.

    PATH is the current folder when none is given; '-' reads standard input. In a git work tree: tracked files,
    untracked ones, and those ignored ones that look like configuration.

    Exit code: 0 nothing found, 1 findings, 2 the run could not be done, 3 with --strict when some input could not be
    read, 130 interrupted.
    """
    paths = options.pop("paths") or (".",)
    if _STDIN in paths and len(paths) > 1:
        raise click.UsageError("'-' reads standard input and takes no other path beside it.")
    settings = {name: options.pop(name) for name in _OF_SETTINGS}
    return run(paths, Wishes(**options), {name: settings[name] for name in settings if _is_typed(context, name)})


def run(paths: Sequence[str], wishes: Wishes, typed: Mapping[str, object]) -> int:
    """Scan `paths` and return the exit code; `typed` are the settings that win over the config."""
    from keyguard import cache, rules, settings
    from keyguard.report import ReportOptions
    from keyguard.scan import scan
    from keyguard.sources.files import scan_root

    outputs.check(wishes.reports)
    root = scan_root(["."] if _STDIN in paths else paths)
    chosen = settings.load(root, Path(wishes.config) if wishes.config else None, typed)
    pack = _chosen(rules.load(chosen.rules, cache.remember), chosen)
    source = _source(paths, root, chosen, wishes.stdin_name)
    with screen.progress(quiet=wishes.quiet) as progress:
        outcome = scan(
            source,
            pack,
            chosen,
            whole=_is_whole(paths, root),
            jobs=wishes.jobs or 0,
            remember=cache.remember,
            progress=progress,
        )
    look = ReportOptions(
        root=str(root),
        color=screen.should_color(sys.stdout, never=wishes.no_color),
        quiet=wishes.quiet,
        show_secrets=wishes.show_secrets,
        sarif_suppressed=wishes.sarif_suppressed,
    )
    outputs.write(outcome, pack.rules, look, wishes.reports, wishes.format)
    for failure in source.failures:
        screen.say_error(failure.message, failure.hint)
    return exit_code(outcome, chosen, failed=bool(source.failures))


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


def _is_whole(paths: Sequence[str], root: Path) -> bool:
    return any(os.path.realpath(path) == os.path.realpath(root) for path in paths if path != _STDIN)


def _source(paths: Sequence[str], root: Path, settings: Settings, stdin_name: str) -> Source:
    from keyguard.sources.files import FileSource, StdinSource

    if _STDIN in paths:
        stream = open(os.devnull, "rb") if sys.stdin is None else sys.stdin.buffer  # noqa: PTH123, SIM115
        return StdinSource(_name_of_stdin(stdin_name, root), stream, settings.max_file_size)
    return FileSource(
        paths,
        root=root,
        everything=settings.everything,
        exclude=settings.exclude,
        max_file_size=settings.max_file_size,
    )


def _name_of_stdin(name: str, root: Path) -> str:
    """Return the name relative to the scan's root, as that of any file, so that the ignores fit it."""
    if name.startswith("<"):
        return name
    path = os.path.relpath(name, root).replace(os.sep, "/")
    return name if path.startswith("../") else path
