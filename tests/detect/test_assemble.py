"""Which parts belong together: by account, by mapping, by nearness, and never by trying every combination."""

# ruff: noqa: S311 - chance that is the same on every run

from __future__ import annotations

import functools
import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard import packs
from keyguard.detect.assemble import assemble
from keyguard.detect.matcher import Matcher
from keyguard.model import Blob, Confidence, Credential, Match
from tests.cases import LEAK, SILENT, cases, files, rule_set
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MATCHER = Matcher(rule_set(), time_limit=60)


def _matches(texts: Mapping[str, str], seed: str) -> list[Match]:
    found: list[Match] = []
    for path, text in texts.items():
        found += _MATCHER.find(packs.expand(text, seed), Blob(path, path))
    return found


@functools.cache
def _of_case(case: Path) -> tuple[Match, ...]:
    texts = {
        file.relative_to(case).as_posix(): file.read_bytes().decode("utf-8", "surrogateescape") for file in files(case)
    }
    return tuple(_matches(texts, case.name))


_CASES = st.sampled_from(cases(LEAK)) | st.sampled_from(cases(SILENT))


def _shuffled(matches: tuple[Match, ...], seed: int) -> list[Match]:
    return random.Random(seed).sample(matches, len(matches))


@given(st.lists(_CASES, min_size=1, max_size=3, unique=True), st.integers(0, 99))
@examples(60)
def test_assembling_is_independent_of_the_order_of_matches(chosen: list[Path], seed: int) -> None:
    matches = tuple(match for case in chosen for match in _of_case(case))
    assert assemble(_shuffled(matches, seed), rule_set()) == assemble(matches, rule_set())


def _place(match: Match) -> tuple[str, int, str | None]:
    return match.blob.path, match.start, match.part


@pytest.mark.slow
@pytest.mark.parametrize("kind", [LEAK, SILENT], ids=["leak", "silent"])
def test_every_match_of_the_corpus_is_in_one_credential_and_only_free_text_is_lent(kind: Path) -> None:
    shapeless = {part.name for pack in rule_set().packs for part in pack.parts.values() if part.shape is None}
    for case in cases(kind):
        matches = _of_case(case)
        credentials, lone = assemble(matches, rule_set())
        assert not lone
        uses = Counter(_place(match) for credential in credentials for match in credential.matches)
        assert set(uses) == set(map(_place, matches)), case.name
        assert all(count == 1 or part in shapeless for (_, _, part), count in uses.items()), case.name
        for credential in credentials:
            parts = [match.part for match in credential.matches]
            assert len(parts) == len(set(parts)), case.name
            assert set(parts).isdisjoint(credential.missing)
            assert len(parts) + len(credential.missing) == 3


@given(st.integers(1, 7), st.integers(1, 7), st.integers(0, 7), st.integers(0, 999), st.booleans())
@examples(50)
def test_keys_and_secrets_are_never_multiplied(keys: int, secrets: int, words: int, seed: int, spaced: bool) -> None:
    lines = [f"OKX_API_KEY=<api_key:{n}>" for n in range(keys)]
    lines += [f"OKX_SECRET_KEY=<secret_key:{n}>" for n in range(secrets)]
    lines += [f"OKX_PASSPHRASE=<passphrase:{n}>" for n in range(words)]
    random.Random(seed).shuffle(lines)
    matches = _matches({"a.env": ("\n\n" if spaced else "\n").join(lines)}, "cross")
    credentials, _ = assemble(matches, rule_set())
    both = [c for c in credentials if {"api_key", "secret_key"} <= {match.part for match in c.matches}]
    assert len(both) <= min(keys, secrets)
    assert len(credentials) <= len({match.value for match in matches})
    assert len(credentials) >= max(keys, secrets)
    uses = Counter(_place(m) for c in credentials for m in c.matches if m.part != "passphrase")
    assert set(uses.values()) == {1}


# --- scenes: the numbers of the marks say what belongs together


def _joined(texts: Mapping[str, str]) -> list[str]:
    """Return each credential as its parts' first letters with their marks' numbers: 'a1 s1 p1'."""
    values = {
        packs.value_of_mark(f"<{part}:{number}>", "scene"): f"{part[0]}{number}"
        for part in ("api_key", "secret_key", "passphrase")
        for number in range(1, 7)
    }
    return sorted(
        " ".join(values[match.value.reveal().decode()] for match in credential.matches)
        for credential in _credentials(texts)
    )


def _credentials(texts: Mapping[str, str]) -> list[Credential]:
    return assemble(_matches(texts, "scene"), rule_set())[0]


def _env(number: int, account: str = "", parts: str = "asp") -> str:
    names = {"a": "API_KEY=<api_key", "s": "SECRET_KEY=<secret_key", "p": "PASSPHRASE=<passphrase"}
    return "".join(f"OKX_{account}{names[part]}:{number}>\n" for part in parts)


