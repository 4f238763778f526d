"""`keyguard verify` ends with 0 when the key is gone, and only then: all combinations of sites and answers."""

from __future__ import annotations

import itertools
import json
import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.model import Secret
from keyguard.packs import expand
from keyguard.report.loss import steps
from keyguard.verify import Question, Terms, Verifiers
from tests import command
from tests.fakes.okx import Exchange, Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SITES = {
    "global": "www.okx.com",
    "eea": "eea.okx.com",
    "us": "us.okx.com",
    "tr": "tr.okx.com",
    "web3": "web3.okx.com",
}
UNKNOWN = ("50119", "50111", "60032", "60005")
EXISTS = {"50105": "wrong-parts", "50110": "ip-bound", "50120": "live-limited", "50100": "blocked"}
STOPS = ("redirect", "html", "half-json", "gzip", "endless", "50103", "54321")


@pytest.fixture
def okx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for variable, mark in (("API_KEY", "<api_key>"), ("SECRET_KEY", "<secret_key>"), ("PASSPHRASE", "<passphrase>")):
        monkeypatch.setenv(f"OKX_{variable}", expand(mark, "gone"))
    with Server(Exchange(), tmp_path).running() as server:
        yield server


def ask(okx: Server, answers: Mapping[str, str], *options: str) -> tuple[int, dict[str, Any], list[str]]:
    """Have each site give its answer; return the exit code, the verdict and the sites that were asked."""
    okx.exchange.calls.clear()
    okx.exchange.sites = {site: answer for site, answer in answers.items() if answer.isdecimal()}
    okx.exchange.moods = {site: answer for site, answer in answers.items() if not answer.isdecimal()}
    ran = command.run(
        "verify", "--from", "env", "--yes", "-f", "json", *okx.options, *options, cwd=okx.ca.parent, hurried=True
    )
    names = {host: site for site, host in SITES.items()}
    return ran.returncode, json.loads(ran.stdout), list(dict.fromkeys(names[call.host] for call in okx.exchange.calls))


def whole_tours(going_on: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Yield what sites may answer where each of them is asked."""
    for answers in itertools.product(going_on, repeat=len(SITES)):
        yield dict(zip(SITES, answers, strict=True))


def ended_tours(going_on: tuple[str, ...], ending: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Yield what sites may answer up to one behind which nobody is asked."""
    for length in range(len(SITES)):
        for before in itertools.product(going_on, repeat=length):
            for last in ending:
                yield dict(zip(SITES, (*before, last), strict=False))


def holds(okx: Server, answers: dict[str, str]) -> None:
    """Check one tour: who was asked, what was left, and the exit code."""
    code, verdict, asked = ask(okx, answers)
    *_, last = answers.values()
    unknown = [site for site, answer in answers.items() if answer in UNKNOWN]
    exists = last in EXISTS
    assert asked == list(answers), answers
    assert verdict["status"] == EXISTS.get(last, "not-known" if unknown == list(SITES) else "undecided"), answers
    assert code == (1 if exists else 0 if unknown == list(SITES) else 2), answers
    left = [] if exists else [host for site, host in SITES.items() if site not in unknown]
    assert [host.partition(" ")[0] for host in verdict["left"]] == left, answers


def test_it_is_gone_when_each_site_says_so_and_in_no_other_case(okx: Server) -> None:
    for answers in whole_tours(("50119", "50121")):
        holds(okx, answers)


@pytest.mark.slow
def test_no_tour_that_an_answer_ends_is_told_as_gone(okx: Server) -> None:
    # One answer of each kind; the others of a kind are asked at each site below.
    for answers in ended_tours((UNKNOWN[1], "50121"), (next(iter(EXISTS)), STOPS[0])):
        holds(okx, answers)


@pytest.mark.parametrize("answer", [*UNKNOWN, *EXISTS, *STOPS, "80001"])
@pytest.mark.parametrize("site", SITES)
def test_each_answer_at_each_site(answer: str, site: str, okx: Server) -> None:
    names = list(SITES)
    before = dict.fromkeys(names[: names.index(site)], "50119")
    goes_on = answer in {*UNKNOWN, "80001"}
    holds(okx, before | {site: answer} | (dict.fromkeys(names[names.index(site) + 1 :], "50119") if goes_on else {}))


@pytest.mark.parametrize("mood", ["slow", "cut", "half", "down", "busy"])
@pytest.mark.parametrize("site", ["global", "web3"])
def test_a_site_that_gives_no_answer_keeps_it_from_being_gone(mood: str, site: str, okx: Server) -> None:
    code, verdict, asked = ask(okx, dict.fromkeys(SITES, "50119") | {site: mood}, "--verify-timeout", "1")
    assert (code, verdict["status"], asked) == (2, "undecided", list(SITES))
    assert [host.partition(" ")[0] for host in verdict["left"]] == [SITES[site]]


@pytest.mark.parametrize("number", range(1, 5))
def test_asked_in_part_it_is_not_gone(number: int, okx: Server) -> None:
    for chosen in itertools.combinations(SITES, number):
        code, verdict, asked = ask(okx, dict.fromkeys(SITES, "50119"), "--okx-site", ",".join(chosen))
        assert (code, verdict["status"], asked) == (2, "not-known", list(chosen))
        left = [host for site, host in SITES.items() if site not in chosen]
        assert [host.partition(" ")[0] for host in verdict["left"]] == left


@pytest.mark.parametrize("own", ["", "okx_site: eea\n"])
@pytest.mark.parametrize("typed", [(), ("--okx-site", "us"), ("--okx-site", "global,us,tr,web3")])
@pytest.mark.parametrize("mood", [{}, {"tr": "down"}])
def test_what_is_advised_ends_with_0_as_it_stands(
    own: str, typed: tuple[str, ...], mood: dict[str, str], okx: Server, tmp_path: Path
) -> None:
    settings = tmp_path / "own" / "keyguard"
    settings.mkdir(parents=True, mode=0o700)
    (settings / "config.yml").write_text(own)
    env = {"XDG_CONFIG_HOME": str(settings.parent)}
    okx.exchange.moods = mood
    verify = ("verify", "--from", "env", "--yes", *okx.options)
    ran = command.run(*verify, *typed, cwd=tmp_path, env=env, hurried=True)
    assert ran.returncode == (2 if own or typed or mood else 0)
    okx.exchange.moods = {}
    if ran.returncode:
        (option,) = re.findall(r"--okx-site \S+", " ".join(ran.stdout.decode().split()))
        ran = command.run(*verify, *option.split(), cwd=tmp_path, env=env, hurried=True)
    assert ran.returncode == 0, ran.stdout


def test_a_demo_credential_cannot_be_one_of_the_web3_products(okx: Server) -> None:
    code, verdict, asked = ask(okx, dict.fromkeys(SITES, "50119"), "--demo")
    assert (code, verdict["left"], asked) == (0, [], list(SITES)[:4])


def test_no_site_is_left_to_ask_about_what_can_be_no_credential() -> None:
    parts = {part: Secret(expand(f"<{part}>", "gone").encode()) for part in ("api_key", "secret_key")}
    with closing(Verifiers(Terms())) as verifiers:
        verdict = verifiers.ask(Question("okx", parts | {"passphrase": Secret(b"abc")}))
    assert (verdict.status, verdict.hosts, verdict.left) == ("undecided", (), ())
    assert not any("Left to ask" in step for step in steps(verdict))
