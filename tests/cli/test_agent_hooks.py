"""Hooks of coding agents as users install them: into settings that are there, are broken, or are links."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keyguard.agents import AGENTS, agent
from tests.agents.events import EVENTS
from tests.cli.conftest import put, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Keyguard, Ran

_FILES = {
    "claude-code": ".claude/settings.json",
    "codex": ".codex/hooks.json",
    "cursor": ".cursor/hooks.json",
    "gemini-cli": ".gemini/settings.json",
    "kiro": ".kiro/hooks/keyguard.json",
}
_OWN = {**_FILES, "copilot": ".copilot/hooks/keyguard.json"}
_ALL = ",".join(_FILES)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    folder = tmp_path / "bot"
    folder.mkdir()
    subprocess.run(["git", "init", "--quiet", folder], check=True)  # noqa: S607
    return folder


@pytest.fixture
def hook(keyguard: Keyguard, home: Path, bot: Path) -> Callable[..., Ran]:
    environment = {"HOME": str(home), "CLAUDE_CONFIG_DIR": "", "CODEX_HOME": "", "COPILOT_HOME": ""}

    def run(*words: str, **env: str) -> Ran:
        return keyguard("hook", *words, cwd=bot, env={**environment, **env})

    return run


@pytest.mark.parametrize("name", AGENTS)
def test_the_registered_command_answers_an_event(hook: Callable[..., Ran], bot: Path, home: Path, name: str) -> None:
    assert hook("install", "--agent", name, "--user", "--yes").code == 0
    said = json.loads((home / _OWN[name]).read_text())
    event = next(iter(agent(name).entries("")))[0]
    entry = said["hooks"][0]["action"] if name == "kiro" else said["hooks"][event][0]
    words = shlex.split((entry["hooks"][0] if "hooks" in entry else entry)["command"])
    told = json.dumps(EVENTS[name]("hello")["prompt"])
    ran = subprocess.run(words, input=told, capture_output=True, text=True, check=True, cwd=bot)
    assert (ran.stdout, ran.stderr) == ("" if name == "kiro" else "{}\n", "")


def test_a_project_gets_its_hooks_shown_written_and_taken_out_again(hook: Callable[..., Ran], bot: Path) -> None:
    settings = put(bot / ".claude" / "settings.json", '{\n    "model": "opus"  // mine\n}\n')
    before = settings.read_text()
    shown = hook("install", "--agent", _ALL, "--dry-run")
    assert (shown.code, settings.read_text()) == (0, before)
    assert '+    "hooks": {' in shown.out
    assert not (bot / ".cursor").exists()
    assert hook("install", "--agent", _ALL).code == 2  # nobody is there to ask
    assert settings.read_text() == before
    done = hook("install", "--agent", _ALL, "--yes")
    assert done.code == 0
    assert "trusted it: type /hooks in Codex" in done.out
    assert all((bot / file).is_file() for file in _FILES.values())
    assert settings.read_text().startswith('{\n    "model": "opus",  // mine\n    "hooks": {\n')
    assert "Nothing to write" in hook("install", "--agent", _ALL, "--yes").out
    assert [line.partition(" (")[0] for line in hook("status").out.splitlines()] == [
        *(f"{name}: installed" for name in _FILES),
        "copilot: not installed",
    ]
    assert hook("uninstall", "--agent", _ALL, "--yes").code == 0
    assert settings.read_text() == before
    assert hook("status").out.count("not installed") == 6
    assert "There is no hook of keyguard's." in hook("uninstall", "--agent", _ALL, "--yes").out


def test_one_s_own_settings_and_those_of_one_project(hook: Callable[..., Ran], bot: Path, home: Path) -> None:
    assert hook("install", "--agent", ",".join(_OWN), "--user", "--yes").code == 0
    assert all((home / file).is_file() for file in _OWN.values())
    assert hook("install", "--agent", "claude-code", "--local", "--yes", "--on-failure", "block").code == 0
    local = (bot / ".claude" / "settings.local.json").read_text()
    assert local.count("hook run --agent claude-code --on-failure block") == 3
    refused = hook("install", "--agent", "cursor", "--local", "--yes")
    assert (refused.code, refused.err) == (
        2,
        "error: Cursor can be registered without --local.\n",
    )
    refused = hook("install", "--agent", "copilot", "--yes")
    assert (refused.code, refused.err) == (
        2,
        "error: GitHub Copilot CLI can be registered with --user only.\n",
    )
    told = hook("status").out
    assert "claude-code: installed (~/.claude/settings.json)" in told
    assert f"claude-code: installed ({bot}/.claude/settings.local.json)" in told


def test_a_folder_that_a_variable_names_is_the_agent_s(hook: Callable[..., Ran], tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    assert hook("install", "--agent", "codex", "--user", "--yes", CODEX_HOME=str(moved)).code == 0
    assert (moved / "hooks.json").is_file()
    gone = hook("install", "--agent", "codex", "--user", "--yes", CODEX_HOME=str(tmp_path / "no"))
    assert gone.code == 2
    assert "does not exist" in gone.out


@pytest.mark.parametrize("text", ["{", "[]", '{"hooks": []}', "\x00", '{"a": 1, "a": 2}'])
def test_broken_settings_are_left_alone_with_what_to_add(hook: Callable[..., Ran], bot: Path, text: str) -> None:
    settings = put(bot / ".claude" / "settings.json", text)
    ran = hook("install", "--agent", "claude-code,cursor", "--yes")
    assert ran.code == 2
    assert ".claude/settings.json is left alone" in ran.out
    assert '"keyguard hook run --agent claude-code"' in ran.out
    assert settings.read_text() == text
    assert (bot / ".cursor" / "hooks.json").is_file()
    assert f"claude-code: could not be read ({settings})" in hook("status").out


def test_a_link_is_not_followed(hook: Callable[..., Ran], bot: Path, tmp_path: Path) -> None:
    there = put(tmp_path / "there.json", "{}\n")
    (bot / ".claude").mkdir()
    (bot / ".claude" / "settings.json").symlink_to(there)
    (bot / ".cursor").symlink_to(tmp_path)
    ran = hook("install", "--agent", "claude-code,cursor", "--yes")
    assert ran.code == 2
    assert ran.out.count("a symbolic link is on the way to it") == 2
    assert there.read_text() == "{}\n"
    assert not (tmp_path / "hooks.json").exists()


def test_a_file_that_others_may_write_and_one_that_is_read_only_are_left_alone(
    hook: Callable[..., Ran], bot: Path
) -> None:
    settings = put(bot / ".cursor" / "hooks.json", "{}\n")
    for mode, reason in ((0o666, "others may write to it"), (0o444, "it is read-only")):
        settings.chmod(mode)
        ran = hook("install", "--agent", "cursor", "--yes")
        assert (ran.code, f"is left alone: {reason}" in ran.out) == (2, True)
    assert settings.read_text() == "{}\n"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives a file away")
def test_a_file_of_another_user_is_left_alone(hook: Callable[..., Ran], bot: Path) -> None:
    settings = put(bot / ".cursor" / "hooks.json", "{}\n")
    os.chown(settings, 12345, -1)
    ran = hook("install", "--agent", "cursor", "--yes")
    assert (ran.code, "it belongs to another user" in ran.out) == (2, True)


def test_the_mode_of_a_file_stays(hook: Callable[..., Ran], bot: Path) -> None:
    settings = put(bot / ".cursor" / "hooks.json", "{}\n")
    settings.chmod(0o600)
    assert hook("install", "--agent", "cursor", "--yes").code == 0
    assert settings.stat().st_mode & 0o777 == 0o600


def test_keys_in_the_lines_around_a_change_are_masked(hook: Callable[..., Ran], bot: Path) -> None:
    env = '{"env": {"OKX_API_KEY": "<api_key>", "OKX_SECRET_KEY": "<secret_key>", "OKX_PASSPHRASE": "<passphrase>"}}'
    put(bot / ".claude" / "settings.json", f"{env}\n")
    for words in (("install", "--dry-run"), ("install", "--yes"), ("uninstall", "--yes")):
        ran = hook(words[0], "--agent", "claude-code", words[1])
        assert ran.code == 0
        assert "OKX_PASSPHRASE" in ran.out
        assert not [None for value in values() if value in ran.out + ran.err]


def test_status_tells_what_was_changed_and_what_runs_nothing(hook: Callable[..., Ran], bot: Path) -> None:
    hook("install", "--agent", _ALL, "--yes")
    cursor = bot / _FILES["cursor"]
    cursor.write_text(cursor.read_text().replace("beforeReadFile", "stop"))
    codex = bot / _FILES["codex"]
    said = json.loads(codex.read_text())
    for entries in said["hooks"].values():
        entries[0]["hooks"][0]["command"] = "/nowhere/keyguard hook run --agent codex"
    codex.write_text(json.dumps(said))
    ran = hook("status")
    assert ran.code == 1
    assert f"cursor: changed ({cursor})" in ran.out
    assert f"codex: runs a keyguard that does not exist ({codex})" in ran.out
    assert hook("install", "--agent", _ALL, "--yes").code == 0
    assert hook("status").code == 0


def test_what_is_no_agent_and_what_does_not_go_together(hook: Callable[..., Ran]) -> None:
    assert hook("install", "--agent", "curser", "--yes").err == (
        "error: there is no agent 'curser'.\nhint: Did you mean 'cursor'?\n"
    )
    refused = hook("install", "--agent", "opencode", "--yes").err
    assert refused.startswith("error: opencode has no hooks for keyguard.\nhint: It has plugins in JavaScript")
    for words in (
        ("install", "--user"),
        ("install", "--on-finding", "warn"),
        ("install", "--agent", "cursor", "--type", "pre-push"),
        ("install", "--agent", "cursor", "--", "--fail-on", "high"),
        ("uninstall", "--yes"),
        ("uninstall", "--agent", "claude-code", "--user", "--local"),
    ):
        assert hook(*words).code == 2


def test_a_folder_outside_of_git_is_a_project_too(keyguard: Keyguard, tmp_path: Path) -> None:
    assert keyguard("hook", "install", "--agent", "cursor", "--yes", "-C", str(tmp_path)).code == 0
    assert Path(tmp_path / ".cursor" / "hooks.json").is_file()
