"""The search that other tests look for values with finds each of them."""

from __future__ import annotations

from keyguard.packs import expand
from tests.values import search

_VALUES = [
    expand(f"<{part}:{number}>", "values").encode() for part in ("uuid", "hex32", "alnum16") for number in range(900)
]


def test_each_value_is_found_in_one_text_of_all_and_none_in_another() -> None:
    found_in = search(_VALUES)
    assert found_in(b" ".join(_VALUES)) == set(range(len(_VALUES)))
    assert found_in(b" ".join(value[:-1] for value in _VALUES)) == set()


def test_case_can_be_ignored() -> None:
    text = b"".join(_VALUES).swapcase()
    assert search(_VALUES)(text) == set()
    assert search(_VALUES, ignore_case=True)(text) == set(range(len(_VALUES)))
