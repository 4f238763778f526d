"""What `scan` and the commands that scan share: the options that say what is scanned and how, and the scan itself."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import click

from keyguard import api
from keyguard.cli import jobs, screen
from keyguard.errors import RequestError
from keyguard.report import veil_of

if TYPE_CHECKING:
    from collections.abc import Callable

_Command = Any
"""A command function that click has not wrapped yet."""

_OF_SETTINGS = frozenset(
    "fail_on min_confidence only skip rules exclude baseline max_file_size time_limit strict all no_decode".split()
)
_OF_REQUEST = frozenset(
    (
        "stdin_name max_repositories max_depth unreachable staged since range pushed received remote config config_from"
    ).split()
)


def _ids(_context: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split the values of a repeatable option at their commas."""
    return tuple(word.strip() for value in values for word in value.split(","))


_PATHS = {"paths": click.argument("paths", nargs=-1, metavar="[PATH]...")}

_SCOPE = {
    "no_history": click.option(
        "--no-history", is_flag=True, help="Scan only files, not what was committed and removed."
    ),
    "history_only": click.option(
        "--history-only", is_flag=True, help="Scan only the git history (of PATHs, if given)."
    ),
    "max_repositories": click.option(
        "--max-repositories",
        type=click.IntRange(min=1),
        default=1000,
        metavar="N",
        help="Scan at most so many repositories below the paths (default 1000).",
    ),
    "max_depth": click.option(
        "--max-depth",
        type=click.IntRange(min=1),
        metavar="N",
        help="Scan no repository more than N folders below the paths (default: any).",
    ),
    "unreachable": click.option("--unreachable", is_flag=True, help="Scan dangling commits and contents too."),
    "staged": click.option("--staged", is_flag=True, help="Scan staged changes."),
    "since": click.option("--since", metavar="REV", help="Scan the changes in commits after REV."),
    "range": click.option(
        "--range", metavar="A..B", help="Scan the changes in commits reachable from B but not from A."
    ),
    "pushed": click.option("--pushed", is_flag=True, help="For pre-push hooks: scan what is being pushed."),
    "received": click.option("--received", is_flag=True, help="For pre-receive hooks: scan what is being received."),
    "remote": click.option("--remote", metavar="NAME", help="With --pushed: where to."),
    "fail_on": click.option(
        "--fail-on",
        metavar="SEVERITY",
        help="Exit 1 if a finding is at least this severe: critical, high, medium, low (default), note.",
    ),
    "min_confidence": click.option(
        "--min-confidence",
        metavar="WORD",
        help="Report findings of at least this confidence: high, medium (default), low.",
    ),
    "only": click.option("--only", multiple=True, callback=_ids, metavar="RULE,...", help="Run only these rules."),
    "skip": click.option("--skip", multiple=True, callback=_ids, metavar="RULE,...", help="Do not run these rules."),
    "rules": click.option(
        "--rules", multiple=True, metavar="PATH", help="A rule pack of your own, or a folder of them."
    ),
    "config": click.option("--config", metavar="FILE", help="Use this configuration, not the one at the scan's root."),
    "config_from": click.option(
        "--config-from", metavar="REV", help="Take configuration, ignores, baseline and rules from this commit."
    ),
    "exclude": click.option(
        "--exclude", multiple=True, metavar="PATTERN", help="Skip paths that match PATTERN (gitignore syntax)."
    ),
    "baseline": click.option("--baseline", metavar="FILE", help="Suppress the findings that this baseline knows."),
    "all": click.option(
        "--all", is_flag=True, help="Scan ignored files, dependencies, build folders and lock files too."
    ),
    "max_file_size": click.option("--max-file-size", metavar="SIZE", help="Skip larger files (default 256 MiB)."),
    "time_limit": click.option(
        "--time-limit", type=float, metavar="SECONDS", help="Processor time for matching one file (default 10)."
    ),
    "no_decode": click.option(
        "--no-decode", is_flag=True, help="Read files as they are: open no archive, document or database."
    ),
    "strict": click.option("--strict", is_flag=True, help="Exit 3 if some input could not be read."),
    "show_secrets": click.option(
        "--show-secrets",
        is_flag=True,
        help="Show values in the reports, not masks; in a CI job only in the files of --report.",
    ),
    "stdin_name": click.option(
        "--stdin-name", default="<stdin>", metavar="NAME", help="The file name of what '-' reads."
    ),
}

