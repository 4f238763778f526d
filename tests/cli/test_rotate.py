"""`keyguard rotate`: what uses a key, the steps at its site, and the proof that closes its finding."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.packs import expand
from tests.cli.conftest import put, values
from tests.doctor.homes import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Keyguard, Ran
    from tests.fakes.okx import Server

KEY = expand("<api_key>", "cli")[:4]
PIPELINE = "jobs:\n  run:\n    env:\n      OKX_API_KEY: ${{ secrets.OKX_API_KEY }}\n"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    """Return a repository that holds a credential in a file that git ignores."""
    (tmp_path / "home").mkdir()
    put(tmp_path / "bot" / ".env")
    put(tmp_path / "bot" / ".gitignore", ".env\n")
    git(tmp_path / "bot", "init", "-q")
    return tmp_path / "bot"


@pytest.fixture
def rotate(keyguard: Keyguard, bot: Path) -> Callable[..., Ran]:
    """Run the command in the repository; no output ever holds a value."""

    def run(*arguments: str | Path, **more: Any) -> Ran:
        ran = keyguard("rotate", *arguments, cwd=bot, env={"HOME": str(bot.parent / "home")}, **more)
        assert not any(value in ran.out + ran.err for value in values())
        return ran

    return run


@pytest.fixture
def proof(rotate: Callable[..., Ran], okx: Server) -> Callable[..., Ran]:
    """Ask the stand-in for the proof."""
    return lambda *arguments: rotate(KEY, "--verify", "--yes", *okx.options, *arguments, hurried=True)


# --- what uses it


def test_all_that_uses_the_key_is_told_and_the_steps_in_order(rotate: Callable[..., Ran], bot: Path) -> None:
    put(bot / ".github" / "workflows" / "run.yml", PIPELINE)
    put(bot.parent / "home" / ".okx" / "config.toml", text("config.toml"))
    git(bot, "add", "-f", ".env")
    git(bot, "commit", "-qm", "one")
    git(bot, "rm", "-q", "--cached", ".env")
    git(bot, "commit", "-qm", "two")
    ran = rotate(KEY)
    assert ran.code == 1
    assert "  .env:1  ignored\n" in ran.out
    assert ".github/workflows/run.yml:4  names OKX_API_KEY, a secret of the CI\n" in ran.out
    assert "~/.okx/config.toml:2  OKX Agent Trade Kit: credentials\n" in ran.out
    assert "gone with" in ran.out
    assert "do step 4 first" in ran.out
    steps = [line.split()[1] for line in ran.out.splitlines() if re.match(r"\d\. ", line)]
    assert steps == ["Create", "Replace", "Set", "Delete", "Prove", "Only"]
    mirror, expressions, _ = (line.strip() for line in ran.out.splitlines() if line.startswith(" " * 5))
    typed = f"{mirror.replace('URL', shlex.quote(str(bot)))}\n{expressions}\ncat ../values.txt"
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = ["sh", "-ec", typed]
    done = subprocess.run(command, cwd=bot.parent, env=environment, check=True, capture_output=True)
    assert all(expand(f"<{part}>", "cli").encode() in done.stdout for part in ("api_key", "secret_key", "passphrase"))


def test_what_only_the_history_holds_is_used_by_nothing(rotate: Callable[..., Ran], bot: Path) -> None:
    git(bot, "add", "-f", ".env")
    git(bot, "commit", "-qm", "one")
    git(bot, "rm", "-q", ".env")
    git(bot, "commit", "-qm", "two")
    ran = rotate(KEY)
    assert ran.code == 0
    assert "Nothing that was looked at uses it any more." in ran.out


def test_a_key_that_only_this_computer_holds_is_told_unless_it_is_not_looked_at(
    rotate: Callable[..., Ran], bot: Path
) -> None:
    put(bot.parent / "home" / ".okx" / "config.toml", text("config.toml"), seed="other")
    other = expand("<api_key>", "other")[:4]
    assert "~/.okx/config.toml:2" in rotate(other).out
    assert rotate(other, "--paths-only").err.startswith(f"error: no key that was found begins with {other.lower()}")


def test_a_stored_report_names_the_finding_and_the_site_that_knew_it(
    rotate: Callable[..., Ran], keyguard: Keyguard, bot: Path, okx: Server
) -> None:
    okx.exchange.add("cli", site="eea")
    more = ("--verify", "--yes", *okx.options, "--report", f"json={bot.parent / 'scan.json'}")
    keyguard("scan", *more, cwd=bot, hurried=True)
    finding = json.loads((bot.parent / "scan.json").read_text())["findings"][0]
    ran = rotate(finding["fingerprint"][:10], "--report", bot.parent / "scan.json")
    assert "  .env:1  ignored\n" in ran.out
    assert "Create a new key on https://my.okx.com/account/my-api:" in ran.out
    assert "www.okx.com" not in ran.out


def test_the_site_may_be_typed(rotate: Callable[..., Ran]) -> None:
    assert "https://tr.okx.com/account/my-api" not in rotate(KEY, "--okx-site", "us").out
    assert "https://app.okx.com/account/my-api" in rotate(KEY, "--okx-site", "us").out


def test_a_credential_is_refused_as_an_argument(rotate: Callable[..., Ran]) -> None:
    for part in ("api_key", "secret_key"):
        ran = rotate(expand(f"<{part}>", "cli"))
        assert (ran.code, "takes no credential as an argument" in ran.err) == (2, True)


def test_a_word_that_fits_none_or_several_is_an_error(rotate: Callable[..., Ran], bot: Path) -> None:
    assert rotate("KEY!").code == 2
    assert rotate("--yes", KEY).code == 2
    key, other = expand("<uuid>", "a"), expand("<uuid:2>", "a")
    (bot / "one.env").write_text(f"OKX_API_KEY=abcd{key[4:]}\n")
    (bot / "two.env").write_text(f"OKX_API_KEY=abcd{other[4:]}\n")
    ran = rotate("abcd")
    assert (ran.code, ran.err.count(".env")) == (2, 2)
    assert ran.err.startswith("error: several keys begin with abcd")


# --- the proof


def test_a_key_that_no_host_knows_closes_its_finding(proof: Callable[..., Ran], keyguard: Keyguard, bot: Path) -> None:
    git(bot, "add", "-f", ".env")
    git(bot, "commit", "-qm", "one")
    ran = proof()
    assert ran.code == 0
    assert "not-known: It is gone" in ran.out
    assert "Closed in .keyguard-baseline: revoked, not known to www.okx.com" in ran.out
    scan = keyguard("scan", "--baseline", ".keyguard-baseline", "-f", "json", cwd=bot)
    assert (scan.code, [one["suppressed"]["by"] for one in scan.report["findings"]]) == (0, ["baseline"])
    assert scan.report["findings"][0]["suppressed"]["reason"].startswith("revoked: not known to www.okx.com")
    again = proof()
    assert (again.code, (bot / ".keyguard-baseline").read_text().count('"revoked"')) == (0, 1)


@pytest.mark.parametrize(("code", "exit_code"), [(None, 1), ("50105", 1), ("50110", 1), ("50121", 2)])
def test_a_key_that_exists_or_may_exist_closes_nothing(
    code: str | None, exit_code: int, proof: Callable[..., Ran], okx: Server, bot: Path
) -> None:
    okx.exchange.add("cli", code=code)
    assert proof().code == exit_code
    assert not (bot / ".keyguard-baseline").exists()


def test_one_site_that_does_not_know_it_proves_nothing(proof: Callable[..., Ran], bot: Path) -> None:
    ran = proof("--okx-site", "eea")
    assert ran.code == 2
    assert "Left to ask" in ran.out
    assert not (bot / ".keyguard-baseline").exists()


def test_without_all_parts_there_is_nothing_to_ask_with(proof: Callable[..., Ran], bot: Path, okx: Server) -> None:
    put(bot / ".env", "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\n")
    ran = proof()
    assert ran.code == 2
    assert "lacks passphrase, so it cannot be asked about" in ran.err
    assert okx.exchange.codes == []


def test_a_revoked_entry_without_a_proof_is_an_error(proof: Callable[..., Ran], keyguard: Keyguard, bot: Path) -> None:
    proof()
    file = bot / ".keyguard-baseline"
    lines = [
        json.dumps({**json.loads(line), "reason": " "}) if line[:1] == "{" else line
        for line in file.read_text().splitlines()
    ]
    file.write_text("\n".join(lines) + "\n")
    assert "is no entry of a baseline" in keyguard("scan", "--baseline", file, cwd=bot).err
