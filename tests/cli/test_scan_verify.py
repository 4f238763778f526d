"""`keyguard scan --verify` against a stand-in for OKX over TLS: consent, severity, candidates, limits, reports."""

from __future__ import annotations

import csv
import html
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.packs import expand
from keyguard.verify.https import TRIES
from tests.cli.conftest import ENV_FILE, put, values
from tests.cli.test_baseline import git
from tests.cli.test_terminal import Terminal
from tests.cli.test_verify import SITES
from tests.cli.test_verify_consent import answer
from tests.fakes.okx import Exchange, Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Keyguard, Ran


def env_file(number: int) -> str:
    return ENV_FILE.replace(">", f":{number}>")


@pytest.fixture
def verified(keyguard: Keyguard, okx: Server, tmp_path: Path) -> Callable[..., Ran]:
    """Scan the folder `bot` and check what is found, without pauses; no output ever holds a value."""

    def run(*options: str | Path, yes: bool = True, hurried: bool = True, **more: Any) -> Ran:
        asked = ["--verify", *(["--yes"] if yes else []), *okx.options]
        ran = keyguard("scan", *asked, *options, tmp_path / "bot", hurried=hurried, **more)
        assert not any(value in ran.out + ran.err for value in values())
        return ran

    return run


def found(ran: Ran) -> list[tuple[str, str]]:
    return [(finding["verdict"]["status"], finding["severity"]) for finding in ran.report["findings"]]


# --- consent


def test_without_verify_nothing_is_sent(keyguard: Keyguard, leak: Path) -> None:
    ran = keyguard("scan", "-f", "json", leak)
    assert found(ran) == [("not-checked", "critical")]


def test_nothing_is_sent_where_nobody_can_be_asked(verified: Callable[..., Ran], okx: Server, leak: Path) -> None:
    ran = verified(yes=False)
    assert (ran.code, ran.out, okx.exchange.calls) == (2, "", [])
    assert ran.err.endswith("hint: Add --yes.\n")


def test_what_is_sent_where_is_said_before_the_first_call(
    verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    put(leak / "more" / ".env", env_file(2))
    ran = verified()
    assert ran.err.startswith(
        f"2 credentials will be sent to www.okx.com at {okx.url[8:]}; if that does not settle it, to eea.okx.com"
    )
    assert "counts as use of the key" in ran.err


@pytest.mark.parametrize(("typed", "calls"), [(b"y\n", 1), (b"n\n", 0), (b"\n", 0)])
def test_on_a_terminal_the_user_is_asked(typed: bytes, calls: int, okx: Server, leak: Path) -> None:
    okx.exchange.add("cli")
    code, out, seen = _on_terminal(["scan", "--verify", "-f", "json", *okx.options, str(leak)], typed)
    assert (code, len(okx.exchange.calls)) == (1, calls)
    assert b"Send them? [y/N]" in seen
    status = json.loads(out)["findings"][0]["verdict"]["status"]
    assert status == ("live" if calls else "not-checked")


def test_an_interrupt_instead_of_an_answer_still_reports(okx: Server, leak: Path) -> None:
    code, out, _ = _on_terminal(["scan", "--verify", "-f", "json", *okx.options, str(leak)], b"\x03")
    assert (code, okx.exchange.calls) == (130, [])
    assert len(json.loads(out)["findings"]) == 1


def _on_terminal(arguments: list[str], typed: bytes) -> tuple[int, bytes, bytes]:
    """Run the command with its input and errors on a terminal of its own, and answer its question."""
    import os
    import pty

    reader, writer = os.pipe()
    process, terminal = pty.fork()
    if not process:
        os.dup2(writer, 1)
        os.execv(sys.executable, [sys.executable, "-m", "keyguard", *arguments])  # noqa: S606
    os.close(writer)
    seen = b""
    try:
        while b"[y/N]: " not in seen:
            seen += os.read(terminal, 1024)
        answer(process, terminal, typed)
        with open(reader, "rb") as output:  # noqa: PTH123
            out = output.read()
        while data := os.read(terminal, 1024):
            seen += data
    except OSError:
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), out, seen


@pytest.mark.parametrize(
    "option", ["--yes", "--only-live", "--show-account", "--verify-limit=3", "--okx-site=eea", "--endpoint-ca=x"]
)
def test_the_options_of_a_check_need_it(option: str, keyguard: Keyguard, leak: Path) -> None:
    ran = keyguard("scan", option, leak)
    assert ran.code == 2
    assert f"{option.partition('=')[0]} needs --verify" in ran.err


def test_a_check_cannot_be_asked_for_by_the_scanned_tree(keyguard: Keyguard, leak: Path) -> None:
    put(leak / ".keyguard.yml", "verify: true\n")
    ran = keyguard("scan", leak)
    assert (ran.code, "unknown key 'verify'" in ran.err) == (2, True)


def test_a_foreign_endpoint_is_refused_before_anything_is_read(keyguard: Keyguard, leak: Path) -> None:
    ran = keyguard("scan", "--verify", "--yes", "--endpoint", "https://203.0.113.9", leak)
    assert (ran.code, ran.out) == (2, "")
    assert "loopback" in ran.err


