from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.model import (
    Confidence,
    Finding,
    History,
    Origin,
    Outcome,
    Repository,
    Rule,
    Severity,
    Skipped,
    Suppression,
    UnusedIgnore,
    Verdict,
)
from keyguard.report import ReportOptions
from keyguard.report import html as module
from keyguard.report.loss import pages
from keyguard.report.timeline import Axis, way

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.model import Match


_SITES = [page.address for page in pages(Finding("", Severity.HIGH, Confidence.HIGH, "okx", "", ()))]


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


_ORDER = [
    "What to do", "Timeline", "Credentials", "What can be lost", "Where they are", "Not scanned", "Suppressed",
    "Remarks",
]  # fmt: skip


def test_what_to_do_stands_first_then_the_credentials_then_the_rest_and_the_contents_say_so(page: _Page) -> None:
    assert re.findall("|".join(_ORDER), page.text) == _ORDER * 2
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    leads = [(link["href"] or "").removeprefix("#") for link in page.all("a") if (link["href"] or "").startswith("#")]
    assert ids.issuperset(leads)
    assert leads[: len(_ORDER)] == ["todo", "time", "credentials", "lost", "tree", "skipped", "suppressed", "remarks"]
    assert "https://git.example/team/bot.git Revision d4d4d4d4d4d4 on main Scanned 2024-06-01 12:00 UTC" in page.text


def test_every_credential_has_its_parts_places_and_what_is_missing(page: _Page, outcome: Outcome) -> None:
    key, secret, _ = (match.value.mask for match in outcome.findings[0].matches)
    assert f"critical {key} in config/live.py OKX API credential live Part Value Place" in page.text
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
    assert "keyguard report 1 key can withdraw funds now It works: whoever has it can move the funds out" in text
    assert "Delete it now on the global site" in text
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
    links = {link["href"] for link in page.all("a")}
    assert {link for link in links if link and not link.startswith("#")} - set(_SITES) == {
        "https://www.okx.com/account", "https://ok.example/",
    }  # fmt: skip
    assert not page.all("script") + page.all("b")[5:] + page.all("i")


class TestHeadline:
    """What stands above all else is what the worst finding means."""

    @pytest.mark.parametrize(
        ("verdicts", "said"),
        [
            ([("live", "withdraw"), ("live", "trade")], "1 key can withdraw funds now"),
            ([("live", "trade"), ("live", "trade"), ("live", "read_only")], "2 keys can trade with your funds now"),
            ([("ip-bound", ""), ("not-checked", "")], "1 leaked key works now"),
            ([("wrong-parts", ""), ("not-checked", "")], "1 leaked key exists"),
            ([("not-checked", "")] * 3, "3 keys can be used by whoever reads this"),
            ([("not-known", "")], "1 leaked key is gone"),
        ],
    )
    def test_is_the_consequence(
        self,
        make_finding: Callable[..., Finding],
        make_match: Callable[..., Match],
        report: Callable[..., bytes],
        verdicts: list[tuple[str, str]],
        said: str,
    ) -> None:
        parts = make_match(), make_match("secret_key"), make_match("passphrase")
        found = [
            make_finding(*parts, verdict=Verdict(status, (may,) if may else (), hosts=("www.okx.com",)))
            for status, may in verdicts
        ]
        written = report("html", Outcome(tuple(reversed(found)))).decode()
        assert f"<h1>{said}</h1>" in written

    def test_does_not_cry_wolf_over_a_demo_key(
        self, make_finding: Callable[..., Finding], report: Callable[..., bytes]
    ) -> None:
        demo = make_finding(verdict=Verdict("live", ("withdraw",), realm="demo", hosts=("www.okx.com",)))
        written = report("html", Outcome((demo,))).decode()
        assert "<h1>1 demo key works</h1>" in written
        assert 'class="do" href="https://www.okx.com/account/my-api?go-demo-trading=1"' in written

    def test_names_every_site_where_none_was_asked(
        self, make_finding: Callable[..., Finding], report: Callable[..., bytes]
    ) -> None:
        act = report("html", Outcome((make_finding(),))).decode().partition('class="act"')[2].partition("</p>")[0]
        assert re.findall(r'href="https://([^/"]+)/', act) == [
            "www.okx.com", "my.okx.com", "app.okx.com", "tr.okx.com", "web3.okx.com",
        ]  # fmt: skip


class TestWhatToDo:
    def test_steps_stand_once_for_each_site_and_say_whom_they_are_for(
        self, make_finding: Callable[..., Finding], make_match: Callable[..., Match], report: Callable[..., bytes]
    ) -> None:
        def on(host: str, site: str, account: str) -> Finding:
            verdict = Verdict("live", ("trade",), site=site, hosts=(host,), account=account)
            return make_finding(make_match(), verdict=verdict)

        two = on("www.okx.com", "global", "main"), on("www.okx.com", "global", "sub-account")
        other = on("eea.okx.com", "eea", "main")
        text = _Page(report("html", Outcome((*two, other)))).text
        todo = text.partition("What can be lost What to do")[2].partition("Credentials")[0]
        assert todo.count("On the global site") == todo.count("On the EEA site") == 1
        assert todo.count("Create a new key for each application") == 2
        [sub] = re.findall(r"\(with the main account\)\. \( (\S+) \)", todo)
        assert sub == two[1].matches[0].value.mask

    def test_no_link_takes_the_mark_of_its_sentence_along(
        self, make_finding: Callable[..., Finding], report: Callable[..., bytes]
    ) -> None:
        gone = make_finding(verdict=Verdict("not-known", hosts=("www.okx.com",), left=("eea.okx.com",)))
        page = _Page(report("html", Outcome((gone,))))
        assert "https://www.okx.com/account/my-api ; delete it if it is still there." in page.text
        assert {(link["href"] or "")[-1] for link in page.all("a")}.isdisjoint(".,;:!?")


