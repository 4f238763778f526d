"""What the formats say, read from what the real command writes of a stored report."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from keyguard.model import Outcome, Scanned, Severity, Skipped, Suppression, Verdict
from keyguard.packs import expand
from keyguard.report import FORMATS
from tests.command import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from keyguard.model import Finding, Match

    Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(report: Callable[..., bytes], tmp_path: Path) -> Command:
    """Return a function that stores an outcome as JSON and has `keyguard report` write it in a format."""

    def run(form: str, outcome: Outcome, *arguments: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "stored.json").write_bytes(report("json", outcome))
        return _keyguard(tmp_path, "report", "stored.json", "-f", form, *arguments)

    return run


class TestGithub:
    def test_an_interruption_and_what_was_skipped_stand_before_the_ten_that_github_shows(
        self, command: Command, make_finding: Callable[..., Finding]
    ) -> None:
        found = tuple(make_finding(severity=Severity[word]) for word in ("HIGH", "MEDIUM") for _ in range(12))
        skipped = tuple(Skipped(f"{number}.log", "too large") for number in range(7))
        lines = command("github", Outcome(found, skipped, complete=False)).stdout.splitlines()
        assert lines[0] == "::error title=keyguard::The run was interrupted: this report is incomplete."
        assert lines[1].startswith("::warning title=Not scanned::7 inputs not scanned: 0.log: too large; 1.log: ")
        assert lines[1].endswith("4.log: too large; and 2 more")
        assert [sum(line.startswith(f"::{level} ") for line in lines) for level in ("error", "warning")] == [10, 10]
        assert any(line.startswith("6 more not shown as annotations") for line in lines)


class TestHtml:
    @pytest.mark.parametrize(
        ("fields", "heading", "meaning"),
        [
            ({}, "No findings", "No credential was found in what was read."),
            ({"below": 1}, "No open findings", "Nothing is open: 1 finding below the wanted confidence is not shown."),
            ({"complete": False}, "No findings", "found in what was read, but the run was interrupted."),
            (
                {"skipped": (Skipped("a", "too large"), Skipped("b", "too large"))},
                "No findings",
                "found in what was read, but 2 inputs were not scanned, see below.",
            ),
            ({"scanned": Scanned()}, "Nothing was scanned", "Nothing was read: this says nothing about the tree."),
        ],
    )
    def test_only_a_whole_scan_that_found_nothing_is_called_clean(
        self, command: Command, fields: dict[str, Any], heading: str, meaning: str
    ) -> None:
        page = command("html", Outcome(**{"scanned": Scanned(3, 10), **fields})).stdout
        assert f"<h1>{heading}</h1>" in page
        assert f"<title>keyguard: {heading}</title>" in page
        assert meaning in page
        assert ('class="clean"' in page) is (not fields)

    def test_suppressed_findings_are_not_called_none(
        self, command: Command, make_finding: Callable[..., Finding]
    ) -> None:
        waived = make_finding(suppressed=Suppression("inline", "bot.py:1", "made up"))
        page = command("html", Outcome((waived,) * 3, scanned=Scanned(3, 10))).stdout
        assert "<h1>No open findings</h1>" in page
        assert "Nothing is open: 3 findings are suppressed, see below." in page
        assert "No credential was found" not in page

    def test_what_can_be_lost_is_said_in_sentences_and_what_to_do_is_not_said_twice(
        self, command: Command, make_finding: Callable[..., Finding]
    ) -> None:
        live = Verdict("live", ("read_only", "withdraw"), ip_bound=False, hosts=("www.okx.com",))
        bound, gone = (
            Verdict("ip-bound", hosts=("www.okx.com",)),
            Verdict("not-known", hosts=("www.okx.com",), left=("eea.okx.com",)),
        )
        found = tuple(make_finding(verdict=verdict) for verdict in (live, live, bound, gone))
        page = command("html", Outcome(found, scanned=Scanned(3))).stdout
        (said,) = re.findall(r'<ul class="said">(.*?)</ul>', page)
        worst, *others = re.findall(r"<li(.*?)</li>", said)
        assert worst.startswith(
            ' class="worst">2 \N{MULTIPLICATION SIGN} It works: whoever has it can move the funds out of the account'
        )
        assert [other[:13] for other in others] == [
            f">1 \N{MULTIPLICATION SIGN} {word}" for word in ("It exist", "No host ")
        ]
        todo = page.partition('id="todo"')[2].partition("</section>")[0]
        assert "Delete the key on the exchange" not in page
        assert todo.count("Delete the key now") == todo.count("Create a new key") == 1
        assert "Look for it on" in todo
        assert 'href="https://www.okx.com/' in todo

    def test_what_was_not_checked_has_its_rules_advice_beside_what_was(
        self, command: Command, make_finding: Callable[..., Finding]
    ) -> None:
        live = make_finding(verdict=Verdict("live", ("trade",), hosts=("www.okx.com",)))
        page = command("html", Outcome((live, make_finding()), scanned=Scanned(3))).stdout
        todo = page.partition('id="todo"')[2].partition("</section>")[0]
        assert "delete it on" in todo
        assert todo.count('class="fix"') == 2


class TestSarif:
    """A scan of a repository whose HEAD holds no part, or one of three."""

    @pytest.fixture
    def bot(self, tmp_path: Path) -> Path:
        top = tmp_path / "bot"
        top.mkdir()
        _git(top, "init", "-q")
        lines = expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n", "gone")
        (top / "README.md").write_text("A bot.\n")
        (top / "live.env").write_text(lines)
        (top / "old.env").write_text(lines)
        _git(top, "add", "-A")
        _git(top, "commit", "-q", "-m", "A bot")
        _git(top, "rm", "-q", "live.env", "old.env")
        _git(top, "commit", "-q", "-m", "Clean up")
        return top

    def test_no_link_and_no_related_location_leads_to_a_file_that_is_gone(self, bot: Path) -> None:
        (result,) = _results(bot)
        assert _uris(result["locations"]) == ["README.md"]
        assert "relatedLocations" not in result
        text = result["message"]["text"]
        assert not re.search(r"\]\(\d+\)", text)
        assert text.count("(in history)") == 6
        assert re.search(r"In the history it stood at (live|old)\.env:1:13, ", text)
        assert text.partition("In the history")[2].count(".env:") == 6
        assert ", and is shown on README.md." in text

    def test_a_part_that_a_file_still_holds_is_linked_and_one_that_is_gone_is_not(self, bot: Path) -> None:
        (bot / "secret.env").write_text(expand("OKX_SECRET_KEY=<secret_key>\n", "gone"))
        (bot / "backup.env").write_text(expand("OKX_SECRET_KEY=<secret_key>\n", "gone"))
        (result,) = _results(bot)
        held = _uris(result["locations"] + result["relatedLocations"])
        assert sorted(held) == ["backup.env", "secret.env"]
        linked = re.findall(r"\]\((\d+)\)", result["message"]["text"])
        assert linked == [str(place["id"]) for place in result["relatedLocations"]]
        assert re.search(r"Only in the history: .*\blive\.env:1:13\b", result["message"]["text"])
        assert "is shown on" not in result["message"]["text"]


def _git(top: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=top, check=True)  # noqa: S607


def _keyguard(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = run(*arguments, cwd=cwd)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def _results(top: Path) -> list[dict[str, Any]]:
    ran = _keyguard(top, "scan", "-f", "sarif")
    assert ran.returncode == 1, ran.stderr
    found: list[dict[str, Any]] = json.loads(ran.stdout)["runs"][0]["results"]
    return found


def _uris(located: list[dict[str, Any]]) -> list[str]:
    return [place["physicalLocation"]["artifactLocation"]["uri"] for place in located]


class TestStored:
    """A report that a stranger wrote."""

    @pytest.fixture
    def told(self, report: Callable[..., bytes], tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
        """Return a function that changes the record of an outcome and has it written in a format."""

        def run(form: str, outcome: Outcome, change: Callable[[Any], object]) -> subprocess.CompletedProcess[str]:
            record = json.loads(report("json", outcome))
            change(record["findings"])
            (tmp_path / "stored.json").write_text(json.dumps(record))
            return _keyguard(tmp_path, "report", "stored.json", "-f", form)

        return run

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            (lambda found: found[0].update(score=1e300), "score"),
            (lambda found: found[0].update(score=-5), "score"),
            (lambda found: found[0]["parts"][0].update(mask="a\nb********"), "parts[0].mask"),
        ],
    )
    def test_a_score_or_a_mask_that_no_scan_wrote_is_refused(
        self, told: Command, outcome: Outcome, change: Callable[[Any], object], field: str
    ) -> None:
        ran = told("sarif", outcome, change)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert f"the report cannot be read: unexpected value in findings[0].{field}." in ran.stderr

    def test_a_score_of_nothing_is_the_least_that_github_takes(self, told: Command, outcome: Outcome) -> None:
        run = json.loads(told("sarif", outcome, lambda found: found[0].update(score=0)).stdout)["runs"][0]
        (scored,) = (result for result in run["results"] if result["ruleId"] == "okx-credential")
        assert scored["properties"]["security-severity"] == "0.1"

    def test_only_a_whole_web_address_becomes_a_link(self, told: Command, outcome: Outcome) -> None:
        def change(found: Any) -> None:
            found[0]["rule"] = "of-theirs"
            found[0]["help"]["references"] = [
                'https://evil.example/x" onclick=alert(1)',
                "https://good.example/a?b=%20c",
            ]

        driver = json.loads(told("sarif", outcome, change).stdout)["runs"][0]["tool"]["driver"]
        assert [rule["helpUri"] for rule in driver["rules"] if rule["id"] == "of-theirs"] == [
            "https://good.example/a?b=%20c"
        ]
        links = json.loads(told("gitlab", outcome, change).stdout)["vulnerabilities"][0]["links"]
        assert links == [{"url": "https://good.example/a?b=%20c"}]

    def test_the_worst_stands_first_whatever_the_order_of_the_file(
        self, told: Command, make_finding: Callable[..., Finding]
    ) -> None:
        found = tuple(make_finding(severity=severity) for severity in sorted(Severity, reverse=True))
        written = json.loads(told("json", Outcome(found), lambda records: records.reverse()).stdout)
        assert [finding["severity"] for finding in written["findings"]] == ["critical", "high", "medium", "low", "note"]


class TestEveryFormat:
    """What docs/reports.md says of them all."""

    @pytest.mark.parametrize("form", [form for form in FORMATS if form not in {"json", "jsonl"}])
    def test_no_control_character_and_no_bidi_mark_gets_through(
        self, command: Command, history: Outcome, form: str
    ) -> None:
        bad = "A\x1b[2Jnn\u202e"
        finding = history.findings[1]
        past = finding.history
        assert past is not None
        assert past.introduced is not None
        came = replace(past.introduced, author=bad)
        verdict = Verdict("live", (bad,), label=bad, hosts=(bad,), reading="It works.")
        finding = replace(finding, history=replace(past, introduced=came), verdict=verdict, origins=(came,))
        waived = replace(finding, suppressed=Suppression("inline", bad, bad))
        outcome = Outcome((finding, waived), (Skipped(bad, bad),), notices=(bad,), scanned=Scanned(3))
        text = command(form, outcome, "--sarif-suppressed").stdout
        raw = "".join(_texts(json.loads(text))) if form in {"sarif", "gitlab"} else text
        assert "A\\x1b" in raw or "A\\\\x1b" in raw
        assert not [character for character in raw if not character.isprintable() and character not in "\r\n"]

    @pytest.mark.parametrize("form", ["text", "github", "gitlab", "sarif", "junit", "markdown"])
    def test_what_is_suppressed_is_counted(
        self, command: Command, make_finding: Callable[..., Finding], form: str
    ) -> None:
        waived = make_finding(suppressed=Suppression("inline", "bot.py:1", "made up"))
        text = command(form, Outcome((waived, waived), below=1, scanned=Scanned(3))).stdout
        assert "2 suppressed (2 inline)" in text
        assert "1 finding below the wanted confidence not shown" in text

    @pytest.mark.parametrize(
        ("form", "told"),
        [
            ("text", "  also in   docs/setup.md:12:11 (in history)\n"),
            ("github", "Also at docs/setup.md:12:11 (in history)."),
            ("gitlab", '"docs/setup.md:12:11 (in history)"'),
            ("junit", "also at docs/setup.md:12:11 (in history)\n"),
            ("markdown", "also `docs/setup.md:12:11` (in history)"),
            ("html", '<code class="place">docs/setup.md:12:11</code> <span class="dim">in history</span>'),
        ],
    )
    def test_a_further_place_that_only_history_holds_is_marked(
        self, command: Command, history: Outcome, form: str, told: str
    ) -> None:
        assert told in command(form, history).stdout

    def test_a_bar_in_a_path_can_be_copied_out_of_markdowns_table_and_lists(
        self, command: Command, make_finding: Callable[..., Finding], make_match: Callable[..., Match]
    ) -> None:
        found = make_finding(make_match(path=r"a|b\|c.py"))
        document = command("markdown", Outcome((found,), (Skipped("x|y", "too large"),))).stdout
        blocks = MarkdownIt("commonmark").enable("table").parse(document)
        code = [child.content for block in blocks for child in block.children or () if child.type == "code_inline"]
        assert r"a|b\|c.py:1:11" in code
        assert "x|y" in code

    @pytest.mark.parametrize(("reason", "said"), [("", "baseline, known:13"), ("old", "baseline, known:13: old")])
    def test_a_suppression_without_a_reason_ends_in_no_colon(
        self, command: Command, make_finding: Callable[..., Finding], reason: str, said: str
    ) -> None:
        waived = make_finding(suppressed=Suppression("baseline", "known:13", reason))
        assert f'<skipped message="{said}" />' in command("junit", Outcome((waived,))).stdout

    @pytest.mark.parametrize("form", ["github", "sarif"])
    def test_what_brought_a_credential_and_what_took_it_away_are_labelled_alike(
        self, command: Command, history: Outcome, form: str
    ) -> None:
        text = command(form, history).stdout
        assert "Came with: b2b2b2b2b2 2023-09-12 Bob; gone with: c3c3c3c3c3 2024-02-03 Ann" in text
        assert "Came with: a1a1a1a1a1 2023-03-01 Ann <ann@example.com>; in HEAD: still there" in text

    def test_a_table_says_on_standard_error_what_it_has_no_row_for(self, command: Command) -> None:
        ran = command("csv", Outcome(skipped=(Skipped("a", "too large"),) * 2, complete=False))
        said = "note: the CSV report cannot tell: 2 inputs not scanned; interrupted."
        assert said in ran.stderr.replace("\n", " ")
        assert command("csv", Outcome(scanned=Scanned(3))).stderr == ""


def _texts(item: Any) -> Iterator[str]:
    """Yield every text of a JSON value that a reader shows."""
    if isinstance(item, dict):
        for key, value in item.items():
            yield from () if key == "verdict" else _texts(value)
    elif isinstance(item, list):
        for value in item:
            yield from _texts(value)
    elif isinstance(item, str):
        yield item
