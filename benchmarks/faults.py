"""Scans that meet random faults: nothing that was found is lost, and no process or temporary file stays behind.

    python -m benchmarks.faults --count 10000 --seed 1
    python -m benchmarks.faults --count 500 --seed 1 worker disk    # some kinds alone
    python -m benchmarks.faults --count 1 --seed 1 --first 4711     # one of them again
    python -m benchmarks.faults --count 1000 --seed 2 --state DIR   # until DIR has so many, of all seeds

Each fault strikes a scan of some hundred blobs at a random moment of it. What must hold then:

- no process of the scan runs on, TMPDIR is empty, and no half-written file lies in the cache or beside a report;
- the report has every credential, or the run says that it does not have all: a signal's exit code, exit 2 with a
  sentence, `complete: false`, or what was skipped. A worker that is killed costs nothing at all;
- no credential is reported that there is not, and a report that is there can be read;
- a second scan with the same memory, once the fault is fixed, has all of them: no fault is remembered as clean.

Linux alone: who is left behind is known by adoption (prctl), and the full disk is a small one in a mount namespace.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import keyguard
from benchmarks import counts
from keyguard import fingerprint
from keyguard.cli import main
from keyguard.packs import expand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_LEAK = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
_FILES = 700  # more than one process reads before others are started
_EVERY = 70  # files lies one with a credential
_PATIENCE = 20  # seconds that processes have to end, and ten times as many for a scan
_DISK = 4 << 20  # bytes
_FREE = 1 << 20  # at most
_ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_IN_A_NAMESPACE = "_FAULTS_IN_A_NAMESPACE"
_GIT, _UNSHARE, _MOUNT, _UNMOUNT = (shutil.which(name) or name for name in ("git", "unshare", "mount", "umount"))
_ADOPT = 36  # PR_SET_CHILD_SUBREAPER


def _names(kind: str) -> list[str]:
    return [f"{kind} {number}" for number in range(_FILES) if number % _EVERY == _EVERY // 2]


def _key(name: str) -> str:
    return fingerprint.of_value("okx", "api_key", expand("<api_key>", name).encode())


def _text(kind: str, number: int) -> str:
    if (name := f"{kind} {number}") in _names(kind):
        return expand(_LEAK, name)
    return "".join(f"okx {kind} {number} line {line}: apiKey = settings.key\n" for line in range(12))


class Place:
    """Where faults happen: a history in one pack, a folder of files, and what scans write."""

    def __init__(self, top: Path) -> None:
        self.history, self.files, self.disk = top / "history", top / "files", top / "disk"
        self.written, self.kept = top / "written", top / "kept"  # cache, temporary files, reports
        self.top = top
        self._make_history()
        for number in range(_FILES):
            place = self.files / f"folder {number % 20}" / f"{number}.env"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(_text("files", number))
        self.disk.mkdir()
        self.has_disk = _IN_A_NAMESPACE in os.environ
        if self.has_disk:
            subprocess.run([_MOUNT, "-t", "tmpfs", "-o", f"size={_DISK}", "disk", str(self.disk)], check=True)

    def _make_history(self) -> None:
        who = "committer Ada <ada@example.org> 1700000000 +0000\ndata 4\nmade\n"
        stream = [f"commit refs/heads/main\n{who}"]
        for number in range(_FILES):
            text = _text("history", number)
            stream.append(f"M 100644 inline part{number % 20}/{number}.env\ndata {len(text)}\n{text}\n")
        stream.append(f"commit refs/heads/main\n{who}deleteall\nM 100644 inline README\ndata 6\nhello\n\n")
        self.git("init", "-q", "-b", "main", str(self.history), cwd=self.top)
        self.git("fast-import", "--quiet", stdin="".join(stream))
        self.git("repack", "-q", "-a", "-d")
        self.git("pack-refs", "--all")
        self.git("reset", "-q", "--hard")

    def git(self, *words: str, stdin: str = "", cwd: Path | None = None) -> None:
        """Run git in the history."""
        subprocess.run([_GIT, *words], cwd=cwd or self.history, input=stdin.encode(), check=True, capture_output=True)

    def close(self) -> None:
        """Let go of the disk."""
        if self.has_disk:
            subprocess.run([_UNMOUNT, str(self.disk)], check=True)

    def clear(self, disk: int | None = None) -> Path:
        """Return a folder for what a scan writes; on the disk with so many bytes free, or on an ordinary one.

        Nothing lies in it but what a first scan has compiled, which would take most of the time.
        """
        shutil.rmtree(self.written, ignore_errors=True)
        for path in self.disk.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        place = self.written if disk is None else self.disk / "written"
        for name in ("cache", "tmp", "state/keyguard", "reports"):
            (place / name).mkdir(mode=0o700, parents=True)
        for path in [*self.kept.glob("cache/*-*"), *self.kept.glob("state/keyguard/*")]:
            shutil.copy2(path, place / path.relative_to(self.kept))
        if disk is not None:
            _fill(self.disk / "full", disk)
        return place


def _fill(path: Path, free: int) -> None:
    """Write a file until a disk has so many bytes free."""
    with path.open("wb", 0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    os.truncate(path, max(0, path.stat().st_size - free))


class Told(NamedTuple):
    """What a scan came to."""

    code: int  # negative: the signal that ended it
    report: dict[str, Any] | None
    err: str
    left: list[str]  # what it left behind

    @property
    def keys(self) -> set[str]:
        """The credentials that it found, named as a report names them."""
        return {one["fingerprint"] for one in self.report["findings"]} if self.report else set()

    @property
    def lacks(self) -> bool:
        """Whether it says that it may not have all."""
        if self.report is None:
            return self.code not in {0, 1}
        return bool(self.report["skipped"]) or not self.report["complete"] or self.code not in {0, 1}


class Scan:
    """The command in a process of its own, forked from this one, that has everything loaded."""

    def __init__(self, target: Path, writes: Path, jobs: int, *more: str) -> None:
        self.target, self.writes = target, writes
        self._out, self._err = (tempfile.TemporaryFile() for _ in range(2))  # noqa: SIM115 - closed by `told`
        self.process = os.fork()
        if not self.process:
            self._be(["scan", "-f", "json", "--jobs", str(jobs), *more])
        self._ending = os.pidfd_open(self.process)
        self.code: int | None = None

    def _be(self, arguments: Sequence[str]) -> None:
        code = 70
        try:
            os.setsid()
            os.dup2(self._out.fileno(), 1)
            os.dup2(self._err.fileno(), 2)
            names = {"KEYGUARD_CACHE_DIR": "cache", "TMPDIR": "tmp", "XDG_STATE_HOME": "state"}
            os.environ.update({name: str(self.writes / folder) for name, folder in names.items()})
            tempfile.tempdir = None
            os.chdir(self.target)
            code = main([*arguments])
            atexit._run_exitfuncs()  # noqa: SLF001 - as an interpreter does, without taking down all that is loaded
            sys.stdout.flush()
        except KeyboardInterrupt:
            code = 128 + signal.SIGINT
        except BaseException:  # noqa: BLE001 - said as an interpreter says it
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def wait(self, seconds: float) -> bool:
        """Wait so long at most, and say whether it has ended."""
        if self.code is None:
            poll = select.poll()
            poll.register(self._ending, select.POLLIN)
            if poll.poll(max(0, seconds) * 1000):
                self.code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        return self.code is not None

    def below(self) -> list[tuple[int, str]]:
        """Return its processes, but for the first, with the names of their programs."""
        found, todo = [], [self.process]
        while todo:
            children = _children(todo.pop())
            todo += children
            found += [(child, _program(child)) for child in children]
        return found

    def told(self) -> Told:
        """Wait for its end and that of all its processes."""
        left = [] if self.wait(10 * _PATIENCE) else ["the scan itself, without end"]
        left += _orphans()
        self.wait(0)
        os.close(self._ending)
        texts = []
        for stream in (self._out, self._err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
            stream.close()
        left += [f"a temporary file {path.name}" for path in (self.writes / "tmp").iterdir()]
        left += [f"a half-written {path.name}" for path in self.writes.rglob(".*.new")]
        left += self._unreadable()
        report = _parsed(texts[0])
        left += ["a part of its report"] if texts[0] and report is None else []
        return Told(99 if self.code is None else self.code, report, texts[1], left)

    def _unreadable(self) -> Iterator[str]:
        for path in (self.writes / "reports").iterdir():
            if _parsed(path.read_text("utf-8")) is None:
                yield f"a part of {path.name}"


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return dict(json.loads(text))
    except ValueError:
        return None


def _children(process: int) -> list[int]:
    return [int(word) for word in _said(f"/proc/{process}/task/{process}/children").split()]


def _program(process: int) -> str:
    return _said(f"/proc/{process}/comm").strip()


def _said(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:  # it has ended
        return ""


def _orphans() -> list[str]:
    """Return who still runs when all have had time to end, and end them."""
    until = time.monotonic() + _PATIENCE
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < until:
            if not os.waitpid(-1, os.WNOHANG)[0]:
                time.sleep(0.002)
        left = _children(os.getpid())
        names = [f"a process {_said(f'/proc/{child}/cmdline')}".replace("\0", " ") for child in left]
        for child in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        return names
    return []


# --- the faults


class Fault(NamedTuple):
    """A scan that is under way or about to start, and the chance by which it is struck."""

    place: Place
    dice: Random
    usual: Mapping[Path, float]  # seconds that a scan of a target takes

    def moment(self, scan: Scan) -> bool:
        """Let the scan run for a random time, and say whether it still does."""
        return not scan.wait(self.dice.uniform(0, self.usual[scan.target]))


class Struck(NamedTuple):
    """A scan that a fault was meant for, whether it came in time, and what the scan came to."""

    scan: Scan
    in_time: bool
    told: Told
    lost: frozenset[str] = frozenset()  # the names of what was taken away, which nobody can find
    costs_nothing: bool = False
    may_leave: bool = False


def _strike(fault: Fault, deed: Callable[[Scan], bool], target: Path, jobs: Sequence[int] = (1, 2, 3)) -> Struck:
    """Scan, and do the deed at a random moment."""
    shown = fault.dice.choice(((), ("--show-secrets",)))  # to show a value it is read again in the end
    scan = Scan(target, fault.place.clear(), fault.dice.choice(jobs), *shown)
    in_time = fault.moment(scan) and deed(scan)
    return Struck(scan, in_time, scan.told())


def _worker(fault: Fault) -> Struck:
    """Kill a worker, which is to cost nothing."""
    scan = Scan(fault.place.history, fault.place.clear(), fault.dice.choice((2, 3, 4)))
    before: set[int] = set()
    while not before and not scan.wait(0.001):
        before = _workers(scan)
    scan.wait(fault.dice.uniform(0.005, fault.usual[scan.target] / 30))
    workers = [] if scan.code is not None else sorted(before & _workers(scan))  # a git may look like one as it starts
    in_time = bool(workers) and _send(fault.dice.choice(workers), signal.SIGKILL)
    return Struck(scan, in_time, scan.told(), costs_nothing=True)


def _workers(scan: Scan) -> set[int]:
    return {child for child in _children(scan.process) if _program(child) == _program(scan.process)}


def _git(fault: Fault) -> Struck:
    """Kill a git that the scan reads."""

    def deed(scan: Scan) -> bool:
        gits = [process for process, name in scan.below() if name == "git"]
        return bool(gits) and _send(fault.dice.choice(gits), signal.SIGKILL)

    return _strike(fault, deed, fault.place.history)


def _signal(fault: Fault) -> Struck:
    """Tell the scan, or all its processes, to end; now and then twice."""

    def deed(scan: Scan) -> bool:
        to = fault.dice.choice((scan.process, -scan.process))
        struck = _send(to, fault.dice.choice(_ENDINGS))
        if struck and fault.dice.random() < 0.2 and fault.moment(scan):
            _send(to, fault.dice.choice(_ENDINGS))
        return struck

    return _strike(fault, deed, fault.dice.choice((fault.place.history, fault.place.files)))


def _kill(fault: Fault) -> Struck:
    """Kill the scan itself, which can clear nothing away then."""
    struck = _strike(fault, lambda scan: _send(scan.process, signal.SIGKILL), fault.place.history)
    return struck._replace(may_leave=True)


def _send(to: int, number: signal.Signals) -> bool:
    try:
        os.kill(to, number)
    except ProcessLookupError:
        return False
    return True


def _pack(fault: Fault) -> Struck:
    """Cut a file of the repository: its pack, the index of that, or what names the commits."""
    path = _of_git(fault)
    whole = path.read_bytes()
    mode = path.stat().st_mode
    path.chmod(0o600)

    def cut(_: Scan | None = None) -> bool:
        os.truncate(path, fault.dice.randrange(len(whole)))
        return True

    try:
        return _before_or_during(fault, cut)
    finally:
        path.write_bytes(whole)
        path.chmod(mode)


def _gone(fault: Fault) -> Struck:
    """Take such a file away."""
    path = _of_git(fault)
    away = fault.place.top / "away"

    def take(_: Scan | None = None) -> bool:
        path.rename(away)
        return True

    try:
        return _before_or_during(fault, take)
    finally:
        if away.exists():
            away.rename(path)


def _of_git(fault: Fault) -> Path:
    store = fault.place.history / ".git"
    names = [*store.glob("objects/pack/*"), store / "packed-refs", store / "HEAD"]
    return fault.dice.choice(sorted(path for path in names if path.stat().st_size))


def _before_or_during(fault: Fault, deed: Callable[[Scan | None], bool]) -> Struck:
    if fault.dice.random() < 0.7:
        return _strike(fault, deed, fault.place.history)
    deed(None)
    scan = Scan(fault.place.history, fault.place.clear(), fault.dice.choice((1, 2)))
    return Struck(scan, in_time=True, told=scan.told())


def _vanish(fault: Fault) -> Struck:
    """Take files and folders away while they are read."""
    files = fault.place.files
    away = fault.place.top / "away"
    away.mkdir()
    folders = sorted(files.iterdir())
    each = sorted(files.rglob("*.env"))
    taken = fault.dice.sample(each, 30) if fault.dice.random() < 0.5 else fault.dice.sample(folders, 3)

    def take(_: Scan) -> bool:
        for number, path in enumerate(taken):
            path.rename(away / str(number))
        return True

    gone = [path for one in taken for path in ([one] if one.suffix else one.iterdir())]
    lost = {_key(f"files {path.stem}") for path in gone}
    try:
        return _strike(fault, take, files)._replace(lost=frozenset(lost))
    finally:
        for number, path in enumerate(taken):
            if (away / str(number)).exists():
                (away / str(number)).rename(path)
        away.rmdir()


def _disk(fault: Fault) -> Struck:
    """Have all that the scan writes lie on a disk that is full, or will be."""
    free = int(_FREE * fault.dice.random() ** 4)
    writes = fault.place.clear(free)
    report = ("--report", f"sarif={writes / 'reports' / 'keyguard.sarif'}")
    target = fault.dice.choice((fault.place.history, fault.place.files))
    scan = Scan(target, writes, fault.dice.choice((1, 2)), *fault.dice.choice(((), report)))
    told = scan.told()
    (fault.place.disk / "full").unlink()
    return Struck(scan, in_time=True, told=told)


KINDS: Mapping[str, Callable[[Fault], Struck]] = {
    "worker": _worker,
    "git": _git,
    "signal": _signal,
    "kill": _kill,
    "pack": _pack,
    "gone": _gone,
    "vanish": _vanish,
    "disk": _disk,
}


# --- what must hold


def _wrong(struck: Struck) -> Iterator[str]:
    """Say what does not hold of a scan that was struck, and of the next one, with the same memory and no fault."""
    told, expected = struck.told, _expected(struck.scan)
    missing = expected - told.keys - struck.lost
    yield from () if struck.may_leave else told.left
    if "Traceback" in told.err or "keyguard failed" in told.err:
        yield f"it failed: {told.err}"
    if told.keys - expected:
        yield "it reports what there is not"
    if missing and not told.lacks:
        yield f"exit {told.code} without {len(missing)} credentials, and not a word"
    if struck.costs_nothing and (missing or told.lacks):
        yield f"exit {told.code} without {len(missing)} credentials: {told.err}"
    if told.code == 2 and not told.err:
        yield "exit 2 and not a word"
    again = Scan(struck.scan.target, struck.scan.writes, 2)
    after = again.told()
    if after.code != 1 or after.lacks or after.keys != expected:
        yield f"the next scan: exit {after.code}, {len(after.keys)} credentials, {after.err}"
    if not struck.may_leave:
        yield from (f"the next scan left {left}" for left in after.left)


def _expected(scan: Scan) -> set[str]:
    return {_key(name) for name in _names(scan.target.name)}


# --- the run


def _usual(place: Place) -> dict[Path, float]:
    """Return how long a scan of each target takes; the first ones fill what is kept between them."""
    assert Scan(place.history, place.clear(), 2).told().code == 1  # noqa: S101
    place.written.rename(place.kept)
    return {
        target: statistics.median(_seconds(place, target) for _ in range(5)) for target in (place.history, place.files)
    }


def _seconds(place: Place, target: Path) -> float:
    scan = Scan(target, place.clear(), 2)
    started = time.monotonic()
    told = scan.told()
    assert told.code == 1, told.err  # noqa: S101
    return time.monotonic() - started


def _told(kinds: Sequence[str], counted: counts.Counts) -> Iterator[str]:
    """Say in lines how many faults of each kind struck, came too late, and did harm."""
    struck, late, wrong = (Counter(counted.total(key)) for key in ("struck", "late", "wrong"))
    for name in kinds:
        yield f"{name:8}{struck[name]:7,} faults{wrong[name]:5,} wrong   {KINDS[name].__doc__}"
    seeds = ", ".join(str(seed) for seed in sorted({piece["seed"] for piece in counted.pieces}))
    yield f"{'in all':8}{struck.total():7,} faults{wrong.total():5,} wrong   seed {seeds}"
    yield f"{late.total():,} more came when the scan was over, and are not counted."


def run_all(options: argparse.Namespace) -> int:
    """Try the faults, print what came of them, and return how many scans did wrong."""
    folder = Path(tempfile.mkdtemp(prefix="keyguard-faults-")).resolve()  # which no scan, forked from here, removes
    try:
        with contextlib.closing(Place(folder)) as place:
            kinds = [name for name in options.kinds or KINDS if name != "disk" or place.has_disk]
            counted = counts.Counts(options.state, "faults")
            _try(place, kinds, options, counted)
    finally:
        shutil.rmtree(folder)
    if len(kinds) < len(options.kinds or KINDS):
        print("disk: not tried, for want of a namespace to mount one in")
    print("\n".join(_told(kinds, counted)))
    return sum(counted.total("wrong").values())


def _try(place: Place, kinds: Sequence[str], options: argparse.Namespace, counted: counts.Counts) -> None:
    usual = _usual(place)
    number = counted.next_of(options.seed) if options.first is None else options.first
    until = time.monotonic() + options.seconds
    while sum(counted.total("struck").values()) < options.count and time.monotonic() < until:
        dice = Random(f"{options.seed} {number}")  # noqa: S311 - chance that is the same each time
        name = dice.choice(kinds)
        struck = KINDS[name](Fault(place, dice, usual))
        wrong = list(_wrong(struck))
        for what in wrong:
            print(f"fault {number} ({name}): {what}", flush=True)
        number += 1
        came = {"struck" if struck.in_time else "late": {name: 1}, "wrong": {name: int(bool(wrong))}}
        counted.add({"seed": options.seed, "next": number, "struck": {}, "late": {}, **came})


def _prepare() -> None:
    """Import and compile what a scan needs, have its signals strike, and adopt the processes that it leaves alone."""
    for module in pkgutil.walk_packages(keyguard.__path__, "keyguard."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for number in _ENDINGS:
        signal.signal(number, signal.SIG_DFL)
    ctypes.CDLL(None, use_errno=True).prctl(_ADOPT, 1, 0, 0, 0)
    for name in [name for name in os.environ if name.startswith(("GIT_", "KEYGUARD_"))]:
        del os.environ[name]
    gc.collect()
    gc.freeze()


def _in_a_namespace() -> None:
    """Become the same command in a mount namespace of its own, where that can be."""
    words = [_UNSHARE, "--mount", "--map-root-user"]
    with contextlib.suppress(OSError):
        if not subprocess.run([*words, "true"], check=False, capture_output=True).returncode:
            os.environ[_IN_A_NAMESPACE] = "1"
            os.execv(_UNSHARE, [*words, sys.executable, "-m", "benchmarks.faults", *sys.argv[1:]])  # noqa: S606


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="python -m benchmarks.faults"
    )
    parser.add_argument("--count", type=int, default=100, help="how many faults are to strike in all (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="what the chance is made of (default: 1)")
    parser.add_argument("--first", type=int, help="the number of the first fault (default: the first not yet tried)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after so long")
    counts.option(parser)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"try these alone: {', '.join(KINDS)}")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = _options()
    if _IN_A_NAMESPACE not in os.environ:
        _in_a_namespace()
    _prepare()
    sys.exit(bool(run_all(chosen)))
