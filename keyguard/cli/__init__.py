"""The command line: one file per command, and the one place where errors become words and an exit code.

    0  nothing at or above --fail-on
    1  findings
    2  the run could not be done: usage, configuration, a path or a rule pack that is wrong, a fault of keyguard's own
    3  with --strict: nothing else, but some input could not be read
    130  interrupted; 143 by SIGTERM, 129 by SIGHUP

Start-up is felt at every commit: a command's module is imported when it is asked for, and what is heavy within it.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module
from typing import cast

import click

from keyguard import __version__
from keyguard.cli import screen
from keyguard.cli.examples import examples
from keyguard.cli.layout import Group
from keyguard.errors import KeyguardError
from keyguard.signals import INTERRUPTED, Endings, ignore

_COMMANDS = (
    "scan",
    "verify",
    "doctor",
    "rotate",
    "baseline",
    "migrate",
    "report",
    "fleet",
    "hook",
    "mcp",
    "lsp",
    "init",
    "rules",
    "explain",
    "why",
    "demo",
    "completion",
)


class _Commands(Group):
    """A group whose commands are modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        return cast("click.Command", import_module(f"keyguard.cli.{cmd_name}").command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command, or `scan` for what is a path, when there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            message, hint = screen.unknown("command", args[0], _COMMANDS)
            if "/" in args[0] or os.sep in args[0]:  # it is a path, however much it looks like a command
                hint = ""
            if (meant := _COMMANDS_ELSEWHERE.get(args[0])) and not os.path.lexists(args[0]):
                hint = f"Did you mean '{meant}'?"
            raise KeyguardError(message, hint or f"To scan it: keyguard scan {args[0]}") from None


@click.command(
    cls=_Commands,
    invoke_without_command=True,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog=examples(
        "keyguard init  # set a repository up",
        "keyguard scan  # scan the current folder",
        "keyguard explain okx-credential  # what it is and what to do",
    ),
)
@click.option("-V", "--version", is_flag=True, help="Show the version and exit.")
@click.option("--debug", is_flag=True, help="With --version: show where this keyguard came from, too.")
@click.pass_context
def commands(context: click.Context, *, version: bool, debug: bool) -> None:
    """Find leaked OKX credentials: API key, secret key and passphrase as one finding."""
    if version:
        _show_version(debug=debug)
        context.exit()
    elif debug or context.invoked_subcommand is None:
        context.fail("--debug goes with --version." if debug else "Missing command.")


def _show_version(*, debug: bool) -> None:
    from keyguard.detect import engines

    engine = engines.name()
    screen.tell(f"keyguard {__version__}")
    if engine != "hyperscan" and not debug:
        screen.tell(f"engine {engine}: Hyperscan, which is faster, is not installed")
    if debug:
        from keyguard import home

        found = home.known()
        commit = f"; it was made of commit {found.commit}" if found.commit else ""
        said = f"{found.source} ({found.basis})" if found.source else f"unknown: {found.basis}{commit}"
        screen.tell(f"source   {said}\npackage  {home.PACKAGE}\npython   {sys.version.split()[0]}, {sys.executable}")
        screen.tell(f"engine   {engine}{'' if engine == 'hyperscan' else ', since Hyperscan is not installed'}")
        home.find()  # what is said wrongly is an error, once all is shown


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return the exit code; whatever goes wrong is said in words that hold no value."""
    # All modules are needed until the end: to look for garbage among them takes 15 ms at start-up, and 10 at the end.
    # That end is the process's: who calls this function more than once would never get rid of a scan's garbage.
    gc.set_threshold(100_000)
    if arguments is None:  # the process's own: registered first, it is done last, when nothing can wait any more
        atexit.register(ignore)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    with Endings() as endings:
        code = _run(arguments, endings)
    return endings.code(code)


def _run(arguments: list[str] | None, endings: Endings) -> int:
    if "_KEYGUARD_COMPLETE" in os.environ:
        from keyguard.cli.completion import prepare

        prepare(commands)
    try:
        code = commands.main(arguments, prog_name="keyguard", standalone_mode=False, obj=endings)
        screen.flush()
    except KeyguardError as error:
        screen.say_error(error.message, error.hint)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
    except click.ClickException as error:
        screen.say_error(*_usage(error))
    except (KeyboardInterrupt, click.Abort):
        screen.say_error("interrupted.")
        return INTERRUPTED
    except BrokenPipeError:  # of something other than a report, such as a help text
        screen.discard_output()
        return 0
    except OSError as error:
        screen.say_error(f"{error.filename or 'a file'} cannot be used: {error.strerror or 'it cannot be read'}.")
    except Exception as error:  # noqa: BLE001 - its text may hold a value, and a traceback shows the lines it came by
        screen.say_fault(error)
    else:
        return int(code or 0)
    return 2


# What other scanners call it: the words to type here, and what they do.
_ELSEWHERE = dict.fromkeys(
    ("-o", "--output", "--report-path", "-r"), ("--report FORMAT=FILE", "writes a report to a file")
)
_ELSEWHERE |= dict.fromkeys(("--json", "-j"), ("--format json", "writes JSON"))
_ELSEWHERE |= dict.fromkeys(("-v", "--verbose", "--debug", "--log-level"), ("--debug", "tells each step"))
_ELSEWHERE["--exit-code"] = "--fail-on SEVERITY", "says from when on it is 1"
_ELSEWHERE["--redact"] = "--show-secrets", "is the way to see values: they are masked without"
_COMMANDS_ELSEWHERE = dict.fromkeys(("detect", "dir", "git", "filesystem", "protect", "audit"), "keyguard scan")


def _usage(error: click.ClickException) -> tuple[str, str]:
    context = getattr(error, "ctx", None)
    if isinstance(error, click.NoSuchOption) and (meant := _ELSEWHERE.get(error.option_name)):
        words, does = meant
        known = context.command.params if context else []
        has_it = any(words.partition(" ")[0] in one.opts for one in known)
        command = context.command_path if context and has_it and context.parent else "keyguard scan"
        return f"no such option '{error.option_name}'", f"{command} {words} {does}"
    message = error.format_message()
    command = context.command_path if context else "keyguard"
    return f"{message[:1].lower()}{message[1:]}", f"{command} --help shows how it is used."
