"""What a report says of a place in a container: the file that can be opened, and the member in it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from keyguard import api
from keyguard.report import ReportOptions
from tests.text.packing import zipped
from tests.text.test_containers import ENV, filled, scanned

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


def _report(folder: Path, format_: str) -> Any:
    (folder / "a.zip").write_bytes(zipped({"bot/.env": filled(ENV)}))
    stream = io.BytesIO()
    outcome = api.Session(api.Request(paths=(str(folder),), cache=False)).scan()
    api.report(outcome, format_, stream, ReportOptions(root=str(folder)))
    return json.loads(stream.getvalue())


def test_sarif_has_the_archive_as_the_artifact_and_the_member_as_a_nested_one(tmp_path: Path) -> None:
    run = _report(tmp_path, "sarif")["runs"][0]
    outer, nested = run["artifacts"]
    assert outer["location"]["uri"] == "a.zip"
    assert (nested["location"]["uri"], nested["parentIndex"]) == ("/bot/.env", 0)
    (place,) = run["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "a.zip"
    assert place["logicalLocations"][0]["fullyQualifiedName"].startswith("a.zip!/bot/.env:1:")


def test_json_has_both_paths(tmp_path: Path) -> None:
    parts = _report(tmp_path, "json")["findings"][0]["parts"]
    assert {(part["path"], part["inner"]) for part in parts} == {("a.zip!/bot/.env", "bot/.env")}
    assert len(scanned(tmp_path).findings) == 1


def test_gitlab_names_the_archive(tmp_path: Path) -> None:
    (found,) = _report(tmp_path, "gitlab")["vulnerabilities"]
    assert found["location"]["file"] == "a.zip"
