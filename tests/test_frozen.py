"""What is made for a quick start behaves as what the standard library makes."""

from __future__ import annotations

import dataclasses
import pickle
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING, cast

import pytest

from keyguard.expressions import expression, regex_expression
from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, order=True)
class Ours:
    """Made by us."""

    path: str
    line: int = 1
    note: str = field(default="", compare=False, repr=False)


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Theirs:
    """Made by the standard library."""

    path: str
    line: int = 1
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Other:
    """Of the same fields, and another class."""

    path: str
    line: int = 1


VALUES = [("a", 1, ""), ("a", 1, "n"), ("a", 2, ""), ("b", 1, "")]


@pytest.mark.parametrize("one", VALUES)
@pytest.mark.parametrize("other", VALUES)
def test_a_frozen_dataclass_compares_as_the_standard_one(
    one: tuple[str, int, str], other: tuple[str, int, str]
) -> None:
    ours, theirs = (Ours(*one), Ours(*other)), (Theirs(*one), Theirs(*other))
    for first, second in (ours, theirs):
        assert (first == second) is (theirs[0] == theirs[1])
    assert (ours[0] < ours[1], ours[0] <= ours[1]) == (theirs[0] < theirs[1], theirs[0] <= theirs[1])
    assert (ours[0] > ours[1], ours[0] >= ours[1]) == (theirs[0] > theirs[1], theirs[0] >= theirs[1])
    assert len(set(ours)) == len(set(theirs))
    assert repr(ours[0]) == repr(theirs[0]).replace("Theirs", "Ours")


def test_a_frozen_dataclass_is_one_for_the_standard_library_too() -> None:
    made = Ours("a", note="n")
    assert replace(made, line=2) == Ours("a", 2)
    assert pickle.loads(pickle.dumps(made)).note == "n"  # noqa: S301 - made here
    assert [one.name for one in dataclasses.fields(made)] == ["path", "line", "note"]
    assert not hasattr(made, "__dict__")
    assert made != cast("object", Other("a"))
    with pytest.raises(TypeError):
        assert made < Other("a")  # type: ignore[operator]  # that is what is asked


@pytest.mark.parametrize("make", [expression, regex_expression])
def test_an_expression_is_the_compiled_one(make: Callable[[str, int], re.Pattern[str]]) -> None:
    made = make(r"(?P<name>a+)b", re.IGNORECASE)
    found = made.fullmatch("AAb")
    assert found is not None
    assert found["name"] == "AA"
    assert made.sub("x", "aabAB") == "xx"
    assert (made.pattern, made.groupindex) == (found.re.pattern, {"name": 1})
    with pytest.raises(AttributeError):
        made.nothing  # type: ignore[attr-defined]  # noqa: B018 - that is what is asked
