"""The gates: they open for all that the matcher finds, whatever the size of the text and the state of the cache."""

# ruff: noqa: S311, RUF001 - chance that is the same on every run; full-width signs as people type them

from __future__ import annotations

import functools
import os
import random
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard import cache, packs
from keyguard.detect import gates
from keyguard.detect.assemble import assemble
from keyguard.detect.gates import Gates
from keyguard.detect.ignores import WAIVER_GATE
from keyguard.detect.matcher import Matcher
from keyguard.detect.windows import windows
from keyguard.model import Blob, Confidence, Credential, Outcome, Region
from tests.cases import CORPUS, LEAK, SILENT, cases, files, rule_set
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOBODY = 65534
CREDENTIAL = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"

as_root = pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can act as somebody else")


@functools.cache
def _gates() -> Gates:
    return Gates(rule_set(), WAIVER_GATE, cache.opened().remember)


@functools.cache
def _plain_gates() -> Gates:
    """Make gates that know no Hyperscan, as on Windows for ARM."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "hyperscan", None)
        return Gates(rule_set(), WAIVER_GATE, cache.opened().remember)


@functools.cache
def _matcher() -> Matcher:
    return Matcher(rule_set(), time_limit=60)


def _found(text: str, path: str, least: Confidence = Confidence.MEDIUM) -> list[Credential]:
    """Return what a text gives without gates: credentials of some confidence, since low ones need to be asked for."""
    credentials, _ = assemble(_matcher().find(text, Blob(path, path)), rule_set())
    return [credential for credential in credentials if credential.confidence >= least]


def _is_told(credentials: list[Credential]) -> bool:
    """Leave out what only its base64 form and no word of a provider's tells; see the test of that."""
    return any(match.near_provider or not match.via for c in credentials for match in c.matches[:1])


def _corpus() -> list[tuple[str, str, bytes]]:
    return [
        (f"{case.parent.name}/{case.name}", str(file.relative_to(case)), file.read_bytes())
        for kind in (LEAK, SILENT)
        for case in cases(kind)
        for file in files(case)
    ]


def _filled(case: str, data: bytes) -> str:
    return packs.expand(data.decode("utf-8", "surrogateescape"), case.rpartition("/")[2])


# --- what the matcher finds, the gates let through

_PARTS = tuple(rule_set().packs[0].parts.values())
_NAMES = sorted({name for part in _PARTS for name in part.names | part.short_names})
_MARKS = [
    "<api_key>", "<api_key|upper>", "<api_key|base64>", "<api_key|base64nl>", "<secret_key>", "<secret_key|lower>",
    "<secret_key|base64>", "<secret_key|base64nl>", "<passphrase>", "<passphrase:2>", "<passphrase|base64>", "<uuid:3>",
    "<hex32>", "<hex32:2|upper>", "<hex64>", "<alnum20>", "<digits12>", "1", "false", "",
]  # fmt: skip
_AROUND = [
    "{name}={value}", "{name}: {value}", "{name} = '{value}'", '"{name}": "{value}",', "{name} -> {value}",
    "<{name}>{value}</{name}>", '<add key="{name}" value="{value}" />', "| {name} | {value} |", "{name},{value}",
    "--{name} {value}", "set{name}('{value}');", "{name}('{value}')", "-H '{name}: {value}'", "{value}", '"{value}"',
    "# {name} {value}", '{{"name": "{name}", "value": "{value}"}}', "{name}:\n  {value}", "{name}\n{value}",
    'f("{value}", "{name}", "{value}")', "{name}?={value}&x=1", '\\"{name}\\":\\"{value}\\"', "{name}={value};",
    "[{name}]\nv = {value}", "export {name}={value} # here", "{name}\t{value}", "{name}：{value}",
    "*{name}*: `{value}`",
]  # fmt: skip
_WORDS = [
    "",
    "okx",
    "OKX",
    "okex:",
    "https://www.okx.com/api/v5",
    "# 欧易",
    "OkxClient(",
    "[okx]",
    "kucoin",
    "{",
    "}",
    ")",
]
_PATHS = [
    "example", "okx/config.py", ".env", "a.json", "a.yml", "okx_passphrase", "notes.md", "a.csv", "a.xml", "run.sh",
    "settings.ini", "src/OkxClient.java", "a.ts", "secrets/okx-api-pass.txt",
]  # fmt: skip
_STYLES: list[Callable[[str], str]] = [
    str, str.upper, str.title, lambda n: f"okx_{n}", lambda n: f"OKX_{n.upper()}", lambda n: f"okx{n.title()}",
    lambda n: "-".join((n[:3], n[3:])), lambda n: "_".join((n[:6], n[6:])), lambda n: f"OK-ACCESS-{n.upper()}",
    lambda n: f"my_{n}_2", lambda n: f"okx.{n}",
]  # fmt: skip


