"""The manual page keyguard(1), made of the same texts as `--help`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from keyguard import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATE = "2026-11-24"  # of this version; it changes with the version alone
_ESCAPES = str.maketrans({"\\": "\\e", "-": "\\-", '"': "\\(dq", "'": "\\(aq", "`": "\\(ga"})
_FILES = (
    (".keyguard.yml, .keyguard.yaml, pyproject.toml", "The configuration, at the root of the scan."),
    (".keyguardignore", "Files whose findings are suppressed, as patterns of gitignore."),
    (".keyguard-baseline", "Known findings, written by keyguard baseline."),
)
_ENVIRONMENT = (
    ("NO_COLOR, FORCE_COLOR", "Write no colours, or write them into a pipe as well."),
    (
        "KEYGUARD_CACHE_DIR",
        "Where compiled rules are kept; nothing of what was scanned is. Refused inside a scanned tree.",
    ),
    ("KEYGUARD_SOURCE", "Where keyguard comes from, in place of what its installation recorded."),
    (
        "KEYGUARD_CACHE_KEY",
        "The key that seals the cache, 20 characters or more; else keyguard makes one in your state folder.",
    ),
    ("KEYGUARD_DEBUG", "Tell of a fault of keyguard's own how it came about, and whether the cache is used."),
)
_EXIT = (
    ("0", "Nothing at or above --fail-on."),
    ("1", "Findings."),
    ("2", "The run could not be done: usage, configuration, a path or a rule pack that is wrong."),
    ("3", "With --strict: nothing else, but some input could not be read."),
    ("130", "Interrupted (143 by SIGTERM, 129 by SIGHUP); what was found by then is reported."),
)


def page(root: click.Command) -> str:
    """Return the page as troff, for `man`."""
    context = click.Context(root, info_name="keyguard", **root.context_settings)
    lines = [
        f'.TH KEYGUARD 1 "{_DATE}" "keyguard {__version__}" "User Commands"',
        ".nh",
        ".ad l",
        ".SH NAME",
        _plain(f"keyguard - {_first(root)}"),
        ".SH SYNOPSIS",
        *_synopsis(context),
        ".SH DESCRIPTION",
        *_description(root),
        ".SH COMMANDS",
        *(line for below in _leaves(context) for line in _command(below)),
        ".SH EXIT STATUS",
        *_listed(_EXIT),
        ".SH FILES",
        *_listed(_FILES),
        ".SH ENVIRONMENT",
        *_listed(_ENVIRONMENT),
        *_examples(root, ".SH EXAMPLES"),
        ".SH SEE ALSO",
        _plain("keyguard explain RULE, git(1), githooks(5)"),
    ]
    return "\n".join(lines) + "\n"


def _leaves(context: click.Context) -> Iterator[click.Context]:
    """Return a context for each command that does something, in the order of the help."""
    command = context.command
    if not isinstance(command, click.Group):
        yield context
        return
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        if below is not None and not below.hidden:
            yield from _leaves(click.Context(below, parent=context, info_name=name))


def _synopsis(context: click.Context) -> Iterator[str]:
    for number, below in enumerate(_leaves(context)):
        if number:
            yield ".br"
        yield f".B {_plain(below.command_path)}"
        yield _plain(" ".join(below.command.collect_usage_pieces(below)))


def _command(context: click.Context) -> Iterator[str]:
    yield f'.SS "{_plain(context.command_path)}"'
    yield from _description(context.command)
    for param in context.command.params:
        if isinstance(param, click.Option) and (record := param.get_help_record(context)):
            yield from _listed([record])
    yield from _examples(context.command, ".PP")


def _description(command: click.Command) -> Iterator[str]:
    for number, paragraph in enumerate(re.split(r"\n\s*\n", (command.help or "").strip())):
        if number:
            yield ".PP"
        yield _plain(" ".join(paragraph.split()))


def _examples(command: click.Command, heading: str) -> Iterator[str]:
    if command.epilog:
        _, title, *examples = command.epilog.split("\n")
        yield heading
        if heading == ".PP":
            yield _plain(title)
        yield ".nf"
        yield ".RS 2"
        yield from (_plain(line.strip()) for line in examples)
        yield ".RE"
        yield ".fi"


def _listed(records: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> Iterator[str]:
    for term, text in records:
        yield ".TP"
        yield f".B {_plain(term)}"
        yield _plain(" ".join(text.split()))


def _first(command: click.Command) -> str:
    first = (command.help or "").strip().split("\n")[0].rstrip(".")
    return first[:1].lower() + first[1:]


def _plain(text: str) -> str:
    """Return a text that troff takes as it is: a point or a quote at a line's start would be a command of it."""
    escaped = text.translate(_ESCAPES)
    return f"\\&{escaped}" if escaped.startswith(".") else escaped
