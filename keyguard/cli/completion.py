"""`keyguard completion`: the script by which a shell completes keyguard's words, and those words.

What an option takes is told by its metavar, in one table, so that a new option is completed without a word about it.
Nothing of this is loaded unless a shell asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

from keyguard.cli.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

VARIABLE = "_KEYGUARD_COMPLETE"
"""Set by the shell's script when it asks for words."""

_SHELLS = ("bash", "zsh", "fish")


@click.command(
    "completion",
    epilog=examples(
        'eval "$(keyguard completion bash)"  # in ~/.bashrc',
        'eval "$(keyguard completion zsh)"  # in ~/.zshrc, behind compinit',
        "keyguard completion fish > ~/.config/fish/completions/keyguard.fish",
    ),
)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print the script that completes commands, options and their words.

    It needs bash 4.4 or later, zsh, or fish.
    """
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"click knows no completion for {shell}.")
    script = made(context.find_root().command, {}, "keyguard", VARIABLE).source()
    for old, new in _CHANGES.get(shell, {}).items():
        script = script.replace(old, new)
    click.echo(script)
    return 0


# Changes to click's scripts: behind `sarif=` a file's name follows, and no blank; a list of rules holds commas.
_CHANGES = {
    "bash": {"COMPREPLY+=($value)": "COMPREPLY+=($value)\n            [[ $value == *= ]] && compopt -o nospace"},
    "fish": {'string split ","': 'string split --max 1 ","'},
}


def prepare(command: click.Command) -> None:
    """Teach every parameter of a command, and of the commands below it, its words."""
    context = click.Context(command)
    for param in command.params:
        words = _WORDS.get((param.metavar or "").strip("[].,"))
        if words is not None:
            setattr(param, "shell_complete", _completer(words))  # noqa: B010 - a method's place, on purpose
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if (below := command.get_command(context, name)) is not None:
                prepare(below)


def _completer(
    words: Callable[[str], list[CompletionItem]],
) -> Callable[[click.Context, str], list[CompletionItem]]:
    return lambda _context, incomplete: words(incomplete)


def _of(words: Iterable[str], incomplete: str, behind: str = "") -> list[CompletionItem]:
    return [CompletionItem(behind + word) for word in words if word.startswith(incomplete)]


def _formats(incomplete: str) -> list[CompletionItem]:
    from keyguard.report import FORMATS

    return _of(FORMATS, incomplete)


def _reports(incomplete: str) -> list[CompletionItem]:
    """Complete `FORMAT=`, then a file."""
    from keyguard.report import FORMATS

    if "=" not in incomplete:
        return _of([f"{word}=" for word in FORMATS], incomplete)
    return _files(incomplete.partition("=")[2])


def _severities(incomplete: str) -> list[CompletionItem]:
    from keyguard.model import Severity

    return _of([severity.word for severity in sorted(Severity, reverse=True)], incomplete)


def _confidences(incomplete: str) -> list[CompletionItem]:
    from keyguard.model import Confidence

    return _of([confidence.word for confidence in sorted(Confidence, reverse=True)], incomplete)


def _rules(incomplete: str) -> list[CompletionItem]:
    """Complete the last of several ids; packs of the user's own are not looked at."""
    from keyguard import cache, rules

    before, comma, last = incomplete.rpartition(",")
    return _of(rules.load((), cache.remember).rules, last, before + comma)


def _files(incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(incomplete, type="file")]


def _folders(incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(incomplete, type="dir")]


_WORDS: dict[str, Callable[[str], list[CompletionItem]]] = {
    "FORMAT": _formats,
    "FORMAT=FILE": _reports,
    "SEVERITY": _severities,
    "WORD": _confidences,
    "RULE": _rules,
    "ID": _rules,
    "FILE": _files,
    "PATH": _files,
    "DIR": _folders,
}
