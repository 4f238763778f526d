"""What every test gets: a cache of its own, and none of the environment that changes what keyguard does."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from keyguard import cache
from keyguard.cli import jobs
from keyguard.detect.matcher import Matcher
from keyguard.engine.order import scan
from keyguard.model import Blob, Match, Outcome
from keyguard.settings import Settings
from keyguard.sources.files import FileSource
from tests.cases import rule_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from keyguard.packs import RuleSet

# Machines are shared: how long an example takes says nothing. CI asks for the thorough profile.
settings.register_profile("quick", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=100)
settings.load_profile("quick")

_SLOW_LIMIT = 900  # seconds for a test marked slow, whatever else the machine does

_CHANGES_THINGS = (
    *jobs.NAMES,
    "NO_COLOR",
    "FORCE_COLOR",
    "KEYGUARD_DEBUG",
    "COLUMNS",
    "PYTHONDONTWRITEBYTECODE",
    "KEYGUARD_CACHE_KEY",
    "KEYGUARD_SOURCE",
)


def pytest_configure() -> None:
    """Receive the signals that a test sends, even if whoever started the tests ignores them (`nohup`, `&` in a script).

    A process started by a test inherits an ignored signal, but not a handler.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if name == "SIGINT" else lambda *_: None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(_SLOW_LIMIT))


@pytest.fixture(scope="session", autouse=True)
def plain_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Set the environment once for all tests: to compile the gates anew takes as long as some tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name in _CHANGES_THINGS or name.startswith("GIT_"):
                patch.delenv(name)
        patch.setenv("KEYGUARD_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("TERM", "xterm-256color")
        yield


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    return rule_set()


@pytest.fixture(scope="session")
def scanned(rules: RuleSet) -> Callable[..., Outcome]:
    """Scan a folder or one file, in this process unless told otherwise; further keywords are settings."""

    def scan_it(root: Path, rules: RuleSet = rules, jobs: int = 1, **settings: Any) -> Outcome:
        chosen = Settings(root=root if root.is_dir() else root.parent, **settings)
        source = FileSource(
            [str(root)], root=chosen.root, everything=False, exclude=(), max_file_size=chosen.max_file_size
        )
        return scan([source], rules, chosen, jobs=jobs, remember=cache.opened().remember)

    return scan_it


@pytest.fixture(scope="session")
def matched(rules: RuleSet) -> Callable[..., list[Match]]:
    """Match one text, without gates."""
    matcher = Matcher(rules, time_limit=60)

    def match_it(text: str, path: str = "example", **more: Any) -> list[Match]:
        return matcher.find(text, Blob(path, path, len(text)), **more)

    return match_it
