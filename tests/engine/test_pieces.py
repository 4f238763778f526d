"""The pieces of a large text end where a text may be cut, whatever the source made of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from keyguard.engine.pieces import OVERLAP, Stretch, stretches
from tests.examples import examples

_WORDS = st.lists(st.sampled_from(["a", "Harbor#7284x", "key=", "é", "x" * 40]), min_size=1, max_size=12)
_LINES = st.lists(_WORDS.map("".join), min_size=1, max_size=40)
_ENDS = st.sampled_from(["\n", " ", '",', "},", ";"])


def _cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places} - {0, len(data)})
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]


@given(_LINES, _ENDS, st.lists(st.integers(0, 1 << 16), max_size=6))
@examples(200)
def test_no_word_is_cut_and_none_is_lost(lines: list[str], end: str, places: list[int]) -> None:
    text = "".join(f"{line}{end}" for line in lines) + "tail"
    found = list(stretches(_cut(text.encode(), places)))
    read = 0
    for stretch in found:
        assert stretch.offset <= read, "nothing lies between two stretches"
        read = stretch.offset + len(stretch.data)
        whole = text.encode()[:read]
        assert read == len(text.encode()) or whole.endswith(end.encode()) or end.encode() not in whole
        assert stretch.lines == text.encode()[: stretch.offset].count(b"\n")
    assert read == len(text.encode())


def test_a_word_without_end_is_handed_on_as_it_comes() -> None:
    pieces = [b"x" * (OVERLAP * 2)] * 3
    found = list(stretches(pieces))
    assert found[0] == Stretch(pieces[0])
    assert found[-1].offset + len(found[-1].data) == OVERLAP * 6
