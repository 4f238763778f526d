"""What is put into a file of settings comes out again, and leaves every other byte as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.agents import AGENTS, agent, registration
from keyguard.text import jsonc
from tests.examples import examples

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=6), below, max_size=3),
    max_leaves=8,
)
_HOOK = st.fixed_dictionaries({"matcher": st.text(max_size=5), "hooks": st.just([{"type": "command", "command": "x"}])})
_SETTINGS = st.fixed_dictionaries(
    {"before": _VALUES},
    optional={
        "hooks": st.dictionaries(
            st.sampled_from(["PreToolUse", "preToolUse", "Stop"]), st.lists(_HOOK, min_size=1), min_size=1
        ),
        "after": _VALUES,
    },
)
_COMMENTED = """\
{
  // mine
  "permissions": {"allow": ["Bash(ls)"]}, /* and
  this */
  "hooks": {
    "PreToolUse": [
      {"matcher": "Bash", "hooks": [{"type": "command", "command": "x"}]}, // the first
    ],
    "preToolUse": [{"command": "y"}] // the last
  }
  // the end
}
"""


_ONE_LIST = """\
{
  // mine
  "version": "v1", /* and
  this */
  "hooks": [
    {"name": "x", "trigger": "PreToolUse", "action": {"type": "command", "command": "x"}}, // the first
    {"name": "y", "trigger": "Stop", "action": {"type": "agent", "prompt": "y"}} // the last
  ]
  // the end
}
"""


def _of_one_list(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings whose hooks name their events themselves."""
    if "hooks" not in settings:
        return settings
    hooks = [{"trigger": event, "action": entry} for event, entries in settings["hooks"].items() for entry in entries]
    return {**settings, "hooks": hooks}


def _there_and_back(text: str, name: str) -> str:
    one = agent(name)
    command = f"keyguard hook run --agent {name}"
    there = registration.installed(text, one, command)
    assert registration.state(there, one) == [command] * len(one.entries(command))
    assert registration.installed(there, one, command) == there
    other = f"'/opt/a b/keyguard' hook run --agent {name} --on-failure block"
    again = registration.installed(there, one, other)
    assert registration.commands(again, one) == [other] * len(one.entries(other))
    assert registration.removed(again, one) == registration.removed(there, one)
    return registration.removed(there, one)


@pytest.mark.parametrize("name", AGENTS)
@given(settings=_SETTINGS, indent=st.sampled_from([None, 2, 4, "\t"]), windows=st.booleans())
@examples(100)
def test_what_was_there_is_there_again(
    name: str, settings: dict[str, Any], indent: str | int | None, windows: bool
) -> None:
    text = json.dumps(_of_one_list(settings) if name == "kiro" else settings, indent=indent) + "\n"
    text = text.replace("\n", "\r\n") if windows else text
    assert _there_and_back(text, name) == text


@pytest.mark.parametrize("name", AGENTS)
def test_comments_and_layout_stay(name: str) -> None:
    before = _ONE_LIST if name == "kiro" else _COMMENTED
    assert _there_and_back(before, name) == before
    there = registration.installed(before, agent(name), f"keyguard hook run --agent {name}")
    comments = ["// mine\n", "/* and\n  this */", "}, // the first\n", "// the last\n", "  // the end\n"]
    assert [comment for comment in comments if there.count(comment) != 1] == []


@pytest.mark.parametrize("between", [" " * 5000, "/* */" * 1000, "/* " * 1000 + "*/"])
def test_what_stands_behind_an_element_takes_no_time(between: str) -> None:
    text = '{\n  "a": 1' + between + "}\n"
    assert _there_and_back(text, "codex") == text


def test_a_handler_among_others_is_taken_out_alone() -> None:
    ours, theirs = ({"type": "command", "command": c} for c in ("keyguard hook run --agent codex", "x"))
    text = json.dumps({"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [theirs, ours, theirs]}]}}, indent=2)
    left = registration.removed(text, agent("codex"))
    assert json.loads(left) == {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [theirs, theirs]}]}}


@pytest.mark.parametrize(
    "command",
    [
        "keyguard hook run --agent cursor",
        "/opt/keyguard hook run --agent cursor --on-finding warn",
        "'/opt/a b/keyguard' hook run --agent cursor",
        '"C:/a b/keyguard.exe" hook run --agent cursor',
    ],
)
def test_our_command_is_known_by_any_path(command: str) -> None:
    assert registration.is_ours(command, agent("cursor"))
    assert not registration.is_ours(command, agent("codex"))
    assert not registration.is_ours(f"my{command}", agent("cursor")) or "/" in command


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "1",
        '{"hooks": []}',
        '{"hooks": {"PreToolUse": {}}}',
        '{"a": 1, "a": 2}',
        '{"a" 1}',
        '{"a": 1} x',
        "{'a': 1}",
        "[" * 100_000,
        '{"a": ' * 1000,
    ],
)
def test_a_file_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(jsonc.BrokenError):
        registration.installed(text, agent("codex"), "keyguard hook run --agent codex")


@pytest.mark.parametrize("text", ["[]", '{"hooks": {}}', '{"hooks": 1}'])
def test_a_file_of_one_list_without_it_is_refused(text: str) -> None:
    with pytest.raises(jsonc.BrokenError):
        registration.installed(text, agent("kiro"), "keyguard hook run --agent kiro")


@given(_VALUES, st.sampled_from([None, 2]))
@examples(100)
def test_json_is_read_as_json(value: object, indent: int | None) -> None:
    assert jsonc.parsed(json.dumps(value, indent=indent)).value == value
