"""What publishes keyguard: its workflows, its forms, and a wheel that is the same whoever builds it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))


def _run(*call: str | Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name(str(call[0]))
    return subprocess.run([program, *call[1:]], capture_output=True, text=True, check=False, cwd=ROOT)


def test_zizmor_finds_nothing_in_what_runs_on_github_even_as_an_auditor() -> None:
    done = _run("zizmor", "--offline", "--no-config", "--persona=auditor", *WORKFLOWS, GITHUB / "dependabot.yml")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", [*WORKFLOWS, GITHUB / "dependabot.yml"], ids=lambda file: file.stem)
def test_a_file_for_github_has_its_form(file: Path) -> None:
    schema = "vendor.dependabot" if file.stem == "dependabot" else "vendor.github-workflows"
    done = _run("check-jsonschema", "--builtin-schema", schema, file)
    assert done.returncode == 0, done.stdout


def test_every_action_is_pinned_and_each_by_one_commit() -> None:
    text = "".join(file.read_text("utf-8") for file in WORKFLOWS)
    pins = re.findall(r"uses: (\S+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$", text, re.MULTILINE)
    assert len(pins) == text.count("uses:")
    assert len(set(pins)) == len({name for name, _ in pins})


def test_what_may_publish_runs_nothing_of_the_repository() -> None:
    jobs = yaml.safe_load((GITHUB / "workflows" / "release.yml").read_text("utf-8"))["jobs"]
    writing = {name for name, job in jobs.items() if "write" in job["permissions"].values()}
    assert writing == {"attest", "index", "github"}
    for name in writing:
        assert not [step for step in jobs[name]["steps"] if step.get("uses", "").startswith("actions/checkout")]


def test_the_tests_run_on_every_python_that_is_said_to_do() -> None:
    matrix = yaml.safe_load((GITHUB / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]["tests"]["strategy"]["matrix"]
    least = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert least is not None
    assert matrix["python"][0] == least[1]
    assert {one.split("-")[0] for one in matrix["os"]} == {"ubuntu", "macos", "windows"}


@pytest.mark.parametrize("form", ["false-alarm", "miss"])
def test_a_form_asks_for_the_evidence_and_warns_of_values(form: str) -> None:
    data = yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / f"{form}.yml").read_text("utf-8"))
    first, *fields = data["body"]
    assert "Never paste a real value" in first["attributes"]["value"]
    needed = [one["attributes"]["label"] for one in fields if one.get("validations", {}).get("required")]
    assert any("keyguard why FILE:LINE" in label for label in needed)
    assert len({one["id"] for one in fields}) == len(fields)


def test_nobody_is_said_to_own_what_nobody_published() -> None:
    lines = (GITHUB / "CODEOWNERS").read_text("utf-8").splitlines()
    assert "placeholder" in lines[0]
    assert all(line.startswith("#") for line in lines)


def test_a_wheel_is_the_same_byte_for_byte_wherever_and_whenever_it_is_built(tmp_path: Path) -> None:
    built = {
        _built(tmp_path / name, umask, zone)
        for name, umask, zone in (("a", 0o022, "UTC"), ("deep/b", 0o077, "Asia/Tokyo"))
    }
    assert len(built) == 1


def _built(folder: Path, umask: int, zone: str) -> tuple[str, int]:
    """Build a wheel of a copy of what git has, and return its digest with the number of its files."""
    before = os.umask(umask)
    try:
        for name in subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0"):  # noqa: S607
            if name and not name.startswith("tests/") and (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, folder / name)
        environment = os.environ | {"TZ": zone, "SOURCE_DATE_EPOCH": "1700000000"}
        call = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
        subprocess.run(call, cwd=folder, env=environment, check=True, capture_output=True)
    finally:
        os.umask(before)
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return hashlib.sha256(wheel.read_bytes()).hexdigest(), len(archive.namelist())