def test_what_is_medium_or_below_is_folded_away(page: _Page, report: Callable[..., bytes], history: Outcome) -> None:
    written = report("html", history).decode()
    folded = re.findall(r"<details>.*?</details>", written, re.DOTALL)
    assert len(folded) == 1
    assert '<span class="severity medium">' in folded[0]
    assert "critical" not in "".join(folded)


class TestTimeline:
    def _finding(self, make_finding: Callable[..., Finding], *dates: str, **fields: object) -> Finding:
        first, *later = (Origin(f"{n}.py", "", f"{n}" * 40, "Ann", date) for n, date in enumerate(dates))
        history = History(first, **{"in_head": True, **fields})  # type: ignore[arg-type]
        return make_finding(origins=(first, *later), history=history)

    def test_points_lie_to_scale_on_one_axis(self, make_finding: Callable[..., Finding]) -> None:
        early = way(self._finding(make_finding, "2024-01-01", "2024-01-06"), "2024-01-11T00:00:00Z")
        late = way(self._finding(make_finding, "2024-01-06"), "2024-01-11T00:00:00Z")
        assert early
        assert late
        axis = Axis.of([early, late])
        assert axis
        assert [axis.x(moment) for moment in early.moments] == [2.0, 50.0, 98.0]
        assert [axis.x(moment) for moment in late.moments] == [50.0, 98.0]
        assert early.words == "exposed 10 days, still in HEAD"

    def test_words_tell_the_time_in_head_from_that_in_the_history(self, make_finding: Callable[..., Finding]) -> None:
        removed = Origin("0.py", "", "f" * 40, "Bob", "2024-03-01T00:00:00Z")
        now = "2024-03-11T00:00:00Z"
        gone = way(self._finding(make_finding, "2024-02-20", in_head=False, removed=removed), now)
        aside = way(self._finding(make_finding, "2024-02-20", in_head=False), now)
        assert gone
        assert aside
        assert gone.words == "exposed 10 days, 10 more in the history"
        assert (aside.words, aside.exposed) == ("never in HEAD, in the history for 20 days", None)

    def test_of_parts_apart_one_completes_and_head_is_not_said_to_hold_what_is_not_known(
        self, make_finding: Callable[..., Finding]
    ) -> None:
        removed = Origin("1.py", "", "f" * 40, "Bob", "2024-03-01T00:00:00Z")
        one = self._finding(make_finding, "2024-01-01", "2024-02-20", in_head=False, removed=removed, apart=True)
        told = way(one, "2024-03-11T00:00:00Z")
        assert told
        assert [event.kind for event in told.events] == ["introduced", "completed", "removed", "today"]
        assert told.exposed == (told.moments[1], told.moments[2])
        assert told.words == "exposed 10 days, 60 more in the history"

    @given(
        days=st.lists(st.dates() | st.just("nonsense") | st.just(""), min_size=1, max_size=9),
        removed=st.none() | st.dates() | st.just("nonsense"),
        now=st.dates() | st.just(""),
        apart=st.booleans(),
    )
    def test_whatever_the_dates_are_all_stay_on_the_axis(
        self, make_finding: Callable[..., Finding], days: list[object], removed: object, now: object, *, apart: bool
    ) -> None:
        gone = None if removed is None else Origin("0.py", "", "f" * 40, "Bob", str(removed))
        finding = self._finding(make_finding, *map(str, days), removed=gone, in_head=gone is None, apart=apart)
        told = way(finding, f"{now}T00:00:00Z")
        assert told
        assert told.words
        assert told.events[-1].kind == "today"
        axis = Axis.of([told])
        if axis is None:
            assert not told.moments
            return
        assert all(2 <= axis.x(moment) <= 98 for moment in (*told.moments, *(told.exposed or ())))
        ticks = axis.ticks
        assert len(ticks) <= 4
        assert [tick.x for tick in ticks] == sorted({tick.x for tick in ticks})

    @pytest.mark.parametrize(
        ("start", "end", "labels"),
        [
            ("2024-03-01", "2024-03-04", ["02 Mar", "03 Mar"]),
            ("2023-12-15", "2024-02-20", ["Jan 2024", "Feb 2024"]),
            ("2023-03-01", "2024-06-01", ["Jul 2023", "Jan 2024"]),
            ("2018-06-01", "2026-06-01", ["2020", "2022", "2024"]),
        ],
    )
    def test_the_axis_is_marked_at_days_of_the_calendar(
        self, make_finding: Callable[..., Finding], start: str, end: str, labels: list[str]
    ) -> None:
        told = way(self._finding(make_finding, start), f"{end}T00:00:00Z")
        assert told
        axis = Axis.of([told])
        assert axis
        assert [tick.label for tick in axis.ticks] == labels

    def test_copies_past_the_sixth_are_counted(self, make_finding: Callable[..., Finding]) -> None:
        told = way(self._finding(make_finding, *(f"2024-01-{day:02}" for day in range(1, 10))), None)
        assert told
        assert (len(told.events), told.unseen) == (8, 2)

    def test_without_a_history_there_is_none(self, make_finding: Callable[..., Finding]) -> None:
        assert way(make_finding(), None) is None
        assert way(make_finding(history=History()), None) is None
