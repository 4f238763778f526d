"""Pins that this `init` did not write: of earlier versions, of other layouts, to places that nobody may hold."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import GITHUB, NAME, OWN
from tests.cli.test_pins import CHANGED, FILES, MIRROR, NEW, OLD, SHA256, SOURCES, Bot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

STRANGER, TAG = "somebody", "v0.1.0"
THEIRS = f"https://github.com/{STRANGER}/{NAME}"
CONFIG = ".keyguard.yml"


@pytest.fixture
def bot(tmp_path: Path, keyguard: Keyguard) -> Bot:
    (tmp_path / "bot").mkdir()
    return Bot(tmp_path / "bot", keyguard)


def put(bot: Bot, name: str, text: str) -> str:
    (bot.folder / name).parent.mkdir(parents=True, exist_ok=True)
    (bot.folder / name).write_text(text, "utf-8", newline="")
    return text


# What stands in a file, the place that it names, and what stands there once it is pinned to GITHUB at NEW.
_WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
PLACES = {
    "quoted": (
        f'      - uses: "{STRANGER}/keyguard@{TAG}" # v0.1.0\n',
        f"{THEIRS}@{TAG}",
        f'"{OWN}/keyguard@{NEW}"\n',
    ),
    "flow": (
        f"      - {{id: x, uses: {STRANGER}/keyguard@main}}\n",
        f"{THEIRS}@main",
        f"uses: {OWN}/keyguard@{NEW}}}\n",
    ),
    "reusable": (
        f"      - uses: {STRANGER}/keyguard/.github/workflows/scan.yml@{OLD}\n",
        f"{THEIRS}@{OLD}",
        f"uses: {OWN}/keyguard/.github/workflows/scan.yml@{NEW}\n",
    ),
    "of-gitea": (
        f"      - uses: https://git.test/a/keyguard@{OLD}\n",
        f"https://git.test/a/keyguard@{OLD}",
        f"{GITHUB}@{NEW}\n",
    ),
    "pip": (
        f'      - run: |\n          pip install "keyguard @ git+{THEIRS}@{TAG}" && {NAME} scan\n',
        f"{THEIRS}@{TAG}",
        f'"keyguard @ git+{GITHUB}@{NEW}" && {NAME} scan\n',
    ),
    "pipx": (f"      - run: pipx install git+{THEIRS}.git\n", f"{THEIRS}.git", f"pipx install git+{GITHUB}@{NEW}\n"),
    "uvx": (
        f"      - run: uvx --from 'git+{THEIRS}@{TAG}' {NAME} scan\n",
        f"{THEIRS}@{TAG}",
        f"'git+{GITHUB}@{NEW}' keyguard",
    ),
    "wheel": (
        f"      - run: pip install https://files.test/keyguard-1-py3-none-any.whl#sha256={SHA256}\n",
        f"https://files.test/keyguard-1-py3-none-any.whl#sha256={SHA256}",
        f"pip install git+{GITHUB}@{NEW}\n",
    ),
}
# What cannot be moved, and what is said of it.
LEFT = {
    "bare": (f"      - run: pip install --quiet {NAME}\n", "the bare name"),
    "version": (f"      - run: pip install '{NAME}==1.2'\n", "version 1.2 of the bare name"),
    "no-hash": (
        f"      - run: pip install -i https://pypi.test/simple {NAME}==1.2\n",
        "index+https://pypi.test/simple@1.2: its SHA-256 hash is none",
    ),
    "tool": (f"      - run: uvx {NAME} scan\n", "the bare name"),
    "from": (f"      - run: uvx --from {NAME} {NAME} scan\n", "the bare name"),
    "with": (f"      - run: uv run --with '{NAME}>=0.1' {NAME} scan\n", "the bare name"),
    "spec": (f"      - run: pipx run --spec={NAME} {NAME} scan\n", "the bare name"),
    "case": (f"      - run: pip install {NAME.title()}\n", "the bare name"),
    "image": ("      - uses: docker://images.test/keyguard:1\n", "docker://images.test/keyguard:1"),
}
FINE = f"""\
      # - uses: {STRANGER}/keyguard@{TAG}
      - uses: ./keyguard
      - uses: {STRANGER}/lint@v1
      - uses: {STRANGER}/{NAME}-app@{TAG}
      - run: pip install git+https://git.test/a/{NAME}-tools@{TAG} {NAME}-app my-{NAME}==1
      - run: |
          # pip install {NAME}
          git config user.email keyguard@example.com
          pip install . && {NAME} scan
          uv run {NAME} scan