WHOLE = ["a1 s1 p1", "a2 s2 p2"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("MAIN_", "SUB_"), ("LIVE_", "DEMO_"), ("1_", "2_"), ("", "SUB_"), ("ALICE_", "BOB_"), ("TRADE_", "READONLY_")],
)
@pytest.mark.parametrize("shape", ["blocks", "interleaved", "by part", "crossed"])
def test_accounts_are_told_apart_by_their_names(first: str, second: str, shape: str) -> None:
    one, two = _env(1, first).splitlines(), _env(2, second).splitlines()
    lines = {
        "blocks": [*one, "", *two],
        "interleaved": [line for pair in zip(one, two, strict=True) for line in pair],
        "by part": [one[0], two[0], two[1], one[1], one[2], two[2]],
        "crossed": [one[0], two[1], two[2], two[0], one[1], one[2]],
    }[shape]
    assert _joined({"a.env": "\n".join(lines) + "\n"}) == WHOLE


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "a.yml",
            (
                "okx:\n  accounts:\n    - name: main\n      api_key: <api_key:1>\n      secret_key: <secret_key:1>\n"
                "      passphrase: <passphrase:1>\n    - name: sub\n      api_key: <api_key:2>\n"
                "      secret_key: <secret_key:2>\n      passphrase: <passphrase:2>\n"
            ),
        ),
        (
            "a.json",
            (
                '{"okx": [{"apiKey": "<api_key:1>", "secret": "<secret_key:1>", "password": "<passphrase:1>"},'
                ' {"apiKey": "<api_key:2>", "secret": "<secret_key:2>", "password": "<passphrase:2>"}]}'
            ),
        ),
        (
            "a.toml",
            (
                '[okx.main]\napi_key = "<api_key:1>"\nsecret_key = "<secret_key:1>"\npassphrase = "<passphrase:1>"\n\n'
                '[okx.sub]\npassphrase = "<passphrase:2>"\nsecret_key = "<secret_key:2>"\napi_key = "<api_key:2>"\n'
            ),
        ),
        (
            "a.py",
            (
                'ALL = {\n "okx_a": dict(key="<api_key:1>", secret="<secret_key:1>", passphrase="<passphrase:1>"),\n'
                ' "okx_b": dict(passphrase="<passphrase:2>", key="<api_key:2>", secret="<secret_key:2>"),\n}\n'
            ),
        ),
        (
            "a.js",
            (
                'const a = new OkxClient("<api_key:1>", "<secret_key:1>", "<passphrase:1>");\n'
                'const b = new OkxClient("<api_key:2>", "<secret_key:2>", "<passphrase:2>");\n'
            ),
        ),
        (
            "a.csv",
            (
                "exchange,api_key,secret_key,passphrase\nokx,<api_key:1>,<secret_key:1>,<passphrase:1>\n"
                "okx,<api_key:2>,<secret_key:2>,<passphrase:2>\n"
            ),
        ),
        ("a.env", _env(1) + "\n" * 3 + _env(2)),
        ("a.env", _env(1) + _env(2)),
    ],
)
def test_lists_of_accounts_stay_apart(path: str, text: str) -> None:
    assert _joined({path: text}) == WHOLE


def test_without_accounts_the_nearest_belong_together() -> None:
    text = _env(1, parts="as") + "#\n" * 9 + _env(2, parts="sa") + "#\n" * 9 + _env(3, parts="as")
    assert _joined({"a.env": text}) == ["a1 s1", "a2 s2", "a3 s3"]


def test_parts_of_two_named_accounts_do_not_join() -> None:
    text = _env(1, "MAIN_", "a") + _env(2, "SUB_", "s") + _env(3, "THIRD_", "as")
    assert _joined({"a.env": text}) == ["a1", "a3 s3", "s2"]


def test_what_is_far_apart_in_one_file_stays_apart() -> None:
    text = _env(1, parts="a") + "x = 1\n" * 300 + _env(2, parts="s") + "x = 1\n" * 300 + _env(3, parts="a")
    assert _joined({"a.py": text}) == ["a1", "a3", "s2"]


def test_the_words_of_a_credential_tell_how_it_was_joined() -> None:
    [in_call] = _credentials({"a.py": 'Account.AccountAPI("<api_key>", "<secret_key>", "<passphrase>")'})
    [in_folder] = _credentials({"x/.env": _env(1, parts="a"), "x/config.py": 'OKX_SECRET_KEY = "<secret_key:1>"\n'})
    [alone] = _credentials({"a.env": _env(1, parts="a")})
    assert (in_call.joined, in_folder.joined, alone.joined) == ("scope", "folder", "lone")
    assert in_call.confidence is Confidence.HIGH


