"""What a constant is used as counts for it, where its own name says nothing."""

from __future__ import annotations

import pytest

from keyguard.text import outline
from keyguard.text.outline import Bond


def _used_as(path: str, text: str, value: str) -> set[str]:
    """Return the names that a value is assigned to."""
    read = outline.read(text, path, lambda text: "$" in text)
    return {
        name.text for one in read.literals if one.value == value for name in one.names if name.bond is not Bond.NEAR
    }


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "const a = 'value-1';\nnew Client({ apiKey: a })"),
        ("a.js", "const mine = { a: 'value-1' };\nnew Client({ apiKey: mine.a })"),
        ("a.rs", 'const A: &str = "value-1";\nlet c = Client { apiKey: A.to_string() };'),
        ("a.tf", 'locals {\n  a = "value-1"\n}\nx = { apiKey = local.a }\n'),
        ("a.sh", 'A=value-1\ncurl -H "apiKey: $A" -H "b: ${B}"\n'),
        ("a.yml", "x: &a value-1\ny:\n  apiKey: *a\n"),
        ("a.py", "class C:\n    a = 'value-1'\n    def f(self):\n        return g(apiKey=self.a)\n"),
    ],
)
def test_a_constant_has_the_names_of_its_uses(path: str, text: str) -> None:
    assert "apiKey" in _used_as(path, text, "value-1")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "const a = 'value-1';\na = 'value-2';\nnew Client({ apiKey: a })"),
        ("a.js", "f(a, 'value-1');\nnew Client({ apiKey: a })"),
        ("a.js", "const other = { a: 'value-1' };\nnew Client({ apiKey: mine.a })"),
        ("a.js", "const a = 'value-1';\nnew Client({ apiKey: 'a' })"),
        ("a.yml", "x: &a value-1\ny:\n  apiKey: a\n"),
        ("a.py", "a = 'some words'\nf(apiKey=a)\n"),
    ],
)
def test_a_name_that_may_be_something_else_is_not_followed(path: str, text: str) -> None:
    assert "apiKey" not in _used_as(path, text, "value-1")
    assert "apiKey" not in _used_as(path, text, "some words")


def test_an_alias_is_no_value() -> None:
    read = outline.read("x: &a value-1\ny:\n  apiKey: *a\n", "a.yml", lambda _: False)
    assert "*a" not in {one.value for one in read.literals}


@pytest.mark.parametrize("path", ["a.ps1", "a.js", "a.sh", "a.py"])
def test_a_decoding_call_whose_value_has_no_name_defines_nothing(path: str) -> None:
    read = outline.read('Decode(--ame k --vue "6680699C8"', path, lambda _: True)
    assert "6680699C8" in {one.value for one in read.literals}
