from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from keyguard.model import Outcome, Region, Severity, Skipped
from keyguard.report import ReportOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.model import Finding, Match

_COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:\r\n]*)(?:,\w+=[^,:\r\n]*)*)::([^\r\n]+)")


def _commands(written: bytes) -> list[tuple[str, dict[str, str], str]]:
    """Read the lines as the runner does: a command where a line begins with '::'."""
    found = []
    for line in written.decode().split("\n"):
        if line.startswith("::"):
            command = _COMMAND.fullmatch(line)
            assert command, line
            properties = dict(item.split("=", 1) for item in command[2].split(","))
            found.append((command[1], properties, command[3]))
    return found


def test_an_annotation_stands_on_the_line_of_the_finding(outcome: Outcome, report: Callable[..., bytes]) -> None:
    skipped, first, second = _commands(report("github", outcome))
    assert first[:2] == (
        "error",
        {
            "file": "config/live.py", "line": "3", "endLine": "3", "col": "11", "endColumn": "47",
            "title": "OKX API credential (critical)",
        },
    )  # fmt: skip
    assert first[2].startswith("api key ")
    assert "Missing: passphrase. Also at old/live.py:7:11. Delete the key on the exchange" in first[2]
    assert second[0] == "warning"
    assert skipped == ("warning", {"title": "Not scanned"}, "var/big.log: larger than 64 MB")


def test_what_only_history_holds_has_no_file_to_stand_on(history: Outcome, report: Callable[..., bytes]) -> None:
    live, gone, said = _commands(report("github", history))
    assert live[1]["file"] == "config/live.py"
    assert "file" not in gone[1] | said[1]
    assert "gone with: c3c3c3c3c3" in gone[2]


def test_a_region_of_several_lines_has_no_columns(
    make_match: Callable[..., Match], make_finding: Callable[..., Finding], report: Callable[..., bytes]
) -> None:
    match = replace(make_match(), region=Region(3, 2, 5, 9))
    ((_, properties, _),) = _commands(report("github", Outcome((make_finding(match),))))
    assert properties.keys() == {"file", "line", "endLine", "title"}


def test_ten_of_a_level_are_shown_and_the_others_counted(
    make_finding: Callable[..., Finding], report: Callable[..., bytes]
) -> None:
    outcome = Outcome(tuple(make_finding(severity=severity) for severity in Severity for _ in range(12)))
    written = report("github", outcome)
    levels = [level for level, *_ in _commands(written)]
    assert {level: levels.count(level) for level in levels} == {"error": 10, "warning": 10, "notice": 10}
    assert b"\n30 more not shown as annotations" in written


@given(name=st.text(min_size=1), reason=st.text())
def test_no_text_from_outside_ends_a_command_or_starts_one(
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
    report: Callable[..., bytes],
    name: str,
    reason: str,
) -> None:
    path = f"::set-output name=x::{name}\n::error::%0A"
    outcome = Outcome((make_finding(make_match(path=path)),), (Skipped(path, f"{reason}\r\n::warning::x"),))
    assert [level for level, *_ in _commands(report("github", outcome))] == ["warning", "error"]


def test_no_value_is_written_even_with_show_secrets(outcome: Outcome, report: Callable[..., bytes]) -> None:
    assert report("github", outcome, ReportOptions(show_secrets=True)) == report("github", outcome)
