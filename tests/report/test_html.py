from __future__ import annotations

import base64
import hashlib
import io
import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.model import History, Origin, Outcome, Repository, Rule, Skipped, Suppression, UnusedIgnore, Verdict
from keyguard.report import ReportOptions
from keyguard.report import html as module
from keyguard.report.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.model import Finding, Match


class _Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, written: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(written.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def page(outcome: Outcome, history: Outcome, report: Callable[..., bytes]) -> _Page:
    return _Page(report("html", replace(outcome, findings=history.findings + outcome.findings)))


def test_the_page_needs_no_script_and_no_network(page: _Page) -> None:
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "iframe", "object", "embed", "form", "img", "base", "audio", "video"}
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not [name for _, attributes in page.elements for name in attributes if name in {"style", "src"}]


def test_the_page_forbids_itself_all_but_its_own_style_sheet(page: _Page, report: Callable[..., bytes]) -> None:
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    (sheet,) = re.findall(r"<style>(.*?)</style>", report("html", Outcome()).decode(), re.DOTALL)
    assert f"'sha256-{base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()}'" in policy
    assert "url(" not in sheet
    assert "@import" not in sheet


def test_what_can_be_lost_stands_first_then_the_credentials_then_the_rest(page: _Page) -> None:
    found = re.findall(
        "What can be lost|Credentials|How to fix it|Where they sit|Not scanned|Suppressed|Remarks", page.text
    )
    assert found == [
        "What can be lost", "Credentials", "How to fix it", "Where they sit", "Not scanned", "Suppressed", "Remarks",
    ]  # fmt: skip
    assert "https://git.example/team/bot.git Revision d4d4d4d4d4d4 on main Scanned 2024-06-01 12:00 UTC" in page.text


def test_every_credential_has_its_parts_places_and_what_is_missing(page: _Page, outcome: Outcome) -> None:
    key, secret, _ = (match.value.mask for match in outcome.findings[0].matches)
    assert (
        f"api key {key} config/live.py:3:11 secret key {secret} config/live.py:4:11 passphrase not found Also at "
        "old/live.py:7:11" in page.text
    )


def test_a_timeline_shows_introduced_copied_removed_and_today(page: _Page) -> None:
    lines = [svg["aria-label"] for svg in page.all("svg") if svg.get("class") == "timeline"]
    assert lines == [
        "Introduced, Copied, Today: still in HEAD",
        "Introduced, Removed from HEAD, Today: out of HEAD, still in the history",
        "Introduced, Today: out of HEAD, still in the history",
    ]
    assert "2024-02-03 Removed from HEAD c3c3c3c3c3 Ann <ann@example.com> · config/old.py" in page.text
    assert "Note: its parts never stood in one commit together." in page.text


def test_a_verdict_is_told(make_finding: Callable[..., Finding], report: Callable[..., bytes]) -> None:
    verdict = Verdict("live", ("read_only", "withdraw"), ip_bound=False, reading="It works.", hosts=("www.okx.com",))
    text = _Page(report("html", Outcome((make_finding(verdict=verdict),)))).text
    assert "Live check It works: whoever has it can move the funds out of the account" in text
    assert "status live it means It works. permissions read_only, withdraw bound to addresses no" in text


def test_a_clean_scan_and_an_empty_one_look_different(report: Callable[..., bytes], outcome: Outcome) -> None:
    clean = _Page(report("html", Outcome(scanned=outcome.scanned))).text
    assert "No credential was found in what was read." in clean
    assert "this says nothing about the tree" in _Page(report("html", Outcome())).text


def test_many_findings_are_counted_behind_the_first_thousand(
    make_finding: Callable[..., Finding], report: Callable[..., bytes]
) -> None:
    page = _Page(report("html", Outcome((make_finding(),) * 1_200)))
    assert len(page.all("article")) == 1_000
    assert "200 further findings" in page.text


