"""pre-commit's configuration with keyguard's hooks in it, in the layout that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keyguard.cli.setup import CannotAddError, Origin
from keyguard.cli.setup.layout import ended, field, items, joined, mapping, newline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SAME = {"language": "system", "pass_filenames": "false", "always_run": "true"}
# Where nothing says from which repository to install: hooks that run the keyguard on the path.
_LOCAL: tuple[Mapping[str, str], ...] = (
    {"id": "keyguard", "name": "keyguard", "entry": "keyguard scan --staged", **_SAME}
    | {"stages": "[pre-commit, pre-merge-commit, manual]"},
    {"id": "keyguard-push", "name": "keyguard (push)", "entry": "keyguard scan --pushed", **_SAME}
    | {"stages": "[pre-push]"},
)


def with_hooks(text: str, origin: Origin | None) -> str:
    """Return a configuration of pre-commit with keyguard's hooks behind all others, or as it is when it has them."""
    repos = _repositories(text, origin) if text.strip() else None
    if repos is None:
        return joined(text, "repos:\n" + _hooks(origin))
    if repos.value == "":  # `repos:` and nothing behind it
        at = repos.start_mark.index
        return text[:at] + newline(text) + _hooks(origin).rstrip("\n").replace("\n", newline(text)) + text[at:]
    if not isinstance(repos.value, list):
        raise CannotAddError(_hooks(origin))
    if any(field(hook, "id").startswith("keyguard") for repo in repos.value for hook in items(repo, "hooks")):
        return text
    if repos.flow_style:
        if repos.value:
            raise CannotAddError(_hooks(origin))
        # `repos: []`
        added = newline(text) + _hooks(origin).rstrip("\n")
        return text[: repos.start_mark.index].rstrip(" ") + added + text[repos.end_mark.index :]
    return _behind_last(text, repos, origin)


def _repositories(text: str, origin: Origin | None) -> Any:
    return next((value for key, value in mapping(text, _hooks(origin)).value if key.value == "repos"), None)


def _behind_last(text: str, repos: Any, origin: Origin | None) -> str:
    """Put the hooks behind the last repository, in the layout of those before it."""
    last, dash = repos.value[-1], repos.start_mark.column
    inner = last.start_mark.column - dash
    hooks = next((value for key, value in last.value if key.value == "hooks"), None)
    nested = hooks.start_mark.column - last.start_mark.column if hooks is not None and not hooks.flow_style else 2
    lines = text.splitlines(keepends=True)
    end = min(last.end_mark.line + (last.end_mark.column > 0), len(lines))
    while end and _is_between(lines[end - 1], dash):
        end -= 1
    before, after = "".join(lines[:end]), "".join(lines[end:])
    added = _hooks(origin, dash=dash, inner=inner, nested=max(nested, 0)).replace("\n", newline(text))
    whole = ended(before) + added + after
    if len(_repositories(whole, origin).value) != len(repos.value) + 1:
        raise CannotAddError(_hooks(origin))
    return whole


def _is_between(line: str, dash: int) -> bool:
    """Tell a blank line, or a comment that speaks of what follows, from a line of the last repository."""
    bare = line.lstrip(" ")
    return not bare.strip() or (bare.startswith("#") and len(line) - len(bare) <= dash)


def _hooks(origin: Origin | None, dash: int = 2, inner: int = 2, nested: int = 2) -> str:
    edge, pad, gap = " " * dash, " " * (dash + inner), " " * (inner - 1)
    head = (
        f"{edge}-{gap}repo: local\n"
        if origin is None
        else f"{edge}-{gap}repo: {origin.source}\n{pad}rev: {origin.ref}\n"
    )
    below = pad + " " * nested
    lines = [f"{below}-{gap}id: keyguard", f"{below}-{gap}id: keyguard-push"]
    if origin is None:
        lines = [line for hook in _LOCAL for line in _entry(hook, below, inner)]
    return f"{head}{pad}hooks:\n" + "".join(f"{line}\n" for line in lines)


def _entry(hook: Mapping[str, str], below: str, inner: int) -> Iterator[str]:
    (name, value), *others = hook.items()
    yield f"{below}-{' ' * (inner - 1)}{name}: {value}"
    yield from (f"{below}{' ' * inner}{name}: {value}" for name, value in others)
