"""No value leaves the process that read it; whoever needs one gets it from its place, however it is written there."""

from __future__ import annotations

import io
import json
import pickle
from typing import TYPE_CHECKING

import pytest

from keyguard import cache, verify
from keyguard.engine.examine import Examiner
from keyguard.engine.unit import Unit
from keyguard.model import Sealed
from keyguard.packs import expand
from keyguard.report import ReportOptions, writer
from keyguard.sources import PIECE
from keyguard.sources.files import FileSource
from keyguard.sources.text import TextSource
from tests.cases import LEAK, cases, expected, fill, findings, rule_set

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keyguard.model import Outcome
    from keyguard.packs import RuleSet

CREDENTIAL = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"


def test_what_a_worker_hands_back_holds_no_value() -> None:
    text = expand(CREDENTIAL, "sealed")
    source = TextSource(".env", text.encode())
    unit = Unit(source, Examiner(rule_set(), 10, b"k" * 32, cache.opened().remember))
    found = unit([*source.blobs()])
    assert {match.part for match in found.matches} == {"api_key", "secret_key", "passphrase"}
    sent = pickle.dumps(found)
    for line in text.split():
        value = line.partition("=")[2].encode()
        assert value not in sent
        assert value[8:] not in sent
    assert pickle.loads(sent).matches == found.matches  # noqa: S301 - our own


def test_equal_values_have_equal_tags_within_a_run_and_others_in_the_next() -> None:
    text = expand(CREDENTIAL, "tags").encode()

    def tags(key: bytes) -> list[bytes]:
        source = TextSource(".env", text)
        found = Unit(source, Examiner(rule_set(), 10, key, cache.opened().remember))([*source.blobs()])
        return [match.value.tag for match in found.matches if isinstance(match.value, Sealed)]

    assert tags(b"a" * 32) == tags(b"a" * 32)
    assert not set(tags(b"a" * 32)) & set(tags(b"b" * 32))


@pytest.mark.parametrize("case", cases(LEAK)[::7], ids=lambda case: str(case.name))
def test_every_value_of_the_corpus_is_read_again_as_it_was_found(case: Path, tmp_path: Path) -> None:
    fill(case, tmp_path)
    marked = {value for values in expected(case).values() for _, value in values}
    revealed = {match.value.reveal().decode() for finding in findings(tmp_path) for match in finding.matches}
    assert revealed <= marked


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("bot.py", 'okx_NAME = "Qu\\"art\\u007a!Pebble47"\n', 'Qu"artz!Pebble47'),
        ("bot.xml", "<okx><NAME>Quartz&amp;Pebble47</NAME></okx>\n", "Quartz&Pebble47"),
        ("bot.csv", 'okx_NAME,exchange\n"Quartz""s!Pebble47",okx\n', 'Quartz"s!Pebble47'),
    ],
)
def test_a_value_that_is_escaped_in_its_file_is_what_it_means(
    name: str, text: str, value: str, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    (tmp_path / name).write_text(text.replace("NAME", "passphrase"))
    [finding] = scanned(tmp_path).findings
    assert [match.value.reveal().decode() for match in finding.matches] == [value]


def test_a_value_in_the_second_piece_of_an_endless_line_is_read_again(
    tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    text = expand('"okx":{"apiKey":"<api_key>","secret":"<secret_key>","password":"<passphrase>"},', "far")
    lead = '{"é":1,' + '"a":1,' * (PIECE // 6)
    (tmp_path / "min.json").write_text(lead + text + '"b":2}', encoding="utf-8")
    [finding] = scanned(tmp_path).findings
    assert {match.value.reveal().decode() for match in finding.matches} == {
        expand(f"<{part}>", "far") for part in ("api_key", "secret_key", "passphrase")
    }


def test_a_value_whose_file_is_gone_is_an_error_that_holds_nothing_of_it(
    tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    file = tmp_path / "a.env"
    file.write_text(expand(CREDENTIAL, "gone"))
    [finding] = scanned(tmp_path).findings
    file.write_text("OKX_API_KEY=nothing\n")
    with pytest.raises(ValueError, match="the value is no longer where it was found"):
        finding.matches[0].value.reveal()


def test_a_finding_whose_file_is_gone_is_reported_with_its_masks(
    tmp_path: Path, scanned: Callable[..., Outcome], rules: RuleSet
) -> None:
    file = tmp_path / "a.env"
    file.write_text(expand(CREDENTIAL, "gone"))
    outcome = scanned(tmp_path)
    file.unlink()
    stream = io.BytesIO()
    writer("json").write(outcome, rules.rules, ReportOptions(show_secrets=True), stream)
    [finding] = json.loads(stream.getvalue())["findings"]
    assert {part["value"] for part in finding["parts"]} == {match.value.mask for match in outcome.findings[0].matches}


@pytest.mark.parametrize("deep", [1, 2, 3])
def test_a_value_in_strings_within_strings_is_read_again(
    deep: int, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    marks = expand("<api_key> <secret_key>", "deep").split()
    passphrase = expand("<passphrase>", "deep") + '"s\\Pebble47'
    text = json.dumps({"okx": {"apiKey": marks[0], "secretKey": marks[1], "passphrase": passphrase}})
    for _ in range(deep):
        text = json.dumps({"a": text})
    (tmp_path / "a.json").write_text(text)
    [finding] = scanned(tmp_path).findings
    assert [match.value.reveal().decode() for match in finding.matches] == [*marks, passphrase]


def test_a_value_that_is_gone_ends_nothing_for_the_others(
    tmp_path: Path, scanned: Callable[..., Outcome], rules: RuleSet
) -> None:
    for name in ("a.env", "b.env"):
        (tmp_path / name).write_text(expand(CREDENTIAL, f"gone {name}"))
    outcome = scanned(tmp_path)
    (tmp_path / "a.env").write_text("OKX_API_KEY=nothing\n")
    remarks, stream = list[str](), io.BytesIO()
    writer("replace-text").write(outcome, rules.rules, ReportOptions(remark=remarks.append), stream)
    left = expand("<api_key> <secret_key> <passphrase>", "gone b.env").split()
    assert sorted(stream.getvalue().decode().split()) == sorted(f"literal:{value}==>***REMOVED***" for value in left)
    assert [remark for remark in remarks if "could not be read again" in remark] == [
        f"the value at a.env:{line} could not be read again: look for it there" for line in (1, 2, 3)
    ]
    cases = verify.plan(outcome.findings, [pack for pack in rules.packs if pack.id in verify.VERIFIERS])
    assert [case.key.blob.path for case in cases] == ["b.env"]
    assert verify.unreadable(outcome.findings) == [
        f"a.env: the value in line {line} could not be read again, and is not checked." for line in (1, 2, 3)
    ]


def test_values_of_many_matches_are_read_in_one_go(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    for number in range(20):
        (tmp_path / f"{number}.env").write_text(expand(CREDENTIAL, f"many {number}"))
    outcome, reads = scanned(tmp_path), list[str]()
    with pytest.MonkeyPatch.context() as patch:
        read = FileSource.read

        def counted(self: FileSource, blobs: list[object]) -> object:
            reads.append(str(len(blobs)))
            return read(self, blobs)  # type: ignore[arg-type]

        patch.setattr(FileSource, "read", counted)
        assert len({match.value.reveal() for finding in outcome.findings for match in finding.matches}) == 60
    assert reads == ["20"]
