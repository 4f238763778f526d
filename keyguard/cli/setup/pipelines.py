"""The pipelines: GitHub's workflow, and the job for GitLab, each with the keyguard that a source pins."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from keyguard import home
from keyguard.cli.setup import Pinned
from keyguard.cli.setup.layout import joined, mapping, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.home import Source

# By their commits: a tag may be moved to other code.
_CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"
_UPLOAD = "github/codeql-action/upload-sarif@8aad20d150bbac5944a9f9d289da16a4b0d87c1e # v4.36.2"
_UPLOADS = (
    "${{ !cancelled() && steps.keyguard.outputs.sarif-file != '' && github.event.pull_request.head.repo.fork != true }}"
)


# --- what installs


def _installs(python: str, source: Source, version: str | None) -> Iterator[tuple[str, ...]]:
    """Return the commands, each in its lines, that install a source, and the packages that its own lock pins."""
    pip = f"{python} -I -m pip install --quiet --no-deps"
    if isinstance(source, home.Index) and source.sha256:
        yield (f"echo '{source.requirement}' > keyguard.txt",)
        yield (f"{pip} --require-hashes --requirement=keyguard.txt",)
    else:
        yield (f'{pip} "{source.requirement}"{comment(source, version)}',)
    yield f"{pip} --only-binary=:all: --require-hashes", f'--requirement="$({python} -I -m keyguard.action lock)"'


def _index(source: Source) -> str | None:
    """Return the index that pip is to ask, in place of the one where the name may be anybody's."""
    return source.address if isinstance(source, home.Index) else None


def comment(source: Source, version: str | None) -> str:
    """Return what is said of a commit beside it: the version that it is, where that is known."""
    return f" # v{version}" if version and isinstance(source, home.Repository) else ""


# --- GitHub


def workflow(source: Source, version: str | None = None, branch: str | None = "main") -> str:
    """Return a GitHub workflow for a repository whose pull requests go into `branch`; None for any."""
    return _workflow(source, version, _filter(branch))


def _workflow(source: Source, version: str | None, branches: str) -> str:
    action = source.on_github if isinstance(source, home.Repository) else None
    steps = _uses(f"{action}@{source.pin}{comment(source, version)}") if action else _runs(source, version)
    return f"""\
name: keyguard

on:
  push:
    branches: [{branches}]
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
{steps}\
      # The token of a pull request from a fork may not write.
      - if: {_UPLOADS}
        uses: {_UPLOAD}
        with:
          sarif_file: ${{{{ steps.keyguard.outputs.sarif-file }}}}
"""


def _uses(action: str) -> str:
    return f"""\
      - id: keyguard
        uses: {action}
"""


_PYTHON = "keyguard-venv/bin/python"  # below the folder where steps work in which nothing of the checkout lies


def _runs(source: Source, version: str | None) -> str:
    """Return the steps that install keyguard and run what the action runs."""
    commands = "\n          ".join(" \\\n            ".join(lines) for lines in _installs(_PYTHON, source, version))
    index = _index(source)
    environment = f"        env:\n          PIP_INDEX_URL: {index}\n" if index else ""
    return f"""\
      - name: Install keyguard
        working-directory: ${{{{ runner.temp }}}}
{environment}\
        run: |
          python3 -I -m venv keyguard-venv
          {commands}
      - id: keyguard
        run: '"$RUNNER_TEMP/{_PYTHON}" -I -m keyguard.action'
"""


def _filter(branch: str | None) -> str:
    """Return GitHub's pattern for a branch, as a string of YAML, which a string of JSON is.

    A name is a stranger's text: what would be an expression, or is no text, is given up for all branches.
    """
    if branch is None or "${{" in branch or not branch.isprintable():
        return '"**"'
    return json.dumps(re.sub(r"([*?+\[\]!\\])", r"\\\1", branch), ensure_ascii=False)


def pinned_workflow(text: str) -> Pinned | None:
    """Return what a workflow pins, which is ours as a whole."""
    form, source = _pin(text)
    branches = re.search(r"(?m)^ +branches: \[(.*)\]$", text)

    def render(source: Source | None, version: str | None) -> list[str]:
        return [_workflow(source, version, branches[1] if branches else "")] if source else []

    return Pinned(0, len(text), form, source, render)


