"""`keyguard verify` against a stand-in for OKX over TLS: what each answer means, and what is never done."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.packs import expand
from tests.cli.conftest import values
from tests.fakes.okx import CONFIG, STATUS, TIME, WEB3, Exchange, Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Keyguard, Ran

SITES = ["www.okx.com", "eea.okx.com", "us.okx.com", "tr.okx.com", "web3.okx.com"]
ONCHAIN = "MyOnchain#1x"  # a passphrase that is like other words


def credential(number: int = 1, **more: object) -> bytes:
    """Return the JSON that a user pipes in."""
    parts = {part: expand(f"<{part}:{number}>", "cli") for part in ("api_key", "secret_key", "passphrase")}
    return json.dumps(parts | more).encode()


@pytest.fixture
def check(keyguard: Keyguard, okx: Server) -> Callable[..., Ran]:
    """Check the credential of number 1, without its pauses; no output ever holds a value."""

    def run(*options: str, stdin: bytes | None = None, server: Server = okx, hurried: bool = True, **more: Any) -> Ran:
        given = credential() if stdin is None else stdin
        ran = keyguard("verify", "--yes", *server.options, *options, stdin=given, hurried=hurried, **more)
        assert not any(value in ran.out + ran.err for value in values())
        return ran

    return run


def verdict(ran: Ran) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(ran.out)
    return parsed


# --- what each answer means

# What the stand-in answers, and what is reported: status, exit code, hosts that were asked.
OUTCOMES = {
    **dict.fromkeys(("50120", "50030", "50035", "59500", "50041"), ("live-limited", 1, 1)),
    **dict.fromkeys(("50038", "50051", "50059", "50060", "59604"), ("live-limited", 1, 1)),
    "50110": ("ip-bound", 1, 1),
    "50105": ("wrong-parts", 1, 1),
    "50113": ("wrong-parts", 1, 1),
    "50101": ("wrong-parts", 1, 1),
    **dict.fromkeys(("50100", "50007", "50027", "50029"), ("blocked", 1, 1)),
    **dict.fromkeys(("50119", "60032", "60005", "50111"), ("not-known", 0, 5)),
    **dict.fromkeys(("50121", "80001"), ("undecided", 2, 5)),
    **dict.fromkeys(("50102", "50112"), ("undecided", 2, 1)),
    **dict.fromkeys(("50103", "50104", "50106", "50107", "50108", "50109", "50114", "50115"), ("undecided", 2, 1)),
    **dict.fromkeys(("50116", "50118", "50053", "50125", "50008", "50012"), ("undecided", 2, 1)),
    "54321": ("undecided", 2, 1),
}


@pytest.mark.parametrize("code", OUTCOMES)
def test_each_code_has_its_status_and_exit_code(code: str, check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", code=code)
    ran = check("-f", "json")
    told = verdict(ran)
    status, exit_code, hosts = OUTCOMES[code]
    assert (told["status"], ran.code, len(told["hosts"])) == (status, exit_code, hosts)
    # A host that refuses the text of the key says less than those that do not know the key.
    assert told["code"] == ("50119" if code == "50111" else code)
    assert told["reading"]
    assert told["certainty"]
    assert okx.exchange.address not in ran.out + ran.err  # the message repeats the caller's address


def test_every_code_of_the_authentication_family_is_tried_here() -> None:
    later = {"0", "50001", "50004", "50006", "50011", "50013", "50014", "50026", "50040", "50061"}
    assert set(STATUS) - later <= set(OUTCOMES)


@pytest.mark.parametrize("code", ["50001", "50004", "50011", "50013", "50026", "50040", "50061"])
def test_a_busy_host_is_asked_again_and_then_answers(code: str, check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", codes=[code])
    assert (verdict(check("-f", "json"))["status"], okx.exchange.codes) == ("live", [code, "0"])


def test_a_live_key_is_told_with_all_that_is_known_of_it(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", perm="withdraw,read_only,trade", uid="44705892343619584", label="my bot")
    ran = check("-f", "json")
    told = verdict(ran)
    assert ran.code == 1
    assert told.pop("checked_at").endswith("Z")
    assert told == {
        "key": f"{values()[0][:4]}********",
        "source": "stdin",
        "status": "live",
        "permissions": ["read_only", "trade", "withdraw"],
        "ip_bound": False,
        "addresses": [],
        "account": "main",
        "realm": "live",
        "site": "global",
        "label": "my********",
        "uid": "4470********",
        "code": "0",
        "reading": "The key works.",
        "wrong": [],
        "untried": 0,
        "certainty": "documented",
        "hosts": [f"www.okx.com at {okx.url.removeprefix('https://')}"],
        "left": [],
        "proxy": None,
    }


def test_addresses_are_shown_only_when_they_are_asked_for(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", ip="198.51.100.7,2001:db8::7,192.0.2.0/24", main_uid="1" * 18)
    plain, shown = check("-f", "json"), verdict(check("-f", "json", "--show-account"))
    assert (verdict(plain)["ip_bound"], verdict(plain)["account"]) == (True, "sub-account")
    assert "198.51.100.7" not in plain.out
    assert shown["addresses"] == ["198.51.100.7", "2001:db8::7", "192.0.2.0/24"]


@pytest.mark.parametrize(
    ("ip", "bound"),
    [
        ("0.0.0.0/0", False),
        ("198.51.100.7,::/0", False),
        ("198.51.100.7,*", False),
        (" ,", False),
        ("", False),
        ("198.51.100.0/24", True),
        ("198.51.100.1-198.51.100.9", True),
    ],
)
def test_a_key_is_bound_when_its_addresses_keep_somebody_out(
    ip: str, bound: bool, check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.anywhere = True
    okx.exchange.add("cli", ip=ip)
    assert verdict(check("-f", "json"))["ip_bound"] is bound


def test_addresses_of_another_form_are_counted(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", ip="198.51.100.7,1.2.3.4-1.2.3.9,office,vpn.example")
    ran = check("--show-account")
    assert "bound to 198.51.100.7, 1.2.3.4-1.2.3.9, and 2 more;" in " ".join(ran.out.split())
    assert "office" not in ran.out


def test_an_address_that_is_a_part_is_not_shown(check: Callable[..., Ran], okx: Server) -> None:
    part = "192.0.2.77"
    okx.exchange.add("cli", ip=f"198.51.100.7,{part}").passphrase = part
    told = verdict(check("-f", "json", "--show-account", stdin=credential(passphrase=part)))
    assert told["addresses"] == ["198.51.100.7", "and 1 more"]


@pytest.mark.parametrize("label", [ONCHAIN, "myonchain bot", "x MyOnc"])
def test_a_name_that_is_like_a_part_is_masked_whole(label: str, check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", label=label).passphrase = ONCHAIN
    assert verdict(check("-f", "json", stdin=credential(passphrase=ONCHAIN)))["label"] == "********"


@pytest.mark.parametrize(
    ("perm", "told"),
    [
        ("read_only,onchain", ["onchain", "read_only"]),
        ("read_only,\u94fe\u4e0a", ["other", "read_only"]),
        ("read_only,on chain", ["other", "read_only"]),
        ("read_only,2fa", ["other", "read_only"]),
        ("READ_ONLY, Trade ,", ["read_only", "trade"]),
        (",".join(["read_only", *map("word{}".format, range(40))]), None),
    ],
)
def test_no_permission_is_lost_whatever_its_word(
    perm: str, told: list[str] | None, check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.add("cli", perm=perm)
    ran = check("-f", "json")
    permissions = verdict(ran)["permissions"]
    assert permissions == told if told else "other" in permissions


def test_a_permission_that_a_part_holds_is_counted_and_not_shown(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", perm="read_only,onchain").passphrase = ONCHAIN
    assert verdict(check("-f", "json", stdin=credential(passphrase=ONCHAIN)))["permissions"] == [
        "other",
        "read_only",
    ]


def test_words_that_are_none_are_told_as_other(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", mood="words")
    assert verdict(check("-f", "json"))["permissions"] == ["onchain", "other", "read_only"]


def test_the_text_leads_with_what_can_be_lost_and_ends_with_what_to_do(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", perm="read_only,withdraw", site="eea")
    ran = check()
    lines = ran.out.splitlines()
    assert lines[0].startswith("live: It works: whoever has it can move the funds out of the account")
    assert "https://my.okx.com/account/my-api" in ran.out
    assert "14 days" in ran.out
    assert "bound to its IP addresses" in " ".join(" ".join(lines[-2:]).split())


# --- what to do next


def steps(ran: Ran) -> str:
    """Return the text report without its line ends."""
    return " ".join(ran.out.split())


@pytest.mark.parametrize("code", [None, "50111", "80001"])
def test_the_next_steps_of_a_web3_key_are_those_of_its_portal(
    code: str | None, check: Callable[..., Ran], okx: Server
) -> None:
    if code:
        okx.exchange.add("cli", site="web3", code=code)
    told = steps(check("--okx-site", "web3"))
    assert "https://web3.okx.com/onchain-os/dev-portal" in told
    assert "https://www.okx.com/account" not in told
    assert "14 days" not in told


def test_a_check_at_web3_alone_is_announced_without_the_rule_of_the_exchange(check: Callable[..., Ran]) -> None:
    assert "counts as use of the key" in check("--okx-site", "web3").err
    assert "14 days" not in check("--okx-site", "web3").err
    assert "14 days" in check("--okx-site", "eea").err


@pytest.mark.parametrize("code", ["50119", "50121", "50100", None])
def test_the_next_steps_name_the_sites_that_were_asked_and_no_other(
    code: str | None, check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.add("cli", site="eea", code=code)
    told = steps(check("--okx-site", "eea", "--okx-site", "us"))
    mine, other = "https://my.okx.com/account/my-api", "https://app.okx.com/account/my-api"
    proven = code in {"50100", None}
    assert (mine in told, other in told) == (True, not proven)
    assert ("https://my.okx.com/account/security" in told) is (code != "50119")
    for elsewhere in ("https://www.okx.com/account", "https://tr.okx.com/account"):
        assert elsewhere not in told


@pytest.mark.parametrize(
    ("sites", "hint"),
    [
        (
            ("global", "tr", "web3"),
            (
                "the EEA site, the US and Australia site. A site knows its own keys alone, and a run counts what it "
                "asks: --okx-site global,eea,us,tr,web3 asks all."
            ),
        ),
        (("global", "eea", "us", "tr", "web3"), ""),
    ],
)
def test_what_no_site_proved_is_told_with_the_sites_that_are_left_to_ask(
    sites: tuple[str, ...], hint: str, check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.add("cli", code="50119")
    ran = check(*(f"--okx-site={site}" for site in sites))
    assert hint in steps(ran)
    assert ("Left to ask" in steps(ran)) is bool(hint)
    assert ran.code == (2 if hint else 0)


@pytest.mark.parametrize("facts", [{"mood": "words"}, {"perm": "read_only,onchain"}, {"code": "50120"}])
def test_no_key_that_is_not_known_to_trade_or_withdraw_is_said_to_expire(
    facts: dict[str, Any], check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.add("cli", **facts)
    told = steps(check())
    assert "it does after 14 days" not in told
    assert "only an unused key that may trade or withdraw does, after 14 days" in told


# --- where it is sent


def test_the_next_site_is_asked_only_when_one_does_not_know_the_key(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", site="us")
    told = verdict(check("-f", "json"))
    assert (told["status"], told["site"]) == ("live", "us")
    assert [call.host for call in okx.exchange.calls] == SITES[:3]


def test_a_key_that_nobody_knows_is_asked_about_at_every_site(check: Callable[..., Ran], okx: Server) -> None:
    told = verdict(check("-f", "json"))
    assert (told["status"], [call.host for call in okx.exchange.calls]) == ("not-known", SITES)


@pytest.mark.parametrize("trouble", [{"code": "50121"}, {"code": "80001"}, {"mood": "cut"}])
def test_a_site_that_says_nothing_of_the_key_leaves_the_others_to_ask(
    trouble: dict[str, Any], check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.add("cli", **trouble)
    ran = check("-f", "json")
    told = verdict(ran)
    assert (ran.code, told["status"], told["site"]) == (2, "undecided", None)
    assert [host.partition(" ")[0] for host in told["hosts"]] == SITES
    first, others = told["reading"].split(" (www.okx.com). ")
    assert "says nothing of the key" in first or first == "The connection was cut before the answer was whole"
    unknown = "The key is not known there: deleted, expired, or of another site"
    refused = "The text of the key is refused: malformed, or not known there (50111 from web3.okx.com)."
    assert others == f"{unknown} (50119 from eea.okx.com, us.okx.com, tr.okx.com). {refused}"
    assert told["left"] == told["hosts"][:1]


def test_with_debug_a_pause_is_told_before_it(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", moods=["busy"])
    err = check("--debug").err
    assert re.search(r"^debug: www\.okx\.com: busy; to be asked again in 1\.\d s$", err, re.MULTILINE)


def test_what_was_answered_is_said_once(check: Callable[..., Ran], okx: Server) -> None:
    key = okx.exchange.add("cli", mood="html")
    text = " ".join(check().out.split())
    assert "no answer: A web page came back, such as one that blocks this network; it says nothing of the key." in text
    assert text.count("no answer") == 1
    key.mood, key.code = None, "50121"
    text = " ".join(check().out.split())
    assert text.count("50121") == 1


@pytest.mark.parametrize(("code", "status"), [(None, "live"), ("50105", "wrong-parts"), ("50110", "ip-bound")])
def test_what_one_site_proves_stands_although_another_said_nothing(
    code: str | None, status: str, check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.add("cli", site="eea", code=code)
    okx.exchange.sites["global"] = "50121"
    told = verdict(check("-f", "json"))
    assert (told["status"], told["site"]) == (status, "eea")
    assert [call.code for call in okx.exchange.calls] == ["50121", code or "0"]


def test_an_answer_about_the_request_is_not_taken_from_site_to_site(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", code="50104")
    check()
    assert [call.host for call in okx.exchange.calls] == SITES[:1]


@pytest.mark.parametrize(("code", "kept"), [("50111", "50119"), ("60032", "60032")])
def test_where_hosts_say_different_things_each_is_named(
    code: str, kept: str, check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.sites["us"] = code
    told = verdict(check("-f", "json", "--okx-site", "us", "--okx-site", "tr"))
    assert (told["status"], told["code"]) == ("not-known", kept)
    unknown = "The key is not known there: deleted, expired, or of another site"
    us, tr = ("us.okx.com", "50119 from tr.okx.com") if code == kept else (f"{code} from us.okx.com", "tr.okx.com")
    assert f"({us})." in told["reading"]
    assert f"{unknown} ({tr})." in told["reading"]
    assert told["certainty"] == "observed"


def test_where_hosts_say_the_same_it_is_said_once(check: Callable[..., Ran], okx: Server) -> None:
    assert verdict(check("-f", "json", "--okx-site", "global,eea"))["reading"] == (
        "The key is not known there: deleted, expired, or of another site."
    )


def test_a_host_whose_certificate_is_not_trusted_is_not_called_asked(check: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with Server(Exchange(), tmp_path / "other", other_ca=True).running() as server:
        told = verdict(check("-f", "json", server=server))
        text = " ".join(check(server=server).out.split())
    assert (told["status"], told["hosts"], server.exchange.calls) == ("undecided", [], [])
    assert "something on the way opens TLS, where the passphrase could be read; the credential was not sent." in text
    assert "Asked:" not in text


@pytest.mark.parametrize(("site", "host", "path"), [("tr", "tr.okx.com", CONFIG), ("web3", "web3.okx.com", WEB3)])
def test_a_site_that_is_named_is_asked_alone(
    site: str, host: str, path: str, check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.add("cli", site=site)
    told = verdict(check("-f", "json", "--okx-site", site))
    assert (told["status"], told["site"]) == ("live", site)
    assert [(call.host, call.path) for call in okx.exchange.calls] == [(host, path)]


@pytest.mark.parametrize("demo", [None, True, False])
@pytest.mark.parametrize("realm", ["live", "demo"])
def test_the_realm_that_is_told_is_tried_first_and_the_other_one_after_it(
    realm: str, demo: bool | None, check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.add("cli", realm=realm)
    told = verdict(check("-f", "json", stdin=credential() if demo is None else credential(demo=demo)))
    first = demo is True
    tried = [call.demo for call in okx.exchange.calls]
    assert (told["status"], told["realm"]) == ("live", realm)
    assert tried == ([first] if first is (realm == "demo") else [first, not first])


@pytest.mark.parametrize(("code", "status"), [("50110", "ip-bound"), ("50105", "wrong-parts"), ("50100", "blocked")])
def test_a_key_that_is_known_in_the_other_realm_alone_is_of_that_realm(
    code: str, status: str, check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.add("cli", codes=["50101", code])
    told = verdict(check("-f", "json", stdin=credential(demo=True)))
    assert (told["status"], told["code"], told["realm"]) == (status, code, "live")


@pytest.mark.parametrize("after", [{"codes": ["50101", "50119"]}, {"realm": "demo", "moods": ["", "half-json"]}])
def test_that_a_key_exists_is_not_taken_back_by_a_weaker_answer(
    after: dict[str, Any], check: Callable[..., Ran], okx: Server
) -> None:
    okx.exchange.add("cli", **after)
    ran = check("-f", "json")
    told = verdict(ran)
    assert (ran.code, told["status"], told["code"], told["site"]) == (1, "wrong-parts", "50101", "global")
    assert {call.host for call in okx.exchange.calls} == {"www.okx.com"}


def test_nothing_but_get_is_sent_and_no_header_beyond_what_is_needed(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", realm="demo")
    check()
    assert {call.method for call in okx.exchange.calls} == {"GET"}
    sent = {name.lower() for call in okx.exchange.calls for name in call.headers}
    assert sent == {
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
        "connection",
        "ok-access-key",
        "ok-access-sign",
        "ok-access-timestamp",
        "ok-access-passphrase",
        "x-simulated-trading",
    }


# --- a clock that is wrong


@pytest.mark.parametrize("ahead", [-3600, 3600])
def test_a_clock_that_is_off_is_corrected_once(ahead: float, check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli")
    okx.exchange.ahead = ahead
    assert verdict(check("-f", "json"))["status"] == "live"
    assert [(call.path, call.code) for call in okx.exchange.calls] == [(CONFIG, "50102"), (TIME, "0"), (CONFIG, "0")]


@pytest.mark.parametrize("ahead", [8e13, -8e13, 8e9])
def test_a_clock_that_is_absurd_is_not_believed(ahead: float, check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli")
    okx.exchange.ahead = ahead
    ran = check("-f", "json")
    assert (ran.code, verdict(ran)["status"], verdict(ran)["code"]) == (2, "undecided", "50102")


def test_a_time_that_is_never_right_is_undecided_after_one_correction(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", code="50102")
    assert verdict(check("-f", "json"))["status"] == "undecided"
    assert [call.path for call in okx.exchange.calls] == [CONFIG, TIME, CONFIG]


# --- a host that misbehaves


@pytest.mark.parametrize(
    "mood",
    ["slow", "drip", "drip-body", "cut", "half", "half-json", "html", "endless", "redirect", "gzip", "down", "no-data"],
)
def test_a_host_that_misbehaves_leaves_it_undecided(mood: str, check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", mood=mood)
    ran = check("-f", "json", "--verify-timeout", "1", "--debug")
    told = verdict(ran)
    assert (told["status"], told["code"], ran.code) == ("undecided", None, 2)
    tried = [call.host for call in okx.exchange.calls]
    further = SITES[1:] if mood in {"slow", "drip", "drip-body", "cut", "half", "down"} else []
    assert tried == SITES[:1] * (4 if mood in {"cut", "half", "down"} else 1) + further


def test_a_host_that_stays_busy_leaves_it_undecided(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", mood="busy")
    told = verdict(check("-f", "json", "--okx-site", "global"))
    assert (told["status"], told["code"], len(okx.exchange.calls)) == ("undecided", "50011", 4)


def test_a_busy_answer_is_waited_out_as_long_as_the_host_asks(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", moods=["busy", "busy"])
    assert verdict(check("-f", "json", hurried=False))["status"] == "live"
    first, second, third = (call.at for call in okx.exchange.calls)
    assert second - first >= 1
    assert third - second >= 1


def test_a_host_that_repeats_what_it_was_sent_gets_none_of_it_shown(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", mood="echo")
    for options in ([], ["-f", "json"], ["-f", "json", "--show-account", "--debug"]):
        ran = check(*options)
        assert ran.code == 1
        assert "OK-ACCESS" not in ran.out + ran.err


def test_a_certificate_that_nobody_trusts_ends_the_check(
    check: Callable[..., Ran], tmp_path: Path, okx: Server
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    exchange = Exchange()
    exchange.add("cli")
    with Server(exchange, folder, other_ca=True).running() as server:
        ran = check("-f", "json", server=server)
    assert (ran.code, verdict(ran)["status"], exchange.calls) == (2, "undecided", [])
    assert "certificate is not trusted" in verdict(ran)["reading"]


@pytest.mark.parametrize(
    ("name", "host", "status"),
    [
        ("localhost", "localhost", "live"),
        ("127.0.0.1", "127.0.0.1", "live"),
        ("localhost", "127.0.0.1", "undecided"),
        ("127.0.0.1", "localhost", "undecided"),
        ("www.okx.com", "127.0.0.1", "undecided"),
    ],
)
def test_a_certificate_has_to_be_for_the_name_that_was_given(
    name: str, host: str, status: str, keyguard: Keyguard, tmp_path: Path
) -> None:
    exchange = Exchange()
    exchange.add("cli")
    with Server(exchange, tmp_path, names=(name,)).running() as server:
        url = server.url.replace("127.0.0.1", host)
        ran = keyguard(
            "verify", "--yes", "--endpoint", url, "--endpoint-ca", server.ca, "-f", "json", stdin=credential()
        )
    assert (verdict(ran)["status"], bool(exchange.calls)) == (status, status == "live")


def test_without_its_certificate_the_stand_in_is_not_trusted(keyguard: Keyguard, okx: Server) -> None:
    ran = keyguard("verify", "--yes", "--endpoint", okx.url, "-f", "json", stdin=credential())
    assert (ran.code, okx.exchange.calls) == (2, [])
    assert "certificate is not trusted" in ran.out


def test_an_endpoint_where_nobody_listens_leaves_it_undecided(keyguard: Keyguard) -> None:
    nowhere = ("--endpoint", "https://127.0.0.1:9")
    ran = keyguard("verify", "--yes", *nowhere, "-f", "json", stdin=credential(), hurried=True)
    assert (ran.code, verdict(ran)["status"]) == (2, "undecided")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.okx.com.example",
        "https://203.0.113.9:8443",
        "https://127.0.0.1.example:1",
        "https://localhost.example",
        "https://localhost@example.com",
        "https://127.0.0.1@example.com:443",
        "https://0.0.0.0:1",
        "http://127.0.0.1:1",
        "https://127.0.0.1:99999",
        "https://[::1",
        "https://127.0.0.1:1/elsewhere",
        "127.0.0.1:1",
        "",
    ],
)
def test_an_endpoint_that_is_not_this_machine_is_refused_before_anything_is_sent(url: str, keyguard: Keyguard) -> None:
    ran = keyguard("verify", "--yes", "--endpoint", url, stdin=credential())
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: --endpoint m")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_environment_has_no_say_in_the_way_out(
    host: str, check: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    okx.exchange.add("cli")
    (tmp_path / ".netrc").write_text(f"machine {host} login somebody password something\n")
    keys = tmp_path / "keys.log"
    nowhere = "http://127.0.0.1:9"
    env = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"), nowhere)
    env |= {
        "SSL_CERT_FILE": os.devnull,
        "SSL_CERT_DIR": "/",
        "SSLKEYLOGFILE": str(keys),
        "NETRC": str(tmp_path / ".netrc"),
    }
    url = okx.url.replace("127.0.0.1", host)
    ran = check("-f", "json", "--endpoint", url, env=env | {"HOME": str(tmp_path)})
    assert verdict(ran)["status"] == "live"
    assert "authorization" not in {name.lower() for name in okx.exchange.calls[0].headers}
    assert not keys.exists()


# --- where the credential comes from


def test_it_is_read_from_the_environment(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli")
    parts = json.loads(credential())
    env = {
        "OKX_API_KEY": parts["api_key"],
        "OKX_SECRET_KEY": parts["secret_key"],
        "OKX_PASSPHRASE": parts["passphrase"],
    }
    assert check(stdin=b"", env=env).code == 1
    assert check("--from", "env", stdin=credential(2), env=env).code == 1
    assert check(stdin=credential(2), env=env).code == 1  # a complete environment wins
    assert check("--from", "stdin", stdin=credential(2), env=env).code == 0
    assert check(stdin=credential(2), env={"OKX_API_KEY": parts["api_key"]}).code == 0


def test_it_says_which_credential_it_judged_and_what_it_did_not_read(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli")
    parts = json.loads(credential())
    env = {f"OKX_{part.upper()}": value for part, value in parts.items()}
    mine, other = f"{values()[0][:4]}********", f"{json.loads(credential(2))['api_key'][:4]}********"
    both = check("-f", "json", stdin=credential(2), env=env)
    assert both.err.startswith(f"The credential is {mine} from the environment (OKX_API_KEY, OKX_SECRET_KEY, OKX_")
    assert "Standard input was not read; --from stdin reads it." in both.err
    assert (verdict(both)["key"], verdict(both)["source"]) == (mine, "env")
    piped = check("-f", "json", "--from", "stdin", stdin=credential(2), env=env)
    assert piped.err.startswith(f"The credential is {other} from standard input.")
    assert "not read" not in piped.err
    assert (verdict(piped)["key"], verdict(piped)["source"]) == (other, "stdin")
    assert f"key     {mine} from the environment; read_only" in check(env=env).out


def test_an_open_pipe_is_not_waited_for_when_the_environment_has_it_all(okx: Server) -> None:
    okx.exchange.add("cli")
    names = {"api_key": "OKX_API_KEY", "secret_key": "OKX_SECRET_KEY", "passphrase": "OKX_PASSPHRASE"}
    env = os.environ | {names[part]: value for part, value in json.loads(credential()).items()}
    reader, writer = os.pipe()
    command = [sys.executable, "-m", "keyguard", "verify", "--yes", *okx.options]
    done = subprocess.run(command, stdin=reader, env=env, capture_output=True, check=False, timeout=60)
    os.close(reader)
    os.close(writer)
    assert done.returncode == 1


def test_it_is_asked_for_on_a_terminal_and_not_shown(okx: Server) -> None:
    okx.exchange.add("cli")
    process, terminal = pty.fork()
    if not process:  # a terminal of its own, which the prompt takes
        command = [sys.executable, "-m", "keyguard", "verify", "--yes", "--from", "prompt", *okx.options]
        os.execv(sys.executable, command)  # noqa: S606
    seen = b""
    for part in json.loads(credential()).values():
        while not seen.rstrip(b" ").endswith(b":"):
            seen += os.read(terminal, 1024)
        os.write(terminal, part.encode() + b"\n")
        seen += b"\n"
        time.sleep(0.1)
    try:
        while data := os.read(terminal, 1024):
            seen += data
    except OSError:
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 1
    assert b"live: It works" in seen
    assert not any(value.encode() in seen for value in values())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"{", "no JSON object"),
        (b"[1]", "no JSON object"),
        (b"\xff\xfe", "no JSON object"),
        (b"[" * 30_000, "no JSON object"),
        (json.dumps({"api_key": "<k>", "secret_key": "<s>"}).encode(), "has no passphrase"),
        (credential(passphrase=7), "has no passphrase"),
        (credential(demo="yes"), "must be true or false"),
        (credential(demo=[]), "must be true or false"),
        (credential(passphrase="\ud800" * 9), "is not valid UTF-8"),
        (credential(secret="more"), "the JSON has 1 field that means nothing here"),  # noqa: S106 - made up
        (credential(secret="more", more="too"), "the JSON has 2 fields that mean nothing here"),  # noqa: S106
        (b"", "no credential"),
    ],
)
def test_what_is_no_credential_is_told_without_repeating_it(
    given: bytes, words: str, check: Callable[..., Ran], okx: Server
) -> None:
    ran = check(stdin=given)
    assert (ran.code, ran.out, okx.exchange.calls) == (2, "", [])
    assert words in ran.err


def test_an_argument_is_refused_and_not_repeated(check: Callable[..., Ran], okx: Server) -> None:
    for arguments in (
        list(json.loads(credential()).values()),
        [f"--api-key={values()[0]}"],
        ["--api-key", values()[0]],
        [f"--{values()[0]}"],
    ):
        assert check(*arguments).code == 2
    assert okx.exchange.calls == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "<v>"),
        ("-f", "<v>"),
        ("--verify-timeout", "<v>"),
        ("--okx-site", "<v>"),
        ("--endpoint-ca", "<v>"),
        ("--<v>",),
        ("-x<v>",),
        ("--debug=<v>",),
        ("--from",),
    ],
)
def test_a_usage_error_repeats_nothing_that_was_typed(
    arguments: tuple[str, ...], check: Callable[..., Ran], okx: Server
) -> None:
    ran = check(*(argument.replace("<v>", "Typed#7") for argument in arguments))
    assert (ran.code, ran.out, okx.exchange.calls) == (2, "", [])
    assert "Typed" not in ran.err


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("api_key", "x", "The api key cannot be one of OKX's, which have 36 characters in five groups."),
        ("api_key", "0" * 36, "The api key cannot be"),
        ("secret_key", "x", "The secret key cannot be one of OKX's, which have 32 characters from 0 to 9 and A to F."),
        ("secret_key", "A1" * 15, "The secret key cannot be"),
        ("secret_key", "A1" * 17, "The secret key cannot be"),
        ("passphrase", "abc", "The passphrase cannot be one of OKX's, which have 4 to 40 characters on one line."),
        ("passphrase", "Aa1!" * 11, "The passphrase cannot be"),
        ("passphrase", "line\nfeed\x00and more", "The passphrase cannot be"),
    ],
)
def test_a_value_that_cannot_be_a_part_is_refused_before_anything_is_sent(
    part: str, value: str, words: str, check: Callable[..., Ran], okx: Server
) -> None:
    ran = check(stdin=json.dumps(json.loads(credential()) | {part: value}).encode())
    assert (ran.code, ran.out, okx.exchange.calls) == (2, "", [])
    assert words in ran.err
    assert len(value) == 1 or value[-8:] not in ran.err


def test_what_is_sent_where_is_said_before_it_is_sent(check: Callable[..., Ran], okx: Server) -> None:
    ran = check()
    assert "1 credential will be sent to www.okx.com" in ran.err
    way = "to www.okx.com at {0}; if that does not settle it, to eea.okx.com at {0}, then us.okx.com at {0}, then"
    assert way.format(okx.url[8:]) in ran.err
    assert "counts as use of the key" in ran.err
    assert check("-q").err == ""


def test_several_sites_are_named_with_commas_or_one_by_one(check: Callable[..., Ran], okx: Server) -> None:
    for options in (["--okx-site", "eea, us"], ["--okx-site", "eea", "--okx-site", "us"]):
        check(*options)
    assert [call.host for call in okx.exchange.calls] == ["eea.okx.com", "us.okx.com"] * 2
    for words in ("eea,mars", ",", ""):
        assert check("--okx-site", words).code == 2
    assert len(okx.exchange.calls) == 4


def test_an_unknown_site_is_told_with_those_there_are(check: Callable[..., Ran]) -> None:
    ran = check("--okx-site", "mars")
    assert (ran.code, ran.out) == (2, "")
    assert "global, eea, us, tr, web3" in ran.err


# --- memory, interrupts, steps


def test_a_verdict_is_kept_only_when_that_is_asked_for(check: Callable[..., Ran], okx: Server, tmp_path: Path) -> None:
    okx.exchange.add("cli")
    cache = tmp_path / "cache"
    env = {"KEYGUARD_CACHE_DIR": str(cache)}
    check(env=env)
    assert not list(cache.glob("verdicts*"))
    first, second = (check("-f", "json", "--verify-cache", env=env) for _ in range(2))
    assert first.out == second.out
    assert len(okx.exchange.calls) == 2
    kept = cache / "verdicts.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert not any(value.encode() in kept.read_bytes() for value in values())
    for other in (credential(passphrase="Another#1"), credential(demo=False)):  # noqa: S106 - made up
        check("--verify-cache", env=env, stdin=other)
    check("--verify-cache", "--okx-site", "global", env=env)
    assert len(okx.exchange.calls) == 5  # another passphrase, realm or choice of sites is another question


def test_a_cache_changes_nothing_of_what_is_shown(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", ip="198.51.100.7")
    plain, first, second = (
        verdict(check("-f", "json", "--verify-cache", *more)) for more in ([], ["--show-account"], ["--show-account"])
    )
    assert (plain["addresses"], first["addresses"], second["addresses"]) == ([], ["198.51.100.7"], ["198.51.100.7"])


def test_what_is_undecided_is_not_kept(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", codes=["50121"])
    assert [check("--verify-cache").code for _ in range(2)] == [2, 1]


def test_debug_tells_each_step_without_a_value(check: Callable[..., Ran], okx: Server) -> None:
    okx.exchange.add("cli", realm="demo", site="eea")
    steps = [line for line in check("--debug").err.splitlines() if line.startswith("debug: ")]
    assert [line.rpartition(" ")[2] for line in steps] == ["50119", "50101", "0"]
    assert all(f"{values()[0][:4]}********" in line for line in steps)


def test_an_interrupt_in_the_middle_ends_it(okx: Server) -> None:
    okx.exchange.add("cli", mood="slow")
    process = subprocess.Popen(
        [sys.executable, "-m", "keyguard", "verify", "--yes", *okx.options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    process.stdin.write(credential())
    process.stdin.close()
    process.stdin = None
    while not okx.exchange.calls:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert err.endswith(b"error: interrupted.\n")
    assert b"Traceback" not in err


def test_a_part_that_is_missing_is_named_with_the_variables(keyguard: Keyguard) -> None:
    ran = keyguard("verify", "--from", "env", "--yes", env={"OKX_API_KEY": "", "OKX_SECRET_KEY": "x"})
    assert ran.code == 2
    assert "has no api key" in ran.err
    assert "OKX_API_KEY; OKX_SECRET_KEY or OKX_API_SECRET or" in ran.err
