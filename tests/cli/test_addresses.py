"""Neither a file here nor one that `init` writes sends anybody to an owner, a host or a name that nobody holds."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keyguard import __version__
from tests.cli.conftest import OWN
from tests.cli.test_pins import FILES, SOURCES, Bot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Keyguard

ROOT = Path(__file__).parents[2]
OWNER = "OWNER/keyguard"
COMMIT = "0123456789abcdef0123456789abcdef01234567"

# Whom a recipe may have others' machines run code of, pinned by commit.
THIRD_PARTIES = {"actions/checkout", "actions/cache/restore", "actions/cache/save", "github/codeql-action/upload-sarif"}
# Whom our own workflows have run code as well; no recipe names them.
THIRD_PARTIES |= {"actions/setup-python", "actions/upload-artifact", "actions/download-artifact", "actions/attest"}
THIRD_PARTIES |= {"pypa/gh-action-pypi-publish"}
# Whom a page or a message may name; nothing is fetched from them.
HOSTS = set(
    "cwe.mitre.org docs.astral.sh docs.docker.com docs.gitlab.com docs.oasis-open.org git-lfs.github.com git-scm.com "
    "github.com json-schema.org keepachangelog.com nextjs.org pipx.pypa.io pre-commit.com pypi.org semver.org vite.dev "
    "webhook.site www.apache.org www.textualize.io www.w3.org".split()
)
# Whose documentation says where a tool keeps its settings and how it is set up: places.yml and pages cite them.
HOSTS |= set(
    "12factor.net aider.chat code.claude.com code.visualstudio.com cursor.com developers.openai.com docs.cline.bot "
    "docs.continue.dev docs.github.com docs.roocode.com docs.windsurf.com docs.helix-editor.com geminicli.com "
    "hummingbot.org junie.jetbrains.com kiro.dev marketplace.visualstudio.com neovim.io pygls.readthedocs.io "
    "modelcontextprotocol.io nautilustrader.io opencode.ai www.freqtrade.io www.jetbrains.com "
    "www.vnpy.com zed.dev".split()
)
# Whose APIs list an organisation's repositories: keyguard/fleet/hosts.py asks them.
HOSTS |= {"api.github.com", "gitlab.com"}
# A tunnel that the examples of okx-foreign-host name: by its ending it is known.
HOSTS.add("7f3a-203-0-113-9.ngrok-free.app")
_EXCHANGES = ("okx.com", "binance.com", "bitget.com")
_RESERVED = re.compile(
    r"(?:.*\.)?(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)|127\.0\.0\.1|203\.0\.113\.\d+|HOST"
)
_INSTALLS = re.compile(
    r"\b(?:(?:pip3?|pipx|conda|uv(?: tool| pip)?)(?: -[\w=.:/-]+)* (?:install|download|run|add|upgrade)|uvx)\b([^\n`]*)"
)
_BARE = re.compile(r"""(?:^|[\s"'=,\[])keyguard(?:\[\w+\])?(?:[=<>~!]=?[\w.*]+)?(?=$|["',;\]]|\s(?!@))""")
_ADDRESS = re.compile(r"\b(?:https?|ssh|git)://(?:[^\s/@]*@)?([A-Za-z0-9.-]*[A-Za-z0-9])(?::\d+)?(/[^\s\"'`)>,|\\]*)?")


def files() -> Iterator[tuple[str, str]]:
    """Return what git has, but the corpus, whose files are as strangers write them, and others' schemas."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")  # noqa: S607
    for name in listed:
        if name and not name.startswith(("tests/corpus/", "tests/report/schemas/")) and (ROOT / name).is_file():
            yield name, (ROOT / name).read_text("utf-8", "replace")


def wrong(text: str) -> Iterator[str]:
    """Return what of a text would have somebody fetch code from a place that is not pinned, or may be anybody's."""
    for owner, ref in re.findall(r"uses: ([\w.-]+/[\w./-]+)@([^\s`\"'{]+)", text):
        if owner not in {*THIRD_PARTIES, OWNER} or not re.fullmatch("[0-9a-f]{40}", ref):
            yield f"uses: {owner}@{ref}"
    for host, path in _ADDRESS.findall(text):
        is_placeholder = host == "github.com" and path.startswith(f"/{OWNER}")
        if "keyguard" in host + path and not is_placeholder and not _RESERVED.fullmatch(host):
            yield host + path
    yield from (f"github.com/{one}" for one in re.findall(r"github\.com[/:]([\w.-]+)/keyguard", text) if one != "OWNER")
    yield from (words for words in _INSTALLS.findall(text) if _BARE.search(words.partition(" #")[0]))


def hosts(text: str) -> set[str]:
    """Return the hosts of a text's addresses."""
    return {host for host, _ in _ADDRESS.findall(text) if "." in host}


@pytest.mark.parametrize(
    "text",
    [
        "uses: acme/keyguard@v1",
        f"uses: acme/keyguard@{COMMIT}",
        "uses: actions/checkout@v6",
        "uses: OWNER/keyguard@main",
        "repo: https://github.com/acme/keyguard",
        "git@github.com:acme/keyguard",
        "https://keyguard.dev/docs",
        "https://git.acme.com/sec/keyguard.git",
        "pip install keyguard",
        "pipx install 'keyguard==1.0'",
        "uvx keyguard scan",
        "uv tool install keyguard",
        "pip install -U keyguard[fleet]",
        "run: pip install --quiet keyguard",
    ],
)
def test_what_is_looked_for_is_seen(text: str) -> None:
    assert list(wrong(text))


def test_nothing_of_the_repository_sends_anybody_where_nobody_is() -> None:
    me = Path(__file__).relative_to(ROOT).as_posix()
    assert [(name, one) for name, text in files() if name != me for one in wrong(text)] == []


def test_every_host_of_the_package_and_its_pages_is_there_or_reserved() -> None:
    found = {
        (name, host)
        for name, text in files()
        if not name.startswith(("tests/", "benchmarks/"))
        for host in hosts(text)
        if host not in HOSTS and not host.endswith(_EXCHANGES) and not _RESERVED.fullmatch(host)
    }
    assert found == set()


def test_where_recipes_get_keyguard_from_is_said_in_one_place() -> None:
    pages = {name: text for name, text in files() if name.endswith(".md") and name != "CHANGELOG.md"}
    commits = {one for text in pages.values() for one in re.findall(r"\b[0-9a-f]{40}\b", text)}
    pins = {one for name in THIRD_PARTIES for text in pages.values() for one in re.findall(rf"{name}@(\w+)", text)}
    assert commits - pins == {COMMIT}
    generate = (ROOT / "docs" / "generate.py").read_text("utf-8")
    assert generate.count(COMMIT) == generate.count(OWNER) == 1
    named = re.compile(r"keyguard(?:-|==|@v?| )(\d+\.\d+\.\d+)\b")
    assert {one for text in pages.values() for one in named.findall(text)} <= {__version__}
    head = pages["README.md"].partition("\n## ")[0]
    assert OWNER in head, "it says what to put there"
    assert COMMIT[:7] in head


@pytest.mark.parametrize("source", [*SOURCES.values(), None], ids=[*SOURCES, "unknown"])
def test_what_init_writes_names_what_it_was_told_and_third_parties_by_commit(
    tmp_path: Path, keyguard: Keyguard, source: str | None
) -> None:
    (tmp_path / "bot").mkdir()
    bot = Bot(tmp_path / "bot", keyguard)
    assert bot.init("--yes", "--ci", "github", "--ci", "gitlab", source=source).code == (0 if source else 2)
    paths = [path for path in bot.folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    texts = {path.relative_to(bot.folder).as_posix(): path.read_text("utf-8") for path in paths}
    assert set(texts) >= (set(FILES) if source else {FILES[0]})
    for text in texts.values():
        assert list(wrong(text.replace(f"{OWN}/keyguard", OWNER))) == []
        assert {host for host in hosts(text) if not _RESERVED.fullmatch(host)} <= {"github.com"}
        assert source or not hosts(text)
