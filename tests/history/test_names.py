"""A content is judged under each of its names that says something of its own: none hides what another tells."""

from __future__ import annotations

import sys

import pytest

from keyguard.packs import expand
from tests.history.conftest import Made, Repository, fast_import, key, keys, leak, scan

FORMS = [["--no-cache"], ["--history-only"], ["--history-only"], ["--unreachable"]]
"""The second time what was remembered is used."""

UNSAID = {"okx-api-key": "api_key = <api_key>\n", "okx-passphrase": "passphrase = <passphrase>\n"}
"""Nothing in them says whose it is: the first is found with little confidence, the second not at all."""


@pytest.mark.parametrize("live_first", [True, False])
def test_an_ignored_name_hides_no_other_that_a_content_had(repository: Repository, live_first: bool) -> None:
    repository.write(".keyguardignore", "fixtures/\n")
    names = ["live/.env", *(f"fixtures/{number}.env" for number in range(120))]
    changes = [{name: text} for name in (names if live_first else reversed(names)) for text in (leak("both"), None)]
    fast_import(repository, (Made([number] if number else [], change) for number, change in enumerate(changes)))
    for options in FORMS:
        ran = scan(repository, *options)
        assert (ran.code, ran.keys, ran.finding("both")["suppressed"]) == (1, keys("both"), None)
        assert ran.finding("both")["parts"][0]["path"] == "live/.env"
        assert ran.history("both")["paths"] == 121


def test_an_ignored_file_of_the_work_tree_hides_no_name_of_the_past(repository: Repository) -> None:
    repository.write(".keyguardignore", "fixtures/\n")
    repository.passing("live/.env", leak("both"))
    repository.commit({"fixtures/a.env": leak("both")})
    for options in FORMS:
        assert scan(repository, *options).code == 1


@pytest.mark.parametrize("in_range", [True, False])
def test_a_fixture_and_a_live_file_of_one_commit(repository: Repository, in_range: bool) -> None:
    repository.write(".keyguardignore", "a/\n")
    first = repository.commit({"README": "hello"})
    repository.commit({"a/.env": leak("both"), "b/.env": leak("both")})
    repository.commit({"a/.env": None, "b/.env": None})
    assert scan(repository, *(["--since", first] if in_range else ["--history-only"])).code == 1


@pytest.mark.parametrize("rule", UNSAID)
def test_a_name_that_speaks_of_the_provider_tells_what_a_later_one_hides(repository: Repository, rule: str) -> None:
    repository.passing("okx/conf.ini", expand(UNSAID[rule], "unsaid"))
    repository.passing("other/conf.ini", expand(UNSAID[rule], "unsaid"))
    for options in FORMS:
        ran = scan(repository, *options, "--min-confidence", "low")
        assert rule in ran.rules
        assert "okx/conf.ini" in {part["path"] for one in ran.report["findings"] for part in one["parts"]}


@pytest.mark.parametrize("rule", UNSAID)
def test_a_rename_to_a_name_that_speaks_is_read_though_its_content_is_remembered(
    repository: Repository, rule: str
) -> None:
    repository.passing("other/conf.ini", expand(UNSAID[rule], "unsaid"))
    low = ["--history-only", "--min-confidence", "low"]
    before = scan(repository, *low)
    repository.passing("okx/conf.ini", expand(UNSAID[rule], "unsaid"))
    after, whole = scan(repository, *low), scan(repository, *low, "--no-cache")
    assert "okx/conf.ini" not in str(before.report["findings"])
    assert after.report["findings"] == whole.report["findings"]
    assert "okx/conf.ini" in str(after.report["findings"])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
class TestLineEnds:
    def test_a_name_with_a_line_end_is_shown_whole(self, repository: Repository) -> None:
        repository.passing("new\nline.env", leak("odd"))
        repository.commit({"new": "a file that is called as its first line"})
        for options in FORMS:
            ran = scan(repository, *options)
            assert {part["path"] for part in ran.finding("odd")["parts"]} == {"new\nline.env"}
            assert ran.keys == keys("odd")

    def test_a_file_that_is_called_as_the_first_line_keeps_its_name(self, repository: Repository) -> None:
        repository.passing("new\nline.env", leak("odd"))
        repository.passing("new", leak("odd"))
        for options in FORMS:
            assert "new" in {part["path"] for part in scan(repository, *options).finding("odd")["parts"]}

    @pytest.mark.parametrize("name", ["fixtures\n/x.env", "fixtures/\nx.env"])
    def test_ignores_and_excludes_see_the_whole_name(self, repository: Repository, name: str) -> None:
        repository.passing(name, leak("odd"))
        expected = name.startswith("fixtures/")
        for options in FORMS:
            assert (scan(repository, *options, "--exclude", "fixtures/").keys == []) == expected
        repository.write(".keyguardignore", "fixtures/\n")
        for options in FORMS:
            assert (scan(repository, *options).finding("odd")["suppressed"] is not None) == expected

    def test_a_staged_one(self, repository: Repository) -> None:
        repository.write("new\nline.env", leak("odd"))
        repository.git("add", ".")
        (repository.top / "new\nline.env").unlink()
        (part, *_) = scan(repository, "--history-only").finding("odd")["parts"]
        assert part["path"] == "new\nline.env"
        assert key("odd") in scan(repository, "--staged").keys