"""


def test_whatever_its_layout_each_place_is_named_with_its_line_and_moved(bot: Bot) -> None:
    for name, (text, _, _) in PLACES.items():
        put(bot, f".github/workflows/{name}.yml", f"{_WORKFLOW}{FINE}{text}")
    said = dict(line.split(maxsplit=1) for line in bot.init("--check").out.splitlines() if line.startswith("."))
    lines = (_WORKFLOW + FINE).count("\n")
    for name, (text, address, _) in PLACES.items():
        where = f".github/workflows/{name}.yml:{lines + 1 + ('|' in text)}"
        assert f" {address}" in f" {said.pop(where)}"
    assert said.keys() == {FILES[0]}, "nothing else gets keyguard from anywhere"
    ran = bot.init("--upgrade", "--yes", source=f"{GITHUB}@{NEW}")
    assert ran.code == 0, ran.out
    for name, (_, _, after) in PLACES.items():
        text = (bot.folder / f".github/workflows/{name}.yml").read_text("utf-8")
        assert text.startswith(_WORKFLOW + FINE)
        assert after in text
    ran = bot.init("--check", source=f"{GITHUB}@{NEW}")
    assert (ran.code, ran.out.count(f"@{NEW}, as --source says")) == (0, len(PLACES))


def test_what_cannot_be_moved_is_said_not_to_be_with_what_belongs_there(bot: Bot) -> None:
    for name, (text, _) in LEFT.items():
        put(bot, f".forgejo/workflows/{name}.yaml", f"{_WORKFLOW}{text}")
    put(bot, "azure-pipelines.yml", f"steps:\n- script: python3 -m pip install {NAME}\n")
    ran = bot.init("--upgrade", "--yes", source=f"{MIRROR}@{NEW}")
    assert (ran.code, "\nNothing can be moved.\n" in ran.out) == (1, True)
    place = ran.out.partition("azure-pipelines.yml:2 is not moved: not pinned: the bare name")[2]
    assert f'belongs:\npython3 -I -m pip install --quiet --no-deps "keyguard @ git+{MIRROR}@{NEW}"\n' in place
    for name, (_, said) in LEFT.items():
        assert f".forgejo/workflows/{name}.yaml:6 is not moved: not pinned: {said}" in ran.out
    assert ran.out.count(f'pip install --quiet --no-deps "keyguard @ git+{MIRROR}@{NEW}"') == len(LEFT) + 1


def test_hooks_and_includes_are_found_in_any_layout(bot: Bot) -> None:
    hooks = f"repos: [{{repo: '{THEIRS}', rev: \"v0.1.0\", hooks: [{{id: keyguard, args: [--strict]}}]}}]\n"
    put(bot, FILES[0], hooks)
    includes = f"""\
spec:
  inputs: {{stage: {{default: test}}}}
