"""Whatever bytes come in, each reader of ours gives an answer or one of the house's errors, and nothing else.

Inputs are right ones of which pieces were changed. KEYGUARD_TEST_RUNS says how many are tried for each reader:

    KEYGUARD_TEST_RUNS=10000 pytest -n0 -o timeout=0 tests/test_fuzz.py
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import shutil
import subprocess
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyguard import packs, report
from keyguard import settings as config
from keyguard.cli import main
from keyguard.detect import baseline
from keyguard.detect.assemble import assemble
from keyguard.detect.matcher import Matcher
from keyguard.errors import KeyguardError
from keyguard.git import objects, walks
from keyguard.git.model import Repository
from keyguard.model import Blob, Match
from keyguard.report import stored
from keyguard.text import decode, outline
from tests.cases import LEAK, SILENT, cases, files, rule_set

if TYPE_CHECKING:
    from collections.abc import Callable

_RUNS = int(os.environ.get("KEYGUARD_TEST_RUNS", "25"))
_HERE = Path(__file__).parent
_PIECES = [
    b"",
    b"\0",
    b"\n",
    b"\r",
    b'"',
    b"'",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"(",
    b")",
    b"<",
    b">",
    b":",
    b"=",
    b"- ",
]
_PIECES += [b"\xff", b"\xf0\x9f", b"\xe2\x80\xae", b"&", b"*", b"!!python/object:", b"null", b"-1", b"1e999", b"0" * 40]
_PIECES += [b"true", b"[[" * 200, b"{" * 200, b"9" * 30, b"<<", b"%", b"\x7f" * 5, b"okx", b"secret", b"\x80" * 12]

fuzzed = settings(
    max_examples=_RUNS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


@st.composite
def changed(draw: st.DrawFn, seeds: st.SearchStrategy[bytes]) -> bytes:
    """Return a right input with a few pieces replaced, doubled, moved or cut off."""
    data = bytearray(draw(seeds))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 0, 1, 1, 2, 4, 16, 200])))
        what = draw(st.integers(0, 4))
        if what < 3:
            data[start:end] = draw(st.sampled_from(_PIECES)) if what else draw(st.binary(max_size=6))
        elif what == 3:
            data[start:start] = data[start:end] * 2
        else:
            del data[start:]
    return bytes(data)


@functools.cache
def _texts() -> tuple[tuple[bytes, str], ...]:
    """Return small files of the corpus, filled, with their paths."""
    folders = [*cases(LEAK), *cases(SILENT)]
    found = [(file, case) for case in folders for file in files(case) if file.stat().st_size < 3_000]
    return tuple((_filled(file, case.name), file.relative_to(case).as_posix()) for file, case in found)


def _filled(file: Path, seed: str) -> bytes:
    text = packs.expand(file.read_bytes().decode("utf-8", "surrogateescape"), seed)
    return text.encode("utf-8", "surrogateescape")


@st.composite
def _text(draw: st.DrawFn) -> tuple[str, str]:
    data, path = draw(st.sampled_from(_texts()))
    return draw(changed(st.just(data))).decode("utf-8", "surrogateescape"), path


@functools.cache
def _matcher() -> Matcher:
    return Matcher(rule_set(), time_limit=60)


@fuzzed
@given(_text())
def test_an_outline(given_: tuple[str, str]) -> None:
    text, path = given_
    for literal in outline.read(text, path, lambda _: True).literals:
        assert 0 <= literal.start <= literal.end <= len(text)


@fuzzed
@given(_text())
def test_a_matcher(given_: tuple[str, str]) -> None:
    text, path = given_
    for match in _matcher().find(text, Blob(path, path)):
        assert match.region.line <= text.count("\n") + text.count("\r") + 1


@functools.cache
def _matches() -> tuple[Match, ...]:
    texts = ((data.decode("utf-8", "replace"), path) for data, path in _texts()[::12])
    return tuple(match for text, path in texts for match in _matcher().find(text, Blob(path, path)))


@st.composite
def _parts(draw: st.DrawFn) -> list[Match]:
    """Return parts of any files in one, with what would join them mixed up."""
    chosen = draw(st.lists(st.sampled_from(_matches()), max_size=12))
    mixed = []
    for match in chosen:
        path = draw(st.sampled_from(["a.env", "b/c.env", match.blob.path]))
        mixed.append(
            replace(
                match,
                blob=replace(match.blob, path=path, id=path),
                start=draw(st.integers(0, 5_000)),
                stem=draw(st.sampled_from(["", "live", match.stem])),
                scopes=tuple(draw(st.lists(st.integers(-2, 400), min_size=1, max_size=3))),
                loose=draw(st.booleans()),
                realm=draw(st.sampled_from([None, "live", "demo"])),
            )
        )
    return mixed


@fuzzed
@given(_parts())
def test_assembling(parts: list[Match]) -> None:
    credentials, lone = assemble(parts, rule_set())
    kept = {match for one in credentials for match in (*one.matches, *one.versions)} | set(lone)
    assert kept <= set(parts)
    for one in credentials:
        assert one.matches


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def answered(read: Callable[..., Any], *arguments: Any) -> Any:
    """Call a reader; what it says may be one of the house's errors, with a sentence."""
    try:
        return read(*arguments)
    except KeyguardError as error:
        said = error.message
    assert said
    return None


