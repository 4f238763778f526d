"""Whatever bytes come in, each reader of ours gives an answer or one of the house's errors, and nothing else.

Inputs are right ones of which pieces were changed. KEYGUARD_TEST_RUNS says how many are tried for each reader:

    KEYGUARD_TEST_RUNS=10000 pytest -n0 -o timeout=0 tests/test_fuzz.py
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readers import READERS

_RUNS = int(os.environ.get("KEYGUARD_TEST_RUNS", "25"))
_PIECES = [
    b"",
    b"\0",
    b"\n",
    b"\r",
    b'"',
    b"'",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"(",
    b")",
    b"<",
    b">",
    b":",
    b"=",
    b"- ",
]
_PIECES += [b"\xff", b"\xf0\x9f", b"\xe2\x80\xae", b"&", b"*", b"!!python/object:", b"null", b"-1", b"1e999", b"0" * 40]
_PIECES += [b"true", b"[[" * 200, b"{" * 200, b"9" * 30, b"<<", b"%", b"\x7f" * 5, b"okx", b"secret", b"\x80" * 12]

fuzzed = settings(
    max_examples=_RUNS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


@st.composite
def changed(draw: st.DrawFn, seeds: st.SearchStrategy[bytes]) -> bytes:
    """Return a right input with a few pieces replaced, doubled, moved or cut off."""
    data = bytearray(draw(seeds))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 0, 1, 1, 2, 4, 16, 200])))
        what = draw(st.integers(0, 4))
        if what < 3:
            data[start:end] = draw(st.sampled_from(_PIECES)) if what else draw(st.binary(max_size=6))
        elif what == 3:
            data[start:start] = data[start:end] * 2
        else:
            del data[start:]
    return bytes(data)


@pytest.mark.parametrize("name", READERS)
def test_a_reader(name: str) -> None:
    reader = READERS[name]

    @fuzzed
    @given(changed(st.sampled_from(reader.seeds())))
    def check(data: bytes) -> None:
        reader.read(data)

    check()
