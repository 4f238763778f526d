"""What gitleaks and detect-secrets knew is recorded, by place or by hash; the rest of theirs and of ours is counted."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from keyguard.detect.baseline import allowlist
from keyguard.packs import expand
from tests import scanners
from tests.command import run
from tests.examples import examples

if TYPE_CHECKING:
    from pathlib import Path

_TWO = {
    "old.env": "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n",
    "bot/new.env": "OKX_API_KEY=<api_key:2>\nOKX_SECRET_KEY=<secret_key:2>\nOKX_PASSPHRASE=<passphrase:2>\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bot").mkdir()
    for name, text in _TWO.items():
        (tmp_path / name).write_text(expand(text, "migrate"), "utf-8")
    return tmp_path


def _value(mark: str) -> str:
    return expand(mark, "migrate")


def _told(folder: Path, *arguments: str, code: int = 0) -> str:
    done = run(*arguments, cwd=folder)
    assert done.returncode == code, done.stderr
    return done.stdout.decode() + done.stderr.decode()


def _left(folder: Path) -> list[str]:
    done = run("scan", "--baseline", ".keyguard-baseline", "--format", "json", ".", cwd=folder)
    findings = json.loads(done.stdout)["findings"]
    return sorted(one["parts"][0]["path"] for one in findings if not one["suppressed"])


@pytest.mark.parametrize("commit", ["", "a" * 40 + ":"])
def test_an_entry_of_gitleaksignore_records_the_credential_that_stands_there(folder: Path, commit: str) -> None:
    (folder / ".gitleaksignore").write_text(f"# known\n{commit}old.env:generic-api-key:2\ngone.py:aws-token:7\n")
    told = _told(folder, "migrate", "--from", ".gitleaksignore")
    assert "1 finding recorded in .keyguard-baseline, 1 of 2 entries used." in told
    assert "Of the others nothing of keyguard's stands there." in told
    assert "1 finding that none of them knows" in told
    assert _left(folder) == ["bot/new.env"]


def test_a_report_of_gitleaks_counts_by_file_and_line(folder: Path) -> None:
    found = [{"RuleID": "okx-secret-key", "File": "bot/new.env", "StartLine": 2, "Secret": "REDACTED"}]
    (folder / "gitleaks.json").write_text(json.dumps(found))
    assert "1 of 1 entries used" in _told(folder, "migrate", "--from", "gitleaks.json")
    assert _left(folder) == ["old.env"]


def test_a_baseline_of_detect_secrets_counts_by_hash_wherever_the_line_went(folder: Path) -> None:
    digest = hashlib.sha1(_value("<secret_key>").encode(), usedforsecurity=False).hexdigest()
    entry = {"type": "Hex High Entropy String", "hashed_secret": digest, "line_number": 99}
    (folder / ".secrets.baseline").write_text(json.dumps({"version": "1.5.0", "results": {"old.env": [entry]}}))
    assert "1 finding recorded" in _told(folder, "migrate", "--from", ".secrets.baseline")
    assert _left(folder) == ["bot/new.env"]


def test_several_are_taken_together_and_a_second_time_adds_nothing(folder: Path) -> None:
    (folder / ".gitleaksignore").write_text("old.env:a:1\n")
    (folder / "gitleaks.json").write_text(json.dumps([{"File": "bot/new.env", "StartLine": 3}]))
    both = ("migrate", "--from", ".gitleaksignore", "--from", "gitleaks.json")
    assert "2 findings recorded" in _told(folder, *both)
    before = (folder / ".keyguard-baseline").read_bytes()
    assert "0 findings recorded" in _told(folder, *both)
    assert (folder / ".keyguard-baseline").read_bytes() == before
    assert _left(folder) == []


def test_nothing_is_written_where_nothing_is_known(folder: Path) -> None:
    (folder / ".gitleaksignore").write_text("other.py:aws-token:1\n")
    _told(folder, "migrate", "--from", ".gitleaksignore")
    assert not (folder / ".keyguard-baseline").exists()


def test_no_value_and_no_hash_of_theirs_gets_into_our_file(folder: Path) -> None:
    digests = [hashlib.sha1(_value(f"<{part}>").encode(), usedforsecurity=False).hexdigest() for part in _PARTS]
    results = {"old.env": [{"hashed_secret": digest, "line_number": 1} for digest in digests]}
    (folder / ".secrets.baseline").write_text(json.dumps({"results": results}))
    told = _told(folder, "migrate", "--from", ".secrets.baseline")
    written = told + (folder / ".keyguard-baseline").read_text("utf-8")
    assert [one for one in (*digests, *(_value(f"<{part}>") for part in _PARTS)) if one in written] == []


_PARTS = ("api_key", "secret_key", "passphrase")


@pytest.mark.parametrize("text", ["{", "{}", "[1]", '[{"File": "a"}]', '{"results": 3}', "[" * 9_000])
def test_what_is_none_of_them_is_an_error_that_shows_nothing_of_it(folder: Path, text: str) -> None:
    (folder / "known.json").write_text(text)
    told = _told(folder, "migrate", "--from", "known.json", code=2)
    assert "known.json is no baseline of gitleaks or detect-secrets." in told


_CONFIGURATION = r"""
[extend]
useDefault = true

[[rules]]
id = "own"
regex = "a"

[allowlist]
paths = ['''^vendor/''', '''(.*?)\.(jpg|gif)$''', '''(?i)cache''', '''(^|/)node_modules/''']
regexes = ['''219-09''']

