"""How a step of a job talks to GitHub: annotations in the log, outputs in a file, a summary in another."""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SUMMARY_BYTES = 1_000_000  # GitHub drops a summary of more than 1 MiB as a whole


def say_error(message: str, hint: str = "") -> None:
    """Write an annotation of the job that says why it fails."""
    _annotate("error", message, hint)


def say_warning(message: str, hint: str = "") -> None:
    """Write an annotation of the job that somebody should look at."""
    _annotate("warning", message, hint)


def _annotate(level: str, message: str, hint: str) -> None:
    text = _ended(message) + (f" Hint: {_ended(hint)}" if hint else "")
    print(f"::{level} title=keyguard::{_escaped(text)}", flush=True)


@contextmanager
def no_commands() -> Iterator[None]:
    """Have GitHub take what is written for text: a scanned file's name may look like a command to it."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        yield
    finally:
        sys.stdout.flush()
        print(f"\n::{token}::", flush=True)


def set_outputs(values: Mapping[str, object]) -> None:
    """Write outputs of the step; no value can end its own and begin another one."""
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        for name, value in values.items():
            end = secrets.token_hex(16)
            file.write(f"{name}<<{end}\n{value}\n{end}\n")


def add_summary(text: str) -> None:
    """Add Markdown to the job's summary, as many lines as GitHub takes."""
    data = text.encode()
    if len(data) > _SUMMARY_BYTES:
        data = data[:_SUMMARY_BYTES].rpartition(b"\n")[0] + b"\n\nThe rest is cut; the other reports hold all.\n"
    with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("ab") as file:
        file.write(data)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
