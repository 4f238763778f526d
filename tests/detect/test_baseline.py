"""What a baseline knows: everything that was found, however it is moved about, and nothing that is new."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.detect import baseline
from keyguard.detect.baseline import ACCEPTED, FALSE_ALARM, REAL, Baseline, Entry, Place, Reach
from keyguard.errors import SettingsError
from keyguard.model import Blob, Confidence, Finding, Match, Region, Secret, Severity, Suppression, Tracking
from keyguard.packs import expand
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keyguard.model import Outcome
    from keyguard.packs import RuleSet

TODAY = date(2030, 6, 15)
PARTS = ("api_key", "secret_key", "passphrase")


@pytest.fixture(scope="module")
def found(scanned: Callable[..., Outcome]) -> Callable[[Path], tuple[Finding, ...]]:
    return lambda root: scanned(root).findings


def reread(entries: Sequence[Entry], folder: Path) -> Baseline:
    """Return entries as they come back from a file."""
    file = folder / ".keyguard-baseline"
    file.write_text(baseline.written(entries), "utf-8")
    return baseline.load(file, folder)


def made(findings: Sequence[Finding], rules: RuleSet, root: Path) -> list[Entry]:
    return Baseline("x").and_new(findings, rules, root)


def open_ones(
    entries: Sequence[Entry], findings: Sequence[Finding], rules: RuleSet, root: Path, today: date = TODAY
) -> list[Finding]:
    marked, _ = reread(entries, root).suppress(findings, rules, root, today)
    return [finding for finding in marked if not finding.suppressed]


# --- random edits of a repository

NAMES = {
    "plain": ("OKX_API_KEY", "OKX_SECRET_KEY", "OKX_PASSPHRASE"),
    "live": ("OKX_LIVE_API_KEY", "OKX_LIVE_SECRET_KEY", "OKX_LIVE_PASSPHRASE"),
}


@dataclass(frozen=True)
class Account:
    """What somebody leaked: some parts of a credential, in a file of its own."""

    number: int
    parts: tuple[str, ...]
    account: str


@dataclass(frozen=True)
class Layout:
    """Everything about a file that edits change and that is not a value."""

    folder: str
    name: str
    form: str
    shift: int
    indent: int
    order: int
    noise: bool


def text_of(account: Account, layout: Layout) -> str:
    pairs = [(NAMES[account.account][PARTS.index(part)], f"<{part}:{account.number}>") for part in account.parts]
    pairs = pairs[layout.order % len(pairs) :] + pairs[: layout.order % len(pairs)]
    blank = " " * layout.indent
    noise = "  # of the bot" if layout.noise and layout.form != "json" else ""
    forms = {
        "env": lambda name, value: f"{name}={value}",
        "export": lambda name, value: f"export {name}='{value}'",
        "yaml": lambda name, value: f'{blank}{name.lower()}: "{value}"{noise}',
        "python": lambda name, value: f'{blank}{name} = "{value}"{noise}',
        "json": lambda name, value: f'{blank}"{name}": "{value}"',
    }
    lines = [forms[layout.form](name, value) for name, value in pairs]
    if layout.form == "json":
        return "{\n" + "\n" * layout.shift + ",\n".join(lines) + "\n}\n"
    head = {"yaml": ["okx_bot:"], "python": ["if True:" if layout.indent else "X = 1"]}.get(layout.form, [])
    return "\n".join([*["# a line"] * layout.shift, *head, *lines]) + "\n"


SUFFIXES = {"env": ".env", "export": ".sh", "yaml": ".yaml", "python": ".py", "json": ".json"}

accounts = st.lists(
    st.tuples(
        st.sampled_from([PARTS, PARTS[:2], PARTS[:1], PARTS[1:2], PARTS[2:], ("api_key", "passphrase")]),
        st.sampled_from(sorted(NAMES)),
    ),
    min_size=1,
    max_size=4,
).map(lambda drawn: [Account(number, parts, account) for number, (parts, account) in enumerate(drawn, 1)])

layouts = st.builds(
    Layout,
    folder=st.sampled_from(["a", "b/c", "d", "e f"]),
    name=st.sampled_from(["settings", "keys", "run"]),
    form=st.sampled_from(sorted(SUFFIXES)),
    shift=st.integers(0, 40),
    indent=st.sampled_from([2, 4, 7]),
    order=st.integers(0, 2),
    noise=st.booleans(),
)


class Repository:
    """A folder in which accounts lie about in one layout each, a file each."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp())

    def lay_out(self, chosen: Sequence[tuple[Account, Layout]], changed: tuple[int, str] | None = None) -> None:
        """Write all files anew; `changed` names an account and the part of it that gets another value."""
        for entry in self.root.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
        for account, layout in chosen:
            # A folder an account, so that no two of them are joined: what belongs together is another test's affair.
            file = self.root / layout.folder / str(account.number) / f"{layout.name}{SUFFIXES[layout.form]}"
            file.parent.mkdir(parents=True, exist_ok=True)
            text = text_of(account, layout)
            if changed and changed[0] == account.number:
                text = text.replace(f"<{changed[1]}:{account.number}>", f"<{changed[1]}:{account.number + 50}>")
            file.write_text(expand(text, "edits"), "utf-8")

    def __enter__(self) -> Repository:  # noqa: PYI034
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.root)


