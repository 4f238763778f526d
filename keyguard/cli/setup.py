"""What `keyguard init` writes: whole files, and additions to files that are there, whose every other byte stays.

An addition is text put at its place. A YAML file is parsed to find that place, and never written from what was parsed:
its comments and its layout are somebody's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pathspec import GitIgnoreSpec

CONFIG = ".keyguard.yml"
PRE_COMMIT = ".pre-commit-config.yaml"
GITHUB = ".github/workflows/keyguard.yml"
GITLAB = ".gitlab-ci.yml"
IGNORE = ".gitignore"
ATTRIBUTES = ".gitattributes"

# By their commits: a tag may be moved to other code.
_CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"
_UPLOAD = "github/codeql-action/upload-sarif@8aad20d150bbac5944a9f9d289da16a4b0d87c1e # v4.36.2"

_ENV_LINES = (".env", ".env.*", "!.env.example", "!.env.sample", "!.env.template")
_HEADING = "# Credentials; written by `keyguard init`."


class CannotAddError(Exception):
    """A file has a form to which nothing can be added safely; its text says what to add by hand."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where keyguard itself is fetched from, and at which version."""

    source: str
    ref: str

    @property
    def action(self) -> str | None:
        """The GitHub action, `owner/name@ref`; None when the source is elsewhere."""
        found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", self.source)
        return f"{found[1]}@{self.ref}" if found else None

    @property
    def requirement(self) -> str:
        """What pip installs."""
        return f"keyguard @ git+{self.source}@{self.ref}"


def config(baseline: str | None) -> str:
    """Return a new configuration."""
    parked = f"baseline: {baseline}" if baseline else "# baseline: .keyguard-baseline"
    return f"""\
# keyguard's configuration; every key: docs/configuration.md of keyguard.

# Fail from this severity on: critical, high, medium, low, note.
fail_on: low

# Findings that were there before, written by `keyguard baseline create`.
{parked}
"""


def with_baseline(text: str, baseline: str) -> str:
    """Return a configuration with the key `baseline`, or as it is when it has one."""
    if re.search(r"(?m)^baseline[ \t]*:", text):
        return text
    return f"{_ended(text)}baseline: {baseline}{_newline(text)}"


def with_union(text: str, baseline: str) -> str:
    """Return a `.gitattributes` by which git keeps the lines of both sides of a merge, whose order means nothing."""
    if re.search(rf"(?m)^/?{re.escape(baseline)}[ \t]", text):
        return text
    return f"{_ended(text)}{baseline} merge=union{_newline(text)}"


def workflow(origin: Origin) -> str:
    """Return a GitHub workflow."""
    if origin.action:
        run = f"      - id: keyguard\n        uses: {origin.action}\n"
        there = "steps.keyguard.outputs.sarif-file != '' && "
        sarif = "${{ steps.keyguard.outputs.sarif-file }}"
    else:
        run = (
            f"      - run: python3 -m venv .keyguard-venv && .keyguard-venv/bin/pip install '{origin.requirement}'\n"
            "      - run: .keyguard-venv/bin/keyguard scan --exclude .keyguard-venv --report sarif=keyguard.sarif\n"
        )
        there = ""
        sarif = "keyguard.sarif"
    return f"""\
name: keyguard

on:
  push:
    branches: [main, master]
  pull_request:
  schedule:
    - cron: "17 4 * * 1"

permissions: {{}}

jobs:
  keyguard:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      security-events: write  # for code scanning
    steps:
      - uses: {_CHECKOUT}
        with:
          fetch-depth: 0
          persist-credentials: false
{run}\
      # The token of a pull request from a fork may not write.
      - if: ${{{{ !cancelled() && {there}github.event.pull_request.head.repo.fork != true }}}}
        uses: {_UPLOAD}
        with:
          sarif_file: {sarif}
"""


def with_job(text: str, origin: Origin) -> str:
    """Return a GitLab pipeline with a job for keyguard behind all others, or as it is when it has one."""
    keys = {key.value: value for key, value in _mapping(text, _job(origin)).value} if text.strip() else {}
    if any("keyguard" in key for key in keys):
        return text
    stages = [stage.value for stage in getattr(keys.get("stages"), "value", ()) if isinstance(stage.value, str)]
    # A job's stage is `test` unless it says another one; `.pre` is in every pipeline.
    stage = "  stage: .pre\n" if stages and "test" not in stages else ""
    return _joined(text, _job(origin, stage))


def _job(origin: Origin, stage: str = "") -> str:
    return f"""\
keyguard:
{stage}\
  image: python:3.12
  variables:
    GIT_DEPTH: "0"
  script:
    - pip install --quiet "{origin.requirement}"
    - keyguard scan --report gitlab=gl-secret-detection-report.json
  artifacts:
    when: always
    reports:
      secret_detection: gl-secret-detection-report.json
"""


