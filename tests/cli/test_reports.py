"""Reports: the formats on standard output and in files."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from keyguard.cli import jobs
from keyguard.report import FORMATS
from tests.cli.conftest import ENV_FILE, put, values

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard


def test_every_format_goes_to_a_file_as_it_goes_to_standard_output(
    keyguard: Keyguard, leak: Path, tmp_path: Path
) -> None:
    reports = [f"--report={name}={tmp_path / name}" for name in FORMATS]
    ran = keyguard("scan", *reports, cwd=leak)
    assert ran.code == 1
    assert "okx-credential" in ran.out
    assert (tmp_path / "text").read_text().splitlines()[:-1] == ran.out.splitlines()[:-1]  # but for the seconds
    assert json.loads((tmp_path / "json").read_text())["schema"] == "keyguard-report/1"
    assert json.loads((tmp_path / "jsonl").read_text().splitlines()[0])["type"] == "header"
    assert json.loads((tmp_path / "sarif").read_text())["version"] == "2.1.0"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["bot", *FORMATS])


def test_a_report_replaces_a_link_and_not_what_it_leads_to(keyguard: Keyguard, leak: Path, tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    keyguard("scan", leak, "--report", "json=link.json")
    assert (tmp_path / "real.json").read_text() == "old"
    assert json.loads((tmp_path / "link.json").read_text())["findings"]


@pytest.mark.parametrize(("options", "mode"), [((), 0o640), (("--show-secrets",), 0o600)])
def test_a_report_with_values_is_its_owners_alone(
    keyguard: Keyguard, leak: Path, tmp_path: Path, options: tuple[str, ...], mode: int
) -> None:
    old = os.umask(0o027)
    try:
        keyguard("scan", leak, "--report", "json=out.json", *options)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "out.json").stat().st_mode) == mode


@pytest.mark.parametrize(
    ("file", "problem"), [("nowhere/out.json", "is no folder"), ("bot", "is a folder"), ("bot/.env/x", "is no folder")]
)
def test_a_report_that_cannot_be_written_ends_the_run_before_the_scan(
    keyguard: Keyguard, leak: Path, file: str, problem: str
) -> None:
    ran = keyguard("scan", leak, "--report", f"json={file}")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: the report cannot be written: ")
    assert problem in ran.err


def test_two_formats_in_one_file_are_an_error_and_one_twice_is_none(
    keyguard: Keyguard, leak: Path, tmp_path: Path
) -> None:
    assert keyguard("scan", leak, "--report=json=a", "--report=sarif=a").code == 2
    assert not (tmp_path / "a").exists()
    assert keyguard("scan", leak, "--report=json=a", "--report=json=./a").code == 1


@pytest.mark.skipif(not os.path.exists("/dev/stderr"), reason="needs /dev/stderr")  # noqa: PTH110
def test_a_device_is_written_to_and_not_replaced(keyguard: Keyguard, leak: Path) -> None:
    ran = keyguard("scan", leak, "--report", "json=/dev/stderr")
    assert ran.code == 1
    assert json.loads(ran.err)["findings"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_a_full_disk_is_told(leak: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        ran = subprocess.run(
            [sys.executable, "-m", "keyguard", "scan", leak], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ran.returncode == 2
    assert b"error: the report cannot be written to standard output: No space left" in ran.stderr


@pytest.mark.parametrize(("format_", "files"), [("text", 400), ("json", 100), ("jsonl", 100)])
def test_a_reader_that_leaves_is_no_trouble(tmp_path: Path, format_: str, files: int) -> None:
    for number in range(files):  # more than a pipe holds
        put(tmp_path / f"{number}.env", seed=str(number))
    process = subprocess.Popen(
        [sys.executable, "-m", "keyguard", "scan", "-f", format_, tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.read(10)
    process.stdout.close()
    assert (process.stderr.read(), process.wait(60)) == (b"", 1)
    process.stderr.close()


def test_suppressed_findings_stand_in_sarif_only_when_asked_for(keyguard: Keyguard, tmp_path: Path) -> None:
    put(tmp_path / "a.env", f"# keyguard: ignore[okx-credential] revoked\n{ENV_FILE}")
    without, with_them = keyguard("scan", "-f", "sarif"), keyguard("scan", "-f", "sarif", "--sarif-suppressed")
    assert without.report["runs"][0]["results"] == []
    assert len(with_them.report["runs"][0]["results"]) == 1


class TestValues:
    @pytest.mark.parametrize("format_", sorted(FORMATS))
    def test_no_format_holds_one(self, keyguard: Keyguard, leak: Path, tmp_path: Path, format_: str) -> None:
        (leak / f"{values()[0]}.txt").write_text("a file named after a key\n")
        ran = keyguard("scan", "-f", format_, leak, "--report", f"{format_}=out")
        output = ran.out + ran.err + (tmp_path / "out").read_text()
        assert ran.code == 1
        assert not [value for value in values() if value in output]

    @pytest.mark.parametrize("format_", ["text", "json", "jsonl"])
    def test_show_secrets_shows_them(self, keyguard: Keyguard, leak: Path, format_: str) -> None:
        ran = keyguard("scan", "-f", format_, "--show-secrets", leak)
        assert all(value in ran.out for value in values() if value in (leak / ".env").read_text())

    def test_no_fault_shows_one(self, leak: Path, tmp_path: Path) -> None:
        """Whatever breaks while a value is in hand, no word of it gets out: not from the error, nor from a frame."""
        script = tmp_path / "broken.py"
        script.write_text(
            "import sys\n"
            "from keyguard.cli import main\n"
            "import keyguard.engine.order\n"
            "def broken(credentials, *_):\n"
            "    values = [match.value.reveal() for c in credentials for match in c.matches]\n"
            "    raise ValueError(values)\n"
            "keyguard.engine.order.judge = broken\n"
            "sys.exit(main(sys.argv[1:]))\n"
        )
        for debug in ("", "1"):
            ran = subprocess.run(
                [sys.executable, script, "scan", leak],
                env=os.environ | {"KEYGUARD_DEBUG": debug},
                capture_output=True,
                check=False,
                text=True,
            )
            assert (ran.returncode, ran.stdout) == (2, "")
            assert ran.stderr.startswith("error: keyguard failed: ValueError at ")
            assert "broken.py:6" in ran.stderr
            assert ("in scan\n" in ran.stderr) is bool(debug)
            assert not [value for value in values() if value in ran.stderr]


def test_a_scan_that_could_not_be_done_is_no_successful_one_in_sarif(
    keyguard: Keyguard, leak: Path, tmp_path: Path
) -> None:
    """Nor is it when the report is made of a stored one."""
    ran = keyguard("scan", leak, "nowhere", "--report", "json=failed.json", "-f", "sarif")
    assert ran.code == 2
    for written in (ran.out, keyguard("report", tmp_path / "failed.json", "-f", "sarif").out):
        (run,) = json.loads(written)["runs"]
        (invocation,) = run["invocations"]
        assert invocation["executionSuccessful"] is False
        assert "nowhere" in invocation["toolExecutionNotifications"][0]["message"]["text"]
        assert len(run["results"]) == 1
    assert json.loads((tmp_path / "failed.json").read_text())["failed"] is True
    (run,) = json.loads(keyguard("scan", leak, "-f", "sarif").out)["runs"]
    assert run["invocations"][0]["executionSuccessful"] is True


def test_no_value_is_shown_where_a_log_is_read_by_many(keyguard: Keyguard, leak: Path) -> None:
    assert {"CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL", "GITEA_ACTIONS", "DRONE"} <= {*jobs.NAMES}
    for name in jobs.NAMES:
        ran = keyguard("scan", leak, "--show-secrets", "--report", "text=/dev/stderr", env={name: "true"})
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"error: --show-secrets is refused in a CI job ({name} is set)")
        assert not any(value in ran.err for value in values())


@pytest.mark.parametrize("name", ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_ENV"])
def test_a_file_that_the_ci_reads_is_as_public_as_its_log(
    keyguard: Keyguard, leak: Path, tmp_path: Path, name: str
) -> None:
    read = tmp_path / "read"
    read.write_text("before\n")
    (tmp_path / "link").symlink_to(read)
    env = {"GITHUB_ACTIONS": "true", name: str(read)}
    for path in ("read", read, "link"):
        ran = keyguard("scan", leak, "--show-secrets", "--report", f"text={path}", env=env)
        assert (ran.code, ran.out, read.read_text()) == (2, "", "before\n")
        assert ran.err.startswith("error: --show-secrets is refused in a CI job (GITHUB_ACTIONS is set)")
    reports = ("--report", "json=shown.json", "--report", f"text={read}")
    assert keyguard("scan", leak, "--show-secrets", *reports, env=env).code == 1
    assert values()[0] in (tmp_path / "shown.json").read_text()
    assert read.read_text().startswith("before\n")
    assert "okx-credential" in read.read_text()
    assert not any(value in read.read_text() for value in values())


def test_there_a_file_shows_them_and_the_log_does_not(keyguard: Keyguard, leak: Path, tmp_path: Path) -> None:
    reports = ("--report", f"json={tmp_path / 'shown.json'}", "--report", "text=/dev/stderr")
    ran = keyguard("scan", leak, "--show-secrets", *reports, env={"GITLAB_CI": "true"})
    assert ran.code == 1
    assert not any(value in ran.out + ran.err for value in values())
    assert values()[0] in (tmp_path / "shown.json").read_text()


@pytest.mark.parametrize("value", ["", "false", "0"])
def test_a_variable_that_says_no_is_no_job(keyguard: Keyguard, leak: Path, value: str) -> None:
    ran = keyguard("scan", leak, "--show-secrets", env={"CI": value})
    assert ran.code == 1
    assert values()[0] in ran.out
