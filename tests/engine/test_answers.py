"""What a window held is remembered: a scan finds the same with that memory and without it, at any size and place."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard import cache
from keyguard.detect.matcher import Matcher
from keyguard.engine import answers
from keyguard.engine.examine import Examiner
from keyguard.engine.reading import WHOLE
from keyguard.model import Blob
from keyguard.packs import expand
from keyguard.text import outline
from keyguard.text.outline.heads import heads
from tests.cases import rule_set
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.detect.candidates import Found
    from keyguard.engine.examine import Finds

_FILLERS = {
    ".py": "    amount=price * 300,  # of no interest\n",
    ".yml": "    interval: 300 seconds\n",
    ".json": '    "interval": "300 seconds",\n',
    ".ini": "interval = 300 seconds\n",
    ".toml": 'interval = "300 seconds"\n',
    ".xml": "    <interval>300 seconds</interval>\n",
    ".md": "| - | - | - |\n",
    ".sql": "(NULL, NULL, NULL),\n",
}
_PARTS = {
    ".py": '    api_key="<api_key>",\n    api_secret_key="<secret_key>",\n    passphrase="<passphrase>",\n',
    ".yml": "    api_key: <api_key>\n    secret_key: <secret_key>\n    passphrase: <passphrase>\n",
    ".json": '    "apiKey": "<api_key>",\n    "secret": "<secret_key>",\n    "password": "<passphrase>",\n',
    ".ini": "api_key = <api_key>\nsecret_key = <secret_key>\npassphrase = <passphrase>\n",
    ".toml": 'api_key = "<api_key>"\nsecret_key = "<secret_key>"\npassphrase = "<passphrase>"\n',
    ".xml": "    <apiKey><api_key></apiKey>\n    <secretKey><secret_key></secretKey>\n"
    "    <apiPassphrase>Quartz.Pebble47</apiPassphrase>\n",
    ".md": "| <api_key> | <secret_key> | <passphrase> |\n",
    ".sql": "('<api_key>', '<secret_key>', '<passphrase>'),\n",
}
_HEADS = {
    ".py": "account = okx.AccountAPI(\n",
    ".yml": "exchanges:\n  okx:\n",
    ".json": '{"exchanges": {\n  "okx": {\n',
    ".ini": "[okx.live]\n",
    ".toml": "[exchanges.okx]\n",
    ".xml": "<exchanges>\n  <okx>\n",
    ".md": "| OKX API key | OKX secret key | OKX passphrase |\n|---|---|---|\n",
    ".sql": "INSERT INTO okx_accounts (api_key, secret_key, passphrase) VALUES\n",
}


def _examiner() -> Examiner:
    return Examiner(rule_set(), 60, b"k" * 32, cache.opened().remember)


def _finds(examiner: Examiner, path: str, text: str, identity: str = "1") -> Finds:
    examination = examiner.begin(Blob(path, identity))
    examination.read([text.encode()])
    return examination.finds()


def _said(finds: Finds) -> list[tuple[object, ...]]:
    return [
        (m.part, m.value, m.confidence, m.realm, m.named_provider, m.near_provider, m.name, m.stem)
        for m in sorted(finds.matches, key=lambda m: m.start)
    ]


@pytest.mark.parametrize("ending", _PARTS)
@pytest.mark.parametrize("between", [0, 40, 4000])
@pytest.mark.parametrize("behind", [0, 3000])
def test_what_is_found_depends_neither_on_size_nor_on_place(ending: str, between: int, behind: int) -> None:
    head, parts, filler = _HEADS[ending], expand(_PARTS[ending], ending), _FILLERS[ending]
    small = _said(_finds(_examiner(), f"bot{ending}", head + parts))
    text = head + filler * between + parts + filler * behind
    finds = _finds(_examiner(), f"bot{ending}", text)
    assert len(small) == 3
    assert _said(finds) == small
    lines = text[: text.index(expand("<api_key>", ending))].count("\n") + 1
    assert min(match.region.line for match in finds.matches) == lines


def test_the_frame_around_a_value_in_an_endless_line_is_seen_however_far_it_begins() -> None:
    filler = '"interval":300,' * 2000
    parts = expand('"apiKey":"<api_key>","secret":"<secret_key>","password":"<passphrase>",', "endless")
    small, large = (
        _said(_finds(_examiner(), "a.json", f'{{"binance":{{"a":1}},"okx":{{{before}{parts}"b":2}}}}'))
        for before in ("", filler)
    )
    assert len(small) == 3
    assert large == small


def _edited(random: Random, lines: Sequence[str], pool: Sequence[str]) -> list[str]:
    edited = list(lines)
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(edited) + 1)
        edited[at : at + random.choice((0, 0, 1, 5))] = random.choices(pool, k=random.choice((0, 1, 3, 200)))
    return edited


@pytest.mark.slow
@given(seed=st.integers(0, 1 << 32), ending=st.sampled_from([".py", ".yml", ".json", ".ini", ".xml"]))
@examples(12, deadline=None)
def test_a_scan_finds_the_same_with_and_without_the_memory_on_random_edits(seed: int, ending: str) -> None:
    random = Random(seed)  # noqa: S311
    parts = [expand(line, f"{n} {seed}") for n in range(3) for line in _PARTS[ending].splitlines(keepends=True)]
    others = [
        "# okx\n",
        "\n",
        expand("id: <uuid>\n", str(seed)),
        "flag: 1\n",
        "kucoin:\n",
        *_HEADS[ending].splitlines(keepends=True),
    ]
    lines = [_FILLERS[ending]] * 1500
    shared, forgetful = _examiner(), _examiner()
    for version in range(4):
        lines = _edited(random, lines, [*parts, *others, _FILLERS[ending]])
        text = "".join(lines)
        assert len(text) > WHOLE
        vars(forgetful).pop("answers", None)
        kept, anew = (_finds(e, f"bot{ending}", text, str(version)) for e in (shared, forgetful))
        assert kept == anew


def test_the_next_version_of_a_file_is_judged_only_where_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    filler, examiner = _FILLERS[".py"] * 200, _examiner()
    text = "".join(filler + expand(_PARTS[".py"].replace(">", f":{n}>"), "each") for n in range(1, 9))
    first = _finds(examiner, "okx.py", text)
    judged = list[str]()
    judge = Matcher.judge

    def counted(self: Matcher, text: str, *rest: Any) -> list[Found]:
        judged.append(text)
        return judge(self, text, *rest)

    monkeypatch.setattr(Matcher, "judge", counted)
    second = _finds(examiner, "okx.py", "import okx\n" + filler + text.replace("amount", "sum", 1), "2")
    assert not judged
    assert _said(second) == _said(first)
    third = _finds(examiner, "okx.py", text.replace(expand("<api_key:3>", "each"), expand("<api_key:33>", "each")), "3")
    assert len(judged) == 1
    assert len(third.matches) == len(first.matches)


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST", 3)
    examiner = _examiner()
    text = expand("".join(_FILLERS[".py"] * 400 + _PARTS[".py"].replace(">", f":{n}>") for n in range(9)), "bounded")
    assert len(_finds(examiner, "okx.py", text).matches) == 27


@pytest.mark.parametrize(
    ("path", "text", "kept"),
    [
        ("a.yml", "a:\n  b: 1\nokx:\n  c: 1\n  live:\n    d: 1\n#\n    CUT: 1\n", ["okx:", "  live:"]),
        ("a.py", "def f(a,\n      b):\n    with okx(a) as b:\n        c = 1\n        CUT\n", ["    with okx(a) as b:"]),
        ("a.json", '{\n  "a": {\n    "b": 1\n  },\n  "okx": {\n    CUT\n', ["{", '  "okx": {']),
        ("a.ini", "[a]\nb=1\n[okx]\nc=1\nCUT", ["[okx]"]),
        ("b.json", '{"a":{"b":[1,2]},"okx":{"c":1,\nCUT', ["{", '"okx":{']),
        ("b.py", "x = {}\nf(a)\nokx = AccountAPI(\n1,\nCUT", ["okx = AccountAPI("]),
        ("a.csv", "apiKey,secret\n1,2\nCUT", ["apiKey,secret"]),
        ("a.xml", "<a>\n  <b>\n    <c>1</c>\n  </b>\n  <okx>\n    CUT", ["<a>", "  <okx>"]),
    ],
)
def test_the_heads_of_a_place_are_the_lines_around_it(path: str, text: str, kept: list[str]) -> None:
    data = text.encode()
    at = data.rindex(b"\n", 0, data.index(b"CUT")) + 1
    spans = heads(data, at, outline.notation_of(path))
    assert [data[start:end].decode().rstrip("\n") for start, end in spans] == kept
