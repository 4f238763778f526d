"""What a terminal shows: colour, progress, and the end of an interrupted scan."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import put

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.cli.conftest import Keyguard


class Terminal:
    """A command whose standard output, standard error or both are a terminal."""

    def __init__(
        self,
        arguments: list[str | Path],
        *,
        out: bool = False,
        err: bool = False,
        env: Mapping[str, str] = MappingProxyType({}),
        program: tuple[str, ...] = ("-m", "keyguard"),
    ) -> None:
        self.seen = b""
        self._reader, terminal = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, *program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=terminal if out else subprocess.PIPE,
            stderr=terminal if err else subprocess.DEVNULL,
            env=os.environ | dict(env),
        )
        os.close(terminal)

    def read_until(self, enough: Callable[[bytes], bool] = lambda _: False, seconds: float = 60) -> bytes:
        """Read what comes to the terminal, up to the end when it is never enough."""
        deadline = time.monotonic() + seconds
        while not enough(self.seen) and time.monotonic() < deadline:
            if select.select([self._reader], [], [], 1)[0]:
                try:
                    self.seen += os.read(self._reader, 1 << 16)
                except OSError:  # how Linux says that the other end was closed
                    break
        return self.seen

    def end(self) -> tuple[int, bytes]:
        """Return exit code and standard output, when that is none of the terminal."""
        out = self.process.stdout.read() if self.process.stdout else b""
        if self.process.stdout:
            self.process.stdout.close()
        self.read_until()
        os.close(self._reader)
        return self.process.wait(60), out


class TestColour:
    @pytest.mark.parametrize(
        ("env", "options", "coloured"),
        [
            ({}, [], True),
            ({}, ["--no-color"], False),
            ({"NO_COLOR": "1"}, [], False),
            ({"NO_COLOR": ""}, [], True),
            ({"TERM": "dumb"}, [], False),
            ({"TERM": "dumb", "FORCE_COLOR": "1"}, [], True),
            ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, [], False),
        ],
    )
    def test_on_a_terminal(self, leak: Path, env: Mapping[str, str], options: list[str], coloured: bool) -> None:
        terminal = Terminal(["scan", *options, leak], out=True, env=env)
        code, _ = terminal.end()
        assert (code, b"\x1b[" in terminal.seen) == (1, coloured)
        assert b"okx-credential" in terminal.seen

    @pytest.mark.parametrize(
        ("env", "options", "coloured"),
        [
            ({}, [], False),
            ({"FORCE_COLOR": "1"}, [], True),
            ({"FORCE_COLOR": "0"}, [], False),
            ({"FORCE_COLOR": "1"}, ["--no-color"], False),
            ({"FORCE_COLOR": "1"}, ["-f", "json"], False),
        ],
    )
    def test_in_a_pipe(
        self, keyguard: Keyguard, leak: Path, env: Mapping[str, str], options: list[str], coloured: bool
    ) -> None:
        assert ("\x1b[" in keyguard("scan", *options, leak, env=env).out) is coloured

    def test_never_in_a_file(self, keyguard: Keyguard, leak: Path, tmp_path: Path) -> None:
        keyguard("scan", leak, "--report", "text=out.txt", env={"FORCE_COLOR": "1"})
        assert "\x1b[" not in (tmp_path / "out.txt").read_text()


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_what_is_shown_fits_the_terminal_and_breaks_no_word(leak: Path, columns: int) -> None:
    put(leak / ("a" * 30) / ("b" * 30) / ".env", seed="deep")
    terminal = Terminal(["scan", leak], out=True, env={"COLUMNS": str(columns), "NO_COLOR": "1"})
    assert terminal.end()[0] == 1
    lines = terminal.seen.decode().splitlines()
    assert any(len(line) > columns - 20 for line in lines)
    assert [line for line in lines if len(line) > columns and len(line.split()) > 1] == []
    assert "  OKX credential in plain text" in lines


def test_quiet_shows_findings_alone(keyguard: Keyguard, leak: Path) -> None:
    (leak / "clean.txt").touch()
    ran = keyguard("scan", "--quiet", leak)
    assert "okx-credential" in ran.out
    assert "fix" not in ran.out
    assert keyguard("scan", "-q", leak / "clean.txt").out == ""


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """Return a folder that takes some ten seconds to scan and next to nothing to make: one file by many names."""
    folder = tmp_path / "long"
    put(folder / "a.env")
    (folder / "b").write_bytes(b"nothing to see here\n" * 100_000)
    for number in range(6000):
        os.link(folder / "b", folder / f"c{number}")
    return folder


class TestLongScan:
    def test_an_interrupt_ends_it_with_a_report_of_what_was_found(self, long: Path) -> None:
        terminal = Terminal(["scan", long], err=True)
        assert b"Scanning" in terminal.read_until(lambda seen: b"files" in seen)
        terminal.process.send_signal(signal.SIGINT)
        code, out = terminal.end()
        assert code == 130
        assert b"a.env:1:13" in out
        assert b"this report is incomplete" in out

    @pytest.mark.parametrize(
        ("options", "env"), [(["-q"], {}), ([], {"CI": "true"}), ([], {"TERM": "dumb"})], ids=["quiet", "ci", "dumb"]
    )
    def test_no_progress_is_shown_where_none_is_wanted(
        self, long: Path, options: list[str], env: Mapping[str, str]
    ) -> None:
        terminal = Terminal(["scan", *options, long], err=True, env=env)
        assert terminal.read_until(bool, seconds=2) == b""
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end()[0] == 130

    def test_none_is_shown_for_a_short_scan(self, leak: Path) -> None:
        clock_stands = "import sys, time; now = time.monotonic(); time.monotonic = lambda: now; "
        program = ("-c", clock_stands + "from keyguard.cli import main; sys.exit(main())")
        terminal = Terminal(["scan", leak], err=True, program=program)
        assert terminal.end()[0] == 1
        assert terminal.seen == b""
