"""The door for programs: what it promises in docs/api.md, and that it neither prints nor needs a terminal."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from keyguard import api
from keyguard.packs import expand
from tests.cases import opened
from tests.cli.conftest import ENV_FILE, put

_DOCS = Path(__file__).parents[1] / "docs"


def _run(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, check=False, text=True)


def test_the_door_exports_what_it_lists_and_nothing_else() -> None:
    assert api.__all__ == sorted(api.__all__)
    own = {name for name, thing in vars(api).items() if getattr(thing, "__module__", "") == api.__name__}
    assert {name for name in own if not name.startswith("_")} <= set(api.__all__)
    assert all(getattr(api, name).__doc__ for name in api.__all__)


def test_the_page_on_it_runs_as_it_is_written(tmp_path: Path) -> None:
    put(tmp_path / "bot" / ".env")
    code, printed = re.findall(r"```(?:python|text)\n(.*?)```", (_DOCS / "api.md").read_text("utf-8"), re.DOTALL)
    ran = _run(code, tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, printed, "")
    assert json.loads((tmp_path / "report.sarif").read_bytes())["version"] == "2.1.0"


def test_it_loads_no_command_line(tmp_path: Path) -> None:
    put(tmp_path / "a.env")
    code = "import sys; from keyguard import api; api.scan(); print(*sys.modules, sep='\\n')"
    loaded = _run(code, tmp_path).stdout.split()
    assert "keyguard.engine.order" in loaded
    assert not [name for name in loaded if name.partition(".")[0] in {"click", "rich"} or ".cli" in name]


def test_an_outcome_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["/usr/bin/env", "git", "init", "--quiet", "--initial-branch", "main", str(tmp_path)], check=True)
    put(tmp_path / "a.env")
    monkeypatch.chdir(tmp_path)
    outcome = api.scan()
    assert [finding.rule for finding in outcome.findings] == ["okx-credential"]
    assert (outcome.complete, outcome.failed, outcome.failures) == (True, False, ())
    assert outcome.repository
    assert outcome.repository.branch == "main"
    assert outcome.scanned.started_at
    assert (outcome.root, set(outcome.rules)) == (str(tmp_path.resolve()), set(api.load_rules().rules))
    assert api.exit_code(outcome, api.Session(api.Request()).settings) == 1


def test_a_change_without_contents_is_said_to_be_one(tmp_path: Path) -> None:
    subprocess.run(["/usr/bin/env", "git", "init", "--quiet", str(tmp_path)], check=True)
    outcome = api.scan(api.Request(paths=(str(tmp_path),), staged=True))
    assert outcome.notices == ("Nothing is staged: there was nothing to scan.",)


def test_a_target_that_fails_is_in_the_outcome_and_the_rest_is_scanned(tmp_path: Path) -> None:
    put(tmp_path / "a.env")
    outcome = api.scan(api.Request(paths=(str(tmp_path), str(tmp_path / "gone"))))
    assert outcome.failed
    assert [failure.what for failure in outcome.failures] == [str(tmp_path / "gone")]
    assert outcome.findings


def test_what_contradicts_itself_is_an_error_before_anything_is_read() -> None:
    with pytest.raises(api.KeyguardError, match="--staged and --since cannot be used together"):
        api.scan(api.Request(staged=True, since="HEAD~1"))


def test_one_text_is_scanned_as_a_file_of_its_name_would_be() -> None:
    text = expand(ENV_FILE, "api")
    outcome = api.scan_text("bot/.env", text)
    [finding] = outcome.findings
    assert (finding.rule, finding.missing, finding.matches[0].blob.path) == ("okx-credential", (), "bot/.env")
    assert opened(api.scan_text("bot/.env", text.encode())) == opened(outcome)
    assert not api.scan_text("notes.md", "nothing").findings


def test_progress_is_a_callback(tmp_path: Path) -> None:
    put(tmp_path / "a.env")
    heard: list[tuple[int, int]] = []
    outcome = api.scan(api.Request(paths=(str(tmp_path),)), progress=lambda number, size: heard.append((number, size)))
    assert heard[-1] == (outcome.scanned.files, outcome.scanned.bytes)


def test_a_rule_is_explained_and_the_nearest_to_an_unknown_one_is_named() -> None:
    assert api.explain("okx-credential").severity.word == "critical"
    with pytest.raises(api.KeyguardError) as caught:
        api.explain("okx-credentials")
    assert caught.value.hint == "Did you mean 'okx-credential'?"


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "html", "csv"])
def test_a_report_shows_no_value(format_: str, tmp_path: Path) -> None:
    put(tmp_path / "a.env", seed="report")
    stream = io.BytesIO()
    api.report(api.scan(api.Request(paths=(str(tmp_path),))), format_, stream)
    assert stream.getvalue()
    for part in ("api_key", "secret_key", "passphrase"):
        assert expand(f"<{part}>", "report").encode() not in stream.getvalue()


def test_the_bytes_around_a_finding_are_read_again(tmp_path: Path) -> None:
    put(tmp_path / "a.env")
    session = api.Session(api.Request(paths=(str(tmp_path),)))
    [finding] = session.scan().findings
    assert b"".join(session.read(finding.matches[0].blob)) == (tmp_path / "a.env").read_bytes()
