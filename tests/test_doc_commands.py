"""The commands that the pages show: each is one that there is, and those of a task do in turn what their page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
import yaml
from markdown_it import MarkdownIt

from keyguard.cli import commands
from keyguard.packs import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
_PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "clients").glob("*.md")])
_PROGRAM = Path(sys.executable).with_name("keyguard")
_LEAK = expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n", "pages")
_KNOWN = set(
    "betterleaks cat cd claude cp docker echo exit export gh gitaly git gitleaks install kingfisher mkdir pip pipx "
    "podman pre-commit printf python python3 rm tar test uv .ci/dist .ci/run .ci/test KEYGUARD_WRITE_GOLDEN=1 "
    "dask srun".split()
)


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """Return the code of a page: its language, "" for an indented block, and its text."""
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if token.type == "code_block":
            yield "", token.content
        elif token.type == "fence":
            yield token.info or "text", token.content


def scripts(page: Path) -> Iterator[str]:
    """Return what a page has people type, a text for each block."""
    for language, text in blocks(page):
        lines = re.sub(r" *\\\n *", " ", text).splitlines()
        if language == "" and not lines[0].startswith((".keyguard-baseline ", "- ")):
            yield "\n".join(lines)
        elif language in {"console", "sh"}:
            typed = [line.removeprefix("$ ") for line in lines if language == "sh" or line.startswith("$ ")]
            yield "\n".join(typed)


SCRIPTS = [(page.name, text) for page in _PAGES for text in scripts(page) if text]


def calls(script: str) -> Iterator[list[str]]:
    """Return the simple commands of a script, without what they are joined and redirected by."""
    for line in script.splitlines():
        plain = re.sub(r'^eval "\$\((.*)\)"', r"\1", re.sub(r"\$\{\w+:\+[^}]*\}", "", line))
        words = shlex.shlex(plain, posix=True, punctuation_chars="|&;<>()")
        words.whitespace_split = True
        call: list[str] = []
        for word in [*words, ";"]:
            if word in {"|", "&&", ";", ">", "<", ">>", "||"}:
                if call:
                    yield call
                call = [] if word in {"|", "&&", ";", "||"} else ["cat"]  # a file's name
            else:
                call.append(word)


def parse(arguments: list[str]) -> None:
    """Have a call of keyguard parsed by the command itself."""
    context, command = click.Context(commands), commands
    rest: list[str] = arguments
    while isinstance(command, click.Group) and rest and rest[0] != "--help":
        _, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command = found  # type: ignore[assignment]
    command.make_context(command.name, list(rest), parent=context, resilient_parsing="--help" in rest)


@pytest.mark.parametrize(("page", "script"), SCRIPTS, ids=[f"{page}-{n}" for n, (page, _) in enumerate(SCRIPTS)])
def test_every_command_is_one_that_there_is(page: str, script: str) -> None:
    done = subprocess.run(["/usr/bin/env", "bash", "-n", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for program, *arguments in calls(script):
        if Path(program).name == "keyguard":
            parse(arguments)
        else:
            assert program in _KNOWN or Path(program).name in {"pip", "python", "pytest", "mypy", "ruff", "mkdocs"}, (
                script
            )


class Typist:
    """Somebody who types what a page shows."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        named = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        path = f"{_PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, **named, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "PATH": path}

    def types(self, script: str, code: int = 0) -> str:
        done = subprocess.run(
            ["/usr/bin/env", "bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout


@pytest.fixture
def typist(tmp_path: Path) -> Typist:
    """Return one in a repository with a past, which uses all that `init` knows."""
    (tmp_path / "home").mkdir()
    folder = tmp_path / "bot"
    folder.mkdir()
    typist = Typist(folder, tmp_path / "home")
    typist.types("git init --quiet --initial-branch trunk && mkdir .github config && touch .gitlab-ci.yml")
    (folder / ".env").write_text(_LEAK)
    (folder / "config" / "live.json").write_text(expand('{"okx": {"apiKey": "<api_key:2>"}}\n', "pages"))
    (folder / ".pre-commit-config.yaml").write_text("repos: []\n")
    (folder / ".gitlab-ci.yml").write_text("stages: [test]\n")
    typist.types("git add --all && git commit --quiet -m 'as it was'")
    return typist


def test_adopting_goes_as_its_page_says(typist: Typist) -> None:
    page = [text for text in scripts(ROOT / "docs" / "adopting.md") if not re.match("pipx|python3", text)]
    scan, init, init_source, check, untrack, commit, pre_commit, hook, try_it, audit, prune = page
    assert "2 findings" in typist.types(scan, 1)
    assert "OWNER stands for" in typist.types(init_source, 2)
    init_source = init_source.replace("OWNER", "ada")
    assert "stands for the full id of the commit" in typist.types(init_source, 2)
    init_source = re.sub("@[0-9a-f]{40}", f"@{'89abcdef01' * 4}", init_source)
    told = typist.types(f"{init_source} --baseline --yes")
    workflow = yaml.safe_load((typist.folder / ".github/workflows/keyguard.yml").read_text())
    assert workflow[True]["push"]["branches"] == ["trunk"]
    assert untrack.strip() in told
    assert "Nothing to write" in typist.types(f"{init} --yes")
    check, upgrade = check.splitlines()
    assert "pinned to this keyguard" not in typist.types(check), "nobody knows, and the files agree"
    assert "Nothing to move" in typist.types(f"{upgrade.partition('#')[0]} {init_source.partition(' init ')[2]} --yes")
    assert "config/live.json" in told
    typist.types(untrack)
    (typist.folder / "config" / "live.json").write_text("{}\n")
    typist.types(commit)
    assert typist.types("git status --porcelain") == ""
    typist.types(pre_commit)
    typist.types("pre-commit uninstall --hook-type pre-commit --hook-type pre-push")  # it would fetch
    typist.types(hook)
    before = typist.types("git log --format=%H")
    assert "okx-credential" in typist.types(try_it)
    assert typist.types("git log --format=%H") == before
    assert typist.types("git status --porcelain") == ""
    typist.types(scan)
    assert "needs a terminal" in typist.types(audit, 2)
    typist.types(prune)
    typist.types(scan)


@pytest.mark.slow  # both install packages
def test_readmes_two_commands_work_one_after_the_other_in_one_clone(tmp_path: Path) -> None:
    demo, tests, *_ = scripts(ROOT / "README.md")
    clone = tmp_path / "keyguard"
    clone.mkdir()
    typist = Typist(clone, Path.home())  # where pip keeps what it has downloaded
    typist.types(f"git init --quiet && git -C {ROOT} ls-files -z | tar -C {ROOT} --null -T - -cf - | tar -xf -")
    some = "tests/cli/test_demo.py tests/test_docs.py"  # this test is one of them all
    typist.environment["PYTEST_ADDOPTS"] = f"-o cache_dir={tmp_path / 'pytest'} {some}"
    assert "A trading bot was written to keyguard-demo" in typist.types(demo)
    assert " passed" in typist.types(tests)


@pytest.mark.parametrize("service", ["plain", "gitea", "gitlab"])
def test_a_server_refuses_as_its_page_says(service: str, typist: Typist, tmp_path: Path) -> None:
    page = ROOT / "docs" / "pre-receive.md"
    server, settings = tmp_path / "srv" / "bot.git", tmp_path / "keyguard.yml"
    typist.types(f"git init --quiet --bare {server} && git remote add origin {server} && git push --quiet origin trunk")

    def here(text: str) -> str:
        text = text.replace("/opt/keyguard/bin/keyguard", str(_PROGRAM)).replace("/etc/keyguard.yml", str(settings))
        return re.sub(r"/(?:srv/git|var/lib/\S*?/acme)/bot\.git", str(server), text)

    configurations = [text for language, text in blocks(page) if language == "yaml"]
    typed = list(scripts(page))
    script, try_it = next(text for text in typed if text.startswith("#!")), next(t for t in typed if "switch" in t)
    settings.write_text(configurations[0])
    hook = typist.folder / "keyguard"
    hook.write_text(here(script) + "\n")
    hook.chmod(0o755)
    if service == "plain":
        typist.types(here(next(text for text in typed if "hook install -C" in text)))
    elif service == "gitea":
        _delegate(server, "hooks/pre-receive.d")
        typist.types(here(next(text for text in typed if text.endswith("hooks/pre-receive.d/keyguard"))))
    else:
        typist.types("\n".join(next(text for text in typed if "tar -cf" in text).splitlines()[:3]))
        with tarfile.open(typist.folder / "custom_hooks.tar") as tar:
            tar.extractall(server, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # type: ignore[arg-type]  # noqa: S202
        # What Gitaly hands its hooks, and no more.
        kept = " ".join(f'{n}="${n}"' for n in ("PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"))
        _delegate(server, "custom_hooks/pre-receive.d", f"env -i {kept} KEYGUARD_CACHE_DIR='{tmp_path / 'cache'}'")
    hook.unlink()
    told = typist.types(try_it, 1)
    assert "try-it/.env:3:16  secret key" in told
    assert "[remote rejected] try-the-hook -> try-the-hook (pre-receive hook declined)" in told
    assert typist.types(f"git -C {server} branch --format='%(refname:short)'") == "trunk\n"
    assert [path.name for path in (server / "objects").iterdir() if "incoming" in path.name] == []
    settings.write_text(configurations[1].replace("docs/**", "try-it/**").replace("2030-", "2999-"))
    assert "suppressed" in typist.types("git push origin try-the-hook")


def _delegate(server: Path, folder: str, runner: str = "") -> None:
    """Write a service's own hook, which calls those of a folder in turn."""
    (server / folder).mkdir(parents=True, exist_ok=True)
    hook = server / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f'#!/bin/sh\ndata=$(cat)\nfor hook in {folder}/*; do\n    echo "$data" | {runner} "$hook" || exit\ndone\n'
    )
    hook.chmod(0o755)


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "answers").glob("*.md")), ids=lambda page: page.stem)
def test_what_the_pages_of_okxs_answers_have_one_type_is_a_command(page: Path) -> None:
    for call in re.findall(r"`keyguard ([^`]+)`", page.read_text("utf-8")):
        parse(shlex.split(call))
