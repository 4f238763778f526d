"""Help, manual page and completion say the same of every command."""

from __future__ import annotations

import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

import click
import pytest

from keyguard.cli import commands, manual

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Keyguard


def every(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from every(below, click.Context(below, parent=context, info_name=name))


CONTEXTS = list(every(commands, click.Context(commands, info_name="keyguard")))


def example_lines(context: click.Context) -> list[str]:
    _, title, *lines = (context.command.epilog or "\b\nnone").split("\n")
    assert title == "Examples:", f"{context.command_path} has no examples"
    return [re.split(r" {2,}", line.strip())[0] for line in lines]


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.command_path)
class TestEveryCommand:
    def test_has_help_that_fits_80_columns_on_any_terminal(self, context: click.Context, keyguard: Keyguard) -> None:
        for columns in ("80", "200"):
            ran = keyguard(*context.command_path.split()[1:], "--help", env={"COLUMNS": columns})
            assert ran.code == 0
            assert [line for line in ran.out.splitlines() if len(line) > 80] == []
            assert "\nExamples:\n" in re.sub(r"(?m)^ +", "", ran.out)
            assert re.findall(r".*(?:\w\.\.\.|\w-)$", ran.out.partition("Options:")[2], re.MULTILINE) == []

    def test_has_examples_that_can_be_pasted_whole(self, context: click.Context, keyguard: Keyguard) -> None:
        shown = keyguard(*context.command_path.split()[1:], "--help").out.partition("Examples:\n")[2]
        assert len(shown.strip().splitlines()) == len(example_lines(context))
        for line, example in zip(shown.strip().splitlines(), example_lines(context), strict=True):
            assert shlex.split(line, comments=True) == shlex.split(example)

    def test_has_examples_that_it_understands(self, context: click.Context) -> None:
        for line in example_lines(context):
            called = line.rpartition("| ")[2].partition(" > ")[0]
            words = shlex.split(called.removeprefix('eval "$(').removesuffix(')"'))
            assert words[0] == "keyguard"
            parsed, rest = click.Context(commands), words[1:]
            command: click.Command = commands
            while isinstance(command, click.Group):
                _, found, rest = command.resolve_command(parsed, rest)
                assert found is not None
                command = found
            command.make_context(command.name, list(rest), parent=parsed)

    def test_stands_in_the_manual_page_with_all_its_options(self, context: click.Context) -> None:
        if isinstance(context.command, click.Group):
            return
        section = manual.page(commands).split(f'.SS "{context.command_path}"\n')[1].split("\n.S")[0].replace("\\-", "-")
        for param in context.command.params:
            if isinstance(param, click.Option):
                assert param.opts[-1] in section
        assert (context.command.help or "").split("\n")[0].split("'")[0] in section


def test_the_manual_page_is_what_man_can_show(tmp_path: Path) -> None:
    tool = shutil.which("mandoc") or shutil.which("groff")
    if tool is None:
        if os.environ.get("CI"):
            pytest.fail("install mandoc or groff")
        pytest.skip("neither mandoc nor groff is here")
    file = tmp_path / "keyguard.1"
    file.write_text(manual.page(commands), "utf-8")
    check = ["-T", "lint", "-W", "warning"] if tool.endswith("mandoc") else ["-man", "-ww", "-z"]
    done = subprocess.run([tool, *check, file], capture_output=True, check=False, text=True)
    assert done.stdout + done.stderr == ""


# --- completion


WORDS = [
    ("keyguard sca", ["scan"]),
    ("keyguard baseline ", ["audit", "create", "prune"]),
    ("keyguard scan --base", ["--baseline"]),
    ("keyguard scan --fail-on cri", ["critical"]),
    ("keyguard scan --min-confidence ", ["high", "medium", "low"]),
    ("keyguard scan -f sar", ["sarif"]),
    ("keyguard scan --report sar", ["sarif="]),
    ("keyguard scan --only okx-api-key,okx-se", ["okx-api-key,okx-secret-key", "okx-api-key,okx-secret-logged"]),
    ("keyguard explain okx-secret-k", ["okx-secret-key"]),
    ("keyguard completion f", ["fish"]),
    ("keyguard init --ci g", ["github", "gitlab"]),
    ("keyguard scan --okx-site e", ["eea"]),
]


def shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"install {name}")
        pytest.skip(f"{name} is not here")
    return found


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which `keyguard` is a command, and no configuration of a shell is read."""
    program = tmp_path / "bin" / "keyguard"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m keyguard "$@"\n')
    program.chmod(0o755)
    return os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}


def run(program: str, script: str, env: dict[str, str], cwd: Path) -> list[str]:
    done = subprocess.run([program, "-c", script], env=env, cwd=cwd, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(("line", "words"), WORDS)
def test_bash_completes(line: str, words: list[str], home: dict[str, str], tmp_path: Path) -> None:
    script = f"""
eval "$(keyguard completion bash)"
COMP_LINE={shlex.quote(line)}; COMP_WORDS=($COMP_LINE)
[[ $COMP_LINE == *' ' ]] && COMP_WORDS+=("")
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
compopt() {{ :; }}
_keyguard_completion keyguard
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    assert run(shell("bash"), script, home, tmp_path) == words


@pytest.mark.parametrize(("line", "words"), WORDS)
def test_fish_completes(line: str, words: list[str], home: dict[str, str], tmp_path: Path) -> None:
    script = (
        f"keyguard completion fish | source; complete -C {shlex.quote(line)} | string replace -r '\\t.*' ''; or true"
    )
    assert sorted(run(shell("fish"), script, home, tmp_path)) == sorted(words)


