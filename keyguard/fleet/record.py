"""What is kept of each unit, a line of the audit record: by it others can tell what was scanned, and what was not."""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["complete", "partial", "failed"]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One repository at its tips under one set of rules, and what came of it."""

    repository: str  # its stable id
    name: str
    address: str  # without user and password
    unit: str  # names the report
    state: State
    reason: str = ""  # of a state that is not complete
    tips: int = 0
    tips_digest: str = ""
    commits: int = 0
    contents: int = 0
    files: int = 0
    read_bytes: int = 0
    seconds: float = 0.0
    findings: int = 0  # that count
    exit_code: int = 0  # of a scan of this repository alone
    rules: str = ""
    version: str = ""
    started_at: str = ""
    fork_of: str = ""

    def line(self) -> bytes:
        """Return the record as a line of JSON."""
        return msgspec.json.encode(self) + b"\n"


def read(data: bytes) -> Record:
    """Return the record of a line."""
    return msgspec.json.decode(data, type=Record)
