"""`keyguard scan`: options in, a report and an exit code out."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from dataclasses import replace
from typing import Any

import click

from keyguard import api
from keyguard.cli import checking, images, jobs, outputs, scanning, screen
from keyguard.cli.examples import examples
from keyguard.errors import KeyguardError, ReportError, SettingsError
from keyguard.frozen import dataclass
from keyguard.report import TELL_REPOSITORY, WITH_VALUES, ReportOptions
from keyguard.signals import INTERRUPTED, Endings


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants of a run beside what is scanned and how."""

    format: str = "text"
    reports: tuple[outputs.ReportFile, ...] = ()
    quiet: bool = False
    no_color: bool = False
    show_secrets: bool = False
    sarif_suppressed: bool = False
    category: str = ""
    fix_hints: bool = False
    check: checking.Wanted | None = None  # None: nothing is sent anywhere

    @property
    def formats(self) -> set[str]:
        """Every format that is written."""
        return {self.format, *(report.format for report in self.reports)}


@click.command(
    "scan",
    cls=scanning.Command,
    epilog=examples(
        "keyguard scan  # this folder and its history",
        "keyguard scan --no-history src .env  # files and folders",
        "keyguard scan --staged  # what a commit would add",
        "keyguard scan --fail-on high --report sarif=keyguard.sarif",
        "keyguard scan --baseline .keyguard-baseline  # what is new alone",
        "keyguard scan --image bot.tar  # every layer of an image",
        "keyguard scan --verify  # ask OKX what is alive",
        "keyguard scan --fix-hints  # what to edit, as a diff",
        "cat notes.txt | keyguard scan - --stdin-name notes.txt",
    ),
)
@scanning.with_paths
@click.option(
    "--image",
    "images",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    multiple=True,
    help="Scan an image that docker save or a tool of OCI wrote, and no folder. (repeatable)",
)
@outputs.options
@click.option("--fix-hints", is_flag=True, help="Print the safe fixes as a diff, masked without --show-secrets.")
@scanning.with_scope
@checking.with_check
@scanning.with_run
@click.pass_context
def command(context: click.Context, /, **options: Any) -> int:
    """Scan files, folders and git histories for OKX credentials.

    PATH is the current folder when none is given; '-' reads standard input. In a git work tree: tracked files,
    untracked ones, and those ignored ones that look like configuration; then the whole history of the folder.

    Exit code: 0 nothing found, 1 findings, 2 the run could not be done, 3 with --strict when some input could not be
    read, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).
    """
    images.check(files := options.pop("images"))
    options["paths"] = (*options["paths"], *files)
    check = checking.take(options, verify=options.pop("verify"))
    request = scanning.request_of(context, options)
    return run(request, Wishes(**options, check=check))


def run(request: api.Request, wishes: Wishes) -> int:
    """Scan, write the reports and return the exit code."""
    outputs.check(wishes.reports)
    if wishes.fix_hints and wishes.format != "text":
        raise SettingsError(
            "--fix-hints takes the place of a report", f"add --report {wishes.format}=FILE for that one"
        )
    _check_output(wishes)
    _keep_to_history(request, wishes)
    wanted = wishes.check and replace(wishes.check, scanned=request.paths).settled()
    if wanted:
        checking.prepare(wanted)
    session, outcome = _scanned(request, wishes)
    troubles = list[Exception]()
    if wanted:
        try:
            outcome = checking.check(outcome, session.rules, wanted, troubles, quiet=wishes.quiet)
            outcome = session.checked(outcome)
        except Exception as error:  # noqa: BLE001 - what was found is reported before the error
            troubles.append(error)
    outcome = _concluded(session, outcome, troubles)
    outputs.write(outcome, _look(outcome, wishes), wishes.reports, wishes.format, _hints(session, wishes))
    if troubles:
        raise troubles[0]
    for failure in outcome.failures:
        screen.say_error(failure.message, failure.hint)
    code = api.exit_code(outcome, session.settings)
    if code == 1 and request.is_change and wishes.format == "text":
        screen.say(_advice(outcome))
    return code


