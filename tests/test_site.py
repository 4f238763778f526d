"""The site of the documentation: built strictly and without a network, and searched in a browser."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
import threading
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site; whatever asks for a host meets a closed port."""
    folder = tmp_path_factory.mktemp("site")
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    done = subprocess.run(
        [Path(sys.executable).with_name("mkdocs"), "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, **nowhere, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


class _Fetched(HTMLParser):
    """What a page has a browser fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_link = tag == "link" and given.get("rel") != "canonical"
        self.addresses += filter(None, [given.get("href") if is_link else None if tag == "a" else given.get("src")])


def test_every_page_is_on_the_site_and_fetches_nothing_from_elsewhere(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    built = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert {page.replace("README", "index") for page in pages} <= built
    assert {"CHANGELOG.html", "CONTRIBUTING.html", "SECURITY.html", "404.html"} <= built
    for page in site.rglob("*.html"):
        elsewhere = [one for one in _Fetched(page.read_text("utf-8")).addresses if re.match(r"(?:https?:)?//", one)]
        assert elsewhere == [], page


def test_programs_find_what_there_is(site: Path) -> None:
    told = (site / "llms.txt").read_text("utf-8")
    listed = re.findall(r"\]\(([^)]+)\)", told)
    assert len(listed) > 60
    assert {page for page in listed if not (ROOT / "docs" / page).is_file()} == set()
    assert (site / "keyguard-config.schema.json").is_file()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from tests.report import test_browser

    if test_browser._CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("needs Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=test_browser._CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    """Return where the site is served, to this machine alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=site))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_code_of_okx_is_found_by_a_search(address: str, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}index.html")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    page.locator("[data-md-component=search-query]").press_sequentially("50119")
    first = page.locator(".md-search-result__item a").first
    first.wait_for(state="attached")
    assert (first.get_attribute("href") or "").partition("?")[0].endswith("answers/50119.html")
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_it_is_dark_for_who_wants_it_dark_and_fits_a_phone(site: Path, browser: Browser) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        page = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844}).new_page()
        page.goto((site / "answers" / "50119.html").as_uri())
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert len(grounds) == 2
