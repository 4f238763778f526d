"""`keyguard init --check` and `--upgrade`: what pins are there, and how they move."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.cli.conftest import GITHUB, put, values

if TYPE_CHECKING:
    from tests.cli.conftest import Keyguard, Ran

PROGRAMS = Path(sys.executable).parent
OLD, NEW = "89abcdef0123456789abcdef0123456789abcdef", "76543210fedcba9876543210fedcba9876543210"
SHA256 = OLD + OLD[:24]
FILES = (".pre-commit-config.yaml", ".github/workflows/keyguard.yml", ".gitlab-ci.yml")
MIRROR = "https://git.example.org/sec/keyguard"
SOURCES = {
    "github": f"{GITHUB}@{OLD}",
    "github-by-ssh": f"{GITHUB.replace('https://', 'ssh://git@')}.git@{NEW}",
    "mirror": f"{MIRROR}@{OLD}",
    "archive": f"https://files.example.org/keyguard-1-py3-none-any.whl#sha256={SHA256}",
    "index": f"index+https://pypi.example.org/simple@1.3#sha256={SHA256}",
}


class Bot:
    """A repository that uses all that `init` knows."""

    def __init__(self, folder: Path, keyguard: Keyguard) -> None:
        self.folder, self._keyguard = folder, keyguard
        subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)  # noqa: S607
        (folder / ".pre-commit-config.yaml").touch()

    def init(self, *options: str, source: str | None = None, env: dict[str, str] | None = None) -> Ran:
        given = ["--source", source] if source else []
        path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
        ran = self._keyguard("init", *options, *given, cwd=self.folder, env={"PATH": path, **(env or {})})
        assert "Traceback" not in ran.out + ran.err
        return ran

    def written(self, source: str) -> dict[str, str]:
        ran = self.init("--yes", "--ci", "github", "--ci", "gitlab", source=source)
        assert ran.code == 0, ran.err
        return self.texts()

    def texts(self) -> dict[str, str]:
        return {name: (self.folder / name).read_bytes().decode() for name in FILES}

    def clear(self) -> None:
        for name in FILES[1:]:
            (self.folder / name).unlink()
        (self.folder / FILES[0]).write_text("")

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text("utf-8")
        assert old in text
        (self.folder / name).write_text(text.replace(old, new), "utf-8")

    def check(self, source: str) -> dict[str, str]:
        ran = self.init("--check", source=source)
        lines = [re.split(r"(?::\d+)? {2,}", line, maxsplit=1) for line in ran.out.splitlines() if line[0:1] == "."]
        assert ran.code == (0 if all(said.startswith(("pinned to ", "runs the ")) for _, said in lines) else 1)
        return dict(lines)


@pytest.fixture
def bot(tmp_path: Path, keyguard: Keyguard) -> Bot:
    (tmp_path / "bot").mkdir()
    return Bot(tmp_path / "bot", keyguard)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_what_init_wrote_is_pinned_to_what_it_was_told(bot: Bot, source: str) -> None:
    texts = bot.written(source)
    said = bot.check(source)
    assert set(said) == set(FILES)
    from_index = source.startswith("index+")
    assert said.pop(FILES[0]) == ("runs the keyguard that is installed" if from_index else _is(source))
    assert set(said.values()) == ({_is(source)} if "ssh" not in source else {_is(source), _is(f"{GITHUB}@{NEW}")})
    assert bot.texts() == texts


def _is(source: str) -> str:
    return f"pinned to {source}, as --source says"


@pytest.mark.parametrize(("old", "new"), [*itertools.pairwise(SOURCES), *itertools.pairwise(reversed(SOURCES))])
def test_upgrade_moves_each_pin_to_any_other_source(bot: Bot, old: str, new: str) -> None:
    wanted = bot.written(SOURCES[new])
    bot.clear()
    before = bot.written(SOURCES[old])
    ran = bot.init("--upgrade", "--dry-run", source=SOURCES[new])
    assert (ran.code, bot.texts()) == (0, before)
    shown = ran.out
    assert bot.init("--upgrade", source=SOURCES[new]).code == 2, "there is nobody to agree"
    ran = bot.init("--upgrade", "--yes", source=SOURCES[new])
    assert (ran.code, bot.texts()) == (0, wanted)
    added = [line for name in FILES for line in wanted[name].splitlines() if line not in before[name].splitlines()]
    assert all(f"\n+{line}\n" in shown for line in added), "what is written was shown"
    ran = bot.init("--upgrade", "--yes", source=SOURCES[new])
    assert "Nothing to move." in ran.out


def test_another_commit_is_another_version_and_another_address_another_source(bot: Bot) -> None:
    bot.written(f"{MIRROR}@{OLD}")
    assert set(bot.check(f"{MIRROR}@{NEW}").values()) == {f"another version: pinned to {MIRROR}@{OLD}"}
    assert set(bot.check(f"{MIRROR}.git@{OLD}").values()) == {_is(f"{MIRROR}@{OLD}")}
    assert set(bot.check(f"{GITHUB}@{OLD}").values()) == {f"another source: pinned to {MIRROR}@{OLD}"}


def test_a_file_that_was_changed_is_said_and_only_its_pin_moves(bot: Bot) -> None:
    bot.written(f"{GITHUB}@{OLD}")
    bot.edit(FILES[0], "      - id: keyguard-push\n", "      - id: keyguard-push\n        args: [--fail-on, high]\n")
    bot.edit(FILES[1], "fetch-depth: 0", "fetch-depth: 50")
    bot.edit(FILES[2], "python:3.12", "registry.example.org/python:3.12")
    changed = bot.texts()
    note = "; the rest of it is not as `keyguard init` writes it, and stays"
    assert set(bot.check(f"{GITHUB}@{OLD}").values()) == {f"{_is(f'{GITHUB}@{OLD}')}{note}"}
    assert set(bot.check(f"{GITHUB}@{NEW}").values()) == {f"another version: pinned to {GITHUB}@{OLD}{note}"}
    assert bot.init("--upgrade", "--yes", source=f"{GITHUB}@{NEW}").code == 0
    assert bot.texts() == {name: text.replace(OLD, NEW) for name, text in changed.items()}
    assert set(bot.check(f"{GITHUB}@{NEW}").values()) == {f"{_is(f'{GITHUB}@{NEW}')}{note}"}, "that settles it"
    ran = bot.init("--upgrade", "--yes", source=f"{MIRROR}@{NEW}")
    line = changed[FILES[1]].partition("uses: " + GITHUB.removeprefix("https://github.com/"))[0].count("\n") + 1
    assert f"{FILES[1]}:{line} is not moved: another source: pinned to {GITHUB}@{NEW}{note}. In its place" in ran.out
    assert f'pip install --quiet --no-deps "keyguard @ git+{MIRROR}@{NEW}"' in ran.out, "what it is that installs"
    assert (ran.code, bot.texts()[FILES[1]]) == (1, changed[FILES[1]].replace(OLD, NEW))
    assert MIRROR in bot.texts()[FILES[0]]
    assert MIRROR in bot.texts()[FILES[2]]


def test_what_stands_around_the_pins_stays(bot: Bot) -> None:
    head, tail = "# ours\r\nstages: [lint, test]\r\n\r\n", "\r\n# the rest\r\nlint:\r\n  script: [make]\r\n"
    (bot.folder / FILES[2]).write_text(f"{head}", newline="")
    repos = "repos:\r\n- repo: local\r\n  hooks:\r\n  - id: a\r\n"
    (bot.folder / FILES[0]).write_text(repos, newline="")
    bot.written(f"{GITHUB}@{OLD}")
    with (bot.folder / FILES[2]).open("a", newline="") as stream:
        stream.write(tail)
    with (bot.folder / FILES[0]).open("a", newline="") as stream:
        stream.write("\r\n# behind\r\nfail_fast: true\r\n")
    before = bot.texts()
    assert bot.init("--upgrade", "--yes", source=f"{MIRROR}@{NEW}").code == 0
    after = bot.texts()
    assert after[FILES[2]].startswith(head)
    assert after[FILES[2]].endswith(tail)
    assert after[FILES[0]] == before[FILES[0]].replace(GITHUB, MIRROR).replace(OLD, NEW)
    assert all(text.count("\n") == text.count("\r\n") for text in (after[FILES[0]], after[FILES[2]]))


def test_what_can_be_moved_to_other_code_is_not_pinned(bot: Bot) -> None:
    bot.written(f"{GITHUB}@{OLD}")
    for name in FILES:
        bot.edit(name, OLD, "v1.0.0")
    said = bot.check(f"{GITHUB}@{OLD}")
    assert all(one.startswith(f"not pinned: {GITHUB}@v1.0.0: ") and "can be moved" in one for one in said.values())
    assert bot.init("--upgrade", "--yes", source=f"{GITHUB}@{NEW}").code == 0
    assert all(NEW in text and "v1.0.0" not in text for text in bot.texts().values())


def test_local_hooks_are_pinned_once_a_source_is_known(bot: Bot) -> None:
    assert bot.init("--yes").code == 0
    ran = bot.init("--check")
    assert (ran.code, ran.out) == (0, f"{FILES[0]}:2  runs the keyguard that is installed\n")
    assert bot.check(f"{MIRROR}@{OLD}") == {FILES[0]: "not pinned: it runs the keyguard that is installed"}
    assert bot.init("--upgrade", "--yes", source=f"{MIRROR}@{OLD}").code == 0
    assert yaml.safe_load((bot.folder / FILES[0]).read_text())["repos"][0]["rev"] == OLD


def test_without_a_known_source_what_is_pinned_is_told_and_nothing_moves(bot: Bot) -> None:
    bot.written(f"{GITHUB}@{OLD}")
    before = bot.texts()
    ran = bot.init("--check")
    assert (ran.code, ran.out.count(f"  pinned to {GITHUB}@{OLD}\n")) == (0, 3), "init wrote them, and they agree"
    assert "Nothing says where this keyguard comes from: it " in ran.out
    ran = bot.init("--upgrade", "--yes")
    assert (ran.code, ran.err[:51]) == (2, "error: nothing says where this keyguard comes from:")
    assert "--source URL@COMMIT says it" in ran.err
    assert ran.out.count(f"  pinned to {GITHUB}@{OLD}\n") == 3
    bot.edit(FILES[2], OLD, NEW)
    ran = bot.init("--check")
    assert (ran.code, "It is not one and the same everywhere." in ran.out) == (1, True)
    bot.edit(FILES[2], NEW, OLD)
    assert "Use one of them" in bot.init("--check", "--upgrade", source=f"{GITHUB}@{NEW}").err
    assert bot.texts() == before


def test_the_variable_says_it_too_and_what_it_says_is_shown_before_it_is_written(bot: Bot) -> None:
    env = {"KEYGUARD_SOURCE": f"https://ada:{values()[0]}@git.example.org/sec/keyguard@{OLD}", "CI": "true"}
    ran = bot.init("--ci", "github", env=env)
    assert (ran.code, bot.texts()[FILES[0]] if (bot.folder / FILES[1]).exists() else "") == (2, "")
    said = f"keyguard is pinned to {MIRROR}@{OLD}, according to KEYGUARD_SOURCE.\n"
    assert said in ran.out
    ran = bot.init("--ci", "github", "--yes", env=env)
    assert (ran.code, said in ran.out) == (0, True)
    assert f"git+{MIRROR}@{OLD}" in (bot.folder / FILES[1]).read_text()
    assert values()[0] not in ran.out + ran.err + (bot.folder / FILES[1]).read_text()
    for hostile in (
        "ext::sh -c id",
        f"file:///srv/x@{OLD}",
        f"https://files.example.org/$(id)@{OLD}",
        f"https://files.example.org/a\n  b@{OLD}",
    ):
        before = bot.texts().values() if (bot.folder / FILES[2]).exists() else None
        ran = bot.init("--yes", "--ci", "gitlab", env={"KEYGUARD_SOURCE": hostile})
        assert (ran.code, ran.err[:24]) == (2, "error: KEYGUARD_SOURCE: ")
        assert hostile not in ran.out + ran.err
        assert not (bot.folder / FILES[2]).exists(), before


def test_upgrade_shows_nothing_of_the_lines_around_a_pin(bot: Bot) -> None:
    put(bot.folder / FILES[2], "variables:\n  OKX_API_KEY: <api_key>\n")
    bot.written(f"{GITHUB}@{OLD}")
    ran = bot.init("--upgrade", "--yes", source=f"{GITHUB}@{NEW}")
    assert f'+    - python -I -m pip install --quiet --no-deps "keyguard @ git+{GITHUB}@{NEW}"' in ran.out
    assert values()[0] not in ran.out + ran.err


def test_what_a_hostile_repository_says_of_itself_is_neither_followed_nor_repeated(bot: Bot, tmp_path: Path) -> None:
    bot.written(f"{GITHUB}@{OLD}")
    bot.edit(FILES[0], GITHUB, "ext::sh -c 'touch /tmp/x'\t#\x1b[31m".encode("unicode_escape").decode())
    bot.edit(FILES[2], f"git+{GITHUB}@{OLD}", "git+https://u:hidden-word@git.example.org/$(id)@v1")
    outside = tmp_path / "outside.yml"
    outside.write_text((bot.folder / FILES[1]).read_text())
    (bot.folder / FILES[1]).unlink()
    (bot.folder / FILES[1]).symlink_to(outside)
    ran = bot.init("--check", source=f"{GITHUB}@{NEW}")
    assert ran.code == 1
    assert f"{FILES[1]} is left alone: a symbolic link is on the way to it." in ran.out
    assert not [word for word in ("ext::", "hidden-word", "$(id)", "\x1b") if word in ran.out + ran.err]
    before = outside.read_text()
    ran = bot.init("--upgrade", "--yes", source=f"{GITHUB}@{NEW}")
    assert ran.code == 1, "one is left as it is"
    assert not [word for word in ("ext::", "hidden-word", "$(id)", "\x1b") if f"+{word}" in ran.out + ran.err]
    assert outside.read_text() == before


def test_what_cannot_be_read_is_said_not_to_be_checked(bot: Bot) -> None:
    (bot.folder / FILES[0]).write_text("repos: [\n")
    for option in ("--check", "--upgrade"):
        ran = bot.init(option, source=f"{GITHUB}@{NEW}")
        assert (ran.code, "not checked: it has an unusual form" in ran.out) == (1, True)


def test_where_there_is_nothing_of_ours_it_says_so(bot: Bot) -> None:
    (bot.folder / FILES[0]).write_text("repos: []\n")
    ran = bot.init("--check", source=f"{GITHUB}@{NEW}")
    assert (ran.code, ran.out) == (0, f"{FILES[0]}  does not say where keyguard comes from\n")
    (bot.folder / FILES[0]).unlink()
    assert bot.init("--check").out.startswith("There is no file that gets keyguard from")


def test_sarif_names_a_home_that_is_known_and_none_that_is_not(bot: Bot, keyguard: Keyguard) -> None:
    put(bot.folder / "a.env")
    for source, page in ((f"{MIRROR}.git@{OLD}", MIRROR), (f"ssh://git@x.test/a@{OLD}", None), ("ext::sh", None)):
        ran = keyguard("scan", "a.env", "--format", "sarif", cwd=bot.folder, env={"KEYGUARD_SOURCE": source})
        driver = ran.report["runs"][0]["tool"]["driver"]
        assert (ran.code, driver.get("informationUri")) == (1, page)
        assert all("\nkeyguard explain okx-" in rule["help"]["text"] for rule in driver["rules"])


CHANGED = "changed: it is not as `keyguard init` writes it"
_PUSH = """\
      - id: keyguard-push
        name: keyguard (push)
        entry: keyguard scan --pushed
        language: system
        pass_filenames: false
        always_run: true
        stages: [pre-push]
