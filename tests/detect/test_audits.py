"""Practices of a whole scan: across repositories, after a live check, and how they are waived."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from keyguard.detect.practice import audits
from keyguard.model import History, Verdict
from keyguard.packs import expand
from tests.cases import rule_set
from tests.cli.conftest import keyguard, put
from tests.cli.test_baseline import git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keyguard.model import Finding, Outcome
    from tests.cli.conftest import Keyguard

__all__ = ["keyguard"]

_FULL = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"


def _told(keyguard: Keyguard, *options: str) -> list[tuple[str, str]]:
    report = keyguard("scan", "--format", "json", *options).report
    return [(one["rule"], one["path"]) for one in report["practices"] if not one["suppressed"]]


def _bot(folder: Path) -> None:
    put(folder / ".env", expand(_FULL))
    put(folder / ".gitignore", ".env\n")
    git(folder, "init", "-q")
    git(folder, "add", ".gitignore")


def test_one_key_in_two_repositories_of_a_scan_is_told_once(keyguard: Keyguard, tmp_path: Path) -> None:
    for name in ("grid", "dca"):
        _bot(tmp_path / name)
    assert _told(keyguard) == [("okx-key-reused", "grid/.env")]


def test_a_repository_alone_reuses_nothing(keyguard: Keyguard, tmp_path: Path) -> None:
    _bot(tmp_path / "grid")
    put(tmp_path / "notes" / "README.md", "nothing")
    assert _told(keyguard) == []


def test_no_value_is_in_what_is_told(keyguard: Keyguard, tmp_path: Path) -> None:
    for name in ("grid", "dca"):
        _bot(tmp_path / name)
    out = keyguard("scan", "--format", "json").out
    assert {one["rule"] for one in json.loads(out)["practices"]} == {"okx-key-reused"}
    assert not any(expand(mark) in out for mark in ("<api_key>", "<secret_key>", "<passphrase>"))


def test_an_allow_entry_and_the_age_of_the_configuration_hold(keyguard: Keyguard, tmp_path: Path) -> None:
    _bot(tmp_path)
    then = time.time() - 40 * 86_400
    os.utime(tmp_path / ".env", (then, then))
    assert _told(keyguard) == []
    config = "practices: {max_age: 30}\n"
    put(tmp_path / ".keyguard.yml", config)
    assert _told(keyguard) == [("okx-key-stale", ".env")]
    put(tmp_path / ".keyguard.yml", f"{config}allow:\n  - {{rule: okx-key-stale, reason: renewed next week}}\n")
    assert _told(keyguard) == []


def test_the_times_of_a_folder_without_git_are_no_evidence(keyguard: Keyguard, tmp_path: Path) -> None:
    put(tmp_path / ".env", expand(_FULL))
    os.utime(tmp_path / ".env", (0, 0))
    assert _told(keyguard) == []
    git(tmp_path, "init", "-q")
    assert ("okx-key-stale", ".env") in _told(keyguard)


def test_what_is_past_is_no_practice_in_any_kind_of_history(keyguard: Keyguard, tmp_path: Path) -> None:
    put(tmp_path / "bot.py", "import okx\nrequests.get(url, verify=False)\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "a bot")
    git(tmp_path, "rm", "-q", "bot.py")
    git(tmp_path, "commit", "-qm", "no bot")
    assert _told(keyguard) == []
    assert _told(keyguard, "--history-only") == []


class TestAfterTheCheck:
    def _found(
        self, scanned: Callable[..., Outcome], tmp_path: Path, code: str, verdict: Verdict | None = None
    ) -> tuple[audits.Scan, list[str]]:
        import datetime as dt
        from dataclasses import replace

        put(tmp_path / ".env", expand(_FULL))
        put(tmp_path / "bot.py", code)
        (finding,) = scanned(tmp_path).findings
        finding = replace(finding, verdict=verdict or Verdict())
        scan = audits.Scan(rule_set(), [finding], dt.datetime.now(tz=dt.timezone.utc).date(), 90, root=str(tmp_path))
        return scan, [one.rule for one in audits.found(scan, audits.Level.CHECKED)]

    @pytest.mark.parametrize(
        ("code", "permissions", "told"),
        [
            ("account.get_account_balance()\n", ("read_only", "trade"), ["okx-key-over-powered"]),
            ("trade.place_order(instId='BTC-USDT')\n", ("read_only", "trade"), []),
            ("trade.place_order(instId='BTC-USDT')\n", ("trade", "withdraw"), ["okx-key-over-powered"]),
            ("account.get_account_balance()\n", ("read_only",), []),
            ("client.getBalance();\n", ("trade",), ["okx-key-over-powered"]),
            ("# withdraw by hand\nprint(1)\n", ("withdraw",), ["okx-key-over-powered"]),
            ("account.set_leverage(lever='3')\n", ("trade",), []),
            ("requests.post(base + '/api/v5/trade/order', data=body)\n", ("trade",), []),
            ("exchange.withdraw('USDT', 1, address)\norder = exchange.create_order()\n", ("trade", "withdraw"), []),
            ("funding.funds_transfer(ccy='USDT')\n", ("trade",), []),
            ("market.get_tickers()\n", ("trade", "withdraw"), ["okx-key-over-powered"]),
            ("print('balance')\n", ("read_only", "withdraw"), ["okx-key-over-powered"]),
        ],
    )
    def test_a_key_may_do_no_more_than_the_code_does(
        self, scanned: Callable[..., Outcome], tmp_path: Path, code: str, permissions: tuple[str, ...], told: list[str]
    ) -> None:
        verdict = Verdict("live", permissions=permissions)
        assert self._found(scanned, tmp_path, f"import okx\n{code}", verdict=verdict)[1] == told

    def test_a_key_that_only_the_past_holds_is_no_longer_alive(
        self, scanned: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        from dataclasses import replace

        from keyguard.model import Tracking

        scan, _ = self._found(scanned, tmp_path, "import okx\n")

        def past(finding: Finding, status: str, *, in_head: bool = False) -> list[str]:
            blobs = [replace(one, blob=replace(one.blob, tracking=Tracking.COMMITTED)) for one in finding.matches]
            one = replace(finding, matches=tuple(blobs), history=History(in_head=in_head), verdict=Verdict(status))
            return [found.rule for found in audits.found(replace(scan, findings=[one]), audits.Level.CHECKED)]

        (finding,) = scan.findings
        for status in ("live", "live-limited", "ip-bound"):
            assert past(finding, status) == ["okx-key-retired-but-alive"]
            assert past(finding, status, in_head=True) == []
        for status in ("not-known", "undecided", "not-checked", "wrong-parts"):
            assert past(finding, status) == []
