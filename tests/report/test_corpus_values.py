"""No value of the whole corpus gets into any report, a baseline, the cache, a temporary file or a log."""

from __future__ import annotations

import base64
import html
import json

import pytest

from keyguard.report import FORMATS
from tests.cases import LEAK, cases, expected, fill
from tests.cli.test_baseline import Dialogue
from tests.command import run
from tests.values import search


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Scan all leaks at once, turn the stored report into each format too, and return all that was written."""
    top = tmp_path_factory.mktemp("corpus")
    (top / "temp").mkdir()
    env = {
        "KEYGUARD_DEBUG": "1",
        "KEYGUARD_CACHE_DIR": str(top / "cache"),
        "TMPDIR": str(top / "temp"),
    }
    for case in cases(LEAK):
        fill(case, top / "tree" / case.name)
    runs = [["scan", "tree", "--min-confidence=low", *(f"--report={form}=scan.{form}" for form in FORMATS)]]
    runs += [["report", "scan.json", *(f"--report={form}=report.{form}" for form in FORMATS)]]
    # A report that shows the values is one that the user asked for; what is made of it is not.
    runs += [["scan", "tree", "-f", "text", "--show-secrets", "--report=json=tree/shown.json", "-q"]]
    runs += [["report", "tree/shown.json", *(f"--report={form}=masked.{form}" for form in FORMATS)]]
    written: dict[str, bytes] = {}
    for number, arguments in enumerate(runs):
        ran = run(*arguments, cwd=top, env=env)
        assert ran.returncode in {0, 1}, ran.stderr
        written[f"stderr {number}"] = ran.stderr
        if "--show-secrets" not in arguments:
            written[f"stdout {number}"] = ran.stdout
    written |= {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()}
    return {name: content for name, content in written.items() if not name.startswith("tree/")}


@pytest.fixture(scope="module")
def values() -> set[bytes]:
    found = {value.encode() for case in cases(LEAK) for parts in expected(case).values() for _, value in parts}
    return found | {base64.b64encode(value).rstrip(b"=") for value in found}


def test_no_value_is_in_any_format_or_elsewhere(outputs: dict[str, bytes], values: set[bytes]) -> None:
    assert len(values) > 2_000
    assert len(json.loads(outputs["scan.json"])["findings"]) > 400
    for form in FORMATS:
        assert all(len(outputs[f"{kind}.{form}"]) > 1_000 for kind in ("scan", "report", "masked"))
    assert any(name.startswith("cache/") for name in outputs)
    found_in = search(values)
    for name, content in outputs.items():
        for text in {content, html.unescape(content.decode("utf-8", "replace")).encode()}:
            assert not found_in(text), f"{name} holds a value"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Record half of the leaks, then all, decide on a hundred and quote values as reasons; return what was written."""
    top = tmp_path_factory.mktemp("recorded")
    written: dict[str, bytes] = {}
    options = ["--baseline=recorded", "--min-confidence=low", "--all", "tree"]
    all_cases = cases(LEAK)
    for step, part in (([], all_cases[::2]), (["--update"], all_cases[1::2])):
        for case in part:
            fill(case, top / "tree" / case.name)
        ran = run("baseline", "create", *step, *options, cwd=top)
        assert ran.returncode == 0, ran.stderr
        written[f"said {step}"] = ran.stdout + ran.stderr
        written[f"recorded {step}"] = (top / "recorded").read_bytes()
    quoted = iter(sorted(value for case in all_cases for parts in expected(case).values() for _, value in parts))
    dialogue = Dialogue(top, *options)
    for _, quote in zip(range(50), quoted, strict=False):
        dialogue.answer("Decision", "f")
        dialogue.answer("Reason", f"it is {quote}")
        dialogue.answer("Decision", "a")
        dialogue.answer("Until which day", "2099-01-01")
        dialogue.answer("Reason", f"{quote}, as agreed")
    dialogue.answer("Decision", "q")
    dialogue.end()
    # The terminal echoes what is typed: that is the user's own, and the file is what is kept.
    return {**written, "recorded audit": (top / "recorded").read_bytes()}


@pytest.mark.slow
def test_no_value_is_in_a_baseline_of_all_of_them(recorded: dict[str, bytes], values: set[bytes]) -> None:
    assert recorded["recorded audit"].count(b'"known"') > 300
    assert (
        recorded["recorded audit"].count(b'"reason": "it is ***') + recorded["recorded audit"].count(b'as agreed"') > 50
    )
    found_in = search(values)
    for name, content in recorded.items():
        assert not found_in(content), f"{name} holds a value"
