"""README and docs state figures that a command printed, and no others; promises that somebody can keep."""

from __future__ import annotations

import re
import subprocess
import sys
from argparse import Namespace
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import claims
from benchmarks.public import listed
from benchmarks.tasks import TASKS, Task
from tests.test_doc_commands import blocks

ROOT = Path(__file__).parent.parent
BLOCKS = [(page, *found) for page in claims.pages() for found in claims.BLOCK.findall(page.read_text("utf-8"))]
_FIGURE = re.compile(
    r"\b\d[\d,.]*\s*(?:%|ms\b|s\b|seconds\b|times\b|files/s|[kMG]B(?:/s)?\b)"
    r"|(?<![\w-])\d[\d,.]*\s(?:[\w-]+\s){0,4}(?:clients|bots|repositories|packages)\b"
)
_BOUNDS = re.compile(r"--max-file-size|limit|timeout|up to|at most|more than|GitHub|\| `|under")


@pytest.mark.parametrize(
    ("page", "text"),
    [(page, text) for page, _, name, text, _ in BLOCKS],
    ids=[f"{page.name}-{name}" for page, _, name, _, _ in BLOCKS],
)
def test_a_figure_stands_beside_the_command_that_printed_it(page: Path, text: str) -> None:
    name = next(name for one, _, name, found, _ in BLOCKS if (one, found) == (page, text))
    command = re.search(rf"`(python -m benchmarks\.{name}\b[^`]*)`", text)
    assert command
    if re.fullmatch(rf"(?:- )?Not measured yet: {re.escape(command[0])}(?: does it\.)?\n", text):
        return
    whole = next(found for one, _, other, found, _ in BLOCKS if (one, other) == (claims.PAGE, name))
    if page == claims.PAGE:
        assert re.match(rf"{re.escape(command[0])}, \d{{4}}-\d\d-\d\d, commit [0-9a-f]{{10}}, \d+ cores, ", text)
    else:
        assert command[0] in whole
        assert text.removeprefix("- ").removesuffix(f" {command[0]}\n") in whole


def test_every_benchmark_has_its_block() -> None:
    named = {name for page, _, name, _, _ in BLOCKS if page == claims.PAGE}
    modules = {path.stem for path in (ROOT / "benchmarks").glob("*.py") if "def main(" in path.read_text("utf-8")}
    assert named == modules
    for name in named:
        assert f'claim(options, "{name}"' in (ROOT / "benchmarks" / f"{name}.py").read_text("utf-8")
        assert callable(import_module(f"benchmarks.{name}").main)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.wish)
def test_what_is_typed_for_a_task_stands_on_its_page(task: Task) -> None:
    page = (ROOT / task.page).read_text("utf-8")
    assert [step.command for step in task.steps if step.command not in page] == []


def test_no_page_states_a_figure_beside_them() -> None:
    found = []
    for page in claims.pages():
        text = claims.BLOCK.sub("", page.read_text("utf-8"))
        for _, code in blocks(page):
            text = text.replace(code.strip("\n"), "")
        text = re.sub(r"(?m)^(?: {4,}|\$ ).*$", "", re.sub(r"(?s)```.*?```", "", text))
        found += [(page.name, line) for line in text.splitlines() if _FIGURE.search(line) and not _BOUNDS.search(line)]
    assert found == []


@pytest.mark.parametrize(
    "claim",
    [
        "27 public clients and bots for OKX",
        "7 repositories that have nothing to do with it",
        "6,551 files of installed Python packages: none",
        "found in 12 open-source trading bots",
    ],
)
def test_what_the_rules_were_tried_on_is_a_figure(claim: str) -> None:
    assert _FIGURE.search(claim)


def test_public_repositories_are_listed_by_name_and_commit() -> None:
    assert len(listed()) > 10
    assert len({one.name for one in listed()}) == len(listed())
    for one in listed():
        assert one.kind in {"okx", "none"}
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", one.name)
        assert re.fullmatch("[0-9a-f]{40}", one.commit)


def test_what_is_said_of_public_repositories_is_of_each_that_is_listed() -> None:
    (text,) = (text for page, _, name, text, _ in BLOCKS if (page, name) == (claims.PAGE, "public"))
    rows = {tuple(row) for row in re.findall(r"(?m)^\| (\S+/\S+) +\| ([0-9a-f]{10}) \| (okx|none) ", text)}
    assert rows == {(one.name, one.commit[:10], one.kind) for one in listed()}
    assert f"Histories of {len(listed())} public repositories: " in text