---
include:
  - local: ci/*.yaml
  - component: $CI_SERVER_FQDN/sec/keyguard/keyguard@1.0
    inputs:
      source: git+{MIRROR}@{OLD}
  - project: sec/keyguard
    ref: main
    file: templates/keyguard.yml
"""
    put(bot, FILES[2], includes)
    elsewhere = put(
        bot, ".gitlab/scan.yml", f"include: [{{component: $CI_SERVER_FQDN/other/keyguard/keyguard@{OLD}}}]\n"
    )
    put(bot, ".gitlab/all.yml", f"include:\n  - {MIRROR}/-/raw/main/keyguard.yml\n")
    put(bot, "ci/scan.yaml", f"x:\n  script: [pip install git+{THEIRS}@{TAG}]\n")
    put(bot, "ci/more.yaml", "include: [{local: /more/scan.yml}]\n")
    put(bot, "more/scan.yml", f"x:\n  script: [pip install git+https://me:mine@git.test/keyguard@{OLD}]\n")
    out = bot.init("--check").out
    for where, address in {
        f"{FILES[0]}:1": f"{THEIRS}@{TAG}",
        f"{FILES[2]}:6": "https://$CI_SERVER_FQDN/sec/keyguard@1.0",
        f"{FILES[2]}:8": f"{MIRROR}@{OLD}",
        f"{FILES[2]}:9": "https://$CI_SERVER_FQDN/sec/keyguard@main",
        ".gitlab/scan.yml:1": f"https://$CI_SERVER_FQDN/other/keyguard@{OLD}",
        ".gitlab/all.yml:2": f"{MIRROR}/-/raw/main/keyguard.yml",
        "ci/scan.yaml:2": f"{THEIRS}@{TAG}",
        "more/scan.yml:2": f"https://git.test/keyguard@{OLD}",
    }.items():
        assert re.search(rf"(?m)^{re.escape(where)} .* {re.escape(address)}(?:$|[:;])", out), out
    ran = bot.init("--upgrade", "--yes", source=f"{MIRROR}@{NEW}")
    assert ran.code == 1
    assert (bot.folder / FILES[0]).read_text() == hooks.replace(THEIRS, MIRROR).replace("v0.1.0", NEW)
    after = includes.replace("@1.0", f"@{NEW}").replace(OLD, NEW).replace("ref: main", f"ref: {NEW}")
    assert (bot.folder / FILES[2]).read_text() == after
    for name in ("ci/scan.yaml", "more/scan.yml"):
        assert f"git+{MIRROR}@{NEW}" in (bot.folder / name).read_text()
    assert "-  script: [pip install git+https://********@git.test/keyguard@" in ran.out
    assert "mine" not in ran.out
    assert ".gitlab/scan.yml:1 is not moved: another source" in ran.out
    assert ".gitlab/all.yml:2 is not moved: not pinned" in ran.out
    assert (bot.folder / ".gitlab/scan.yml").read_text() == elsewhere, "another address with this commit is no pin"


def test_what_an_anchor_says_for_others_too_is_not_moved(bot: Bot) -> None:
    others = "  - repo: https://git.test/lint\n    rev: *r\n    hooks: [{id: lint}]\n"
    text = f"repos:\n  - repo: {THEIRS}\n    rev: &r {TAG}\n    hooks: [{{id: keyguard}}]\n{others}"
    put(bot, FILES[0], text)
    ran = bot.init("--upgrade", "--yes", source=f"{MIRROR}@{NEW}")
    assert (ran.code, (bot.folder / FILES[0]).read_text()) == (1, text)
    assert f"{FILES[0]}:2 is not moved: not pinned: {THEIRS}@{TAG}" in ran.out


def test_plain_init_names_each_pin_to_a_place_that_is_not_this_keyguards(bot: Bot) -> None:
    bot.written(f"{THEIRS}@{OLD}")
    before = bot.texts()
    bot.edit(FILES[1], OLD, "v0.1.0")
    for source, others in (
        (None, f"pinned to {THEIRS}@{OLD}."),
        (f"{GITHUB}@{NEW}", f"another source: pinned to {THEIRS}@{OLD}."),
    ):
        ran = bot.init("--yes", source=source)
        assert ran.code == 0
        assert re.search(rf"(?m)^{re.escape(FILES[1])}:\d+: not pinned: {THEIRS}@{re.escape(TAG)}: ", ran.out)
        assert f"{FILES[0]}:2: {others}" in ran.out
        with_source = "" if source else " --source URL@COMMIT"
        assert f"`keyguard init --upgrade{with_source}` moves the pins" in ran.out
        assert "would add keyguard to" not in ran.out, "it is there"
    assert bot.texts() == before | {FILES[1]: before[FILES[1]].replace(OLD, "v0.1.0")}
    bot.edit(FILES[1], "v0.1.0", OLD)
    assert "--upgrade" not in bot.init("--yes", source=f"{THEIRS}@{OLD}").out


@pytest.mark.parametrize(
    ("origin", "is_used"),
    [
        ("https://github.com/acme/bot.git", True),
        ("git@github.com-work:acme/bot.git", True),
        ("work:acme/bot.git", True),
        ("https://github.firm.test/acme/bot", False),
        ("git@gitea.firm.test:acme/bot.git", False),
    ],
)
def test_on_another_service_a_name_on_github_is_whoevers_it_is_there(bot: Bot, origin: str, is_used: bool) -> None:
    subprocess.run(["git", "-C", bot.folder, "remote", "add", "origin", origin], check=True)  # noqa: S607
    workflow = bot.written(f"{GITHUB}@{OLD}")[FILES[1]]
    assert (f"uses: {OWN}/keyguard@{OLD}" in workflow) == is_used
    assert (f'"keyguard @ git+{GITHUB}@{OLD}"' in workflow) == (not is_used)
    ran = bot.init("--check", source=f"{GITHUB}@{OLD}")
    assert (ran.code, "the rest of it" in ran.out) == (0, False)
    assert bot.init("--upgrade", "--yes", source=f"{GITHUB}@{NEW}").code == 0
    assert bot.texts()[FILES[1]] == workflow.replace(OLD, NEW)


# As the first version of `init` wrote it: the address and the tag are its own.
_OLD_COMMENT = f"# keyguard's configuration. Every key: {THEIRS}/blob/v0.1.0/docs/configuration.md"
_OLD_REPORT = "  artifacts:\n    when: always\n    reports:\n      secret_detection: gl-secret-detection-report.json\n"
_OLD_JOB = f"""\
keyguard:
  image: python:3.12
  variables:
    GIT_DEPTH: "0"
  script:
    - pip install --quiet "keyguard @ git+{THEIRS}@{TAG}"
    - keyguard scan --report gitlab=gl-secret-detection-report.json
{_OLD_REPORT}"""
_OLD_JOB_OF_REQUESTS = f"""\
keyguard:
  image: python:3.12
  variables:
    GIT_DEPTH: "0"
    KEYGUARD_CACHE_DIR: $CI_PROJECT_DIR/.cache/keyguard
  cache:
    key: keyguard
    paths: [.cache/keyguard]
  script:
    - pip install --quiet "keyguard @ git+{THEIRS}@{TAG}"
    - >-
      keyguard scan ${{CI_MERGE_REQUEST_DIFF_BASE_SHA:+--range "$CI_MERGE_REQUEST_DIFF_BASE_SHA..$CI_COMMIT_SHA"}}
      --report gitlab=gl-secret-detection-report.json
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
{_OLD_REPORT}"""
_OLD_STEPS = f"""\
      - run: python3 -m venv .keyguard-venv && .keyguard-venv/bin/pip install 'keyguard @ git+{MIRROR}@{OLD}'
      - run: .keyguard-venv/bin/keyguard scan --exclude .keyguard-venv --report sarif=keyguard.sarif
      # The token of a pull request from a fork may not write.
      - if: ${{{{ !cancelled() && github.event.pull_request.head.repo.fork != true }}}}
"""


@pytest.mark.parametrize(
    ("before", "job", "newline"),
    [("", _OLD_JOB, "\n"), ("# ours\nx:\n  only: [merge_requests]\n", _OLD_JOB_OF_REQUESTS, "\r\n")],
)
def test_what_an_earlier_version_wrote_is_as_this_one_writes_it_once_it_is_upgraded(
    bot: Bot, before: str, job: str, newline: str
) -> None:
    put(bot, FILES[2], before.replace("\n", newline))
    wanted = bot.written(f"{GITHUB}@{NEW}") | {CONFIG: (bot.folder / CONFIG).read_text("utf-8")}
    assert "://" not in wanted[CONFIG]
    put(bot, FILES[2], ((f"{before}\n" if before else "") + job).replace("\n", newline))
    put(bot, CONFIG, _OLD_COMMENT + "\n" + wanted[CONFIG].partition("\n")[2])
    ran = bot.init("--check")
    assert (ran.code, f"names an address: {_OLD_COMMENT.rpartition(' ')[2]}\n" in ran.out) == (1, True)
    assert f"not pinned: {THEIRS}@{TAG}" in ran.out
    assert bot.init("--upgrade", "--yes", source=f"{GITHUB}@{NEW}").code == 0
    assert bot.texts() | {CONFIG: (bot.folder / CONFIG).read_text("utf-8")} == wanted
    ran = bot.init("--check", source=f"{GITHUB}@{NEW}")
    assert (ran.code, "the rest of it" in ran.out) == (0, False), ran.out


def test_an_earlier_workflow_that_installed_is_written_anew_and_its_pin_stays_if_it_is_right(bot: Bot) -> None:
    wanted = bot.written(f"{MIRROR}@{OLD}")[FILES[1]]
    head, tail = wanted.partition("      - name: Install")[0], wanted[wanted.index("        uses: github/codeql") :]
    put(bot, FILES[1], head + _OLD_STEPS + tail.replace("${{ steps.keyguard.outputs.sarif-file }}", "keyguard.sarif"))
    ran = bot.init("--check", source=f"{MIRROR}@{OLD}")
    assert (ran.code, f"as an earlier `keyguard init` wrote it: pinned to {MIRROR}@{OLD}" in ran.out) == (1, True)
    assert bot.init("--upgrade", "--yes", source=f"{MIRROR}@{OLD}").code == 0
    assert bot.texts()[FILES[1]] == wanted
    assert bot.init("--check", source=f"{MIRROR}@{OLD}").code == 0


def test_edited_local_hooks_are_not_moved_and_that_is_said(bot: Bot) -> None:
    assert bot.init("--yes").code == 0
    bot.edit(FILES[0], "scan --staged", "scan --staged --strict")
    text = (bot.folder / FILES[0]).read_text()
    ran = bot.init("--upgrade", "--yes", source=f"{MIRROR}@{NEW}")
    assert (ran.code, "Nothing can be moved." in ran.out) == (1, True)
    assert f"{FILES[0]}:2 is not moved: {CHANGED}. In its place belongs:" in ran.out
    assert f"  - repo: {MIRROR}\n    rev: {NEW}\n" in ran.out
    assert (bot.folder / FILES[0]).read_text() == text


def test_a_pin_to_an_index_moves_with_all_that_says_it_and_pip_is_told_on_the_command_line(bot: Bot) -> None:
    texts = bot.written(SOURCES["index"])
    for name in FILES[1:]:
        assert "PIP_INDEX_URL" not in texts[name], "a project's variable would come before that of a job"
        assert texts[name].count("--index-url https://pypi.example.org/simple ") == 2
    assert "keyguard.txt" not in "".join(texts.values()), "it would be scanned with the checkout"
    bot.edit(FILES[2], "python:3.12", "registry.example.org/python:3.12")
    other = f"index+https://pypi.example.com/simple@2.0#sha256={'0' * 64}"
    assert bot.init("--upgrade", "--yes", source=other).code == 0
    after = (
        texts[FILES[2]]
        .replace("python:3.12", "registry.example.org/python:3.12")
        .replace("example.org/s", "example.com/s")
    )
    assert bot.texts()[FILES[2]] == after.replace("==1.3", "==2.0").replace(SHA256, "0" * 64)


def test_a_folder_behind_a_link_is_not_looked_into_and_that_is_said(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.yml").write_text(f"uses: {STRANGER}/keyguard@{TAG}\n")
    (bot.folder / ".github").mkdir()
    (bot.folder / ".github" / "workflows").symlink_to(tmp_path / "elsewhere")
    ran = bot.init("--check")
    assert (ran.code, STRANGER in ran.out) == (1, False)
    assert ".github/workflows is left alone: a symbolic link is on the way to it." in ran.out


def test_a_file_that_grows_when_it_is_read_is_read_once(bot: Bot) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    put(bot, ".github/workflows/bomb.yml", f"a0: &a0 [uses]\n{levels}jobs:\n  uses: {STRANGER}/keyguard@{TAG}\n")
    ran = bot.init("--check")
    assert (ran.code, f"not pinned: {THEIRS}@{TAG}: " in ran.out) == (1, True)
    for many in ("[" * 100_000, f'["{NAME}==1"' + f', "{NAME}==1"' * 1000 + "]"):
        put(bot, ".github/workflows/bomb.yml", f"keyguard: {many}\n")
        assert ".github/workflows/bomb.yml  not checked: it has an unusual form" in bot.init("--check").out
    for word in (
        "http://",
        "git+http:/",
        "pip install ",
        "uvx --from ",
        "keyguard[",
        "keyguard @ git+",
        "https://a.test/keyguard/",
    ):
        put(bot, ".github/workflows/bomb.yml", f"keyguard: '{word * 2_000}'\n")
        assert bot.init("--check").code in {0, 1}