@examples(60)
@given(data=st.data(), drawn=accounts)
def test_no_edit_that_leaves_the_values_brings_a_finding_back(
    found: Callable[[Path], tuple[Finding, ...]], rules: RuleSet, drawn: list[Account], data: st.DataObject
) -> None:
    """Shift, rename, move, reorder, re-indent, requote, and write in another format, all at once."""
    with Repository() as repository:
        repository.lay_out([(account, data.draw(layouts)) for account in drawn])
        entries = made(found(repository.root), rules, repository.root)
        for _ in range(2):
            repository.lay_out([(account, data.draw(layouts)) for account in drawn])
            assert open_ones(entries, found(repository.root), rules, repository.root) == []


@examples(60)
@given(data=st.data(), drawn=accounts)
def test_a_new_key_or_secret_on_an_old_line_is_new_and_nothing_else_is(
    found: Callable[[Path], tuple[Finding, ...]], rules: RuleSet, drawn: list[Account], data: st.DataObject
) -> None:
    hashed = [(account.number, part) for account in drawn for part in account.parts if part != "passphrase"]
    if not hashed:
        return
    changed = data.draw(st.sampled_from(hashed))
    with Repository() as repository:
        chosen = [(account, data.draw(layouts)) for account in drawn]
        repository.lay_out(chosen)
        entries = made(found(repository.root), rules, repository.root)
        repository.lay_out(chosen, changed)
        (new,) = open_ones(entries, found(repository.root), rules, repository.root)
        value = expand(f"<{changed[1]}:{changed[0] + 50}>", "edits").encode()
        assert value in {match.value.reveal() for match in new.matches}


@given(data=st.data(), drawn=accounts)
@examples(30)
def test_what_was_recorded_once_is_recorded_the_same_again(
    found: Callable[[Path], tuple[Finding, ...]], rules: RuleSet, drawn: list[Account], data: st.DataObject
) -> None:
    with Repository() as repository:
        repository.lay_out([(account, data.draw(layouts)) for account in drawn])
        findings = found(repository.root)
        entries = made(findings, rules, repository.root)
        known = reread(entries, repository.root)
        assert baseline.written(known.and_new(findings, rules, repository.root)) == baseline.written(entries)
        assert baseline.written(reversed(entries)) == baseline.written(entries)
        assert known.gone(findings, rules, repository.root) == []
        assert len(known.gone([], rules, repository.root)) == len(entries)


STEMS = ("main", "grid", "hedge", "backup")


@examples(40)
@given(
    before=st.lists(st.sampled_from(STEMS), unique=True, min_size=4),
    after=st.lists(st.sampled_from(STEMS), unique=True, min_size=4),
    apart=st.integers(1, 30),
    changed=st.sampled_from([None, "api_key", "secret_key"]),
    whose=st.sampled_from(STEMS),
)
def test_accounts_of_one_file_may_change_places(  # noqa: PLR0917 - hypothesis passes by name
    found: Callable[[Path], tuple[Finding, ...]],
    rules: RuleSet,
    before: list[str],
    after: list[str],
    apart: int,
    changed: str | None,
    whose: str,
) -> None:
    def text(order: list[str], more: int) -> str:
        blocks = [
            "".join(f"OKX_{stem.upper()}_{part.upper()}=<{part}:{STEMS.index(stem) + 1}>\n" for part in PARTS)
            for stem in order
        ]
        return ("\n" * more + "# next\n").join(blocks)

    with Repository() as repository:
        file = repository.root / "accounts.env"
        file.write_text(expand(text(before, 1), "s"), "utf-8")
        entries = made(found(repository.root), rules, repository.root)
        assert len(entries) == 4
        number = STEMS.index(whose) + 1
        edited = text(after, apart)
        file.write_text(expand(edited.replace(f"<{changed}:{number}>", f"<{changed}:{number + 50}>"), "s"), "utf-8")
        assert len(open_ones(entries, found(repository.root), rules, repository.root)) == (changed is not None)


