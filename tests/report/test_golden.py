"""Golden files: what each format says of one repository, written by the real command.

After a change that is meant, write them anew and look at the difference:

    KEYGUARD_WRITE_GOLDEN=1 .venv/bin/pytest tests/report/test_golden.py && git diff tests/golden
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from keyguard import __version__
from keyguard.report import FORMATS
from keyguard.rules import expand

_GOLDEN = Path(__file__).parents[1] / "golden"
_ENDINGS = {"text": "txt", "jsonl": "jsonl", "sarif": "sarif", "junit": "xml", "markdown": "md", "github": "log"}
_FILES = {
    "bot/.env": "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n",
    "bot/backup/settings old.yaml": "okx:\n  api_key: <api_key>\n",
    "research/client.py": 'api = AccountAPI("<api_key:2>", "<secret_key:2>", "<passphrase:2>", False, "1")\n',
    "deploy/values.yaml": "exchange:\n  okx:\n    secretKey: <secret_key:3>\n",
    "docs/sample.py": '# keyguard: ignore[okx-credential] revoked\nOKX_API_KEY = "<api_key:4>"\n'
    'OKX_SECRET_KEY = "<secret_key:4>"\n',
    ".keyguardignore": "vendor/\n",
    "README.md": "A bot.\n",
}
_DATE = "2024-05-06T07:08:09Z"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("golden") / "bot"
    for name, text in _FILES.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(expand(text, "golden"), "utf-8")
    identity = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
                (("NAME", "Ann"), ("EMAIL", "ann@example.com"), ("DATE", _DATE))}  # fmt: skip
    for arguments in (
        ["init", "-q", "-b", "main", "--object-format=sha1"],
        ["remote", "add", "origin", "https://ann:not-a-real-token@git.example/team/bot.git?token=x#y"],
        ["add", "-A", "-f"],
        ["commit", "-q", "-m", "A bot"],
    ):
        git = ["git", "-c", "core.autocrlf=false", "-c", "commit.gpgsign=false", *arguments]
        subprocess.run(git, cwd=top, env=os.environ | identity, check=True)
    return top


@pytest.fixture(scope="module")
def written(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what the command writes in each format, but for what no two runs have in common."""
    folder = tmp_path_factory.mktemp("reports")
    reports = [f"--report={form}={folder / form}" for form in FORMATS]
    arguments = ["scan", "--category", "keyguard", "--format", "json", *reports]
    subprocess.run(
        [sys.executable, "-m", "keyguard", *arguments], cwd=repository, capture_output=True, check=False, timeout=120
    )
    return {form: _settled((folder / form).read_bytes().decode()) for form in FORMATS}


def _settled(text: str) -> str:
    """Take the version, the time and how long it took out of a report."""
    text = text.replace(__version__, "0.0.0")
    text = re.sub(r"\b20\d\d-\d\d-\d\d([T ])\d\d:\d\d(:\d\d)?", r"2024-01-02\g<1>03:04\g<2>", text)
    text = re.sub(r'("seconds": |time=")[\d.]+', r"\g<1>0.1", text)
    return re.sub(r"\b\d+\.\d s\b", "0.1 s", re.sub(r"03:04:\d\d", "03:04:05", text))


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_says_what_it_said(written: dict[str, str], form: str) -> None:
    file = _GOLDEN / f"report.{_ENDINGS.get(form, form)}" if form != "gitlab" else _GOLDEN / "report.gitlab.json"
    if os.environ.get("KEYGUARD_WRITE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(written[form], "utf-8", newline="")
    assert written[form] == file.read_bytes().decode()


def test_no_golden_file_holds_a_password_of_a_remote(written: dict[str, str]) -> None:
    assert all("not-a-real-token" not in text and "token=x" not in text for text in written.values())
    assert "https://git.example/team/bot.git" in written["sarif"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_stored_report_gives_the_same(written: dict[str, str], repository: Path, form: str, tmp_path: Path) -> None:
    """Settled or not, what `keyguard report` makes of the JSON is what the scan itself wrote."""
    (tmp_path / "stored.json").write_text(written["json"].replace('"version": "0.0.0"', f'"version": "{__version__}"'))
    ran = subprocess.run(
        [sys.executable, "-m", "keyguard", "report", tmp_path / "stored.json", "-f", form, "--category", "keyguard"],
        cwd=repository,
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert _settled(ran.stdout.decode()) == written[form]
