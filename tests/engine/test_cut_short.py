"""What the time limit or sheer number leaves of a file: what was found stays, and the rest is named by its lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from keyguard import packs
from keyguard.engine.order import scan
from keyguard.settings import Settings
from keyguard.sources.files import FileSource
from tests.cases import rule_set

if TYPE_CHECKING:
    from pathlib import Path

    from keyguard.model import Outcome

_MANY = 600


def _each(text: str, between: str = "") -> str:
    return between.join(text.replace("#", str(number)) for number in range(1, _MANY + 1))


# Accounts without end, as they stand in files of several kinds.
ACCOUNTS = {
    "a.csv": "apiKey,secretKey,passphrase,exchange\n" + _each("<api_key:#>,<secret_key:#>,<passphrase:#>,okx\n"),
    "a.env": _each("OKX_API_KEY_#=<api_key:#>\nOKX_SECRET_KEY_#=<secret_key:#>\nOKX_PASSPHRASE_#=<passphrase:#>\n"),
    "a.json": '{"okx": [\n'
    + _each('{"apiKey": "<api_key:#>", "secretKey": "<secret_key:#>", "passphrase": "<passphrase:#>"}', ",\n")
    + "\n]}\n",
    "a.yml": "okx:\n"
    + _each("  - api_key: <api_key:#>\n    secret_key: <secret_key:#>\n    passphrase: '<passphrase:#>'\n"),
    "a.py": "import okx\n" + _each('Client("<api_key:#>", "<secret_key:#>", "<passphrase:#>")\n'),
}


LEAKS = {
    "a credential": "okx\napi_key=<api_key>\nsecret_key=<secret_key>\npassphrase=<passphrase>\n",
    "one with a provider's names": "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n",
    "a lone secret key": "okx api\nsecret_key=<secret_key>\n",
    "one with its provider's name": "OKX_SECRET_KEY=<secret_key>\n",
}
DECOYS = {
    "secret keys": _each("secret_key=<secret_key:#>\n"),
    "bare digests": _each("<hex32:#>\n"),
    "ids": _each("id: <uuid:#>\n"),
    "digests that a name calls so": _each("md5: <hex32:#>\n"),
    "rows of ids": _each("<uuid:#>,<hex32:#>,x\n"),
}


def _scanned(folder: Path, time_limit: float) -> Outcome:
    chosen = Settings(root=folder, time_limit=time_limit)
    source = FileSource([str(folder)], root=folder, everything=False, exclude=(), max_file_size=chosen.max_file_size)
    return scan([source], rule_set(), chosen, jobs=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ACCOUNTS)
def test_what_was_found_before_the_time_limit_struck_stays_and_the_rest_is_named(name: str, tmp_path: Path) -> None:
    text = packs.expand(ACCOUNTS[name], "many")
    (tmp_path / name).write_text(text)
    limit = 0.02
    while not (outcome := _scanned(tmp_path, limit)).findings:
        limit *= 1.5
    reasons = [reason for skipped in outcome.skipped if "(--time-limit)" in (reason := skipped.reason)]
    unread = re.search(r"lines (\d+)-\d+ were not read closely", "".join(reasons))
    first = int(unread[1]) if unread else text.count("\n") + 1
    assert first > 1
    lines = {line.strip(): number for number, line in enumerate(text.splitlines(), 1)}
    found = {match.value.reveal().decode() for finding in outcome.findings for match in finding.matches}
    read = "\n".join(line for line, number in lines.items() if number < first)
    expected = [packs.expand(f"<api_key:{number}>", "many") for number in range(1, _MANY + 1)]
    assert [key for key in expected if key in read and key not in found] == []


@pytest.mark.parametrize("decoys", DECOYS)
@pytest.mark.parametrize("leak", LEAKS)
def test_no_number_of_values_beside_it_takes_a_finding_away(leak: str, decoys: str, tmp_path: Path) -> None:
    text = packs.expand(LEAKS[leak], "leak") + packs.expand(DECOYS[decoys], "decoys")
    (tmp_path / "a.env").write_text(text)
    outcome = _scanned(tmp_path, 60)
    found = {match.value.reveal().decode() for finding in outcome.findings for match in finding.matches}
    parts = [part for part in ("api_key", "secret_key", "passphrase") if f"<{part}>" in LEAKS[leak]]
    assert {packs.expand(f"<{part}>", "leak") for part in parts} <= found