@st.composite
def _texts(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(_STYLES))(draw(st.sampled_from(_NAMES)))
        around = draw(st.sampled_from(_AROUND))
        line = around.format(name=name, value=draw(st.sampled_from(_MARKS)))
        lines += [draw(st.sampled_from(_WORDS)), line] if draw(st.booleans()) else [line]
        if draw(st.integers(0, 4)) == 0:
            lines.append(draw(st.text(max_size=12)))
    return packs.expand(
        draw(st.sampled_from(["\n", "\r\n", " ", ", ", "\n\n"])).join(lines), draw(st.sampled_from("abc"))
    )


@examples(300)
@given(_texts(), st.sampled_from(_PATHS))
def test_the_gates_open_for_whatever_the_matcher_finds(text: str, path: str) -> None:
    if _is_told(_found(text, path)):
        assert _gates().open_for(text.encode("utf-8", "surrogateescape"), path)[0]


def test_the_gates_open_for_a_key_in_base64_beside_a_secret_key() -> None:
    text = packs.expand("accesskey=<api_key|base64>\nsecretkey=<secret_key>\n", "a")
    assert not _found(text, "x") or _gates().open_for(text.encode(), "x")[0]


def test_the_gates_open_for_every_file_of_the_corpus_that_holds_something_with_either_engine() -> None:
    for case, path, data in _corpus():
        text = _filled(case, data)
        raw = text.encode("utf-8", "surrogateescape")
        (worth, waived), (more, waived_more) = (gates.open_for(raw, path) for gates in (_plain_gates(), _gates()))
        assert worth or not _found(text, path), case
        # Hyperscan may let more through (it approximates look-around), never less.
        assert (worth <= more, waived) == (True, waived_more), case


def test_no_source_of_ours_holds_anything() -> None:
    for file in sorted((CORPUS.parent.parent / "keyguard").rglob("*.py")):
        data = file.read_bytes()
        assert not _found(data.decode(), file.name), file


@examples(100)
@given(_texts(), st.sampled_from(_PATHS))
def test_gates_without_hyperscan_open_for_what_the_matcher_finds_too(text: str, path: str) -> None:
    data = text.encode("utf-8", "surrogateescape")
    worth, waived = _plain_gates().open_for(data, path)
    assert worth or not _is_told(_found(text, path))
    # Hyperscan may let more through (it approximates look-around), never less.
    more, waived_more = _gates().open_for(data, path)
    assert (worth, waived) <= (more, waived_more)
    assert waived == waived_more


@pytest.mark.parametrize(
    "comment", ["# keyguard: ignore", "// KeyGuard:ignore[okx-api-key] why", "-- keyguard :  ignore"]
)
def test_the_gates_see_waivers(comment: str) -> None:
    for one in (_gates(), _plain_gates()):
        assert one.open_for(f"x = 1\n{comment}\n".encode(), "a.py") == (False, True)
        assert one.open_for(b"keyguard ignores this", "a.py") == (False, False)


def test_a_pattern_rule_that_begins_at_a_line_passes_both_engines(tmp_path: Path) -> None:
    pack = tmp_path / "acme.yml"
    pack.write_text(
        "schema: 1\nkind: pack\nprovider: {id: acme, title: Acme}\nrules:\n"
        "  - {id: acme-line, title: t, severity: low, why: w, fix: f, pattern: '^acme=[0-9]{9}$',"
        " examples: {match: [a], clean: [b]}}\n"
    )
    loaded = packs.load([pack])
    text = packs.expand("first\nacme=<digits9>\nlast\n", "line").encode()
    with pytest.MonkeyPatch.context() as patch:
        assert Gates(loaded, WAIVER_GATE).open_for(text, "x") == (True, False)
        patch.setitem(sys.modules, "hyperscan", None)
        assert Gates(loaded, WAIVER_GATE).open_for(text, "x") == (True, False)


