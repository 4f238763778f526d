from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.model import Confidence, Outcome, Severity, Skipped, Suppression, Tracking
from keyguard.report import ReportOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.model import Finding, Match

_SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.schema.json").read_text())
_VALIDATOR = jsonschema_rs.validator_for(_SCHEMA, validate_formats=True)


def _run(written: bytes) -> dict[str, Any]:
    log = json.loads(written.decode("ascii"))
    _VALIDATOR.validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


def _uri(result: dict[str, Any]) -> str:
    uri: str = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    return uri


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("suppressed", [True, False])
def test_a_report_is_valid_sarif(
    outcome: Outcome, report: Callable[..., bytes], *, suppressed: bool, complete: bool
) -> None:
    options = ReportOptions(sarif_suppressed=suppressed)
    assert len(_run(report("sarif", replace(outcome, complete=complete), options))["results"]) == 2 + suppressed


def test_an_empty_outcome_has_an_empty_list_of_results(report: Callable[..., bytes]) -> None:
    run = _run(report("sarif", Outcome()))
    assert run["results"] == []
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_every_rule_is_described_the_way_github_reads_it(outcome: Outcome, report: Callable[..., bytes]) -> None:
    driver = _run(report("sarif", outcome))["tool"]["driver"]
    assert driver["name"] == "keyguard"
    credential, passphrase = driver["rules"]
    assert credential == {
        "id": "okx-credential",
        "name": "OkxCredential",
        "shortDescription": {"text": "OKX API credential"},
        "fullDescription": {"text": "Whoever holds it trades in your name."},
        "help": credential["help"],
        "helpUri": "https://www.okx.com/account/my-api",
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["security", "external/cwe/cwe-798", "secrets"],
            "precision": "high",
            "security-severity": "9.5",
        },
    }
    for text in credential["help"].values():
        for words in ("OKX API credential", "trades in your name", "Delete the key", "https://www.okx.com"):
            assert words in text
    assert credential["help"]["markdown"].startswith("## What was found\n\n")
    assert passphrase["defaultConfiguration"] == {"level": "warning"}
    assert passphrase["properties"]["tags"] == ["security"]
    assert "References" not in passphrase["help"]["markdown"]


def test_the_most_dangerous_part_is_the_location_and_the_others_are_related(
    outcome: Outcome, report: Callable[..., bytes]
) -> None:
    run = _run(report("sarif", outcome))
    result = run["results"][0]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "okx-credential"
    (location,) = result["locations"]
    assert location == {
        "physicalLocation": {
            "artifactLocation": {"uri": "config/live.py", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 3, "startColumn": 11, "endLine": 3, "endColumn": 47},
        }
    }
    related = result["relatedLocations"]
    assert [place["id"] for place in related] == [1, 2]
    assert [place["message"]["text"].split("****")[0][:-4] for place in related] == ["secret key ", "api key "]


def test_the_message_tells_what_was_found_and_what_is_missing(outcome: Outcome, report: Callable[..., bytes]) -> None:
    key, secret, _ = (match.value.mask for match in outcome.findings[0].matches)
    result = _run(report("sarif", outcome))["results"][0]
    assert result["message"]["text"] == (
        f"OKX API credential: api key {key}, [secret key](1) {secret}. Missing: passphrase. Realm: live. "
        "Further copies: [api key](2)."
    )
    assert result["properties"] == {
        "confidence": "high",
        "severity": "critical",
        "provider": "okx",
        "realm": "live",
        "missing": ["passphrase"],
        "security-severity": "9.5",
        "commits": ["c0" * 20],
        "masks": [key, secret],
    }


def test_ids_of_commits_and_contents_stand_there_in_full(
    history: Outcome,
    report: Callable[..., bytes],
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
) -> None:
    live, gone, _ = (result["properties"] for result in _run(report("sarif", history))["results"])
    assert live["commits"] == ["a1" * 20, "b2" * 20]
    assert gone["commits"] == ["b2" * 20, "c3" * 20]
    assert "objects" not in live
    past = make_match(tracking=Tracking.COMMITTED)
    ids = ["ab" * 20, "cd" * 32, "/root/of/a/file"]
    held = [replace(past, blob=replace(past.blob, id=name)) for name in ids]
    (result,) = _run(report("sarif", Outcome((make_finding(*held, make_match()),))))["results"]
    assert result["properties"]["objects"] == ids[:2]


def test_paths_begin_at_the_root_whose_place_is_not_told(outcome: Outcome, report: Callable[..., bytes]) -> None:
    run = _run(report("sarif", outcome))
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"description": {"text": "the folder that was scanned"}}}
    (first, *_) = run["results"]
    places = [place["physicalLocation"]["artifactLocation"] for place in first["locations"] + first["relatedLocations"]]
    assert {place["uriBaseId"] for place in places} == {"%SRCROOT%"}


def test_every_link_of_a_message_leads_to_a_related_location(
    report: Callable[..., bytes], make_match: Callable[..., Match], make_finding: Callable[..., Finding]
) -> None:
    key = make_match()
    copies = [make_match(path=f"{number}.py", value=key.value.reveal()) for number in range(30)]
    result = _run(report("sarif", Outcome((make_finding(key, *copies),))))["results"][0]
    links = [int(number) for number in re.findall(r"\]\((\d+)\)", result["message"]["text"])]
    assert links == list(range(1, 21))
    assert result["message"]["text"].endswith(" and 10 more.")
    assert [place["id"] for place in result["relatedLocations"]] == list(range(1, 31))


