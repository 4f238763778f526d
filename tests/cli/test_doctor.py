"""`keyguard doctor` in made-up homes: what is told of each place, who may read it, and what is never shown or done."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.doctor.places import SYSTEMS, Layout
from keyguard.packs import expand
from tests.cli.conftest import ENV_FILE, put, values
from tests.doctor.homes import filled, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Keyguard, Ran

MCP = json.dumps(
    {
        "mcpServers": {
            "okx-trade": {
                "command": "npx",
                "env": {
                    "OKX_API_KEY": "<api_key>",
                    "OKX_SECRET_KEY": "<secret_key>",
                    "OKX_PASSPHRASE": "<passphrase>",
                },
            },
            "files": {"command": "npx"},
        }
    }
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return an empty home."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def doctor(keyguard: Keyguard, home: Path) -> Callable[..., Ran]:
    """Run the command in a home of its own; no output ever holds a value."""

    def run(*arguments: str | Path, cwd: Path | None = None, **more: Any) -> Ran:
        where = cwd or home.parent / "work"
        where.mkdir(exist_ok=True)
        environment = {"HOME": str(home), "XDG_CONFIG_HOME": "", "CLAUDE_CONFIG_DIR": "", "CODEX_HOME": ""}
        ran = keyguard("doctor", *arguments, cwd=where, env={**environment, **more})
        assert not any(value in ran.out + ran.err for value in values())
        return ran

    return run


def private(path: Path, text: str = ENV_FILE, **more: Any) -> Path:
    put(path, text, **more).chmod(0o600)
    return path


def told(ran: Ran) -> dict[str, tuple[str, str, list[str]]]:
    """Return of each place its tool, severity and problems."""
    return {
        place["path"]: (place["tool"], place["severity"], [one["id"] for one in place["problems"]])
        for place in ran.report["places"]
    }


# --- places


def test_a_home_without_a_credential_passes(doctor: Callable[..., Ran], home: Path) -> None:
    put(home / ".bash_history", "ls\n")
    ran = doctor()
    assert (ran.code, ran.out) == (0, "No credential in 1 file of this computer's tools.\n")


def test_each_place_is_told_with_its_tool_and_how_bad_it_is(doctor: Callable[..., Ran], home: Path) -> None:
    private(home / ".okx" / "config.toml", text("config.toml"), seed="one")
    private(home / ".bash_history", "okx config add-profile AK=<api_key> SK=<secret_key> PP=<passphrase>\n", seed="two")
    private(home / ".claude" / "projects" / "x" / "session.jsonl", json.dumps({"text": ENV_FILE}), seed="three")
    private(home / ".config" / "Claude" / "claude_desktop_config.json", MCP, seed="four")
    ran = doctor("--format", "json")
    assert ran.code == 1
    assert told(ran) == {
        "~/.bash_history": ("Shell history", "high", []),
        "~/.claude/projects/x/session.jsonl": ("Claude Code", "high", []),
        "~/.config/Claude/claude_desktop_config.json": ("Claude Desktop", "medium", []),
        "~/.okx/config.toml": ("OKX Agent Trade Kit", "medium", []),
    }
    assert [len(place["credentials"][0]["parts"]) for place in ran.report["places"]] == [3, 3, 3, 3]


def test_the_settings_folder_of_the_environment_is_looked_into(doctor: Callable[..., Ran], home: Path) -> None:
    private(home / "settings" / "Code" / "User" / "mcp.json", MCP)
    private(home / "agent" / "history.jsonl")
    ran = doctor("-f", "json", XDG_CONFIG_HOME=str(home / "settings"), CLAUDE_CONFIG_DIR=str(home / "agent"))
    assert set(told(ran)) == {"~/settings/Code/User/mcp.json", "~/agent/history.jsonl"}


@pytest.mark.parametrize("system", SYSTEMS)
def test_another_home_is_looked_into_in_the_layout_of_its_system(
    system: str, doctor: Callable[..., Ran], tmp_path: Path
) -> None:
    made = filled(Layout.of(tmp_path / "theirs", system), tmp_path / "project")
    named = ("--system", system) if system == "linux" else ()  # a home of the others looks like theirs
    ran = doctor("--home", tmp_path / "theirs", *named, tmp_path / "project", "--format", "json")
    assert (ran.code, ran.report["system"]) == (1, system)
    shown = {path.replace(f"{tmp_path / 'theirs'}/", "~/"): tool for path, tool in made.items()}
    assert {place["path"]: place["tool"] for place in ran.report["places"]} == shown
    assert {place["mode"] is None for place in ran.report["places"]} == {system == "windows"}


def test_a_demo_credential_and_a_lone_part_are_less_bad(doctor: Callable[..., Ran], home: Path) -> None:
    put(home / ".bash_history", ENV_FILE.replace("OKX_", "OKX_DEMO_"))
    assert told(doctor("-f", "json"))["~/.bash_history"][1] == "medium"
    assert doctor("--fail-on", "high").code == 0


def test_a_comment_that_ignores_silences_nothing_here(doctor: Callable[..., Ran], home: Path) -> None:
    private(home / ".bashrc", "export OKX_API_KEY=<api_key> OKX_SECRET_KEY=<secret_key>  # keyguard: ignore\n")
    put(home / ".keyguardignore", "*\n")
    put(home / ".keyguard.yml", "exclude: ['*']\n")
    assert doctor().code == 1


def test_what_is_encrypted_or_refers_to_a_variable_is_no_credential(doctor: Callable[..., Ran], home: Path) -> None:
    keystore = json.dumps({"crypto": {"cipher": "aes-128-ctr", "ciphertext": "<hex32>", "mac": "<hex32><hex32>"}})
    encrypted = expand(keystore, "kept").encode().hex()
    parts = ("okx_api_key", "okx_secret_key", "okx_passphrase")
    put(home / "hummingbot/conf/connectors/okx.yml", "".join(f"{part}: {encrypted}\n" for part in parts))
    fernet = {"api-key": "gAAAAA<alnum16:1><alnum16:2>", "api-secret": "gAAAAA<alnum16:3><alnum16:4>"}
    put(home / "OctoBot/user/config.json", json.dumps({"exchanges": {"okx": fernet}}))
    names = ("OKX_API_KEY", "OKX_SECRET_KEY", "OKX_PASSPHRASE")
    for path, form in ((".claude.json", "${%s}"), (".cursor/mcp.json", "${env:%s}"), (".gemini/settings.json", "$%s")):
        env = {name: form % name for name in names}
        put(home / path, json.dumps({"mcpServers": {"okx-trade": {"env": env}}}))
    put(home / ".bash_history", "export OKX_API_KEY=$(pass okx/key)\nokx config add-profile AK=$AK SK=$SK PP=$PP\n")
    ran = doctor("-f", "json")
    assert (ran.code, ran.report["places"]) == (0, [])
    assert {name for agent in ran.report["agents"] for name in agent["servers"]} == {"okx-trade"}


# --- who else may read it


@pytest.mark.skipif(os.name == "nt", reason="modes say nothing there")
def test_a_file_that_others_may_read_is_told_with_its_mode(doctor: Callable[..., Ran], home: Path) -> None:
    with TemporaryDirectory() as folder:  # the folders of tests are entered by nobody else
        Path(folder).chmod(0o755)
        put(Path(folder) / ".okx" / "config.toml").chmod(0o644)
        ran = doctor(HOME=folder)
        assert "high  ~/.okx/config.toml" in ran.out
        assert "everybody may read it (mode 0644): chmod 600 ~/.okx/config.toml" in ran.out
        (Path(folder) / ".okx").chmod(0o700)
        assert "may read it" not in doctor(HOME=folder).out


def test_a_key_in_use_that_nobody_renewed_is_told_and_one_in_a_history_is_not(
    doctor: Callable[..., Ran], home: Path
) -> None:
    then = time.time() - 200 * 86_400
    for name in (".okx/config.toml", ".bash_history", ".vntrader/connect_okx.json"):
        private(home / name)
    for name in (".okx/config.toml", ".bash_history"):
        os.utime(home / name, (then, then))
    problems = {path: ids for path, (_, _, ids) in told(doctor("--format", "json")).items()}
    assert problems == {"~/.okx/config.toml": ["stale"], "~/.bash_history": [], "~/.vntrader/connect_okx.json": []}
    assert "last changed 200 days ago" in doctor().out


def test_what_git_tracks_is_worst_and_an_ignored_file_is_told_as_any(doctor: Callable[..., Ran], home: Path) -> None:
    repository = home / "bot"
    private(repository / ".mcp.json", MCP, seed="one")
    private(repository / ".env", seed="two")
    private(repository / "user_data" / "config.json", MCP, seed="three")
    (repository / ".gitignore").write_text(".env\n")
    for command in (["init", "-q"], ["add", ".mcp.json", ".gitignore"]):
        subprocess.run(["git", *command], cwd=repository, check=True)  # noqa: S607
    below = repository / "src"
    below.mkdir()
    assert told(doctor("-f", "json", cwd=below)) == {
        "~/bot/.env": ("Project's environment", "medium", []),
        "~/bot/.mcp.json": ("Claude Code", "critical", ["tracked"]),
        "~/bot/user_data/config.json": ("freqtrade", "high", ["untracked"]),
    }


# --- what is used twice


def test_one_key_of_two_programs_and_one_passphrase_of_two_keys_are_told(
    doctor: Callable[..., Ran], home: Path
) -> None:
    private(home / ".okx" / "config.toml", text("config.toml"))
    private(home / ".claude.json", MCP)
    private(home / ".onchainos" / ".env", ENV_FILE.replace("key>", "key:2>"))
    private(home / ".claude" / "history.jsonl")  # a copy, and no use
    reuse = doctor("-f", "json").report["reuse"]
    assert [(one["part"], one["paths"]) for one in reuse] == [
        ("api_key", ["~/.claude.json", "~/.okx/config.toml"]),
        ("passphrase", ["~/.claude.json", "~/.okx/config.toml", "~/.onchainos/.env"]),
    ]


def test_backups_of_one_tool_are_no_reuse(doctor: Callable[..., Ran], home: Path) -> None:
    private(home / ".okx" / "config.toml", text("config.toml"))
    private(home / ".okx" / "config.toml.bak")
    assert doctor("-f", "json").report["reuse"] == []


# --- agents


def test_agents_are_told_with_their_servers_and_conversations(doctor: Callable[..., Ran], home: Path) -> None:
    private(home / ".claude.json", MCP)
    put(home / ".codex" / "config.toml", '[mcp_servers.docs]\ncommand = "docs"\n')
    put(home / ".cursor" / "mcp.json", "{ // broken\n")
    put(home / ".gemini" / "settings.json", '{"theme": "dark"}')
    put(home / ".kiro" / "settings" / "mcp.json", '{ // mine\n  "mcpServers": {"notes": {"command": "npx"},}\n}\n')
    put(home / ".codex" / "sessions" / "2026" / "11" / "one.jsonl", "{}\n")
    private(home / ".codex" / "history.jsonl", json.dumps({"text": ENV_FILE}))
    report = doctor("-f", "json").report
    assert [(one["agent"], one["path"], one["servers"], one["holds_credential"]) for one in report["agents"]] == [
        ("Claude Code", "~/.claude.json", ["okx-trade", "files"], True),
        ("Codex", "~/.codex/config.toml", ["docs"], False),
        ("Cursor", "~/.cursor/mcp.json", None, False),
        ("Kiro", "~/.kiro/settings/mcp.json", ["notes"], False),
    ]
    assert report["transcripts"] == [{"agent": "Codex", "files": 2, "holding": 1}]


def test_the_hooks_of_agents_that_are_used_are_told(doctor: Callable[..., Ran], keyguard: Keyguard, home: Path) -> None:
    put(home / ".cursor" / "mcp.json", json.dumps({"mcpServers": {"files": {"command": "npx"}}}))
    told = doctor()
    assert told.code == 0
    assert "hook of Cursor: none; keyguard hook install --agent cursor --user has keys blocked and masked" in told.out
    assert "hook of Codex" not in told.out
    environment = {"HOME": str(home), "CLAUDE_CONFIG_DIR": "", "CODEX_HOME": ""}
    keyguard("hook", "install", "--agent", "cursor", "--user", "--yes", env=environment)
    assert "hook of Cursor: works (~/.cursor/hooks.json)" in doctor().out
    hooks = home / ".cursor" / "hooks.json"
    hooks.write_text(hooks.read_text().replace("preToolUse", "stop"))
    changed = doctor("--quiet")
    assert (changed.code, changed.out.splitlines()[0]) == (
        1,
        "medium  hook of Cursor: ~/.cursor/hooks.json: it was changed, or written by another version",
    )
    assert json.loads(doctor("--format", "json").out)["agent_hooks"] == [
        {"agent": "cursor", "scope": "user", "path": "~/.cursor/hooks.json", "state": "changed"}
    ]


def test_a_server_that_is_named_after_its_key_is_masked(doctor: Callable[..., Ran], home: Path) -> None:
    named = MCP.replace('"files"', '"<api_key>"')
    private(home / ".claude.json", named)
    ran = doctor()
    assert "okx-trade, ********" in ran.out


@pytest.mark.parametrize("hostile", ["[" * 100_000, '{"mcpServers": ["a"], "projects": 1}', "\\ud800", "\0" * 64])
def test_settings_that_are_none_break_nothing(hostile: str, doctor: Callable[..., Ran], home: Path) -> None:
    for path in (".claude.json", ".codex/config.toml", ".mcp.json"):
        put(home / path, hostile)
    assert doctor(cwd=home).code == 0


# --- how it is asked


def test_nothing_that_a_repository_names_is_run(doctor: Callable[..., Ran], home: Path) -> None:
    ran_here = home / "ran"
    (home / "bot").mkdir()
    for words in (["init", "-q"], *(["config", key, f"touch {ran_here}"] for key in ("core.fsmonitor", "core.pager"))):
        subprocess.run(["git", *words], cwd=home / "bot", check=True)  # noqa: S607
    put(home / "bot" / ".git" / "hooks" / "pre-commit", f"#!/bin/sh\ntouch {ran_here}\n").chmod(0o755)
    put(home / "bot" / ".mcp.json", json.dumps({"mcpServers": {"a": {"command": f"touch {ran_here}"}}}))
    assert "another" in doctor("-f", "json", cwd=home / "bot").out
    assert not ran_here.exists()


def test_what_is_no_folder_or_no_severity_is_an_error(doctor: Callable[..., Ran], home: Path) -> None:
    assert doctor("nowhere").err.startswith("error: 'nowhere' is no folder.")
    assert doctor("--home", home / "nowhere").code == 2
    assert doctor("--fail-on", "hihg").code == 2
    assert doctor("--system", "macos").code == 2


def test_nothing_is_written_and_what_lies_beside_is_not_read(doctor: Callable[..., Ran], home: Path) -> None:
    private(home / ".okx" / "config.toml", text("config.toml"))
    put(home / "Projects" / "secret.env")
    before = {path: path.stat().st_mtime_ns for path in sorted(home.rglob("*"))}
    ran = doctor("--quiet")
    assert {path: path.stat().st_mtime_ns for path in sorted(home.rglob("*"))} == before
    assert "secret.env" not in ran.out
