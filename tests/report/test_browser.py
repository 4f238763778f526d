"""The HTML report in a real browser: nothing overflows, nothing is fetched, and it stays readable in dark and on paper.

Needs Chromium, which `.ci/run` installs; without one the tests are skipped, but not under continuous integration. The
pictures are kept where KEYGUARD_SCREENSHOTS says.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.model import Outcome, Skipped, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from keyguard.model import Finding, Match

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)

pytestmark = pytest.mark.skipif(
    _CHROMIUM is None and not os.environ.get("CI"), reason="needs Chromium: apt-get install chromium"
)

_WIDTHS = {"phone": 390, "tablet": 768, "desktop": 1280}

# Elements that stick out of the page, or whose text sticks out of them.
_OVERFLOWING = """
() => [...document.querySelectorAll('body *')].filter(element => {
    const box = element.getBoundingClientRect();
    if (!box.width || getComputedStyle(element).clipPath !== 'none' || element.closest('svg, thead')) return false;
    return box.right > document.documentElement.clientWidth + 1 || box.left < -1
        || element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && ![
           'A', 'B', 'CODE', 'SPAN', 'TIME', 'TR', 'TBODY', 'TABLE'].includes(element.tagName);
}).map(element => element.outerHTML.slice(0, 120))
"""

_UNFOLD = "document.querySelectorAll('details').forEach(e => e.open = true)"

# The least contrast between a text and what is behind it, as WCAG 2 reckons it.
_CONTRAST = """
() => {
    const channels = color => color.match(/[\\d.]+/g).map(Number);
    const light = color => channels(color).slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = element => {
        for (let one = element; one; one = one.parentElement) {
            const color = getComputedStyle(one).backgroundColor;
            if (channels(color)[3] !== 0) return color;
        }
        return 'rgb(255, 255, 255)';
    };
    const texts = [...document.querySelectorAll('body *')].filter(
        element => !element.closest('svg') && [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
    return Math.min(...texts.map(element => {
        const both = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
        return (both[0] + 0.05) / (both[1] + 0.05);
    }));
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Within a container there is no second sandbox to be had; the page is our own.
        running = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def file(
    tmp_path_factory: pytest.TempPathFactory,
    outcome: Outcome,
    history: Outcome,
    report: Callable[..., bytes],
    *,
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
) -> Path:
    """Write a report with all that there is, and names that do not want to be broken."""
    endless = "x" * 300
    checked = Verdict("live", ("read_only", "trade", "withdraw"), ip_bound=False, reading=f"It works. {endless}")
    wide = make_finding(
        make_match(path=f"{endless}/{endless}.py"),
        make_match("passphrase", path=f"{endless}.py", via=("base64", "url")),
        *(make_match("secret_key", path=f"copies/{number}/{endless}.py") for number in range(15)),
        verdict=checked,
        origins=history.findings[0].origins,
        history=replace(history.findings[1].history, refs=tuple(f"feature/{n}/{endless}" for n in range(9))),  # type: ignore[type-var]
    )
    everything = replace(
        outcome,
        findings=(*history.findings, wide, *outcome.findings),
        skipped=(*outcome.skipped, Skipped(endless, endless)),
        notices=(*outcome.notices, endless),
        repository=history.repository and replace(history.repository, branch=endless),
    )
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(report("html", everything))
    return path


def _open(browser: Browser, file: Path, **options: Any) -> Page:
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", _WIDTHS)
def test_nothing_overflows_and_every_text_can_be_read(browser: Browser, file: Path, device: str, scheme: str) -> None:
    page = _open(browser, file, viewport={"width": _WIDTHS[device], "height": 900}, color_scheme=scheme)
    page.evaluate(_UNFOLD)
    picture = page.screenshot(full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= _WIDTHS[device]
    assert page.evaluate(_OVERFLOWING) == []
    assert page.evaluate(_CONTRAST) >= 4.5
    if folder := os.environ.get("KEYGUARD_SCREENSHOTS"):
        (Path(folder) / f"{device}-{scheme}.png").write_bytes(picture)


def test_the_checks_would_notice(browser: Browser, file: Path) -> None:
    page = _open(browser, file, viewport={"width": 390, "height": 900})
    page.evaluate("document.querySelector('.card .place').style.whiteSpace = 'nowrap'")
    page.evaluate("document.querySelectorAll('.place').forEach(e => e.style.overflowWrap = 'normal')")
    page.evaluate("document.querySelector('.dim').style.color = '#999'")
    assert page.evaluate(_OVERFLOWING)
    assert page.evaluate(_CONTRAST) < 4.5


@pytest.mark.parametrize("device", _WIDTHS)
def test_a_number_stays_on_one_line_and_a_dot_beside_the_first_line_of_its_event(
    browser: Browser, file: Path, device: str
) -> None:
    page = _open(browser, file, viewport={"width": _WIDTHS[device], "height": 900})
    page.evaluate("document.querySelector('.loss .number').firstChild.data = '1,234'")
    lines = page.evaluate("""[...document.querySelectorAll('.loss .number')].map(e => {
        const text = document.createRange();
        text.selectNodeContents(e);
        return text.getBoundingClientRect().height / parseFloat(getComputedStyle(e).fontSize);
    })""")
    assert max(lines) < 1.6
    beside = page.evaluate("""[...document.querySelectorAll('.events li > svg')].map(dot => {
        const [one, other] = [dot, dot.nextElementSibling].map(e => e.getBoundingClientRect());
        return Math.abs(one.top + one.height / 2 - other.top - other.height / 2);
    })""")
    assert beside
    assert max(beside) < 4


def test_light_and_dark_differ(browser: Browser, file: Path) -> None:
    grounds = {
        scheme: _open(browser, file, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(set(grounds.values())) == 2


def test_the_page_fetches_nothing_and_breaks_none_of_its_own_rules(browser: Browser, file: Path) -> None:
    page = browser.new_context().new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if url != "data:,"] == [file.as_uri()]
    assert said == []


def test_the_page_is_the_same_without_scripts(browser: Browser, file: Path) -> None:
    with_them, without = (
        _open(browser, file, java_script_enabled=enabled, viewport={"width": 800, "height": 600}).screenshot()
        for enabled in (True, False)
    )
    assert with_them == without


def test_on_paper_it_is_light_and_within_the_margins(browser: Browser, file: Path) -> None:
    page = _open(browser, file, color_scheme="dark", viewport={"width": 700, "height": 900})
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(_CONTRAST) >= 4.5
    assert page.evaluate(_OVERFLOWING) == []
    assert page.pdf().startswith(b"%PDF-")


def test_on_paper_what_is_folded_is_open_and_every_page_is_numbered(browser: Browser, file: Path) -> None:
    page = _open(browser, file)
    shown = "[...document.querySelectorAll('details table')].map(e => e.checkVisibility({contentVisibilityAuto: true}))"
    assert set(page.evaluate(shown)) == {False}
    page.emulate_media(media="print")
    page.wait_for_function(f"{shown}.every(Boolean)")  # a frame later
    numbers = page.evaluate("""[...document.styleSheets[0].cssRules].filter(rule => rule instanceof CSSPageRule)
        .flatMap(rule => [...rule.cssRules].map(margin => margin.cssText))""")
    assert any("counter(page)" in text and "counter(pages)" in text for text in numbers)


def test_nothing_that_must_not_be_broken_leaves_a_page_half_empty(browser: Browser, file: Path) -> None:
    page = _open(browser, file, viewport={"width": 680, "height": 990})  # what a sheet of A4 holds
    page.emulate_media(media="print")
    heights = page.evaluate("""[...document.querySelectorAll('body *')]
        .filter(e => getComputedStyle(e).breakInside === 'avoid').map(e => e.getBoundingClientRect().height)""")
    assert heights
    assert max(heights) < 990 / 2


def test_the_order_on_the_page_is_the_one_a_reader_needs(browser: Browser, file: Path) -> None:
    page = _open(browser, file, viewport={"width": 390, "height": 844})
    wanted = ["h1", ".act", "nav", "#todo", "#time", "#credentials", "#lost", "#skipped", "#suppressed", "#remarks"]
    tops = page.evaluate("names => names.map(n => document.querySelector(n).getBoundingClientRect().top)", wanted)
    assert tops == sorted(tops)
    assert tops[1] < 844  # the link to act on it is on the first screen of a phone


def test_a_clean_report_fits_as_well(browser: Browser, tmp_path: Path, report: Callable[..., bytes]) -> None:
    (tmp_path / "clean.html").write_bytes(report("html", Outcome()))
    page = _open(browser, tmp_path / "clean.html", viewport={"width": 320, "height": 600})
    assert page.evaluate(_OVERFLOWING) == []
