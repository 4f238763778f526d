"""What a user is told of a credential: once, how bad, how sure, and under a name that stays and gives nothing away."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard import packs
from keyguard.detect.assemble import assemble
from keyguard.detect.judge import judge
from keyguard.detect.matcher import Matcher
from keyguard.model import Blob, Confidence, Finding, Match, Outcome, Severity, Suppression, Tracking
from tests.cases import rule_set
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

KEY = "OKX_API_KEY=<api_key>\n"
SECRET = "OKX_SECRET_KEY=<secret_key>\n"  # noqa: S105 - a mark
PASSPHRASE = "OKX_PASSPHRASE=<passphrase>\n"  # noqa: S105
WHOLE = KEY + SECRET + PASSPHRASE
_MATCHER = Matcher(rule_set(), time_limit=60)


def _open(_rule: str, _matches: Sequence[Match], _fingerprint: str) -> Suppression | None:
    return None


def _judged(
    files: Mapping[str, str],
    *,
    seed: str = "judge",
    tracking: Mapping[str, Tracking] | None = None,
    waive: Callable[[str, Sequence[Match], str], Suppression | None] = _open,
    least: Confidence = Confidence.LOW,
) -> tuple[list[Finding], int]:
    matches: list[Match] = []
    for path, text in files.items():
        blob = Blob(path, path, tracking=(tracking or {}).get(path, Tracking.NONE))
        matches += _MATCHER.find(packs.expand(text, seed), blob)
    return judge(*assemble(matches, rule_set()), rule_set(), waive, least)[:2]


def _one(text: str, path: str = "a.env", **more: str) -> Finding:
    [finding] = _judged({path: text}, **more)[0]  # type: ignore[arg-type]
    return finding


# --- one finding for one credential

_NOTATIONS = {
    "a/.env": WHOLE,
    "b/config.py": 'OKX_API_KEY = "<api_key>"\nOKX_SECRET_KEY = "<secret_key>"\nOKX_PASSPHRASE = "<passphrase>"\n',
    "c/okx.json": '{"okx": {"apiKey": "<api_key>", "secret": "<secret_key>", "password": "<passphrase>"}}',
    "d/bot.js": 'const ex = new ccxt.okx({apiKey: "<api_key>", secret: "<secret_key>", password: "<passphrase>"});\n',
    "e/run.py": 'api = Account.AccountAPI("<api_key>", "<secret_key>", "<passphrase>", False, "0")\n',
    "f/okx.yml": "okx:\n  api_key: <api_key>\n  secret_key: <secret_key>\n  passphrase: <passphrase>\n",
}


def test_one_credential_in_many_files_and_notations_is_one_finding(
    tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    for path, text in _NOTATIONS.items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(packs.expand(text, "copies"))
    [finding] = scanned(tmp_path).findings
    assert (finding.rule, finding.missing) == ("okx-credential", ())
    assert [origin.path for origin in finding.origins] == sorted(_NOTATIONS)
    assert len(finding.matches) == 3 * len(_NOTATIONS)
    assert len({match.value for match in finding.matches}) == 3


def test_different_credentials_are_different_findings_with_different_fingerprints() -> None:
    files = {f"{n}/.env": WHOLE.replace(">", f":{n}>") for n in range(1, 9)}
    findings, _ = _judged(files)
    assert len(findings) == len({finding.fingerprint for finding in findings}) == 8


def test_a_lone_key_and_the_whole_credential_elsewhere_are_one_finding() -> None:
    apart = {"a/one.env": KEY, "b/two.env": WHOLE, "c/three.env": SECRET + "#\n" * 500}
    [finding], _ = _judged(apart)
    assert (finding.rule, finding.missing, finding.severity) == ("okx-credential", (), Severity.CRITICAL)
    assert {match.blob.path for match in finding.matches} == set(apart)
    assert {match.blob.path for match in finding.matches[:3]} == {"b/two.env"}


def test_copies_that_share_no_value_directly_are_merged_through_one_that_shares_both() -> None:
    [finding], _ = _judged({"a/k.env": KEY, "b/s.md": SECRET, "c/ks.env": KEY + SECRET})
    assert finding.missing == ("passphrase",)
    assert len(finding.matches) == 4


def test_the_same_key_in_upper_case_is_the_same_credential() -> None:
    lower, upper = "a/a.env", "b/b.env"
    [finding], _ = _judged({lower: WHOLE, upper: WHOLE.replace("<api_key>", "<api_key|upper>")})
    assert {match.blob.path for match in finding.matches} == {lower, upper}
    assert finding.fingerprint == _one(WHOLE).fingerprint


# --- how bad

_SEVERITIES = {
    "whole": (WHOLE, Severity.CRITICAL, ()),
    "without passphrase": (KEY + SECRET, Severity.HIGH, ("passphrase",)),
    "without secret key": (KEY + PASSPHRASE, Severity.HIGH, ("secret_key",)),
    "without key": (SECRET + PASSPHRASE, Severity.HIGH, ("api_key",)),
    "key alone": (KEY, Severity.MEDIUM, ("secret_key", "passphrase")),
    "secret key alone": (SECRET, Severity.HIGH, ("api_key", "passphrase")),
    "passphrase alone": (PASSPHRASE, Severity.MEDIUM, ("api_key", "secret_key")),
}


@pytest.mark.parametrize("what", _SEVERITIES)
def test_severity_follows_how_much_is_there(what: str) -> None:
    text, severity, missing = _SEVERITIES[what]
    finding = _one(text)
    assert (finding.severity, finding.missing) == (severity, missing)


@pytest.mark.parametrize("what", _SEVERITIES)
def test_a_demo_account_is_medium_at_most(what: str) -> None:
    text, severity, missing = _SEVERITIES[what]
    finding = _one(text.replace("OKX_", "OKX_DEMO_"))
    assert (finding.severity, finding.missing, finding.realm) == (min(severity, Severity.MEDIUM), missing, "demo")


def test_a_live_account_is_as_bad_as_one_of_unknown_realm() -> None:
    assert _one(WHOLE.replace("OKX_", "OKX_LIVE_")).severity is Severity.CRITICAL


def test_copies_that_disagree_about_the_realm_have_none() -> None:
    [finding], _ = _judged(
        {"a/a.env": WHOLE.replace("OKX_", "OKX_DEMO_"), "b/b.env": WHOLE.replace("OKX_", "OKX_LIVE_")}
    )
    assert (finding.realm, finding.severity) == (None, Severity.CRITICAL)


def test_what_git_ignores_everywhere_is_a_note_and_one_tracked_copy_makes_it_bad_again() -> None:
    files = {"a/.env": WHOLE, "b/.env": WHOLE}
    every = {"a/.env": Tracking.IGNORED, "b/.env": Tracking.IGNORED}
    [finding], _ = _judged(files, tracking=every)
    assert finding.severity is Severity.NOTE
    for other in (Tracking.TRACKED, Tracking.UNTRACKED, Tracking.NONE):
        [finding], _ = _judged(files, tracking={**every, "b/.env": other})
        assert finding.severity is Severity.CRITICAL
        assert [origin.tracking for origin in finding.origins] == [Tracking.IGNORED.value, other.value]


def test_in_a_real_work_tree_the_ignored_file_is_a_note(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    git = shutil.which("git") or "git"
    subprocess.run([git, "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text(".env\n")
    (tmp_path / ".env").write_text(packs.expand(WHOLE, "ignored"))
    [finding] = scanned(tmp_path).findings
    assert finding.severity is Severity.NOTE
    (tmp_path / "bot.env").write_text(packs.expand(KEY, "ignored"))
    [finding] = scanned(tmp_path).findings
    assert finding.severity is Severity.CRITICAL


# --- fingerprints


def _prints(files: Mapping[str, str], seed: str = "judge") -> list[str]:
    return sorted(finding.fingerprint for finding in _judged(files, seed=seed)[0])


@pytest.mark.parametrize("text", [WHOLE, KEY, SECRET, PASSPHRASE, KEY + SECRET, SECRET + PASSPHRASE])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: {"a.env": "# a line more\n" * 9 + text},
        lambda text: {"a.env": text + "OTHER=1\n"},
        lambda text: {"deep/in/.env.local": text},
        lambda text: {"a.env": "".join(f"   {line}\n" for line in text.splitlines())},
        lambda text: {"a.env": text.replace("\n", "\r\n")},
        lambda text: {"a.env": text.replace("=", " = ")},
        lambda text: {"run.sh": text},
        lambda text: {"a.env": "\n".join(reversed(text.splitlines()))},
    ],
)
def test_a_fingerprint_survives_shifts_renames_and_indentation(
    text: str, change: Callable[[str], Mapping[str, str]]
) -> None:
    assert _prints(change(text)) == _prints({"a.env": text})


@pytest.mark.parametrize("text", [KEY, SECRET, PASSPHRASE])
def test_a_fingerprint_survives_an_export(text: str) -> None:
    assert _prints({"a.env": text}) == _prints({"a.sh": f"export {text}"})


@given(st.permutations(list(_NOTATIONS)), st.integers(1, 6))
@examples(25)
def test_a_fingerprint_is_independent_of_copies_and_of_the_order_of_files(order: list[str], count: int) -> None:
    assert _prints({path: _NOTATIONS[path] for path in order[:count]}) == _prints({"x.env": WHOLE})


@given(st.text("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ", min_size=6, max_size=12), st.integers(1000, 9999))
@examples(60)
def test_two_different_passphrases_in_the_same_place_have_the_same_fingerprint(word: str, number: int) -> None:
    mine = _judged({"a.env": f"OKX_PASSPHRASE='Q{word}q%{number}'\n"})[0]
    assert [finding.fingerprint for finding in mine] in ([], [_one(PASSPHRASE).fingerprint])


def test_changing_the_passphrase_of_a_credential_changes_no_fingerprint() -> None:
    for text in (WHOLE, KEY + PASSPHRASE, SECRET + PASSPHRASE):
        other = text.replace("<passphrase>", "<passphrase:2>")
        assert _prints({"a.env": text}) == _prints({"a.env": other})


def test_a_new_key_or_secret_key_is_a_new_finding() -> None:
    assert _prints({"a.env": WHOLE}) != _prints({"a.env": WHOLE.replace("<api_key>", "<api_key:2>")})
    assert _prints({"a.env": SECRET}) != _prints({"a.env": SECRET.replace("<secret_key>", "<secret_key:2>")})


def test_a_passphrase_moved_to_another_file_keeps_its_fingerprint_and_two_of_them_have_two() -> None:
    assert _prints({"a.env": PASSPHRASE}) == _prints({"other/place.py": 'OKX_PASSPHRASE = "<passphrase>"\n'})
    two = _prints({"a/a.env": PASSPHRASE, "b/b.env": PASSPHRASE.replace("<passphrase>", "<passphrase:2>")})
    assert len(set(two)) == 2


def test_fingerprints_are_short_hashes_that_hold_no_value() -> None:
    for finding in _judged({"a/a.env": WHOLE, "b.env": PASSPHRASE.replace("OKX", "OKEX")})[0]:
        assert len(finding.fingerprint) == 40
        assert set(finding.fingerprint) <= set("0123456789abcdef")


# --- waivers, confidence, order


def test_one_open_copy_keeps_a_finding_open(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    waived = "# keyguard: ignore[okx-credential] a test account\n" + WHOLE
    for name, text in (("a", waived), ("b", waived)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.env").write_text(packs.expand(text, "waived"))
    [finding] = scanned(tmp_path).findings
    assert finding.suppressed == Suppression("inline", "a/x.env:1", "a test account")
    (tmp_path / "b" / "x.env").write_text(packs.expand(WHOLE, "waived"))
    outcome = scanned(tmp_path)
    [finding] = outcome.findings
    assert finding.suppressed is None
    assert finding.matches[0].blob.path == "b/x.env"  # the open place comes first
    assert not outcome.unused


def test_a_finding_is_waived_when_every_copy_is_whatever_waives_it() -> None:
    def waive(_rule: str, matches: Sequence[Match], _print: str) -> Suppression | None:
        paths = {match.blob.path for match in matches}
        return Suppression("allow", "here") if paths <= {"a/a.env", "b/b.env"} else None

    two = {"a/a.env": WHOLE, "b/b.env": WHOLE}
    [finding], _ = _judged(two, waive=waive)
    assert finding.suppressed
    [finding], _ = _judged({**two, "c/c.env": WHOLE}, waive=waive)
    assert finding.suppressed is None


def test_what_is_below_the_wanted_confidence_is_counted_not_shown() -> None:
    files = {
        "a/a.env": WHOLE,
        "b/b.txt": "passphrase: <passphrase:2>\nsecret_key: <secret_key:2>\n",
        "c/c.txt": "key <uuid>\n",
    }
    every, below = _judged(files)
    assert below == 0
    assert {finding.confidence for finding in every} > {Confidence.HIGH}
    for least in Confidence:
        shown, below = _judged(files, least=least)
        assert shown == [finding for finding in every if finding.confidence >= least]
        assert below == len(every) - len(shown)


def test_a_rule_that_was_not_chosen_is_neither_shown_nor_counted() -> None:
    chosen = rule_set().choose(["okx-api-key"], [])
    matches = _MATCHER.find(packs.expand(PASSPHRASE, "c"), Blob("a.env", "a.env"))
    assert judge(*assemble(matches, chosen), chosen, _open, Confidence.HIGH)[:2] == ([], 0)


@pytest.mark.parametrize("path", _NOTATIONS)
def test_the_parts_come_as_the_pack_names_them_the_api_key_first(path: str) -> None:
    finding = _one(_NOTATIONS[path], path)
    assert [match.part for match in finding.matches] == ["api_key", "secret_key", "passphrase"]


def test_findings_come_worst_first_then_surest_then_by_place() -> None:
    files = {
        "z/a.env": WHOLE.replace(">", ":1>"),
        "a/a.env": KEY.replace(">", ":2>"),
        "b/a.env": WHOLE.replace(">", ":3>"),
        "c/a.env": SECRET.replace(">", ":4>"),
        "d/a.env": KEY.replace(">", ":5>").replace("OKX_", "OKX_MAIN_"),
    }
    findings, _ = _judged(files)
    assert [(-f.severity, -f.confidence, f.matches[0].blob.path) for f in findings] == sorted(
        (-f.severity, -f.confidence, f.matches[0].blob.path) for f in findings
    )
    assert [f.matches[0].blob.path for f in findings if f.severity is Severity.CRITICAL] == ["b/a.env", "z/a.env"]
