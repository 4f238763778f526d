"""A value stands in no output, wherever it was and however it is written: places, formats, notations, each by each."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import shlex
import subprocess
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.errors import RuleError, SettingsError, SourceError
from keyguard.packs import expand
from keyguard.report import FORMATS, unescaped
from keyguard.veil import MASK, Veil, is_suspect
from tests import command
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

KEY, SECRET, PASSPHRASE = (expand(f"<{part}>", "veil") for part in ("api_key", "secret_key", "passphrase"))
VALUES = [KEY, SECRET, PASSPHRASE]
ENV = f"OKX_API_KEY={KEY}\nOKX_SECRET_KEY={SECRET}\nOKX_PASSPHRASE={PASSPHRASE}\n"
NOTATIONS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "swapped case": str.swapcase,
    "percent": lambda value: "".join(f"%{byte:02x}" for byte in value.encode()),
    "percent where needed": lambda value: quote(value, safe=""),
    "percent twice": lambda value: quote(quote(value, safe=""), safe=""),
    "JSON": lambda value: json.dumps(value)[1:-1],
    "code points": lambda value: "".join(f"\\u{ord(sign):04x}" for sign in value),
    "bytes": lambda value: "".join(f"\\x{byte:02x}" for byte in value.encode()),
    "octal": lambda value: "".join(f"\\{byte:03o}" for byte in value.encode()),
    "entities": lambda value: "".join(f"&#{ord(sign)};" for sign in value),
    "named entities": html.escape,
    "quoted-printable": lambda value: "".join(f"={byte:02X}" for byte in value.encode()),
    "shell": shlex.quote,
    "shell, escaped": lambda value: re.sub(r"([^0-9A-Za-z])", r"\\\1", value),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64 of more": lambda value: base64.b64encode(f"x:{value}:yz".encode()).decode(),
    "base64 for addresses": lambda value: base64.urlsafe_b64encode(f"x{value}".encode()).decode(),
    "hex": lambda value: value.encode().hex(),
    "JSON in JSON": lambda value: json.dumps(json.dumps(value)),
    "code points in braces": lambda value: "".join(f"\\u{{{ord(sign):x}}}" for sign in value),
    "no width between": "\u200b".join,
    "a soft hyphen": lambda value: f"{value[:9]}\u00ad{value[9:]}",
    "a mark of order": lambda value: f"{value[:9]}\ufeff{value[9:]}",
    "two pieces": lambda value: f"{value[:9]}''{value[9:]}",
    "a sum": lambda value: f'{value[:9]}" + "{value[9:]}',
    "base64 of base64": lambda value: _twice(value.encode()),
    "base64 of base64 of base64": lambda value: _twice(base64.b64encode(value.encode())),
    "base64 of gzip": lambda value: base64.urlsafe_b64encode(gzip.compress(value.encode())).decode(),
    "base64 of zlib": lambda value: base64.urlsafe_b64encode(zlib.compress(value.encode())).decode(),
    "hex of base64": lambda value: base64.b64encode(value.encode()).hex(),
    "base64 of hex": lambda value: base64.b64encode(value.encode().hex().encode()).decode(),
}


def _twice(value: bytes) -> str:
    return base64.b64encode(base64.b64encode(value)).decode()


def _said(output: bytes) -> set[bytes]:
    """Return what a reader could make of an output by undoing one notation after the other."""
    texts = {output}
    for _ in range(3):
        for text in list(texts):
            shown = text.decode("utf-8", "replace")
            texts |= {unquote_to_bytes(text), html.unescape(shown).encode(), unescaped(shown)}
            texts |= {re.sub(rb"\\u([0-9a-f]{4})", lambda sign: chr(int(sign[1], 16)).encode(), text)}
            texts |= {re.sub(rb"\\([0-3][0-7]{2})", lambda sign: bytes([int(sign[1], 8)]), text)}
            texts |= {re.sub(rb"=([0-9A-F]{2})", lambda sign: bytes.fromhex(sign[1].decode()), text)}
            texts |= {re.sub(rb"\\(.)", rb"\1", text), text.replace(b"'\\''", b"'")}
            texts |= {re.sub("\u200b|\u00ad|\ufeff".encode(), b"", text)}
            texts |= {re.sub(rb"['\"] ?[+]? ?['\"]", b"", text)}
    return {text.lower() for text in texts}


def _leaks(output: bytes) -> list[str]:
    """Return which values an output gives away, by their place among VALUES: a failure must not print them."""
    said = _said(output)
    forms = [
        (number, form.encode().lower())
        for number, value in enumerate(VALUES)
        for form in (
            *(write(value) for write in NOTATIONS.values()),
            *(_base64(value, lead) for lead in ("", "x", "x:")),
        )
    ]
    return [f"value {number}" for number, form in forms if any(form in text for text in said)]


def _base64(value: str, lead: str) -> str:
    """Return the part of a base64 that no neighbour changes."""
    skip = -(-len(lead) * 4 // 3)
    return base64.b64encode(f"{lead}{value}".encode()).decode()[skip : (len(lead) + len(value)) * 4 // 3 - 1]


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("value", range(3))
def test_a_known_value_is_masked_in_every_notation_and_nothing_around_it_is(notation: str, value: int) -> None:
    written = NOTATIONS[notation](VALUES[value])
    veiled = Veil(value.encode() for value in VALUES).text(f"src/{written}/ok.env")
    assert veiled.startswith("src/")
    assert veiled.endswith("/ok.env")
    assert MASK.decode() in veiled
    assert not _leaks(veiled.encode())


@pytest.mark.parametrize("notation", [name for name in NOTATIONS if name != "swapped case"])
def test_a_value_of_which_only_its_name_is_known_is_masked_too(notation: str) -> None:
    veil = Veil((), lambda text: text == PASSPHRASE.encode())
    if "base64 for" not in notation:
        assert not _leaks(veil.text(f"src/x-{NOTATIONS[notation](PASSPHRASE)}.env").encode())


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_shape_of_a_key_is_masked_though_nobody_knows_it(notation: str) -> None:
    for value in (KEY, SECRET):
        assert not _leaks(Veil().text(f"a {NOTATIONS[notation](value)} b").encode())
        for error in (SettingsError, RuleError, SourceError):
            raised = error(f"it's {NOTATIONS[notation](value)}", f"try '{value}'")
            assert not _leaks(f"{raised} {raised!r} {raised.message} {raised.hint}".encode())


def test_digests_and_ids_of_our_own_have_no_shape_of_a_key() -> None:
    for length in (7, 10, 12, 40, 64):
        text = f"<commit {'0123456789abcdef' * 4}"[: length + 8]
        assert Veil().text(text) == text


@given(st.text(max_size=60), st.sampled_from(VALUES), st.sampled_from(sorted(NOTATIONS)), st.text(max_size=60))
@examples(200)
def test_whatever_stands_around_it(before: str, value: str, notation: str, after: str) -> None:
    veil = Veil([value.encode()])
    assert value.lower() not in veil.text(f"{before}{NOTATIONS[notation](value)}{after}").lower()


@given(st.binary(max_size=200))
@examples(200)
def test_any_bytes_pass(raw: bytes) -> None:
    veil = Veil([b"no such value in there"])
    assert veil(raw) == raw or MASK in veil(raw)


def test_words_that_may_be_secrets_are_told_from_names() -> None:
    assert all(is_suspect(value) for value in VALUES)
    for word in ("okx-secret-key", "hihg", "min_confidence", "2030-02-31", "critical", "Config.yml", "High", "okx2"):
        assert not is_suspect(word)


def _tree(folder: Path, write: Callable[[str], str]) -> Path:
    named = [write(value).replace("/", "") for value in VALUES]
    (folder / named[0]).mkdir(parents=True)
    (folder / named[0] / "a.env").write_text(ENV)
    for name in named:
        (folder / f"x-{name}.txt").write_text(f"{'y' * 3000}\n{ENV}")
        (folder / f"k-{name}.env").write_text(f"# keyguard: ignore[{name}] {name}\n{ENV}")
    (folder / ".keyguard.yml").write_text(
        json.dumps({"allow": [{"rule": "okx-api-key", "path": "z", "reason": n} for n in named]})
    )
    (folder / ".keyguardignore").write_text("".join(f"/none/{quote(name, safe='')}\n" for name in named))
    git = ["git", "-c", f"user.name={named[2]}", "-c", "user.email=t@example.com"]
    for words in (
        ["init", "--quiet"],
        ["remote", "add", "origin", f"https://example.com/{quote(named[2], safe='')}/{quote(named[1], safe='')}.git"],
        ["add", "--all"],
        ["commit", "--quiet", "--message", f"{' '.join(named)}\n\n{ENV}"],
        ["update-ref", f"refs/tags/{re.sub(r'[^0-9A-Za-z!%=&;#-]', '', named[2])}", "HEAD"],
    ):
        subprocess.run([*git, *words], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("notation", NOTATIONS)
def test_no_output_of_a_scan_holds_a_value(tmp_path: Path, notation: str) -> None:
    """31 notations, 10 formats and two streams each: 372 outputs."""
    write = NOTATIONS[notation]
    tree = _tree(tmp_path / "tree", write)
    reports = [f"--report={format_}={tmp_path / format_}" for format_ in FORMATS]
    ran = command.run("scan", *reports, "--max-file-size=2KiB", f"--category={write(PASSPHRASE)}", cwd=tree)
    assert ran.returncode in {1, 2}, ran.stderr
    written = {format_: (tmp_path / format_).read_bytes() for format_ in FORMATS}
    assert all(b"okx" in output for output in written.values())
    assert {name for name, output in written.items() if _leaks(output)} == set()
    assert _leaks(ran.stdout) + _leaks(ran.stderr) == []


@pytest.mark.parametrize("value", range(3))
@pytest.mark.parametrize(
    "text",
    [
        "only: ['{}']",
        "skip: ['{}']",
        "fail_on: '{}'",
        "min_confidence: '{}'",
        "'{}': x",
        "'{}': x\n'{}': y",
        "baseline: '{}'",
        "rules: ['{}.yml']",
        "exclude: ['***********{}']",
        "max_file_size: '{}'",
        "allow: [{{'{}': x}}]",
        "allow: ['{}']",
        "decode: {{'{}': 1}}",
        "only: [*{}]",
        "a: '{}' '{}'",
        "strict: !{} x",
    ],
)
def test_no_error_of_a_configuration_holds_a_value(tmp_path: Path, text: str, value: int) -> None:
    (tmp_path / ".keyguard.yml").write_text(text.replace("{}", VALUES[value]).replace("{{", "{").replace("}}", "}"))
    ran = command.run("scan", "--no-history", cwd=tmp_path)
    assert (ran.returncode, ran.stderr[:5]) == (2, b"error")
    assert _leaks(ran.stdout + ran.stderr) == []


@pytest.mark.parametrize("value", range(3))
@pytest.mark.parametrize(
    "words",
    ["--only {}", "--fail-on {}", "--baseline {}", "--config {}", "--rules {}.yml", "--report json={}/x/y", "-f {}"],
)
def test_no_error_of_a_word_that_was_typed_holds_a_key_or_an_unlikely_name(
    tmp_path: Path, words: str, value: int
) -> None:
    is_path = not words.startswith(("--only", "--fail", "-f"))
    if value == VALUES.index(PASSPHRASE) and is_path:
        pytest.skip("a path that nobody has read is shown as it was typed")
    ran = command.run("scan", *words.replace("{}", VALUES[value]).split(), cwd=tmp_path)
    assert (ran.returncode, ran.stderr[:5]) == (2, b"error")
    assert _leaks(ran.stdout + ran.stderr) == []


@pytest.mark.parametrize("value", range(3))
def test_what_was_met_and_is_no_finding_is_masked(tmp_path: Path, value: int) -> None:
    (tmp_path / f"x-{VALUES[value]}.md").write_text("x" * 3000)
    (tmp_path / "own.txt").write_text(ENV)
    for options in (["--skip=okx-credential"], ["--only=okx-api-key"]):
        ran = command.run("scan", "-fjson", "--max-file-size=2KiB", *options, cwd=tmp_path)
        assert b"x-" in ran.stdout
        assert _leaks(ran.stdout + ran.stderr) == []
    ran = command.run("scan", "-", "--stdin-name", f"{VALUES[value]}.env", cwd=tmp_path, stdin=ENV.encode())
    assert ran.returncode == 1
    assert _leaks(ran.stdout + ran.stderr) == []