@pytest.mark.parametrize(("line", "words"), WORDS)
def test_zsh_completes(line: str, words: list[str], home: dict[str, str], tmp_path: Path) -> None:
    """What zsh would show is caught where the script hands it over; the rest needs somebody to press a key."""
    script = f"""
autoload -Uz compinit && compinit -D
eval "$(keyguard completion zsh)"
_describe() {{ print -l -- ${{completions_with_descriptions%%:*}} }}
compadd() {{ print -l -- $completions }}
words=({shlex.quote(line)}); words=(${{=words}})
[[ {shlex.quote(line)} == *' ' ]] && words+=("")
CURRENT=$#words
_keyguard_completion
"""
    assert run(shell("zsh"), script, home, tmp_path) == words


@pytest.mark.parametrize("before", ["", "autoload -Uz compinit && compinit -D\n", "setopt nounset\n"])
def test_zsh_completes_by_the_one_line_of_a_bare_zshrc(before: str, home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".zshrc").write_text(before + 'eval "$(keyguard completion zsh)"\n')
    env = home | {"ZDOTDIR": str(tmp_path), "TERM": "dumb"}
    asked = [shell("zsh"), "--no-globalrcs", "-i", "-c", "print -r -- $_comps[keyguard]"]
    done = subprocess.run(asked, env=env, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"_keyguard_completion\n", b"")


# What stands on the line after the key TAB; a blank behind a whole word is the shell's own business.
PRESSED = [
    ("keyguard scan --format=sar", "keyguard scan --format=sarif"),
    ("keyguard scan --fail-on=cri", "keyguard scan --fail-on=critical"),
    ("keyguard verify --okx-site=ee", "keyguard verify --okx-site=eea"),
    ("keyguard scan --only=okx-api-key,okx-secret-k", "keyguard scan --only=okx-api-key,okx-secret-key"),
    ("keyguard scan --report sar", "keyguard scan --report sarif="),
    ("keyguard scan --report=sar", "keyguard scan --report=sarif="),
    ("keyguard scan --report sarif=REA", "keyguard scan --report sarif=README.md"),
    ("keyguard scan --report=sarif=REA", "keyguard scan --report=sarif=README.md"),
    ("keyguard scan --baseline=REA", "keyguard scan --baseline=README.md"),
    ("keyguard scan --baseline REA", "keyguard scan --baseline README.md"),
    ("keyguard scan REA", "keyguard scan README.md"),
]
# Each reads nothing of the user's, and writes on Ctrl-O what stands on its line.
SHELLS = {
    "bash": (
        ["--norc", "--noprofile", "-i"],
        """bind 'set bell-style none'; bind -x '"\\C-o": printf %s "$READLINE_LINE" > line.new; mv line.new line'""",
    ),
    "zsh": (
        ["-f", "-i"],
        """autoload -Uz compinit && compinit -D; shown() { print -rn -- $BUFFER > line.new; mv line.new line }
        zle -N shown; bindkey '^O' shown""",
    ),
}


def press(name: str, lines: list[str], env: dict[str, str], cwd: Path) -> list[str]:
    """Type lines and press TAB behind each, in a shell on a terminal of its own."""
    arguments, setup = SHELLS[name]
    begin = f'{setup}; eval "$(keyguard completion {name})"; PS1=; : > ready\n'
    terminal, end = pty.openpty()
    with subprocess.Popen(
        [shell(name), *arguments], env=env | {"TERM": "dumb"}, cwd=cwd, stdin=end, stdout=end, stderr=end,
        start_new_session=True,
    ) as running:  # fmt: skip
        os.close(end)
        Thread(target=drain, args=(terminal,), daemon=True).start()
        try:
            os.write(terminal, begin.encode())
            await_file(cwd / "ready")
            shown = []
            for line in lines:
                os.write(terminal, f"\x15{line}\t\x0f".encode())
                shown.append(await_file(cwd / "line").rstrip(" "))
            return shown
        finally:
            running.kill()


def drain(terminal: int) -> None:
    """Read what a shell shows, or it would wait for somebody to."""
    with suppress(OSError):
        while os.read(terminal, 4096):
            pass


def await_file(path: Path) -> str:
    """Return what a file holds once it is there, and take it away."""
    for _ in range(1200):
        if path.exists():
            text = path.read_text("utf-8")
            path.unlink()
            return text
        time.sleep(0.05)
    pytest.fail(f"no {path.name} after a minute")


@pytest.mark.parametrize("name", SHELLS)
def test_what_stands_before_a_word_stays_when_tab_is_pressed(name: str, home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "README.md").touch()
    assert press(name, [line for line, _ in PRESSED], home, tmp_path) == [wanted for _, wanted in PRESSED]


def test_fish_keeps_what_stands_before_a_word(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "README.md").touch()
    asked = "; ".join(f"complete -C {shlex.quote(line)} | string replace -r '\\t.*' ''" for line, _ in PRESSED)
    shown = run(shell("fish"), f"keyguard completion fish | source; {asked}; or true", home, tmp_path)
    assert shown == [wanted.rpartition(" ")[2] for _, wanted in PRESSED]


def test_a_path_is_left_to_the_shell(home: dict[str, str], tmp_path: Path) -> None:
    env = home | {"COMP_WORDS": "keyguard scan src", "COMP_CWORD": "2", "_KEYGUARD_COMPLETE": "bash_complete"}
    assert run(shell("bash"), "keyguard", env, tmp_path) == ["file,src"]
