"""However many neighbours a value has, it is judged; what the time does not suffice for is named by its lines."""

from __future__ import annotations

import time
import uuid
from random import Random
from typing import TYPE_CHECKING

import pytest

from keyguard import cache
from keyguard.detect.matcher import Matcher
from keyguard.engine.examine import Examiner
from keyguard.model import Blob
from keyguard.packs import expand
from tests.cases import rule_set

if TYPE_CHECKING:
    from keyguard.engine.examine import Finds

PARTS = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
_RANDOM = Random("neighbours")  # noqa: S311


def _uuid() -> str:
    return str(uuid.UUID(int=_RANDOM.getrandbits(128), version=4))


_NEIGHBOURS = {
    "hex": lambda: f"{_RANDOM.getrandbits(128):032X}\n",
    "ids": lambda: f"id: {_uuid()}\n",
    "hashes": lambda: f"{_RANDOM.getrandbits(128):032x}  some/file.txt\n",
    "nodes": lambda: f'{{"id": "{_uuid()}", "type": "request"}},\n',
}


def _finds(path: str, *pieces: str, seconds: float = 60) -> Finds:
    examination = Examiner(rule_set(), seconds, b"k" * 32, cache.opened().remember).begin(Blob(path, "1"))
    examination.read([piece.encode() for piece in pieces])
    return examination.finds()


def _said(finds: Finds) -> list[tuple[object, ...]]:
    return sorted((str(m.part), m.value.mask, m.confidence, m.name) for m in finds.matches if m.name)


@pytest.mark.parametrize("kind", _NEIGHBOURS)
@pytest.mark.parametrize("count", [41, 161, 800])
def test_values_under_a_name_are_judged_however_many_neighbours_they_have(kind: str, count: int) -> None:
    text = expand(PARTS, kind)
    lines = [_NEIGHBOURS[kind]() for _ in range(count)]
    crowded = "".join(lines[: count // 2]) + text + "".join(lines[count // 2 :])
    expected = _said(_finds(".env", text))
    assert len(expected) == 3
    assert _said(_finds(".env", crowded)) == expected


_FAR = {
    "a name without the provider's word": ("OKX_SECRET_KEY=<secret_key:1>\n", "secret_key=<secret_key:2>\n"),
    "a name that is linked": (
        "OKX_API_KEY=${API_KEY}\nOKX_SECRET_KEY=<secret_key>\n",
        "API_KEY=<api_key>\nSECRET_KEY=<secret_key>\n",
    ),
    "variables that a call takes": (
        'one = "<api_key>"\ntwo = "<secret_key>"\nthree = "<passphrase>"\n',
        'client = okx.Account.AccountAPI(one, two, three, False, "0")\n',
    ),
}


@pytest.mark.parametrize("kind", _FAR)
@pytest.mark.parametrize("lines", [1000, 20_000])
def test_what_names_say_holds_in_all_of_a_file_whatever_its_size(kind: str, lines: int) -> None:
    first, last = (expand(text, kind) for text in _FAR[kind])
    texts = (first + "x = other(1)\n" * count + last for count in (0, lines))
    near, far = (sorted((str(m.part), m.value.mask) for m in _finds("bot.py", text).matches) for text in texts)
    assert near
    assert far == near


_DEMO = 'HEADERS = {"x-simulated-trading": "1"}\n'
_LINES = "x = other(1)\n" * 3000


def _realms(*texts: str) -> set[str | None]:
    text = "".join(expand(text, "realm") for text in texts)
    return {match.realm for match in _finds("bot.py", text).matches if match.part}


@pytest.mark.parametrize("lines", ["", _LINES])
def test_a_switch_speaks_for_the_one_account_of_a_file_wherever_it_stands(lines: str) -> None:
    assert _realms(PARTS, lines, _DEMO) == _realms(_DEMO, lines, PARTS) == {"demo"}


@pytest.mark.parametrize("lines", ["", _LINES])
def test_a_switch_beside_one_of_several_accounts_speaks_for_none(lines: str) -> None:
    second = PARTS.replace(">", ":2>")
    assert _realms(PARTS, _DEMO, lines, second) == {None}


def test_time_that_other_work_takes_is_not_time_of_the_text() -> None:
    matcher, text = Matcher(rule_set(), time_limit=0.5), expand(PARTS, "slow")
    found = matcher.find(text, Blob(".env", "1"), deadline=matcher.deadline() + 60)  # patterns are compiled by that
    deadline = matcher.deadline()
    time.sleep(0.6)
    assert matcher.find(text, Blob(".env", "1"), deadline=deadline) == found != []


def _table(rows: int) -> tuple[str, list[tuple[str, int]]]:
    header = "label,apiKey,secretKey,exchange\n"
    lines = [expand(f"a{n},<api_key:{n + 1}>,<secret_key:{n + 1}>,okx\n", "table") for n in range(rows)]
    return header + "".join(lines), [(line.split(",")[1], n + 2) for n, line in enumerate(lines)]


def test_each_row_of_a_large_table_is_judged_under_its_header() -> None:
    text, keys = _table(600)
    finds = _finds("accounts.csv", text)
    assert sorted(m.region.line for m in finds.matches if m.part == "api_key") == [line for _, line in keys]
    assert len(finds.matches) == 1200
    assert not finds.skipped


def test_the_rows_in_a_further_piece_of_a_table_have_its_header() -> None:
    text, keys = _table(1500)
    cut = text.index("a1100,")
    finds = _finds("accounts.csv", text[:cut], text[cut:])
    assert sorted(m.region.line for m in finds.matches if m.part == "api_key") == [line for _, line in keys]


def test_what_was_found_before_the_time_was_over_is_kept_and_the_rest_is_named_by_its_lines() -> None:
    text, keys = _table(5_000)
    finds = _finds("accounts.csv", text, seconds=0.1)
    found = {m.region.line for m in finds.matches if m.part == "api_key"}
    assert 0 < len(found) < len(keys)
    [skipped] = [skipped for skipped in finds.skipped if "--time-limit" in skipped.reason]
    assert skipped.what == "accounts.csv"
    assert skipped.reason.startswith("matching took longer than 0.1 s (--time-limit): lines ")
    assert skipped.reason.endswith("-5001 were not read closely")
    first = int(skipped.reason.partition(": lines ")[2].partition("-")[0])
    assert first == max(found) + 1


def test_a_short_text_without_time_is_named_whole() -> None:
    finds = _finds(".env", expand(PARTS * 200, "short"), seconds=0)
    [skipped] = finds.skipped
    assert skipped.reason == "matching took longer than 0 s (--time-limit): lines 1-600 were not read closely"


def test_many_values_without_a_name_are_data_wherever_they_stand() -> None:
    filler = "# of no interest\n" * 2000
    text = "okx\n" + "".join(f"{_uuid()}\n{filler}" for _ in range(4))
    assert not [m for m in _finds("notes.txt", text).matches if not m.name]
    assert len(_finds("notes.txt", f"okx\n{_uuid()}\n{filler}").matches) == 1