_RUN = {
    "jobs": click.option(
        "--jobs", type=click.IntRange(min=1), metavar="N", help="Maximum number of processes (default: one per core)."
    ),
    "no_cache": click.option("--no-cache", is_flag=True, help="Do not use the cache: read the whole history."),
}


def _giving(options: dict[str, Any]) -> Callable[[_Command], _Command]:
    def give(function: _Command) -> _Command:
        for option in reversed(options.values()):
            function = option(function)
        return function

    return give


with_paths, with_scope, with_run = _giving(_PATHS), _giving(_SCOPE), _giving(_RUN)


def with_some(*names: str) -> Callable[[_Command], _Command]:
    """Give a command some of the options, in the order in which `scan` has them."""
    return _giving({name: option for name, option in (_PATHS | _SCOPE | _RUN).items() if name in names})


_WORDS = "keyguard.words"
_PASSWORD = re.compile(r"(?<=//)[^/@\s]*(?=@)")  # of a proxy


class Command(click.Command):
    """A command that remembers how it was typed, for the record of the run."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take note of the words before they are parsed."""
        ctx.meta[_WORDS] = tuple(_PASSWORD.sub("********", word) for word in args)
        return super().parse_args(ctx, args)


def request_of(context: click.Context, options: dict[str, Any]) -> api.Request:
    """Take what says what is scanned and how out of a command's options; UsageError for what cannot go together."""
    settings = {name: options.pop(name) for name in _OF_SETTINGS & options.keys()}
    without, only = options.pop("no_history"), options.pop("history_only")
    request = api.Request(
        paths=options.pop("paths") or (".",),
        history=False if without else True if only else None,
        files=not only,
        cache=not options.pop("no_cache"),
        jobs=options.pop("jobs") or 0,
        must_read=bool(jobs.sign()),
        command=(context.info_name or "", *context.meta.get(_WORDS, ())),
        settings={name: value for name, value in settings.items() if _is_typed(context, name)},
        **{name: options.pop(name) for name in _OF_REQUEST & options.keys()},
    )
    try:
        request.check()
    except RequestError as error:
        raise click.UsageError(error.message) from None
    return request


def _is_typed(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def opened(request: api.Request, *, quiet: bool = False) -> api.Session:
    """Prepare a scan; a configuration without effect is mentioned, as somebody may take it for the scan's."""
    session = api.Session(request)
    if session.cache.refused:
        screen.say_note(session.cache.refused)
    if not request.config and not quiet:
        for name in session.unused_configurations:
            screen.say_note(f"the {name} below the root of the scan is not used; --config FILE uses it")
    return session


def scan(session: api.Session, *, quiet: bool = False, describe: bool = False) -> api.Outcome:
    """Scan, and show the progress where somebody sees it."""
    with screen.progress(quiet=quiet) as progress:
        outcome = session.scan(progress=progress, describe=describe)
    screen.hide(lambda: veil_of(outcome))
    if os.environ.get("KEYGUARD_DEBUG"):
        _say_cache(session)
    return outcome


def _say_cache(session: api.Session) -> None:
    from keyguard import cache

    screen.say_debug(f"the cache folder is {cache.folder()}")
    if why := cache.unused(session.cache):
        screen.say_debug(f"the cache folder is not used: {why}")
    elif not session.request.cache:
        screen.say_debug("what it remembers of the history is not used: --no-cache")
