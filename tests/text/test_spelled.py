"""Values that are written in pieces, by numbers or encoded are found as what they are, where they are written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard import api
from keyguard.packs import expand
from keyguard.text import spelled, unseen
from keyguard.text.decode import encoded
from tests.examples import examples

SEED = "spelled"
VALUES = {part: expand(f"<{part}>", SEED) for part in ("api_key", "secret_key", "passphrase")}
NAMES = [("apiKey", "api_key"), ("secretKey", "secret_key"), ("passphrase", "passphrase")]
HALVES = "okx = OKX(api_key=%s, secret_key='<secret_key>', passphrase='<passphrase>')\n"


def _told(path: str, text: str) -> dict[str, tuple[str, str]]:
    """Return the parts of the only finding, each with its value and with what stands at its place."""
    [finding] = api.scan_text(path, text.encode()).findings
    lines = text.split("\n")
    told = {}
    for match in finding.matches:
        region = match.region
        rows = lines[region.line - 1 : region.end_line]
        rows[-1] = rows[-1][: region.end_column - 1]
        rows[0] = rows[0][region.column - 1 :]
        told[match.part or ""] = match.value.reveal().decode(), "\n".join(rows)
    return told


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("a.py", '"<api_key|head>" "<api_key|tail>"'),
        ("a.js", '"<api_key|head>" +\n  "<api_key|tail>"'),
        ("a.py", '"".join(["<api_key|head>", "<api_key|tail>"])'),
        ("a.js", '["<api_key|head>", "<api_key|tail>"].join("")'),
        ("a.java", '"<api_key|head>".concat("<api_key|tail>")'),
        ("a.js", "`<api_key|head>${'<api_key|tail>'}`"),
        ("a.py", "f\"{'<api_key|head>'}<api_key|tail>\""),
        ("a.hs", '"<api_key|head>" ++ "<api_key|tail>"'),
        ("a.swift", '["<api_key|head>", "<api_key|tail>"].joined(separator: "")'),
        ("a.rs", '["<api_key|head>", "<api_key|tail>"].concat()'),
        ("a.js", '"<api_key|hexes>"'),
        ("a.js", '"<api_key|unicode>"'),
        ("a.rs", '"<api_key|braced>"'),
    ],
)
def test_a_value_is_found_whole_and_its_place_holds_all_of_its_pieces(path: str, written: str) -> None:
    text = expand(HALVES % written, SEED)
    told = _told(path, text)
    assert {part: value for part, (value, _) in told.items()} == VALUES
    whole = expand(written, SEED)
    place = told["api_key"][1]
    assert place in whole
    assert len(place) >= len(VALUES["api_key"])
    assert told["secret_key"][1] == VALUES["secret_key"]


def test_what_is_appended_later_is_told_where_the_first_piece_stands() -> None:
    text = expand('key = "<api_key|head>"\nlog("on")\nkey += "<api_key|tail>"\nokx(key, "<secret_key>")\n', SEED)
    told = _told("a.py", text)
    assert told["api_key"] == (VALUES["api_key"], expand("<api_key|head>", SEED))


def test_whole_values_that_are_appended_are_no_pieces() -> None:
    raw = expand('a = "<api_key>"\na += "<uuid>"\nb = "abc"\nb += "<api_key>"\n', SEED).encode()
    assert list(spelled.edits(raw)) == []


@pytest.mark.parametrize("times", [1, 2, 3])
def test_percent_signs_are_undone_as_often_as_they_were_done(times: int) -> None:
    filters = "|percent" * times
    quote = "%" + "25" * (times - 1) + "22"
    body = ",".join(f"{quote}{name}{quote}:{quote}<{part}{filters}>{quote}" for name, part in NAMES)
    told = _told("a.log", expand(f"GET /okx?c={body} HTTP/1.1\n", SEED))
    assert {part: value for part, (value, _) in told.items()} == VALUES


def test_whole_values_beside_each_other_are_no_pieces() -> None:
    for sign in ("", " ", "+", " & "):
        text = expand(f'x("<api_key>"{sign}"<secret_key>"{sign}"<passphrase>")', SEED).encode()
        assert not [edit for edit in spelled.edits(text) if text[edit[0] :].startswith(b'"' + sign.encode() + b'"<')]
        plain = unseen.plain(text)
        assert VALUES["api_key"].encode() + b'"' in (plain.data if plain else text)


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "big5", "big5hkscs", "latin-1", "cp1252"])
def test_columns_count_the_characters_of_an_older_encoding(encoding: str) -> None:
    names = {
        "gb": "密码短语 密钥 交易所的账号",
        "bi": "密碼短語 密鑰 交易所的帳號",
        "la": "clé à côté",
        "cp": "señora",
    }[encoding[:2]]
    text = expand(f"{names} OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n", SEED)
    [finding] = api.scan_text("note.txt", text.encode(encoding)).findings
    key = next(match for match in finding.matches if match.part == "api_key")
    assert key.region.column == text.index(VALUES["api_key"]) + 1


@pytest.mark.parametrize("data", ["密钥 ключ clé".encode(), b"\x80\x81\x82\x83" * 9, b"a\xe9"])
def test_what_is_no_older_encoding_stays_as_it_is(data: bytes) -> None:
    from keyguard.text.decode import Decoder

    told = Decoder().utf8(data)
    assert told in {data, data.decode("latin-1").encode()}


# What the patterns mean, each tried at every place.
_ITEM = rb"""["'][^"'\n]{0,256}["']"""
_ITEMS = rb"%b(?:\s*(?:,\s*)?%b){0,63}\s*(?:,\s*)?" % (_ITEM, _ITEM)
_PLAIN = {
    "_PIECES": re.compile(
        rb"""(?<=[0-9A-Za-z!-.:-@_])(?<!-[0-9a-fA-F]{12})(?<![0-9a-fA-F]{32})
            (["'`])(?:\s*(?:(?P<sign>\+\+?|[.&^*]|\.\.|<>|\|\|)[ \t]*(?:[_\\]?\r?\n\s*)?|[_\\]\r?\n\s*)?@?
             |(?P<braces>\}\$\{))\1
            (?=[0-9A-Za-z!-&(-.:-@_])(?![0-9a-fA-F]{32}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-)""",
        re.VERBOSE,
    ),
    "_LISTED": re.compile(
        rb"""(?:(?i:concat)\(|(?:''|"")\.join\(\s*[\[(])\s*(?P<args>%b)[\])]
           |\[\s*(?P<items>%b)\]\s*\.join\(\s*(?:''|"")\s*\)"""
        % (_ITEMS, _ITEMS),
        re.VERBOSE,
    ),
    "_CONTINUED": re.compile(rb"(?<=[0-9a-zA-Z-])\\\r?\n(?=[0-9a-zA-Z-])"),
    "_RUN": re.compile(rb"(?:%b){4,}" % spelled._SIGN.pattern),
}
_ALWAYS = re.compile(b"(?s).")
_SIGNS = r"""
    " ' ` @ ++ ^ + . .. <> || }${ \ _ & abc 12ab 0123abcd - 01234567-89ab- 0123456789abcdef0123456789abcdef ( ) [ ] , ;
    = := += .= concat( CONCAT( .concat( ''.join( "".join([ .join('') .join("") name \x61 \u0061 \u{61} \U00000061 \141 %
    %25 %22 %3D %41 &quot; &amp; =3D é #define name+="
""".split()  # fmt: skip


@given(
    st.lists(
        st.sampled_from([*_SIGNS, " ", "\n", "\r\n", "\\\n", " + ", '"ab"', "'ab', 'cd'", '\n name += "']), max_size=40
    )
)
@examples(400)
def test_what_is_looked_for_first_changes_nothing(signs: list[str]) -> None:
    raw = "".join(signs).encode()
    with pytest.MonkeyPatch.context() as patch:
        found = sorted(spelled.edits(raw))
        for name, pattern in _PLAIN.items():
            patch.setattr(spelled, name, pattern)
        for name in ("_JOINS", "_ADDS", "_ANY_KEY"):
            patch.setattr(spelled, name, _ALWAYS)
        assert sorted(spelled.edits(raw)) == found


@given(
    st.lists(
        st.sampled_from(
            [
                "\\n",
                "\\r\\n",
                "\n",
                "\r\n",
                "\\",
                "=",
                "==",
                " ",
                "é",
                "n",
                "-",
                "a1" * 16,
                "AB" * 40,
                "z" * 31,
                "QUJD" * 8,
                "MZXW6YTB" * 8,
            ]
        ),
        max_size=20,
    )
)
@examples(400)
def test_encoded_texts_are_found_where_the_pattern_alone_finds_them(signs: list[str]) -> None:
    raw = "".join(signs).encode()
    assert [run.span() for run in encoded.runs(raw)] == [run.span() for run in encoded.RUN.finditer(raw)]


def _array(value: str, form: str) -> str:
    return ", ".join(form % ord(sign) for sign in value)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("okx.h", "const unsigned char okx_%s[] = {\n  %s,\n};"),
        ("okx.go", "var okx_%s = []byte{%s}"),
        ("okx.js", "okx.%s = Buffer.from([%s]);"),
    ],
)
@pytest.mark.parametrize("form", ["0x%02x", "%d"])
def test_bytes_that_are_written_as_numbers_are_the_text_that_they_are(path: str, written: str, form: str) -> None:
    text = "\n".join(written % (part, _array(value, form)) for part, value in VALUES.items())
    [finding] = api.scan_text(path, text).findings
    assert {match.part: match.value.reveal().decode() for match in finding.matches} == VALUES


@pytest.mark.parametrize("numbers", ["7, 8, 9, 10, 11, 12, 13, 14", "200, 201, 202, 203, 204, 205, 206, 207", "1, 2"])
def test_other_numbers_stay_numbers(numbers: str) -> None:
    assert list(spelled.edits(f"x = [{numbers}]".encode())) == []


def test_a_hyphen_may_be_all_that_is_escaped() -> None:
    key = VALUES["api_key"].replace("-", r"\u002d")
    told = _told("a.properties", f"okx.apiKey={key}\nokx.secretKey={VALUES['secret_key']}\n")
    assert told["api_key"] == (VALUES["api_key"], key)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("form", ['    b"%s"\n', "    '%s' +\n", "    %s\n"])
def test_a_document_in_base64_may_go_on_in_the_next_literal(form: str, packed: bool) -> None:
    import base64
    import json
    import zlib

    document = json.dumps({"exchange": "okx", "apiKey": VALUES["api_key"], "secret": VALUES["secret_key"]}).encode()
    digits = base64.b64encode(zlib.compress(document) if packed else document).decode()
    lines = "".join(form % digits[at : at + 64] for at in range(0, len(digits), 64))
    [finding] = api.scan_text("config.py", f"CONFIG = decoded(\n{lines})\n").findings
    assert {match.value.reveal().decode() for match in finding.matches} == {VALUES["api_key"], VALUES["secret_key"]}


def test_bytes_of_sql_are_the_text_that_they_are() -> None:
    key, secret = (f"0x{VALUES[part].encode().hex().upper()}" for part in ("api_key", "secret_key"))
    text = f"INSERT INTO accounts (exchange, api_key, secret_key) VALUES ('okx', {key}, {secret});\n"  # noqa: S608 - a dump
    [finding] = api.scan_text("dump.sql", text).findings
    assert {match.value.reveal().decode() for match in finding.matches} == {VALUES["api_key"], VALUES["secret_key"]}


def test_keys_that_are_percent_encoded_are_read_on_each_line_once() -> None:
    line = b"x=%2D12345678-1234-%61"
    raw = b"\n".join([line, b"", line, line + b" " + line])
    edits = list(spelled.edits(raw))
    assert edits == sorted(set(edits))
    assert [raw[start:end] for start, end, _ in edits] == [b"%2D", b"%61"] * 4