def with_hooks(text: str, origin: Origin) -> str:
    """Return a configuration of pre-commit with keyguard's hooks behind all others, or as it is when it has them."""
    repos = _repositories(text, origin) if text.strip() else None
    if repos is None:
        return _joined(text, "repos:\n" + _hooks(origin))
    if repos.value == "":  # `repos:` and nothing behind it
        at = repos.start_mark.index
        return text[:at] + _newline(text) + _hooks(origin).rstrip("\n").replace("\n", _newline(text)) + text[at:]
    if not isinstance(repos.value, list):
        raise CannotAddError(_hooks(origin))
    if any(_field(hook, "id").startswith("keyguard") for repo in repos.value for hook in _items(repo, "hooks")):
        return text
    if repos.flow_style:
        if repos.value:
            raise CannotAddError(_hooks(origin))
        # `repos: []`
        added = _newline(text) + _hooks(origin).rstrip("\n")
        return text[: repos.start_mark.index].rstrip(" ") + added + text[repos.end_mark.index :]
    return _behind_last(text, repos, origin)


def _repositories(text: str, origin: Origin) -> Any:
    return next((value for key, value in _mapping(text, _hooks(origin)).value if key.value == "repos"), None)


def _behind_last(text: str, repos: Any, origin: Origin) -> str:
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
    added = _hooks(origin, dash=dash, inner=inner, nested=max(nested, 0)).replace("\n", _newline(text))
    whole = _ended(before) + added + after
    if len(_repositories(whole, origin).value) != len(repos.value) + 1:
        raise CannotAddError(_hooks(origin))
    return whole


def _is_between(line: str, dash: int) -> bool:
    """Tell a blank line, or a comment that speaks of what follows, from a line of the last repository."""
    bare = line.lstrip(" ")
    return not bare.strip() or (bare.startswith("#") and len(line) - len(bare) <= dash)


def _hooks(origin: Origin, dash: int = 2, inner: int = 2, nested: int = 2) -> str:
    edge, pad, gap = " " * dash, " " * (dash + inner), " " * (inner - 1)
    return (
        f"{edge}-{gap}repo: {origin.source}\n{pad}rev: {origin.ref}\n{pad}hooks:\n"
        f"{pad}{' ' * nested}-{gap}id: keyguard\n{pad}{' ' * nested}-{gap}id: keyguard-push\n"
    )


def with_ignored(text: str, files: Iterable[str]) -> str:
    """Return a `.gitignore` with lines for the usual files of credentials and for `files`, as far as it lacks them."""
    there = {line.strip() for line in text.splitlines()}
    has_env = any(re.match(r"(?:/|\*\*/)?(?:\.env\b|\*\.env)", line) for line in there)
    lines = [] if has_env else [line for line in _ENV_LINES if line not in there]
    is_ignored = _spec([*text.splitlines(), *lines]).match_file
    lines += [f"/{_escaped(file)}" for file in files if not is_ignored(file)]
    return _joined(text, "\n".join([_HEADING, *lines]) + "\n") if lines else text


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines, backend="simple")


def _escaped(file: str) -> str:
    special = re.sub(r"([\\*?\[\]])", r"\\\1", file)
    return re.sub(r" +$", lambda blanks: "\\ " * len(blanks[0]), special)


# --- text and YAML


def _mapping(text: str, by_hand: str) -> Any:
    """Parse a YAML file into its nodes, which know where they stand; nothing in it is built or resolved.

    `by_hand` is what to add to a file that is no mapping.
    """
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        node = None
    if not isinstance(node, yaml.MappingNode):
        raise CannotAddError(by_hand)
    return node


def _items(node: Any, name: str) -> list[Any]:
    found = next((value.value for key, value in _pairs(node) if key.value == name), None)
    return found if isinstance(found, list) else []


def _field(node: Any, name: str) -> str:
    found = next((value for key, value in _pairs(node) if key.value == name), None)
    return str(found.value) if found is not None else ""


def _pairs(node: Any) -> list[tuple[Any, Any]]:
    return [pair for pair in node.value if isinstance(pair, tuple)] if isinstance(node.value, list) else []


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _ended(text: str) -> str:
    return text + _newline(text) if text and not text.endswith("\n") else text


def _joined(text: str, added: str) -> str:
    """Put text behind a file's, with a blank line between them."""
    newline = _newline(text)
    gap = newline if text.strip() else ""
    return _ended(text) + gap + added.replace("\n", newline)
