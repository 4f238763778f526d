"""Outcomes made by hand, with values that are made up at run time."""

from __future__ import annotations

import io
import random
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from keyguard.model import (
    Blob,
    Confidence,
    Finding,
    History,
    Match,
    Origin,
    Outcome,
    Region,
    Repository,
    Rule,
    Scanned,
    Secret,
    Severity,
    Skipped,
    Suppression,
    Tracking,
    UnusedIgnore,
)
from keyguard.report import ReportOptions, writer

if TYPE_CHECKING:
    from collections.abc import Callable

_RULES = (
    Rule(
        id="okx-credential",
        pack="okx",
        provider="okx",
        title="OKX API credential",
        severity=Severity.CRITICAL,
        why="Whoever holds it\ntrades in your name.",
        fix="Delete the key on the exchange,\nthen make a new one.",
        references=("https://www.okx.com/account/my-api",),
        tags=("cwe-798", "secrets"),
    ),
    Rule(
        id="okx-passphrase",
        pack="okx",
        provider="okx",
        title="OKX passphrase",
        severity=Severity.MEDIUM,
        why="It is one part of three.",
        fix="Take it out.",
        part="passphrase",
    ),
)


def _value(part: str, random_: random.Random) -> bytes:
    if part == "api_key":
        return str(uuid.UUID(int=random_.getrandbits(128), version=4)).encode()
    if part == "secret_key":
        return f"{random_.getrandbits(128):032X}".encode()
    return f"Zx-{random_.getrandbits(48):012x}!".encode()


@pytest.fixture(scope="session")
def rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in _RULES}


@pytest.fixture(scope="session")
def make_match() -> Callable[..., Match]:
    random_ = random.Random(20)  # noqa: S311 - the values only have to look like values

    def make(
        part: str | None = "api_key",
        path: str = "config/live.py",
        line: int = 1,
        value: bytes | None = None,
        via: tuple[str, ...] = (),
        *,
        tracking: Tracking = Tracking.TRACKED,
    ) -> Match:
        value = _value(part or "", random_) if value is None else value
        return Match(
            rule="okx-credential",
            provider="okx",
            part=part,
            blob=Blob(path, f"/root/{path}", tracking=tracking),
            start=line * 100,
            region=Region(line, 11, line, 11 + len(value)),
            value=Secret(value, 4 if part in {"api_key", "secret_key"} else 0),
            confidence=Confidence.HIGH,
            via=via,
        )

    return make


@pytest.fixture(scope="session")
def make_finding(make_match: Callable[..., Match]) -> Callable[..., Finding]:
    def make(*matches: Match, rule: str = "okx-credential", **fields: object) -> Finding:
        shown = {
            "rule": rule,
            "severity": Severity.CRITICAL,
            "confidence": Confidence.HIGH,
            "provider": "okx",
            "fingerprint": "f1" * 16,
            "matches": matches or (make_match(),),
        }
        return Finding(**{**shown, **fields})  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def outcome(make_match: Callable[..., Match], make_finding: Callable[..., Finding]) -> Outcome:
    """Return an outcome that has something in every field."""
    key = make_match("api_key", "config/live.py", 3)
    copy = make_match("api_key", "old/live.py", 7, key.value.reveal())
    lone = make_match("passphrase", "notes.md", 9, via=("base64",))
    return Outcome(
        findings=(
            make_finding(
                key,
                make_match("secret_key", "config/live.py", 4),
                copy,
                missing=("passphrase",),
                realm="live",
                origins=(
                    Origin("config/live.py", "tracked"),
                    Origin("config/live.py", "tracked", "c0" * 20, "Ann", "2024-05-06T07:08:09Z"),
                ),
            ),
            make_finding(
                lone,
                rule="okx-passphrase",
                severity=Severity.MEDIUM,
                confidence=Confidence.MEDIUM,
                fingerprint="f2" * 16,
            ),
            make_finding(
                make_match("passphrase", "tests/sample.py", 2),
                rule="okx-passphrase",
                severity=Severity.MEDIUM,
                fingerprint="f3" * 16,
                suppressed=Suppression("inline", "tests/sample.py:2", "made up"),
            ),
        ),
        skipped=(Skipped("var/big.log", "larger than 64 MB"),),
        scanned=Scanned(120, 4_200_000, 0, 0.8123, (("binary files", 3),), 0, "2024-06-01T12:00:00Z"),
        unused=(UnusedIgnore(".keyguardignore:4", "vendor/"),),
        below=2,
        notices=("The allow entry 'old' has expired.",),
        repository=Repository("https://git.example/team/bot.git", "d4" * 20, "main"),
    )


@pytest.fixture(scope="session")
def history(make_match: Callable[..., Match], make_finding: Callable[..., Finding]) -> Outcome:
    """Return the outcome of a scan of a history: one finding still in HEAD, one gone from it, one on another branch."""
    live = make_match("api_key", "config/live.py", 3)
    gone = make_match("secret_key", "config/old.py", 4, tracking=Tracking.COMMITTED)
    said = make_match("passphrase", "<commit 1a2b3c4d>", 2, tracking=Tracking.COMMITTED)
    first = Origin("config/live.py", "tracked", "a1" * 20, "Ann <ann@example.com>", "2023-03-01T10:00:00+02:00")
    copied = Origin("docs/setup.md", "committed", "b2" * 20, "Bob", "2023-09-12T08:30:00Z")
    removed = Origin("config/old.py", "committed", "c3" * 20, "Ann <ann@example.com>", "2024-02-03T04:05:06Z")
    return Outcome(
        findings=(
            make_finding(
                live,
                make_match("secret_key", "config/live.py", 4),
                make_match("passphrase", "config/live.py", 5),
                make_match("api_key", "docs/setup.md", 12, live.value.reveal(), tracking=Tracking.COMMITTED),
                realm="live",
                fingerprint="a1" * 16,
                origins=(first, copied),
                history=History(
                    first,
                    in_head=True,
                    refs=("HEAD", "refs/heads/main", "refs/remotes/origin/main", "refs/tags/v1.0", "refs/tags/v1.1"),
                    commits=214,
                    paths=2,
                ),
            ),
            make_finding(
                gone,
                make_match("api_key", "config/older.py", 9, tracking=Tracking.COMMITTED),
                fingerprint="b2" * 16,
                severity=Severity.HIGH,
                missing=("passphrase",),
                origins=(copied,),
                history=History(
                    replace(copied, path="config/old.py"),
                    removed,
                    refs=("refs/heads/main",),
                    commits=17,
                    paths=2,
                    apart=True,
                ),
            ),
            make_finding(
                said,
                rule="okx-passphrase",
                fingerprint="c3" * 16,
                severity=Severity.MEDIUM,
                confidence=Confidence.MEDIUM,
                history=History(replace(copied, path=said.blob.path), refs=("refs/heads/feature",), commits=1, paths=1),
            ),
        ),
        scanned=Scanned(214, 134_000_000, 3_120, 2.1, (("binary files", 3),), 9_871, "2024-06-01T12:00:00Z"),
        repository=Repository("https://git.example/team/bot.git", "d4" * 20, "main"),
    )


@pytest.fixture(scope="session")
def report(rules: dict[str, Rule]) -> Callable[..., bytes]:
    """Return a function that writes an outcome in a format and gives back the bytes."""

    def write(form: str, outcome: Outcome, options: ReportOptions | None = None) -> bytes:
        stream = io.BytesIO()
        writer(form).write(outcome, rules, options or ReportOptions(), stream)
        return stream.getvalue()

    return write
