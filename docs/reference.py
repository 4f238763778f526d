"""The pages that are made of the code and its data: answers of OKX, bots and clients, commands, and llms.txt."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import yaml

from keyguard.cli import commands
from keyguard.doctor import places
from keyguard.providers.okx import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent


def pages() -> dict[Path, str]:
    """Return the pages with their texts."""
    return {**_answers(), **_clients(), DOCS / "commands.md": _commands()}


def _made(source: str) -> str:
    return f"<!-- Written by docs/generate.py from {source}; edit that. -->"


# --- answers of OKX


def _answers() -> dict[Path, str]:
    told = yaml.safe_load((DOCS / "answers.yml").read_text("utf-8"))
    folder = DOCS / "answers"
    head = [
        _made("docs/answers.yml"),
        "",
        "# What OKX answers, and what to do",
        "",
        "OKX refuses a request with a code. Most of them say something about the key, and few say that it is gone.",
        "",
        "| code | OKX says | the key |",
        "| --- | --- | --- |",
    ]
    rows = [f"| [{one['code']}]({one['code']}.md) | {one['says']} | {_STATUS[_answer(one).status]} |" for one in told]
    end = [
        "",
        "Every code that keyguard reads, and where each is known from: [the table](../rules/okx-answers.md).",
        "",
    ]
    return {folder / "README.md": "\n".join([*head, *rows, *end])} | {
        folder / f"{one['code']}.md": _page_of(one) for one in told
    }


_STATUS = {
    "live": "works",
    "live-limited": "works, within limits",
    "ip-bound": "exists, bound to other addresses",
    "wrong-parts": "exists, with other parts",
    "blocked": "exists, and is blocked",
    "not-known": "is not known there",
    "undecided": "nothing is said of it",
}


def _answer(one: dict[str, Any]) -> facts.Answer:
    return facts.ANSWERS.get(one["code"]) or facts.UNHEARD


def _page_of(one: dict[str, Any]) -> str:
    code, answer = one["code"], _answer(one)
    known = facts.cited(code)
    return f"""\
{_made("docs/answers.yml and keyguard/providers/okx/facts.py")}

# {code}: what it means and what to do

OKX says: **{one["says"]}** (code {code}, HTTP status {one["http"]}).

{" ".join(one["means"].split())}

| | |
| --- | --- |
| the key | {_STATUS[answer.status]} |
| keyguard reads it as | `{answer.status}`: {answer.reading} |
| known from | {f"<{known}>" if known.startswith("https:") else known} |

## Why it happens

{_listed(one["causes"], "-")}

## What to do

{_listed(one["do"], "1.")}

If the key was ever in a repository, a chat or a log, it is known to others: [delete it first](../leaked.md). How
keyguard asks, and what it sends, is said in [the live check](../live-check.md). Other codes: [all of them](README.md).
"""


def _listed(texts: list[str], mark: str) -> str:
    return "\n".join(f"{mark} {text}" for text in texts)


# --- bots and clients


def _clients() -> dict[Path, str]:
    by: dict[str, list[places.Row]] = {}
    for row in places.table():
        by.setdefault(row.tool, []).append(row)
    folder = DOCS / "clients"
    head = [
        _made("keyguard/doctor/places.yml"),
        "",
        "# Bots and clients: where a key lies, and how to move it out",
        "",
        "`keyguard doctor` looks into all of these at once.",
        "",
        "| tool | holds |",
        "| --- | --- |",
    ]
    rows = [
        f"| [{tool}]({_slug(tool)}.md) | {', '.join(_KINDS[row.kind.id] for row in of)} |" for tool, of in by.items()
    ]
    index = {folder / "README.md": "\n".join([*head, *rows, ""])}
    return index | {folder / f"{_slug(tool)}.md": _client(tool, of) for tool, of in by.items()}


_KINDS = {
    "store": "credentials",
    "agent": "settings, with the environment of MCP servers",
    "transcript": "conversations and logs",
    "history": "a history of what was typed",
    "profile": "variables",
    "note": "files that were left behind",
}


def _slug(tool: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", tool.lower()).strip("-")


def _client(tool: str, rows: list[places.Row]) -> str:
    told = [_made("keyguard/doctor/places.yml"), "", f"# {tool}: where an OKX key lies", ""]
    for row in rows:
        told += [f"## {_KINDS[row.kind.id].capitalize()}", "", *_files(row), ""]
        told += [
            f"A key found there is of severity {row.kind.severity.word}.",
            "",
            f"**Move it out.** {row.advice.strip()}",
            "",
        ]
        told += [f"Known from: {_cited(row.source)}", ""]
    told += [
        "## Look for it",
        "",
        "    keyguard doctor",
        "",
        "says whether a key lies in one of these files, by its mask, and who else may read the file. Nothing is sent",
        "or changed: see [doctor](../doctor.md). A key that was in a conversation, a log or a repository is known to",
        "others:",
        "[delete it first](../leaked.md).",
        "",
    ]
    return "\n".join(told)


def _files(row: places.Row) -> Iterator[str]:
    yield from (f"- `{path}`" for path in row.files)
    yield from (f"- `{path}` on {_SYSTEMS[system]}" for system, paths in row.of_system.items() for path in paths)
    if row.variable:
        yield f"- the same in the folder that `{row.variable}` names, in place of `{row.instead_of}`"


_SYSTEMS = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}


def _cited(source: str) -> str:
    return re.sub(r"(https://[^\s,]+)", r"<\1>", source)


# --- commands


def _commands() -> str:
    """Return the help of every command, as it is printed in 80 columns."""
    told = [
        _made("the help of the commands"),
        "",
        "# Commands",
        "",
        "What `--help` prints. [Options win over the configuration](configuration.md#options-and-config).",
        "",
    ]
    for name, text in _helps(click.Context(commands, info_name="keyguard", **commands.context_settings)):
        told += [f"## {name}", "", "```text", text.rstrip(), "```", ""]
    return "\n".join(told)


def _helps(context: click.Context) -> Iterator[tuple[str, str]]:
    fresh = copy.copy(context.command)
    fresh._help_option = None  # noqa: SLF001 - click keeps that of whoever asked first, who may have called it otherwise
    yield context.command_path, fresh.get_help(context)
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            below = context.command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from _helps(click.Context(below, info_name=name, parent=context, **below.context_settings))


# --- for language models


def llms(texts: dict[Path, str]) -> str:
    """Return llms.txt: every page with its title, for programs that read documentation."""
    told = [
        "# keyguard",
        "",
        "> Finds leaked OKX API credentials (API key, secret key, passphrase) in files and git histories, joins their",
        "> parts into one finding, and on demand asks OKX whether a key still works. Runs offline, in hooks and in CI.",
        "",
    ]
    folders = {"Guides": DOCS, "Answers of OKX": DOCS / "answers", "Bots and clients": DOCS / "clients"}
    for title, folder in (folders | {"Rules": DOCS / "rules"}).items():
        of = sorted(path for path in texts if path.suffix == ".md" and path.parent == folder)
        links = [f"- [{_title(texts[path])}]({path.relative_to(DOCS).as_posix()})" for path in of]
        told += [f"## {title}", "", *links, ""]
    return "\n".join(told)


def _title(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("# ")).removeprefix("# ").replace("`", "")