_PACKS = [(_HERE.parent / "rules" / name).read_bytes() for name in ("bitget.yml",)]
_PACKS.append(b"""schema: 1
kind: pack
provider: {id: acme, title: Acme, words: [acme]}
parts:
  ticket: {title: ticket, shown: 4, identity: true, shape: '[0-9a-z]{36}', names: ticket, short_names: tk}
  word: {title: word, names: codeword, minimum: 6}
positions: [{call: AcmeClient, order: [ticket, word], strong: true}]
credential: {rule: acme-credential, incomplete: medium}
rules:
  - {id: acme-credential, title: t, severity: high, why: w, fix: f, examples: {match: [a], clean: [b]}}
  - {id: acme-ticket, title: t, severity: high, why: w, fix: f, part: ticket, examples: {match: [a], clean: [b]}}
  - {id: acme-word, title: t, severity: high, why: w, fix: f, part: word, examples: {match: [a], clean: [b]}}
  - {id: acme-hook, title: t, severity: low, why: w, fix: f, pattern: 'acme_[0-9]{9}',
     examples: {match: [a], clean: [b]}}
""")


@fuzzed
@given(changed(st.sampled_from(_PACKS)))
def test_a_rule_pack(place: Path, data: bytes) -> None:
    (place / "pack.yml").write_bytes(data)
    answered(packs.load, [place / "pack.yml"])


_SETTINGS = [
    b"fail_on: medium\nexclude: [testdata/, '*.md']\nrules: [a.yml]\nbaseline: known\nmax_file_size: 3 MB\n",
    b"allow:\n  - {rule: okx-credential, path: docs/**, reason: a sample, expires: 2030-01-31}\ndecode: {depth: 2}\n",
    b"only: [okx-api-key]\nskip: []\npacks: [okx, bitget]\nstrict: true\ntime_limit: 4\nall: false\nno_decode: true\n",
]
_TOML = b"[tool.keyguard]\nfail_on = 'high'\nexclude = ['a/', 'b']\n[[tool.keyguard.allow]]\npath = 'x'\nreason = 'y'\n"


@fuzzed
@given(changed(st.sampled_from(_SETTINGS)), changed(st.just(_TOML)), changed(st.just(b"*.md\n!a.md\n/b/\n# c\n\\#d\n")))
def test_settings(place: Path, yaml: bytes, toml: bytes, ignores: bytes) -> None:
    for name, data in ((".keyguard.yml", yaml), ("pyproject.toml", toml)):
        folder = place / name.strip(".")
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        (folder / config.IGNORE_FILE).write_bytes(ignores)
        answered(config.load, folder, None, {})


def _golden_report() -> bytes:
    return (_HERE / "golden" / "report.json").read_bytes()