# --- GitLab


def with_job(text: str, source: Source, version: str | None = None) -> str:
    """Return a GitLab pipeline with a job for keyguard behind all others, or as it is when it has one.

    Where there are pipelines of merge requests, a job without rules of its own stays out of them.
    """
    by_hand = job(source, version)
    keys = _keys(text, by_hand)
    if any("keyguard" in key for key in keys):
        return text
    stages = [stage.value for stage in getattr(keys.get("stages"), "value", ()) if isinstance(stage.value, str)]
    # A job's stage is `test` unless it says another one; `.pre` is in every pipeline.
    stage = _PRE if stages and "test" not in stages else ""
    return joined(text, job(source, version, stage, of_requests=bool(_MERGE_REQUESTS.search(text))))


def _keys(text: str, by_hand: str) -> dict[str, Any]:
    return {key.value: value for key, value in mapping(text, by_hand).value} if text.strip() else {}


# Variables, sources, `only: [merge_requests]` and GitLab's own templates, but not comments.
_MERGE_REQUESTS = re.compile(r"(?im)^(?:(?!(?:^|\s)\#).)*merge[_-]?request")
_PRE = "  stage: .pre\n"


def job(source: Source, version: str | None, stage: str = "", *, of_requests: bool = False) -> str:
    """Return a job of GitLab's, for a project with pipelines of merge requests or without."""
    rules, scan = "", "    - keyguard scan --report gitlab=gl-secret-detection-report.json\n"
    if of_requests:
        scan = """\
    - >-
      keyguard scan ${CI_MERGE_REQUEST_DIFF_BASE_SHA:+--range "$CI_MERGE_REQUEST_DIFF_BASE_SHA..$CI_COMMIT_SHA"}
      --report gitlab=gl-secret-detection-report.json
"""
        rules = """\
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
"""
    installs = "".join(f"    - {_item(lines)}\n" for lines in _installs("python", source, version))
    index = _index(source)
    variable = f"    PIP_INDEX_URL: {index}\n" if index else ""
    return f"""\
keyguard:
{stage}\
  image: python:3.12
  variables:
    GIT_DEPTH: "0"
{variable}\
  script:
{installs}\
{scan}{rules}\
  artifacts:
    when: always
    reports:
      secret_detection: gl-secret-detection-report.json
"""


def _item(lines: tuple[str, ...]) -> str:
    return lines[0] if len(lines) == 1 else "\n      ".join([">-", *lines])


def pinned_job(text: str) -> Pinned | None:
    """Return what the job for keyguard in a pipeline of GitLab pins; None where there is none."""
    place = span(text, "keyguard")
    if place is None:
        return None
    form, source = _pin(text[slice(*place)])

    def render(source: Source | None, version: str | None) -> list[str]:
        forms = ((stage, one) for stage in ("", _PRE) for one in (False, True)) if source else ()
        return [job(source, version, stage, of_requests=one) for stage, one in forms if source]

    return Pinned(*place, form, source, render)


# --- what stands there already


def _pin(part: str) -> tuple[str, Source | None]:
    """Return the form in which a pipeline of ours says where keyguard comes from, and what it says, as it stands."""
    if found := re.search(
        r"(?m)^ +uses: ([\w.-]+/[\w.-]+)@(\S+)[^\n]*$", re.sub(r"uses: (actions|github)/\S+", "", part)
    ):
        return "uses", home.Repository(f"https://github.com/{found[1]}", found[2])
    if found := re.search(r"keyguard @ git\+([^\s\"']+)@([^\s\"'@]+)", part):
        return "pip", home.Repository(found[1], found[2])
    if found := re.search(r"keyguard @ ([^\s\"'#]+)#sha256=(\w+)", part):
        return "pip", home.Archive(found[1], found[2])
    index = re.search(r"PIP_INDEX_URL: (\S+)", part)
    if index and (found := re.search(r"keyguard==([^\s\"']+)(?: --hash=sha256:(\w+))?", part)):
        return "index", home.Index(index[1], found[1], found[2])
    return "", None
