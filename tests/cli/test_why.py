"""`keyguard why`: evidence and row for what was read at a place, without a value."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from keyguard import api
from keyguard.packs import expand

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

TEXT = expand(
    """# OKX
api_key = "<api_key>"
order_id = "<uuid>"
OKX_SECRET_KEY = "<secret_key>"
OKX_PASSPHRASE = "your-passphrase"
timeout = "a string"
client = okx.AccountAPI(api_key, "<secret_key:2>")
""",
    "why",
)


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    path = tmp_path / "bot.py"
    path.write_text(TEXT)
    return path


def test_what_is_taken_is_told_with_its_evidence_and_its_row(keyguard: Keyguard, bot: Path) -> None:
    ran = keyguard("why", f"{bot.name}:4")
    assert (ran.code, ran.err) == (0, "")
    assert "names     OKX_SECRET_KEY (assigned)" in ran.out
    assert "okx, as secret key: taken, confidence high; row 'named, the provider's'" in ran.out
    assert "strong shape" in ran.out
    assert "Reported as okx-credential (high, confidence high), without passphrase." in ran.out
    assert "joined    api key 2:12, secret key 4:19" in ran.out
    assert "account" not in ran.out


def test_what_lowers_a_finding_is_told_and_which_parts_were_joined(keyguard: Keyguard, tmp_path: Path) -> None:
    (tmp_path / "okx.yml").write_text(
        expand("okx:\n  demo:\n    api_key: <api_key>\n    secret_key: <secret_key>\n", "demo")
    )
    ran = keyguard("why", "okx.yml:3")
    assert "joined    api key 3:14, secret key 4:17" in ran.out
    assert "account   demo, by the names of key and secret, their call, variable" in ran.out
    (finding,) = json.loads(keyguard("why", "okx.yml:3", "--format", "json").out)["findings"]
    assert (finding["account"], [(one["part"], one["line"]) for one in finding["joined"]]) == (
        "demo",
        [("api_key", 3), ("secret_key", 4)],
    )


def test_the_call_is_named_and_no_practice_is_denied_for_a_text_that_uses_the_provider(
    keyguard: Keyguard, tmp_path: Path
) -> None:
    (tmp_path / "bot.py").write_text(
        expand('okx = ccxt.okx({"apiKey": "<api_key>", "secret": "<secret_key>"})\n', "call")
    )
    out = keyguard("why", "bot.py:1").out
    assert "inside    a mapping, a call 'ccxt.okx'" in out
    assert "uses the provider" not in out


def test_a_value_in_a_large_file_is_told_with_the_lines_that_enclose_it(keyguard: Keyguard, tmp_path: Path) -> None:
    key = expand('    api_key="<api_key>",\n', "far")
    (tmp_path / "far.py").write_text("account = okx.AccountAPI(\n" + "    amount=300,  # none\n" * 3000 + key + ")\n")
    ran = keyguard("why", "far.py:3002")
    assert ran.code == 0
    assert "okx, as api key: taken, confidence high; row 'named, the provider's'" in ran.out
    assert "okx.AccountAPI" in ran.out


def test_a_refusal_says_what_would_have_had_to_be_different(keyguard: Keyguard, bot: Path) -> None:
    ran = keyguard("why", f"{bot.name}:3")
    assert "okx, as api key: refused; row 'name of something else'" in ran.out
    assert "wanted    a part's name, not that of an id, a hash or a token" in ran.out
    assert "Nothing there is reported." in ran.out
    ran = keyguard("why", f"{bot.name}:5")
    assert "okx, as passphrase: refused; row 'no value'" in ran.out


def test_what_is_evidence_of_nothing_is_told_too(keyguard: Keyguard, bot: Path) -> None:
    ran = keyguard("why", f"{bot.name}:6")
    assert "no part of anything: it has no part's shape, and its names say none" in ran.out


def test_a_column_chooses_among_the_values_of_a_line(keyguard: Keyguard, bot: Path) -> None:
    column = TEXT.splitlines()[6].index('"') + 2
    ran = keyguard("why", f"{bot.name}:7:{column}", "--format", "json")
    [value] = json.loads(ran.out)["values"]
    assert (value["line"], value["column"]) == (7, column)
    assert value["frames"] == [{"kind": "(", "name": "okx.AccountAPI"}]
    assert [part["part"] for part in value["parts"]] == ["secret_key"]
    assert json.loads(keyguard("why", f"{bot.name}:99", "--format", "json").out)["values"] == []


def test_no_value_is_told(keyguard: Keyguard, bot: Path) -> None:
    bot.write_text(
        TEXT
        + expand(
            'rows = ["<api_key:3>", "<secret_key:3>", "<passphrase:3>"]\nokx <passphrase:4> <passphrase:5>\n', "why"
        )
    )
    values = [expand(mark, "why") for mark in ("<api_key>", "<secret_key>", "<secret_key:2>", "<uuid>")]
    values += [expand(f"<{part}:3>", "why") for part in ("api_key", "secret_key", "passphrase")]
    for line in range(1, 10):
        for form in ("text", "json"):
            ran = keyguard("why", f"{bot.name}:{line}", "--format", form)
            assert ran.code == 0
            assert not any(value in ran.out + ran.err or value[5:] in ran.out + ran.err for value in values)


def test_a_text_that_opens_no_gate_was_not_read_closely(keyguard: Keyguard, bot: Path) -> None:
    bot.write_text("nothing = 1\n")
    assert "The text there was not read closely" in keyguard("why", f"{bot.name}:1").out


def test_a_place_in_a_container_is_named_as_reports_name_it(keyguard: Keyguard, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "backup.zip", "w") as archive:
        archive.writestr("bot/.env", expand("# okx\nOKX_API_KEY=<api_key>\n", "why"))
    ran = keyguard("why", "backup.zip!/bot/.env:2")
    assert "okx, as api key: taken" in ran.out
    assert "Reported as okx-api-key" in ran.out


def test_a_practice_is_told_with_the_conditions_that_fit(keyguard: Keyguard, bot: Path) -> None:
    bot.write_text('import okx\nr = requests.get("https://www.okx.com/api/v5/account/balance", verify=False)\n')
    ran = keyguard("why", f"{bot.name}:2")
    assert "okx-tls-off, a practice: matched" in ran.out
    assert "fits      a name like verify|verify_ssl|verify_tls" in ran.out
    assert "fits      a value like False|false|0" in ran.out
    assert "fits      a host that is own or imitation or none" in ran.out
    [told] = [
        one
        for one in json.loads(keyguard("why", f"{bot.name}:2", "--format", "json").out)["practices"]
        if one["matched"]
    ]
    assert {one["condition"] for one in told["fits"]} >= {"argument", "value", "call", "host"}
    assert "Reported as okx-tls-off (high, confidence high), a practice to change." in ran.out
    assert "Nothing there is reported." not in ran.out
    [reported] = json.loads(keyguard("why", f"{bot.name}:2", "--format", "json").out)["reported_practices"]
    assert reported == {"rule": "okx-tls-off", "severity": "high", "confidence": "high", "suppressed": None}


def test_of_a_practice_that_is_none_the_condition_that_fails_is_told(keyguard: Keyguard, bot: Path) -> None:
    bot.write_text(
        'import okx\nrequests.get("https://www.okx.com/api/v5/account", verify="/etc/ssl/own.pem")\n# verify=False\n'
    )
    ran = keyguard("why", f"{bot.name}:2", "--format", "json")
    told = {one["rule"]: one for one in json.loads(ran.out)["practices"]}["okx-tls-off"]
    assert not told["matched"]
    assert [one["condition"] for one in told["wanted"]] == ["value"]
    ran = keyguard("why", f"{bot.name}:2")
    assert "okx-tls-off, a practice: no match" in ran.out
    assert "wanted    a value like False|false|0" in ran.out
    assert "Nothing there is reported." in ran.out
    bot.write_text('# like www.okx.com\nrequests.get("https://example.net", verify=False)\n')
    ran = keyguard("why", f"{bot.name}:2")
    assert "nothing in the text, outside of comments, uses the provider" in ran.out


@pytest.mark.parametrize("place", ["bot.py", "bot.py:0", "bot.py:x", "bot.py:"])
def test_what_is_no_place_is_an_error(keyguard: Keyguard, bot: Path, place: str) -> None:
    assert bot.exists()
    ran = keyguard("why", place)
    assert ran.code == 2
    assert "FILE:LINE" in ran.err


def test_a_file_that_is_not_there_is_an_error(keyguard: Keyguard) -> None:
    for path in ("gone.py", "."):
        ran = keyguard("why", f"{path}:3")
        assert ran.code == 2
        assert f"'{path}'" in ran.err


def test_a_program_gets_the_same(bot: Path) -> None:
    answer = api.why(bot, 4)
    [value] = answer.values
    assert value.told.mask.endswith("********")
    assert [(reason.part, reason.taken) for reason in value.told.reasons] == [("secret_key", True)]
