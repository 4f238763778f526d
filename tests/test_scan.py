"""The whole way of real files: pieces, encodings, processes, interrupts and limits change nothing of what is found."""

from __future__ import annotations

import codecs
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keyguard import cache, packs
from keyguard.engine.order import BATCH, scan
from keyguard.model import Outcome, Skipped
from keyguard.settings import Settings
from keyguard.sources import PIECE
from keyguard.sources.files import FileSource
from tests.cases import opened, rule_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.model import Blob, Finding, Region

CREDENTIAL = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
LINE = "    total = compute(index)  # nothing to see here at all, and of no interest\n"
forking = pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes without fork")


def _credential(seed: str) -> str:
    return packs.expand(CREDENTIAL, seed)


def _regions(outcome: Outcome) -> list[Region]:
    [finding] = outcome.findings
    assert (finding.rule, finding.missing) == ("okx-credential", ())
    return sorted(match.region for match in finding.matches)


def _places(text: str, newline: str = "\n") -> list[tuple[int, int]]:
    """Return line and column of the three values of a text, counted the plain way."""
    lines = text.split(newline)
    return [
        (number, line.index(name) + len(name) + 2)
        for number, line in enumerate(lines, start=1)
        for name in ("OKX_API_KEY", "OKX_SECRET_KEY", "OKX_PASSPHRASE")
        if name in line
    ]


def _starts(outcome: Outcome) -> list[tuple[int, int]]:
    return [(region.line, region.column) for region in _regions(outcome)]


# --- pieces


