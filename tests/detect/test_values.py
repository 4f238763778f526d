"""Questions about a value alone."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard import packs
from keyguard.detect.values import (
    LEVELS,
    character_classes,
    decoded,
    decodings,
    encoded_sizes,
    is_made_of,
    is_placeholder,
    is_reference,
    looks_made_up,
)
from tests.cases import rule_set

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = rule_set().vocabulary
DRAWN = 3000


@pytest.mark.parametrize("mark", ["<api_key>", "<secret_key>", "<hex32>"])
def test_hardly_any_random_value_looks_made_up(mark: str) -> None:
    wrong = [value for n in range(DRAWN) if looks_made_up(value := packs.value_of_mark(mark, f"checks{n}"))]
    assert len(wrong) <= DRAWN // 1000


@pytest.mark.parametrize(
    "value",
    [
        "0" * 32,
        "00000000-0000-4000-8000-000000000000",
        "12345678-1234-1234-1234-123456789012",
        "12345678-9abc-def0-1234-56789abcdef0",
        "01234567-89ab-cdef-0123-456789abcdef",
        "fedcba98-7654-3210-fedc-ba9876543210",
        "11111111-2222-3333-4444-555555555555",
        "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "deadbeef" * 4,
        "0123456789ABCDEF" * 2,
        "ABCDEF1234567890ABCDEF1234567890",
        "1A2B3C4D5E6F7A8B9C0D1E2F3A4B5C6D",
        "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
        "CAFEBABE" * 4,
        "F" * 31 + "0",
        "ABABABABABABABABABABABABABABABAB",
        "ABCABCABCABCABCABCABCABCABCABCAB",
        "",
        "1",
    ],
)
def test_what_was_typed_or_counted_looks_made_up(value: str) -> None:
    assert looks_made_up(value)


@given(st.sampled_from("0123456789abcdef"), st.integers(0, 31))
def test_one_changed_digit_makes_a_repeat_no_secret(digit: str, at: int) -> None:
    text = "3f9c27d1" * 4
    assert looks_made_up(text[:at] + digit + text[at + 1 :])


@given(st.integers(0, 10**6))
def test_case_and_dashes_change_no_verdict(number: int) -> None:
    value = packs.value_of_mark("<api_key>", str(number))
    assert looks_made_up(value) == looks_made_up(value.upper()) == looks_made_up(value.replace("-", ""))


@pytest.mark.parametrize(
    "value",
    [
        "${OKX_PASSPHRASE}", "$OKX_PASSPHRASE", "$(cat /run/secrets/x)", "{{ okx.passphrase }}", "{{okx_pass}}",
        "%(okx_pass)s", "<%= ENV['OKX'] %>", "op://Private/okx/passphrase", "vault:secret/okx#pass",
        "!vault", "ENC[AES256_GCM,data:abc]", "ENC(abcdef)", "env:OKX_PASS", "file:/etc/okx", "secrets.OKX_PASS",
        "projects/1/secrets/okx", "arn:aws:secretsmanager:eu-west-1:1:secret:okx", "process.env.OKX_PASS",
        "os.environ['OKX_PASS']", "os.getenv('OKX_PASS')", "config.okx.passphrase", "self.passphrase", "OKX_PASSPHRASE",
        "settings.OKX_PASS", "getpass.getpass()", "load(path)", "f(x).y", "{passphrase}", "%s", "./secrets/okx.txt",
        "~/okx/pass", "/etc/okx/pass", "../pass.txt", "https://example.org/pass", "import.meta.env.VITE_PASS",
        "Environment.GetEnvironmentVariable(name)", "@Microsoft.KeyVault(SecretUri=x)", "doppler://okx",
    ],
)  # fmt: skip
def test_what_tells_where_a_value_is_is_a_reference(value: str) -> None:
    assert is_reference(value, WORDS.reference_marks)


def test_a_variable_of_a_batch_file_is_a_reference() -> None:
    assert is_reference("%OKX_PASS%", WORDS.reference_marks)


@pytest.mark.parametrize(
    "mark",
    ["<passphrase>", "<passphrase:2>", "<alnum20>", "<alnum12:2>"],
)
def test_a_value_is_no_reference_and_no_placeholder(mark: str) -> None:
    for n in range(100):
        value = packs.value_of_mark(mark, f"value{n}")
        assert not is_reference(value, WORDS.reference_marks)
        assert not is_placeholder(value, WORDS.placeholder_marks)


@pytest.mark.parametrize("start", ["$", "!", "&", "@", "#", "%", "*", "~", "^", "+", "(", "="])
def test_a_passphrase_that_begins_with_a_sign_is_still_a_value(start: str) -> None:
    assert not is_reference(start + packs.value_of_mark("<passphrase>", "sign"), WORDS.reference_marks)


@pytest.mark.parametrize(
    "value",
    [
        "your_passphrase", "YOUR-API-KEY", "your-secret-here", "yourPassphrase", "<passphrase>", "<your key>",
        "[passphrase]", "{passphrase}", "xxxxxxxx", "XXXX-XXXX", "****", "********", "abc****", "...", "aaaa", "0000",
        "change_me", "ChangeMe123!", "replace-with-yours", "PLACEHOLDER_1", "REDACTED", "insert_key_here", "todo: key",
        "你的密码", "填写口令", "…", "••••••••",
    ],
)  # fmt: skip
def test_what_asks_to_be_replaced_is_a_placeholder(value: str) -> None:
    assert is_placeholder(value, WORDS.placeholder_marks)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("your-api-key", True), ("YourSecretKey", True), ("test123", True), ("mySecretPassphrase1", True),
        ("MY_PASS_PHRASE", True), ("key1", True), ("12345", True), ("", False), ("!!!", False),
        ("Harbor!Lantern", False), ("testharbor", False), ("passphraseHarbor", False),
    ],
)  # fmt: skip
def test_words_that_stand_for_a_value_are_known(value: str, expected: bool) -> None:
    assert is_made_of(value, WORDS.placeholder_words) is expected


@pytest.mark.parametrize(
    ("value", "classes"),
    [("", 0), ("abc", 1), ("abcD", 2), ("abcD1", 3), ("abcD1!", 4), ("!", 1), ("é", 1), ("密", 0), ("a b", 2)],
)
def test_character_classes_are_counted(value: str, classes: int) -> None:
    assert character_classes(value) == classes


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=4, max_size=60))
def test_base64_of_printable_text_is_unwrapped(text: str) -> None:
    for ending in ("", "\n", "\r\n"):
        assert decoded(base64.b64encode((text + ending).encode()).decode(), ["base64"]) == text


@given(st.binary(max_size=40))
def test_base64_of_anything_else_is_none(data: bytes) -> None:
    wrapped = base64.b64encode(data).decode()
    text = decoded(wrapped, ["base64"])
    assert not text or (text.isprintable() and data.rstrip(b"\r\n") == text.encode())


@given(st.text(max_size=40))
def test_unwrapping_never_raises(text: str) -> None:
    assert all(inner.isascii() and len(via) <= LEVELS for inner, via in decodings(text))


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40), st.data())
def test_a_value_is_decoded_as_often_as_it_was_encoded(text: str, data: st.DataObject) -> None:
    encode: dict[str, Callable[[bytes], bytes]] = {
        "base64": base64.b64encode, "base32": base64.b32encode, "hex": binascii.hexlify
    }  # fmt: skip
    via = data.draw(st.lists(st.sampled_from(sorted(encode)), min_size=1, max_size=LEVELS))
    wrapped = text.encode()
    for name in reversed(via):
        wrapped = encode[name](wrapped)
    assert (text, tuple(via)) in list(decodings(wrapped.decode()))
    assert len(wrapped) in encoded_sizes(len(text), len(text))
    assert decoded(wrapped.decode(), via) == text