# --- large texts: what is found in a small one is found wherever it lies

_SMALL = {
    "dotenv": CREDENTIAL,
    "json": '{\n"okx": {\n "apiKey": "<api_key>",\n "secret": "<secret_key>",\n  "password": "<passphrase>"\n }\n}\n',
    "call": 'api = Account.AccountAPI("<api_key>", "<secret_key>", "<passphrase>", False, "0")\n',
    "header": "GET /api/v5/account/balance\nOK-ACCESS-KEY: <api_key>\nOK-ACCESS-PASSPHRASE: <passphrase>\n",
    "passphrase": 'OKX_API_PASSPHRASE = "<passphrase>"\n',
    "base64": "okx_key: <api_key|base64>\nokx_secret: <secret_key|base64>\nokx_passphrase: <passphrase|base64>\n",
    "unnamed by the provider": "api_key: <api_key>\nsecret_key: <secret_key>\npassphrase: <passphrase>\n",
}
_FILLERS = {
    "code": "        result = compute(index, total)  # nothing to see\n",
    "data": '{"id": 4711, "price": "31.5", "side": "buy"},\n',
    "short lines": "x\n",
    "lines of hex": packs.expand("<hex64>\n", "filler"),
    "prose about the provider": "The OKX documentation describes this order type at length.\n",
}


Seen = tuple[str, tuple[tuple[str | None, bytes, Region, Confidence], ...]]


def _seen(outcome: Outcome) -> list[Seen]:
    return [
        (finding.rule, tuple((m.part, m.value.reveal(), m.region, m.confidence) for m in finding.matches))
        for finding in outcome.findings
    ]


def _moved(seen: list[Seen], lines: int) -> list[Seen]:
    return [
        (
            rule,
            tuple(
                (part, value, Region(at.line + lines, at.column, at.end_line + lines, at.end_column), confidence)
                for part, value, at, confidence in matches
            ),
        )
        for rule, matches in seen
    ]


