from __future__ import annotations

import copy
import itertools
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import hyperscan
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.detect.ignores import WAIVER_GATE, Ignores, find_waivers
from keyguard.model import Blob, Confidence, Match, Notice, Region, Secret, Suppression, UnusedIgnore, Waiver
from keyguard.settings import Allow, Settings, load

if TYPE_CHECKING:
    import random

TODAY = date(2026, 6, 1)
RULES = ("okx-credential", "okx-api-key", "okx-secret-key")
MARK = "keyguard: ignore"


def _match(path: str = "a.py", line: int = 1, rule: str = "okx-api-key") -> Match:
    region = Region(line, 1, line, 5)
    return Match(rule, "okx", None, Blob(path, path), 0, region, Secret(b"made up"), Confidence.HIGH)


def _ignores(settings: Settings | None = None, *waivers: Waiver, whole: bool = True, today: date = TODAY) -> Ignores:
    return Ignores(settings or Settings(Path()), waivers, today=today, rules=RULES, whole=whole)


def _allowing(*allow: Allow) -> Settings:
    return Settings(Path(), config=".keyguard.yml", allow=allow)


# Inline waivers in a text.

COMMENTS = [
    "# %s",
    "##%s",
    "x = 1  # %s",
    "key: value # %s",
    "x # noqa  # %s",
    "// %s",
    "x();// %s",
    "/// %s",
    "/* %s */",
    "/** %s */",
    "/* %s */ const x = 1;",
    "  * %s",
    "-- %s",
    "x = 1 -- %s",
    "--[[ %s ]]",
    "; %s",
    "x = 1 ; %s",
    "<!-- %s -->",
    "<!--%s-->",
    "<td>x</td><!-- %s -->",
    "<%%-- %s --%%>",
    "<# %s #>",
    "%% %s",
    "' %s",
    "Dim x = y ' %s",
    "REM %s",
    "@rem %s",
    "cls & REM %s",
    ":: %s",
    '"""%s"""',
    "'''%s'''",
    "{# %s #}",
    "{{!-- %s --}}",
    "{/* %s */}",
    "{- %s -}",
    "(* %s *)",
    "@* %s *@",
    "! %s",
    '  "comment": "%s",',
    '  "_comment_okx": "%s",',
    '{"//": "%s", "key": "x"}',
    "%s",
    "    %s",
    "\ufeff# %s",
]


@pytest.mark.parametrize("comment", COMMENTS)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_every_comment_style_holds_a_waiver(comment: str, end: str) -> None:
    text = comment % f"{MARK}[okx-api-key] test account" + end
    assert find_waivers(text.encode(), "a") == [Waiver("a", 1, ("okx-api-key",), "test account")]


@pytest.mark.parametrize("comment", COMMENTS)
def test_rules_and_reason_may_be_left_out(comment: str) -> None:
    assert find_waivers((comment % MARK).encode(), "a") == [Waiver("a", 1)]


@pytest.mark.parametrize(
    ("said", "rules", "reason"),
    [
        ("keyguard:ignore why", (), "why"),
        ("KeyGuard : Ignore why", (), "why"),
        ("keyguard: ignore -- it's why", (), "it's why"),
        ("keyguard: ignore: why", (), "why"),
        ("keyguard: ignore [b-2, a-1,b-2] why", ("a-1", "b-2"), "why"),
        ("keyguard: ignore[a] see https://example.org/x/1", ("a",), "see https://example.org/x/1"),
        ("keyguard: ignore[a] größer", ("a",), "größer"),
    ],
)
def test_spelling_is_forgiving(said: str, rules: tuple[str, ...], reason: str) -> None:
    assert find_waivers(f"# {said}".encode(), "a") == [Waiver("a", 1, rules, reason)]


