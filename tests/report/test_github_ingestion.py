"""What GitHub's code scanning takes and what it makes of it, rule by rule.

Each test cites the section, of GitHub's page "SARIF support for code scanning" where nothing else is said.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.model import Outcome, Rule, Severity, Suppression, Tracking
from keyguard.report import ReportOptions
from keyguard.report import sarif as module
from tests.report.test_sarif import _run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from keyguard.model import Finding, Match


@pytest.fixture
def log(outcome: Outcome, history: Outcome, report: Callable[..., bytes]) -> dict[str, Any]:
    both = replace(outcome, findings=outcome.findings + history.findings)
    parsed: dict[str, Any] = json.loads(report("sarif", both, ReportOptions(category="keyguard")))
    return parsed


@pytest.fixture
def results(log: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


@pytest.fixture
def described(log: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log["runs"][0]["tool"]["driver"]["rules"]
    return found


def test_the_log_names_its_schema_and_version_and_the_tool(log: dict[str, Any]) -> None:
    """`sarifLog` object: `$schema` and `version` are required; `toolComponent` object: so is `name`."""
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    assert log["version"] == "2.1.0"
    assert log["runs"][0]["tool"]["driver"]["name"] == "keyguard"


def test_there_is_one_run_for_one_category(log: dict[str, Any]) -> None:
    """`run` object: each run can only have results for one analysis tool."""
    assert len(log["runs"]) == 1


def test_the_semantic_version_is_told(log: dict[str, Any]) -> None:
    """`toolComponent` object: `semanticVersion`, by which a change of the tool is told from one of the code."""
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", log["runs"][0]["tool"]["driver"]["semanticVersion"])


def test_every_rule_has_the_required_texts_within_their_limits(described: list[dict[str, Any]]) -> None:
    """`reportingDescriptor` object: what is required, 255 and 1024 characters; an empty string counts as missing."""
    assert described
    for rule in described:
        assert rule["id"]
        assert len(rule["name"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]


def test_a_rule_without_words_still_has_all_that_is_required(
    report: Callable[..., bytes], rules: Mapping[str, Rule]
) -> None:
    """`reportingDescriptor` object: the empty string is not supported for required properties."""
    bare = replace(rules["okx-credential"], title="", why="", fix="", references=())
    long = replace(rules["okx-passphrase"], title="t" * 2_000, why="w" * 2_000)
    for rule in _run(_written(Outcome(), {bare.id: bare, long.id: long}))["tool"]["driver"]["rules"]:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]


def test_markdown_help_answers_what_why_and_how_to_fix(described: list[dict[str, Any]]) -> None:
    """`reportingDescriptor` object: `help.markdown` is displayed instead of `help.text`."""
    for rule in described:
        assert re.findall("^## (.+)$", rule["help"]["markdown"], re.MULTILINE)[:3] == [
            "What was found", "Why it matters", "How to fix it",
        ]  # fmt: skip


def test_the_security_severity_is_a_number_in_a_string(described: list[dict[str, Any]]) -> None:
    """`reportingDescriptor` object: a string, greater than 0.0 up to 10.0."""
    for rule in described:
        score = rule["properties"]["security-severity"]
        assert isinstance(score, str)
        assert 0 < float(score) <= 10


@pytest.mark.parametrize(
    ("severities", "score"),
    [
        ([], 9.5),
        ([Severity.MEDIUM], 5.5),
        ([Severity.NOTE], 0.5),
        ([Severity.MEDIUM, Severity.CRITICAL, Severity.NOTE], 9.5),
    ],
)
def test_the_security_severity_is_that_of_the_worst_finding_of_the_rule(
    report: Callable[..., bytes], make_finding: Callable[..., Finding], severities: list[Severity], score: float
) -> None:
    """`reportingDescriptor` object: it is the rule's alone, so an alert of a demo key would be critical otherwise."""
    findings = tuple(replace(make_finding(), severity=severity) for severity in severities)
    log = json.loads(report("sarif", Outcome(findings)))["runs"][0]
    (rule,) = (rule for rule in log["tool"]["driver"]["rules"] if rule["id"] == "okx-credential")
    assert float(rule["properties"]["security-severity"]) == score
    words = [severity.word for severity in severities]
    assert [result["properties"]["severity"] for result in log["results"]] == words


def test_the_precision_is_a_word_that_github_knows(described: list[dict[str, Any]]) -> None:
    """`reportingDescriptor` object: very-high, high, medium or low."""
    assert {rule["properties"]["precision"] for rule in described} <= {"very-high", "high", "medium", "low"}


def test_a_rule_has_at_most_twenty_tags_and_names_its_weakness(
    report: Callable[..., bytes], rules: Mapping[str, Rule]
) -> None:
    """Validating your SARIF file: 20 tags per rule, else the file is rejected; alerts are filtered by `security`."""
    many = {name: replace(rule, tags=tuple(f"cwe-{n}" for n in range(40))) for name, rule in rules.items()}
    stream = _written(Outcome(), many)
    for rule in _run(stream)["tool"]["driver"]["rules"]:
        assert len(rule["properties"]["tags"]) == 20
        assert rule["properties"]["tags"][:2] == ["security", "external/cwe/cwe-0"]