@pytest.fixture(scope="module")
def known(place: Path) -> bytes:
    """Return a baseline as the command writes it."""
    (place / "bot").mkdir()
    (place / "bot" / "a.env").write_bytes(_texts()[0][0])
    (place / "bot" / "b.env").write_text(packs.expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\n", "fuzz"))
    assert main(["baseline", "create", "--no-history", "--baseline", str(place / "known"), str(place / "bot")]) == 0
    return (place / "known").read_bytes()


@fuzzed
@given(st.data())
def test_a_baseline(place: Path, known: bytes, data: st.DataObject) -> None:
    (place / "baseline").write_bytes(data.draw(changed(st.just(known))))
    answered(baseline.load, place / "baseline", place)


@fuzzed
@given(st.data())
def test_a_stored_report(data: st.DataObject) -> None:
    whole = json.loads(_golden_report())
    whole["findings"] = [data.draw(st.sampled_from(whole["findings"]))]
    read = answered(stored.read, data.draw(changed(st.just(json.dumps(whole).encode()))), rule_set().rules)
    if read is not None:
        outcome, rules = read
        for form in report.FORMATS:
            report.writer(form).write(outcome, rules, report.ReportOptions(), io.BytesIO())


# What git writes: a program of its name that writes what it is told stands in front of it.


@pytest.fixture(scope="module")
def told(place: Path) -> Path:
    """Return a repository of which git says what stands in a file."""
    git = shutil.which("git") or "git"
    folder = place / "repository"
    folder.mkdir()

    def run(words: list[str]) -> bytes:
        return subprocess.run(words, cwd=folder, check=True, capture_output=True).stdout

    run([git, "init", "-q"])
    for number in range(3):
        (folder / f"a {number}.env").write_text(f"{number}\n")
        run([git, "add", "."])
        run([git, "-c", "user.name=a", "-c", "user.email=b", "commit", "-q", "-m", "c"])
    log = [git, "log", "-c", "--raw", "-z", "--no-abbrev", "--format=%H %P", "--reverse"]
    (place / "log").write_bytes(run(log))
    (place / "objects").write_bytes(run([git, "rev-list", "--objects", "HEAD"]))
    (place / "batch").write_bytes(run([git, "cat-file", "--batch", "--batch-all-objects"]))
    (place / "bin").mkdir()
    (place / "bin" / "git").write_text(f'#!/bin/sh\nexec cat "{place}/answer"\n')
    (place / "bin" / "git").chmod(0o755)
    return folder


_STREAMS: dict[str, Callable[[Repository], object]] = {
    "log": lambda repository: list(walks.commits(repository, ["HEAD"], merges="first-parent")),
    "objects": lambda repository: list(walks.contents(repository, ["HEAD"])),
    "batch": lambda repository: _all_read(repository),  # noqa: PLW0108 - it stands below
}


def _all_read(repository: Repository) -> list[tuple[str, int]]:
    reader = objects.Objects(repository, 1 << 16)
    try:
        return [(one.kind, sum(map(len, one.pieces))) for one in reader.read(["0" * 40] * 3)]
    finally:
        reader.close()


@pytest.mark.parametrize("name", _STREAMS)
def test_a_stream_of_git(name: str, told: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = (place / name).read_bytes()
    monkeypatch.setenv("PATH", f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}")
    repository = Repository(str(told), f"{told}/.git")

    @fuzzed
    @given(changed(st.just(right)))
    def check(data: bytes) -> None:
        (place / "answer").write_bytes(data)
        answered(_STREAMS[name], repository)

    check()


def _entry(kind: int, data: bytes, before: bytes = b"") -> bytes:
    size, head = len(data), [kind << 4 | len(data) & 15]
    size >>= 4
    while size:
        head[-1] |= 128
        head.append(size & 127)
        size >>= 7
    return bytes(head) + before + zlib.compress(data)


def _pack() -> bytes:
    """Return a pack of a blob, of a change to it by its place and of one by its name."""
    base = b"OKX_API_KEY=none\n" * 3
    name = hashlib.sha1(b"blob %d\0" % len(base) + base, usedforsecurity=False).digest()
    delta = bytes([len(base), 8, 0x90, 5, 3]) + b"abc"
    first = _entry(3, base)
    second = _entry(6, delta, bytes([len(first)]))
    objects_ = first + second + _entry(7, delta, name)
    data = b"PACK\0\0\0\2\0\0\0\3" + objects_
    return data + hashlib.sha1(data, usedforsecurity=False).digest()


_LIMITS = decode.Limits(depth=3, entries=500, total=8 << 20, entry=1 << 20, held=8 << 20, ratio=250, seconds=20)


@fuzzed
@given(changed(st.sampled_from([_pack(), b"# v2 git bundle\n" + b"0" * 40 + b" refs/heads/a\n\n" + _pack()])))
def test_a_pack_of_git(data: bytes) -> None:
    budget = decode.Budget(_LIMITS)
    for view in decode.views([data], "a.pack", budget):
        assert sum(map(len, view.pieces)) <= _LIMITS.total + len(data)
        budget.passed = True
