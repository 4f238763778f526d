"""Characters that cannot be seen are looked through, and every place stays that of the file."""

from __future__ import annotations

import re
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard import api
from keyguard.cli.excerpt import excerpt
from keyguard.packs import expand
from keyguard.sources import PIECE
from keyguard.text import unseen
from tests.examples import examples

if TYPE_CHECKING:
    from keyguard.model import Finding, Match

CREDENTIAL = expand(
    "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n", "characters that are not seen"
)
VALUES = [line.partition("=")[2] for line in CREDENTIAL.splitlines()]
UNSEEN = [
    "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u061c", "\u180e",
    "\ufe0f", "\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u180b", "\U000e0100",
    "\u202a\u202c", "\u2066\u2069", "\U000e0041", "\x1b[1m", "\x1b[38;5;196m", "\x1b[0m", "\x1b[K", "\x1b]0;title\x07",
    "\\u001b[31m", "\\x1b[0m", "\\033[1;32m", "\\e[0m", "^[[0m", "[0m",
]  # fmt: skip


def _only(text: str, path: str = ".env") -> Finding:
    [finding] = api.scan_text(path, text.encode()).findings
    return finding


def _told(text: str, match: Match) -> str:
    """Return what stands at the place of a match in the text itself; a byte order mark is no part of it."""
    region = match.region
    assert region.line == region.end_line
    return text.removeprefix("\ufeff").split("\n")[region.line - 1][region.column - 1 : region.end_column - 1]


@pytest.mark.parametrize("between", UNSEEN, ids=ascii)
def test_what_stands_around_names_and_values_is_looked_through(between: str) -> None:
    text = CREDENTIAL.replace("=", f"{between}={between}").replace("\n", f"{between}\n").replace("OKX", f"{between}OKX")
    finding = _only(text)
    assert {_told(text, match) for match in finding.matches} == set(VALUES)


@pytest.mark.parametrize("between", ["\u200b", "\u00ad", "\ufeff", "\x1b[0m"], ids=ascii)
def test_a_value_that_is_cut_by_them_is_one(between: str) -> None:
    cut = {value: f"{value[:9]}{between}{value[9:20]}{between}{value[20:]}" for value in VALUES[:2]}
    text = CREDENTIAL
    for value, written in cut.items():
        text = text.replace(value, written)
    finding = _only(text)
    assert {match.value.reveal().decode() for match in finding.matches} == set(VALUES)
    assert {_told(text, match) for match in finding.matches} == {*cut.values(), VALUES[2]}


@given(st.data())
@examples(40)
def test_wherever_they_stand_every_place_is_that_of_the_file(data: st.DataObject) -> None:
    lines = ["# \u00fcber", *CREDENTIAL.splitlines(), "end"]
    between = st.lists(st.sampled_from(UNSEEN), max_size=3).map("".join)
    for n, line in enumerate(lines):
        name, sign, value = line.partition("=")
        lines[n] = (
            f"{data.draw(between)}{name}{data.draw(between)}{sign}{data.draw(between)}{value}{data.draw(between)}"
        )
    text = "\n".join(lines)
    assert {_told(text, match) for match in _only(text).matches} == set(VALUES)


def test_lines_that_end_with_cr_are_counted_where_there_are_no_others() -> None:
    finding = _only(f"# bot\n{CREDENTIAL}".replace("\n", "\r"))
    assert sorted(match.region.line for match in finding.matches) == [2, 3, 4]


def test_a_cr_within_a_line_parts_values_and_begins_no_line() -> None:
    text = "10%\r50%\r" + CREDENTIAL.replace("\n", "\r") + "\ndone\n"
    finding = _only(text)
    assert {match.region.line for match in finding.matches} == {1}
    assert {_told(text, match) for match in finding.matches} == set(VALUES)


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_lines_are_counted_over_the_pieces_of_a_large_file(end: str) -> None:
    line = "nothing to see here at all, and of no interest"
    count = PIECE // len(line) + 200
    finding = _only((f"{line}\n" * count + CREDENTIAL).replace("\n", end), "large.txt")
    assert sorted(match.region.line for match in finding.matches) == [count + 1, count + 2, count + 3]


def test_a_waiver_between_colours_waives_its_line() -> None:
    text = f"\x1b[90m\u200b# keyguard: ignore[okx-credential] made up\x1b[0m\n{CREDENTIAL}"
    assert _only(text).suppressed is not None


def test_the_lines_that_an_audit_shows_are_those_of_the_file() -> None:
    text = f"# bot\n{CREDENTIAL}end\n".replace("\n", "\r")
    finding = _only(text)
    [match] = [match for match in finding.matches if match.part == "api_key"]
    shown = dict(excerpt([text.encode()], match, finding.matches))
    assert shown[1] == "# bot"
    assert shown[2].startswith("OKX_API_KEY=")
    assert not any(value in line for value in VALUES for line in shown.values())


@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from([s.encode() for s in UNSEEN] + [b"a", b"\n", b"\r", b"m"])).map(b"".join)
)
@examples(200)
def test_nothing_that_can_be_seen_is_lost_and_the_gate_opens(data: bytes) -> None:
    plain = unseen.plain(data)
    if plain is not None:
        assert re.search(unseen.GATE.encode(), data) or data.rstrip(b"\r") != data
        assert len(plain.places) == len(plain.ends)
        assert unseen.plain(plain.data) is None or len(plain.data) < len(data) or b"\r" in data


def test_a_text_full_of_escapes_is_looked_through_in_little_memory() -> None:
    raw = b'{"said": "%s"}\n' % (rb"\u0061\u0062\u0063\u0064 " * 20_000)
    tracemalloc.start()
    try:
        assert unseen.plain(raw)
        assert tracemalloc.get_traced_memory()[1] < 6 * len(raw)
    finally:
        tracemalloc.stop()