[[allowlists]]
condition = "AND"
paths = ['''^only/''']
commits = ["c"]
"""


def test_what_a_configuration_of_gitleaks_leaves_out_is_left_out(folder: Path) -> None:
    (folder / ".gitleaks.toml").write_text(_CONFIGURATION)
    told = _told(folder, "migrate", "--from", ".gitleaks.toml")
    for line in ('  - "/vendor/"', '  - "**/*.jpg"', '  - "**/*.gif"', '  - "**/node_modules/"'):
        assert f"{line}\n" in told
    assert "Not said by a pattern of gitignore: '(?i)cache'\n" in told
    assert "Not said by a pattern of gitignore: '^only/'\n" in told
    assert told.endswith("Left, since it is about findings of gitleaks' own: regexes: 1, commits: 1, rules: 1.\n")
    assert not (folder / ".keyguard-baseline").exists()

    (folder / ".keyguard.yml").write_text(told[told.index("exclude:") : told.index("\n\nNot said")] + "\n")
    for place in ("vendor", "bot/vendor", "bot/node_modules/x"):
        (folder / place).mkdir(parents=True)
        (folder / place / "o.env").write_text((folder / "old.env").read_text().replace("OKX", "OKX_MAIN"))
    (folder / "bot" / "new.env").rename(folder / "bot" / "new.jpg")
    done = run("scan", "--format", "json", ".", cwd=folder)
    (found,) = json.loads(done.stdout)["findings"]
    assert {part["path"] for part in found["parts"]} <= {"old.env", "bot/vendor/o.env"}


def test_a_configuration_goes_with_a_baseline(folder: Path) -> None:
    (folder / ".gitleaks.toml").write_text(_CONFIGURATION)
    (folder / ".gitleaksignore").write_text("old.env:generic-api-key:1\n")
    told = _told(folder, "migrate", "--from", ".gitleaks.toml", "--from", ".gitleaksignore")
    assert '- "/vendor/"' in told
    assert "1 finding recorded" in told


@pytest.mark.parametrize("text", ["[", "allowlist = 3", "[allowlist]\npaths = [3]", "rules = 1"])
def test_what_is_no_configuration_is_an_error(folder: Path, text: str) -> None:
    (folder / ".gitleaks.toml").write_text(text)
    told = _told(folder, "migrate", "--from", ".gitleaks.toml", code=2)
    assert ".gitleaks.toml is no configuration of gitleaks." in told


_PIECES = ("^", "$", "(^|/)", ".*", ".*?", "[^/]*", "/", "a", "b", r"\.", ".", "(a|b)", "(?:a/|b)", "+", "(?i)", "?")


@given(st.lists(st.sampled_from(_PIECES), max_size=7), st.lists(st.text("ab./", max_size=6), max_size=12))
@examples(400)
def test_no_pattern_leaves_out_what_its_expression_does_not(pieces: list[str], names: list[str]) -> None:
    expression = "".join(pieces)
    try:
        said = re.compile(expression)
    except re.error:
        return
    read = allowlist.read(f"[allowlist]\npaths = ['''{expression}''']", "x")
    assert bool(read.patterns) != bool(read.left)
    spec = GitIgnoreSpec.from_lines(read.patterns)
    for name in names:
        path = PurePosixPath(re.sub(r"\.{2,}", ".", name).strip("/") or "a")
        if spec.match_file(path.as_posix()):
            assert [one for one in (path, *path.parents) if said.search(one.as_posix())], (expression, path)


class TestScanners:
    """With files that the scanners themselves wrote, where they are installed: docs/coming-from.md."""

    def test_detect_secrets(self, folder: Path) -> None:
        baseline = scanners.run("detect-secrets", "scan", "--no-verify", "--all-files", ".", cwd=folder)
        (folder / ".secrets.baseline").write_text(baseline)
        assert "2 findings recorded" in _told(folder, "migrate", "--from", ".secrets.baseline")
        assert _left(folder) == []

    def test_gitleaks(self, folder: Path) -> None:
        scanners.run("gitleaks", "dir", ".", "--report-path", "known.json", "--no-banner", "--redact", cwd=folder)
        assert re.search(r"[12] findings? recorded", _told(folder, "migrate", "--from", "known.json"))

    def test_gitleaks_and_a_scan_leave_out_the_same(self, folder: Path) -> None:
        paths = [
            r"(.*?)\.(jpg|gif)$",
            "^vendor/",
            "(^|/)node_modules/",
            r"^docs/.*\.md$",
            "/data/",
            "(?:a|b)/made/.*",
            "cache",
        ]
        places = (
            "vendor/o.env x/vendor/o.env node_modules/o.env x/node_modules/y/o.env x/my_node_modules/o.env docs/o.md "
            "docs/x/y/o.md docs/o.env data/o.env x/data/o.env a/made/o.env ba/made/q/o.env b/o.env o.jpg x/o.gif "
            "o.jpgx .cache/o.env okcache1"
        ).split()
        for number, place in enumerate(places):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_text(expand(_TWO["old.env"], f"migrate {number}"), "utf-8")
        listed = ", ".join(f"'''{path}'''" for path in paths)
        rule = "[[rules]]\nid = 'key'\nregex = 'OKX_API_KEY=[0-9a-f-]{36}'\n"
        (folder / ".gitleaks.toml").write_text(f"{rule}[allowlist]\npaths = [{listed}]\n")
        options = ("--config", ".gitleaks.toml", "--report-path", "known.json", "--no-banner", "--redact")
        scanners.run("gitleaks", "dir", ".", *options, cwd=folder)
        theirs = {one["File"] for one in json.loads((folder / "known.json").read_text())}

        told = _told(folder, "migrate", "--from", ".gitleaks.toml")
        (folder / ".keyguard.yml").write_text(told[told.index("exclude:") : told.index("\n\nLeft")] + "\n")
        done = run("scan", "--all", "--format", "json", ".", cwd=folder)
        ours = {part["path"] for one in json.loads(done.stdout)["findings"] for part in one["parts"]}
        assert ours == theirs