@pytest.mark.parametrize(
    "text",
    [
        f"write {MARK} why",
        f"write `{MARK}[a] why` behind it",
        f"write `# {MARK}[a] why` behind it",
        f"x = '{MARK}'",
        f"print '{MARK}'",
        f"if '{MARK}' in text:",
        f'x = "{MARK}"',
        f'x = b"# {MARK}"',
        f'"text": "{MARK}"',
        f"https://{MARK}",
        f"page#{MARK}",
        f"# see {MARK}",
        f"# {MARK}d",
        f"# {MARK}-file",
        f"# my{MARK}",
        f"# {MARK}[]",
        f"# {MARK}[a",
        f"# {MARK}[...]",
        f"# {MARK}[<rule-id>]",
        f"# {MARK}[a b]",
    ],
)
def test_prose_strings_and_broken_lists_waive_nothing(text: str) -> None:
    assert find_waivers(text.encode(), "a") == []


def test_a_comment_in_a_notebook_is_a_comment() -> None:
    text = f'  "# {MARK}[a] why\\n",\n  "x = 1  # {MARK}[a] why\\n",'
    assert find_waivers(text.encode(), "a.ipynb") == [Waiver("a.ipynb", n, ("a",), "why") for n in (1, 2)]


def test_a_reason_ends_with_its_string_and_shows_nothing_that_looks_like_a_key() -> None:
    value = "0123456789abcdef" * 2
    (waiver,) = find_waivers(f'"note": "x # {MARK} why", "v": "{value[:9]}"'.encode(), "a")
    assert waiver.reason == "why"
    (waiver,) = find_waivers(f"# {MARK} it was {value} once".encode(), "a")
    assert waiver.reason == "it was ******** once"


def test_the_number_of_waivers_of_a_blob_is_bounded() -> None:
    assert len(find_waivers(f"#{MARK}\n".encode() * 20_000, "a")) == 10_000


@given(st.lists(st.sampled_from(["x = 1", "", "\t", *(comment % MARK for comment in COMMENTS)]), max_size=12))
def test_waivers_stand_on_their_lines(lines: list[str]) -> None:
    wanted = [number for number, line in enumerate(lines, start=1) if MARK in line and line[0] != "\ufeff"]
    found = find_waivers("\n".join(lines).encode(), "a")
    assert [waiver.line for waiver in found if not lines[waiver.line - 1].startswith("\ufeff")] == wanted


_PIECES = st.sampled_from(
    [b"#", b"keyguard", b":", b" ", b"ignore", b"[", b"]", b"a", b"\n", b"\r", b"'", b'"', b"\xff"]
)


@given(st.binary() | st.lists(_PIECES).map(b"".join))
def test_any_bytes_are_read(text: bytes) -> None:
    for waiver in find_waivers(text, "a"):
        assert b"keyguard" in text.split(b"\n")[waiver.line - 1].lower()
        assert "\r" not in waiver.reason


def test_hyperscan_takes_the_gate() -> None:
    database = hyperscan.Database()
    database.compile(expressions=[WAIVER_GATE.encode()], ids=[1], flags=[hyperscan.HS_FLAG_CASELESS])
    hits: list[int] = []
    database.scan(b"# KeyGuard: ignore", match_event_handler=lambda *found: hits.append(found[0]))
    assert hits == [1]


# Suppression.


@pytest.mark.parametrize("line", [4, 5])
@pytest.mark.parametrize("rules", [(), ("okx-credential",), ("okx-api-key",), ("okx-api-key", "x")])
def test_a_comment_waives_on_the_line_and_on_the_line_above(line: int, rules: tuple[str, ...]) -> None:
    ignores = _ignores(None, Waiver("a.py", line, rules, "why"))
    got = ignores.suppression("okx-credential", [_match("b.py", 1), _match("a.py", 5)], "f")
    assert got == Suppression("inline", f"a.py:{line}", "why")
    assert ignores.unused() == ()


@pytest.mark.parametrize(
    "waiver", [Waiver("a.py", 3), Waiver("a.py", 6), Waiver("b.py", 5), Waiver("a.py", 5, ("okx-secret-key",))]
)
def test_a_comment_waives_nothing_else(waiver: Waiver) -> None:
    ignores = _ignores(None, waiver)
    assert ignores.suppression("okx-credential", [_match("a.py", 5)], "f") is None
    (unused,) = ignores.unused()
    assert unused.where == f"{waiver.path}:{waiver.line}"
    assert unused.what.startswith("keyguard: ignore")