_HOSTILE = st.sampled_from(
    ["<script>", "</style>", '"', "'", "&", "<!--", "]]>", "javascript:", "{{ 7*7 }}", "{% raw %}", "\x00"]
)


@given(pieces=st.lists(_HOSTILE | st.text(max_size=4), min_size=1))
def test_no_text_from_outside_is_markup(
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
    report: Callable[..., bytes],
    pieces: list[str],
) -> None:
    def elements(text: str) -> list[tuple[str, int]]:
        origin = Origin(text, "", "c0", text, text)
        finding = make_finding(
            make_match(path=text, via=(text,)),
            origins=(origin,),
            history=History(origin, origin, refs=(text,), commits=1, apart=True),
            verdict=Verdict("live", (text,), label=text, hosts=(text,)),
        )
        waived = make_finding(suppressed=Suppression("inline", text, text))
        outcome = Outcome(
            (finding, waived),
            (Skipped(text, text),),
            unused=(UnusedIgnore(text, text),),
            notices=(text,),
            repository=Repository(text, text, text),
        )
        return [(tag, len(attributes)) for tag, attributes in _Page(report("html", outcome)).elements]

    assert elements("".join(["~", *pieces])) == elements("plain")


def test_a_rules_own_words_are_text_and_only_web_links_are_links(
    rules: dict[str, Rule], make_finding: Callable[..., Finding]
) -> None:
    bad = replace(
        rules["okx-credential"],
        title="<b>x</b>",
        why="<script>alert(1)</script>",
        fix="see https://www.okx.com/account <i>now</i>",
        references=("javascript:alert(1)", "data:text/html,x", "https://ok.example/"),
    )
    stream = io.BytesIO()
    module.write(Outcome((make_finding(),)), {bad.id: bad}, ReportOptions(), stream)
    page = _Page(stream.getvalue())
    assert {link["href"] for link in page.all("a")} == {"https://www.okx.com/account", "https://ok.example/"}
    assert not page.all("script") + page.all("b")[5:] + page.all("i")


class TestTimeline:
    def _finding(self, make_finding: Callable[..., Finding], *dates: str, **fields: object) -> Finding:
        first, *later = (Origin(f"{n}.py", "", f"{n}" * 40, "Ann", date) for n, date in enumerate(dates))
        return make_finding(origins=(first, *later), history=History(first, in_head=True, **fields))  # type: ignore[arg-type]

    def test_points_lie_to_scale(self, make_finding: Callable[..., Finding]) -> None:
        line = timeline(self._finding(make_finding, "2024-01-01", "2024-01-06"), "2024-01-11T00:00:00Z")
        assert line
        assert [event.x for event in line.events] == [2.0, 50.0, 98.0]
        assert (line.exposed_until, line.in_history) == (98.0, False)

    @given(days=st.lists(st.dates() | st.just("nonsense") | st.just(""), min_size=1, max_size=9), now=st.dates())
    def test_points_never_hide_each_other_nor_leave_the_line(
        self, make_finding: Callable[..., Finding], days: list[object], now: object
    ) -> None:
        line = timeline(self._finding(make_finding, *map(str, days)), f"{now}T00:00:00Z")
        assert line
        xs = [event.x for event in line.events]
        assert all(2 <= x <= 98 for x in xs)
        assert all(right - left >= 3.9 for left, right in itertools.pairwise(xs))
        assert line.events[-1].kind == "today"

    def test_copies_past_the_sixth_are_counted(self, make_finding: Callable[..., Finding]) -> None:
        line = timeline(self._finding(make_finding, *(f"2024-01-{day:02}" for day in range(1, 10))), None)
        assert line
        assert (len(line.events), line.unseen) == (8, 2)

    def test_without_a_history_there_is_none(self, make_finding: Callable[..., Finding]) -> None:
        assert timeline(make_finding(), None) is None
        assert timeline(make_finding(history=History()), None) is None
