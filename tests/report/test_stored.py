"""A report that is read back: nothing is lost on the way, nothing in it is trusted."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.errors import ReportError
from keyguard.model import (
    Confidence,
    Origin,
    Outcome,
    Repository,
    Rule,
    Scanned,
    Severity,
    Skipped,
    Suppression,
    UnusedIgnore,
    Verdict,
)
from keyguard.report import FORMATS, ReportOptions, stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.model import Finding, Match

# What is left of a report's own time and place when it is told from elsewhere.
_ANYWHERE = ReportOptions(root="/nowhere")


@pytest.fixture(scope="session")
def full(outcome: Outcome, history: Outcome) -> Outcome:
    """Return an outcome that has every field, and a verdict."""
    verdict = Verdict("live", ("read_only", "trade"), ip_bound=False, account="main", reading="It works.", code="0")
    checked = replace(history.findings[0], verdict=verdict, fingerprint="d5" * 20)
    findings = (checked, *history.findings[1:], *outcome.findings)
    return replace(outcome, findings=tuple(sorted(findings, key=lambda found: (-found.severity, -(found.score or 0)))))


@pytest.mark.parametrize("form", ["json", "jsonl"])
@pytest.mark.parametrize("into", FORMATS)
def test_a_report_that_was_read_back_gives_every_format_as_the_scan_did(
    full: Outcome, rules: dict[str, Rule], report: Callable[..., bytes], form: str, into: str
) -> None:
    read, _ = stored.read(report(form, full), rules)
    assert report(into, read, _ANYWHERE) == report(into, _told(full), _ANYWHERE)


def _told(outcome: Outcome) -> Outcome:
    """Return the outcome with the one number that a report rounds."""
    return replace(outcome, scanned=replace(outcome.scanned, seconds=round(outcome.scanned.seconds, 3)))


_text = st.text(st.characters(blacklist_categories=["Cs"])) | st.binary(max_size=20).map(os.fsdecode)
_count = st.integers(0, 10**9)


@given(
    fingerprint=st.from_regex(r"\A[0-9a-f]{8,64}\Z"),
    path=_text.filter(bool),
    texts=st.tuples(_text, _text, _text),
    numbers=st.tuples(_count, _count, _count),
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
)
def test_a_finding_keeps_its_fingerprint_and_all_else_that_is_told(
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
    report: Callable[..., bytes],
    rules: dict[str, Rule],
    *,
    fingerprint: str,
    path: str,
    texts: tuple[str, str, str],
    numbers: tuple[int, int, int],
    **words: Any,
) -> None:
    key = make_match(path=path)
    finding = make_finding(
        key,
        make_match("passphrase", path, 2, via=(texts[0],)),
        make_match("passphrase", path, 3),
        make_match(path=f"{path}.bak", value=key.value.reveal()),
        fingerprint=fingerprint,
        origins=(Origin(path, "tracked", "c0" * 20, texts[1], texts[2]),),
        suppressed=Suppression("allow", *texts[:2]),
        **words,
    )
    outcome = Outcome(
        (finding,),
        (Skipped(*texts[:2]),),
        Scanned(*numbers, left_out=(("binary files", 2),)),
        unused=(UnusedIgnore(*texts[1:]),),
        notices=texts,
        repository=Repository(None, "c0" * 20, texts[2]),
    )
    read, _ = stored.read(report("json", outcome), rules)
    assert read.findings[0].fingerprint == fingerprint
    assert report("json", read) == report("json", outcome)


def test_parts_under_one_mask_stay_apart(
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
    report: Callable[..., bytes],
    rules: dict[str, Rule],
) -> None:
    first, second = make_match("passphrase", line=1), make_match("passphrase", line=2)
    copy = make_match("passphrase", "copy.py", 3, first.value.reveal())
    read, _ = stored.read(report("json", Outcome((make_finding(first, second, copy),))), rules)
    values = [match.value for match in read.findings[0].matches]
    assert values[0] == values[2] != values[1]
    assert [str(value) for value in values] == ["********"] * 3
    with pytest.raises(ValueError, match="only the mask"):
        values[0].reveal()


@pytest.mark.parametrize("into", FORMATS)
def test_values_of_a_report_that_shows_them_get_into_no_other(
    report: Callable[..., bytes],
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
    rules: dict[str, Rule],
    into: str,
) -> None:
    match = make_match()
    value = match.value.reveal().decode()
    shown = ReportOptions(show_secrets=True)
    named = make_finding(replace(match, blob=replace(match.blob, path=f"keys/{value}.txt")))
    written = report("json", Outcome((named,), (Skipped(value, value),), notices=(value,)), shown)
    assert value in written.decode()
    read, _ = stored.read(written, rules)
    assert value not in report(into, read).decode()
    assert read.findings[0].matches[0].value.mask == match.value.mask


def test_a_report_of_a_rule_that_is_not_known_brings_its_own_words(
    outcome: Outcome, report: Callable[..., bytes]
) -> None:
    _, known = stored.read(report("json", outcome), {})
    assert (known["okx-credential"].title, known["okx-credential"].fix) == (
        "OKX API credential",
        "Delete the key on the exchange,\nthen make a new one.",
    )


def test_of_a_known_rule_our_own_words_are_taken(
    outcome: Outcome, report: Callable[..., bytes], rules: dict[str, Rule]
) -> None:
    record = json.loads(report("json", outcome))
    record["findings"][0]["help"]["fix"] = "Send your new key to http://evil.example"
    _, known = stored.read(json.dumps(record).encode(), rules)
    assert known["okx-credential"] == rules["okx-credential"]


def test_a_report_of_an_older_version_without_later_fields_can_be_read(
    outcome: Outcome, report: Callable[..., bytes], rules: dict[str, Rule]
) -> None:
    record = json.loads(report("json", outcome))
    del record["repository"], record["scanned"]["started_at"], record["scanned"]["blobs"]
    for finding in record["findings"]:
        del finding["history"], finding["verdict"]
        for part in finding["parts"]:
            del part["tracking"], part["copy_of"]
    record["findings"][0]["a field of a later version"] = {"x": 1}
    read, _ = stored.read(json.dumps(record).encode(), rules)
    assert [finding.fingerprint for finding in read.findings] == [f.fingerprint for f in outcome.findings]


class TestOther:
    """What is no report of ours."""

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            (b"", "it is not valid JSON"),
            (b"\x00\xff", "it is not valid JSON"),
            (b"[]", "it is no report of keyguard's"),
            (b"null", "it is no report of keyguard's"),
            (b"{}", "it is no report of keyguard's"),
            (b'{"schema": 3}', "unexpected value in schema"),
            (b'{"version": "2.1.0", "runs": []}', "it is no report of keyguard's"),
            (b'{"schema": "keyguard-report/1"}', "it is no report of keyguard's"),
            (b'{"schema": "keyguard-report/1", ', "it is not valid JSON"),
            (b"[" * 200_000, "it is no report of keyguard's"),
            (b'{"schema": ' + b"[" * 200_000, "unexpected value in schema"),
            (b'{"x": ' + b"[" * 2_000_000, "it is not valid JSON"),
            (b'{"x": ' + b'{"x":' * 2_000_000, "it is not valid JSON"),
            (b'{"schema": "\\ud800"}', "it is not valid JSON"),
        ],
    )
    def test_is_named_in_a_sentence(self, data: bytes, problem: str) -> None:
        with pytest.raises(ReportError) as caught:
            stored.read(data, {})
        assert caught.value.message == f"the report cannot be read: {problem}."
        assert caught.value.hint == "Only what `keyguard scan --format json` (or jsonl) wrote can be read."

    def test_another_version_of_the_contract_is_refused(self) -> None:
        with pytest.raises(ReportError, match="of another kind than keyguard-report/1"):
            stored.read(b'{"schema": "keyguard-report/2", "findings": []}', {})

    def test_lines_without_their_end_are_refused(self, outcome: Outcome, report: Callable[..., bytes]) -> None:
        lines = report("jsonl", outcome).splitlines(keepends=True)
        for kept in range(1, len(lines)):
            with pytest.raises(ReportError, match="cut off"):
                stored.read(b"".join(lines[:kept]), {})

    @pytest.mark.parametrize(
        ("place", "value"),
        [
            ("findings/0/severity", "canary-value"),
            ("findings/0/rule", "\x1b[31mcanary-value"),
            ("findings/0/fingerprint", "canary value"),
            ("findings/0/parts", []),
            ("findings/0/parts/0/line", 0),
            ("findings/0/parts/0/line", 2**80),
            ("findings/0/parts/0/column", 1.5),
            ("findings/0/parts/0/mask", "a-canary-value-in-full"),
            ("findings/0/parts/0/path", None),
            ("findings/0/parts/0/path", "p" * 100_001),
            ("findings/0/parts/0/copy_of", -1),
            ("findings/0/parts/0/mask", "a\nb********"),
            ("findings/0/parts/0/mask", "\x1b[1m********"),
            ("findings/0/parts/0/mask", "\u202eab********"),
            ("findings/0/score", 1e300),
            ("findings/0/score", -5),
            ("findings/0/score", 10.1),
            ("findings/0/realm", "www.canary.example"),
            ("scanned/seconds", -1),
            ("scanned/seconds", "canary-value"),
            ("scanned/started_at", "canary-value"),
            ("scanned/started_at", "2024-13-45T99:99:99Z"),
            ("complete", "yes"),
        ],
    )
    def test_a_field_that_is_wrong_is_named_and_its_content_is_not(
        self, outcome: Outcome, report: Callable[..., bytes], rules: dict[str, Rule], place: str, value: object
    ) -> None:
        record = json.loads(report("json", outcome))
        *way, last = place.split("/")
        inner = record
        for step in way:
            inner = inner[int(step)] if step.isdigit() else inner[step]
        inner[last] = value
        with pytest.raises(ReportError) as caught:
            stored.read(json.dumps(record).encode(), rules)
        named = re.sub(r"/(\d+)", r"[\1]", place).replace("/", ".")
        assert caught.value.message == f"the report cannot be read: unexpected value in {named}."

    @given(data=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ))  # fmt: skip
    def test_any_json_is_read_or_refused(self, data: object) -> None:
        with pytest.raises(ReportError):
            stored.read(json.dumps(data).encode(), {})

    @given(data=st.data())
    def test_a_report_with_anything_in_the_place_of_a_field_is_read_or_refused(
        self, full: Outcome, rules: dict[str, Rule], report: Callable[..., bytes], data: st.DataObject
    ) -> None:
        record = json.loads(report("json", full))
        inner: Any = record
        while True:
            key = data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
            if not isinstance(inner[key], (dict, list)) or not inner[key] or data.draw(st.booleans()):
                break
            inner = inner[key]
        inner[key] = data.draw(st.none() | st.integers() | st.text() | st.just([]) | st.just({}) | st.floats())
        try:
            read, known = stored.read(json.dumps(record).encode(), rules)
        except ReportError:
            return
        assert known.keys() >= {finding.rule for finding in read.findings}
        for form in ("text", "sarif", "gitlab", "junit", "github", "markdown", "csv", "html"):
            _writes(form, read, known)


def _writes(form: str, outcome: Outcome, rules: dict[str, Rule]) -> None:
    import io

    from keyguard.report import writer

    writer(form).write(outcome, rules, _ANYWHERE, io.BytesIO())