def test_a_line_more_of_the_same_name_is_new(
    found: Callable[[Path], tuple[Finding, ...]], rules: RuleSet, tmp_path: Path
) -> None:
    """A lone passphrase is known by its place, and a place stands for as many as there were."""
    file = tmp_path / "run.sh"
    file.write_text(expand("OKX_PASSPHRASE=<passphrase:1>\n", "s"), "utf-8")
    entries = made(found(tmp_path), rules, tmp_path)
    file.write_text(expand("OKX_PASSPHRASE=<passphrase:1>\nOKX_PASSPHRASE=<passphrase:2>\n", "s"), "utf-8")
    assert len(open_ones(entries, found(tmp_path), rules, tmp_path)) == 1
    again = made(found(tmp_path), rules, tmp_path)
    assert len({entry.id for entry in again}) == 2
    assert open_ones(again, found(tmp_path), rules, tmp_path) == []


def test_a_lone_passphrase_is_new_in_a_further_file_and_under_another_account(
    found: Callable[[Path], tuple[Finding, ...]], rules: RuleSet, tmp_path: Path
) -> None:
    (tmp_path / "run.sh").write_text(expand("OKX_PASSPHRASE=<passphrase:1>\n", "s"), "utf-8")
    entries = made(found(tmp_path), rules, tmp_path)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "run.sh").write_text(expand("OKX_PASSPHRASE=<passphrase:2>\n", "s"), "utf-8")
    (new,) = open_ones(entries, found(tmp_path), rules, tmp_path)
    assert new.matches[0].blob.path == "more/run.sh"
    shutil.rmtree(tmp_path / "more")
    (tmp_path / "run.sh").write_text(expand("OKX_LIVE_PASSPHRASE=<passphrase:1>\n", "s"), "utf-8")
    assert len(open_ones(entries, found(tmp_path), rules, tmp_path)) == 1


def test_a_lone_passphrase_that_went_out_of_its_file_is_not_taken_for_one_that_moved(
    found: Callable[[Path], tuple[Finding, ...]], rules: RuleSet, tmp_path: Path
) -> None:
    (tmp_path / "run.sh").write_text(expand("OKX_PASSPHRASE=<passphrase:1>\n", "s"), "utf-8")
    entries = made(found(tmp_path), rules, tmp_path)
    (tmp_path / "run.sh").write_text("echo\n", "utf-8")
    (tmp_path / "new.sh").write_text(expand("OKX_PASSPHRASE=<passphrase:2>\n", "s"), "utf-8")
    assert len(open_ones(entries, found(tmp_path), rules, tmp_path)) == 1
    (tmp_path / "run.sh").unlink()
    assert open_ones(entries, found(tmp_path), rules, tmp_path) == []


def test_a_credential_that_moved_leaves_no_place_behind_for_a_new_passphrase(
    found: Callable[[Path], tuple[Finding, ...]], rules: RuleSet, tmp_path: Path
) -> None:
    whole = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".env").write_text(expand(whole, "s"), "utf-8")
    entries = made(found(tmp_path), rules, tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / ".env").write_text(expand("OKX_PASSPHRASE=<passphrase:9>\n", "s"), "utf-8")
    (new,) = open_ones(entries, found(tmp_path), rules, tmp_path)
    assert new.matches[0].blob.path == "c/.env"