@pytest.mark.parametrize(
    ("severity", "level"),
    [("CRITICAL", "error"), ("HIGH", "error"), ("MEDIUM", "warning"), ("LOW", "note"), ("NOTE", "note")],
)
def test_the_level_is_always_written_also_where_it_is_the_default(
    report: Callable[..., bytes], make_finding: Callable[..., Finding], severity: str, level: str
) -> None:
    result = _run(report("sarif", Outcome((make_finding(severity=Severity[severity]),))))["results"][0]
    assert result["level"] == level


def test_fingerprints_can_be_read_back(outcome: Outcome, report: Callable[..., bytes]) -> None:
    results = _run(report("sarif", outcome))["results"]
    assert [result["partialFingerprints"] for result in results] == [
        {"primaryLocationLineHash": f"{finding.fingerprint}:1", "keyguard/v1": finding.fingerprint}
        for finding in outcome.findings[:2]
    ]


@pytest.mark.parametrize(("by", "kind"), [("inline", "inSource"), ("ignore-file", "external"), ("allow", "external")])
def test_suppressed_findings_are_there_only_when_asked_for(
    report: Callable[..., bytes], make_finding: Callable[..., Finding], by: str, kind: str
) -> None:
    outcome = Outcome((make_finding(suppressed=Suppression(by, "here:1", "known")),))
    assert _run(report("sarif", outcome))["results"] == []
    (result,) = _run(report("sarif", outcome, ReportOptions(sarif_suppressed=True)))["results"]
    assert result["suppressions"] == [{"kind": kind, "status": "accepted", "justification": f"known ({by}, here:1)"}]


def test_skipped_inputs_and_interruptions_are_notifications(outcome: Outcome, report: Callable[..., bytes]) -> None:
    (invocation,) = _run(report("sarif", replace(outcome, complete=False)))["invocations"]
    assert invocation == {
        "executionSuccessful": False,
        "toolExecutionNotifications": [
            {"level": "warning", "message": {"text": "Skipped var/big.log: larger than 64 MB"}},
            *({"level": "note", "message": {"text": notice}} for notice in outcome.notices),
            {"level": "note", "message": {"text": "2 findings below the wanted confidence not shown."}},
            {"level": "note", "message": {"text": "1 suppressed (1 inline)."}},
            {"level": "error", "message": {"text": "The run was interrupted: this report is incomplete."}},
        ],
    }
    assert outcome.notices


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (b"a b/%41#?.py", "a%20b/%2541%23%3F.py"),
        (b"caf\xe9.py", "caf%E9.py"),
        (b"caf\xc3\xa9.py", "caf%C3%A9.py"),
        (b"back\\slash.py", "back%5Cslash.py"),
        (b"\\x41.py", "%5Cx41.py"),
        (b"./here.py", "here.py"),
        (b"/etc/okx.conf", "etc/okx.conf"),
        (b"mailto:x/y", "mailto%3Ax/y"),
        (b"//host/share", "host/share"),
        (b"../beside.py", "../beside.py"),
        (b"<stdin>", "%3Cstdin%3E"),
    ],
)
def test_paths_become_relative_percent_encoded_uris(
    report: Callable[..., bytes],
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
    path: bytes,
    uri: str,
) -> None:
    outcome = Outcome((make_finding(make_match(path=os.fsdecode(path))),))
    assert _uri(_run(report("sarif", outcome))["results"][0]) == uri


@given(path=st.binary(min_size=1).filter(lambda raw: raw[:1] not in b"./"))
def test_any_path_becomes_a_relative_uri_that_gives_its_bytes_back(
    report: Callable[..., bytes],
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
    path: bytes,
) -> None:
    outcome = Outcome((make_finding(make_match(path=os.fsdecode(path))),))
    uri = _uri(_run(report("sarif", outcome))["results"][0])
    assert unquote_to_bytes(uri) == path
    assert urlsplit(uri)[:2] == ("", "")


def test_what_sarif_would_take_for_a_link_or_a_placeholder_is_escaped(
    report: Callable[..., bytes], make_match: Callable[..., Match], make_finding: Callable[..., Finding]
) -> None:
    match = make_match(value=b"[{]\\" + b"0" * 20)
    outcome = Outcome((make_finding(match),), skipped=(Skipped("[a](1)/{0}", "a FIFO"),))
    run = _run(report("sarif", outcome))
    assert r"api key \[{{\]\\********." in run["results"][0]["message"]["text"]
    notification = run["invocations"][0]["toolExecutionNotifications"][0]
    assert notification["message"]["text"] == r"Skipped \[a\](1)/{{0}}: a FIFO"


def test_no_value_is_written_even_with_show_secrets(outcome: Outcome, report: Callable[..., bytes]) -> None:
    assert report("sarif", outcome, ReportOptions(show_secrets=True)) == report("sarif", outcome)


def test_confidence_is_apart_from_the_level(report: Callable[..., bytes], make_finding: Callable[..., Finding]) -> None:
    result = _run(report("sarif", Outcome((make_finding(confidence=Confidence.LOW),))))["results"][0]
    assert (result["level"], result["properties"]["confidence"]) == ("error", "low")
