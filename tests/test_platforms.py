"""Hyperscan is asked for where it has wheels, and nowhere else: its source needs a library that nobody has."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from keyguard.cli import main

_ROOT = Path(__file__).parents[1]
_LOCK = _ROOT / "keyguard" / "action" / "requirements.txt"

# Which wheels hyperscan 0.9.1 has, by `pip download --only-binary=:all: -vvv`: those of musl and of the free-threaded
# 3.14 and 3.15 go by the markers of their like.
_PLATFORMS = [
    *(("CPython", f"3.{minor}", "linux", "x86_64", True) for minor in range(10, 16)),
    *(("CPython", f"3.{minor}", "linux", "aarch64", True) for minor in (10, 14, 15)),
    *(("CPython", "3.14", "darwin", machine, True) for machine in ("x86_64", "arm64")),
    ("CPython", "3.10", "win32", "AMD64", True),
    ("CPython", "3.14", "win32", "AMD64", True),
    ("CPython", "3.16", "linux", "x86_64", False),
    ("CPython", "3.14", "win32", "ARM64", False),
    ("CPython", "3.12", "win32", "x86", False),
    *(("CPython", "3.12", "linux", machine, False) for machine in ("i686", "armv7l", "armv6l", "riscv64")),
    *(("CPython", "3.12", "linux", machine, False) for machine in ("ppc64le", "s390x", "loongarch64", "mips64")),
    *(("CPython", "3.12", system, "amd64", False) for system in ("freebsd14", "openbsd7", "cygwin")),
    ("CPython", "3.13", "emscripten", "wasm32", False),
    ("CPython", "3.13", "ios", "arm64", False),
    ("CPython", "3.13", "android", "aarch64", False),
    *(("PyPy", version, "linux", "x86_64", False) for version in ("3.10", "3.11")),
    ("PyPy", "3.11", "darwin", "arm64", False),
    ("GraalVM", "3.12", "linux", "x86_64", False),
]


def _asked() -> list[Requirement]:
    """Return how the project and the action's lock ask for it."""
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    project = toml.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    locked = re.findall(r"(?m)^(hyperscan[^\\\n]*?) *\\$", _LOCK.read_text("utf-8"))
    return [one for one in map(Requirement, [*project["dependencies"], *locked]) if one.name == "hyperscan"]


@pytest.mark.parametrize(("implementation", "version", "system", "machine", "has_a_wheel"), _PLATFORMS)
def test_hyperscan_is_asked_for_where_it_has_a_wheel(
    implementation: str, version: str, system: str, machine: str, *, has_a_wheel: bool
) -> None:
    environment = {
        "platform_python_implementation": implementation,
        "implementation_name": implementation.lower(),
        "python_version": version,
        "python_full_version": f"{version}.0",
        "sys_platform": system,
        "platform_machine": machine,
    }
    project, locked = _asked()
    for one in (project, locked):
        assert one.marker is not None
        assert one.marker.evaluate(environment) is has_a_wheel


class TestWithoutIt:
    @pytest.fixture(autouse=True)
    def hidden(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "hyperscan", None)

    def test_the_version_says_so_once(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--version"]) == 0
        assert capsys.readouterr().out.splitlines()[1:] == [
            "engine regex: Hyperscan, which is faster, is not installed"
        ]

    def test_debug_says_so_once(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--version", "--debug"]) == 0
        told = [line for line in capsys.readouterr().out.splitlines() if "engine" in line]
        assert told == ["engine   regex, since Hyperscan is not installed"]


def test_with_it_the_version_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("hyperscan")
    assert main(["--version"]) == 0
    assert re.fullmatch(r"keyguard \S+\n", capsys.readouterr().out)
    assert main(["--version", "--debug"]) == 0
    assert capsys.readouterr().out.endswith("\nengine   hyperscan\n")
