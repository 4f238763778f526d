"""Values are found as they are used, whatever their notation has for the signs in them, and where they stand."""

from __future__ import annotations

import pytest

from keyguard import api
from keyguard.packs import expand

SEED = "escapes"
PAIR = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\n"


def _passphrase(path: str, text: str) -> tuple[str, str]:
    """Return the passphrase of the only finding, and what stands at its place."""
    text = expand(text, SEED)
    [finding] = api.scan_text(path, text.encode()).findings
    [match] = [match for match in finding.matches if match.part == "passphrase"]
    line = text.split("\n")[match.region.line - 1]
    return match.value.reveal().decode(), line[match.region.column - 1 : match.region.end_column - 1]


@pytest.mark.parametrize(
    ("path", "line", "value", "written"),
    [
        ("run.sh", "OKX_PASSPHRASE='<p>'\\''s' ./bot", "<p>'s", "<p>'\\''s"),
        ("run.sh", "OKX_PASSPHRASE='<p>'\"'\"'s' ./bot", "<p>'s", "<p>'\"'\"'s"),
        ("run.sh", "OKX_PASSPHRASE='<p>'\\''' ./bot", "<p>'", "<p>'\\''"),
        ("run.sh", "OKX_PASSPHRASE='<p>\\Q' ./bot", "<p>\\Q", "<p>\\Q"),
        ("run.sh", "OKX_PASSPHRASE=$'<p>\\'s' ./bot", "<p>'s", "<p>\\'s"),
        ("run.sh", 'OKX_PASSPHRASE="<p>\\"s" ./bot', '<p>"s', '<p>\\"s'),
        ("compose.yml", "OKX_PASSPHRASE=<p>$$s", "<p>$s", "<p>$$s"),
        ("compose.yml", "OKX_PASSPHRASE=<p>$$s$x", "<p>$$s$x", "<p>$$s$x"),
        ("okx.ini", "okx_passphrase = <p>%%9", "<p>%9", "<p>%%9"),
        ("okx.ini", "okx_passphrase = <p>%x%%9", "<p>%x%%9", "<p>%x%%9"),
        ("okx.properties", "okx.passphrase=<p>\\!s", "<p>!s", "<p>\\!s"),
        (".env", "OKX_PASSPHRASE=<p>\\!s", "<p>\\!s", "<p>\\!s"),
        ("okx.ps1", '$okx_passphrase = "<p>`$s"', "<p>$s", "<p>`$s"),
        ("okx.txt", "okx://x:y@h?passphrase=<p>%24s", "<p>$s", "<p>%24s"),
    ],
)
def test_the_value_found_is_the_value_used(path: str, line: str, value: str, written: str) -> None:
    filled = [text.replace("<p>", "<passphrase>") for text in (line, value, written)]
    assert _passphrase(path, PAIR + filled[0] + "\n") == (expand(filled[1], SEED), expand(filled[2], SEED))


def test_a_string_is_not_joined_to_one_beside_it() -> None:
    text = "x = okx(['<api_key>','<secret_key>','<passphrase>','other'])\n"
    assert _passphrase("a.py", text)[0] == expand("<passphrase>", SEED)
