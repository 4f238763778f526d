"""What is true of every command: help, usage, and how little is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keyguard import __version__

if TYPE_CHECKING:
    from tests.cli.conftest import Keyguard

# Each of these takes 15 ms or more to import, and a commit is waiting.
HEAVY = {
    "certifi",
    "git",
    "hyperscan",
    "httpx",
    "importlib.metadata",
    "importlib.resources",
    "jinja2",
    "mcp",
    "msgspec",
    "multiprocessing",
    "pathspec",
    "platformdirs",
    "pydantic",
    "pygls",
    "pyrate_limiter",
    "regex",
    "rich",
    "sarif_om",
    "stamina",
    "tomllib",
    "yaml",
}


def loaded(script: str, cwd: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{script}\nprint(*sys.modules, file=sys.stderr)"],
        cwd=cwd,
        capture_output=True,
        check=True,
        text=True,
    )
    return set(done.stderr.splitlines()[-1].split())  # a help text stands before it


@pytest.mark.parametrize("arguments", [[], ["--help"], ["scan", "--help"], ["--version"]])
def test_to_start_loads_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    assert not loaded(f"from keyguard.cli import main\nmain({arguments})", tmp_path) & HEAVY


def test_a_clean_scan_loads_the_engine_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("nothing\n")
    script = "from keyguard.cli import main\nmain(['scan', 'a.txt'])"
    loaded(script, tmp_path)  # fills the cache
    assert loaded(script, tmp_path) & HEAVY == {"hyperscan"}


def test_a_file_that_reads_a_key_from_the_environment_loads_no_matcher(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text('import os\n\napi_key = os.environ["OKX_API_KEY"]\nprint("hello", api_key[:4])\n')
    script = "from keyguard.cli import main\nmain(['scan', 'bot.py'])"
    loaded(script, tmp_path)  # fills the cache
    of_close_looks = {"keyguard.detect.matcher", "keyguard.engine.reading", "keyguard.text.outline"}
    assert loaded(script, tmp_path) & (HEAVY | of_close_looks) == {"hyperscan"}


def test_help_names_the_commands(keyguard: Keyguard) -> None:
    ran = keyguard("--help")
    assert ran.code == 0
    assert all(f"\n  {command} " in ran.out for command in ("scan", "verify", "report", "rules", "explain", "demo"))


def test_without_a_command_the_help_is_shown(keyguard: Keyguard) -> None:
    ran = keyguard()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: keyguard")


def test_version(keyguard: Keyguard) -> None:
    assert keyguard("--version").out == f"keyguard {__version__}\n"


@pytest.mark.parametrize(
    ("word", "hint"), [("scn", "Did you mean 'scan'?"), ("./src", "To scan it: keyguard scan ./src")]
)
def test_an_unknown_command(keyguard: Keyguard, word: str, hint: str) -> None:
    ran = keyguard(word)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: there is no command '{word}'.\nhint: {hint}\n"


def test_usage_errors_have_the_form_of_all_errors(keyguard: Keyguard) -> None:
    ran = keyguard("explain")
    assert ran.code == 2
    assert ran.err == "error: missing argument 'ID'.\nhint: keyguard explain --help shows how it is used.\n"


@pytest.mark.parametrize("error", ["MemoryError", "RecursionError", "ZeroDivisionError"])
def test_a_fault_is_one_line_and_a_hint(error: str, tmp_path: Path) -> None:
    script = f"""
import sys, keyguard.settings
from keyguard.cli import main
def broken(*_):
    raise {error}("with a value in its text")
keyguard.settings.load = broken
sys.exit(main(["scan"]))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=False, text=True)
    first, second = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert first == f"error: keyguard failed: {error} at <string>:5 in broken."
    assert second.startswith("hint: This is a fault of keyguard's own")


def test_a_recursion_without_end_is_one_line_too(tmp_path: Path) -> None:
    script = """
import sys, keyguard.settings
from keyguard.cli import main
def broken(root, config, options):
    broken(root, config, options)
keyguard.settings.load = broken
sys.exit(main(["scan"]))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=False, text=True)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 2)


def test_the_wheel_holds_rules_demo_page_and_manual_page(tmp_path: Path) -> None:
    checkout = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=checkout,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    templates = (checkout / "keyguard" / "demo").rglob("*.tmpl")
    assert {path.relative_to(checkout).as_posix() for path in templates} <= names
    assert f"keyguard-{__version__}.data/data/share/man/man1/keyguard.1" in names
    assert {"keyguard/report/page/page.html.jinja", "keyguard/report/page/page.css"} <= names
    assert {f"keyguard/rules/{path.name}" for path in (checkout / "rules").glob("*.yml")} <= names