def test_the_shipped_rules_name_the_weaknesses_of_hard_coded_stored_and_logged_secrets() -> None:
    from tests.cases import rule_set

    known = rule_set().rules
    leaks = {"security", "external/cwe/cwe-798", "external/cwe/cwe-312", "external/cwe/cwe-532"}
    for rule in _run(_written(Outcome(), known))["tool"]["driver"]["rules"]:
        tags = set(rule["properties"]["tags"])
        assert ({"security", "practice"} if known[rule["id"]].is_practice else leaks) <= tags
        assert any(tag.startswith("external/cwe/") for tag in tags)


def test_every_result_has_a_message_and_one_location_with_a_whole_region(results: list[dict[str, Any]]) -> None:
    """`result` and `physicalLocation` objects: what is required; only the first location is used."""
    for result in results:
        assert result["message"]["text"]
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert all(region[name] >= 1 for name in ("startLine", "startColumn", "endLine", "endColumn"))


def test_locations_are_relative_to_the_repository(results: list[dict[str, Any]]) -> None:
    """Specifying the root for source files: relative paths are relative to the root of the repository."""
    for result in results:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert not re.match(r"/|[a-z]+:|\.\./", uri)


def test_a_location_holds_at_most_a_thousand_places(
    report: Callable[..., bytes], make_match: Callable[..., Match], make_finding: Callable[..., Finding]
) -> None:
    """Validating your SARIF file: 1,000 locations per result, else the file is rejected."""
    key = make_match()
    copies = [make_match(path=f"{number}.py", value=key.value.reveal()) for number in range(1_500)]
    (result,) = _run(report("sarif", Outcome((make_finding(key, *copies),))))["results"]
    assert len(result["locations"]) + len(result["relatedLocations"]) == 1_000
    assert result["message"]["text"].endswith(" and 1480 more.")


def test_the_fingerprint_is_the_one_that_github_reads_in_the_form_that_it_takes(results: list[dict[str, Any]]) -> None:
    """`result` object: only `primaryLocationLineHash` is used; its form is that of codeql-action's fingerprints.ts."""
    for result in results:
        assert re.fullmatch(r"[0-9a-f]+:1", result["partialFingerprints"]["primaryLocationLineHash"])
    assert len({result["partialFingerprints"]["primaryLocationLineHash"] for result in results}) == len(results)


def test_an_alert_survives_line_shifts_and_renames(
    report: Callable[..., bytes], make_match: Callable[..., Match], make_finding: Callable[..., Finding]
) -> None:
    """Providing data to track alerts across runs: results are matched by their fingerprints."""
    value = make_match().value.reveal()
    here, there = (
        _run(report("sarif", Outcome((make_finding(make_match(path=path, line=line, value=value)),))))["results"][0]
        for path, line in (("a.py", 1), ("deep/b.py", 90))
    )
    assert here["partialFingerprints"] == there["partialFingerprints"]
    assert here["message"] == there["message"]


def test_what_is_suppressed_is_left_out(report: Callable[..., bytes], make_finding: Callable[..., Finding]) -> None:
    """Supported properties: `suppressions` is none of them, so the result would become an open alert."""
    waived = make_finding(suppressed=Suppression("inline", "here:1"))
    assert _run(report("sarif", Outcome((waived,))))["results"] == []


@pytest.mark.parametrize("category", ["keyguard", "keyguard/", "/keyguard"])
def test_the_category_is_the_id_up_to_its_last_slash(report: Callable[..., bytes], category: str) -> None:
    """`runAutomationDetails` object: the category is everything in the `id` until the last forward slash."""
    run = _run(report("sarif", Outcome(), ReportOptions(category=category)))
    assert run["automationDetails"] == {"id": "keyguard/"}


def test_without_a_category_there_are_no_automation_details(report: Callable[..., bytes]) -> None:
    assert "automationDetails" not in _run(report("sarif", Outcome()))


def test_past_five_thousand_results_the_least_severe_are_cut_and_it_is_said_twice(
    report: Callable[..., bytes], make_finding: Callable[..., Finding], make_match: Callable[..., Match]
) -> None:
    """Validating your SARIF file: 25,000 results per run, of which the top 5,000 are kept."""
    match = make_match()
    said: list[str] = []
    worst = [make_finding(match, fingerprint=f"{number:040x}") for number in range(4_990)]
    least = [
        make_finding(match, severity=Severity.NOTE, fingerprint=f"{number:040x}") for number in range(5_000, 5_030)
    ]
    options = ReportOptions(remark=said.append)
    run = _run(report("sarif", Outcome((*worst, *least)), options))
    assert len(run["results"]) == 5_000
    assert sum(result["properties"]["severity"] == "critical" for result in run["results"]) == 4_990
    notice = "the SARIF report leaves out 20 findings of the least severity: GitHub takes 5,000, and 10 MB"
    assert said == [notice]
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == f"Cut: {notice}."


