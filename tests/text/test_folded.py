"""Expressions of constants are read as what they give, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard import api
from keyguard.packs import expand
from keyguard.text import folded
from tests.examples import examples

SEED = "folded"
KEY = expand("<api_key>", SEED)
GROUPS = KEY.split("-")


PIECE = "# '0123456789ABCDEF'\n"  # without one, nothing is put together


def _read(text: str) -> str:
    raw, pieces, last = f"{PIECE}{text}".encode(), list[bytes](), 0
    for start, end, sign in folded.edits(raw):
        pieces += [raw[last:start], sign]
        last = end
    return b"".join([*pieces, raw[last:]]).decode()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('A = "one-"\nx = A + "two-" + A\n', 'x = "one-two-one-"'),
        ('A = "one-"\nx = f"{A}twofold"\n', 'x = "one-twofold"'),
        ('A = "one-"\nB = A + "two"\nx = "%s-three" % B\n', 'x = "one-two-three"'),
        ("$a = 'one-';\n$x = $a . 'two' . \"$a\";\n", '$x = "one-twoone-";'),
        ('let a = "one-"\nlet x = "\\(a)twofold"\n', 'let x = "one-twofold"'),
        ('a = "one-"\nx = "#{a}twofold"\n', 'x = "one-twofold"'),
        ('x = ["one", "two", "three"].join("-")\n', 'x = "one-two-three"'),
        ('L = ("one", "two", "three")\nx = "-".join(L)\n', 'x = "one-two-three"'),
        ('x = strings.Join([]string{"one", "two", "three"}, "-")\n', 'x = "one-two-three"'),
        ("x = implode('-', ['one', 'two', 'three']);\n", 'x = "one-two-three";'),
        ('x = String.join("-", "one", "two", "three");\n', 'x = "one-two-three";'),
        ('let x = format!("{}-{}", "one", "twofold");\n', 'let x = "one-twofold";'),
        ('let a = "one";\nlet x = format!("{a}-{}", "twofold");\n', 'let x = "one-twofold";'),
        ('x = "{1}-{0}".format("one", "twofold")\n', 'x = "twofold-one"'),
        ("A=one\nX=${A}-twofold\n", 'X="one-twofold"'),
        ('A = "one-"\nx = new A + "twofold"\n', 'x = "one-twofold"'),
        ('g::h = ["one", "two"]\nx = g::h.join("-three-")\n', 'x = "one-three-two"'),
        ('x = format ("%s-%s", "one", "twofold")\n', 'x = "one-twofold"'),
        ('x = "one" & Chr(64) & "twofold"\n', 'x = "one@twofold"'),
        ('x = "one" + chr(64) + "twofold"\n', 'x = "one@twofold"'),
        ('x = Concat("one-", "twofold")\n', 'x = "one-twofold"'),
        ('x = concat!(\n    "one-",\n    "twofold",\n);\n', 'x = "one-twofold";'),
    ],
)
def test_an_expression_is_read_as_its_value(text: str, read: str) -> None:
    assert read in _read(text)


@pytest.mark.parametrize(
    "text",
    [
        'x = A + "two-three"\n',  # nobody says what A is
        'A = "one-"\nA = "two-"\nx = A + "three-four"\n',  # two things
        'A = "one-"\nx = f"{A}{B}-three"\n',
        'x = join("-", unknown("one"), "two-three")\n',
        'x = paste("one", "two-three")\n',  # puts a blank between
        'x = "one" + "two-three"\n',  # pieces of one literal, which are read elsewhere
        'x = compute("one", "two-three")\n',
        'A = A + "one-two-three"\n',
        "x = ['one', 'two-three']\n",
        "$x = -join @ 'one-two'\n",  # and what is not written well is no error
    ],
)
def test_what_is_not_known_stays_as_it_is(text: str) -> None:
    assert _read(text) == PIECE + text


def test_a_key_of_five_groups_is_found_where_they_are_joined() -> None:
    groups = ", ".join(f"'{group}'" for group in GROUPS)
    text = f"GROUPS = [{groups}]\n\n\ndef okx():\n    return Okx(api_key='-'.join(GROUPS), secret_key=SECRET)\n"
    [finding] = api.scan_text("bot.py", text).findings
    [match] = finding.matches
    assert (match.value.reveal().decode(), match.region.line) == (KEY, 5)


@pytest.mark.parametrize("written", ['"Harbor72" + SALT + "mill!"', '"Harbor72" + salt()', 'SALT + "Harbor72!mill"'])
def test_a_piece_of_a_passphrase_is_not_told_as_the_passphrase(written: str) -> None:
    text = f'OKX_API_KEY = "<api_key>"\nOKX_SECRET_KEY = "<secret_key>"\nOKX_PASSPHRASE = {written}\n'
    [finding] = api.scan_text("bot.py", expand(text, SEED)).findings
    assert {match.part for match in finding.matches} == {"api_key", "secret_key"}


@pytest.mark.parametrize("behind", [" & wait", " & PID=$!", " && ./bot", "  # + more"])
def test_what_a_shell_does_next_is_put_to_no_passphrase(behind: str) -> None:
    text = f'OKX_API_KEY="<api_key>"\nOKX_SECRET_KEY="<secret_key>"\nexport OKX_PASSPHRASE="<passphrase>"{behind}\n'
    [finding] = api.scan_text("bot.sh", expand(text, SEED)).findings
    assert {match.part for match in finding.matches} == {"api_key", "secret_key", "passphrase"}


def test_what_stands_in_the_expression_keeps_its_place() -> None:
    head, tail = expand("<secret_key|head>", SEED), expand("<secret_key|tail>", SEED)
    text = f'okx_secret_key = "".join([\n    "{head}",\n    "{tail}",\n])\n'
    [finding] = api.scan_text("bot.py", text).findings
    region = finding.matches[0].region
    assert (region.line, region.column, region.end_line, region.end_column) == (2, 6, 3, 6 + len(tail))


@pytest.mark.parametrize("lines", [2_000, 20_000])
def test_a_constant_is_known_wherever_in_a_long_text_it_stands(lines: int) -> None:
    head, tail = expand("<secret_key|head>", SEED), expand("<secret_key|tail>", SEED)
    between = "".join(f"rate_{n} = {n}\n" for n in range(lines))
    text = f'HALF = "{head}"\n{between}okx = Okx(secret_key=HALF + "{tail}")\n'
    [finding] = api.scan_text("bot.py", text).findings
    assert finding.matches[0].region.line == lines + 2


_LINES = st.lists(
    st.sampled_from(
        [
            'HALF = "<secret_key|head>"',
            'okx = Okx(secret_key=HALF + "<secret_key|tail>")',
            "GROUPS = ['01', '23',",
            "    '45', '67']",
            "KEY = '-'.join(GROUPS)",
            "KEY = GROUPS.join('-')",
            'x = f"{HALF}-{KEY}"',
            "URL=${HALF}-two",
            "call(",
            '    "one-",',
            '    concat("one-", "two-", HALF),',
            "new Type{HALF, KEY}",
            "return",
            "    HALF . 'two'",
            "",
            "# of no interest" * 8,
        ]
    ),
    min_size=1,
    max_size=60,
)


@examples(100)
@given(_LINES, st.integers(1, 40))
def test_a_text_is_put_together_in_parts_as_in_one(lines: list[str], times: int) -> None:
    raw = expand("\n".join(lines * times), SEED).encode()
    in_parts = list(folded.edits(raw))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folded, "_SHORT", len(raw))
        assert list(folded.edits(raw)) == in_parts
