"""The facts about OKX: signatures against worked vectors, and a reading for every code."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from keyguard.providers.okx import facts
from tests.fakes.okx import STATUS

SECRET = b"0123456789ABCDEF" * 2
# The sample of the official documentation, put together so that no scanner takes this file for a leak.
SAMPLE = b"22582BD0CFF14C41" + b"EDBF1AB98506286D"
TIME, SAMPLE_TIME = "2026-01-02T03:04:05.678Z", "2020-12-08T09:08:57.715Z"
ORDER = b'{"instId":"BTC-USDT","tdMode":"cash","side":"buy","ordType":"limit","px":"1","sz":"1"}'
SAMPLE_ORDER = (
    b'{"instId":"BTC-USDT","tdMode":"cash","clOrdId":"b15","side":"buy","ordType":"limit","px":"2.15","sz":"2"}'
)
ORDERS = "/api/v5/trade/order"
CHAINS = "/api/v6/dex/aggregator/supported/chain"

VECTORS = {
    "V1": (SECRET, TIME, "GET", facts.CONFIG_PATH, b"", "8MwXS1hVviWnzEm+L2cfOSNAJhqRpy5vjGn0sOpX1tc="),
    "V2": (
        SECRET,
        TIME,
        "GET",
        "/api/v5/account/balance?ccy=BTC,ETH",
        b"",
        "sVhZdb9ZFcXQ1gH2qHKjL6FskXhT2Yqd/puhaNmS/fg=",
    ),
    "V2e": (
        SECRET,
        TIME,
        "GET",
        "/api/v5/account/balance?ccy=BTC%2CETH",
        b"",
        "AwAOZXRbhkTjgxATvez83jiMhmMgD6QJcDN8qMX6D5g=",
    ),
    "V3": (SECRET, TIME, "POST", ORDERS, ORDER, "YJakLCmS6798amHA7ESP8BHweCwq04kz3eAQvX81Lfc="),
    "V3s": (
        SECRET,
        TIME,
        "POST",
        ORDERS,
        ORDER.replace(b":", b": ").replace(b",", b", "),
        "bL/DOHaxZCmaXkWj5n9IHgNBJpEBq4TSmRPurHDOV08=",
    ),
    "V4": (
        SECRET,
        TIME,
        "POST",
        "/api/v5/trade/cancel-batch-orders",
        b'[{"instId":"BTC-USDT","ordId":"1"}]',
        "8PcX/Uvav5Ej6fntyG3KHBySxHIaq9LKvD0h4HAu0UM=",
    ),
    "V5": (
        SECRET,
        TIME,
        "GET",
        "/api/v5/users/subaccount/apikey?subAcct=example1",
        b"",
        "k08lE+FqLg/3t/VxwzMGMy/QZIbccwszAWuly7TAv+o=",
    ),
    "V6": (SECRET, TIME, "GET", "/api/v5/users/subaccount/list", b"", "tmGVFCYY+XS5ZJ3owP/6RVpsodclqiJuDHQAnPnk1EA="),
    "V7": (SECRET, TIME, "GET", CHAINS, b"", "Athh4+kdVcMEZo6kKe3oS6lcWlNtREGbo3I/G8ERNY4="),
    "V7q": (SECRET, TIME, "GET", f"{CHAINS}?chainIndex=1", b"", "0nj5EpF+5BZQ0714nXZoviVQbRZaI66UmbH5QxA9gtg="),
    "V8": (SECRET, TIME, "POST", ORDERS, '{"ccy":"测试"}'.encode(), "CnhinKKWlyUo86ihgyDjxiAOFVmS3hU92THNX5698QU="),
    "V9": (SECRET, "1767323045", "GET", "/users/self/verify", b"", "zm7+xn+aSm/HpKp27mBrKLzBRbEjmCb1DKPZg0+uwfw="),
    "P1": (SAMPLE, SAMPLE_TIME, "POST", ORDERS, SAMPLE_ORDER, "dI6rrL9rXW/HdaPKJ/6LC1OgvH4/PYju6R3CqixMTNQ="),
    "P2": (SAMPLE, "1538054050", "GET", "/users/self/verify", b"", "+LdIr8lkkvhr5hoA3g9TMC0+uQJ849ftAcocA/ouu4M="),
    # signatures of faults, which a right one must never equal
    "N1": (SECRET.lower(), TIME, "GET", facts.CONFIG_PATH, b"", "xg9i/IOoJvOSBHGAvu0nyNQpgb7ie9BqVwLqsl3DR68="),
    "N2": (SECRET, TIME, "GET", facts.CONFIG_PATH, b"{}", "lRyxS5nncZEvFhMIhAt3eNEDghQplgc+OPv/QN4ZFOc="),
    "N3": (SECRET, TIME, "get", facts.CONFIG_PATH, b"", "BmXZ87oR0tu0b/QxgeyFao7uD3c6nf6dOzQhNz1n+EI="),
}


@pytest.mark.parametrize("name", VECTORS)
def test_a_worked_vector_gives_its_signature(name: str) -> None:
    secret, time, method, path, body, signature = VECTORS[name]
    assert facts.sign(secret, time, method, path, body) == signature


def test_a_fault_in_secret_body_or_method_gives_another_signature() -> None:
    right = VECTORS["V1"][-1]
    assert right not in {VECTORS[name][-1] for name in ("N1", "N2", "N3")}


def test_a_time_is_written_in_utc_with_milliseconds() -> None:
    there = timezone(timedelta(hours=3))
    assert facts.timestamp(datetime(2026, 1, 2, 6, 4, 5, 678912, tzinfo=there)) == TIME


def test_every_code_that_the_stand_in_may_answer_has_a_reading() -> None:
    assert set(STATUS) <= set(facts.ANSWERS)


def test_no_reading_calls_a_key_dead() -> None:
    states = {"live", "live-limited", "ip-bound", "wrong-parts", "blocked", "not-known", "undecided"}
    for answer in facts.ANSWERS.values():
        assert answer.status in states
        assert answer.certainty in {"documented", "observed", "inferred"}
        assert not {"dead", "revoked"} & set(answer.reading.lower().replace(".", " ").split())


def test_every_answer_and_host_says_where_it_is_known_from() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rules" / "okx-answers.md").read_text("utf-8")
    manual = re.compile(r"https://(?:\w+\.)?okx\.com/[\w./#-]+")
    for code, answer in facts.ANSWERS.items():
        known = facts.cited(code)
        if answer.certainty == "documented":
            assert manual.fullmatch(known), code
        else:
            assert re.fullmatch(rf"{answer.certainty}, [A-Z][a-z]+ 20\d\d(?:: .+#\d+)?", known), code
        assert re.search(rf"^\| {code} \| {answer.status} \|.*{re.escape(known)}>? \|$", page, re.MULTILINE), code
    for site in facts.SITES.values():
        assert manual.fullmatch(site.documented)
        assert f"| {site.host} | {site.title} | <{site.documented}> |" in page
    assert all(cited in facts.ANSWERS for cited in facts._REPORTS)


def test_another_site_is_asked_after_every_code_that_proves_no_key_and_after_none_that_proves_one() -> None:
    on = {code for code, answer in facts.ANSWERS.items() if answer.again == facts.ELSEWHERE}
    assert on >= {code for code, answer in facts.ANSWERS.items() if answer.status == "not-known"}
    assert {facts.ANSWERS[code].status for code in on} == {"not-known", "undecided"}
