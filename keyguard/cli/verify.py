"""`keyguard verify`: ask what one known credential may do."""

from __future__ import annotations

import json
import os
import stat
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import click

from keyguard import providers
from keyguard.cli import checking, screen
from keyguard.cli.examples import examples
from keyguard.errors import VerifyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keyguard.model import Verdict
    from keyguard.verify import Question, Verifier

_PROVIDER = next(iter(providers.known().values()))  # the one that can be asked
_PARTS = {part.name: part for part in _PROVIDER.parts}
_KEY = _PROVIDER.parts[0].name
_USUAL = [part.variables[0] for part in _PROVIDER.parts]
_SOURCES = {"env": "the environment", "stdin": "standard input", "prompt": "the prompt"}
_WIDTH = 80  # columns, unless a terminal says otherwise
_WIDEST = 100
_MAX_JSON = 64 * 1024
_FORM = json.dumps({**dict.fromkeys(_PARTS, "..."), "demo": False})
_EXISTS = frozenset({"live", "live-limited", "ip-bound", "wrong-parts", "blocked"})


class _Quiet(click.Command):
    """A command whose usage errors repeat nothing that was typed: it may be a value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption:
            raise click.UsageError("no such option; what was typed is not repeated.", ctx) from None
        except click.BadParameter as error:
            name = error.param.opts[0] if error.param else "an option"
            raise click.UsageError(f"invalid value for {name}; what was typed is not repeated.", ctx) from None
        except click.BadOptionUsage as error:
            known = [name for param in self.params for name in (*param.opts, *param.secondary_opts)]
            name = error.option_name if error.option_name in known else "an option"
            raise click.UsageError(f"invalid use of {name}.", ctx) from None


@click.command(
    "verify",
    cls=_Quiet,
    epilog=examples(
        "keyguard verify  # asks for the parts",
        "keyguard verify --from env --okx-site eea  # from OKX_API_KEY and so on",
        "keyguard verify --yes -f json < credential.json",
    ),
)
@click.argument("values", nargs=-1, type=click.UNPROCESSED, metavar="")
@click.option(
    "--from",
    "source",
    type=click.Choice(["env", "stdin", "prompt"]),
    help="Read it there; else from a complete environment, what is piped in, or a prompt.",
)
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--demo/--live",
    "demo",
    default=None,
    help="Whether the key belongs to a demo or a live account (default: try live first).",
)
@click.option("-q", "--quiet", is_flag=True, help="Do not announce which hosts are contacted.")
@checking.with_terms
def command(
    values: tuple[str, ...], source: str | None, format_: str, *, demo: bool | None, quiet: bool, **options: Any
) -> int:
    """Ask OKX whether a credential of yours is alive and what it may do.

    It is read from OKX_API_KEY, OKX_SECRET_KEY and OKX_PASSPHRASE, from a prompt that shows nothing, or as JSON from
    standard input: {"api_key": ..., "secret_key": ..., "passphrase": ..., "demo": false}; never from arguments, which
    other users of the machine can see.

    You are asked before anything is sent, and again for each further host; --yes agrees to all that are named, and is
    needed where nobody can answer. The check is one signed GET that changes nothing. It counts as a use of the key.

    Exit code: 0 the key is gone: each host that may know it was asked, and none knows it; 1 it exists; 2 undecided, or
    not asked everywhere; 130 interrupted.
    """
    if values:
        raise VerifyError(
            "keyguard verify takes no credential as an argument.",
            "Arguments stand in the process list and the shell's history. "
            f"Set {', '.join(_USUAL[:-1])} and {_USUAL[-1]}, or pipe JSON in",
        )
    wanted = (checking.take(options) or checking.Wanted()).settled()
    may_ask = checking.consent(wanted, "it")
    with checking.opened(wanted, may_ask) as verifiers:
        given, source = _read(source)
        question = _question(given, demo=demo)
        verifier = verifiers[question.provider]
        if unfit := verifier.unfit(question):
            raise VerifyError(f"this is no credential to check: {unfit}", "Nothing was sent.")
        if verifiers.known(question) is None:
            _agree(question, source, verifier, wanted, may_ask, quiet=quiet)
        verdict = verifiers.ask(question)
    _show(verdict, question, source, format_)
    return _exit_code(verdict)


def _exit_code(verdict: Verdict) -> int:
    """Return 0 for a key that is gone, and for nothing else."""
    if verdict.status in _EXISTS:
        return 1
    return 0 if verdict.status == "not-known" and not verdict.left else 2


def _agree(
    question: Question,
    source: str,
    verifier: Verifier,
    wanted: checking.Wanted,
    may_ask: checking.Consent,
    *,
    quiet: bool,
) -> None:
    """Say what will be sent where, and have the user agree to it."""
    from keyguard.verify import announce

    way = verifier.hosts(question)
    if not quiet:
        for line in (*_chosen(question, source), *announce([way], [verifier.caution(question)])):
            screen.say(line)
        checking.say_way(wanted)
    if not wanted.yes:
        if not checking.can_ask():
            raise VerifyError(
                "keyguard verify asks before it sends anything, and nobody is there to answer.",
                "Add --yes, which agrees to each host that is named above.",
            )
        if not click.confirm(f"Send it to {way[0]}?", err=True):
            raise VerifyError("nothing was sent, as you wished.")
    may_ask.give(way[:1])


def _question(given: Mapping[str, Any], *, demo: bool | None) -> Question:
    from keyguard.model import Secret
    from keyguard.verify import Question

    parts = {}
    for name, part in _PARTS.items():
        value = given.get(name)
        if not isinstance(value, str) or not value.strip():
            looked = "; ".join(" or ".join(part.variables) for part in _PARTS.values())
            hint = f"It needs all parts; in the environment they are {looked}."
            raise VerifyError(f"the credential has no {name.replace('_', ' ')}.", hint)
        try:
            encoded = value.strip("\r\n" if part.chosen else None).encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise VerifyError(f"the {name.replace('_', ' ')} is not valid UTF-8.") from None
        parts[name] = Secret(encoded, part.shown)
    is_demo = given.get("demo") if demo is None else demo
    if not (is_demo is None or isinstance(is_demo, bool)):
        raise VerifyError('"demo" must be true or false.')
    return Question(_PROVIDER.id, parts, None if is_demo is None else "demo" if is_demo else "live")


def _chosen(question: Question, source: str) -> Iterator[str]:
    """Say which credential was taken from where, and that what is piped in was not, where the environment won."""
    names = [next((name for name in part.variables if os.environ.get(name)), "") for part in _PARTS.values()]
    listed = f" ({', '.join(names)})" if source == "env" else ""
    yield f"The credential is {question.parts[_KEY].mask} from {_SOURCES[source]}{listed}."
    if source == "env" and _is_piped():
        yield "Standard input was not read; --from stdin reads it."


def _is_piped() -> bool:
    """Tell whether standard input is a pipe, or a file that holds something; nothing is read or waited for."""
    try:
        status = os.fstat(sys.stdin.fileno())
    except (AttributeError, OSError, ValueError):  # there is none, or it is closed
        return False
    return stat.S_ISFIFO(status.st_mode) or (stat.S_ISREG(status.st_mode) and status.st_size > 0)


def _read(source: str | None) -> tuple[Mapping[str, Any], str]:
    """Return the credential from where the user has it, and where that is."""
    given = {name: _variable(part.variables) for name, part in _PARTS.items()}
    if source is None and all(given.values()):
        source = "env"  # and no pipe is waited for that nobody may write to
    piped = b""
    if source == "stdin" or (source is None and not _is_terminal()):
        piped = b"" if sys.stdin is None else sys.stdin.buffer.read(_MAX_JSON + 1)
    if source == "stdin" or piped.strip():
        return _parsed(piped), "stdin"
    if source == "env" or (source is None and any(given.values())):
        return given | {"demo": None}, "env"
    if source is None and not _is_terminal():
        raise VerifyError("there is no credential to check.", f"Set {_USUAL[0]} and so on, or pipe in {_FORM}")
    if not _is_terminal():
        raise VerifyError("there is no terminal to ask on.", f"Pipe in {_FORM}")
    return {part: click.prompt(part.replace("_", " "), hide_input=True, err=True) for part in _PARTS}, "prompt"


def _variable(names: tuple[str, ...]) -> str | None:
    return next((value for name in names if (value := os.environ.get(name))), None)


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _parsed(data: bytes) -> Mapping[str, Any]:
    """Parse JSON; the error says nothing of the text, which holds values."""
    try:
        parsed = json.loads(data[:_MAX_JSON])
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise VerifyError("standard input is no JSON object.", f"It must be of the form {_FORM}") from None
    if unknown := set(parsed) - {*_PARTS, "demo"}:
        which = "1 field that means" if len(unknown) == 1 else f"{len(unknown)} fields that mean"
        raise VerifyError(f"the JSON has {which} nothing here.", f"It must be {_FORM}")
    return parsed


def _show(verdict: Verdict, question: Question, source: str, format_: str) -> None:
    key = question.parts[_KEY].mask
    if format_ == "json":
        from keyguard.report.record import verdict_record

        click.echo(json.dumps({"key": key, "source": source} | verdict_record(verdict), indent=2))
        return
    from keyguard.report.loss import answer, facts, lost, steps

    _write("", f"{verdict.status}: {lost(verdict, question.realm)}")
    status = "; ".join(filter(None, (f"{key} from {_SOURCES[source]}", facts(verdict))))
    for label, text in (("  key     ", status), ("  answer  ", answer(verdict))):
        _write(label, text)
    for number, step in enumerate(steps(verdict, question.realm), 1):
        _write(f"  {number}. ", step)


def _write(label: str, text: str) -> None:
    """Write a text behind its label, in lines that fit the terminal."""
    room = max(min(screen.width() or _WIDTH, _WIDEST) - len(label), 1)
    lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(lines):
        screen.tell((" " * len(label) if number else label) + line)
