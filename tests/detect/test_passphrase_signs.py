"""The signs that OKX asks for in a passphrase, wherever they stand in it, in the notations that carry passphrases."""

from __future__ import annotations

import pytest

from keyguard import api, packs

_WORD = ("Bird7", "ie8116fu")  # letters alone before = or : are a name
_WITHIN = "?=&#!@%;:,/|~^*()[]{}<>+-.$\\'\"`"
_BEHIND = "?!.=*"
_BEFORE = "?#@$%;:!-+/("
_NOTATIONS = {
    "okx.env": "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE={word}\nX=1\n",
    "okx.ini": "[okx]\napi_key = <api_key>\nsecret_key = <secret_key>\npassphrase = {word}\n",
    "okx.properties": "okx.api.key=<api_key>\nokx.secret.key=<secret_key>\nokx.passphrase={word}\n",
    "okx.yml": "okx:\n  api_key: <api_key>\n  secret_key: <secret_key>\n  passphrase: {word}\n",
    "okx.txt": "OKX Zugang (Grid-Bot)\n\nAPI Key: <api_key>\nSecret Key: <secret_key>\nPassphrase: {word}\nIP: x\n",
    "okx.md": "# OKX\n\n- API key: <api_key>\n- Secret key: <secret_key>\n- Passphrase: {word}\n- IP: x\n",
    "bot.log": "2025-01-01 okx connect apiKey=<api_key> secretKey=<secret_key> passphrase={word} ok\n",
}
# What the notation itself reads in another way, or is not told from its own signs.
_OTHERWISE = {
    "okx.yml": frozenset(";:#&*!@%`|>?-,[]{}'\""),
    "bot.log": frozenset("("),
}


@pytest.mark.parametrize("path", _NOTATIONS)
def test_a_passphrase_is_read_whole(path: str) -> None:
    first, last = _WORD
    words = [f"{first}{sign}{last}" for sign in _WITHIN] + [f"{first}{last}{sign}" for sign in _BEHIND]
    words += [f"{sign}{first}{last}" for sign in _BEFORE if sign not in _OTHERWISE.get(path, ())]
    assert {word: _passphrases(path, word) for word in words} == {word: [word] for word in words}


@pytest.mark.parametrize(
    "word", ["ChangeMe#2024!", "Dummy!Trader9", "{Brace}9x!", "xxxxFire!92", "EnvFile:9!Aa", "Replace_Me_Not9!"]
)
def test_a_word_of_all_classes_beside_a_pair_is_no_placeholder(word: str) -> None:
    assert _passphrases("okx.env", word) == [word]


@pytest.mark.parametrize(
    "word", ["Your-Passphrase-1", "${OKX_Pass1}", "$(getPass1)", "file:/run/Okx1", "op://Vault1/okx", "<Passphrase1!>"]
)
def test_an_exact_placeholder_or_reference_beside_a_pair_is_none(word: str) -> None:
    assert not _passphrases("okx.env", word)


def _passphrases(path: str, word: str) -> list[str]:
    text = packs.expand(_NOTATIONS[path].format(word=word))
    matches = [match for finding in api.scan_text(path, text).findings for match in finding.matches]
    return [match.value.reveal().decode() for match in matches if match.part == "passphrase"]