def test_a_file_that_is_too_large_when_packed_is_cut(
    report: Callable[..., bytes],
    make_finding: Callable[..., Finding],
    make_match: Callable[..., Match],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Validating your SARIF file: 10 MB for a gzip-compressed file; here less, so that the test is quick."""
    monkeypatch.setattr(module, "_UPLOAD", 20_000)
    findings = tuple(make_finding(make_match(), fingerprint=f"{number:040x}") for number in range(1_500))
    said: list[str] = []
    written = report("sarif", Outcome(findings), ReportOptions(remark=said.append))
    kept = len(_run(written)["results"])
    assert len(gzip.compress(written)) <= 20_000
    assert 100 < kept < 1_500
    assert said[0].startswith(f"the SARIF report leaves out {1_500 - kept:,} findings")


class TestHistory:
    """A finding that only history holds: alerts need a file of the checkout."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "old.py").write_text("nothing\n")
        return tmp_path

    @pytest.fixture
    def past(self, make_match: Callable[..., Match], make_finding: Callable[..., Finding]) -> Iterator[Any]:
        def make(path: str, **fields: Any) -> Outcome:
            return Outcome((make_finding(make_match(path=path, line=40, tracking=Tracking.COMMITTED), **fields),))

        return iter([make])

    def _told(self, written: bytes) -> tuple[str, dict[str, int], str]:
        (result,) = _run(written)["results"]
        place = result["locations"][0]["physicalLocation"]
        return place["artifactLocation"]["uri"], place["region"], result["message"]["text"]

    def test_one_whose_file_is_still_there_points_at_its_first_line(
        self, root: Path, past: Iterator[Any], report: Callable[..., bytes]
    ) -> None:
        uri, region, text = self._told(report("sarif", next(past)("config/old.py"), ReportOptions(root=str(root))))
        assert (uri, region["startLine"]) == ("config/old.py", 1)
        assert "In the history it stood at config/old.py:40:11." in text

    @pytest.mark.parametrize(
        ("there", "shown"),
        [
            ([".keyguard.yml", "README.md"], ".keyguard.yml"),
            (["README.md", "a.txt"], "README.md"),
            (["b.txt", "a.txt"], "a.txt"),
        ],
    )
    @pytest.mark.parametrize("path", ["gone.py", "<commit 1a2b3c4d>", "../outside.py", "link.py"])
    def test_one_whose_file_is_gone_points_at_the_configuration_or_a_file_that_is_there(
        self,
        root: Path,
        past: Iterator[Any],
        report: Callable[..., bytes],
        *,
        there: list[str],
        shown: str,
        path: str,
    ) -> None:
        (root.parent / "outside.py").write_text("not ours\n")
        (root / "link.py").symlink_to("../outside.py")
        for name in there:
            (root / name).write_text("text\n")
        uri, region, text = self._told(report("sarif", next(past)(path), ReportOptions(root=str(root))))
        assert (uri, region["startLine"]) == (shown, 1)
        assert f"it stood at {path}:40:11, and is shown on {shown}." in text

    def test_a_part_in_the_work_tree_is_the_location_before_one_that_is_not(
        self,
        root: Path,
        report: Callable[..., bytes],
        make_match: Callable[..., Match],
        make_finding: Callable[..., Finding],
    ) -> None:
        past, here = make_match("secret_key", "gone.py", tracking=Tracking.COMMITTED), make_match(path="config/old.py")
        uri, region, text = self._told(
            report("sarif", Outcome((make_finding(past, here),)), ReportOptions(root=str(root)))
        )
        assert (uri, region["startColumn"]) == ("config/old.py", 11)
        assert "In the history" not in text

    def test_the_message_tells_which_commits_brought_and_took_it(
        self, history: Outcome, report: Callable[..., bytes]
    ) -> None:
        first, second, _ = (result["message"]["text"] for result in _run(report("sarif", history))["results"])
        assert first.endswith("Came with: a1a1a1a1a1 2023-03-01 Ann <ann@example.com>; in HEAD: still there.")
        assert "Came with: b2b2b2b2b2 2023-09-12 Bob; gone with: c3c3c3c3c3 2024-02-03 Ann <ann@example.com>." in second
        assert second.endswith("Its parts never stood in one commit together.")


def test_the_repository_is_told_where_it_has_a_remote(outcome: Outcome, report: Callable[..., bytes]) -> None:
    """GitHub reads `versionControlProvenance` not at all; other viewers open the right revision by it."""
    assert _run(report("sarif", outcome))["versionControlProvenance"] == [
        {"repositoryUri": "https://git.example/team/bot.git", "revisionId": "d4" * 20, "branch": "main"}
    ]
    assert outcome.repository
    lonely = replace(outcome, repository=replace(outcome.repository, remote=None))
    assert "versionControlProvenance" not in _run(report("sarif", lonely))


def test_azure_devops_finds_the_full_name_of_the_tool(log: dict[str, Any]) -> None:
    """Multitool's ADO rules: `tool.driver.fullName` is required."""
    assert log["runs"][0]["tool"]["driver"]["fullName"].startswith("keyguard ")


def _written(outcome: Outcome, rules: Mapping[str, Rule]) -> bytes:
    import io

    stream = io.BytesIO()
    module.write(outcome, rules, ReportOptions(), stream)
    return stream.getvalue()