# --- across files


def test_files_of_one_folder_complete_each_other_when_one_way_fits() -> None:
    assert _joined({"x/.env": _env(1, parts="a"), "x/config.py": 'OKX_SECRET_KEY = "<secret_key:1>"\n'}) == ["a1 s1"]
    assert _joined({"x/a.env": _env(1, parts="a"), "x/b.env": _env(1, parts="s"), "x/c.env": _env(1, parts="p")}) == [
        "a1 s1 p1"
    ]
    assert _joined({"x/a.env": _env(1, parts="as"), "x/b.env": _env(1, parts="p"), "x/c.env": "A=1\n"}) == ["a1 s1 p1"]


@pytest.mark.parametrize(
    "texts",
    [
        {"x/a.env": _env(1, parts="a"), "x/b.env": _env(2, parts="a"), "x/c.env": _env(3, parts="s")},
        {"x/a.env": _env(1, parts="as"), "x/b.env": _env(2, parts="as"), "x/c.env": _env(3, parts="p")},
        {"x/a.env": _env(1, parts="a"), "x/b.env": _env(2, parts="s"), "x/c.env": _env(3, parts="s")},
        {"x/a.env": _env(1, "MAIN_", "a"), "x/b.env": _env(2, "SUB_", "s")},
    ],
)
def test_files_of_one_folder_stay_apart_when_more_than_one_way_fits_or_none(texts: dict[str, str]) -> None:
    assert len(_joined(texts)) == len(texts)


def test_accounts_are_told_apart_across_files_too() -> None:
    texts = {
        "x/keys.env": _env(1, "MAIN_", "a") + _env(2, "SUB_", "a"),
        "x/secrets.env": _env(2, "SUB_", "sp") + _env(1, "MAIN_", "sp"),
    }
    assert _joined(texts) == WHOLE


def test_a_complete_credential_takes_nothing_from_its_neighbours() -> None:
    assert _joined({"x/a.env": _env(1), "x/b.env": _env(2, parts="s")}) == ["a1 s1 p1", "s2"]


def test_files_of_different_folders_join_only_when_their_names_say_the_provider() -> None:
    text = 'OKX_SECRET_KEY = "<secret_key:1>"\n'
    assert _joined({".env": _env(1, parts="a"), "src/config.py": text}) == ["a1 s1"]
    assert _joined({"one/.env": _env(1, parts="a"), "two/config.py": text}) == ["a1", "s1"]
    unsaid = {
        "a.yml": "# okx\napi_key: <api_key:1>\n",
        "src/config.py": '# for okx\nSECRET_KEY = "<secret_key:1>"\n',
    }
    assert _joined(unsaid) == ["a1", "s1"]


def test_different_folders_with_two_keys_stay_apart() -> None:
    texts = {"a/.env": _env(1, parts="a"), "b/.env": _env(2, parts="a"), "c/.env": _env(3, parts="s")}
    assert _joined(texts) == ["a1", "a2", "s3"]


# --- a lent passphrase


def test_one_passphrase_that_names_no_account_is_lent_to_all() -> None:
    text = _env(1, "MAIN_", "as") + _env(2, "SUB_", "as") + "OKX_PASSPHRASE=<passphrase:3>\n"
    assert _joined({"a.env": text}) == ["a1 s1 p3", "a2 s2 p3"]


def test_a_passphrase_of_one_account_is_lent_to_no_other() -> None:
    text = _env(1, "MAIN_") + _env(2, "SUB_", "as")
    assert _joined({"a.env": text}) == ["a1 s1 p1", "a2 s2"]


def test_a_passphrase_is_not_lent_to_a_lone_key() -> None:
    text = _env(1) + "#\n" * 5 + _env(2, parts="a")
    assert _joined({"a.env": text}) == ["a1 s1 p1", "a2"]


def test_a_passphrase_within_one_mapping_is_not_lent_to_the_next() -> None:
    text = (
        "okx:\n  main:\n    api_key: <api_key:1>\n    secret_key: <secret_key:1>\n    passphrase: <passphrase:1>\n"
        "  sub:\n    api_key: <api_key:2>\n    secret_key: <secret_key:2>\n"
    )
    assert _joined({"a.yml": text}) == ["a1 s1 p1", "a2 s2"]


def test_a_passphrase_around_the_mappings_is_lent_into_them() -> None:
    text = (
        "okx:\n  passphrase: <passphrase:3>\n  main:\n    api_key: <api_key:1>\n    secret_key: <secret_key:1>\n"
        "  sub:\n    api_key: <api_key:2>\n    secret_key: <secret_key:2>\n"
    )
    assert _joined({"a.yml": text}) == ["a1 s1 p3", "a2 s2 p3"]
