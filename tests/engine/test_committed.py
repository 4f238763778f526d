"""Settings as a commit holds them: a change must not say itself what is passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from keyguard import api
from keyguard.cli import main
from keyguard.errors import RequestError, SourceError
from keyguard.packs import expand
from tests.action.conftest import Repository, leak

if TYPE_CHECKING:
    from pathlib import Path

_ACME = """schema: 1
kind: pack
provider: {id: acme, title: Acme}
rules:
  - {id: acme-token, title: Acme token, severity: high, why: w, fix: f, pattern: 'acme_[0-9a-f]{16}',
     examples: {match: ['acme_<hex16>'], clean: ['acme_']}}
"""


@pytest.fixture
def change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return a repository whose first commit is the base; a change is committed on top of it."""
    (tmp_path / "bot").mkdir()
    repository = Repository(tmp_path / "bot")
    repository.git("init", "--quiet")
    monkeypatch.chdir(repository.top)
    return repository


def scanned(**more: Any) -> api.Outcome:
    return api.scan(api.Request(range="HEAD~1..HEAD", config_from="HEAD~1", cache=False, **more))


def told(outcome: api.Outcome) -> list[tuple[str, str]]:
    return [(found.rule, found.suppressed.by if found.suppressed else "") for found in outcome.findings]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".keyguard.yml", "exclude: ['*.env']\n"),
        (".keyguard.yaml", "skip: [okx-credential]\n"),
        ("pyproject.toml", "[tool.keyguard]\nmin_confidence = 'high'\nexclude = ['new.env']\n"),
        (".keyguardignore", "*.env\n"),
        (".keyguard.yml", "allow: [{path: new.env, reason: mine}]\n"),
    ],
)
def test_what_a_change_says_of_itself_does_not_count_and_what_the_base_says_does(
    change: Repository, name: str, text: str
) -> None:
    change.commit(a__py="")
    (change.top / name).write_text(text)
    change.commit(new__env=leak("new"))
    assert told(scanned()) == [("okx-credential", "")]
    # The next change finds it in its base, and removes it in vain.
    (change.top / name).unlink()
    change.commit(new__env=leak("other"))
    assert [one for one in told(scanned()) if one[1] == ""] == []


def test_a_configuration_that_is_broken_in_the_change_breaks_nothing(change: Repository) -> None:
    change.commit(a__py="")
    (change.top / ".keyguard.yml").write_text("no: [such")
    change.commit(new__env=leak("new"))
    assert told(scanned()) == [("okx-credential", "")]


def test_rules_that_the_configuration_names_are_the_base_s(change: Repository) -> None:
    change.put("ci/packs/acme.yml", _ACME)
    change.put("ci/packs/readme.txt", "no pack")
    change.commit(__keyguard__yml="rules: [ci/packs]\n")
    change.put("ci/packs/acme.yml", _ACME.replace("acme-token", "acme-nothing").replace("16", "99"))
    change.commit(token__txt=expand("t = acme_<hex16>\n", "acme"))
    assert told(scanned()) == [("acme-token", "")]


def test_a_baseline_that_the_configuration_names_is_the_base_s(change: Repository) -> None:
    change.commit(known__env=leak("known"))
    assert main(["baseline", "create", "--no-history"]) == 0
    change.commit(__keyguard__yml="baseline: .keyguard-baseline\n")
    change.put("new.env", leak("new"))
    assert main(["baseline", "create", "--update", "--no-history"]) == 0
    change.commit(again__env=leak("known"))
    assert sorted(told(scanned())) == [("okx-credential", ""), ("okx-credential", "baseline")]


def test_what_is_typed_is_taken_from_the_base_where_it_lies_in_the_repository(
    change: Repository, tmp_path: Path
) -> None:
    (tmp_path / "acme.yml").write_text(_ACME)
    change.commit(a__py="")
    change.put("ci.yml", "exclude: ['*.env']\n")
    change.put("no.yml", _ACME.replace("acme", "other"))
    (change.top / "link.yml").symlink_to(tmp_path / "acme.yml")
    change.commit(new__env=leak("new"), token__txt=expand("t = acme_<hex16>\n", "acme"))
    rules = ("no.yml", "link.yml", str(tmp_path / "acme.yml"))
    found = scanned(config="ci.yml", settings={"rules": rules, "baseline": "none"})
    assert sorted(told(found)) == [("acme-token", ""), ("okx-credential", "")]
    lacking = [notice for notice in found.notices if "does not count" in notice]
    assert [notice.split()[0] for notice in lacking] == ["ci.yml", "none", "no.yml", "link.yml"]


def test_a_link_of_the_base_does_not_count(change: Repository, tmp_path: Path) -> None:
    (tmp_path / "outside.yml").write_text("exclude: ['*.env']\n")
    (change.top / ".keyguard.yml").symlink_to(tmp_path / "outside.yml")
    change.commit(a__py="")
    change.commit(new__env=leak("new"))
    assert told(scanned()) == [("okx-credential", "")]


def test_the_run_says_whose_configuration_it_was_and_no_copy_stays(change: Repository, tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
        change.commit(__keyguard__yml="fail_on: high\n")
        (change.top / ".keyguard.yml").write_text("fail_on: critical\n")
        change.commit(new__env=leak("new"))
        found = scanned()
        assert found.run is not None
        (file,) = found.run.files
        assert (file.path, file.tracking.value, file.changed) == (".keyguard.yml", "committed", False)
        assert found.run.fail_on.word == "high"
        assert not any(str(tmp_path / "temporary") in sentence for sentence in found.run.deviations)
        del found
        assert list((tmp_path / "temporary").iterdir()) == []


def test_what_names_no_commit_and_what_is_in_no_repository_are_errors(
    change: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change.commit(a__py="")
    with pytest.raises(SourceError, match="names no commit"):
        api.Session(api.Request(config_from="nowhere"))
    with pytest.raises(RequestError, match="--config-from"):
        api.Session(api.Request(paths=("-",), config_from="HEAD"))
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    with pytest.raises(SourceError):
        api.Session(api.Request(config_from="HEAD"))
