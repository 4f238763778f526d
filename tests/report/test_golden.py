"""Golden files: what each format says of one repository, written by the real command.

After a change that is meant, write them anew and look at the difference:

    KEYGUARD_WRITE_GOLDEN=1 .venv/bin/pytest tests/report/test_golden.py && git diff tests/golden
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from keyguard import __version__
from keyguard.packs import expand
from keyguard.report import FORMATS
from tests import command

_GOLDEN = Path(__file__).parents[1] / "golden"
_ENDINGS = {"text": "txt", "jsonl": "jsonl", "sarif": "sarif", "junit": "xml", "markdown": "md", "github": "log"}
_ENV = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
_KEY, _SECRET = "OKX_API_KEY=<api_key:5>\n", "OKX_SECRET_KEY=<secret_key:5>\n"
_WAIVED = "# keyguard: ignore[okx-credential] revoked\n"
# Each commit: its day, its branch, its message, and the files that it writes or, with None, takes away.
_COMMITS: tuple[tuple[str, str, str, dict[str, str | None]], ...] = (
    ("2023-03-01", "main", "A bot", {"bot/.env": _ENV, "README.md": "A bot.\n", ".keyguardignore": "vendor/\n"}),
    ("2023-06-11", "main", "Key", {"old/key.env": _KEY}),
    ("2023-07-12", "main", "Not the key", {"old/key.env": None, "old/secret.env": _SECRET}),
    ("2023-09-30", "main", "Back up", {"bot/backup/settings old.yaml": "okx:\n  api_key: <api_key>\n"}),
    ("2023-11-05", "side", "Try OKX_SECRET_KEY=<secret_key:3>", {"side.txt": "nothing\n"}),
    (
        "2024-02-03",
        "main",
        "Clean up",
        {
            "old/secret.env": None,
            "research/client.py": 'api = AccountAPI("<api_key:2>", "<secret_key:2>", "<passphrase:2>", False, "1")\n',
            "docs/sample.py": f'{_WAIVED}OKX_API_KEY = "<api_key:4>"\nOKX_SECRET_KEY = "<secret_key:4>"\n',
        },
    ),
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("golden") / "bot"
    top.mkdir()
    _git(top, "init", "-q", "-b", "main", "--object-format=sha1")
    _git(top, "remote", "add", "origin", "https://ann:not-a-real-token@git.example/team/bot.git?token=x#y")
    for day, branch, message, files in _COMMITS:
        if branch != "main":
            _git(top, "checkout", "-q", "-b", branch)
        for name, text in files.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(expand(text, "golden"), "utf-8")
        _git(top, "add", "-A", "-f")
        _git(top, "commit", "-q", "-m", expand(message, "golden"), day=day)
        _git(top, "checkout", "-q", "main")
    return top


def _git(top: Path, *arguments: str, day: str = "2023-01-01") -> None:
    told = {"NAME": "Ann", "EMAIL": "ann@example.com", "DATE": f"{day}T07:08:09Z"}
    identity = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in told.items()}
    plain = ["git", "-c", "core.autocrlf=false", "-c", "commit.gpgsign=false", *arguments]
    subprocess.run(plain, cwd=top, env=os.environ | identity, check=True)


@pytest.fixture(scope="module")
def scanned(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the reports that one scan of the repository wrote."""
    folder = tmp_path_factory.mktemp("reports")
    reports = [f"--report={form}={folder / form}" for form in FORMATS]
    ran = _keyguard(repository, "scan", "--category", "keyguard", *reports)
    assert ran.returncode == 1, ran.stderr
    return folder


def _keyguard(cwd: Path, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return command.run(*arguments, cwd=cwd)


def _made(repository: Path, stored: Path, form: str) -> str:
    return _keyguard(repository, "report", stored, "-f", form, "--category", "keyguard").stdout.decode()


@pytest.fixture(scope="module")
def written(repository: Path, scanned: Path) -> dict[str, str]:
    """Return each format, made of the stored report after what no two scans have in common was settled."""
    report = json.loads((scanned / "json").read_bytes())
    report["scanned"] |= {"started_at": "2024-06-01T12:00:00Z", "seconds": 0.1}
    report["run"] |= {"ended_at": "2024-06-01T12:00:01Z", "rules": "ab" * 32, "command": ["scan", "."]}
    (scanned / "settled.json").write_text(json.dumps(report))
    return {form: _made(repository, scanned / "settled.json", form).replace(__version__, "0.0.0") for form in FORMATS}


@pytest.mark.parametrize("form", FORMATS)
def test_the_stored_report_gives_what_the_scan_itself_wrote(repository: Path, scanned: Path, form: str) -> None:
    assert _made(repository, scanned / "json", form) == (scanned / form).read_bytes().decode()


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
