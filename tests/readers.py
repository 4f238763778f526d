"""Each reader of what comes from the scanned side, as a function of bytes: it answers or says an error of the house.

tests/test_fuzz.py hands changed inputs to them, and benchmarks/fuzz.py a fuzzer's. What else they raise is a fault.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import json
import os
import shutil
import subprocess
import tempfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from tests.text import packing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Reader:
    """One reader, and right inputs to begin with."""

    read: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]


def answered(read: Callable[..., Any], *arguments: Any) -> Any:
    """Call a reader; what it says may be one of the house's errors, with a sentence."""
    try:
        return read(*arguments)
    except KeyguardError as error:
        said = error.message
    assert said
    return None


@functools.cache
def _place() -> Path:
    """Return a folder that goes with the process."""
    # Kept by its attribute: a TemporaryDirectory that nobody holds is removed at once.
    held = _place.held = tempfile.TemporaryDirectory(prefix="keyguard-readers-")  # type: ignore[attr-defined]
    return Path(held.name)


# --- texts: the first byte says what the file is called


@functools.cache
def _texts() -> tuple[tuple[str, bytes], ...]:
    """Return small files of the corpus, filled, with their paths."""
    folders = [*cases(LEAK), *cases(SILENT)]
    found = [(file, case) for case in folders for file in files(case) if file.stat().st_size < 3_000]
    return tuple((file.relative_to(case).as_posix(), _filled(file, case.name)) for file, case in found)


def _filled(file: Path, seed: str) -> bytes:
    text = packs.expand(file.read_bytes().decode("utf-8", "surrogateescape"), seed)
    return text.encode("utf-8", "surrogateescape")


@functools.cache
def _names() -> tuple[str, ...]:
    """Return one path of the corpus for each ending, 255 at most."""
    by_ending = {Path(path).suffix or Path(path).name: path for path, _ in _texts()}
    return tuple(by_ending[ending] for ending in sorted(by_ending))[:255]


@functools.cache
def _named_texts() -> tuple[bytes, ...]:
    endings = [Path(path).suffix or path for path in _names()]
    return tuple(
        bytes([endings.index(ending) if ending in endings else 0]) + data
        for path, data in _texts()
        for ending in [Path(path).suffix or Path(path).name]
    )


def _text(data: bytes) -> tuple[str, str]:
    number = data[0] if data else 0
    return data[1:].decode("utf-8", "surrogateescape"), _names()[number % len(_names())]


def _outline(data: bytes) -> None:
    text, path = _text(data)
    for literal in outline.read(text, path, lambda _: True).literals:
        assert 0 <= literal.start <= literal.end <= len(text)


@functools.cache
def _matcher() -> Matcher:
    return Matcher(rule_set(), time_limit=60)


def _match(data: bytes) -> None:
    text, path = _text(data)
    for match in _matcher().find(text, Blob(path, path)):
        assert match.region.line <= text.count("\n") + text.count("\r") + 1


# --- parts of any files in one, with what would join them mixed up: six bytes say which part, and how


@functools.cache
def _matches() -> tuple[Match, ...]:
    texts = ((data.decode("utf-8", "replace"), path) for path, data in _texts()[::12])
    return tuple(match for text, path in texts for match in _matcher().find(text, Blob(path, path)))


