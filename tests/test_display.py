"""What the scanned side names reaches no runner of CI as a command, and no terminal as more than text."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keyguard.display import in_json, visible
from keyguard.report import FORMATS
from tests import command
from tests.cli.conftest import put

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = [
    "::set-output name=pwned::x",
    " ::add-mask::x",
    "##[set-output name=pwned;]x",
    "##vso[task.setvariable variable=pwned]x",
    "x ##teamcity[buildStop]",
    "###[error]x",
    "x\n::stop-commands::x",
    "x\r##[group]x",
    "\x1b[2K\x1b[1Ax",
    "\u202ex",
]
_COMMAND = re.compile(rb"(?m)^\s*::|##[\w.-]*\[|[\x00-\x08\x0b-\x1f\x7f]")
_OURS = re.compile(rb"(?m)^::(error|warning|notice) ")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository in which everything that can be named is named like a command."""
    folder = tmp_path_factory.mktemp("hostile")

    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)  # noqa: S607

    git("init", "--quiet")
    for number, name in enumerate(NAMES):
        put(folder / f"{name}.env", f"{'' if number else f'# keyguard: ignore[{name}] {name}'}\n{_env(number)}")
        put(folder / name / "large.txt", f"{_env(number)}{'x' * 6000}")
        git("config", "--add", "user.name", name)
        git("config", "user.email", "t@example.com", "email")
        git("add", "--all")
        git("commit", "--quiet", "--message", f"{name}\n\n{_filled(number)}", f"--author={name} <a@b>")
        git("config", "--unset-all", "user.name")
    (folder / ".keyguardignore").write_text(
        "".join(f"{name}/nothing  # {name}\n" for name in NAMES if not {"\n", "\x1b"} & {*name})
    )
    return folder


def _env(number: int) -> str:
    return (
        f"OKX_API_KEY=<api_key:{number}>\nOKX_SECRET_KEY=<secret_key:{number}>\nOKX_PASSPHRASE=<passphrase:{number}>\n"
    )


def _filled(number: int) -> str:
    from keyguard.packs import expand

    return expand(_env(number), "message")


def _commands(*streams: bytes) -> Iterator[bytes]:
    for stream in streams:
        for line in _OURS.sub(b"", stream).replace(b"\r\n", b"\n").split(b"\n"):
            if found := _COMMAND.search(line):
                yield line[max(0, found.start() - 40) : found.end() + 40]


@pytest.mark.parametrize("format_", FORMATS)
def test_no_name_is_a_command_in_a_log(hostile: Path, format_: str) -> None:
    ran = command.run("scan", "--format", format_, "--max-file-size=5KiB", cwd=hostile)
    assert ran.returncode in {1, 2}
    assert b"pwned" in ran.stdout
    assert list(_commands(ran.stdout, ran.stderr)) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "words",
    [
        ("scan", "{}"),
        ("scan", "--only", "{}"),
        ("scan", "--config", "{}"),
        ("scan", "--report", "json={}/x/y"),
        ("scan", "--format", "{}"),
        ("explain", "{}"),
        ("rules", "test", "{}"),
        ("{}",),
    ],
)
def test_no_typed_word_is_a_command_in_an_error(tmp_path: Path, words: tuple[str, ...], name: str) -> None:
    ran = command.run(*(word.format(name) for word in words), cwd=tmp_path)
    assert (ran.returncode, ran.stderr[:5]) == (2, b"error")
    assert list(_commands(ran.stdout, ran.stderr)) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_configuration_is_a_command(tmp_path: Path, name: str) -> None:
    rule = {"id": "own", "title": name, "severity": "low", "why": name, "fix": f"{'word ' * 40}{name}", "pattern": "zq"}
    put(tmp_path / "own.yml", json.dumps({"provider": "own", "rules": [rule | {"examples": {"match": ["zq"]}}]}))
    put(tmp_path / ".keyguard.yml", json.dumps({"rules": ["own.yml"], "allow": [{"match": name, "reason": name}]}))
    put(tmp_path / "a.txt", "zq\n")
    for words in (
        ("scan",),
        ("scan", "--format=json"),
        ("explain", "--rules=own.yml", "own"),
        ("rules", "show", "own"),
    ):
        ran = command.run(*words, cwd=tmp_path)
        assert list(_commands(ran.stdout, ran.stderr)) == []


def test_a_name_in_json_is_the_name_as_it_is() -> None:
    written = in_json(json.dumps(NAMES))
    assert json.loads(written) == NAMES
    assert not _COMMAND.search(written.encode())


def test_a_plain_text_is_shown_as_it_is() -> None:
    for text in ("a::b", "std::vector<int>", "a#b", "## heading", "#[derive]", "Türkiye", "C# [x]", "a ## b [c]"):
        assert visible(text) == text


def test_commands_write_to_a_terminal_through_one_door() -> None:
    for file in Path("keyguard/cli").rglob("*.py"):
        said = re.findall(r"click\.s?echo\((?!json|script|_json)", file.read_text("utf-8"))
        assert not said or file.name == "screen.py", file