def _scanned(request: api.Request, wishes: Wishes) -> tuple[api.Session, api.Outcome]:
    """Scan; where that cannot be begun, the reports in files say so, as a CI shows these.

    SARIF is left out: code scanning takes what an empty one lacks for fixed.
    """
    try:
        session = scanning.opened(request, quiet=wishes.quiet)
        return session, scanning.scan(session, quiet=wishes.quiet, describe=bool(wishes.formats & TELL_REPOSITORY))
    except KeyguardError as error:
        undone = api.undone(request, error)
        with suppress(ReportError):
            for file in wishes.reports:
                if file.format in TELL_REPOSITORY - {"sarif"}:
                    file.write(undone, _look(undone, wishes))
        raise


def _hints(session: api.Session, wishes: Wishes) -> outputs.Writes | None:
    """Return what writes the safe fixes, where they are wanted."""
    if not wishes.fix_hints:
        return None
    from keyguard.report import fixes

    return lambda outcome, options, stream: fixes.write(outcome, session.rules, options, session.read, stream)


def _advice(outcome: api.Outcome) -> str:
    """Say what to do about a change that was stopped: a leak is revoked once it was pushed, a practice is changed."""
    from keyguard.report.remedy import is_stopped

    if all(finding.suppressed for finding in outcome.findings):
        return _CHANGE + _FALSE_ALARM
    stopped = [finding for finding in outcome.findings if not finding.suppressed and is_stopped(finding)]
    return (_STOPPED.format(files=_typed(stopped)) if stopped else "") + _REVOKE + _FALSE_ALARM


def _typed(findings: list[api.Finding]) -> str:
    """Return the files of some findings as a shell takes them, some of many."""
    files = list(dict.fromkeys(match.blob.file for finding in findings for match in finding.matches))
    return " ".join(shlex.quote(file) for file in files[:_NAMED]) + (" ..." if len(files) > _NAMED else "")


def _check_output(wishes: Wishes) -> None:
    """Refuse to show values where nothing but a log would, and what would not be written."""
    if wishes.fix_hints and wishes.format != "text":
        raise SettingsError(
            "--fix-hints takes the place of a report", f"add --report {wishes.format}=FILE for that one"
        )
    if wishes.show_secrets and jobs.sign() and not any(file.is_file for file in wishes.reports):
        raise SettingsError(f"--show-secrets is refused in a CI job ({jobs.sign()} is set): {_WIDELY}", _ELSEWHERE)


def _keep_to_history(request: api.Request, wishes: Wishes) -> None:
    """Refuse to write values for a rewriting of the history that no commit holds."""
    if not any(file.format in WITH_VALUES for file in wishes.reports) or request.is_range or not request.files:
        return
    from keyguard.git.folders import enclosing
    from keyguard.git.repository import is_bare

    if any(enclosing(path) and not is_bare(os.path.realpath(path)) for path in request.paths):
        raise SettingsError(
            "replace-text is for what the history holds, and files would be scanned too",
            "add --history-only, or run it in a fresh mirror clone, as docs/history.md shows",
        )


def _concluded(session: api.Session, outcome: api.Outcome, troubles: list[Exception]) -> api.Outcome:
    """Return the outcome with its end in it; from here on a signal waits until the reports are written."""
    interrupted = INTERRUPTED
    if isinstance(endings := click.get_current_context().obj, Endings):
        endings.hold()
        interrupted = endings.code(INTERRUPTED)
    trouble = next((t.message if isinstance(t, KeyguardError) else "keyguard failed" for t in troubles), "")
    return session.concluded(outcome, trouble=trouble, interrupted=interrupted)


def _look(outcome: api.Outcome, wishes: Wishes) -> ReportOptions:
    return ReportOptions(
        root=outcome.root,
        color=screen.should_color(sys.stdout, never=wishes.no_color),
        width=screen.width(),
        quiet=wishes.quiet,
        show_secrets=wishes.show_secrets,
        sarif_suppressed=wishes.sarif_suppressed,
        category=wishes.category,
        remark=screen.say_note,
    )


_WIDELY = "job logs are widely readable"
_ELSEWHERE = "--report FORMAT=FILE writes them to a file that the CI does not read; standard output then stays masked"

_NAMED = 5

_STOPPED = """
Unless a commit has the values too, nothing is lost yet. This takes the files out of what is staged:
  git reset --quiet -- {files}
Keep the values in the environment, a file that git ignores or a secret store.
"""

_REVOKE = """
A key that was ever pushed or shared has to be revoked. """

_CHANGE = """
No key is in the change; what the report names loses one sooner or later, and is to be changed. """

_FALSE_ALARM = """If it is a false alarm, write in a comment on its line, or on
the line above:  keyguard: ignore[<rule>] <reason>
"""