def _with_ignore_file(root: Path, text: str) -> Settings:
    (root / ".keyguardignore").write_text(text)
    return load(root, None, {})


def test_the_ignore_file_waives_what_the_last_fitting_pattern_ignores(tmp_path: Path) -> None:
    ignores = _ignores(_with_ignore_file(tmp_path, "*.txt\ntests/*\n!tests/keep.env\nold/\n!never\n"))
    assert ignores.suppression("r", [_match("tests/a.env")], "f") == Suppression("ignore-file", ".keyguardignore:2")
    assert ignores.suppression("r", [_match("tests/keep.env")], "f") is None
    assert ignores.unused() == (
        UnusedIgnore(".keyguardignore:1", "*.txt"),
        UnusedIgnore(".keyguardignore:4", "old/"),
        UnusedIgnore(".keyguardignore:5", "!never"),
    )


def test_a_finding_in_several_files_needs_all_of_them_ignored(tmp_path: Path) -> None:
    ignores = _ignores(_with_ignore_file(tmp_path, "*.env\n"))
    assert ignores.suppression("r", [_match("a.env"), _match("a.py")], "f") is None
    assert ignores.unused() == (UnusedIgnore(".keyguardignore:1", "*.env"),)
    assert ignores.suppression("r", [_match("a.env"), _match("b/\udcff.env")], "f")


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        (Allow("why", rule="okx-credential"), True),
        (Allow("why", rule="okx-api-key"), False),
        (Allow("why", path="/tests/"), True),
        (Allow("why", path="*.py"), False),
        (Allow("why", fingerprint="f"), True),
        (Allow("why", fingerprint="g"), False),
        (Allow("why", rule="okx-credential", path="tests/*", fingerprint="f"), True),
        (Allow("why", rule="okx-credential", path="tests/*", fingerprint="g"), False),
        (Allow("why", fingerprint="f", expires=date(2026, 6, 2)), True),
        (Allow("why", fingerprint="f", expires=TODAY), False),
    ],
)
def test_all_fields_of_an_allow_entry_must_fit(entry: Allow, *, fits: bool) -> None:
    ignores = _ignores(_allowing(Allow("other", rule="okx-secret-key"), entry))
    got = ignores.suppression("okx-credential", [_match("tests/a.py"), _match("tests/b.env")], "f")
    assert got == (Suppression("allow", ".keyguard.yml: allow[2]", "why") if fits else None)


def test_comments_come_before_the_ignore_file_and_that_before_the_config() -> None:
    allow = (Allow("why", rule="r"),)
    settings = Settings(Path(), config=".keyguard.yml", allow=allow, ignore_patterns=((1, "a.py"),))
    ignores = _ignores(settings, Waiver("a.py", 1))
    asked = [ignores.suppression("r", [_match(path, line)], "f") for path, line in (("a.py", 1), ("a.py", 9), ("b", 1))]
    assert [got.by for got in asked if got] == ["inline", "ignore-file", "allow"]


# Unused ignores and notices.


def test_what_a_partial_scan_did_not_read_is_not_called_unused() -> None:
    settings = Settings(Path(), config="c", allow=(Allow("why", path="a"),), ignore_patterns=((1, "a"),))
    assert len(_ignores(settings, whole=True).unused()) == 2
    assert _ignores(settings, whole=False).unused() == ()
    assert len(_ignores(settings, Waiver("a", 1), whole=False).unused()) == 1


@pytest.mark.parametrize(
    "settings", [Settings(Path(), only=("okx-api-key",)), Settings(Path(), skip=("okx-credential", "okx-secret-key"))]
)
def test_an_ignore_for_a_rule_that_is_off_is_not_called_unused(settings: Settings) -> None:
    waivers = [Waiver("a", 1), Waiver("a", 2, ("okx-credential",)), Waiver("a", 3, ("okx-api-key",))]
    assert [unused.where for unused in _ignores(settings, *waivers).unused()] == ["a:3"]


