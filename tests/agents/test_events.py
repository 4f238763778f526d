"""What agents tell a hook, and what it answers in each agent's own form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.agents import AGENTS, Agent, agent, claude_code, codex, copilot, cursor, gemini_cli, kiro
from keyguard.packs import expand
from tests import command
from tests.agents.events import EVENTS, vscode

if TYPE_CHECKING:
    from pathlib import Path

_LINES = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
_PARTS = ("api_key", "secret_key", "passphrase")

# That the modules fit is for mypy to say.
_ALL: list[Agent] = [claude_code, codex, cursor, gemini_cli, kiro, copilot]


def answered(name: str, event: dict[str, Any], cwd: Path, *options: str) -> tuple[dict[str, Any], str]:
    """Run the hook on an event with its marks filled; the answer holds none of the values."""
    raw = expand(json.dumps(event), "agents")
    ran = command.run("hook", "run", "--agent", name, *options, cwd=cwd, stdin=raw.encode())
    assert ran.returncode in {0, agent(name).EXIT_OF_BLOCK}
    told = ran.stdout + ran.stderr
    assert not any(expand(f"<{part}>", "agents").encode() in told for part in _PARTS)
    answer = json.loads(ran.stdout or b"{}")
    assert isinstance(answer, dict)
    assert (ran.returncode != 0) == (answer.get("decision") == "deny" and agent(name).EXIT_OF_BLOCK != 0)
    return answer, ran.stderr.decode()


def test_every_agent_has_its_events() -> None:
    assert set(EVENTS) == set(AGENTS) == {one.NAME for one in _ALL}
    for name in AGENTS:
        assert name == agent(name).NAME
        told = [agent(name).read(event) for event in EVENTS[name]("text").values()]
        assert {event.name for event in told if event} == {event for event, _ in agent(name).entries("")}


@pytest.mark.parametrize("name", AGENTS)
def test_nothing_is_said_of_an_event_without_a_credential(name: str, tmp_path: Path) -> None:
    for event in EVENTS[name]("print(os.environ['OKX_SECRET_KEY'], '<uuid>')").values():
        assert answered(name, event, tmp_path) == ({}, "")


@pytest.mark.parametrize("name", ["claude-code", "codex"])
def test_a_prompt_is_blocked(name: str, tmp_path: Path) -> None:
    answer, _ = answered(name, EVENTS[name](_LINES)["prompt"], tmp_path)
    assert answer == {
        "decision": "block",
        "reason": (
            "keyguard: This prompt holds an OKX API key, an OKX secret key and an OKX passphrase: use the environment "
            "variables OKX_API_KEY, OKX_SECRET_KEY, OKX_PASSPHRASE in place of the value."
        ),
    }


@pytest.mark.parametrize("name", ["claude-code", "codex"])
@pytest.mark.parametrize("event", ["command", "write", "mcp"])
def test_a_tool_call_is_denied(name: str, event: str, tmp_path: Path) -> None:
    answer, _ = answered(name, EVENTS[name](_LINES)[event], tmp_path)
    said = answer["hookSpecificOutput"]
    assert (said["hookEventName"], said["permissionDecision"]) == ("PreToolUse", "deny")
    assert "OKX_SECRET_KEY" in said["permissionDecisionReason"]


def test_a_secret_key_alone_is_enough(tmp_path: Path) -> None:
    answer, _ = answered("codex", EVENTS["codex"]("OKX_SECRET_KEY=<secret_key>")["prompt"], tmp_path)
    assert answer["reason"] == (
        "keyguard: This prompt holds an OKX secret key: use the environment variable OKX_SECRET_KEY in place of the "
        "value."
    )


def test_arguments_count_by_their_names(tmp_path: Path) -> None:
    event = EVENTS["claude-code"]("")["mcp"]
    event["tool_input"] = {
        "exchange": "okx",
        "apiKey": "<api_key>",
        "secret": "<secret_key>",
        "password": "<passphrase>",
    }
    answer, _ = answered("claude-code", event, tmp_path)
    assert answer["hookSpecificOutput"]["permissionDecision"] == "deny"


def test_a_comment_waives_nothing(tmp_path: Path) -> None:
    event = EVENTS["claude-code"]("OKX_SECRET_KEY=<secret_key>  # keyguard: ignore[okx-credential] a test")["write"]
    answer, _ = answered("claude-code", event, tmp_path)
    assert answer["hookSpecificOutput"]["permissionDecision"] == "deny"


@pytest.mark.parametrize("event", ["output", "read"])
def test_claude_code_gets_an_output_of_the_same_shape(event: str, tmp_path: Path) -> None:
    told = EVENTS["claude-code"](_LINES)[event]
    answer, _ = answered("claude-code", told, tmp_path)
    masked = json.loads(json.dumps(told["tool_response"]))
    (masked["file"] if event == "read" else masked)["content" if event == "read" else "stdout"] = (
        "OKX_API_KEY=********\nOKX_SECRET_KEY=********\nOKX_PASSPHRASE=********\n"
    )
    assert answer["hookSpecificOutput"]["updatedToolOutput"] == masked
    assert "keyguard masked" in answer["hookSpecificOutput"]["additionalContext"]


def test_claude_code_reads_no_copy_of_a_long_output(tmp_path: Path) -> None:
    event = EVENTS["claude-code"](_LINES)["output"]
    event["tool_response"] |= {"persistedOutputPath": "/tmp/x.txt", "persistedOutputSize": 40000}  # noqa: S108
    answer, _ = answered("claude-code", event, tmp_path)
    assert set(answer["hookSpecificOutput"]["updatedToolOutput"]) == {"stdout", "stderr", "interrupted", "isImage"}


def test_codex_gets_an_output_as_the_reason_of_a_block(tmp_path: Path) -> None:
    answer, _ = answered("codex", EVENTS["codex"](_LINES)["output"], tmp_path)
    assert set(answer) == {"decision", "reason"}
    assert answer["decision"] == "block"
    assert answer["reason"].endswith("\n\nOKX_API_KEY=********\nOKX_SECRET_KEY=********\nOKX_PASSPHRASE=********\n")


@pytest.mark.parametrize("spelling", ["hookEventName", "hook_event_name"])
@pytest.mark.parametrize("name", ["claude-code", "copilot"])
def test_vs_code_gets_its_own_form_from_the_hooks_of_others(name: str, spelling: str, tmp_path: Path) -> None:
    events = vscode(_LINES, spelling=spelling)
    prompt, _ = answered(name, events["prompt"], tmp_path)
    assert prompt["continue"] is False
    assert "OKX_SECRET_KEY" in prompt["stopReason"]
    for event in ("command", "write"):
        said = answered(name, events[event], tmp_path)[0]["hookSpecificOutput"]
        assert (said["hookEventName"], said["permissionDecision"]) == ("PreToolUse", "deny")
    output, _ = answered(name, events["output"], tmp_path)
    assert "which VS Code cannot mask" in output["systemMessage"]
    assert output["hookSpecificOutput"]["additionalContext"] == output["systemMessage"]


def test_cursor_blocks_prompts_calls_and_files(tmp_path: Path) -> None:
    events = EVENTS["cursor"](_LINES)
    prompt, _ = answered("cursor", events["prompt"], tmp_path)
    assert prompt["continue"] is False
    assert "OKX_SECRET_KEY" in prompt["user_message"]
    for event in ("command", "write", "mcp"):
        call, _ = answered("cursor", events[event], tmp_path)
        assert (call["permission"], set(call)) == ("deny", {"permission", "user_message", "agent_message"})
    assert answered("cursor", events["read"], tmp_path)[0]["permission"] == "deny"
    assert answered("cursor", events["tab"], tmp_path)[0] == {"permission": "deny"}


def test_cursor_gets_another_output_of_an_mcp_tool_and_a_warning_of_any_other(tmp_path: Path) -> None:
    events = EVENTS["cursor"](_LINES)
    of_mcp, _ = answered("cursor", events["output"], tmp_path)
    (content,) = of_mcp["updated_mcp_tool_output"]["content"]
    assert content["text"] == "OKX_API_KEY=********\nOKX_SECRET_KEY=********\nOKX_PASSPHRASE=********\n"
    of_shell, _ = answered("cursor", events["shell output"], tmp_path)
    assert set(of_shell) == {"additional_context"}
    assert "which Cursor cannot mask: do not repeat it" in of_shell["additional_context"]


def test_gemini_denies_and_takes_the_reason_for_the_output(tmp_path: Path) -> None:
    events = EVENTS["gemini-cli"](_LINES)
    for event in ("prompt", "command", "write"):
        denied, _ = answered("gemini-cli", events[event], tmp_path)
        assert (denied["decision"], set(denied)) == ("deny", {"decision", "reason"})
        assert "OKX_SECRET_KEY" in denied["reason"]
    output, _ = answered("gemini-cli", events["output"], tmp_path)
    assert output["decision"] == "deny"
    assert output["reason"].endswith("\n\nOKX_API_KEY=********\nOKX_SECRET_KEY=********\nOKX_PASSPHRASE=********\n")
    parts, _ = answered("gemini-cli", events["parts"], tmp_path)
    assert "OKX_SECRET_KEY=********" in parts["reason"]


def test_copilot_denies_calls_and_gets_other_prompts_and_outputs(tmp_path: Path) -> None:
    events, masked = (
        EVENTS["copilot"](_LINES),
        "OKX_API_KEY=********\nOKX_SECRET_KEY=********\nOKX_PASSPHRASE=********\n",
    )
    assert answered("copilot", events["prompt"], tmp_path)[0] == {"modifiedTransformedPrompt": masked}
    for event in ("command", "write"):
        denied, _ = answered("copilot", events[event], tmp_path)
        assert denied["permissionDecision"] == "deny"
        assert "OKX_SECRET_KEY" in denied["permissionDecisionReason"]
    output, _ = answered("copilot", events["output"], tmp_path)
    assert output["modifiedResult"] == {"resultType": "success", "textResultForLlm": masked}


def test_kiro_blocks_by_its_exit_code_and_is_told_of_outputs(tmp_path: Path) -> None:
    events = EVENTS["kiro"](_LINES)
    for event in ("prompt", "command", "write"):
        denied, said = answered("kiro", events[event], tmp_path)
        assert denied["decision"] == "deny"
        assert "OKX_SECRET_KEY" in said
    output, _ = answered("kiro", events["output"], tmp_path)
    assert "which Kiro cannot mask: do not repeat it" in output["note"]


@pytest.mark.parametrize("name", AGENTS)
def test_a_warning_lets_everything_through(name: str, tmp_path: Path) -> None:
    for event in EVENTS[name]("OKX_SECRET_KEY=<secret_key>").values():
        answer, said = answered(name, event, tmp_path, "--on-finding", "warn")
        assert "an OKX secret key" in said
        assert not {"decision", "hookSpecificOutput", "updated_mcp_tool_output"} & set(answer)
        assert not {"permissionDecision", "modifiedResult", "modifiedTransformedPrompt"} & set(answer)
        assert answer.get("continue", True) is True
        assert answer.get("permission", "allow") == "allow"


def test_an_encoded_value_is_masked_or_withheld(tmp_path: Path) -> None:
    event = EVENTS["claude-code"]("OKX_SECRET_KEY=<secret_key|base64>")["output"]
    answer, _ = answered("claude-code", event, tmp_path)
    stdout = answer["hookSpecificOutput"]["updatedToolOutput"]["stdout"]
    assert expand("<secret_key|base64>", "agents").rstrip("=") not in stdout
