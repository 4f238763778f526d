"""This repository holds made-up values as marks alone, so that no scanner tells its users of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyguard import api

_ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_nothing_in_it_is_a_finding() -> None:
    outcome = api.scan(api.Request(paths=(str(_ROOT),), history=False, cache=False))
    assert outcome.scanned.files > 1000
    assert [(finding.rule, finding.matches[0].blob.path) for finding in outcome.findings] == []
