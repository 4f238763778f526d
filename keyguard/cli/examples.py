"""The examples below a command's help: the same in `--help` and in the manual page."""

from __future__ import annotations


def examples(*lines: str) -> str:
    """Return an epilog of examples; `command  # what it does` or a command alone, as a shell takes it."""
    commands = [line.partition("  # ") for line in lines]
    wide = max((len(command) for command, _, what in commands if what), default=0)
    listed = [f"  {command:<{wide}}  # {what}" if what else f"  {command}" for command, _, what in commands]
    return "\n".join(["\b", "Examples:", *listed])