@pytest.mark.parametrize("kind", _SMALL)
@pytest.mark.parametrize(("before", "after"), [(150, 150), (0, 70), (70, 0), (31.9, 60)])
def test_what_is_found_in_a_small_text_is_found_anywhere_in_a_large_one(
    kind: str, before: float, after: float, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    text = packs.expand(_SMALL[kind], "small")
    (tmp_path / "small").write_text(text)
    expected = _seen(scanned(tmp_path / "small"))
    assert expected or kind == "unnamed by the provider"
    filler = _FILLERS["code"]
    ahead, behind = (filler * int(size * 1024 / len(filler)) for size in (before, after))
    (tmp_path / "large").write_text(ahead + text + behind)
    assert _seen(scanned(tmp_path / "large")) == _moved(expected, ahead.count("\n"))


@pytest.mark.parametrize("filler", _FILLERS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_lies_around_a_credential_hides_nothing(
    filler: str, end: str, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    ahead = _FILLERS[filler] * (90_000 // len(_FILLERS[filler]))
    text = (ahead + "\n" + packs.expand(CREDENTIAL, "around") + "\n" + ahead).replace("\n", end)
    (tmp_path / "large").write_bytes(text.encode())
    [finding] = scanned(tmp_path / "large").findings
    assert (finding.rule, finding.missing) == ("okx-credential", ())
    line = ahead.count("\n") + 2
    assert sorted((m.region.line, m.region.column) for m in finding.matches) == [
        (line, 13),
        (line + 1, 16),
        (line + 2, 16),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (0, 100_000),
        (70_000, 100),
        (300_000, 300_000),
        (16_384 - 30, 70_000),
        (32_768 - 30, 70_000),
        (65_536 - 60, 9_000),
    ],
)
def test_a_credential_inside_one_enormous_line_is_found_with_its_column(
    before: int, after: int, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    lead = '{"ü":"' + "é" * 10 + '",' + '"a":1,' * (before // 6)
    text = packs.expand(
        '"okx":{"apiKey":"<api_key>","secret":"<secret_key>","password":"<passphrase>"},', f"{before}{after}"
    )
    (tmp_path / "min.json").write_text(lead + text + '"b":2,' * (after // 6) + "}", encoding="utf-8")
    [finding] = scanned(tmp_path / "min.json").findings
    assert (finding.rule, finding.missing) == ("okx-credential", ())
    whole = lead + text
    for match in finding.matches:
        column = whole.index(match.value.reveal().decode()) + 1
        assert (match.region.line, match.region.column) == (1, column)


@pytest.mark.parametrize(
    "unit",
    [
        '"k{}":"v{}",',
        '{{"k{}":"v{}"}},',
        '"k{}":{},',
        '["k{}",{}],',
    ],
)
def test_a_credential_inside_one_line_of_anything_is_found_complete(
    unit: str, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    incomplete = []
    for number in range(4):
        source = random.Random(number)
        around = "".join(unit.format(source.randrange(10**6), source.randrange(10**6)) for _ in range(7000))
        text = packs.expand(
            '"okx":{"apiKey":"<api_key>","secret":"<secret_key>","password":"<passphrase>"},', str(number)
        )
        (tmp_path / "min.json").write_text("{" + around[source.randrange(30_000) :] + text + around + "}")
        findings = scanned(tmp_path / "min.json").findings
        incomplete += [] if [finding.missing for finding in findings] == [()] else [number]
    assert incomplete == []


def test_a_shape_speaks_for_a_provider_that_is_named_far_away(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    filler = _FILLERS["code"] * 4000
    body = packs.expand('    api_key = "<api_key>"\n    secret_key = "<secret_key>"\n', "far")
    (tmp_path / "bot.py").write_text("import okx\n" + filler + body + filler)
    [finding] = scanned(tmp_path / "bot.py").findings
    assert finding.rule == "okx-credential"
    assert [match.region.line for match in finding.matches] in ([4002, 4003], [4003, 4002])


def test_windows_cover_what_opens_the_gates_and_little_else() -> None:
    text = (_FILLERS["code"] * 20_000 + packs.expand(CREDENTIAL, "windows") + _FILLERS["code"] * 20_000).encode()
    found = windows(text, _gates().hits(text, frozenset({"okx"})).places)
    at = text.index(b"OKX_API_KEY")
    assert [window.start <= at < window.end for window in found] == [True]
    assert sum(window.end - window.start for window in found) < 6 * gates.NEAR < len(text)
    assert all(window.start == 0 or text[window.start - 1 : window.start] == b"\n" for window in found)


# --- the cache


def _one(folder: Path) -> Path:
    (folder / "bot.env").write_text(packs.expand(CREDENTIAL, "cache"))
    return folder / "bot.env"


def _scan_anew(path: Path) -> Outcome:
    """Load and scan as a run of its own does."""
    from keyguard.engine.order import scan
    from keyguard.settings import Settings
    from keyguard.sources.files import FileSource

    source = FileSource([str(path)], root=path.parent, everything=False, exclude=(), max_file_size=1 << 20)
    return scan(
        [source],
        packs.load((), cache.opened().remember),
        Settings(path.parent),
        jobs=1,
        remember=cache.opened().remember,
    )


@contextmanager
def _cache_at(place: Path) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KEYGUARD_CACHE_DIR", str(place))
        yield place


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder as the first scan leaves it, to be copied: to fill one takes a second."""
    folder = tmp_path_factory.mktemp("filled")
    with _cache_at(folder / "cache") as place:
        assert _scan_anew(_one(folder)).findings
    return place


def _entries(place: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in place.iterdir()}


def test_the_cache_holds_packs_and_gates_and_nothing_of_what_was_scanned(tmp_path: Path) -> None:
    path = _one(tmp_path)
    with _cache_at(tmp_path / "cache") as place:
        assert _scan_anew(path).findings
        kept = _entries(place)
        assert {name.partition("-")[0] for name in kept} == {"gates", "packs"}
        assert not [line for line in path.read_bytes().split() for data in kept.values() if line.split(b"=")[1] in data]
        assert place.stat().st_mode & 0o777 == 0o700
        assert all(file.stat().st_mode & 0o777 == 0o600 for file in place.iterdir())
        times = {file.name: file.stat().st_mtime_ns for file in place.iterdir()}
        assert _seen(_scan_anew(path)) == _seen(_scan_anew(path))
        assert {file.name: file.stat().st_mtime_ns for file in place.iterdir()} == times


@pytest.mark.parametrize("kind", ["gates", "packs"])
@pytest.mark.parametrize(
    "damage", ["empty", "cut short", "noise", "one byte", "one byte near its end", "another one's"]
)
def test_a_damaged_entry_of_the_cache_costs_time_and_nothing_else(
    kind: str, damage: str, tmp_path: Path, filled: Path
) -> None:
    path = _one(tmp_path)
    with _cache_at(shutil.copytree(filled, tmp_path / "cache")) as place:
        expected = _seen(_scan_anew(path))
        file = next(file for file in place.iterdir() if file.name.startswith(kind))
        data = file.read_bytes()
        middle, last = len(data) // 2, len(data) - 9
        file.write_bytes(
            {
                "empty": b"",
                "cut short": data[:middle],
                "noise": bytes(range(256)) * 40,
                "one byte": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
                "one byte near its end": data[:last] + bytes([data[last] ^ 1]) + data[last + 1 :],
                "another one's": next(f for f in place.iterdir() if not f.name.startswith(kind)).read_bytes(),
            }[damage]
        )
        assert _seen(_scan_anew(path)) == expected != []


def test_a_damaged_entry_is_replaced_so_that_it_costs_once(tmp_path: Path, filled: Path) -> None:
    path = _one(tmp_path)
    with _cache_at(shutil.copytree(filled, tmp_path / "cache")) as place:
        (place / "expressions").unlink(missing_ok=True)  # new once to this process, and no second time
        kept = _entries(place)
        for file in place.iterdir():
            file.write_bytes(b"")
        _scan_anew(path)
        assert {name: len(data) for name, data in _entries(place).items()} == {n: len(d) for n, d in kept.items()}


def test_a_cache_folder_that_vanishes_between_runs_is_made_again(tmp_path: Path) -> None:
    path = _one(tmp_path)
    with _cache_at(tmp_path / "deep" / "cache") as place:
        expected = _seen(_scan_anew(path))
        for file in place.iterdir():
            file.unlink()
        place.rmdir()
        assert _seen(_scan_anew(path)) == expected != []
        assert _entries(place)


@pytest.mark.parametrize("kind", ["a file", "below a file", "a dangling link"])
def test_a_cache_folder_that_is_none_does_no_harm(kind: str, tmp_path: Path) -> None:
    path = _one(tmp_path)
    place = tmp_path / "cache"
    if kind == "a dangling link":
        place.symlink_to(tmp_path / "nowhere" / "at" / "all")
    else:
        place.write_text("mine")
    with _cache_at(place / "below" if kind == "below a file" else place):
        assert _scan_anew(path).findings
    assert kind == "a dangling link" or place.read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="modes")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o720])
def test_a_cache_folder_that_others_can_write_to_is_neither_read_nor_written(mode: int, tmp_path: Path) -> None:
    path = _one(tmp_path)
    with _cache_at(tmp_path / "cache") as place:
        place.mkdir()
        place.chmod(mode)
        assert _scan_anew(path).findings
        assert _entries(place) == {}


@as_root
def test_a_cache_folder_of_somebody_else_is_neither_read_nor_written(tmp_path: Path, filled: Path) -> None:
    path = _one(tmp_path)
    with _cache_at(shutil.copytree(filled, tmp_path / "cache")) as place:
        names = list(_entries(place))
        for name in names:  # what would be believed, if it were read
            (place / name).write_bytes(b"[]")
        os.chown(place, NOBODY, NOBODY)
        assert _scan_anew(path).findings
        assert _entries(place) == dict.fromkeys(names, b"[]")


@as_root
def test_a_cache_folder_that_is_read_only_costs_time_alone() -> None:
    top = Path(tempfile.mkdtemp(prefix="keyguard-"))  # pytest's own folder is closed to others
    try:
        path = _one(top)
        place = top / "cache"
        place.mkdir(mode=0o500)
        for each in (top, path, place):
            os.chown(each, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            with _cache_at(place):
                assert _scan_anew(path).findings
        finally:
            os.seteuid(0)
        assert _entries(place) == {}
    finally:
        shutil.rmtree(top)
