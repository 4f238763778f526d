from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.model import Confidence, Origin, Outcome, Scanned, Severity, Skipped, Suppression, Verdict
from keyguard.report import ReportOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keyguard.model import Finding, Match


@pytest.fixture
def text(report: Callable[..., bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a function that writes the report as one who stands in the scan's root reads it."""
    monkeypatch.chdir(tmp_path)

    def write(outcome: Outcome, **options: Any) -> str:
        return report("text", outcome, ReportOptions(root=str(tmp_path), **options)).decode()

    return write


def test_a_report_reads_from_the_worst_to_what_was_scanned(outcome: Outcome, text: Callable[..., str]) -> None:
    key, secret, _ = (match.value.mask for match in outcome.findings[0].matches)
    assert text(outcome).splitlines() == [
        f"critical  okx-credential  config/live.py  {key}",
        "  OKX API credential (live)",
        f"  config/live.py:3:11  api key     {key}",
        f"  config/live.py:4:11  secret key  {secret}",
        "  missing   passphrase",
        "  also in   old/live.py:7:11",
        "  came with c0c0c0c0c0 2024-05-06 Ann",
        "",
        "medium  okx-passphrase  notes.md  ********",
        "  OKX passphrase (medium confidence)",
        "  notes.md:9:11  passphrase  ********  (in base64)",
        "",
        "What to do about okx-credential",
        "  Delete the key on the exchange, then make a new one.",
        "",
        "What to do about okx-passphrase",
        "  Take it out.",
        "",
        "Skipped var/big.log: larger than 64 MB",
        "Unused ignore in .keyguardignore:4: vendor/",
        "Note: The allow entry 'old' has expired.",
        "2 findings below the wanted confidence not shown",
        "1 suppressed (1 inline)",
        "Left out: binary files (3)",
        "2 findings (1 critical, 1 medium) in 120 files, 4.2 MB, 0.8 s",
        "Revoke each key before you remove it.",
    ]


def test_a_history_tells_what_brought_it_what_took_it_away_and_what_holds_it(
    history: Outcome, text: Callable[..., str]
) -> None:
    blocks = text(history).split("\n\n")
    assert blocks[0].splitlines()[5:] == [
        "  also in   docs/setup.md:12:11 (in history)",
        "  came with a1a1a1a1a1 2023-03-01 Ann <ann@example.com>",
        "  in HEAD   still there",
        "  held by   HEAD, main, origin/main and 2 more refs; 214 commits, 2 paths",
    ]
    assert blocks[1].splitlines()[2].endswith("  (in history)")
    assert blocks[1].splitlines()[4:] == [
        "  missing   passphrase",
        "  came with b2b2b2b2b2 2023-09-12 Bob",
        "  gone with c3c3c3c3c3 2024-02-03 Ann <ann@example.com>",
        "  held by   main; 17 commits, 2 paths",
        "  apart     its parts never stood in one commit together",
    ]
    assert "  <commit 1a2b3c4d>:2:11  passphrase" in blocks[2]
    assert "  in HEAD   no; other refs hold it" in blocks[2]
    assert blocks[-1].splitlines()[-2:] == [
        "3 findings (1 critical, 1 high, 1 medium) in 214 files, 3,120 commits (9,871 versions), 134.0 MB, 2.1 s",
        "Revoke each key before you remove it.",
    ]


def test_quiet_leaves_findings_and_trouble(outcome: Outcome, text: Callable[..., str]) -> None:
    lines = text(replace(outcome, complete=False), quiet=True).splitlines()
    assert not any(line.startswith(("What to do", "Note", "Unused", "Left", "1 supp", "2 find")) for line in lines)
    assert lines[-2:] == [
        "Skipped var/big.log: larger than 64 MB",
        "The run was interrupted: this report is incomplete.",
    ]


def test_a_clean_quiet_scan_says_nothing(text: Callable[..., str]) -> None:
    assert text(Outcome(scanned=Scanned(files=3)), quiet=True) == ""


@pytest.mark.parametrize(
    ("scanned", "line"),
    [
        (Scanned(), "Nothing was scanned."),
        (Scanned(1, 12, 0, 0.04), "No findings in 1 file, 12 B, 0.0 s"),
        (Scanned(1200, 999_960, 1, 61.25), "No findings in 1,200 files, 1 commit, 1.0 MB, 61.2 s"),
        (Scanned(2, 1000, 7), "No findings in 2 files, 7 commits, 1.0 kB, 0.0 s"),
        (Scanned(0, 9, 1, blobs=1), "No findings in 1 commit (1 version), 9 B, 0.0 s"),
        (Scanned(2, 5_000_000_000_000), "No findings in 2 files, 5000.0 GB, 0.0 s"),
    ],
)
def test_the_last_line_always_tells_what_was_scanned(text: Callable[..., str], scanned: Scanned, line: str) -> None:
    assert text(Outcome(scanned=scanned)) == f"{line}\n"


def test_suppressed_findings_are_counted_by_what_suppressed_them(
    text: Callable[..., str], make_finding: Callable[..., Finding]
) -> None:
    findings = tuple(make_finding(suppressed=Suppression(by, "x")) for by in ("inline", "allow", "inline"))
    assert text(Outcome(findings, scanned=Scanned(1))) == (
        "3 suppressed (2 inline, 1 allow)\nNo findings in 1 file, 0 B, 0.0 s\n"
    )


def test_an_interrupted_scan_says_so(text: Callable[..., str]) -> None:
    assert "incomplete" in text(Outcome(complete=False))


def test_the_head_holds_what_is_out_of_the_ordinary(
    text: Callable[..., str], make_finding: Callable[..., Finding]
) -> None:
    finding = make_finding(
        severity=Severity.LOW, confidence=Confidence.LOW, realm="demo", verdict=Verdict("live-checked")
    )
    head = text(Outcome((finding,))).splitlines()[1]
    assert head == "  OKX API credential (low confidence, demo, checked: live-checked)"


def test_further_copies_are_listed_by_file_and_long_lists_are_cut(
    text: Callable[..., str], make_match: Callable[..., Match], make_finding: Callable[..., Finding]
) -> None:
    key = make_match(None, "a.py")
    copies = [make_match(None, f"{n}.py", n, key.value.reveal()) for n in (1, 1, 2)]
    origins = tuple(Origin(f"same/{n}.py") for n in range(20))
    lines = text(Outcome((make_finding(key, *copies, origins=(Origin("a.py"), *origins)),))).splitlines()
    assert lines[2] == "  a.py:1:11  value  ********"
    assert lines[3:6] == ["  also in   1.py:1:11", "            2.py:2:11", "            same/0.py"]
    assert lines[12:14] == ["            same/7.py", "            and 12 more"]


def test_two_candidates_for_one_part_are_both_shown(
    text: Callable[..., str], make_match: Callable[..., Match], make_finding: Callable[..., Finding]
) -> None:
    lines = text(Outcome((make_finding(make_match(line=1), make_match(line=2)),))).splitlines()
    assert [line.split()[0] for line in lines[2:4]] == ["config/live.py:1:11", "config/live.py:2:11"]


def test_paths_can_be_opened_from_where_one_stands(
    text: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
) -> None:
    outcome = Outcome((make_finding(make_match(path="sub/a.py")),))
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert "\n  a.py:1:11  " in text(outcome)
    monkeypatch.chdir("/usr/lib")
    assert f"\n  {tmp_path}/sub/a.py:1:11  " in text(outcome)


def test_standard_input_stands_in_no_folder(
    text: Callable[..., str], monkeypatch: pytest.MonkeyPatch, make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
) -> None:  # fmt: skip
    monkeypatch.chdir("/")
    assert "\n  <stdin>:1:11  " in text(Outcome((make_finding(make_match(path="<stdin>")),)))


@pytest.mark.parametrize("width", [20, 40, 80, 100, 200])
@pytest.mark.parametrize("color", [False, True])
def test_a_terminal_gets_lines_that_fit_it_and_no_broken_word(
    history: Outcome, text: Callable[..., str], width: int, *, color: bool
) -> None:
    fitting, whole = (
        re.sub(r"\x1b\[[0-9;]*m", "", text(history, color=color, width=columns)) for columns in (width, 10_000)
    )
    assert fitting.split() == whole.split()
    for line in fitting.splitlines():
        # What does not fit is one word, alone behind its indentation or label.
        assert len(line) <= width or len(line[12:].split()) <= 1 or len(line.split()) == 1


@pytest.mark.parametrize("path", ["deep/" * 30 + "ab.env", "口座/" * 20 + "鍵.env", "x" * 200])
def test_a_long_path_is_shown_as_one_word(
    text: Callable[..., str], make_match: Callable[..., Match], make_finding: Callable[..., Finding], path: str
) -> None:
    match = make_match("api_key", path)
    lines = text(Outcome((make_finding(match),)), width=80).splitlines()
    assert lines[:3] == ["critical  okx-credential", f"  {path}", f"  {match.value.mask}"]
    # A file is searched for whole lines.
    assert text(Outcome((make_finding(match),))).splitlines()[0].endswith(f"  {path}  {match.value.mask}")


def test_a_word_that_commands_a_runner_does_not_come_to_the_start_of_a_line(text: Callable[..., str]) -> None:
    outcome = Outcome(notices=("x" * 70 + " ::error::no",), skipped=(Skipped("y" * 75, "##[error] no"),))
    assert not any(line.strip().startswith(("::", "##")) for line in text(outcome, width=80).splitlines())


@pytest.mark.parametrize("color", [False, True])
def test_control_characters_never_reach_the_terminal(
    text: Callable[..., str], make_match: Callable[..., Match], make_finding: Callable[..., Finding], *, color: bool
) -> None:
    raw = b"a\x1b[31m\n\r\t\x07\x7f\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xff[red]:smile:.py"
    path = os.fsdecode(raw)
    secret = make_match("api_key", path, value=b"\x1b[2J" + b"0" * 20)
    written = text(Outcome((make_finding(secret),), skipped=(Skipped(path, path),)), color=color)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", written) if color else written
    shown = r"a\x1b[31m\x0a\x0d\x09\x07\x7f\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xff[red]:smile:.py"
    assert all(line.isprintable() for line in plain.split("\n"))
    assert f"  {shown}:1:11  api key  \\x1b[2J********\n" in plain
    assert f"Skipped {shown}: {shown}\n" in plain


def test_a_value_in_the_root_folder_is_masked_too(
    report: Callable[..., bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
) -> None:
    match = make_match(path="a.py")
    value = match.value.reveal().decode()
    monkeypatch.chdir("/")
    written = report("text", Outcome((make_finding(match),)), ReportOptions(root=f"{tmp_path}/{value}"))
    assert value not in written.decode()
    assert "/********/a.py:1:11" in written.decode()


def test_values_are_shown_only_when_asked_for(outcome: Outcome, text: Callable[..., str]) -> None:
    value = outcome.findings[0].matches[0].value.reveal().decode()
    assert value not in text(outcome)
    assert f"api key     {value}\n" in text(outcome, show_secrets=True)


def test_colour_changes_no_word(outcome: Outcome, text: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")  # the caller has decided; the environment is not asked again
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "20")
    written = text(outcome, color=True)
    assert "\x1b[1;31mcritical\x1b[0m" in written
    assert re.sub(r"\x1b\[[0-9;]*m", "", written) == text(outcome)


def test_the_stream_stays_open_after_a_coloured_report(outcome: Outcome, rules: dict[str, object]) -> None:
    from keyguard.report import text as module

    stream = io.BytesIO()
    module.write(outcome, rules, ReportOptions(color=True), stream)  # type: ignore[arg-type]
    stream.write(b"more")
    assert stream.getvalue().endswith(b"more")


def test_heavy_libraries_are_imported_only_where_they_are_used() -> None:
    code = """
import io, sys
from keyguard.model import Outcome
from keyguard.report import FORMATS, ReportOptions, writer
for form in FORMATS:
    if form not in {"sarif", "html"}:
        writer(form).write(Outcome(), {}, ReportOptions(), io.BytesIO())
print({"rich", "sarif_om", "attr", "jinja2", "git", "msgspec"} & sys.modules.keys())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
