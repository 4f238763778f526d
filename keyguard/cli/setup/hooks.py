"""pre-commit's configuration with keyguard's hooks in it, in the layout that it has."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from keyguard import home
from keyguard.cli.hook import called, program
from keyguard.cli.setup import CannotAddError, Part
from keyguard.cli.setup.layout import ended, field, items, joined, mapping, newline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from keyguard.home import Source

PROGRAM = "keyguard"
_HOOKS: tuple[Mapping[str, str], ...] = (
    {"name": "keyguard", "mode": "--staged", "stages": "[pre-commit, pre-merge-commit, manual]"},
    {"name": "keyguard (push)", "mode": "--pushed", "stages": "[pre-push]"},
)
_IDS = ("keyguard", "keyguard-push")
_PLAIN = re.compile(r"[\w./-]+", re.ASCII)


class _Layout(NamedTuple):
    """How far things are indented: the dash of a repository, what stands behind it, and its hooks."""

    dash: int = 2
    inner: int = 2
    nested: int = 2


def with_hooks(text: str, source: Source | None, version: str | None = None, program: str = PROGRAM) -> str:
    """Return a configuration of pre-commit with keyguard's hooks behind all others, or as it is when it has them.

    `program` is what local hooks run, for others on this machine only if it is a path.
    """
    by_hand = _hooks(source, version, program)
    repos = _repositories(text, by_hand) if text.strip() else None
    if repos is None:
        return joined(text, "repos:\n" + by_hand)
    if repos.value == "":  # `repos:` and nothing behind it
        at = repos.start_mark.index
        return text[:at] + newline(text) + by_hand.rstrip("\n").replace("\n", newline(text)) + text[at:]
    if not isinstance(repos.value, list):
        raise CannotAddError(by_hand)
    if any(_is_ours(repo) for repo in repos.value):
        return text
    if repos.flow_style:
        if repos.value:
            raise CannotAddError(by_hand)
        # `repos: []`
        added = newline(text) + by_hand.rstrip("\n")
        return text[: repos.start_mark.index].rstrip(" ") + added + text[repos.end_mark.index :]
    return _behind_last(text, repos, lambda layout: _hooks(source, version, program, layout))


def _is_ours(repo: Any) -> bool:
    return any(field(hook, "id").startswith("keyguard") for hook in items(repo, "hooks"))


def _repositories(text: str, by_hand: str) -> Any:
    return next((value for key, value in mapping(text, by_hand).value if key.value == "repos"), None)


def _behind_last(text: str, repos: Any, render: Callable[[_Layout], str]) -> str:
    """Put the hooks behind the last repository, in the layout of those before it."""
    layout, by_hand = _layout(repos, repos.value[-1]), render(_Layout())
    lines = text.splitlines(keepends=True)
    end = _last_line(lines, repos.value[-1], layout.dash)
    before, after = "".join(lines[:end]), "".join(lines[end:])
    added = render(layout).replace("\n", newline(text))
    whole = ended(before) + added + after
    if len(_repositories(whole, by_hand).value) != len(repos.value) + 1:
        raise CannotAddError(by_hand)
    return whole


def _layout(repos: Any, repo: Any) -> _Layout:
    dash = repos.start_mark.column
    hooks = next((value for key, value in repo.value if key.value == "hooks"), None)
    nested = hooks.start_mark.column - repo.start_mark.column if hooks is not None and not hooks.flow_style else 2
    return _Layout(dash, repo.start_mark.column - dash, max(nested, 0))


def _last_line(lines: list[str], repo: Any, dash: int) -> int:
    """Return how many lines end with a repository's last one."""
    end: int = min(repo.end_mark.line + (repo.end_mark.column > 0), len(lines))
    while end and _is_between(lines[end - 1], dash):
        end -= 1
    return end


def _is_between(line: str, dash: int) -> bool:
    """Tell a blank line, or a comment that mentions what follows, from a line of the last repository."""
    bare = line.lstrip(" ")
    return not bare.strip() or (bare.startswith("#") and len(line) - len(bare) <= dash)


# --- what is written


def _hooks(source: Source | None, version: str | None, program: str, layout: _Layout | None = None) -> str:
    layout = layout or _Layout()
    edge, pad, gap = " " * layout.dash, " " * (layout.dash + layout.inner), " " * (layout.inner - 1)
    below = pad + " " * layout.nested
    head, hooks = _local(source, program)
    if isinstance(source, home.Repository):
        head = [f"repo: {source.address}", f"rev: {source.commit}{comment(version)}"]
        hooks = [{"id": name} for name in _IDS]
    lines = [f"{edge}-{gap}{head[0]}", *(f"{pad}{line}" for line in head[1:]), f"{pad}hooks:"]
    lines += [line for hook in hooks for line in _entry(hook, below, layout.inner)]
    return "".join(f"{line}\n" for line in lines)


def comment(version: str | None) -> str:
    """Return what is said of a commit beside it, as `pre-commit autoupdate --freeze` does."""
    return f"  # frozen: v{version}" if version else ""


def _local(source: Source | None, program: str) -> tuple[list[str], list[Mapping[str, str]]]:
    """Return hooks that pre-commit fetches from no repository: of an archive, or of what is installed."""
    language, more = "system", dict[str, str]()
    if isinstance(source, home.Archive):
        program, language = PROGRAM, "python"
        more = {"additional_dependencies": f'["{source.requirement}"]'}
    called = program if _PLAIN.fullmatch(program) else f"'{program}'"
    return ["repo: local"], [
        {
            "id": name,
            "name": hook["name"],
            "entry": _scalar(f"{called} scan {hook['mode']}"),
            "language": language,
            **more,
            "pass_filenames": "false",
            "always_run": "true",
            "stages": hook["stages"],
        }
        for name, hook in zip(_IDS, _HOOKS, strict=True)
    ]


def _scalar(text: str) -> str:
    """Return a text as YAML has it: a string of JSON is one, too."""
    return text if re.fullmatch(r"[\w./ -]+", text, re.ASCII) else json.dumps(text)


def _entry(hook: Mapping[str, str], below: str, inner: int) -> Iterator[str]:
    (name, value), *others = hook.items()
    yield f"{below}-{' ' * (inner - 1)}{name}: {value}"
    yield from (f"{below}{' ' * inner}{name}: {value}" for name, value in others)


# --- what stands there already


def parts(text: str) -> list[Part]:
    """Return where keyguard's hooks stand."""
    repos = _repositories(text, "") if text.strip() else None
    if repos is None or not isinstance(repos.value, list) or repos.flow_style:
        return []
    return [_part(text, repos, repo) for repo in repos.value if _is_ours(repo) and not repo.flow_style]


def _part(text: str, repos: Any, repo: Any) -> Part:
    layout, lines = _layout(repos, repo), text.splitlines(keepends=True)
    start = sum(map(len, lines[: repo.start_mark.line]))
    end = sum(map(len, lines[: _last_line(lines, repo, layout.dash)]))
    hook = items(repo, "hooks")[0]
    ours = called()
    if field(hook, "language") == "system":
        runs = field(hook, "entry").rpartition(" scan ")[0].strip("'")
        ours = runs if runs in {ours, program()} else PROGRAM  # what else it runs, nobody knows

    def render(source: Source | None, version: str | None) -> list[str]:
        return [_hooks(source, version, ours, layout)]

    return Part(start, end, render, lambda _: [])