def _mixed(choice: bytes) -> Match:
    which, near, path, stem, scope, rest = choice
    match = _matches()[(which << 2 | rest & 3) % len(_matches())]
    where = ("a.env", "b/c.env", match.blob.path)[path % 3]
    return replace(
        match,
        blob=replace(match.blob, path=where, id=where),
        start=near * 20,
        stem=("", "live", match.stem)[stem % 3],
        scopes=tuple((scope * (number + 1)) % 403 - 2 for number in range(1 + rest % 3)),
        loose=bool(rest & 4),
        realm=(None, "live", "demo")[rest // 8 % 3],
    )


def _assemble(data: bytes) -> None:
    parts = [_mixed(data[start : start + 6]) for start in range(0, min(len(data), 72) - 5, 6)]
    credentials, lone = assemble(parts, rule_set())
    kept = {match for one in credentials for match in (*one.matches, *one.versions)} | set(lone)
    # The stem of a part may be told anew: by the account that it belongs to.
    assert {replace(match, stem="") for match in kept} <= {replace(match, stem="") for match in parts}
    for one in credentials:
        assert one.matches


# --- what the user's side writes: packs, settings, baselines, stored reports

_PACK = b"""schema: 1
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
"""


def _packs() -> list[bytes]:
    return [(_HERE.parent / "rules" / "bitget.yml").read_bytes(), _PACK]


def _load_pack(data: bytes) -> None:
    (_place() / "pack.yml").write_bytes(data)
    answered(packs.load, [_place() / "pack.yml"])


_YAML = [
    b"fail_on: medium\nexclude: [testdata/, '*.md']\nrules: [a.yml]\nbaseline: known\nmax_file_size: 3 MB\n",
    b"allow:\n  - {rule: okx-credential, path: docs/**, reason: a sample, expires: 2030-01-31}\ndecode: {depth: 2}\n",
    b"only: [okx-api-key]\nskip: []\npacks: [okx, bitget]\nstrict: true\ntime_limit: 4\nall: false\nno_decode: true\n",
]
_TOML = b"[tool.keyguard]\nfail_on = 'high'\nexclude = ['a/', 'b']\n[[tool.keyguard.allow]]\npath = 'x'\nreason = 'y'\n"
_IGNORED = b"*.md\n!a.md\n/b/\n# c\n\\#d\n"


def _load_settings(name: str, data: bytes) -> None:
    folder = _place() / f"settings{name}"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    answered(config.load, folder, None, {})


@functools.cache
def _known() -> bytes:
    """Return a baseline as the command writes it."""
    bot, known = _place() / "bot", _place() / "known"
    bot.mkdir()
    (bot / "a.env").write_bytes(_texts()[0][1])
    (bot / "b.env").write_text(packs.expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\n", "fuzz"))
    with contextlib.redirect_stdout(io.StringIO()):
        assert main(["baseline", "create", "--no-history", "--baseline", str(known), str(bot)]) == 0
    return known.read_bytes()


def _load_baseline(data: bytes) -> None:
    (_place() / "baseline").write_bytes(data)
    answered(baseline.load, _place() / "baseline", _place())


@functools.cache
def _stored() -> tuple[bytes, ...]:
    whole = json.loads((_HERE / "golden" / "report.json").read_bytes())
    return tuple(json.dumps(whole | {"findings": [finding]}).encode() for finding in whole["findings"])


def _load_stored(data: bytes) -> None:
    read = answered(stored.read, data, rule_set().rules)
    if read is not None:
        outcome, rules = read
        for form in report.FORMATS:
            report.writer(form).write(outcome, rules, report.ReportOptions(), io.BytesIO())


# --- what git writes: a program of its name that writes what it is told stands in front of it


@functools.cache
def _told() -> Repository:
    """Return a repository of which git says what stands in a file, and keep what it said before."""
    git = shutil.which("git") or "git"
    folder = _place() / "repository"
    folder.mkdir()

    def run(words: list[str]) -> bytes:
        return subprocess.run(words, cwd=folder, check=True, capture_output=True).stdout

    run([git, "init", "-q"])
    for number in range(3):
        (folder / f"a {number}.env").write_text(f"{number}\n")
        run([git, "add", "."])
        run([git, "-c", "user.name=a", "-c", "user.email=b", "commit", "-q", "-m", "c"])
    log = [git, "log", "-c", "--raw", "-z", "--no-abbrev", "--format=%H %P", "--reverse"]
    (_place() / "log").write_bytes(run(log))
    (_place() / "objects").write_bytes(run([git, "rev-list", "--objects", "HEAD"]))
    (_place() / "batch").write_bytes(run([git, "cat-file", "--batch", "--batch-all-objects"]))
    (_place() / "bin").mkdir()
    (_place() / "bin" / "git").write_text(f'#!/bin/sh\nexec cat "{_place()}/answer"\n')
    (_place() / "bin" / "git").chmod(0o755)
    return Repository(str(folder), f"{folder}/.git")


def _said(name: str) -> list[bytes]:
    _told()
    return [(_place() / name).read_bytes()]


def _with_git(read: Callable[[Repository], object], data: bytes) -> None:
    repository, path = _told(), os.environ["PATH"]
    (_place() / "answer").write_bytes(data)
    os.environ["PATH"] = f"{_place() / 'bin'}{os.pathsep}{path}"
    try:
        answered(read, repository)
    finally:
        os.environ["PATH"] = path


def _all_read(repository: Repository) -> list[tuple[str, int]]:
    reader = objects.Objects(repository, 1 << 16)
    try:
        return [(one.kind, sum(map(len, one.pieces))) for one in reader.read(["0" * 40] * 3)]
    finally:
        reader.close()


# --- packs and bundles of git, and every other container: the first byte says what the file is called


def _entry(kind: int, data: bytes, before: bytes = b"") -> bytes:
    size, head = len(data), [kind << 4 | len(data) & 15]
    size >>= 4
    while size:
        head[-1] |= 128
        head.append(size & 127)
        size >>= 7
    return bytes(head) + before + zlib.compress(data)


def _pack_of_git() -> bytes:
    """Return a pack of a blob, of a change to it by its place and of one by its name."""
    base = b"OKX_API_KEY=none\n" * 3
    name = hashlib.sha1(b"blob %d\0" % len(base) + base, usedforsecurity=False).digest()
    delta = bytes([len(base), 8, 0x90, 5, 3]) + b"abc"
    first = _entry(3, base)
    second = _entry(6, delta, bytes([len(first)]))
    objects_ = first + second + _entry(7, delta, name)
    data = b"PACK\0\0\0\2\0\0\0\3" + objects_
    return data + hashlib.sha1(data, usedforsecurity=False).digest()


def _packs_of_git() -> list[bytes]:
    return [_pack_of_git(), b"# v2 git bundle\n" + b"0" * 40 + b" refs/heads/a\n\n" + _pack_of_git()]


_LIMITS = decode.Limits(depth=3, entries=500, total=8 << 20, entry=1 << 20, held=8 << 20, ratio=250, seconds=20)


def _views(data: bytes, path: str) -> None:
    budget = decode.Budget(_LIMITS)
    for view in decode.views([data], path, budget):
        assert sum(map(len, view.pieces)) <= _LIMITS.total + len(data)
        budget.passed = True


@functools.cache
def _containers() -> tuple[tuple[str, bytes], ...]:
    """Return one small container of each kind, with a name for it."""
    text = packs.expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n", "fuzz")
    lines, members = text.splitlines(), {"bot/.env": text.encode()}
    folder = _place() / "containers"
    (folder / "bundle").mkdir(parents=True)
    return (
        ("a.zip", packing.zipped(members)),
        ("a.tar", packing.taped(members)),
        ("a.tar.gz", packing.taped(members, "w:gz")),
        ("a.tar.bz2", packing.taped(members, "w:bz2")),
        ("a.tar.xz", packing.taped(members, "w:xz")),
        ("a.7z", packing.seven_zipped(members)),
        ("image.tar", packing.docker_save([members])),
        ("oci.tar", packing.oci([members])),
        ("a.docx", packing.docx(lines)),
        ("a.pptx", packing.pptx(lines)),
        ("a.xlsx", packing.xlsx([line.split("=") for line in lines])),
        ("a.odt", packing.odt(lines)),
        ("a.ods", packing.ods([line.split("=") for line in lines])),
        ("a.ipynb", packing.notebook(text, outputs=lines)),
        ("a.eml", packing.mail(text, attachments=members)),
        ("a.db", packing.database("t", ("name", "value"), [line.split("=") for line in lines], folder)),
        ("a.pyc", packing.compiled(f"TEXT = {text!r}\n", folder)),
        ("a.bundle", packing.bundle({".env": text.encode()}, folder / "bundle")),
        ("a.pdf", _pdf(lines)),
        ("a.env", text.encode("utf-16")),
        ("a.har", json.dumps({"log": {"entries": [{"request": {"postData": {"text": text}}}]}}).encode()),
    )


def _pdf(lines: Sequence[str]) -> bytes:
    shown = b"".join(b"(%s) Tj T*\n" % line.encode() for line in lines)
    stream = zlib.compress(b"BT /F1 12 Tf\n" + shown + b"ET")
    head = b"%PDF-1.4\n1 0 obj\n"
    return (
        head
        + b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream)
        + stream
        + b"\nendstream\nendobj\n%%EOF\n"
    )


def _named_containers() -> list[bytes]:
    return [bytes([number]) + data for number, (_, data) in enumerate(_containers())]


def _open(data: bytes) -> None:
    number = data[0] if data else 0
    _views(data[1:], _containers()[number % len(_containers())][0])


READERS = {
    "outline": Reader(_outline, _named_texts),
    "matcher": Reader(_match, _named_texts),
    "assemble": Reader(_assemble, lambda: [bytes(range(start, start + 72)) for start in range(0, 180, 9)]),
    "rule pack": Reader(_load_pack, _packs),
    "configuration": Reader(functools.partial(_load_settings, ".keyguard.yml"), lambda: _YAML),
    "pyproject": Reader(functools.partial(_load_settings, "pyproject.toml"), lambda: [_TOML]),
    "ignore file": Reader(functools.partial(_load_settings, config.IGNORE_FILE), lambda: [_IGNORED]),
    "baseline": Reader(_load_baseline, lambda: [_known()]),
    "stored report": Reader(_load_stored, _stored),
    "log of git": Reader(
        functools.partial(_with_git, lambda told: list(walks.commits(told, ["HEAD"], merges="first-parent"))),
        lambda: _said("log"),
    ),
    "objects of git": Reader(
        functools.partial(_with_git, lambda told: list(walks.contents(told, ["HEAD"]))), lambda: _said("objects")
    ),
    "contents of git": Reader(functools.partial(_with_git, _all_read), lambda: _said("batch")),
    "pack of git": Reader(lambda data: _views(data, "a.pack"), _packs_of_git),
    "container": Reader(_open, _named_containers),
}
"""Each reader by its name."""