"""
EDITS = {
    "another-program": ("entry: keyguard scan --staged", 'entry: bash -c "true"; keyguard scan --staged'),
    "no-keyguard": ("keyguard scan", "/usr/bin/true keyguard scan"),
    "no-scan": ("entry: keyguard scan --staged", "entry: /usr/bin/true keyguard"),
    "not-always": ("always_run: true", "always_run: false"),
    "of-less": ("--staged", "--staged --fail-on critical"),
    "never-fails": ("--staged", "--staged || true"),
    "no-push": (_PUSH, ""),
}


def test_local_hooks_that_are_not_as_init_writes_them_are_said_to_be_changed(bot: Bot) -> None:
    assert bot.init("--yes").code == 0
    written = (bot.folder / FILES[0]).read_text()
    for name, (old, new) in EDITS.items():
        (bot.folder / FILES[0]).write_text(written)
        bot.edit(FILES[0], old, new)
        text = (bot.folder / FILES[0]).read_text()
        for source in (None, SOURCES["index"]):
            ran = bot.init("--check", source=source)
            assert (ran.code, ran.out.partition("\n")[0]) == (1, f"{FILES[0]}:2  {CHANGED}"), name
            assert "moves the pins" not in ran.out
        ran = bot.init("--upgrade", "--yes")
        assert (ran.code, f"{FILES[0]}:2  {CHANGED}\nIn {FILES[0]} belongs:\n{written}" in ran.out) == (2, True)
        ran = bot.init("--upgrade", "--yes", source=SOURCES["index"])
        assert (ran.code, f"{FILES[0]}:2 is not moved: {CHANGED}. In its place belongs:\n{written}" in ran.out) == (
            1,
            True,
        )
        ran = bot.init("--yes")
        assert (ran.code, f"{FILES[0]}:2: {CHANGED}.\nNothing can be moved: " in ran.out) == (0, True)
        assert (bot.folder / FILES[0]).read_text() == text


def test_a_file_of_inits_that_lost_its_pin_is_said_to_be_changed(bot: Bot) -> None:
    for source, name in ((f"{GITHUB}@{NEW}", FILES[1]), (f"{MIRROR}@{NEW}", FILES[1]), (f"{MIRROR}@{NEW}", FILES[2])):
        written = bot.written(source)[name]
        assert bot.check(source)[name].startswith("pinned to ")
        (bot.folder / name).write_text("\n".join(line for line in written.split("\n") if NEW not in line))
        said = f"changed: it does not say where keyguard comes from, and is {CHANGED.partition('it is ')[2]}"
        assert bot.check(source)[name] == said
        ran = bot.init("--upgrade", "--yes", source=source)
        assert (ran.code, f"{name} is not moved: {said}. In its place belongs:\n" in ran.out) == (1, True)
        bot.clear()


def test_a_bare_name_that_pre_commit_would_fetch_is_named_as_one(bot: Bot) -> None:
    for needed in ("keyguard", "keyguard[fleet]>=0.1", "keyguard == 1", "keyguard; python_version > '3'", "Keyguard"):
        hook = f'id: keyguard, entry: keyguard scan, language: python, additional_dependencies: ["{needed}", tool]'
        (bot.folder / FILES[0]).write_text(f"repos:\n  - repo: local\n    hooks: [{{{hook}}}]\n")
        ran = bot.init("--check")
        assert (ran.code, f"{FILES[0]}:2  not pinned: the bare name" in ran.out) == (1, True), needed
    (bot.folder / FILES[0]).write_text(
        'repos:\n  - repo: local\n    hooks: [{id: x, additional_dependencies: ["keyguard-app"]}]\n'
    )
    assert bot.init("--check").code == 0


def test_hooks_that_run_this_keyguard_by_its_path_are_as_init_writes_them(bot: Bot) -> None:
    elsewhere = {"PATH": "/usr/bin:/bin"}
    assert bot.init("--yes", env=elsewhere).code == 0
    assert "/keyguard scan --staged" in (bot.folder / FILES[0]).read_text()
    for env in (elsewhere, None):
        ran = bot.init("--check", env=env)
        assert (ran.code, ran.out) == (0, f"{FILES[0]}:2  runs the keyguard that is installed\n")
    written = (bot.folder / FILES[0]).read_text()
    for source in (SOURCES["mirror"], SOURCES["archive"]):
        (bot.folder / FILES[0]).write_text("")
        assert bot.init("--yes", source=source, env=elsewhere).code == 0
        assert bot.init("--upgrade", "--yes", source=SOURCES["index"], env=elsewhere).code == 0
        assert (bot.folder / FILES[0]).read_text() == written, "as init writes hooks of an index"
