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


def _fish_paths(function: str) -> str:
    return f"""\
            set -l end (string escape --style=regex -- "$metadata[2]")\\$;
            set -l before (string replace --regex -- "$end" "" "$token");
            for path in ({function} "$metadata[2]");
                echo "$before$path";
            end;"""


_COMPINIT = "(( $+functions[compdef] )) || { autoload -Uz compinit; compinit }"  # a bare .zshrc has no `compdef`

# Changes to click's scripts: what stands before the completed part of a word stays (`--format=`, `sarif=`); behind
# `sarif=` a file's name follows, and no blank; a list of rules holds commas. bash cuts a word at each `=`, and click
# has to see it whole.
_CHANGES = {
    "bash": {
        "    local response\n": """\
    local response word words=() rest=$COMP_LINE

    for word in "${COMP_WORDS[@]:0:COMP_CWORD + 1}"; do
        if [[ ${#words[@]} -gt 0 && $rest == [![:blank:]]* && $rest == "$word"* ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        rest=${rest#*"$word"}
    done
""",
        '"${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD': '"${words[*]}" COMP_CWORD=$((${#words[@]} - 1))',
        "COMPREPLY+=($value)": "COMPREPLY+=($value)\n            [[ $value == *= ]] && compopt -o nospace",
    },
    "zsh": {
        "#compdef keyguard\n": f"#compdef keyguard\n\n{_COMPINIT}\n",
        "    for type key descr in": "    [[ $PREFIX == --*=* ]] && compset -P 1 '*='\n\n    for type key descr in",
        "            _path_files": '            compset -P "${(b)PREFIX%$key}"\n            _path_files',
        "compadd -U -V": "[[ $completions[1] == *= ]] && compadd -S '' -V unsorted -a completions || compadd -V",
    },
    "fish": {
        "    for completion in": """\
    set -l token (commandline -t);
    set -l option (string match --regex -- '^--[^=]+=' "$token");

    for completion in""",
        'string split ","': 'string split --max 1 ","',
        "            __fish_complete_directories $metadata[2];": _fish_paths("__fish_complete_directories"),
        "            __fish_complete_path $metadata[2];": _fish_paths("__fish_complete_path"),
        "echo $metadata[2]": 'echo "$option$metadata[2]"',
    },
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
    from keyguard import api

    before, comma, last = incomplete.rpartition(",")
    return _of(api.load_rules().rules, last, before + comma)


def _agents(incomplete: str) -> list[CompletionItem]:
    """Complete the last of several agents."""
    from keyguard.agents import AGENTS

    before, comma, last = incomplete.rpartition(",")
    return _of(AGENTS, last, before + comma)


def _sites(incomplete: str) -> list[CompletionItem]:
    from keyguard import providers

    return _of([site.id for provider in providers.known().values() for site in provider.sites], incomplete)


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
    "AGENT": _agents,
    "SITE": _sites,
    "FILE": _files,
    "PATH": _files,
    "DIR": _folders,
}
