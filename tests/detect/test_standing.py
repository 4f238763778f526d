"""The answer for a text depends on the text and its standing: a piece inside its heads is judged as in the whole."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from keyguard import packs
from keyguard.detect.matcher import Matcher
from keyguard.text import outline
from tests.cases import rule_set

if TYPE_CHECKING:
    from keyguard.detect.candidates import Found
    from keyguard.text.outline import Head

_MATCHER = Matcher(rule_set(), time_limit=60)
_WHOLE = {
    "c.yml": "exchanges:\n  okx:\n    demo: true\n#CUT\n    api_key: <api_key>\n    secret_key: <secret_key>\n",
    "c.json": '{"okx": {\n#CUT\n"apiKey": "<api_key>",\n"secret": "<secret_key>",\n"password": "<passphrase>"}}\n',
    "c.ini": "[okx.live]\n#CUT\napi_key = <api_key>\nsecret_key = <secret_key>\npassphrase = <passphrase>\n",
    "c.py": 'api = okx.AccountAPI(\n#CUT\napi_key="<api_key>",\napi_secret_key="<secret_key>",\nflag="1")\n',
    "c.xml": "<okx>\n#CUT\n<apiKey><api_key></apiKey>\n<secretKey><secret_key></secretKey>\n</okx>\n",
}


def _heads(text: str, path: str, at: int) -> tuple[Head, ...]:
    literals = outline.read(text, path, lambda _: True).literals
    first = next(literal for literal in literals if literal.start >= at)
    frames = [frame for frame in first.frame.chain() if 0 <= frame.start < at]
    kept = ((frame, [fact for fact in frame.facts if fact[0] == "demo"]) for frame in reversed(frames))
    return tuple(
        outline.Head(frame.kind, frame.name, frame.indent, 0, tuple(facts), frame.inherited) for frame, facts in kept
    )


def _said(found: list[Found]) -> list[tuple[object, ...]]:
    return [(one.part, one.value.reveal(), one.confidence, one.named_provider, one.realm) for one in found]


@pytest.mark.parametrize("path", _WHOLE)
def test_a_piece_in_its_heads_is_judged_as_in_the_whole(path: str) -> None:
    text = packs.expand(_WHOLE[path], path)
    cut = text.index("#CUT\n")
    text = text.replace("#CUT\n", "")
    heads = _heads(text, path, cut)
    assert heads
    whole = _MATCHER.judge(text, _MATCHER.standing(path))
    piece = _MATCHER.judge(text[cut:], _MATCHER.standing(path, heads=heads))
    assert len(whole) > 1
    assert _said(piece) == _said(whole)
    assert [len(one.scopes) for one in piece] == [len(one.scopes) for one in whole]


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