def test_the_cases_that_are_counted_can_be_chosen() -> None:
    done = _accuracy("735", "701-702")
    assert done.stdout.startswith("3 cases with credentials, 3 without\n")
    assert "no case is in 98765" in _accuracy("98765").stderr


def test_what_only_this_machine_has_is_not_recorded() -> None:
    before = [page.read_bytes() for page in claims.pages()]
    done = _accuracy("735", "--record")
    assert (done.returncode, "--record is for what others can measure too" in done.stderr) == (1, True)
    assert [page.read_bytes() for page in claims.pages()] == before


def _accuracy(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.accuracy", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_result_goes_into_its_block_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- measured: one -->\nold\n<!-- end -->\nb\n<!-- measured: two -->\nkept\n<!-- end -->\n")
    claims.write(page, "one", "new \\1")
    assert page.read_text() == (
        "a\n<!-- measured: one -->\nnew \\1\n<!-- end -->\nb\n<!-- measured: two -->\nkept\n<!-- end -->\n"
    )


def test_what_was_measured_under_load_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    monkeypatch.setattr(claims, "PAGE", page)
    monkeypatch.setattr(claims, "pages", lambda: [page])
    monkeypatch.setattr(claims, "_commit", lambda: "0123456789")
    for load, said in ((0.1, False), (3.44, True)):
        page.write_text("<!-- measured: one -->\n<!-- end -->\n")
        monkeypatch.setattr("os.getloadavg", lambda load=load: (load, 0, 0))
        with claims.claim(Namespace(record=True), "one"):
            pass
        assert ("under load (3.4 processes):" in page.read_text()) is said


class TestPromises:
    """Nobody publishes keyguard yet: who does fills placeholders in, which are nowhere but in one place each."""

    PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))

    def test_contact_time_and_tracker_are_placeholders_in_one_place_and_said_to_be_such(self) -> None:
        text = (ROOT / "SECURITY.md").read_text("utf-8")
        assert "no promise until they have put theirs in" in text
        for word in ("CONTACT", "DAYS", "TRACKER"):
            assert f"| `{word}` |" in text
            assert [page.name for page in self.PAGES if f"`{word}`" in page.read_text("utf-8")] == ["SECURITY.md"]

    def test_no_page_promises_an_answer_or_sends_anybody_to_a_tracker(self) -> None:
        promise = re.compile(r"within (?:a|one|\d+) (?:day|week|month|hour)|open an issue|security advisor|mailto:")
        found = [(page.name, *promise.findall(page.read_text("utf-8"))) for page in self.PAGES]
        assert [one for one in found if len(one) > 1] == []

    def test_the_licence_has_no_blanks_and_the_wheel_has_its_notice(self) -> None:
        licence, notice = ((ROOT / name).read_text("utf-8") for name in ("LICENSE", "NOTICE"))
        assert licence.rstrip().endswith("END OF TERMS AND CONDITIONS")
        assert not re.findall(r"\[\w+[^]\n]*\]", licence.partition("Definitions")[0] + notice)
        assert 'license-files = ["LICENSE", "NOTICE"]' in (ROOT / "pyproject.toml").read_text("utf-8")

    def test_pages_say_alpha_as_the_package_does(self) -> None:
        (status,) = re.findall(r"Development Status :: \d - (\w+)", (ROOT / "pyproject.toml").read_text("utf-8"))
        for name in ("README.md", "SECURITY.md", "CHANGELOG.md"):
            assert re.search(rf"\b{status}\b", (ROOT / name).read_text("utf-8"), re.IGNORECASE), name


def test_one_command_records_them_all(tmp_path: Path) -> None:
    text = (ROOT / "benchmarks" / "__main__.py").read_text("utf-8")
    named = {name for page, _, name, _, _ in BLOCKS if page == claims.PAGE}
    assert set(re.findall(r'^        \("(\w+)",', text, re.MULTILINE)) == named
    done = subprocess.run([sys.executable, "-m", "benchmarks"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "python -m benchmarks CLONES" in done.stderr) == (1, True)