@pytest.mark.parametrize("shift", [-140, -122, -119, -116, -75, -60, -30, -13, 0, 1])
def test_a_credential_across_the_border_of_two_pieces_is_found_once(
    shift: int, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    text = _credential("border")
    full, rest = divmod(PIECE + shift, len(LINE))
    ahead = LINE * (full - 1) + "#" * (rest + len(LINE) - 1) + "\n"
    (tmp_path / "big.env").write_text(ahead + text + LINE * 50)
    outcome = scanned(tmp_path / "big.env")
    line = full + 1
    assert _starts(outcome) == [(line, 13), (line + 1, 16), (line + 2, 16)]
    assert len(outcome.findings[0].matches) == 3
    assert (outcome.scanned.files, outcome.scanned.bytes) == (1, len(ahead) + len(text) + 50 * len(LINE))


@pytest.mark.parametrize(
    "shift",
    [
        -100_000,
        -65_500,
        -120,
        -50,
        0,
    ],
)
def test_a_credential_at_the_border_within_one_line_is_found_once_with_its_column(
    shift: int, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    text = packs.expand('"okx":{"apiKey":"<api_key>","secret":"<secret_key>","password":"<passphrase>"},', "line")
    lead = '{"é":1,'
    ahead = lead + '"a":1,' * ((PIECE + shift - len(lead.encode())) // 6)
    (tmp_path / "big.json").write_text(ahead + text + '"b":2,' * 4_000 + '"c":3}', encoding="utf-8")
    outcome = scanned(tmp_path / "big.json")
    assert _starts(outcome) == sorted(
        (1, (ahead + text).index(match.value.reveal().decode()) + 1) for match in outcome.findings[0].matches
    )
    assert len(outcome.findings[0].matches) == 3


def test_lines_and_columns_are_right_in_every_piece(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    text = ""
    for number in range(2):
        text += "ü" * 40 + LINE * ((PIECE * number + 100_000 - len(text.encode())) // len(LINE))
        text += f"\u00fc\U0001f511 okx_{'abc'[number]}_api_key=" + packs.expand(f"<api_key:{number + 1}>\n", "pieces")
    (tmp_path / "big.txt").write_text(text, encoding="utf-8")
    found = {finding.matches[0].value.reveal().decode(): finding.matches for finding in scanned(tmp_path).findings}
    lines = text.split("\n")
    assert len(found) == 2
    for value, matches in found.items():
        region = matches[0].region
        assert lines[region.line - 1][region.column - 1 : region.end_column - 1] == value
        assert len(matches) == 1


def test_waivers_count_lines_across_pieces(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    ahead = LINE * (PIECE // len(LINE) + 300)
    (tmp_path / "big.env").write_text(
        ahead + "# keyguard: ignore[okx-api-key] a key\n" + _credential("w").split("\n")[0]
    )
    [finding] = scanned(tmp_path / "big.env").findings
    assert finding.suppressed
    assert finding.suppressed.where == f"big.env:{ahead.count(chr(10)) + 1}"


# --- encodings


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
    ],
)
@pytest.mark.parametrize("lead", ["", "# note\n\n", "x é 🔑 " * 3])
def test_every_encoding_gives_the_right_line_and_column(
    encoding: str, mark: bytes, lead: str, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    if not mark and not lead.isascii():
        pytest.skip("without a mark only ASCII can be told")
    text = lead + _credential("enc")
    (tmp_path / "a.env").write_bytes(mark + text.encode(encoding))
    assert _starts(scanned(tmp_path / "a.env")) == _places(text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_wide_encoding_is_decoded_across_pieces(
    encoding: str, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    width = 2 if encoding == "utf-16" else 4
    text = LINE * (PIECE // width // len(LINE)) + "🔑" * 11 + "\n" + _credential("wide") + LINE * 10
    (tmp_path / "a.env").write_bytes(b"" + text.encode(encoding))
    assert _starts(scanned(tmp_path / "a.env")) == _places(text)


@pytest.mark.parametrize(
    "lead",
    [
        "né à côté ".encode("latin-1"),
        b"\xff\x80\xc3 ",
        "é".encode() + b"\xe9 ",
        "日本語 ".encode("shift-jis"),
        b"\xf0\x9f\x94 ",
        "🔑🔑 ".encode(),
        "e\u0301 ".encode(),
        b"\x0c ",
        b"\t",
        "\u2028 \x85 ".encode(),
        b"\x1b[31m ",
    ],
)
def test_whatever_stands_before_a_value_on_its_line_counts_as_it_should(
    lead: bytes, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    data = b"first\n" + lead + _credential("lead").encode() + lead
    (tmp_path / "a.txt").write_bytes(data)
    # A byte that is not UTF-8 is one column.
    assert _starts(scanned(tmp_path / "a.txt")) == _places(data.decode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("newline", ["\r\n", "\r\r\n", "\n\r\n"])
def test_line_ends_count_by_their_line_feeds(newline: str, tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    text = ("first\nsecond\n" + _credential("crlf")).replace("\n", newline)
    (tmp_path / "a.env").write_bytes(text.encode())
    assert _starts(scanned(tmp_path / "a.env")) == _places(text)


def test_a_value_ends_before_its_carriage_return(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    (tmp_path / "a.env").write_bytes(_credential("cr").replace("\n", "\r\n").encode())
    [finding] = scanned(tmp_path).findings
    assert {match.value.reveal() for match in finding.matches} == {
        line.split("=")[1].encode() for line in _credential("cr").split()
    }


def test_lone_carriage_returns_end_no_line_and_hide_nothing(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    (tmp_path / "a.env").write_bytes(_credential("mac").replace("\n", "\r").encode())
    found = {match.value.reveal() for finding in scanned(tmp_path).findings for match in finding.matches}
    assert packs.expand("<api_key>", "mac").encode() in found
    assert packs.expand("<secret_key>", "mac").encode() in found


def test_a_zero_byte_far_behind_the_start_makes_no_text_binary(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    text = LINE * 200 + "\0\n" + _credential("nul") + "\0\0"
    (tmp_path / "a.log").write_bytes(text.encode())
    assert _starts(scanned(tmp_path)) == _places(text)


# A text with a few of them is one: a file that a crash cut, a log with a hole, a copy of /proc/PID/environ.
ZEROS: dict[str, Callable[[bytes], bytes]] = {
    "at the start": lambda text: b"\0" + text,
    "a hole at the start": lambda text: b"\0" * 300 + b"\n" + text,
    "between the lines": lambda text: text.replace(b"\n", b"\0"),
    "behind each line": lambda text: text.replace(b"\n", b"\0\n"),
    "a hole in the middle": lambda text: text.replace(b"OKX_SECRET", b"\0" * 5000 + b"\nOKX_SECRET"),
    "in a comment": lambda text: b"# a\0b\n" + text,
    "at the end": lambda text: text + b"\0" * 512,
    "in a block of the size of a disk's": lambda text: text.ljust(4096, b"\0"),
}


@pytest.mark.parametrize("where", ZEROS)
@pytest.mark.parametrize("name", ["a.env", "a.log", "a"])
def test_zero_bytes_in_a_text_hide_nothing(
    name: str, where: str, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    (tmp_path / name).write_bytes(ZEROS[where](_credential("zeros").encode()))
    outcome = scanned(tmp_path)
    assert len(_regions(outcome)) == 3
    assert {match.value.reveal() for match in outcome.findings[0].matches} == {
        line.split("=")[1].encode() for line in _credential("zeros").split()
    }


def test_binary_files_are_left_out_and_counted(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    (tmp_path / "a.bin").write_bytes(b"\x7fELF\0\0\0" + bytes(range(256)) * 9)
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 9)
    (tmp_path / "c.txt").write_text("text")
    outcome = scanned(tmp_path)
    assert not outcome.findings
    assert not outcome.skipped
    assert dict(outcome.scanned.left_out) == {"binary files": 2}
    assert (outcome.scanned.files, outcome.scanned.bytes) == (1, 4)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\n", b"\xfe\xff\0"])
def test_a_file_of_nothing_is_read_and_gives_nothing(
    data: bytes, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    (tmp_path / "empty.env").write_bytes(data)
    outcome = scanned(tmp_path)
    assert (outcome.findings, outcome.skipped, outcome.scanned.files) == ((), (), 1)
    assert outcome.scanned.left_out == ()


@pytest.mark.parametrize("length", [1_000, 70_000, 1_000_000])
def test_a_very_long_line_above_and_below_moves_nothing(
    length: int, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    text = "é" * length + "\n" + _credential("long") + "x" * length
    (tmp_path / "a.env").write_text(text, encoding="utf-8")
    assert _starts(scanned(tmp_path)) == _places(text)


# --- processes

KEYS = 60
CLASHES = sum(1 for at in range(2500) if at % (2500 // KEYS) == 7 and at % 100 == 50)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree of 2,500 files in 50 folders, of which some hold a credential and some are binary."""
    top = tmp_path_factory.mktemp("tree")
    for folder in range(50):
        below = top / f"pkg{folder:02}"
        below.mkdir()
        for number in range(50):
            at = folder * 50 + number
            path = below / f"file{number:02}.py"
            if at % (2500 // KEYS) == 7:
                path.write_text("import os\n" + _credential(f"tree{at}"))
            elif at % 100 == 50:
                path.write_bytes(b"\0\1\2" * 10)
            else:
                path.write_text(LINE * 3 + f"value = {at}\n")
    return top


def _told(outcome: Outcome) -> tuple[object, ...]:
    """Return all of an outcome but the time, with its order."""
    return (
        opened(outcome),
        outcome.skipped,
        outcome.scanned.files,
        outcome.scanned.bytes,
        outcome.scanned.left_out,
        outcome.unused,
        outcome.below,
        outcome.complete,
        outcome.notices,
    )


@forking
def test_one_process_and_several_tell_the_same_in_the_same_order(tree: Path, scanned: Callable[..., Outcome]) -> None:
    first = scanned(tree, jobs=1)
    assert len(first.findings) >= KEYS - 1
    assert dict(first.scanned.left_out) == {"binary files": 25 - CLASHES}
    assert first.scanned.files == 2475 + CLASHES
    for jobs in (2, 4):
        assert _told(scanned(tree, jobs=jobs)) == _told(first)


class _Trouble(FileSource):
    """Real files, and a deed when a certain one is read."""

    def __init__(self, top: Path, at: str, deed: Callable[[], object]) -> None:
        super().__init__([str(top)], root=top, everything=False, exclude=(), max_file_size=1 << 30)
        self._at, self._deed = at, deed

    def pieces(self, blob: Blob) -> Iterator[bytes]:
        if blob.path == self._at:
            self._deed()
        yield from super().pieces(blob)


def _scan(source: FileSource, root: Path, jobs: int = 1) -> Outcome:
    return scan([source], rule_set(), Settings(root), jobs=jobs, remember=cache.opened().remember)


@forking
@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize("at", ["pkg21/file00.py", "pkg30/file33.py", "pkg49/file49.py"])
def test_a_process_that_is_killed_loses_nothing(
    jobs: int, at: str, tree: Path, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    parent = os.getpid()
    once = tmp_path / "died"

    def die() -> None:
        if os.getpid() != parent and not once.exists():
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    assert _told(_scan(_Trouble(tree, at, die), tree, jobs)) == _told(scanned(tree))
    assert once.exists()


@forking
@pytest.mark.parametrize("jobs", [2, 3])
def test_a_file_that_kills_every_process_is_skipped_and_nothing_else(
    jobs: int, tree: Path, scanned: Callable[..., Outcome]
) -> None:
    parent = os.getpid()

    def die() -> None:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    outcome, whole = _scan(_Trouble(tree, "pkg30/file33.py", die), tree, jobs), scanned(tree)
    assert [skipped.what for skipped in outcome.skipped] == ["pkg30/file33.py"]
    assert "died twice" in outcome.skipped[0].reason
    assert outcome.scanned.files == whole.scanned.files - 1
    gone = {finding for finding in opened(whole) if finding.matches[0].blob.path == "pkg30/file33.py"}
    assert set(opened(whole)) - set(opened(outcome)) == gone


@forking
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_leaves_what_was_found_and_says_that_it_is_not_all(
    jobs: int, tree: Path, scanned: Callable[..., Outcome]
) -> None:
    whole = scanned(tree)
    source = FileSource([str(tree)], root=tree, everything=False, exclude=(), max_file_size=1 << 30)
    read: list[int] = []

    def progress(files: int, _bytes: int) -> None:
        read.append(files)
        if len(read) == 6:
            raise KeyboardInterrupt

    outcome = scan([source], rule_set(), Settings(tree), jobs=jobs, remember=cache.opened().remember, progress=progress)
    assert not outcome.complete
    assert 0 < len(outcome.findings) < len(whole.findings)
    assert set(opened(outcome)) <= set(opened(whole))
    assert outcome.scanned.files == read[-1] < 6 * BATCH


def test_an_interrupt_while_a_file_is_read_keeps_the_files_before_it(tree: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    outcome = _scan(_Trouble(tree, "pkg10/file00.py", interrupt), tree)
    assert not outcome.complete
    assert outcome.findings


@forking
def test_progress_counts_up_to_all_files(tree: Path) -> None:
    for jobs in (1, 2):
        told: list[tuple[int, int]] = []
        source = FileSource([str(tree)], root=tree, everything=False, exclude=(), max_file_size=1 << 30)

        def progress(files: int, size: int, told: list[tuple[int, int]] = told) -> None:
            told.append((files, size))

        outcome = scan(
            [source], rule_set(), Settings(tree), jobs=jobs, remember=cache.opened().remember, progress=progress
        )
        assert told == sorted(told)
        assert told[-1] == (outcome.scanned.files, outcome.scanned.bytes)


@forking
def test_what_a_process_could_not_read_is_told_once(tree: Path, tmp_path: Path) -> None:
    limit = 60
    for number in range(1200):
        (tmp_path / f"{number:04}.txt").write_text("x" * (limit + 5 if number in {3, 1150, 1199} else 9))
    outcomes = []
    for jobs in (1, 2):
        source = FileSource([str(tmp_path)], root=tmp_path, everything=False, exclude=(), max_file_size=limit)
        outcomes.append(_scan(source, tmp_path, jobs))
    assert [skipped.what for skipped in outcomes[0].skipped] == ["0003.txt", "1150.txt", "1199.txt"]
    assert _told(outcomes[0]) == _told(outcomes[1])


# --- limits


def test_the_time_limit_strikes_one_file_and_the_rest_is_scanned(
    tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    slow = "".join(f'okx_{n}_x = {{"a{n}": [f("{n}", ({n})), "b"]}}\n' for n in range(3000))
    (tmp_path / "a.py").write_text(_credential("a"))
    (tmp_path / "slow.py").write_text(_credential("s") + slow)
    (tmp_path / "z.py").write_text(_credential("z"))
    outcome = scanned(tmp_path, time_limit=1e-6)
    reason = "matching took longer than 1e-06 s (--time-limit): lines 1-54 were not read closely"
    assert Skipped("slow.py", reason) in outcome.skipped
    outcome = scanned(tmp_path)
    assert (len(outcome.findings), outcome.skipped) == (3, ())


def test_a_pattern_that_runs_away_is_stopped(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    pack = tmp_path / "acme.yml"
    pack.write_text(
        "schema: 1\nkind: pack\nprovider: {id: acme, title: Acme, words: acme}\nrules:\n"
        "  - {id: acme-slow, title: t, severity: low, why: w, fix: f, pattern: '(?:a|a|b?a)+c?(?:a|aa)+[$]',"
        " examples: {match: [a], clean: [b]}}\n"
    )
    folder = tmp_path / "scanned"
    folder.mkdir()
    (folder / "evil.txt").write_text("acme " + "a" * 60 + "$\n" + "a" * 5000 + "b$")
    (folder / "good.env").write_text(_credential("good"))
    outcome = scanned(folder, rules=packs.load([pack]), time_limit=0.3)
    assert [skipped.what for skipped in outcome.skipped] in (["evil.txt"], [])
    assert "okx-credential" in {finding.rule for finding in outcome.findings}


def test_nothing_is_written_outside_the_cache_folder_but_the_key_that_seals_it(tmp_path: Path) -> None:
    folder, home, temporary = (tmp_path / name for name in ("scanned", "home", "temporary"))
    for place in (folder, home, temporary):
        place.mkdir()
    (folder / "a.env").write_text(_credential("w"))
    for number in range(1300):
        (folder / f"{number}.txt").write_text("x")
    environment = {
        **{name: value for name, value in os.environ.items() if name.startswith(("PATH", "SYSTEM"))},
        "KEYGUARD_CACHE_DIR": str(tmp_path / "cache"),
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    command = [sys.executable, "-m", "keyguard", "scan", "--jobs", "2", "-f", "json", str(folder)]
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    written = {path for path in after if before.get(path) != after[path] and path.parent != tmp_path / "cache"}
    assert written == {home / ".local" / "state" / "keyguard" / "cache.key"}
    assert {path.name.partition("-")[0] for path in (tmp_path / "cache").iterdir()} == {"expressions", "gates", "packs"}


_MEASURED = """
import sys
from pathlib import Path
from keyguard import cache, packs
from keyguard.engine.order import scan
from keyguard.settings import Settings
from keyguard.sources.files import FileSource

path = Path(sys.argv[1])
source = FileSource([str(path)], root=path.parent, everything=False, exclude=(), max_file_size=1 << 40)
remember = cache.opened().remember
outcome = scan([source], packs.load((), remember), Settings(path.parent), jobs=1, remember=remember)
# Not ru_maxrss: that begins with the size of the process that started this one.
peak = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(len(outcome.findings), outcome.scanned.bytes, peak)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("kind", ["lines", "one line"])
def test_memory_is_bounded_whatever_the_size_of_a_file(kind: str, tmp_path: Path) -> None:
    size = 300 << 20
    path = tmp_path / "big.json"
    unit = (LINE if kind == "lines" else '"a":1,').encode()
    block = unit * ((4 << 20) // len(unit))
    with path.open("wb") as file:
        while file.tell() < size:
            file.write(block)
        if kind == "lines":
            file.write(b"\n")
        file.write(_credential("big").encode())
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    findings, read, peak = map(int, done.stdout.split())
    assert (findings, read) == (1, path.stat().st_size)
    assert peak < 150 * 1024, f"{peak // 1024} MiB"


def _worst(findings: tuple[Finding, ...]) -> list[int]:
    return [-finding.severity for finding in findings]


def test_findings_come_worst_first(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    (tmp_path / "a.env").write_text(packs.expand("OKX_API_KEY=<api_key>\n", "a"))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.env").write_text(_credential("b"))
    worst = _worst(scanned(tmp_path).findings)
    assert worst == sorted(worst)
    assert len(worst) == 2