# --- severity follows power

POWERS = [
    ({"perm": "read_only,trade,withdraw"}, "critical", "10.0"),
    ({"perm": "withdraw", "code": "50120"}, "critical", "9.5"),
    ({"perm": "read_only,withdraw", "ip": "198.51.100.7"}, "critical", "9.6"),
    ({"perm": "read_only,trade"}, "critical", "9.2"),
    ({"perm": "read_only,trade", "ip": "198.51.100.7"}, "high", "8.0"),
    ({"perm": "read_only"}, "medium", "5.5"),
    ({"perm": "read_only", "ip": "198.51.100.7"}, "medium", "4.5"),
    ({"perm": "read_only,onchain"}, "high", "7.8"),
    ({"perm": "read_only,on chain"}, "high", "7.8"),
    ({"perm": "read_only,trade,withdraw", "realm": "demo"}, "medium", "4.5"),
    ({"perm": "read_only", "realm": "demo"}, "low", "2.5"),
    ({"ip": "203.0.113.1"}, "high", "8.5"),
    ({"code": "50105"}, "high", "7.5"),
    ({"code": "50100"}, "medium", "5.0"),
    ({"code": "50119"}, "low", "2.0"),
    ({"code": "50121"}, "critical", "9.5"),
]
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}


@pytest.mark.parametrize("expected", POWERS, ids=str)
def test_severity_and_sarif_follow_what_the_key_may_do(
    expected: tuple[dict[str, Any], str, str],
    verified: Callable[..., Ran],
    okx: Server,
    leak: Path,
    tmp_path: Path,
) -> None:
    facts, severity, score = expected
    okx.exchange.add("cli", **facts)
    ran = verified("-f", "json", "--report", "sarif=out.sarif", "--fail-on", "note")
    assert ran.code == 1  # a key that is not known is a finding all the same
    [(status, told)] = found(ran)
    [sarif] = json.loads((tmp_path / "out.sarif").read_text())["runs"]
    [result] = sarif["results"]
    [rule] = [rule for rule in sarif["tool"]["driver"]["rules"] if rule["id"] == "okx-credential"]
    assert (told, result["level"]) == (severity, _LEVELS[severity])
    assert result["properties"]["security-severity"] == score
    assert rule["properties"]["security-severity"] == score
    assert result["properties"]["verdict"]["status"] == status


def test_the_worst_comes_first(verified: Callable[..., Ran], okx: Server, leak: Path) -> None:
    powers = ["read_only", "read_only,trade", "read_only,trade,withdraw"]
    for number, perm in enumerate(powers, 2):
        put(leak / str(number) / ".env", env_file(number))
        okx.exchange.add("cli", number, perm=perm)
    ran = verified("-f", "json")
    told = [finding["verdict"]["permissions"] for finding in ran.report["findings"]]
    assert told == [["read_only", "trade", "withdraw"], ["read_only", "trade"], ["read_only"], []]


