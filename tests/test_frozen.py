"""What is made for a quick start behaves as what the standard library makes."""

from __future__ import annotations

import dataclasses
import pickle
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING, cast

import pytest

from keyguard.expressions import Programs, expression, regex_expression
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


@pytest.mark.parametrize(
    "arguments", [((), {}), (("a", 1, "n", "more"), {}), (("a",), {"path": "b"}), (("a",), {"no": 1})]
)
def test_a_frozen_dataclass_refuses_the_arguments_that_the_standard_one_refuses(
    arguments: tuple[tuple[object, ...], dict[str, object]],
) -> None:
    values, named = arguments
    said = []
    for made in (Ours, Theirs):
        with pytest.raises(TypeError) as caught:
            made(*values, **named)  # type: ignore[arg-type]  # that is what is asked
        said.append(str(caught.value).replace("Theirs", "Ours"))
    assert said[0] == said[1]


def test_what_a_frozen_dataclass_holds_without_being_given_is_its_own() -> None:
    @dataclass(frozen=True, slots=True)
    class Made:
        """With values that are made, that are fixed, and that follow from others."""

        names: list[str] = field(default_factory=list)
        fixed: int = field(default=7, init=False)
        own: list[str] = field(default_factory=list, init=False)

        def __post_init__(self) -> None:
            self.own.extend(self.names)

    first, second = Made(), Made(["a"])
    first.names.append("b")
    assert (second.names, second.fixed, second.own) == (["a"], 7, ["a"])
    assert Made() == Made([])


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


class _Kept:
    """What one process leaves for the next."""

    def __init__(self) -> None:
        self.data: bytes | None = None
        self.saved = 0

    def process(self) -> Programs:
        programs = Programs()
        programs.load, programs.save = lambda: self.data, self._save
        return programs

    def _save(self, data: bytes) -> None:
        self.data = data
        self.saved += 1


PATTERNS = [
    (r"(?P<name>a+)(?:b|c)++", 0),
    (rb"(?<!x{2,3})y", 0),
    (r"OKX|\p{Han}", re.IGNORECASE),
    ("(?!)", re.MULTILINE),
]
TEXT = "aab y xxy okx \N{CJK UNIFIED IDEOGRAPH-4E2D} ac"


def _found(programs: Programs) -> list[object]:
    made = [programs.compiled(pattern, flags) for pattern, flags in PATTERNS]
    texts = [TEXT.encode() if isinstance(pattern, bytes) else TEXT for pattern, _ in PATTERNS]
    return [
        [(hit.span(), hit.groupdict()) for hit in one.finditer(text)] for one, text in zip(made, texts, strict=True)
    ]


def test_an_expression_is_compiled_for_all_runs_once() -> None:
    kept = _Kept()
    first, second, third = kept.process(), kept.process(), kept.process()
    found = _found(first)
    first.keep()
    assert _found(second) == found
    assert [bool(one) for one in found] == [True, True, True, False]
    second.keep()
    assert kept.saved == 1, "all were known"
    third.compiled("new", 0)
    third.keep()
    fourth = kept.process()
    fourth.compiled("new", 0)
    assert _found(fourth) == found
    fourth.keep()
    assert kept.saved == 2, "what was known before is known still"


def test_programs_of_another_version_are_not_used() -> None:
    kept = _Kept()
    first, second = kept.process(), kept.process()
    found = _found(first)
    first.keep()
    assert kept.data is not None
    kept.data = kept.data.replace(b"(", b"('0.1', ", 1)
    assert _found(second) == found
    second.keep()
    assert kept.saved == 2


def test_there_is_an_end_to_the_programs_that_are_kept() -> None:
    kept = _Kept()
    for start in (0, 1500):
        programs = kept.process()
        for number in range(start, start + 1500):
            programs.compiled(f"a{number}", 0)
        programs.keep()
    last = kept.process()
    last.compiled("a0", 0)
    last.keep()
    assert kept.saved == 3, "those of the first run were given up"
