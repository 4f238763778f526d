"""Install keyguard for a job: the packages that requirements.txt pins, and keyguard itself from the action's checkout.

    python3 -I prepare.py plan      says where things go, and by which keys GitHub's cache holds them
    python3 -I prepare.py install   makes the environment, unless one is there

It runs under whatever Python the runner has, before anything is installed. Nothing of the scanned checkout is
imported: -I keeps the current folder out of the module path.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(_ROOT))

from keyguard.action.workflow import say_error, set_outputs  # noqa: E402

_LOCK = Path(__file__).resolve().with_name("requirements.txt")
_OLDEST = (3, 10)


def main(command: str) -> int:
    """Run one of the two commands."""
    if sys.version_info < _OLDEST:
        say_error(
            f"keyguard needs Python 3.10, and this is {platform.python_version()}",
            "Run actions/setup-python before this action",
        )
        return 2
    return plan() if command == "plan" else install()


def plan() -> int:
    """Say where things go; the cache's keys change with all that what they hold depends on."""
    machine = f"{sys.platform}-{platform.machine()}-{sys.implementation.cache_tag}"
    memory = _folder() / "memory"
    memory.mkdir(mode=0o700, parents=True, exist_ok=True)  # keyguard trusts no folder that others may write to
    set_outputs(
        {
            "python": sys.executable,
            "packages": _folder() / "packages",
            "packages-key": f"keyguard-packages-{machine}-{_digest([_LOCK])}",
            "memory": memory,
            "memory-key": f"keyguard-memory-{machine}-{_digest(_knowledge())}",
        }
    )
    return 0


def install() -> int:
    """Make the environment; a second use in one job finds it there, if it is of the same checkout."""
    here = hashlib.sha256(str(_ROOT).encode()).hexdigest()[:16]
    environment = _folder() / f"environment-{_digest([_LOCK, Path(sys.executable)])}-{here}"
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = environment / "done"
    if not done.is_file() and not (_make(environment) and _fill(python) and _link(python)):
        return 2
    done.touch()
    set_outputs({"python": python})
    return 0


def _folder() -> Path:
    return Path(os.environ["RUNNER_TEMP"]) / "keyguard"


def _knowledge() -> list[Path]:
    return sorted(path for name in ("keyguard", "rules") for path in (_ROOT / name).rglob("*") if _is_source(path))


def _is_source(path: Path) -> bool:
    return path.suffix in {".py", ".yml"}


def _digest(files: list[Path]) -> str:
    found = hashlib.sha256()
    for file in files:
        found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()[:16]


def _make(environment: Path) -> bool:
    if _run([sys.executable, "-I", "-m", "venv", "--clear", str(environment)]):
        return True
    hint = "On Debian install python3-venv, or run actions/setup-python before this action"
    say_error("no Python environment can be made", hint)
    return False


def _fill(python: Path) -> bool:
    """Install what is pinned, each package by its hash: whatever a cache or an index holds, nothing else gets in."""
    packages = _folder() / "packages"
    from_there = ("install", "--no-index", f"--find-links={packages}")
    if packages.is_dir() and _pip(python, *from_there):
        return True
    if _pip(python, "download", f"--dest={packages}") and _pip(python, *from_there):
        return True
    hint = "The log of this step says why; packages come from PyPI, or from where PIP_INDEX_URL says"
    say_error("keyguard's packages cannot be installed", hint)
    return False


def _pip(python: Path, *arguments: str) -> bool:
    options = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet"]
    return _run([str(python), "-I", "-m", "pip", *arguments, *options, f"--requirement={_LOCK}"])


def _link(python: Path) -> bool:
    """Put the checkout on the environment's path: nothing is built, so no build tool has to be fetched."""
    asked = [str(python), "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    (Path(packages) / "keyguard.pth").write_text(f"{_ROOT}\n", "utf-8")
    return True


def _run(command: list[str]) -> bool:
    """Run a command where nothing of the scanned checkout lies."""
    return subprocess.run(command, check=False, cwd=_folder()).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
