from __future__ import annotations

import html
import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from keyguard.model import Origin, Outcome, Skipped, Suppression, UnusedIgnore
from keyguard.report import FORMATS, ReportOptions, unescaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.model import Finding, Match

_WRITTEN = [*((form, False) for form in FORMATS), ("text", True)]


def _texts(record: Any) -> Iterator[bytes]:
    """Return every text of a JSON report as its reader would take it."""
    if isinstance(record, str):
        yield unescaped(record)
        yield unquote_to_bytes(record)
    elif isinstance(record, dict):
        yield from (text for pair in record.items() for item in pair for text in _texts(item))
    elif isinstance(record, list):
        yield from (text for item in record for text in _texts(item))


def _read(form: str, written: bytes) -> list[bytes]:
    """Return all that a reader could make of a report; of JSON the texts, for its own escapes may spell anything."""
    if form not in {"json", "jsonl", "sarif", "gitlab"}:
        text = html.unescape(written.decode())
        return [written, unescaped(written.decode()), text.encode(), unescaped(text)]
    records = written.splitlines() if form == "jsonl" else [written]
    return [text for record in records for text in _texts(json.loads(record))]


@pytest.mark.parametrize(("form", "color"), _WRITTEN)
@given(data=st.data(), value=st.binary(min_size=6, max_size=40), part=st.sampled_from(["api_key", "passphrase"]))
def test_no_value_gets_out_in_any_format(  # noqa: PLR0917 - pytest passes by name
    report: Callable[..., bytes],
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
    form: str,
    value: bytes,
    part: str,
    data: st.DataObject,
    *,
    color: bool,
) -> None:
    waived = data.draw(st.booleans())

    def gets_out(held: bytes, name: str) -> bool:
        finding = make_finding(
            make_match(part, name, value=held),
            make_match(part, f"{name}.bak", value=held, via=(name,)),
            origins=(Origin(name, "", "c0", name, name),),
            suppressed=Suppression("inline", name, name) if waived else None,
        )
        outcome = Outcome((finding,), (Skipped(name, name),), unused=(UnusedIgnore(name, name),), notices=(name,))
        written = report(form, outcome, ReportOptions(color=color, sarif_suppressed=True))
        return any(value in text for text in _read(form, written))

    # A value that the report's own words happen to spell, alone or with a piece of the name, is not let out by them.
    assume(not set(b"*~") & set(value) and not gets_out(b"?" * len(value), "~"))
    pieces = st.lists(st.sampled_from([value, value[: len(value) // 2], value[1:], b"/"]) | st.binary(max_size=4))
    assert not gets_out(value, os.fsdecode(b"".join([b"~", *data.draw(pieces), value, *data.draw(pieces), b"~"])))


@pytest.mark.parametrize("form", FORMATS)
def test_every_report_ends_in_a_line_feed_and_is_utf_8(
    form: str, outcome: Outcome, report: Callable[..., bytes]
) -> None:
    assert report(form, outcome).decode().endswith("\n")
