"""An event that is anything at all ends in an answer, in the way that was asked for, and within bounds."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.agents import AGENTS, agent
from keyguard.agents.respond import respond, written
from keyguard.packs import expand
from tests.agents.events import EVENTS
from tests.cases import LEAK, cases, expected, files, fill
from tests.examples import examples

_DEEP = b'{"hook_event_name":"PreToolUse","tool_input":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
_BROKEN = {
    "nothing": b"",
    "no JSON": b"OKX",
    "no object": b"[1, 2]",
    "cut": b'{"hook_event_name": "PreToolUse", "tool_in',
    "too deep": _DEEP,
}
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=12), below, max_size=4),
    max_leaves=12,
)


def _answered(name: str, raw: bytes, *, block: bool = False) -> tuple[dict[str, object], str]:
    answer, said, _ = respond(agent(name), io.BytesIO(raw), warn=False, block=block)
    return json.loads(written(agent(name), answer) or b"{}"), said


@pytest.mark.parametrize("name", AGENTS)
@pytest.mark.parametrize("raw", _BROKEN.values(), ids=_BROKEN)
def test_what_cannot_be_read_goes_through_with_a_word_or_not_at_all(name: str, raw: bytes) -> None:
    answer, said = _answered(name, raw)
    assert "keyguard could not check this tool call: " in said
    assert "deny" not in json.dumps(answer)
    assert "block" not in json.dumps(answer)
    closed, _ = _answered(name, raw, block=True)
    assert "deny" in json.dumps(closed)


@pytest.mark.parametrize("name", AGENTS)
@given(
    fields=st.dictionaries(st.sampled_from(["prompt", "tool_input", "tool_response", "tool_output", "content"]), _JSON)
)
@examples(40)
def test_an_answer_is_an_object_whatever_types_an_event_has(name: str, fields: dict[str, object]) -> None:
    for event, _ in agent(name).entries(""):
        _answered(name, json.dumps({"hook_event_name": event, **fields}).encode())
    _answered(name, json.dumps({"hook_event_name": [fields], **fields}).encode())


@pytest.mark.parametrize("name", AGENTS)
def test_bytes_that_are_no_text_hide_nothing(name: str) -> None:
    raw = json.dumps(EVENTS[name](expand("OKX_SECRET_KEY=<secret_key> \\uD800 §", "x"))["prompt"], ensure_ascii=False)
    answer, _ = _answered(name, raw.encode().replace("§".encode(), b"\xff\xfe"))
    assert "OKX secret key" in json.dumps(answer) or "OKX_SECRET_KEY=********" in json.dumps(answer)


@pytest.mark.parametrize("depth", [50, 300, 900])
def test_a_nested_output_is_masked_or_answered_as_one_that_cannot_be_read(depth: int) -> None:
    secret = expand("<secret_key>", "x")
    output = "[" * depth + json.dumps(f"OKX_SECRET_KEY={secret}") + "]" * depth
    raw = f'{{"hook_event_name": "PostToolUse", "tool_response": {output}}}'
    answer, _ = _answered("claude-code", raw.encode(), block=True)
    assert "hookSpecificOutput" in answer or answer["decision"] == "block"
    assert secret not in json.dumps(answer)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say how much memory was used")
@pytest.mark.parametrize(("option", "decision"), [("allow", "systemMessage"), ("block", "permissionDecision")])
def test_a_large_event_is_read_to_its_end_within_a_bound_of_memory(option: str, decision: str, tmp_path: Path) -> None:
    head = b'{"hook_event_name":"PreToolUse","tool_input":{"command":"'
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from keyguard.cli import main\n"
        "code = main(sys.argv[1:])\n"
        "sys.stderr.write(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])\n"
        "sys.exit(code)"
    )
    words = [sys.executable, "-c", script, "hook", "run", "--agent", "claude-code", "--on-failure", option]
    ran = subprocess.run(words, input=head + b"x" * (100 << 20), capture_output=True, check=True, cwd=tmp_path)
    assert decision in ran.stdout.decode()
    assert "larger than 16 MiB" in ran.stdout.decode()
    assert int(ran.stderr.split()[-1].rpartition(b".")[2]) << 10 < 100 << 20


def _no_value_gets_out(case: Path, folder: Path, *, outputs: bool = False) -> None:
    """Have each file of a case in events of each agent, and look for its values in the answers."""
    fill(case, folder)
    values = {value for credential in expected(case).values() for _, value in credential}
    for file in files(folder):
        text = file.read_bytes().decode("utf-8", "replace")
        for name, made in EVENTS.items():
            for event in [made(text)["output"]] if outputs else made(text).values():
                answer, said = _answered(name, json.dumps(event).encode())
                told = json.dumps(answer, ensure_ascii=False) + said
                assert not [None for value in values if value in told or json.dumps(value)[1:-1] in told]


def test_a_text_is_read_under_no_path_too() -> None:
    text = expand(
        "For OKX the api key is <api_key>, the secret key <secret_key>,\nthe passphrase is <passphrase>.", "x"
    )
    event = EVENTS["copilot"](text)["output"]
    told = json.dumps(_answered("copilot", json.dumps(event).encode())[0])
    assert not [None for part in ("api_key", "secret_key", "passphrase") if expand(f"<{part}>", "x") in told]


@pytest.mark.parametrize("case", cases(LEAK)[::60], ids=lambda case: str(case.name))
def test_no_value_of_the_corpus_gets_out_in_any_event(case: Path, tmp_path: Path) -> None:
    _no_value_gets_out(case, tmp_path)


@pytest.mark.slow
def test_no_value_of_more_of_the_corpus_gets_out_in_an_output(tmp_path: Path) -> None:
    for number, case in enumerate(cases(LEAK)[1::12]):
        _no_value_gets_out(case, tmp_path / str(number), outputs=True)
