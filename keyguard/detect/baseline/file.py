"""The file of a baseline: one line an entry, sorted by its id, between sixteen lines that are always there.

    # keyguard baseline 1: ...
    # 0
    {"id": "0b5f...", "rule": "okx-credential", "path": "bot/.env", "known": [...], "places": [[...]]}
    # 1
    ...

Two branches that both change the file seldom touch neighbouring lines, so that git merges them. A line may stand
twice after that.
"""

from __future__ import annotations

import json
import re
import shlex
from datetime import date
from typing import TYPE_CHECKING, Any

from keyguard.detect.baseline.entry import ACCEPTED, FALSE_ALARM, REAL, REVOKED, Entry, Place, Reach, tidy
from keyguard.errors import SettingsError
from keyguard.veil import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_TITLE = "# keyguard baseline 1: known findings, no values; written by `keyguard baseline`"
_BUCKETS = "0123456789abcdef"
_MAX_BYTES = 64 << 20
_MERGE_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_REACHES = {reach.word: reach for reach in Reach}
_HEX = re.compile(r"[0-9a-f]{40}")


def read(path: Path, shown: str) -> list[tuple[int, Entry]]:
    """Return the entries of a file with the numbers of their lines; every line is checked, no error shows one."""
    lines = enumerate(_text(path, shown).split("\n"), 1)
    kept = ((number, line) for number, line in lines if line.strip() and not line.startswith("#"))
    return [(number, _parse(line, f"{shown}:{number}")) for number, line in kept]


def written(entries: Iterable[Entry]) -> str:
    """Return the text of a baseline: the same for the same entries, in whatever order they come."""
    lines: dict[str, list[str]] = {bucket: [] for bucket in _BUCKETS}
    for entry in tidy(entries):
        lines[entry.id[0]].append(json.dumps(_record(entry), ensure_ascii=True))
    return "\n".join([_TITLE, *(line for bucket in _BUCKETS for line in (f"# {bucket}", *lines[bucket]))]) + "\n"


def _text(path: Path, shown: str) -> str:
    shown = named(shown)
    try:
        if path.is_dir():
            raise SettingsError(f"the baseline {shown} is a folder.", "Name the file itself.")
        if not path.is_file():
            raise SettingsError(
                f"the baseline {shown} does not exist.",
                f"Create it from the current findings: keyguard baseline create --baseline {shlex.quote(shown)}",
            )
        if path.stat().st_size > _MAX_BYTES:
            raise SettingsError(f"the baseline {shown} is larger than 64 MiB.")
        return path.read_text("utf-8-sig")  # some editors put a mark before it
    except OSError as error:
        raise SettingsError(f"the baseline {shown} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"the baseline {shown} is not UTF-8 text.") from None


def _record(entry: Entry) -> dict[str, Any]:
    record: dict[str, Any] = {"id": entry.id, "rule": entry.rule, "path": entry.path}
    if entry.known:
        record["known"] = list(entry.known)
    if entry.places:
        record["places"] = [[place.path, place.account, place.part] for place in entry.places]
    if entry.reach < Reach.TRACKED:
        record["tracking"] = entry.reach.word
    for name in ("decision", "reason"):
        if text := getattr(entry, name):
            record[name] = text
    if entry.expires:
        record["expires"] = entry.expires.isoformat()
    return record


def _parse(line: str, where: str) -> Entry:
    if line.startswith(_MERGE_MARKS):
        raise SettingsError(
            f"{where}: a merge was left unfinished here.",
            "Keep the lines of both sides and delete the marks; the order of the lines does not matter.",
        )
    try:
        return _entry(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise SettingsError(
            f"{where}: is no entry of a baseline.",
            "`keyguard baseline` writes the file; a newer keyguard may have written this line.",
        ) from None


def _entry(record: Mapping[str, Any]) -> Entry:
    values = dict(record)
    once = Reach.IGNORED if values.pop("ignored", False) is True else Reach.TRACKED  # how it was said at first
    entry = Entry(
        id=values.pop("id"),
        rule=values.pop("rule"),
        path=values.pop("path"),
        known=tuple(values.pop("known", ())),
        places=tuple(Place(*place) for place in values.pop("places", ())),
        reach=_REACHES[values.pop("tracking", once.word)],
        decision=values.pop("decision", ""),
        reason=values.pop("reason", ""),
        expires=date.fromisoformat(values.pop("expires")) if "expires" in values else None,
    )
    if values or not (_is_well_formed(entry) and _is_decided_well(entry)):
        raise ValueError
    return entry


def _is_well_formed(entry: Entry) -> bool:
    texts = [entry.rule, entry.path, entry.reason, *(text for p in entry.places for text in (p.part, p.path))]
    hashes = [entry.id, *entry.known, *(place.account for place in entry.places if place.account)]
    well_formed = all(isinstance(text, str) for text in texts) and all(map(_HEX.fullmatch, hashes))
    return well_formed and bool(entry.known or entry.places)


def _is_decided_well(entry: Entry) -> bool:
    """Say whether a decision is one of ours, an acceptance has a reason and an end, a revoked key its proof."""
    if entry.decision == ACCEPTED:
        return bool(entry.reason.strip()) and entry.expires is not None
    if entry.decision == REVOKED:
        return bool(entry.reason.strip()) and entry.expires is None
    return entry.decision in {"", REAL, FALSE_ALARM} and entry.expires is None