def test_an_expired_entry_is_a_notice_and_not_unused() -> None:
    ignores = _ignores(_allowing(Allow("a", path="a"), Allow("b", path="b", expires=date(2026, 1, 31))))
    assert ignores.notices() == ("allow[2] in .keyguard.yml expired on 2026-01-31.",)
    (notice,) = copy.deepcopy(ignores.notices())
    assert isinstance(notice, Notice)
    assert notice.placed("bots/{}".format) == "allow[2] in bots/.keyguard.yml expired on 2026-01-31."
    assert [unused.where for unused in ignores.unused()] == [".keyguard.yml: allow[1]"]


def test_an_id_that_names_no_rule_is_a_notice_with_the_nearest() -> None:
    ignores = _ignores(_allowing(Allow("a", rule="okx-credentials")), Waiver("a", 7, ("okx-api-kye", "okx-api-key")))
    assert ignores.notices() == (
        ".keyguard.yml: allow[1]: no rule is named 'okx-credentials'. Did you mean 'okx-credential'?",
        "a:7: no rule is named 'okx-api-kye'. Did you mean 'okx-api-key'?",
    )
    assert ignores.unused() == ()


def test_several_ignores_of_one_kind_that_fit_are_all_used() -> None:
    ignores = _ignores(
        _allowing(Allow("a", rule="r"), Allow("b", path="b")), Waiver("a.py", 1), Waiver("a.py", 2), Waiver("a.py", 3)
    )
    got = ignores.suppression("r", [_match(line=3), _match(line=2)], "f")
    assert got == Suppression("inline", "a.py:1")
    assert ignores.suppression("r", [_match("b")], "f") == Suppression("allow", ".keyguard.yml: allow[1]", "a")
    assert ignores.unused() == ()


_WAIVERS = st.lists(
    st.builds(Waiver, st.sampled_from("ab"), st.integers(1, 3), st.sampled_from([(), RULES[:1], RULES[1:]]))
)
_FINDINGS = st.lists(
    st.tuples(
        st.sampled_from(RULES),
        st.lists(
            st.builds(_match, st.sampled_from("abc"), st.integers(1, 4), st.sampled_from(RULES)), min_size=1, max_size=3
        ),
        st.sampled_from("fgh"),
    ),
    max_size=5,
)


@given(_WAIVERS, _FINDINGS, st.randoms())
def test_no_order_changes_anything(
    waivers: list[Waiver], findings: list[tuple[str, list[Match], str]], shuffler: random.Random
) -> None:
    settings = Settings(
        Path(),
        config="c",
        allow=(Allow("x", rule=RULES[0], path="c"), Allow("y", fingerprint="f"), Allow("z", fingerprint="i")),
        ignore_patterns=((1, "a"), (2, "c"), (4, "!a")),
    )

    def run(waivers: list[Waiver], order: list[int]) -> object:
        ignores = _ignores(settings, *waivers)
        got = {index: ignores.suppression(*findings[index]) for index in order}
        return sorted(got.items(), key=lambda item: item[0]), ignores.unused(), ignores.notices()

    order = list(range(len(findings)))
    first = run(waivers, order)
    shuffler.shuffle(order)
    assert run(list(itertools.chain(reversed(waivers), waivers)), order) == first


@pytest.mark.parametrize(
    "pattern",
    [
        "all.zip",
        "old/backup.zip",
        "backup.zip",
        "bot/.env",
        "all.zip!/old/backup.zip!/bot/.env",
        "all.zip!/old/backup.zip",
    ],
)
def test_a_pattern_fits_what_is_packed_twice_and_each_archive_around_it(pattern: str) -> None:
    match = replace(
        _match(), blob=Blob("all.zip!/old/backup.zip!/bot/.env", "all.zip", inner="old/backup.zip!/bot/.env")
    )
    ignores = _ignores(Settings(Path(), ignore_patterns=((1, pattern),)))
    assert ignores.suppression("okx-api-key", [match], "f") == Suppression("ignore-file", ".keyguardignore:1")
    others = _ignores(Settings(Path(), ignore_patterns=((1, "bot/.env.txt"), (2, "zip"))))
    assert others.suppression("okx-api-key", [match], "f") is None
