"""What README shows of many repositories, typed as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.test_doc_commands import Typist, scripts

if TYPE_CHECKING:
    from tests.fleet.conftest import Made

pytest.importorskip("distributed")

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_three_commands_lead_from_twenty_mirrors_to_an_overview(tmp_path: Path, bare: Made) -> None:
    (commands,) = (script for script in scripts(ROOT / "README.md") if "fleet scan" in script)
    install, scan, report = commands.splitlines()
    assert install == 'pip install ".[fleet]"'  # taken as done
    for number in range(20):
        bare(f"acme/bot{number}", f"leak {number % 3}" if number % 4 == 0 else "")
    (tmp_path / "fleet").rename(tmp_path / "mirrors")
    typist = Typist(tmp_path, tmp_path)
    assert "5 findings in 20 repositories" in (said := typist.types(scan, 1))
    assert re.search(r"its dashboard: http://127\.0\.0\.1:\d+/status", said)
    assert len(re.findall(r"(?m)^note: \d+  acme/bot\d+  \d findings?\.$", said)) == 20
    assert "3 credentials in 5 repositories" in typist.types(report, 1)
    assert "20 repositories" in (tmp_path / "fleet.html").read_text()