def test_a_part_more_makes_a_known_credential_count_again(
    found: Callable[[Path], tuple[Finding, ...]], rules: RuleSet, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text(expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\n", "s"), "utf-8")
    entries = made(found(tmp_path), rules, tmp_path)
    file.write_text(file.read_text("utf-8") + expand("OKX_PASSPHRASE=<passphrase>\n", "s"), "utf-8")
    (grown,) = open_ones(entries, found(tmp_path), rules, tmp_path)
    known = reread([replace(entry, decision=FALSE_ALARM) for entry in entries], tmp_path)
    (anew,) = known.and_new([grown], rules, tmp_path)
    assert (anew.id, anew.decision, [place.part for place in anew.places]) == (entries[0].id, "", ["passphrase"])
    assert open_ones([anew], [grown], rules, tmp_path) == []


# --- made-up findings


@pytest.fixture
def finding() -> Callable[..., Finding]:
    def make(*matches: tuple[str, str, bytes], tracking: Tracking = Tracking.NONE, stem: str = "") -> Finding:
        made = tuple(
            Match(
                rule="okx-" + part.replace("_", "-"),
                provider="okx",
                part=part,
                blob=Blob(path, path, 1, tracking),
                start=number,
                region=Region(number + 1, 1, number + 1, 9),
                value=Secret(value),
                confidence=Confidence.HIGH,
                stem=stem,
            )
            for number, (part, path, value) in enumerate(matches)
        )
        return Finding("okx-credential", Severity.HIGH, Confidence.HIGH, "okx", "0" * 40, made)

    return make


@pytest.mark.parametrize("what", [("api_key", ".env", b"k" * 36), ("passphrase", ".env", b"Correct-Horse-7")])
@pytest.mark.parametrize("now", Tracking)
@pytest.mark.parametrize("then", Tracking)
def test_what_has_got_farther_than_it_had_when_it_was_recorded_counts_again(  # noqa: PLR0917 - pytest passes by name
    finding: Callable[..., Finding],
    rules: RuleSet,
    tmp_path: Path,
    then: Tracking,
    now: Tracking,
    what: tuple[str, str, bytes],
) -> None:
    farness = {Tracking.IGNORED: 0, Tracking.UNTRACKED: 1}
    entries = made([finding(what, tracking=then)], rules, tmp_path)
    farther = farness.get(now, 2) > farness.get(then, 2)
    assert len(open_ones(entries, [finding(what, tracking=now)], rules, tmp_path)) == farther
    _, notices = reread(entries, tmp_path).suppress([finding(what, tracking=now)], rules, tmp_path, TODAY)
    assert len(notices) == farther
    false_alarm = [replace(entry, decision=FALSE_ALARM) for entry in entries]
    assert open_ones(false_alarm, [finding(what, tracking=now)], rules, tmp_path) == []


@pytest.mark.parametrize("what", [("api_key", ".env", b"k" * 36), ("passphrase", ".env", b"Correct-Horse-7")])
def test_an_update_accepts_what_has_got_farther_in_its_old_entry(
    finding: Callable[..., Finding], rules: RuleSet, tmp_path: Path, what: tuple[str, str, bytes]
) -> None:
    entries = made([finding(what, tracking=Tracking.UNTRACKED)], rules, tmp_path)
    accepted = [replace(entries[0], decision=ACCEPTED, reason="mine alone", expires=date(2031, 1, 1))]
    now = finding(what, tracking=Tracking.COMMITTED)
    (entry,) = reread(accepted, tmp_path).and_new([now], rules, tmp_path)
    assert (entry.id, entry.reach, entry.decision) == (entries[0].id, Reach.TRACKED, "")
    assert open_ones([entry], [now], rules, tmp_path) == []


def test_a_baseline_that_knows_ignored_files_by_the_older_word_is_read(
    finding: Callable[..., Finding], rules: RuleSet, tmp_path: Path
) -> None:
    key = ("api_key", ".env", b"k" * 36)
    text = baseline.written(made([finding(key, tracking=Tracking.IGNORED)], rules, tmp_path))
    (tmp_path / "x").write_text(text.replace('"tracking": "ignored"', '"ignored": true'), "utf-8")
    assert '"ignored": true' in (tmp_path / "x").read_text("utf-8")
    (entry,) = baseline.load(tmp_path / "x", tmp_path).entries
    assert (entry.reach, baseline.written([entry])) == (Reach.IGNORED, text)


@pytest.mark.parametrize(
    ("decision", "expires", "open_"),
    [
        ("", None, False),
        (FALSE_ALARM, None, False),
        (REAL, None, True),
        (ACCEPTED, date(2030, 6, 16), False),
        (ACCEPTED, date(2030, 6, 15), True),
    ],
)
def test_a_decision_has_its_effect(  # noqa: PLR0917 - pytest passes by name
    finding: Callable[..., Finding],
    rules: RuleSet,
    tmp_path: Path,
    decision: str,
    expires: date | None,
    open_: bool,
) -> None:
    one = finding(("api_key", "a", b"k" * 36))
    (entry,) = made([one], rules, tmp_path)
    known = reread([replace(entry, decision=decision, expires=expires, reason="why")], tmp_path)
    (marked,), notices = known.suppress([one], rules, tmp_path, TODAY)
    assert bool(marked.suppressed) is not open_
    assert len(notices) == (open_ and decision == ACCEPTED)


def test_a_suppressed_finding_says_where_and_why(
    finding: Callable[..., Finding], rules: RuleSet, tmp_path: Path
) -> None:
    one = finding(("api_key", "a", b"k" * 36))
    (entry,) = made([one], rules, tmp_path)
    day = date(2030, 7, 1)
    known = reread([replace(entry, decision=ACCEPTED, expires=day, reason="until the move")], tmp_path)
    (marked,), _ = known.suppress([one], rules, tmp_path, TODAY)
    line = next(n for n, text in enumerate((tmp_path / ".keyguard-baseline").read_text().split("\n"), 1) if "{" in text)
    assert marked.suppressed == Suppression(
        "baseline", f".keyguard-baseline:{line}", "accepted until 2030-07-01: until the move"
    )


def test_what_is_suppressed_by_something_else_stays_so_and_is_not_accepted(
    finding: Callable[..., Finding], rules: RuleSet, tmp_path: Path
) -> None:
    waived = replace(finding(("api_key", "a", b"k" * 36)), suppressed=Suppression("inline", "a:1", "why"))
    assert made([waived], rules, tmp_path) == []
    entries = made([replace(waived, suppressed=None)], rules, tmp_path)
    assert reread(entries, tmp_path).suppress([waived], rules, tmp_path, TODAY)[0] == [waived]


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_lines_for_one_finding_the_more_careful_one_holds(
    finding: Callable[..., Finding], rules: RuleSet, tmp_path: Path, order: int
) -> None:
    """A merge by union leaves both sides' lines."""
    one = finding(("api_key", "a", b"k" * 36))
    (entry,) = made([one], rules, tmp_path)
    later, sooner = (
        replace(entry, decision=ACCEPTED, expires=date(2031, 1, day), reason=f"until {day}") for day in (20, 10)
    )
    real = replace(entry, decision=REAL)
    lines = [json.loads(text) for text in map(_line, (entry, later, sooner))]
    (tmp_path / "x").write_text("\n".join(map(json.dumps, lines[::order])), "utf-8")
    assert baseline.load(tmp_path / "x", tmp_path).entries == (sooner,)
    (tmp_path / "x").write_text("\n".join(map(_line, (later, real)[::order])), "utf-8")
    assert [kept.decision for kept in baseline.load(tmp_path / "x", tmp_path).entries] == [REAL]


def _line(entry: Entry) -> str:
    return next(line for line in baseline.written([entry]).split("\n") if line.startswith("{"))


def test_a_file_that_is_named_after_its_value_does_not_betray_it(
    finding: Callable[..., Finding], rules: RuleSet, tmp_path: Path
) -> None:
    value = b"Correct-Horse-7"
    one = finding(("passphrase", "keys/correct-horse-7.txt", value), stem="correcthorse7")
    other = finding(("api_key", "x/Correct-Horse-7/\udcff", b"k" * 36))
    third = finding(("passphrase", "by/Correct-Horse-7/.env", b"another-one"))
    entries = made([one, other, third], rules, tmp_path)
    text = baseline.written(entries)
    assert "horse" not in text.lower()
    assert open_ones(entries, [one, other, third], rules, tmp_path) == []


def test_nothing_that_depends_on_a_passphrase_stands_in_a_baseline(
    finding: Callable[..., Finding], rules: RuleSet, tmp_path: Path
) -> None:
    """Whoever guesses passphrases has nothing to hold a guess against."""

    def text(passphrase: bytes) -> str:
        both = [("api_key", "a", b"k" * 36), ("passphrase", "a", passphrase)]
        lone = ("passphrase", "b", passphrase)
        return baseline.written(made([finding(*both), finding(lone)], rules, tmp_path))

    assert text(b"Winter-2024!") == text(b"Summer-1999?")


# --- the file


@examples(40)
@given(data=st.data(), drawn=accounts)
def test_no_scan_finds_anything_in_a_baseline(
    scanned: Callable[..., Outcome], rules: RuleSet, drawn: list[Account], data: st.DataObject
) -> None:
    with Repository() as repository:
        repository.lay_out([(account, data.draw(layouts)) for account in drawn])
        entries = made(scanned(repository.root).findings, rules, repository.root)
        (repository.root / ".keyguard-baseline").write_text(baseline.written(entries), "utf-8")
        outcome = scanned(repository.root / ".keyguard-baseline", min_confidence=Confidence.LOW)
        assert (outcome.findings, outcome.below) == ((), 0)


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_hashes = st.text("0123456789abcdef", min_size=40, max_size=40)
_places = st.builds(Place, part=_texts, path=_texts, account=_hashes | st.just(""))


@st.composite
def _entries(draw: st.DrawFn) -> Entry:
    decision = draw(st.sampled_from(["", REAL, FALSE_ALARM, ACCEPTED]))
    return Entry(
        id=draw(_hashes),
        rule=draw(_texts),
        path=draw(_texts),
        known=tuple(sorted(set(draw(st.lists(_hashes, min_size=1, max_size=3))))),
        places=tuple(sorted(draw(st.lists(_places, max_size=3)))),
        reach=draw(st.sampled_from(Reach)),
        decision=decision,
        reason=draw(_texts.filter(str.strip) if decision == ACCEPTED else _texts),
        expires=draw(st.dates()) if decision == ACCEPTED else None,
    )


@given(st.lists(_entries(), max_size=5, unique_by=lambda entry: entry.id))
def test_what_is_written_is_read_back(drawn: list[Entry]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        known = reread(drawn, Path(folder))
    assert sorted(known.entries, key=lambda entry: entry.id) == sorted(drawn, key=lambda entry: entry.id)


GOOD = json.dumps({"id": "a" * 40, "rule": "r", "path": "p", "known": ["a" * 40]})


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "1",
        "null",
        "{}",
        "[" * 100_000,
        GOOD.replace('"rule": "r", ', ""),
        GOOD.replace("}", ', "newer": 1}'),
        GOOD.replace("a" * 40, "a" * 39 + "g", 1),
        GOOD.replace('["' + "a" * 40 + '"]', "[]"),
        GOOD.replace('["' + "a" * 40 + '"]', "5"),
        GOOD.replace('"r"', "7"),
        GOOD.replace("}", ', "decision": "perhaps"}'),
        GOOD.replace("}", ', "decision": "accepted"}'),
        GOOD.replace("}", ', "decision": "accepted", "expires": "2030-01-01"}'),
        GOOD.replace("}", ', "expires": "2030-01-01"}'),
        GOOD.replace("}", ', "decision": "accepted", "expires": "soon"}'),
        GOOD.replace("}", ', "decision": "accepted", "expires": 5}'),
        GOOD.replace("}", ', "places": [["a", "b"]]}'),
        GOOD.replace("}", ', "places": [["a", "b", "c"]]}'),
        GOOD.replace("}", ', "places": [1]}'),
        GOOD.replace("}", ', "tracking": "elsewhere"}'),
        GOOD.replace("}", ', "tracking": 1}'),
        GOOD.replace("}", ', "tracking": ["ignored"]}'),
    ],
)
def test_a_line_that_is_no_entry_is_an_error_that_names_it_and_shows_nothing(line: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(f"# title\n{GOOD}\n{line}\n", "utf-8")
    with pytest.raises(SettingsError, match=re.escape("x:3: is no entry of a baseline.")):
        baseline.load(tmp_path / "x", tmp_path)


def test_an_unfinished_merge_is_named(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(f"# title\n<<<<<<< HEAD\n{GOOD}\n=======\n>>>>>>> other\n", "utf-8")
    with pytest.raises(SettingsError, match="x:2: a merge was left unfinished here"):
        baseline.load(tmp_path / "x", tmp_path)


def test_a_file_that_is_not_there_or_no_text_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the baseline x does not exist") as error:
        baseline.load(tmp_path / "x", tmp_path)
    assert "keyguard baseline create --baseline x" in error.value.hint
    (tmp_path / "x").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="is not UTF-8"):
        baseline.load(tmp_path / "x", tmp_path)
