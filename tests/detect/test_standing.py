"""The answer for a text depends on the text and its standing, and on nothing else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from keyguard import packs
from keyguard.detect.matcher import Matcher
from tests.cases import rule_set

if TYPE_CHECKING:
    from keyguard.detect.candidates import Found

_MATCHER = Matcher(rule_set(), time_limit=60)


def _said(found: list[Found]) -> list[tuple[object, ...]]:
    return [(one.part, one.value.reveal(), one.confidence, one.named_provider, one.realm) for one in found]


def test_standings_are_equal_where_paths_say_the_same() -> None:
    assert _MATCHER.standing("a/main.py") == _MATCHER.standing("b/other.py")
    assert _MATCHER.standing("a/main.py") != _MATCHER.standing("okx/main.py")
    assert _MATCHER.standing("a/main.py") != _MATCHER.standing("a/main.yml")
    assert _MATCHER.standing("okx_passphrase") != _MATCHER.standing("okx_notes")


def test_a_text_is_judged_anew_from_nothing_but_text_and_standing() -> None:
    text = packs.expand('okx = {"apiKey": "<api_key>", "secret": "<secret_key>"}')
    standing = _MATCHER.standing("a.py")
    before = _said(_MATCHER.judge(text, standing))
    _MATCHER.judge(
        packs.expand("BINANCE_API_KEY=<alnum64>\n" * 50), _MATCHER.standing("b.env"), time.process_time() + 9
    )
    assert _said(_MATCHER.judge(text, standing)) == before
