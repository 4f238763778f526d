"""Texts that are made to be slow for what looks through values written in pieces: each ends, and finds nothing.

Nothing is measured: what is not linear would take hours for these, and meets the tests' time limit.
"""

from __future__ import annotations

import pytest

from keyguard.text import outline, spelled, unseen
from keyguard.text.decode import Budget, views

_MANY = 60_000
TEXTS = {
    "a list of blanks": "[" + '"a"' + (" " * 40 + '"a"') * 2_000,
    "a call of blanks": "concat(" + ('"a"' + " " * 60) * 2_000,
    "an open list": '["a", ' * 20_000,
    "blanks behind a quote": '"a"' + " " * _MANY + "x",
    "lines behind a quote": '"a"' + "\n" * _MANY + "x",
    "lines behind an assignment": 'a = "b"' + "\n" * _MANY + "c",
    "blanks behind an assignment": 'a = "b"' + " " * _MANY + "\nc",
    "words before an assignment": "a " * _MANY,
    "a long word": "a" * _MANY * 4,
    "strings without operators": '"a"' * _MANY,
    "nested percents": "%" + "25" * _MANY,
    "many percents": "%25" * _MANY,
    "references to references": "&" + "amp;" * _MANY,
    "many references": "&a" * _MANY,
    "escapes": r"\x41" * _MANY,
    "an open title": "\x1b]" * _MANY,
    "quotes within quotes": "'\\''" * _MANY,
    "doubled quotes": "x = '" + "''" * _MANY,
    "addresses": "x://a:" * _MANY,
    "blocks": "a: |\n" * 20_000 + " " * _MANY,
    "here documents": "a=<<EOF\n" * 20_000,
    "commands": "a=$(echo " * 20_000,
    "reads": "read " * _MANY + "<<EOF",
    "anchors": "x: &a" + " " * _MANY + "&b " * 20_000,
    "calls in calls": "x = " + "concat(" * _MANY,
    "lists in lists": "x = " + "[" * _MANY,
    "operators": "a = 'b'\nx = " + "a + " * _MANY,
    "constants of constants": "".join(f"a{n} = a{n + 1} + a{n + 1}\n" for n in range(3_000)),
    "a constant of itself": "a = a + a\n" * 10_000,
    "one constant again and again": "a = 'b'\n" * 20_000 + 'x = f"{a}c"',
    "templates": 'a = "b"\n' + 'x = f"{a}' * 20_000,
    "references in templates": 'a = "b"\nx = "' + "${a}" * 20_000 + '"',
    "formats": 'x = format("' + "%s" * 100 + '", "a")\n' * 2_000,
    "methods": 'x = "a"' + ".join(" * 20_000,
    "numbers": "{" * 20_000 + "10, " * _MANY,
    "numbers of base eight": "x = [010, 011, 012, 013, 014, 015, 016, 017, 088]",
    "broken strings": 'a: "' + "a\\\n   " * 20_000,
    "uses of one constant": "const a = 'value-1';\n" + "f({ k: a });\n" * 20_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_texts_end(name: str) -> None:
    text = TEXTS[name]
    list(spelled.edits(text.encode()))
    unseen.plain(text.encode())


@pytest.mark.parametrize("path", ["a.js", "a.sh", "a.yml", "a.txt"])
@pytest.mark.parametrize("name", TEXTS)
def test_hostile_texts_are_read_to_their_end_or_to_the_time_limit(name: str, path: str) -> None:
    outline.read(TEXTS[name][:24_000], path, lambda _: True)


@pytest.mark.parametrize(
    "text",
    [
        ("A" * 40 + "\n") * 3_000 + "-",
        "ab" * 100_000 + "g",
        ("QUJD" * 10 + "\n" + " " * 200) * 500 + "!",
        "A" * 64 + "=" * 60_000,
    ],
    ids=["lines", "hex", "indented lines", "padding"],
)
def test_hostile_encodings_end(text: str) -> None:
    budget = Budget()
    for view in views([text.encode()], "okx.txt", budget):
        for _ in view.pieces:
            pass
        budget.passed = True