def test_a_file_that_git_ignores_stays_a_note_however_powerful_its_key(
    verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    subprocess.run(["git", "init", "-q", leak], check=True)  # noqa: S607 - git is on the path
    (leak / ".gitignore").write_text(".env\n")
    okx.exchange.add("cli", perm="read_only,withdraw")
    assert found(verified("-f", "json")) == [("live", "note")]


def test_the_text_leads_with_what_can_be_lost(verified: Callable[..., Ran], okx: Server, leak: Path) -> None:
    okx.exchange.add("cli", perm="read_only,trade,withdraw")
    ran = verified("--no-color")
    head, lost = ran.out.splitlines()[1:3]
    assert head == "  OKX credential in plain text (checked: live)"
    assert lost.startswith("  It works: whoever has it can move the funds out of the account")
    for word in (
        "1. Delete the key now: https://www.okx.com/account/my-api",
        "usage record",
        "14 days",
        "each application",
    ):
        assert word in ran.out


IN_SHORT = [
    ({"perm": "read_only,trade,withdraw"}, "live, may withdraw and trade, no bound IP"),
    ({"perm": "read_only,trade", "ip": "198.51.100.7"}, "live, may trade, bound IP"),
    ({"perm": "read_only,onchain", "realm": "demo"}, "live, may read and onchain, no bound IP, demo"),
    ({"code": "50105"}, "wrong-parts, passphrase does not fit"),
    ({"ip": "203.0.113.1"}, "ip-bound"),
]


@pytest.mark.parametrize("expected", IN_SHORT, ids=str)
@pytest.mark.parametrize("format_", ["markdown", "junit", "github", "gitlab", "html"])
def test_every_report_for_people_says_in_short_what_the_key_may_do_and_what_can_be_lost(
    format_: str, expected: tuple[dict[str, Any], str], verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    facts, said = expected
    okx.exchange.add("cli", **facts)
    out = html.unescape(verified("-f", format_).out).replace("%2C", ",").replace("\\", "")
    assert said in out
    losses = {"wrong-parts": "The key exists, but the parts", "ip-bound": "It exists, and may work"}
    assert losses.get(said.partition(",")[0], "It works: whoever has it can") in out
    assert "Delete the key now: " in out
    assert "https://www.okx.com/account/my-api" in out


def test_the_table_tells_what_the_key_may_do(verified: Callable[..., Ran], okx: Server, leak: Path) -> None:
    okx.exchange.add("cli", perm="read_only,withdraw")
    rows = list(csv.DictReader(verified("-f", "csv").out.splitlines()))
    assert {(row["verdict"], row["permissions"], row["ip_bound"], row["score"]) for row in rows} == {
        ("live", "read_only withdraw", "no", "10.0")
    }
    assert all(row["can_be_lost"].startswith("It works: whoever has it can move the funds") for row in rows)


# --- what each row of the table of outcomes comes to in a scan

D5: list[tuple[str, dict[str, Any], tuple[str, str, str]]] = [
    ("0", {}, ("live", "medium", "see balances, positions and history")),
    ("50120", {"perm": "trade"}, ("live-limited", "critical", "It works")),
    *[(c, {"code": c}, ("live-limited", "critical", "It works")) for c in ("50030", "50035", "59500", "50041")],
    ("50110", {"ip": "203.0.113.5"}, ("ip-bound", "high", "may work from its bound addresses alone")),
    ("50121", {"code": "50121"}, ("undecided", "critical", "assume that it does")),
    ("50105", {"passphrase": "Other#Pass1"}, ("wrong-parts", "high", "the parts found do not fit")),
    ("50113", {"secret": "0" * 32}, ("wrong-parts", "high", "the parts found do not fit")),
    ("50101", {"code": "50101"}, ("wrong-parts", "critical", "whether the parts found fit it could not be determined")),
    ("50119", {"site": "nowhere"}, ("not-known", "low", "It is gone: each host that may know it was asked")),
    ("60032", {"everywhere": "60032"}, ("not-known", "low", "It is gone: each host that may know it was asked")),
    ("50111", {"everywhere": "50111"}, ("not-known", "low", "It is gone: each host that may know it was asked")),
    *[(c, {"code": c}, ("blocked", "medium", "is blocked for now")) for c in ("50100", "50007", "50027", "50029")],
    *[(c, {"code": c}, ("undecided", "critical", "assume that it does")) for c in ("50102", "50112")],
    ("50011", {"mood": "busy"}, ("undecided", "critical", "assume that it does")),
    ("", {"mood": "down"}, ("undecided", "critical", "assume that it does")),
    ("", {"mood": "slow"}, ("undecided", "critical", "assume that it does")),
]


@pytest.mark.parametrize("row", D5, ids=str)
def test_each_outcome_has_its_verdict_its_severity_and_its_words(
    row: tuple[str, dict[str, Any], tuple[str, str, str]], verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    code, facts, (status, severity, loss) = row
    known = okx.exchange.add("cli")
    for name, value in facts.items():
        setattr(known, name, value)
    if everywhere := facts.get("everywhere"):
        okx.exchange.sites = dict.fromkeys(("global", "eea", "us", "tr"), everywhere)
    ran = verified("-f", "json", "--report", f"text={leak.parent / 'out.txt'}", "--verify-timeout", "0.5")
    [finding] = ran.report["findings"]
    told = finding["verdict"]
    assert (ran.code, told["status"], finding["severity"], told["code"] or "") == (1, status, severity, code)
    assert told["reading"]
    assert loss in " ".join((leak.parent / "out.txt").read_text().split())


# --- several candidates

TWO = ENV_FILE.replace("<passphrase>", "<passphrase:8>") + "# before\nOKX_PASSPHRASE_OLD=<passphrase>\n"


def passphrases(*numbers: int) -> str:
    return "".join(f"OKX_{n}_PASSPHRASE=<passphrase:{n}>\n" for n in numbers)


def test_of_two_passphrases_the_one_that_fits_is_found_and_joined(
    verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    put(tmp_path / "bot" / ".env", TWO)
    okx.exchange.add("cli")
    ran = verified("-f", "json")
    assert okx.exchange.codes == ["50105", "0"]
    [finding] = ran.report["findings"]
    assert finding["verdict"]["status"] == "live"
    first = next(part for part in finding["parts"] if part["part"] == "passphrase")
    assert (first["line"], finding["missing"]) == (5, [])


def spread(folder: Path, *files: str, number: str = "<passphrase:{}>") -> None:
    """Write the same key and secret key into several files, each with a passphrase of its own."""
    for at, file in enumerate(files, 1):
        put(folder / file, ENV_FILE.replace("<passphrase>", number.format(at)))


@pytest.mark.parametrize("right", [1, 2, 3])
@pytest.mark.parametrize("form", ["d{}/.env", "bot{}.env"])
def test_of_copies_with_other_passphrases_the_one_beside_the_key_is_tried_first(
    form: str, right: int, verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    spread(tmp_path / "bot", *(form.format(number) for number in range(1, 5)))
    okx.exchange.add("cli").passphrase = expand(f"<passphrase:{right}>", "cli")
    ran = verified("-f", "json")
    assert okx.exchange.codes == ["50105"] * (right - 1) + ["0"]
    assert ran.report["findings"][0]["verdict"]["status"] == "live"


def test_near_is_what_stands_near_to_any_copy_of_the_key(
    verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    put(
        tmp_path / "bot" / "a.env",
        ENV_FILE.replace("OKX_PASSPHRASE", "\n" * 9 + "OKX_PASSPHRASE").replace("rase>", "rase:2>"),
    )
    put(tmp_path / "bot" / "b.env")
    okx.exchange.add("cli")
    verified()
    assert okx.exchange.codes == ["0"]


def test_a_missing_part_is_tried_from_what_stands_near(
    verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    put(tmp_path / "bot" / "keys.env", "OKX_MM_API_KEY=<api_key>\nOKX_MM_SECRET_KEY=<secret_key>\n")
    put(tmp_path / "bot" / "phrases.env", passphrases(2, 3) + "OKX_X_PASSPHRASE=<passphrase>\n")
    okx.exchange.add("cli")
    ran = verified("-f", "json")
    assert okx.exchange.codes == ["50105", "50105", "0"]
    whole = ran.report["findings"][0]
    assert (whole["verdict"]["status"], whole["missing"], len(ran.report["findings"])) == ("live", [], 3)
    assert {part["path"].rpartition("/")[2] for part in whole["parts"]} == {"keys.env", "phrases.env"}


def test_no_more_than_three_combinations_are_tried_for_a_key(
    verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    put(tmp_path / "bot" / ".env", env_file(1) + passphrases(*range(2, 9)))
    okx.exchange.add("cli").passphrase = "none of these"  # noqa: S105 - made up
    ran = verified("-f", "json", "--report", f"text={tmp_path / 'out.txt'}")
    assert okx.exchange.codes == ["50105"] * 3
    assert ("wrong-parts", "critical") in found(ran)  # what was not tried may fit
    [told] = [finding["verdict"] for finding in ran.report["findings"] if finding["verdict"]["wrong"]]
    text = " ".join((tmp_path / "out.txt").read_text().split())
    assert "do not fit" not in text
    assert "The key exists, and the parts that fit may be among those found: not all of them were tried." in text
    assert (told["untried"], "1 candidate for the passphrase nearby was not tried" in text) == (1, True)


@pytest.mark.parametrize(
    "case",
    [
        (["--verify-limit", "1"], {}, 1),
        ([], {"codes": ["50105", "50121"]}, 2),
        ([], {"codes": ["50105", "50101", "50101"]}, 3),
    ],
    ids=str,
)
def test_a_candidate_without_an_answer_counts_as_not_tried(
    case: tuple[list[str], dict[str, Any], int], verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    options, facts, calls = case
    put(tmp_path / "bot" / ".env", TWO)
    okx.exchange.add("cli", **facts)
    ran = verified("-f", "json", "--report", f"text={tmp_path / 'out.txt'}", *options)
    assert len(okx.exchange.calls) == calls
    [told] = [finding for finding in ran.report["findings"] if finding["verdict"]["status"] == "wrong-parts"]
    assert (told["severity"], told["verdict"]["wrong"], told["verdict"]["untried"]) == ("critical", ["passphrase"], 1)
    assert "1 candidate for the passphrase nearby was not tried" in " ".join((tmp_path / "out.txt").read_text().split())


def test_where_all_that_stands_near_was_tried_the_parts_found_do_not_fit(
    verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    put(tmp_path / "bot" / ".env", env_file(1) + passphrases(2, 3))
    okx.exchange.add("cli").passphrase = "none of these"  # noqa: S105 - made up
    ran = verified("-f", "json")
    assert ("wrong-parts", "high") in found(ran)
    assert {finding["verdict"]["untried"] for finding in ran.report["findings"]} == {0}


def test_the_part_that_the_last_answer_found_wrong_is_told(
    verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    put(tmp_path / "bot" / ".env", TWO)
    okx.exchange.add("cli").secret = "0" * 32
    told = verified("-f", "json").report["findings"][0]["verdict"]
    assert okx.exchange.codes == ["50105", "50113"]
    assert (told["wrong"], told["untried"]) == (["secret_key"], 0)


def test_the_first_answer_that_settles_it_ends_the_trying(
    verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    put(tmp_path / "bot" / ".env", env_file(1) + passphrases(2, 3))
    okx.exchange.add("cli", codes=["50105", "50110"])
    verified()
    assert okx.exchange.codes == ["50105", "50110"]


@pytest.mark.parametrize("later", [{"codes": ["50105", "50121"]}, {"codes": ["50105"], "moods": ["", "html"]}])
def test_trouble_with_a_second_candidate_leaves_what_the_first_one_proved(
    later: dict[str, Any], verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    put(tmp_path / "bot" / ".env", TWO)
    okx.exchange.add("cli", **later)
    assert ("wrong-parts", "critical") in found(verified("-f", "json"))
    assert len(okx.exchange.calls) == 2


def test_a_demo_flag_does_not_soften_what_the_host_proved(
    verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    put(leak / ".env", ENV_FILE + "OKX_FLAG=1\n")
    okx.exchange.add("cli", ip="203.0.113.1")
    assert found(verified("-f", "json")) == [("ip-bound", "high")]
    assert [call.demo for call in okx.exchange.calls] == [True, False]


@pytest.mark.parametrize("code", ["50110", "50105", "50100"])
def test_a_demo_flag_that_no_host_proved_lowers_nothing_once_the_key_is_known_to_exist(
    code: str, keyguard: Keyguard, verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    put(leak / ".env", ENV_FILE + "OKX_DEMO=1\n")
    okx.exchange.add("cli", realm="demo", code=code)
    assert found(keyguard("scan", "-f", "json", leak)) == [("not-checked", "medium")]
    ran = verified("-f", "json", "--report", f"text={leak.parent / 'out.txt'}")
    [finding] = ran.report["findings"]
    assert (finding["verdict"]["realm"], finding["severity"]) == (None, "medium")
    assert 4 <= finding["score"] < 7
    text = " ".join((leak.parent / "out.txt").read_text().split())
    assert "a demo key never does" not in text
    assert "no host proved that it is of demo trading" in text


@pytest.mark.parametrize("after", [{"moods": ["", "slow"]}, {"codes": ["50101", "50121"]}, {"code": "50101"}])
def test_where_the_host_named_no_part_that_does_not_fit_nothing_is_lowered_and_none_is_blamed(
    after: dict[str, Any], verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    okx.exchange.add("cli", perm="read_only,withdraw", realm="demo", **after)
    ran = verified("-f", "json", "--report", f"text={leak.parent / 'out.txt'}", "--verify-timeout", "0.5")
    assert (ran.code, found(ran)) == (1, [("wrong-parts", "critical")])
    assert ran.report["findings"][0]["verdict"]["wrong"] == []
    text = " ".join((leak.parent / "out.txt").read_text().split())
    assert "The key exists; whether the parts found fit it could not be determined: assume that they do." in text
    assert "do not fit" not in text


def test_a_wrong_part_is_looked_for_at_the_site_that_knows_the_key(
    verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    put(tmp_path / "bot" / ".env", TWO)
    okx.exchange.add("cli", site="eea")
    verified()
    assert [call.host for call in okx.exchange.calls] == ["www.okx.com", "eea.okx.com", "eea.okx.com"]


def test_the_limit_bounds_what_is_sent_in_all(verified: Callable[..., Ran], okx: Server, leak: Path) -> None:
    for number in range(2, 6):
        put(leak / str(number) / ".env", env_file(number))
        okx.exchange.add("cli", number)
    ran = verified("-f", "json", "--verify-limit", "2")
    assert len({call.key for call in okx.exchange.calls}) == 2
    assert "3 credentials not checked" in ran.report["notices"][0]
    assert [status for status, _ in found(ran)].count("not-checked") == 3


def test_with_a_cache_the_next_run_gets_past_the_limit(
    verified: Callable[..., Ran], okx: Server, leak: Path, tmp_path: Path
) -> None:
    for number in range(1, 4):
        put(leak / str(number) / ".env", env_file(number))
        okx.exchange.add("cli", number)
    (leak / ".env").unlink()
    env = {"KEYGUARD_CACHE_DIR": str(tmp_path / "cache")}
    first, second, third = (verified("--verify-cache", "--verify-limit", "2", env=env) for _ in range(3))
    assert len(okx.exchange.calls) == 3
    assert "No more than 2 of these 3 will be sent" in first.err
    assert "1 credential will be sent" in second.err
    assert "will be sent" not in third.err


def test_one_credential_in_many_places_is_asked_about_once(
    verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    okx.exchange.add("cli")
    for number in range(5):
        put(leak / f"copy{number}" / ".env")
    verified()
    assert okx.exchange.codes == ["0"]


def test_what_is_suppressed_or_incomplete_is_not_sent(
    verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    put(tmp_path / "bot" / "a" / ".env", "# keyguard: ignore-file[okx-credential] ours\n" + ENV_FILE)
    put(tmp_path / "bot" / ".keyguardignore", "a/\n")
    put(tmp_path / "bot" / "b" / ".env", "OKX_API_KEY=<api_key:2>\nOKX_SECRET_KEY=<secret_key:2>\n")
    verified()
    assert okx.exchange.calls == []


# --- web3, realms


def test_a_credential_with_a_project_id_is_asked_about_at_the_web3_host(
    verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    put(leak / ".env", ENV_FILE + "OKX_PROJECT_ID=<hex32>\n")
    okx.exchange.add("cli", site="web3")
    ran = verified("-f", "json")
    assert [call.host for call in okx.exchange.calls] == ["web3.okx.com"]
    assert ran.report["findings"][0]["verdict"]["site"] == "web3"
    assert "https://web3.okx.com/onchain-os/dev-portal" in verified().out


def _from(host: str) -> list[str]:
    """Return all sites, web3 among them, from a host on that the text names: it may be a comment's."""
    return [host, *(site for site in SITES if site != host)]


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        (ENV_FILE, SITES),
        (ENV_FILE + "OKX_FLAG=1\n", SITES[:4]),
        (ENV_FILE + "BASE_URL=https://eea.okx.com\n", _from("eea.okx.com")),
        (ENV_FILE + "URL=https://us.okx.com\n", _from("us.okx.com")),
        (ENV_FILE + "OKX_DOMAIN=tr.okx.com\n", _from("tr.okx.com")),
        ("# eea.okx.com\n" + ENV_FILE, _from("eea.okx.com")),
        (ENV_FILE + "SEE=https://status.okx.com\n", SITES),
    ],
)
def test_the_sites_follow_from_what_stands_around_a_credential(
    text: str, hosts: list[str], verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    put(leak / ".env", text)
    ran = verified("-f", "json")
    assert [call.host for call in okx.exchange.calls] == hosts
    assert ran.report["findings"][0]["verdict"]["left"] == []


def test_the_realm_that_the_text_says_is_tried_first(verified: Callable[..., Ran], okx: Server, leak: Path) -> None:
    put(leak / ".env", ENV_FILE.replace("OKX_", "OKX_DEMO_"))
    okx.exchange.add("cli", realm="demo")
    verified()
    assert [call.demo for call in okx.exchange.calls] == [True]


# --- only what is alive


LEFT_OUT = "--only-live left out 1 finding: each host that may know its key was asked, and none knows it."


def suppressed(ran: Ran) -> dict[str, Any]:
    """Return what suppresses each finding, by its status."""
    return {finding["verdict"]["status"]: finding["suppressed"] for finding in ran.report["findings"]}


def test_only_live_leaves_out_what_no_host_knows_and_says_why(
    verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    put(leak / "2" / ".env", env_file(2))
    okx.exchange.add("cli", 2)
    ran = verified("-f", "json", "--only-live")
    told = suppressed(ran)
    assert (ran.code, told["live"]) == (1, None)
    hosts = ", ".join(next(f for f in ran.report["findings"] if f["suppressed"])["verdict"]["hosts"])
    assert told["not-known"] == {"by": "only-live", "where": "--only-live", "reason": f"not known to {hosts}"}
    assert ran.report["notices"] == [LEFT_OUT]


def test_with_only_live_a_run_in_which_no_key_is_known_is_clean(verified: Callable[..., Ran], leak: Path) -> None:
    ran = verified("--only-live")
    assert ran.code == 0
    assert f"Note: {LEFT_OUT}" in ran.out
    assert "1 suppressed (1 only-live)" in ran.out


@pytest.mark.parametrize("format_", ["jsonl", "sarif", "gitlab", "github", "junit", "markdown", "html"])
def test_every_format_with_a_place_for_it_says_what_only_live_left_out(
    format_: str, verified: Callable[..., Ran], leak: Path
) -> None:
    assert LEFT_OUT in verified("-f", format_, "--only-live").out


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, "live"),
        ({"code": "50120"}, "live-limited"),
        ({"ip": "203.0.113.1"}, "ip-bound"),
        ({"code": "50105"}, "wrong-parts"),
        ({"code": "50100"}, "blocked"),
        ({"code": "50121"}, "undecided"),
        ({"mood": "html"}, "undecided"),
    ],
)
def test_only_live_hides_nothing_but_what_is_not_known(
    facts: dict[str, Any], status: str, verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    okx.exchange.add("cli", **facts)
    ran = verified("-f", "json", "--only-live")
    assert (ran.code, suppressed(ran), ran.report["notices"]) == (1, {status: None}, [])


def test_only_live_hides_nothing_that_was_not_asked(verified: Callable[..., Ran], okx: Server, tmp_path: Path) -> None:
    put(tmp_path / "bot" / "a" / ".env", "OKX_PASSPHRASE=<passphrase:3>\n")  # a part alone is never sent
    for number in (1, 2):
        put(tmp_path / "bot" / str(number) / ".env", env_file(number))
    ran = verified("-f", "json", "--only-live", "--verify-limit", "1")
    assert ran.code == 1
    told = [(finding["verdict"]["status"], bool(finding["suppressed"])) for finding in ran.report["findings"]]
    assert sorted(told) == [("not-checked", False), ("not-checked", False), ("not-known", True)]


def test_a_finding_with_a_key_that_was_not_asked_is_not_taken_for_unknown(
    verified: Callable[..., Ran], okx: Server, tmp_path: Path
) -> None:
    put(tmp_path / "bot" / "a.env")
    put(tmp_path / "bot" / "b.env", ENV_FILE.replace("<api_key>", "<api_key:2>"))
    whole = verified("-f", "json", "--only-live")
    assert ({call.key for call in okx.exchange.calls}, len(whole.report["findings"])) == (
        {values()[0][:4], expand("<api_key:2>", "cli")[:4]},
        1,
    )
    assert (whole.code, list(suppressed(whole))) == (0, ["not-known"])
    ran = verified("-f", "json", "--only-live", "--verify-limit", "1")
    assert (ran.code, found(ran)) == (1, [("not-checked", "critical")])
    assert ran.report["findings"][0]["suppressed"] is None


def test_a_key_that_a_site_was_not_asked_for_is_neither_lowered_nor_left_out(
    verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    okx.exchange.add("cli", perm="read_only,withdraw")
    ran = verified("-f", "json", "--only-live", "--okx-site", "eea")
    [finding] = ran.report["findings"]
    told = (finding["verdict"]["status"], finding["severity"], finding["score"], finding["suppressed"])
    assert (ran.code, told) == (1, ("not-known", "critical", None, None))
    [notice] = ran.report["notices"]
    assert notice.startswith("--only-live left 1 finding in: the hosts that were asked do not know its key, and not")
    assert notice.endswith("(not www.okx.com, us.okx.com, tr.okx.com, web3.okx.com).")
    assert verified("--okx-site", "eea", "--fail-on", "medium").code == 1


def test_sites_that_are_named_one_by_one_are_as_good_as_all_of_them(verified: Callable[..., Ran], leak: Path) -> None:
    ran = verified(
        "-f", "json", "--only-live", *(f"--okx-site={site}" for site in ("tr", "us", "web3", "eea", "global"))
    )
    assert (ran.code, found(ran), ran.report["notices"]) == (0, [("not-known", "low")], [LEFT_OUT])


def test_with_only_live_a_declined_check_is_no_clean_run(okx: Server, leak: Path) -> None:
    code, out, _ = _on_terminal(["scan", "--verify", "--only-live", "-f", "json", *okx.options, str(leak)], b"n\n")
    [finding] = json.loads(out)["findings"]
    assert (code, finding["suppressed"], okx.exchange.calls) == (1, None, [])


def test_with_only_live_an_interrupt_instead_of_an_answer_hides_nothing(okx: Server, leak: Path) -> None:
    code, out, _ = _on_terminal(["scan", "--verify", "--only-live", "-f", "json", *okx.options, str(leak)], b"\x03")
    [finding] = json.loads(out)["findings"]
    assert (code, finding["suppressed"]) == (130, None)
    assert json.loads(out)["notices"] == ["The check was interrupted: 1 of 1 credential not checked."]


def test_an_interrupted_check_is_not_told_as_an_interrupted_scan(okx: Server, leak: Path) -> None:
    _, out, _ = _on_terminal(["scan", "--verify", *okx.options, str(leak)], b"\x03")
    assert b"The run was interrupted: this report is incomplete." in out
    assert b"scan was interrupted" not in out


# --- trouble


@pytest.mark.parametrize(("mood", "timeout"), [("html", "10"), ("redirect", "10"), ("slow", "0.1")])
def test_a_host_in_trouble_leaves_every_finding_in_the_report(
    mood: str, timeout: str, verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    okx.exchange.mood = mood
    ran = verified("-f", "json", "--verify-timeout", timeout)
    assert (ran.code, found(ran)) == (1, [("undecided", "critical")])


def test_a_host_that_fails_again_and_again_is_left_alone(verified: Callable[..., Ran], okx: Server, leak: Path) -> None:
    for number in range(2, 8):
        put(leak / str(number) / ".env", env_file(number))
    okx.exchange.mood = "cut"
    ran = verified("-f", "json")
    assert Counter(call.host for call in okx.exchange.calls) == dict.fromkeys(SITES, 3 * TRIES)
    told = [finding["verdict"] for finding in ran.report["findings"]]
    assert sorted(len(verdict["hosts"]) for verdict in told) == [0] * 4 + [5] * 3  # who was sent nothing was not asked
    left_alone = [verdict["reading"] for verdict in told if not verdict["hosts"]]
    assert set(left_alone) == {f"Not asked again, after several failures in a row ({', '.join(SITES)})."}
    assert {status for status, _ in found(ran)} == {"undecided"}


@pytest.mark.parametrize("mood", ["html", "redirect"])
def test_where_something_else_answers_no_second_credential_is_sent(
    mood: str, verified: Callable[..., Ran], okx: Server, leak: Path
) -> None:
    for number in range(2, 8):
        put(leak / str(number) / ".env", env_file(number))
    okx.exchange.mood = mood
    ran = verified("-f", "json")
    assert [call.host for call in okx.exchange.calls] == SITES[:1]
    assert {status for status, _ in found(ran)} == {"undecided"}
    assert all(finding["verdict"]["left"] for finding in ran.report["findings"])


def test_an_interrupt_in_the_middle_reports_what_is_known(okx: Server, leak: Path) -> None:
    okx.exchange.add("cli")
    okx.exchange.add("cli", 2, mood="slow")
    put(leak / "2" / ".env", env_file(2))
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "keyguard",
            "scan",
            "--verify",
            "--yes",
            "--only-live",
            "-f",
            "json",
            *okx.options,
            leak,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while len(okx.exchange.calls) < 2:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    report = json.loads(out)
    assert (process.returncode, report["complete"]) == (130, False)
    assert {finding["verdict"]["status"] for finding in report["findings"]} == {"live", "not-checked"}
    assert report["notices"] == ["The check was interrupted: 1 of 2 credentials not checked."]
    assert not any(finding["suppressed"] for finding in report["findings"])
    assert b"Traceback" not in err


# --- many


def test_many_are_checked_within_the_limit_and_with_a_bar(okx: Server, tmp_path: Path) -> None:
    count = 12  # more than twice what the limit lets through in one go: it is waited for twice
    for number in range(1, count + 1):
        okx.exchange.add("many", number, uid="440000000000000000")  # one user: the limit counts them together
        put(tmp_path / "many" / str(number) / ".env", env_file(number), seed="many")
    terminal = Terminal(["scan", "--verify", "--yes", "-f", "json", *okx.options, tmp_path / "many"], err=True)
    terminal.read_until(lambda seen: f"{count} of {count} credentials".encode() in seen)
    code, out = terminal.end()
    assert f"{count // 2} of {count} credentials".encode() in terminal.seen
    statuses = [finding["verdict"]["status"] for finding in json.loads(out)["findings"]]
    assert (code, statuses, set(okx.exchange.codes)) == (1, ["live"] * count, {"0"})


def test_a_stand_in_is_no_better_than_its_limit() -> None:
    exchange = Exchange()
    assert [exchange._in_time("user", "global") for _ in range(7)] == [True] * 5 + [False] * 2


# --- practices that an answer shows


def practised(ran: Ran) -> list[tuple[str, str]]:
    return [(one["rule"], one["text"]) for one in ran.report["practices"] if one["rule"].startswith("okx-key-")]


@pytest.fixture
def may_more(verified: Callable[..., Ran], okx: Server, leak: Path) -> Callable[[str, str], list[str]]:
    """Scan a bot whose key has permissions, and return what is told of those that it does not need."""

    def told(code: str, perm: str) -> list[str]:
        okx.exchange.add("cli", perm=perm)
        put(leak / "bot.py", f"import okx\n{code}\n")
        return [text.partition(" may ")[2] for _, text in practised(verified("-f", "json"))]

    return told


@pytest.mark.parametrize(
    ("code", "perm", "more"),
    [
        ("account.get_account_balance()", "read_only,trade", "trade"),
        ("trade.place_order(instId='BTC-USDT')", "read_only,trade,withdraw", "withdraw"),
    ],
)
def test_a_key_that_may_more_than_the_code_does_is_told(
    may_more: Callable[[str, str], list[str]], code: str, perm: str, more: str
) -> None:
    assert may_more(code, perm) == [f"{more}, and no call in the project does"]


@pytest.mark.parametrize(
    ("code", "perm"),
    [("trade.place_order(instId='BTC-USDT')", "read_only,trade"), ("account.get_account_balance()", "read_only")],
)
def test_a_key_that_may_what_the_code_does_is_not(
    may_more: Callable[[str, str], list[str]], code: str, perm: str
) -> None:
    assert may_more(code, perm) == []


@pytest.mark.parametrize("alive", [True, False])
def test_a_key_of_the_past_is_told_while_the_exchange_knows_it(
    verified: Callable[..., Ran], okx: Server, leak: Path, *, alive: bool
) -> None:
    if alive:
        okx.exchange.add("cli")
    git(leak, "init", "-q")
    git(leak, "add", "-f", ".env")
    git(leak, "commit", "-qm", "a key")
    git(leak, "rm", "-q", ".env")
    git(leak, "commit", "-qm", "no key")
    ran = verified("-f", "json")
    assert [rule for rule, _ in practised(ran)] == (["okx-key-retired-but-alive"] if alive else [])


@pytest.fixture
def aged(leak: Path) -> Path:
    """Return a bot in a repository, whose credential git ignores and nobody changed for 200 days."""
    then = time.time() - 200 * 86_400
    os.utime(leak / ".env", (then, then))
    put(leak / ".gitignore", ".env\n")
    put(leak / "bot.py", "import okx\ntrade.place_order(instId='BTC-USDT')\n")
    git(leak, "init", "-q")
    return leak


@pytest.mark.usefixtures("aged")
@pytest.mark.parametrize(("address", "more"), [("", "so something uses it, from any address"), ("198.51.100.7", "")])
def test_an_old_key_that_would_be_gone_unused_is_in_use(
    verified: Callable[..., Ran], okx: Server, *, address: str, more: str
) -> None:
    okx.exchange.add("cli", perm="read_only,trade", ip=address)
    day = (datetime.now(tz=timezone.utc) - timedelta(days=200)).date()
    [(rule, text)] = practised(verified("-f", "json"))
    assert (rule, text.partition("; ")[0]) == ("okx-key-stale", f".env was last changed on {day}")
    assert text.endswith(more)
    assert bool(more) is (";" in text)


@pytest.mark.usefixtures("aged")
def test_an_old_key_that_is_gone_is_not_renewed(verified: Callable[..., Ran]) -> None:
    assert practised(verified("-f", "json")) == []


def test_what_an_answer_shows_is_waived_as_anything_else_is(
    verified: Callable[..., Ran], okx: Server, leak: Path, keyguard: Keyguard
) -> None:
    okx.exchange.add("cli", perm="read_only,trade")
    put(leak / "bot.py", "import okx\naccount.get_account_balance()\n")
    put(leak / ".keyguard.yml", "allow:\n  - {rule: okx-key-over-powered, reason: it will trade}\n")
    told = {one["rule"]: one["suppressed"] for one in verified("-f", "json").report["practices"]}
    assert told["okx-key-over-powered"]["by"] == "allow"
    assert "matches nothing" not in keyguard("scan", leak).out
